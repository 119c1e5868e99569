// Order, equality and hash of encoded values, by type. The bytes have been validated.
// It does not know the machine's values; the machine compares those by the same rules.
//
// Rules: numbers by value (1.10 == 1.1, -0.0 == 0.0, NaN equals itself and comes last); text and bytes by their
// bytes; null before any value; lists, tuples and records element by element, the shorter list first; enums by
// case, then payload; maps and Json objects without regard to the order of insertion: by their entries sorted by key.
// Json: null < false < true < numbers < strings < arrays < objects; a Float meets other numbers as a Float.

private struct ValueComparison: ~Copyable {
    let types: TypeView
    private var depth = 0
    private let seed = HashSeed.value

    init(_ types: TypeView) { self.types = types }

    private mutating func skip(_ reader: inout ByteReader, _ type: UInt32) throws(DecodeError) {
        var walker = BinaryValidator(reader, types, checksKeys: false)
        try walker.value(type)
        reader = walker.reader
    }

    // MARK: order

    mutating func compare(
        _ left: inout ByteReader, _ right: inout ByteReader, _ type: UInt32
    ) throws(DecodeError) -> Int {
        let entry = types.entry(type)
        depth += 1
        defer { depth -= 1 }
        if depth > ValueLimits.depthMax * 4 { throw left.error(.tooDeep) }
        switch entry.kind {
        case .unit: return 0
        case .bool: return Int(try left.readByte()) - Int(try right.readByte())
        case .int, .duration, .time: return order(try left.readInt(), try right.readInt())
        case .float: return order(try left.readFloat(), try right.readFloat())
        case .decimal: return try left.readDecimal().compare(try right.readDecimal())
        case .string, .path, .bytes:
            return compareBytes(
                try left.readBytes(try left.readLength()), try right.readBytes(try right.readLength()))
        case .range:
            let lower = order(try left.readInt(), try right.readInt())
            let upper = order(try left.readInt(), try right.readInt())
            return lower != 0 ? lower : upper
        case .optional:
            let (one, two) = (try left.readBool(), try right.readBool())
            if one && two { return try compare(&left, &right, entry.first) }
            return one == two ? 0 : (one ? 1 : -1)
        case .list:
            let (one, two) = (try left.readCount(), try right.readCount())
            for _ in 0..<min(one, two) {
                let start = left.position
                let result = try compare(&left, &right, entry.first)
                if result != 0 { return result }
                if left.position == start { break }
            }
            return order(one, two)
        case .map: return try compareEntries(&left, &right, key: entry.first, value: entry.second)
        case .tuple: return try members(&left, &right, types.extras + Int(entry.first), Int(entry.second), 1)
        case .record:
            return try members(
                &left, &right, types.extras + Int(entry.first), Int(entry.second), ExtraLayout.fieldWidth)
        case .enumeration:
            let (one, two) = (try left.readVarint(), try right.readVarint())
            if one != two { return one < two ? -1 : 1 }
            if one >= UInt64(entry.second) { throw left.error(.outOfRange) }
            let row = types.caseRow(entry, Int(one))
            return try members(
                &left, &right, types.extras + Int(row[2]), Int(row[3]), ExtraLayout.payloadWidth)
        case .json: return try compareJson(&left, &right)
        case .poison, .never, .secret, .function, .variable: throw left.error(.noSuchValue)
        }
    }

    private mutating func members(
        _ left: inout ByteReader, _ right: inout ByteReader, _ rows: UnsafePointer<UInt32>, _ count: Int,
        _ stride: Int
    ) throws(DecodeError) -> Int {
        for index in 0..<count {
            let result = try compare(&left, &right, rows[index * stride])
            if result != 0 { return result }
        }
        return 0
    }

    /// Both sides' entries sorted by key, then key by key and value by value.
    private mutating func compareEntries(
        _ left: inout ByteReader, _ right: inout ByteReader, key: UInt32, value: UInt32
    ) throws(DecodeError) -> Int {
        let one = try sortedEntries(&left, key, value)
        let two = try sortedEntries(&right, key, value)
        for index in 0..<min(one.count, two.count) {
            var (first, second) = (one[index], two[index])
            let byKey = try compare(&first, &second, key)
            if byKey != 0 { return byKey }
            let byValue = try compare(&first, &second, value)
            if byValue != 0 { return byValue }
        }
        return order(one.count, two.count)
    }

