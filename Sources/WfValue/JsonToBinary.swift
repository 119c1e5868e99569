// JSON text to the binary encoding, by type, in one pass and without a tree.
// It does not know files or people; JsonError makes words of what it throws.
//
// A record's fields may stand in any order in the text and have one in the encoding. They are written as they
// come, with their places noted in a frame on `stack`; only when the order differs is the record put together
// anew. Counts precede elements: one byte is reserved, and what follows moves when the count needs more.

struct JsonToBinary: ~Copyable {
    enum Failure {
        case none
        case type(UInt32)
        case missingMember(type: UInt32, name: String)
        case unknownMember([String])
        case repeatedKey
        case key(UInt32)
        case caseName(UInt32)
        case payload(caseName: String)
        case count(Int, of: UInt32)
        case oneMember(UInt32)
    }

    let types: TypeView
    var reader: JsonReader
    var failure = Failure.none
    private var stack = IntStack()
    private var scratch = ByteWriter()
    /// By depth: an array's index * 2, or the offset of an object's key * 2 + 1.
    private let path = UnsafeMutablePointer<Int>.allocate(capacity: ValueLimits.depthMax + 2)

    init(_ text: UnsafeRawBufferPointer, _ types: TypeView) {
        self.types = types
        reader = JsonReader(text)
        path.initialize(repeating: 0, count: ValueLimits.depthMax + 2)
    }

    deinit { path.deallocate() }

    private mutating func mismatch(_ failure: Failure, at place: UnsafePointer<UInt8>) -> JsonFault {
        self.failure = failure
        return JsonFault(.mismatch, at: place - reader.base)
    }

    // MARK: one value

    mutating func value(_ type: UInt32, _ out: inout ByteWriter) throws(JsonFault) {
        let entry = types.entry(type)
        let kind = try reader.peekValue()
        let start = reader.cursor
        switch entry.kind {
        case .string, .path:
            guard kind == .string else { break }
            return string(try reader.readString(), &out)
        case .int:
            guard kind == .number, let number = try reader.readNumber().asWholeInt else { break }
            return out.appendInt(number)
        case .record:
            guard kind == .object else { break }
            return try members(
                types.extras + Int(entry.first), Int(entry.second), ExtraLayout.fieldWidth, type,
                isOpen: entry.flags & TypeEntry.isOpen != 0, &out)
        case .list:
            guard kind == .array else { break }
            return try list(entry.first, &out)
        case .optional:
            if kind == .null {
                try reader.readLiteral(.null)
                return out.append(0)
            }
            out.append(1)
            return try value(entry.first, &out)
        case .float:
            guard kind == .number, let number = try reader.readNumber().asDouble else { break }
            return out.appendFloat(number)
        case .decimal:
            guard let number = try decimal(kind) else { break }
            return out.appendDecimal(number)
        case .bool:
            guard kind == .true || kind == .false else { break }
            try reader.readLiteral(kind)
            return out.append(kind == .true ? 1 : 0)
        case .json: return try json(kind, &out)
        case .map:
            guard kind == .object else { break }
            return try map(entry, &out)
        case .enumeration:
            guard kind == .string || kind == .object else { break }
            return try enumeration(type, entry, kind, &out)
        case .tuple:
            guard kind == .array else { break }
            return try positional(types.extras + Int(entry.first), Int(entry.second), 1, type, &out)
        case .unit:
            guard kind == .null else { break }
            return try reader.readLiteral(.null)
        case .bytes:
            guard kind == .string else { break }
            if try bytes(&out) { return }
        case .duration, .time:
            guard kind == .string else { break }
            let text = decoded(try reader.readString())
            let parsed = entry.kind == .time ? TimeText.parse(text) : DurationText.parse(text)
            guard let parsed else { break }
            return out.appendInt(parsed)
        case .range:
            guard kind == .array else { break }
            return try range(type, &out)
        case .poison, .never, .secret, .function, .variable: break
        }
        throw mismatch(.type(type), at: start)
    }

    private mutating func string(_ string: JsonString, _ out: inout ByteWriter) {
        if _fastPath(!string.hasEscapes) {
            out.appendCount(string.rawLength)
            return out.append(string.start, count: string.rawLength)
        }
        let place = out.count
        out.append(0)
        let length = JsonReader.decode(string, into: out.reserve(string.rawLength))
        out.advance(length)
        out.setCount(length, at: place)
    }

    /// The string's own bytes, valid until the next call.
    private mutating func decoded(_ string: JsonString) -> UnsafeRawBufferPointer {
        if _fastPath(!string.hasEscapes) { return string.raw }
        scratch.truncate(to: 0)
        scratch.advance(JsonReader.decode(string, into: scratch.reserve(string.rawLength)))
        return scratch.written
    }

