// Checks flows: every arrow leads to a node of the block, every event belongs to one, gates have the arrows that they
// choose from, and slots are optionals, so that nothing is read before it is there. Whether a flow is sound is not
// checked here: one that is not gets stuck, which the engine notices.
import WfValue

extension Verifier {
    mutating func verifyFlowRows() throws(PlanError) {
        var last: UInt32?
        for index in plan.flows.indices {
            let row = plan.flows[index]
            try check(row.block, below: plan.blocks.count, .flows, index, "block")
            if let last, row.block <= last {
                throw refused(.flows, index, "expected blocks in ascending order, found \(row.block)")
            }
            last = row.block
            let block = plan.blocks[Int(row.block)]
            let parts = try list(row.parts, .flows, index, "parts")
            guard parts.count == Int(block.nodeCount) * FlowPart.words else {
                throw refused(.flows, index, "expected a part for each of \(block.nodeCount) nodes")
            }
            try verifyTargets(row.start, block, index)
            for node in 0..<Int(block.nodeCount) { try verifyPart(node, row, block, index) }
        }
    }

    private mutating func verifyTargets(_ targets: ListRow, _ block: BlockRow, _ index: Int) throws(PlanError)
    {
        for target in try list(targets, .flows, index, "targets") {
            try check(target, below: Int(block.nodeCount), .flows, index, "target of an arrow")
        }
    }

    private mutating func verifyPart(
        _ node: Int, _ flow: FlowRow, _ block: BlockRow, _ index: Int
    ) throws(PlanError) {
        guard let part = plan.part(node, of: flow) else {
            throw refused(.flows, index, "part \(node) says nothing that is known")
        }
        try verifyTargets(part.targets, block, index)
        try verifyFailures(part.failures, .flows, index)
        guard part.flags & ~(FlowPart.elseFlag | FlowPart.terminateFlag) == 0 else {
            throw refused(.flows, index, "part \(node) has flags \(part.flags)")
        }
        guard part.limit == 1 || part.trigger == .parallel else {
            throw refused(.flows, index, "part \(node) repeats, and goes on beside nothing")
        }
        if part.trigger == .none {
            guard part.host == .none else {
                throw refused(.flows, index, "part \(node) belongs to \(part.host) and is no event")
            }
        } else if part.host != .none {
            try check(part.host, below: Int(block.nodeCount), .flows, index, "host of an event")
            guard plan.part(Int(part.host), of: flow)?.trigger == FlowPart.Trigger.none else {
                throw refused(.flows, index, "part \(node): an event belongs to no event")
            }
        }
        let row = plan.nodes[Int(block.nodeStart) + node]
        guard row.dependencies.count == 0 else {
            throw refused(.flows, index, "node \(node) of a flow waits for arrows, not for nodes")
        }
        guard row.kind != NodeKind.caught.rawValue || part.trigger == .interrupting else {
            throw refused(.flows, index, "node \(node) catches failures of nothing")
        }
        let isChoice = row.kind == NodeKind.choose.rawValue || row.kind == NodeKind.chooseSome.rawValue
        guard !isChoice || part.targets.count > 0 else {
            throw refused(.flows, index, "gate \(node) has no arrows to choose from")
        }
    }

    /// Slots of a flow that nodes fill are optionals.
    func isFlow(block: Int) -> Bool { plan.flow(ofBlock: block) != nil }

    /// Kinds that stand in flows alone.
    func verifyFlowKind(_ row: NodeRow, _ node: Int) throws(PlanError) {
        guard isFlow(block: Int(row.block)) else {
            throw refused(.nodes, node, "the node is a gate or an event, and its block is no flow")
        }
        guard row.target == .none, row.clauses == .none else {
            throw refused(.nodes, node, "a gate or an event has no target and no clauses")
        }
    }
}
