// The parts of nodes that have several: catches of a `try`, branches of a `race`. They are lists of words in
// `NodeRow.branches`; this is the one place that knows how they are laid out.

/// One `catch`: its block, and what it takes (triples as in `ClausesRow.retryOn`; empty: everything).
public struct CatchPart: Equatable, Sendable {
    public var block: UInt32
    public var failures: ListRow
    public static let words = 3
    public init(block: UInt32, failures: ListRow) {
        self.block = block
        self.failures = failures
    }
}

/// One branch of a `race`: its block and its name (index into strings).
public struct RaceBranchPart: Equatable, Sendable {
    public var block: UInt32
    public var name: UInt32
    public static let words = 2
    public init(block: UInt32, name: UInt32) {
        self.block = block
        self.name = name
    }
}

extension PlanBuilder {
    public func list(catches: [CatchPart]) -> ListRow {
        list(catches.flatMap { [$0.block, $0.failures.start, $0.failures.count] })
    }

    public func list(race branches: [RaceBranchPart]) -> ListRow {
        list(branches.flatMap { [$0.block, $0.name] })
    }
}

extension Plan {
    /// The catches of a `try`, in order.
    public func catches(of row: NodeRow) -> [CatchPart] {
        let words = list(row.branches)
        return stride(from: 0, to: words.count, by: CatchPart.words).map {
            CatchPart(block: words[$0], failures: ListRow(start: words[$0 + 1], count: words[$0 + 2]))
        }
    }

    /// The branches of a `race`, in order.
    public func raceBranches(of row: NodeRow) -> [RaceBranchPart] {
        let words = list(row.branches)
        return stride(from: 0, to: words.count, by: RaceBranchPart.words).map {
            RaceBranchPart(block: words[$0], name: words[$0 + 1])
        }
    }

    /// The blocks that a node runs, in order; a branch that is none is left out.
    public func childBlocks(of row: NodeRow) -> [UInt32] {
        switch NodeKind(rawValue: row.kind) {
        case .block, .fan, .loop: return [row.target]
        case .branch: return list(row.branches).filter { $0 != .none }
        case .try: return [row.target] + catches(of: row).map(\.block)
        case .race: return raceBranches(of: row).map(\.block)
        case .value, .action, .effect, .workflow, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome,
            .pass, .first, .caught, .watch, nil:
            return []
        }
    }

    /// The block that takes a node back, or none.
    public func undoBlock(of row: NodeRow) -> UInt32 {
        row.clauses == .none ? .none : clauses[Int(row.clauses)].undo
    }
}
