// Workflows and actions to rows: slots, nodes, clauses, and the chunks between steps.
// Knows the graph; how an expression becomes code is `BodyLowering`'s.
import WfChecker
import WfPlan
import WfSource
import WfValue

/// Where the bindings of a workflow or action lie, for the chunks that read them.
struct Bindings {
    /// By local: block and slot; block -1 where the local is no binding.
    var block: [Int32]
    var slot: [UInt32]

    init(count: Int) {
        block = [Int32](repeating: -1, count: count)
        slot = [UInt32](repeating: 0, count: count)
    }

    mutating func set(_ local: LocalId, block: Int, slot: Int) {
        self.block[Int(local.index)] = Int32(block)
        self.slot[Int(local.index)] = UInt32(slot)
    }
}

/// One workflow or action while its rows are written.
final class Place {
    let name: String
    let file: FileId
    let locals: [LocalInfo]
    let hasVariables: Bool
    var bindings: Bindings
    /// By block: the block around it, or -1.
    var parents: [Int]

    init(name: String, file: FileId, locals: [LocalInfo], bindings: Bindings, blockCount: Int) {
        self.name = name
        self.file = file
        self.locals = locals
        hasVariables = locals.contains { $0.isMutable }
        self.bindings = bindings
        parents = [Int](repeating: -1, count: blockCount)
    }
}

extension Lowering {
    func lowerGraph(tests: FileId?) {
        var actionNumbers: [UInt32] = []
        for action in program.actions { actionNumbers.append(lowerAction(action)) }
        let names = workflowNames(program.workflows, files: program.files)
        for index in program.workflows.indices {
            var workflow = program.workflows[index]
            workflow.name = names[index]
            WorkflowWriter(self, workflow, index, actionNumbers).write()
        }
        var number = program.workflows.count
        for test in program.tests where test.workflow.file == tests {
            let writer = WorkflowWriter(self, test.workflow, number, actionNumbers)
            withoutPoints { _ in
                writer.write()
                writer.writeMarks(of: test)
            }
            number += 1
        }
    }

    /// An action's row. Its chunks read its parameters, which are slots 0, 1, …
    private func lowerAction(_ action: CheckedAction) -> UInt32 {
        var bindings = Bindings(count: action.locals.count)
        for parameter in 0..<action.parameterCount {
            bindings.set(LocalId(UInt32(parameter)), block: 0, slot: parameter)
        }
        // Behind the parameters: the effect's result, and the key.
        for slot in action.parameterCount...(action.parameterCount + 1) {
            bindings.set(LocalId(UInt32(slot)), block: 0, slot: slot)
        }
        let place = Place(
            name: action.name, file: action.file, locals: action.locals, bindings: bindings, blockCount: 1)
        let effect = program.effects[action.effect]
        return builder.add(
            ActionRow(
                name: builder.string(action.name),
                parameterNames: builder.list(
                    strings: action.locals.prefix(action.parameterCount).map(\.name)),
                parameterTypes: builder.list(types: action.locals.prefix(action.parameterCount).map(\.type)),
                resultType: action.result.raw, effect: effectNumbers[action.effect],
                arguments: argumentChunk(action.arguments, effect.parameterTypes, place, block: 0),
                returns: chunk(action.returns, place, block: 0, type: action.result),
                clauses: action.clauses.map { clausesRow($0, place, block: 0, otherwise: .none) } ?? .none,
                span: spanRow(action.span)))
    }

    // MARK: chunks

    /// The chunk of an expression; none for none.
    func chunk(_ id: TypedId, _ place: Place, block: Int, type: TypeId) -> UInt32 {
        if id.isNone { return .none }
        return chunk(of: [id], place, block: block, type: type) { $0.finishBody(id) }
    }

    /// The value of a block that never gets to its end, since it fails.
    func endlessChunk(_ place: Place) -> UInt32 {
        let function = chunkFunction(
            name: place.name, file: place.file, locals: place.locals, hasVariables: false, parameters: [],
            result: .never
        ) { $0.buffer.emit(.unreachable) }
        return builder.chunk(function: function, inputs: [])
    }

    /// The chunk that yields arguments as a tuple; none when there are none.
    func argumentChunk(
        _ arguments: [TypedId], _ parameterTypes: [TypeId], _ place: Place, block: Int
    ) -> UInt32 {
        if arguments.isEmpty { return .none }
        let type = builder.types.tuple(of: parameterTypes)
        return chunk(of: arguments, place, block: block, type: type) { body in
            body.finishArguments(arguments, type)
        }
    }

