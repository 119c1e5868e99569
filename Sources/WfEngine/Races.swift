// `try` and `race`: what happens when one of their blocks has ended. Knows nothing of how undoing is done.

import WfPlan
import WfValue

extension Engine {
    // MARK: try

    /// The block of a `try` (or one of its catches) has failed; what it did has been undone.
    func tryFailed(_ live: LiveNode, _ row: NodeRow, _ scope: Scope, _ failure: Failure) {
        let plan = scope.run.context.plan
        let mayCatch =
            scope.ordinal < 0 && live.scope.phase == .open && !live.isTimedOut && !live.isExpired
            && failure.kind != "cancelled" && !isDoomed(live.scope)
        let catches = plan.catches(of: row)
        guard mayCatch, let number = catches.firstIndex(where: { matches(failure, $0.failures, plan) })
        else { return childrenStopped(live, failure) }
        apply(.caught(failure), live.scope, live.node)
        let child = makeScope(
            scope.run, block: Int(catches[number].block), parent: live, given: [], ordinal: number)
        let value = slotValue(failure.errorValue, scope.run)
        if child.values.isEmpty || child.readersLeft[0] == 0 {
            free(value, scope.run)
        } else {
            child.values[0] = value
            child.errorRow = value.row
        }
        live.child = child
        activate(child)
    }

    // MARK: race

    func startRace(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        let branches = scope.run.context.plan.raceBranches(of: row)
        let live = opening(scope, node, role, total: 0)
        let race = Fan(race: branches.count)
        race.next = branches.count
        live.fan = race
        for (number, branch) in branches.enumerated() {
            let child = makeScope(
                scope.run, block: Int(branch.block), parent: live, given: [], ordinal: number)
            race.children[number] = child
            activate(child)
        }
    }

    /// A branch has closed. The first value wins; the others are stopped, and the race yields when they have
    /// been undone.
    func branchClosed(_ live: LiveNode, _ branch: Scope, _ end: ScopeEnd) {
        guard let race = live.fan else { return }
        race.children[branch.ordinal] = nil
        switch end {
        case .value(let bytes):
            race.winner = branch.ordinal
            race.results[branch.ordinal] = bytes
            if race.unwritten.isEmpty { live.scope.run.dirtyFans.append(live) }
            race.unwritten.append(branch.ordinal)
            // It is won: from here on no time limit counts.
            live.serial &+= 1
            live.deadlineAt = 0
            stopBranches(live, race)
        case .failed(let failure):
            if var first = race.failure {
                if first.attached.count < EngineLimits.attachedFailuresMax {
                    var other = failure
                    other.attached = []
                    first.attached.append(other)
                    race.failure = first
                }
            } else {
                race.failure = failure
            }
            live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
            if isDoomed(live.scope) { stopBranches(live, race) }
        case .cancelled: break
        }
        if race.children.isEmpty { return raceEnded(live, race) }
        // Who has waited for this one.
        guard race.isStopping else { return }
        for number in race.children.keys.sorted() {
            if let child = race.children[number] { enqueueCheck(child) }
        }
    }

    enum LoserTurn {
        case now, later
        /// Another loser does it with its own.
        case never(Scope)
    }

    /// What the losers of a race have done is undone in one order: one that has stopped hands over to one that has not,
    /// and the last of them undoes all. One that undoes already, since it had failed, comes first.
    func turn(ofLoser scope: Scope) -> LoserTurn {
        guard let parent = scope.parent, scope.parentRole != .undo,
            let race = parent.live[scope.parentNode]?.fan, race.isRace, race.isStopping
        else { return .now }
        let others = race.children.keys.sorted().compactMap { race.children[$0] }.filter { $0 !== scope }
        if others.contains(where: { $0.phase == .undoing }) { return .later }
        return others.first.map { .never($0) } ?? .now
    }

    private func stopBranches(_ live: LiveNode, _ race: Fan) {
        race.isStopping = true
        live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
        for number in race.children.keys.sorted() {
            if let child = race.children[number] { stop(child, .cancelling) }
        }
    }

    /// No branch is left.
    func raceEnded(_ live: LiveNode, _ race: Fan) {
        if let winner = race.winner, live.scope.phase == .open, !isDoomed(live.scope) {
            if let value = result(winner, of: live, race) { end(live.scope, live.node, value) }
            return
        }
        childrenStopped(live, race.failure)
    }
}
