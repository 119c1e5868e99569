// Names of wf for names of others: legal, readable, each once. Knows the reserved words and nothing of scopes; a table
// is one scope.

/// Hands out names that do not collide.
public struct NameTable: Sendable {
    private var taken: Set<String> = []
    /// Names with numbers behind them go on from here.
    private var numbers: [String: Int] = [:]

    public init() {}

    /// Words that can never be names.
    static let keywords: Set<String> = [
        "true", "false", "null", "if", "else", "match", "for", "in", "let", "var", "return", "break",
        "continue", "as",
        "_",
    ]

    /// Words that are no names, and words of the language that would be misread at a line's start.
    private static let reserved: Set<String> = [
        "true", "false", "null", "if", "else", "match", "for", "in", "let", "var", "return", "break",
        "continue", "as",
        "step", "flow", "choice", "split", "join", "any", "first", "end", "on", "signal", "query", "next",
        "fail",
        "while", "loop", "race", "try", "catch", "sequence", "await", "spawn", "sleep", "use", "const",
        "config",
        "secret", "pool", "rate", "breaker", "record", "enum", "func", "workflow", "action", "extern", "test",
        "mock",
        "expect", "real", "after", "when", "timeout", "deadline", "retry", "undo", "priority", "cache",
        "once", "via",
        "returns", "with", "start", "error", "parallel", "until", "attached", "open", "limit", "no", "exec",
        "shell",
        "now", "random", "uuid", "emit", "approve", "task", "nop", "event", "result", "every", "cron",
        "webhook",
        "file", "state", "terminate", "escalation", "message", "condition", "link", "compensate",
    ]

    /// A name that is not taken, as close to `wish` as can be, in lower camel case; it is taken then.
    ///
    /// - Parameter fallback: what stands in when nothing of the wish can be kept.
    public mutating func take(_ wish: some StringProtocol, fallback: String = "node") -> String {
        unique(NameTable.lowerCamel(wish) ?? fallback)
    }

    /// The same for names of types: upper camel case.
    public mutating func takeType(_ wish: some StringProtocol, fallback: String = "Type") -> String {
        let name = NameTable.lowerCamel(wish) ?? fallback
        return unique(name.prefix(1).uppercased() + name.dropFirst())
    }

    /// Keeps a name from being handed out.
    public mutating func reserve(_ name: String) { taken.insert(name) }

    private mutating func unique(_ name: String) -> String {
        if !NameTable.reserved.contains(name), taken.insert(name).inserted { return name }
        var number = numbers[name, default: NameTable.reserved.contains(name) ? 1 : 2]
        // A digit at the end is kept apart from the number.
        let stem = name.last.map { $0.isNumber } == true ? name + "_" : name
        while !taken.insert("\(stem)\(number)").inserted { number += 1 }
        numbers[name] = number + 1
        return "\(stem)\(number)"
    }

    /// `Ship the order!` is `shipTheOrder`; nil when no letter or digit of ASCII is in it.
    static func lowerCamel(_ text: some StringProtocol) -> String? {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            if let letter = plain(scalar) {
                word += letter
            } else if !word.isEmpty {
                words.append(word)
                word = ""
            }
            if words.count == 8 { break }
        }
        if !word.isEmpty && words.count < 8 { words.append(word) }
        guard let first = words.first else { return nil }
        var result = String(lowered(first).prefix(wordMax))
        for word in words.dropFirst() where result.utf8.count < nameMax {
            result += word.prefix(1).uppercased() + word.dropFirst().prefix(wordMax)
        }
        if result.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true { result = "n" + result }
        return result
    }

    private static let wordMax = 40
    private static let nameMax = 60

    /// `URLCheck` is `urlCheck`, `ID` is `id`, `checkIt` stays.
    private static func lowered(_ word: String) -> String {
        let capitals = word.prefix { $0.isUppercase }.count
        if capitals == word.count { return word.lowercased() }
        let count = capitals > 1 ? capitals - 1 : capitals
        return word.prefix(count).lowercased() + word.dropFirst(count)
    }

    /// A letter or digit of ASCII, or what stands for one with an accent; nil for what separates words.
    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        if scalar.isASCII {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": return String(scalar)
            default: return scalar == "'" ? "" : nil
            }
        }
        let folded = folds[scalar]
        return folded
    }

    private static let folds: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [
            "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "å": "a", "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae",
            "Ö": "Oe", "Ü": "Ue", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        ]
        for (letters, letter) in [
            ("áàâãā", "a"), ("éèêëē", "e"), ("íìîïī", "i"), ("óòôõō", "o"), ("úùûū", "u"), ("çćč", "c"),
            ("ñńň", "n"),
            ("ýÿ", "y"), ("śš", "s"), ("žźż", "z"), ("ř", "r"), ("ÁÀÂÃ", "A"), ("ÉÈÊË", "E"), ("ÍÌÎÏ", "I"),
            ("ÓÒÔÕ", "O"), ("ÚÙÛ", "U"), ("Ç", "C"), ("Ñ", "N"), ("Š", "S"), ("Ž", "Z"),
        ] {
            for scalar in letters.unicodeScalars { table[scalar] = letter }
        }
        return table
    }()
}
