// The expressions of GitHub Actions as a tree, by GitHub's own grammar. Knows nothing of wf.

/// An expression between `${{` and `}}`.
indirect enum GitHubExpression: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    /// A context: `github`, `matrix`.
    case context(String)
    case index(GitHubExpression, GitHubExpression)
    /// `a.*`: each element or field.
    case each(GitHubExpression)
    case call(String, [GitHubExpression])
    case not(GitHubExpression)
    case binary(String, GitHubExpression, GitHubExpression)

    /// Functions of how things have gone.
    static let status: Set = ["always", "success", "failure", "cancelled"]

    /// Reads a text; nil when it is no expression.
    static func parse(_ text: String) -> GitHubExpression? {
        guard text.utf8.count <= 20_000, let tokens = GitHubToken.read(text) else { return nil }
        var parser = GitHubParser(tokens: tokens)
        guard let result = parser.expression(0), parser.isAtEnd else { return nil }
        return result
    }

    /// Whether a function of how things have gone is called in it.
    var asksStatus: Bool {
        switch self {
        case .null, .bool, .number, .text, .context: return false
        case .index(let base, let index): return base.asksStatus || index.asksStatus
        case .each(let base), .not(let base): return base.asksStatus
        case .call(let name, let items):
            return GitHubExpression.status.contains(name) || items.contains(where: \.asksStatus)
        case .binary(_, let left, let right): return left.asksStatus || right.asksStatus
        }
    }

    /// What it comes to whatever happens; nil for what only a run knows. A run that is cancelled does nothing more.
    var constant: Bool? {
        switch self {
        case .null: return false
        case .bool(let value): return value
        case .number(let value): return value != 0 && !value.isNaN
        case .text(let text): return !text.isEmpty
        case .call("always", []): return true
        case .call("cancelled", []): return false
        case .not(let value): return value.constant.map { !$0 }
        case .binary("&&", let left, let right):
            if left.constant == false || right.constant == false { return false }
            return left.constant == true ? right.constant : nil
        case .binary("||", let left, let right):
            if left.constant == true || right.constant == true { return true }
            return left.constant == false ? right.constant : nil
        case .context, .index, .each, .call, .binary: return nil
        }
    }

    /// A context and the names behind it: `steps.x.outputs` is `["steps", "x", "outputs"]`; nil for anything else.
    var path: [String]? {
        switch self {
        case .context(let name): return [name]
        case .index(let base, .text(let name)): return base.path.map { $0 + [name] }
        default: return nil
        }
    }
}

/// What a text is made of where expressions stand in it.
enum GitHubText {
    enum Part: Equatable {
        case text(String)
        case expression(String)
    }

    /// The parts; `}}` inside a quoted text ends nothing.
    static func parts(_ text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "${{") {
            var isQuoted = false
            var close: Substring.Index?
            var place = open.upperBound
            while place < rest.endIndex, close == nil {
                if rest[place] == "'" { isQuoted.toggle() }
                if !isQuoted, rest[place...].hasPrefix("}}") { close = place }
                place = rest.index(after: place)
            }
            guard let close else { break }
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            parts.append(.expression(SourceWriter.trimmed(rest[open.upperBound..<close])))
            rest = rest[close...].dropFirst(2)
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// The expression that a text is as a whole; nil for text with more in it.
    static func only(_ text: String) -> String? {
        let parts = parts(SourceWriter.trimmed(text))
        guard parts.count == 1, case .expression(let inner) = parts[0] else { return nil }
        return inner
    }
}

/// A piece of an expression's text.
enum GitHubToken: Equatable {
    case word(String)
    case literal(GitHubExpression)
    case sign(String)

    private static let signs = [
        "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", ".", "*",
    ]

    static func read(_ text: String) -> [GitHubToken]? {
        var tokens: [GitHubToken] = []
        var rest = text[...]
        while let character = rest.first {
            if character.isWhitespace {
                rest = rest.dropFirst()
            } else if character == "'" {
                guard let (string, length) = quoted(rest) else { return nil }
                tokens.append(.literal(.text(string)))
                rest = rest.dropFirst(length)
            } else if startsNumber(rest, behind: tokens.last) {
                let word = rest.prefix {
                    $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "+"
                }
                guard let value = number(String(word)) else { return nil }
                tokens.append(.literal(.number(value)))
                rest = rest.dropFirst(word.count)
            } else if character.isLetter || character == "_" {
                let word = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
                tokens.append(keyword(word, isMember: tokens.last == .sign(".")))
                rest = rest.dropFirst(word.count)
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                tokens.append(.sign(sign))
                rest = rest.dropFirst(sign.count)
            } else {
                return nil
            }
            if tokens.count > 5000 { return nil }
        }
        return tokens
    }

