// Checks one node: its kind, target, chunk and clauses. Knows the meaning of each kind of node as far as
// types go; its block is the innermost level of the walk (`VerifierGraph`), and its dependencies are stamped.
import WfValue

extension Verifier {
    /// The `else` of a node: it stands outside the ranges of all blocks and belongs to one node.
    mutating func verifyOtherwise(_ node: Int, of main: Int, in block: Int) throws(PlanError) {
        let row = plan.nodes[node]
        guard nodeSeen[node] == 0 else {
            throw refused(
                .circular, .nodes, node, "expected an 'else' node to belong to one step, found a second")
        }
        nodeSeen[node] = 1
        try check(row.name, below: plan.strings.count, .nodes, node, "name")
        let dependencies = try list(row.dependencies, .nodes, node, "dependencies")
        guard row.block == UInt32(block), row.slot == .none, dependencies.isEmpty,
            row.flags & NodeRow.optionalFlag == 0
        else {
            throw refused(
                .nodes, node,
                "expected an 'else' node of block \(block) without slot, dependencies and flags of its own")
        }
        try checkStorable(row.type, .nodes, node, "type")
        let expected = plan.nodes[main].type
        let isFail = row.kind == NodeKind.fail.rawValue
        guard isFail || row.type == expected else {
            throw mismatch(.nodes, node, "type of the 'else'", found: row.type, expected: text(expected))
        }
        try checkOptional(row.clauses, below: plan.clauses.count, .nodes, node, "clauses")
        guard plan.undoBlock(of: row) == .none else {
            throw refused(.nodes, node, "an 'else' node has no 'undo'")
        }
        try verifyNode(node, in: block)
    }

    /// Kind, chunk, target and clauses of a node; its block is the innermost level, its dependencies are
    /// stamped.
    mutating func verifyNode(_ node: Int, in block: Int) throws(PlanError) {
        let row = plan.nodes[node]
        guard let kind = NodeKind(rawValue: row.kind) else {
            throw outOfRange(.nodes, node, "kind", Int(row.kind), NodeKind.allCases.count)
        }
        let flags =
            NodeRow.optionalFlag | NodeRow.catchesFlag | (kind == .spawn ? NodeRow.attachedFlag : 0)
        guard row.flags & ~flags == 0 else {
            throw refused(.nodes, node, "expected flags of at most \(flags), found \(row.flags)")
        }
        if row.catches { try verifyCatching(row, kind, node) }
        try checkOptional(row.chunk, below: plan.chunks.count, .nodes, node, "chunk")
        try checkOptional(row.condition, below: plan.chunks.count, .nodes, node, "condition")
        try checkOptional(row.clauses, below: plan.clauses.count, .nodes, node, "clauses")
        try checkSpan(row.span, .nodes, node)
        let branches = try list(row.branches, .nodes, node, "branches")
        guard kind == .branch || kind == .try || kind == .race || branches.isEmpty else {
            throw refused(
                .nodes, node, "only a branch, try or race has branches, found \(branches.count)")
        }
        guard kind == .loop || kind == .fan || row.condition == .none else {
            throw refused(.nodes, node, "only a loop has a condition and only a fan-out a limit")
        }
        try verifyKind(kind, row, node)
        if row.clauses != .none {
            let clauses = plan.clauses[Int(row.clauses)]
            if clauses.when != .none {
                guard row.slot == .none || row.isOptional else {
                    throw refused(.nodes, node, "a node with 'when' yields an optional, found no such flag")
                }
                try verifyChunk(clauses.when, yields: TypeId.bool.raw, .nodes, node, "'when'", in: .node)
            }
            try verifyClauseChunks(clauses, .nodes, node, in: .node)
            if clauses.undo != .none {
                try verifyArguments(
                    clauses.undoArguments, of: givenTypes(ofBlock: clauses.undo), .nodes, node, in: .own)
            }
        }
    }

