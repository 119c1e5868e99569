// Calls of functions and methods as calls of the standard library; what it does not know is not translated.

/// What a function or method of another language is here.
private struct Known: Sendable {
    let name: String
    var arguments: ClosedRange<Int>
    var type: ValueType = .json

    static func test(_ name: String, _ count: Int) -> Known {
        Known(name: name, arguments: count...count, type: .bool)
    }
    static func text(_ name: String, _ count: ClosedRange<Int>) -> Known {
        Known(name: name, arguments: count, type: .string)
    }
    static func int(_ name: String, _ count: Int) -> Known {
        Known(name: name, arguments: count...count, type: .int)
    }
    static func json(_ name: String, _ count: ClosedRange<Int>) -> Known {
        Known(name: name, arguments: count)
    }
}

extension ExpressionWriter {
    // MARK: Functions

    func call(_ name: String, _ items: [ForeignExpression]) -> Written? {
        if let inner = Lookup.variable(name, items) { return write(inner) }
        if let plain = Lookup.comparison(name, items) { return write(plain) }
        guard let given = written(items) else { return nil }
        switch (name, items.count, language) {
        case ("empty", 1, _): return .bool("juel.isEmpty(\(given[0].argument))")
        case ("in", 2, _): return .bool(function("contains", given[1], given[0]))
        case ("===", 2, _): return .bool(function("same", given[0], given[1]))
        case ("**", 2, _): return .json(function("power", given[0], given[1]))
        case ("//", 2, _): return .json(function("floorDivide", given[0], given[1]))
        case ("len", 1, .python): return .int(function("length", given[0]))
        case ("str", 1, .python): return .string(function("text", given[0]))
        case ("int", 1, .python), ("float", 1, .python), ("abs", 1, .python), ("sum", 1, .python):
            return .json(function(name, given[0]))
        case ("bool", 1, .python), ("Boolean", 1, .javascript): return truth(given[0])
        case ("String", 1, .javascript): return .string(function("text", given[0]))
        case ("Number", 1, .javascript): return .json(function("numeric", given[0]))
        case ("string", 1, .xpath): return .string(function("text", given[0]))
        case ("number", 1, .xpath): return .json(function("numeric", given[0]))
        case ("boolean", 1, .xpath): return truth(given[0])
        case ("true", 0, .xpath), ("false", 0, .xpath):
            return Written(text: name, type: .bool, isLiteral: true)
        case ("concat", 2..., .xpath):
            return .string("\"\(given.map { "{xpath.text(\($0.argument))}" }.joined())\"")
        case ("contains", 2, .xpath): return .bool(function("contains", given[0], given[1]))
        case ("starts-with", 2, .xpath): return .bool(function("startsWith", given[0], given[1]))
        case ("string-length", 1, .xpath): return .int(function("length", given[0]))
        case ("count", 1, .plain), ("len", 1, .plain), ("size", 1, .plain), ("count", 1, .xpath):
            return given[0].type == .list
                ? .int(given[0].base + ".count") : .int("juel.size(\(given[0].argument))")
        case ("string-length", 1, .plain): return .int("juel.length(\(given[0].argument))")
        default: return variables(Lookup.plain(name), given, isPrefixed: name.contains(":"))
        }
    }

    /// Flowable's functions of variables: `variables:isEmpty(x)`.
    private func variables(_ name: String, _ given: [Written], isPrefixed: Bool) -> Written? {
        guard isPrefixed, !given.isEmpty else { return nil }
        switch (name, given.count) {
        case ("exists", 1): return .bool("\(given[0].operand(4)) != null", power: 4)
        case ("isEmpty", 1), ("empty", 1): return .bool(function("isEmpty", given[0]))
        case ("isNotEmpty", 1), ("notEmpty", 1): return .bool("!" + function("isEmpty", given[0]), power: 8)
        case ("getOrDefault", 2):
            return .json(
                "(if \(given[0].operand(4)) == null { \(given[1].branch) } else { \(given[0].branch) })")
        case ("contains", 2...), ("containsAny", 2...):
            let tests = given.dropFirst().map { function("contains", given[0], $0) }
            return tests.count == 1
                ? .bool(tests[0])
                : .bool(tests.joined(separator: name == "contains" ? " && " : " || "), power: 1)
        default: return nil
        }
    }

    // MARK: Methods

    func method(_ base: ForeignExpression, _ name: String, _ items: [ForeignExpression]) -> Written? {
        if let inner = Lookup.variable(of: base, name, items) { return write(inner) }
        if case .name("Math") = base { return nil }
        guard let receiver = write(base), let given = written(items) else { return nil }
        let table: [String: Known]
        switch language {
        case .python: table = ExpressionWriter.python
        case .xpath: return nil
        default: table = ExpressionWriter.java
        }
        if language == .javascript, !ExpressionWriter.shared.contains(name) { return nil }
        guard let known = table[name], known.arguments.contains(given.count) else {
            return language == .juel ? spin(receiver, name, items) : nil
        }
        let module = language == .python ? "python" : "juel"
        let all = ([receiver] + given).map(\.argument)
        // A part to the end has no end.
        let rest = name == "substring" && given.count == 1 ? ["null"] : []
        let text = "\(module).\(known.name)(\((all + rest).joined(separator: ", ")))"
        return Written(text: text, type: known.type)
    }

    /// Camunda's Spin: `json.prop("a").value()`.
    private func spin(_ receiver: Written, _ name: String, _ items: [ForeignExpression]) -> Written? {
        switch (name, items) {
        case ("prop", let items) where items.count == 1:
            guard case .string(let member) = items[0] else { return nil }
            return .json(receiver.base + WfText.member(member))
        case ("value", []), ("stringValue", []), ("numberValue", []), ("boolValue", []), ("elements", []):
            return receiver
        default: return nil
        }
    }

    /// Methods of Java's texts, lists, maps and numbers.
    private static let java: [String: Known] = [
        "contains": .test("contains", 1), "startsWith": .test("startsWith", 1),
        "endsWith": .test("endsWith", 1),
        "equals": .test("equals", 1), "equalsIgnoreCase": .test("equalsIgnoreCase", 1),
        "isEmpty": .test("hasNothing", 0), "containsKey": .test("containsKey", 1),
        "length": .int("length", 0), "size": .int("size", 0), "indexOf": .int("indexOf", 1),
        "get": .json("get", 1...1), "getOrDefault": .json("getOr", 2...2),
        "substring": .text("substring", 1...2), "toUpperCase": .text("upper", 0...0),
        "toLowerCase": .text("lower", 0...0), "trim": .text("trim", 0...0),
        "concat": .text("concat", 1...1), "replace": .text("replace", 2...2),
        "toString": .text("asText", 0...0), "intValue": .int("whole", 0), "longValue": .int("whole", 0),
        "doubleValue": .json("double", 0...0),
    ]

    /// Those of them that are the same in JavaScript.
    private static let shared: Set = ["startsWith", "endsWith", "toUpperCase", "toLowerCase", "trim"]

    private static let python: [String: Known] = [
        "startswith": .test("startsWith", 1), "endswith": .test("endsWith", 1),
        "upper": .text("upper", 0...0),
        "lower": .text("lower", 0...0), "strip": .text("trim", 0...0), "replace": .text("replace", 2...2),
        "get": .json("get", 1...2),
    ]
}
