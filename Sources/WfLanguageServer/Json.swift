// JSON values: what messages are made of. A small reader that takes hostile bytes and a writer; they know no protocol.

/// A JSON value. Members of objects keep their order.
public indirect enum Json: Equatable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([Json])
    case object([Member])

    public struct Member: Equatable, Sendable {
        public var name: String
        public var value: Json
        public init(name: String, value: Json) {
            self.name = name
            self.value = value
        }
    }

    /// The member of an object; null for everything else.
    public subscript(name: String) -> Json {
        guard case .object(let members) = self else { return .null }
        return members.last { $0.name == name }?.value ?? .null
    }

    public subscript(index: Int) -> Json {
        guard case .array(let items) = self, items.indices.contains(index) else { return .null }
        return items[index]
    }

    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    public var int: Int? {
        switch self {
        case .int(let number): return number
        case .double(let number): return Int(exactly: number)
        default: return nil
        }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    public var array: [Json]? {
        if case .array(let items) = self { return items }
        return nil
    }

    public var isNull: Bool { self == .null }
    public var isObject: Bool {
        if case .object = self { return true }
        return false
    }
}

extension Json: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: Json...) { self = .array(elements) }
    /// Members whose value is nil are left out.
    public init(dictionaryLiteral elements: (String, Json?)...) {
        self = .object(
            elements.compactMap { name, value in value.map { Json.Member(name: name, value: $0) } })
    }
}

// MARK: writing

extension Json {
    public var bytes: [UInt8] {
        var out: [UInt8] = []
        write(into: &out)
        return out
    }

    private func write(into out: inout [UInt8]) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .int(let number): out += String(number).utf8
        case .double(let number): out += (number.isFinite ? "\(number)" : "null").utf8
        case .string(let text): Json.write(text, into: &out)
        case .array(let items):
            out.append(0x5B)
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(0x2C) }
                item.write(into: &out)
            }
            out.append(0x5D)
        case .object(let members):
            out.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(0x2C) }
                Json.write(member.name, into: &out)
                out.append(0x3A)
                member.value.write(into: &out)
            }
            out.append(0x7D)
        }
    }

    private static func write(_ text: String, into out: inout [UInt8]) {
        out.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22: out += [0x5C, 0x22]
            case 0x5C: out += [0x5C, 0x5C]
            case 0x0A: out += [0x5C, 0x6E]
            case 0x0D: out += [0x5C, 0x72]
            case 0x09: out += [0x5C, 0x74]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                out += [0x5C, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: out.append(byte)
            }
        }
        out.append(0x22)
    }
}

// MARK: reading

/// Bytes that are no JSON, or more of it than is read.
public struct JsonError: Error {}

extension Json {
    /// Reads one value that fills all of the bytes.
    public init(_ bytes: [UInt8]) throws(JsonError) {
        var reader = JsonParser(bytes: bytes)
        self = try reader.document()
    }
}

private struct JsonParser {
    let bytes: [UInt8]
    var at = 0

    mutating func document() throws(JsonError) -> Json {
        let value = try value(depth: 0)
        skipSpace()
        if at != bytes.count { throw JsonError() }
        return value
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0D) { at += 1 }
    }

    private mutating func value(depth: Int) throws(JsonError) -> Json {
        skipSpace()
        guard at < bytes.count, depth < ServerLimits.jsonDepthMax else { throw JsonError() }
        switch bytes[at] {
        case 0x7B: return try object(depth)
        case 0x5B: return try array(depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: StaticString, _ value: Json) throws(JsonError) -> Json {
        let count = text.utf8CodeUnitCount
        guard at + count <= bytes.count else { throw JsonError() }
        for index in 0..<count where bytes[at + index] != text.utf8Start[index] { throw JsonError() }
        at += count
        return value
    }

    private mutating func object(_ depth: Int) throws(JsonError) -> Json {
        at += 1
        var members: [Json.Member] = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x7D {
            at += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x22 else { throw JsonError() }
            let name = try string()
            skipSpace()
            guard at < bytes.count, bytes[at] == 0x3A else { throw JsonError() }
            at += 1
            members.append(Json.Member(name: name, value: try value(depth: depth + 1)))
            if try isLast(0x7D) { return .object(members) }
        }
    }

    private mutating func array(_ depth: Int) throws(JsonError) -> Json {
        at += 1
        var items: [Json] = []
        skipSpace()
        if at < bytes.count, bytes[at] == 0x5D {
            at += 1
            return .array([])
        }
        while true {
            items.append(try value(depth: depth + 1))
            if try isLast(0x5D) { return .array(items) }
        }
    }

    /// Behind an item: the closing bracket, or a comma.
    private mutating func isLast(_ close: UInt8) throws(JsonError) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == close || bytes[at] == 0x2C else { throw JsonError() }
        at += 1
        return bytes[at - 1] == close
    }

    private mutating func number() throws(JsonError) -> Json {
        let start = at
        var isWhole = true
        while at < bytes.count {
            let byte = bytes[at]
            if byte == 0x2E || byte == 0x65 || byte == 0x45 || byte == 0x2B { isWhole = false }
            guard
                byte >= 0x30 && byte <= 0x39 || byte == 0x2D
                    || !isWhole && (byte | 0x20 == 0x65 || byte < 0x30)
            else { break }
            if byte == 0x20 || byte == 0x2C { break }
            at += 1
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if isWhole, let number = Int(text) { return .int(number) }
        guard let number = Double(text) else { throw JsonError() }
        return .double(number)
    }

    private mutating func string() throws(JsonError) -> String {
        at += 1
        let start = at
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5C { at += 1 }
        if at < bytes.count, bytes[at] == 0x22 {
            at += 1
            return String(decoding: bytes[start..<at - 1], as: UTF8.self)
        }
        var out = Array(bytes[start..<at])
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x22 { return String(decoding: out, as: UTF8.self) }
            if byte != 0x5C {
                out.append(byte)
                continue
            }
            try escape(&out)
        }
        throw JsonError()
    }

    private mutating func escape(_ out: inout [UInt8]) throws(JsonError) {
        guard at < bytes.count else { throw JsonError() }
        at += 1
        switch bytes[at - 1] {
        case 0x6E: out.append(0x0A)
        case 0x74: out.append(0x09)
        case 0x72: out.append(0x0D)
        case 0x62: out.append(0x08)
        case 0x66: out.append(0x0C)
        case 0x22, 0x5C, 0x2F: out.append(bytes[at - 1])
        case 0x75:
            var scalar = try unit()
            if scalar >= 0xD800, scalar < 0xDC00, at + 1 < bytes.count, bytes[at] == 0x5C,
                bytes[at + 1] == 0x75
            {
                at += 2
                let low = try unit()
                let isPair = low >= 0xDC00 && low < 0xE000
                scalar = isPair ? 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00) : 0xFFFD
            }
            // half of a pair alone is no character
            out += String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8
        default: throw JsonError()
        }
    }

    private mutating func unit() throws(JsonError) -> UInt32 {
        guard at + 4 <= bytes.count else { throw JsonError() }
        let digits = String(decoding: bytes[at..<at + 4], as: UTF8.self)
        guard let value = UInt32(digits, radix: 16), !digits.hasPrefix("+") else { throw JsonError() }
        at += 4
        return value
    }
}
