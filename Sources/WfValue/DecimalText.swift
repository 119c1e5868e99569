// Numbers as text, and back: Int, Decimal, Float. It does not know where the text comes from.

extension DecimalValue: CustomStringConvertible {
    /// `[-]digits[.digits]`, at least one digit on both sides of a point, no exponent, any number of leading
    /// zeros. nil for anything else, or beyond 38 significant digits or 38 digits after the point.
    public init?(_ text: UnsafeRawBufferPointer) {
        var cursor = pointer(of: text)
        let end = cursor + text.count
        var negative = false
        if cursor < end, cursor.pointee == UInt8(ascii: "-") {
            negative = true
            cursor += 1
        }
        var mantissa: UInt128 = 0
        var (scale, digitsBefore) = (-1, 0)
        while cursor < end {
            let byte = cursor.pointee
            cursor += 1
            if byte == UInt8(ascii: ".") {
                if scale >= 0 || digitsBefore == 0 { return nil }
                scale = 0
                continue
            }
            guard byte >= 0x30 && byte <= 0x39 else { return nil }
            if mantissa >= DecimalValue.bound / 10 { return nil }
            mantissa = mantissa &* 10 &+ UInt128(byte &- 0x30)
            if scale >= 0 { scale += 1 } else { digitsBefore += 1 }
            if scale > ValueLimits.decimalScaleMax { return nil }
        }
        if digitsBefore == 0 || scale == 0 { return nil }
        let signed = negative ? -Int128(mantissa) : Int128(mantissa)
        self.init(mantissa: signed, scale: UInt8(max(scale, 0)))
    }

    /// The same with an exponent behind it: `1e3` is 1000, `2.50e-3` is 0.0025. nil beyond the same bounds.
    public init?(scaled text: UnsafeRawBufferPointer) {
        guard let split = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            self.init(text)
            return
        }
        let tail = UnsafeRawBufferPointer(rebasing: text[(split + 1)...])
        guard let value = DecimalValue(UnsafeRawBufferPointer(rebasing: text[..<split])),
            let exponent = Int(String(decoding: tail, as: UTF8.self))
        else { return nil }
        if value.mantissa == 0 {
            self = .zero
            return
        }
        if exponent.magnitude > 100 { return nil }
        let form = value.normalized
        let scale = Int(form.scale) - exponent
        if scale >= 0 {
            if scale > ValueLimits.decimalScaleMax { return nil }
            self.init(mantissa: form.mantissa, scale: UInt8(scale))
            return
        }
        if scale < -38 { return nil }
        let (raised, overflow) = form.mantissa.multipliedReportingOverflow(
            by: Int128(DecimalValue.power(-scale)))
        if overflow { return nil }
        self.init(mantissa: raised, scale: 0)
    }

    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { DecimalValue(UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// The shortest decimal that reads back as this Float; nil when it is not finite or does not fit.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        var (digits, exponent, seenPoint) = ("", 0, false)
        let text = Array(value.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: "e") {
                let tail = String(decoding: text[(index + 1)...], as: UTF8.self)
                guard let power = Int(tail) else { return nil }
                exponent += power
                break
            }
            if byte == UInt8(ascii: ".") {
                seenPoint = true
                continue
            }
            digits.append(Character(UnicodeScalar(byte)))
            if seenPoint { exponent -= 1 }
        }
        guard var mantissa = Int128(digits) else { return nil }
        while exponent < 0, mantissa % 10 == 0, mantissa != 0 {
            mantissa /= 10
            exponent += 1
        }
        if mantissa == 0 { exponent = 0 }
        if exponent > 38 || exponent < -ValueLimits.decimalScaleMax { return nil }
        if exponent > 0 {
            let (raised, overflow) = mantissa.multipliedReportingOverflow(
                by: Int128(DecimalValue.power(exponent)))
            if overflow { return nil }
            self.init(mantissa: raised, scale: 0)
        } else {
            self.init(mantissa: mantissa, scale: UInt8(-exponent))
        }
    }

    /// All its digits, trailing zeros included: `-0.50`.
    public var description: String {
        var writer = ByteWriter()
        writer.appendDecimalText(self)
        return String(decoding: writer.written, as: UTF8.self)
    }

    /// The nearest Float.
    public var asDouble: Double {
        if mantissa.magnitude < 1 << 53 && scale <= 22 {
            return Double(Int64(mantissa)) / powersOfTen(Int(scale))
        }
        return Double(description) ?? 0
    }
}

