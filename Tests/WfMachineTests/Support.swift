// What the tests of the machine share: functions built by hand, run plainly and with a collection before
// every allocation, inputs and results as JSON.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

/// What a run ended with.
enum Outcome: Equatable, CustomStringConvertible {
    case value(String)
    case fault(String)

    var description: String {
        switch self {
        case .value(let text): return text
        case .fault(let kind): return "fault \(kind)"
        }
    }
}

/// A plan of hand-built functions; the last one defined is run.
struct Program {
    let builder: PlanBuilder
    var last: UInt32 = 0

    init(_ types: TypeTable = TypeTable()) { builder = PlanBuilder(types: types) }

    var types: TypeTable { builder.types }

    /// A type by its text: `[String: Int?]`, `(Int, [Json])`.
    func type(_ text: String) -> TypeId {
        var parser = TypeParser(text: Array(text.utf8))
        return parser.type(&builder.types)
    }

    func constant(_ type: TypeId, _ json: String) -> Int {
        Int(builder.constant(type: type, bytes: encoded(json, type)))
    }

    func encoded(_ json: String, _ type: TypeId) -> [UInt8] {
        do { return try builder.types.binary(fromJson: json, as: type) } catch {
            Issue.record("\(json) as \(builder.types.text(of: type)): \(error)")
            return []
        }
    }

    /// Defines a function. `body` gets its builder and the parameters' registers.
    @discardableResult
    mutating func function(
        _ parameters: [TypeId], _ result: TypeId, _ body: (inout FunctionBuilder, [Int]) -> Void
    ) -> Int {
        let number = builder.reserveFunction()
        define(number, parameters, result, body)
        return Int(number)
    }

    mutating func define(
        _ number: UInt32, _ parameters: [TypeId], _ result: TypeId,
        _ body: (inout FunctionBuilder, [Int]) -> Void
    ) {
        var code = FunctionBuilder()
        let registers = parameters.map { code.parameter($0) }
        body(&code, registers)
        code.finish(in: builder, function: number, name: "f\(number)", result: result)
        last = number
    }

    func plan() throws -> Plan { try Plan.load(bytes: builder.finish()) }

    /// Runs the last function on inputs given as JSON, plainly and under stress; both must agree.
    func run(
        _ inputs: [String] = [], fuel: Int = 100_000_000, limits: MachineLimits = MachineLimits(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> Outcome {
        let plain = fault(inputs, fuel: fuel, limits: limits, sourceLocation: sourceLocation)
        var stressed = limits
        stressed.collectsAlways = true
        // Every jump and call that is taken ends a slice.
        stressed.fuelSlice = 1
        let second = fault(inputs, fuel: fuel, limits: stressed, sourceLocation: sourceLocation)
        #expect(plain.0 == second.0, "under stress", sourceLocation: sourceLocation)
        return plain.0
    }

    /// The outcome, and the fault where there is one.
    func fault(
        _ inputs: [String] = [], fuel: Int = 100_000_000, limits: MachineLimits = MachineLimits(),
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> (Outcome, Fault?) {
        do {
            let plan = try plan()
            let machine = Machine(plan: plan, limits: limits)
            let function = Int(last)
            let row = plan.functions[function]
            let types = plan.list(row.registerTypes)
            var bytes: [[UInt8]] = []
            for (index, input) in inputs.enumerated() {
                bytes.append(encoded(input, TypeId(raw: types[index])))
            }
            var output = ByteWriter()
            if let fault = runMachine(machine, function, bytes, fuel, &output) {
                return (.fault(fault.kind), fault)
            }
            let text = try plan.types.jsonText(of: output.toArray(), as: TypeId(raw: row.resultType))
            return (.value(String(decoding: text, as: UTF8.self)), nil)
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
            return (.fault("refused"), nil)
        }
    }
}

/// Runs a function on encoded inputs.
func runMachine(
    _ machine: Machine, _ function: Int, _ inputs: [[UInt8]], _ fuel: Int = 100_000_000,
    _ output: inout ByteWriter
) -> Fault? {
    let all = inputs.flatMap { $0 }
    return all.withUnsafeBytes { memory -> Fault? in
        var pointers: [UnsafeRawBufferPointer] = []
        var start = 0
        for input in inputs {
            pointers.append(UnsafeRawBufferPointer(rebasing: memory[start..<start + input.count]))
            start += input.count
        }
        return pointers.withUnsafeBufferPointer {
            machine.run(function: function, inputs: $0, fuel: fuel, output: &output)
        }
    }
}

/// Reads the text of a type.
struct TypeParser {
    let text: [UInt8]
    var position = 0

    mutating func type(_ types: inout TypeTable) -> TypeId {
        var result: TypeId
        if accept("[") {
            let first = type(&types)
            result = accept(":") ? types.map(key: first, value: type(&types)) : types.list(of: first)
            _ = accept("]")
        } else if accept("(") {
            var elements: [TypeId] = []
            while !accept(")") {
                elements.append(type(&types))
                _ = accept(",")
            }
            result = types.tuple(of: elements)
        } else {
            var name = ""
            while position < text.count, text[position] | 0x20 >= 0x61, text[position] | 0x20 <= 0x7A {
                name.append(Character(Unicode.Scalar(text[position])))
                position += 1
            }
            result = TypeParser.named(name, types)
        }
        if accept("?") { result = types.optional(of: result) }
        return result
    }

    private static func named(_ name: String, _ types: TypeTable) -> TypeId {
        for raw in 0..<UInt32(types.count) where types.text(of: TypeId(raw: raw)) == name {
            return TypeId(raw: raw)
        }
        Issue.record("no type named \(name)")
        return .unit
    }

    private mutating func accept(_ character: Character) -> Bool {
        while position < text.count, text[position] == 0x20 { position += 1 }
        guard position < text.count, character.asciiValue == text[position] else { return false }
        position += 1
        return true
    }
}

/// Types that the tests use: a record with defaults, an open one, enums, a tree.
func sampleTypes() -> TypeTable {
    var types = TypeTable()
    let color = types.declareEnum("Color")
    types.defineEnum(color, cases: [CaseInfo(name: "red"), CaseInfo(name: "green"), CaseInfo(name: "blue")])
    let shape = types.declareEnum("Shape")
    types.defineEnum(
        shape,
        cases: [
            CaseInfo(name: "none"), CaseInfo(name: "circle", payload: [PayloadInfo(type: .int)]),
            CaseInfo(name: "box", payload: [PayloadInfo(type: .int), PayloadInfo(type: .string)]),
            CaseInfo(
                name: "named",
                payload: [
                    PayloadInfo(label: "name", type: .string), PayloadInfo(label: "size", type: .float),
                ]),
        ])
    let point = types.declareRecord("Point")
    types.defineRecord(
        point,
        fields: [
            FieldInfo(name: "x", type: .int), FieldInfo(name: "label", type: .string),
            FieldInfo(name: "note", type: types.optional(of: .string)),
            FieldInfo(name: "level", type: .int, defaultValue: [14]),
        ], open: false)
    let loose = types.declareRecord("Loose")
    types.defineRecord(loose, fields: [FieldInfo(name: "a", type: .int)], open: true)
    let tree = types.declareRecord("Tree")
    types.defineRecord(
        tree,
        fields: [
            FieldInfo(name: "name", type: .string), FieldInfo(name: "parts", type: types.list(of: tree)),
        ],
        open: false)
    let big = types.declareRecord("Big")
    types.defineRecord(
        big,
        fields: (0..<70).map {
            FieldInfo(name: "f\($0)", type: $0 % 2 == 0 ? .int : types.optional(of: .string))
        },
        open: false)
    return types
}