    private static func keyword(_ word: String, isMember: Bool) -> GitHubToken {
        switch word {
        case _ where isMember: return .word(word)
        case "null": return .literal(.null)
        case "true": return .literal(.bool(true))
        case "false": return .literal(.bool(false))
        case "NaN": return .literal(.number(.nan))
        case "Infinity": return .literal(.number(.infinity))
        default: return .word(word)
        }
    }

    private static func startsNumber(_ rest: Substring, behind last: GitHubToken?) -> Bool {
        guard let first = rest.first else { return false }
        if first.isNumber { return true }
        guard first == "-" || first == "+" || first == "." else { return false }
        switch last {
        case .word, .literal, .sign(")"), .sign("]"), .sign("*"): return false
        default: return true
        }
    }

    /// A number as GitHub reads one, in a text too; nil when it is none.
    static func number(_ text: String) -> Double? {
        let body = text.drop { $0 == "-" || $0 == "+" }
        if text.hasPrefix("0x") {
            return UInt32(text.dropFirst(2), radix: 16).map { Double(Int32(bitPattern: $0)) }
        }
        if text.hasPrefix("0o") {
            return UInt32(text.dropFirst(2), radix: 8).map { Double(Int32(bitPattern: $0)) }
        }
        if body == "Infinity" { return text.hasPrefix("-") ? -.infinity : .infinity }
        guard body.allSatisfy({ $0.isNumber || ".eE+-".contains($0) }) else { return nil }
        return Double(text)
    }

    private static func quoted(_ text: Substring) -> (String, Int)? {
        var result = ""
        var length = 1
        var rest = text.dropFirst()
        while let character = rest.first {
            rest = rest.dropFirst()
            length += 1
            guard character == "'" else {
                result.append(character)
                continue
            }
            // Two quotes are one.
            guard rest.first == "'" else { return (result, length) }
            result.append("'")
            rest = rest.dropFirst()
            length += 1
        }
        return nil
    }
}

private struct GitHubParser {
    let tokens: [GitHubToken]
    private var place = 0
    private var depth = 0

    init(tokens: [GitHubToken]) { self.tokens = tokens }

    var isAtEnd: Bool { place == tokens.count }
    private var current: GitHubToken? { place < tokens.count ? tokens[place] : nil }

    private static let powers = [
        "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    ]

    private mutating func take(_ sign: String) -> Bool {
        guard current == .sign(sign) else { return false }
        place += 1
        return true
    }

    mutating func expression(_ power: Int) -> GitHubExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 60, var left = operand() else { return nil }
        while case .sign(let sign)? = current, let own = GitHubParser.powers[sign], own > power {
            place += 1
            guard let right = expression(own) else { return nil }
            left = .binary(sign, left, right)
        }
        return left
    }

    private mutating func operand() -> GitHubExpression? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 60, let token = current else { return nil }
        place += 1
        switch token {
        case .literal(let value): return value
        case .sign("!"): return operand().map { .not($0) }
        case .sign("("):
            guard let inner = expression(0), take(")") else { return nil }
            return trailers(inner)
        case .word(let word):
            guard take("(") else { return trailers(.context(word.lowercased())) }
            var items: [GitHubExpression] = []
            if take(")") { return trailers(.call(word.lowercased(), [])) }
            repeat {
                guard let item = expression(0) else { return nil }
                items.append(item)
            } while take(",")
            return take(")") ? trailers(.call(word.lowercased(), items)) : nil
        case .sign: return nil
        }
    }

    private mutating func trailers(_ start: GitHubExpression) -> GitHubExpression? {
        var value = start
        while true {
            if take(".") {
                if take("*") {
                    value = .each(value)
                } else if case .word(let word)? = current {
                    place += 1
                    value = .index(value, .text(word))
                } else {
                    return nil
                }
            } else if take("[") {
                if take("*") {
                    value = .each(value)
                } else {
                    guard let index = expression(0) else { return nil }
                    value = .index(value, index)
                }
                guard take("]") else { return nil }
            } else {
                return value
            }
        }
    }
}
