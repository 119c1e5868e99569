// The nodes of a flow as they are written, the events that belong to them, and where the arrows between them lead. Knows
// nothing of types.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: collecting

    func collectFlow(_ statements: [NodeId], _ flow: inout FlowState) {
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

    func isPlain(_ type: TypeId) -> Bool { kind(type) != .optional }

    private func bindVariable(_ name: NameId, _ type: TypeId, _ element: FlowElement) -> Int {
        let optional = types.optional(of: type)
        let index = bind(
            name, .step, optional, local: newLocal(name, optional), at: element.span,
            node: Int32(element.number), frame: Int32(frames.count - 1))
        bindings[index].isRead = true
        return index
    }

    func signalName(_ id: NodeId) -> NameId? {
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

    func resolveArrows(_ flow: inout FlowState, _ owner: NodeId) {
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
}
