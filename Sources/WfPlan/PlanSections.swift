// Finds the sections of a plan file: header and section table, checked byte by byte. Knows nothing of their
// content.

extension PlanSections {
    /// Reads header and section table. The layout has no freedom: sections follow each other in their order,
    /// each at the next multiple of 8, with zeros between them, up to the end of the file.
    init(checking memory: UnsafeRawBufferPointer) throws(PlanError) {
        self.memory = memory
        ranges = []
        func word(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: memory.load(fromByteOffset: offset, as: UInt32.self))
        }
        func long(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: memory.load(fromByteOffset: offset, as: UInt64.self))
        }
        for (index, byte) in PlanHeader.magic.enumerated()
        where index >= memory.count || memory[index] != byte {
            throw PlanError(
                .notAPlan, "expected a compiled plan, found a file that does not start with 'wfb'")
        }
        guard memory.count >= PlanHeader.size else {
            throw PlanError(
                .damaged, "expected a header of \(PlanHeader.size) bytes, found \(memory.count) bytes")
        }
        let version = word(4)
        if version > PlanHeader.version {
            throw PlanError(
                .otherVersion,
                "the plan has format version \(version), this program reads version \(PlanHeader.version): "
                    + "use a newer wf, or compile the source again with this one")
        }
        if version < PlanHeader.version {
            throw PlanError(
                .otherVersion,
                "the plan has format version \(version), this program reads version \(PlanHeader.version): "
                    + "compile the source again")
        }
        let expected = PlanSection.allCases.count
        guard word(8) == UInt32(expected) else {
            throw PlanError(.damaged, "expected \(expected) sections, found \(word(8))")
        }
        guard word(12) == 0 else {
            throw PlanError(.damaged, "expected flags of 0, found \(word(12))")
        }
        guard long(16) == UInt64(memory.count) else {
            throw PlanError(
                .damaged, "the header says \(long(16)) bytes, found \(memory.count): is the file cut?")
        }
        guard memory.count >= PlanHeader.bodyStart else {
            throw PlanError(
                .damaged, "expected a section table up to byte \(PlanHeader.bodyStart), found the end")
        }
        var end = PlanHeader.bodyStart
        for (index, section) in PlanSection.allCases.enumerated() {
            let entry = PlanHeader.size + index * PlanHeader.entrySize
            guard word(entry) == section.rawValue, word(entry + 4) == 0 else {
                throw PlanError(
                    .damaged, at: entry,
                    "expected section \(section.rawValue) '\(section)' in the table, found \(word(entry))")
            }
            guard long(entry + 8) == UInt64(end) else {
                throw PlanError(
                    .damaged, at: entry,
                    "section '\(section)': expected it at byte \(end), found offset \(long(entry + 8))")
            }
            let size = long(entry + 16)
            guard size <= UInt64(memory.count - end) else {
                throw PlanError(
                    .damaged, at: entry,
                    "section '\(section)': \(size) bytes do not fit the \(memory.count - end) that are left")
            }
            guard Int(size) % section.rowSize == 0 else {
                throw PlanError(
                    .damaged, at: entry,
                    "section '\(section)': expected a multiple of \(section.rowSize) bytes, found \(size)")
            }
            ranges.append(end..<end + Int(size))
            end += Int(size)
            while end % 8 != 0 {
                guard end < memory.count, memory[end] == 0 else {
                    throw PlanError(.damaged, at: end, "expected a zero byte behind section '\(section)'")
                }
                end += 1
            }
        }
        guard end == memory.count else {
            throw PlanError(
                .damaged, at: end,
                "expected the end behind the last section, found \(memory.count - end) bytes")
        }
    }
}

extension PlanSection {
    /// Bytes of one row.
    public var rowSize: Int {
        switch self {
        case .bytes, .types: return 1
        case .strings: return MemoryLayout<StringRow>.stride
        case .constants: return MemoryLayout<ConstantRow>.stride
        case .cells: return MemoryLayout<CellRow>.stride
        case .lists: return MemoryLayout<UInt32>.stride
        case .code: return MemoryLayout<UInt64>.stride
        case .functions: return MemoryLayout<FunctionRow>.stride
        case .positions: return MemoryLayout<PositionRow>.stride
        case .chunks: return MemoryLayout<ChunkRow>.stride
        case .workflows: return MemoryLayout<WorkflowRow>.stride
        case .blocks: return MemoryLayout<BlockRow>.stride
        case .nodes: return MemoryLayout<NodeRow>.stride
        case .clauses: return MemoryLayout<ClausesRow>.stride
        case .actions: return MemoryLayout<ActionRow>.stride
        case .effects: return MemoryLayout<EffectRow>.stride
        case .sources: return MemoryLayout<SourceRow>.stride
        case .tests: return MemoryLayout<TestRow>.stride
        case .marks: return MemoryLayout<MarkRow>.stride
        case .signals: return MemoryLayout<SignalRow>.stride
        case .queries: return MemoryLayout<QueryRow>.stride
        case .flows: return MemoryLayout<FlowRow>.stride
        case .resources: return MemoryLayout<ResourceRow>.stride
        case .configs: return MemoryLayout<ConfigRow>.stride
        case .points: return MemoryLayout<PointRow>.stride
        }
    }
}
