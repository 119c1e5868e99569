// What `config` is given: by name, so that it can be read without the plan. Knows the encoding; knows nothing of where
// values come from.

public import WfMachine
public import WfPlan
public import WfValue

/// Values for the `config` of a plan, by name.
public struct Settings: Equatable, Sendable {
    /// In order of the plan; the values in the binary encoding of their types.
    public var values: [(name: String, value: [UInt8])] = []
    public init() {}

    public static func == (a: Settings, b: Settings) -> Bool { a.encoded == b.encoded }

    /// `count | (name | count of bytes | bytes)…`; empty where nothing is given.
    public var encoded: [UInt8] {
        if values.isEmpty { return [] }
        var writer = ByteWriter()
        writer.appendCount(values.count)
        for (name, value) in values {
            writer.appendString(name)
            writer.appendCount(value.count)
            writer.append(value)
        }
        return writer.toArray()
    }

    /// Reads what `encoded` has made; what is damaged reads as nothing.
    public init(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        let read = try? withByteReader(bytes) { (reader) throws(DecodeError) in
            var values: [(name: String, value: [UInt8])] = []
            for _ in 0..<(try reader.readVarint(max: bytes.count)) {
                let name = try reader.readString()
                values.append((name, Array(try reader.readBytes(try reader.readLength()))))
            }
            try reader.expectEnd()
            return values
        }
        values = read ?? []
    }

    public func value(_ name: String) -> [UInt8]? { values.first { $0.name == name }?.value }

    static func presets(_ config: [UInt8], _ plan: Plan) -> [CellPreset] {
        Settings(config).presets(plan)
    }

    /// The cells of a plan that are set before anything is computed.
    public func presets(_ plan: Plan) -> [CellPreset] {
        var presets: [CellPreset] = []
        for row in plan.configs {
            guard let value = value(plan.string(row.name)),
                (try? plan.types.validate(value, as: TypeId(raw: plan.type(of: row)))) != nil
            else { continue }
            presets.append(CellPreset(cell: Int(row.cell), bytes: value))
        }
        return presets
    }

    /// All settings of a plan as they are in a run: what it was given, else the default; nil where that cannot be
    /// computed.
    public func effective(_ plan: Plan) -> [(name: String, type: TypeId, value: [UInt8]?)] {
        let context = PlanContext(plan: plan, config: encoded)
        let evaluator = Evaluator()
        return plan.configs.map { row in
            let name = plan.string(row.name)
            let type = TypeId(raw: plan.type(of: row))
            if let given = value(name) { return (name, type, given) }
            guard row.hasDefault else { return (name, type, nil) }
            let function = Int(plan.cells[Int(row.cell)].function)
            guard case .value(let bytes) = evaluator.value(function: function, context, inputs: []) else {
                return (name, type, nil)
            }
            return (name, type, bytes)
        }
    }
}
