// What vendors and BPMN itself map: the inputs of an activity, and what becomes of what it has said. Knows their elements
// and nothing of how it is written.
import WfSource

/// Something that a model gives a name to.
indirect enum BpmnValue {
    /// Text, or an expression that is still to be read.
    case text(BpmnText)
    case expression(ForeignExpression)
    case list([BpmnValue])
    case map([BpmnField])
}

/// A value with its name, which may be a path: `order.id`.
struct BpmnField {
    let name: String
    let value: BpmnValue
}

/// What becomes known when an activity has ended.
struct BpmnOutputs {
    /// Where a variable's value comes from.
    enum Source {
        /// What was said, as it is.
        case answer
        /// A member of it.
        case member(String)
        /// An expression over what is known, with what was said.
        case value(BpmnValue)
    }
    var fields: [(target: String, source: Source)] = []
    /// Whether what was said is not known by itself: only what is mapped is.
    var hidesAnswer = false
}

extension BpmnImport {
    // MARK: Inputs

    /// What an activity is given by name: input mappings of the vendors, and associations with properties.
    func inputs(_ node: BpmnNode) -> [BpmnField] {
        let element = node.element
        var result = localInputs(node)
        for field in model.extensions(element, "field") {
            guard let name = model.attribute("name", field) else { continue }
            let inner = model.document.children(of: field).first.map { model.document.elements[$0].text }
            let text = model.attribute("stringValue", field) ?? model.attribute("expression", field) ?? inner
            for child in model.document.children(of: field) { model.take(child) }
            if let text, !SourceWriter.trimmed(text).isEmpty {
                result.append(BpmnField(name: name, value: .text(mixed(text, field))))
            }
        }
        for tag in ["in", "externalWorkerInParameter", "eventInParameter"] {
            for input in model.extensions(element, tag) {
                // Everything is given in any case.
                _ = model.attribute("variables", input)
                guard let name = model.attribute("target", input) else { continue }
                if let field = mapped(input, to: name) { result.append(field) }
            }
        }
        for operation in model.extensions(element, "serviceTaskOperator") {
            for input in model.extensions(element, "parameter")
            where model.document.elements[input].parent >= operation {
                guard let name = model.attribute("id", input), let value = model.attribute("value", input)
                else {
                    continue
                }
                _ = model.attribute("type", input)
                result.append(
                    BpmnField(
                        name: name, value: .text(BpmnText(text: value, language: "python", element: input))))
            }
        }
        return result + associatedInputs(element)
    }

    /// Variables of an activity's own, which hide those of the same name around it.
    func localInputs(_ node: BpmnNode) -> [BpmnField] {
        let element = node.element
        var result: [BpmnField] = []
        for input in model.extensions(element, "input") {
            guard let name = model.attribute("target", input), let value = model.attribute("source", input)
            else { continue }
            result.append(BpmnField(name: name, value: .text(zeebe(value, input))))
        }
        for input in model.extensions(element, "inputParameter") {
            guard let name = model.attribute("name", input) else { continue }
            if let value = parameter(input) { result.append(BpmnField(name: name, value: value)) }
        }
        return result
    }

    /// `<in source="a" target="b"/>`, `<out sourceExpression="${a + 1}" target="b"/>`
    private func mapped(_ element: Int, to name: String) -> BpmnField? {
        if let source = model.attribute("source", element) {
            return BpmnField(
                name: name, value: .text(BpmnText(text: source, language: "name", element: element)))
        }
        return model.attribute("sourceExpression", element).map {
            BpmnField(name: name, value: .text(mixed($0, element)))
        }
    }

    /// The value of Camunda's `inputParameter` and `outputParameter`: text, a list, a map, or a script of one expression.
    private func parameter(_ element: Int) -> BpmnValue? {
        let children = model.document.children(of: element)
        guard let child = children.first else {
            let text = SourceWriter.trimmed(model.document.elements[element].text)
            return text.isEmpty ? nil : .text(mixed(text, element))
        }
        model.take(child)
        let items = model.document.children(of: child)
        switch model.tag(child) {
        case "list": return .list(items.compactMap { parameter($0) })
        case "map":
            return .map(
                items.compactMap { entry in
                    guard let key = model.attribute("key", entry), let value = parameter(entry) else {
                        return nil
                    }
                    return BpmnField(name: key, value: value)
                })
        default:
            let text = SourceWriter.trimmed(model.document.elements[child].text)
            let format = model.attribute("scriptFormat", child) ?? "script"
            return text.isEmpty ? nil : .text(BpmnText(text: text, language: format, element: child))
        }
    }

