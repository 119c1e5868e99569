// Scripts that only set variables: a line each, `name = expression`. Everything else stays a script.
import WfSource

/// One variable set by a script.
struct ScriptAssignment: Equatable {
    let name: String
    let value: ForeignExpression
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
            guard performer(node) == nil, let name, let text = model.vendor("expression", node.element) else {
                return nil
            }
            return assignment(name, ForeignExpression.parse(text))
        }
        for script in model.extensions(node.element, "script") {
            guard let text = model.attribute("expression", script),
                let name = model.attribute("resultVariable", script) ?? name
            else { return nil }
            return assignment(name, ForeignExpression.parse(text, language: "feel"))
        }
        guard let text = model.text(node.element, "script"), !text.isEmpty else {
            return performer(node) == nil && model.vendor("resource", node.element) == nil ? [] : nil
        }
        if let name {
            let language = model.attribute("scriptFormat", node.element) ?? ""
            return assignment(name, ForeignExpression.parse(text, equalsCompares: false, language: language))
        }
        guard let found = BpmnImport.assignments(text), found.allSatisfy({ isSaid($0.value) }) else {
            return nil
        }
        return found
    }

    private func assignment(_ name: String, _ value: ForeignExpression?) -> [ScriptAssignment]? {
        value.flatMap { isSaid($0) ? [ScriptAssignment(name: name, value: $0)] : nil }
    }

    /// Whether a value can be written.
    func isSaid(_ value: ForeignExpression) -> Bool {
        ExpressionWriter(calculation: BpmnImport.calculation) { _ in "data" }.text(value, .json) != nil
    }

    /// `x = 1`, `x += 1`, `var x = a + b;`, `execution.setVariable("x", a)`, a line each.
    static func assignments(_ text: String) -> [ScriptAssignment]? {
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
            guard let assignment = assignment(line) else { return nil }
            // Later lines would read what earlier ones set.
            if result.contains(where: { mentions(assignment.value, $0.name) }) { return nil }
            if result.contains(where: { $0.name == assignment.name }) { return nil }
            result.append(assignment)
        }
        return result.isEmpty ? nil : result
    }

    private static func assignment(_ line: String) -> ScriptAssignment? {
        if let call = ForeignExpression.parse(line, equalsCompares: false),
            case .method(_, let name, let items) = call,
            ["setVariable", "set", "setVariableLocal"].contains(name), items.count == 2,
            case .string(let variable) = items[0]
        {
            return ScriptAssignment(name: variable, value: items[1])
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
        guard let value = ForeignExpression.parse(String(rest.dropFirst()), equalsCompares: false) else {
            return nil
        }
        if let operation {
            return ScriptAssignment(name: String(name), value: .binary(operation, .name(String(name)), value))
        }
        return ScriptAssignment(name: String(name), value: value)
    }

    private static func mentions(_ expression: ForeignExpression, _ name: String) -> Bool {
        switch expression {
        case .name(let other): return other == name
        case .bool, .null, .number, .string: return false
        case .list(let items), .call(_, let items): return items.contains { mentions($0, name) }
        case .member(let base, _), .not(let base), .minus(let base): return mentions(base, name)
        case .index(let base, let index): return mentions(base, name) || mentions(index, name)
        case .method(let base, _, let items):
            return mentions(base, name) || items.contains { mentions($0, name) }
        case .binary(_, let left, let right): return mentions(left, name) || mentions(right, name)
        case .choice(let condition, let yes, let no):
            return mentions(condition, name) || mentions(yes, name) || mentions(no, name)
        }
    }
}
