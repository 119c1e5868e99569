// Scripts that only set variables: a line each, `name = expression`. Everything else stays a script.
import WfSource

/// One variable set by a script.
struct ScriptAssignment: Equatable {
    let name: String
    let value: ForeignExpression

    /// Whether it reads, or sets again, what another one has set.
    func follows(_ other: ScriptAssignment) -> Bool {
        name == other.name || value.mentions(other.name) || value.holds(other.name)
    }
}

extension BpmnImport {
    /// The variables that a script task sets, or a service task that only evaluates an expression; nil when it is neither, or
    /// does something else.
    func script(_ node: BpmnNode) -> [ScriptAssignment]? {
        guard node.tag == "scriptTask" || node.tag == "serviceTask",
            let found = model.marks.looking({ assignments(of: node) })
        else { return nil }
        if !found.isEmpty {
            // Anything else around it needs a step.
            guard case .none = node.loop, node.boundaries.isEmpty else { return nil }
        }
        for key in ["resultVariable", "resultVariableName"] where !found.isEmpty {
            _ = model.vendor(key, node.element)
        }
        if node.tag == "serviceTask" { _ = model.vendor("expression", node.element) }
        for script in model.extensions(node.element, "script") {
            _ = (model.attribute("expression", script), model.attribute("resultVariable", script))
        }
        return found
    }

    private func assignments(of node: BpmnNode) -> [ScriptAssignment]? {
        // What a script is given by name is known to it alone.
        guard inputs(node).isEmpty else { return nil }
        let name =
            model.vendor("resultVariable", node.element) ?? model.vendor("resultVariableName", node.element)
        if node.tag == "serviceTask" {
            guard performer(node) == nil, let text = model.vendor("expression", node.element) else {
                return nil
            }
            guard let name else {
                // An expression without a result may set a variable itself.
                let found = assignments(text, .juel)
                return found?.allSatisfy { isSaid($0.value) } == true ? found : nil
            }
            return assignment(name, ForeignExpression.read(text, language("juel")))
        }
        for script in model.extensions(node.element, "script") {
            guard let text = model.attribute("expression", script),
                let name = model.attribute("resultVariable", script) ?? name
            else { return nil }
            return assignment(name, ForeignExpression.read(text, .feel))
        }
        guard let text = model.text(node.element, "script"), !text.isEmpty else {
            return performer(node) == nil && model.vendor("resource", node.element) == nil ? [] : nil
        }
        if let name {
            let format = language(model.attribute("scriptFormat", node.element) ?? "")
            return assignment(name, ForeignExpression.read(text, format, equalsCompares: false))
        }
        guard let found = assignments(text, scriptLanguage(node.element), inTurn: isSaidInTurn(node)),
            found.allSatisfy({ isSaid($0.value) })
        else {
            return nil
        }
        return found
    }

    private func assignment(_ name: String, _ value: ForeignExpression?) -> [ScriptAssignment]? {
        value.flatMap { isSaid($0) ? [ScriptAssignment(name: name, value: $0)] : nil }
    }

    /// Whether a value can be written.
    func isSaid(_ value: ForeignExpression) -> Bool {
        ExpressionWriter { _ in "data" }.text(value, .json) != nil
    }

    /// Whether nothing but a script itself sets variables there, so that its lines can stand one after another.
    private func isSaidInTurn(_ node: BpmnNode) -> Bool {
        model.marks.looking {
            ["output", "outputParameter", "out"].allSatisfy { model.extensions(node.element, $0).isEmpty }
                && model.children(node.element, "dataOutputAssociation").isEmpty && exitScript(node).isEmpty
        }
    }

    /// The lines of a script in groups, each of which reads nothing that it sets itself.
    static func turns(_ assignments: [ScriptAssignment]) -> [[ScriptAssignment]] {
        var result: [[ScriptAssignment]] = []
        for assignment in assignments {
            if let last = result.last, !last.contains(where: { assignment.follows($0) }) {
                result[result.count - 1].append(assignment)
            } else {
                result.append([assignment])
            }
        }
        return result
    }

