// The expression language of Oozie (JSP EL with Oozie's functions) to wf: `${…}` in texts and the conditions of
// decisions. docs/import/oozie.md lists the subset; what is outside becomes a parameter of the flow, with a note.
import WfDiagnostics
import WfSource

/// A translated expression and its type.
struct OozieValue {
    enum Kind {
        case string, int, float, bool
    }

    let text: String
    let kind: Kind
    /// Needs parentheses as an operand.
    var isCompound = false

    var operand: String { isCompound ? "(\(text))" : text }
}

/// What translating found that it cannot say.
struct OozieUntranslated: Error {
    let what: String
}

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

/// One expression, from `${` to `}`.
struct OozieExpression {
    private var tokens: [Token] = []
    private var next = 0
    private var depth = 0
    private let depthMax = 64

    private enum Token: Equatable {
        case name(String), text(String), int(String), float(String), sign(String)
    }

    /// Translates the text between `${` and `}`.
    static func translate(_ text: String, _ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var reading = OozieExpression()
        try reading.scan(text)
        let value = try reading.ternary(scope)
        if reading.next < reading.tokens.count { throw OozieUntranslated(what: text) }
        return value
    }

    // MARK: Tokens

    private mutating func scan(_ text: String) throws(OozieUntranslated) {
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if character.isWhitespace {
                index += 1
            } else if character == "'" || character == "\"" {
                var end = index + 1
                var content = ""
                while end < characters.count, characters[end] != character {
                    if characters[end] == "\\", end + 1 < characters.count { end += 1 }
                    content.append(characters[end])
                    end += 1
                }
                if end == characters.count { throw OozieUntranslated(what: text) }
                tokens.append(.text(content))
                index = end + 1
            } else if character.isASCII && character.isNumber {
                var end = index
                while end < characters.count, characters[end].isNumber || characters[end] == "." { end += 1 }
                let digits = String(characters[index..<end])
                tokens.append(digits.contains(".") ? .float(digits) : .int(digits))
                index = end
            } else if character.isLetter || character == "_" {
                var end = index
                while end < characters.count, isName(characters[end]) { end += 1 }
                // `wf:conf` is one name.
                if end + 1 < characters.count, characters[end] == ":", characters[end + 1].isLetter {
                    end += 1
                    while end < characters.count, isName(characters[end]) { end += 1 }
                }
                tokens.append(.name(String(characters[index..<end])))
                index = end
            } else {
                let pair = String(characters[index..<min(index + 2, characters.count)])
                let isPair = ["==", "!=", "<=", ">=", "&&", "||"].contains(pair)
                let sign = isPair ? pair : String(character)
                if !isPair && !"+-*/%<>!?:()[],.".contains(character) { throw OozieUntranslated(what: text) }
                tokens.append(.sign(sign))
                index += sign.count
            }
        }
    }

    private func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }

    private func peek(_ words: String...) -> String? {
        guard next < tokens.count else { return nil }
        switch tokens[next] {
        case .sign(let sign): return words.contains(sign) ? sign : nil
        case .name(let name): return words.contains(name) ? name : nil
        default: return nil
        }
    }

    private mutating func take(_ word: String) throws(OozieUntranslated) {
        guard peek(word) != nil else { throw OozieUntranslated(what: "`\(word)` is missing") }
        next += 1
    }

    // MARK: Operators

    private mutating func ternary(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        depth += 1
        defer { depth -= 1 }
        if depth > depthMax { throw OozieUntranslated(what: "too deep") }
        let condition = try either(scope)
        guard peek("?") != nil else { return condition }
        next += 1
        let yes = try ternary(scope)
        try take(":")
        let no = try ternary(scope)
        let (left, right) = yes.kind == no.kind ? (yes, no) : (asString(yes), asString(no))
        return OozieValue(
            text: "if \(try asBool(condition).text) { \(left.text) } else { \(right.text) }", kind: left.kind,
            isCompound: true)
    }

    private mutating func either(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var left = try both(scope)
        while peek("||", "or") != nil {
            next += 1
            let right = try both(scope)
            left = OozieValue(
                text: "\(try asBool(left).operand) || \(try asBool(right).operand)", kind: .bool,
                isCompound: true)
        }
        return left
    }

    private mutating func both(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var left = try comparison(scope)
        while peek("&&", "and") != nil {
            next += 1
            let right = try comparison(scope)
            left = OozieValue(
                text: "\(try asBool(left).operand) && \(try asBool(right).operand)", kind: .bool,
                isCompound: true)
        }
        return left
    }

    private static let signs = [
        "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/", "mod": "%",
    ]

    private mutating func comparison(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var left = try sum(scope)
        while let word = peek("==", "!=", "<", ">", "<=", ">=", "eq", "ne", "lt", "gt", "le", "ge") {
            next += 1
            let right = try sum(scope)
            let sign = OozieExpression.signs[word] ?? word
            let isOrder = sign.first == "<" || sign.first == ">"
            // EL compares as numbers where one side is one; equality of texts does the same for what people write.
            let (first, second): (OozieValue, OozieValue)
            if left.kind == right.kind {
                (first, second) = (left, right)
            } else if left.kind == .bool || right.kind == .bool {
                (first, second) = (try asBool(left), try asBool(right))
            } else if isOrder || left.kind == .float || right.kind == .float {
                (first, second) = (try asNumber(left), try asNumber(right))
            } else {
                (first, second) = (asString(left), asString(right))
            }
            left = OozieValue(
                text: "\(first.operand) \(sign) \(second.operand)", kind: .bool, isCompound: true)
        }
        return left
    }

    private mutating func sum(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var left = try product(scope)
        while let sign = peek("+", "-") {
            next += 1
            left = try arithmetic(left, sign, try product(scope))
        }
        return left
    }

    private mutating func product(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        var left = try unary(scope)
        while let word = peek("*", "/", "%", "div", "mod") {
            next += 1
            left = try arithmetic(left, OozieExpression.signs[word] ?? word, try unary(scope))
        }
        return left
    }

    private func arithmetic(_ left: OozieValue, _ sign: String, _ right: OozieValue) throws(OozieUntranslated)
        -> OozieValue
    {
        // Division yields a fraction in EL.
        if left.kind == .int && right.kind == .int && sign != "/" {
            return OozieValue(text: "\(left.operand) \(sign) \(right.operand)", kind: .int, isCompound: true)
        }
        let (first, second) = (try asNumber(left), try asNumber(right))
        return OozieValue(text: "\(first.operand) \(sign) \(second.operand)", kind: .float, isCompound: true)
    }

    private mutating func unary(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        depth += 1
        defer { depth -= 1 }
        if depth > depthMax { throw OozieUntranslated(what: "too deep") }
        if peek("!", "not") != nil {
            next += 1
            return OozieValue(text: "!\(try asBool(try unary(scope)).operand)", kind: .bool)
        }
        if peek("-") != nil {
            next += 1
            let value = try unary(scope)
            let number = value.kind == .int ? value : try asNumber(value)
            return OozieValue(text: "-\(number.operand)", kind: number.kind)
        }
        if peek("empty") != nil {
            next += 1
            return OozieValue(text: "\(asString(try unary(scope)).operand).isEmpty", kind: .bool)
        }
        return try primary(scope)
    }

    private mutating func primary(_ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        guard next < tokens.count else { throw OozieUntranslated(what: "its end") }
        let token = tokens[next]
        next += 1
        switch token {
        case .text(let text): return OozieValue(text: WfText.string(text), kind: .string)
        case .int(let digits): return OozieValue(text: digits, kind: .int)
        case .float(let digits): return OozieValue(text: digits, kind: .float)
        case .sign("("):
            let value = try ternary(scope)
            try take(")")
            return value
        case .sign(let sign): throw OozieUntranslated(what: sign)
        case .name("true"), .name("false"):
            guard case .name(let word) = token else { break }
            return OozieValue(text: word, kind: .bool)
        case .name(let name):
            if peek("(") != nil { return try call(name, scope) }
            if let value = OozieExpression.constants[name] { return OozieValue(text: value, kind: .int) }
            if name.contains(":") || peek(".", "[") != nil { throw OozieUntranslated(what: name) }
            return OozieValue(text: scope.parameter(name), kind: .string)
        }
        throw OozieUntranslated(what: "its end")
    }

    private static let constants = [
        "KB": "1024", "MB": "1048576", "GB": "1073741824", "TB": "1099511627776", "PB": "1125899906842624",
        "MINUTES": "1", "HOURS": "60", "DAYS": "1440",
    ]

    // MARK: Functions

    private mutating func call(_ name: String, _ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        try take("(")
        let helpers = scope.helpers
        var arguments: [OozieValue] = []
        while peek(")") == nil {
            if !arguments.isEmpty { try take(",") }
            arguments.append(try ternary(scope))
        }
        try take(")")
        let texts = arguments.map { asString($0) }
        switch (name, texts.count) {
        case ("concat", 2):
            return OozieValue(text: WfText.joined(texts.map(\.text)), kind: .string)
        case ("trim", 1): return OozieValue(text: "\(texts[0].operand).trim()", kind: .string)
        case ("firstNotNull", 2): return texts[0]
        case ("wf:conf", 1):
            guard case .text(let key)? = literal(before: 1) else { throw OozieUntranslated(what: name) }
            return OozieValue(text: scope.parameter(key), kind: .string)
        case ("wf:name", 0): return OozieValue(text: WfText.string(scope.workflow), kind: .string)
        case ("wf:user", 0), ("wf:group", 0), ("wf:id", 0), ("wf:appPath", 0), ("wf:callback", 0):
            return OozieValue(text: scope.parameter(String(name.dropFirst(3))), kind: .string)
        case ("wf:run", 0): return OozieValue(text: "0", kind: .int)
        case ("wf:lastErrorNode", 0): return errorField("errorNode", scope)
        case ("wf:errorMessage", 1), ("wf:errorCode", 1):
            // The node that it asks for is the last one: its name is not computed.
            scope.helpers = helpers
            return errorField(name == "wf:errorCode" ? "errorCode" : "errorMessage", scope)
        case ("wf:actionData", 1):
            guard case .text(let action)? = literal(before: 1), let step = scope.step(action) else {
                throw OozieUntranslated(what: name)
            }
            try take("[")
            let key = asString(try ternary(scope))
            try take("]")
            return OozieValue(text: "\(scope.use("actionData"))(\(step), \(key.text))", kind: .string)
        default: throw OozieUntranslated(what: name)
        }
    }

    /// What is known of the last failure; nothing where no action can fail.
    private func errorField(_ helper: String, _ scope: OozieScope) -> OozieValue {
        OozieValue(text: scope.hasErrors ? "\(scope.use(helper))(error)" : "\"\"", kind: .string)
    }

    /// The token so many before the last one taken.
    private func literal(before count: Int) -> Token? {
        let index = next - 1 - count
        return tokens.indices.contains(index) ? tokens[index] : nil
    }

    // MARK: Conversions

    private func asString(_ value: OozieValue) -> OozieValue {
        if value.kind == .string { return value }
        let isPlain = value.kind == .int && value.text.allSatisfy { $0.isNumber }
        return OozieValue(text: isPlain ? "\"\(value.text)\"" : "\"{\(value.text)}\"", kind: .string)
    }

    private func asNumber(_ value: OozieValue) throws(OozieUntranslated) -> OozieValue {
        switch value.kind {
        case .float: return value
        case .int:
            return value.text.allSatisfy { $0.isNumber }
                ? OozieValue(text: value.text + ".0", kind: .float)
                : OozieValue(text: "\(value.operand).toFloat()", kind: .float)
        case .string: return OozieValue(text: "(\(value.operand).toFloat() ?? 0.0)", kind: .float)
        case .bool: throw OozieUntranslated(what: "a number of \(value.text)")
        }
    }

    private func asBool(_ value: OozieValue) throws(OozieUntranslated) -> OozieValue {
        switch value.kind {
        case .bool: return value
        case .string: return OozieValue(text: "\(value.operand) == \"true\"", kind: .bool, isCompound: true)
        default: throw OozieUntranslated(what: "a condition of \(value.text)")
        }
    }
}

extension WfText {
    /// Texts one behind the other: literals and interpolations in one literal.
    static func joined(_ parts: [String]) -> String {
        var inner = ""
        for part in parts {
            if part.first == "\"" && part.last == "\"" && part.count >= 2 {
                inner += part.dropFirst().dropLast()
            } else {
                inner += "{\(part)}"
            }
        }
        return "\"\(inner)\""
    }
}
