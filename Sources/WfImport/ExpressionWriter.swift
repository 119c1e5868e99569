// Expressions of other languages as wf text over variables that are Json. Where a variable stands, the caller says.

/// What a value has to be where it stands.
public enum ValueType: String {
    case json = "Json"
    case bool = "Bool"
    case int = "Int"
    case float = "Float"
    case string = "String"
    case list = "[Json]"

    /// What stands in for a value that is absent or of another type.
    var fallback: String {
        switch self {
        case .json: return "null"
        case .bool: return "false"
        case .int: return "0"
        case .float: return "0.0"
        case .string: return "\"\""
        case .list: return "[]"
        }
    }
}

/// Writes expressions as wf text.
public struct ExpressionWriter {
    /// Text of type `Json` that reads a variable; nil where there is none.
    private let read: (String) -> String?

    public init(read: @escaping (String) -> String?) { self.read = read }

    /// Text of a value of that type; nil when it cannot be said.
    public func text(_ expression: ForeignExpression, _ type: ValueType) -> String? {
        text(expression, type, 0)
    }

    /// - Parameter power: text that binds no stronger stands in brackets; 0 for none.
    private func text(_ expression: ForeignExpression, _ type: ValueType, _ power: Int) -> String? {
        switch expression {
        case .bool(let value): return type == .bool || type == .json ? String(value) : nil
        case .null: return type == .json ? "null" : nil
        case .number(let digits): return number(digits, type)
        case .string(let content): return type == .string || type == .json ? WfText.string(content) : nil
        case .name, .member, .index: return reading(expression, type, power)
        case .list(let items):
            guard type == .list || type == .json else { return nil }
            let parts = items.compactMap { text($0, .json, 0) }
            return parts.count == items.count ? "[\(parts.joined(separator: ", "))]" : nil
        case .not(let value):
            guard type == .bool || type == .json else { return nil }
            if let inner = json(value) { return bracketed("(\(inner) as? Bool) != true", 4, power) }
            return text(value, .bool, 7).map { "!" + $0 }
        case .minus(let value):
            let inner = type == .json ? numeric(value) : type
            return inner == .int || inner == .float ? text(value, inner, 7).map { "-" + $0 } : nil
        case .binary(let operation, let left, let right): return binary(operation, left, right, type, power)
        case .choice(let condition, let yes, let no):
            guard let condition = text(condition, .bool, 0), let yes = text(yes, type, 0),
                let no = text(no, type, 0)
            else { return nil }
            return "(if \(condition) { \(yes) } else { \(no) })"
        case .call(let name, let items):
            if let inner = Lookup.variable(name, items) { return text(inner, type, power) }
            if let plain = Lookup.comparison(name, items) { return text(plain, type, power) }
            guard name == "empty", items.count == 1, let inner = json(items[0]) else { return nil }
            return bracketed("\(inner) == null", 4, power)
        case .method(let base, let name, let items): return method(base, name, items, type, power)
        }
    }

    private func number(_ digits: String, _ type: ValueType) -> String? {
        switch type {
        case .int: return digits.contains(".") || Int(digits) == nil ? nil : digits
        case .float: return digits.contains(".") ? digits : digits + ".0"
        case .json: return digits.contains(".") || Int(digits) != nil ? digits : nil
        default: return nil
        }
    }

    /// A variable, or something inside one, as a value of the type.
    private func reading(_ expression: ForeignExpression, _ type: ValueType, _ power: Int) -> String? {
        guard let text = json(expression) else { return nil }
        switch type {
        case .json: return text
        case .bool: return bracketed("(\(text) as? Bool) == true", 4, power)
        default: return "((\(text) as? \(type.rawValue)) ?? \(type.fallback))"
        }
    }

    /// Text of type `Json` for a variable or something inside one; nil for other expressions.
    private func json(_ expression: ForeignExpression) -> String? {
        switch expression {
        case .name(let name): return read(name)
        case .member(let base, let name): return json(base).map { $0 + WfText.member(name) }
        case .index(let base, let index):
            if case .string(let name) = index { return json(base).map { $0 + WfText.member(name) } }
            guard let index = text(index, .int, 0) else { return nil }
            return json(base).map { "\($0)[\(index)]" }
        case .call(let name, let items), .method(_, let name, let items):
            return Lookup.variable(name, items).flatMap { json($0) }
        default: return nil
        }
    }

    // MARK: Operators

    private func binary(
        _ operation: ForeignOperator, _ left: ForeignExpression, _ right: ForeignExpression,
        _ type: ValueType,
        _ power: Int
    ) -> String? {
        let own = operation.power
        let sides: ValueType
        let yields: ValueType
        switch operation {
        case .and, .or: (sides, yields) = (.bool, .bool)
        case .equal, .unequal:
            guard type == .bool || type == .json else { return nil }
            return equality(operation, left, right).map { bracketed($0, own, power) }
        case .less, .atMost, .greater, .atLeast:
            let isText = kind(left) == .string || kind(right) == .string
            (sides, yields) = (isText ? .string : .float, .bool)
        case .plus where kind(left) == .string || kind(right) == .string || type == .string:
            (sides, yields) = (.string, .string)
        case .plus, .minus, .times, .over, .rest:
            let number: ValueType =
                type == .float || numeric(left) == .float || numeric(right) == .float ? .float : .int
            (sides, yields) = (number, number)
        }
        guard type == yields || type == .json else { return nil }
        guard let left = text(left, sides, own - 1), let right = text(right, sides, own) else { return nil }
        return bracketed("\(left) \(operation.rawValue) \(right)", own, power)
    }

