import Testing
import WfValue

@Suite struct EncodingTests {
    func encoded(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var out = ByteWriter(capacity: 1)
        write(&out)
        return out.toArray()
    }

    @Test func knownBytes() {
        #expect(encoded { $0.appendInt(0) } == [0] && encoded { $0.appendInt(-1) } == [1])
        #expect(encoded { $0.appendInt(1) } == [2] && encoded { $0.appendInt(-64) } == [127])
        #expect(encoded { $0.appendInt(64) } == [0x80, 1])
        #expect(encoded { $0.appendInt(.max) } == [0xFE] + [UInt8](repeating: 0xFF, count: 8) + [1])
        #expect(encoded { $0.appendFloat(1) } == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
        #expect(encoded { $0.appendString("é") } == [2, 0xC3, 0xA9])
        #expect(encoded { $0.appendDecimal(DecimalValue(-3)) } == [0, 5])
    }

    @Test func integersOfEverySize() throws {
        for shift in 0..<64 {
            for delta in -1...1 {
                let value = Int(
                    truncatingIfNeeded: (UInt64(1) << UInt64(shift)) &+ UInt64(bitPattern: Int64(delta)))
                let bytes = encoded {
                    $0.appendInt(value)
                    $0.appendVarint(UInt64(bitPattern: Int64(value)))
                }
                try withByteReader(bytes) { (reader) throws(DecodeError) in
                    #expect(try reader.readInt() == value)
                    #expect(try reader.readVarint() == UInt64(bitPattern: Int64(value)))
                    try reader.expectEnd()
                }
            }
        }
    }

    @Test func textOfIntegers() {
        for value in [0, 9, 10, -9, -10, 99, 100, 12345, .max, .min, -1] {
            #expect(text(encoded { $0.appendIntText(value) }) == "\(value)")
        }
    }

    @Test func refusals() {
        var table = TypeTable()
        let list = table.list(of: .int)
        let strings = table.map(key: .string, value: .int)
        let optional = table.optional(of: .int)
        let units = table.list(of: .unit)
        func reason(_ bytes: [UInt8], _ type: TypeId) -> DecodeError.Reason? {
            do throws(DecodeError) {
                try table.validate(bytes, as: type)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(reason([2], .bool) == .notCanonical && reason([], .bool) == .truncated)
        #expect(reason([0x80, 0], .int) == .notCanonical && reason([0x80], .int) == .truncated)
        #expect(reason([UInt8](repeating: 0xFF, count: 10), .int) == .varintTooLong)
        #expect(reason([0, 0], .int) == .trailingBytes)
        #expect(reason([1, 0xFF], .string) == .notUtf8 && reason([5, 0x61], .string) == .truncated)
        #expect(reason([39, 0], .decimal) == .outOfRange)
        #expect(reason([0] + [UInt8](repeating: 0xFF, count: 18) + [3], .decimal) == .outOfRange)
        #expect(reason([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], list) == .countTooLarge)
        #expect(reason([3, 0, 0], list) == .truncated || reason([3, 0, 0], list) == .countTooLarge)
        #expect(reason([2, 1, 0x61, 0, 1, 0x61, 0], strings) == .duplicateKey)
        #expect(reason([2], optional) == .notCanonical)
        #expect(reason([9], .json) == .unknownTag)
        #expect(reason([0x80, 0x80, 0x40], units) == nil)
        #expect(reason([0x80, 0x80, 0x80, 0x80, 1], units) == .countTooLarge)
        #expect(reason([UInt8](repeating: 7, count: 1), .json) == .truncated)
        let deep: [UInt8] = (0..<600).flatMap { _ -> [UInt8] in [7, 1] } + [0]
        #expect(reason(deep, .json) == .tooDeep)
        #expect(reason([2, 0xFF, 0x41], .secret) == .notUtf8 && reason([], .never) == .noSuchValue)
        #expect(reason([0], TypeId.error) == .truncated)
    }

    @Test func skipMovesPastOneValue() throws {
        let table = TypeTable()
        let bytes = encoded {
            $0.appendString("abc")
            $0.appendInt(7)
        }
        try withByteReader(bytes) { (reader) throws(DecodeError) in
            try table.skip(&reader, as: .string)
            #expect(reader.position == 4)
            try table.validate(&reader, as: .int)
            try reader.expectEnd()
        }
    }
}
