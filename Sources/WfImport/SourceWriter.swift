// wf source text as it is written, with the place in the input that each part of it comes from. Knows how wf text looks
// and nothing of what it says; canonical form is the formatter's business.
public import WfSource

/// From places in written text to places in the input.
public struct Origins: Sendable {
    private var starts: [UInt32] = []
    private var spans: [Span] = []

    init() {}

    mutating func add(_ start: Int, _ span: Span) {
        if let last = starts.last, Int(last) == start {
            spans[spans.count - 1] = span
        } else {
            starts.append(UInt32(start))
            spans.append(span)
        }
    }

    /// The place in the input that the text at an offset was written for; nil where there is none.
    public func place(of offset: ByteOffset) -> Span? {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : spans[low - 1]
    }
}

/// Writes wf source text.
public struct SourceWriter {
    private var text: [UInt8] = []
    private var origins = Origins()
    private var depth = 0

    public init() {}

    /// A line, indented, that comes from `origin` (the line before's when left out).
    public mutating func line(_ words: String, from origin: Span? = nil) {
        if let origin { origins.add(text.count, origin) }
        if !words.isEmpty {
            text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 4))
            text.append(contentsOf: words.utf8)
        }
        text.append(UInt8(ascii: "\n"))
    }

    /// A line made of parts that have origins of their own.
    public mutating func line(_ parts: [(text: String, origin: Span)]) {
        text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 4))
        for part in parts {
            origins.add(text.count, part.origin)
            text.append(contentsOf: part.text.utf8)
        }
        text.append(UInt8(ascii: "\n"))
    }

    /// Prose as comment lines; `///` documents the declaration below.
    public mutating func comment(_ prose: String, documents: Bool = false, from origin: Span? = nil) {
        let mark = documents ? "///" : "//"
        for row in prose.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            var words = SourceWriter.trimmed(row)
            if words.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                words = SourceWriter.trimmed(words.filter { !SourceWriter.isControl($0) })
            }
            line(words.isEmpty ? mark : "\(mark) \(words)", from: origin)
        }
    }

    /// A line that opens a block, and what stands in it, deeper.
    public mutating func block(
        _ words: String, from origin: Span? = nil, _ body: (inout SourceWriter) -> Void
    ) {
        open(words, from: origin)
        body(&self)
        close()
    }

    /// `words {`
    public mutating func open(_ words: String, from origin: Span? = nil) {
        line(words + " {", from: origin)
        depth += 1
    }

    /// `}`
    public mutating func close() {
        depth -= 1
        line("}")
    }

    /// What follows stands deeper, or less deep again.
    public mutating func indent(_ by: Int) { depth += by }

    /// What a second writer has made, behind what this one has. Its indentation is the formatter's business.
    public mutating func append(_ other: SourceWriter) {
        let base = text.count
        text += other.text
        origins.append(other.origins, offset: base)
    }

    /// What has been written.
    var words: String { String(decoding: text, as: UTF8.self) }

    public mutating func finish() -> ([UInt8], Origins) { (text, origins) }

    static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    public static func trimmed(_ text: some StringProtocol) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}

extension Origins {
    mutating func append(_ other: Origins, offset: Int) {
        for (start, span) in zip(other.starts, other.spans) { add(offset + Int(start), span) }
    }
}

/// Literals of wf.
public enum WfText {
    /// The names that written text reads: words outside of a literal's own characters that are neither labels nor clauses.
    static func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        var word: [UInt8] = []
        // Which brackets of interpolations stand inside literals; a literal's own characters are no words.
        var isLiteral: [Bool] = []
        var isEscaped = false
        func take(before next: UInt8?) {
            // What stands behind a dot is a member, what stands before a colon is a label.
            let name = String(decoding: word.prefix { $0 != UInt8(ascii: ".") }, as: UTF8.self)
            if next != UInt8(ascii: ":"), !clauses.contains(name) { names.insert(name) }
            word = []
        }
        for byte in text.utf8 {
            let inside = isLiteral.last ?? false
            if isEscaped {
                isEscaped = false
                continue
            }
            let isWord = byte >= 0x80 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            if !inside, isWord || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) {
                word.append(byte)
                continue
            }
            if !word.isEmpty { take(before: byte) }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = inside
            case UInt8(ascii: "\""): if inside { isLiteral.removeLast() } else { isLiteral.append(true) }
            case UInt8(ascii: "{"): isLiteral.append(false)
            case UInt8(ascii: "}"): if !inside, !isLiteral.isEmpty { isLiteral.removeLast() }
            default: break
            }
        }
        if !word.isEmpty { take(before: nil) }
        return names
    }

    /// Words of clauses that a name may be spelt like.
    private static let clauses: Set = [
        "backoff", "deadline", "factor", "jitter", "limit", "retry", "timeout", "via",
    ]

    /// A string literal with that content.
    public static func string(_ content: some StringProtocol) -> String { "\"\(escaped(content))\"" }

    /// The content as it stands between quotes, for literals with interpolations.
    public static func escaped(_ content: some StringProtocol) -> String {
        var result = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "{": result += "\\{"
            case "}": result += "\\}"
            default:
                if isPlain(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                }
            }
        }
        return result
    }

    /// Neither a control character nor one that changes the direction of text.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        let value = scalar.value
        return
            !(value < 0x20 || value >= 0x7F && value < 0xA0 || value >= 0x200B && value <= 0x200F
            || value >= 0x2028 && value <= 0x202E || value >= 0x2066 && value <= 0x2069 || value == 0xFEFF)
    }
}
