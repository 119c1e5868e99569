// What a literal means. Reads tokens; what is wrong with them, the lexer has reported.

public import WfSource

/// A part of a string literal.
public enum StringSegment: Equatable, Sendable {
    /// Text with escapes resolved and, in a multi-line string, common indentation removed. Never empty.
    case text([UInt8])
    /// An interpolated expression.
    case expression(NodeId)
}

/// Durations as written: `250ms`, `1h30m`.
enum DurationText: Equatable {
    case value(Int64)
    case overflow
    case malformed

    /// Digits and a unit, once or more.
    static func microseconds(_ bytes: UnsafeBufferPointer<UInt8>) -> DurationText {
        var index = 0
        var total: Int64 = 0
        var overflow = false
        while index < bytes.count {
            var number: Int64 = 0
            let first = index
            while index < bytes.count, bytes[index] == UInt8(ascii: "_") || hexValue(bytes[index]) < 10 {
                if bytes[index] != UInt8(ascii: "_") {
                    let (product, over) = number.multipliedReportingOverflow(by: 10)
                    let (sum, overSum) = product.addingReportingOverflow(Int64(hexValue(bytes[index])))
                    if over || overSum { overflow = true }
                    number = sum
                }
                index += 1
            }
            if index == first || index == bytes.count { return .malformed }
            let unit: Int64
            let second = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch bytes[index] {
            case UInt8(ascii: "u") where second == UInt8(ascii: "s"): (unit, index) = (1, index + 2)
            case UInt8(ascii: "m") where second == UInt8(ascii: "s"): (unit, index) = (1000, index + 2)
            case UInt8(ascii: "s"): (unit, index) = (1_000_000, index + 1)
            case UInt8(ascii: "m"): (unit, index) = (60_000_000, index + 1)
            case UInt8(ascii: "h"): (unit, index) = (3_600_000_000, index + 1)
            case UInt8(ascii: "d"): (unit, index) = (86_400_000_000, index + 1)
            default: return .malformed
            }
            let (product, over) = number.multipliedReportingOverflow(by: unit)
            let (sum, overSum) = total.addingReportingOverflow(product)
            if over || overSum { overflow = true }
            total = sum
        }
        return overflow ? .overflow : .value(total)
    }
}

extension TreeReader {
    /// The value of an `intExpr`; nil when it does not fit 64 bits as a magnitude.
    ///
    /// The magnitude may be 2^63, which is meaningful only right below a unary minus.
    public func integerMagnitude(_ id: NodeId) -> UInt64? {
        let bytes = bytes(firstToken(id))
        var radix: UInt64 = 10
        var index = 0
        if bytes.count > 2, bytes[0] == UInt8(ascii: "0") {
            switch bytes[1] | 0x20 {
            case UInt8(ascii: "x"): (radix, index) = (16, 2)
            case UInt8(ascii: "o"): (radix, index) = (8, 2)
            case UInt8(ascii: "b"): (radix, index) = (2, 2)
            default: break
            }
        }
        var value: UInt64 = 0
        while index < bytes.count {
            let digit = hexValue(bytes[index])
            index += 1
            if digit > 15 { continue }
            let (product, over) = value.multipliedReportingOverflow(by: radix)
            let (sum, overSum) = product.addingReportingOverflow(UInt64(digit))
            if over || overSum { return nil }
            value = sum
        }
        return value
    }

    /// The value of a `durationExpr` in microseconds; nil when it does not fit `Int64`.
    public func durationMicroseconds(_ id: NodeId) -> Int64? {
        guard case .value(let value) = DurationText.microseconds(bytes(firstToken(id))) else { return nil }
        return value
    }