    /// `x = 1`, `x += 1`, `var x = a + b;`, `execution.setVariable("x", a)`, a line each.
    ///
    /// - Parameter inTurn: whether later lines may read what earlier ones set.
    func assignments(_ text: String, _ language: ForeignLanguage, inTurn: Bool = false) -> [ScriptAssignment]?
    {
        var result: [ScriptAssignment] = []
        for row in text.split(whereSeparator: { $0.isNewline || $0 == ";" }) {
            var line = SourceWriter.trimmed(row)
            if line.isEmpty || line.hasPrefix("#") && !line.hasPrefix("#{") || line.hasPrefix("//") {
                continue
            }
            for word in ["var ", "let ", "const ", "def ", "int ", "String ", "boolean "]
            where line.hasPrefix(word) {
                line = SourceWriter.trimmed(line.dropFirst(word.count))
            }
            guard let assignment = assignment(line, language) else { return nil }
            if result.count == BpmnImport.linesMax { return nil }
            if !inTurn, result.contains(where: { assignment.follows($0) }) { return nil }
            result.append(assignment)
        }
        return result.isEmpty ? nil : result
    }

    private func assignment(_ line: String, _ language: ForeignLanguage) -> ScriptAssignment? {
        if let call = ForeignExpression.parse(line, equalsCompares: false, language: language),
            case .method(_, let name, let items) = call,
            ["setVariable", "set", "setVariableLocal"].contains(name), items.count == 2,
            case .string(let variable) = items[0]
        {
            return ScriptAssignment(name: variable, value: .said(language, items[1]))
        }
        let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard let first = name.first, !first.isNumber else { return nil }
        var rest = line[name.endIndex...].drop(while: \.isWhitespace)
        var operation: ForeignOperator?
        if let mark = rest.first, "+-*".contains(mark), rest.dropFirst().first == "=" {
            operation = ForeignOperator(rawValue: String(mark))
            rest = rest.dropFirst()
        }
        guard rest.first == "=", rest.dropFirst().first != "=" else { return nil }
        let text = String(rest.dropFirst())
        guard let value = ForeignExpression.parse(text, equalsCompares: false, language: language) else {
            return nil
        }
        if let operation {
            let changed = ForeignExpression.binary(operation, .name(String(name)), value)
            return ScriptAssignment(name: String(name), value: .said(language, changed))
        }
        return ScriptAssignment(name: String(name), value: .said(language, value))
    }

    /// A script of more lines is left to a worker.
    private static let linesMax = 256

    // MARK: Languages

    /// The language of a script.
    func scriptLanguage(_ element: Int) -> ForeignLanguage {
        let format = model.marks.looking {
            model.attribute("scriptFormat", element) ?? model.attribute("scriptLanguage", element)
        }
        return language(format ?? "")
    }

    /// The language that a text is declared in; what is declared in none is of the model's.
    func language(_ name: String) -> ForeignLanguage {
        if name == "juel" { return usual == .java ? .java : .juel }
        if name.isEmpty || name == "script" { return usual }
        return ForeignLanguage.named(name) ?? .plain
    }

    /// What expressions of no declared language are in: that of the engine whose words are in the file.
    func usualLanguage() -> ForeignLanguage {
        let declared = model.marks.looking { model.attribute("expressionLanguage", 0) }
        // Many tools write XPath there, which is BPMN's default, and mean their own.
        if let declared, let found = ForeignLanguage.named(declared), found != .xpath { return found }
        let spaces = model.document.namespaces
        if spaces.contains(where: { $0.contains("spiffworkflow") }) { return .python }
        let isOfOthers = spaces.contains { space in
            ["camunda.org", "flowable.org", "activiti.org"].contains { space.contains($0) }
        }
        if !isOfOthers, spaces.contains(where: { $0.contains("jboss.org/drools") }) { return .java }
        return .plain
    }
}
