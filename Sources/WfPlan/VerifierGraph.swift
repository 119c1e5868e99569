// Walks the graph: workflows, their blocks, the order of the nodes in a block. What a node holds is checked
// in `VerifierNodes`, what a chunk reads in `VerifierChunks`; none of them knows when a node runs.
//
// Blocks form a tree (node → block → node …), which is walked depth first with a stack of its own. While a
// node's blocks are looked at, the node's dependencies stay stamped, so that any chunk below can ask in one
// step whether a slot further out is there when it runs.
import WfValue

/// A block that is being looked at, with its place in the walk.
struct BlockLevel {
    var block: Int
    /// The next node of the block to look at.
    var next: Int
    /// The node whose dependencies are stamped, plus 1.
    var stamp: UInt32
    /// The node whose child blocks are being looked at: the stamped one or its `else`; nil: none.
    var unit: Int?
    /// The next child block of `unit`.
    var child: Int
    /// Where the block's slots begin in `Verifier.producers`.
    var producerStart: Int
    /// The outermost level that chunks of this one may read.
    var floor: Int
}

extension Verifier {
    // MARK: rows

    mutating func verifyBlockRows() throws(PlanError) {
        for index in plan.blocks.indices {
            let row = plan.blocks[index]
            try checkOptional(row.owner, below: plan.nodes.count, .blocks, index, "owner")
            try check(row.workflow, below: plan.workflows.count, .blocks, index, "workflow")
            let end = Int(row.nodeStart) + Int(row.nodeCount)
            guard end <= plan.nodes.count else {
                throw outOfRange(.blocks, index, "end of the nodes", end, plan.nodes.count + 1)
            }
            let slots = try storableTypes(row.slotTypes, .blocks, index, "slot type")
            guard row.givenSlots <= slots.count, row.givenSlots <= PlanLimits.parametersMax else {
                throw refused(
                    .blocks, index, "expected at most \(slots.count) given slots, found \(row.givenSlots)")
            }
            try checkOptional(row.result, below: plan.chunks.count, .blocks, index, "result chunk")
        }
    }

    /// What the block yields: its result chunk's type, else Unit.
    func value(ofBlock block: UInt32) -> UInt32 {
        let result = plan.blocks[Int(block)].result
        return result == .none ? TypeId.unit.raw : resultType(ofChunk: result)
    }

    func resultType(ofChunk chunk: UInt32) -> UInt32 {
        plan.functions[Int(plan.chunks[Int(chunk)].function)].resultType
    }

    // MARK: walk

    mutating func verifyGraph() throws(PlanError) {
        nodeSeen = [UInt8](repeating: 0, count: plan.nodes.count)
        blockSeen = [UInt8](repeating: 0, count: plan.blocks.count)
        dependencyStamps = [UInt32](repeating: 0, count: plan.nodes.count)
        nameStamps = [UInt32](repeating: 0, count: plan.strings.count)
        for index in plan.workflows.indices {
            let row = plan.workflows[index]
            try enter(row.rootBlock, owner: .none, workflow: UInt32(index))
            let value = value(ofBlock: row.rootBlock)
            guard value == row.resultType || value == TypeId.never.raw else {
                throw mismatch(
                    .workflows, index, "value of the block", found: value, expected: text(row.resultType))
            }
            while !levels.isEmpty { try step() }
        }
        if let lost = blockSeen.firstIndex(of: 0) {
            throw refused(.circular, .blocks, lost, "the block is not reached from any workflow")
        }
        if let lost = nodeSeen.firstIndex(of: 0) {
            throw refused(.circular, .nodes, lost, "the node is not reached from any workflow")
        }
    }

