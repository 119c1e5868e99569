// Workflows: blocks as graphs. A block is read in passes: its names are collected, what reads what is found, and its
// nodes are typed in that order, so that a name may be used above its step.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A block being checked.
struct BlockFrame {
    /// Number in the workflow's blocks.
    var block: Int
    var bindingStart: Int
    var bindingEnd: Int
    var pendingStart: Int
    /// Nodes that the one being typed reads.
    var reads: [UInt32] = []
    /// The block's nodes.
    var nodes: [Int] = []
    /// How often a bare call's name has been used.
    var labelCounts: [NameId: Int] = [:]
    var isSequence: Bool
    /// Number of the node before the one being typed; -1: none.
    var previousNode: Int32 = -1
    /// Two of its names are the same: cycles through them are not the author's.
    var hasDuplicates = false
    /// The block of a flow: every result is an optional.
    var isFlow = false
}

/// A node of a block before it is typed.
struct PendingNode {
    enum Kind: UInt8 {
        case step, letValue, letTuple, letPart, call, control, failure, pureCall, wait
        case mock, mockDelay, expectation, caughtCall, expectedFailure, flowLet
    }
    var kind: Kind
    var statement: NodeId
    var value: NodeId
    var name: NameId
    /// Index of its binding, or -1.
    var binding: Int32
    /// Number in the workflow's nodes.
    var node: Int32
    /// Its place in the tuple that it is a part of.
    var part: Int32 = 0
    var valueNeeded: Bool
}

/// What the body of a loop must end with.
struct LoopTail {
    var record: TypeId
    var names: [NameId]
    var types: [TypeId]
}

/// A name in an arm's pattern; its guard may have read it already.
struct ArmName {
    var name: NameId
    var local: UInt32
    var type: TypeId
    var span: Span
    var isRead: Bool
}

/// Names that a block gets by taking a given value apart.
enum BlockPrologue {
    case none
    /// An arm: the subject's binding (or -1 and the local), the typed pattern, and the names in it.
    case arm(subject: Int, pattern: TypedId, names: [ArmName])
    /// `for (a, b) in …`
    case tuple(local: UInt32, type: TypeId, pattern: NodeId)
}

extension ProgramChecker {
    func checkWorkflow(_ symbol: Symbol) {
        let view = WorkflowDeclView(tree, symbol.node)
        guard let code = view.body else { return }
        let callable = callables[Int(symbol.index)]
        let saved = beginBody(.workflow, in: module)
        declarationNode = symbol.node
        workflowNodes.removeAll(keepingCapacity: true)
        workflowBlocks.removeAll(keepingCapacity: true)
        waiting.current = Int(symbol.index)
        waiting.queries = []
        var given: [LocalId] = []
        var defaults: [Int?] = []
        for parameter in parameterRange(Int(symbol.index)) {
            let entry = parameters[parameter]
            let typeNode = ParameterView(tree, view.parameters[parameter - Int(callable.parameterStart)]).type
            _ = requireEncodable(entry.type, at: typeNode)
            given.append(LocalId(declare(entry.name, .parameter, entry.type, at: tree.span(entry.nameToken))))
            if case .known(let place) = entry.defaultValue, retain {
                let value = folded[Int(place)]
                defaults.append(Int(poolConstant(value.type, value.bytes)))
            } else {
                defaults.append(nil)
            }
        }
        if let result = view.result { _ = requireEncodable(callable.result, at: result) }
        let statements = BlockView(tree, code).statements
        if tree.kind(symbol.node) == .flowDecl {
            flowBlock(Array(statements), code, given: given, result: callable.result)
        } else {
            _ = graphBlock(
                Array(statements), code, given: given, expected: callable.result,
                valueNeeded: callable.result != .unit, isSequence: false)
        }
        if retain {
            checkedWorkflows[Int(callable.output)] = CheckedWorkflow(
                name: text(symbol.name), file: tree.file, span: nameSpan(of: symbol),
                documentation: tree.documentation(symbol.node) ?? "",
                parameterCount: Int(callable.parameterCount),
                parameterDefaults: defaults, result: callable.result, locals: localInfos(),
                blocks: workflowBlocks,
                nodes: workflowNodes,
                signals: signals(of: waiting.current).map {
                    CheckedSignal(name: text($0.name), type: $0.type)
                }, queries: waiting.queries)
        }
        endBody(saved)
    }

