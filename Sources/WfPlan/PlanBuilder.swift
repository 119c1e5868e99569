// Gathers the tables of a plan and writes the file. Knows the layout; knows nothing of the language, and does
// not check what it is given: that is the `Verifier`'s work, which every plan passes before it is used.
public import WfValue

/// Builds a plan. Equal calls in equal order give equal bytes.
///
/// Strings, constants and lists are interned: equal content has one index. Blocks, nodes and functions that
/// are referred to before they are known are reserved first and set later.
public final class PlanBuilder {
    /// The types of the program. Lowering may add structural types (argument tuples, state) until `finish`.
    public var types: TypeTable

    public private(set) var bytes: [UInt8] = []
    public private(set) var strings: [StringRow] = []
    public private(set) var constants: [ConstantRow] = []
    public private(set) var cells: [CellRow] = []
    public private(set) var lists: [UInt32] = []
    public private(set) var code: [UInt64] = []
    public private(set) var functions: [FunctionRow] = []
    public private(set) var positions: [PositionRow] = []
    public private(set) var chunks: [ChunkRow] = []
    public var workflows: [WorkflowRow] = []
    public var blocks: [BlockRow] = []
    public var nodes: [NodeRow] = []
    public var clauses: [ClausesRow] = []
    public var actions: [ActionRow] = []
    public var effects: [EffectRow] = []
    public private(set) var sources: [SourceRow] = []
    public var tests: [TestRow] = []
    public var marks: [MarkRow] = []
    public var points: [PointRow] = []
    public private(set) var signals: [SignalRow] = []
    public var resources: [ResourceRow] = []
    public var configs: [ConfigRow] = []
    public private(set) var queries: [QueryRow] = []
    public private(set) var flows: [FlowRow] = []

    private var stringTable = InternTable()
    private var constantTable = InternTable()
    private var listTable = InternTable()
    private var listRows: [ListRow] = []

    public init(types: TypeTable) {
        self.types = types
    }

    // MARK: interned content

