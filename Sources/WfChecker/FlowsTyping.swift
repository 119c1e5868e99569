// The nodes of a flow typed: steps and values each behind those whose types it needs, then gates, ends and events.
// What every path to a node has set is no optional in it.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: typing

    /// Types steps and values, each behind those whose types it needs.
    func typeFlowSteps(_ flow: inout FlowState, _ known: [FlowKnown]) {
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
    func typeFlowElement(
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