    private mutating func decimal(_ kind: JsonValueKind) throws(JsonFault) -> DecimalValue? {
        switch kind {
        case .number: return try reader.readNumber().asScaledDecimal
        case .string: return DecimalValue(scaled: decoded(try reader.readString()))
        case .null, .true, .false, .array, .object: return nil
        }
    }

    private mutating func bytes(_ out: inout ByteWriter) throws(JsonFault) -> Bool {
        let text = decoded(try reader.readString())
        let place = out.count
        out.append(0)
        guard out.appendDecodedBase64(text) else { return false }
        out.setCount(out.count - place - 1, at: place)
        return true
    }

    private mutating func range(_ type: UInt32, _ out: inout ByteWriter) throws(JsonFault) {
        let start = reader.cursor
        var (count, more) = (0, try reader.beginArray())
        while more {
            path[reader.depth] = count << 1
            if count == 2 {
                reader.depth -= 1
                throw mismatch(.count(2, of: type), at: start)
            }
            try value(TypeId.int.raw, &out)
            count += 1
            more = try reader.nextElement()
        }
        if count != 2 { throw mismatch(.count(2, of: type), at: start) }
    }

    // MARK: containers

    private mutating func list(_ element: UInt32, _ out: inout ByteWriter) throws(JsonFault) {
        let place = out.count
        out.append(0)
        var (count, more) = (0, try reader.beginArray())
        while more {
            path[reader.depth] = count << 1
            try value(element, &out)
            count += 1
            more = try reader.nextElement()
        }
        out.setCount(count, at: place)
    }

    /// A tuple or an enum case with several payloads: exactly `count` elements, whose types stand `stride` apart.
    private mutating func positional(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ type: UInt32, _ out: inout ByteWriter
    ) throws(JsonFault) {
        let start = reader.cursor
        var (index, more) = (0, try reader.beginArray())
        while more {
            path[reader.depth] = index << 1
            if index == count {
                reader.depth -= 1
                throw mismatch(.count(count, of: type), at: start)
            }
            try value(rows[index * stride], &out)
            index += 1
            more = try reader.nextElement()
        }
        if index != count { throw mismatch(.count(count, of: type), at: start) }
    }

    private mutating func map(_ entry: TypeEntry, _ out: inout ByteWriter) throws(JsonFault) {
        let place = out.count
        out.append(0)
        let frame = stack.count
        let keyKind = types.entry(entry.first).kind
        var (count, more) = (0, try reader.beginObject())
        while more {
            let key = try reader.readKey()
            path[reader.depth] = (key.start - 1 - reader.base) << 1 | 1
            stack.push(out.count)
            switch keyKind {
            case .string, .path: string(key, &out)
            case .int:
                guard let number = parseCanonicalInt(decoded(key)) else {
                    throw mismatch(.key(entry.first), at: key.start - 1)
                }
                out.appendInt(number)
            case .enumeration:
                let index = findCase(types.entry(entry.first), decoded(key))
                if index < 0 { throw mismatch(.key(entry.first), at: key.start - 1) }
                out.appendCount(index)
            default: throw mismatch(.key(entry.first), at: key.start - 1)
            }
            stack.push(out.count)
            stack.push(key.start - 1 - reader.base)
            try value(entry.second, &out)
            count += 1
            more = try reader.nextMember()
        }
        try checkKeys(frame, count, out)
        out.setCount(count, at: place)
    }

    /// Refuses an object that names a key twice; its keys are the frame from `frame` on, three Ints each.
    private mutating func checkKeys(_ frame: Int, _ count: Int, _ out: borrowing ByteWriter) throws(JsonFault)
    {
        let keys = stack.base + frame
        stack.pop(to: frame)
        guard let repeated = firstRepeatedKey(out.start, keys, count: count, stride: 3) else { return }
        let offset = keys[repeated * 3 + 2]
        reader.depth += 1
        path[reader.depth] = offset << 1 | 1
        throw mismatch(.repeatedKey, at: reader.base + offset)
    }

