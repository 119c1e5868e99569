// Seeded random types and values, and short forms for the tests of this folder.

import WfValue

/// SplitMix64: the same numbers on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// The JSON text of what `json` means as the type; or the error's description.
func roundTrip(_ json: String, _ type: TypeId, _ table: TypeTable) -> String {
    do throws(JsonError) {
        let bytes = try table.binary(fromJson: json, as: type)
        do throws(DecodeError) { try table.validate(bytes, as: type) } catch { return "not valid: \(error)" }
        return text(try table.jsonText(of: bytes, as: type))
    } catch {
        return error.description
    }
}

/// Makes types, and values of them in the binary encoding.
struct Generator {
    var random: Seeded
    var table = TypeTable()
    private var count = 0

    init(_ seed: UInt64) { random = Seeded(seed) }

    /// A type whose values survive the way through JSON exactly: no `Unit?` and no `Json?`, whose null is absent.
    mutating func type(_ depth: Int = 4) -> TypeId {
        let leaves: [TypeId] = [
            .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .path, .range, .unit, .json,
        ]
        if depth == 0 || random.chance(30) { return leaves[random.below(leaves.count)] }
        switch random.below(6) {
        case 0: return table.list(of: type(depth - 1))
        case 1:
            let wrapped = type(depth - 1)
            return wrapped == .unit || wrapped == .json ? wrapped : table.optional(of: wrapped)
        case 2:
            let keys: [TypeId] = [.string, .int, enumeration(0, isPlain: true)]
            let key = keys[random.below(3)]
            return table.map(key: key, value: type(depth - 1))
        case 3:
            var elements: [TypeId] = []
            for _ in 0...random.below(3) { elements.append(type(depth - 1)) }
            return table.tuple(of: elements)
        case 4: return record(depth - 1)
        default: return enumeration(depth - 1, isPlain: false)
        }
    }

    mutating func record(_ depth: Int) -> TypeId {
        count += 1
        let record = table.declareRecord("R\(count)")
        var fields: [FieldInfo] = []
        for index in 0..<random.below(6) {
            fields.append(FieldInfo(name: "field\(index)", type: type(depth)))
        }
        table.defineRecord(record, fields: fields, open: random.chance(20))
        return record
    }

    mutating func enumeration(_ depth: Int, isPlain: Bool) -> TypeId {
        count += 1
        let type = table.declareEnum("E\(count)")
        var cases: [CaseInfo] = []
        for index in 0...random.below(4) {
            var payload: [PayloadInfo] = []
            if !isPlain {
                let isLabelled = random.chance(50)
                for place in 0..<random.below(3) {
                    payload.append(
                        PayloadInfo(label: isLabelled ? "label\(place)" : nil, type: self.type(depth)))
                }
            }
            cases.append(CaseInfo(name: "case\(index)", payload: payload))
        }
        table.defineEnum(type, cases: cases)
        return type
    }

    mutating func int() -> Int {
        switch random.below(4) {
        case 0: return random.below(200) - 100
        case 1: return Int(truncatingIfNeeded: random.next())
        case 2: return [Int.min, Int.max, 0, -1, 1 << 53][random.below(5)]
        default: return Int(truncatingIfNeeded: random.next()) >> (random.below(63))
        }
    }

    mutating func string() -> String {
        let alphabet: [Character] = [
            "a", "B", "7", "\"", "\\", "\n", "\u{1}", "é", "✓", "😀", "/", " ", "\u{7F}",
        ]
        var result = ""
        for _ in 0..<random.below(random.chance(10) ? 300 : 12) { result.append(alphabet[random.below(13)]) }
        return result
    }

    mutating func decimal() -> DecimalValue {
        let shift = Int128(random.below(126))
        let mantissa =
            Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next())) >> shift
        return DecimalValue(mantissa: mantissa, scale: UInt8(random.below(39)))
            ?? DecimalValue(random.below(10))
    }

    mutating func float() -> Double {
        let value = Double(bitPattern: random.next())
        if value.isFinite && random.chance(50) { return value }
        return Double(random.below(100_000)) / 100
    }

    mutating func value(_ type: TypeId, _ out: inout ByteWriter) {
        switch table.kind(of: type) {
        case .unit: break
        case .bool: out.appendBool(random.chance(50))
        case .int, .duration, .time: out.appendInt(int())
        case .float: out.appendFloat(float())
        case .decimal: out.appendDecimal(decimal())
        case .string, .path: out.appendString(string())
        case .bytes:
            let count = random.below(20)
            out.appendCount(count)
            for _ in 0..<count { out.append(UInt8(truncatingIfNeeded: random.next())) }
        case .range:
            out.appendInt(int())
            out.appendInt(int())
        case .json: json(3, &out)
        case .list:
            let count = random.below(random.chance(5) ? 200 : 5)
            out.appendCount(count)
            for _ in 0..<count { value(table.element(of: type), &out) }
        case .optional:
            let isThere = random.chance(60)
            out.appendBool(isThere)
            if isThere { value(table.element(of: type), &out) }
        case .map:
            let key = table.key(of: type)
            let isEnum = table.kind(of: key) == .enumeration
            let count = isEnum ? random.below(table.caseCount(of: key) + 1) : random.below(20)
            out.appendCount(count)
            for index in 0..<count {
                if isEnum {
                    out.appendCount(index)
                } else if key == .int {
                    out.appendInt(index - 5)
                } else {
                    out.appendString("\(index)\(string())")
                }
                value(table.value(of: type), &out)
            }
        case .tuple: for element in table.tupleElements(of: type) { value(element, &out) }
        case .record: for field in table.fields(of: type) { value(field.type, &out) }
        case .enumeration:
            let index = random.below(table.caseCount(of: type))
            out.appendCount(index)
            for payload in table.cases(of: type)[index].payload { value(payload.type, &out) }
        case .poison, .never, .secret, .function, .variable: break
        }
    }

    /// Json as the reader makes it: a Float only where the text has an exponent.
    mutating func json(_ depth: Int, _ out: inout ByteWriter) {
        switch random.below(depth == 0 ? 6 : 8) {
        case 0: out.append(JsonTag.null)
        case 1: out.append(JsonTag.true)
        case 2: out.append(JsonTag.false)
        case 3:
            out.append(JsonTag.int)
            out.appendInt(int())
        case 4:
            out.append(JsonTag.decimal)
            out.appendDecimal(DecimalValue("\(random.below(100000)).\(random.below(1000))") ?? .zero)
        case 5:
            out.append(JsonTag.string)
            out.appendString(string())
        case 6:
            out.append(JsonTag.array)
            let count = random.below(5)
            out.appendCount(count)
            for _ in 0..<count { json(depth - 1, &out) }
        default:
            out.append(JsonTag.object)
            let count = random.below(20)
            out.appendCount(count)
            for index in 0..<count {
                out.appendString("\(index)\(string())")
                json(depth - 1, &out)
            }
        }
    }
}