    /// The block that a node stands for: its statements, or itself.
    func graphStatements(_ id: NodeId) -> [NodeId] {
        tree.kind(id) == .block ? Array(BlockView(tree, id).statements) : [id]
    }

    /// Checks a block and yields its number. Given locals are bound by the caller.
    ///
    /// - Parameter expected: what its value must be, or poison when it only needs one.
    func graphBlock(
        _ statements: [NodeId], _ owner: NodeId, given: [LocalId], expected: TypeId, valueNeeded: Bool,
        isSequence: Bool, loop: LoopTail? = nil, prologue: BlockPrologue = .none
    ) -> Int {
        let number = workflowBlocks.count
        workflowBlocks.append(CheckedBlock(nodes: [], given: given, resultType: .unit, result: .none))
        let scope = scopeMark()
        let narrowed = narrowMark()
        let pendingStart = pending.count
        let discardedStart = discarded.count
        frames.append(
            BlockFrame(
                block: number, bindingStart: bindings.count, bindingEnd: bindings.count,
                pendingStart: pendingStart,
                isSequence: isSequence || isTest))
        open(prologue)
        frames[frames.count - 1].bindingStart = bindings.count
        var result = TypedId.none
        let tail = collect(statements, valueNeeded: valueNeeded, loop: loop)
        frames[frames.count - 1].bindingEnd = bindings.count
        var last = -1
        if case .node(let index) = tail { last = index }
        typeNodes(from: pendingStart, tail: last, expected: expected, loop: loop)
        while discarded.count > discardedStart { reportDiscarded(discarded.removeLast()) }
        if lints.isOn { lintFail(nodesFrom: pendingStart) }
        switch tail {
        case .nothing:
            if valueNeeded && expected != .poison && expected != .unit {
                if loop != nil && statements.contains(where: { tree.kind($0) == .nextStmt }) {
                    // it stands in the wrong place, which has been said
                } else if loop != nil {
                    report(.loopWithoutNext(at: tree.span(tree.lastToken(owner))))
                } else if !endsInError(statements) {
                    reportMissingValue(expected, owner)
                }
                result = poison(owner)
            }
        case .failed:
            if valueNeeded && expected != .poison { result = neverYields(owner) }
        case .pure(let id):
            result = expected == .poison ? expression(id) : expression(id, as: expected)
            if expected == .poison { result = defaultLiteral(result, id) }
        case .node(let index):
            let entry = pending[index]
            if valueNeeded && bindings[Int(entry.binding)].type == .never {
                result = neverYields(owner)
            } else if valueNeeded {
                result = read(Int(entry.binding), entry.value)
                if expected != .poison {
                    if type(of: result) == .unit && expected != .unit {
                        reportMissingValue(expected, owner)
                        result = poison(owner)
                    } else {
                        result = coerce(result, to: expected, at: entry.value)
                    }
                }
            }
        case .next(let id): result = nextValue(ReturnStmtView(tree, id), loop)
        }
        if number == 0 { checkQueries() }
        if lints.isOn { lintUnreadNodes(scope: scope, nodesFrom: pendingStart) }
        let frame = frames.removeLast()
        pending.removeSubrange(pendingStart...)
        leaveScope(scope)
        forgetNarrowing(narrowed)
        workflowBlocks[number].nodes = frame.nodes
        workflowBlocks[number].result = result
        let found = result.isNone ? TypeId.unit : type(of: result)
        workflowBlocks[number].resultType = found == .never ? (expected == .poison ? .unit : expected) : found
        // what is expected was looked at where it is written
        if !result.isNone && found != .never && (found != expected || loop != nil),
            !requireEncodable(found, at: owner)
        {
            workflowBlocks[number].result = poison(owner)
            workflowBlocks[number].resultType = .poison
        }
        return number
    }