    private mutating func json(_ kind: JsonValueKind, _ out: inout ByteWriter) throws(JsonFault) {
        switch kind {
        case .null, .false, .true:
            try reader.readLiteral(kind)
            out.append(kind == .null ? JsonTag.null : (kind == .true ? JsonTag.true : JsonTag.false))
        case .number: try jsonNumber(&out)
        case .string:
            out.append(JsonTag.string)
            string(try reader.readString(), &out)
        case .array:
            out.append(JsonTag.array)
            try list(TypeId.json.raw, &out)
        case .object:
            out.append(JsonTag.object)
            let place = out.count
            out.append(0)
            let frame = stack.count
            var (count, more) = (0, try reader.beginObject())
            while more {
                let key = try reader.readKey()
                path[reader.depth] = (key.start - 1 - reader.base) << 1 | 1
                stack.push(out.count)
                string(key, &out)
                stack.push(out.count)
                stack.push(key.start - 1 - reader.base)
                try json(try reader.peekValue(), &out)
                count += 1
                more = try reader.nextMember()
            }
            try checkKeys(frame, count, out)
            out.setCount(count, at: place)
        }
    }

    /// Exact Ints, numbers of at most 38 digits without an exponent as Decimal, all others as Float.
    private mutating func jsonNumber(_ out: inout ByteWriter) throws(JsonFault) {
        let start = reader.cursor
        let number = try reader.readNumber()
        if let int = number.asInt {
            out.append(JsonTag.int)
            out.appendInt(int)
        } else if let decimal = number.asDecimal {
            out.append(JsonTag.decimal)
            out.appendDecimal(decimal)
        } else if let float = number.asDouble {
            out.append(JsonTag.float)
            out.appendFloat(float)
        } else {
            throw mismatch(.type(TypeId.float.raw), at: start)
        }
    }

    // MARK: records and enums

    /// An object with known members: a record's fields or a case's labelled payloads (no defaults, not open). The
    /// rows start with type, name offset, name length; a field's go on with default offset and length.
    private mutating func members(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ type: UInt32, isOpen: Bool,
        _ out: inout ByteWriter
    ) throws(JsonFault) {
        let start = reader.cursor
        let body = out.count
        let frame = stack.push(count * 2, of: -1)
        var (next, inOrder) = (0, true)
        var more = try reader.beginObject()
        while more {
            let key = try reader.readKey()
            path[reader.depth] = (key.start - 1 - reader.base) << 1 | 1
            var index = next
            if _slowPath(
                next >= count || key.hasEscapes || !isNamed(rows + next * stride, key.start, key.rawLength))
            {
                index = find(rows, count, stride, from: next, decoded(key))
                if index < 0 {
                    if !isOpen { throw unknownMember(rows, count, stride, key) }
                    try reader.skipValue()
                    more = try reader.nextMember()
                    continue
                }
                if index != next { inOrder = false }
            }
            if _slowPath(stack.base[frame + index * 2] >= 0) {
                throw mismatch(.repeatedKey, at: key.start - 1)
            }
            stack.base[frame + index * 2] = out.count
            try value(rows[index * stride], &out)
            stack.base[frame + index * 2 + 1] = out.count
            next = index + 1
            more = try reader.nextMember()
        }
        if _slowPath(!inOrder) {
            try reorder(rows, count, stride, frame, body, start, &out)
        } else {
            while next < count {
                try absent(rows + next * stride, stride, start, &out)
                next += 1
            }
        }
        stack.pop(to: frame)
    }

    @inline(__always)
    private func isNamed(_ row: UnsafePointer<UInt32>, _ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        Int(row[2]) == length && equalBytes(types.bytes + Int(row[1]), start, length)
    }

    @inline(never)
    private func find(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, from next: Int,
        _ name: UnsafeRawBufferPointer
    ) -> Int {
        let start = pointer(of: name)
        for turn in 0..<count {
            let index = next + turn < count ? next + turn : next + turn - count
            if isNamed(rows + index * stride, start, name.count) { return index }
        }
        return -1
    }

    /// Puts the members into their order, from where the frame says they are.
    @inline(never)
    private mutating func reorder(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ frame: Int, _ body: Int,
        _ start: UnsafePointer<UInt8>, _ out: inout ByteWriter
    ) throws(JsonFault) {
        scratch.truncate(to: 0)
        scratch.append(UnsafeRawBufferPointer(rebasing: out.written[body...]))
        out.truncate(to: body)
        for index in 0..<count {
            let from = stack.base[frame + index * 2]
            if from < 0 {
                try absent(rows + index * stride, stride, start, &out)
            } else {
                out.append(scratch.start + from - body, count: stack.base[frame + index * 2 + 1] - from)
            }
        }
    }

