// `if match for loop sequence` as nodes of a block: their branches, what they yield, and how branches join.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
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
        if let other = top.elseBranch, expected == .poison, valueNeeded, tree.kind(other) == .block,
            needsHint(top.thenBlock), !needsHint(other)
        {
            // what the first branch yields is told by the second
            let mark = facts.count
            conditions.append(condition(top.condition))
            lintCondition(
                top.condition, ("what stands behind `else` is never run", "the block is never run"))
            apply(facts: mark, holds: false)
            let second = graphBlock(
                graphStatements(other), other, given: [], expected: .poison, valueNeeded: true,
                isSequence: false, loop: loop)
            forgetNarrowing(narrowed)
            apply(facts: mark, holds: true)
            facts.removeSubrange(mark...)
            let first = graphBlock(
                graphStatements(top.thenBlock), top.thenBlock, given: [],
                expected: branchHint(.poison, top.thenBlock, [(second, other)]), valueNeeded: true,
                isSequence: false, loop: loop)
            forgetNarrowing(narrowed)
            return finish(
                top, number, conditions, [(first, top.thenBlock)], (second, other), expected, valueNeeded,
                loop)
        }
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
        var last: (block: Int, node: NodeId)?
        if let otherwise {
            let block = graphBlock(
                graphStatements(otherwise), otherwise, given: [],
                expected: branchHint(expected, otherwise, blocks), valueNeeded: valueNeeded,
                isSequence: false, loop: loop)
            last = (block, otherwise)
        }
        forgetNarrowing(narrowed)
        return finish(top, number, conditions, blocks, last, expected, valueNeeded, loop)
    }

    /// Makes a node of the conditions and branches of an `if`; yields its type.
    ///
    /// - Parameter otherwise: the last `else`.
    private func finish(
        _ top: IfExprView, _ number: Int, _ conditions: [TypedId], _ given: [(block: Int, node: NodeId)],
        _ otherwise: (block: Int, node: NodeId)?, _ expected: TypeId, _ valueNeeded: Bool, _ loop: LoopTail?
    ) -> TypeId {
        var blocks = given
        if let otherwise { blocks.insert(otherwise, at: 0) }
        let elseBlock = otherwise?.block
        var selector = word(0, .int, top.id)
        for index in conditions.indices.reversed() {
            let then = word(UInt64(index + 1), .int, top.id)
            selector = make(
                .if, .int, top.id, list: typed.addList([conditions[index].index, then.index, selector.index]))
        }
        if loop != nil && otherwise == nil { report(.loopWithoutNext(at: tree.span(tree.lastToken(top.id)))) }
        let type = joinBlocks(&blocks, expected, valueNeeded, isComplete: otherwise != nil, "`if`")
        workflowNodes[number].kind = .branch(selector: selector, blocks: [elseBlock] + given.map { $0.block })
        return type
    }

    /// The type that a branch should have: what is expected, else, for one that ends in `.case` of an enum that it does
    /// not name, the enum of a branch before it.
    func branchHint(
        _ expected: TypeId, _ branch: NodeId, _ blocks: [(block: Int, node: NodeId)]
    ) -> TypeId {
        guard expected == .poison, needsHint(branch) else { return expected }
        for (block, _) in blocks {
            let found = types.unwrapped(workflowBlocks[block].resultType)
            if fits(found, branch) { return found }
        }
        return expected
    }

    /// Whether a branch ends in `.case`, `[]` or `[:]`, whose type only the place around tells.
    func needsHint(_ branch: NodeId) -> Bool {
        var last = tail(branch)
        if tree.kind(last) == .callExpr { last = CallExprView(tree, last).callee }
        switch tree.kind(last) {
        case .implicitMemberExpr: return true
        case .listExpr: return ListExprView(tree, last).elements.isEmpty
        case .mapExpr: return MapExprView(tree, last).entries.isEmpty
        default: return false
        }
    }

    /// Whether a type is of the kind that such a branch yields.
    private func fits(_ type: TypeId, _ branch: NodeId) -> Bool {
        switch tree.kind(tail(branch)) {
        case .listExpr: return kind(type) == .list
        case .mapExpr: return kind(type) == .map
        default: return kind(type) == .enumeration
        }
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
