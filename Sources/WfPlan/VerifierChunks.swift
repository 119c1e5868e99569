// Checks what a use of a chunk expects: the type it yields, and that each slot it reads is there and has the
// type of the parameter. Knows nothing of what the chunk computes.
import WfValue

/// Which slots a chunk may read.
enum ChunkScope {
    /// Those that are given or that the stamped node waits for, outwards over all levels.
    case node
    /// As `node`, and the slot that the node itself fills. For the arguments of its `undo`.
    case own
    /// Only given slots of the innermost block; outwards as `node`. For a loop's condition.
    case given
    /// All slots of the innermost block; outwards as `node`. For a block's value.
    case block
    /// An action's parameters.
    case action(ListRow)
    /// An action's parameters, and the key of its step in the slot after the next.
    case actionCall(ListRow)
    /// An action's parameters and behind them the effect's result and the key of its step.
    case actionResult(ListRow, UInt32)
}

extension Verifier {
    /// The clauses that steps and actions share.
    mutating func verifyClauseChunks(
        _ row: ClausesRow, _ section: PlanSection, _ index: Int, in scope: ChunkScope
    ) throws(PlanError) {
        let duration = TypeId.duration.raw
        if row.timeout != .none {
            try verifyChunk(row.timeout, yields: duration, section, index, "'timeout'", in: scope)
        }
        if row.deadline != .none {
            try verifyChunk(row.deadline, yields: duration, section, index, "'deadline'", in: scope)
        }
        if row.retry != .none {
            try verifyChunk(row.retry, yields: TypeId.int.raw, section, index, "'retry'", in: scope)
        }
        if row.backoffFirst != .none {
            try verifyChunk(row.backoffFirst, yields: duration, section, index, "first pause", in: scope)
        }
        if row.backoffLast != .none {
            try verifyChunk(row.backoffLast, yields: duration, section, index, "longest pause", in: scope)
        }
        if row.backoffFactor != .none {
            try verifyChunk(
                row.backoffFactor, yields: TypeId.float.raw, section, index, "'factor'", in: scope)
        }
        if row.priority != .none {
            try verifyChunk(row.priority, yields: TypeId.int.raw, section, index, "'priority'", in: scope)
        }
        if row.cache != .none {
            try verifyChunk(row.cache, yields: duration, section, index, "'cache'", in: scope)
        }
    }

    /// The chunk yields a tuple of the parameters' types, or there is none where there are no parameters.
    mutating func verifyArguments(
        _ chunk: UInt32, of parameters: UnsafeBufferPointer<UInt32>, _ section: PlanSection, _ index: Int,
        in scope: ChunkScope
    ) throws(PlanError) {
        if parameters.isEmpty {
            guard chunk == .none else {
                throw refused(section, index, "expected no arguments, found a chunk")
            }
            return
        }
        try check(chunk, below: plan.chunks.count, section, index, "chunk of arguments")
        let type = resultType(ofChunk: chunk)
        if type != TypeId.never.raw {
            let id = TypeId(raw: type)
            guard facts.kinds[Int(type)] == .tuple, types.memberCount(of: id) == parameters.count else {
                throw mismatch(
                    section, index, "arguments", found: type, expected: "a tuple of \(parameters.count)")
            }
            try spend(parameters.count, section, index)
            for place in parameters.indices {
                let element = types.tupleElement(of: id, at: place).raw
                guard element == parameters[place] else {
                    throw mismatch(
                        section, index, "argument \(place)", found: element, expected: text(parameters[place])
                    )
                }
            }
        }
        try verifyChunk(chunk, yields: type, section, index, "arguments", in: scope)
    }

