// Expressions of other languages as wf text over variables that are Json. Where a variable stands, the caller says.

/// What a value has to be where it stands.
public enum ValueType: Sendable {
    case json, bool, int, float, string, list
    /// A truth value that is asked for before all is known, of a condition that is waited for.
    case asked
}

/// A piece of wf text with the type that it has.
struct Written {
    let text: String
    var type: ValueType = .json
    /// Whether it is a literal, which becomes Json by itself where Json is expected.
    var isLiteral = false
    /// How strongly its operator binds; that of none is the strongest.
    var power = 9

    static func json(_ text: String, power: Int = 9) -> Written { Written(text: text, power: power) }
    static func bool(_ text: String, power: Int = 9) -> Written {
        Written(text: text, type: .bool, power: power)
    }
    static func int(_ text: String) -> Written { Written(text: text, type: .int) }
    static func string(_ text: String) -> Written { Written(text: text, type: .string) }

    /// As an argument of type `Json`.
    var argument: String {
        type == .json || isLiteral && type != .bool ? text : "toJson(\(text))"
    }

    /// As a branch, which has to be `Json` by itself.
    var branch: String {
        type == .json && text != "null" ? text : isLiteral || text == "null" ? "\(text) as Json" : argument
    }

    /// As an operand of an operator that binds so.
    func operand(_ own: Int) -> String { power <= own ? "(\(text))" : text }

    /// What a call can be made of, with a point behind it.
    var base: String { power < 9 ? "(\(text))" : text }

    static func literal(_ digits: String) -> Written? {
        if digits.contains(".") { return Written(text: digits, type: .float, isLiteral: true) }
        return Int(digits) == nil ? nil : Written(text: digits, type: .int, isLiteral: true)
    }
}

/// Writes expressions as wf text.
public struct ExpressionWriter {
    /// Text of type `Json` that reads a variable; nil where there is none.
    let read: (String) -> String?
    /// Text of type `Int` for a name that is no variable; nil for others.
    let number: (String) -> String?
    let language: ForeignLanguage

    public init(
        number: @escaping (String) -> String? = { _ in nil }, read: @escaping (String) -> String?
    ) {
        self.init(.plain, number: number, read: read)
    }

    init(
        _ language: ForeignLanguage, number: @escaping (String) -> String?,
        read: @escaping (String) -> String?
    ) {
        self.language = language
        self.read = read
        self.number = number
    }

    /// Text of a value of that type; nil when it cannot be said.
    public func text(_ expression: ForeignExpression, _ type: ValueType) -> String? {
        if case .said(let other, let inner) = expression {
            return ExpressionWriter(other, number: number, read: read).text(inner, type)
        }
        if language == .feel {
            return FeelWriter(number: number, read: read).text(expression, type)
        }
        if type == .bool || type == .asked, let written = write(expression) { return truth(written).text }
        guard let written = write(expression) else { return nil }
        return converted(written, type)
    }

    /// A piece as what has to stand there.
    private func converted(_ written: Written, _ type: ValueType) -> String? {
        if written.type == type, type != .json { return written.text }
        switch (type, written.type) {
        case (.json, _): return written.isLiteral ? written.text : written.argument
        case (.float, .int): return written.isLiteral ? written.text + ".0" : written.base + ".toFloat()"
        case (.int, .json): return function("whole", written)
        case (.float, .json): return function("floating", written)
        case (.string, _): return function("text", written)
        case (.list, .json): return function("list", written)
        default: return nil
        }
    }

    /// A call of a function of the language's module.
    func function(_ name: String, _ arguments: Written...) -> String {
        "\(language.module).\(name)(\(arguments.map(\.argument).joined(separator: ", ")))"
    }

    /// A piece as a truth value.
    func truth(_ written: Written) -> Written {
        if written.type == .bool { return written }
        return .bool(function(language == .groovy ? "isSet" : "truth", written))
    }

    // MARK: Pieces

    func write(_ expression: ForeignExpression) -> Written? {
        switch expression {
        case .bool(let value): return Written(text: String(value), type: .bool, isLiteral: true)
        case .null: return .json("null")
        case .number(let digits): return .literal(digits)
        case .string(let content):
            return Written(text: WfText.string(content), type: .string, isLiteral: true)
        case .name(let name) where isOfEngine(name): return nil
        case .name(let name):
            return number(name).map { .int($0) } ?? read(name).map { .json($0) }
        case .list(let items):
            guard let items = written(items) else { return nil }
            let all = "([\(items.map(\.argument).joined(separator: ", "))] as [Json])"
            return Written(text: all, type: .list)
        case .object(let fields): return object(fields)
        case .member(let base, let name): return write(base).map { .json($0.base + WfText.member(name)) }
        case .index(let base, let place): return index(base, place)
        case .not(let value):
            return write(value).map { truth($0) }.map { .bool("!\($0.operand(7))", power: 8) }
        case .minus(.number(let digits)):
            return Written.literal(digits).map {
                Written(text: "-" + $0.text, type: $0.type, isLiteral: true)
            }
        case .minus(let value): return write(value).map { .json(function("negative", $0)) }
        case .binary(let operation, let left, let right): return binary(operation, left, right)
        case .choice(let condition, let yes, let no):
            guard let condition = text(condition, .bool), let yes = write(yes), let no = write(no) else {
                return nil
            }
            return .json("(if \(condition) { \(yes.branch) } else { \(no.branch) })")
        case .call(let name, let items): return call(name, items)
        case .method(let base, let name, let items): return method(base, name, items)
        case .joined(let parts): return joined(parts)
        case .said(let other, _):
            if other == .feel { return text(expression, .json).map { .json($0) } }
            guard case .said(_, let inner) = expression else { return nil }
            return ExpressionWriter(other, number: number, read: read).write(inner)
        case .each, .range: return nil
        }
    }

