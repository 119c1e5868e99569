// The one function through which every state change of a run passes. It sets the state, marks what the next
// commit has to write, and records the event for people. What follows from a change is decided elsewhere.

import WfJournal
import WfPlan
import WfValue

/// A change of a run, a scope or a node.
enum Change {
    case runStarted, runResumed, runCancelling
    case runPaused, runUnpaused
    case runEnded(RunEnd)
    case scopeOpened
    case scopeStopping(ScopePhase)
    case scopeClosed
    /// An attempt begins; its number.
    case started(Int)
    /// The start of an attempt is recorded, and it may begin from then on; and that it has.
    case prepared
    case begun(Int)
    /// Scopes of the node open; the attempt's number and, for a fan-out, how many there will be.
    case opened(Int, total: Int)
    case sleeping(until: Int64)
    /// An attempt begins that waits for somebody: its number, and for what.
    case listening(Int, String)
    case pausing(Failure, until: Int64)
    /// It has to wait for a place: attempts begun, and for what.
    case queued(Int, String)
    /// A result of an equal call is taken; when that was made.
    case cached(Int64)
    /// Nobody knows what came of an attempt, and a person has to say.
    case unresolved(Failure)
    case otherwise
    case ended(SlotValue)
    case skipped(SlotValue)
    case failed(Failure)
    case cancelled
    /// The block of a `try` failed, and a catch takes over.
    case caught(Failure)
    case undoRecorded(UndoEntry)
    case undosPassed(to: Scope)
    /// What another frame answered for is this scope's to undo.
    case undosTaken([UndoEntry], from: Scope)
    /// What a scope did is being undone; how many steps.
    case undoing(Int)
    case undone
    case undoFailed(Failure)
    /// A node of a flow begins for the nth time.
    case again(Int)
    case flow(FlowChange)
}

extension Engine {
    /// Applies a change of a node.
    func apply(_ change: Change, _ scope: Scope, _ node: Int) {
        apply(change, run: scope.run, scope: scope, node: node)
    }

    /// Applies a change of a scope.
    func apply(_ change: Change, _ scope: Scope) {
        apply(change, run: scope.run, scope: scope, node: -1)
    }

    /// Applies a change of a run.
    func apply(_ change: Change, run: Run) {
        apply(change, run: run, scope: nil, node: -1)
    }

    private func apply(_ change: Change, run: Run, scope: Scope?, node: Int) {
        changeCount += 1
        if !run.isListedDirty {
            run.isListedDirty = true
            dirtyRuns.append(run)
        }
        switch change {
        case .runStarted: record(.runStarted, run, scope, node)
        case .runResumed: record(.runResumed, run, scope, node)
        case .runCancelling:
            run.record.status = .cancelling
            run.recordIsDirty = true
            record(.runCancelling, run, scope, node)
        case .runPaused:
            run.record.isPaused = true
            record(.runPaused, run, scope, node)
        case .runUnpaused:
            run.record.isPaused = false
            record(.runUnpaused, run, scope, node)
        case .runEnded(let end): setEnd(end, run)
        case .scopeOpened:
            guard let scope else { return }
            scope.touch(page: 0)
            record(.scopeOpened, run, scope, node)
        case .scopeStopping(let phase):
            scope?.phase = phase
            scope?.touch(page: 0)
        case .scopeClosed:
            scope?.phase = .closed
            record(.scopeClosed, run, scope, node)
        case .started(let attempt):
            set(.running, scope, node)
            record(.nodeStarted, run, scope, node, attempt: attempt)
        case .prepared: set(.running, scope, node)
        case .begun(let attempt): record(.nodeStarted, run, scope, node, attempt: attempt)
        case .opened(let attempt, let total):
            set(.open, scope, node)
            record(.nodeStarted, run, scope, node, attempt: attempt, total: total)
        case .sleeping(let until):
            set(.sleeping, scope, node)
            record(.nodeSleeping, run, scope, node, due: until)
        case .listening(let attempt, let what):
            set(.listening, scope, node)
            record(.nodeWaiting, run, scope, node, attempt: attempt, what: what)
        case .queued(let attempt, let what):
            set(.queued, scope, node)
            record(.nodeWaiting, run, scope, node, attempt: attempt, what: what)
        case .cached(let stored): record(.nodeCached, run, scope, node, due: stored)
        case .pausing(let failure, let until):
            set(.pausing, scope, node)
            record(.nodeRetrying, run, scope, node, due: until, failure: failure)
        case .unresolved(let failure):
            set(.unresolved, scope, node)
            record(.nodeUnresolved, run, scope, node, failure: failure)
        case .otherwise: record(.nodeElse, run, scope, node)
        case .again(let visit): record(.nodeAgain, run, scope, node, total: visit)
        case .flow(let change): if let scope { applyFlow(change, scope, node) }
        case .ended(let value):
            set(.ended, scope, node)
            store(value, scope, node)
            record(.nodeEnded, run, scope, node, value: value)
        case .skipped(let value):
            set(.skipped, scope, node)
            store(value, scope, node)
            record(.nodeSkipped, run, scope, node)
        case .failed(let failure):
            set(.failed, scope, node)
            record(.nodeFailed, run, scope, node, failure: failure)
        case .cancelled:
            set(.cancelled, scope, node)
            record(.nodeCancelled, run, scope, node)
        case .caught(let failure):
            scope?.touch(page: node / EngineLimits.nodesPerPage)
            record(.nodeCaught, run, scope, node, failure: failure)
        case .undoRecorded(let entry): if let scope { applyUndo(.recorded(entry), scope) }
        case .undosPassed(let frame): if let scope { applyUndo(.passed(frame), scope) }
        case .undosTaken(let entries, let frame):
            if let scope { takeUndos(entries, from: frame, to: scope) }
        case .undoing(let count):
            if let scope { applyUndo(.began, scope) }
            record(.scopeUndoing, run, scope, node, total: count)
        case .undone: if let scope { applyUndo(.succeeded, scope) }
        case .undoFailed(let failure):
            if let scope { applyUndo(.failed(failure), scope) }
            record(.undoFailed, run, scope, node, failure: failure)
        }
    }

