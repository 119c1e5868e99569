// The pieces that an expression of another language is made of. Knows nothing of what they mean together.

/// A piece of an expression's text.
enum ForeignToken: Equatable {
    case number(String)
    case string(String)
    case word(String)
    case mark(String)

    /// The pieces; nil when something is of none of the languages.
    static func read(_ text: String, _ language: ForeignLanguage = .plain) -> [ForeignToken]? {
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
                // `string-length`: XPath's names may hold hyphens.
                while language == .xpath, place + 1 < scalars.count, scalars[place] == "-",
                    isLetter(scalars[place + 1])
                {
                    place += 1
                    name += "-" + word(scalars, &place)
                }
                // `bpmn:getDataObject('x')`, `wf:conf('x')`: one name, where it is called.
                var end = place + 1
                let hasPrefixes = language != .feel && language != .python
                if hasPrefixes, place + 1 < scalars.count, scalars[place] == ":", isLetter(scalars[end]) {
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
        "===", "!==", "==", "!=", "<>", "<=", ">=", "&&", "||", "**", "//", "..", "<", ">", "=", "!", "+",
        "-", "*", "/",
        "%", "(", ")", "[", "]", "{", "}", ",", ".", "?", ":",
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