    private mutating func verifyKind(_ kind: NodeKind, _ row: NodeRow, _ node: Int) throws(PlanError) {
        switch kind {
        case .value:
            try noTarget(row, node)
            try verifyChunk(row.chunk, yields: row.type, .nodes, node, "value", in: .node)
        case .fail:
            try noTarget(row, node)
            try verifyChunk(row.chunk, yields: TypeId.string.raw, .nodes, node, "message", in: .node)
        case .action:
            try check(row.target, below: plan.actions.count, .nodes, node, "action")
            let action = plan.actions[Int(row.target)]
            try verifyArguments(row.chunk, of: plan.list(action.parameterTypes), .nodes, node, in: .node)
            try expectType(row, action.resultType, node, "result of the action")
        case .effect:
            try check(row.target, below: plan.effects.count, .nodes, node, "effect")
            let effect = plan.effects[Int(row.target)]
            try verifyArguments(row.chunk, of: plan.list(effect.parameterTypes), .nodes, node, in: .node)
            try expectType(row, effect.resultType, node, "result of the effect")
        case .workflow:
            try check(row.target, below: plan.workflows.count, .nodes, node, "workflow")
            let workflow = plan.workflows[Int(row.target)]
            try verifyArguments(
                row.chunk, of: givenTypes(ofBlock: workflow.rootBlock), .nodes, node, in: .node)
            try expectType(row, workflow.resultType, node, "result of the workflow")
        case .block:
            try check(row.target, below: plan.blocks.count, .nodes, node, "block")
            guard row.chunk == .none else { throw refused(.nodes, node, "a block takes no chunk") }
            try expectGiven(row.target, nil, node)
            try expectType(row, value(ofBlock: row.target), node, "value of the block")
        case .branch: try verifyBranch(row, node)
        case .await: try verifyAwait(row, node)
        case .spawn: try verifySpawn(row, node)
        case .send, .stop: try verifyMessage(kind, row, node)
        case .choose, .chooseSome, .pass, .first, .caught, .watch:
            try verifyFlowKind(row, node)
            try verifyGate(kind, row, node)
        case .fan: try verifyFan(row, node)
        case .try: try verifyTry(row, node)
        case .race: try verifyRace(row, node)
        case .loop:
            try check(row.target, below: plan.blocks.count, .nodes, node, "block")
            try verifyChunk(row.chunk, yields: row.type, .nodes, node, "state", in: .node)
            try expectGiven(row.target, row.type, node)
            try expectType(row, value(ofBlock: row.target), node, "next state")
        }
    }

    private mutating func verifyGate(_ kind: NodeKind, _ row: NodeRow, _ node: Int) throws(PlanError) {
        switch kind {
        case .choose: try verifyChunk(row.chunk, yields: TypeId.int.raw, .nodes, node, "arrow", in: .node)
        case .watch: try verifyChunk(row.chunk, yields: TypeId.bool.raw, .nodes, node, "condition", in: .node)
        case .chooseSome:
            try check(row.chunk, below: plan.chunks.count, .nodes, node, "chunk")
            let list = resultType(ofChunk: row.chunk)
            guard facts.kinds[Int(list)] == .list, facts.elements[Int(list)] == TypeId.bool.raw else {
                throw mismatch(.nodes, node, "arrows", found: list, expected: "[Bool]")
            }
            try verifyChunk(row.chunk, yields: list, .nodes, node, "arrows", in: .node)
        default: guard row.chunk == .none else { throw refused(.nodes, node, "the node takes no chunk") }
        }
        let type = kind == .caught ? TypeId.error.raw : TypeId.unit.raw
        try expectType(row, type, node, "what the node yields")
    }

    private func noTarget(_ row: NodeRow, _ node: Int) throws(PlanError) {
        guard row.target == .none else {
            throw refused(.nodes, node, "expected no target, found \(row.target)")
        }
    }

    private func expectType(_ row: NodeRow, _ found: UInt32, _ node: Int, _ what: String) throws(PlanError) {
        if row.catches { return }
        guard row.type == found || found == TypeId.never.raw else {
            throw mismatch(.nodes, node, what, found: found, expected: text(row.type))
        }
    }

    /// The child block takes one slot of this type from outside, or none.
    private func expectGiven(_ block: UInt32, _ type: UInt32?, _ node: Int) throws(PlanError) {
        let row = plan.blocks[Int(block)]
        let expected = type == nil ? 0 : 1
        guard row.givenSlots == expected else {
            throw refused(.blocks, Int(block), "expected \(expected) given slots, found \(row.givenSlots)")
        }
        guard let type else { return }
        let found = plan.list(row.slotTypes)[0]
        guard found == type else {
            throw mismatch(.blocks, Int(block), "given slot", found: found, expected: text(type))
        }
    }

