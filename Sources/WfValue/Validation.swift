// The binary encoding by type, and the check that hostile bytes are one.
// It does not know JSON text (JsonToBinary, BinaryToJson) nor order (Comparison).
//
//   Unit            nothing
//   Bool            0 or 1
//   Int Duration Time   zigzag varint (Duration and Time in microseconds)
//   Float           8 bytes, little-endian
//   Decimal         scale, zigzag varint of up to 128 bits
//   String Path Bytes   varint length, bytes
//   T?              0, or 1 and the value
//   [T]             varint count, elements
//   [K: V]          varint count, keys and values in turn, in the order of insertion
//   tuple, record   elements, fields in their order
//   enum            varint index of the case, payloads
//   Range           two Ints: from, and up to but not including
//   Json            tag (JsonTag), then nothing / Int / Float / Decimal / String / count and elements /
//                   count and (String, Json) pairs
// Varints are LEB128 in their shortest form, so equal values of most types have equal bytes; maps and Json objects
// may differ in order, Decimals in trailing zeros, Floats in the sign of zero.

struct BinaryValidator: ~Copyable {
    let types: TypeView
    var reader: ByteReader
    private var depth = 0
    /// Parts that may still be looked at.
    private(set) var work: Int
    private var keys = IntStack()
    /// Off for bytes that have been checked before and are only walked.
    private let checksKeys: Bool

    init(_ reader: ByteReader, _ types: TypeView, checksKeys: Bool = true, work: Int? = nil) {
        self.types = types
        self.reader = reader
        self.checksKeys = checksKeys
        self.work = work ?? ValueLimits.workBase + reader.remaining * 16
    }

    mutating func value(_ type: UInt32) throws(DecodeError) {
        let entry = types.entry(type)
        work -= 1
        if _slowPath(work < 0) { throw reader.error(.tooMuchWork) }
        switch entry.kind {
        case .unit: return
        case .bool: _ = try reader.readBool()
        case .int, .duration, .time: _ = try reader.readInt()
        case .float: _ = try reader.readFixed()
        case .decimal: _ = try reader.readDecimal()
        case .string, .path: _ = try reader.readUtf8()
        case .bytes: _ = try reader.readBytes(try reader.readLength())
        case .secret:
            let bytes = try reader.readBytes(try reader.readLength())
            if !SecretText.isWellFormed(bytes) { throw reader.error(.notUtf8) }
        case .range:
            _ = try reader.readInt()
            _ = try reader.readInt()
        case .optional: if try reader.readBool() { try value(entry.first) }
        case .list: try list(entry.first)
        case .map: try map(entry)
        case .tuple: try members(types.extras + Int(entry.first), Int(entry.second), 1)
        case .record:
            try members(types.extras + Int(entry.first), Int(entry.second), ExtraLayout.fieldWidth)
        case .enumeration:
            let index = try reader.readVarint()
            if index >= UInt64(entry.second) { throw reader.error(.outOfRange) }
            let row = types.caseRow(entry, Int(index))
            try members(types.extras + Int(row[2]), Int(row[3]), ExtraLayout.payloadWidth)
        case .json: try json()
        case .poison, .never, .function, .variable: throw reader.error(.noSuchValue)
        }
    }

    private mutating func descend() throws(DecodeError) {
        depth += 1
        if depth > ValueLimits.depthMax { throw reader.error(.tooDeep) }
    }

    private mutating func list(_ element: UInt32) throws(DecodeError) {
        let count = try reader.readCount()
        if count == 0 { return }
        try descend()
        let start = reader.position
        try value(element)
        // Elements that take no bytes are all alike: one look is enough.
        if reader.position != start {
            for _ in 1..<max(count, 1) { try value(element) }
        }
        depth -= 1
    }

    private mutating func members(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int
    ) throws(DecodeError) {
        if count == 0 { return }
        try descend()
        for index in 0..<count { try value(rows[index * stride]) }
        depth -= 1
    }

