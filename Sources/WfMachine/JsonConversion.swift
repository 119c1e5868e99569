// Values to Json and back, in memory. [Json], [String], [String: Json] and what consists of them are Json as
// they are; all else is built anew. It does not know JSON text.
import WfValue

/// A value as Json.
func toJson(_ context: Context, _ type: UInt32, _ value: Int, _ depth: Int = 0) throws(Trap) -> Int {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    if depth > MachineLimits.depthMax {
        throw raise(
            context, .encode, "expected a value of at most \(MachineLimits.depthMax) levels, found more")
    }
    if row.isJsonAlready {
        if value == 0 { return try emptyJson(context, row) }
        share(base, value)
        return value
    }
    switch row.kind {
    case .unit, .poison, .never, .variable: return context.pointee.jsonNull
    case .bool: return value != 0 ? context.pointee.jsonTrue : context.pointee.jsonFalse
    case .int: return try makeJsonWord(context, ObjectKind.jsonInt, value)
    case .float:
        if !floatOf(value).isFinite { throw raise(context, .encode, "Json cannot hold \(floatOf(value))") }
        return try makeJsonWord(context, ObjectKind.jsonFloat, value)
    case .decimal: return try makeDecimal(context, decimal(base, value))
    case .string, .path, .secret, .json: return value
    case .bytes, .duration, .time:
        context.pointee.scratch.truncate(to: 0)
        if row.kind == .bytes {
            context.pointee.scratch.appendBase64(base.textBytes(value))
        } else if row.kind == .time {
            context.pointee.scratch.appendTimeText(value)
        } else {
            context.pointee.scratch.appendDurationText(value)
        }
        return try makeText(context, context.pointee.scratch.written)
    case .range:
        let list = try claimList(context, count: 2, references: true)
        for index in 0..<2 {
            let number = try makeJsonWord(context, ObjectKind.jsonInt, base.field(value, index))
            base.setElement(list, index, number)
        }
        return list
    case .optional:
        if value == 0 { return context.pointee.jsonNull }
        let isWord = context.pointee.types[Int(row.first)].isWord
        return try toJson(context, row.first, isWord ? base.field(value, 0) : value, depth)
    case .list:
        let count = base.listCount(value)
        let list = try claimList(context, count: count, references: true)
        for index in 0..<count {
            base.setElement(
                list, index, try toJson(context, row.first, base.element(value, index), depth + 1))
        }
        return list
    case .map:
        let count = base.mapCount(value)
        let map = try claimMap(context, layout: 3, room: count)
        for index in 0..<count {
            let key = try keyText(context, row.first, base.mapKey(value, index))
            let item = try toJson(context, row.second, base.mapValue(value, index), depth + 1)
            _ = try mapInsert(context, map, key, item)
        }
        return map
    case .tuple: return try positionalToJson(context, row.first, row.second, value + 8, depth + 1)
    case .record:
        return try membersToJson(
            context, row.first, row.second, value + 8, depth + 1, always: fieldsAlways(type))
    case .enumeration:
        let number = row.isWord ? value : base.field(value, 0)
        guard number >= 0 && number < Int(row.second) else { return context.pointee.jsonNull }
        let item = context.pointee.cases[Int(row.first) + number]
        let name = try makeText(context, context.pointee.names + Int(item.nameStart), Int(item.nameCount))
        if item.memberCount == 0 { return name }
        let payload: Int
        if item.isLabelled {
            payload = try membersToJson(context, item.memberStart, item.memberCount, value + 16, depth + 1)
        } else if item.memberCount == 1 {
            let type = context.pointee.members[Int(item.memberStart)].type
            payload = try toJson(context, type, base.field(value, 1), depth + 1)
        } else {
            payload = try positionalToJson(context, item.memberStart, item.memberCount, value + 16, depth + 1)
        }
        let map = try claimMap(context, layout: 3, room: 1)
        return try mapInsert(context, map, name, payload)
    case .function: throw raise(context, .encode, "functions cannot be Json")
    }
}

/// An unset register of a type that is Json already.
private func emptyJson(_ context: Context, _ row: TypeRow) throws(Trap) -> Int {
    switch row.kind {
    case .string, .path, .secret: return context.pointee.emptyText
    case .list: return try claimList(context, count: 0, references: true)
    case .map: return try claimMap(context, layout: 3, room: 0)
    default: return context.pointee.jsonNull
    }
}

private func keyText(_ context: Context, _ type: UInt32, _ key: Int) throws(Trap) -> Int {
    let row = context.pointee.types[Int(type)]
    switch row.kind {
    case .int: return try intText(context, key)
    case .enumeration:
        guard key >= 0 && key < Int(row.second) else { return context.pointee.emptyText }
        let item = context.pointee.cases[Int(row.first) + key]
        return try makeText(context, context.pointee.names + Int(item.nameStart), Int(item.nameCount))
    default: return key
    }
}

