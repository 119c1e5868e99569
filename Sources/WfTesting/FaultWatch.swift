// The rules that hold whatever fails: a step whose success was recorded is not done again, and only recorded successes
// are undone. And whether a test's own expectations still count: they do when every disturbance was absorbed.
import WfEngine
import WfPlan

/// Watches one pass under faults.
struct FaultWatch {
    /// What struck, in order.
    var applied = FaultSchedule()
    /// A step that was disturbed failed for good, or was stopped: the run may come out otherwise.
    private(set) var isUnabsorbed = false
    /// Paths of steps whose success was recorded.
    private var recorded: Set<String> = []

    /// A step is about to be done. Returns the rule that this breaks.
    func begin(_ place: FaultPlace) -> String? {
        if recorded.contains(place.path) {
            return "step `\(place.path)` is done again although its success was recorded"
        }
        // `path!undo/step`: what is undone must have succeeded.
        guard let mark = place.path.utf8.firstIndex(of: UInt8(ascii: "!")) else { return nil }
        let base = String(place.path[..<mark])
        if place.path[mark...].hasPrefix("!undo"), !recorded.contains(base) {
            return "`\(base)` is undone although its success was not recorded"
        }
        return nil
    }

    mutating func observe(_ event: RunEvent, _ path: String, _ plan: Plan) {
        guard let node = event.node else { return }
        switch event.kind {
        case .nodeEnded:
            recorded.insert(path)
            if plan.nodes[node].catches { strike(path) }
        case .nodeFailed, .nodeElse, .nodeCancelled: strike(path)
        default: break
        }
    }

    private mutating func strike(_ path: String) {
        if applied.entries.contains(where: { $0.place.path == path || $0.place.path.hasPrefix(path + "!") }) {
            isUnabsorbed = true
        }
    }
}
