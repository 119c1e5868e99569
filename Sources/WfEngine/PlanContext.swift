// What the engine knows about a plan beyond its rows: per block who waits for whom and who reads what,
// computed once. Knows nothing of runs.

import WfMachine
import WfPlan
import WfValue

/// The engine's own effects; all others are the driver's.
enum Door: UInt8 {
    case nop, sleep, sleepUntil, journal, driver, approve, task, raise, compensate

    init(effect name: String) {
        switch name {
        case "nop": self = .nop
        case "sleep": self = .sleep
        case "approve": self = .approve
        case "task": self = .task
        case "raise": self = .raise
        case "compensate": self = .compensate
        case "sleepUntil", "sleep.until": self = .sleepUntil
        case "sql": self = .journal
        default: self = .driver
        }
    }

    /// Whether what it yields comes from outside, and is to be checked.
    var hasResult: Bool {
        switch self {
        case .nop, .sleep, .sleepUntil, .raise, .compensate: return false
        case .journal, .driver, .approve, .task: return true
        }
    }
}

/// The graph of a block in compressed rows, by node number relative to the block.
final class BlockLayout {
    let block: Int
    let nodeStart: Int
    let nodeCount: Int
    let slotCount: Int
    let givenSlots: Int
    /// Chunk of the block's value, or none.
    let result: UInt32
    /// Nodes that wait for node n: `dependents[dependentStart[n]..<dependentStart[n + 1]]`.
    let dependentStart: [UInt32]
    let dependents: [UInt32]
    let dependencyCounts: [UInt32]
    /// Slots that node n reads, itself or in blocks within it: `reads[readStart[n]..<readStart[n + 1]]`.
    let readStart: [UInt32]
    let reads: [UInt32]
    /// Per slot: how many nodes read it, and one more if the block's value does.
    let readerCounts: [UInt32]
    /// Nodes without dependencies, ascending.
    let initial: [Int]
    /// The arrows of a flow.
    let flow: FlowLayout?

    init(
        block: Int, row: BlockRow, dependentStart: [UInt32], dependents: [UInt32], dependencyCounts: [UInt32],
        readStart: [UInt32], reads: [UInt32], readerCounts: [UInt32], flow: FlowLayout?
    ) {
        self.flow = flow
        self.block = block
        nodeStart = Int(row.nodeStart)
        nodeCount = Int(row.nodeCount)
        slotCount = Int(row.slotTypes.count)
        givenSlots = Int(row.givenSlots)
        result = row.result
        self.dependentStart = dependentStart
        self.dependents = dependents
        self.dependencyCounts = dependencyCounts
        self.readStart = readStart
        self.reads = reads
        self.readerCounts = readerCounts
        initial = dependencyCounts.indices.filter { dependencyCounts[$0] == 0 }
    }
}

/// A plan in use: its machine and what was computed about its blocks.
final class PlanContext {
    let plan: Plan
    let machine: Machine
    /// Per effect of the plan.
    let doors: [Door]
    let effectNames: [String]
    /// Per block, once asked: whether it is a single effect that may be prepared.
    var preparable: [Int: Bool] = [:]
    /// Whether any call has to ask before it begins; by resource, once computed: its numbers.
    let hasGates: Bool
    var resourceNumbers: [Int: [Int64]] = [:]
    private var layouts: [BlockLayout?]
    /// Per block, once computed: slots of outer scopes that are read within, packed as in chunks, where
    /// depth 0 is the scope around the block.
    private var escapes: [[UInt32]?]

    /// - Parameter config: what a run was given; what does not fit is left out, and its default holds.
    init(plan: Plan, config: [UInt8] = []) {
        self.plan = plan
        machine = Machine(plan: plan)
        machine.presets = Settings.presets(config, plan)
        hasGates = PlanContext.hasGates(plan)
        effectNames = plan.effects.map { plan.string($0.name) }
        doors = effectNames.map { Door(effect: $0) }
        layouts = Array(repeating: nil, count: plan.blocks.count)
        escapes = Array(repeating: nil, count: plan.blocks.count)
    }

    func layout(of block: Int) -> BlockLayout {
        if let known = layouts[block] { return known }
        let made = makeLayout(block)
        layouts[block] = made
        return made
    }