    /// The index of a string.
    public func string(_ text: String) -> UInt32 {
        var text = text
        return text.withUTF8 { string(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// The index of a string, given as UTF-8.
    public func string(utf8 text: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            stringTable.find(
                hash: InternTable.hash(text),
                isEqual: { equals(strings[$0].start, strings[$0].count, text) },
                make: {
                    strings.append(StringRow(start: store(text), count: UInt32(text.count)))
                    return strings.count - 1
                }))
    }

    /// The index of a constant: a value in the binary encoding of its type.
    public func constant(type: TypeId, bytes value: [UInt8]) -> UInt32 {
        value.withUnsafeBytes { value in
            UInt32(
                constantTable.find(
                    hash: InternTable.hash(value, seed: UInt64(type.raw) << 32),
                    isEqual: {
                        let row = constants[$0]
                        return row.type == type.raw && equals(row.start, row.count, value)
                    },
                    make: {
                        constants.append(
                            ConstantRow(type: type.raw, start: store(value), count: UInt32(value.count)))
                        return constants.count - 1
                    }))
        }
    }

    /// A list of words.
    public func list(_ words: [UInt32]) -> ListRow {
        words.withUnsafeBufferPointer { list($0) }
    }

    /// A list of types.
    public func list(types: [TypeId]) -> ListRow { list(types.map(\.raw)) }

    /// A list of strings.
    public func list(strings: [String]) -> ListRow { list(strings.map { string($0) }) }

    /// A list of words.
    public func list(_ words: UnsafeBufferPointer<UInt32>) -> ListRow {
        if words.isEmpty { return .empty }
        let entry = listTable.find(
            hash: InternTable.hash(UnsafeRawBufferPointer(words)),
            isEqual: {
                let row = listRows[$0]
                guard Int(row.count) == words.count else { return false }
                for offset in 0..<words.count where lists[Int(row.start) + offset] != words[offset] {
                    return false
                }
                return true
            },
            make: {
                listRows.append(ListRow(start: UInt32(lists.count), count: UInt32(words.count)))
                lists.append(contentsOf: words)
                return listRows.count - 1
            })
        return listRows[entry]
    }

    // MARK: code

    /// A cell: the value of a `const` that `function` (without parameters) computes.
    public func cell(type: TypeId, function: UInt32) -> UInt32 {
        cells.append(CellRow(type: type.raw, function: function))
        return UInt32(cells.count - 1)
    }

    /// A function's number, before its code is known. Every reserved function must be defined before
    /// `finish`.
    public func reserveFunction() -> UInt32 {
        functions.append(
            FunctionRow(
                name: .none, codeStart: 0, codeCount: 0, registerTypes: .empty, parameterCount: 0,
                resultType: TypeId.unit.raw, zeroStart: 0, zeroCount: 0, positionStart: 0, positionCount: 0))
        return UInt32(functions.count - 1)
    }

    /// Gives a reserved function its code. The zero range is derived from the register types: it spans all
    /// reference registers that are not parameters, so keep those together.
    ///
    /// - Parameters:
    ///   - registerTypes: one per register, parameters first.
    ///   - positions: ascending by code offset (words from the function's start).
    public func define(
        function: UInt32, name: String, code words: [UInt64], registerTypes: [TypeId], parameterCount: Int,
        result: TypeId, positions rows: [PositionRow]
    ) {
        var zeroStart = parameterCount
        var zeroEnd = parameterCount
        var isFirst = true
        for register in parameterCount..<Swift.max(parameterCount, registerTypes.count)
        where types.isReference(registerTypes[register]) {
            if isFirst { zeroStart = register }
            isFirst = false
            zeroEnd = register + 1
        }
        // A TypeId is its number.
        let typeList = registerTypes.withUnsafeBytes { list($0.bindMemory(to: UInt32.self)) }
        functions[Int(function)] = FunctionRow(
            name: string(name), codeStart: UInt32(code.count), codeCount: UInt32(words.count),
            registerTypes: typeList, parameterCount: UInt32(parameterCount),
            resultType: result.raw, zeroStart: UInt32(zeroStart), zeroCount: UInt32(zeroEnd - zeroStart),
            positionStart: UInt32(positions.count), positionCount: UInt32(rows.count))
        code.append(contentsOf: words)
        positions.append(contentsOf: rows)
    }

    /// A function that is complete at once.
    public func function(
        name: String, code: [UInt64], registerTypes: [TypeId], parameterCount: Int, result: TypeId,
        positions: [PositionRow] = []
    ) -> UInt32 {
        let function = reserveFunction()
        define(
            function: function, name: name, code: code, registerTypes: registerTypes,
            parameterCount: parameterCount, result: result, positions: positions)
        return function
    }

    /// A chunk; `inputs` are packed by `ChunkRow.input`, one per parameter of the function.
    public func chunk(function: UInt32, inputs: [UInt32]) -> UInt32 {
        chunks.append(ChunkRow(function: function, inputs: list(inputs)))
        return UInt32(chunks.count - 1)
    }

    // MARK: graph

    /// A workflow's number.
    public func add(_ row: WorkflowRow) -> UInt32 {
        workflows.append(row)
        return UInt32(workflows.count - 1)
    }

    /// A block's number, before its row is known: set `blocks[number]` later.
    public func reserveBlock() -> UInt32 {
        blocks.append(
            BlockRow(
                owner: .none, workflow: .none, nodeStart: 0, nodeCount: 0, slotTypes: .empty, givenSlots: 0,
                result: .none))
        return UInt32(blocks.count - 1)
    }

    /// `count` nodes in a row, for instance those of one block; the first one's number. Set `nodes[number]`
    /// later.
    public func reserveNodes(_ count: Int) -> UInt32 {
        let blank = NodeRow(kind: .fail, name: .none, block: .none, slot: .none, type: 0, span: .none)
        nodes.append(contentsOf: repeatElement(blank, count: count))
        return UInt32(nodes.count - count)
    }

    /// A row of clauses; give `.none` to the node where all of them are absent.
    public func add(_ row: ClausesRow) -> UInt32 {
        clauses.append(row)
        return UInt32(clauses.count - 1)
    }

    /// An action's number.
    public func add(_ row: ActionRow) -> UInt32 {
        actions.append(row)
        return UInt32(actions.count - 1)
    }

    /// An effect's number.
    public func add(_ row: EffectRow) -> UInt32 {
        effects.append(row)
        return UInt32(effects.count - 1)
    }

    /// A signal's number.
    public func add(_ row: SignalRow) -> UInt32 {
        signals.append(row)
        return UInt32(signals.count - 1)
    }

    public func add(_ row: QueryRow) { queries.append(row) }

    /// Adds a flow; blocks come in ascending order.
    public func add(_ row: FlowRow) { flows.append(row) }

    /// A resource's number.
    public func add(_ row: ResourceRow) -> UInt32 {
        resources.append(row)
        return UInt32(resources.count - 1)
    }

    public func add(_ row: ConfigRow) { configs.append(row) }

    /// A source file's number: its project-relative path and its text.
    public func source(path: String, text: UnsafeRawBufferPointer) -> UInt32 {
        sources.append(
            SourceRow(path: string(path), textStart: store(text), textCount: UInt32(text.count)))
        return UInt32(sources.count - 1)
    }

    // MARK: bytes

    private func store(_ content: UnsafeRawBufferPointer) -> UInt32 {
        let start = bytes.count
        precondition(start + content.count <= Int(UInt32.max), "a plan's bytes are addressed by 32 bits")
        bytes.append(contentsOf: content)
        return UInt32(start)
    }

    private func equals(_ start: UInt32, _ count: UInt32, _ content: UnsafeRawBufferPointer) -> Bool {
        guard Int(count) == content.count else { return false }
        return bytes.withUnsafeBytes { all in
            all[Int(start)..<Int(start) + Int(count)].elementsEqual(content)
        }
    }

    /// The plan file.
    public func finish() -> [UInt8] {
        let typeBytes = types.encoded()
        var writer = PlanWriter(
            capacity: bytes.count + typeBytes.count + lists.count * 4 + code.count * 8 + strings.count * 8
                + functions.count * PlanSection.functions.rowSize + nodes.count * PlanSection.nodes.rowSize
                + positions.count * PlanSection.positions.rowSize + chunks.count * PlanSection.chunks.rowSize)
        bytes.withUnsafeBytes { writer.add(.bytes, $0) }
        strings.withUnsafeBytes { writer.add(.strings, $0) }
        typeBytes.withUnsafeBytes { writer.add(.types, $0) }
        constants.withUnsafeBytes { writer.add(.constants, $0) }
        cells.withUnsafeBytes { writer.add(.cells, $0) }
        lists.withUnsafeBytes { writer.add(.lists, $0) }
        code.withUnsafeBytes { writer.add(.code, $0) }
        functions.withUnsafeBytes { writer.add(.functions, $0) }
        positions.withUnsafeBytes { writer.add(.positions, $0) }
        chunks.withUnsafeBytes { writer.add(.chunks, $0) }
        workflows.withUnsafeBytes { writer.add(.workflows, $0) }
        blocks.withUnsafeBytes { writer.add(.blocks, $0) }
        nodes.withUnsafeBytes { writer.add(.nodes, $0) }
        clauses.withUnsafeBytes { writer.add(.clauses, $0) }
        actions.withUnsafeBytes { writer.add(.actions, $0) }
        effects.withUnsafeBytes { writer.add(.effects, $0) }
        sources.withUnsafeBytes { writer.add(.sources, $0) }
        tests.withUnsafeBytes { writer.add(.tests, $0) }
        marks.withUnsafeBytes { writer.add(.marks, $0) }
        signals.withUnsafeBytes { writer.add(.signals, $0) }
        queries.withUnsafeBytes { writer.add(.queries, $0) }
        flows.withUnsafeBytes { writer.add(.flows, $0) }
        resources.withUnsafeBytes { writer.add(.resources, $0) }
        configs.withUnsafeBytes { writer.add(.configs, $0) }
        points.withUnsafeBytes { writer.add(.points, $0) }
        return writer.finish()
    }
}
