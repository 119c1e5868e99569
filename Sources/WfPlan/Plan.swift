// A plan: everything a run needs, in one block of memory, used in place. Knows the layout and how to read it;
// knows nothing of how it was made (`PlanBuilder`), why it may be trusted (`Verifier`), or what runs it.
//
//     offset 0   magic "wfb\0" | version u32 | section count u32 | flags u32 (0) | total size u64 | reserved u64
//     32         one entry per section, ascending: id u32 | zero u32 | offset u64 | size u64
//     …          the sections, each aligned to 8 bytes, zero padded
public import WfValue

/// A verified plan. Immutable; safe to share between threads.
public final class Plan: @unchecked Sendable {  // immutable after init
    /// The whole file, privately owned and 16-byte aligned.
    public let memory: UnsafeRawBufferPointer
    /// The plan's identity: SHA-256 of `memory` with the seal taken as zeros.
    public let identity: [UInt8]
    public let types: TypeTable

    public let bytes: UnsafeRawBufferPointer
    public let lists: UnsafeBufferPointer<UInt32>
    public let code: UnsafeBufferPointer<UInt64>
    public let strings: UnsafeBufferPointer<StringRow>
    public let constants: UnsafeBufferPointer<ConstantRow>
    public let cells: UnsafeBufferPointer<CellRow>
    public let functions: UnsafeBufferPointer<FunctionRow>
    public let positions: UnsafeBufferPointer<PositionRow>
    public let chunks: UnsafeBufferPointer<ChunkRow>
    public let workflows: UnsafeBufferPointer<WorkflowRow>
    public let blocks: UnsafeBufferPointer<BlockRow>
    public let nodes: UnsafeBufferPointer<NodeRow>
    public let clauses: UnsafeBufferPointer<ClausesRow>
    public let actions: UnsafeBufferPointer<ActionRow>
    public let effects: UnsafeBufferPointer<EffectRow>
    public let sources: UnsafeBufferPointer<SourceRow>
    public let tests: UnsafeBufferPointer<TestRow>
    public let marks: UnsafeBufferPointer<MarkRow>
    public let signals: UnsafeBufferPointer<SignalRow>
    public let queries: UnsafeBufferPointer<QueryRow>
    public let flows: UnsafeBufferPointer<FlowRow>
    public let resources: UnsafeBufferPointer<ResourceRow>
    public let configs: UnsafeBufferPointer<ConfigRow>
    public let points: UnsafeBufferPointer<PointRow>

    init(adopting memory: UnsafeRawBufferPointer, identity: [UInt8], types: TypeTable, sections: PlanSections)
    {
        self.memory = memory
        self.identity = identity
        self.types = types
        bytes = sections.raw(.bytes)
        lists = sections.rows(.lists)
        code = sections.rows(.code)
        strings = sections.rows(.strings)
        constants = sections.rows(.constants)
        cells = sections.rows(.cells)
        functions = sections.rows(.functions)
        positions = sections.rows(.positions)
        chunks = sections.rows(.chunks)
        workflows = sections.rows(.workflows)
        blocks = sections.rows(.blocks)
        nodes = sections.rows(.nodes)
        clauses = sections.rows(.clauses)
        actions = sections.rows(.actions)
        effects = sections.rows(.effects)
        sources = sections.rows(.sources)
        tests = sections.rows(.tests)
        marks = sections.rows(.marks)
        signals = sections.rows(.signals)
        queries = sections.rows(.queries)
        flows = sections.rows(.flows)
        resources = sections.rows(.resources)
        configs = sections.rows(.configs)
        points = sections.rows(.points)
    }

    deinit { memory.deallocate() }
}

extension Plan {
    /// The words of a list.
    public func list(_ row: ListRow) -> UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(rebasing: lists[Int(row.start)..<Int(row.start) + Int(row.count)])
    }

    /// The text of a string; empty for `.none`.
    public func string(_ index: UInt32) -> String {
        index == .none ? "" : String(decoding: stringBytes(index), as: UTF8.self)
    }

    /// The UTF-8 bytes of a string.
    public func stringBytes(_ index: UInt32) -> UnsafeRawBufferPointer {
        let row = strings[Int(index)]
        return UnsafeRawBufferPointer(rebasing: bytes[Int(row.start)..<Int(row.start) + Int(row.count)])
    }

    /// The encoded value of a constant.
    public func constantBytes(_ index: Int) -> UnsafeRawBufferPointer {
        let row = constants[index]
        return UnsafeRawBufferPointer(rebasing: bytes[Int(row.start)..<Int(row.start) + Int(row.count)])
    }

    /// The nodes of a block, as a range of node numbers.
    public func nodeRange(_ block: Int) -> Range<Int> {
        let row = blocks[block]
        return Int(row.nodeStart)..<Int(row.nodeStart) + Int(row.nodeCount)
    }

    /// The signals that a run of a workflow takes: its own and those of the workflows that it calls, by name once.
    public func signals(reachedFrom workflow: Int) -> [(name: String, type: TypeId)] {
        var isReached = workflows.map { _ in false }
        isReached[workflow] = true
        var queue = [workflow]
        while let next = queue.popLast() {
            for node in nodes
            where node.kind == NodeKind.workflow.rawValue && blocks[Int(node.block)].workflow == UInt32(next)
            {
                if isReached[Int(node.target)] { continue }
                isReached[Int(node.target)] = true
                queue.append(Int(node.target))
            }
        }
        var result: [(name: String, type: TypeId)] = []
        for signal in signals where isReached[Int(signal.workflow)] {
            let name = string(signal.name)
            if !result.contains(where: { $0.name == name }) {
                result.append((name, TypeId(raw: signal.type)))
            }
        }
        return result
    }

    /// The number of the workflow with this name.
    public func workflow(named name: String) -> Int? {
        workflows.indices.first { string(workflows[$0].name) == name }
    }
}

/// Where the sections of a plan lie in its memory. Made by the verifier, which has checked bounds and
/// alignment.
struct PlanSections {
    let memory: UnsafeRawBufferPointer
    /// By `PlanSection` raw value - 1.
    var ranges: [Range<Int>]

    func raw(_ section: PlanSection) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[ranges[Int(section.rawValue) - 1]])
    }

    func rows<Row: BitwiseCopyable>(_ section: PlanSection) -> UnsafeBufferPointer<Row> {
        raw(section).bindMemory(to: Row.self)
    }
}
