// `if` and `match` as expressions and statements: arms join to one type, arms tell names apart from null.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// Arms gathered while a branch is checked, before their common type is known.
struct BranchArm {
    var value: TypedId
    var node: NodeId
}

extension ProgramChecker {
    func ifExpression(_ view: IfExprView, _ expected: TypeId, valueNeeded: Bool) -> TypedId {
        let factMark = facts.count
        let test = condition(view.condition)
        lintCondition(view.condition, ("what stands behind `else` is never used", "the block is never used"))
        let outer = narrowMark()
        var hint = expected
        if expected == .poison, valueNeeded, let branch = view.elseBranch, needsHint(view.thenBlock) {
            if isLookingAhead {
                // what a chain of branches yields is asked of each of them once
                apply(facts: factMark, holds: false)
                let found = blockOrExpression(branch, .poison, valueNeeded: true)
                forgetNarrowing(outer)
                facts.removeSubrange(factMark...)
                return found
            }
            hint = quietly {
                isLookingAhead = true
                defer { isLookingAhead = false }
                apply(facts: factMark, holds: false)
                defer { forgetNarrowing(outer) }
                let found = type(of: blockOrExpression(branch, .poison, valueNeeded: true))
                return found == .never ? .poison : found
            }
        }
        apply(facts: factMark, holds: true)
        let then = block(BlockView(tree, view.thenBlock), hint, valueNeeded: valueNeeded)
        forgetNarrowing(outer)
        var otherwise = TypedId.none
        if let branch = view.elseBranch {
            apply(facts: factMark, holds: false)
            let hint = expected == .poison ? type(of: then) : expected
            otherwise = blockOrExpression(branch, hint == .never ? .poison : hint, valueNeeded: valueNeeded)
            forgetNarrowing(outer)
        }
        if !narrowings.isEmpty { widenAssigned(in: view.id) }
        if !valueNeeded {
            // what holds when only one way leads on
            if type(of: then) == .never && (otherwise.isNone || type(of: otherwise) != .never) {
                apply(facts: factMark, holds: false)
            } else if !otherwise.isNone && type(of: otherwise) == .never && type(of: then) != .never {
                apply(facts: factMark, holds: true)
            }
            facts.removeSubrange(factMark...)
            let isNever = !otherwise.isNone && type(of: then) == .never && type(of: otherwise) == .never
            return make(
                .if, isNever ? .never : .unit, view.id,
                list: typed.addList([test.index, then.index, otherwise.index]))
        }
        facts.removeSubrange(factMark...)
        var arms = [BranchArm(value: then, node: view.thenBlock)]
        if let branch = view.elseBranch {
            arms.append(BranchArm(value: otherwise, node: branch))
        } else {
            if type(of: then) == .unit || type(of: then) == .never {
                return make(.if, .unit, view.id, list: typed.addList([test.index, then.index, 0]))
            }
            let null = make(.null, types.optional(of: .never), view.id)
            arms.append(BranchArm(value: null, node: view.id))
        }
        guard let result = unify(&arms, expected, "`if`", view.id) else { return poison(view.id) }
        return make(
            .if, result, view.id, list: typed.addList([test.index, arms[0].value.index, arms[1].value.index]))
    }

    /// Gives all arms one type and yields it; nil when they do not agree, which is reported.
    func unify(_ arms: inout [BranchArm], _ expected: TypeId, _ what: String, _ id: NodeId) -> TypeId? {
        if expected != .poison && !types.containsVariable(expected) {
            var isNever = true
            for index in arms.indices {
                if type(of: arms[index].value) != .never { isNever = false }
                arms[index].value = coerce(arms[index].value, to: expected, at: tail(arms[index].node))
            }
            return isNever ? .never : expected
        }
        var result = TypeId.never
        for arm in arms {
            let found = type(of: arm.value)
            if found == .poison { return nil }
            guard let joined = join(result, found) else {
                if !types.containsPoison(found) && !types.containsPoison(result) {
                    let first = arms.first { type(of: $0.value) != .never } ?? arm
                    report(
                        .armsDiffer(
                            what, text(result), text(found), at: tree.span(tail(arm.node)),
                            first: tree.span(tail(first.node))))
                }
                return nil
            }
            result = joined
        }
        for index in arms.indices {
            arms[index].value = coerce(arms[index].value, to: result, at: arms[index].node)
        }
        return result
    }