    private func makeLayout(_ block: Int) -> BlockLayout {
        let row = plan.blocks[block]
        let count = Int(row.nodeCount)
        let first = Int(row.nodeStart)
        var counts = [UInt32](repeating: 0, count: count)
        var starts = [UInt32](repeating: 0, count: count + 1)
        for node in 0..<count {
            let dependencies = plan.list(plan.nodes[first + node].dependencies)
            counts[node] = UInt32(dependencies.count)
            for dependency in dependencies { starts[Int(dependency) + 1] += 1 }
        }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var places = starts
        var dependents = [UInt32](repeating: 0, count: Int(starts[count]))
        for node in 0..<count {
            for dependency in plan.list(plan.nodes[first + node].dependencies) {
                dependents[Int(places[Int(dependency)])] = UInt32(node)
                places[Int(dependency)] += 1
            }
        }
        let slotCount = Int(row.slotTypes.count)
        var readStart: [UInt32] = [0]
        readStart.reserveCapacity(count + 1)
        var reads: [UInt32] = []
        var readers = [UInt32](repeating: 0, count: slotCount)
        var seen = [Int](repeating: -1, count: slotCount)
        var found: [UInt32] = []
        for node in 0..<count {
            found.removeAll(keepingCapacity: true)
            collect(node: first + node, into: &found)
            for input in found where ChunkRow.depth(input) == 0 {
                let slot = ChunkRow.slot(input)
                guard slot < slotCount, seen[slot] != node else { continue }
                seen[slot] = node
                reads.append(UInt32(slot))
                readers[slot] += 1
            }
            readStart.append(UInt32(reads.count))
        }
        if row.result != .none {
            for input in plan.list(plan.chunks[Int(row.result)].inputs) where ChunkRow.depth(input) == 0 {
                let slot = ChunkRow.slot(input)
                if slot < slotCount, seen[slot] != count {
                    seen[slot] = count
                    readers[slot] += 1
                }
            }
        }
        if row.owner == .none {
            // What a query reads is kept as long as the block is open.
            for query in plan.queries where query.workflow == row.workflow {
                for input in plan.list(query.inputs) { readers[QueryRow.slot(input)] += 1 }
            }
        }
        return BlockLayout(
            block: block, row: row, dependentStart: starts, dependents: dependents, dependencyCounts: counts,
            readStart: readStart, reads: reads, readerCounts: readers,
            flow: plan.flow(ofBlock: block).map { FlowLayout(plan, $0) })
    }

    /// What a node reads: depth 0 is the scope that the node stands in.
    private func collect(node: Int, into found: inout [UInt32]) {
        let row = plan.nodes[node]
        func add(_ chunk: UInt32) {
            if chunk != .none { found.append(contentsOf: plan.list(plan.chunks[Int(chunk)].inputs)) }
        }
        add(row.chunk)
        switch NodeKind(rawValue: row.kind) {
        case .block: addEscapes(of: row.target, into: &found)
        case .try, .race: for block in plan.childBlocks(of: row) { addEscapes(of: block, into: &found) }
        case .fan:
            add(row.condition)
            addEscapes(of: row.target, into: &found)
        case .loop:
            // The condition runs in the turn's scope, one further in.
            if row.condition != .none {
                for input in plan.list(plan.chunks[Int(row.condition)].inputs) where ChunkRow.depth(input) > 0
                {
                    found.append(ChunkRow.input(depth: ChunkRow.depth(input) - 1, slot: ChunkRow.slot(input)))
                }
            }
            addEscapes(of: row.target, into: &found)
        case .branch:
            for block in plan.list(row.branches) { addEscapes(of: block, into: &found) }
        case .value, .action, .effect, .workflow, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome,
            .pass, .first, .caught, .watch, nil:
            break
        }
        if row.clauses != .none {
            let clauses = plan.clauses[Int(row.clauses)]
            for chunk in [
                clauses.when, clauses.timeout, clauses.deadline, clauses.retry, clauses.backoffFirst,
                clauses.backoffLast, clauses.backoffFactor, clauses.undoArguments,
            ] { add(chunk) }
            if clauses.otherwise != .none, Int(clauses.otherwise) != node {
                collect(node: Int(clauses.otherwise), into: &found)
            }
        }
    }

    private func addEscapes(of block: UInt32, into found: inout [UInt32]) {
        if block != .none { found.append(contentsOf: escapes(of: Int(block))) }
    }

    private func escapes(of block: Int) -> [UInt32] {
        if let known = escapes[block] { return known }
        let row = plan.blocks[block]
        var found: [UInt32] = []
        for node in plan.nodeRange(block) { collect(node: node, into: &found) }
        if row.result != .none {
            found.append(contentsOf: plan.list(plan.chunks[Int(row.result)].inputs))
        }
        var outer: [UInt32] = []
        for input in found where ChunkRow.depth(input) > 0 {
            outer.append(ChunkRow.input(depth: ChunkRow.depth(input) - 1, slot: ChunkRow.slot(input)))
        }
        outer.sort()
        var last = 0
        for index in outer.indices where index == 0 || outer[index] != outer[index - 1] {
            outer[last] = outer[index]
            last += 1
        }
        outer.removeLast(outer.count - last)
        escapes[block] = outer
        return outer
    }

    /// The types of a workflow's parameters.
    func parameterTypes(ofWorkflow workflow: Int) -> [TypeId] {
        let row = plan.workflows[workflow]
        let slots = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
        return slots.prefix(Int(row.parameterNames.count)).map { TypeId(raw: $0) }
    }

    /// The types of what a block is given.
    func givenTypes(ofBlock block: Int) -> [TypeId] {
        let row = plan.blocks[block]
        return plan.list(row.slotTypes).prefix(Int(row.givenSlots)).map { TypeId(raw: $0) }
    }

    /// Splits a tuple's encoding into its elements'. Nil if it does not fit the types.
    func split(_ bytes: [UInt8], _ types: [TypeId]) -> [[UInt8]]? {
        if types.count <= 1 { return types.isEmpty ? [] : [bytes] }
        return bytes.withUnsafeBytes { buffer -> [[UInt8]]? in
            var reader = ByteReader(buffer)
            var parts: [[UInt8]] = []
            parts.reserveCapacity(types.count)
            do throws(DecodeError) {
                for type in types {
                    let start = reader.position
                    try plan.types.skip(&reader, as: type)
                    parts.append(Array(buffer[start..<reader.position]))
                }
                try reader.expectEnd()
                return parts
            } catch {
                return nil
            }
        }
    }
}
