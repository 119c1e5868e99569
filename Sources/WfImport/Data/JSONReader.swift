// JSON (RFC 8259) to a positioned tree. Stricter than most: each key once, numbers that can be held, no half pairs.

import WfDiagnostics
public import WfSource

/// Reads one JSON document.
public struct JSONReader: DataCursor {
    let source: SourceFile
    let file: FileId
    /// Whether comments and a comma behind the last element are passed over, as in `.json5` and `.jsonc` files.
    private let isRelaxed: Bool
    private(set) var position: Int
    private var depth = 0
    private var values = 0
    private var notes: [Diagnostic] = []

    /// The whole file as one value; no root when there is an error among the diagnostics.
    public static func read(_ source: SourceFile, file: FileId, isRelaxed: Bool = false) -> DataDocument {
        switch DataText.start(of: source, file: file) {
        case .failure(let refusal): return DataDocument(diagnostics: [refusal.diagnostic])
        case .success(let start):
            var reader = JSONReader(source: source, file: file, isRelaxed: isRelaxed, position: start)
            do {
                let root = try reader.document()
                return DataDocument(root: root, diagnostics: reader.notes)
            } catch {
                return DataDocument(diagnostics: reader.notes + [error.diagnostic])
            }
        }
    }

    private init(source: SourceFile, file: FileId, isRelaxed: Bool, position: Int) {
        self.source = source
        self.file = file
        self.isRelaxed = isRelaxed
        self.position = position
    }

    private mutating func document() throws(Refusal) -> DataNode {
        try skipSpace()
        if position >= source.count {
            throw Refusal(.dataFileEmpty("nothing but white space", at: here(0)))
        }
        let root = try value()
        try skipSpace()
        if position < source.count {
            throw fail("expected the end of the file, found \(found)", help: "keep one value in a file")
        }
        return root
    }

    // MARK: Bytes

    private func fail(_ message: String, help: String? = nil) -> Refusal {
        Refusal(.dataSyntax("JSON", message, at: here(), help: help))
    }

