// What vendors say about an activity beside what it is given: who does it, and what else whoever does it is told.
import WfSource

/// Who does an activity, and by which word of the vendor.
struct BpmnPerformer {
    let key: String
    let text: BpmnText
}

extension BpmnImport {
    /// Who does it: a group, a person, the type of worker, a lane.
    func roleText(_ node: BpmnNode) -> BpmnText? {
        if let performer = performer(node) { return performer.text }
        return node.lane.isEmpty ? nil : BpmnText(text: node.lane, language: "text", element: node.element)
    }

    private static let performerKeys = [
        "candidateGroups", "candidateUsers", "assignee", "topic", "delegateExpression", "class", "type",
        "taskName",
        "ruleFlowGroup",
    ]
    private static let assignmentKeys = ["candidateGroups", "assignee", "candidateUsers"]
    private static let resourceKeys = ["potentialOwner", "humanPerformer", "performer", "resourceRole"]

    /// The same without lanes, which only say who answers for it.
    func performer(_ node: BpmnNode) -> BpmnPerformer? {
        let element = node.element
        for assignment in model.extensions(element, "assignmentDefinition") {
            for key in BpmnImport.assignmentKeys {
                if let text = model.attribute(key, assignment) {
                    return BpmnPerformer(key: key, text: zeebe(text, element))
                }
            }
        }
        for (tag, attribute) in [
            ("taskDefinition", "type"), ("serviceTaskOperator", "id"), ("connectorId", ""),
        ] {
            for found in model.extensions(element, tag) {
                if tag == "connectorId" {
                    let text = SourceWriter.trimmed(model.document.elements[found].text)
                    return BpmnPerformer(
                        key: tag, text: BpmnText(text: text, language: "text", element: element))
                }
                if let type = model.attribute(attribute, found) {
                    return BpmnPerformer(key: tag, text: zeebe(type, element))
                }
            }
        }
        // What a thrown message is sent with stands at its definition.
        for holder in [element] + node.events.filter({ $0.trigger == .message }).map(\.element) {
            for key in BpmnImport.performerKeys {
                guard let text = model.vendor(key, holder) else { continue }
                if key == "topic" { _ = model.vendor("type", holder) }
                let isBean = key == "delegateExpression"
                return BpmnPerformer(
                    key: key,
                    text: isBean
                        ? BpmnText(text: text, language: "text", element: element) : mixed(text, element))
            }
        }
        for key in BpmnImport.resourceKeys {
            for role in model.children(element, key) {
                if let text = resource(role) { return BpmnPerformer(key: key, text: text) }
            }
        }
        // jBPM's work items for people name them among their inputs.
        for key in ["GroupId", "ActorId"] {
            if case .text(let text)? = associatedInputs(element).first(where: { $0.name == key })?.value {
                return BpmnPerformer(key: key, text: text)
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

    /// Whether somebody is named who sends a message.
    func isCarriedOut(_ node: BpmnNode) -> Bool {
        model.marks.looking {
            performer(node) != nil
                || ([node.element] + node.events.map(\.element)).contains {
                    model.vendor("expression", $0) != nil
                }
        }
    }

    // MARK: What else is told

    private static let detailKeys = [
        "expression", "decisionRef", "formKey", "formRef", "resource", "dueDate", "followUpDate", "priority",
        "taskPriority", "candidateGroups", "candidateUsers", "assignee", "topic", "delegateExpression",
        "class",
        "taskName", "ruleFlowGroup", "owner",
    ]
    private static let detailElements = [
        ("assignmentDefinition", ["candidateGroups", "assignee", "candidateUsers"]),
        ("taskSchedule", ["dueDate", "followUpDate"]), ("priorityDefinition", ["priority"]),
        ("formDefinition", ["formKey", "formId", "externalReference"]), ("calledDecision", ["decisionId"]),
    ]

    /// What whoever does an activity is told beside its inputs: dates, forms, the other people that it is meant for.
    func details(_ node: BpmnNode) -> [BpmnField] {
        let (element, who) = (node.element, performer(node))
        var result: [BpmnField] = []
        func add(_ name: String, _ text: BpmnText) {
            result.append(BpmnField(name: name, value: .text(text)))
        }
        for holder in [element] + node.events.filter({ $0.trigger == .message }).map(\.element) {
            for key in BpmnImport.detailKeys where key != who?.key {
                guard let text = model.vendor(key, holder) else { continue }
                // What is called has a meaning in its engine alone.
                let isKept = ["expression", "delegateExpression", "class", "decisionRef", "formKey"].contains(
                    key)
                add(
                    key,
                    isKept ? BpmnText(text: text, language: "text", element: holder) : mixed(text, holder))
            }
            if who?.key != "topic", who?.key != "type", let type = model.vendor("type", holder),
                type != "external"
            {
                add("type", mixed(type, holder))
            }
        }
        for (tag, keys) in BpmnImport.detailElements {
            for found in model.extensions(element, tag) {
                for key in keys where key != who?.key {
                    if let text = model.attribute(key, found), !text.isEmpty { add(key, zeebe(text, found)) }
                }
            }
        }
        for decision in model.extensions(element, "calledDecisionId") {
            let text = SourceWriter.trimmed(model.document.elements[decision].text)
            add("decisionId", BpmnText(text: text, language: "text", element: decision))
        }
        for key in BpmnImport.resourceKeys {
            let roles = model.children(element, key).compactMap { resource($0) }
            for text in key == who?.key ? Array(roles.dropFirst()) : roles { add(key, text) }
        }
        if let operation = model.attribute("operationRef", element) {
            let name = model.resolve(operation).flatMap { model.attribute("name", $0) } ?? operation
            add("operation", BpmnText(text: name, language: "text", element: element))
        }
        return result + headers(element) + form(element)
    }

    /// Headers of a Zeebe task.
    private func headers(_ element: Int) -> [BpmnField] {
        let fields = model.extensions(element, "header").compactMap { header -> BpmnField? in
            guard let key = model.attribute("key", header) else { return nil }
            let value = model.attribute("value", header) ?? ""
            // A header is told as it stands: what looks like an expression is for whoever does the work.
            return BpmnField(
                name: key, value: .text(BpmnText(text: value, language: "text", element: header)))
        }
        return fields.isEmpty ? [] : [BpmnField(name: "headers", value: .map(fields))]
    }

    /// The fields of a form that stands in the model.
    func form(_ element: Int) -> [BpmnField] {
        var rows: [BpmnValue] = []
        for tag in ["formField", "formProperty"] {
            for field in model.extensions(element, tag) {
                model.take(field)
                var parts = model.document.attributes(model.document.elements[field]).map { attribute in
                    BpmnField(
                        name: attribute.name,
                        value: .text(BpmnText(text: attribute.value, language: "text", element: field)))
                }
                let values = model.document.children(of: field).filter { model.tag($0) == "value" }.map {
                    value in
                    BpmnField(
                        name: model.attribute("id", value) ?? "",
                        value: .text(
                            BpmnText(
                                text: model.attribute("name", value) ?? "", language: "text", element: value))
                    )
                }
                if !values.isEmpty { parts.append(BpmnField(name: "values", value: .map(values))) }
                rows.append(.map(parts))
            }
        }
        return rows.isEmpty ? [] : [BpmnField(name: "form", value: .list(rows))]
    }

    /// What a model says that is decided somewhere else: a decision table, a rule group, a script in a file.
    func outsideWork(_ node: BpmnNode) -> (what: String, name: String)? {
        if let name = model.vendor("decisionRef", node.element) { return ("decision", name) }
        for found in model.extensions(node.element, "calledDecision") {
            if let name = model.attribute("decisionId", found) { return ("decision", name) }
        }
        for found in model.extensions(node.element, "calledDecisionId") {
            return ("decision", SourceWriter.trimmed(model.document.elements[found].text))
        }
        if model.marks.looking({ model.vendor("type", node.element) }) == "dmn" {
            return ("decision", decisionOfFlowable(node))
        }
        if let name = model.vendor("ruleFlowGroup", node.element) { return ("group of rules", name) }
        return model.vendor("resource", node.element).map { ("script", $0) }
    }

    /// The decision that a task of Flowable names in a field.
    private func decisionOfFlowable(_ node: BpmnNode) -> String {
        let keys: Set<String> = ["decisionTableReferenceKey", "decisionServiceReferenceKey"]
        let values = model.marks.looking {
            inputs(node).filter { keys.contains($0.name) }.compactMap { field -> String? in
                if case .text(let text) = field.value { text.text } else { nil }
            }
        }
        return values.first ?? "dmn"
    }

    /// When a task is passed over: where a variable switches that on, and its expression holds.
    func skip(_ node: BpmnNode) -> ForeignExpression? {
        guard let text = model.marks.looking({ model.vendor("skipExpression", node.element) }),
            let condition = ForeignExpression.read(text, .juel)
        else { return nil }
        let enabled = ["_FLOWABLE_SKIP_EXPRESSION_ENABLED", "_ACTIVITI_SKIP_EXPRESSION_ENABLED"].map {
            ForeignExpression.binary(.equal, .name($0), .bool(true))
        }
        let isOn = ForeignExpression.binary(.or, enabled[0], enabled[1])
        return .said(.juel, .binary(.and, isOn, condition))
    }

    // MARK: Calls

    /// What a call activity names; empty when it names nothing.
    func calledName(_ node: BpmnNode) -> String {
        var called = model.attribute("calledElement", node.element)
        for inner in model.extensions(node.element, "calledElement") {
            called = model.attribute("processId", inner) ?? called
        }
        return called.map { SourceWriter.trimmed($0) } ?? ""
    }

    /// The process in the file that a call activity calls.
    func calledScope(_ node: BpmnNode) -> Int? {
        guard let found = model.resolve(calledName(node)) else { return nil }
        return model.scopes.indices.first {
            model.scopes[$0].element == found && !model.scopes[$0].nodes.isEmpty
        }
    }

    /// Whether a call hands variables to what it calls, or takes some back.
    func passesVariables(_ node: BpmnNode) -> Bool {
        !inputs(node).isEmpty || !outputs(node).fields.isEmpty || !instanceOutputs(node).isEmpty
            || takesAll(node)
    }

    /// Whether all that a called process knows is known behind the call.
    func takesAll(_ node: BpmnNode) -> Bool {
        if model.extensions(node.element, "out").contains(where: { model.attribute("variables", $0) == "all" }
        ) {
            return true
        }
        return model.extensions(node.element, "calledElement").contains {
            model.attribute("propagateAllChildVariables", $0) != "false"
        }
    }

    /// Whether a call hands over what is mapped, and nothing else.
    func passesMappedOnly(_ node: BpmnNode) -> Bool {
        let ins = model.extensions(node.element, "in")
        if ins.contains(where: { model.attribute("variables", $0) == "all" }) { return false }
        if model.vendor("inheritVariables", node.element) == "true" { return false }
        if ins.contains(where: { model.attribute("target", $0) != nil }) { return true }
        return model.extensions(node.element, "calledElement").contains {
            model.attribute("propagateAllParentVariables", $0) == "false"
        }
    }

    /// Whether a process is called by one that takes back what it knows.
    func givesBack(_ scope: Int) -> Bool {
        model.marks.looking {
            model.scopes.contains { caller in
                caller.nodes.contains { node in
                    node.kind == .call && calledScope(node) == scope
                        && (takesAll(node) || !outputs(node).fields.isEmpty || !instanceOutputs(node).isEmpty)
                }
            }
        }
    }
}
