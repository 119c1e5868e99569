// A type table as bytes, and back from bytes that may be hostile: the types section of a plan.
// It does not know the plan around it.
//
//   count of types beyond the fixed ones, then one entry each:
//     list 15, optional 17      element
//     map 16                    key, value
//     tuple 18                  count, elements
//     record 19                 name, count, arguments, 0 undefined / 1 closed / 2 open
//     enumeration 20            name, count, arguments, 0 undefined / 1 defined
//     function 21               count, result, parameters
//     variable 22               number
//   then, for each defined record and enum in order: its count, and the fields (name, type, 0 or 1 and the length
//   and bytes of the default) or cases (name, count, payloads (0 or 1 and the label, type))
// All numbers are varints. A structural type names only types before it, so that it ends; fields may name any.

extension TypeTable {
    /// Appends the table's encoding; equal tables give equal bytes.
    public func encode(into out: inout ByteWriter) {
        out.appendCount(count - TypeId.fixedCount)
        for raw in TypeId.fixedCount..<count {
            let type = TypeId(raw: UInt32(raw))
            let entry = entries[raw]
            out.append(entry.kind.rawValue)
            switch entry.kind {
            case .list, .optional, .variable: out.appendCount(Int(entry.first))
            case .map:
                out.appendCount(Int(entry.first))
                out.appendCount(Int(entry.second))
            case .tuple, .function:
                out.appendCount(Int(entry.second))
                let words = Int(entry.second) + (entry.kind == .function ? 1 : 0)
                for index in 0..<words { out.appendCount(Int(extras[Int(entry.first) + index])) }
            case .record, .enumeration:
                out.appendString(name(of: type))
                let arguments = arguments(of: type)
                out.appendCount(arguments.count)
                for argument in arguments { out.appendCount(argument.index) }
                out.append(isDefined(type) ? (entry.kind == .record && isOpen(type) ? 2 : 1) : 0)
            case .poison, .never, .unit, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time,
                .json,
                .path, .range, .secret:
                preconditionFailure("primitives have fixed ids")
            }
        }
        for raw in TypeId.fixedCount..<count {
            let type = TypeId(raw: UInt32(raw))
            if !isDefined(type) { continue }
            if kind(of: type) == .record { encodeFields(type, &out) }
            if kind(of: type) == .enumeration { encodeCases(type, &out) }
        }
    }

    private func encodeFields(_ type: TypeId, _ out: inout ByteWriter) {
        out.appendCount(fieldCount(of: type))
        for field in fields(of: type) {
            out.appendString(field.name)
            out.appendCount(field.type.index)
            out.appendBool(field.defaultValue != nil)
            if let value = field.defaultValue {
                out.appendCount(value.count)
                out.append(value)
            }
        }
    }

    private func encodeCases(_ type: TypeId, _ out: inout ByteWriter) {
        out.appendCount(caseCount(of: type))
        for item in cases(of: type) {
            out.appendString(item.name)
            out.appendCount(item.payload.count)
            for payload in item.payload {
                out.appendBool(payload.label != nil)
                if let label = payload.label { out.appendString(label) }
                out.appendCount(payload.type.index)
            }
        }
    }

    /// Reads a table; every reference, name, count and default is checked, so that no table that was read can make
    /// its users crash. The reader stands behind it afterwards.
    public init(decoding reader: inout ByteReader) throws(DecodeError) {
        self.init()
        let total = try reader.readVarint(max: ValueLimits.typesMax - TypeId.fixedCount) + TypeId.fixedCount
        if total - TypeId.fixedCount > reader.remaining { throw reader.error(.countTooLarge) }
        var open: [Bool] = []
        var defined: [TypeId] = []
        while count < total {
            let place = reader.position
            let expected = TypeId(raw: UInt32(count))
            guard let kind = TypeKind(rawValue: try reader.readByte()) else {
                throw DecodeError(.unknownTag, at: place)
            }
            let made: TypeId
            switch kind {
            case .list: made = list(of: try earlier(&reader))
            case .optional: made = optional(of: try earlier(&reader))
            case .map: made = map(key: try earlier(&reader), value: try earlier(&reader))
            case .tuple: made = tuple(of: try earlier(&reader, count: try memberCount(&reader)))
            case .function:
                let words = try earlier(&reader, count: try memberCount(&reader) + 1)
                made = function(parameters: Array(words[1...]), result: words[0])
            case .variable: made = variable(try reader.readVarint(max: 1 << 20))
            case .record, .enumeration:
                let name = try name(&reader)
                // Arguments may be any type: they are only printed.
                let arguments = try anyTypes(&reader, total, count: try memberCount(&reader))
                if arguments.contains(where: { $0.index >= count }) {
                    throw DecodeError(.outOfRange, at: place)
                }
                made =
                    kind == .record
                    ? declareRecord(name, arguments: arguments) : declareEnum(name, arguments: arguments)
                let state = try reader.readVarint(max: kind == .record ? 2 : 1)
                if state > 0 {
                    defined.append(made)
                    open.append(state == 2)
                }
            case .poison, .never, .unit, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time,
                .json,
                .path, .range, .secret:
                throw DecodeError(.unknownTag, at: place)
            }
            // A type that was there before, or one too deep.
            if made != expected { throw DecodeError(.notCanonical, at: place) }
        }
        for (index, type) in defined.enumerated() {
            if kind(of: type) == .record {
                defineRecord(type, fields: try fields(&reader, total), open: open[index])
            } else {
                defineEnum(type, cases: try cases(&reader, total))
            }
        }
        try validateDefaults(defined, at: reader.position)
    }

