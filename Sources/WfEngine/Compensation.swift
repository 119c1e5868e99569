// Compensation: what a step's `undo` says is recorded with its success, belongs to the nearest scope that
// answers for it, passes outwards when that one succeeds, and runs in reverse order when it does not.
//
//     a step with `undo` ends ─→ entry of the nearest frame
//     the frame yields a value ─→ its entries pass to the frame around it (or are dropped with the run)
//     the frame stops without ─→ undoing: the last entry first, one at a time, each a scope of its own
//                                └ while the scope around it stops as well: passed to the frame around it,
//                                  so that one frame undoes all in one order
//
// A frame is the root of a workflow, the block of a `try`, a branch of a `race`, an undo itself, the block of a step
// that is tried again as a whole, or what a `compensate` has taken (Compensating.swift).

import WfMachine
import WfPlan
import WfValue

/// What it takes to undo one step.
final class UndoEntry {
    /// In order of the commits within the run, from 1.
    let number: Int
    /// The block of the plan that does it.
    let block: Int
    /// The path of the step.
    let path: String
    /// The block's given values as one tuple.
    let arguments: [UInt8]
    /// Why the arguments could not be computed.
    let failure: Failure?
    /// Its row of state; 0: not written yet.
    var row: Int64 = 0
    var isGone = false

    init(number: Int, block: Int, path: String, arguments: [UInt8], failure: Failure?) {
        self.number = number
        self.block = block
        self.path = path
        self.arguments = arguments
        self.failure = failure
    }
}

/// That the entries of one frame belong to another: a row of its own, so that no entry is written twice.
final class UndoPass {
    let from: Int
    let into: Int
    var row: Int64 = 0
    var isGone = false

    init(from: Int, into: Int) {
        self.from = from
        self.into = into
    }
}

/// What the compensation of a run has come to.
struct UndoSummary {
    /// Steps that were undone.
    var undone = 0
    /// Those that could not be, the first of them with their failures.
    var notUndoneCount = 0
    var notUndone: [Failure] = []
}

extension Engine {
    // MARK: frames

    /// Whether a scope answers for what is done in it.
    func isFrame(_ scope: Scope) -> Bool {
        guard let parent = scope.parent, scope.parentRole != .undo else { return true }
        let row = row(parent, scope.parentNode, scope.parentRole)
        switch NodeKind(rawValue: row.kind) {
        case .workflow, .race: return true
        case .try: return scope.ordinal < 0
        case .block, .branch:
            return row.clauses != .none && scope.run.context.plan.clauses[Int(row.clauses)].retry != .none
        // Only `compensate` has a scope of its own.
        case .action, .effect: return true
        case .value, .fan, .loop, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome,
            .pass, .first, .caught, .watch, nil:
            return false
        }
    }

    func frame(of scope: Scope) -> Scope {
        var scope = scope
        while !scope.isFrame, let parent = scope.parent { scope = parent }
        return scope
    }

    // MARK: recording

    /// Records how a step that has just succeeded would be undone.
    func recordUndo(_ scope: Scope, _ node: Int, _ row: NodeRow) {
        let context = scope.run.context
        let clauses = context.plan.clauses[Int(row.clauses)]
        if clauses.undo == .none { return }
        var arguments: [UInt8] = []
        var failure: Failure?
        switch evaluator.value(clauses.undoArguments, context, .scope(scope)) {
        case .value(let bytes): arguments = bytes
        case .fault(let fault):
            failure = self.failure(of: fault, scope, node, attempts: 0)
            failure?.step = scope.path(node) + Scope.undoSuffix
        }
        scope.run.lastUndo += 1
        let entry = UndoEntry(
            number: scope.run.lastUndo, block: Int(clauses.undo), path: scope.path(node),
            arguments: arguments, failure: failure)
        apply(.undoRecorded(entry), frame(of: scope))
    }

    /// What a frame answers for passes to the frame around it; the last one's is dropped.
    func passUndos(of scope: Scope) {
        if scope.undos.isEmpty { return }
        guard let parent = scope.parent, scope.parentRole != .undo else { return dropUndos(of: scope) }
        apply(.undosPassed(to: frame(of: parent)), scope)
    }

    private func dropUndos(of scope: Scope) {
        for entry in scope.undos { forget(entry, scope.run) }
        scope.undos.removeAll()
        forgetPasses(of: scope)
    }

    private func forget(_ entry: UndoEntry, _ run: Run) {
        entry.isGone = true
        if entry.row != 0 { run.freedRows.append(entry.row) }
    }

    private func forgetPasses(of scope: Scope) {
        for pass in scope.undoPasses {
            pass.isGone = true
            if pass.row != 0 { scope.run.freedRows.append(pass.row) }
        }
        scope.undoPasses.removeAll()
    }

    // MARK: undoing