    private mutating func sortedEntries(
        _ reader: inout ByteReader, _ key: UInt32, _ value: UInt32
    ) throws(DecodeError) -> [ByteReader] {
        let count = try reader.readLength()
        var entries: [ByteReader] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            entries.append(reader)
            try skip(&reader, key)
            try skip(&reader, value)
        }
        let isText = types.entry(key).kind == .string || types.entry(key).kind == .path
        entries.sort { left, right in
            var (left, right) = (left, right)
            if isText {
                guard let one = try? left.readBytes(left.readLength()),
                    let two = try? right.readBytes(right.readLength())
                else { return false }
                return compareBytes(one, two) < 0
            }
            guard let one = try? left.readVarint(), let two = try? right.readVarint() else { return false }
            return one < two
        }
        return entries
    }

    private mutating func compareJson(
        _ left: inout ByteReader, _ right: inout ByteReader
    ) throws(DecodeError) -> Int {
        let (one, two) = (try left.readByte(), try right.readByte())
        let (rankOne, rankTwo) = (rank(one), rank(two))
        if rankOne != rankTwo { return order(rankOne, rankTwo) }
        switch one {
        case JsonTag.int, JsonTag.float, JsonTag.decimal:
            return try compareNumbers(&left, one, &right, two)
        case JsonTag.string: return try compare(&left, &right, TypeId.string.raw)
        case JsonTag.array:
            let (count, other) = (try left.readLength(), try right.readLength())
            for _ in 0..<min(count, other) {
                let result = try compare(&left, &right, TypeId.json.raw)
                if result != 0 { return result }
            }
            return order(count, other)
        case JsonTag.object:
            return try compareEntries(&left, &right, key: TypeId.string.raw, value: TypeId.json.raw)
        default: return 0
        }
    }

    private func rank(_ tag: UInt8) -> Int {
        switch tag {
        case JsonTag.float, JsonTag.decimal: return Int(JsonTag.int)
        default: return Int(tag)
        }
    }

    private func compareNumbers(
        _ left: inout ByteReader, _ leftTag: UInt8, _ right: inout ByteReader, _ rightTag: UInt8
    ) throws(DecodeError) -> Int {
        if leftTag == JsonTag.float || rightTag == JsonTag.float {
            return order(try number(&left, leftTag), try number(&right, rightTag))
        }
        return try exact(&left, leftTag).compare(try exact(&right, rightTag))
    }

    private func exact(_ reader: inout ByteReader, _ tag: UInt8) throws(DecodeError) -> DecimalValue {
        tag == JsonTag.int ? DecimalValue(try reader.readInt()) : try reader.readDecimal()
    }

    private func number(_ reader: inout ByteReader, _ tag: UInt8) throws(DecodeError) -> Double {
        switch tag {
        case JsonTag.int: return Double(try reader.readInt())
        case JsonTag.float: return try reader.readFloat()
        default: return try reader.readDecimal().asDouble
        }
    }

    private func order(_ left: Int, _ right: Int) -> Int { left < right ? -1 : (left == right ? 0 : 1) }

    private func order(_ left: Double, _ right: Double) -> Int {
        if left < right { return -1 }
        if left > right { return 1 }
        if left == right { return 0 }
        return order(left.isNaN ? 1 : 0, right.isNaN ? 1 : 0)
    }

    // MARK: hash

    mutating func hash(_ reader: inout ByteReader, _ type: UInt32) throws(DecodeError) -> UInt64 {
        let entry = types.entry(type)
        depth += 1
        defer { depth -= 1 }
        if depth > ValueLimits.depthMax * 4 { throw reader.error(.tooDeep) }
        switch entry.kind {
        case .unit: return 0
        case .bool: return UInt64(try reader.readByte())
        case .int, .duration, .time: return mix(1, UInt64(bitPattern: Int64(try reader.readInt())))
        case .float: return hash(try reader.readFloat())
        case .decimal: return hash(try reader.readDecimal())
        case .string, .path, .bytes:
            let bytes = try reader.readBytes(try reader.readLength())
            return hashBytes(pointer(of: bytes), bytes.count, seed: seed)
        case .range:
            let lower = UInt64(bitPattern: Int64(try reader.readInt()))
            return mix(lower, UInt64(bitPattern: Int64(try reader.readInt())))
        case .optional: return try reader.readBool() ? mix(2, try hash(&reader, entry.first)) : 3
        case .list:
            let count = try reader.readCount()
            var result = seed ^ UInt64(count)
            for _ in 0..<count {
                let start = reader.position
                result = mix(result, try hash(&reader, entry.first))
                if reader.position == start { break }
            }
            return result
        case .map: return try hashEntries(&reader, entry.first, entry.second)
        case .tuple: return try hashMembers(&reader, 4, types.extras + Int(entry.first), Int(entry.second), 1)
        case .record:
            return try hashMembers(
                &reader, 5, types.extras + Int(entry.first), Int(entry.second), ExtraLayout.fieldWidth)
        case .enumeration:
            let index = try reader.readVarint()
            if index >= UInt64(entry.second) { throw reader.error(.outOfRange) }
            let row = types.caseRow(entry, Int(index))
            return try hashMembers(
                &reader, mix(6, index), types.extras + Int(row[2]), Int(row[3]), ExtraLayout.payloadWidth)
        case .json:
            let tag = try reader.readByte()
            switch tag {
            // As a Float, since Json numbers of different forms may be equal.
            case JsonTag.int, JsonTag.float, JsonTag.decimal: return hash(try number(&reader, tag))
            case JsonTag.string: return try hash(&reader, TypeId.string.raw)
            case JsonTag.array:
                let count = try reader.readLength()
                var result = seed ^ UInt64(count)
                for _ in 0..<count { result = mix(result, try hash(&reader, TypeId.json.raw)) }
                return result
            case JsonTag.object: return try hashEntries(&reader, TypeId.string.raw, TypeId.json.raw)
            default: return UInt64(tag)
            }
        case .poison, .never, .secret, .function, .variable: throw reader.error(.noSuchValue)
        }
    }

    private mutating func hashMembers(
        _ reader: inout ByteReader, _ seed: UInt64, _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int
    ) throws(DecodeError) -> UInt64 {
        var result = self.seed ^ seed
        for index in 0..<count { result = mix(result, try hash(&reader, rows[index * stride])) }
        return result
    }

    /// A sum, so that the order of entries does not matter.
    private mutating func hashEntries(
        _ reader: inout ByteReader, _ key: UInt32, _ value: UInt32
    ) throws(DecodeError) -> UInt64 {
        let count = try reader.readLength()
        var result = UInt64(count)
        for _ in 0..<count { result &+= mix(seed ^ (try hash(&reader, key)), try hash(&reader, value)) }
        return result
    }

    private func hash(_ value: Double) -> UInt64 {
        if value.isNaN { return 7 }
        return mix(8, value == 0 ? 0 : value.bitPattern)
    }

    private func hash(_ value: DecimalValue) -> UInt64 {
        let form = value.normalized
        let bits = UInt128(bitPattern: form.mantissa)
        let low = mix(UInt64(form.scale), UInt64(truncatingIfNeeded: bits))
        return mix(low, UInt64(truncatingIfNeeded: bits >> 64))
    }

    private func mix(_ seed: UInt64, _ value: UInt64) -> UInt64 {
        var result = (seed &* 0x9E37_79B9_7F4A_7C15) ^ value
        result = (result ^ result >> 30) &* 0xBF58_476D_1CE4_E5B9
        result = (result ^ result >> 27) &* 0x94D0_49BB_1331_11EB
        return result ^ result >> 31
    }
}

