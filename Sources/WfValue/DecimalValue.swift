// Exact decimal numbers: at most 38 significant digits, at most 38 of them after the point.
// It does not know text (DecimalText.swift) nor encodings.
//
// Normalisation: none is done behind the caller's back. 1.10 stays 1.10 in text and in the binary encoding;
// `==`, `<` and the hash go by value, so 1.10 == 1.1. Sums keep the longer scale, products the sum of both, as
// on paper; when that does not fit, trailing zeros are dropped first, and what still does not fit is nil.

/// `mantissa / 10^scale`.
public struct DecimalValue: Sendable {
    public let mantissa: Int128
    /// Digits after the point, 0...38.
    public let scale: UInt8

    /// nil beyond 38 significant digits or 38 digits after the point.
    public init?(mantissa: Int128, scale: UInt8) {
        guard scale <= ValueLimits.decimalScaleMax, mantissa.magnitude < DecimalValue.bound else {
            return nil
        }
        self.mantissa = mantissa
        self.scale = scale
    }

    private init(trusted mantissa: Int128, scale: UInt8) {
        self.mantissa = mantissa
        self.scale = scale
    }

    public init(_ value: Int) { self.init(trusted: Int128(value), scale: 0) }

    public static var zero: DecimalValue { DecimalValue(trusted: 0, scale: 0) }

    /// 10^38, which no mantissa reaches.
    static var bound: UInt128 { 100_000_000_000_000_000_000_000_000_000_000_000_000 }

