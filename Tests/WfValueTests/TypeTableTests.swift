import Testing
import WfValue

@Suite struct TypeTableTests {
    @Test func equalTypesHaveEqualIds() {
        var table = TypeTable()
        #expect(table.list(of: .int) == table.list(of: .int))
        #expect(table.map(key: .string, value: .int) != table.map(key: .int, value: .string))
        #expect(table.optional(of: table.optional(of: .int)) == table.optional(of: .int))
        #expect(table.tuple(of: [.int, .string]) == table.tuple(of: [.int, .string]))
        #expect(table.tuple(of: []) == .unit)
        #expect(
            table.function(parameters: [.int], result: .bool)
                == table.function(parameters: [.int], result: .bool))
        #expect(
            table.function(parameters: [.int], result: .bool)
                != table.function(parameters: [.bool], result: .int))
        #expect(table.declareRecord("A") != table.declareRecord("A"))
        var made: [TypeId] = []
        var type = TypeId.int
        for _ in 0..<100 {
            type = table.list(of: type)
            made.append(type)
            made.append(table.tuple(of: [type, type]))
        }
        for index in 0..<100 {
            #expect(made[index * 2 + 1] == table.tuple(of: [made[index * 2], made[index * 2]]))
        }
        for _ in 0..<100 { type = table.list(of: type) }
        #expect(type == .poison || table.containsPoison(type))
    }

    @Test func textIsAsInSource() {
        var table = TypeTable()
        let map = table.map(key: .string, value: .int)
        let optional = table.optional(of: map)
        #expect(table.text(of: optional) == "[String: Int]?")
        let function = table.function(
            parameters: [.int, .variableZero(&table)], result: table.list(of: .bool))
        #expect(table.text(of: function) == "(Int, T) -> [Bool]")
        let others = [
            (table.optional(of: function), "((Int, T) -> [Bool])?"),
            (table.tuple(of: [.int, .json]), "(Int, Json)"),
            (table.declareRecord("Box", arguments: [.int]), "Box<Int>"), (table.optional(of: .never), "null"),
        ]
        for (type, text) in others { #expect(table.text(of: type) == text) }
        #expect(table.containsVariable(function))
        let bound = table.substituting([.decimal], in: function)
        #expect(table.text(of: bound) == "(Int, Decimal) -> [Bool]")
    }

    @Test func wordsAndReferences() {
        var table = TypeTable()
        for type: TypeId in [.unit, .bool, .int, .float, .duration, .time, .never] {
            #expect(!table.isReference(type))
            let optional = table.optional(of: type)
            #expect(table.isReference(optional))
        }
        for type: TypeId in [.decimal, .string, .bytes, .json, .path, .range, .error] {
            #expect(table.isReference(type))
        }
        let plain = table.declareEnum("Plain")
        #expect(!table.isDefined(plain))
        table.defineEnum(plain, cases: [CaseInfo(name: "a"), CaseInfo(name: "b")])
        let rich = table.declareEnum("Rich")
        table.defineEnum(
            rich, cases: [CaseInfo(name: "a"), CaseInfo(name: "b", payload: [PayloadInfo(type: .int)])])
        #expect(!table.isReference(plain) && table.isReference(rich))
        #expect(table.isMapKey(plain) && !table.isMapKey(rich) && !table.isMapKey(.float))
    }

    @Test func encodableIsDecidedThroughRecursion() {
        var table = TypeTable()
        let tree = table.declareRecord("Tree")
        let children = table.list(of: tree)
        table.defineRecord(tree, fields: [FieldInfo(name: "children", type: children)], open: false)
        #expect(table.isEncodable(tree))
        let holder = table.declareRecord("Holder")
        let function = table.function(parameters: [], result: .unit)
        table.defineRecord(
            holder, fields: [FieldInfo(name: "tree", type: tree), FieldInfo(name: "call", type: function)],
            open: false)
        let holders = table.list(of: holder)
        #expect(table.firstUnencodable(in: holders) == function)
        #expect(!table.isEncodable(.secret))
    }

    @Test func builtInRecords() {
        let table = TypeTable()
        #expect(table.name(of: .error) == "Error" && table.fieldIndex(of: .error, named: "data") == 4)
        #expect(table.name(of: .output) == "Output" && table.fieldType(of: .output, at: 0) == .int)
        #expect(table.count == TypeId.fixedCount)
    }

    /// Types share their parts, so a short table could describe a text that never ends.
    @Test func typesThatNeverEndAreRefused() throws {
        var types = TypeTable()
        var last = TypeId.int
        for _ in 0..<15 { last = types.tuple(of: [last, last]) }
        #expect(last != .poison && types.refusals == 0)
        var writer = ByteWriter()
        types.encode(into: &writer)
        let whole = types.tuple(of: [last, last])
        #expect(whole == .poison && types.list(of: whole) != .poison && types.refusals == 1)
        // The same as bytes that no table writes: one type more.
        var bytes = writer.toArray()
        bytes[0] += 1
        bytes += [TypeKind.tuple.rawValue, 2, UInt8(last.raw), UInt8(last.raw)]
        #expect(throws: DecodeError.self) {
            try withByteReader(bytes) { (reader) throws(DecodeError) in try TypeTable(decoding: &reader) }
        }
    }

    @Test func tablesSurviveTheirEncoding() throws {
        for seed in 0..<200 {
            var generator = Generator(UInt64(seed))
            for _ in 0..<5 { _ = generator.type() }
            let withDefault = generator.table.declareRecord("Defaults")
            generator.table.defineRecord(
                withDefault,
                fields: [
                    FieldInfo(name: "a", type: .int, defaultValue: [2]),
                    FieldInfo(name: "b", type: withDefault),
                ],
                open: true)
            var out = ByteWriter()
            generator.table.encode(into: &out)
            let bytes = out.toArray()
            let back = try withByteReader(bytes) { (reader) throws(DecodeError) in
                let table = try TypeTable(decoding: &reader)
                try reader.expectEnd()
                return table
            }
            #expect(back.count == generator.table.count)
            for raw in 0..<back.count {
                let type = TypeId(raw: UInt32(raw))
                #expect(back.text(of: type) == generator.table.text(of: type))
                #expect(back.isReference(type) == generator.table.isReference(type))
                if back.kind(of: type) == .record {
                    #expect(back.fields(of: type) == generator.table.fields(of: type))
                }
                if back.kind(of: type) == .enumeration {
                    #expect(back.cases(of: type) == generator.table.cases(of: type))
                }
            }
            var again = ByteWriter()
            back.encode(into: &again)
            #expect(again.toArray() == bytes)
        }
    }

    @Test func hostileTablesAreRefusedOrHarmless() {
        var (accepted, refused) = (0, 0)
        for seed in 0..<3000 {
            var generator = Generator(UInt64(seed))
            for _ in 0..<3 { _ = generator.type() }
            var out = ByteWriter()
            generator.table.encode(into: &out)
            var bytes = out.toArray()
            mutate(&bytes, &generator.random)
            let table = try? withByteReader(bytes) { (reader) throws(DecodeError) in
                try TypeTable(decoding: &reader)
            }
            guard let table else {
                refused += 1
                continue
            }
            accepted += 1
            for raw in 0..<table.count {
                let type = TypeId(raw: UInt32(raw))
                _ = table.text(of: type)
                if table.isEncodable(type) {
                    _ = roundTrip("{}", type, table)
                    try? table.validate([UInt8](repeating: 1, count: 64), as: type)
                }
            }
        }
        #expect(accepted > 50 && refused > 50)
    }

    @Test func typesMadeToExplodeAreStopped() {
        var table = TypeTable()
        var inner = TypeId.unit
        for level in 0..<20 {
            let record = table.declareRecord("L\(level)")
            table.defineRecord(
                record, fields: (0..<50).map { FieldInfo(name: "f\($0)", type: inner) }, open: false)
            inner = record
        }
        let type = inner
        #expect(throws: DecodeError.self) { try table.validate([], as: type) }
        #expect(throws: JsonError.self) { try table.jsonText(of: [], as: type) }
        let endless = table.declareRecord("Endless")
        table.defineRecord(endless, fields: [FieldInfo(name: "next", type: endless)], open: false)
        #expect(throws: DecodeError.self) { try table.validate([], as: endless) }
        #expect(throws: JsonError.self) { try table.jsonText(of: [], as: endless) }
    }
}

extension TypeId {
    static func variableZero(_ table: inout TypeTable) -> TypeId { table.variable(0) }
}

/// Flips, cuts, inserts or overwrites some bytes.
func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
    for _ in 0...random.below(3) where !bytes.isEmpty {
        let place = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        default: bytes.remove(at: place)
        }
    }
}
