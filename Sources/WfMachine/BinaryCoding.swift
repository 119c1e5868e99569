// The binary encoding straight into memory and out of it, by type. The bytes may be hostile: every count, tag
// and number is checked here. The form is WfValue's (Validation.swift).
import WfValue

private func exhausted(_ context: Context, _ reader: borrowing ByteReader) -> DecodeError {
    context.pointee.isMemoryExhausted = true
    return DecodeError(.tooMuchWork, at: reader.position)
}

/// The value at the cursor. Never collects.
func readBinary(
    _ context: Context, _ type: UInt32, _ reader: inout ByteReader, _ depth: Int
) throws(DecodeError) -> Int {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { throw reader.error(.tooDeep) }
    switch row.kind {
    case .unit: return 0
    case .bool: return try reader.readBool() ? 1 : 0
    case .int, .duration, .time: return try reader.readInt()
    case .float: return wordOf(try reader.readFloat())
    case .decimal:
        let value = try reader.readDecimal()
        do throws(Trap) { return try makeDecimal(context, value) } catch { throw exhausted(context, reader) }
    case .string, .path: return try copied(context, try reader.readUtf8(), reader)
    case .bytes: return try copied(context, try reader.readBytes(try reader.readLength()), reader)
    case .secret:
        let bytes = try reader.readBytes(try reader.readLength())
        if !SecretText.isWellFormed(bytes) { throw reader.error(.notUtf8) }
        return try copied(context, bytes, reader)
    case .range:
        let object = try claimed(context, 24, reader)
        base.setHeader(object, row.header)
        base.setField(object, 0, try reader.readInt())
        base.setField(object, 1, try reader.readInt())
        return object
    case .optional:
        if try !reader.readBool() { return 0 }
        let value = try readBinary(context, row.first, &reader, depth + 1)
        if !context.pointee.types[Int(row.first)].isWord { return value }
        do throws(Trap) { return try makeBox(context, value) } catch { throw exhausted(context, reader) }
    case .list:
        let count = try reader.readCount()
        let list = try claimed(context, 16 + count * 8, reader)
        let references = !context.pointee.types[Int(row.first)].isWord
        base.setHeader(list, Header.make(ObjectKind.list, layout: references ? 1 : 0, size: count))
        base.setWord(list + 8, count)
        for index in 0..<count {
            base.setElement(list, index, try readBinary(context, row.first, &reader, depth + 1))
        }
        return list
    case .map:
        let count = try reader.readCount()
        let map: Int
        do throws(Trap) {
            map = try claimMap(context, layout: mapLayout(context, type), room: count)
        } catch { throw exhausted(context, reader) }
        for _ in 0..<count {
            let start = reader.position
            let key = try readBinary(context, row.first, &reader, depth + 1)
            let value = try readBinary(context, row.second, &reader, depth + 1)
            do throws(Trap) {
                if try mapInsert(context, map, key, value, replaces: false) < 0 {
                    throw Trap(kind: .input)
                }
            } catch { throw DecodeError(.duplicateKey, at: start) }
        }
        return map
    case .tuple, .record:
        let object = try claimed(context, 8 + Int(row.second) * 8, reader)
        base.setHeader(object, row.header)
        try readMembers(context, row.first, row.second, object + 8, &reader, depth + 1)
        return object
    case .enumeration:
        let number = try reader.readVarint()
        if number >= UInt64(row.second) { throw reader.error(.outOfRange) }
        if row.isWord { return Int(number) }
        let item = context.pointee.cases[Int(row.first) + Int(number)]
        let object = try claimed(context, 16 + Int(item.memberCount) * 8, reader)
        base.setHeader(object, item.header)
        base.setField(object, 0, Int(number))
        try readMembers(context, item.memberStart, item.memberCount, object + 16, &reader, depth + 1)
        return object
    case .json: return try readBinaryJson(context, &reader, depth)
    case .poison, .never, .function, .variable: throw reader.error(.noSuchValue)
    }
}

private func claimed(_ context: Context, _ bytes: Int, _ reader: borrowing ByteReader) throws(DecodeError)
    -> Int
{
    let object = allocate(context, bytes)
    if object == 0 { throw exhausted(context, reader) }
    return object
}