    private func chunk(
        of expressions: [TypedId], _ place: Place, block: Int, type: TypeId, _ write: (BodyLowering) -> Void
    ) -> UInt32 {
        var parameters: [LocalId] = []
        for expression in expressions {
            tree.forEachLocal(expression) { local in
                if place.bindings.block[Int(local.index)] >= 0 && isFirstMention(local) {
                    parameters.append(local)
                }
            }
        }
        forgetMentions(parameters)
        var inputs: [UInt32] = []
        inputs.reserveCapacity(parameters.count)
        for parameter in parameters {
            var depth = 0
            var current = block
            let wanted = Int(place.bindings.block[Int(parameter.index)])
            while current != wanted {
                precondition(current >= 0, "a binding is read only inside its block")
                current = place.parents[current]
                depth += 1
            }
            inputs.append(ChunkRow.input(depth: depth, slot: Int(place.bindings.slot[Int(parameter.index)])))
        }
        let function = chunkFunction(
            name: place.name, file: place.file, locals: place.locals, hasVariables: place.hasVariables,
            parameters: parameters, result: type, write)
        return builder.chunk(function: function, inputs: inputs)
    }

    // MARK: clauses

    func clausesRow(
        _ clauses: CheckedClauses, _ place: Place, block: Int, otherwise: UInt32, undo: UInt32 = .none,
        undoTypes: [TypeId] = []
    ) -> UInt32 {
        func chunk(_ id: TypedId, _ type: TypeId) -> UInt32 {
            self.chunk(id, place, block: block, type: type)
        }
        return builder.add(
            ClausesRow(
                when: chunk(clauses.when, .bool), timeout: chunk(clauses.timeout, .duration),
                deadline: chunk(clauses.deadline, .duration), retry: chunk(clauses.retry, .int),
                retryOn: failures(clauses.retryOn), backoffFirst: chunk(clauses.backoffFirst, .duration),
                backoffLast: chunk(clauses.backoffLast, .duration),
                backoffFactor: chunk(clauses.backoffFactor, .float),
                flags: (clauses.hasJitter ? ClausesRow.jitterFlag : 0)
                    | (clauses.isOnce ? ClausesRow.onceFlag : 0),
                otherwise: otherwise, undo: undo,
                undoArguments: argumentChunk(clauses.undo?.arguments ?? [], undoTypes, place, block: block),
                pool: clauses.pool.map { UInt32($0) } ?? .none,
                rate: clauses.rate.map { UInt32($0) } ?? .none,
                breaker: clauses.breaker.map { UInt32($0) } ?? .none,
                priority: chunk(clauses.priority, .int), cache: chunk(clauses.cache, .duration)))
    }

    /// A filter of failures as triples of words.
    func failures(_ patterns: [CheckedFailurePattern]) -> ListRow {
        builder.list(
            patterns.flatMap {
                [builder.string($0.kind), $0.range?.lowerBound ?? .none, $0.range?.upperBound ?? .none]
            })
    }
}

extension BodyLowering {
    /// A body that yields several expressions as a tuple.
    func finishArguments(_ arguments: [TypedId], _ type: TypeId) {
        for argument in arguments { findVariablesWrittenInPlace(argument) }
        let span = tree[arguments[0]]
        let value = new(type, lowerParts(arguments.map(\.index)), nil, at: span)
        buffer.emit(.ret, value.register)
        release(value)
    }
}

/// Writes the rows of one workflow.
final class WorkflowWriter {
    unowned let lowering: Lowering
    let builder: PlanBuilder
    let workflow: CheckedWorkflow
    let number: Int
    let actionNumbers: [UInt32]
    let place: Place
    let firstBlock: Int
    /// By node of the workflow: its row.
    var nodeRows: [UInt32]
    /// By node of the workflow: its place in its block.
    var relative: [UInt32]
    var blockOf: [Int]

    init(_ lowering: Lowering, _ workflow: CheckedWorkflow, _ number: Int, _ actionNumbers: [UInt32]) {
        self.lowering = lowering
        builder = lowering.builder
        self.workflow = workflow
        self.number = number
        self.actionNumbers = actionNumbers
        firstBlock = builder.blocks.count
        nodeRows = [UInt32](repeating: .none, count: workflow.nodes.count)
        relative = [UInt32](repeating: 0, count: workflow.nodes.count)
        blockOf = [Int](repeating: -1, count: workflow.nodes.count)
        place = Place(
            name: workflow.name, file: workflow.file, locals: workflow.locals,
            bindings: Bindings(count: workflow.locals.count), blockCount: workflow.blocks.count)
    }

