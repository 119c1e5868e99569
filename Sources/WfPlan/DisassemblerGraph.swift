// How the blocks and nodes of a workflow read: one line per node, what it reads and waits for by name, child
// blocks indented below their node. Blocks stand in each other at most `PlanLimits.blockDepthMax` deep.
import WfValue

/// Writes the blocks of one workflow, outside in.
struct BlockListing {
    private let plan: Plan
    /// Names of the slots of the blocks that are open, outermost first.
    private var slotNames: [[String]] = []

    init(_ plan: Plan) { self.plan = plan }

    mutating func write(_ workflow: WorkflowRow, into out: inout Disassembler) {
        let names = plan.list(workflow.parameterNames).map { plan.string($0) }
        block(Int(workflow.rootBlock), given: names, 1, &out)
    }

    private mutating func block(_ index: Int, given: [String], _ indent: Int, _ out: inout Disassembler) {
        let row = plan.blocks[index]
        var names = [String](repeating: "?", count: Int(row.slotTypes.count))
        for (slot, name) in given.enumerated() where slot < names.count { names[slot] = name }
        for node in plan.nodeRange(index) where plan.nodes[node].slot != .none {
            names[Int(plan.nodes[node].slot)] = plan.string(plan.nodes[node].name)
        }
        slotNames.append(names)
        out.line(indent, "block b\(index)")
        if let flow = plan.flow(ofBlock: index) {
            let names = plan.list(flow.start).map { plan.string(plan.nodes[Int(row.nodeStart + $0)].name) }
            out.line(indent + 1, "start -> \(names.joined(separator: ", "))")
        }
        for node in plan.nodeRange(index) { self.node(node, first: Int(row.nodeStart), indent + 1, &out) }
        if row.result != .none { out.line(indent + 1, "yields \(chunk(row.result, out))") }
        slotNames.removeLast()
    }

    private func slotName(_ depth: Int, _ slot: Int) -> String {
        let names = slotNames[slotNames.count - 1 - depth]
        return names[slot]
    }

    private func chunk(_ index: UInt32, _ out: Disassembler) -> String {
        out.chunk(index) { depth, slot in slotName(depth, slot) }
    }

    private mutating func node(_ index: Int, first: Int, _ indent: Int, _ out: inout Disassembler) {
        let row = plan.nodes[index]
        guard let kind = NodeKind(rawValue: row.kind) else {
            preconditionFailure("the verifier knows every kind of node")
        }
        var text =
            "n\(index) \(plan.string(row.name)): \(out.name(of: row.type))\(row.isOptional ? "?" : "") = "
        text += "\(kind)"
        switch kind {
        case .action: text += " \(plan.string(plan.actions[Int(row.target)].name))"
        case .effect: text += " \(plan.string(plan.effects[Int(row.target)].name))"
        case .workflow: text += " \(plan.string(plan.workflows[Int(row.target)].name))"
        case .block, .fan, .loop, .try: text += " b\(row.target)"
        case .spawn:
            text += row.flags & NodeRow.attachedFlag != 0 ? " attached" : ""
            text += " \(plan.string(plan.workflows[Int(row.target)].name))"
        case .await, .send:
            if row.target != .none { text += " \(plan.string(plan.signals[Int(row.target)].name))" }
        case .value, .branch, .fail, .race, .stop, .choose, .chooseSome, .pass, .first, .caught, .watch: break
        }
        if row.chunk != .none { text += " \(chunk(row.chunk, out))" }
        let waits = plan.list(row.dependencies).map { plan.string(plan.nodes[first + Int($0)].name) }
        if !waits.isEmpty { text += "  after \(waits.joined(separator: ", "))" }
        text += arrows(index, first, row)
        if let line = out.lines.line(row.span) { text += "  ; line \(line)" }
        out.line(indent, text)
        if kind == .fan && row.condition != .none {
            out.line(indent + 1, "limit \(chunk(row.condition, out))")
        }
        if row.clauses != .none {
            out.writeClauses(row.clauses, indent + 1) { depth, slot in slotName(depth, slot) }
        }
        children(row, kind, indent + 1, &out)
        writeUndo(row, indent + 1, &out)
        if row.clauses != .none, plan.clauses[Int(row.clauses)].otherwise != .none {
            out.line(indent + 1, "else")
            node(Int(plan.clauses[Int(row.clauses)].otherwise), first: first, indent + 2, &out)
        }
    }

    /// What stands beside a node of a flow: what it waits for, what it belongs to, where it leads.
    private func arrows(_ index: Int, _ first: Int, _ row: NodeRow) -> String {
        guard let flow = plan.flow(ofBlock: Int(row.block)), index - first >= 0,
            let part = plan.part(index - first, of: flow)
        else { return "" }
        func name(_ node: UInt32) -> String { plan.string(plan.nodes[first + Int(node)].name) }
        var text = part.join == .merge ? "" : "  joins \(part.join)"
        if part.trigger != .none {
            text += "  \(part.trigger) on \(part.host == .none ? "the flow" : name(part.host))"
            if part.limit != 1 { text += part.limit == 0 ? "  repeats" : "  at most \(part.limit) times" }
        }
        if part.flags & FlowPart.terminateFlag != 0 { text += "  terminates" }
        let targets = plan.list(part.targets).map { name($0) }
        if !targets.isEmpty { text += "  -> \(targets.joined(separator: ", "))" }
        return text
    }

    private mutating func children(_ row: NodeRow, _ kind: NodeKind, _ indent: Int, _ out: inout Disassembler)
    {
        switch kind {
        case .block: block(Int(row.target), given: [], indent, &out)
        case .fan: block(Int(row.target), given: ["element"], indent, &out)
        case .loop:
            block(Int(row.target), given: ["state"], indent, &out)
            if row.condition != .none {
                slotNames.append(["state"])
                out.line(indent, "while \(chunk(row.condition, out))")
                slotNames.removeLast()
            }
        case .branch:
            for (number, branch) in plan.list(row.branches).enumerated() {
                out.line(indent, branch == .none ? "\(number): nothing" : "\(number):")
                if branch != .none { block(Int(branch), given: [], indent + 1, &out) }
            }
        case .try:
            block(Int(row.target), given: [], indent, &out)
            for part in plan.catches(of: row) {
                let kinds = out.failures(part.failures)
                out.line(indent, kinds.isEmpty ? "catch" : "catch on \(kinds)")
                block(Int(part.block), given: ["error"], indent + 1, &out)
            }
        case .race:
            for part in plan.raceBranches(of: row) {
                out.line(indent, "\(plan.string(part.name)):")
                block(Int(part.block), given: [], indent + 1, &out)
            }
        case .value, .action, .effect, .workflow, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome,
            .pass, .first, .caught, .watch:
            break
        }
    }

    private mutating func writeUndo(_ row: NodeRow, _ indent: Int, _ out: inout Disassembler) {
        let undo = plan.undoBlock(of: row)
        if undo == .none { return }
        let outer = slotNames
        slotNames = []
        out.line(indent, "undo")
        let given = (0..<Int(plan.blocks[Int(undo)].givenSlots)).map { "argument\($0)" }
        block(Int(undo), given: given, indent + 1, &out)
        slotNames = outer
    }
}