private func copied(
    _ context: Context, _ bytes: UnsafeRawBufferPointer, _ reader: borrowing ByteReader
) throws(DecodeError) -> Int {
    do throws(Trap) { return try makeText(context, bytes) } catch { throw exhausted(context, reader) }
}

private func readMembers(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ reader: inout ByteReader,
    _ depth: Int
) throws(DecodeError) {
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        context.pointee.base.setWord(place + index * 8, try readBinary(context, member.type, &reader, depth))
    }
}

private func readBinaryJson(
    _ context: Context, _ reader: inout ByteReader, _ depth: Int
) throws(DecodeError) -> Int {
    let base = context.pointee.base
    if depth > MachineLimits.depthMax { throw reader.error(.tooDeep) }
    switch try reader.readByte() {
    case JsonTag.null: return context.pointee.jsonNull
    case JsonTag.false: return context.pointee.jsonFalse
    case JsonTag.true: return context.pointee.jsonTrue
    case JsonTag.int:
        let object = try claimed(context, 16, reader)
        base.setHeader(object, Header.make(ObjectKind.jsonInt, size: 1))
        base.setField(object, 0, try reader.readInt())
        return object
    case JsonTag.float:
        let object = try claimed(context, 16, reader)
        base.setHeader(object, Header.make(ObjectKind.jsonFloat, size: 1))
        base.setField(object, 0, wordOf(try reader.readFloat()))
        return object
    case JsonTag.decimal: return try readBinary(context, TypeId.decimal.raw, &reader, depth)
    case JsonTag.string: return try copied(context, try reader.readUtf8(), reader)
    case JsonTag.array:
        let count = try reader.readCount()
        if count > reader.remaining { throw reader.error(.countTooLarge) }
        let list = try claimed(context, 16 + count * 8, reader)
        base.setHeader(list, Header.make(ObjectKind.list, layout: 1, size: count))
        base.setWord(list + 8, count)
        for index in 0..<count {
            base.setElement(list, index, try readBinaryJson(context, &reader, depth + 1))
        }
        return list
    case JsonTag.object:
        let count = try reader.readCount()
        if count > reader.remaining { throw reader.error(.countTooLarge) }
        let map: Int
        do throws(Trap) { map = try claimMap(context, layout: 3, room: count) } catch {
            throw exhausted(context, reader)
        }
        for _ in 0..<count {
            let start = reader.position
            let key = try copied(context, try reader.readUtf8(), reader)
            let value = try readBinaryJson(context, &reader, depth + 1)
            do throws(Trap) {
                if try mapInsert(context, map, key, value, replaces: false) < 0 { throw Trap(kind: .input) }
            } catch { throw DecodeError(.duplicateKey, at: start) }
        }
        return map
    default: throw reader.error(.unknownTag)
    }
}

// MARK: writing

/// Refuses a value that nests too deeply, or whose encoding, with parts that it holds many times, is too long.
@inline(__always)
func checkSize(_ context: Context, _ depth: Int, _ bytes: Int) throws(Trap) {
    if _slowPath(depth > MachineLimits.depthMax || bytes > context.pointee.encodedBytesMax) {
        throw sizeTrap(context, depth)
    }
}

@inline(never)
private func sizeTrap(_ context: Context, _ depth: Int) -> Trap {
    raise(
        context, .encode,
        depth > MachineLimits.depthMax
            ? "expected a value of at most \(MachineLimits.depthMax) levels, found more"
            : "expected a value of at most \(context.pointee.encodedBytesMax) bytes when it is encoded, found more"
    )
}

