// Flows: nodes joined by arrows. The nodes are collected, the arrows between them resolved, what is certainly known at
// each node is found (FlowKnowledge.swift), the nodes are typed with that, and the whole is proved sound
// (FlowSoundness.swift).
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A node of a flow while it is checked; its number is its place in the block.
struct FlowElement {
    enum Role: UInt8 { case step, choice, fork, pass, first, end, terminate, fail, event }
    var role: Role
    var statement: NodeId
    var name: NameId
    var label: String
    var span: Span
    /// Number in the workflow's nodes.
    var number: Int
    /// Of a step or `let`: its place in `pending`.
    var pending: Int?
    /// The names that arrows lead to.
    var arrows: [NodeId] = []
    var flow = CheckedFlowNode()
    /// The binding that its end sets: its own, a signal's, or `error`.
    var sets: Int?
    /// It has a `when`.
    var mayBeSkipped = false
    /// An end with a value.
    var givesValue = false
}

/// The flow being checked.
struct FlowState {
    var elements: [FlowElement] = []
    var byName: [NameId: Int] = [:]
    var eventLabels: Set<String> = []
    var start: [NodeId] = []
    var startStatement = NodeId.none
    var startTargets: [Int] = []
    /// The binding of a signal's last payload, by name.
    var signals: [NameId: Int] = [:]
    var errorBinding: Int?
    /// The local that takes the value of an end.
    var resultLocal: UInt32 = 0
    var hasGraphErrors = false
}

extension ProgramChecker {
    /// Checks the block of a flow, which is block 0 of its workflow.
    func flowBlock(_ statements: [NodeId], _ owner: NodeId, given: [LocalId], result: TypeId) {
        workflowBlocks.append(CheckedBlock(nodes: [], given: given, resultType: .unit, result: .none))
        let scope = scopeMark()
        let pendingStart = pending.count
        frames.append(
            BlockFrame(
                block: 0, bindingStart: bindings.count, bindingEnd: bindings.count,
                pendingStart: pendingStart, isSequence: false, hasDuplicates: true, isFlow: true))
        var flow = FlowState()
        collectFlow(statements, &flow)
        frames[frames.count - 1].bindingEnd = bindings.count
        resolveArrows(&flow, owner)
        limitEvents(&flow)
        let known = flow.knowledge()
        flow.resultLocal = newLocal(.none, types.optional(of: result))
        typeFlowSteps(&flow, known)
        for index in flow.elements.indices where flow.elements[index].pending == nil {
            typeFlowElement(index, &flow, known[index], result)
        }
        checkQueries()
        if !flow.hasGraphErrors { proveSound(flow, result, owner) }
        finishFlow(flow, result, owner)
        pending.removeSubrange(pendingStart...)
        leaveScope(scope)
    }

    private func finishFlow(_ flow: FlowState, _ result: TypeId, _ owner: NodeId) {
        let frame = frames.removeLast()
        workflowBlocks[0].nodes = frame.nodes
        workflowBlocks[0].flow = CheckedFlow(start: flow.startTargets, nodes: flow.elements.map(\.flow))
        if result == .unit { return }
        workflowBlocks[0].resultType = result
        // Where every way fails there is no value to read.
        let ends = frame.nodes.contains { workflowNodes[$0].binding == LocalId(flow.resultLocal) }
        if !ends { return }
        let optional = types.optional(of: result)
        let local = make(.local, optional, owner, a: flow.resultLocal)
        workflowBlocks[0].result =
            kind(result) == .optional || result == .poison
            ? local : make(.unwrap, result, owner, a: local.index)
    }

    // MARK: collecting