    private mutating func skipSpace() throws(Refusal) {
        while true {
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            case 0x2F:
                guard isRelaxed else {
                    throw fail("found a comment", help: "remove it; JSON has no comments")
                }
                try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(Refusal) {
        if source.start[position + 1] == 0x2F {
            while position < source.count, byte != 0x0A { position += 1 }
            return
        }
        guard source.start[position + 1] == 0x2A else { throw fail("expected a value, found `/`") }
        let start = here(2)
        position += 2
        while position < source.count, !(byte == 0x2A && source.start[position + 1] == 0x2F) { position += 1 }
        if position >= source.count {
            throw Refusal(.dataSyntax("JSON", "the comment is never closed", at: start))
        }
        position += 2
    }

    // MARK: Values

    private mutating func value() throws(Refusal) -> DataNode {
        values += 1
        if values > Limits.importElementsMax { throw Refusal(.importTooMany("values", at: here())) }
        let start = position
        switch byte {
        case 0x7B: return try object()
        case 0x5B: return try array()
        case 0x22:
            let text = try string()
            return DataNode(.text(text), span(from: start))
        case 0x2D, 0x30...0x39: return try number()
        default:
            if word("true") { return DataNode(.bool(true), span(from: start)) }
            if word("false") { return DataNode(.bool(false), span(from: start)) }
            if word("null") { return DataNode(.null, span(from: start)) }
            let isName = byte == 0x4E || byte == 0x49
            throw fail(
                "expected a value, found \(found)", help: isName ? "JSON knows finite numbers only" : nil)
        }
    }

    private mutating func word(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position + count <= source.count else { return false }
        for index in 0..<count where source.start[position + index] != text.utf8Start[index] { return false }
        position += count
        return true
    }

    private mutating func enter() throws(Refusal) {
        depth += 1
        if depth > Limits.importDepthMax { throw Refusal(.importTooDeep("values", at: here())) }
        position += 1
        try skipSpace()
    }

    private mutating func array() throws(Refusal) -> DataNode {
        let start = position
        try enter()
        var elements: [DataNode] = []
        while byte != 0x5D {
            elements.append(try value())
            if try !separated(closing: 0x5D, "`,` or `]`") { break }
        }
        position += 1
        depth -= 1
        return DataNode(.list(elements), span(from: start))
    }

    private mutating func object() throws(Refusal) -> DataNode {
        let start = position
        try enter()
        var map = DataMap()
        while byte != 0x7D {
            let keyStart = position
            guard byte == 0x22 else { throw fail("expected a key in double quotes, found \(found)") }
            let key = try string()
            let keySpan = span(from: keyStart)
            try skipSpace()
            guard byte == 0x3A else { throw fail("expected `:` behind the key, found \(found)") }
            position += 1
            try skipSpace()
            let element = try value()
            if let first = map.add(DataEntry(key, keySpan, element)) {
                throw Refusal(.dataDuplicateKey(key, at: keySpan, first: first.keySpan))
            }
            if try !separated(closing: 0x7D, "`,` or `}`") { break }
        }
        position += 1
        depth -= 1
        return DataNode(.map(map), span(from: start))
    }

    /// Passes a comma; false at the closing bracket.
    private mutating func separated(closing: UInt8, _ expected: String) throws(Refusal) -> Bool {
        try skipSpace()
        if byte == closing { return false }
        guard byte == 0x2C else { throw fail("expected \(expected), found \(found)") }
        position += 1
        try skipSpace()
        if byte == closing, !isRelaxed {
            throw fail("found a comma before \(found)", help: "remove the comma")
        }
        return true
    }

    // MARK: Numbers

    private mutating func number() throws(Refusal) -> DataNode {
        let start = position
        if byte == 0x2D { position += 1 }
        if byte == 0x30, (0x30...0x39).contains(source.start[position + 1]) {
            throw fail("a number begins with 0", help: "remove the zero, or write the number as text")
        }
        try digits()
        var isWhole = true
        if byte == 0x2E {
            isWhole = false
            position += 1
            try digits()
        }
        if byte | 0x20 == 0x65 {
            isWhole = false
            position += 1
            if byte == 0x2B || byte == 0x2D { position += 1 }
            try digits()
        }
        let span = span(from: start)
        let text = source.text(from: span.start, to: span.end)
        guard let double = Double(text), double.isFinite else {
            throw Refusal(.jsonNumberTooLarge(text, at: span))
        }
        if isWhole, Int(text) == nil {
            notes.append(.jsonNumberRounded(text, at: span))
            return DataNode(.number("\(double)"), span)
        }
        return DataNode(.number(text), span)
    }

    private mutating func digits() throws(Refusal) {
        guard (0x30...0x39).contains(byte) else { throw fail("expected a digit, found \(found)") }
        while (0x30...0x39).contains(byte) { position += 1 }
    }

    // MARK: Strings

    private mutating func string() throws(Refusal) -> String {
        let opening = here()
        position += 1
        var text: [UInt8] = []
        while true {
            let start = position
            while position < source.count, byte != 0x22, byte != 0x5C, byte >= 0x20 { position += 1 }
            text.append(contentsOf: UnsafeBufferPointer(start: source.start + start, count: position - start))
            if position >= source.count {
                throw Refusal(.dataSyntax("JSON", "the text is never closed", at: opening))
            }
            if byte == 0x22 { break }
            if byte < 0x20 {
                throw fail("found a line end or a tab inside text", help: "write it as `\\n` or `\\t`")
            }
            try escape(into: &text)
        }
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws(Refusal) {
        position += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(8)
        case 0x66: text.append(12)
        case 0x6E: text.append(10)
        case 0x72: text.append(13)
        case 0x74: text.append(9)
        case 0x75:
            let scalar = try unicodeEscape()
            text.append(contentsOf: String(Character(scalar)).utf8)
            return
        default: throw fail("expected an escape such as `\\n`, found \(found) behind a backslash")
        }
        position += 1
    }

    private mutating func unicodeEscape() throws(Refusal) -> Unicode.Scalar {
        let start = position - 1
        var unit = try hexadecimal()
        if (0xD800..<0xDC00).contains(unit), byte == 0x5C, source.start[position + 1] == 0x75 {
            position += 1
            let low = try hexadecimal()
            if (0xDC00..<0xE000).contains(low) { unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00) }
        }
        guard let scalar = Unicode.Scalar(unit) else {
            throw Refusal(
                .dataSyntax(
                    "JSON", "found half of a surrogate pair", at: span(from: start),
                    help: "write both halves, or the character itself"))
        }
        return scalar
    }

    /// Four digits behind `u`.
    private mutating func hexadecimal() throws(Refusal) -> UInt32 {
        position += 1
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fail("expected four hexadecimal digits behind `\\u`, found \(found)")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }
}