/// How many fields of a record its JSON has whatever they hold; those behind are left out where they are null.
@inline(__always)
func fieldsAlways(_ type: UInt32) -> Int {
    _slowPath(type == TypeId.output.raw) ? TypeId.outputFieldsAlways : .max
}

private func positionalToJson(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ depth: Int
) throws(Trap) -> Int {
    let list = try claimList(context, count: Int(count), references: true)
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        let item = try toJson(context, member.type, context.pointee.base.word(place + index * 8), depth)
        context.pointee.base.setElement(list, index, item)
    }
    return list
}

private func membersToJson(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ depth: Int, always: Int = .max
) throws(Trap) -> Int {
    let map = try claimMap(context, layout: 3, room: Int(count))
    for index in 0..<Int(count) {
        if _slowPath(index >= always), context.pointee.base.word(place + index * 8) == 0 { continue }
        let member = context.pointee.members[Int(start) + index]
        let name = try makeText(context, context.pointee.names + Int(member.nameStart), Int(member.nameCount))
        let item = try toJson(context, member.type, context.pointee.base.word(place + index * 8), depth)
        _ = try mapInsert(context, map, name, item)
    }
    return map
}

// MARK: back

/// The Int that a Json is, however its number was written.
private func wholeInt(_ base: UnsafeMutableRawPointer, _ json: Int) -> Int? {
    switch base.kind(json) {
    case ObjectKind.jsonInt: return base.field(json, 0)
    case ObjectKind.jsonFloat: return Int(exactly: floatOf(base.field(json, 0)))
    case ObjectKind.decimal: return decimal(base, json).exactInt
    default: return nil
    }
}

/// A Json as a value of a type, or nil when it does not fit.
func fromJson(_ context: Context, _ type: UInt32, _ json: Int, _ depth: Int = 0) throws(Trap) -> Int? {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { return nil }
    let kind = base.kind(json)
    switch row.kind {
    case .json:
        share(base, json)
        return json == 0 ? context.pointee.jsonNull : json
    case .unit: return jsonRank(base, json) == 0 ? 0 : nil
    case .bool: return kind == ObjectKind.jsonBool ? base.field(json, 0) : nil
    case .int: return wholeInt(base, json)
    case .float:
        switch kind {
        case ObjectKind.jsonInt, ObjectKind.jsonFloat, ObjectKind.decimal:
            return wordOf(jsonFloat(base, json))
        default: return nil
        }
    case .decimal:
        switch kind {
        case ObjectKind.decimal: return json
        case ObjectKind.jsonInt: return try makeDecimal(context, DecimalValue(base.field(json, 0)))
        case ObjectKind.jsonFloat:
            guard let value = DecimalValue(floatOf(base.field(json, 0))) else { return nil }
            return try makeDecimal(context, value)
        case ObjectKind.text:
            guard let value = DecimalValue(base.textBytes(json)) else { return nil }
            return try makeDecimal(context, value)
        default: return nil
        }
    case .string, .path:
        guard kind == ObjectKind.text else { return nil }
        share(base, json)
        return json
    case .bytes:
        guard kind == ObjectKind.text else { return nil }
        context.pointee.scratch.truncate(to: 0)
        guard context.pointee.scratch.appendDecodedBase64(base.textBytes(json)) else { return nil }
        return try makeText(context, context.pointee.scratch.written)
    case .duration: return kind == ObjectKind.text ? DurationText.parse(base.textBytes(json)) : nil
    case .time: return kind == ObjectKind.text ? TimeText.parse(base.textBytes(json)) : nil
    case .range:
        guard kind == ObjectKind.list, base.listCount(json) == 2 else { return nil }
        guard let low = wholeInt(base, base.element(json, 0)),
            let high = wholeInt(base, base.element(json, 1))
        else { return nil }
        let object = try claim(context, 24)
        base.setHeader(object, row.header)
        base.setField(object, 0, low)
        base.setField(object, 1, high)
        return object
    case .optional:
        if jsonRank(base, json) == 0 { return 0 }
        guard let value = try fromJson(context, row.first, json, depth) else { return nil }
        return context.pointee.types[Int(row.first)].isWord ? try makeBox(context, value) : value
    case .list:
        guard kind == ObjectKind.list else { return nil }
        if context.pointee.types[Int(row.first)].kind == .json {
            share(base, json)
            return json
        }
        let count = base.listCount(json)
        let references = !context.pointee.types[Int(row.first)].isWord
        let list = try claimList(context, count: count, references: references)
        for index in 0..<count {
            guard let item = try fromJson(context, row.first, base.element(json, index), depth + 1) else {
                return nil
            }
            base.setElement(list, index, item)
        }
        return list
    case .map: return try mapFromJson(context, type, row, json, depth)
    case .tuple:
        let object = try claim(context, 8 + Int(row.second) * 8)
        base.setHeader(object, row.header)
        let fits = try positionalFromJson(context, row.first, row.second, object + 8, json, depth + 1)
        return fits ? object : nil
    case .record:
        let object = try claim(context, 8 + Int(row.second) * 8)
        base.setHeader(object, row.header)
        let fits = try membersFromJson(
            context, row.first, row.second, object + 8, json, depth + 1, isOpen: row.isOpen)
        return fits ? object : nil
    case .enumeration: return try enumFromJson(context, row, json, depth + 1)
    case .poison, .never, .secret, .function, .variable: return nil
    }
}

