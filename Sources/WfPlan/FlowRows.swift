// Rows of flows: the arrows between the nodes of a block, and which events belong to what. The nodes themselves are
// rows of the section `nodes`, as for any block; this is the one place that knows how arrows are laid out.

/// A block whose nodes are joined by arrows. At most one row per block, ascending.
public struct FlowRow: Equatable, BitwiseCopyable, Sendable {
    public var block: UInt32
    /// Nodes (relative to the block) on which the flow puts its first tokens (a list).
    public var start: ListRow
    /// One `FlowPart` per node of the block (a list).
    public var parts: ListRow
    public init(block: UInt32, start: ListRow, parts: ListRow) {
        self.block = block
        self.start = start
        self.parts = parts
    }
}

/// What the arrows of one node are.
public struct FlowPart: Equatable, Sendable {
    /// What it waits for. The raw value is the plan format.
    public enum Join: UInt32, Sendable {
        /// A token on any arrow; on each; on one, and none that could still come on another.
        case merge = 0, all, inclusive
    }
    /// What an event does to its host. The raw value is the plan format.
    public enum Trigger: UInt32, Sendable {
        case none = 0, interrupting, parallel
    }
    public var join: Join
    /// Where its arrows lead: nodes relative to the block.
    public var targets: ListRow
    public var flags: UInt32
    /// The node that an event belongs to (relative); none: the flow itself, or it is no event.
    public var host: UInt32
    public var trigger: Trigger
    /// What a `caught` takes (triples as in `ClausesRow.retryOn`; empty: everything).
    public var failures: ListRow

    /// How often an event comes at most while its host is under way; 0: as often as it happens.
    public var limit: UInt32

    /// The last arrow is taken when no condition holds.
    public static let elseFlag: UInt32 = 1
    /// The flow ends with this node, whatever else goes on.
    public static let terminateFlag: UInt32 = 2
    public static let words = 9

    public init(
        join: Join, targets: ListRow, flags: UInt32, host: UInt32, trigger: Trigger, failures: ListRow,
        limit: UInt32 = 1
    ) {
        self.limit = limit
        self.join = join
        self.targets = targets
        self.flags = flags
        self.host = host
        self.trigger = trigger
        self.failures = failures
    }
}

extension PlanBuilder {
    public func list(flow parts: [FlowPart]) -> ListRow {
        list(
            parts.flatMap {
                [
                    $0.join.rawValue, $0.targets.start, $0.targets.count, $0.flags, $0.host,
                    $0.trigger.rawValue, $0.failures.start, $0.failures.count, $0.limit,
                ]
            })
    }
}

extension Plan {
    /// The row of a block that is a flow, or nil.
    public func flow(ofBlock block: Int) -> FlowRow? {
        var low = 0
        var high = flows.count
        while low < high {
            let middle = (low + high) / 2
            if Int(flows[middle].block) < block { low = middle + 1 } else { high = middle }
        }
        return low < flows.count && Int(flows[low].block) == block ? flows[low] : nil
    }

    /// The arrows of node `index` of a flow; nil for words that no part has.
    public func part(_ index: Int, of flow: FlowRow) -> FlowPart? {
        let words = list(flow.parts)
        let first = index * FlowPart.words
        guard first + FlowPart.words <= words.count, let join = FlowPart.Join(rawValue: words[first]),
            let trigger = FlowPart.Trigger(rawValue: words[first + 5])
        else { return nil }
        return FlowPart(
            join: join, targets: ListRow(start: words[first + 1], count: words[first + 2]),
            flags: words[first + 3], host: words[first + 4], trigger: trigger,
            failures: ListRow(start: words[first + 6], count: words[first + 7]), limit: words[first + 8])
    }
}