    /// One step of the walk: the next child block, `else` node or node of the innermost block.
    private mutating func step() throws(PlanError) {
        let top = levels.count - 1
        let level = levels[top]
        let block = plan.blocks[level.block]
        guard let unit = level.unit else {
            if level.next == Int(block.nodeStart) + Int(block.nodeCount) {
                producers.removeSubrange(level.producerStart...)
                levels.removeLast()
                return
            }
            levels[top].next += 1
            levels[top].unit = level.next
            levels[top].child = 0
            levels[top].stamp = UInt32(level.next + 1)
            try stampDependencies(of: level.next)
            try verifyNode(level.next, in: level.block)
            return
        }
        let row = plan.nodes[unit]
        let (child, count) = childBlock(level.child, of: row)
        if level.child < count {
            levels[top].child += 1
            if child != .none { try enter(child, owner: UInt32(unit), workflow: block.workflow) }
            return
        }
        let undo = plan.undoBlock(of: row)
        if level.child == count && undo != .none {
            levels[top].child += 1
            try enter(undo, owner: UInt32(unit), workflow: block.workflow, isUndo: true)
            return
        }
        let otherwise = row.clauses == .none ? UInt32.none : plan.clauses[Int(row.clauses)].otherwise
        if otherwise == .none {
            levels[top].unit = nil
            return
        }
        guard UInt32(unit + 1) == level.stamp else {
            throw refused(.nodes, unit, "an 'else' node has no 'else' of its own")
        }
        try verifyOtherwise(Int(otherwise), of: unit, in: level.block)
        levels[top].unit = Int(otherwise)
        levels[top].child = 0
    }

    /// One of the blocks that a node runs (none: no block), and how many there are.
    private func childBlock(_ child: Int, of row: NodeRow) -> (block: UInt32, count: Int) {
        let words = plan.list(row.branches)
        func part(_ words: Int, from first: Int) -> UInt32 {
            let place = (child - first) * words
            return place >= 0 && place < Int(row.branches.count) ? plan.list(row.branches)[place] : .none
        }
        switch NodeKind(rawValue: row.kind) {
        case .block, .fan, .loop: return (row.target, 1)
        case .branch: return (part(1, from: 0), words.count)
        case .try:
            return (
                child == 0 ? row.target : part(CatchPart.words, from: 1), 1 + words.count / CatchPart.words
            )
        case .race: return (part(RaceBranchPart.words, from: 0), words.count / RaceBranchPart.words)
        case .value, .action, .effect, .workflow, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome,
            .pass, .first, .caught, .watch, nil:
            return (.none, 0)
        }
    }

    /// Starts on a block: its row against its owner, its slots, the order of its nodes, its value.
    private mutating func enter(
        _ block: UInt32, owner: UInt32, workflow: UInt32, isUndo: Bool = false
    ) throws(PlanError) {
        let index = Int(block)
        let row = plan.blocks[index]
        guard blockSeen[index] == 0 else {
            throw refused(.circular, .blocks, index, "expected one owner for each block, found a second")
        }
        blockSeen[index] = 1
        guard row.owner == owner, row.workflow == workflow else {
            throw refused(
                .blocks, index,
                "expected owner \(number(owner)) in workflow \(workflow), found \(number(row.owner)) in \(row.workflow)"
            )
        }
        guard levels.count < PlanLimits.blockDepthMax else {
            throw refused(
                .limit, .blocks, index, "expected at most \(PlanLimits.blockDepthMax) blocks in each other")
        }
        let start = producers.count
        try findProducers(index, row)
        levels.append(
            BlockLevel(
                block: index, next: Int(row.nodeStart), stamp: 0, unit: nil, child: 0, producerStart: start,
                floor: isUndo || levels.isEmpty ? levels.count : levels[levels.count - 1].floor))
        try verifyOrder(index, row)
        if row.result != .none {
            let type = resultType(ofChunk: row.result)
            try verifyChunk(row.result, yields: type, .blocks, index, "value", in: .block)
            try checkStorable(type, .blocks, index, "value")
        }
        if owner != .none, !isUndo, plan.nodes[Int(owner)].kind == NodeKind.loop.rawValue {
            let condition = plan.nodes[Int(owner)].condition
            if condition == .none { return }
            try verifyChunk(condition, yields: TypeId.bool.raw, .nodes, Int(owner), "condition", in: .given)
        }
    }

    private func number(_ value: UInt32) -> String { value == .none ? "none" : "\(value)" }

