// The binary encoding to JSON text, by type, in one pass. The bytes may be hostile; the text is then refused.
// It does not know files or people; JsonError makes words of what it throws.

struct BinaryToJson: ~Copyable {
    let types: TypeView
    var reader: ByteReader
    private let isPretty: Bool
    private(set) var depth = 0
    private var work: Int
    /// By depth: an index * 4, a field's row in `extras` * 4 + 1, a text key's place in the bytes * 4 + 2, an Int
    /// key's * 4 + 3; -1 before the first of them.
    private let path = UnsafeMutablePointer<Int>.allocate(capacity: ValueLimits.depthMax + 2)

    init(_ bytes: UnsafeRawBufferPointer, _ types: TypeView, isPretty: Bool) {
        self.types = types
        self.isPretty = isPretty
        reader = ByteReader(bytes)
        work = ValueLimits.workBase + bytes.count * 16
    }

    deinit { path.deallocate() }

    mutating func value(_ type: UInt32, _ out: inout ByteWriter) throws(DecodeError) {
        let entry = types.entry(type)
        work -= 1
        if _slowPath(work < 0) { throw reader.error(.tooMuchWork) }
        switch entry.kind {
        case .string, .path: out.appendJsonString(try reader.readUtf8())
        case .int: out.appendIntText(try reader.readInt())
        case .record:
            try members(
                types.extras + Int(entry.first), Int(entry.second), ExtraLayout.fieldWidth, &out,
                always: type == TypeId.output.raw ? TypeId.outputFieldsAlways : Int.max)
        case .list: try list(entry.first, &out)
        case .optional:
            if try reader.readBool() { try value(entry.first, &out) } else { null(&out) }
        case .float:
            let number = try reader.readFloat()
            if !number.isFinite { throw reader.error(.notANumber) }
            out.appendFloatText(number)
        case .decimal: out.appendDecimalText(try reader.readDecimal())
        case .bool: literal(try reader.readBool(), &out)
        case .json: try json(&out)
        case .map: try map(entry, &out)
        case .enumeration: try enumeration(entry, &out)
        case .tuple: try positional(types.extras + Int(entry.first), Int(entry.second), 1, &out)
        case .unit: null(&out)
        case .bytes:
            let bytes = try reader.readBytes(try reader.readLength())
            out.append(UInt8(ascii: "\""))
            out.appendBase64(bytes)
            out.append(UInt8(ascii: "\""))
        case .duration:
            out.append(UInt8(ascii: "\""))
            out.appendDurationText(try reader.readInt())
            out.append(UInt8(ascii: "\""))
        case .time:
            out.append(UInt8(ascii: "\""))
            out.appendTimeText(try reader.readInt())
            out.append(UInt8(ascii: "\""))
        case .range:
            out.append(UInt8(ascii: "["))
            out.appendIntText(try reader.readInt())
            out.append(UInt8(ascii: ","))
            out.appendIntText(try reader.readInt())
            out.append(UInt8(ascii: "]"))
        case .poison, .never, .secret, .function, .variable: throw reader.error(.noSuchValue)
        }
    }

    private func null(_ out: inout ByteWriter) {
        let target = out.reserve(4)
        UnsafeMutableRawPointer(target).storeBytes(of: UInt32(0x6C6C_756E).littleEndian, as: UInt32.self)
        out.advance(4)
    }

    private func literal(_ value: Bool, _ out: inout ByteWriter) {
        out.append(utf8: value ? "true" : "false")
    }

    // MARK: brackets, commas, lines

    @inline(__always)
    private mutating func open(_ bracket: Unicode.Scalar, _ out: inout ByteWriter) throws(DecodeError) {
        depth += 1
        if _slowPath(depth > ValueLimits.depthMax) { throw reader.error(.tooDeep) }
        path[depth] = -1
        out.append(UInt8(ascii: bracket))
    }

    @inline(__always)
    private func separate(_ index: Int, _ out: inout ByteWriter) {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        if isPretty { line(depth, &out) }
    }

    @inline(__always)
    private mutating func close(_ bracket: Unicode.Scalar, isEmpty: Bool, _ out: inout ByteWriter) {
        depth -= 1
        if isPretty && !isEmpty { line(depth, &out) }
        out.append(UInt8(ascii: bracket))
    }

    @inline(never)
    private func line(_ indent: Int, _ out: inout ByteWriter) {
        out.append(0x0A)
        for _ in 0..<indent { out.append(utf8: "  ") }
    }

    @inline(__always)
    private func colon(_ out: inout ByteWriter) {
        out.append(UInt8(ascii: ":"))
        if isPretty { out.append(0x20) }
    }

    // MARK: containers

    private mutating func list(_ element: UInt32, _ out: inout ByteWriter) throws(DecodeError) {
        let count = try reader.readCount()
        try open("[", &out)
        for index in 0..<count {
            path[depth] = index << 2
            separate(index, &out)
            try value(element, &out)
        }
        close("]", isEmpty: count == 0, &out)
    }