    /// A member that the text does not have: its default, or null for an optional.
    private mutating func absent(
        _ row: UnsafePointer<UInt32>, _ stride: Int, _ start: UnsafePointer<UInt8>, _ out: inout ByteWriter
    ) throws(JsonFault) {
        if stride == ExtraLayout.fieldWidth && row[3] != ExtraLayout.none {
            out.append(types.bytes + Int(row[3]), count: Int(row[4]))
        } else if types.entry(row[0]).kind == .optional {
            out.append(0)
        } else {
            throw mismatch(.missingMember(type: row[0], name: name(row[1], row[2])), at: start)
        }
    }

    private mutating func unknownMember(
        _ rows: UnsafePointer<UInt32>, _ count: Int, _ stride: Int, _ key: JsonString
    ) -> JsonFault {
        var names: [String] = []
        for index in 0..<min(count, 12) {
            names.append(name(rows[index * stride + 1], rows[index * stride + 2]))
        }
        if count > 12 { names.append("…") }
        return mismatch(.unknownMember(names), at: key.start - 1)
    }

    private func name(_ offset: UInt32, _ length: UInt32) -> String {
        String(
            decoding: UnsafeBufferPointer(start: types.bytes + Int(offset), count: Int(length)), as: UTF8.self
        )
    }

    private func findCase(_ entry: TypeEntry, _ name: UnsafeRawBufferPointer) -> Int {
        let start = pointer(of: name)
        for index in 0..<Int(entry.second) {
            let row = types.caseRow(entry, index)
            if Int(row[1]) == name.count && equalBytes(types.bytes + Int(row[0]), start, name.count) {
                return index
            }
        }
        return -1
    }

    private mutating func enumeration(
        _ type: UInt32, _ entry: TypeEntry, _ kind: JsonValueKind, _ out: inout ByteWriter
    ) throws(JsonFault) {
        let start = reader.cursor
        if kind == .string {
            let index = findCase(entry, decoded(try reader.readString()))
            if index < 0 { throw mismatch(.caseName(type), at: start) }
            let row = types.caseRow(entry, index)
            if row[3] != 0 { throw mismatch(.payload(caseName: name(row[0], row[1])), at: start) }
            return out.appendCount(index)
        }
        guard try reader.beginObject() else { throw mismatch(.oneMember(type), at: start) }
        let key = try reader.readKey()
        path[reader.depth] = (key.start - 1 - reader.base) << 1 | 1
        let index = findCase(entry, decoded(key))
        if index < 0 || types.caseRow(entry, index)[3] == 0 {
            throw mismatch(.caseName(type), at: key.start - 1)
        }
        out.appendCount(index)
        let row = types.caseRow(entry, index)
        let payload = types.extras + Int(row[2])
        let (count, width) = (Int(row[3]), ExtraLayout.payloadWidth)
        let valueKind = try reader.peekValue()
        if row[4] == 1 {
            if valueKind != .object { throw mismatch(.payload(caseName: name(row[0], row[1])), at: start) }
            try members(payload, count, width, type, isOpen: false, &out)
        } else if count == 1 {
            try value(payload[0], &out)
        } else {
            if valueKind != .array { throw mismatch(.payload(caseName: name(row[0], row[1])), at: start) }
            try positional(payload, count, width, type, &out)
        }
        if try reader.nextMember() {
            reader.depth -= 1
            throw mismatch(.oneMember(type), at: start)
        }
    }

    // MARK: words for what went wrong

    /// The path to where reading stopped.
    func pathText(_ text: UnsafeRawBufferPointer) -> String {
        var result = "$"
        for depth in 1..<(reader.depth + 1) where depth <= ValueLimits.depthMax {
            let step = path[depth]
            if step & 1 == 0 {
                result += "[\(step >> 1)]"
                continue
            }
            var keys = JsonReader(text)
            keys.cursor += step >> 1
            guard let key = try? keys.readString() else { continue }
            var writer = ByteWriter(capacity: key.rawLength)
            writer.advance(JsonReader.decode(key, into: writer.reserve(key.rawLength)))
            result += JsonError.pathStep(String(decoding: writer.written, as: UTF8.self))
        }
        return result
    }
}

extension JsonNumber {
    /// The exact Decimal, an exponent included; nil beyond 38 digits.
    public var asScaledDecimal: DecimalValue? {
        hasExponent ? DecimalValue(scaled: raw) : asDecimal
    }
}

/// The tags of the `Json` encoding.
public enum JsonTag {
    public static var null: UInt8 { 0 }
    public static var `false`: UInt8 { 1 }
    public static var `true`: UInt8 { 2 }
    public static var int: UInt8 { 3 }
    public static var float: UInt8 { 4 }
    public static var decimal: UInt8 { 5 }
    public static var string: UInt8 { 6 }
    public static var array: UInt8 { 7 }
    public static var object: UInt8 { 8 }
}
