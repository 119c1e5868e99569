// The expression language of Oozie (JSP EL with Oozie's functions) as wf text, from the tree that all such languages are
// read into. docs/import/oozie.md lists the subset.

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

/// One expression, from `${` to `}`.
struct OozieExpression {
    private let scope: OozieScope

    /// Translates the text between `${` and `}`.
    static func translate(_ text: String, _ scope: OozieScope) throws(OozieUntranslated) -> OozieValue {
        guard let tree = ForeignExpression.parse(text, equalsCompares: false) else {
            throw OozieUntranslated(what: text)
        }
        return try OozieExpression(scope: scope).value(tree)
    }

    private func value(_ tree: ForeignExpression) throws(OozieUntranslated) -> OozieValue {
        switch tree {
        case .string(let text): return OozieValue(text: WfText.string(text), kind: .string)
        case .number(let digits):
            return OozieValue(text: digits, kind: digits.contains(".") ? .float : .int)
        case .bool(let isTrue): return OozieValue(text: String(isTrue), kind: .bool)
        case .name(let name):
            if let value = OozieExpression.constants[name] { return OozieValue(text: value, kind: .int) }
            if name.contains(" ") { throw OozieUntranslated(what: name) }
            return OozieValue(text: scope.parameter(name), kind: .string)
        case .not(let inner):
            return OozieValue(text: "!\(try asBool(value(inner)).operand)", kind: .bool)
        case .minus(let inner):
            let inner = try value(inner)
            let number = inner.kind == .int ? inner : try asNumber(inner)
            return OozieValue(text: "-\(number.operand)", kind: number.kind)
        case .binary(let operation, let left, let right): return try binary(operation, left, right)
        case .choice(let condition, let yes, let no): return try choice(condition, yes, no)
        case .call(let name, let items): return try call(name, items)
        case .index(.call("wf:actionData", let items), let key): return try actionData(items, key)
        case .null: throw OozieUntranslated(what: "null")
        case .list: throw OozieUntranslated(what: "[")
        case .member(_, let name), .method(_, let name, _): throw OozieUntranslated(what: name)
        case .index: throw OozieUntranslated(what: "[")
        case .object, .each, .range, .joined, .said: throw OozieUntranslated(what: "{")
        }
    }

    // MARK: Operators

    private func choice(
        _ condition: ForeignExpression, _ yes: ForeignExpression, _ no: ForeignExpression
    ) throws(OozieUntranslated) -> OozieValue {
        let (yes, no) = (try value(yes), try value(no))
        let (left, right) = yes.kind == no.kind ? (yes, no) : (asString(yes), asString(no))
        let test = try asBool(value(condition)).text
        return OozieValue(
            text: "if \(test) { \(left.text) } else { \(right.text) }", kind: left.kind, isCompound: true)
    }

    private func binary(
        _ operation: ForeignOperator, _ left: ForeignExpression, _ right: ForeignExpression
    ) throws(OozieUntranslated) -> OozieValue {
        let (left, right) = (try value(left), try value(right))
        let sign = operation.rawValue
        let (first, second): (OozieValue, OozieValue)
        let kind: OozieValue.Kind
        switch operation {
        case .or, .and: (first, second, kind) = (try asBool(left), try asBool(right), .bool)
        case .equal, .unequal, .less, .atMost, .greater, .atLeast:
            (first, second) = try compared(left, right, isOrder: operation != .equal && operation != .unequal)
            kind = .bool
        case .plus, .minus, .times, .over, .rest:
            // Division yields a fraction in EL.
            let isInt = left.kind == .int && right.kind == .int && operation != .over
            first = isInt ? left : try asNumber(left)
            second = isInt ? right : try asNumber(right)
            kind = isInt ? .int : .float
        }
        return OozieValue(text: "\(first.operand) \(sign) \(second.operand)", kind: kind, isCompound: true)
    }

    /// EL compares as numbers where one side is one; equality of texts does the same for what people write.
    private func compared(
        _ left: OozieValue, _ right: OozieValue, isOrder: Bool
    ) throws(OozieUntranslated) -> (OozieValue, OozieValue) {
        if left.kind == right.kind { return (left, right) }
        if left.kind == .bool || right.kind == .bool { return (try asBool(left), try asBool(right)) }
        if isOrder || left.kind == .float || right.kind == .float {
            return (try asNumber(left), try asNumber(right))
        }
        return (asString(left), asString(right))
    }

    // MARK: Functions

    private static let constants = [
        "KB": "1024", "MB": "1048576", "GB": "1073741824", "TB": "1099511627776", "PB": "1125899906842624",
        "MINUTES": "1", "HOURS": "60", "DAYS": "1440",
    ]

    private func call(_ name: String, _ items: [ForeignExpression]) throws(OozieUntranslated) -> OozieValue {
        switch (name, items.count) {
        case ("empty", 1):
            return OozieValue(text: "\(asString(try value(items[0])).operand).isEmpty", kind: .bool)
        case ("concat", 2):
            let texts = [asString(try value(items[0])).text, asString(try value(items[1])).text]
            return OozieValue(text: WfText.joined(texts), kind: .string)
        case ("trim", 1):
            return OozieValue(text: "\(asString(try value(items[0])).operand).trim()", kind: .string)
        case ("firstNotNull", 2): return asString(try value(items[0]))
        case ("wf:conf", 1):
            guard case .string(let key) = items[0] else { throw OozieUntranslated(what: name) }
            return OozieValue(text: scope.parameter(key), kind: .string)
        case ("wf:name", 0):
            return OozieValue(text: scope.title ?? WfText.string(scope.workflow), kind: .string)
        case ("wf:user", 0), ("wf:group", 0), ("wf:id", 0), ("wf:appPath", 0), ("wf:callback", 0):
            return OozieValue(text: scope.parameter(String(name.dropFirst(3))), kind: .string)
        case ("wf:run", 0): return OozieValue(text: "0", kind: .int)
        case ("wf:lastErrorNode", 0): return errorField("errorNode")
        // The node that they ask for is the last one: its name is not computed.
        case ("wf:errorMessage", 1): return errorField("errorMessage")
        case ("wf:errorCode", 1): return errorField("errorCode")
        default: throw OozieUntranslated(what: name)
        }
    }

    private func actionData(
        _ items: [ForeignExpression], _ key: ForeignExpression
    ) throws(OozieUntranslated) -> OozieValue {
        guard items.count == 1, case .string(let action) = items[0], let step = scope.step(action) else {
            throw OozieUntranslated(what: "wf:actionData")
        }
        let key = asString(try value(key)).text
        return OozieValue(text: "\(scope.use("actionData"))(\(step), \(key))", kind: .string)
    }

    /// What is known of the last failure; nothing where no action can fail.
    private func errorField(_ helper: String) -> OozieValue {
        OozieValue(text: scope.hasErrors ? "\(scope.use(helper))(error)" : "\"\"", kind: .string)
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
