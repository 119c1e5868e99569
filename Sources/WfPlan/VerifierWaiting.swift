// Checks signals, queries, and the nodes that wait for somebody or have to do with other runs.
import WfValue

extension Verifier {
    mutating func verifySignals() throws(PlanError) {
        for index in plan.signals.indices {
            let row = plan.signals[index]
            try check(row.name, below: plan.strings.count, .signals, index, "name")
            try check(row.workflow, below: plan.workflows.count, .signals, index, "workflow")
            try checkStorable(row.type, .signals, index, "type")
        }
    }

    /// After the graph: a query reads slots of its workflow's root block, each as it says.
    mutating func verifyQueries() throws(PlanError) {
        for index in plan.queries.indices {
            let row = plan.queries[index]
            try check(row.name, below: plan.strings.count, .queries, index, "name")
            try check(row.workflow, below: plan.workflows.count, .queries, index, "workflow")
            try check(row.function, below: plan.functions.count, .queries, index, "function")
            try checkSpan(row.span, .queries, index)
            let function = plan.functions[Int(row.function)]
            if function.resultType != TypeId.never.raw {
                try checkStorable(function.resultType, .queries, index, "value")
            }
            let inputs = try list(row.inputs, .queries, index, "inputs")
            guard inputs.count == Int(function.parameterCount) else {
                throw refused(
                    .queries, index,
                    "expected \(function.parameterCount) inputs, one per parameter, found \(inputs.count)")
            }
            let parameters = plan.list(function.registerTypes)
            for (place, input) in inputs.enumerated() {
                try verifyInput(input, parameters[place], row, index)
            }
        }
    }

    private func verifyInput(
        _ input: UInt32, _ parameter: UInt32, _ row: QueryRow, _ index: Int
    ) throws(PlanError) {
        let block = plan.blocks[Int(plan.workflows[Int(row.workflow)].rootBlock)]
        let slot = QueryRow.slot(input)
        guard let source = QueryRow.source(input), slot < Int(block.slotTypes.count),
            (source == .given) == (slot < Int(block.givenSlots))
        else {
            throw refused(.outOfRange, .queries, index, "input \(input) is no slot of the root block")
        }
        let type = plan.list(block.slotTypes)[slot]
        let fits: Bool
        switch source {
        case .given: fits = parameter == type
        case .value: fits = facts.isOptional(parameter, of: type)
        case .done, .total: fits = parameter == TypeId.int.raw && isFan(slot, block)
        }
        guard fits else {
            throw refused(
                .typeMismatch, .queries, index,
                "a parameter of the query is \(text(parameter)), but slot \(slot) holds \(text(type))")
        }
    }

    private func isFan(_ slot: Int, _ block: BlockRow) -> Bool {
        for node in Int(block.nodeStart)..<Int(block.nodeStart) + Int(block.nodeCount)
        where plan.nodes[node].slot == UInt32(slot) { return plan.nodes[node].kind == NodeKind.fan.rawValue }
        return false
    }

    // MARK: nodes

    mutating func verifyAwait(_ row: NodeRow, _ node: Int) throws(PlanError) {
        guard row.target != .none else {
            try check(row.chunk, below: plan.chunks.count, .nodes, node, "handle")
            let handle = resultType(ofChunk: row.chunk)
            guard handle == TypeId.never.raw || isHandle(handle) else {
                throw mismatch(.nodes, node, "what is awaited", found: handle, expected: "a handle")
            }
            return try verifyChunk(row.chunk, yields: handle, .nodes, node, "handle", in: .node)
        }
        try check(row.target, below: plan.signals.count, .nodes, node, "signal")
        let signal = plan.signals[Int(row.target)]
        guard row.chunk == .none, signal.workflow == plan.blocks[Int(row.block)].workflow else {
            throw refused(.nodes, node, "expected a signal of the node's workflow, and no chunk")
        }
        guard row.type == signal.type else {
            throw mismatch(
                .nodes, node, "payload of the signal", found: signal.type, expected: text(row.type))
        }
    }

    mutating func verifySpawn(_ row: NodeRow, _ node: Int) throws(PlanError) {
        try check(row.target, below: plan.workflows.count, .nodes, node, "workflow")
        let root = plan.blocks[Int(plan.workflows[Int(row.target)].rootBlock)]
        let parameters = UnsafeBufferPointer(rebasing: plan.list(root.slotTypes)[..<Int(root.givenSlots)])
        try verifyArguments(row.chunk, of: parameters, .nodes, node, in: .node)
        guard isHandle(row.type) else {
            throw mismatch(.nodes, node, "type", found: row.type, expected: "a handle")
        }
    }

    /// `send`: a handle and the payload of a signal; `stop`: a handle.
    mutating func verifyMessage(_ kind: NodeKind, _ row: NodeRow, _ node: Int) throws(PlanError) {
        guard row.type == TypeId.unit.raw else {
            throw mismatch(.nodes, node, "type", found: row.type, expected: "Unit")
        }
        try check(row.chunk, below: plan.chunks.count, .nodes, node, "chunk")
        let type = resultType(ofChunk: row.chunk)
        let id = TypeId(raw: type)
        if kind == .send { try check(row.target, below: plan.signals.count, .nodes, node, "signal") }
        var fits = type == TypeId.never.raw
        if !fits, kind == .send, facts.kinds[Int(type)] == .tuple, types.memberCount(of: id) == 2 {
            fits =
                isHandle(types.tupleElement(of: id, at: 0).raw)
                && types.tupleElement(of: id, at: 1).raw == plan.signals[Int(row.target)].type
        } else if !fits, kind == .stop {
            fits = isHandle(type) && row.target == .none
        }
        guard fits else {
            throw mismatch(.nodes, node, "\(kind)", found: type, expected: "a handle and the payload")
        }
        try verifyChunk(row.chunk, yields: type, .nodes, node, "message", in: .node)
    }

    /// A handle is a record whose one field is the run's id.
    private func isHandle(_ type: UInt32) -> Bool {
        let id = TypeId(raw: type)
        return facts.kinds[Int(type)] == .record && types.memberCount(of: id) == 1
            && types.fieldType(of: id, at: 0) == .string
    }
}
