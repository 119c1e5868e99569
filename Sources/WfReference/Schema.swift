// JSON Schema (draft 2020-12) of what workflows take and give: the public JSON contract of the language, type by type.
// Knows plans and types; where the sources that a plan carries describe something, the schema does too.
import WfMachine
public import WfPlan
import WfValue

/// The schemas of a plan's workflows.
public struct Schema {
    /// What of a workflow a document is about.
    public enum Subject: String, CaseIterable, Sendable {
        case input, output, config
    }

    private let plan: Plan
    private let types: TypeTable
    private let descriptions: Descriptions
    /// Names of types in `$defs`, by type; and those whose schema has not been made yet.
    private var names: [TypeId: String] = [:]
    private var used: Set<String> = ["config"]
    private var waiting: [TypeId] = []
    private var definitions: [(String, JsonDocument)] = []

    private init(_ plan: Plan) {
        self.plan = plan
        types = plan.types
        descriptions = Descriptions(plan)
    }

    /// A document whose `$defs` hold `NAME.input` and `NAME.output` of each of the workflows, `NAME.signal.SIGNAL` of each
    /// signal that a run of it takes, `NAME.query.QUERY` of each query, `config` of what the program is set up
    /// with, and all types they use.
    ///
    /// - Parameters:
    ///   - workflows: their numbers in the plan.
    ///   - subject: what the document itself describes; it is then about the first workflow.
    public static func document(_ plan: Plan, workflows: [Int], subject: Subject?) -> String {
        var schema = Schema(plan)
        var own: [(String, JsonDocument)] = []
        for workflow in workflows {
            let name = plan.string(plan.workflows[workflow].name)
            // The dot cannot stand in a type's name.
            let wants = { (other: Subject) in subject == nil || subject == other }
            if wants(.input) { own.append(("\(name).input", schema.input(workflow))) }
            if wants(.output) { own.append(("\(name).output", schema.output(workflow))) }
            if subject == nil { own += schema.waits(workflow) }
        }
        if subject == .config || subject == nil && !plan.configs.isEmpty {
            own.append(("config", schema.config()))
        }
        while let type = schema.waiting.popLast() {
            let definition = schema.definition(type)
            schema.definitions.append((schema.names[type] ?? "", definition))
        }
        let types = schema.definitions.sorted { $0.0 < $1.0 }
        var members: [(String, JsonDocument)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema"))
        ]
        if subject != nil, let first = own.first {
            members.append(("$ref", .string("#/$defs/\(first.0)")))
        }
        members.append(("$defs", .object(own + types)))
        return JsonDocument.object(members).text
    }

    // MARK: workflows

