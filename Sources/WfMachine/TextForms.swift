// Values as text and as JSON text, straight from memory. It does not know how JSON is read
// (JsonDecoding.swift).
import WfValue

/// Two digits per number below 100.
private let digitPairs: StaticString =
    """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """

/// The decimal digits of a number as a String.
@inline(__always)
func intText(_ context: Context, _ value: Int) throws(Trap) -> Int {
    // 20 bytes at most, written from the end of three words, then moved to the start
    let text = try claim(context, 40)
    let base = context.pointee.base
    let start = base.textStart(text)
    var magnitude = value.magnitude
    var place = 24
    let pairs = digitPairs.utf8Start
    while magnitude >= 100 {
        let quotient = magnitude / 100
        let pair = Int(truncatingIfNeeded: magnitude &- quotient &* 100) &* 2
        place &-= 2
        start[place] = pairs[pair]
        start[place &+ 1] = pairs[pair &+ 1]
        magnitude = quotient
    }
    if magnitude >= 10 {
        let pair = Int(truncatingIfNeeded: magnitude) &* 2
        place &-= 2
        start[place] = pairs[pair]
        start[place &+ 1] = pairs[pair &+ 1]
    } else {
        place &-= 1
        start[place] = 0x30 &+ UInt8(truncatingIfNeeded: magnitude)
    }
    if value < 0 {
        place &-= 1
        start[place] = 0x2D
    }
    let count = 24 &- place
    let raw = UnsafeMutableRawPointer(start)
    let low = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    if count <= 8 {
        raw.storeBytes(of: low, as: UInt64.self)
    } else {
        for index in 0..<count { start[index] = start[place &+ index] }
    }
    let room = (count &+ 7) & ~7
    base.setHeader(text, Header.make(ObjectKind.text, size: room))
    base.setTextCount(text, count)
    context.pointee.top = text &+ 16 &+ room
    return text
}

/// What `"{value}"` yields.
func textForm(_ context: Context, _ type: UInt32, _ value: Int) throws(Trap) -> Int {
    switch context.pointee.types[Int(type)].kind {
    case .int: return try intText(context, value)
    case .string, .path, .secret: return value
    default:
        context.pointee.scratch.truncate(to: 0)
        try writeText(context, type, value)
        return try makeText(context, context.pointee.scratch.written)
    }
}

/// Appends the text form to the scratch buffer.
private func writeText(_ context: Context, _ type: UInt32, _ value: Int) throws(Trap) {
    let base = context.pointee.base
    let row = context.pointee.types[Int(type)]
    switch row.kind {
    case .bool: context.pointee.scratch.append(utf8: value != 0 ? "true" : "false")
    case .int: context.pointee.scratch.appendIntText(value)
    case .float: context.pointee.scratch.appendFloatText(floatOf(value))
    case .decimal: context.pointee.scratch.appendDecimalText(decimal(base, value))
    case .duration: context.pointee.scratch.appendDurationText(value)
    case .time: context.pointee.scratch.appendTimeText(value)
    case .string, .path, .secret: context.pointee.scratch.append(base.textBytes(value))
    case .json where base.kind(value) == ObjectKind.text:
        context.pointee.scratch.append(base.textBytes(value))
    case .range:
        context.pointee.scratch.appendIntText(base.field(value, 0))
        context.pointee.scratch.append(utf8: "..<")
        context.pointee.scratch.appendIntText(base.field(value, 1))
    case .enumeration where row.isWord:
        guard value >= 0 && value < Int(row.second) else { return }
        let item = context.pointee.cases[Int(row.first) + value]
        context.pointee.scratch.append(
            context.pointee.names + Int(item.nameStart), count: Int(item.nameCount))
    default: try writeJson(context, type, value, 0)
    }
}

// MARK: JSON

private func cannotWrite(_ context: Context, _ what: String) -> Trap {
    raise(context, .encode, "JSON cannot write \(what)")
}

private func appendNull(_ context: Context) { context.pointee.scratch.append(utf8: "null") }

private func appendQuoted(_ context: Context, _ text: Int) {
    context.pointee.scratch.appendJsonString(context.pointee.base.textBytes(text))
}

