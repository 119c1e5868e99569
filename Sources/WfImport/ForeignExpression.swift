// Expressions of JUEL, FEEL, MVEL/Java, XPath and Python as one small tree: the subset that they share, in whichever
// spelling. What lies outside is not translated, and the caller says so. Knows nothing of wf.

/// An expression of another language.
public indirect enum ForeignExpression: Equatable {
    case bool(Bool)
    case null
    case number(String)
    case string(String)
    case name(String)
    case list([ForeignExpression])
    case member(ForeignExpression, String)
    case index(ForeignExpression, ForeignExpression)
    case call(String, [ForeignExpression])
    case method(ForeignExpression, String, [ForeignExpression])
    case not(ForeignExpression)
    case minus(ForeignExpression)
    case binary(ForeignOperator, ForeignExpression, ForeignExpression)
    case choice(ForeignExpression, ForeignExpression, ForeignExpression)

    /// Reads a text; nil when it is not of the subset.
    ///
    /// - Parameters:
    ///   - equalsCompares: whether a single `=` compares (FEEL, XPath) rather than assigns (scripts).
    ///   - language: what it is declared in; FEEL, which a `=` in front says too, and XPath count from 1.
    public static func parse(
        _ text: String, equalsCompares: Bool = true, language: String = ""
    ) -> ForeignExpression? {
        var body = SourceWriter.trimmed(text)
        let name = language.lowercased()
        var countsFromOne = name.contains("feel") || name.contains("xpath")
        if body.hasPrefix("=") && !body.hasPrefix("==") {
            body = SourceWriter.trimmed(body.dropFirst())
            countsFromOne = true
        }
        if body.hasPrefix("${") || body.hasPrefix("#{") {
            guard body.hasSuffix("}") else { return nil }
            body = String(body.dropFirst(2).dropLast())
            // Several in one text are text with holes, not an expression.
            if body.contains("${") || body.contains("#{") { return nil }
        }
        if body.hasPrefix("return ") { body = String(body.dropFirst("return ".count)) }
        while body.hasSuffix(";") { body.removeLast() }
        guard body.utf8.count <= 4000, let tokens = ForeignToken.read(body) else { return nil }
        var parser = ForeignParser(
            tokens: tokens, equalsCompares: equalsCompares, countsFromOne: countsFromOne)
        guard let result = parser.expression(0), parser.isAtEnd else { return nil }
        return result
    }
}

public enum ForeignOperator: String {
    case or = "||"
    case and = "&&"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="
    case plus = "+"
    case minus = "-"
    case times = "*"
    case over = "/"
    case rest = "%"

    var power: Int {
        switch self {
        case .or: return 1
        case .and: return 2
        case .equal, .unequal, .less, .atMost, .greater, .atLeast: return 4
        case .plus, .minus: return 5
        case .times, .over, .rest: return 6
        }
    }

    var compares: Bool { power == 4 }
}

/// A piece of an expression's text.
enum ForeignToken: Equatable {
    case number(String)
    case string(String)
    case word(String)
    case mark(String)

    /// The pieces; nil when something is of none of the languages.
    static func read(_ text: String) -> [ForeignToken]? {
        var tokens: [ForeignToken] = []
        let scalars = Array(text.unicodeScalars)
        var place = 0
        while place < scalars.count {
            let scalar = scalars[place]
            if scalar.properties.isWhitespace {
                place += 1
            } else if scalar == "\"" || scalar == "'" {
                guard let text = string(scalars, &place) else { return nil }
                tokens.append(.string(text))
            } else if isDigit(scalar) {
                tokens.append(.number(number(scalars, &place)))
            } else if isLetter(scalar) {
                var name = word(scalars, &place)
                // `bpmn:getDataObject('x')`, `wf:conf('x')`: one name, where it is called.
                var end = place + 1
                if place + 1 < scalars.count, scalars[place] == ":", isLetter(scalars[end]) {
                    let rest = word(scalars, &end)
                    if end < scalars.count, scalars[end] == "(" {
                        name += ":" + rest
                        place = end
                    }
                }
                tokens.append(.word(name))
            } else {
                guard let mark = marks.first(where: { matches($0, scalars, place) }) else { return nil }
                place += mark.unicodeScalars.count
                tokens.append(.mark(mark))
            }
        }
        return tokens
    }

    private static func word(_ scalars: [Unicode.Scalar], _ place: inout Int) -> String {
        var word = ""
        while place < scalars.count, isLetter(scalars[place]) || isDigit(scalars[place]) {
            word.unicodeScalars.append(scalars[place])
            place += 1
        }
        return word
    }