extension TypeTable {
    /// Negative, zero or positive. Both are validated encodings of the type.
    public func compare(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, as type: TypeId
    ) throws(DecodeError) -> Int {
        try withView { (view) throws(DecodeError) -> Int in
            var comparison = ValueComparison(view)
            var (one, two) = (ByteReader(left), ByteReader(right))
            return try comparison.compare(&one, &two, type.raw)
        }
    }

    public func compare(_ left: [UInt8], _ right: [UInt8], as type: TypeId) throws(DecodeError) -> Int {
        try left.withUnsafeBufferPointer { (one) throws(DecodeError) -> Int in
            try right.withUnsafeBufferPointer { (two) throws(DecodeError) -> Int in
                try compare(UnsafeRawBufferPointer(one), UnsafeRawBufferPointer(two), as: type)
            }
        }
    }

    /// Equal values have equal hashes, whatever their bytes. The hash may change from release to release.
    public func hash(_ bytes: UnsafeRawBufferPointer, as type: TypeId) throws(DecodeError) -> UInt64 {
        try withView { (view) throws(DecodeError) -> UInt64 in
            var comparison = ValueComparison(view)
            var reader = ByteReader(bytes)
            return try comparison.hash(&reader, type.raw)
        }
    }

    public func hash(_ bytes: [UInt8], as type: TypeId) throws(DecodeError) -> UInt64 {
        try bytes.withUnsafeBufferPointer { (buffer) throws(DecodeError) -> UInt64 in
            try hash(UnsafeRawBufferPointer(buffer), as: type)
        }
    }
}
