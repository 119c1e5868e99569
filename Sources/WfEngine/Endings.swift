// How nodes, scopes and runs end: what becomes ready, what is stopped, what the scope around learns.

import WfMachine
import WfPlan
import WfValue

/// How a scope ended.
enum ScopeEnd {
    case value([UInt8])
    case failed(Failure)
    case cancelled
}

extension Engine {
    // MARK: nodes

    /// A node yields a value (without the optional that a `when` wraps around it).
    func end(_ scope: Scope, _ node: Int, _ bytes: [UInt8]) {
        let row = scope.row(node)
        let value = row.isOptional ? [1] + bytes : row.catches ? [0] : bytes
        let role = row.clauses == .none ? .main : scope.live[node]?.role ?? .main
        apply(.ended(slotValue(value, scope.run)), scope, node)
        if row.clauses != .none && role == .main { recordUndo(scope, node, row) }
        settle(scope, node)
    }

    /// A node whose `when` is false.
    func skip(_ scope: Scope, _ node: Int) {
        let row = scope.row(node)
        let isNull =
            row.isOptional || scope.run.context.plan.types.kind(of: TypeId(raw: row.type)) == .optional
        apply(.skipped(SlotValue(bytes: isNull ? [0] : [], row: 0)), scope, node)
        settle(scope, node)
    }

    /// A node has finally failed: the first failure of a scope stops the others, later ones are attached.
    func fail(_ scope: Scope, _ node: Int, _ failure: Failure) {
        if scope.phase == .open && scope.row(node).catches {
            if options.simulation != nil { caught.append((scope.id, failure)) }
            apply(.ended(slotValue([1] + failure.errorValue, scope.run)), scope, node)
            return settle(scope, node)
        }
        if scope.phase == .open, let event = flowTakes(failure, scope, node) {
            return flowFailed(scope, node, failure, event)
        }
        if scope.phase == .open { keepStateIfFatal(scope, failure) }
        apply(.failed(failure), scope, node)
        if scope.phase == .open {
            scope.failure = failure
            stop(scope, .failing)
        } else if scope.phase == .failing {
            attach(failure, to: scope)
        }
        enqueueCheck(scope)
    }

    private func attach(_ failure: Failure, to scope: Scope) {
        guard var first = scope.failure, first.attached.count < EngineLimits.attachedFailuresMax else {
            return
        }
        var other = failure
        other.attached = []
        first.attached.append(other)
        scope.failure = first
        scope.touch(page: 0)
    }

    func cancel(_ scope: Scope, _ node: Int) {
        apply(.cancelled, scope, node)
        if let flow = scope.flow { return flowStopped(scope, node, flow) }
        enqueueCheck(scope)
    }

    /// Lets go of what the node has read, and makes ready what waited for it.
    private func settle(_ scope: Scope, _ node: Int) {
        if let flow = scope.flow { return flowSettled(scope, node, flow) }
        let layout = scope.layout
        for index in Int(layout.readStart[node])..<Int(layout.readStart[node + 1]) {
            let slot = Int(layout.reads[index])
            scope.readersLeft[slot] -= 1
            if scope.readersLeft[slot] == 0 { scope.values[slot] = nil }
        }
        if scope.phase == .open {
            for index in Int(layout.dependentStart[node])..<Int(layout.dependentStart[node + 1]) {
                let dependent = Int(layout.dependents[index])
                scope.pending[dependent] -= 1
                if scope.pending[dependent] == 0 { ready.append((scope, dependent)) }
            }
        }
        if scope.unfinished == 0 || scope.phase != .open { enqueueCheck(scope) }
    }

    // MARK: stopping

