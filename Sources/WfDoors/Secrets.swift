// The contents of secrets: looked up once per process, put into the arguments of effects in the moment they start, and
// searched for in all that comes back. Nobody else ever holds them. Knows no effect by more than its name.
import WfEngine
import WfJournal
public import WfPlan
import WfValue

/// Why a secret cannot be used.
public enum SecretProblem: Error, Equatable, Sendable {
    case missing(String)
    /// Its content has so many bytes, fewer than `DoorLimits.secretBytesMin`.
    case short(String, Int)
    case long(String, Int)
    case notText(String)
    case unreadable(String, path: String, reason: String)
}

/// The secrets of the plans that this process runs.
public final class Secrets {
    private var known: [(name: String, content: [UInt8])] = []
    /// What is searched for: all forms of all contents, the longest first, so that of two that begin alike the whole
    /// one is found.
    private var forms: [(name: String, form: SecretForm)] = []
    private let find: (String) throws(SecretProblem) -> [UInt8]?
    /// What was written last and may be the beginning of a content.
    private var held: [(attempt: AttemptId, stream: LogStream, bytes: [UInt8])] = []

    /// - Parameter find: the content of the secret of a name; nil: there is none.
    public init(_ find: @escaping (String) throws(SecretProblem) -> [UInt8]?) { self.find = find }

    /// None, for plans that use none.
    public convenience init() { self.init { (_) throws(SecretProblem) in nil } }

    /// Looks up what a plan uses.
    /// - Throws: for the first that cannot be used; the others are known by then or not.
    public func load(_ plan: Plan) throws(SecretProblem) {
        for name in plan.secretNames where !known.contains(where: { $0.name == name }) {
            guard let content = try find(name) else { throw .missing(name) }
            if content.count < DoorLimits.secretBytesMin { throw .short(name, content.count) }
            if content.count > DoorLimits.secretBytesMax { throw .long(name, content.count) }
            if !content.withUnsafeBytes({ isUtf8($0) }) { throw .notText(name) }
            known.append((name, content))
            forms += SecretForms.all(content).map { (name, $0) }
        }
        forms.sort { ($0.form.bytes.count, $1.name) > ($1.form.bytes.count, $0.name) }
    }

    // MARK: out to the effects

    /// The request with contents for names. Only the doors that take secrets get them.
    func expanded(_ request: EffectRequest) throws(DecodeError) -> EffectRequest {
        guard !known.isEmpty, Secrets.mayTake(request.effect) else { return request }
        var result = request
        result.arguments = try SecretExpansion.expanded(
            request.arguments, request.argumentTypes, in: request.plan.types, content: content)
        return result
    }

    private static func mayTake(_ effect: String) -> Bool {
        effect == "exec" || effect == "shell" || effect.hasPrefix("http.") || effect.hasPrefix("plugin.")
            || effect == "plugin"
    }

    /// The content of the secret of a name; empty where nobody has asked for it.
    public func content(of name: [UInt8]) -> [UInt8] {
        known.first { $0.name.utf8.elementsEqual(name) }?.content ?? []
    }

    // MARK: back from the effects

    /// Looks through all that has gathered: a result that holds a content becomes a failure, and in what was written
    /// its name stands for it.
    func sweep(_ reports: DoorReports) {
        if known.isEmpty { return }
        for index in reports.written.indices { redact(&reports.written[index]) }
        for index in reports.ended.indices {
            let attempt = reports.ended[index].attempt
            for rest in held where rest.attempt == attempt {
                reports.written.append(
                    DoorReports.Written(attempt: attempt, stream: rest.stream, bytes: rest.bytes[...]))
            }
            held.removeAll { $0.attempt == attempt }
            reports.ended[index].outcome = swept(reports.ended[index].outcome)
        }
    }

    func swept(_ outcome: EffectOutcome) -> EffectOutcome {
        switch outcome {
        case .success(let bytes):
            guard let name = firstFound(in: bytes) else { return outcome }
            return .failure(DoorFailures.holdsSecret(name))
        case .failure(var failure):
            failure.message = redacted(failure.message)
            failure.kind = redacted(failure.kind)
            if let data = failure.data, firstFound(in: data) != nil { failure.data = nil }
            return .failure(failure)
        case .unknown(let why): return .unknown(redacted(why))
        }
    }

    func firstFound(in bytes: [UInt8]) -> String? {
        for secret in forms where place(of: secret.form.bytes, in: bytes[...]) != nil { return secret.name }
        return nil
    }

    func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard firstFound(in: bytes) != nil else { return text }
        return String(decoding: redacted(bytes), as: UTF8.self)
    }

    /// With `‹NAME›` for every content.
    func redacted(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for secret in forms {
            let name = Array("‹\(secret.name)›".utf8)
            var from = bytes.startIndex
            while let place = place(of: secret.form.bytes, in: bytes[from...]) {
                let range = secret.form.widened(place..<place + secret.form.bytes.count, in: bytes)
                bytes.replaceSubrange(range, with: name)
                from = range.lowerBound + name.count
            }
        }
        return bytes
    }

    private func redact(_ written: inout DoorReports.Written) {
        var bytes = Array(written.bytes)
        if let index = held.firstIndex(where: {
            $0.attempt == written.attempt && $0.stream == written.stream
        }) {
            bytes = held[index].bytes + bytes
            held.remove(at: index)
        }
        bytes = redacted(bytes)
        let rest = beginning(at: bytes)
        if rest > 0 { held.append((written.attempt, written.stream, Array(bytes.suffix(rest)))) }
        written.bytes = bytes.dropLast(rest)
    }

    /// How many of the last bytes may be the beginning of a content.
    private func beginning(at bytes: [UInt8]) -> Int {
        var longest = 0
        for secret in forms {
            var count = min(secret.form.bytes.count - 1, bytes.count)
            while count > longest {
                if bytes.suffix(count).elementsEqual(secret.form.bytes.prefix(count)) { longest = count }
                count -= 1
            }
        }
        return longest
    }

    private func place(of content: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = content.first, bytes.count >= content.count else { return nil }
        var from = bytes.startIndex
        let last = bytes.endIndex - content.count
        while from <= last, let place = bytes[from...last].firstIndex(of: first) {
            if bytes[place..<place + content.count].elementsEqual(content) { return place }
            from = place + 1
        }
        return nil
    }
}
