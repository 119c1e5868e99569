// Scripts that only set variables: a line each, `name = expression`. Everything else stays a script.
import WfSource

/// One variable set by a script.
struct ScriptAssignment: Equatable {
    let name: String
    let value: ForeignExpression
}

extension BpmnImport {
    /// The assignments of a script task; nil when it is none, or does something else.
    func script(_ node: BpmnNode) -> [ScriptAssignment]? {
        guard node.tag == "scriptTask" else { return nil }
        guard let text = model.text(node.element, "script"), !text.isEmpty else { return [] }
        return BpmnImport.assignments(text)
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