    /// The expression that gives a block its value, for spans.
    func tail(_ id: NodeId) -> NodeId {
        switch tree.kind(id) {
        case .block:
            let statements = BlockView(tree, id).statements
            guard !statements.isEmpty else { return id }
            let last = statements[statements.count - 1]
            return tree.kind(last) == .exprStmt ? tail(ExprStmtView(tree, last).value) : id
        case .parenExpr: return tail(ParenExprView(tree, id).inner)
        default: return id
        }
    }

    // MARK: match

    func matchExpression(_ view: MatchExprView, _ expected: TypeId, valueNeeded: Bool) -> TypedId {
        let subject = expression(view.subject)
        let subjectType = type(of: subject)
        let binding = plainBinding(view.subject)
        let mark = scratch.count
        var arms: [BranchArm] = []
        var patterns: [ArmPattern] = []
        var hint = expected
        var seesNull = false
        var everyArmIsNever = true
        for item in view.arms where tree.kind(item) == .matchArm {
            let arm = MatchArmView(tree, item)
            let scope = scopeMark()
            let narrowed = narrowMark()
            if seesNull && binding >= 0 && kind(subjectType) == .optional {
                narrow(binding, to: types.element(of: subjectType))
            }
            let pattern = armPattern(arm.pattern, subjectType, seesNull: seesNull)
            var guardNode = TypedId.none
            let factMark = facts.count
            if let test = arm.guardCondition {
                guardNode = condition(test)
                apply(facts: factMark, holds: true)
            }
            if guardNode.isNone && isPlainNull(arm.pattern) { seesNull = true }
            let value = blockOrExpression(arm.body, hint, valueNeeded: valueNeeded)
            facts.removeSubrange(factMark...)
            forgetNarrowing(narrowed)
            leaveScope(scope)
            if hint == .poison && type(of: value) != .never { hint = type(of: value) }
            if type(of: value) != .never { everyArmIsNever = false }
            arms.append(BranchArm(value: value, node: arm.body))
            patterns.append(ArmPattern(pattern: pattern, isGuarded: !guardNode.isNone, node: arm.pattern))
            scratch.append(pattern.index)
            scratch.append(guardNode.index)
            scratch.append(item.index)
        }
        if !narrowings.isEmpty { widenAssigned(in: view.id) }
        if arms.isEmpty { everyArmIsNever = false }
        checkExhaustive(patterns, subjectType, view)
        var result = everyArmIsNever ? TypeId.never : TypeId.unit
        if valueNeeded && !arms.isEmpty {
            guard let joined = unify(&arms, expected, "`match`", view.id) else {
                scratch.removeSubrange(mark...)
                return poison(view.id)
            }
            result = joined
        }
        if subjectType == .poison { result = valueNeeded && result == .unit ? .poison : result }
        for index in arms.indices {
            let place = mark + index * 3
            let guardNode = scratch[place + 1]
            let node = make(
                .arm, type(of: arms[index].value), NodeId(scratch[place + 2]), a: scratch[place],
                b: arms[index].value.index,
                list: guardNode == 0 ? 0 : typed.addList(CollectionOfOne(guardNode)))
            scratch[mark + index] = node.index
        }
        scratch.removeSubrange((mark + arms.count)...)
        return make(.match, result, view.id, a: subject.index, list: takeList(mark))
    }

    /// The pattern of an arm; a name alone behind an arm for null takes the value without its `?`.
    func armPattern(_ id: NodeId, _ type: TypeId, seesNull: Bool) -> TypedId {
        guard seesNull, kind(type) == .optional, tree.kind(id) == .bindingPattern else {
            return pattern(id, type)
        }
        let inner = pattern(id, types.element(of: type))
        return make(.somePattern, type, id, a: inner.index)
    }

    func isPlainNull(_ pattern: NodeId) -> Bool { tree.kind(pattern) == .nullPattern }
}
