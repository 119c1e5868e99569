// Strings: their pieces between interpolations, escapes, raw strings.

import WfDiagnostics
import WfSource

extension Lexer {
    mutating func rightBrace() {
        guard let top = interpolations.last else { return single(.rightBrace) }
        if top.depth > 0 {
            interpolations[interpolations.count - 1].depth -= 1
            return single(.rightBrace)
        }
        interpolations.removeLast()
        let start = position
        position += 1
        stringRest(start, opening: top.quote, isMultiLine: top.isMultiLine, isFirst: false)
    }

    mutating func string(at start: Int) {
        let isMultiLine = base[start + 1] == UInt8(ascii: "\"") && base[start + 2] == UInt8(ascii: "\"")
        position = start + (isMultiLine ? 3 : 1)
        stringRest(start, opening: start, isMultiLine: isMultiLine, isFirst: true)
    }

    /// Reads text up to the closing quote or the next interpolation.
    private mutating func stringRest(_ start: Int, opening: Int, isMultiLine: Bool, isFirst: Bool) {
        var at = position
        while true {
            let byte = base[at]
            if byte == UInt8(ascii: "\"") {
                if !isMultiLine {
                    position = at + 1
                    return emit(isFirst ? .string : .stringTail, start)
                }
                if base[at + 1] == byte, base[at + 2] == byte {
                    position = at + 3
                    return emit(isFirst ? .string : .stringTail, start)
                }
                at += 1
            } else if byte == UInt8(ascii: "{") {
                if base[at + 1] == UInt8(ascii: "\\"), !isMultiLine {
                    reportBraces(at, opening)
                    at += 1
                    continue
                }
                position = at + 1
                if interpolations.count >= Limits.interpolationDepthMax {
                    if !reportedDepth { diagnostics.append(.interpolationTooDeep(at: span(at, at + 1))) }
                    reportedDepth = true
                    at += 1
                    continue
                }
                interpolations.append(
                    OpenInterpolation(quote: opening, brace: at, isMultiLine: isMultiLine, depth: 0))
                return emit(isFirst ? .stringHead : .stringMiddle, start)
            } else if byte == UInt8(ascii: "\\") {
                at = escape(at, isMultiLine: isMultiLine)
            } else if byte == 0x0A && !isMultiLine || byte == 0 && at >= end {
                position = at
                // Inside an unclosed interpolation the outermost one is the mistake; it is reported at the line's end.
                if isMultiLine { swallowedEnd = true }
                let nested = interpolations.last.map { !$0.isMultiLine } ?? false
                if !nested {
                    diagnostics.append(
                        .unterminatedString(at: span(opening, opening + 1), multiLine: isMultiLine)
                            .fixed(isMultiLine ? nil : closingQuote(opening, at)))
                }
                if base[at - 1] == 0x0D, at - 1 > start, !isMultiLine { position = at - 1 }
                return emit(isFirst ? .string : .stringTail, start)
            } else {
                if byte == 0 { reportNul(at) }
                at += 1
            }
        }
    }

    /// A brace right before an escape, once for a string: it is text.
    private mutating func reportBraces(_ at: Int, _ opening: Int) {
        if bracesReported == opening { return }
        bracesReported = opening
        var braces: [Span] = []
        var place = at
        while base[place] != 0x0A, place < end {
            if base[place] == UInt8(ascii: "{"), base[place + 1] == UInt8(ascii: "\\"),
                base[place - 1] != UInt8(ascii: "\\")
            {
                braces.append(span(place, place + 1))
            }
            if base[place] == UInt8(ascii: "\""), base[place - 1] != UInt8(ascii: "\\") { break }
            place += 1
        }
        diagnostics.append(.braceBeforeEscape(at: span(at, at + 1), braces: braces))
    }

