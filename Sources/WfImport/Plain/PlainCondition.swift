// Conditions such as `inputs.full == true && !a.failed` as expressions of wf: comparisons of names and literals, joined.

enum PlainCondition {
    private enum Token: Equatable {
        case word(String)
        case literal(String, PlainType)
        case sign(String)
        /// What stands between `{{` and `}}`.
        case placeholder(String)
        /// A text in quotes with placeholders in it.
        case template([Placeholders.Part])
    }

    /// The words of an expression that may be names.
    static func operands(_ text: String) -> [String] {
        let found = tokens(text) ?? []
        return found.indices.compactMap { index in
            guard case .word(let word) = found[index] else { return nil }
            // `a in [b]`, `a contains b`
            if index > 0, word == "in" || members[word.lowercased()] != nil {
                switch found[index - 1] {
                case .word, .literal, .placeholder, .template, .sign(")"), .sign("!"): return nil
                case .sign: break
                }
            }
            let isCall = index + 1 < found.count && found[index + 1] == .sign("(")
            return isCall ? nil : word
        }
    }

    /// The expression in wf, or nil when it is not understood.
    ///
    /// - Parameters:
    ///   - name: a name's expression and type.
    ///   - truth: whether an expression counts as true.
    ///   - bareWords: whether a word that is no number is text, and numbers are compared as text.
    static func write(
        _ text: String, bareWords: Bool = false,
        name: (String) -> (String, PlainType)?,
        truth: (String, PlainType) -> String
    ) -> String? {
        guard let tokens = tokens(text) else { return nil }
        // Beside placeholders a word is text.
        let hasPlaceholders = tokens.contains {
            switch $0 {
            case .placeholder, .template: return true
            case .word, .literal, .sign: return false
            }
        }
        return withoutActuallyEscaping(name) { name in
            withoutActuallyEscaping(truth) { truth in
                var parser = Parser(tokens: tokens, name: name, truth: truth, bareWords: bareWords)
                parser.wordsAreText = hasPlaceholders
                guard let result = parser.either(), parser.isAtEnd else { return nil }
                return result
            }
        }
    }

    private static func tokens(_ text: String) -> [Token]? {
        var tokens: [Token] = []
        var rest = text[...]
        let signs = [
            "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", ",", "[", "]",
        ]
        while let character = rest.first {
            if character.isWhitespace {
                rest = rest.dropFirst()
            } else if rest.hasPrefix("{{"), let close = rest.firstRange(of: "}}") {
                tokens.append(.placeholder(SourceWriter.trimmed(rest.dropFirst(2)[..<close.lowerBound])))
                rest = rest[close.upperBound...]
            } else if let sign = signs.first(where: { rest.hasPrefix($0) }) {
                tokens.append(.sign(sign.count == 3 ? String(sign.prefix(2)) : sign))
                rest = rest.dropFirst(sign.count)
            } else if character == "'" || character == "\"" {
                guard let close = rest.dropFirst().firstIndex(of: character) else { return nil }
                let quoted = rest.dropFirst()[..<close]
                let parts = Placeholders.parts(String(quoted))
                if parts.count == 1, case .placeholder(let inner) = parts[0] {
                    tokens.append(.placeholder(inner))
                } else if quoted.contains("{{") {
                    tokens.append(.template(parts))
                } else {
                    tokens.append(.literal(WfText.string(quoted), .string))
                }
                rest = rest[close...].dropFirst()
            } else {
                let word = String(rest.prefix(word(rest)))
                if word.isEmpty { return nil }
                rest = rest.dropFirst(word.count)
                switch word {
                case "and": tokens.append(.sign("&&"))
                case "or": tokens.append(.sign("||"))
                case "not": tokens.append(.sign("!"))
                case "true", "false": tokens.append(.literal(word, .bool))
                default:
                    if Int(word) != nil {
                        tokens.append(.literal(word, .int))
                    } else if let number = Double(word) {
                        tokens.append(.literal("\(number)", .float))
                    } else {
                        tokens.append(.word(word))
                    }
                }
            }
        }
        return tokens
    }

    /// How many characters a word has: `a.b[0]`, but not the end of a list that it stands in.
    private static func word(_ text: Substring) -> Int {
        var open = 0
        var count = 0
        for character in text {
            if character == "[" { open += 1 }
            if character == "]" { open -= 1 }
            guard character.isLetter || character.isNumber || "._-[]".contains(character), open >= 0 else {
                break
            }
            count += 1
        }
        return count
    }

    /// Tests of texts, by the words for them in lower case.
    private static let members = [
        "contains": "contains", "startswith": "startsWith", "endswith": "endsWith",
        "starts_with": "startsWith", "ends_with": "endsWith",
    ]

    private struct Parser {
        let tokens: [Token]
        let name: (String) -> (String, PlainType)?
        let truth: (String, PlainType) -> String
        let bareWords: Bool
        var wordsAreText = false
        var position = 0
        var depth = 0

        var isAtEnd: Bool { position == tokens.count }

        private mutating func take(_ sign: String) -> Bool {
            guard position < tokens.count, tokens[position] == .sign(sign) else { return false }
            position += 1
            return true
        }

        mutating func either() -> String? {
            guard var left = both() else { return nil }
            while take("||") {
                guard let right = both() else { return nil }
                left = "\(left) || \(right)"
            }
            return left
        }

