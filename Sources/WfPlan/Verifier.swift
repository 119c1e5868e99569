// Proves that a plan is sound, so that nothing behind it has to check: every number of every row, every type
// of every register, every slot that a chunk reads. Knows the rules of the format (docs/plan-format.md);
// knows nothing of how a plan was made or what runs it.
//
// This file checks the tables and the order of things; instructions are checked by `CodeChecker`, the graph
// in `VerifierGraph`. All of it is linear in the plan's size, and nothing calls itself.
import WfValue

/// One verification. The plan it looks at is not given to anybody before `verify` has returned.
struct Verifier {
    let plan: Plan
    let types: TypeTable
    let facts: TypeFacts
    /// Steps left; see `PlanLimits.verifierWorkPerByte`.
    var work: Int

    // For VerifierGraph: by node, by block, by string.
    var nodeSeen: [UInt8] = []
    var blockSeen: [UInt8] = []
    /// The node whose dependency it is, plus 1.
    var dependencyStamps: [UInt32] = []
    /// The block in which a node of that name was last seen, plus 1.
    var nameStamps: [UInt32] = []
    var levels: [BlockLevel] = []
    /// Producers of the slots of the blocks in `levels`: node, or `.none`.
    var producers: [UInt32] = []

    init(_ plan: Plan) throws(PlanError) {
        self.plan = plan
        types = plan.types
        facts = TypeFacts(plan.types)
        work = plan.memory.count * PlanLimits.verifierWorkPerByte + 1 << 20
    }

    mutating func verify() throws(PlanError) {
        try verifyStrings()
        try verifySources()
        try verifyConstants()
        try verifyFunctions()
        try verifyCells()
        try verifyCode()
        try verifyChunks()
        try verifyEffects()
        try verifyBlockRows()
        try verifyFlowRows()
        try verifyWorkflows()
        try verifyResources()
        try verifyConfigs()
        try verifyClauses()
        try verifyActions()
        try verifySignals()
        try verifyGraph()
        try verifyTests()
        try verifyQueries()
    }

    // MARK: what all checks share

    /// Takes `steps` from what this plan's size grants.
    @inline(__always)
    mutating func spend(_ steps: Int, _ section: PlanSection, _ index: Int) throws(PlanError) {
        work -= steps
        if _slowPath(work < 0) {
            throw PlanError(
                .limit, section, index: index,
                "checking the plan takes more than \(PlanLimits.verifierWorkPerByte) steps per byte: "
                    + "its rows share too much")
        }
    }

    /// The words of a list, after checking that they are there.
    mutating func list(
        _ row: ListRow, _ section: PlanSection, _ index: Int, _ what: StaticString
    ) throws(PlanError) -> UnsafeBufferPointer<UInt32> {
        guard Int(row.start) + Int(row.count) <= plan.lists.count else {
            throw outOfRange(
                section, index, "list of \(what)", Int(row.start) + Int(row.count), plan.lists.count + 1)
        }
        try spend(Int(row.count), section, index)
        return plan.list(row)
    }

    @inline(__always)
    func check(
        _ value: UInt32, below count: Int, _ section: PlanSection, _ index: Int, _ what: StaticString
    ) throws(PlanError) {
        if _slowPath(Int(value) >= count) { throw outOfRange(section, index, "\(what)", Int(value), count) }
    }

    /// As `check`, where `.none` is allowed.
    @inline(__always)
    func checkOptional(
        _ value: UInt32, below count: Int, _ section: PlanSection, _ index: Int, _ what: StaticString
    ) throws(PlanError) {
        if value != .none { try check(value, below: count, section, index, what) }
    }

    func outOfRange(
        _ section: PlanSection, _ index: Int, _ what: String, _ value: Int, _ count: Int
    ) -> PlanError {
        let found = value == Int(UInt32.none) ? "none" : "\(value)"
        let expected = count == 0 ? "there are none" : "expected one below \(count)"
        return PlanError(
            .outOfRange, section, index: index, name: rowName(section, index),
            "\(what) is \(found), \(expected)")
    }

    func mismatch(
        _ section: PlanSection, _ index: Int, _ what: String, found: UInt32, expected: String
    ) -> PlanError {
        PlanError(
            .typeMismatch, section, index: index, name: rowName(section, index),
            "\(what): expected \(expected), found \(text(found))")
    }