private func appendName(_ context: Context, _ start: UInt32, _ count: UInt32) {
    context.pointee.scratch.appendJsonString(
        UnsafeRawBufferPointer(start: context.pointee.names + Int(start), count: Int(count)))
}

private func appendFloat(_ context: Context, _ value: Double) throws(Trap) {
    if !value.isFinite { throw cannotWrite(context, "\(value)") }
    // Whole numbers of few digits take the short way.
    if value.magnitude < 1e15 && value == value.rounded(.towardZero) && !(value == 0 && value.sign == .minus)
    {
        context.pointee.scratch.appendIntText(Int(value))
        context.pointee.scratch.append(UInt8(ascii: "."))
        context.pointee.scratch.append(UInt8(ascii: "0"))
    } else {
        context.pointee.scratch.appendFloatText(value)
    }
}

/// Appends the JSON text of a value to the scratch buffer.
func writeJson(_ context: Context, _ type: UInt32, _ value: Int, _ depth: Int) throws(Trap) {
    let base = context.pointee.base
    let row = context.pointee.types[Int(type)]
    try checkSize(context, depth, context.pointee.scratch.count)
    switch row.kind {
    case .unit: appendNull(context)
    case .bool: context.pointee.scratch.append(utf8: value != 0 ? "true" : "false")
    case .int: context.pointee.scratch.appendIntText(value)
    case .float: try appendFloat(context, floatOf(value))
    case .decimal: context.pointee.scratch.appendDecimalText(decimal(base, value))
    case .string, .path: appendQuoted(context, value)
    case .bytes:
        context.pointee.scratch.append(UInt8(ascii: "\""))
        context.pointee.scratch.appendBase64(base.textBytes(value))
        context.pointee.scratch.append(UInt8(ascii: "\""))
    case .duration:
        context.pointee.scratch.append(UInt8(ascii: "\""))
        context.pointee.scratch.appendDurationText(value)
        context.pointee.scratch.append(UInt8(ascii: "\""))
    case .time:
        context.pointee.scratch.append(UInt8(ascii: "\""))
        context.pointee.scratch.appendTimeText(value)
        context.pointee.scratch.append(UInt8(ascii: "\""))
    case .json: try writeJsonValue(context, value, depth)
    case .range:
        context.pointee.scratch.append(UInt8(ascii: "["))
        context.pointee.scratch.appendIntText(base.field(value, 0))
        context.pointee.scratch.append(UInt8(ascii: ","))
        context.pointee.scratch.appendIntText(base.field(value, 1))
        context.pointee.scratch.append(UInt8(ascii: "]"))
    case .optional:
        if value == 0 { return appendNull(context) }
        let isWord = context.pointee.types[Int(row.first)].isWord
        try writeJson(context, row.first, isWord ? base.field(value, 0) : value, depth)
    case .list:
        context.pointee.scratch.append(UInt8(ascii: "["))
        for index in 0..<base.listCount(value) {
            if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
            try writeJson(context, row.first, base.element(value, index), depth + 1)
        }
        context.pointee.scratch.append(UInt8(ascii: "]"))
    case .map:
        context.pointee.scratch.append(UInt8(ascii: "{"))
        for index in 0..<base.mapCount(value) {
            if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
            writeKey(context, row.first, base.mapKey(value, index))
            context.pointee.scratch.append(UInt8(ascii: ":"))
            try writeJson(context, row.second, base.mapValue(value, index), depth + 1)
        }
        context.pointee.scratch.append(UInt8(ascii: "}"))
    case .tuple: try writePositional(context, row.first, row.second, value + 8, depth)
    case .record:
        try writeMembers(
            context, row.first, row.second, value + 8, depth, always: fieldsAlways(type))
    case .enumeration:
        let number = row.isWord ? value : base.field(value, 0)
        guard number >= 0 && number < Int(row.second) else { return appendNull(context) }
        let item = context.pointee.cases[Int(row.first) + number]
        if item.memberCount == 0 { return appendName(context, item.nameStart, item.nameCount) }
        context.pointee.scratch.append(UInt8(ascii: "{"))
        appendName(context, item.nameStart, item.nameCount)
        context.pointee.scratch.append(UInt8(ascii: ":"))
        if item.isLabelled {
            try writeMembers(context, item.memberStart, item.memberCount, value + 16, depth + 1)
        } else if item.memberCount == 1 {
            let member = context.pointee.members[Int(item.memberStart)]
            try writeJson(context, member.type, base.field(value, 1), depth + 1)
        } else {
            try writePositional(context, item.memberStart, item.memberCount, value + 16, depth + 1)
        }
        context.pointee.scratch.append(UInt8(ascii: "}"))
    case .function: throw cannotWrite(context, "a function")
    case .secret: throw cannotWrite(context, "a Secret")
    case .poison, .never, .variable: appendNull(context)
    }
}