    /// Checks the escape whose backslash is at `at`; the offset after it.
    private mutating func escape(_ at: Int, isMultiLine: Bool) -> Int {
        switch base[at + 1] {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            return at + 2
        case UInt8(ascii: "u"):
            guard let (_, after) = unicodeEscape(base + at, room: end - at) else {
                diagnostics.append(
                    .malformedUnicodeEscape(at: span(at, at + 2)).fixed(unicodeFix(at)))
                return at + 2
            }
            return at + after
        case 0x0A, 0x0D:
            if isMultiLine {
                diagnostics.append(.unknownEscape("\\ at the end of a line", at: span(at, at + 1)))
            }
            return at + 1
        default:
            if at + 1 >= end { return at + 1 }
            let length = max(1, UTF8Bytes.sequenceLength(base + at + 1, room: end - at - 1))
            let shown = String(
                decoding: UnsafeBufferPointer(start: base + at, count: length + 1), as: UTF8.self)
            diagnostics.append(
                .unknownEscape(shown, at: span(at, at + 1 + length)).fixed(escapeFix(at, at + 1 + length)))
            return at + 1 + length
        }
    }

    /// Reads `r"…"`, `r#"…"#`, `r"""…"""`; false when it is none of these.
    mutating func rawString(_ start: Int) -> Bool {
        var at = start + 1
        while base[at] == UInt8(ascii: "#") { at += 1 }
        let hashes = at - start - 1
        guard base[at] == UInt8(ascii: "\"") else { return false }
        let isMultiLine = base[at + 1] == UInt8(ascii: "\"") && base[at + 2] == UInt8(ascii: "\"")
        let quotes = isMultiLine ? 3 : 1
        at += quotes
        scan: while true {
            let byte = base[at]
            if byte == 0x0A && !isMultiLine || byte == 0 && at >= end {
                diagnostics.append(.unterminatedString(at: span(start, start + 1), multiLine: isMultiLine))
                if isMultiLine { swallowedEnd = true }
                if base[at - 1] == 0x0D, !isMultiLine { at -= 1 }
                break
            }
            if byte == 0 { reportNul(at) }
            at += 1
            guard byte == UInt8(ascii: "\"") else { continue }
            for extra in 0..<quotes - 1 where base[at + extra] != UInt8(ascii: "\"") { continue scan }
            for extra in 0..<hashes where base[at + quotes - 1 + extra] != UInt8(ascii: "#") { continue scan }
            at += quotes - 1 + hashes
            break
        }
        position = at
        emit(.rawString, start)
        return true
    }

    /// Ends interpolations that a line's end (or the file's) cuts off: empty tails keep the tokens well formed.
    mutating func closeInterpolations(all: Bool) {
        guard let top = interpolations.last, all || !top.isMultiLine else { return }
        if all { swallowedEnd = true }
        var outermost = top.brace
        var tails = 0
        while let last = interpolations.last, all || !last.isMultiLine {
            outermost = last.brace
            tails += 1
            interpolations.removeLast()
        }
        diagnostics.append(
            .unterminatedInterpolation(at: span(outermost, outermost + 1)).fixed(closingBrace(outermost)))
        for _ in 0..<tails {
            let start = position
            emit(.stringTail, start)
        }
        newlineBefore = true
    }
}

/// The value of a hexadecimal digit; 99 for anything else.
func hexValue(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return Int(byte) - 48
    case UInt8(ascii: "a")...UInt8(ascii: "f"): return Int(byte) - 87
    case UInt8(ascii: "A")...UInt8(ascii: "F"): return Int(byte) - 55
    default: return 99
    }
}

/// The scalar of a `\u{…}` whose backslash is at `at`, and its length in bytes.
func unicodeEscape(_ at: UnsafePointer<UInt8>, room: Int) -> (scalar: Unicode.Scalar, length: Int)? {
    guard room > 3, at[2] == UInt8(ascii: "{") else { return nil }
    var index = 3
    var value: UInt32 = 0
    while index < room, hexValue(at[index]) < 16, index < 10 {
        value = value << 4 | UInt32(hexValue(at[index]))
        index += 1
    }
    guard index > 3, index < room, at[index] == UInt8(ascii: "}"), let scalar = Unicode.Scalar(value) else {
        return nil
    }
    return (scalar, index + 1)
}
