// Words, texts, numbers and signs of an expression of JSONata or jq. Knows nothing of what they mean together.

extension QueryExpression {
    private static let signs = [
        "|=", "!=", "<=", ">=", "==", "//", "..", ":=", "?:", "~>", "+", "-", "*", "/", "%", "&", "=", "<",
        ">",
        "?", ":", "(",
        ")", "[", "]", "{", "}", ",", ";", ".", "|", "^", "@",
    ]

    static func tokens(_ text: String, _ dialect: Dialect) -> [Token]? {
        var tokens: [Token] = []
        var rest = text[...]
        while let character = rest.first {
            if character.isWhitespace {
                rest = rest.dropFirst()
            } else if dialect == .jsonata, rest.hasPrefix("/*") {
                guard let end = rest.firstRange(of: "*/") else { return nil }
                rest = rest[end.upperBound...]
            } else if dialect == .jq, character == "@" {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "@" }
                tokens.append(.name(String(name)))
                rest = rest.dropFirst(name.count)
            } else if character == "\"" || dialect == .jsonata && (character == "'" || character == "`") {
                guard let (string, length) = string(rest, character, dialect) else { return nil }
                tokens.append(character == "`" ? .name(string) : .string(string))
                rest = rest.dropFirst(length)
            } else if character.isNumber {
                var digits = rest.prefix { $0.isNumber || $0 == "." }
                if digits.hasSuffix(".") || digits.contains("..") { digits = rest.prefix(while: \.isNumber) }
                let tail = rest.dropFirst(digits.count)
                var number = String(digits)
                if tail.first == "e" || tail.first == "E" {
                    let power = tail.prefix {
                        $0.isNumber || $0 == "-" || $0 == "+" || $0 == "e" || $0 == "E"
                    }
                    number += power
                }
                guard Double(number) != nil else { return nil }
                tokens.append(.number(number))
                rest = rest.dropFirst(number.count)
            } else if character == "$" {
                let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.variable(String(name)))
                rest = rest.dropFirst(1 + name.count)
            } else if character.isLetter || character == "_" {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(.name(String(name)))
                rest = rest.dropFirst(name.count)
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

    private static func string(_ text: Substring, _ quote: Character, _ dialect: Dialect) -> (String, Int)? {
        var result = ""
        var rest = text.dropFirst()
        var length = 1
        while let character = rest.first {
            rest = rest.dropFirst()
            length += 1
            if character == quote { return (result, length) }
            if character == "\\", quote != "`" {
                guard let escaped = rest.first else { return nil }
                rest = rest.dropFirst()
                length += 1
                switch escaped {
                case "n": result.append("\n")
                case "t": result.append("\t")
                case "r": result.append("\r")
                case "\"", "\\", "/", "'": result.append(escaped)
                case "(" where dialect == .jq: result += QueryExpression.interpolation
                case "u":
                    guard let code = UInt32(rest.prefix(4), radix: 16), let scalar = Unicode.Scalar(code)
                    else { return nil }
                    result.unicodeScalars.append(scalar)
                    rest = rest.dropFirst(4)
                    length += 4
                default: return nil
                }
            } else {
                result.append(character)
            }
        }
        return nil
    }
}
