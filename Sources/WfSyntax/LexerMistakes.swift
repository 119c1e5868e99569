// Bytes that begin nothing: letters beyond ASCII, control characters, quotes and signs that only look like those meant.

import WfDiagnostics
import WfSource

extension Lexer {
    mutating func reportNul(_ at: Int) {
        if reportedNul { return }
        reportedNul = true
        diagnostics.append(.nulByte(at: span(at, at + 1)))
    }

    func isLetter(_ at: Int) -> Bool {
        let length = UTF8Bytes.sequenceLength(base + at, room: end - at)
        guard length > 0 else { return false }
        guard let scalar = Unicode.Scalar(UTF8Bytes.scalar(base + at, length: length)) else { return false }
        return scalar.properties.isAlphabetic && Lookalike.of(scalar.value) == nil
    }

    /// A name with letters outside ASCII: one token, one message.
    mutating func longName(_ start: Int, _ from: Int) {
        var at = from
        while at < end {
            if classes[Int(base[at])] & Class.identifierPart != 0 {
                at += 1
            } else if base[at] >= 0x80, isLetter(at) {
                at += UTF8Bytes.sequenceLength(base + at, room: end - at)
            } else {
                break
            }
        }
        position = at
        let shown = String(
            decoding: UnsafeBufferPointer(start: base + start, count: min(at - start, 60)), as: UTF8.self)
        diagnostics.append(.nonASCIIName(shown, at: span(start, at)))
        emit(.identifier, start, name: interner.intern(base + start, at - start).rawValue)
    }

    /// Behind a backquote: goes behind the next one of the line, so that both are one mistake.
    ///
    /// - Returns: the text in double quotes, when it can be written so.
    private mutating func skipBackquoted() -> Fix? {
        var at = position
        while at < end, base[at] != UInt8(ascii: "`"), base[at] != 0x0A { at += 1 }
        guard at < end, base[at] != 0x0A else { return nil }
        defer { position = at + 1 }
        let inside = String(
            decoding: UnsafeBufferPointer(start: base + position, count: at - position), as: UTF8.self)
        if inside.contains("\"") || inside.contains("\\") { return nil }
        let braces = inside.replacing("${", with: "\u{1}").replacing("{", with: "\\{").replacing(
            "\u{1}", with: "{")
        return Fix(
            safe: "write it in double quotes", [TextEdit(span(position - 1, at + 1), "\"\(braces)\"")])
    }

    mutating func unusual(_ byte: UInt8) {
        let start = position
        if byte == 0 {
            reportNul(start)
            while position < end, base[position] == 0 { position += 1 }
            return emit(.unknown, start)
        }
        if byte == UInt8(ascii: "'") { return singleQuoted() }
        if byte < 0x80 {
            position += 1
            let shown =
                byte < 0x20 || byte == 0x7F
                ? "the control character \(codePoint(UInt32(byte)))"
                : byte == UInt8(ascii: "`") ? "text in backquotes" : "`\(character(byte))`"
            let isHash = byte == UInt8(ascii: "#")
            let isBackquote = byte == UInt8(ascii: "`")
            let quotes = isBackquote ? skipBackquoted() : nil
            let brace = byte == UInt8(ascii: "$") ? interpolations.last?.brace : nil
            let help =
                isHash
                ? "start a comment with `//`"
                : isBackquote
                    ? "text stands in double quotes, and a value in it in braces: \"…{value}…\""
                    : brace != nil
                        ? "write `\\{` for a brace that is text"
                        : byte == UInt8(ascii: "^") ? "write `.pow(…)` for a power" : nil
            let place = span(start, position)
            let fix =
                isHash
                ? Fix(safe: "start the comment with `//`", [TextEdit(place, "//")])
                : brace.map { Fix("write `\\{` for a brace", [.insert("\\", before: span($0, $0))]) }
                    ?? quotes
            diagnostics.append(.unknownCharacter(shown, at: place, help: help).fixed(fix))
            return emit(.unknown, start)
        }
        let length = UTF8Bytes.sequenceLength(base + start, room: end - start)
        if length == 0 {
            while position < end, base[position] >= 0x80,
                UTF8Bytes.sequenceLength(base + position, room: end - position) == 0
            {
                position += 1
            }
            return emit(.unknown, start)
        }
        let scalar = UTF8Bytes.scalar(base + start, length: length)
        position += length
        if let lookalike = Lookalike.of(scalar) { return self.lookalike(lookalike, scalar, start) }
        if let value = Unicode.Scalar(scalar), value.properties.isAlphabetic { return longName(start, start) }
        diagnostics.append(
            .unknownCharacter("the character \(codePoint(scalar))", at: span(start, position), help: nil))
        emit(.unknown, start)
    }

