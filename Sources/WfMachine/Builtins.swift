// The way from `bcall` to the implementation of a built-in, and what those share. What a built-in is stands
// in WfBuiltins; which types it gets the verifier has checked.
import WfBuiltins
import WfPlan
import WfValue

/// The operands of one `bcall`, read from registers.
struct Operands {
    let context: Context
    let registers: Registers
    let word: UInt64
    let pc: UnsafePointer<UInt64>

    @inline(__always)
    subscript(index: Int) -> Int { registers[argument(pc, index)] }
    @inline(__always)
    var base: UnsafeMutableRawPointer { context.pointee.base }
    /// The declared type of an operand.
    func type(_ index: Int) -> UInt32 { registerType(context, argument(pc, index)) }
    func row(_ type: UInt32) -> TypeRow { context.pointee.types[Int(type)] }
    /// The declared type of the result.
    var resultType: UInt32 { registerType(context, operandA(word)) }
    /// Whether the result goes where the first operand is, which then may be written in place.
    var isInPlace: Bool { operandA(word) == argument(pc, 0) }

    func float(_ index: Int) -> Double { floatOf(self[index]) }
    func bytes(_ index: Int) -> UnsafeRawBufferPointer { base.textBytes(self[index]) }
    func start(_ index: Int) -> UnsafeMutablePointer<UInt8> { base.textStart(self[index]) }
    func decimalAt(_ index: Int) -> DecimalValue { decimal(base, self[index]) }

    /// An object that has another name already.
    @inline(__always)
    func alias(_ object: Int) -> Int {
        share(base, object)
        return object
    }

    func fail(_ kind: FaultKind, _ message: String) -> Trap { raise(context, kind, message) }

    /// A count or size that must not be negative.
    func size(_ index: Int, _ what: StaticString) throws(Trap) -> Int {
        if self[index] < 0 { throw fail(.index, "\(what) is \(self[index]), expected 0 or more") }
        return self[index]
    }

    func overflow() -> Trap { fail(.overflow, "the result does not fit its type") }

    /// The bounds of a slice: an Int and an optional Int, negative ones from the end, cut to 0...count.
    func bounds(_ from: Int, _ to: Int, _ count: Int) -> Range<Int> {
        let start = self[from] < 0 ? max(count &+ self[from], 0) : min(self[from], count)
        var end = count
        if self[to] != 0 {
            let given = base.field(self[to], 0)
            end = given < 0 ? max(count &+ given, 0) : min(given, count)
        }
        return start..<max(start, end)
    }
}

@inline(never)
func slowBuiltin(_ context: Context, _ r: Registers, _ w: UInt64, _ pc: UnsafePointer<UInt64>) -> Bool {
    guard let builtin = Builtin(rawValue: UInt16(truncatingIfNeeded: w >> 32)) else { return false }
    let operands = Operands(context: context, registers: r, word: w, pc: pc)
    do throws(Trap) {
        try collectIfNeeded(context)
        let raw = builtin.rawValue
        let result: Int
        if raw >= Builtin.decimalAdd.rawValue {
            result = try hiddenBuiltin(operands, builtin)
        } else if raw >= Builtin.minOf.rawValue {
            result = try functionBuiltin(operands, builtin)
        } else if raw >= Builtin.jsonIsNull.rawValue {
            result = try jsonBuiltin(operands, builtin)
        } else if raw >= Builtin.timeYear.rawValue {
            result = try timeBuiltin(operands, builtin)
        } else if raw >= Builtin.pathName.rawValue {
            result = try pathBuiltin(operands, builtin)
        } else if raw >= Builtin.mapCount.rawValue {
            result = try mapBuiltin(operands, builtin)
        } else if raw >= Builtin.listCount.rawValue {
            result = try listBuiltin(operands, builtin)
        } else if raw >= Builtin.bytesCount.rawValue {
            result = try bytesBuiltin(operands, builtin)
        } else if raw >= Builtin.stringCount.rawValue {
            result = try textBuiltin(operands, builtin)
        } else {
            result = try numberBuiltin(operands, builtin)
        }
        r[operandA(w)] = result
        return true
    } catch {
        return false
    }
}

private func functionBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    switch builtin {
    case .minOf, .maxOf:
        let type = o.type(0)
        let result = try orderValues(o.context, type, o[1], o[0])
        let chosen = (builtin == .minOf ? result < 0 : result > 0) ? o[1] : o[0]
        return o.row(type).isWord ? chosen : o.alias(chosen)
    case .pathOf: return o.alias(o[0])
    case .csvLine: return try csvLine(o)
    case .timeOf: return try makeTime(o)
    case .daysOf: return try product(o, 86_400_000_000)
    case .hoursOf: return try product(o, 3_600_000_000)
    case .minutesOf: return try product(o, 60_000_000)
    case .secondsOf: return try product(o, 1_000_000)
    case .millisecondsOf, .timeFromMilliseconds: return try product(o, 1000)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

private func product(_ o: Operands, _ unit: Int) throws(Trap) -> Int {
    let (value, overflow) = o[0].multipliedReportingOverflow(by: unit)
    if overflow { throw o.overflow() }
    return value
}

private func hiddenBuiltin(_ o: Operands, _ builtin: Builtin) throws(Trap) -> Int {
    switch builtin {
    case .decimalAdd: return try checked(o, o.decimalAt(0).adding(o.decimalAt(1)))
    case .decimalSubtract: return try checked(o, o.decimalAt(0).subtracting(o.decimalAt(1)))
    case .decimalMultiply: return try checked(o, o.decimalAt(0).multiplied(by: o.decimalAt(1)))
    case .decimalDivide:
        let divisor = o.decimalAt(1)
        if divisor.mantissa == 0 { throw o.fail(.division, "division by zero") }
        return try checked(o, o.decimalAt(0).divided(by: divisor))
    case .decimalRemainder: return try decimalRemainder(o)
    case .decimalNegate: return try makeDecimal(o.context, -o.decimalAt(0))
    case .floatRemainder: return wordOf(o.float(0).truncatingRemainder(dividingBy: o.float(1)))
    case .listConcat: return try listConcat(o)
    case .bytesConcat:
        let (left, right) = (o.bytes(0), o.bytes(1))
        let text = try claimText(o.context, count: left.count + right.count)
        o.base.textStart(text).update(from: o.start(0), count: left.count)
        (o.base.textStart(text) + left.count).update(from: o.start(1), count: right.count)
        return text
    case .listSortedByKeys: return try sortedByKeys(o)
    case .listGroupedByKeys: return try groupedByKeys(o)
    default: throw o.fail(.failed, "this built-in is expanded where it is called")
    }
}

func checked(_ o: Operands, _ value: DecimalValue?) throws(Trap) -> Int {
    guard let value else { throw o.fail(.overflow, "the result has more than 38 digits") }
    return try makeDecimal(o.context, value)
}
