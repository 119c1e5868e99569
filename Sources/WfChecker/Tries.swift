// `try` with its catches, `race` with its branches, and the clauses `undo` and `once`. Knows what they mean
// for types and names; when anything is undone is the engine's business.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: try

    /// `try { … } catch error on timeout { … }`: its value is the block's or a catch's.
    func tryNode(
        _ view: TryExprView, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?
    ) -> TypeId {
        let body = graphBlock(
            graphStatements(view.body), view.body, given: [], expected: expected, valueNeeded: valueNeeded,
            isSequence: false, loop: loop)
        var blocks: [(block: Int, node: NodeId)] = [(body, view.body)]
        var catches: [CheckedCatch] = []
        var taken: [CheckedFailurePattern] = []
        var takesAll = NodeId.none
        for item in view.catches where tree.kind(item) == .catchClause {
            let clause = CatchClauseView(tree, item)
            let failures = caughtFailures(clause)
            if !takesAll.isNone {
                report(
                    .catchUnreached(
                        at: tree.span(tree.firstToken(item)), first: tree.span(tree.firstToken(takesAll))))
            } else if !failures.isEmpty && failures.allSatisfy({ isTaken($0, by: taken) }) {
                report(.catchUnreached(at: tree.span(tree.firstToken(item)), first: nil))
            }
            if clause.faults.isEmpty { takesAll = item }
            taken += failures
            let scope = scopeMark()
            let local: UInt32
            if clause.name.isNone {
                local = newLocal(.none, .error)
            } else {
                local = declare(clause.name, .item, .error, at: tree.span(clause.nameToken))
                // `catch error { … }` is how it is written, whether or not the failure is looked at
                bindings[bindings.count - 1].isRead = true
            }
            let block = graphBlock(
                graphStatements(clause.body), clause.body, given: [LocalId(local)],
                expected: branchHint(expected, clause.body, blocks), valueNeeded: valueNeeded,
                isSequence: false, loop: loop)
            leaveScope(scope)
            catches.append(CheckedCatch(failures: failures, block: block))
            blocks.append((block, clause.body))
        }
        let type = joinBlocks(&blocks, expected, valueNeeded, isComplete: true, "`try`")
        workflowNodes[number].kind = .try(body: body, catches: catches)
        return type
    }

    private func caughtFailures(_ clause: CatchClauseView) -> [CheckedFailurePattern] {
        var failures: [CheckedFailurePattern] = []
        for item in clause.faults where tree.kind(item) == .faultPattern {
            let view = FaultPatternView(tree, item)
            if text(view.name) == "cancelled" && !view.name.isNone {
                report(.cancelledIsNotCaught(at: tree.span(item)))
                continue
            }
            if let pattern = faultPattern(view, isCaught: true) { failures.append(pattern) }
        }
        return failures
    }

    private func isTaken(_ pattern: CheckedFailurePattern, by earlier: [CheckedFailurePattern]) -> Bool {
        earlier.contains { other in
            guard other.kind == pattern.kind else { return false }
            guard let wide = other.range else { return true }
            guard let narrow = pattern.range else { return false }
            return wide.contains(narrow.lowerBound) && wide.contains(narrow.upperBound)
        }
    }

    // MARK: race

    /// `race { a { … } b { … } }`: its value is that of the branch which yields first.
    func raceNode(
        _ view: RaceExprView, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?
    ) -> TypeId {
        var blocks: [(block: Int, node: NodeId)] = []
        var branches: [CheckedRaceBranch] = []
        var names: [NameId: TokenId] = [:]
        let isTimed = lints.isOn && racesTime(view)
        if isTimed { lints.deadlineDepth += 1 }
        for item in view.branches where tree.kind(item) == .raceBranch {
            let branch = RaceBranchView(tree, item)
            if let earlier = names[branch.name], !branch.name.isNone {
                report(
                    .duplicate(
                        text(branch.name), at: tree.span(branch.nameToken), earlier: tree.span(earlier)))
            } else {
                names[branch.name] = branch.nameToken
            }
            let block = graphBlock(
                graphStatements(branch.body), branch.body, given: [],
                expected: branchHint(expected, branch.body, blocks), valueNeeded: valueNeeded,
                isSequence: false, loop: loop)
            blocks.append((block, branch.body))
            branches.append(CheckedRaceBranch(name: text(branch.name), block: block))
        }
        if isTimed { lints.deadlineDepth -= 1 }
        workflowNodes[number].kind = .race(branches)
        if branches.isEmpty {
            report(.raceWithoutBranches(at: tree.span(tree.firstToken(view.id))))
            return .poison
        }
        return joinBlocks(&blocks, expected, valueNeeded, isComplete: true, "`race`")
    }

    /// A fan-out or loop that is tried again stands in a block of its own, so that what an attempt did is
    /// undone before the next.
    func wrapRetried(_ number: Int, _ type: TypeId) {
        let name: String
        switch workflowNodes[number].kind {
        case .fan: name = "#for"
        case .loop: name = "#loop"
        default: return
        }
        var inner = workflowNodes[number]
        let local = newLocal(.none, type)
        inner.name = name
        inner.binding = LocalId(local)
        inner.type = type == .never ? .unit : type
        workflowNodes.append(inner)
        let value = typed.add(
            TypedNode(.local, type: inner.type, a: local, start: inner.span.start, end: inner.span.end))
        workflowBlocks.append(
            CheckedBlock(nodes: [workflowNodes.count - 1], given: [], resultType: inner.type, result: value))
        workflowNodes[number].kind = .block(workflowBlocks.count - 1)
    }

    // MARK: undo

    /// `undo refund(receipt)`: the arguments belong to the step's block and may read the step itself; the
    /// call stands in a block of its own, which is given them.
    func undo(_ id: NodeId, _ index: Int, _ type: TypeId, isOptional: Bool) -> CheckedUndo? {
        let entry = pending[index]
        let binding = Int(entry.binding)
        let bound = isOptional ? types.optional(of: type) : type
        bindings[binding].type = bound
        locals[Int(bindings[binding].local)].type = bound
        let narrowed = narrowMark()
        // What is undone has happened, so that it is there whatever `when` says.
        if isOptional { narrow(binding, to: type) }
        defer { forgetNarrowing(narrowed) }
        let value = withoutParens(id)
        guard tree.kind(value) == .callExpr, effectSymbol(CallExprView(tree, value)) >= 0 else {
            let before = sink.errorCount
            if !isControlExpression(value) { _ = expression(id) }
            if sink.errorCount == before { report(.undoNotCall(at: tree.span(id))) }
            return nil
        }
        lintLater(value)
        let view = CallExprView(tree, value)
        let found = effectSymbol(view)
        let callable = Int(symbols[found].index)
        let mark = scratch.count
        let isGood = pushArguments(view.arguments, callable, skipping: 0, view.id, view.callee)
        let arguments = scratch[mark...].map { TypedId($0) }
        scratch.removeSubrange(mark...)
        guard isGood && retain else { return nil }
        return CheckedUndo(block: undoBlock(found, value), arguments: arguments)
    }

    private func isControlExpression(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr, .block: return true
        case .ifExpr, .matchExpr: return touchesWorld(id)
        default: return false
        }
    }

    private func undoBlock(_ found: Int, _ id: NodeId) -> Int {
        let callable = Int(symbols[found].index)
        var given: [LocalId] = []
        var arguments: [TypedId] = []
        for parameter in parameterRange(callable) {
            let type = parameters[parameter].type
            let local = newLocal(.none, type)
            given.append(LocalId(local))
            arguments.append(make(.local, type, id, a: local))
        }
        let kind: CheckedNodeKind
        switch symbols[found].kind {
        case .workflow: kind = .workflow(Int(callables[callable].output), arguments: arguments)
        case .action: kind = .action(Int(callables[callable].output), arguments: arguments)
        default: kind = .effect(effectNumber(callable, callables[callable].result), arguments: arguments)
        }
        workflowNodes.append(
            CheckedNode(
                kind: kind, name: text(symbols[found].name), span: tree.span(id), binding: nil,
                type: callables[callable].result, isOptional: false, dependencies: [], clauses: nil))
        workflowBlocks.append(
            CheckedBlock(nodes: [workflowNodes.count - 1], given: given, resultType: .unit, result: .none))
        return workflowBlocks.count - 1
    }

    // MARK: once

    /// `once` on a step: it needs one call of the world, and excludes what would repeat it.
    func typeOnce(_ clauses: ClauseNodes, _ checked: inout CheckedClauses, isCall: Bool, _ index: Int) {
        if clauses.onceClause.isNone { return }
        if !isCall || !callsAction(index) {
            report(.onceNeedsEffect(at: tree.span(tree.firstToken(clauses.onceClause))))
            return
        }
        checked.isOnce = true
        reportOnceRetried(clauses, action: calledAction(index))
    }

    /// `retry` of a step whose action is done at most once. (The other way round stands in `typeOnce`.)
    func checkRetryOfOnce(_ clauses: ClauseNodes, isCall: Bool, _ index: Int) {
        guard isCall, clauses.onceClause.isNone, !clauses.retry.isNone,
            let once = clause(.once, of: calledAction(index))
        else { return }
        report(.onceExcludes("retry", at: tree.span(tree.firstToken(clauses.retry)), once: once))
    }

    /// The symbol of the action that a node calls, or -1.
    private func calledAction(_ index: Int) -> Int {
        guard callsAction(index) else { return -1 }
        return effectSymbol(CallExprView(tree, withoutParens(pending[index].value)))
    }

    /// Whether a node's call is of an action or effect, not of a workflow.
    func callsAction(_ index: Int) -> Bool {
        let value = withoutParens(pending[index].value)
        guard tree.kind(value) == .callExpr else { return false }
        let found = effectSymbol(CallExprView(tree, value))
        return found >= 0 && symbols[found].kind != .workflow
    }

    /// - Parameter action: the symbol of the action whose `retry` counts as well, or -1.
    func reportOnceRetried(_ clauses: ClauseNodes, action: Int) {
        let once = tree.span(tree.firstToken(clauses.onceClause))
        if !clauses.retry.isNone {
            report(.onceExcludes("retry", at: tree.span(tree.firstToken(clauses.retry)), once: once))
        } else if clause(nil, of: action) != nil {
            report(.onceOfRetried(text(symbols[action].name), at: once))
        }
    }
}