    private mutating func positional(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ out: inout ByteWriter
    ) throws(DecodeError) {
        try open("[", &out)
        for index in 0..<count {
            path[depth] = index << 2
            separate(index, &out)
            try value(rows[index * stride], &out)
        }
        close("]", isEmpty: count == 0, &out)
    }

    /// Fields or labelled payloads: rows of type, name offset, name length, ….
    /// - Parameter always: how many are written even where they are null.
    private mutating func members(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ out: inout ByteWriter,
        always: Int = .max
    ) throws(DecodeError) {
        try open("{", &out)
        for index in 0..<count {
            let row = rows + index * stride
            if _slowPath(index >= always), try reader.skipNull() { continue }
            path[depth] = (row + 1 - types.extras) << 2 | 1
            separate(index, &out)
            out.appendJsonString(types.bytes + Int(row[1]), Int(row[2]))
            colon(&out)
            try value(row[0], &out)
        }
        close("}", isEmpty: count == 0, &out)
    }

    private mutating func map(_ entry: TypeEntry, _ out: inout ByteWriter) throws(DecodeError) {
        let count = try reader.readCount()
        let keyEntry = types.entry(entry.first)
        try open("{", &out)
        for index in 0..<count {
            separate(index, &out)
            switch keyEntry.kind {
            case .string, .path:
                path[depth] = reader.position << 2 | 2
                out.appendJsonString(try reader.readUtf8())
            case .int:
                path[depth] = reader.position << 2 | 3
                out.append(UInt8(ascii: "\""))
                out.appendIntText(try reader.readInt())
                out.append(UInt8(ascii: "\""))
            case .enumeration:
                let row = try caseRow(keyEntry)
                if row[3] != 0 { throw reader.error(.noSuchValue) }
                path[depth] = (row - types.extras) << 2 | 1
                out.appendJsonString(types.bytes + Int(row[0]), Int(row[1]))
            default: throw reader.error(.noSuchValue)
            }
            colon(&out)
            try value(entry.second, &out)
        }
        close("}", isEmpty: count == 0, &out)
    }

    private mutating func caseRow(_ entry: TypeEntry) throws(DecodeError) -> UnsafePointer<UInt32> {
        let index = try reader.readVarint()
        if index >= UInt64(entry.second) { throw reader.error(.outOfRange) }
        return types.caseRow(entry, Int(index))
    }

    private mutating func enumeration(_ entry: TypeEntry, _ out: inout ByteWriter) throws(DecodeError) {
        let row = try caseRow(entry)
        if row[3] == 0 { return out.appendJsonString(types.bytes + Int(row[0]), Int(row[1])) }
        try open("{", &out)
        path[depth] = (row - types.extras) << 2 | 1
        separate(0, &out)
        out.appendJsonString(types.bytes + Int(row[0]), Int(row[1]))
        colon(&out)
        let payload = types.extras + Int(row[2])
        if row[4] == 1 {
            try members(payload, Int(row[3]), ExtraLayout.payloadWidth, &out)
        } else if row[3] == 1 {
            try value(payload[0], &out)
        } else {
            try positional(payload, Int(row[3]), ExtraLayout.payloadWidth, &out)
        }
        close("}", isEmpty: false, &out)
    }

    private mutating func json(_ out: inout ByteWriter) throws(DecodeError) {
        switch try reader.readByte() {
        case JsonTag.null: null(&out)
        case JsonTag.false: literal(false, &out)
        case JsonTag.true: literal(true, &out)
        case JsonTag.int: out.appendIntText(try reader.readInt())
        case JsonTag.float: try value(TypeId.float.raw, &out)
        case JsonTag.decimal: out.appendDecimalText(try reader.readDecimal())
        case JsonTag.string: out.appendJsonString(try reader.readUtf8())
        case JsonTag.array: try list(TypeId.json.raw, &out)
        case JsonTag.object:
            let count = try reader.readCount()
            try open("{", &out)
            for index in 0..<count {
                separate(index, &out)
                path[depth] = reader.position << 2 | 2
                out.appendJsonString(try reader.readUtf8())
                colon(&out)
                try json(&out)
            }
            close("}", isEmpty: count == 0, &out)
        default: throw reader.error(.unknownTag)
        }
    }

    /// The path to where writing stopped.
    func pathText() -> String {
        var result = "$"
        for level in 1..<(depth + 1) where level <= ValueLimits.depthMax && path[level] >= 0 {
            let step = path[level] >> 2
            var keys = reader
            keys.cursor = reader.base + (path[level] & 2 == 2 ? step : 0)
            switch path[level] & 3 {
            case 0: result += "[\(step)]"
            case 1:
                let row = types.extras + step
                let name = UnsafeBufferPointer(start: types.bytes + Int(row[0]), count: Int(row[1]))
                result += JsonError.pathStep(String(decoding: name, as: UTF8.self))
            case 2: result += JsonError.pathStep((try? keys.readString()) ?? "?")
            default: result += JsonError.pathStep((try? keys.readInt()).map { "\($0)" } ?? "?")
            }
        }
        return result
    }
}
