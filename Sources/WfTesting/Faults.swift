// Faults by schedule: which attempt of which step is disturbed, and how. A schedule is text that can be read, kept and
// given back: `outcome/charge@1=timeout, outcome/dispatch@2=lost`. Knows nothing of engines.

/// What happens to one attempt.
public enum InjectedFault: Hashable, Sendable {
    /// It fails with a kind and perhaps a status.
    case failure(kind: String, code: Int?)
    /// Its answer comes so many microseconds later.
    case slow(Int64)
    /// It happens, and the process dies before that is recorded.
    case lost
}

/// An attempt: the step's path, and its number from 1.
public struct FaultPlace: Hashable, Sendable {
    public var path: String
    public var attempt: Int
    public init(path: String, attempt: Int) {
        self.path = path
        self.attempt = attempt
    }
}

/// Faults in the order in which they strike.
public struct FaultSchedule: Equatable, Sendable {
    public private(set) var entries: [(place: FaultPlace, fault: InjectedFault)] = []
    public init() {}

    public mutating func add(_ place: FaultPlace, _ fault: InjectedFault) { entries.append((place, fault)) }

    func without(_ index: Int) -> FaultSchedule {
        var copy = self
        copy.entries.remove(at: index)
        return copy
    }

    func with(_ fault: InjectedFault, at index: Int) -> FaultSchedule {
        var copy = self
        copy.entries[index].fault = fault
        return copy
    }

    /// Every attempt one earlier, the first as it is.
    var lowered: FaultSchedule {
        var copy = self
        for index in copy.entries.indices {
            copy.entries[index].place.attempt = max(1, copy.entries[index].place.attempt - 1)
        }
        return copy
    }

    func fault(at place: FaultPlace) -> InjectedFault? { entries.first { $0.place == place }?.fault }

    public static func == (a: FaultSchedule, b: FaultSchedule) -> Bool { a.text == b.text }

    /// As it is printed and read.
    public var text: String {
        entries.map { "\($0.place.path)@\($0.place.attempt)=\(FaultSchedule.text($0.fault))" }
            .joined(separator: ", ")
    }

    private static func text(_ fault: InjectedFault) -> String {
        switch fault {
        case .failure(let kind, let code): return kind + (code.map { "(\($0))" } ?? "")
        case .slow(let time): return "slow(\(time / 1_000)ms)"
        case .lost: return "lost"
        }
    }

    /// Reads a schedule; nil when it is none.
    public init?(_ text: String) {
        for part in text.split(separator: ",") {
            let words = part.filter { $0 != " " }
            guard let at = words.lastIndex(of: "@"), let equals = words[at...].firstIndex(of: "="),
                let attempt = Int(words[words.index(after: at)..<equals]), attempt > 0,
                let fault = FaultSchedule.fault(words[words.index(after: equals)...])
            else { return nil }
            add(FaultPlace(path: String(words[..<at]), attempt: attempt), fault)
        }
    }

    private static func fault(_ words: Substring) -> InjectedFault? {
        if words == "lost" { return .lost }
        guard let open = words.firstIndex(of: "(") else {
            return words.isEmpty ? nil : .failure(kind: String(words), code: nil)
        }
        guard words.last == ")" else { return nil }
        let inner = words[words.index(after: open)...].dropLast()
        if words[..<open] == "slow" {
            guard inner.hasSuffix("ms"), let time = Int64(inner.dropLast(2)), time > 0 else { return nil }
            return .slow(time * 1_000)
        }
        guard let code = Int(inner) else { return nil }
        return .failure(kind: String(words[..<open]), code: code)
    }
}

/// Where the faults of one pass come from.
enum FaultSource {
    case schedule(FaultSchedule)
    /// Drawn from a seed, at most so many.
    case drawn(seed: UInt64, atMost: Int)

    /// - Parameter retried: kinds that the step tries again, with one code each; empty: all.
    func fault(
        at place: FaultPlace, retried: [(kind: String, code: Int?)], applied: Int
    ) -> InjectedFault? {
        switch self {
        case .schedule(let schedule): return schedule.fault(at: place)
        case .drawn(let seed, let atMost):
            let name = "\(place.path)@\(place.attempt)"
            guard applied < atMost, seededHash(seed, name) % 3 == 0 else { return nil }
            let choice = seededHash(seed &+ 1, name)
            switch choice % 4 {
            case 0: return .lost
            case 1:
                // Between a millisecond and a day, as likely short as long.
                let exponent = Double(choice >> 8 & 0xFFFF) / 65_536 * 7.9
                var milliseconds: Int64 = 1
                for _ in 0..<Int(exponent) { milliseconds *= 10 }
                return .slow(milliseconds * 1_000)
            case 2 where !retried.isEmpty:
                let kind = retried[Int(choice >> 8 % UInt64(retried.count))]
                return .failure(kind: kind.kind, code: kind.code)
            case 2: return .failure(kind: "failed", code: nil)
            default: return .failure(kind: "timeout", code: nil)
            }
        }
    }
}