    func write() {
        _ = builder.add(
            WorkflowRow(
                name: builder.string(workflow.name),
                parameterNames: builder.list(
                    strings: workflow.blocks[0].given.map { workflow.locals[Int($0.index)].name }),
                parameterDefaults: builder.list(
                    workflow.parameterDefaults.map { $0.map { lowering.constantNumber($0) } ?? .none }),
                resultType: workflow.result.raw, rootBlock: UInt32(firstBlock),
                documentation: workflow.documentation.isEmpty
                    ? .none : builder.string(workflow.documentation),
                span: lowering.spanRow(workflow.span)))
        for _ in workflow.blocks { _ = builder.reserveBlock() }
        reserveNodes()
        findParents()
        for block in workflow.blocks.indices { writeSlots(block) }
        for block in workflow.blocks.indices {
            for node in workflow.blocks[block].nodes { writeNode(node, isOtherwise: false) }
        }
        for block in workflow.blocks.indices {
            let checked = workflow.blocks[block]
            let expected = block == 0 ? workflow.result : checked.resultType
            builder.blocks[firstBlock + block].result =
                checked.result.isNone && expected != .unit
                ? lowering.endlessChunk(place)
                : lowering.chunk(checked.result, place, block: block, type: checked.resultType)
        }
        writeFlows()
        for query in workflow.queries {
            lowering.lower(query, workflow, number: number) { place.bindings.slot[Int($0.index)] }
        }
    }

    private func reserveNodes() {
        for (index, block) in workflow.blocks.enumerated() {
            let first = builder.reserveNodes(block.nodes.count)
            builder.blocks[firstBlock + index].workflow = UInt32(number)
            builder.blocks[firstBlock + index].nodeStart = first
            builder.blocks[firstBlock + index].nodeCount = UInt32(block.nodes.count)
            for (offset, node) in block.nodes.enumerated() {
                nodeRows[node] = first + UInt32(offset)
                relative[node] = UInt32(offset)
                blockOf[node] = index
            }
        }
        // Failovers stand behind all blocks, each in the block of its step; one may have a failover in
        // turn.
        for block in workflow.blocks {
            for node in block.nodes {
                var current = node
                while let otherwise = workflow.nodes[current].clauses?.otherwise, nodeRows[otherwise] == .none
                {
                    nodeRows[otherwise] = builder.reserveNodes(1)
                    blockOf[otherwise] = blockOf[current]
                    current = otherwise
                }
            }
        }
    }

    private func findParents() {
        func own(_ block: Int, _ node: Int) {
            place.parents[block] = blockOf[node]
            builder.blocks[firstBlock + block].owner = nodeRows[node]
        }
        for (index, node) in workflow.nodes.enumerated() where blockOf[index] >= 0 {
            switch node.kind {
            case .block(let block), .fan(_, _, let block), .loop(_, _, let block): own(block, index)
            case .branch(_, let blocks):
                for case .some(let block) in blocks { own(block, index) }
            case .try(let body, let catches):
                own(body, index)
                for part in catches { own(part.block, index) }
            case .race(let branches): for part in branches { own(part.block, index) }
            case .value, .action, .effect, .workflow, .fail, .awaitSignal, .awaitRun, .spawn, .send, .stop,
                .calls, .choose, .chooseSome, .pass, .first, .caught, .watch:
                break
            }
            if let undo = node.clauses?.undo { own(undo.block, index) }
        }
    }

    private func writeSlots(_ index: Int) {
        let block = workflow.blocks[index]
        var types: [UInt32] = []
        types.reserveCapacity(block.given.count + block.nodes.count)
        for given in block.given {
            place.bindings.set(given, block: index, slot: types.count)
            types.append(workflow.locals[Int(given.index)].type.raw)
        }
        for node in block.nodes {
            guard let binding = workflow.nodes[node].binding else { continue }
            // in a flow several nodes may set one name
            if block.flow != nil, place.bindings.block[Int(binding.index)] == Int32(index) { continue }
            place.bindings.set(binding, block: index, slot: types.count)
            let type = workflow.nodes[node].type
            types.append(maySkip(workflow.nodes[node]) ? builder.types.optional(of: type).raw : type.raw)
        }
        builder.blocks[firstBlock + index].slotTypes = builder.list(types)
        builder.blocks[firstBlock + index].givenSlots = UInt32(block.given.count)
    }

    // MARK: nodes

    private func maySkip(_ node: CheckedNode) -> Bool {
        node.isOptional || node.clauses?.when.isNone == false
    }

