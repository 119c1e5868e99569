// What people read when a JSON text does not fit: the path, what was expected, what was found.
// It does not know how texts are read; the decoders fill it in.

/// Why a text could not be read as a value of a type, or a value not be written as text.
public struct JsonError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: UInt8, Sendable {
        /// The text is not JSON.
        case syntax
        /// It is JSON, but not of the type; or a value that JSON cannot express (NaN).
        case mismatch
        /// The bytes are not the encoding of a value of the type.
        case corrupt
    }

    public var kind: Kind
    /// `$.items[3].price`; empty for syntax errors.
    public var path: String
    /// `Decimal`
    public var expected: String
    /// `"n/a"`
    public var found: String
    /// Bytes from the start of the text.
    public var offset: Int
    /// From 1; 0 when there is no text.
    public var line: Int
    /// In characters (Unicode scalars), from 1.
    public var column: Int

    /// `$.items[3].price: expected Decimal, found "n/a"`, or `line 3, column 5: expected a value, found "}"`.
    public var description: String {
        kind == .syntax
            ? "line \(line), column \(column): expected \(expected), found \(found)"
            : "\(path): expected \(expected), found \(found)"
    }

    /// A text that is not JSON.
    public static func syntax(_ fault: JsonFault, in text: UnsafeRawBufferPointer) -> JsonError {
        let (line, column) = position(of: fault.offset, in: text)
        var found = describeByte(fault.offset, text)
        let expected: String
        switch fault.reason {
        case .expectedValue: expected = "a value"
        case .expectedKey: expected = "a key in quotes"
        case .expectedColon: expected = "\":\""
        case .expectedCommaOrBrace: expected = "\",\" or \"}\""
        case .expectedCommaOrBracket: expected = "\",\" or \"]\""
        case .expectedEnd: expected = "the end of the text"
        case .expectedDigit: expected = "a digit"
        case .leadingZero:
            expected = "a number without leading zeros"
            found = "one with"
        case .controlCharacter: expected = "a character or an escape such as \\n"
        case .unknownEscape:
            expected = "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX"
            found = "another escape"
        case .loneSurrogate:
            expected = "a pair of surrogates"
            found = "half of one"
        case .notUtf8:
            expected = "UTF-8"
            found = "other bytes"
        case .unendedString:
            expected = "the closing quote of this string"
            found = "the end of the text"
        case .tooDeep:
            expected = "at most \(ValueLimits.depthMax) levels"
            found = "more"
        case .mismatch: expected = "another value"
        }
        return JsonError(
            kind: .syntax, path: "", expected: expected, found: found, offset: fault.offset, line: line,
            column: column)
    }

    static func position(of offset: Int, in text: UnsafeRawBufferPointer) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for index in 0..<min(offset, text.count) {
            if text[index] == 0x0A {
                line += 1
                column = 1
            } else if text[index] & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }

    private static func describeByte(_ offset: Int, _ text: UnsafeRawBufferPointer) -> String {
        if offset >= text.count { return "the end of the text" }
        let byte = text[offset]
        if offset + 3 <= text.count, byte == 0xEF, text[offset + 1] == 0xBB, text[offset + 2] == 0xBF {
            return "a byte order mark"
        }
        if byte == 0x22 { return "a string" }
        if byte < 0x20 || byte == 0x7F { return "a control character (byte \(byte))" }
        if byte < 0x80 {
            var end = offset + 1
            if isWord(byte) { while end < text.count, end - offset < 20, isWord(text[end]) { end += 1 } }
            return "\"" + String(decoding: text[offset..<end], as: UTF8.self) + "\""
        }
        let start = pointer(of: text) + offset
        let length = utf8SequenceLength(start, pointer(of: text) + text.count)
        return length == 0
            ? "a byte that is not UTF-8"
            : "\"" + String(decoding: text[offset..<(offset + length)], as: UTF8.self) + "\""
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == 0x5F || (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    /// What stands at `offset`, shortened: `"n/a"`, `12.5`, `null`, `an array`, `an object`.
    static func describeValue(_ offset: Int, _ text: UnsafeRawBufferPointer) -> String {
        if offset >= text.count { return "the end of the text" }
        switch text[offset] {
        case UInt8(ascii: "{"): return "an object"
        case UInt8(ascii: "["): return "an array"
        case UInt8(ascii: "\""):
            var end = offset + 1
            while end < text.count, text[end] != UInt8(ascii: "\"") {
                end += text[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end, text.count)
            return "\"" + shortened(UnsafeRawBufferPointer(rebasing: text[(offset + 1)..<end])) + "\""
        default:
            var end = offset
            while end < text.count, isWord(text[end]) || ".+-".utf8.contains(text[end]) { end += 1 }
            return shortened(UnsafeRawBufferPointer(rebasing: text[offset..<end]))
        }
    }

    /// At most 40 characters.
    static func shortened(_ bytes: UnsafeRawBufferPointer) -> String {
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        return text.unicodeScalars.count <= 40 && bytes.count <= 200
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(37))) + "…"
    }

    /// `.name`, or `["odd name"]` for what is not an identifier.
    public static func pathStep(_ name: String) -> String {
        var isIdentifier = !name.isEmpty
        for (index, byte) in name.utf8.enumerated() {
            if !isWord(byte) || (index == 0 && byte <= 0x39) { isIdentifier = false }
        }
        if isIdentifier { return "." + name }
        var writer = ByteWriter()
        writer.appendJsonString(name)
        return "[" + String(decoding: writer.written, as: UTF8.self) + "]"
    }
}
