// Bytes to tokens. One pass, never fails; what it cannot read becomes an `unknown` token and a diagnostic.
// Knows words only as names; which of them are special, the parser decides.

import WfDiagnostics
import WfSource

/// Character classes by byte.
enum Class {
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
    struct OpenInterpolation {
        /// Where the string begins.
        var quote: Int
        var brace: Int
        var isMultiLine: Bool
        var depth: Int
    }

    let base: UnsafePointer<UInt8>
    let end: Int
    let file: FileId
    let interner: Interner
    let classes: UnsafePointer<UInt8>
    var position = 0
    private(set) var tokens: UnsafeMutablePointer<Token>
    /// The name of each identifier token, beside `tokens`; other entries are 0.
    private(set) var names: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    var room: Int
    var newlineBefore = false
    var interpolations: [OpenInterpolation] = []
    var reportedNul = false
    /// The quote of the last string of which has been said that a brace in it is text.
    var bracesReported = -1
    var reportedDepth = false
    private var reportedCarriageReturn = false
    /// A string ran to the end of the file: that closers are missing there is the same mistake.
    var swallowedEnd = false
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
                    let place = span(position, position + 1)
                    diagnostics.append(
                        isReference ? .reference(at: place) : .lookalike("`&`", meant: "&&", at: place))
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

    @inline(__always) mutating func emit(_ kind: TokenKind, _ start: Int, name: UInt32 = 0) {
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

    @inline(__always) mutating func single(_ kind: TokenKind) {
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

    @inline(__always) mutating func slash() {
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
        diagnostics.append(
            .blockComment(at: span(start, start + 2)).fixed(lineComments(start, position)))
    }

    // MARK: Words and dots

    @inline(__always) mutating func identifier() {
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
        diagnostics.append(
            .malformedNumber(shown, at: span(start, at), help: help).fixed(durationFix(start, letters, at)))
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
}
