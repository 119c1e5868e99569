// Int, Float and Decimal.
import Glibc
import WfBuiltins
import WfValue

func numberBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    switch builtin {
    case .intAbs:
        if o[0] == Int.min { throw o.overflow() }
        return abs(o[0])
    case .intMin: return min(o[0], o[1])
    case .intMax: return max(o[0], o[1])
    case .intClamp:
        if o[1] > o[2] {
            throw o.fail(.index, "clamp from \(o[1]) to \(o[2]): expected the smaller bound first")
        }
        return min(max(o[0], o[1]), o[2])
    case .intPow: return try power(o)
    case .intSign: return o[0].signum()
    case .intToFloat: return wordOf(Double(o[0]))
    case .intToDecimal: return try makeDecimal(o.context, DecimalValue(o[0]))
    case .intText:
        if o[1] == 10 { return try intText(o.context, o[0]) }
        if o[1] < 2 || o[1] > 36 { throw o.fail(.index, "the radix is \(o[1]), expected 2 to 36") }
        return try makeText(o.context, String(o[0], radix: o[1]))
    case .intHex: return try makeText(o.context, String(UInt(bitPattern: o[0]), radix: 16))

    case .floatAbs: return wordOf(o.float(0).magnitude)
    case .floatMin: return orderFloats(o.float(1), o.float(0)) < 0 ? o[1] : o[0]
    case .floatMax: return orderFloats(o.float(1), o.float(0)) > 0 ? o[1] : o[0]
    case .floatFloor: return wordOf(o.float(0).rounded(.down))
    case .floatCeil: return wordOf(o.float(0).rounded(.up))
    case .floatRound: return wordOf(roundFloat(o.float(0), o[1]))
    case .floatSqrt: return wordOf(o.float(0).squareRoot())
    case .floatPow: return wordOf(pow(o.float(0), o.float(1)))
    case .floatExp: return wordOf(exp(o.float(0)))
    case .floatLog: return wordOf(log(o.float(0)))
    case .floatLog10: return wordOf(log10(o.float(0)))
    case .floatIsNaN: return o.float(0).isNaN ? 1 : 0
    case .floatIsFinite: return o.float(0).isFinite ? 1 : 0
    case .floatToInt:
        guard let value = Int(exactly: o.float(0).rounded(.towardZero)) else {
            throw o.fail(.overflow, "\(o.float(0)) is not within the range of Int")
        }
        return value
    case .floatToDecimal:
        guard let value = DecimalValue(o.float(0)) else {
            throw o.fail(.overflow, "\(o.float(0)) is not within the range of Decimal")
        }
        return try makeDecimal(o.context, value)
    case .floatFixed: return try fixedFloat(o)

    case .decimalAbs: return try makeDecimal(o.context, o.decimalAt(0).magnitude)
    case .decimalMin: return o.alias(o.decimalAt(1) < o.decimalAt(0) ? o[1] : o[0])
    case .decimalMax: return o.alias(o.decimalAt(0) < o.decimalAt(1) ? o[1] : o[0])
    case .decimalRound:
        // Of all that takes places only this one rounds to tens and hundreds, as Float's does.
        let places = max(o[1], -ValueLimits.decimalScaleMax)
        return try checked(o, o.decimalAt(0).rounded(scale: places < 0 ? places : try checkedPlaces(o)))
    case .decimalFloor, .decimalCeil: return try wholeDecimal(o, up: builtin == .decimalCeil)
    case .decimalToFloat: return wordOf(o.decimalAt(0).asDouble)
    case .decimalToInt:
        guard let value = o.decimalAt(0).truncatedToInt else {
            throw o.fail(.overflow, "\(o.decimalAt(0)) is not within the range of Int")
        }
        return value
    case .decimalFixed:
        guard let value = o.decimalAt(0).rounded(scale: try checkedPlaces(o)) else { throw o.overflow() }
        return try decimalText(o, value)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func checkedPlaces(_ o: Operands) throws(Trap) -> Int {
    if o[1] < 0 || o[1] > ValueLimits.decimalScaleMax {
        throw o.fail(.index, "places is \(o[1]), expected 0 to \(ValueLimits.decimalScaleMax)")
    }
    return o[1]
}

private func power(_ o: Operands) throws(Trap) -> Int {
    var (base, rest, result) = (o[0], o[1], 1)
    if rest < 0 { throw o.fail(.index, "the exponent is \(rest), expected 0 or more") }
    while true {
        if rest & 1 == 1 {
            let (value, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { throw o.overflow() }
            result = value
        }
        rest >>= 1
        if rest == 0 { return result }
        let (square, overflow) = base.multipliedReportingOverflow(by: base)
        if overflow { throw o.overflow() }
        base = square
    }
}

private func roundFloat(_ value: Double, _ places: Int) -> Double {
    if places == 0 || !value.isFinite { return value.rounded(.toNearestOrAwayFromZero) }
    if places > 300 { return value }
    if places < -300 { return 0 }
    let unit = pow(10, Double(abs(places)))
    let scaled = places > 0 ? value * unit : value / unit
    // beyond 2^53 there is nothing behind the point
    if !scaled.isFinite || scaled.magnitude > 9e15 { return value }
    let rounded = scaled.rounded(.toNearestOrAwayFromZero)
    return places > 0 ? rounded / unit : rounded * unit
}

private func fixedFloat(_ o: Operands) throws(Trap) -> Int {
    let value = o.float(0)
    let places = try checkedPlaces(o)
    if !value.isFinite { return try makeText(o.context, "\(value)") }
    if let exact = DecimalValue(value)?.rounded(scale: places) {
        // a rounded-away sign stays away
        return try decimalText(o, exact.mantissa == 0 ? exact.magnitude : exact)
    }
    return try makeText(o.context, value.description)
}

private func decimalText(_ o: Operands, _ value: DecimalValue) throws(Trap) -> Int {
    o.context.pointee.scratch.truncate(to: 0)
    o.context.pointee.scratch.appendDecimalText(value)
    return try makeText(o.context, o.context.pointee.scratch.written)
}

private func powerOfTen(_ exponent: Int) -> Int128 {
    var result: Int128 = 1
    for _ in 0..<min(exponent, 38) { result *= 10 }
    return result
}

private func wholeDecimal(_ o: Operands, up: Bool) throws(Trap) -> Int {
    let value = o.decimalAt(0)
    let (quotient, rest) = value.mantissa.quotientAndRemainder(dividingBy: powerOfTen(Int(value.scale)))
    var whole = quotient
    if rest > 0 && up { whole += 1 }
    if rest < 0 && !up { whole -= 1 }
    return try checked(o, DecimalValue(mantissa: whole, scale: 0))
}

func decimalRemainder(_ o: Operands) throws(Trap) -> Int {
    let (left, right) = (o.decimalAt(0), o.decimalAt(1))
    if right.mantissa == 0 { throw o.fail(.division, "division by zero") }
    let scale = max(left.scale, right.scale)
    let (one, first) = left.mantissa.multipliedReportingOverflow(by: powerOfTen(Int(scale - left.scale)))
    let (two, second) = right.mantissa.multipliedReportingOverflow(by: powerOfTen(Int(scale - right.scale)))
    if first || second { throw o.overflow() }
    return try checked(o, DecimalValue(mantissa: one % two, scale: scale))
}