    private mutating func verifyBranch(_ row: NodeRow, _ node: Int) throws(PlanError) {
        try noTarget(row, node)
        let branches = try list(row.branches, .nodes, node, "branches")
        guard !branches.isEmpty else { throw refused(.nodes, node, "expected branches, found none") }
        try check(row.chunk, below: plan.chunks.count, .nodes, node, "chunk")
        let isBool = resultType(ofChunk: row.chunk) == TypeId.bool.raw
        try verifyChunk(
            row.chunk, yields: (isBool ? TypeId.bool : TypeId.int).raw, .nodes, node, "number of the branch",
            in: .node)
        for branch in branches {
            guard branch != .none else {
                guard row.type == TypeId.unit.raw || facts.kinds[Int(row.type)] == .optional else {
                    throw mismatch(
                        .nodes, node, "a branch that is none", found: row.type,
                        expected: "an optional or Unit")
                }
                continue
            }
            try check(branch, below: plan.blocks.count, .nodes, node, "branch")
            try expectGiven(branch, nil, node)
            try expectType(row, value(ofBlock: branch), node, "value of branch \(branch)")
        }
    }

    func givenTypes(ofBlock block: UInt32) -> UnsafeBufferPointer<UInt32> {
        let row = plan.blocks[Int(block)]
        return UnsafeBufferPointer(rebasing: plan.list(row.slotTypes)[..<Int(row.givenSlots)])
    }

    private mutating func verifyTry(_ row: NodeRow, _ node: Int) throws(PlanError) {
        try check(row.target, below: plan.blocks.count, .nodes, node, "block")
        guard row.chunk == .none else { throw refused(.nodes, node, "a try takes no chunk") }
        try expectGiven(row.target, nil, node)
        try expectType(row, value(ofBlock: row.target), node, "value of the block")
        let words = try list(row.branches, .nodes, node, "catches")
        guard words.count % CatchPart.words == 0 else {
            throw refused(.nodes, node, "expected parts of catches, found \(words.count) words")
        }
        for part in plan.catches(of: row) {
            try check(part.block, below: plan.blocks.count, .nodes, node, "catch")
            try verifyFailures(part.failures, .nodes, node)
            try expectGiven(part.block, TypeId.error.raw, node)
            try expectType(row, value(ofBlock: part.block), node, "value of catch \(part.block)")
        }
    }

    private mutating func verifyRace(_ row: NodeRow, _ node: Int) throws(PlanError) {
        try noTarget(row, node)
        let words = try list(row.branches, .nodes, node, "branches")
        guard row.chunk == .none else { throw refused(.nodes, node, "a race takes no chunk") }
        guard !words.isEmpty, words.count % RaceBranchPart.words == 0 else {
            throw refused(.nodes, node, "expected parts of branches, found \(words.count) words")
        }
        for part in plan.raceBranches(of: row) {
            try check(part.block, below: plan.blocks.count, .nodes, node, "branch")
            try check(part.name, below: plan.strings.count, .nodes, node, "name of a branch")
            try expectGiven(part.block, nil, node)
            try expectType(row, value(ofBlock: part.block), node, "value of branch \(part.block)")
        }
    }

    private mutating func verifyFan(_ row: NodeRow, _ node: Int) throws(PlanError) {
        try check(row.target, below: plan.blocks.count, .nodes, node, "block")
        try check(row.chunk, below: plan.chunks.count, .nodes, node, "chunk")
        let source = resultType(ofChunk: row.chunk)
        guard facts.kinds[Int(source)] == .list, facts.kinds[Int(row.type)] == .list else {
            throw refused(
                .typeMismatch, .nodes, node,
                "a fan-out goes from a list to a list, found \(text(source)) and \(text(row.type))")
        }
        try verifyChunk(row.chunk, yields: source, .nodes, node, "list", in: .node)
        try expectGiven(row.target, facts.elements[Int(source)], node)
        let value = value(ofBlock: row.target)
        guard value == facts.elements[Int(row.type)] || value == TypeId.never.raw else {
            throw mismatch(
                .nodes, node, "value of the block", found: value,
                expected: text(facts.elements[Int(row.type)]))
        }
        if row.condition != .none {
            try verifyChunk(row.condition, yields: TypeId.int.raw, .nodes, node, "limit", in: .node)
        }
    }
}
