// Equality and order of values in memory, by type. The same rules as for encoded values (WfValue's
// Comparison): numbers by value, NaN equals itself and comes last, text by its bytes, null first, maps
// without regard to order.
import Glibc
import WfValue

@inline(__always)
func order(_ left: Int, _ right: Int) -> Int { left < right ? -1 : (left == right ? 0 : 1) }

func orderFloats(_ left: Double, _ right: Double) -> Int {
    if left < right { return -1 }
    if left > right { return 1 }
    if left == right { return 0 }
    return order(left.isNaN ? 1 : 0, right.isNaN ? 1 : 0)
}

@inline(__always)
func floatOf(_ word: Int) -> Double { Double(bitPattern: UInt64(UInt(bitPattern: word))) }
@inline(__always)
func wordOf(_ float: Double) -> Int { Int(bitPattern: UInt(float.bitPattern)) }

@inline(__always)
func orderTexts(_ base: UnsafeMutableRawPointer, _ left: Int, _ right: Int) -> Int {
    let (one, two) = (base.textCount(left), base.textCount(right))
    let result = Int(memcmp(base + (left &+ 16), base + (right &+ 16), min(one, two)))
    return result != 0 ? (result < 0 ? -1 : 1) : order(one, two)
}

private func tooDeep(_ context: Context) -> Trap {
    raise(context, .depth, "expected values of at most \(MachineLimits.depthMax) levels, found more")
}

/// Whether two values of a type are equal.
func valuesEqual(
    _ context: Context, _ type: UInt32, _ left: Int, _ right: Int, _ depth: Int = 0
) throws(Trap) -> Bool {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { throw tooDeep(context) }
    try chargeStep(context, 1)
    switch row.kind {
    case .unit: return true
    case .bool: return (left != 0) == (right != 0)
    case .int, .duration, .time: return left == right
    case .float: return orderFloats(floatOf(left), floatOf(right)) == 0
    case .string, .path, .bytes, .secret:
        if left == right { return true }
        charge(context, base.textCount(left) >> 4)
        return textsEqual(base, left, right)
    case .decimal: return left == right || decimal(base, left) == decimal(base, right)
    case .json: return try jsonsEqual(context, left, right, depth)
    case .range:
        return base.field(left, 0) == base.field(right, 0) && base.field(left, 1) == base.field(right, 1)
    case .optional:
        if left == 0 || right == 0 { return left == right }
        if context.pointee.types[Int(row.first)].isWord {
            return try valuesEqual(context, row.first, base.field(left, 0), base.field(right, 0), depth)
        }
        return try valuesEqual(context, row.first, left, right, depth)
    case .list:
        let count = base.listCount(left)
        if count != base.listCount(right) { return false }
        if left == right { return true }
        for index in 0..<count {
            let equal = try valuesEqual(
                context, row.first, base.element(left, index), base.element(right, index), depth + 1)
            if !equal { return false }
        }
        return true
    case .map:
        if base.mapCount(left) != base.mapCount(right) { return false }
        for index in 0..<base.mapCount(left) {
            let other = mapFind(base, right, base.mapKey(left, index))
            if other < 0 { return false }
            let equal = try valuesEqual(
                context, row.second, base.mapValue(left, index), base.mapValue(right, other), depth + 1)
            if !equal { return false }
        }
        return true
    case .tuple, .record: return try membersEqual(context, row.first, row.second, left + 8, right + 8, depth)
    case .enumeration:
        if row.isWord { return left == right }
        let number = base.field(left, 0)
        if number != base.field(right, 0) { return false }
        guard number >= 0 && number < Int(row.second) else { return true }
        let item = context.pointee.cases[Int(row.first) + number]
        return try membersEqual(context, item.memberStart, item.memberCount, left + 16, right + 16, depth)
    case .poison, .never, .function, .variable: return left == right
    }
}

private func membersEqual(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ left: Int, _ right: Int, _ depth: Int
) throws(Trap) -> Bool {
    let base = context.pointee.base
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        let equal = try valuesEqual(
            context, member.type, base.word(left + index * 8), base.word(right + index * 8), depth + 1)
        if !equal { return false }
    }
    return true
}

/// null 0, false 1, true 2, numbers 3, strings 4, arrays 5, objects 6.
func jsonRank(_ base: UnsafeMutableRawPointer, _ json: Int) -> Int {
    switch base.kind(json) {
    case ObjectKind.jsonBool: return base.field(json, 0) != 0 ? 2 : 1
    case ObjectKind.jsonInt, ObjectKind.jsonFloat, ObjectKind.decimal: return 3
    case ObjectKind.text: return 4
    case ObjectKind.list: return 5
    case ObjectKind.map: return 6
    default: return 0
    }
}

