// `wfi retry`: a run that has failed goes on from the steps that failed. From the failure on that will end it, such a
// run keeps its rows of state; taking it up again opens its scopes anew and forgets what failed in them. A run
// that has undone anything keeps none, since what it had done is no longer there.

import WfJournal
import WfPlan

extension Engine {
    /// Keeps the state of a run from here on if this failure will end it and nothing has to be undone.
    func keepStateIfFatal(_ scope: Scope, _ failure: Failure) {
        let run = scope.run
        if run.keepsState || run.lastUndo > 0 || run.record.status != .running { return }
        var scope = scope
        while let parent = scope.parent {
            if absorbs(failure, scope, parent) { return }
            scope = parent
        }
        run.keepsState = true
    }

    /// Whether a failure of a scope might not be one of the scope around it.
    private func absorbs(_ failure: Failure, _ scope: Scope, _ parent: Scope) -> Bool {
        let plan = scope.run.context.plan
        let row = row(parent, scope.parentNode, scope.parentRole)
        if row.catches || flowTakes(failure, parent, scope.parentNode) != nil { return true }
        if row.clauses != .none {
            let clauses = plan.clauses[Int(row.clauses)]
            if clauses.retry != .none || clauses.otherwise != .none { return true }
        }
        switch NodeKind(rawValue: row.kind) {
        case .race: return true
        case .try:
            return scope.ordinal < 0 && plan.catches(of: row).contains { matches(failure, $0.failures, plan) }
        default: return false
        }
    }

    /// Takes up a failed run that no process runs, where it failed.
    public func retry(run id: RunId, now: Moment) throws(EngineError) {
        if isStopped { throw .stopped }
        let record: RunRecord?
        do throws(JournalError) { record = try journal.run(id: id.text) } catch { throw .journal(error) }
        guard let record else { throw .unknownRun(id.text) }
        guard record.status == .failed else { throw .notFailed(id.text, status: record.status) }
        if let failure = try? Failure(encoded: record.result), failure.undone + failure.notUndoneCount > 0 {
            throw .undone(id.text, steps: failure.undone)
        }
        try takeUp(record, now)
    }

    /// Has every page of a run that is taken up again written anew, and says to history that its scopes are open.
    func openAgain(_ run: Run) {
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            apply(.scopeOpened, scope)
            for page in scope.pageRows.indices { scope.touch(page: page) }
        }
    }
}

extension Run {
    /// A failed run as it is when its failure is forgotten.
    func reopen() {
        historyHead = max(historyHead, record.historyHead)
        record.status = .running
        record.ended = 0
        record.result = []
        record.historyHead = 0
        record.keepsState = false
        recordIsDirty = true
    }
}

/// Opens the scopes of a failed run again: what failed or was cancelled in them has not begun, what has open scopes
/// of its own is open.
func reopened(_ pages: [Int: [StoredPage]]) -> [Int: [StoredPage]] {
    struct Place: Hashable {
        var scope: Int
        var node: Int
    }
    var owners: [Place: (role: NodeRole, attempt: Int)] = [:]
    for stored in pages.values {
        guard let header = stored.first(where: { $0.page == 0 })?.header, header.parent != 0 else { continue }
        owners[Place(scope: header.parent, node: header.parentNode)] = (header.parentRole, header.attempt)
    }
    return Dictionary(
        uniqueKeysWithValues: pages.map { number, stored in
            let opened = stored.map { page -> StoredPage in
                var page = page
                page.header?.phase = .open
                page.header?.failure = nil
                page.nodes = page.nodes.compactMap { item in
                    guard let owner = owners[Place(scope: number, node: item.node)] else {
                        return item.status == .failed || item.status == .cancelled ? nil : item
                    }
                    let details = StoredDetails(
                        role: owner.role, attempt: owner.attempt, failures: 0, unknowns: 0, deadlineAt: 0,
                        dueAt: 0, isTimedOut: false, isExpired: false, fanFailure: nil)
                    return StoredNode(node: item.node, status: .open, value: nil, details: details)
                }
                return page
            }
            return (number, opened)
        })
}