    private func writeNode(_ index: Int, isOtherwise: Bool) {
        let node = workflow.nodes[index]
        let block = blockOf[index]
        var row = NodeRow(
            kind: .value, name: builder.string(node.name), block: UInt32(firstBlock + block), slot: .none,
            type: node.type.raw, span: lowering.spanRow(node.span))
        if !isOtherwise {
            if let binding = node.binding { row.slot = place.bindings.slot[Int(binding.index)] }
            if maySkip(node) { row.flags = NodeRow.optionalFlag }
            if node.catches { row.flags |= NodeRow.catchesFlag }
            row.dependencies = builder.list(node.dependencies.map { relative[$0] })
        }
        setKind(&row, node, block)
        if let clauses = node.clauses {
            let otherwise = clauses.otherwise.map { nodeRows[$0] } ?? .none
            let given = clauses.undo.map { workflow.blocks[$0.block].given } ?? []
            row.clauses = lowering.clausesRow(
                clauses, place, block: block, otherwise: otherwise,
                undo: clauses.undo.map { UInt32(firstBlock + $0.block) } ?? .none,
                undoTypes: given.map { workflow.locals[Int($0.index)].type })
            if let otherwise = clauses.otherwise { writeNode(otherwise, isOtherwise: true) }
        }
        builder.nodes[Int(nodeRows[index])] = row
    }

    private func setKind(_ row: inout NodeRow, _ node: CheckedNode, _ block: Int) {
        let program = lowering.program
        func set(_ kind: NodeKind) { row.kind = kind.rawValue }
        switch node.kind {
        case .value(let value):
            set(.value)
            row.chunk = lowering.chunk(value, place, block: block, type: node.type)
        case .action(let action, let arguments):
            set(.action)
            row.target = actionNumbers[action]
            let checked = program.actions[action]
            row.chunk = lowering.argumentChunk(
                arguments, checked.locals.prefix(checked.parameterCount).map(\.type), place, block: block)
        case .effect(let effect, let arguments):
            set(.effect)
            row.target = lowering.effectNumbers[effect]
            row.chunk = lowering.argumentChunk(
                arguments, program.effects[effect].parameterTypes, place, block: block)
        case .workflow(let target, let arguments):
            set(.workflow)
            row.target = UInt32(target)
            let checked = program.workflows[target]
            row.chunk = lowering.argumentChunk(
                arguments, checked.blocks[0].given.map { checked.locals[Int($0.index)].type }, place,
                block: block)
        case .block(let target):
            set(.block)
            row.target = UInt32(firstBlock + target)
        case .branch(let selector, let blocks):
            set(.branch)
            // The branches count as those of the step.
            row.chunk = lowering.withoutPoints { $0.chunk(selector, place, block: block, type: .int) }
            row.branches = builder.list(blocks.map { $0.map { UInt32(firstBlock + $0) } ?? .none })
        case .fan(let sequence, let limit, let target):
            set(.fan)
            row.chunk = lowering.chunk(sequence, place, block: block, type: lowering.tree[sequence].type)
            row.condition = lowering.chunk(limit, place, block: block, type: .int)
            row.target = UInt32(firstBlock + target)
        case .loop(let initial, let condition, let target):
            set(.loop)
            row.chunk = lowering.chunk(initial, place, block: block, type: lowering.tree[initial].type)
            row.condition = lowering.chunk(condition, place, block: target, type: .bool)
            row.target = UInt32(firstBlock + target)
        case .try(let body, let catches):
            set(.try)
            row.target = UInt32(firstBlock + body)
            row.branches = builder.list(
                catches: catches.map {
                    CatchPart(block: UInt32(firstBlock + $0.block), failures: lowering.failures($0.failures))
                })
        case .race(let branches):
            set(.race)
            row.branches = builder.list(
                race: branches.map {
                    RaceBranchPart(block: UInt32(firstBlock + $0.block), name: builder.string($0.name))
                })
        case .fail(let message):
            set(.fail)
            row.chunk = lowering.chunk(message, place, block: block, type: .string)
        case .calls(let target):
            set(.effect)
            row.target = lowering.callsEffect()
            row.chunk = lowering.targetChunk(target, actionNumbers, place)
        case .awaitSignal(let signal):
            set(.await)
            row.target = lowering.signalNumber(signal, of: number)
        case .awaitRun(let handle):
            set(.await)
            row.chunk = lowering.chunk(handle, place, block: block, type: lowering.tree[handle].type)
        case .spawn(let target, let arguments, let isAttached):
            set(.spawn)
            row.target = UInt32(target)
            if isAttached { row.flags |= NodeRow.attachedFlag }
            let checked = program.workflows[target]
            row.chunk = lowering.argumentChunk(
                arguments, checked.blocks[0].given.map { checked.locals[Int($0.index)].type }, place,
                block: block)
        case .send(let handle, let target, let signal, let payload):
            set(.send)
            row.target = lowering.signalNumber(signal, of: target)
            let types = [lowering.tree[handle].type, program.workflows[target].signals[signal].type]
            row.chunk = lowering.argumentChunk([handle, payload], types, place, block: block)
        case .choose, .chooseSome, .pass, .first, .caught, .watch: setFlowKind(&row, node, block)
        case .stop(let handle):
            set(.stop)
            row.chunk = lowering.chunk(handle, place, block: block, type: lowering.tree[handle].type)
        }
    }
}