    /// Sets a node's status and keeps the scope's counts.
    private func set(_ status: NodeStatus, _ scope: Scope?, _ node: Int) {
        guard let scope else { return }
        let before = scope.status(node)
        precondition(!before.isTerminal, "a node ends once")
        if before == .listening && status != .listening { stopListening(scope, node) }
        if scope.run.context.hasGates, let live = scope.live[node], let gate = live.gate {
            leaveGate(gate, live, from: before, to: status)
        }
        count(before, status, scope, node)
        if status.isTerminal {
            scope.unfinished -= 1
            if before != .waiting { scope.active -= 1 }
            if let live = scope.live.removeValue(forKey: node) {
                live.isDone = true
                live.child = nil
                freeFan(of: live)
            }
        } else if before == .waiting {
            scope.active += 1
        }
        scope.statuses[node] = status.rawValue
        scope.touch(page: node / EngineLimits.nodesPerPage)
    }

    /// Keeps count of what a run does and what it waits for.
    private func count(_ before: NodeStatus, _ status: NodeStatus, _ scope: Scope, _ node: Int) {
        if before == .running { scope.run.busyNodes -= 1 }
        if status == .running { scope.run.busyNodes += 1 }
        if before == .unresolved { scope.run.unresolvedNodes -= 1 }
        if status == .unresolved { scope.run.unresolvedNodes += 1 }
        if status.isWait, let live = scope.live[node] { scope.run.waits.append(Waiting(live)) }
    }

    private func store(_ value: SlotValue, _ scope: Scope?, _ node: Int) {
        guard let scope else { return }
        let slot = scope.row(node).slot
        if slot != .none, scope.readersLeft[Int(slot)] > 0 {
            scope.values[Int(slot)] = value
            noteSetter(scope, node)
        }
    }

    private func setEnd(_ end: RunEnd, _ run: Run) {
        run.record.ended = now.wall
        run.recordIsDirty = true
        switch end {
        case .done(let value):
            run.record.status = .done
            run.record.result = value
            record(.runDone, run, nil, -1)
        case .failed(let failure):
            run.record.status = .failed
            run.record.result = failure.encoded
            record(.runFailed, run, nil, -1, failure: failure)
        case .cancelled:
            run.record.status = .cancelled
            record(.runCancelled, run, nil, -1)
        }
    }

    /// Appends an event to the run's batch of history, and for observers. Layout: docs/journal-format.md.
    private func record(
        _ kind: RunEvent.Kind, _ run: Run, _ scope: Scope?, _ node: Int, attempt: Int = 0, due: Int64 = 0,
        failure: Failure? = nil, value: SlotValue? = nil, total: Int = 0, what: String = ""
    ) {
        run.eventCount += 1
        run.events.append(kind.rawValue)
        run.events.appendCount(scope?.id ?? 0)
        run.events.appendCount(node + 1)
        switch kind {
        case .nodeStarted:
            run.events.appendCount(attempt)
            run.events.appendCount(total)
        case .nodeEnded:
            if let value, value.row != 0 {
                run.events.append(1)
                run.events.appendVarint(UInt64(bitPattern: value.row))
            } else {
                run.events.append(0)
                run.events.appendCount(value?.bytes.count ?? 0)
                if let value, !value.bytes.isEmpty { run.events.append(value.bytes) }
            }
        case .nodeWaiting:
            run.events.appendCount(attempt)
            run.events.appendString(what)
        case .nodeRetrying, .nodeSleeping, .nodeCached: run.events.appendInt(Int(due))
        case .scopeOpened:
            if let scope {
                run.events.appendCount(scope.layout.block)
                run.events.appendCount(scope.parent?.id ?? 0)
                run.events.appendCount(scope.parentNode)
                run.events.append(scope.parentRole.rawValue)
                run.events.appendCount(scope.ordinal + 1)
                run.events.appendCount(scope.attempt)
                if scope.parentRole == .undo { run.events.appendString(scope.undoPath) }
            }
        case .scopeUndoing, .nodeAgain: run.events.appendCount(total)
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeClosed,
            .nodeSkipped, .nodeFailed, .nodeCancelled, .nodeElse, .nodeCaught, .undoFailed,
            .nodeUnresolved, .runPaused, .runUnpaused:
            break
        }
        if kind.hasFailure {
            (failure ?? Failure(kind: "failed", message: "")).encode(to: &run.events)
        }
        if options.observes {
            var event = RunEvent(
                kind: kind, run: run.id, time: now.wall, scope: scope?.id ?? 0,
                node: node < 0 ? nil : (scope?.layout.nodeStart ?? 0) + node,
                path: node < 0 ? "" : scope?.path(node) ?? "",
                attempt: kind == .scopeOpened ? (scope?.ordinal ?? 0) : attempt, dueTime: due,
                failure: failure,
                value: value?.bytes, valueId: value?.row ?? 0, total: total, what: what)
            if kind == .scopeOpened, let scope {
                event.block = scope.layout.block
                event.owner = scope.parent.map { $0.layout.nodeStart + scope.parentNode } ?? -1
            }
            observed.append(event)
        }
    }
}