    /// The digits of an `intExpr` or `floatExpr` without `_`, as a number's text: `12.50`, `1e9`.
    public func numberText(_ id: NodeId) -> String {
        String(decoding: bytes(firstToken(id)).filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }

    /// The `///` lines right before a declaration, without the slashes and one space, joined by newlines; nil if none.
    ///
    /// A blank line between them and the declaration, or an ordinary comment, separates them from it.
    public func documentation(_ id: NodeId) -> String? {
        let trivia = triviaSpan(before: firstToken(id))
        var lines: [String] = []
        var blank = false
        for line in text(trivia).sourceLines.dropLast() {
            let body = line.drop { $0 == " " || $0 == "\t" }.filter { $0 != "\r" }
            if body.hasPrefix("///"), !body.hasPrefix("////") {
                if blank { lines = [] }
                blank = false
                let rest = body.dropFirst(3)
                lines.append(String(rest.hasPrefix(" ") ? rest.dropFirst() : rest))
            } else {
                blank = true
                if !body.isEmpty { lines = [] }
            }
        }
        return lines.isEmpty || blank ? nil : lines.joined(separator: "\n")
    }

    /// The span of the trivia (whitespace, comments) right before a token.
    public func triviaSpan(before token: TokenId) -> Span {
        let end = self.token(token).start
        let start = token.index == 0 ? 0 : self.token(TokenId(token.index - 1)).end
        return Span(file: file, start: min(start, end), end: end)
    }

    /// The text of a string token without interpolations (kinds `string`, `rawString`).
    public func stringValue(_ token: TokenId) -> [UInt8] {
        let pieces = StringPieces(self, [token])
        return pieces.decoded.first ?? []
    }

    /// The parts of a `stringExpr` in order; empty for `""`. Bad escapes, already reported, are taken as written.
    public func stringSegments(_ id: NodeId) -> [StringSegment] {
        let expressions = StringExprView(self, id).interpolations
        var tokens = [firstToken(id)]
        for expression in expressions { tokens.append(TokenId(lastToken(expression).index + 1)) }
        let texts = plainTexts(tokens) ?? StringPieces(self, tokens).decoded
        var segments: [StringSegment] = []
        for (index, text) in texts.enumerated() {
            if !text.isEmpty { segments.append(.text(text)) }
            if index < expressions.count { segments.append(.expression(expressions[index])) }
        }
        return segments
    }

    /// The texts of `"…{…}…"` on one line without escapes, as most strings are; nil for all others.
    private func plainTexts(_ tokens: [TokenId]) -> [[UInt8]]? {
        let quote = UInt8(ascii: "\"")
        var texts: [[UInt8]] = []
        texts.reserveCapacity(tokens.count)
        for (index, id) in tokens.enumerated() {
            let bytes = bytes(id)
            // Each piece stands between two characters: quotes or braces.
            guard bytes.count >= 2 else { return nil }
            let isLast = index == tokens.count - 1
            if index == 0 && (bytes[0] != quote || (bytes.count > 2 && bytes[1] == quote)) { return nil }
            if isLast ? bytes[bytes.count - 1] != quote : bytes[bytes.count - 1] != UInt8(ascii: "{") {
                return nil
            }
            if index > 0 && bytes[0] != UInt8(ascii: "}") { return nil }
            for byte in bytes where byte == UInt8(ascii: "\\") || byte == 0x0D || byte == 0x0A { return nil }
            texts.append(Array(bytes[1..<bytes.count - 1]))
        }
        return texts
    }
}

/// The text pieces of one string literal, between its interpolations.
private struct StringPieces {
    /// One per token, escapes resolved and indentation removed.
    private(set) var decoded: [[UInt8]] = []