    func refused(_ section: PlanSection, _ index: Int, _ detail: String) -> PlanError {
        refused(.notAllowed, section, index, detail)
    }

    func refused(
        _ kind: PlanError.Kind, _ section: PlanSection, _ index: Int, _ detail: String
    ) -> PlanError {
        PlanError(kind, section, index: index, name: rowName(section, index), detail)
    }

    /// A type for a message.
    func text(_ type: UInt32) -> String {
        guard Int(type) < facts.count else { return "type \(type)" }
        let text = types.text(of: TypeId(raw: type))
        return text.utf8.count <= 200 ? text : "type \(type)"
    }

    /// The name of a row for a message; empty where it has none, or none that can be read.
    func rowName(_ section: PlanSection, _ index: Int) -> String {
        let name: UInt32
        switch section {
        case .code, .functions: name = index < plan.functions.count ? plan.functions[index].name : .none
        case .workflows: name = plan.workflows[index].name
        case .nodes: name = plan.nodes[index].name
        case .actions: name = plan.actions[index].name
        case .effects: name = plan.effects[index].name
        case .signals: name = plan.signals[index].name
        case .queries: name = plan.queries[index].name
        case .resources: name = plan.resources[index].name
        case .configs: name = plan.configs[index].name
        default: name = .none
        }
        guard Int(name) < plan.strings.count else { return "" }
        let text = plan.string(name)
        return text.utf8.count <= 200 ? text : ""
    }

    func checkSpan(_ span: SpanRow, _ section: PlanSection, _ index: Int) throws(PlanError) {
        if span.file == .none {
            guard span.start <= span.end else {
                throw refused(section, index, "a stretch of source ends at \(span.end), before its start")
            }
            return
        }
        try check(span.file, below: plan.sources.count, section, index, "source file")
        guard span.start <= span.end, span.end <= plan.sources[Int(span.file)].textCount else {
            throw refused(
                .outOfRange, section, index,
                "source positions \(span.start) to \(span.end) do not lie in the text of "
                    + "\(plan.sources[Int(span.file)].textCount) bytes")
        }
    }

    /// A list of types of values that can be stored.
    mutating func storableTypes(
        _ row: ListRow, _ section: PlanSection, _ index: Int, _ what: StaticString
    ) throws(PlanError) -> UnsafeBufferPointer<UInt32> {
        let list = try list(row, section, index, what)
        for type in list { try checkStorable(type, section, index, what) }
        return list
    }

    @inline(__always)
    func checkStorable(
        _ type: UInt32, _ section: PlanSection, _ index: Int, _ what: StaticString
    ) throws(PlanError) {
        try check(type, below: facts.count, section, index, what)
        if _slowPath(!facts.isStorable(type)) {
            throw mismatch(section, index, "\(what)", found: type, expected: "a type that can be stored")
        }
    }

    mutating func parameterNames(
        _ row: ListRow, _ section: PlanSection, _ index: Int
    ) throws(PlanError) -> Int {
        let names = try list(row, section, index, "parameter names")
        guard names.count <= PlanLimits.parametersMax else {
            throw refused(
                .limit, section, index,
                "expected at most \(PlanLimits.parametersMax) parameters, found \(names.count)")
        }
        for name in names { try check(name, below: plan.strings.count, section, index, "parameter name") }
        return names.count
    }

    // MARK: tables

    /// The bytes of a row, after checking that they are there.
    private mutating func bytes(
        _ start: UInt32, _ count: UInt32, _ section: PlanSection, _ index: Int
    ) throws(PlanError) -> UnsafeRawBufferPointer {
        guard Int(start) + Int(count) <= plan.bytes.count else {
            throw outOfRange(section, index, "end in 'bytes'", Int(start) + Int(count), plan.bytes.count + 1)
        }
        try spend(Int(count) + 1, section, index)
        return UnsafeRawBufferPointer(rebasing: plan.bytes[Int(start)..<Int(start) + Int(count)])
    }

