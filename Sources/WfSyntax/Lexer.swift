// Bytes to tokens. One pass, never fails; what it cannot read becomes an `unknown` token and a diagnostic.
// Knows words only as names; which of them are special, the parser decides.

import WfDiagnostics
import WfSource

/// Character classes by byte.
private enum Class {
    static let identifierStart: UInt8 = 1
    static let identifierPart: UInt8 = 2
    static let digit: UInt8 = 4

    static let table: [UInt8] = (0..<256).map { value in
        let byte = UInt8(value)
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            return identifierStart | identifierPart
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return identifierPart | digit
        default: return 0
        }
    }
}

struct Lexer {
    /// A string whose interpolation is being read.
    private struct OpenInterpolation {
        var brace: Int
        var isMultiLine: Bool
        var depth: Int
    }

    let base: UnsafePointer<UInt8>
    let end: Int
    let file: FileId
    private let interner: Interner
    private let classes: UnsafePointer<UInt8>
    var position = 0
    private(set) var tokens: UnsafeMutablePointer<Token>
    /// The name of each identifier token, beside `tokens`; other entries are 0.
    private(set) var names: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    private var room: Int
    private var newlineBefore = false
    private var interpolations: [OpenInterpolation] = []
    private var reportedNul = false
    private var reportedDepth = false
    private var reportedCarriageReturn = false
    /// A string ran to the end of the file: that closers are missing there is the same mistake.
    private(set) var swallowedEnd = false
    var diagnostics: [Diagnostic] = []