    /// 10^exponent for exponents of 0...38.
    static func power(_ exponent: Int) -> UInt128 {
        precondition(exponent >= 0 && exponent <= 38, "10^38 is the largest power that is kept")
        var (result, base, rest): (UInt128, UInt128, Int) = (1, 10, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result &*= base }
            base &*= base
            rest >>= 1
        }
        return result
    }

    /// Decimal digits of a number; 0 has none.
    static func digits(_ value: UInt128) -> Int {
        var (rest, count) = (value, 0)
        while rest >= 10_000_000_000 {
            rest /= 10_000_000_000
            count += 10
        }
        var small = UInt64(truncatingIfNeeded: rest)
        while small > 0 {
            small /= 10
            count += 1
        }
        return count
    }

    /// The same value without trailing zeros after the point; the form that is hashed.
    public var normalized: DecimalValue {
        if mantissa == 0 { return .zero }
        var (rest, scale) = (mantissa, scale)
        while scale > 0 {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            if remainder != 0 { break }
            rest = quotient
            scale -= 1
        }
        return DecimalValue(trusted: rest, scale: scale)
    }

    public var isNegative: Bool { mantissa < 0 }
    public static prefix func - (value: DecimalValue) -> DecimalValue {
        DecimalValue(trusted: -value.mantissa, scale: value.scale)
    }
    public var magnitude: DecimalValue { mantissa < 0 ? -self : self }

    // MARK: sum and product, exact or nil

    public func adding(_ other: DecimalValue) -> DecimalValue? {
        aligned(other, { $0.addingReportingOverflow($1) })
            ?? normalized.aligned(other.normalized, { $0.addingReportingOverflow($1) })
    }

    public func subtracting(_ other: DecimalValue) -> DecimalValue? { adding(-other) }

    public func multiplied(by other: DecimalValue) -> DecimalValue? {
        exactProduct(other) ?? normalized.exactProduct(other.normalized)
    }

    private func aligned(
        _ other: DecimalValue, _ combine: (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
    ) -> DecimalValue? {
        let common = Swift.max(scale, other.scale)
        guard let left = raised(to: common), let right = other.raised(to: common) else { return nil }
        let (sum, overflow) = combine(left, right)
        return overflow ? nil : DecimalValue(mantissa: sum, scale: common)
    }

    private func raised(to common: UInt8) -> Int128? {
        if common == scale || mantissa == 0 { return mantissa }
        let power = Int128(DecimalValue.power(Int(common - scale)))
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: power)
        return overflow ? nil : product
    }

    private func exactProduct(_ other: DecimalValue) -> DecimalValue? {
        let (product, overflow) = mantissa.multipliedReportingOverflow(by: other.mantissa)
        if overflow { return nil }
        return DecimalValue(mantissa: product, scale: scale + other.scale)
    }

    // MARK: quotients

    /// The quotient: exact when it ends within 28 significant digits (with as few digits after the point as the
    /// operands' scales ask for), else rounded half to even to 28. nil when `other` is 0 or the result too large.
    public func divided(by other: DecimalValue) -> DecimalValue? {
        if other.mantissa == 0 { return nil }
        let idealScale = Int(scale) - Int(other.scale)
        if mantissa == 0 { return DecimalValue(mantissa: 0, scale: UInt8(Swift.max(idealScale, 0))) }
        let (numerator, divisor) = (mantissa.magnitude, other.mantissa.magnitude)
        let wanted = ValueLimits.quotientDigits
        // One digit more than wanted, so that every rounding happens in `drop`.
        let missing = wanted + 1 + DecimalValue.digits(divisor) - DecimalValue.digits(numerator)
        let shift = Swift.max(missing, 0)
        guard let (quotient, remainder) = DecimalValue.divide(numerator, shiftedBy: shift, divisor) else {
            return nil
        }
        var resultScale = idealScale + shift
        let surplus = Swift.max(
            DecimalValue.digits(quotient) - wanted, resultScale - ValueLimits.decimalScaleMax)
        let (dropped, wasExact) = DecimalValue.drop(
            Swift.max(surplus, 0), from: quotient, sticky: remainder != 0)
        var result = dropped
        resultScale -= Swift.max(surplus, 0)
        if wasExact {
            while resultScale > Swift.max(idealScale, 0), result % 10 == 0 {
                result /= 10
                resultScale -= 1
            }
        }
        if resultScale < 0 {
            if DecimalValue.digits(result) - resultScale > ValueLimits.decimalDigitsMax { return nil }
            result *= DecimalValue.power(-resultScale)
            resultScale = 0
        }
        return DecimalValue.make(result, resultScale, negative: (mantissa < 0) != (other.mantissa < 0))
    }

    /// The quotient with exactly `scale` digits after the point, rounded half to even. nil when `other` is 0, the
    /// scale is outside 0...38, or the result has more than 38 digits.
    public func divided(by other: DecimalValue, scale resultScale: Int) -> DecimalValue? {
        if other.mantissa == 0 || resultScale < 0 || resultScale > ValueLimits.decimalScaleMax { return nil }
        let shift = resultScale - (Int(scale) - Int(other.scale))
        let negative = (mantissa < 0) != (other.mantissa < 0)
        let (numerator, divisor) = (mantissa.magnitude, other.mantissa.magnitude)
        if mantissa == 0 { return DecimalValue.make(0, resultScale, negative: false) }
        if shift >= 0 {
            let size = DecimalValue.digits(numerator) + shift - DecimalValue.digits(divisor)
            if size > ValueLimits.decimalDigitsMax { return nil }
            guard let (quotient, remainder) = DecimalValue.divide(numerator, shiftedBy: shift, divisor) else {
                return nil
            }
            let rounded = DecimalValue.roundHalfEven(quotient, remainder, divisor)
            return DecimalValue.make(rounded, resultScale, negative: negative)
        }
        if -shift > ValueLimits.decimalScaleMax { return DecimalValue.make(0, resultScale, negative: false) }
        let (large, overflow) = divisor.multipliedReportingOverflow(by: DecimalValue.power(-shift))
        if overflow { return DecimalValue.make(0, resultScale, negative: false) }
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: large)
        let rounded = DecimalValue.roundHalfEven(quotient, remainder, large)
        return DecimalValue.make(rounded, resultScale, negative: negative)
    }

    /// The value with exactly `scale` digits after the point: rounded half to even, or filled with zeros; of a
    /// negative scale to tens, hundreds and so on. nil when the scale is outside -38...38 or the result has more than 38
    /// digits.
    public func rounded(scale newScale: Int) -> DecimalValue? {
        if newScale < -ValueLimits.decimalScaleMax || newScale > ValueLimits.decimalScaleMax { return nil }
        if newScale < 0 {
            let (kept, _) = DecimalValue.drop(Int(scale) - newScale, from: mantissa.magnitude, sticky: false)
            let (whole, overflow) = kept.multipliedReportingOverflow(by: DecimalValue.power(-newScale))
            return overflow ? nil : DecimalValue.make(whole, 0, negative: mantissa < 0)
        }
        if newScale >= Int(scale) {
            guard let filled = raised(to: UInt8(newScale)) else { return nil }
            return DecimalValue(mantissa: filled, scale: UInt8(newScale))
        }
        let (kept, _) = DecimalValue.drop(Int(scale) - newScale, from: mantissa.magnitude, sticky: false)
        return DecimalValue.make(kept, newScale, negative: mantissa < 0)
    }

    /// The integer part, or nil when it is not an Int.
    public var truncatedToInt: Int? {
        Int(exactly: mantissa / Int128(DecimalValue.power(Int(scale))))
    }

    /// The Int that it is, or nil when it has a fraction or is beyond Int64.
    public var exactInt: Int? {
        let (whole, rest) = mantissa.quotientAndRemainder(
            dividingBy: Int128(DecimalValue.power(Int(scale))))
        return rest == 0 ? Int(exactly: whole) : nil
    }

    private static func make(_ magnitude: UInt128, _ scale: Int, negative: Bool) -> DecimalValue? {
        guard magnitude < bound, scale >= 0 && scale <= ValueLimits.decimalScaleMax else { return nil }
        let mantissa = Int128(magnitude)
        return DecimalValue(trusted: negative ? -mantissa : mantissa, scale: UInt8(scale))
    }

    /// `numerator * 10^shift / divisor` with its remainder; the caller knows that the quotient has at most 39
    /// digits; nil when it takes more than 128 bits all the same.
    private static func divide(
        _ numerator: UInt128, shiftedBy shift: Int, _ divisor: UInt128
    ) -> (UInt128, UInt128)? {
        let second = Swift.min(shift, 38)
        let raised = numerator * power(shift - second)
        let product = raised.multipliedFullWidth(by: power(second))
        if product.high == 0 { return product.low.quotientAndRemainder(dividingBy: divisor) }
        if product.high >= divisor { return nil }
        return divisor.dividingFullWidth((product.high, product.low))
    }

    private static func roundHalfEven(_ quotient: UInt128, _ rest: UInt128, _ divisor: UInt128) -> UInt128 {
        let other = divisor - rest
        if rest > other || (rest == other && quotient & 1 == 1) { return quotient + 1 }
        return quotient
    }

    /// Drops the last `count` digits, half to even; `sticky` says that something not zero had followed them.
    private static func drop(_ count: Int, from value: UInt128, sticky: Bool) -> (UInt128, wasExact: Bool) {
        if count == 0 { return (value, !sticky) }
        if count > 38 { return (0, value == 0 && !sticky) }
        let unit = power(count)
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: unit)
        let half = unit / 2
        var up = rest > half
        if rest == half { up = sticky || quotient & 1 == 1 }
        return (up ? quotient + 1 : quotient, rest == 0 && !sticky)
    }
}

