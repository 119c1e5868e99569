// Flows to rows: the arrows of a block, and the kinds of nodes that only flows have.
import WfChecker
import WfPlan
import WfValue

extension WorkflowWriter {
    /// The rows of the workflow's flows; blocks are written in ascending order.
    func writeFlows() {
        for (index, block) in workflow.blocks.enumerated() {
            guard let flow = block.flow else { continue }
            let parts = flow.nodes.map { node in
                FlowPart(
                    join: FlowPart.Join(rawValue: UInt32(node.join.rawValue)) ?? .merge,
                    targets: builder.list(node.targets.map { UInt32($0) }),
                    flags: (node.hasElse ? FlowPart.elseFlag : 0)
                        | (node.terminates ? FlowPart.terminateFlag : 0),
                    host: node.host.map { UInt32($0) } ?? .none,
                    trigger: FlowPart.Trigger(rawValue: UInt32(node.trigger.rawValue)) ?? .none,
                    failures: lowering.failures(node.failures), limit: UInt32(node.limit))
            }
            builder.add(
                FlowRow(
                    block: UInt32(firstBlock + index), start: builder.list(flow.start.map { UInt32($0) }),
                    parts: builder.list(flow: parts)))
        }
    }

    /// Gates and events.
    func setFlowKind(_ row: inout NodeRow, _ node: CheckedNode, _ block: Int) {
        switch node.kind {
        case .choose(let selector):
            row.kind = NodeKind.choose.rawValue
            row.chunk = lowering.chunk(selector, place, block: block, type: .int)
        case .chooseSome(let list):
            row.kind = NodeKind.chooseSome.rawValue
            row.chunk = lowering.chunk(list, place, block: block, type: lowering.tree[list].type)
        case .watch(let condition):
            row.kind = NodeKind.watch.rawValue
            row.chunk = lowering.chunk(condition, place, block: block, type: .bool)
        case .first: row.kind = NodeKind.first.rawValue
        case .caught: row.kind = NodeKind.caught.rawValue
        default: row.kind = NodeKind.pass.rawValue
        }
    }
}