    private mutating func verifyStrings() throws(PlanError) {
        for index in plan.strings.indices {
            let row = plan.strings[index]
            guard isUtf8(try bytes(row.start, row.count, .strings, index)) else {
                throw PlanError(.notEncoded, .strings, index: index, "expected UTF-8, found other bytes")
            }
        }
    }

    private mutating func verifySources() throws(PlanError) {
        for index in plan.sources.indices {
            let row = plan.sources[index]
            try check(row.path, below: plan.strings.count, .sources, index, "path")
            guard isUtf8(try bytes(row.textStart, row.textCount, .sources, index)) else {
                throw PlanError(.notEncoded, .sources, index: index, "expected UTF-8, found other bytes")
            }
        }
    }

    private mutating func verifyConstants() throws(PlanError) {
        for index in plan.constants.indices {
            let row = plan.constants[index]
            try checkStorable(row.type, .constants, index, "type")
            let content = try bytes(row.start, row.count, .constants, index)
            do throws(DecodeError) {
                try types.validate(Array(content), as: TypeId(raw: row.type), work: &work)
            } catch {
                throw PlanError(
                    .notEncoded, .constants, index: index, "expected a value of \(text(row.type)); \(error)")
            }
        }
    }

    private mutating func verifyCells() throws(PlanError) {
        for index in plan.cells.indices {
            let row = plan.cells[index]
            try check(row.type, below: facts.count, .cells, index, "type")
            try check(row.function, below: plan.functions.count, .cells, index, "function")
            let function = plan.functions[Int(row.function)]
            guard function.parameterCount == 0 else {
                throw refused(
                    .cells, index, "expected a function without parameters, found \(function.parameterCount)")
            }
            guard function.resultType == row.type else {
                throw mismatch(.cells, index, "result", found: function.resultType, expected: text(row.type))
            }
        }
    }

    private mutating func verifyChunks() throws(PlanError) {
        for index in plan.chunks.indices {
            let row = plan.chunks[index]
            try check(row.function, below: plan.functions.count, .chunks, index, "function")
            let inputs = try list(row.inputs, .chunks, index, "inputs")
            let expected = Int(plan.functions[Int(row.function)].parameterCount)
            guard inputs.count == expected else {
                throw refused(
                    .chunks, index, "expected \(expected) inputs, one per parameter, found \(inputs.count)")
            }
        }
    }

    private mutating func verifyEffects() throws(PlanError) {
        for index in plan.effects.indices {
            let row = plan.effects[index]
            try check(row.name, below: plan.strings.count, .effects, index, "name")
            let names = try parameterNames(row.parameterNames, .effects, index)
            let count = try storableTypes(row.parameterTypes, .effects, index, "parameter type").count
            guard names == count else {
                throw refused(.effects, index, "expected one type per parameter, found \(count) for \(names)")
            }
            try checkStorable(row.resultType, .effects, index, "result type")
        }
    }

    private mutating func verifyWorkflows() throws(PlanError) {
        var seen = [UInt8](repeating: 0, count: plan.strings.count)
        for index in plan.workflows.indices {
            let row = plan.workflows[index]
            try check(row.name, below: plan.strings.count, .workflows, index, "name")
            guard seen[Int(row.name)] == 0 else {
                throw refused(.workflows, index, "expected each workflow's name once, found it again")
            }
            seen[Int(row.name)] = 1
            try check(row.rootBlock, below: plan.blocks.count, .workflows, index, "root block")
            try checkOptional(
                row.documentation, below: plan.strings.count, .workflows, index, "documentation")
            try checkSpan(row.span, .workflows, index)
            try checkStorable(row.resultType, .workflows, index, "result type")
            let block = plan.blocks[Int(row.rootBlock)]
            let slots = plan.list(block.slotTypes)
            let names = try parameterNames(row.parameterNames, .workflows, index)
            guard names == Int(block.givenSlots) else {
                throw refused(
                    .workflows, index,
                    "expected one given slot in the root block per parameter, found \(block.givenSlots) for \(names)"
                )
            }
            let defaults = try list(row.parameterDefaults, .workflows, index, "parameter defaults")
            guard defaults.count == names else {
                throw refused(
                    .workflows, index, "expected one default per parameter or none, found \(defaults.count)")
            }
            for (parameter, constant) in defaults.enumerated() where constant != .none {
                try check(constant, below: plan.constants.count, .workflows, index, "default")
                let type = plan.constants[Int(constant)].type
                guard type == slots[parameter] else {
                    throw mismatch(
                        .workflows, index, "default of parameter \(parameter)", found: type,
                        expected: text(slots[parameter]))
                }
            }
        }
    }