    private func earlier(_ reader: inout ByteReader) throws(DecodeError) -> TypeId {
        TypeId(raw: UInt32(try reader.readVarint(max: count - 1)))
    }

    private func earlier(_ reader: inout ByteReader, count: Int) throws(DecodeError) -> [TypeId] {
        try anyTypes(&reader, self.count, count: count)
    }

    private func anyTypes(
        _ reader: inout ByteReader, _ total: Int, count: Int
    ) throws(DecodeError) -> [TypeId] {
        var types: [TypeId] = []
        for _ in 0..<count { types.append(TypeId(raw: UInt32(try reader.readVarint(max: total - 1)))) }
        return types
    }

    private func memberCount(_ reader: inout ByteReader) throws(DecodeError) -> Int {
        let count = try reader.readVarint(max: ValueLimits.membersMax)
        if count > reader.remaining { throw reader.error(.countTooLarge) }
        return count
    }

    private func name(_ reader: inout ByteReader) throws(DecodeError) -> String {
        let bytes = try reader.readUtf8()
        if bytes.count > ValueLimits.nameBytesMax { throw reader.error(.outOfRange) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func fields(_ reader: inout ByteReader, _ total: Int) throws(DecodeError) -> [FieldInfo] {
        var fields: [FieldInfo] = []
        var names: Set<String> = []
        for _ in 0..<(try memberCount(&reader)) {
            var field = FieldInfo(name: try name(&reader), type: .unit)
            if !names.insert(field.name).inserted { throw reader.error(.duplicateKey) }
            field.type = TypeId(raw: UInt32(try reader.readVarint(max: total - 1)))
            if try reader.readBool() {
                field.defaultValue = Array(try reader.readBytes(try reader.readLength()))
            }
            fields.append(field)
        }
        return fields
    }

    private func cases(_ reader: inout ByteReader, _ total: Int) throws(DecodeError) -> [CaseInfo] {
        var cases: [CaseInfo] = []
        var names: Set<String> = []
        for _ in 0..<(try memberCount(&reader)) {
            var item = CaseInfo(name: try name(&reader))
            if !names.insert(item.name).inserted { throw reader.error(.duplicateKey) }
            var labels: Set<String> = []
            for _ in 0..<(try memberCount(&reader)) {
                var payload = PayloadInfo(type: .unit)
                if try reader.readBool() {
                    let label = try name(&reader)
                    if !labels.insert(label).inserted { throw reader.error(.duplicateKey) }
                    payload.label = label
                }
                payload.type = TypeId(raw: UInt32(try reader.readVarint(max: total - 1)))
                item.payload.append(payload)
            }
            cases.append(item)
        }
        return cases
    }

    private func validateDefaults(_ defined: [TypeId], at place: Int) throws(DecodeError) {
        // One budget for all of them, so that many small defaults cannot add up to an hour.
        var work = ValueLimits.workBase + bytes.count * 16
        for type in defined where kind(of: type) == .record {
            for index in 0..<fieldCount(of: type) {
                guard let value = fieldDefault(of: type, at: index) else { continue }
                do throws(DecodeError) {
                    try validate(value, as: fieldType(of: type, at: index), work: &work)
                } catch {
                    throw DecodeError(error.reason, at: place)
                }
            }
        }
    }
}