    private func collectFlow(_ statements: [NodeId], _ flow: inout FlowState) {
        // what an event that stands below belongs to
        var host: FlowHost = .none
        for id in statements {
            switch tree.kind(id) {
            case .flowStep:
                collectStep(FlowStepView(tree, id), &flow)
                host = .element(flow.elements.count - 1)
            case .flowGate:
                collectGate(FlowGateView(tree, id), &flow)
                host = flow.elements.last?.role == .first ? .element(flow.elements.count - 1) : .none
            case .flowEnd:
                let view = FlowEndView(tree, id)
                let role: FlowElement.Role =
                    view.kind == .end ? .end : view.kind == .terminate ? .terminate : .fail
                if addElement(role, id, view.name, tree.span(view.nameToken), &flow) {
                    flow.elements[flow.elements.count - 1].givesValue = view.value != nil
                }
                host = .none
            case .flowEdge:
                collectEdge(FlowEdgeView(tree, id), &flow)
                host = .flow
            case .flowBoundary: collectBoundary(FlowBoundaryView(tree, id), host, &flow)
            case .signalStmt, .queryStmt: declareWaiting(id)
            case .errorStmt, .missing: flow.hasGraphErrors = true
            default:
                flow.hasGraphErrors = true
                report(.flowStatement(at: tree.span(tree.firstToken(id))))
            }
        }
    }

    private enum FlowHost {
        case none, flow
        case element(Int)
    }

    /// Adds a node; false when its name is taken.
    private func addElement(
        _ role: FlowElement.Role, _ id: NodeId, _ name: NameId, _ span: Span, _ flow: inout FlowState,
        arrows: NodeList? = nil
    ) -> Bool {
        if let earlier = flow.byName[name], !name.isNone {
            flow.hasGraphErrors = true
            report(.duplicate(text(name), at: span, earlier: flow.elements[earlier].span))
            return false
        }
        if name == Word.start.nameId { report(.flowStartName(at: span)) }
        if !name.isNone { flow.byName[name] = flow.elements.count }
        var element = FlowElement(
            role: role, statement: id, name: name, label: text(name), span: span, number: 0)
        element.arrows = arrows.map { Array($0) } ?? []
        if role == .step {
            let view = FlowStepView(tree, id)
            element.pending = pending.count
            addNamed(view.isLet ? .flowLet : .step, id, view.value, name, span)
            element.number = Int(pending[pending.count - 1].node)
            element.sets = Int(pending[pending.count - 1].binding)
        } else {
            element.number = addNode(text(name), span, binding: nil)
            workflowNodes[element.number].type = .unit
            workflowNodes[element.number].kind = .pass
        }
        flow.elements.append(element)
        return true
    }

    private func collectStep(_ view: FlowStepView, _ flow: inout FlowState) {
        let span = tree.span(view.nameToken)
        guard addElement(.step, view.id, view.name, span, &flow, arrows: view.targets) else { return }
        for item in view.clauses where tree.kind(item) == .clause {
            switch ClauseView(tree, item).kind {
            case .when: flow.elements[flow.elements.count - 1].mayBeSkipped = true
            case .after: report(.flowAfter(at: tree.span(tree.firstToken(item))))
            default: break
            }
        }
        if view.targets.isEmpty {
            flow.hasGraphErrors = true
            report(.flowLeadsNowhere(text(view.name), at: span))
        }
    }

    private func collectGate(_ view: FlowGateView, _ flow: inout FlowState) {
        let span = tree.span(view.nameToken)
        let hasArms = !view.arms.isEmpty
        let role: FlowElement.Role
        switch view.kind {
        case .choice: role = .choice
        case .any: role = hasArms ? .fork : .pass
        case .first: role = .first
        case .split, .join: role = .pass
        }
        let takesArms = role == .choice || role == .fork || role == .first
        let targets = view.targets
        guard addElement(role, view.id, view.name, span, &flow, arrows: targets) else { return }
        let index = flow.elements.count - 1
        if view.kind == .join { flow.elements[index].flow.join = .all }
        if view.kind == .any && !hasArms { flow.elements[index].flow.join = .inclusive }
        if takesArms != hasArms || takesArms && !targets.isEmpty {
            flow.hasGraphErrors = true
            report(.gateShape(tree.text(tree.firstToken(view.id)), takesArms: takesArms, at: span))
            return
        }
        if role == .first { return collectFirstArms(view, index, &flow) }
        for (place, item) in view.arms.enumerated() where tree.kind(item) == .flowArm {
            let arm = FlowArmView(tree, item)
            flow.elements[index].arrows.append(arm.target)
            if arm.condition != nil && !isEventArm(arm) { continue }
            if arm.condition == nil && place == view.arms.count - 1 && place > 0 {
                flow.elements[index].flow.hasElse = true
                continue
            }
            flow.hasGraphErrors = true
            let word = tree.text(tree.firstToken(item))
            report(.gateArm(word, tree.text(tree.firstToken(view.id)), at: tree.span(item)))
        }
    }