    /// Everything in a scope has stopped, and it yields nothing: undoes what it answers for, then closes it.
    func unwind(_ scope: Scope) {
        if !scope.undos.isEmpty {
            if let parent = scope.parent, parent.phase != .open, scope.parentRole != .undo {
                passUndos(of: scope)
            } else {
                switch turn(ofLoser: scope) {
                case .later: return
                case .never(let heir): apply(.undosPassed(to: heir), scope)
                case .now:
                    apply(.undoing(scope.undos.count), scope)
                    return undoNext(scope)
                }
            }
        }
        closeUnwound(scope)
    }

    private func closeUnwound(_ scope: Scope) {
        if let failure = scope.failure { return close(scope, .failed(failure)) }
        // What could not be undone is never passed over, even where nobody waits for a value.
        if let failure = scope.run.undoSummary.notUndone.first, isDoomed(scope) {
            return close(scope, .failed(failure))
        }
        close(scope, compensates(scope) ? .value([]) : .cancelled)
    }

    /// Begins the next undo of a scope, or closes it.
    func undoNext(_ scope: Scope) {
        while let entry = scope.undos.last {
            if let failure = entry.failure {
                undoEnded(scope, entry, failure)
                continue
            }
            let run = scope.run
            let types = run.context.givenTypes(ofBlock: entry.block)
            run.lastScopeId += 1
            let child = makeUndoScope(scope, entry, id: run.lastScopeId)
            for (slot, bytes) in (run.context.split(entry.arguments, types) ?? []).enumerated()
            where slot < child.values.count && child.readersLeft[slot] > 0 {
                child.values[slot] = SlotValue(bytes: bytes, row: 0)
            }
            return activate(child)
        }
        forgetPasses(of: scope)
        closeUnwound(scope)
    }

    /// The scope that undoes one step.
    func makeUndoScope(_ scope: Scope, _ entry: UndoEntry, id: Int) -> Scope {
        let child = Scope(
            id: id, run: scope.run, layout: scope.run.context.layout(of: entry.block), parent: scope,
            parentNode: 0, parentRole: .undo, ordinal: entry.number, attempt: 1, callDepth: scope.callDepth)
        child.isFrame = true
        child.undoPath = entry.path + Scope.undoSuffix
        scope.undoChild = child
        return child
    }

    /// The scope of an undo has closed.
    func undoClosed(_ child: Scope, _ end: ScopeEnd) {
        guard let scope = child.parent, let entry = scope.undos.last else { return }
        scope.undoChild = nil
        dropUndos(of: child)
        switch end {
        case .value: undoEnded(scope, entry, nil)
        case .failed(let failure): undoEnded(scope, entry, failure)
        case .cancelled: undoEnded(scope, entry, Failure(kind: "cancelled", message: "it was stopped"))
        }
        undoNext(scope)
    }

    private func undoEnded(_ scope: Scope, _ entry: UndoEntry, _ failure: Failure?) {
        scope.undos.removeLast()
        forget(entry, scope.run)
        apply(failure.map { .undoFailed($0) } ?? .undone, scope)
    }

    /// Whether a scope belongs to a run in which something could not be undone: nothing is caught, tried
    /// again or replaced there any more. An undo still under way is not concerned.
    func isDoomed(_ scope: Scope) -> Bool {
        if scope.run.undoSummary.notUndoneCount == 0 { return false }
        var scope = scope
        while let parent = scope.parent {
            if scope.parentRole == .undo { return false }
            scope = parent
        }
        return true
    }

    // MARK: changes

    /// Applies a change of what a scope answers for; called by `apply` alone.
    func applyUndo(_ change: UndoChange, _ scope: Scope) {
        let run = scope.run
        switch change {
        case .recorded(let entry):
            scope.undos.append(entry)
            run.newUndos.append((scope.id, entry))
        case .passed(let frame):
            let pass = UndoPass(from: scope.id, into: frame.id)
            if frame.undos.count < scope.undos.count { swap(&frame.undos, &scope.undos) }
            frame.undos.append(contentsOf: scope.undos)
            frame.undoPasses.append(contentsOf: scope.undoPasses)
            frame.undoPasses.append(pass)
            run.newUndoPasses.append(pass)
            scope.undos.removeAll()
            scope.undoPasses.removeAll()
        case .began:
            scope.undos.sort { $0.number < $1.number }
            scope.phase = .undoing
            scope.touch(page: 0)
        case .succeeded:
            run.undoSummary.undone += 1
            run.undoSummaryIsDirty = true
        case .failed(let failure):
            run.undoSummary.notUndoneCount += 1
            if run.undoSummary.notUndone.count < EngineLimits.attachedFailuresMax {
                var alone = failure
                alone.attached = []
                run.undoSummary.notUndone.append(alone)
            }
            run.undoSummaryIsDirty = true
        }
    }
}

/// The part of `Change` that is about undoing.
enum UndoChange {
    case recorded(UndoEntry)
    case passed(Scope)
    case began
    case succeeded
    case failed(Failure)
}