    private mutating func map(_ entry: TypeEntry) throws(DecodeError) {
        let key = types.entry(entry.first)
        let isKey = key.kind == .string || key.kind == .int || key.kind == .path
        guard isKey || (key.kind == .enumeration && key.flags & TypeEntry.isWord != 0) else {
            throw reader.error(.noSuchValue)
        }
        let count = try reader.readLength()
        try descend()
        let frame = keys.count
        for _ in 0..<count {
            keys.push(reader.position)
            try value(entry.first)
            keys.push(reader.position)
            try value(entry.second)
        }
        try finishKeys(frame, count)
    }

    private mutating func finishKeys(_ frame: Int, _ count: Int) throws(DecodeError) {
        depth -= 1
        keys.pop(to: frame)
        if !checksKeys { return }
        if let index = firstRepeatedKey(reader.base, keys.base + frame, count: count, stride: 2) {
            throw DecodeError(.duplicateKey, at: keys.base[frame + index * 2])
        }
    }

    private mutating func json() throws(DecodeError) {
        switch try reader.readByte() {
        case JsonTag.null, JsonTag.false, JsonTag.true: return
        case JsonTag.int: _ = try reader.readInt()
        case JsonTag.float: _ = try reader.readFixed()
        case JsonTag.decimal: _ = try reader.readDecimal()
        case JsonTag.string: _ = try reader.readUtf8()
        case JsonTag.array:
            let count = try reader.readLength()
            try descend()
            for _ in 0..<count { try json() }
            depth -= 1
        case JsonTag.object:
            let count = try reader.readLength()
            try descend()
            let frame = keys.count
            for _ in 0..<count {
                keys.push(reader.position)
                _ = try reader.readUtf8()
                keys.push(reader.position)
                try json()
            }
            try finishKeys(frame, count)
        default:
            reader.cursor -= 1
            throw reader.error(.unknownTag)
        }
    }
}

extension TypeTable {
    /// Checks that the bytes are exactly one value of the type: UTF-8, shortest forms, counts, depth, distinct keys.
    /// After it has passed, the encoding may be read without further checks.
    public func validate(_ bytes: UnsafeRawBufferPointer, as type: TypeId) throws(DecodeError) {
        var reader = ByteReader(bytes)
        try validate(&reader, as: type)
        try reader.expectEnd()
    }

    public func validate(_ bytes: [UInt8], as type: TypeId) throws(DecodeError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(DecodeError) in
            try validate(UnsafeRawBufferPointer(buffer), as: type)
        }
    }

    /// The same with a budget of parts that several values share.
    public func validate(_ bytes: [UInt8], as type: TypeId, work: inout Int) throws(DecodeError) {
        let budget = work
        work = try bytes.withUnsafeBufferPointer { (buffer) throws(DecodeError) -> Int in
            try withView { (view) throws(DecodeError) -> Int in
                let reader = ByteReader(UnsafeRawBufferPointer(buffer))
                var validator = BinaryValidator(reader, view, work: budget)
                try validator.value(type.raw)
                try validator.reader.expectEnd()
                return validator.work
            }
        }
    }

    /// Checks the value that starts at the reader's cursor, and moves the cursor past it.
    public func validate(_ reader: inout ByteReader, as type: TypeId) throws(DecodeError) {
        let start = reader
        let after = try withView { (view) throws(DecodeError) -> ByteReader in
            var validator = BinaryValidator(start, view)
            try validator.value(type.raw)
            return validator.reader
        }
        reader = after
    }

    /// Moves the reader past one value that has been validated before.
    public func skip(_ reader: inout ByteReader, as type: TypeId) throws(DecodeError) {
        let start = reader
        let after = try withView { (view) throws(DecodeError) -> ByteReader in
            var walker = BinaryValidator(start, view, checksKeys: false)
            try walker.value(type.raw)
            return walker.reader
        }
        reader = after
    }
}
