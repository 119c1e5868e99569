// A verified plan as text, for people who want to learn the machine: `wfc disasm`. Tables, functions and
// workflows follow each other; how one instruction reads stands in `DisassemblerCode`. The text is for
// reading only, nothing parses it, and equal plans give equal text.
import WfValue

/// Writes a plan as text.
public struct Disassembler {
    let plan: Plan
    var lines: SourceLines
    var text = ""

    public init(_ plan: Plan) {
        self.plan = plan
        lines = SourceLines(plan)
    }

    /// The whole plan.
    public static func text(of plan: Plan) -> String {
        var disassembler = Disassembler(plan)
        disassembler.writeAll()
        return disassembler.text
    }

    private mutating func writeAll() {
        var identity = ""
        for byte in plan.identity {
            identity += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        line(0, "plan of format \(PlanHeader.version), \(plan.memory.count) bytes")
        line(0, "sha-256 \(identity)")
        writeSources()
        writeTypes()
        writeConstants()
        writeCells()
        for index in plan.functions.indices { writeFunction(index) }
        writeEffects()
        writeResources()
        for index in plan.actions.indices { writeAction(index) }
        for index in plan.workflows.indices { writeWorkflow(index) }
        writeTests()
    }

    // MARK: pieces

    mutating func line(_ indent: Int, _ content: String) {
        for _ in 0..<indent { text += "  " }
        text += content
        text += "\n"
    }

    func name(of type: UInt32) -> String { plan.types.text(of: TypeId(raw: type)) }

    private func parameters(_ names: ListRow, _ types: [UInt32]) -> String {
        var result = ""
        for (index, name) in plan.list(names).enumerated() {
            result += (index == 0 ? "" : ", ") + "\(plan.string(name)): \(self.name(of: types[index]))"
        }
        return result
    }

    /// A constant's value as JSON, cut where it is long.
    func value(ofConstant index: Int) -> String {
        let type = TypeId(raw: plan.constants[index].type)
        var out = ByteWriter()
        do throws(JsonError) {
            try plan.types.writeJson(of: plan.constantBytes(index), as: type, into: &out)
        } catch {
            return "(\(plan.constantBytes(index).count) bytes)"
        }
        let text = String(decoding: out.written, as: UTF8.self)
        return text.unicodeScalars.count <= 60
            ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(57))) + "..."
    }

    // MARK: tables

    private mutating func writeSources() {
        if plan.sources.isEmpty { return }
        line(0, "\nsources")
        for source in plan.sources { line(1, "\(plan.string(source.path))  \(source.textCount) bytes") }
    }

    private mutating func writeTypes() {
        line(0, "\ntypes")
        let types = plan.types
        for raw in TypeId.fixedCount..<types.count {
            let type = TypeId(raw: UInt32(raw))
            let title = pad("t\(raw)", 6)
            switch types.kind(of: type) {
            case .record:
                var fields = ""
                for (index, field) in types.fields(of: type).enumerated() {
                    fields += (index == 0 ? " " : ", ") + "\(field.name): \(types.text(of: field.type))"
                    if field.defaultValue != nil { fields += " = …" }
                }
                line(
                    1,
                    "\(title)\(types.isOpen(type) ? "open " : "")record \(types.text(of: type)) {\(fields) }")
            case .enumeration:
                var cases = ""
                for (index, item) in types.cases(of: type).enumerated() {
                    cases += (index == 0 ? " " : ", ") + item.name
                    if item.payload.isEmpty { continue }
                    cases += "("
                    for (place, payload) in item.payload.enumerated() {
                        cases += place == 0 ? "" : ", "
                        if let label = payload.label { cases += "\(label): " }
                        cases += types.text(of: payload.type)
                    }
                    cases += ")"
                }
                line(1, "\(title)enum \(types.text(of: type)) {\(cases) }")
            default: line(1, "\(title)\(types.text(of: type))")
            }
        }
    }

    private mutating func writeConstants() {
        if plan.constants.isEmpty { return }
        line(0, "\nconstants")
        for index in plan.constants.indices {
            line(
                1,
                "\(pad("k\(index)", 6))\(name(of: plan.constants[index].type)) = \(value(ofConstant: index))")
        }
    }

    private mutating func writeCells() {
        if plan.cells.isEmpty { return }
        line(0, "\ncells")
        for index in plan.cells.indices {
            let row = plan.cells[index]
            line(1, "\(pad("cell \(index)", 8))\(name(of: row.type)) = \(functionName(row.function))()")
        }
    }

    func functionName(_ index: UInt32) -> String {
        "f\(index) `\(plan.string(plan.functions[Int(index)].name))`"
    }

    func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.utf8.count))
    }

    private mutating func writeEffects() {
        if plan.effects.isEmpty { return }
        line(0, "\neffects")
        for row in plan.effects {
            let parameters = parameters(row.parameterNames, Array(plan.list(row.parameterTypes)))
            line(1, "\(plan.string(row.name))(\(parameters)) -> \(name(of: row.resultType))")
        }
    }

    private mutating func writeAction(_ index: Int) {
        let row = plan.actions[index]
        let types = Array(plan.list(row.parameterTypes))
        let names = plan.list(row.parameterNames).map { plan.string($0) }
        line(
            0,
            "\naction \(plan.string(row.name))(\(parameters(row.parameterNames, types))) -> "
                + name(of: row.resultType))
        let arguments = row.arguments == .none ? "" : " with " + chunk(row.arguments) { names[$0] }
        line(1, "via \(plan.string(plan.effects[Int(row.effect)].name))\(arguments)")
        if row.returns != .none {
            line(1, "returns " + chunk(row.returns) { $0 < names.count ? names[$0] : "result" })
        }
        if row.clauses != .none { writeClauses(row.clauses, 1) { _, slot in names[slot] } }
    }

    /// `f3 `total`(items, limit)`: a chunk with the names of what it reads.
    private func chunk(_ index: UInt32, _ slotName: (Int) -> String) -> String {
        chunk(index) { _, slot in slotName(slot) }
    }

    func chunk(_ index: UInt32, _ slotName: (Int, Int) -> String) -> String {
        let row = plan.chunks[Int(index)]
        if let constant = constant(ofFunction: row.function) { return value(ofConstant: constant) }
        var result = functionName(row.function) + "("
        for (place, input) in plan.list(row.inputs).enumerated() {
            result += (place == 0 ? "" : ", ") + slotName(ChunkRow.depth(input), ChunkRow.slot(input))
        }
        return result + ")"
    }

    /// The constant that a function yields which does nothing else: such a chunk reads as its value.
    private func constant(ofFunction index: UInt32) -> Int? {
        let row = plan.functions[Int(index)]
        let load = Instruction(word: plan.code[Int(row.codeStart)])
        guard row.codeCount == 2, load.opcodeByte == Opcode.ldk.rawValue else { return nil }
        return load.bx
    }

    mutating func writeClauses(_ index: UInt32, _ indent: Int, _ slotName: (Int, Int) -> String) {
        let row = plan.clauses[Int(index)]
        for (word, chunk) in [
            ("when", row.when), ("timeout", row.timeout), ("deadline", row.deadline), ("retry", row.retry),
            ("backoff", row.backoffFirst), ("longest", row.backoffLast), ("factor", row.backoffFactor),
            ("undone with", row.undoArguments), ("priority", row.priority), ("cache", row.cache),
        ] where chunk != .none {
            line(indent, "\(word) \(self.chunk(chunk, slotName))")
        }
        let kinds = failures(row.retryOn)
        if !kinds.isEmpty { line(indent, "retried on \(kinds)") }
        if row.flags & ClausesRow.jitterFlag != 0 { line(indent, "jitter") }
        if row.isOnce { line(indent, "once") }
        for (word, resource) in [("pool", row.pool), ("rate", row.rate), ("breaker", row.breaker)]
        where resource != .none {
            line(indent, "\(word) \(plan.string(plan.resources[Int(resource)].name))")
        }
    }

    /// `timeout, http(500...599)`
    func failures(_ filter: ListRow) -> String {
        let filters = plan.list(filter)
        var kinds = ""
        for filter in stride(from: 0, to: filters.count, by: 3) {
            kinds += (filter == 0 ? "" : ", ") + plan.string(filters[filter])
            if filters[filter + 1] != .none { kinds += "(\(filters[filter + 1])...\(filters[filter + 2]))" }
        }
        return kinds
    }

    private mutating func writeQuery(_ row: QueryRow, _ root: BlockRow) {
        var names = [String](repeating: "?", count: Int(root.slotTypes.count))
        for (slot, name) in plan.list(plan.workflows[Int(row.workflow)].parameterNames).enumerated() {
            names[slot] = plan.string(name)
        }
        for node in Int(root.nodeStart)..<Int(root.nodeStart + root.nodeCount)
        where plan.nodes[node].slot != .none {
            names[Int(plan.nodes[node].slot)] = plan.string(plan.nodes[node].name)
        }
        let inputs = plan.list(row.inputs).map { input in
            let source = QueryRow.source(input)
            let suffix = source == .done ? ".done" : source == .total ? ".total" : ""
            return names[QueryRow.slot(input)] + suffix
        }
        let type = plan.functions[Int(row.function)].resultType
        line(
            1,
            "query \(plan.string(row.name)): \(name(of: type)) = "
                + "\(functionName(row.function))(\(inputs.joined(separator: ", ")))")
    }

    private mutating func writeWorkflow(_ index: Int) {
        let row = plan.workflows[index]
        let root = plan.blocks[Int(row.rootBlock)]
        let types = Array(plan.list(root.slotTypes))
        line(0, "")
        for part in plan.string(row.documentation).split(separator: "\n") { line(0, "/// \(part)") }
        line(
            0,
            "workflow \(plan.string(row.name))(\(parameters(row.parameterNames, types))) -> "
                + name(of: row.resultType))
        for (parameter, constant) in plan.list(row.parameterDefaults).enumerated() where constant != .none {
            let name = plan.string(plan.list(row.parameterNames)[parameter])
            line(1, "default \(name) = \(value(ofConstant: Int(constant)))")
        }
        for signal in plan.signals where signal.workflow == UInt32(index) {
            line(1, "signal \(plan.string(signal.name)): \(name(of: signal.type))")
        }
        var walk = BlockListing(plan)
        walk.write(row, into: &self)
        for query in plan.queries where query.workflow == UInt32(index) { writeQuery(query, root) }
    }
}
