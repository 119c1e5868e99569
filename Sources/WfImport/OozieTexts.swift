// Texts and conditions of Oozie with `${…}` in them, and the parameters that they make. What an expression cannot say in
// wf becomes a parameter of the flow, with a note.
import WfDiagnostics
import WfSource

/// What the expressions of a flow refer to.
final class OozieScope {
    /// Parameters of the flow, by the name in the file.
    private(set) var parameters: [String: String] = [:]
    /// In the order in which they were met: name in the file, name in wf, type, default, what it stands for.
    private(set) var declared: [(name: String, type: String, value: String?, about: String?)] = []
    var names = NameTable()
    /// Functions of the text that are used.
    var helpers: Set<String> = []
    /// The step of an action, as what is being written sees it.
    var step: (String) -> String? = { _ in nil }
    /// Whether `error` may be read.
    var hasErrors = false
    let workflow: String
    /// Its name as a literal, with what stands in it for properties.
    var title: String?

    init(workflow: String) { self.workflow = workflow }

    /// The parameter for a property of the job.
    func parameter(_ name: String, value: String? = nil) -> String {
        if let known = parameters[name] { return known }
        let parameter = names.take(name, fallback: "setting")
        parameters[name] = parameter
        declared.append((parameter, "String", value, parameter == name ? nil : "the property `\(name)`"))
        return parameter
    }

    /// A parameter that stands for an expression.
    func parameter(for expression: String, type: String, wish: String) -> String {
        let key = "${\(expression)}:\(type)"
        if let known = parameters[key] { return known }
        let parameter = names.take(wish, fallback: "value")
        parameters[key] = parameter
        declared.append((parameter, type, nil, "the value of `\(expression)`"))
        return parameter
    }

    func use(_ helper: String) -> String {
        helpers.insert(helper)
        return helper
    }
}

/// Texts with `${…}` in them, and what could not be translated.
final class OozieTexts {
    let scope: OozieScope
    private(set) var notes: [Diagnostic] = []

    init(_ scope: OozieScope) { self.scope = scope }

    /// A literal for a text; an expression that has no translation is a parameter, with a note.
    func literal(_ text: String, at span: Span) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            result += WfText.escaped(rest[..<open.lowerBound])
            let (expression, end) = OozieTexts.expression(rest[open.upperBound...])
            result += interpolated(value(String(expression), "String", span))
            rest = rest[end...]
        }
        return "\"\(result + WfText.escaped(rest))\""
    }

    /// The condition of a decision's case: one expression, or a constant.
    func condition(_ text: String, at span: Span) -> String {
        guard text.hasPrefix("${"), text.hasSuffix("}") else {
            return "\(literal(text, at: span)) == \"true\""
        }
        return value(String(text.dropFirst(2).dropLast()), "Bool", span)
    }

    private func interpolated(_ value: String) -> String {
        value.count >= 2 && value.first == "\"" && value.last == "\""
            ? String(value.dropFirst().dropLast()) : "{\(value)}"
    }

    private func value(_ expression: String, _ type: String, _ span: Span) -> String {
        do throws(OozieUntranslated) {
            let value = try OozieExpression.translate(expression, scope)
            if type == "String" || value.kind == .bool { return value.text }
            if value.kind == .string { return "\(value.operand) == \"true\"" }
            throw OozieUntranslated(what: "a condition")
        } catch {
            notes.append(.oozieUntranslated(expression, found: error.what, at: span))
            return scope.parameter(for: expression, type: type, wish: type == "Bool" ? "condition" : "value")
        }
    }

    /// The text up to the `}` that closes an expression, which texts in quotes may hold, and where it goes on.
    private static func expression(_ text: Substring) -> (Substring, Substring.Index) {
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "}" {
                return (text[..<index], text.index(after: index))
            }
        }
        return (text, text.endIndex)
    }
}