    /// The value of a block that always fails before it has one.
    func neverYields(_ id: NodeId) -> TypedId {
        let message = make(.constant, .string, id, a: retain ? poolConstant(.string, [0]) : 0)
        return make(.fail, .never, id, a: message.index)
    }

    private func endsInError(_ statements: [NodeId]) -> Bool {
        guard let last = statements.last else { return false }
        return tree.kind(last) == .errorStmt || tree.kind(last) == .failStmt
    }

    /// `null` alone is no value whose type is known.
    private func defaultLiteral(_ value: TypedId, _ id: NodeId) -> TypedId { value }

    // MARK: collecting

    /// How a block ends.
    private enum Tail {
        case nothing, failed
        case pure(NodeId)
        /// Index into `pending`.
        case node(Int)
        case next(NodeId)
    }

    private func collect(_ statements: [NodeId], valueNeeded: Bool, loop: LoopTail?) -> Tail {
        for (index, id) in statements.enumerated() {
            let isLast = index == statements.count - 1
            switch tree.kind(id) {
            case .stepStmt:
                let view = StepStmtView(tree, id)
                addNamed(.step, id, view.value, view.name, tree.span(view.nameToken))
            case .letStmt: collectLet(LetStmtView(tree, id))
            case .failStmt:
                addLabelled(.failure, id, id, Word.fail.nameId, valueNeeded: false)
                if isLast { return .failed }
            case .nextStmt:
                if loop != nil && isLast { return .next(id) }
                report(
                    loop == nil
                        ? .nextOutsideLoop(at: tree.span(tree.firstToken(id)))
                        : .nextNotLast(at: tree.span(tree.firstToken(id))))
                if isLast { return .failed }
            case .exprStmt:
                let view = ExprStmtView(tree, id)
                if let tail = collectExpression(
                    view.value, id, isLast: isLast, valueNeeded: valueNeeded, loop: loop,
                    hasClauses: !view.clauses.isEmpty)
                {
                    return tail
                }
            case .signalStmt, .queryStmt:
                declareWaiting(id)
            case .errorStmt, .missing: if isLast { return .failed }
            case .assignStmt, .returnStmt, .whileStmt, .breakStmt, .continueStmt:
                report(
                    .workflowStatement(
                        functionStatement(id),
                        at: tree.kind(id) == .assignStmt ? tree.span(id) : tree.span(tree.firstToken(id)),
                        isFunctionOnly: true,
                        isInLoop: tree.enclosing(tree.firstToken(id), .loopExpr) != nil))
                if isLast { return .failed }
            case .mockStmt, .expectStmt, .expectFailsStmt, .realStmt: collectTestStatement(id)
            default:
                if let tail = collectExpression(
                    id, id, isLast: isLast, valueNeeded: valueNeeded, loop: loop, hasClauses: false)
                {
                    return tail
                }
            }
        }
        return .nothing
    }

    private func functionStatement(_ id: NodeId) -> String {
        switch tree.kind(id) {
        case .assignStmt: return "an assignment"
        case .returnStmt: return "`return`"
        case .whileStmt: return "`while`"
        case .breakStmt: return "`break`"
        default: return "`continue`"
        }
    }

