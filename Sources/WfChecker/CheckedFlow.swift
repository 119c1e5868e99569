// A flow's arrows beside the nodes of its block: which node waits for which tokens, where its own tokens go, and which
// events belong to what. What the nodes do stands in `CheckedNode`, as for any block.

/// What a node of a flow waits for.
public enum FlowJoin: UInt8, Sendable {
    /// A token on any arrow.
    case merge
    /// A token on each arrow.
    case all
    /// A token, and none that could still come on another arrow.
    case inclusive
}

/// What starts an event's arrow.
public enum FlowTrigger: UInt8, Sendable {
    /// Not an event.
    case none
    /// What it belongs to is stopped.
    case interrupting
    /// What it belongs to goes on.
    case parallel
}

/// A node of a flow; nodes are numbered as in `CheckedBlock.nodes`.
public struct CheckedFlowNode: Sendable {
    public var join = FlowJoin.merge
    /// Where the arrows lead, in the order of the arms for a gate with arms.
    public var targets: [Int] = []
    /// `any` and `choice`: the last arrow is taken when no other is.
    public var hasElse = false
    /// What an event belongs to; nil: the flow itself (or it is no event).
    public var host: Int?
    public var trigger = FlowTrigger.none
    /// How often an event comes at most while what it belongs to is under way; 0: as often as it happens.
    public var limit = 1
    /// What an `on error` takes; empty: everything.
    public var failures: [CheckedFailurePattern] = []
    /// The flow ends here, whatever else goes on.
    public var terminates = false
}

/// The arrows of a flow.
public struct CheckedFlow: Sendable {
    public var start: [Int] = []
    public var nodes: [CheckedFlowNode] = []
}