    /// Stops a scope and all within it: nothing new begins, attempts are asked to stop, waits end.
    func stop(_ scope: Scope, _ phase: ScopePhase) {
        var stack = [(scope, phase)]
        while let (scope, phase) = stack.popLast() {
            guard scope.phase == .open else { continue }
            apply(.scopeStopping(phase), scope)
            for node in scope.live.keys.sorted() {
                guard let live = scope.live[node], !live.isDone else { continue }
                switch scope.status(node) {
                case .running:
                    if live.attemptId != 0 && !live.isStopping {
                        live.isStopping = true
                        stops.append(AttemptId(raw: live.attemptId))
                    }
                case .sleeping, .pausing, .listening, .queued: apply(.cancelled, scope, node)
                case .open:
                    live.isStopping = true
                    if let child = live.child { stack.append((child, .cancelling)) }
                    guard let fan = live.fan else { continue }
                    for index in fan.children.keys.sorted() {
                        if let child = fan.children[index] { stack.append((child, .cancelling)) }
                    }
                    if fan.children.isEmpty { apply(.cancelled, scope, node) }
                case .waiting, .ended, .skipped, .failed, .cancelled, .unresolved: break
                }
            }
            enqueueCheck(scope)
        }
    }

    func beginCancelling(_ run: Run) {
        guard !run.record.status.isEnded, run.record.status != .cancelling, let root = run.root else {
            return
        }
        unpause(run)
        apply(.runCancelling, run: run)
        stopAttached(to: run)
        stop(root, .cancelling)
    }

    // MARK: scopes

    /// Closes a scope if nothing in it is left to happen.
    func check(_ scope: Scope) {
        switch scope.phase {
        case .open:
            if let flow = scope.flow {
                guard flowHasEnded(scope, flow) else { return }
            } else if scope.unfinished > 0 {
                return
            }
            guard scope.layout.result != .none else { return close(scope, .value([])) }
            switch evaluator.value(scope.layout.result, scope.run.context, .scope(scope)) {
            case .value(let bytes): close(scope, .value(bytes))
            case .fault(let fault):
                if evaluator.excuses(fault) { return }
                let failure = failure(of: fault, scope, -1, attempts: 0)
                keepStateIfFatal(scope, failure)
                scope.failure = failure
                stop(scope, .failing)
            }
        case .failing, .cancelling: if scope.active == 0 { unwind(scope) }
        case .undoing: if scope.undoChild == nil { undoNext(scope) }
        case .closed: break
        }
    }

    func close(_ scope: Scope, _ end: ScopeEnd) {
        let run = scope.run
        if case .value = end, scope.isFrame { passUndos(of: scope) }
        apply(.scopeClosed, scope)
        run.scopes[scope.id] = nil
        if case .value = end {} else { scope.isKept = run.keepsState }
        if !scope.isKept { for row in scope.pageRows where row != 0 { run.freedRows.append(row) } }
        if scope.errorRow != 0 && !scope.isKept { free(SlotValue(bytes: [], row: scope.errorRow), run) }
        for live in scope.live.values { live.isDone = true }
        scope.live.removeAll()
        guard let parent = scope.parent else { return endRun(run, end) }
        if case .value = end {} else if !scope.isKept { freeLoopState(of: scope) }
        if scope.parentRole == .undo { return undoClosed(scope, end) }
        guard let live = parent.live[scope.parentNode] else { return }
        if let fan = live.fan {
            return fan.isRace ? branchClosed(live, scope, end) : itemClosed(live, scope.ordinal, end)
        }
        live.child = nil
        let row = row(parent, live.node, live.role)
        switch end {
        case .value(let bytes):
            if NodeKind(rawValue: row.kind) == .loop {
                if live.isStopping {
                    freeLoopState(of: scope)
                    return childrenStopped(live, nil)
                }
                return openTurn(live, row, turn: scope.ordinal + 1, state: bytes, stored: scope.loopState)
            }
            if parent.phase == .open && (live.isTimedOut || live.isExpired) {
                return childrenStopped(live, nil)
            }
            self.end(parent, live.node, bytes)
        case .failed(let failure):
            if NodeKind(rawValue: row.kind) == .try { return tryFailed(live, row, scope, failure) }
            childrenStopped(live, failure)
        case .cancelled: childrenStopped(live, nil)
        }
    }