    private func isEventArm(_ arm: FlowArmView) -> Bool {
        guard let condition = arm.condition else { return false }
        return tree.kind(condition) == .clause || tree.kind(condition) == .awaitExpr
    }

    private func collectFirstArms(_ view: FlowGateView, _ index: Int, _ flow: inout FlowState) {
        workflowNodes[flow.elements[index].number].kind = .first
        for item in view.arms where tree.kind(item) == .flowArm {
            let arm = FlowArmView(tree, item)
            guard let condition = arm.condition else {
                flow.hasGraphErrors = true
                report(.gateArm("else", "first", at: tree.span(item)))
                continue
            }
            let event: String
            switch tree.kind(condition) {
            case .clause: event = "timeout"
            case .awaitExpr: event = signalText(AwaitExprView(tree, condition).target)
            default: event = "when"
            }
            addEvent(event, item, arm.target, host: index, isParallel: false, &flow)
        }
    }

    private func signalText(_ id: NodeId) -> String {
        tree.kind(id) == .nameExpr ? text(NameExprView(tree, id).name) : "signal"
    }

    private func collectEdge(_ view: FlowEdgeView, _ flow: inout FlowState) {
        let name = tree.kind(view.source) == .nameExpr ? NameExprView(tree, view.source).name : .none
        guard name == Word.start.nameId else {
            flow.hasGraphErrors = true
            report(.flowEdgeSource(text(name), at: tree.span(view.source)))
            return
        }
        if !flow.startStatement.isNone {
            flow.hasGraphErrors = true
            let earlier = tree.span(tree.firstToken(flow.startStatement))
            return report(.duplicate("start", at: tree.span(view.source), earlier: earlier))
        }
        flow.startStatement = view.id
        flow.start = Array(view.targets)
    }

    private func collectBoundary(_ view: FlowBoundaryView, _ host: FlowHost, _ flow: inout FlowState) {
        let word = text(view.event)
        guard ["timeout", "every", "signal", "error", "when"].contains(word) else {
            flow.hasGraphErrors = true
            if !view.event.isNone { report(.flowEvent(word, at: tree.span(view.eventToken))) }
            return
        }
        var index: Int?
        switch host {
        case .none:
            flow.hasGraphErrors = true
            return report(.flowEventPlace(at: tree.span(tree.firstToken(view.id))))
        case .flow: index = nil
        case .element(let element): index = element
        }
        if word == "error" && (view.isParallel || index.map { flow.elements[$0].role == .first } == true) {
            flow.hasGraphErrors = true
            return report(.flowErrorGoesOn(at: tree.span(tree.firstToken(view.id))))
        }
        if !view.isParallel, word == "every" || view.limit != nil {
            flow.hasGraphErrors = true
            return report(.flowRepeatsAlone(at: tree.span(tree.firstToken(view.id))))
        }
        let event = word == "signal" ? view.argument.map { signalText($0) } ?? "signal" : word
        addEvent(event, view.id, view.target, host: index, isParallel: view.isParallel, &flow)
    }