/// Appends the encoding of a value.
func writeBinary(
    _ context: Context, _ type: UInt32, _ value: Int, _ out: inout ByteWriter, _ depth: Int
) throws(Trap) {
    let row = context.pointee.types[Int(type)]
    let base = context.pointee.base
    try checkSize(context, depth, out.count)
    switch row.kind {
    case .unit: return
    case .bool: out.append(value != 0 ? 1 : 0)
    case .int, .duration, .time: out.appendInt(value)
    case .float:
        let number = floatOf(value)
        if _slowPath(!number.isFinite) {
            let name = number.isNaN ? "NaN" : number > 0 ? "infinity" : "-infinity"
            throw raise(context, .encode, "\(name) can be neither stored nor sent: expected a finite Float")
        }
        out.appendFloat(number)
    case .decimal: out.appendDecimal(decimal(base, value))
    case .string, .path, .bytes, .secret:
        out.appendCount(base.textCount(value))
        out.append(UnsafePointer(base.textStart(value)), count: base.textCount(value))
    case .range:
        out.appendInt(base.field(value, 0))
        out.appendInt(base.field(value, 1))
    case .optional:
        if value == 0 { return out.append(0) }
        out.append(1)
        let isWord = context.pointee.types[Int(row.first)].isWord
        try writeBinary(context, row.first, isWord ? base.field(value, 0) : value, &out, depth)
    case .list:
        let count = base.listCount(value)
        out.appendCount(count)
        for index in 0..<count {
            try writeBinary(context, row.first, base.element(value, index), &out, depth + 1)
        }
    case .map:
        let count = base.mapCount(value)
        out.appendCount(count)
        for index in 0..<count {
            try writeBinary(context, row.first, base.mapKey(value, index), &out, depth + 1)
            try writeBinary(context, row.second, base.mapValue(value, index), &out, depth + 1)
        }
    case .tuple, .record: try writeMembers(context, row.first, row.second, value + 8, &out, depth + 1)
    case .enumeration:
        let number = row.isWord ? value : base.field(value, 0)
        let item = number >= 0 && number < Int(row.second) ? number : 0
        if row.second == 0 { throw raise(context, .encode, "an enum without cases has no value") }
        out.appendCount(item)
        if row.isWord { return }
        let rowOfCase = context.pointee.cases[Int(row.first) + item]
        try writeMembers(context, rowOfCase.memberStart, rowOfCase.memberCount, value + 16, &out, depth + 1)
    case .json: try writeBinaryJson(context, value, &out, depth)
    case .function, .poison, .never, .variable:
        throw raise(context, .encode, "functions cannot be stored")
    }
}

private func writeMembers(
    _ context: Context, _ start: UInt32, _ count: UInt32, _ place: Int, _ out: inout ByteWriter, _ depth: Int
) throws(Trap) {
    for index in 0..<Int(count) {
        let member = context.pointee.members[Int(start) + index]
        try writeBinary(context, member.type, context.pointee.base.word(place + index * 8), &out, depth)
    }
}

private func writeBinaryJson(
    _ context: Context, _ json: Int, _ out: inout ByteWriter, _ depth: Int
) throws(Trap) {
    let base = context.pointee.base
    try checkSize(context, depth, out.count)
    switch base.kind(json) {
    case ObjectKind.jsonBool: out.append(base.field(json, 0) != 0 ? JsonTag.true : JsonTag.false)
    case ObjectKind.jsonInt:
        out.append(JsonTag.int)
        out.appendInt(base.field(json, 0))
    case ObjectKind.jsonFloat:
        out.append(JsonTag.float)
        out.appendFloat(floatOf(base.field(json, 0)))
    case ObjectKind.decimal:
        out.append(JsonTag.decimal)
        out.appendDecimal(decimal(base, json))
    case ObjectKind.text:
        out.append(JsonTag.string)
        out.appendCount(base.textCount(json))
        out.append(base.textBytes(json))
    case ObjectKind.list:
        out.append(JsonTag.array)
        out.appendCount(base.listCount(json))
        for index in 0..<base.listCount(json) {
            try writeBinaryJson(context, base.element(json, index), &out, depth + 1)
        }
    case ObjectKind.map:
        out.append(JsonTag.object)
        out.appendCount(base.mapCount(json))
        for index in 0..<base.mapCount(json) {
            let key = base.mapKey(json, index)
            out.appendCount(base.textCount(key))
            out.append(base.textBytes(key))
            try writeBinaryJson(context, base.mapValue(json, index), &out, depth + 1)
        }
    default: out.append(JsonTag.null)
    }
}
