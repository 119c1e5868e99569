// Expressions of FEEL as calls of `std.feel`: every piece is Json, and null is a value of its logic.

/// Writes FEEL as wf text.
struct FeelWriter {
    let number: (String) -> String?
    /// What a name means: a variable, or what stands for an element.
    private let resolve: (String) -> Written?
    /// How many lists are gone through around it.
    private var depth = 0

    init(number: @escaping (String) -> String?, read: @escaping (String) -> String?) {
        self.number = number
        resolve = { name in number(name).map { .int($0) } ?? read(name).map { .json($0) } }
    }

    private init(_ outer: FeelWriter, resolve: @escaping (String) -> Written?) {
        number = outer.number
        depth = outer.depth + 1
        self.resolve = resolve
    }

    /// Text of a value of that type; nil when it cannot be said.
    func text(_ expression: ForeignExpression, _ type: ValueType) -> String? {
        if type == .bool || type == .asked, let plain = plain(expression) { return plain.text }
        guard let written = write(expression) else { return nil }
        if written.type == type { return written.text }
        switch type {
        case .json: return written.isLiteral ? written.text : written.argument
        case .bool: return function("truth", written)
        case .asked: return function("holds", written)
        case .int: return function("whole", written)
        case .float: return nil
        case .string: return function("text", written)
        case .list: return function("list", written)
        }
    }

    private func function(_ name: String, _ arguments: Written...) -> String { function(name, arguments) }

    private func function(_ name: String, _ arguments: [Written]) -> String {
        "feel.\(name)(\(arguments.map(\.argument).joined(separator: ", ")))"
    }

    // MARK: Conditions

    /// A condition that is a truth value whatever is known: comparisons with null and with texts, and what joins these;
    /// nil for others.
    private func plain(_ expression: ForeignExpression) -> Written? {
        switch expression {
        case .bool(let value): return Written(text: String(value), type: .bool, isLiteral: true)
        case .not(let value): return plain(value).map { .bool("!\($0.operand(7))", power: 8) }
        case .binary(let operation, let left, let right) where operation == .and || operation == .or:
            guard let left = plain(left), let right = plain(right) else { return nil }
            return joined(operation, left, right)
        case .binary(let operation, let left, let right):
            guard operation.compares, let left = write(left), let right = write(right) else { return nil }
            if left.type == .int && right.type == .int { return joined(operation, left, right) }
            guard operation == .equal || operation == .unequal else { return nil }
            let isNull = left.text == "null" || right.text == "null"
            let isText = operation == .equal && (left.type == .string || right.type == .string)
            guard isNull || isText, left.type == .json || right.type == .json else { return nil }
            return joined(operation, left, right)
        default: return nil
        }
    }

    private func joined(_ operation: ForeignOperator, _ left: Written, _ right: Written) -> Written {
        let own = operation.power
        return .bool("\(left.operand(own - 1)) \(operation.rawValue) \(right.operand(own))", power: own)
    }

    // MARK: Pieces

    private func write(_ expression: ForeignExpression) -> Written? {
        switch expression {
        case .bool(let value): return Written(text: String(value), type: .bool, isLiteral: true)
        case .null: return .json("null")
        case .number(let digits): return .literal(digits)
        case .string(let content):
            return Written(text: WfText.string(content), type: .string, isLiteral: true)
        case .name(let name): return resolve(name)
        case .list(let items):
            return written(items).map {
                .json("toJson([\($0.map(\.argument).joined(separator: ", "))] as [Json])")
            }
        case .object(let fields): return object(fields)
        case .member(let base, let name):
            return write(base).map { .json("feel.field(\($0.argument), \(WfText.string(name)))") }
        case .index(let base, let place): return call("item", [base, place])
        case .not(let value): return call("opposite", [value])
        case .minus(.number(let digits)):
            return Written.literal(digits).map {
                Written(text: "-" + $0.text, type: $0.type, isLiteral: true)
            }
        case .minus(let value): return call("negative", [value])
        case .binary(let operation, let left, let right): return binary(operation, left, right)
        case .choice(let condition, let yes, let no):
            let test = plain(condition)?.text ?? write(condition).map { function("holds", $0) }
            guard let test, let yes = write(yes), let no = write(no) else { return nil }
            return .json("(if \(test) { \(yes.branch) } else { \(no.branch) })")
        case .each(let each, let name, let list, let body): return self.each(each, name, list, body)
        case .range(let low, let high): return call("range", [low, high])
        case .call(let name, let items): return named(name, items)
        case .said(.feel, let inner): return write(inner)
        case .method, .joined, .said: return nil
        }
    }

    private func written(_ items: [ForeignExpression]) -> [Written]? {
        let found = items.compactMap { write($0) }
        return found.count == items.count ? found : nil
    }

    private func call(_ name: String, _ items: [ForeignExpression]) -> Written? {
        written(items).map { .json(function(name, $0)) }
    }

    private func binary(
        _ operation: ForeignOperator, _ left: ForeignExpression, _ right: ForeignExpression
    ) -> Written? {
        guard let left = write(left), let right = write(right) else { return nil }
        if left.type == .int, right.type == .int, [.plus, .minus, .times].contains(operation) {
            let own = operation.power
            let text = "\(left.operand(own - 1)) \(operation.rawValue) \(right.operand(own))"
            return Written(text: text, type: .int, power: own)
        }
        let names: [ForeignOperator: String] = [
            .and: "both", .or: "either", .equal: "equal", .unequal: "unequal", .less: "less",
            .atMost: "atMost", .greater: "more", .atLeast: "atLeast", .plus: "add", .minus: "subtract",
            .times: "multiply", .over: "divide",
        ]
        return names[operation].map { .json(function($0, left, right)) }
    }

