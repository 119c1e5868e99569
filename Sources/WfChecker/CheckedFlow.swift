// A flow's arrows beside the nodes of its block: which node waits for which tokens, where its own tokens go, and which
// events belong to what. What the nodes do stands in `CheckedNode`, as for any block.

/// What a node of a flow waits for.
package enum FlowJoin: UInt8, Sendable {
    /// A token on any arrow.
    case merge
    /// A token on each arrow.
    case all
    /// A token, and none that could still come on another arrow.
    case inclusive
}

/// What starts an event's arrow.
package enum FlowTrigger: UInt8, Sendable {
    /// Not an event.
    case none
    /// What it belongs to is stopped.
    case interrupting
    /// What it belongs to goes on.
    case parallel
}

/// A node of a flow; nodes are numbered as in `CheckedBlock.nodes`.
package struct CheckedFlowNode: Sendable {
    package var join = FlowJoin.merge
    /// Where the arrows lead, in the order of the arms for a gate with arms.
    package var targets: [Int] = []
    /// `any` and `choice`: the last arrow is taken when no other is.
    package var hasElse = false
    /// What an event belongs to; nil: the flow itself (or it is no event).
    package var host: Int?
    package var trigger = FlowTrigger.none
    /// How often an event comes at most while what it belongs to is under way; 0: as often as it happens.
    package var limit = 1
    /// What an `on error` takes; empty: everything.
    package var failures: [CheckedFailurePattern] = []
    /// The flow ends here, whatever else goes on.
    package var terminates = false
}

/// The arrows of a flow.
package struct CheckedFlow: Sendable {
    package var start: [Int] = []
    package var nodes: [CheckedFlowNode] = []
}