    /// A statement that is an expression: a step without a name, or the block's value.
    private func collectExpression(
        _ value: NodeId, _ statement: NodeId, isLast: Bool, valueNeeded: Bool, loop: LoopTail?,
        hasClauses: Bool
    ) -> Tail? {
        let wantsValue = isLast && valueNeeded
        let inner = withoutParens(value)
        switch tree.kind(inner) {
        case .callExpr:
            let found = effectSymbol(CallExprView(tree, inner))
            if found >= 0 {
                let index = addLabelled(.call, statement, inner, symbols[found].name, valueNeeded: wantsValue)
                return isLast ? .node(index) : nil
            }
            if wantsValue && !hasClauses { return .pure(value) }
            addLabelled(.pureCall, statement, inner, calleeNameId(inner), valueNeeded: false)
            return nil
        case .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr, .block:
            let index = addLabelled(.control, statement, inner, labelName(inner), valueNeeded: wantsValue)
            return isLast ? .node(index) : nil
        case .ifExpr, .matchExpr:
            if wantsValue && loop == nil && !touchesWorld(inner) { return .pure(value) }
            let index = addLabelled(.control, statement, inner, labelName(inner), valueNeeded: wantsValue)
            return isLast ? .node(index) : nil
        case .awaitExpr, .spawnExpr:
            let index = addLabelled(.wait, statement, inner, waitLabel(inner), valueNeeded: wantsValue)
            return isLast ? .node(index) : nil
        case .errorExpr: return isLast ? .failed : nil
        default:
            if wantsValue { return .pure(value) }
            discarded.append(value)
            return nil
        }
    }

    private func labelName(_ id: NodeId) -> NameId {
        switch tree.kind(id) {
        case .ifExpr: return NameId(.if)
        case .matchExpr: return NameId(.match)
        case .forExpr: return NameId(.for)
        case .loopExpr: return NameId(.loop)
        case .raceExpr: return NameId(.race)
        case .tryExpr: return NameId(.try)
        default: return NameId(.sequence)
        }
    }

    private func calleeNameId(_ id: NodeId) -> NameId {
        let callee = CallExprView(tree, id).callee
        switch tree.kind(callee) {
        case .nameExpr: return NameExprView(tree, callee).name
        case .memberExpr: return MemberExprView(tree, callee).name
        default: return NameId(.step)
        }
    }

    /// `await paid` is called `paid`, `spawn other(x)` is called `other`.
    private func waitLabel(_ id: NodeId) -> NameId {
        let isAwait = tree.kind(id) == .awaitExpr
        let target = withoutParens(isAwait ? AwaitExprView(tree, id).target : SpawnExprView(tree, id).call)
        switch tree.kind(target) {
        case .nameExpr: return NameExprView(tree, target).name
        case .memberExpr: return MemberExprView(tree, target).name
        case .callExpr: return calleeNameId(target)
        default: return isAwait ? NameId(.await) : NameId(.spawn)
        }
    }

    func withoutParens(_ id: NodeId) -> NodeId {
        var id = id
        while tree.kind(id) == .parenExpr { id = ParenExprView(tree, id).inner }
        return id
    }

    private func collectLet(_ view: LetStmtView) {
        if view.isVar {
            report(.workflowStatement("`var`", at: tree.span(tree.firstToken(view.id)), isFunctionOnly: true))
        }
        if !view.name.isNone {
            addNamed(.letValue, view.id, view.value, view.name, tree.span(view.pattern))
            return
        }
        guard tree.kind(view.pattern) == .tuplePattern else {
            addHidden(.letValue, view.id, view.value, "#let")
            return
        }
        let whole = addHidden(.letTuple, view.id, view.value, "#tuple")
        for (number, item) in TuplePatternView(tree, view.pattern).elements.enumerated() {
            switch tree.kind(item) {
            case .bindingPattern:
                addNamed(.letPart, view.id, item, BindingPatternView(tree, item).name, tree.span(item))
                pending[pending.count - 1].part = Int32(number)
                pending[pending.count - 1].value = NodeId(UInt32(whole))
            case .wildcardPattern: break
            default:
                report(.patternNotBinding(at: tree.span(item)))
                for name in names(within: item) {
                    addNamed(.letPart, view.id, name, BindingPatternView(tree, name).name, tree.span(name))
                    pending[pending.count - 1].part = .max
                    pending[pending.count - 1].value = NodeId(UInt32(whole))
                }
            }
        }
    }

    func addNode(_ name: String, _ span: Span, binding local: UInt32?) -> Int {
        workflowNodes.append(
            CheckedNode(
                kind: .block(0), name: name, span: span, binding: local.map { LocalId($0) }, type: .poison,
                isOptional: false, dependencies: [], clauses: nil))
        let number = workflowNodes.count - 1
        frames[frames.count - 1].nodes.append(number)
        return number
    }

