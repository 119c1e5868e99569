// What somebody outside does to a case's run while it waits: the markers `signal`, `approve`, `reject`, `complete` and
// `fail`. Knows the words of the markers and the command that each of them is; runs nothing.

/// One act. Acts are performed in order, the next whenever all that is left of the run waits.
public enum CaseAct: Hashable, Sendable {
    /// `//@ signal paid {"amount": 3}`
    case signal(name: String, json: String)
    /// `//@ approve ann`, or `//@ approve ann ship` where several steps ask.
    case approve(by: String, step: String?)
    /// `//@ reject bob too expensive`
    case reject(by: String, reason: String)
    /// `//@ complete inspect {"ok": true}`
    case complete(step: String, json: String)
    /// `//@ fail inspect no time`
    case fail(step: String, reason: String)

    /// Reads a marker's words; nil when they are none of these.
    init?(_ words: Substring) {
        let parts = words.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count > 1 else { return nil }
        let rest = parts.count > 2 ? parts[2] : ""
        switch parts[0] {
        case "signal": self = .signal(name: parts[1], json: rest)
        case "approve": self = .approve(by: parts[1], step: rest.isEmpty ? nil : rest)
        case "reject": self = .reject(by: parts[1], reason: rest)
        case "complete": self = .complete(step: parts[1], json: rest)
        case "fail": self = .fail(step: parts[1], reason: rest)
        default: return nil
        }
    }

    /// The words of `wfi` that perform it on a run.
    public func command(run: String) -> [String] {
        switch self {
        case .signal(let name, let json): return ["signal", run, name] + (json.isEmpty ? [] : [json])
        case .approve(let name, let step):
            return ["approve", step.map { "\(run)/\($0)" } ?? run, "--by", name]
        case .reject(let name, let reason):
            return ["approve", run, "--by", name, "--reject", "--reason", reason]
        case .complete(let step, let json):
            return ["tasks", "complete", "\(run)/\(step)"] + (json.isEmpty ? [] : [json])
        case .fail(let step, let reason): return ["tasks", "fail", "\(run)/\(step)", "--reason", reason]
        }
    }
}
