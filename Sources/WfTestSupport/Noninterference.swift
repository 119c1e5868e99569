// Cases that use secrets: each is run twice with different contents, and everything that can be seen of the two runs, all
// that the journal tells included, must be the same but for the run's id and the clock; so must the rows of the journal,
// byte for byte. The contents must not occur in the journal's files either.
import Glibc

/// The contents of a case's secrets, as environment entries.
public struct CaseSecrets {
    /// `NAME=content`
    public let entries: [String]
    let contents: [String]

    /// - Parameter seed: makes the contents differ, also in length.
    public init(_ testCase: CaseFile, seed: Int) {
        var contents: [String] = []
        var entries: [String] = []
        for line in testCase.text.split(separator: "\n") where line.hasPrefix("secret ") {
            let name = String(line.dropFirst(7).prefix { $0 == "_" || $0.isLetter || $0.isNumber })
            let content = seed == 0 ? "first-\(name)-\u{e9}" : "The \"second\" content: \(name)\\ \(name)"
            contents.append(content)
            entries.append("\(name)=\(content)")
        }
        self.contents = contents
        self.entries = entries
    }

    var isEmpty: Bool { entries.isEmpty }

    /// Our environment with them.
    var environment: [String] {
        var result: [String] = []
        var next = environ
        while let entry = next.pointee {
            result.append(String(cString: entry))
            next += 1
        }
        return result + entries
    }
}

/// What can be seen of a run: what it printed, what the journal tells, with the run's id and the times taken out.
struct Observation: Equatable {
    var parts: [String]
    /// Of the journal.
    var rows: [String] = []

    /// - Throws: when the content of a secret lies in the journal's files.
    init(
        output: String, shown: [String], folder: String, server: String?, secrets: CaseSecrets
    ) throws(SubprocessError) {
        let run = shown.first.flatMap { text in
            text.split(separator: "\"run\":\"").dropFirst().first?.prefix { $0 != "\"" }
        }
        parts = ([output] + shown).map { text in
            var text = Observation.plain(text, folder)
            if let server { text = text.replacing(server, with: "LOOPBACK") }
            return run.map { text.replacing($0, with: "RUN") } ?? text
        }
        let journal = folder + "/journal.db"
        if access(journal, F_OK) == 0 { rows = try journalRows(journal) }
        for file in filesBelow(folder, suffix: "") where file.contains("/journal.db") {
            let bytes = try readFile(file)
            for content in secrets.contents where contains(bytes, Array(content.utf8)) {
                throw SubprocessError(description: "\(file) holds the content of a secret")
            }
        }
    }

    private static func plain(_ text: String, _ folder: String) -> String {
        var text = text.replacing(folder, with: "…")
        for key in ["time", "created", "started", "ended", "run", "due"] {
            text = withoutValues(of: key, text)
        }
        return text
    }

    /// `"key":"value"` without the value.
    private static func withoutValues(of key: String, _ text: String) -> String {
        let parts = text.split(separator: "\"\(key)\":\"", omittingEmptySubsequences: false)
        let rest = parts.dropFirst().map { part in
            part.firstIndex(of: "\"").map { part[$0...] } ?? part
        }
        return ([parts.first ?? ""] + rest).joined(separator: "\"\(key)\":\"")
    }
}

private func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first, bytes.count >= part.count else { return false }
    var from = 0
    let last = bytes.count - part.count
    while from <= last, let place = bytes[from...last].firstIndex(of: first) {
        if bytes[place..<place + part.count].elementsEqual(part) { return true }
        from = place + 1
    }
    return false
}