    /// Whether a `&` stands in front of a name or a value, with nothing on its left that it could join.
    var isReference: Bool {
        var at = position
        while at > 0, base[at - 1] == 0x20 { at -= 1 }
        let joins =
            at == 0
            || base[at - 1] != UInt8(ascii: ":") && base[at - 1] != UInt8(ascii: "(")
                && base[at - 1] != UInt8(ascii: ",") && base[at - 1] != UInt8(ascii: "=")
        return !joins && base[position + 1] != 0x20
    }

    private mutating func singleQuoted() {
        let start = position
        position += 1
        var at = position
        while at < end, base[at] != 0x0A, base[at] != UInt8(ascii: "'") { at += 1 }
        if base[at] == UInt8(ascii: "'") { position = at + 1 }
        diagnostics.append(
            .singleQuotes(at: span(start, position)).fixed(doubleQuotes(start, position)))
        emit(.unknown, start)
    }

    mutating func lookalike(_ lookalike: Lookalike, _ scalar: UInt32, _ start: Int) {
        switch lookalike {
        case .space:
            diagnostics.append(.unusualSpace("the space \(codePoint(scalar))", at: span(start, position)))
        case .quote:
            var at = position
            var partner: Span?
            while at < end, base[at] != 0x0A {
                let length = max(1, UTF8Bytes.sequenceLength(base + at, room: end - at))
                if base[at] == UInt8(ascii: "\"")
                    || length == 3 && Lookalike.of(UTF8Bytes.scalar(base + at, length: 3)) == .quote
                {
                    position = at + length
                    partner = span(at, position)
                    break
                }
                at += length
            }
            diagnostics.append(
                .lookalike(
                    "the quote \(codePoint(scalar))", meant: "\"", at: span(start, start + 3),
                    partner: partner))
            emit(.unknown, start)
        case .token(let kind, let text):
            diagnostics.append(
                .lookalike("the character \(codePoint(scalar))", meant: text, at: span(start, position)))
            emit(kind, start)
        }
    }

    private func character(_ byte: UInt8) -> String { String(Unicode.Scalar(byte)) }

    private func codePoint(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// Characters that look like one of ours.
enum Lookalike: Equatable {
    case space, quote
    case token(TokenKind, String)

    static func of(_ scalar: UInt32) -> Lookalike? {
        switch scalar {
        case 0xA0, 0x1680, 0x180E, 0x2000...0x200D, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF:
            return .space
        case 0x2018...0x201F, 0x00AB, 0x00BB, 0x2032, 0x2033, 0xFF02, 0xFF07:
            return scalar < 0x2018 ? nil : .quote
        case 0x2010...0x2015, 0x2212, 0xFF0D: return .token(.minus, "-")
        case 0x00D7: return .token(.star, "*")
        case 0x00F7: return .token(.slash, "/")
        case 0x2026: return .token(.ellipsis, "...")
        case 0x2192: return .token(.arrow, "->")
        case 0x21D2: return .token(.fatArrow, "=>")
        case 0x2260: return .token(.bangEqual, "!=")
        case 0x2264: return .token(.lessEqual, "<=")
        case 0x2265: return .token(.greaterEqual, ">=")
        case 0x037E, 0xFF1B: return .token(.semicolon, ";")
        case 0xFF08: return .token(.leftParen, "(")
        case 0xFF09: return .token(.rightParen, ")")
        case 0xFF0C: return .token(.comma, ",")
        case 0xFF0E: return .token(.dot, ".")
        case 0xFF1A: return .token(.colon, ":")
        case 0xFF1D: return .token(.equal, "=")
        case 0xFF5B: return .token(.leftBrace, "{")
        case 0xFF5D: return .token(.rightBrace, "}")
        default: return nil
        }
    }
}