    private func addEvent(
        _ event: String, _ id: NodeId, _ target: NodeId, host: Int?, isParallel: Bool,
        _ flow: inout FlowState
    ) {
        let owner = host.map { flow.elements[$0].label } ?? "start"
        var label = "\(owner).\(event)"
        var number = 2
        while !flow.eventLabels.insert(label).inserted {
            label = "\(owner).\(event)\(number)"
            number += 1
        }
        let span = tree.span(id)
        var element = FlowElement(
            role: .event, statement: id, name: .none, label: label, span: span,
            number: addNode(label, span, binding: nil))
        workflowNodes[element.number].type = .unit
        workflowNodes[element.number].kind = .pass
        element.arrows = [target]
        element.flow.host = host
        element.flow.trigger = isParallel ? .parallel : .interrupting
        bindEvent(id, &element, &flow)
        flow.elements.append(element)
    }

    /// What an event yields can be read by the signal's name, or as `error`.
    private func bindEvent(_ id: NodeId, _ element: inout FlowElement, _ flow: inout FlowState) {
        if tree.kind(id) == .flowBoundary, FlowBoundaryView(tree, id).event == Word.error.nameId {
            if flow.errorBinding == nil {
                flow.errorBinding = bindVariable(Word.error.nameId, .error, element)
            }
            element.sets = flow.errorBinding
        } else if let name = signalName(id), let number = signalNumber(name, of: waiting.current) {
            let type = signals(of: waiting.current).map(\.type)[number]
            if flow.signals[name] == nil && flow.byName[name] == nil {
                flow.signals[name] = bindVariable(name, type, element)
            }
            element.sets = flow.signals[name]
            workflowNodes[element.number].kind = .awaitSignal(number)
            workflowNodes[element.number].type = type
        }
        guard let binding = element.sets else { return }
        workflowNodes[element.number].binding = LocalId(bindings[binding].local)
        workflowNodes[element.number].isOptional = isPlain(workflowNodes[element.number].type)
        if workflowNodes[element.number].kind.isPass { workflowNodes[element.number].type = .error }
    }

    private func isPlain(_ type: TypeId) -> Bool { kind(type) != .optional }

    private func bindVariable(_ name: NameId, _ type: TypeId, _ element: FlowElement) -> Int {
        let optional = types.optional(of: type)
        let index = bind(
            name, .step, optional, local: newLocal(name, optional), at: element.span,
            node: Int32(element.number), frame: Int32(frames.count - 1))
        bindings[index].isRead = true
        return index
    }

    private func signalName(_ id: NodeId) -> NameId? {
        let target: NodeId?
        if tree.kind(id) == .flowBoundary {
            let view = FlowBoundaryView(tree, id)
            target = text(view.event) == "signal" ? view.argument : nil
        } else {
            let condition = FlowArmView(tree, id).condition ?? .none
            target = tree.kind(condition) == .awaitExpr ? AwaitExprView(tree, condition).target : nil
        }
        guard let target, tree.kind(target) == .nameExpr else { return nil }
        let name = NameExprView(tree, target).name
        return name.isNone ? nil : name
    }

    // MARK: arrows

    private func resolveArrows(_ flow: inout FlowState, _ owner: NodeId) {
        if flow.startStatement.isNone {
            if !flow.hasGraphErrors { report(.flowWithoutStart(at: tree.span(tree.firstToken(owner)))) }
            flow.hasGraphErrors = true
        }
        flow.startTargets = flow.start.compactMap { target($0, &flow) }
        for index in flow.elements.indices {
            let arrows = flow.elements[index].arrows
            flow.elements[index].flow.targets = arrows.compactMap { target($0, &flow) }
            if flow.elements[index].role == .terminate { flow.elements[index].flow.terminates = true }
        }
        if flow.hasGraphErrors { return }
        let reached = flow.reached()
        for (index, element) in flow.elements.enumerated() where !reached[index] && element.role != .event {
            flow.hasGraphErrors = true
            report(.flowNotReached(element.label, at: element.span))
        }
    }

    private func target(_ id: NodeId, _ flow: inout FlowState) -> Int? {
        guard tree.kind(id) == .nameExpr else {
            flow.hasGraphErrors = true
            return nil
        }
        let name = NameExprView(tree, id).name
        if let found = flow.byName[name], !name.isNone { return found }
        flow.hasGraphErrors = true
        if name.isNone { return nil }
        let near = Suggestion.best(
            for: text(name), among: flow.elements.filter { !$0.name.isNone }.map(\.label))
        report(.unknownFlowNode(text(name), near: near, at: tree.span(id)))
        return nil
    }