private func mapFromJson(
    _ context: Context, _ type: UInt32, _ row: TypeRow, _ json: Int, _ depth: Int
) throws(Trap) -> Int? {
    let base = context.pointee.base
    guard base.kind(json) == ObjectKind.map else { return nil }
    let keyRow = context.pointee.types[Int(row.first)]
    if keyRow.kind == .string && context.pointee.types[Int(row.second)].kind == .json {
        share(base, json)
        return json
    }
    let count = base.mapCount(json)
    let map = try claimMap(context, layout: mapLayout(context, type), room: count)
    for index in 0..<count {
        var key = base.mapKey(json, index)
        switch keyRow.kind {
        case .int:
            guard let number = canonicalInt(base.textBytes(key)) else { return nil }
            key = number
        case .enumeration:
            key = caseNumber(context, keyRow, base.textBytes(key))
            if key < 0 { return nil }
        default: break
        }
        guard let value = try fromJson(context, row.second, base.mapValue(json, index), depth + 1) else {
            return nil
        }
        _ = try mapInsert(context, map, key, value)
    }
    return map
}

private func positionalFromJson(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ json: Int, _ depth: Int
) throws(Trap) -> Bool {
    let base = context.pointee.base
    guard base.kind(json) == ObjectKind.list, base.listCount(json) == Int(count) else { return false }
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        guard let item = try fromJson(context, member.type, base.element(json, index), depth) else {
            return false
        }
        base.setWord(place + index * 8, item)
    }
    return true
}

private func membersFromJson(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ json: Int, _ depth: Int,
    isOpen: Bool
) throws(Trap) -> Bool {
    let base = context.pointee.base
    guard base.kind(json) == ObjectKind.map else { return false }
    var found = 0
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        let name = context.pointee.names + Int(member.nameStart)
        var entry = -1
        // members mostly stand in their order
        let entries = base.mapCount(json)
        for turn in 0..<entries {
            let candidate = index + turn < entries ? index + turn : (index + turn) % entries
            let key = base.mapKey(json, candidate)
            if base.textCount(key) == Int(member.nameCount)
                && sameBytes(name, UnsafePointer(base.textStart(key)), Int(member.nameCount))
            {
                entry = candidate
                break
            }
        }
        if entry >= 0 {
            found += 1
            guard let item = try fromJson(context, member.type, base.mapValue(json, entry), depth) else {
                return false
            }
            base.setWord(place + index * 8, item)
        } else if member.defaultStart != .max {
            var reader = ByteReader(
                UnsafeRawBufferPointer(
                    start: context.pointee.names + Int(member.defaultStart), count: Int(member.defaultCount)))
            do throws(DecodeError) {
                base.setWord(place + index * 8, try readBinary(context, member.type, &reader, 0))
            } catch { return false }
        } else if context.pointee.types[Int(member.type)].kind == .optional {
            base.setWord(place + index * 8, 0)
        } else {
            return false
        }
    }
    return isOpen || found == base.mapCount(json)
}

private func enumFromJson(
    _ context: Context, _ row: TypeRow, _ json: Int, _ depth: Int
) throws(Trap) -> Int? {
    let base = context.pointee.base
    var name = json
    var payload = 0
    if base.kind(json) == ObjectKind.map {
        guard base.mapCount(json) == 1 else { return nil }
        name = base.mapKey(json, 0)
        payload = base.mapValue(json, 0)
    } else if base.kind(json) != ObjectKind.text {
        return nil
    }
    let number = caseNumber(context, row, base.textBytes(name))
    if number < 0 { return nil }
    let item = context.pointee.cases[Int(row.first) + number]
    if (item.memberCount == 0) != (base.kind(json) == ObjectKind.text) { return nil }
    if row.isWord { return number }
    let object = try claim(context, 16 + Int(item.memberCount) * 8)
    base.setHeader(object, item.header)
    base.setField(object, 0, number)
    if item.isLabelled {
        let fits = try membersFromJson(
            context, item.memberStart, item.memberCount, object + 16, payload, depth, isOpen: false)
        return fits ? object : nil
    }
    if item.memberCount == 1 {
        let type = context.pointee.members[Int(item.memberStart)].type
        guard let value = try fromJson(context, type, payload, depth) else { return nil }
        base.setField(object, 1, value)
    } else if item.memberCount > 1 {
        let fits = try positionalFromJson(
            context, item.memberStart, item.memberCount, object + 16, payload, depth)
        return fits ? object : nil
    }
    return object
}
