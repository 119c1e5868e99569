// Where the tokens of a run's flows are, for people. Reads the last committed state, takes nothing over.

public import WfJournal
public import WfPlan

/// A node of a flow that tokens are at.
public struct FlowMark: Sendable {
    public var path: String
    /// Number in the plan.
    public var node: Int
    /// On the arrows that lead to it.
    public var waiting: Int
    /// It has a token within.
    public var isActive: Bool
}

extension Engine {
    /// The marking of a live run: flow by flow, the outer ones first.
    public func marking(of record: RunRecord, plan: Plan) throws(EngineError) -> [FlowMark] {
        if plan.flows.isEmpty || record.status.isEnded { return [] }
        let run = try lastState(of: record, plan: plan)
        var marks: [FlowMark] = []
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number], let flow = scope.flow else { continue }
            for (node, entry) in flow.layout.nodes.enumerated() {
                let waiting = entry.ins.reduce(0) { $0 + Int(flow.tokens[$1]) }
                guard waiting > 0 || flow.isActive[node] else { continue }
                marks.append(
                    FlowMark(
                        path: scope.path(node), node: scope.layout.nodeStart + node, waiting: waiting,
                        isActive: flow.isActive[node]))
            }
        }
        return marks
    }
}
