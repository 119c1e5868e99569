// What the attributes and elements of vendors say about a node: what it is given, and who does it.
import WfSource

extension BpmnImport {
    /// Whether anything in the process around a scope reads or sets variables.
    func usesVariables(_ scope: Int) -> Bool {
        let root = root(scope)
        if let known = readers[root] { return known }
        let uses = model.scopes.indices.contains { self.root($0) == root && reads(model.scopes[$0]) }
        readers[root] = uses
        return uses
    }

    /// Whether the flow of a sub-process yields what is known at its end: where one token goes through it, and variables
    /// matter.
    func yieldsVariables(_ scope: Int) -> Bool {
        let inner = model.scopes[scope]
        guard inner.parent != nil, !inner.isEventSubProcess, inner.tag != "adHocSubProcess",
            usesVariables(scope),
            inner.nodes.count(where: { $0.kind == .start }) == 1,
            inner.nodes.contains(where: {
                $0.outgoing.isEmpty && $0.events.isEmpty && $0.kind != .boundary && !$0.isForCompensation
            })
        else { return false }
        return inner.nodes.allSatisfy { node in
            switch node.kind {
            case .exclusive, .eventBased: return true
            case .parallel, .inclusive, .complex: return false
            // What is thrown may end the sub-process, so that its end is never come to.
            case .throwing where node.event(.escalation) != nil || node.event(.signal) != nil: return false
            case .boundary: return node.isInterrupting
            case .subProcess where node.scope.map { model.scopes[$0].isEventSubProcess } == true: return false
            default: return node.outgoing.count <= 1
            }
        }
    }

    private func reads(_ scope: BpmnScope) -> Bool {
        scope.flows.contains { $0.condition.map { reads($0) } ?? false } || scope.nodes.contains { reads($0) }
    }

    private func reads(_ node: BpmnNode) -> Bool {
        // A script sets variables, whoever carries it out.
        if node.tag == "scriptTask", script(node)?.isEmpty != true { return true }
        switch node.loop {
        case .none: break
        case .standard(let condition, _, _): if condition.map({ reads($0) }) ?? false { return true }
        case .instances(let loop):
            if [loop.count, loop.collection, loop.completion].contains(where: {
                $0.map { reads($0) } ?? false
            }) {
                return true
            }
        }
        if node.events.contains(where: { conditionText($0).map { reads($0) } ?? false }) { return true }
        return inputs(node).contains { reads($0.value) } || (roleText(node).map { reads($0) } ?? false)
    }

    private func reads(_ text: BpmnText) -> Bool {
        text.language != "text" && (expression(text)?.readsVariables ?? false)
    }

    /// The condition of a conditional event.
    func conditionText(_ event: BpmnEvent) -> BpmnText? {
        guard let child = model.children(event.element, "condition").first else { return nil }
        let text = SourceWriter.trimmed(model.document.elements[child].text)
        if text.isEmpty { return nil }
        return BpmnText(text: text, language: model.attribute("language", child) ?? "", element: child)
    }

    // MARK: Vendors

    /// What a work item is given by name: input mappings of the vendors.
    func inputs(_ node: BpmnNode) -> [(name: String, value: BpmnText)] {
        var result: [(String, BpmnText)] = []
        for input in model.extensions(node.element, "input") {
            guard let name = model.attribute("target", input), let value = model.attribute("source", input)
            else {
                continue
            }
            result.append((name, zeebe(value, input)))
        }
        for input in model.extensions(node.element, "inputParameter") {
            guard let name = model.attribute("name", input) else { continue }
            let text = SourceWriter.trimmed(model.document.elements[input].text)
            if text.isEmpty { continue }
            result.append((name, mixed(text, input)))
        }
        for field in model.extensions(node.element, "field") {
            guard let name = model.attribute("name", field) else { continue }
            let inner = model.document.children(of: field).first.map { model.document.elements[$0].text }
            let text = model.attribute("stringValue", field) ?? model.attribute("expression", field) ?? inner
            for child in model.document.children(of: field) { model.used.insert(child) }
            if let text, !SourceWriter.trimmed(text).isEmpty { result.append((name, mixed(text, field))) }
        }
        return result
    }

    /// `=x` is an expression, everything else is text.
    private func zeebe(_ value: String, _ element: Int) -> BpmnText {
        value.hasPrefix("=")
            ? BpmnText(text: value, language: "feel", element: element)
            : BpmnText(text: value, language: "text", element: element)
    }

    /// `${x}` is an expression, everything else is text.
    private func mixed(_ value: String, _ element: Int) -> BpmnText {
        let text = SourceWriter.trimmed(value)
        let isExpression = text.hasPrefix("${") || text.hasPrefix("#{")
        return BpmnText(text: text, language: isExpression ? "juel" : "text", element: element)
    }

    /// Who does it: a group, a person, the type of worker, a lane.
    func roleText(_ node: BpmnNode) -> BpmnText? {
        if let performer = performerText(node) { return performer }
        return node.lane.isEmpty ? nil : BpmnText(text: node.lane, language: "text", element: node.element)
    }

    /// The same without lanes, which only say who answers for it.
    func performerText(_ node: BpmnNode) -> BpmnText? {
        let element = node.element
        for assignment in model.extensions(element, "assignmentDefinition") {
            if let text = model.attribute("candidateGroups", assignment)
                ?? model.attribute("assignee", assignment)
            {
                return zeebe(text, element)
            }
        }
        for definition in model.extensions(element, "taskDefinition") {
            if let type = model.attribute("type", definition) { return zeebe(type, element) }
        }
        for key in [
            "candidateGroups", "candidateUsers", "assignee", "topic", "delegateExpression", "class", "type",
        ] {
            if let text = model.vendor(key, element), !text.isEmpty {
                let isBean = key == "delegateExpression"
                return isBean
                    ? BpmnText(text: text, language: "text", element: element) : mixed(text, element)
            }
        }
        for key in ["potentialOwner", "humanPerformer", "performer", "resourceRole"] {
            for role in model.children(element, key) {
                if let text = resource(role) { return text }
            }
        }
        return nil
    }

    private func resource(_ role: Int) -> BpmnText? {
        for assignment in model.children(role, "resourceAssignmentExpression") {
            for form in ["formalExpression", "expression"] {
                if let text = model.text(assignment, form), !text.isEmpty {
                    // `user(kermit), group(management)`
                    return mixed(text, assignment)
                }
            }
        }
        if let name = model.text(role, "resourceRef"), let found = model.resolve(name),
            let title = model.attribute("name", found)
        {
            return BpmnText(text: title, language: "text", element: role)
        }
        return model.attribute("name", role).map { BpmnText(text: $0, language: "text", element: role) }
    }
}
