// Copies encoded arguments, with contents where the names of secrets stand: in Secrets, and in the texts of a Json.
// Knows the binary encoding; knows nothing of where contents come from.

public struct SecretExpansion: ~Copyable {
    private let types: TypeTable
    private let content: ([UInt8]) -> [UInt8]
    private var out = ByteWriter(capacity: 256)

    /// The encodings of values of `valueTypes`, one after another, with contents for names.
    public static func expanded(
        _ values: [UInt8], _ valueTypes: [TypeId], in types: TypeTable,
        content: @escaping ([UInt8]) -> [UInt8]
    ) throws(DecodeError) -> [UInt8] {
        if !values.contains(SecretText.mark) { return values }
        return try withByteReader(values) { (reader) throws(DecodeError) in
            var copy = SecretExpansion(types: types, content: content)
            for type in valueTypes { try copy.value(type, &reader) }
            try reader.expectEnd()
            return copy.out.toArray()
        }
    }

    private init(types: TypeTable, content: @escaping ([UInt8]) -> [UInt8]) {
        self.types = types
        self.content = content
    }

    private mutating func value(_ type: TypeId, _ reader: inout ByteReader) throws(DecodeError) {
        switch types.kind(of: type) {
        case .unit: return
        case .bool: out.appendBool(try reader.readBool())
        case .int, .duration, .time: out.appendInt(try reader.readInt())
        case .float: out.appendFixed(try reader.readFixed())
        case .decimal: out.appendDecimal(try reader.readDecimal())
        case .string, .path, .bytes: try text(&reader, expands: false)
        case .secret: try text(&reader, expands: true)
        case .range:
            out.appendInt(try reader.readInt())
            out.appendInt(try reader.readInt())
        case .optional:
            let isPresent = try reader.readBool()
            out.appendBool(isPresent)
            if isPresent { try value(types.element(of: type), &reader) }
        case .list:
            for _ in 0..<(try count(&reader)) { try value(types.element(of: type), &reader) }
        case .map:
            for _ in 0..<(try count(&reader)) {
                try value(types.key(of: type), &reader)
                try value(types.value(of: type), &reader)
            }
        case .tuple:
            for index in 0..<types.memberCount(of: type) {
                try value(types.tupleElement(of: type, at: index), &reader)
            }
        case .record:
            for index in 0..<types.fieldCount(of: type) {
                try value(types.fieldType(of: type, at: index), &reader)
            }
        case .enumeration:
            let number = try count(&reader)
            if number >= types.caseCount(of: type) { throw reader.error(.outOfRange) }
            for place in 0..<types.payloadCount(of: type, case: number) {
                try value(types.payloadType(of: type, case: number, at: place), &reader)
            }
        case .json: try json(&reader)
        case .poison, .never, .function, .variable: throw reader.error(.noSuchValue)
        }
    }

    private mutating func count(_ reader: inout ByteReader) throws(DecodeError) -> Int {
        let count = try reader.readCount()
        out.appendCount(count)
        return count
    }

    private mutating func text(_ reader: inout ByteReader, expands: Bool) throws(DecodeError) {
        let bytes = try reader.readBytes(try reader.readLength())
        if !expands || !bytes.contains(SecretText.mark) {
            out.appendCount(bytes.count)
            return out.append(bytes)
        }
        if !SecretText.isWellFormed(bytes) { throw reader.error(.notUtf8) }
        var whole: [UInt8] = []
        for piece in SecretText.pieces(bytes) { whole += piece.isName ? content(piece.bytes) : piece.bytes }
        out.appendCount(whole.count)
        out.append(whole)
    }

    private mutating func json(_ reader: inout ByteReader) throws(DecodeError) {
        let tag = try reader.readByte()
        out.append(tag)
        switch tag {
        case JsonTag.null, JsonTag.false, JsonTag.true: return
        case JsonTag.int: out.appendInt(try reader.readInt())
        case JsonTag.float: out.appendFixed(try reader.readFixed())
        case JsonTag.decimal: out.appendDecimal(try reader.readDecimal())
        case JsonTag.string: try text(&reader, expands: true)
        case JsonTag.array:
            for _ in 0..<(try count(&reader)) { try json(&reader) }
        case JsonTag.object:
            for _ in 0..<(try count(&reader)) {
                try text(&reader, expands: false)
                try json(&reader)
            }
        default: throw reader.error(.unknownTag)
        }
    }
}