    // MARK: typing

    /// Types steps and values, each behind those whose types it needs.
    private func typeFlowSteps(_ flow: inout FlowState, _ known: [FlowKnown]) {
        var reads: [[Int]] = Array(repeating: [], count: flow.elements.count)
        var isOpen = [Bool](repeating: false, count: flow.elements.count)
        for (index, element) in flow.elements.enumerated() {
            guard let place = element.pending else { continue }
            let written = FlowStepView(tree, element.statement).type.map { resolveType($0) }
            if let type = written ?? declaredResult(pending[place].value) {
                setType(of: place, type, isOptional: isPlain(type) && type != .poison)
            } else {
                isOpen[index] = true
            }
            reads[index] = namesRead(in: element.statement).compactMap { flow.byName[$0] }
        }
        var order: [Int] = []
        var state = [UInt8](repeating: 0, count: flow.elements.count)
        for root in flow.elements.indices where flow.elements[root].pending != nil && state[root] == 0 {
            visit(root, reads, isOpen, &state, &order, flow)
        }
        for index in order {
            guard let place = flow.elements[index].pending else { continue }
            let mark = narrowMark()
            narrow(known[index], flow, pending[place].statement)
            let statement = currentStatement
            currentStatement = pending[place].statement
            typeNode(place, previous: -1, expected: .poison, loop: nil)
            currentStatement = statement
            forgetNarrowing(mark)
            workflowNodes[flow.elements[index].number].dependencies = []
        }
    }

    /// Depth first without recursion; a step whose type needs itself is reported.
    private func visit(
        _ root: Int, _ reads: [[Int]], _ isOpen: [Bool], _ state: inout [UInt8], _ order: inout [Int],
        _ flow: FlowState
    ) {
        var path = [(root, 0)]
        state[root] = 1
        while let (node, next) = path.last {
            guard next < reads[node].count else {
                state[node] = 2
                order.append(node)
                path.removeLast()
                continue
            }
            path[path.count - 1].1 += 1
            let other = reads[node][next]
            // a step that is called what it yields is known without being typed
            if flow.elements[other].pending == nil || !isOpen[other] { continue }
            if state[other] == 0 {
                state[other] = 1
                path.append((other, 0))
            } else if state[other] == 1, isOpen[node] {
                report(.flowTypeCircle(flow.elements[other].label, at: flow.elements[other].span))
            }
        }
    }

    /// The type that a call yields whatever its arguments are.
    private func declaredResult(_ value: NodeId) -> TypeId? {
        let value = withoutParens(value)
        guard tree.kind(value) == .callExpr else { return nil }
        let found = effectSymbol(CallExprView(tree, value))
        guard found >= 0 else { return nil }
        let callable = callables[Int(symbols[found].index)]
        return callable.isTyped ? nil : callable.result
    }

    /// The names that a statement's values mention, without those that arrows lead to.
    private func namesRead(in statement: NodeId) -> [NameId] {
        var names: [NameId] = []
        for root in flowValues(of: statement) {
            let first = tree.node(root).first
            var index = root.index
            while index > 0 {
                let node = tree.node(NodeId(index))
                if node.first < first { break }
                if node.kind == .nameExpr { names.append(NameId(rawValue: node.a)) }
                if node.kind == .recordField && node.b == 0 { names.append(NameId(rawValue: node.a)) }
                index -= 1
            }
        }
        return names.filter { !$0.isNone }
    }