    init(_ source: SourceFile, file: FileId, interner: Interner) {
        base = source.start
        end = source.count
        self.file = file
        self.interner = interner
        room = source.count / 4 + 16
        tokens = .allocate(capacity: room)
        names = .allocate(capacity: room)
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        Class.table.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { table.initialize(from: start, count: 256) }
        }
        classes = UnsafePointer(table)
    }

    /// Frees what only lexing needs. `tokens` and `names` go to the caller.
    func finish() { classes.deallocate() }

    func span(_ start: Int, _ end: Int) -> Span {
        Span(file: file, start: UInt32(start), end: UInt32(min(end, self.end)))
    }

    // MARK: The loop

    mutating func run() {
        if end > Limits.fileBytesMax {
            diagnostics.append(.fileTooLarge(bytes: end, at: span(0, 0)))
            position = end
            emit(.endOfFile, end)
            return
        }
        if let bad = UTF8Bytes.firstMalformed(UnsafeBufferPointer(start: base, count: end)) {
            diagnostics.append(.malformedUTF8(at: span(bad, bad + 1)))
        }
        if end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { position = 3 }
        newlineBefore = true
        let classes = self.classes
        while true {
            let byte = base[position]
            if classes[Int(byte)] & Class.identifierStart != 0 {
                identifier()
                continue
            }
            switch byte {
            case 0x20, 0x09: position += 1
            case 0x0A:
                position += 1
                lineEnded()
            case 0x0D: carriageReturn()
            case UInt8(ascii: "/"): slash()
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
            case UInt8(ascii: "\""): string(at: position)
            case UInt8(ascii: "("): single(.leftParen)
            case UInt8(ascii: ")"): single(.rightParen)
            case UInt8(ascii: "["): single(.leftBracket)
            case UInt8(ascii: "]"): single(.rightBracket)
            case UInt8(ascii: "{"):
                if !interpolations.isEmpty { interpolations[interpolations.count - 1].depth += 1 }
                single(.leftBrace)
            case UInt8(ascii: "}"): rightBrace()
            case UInt8(ascii: ","): single(.comma)
            case UInt8(ascii: ";"): single(.semicolon)
            case UInt8(ascii: ":"): single(.colon)
            case UInt8(ascii: "."): dots()
            case UInt8(ascii: "?"): either(UInt8(ascii: "?"), .questionQuestion, else: .question)
            case UInt8(ascii: "!"): either(UInt8(ascii: "="), .bangEqual, else: .bang)
            case UInt8(ascii: "+"): either(UInt8(ascii: "="), .plusEqual, else: .plus)
            case UInt8(ascii: "*"): either(UInt8(ascii: "="), .starEqual, else: .star)
            case UInt8(ascii: "%"): either(UInt8(ascii: "="), .percentEqual, else: .percent)
            case UInt8(ascii: "<"): either(UInt8(ascii: "="), .lessEqual, else: .less)
            case UInt8(ascii: ">"): either(UInt8(ascii: "="), .greaterEqual, else: .greater)
            case UInt8(ascii: "|"): either(UInt8(ascii: "|"), .pipePipe, else: .pipe)
            case UInt8(ascii: "-"):
                if base[position + 1] == UInt8(ascii: ">") {
                    double(.arrow)
                } else {
                    either(UInt8(ascii: "="), .minusEqual, else: .minus)
                }
            case UInt8(ascii: "="):
                if base[position + 1] == UInt8(ascii: ">") {
                    double(.fatArrow)
                } else {
                    either(UInt8(ascii: "="), .equalEqual, else: .equal)
                }
            case UInt8(ascii: "&"):
                if base[position + 1] == byte {
                    double(.ampersandAmpersand)
                } else {
                    diagnostics.append(.lookalike("`&`", meant: "&&", at: span(position, position + 1)))
                    single(.ampersandAmpersand)
                }
            default:
                if byte == 0, position >= end {
                    closeInterpolations(all: true)
                    emit(.endOfFile, end)
                    return
                }
                unusual(byte)
            }
        }
    }

    // MARK: Emitting

    @inline(__always) private mutating func emit(_ kind: TokenKind, _ start: Int, name: UInt32 = 0) {
        if count == room { grow() }
        let length = position - start
        if length > Limits.tokenBytesMax { return emitPieces(start) }
        tokens[count] = Token(
            kind, start: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: length),
            newlineBefore: newlineBefore)
        names[count] = name
        count += 1
        newlineBefore = false
    }

    /// A token too long for its length field: `unknown` tokens that cover it.
    @inline(never) private mutating func emitPieces(_ start: Int) {
        diagnostics.append(.tokenTooLong(bytes: position - start, at: span(start, start + 1)))
        let stop = position
        var piece = start
        while piece < stop {
            position = min(stop, piece + Limits.tokenBytesMax)
            emit(.unknown, piece)
            piece = position
        }
    }

    @inline(never) private mutating func grow() {
        let larger = UnsafeMutablePointer<Token>.allocate(capacity: room * 2)
        larger.moveInitialize(from: tokens, count: count)
        tokens.deallocate()
        tokens = larger
        let largerNames = UnsafeMutablePointer<UInt32>.allocate(capacity: room * 2)
        largerNames.moveInitialize(from: names, count: count)
        names.deallocate()
        names = largerNames
        room *= 2
    }

    @inline(__always) private mutating func single(_ kind: TokenKind) {
        position += 1
        emit(kind, position - 1)
    }

    @inline(__always) private mutating func double(_ kind: TokenKind) {
        position += 2
        emit(kind, position - 2)
    }

    @inline(__always) private mutating func either(_ second: UInt8, _ long: TokenKind, else short: TokenKind)
    {
        if base[position + 1] == second { double(long) } else { single(short) }
    }

    // MARK: Trivia

    @inline(__always) private mutating func lineEnded() {
        newlineBefore = true
        if !interpolations.isEmpty { closeInterpolations(all: false) }
    }

    private mutating func carriageReturn() {
        if base[position + 1] != 0x0A || position + 1 >= end {
            if !reportedCarriageReturn {
                diagnostics.append(.loneCarriageReturn(at: span(position, position + 1)))
                reportedCarriageReturn = true
            }
            lineEnded()
        }
        position += 1
    }

    @inline(__always) private mutating func slash() {
        let second = base[position + 1]
        if second == UInt8(ascii: "/") {
            position += 2
            while true {
                let byte = base[position]
                if byte == 0x0A { break }
                if byte == 0 {
                    if position >= end { break }
                    reportNul(position)
                }
                position += 1
            }
        } else if second == UInt8(ascii: "*") {
            blockComment()
        } else {
            either(UInt8(ascii: "="), .slashEqual, else: .slash)
        }
    }

    private mutating func blockComment() {
        let start = position
        position += 2
        while position < end,
            !(base[position] == UInt8(ascii: "*") && base[position + 1] == UInt8(ascii: "/"))
        {
            if base[position] == 0x0A { lineEnded() }
            if base[position] == 0 { reportNul(position) }
            position += 1
        }
        if position >= end { swallowedEnd = true }
        position = min(end, position + 2)
        diagnostics.append(.blockComment(at: span(start, start + 2)))
    }

    // MARK: Words and dots

    @inline(__always) private mutating func identifier() {
        let start = position
        var at = position + 1
        while classes[Int(base[at])] & Class.identifierPart != 0 { at += 1 }
        if base[at] >= 0x80, isLetter(at) { return longName(start, at) }
        if base[start] == UInt8(ascii: "r"), at == start + 1,
            base[at] == UInt8(ascii: "\"") || base[at] == UInt8(ascii: "#")
        {
            if rawString(start) { return }
        }
        position = at
        emit(.identifier, start, name: interner.intern(base + start, at - start).rawValue)
    }

    private mutating func dots() {
        let start = position
        if base[start + 1] != UInt8(ascii: ".") { return single(.dot) }
        if base[start + 2] == UInt8(ascii: "<") {
            position += 3
            emit(.dotDotLess, start)
        } else if base[start + 2] == UInt8(ascii: ".") {
            position += 3
            emit(.ellipsis, start)
        } else {
            double(.dotDot)
        }
    }

    // MARK: Numbers

    private mutating func number() {
        let start = position
        var at = start
        var isFloat = false
        if count > 0, tokens[count - 1].kind == .dot, Int(tokens[count - 1].end) == start {
            while isDigit(at) { at += 1 }
            position = at
            return emit(.integer, start)
        }
        let marker = base[start + 1] | 0x20
        if base[start] == UInt8(ascii: "0"),
            marker == UInt8(ascii: "x") || marker == UInt8(ascii: "b") || marker == UInt8(ascii: "o")
        {
            return radixNumber(start, marker == UInt8(ascii: "x") ? 16 : marker == UInt8(ascii: "b") ? 2 : 8)
        }
        while isDigit(at) || base[at] == UInt8(ascii: "_") { at += 1 }
        if base[at] == UInt8(ascii: "."), isDigit(at + 1) {
            isFloat = true
            at += 1
            while isDigit(at) || base[at] == UInt8(ascii: "_") { at += 1 }
        }
        if base[at] | 0x20 == UInt8(ascii: "e") {
            let sign = base[at + 1] == UInt8(ascii: "+") || base[at + 1] == UInt8(ascii: "-")
            if isDigit(sign ? at + 2 : at + 1) {
                isFloat = true
                at += 2
                while isDigit(at) { at += 1 }
            }
        }
        position = at
        if classes[Int(base[at])] & Class.identifierPart == 0 {
            return emit(isFloat ? .float : .integer, start)
        }
        suffix(start, at, isFloat)
    }

    /// A number followed by letters: a duration, a status class, or a mistake.
    private mutating func suffix(_ start: Int, _ letters: Int, _ isFloat: Bool) {
        var at = letters
        while classes[Int(base[at])] & Class.identifierPart != 0 { at += 1 }
        position = at
        if !isFloat, letters == start + 1, at == letters + 2, base[letters] == UInt8(ascii: "x"),
            base[letters + 1] == UInt8(ascii: "x")
        {
            return emit(.statusClass, start)
        }
        if !isFloat,
            DurationText.microseconds(UnsafeBufferPointer(start: base + start, count: at - start))
                != .malformed
        {
            return emit(.duration, start)
        }
        let shown = String(
            decoding: UnsafeBufferPointer(start: base + start, count: min(at - start, 40)), as: UTF8.self)
        let help =
            isFloat
            ? "write whole units, such as `90m` or `1500ms`, or put a space after the number"
            : "the units of a duration are us, ms, s, m, h and d, as in `250ms` or `2h`"
        diagnostics.append(.malformedNumber(shown, at: span(start, at), help: help))
        emit(.malformedNumber, start)
    }

    private mutating func radixNumber(_ start: Int, _ radix: Int) {
        var at = start + 2
        var good = classes[Int(base[at])] & Class.identifierPart != 0
        while classes[Int(base[at])] & Class.identifierPart != 0 {
            if base[at] != UInt8(ascii: "_"), hexValue(base[at]) >= radix { good = false }
            at += 1
        }
        position = at
        if good { return emit(.integer, start) }
        let shown = String(
            decoding: UnsafeBufferPointer(start: base + start, count: min(at - start, 40)), as: UTF8.self)
        diagnostics.append(
            .malformedNumber(
                shown, at: span(start, at), help: "write digits of base \(radix) after the prefix"))
        emit(.malformedNumber, start)
    }

    @inline(__always) private func isDigit(_ at: Int) -> Bool { classes[Int(base[at])] & Class.digit != 0 }

    // MARK: Strings

    private mutating func rightBrace() {
        guard let top = interpolations.last else { return single(.rightBrace) }
        if top.depth > 0 {
            interpolations[interpolations.count - 1].depth -= 1
            return single(.rightBrace)
        }
        interpolations.removeLast()
        let start = position
        position += 1
        stringRest(start, opening: top.brace, isMultiLine: top.isMultiLine, isFirst: false)
    }

    private mutating func string(at start: Int) {
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
                position = at + 1
                if interpolations.count >= Limits.interpolationDepthMax {
                    if !reportedDepth { diagnostics.append(.interpolationTooDeep(at: span(at, at + 1))) }
                    reportedDepth = true
                    at += 1
                    continue
                }
                interpolations.append(OpenInterpolation(brace: at, isMultiLine: isMultiLine, depth: 0))
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
                        .unterminatedString(at: span(opening, opening + 1), multiLine: isMultiLine))
                }
                if base[at - 1] == 0x0D, at - 1 > start, !isMultiLine { position = at - 1 }
                return emit(isFirst ? .string : .stringTail, start)
            } else {
                if byte == 0 { reportNul(at) }
                at += 1
            }
        }
    }

    /// Checks the escape whose backslash is at `at`; the offset after it.
    private mutating func escape(_ at: Int, isMultiLine: Bool) -> Int {
        switch base[at + 1] {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "\\"), UInt8(ascii: "\""),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            return at + 2
        case UInt8(ascii: "u"):
            guard let (_, after) = unicodeEscape(base + at, room: end - at) else {
                diagnostics.append(.malformedUnicodeEscape(at: span(at, at + 2)))
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
            diagnostics.append(.unknownEscape(shown, at: span(at, at + 1 + length)))
            return at + 1 + length
        }
    }

    /// Reads `r"…"`, `r#"…"#`, `r"""…"""`; false when it is none of these.
    private mutating func rawString(_ start: Int) -> Bool {
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
    private mutating func closeInterpolations(all: Bool) {
        guard let top = interpolations.last, all || !top.isMultiLine else { return }
        if all { swallowedEnd = true }
        var outermost = top.brace
        var tails = 0
        while let last = interpolations.last, all || !last.isMultiLine {
            outermost = last.brace
            tails += 1
            interpolations.removeLast()
        }
        diagnostics.append(.unterminatedInterpolation(at: span(outermost, outermost + 1)))
        for _ in 0..<tails {
            let start = position
            emit(.stringTail, start)
        }
        newlineBefore = true
    }

    // MARK: Everything else

    private mutating func reportNul(_ at: Int) {
        if reportedNul { return }
        reportedNul = true
        diagnostics.append(.nulByte(at: span(at, at + 1)))
    }

    private func isLetter(_ at: Int) -> Bool {
        let length = UTF8Bytes.sequenceLength(base + at, room: end - at)
        guard length > 0 else { return false }
        guard let scalar = Unicode.Scalar(UTF8Bytes.scalar(base + at, length: length)) else { return false }
        return scalar.properties.isAlphabetic && Lookalike.of(scalar.value) == nil
    }

    /// A name with letters outside ASCII: one token, one message.
    private mutating func longName(_ start: Int, _ from: Int) {
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

    private mutating func unusual(_ byte: UInt8) {
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
                ? "the control character \(codePoint(UInt32(byte)))" : "`\(character(byte))`"
            let help = byte == UInt8(ascii: "#") ? "start a comment with `//`" : nil
            diagnostics.append(.unknownCharacter(shown, at: span(start, position), help: help))
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

    private mutating func singleQuoted() {
        let start = position
        position += 1
        var at = position
        while at < end, base[at] != 0x0A, base[at] != UInt8(ascii: "'") { at += 1 }
        if base[at] == UInt8(ascii: "'") { position = at + 1 }
        diagnostics.append(.singleQuotes(at: span(start, position)))
        emit(.unknown, start)
    }

    private mutating func lookalike(_ lookalike: Lookalike, _ scalar: UInt32, _ start: Int) {
        switch lookalike {
        case .space:
            diagnostics.append(.unusualSpace("the space \(codePoint(scalar))", at: span(start, position)))
        case .quote:
            var at = position
            while at < end, base[at] != 0x0A {
                let length = max(1, UTF8Bytes.sequenceLength(base + at, room: end - at))
                if base[at] == UInt8(ascii: "\"")
                    || length == 3 && Lookalike.of(UTF8Bytes.scalar(base + at, length: 3)) == .quote
                {
                    position = at + length
                    break
                }
                at += length
            }
            diagnostics.append(
                .lookalike("the quote \(codePoint(scalar))", meant: "\"", at: span(start, start + 3)))
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
private enum Lookalike: Equatable {
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