    /// A node that its block's other nodes read by name.
    func addNamed(
        _ kind: PendingNode.Kind, _ statement: NodeId, _ value: NodeId, _ name: NameId, _ span: Span
    ) {
        let frame = frames.count - 1
        lintShadow(name, at: span)
        if !name.isNone, name != .underscore {
            let earlier = Int(bindingOf[Int(name.rawValue)]) - 1
            if earlier >= frames[frame].bindingStart && bindings[earlier].frame == Int32(frame) {
                let other = bindings[earlier]
                if other.role == .label {
                    workflowNodes[Int(other.node)].name += "#1"
                } else {
                    report(.duplicate(text(name), at: span, earlier: self.span(of: other)))
                    frames[frame].hasDuplicates = true
                }
            }
        }
        let local = newLocal(name, .poison)
        let node = addNode(text(name), span, binding: local)
        let binding = bind(
            name, .step, .poison, local: local, at: span, node: Int32(node), frame: Int32(frame))
        pending.append(
            PendingNode(
                kind: kind, statement: statement, value: value, name: name, binding: Int32(binding),
                node: Int32(node), valueNeeded: true))
    }

    /// A bare call or control statement, named after what it is; only `after` may name it.
    @discardableResult
    private func addLabelled(
        _ kind: PendingNode.Kind, _ statement: NodeId, _ value: NodeId, _ name: NameId, valueNeeded: Bool
    ) -> Int {
        let frame = frames.count - 1
        let earlier = Int(bindingOf[Int(name.rawValue)]) - 1
        var label = text(name)
        var isFirst = true
        let isTaken = earlier >= frames[frame].bindingStart && bindings[earlier].frame == Int32(frame)
        if kind != .call || isTaken {
            let count = (frames[frame].labelCounts[name] ?? (isTaken ? 1 : 0)) + 1
            frames[frame].labelCounts[name] = count
            if count > 1 { label += "#\(count)" }
            isFirst = false
        }
        let local = newLocal(name, .poison)
        let node = addNode(label, tree.span(value), binding: valueNeeded ? local : nil)
        let binding = bind(
            isFirst ? name : .none, .label, .poison, local: local, at: tree.span(value), node: Int32(node),
            frame: Int32(frame))
        pending.append(
            PendingNode(
                kind: kind, statement: statement, value: value, name: name, binding: Int32(binding),
                node: Int32(node), valueNeeded: valueNeeded))
        return pending.count - 1
    }

    /// A node without a name of its own.
    @discardableResult
    func addHidden(_ kind: PendingNode.Kind, _ statement: NodeId, _ value: NodeId, _ name: String)
        -> Int
    {
        let frame = frames.count - 1
        let local = newLocal(.none, .poison)
        let node = addNode("\(name)\(pending.count)", tree.span(value), binding: local)
        let binding = bind(
            .none, .label, .poison, local: local, at: tree.span(value), node: Int32(node), frame: Int32(frame)
        )
        pending.append(
            PendingNode(
                kind: kind, statement: statement, value: value, name: .none, binding: Int32(binding),
                node: Int32(node), valueNeeded: true))
        return pending.count - 1
    }

    // MARK: prologues

    private func open(_ prologue: BlockPrologue) {
        switch prologue {
        case .none: break
        case .arm(let subject, let pattern, let names): openArm(subject, pattern, names)
        case .tuple(let local, let type, let pattern): openTuple(local, type, pattern)
        }
    }

    /// A hidden node that computes a value from what the block is given; yields its number and local.
    @discardableResult
    private func addComputed(
        _ name: NameId, _ label: String, _ span: Span, _ value: TypedId, _ reads: [UInt32]
    ) -> Int {
        let local = newLocal(name, type(of: value))
        let node = addNode(label, span, binding: local)
        workflowNodes[node].kind = .value(value)
        workflowNodes[node].type = type(of: value)
        workflowNodes[node].dependencies = reads.map { Int($0) }
        return bind(
            name, name.isNone ? .label : .step, type(of: value), local: local, at: span, node: Int32(node),
            frame: Int32(frames.count - 1))
    }

