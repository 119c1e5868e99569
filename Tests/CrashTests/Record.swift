// What a journal says was done, and what must therefore never be started again. Reads history the way `wfi show`
// does; knows nothing of how a run was interrupted.
import WfEngine
import WfJournal

/// What is recorded of a run.
struct Record {
    /// Paths of nodes that yielded a value, were skipped, or have finally failed.
    private(set) var ended: Set<String> = []
    /// Paths of steps whose `else` has taken over.
    private(set) var failedOver: Set<String> = []
    /// The last attempt that is recorded as started, by path; that of an `else` behind `!else`.
    private(set) var attempts: [String: Int] = [:]
    /// Nodes with more than one end, which there must not be.
    private(set) var endedTwice: [String] = []

    init(run: String, journal: any Journal) throws {
        guard let record = try journal.run(id: run) else { return }
        let report = try RunReport(run: record, journal: journal)
        struct Place: Hashable {
            var scope: Int
            var node: Int
            /// A node of a flow has another one each time.
            var path: String
        }
        var ends: Set<Place> = []
        findUndosOutOfOrder(report.events)
        for event in report.events {
            guard let node = event.node else { continue }
            switch event.kind {
            case .nodeEnded, .nodeSkipped, .nodeFailed:
                ended.insert(event.path)
                if !ends.insert(Place(scope: event.scope, node: node, path: event.path)).inserted {
                    endedTwice.append(event.path)
                }
            case .nodeElse: failedOver.insert(event.path)
            case .nodeStarted:
                let path = failedOver.contains(event.path) ? event.path + "!else" : event.path
                attempts[path] = max(attempts[path] ?? 0, event.attempt)
            case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeOpened,
                .scopeClosed, .nodeRetrying, .nodeCancelled, .nodeSleeping, .nodeWaiting, .nodeCaught,
                .scopeUndoing,
                .undoFailed, .nodeUnresolved, .nodeAgain, .nodeCached, .runPaused, .runUnpaused:
                break
            }
        }
    }

    /// Undos of one scope that did not run in reverse order of their steps' ends, which must not be.
    private(set) var undoneOutOfOrder: [String] = []

    private mutating func findUndosOutOfOrder(_ events: [RunEvent]) {
        var lastEnd: [String: Int] = [:]
        var lastUndone: [Int: Int] = [:]
        for (index, event) in events.enumerated() {
            switch event.kind {
            case .nodeEnded: lastEnd[event.path] = index
            case .scopeOpened where event.path.hasSuffix("!undo"):
                guard let end = lastEnd[String(event.path.dropLast(5))] else {
                    undoneOutOfOrder.append(event.path)
                    continue
                }
                guard let parent = event.parentScope else { continue }
                if let last = lastUndone[parent], end >= last { undoneOutOfOrder.append(event.path) }
                lastUndone[parent] = end
            default: break
            }
        }
    }

    /// Why a start of `path` contradicts what is recorded; nil when it does not.
    func contradiction(_ path: String, attempt: Int? = nil) -> String? {
        var parts = path.split(separator: "/").map(String.init)
        // What is undone has ended, and so may have what is around it.
        if let undo = parts.firstIndex(where: { $0.contains("!undo") }) {
            let node = parts[...undo].joined(separator: "/")
            return ended.contains(node) ? "\(path) was started although \(node) had ended" : nil
        }
        if failedOver.contains(path) { return "\(path) was started again after its `else` had taken over" }
        if let attempt, let last = attempts[path], attempt <= last {
            return "attempt \(attempt) of \(path) was started after attempt \(last)"
        }
        // A second call in a block is named `note#2`; the number of an attempt stands only behind what is around.
        if let leaf = parts.popLast() {
            let node = (parts + [String(leaf.prefix { $0 != "!" })]).joined(separator: "/")
            if ended.contains(node) { return "\(path) was started although \(node) had ended" }
        }
        while let last = parts.popLast() {
            let node = (parts + [bare(last)]).joined(separator: "/")
            if ended.contains(node) { return "\(path) was started although \(node) had ended" }
        }
        return nil
    }

    /// A part of a path without item or turn, attempt and role: `build` for `build#2[3]`.
    private func bare(_ part: String) -> String {
        String(part.prefix { $0 != "[" && $0 != "#" && $0 != "!" })
    }
}
