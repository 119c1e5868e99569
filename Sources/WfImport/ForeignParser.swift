// Reads the pieces of an expression as a tree, by precedence; what only FEEL has stands in a file of its own.

/// Precedence climbing over tokens.
struct ForeignParser {
    let tokens: [ForeignToken]
    let equalsCompares: Bool
    let language: ForeignLanguage
    var place = 0
    /// Whether a square bracket behind an operand belongs to a range.
    var hasNoPlaces = false
    private var depth = 0

    init(tokens: [ForeignToken], equalsCompares: Bool, language: ForeignLanguage) {
        self.tokens = tokens
        self.language = language
        self.equalsCompares = equalsCompares || language == .xpath || language == .feel
    }

    var isAtEnd: Bool { place == tokens.count }
    var current: ForeignToken? { place < tokens.count ? tokens[place] : nil }

    mutating func take(_ mark: String) -> Bool {
        guard current == .mark(mark) else { return false }
        place += 1
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard current == .word(word) else { return false }
        place += 1
        return true
    }

    mutating func expression(_ power: Int) -> ForeignExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 60, var left = operand() else { return nil }
        while true {
            if let found = special(power) {
                guard let next = special(found, of: left) else { return nil }
                left = next
                continue
            }
            guard let (operation, count) = operation(), operation.power > power else { break }
            place += count
            guard let right = expression(operation.power) else { return nil }
            left = .binary(operation, left, right)
        }
        if power > 0 { return left }
        if take("?") {
            guard let yes = expression(0), take(":"), let no = expression(0) else { return nil }
            return .choice(left, yes, no)
        }
        if language == .python, takeWord("if") {
            guard let condition = expression(0), takeWord("else"), let no = expression(0) else { return nil }
            return .choice(condition, left, no)
        }
        return left
    }

    /// An operator that only some languages have, where it binds stronger than `power`.
    private func special(_ power: Int) -> String? {
        switch (current, language) {
        case (.mark("**"), .feel), (.mark("**"), .python): return power < 7 ? "**" : nil
        case (.mark("//"), .python): return power < 6 ? "//" : nil
        case (.mark("==="), .javascript): return power < 4 ? "===" : nil
        case (.mark("!=="), .javascript): return power < 4 ? "!==" : nil
        case (.word("in"), .feel), (.word("in"), .python): return power < 4 ? "in" : nil
        case (.word("between"), .feel): return power < 4 ? "between" : nil
        case (.word("instance"), .feel): return power < 4 ? "instance" : nil
        case (.word("not"), .python):
            let isIn = place + 1 < tokens.count && tokens[place + 1] == .word("in")
            return isIn && power < 4 ? "not in" : nil
        default: return nil
        }
    }

    private mutating func special(_ word: String, of left: ForeignExpression) -> ForeignExpression? {
        place += word == "not in" ? 2 : 1
        switch word {
        case "in" where language == .feel: return tests(of: left)
        case "between": return between(left)
        case "instance": return instance(left)
        default:
            let powers = ["//": 6, "**": 7]
            guard let right = expression(powers[word] ?? 4) else { return nil }
            switch word {
            case "not in": return .not(.call("in", [left, right]))
            case "!==": return .not(.call("===", [left, right]))
            default: return .call(word, [left, right])
            }
        }
    }

    /// The operator at hand, and of how many tokens it is made.
    private func operation() -> (ForeignOperator, Int)? {
        switch current {
        case .mark("="): return equalsCompares ? (.equal, 1) : nil
        case .mark("<>"): return (.unequal, 1)
        case .mark(let mark): return ForeignOperator(rawValue: mark).map { ($0, 1) }
        case .word(let word):
            let words: [String: ForeignOperator] = [
                "and": .and, "or": .or, "eq": .equal, "ne": .unequal, "lt": .less, "le": .atMost,
                "gt": .greater,
                "ge": .atLeast, "div": .over, "mod": .rest, "AND": .and, "OR": .or, "is": .equal,
            ]
            if word == "is", place + 1 < tokens.count, tokens[place + 1] == .word("not") {
                return (.unequal, 2)
            }
            return words[word].map { ($0, 1) }
        default: return nil
        }
    }

    mutating func operand() -> ForeignExpression? {
        guard let token = current else { return nil }
        place += 1
        switch token {
        case .number(let text): return trailers(.number(text))
        case .string(let text): return trailers(.string(text))
        case .mark("!"): return operandOfNot()
        case .mark("-"):
            guard let value = operand() else { return nil }
            return .minus(value)
        case .mark("("):
            guard let inner = expression(0), take(")") else { return nil }
            return trailers(inner)
        case .mark("["):
            guard let items = list("]") else { return nil }
            return trailers(.list(items))
        case .mark("{") where language == .feel || language == .python:
            guard let fields = object() else { return nil }
            return trailers(.object(fields))
        case .word("not"):
            if current == .mark("("), language != .python, let items = arguments() {
                return items.count == 1 ? .not(items[0]) : nil
            }
            // In JUEL it binds as `!` does.
            guard let value = language == .juel ? operand() : expression(3) else { return nil }
            return .not(value)
        case .word(let word): return name(word)
        case .mark: return nil
        }
    }

    private mutating func operandOfNot() -> ForeignExpression? {
        guard let value = operand() else { return nil }
        return .not(value)
    }

    private mutating func name(_ first: String) -> ForeignExpression? {
        switch first {
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case "null", "None", "nil": return .null
        case "undefined" where language == .javascript: return .null
        case "empty" where current != .mark(".") && current != .mark("("):
            guard let value = operand() else { return nil }
            return .call("empty", [value])
        case "empty" where language != .feel && language != .python:
            guard let value = operand() else { return nil }
            return .call("empty", [value])
        case "if" where language == .feel: return conditional()
        case "for" where language == .feel: return iteration()
        case "some" where language == .feel: return quantified(.some)
        case "every" where language == .feel: return quantified(.every)
        case "if", "for", "some", "every", "lambda", "new", "function", "def", "in", "else", "import",
            "throw":
            return nil
        default: break
        }
        var name = first
        // Two of FEEL's names hold words that are operators elsewhere.
        for whole in [["date", "and", "time"], ["get", "or", "else"]]
        where language == .feel && first == whole[0] && place + 1 < tokens.count {
            guard current == .word(whole[1]), tokens[place + 1] == .word(whole[2]) else { continue }
            name = whole.joined(separator: " ")
            place += 2
        }
        // FEEL's names may hold blanks.
        while case .word(let word) = current, !isOperator(word) {
            name += " " + word
            place += 1
        }
        if current == .mark("("), language == .feel || !name.contains(" ") {
            guard let items = arguments() else { return nil }
            return trailers(.call(name, items))
        }
        if language == .xpath, name.hasPrefix("$") { name.removeFirst() }
        return trailers(.name(name))
    }

    private func isOperator(_ word: String) -> Bool {
        if word == "instance" { return place + 1 < tokens.count && tokens[place + 1] == .word("of") }
        if language == .feel { return ForeignParser.feelOperators.contains(word) }
        return ForeignParser.operators.contains(word)
    }

    private static let operators: Set<String> = [
        "and", "or", "eq", "ne", "lt", "le", "gt", "ge", "div", "mod", "AND", "OR", "is", "in", "not",
        "satisfies",
        "then", "else", "return", "instanceof", "matches", "if", "for", "between",
    ]

    private static let feelOperators: Set<String> = [
        "and", "or", "in", "not", "satisfies", "then", "else", "return", "if", "for", "between",
    ]

    private mutating func trailers(_ start: ForeignExpression) -> ForeignExpression? {
        var value = start
        while true {
            if take(".") {
                guard case .word(let word) = current else { return nil }
                place += 1
                if current == .mark("("), language != .feel {
                    guard let items = arguments() else { return nil }
                    value = .method(value, word, items)
                } else {
                    value = .member(value, word)
                }
            } else if !hasNoPlaces, take("[") {
                guard let index = expression(0), take("]") else { return nil }
                if language == .feel, index.decides {
                    value = .each(.filter, "item", value, index)
                } else {
                    guard let place = counted(index) else { return nil }
                    value = .index(value, place)
                }
            } else {
                return value
            }
        }
    }

    /// A place in a list as wf counts; nil for what may be a filter, or a place from the end.
    private func counted(_ index: ForeignExpression) -> ForeignExpression? {
        if language != .xpath { return index }
        switch index {
        case .number(let digits): return Int(digits).flatMap { $0 > 0 ? .number("\($0 - 1)") : nil }
        case .string: return index
        default: return nil
        }
    }

    private mutating func arguments() -> [ForeignExpression]? { take("(") ? list(")") : nil }

    private mutating func list(_ close: String) -> [ForeignExpression]? {
        var items: [ForeignExpression] = []
        if take(close) { return items }
        repeat {
            guard let item = expression(0) else { return nil }
            items.append(item)
        } while take(",")
        return take(close) ? items : nil
    }
}