    /// Json is compared with numbers and text as it is, with truth values once it is one.
    private func equality(
        _ operation: ForeignOperator, _ left: ForeignExpression, _ right: ForeignExpression
    ) -> String? {
        let kinds = (kind(left), kind(right))
        if kinds.0 == .bool || kinds.1 == .bool {
            guard let left = truth(left), let right = truth(right) else { return nil }
            return "\(left) \(operation.rawValue) \(right)"
        }
        let known = kinds.0 == .json ? kinds.1 : kinds.0
        // Two computed values have to be of one type.
        let type = json(left) == nil && json(right) == nil ? known : .json
        guard let left = text(left, type, 4), let right = text(right, type, 4) else { return nil }
        return "\(left) \(operation.rawValue) \(right)"
    }

    /// A side of a comparison with a truth value.
    private func truth(_ expression: ForeignExpression) -> String? {
        if let inner = json(expression) { return "(\(inner) as? Bool)" }
        return text(expression, .bool, 4)
    }

    /// The type that an expression has by itself; `json` for what only a run knows.
    private func kind(_ expression: ForeignExpression) -> ValueType {
        switch expression {
        case .bool, .not: return .bool
        case .number(let digits): return digits.contains(".") ? .float : .int
        case .string: return .string
        case .list: return .list
        case .minus(let value): return kind(value)
        case .binary(let operation, let left, let right):
            if operation.compares || operation == .and || operation == .or { return .bool }
            if operation == .plus, kind(left) == .string || kind(right) == .string { return .string }
            return numeric(left) == .float || numeric(right) == .float ? .float : .int
        case .choice(_, let yes, _): return kind(yes)
        case .method(_, let name, _):
            return Lookup.tests[name] != nil ? .bool : Lookup.changes[name] != nil ? .string : .json
        case .null, .name, .member, .index, .call: return .json
        }
    }

    private func numeric(_ expression: ForeignExpression) -> ValueType {
        kind(expression) == .float ? .float : .int
    }

    private func method(
        _ base: ForeignExpression, _ name: String, _ items: [ForeignExpression], _ type: ValueType,
        _ power: Int
    ) -> String? {
        if let inner = Lookup.variable(name, items) { return text(inner, type, power) }
        if name == "equals", items.count == 1 { return binary(.equal, base, items[0], type, power) }
        if let test = Lookup.tests[name], items.count == 1, type == .bool || type == .json {
            guard let base = text(base, .string, 8), let item = text(items[0], .string, 0) else { return nil }
            return "\(base).\(test)(\(item))"
        }
        if let change = Lookup.changes[name], items.isEmpty, type == .string || type == .json {
            return text(base, .string, 8).map { "\($0).\(change)()" }
        }
        return nil
    }

    private func bracketed(_ text: String, _ own: Int, _ power: Int) -> String {
        own <= power && power > 0 ? "(\(text))" : text
    }
}

/// Calls that are another spelling of something plain.
enum Lookup {
    /// Methods that test text, and their names in wf.
    static let tests = [
        "contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith",
        "startswith": "startsWith",
        "endswith": "endsWith",
    ]
    /// Methods that change text.
    static let changes = [
        "toUpperCase": "upper", "toLowerCase": "lower", "upper": "upper", "lower": "lower", "trim": "trim",
        "strip": "trim",
    ]

    /// Calls that only look up a variable.
    static func variable(_ name: String, _ items: [ForeignExpression]) -> ForeignExpression? {
        let known = [
            "getDataObject", "getVariable", "getProcessVariable", "getDataInput", "getDataOutput", "get",
        ]
        guard known.contains(plain(name)), items.count == 1, case .string(let text) = items[0] else {
            return nil
        }
        return .name(text)
    }

    /// `bpmn:getDataObject` is `getDataObject`: which language a function is of makes no difference.
    private static func plain(_ name: String) -> String {
        name.firstIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// Functions that are operators in disguise.
    static func comparison(_ name: String, _ items: [ForeignExpression]) -> ForeignExpression? {
        let names: [String: ForeignOperator] = [
            "equals": .equal, "eq": .equal, "notEquals": .unequal, "ne": .unequal, "lowerThan": .less,
            "lessThan": .less, "lt": .less, "lowerThanOrEquals": .atMost, "lessThanOrEquals": .atMost,
            "lte": .atMost,
            "greaterThan": .greater, "gt": .greater, "greaterThanOrEquals": .atLeast, "gte": .atLeast,
        ]
        guard items.count == 2, let operation = names[plain(name)] else { return nil }
        var left = items[0]
        if case .string(let text) = left { left = .name(text) }
        return .binary(operation, left, items[1])
    }
}

extension ForeignExpression {
    /// Whether a variable is read in it.
    var readsVariables: Bool {
        switch self {
        case .name: return true
        case .bool, .null, .number, .string: return false
        case .list(let items): return items.contains(where: \.readsVariables)
        case .call, .method: return true
        case .member(let base, _), .not(let base), .minus(let base): return base.readsVariables
        case .index(let base, let index): return base.readsVariables || index.readsVariables
        case .binary(_, let left, let right): return left.readsVariables || right.readsVariables
        case .choice(let condition, let yes, let no):
            return condition.readsVariables || yes.readsVariables || no.readsVariables
        }
    }
}

extension WfText {
    /// `.name`, or `["a name"]`: a member of an object.
    public static func member(_ name: String) -> String {
        isName(name) ? "." + name : "[\(string(name))]"
    }

    /// A name as a field of an object.
    public static func field(_ name: String) -> String { isName(name) ? name : string(name) }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, !NameTable.keywords.contains(name) else { return false }
        if first >= "0" && first <= "9" { return false }
        return name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar == "_" || scalar.properties.isAlphabetic || scalar >= "0" && scalar <= "9")
        }
    }
}
