// A case's `//@ input` to the encoded arguments of its workflow, as `wfi run --input` reads them. Knows nothing of
// files and of `key=value`.
import WfPlan
import WfValue

/// Why an input was refused; only that it was matters here.
struct InputRefused: Error {}

/// The number of the workflow that a case starts; nil when it must be named and is not.
func workflow(of plan: Plan, named name: String?) -> Int? {
    let names = plan.workflows.map { plan.string($0.name) }
    if let name { return names.firstIndex(of: name) }
    return names.firstIndex(of: "main") ?? (names.count == 1 ? 0 : nil)
}

/// The encodings of a workflow's parameters, one after another.
func encodedInput(_ json: String, _ plan: Plan, workflow: Int) throws -> [UInt8] {
    let row = plan.workflows[workflow]
    let names = plan.list(row.parameterNames).map { plan.string($0) }
    let slots = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
    let defaults = plan.list(row.parameterDefaults)
    let given = try members(json)
    if given.keys.contains(where: { !names.contains($0) }) { throw InputRefused() }
    var encoded: [UInt8] = []
    for (index, name) in names.enumerated() {
        let type = TypeId(raw: slots[index])
        if let text = given[name] {
            encoded += try plan.types.binary(fromJson: text, as: type)
        } else if index < defaults.count, defaults[index] != .none {
            encoded += Array(plan.constantBytes(Int(defaults[index])))
        } else if plan.types.kind(of: type) == .optional {
            encoded.append(0)
        } else {
            throw InputRefused()
        }
    }
    return encoded
}

/// The members of a JSON object, each as its text.
private func members(_ json: String) throws -> [String: String] {
    let bytes = Array(json.utf8)
    return try bytes.withUnsafeBytes { buffer in
        var reader = JsonReader(buffer)
        guard try reader.peekValue() == .object else { throw InputRefused() }
        var found: [String: String] = [:]
        var more = try reader.beginObject()
        while more {
            let key = try reader.readKey()
            let name = String(decoding: key.raw, as: UTF8.self)
            _ = try reader.peekValue()
            let start = reader.offset
            try reader.skipValue()
            found[name] = String(decoding: bytes[start..<reader.offset], as: UTF8.self)
            more = try reader.nextMember()
        }
        try reader.expectEnd()
        return found
    }
}
