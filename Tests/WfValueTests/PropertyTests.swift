import Testing
import WfValue

@Suite struct PropertyTests {
    @Test func binaryToJsonToBinaryIsIdentity() throws {
        for seed in 0..<3000 {
            var generator = Generator(UInt64(seed))
            let type = generator.type()
            var out = ByteWriter()
            generator.value(type, &out)
            let (bytes, table) = (out.toArray(), generator.table)
            try table.validate(bytes, as: type)
            let json = try table.jsonText(of: bytes, as: type)
            let back = try table.binary(fromJson: json, as: type)
            if back != bytes {
                Issue.record("seed \(seed): \(table.text(of: type)): \(text(json))")
            }
            let pretty = try table.jsonText(of: bytes, as: type, isPretty: true)
            #expect(try table.binary(fromJson: pretty, as: type) == bytes)
            #expect(try table.compare(bytes, back, as: type) == 0)
        }
    }

    @Test func hostileBytesNeverCrash() {
        var (passed, refused) = (0, 0)
        for seed in 0..<20_000 {
            var generator = Generator(UInt64(seed % 500))
            let type = generator.type()
            generator.random = Seeded(UInt64(seed) &+ 1_000_000)
            var out = ByteWriter()
            generator.value(type, &out)
            var bytes = out.toArray()
            if generator.random.chance(20) {
                bytes = (0..<generator.random.below(40)).map { _ in
                    UInt8(truncatingIfNeeded: generator.random.next())
                }
            } else {
                mutate(&bytes, &generator.random)
            }
            let table = generator.table
            do throws(DecodeError) {
                try table.validate(bytes, as: type)
            } catch {
                refused += 1
                _ = try? table.jsonText(of: bytes, as: type)
                continue
            }
            passed += 1
            // What has been validated can be used by everything else.
            #expect(throws: Never.self) {
                #expect(try table.compare(bytes, bytes, as: type) == 0)
                _ = try table.hash(bytes, as: type)
            }
            if let json = try? table.jsonText(of: bytes, as: type) {
                #expect(throws: Never.self) { _ = try table.binary(fromJson: json, as: type) }
            }
        }
        #expect(passed > 1000 && refused > 1000)
    }

    @Test func hostileTextsNeverCrash() {
        for seed in 0..<20_000 {
            var generator = Generator(UInt64(seed % 500))
            let type = generator.type()
            generator.random = Seeded(UInt64(seed) &+ 2_000_000)
            var out = ByteWriter()
            generator.value(type, &out)
            guard var json = try? generator.table.jsonText(of: out.toArray(), as: type) else { continue }
            mutate(&json, &generator.random)
            do throws(JsonError) {
                let bytes = try generator.table.binary(fromJson: json, as: type)
                #expect(throws: Never.self) { try generator.table.validate(bytes, as: type) }
            } catch {
                #expect(!error.description.isEmpty)
            }
            _ = try? generator.table.binary(fromJson: json, as: .json)
        }
    }

    @Test func orderIsTotalAndAgreesWithTheHash() throws {
        for seed in 0..<400 {
            var generator = Generator(UInt64(seed))
            let type = generator.type(2)
            var values: [[UInt8]] = []
            for _ in 0..<6 {
                var out = ByteWriter()
                generator.value(type, &out)
                values.append(out.toArray())
            }
            let table = generator.table
            for one in values {
                #expect(try table.compare(one, one, as: type) == 0)
                for two in values {
                    let order = try table.compare(one, two, as: type).signum()
                    #expect(order == -(try table.compare(two, one, as: type).signum()))
                    if order == 0 { #expect(try table.hash(one, as: type) == table.hash(two, as: type)) }
                    for three in values where order <= 0 && type != .json {
                        if try table.compare(two, three, as: type) <= 0 {
                            #expect(try table.compare(one, three, as: type) <= 0)
                        }
                    }
                }
            }
        }
    }

    @Test func equalityLooksThroughForms() throws {
        var table = TypeTable()
        let map = table.map(key: .string, value: .decimal)
        func compare(_ one: String, _ two: String, _ type: TypeId) throws -> Int {
            let left = try table.binary(fromJson: one, as: type)
            let right = try table.binary(fromJson: two, as: type)
            let order = try table.compare(left, right, as: type).signum()
            if order == 0 { #expect(try table.hash(left, as: type) == table.hash(right, as: type)) }
            return order
        }
        #expect(try compare(#"{"a":1.0,"b":2}"#, #"{"b":2.00,"a":1}"#, map) == 0)
        #expect(try compare(#"{"a":1,"b":[1.50]}"#, #"{"b":[1.5],"a":1.0}"#, .json) == 0)
        #expect(try compare("1", "1e0", .json) == 0)
        #expect(try compare("1", "1.5", .json) == -1)
        #expect(try compare("\"a\"", "1", .json) == 1)
        #expect(try compare("-0.0", "0.0", .float) == 0)
        #expect(try compare("[1,2]", "[1,2,3]", .json) == -1)
        #expect(try compare("\"b\"", "\"ab\"", .string) == 1)
    }
}