    private mutating func input(_ workflow: Int) -> JsonDocument {
        let row = plan.workflows[workflow]
        let name = plan.string(row.name)
        let slots = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
        let defaults = plan.list(row.parameterDefaults)
        var properties: [(String, JsonDocument)] = []
        var required: [JsonDocument] = []
        for (index, string) in plan.list(row.parameterNames).enumerated() {
            let parameter = plan.string(string)
            let type = TypeId(raw: slots[index])
            var members = described(member(type), "\(name).\(parameter)")
            if defaults[index] != .none {
                let bytes = Array(plan.constantBytes(Int(defaults[index])))
                if let json = try? types.jsonText(of: bytes, as: type) {
                    members.append(("default", .raw(json)))
                }
            } else if types.kind(of: type) != .optional {
                required.append(.string(parameter))
            }
            properties.append((parameter, .object(members)))
        }
        var members: [(String, JsonDocument)] = [("type", .string("object"))]
        members = described(members, plan.string(row.name))
        members.append(("properties", .object(properties)))
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("additionalProperties", .bool(false)))
        return .object(members)
    }

    private mutating func output(_ workflow: Int) -> JsonDocument {
        .object(member(TypeId(raw: plan.workflows[workflow].resultType)))
    }

    /// What `--config FILE` may hold.
    private mutating func config() -> JsonDocument {
        var properties: [(String, JsonDocument)] = []
        var required: [JsonDocument] = []
        for row in plan.configs {
            let name = plan.string(row.name)
            var members = described(member(TypeId(raw: plan.type(of: row))), "config \(name)")
            if let json = defaultText(row) { members.append(("default", .raw(json))) }
            properties.append((name, .object(members)))
            if !row.hasDefault { required.append(.string(name)) }
        }
        var members: [(String, JsonDocument)] = [
            ("type", .string("object")), ("properties", .object(properties)),
        ]
        if !required.isEmpty { members.append(("required", .array(required))) }
        members.append(("additionalProperties", .bool(false)))
        return .object(members)
    }

    /// The default of a setting where no setting is given; nil where there is none or it cannot be computed.
    private func defaultText(_ row: ConfigRow) -> [UInt8]? {
        guard row.hasDefault else { return nil }
        var value = ByteWriter()
        let function = Int(plan.cells[Int(row.cell)].function)
        let noInputs = UnsafeBufferPointer<UnsafeRawBufferPointer>(start: nil, count: 0)
        if Machine(plan: plan).run(function: function, inputs: noInputs, output: &value) != nil { return nil }
        return try? types.jsonText(of: value.toArray(), as: TypeId(raw: plan.type(of: row)))
    }

    /// What may be sent to a run, and what it can be asked for.
    private mutating func waits(_ workflow: Int) -> [(String, JsonDocument)] {
        let name = plan.string(plan.workflows[workflow].name)
        var found: [(String, JsonDocument)] = []
        for signal in plan.signals(reachedFrom: workflow) {
            found.append(("\(name).signal.\(signal.name)", .object(member(signal.type))))
        }
        for query in plan.queries where Int(query.workflow) == workflow {
            let type = TypeId(raw: plan.functions[Int(query.function)].resultType)
            found.append(("\(name).query.\(plan.string(query.name))", .object(member(type))))
        }
        return found
    }

    /// Members with what the author says in front.
    private func described(_ members: [(String, JsonDocument)], _ name: String) -> [(String, JsonDocument)] {
        guard let text = descriptions[name] else { return members }
        return [("description", .string(text))] + members
    }

    // MARK: types

    /// The schema of a type where it is used; records and enums are referred to.
    private mutating func member(_ type: TypeId) -> [(String, JsonDocument)] {
        switch types.kind(of: type) {
        case .unit: return [("type", .string("null"))]
        case .bool: return [("type", .string("boolean"))]
        case .int:
            return [
                ("type", .string("integer")), ("minimum", .number("\(Int64.min)")),
                ("maximum", .number("\(Int64.max)")),
            ]
        case .float: return [("type", .string("number"))]
        case .decimal:
            return [
                ("type", .array([.string("number"), .string("string")])),
                ("pattern", .string(Schema.decimalPattern)),
            ]
        case .string, .path: return [("type", .string("string"))]
        case .secret: return [("type", .string("string")), ("writeOnly", .bool(true))]
        case .bytes: return [("type", .string("string")), ("contentEncoding", .string("base64"))]
        case .duration: return [("type", .string("string")), ("pattern", .string(Schema.durationPattern))]
        case .time: return [("type", .string("string")), ("format", .string("date-time"))]
        case .json: return []
        case .range: return positional([.int, .int])
        case .list:
            return [("type", .string("array")), ("items", .object(member(types.element(of: type))))]
        case .optional:
            let wrapped = member(types.unwrapped(type))
            if wrapped.isEmpty { return [] }
            return [("anyOf", .array([.object(wrapped), .object([("type", .string("null"))])]))]
        case .tuple: return positional(types.tupleElements(of: type))
        case .map: return map(type)
        case .record, .enumeration: return [("$ref", .string("#/$defs/\(reference(type))"))]
        // None of these is ever a value outside a program.
        case .function, .variable, .never, .poison: return [("not", .object([]))]
        }
    }

    static let durationPattern = "^-?([0-9]+(d|h|m|s|ms|us))+$"
    static let decimalPattern = "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"

    private mutating func positional(_ elements: [TypeId]) -> [(String, JsonDocument)] {
        [
            ("type", .string("array")), ("prefixItems", .array(elements.map { .object(member($0)) })),
            ("items", .bool(false)), ("minItems", .number("\(elements.count)")),
        ]
    }

    private mutating func map(_ type: TypeId) -> [(String, JsonDocument)] {
        var members: [(String, JsonDocument)] = [("type", .string("object"))]
        let key = types.key(of: type)
        switch types.kind(of: key) {
        case .int: members.append(("propertyNames", .object([("pattern", .string("^-?(0|[1-9][0-9]*)$"))])))
        case .enumeration: members.append(("propertyNames", .object(member(key))))
        default: break
        }
        members.append(("additionalProperties", .object(member(types.value(of: type)))))
        return members
    }

    /// The name of a record or enum in `$defs`; its schema is made later.
    private mutating func reference(_ type: TypeId) -> String {
        if let known = names[type] { return known }
        let base = String(types.text(of: type).map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
        var name = base
        var number = 2
        while !used.insert(name).inserted {
            name = "\(base)\(number)"
            number += 1
        }
        names[type] = name
        waiting.append(type)
        return name
    }

    private mutating func definition(_ type: TypeId) -> JsonDocument {
        let name = types.name(of: type)
        let members = types.kind(of: type) == .record ? record(type, name) : enumeration(type, name)
        return .object(described(members, name))
    }

    private mutating func record(_ type: TypeId, _ name: String) -> [(String, JsonDocument)] {
        var properties: [(String, JsonDocument)] = []
        var required: [JsonDocument] = []
        for field in types.fields(of: type) {
            var members = described(member(field.type), "\(name).\(field.name)")
            if let bytes = field.defaultValue {
                if let json = try? types.jsonText(of: bytes, as: field.type) {
                    members.append(("default", .raw(json)))
                }
            } else if types.kind(of: field.type) != .optional {
                required.append(.string(field.name))
            }
            properties.append((field.name, .object(members)))
        }
        var members: [(String, JsonDocument)] = [
            ("type", .string("object")), ("properties", .object(properties)),
        ]
        if !required.isEmpty { members.append(("required", .array(required))) }
        if !types.isOpen(type) { members.append(("additionalProperties", .bool(false))) }
        return members
    }

    private mutating func enumeration(_ type: TypeId, _ name: String) -> [(String, JsonDocument)] {
        let cases = types.cases(of: type)
        let isDescribed = cases.contains { descriptions["\(name).\($0.name)"] != nil }
        if !isDescribed, cases.allSatisfy(\.payload.isEmpty) {
            return [("enum", .array(cases.map { .string($0.name) }))]
        }
        let choices = cases.map { choice -> JsonDocument in
            let members =
                choice.payload.isEmpty
                ? [("const", JsonDocument.string(choice.name))] : tagged(choice.name, payload(choice.payload))
            return .object(described(members, "\(name).\(choice.name)"))
        }
        return [("oneOf", .array(choices))]
    }

    /// An object with just one member.
    private func tagged(_ name: String, _ value: JsonDocument) -> [(String, JsonDocument)] {
        [
            ("type", .string("object")), ("properties", .object([(name, value)])),
            ("required", .array([.string(name)])), ("additionalProperties", .bool(false)),
        ]
    }

    private mutating func payload(_ payload: [PayloadInfo]) -> JsonDocument {
        if payload.allSatisfy({ $0.label != nil }) {
            let required = payload.filter { types.kind(of: $0.type) != .optional }
            var members: [(String, JsonDocument)] = [
                ("type", .string("object")),
                ("properties", .object(payload.map { ($0.label ?? "", .object(member($0.type))) })),
            ]
            if !required.isEmpty {
                members.append(("required", .array(required.map { .string($0.label ?? "") })))
            }
            return .object(members + [("additionalProperties", .bool(false))])
        }
        if payload.count == 1 { return .object(member(payload[0].type)) }
        return .object(positional(payload.map(\.type)))
    }
}