/// 10^exponent as an exact Float, for exponents of 0...22.
@inline(__always)
func powersOfTen(_ exponent: Int) -> Double {
    var (result, base, rest) = (1.0, 10.0, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= base }
        base *= base
        rest >>= 1
    }
    return result
}

extension ByteWriter {
    /// A Decimal with all its digits: `-0.50`.
    public mutating func appendDecimalText(_ value: DecimalValue) {
        if value.mantissa < 0 { append(UInt8(ascii: "-")) }
        var rest = value.mantissa.magnitude
        let scale = Int(value.scale)
        // 38 digits, a zero before the point and the point itself.
        let target = reserve(48)
        var length = 0
        while rest > 0 || length <= scale {
            let (quotient, digit): (UInt128, UInt128)
            if let small = UInt64(exactly: rest) {
                let parts = small.quotientAndRemainder(dividingBy: 10)
                (quotient, digit) = (UInt128(parts.quotient), UInt128(parts.remainder))
            } else {
                (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            }
            target[length] = 0x30 &+ UInt8(truncatingIfNeeded: digit)
            rest = quotient
            length += 1
        }
        var total = length
        if scale > 0 {
            (target + scale + 1).update(from: target + scale, count: length - scale)
            target[scale] = UInt8(ascii: ".")
            total += 1
        }
        var (low, high) = (0, total - 1)
        while low < high {
            (target[low], target[high]) = (target[high], target[low])
            low += 1
            high -= 1
        }
        advance(total)
    }

    /// An Int in decimal digits.
    public mutating func appendIntText(_ value: Int) {
        let target = reserve(20)
        var magnitude = value.magnitude
        if _fastPath(magnitude < 10 && value >= 0) {
            target[0] = 0x30 &+ UInt8(truncatingIfNeeded: magnitude)
            return advance(1)
        }
        var (digits, probe) = (1, magnitude)
        while probe >= 10 {
            digits += 1
            probe /= 10
        }
        let sign = value < 0 ? 1 : 0
        if sign == 1 { target[0] = UInt8(ascii: "-") }
        var place = sign + digits
        while place > sign {
            place -= 1
            let quotient = magnitude / 10
            target[place] = 0x30 &+ UInt8(truncatingIfNeeded: magnitude &- quotient &* 10)
            magnitude = quotient
        }
        advance(sign + digits)
    }

    /// A Float in the shortest form that reads back the same: `1.0`, `1e+16`, `nan`, `inf`.
    public mutating func appendFloatText(_ value: Double) {
        append(utf8: value.description)
    }
}

/// `[-]digits` within Int64, without leading zeros, `+` or `-0`; nil for anything else. The form of map keys.
func parseCanonicalInt(_ text: UnsafeRawBufferPointer) -> Int? {
    var cursor = pointer(of: text)
    let end = cursor + text.count
    let negative = cursor < end && cursor.pointee == UInt8(ascii: "-")
    if negative { cursor += 1 }
    if cursor == end || (cursor.pointee == 0x30 && (end - cursor > 1 || negative)) { return nil }
    var value = 0
    while cursor < end {
        guard cursor.pointee >= 0x30 && cursor.pointee <= 0x39 else { return nil }
        let (scaled, scaleOverflow) = value.multipliedReportingOverflow(by: 10)
        let (next, overflow) = scaled.subtractingReportingOverflow(Int(cursor.pointee) - 0x30)
        if scaleOverflow || overflow { return nil }
        value = next
        cursor += 1
    }
    if negative { return value }
    return value == Int.min ? nil : -value
}