    private static let marks = [
        "==", "!=", "<>", "<=", ">=", "&&", "||", "<", ">", "=", "!", "+", "-", "*", "/", "%", "(", ")", "[",
        "]", ",",
        ".", "?", ":",
    ]

    private static func matches(_ mark: String, _ scalars: [Unicode.Scalar], _ place: Int) -> Bool {
        let wanted = Array(mark.unicodeScalars)
        return place + wanted.count <= scalars.count && Array(scalars[place..<place + wanted.count]) == wanted
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "$" || scalar.properties.isAlphabetic
    }

    private static func string(_ scalars: [Unicode.Scalar], _ place: inout Int) -> String? {
        let quote = scalars[place]
        var text = ""
        place += 1
        while place < scalars.count, scalars[place] != quote {
            if scalars[place] == "\\", place + 1 < scalars.count {
                place += 1
                switch scalars[place] {
                case "n": text += "\n"
                case "t": text += "\t"
                default: text.unicodeScalars.append(scalars[place])
                }
            } else {
                text.unicodeScalars.append(scalars[place])
            }
            place += 1
        }
        guard place < scalars.count else { return nil }
        place += 1
        return text
    }

    private static func number(_ scalars: [Unicode.Scalar], _ place: inout Int) -> String {
        var text = ""
        var hasPoint = false
        while place < scalars.count {
            let scalar = scalars[place]
            let isPoint =
                scalar == "." && !hasPoint && place + 1 < scalars.count && isDigit(scalars[place + 1])
            if !isDigit(scalar) && !isPoint { break }
            if isPoint { hasPoint = true }
            text.unicodeScalars.append(scalar)
            place += 1
        }
        // Java's `10L`, `2.5d`.
        if place < scalars.count, "lLdDfF".unicodeScalars.contains(scalars[place]) { place += 1 }
        return text
    }
}

/// Precedence climbing over tokens.
private struct ForeignParser {
    let tokens: [ForeignToken]
    let equalsCompares: Bool
    let countsFromOne: Bool
    private var place = 0
    private var depth = 0

    init(tokens: [ForeignToken], equalsCompares: Bool, countsFromOne: Bool) {
        self.tokens = tokens
        self.countsFromOne = countsFromOne
        self.equalsCompares = equalsCompares
    }

    var isAtEnd: Bool { place == tokens.count }
    private var current: ForeignToken? { place < tokens.count ? tokens[place] : nil }

    private mutating func take(_ mark: String) -> Bool {
        guard current == .mark(mark) else { return false }
        place += 1
        return true
    }

    mutating func expression(_ power: Int) -> ForeignExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth < 60, var left = operand() else { return nil }
        while let (operation, count) = operation(), operation.power > power {
            place += count
            guard let right = expression(operation.power) else { return nil }
            left = .binary(operation, left, right)
        }
        if power == 0, take("?") {
            guard let yes = expression(0), take(":"), let no = expression(0) else { return nil }
            return .choice(left, yes, no)
        }
        return left
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

    private mutating func operand() -> ForeignExpression? {
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
        case .word("not"):
            if current == .mark("("), let items = arguments() {
                return items.count == 1 ? .not(items[0]) : nil
            }
            guard let value = expression(3) else { return nil }
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
        case "empty":
            guard let value = operand() else { return nil }
            return .call("empty", [value])
        case "if", "for", "some", "every", "lambda", "new", "function", "def", "in", "else", "import",
            "throw":
            return nil
        default: break
        }
        var name = first
        // FEEL's names may hold blanks.
        while case .word(let word) = current, !ForeignParser.operators.contains(word) {
            name += " " + word
            place += 1
        }
        if current == .mark("("), !name.contains(" ") {
            guard let items = arguments() else { return nil }
            return trailers(.call(name, items))
        }
        return trailers(.name(name))
    }

    private static let operators: Set<String> = [
        "and", "or", "eq", "ne", "lt", "le", "gt", "ge", "div", "mod", "AND", "OR", "is", "in", "not",
        "satisfies",
        "then", "else", "return", "instanceof", "matches", "if", "for", "between",
    ]

    private mutating func trailers(_ start: ForeignExpression) -> ForeignExpression? {
        var value = start
        while true {
            if take(".") {
                guard case .word(let word) = current else { return nil }
                place += 1
                if current == .mark("(") {
                    guard let items = arguments() else { return nil }
                    value = .method(value, word, items)
                } else {
                    value = .member(value, word)
                }
            } else if take("[") {
                guard let index = expression(0), take("]"), let place = counted(index) else { return nil }
                value = .index(value, place)
            } else {
                return value
            }
        }
    }

    /// A place in a list as wf counts; nil for what may be a filter, or a place from the end.
    private func counted(_ index: ForeignExpression) -> ForeignExpression? {
        if !countsFromOne { return index }
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
