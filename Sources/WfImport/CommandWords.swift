// A line of arguments taken apart as a shell does: at white space, but not inside quotes. Knows nothing of formats.

/// The words of a line that comes in parts.
struct CommandWords {
    private(set) var words: [String] = []
    /// Quotes that may stand around a word.
    private let quotes: Set<Character>
    private var quote: Character?
    /// The word at the end still grows.
    private var isOpen = false

    init(quotes: Set<Character> = ["\"", "'"]) { self.quotes = quotes }

    /// The words of a text; what stands in `${…}` is never taken apart.
    static func of(_ text: String, quotes: Set<Character> = ["\"", "'"]) -> [String] {
        var line = CommandWords(quotes: quotes)
        line.add(text)
        return line.words
    }

    /// White space between two parts.
    mutating func space() {
        if quote == nil { isOpen = false } else { append(" ") }
    }

    /// Something that is part of a word as it is.
    mutating func add(verbatim part: String) { append(part) }

    mutating func add(_ text: String) {
        var rest = text[...]
        while let character = rest.first {
            if rest.hasPrefix("${"), let close = rest.firstIndex(of: "}") {
                append(String(rest[...close]))
                rest = rest[close...].dropFirst()
                continue
            }
            rest = rest.dropFirst()
            if character == quote {
                quote = nil
            } else if quote == nil, quotes.contains(character) {
                quote = character
                append("")
            } else if character == "\\", quote != "'", let next = rest.first,
                quotes.contains(next) || next == "\\"
            {
                append(String(next))
                rest = rest.dropFirst()
            } else if quote == nil, character.isWhitespace {
                isOpen = false
            } else {
                append(String(character))
            }
        }
    }

    private mutating func append(_ part: String) {
        if isOpen { words[words.count - 1] += part } else { words.append(part) }
        isOpen = true
    }
}