    /// Which node fills which slot; every slot that is not given has exactly one.
    private mutating func findProducers(_ index: Int, _ row: BlockRow) throws(PlanError) {
        let slots = plan.list(row.slotTypes)
        let isFlow = isFlow(block: index)
        guard slots.count <= Int(row.givenSlots) + Int(row.nodeCount) else {
            throw refused(.blocks, index, "expected a node for each of \(slots.count) slots")
        }
        let start = producers.count
        producers.append(contentsOf: repeatElement(.none, count: slots.count))
        var filled = Int(row.givenSlots)
        for node in Int(row.nodeStart)..<Int(row.nodeStart) + Int(row.nodeCount) {
            guard nodeSeen[node] == 0 else {
                throw refused(.circular, .nodes, node, "expected one block for each node, found a second")
            }
            nodeSeen[node] = 1
            let nodeRow = plan.nodes[node]
            try check(nodeRow.name, below: plan.strings.count, .nodes, node, "name")
            guard nameStamps[Int(nodeRow.name)] != UInt32(index + 1) else {
                throw refused(.nodes, node, "expected each name once in a block, found it again")
            }
            nameStamps[Int(nodeRow.name)] = UInt32(index + 1)
            guard nodeRow.block == UInt32(index) else {
                throw refused(
                    .nodes, node, "expected a node of block \(index), found one of \(number(nodeRow.block))")
            }
            try checkStorable(nodeRow.type, .nodes, node, "type")
            if nodeRow.slot == .none { continue }
            try check(nodeRow.slot, below: slots.count, .nodes, node, "slot")
            let isShared = isFlow && producers[start + min(Int(nodeRow.slot), slots.count - 1)] != .none
            guard nodeRow.slot >= row.givenSlots, isShared || producers[start + Int(nodeRow.slot)] == .none
            else {
                throw refused(.nodes, node, "slot \(nodeRow.slot) is filled by something else already")
            }
            producers[start + Int(nodeRow.slot)] = UInt32(node)
            if !isShared { filled += 1 }
            let slot = slots[Int(nodeRow.slot)]
            guard !isFlow || facts.kinds[Int(slot)] == .optional else {
                throw refused(.nodes, node, "a node of a flow fills an optional, found \(text(slot))")
            }
            guard nodeRow.isOptional ? facts.isOptional(slot, of: nodeRow.type) : slot == nodeRow.type else {
                throw mismatch(
                    .nodes, node, "type of slot \(nodeRow.slot)", found: slot,
                    expected: text(nodeRow.type) + (nodeRow.isOptional ? "?" : ""))
            }
        }
        guard filled == slots.count else {
            throw refused(
                .blocks, index, "expected a node for each of \(slots.count) slots, found \(filled) filled")
        }
    }

    /// Dependencies name nodes of the block and never lead in a circle.
    private mutating func verifyOrder(_ index: Int, _ row: BlockRow) throws(PlanError) {
        let first = Int(row.nodeStart)
        let count = Int(row.nodeCount)
        var edges = 0
        var isForward = true
        for node in 0..<count {
            let dependencies = try list(
                plan.nodes[first + node].dependencies, .nodes, first + node, "dependencies")
            edges += dependencies.count
            for dependency in dependencies {
                try check(dependency, below: count, .nodes, first + node, "dependency")
                if Int(dependency) >= node { isForward = false }
            }
        }
        if isForward { return }
        try spend(edges + count, .blocks, index)
        // Kahn: take away nodes that wait for nothing until none is left.
        var waits = [Int](repeating: 0, count: count)
        var ends = [Int](repeating: 0, count: count + 1)
        for node in 0..<count {
            let dependencies = plan.list(plan.nodes[first + node].dependencies)
            waits[node] = dependencies.count
            for dependency in dependencies { ends[Int(dependency) + 1] += 1 }
        }
        for node in 0..<count { ends[node + 1] += ends[node] }
        var users = [UInt32](repeating: 0, count: edges)
        var next = ends
        for node in 0..<count {
            for dependency in plan.list(plan.nodes[first + node].dependencies) {
                users[next[Int(dependency)]] = UInt32(node)
                next[Int(dependency)] += 1
            }
        }
        var ready = (0..<count).filter { waits[$0] == 0 }
        var taken = 0
        while let node = ready.popLast() {
            taken += 1
            for user in users[ends[node]..<ends[node + 1]] {
                waits[Int(user)] -= 1
                if waits[Int(user)] == 0 { ready.append(Int(user)) }
            }
        }
        if taken < count, let stuck = waits.firstIndex(where: { $0 > 0 }) {
            throw refused(
                .circular, .nodes, first + stuck, "the node waits for itself, directly or through others")
        }
    }

    private mutating func stampDependencies(of node: Int) throws(PlanError) {
        let row = plan.nodes[node]
        let first = Int(plan.blocks[Int(row.block)].nodeStart)
        for dependency in plan.list(row.dependencies) {
            let place = first + Int(dependency)
            guard dependencyStamps[place] != UInt32(node + 1) else {
                throw refused(.nodes, node, "expected each dependency once, found \(dependency) again")
            }
            dependencyStamps[place] = UInt32(node + 1)
        }
    }
}