    /// The chunk yields this type (or never returns) and reads only slots that are there, each as its type.
    mutating func verifyChunk(
        _ chunk: UInt32, yields type: UInt32, _ section: PlanSection, _ index: Int, _ what: StaticString,
        in scope: ChunkScope
    ) throws(PlanError) {
        try check(chunk, below: plan.chunks.count, section, index, what)
        let row = plan.chunks[Int(chunk)]
        let function = plan.functions[Int(row.function)]
        guard function.resultType == type || function.resultType == TypeId.never.raw else {
            throw mismatch(section, index, "\(what)", found: function.resultType, expected: text(type))
        }
        let inputs = try list(row.inputs, section, index, "inputs")
        let parameters = plan.list(function.registerTypes)
        for parameter in inputs.indices {
            let input = inputs[parameter]
            let found = try slotType(input, section, index, what, in: scope)
            guard found == parameters[parameter] else {
                throw refused(
                    .typeMismatch, section, index,
                    "\(what): parameter \(parameter) of `\(plan.string(function.name))` is "
                        + "\(text(parameters[parameter])), but \(describe(input)) holds \(text(found))")
            }
        }
    }

    private func describe(_ input: UInt32) -> String {
        "slot \(ChunkRow.slot(input))"
            + (ChunkRow.depth(input) == 0 ? "" : " of the block \(ChunkRow.depth(input)) further out")
    }

    /// The type of a slot that a chunk reads, after checking that it is filled by then.
    @inline(__always)
    private func slotType(
        _ input: UInt32, _ section: PlanSection, _ index: Int, _ what: StaticString, in scope: ChunkScope
    ) throws(PlanError) -> UInt32 {
        let depth = ChunkRow.depth(input)
        let slot = ChunkRow.slot(input)
        let isGiven: Bool
        let isBlock: Bool
        var isOwn = false
        switch scope {
        case .node: (isGiven, isBlock) = (false, false)
        case .own: (isGiven, isBlock, isOwn) = (false, false, depth == 0)
        case .given: (isGiven, isBlock) = (true, false)
        case .block: (isGiven, isBlock) = (false, true)
        case .action(let list):
            return try parameterType(input, plan.list(list), [], section, index)
        case .actionCall(let list):
            return try parameterType(input, plan.list(list), [nil, TypeId.string.raw], section, index)
        case .actionResult(let list, let result):
            return try parameterType(input, plan.list(list), [result, TypeId.string.raw], section, index)
        }
        guard depth < levels.count, levels.count - 1 - depth >= levels[levels.count - 1].floor else {
            throw refused(.outOfRange, section, index, "\(what): \(describe(input)) is outside the workflow")
        }
        let level = levels[levels.count - 1 - depth]
        let block = plan.blocks[level.block]
        guard slot < Int(block.slotTypes.count) else {
            throw refused(
                .outOfRange, section, index,
                "\(what): there is no \(describe(input)), expected one below \(block.slotTypes.count)")
        }
        if slot >= Int(block.givenSlots) && !(depth == 0 && isBlock) && !isFlow(block: level.block) {
            let producer = producers[level.producerStart + slot]
            let isThere =
                !(depth == 0 && isGiven) && dependencyStamps[Int(producer)] == level.stamp
                || isOwn && producer + 1 == level.stamp
            guard isThere else {
                throw refused(
                    section, index,
                    "\(what): \(describe(input)) is read, but its node "
                        + "`\(rowName(.nodes, Int(producer)))` is not waited for")
            }
        }
        return plan.lists[Int(block.slotTypes.start) + slot]
    }

    private func parameterType(
        _ input: UInt32, _ parameters: UnsafeBufferPointer<UInt32>, _ behind: [UInt32?],
        _ section: PlanSection, _ index: Int
    ) throws(PlanError) -> UInt32 {
        let slot = ChunkRow.slot(input)
        if ChunkRow.depth(input) == 0 {
            if slot < parameters.count { return parameters[slot] }
            let place = slot - parameters.count
            if place < behind.count, let type = behind[place] { return type }
        }
        throw refused(
            .outOfRange, section, index,
            "\(describe(input)) is read, expected a parameter below \(parameters.count)")
    }
}