    /// Inputs that come from properties of the process, or are given in the association.
    func associatedInputs(_ element: Int) -> [BpmnField] {
        var result: [BpmnField] = []
        for association in model.children(element, "dataInputAssociation") {
            guard let name = model.text(association, "targetRef").map({ dataTitle($0) }) else { continue }
            if let source = model.text(association, "sourceRef"), let variable = property(source) {
                result.append(
                    BpmnField(
                        name: name,
                        value: .text(BpmnText(text: variable, language: "name", element: association))))
            }
            for assignment in model.children(association, "assignment") {
                guard let from = model.text(assignment, "from"), !from.isEmpty else { continue }
                result.append(BpmnField(name: name, value: .text(mixed(from, assignment))))
            }
        }
        return result
    }

    /// The variable that a reference means: a property of a process; nil for data that is only drawn.
    private func property(_ reference: String) -> String? {
        guard let found = model.resolve(reference) else { return nil }
        let isVariable =
            ["property", "inputDataItem"].contains(model.tag(found))
            || model.tag(found) == "dataObject" && isOfJbpm
        guard isVariable else { return nil }
        return model.attribute("name", found).flatMap { $0.isEmpty ? nil : $0 }
            ?? model.attribute("id", found)
    }

    private var isOfJbpm: Bool { model.document.namespaces.contains { $0.contains("jboss.org/drools") } }

    /// What an input or output is called.
    private func dataTitle(_ reference: String) -> String {
        model.resolve(reference).flatMap { model.attribute("name", $0) } ?? reference
    }

    // MARK: Outputs

    /// What becomes known when a node has ended.
    func outputs(_ node: BpmnNode) -> BpmnOutputs {
        guard case .none = node.loop else { return BpmnOutputs() }
        let element = node.element
        var result = BpmnOutputs()
        for output in model.extensions(element, "output") {
            guard let name = model.attribute("target", output), let value = model.attribute("source", output)
            else { continue }
            result.fields.append((name, .value(.text(zeebe(value, output)))))
            result.hidesAnswer = true
        }
        for output in model.extensions(element, "outputParameter") {
            guard let name = model.attribute("name", output), let value = parameter(output) else { continue }
            result.fields.append((name, .value(value)))
        }
        for tag in ["out", "externalWorkerOutParameter", "eventOutParameter"] {
            for output in model.extensions(element, tag) {
                guard let name = model.attribute("target", output), let field = mapped(output, to: name)
                else {
                    continue
                }
                result.fields.append((name, tag == "out" ? calledValue(field) : .value(field.value)))
                if tag == "out" { result.hidesAnswer = true }
            }
        }
        if model.extensions(element, "out").contains(where: { model.attribute("variables", $0) == "all" }) {
            result.hidesAnswer = false
        }
        addResult(node, &result)
        addAssociations(node, &result)
        for assignment in exitScript(node) {
            result.fields.append((assignment.name, .value(.expression(assignment.value))))
        }
        return result
    }

    /// What Zeebe maps in each instance of an activity, where the model keeps something of each.
    func instanceOutputs(_ node: BpmnNode) -> [(target: String, text: BpmnText)] {
        guard case .instances(let loop) = node.loop, !loop.results.isEmpty else { return [] }
        return model.marks.looking {
            model.extensions(node.element, "output").compactMap { output in
                guard let name = model.attribute("target", output),
                    let value = model.attribute("source", output)
                else { return nil }
                return (name, zeebe(value, output))
            }
        }
    }

    /// What a called process gives back is read from what it has said, and from nothing else.
    private func calledValue(_ field: BpmnField) -> BpmnOutputs.Source {
        if case .text(let text) = field.value, text.language == "name" { return .member(text.text) }
        return .value(field.value)
    }

    /// The variable that takes what is said.
    private func addResult(_ node: BpmnNode, _ result: inout BpmnOutputs) {
        guard let name = resultName(node) else { return }
        // With Zeebe's outputs, the variable is known to them alone.
        if model.extensions(node.element, "output").isEmpty { result.fields.append((name, .answer)) }
        result.hidesAnswer = true
    }