    init(_ tree: TreeReader, _ tokens: [TokenId]) {
        guard let first = tokens.first else { return }
        var hashes = 0
        var quotes = 1
        var pieces: [[UInt8]] = []
        let isRaw = tree.token(first).kind == .rawString
        for (index, id) in tokens.enumerated() {
            var bytes = ArraySlice(tree.bytes(id))
            let kind = tree.token(id).kind
            if index == 0 {
                if isRaw {
                    bytes = bytes.dropFirst()
                    while bytes.first == UInt8(ascii: "#") {
                        bytes = bytes.dropFirst()
                        hashes += 1
                    }
                }
                let three = Array(bytes.prefix(3))
                if three.count == 3, three.allSatisfy({ $0 == UInt8(ascii: "\"") }) { quotes = 3 }
                bytes = bytes.dropFirst(quotes)
            } else {
                bytes = bytes.dropFirst()
            }
            if kind == .stringHead || kind == .stringMiddle {
                bytes = bytes.dropLast()
            } else {
                let closer =
                    Array(repeating: UInt8(ascii: "\""), count: quotes)
                    + Array(repeating: UInt8(ascii: "#"), count: hashes)
                if bytes.count >= closer.count, Array(bytes.suffix(closer.count)) == closer {
                    bytes = bytes.dropLast(closer.count)
                }
            }
            pieces.append(bytes.filter { $0 != 0x0D })
        }
        if quotes == 3 { StringPieces.removeIndentation(&pieces) }
        decoded = isRaw ? pieces : pieces.map(StringPieces.unescaped)
    }

    /// Drops the line of the opening quotes, the closing line if blank, and what all lines are indented by.
    private static func removeIndentation(_ pieces: inout [[UInt8]]) {
        guard let first = pieces.first, let lineEnd = first.firstIndex(of: 0x0A),
            first[..<lineEnd].allSatisfy({ $0 == 0x20 || $0 == 0x09 })
        else { return }
        pieces[0] = Array(first[lineEnd...])  // the newline stays for now: each line then follows one
        var common = Int.max
        let last = pieces.count - 1
        for (number, piece) in pieces.enumerated() {
            var index = 0
            while let newline = piece[index...].firstIndex(of: 0x0A) {
                var at = newline + 1
                while at < piece.count, piece[at] == 0x20 || piece[at] == 0x09 { at += 1 }
                let endsString = at == piece.count && number == last
                let isBlank = at < piece.count && piece[at] == 0x0A
                if !isBlank || endsString { common = min(common, at - newline - 1) }
                index = newline + 1
            }
        }
        if common == Int.max { common = 0 }
        for number in pieces.indices {
            var result: [UInt8] = []
            let piece = pieces[number]
            var index = 0
            while index < piece.count {
                result.append(piece[index])
                index += 1
                if result[result.count - 1] == 0x0A {
                    var dropped = 0
                    while dropped < common, index < piece.count, piece[index] == 0x20 || piece[index] == 0x09
                    {
                        index += 1
                        dropped += 1
                    }
                }
            }
            pieces[number] = result
        }
        pieces[0].removeFirst()
        var tail = pieces[last].count
        while tail > 0, pieces[last][tail - 1] == 0x20 || pieces[last][tail - 1] == 0x09 { tail -= 1 }
        if tail > 0, pieces[last][tail - 1] == 0x0A {
            pieces[last].removeSubrange((tail - 1)...)
        } else if tail == 0, last == 0 {
            pieces[0] = []
        }
    }

    private static func unescaped(_ piece: [UInt8]) -> [UInt8] {
        guard piece.contains(UInt8(ascii: "\\")) else { return piece }
        var result: [UInt8] = []
        result.reserveCapacity(piece.count)
        var index = 0
        while index < piece.count {
            let byte = piece[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < piece.count else {
                result.append(byte)
                index += 1
                continue
            }
            let next = piece[index + 1]
            switch next {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                let found = piece.withUnsafeBufferPointer { buffer -> (Unicode.Scalar, Int)? in
                    guard let base = buffer.baseAddress else { return nil }
                    return unicodeEscape(base + index, room: buffer.count - index)
                }
                if let (scalar, length) = found {
                    result.append(contentsOf: String(Character(scalar)).utf8)
                    index += length
                    continue
                }
                result.append(contentsOf: [byte, next])
            case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"):
                result.append(next)
            default: result.append(contentsOf: [byte, next])
            }
            index += 2
        }
        return result
    }
}
