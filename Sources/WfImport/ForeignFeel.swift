// What FEEL has and no other language: tests of a value, ranges, `if`, `for`, `some` and `every`, and contexts.

extension ForeignExpression {
    /// Whether it yields a truth value, so that in brackets behind a list it chooses from it.
    var decides: Bool {
        switch self {
        case .bool, .not, .each(.some, _, _, _), .each(.every, _, _, _): return true
        case .binary(let operation, _, _): return operation.compares || operation == .and || operation == .or
        case .call(let name, _): return ForeignExpression.tests.contains(name)
        case .choice(_, let yes, let no): return yes.decides && no.decides
        default: return false
        }
    }

    private static let tests: Set = [
        "in", "instance of", "contains", "starts with", "ends with", "list contains", "is defined",
        "is empty",
        "is blank", "odd", "even", "all", "any",
    ]

    /// Several conditions as one; at least one of which is given.
    static func joined(_ all: [ForeignExpression], by operation: ForeignOperator) -> ForeignExpression? {
        guard let first = all.first else { return nil }
        return all.dropFirst().reduce(first) { .binary(operation, $0, $1) }
    }
}

extension ForeignParser {
    /// `if a then b else c`
    mutating func conditional() -> ForeignExpression? {
        guard let condition = expression(0), takeWord("then"), let yes = expression(0), takeWord("else"),
            let no = expression(0)
        else { return nil }
        return .choice(condition, yes, no)
    }

    /// `x in list, y in 1..3`
    private mutating func domains() -> [(name: String, list: ForeignExpression)]? {
        var result: [(String, ForeignExpression)] = []
        repeat {
            var words: [String] = []
            while case .word(let word) = current, word != "in" {
                words.append(word)
                place += 1
            }
            guard !words.isEmpty, takeWord("in"), var list = expression(0) else { return nil }
            if take("..") {
                guard let end = expression(0) else { return nil }
                list = .range(list, end)
            }
            result.append((words.joined(separator: " "), list))
        } while take(",")
        return result
    }

    /// `for x in list return f`
    mutating func iteration() -> ForeignExpression? {
        guard let domains = domains(), takeWord("return"), let body = expression(0) else { return nil }
        return nested(domains, body) { isInner in isInner ? .become : .all }
    }

    /// `some x in list satisfies f`
    mutating func quantified(_ each: ForeignEach) -> ForeignExpression? {
        guard let domains = domains(), takeWord("satisfies"), let body = expression(0) else { return nil }
        return nested(domains, body) { _ in each }
    }

    private func nested(
        _ domains: [(name: String, list: ForeignExpression)], _ body: ForeignExpression,
        _ each: (Bool) -> ForeignEach
    ) -> ForeignExpression {
        var result = body
        for (number, domain) in domains.reversed().enumerated() {
            result = .each(each(number == 0), domain.name, domain.list, result)
        }
        return result
    }

    /// `between a and b`
    mutating func between(_ value: ForeignExpression) -> ForeignExpression? {
        guard value.mayBeRepeated, let low = expression(4), takeWord("and"), let high = expression(4) else {
            return nil
        }
        return .binary(.and, .binary(.atLeast, value, low), .binary(.atMost, value, high))
    }

    /// `instance of number`
    mutating func instance(_ value: ForeignExpression) -> ForeignExpression? {
        guard takeWord("of"), case .word(let type) = current,
            ["Any", "Null", "number", "string", "boolean", "list", "context"].contains(type)
        else { return nil }
        place += 1
        return current == .mark("<") ? nil : .call("instance of", [value, .string(type)])
    }

    /// What stands behind `in`: a value, a range, a comparison, or several in brackets.
    mutating func tests(of value: ForeignExpression) -> ForeignExpression? {
        guard value.mayBeRepeated else { return nil }
        if let range = range(value) { return range }
        guard current == .mark("(") else { return test(of: value) }
        place += 1
        var all: [ForeignExpression] = []
        repeat {
            guard let test = test(of: value) else { return nil }
            all.append(test)
        } while take(",")
        return take(")") ? .joined(all, by: .or) : nil
    }

    private mutating func test(of value: ForeignExpression) -> ForeignExpression? {
        if let range = range(value) { return range }
        for (mark, operation) in [
            ("<=", ForeignOperator.atMost), (">=", .atLeast), ("<", .less), (">", .greater), ("=", .equal),
            ("!=", .unequal),
        ] where take(mark) {
            guard let other = expression(4) else { return nil }
            return .binary(operation, value, other)
        }
        guard let other = expression(4) else { return nil }
        return .call("in", [value, other])
    }

    /// `[1..5]`, `(1..5)`, `]1..5[`; nil, and nothing is read, where it is none.
    private mutating func range(_ value: ForeignExpression) -> ForeignExpression? {
        let start = place
        guard case .mark(let open) = current, ["[", "(", "]"].contains(open) else { return nil }
        place += 1
        guard let low = expression(4), take(".."), let (high, close) = upperEnd() else {
            place = start
            return nil
        }
        let above = ForeignExpression.binary(open == "[" ? .atLeast : .greater, value, low)
        return .binary(.and, above, .binary(close == "]" ? .atMost : .less, value, high))
    }

    /// The upper end of a range, and the bracket behind it, which may look as if a place in a list began there.
    private mutating func upperEnd() -> (ForeignExpression, String)? {
        let start = place
        for isOpen in [false, true] {
            place = start
            hasNoPlaces = isOpen
            defer { hasNoPlaces = false }
            guard let high = expression(4), case .mark(let close) = current,
                ["]", ")", "["].contains(close)
            else { continue }
            place += 1
            return (high, close)
        }
        return nil
    }

    /// `a: 1, "b c": 2 }`
    mutating func object() -> [ForeignField]? {
        var fields: [ForeignField] = []
        if take("}") { return fields }
        repeat {
            var name = ""
            if case .string(let text) = current {
                name = text
                place += 1
            } else if language == .feel {
                while case .word(let word) = current {
                    name += (name.isEmpty ? "" : " ") + word
                    place += 1
                }
            }
            guard !name.isEmpty, take(":"), let value = expression(0) else { return nil }
            if fields.contains(where: { $0.name == name }) { return nil }
            fields.append(ForeignField(name: name, value: value))
        } while take(",")
        return take("}") ? fields : nil
    }
}
