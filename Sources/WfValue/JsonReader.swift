// A pull reader over JSON text (RFC 8259, strictly): tokens where they lie, nothing allocated.
// It does not know types; JsonToBinary.swift decodes by type, and the machine may do the same into its arena.
//
//   var reader = JsonReader(buffer)
//   switch try reader.peekValue() {
//   case .object:
//       var more = try reader.beginObject()
//       while more {
//           let key = try reader.readKey()      // then read the member's value
//           …
//           more = try reader.nextMember()
//       }
//   case .array:   beginArray, nextElement likewise
//   case .string:  readString; decode(…) puts its UTF-8 into the caller's buffer
//   case .number:  readNumber
//   case .true, .false, .null: readLiteral
//   }
//   try reader.expectEnd()

/// What a value is, by its first byte.
public enum JsonValueKind: UInt8, Sendable {
    case null, `false`, `true`, number, string, array, object
}

/// Why a text is not JSON: a small value; `JsonError.syntax` makes words of it.
public struct JsonFault: Error, Hashable, Sendable {
    public enum Reason: UInt8, Sendable {
        case expectedValue, expectedKey, expectedColon, expectedCommaOrBrace, expectedCommaOrBracket,
            expectedEnd
        case expectedDigit, controlCharacter, unknownEscape, loneSurrogate, notUtf8, unendedString, tooDeep
        case leadingZero
        /// The text is JSON, but not a value of the type asked for; who threw it keeps the details.
        case mismatch
    }

    public var reason: Reason
    /// Bytes from the start of the text.
    public var offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

/// A string in the text: the bytes between its quotes, already checked.
public struct JsonString {
    public let start: UnsafePointer<UInt8>
    /// Bytes between the quotes; at least as many as the decoded string has.
    public let rawLength: Int
    public let hasEscapes: Bool

    /// The string's own bytes, when it has no escapes.
    public var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: rawLength) }
}

/// A number in the text, classified while it was scanned.
public struct JsonNumber {
    public let start: UnsafePointer<UInt8>
    public let length: Int
    public let isNegative: Bool
    public let hasFraction: Bool
    public let hasExponent: Bool
    /// All digits before the exponent as an integer, when `isSmall`.
    public let digits: UInt64
    /// Whether `digits` holds them all (at most 19).
    public let isSmall: Bool
    /// Digits after the point.
    public let fractionDigits: Int