    /// Whether a name stands for the run or its task as the engine knows them, which are no variables.
    private func isOfEngine(_ name: String) -> Bool {
        switch language {
        case .juel: return ["execution", "task", "authenticatedUserId"].contains(name)
        case .java, .groovy, .javascript: return ["execution", "task", "kcontext"].contains(name)
        case .feel, .python, .xpath, .plain: return false
        }
    }

    func written(_ items: [ForeignExpression]) -> [Written]? {
        let found = items.compactMap { write($0) }
        return found.count == items.count ? found : nil
    }

    private func object(_ fields: [ForeignField]) -> Written? {
        var parts: [String] = []
        for field in fields {
            guard let value = write(field.value) else { return nil }
            parts.append("\(WfText.field(field.name)): \(value.argument)")
        }
        return .json(
            parts.isEmpty ? "parseJson(\"\\{\\}\")" : "({ \(parts.joined(separator: ", ")) } as Json)")
    }

    /// `T-${total}`
    private func joined(_ parts: [ForeignExpression]) -> Written? {
        var text = ""
        for part in parts {
            if case .string(let plain) = part {
                text += WfText.escaped(plain)
            } else {
                guard let value = self.text(part, .string) else { return nil }
                text += "{\(value)}"
            }
        }
        return .string("\"\(text)\"")
    }

    private func index(_ base: ForeignExpression, _ place: ForeignExpression) -> Written? {
        guard let base = write(base) else { return nil }
        if case .string(let name) = place, language != .python {
            return .json(base.base + WfText.member(name))
        }
        guard let place = write(place) else { return nil }
        if place.isLiteral, place.type == .int, language != .python {
            return .json("\(base.base)[\(place.text)]")
        }
        return .json(function("item", base, place))
    }

    // MARK: Operators

    private func binary(
        _ operation: ForeignOperator, _ left: ForeignExpression, _ right: ForeignExpression
    ) -> Written? {
        guard let left = write(left), let right = write(right) else { return nil }
        switch operation {
        case .and, .or: return logic(operation, left, right)
        case .equal, .unequal: return equality(operation, left, right)
        case .less, .atMost, .greater, .atLeast:
            if left.type == .int && right.type == .int { return plain(operation, left, right, .bool) }
            let names: [ForeignOperator: String] = [
                .less: "less", .atMost: "atMost", .greater: "more", .atLeast: "atLeast",
            ]
            return names[operation].map { .bool(function($0, left, right)) }
        case .plus, .minus, .times, .over, .rest: return arithmetic(operation, left, right)
        }
    }

    private func plain(
        _ operation: ForeignOperator, _ left: Written, _ right: Written, _ type: ValueType
    ) -> Written {
        let own = operation.power
        let text = "\(left.operand(own - 1)) \(operation.rawValue) \(right.operand(own))"
        return Written(text: text, type: type, power: own)
    }

    /// `and` and `or`: of Python and JavaScript they yield one of their sides.
    private func logic(_ operation: ForeignOperator, _ left: Written, _ right: Written) -> Written {
        let areBool = left.type == .bool && right.type == .bool
        if areBool || language != .python && language != .javascript {
            return plain(operation, truth(left), truth(right), .bool)
        }
        let (yes, no) = operation == .and ? (right, left) : (left, right)
        return .json("(if \(truth(left).text) { \(yes.branch) } else { \(no.branch) })")
    }

    private func equality(_ operation: ForeignOperator, _ left: Written, _ right: Written) -> Written {
        if left.type == .int && right.type == .int { return plain(operation, left, right, .bool) }
        let isNull = left.text == "null" || right.text == "null"
        let isWord = isWord(left) && right.type == .json || isWord(right) && left.type == .json
        if isNull && (left.type == .json && right.type == .json) || isWord {
            return plain(operation, left, right, .bool)
        }
        let equal = function("equal", left, right)
        return operation == .equal ? .bool(equal) : .bool("!" + equal, power: 8)
    }

    /// Whether it is a text that is never taken for a number or a truth value.
    private func isWord(_ written: Written) -> Bool {
        guard written.isLiteral, written.type == .string else { return false }
        if language == .python { return true }
        let content = written.text.dropFirst().dropLast()
        return Double(content) == nil && !["", "true", "false"].contains(content.lowercased())
    }

    private func arithmetic(_ operation: ForeignOperator, _ left: Written, _ right: Written) -> Written? {
        if left.type == .int, right.type == .int, [.plus, .minus, .times].contains(operation) {
            return plain(operation, left, right, .int)
        }
        if operation == .over, language == .java, left.type != .float, right.type != .float {
            // Whether it drops the rest depends on the types of its variables, which are not in the file.
            return nil
        }
        // Java's, Groovy's and JavaScript's `+` joins texts too, and only JUEL's `/` keeps the point.
        let joins = language == .java || language == .groovy || language == .plain
        switch operation {
        case .plus: return .json(function(joins ? "plus" : "add", left, right))
        case .minus: return .json(function("subtract", left, right))
        case .times: return .json(function("multiply", left, right))
        case .over: return .json(function(joins ? "ratio" : "divide", left, right))
        default: return .json(function("remainder", left, right))
        }
    }
}

extension WfText {
    /// `.name`, or `["a name"]`: a member of an object.
    public static func member(_ name: String) -> String {
        isName(name) && !jsonMembers.contains(name) ? "." + name : "[\(string(name))]"
    }

    /// What `Json` has members of its own for.
    static let jsonMembers: Set<String> = [
        "at", "count", "elements", "field", "fields", "has", "isNull", "keys", "kind", "merged", "text",
        "with",
    ]

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
