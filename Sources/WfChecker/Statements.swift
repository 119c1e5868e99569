// Statements of funcs and lambdas: blocks, variables, assignment, loops, return. Steps are refused here.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: blocks

    /// A block as an expression. Its value is its last expression when one is needed.
    func block(_ view: BlockView, _ expected: TypeId, valueNeeded: Bool) -> TypedId {
        let scope = scopeMark()
        let narrowed = narrowMark()
        let mark = scratch.count
        let statements = view.statements
        var value = TypedId.none
        var isNever = false
        var unreached: Int?
        for (number, item) in statements.enumerated() {
            let isLast = number == statements.count - 1
            if isNever && unreached == nil {
                // all that is left is one finding
                unreached = number
                lintUnreachable(
                    from: item, to: statements[statements.count - 1], behind: statements[number - 1])
            }
            if isLast && valueNeeded && tree.kind(item) == .exprStmt {
                let statement = ExprStmtView(tree, item)
                refuseClauses(statement.clauses)
                value = expression(statement.value, expected)
                if type(of: value) == .never { isNever = true }
                continue
            }
            let node = statement(item)
            if type(of: node) == .never { isNever = true }
            scratch.append(node.index)
        }
        leaveScope(scope)
        forgetNarrowing(narrowed)
        let result = isNever ? TypeId.never : value.isNone ? TypeId.unit : type(of: value)
        return make(.block, result, view.id, a: value.index, list: takeList(mark))
    }

    /// A block or any other node in the place of a block.
    func blockOrExpression(_ id: NodeId, _ expected: TypeId, valueNeeded: Bool) -> TypedId {
        switch tree.kind(id) {
        case .block: return block(BlockView(tree, id), expected, valueNeeded: valueNeeded)
        case .ifExpr: return ifExpression(IfExprView(tree, id), expected, valueNeeded: valueNeeded)
        case .matchExpr: return matchExpression(MatchExprView(tree, id), expected, valueNeeded: valueNeeded)
        default: return valueNeeded ? expression(id, expected) : statement(id)
        }
    }

    /// A statement; its type is Never when nothing behind it is reached.
    func statement(_ id: NodeId) -> TypedId {
        switch tree.kind(id) {
        case .letStmt: return letStatement(LetStmtView(tree, id))
        case .assignStmt: return assignment(AssignStmtView(tree, id))
        case .returnStmt: return returnStatement(ReturnStmtView(tree, id))
        case .breakStmt, .continueStmt: return jump(id)
        case .whileStmt: return whileStatement(WhileStmtView(tree, id))
        case .failStmt: return failStatement(FailStmtView(tree, id))
        case .exprStmt:
            let view = ExprStmtView(tree, id)
            refuseClauses(view.clauses)
            return expressionStatement(view.value)
        case .stepStmt:
            report(.workflowStatement("`step`", at: tree.span(tree.firstToken(id))))
            let view = StepStmtView(tree, id)
            if !view.name.isNone { declare(view.name, .constant, .poison, at: tree.span(view.nameToken)) }
            return poison(id)
        case .nextStmt:
            report(.nextOutsideLoop(at: tree.span(tree.firstToken(id))))
            return poison(id)
        case .signalStmt, .queryStmt:
            let token = tree.firstToken(id)
            report(.workflowStatement("`\(tree.text(token))`", at: tree.span(token)))
            return poison(id)
        // the parser makes statements of tests inside tests only
        case .mockStmt, .expectStmt, .expectFailsStmt, .realStmt:
            report(.testStatementOutside(tree.text(tree.firstToken(id)), at: tree.span(tree.firstToken(id))))
            return poison(id)
        case .errorStmt, .missing: return poison(id)
        case .block: return block(BlockView(tree, id), .poison, valueNeeded: false)
        default: return expressionStatement(id)
        }
    }

    private func refuseClauses(_ clauses: NodeList) {
        guard let first = clauses.first else { return }
        report(.clauseInFunction(tree.text(tree.firstToken(first)), at: tree.span(tree.firstToken(first))))
    }

    /// An expression whose value nobody reads.
    private func expressionStatement(_ id: NodeId) -> TypedId {
        switch tree.kind(id) {
        case .ifExpr: return ifExpression(IfExprView(tree, id), .poison, valueNeeded: false)
        case .matchExpr: return matchExpression(MatchExprView(tree, id), .poison, valueNeeded: false)
        case .forExpr where body != .workflow: return forStatement(ForExprView(tree, id))
        case .block: return block(BlockView(tree, id), .poison, valueNeeded: false)
        case .callExpr:
            let value = expression(id)
            if body == .function { lintDiscarded(id, type(of: value)) }
            return value
        case .errorExpr, .raceExpr, .tryExpr, .awaitExpr, .spawnExpr, .loopExpr, .sequenceExpr,
            .forExpr,
            .unitExpr:
            return expression(id)
        default:
            let value = expression(id)
            let found = type(of: value)
            if found != .poison && found != .never && found != .unit { reportUnused(id, found) }
            return value
        }
    }

    private func reportUnused(_ id: NodeId, _ found: TypeId) {
        var fixes: [Fix] = []
        if tree.kind(id) == .binaryExpr {
            let view = BinaryExprView(tree, id)
            if view.operation == .equal && plainBinding(view.left) >= 0 {
                fixes = [Fix("assign with `=`", [TextEdit(tree.span(view.operatorToken), "=")])]
            }
        }
        report(.unusedValue(at: tree.span(id), fixes: fixes, result: missingResult(id, found)))
    }

    /// The type of the last expression of a func that does not say what it yields.
    private func missingResult(_ id: NodeId, _ found: TypeId) -> String? {
        guard body == .function, !declarationNode.isNone, tree.kind(declarationNode) == .funcDecl,
            FuncDeclView(tree, declarationNode).result == nil,
            tree.lastToken(id).index + 1 == tree.lastToken(declarationNode).index
        else { return nil }
        return text(found)
    }

    // MARK: variables

    private func letStatement(_ view: LetStmtView) -> TypedId {
        let declared = view.type.map { resolveType($0) }
        let value: TypedId
        if let declared {
            value = expression(view.value, as: declared)
        } else {
            value = expression(view.value)
        }
        let type = declared ?? letType(of: value, view.value)
        let role = view.isVar ? Binding.Role.variable : .constant
        if !view.name.isNone {
            lintShadow(view.name, at: tree.span(view.pattern))
            let local = declare(view.name, role, type, at: tree.span(view.pattern))
            if view.isVar && declared != nil { narrowAssigned(bindings.count - 1, value) }
            return make(
                .declare, self.type(of: value) == .never ? .never : .unit, view.id, a: local, b: value.index)
        }
        return destructure(view, type, value, role)
    }

    /// The type of a `let` without one; `null` alone tells nothing.
    func letType(of value: TypedId, _ id: NodeId) -> TypeId {
        let found = type(of: value)
        if kind(found) == .optional && types.element(of: found) == .never {
            report(
                .emptyNeedsType("null", example: "let x: Int? = null", at: tree.span(id))
                    .fixed(emptyTypeFix("String?", id)))
            return .poison
        }
        return found == .never ? .poison : found
    }

    /// A `var x: T? = value` that starts with a value is present until it is assigned.
    private func narrowAssigned(_ binding: Int, _ value: TypedId) {
        let declared = bindings[binding].type
        if kind(declared) == .optional && typed[value].kind == .wrap && loops.isEmpty {
            narrow(binding, to: types.element(of: declared))
        }
    }

    private func destructure(
        _ view: LetStmtView, _ type: TypeId, _ value: TypedId, _ role: Binding.Role
    ) -> TypedId {
        guard tree.kind(view.pattern) == .tuplePattern else {
            // `let _ = e`
            return make(.block, .unit, view.id, list: typed.addList(CollectionOfOne(value.index)))
        }
        let elements = TuplePatternView(tree, view.pattern).elements
        let isTuple = kind(type) == .tuple
        if type != .poison && (!isTuple || types.memberCount(of: type) != elements.count) {
            report(
                .tupleCount(
                    elements.count, text(type), found: isTuple ? types.memberCount(of: type) : nil,
                    at: tree.span(view.pattern)))
        }
        let fits = isTuple && types.memberCount(of: type) == elements.count
        let mark = scratch.count
        for (number, element) in elements.enumerated() {
            let elementType = fits ? types.tupleElement(of: type, at: number) : .poison
            switch tree.kind(element) {
            case .bindingPattern:
                let name = BindingPatternView(tree, element).name
                scratch.append(declare(name, role, elementType, at: tree.span(element)))
            case .wildcardPattern: scratch.append(.max)
            default:
                refuse(element, role)
                scratch.append(.max)
            }
        }
        let list = takeList(mark)
        return fits ? make(.destructure, .unit, view.id, a: value.index, list: list) : poison(view.id)
    }

    // MARK: assignment

    private func assignment(_ view: AssignStmtView) -> TypedId {
        lintAssignment(view)
        guard let root = assignmentRoot(view.target) else {
            _ = expression(view.value)
            return poison(view.id)
        }
        // without an operator the target's type is the hint
        let targetType = typeOfTarget(view.target, root)
        var value: TypedId
        if let operation = view.operation.binary {
            let old = targetType == .poison ? poison(view.target) : readTarget(view.target, root)
            let hint = kind(targetType) == .duration ? .poison : targetType
            let right = expression(view.value, hint)
            value = combine(old, right, operation, view.id, leftNode: view.target, rightNode: view.value)
            value = coerce(value, to: targetType, at: view.value)
        } else {
            value = expression(view.value, as: targetType)
        }
        if targetType == .poison { return poison(view.id) }
        return store(view.target, value, root, view.id)
    }

    /// The variable at the bottom of an assignment's target; reports when it cannot be assigned.
    private func assignmentRoot(_ target: NodeId) -> Int? {
        var id = target
        while true {
            switch tree.kind(id) {
            case .indexExpr: id = IndexExprView(tree, id).base
            case .memberExpr: id = MemberExprView(tree, id).base
            case .tupleFieldExpr: id = TupleFieldExprView(tree, id).base
            case .parenExpr: id = ParenExprView(tree, id).inner
            case .nameExpr:
                let name = NameExprView(tree, id).name
                if name.isNone { return nil }
                let found = lookup(name)
                if found < 0 {
                    let symbol = symbol(named: name)
                    if symbol < 0 {
                        reportUnknownName(name, at: id)
                    } else if symbols[symbol].kind != .refused {
                        report(
                            .cannotAssign(
                                text(name), symbols[symbol].kind.text, at: tree.span(id), declared: nil))
                    }
                    return nil
                }
                let binding = bindings[found]
                if binding.role != .variable {
                    if binding.type == .poison && binding.role == .constant && binding.start == 0 {
                        return nil
                    }
                    report(
                        .assignToConstant(
                            text(name), binding.role, isWhole: id == target, at: tree.span(target),
                            declared: span(of: binding), fix: letToVarFix(binding)))
                    return nil
                }
                if Int(binding.lambdaDepth) != lambdaDepth {
                    report(.assignInLambda(text(name), at: tree.span(target), declared: span(of: binding)))
                    return nil
                }
                return found
            case .errorExpr, .missing: return nil
            default:
                report(.notAssignable(at: tree.span(target)))
                return nil
            }
        }
    }

    /// Turns the `let` before a plain name into `var`.
    private func letToVarFix(_ binding: Binding) -> Fix? {
        guard binding.role == .constant, binding.start >= 4 else { return nil }
        let span = Span(file: tree.file, start: binding.start - 4, end: binding.start - 1)
        guard tree.text(span) == "let" else { return nil }
        return Fix(safe: "declare it with `var`", [TextEdit(span, "var")])
    }

    private func typeOfTarget(_ target: NodeId, _ root: Int) -> TypeId {
        switch tree.kind(target) {
        case .nameExpr: return bindings[root].type
        case .parenExpr: return typeOfTarget(ParenExprView(tree, target).inner, root)
        case .indexExpr:
            // a map's element is assigned without its `?`
            let view = IndexExprView(tree, target)
            let base = type(of: readTarget(view.base, root))
            switch kind(base) {
            case .map: return types.value(of: base)
            case .list: return types.element(of: base)
            case .poison: return .poison
            default:
                report(.cannotAssignElement(text(base), at: tree.span(target)))
                return .poison
            }
        default:
            let value = expression(target)
            if self.type(of: value) == .json {
                report(.cannotAssignElement("Json", at: tree.span(target)))
                return .poison
            }
            return self.type(of: value)
        }
    }

    private func readTarget(_ target: NodeId, _ root: Int) -> TypedId { expression(target) }

    /// Code that makes `target` hold `value`: nested targets are rebuilt from the inside out.
    private func store(_ target: NodeId, _ value: TypedId, _ root: Int, _ id: NodeId) -> TypedId {
        switch tree.kind(target) {
        case .parenExpr: return store(ParenExprView(tree, target).inner, value, root, id)
        case .indexExpr:
            let view = IndexExprView(tree, target)
            if tree.kind(view.base) == .nameExpr {
                let local = bindings[root].local
                let container =
                    bindings[root].narrowed == .poison ? bindings[root].type : bindings[root].narrowed
                guard kind(container) == .list || kind(container) == .map else { return poison(id) }
                let key = expression(
                    view.index, as: kind(container) == .map ? types.key(of: container) : .int)
                return make(
                    .assignElement, .unit, id, a: local, b: value.index,
                    list: typed.addList(CollectionOfOne(key.index)))
            }
            let old = expression(view.base)
            let container = type(of: old)
            guard kind(container) == .list || kind(container) == .map else { return poison(id) }
            let local = newLocal(.none, container, isMutable: true)
            let key = expression(view.index, as: kind(container) == .map ? types.key(of: container) : .int)
            let first = make(.declare, .unit, id, a: local, b: old.index)
            let second = make(
                .assignElement, .unit, id, a: local, b: value.index,
                list: typed.addList(CollectionOfOne(key.index)))
            let changed = make(.local, container, id, a: local)
            let third = store(view.base, changed, root, id)
            return make(.block, .unit, id, list: typed.addList([first.index, second.index, third.index]))
        case .memberExpr:
            let view = MemberExprView(tree, target)
            let old = expression(view.base)
            let record = type(of: old)
            guard kind(record) == .record, let field = fieldNumber(record, view.name) else {
                if record != .poison { report(.notAssignable(at: tree.span(target))) }
                return poison(id)
            }
            let changed = make(
                .with, record, id, a: old.index, list: typed.addList([UInt32(field), value.index]))
            return store(view.base, changed, root, id)
        case .tupleFieldExpr:
            report(.notAssignable(at: tree.span(target)))
            return poison(id)
        default:
            let binding = bindings[root]
            if binding.narrowed != .poison { narrow(root, to: .poison) }
            if kind(binding.type) == .optional && typed[value].kind == .wrap {
                narrow(root, to: types.element(of: binding.type))
            }
            return make(.assign, .unit, id, a: binding.local, b: value.index)
        }
    }

    // MARK: control

    private func returnStatement(_ view: ReturnStmtView) -> TypedId {
        if body == .workflow && lambdaDepth == 0 {
            report(
                .workflowStatement("`return`", at: tree.span(tree.firstToken(view.id)), isFunctionOnly: true))
            if let value = view.value { _ = expression(value) }
            return make(.return, .never, view.id)
        }
        guard let value = view.value else {
            if isFindingResult {
                returnsSeen.append((make(.block, .unit, view.id), view.id))
            } else if resultType != .unit && resultType != .poison {
                let fix = placeholder(resultType).map { value in
                    insertion(" \(value)", after: view.id, title: "return `\(value)`")
                }
                report(.missingReturnValue(text(resultType), at: view.span).fixed(fix))
            }
            return make(.return, .never, view.id)
        }
        if isFindingResult {
            let found = expression(value)
            let node = make(.return, .never, view.id, a: found.index)
            returnsSeen.append((found, value))
            return node
        }
        if resultType == .unit {
            let found = expression(value)
            if type(of: found) != .unit && type(of: found) != .poison && type(of: found) != .never {
                report(
                    .returnsUnexpected(text(type(of: found)), at: tree.span(value))
                        .fixed(resultFix(type(of: found))))
            }
            return make(.return, .never, view.id, a: found.index)
        }
        let found = expression(value, as: resultType)
        return make(.return, .never, view.id, a: found.index)
    }

    private func jump(_ id: NodeId) -> TypedId {
        let isBreak = tree.kind(id) == .breakStmt
        guard let last = loops.indices.last, loops[last].lambdaDepth == lambdaDepth else {
            report(.jumpOutsideLoop(isBreak ? "break" : "continue", at: tree.span(id)))
            return make(.break, .never, id)
        }
        if isBreak { loops[last].hasBreak = true }
        return make(isBreak ? .break : .continue, .never, id)
    }

    func failStatement(_ view: FailStmtView) -> TypedId {
        guard let message = view.value else { return poison(view.id) }
        let text = expression(message, as: .string)
        return make(.fail, .never, view.id, a: text.index)
    }

    private func whileStatement(_ view: WhileStmtView) -> TypedId {
        if body == .workflow && lambdaDepth == 0 {
            report(
                .workflowStatement("`while`", at: tree.span(tree.firstToken(view.id)), isFunctionOnly: true))
            return poison(view.id)
        }
        let narrowed = narrowMark()
        widenAssigned(in: view.id)
        let factMark = facts.count
        let test = condition(view.condition)
        lintCondition(view.condition, ("", "the block is never run"))
        let inner = narrowMark()
        apply(facts: factMark, holds: true)
        loops.append(LoopState(lambdaDepth: lambdaDepth))
        let code = block(BlockView(tree, view.body), .poison, valueNeeded: false)
        let state = loops.removeLast()
        forgetNarrowing(inner)
        if !state.hasBreak { apply(facts: factMark, holds: false) }
        facts.removeSubrange(factMark...)
        _ = narrowed
        let isEndless = typed[test].kind == .word && typed[test].a == 1 && !state.hasBreak
        return make(.while, isEndless ? .never : .unit, view.id, a: test.index, b: code.index)
    }

    func forStatement(_ view: ForExprView) -> TypedId {
        if let limit = view.limit { report(.limitInFunction(at: tree.span(limit))) }
        var sequence = expression(view.sequence)
        widenAssigned(in: view.id)
        let scope = scopeMark()
        let narrowed = narrowMark()
        let mark = scratch.count
        var prologue: TypedId?
        let found = type(of: sequence)
        let elements = iterated(found, view.sequence)
        let isPair = tree.kind(view.pattern) == .tuplePattern
        if !isPair && kind(found) == .map {
            sequence = make(
                .builtin, types.list(of: elements), view.sequence, a: UInt32(Builtin.mapEntries.rawValue),
                list: typed.addList(CollectionOfOne(sequence.index)))
        }
        if isPair && kind(found) == .map && TuplePatternView(tree, view.pattern).elements.count == 2 {
            for (number, item) in TuplePatternView(tree, view.pattern).elements.enumerated() {
                let type = number == 0 ? types.key(of: found) : types.value(of: found)
                scratch.append(loopName(item, type))
            }
        } else if isPair {
            let local = newLocal(.none, elements)
            scratch.append(local)
            prologue = unpack(view.pattern, local, elements)
        } else {
            if tree.kind(view.pattern) == .bindingPattern {
                lintShadow(BindingPatternView(tree, view.pattern).name, at: tree.span(view.pattern))
            }
            scratch.append(loopName(view.pattern, elements))
        }
        let names = takeList(mark)
        loops.append(LoopState(lambdaDepth: lambdaDepth))
        var code = block(BlockView(tree, view.body), .poison, valueNeeded: false)
        loops.removeLast()
        if let prologue {
            code = make(
                .block, .unit, view.body, list: typed.addList([prologue.index, code.index]))
        }
        leaveScope(scope)
        forgetNarrowing(narrowed)
        return make(.forIn, .unit, view.id, a: sequence.index, b: code.index, list: names)
    }

    /// The local of a loop's name.
    private func loopName(_ pattern: NodeId, _ type: TypeId) -> UInt32 {
        switch tree.kind(pattern) {
        case .bindingPattern:
            return declare(BindingPatternView(tree, pattern).name, .item, type, at: tree.span(pattern))
        case .wildcardPattern: return newLocal(.none, type)
        default:
            if tree.kind(pattern) != .errorPattern { refuse(pattern, .item) }
            return newLocal(.none, type)
        }
    }

    /// A pattern that may not stand here; nothing is said of the names in it where they are used.
    private func refuse(_ pattern: NodeId, _ role: Binding.Role) {
        report(.patternNotBinding(at: tree.span(pattern)))
        for name in names(within: pattern) {
            _ = declare(BindingPatternView(tree, name).name, role, .poison, at: tree.span(name))
        }
    }

    /// The names that a pattern binds, tuples in it included.
    func names(within pattern: NodeId) -> [NodeId] {
        switch tree.kind(pattern) {
        case .bindingPattern: return [pattern]
        case .tuplePattern: return TuplePatternView(tree, pattern).elements.flatMap { names(within: $0) }
        default: return []
        }
    }

    /// `for (a, b) in pairs`: the element taken apart.
    private func unpack(_ pattern: NodeId, _ local: UInt32, _ type: TypeId) -> TypedId? {
        let elements = TuplePatternView(tree, pattern).elements
        let fits = kind(type) == .tuple && types.memberCount(of: type) == elements.count
        if !fits && type != .poison {
            report(
                .tupleCount(
                    elements.count, text(type),
                    found: kind(type) == .tuple ? types.memberCount(of: type) : nil,
                    at: tree.span(pattern)))
        }
        let mark = scratch.count
        for (number, item) in elements.enumerated() {
            let elementType = fits ? types.tupleElement(of: type, at: number) : .poison
            scratch.append(tree.kind(item) == .wildcardPattern ? .max : loopName(item, elementType))
        }
        let list = takeList(mark)
        if !fits { return nil }
        let value = make(.local, type, pattern, a: local)
        return make(.destructure, .unit, pattern, a: value.index, list: list)
    }

    /// What a `for` over this type binds.
    func iterated(_ type: TypeId, _ id: NodeId) -> TypeId {
        switch kind(type) {
        case .list: return types.element(of: type)
        case .range: return .int
        case .map: return types.tuple(of: [types.key(of: type), types.value(of: type)])
        case .poison, .never: return .poison
        default:
            report(
                .notIterable(text(type), help: iterationHelp(type), at: tree.span(id))
                    .fixed(iterationFix(type, id)))
            return .poison
        }
    }

    private func iterationHelp(_ type: TypeId) -> String? {
        switch kind(type) {
        case .json: return "take `.elements` or `.fields`, or convert it: `… as [Json]`"
        case .string: return "take `.lines()`, `.characters()` or `.split(…)`"
        case .optional: return "give a default first: `… ?? []`"
        case .int: return "count with a range: `0..<n`"
        default: return nil
        }
    }

    /// Before a loop: names that its body assigns are no longer known to be present.
    func widenAssigned(in id: NodeId) {
        if bindings.count == bindingBase { return }
        let first = tree.node(id).first
        var index = id.index
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            if node.kind == .assignStmt {
                var target = AssignStmtView(tree, NodeId(index)).target
                while tree.kind(target) == .parenExpr { target = ParenExprView(tree, target).inner }
                let binding = plainBinding(target)
                if binding >= 0 && bindings[binding].narrowed != .poison { narrow(binding, to: .poison) }
            }
            index -= 1
        }
    }
}