func jsonFloat(_ base: UnsafeMutableRawPointer, _ json: Int) -> Double {
    switch base.kind(json) {
    case ObjectKind.jsonInt: return Double(base.field(json, 0))
    case ObjectKind.decimal: return decimal(base, json).asDouble
    default: return floatOf(base.field(json, 0))
    }
}

private func orderJsonNumbers(_ base: UnsafeMutableRawPointer, _ left: Int, _ right: Int) -> Int {
    let (one, two) = (base.kind(left), base.kind(right))
    if one == ObjectKind.jsonFloat || two == ObjectKind.jsonFloat {
        return orderFloats(jsonFloat(base, left), jsonFloat(base, right))
    }
    if one == ObjectKind.jsonInt && two == one { return order(base.field(left, 0), base.field(right, 0)) }
    let first = one == ObjectKind.jsonInt ? DecimalValue(base.field(left, 0)) : decimal(base, left)
    let second = two == ObjectKind.jsonInt ? DecimalValue(base.field(right, 0)) : decimal(base, right)
    return order(first.compare(second), 0)
}

func jsonsEqual(_ context: Context, _ left: Int, _ right: Int, _ depth: Int) throws(Trap) -> Bool {
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { throw tooDeep(context) }
    try chargeStep(context, 1)
    if left == right { return true }
    let rank = jsonRank(base, left)
    if rank != jsonRank(base, right) { return false }
    switch rank {
    case 3: return orderJsonNumbers(base, left, right) == 0
    case 4: return textsEqual(base, left, right)
    case 5:
        if base.listCount(left) != base.listCount(right) { return false }
        for index in 0..<base.listCount(left) {
            let equal = try jsonsEqual(
                context, base.element(left, index), base.element(right, index), depth + 1)
            if !equal { return false }
        }
        return true
    case 6:
        if base.mapCount(left) != base.mapCount(right) { return false }
        for index in 0..<base.mapCount(left) {
            let other = mapFind(base, right, base.mapKey(left, index))
            if other < 0 { return false }
            let equal = try jsonsEqual(
                context, base.mapValue(left, index), base.mapValue(right, other), depth + 1)
            if !equal { return false }
        }
        return true
    default: return true
    }
}

/// The order of two values of an ordered type: -1, 0 or 1.
func orderValues(
    _ context: Context, _ type: UInt32, _ left: Int, _ right: Int, _ depth: Int = 0
) throws(Trap) -> Int {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { throw tooDeep(context) }
    try chargeStep(context, 1)
    switch row.kind {
    case .bool: return order(left != 0 ? 1 : 0, right != 0 ? 1 : 0)
    case .int, .duration, .time: return order(left, right)
    case .float: return orderFloats(floatOf(left), floatOf(right))
    case .string, .path, .bytes, .secret: return orderTexts(base, left, right)
    case .decimal: return order(decimal(base, left).compare(decimal(base, right)), 0)
    case .optional:
        if left == 0 || right == 0 { return order(left == 0 ? 0 : 1, right == 0 ? 0 : 1) }
        if context.pointee.types[Int(row.first)].isWord {
            return try orderValues(context, row.first, base.field(left, 0), base.field(right, 0), depth)
        }
        return try orderValues(context, row.first, left, right, depth)
    case .list:
        let (one, two) = (base.listCount(left), base.listCount(right))
        for index in 0..<min(one, two) {
            let result = try orderValues(
                context, row.first, base.element(left, index), base.element(right, index), depth + 1)
            if result != 0 { return result }
        }
        return order(one, two)
    case .tuple, .record: return try orderMembers(context, row.first, row.second, left + 8, right + 8, depth)
    case .range:
        let lower = order(base.field(left, 0), base.field(right, 0))
        return lower != 0 ? lower : order(base.field(left, 1), base.field(right, 1))
    case .enumeration:
        if row.isWord { return order(left, right) }
        let number = base.field(left, 0)
        if number != base.field(right, 0) { return order(number, base.field(right, 0)) }
        guard number >= 0 && number < Int(row.second) else { return 0 }
        let item = context.pointee.cases[Int(row.first) + number]
        return try orderMembers(context, item.memberStart, item.memberCount, left + 16, right + 16, depth)
    case .json:
        let (one, two) = (jsonRank(base, left), jsonRank(base, right))
        if one != two { return order(one, two) }
        if one == 3 { return orderJsonNumbers(base, left, right) }
        return one == 4 ? orderTexts(base, left, right) : 0
    case .unit, .map, .poison, .never, .function, .variable: return 0
    }
}

private func orderMembers(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ left: Int, _ right: Int, _ depth: Int
) throws(Trap) -> Int {
    let base = context.pointee.base
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        let result = try orderValues(
            context, member.type, base.word(left + index * 8), base.word(right + index * 8), depth + 1)
        if result != 0 { return result }
    }
    return 0
}