    private func openArm(
        _ subject: Int, _ pattern: TypedId, _ names: [ArmName]
    ) {
        if names.isEmpty { return }
        let place = typed[pattern]
        let isSingle = names.count == 1
        let parts = names.map { entry in
            typed.add(
                TypedNode(.local, type: entry.type, a: entry.local, start: place.start, end: place.end)
            ).index
        }
        let resultType = isSingle ? names[0].type : types.tuple(of: names.map(\.type))
        if types.containsPoison(resultType) || type(of: pattern) == .poison {
            for entry in names {
                bind(entry.name, .pattern, .poison, local: newLocal(entry.name, .poison), at: entry.span)
            }
            return
        }
        let value =
            isSingle
            ? TypedId(parts[0]) : make(.construct, resultType, like: pattern, list: typed.addList(parts))
        let scrutinee = readBinding(subject, like: pattern)
        let arm = make(.arm, resultType, like: pattern, a: pattern.index, b: value.index)
        let message = make(.constant, .string, like: pattern, a: retain ? poolConstant(.string, [0]) : 0)
        let never = make(.fail, .never, like: pattern, a: message.index)
        let other = make(
            .arm, .never, like: pattern, a: make(.anyPattern, type(of: scrutinee), like: pattern).index,
            b: never.index)
        let unpacked = make(
            .match, resultType, like: pattern, a: scrutinee.index,
            list: typed.addList([arm.index, other.index]))
        if isSingle {
            let only = addComputed(
                names[0].name, "#\(text(names[0].name))", names[0].span, unpacked, [])
            bindings[only].isRead = names[0].isRead
            return
        }
        let whole = addComputed(.none, "#arm", names[0].span, unpacked, [])
        let node = UInt32(bitPattern: bindings[whole].node)
        for (number, entry) in names.enumerated() {
            let base = make(.local, resultType, like: pattern, a: bindings[whole].local)
            let part = make(.field, entry.type, like: pattern, a: base.index, b: UInt32(number))
            let one = addComputed(entry.name, "#\(text(entry.name))", entry.span, part, [node])
            bindings[one].isRead = entry.isRead
        }
    }

    private func readBinding(_ index: Int, like other: TypedId) -> TypedId {
        let binding = bindings[index]
        if binding.frame >= 0 && binding.node >= 0 { depend(on: binding) }
        if binding.field < 0 { return make(.local, binding.type, like: other, a: binding.local) }
        let state = make(.local, locals[Int(binding.local)].type, like: other, a: binding.local)
        return make(.field, binding.type, like: other, a: state.index, b: UInt32(binding.field))
    }

    private func openTuple(_ local: UInt32, _ type: TypeId, _ pattern: NodeId) {
        let elements = TuplePatternView(tree, pattern).elements
        let fits = kind(type) == .tuple && types.memberCount(of: type) == elements.count
        if !fits && type != .poison {
            report(
                .tupleCount(
                    elements.count, text(type),
                    found: kind(type) == .tuple ? types.memberCount(of: type) : nil,
                    at: tree.span(pattern)))
        }
        for (number, item) in elements.enumerated() where tree.kind(item) == .bindingPattern {
            let name = BindingPatternView(tree, item).name
            let span = tree.span(item)
            guard fits else {
                bind(name, .pattern, .poison, local: newLocal(name, .poison), at: span)
                continue
            }
            let base = make(.local, type, item, a: local)
            let part = make(
                .field, types.tupleElement(of: type, at: number), item, a: base.index, b: UInt32(number))
            addComputed(name, "#\(text(name))", span, part, [])
        }
    }

    // MARK: dependencies of the node being typed

    /// Notes that the node being typed in the binding's block reads it.
    @inline(__always) func depend(on binding: Binding) {
        let frame = Int(binding.frame)
        if frame < frames.count { frames[frame].reads.append(UInt32(bitPattern: binding.node)) }
    }
}

extension Word {
    /// The name that the word spells.
    var nameId: NameId { NameId(self) }
}