    private func flowValues(of statement: NodeId) -> [NodeId] {
        switch tree.kind(statement) {
        case .flowStep:
            let view = FlowStepView(tree, statement)
            return [view.value] + Array(view.clauses)
        case .flowGate:
            return FlowGateView(tree, statement).arms.compactMap {
                tree.kind($0) == .flowArm ? FlowArmView(tree, $0).condition : nil
            }
        case .flowArm: return [FlowArmView(tree, statement).condition ?? .none].filter { !$0.isNone }
        case .flowEnd: return [FlowEndView(tree, statement).value ?? .none].filter { !$0.isNone }
        case .flowBoundary: return [FlowBoundaryView(tree, statement).argument ?? .none].filter { !$0.isNone }
        default: return []
        }
    }

    /// What every path to a node has set is no optional there.
    private func narrow(_ known: FlowKnown, _ flow: FlowState, _ statement: NodeId) {
        for name in namesRead(in: statement) {
            let binding = lookup(name)
            guard binding >= 0, bindings[binding].frame == Int32(frames.count - 1) else { continue }
            guard bindings[binding].node >= 0, kind(bindings[binding].type) == .optional,
                bindings[binding].narrowed == .poison
            else { continue }
            if known.contains(binding), workflowNodes[Int(bindings[binding].node)].isOptional {
                narrow(binding, to: types.element(of: bindings[binding].type))
            }
        }
    }

    /// A gate, an end or an event.
    private func typeFlowElement(
        _ index: Int, _ flow: inout FlowState, _ known: FlowKnown, _ result: TypeId
    ) {
        let element = flow.elements[index]
        let mark = narrowMark()
        let factMark = facts.count
        narrow(known, flow, element.statement)
        switch element.role {
        case .choice: workflowNodes[element.number].kind = .choose(selector(element))
        case .fork: workflowNodes[element.number].kind = .chooseSome(selection(element))
        case .end, .terminate, .fail: typeEnd(element, flow, result)
        case .event: typeEvent(index, &flow)
        case .step, .pass, .first: break
        }
        facts.removeSubrange(factMark...)
        forgetNarrowing(mark)
        workflowNodes[element.number].dependencies = []
    }

    private func conditions(_ element: FlowElement) -> [TypedId] {
        FlowGateView(tree, element.statement).arms.compactMap { item in
            guard tree.kind(item) == .flowArm, let condition = FlowArmView(tree, item).condition,
                tree.kind(condition) != .clause, tree.kind(condition) != .awaitExpr
            else { return nil }
            let mark = facts.count
            let value = self.condition(condition)
            facts.removeSubrange(mark...)
            return value
        }
    }

    /// The number of the first arm that holds; behind them all that of `else`, or one too many.
    private func selector(_ element: FlowElement) -> TypedId {
        let arms = conditions(element)
        var value = word(UInt64(arms.count), .int, element.statement)
        for index in arms.indices.reversed() {
            let then = word(UInt64(index), .int, element.statement)
            value = make(
                .if, .int, element.statement,
                list: typed.addList([arms[index].index, then.index, value.index]))
        }
        return value
    }

    private func selection(_ element: FlowElement) -> TypedId {
        let arms = conditions(element)
        return make(
            .list, types.list(of: .bool), element.statement, list: typed.addList(arms.map(\.index)))
    }

    private func typeEnd(_ element: FlowElement, _ flow: FlowState, _ result: TypeId) {
        let view = FlowEndView(tree, element.statement)
        guard let value = view.value else {
            if element.role == .terminate && result != .unit && result != .poison {
                let fix = placeholder(result).map { value in
                    Fix("give it the value `\(value)`", [.insert(" = \(value)", after: element.span)])
                }
                report(.flowEndWithoutValue(element.label, text(result), at: element.span).fixed(fix))
            }
            return
        }
        if element.role == .fail {
            workflowNodes[element.number].kind = .fail(expression(value, as: .string))
            return
        }
        workflowNodes[element.number].kind = .value(expression(value, as: result))
        workflowNodes[element.number].type = result
        if result == .unit { return }
        workflowNodes[element.number].binding = LocalId(flow.resultLocal)
        workflowNodes[element.number].isOptional = isPlain(result)
    }