    private mutating func verifyClauses() throws(PlanError) {
        for index in plan.clauses.indices {
            let row = plan.clauses[index]
            for chunk in [
                row.when, row.timeout, row.deadline, row.retry, row.backoffFirst, row.backoffLast,
                row.backoffFactor, row.undoArguments, row.priority, row.cache,
            ] {
                try checkOptional(chunk, below: plan.chunks.count, .clauses, index, "chunk")
            }
            try checkOptional(row.otherwise, below: plan.nodes.count, .clauses, index, "'else' node")
            try checkOptional(row.undo, below: plan.blocks.count, .clauses, index, "'undo' block")
            guard row.flags & ~ClausesRow.knownFlags == 0 else {
                throw refused(
                    .clauses, index, "expected flags up to \(ClausesRow.knownFlags), found \(row.flags)")
            }
            guard row.undo != .none || row.undoArguments == .none else {
                throw refused(.clauses, index, "expected arguments of 'undo' only where there is an 'undo'")
            }
            try verifyFailures(row.retryOn, .clauses, index)
            try verifyResourceClauses(row, index)
        }
    }

    /// A filter of failures: triples of kind and bounds.
    mutating func verifyFailures(_ filter: ListRow, _ section: PlanSection, _ index: Int) throws(PlanError) {
        let filters = try list(filter, section, index, "failures")
        guard filters.count % 3 == 0 else {
            throw refused(section, index, "expected triples of failures, found \(filters.count) words")
        }
        for filter in stride(from: 0, to: filters.count, by: 3) {
            try check(filters[filter], below: plan.strings.count, section, index, "kind of failure")
            let (low, high) = (filters[filter + 1], filters[filter + 2])
            guard (low == .none) == (high == .none), low <= high else {
                throw refused(
                    section, index, "expected bounds of a failure in order, found \(low) and \(high)")
            }
        }
    }

    private mutating func verifyActions() throws(PlanError) {
        for index in plan.actions.indices {
            let row = plan.actions[index]
            try check(row.name, below: plan.strings.count, .actions, index, "name")
            try check(row.effect, below: plan.effects.count, .actions, index, "effect")
            try checkOptional(row.arguments, below: plan.chunks.count, .actions, index, "chunk of arguments")
            try checkOptional(row.returns, below: plan.chunks.count, .actions, index, "chunk of the result")
            try checkOptional(row.clauses, below: plan.clauses.count, .actions, index, "clauses")
            try checkSpan(row.span, .actions, index)
            try checkStorable(row.resultType, .actions, index, "result type")
            let names = try parameterNames(row.parameterNames, .actions, index)
            let parameters = try storableTypes(row.parameterTypes, .actions, index, "parameter type")
            guard names == parameters.count else {
                throw refused(
                    .actions, index, "expected one type per parameter, found \(parameters.count) for \(names)"
                )
            }
            let effect = plan.effects[Int(row.effect)]
            try verifyArguments(
                row.arguments, of: plan.list(effect.parameterTypes), .actions, index,
                in: .actionCall(row.parameterTypes))
            if row.returns == .none {
                guard row.resultType == effect.resultType else {
                    throw mismatch(
                        .actions, index, "result of the effect", found: effect.resultType,
                        expected: text(row.resultType))
                }
            } else {
                try verifyChunk(
                    row.returns, yields: row.resultType, .actions, index, "result",
                    in: .actionResult(row.parameterTypes, effect.resultType))
            }
            if row.clauses != .none {
                let clauses = plan.clauses[Int(row.clauses)]
                guard clauses.when == .none, clauses.deadline == .none, clauses.otherwise == .none,
                    clauses.undo == .none
                else {
                    throw refused(
                        .actions, index, "'when', 'deadline' and 'else' belong to steps, not to actions")
                }
                try verifyClauseChunks(clauses, .actions, index, in: .action(row.parameterTypes))
            }
        }
    }
}
