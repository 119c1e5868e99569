// Nodes of a block: what a step calls, and `if match for loop sequence` with steps inside. One step makes one call
// that touches the world; everything else in it is pure.
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
        report(.nestedEffect(name, what, at: tree.span(view.callee), fix: extractionFix(view, name)))
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
    func typeNodes(from start: Int, expected: TypeId, loop: LoopTail?) {
        let count = pending.count - start
        let (order, cyclic) = typingOrder(from: start)
        for index in order {
            let outer = currentStatement
            currentStatement = pending[start + index].statement
            typeNode(
                start + index, previous: index > 0 ? start + index - 1 : -1,
                expected: index == count - 1 ? expected : .poison, loop: index == count - 1 ? loop : nil)
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

    // MARK: control

    /// `if match for loop sequence { }` as a node; yields its type.
    func controlNode(
        _ id: NodeId, _ number: Int, _ name: NameId, expected: TypeId, valueNeeded: Bool, loop: LoopTail?
    ) -> TypeId {
        switch tree.kind(id) {
        case .ifExpr: return ifNode(IfExprView(tree, id), number, expected, valueNeeded, loop)
        case .matchExpr: return matchNode(MatchExprView(tree, id), number, expected, valueNeeded, loop)
        case .forExpr: return forNode(ForExprView(tree, id), number, expected, valueNeeded)
        case .loopExpr: return loopNode(LoopExprView(tree, id), number, name)
        case .tryExpr: return tryNode(TryExprView(tree, id), number, expected, valueNeeded, loop)
        case .raceExpr: return raceNode(RaceExprView(tree, id), number, expected, valueNeeded, loop)
        case .sequenceExpr:
            return blockNode(
                SequenceExprView(tree, id).body, number, expected, valueNeeded, loop, isSequence: true)
        default: return blockNode(id, number, expected, valueNeeded, loop, isSequence: false)
        }
    }

    private func blockNode(
        _ id: NodeId, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?,
        isSequence: Bool
    ) -> TypeId {
        let block = graphBlock(
            graphStatements(id), id, given: [], expected: expected, valueNeeded: valueNeeded,
            isSequence: isSequence,
            loop: loop)
        workflowNodes[number].kind = .block(block)
        return workflowBlocks[block].resultType
    }

    private func ifNode(
        _ top: IfExprView, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?
    ) -> TypeId {
        let narrowed = narrowMark()
        var conditions: [TypedId] = []
        var blocks: [(block: Int, node: NodeId)] = []
        var otherwise: NodeId?
        var view = top
        while true {
            let mark = facts.count
            conditions.append(condition(view.condition))
            lintCondition(
                view.condition, ("what stands behind `else` is never run", "the block is never run"))
            let inner = narrowMark()
            apply(facts: mark, holds: true)
            let block = graphBlock(
                graphStatements(view.thenBlock), view.thenBlock, given: [],
                expected: branchHint(expected, view.thenBlock, blocks),
                valueNeeded: valueNeeded, isSequence: false, loop: loop)
            blocks.append((block, view.thenBlock))
            forgetNarrowing(inner)
            apply(facts: mark, holds: false)
            facts.removeSubrange(mark...)
            guard let next = view.elseBranch else { break }
            if tree.kind(next) == .ifExpr {
                view = IfExprView(tree, next)
            } else {
                otherwise = next
                break
            }
        }
        var elseBlock: Int?
        if let otherwise {
            let block = graphBlock(
                graphStatements(otherwise), otherwise, given: [],
                expected: branchHint(expected, otherwise, blocks), valueNeeded: valueNeeded,
                isSequence: false, loop: loop)
            elseBlock = block
            blocks.insert((block, otherwise), at: 0)
        }
        forgetNarrowing(narrowed)
        var selector = word(0, .int, top.id)
        for index in conditions.indices.reversed() {
            let then = word(UInt64(index + 1), .int, top.id)
            selector = make(
                .if, .int, top.id, list: typed.addList([conditions[index].index, then.index, selector.index]))
        }
        if loop != nil && otherwise == nil { report(.loopWithoutNext(at: tree.span(tree.lastToken(top.id)))) }
        let type = joinBlocks(&blocks, expected, valueNeeded, isComplete: otherwise != nil, "`if`")
        let given = otherwise == nil ? blocks : Array(blocks.dropFirst())
        workflowNodes[number].kind = .branch(selector: selector, blocks: [elseBlock] + given.map { $0.block })
        return type
    }

    /// The type that a branch should have: what is expected, else, for one that ends in `.case` of an enum that it does
    /// not name, the enum of a branch before it.
    func branchHint(
        _ expected: TypeId, _ branch: NodeId, _ blocks: [(block: Int, node: NodeId)]
    ) -> TypeId {
        guard expected == .poison else { return expected }
        var last = tail(branch)
        if tree.kind(last) == .callExpr { last = CallExprView(tree, last).callee }
        guard tree.kind(last) == .implicitMemberExpr else { return expected }
        for (block, _) in blocks {
            let found = types.unwrapped(workflowBlocks[block].resultType)
            if kind(found) == .enumeration { return found }
        }
        return expected
    }

    /// Gives the values of all branches one type.
    func joinBlocks(
        _ blocks: inout [(block: Int, node: NodeId)], _ expected: TypeId, _ valueNeeded: Bool,
        isComplete: Bool,
        _ what: String
    ) -> TypeId {
        guard valueNeeded else { return .unit }
        var result = TypeId.never
        for (block, node) in blocks {
            let entry = workflowBlocks[block]
            if endsInFailure(block) { continue }
            let found = entry.result.isNone ? TypeId.unit : type(of: entry.result)
            if found == .poison { return .poison }
            guard let joined = join(result, found) else {
                if !types.containsPoison(found) && !types.containsPoison(result) {
                    report(
                        .armsDiffer(
                            what, text(result), text(found), at: tree.span(tail(node)),
                            first: tree.span(tail(blocks[0].node))))
                }
                return .poison
            }
            result = joined
        }
        if result == .never { return isComplete ? .never : .unit }
        if !isComplete && result != .unit { result = types.optional(of: result) }
        for (block, node) in blocks {
            let value = workflowBlocks[block].result
            if value.isNone {
                // a branch that fails never yields: its value is never asked for, but the block has a type
                workflowBlocks[block].resultType = .unit
                if result != .unit {
                    workflowBlocks[block].result = neverYields(node)
                    workflowBlocks[block].resultType = result
                }
                continue
            }
            workflowBlocks[block].result = coerce(value, to: result, at: node)
            workflowBlocks[block].resultType = result
        }
        return result
    }

    /// Whether a block's last node is `fail`, so that it has no value to join.
    private func endsInFailure(_ block: Int) -> Bool {
        guard workflowBlocks[block].result.isNone, let last = workflowBlocks[block].nodes.last else {
            return !workflowBlocks[block].result.isNone && type(of: workflowBlocks[block].result) == .never
        }
        if case .fail = workflowNodes[last].kind { return true }
        return false
    }

    private func matchNode(
        _ view: MatchExprView, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?
    ) -> TypeId {
        var binding = plainBinding(view.subject)
        let scope = scopeMark()
        let subjectType: TypeId
        if binding >= 0 {
            subjectType =
                bindings[binding].narrowed == .poison ? bindings[binding].type : bindings[binding].narrowed
            if bindings[binding].narrowed != .poison { binding = hiddenNode("#match", view.subject) }
        } else {
            binding = hiddenNode("#match", view.subject)
            subjectType = bindings[binding].type
        }
        let subject = read(binding, view.subject)
        var arms: [ArmPattern] = []
        var blocks: [(block: Int, node: NodeId)] = []
        let mark = scratch.count
        var seesNull = false
        for item in view.arms where tree.kind(item) == .matchArm {
            let arm = MatchArmView(tree, item)
            let inner = scopeMark()
            let narrowed = narrowMark()
            if seesNull && kind(subjectType) == .optional {
                narrow(binding, to: types.element(of: subjectType))
            }
            let first = bindings.count
            let pattern = armPattern(arm.pattern, subjectType, seesNull: seesNull)
            var guardNode = TypedId.none
            let factMark = facts.count
            if let test = arm.guardCondition { guardNode = condition(test) }
            let names = takeArmNames(from: first)
            if guardNode.isNone && isPlainNull(arm.pattern) { seesNull = true }
            leaveScope(inner)
            apply(facts: factMark, holds: true)
            facts.removeSubrange(factMark...)
            let block = graphBlock(
                graphStatements(arm.body), arm.body, given: [],
                expected: branchHint(expected, arm.body, blocks), valueNeeded: valueNeeded,
                isSequence: false, loop: loop,
                prologue: .arm(subject: binding, pattern: pattern, names: names))
            forgetNarrowing(narrowed)
            arms.append(ArmPattern(pattern: pattern, isGuarded: !guardNode.isNone, node: arm.pattern))
            let choice = word(UInt64(blocks.count), .int, arm.pattern)
            let node = make(
                .arm, .int, item, a: pattern.index, b: choice.index,
                list: guardNode.isNone ? 0 : typed.addList(CollectionOfOne(guardNode.index)))
            scratch.append(node.index)
            blocks.append((block, arm.body))
        }
        checkExhaustive(arms, subjectType, view)
        let selector = make(.match, .int, view.id, a: subject.index, list: takeList(mark))
        workflowNodes[number].kind = .branch(selector: selector, blocks: blocks.map { $0.block })
        leaveScope(scope)
        if blocks.isEmpty { return .unit }
        return joinBlocks(&blocks, expected, valueNeeded, isComplete: true, "`match`")
    }

    /// The names of an arm's pattern. The arm's block binds them anew, and only those count as read or not.
    private func takeArmNames(from first: Int) -> [ArmName] {
        var names: [ArmName] = []
        for index in first..<bindings.count where !bindings[index].name.isNone {
            let entry = bindings[index]
            names.append(
                ArmName(
                    name: entry.name, local: entry.local, type: entry.type, span: span(of: entry),
                    isRead: entry.isRead))
            bindings[index].isRead = true
        }
        return names
    }

    /// A node that computes a value for the node being typed; yields its binding.
    private func hiddenNode(_ name: String, _ id: NodeId) -> Int {
        let frame = frames.count - 1
        let outer = frames[frame].reads
        frames[frame].reads = []
        let value = expression(id)
        let local = newLocal(.none, type(of: value))
        workflowNodes.append(
            CheckedNode(
                kind: .value(value), name: "\(name)\(workflowNodes.count)", span: tree.span(id),
                binding: LocalId(local),
                type: type(of: value), isOptional: false, dependencies: [], clauses: nil))
        let number = workflowNodes.count - 1
        frames[frame].nodes.append(number)
        workflowNodes[number].dependencies = sortedReads(&frames[frame].reads, without: number)
        frames[frame].reads = outer
        if type(of: value) != .poison { _ = requireEncodable(type(of: value), at: id) }
        return bind(
            .none, .pattern, type(of: value), local: local, at: tree.span(id), node: Int32(number),
            frame: Int32(frame))
    }

    private func forNode(_ view: ForExprView, _ number: Int, _ expected: TypeId, _ valueNeeded: Bool)
        -> TypeId
    {
        var sequence = expression(view.sequence)
        let found = type(of: sequence)
        let element = iterated(found, view.sequence)
        sequence = asList(sequence, element)
        let limit = view.limit.map { expression($0, as: .int) } ?? .none
        if let written = view.limit { expectNumber(limit, from: 1, "the limit of a `for`", at: written) }
        let scope = scopeMark()
        var prologue = BlockPrologue.none
        let local: UInt32
        switch tree.kind(view.pattern) {
        case .bindingPattern:
            local = declare(
                BindingPatternView(tree, view.pattern).name, .item, element, at: tree.span(view.pattern))
        case .tuplePattern:
            local = newLocal(.none, element)
            prologue = .tuple(local: local, type: element, pattern: view.pattern)
        default:
            local = newLocal(.none, element)
            if tree.kind(view.pattern) != .wildcardPattern && tree.kind(view.pattern) != .errorPattern {
                report(.patternNotBinding(at: tree.span(view.pattern)))
            }
        }
        let wanted = types.unwrapped(expected)
        let hint = kind(wanted) == .list ? types.element(of: wanted) : .poison
        let block = graphBlock(
            graphStatements(view.body), view.body, given: [LocalId(local)], expected: hint,
            valueNeeded: valueNeeded,
            isSequence: false, prologue: prologue)
        leaveScope(scope)
        workflowNodes[number].kind = .fan(sequence: sequence, limit: limit, block: block)
        lintFan(view, sequence)
        let item = workflowBlocks[block].resultType
        if item == .poison || type(of: sequence) == .poison { return .poison }
        return types.list(of: item == .never ? .unit : item)
    }

    /// Ranges and maps as the lists that a fan-out needs.
    private func asList(_ value: TypedId, _ element: TypeId) -> TypedId {
        let builtin: UInt32
        switch kind(type(of: value)) {
        case .range: builtin = UInt32(Builtin.rangeToList.rawValue)
        case .map: builtin = UInt32(Builtin.mapEntries.rawValue)
        default: return value
        }
        return make(
            .builtin, types.list(of: element), like: value, a: builtin,
            list: typed.addList(CollectionOfOne(value.index)))
    }
}