    private func typeEvent(_ index: Int, _ flow: inout FlowState) {
        let element = flow.elements[index]
        let id = element.statement
        var event = "when"
        var argument = NodeId.none
        if tree.kind(id) == .flowBoundary {
            let view = FlowBoundaryView(tree, id)
            event = text(view.event)
            argument = view.argument ?? .none
            if event == "error" {
                workflowNodes[element.number].kind = .caught
                for item in view.faults where tree.kind(item) == .faultPattern {
                    guard let pattern = faultPattern(FaultPatternView(tree, item), isCaught: true) else {
                        continue
                    }
                    flow.elements[index].flow.failures.append(pattern)
                }
                return
            }
        } else if let condition = FlowArmView(tree, id).condition {
            argument = condition
            if tree.kind(condition) == .clause {
                event = "timeout"
                argument = ClauseView(tree, condition).operand ?? .none
            } else if tree.kind(condition) == .awaitExpr {
                event = "signal"
                argument = AwaitExprView(tree, condition).target
            }
        }
        switch event {
        case "timeout", "every": typeTimer(element, argument)
        case "signal":
            if signalName(id) == nil || !isSignal(workflowNodes[element.number].kind) {
                reportUnknownSignal(argument, id)
            }
        default:
            if argument.isNone { return report(.flowEventArgument("when", "a condition", at: tree.span(id))) }
            workflowNodes[element.number].kind = .watch(condition(argument))
        }
    }

    private func isSignal(_ kind: CheckedNodeKind) -> Bool {
        if case .awaitSignal = kind { return true }
        return false
    }

    private func reportUnknownSignal(_ argument: NodeId, _ id: NodeId) {
        guard let name = signalName(id) else {
            return report(.flowEventArgument("signal", "the name of a signal", at: tree.span(id)))
        }
        let known = signals(of: waiting.current).map { text($0.name) }
        let near = Suggestion.best(for: text(name), among: known)
        report(.unknownFlowSignal(text(name), near: near, at: tree.span(argument)))
    }

    private func typeTimer(_ element: FlowElement, _ argument: NodeId) {
        if argument.isNone {
            return report(.flowEventArgument("timeout", "a time", at: element.span))
        }
        let value = expression(argument)
        let found = type(of: value)
        if found == .poison { return }
        guard found == .duration || found == .time else {
            return report(.mismatch(expected: "Duration", found: "`\(text(found))`", at: tree.span(argument)))
        }
        let effect = table.find(coreModule, (found == .duration ? Word.sleep : Word.sleepUntil).nameId)
        guard effect >= 0 else { return }
        let number = effectNumber(Int(symbols[effect].index), .unit)
        workflowNodes[element.number].kind = .effect(number, arguments: [value])
    }

    /// The written type and the clauses of a step, of a flow or not.
    func stepParts(_ statement: NodeId) -> (type: NodeId?, clauses: NodeList) {
        if tree.kind(statement) == .flowStep {
            let view = FlowStepView(tree, statement)
            return (view.type, view.clauses)
        }
        let view = StepStmtView(tree, statement)
        return (view.type, view.clauses)
    }

    /// `let total = a + b -> next`
    func flowLetNode(_ entry: PendingNode) -> TypeId {
        let value = withoutParens(entry.value)
        if tree.kind(value) == .callExpr && effectSymbol(CallExprView(tree, value)) >= 0
            || touchesWorld(value)
        {
            let token = tree.firstToken(entry.statement)
            report(
                .letTouchesWorld(
                    at: tree.span(token), fix: Fix(safe: "write `step`", [TextEdit(tree.span(token), "step")])
                ))
            return .poison
        }
        let written = FlowStepView(tree, entry.statement).type.map { resolveType($0) }
        let typedValue = written.map { expression(entry.value, as: $0) } ?? expression(entry.value)
        workflowNodes[Int(entry.node)].kind = .value(typedValue)
        return written ?? type(of: typedValue)
    }
}

extension CheckedNodeKind {
    var isPass: Bool {
        if case .pass = self { return true }
        return false
    }
}
