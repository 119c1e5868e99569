// Nodes of a block: what touches the world, what a step calls, and `let`. One step makes one call that touches the
// world; everything else in it is pure. Control with steps inside is in `Controls`.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: what touches the world

    /// The workflow, action or effect that a call calls, or -1.
    func effectSymbol(_ view: CallExprView) -> Int {
        let found: Int
        switch tree.kind(view.callee) {
        case .nameExpr:
            let name = NameExprView(tree, view.callee).name
            if name.isNone { return -1 }
            let binding = lookup(name)
            if binding >= 0 && bindings[binding].frame < 0 { return -1 }
            found = symbol(named: name)
        case .memberExpr:
            let callee = MemberExprView(tree, view.callee)
            guard tree.kind(callee.base) == .nameExpr else { return -1 }
            let base = NameExprView(tree, callee.base).name
            if base.isNone || lookup(base) >= 0 { return -1 }
            guard let target = moduleNamed(base), target >= 0 else { return -1 }
            found = table.find(target, callee.name)
        default: return -1
        }
        return found >= 0 && symbols[found].kind.isEffectful ? found : -1
    }

    /// Whether steps are needed to compute an expression.
    func touchesWorld(_ id: NodeId) -> Bool {
        let first = tree.node(id).first
        var index = id.index
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            switch node.kind {
            case .stepStmt, .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr, .awaitExpr, .spawnExpr,
                .nextStmt, .mockStmt, .expectStmt, .expectFailsStmt, .realStmt:
                return true
            case .callExpr: if effectSymbol(CallExprView(tree, NodeId(index))) >= 0 { return true }
            default: break
            }
            index -= 1
        }
        return false
    }

    /// A call of something effectful where only a pure value may stand.
    func reportEffect(_ found: Int, _ view: CallExprView) {
        let symbol = symbols[found]
        let name = calleeName(view.callee)
        let what = symbol.kind == .workflow ? "workflow" : "action"
        if body != .workflow || lambdaDepth > 0 || waiting.isInQuery {
            report(
                .effectInFunction(
                    name, what, isLambda: body == .workflow && !waiting.isInQuery, place: bodyText,
                    at: tree.span(view.callee)))
            return
        }
        report(
            .nestedEffect(
                name, what, isTest: isTest, at: tree.span(view.callee), fix: extractionFix(view, name)))
    }

    private var bodyText: String {
        switch body {
        case .function: return "a func"
        case .constant: return "a constant or default"
        case .action: return "an action's arguments"
        case .workflow: return waiting.isInQuery ? "a query" : "a lambda"
        }
    }

    /// Names the inner call as a step of its own, on the line above the statement.
    private func extractionFix(_ view: CallExprView, _ name: String) -> Fix? {
        guard !frames.isEmpty else { return nil }
        return extractionFix(view.id, name)
    }

    /// The same for whatever runs as a step.
    func extractionFix(_ inner: NodeId, _ name: String) -> Fix? {
        guard let statement = currentStatement else { return nil }
        let start = tree.span(statement).start
        var label = name
        var number = 2
        while let known = interner.lookup(label), lookup(known) >= 0 {
            label = "\(name)\(number)"
            number += 1
        }
        let title = "name the inner call as a step"
        let step = "step \(label) = \(tree.text(inner))\n\(indentation(start))"
        let replaced = TextEdit(tree.span(inner), label)
        // a step that only wrapped the call has become a pure value
        if tree.kind(statement) == .stepStmt {
            let value = withoutParens(StepStmtView(tree, statement).value)
            let isPure = tree.kind(value) != .callExpr || effectSymbol(CallExprView(tree, value)) < 0
            if isPure && !isControl(value) {
                let word = tree.span(tree.firstToken(statement))
                return Fix(title, [TextEdit(word, step + "let"), replaced])
            }
        }
        return Fix(title, [TextEdit(span(start, start), step), replaced])
    }

    /// Whether it is a graph of its own whatever stands in it.
    private func isGraph(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr: return true
        default: return false
        }
    }

    private func isControl(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .ifExpr, .matchExpr, .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr, .block: return true
        default: return false
        }
    }

    // MARK: nodes

    /// Types all nodes of the innermost block.
    func typeNodes(from start: Int, tail: Int, expected: TypeId, loop: LoopTail?) {
        let (order, cyclic) = typingOrder(from: start)
        for index in order {
            let outer = currentStatement
            currentStatement = pending[start + index].statement
            typeNode(
                start + index, previous: index > 0 ? start + index - 1 : -1,
                expected: start + index == tail ? expected : .poison, loop: start + index == tail ? loop : nil
            )
            if cyclic.contains(index) {
                // its readers stay silent, itself too
                setType(of: start + index, .poison, isOptional: false)
            }
            currentStatement = outer
        }
    }

    func setType(of index: Int, _ type: TypeId, isOptional: Bool) {
        let entry = pending[index]
        let bound = isOptional ? types.optional(of: type) : type
        let binding = Int(entry.binding)
        bindings[binding].type = bound
        locals[Int(bindings[binding].local)].type = bound
        workflowNodes[Int(entry.node)].type = type == .never ? .unit : type
        workflowNodes[Int(entry.node)].isOptional = isOptional
    }

    func typeNode(_ index: Int, previous: Int, expected: TypeId, loop: LoopTail?) {
        let entry = pending[index]
        let frame = frames.count - 1
        frames[frame].reads.removeAll(keepingCapacity: true)
        frames[frame].previousNode = frames[frame].isSequence && previous >= 0 ? pending[previous].node : -1
        let number = Int(entry.node)
        var type = TypeId.poison
        var clauses = ClauseNodes()
        let narrowed = narrowMark()
        var declared = TypeId.poison
        switch entry.kind {
        case .step:
            let (written, list) = stepParts(entry.statement)
            if let written { declared = resolveType(written) }
            clauses = sortClauses(list)
        case .call, .control, .pureCall, .wait:
            if tree.kind(entry.statement) == .exprStmt {
                clauses = sortClauses(ExprStmtView(tree, entry.statement).clauses)
            }
        default: break
        }
        var checked = CheckedClauses()
        let whenFacts = facts.count
        if !clauses.when.isNone {
            checked.when = condition(clauses.when)
            lintCondition(clauses.when, ("`when` is not needed", "the step is never run"))
            apply(facts: whenFacts, holds: true)
        }
        facts.removeSubrange(whenFacts...)
        var isCall = false
        // `checkDeadline` takes the clause away where it belongs to the call
        let isTimed = !clauses.deadline.isNone
        if isTimed { lints.deadlineDepth += 1 }
        switch entry.kind {
        case .letValue: type = letNode(entry)
        case .letTuple: type = letNode(entry)
        case .flowLet: type = flowLetNode(entry)
        case .letPart: type = letPartNode(entry)
        case .mock: type = mockNode(entry)
        case .mockDelay: type = mockDelayNode(entry)
        case .expectation: type = expectationNode(entry)
        case .caughtCall: type = caughtCallNode(entry)
        case .expectedFailure: type = expectedFailureNode(entry, caught: previous)
        case .failure:
            let view = FailStmtView(tree, entry.statement)
            let message = view.value.map { expression($0, as: .string) } ?? poison(entry.statement)
            workflowNodes[number].kind = .fail(message)
            type = .unit
        case .wait:
            type = waitNode(entry.value, number)
            isCall = true
        case .pureCall where isMessage(CallExprView(tree, entry.value)):
            type = messageNode(CallExprView(tree, entry.value), number)
            isCall = true
        case .pureCall:
            if !clauses.isEmpty {
                let fix = clauseFix(tree.firstToken(clauses.first), isSafe: true)
                report(.clauseOnPure(clauses.firstText(tree), at: clauses.firstSpan(tree)).fixed(fix))
            }
            let value = expression(entry.value)
            workflowNodes[number].kind = .value(value)
            type = self.type(of: value)
        case .call:
            type = callNode(CallExprView(tree, entry.value), number, expected: expected)
            checkDeadline(CallExprView(tree, entry.value), number, &clauses)
            isCall = true
        case .control:
            type = controlNode(
                entry.value, number, entry.name, expected: expected, valueNeeded: entry.valueNeeded,
                loop: loop)
        case .step:
            let value = withoutParens(entry.value)
            let hint = declared
            if tree.kind(value) == .callExpr && effectSymbol(CallExprView(tree, value)) >= 0 {
                type = callNode(CallExprView(tree, value), number, expected: declared)
                checkDeadline(CallExprView(tree, value), number, &clauses)
                isCall = true
            } else if tree.kind(value) == .awaitExpr || tree.kind(value) == .spawnExpr {
                type = waitNode(value, number)
                isCall = true
            } else if tree.kind(value) == .callExpr && isMessage(CallExprView(tree, value)) {
                type = messageNode(CallExprView(tree, value), number)
                isCall = true
            } else if isControl(value) {
                type = controlNode(value, number, entry.name, expected: hint, valueNeeded: true, loop: nil)
            } else {
                pureStep(entry, value)
            }
            if declared != .poison && type != .poison {
                if type != declared && !types.containsPoison(type) {
                    report(
                        .mismatch(expected: text(declared), found: "`\(text(type))`", at: tree.span(value)))
                    type = declared
                }
            } else if declared != .poison && type == .poison {
                type = declared
            }
        }
        if type != .poison, type != .unit, type != .never {
            if !requireEncodable(type, at: entry.value) { type = .poison }
        }
        let isOptional =
            frames[frame].isFlow
            ? kind(type) != .optional && type != .poison
            : !clauses.when.isNone && type != .never && type != .poison
        if isTimed { lints.deadlineDepth -= 1 }
        if !clauses.isEmpty && entry.kind != .pureCall {
            let count = frames[frame].reads.count
            typeClauses(
                clauses, &checked, type,
                isCall ? .call : isControl(withoutParens(entry.value)) ? .block : .value, index)
            lintAfter(clauses.after, reads: frames[frame].reads[..<count])
            if !clauses.undo.isNone {
                checked.undo = undo(clauses.undo, index, type, isOptional: isOptional)
            }
            if !checked.retry.isNone { wrapRetried(number, type) }
        }
        if isCall {
            lintCall(CallExprView(tree, withoutParens(entry.value)), clauses, checked)
            lintTask(CallExprView(tree, withoutParens(entry.value)), clauses)
        }
        forgetNarrowing(narrowed)
        setType(of: index, type, isOptional: isOptional)
        if !clauses.isEmpty { workflowNodes[number].clauses = checked }
        var reads = frames[frame].reads
        if frames[frame].previousNode >= 0 {
            reads.append(UInt32(bitPattern: frames[frame].previousNode))
        }
        workflowNodes[number].dependencies = sortedReads(&reads, without: number)
    }

    func sortedReads(_ reads: inout [UInt32], without number: Int) -> [Int] {
        if reads.isEmpty { return [] }
        if reads.count > 1 { reads.sort() }
        var result: [Int] = []
        result.reserveCapacity(reads.count)
        for read in reads where Int(read) != number && result.last != Int(read) { result.append(Int(read)) }
        return result
    }

    /// A step without a call: `let` is what is meant.
    private func pureStep(_ entry: PendingNode, _ value: NodeId) {
        switch tree.kind(value) {
        case .errorExpr, .missing: return
        default: break
        }
        let before = sink.errorCount
        let typedValue = expression(entry.value)
        if sink.errorCount > before || type(of: typedValue) == .poison { return }
        let token = tree.firstToken(entry.statement)
        report(
            .pureStep(
                text(entry.name), at: tree.span(token),
                fix: Fix(safe: "write `let`", [TextEdit(tree.span(token), "let")])))
    }

    /// The call of an action behind `await`, which a step waits for by itself.
    func awaitedCall(_ value: NodeId) -> CallExprView? {
        guard tree.kind(value) == .awaitExpr else { return nil }
        let target = withoutParens(AwaitExprView(tree, value).target)
        guard tree.kind(target) == .callExpr else { return nil }
        let view = CallExprView(tree, target)
        return effectSymbol(view) >= 0 ? view : nil
    }

    private func letNode(_ entry: PendingNode) -> TypeId {
        let view = LetStmtView(tree, entry.statement)
        let value = withoutParens(view.value)
        let number = Int(entry.node)
        let isBranch = tree.kind(value) == .ifExpr || tree.kind(value) == .matchExpr
        let isWait = tree.kind(value) == .awaitExpr || tree.kind(value) == .spawnExpr
        if isGraph(value) || isWait || (isBranch && touchesWorld(value))
            || (tree.kind(value) == .callExpr && effectSymbol(CallExprView(tree, value)) >= 0)
        {
            if isTest { return testLetNode(view, value, number, entry) }
            let token = tree.firstToken(entry.statement)
            if isWait, let call = awaitedCall(value) {
                let blank = span(tree.span(value).start, tree.span(call.id).start)
                report(
                    .awaitsCall(
                        at: tree.span(tree.firstToken(value)),
                        fix: Fix(
                            safe: "make it a step",
                            [TextEdit(tree.span(token), "step"), .remove(blank)])))
                return callNode(call, number)
            }
            report(
                .letTouchesWorld(
                    at: tree.span(token), fix: Fix(safe: "write `step`", [TextEdit(tree.span(token), "step")])
                ))
            if tree.kind(value) == .callExpr { return callNode(CallExprView(tree, value), number) }
            if isWait { return waitNode(value, number) }
            return controlNode(value, number, entry.name, expected: .poison, valueNeeded: true, loop: nil)
        }
        let typedValue: TypedId
        var type: TypeId
        if let written = view.type {
            type = resolveType(written)
            typedValue = expression(view.value, as: type)
        } else {
            typedValue = expression(view.value)
            type = letType(of: typedValue, view.value)
        }
        workflowNodes[number].kind = .value(typedValue)
        if entry.kind == .letTuple { type = checkedTuple(type, view) }
        return type
    }

    /// The type of what a pattern of names takes apart, if it fits.
    func checkedTuple(_ type: TypeId, _ view: LetStmtView) -> TypeId {
        let count = TuplePatternView(tree, view.pattern).elements.count
        let isTuple = kind(type) == .tuple
        if type == .poison || (isTuple && types.memberCount(of: type) == count) { return type }
        report(
            .tupleCount(
                count, text(type), found: isTuple ? types.memberCount(of: type) : nil,
                at: tree.span(view.pattern)))
        return .poison
    }

    private func letPartNode(_ entry: PendingNode) -> TypeId {
        let whole = bindings[Int(pending[Int(entry.value.index)].binding)]
        let statement = entry.statement
        guard kind(whole.type) == .tuple, Int(entry.part) < types.memberCount(of: whole.type) else {
            return .poison
        }
        depend(on: whole)
        let type = types.tupleElement(of: whole.type, at: Int(entry.part))
        let base = make(.local, whole.type, statement, a: whole.local)
        let part = make(.field, type, statement, a: base.index, b: UInt32(entry.part))
        workflowNodes[Int(entry.node)].kind = .value(part)
        return type
    }

    func reportDiscarded(_ id: NodeId) {
        let before = sink.errorCount
        let value = expression(id)
        if sink.errorCount == before && type(of: value) != .poison && type(of: value) != .never {
            report(.unusedValue(at: tree.span(id), fixes: []))
        }
    }

    // MARK: calls

    /// A call of a workflow, an action or an effect as a node; yields its result's type.
    func callNode(_ view: CallExprView, _ number: Int, expected: TypeId = .poison) -> TypeId {
        let found = effectSymbol(view)
        guard found >= 0 else { return .poison }
        noteAct(view.id)
        let callable = Int(symbols[found].index)
        if symbols[found].kind == .workflow { waiting.calls.append((waiting.current, callable)) }
        let isTyped = callables[callable].isTyped && expected != .poison && expected != .never
        let result = isTyped ? expected : callables[callable].result
        let mark = scratch.count
        let isGood = pushArguments(view.arguments, callable, skipping: 0, view.id, view.callee)
        if isGood { lintShell(view, found, scratch[mark...]) }
        if isGood && retain {
            let arguments = scratch[mark...].map { TypedId($0) }
            switch symbols[found].kind {
            case .workflow:
                workflowNodes[number].kind = .workflow(Int(callables[callable].output), arguments: arguments)
            case .action:
                workflowNodes[number].kind = .action(Int(callables[callable].output), arguments: arguments)
            default:
                workflowNodes[number].kind = .effect(effectNumber(callable, result), arguments: arguments)
            }
        }
        scratch.removeSubrange(mark...)
        // behind those of default arguments, which are made at the call's place
        if isInspecting { noteType(result, view.id) }
        return result
    }

    /// The number of an effect in the program, given out at its first use; one for each type it yields.
    func effectNumber(_ callable: Int, _ result: TypeId) -> Int {
        let key = TypedEffect(callable: callable, result: result)
        if let known = waiting.effects[key] { return known }
        let symbol = symbols[Int(callables[callable].symbol)]
        let owner = moduleName(Int(symbol.module))
        let range = parameterRange(callable)
        waiting.effects[key] = checkedEffects.count
        checkedEffects.append(
            CheckedEffect(
                name: owner == "core" ? text(symbol.name) : "\(owner).\(text(symbol.name))",
                parameterNames: range.map { text(parameters[$0].name) },
                parameterTypes: range.map { parameters[$0].type },
                result: result))
        return checkedEffects.count - 1
    }
}