    /// A context; an entry knows those before it.
    private func object(_ fields: [ForeignField]) -> Written? {
        if fields.isEmpty { return .json("parseJson(\"\\{\\}\")") }
        var parts: [String] = []
        var known: [String: Written] = [:]
        for field in fields {
            let (outer, earlier) = (resolve, known)
            let inside = FeelWriter(self) { earlier[$0] ?? outer($0) }
            guard let value = inside.write(field.value) else { return nil }
            parts.append("\(WfText.field(field.name)): \(value.argument)")
            known[field.name] = value
        }
        return .json("({ \(parts.joined(separator: ", ")) } as Json)")
    }

    private func each(
        _ each: ForeignEach, _ name: String, _ list: ForeignExpression, _ body: ForeignExpression
    ) -> Written? {
        guard let list = write(list) else { return nil }
        let element = "each\(depth + 1)"
        let outer = resolve
        let inside = FeelWriter(self) { other in
            if other == name { return .json(element) }
            guard each == .filter else { return outer(other) }
            return outer(other).map {
                .json("feel.inside(\(element), \(WfText.string(other)), \($0.argument))")
            }
        }
        guard let body = inside.write(body) else { return nil }
        let function: String
        switch each {
        case .some: function = "some"
        case .every: function = "every"
        case .become: function = "each"
        case .all: function = "eachOf"
        case .filter: function = "where"
        }
        return .json("feel.\(function)(\(list.argument), \(element) => \(body.branch))")
    }

    // MARK: Functions

    private func named(_ name: String, _ items: [ForeignExpression]) -> Written? {
        guard let given = written(items) else { return nil }
        switch (name, given.count) {
        case ("instance of", 2):
            return .json("feel.isA(\(given[0].argument), \(given[1].text))")
        case ("in", 2): return .json(function("isIn", given))
        case ("**", 2): return .json(function("power", given))
        case ("is defined", 1): return .bool("\(given[0].operand(4)) != null", power: 4)
        case ("floor", 1), ("ceiling", 1): return .json("feel.rounded(\(given[0].argument), \"\(name)\")")
        case ("floor", 2), ("ceiling", 2), ("round up", 2), ("round down", 2), ("round half up", 2),
            ("round half down", 2), ("decimal", 2):
            let how = name == "decimal" ? "half even" : name.replacing("round ", with: "")
            return .json("feel.rounded(\(given[0].argument), \"\(how)\", \(given[1].argument))")
        case ("replace", 3), ("split", 2): return isPlain(items[1]) ? .json(function(name, given)) : nil
        case ("append", 2...):
            return .json("feel.append(\(given[0].argument), [\(list(given.dropFirst()))] as [Json])")
        case ("concatenate", 1...): return .json("feel.joined([\(list(given[...]))] as [Json])")
        case ("union", 1...): return .json("feel.distinct(feel.joined([\(list(given[...]))] as [Json]))")
        case ("context merge", 2...): return .json("feel.merged([\(list(given[...]))] as [Json])")
        case ("get value", 2):
            guard case .string(let key) = items[1] else { return nil }
            return .json("\(given[0].base)[\(WfText.string(key))]")
        default: break
        }
        if let (function, counts) = FeelWriter.functions[name], counts.contains(given.count) {
            return .json(self.function(function, given))
        }
        // Of one list, or of several values.
        guard let function = FeelWriter.ofMany[name], !given.isEmpty else { return nil }
        if given.count == 1 { return .json(self.function(function, given)) }
        return .json("feel.\(function)(toJson([\(list(given[...]))] as [Json]))")
    }

    private func list(_ items: ArraySlice<Written>) -> String {
        items.map(\.argument).joined(separator: ", ")
    }

    /// Whether a pattern means the text that it is.
    private func isPlain(_ pattern: ForeignExpression) -> Bool {
        guard case .string(let text) = pattern else { return false }
        return !text.isEmpty && !text.contains { "\\^$.|?*+()[]{}".contains($0) }
    }

    private static let ofMany = [
        "min": "smallest", "max": "largest", "sum": "sum", "mean": "mean", "product": "product",
        "count": "count",
        "all": "allOf", "and": "allOf", "any": "anyOf", "or": "anyOf",
    ]

    private static let functions: [String: (String, ClosedRange<Int>)] = [
        "string": ("string", 1...1), "number": ("number", 1...1), "string length": ("length", 1...1),
        "upper case": ("upper", 1...1), "lower case": ("lower", 1...1), "trim": ("trim", 1...1),
        "is blank": ("isBlank", 1...1), "contains": ("contains", 2...2),
        "starts with": ("startsWith", 2...2), "ends with": ("endsWith", 2...2),
        "substring before": ("before", 2...2), "substring after": ("after", 2...2),
        "substring": ("substring", 2...3), "modulo": ("modulo", 2...2), "abs": ("abs", 1...1),
        "sqrt": ("sqrt", 1...1), "odd": ("odd", 1...1), "even": ("even", 1...1),
        "list contains": ("listContains", 2...2), "is empty": ("isEmpty", 1...1),
        "sublist": ("sublist", 2...3), "insert before": ("insertBefore", 3...3), "remove": ("remove", 2...2),
        "reverse": ("reverse", 1...1), "index of": ("indexOf", 2...2),
        "distinct values": ("distinct", 1...1), "flatten": ("flatten", 1...1),
        "string join": ("stringJoin", 1...2), "get or else": ("orElse", 2...2),
        "get entries": ("entries", 1...1), "context put": ("put", 3...3),
    ]
}