    private func itemClosed(_ live: LiveNode, _ index: Int, _ end: ScopeEnd) {
        guard let fan = live.fan else { return }
        fan.children[index] = nil
        if let place = fan.ahead.firstIndex(of: index) { fan.ahead.remove(at: place) }
        switch end {
        case .value(let bytes):
            fan.results[index] = bytes
            fan.doneCount += 1
            if fan.unwritten.isEmpty { live.scope.run.dirtyFans.append(live) }
            fan.unwritten.append(index)
        case .failed(let failure):
            if fan.failure == nil && !live.isStopping {
                fan.failure = failure
                fan.isStopping = true
                live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
                for other in fan.children.keys.sorted() {
                    if let child = fan.children[other] { stop(child, .cancelling) }
                }
            } else if var first = fan.failure, first.attached.count < EngineLimits.attachedFailuresMax {
                first.attached.append(failure)
                fan.failure = first
                live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
            }
        case .cancelled: break
        }
        if fan.isStopping || live.isStopping {
            if fan.children.isEmpty { childrenStopped(live, fan.failure) }
        } else {
            pump(live)
        }
    }

    /// All scopes of a node have stopped without its value.
    func childrenStopped(_ live: LiveNode, _ failure: Failure?) {
        let scope = live.scope
        live.child = nil
        if scope.phase != .open {
            if let failure, scope.phase == .failing, !live.isStopping {
                return fail(scope, live.node, failure)
            }
            return cancel(scope, live.node)
        }
        if live.isExpired { return finallyFail(scope, live.node, live.role, expired(live)) }
        if live.isTimedOut { return attemptFailed(scope, live.node, live.role, timedOut(live)) }
        if let failure { return attemptFailed(scope, live.node, live.role, failure) }
        cancel(scope, live.node)
    }

    /// Lets go of a fan-out's results.
    func freeFan(of live: LiveNode) {
        guard let fan = live.fan else { return }
        if !live.scope.run.keepsState {
            for row in fan.rows where row != 0 { live.scope.run.freedRows.append(row) }
        }
        live.fan = nil
    }

    // MARK: runs

    private func endRun(_ run: Run, _ end: ScopeEnd) {
        let outcome: RunEnd
        switch end {
        case .value(let bytes): outcome = .done(bytes)
        case .failed(let failure): outcome = .failed(failure.with(run.undoSummary))
        case .cancelled: outcome = .cancelled
        }
        run.record.keepsState = false
        if case .failed = end {
            run.record.keepsState =
                run.keepsState && run.undoSummary.undone + run.undoSummary.notUndoneCount == 0
            stopAttached(to: run)
        }
        run.record.due = run.record.keepsState ? now.wall + EngineLimits.failedStateFor : 0
        apply(.runEnded(outcome), run: run)
        ended.append((run, outcome))
        run.root = nil
        run.scopes.removeAll()
    }

    /// Forgets a run that belongs to somebody else now; returns the attempts that are to be stopped.
    func drop(_ run: Run) -> [AttemptId] {
        leaveGates(of: run)
        run.isLost = true
        noteLoss(of: run)
        var stopped: [AttemptId] = []
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            scope.phase = .closed
            for node in scope.live.keys.sorted() {
                guard let live = scope.live[node] else { continue }
                live.isDone = true
                live.child = nil
                live.fan = nil
                if live.attemptId != 0 {
                    attempts[live.attemptId] = nil
                    stopped.append(AttemptId(raw: live.attemptId))
                }
            }
            scope.live.removeAll()
        }
        run.scopes.removeAll()
        run.root = nil
        runs[run.number] = nil
        runNumbers[run.id] = nil
        return stopped
    }
}