        private mutating func both() -> String? {
            guard var left = comparison() else { return nil }
            while take("&&") {
                guard let right = comparison() else { return nil }
                left = "\(left) && \(right)"
            }
            return left
        }

        private mutating func comparison() -> String? {
            depth += 1
            defer { depth -= 1 }
            if depth > 64 { return nil }
            if take("!") { return comparison().map { "!(\($0))" } }
            if take("(") {
                guard let inner = either(), take(")") else { return nil }
                return "(\(inner))"
            }
            guard let left = operand() else { return nil }
            for sign in ["==", "!=", "<=", ">=", "<", ">"] where take(sign) {
                guard let right = operand() else { return nil }
                return compared(left, sign, right)
            }
            if position < tokens.count, case .word(let word) = tokens[position] {
                position += 1
                if word == "in" { return oneOf(left) }
                guard let member = PlainCondition.members[word.lowercased()], let right = operand() else {
                    return nil
                }
                return "\(plain(left)).\(member)(\(plain(right)))"
            }
            // `a not in (b, c)`
            if position + 1 < tokens.count, tokens[position] == .sign("!"),
                tokens[position + 1] == .word("in")
            {
                position += 2
                return oneOf(left).map { "!\($0)" }
            }
            return truth(left.0, left.1)
        }

        /// Whether a value is one of a list's, behind `in`.
        private mutating func oneOf(_ left: (String, PlainType)) -> String? {
            let isRound = take("(")
            guard isRound || take("[") else { return nil }
            var alternatives: [String] = []
            while let right = operand() {
                guard let equal = compared(left, "==", right) else { return nil }
                alternatives.append(equal)
                if !take(",") { break }
            }
            guard !alternatives.isEmpty, take(isRound ? ")" : "]") else { return nil }
            return "(\(alternatives.joined(separator: " || ")))"
        }

        private mutating func operand() -> (String, PlainType)? {
            guard position < tokens.count else { return nil }
            position += 1
            switch tokens[position - 1] {
            case .literal(let text, let type):
                return bareWords && type != .string ? (WfText.string(text), .string) : (text, type)
            case .word(let word):
                if take("(") { return call(word) }
                return wordsAreText ? (WfText.string(word), .string) : name(word)
            case .placeholder(let words):
                if let found = name(words) { return found }
                guard let inner = PlainCondition.write(words, name: name, truth: truth) else { return nil }
                return ("(\(inner))", .bool)
            case .template(let parts):
                var text = ""
                for part in parts {
                    switch part {
                    case .text(let content): text += WfText.escaped(content)
                    case .placeholder(let words):
                        guard let found = name(words) else { return nil }
                        text += found.1 == .json ? "{json.plain(\(found.0))}" : "{\(found.0)}"
                    }
                }
                return ("\"\(text)\"", .string)
            case .sign: return nil
            }
        }

        /// `contains(a, b)` and the like, of texts; a call without arguments is a name with `()` behind it.
        private mutating func call(_ word: String) -> (String, PlainType)? {
            var values: [(String, PlainType)] = []
            while !take(")") {
                if !values.isEmpty && !take(",") { return nil }
                guard let value = operand() else { return nil }
                values.append(value)
            }
            if values.isEmpty { return name(word + "()") }
            guard values.count == 2, let member = PlainCondition.members[word.lowercased()] else {
                return nil
            }
            return ("\(plain(values[0])).\(member)(\(plain(values[1])))", .bool)
        }

        private func plain(_ value: (String, PlainType)) -> String {
            switch value.1 {
            case .string: return value.0
            case .json: return "json.plain(\(value.0))"
            case .bool, .int, .float: return "\"{\(value.0)}\""
            }
        }

        /// A value as a number; what is none counts as 0.
        private func number(_ value: (String, PlainType)) -> String {
            switch value.1 {
            case .float: return value.0
            case .int: return Int(value.0) == nil ? "\(value.0).toFloat()" : "\(value.0).0"
            case .string, .json, .bool: return "(\(plain(value)).toFloat() ?? 0.0)"
            }
        }

        private func compared(_ left: (String, PlainType), _ sign: String, _ right: (String, PlainType))
            -> String?
        {
            if bareWords, sign.first == "<" || sign.first == ">" {
                return "(\(left.0).toFloat() ?? 0.0) \(sign) (\(right.0).toFloat() ?? 0.0)"
            }
            if left.1 == right.1, left.1 != .json {
                if left.1 == .bool, sign == "==", right.0 == "true" { return left.0 }
                if left.1 == .bool, sign == "==", right.0 == "false" { return "!\(left.0)" }
                return "\(left.0) \(sign) \(right.0)"
            }
            if sign == "==" || sign == "!=" {
                let isText = left.1 == .string || right.1 == .string
                let isNumber = [PlainType.int, .float].contains(left.1) || [.int, .float].contains(right.1)
                // What a command prints is text, also where it is compared with a number.
                if isText && isNumber { return "\(number(left)) \(sign) \(number(right))" }
                return "\(json(left)) \(sign) \(json(right))"
            }
            return "\(number(left)) \(sign) \(number(right))"
        }

        private func json(_ value: (String, PlainType)) -> String {
            value.1 == .json ? value.0 : "toJson(\(value.0))"
        }
    }
}