    func resultName(_ node: BpmnNode) -> String? {
        if script(node) != nil { return nil }
        for element in [node.element] + node.events.map(\.element) {
            if let name = model.vendor("resultVariable", element)
                ?? model.vendor("resultVariableName", element)
            {
                return name
            }
        }
        for tag in ["calledDecision", "serviceTaskOperator", "script"] {
            for found in model.extensions(node.element, tag) {
                if let name = model.attribute("resultVariable", found), !name.isEmpty { return name }
            }
        }
        for variable in model.extensions(node.element, "messageVariable") where node.kind != .throwing {
            let name = SourceWriter.trimmed(model.document.elements[variable].text)
            if !name.isEmpty { return name }
        }
        return nil
    }

    /// BPMN's own associations, where they lead to properties.
    private func addAssociations(_ node: BpmnNode, _ result: inout BpmnOutputs) {
        for association in model.children(node.element, "dataOutputAssociation") {
            if let target = model.text(association, "targetRef").flatMap({ property($0) }),
                let source = model.text(association, "sourceRef")
            {
                // What an event brings is the variable; of what a task has said it is a member.
                let isEvent = node.kind == .catching
                result.fields.append((target, isEvent ? .answer : .member(dataTitle(source))))
            }
            for assignment in model.children(association, "assignment") {
                guard let from = model.text(assignment, "from"), !from.isEmpty,
                    let target = model.text(assignment, "to").flatMap({ property($0) })
                else { continue }
                result.fields.append((target, .value(.text(mixed(from, assignment)))))
            }
        }
    }

    // MARK: Scripts around an activity

    /// What a script in front of an activity sets; nothing when it does something else.
    func entryScript(_ node: BpmnNode) -> [ScriptAssignment] {
        around(node, ["onEntry-script", "preScript"]) + heard(node, ["start", "create"])
    }

    /// What a script behind an activity sets.
    func exitScript(_ node: BpmnNode) -> [ScriptAssignment] {
        around(node, ["onExit-script", "postScript"]) + heard(node, ["complete", "end"])
    }

    /// What listeners of an activity's start or end set that are an expression or a script.
    private func heard(_ node: BpmnNode, _ events: [String]) -> [ScriptAssignment] {
        guard case .none = node.loop else { return [] }
        var result: [ScriptAssignment] = []
        for event in events {
            for tag in ["executionListener", "taskListener"] {
                for listener in model.marks.looking({ model.extensions(node.element, tag) }) {
                    guard model.marks.looking({ model.attribute("event", listener) }) == event,
                        let found = assignments(of: listener), found.allSatisfy({ isSaid($0.value) })
                    else { continue }
                    model.take(listener)
                    if let script = model.document.child("script", of: listener) { model.take(script) }
                    result += found
                }
            }
        }
        return result
    }

    private func assignments(of listener: Int) -> [ScriptAssignment]? {
        if let text = model.marks.looking({ model.attribute("expression", listener) }) {
            return assignments(text, .juel)
        }
        guard let script = model.document.child("script", of: listener) else { return nil }
        return assignments(model.document.elements[script].text, scriptLanguage(script))
    }

    private func around(_ node: BpmnNode, _ tags: [String]) -> [ScriptAssignment] {
        guard case .none = node.loop else { return [] }
        var result: [ScriptAssignment] = []
        for tag in tags {
            for element in model.marks.looking({ model.extensions(node.element, tag) }) {
                let inner = model.document.child("script", of: element) ?? element
                let script = model.document.elements[inner].text
                guard let found = assignments(script, scriptLanguage(element)),
                    found.allSatisfy({ isSaid($0.value) })
                else {
                    continue
                }
                model.take(element)
                result += found
            }
        }
        return result
    }

    // MARK: Texts

    /// `=x` is an expression, everything else is text.
    func zeebe(_ value: String, _ element: Int) -> BpmnText {
        BpmnText(text: value, language: value.hasPrefix("=") ? "feel" : "text", element: element)
    }

    /// `${x}` is an expression, everything else is text.
    func mixed(_ value: String, _ element: Int) -> BpmnText {
        let text = SourceWriter.trimmed(value)
        let isExpression = text.contains("${") || text.contains("#{")
        return BpmnText(text: text, language: isExpression ? "juel" : "text", element: element)
    }
}