    public var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: length) }

    /// The Int that is written as one; nil when it has a fraction or an exponent, or is beyond Int64.
    @inline(__always)
    public var asInt: Int? {
        if hasFraction || hasExponent || !isSmall { return nil }
        if isNegative {
            if digits <= UInt64(Int.max) { return -Int(digits) }
            return digits == UInt64(Int.max) + 1 ? Int.min : nil
        }
        return digits <= UInt64(Int.max) ? Int(digits) : nil
    }

    /// The Int that the number is, however it is written: `1.0` and `1e2` are integers, as JSON Schema has it.
    @inline(__always)
    public var asWholeInt: Int? {
        _fastPath(!hasFraction && !hasExponent) ? asInt : asScaledDecimal?.exactInt
    }

    /// The exact Decimal; nil when it has an exponent or is beyond 38 digits.
    public var asDecimal: DecimalValue? {
        if hasExponent { return nil }
        if isSmall && fractionDigits <= ValueLimits.decimalScaleMax {
            let mantissa = isNegative ? -Int128(digits) : Int128(digits)
            return DecimalValue(mantissa: mantissa, scale: UInt8(fractionDigits))
        }
        return DecimalValue(raw)
    }

    /// The nearest Float; nil when it is beyond all finite ones.
    public var asDouble: Double? {
        if isSmall && !hasExponent && digits < 1 << 53 && fractionDigits <= 22 {
            let value = fractionDigits == 0 ? Double(digits) : Double(digits) / powersOfTen(fractionDigits)
            return isNegative ? -value : value
        }
        guard let value = Double(String(decoding: raw, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}

/// The cursor. A value type over bytes that somebody else keeps alive; it never reads outside them.
public struct JsonReader {
    let base: UnsafePointer<UInt8>
    var cursor: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var depth = 0

    public init(_ text: UnsafeRawBufferPointer) {
        base = pointer(of: text)
        cursor = base
        end = base + text.count
    }

    /// Bytes from the start of the text.
    public var offset: Int { cursor - base }

    func fault(_ reason: JsonFault.Reason) -> JsonFault { JsonFault(reason, at: cursor - base) }
    func fault(_ reason: JsonFault.Reason, at place: UnsafePointer<UInt8>) -> JsonFault {
        JsonFault(reason, at: place - base)
    }

    @inline(__always)
    mutating func skipSpace() {
        while cursor < end {
            let byte = cursor.pointee
            if _fastPath(byte > 0x20) { return }
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            cursor += 1
        }
    }

    /// The kind of the value that comes next; takes only white space.
    @inline(__always)
    public mutating func peekValue() throws(JsonFault) -> JsonValueKind {
        skipSpace()
        if _slowPath(cursor == end) { throw fault(.expectedValue) }
        switch cursor.pointee {
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "t"): return .true
        case UInt8(ascii: "f"): return .false
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: throw fault(.expectedValue)
        }
    }

    /// Takes `null`, `true` or `false` after `peekValue` has seen it.
    public mutating func readLiteral(_ kind: JsonValueKind) throws(JsonFault) {
        let start = cursor
        let isFalse = kind == .false
        guard end - cursor >= (isFalse ? 5 : 4) else { throw fault(.expectedValue, at: start) }
        let word = UnsafeRawPointer(cursor + (isFalse ? 1 : 0)).loadUnaligned(as: UInt32.self).littleEndian
        let expected: UInt32
        switch kind {
        case .null: expected = 0x6C6C_756E
        case .true: expected = 0x6575_7274
        case .false: expected = 0x6573_6C61
        case .number, .string, .array, .object: throw fault(.expectedValue)
        }
        if word != expected { throw fault(.expectedValue, at: start) }
        cursor += isFalse ? 5 : 4
        if cursor < end, isWordByte(cursor.pointee) { throw fault(.expectedValue, at: start) }
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 0x5F || (byte >= 0x30 && byte <= 0x39)
            || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    // MARK: containers

    @inline(__always)
    private mutating func descend() throws(JsonFault) {
        depth += 1
        if _slowPath(depth > ValueLimits.depthMax) { throw fault(.tooDeep) }
        cursor += 1
        skipSpace()
    }

    /// Takes `{`; true when a member follows, false when the object has ended.
    @inline(__always)
    public mutating func beginObject() throws(JsonFault) -> Bool {
        try descend()
        if cursor < end && cursor.pointee == UInt8(ascii: "}") {
            leave()
            return false
        }
        return true
    }

    /// Takes a key and its colon.
    @inline(__always)
    public mutating func readKey() throws(JsonFault) -> JsonString {
        skipSpace()
        guard cursor < end, cursor.pointee == UInt8(ascii: "\"") else { throw fault(.expectedKey) }
        let key = try readString()
        skipSpace()
        guard cursor < end, cursor.pointee == UInt8(ascii: ":") else { throw fault(.expectedColon) }
        cursor += 1
        return key
    }

    /// After a member's value: takes `,` and answers true, or `}` and false.
    @inline(__always)
    public mutating func nextMember() throws(JsonFault) -> Bool {
        skipSpace()
        if _fastPath(cursor < end) {
            if cursor.pointee == UInt8(ascii: ",") {
                cursor += 1
                return true
            }
            if cursor.pointee == UInt8(ascii: "}") {
                leave()
                return false
            }
        }
        throw fault(.expectedCommaOrBrace)
    }

    /// Takes `[`; true when an element follows, false when the array has ended.
    @inline(__always)
    public mutating func beginArray() throws(JsonFault) -> Bool {
        try descend()
        if cursor < end && cursor.pointee == UInt8(ascii: "]") {
            leave()
            return false
        }
        return true
    }

    /// After an element: takes `,` and answers true, or `]` and false.
    @inline(__always)
    public mutating func nextElement() throws(JsonFault) -> Bool {
        skipSpace()
        if _fastPath(cursor < end) {
            if cursor.pointee == UInt8(ascii: ",") {
                cursor += 1
                return true
            }
            if cursor.pointee == UInt8(ascii: "]") {
                leave()
                return false
            }
        }
        throw fault(.expectedCommaOrBracket)
    }

    @inline(__always)
    private mutating func leave() {
        cursor += 1
        depth -= 1
    }

    /// Nothing but white space is left.
    public mutating func expectEnd() throws(JsonFault) {
        skipSpace()
        if cursor != end { throw fault(.expectedEnd) }
    }

    /// Takes one value of any kind, checked in full.
    public mutating func skipValue() throws(JsonFault) {
        let kind = try peekValue()
        switch kind {
        case .null, .true, .false: try readLiteral(kind)
        case .number: _ = try readNumber()
        case .string: _ = try readString()
        case .array:
            var more = try beginArray()
            while more {
                try skipValue()
                more = try nextElement()
            }
        case .object:
            var more = try beginObject()
            while more {
                _ = try readKey()
                try skipValue()
                more = try nextMember()
            }
        }
    }

    // MARK: numbers

    /// Takes a number after `peekValue` has seen it.
    @inline(__always)
    public mutating func readNumber() throws(JsonFault) -> JsonNumber {
        let start = cursor
        let isNegative = cursor.pointee == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        let firstDigit = cursor
        var digits: UInt64 = 0
        while cursor < end {
            let digit = cursor.pointee &- 0x30
            if digit > 9 { break }
            digits = digits &* 10 &+ UInt64(digit)
            cursor += 1
        }
        var count = cursor - firstDigit
        if _slowPath(count == 0) { throw fault(.expectedDigit) }
        if _slowPath(count > 1 && firstDigit.pointee == 0x30) { throw fault(.leadingZero, at: firstDigit) }
        var (fractionDigits, hasExponent) = (0, false)
        if cursor < end && cursor.pointee == UInt8(ascii: ".") {
            cursor += 1
            let firstFraction = cursor
            while cursor < end {
                let digit = cursor.pointee &- 0x30
                if digit > 9 { break }
                digits = digits &* 10 &+ UInt64(digit)
                cursor += 1
            }
            fractionDigits = cursor - firstFraction
            if fractionDigits == 0 { throw fault(.expectedDigit) }
            count += fractionDigits
        }
        if cursor < end && cursor.pointee | 0x20 == UInt8(ascii: "e") {
            hasExponent = true
            cursor += 1
            if cursor < end && (cursor.pointee == UInt8(ascii: "+") || cursor.pointee == UInt8(ascii: "-")) {
                cursor += 1
            }
            let firstExponent = cursor
            while cursor < end, cursor.pointee &- 0x30 <= 9 { cursor += 1 }
            if cursor == firstExponent { throw fault(.expectedDigit) }
        }
        return JsonNumber(
            start: start, length: cursor - start, isNegative: isNegative, hasFraction: fractionDigits > 0,
            hasExponent: hasExponent, digits: digits, isSmall: count <= 19, fractionDigits: fractionDigits)
    }

    // MARK: strings

    /// Takes a string after `peekValue` has seen it: checks its escapes, its UTF-8 and that it ends.
    @inline(__always)
    public mutating func readString() throws(JsonFault) -> JsonString {
        cursor += 1
        let start = cursor
        while _fastPath(end - cursor >= 8) {
            let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self).littleEndian
            let special = specialBytes(word) | (word & 0x8080_8080_8080_8080)
            if special != 0 {
                cursor += special.trailingZeroBitCount >> 3
                if _fastPath(cursor.pointee == UInt8(ascii: "\"")) {
                    let length = cursor - start
                    cursor += 1
                    return JsonString(start: start, rawLength: length, hasEscapes: false)
                }
                break
            }
            cursor += 8
        }
        return try readRestOfString(start)
    }

    @inline(never)
    private mutating func readRestOfString(_ start: UnsafePointer<UInt8>) throws(JsonFault) -> JsonString {
        var hasEscapes = false
        while cursor < end {
            let byte = cursor.pointee
            if byte == UInt8(ascii: "\"") {
                let length = cursor - start
                cursor += 1
                return JsonString(start: start, rawLength: length, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape()
            } else if byte < 0x20 {
                throw fault(.controlCharacter)
            } else if byte < 0x80 {
                cursor += 1
            } else {
                let length = utf8SequenceLength(cursor, end)
                if length == 0 { throw fault(.notUtf8) }
                cursor += length
            }
        }
        throw fault(.unendedString, at: start - 1)
    }

    private mutating func skipEscape() throws(JsonFault) {
        let start = cursor
        guard end - cursor >= 2 else { throw fault(.unendedString) }
        switch cursor[1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            cursor += 2
        case UInt8(ascii: "u"):
            guard let unit = hexUnit(cursor + 2) else { throw fault(.unknownEscape, at: start) }
            cursor += 6
            if unit >= 0xD800 && unit <= 0xDFFF {
                guard unit < 0xDC00, end - cursor >= 6, cursor[0] == UInt8(ascii: "\\"),
                    cursor[1] == UInt8(ascii: "u"), let low = hexUnit(cursor + 2),
                    low >= 0xDC00 && low <= 0xDFFF
                else { throw fault(.loneSurrogate, at: start) }
                cursor += 6
            }
        default: throw fault(.unknownEscape, at: start)
        }
    }

    private func hexUnit(_ place: UnsafePointer<UInt8>) -> UInt32? {
        end - place < 4 ? nil : parseHexUnit(place)
    }

    /// Writes the string's UTF-8 to `target`, which has room for `rawLength` bytes; returns how many it wrote.
    public static func decode(_ string: JsonString, into target: UnsafeMutablePointer<UInt8>) -> Int {
        if !string.hasEscapes {
            target.update(from: string.start, count: string.rawLength)
            return string.rawLength
        }
        var (source, out) = (string.start, target)
        let end = source + string.rawLength
        while source < end {
            let byte = source.pointee
            if byte != UInt8(ascii: "\\") {
                out.pointee = byte
                source += 1
                out += 1
                continue
            }
            var scalar: UInt32
            switch source[1] {
            case UInt8(ascii: "b"): scalar = 0x08
            case UInt8(ascii: "f"): scalar = 0x0C
            case UInt8(ascii: "n"): scalar = 0x0A
            case UInt8(ascii: "r"): scalar = 0x0D
            case UInt8(ascii: "t"): scalar = 0x09
            case UInt8(ascii: "u"):
                scalar = parseHexUnit(source + 2) ?? 0xFFFD
                source += 4
                if scalar >= 0xD800 && scalar < 0xDC00 {
                    let low = parseHexUnit(source + 4) ?? 0xDC00
                    scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
                    source += 6
                }
            default: scalar = UInt32(source[1])
            }
            source += 2
            out += encodeUtf8(scalar, out)
        }
        return out - target
    }
}

/// Four hexadecimal digits, or nil.
private func parseHexUnit(_ place: UnsafePointer<UInt8>) -> UInt32? {
    var value: UInt32 = 0
    for index in 0..<4 {
        let byte = place[index]
        let digit: UInt8
        switch byte {
        case 0x30...0x39: digit = byte - 0x30
        case 0x41...0x46: digit = byte - 0x37
        case 0x61...0x66: digit = byte - 0x57
        default: return nil
        }
        value = value << 4 | UInt32(digit)
    }
    return value
}

/// Writes one scalar as UTF-8 (at most 4 bytes) and returns its length.
private func encodeUtf8(_ scalar: UInt32, _ out: UnsafeMutablePointer<UInt8>) -> Int {
    func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F }
    if scalar < 0x80 {
        out[0] = UInt8(truncatingIfNeeded: scalar)
        return 1
    }
    if scalar < 0x800 {
        out[0] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
        out[1] = tail(0)
        return 2
    }
    if scalar < 0x10000 {
        out[0] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
        out[1] = tail(6)
        out[2] = tail(0)
        return 3
    }
    out[0] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
    out[1] = tail(12)
    out[2] = tail(6)
    out[3] = tail(0)
    return 4
}