private func writeKey(_ context: Context, _ type: UInt32, _ key: Int) {
    let row = context.pointee.types[Int(type)]
    switch row.kind {
    case .string, .path: appendQuoted(context, key)
    case .enumeration:
        guard key >= 0 && key < Int(row.second) else { return appendNull(context) }
        let item = context.pointee.cases[Int(row.first) + key]
        appendName(context, item.nameStart, item.nameCount)
    default:
        context.pointee.scratch.append(UInt8(ascii: "\""))
        context.pointee.scratch.appendIntText(key)
        context.pointee.scratch.append(UInt8(ascii: "\""))
    }
}

private func writePositional(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ depth: Int
) throws(Trap) {
    context.pointee.scratch.append(UInt8(ascii: "["))
    for index in 0..<Int(count) {
        if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
        let member = context.pointee.members[Int(start) + index]
        try writeJson(context, member.type, context.pointee.base.word(place + index * 8), depth + 1)
    }
    context.pointee.scratch.append(UInt8(ascii: "]"))
}

private func writeMembers(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ depth: Int, always: Int = .max
) throws(Trap) {
    context.pointee.scratch.append(UInt8(ascii: "{"))
    for index in 0..<Int(count) {
        if _slowPath(index >= always), context.pointee.base.word(place + index * 8) == 0 { continue }
        if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
        let member = context.pointee.members[Int(start) + index]
        appendName(context, member.nameStart, member.nameCount)
        context.pointee.scratch.append(UInt8(ascii: ":"))
        try writeJson(context, member.type, context.pointee.base.word(place + index * 8), depth + 1)
    }
    context.pointee.scratch.append(UInt8(ascii: "}"))
}

/// Appends the text of a Json, whose header says what it is.
private func writeJsonValue(_ context: Context, _ json: Int, _ depth: Int) throws(Trap) {
    let base = context.pointee.base
    try checkSize(context, depth, context.pointee.scratch.count)
    switch base.kind(json) {
    case ObjectKind.jsonBool:
        context.pointee.scratch.append(utf8: base.field(json, 0) != 0 ? "true" : "false")
    case ObjectKind.jsonInt: context.pointee.scratch.appendIntText(base.field(json, 0))
    case ObjectKind.jsonFloat: try appendFloat(context, floatOf(base.field(json, 0)))
    case ObjectKind.decimal: context.pointee.scratch.appendDecimalText(decimal(base, json))
    case ObjectKind.text: appendQuoted(context, json)
    case ObjectKind.list:
        context.pointee.scratch.append(UInt8(ascii: "["))
        for index in 0..<base.listCount(json) {
            if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
            try writeJsonValue(context, base.element(json, index), depth + 1)
        }
        context.pointee.scratch.append(UInt8(ascii: "]"))
    case ObjectKind.map:
        context.pointee.scratch.append(UInt8(ascii: "{"))
        for index in 0..<base.mapCount(json) {
            if index > 0 { context.pointee.scratch.append(UInt8(ascii: ",")) }
            appendQuoted(context, base.mapKey(json, index))
            context.pointee.scratch.append(UInt8(ascii: ":"))
            try writeJsonValue(context, base.mapValue(json, index), depth + 1)
        }
        context.pointee.scratch.append(UInt8(ascii: "}"))
    default: appendNull(context)
    }
}