extension DecimalValue: Hashable, Comparable {
    public static func == (left: DecimalValue, right: DecimalValue) -> Bool { left.compare(right) == 0 }
    public static func < (left: DecimalValue, right: DecimalValue) -> Bool { left.compare(right) < 0 }

    /// Negative, zero or positive, by value.
    public func compare(_ other: DecimalValue) -> Int {
        if scale == other.scale {
            return mantissa < other.mantissa ? -1 : (mantissa == other.mantissa ? 0 : 1)
        }
        let (sign, otherSign) = (mantissa.signum(), other.mantissa.signum())
        if sign != otherSign { return sign < otherSign ? -1 : 1 }
        let common = Swift.max(scale, other.scale)
        let left = mantissa.magnitude.multipliedFullWidth(by: DecimalValue.power(Int(common - scale)))
        let right = other.mantissa.magnitude.multipliedFullWidth(
            by: DecimalValue.power(Int(common - other.scale)))
        var order = 0
        if left.high != right.high {
            order = left.high < right.high ? -1 : 1
        } else if left.low != right.low {
            order = left.low < right.low ? -1 : 1
        }
        return mantissa < 0 ? -order : order
    }

    public func hash(into hasher: inout Hasher) {
        let form = normalized
        hasher.combine(form.mantissa)
        hasher.combine(form.scale)
    }
}
