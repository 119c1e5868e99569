// How nodes begin and what each kind of node does. Endings stand in Endings.swift, attempts in
// Attempts.swift.

import WfMachine
import WfPlan
import WfValue

extension Engine {
    // MARK: runs and scopes

    /// Opens the root scope of a new run.
    func begin(_ run: Run, _ input: [[UInt8]]) {
        apply(.runStarted, run: run)
        let block = Int(run.context.plan.workflows[run.workflow].rootBlock)
        let root = makeScope(run, block: block, parent: nil, given: input)
        run.root = root
        activate(root)
    }

    /// Makes a scope; nothing of it is stored yet.
    func makeScope(
        _ run: Run, block: Int, parent: LiveNode?, given: [[UInt8]], ordinal: Int = -1, isCall: Bool = false
    ) -> Scope {
        run.lastScopeId += 1
        let scope = Scope(
            id: run.lastScopeId, run: run, layout: run.context.layout(of: block), parent: parent?.scope,
            parentNode: parent?.node ?? 0, parentRole: parent?.role ?? .main, ordinal: ordinal,
            attempt: max(1, parent?.attempt ?? 1),
            callDepth: (parent?.scope.callDepth ?? 0) + (isCall ? 1 : 0))
        scope.isFrame = isFrame(scope)
        for (slot, bytes) in given.enumerated() where slot < scope.values.count && scope.readersLeft[slot] > 0
        {
            scope.values[slot] = SlotValue(bytes: bytes, row: 0)
        }
        return scope
    }

    /// Opens a scope: its first nodes are ready.
    func activate(_ scope: Scope) {
        scope.run.scopes[scope.id] = scope
        apply(.scopeOpened, scope)
        if let flow = scope.flow { return beginFlow(scope, flow) }
        for node in scope.layout.initial { ready.append((scope, node)) }
        if scope.unfinished == 0 { enqueueCheck(scope) }
    }

    func enqueueCheck(_ scope: Scope) {
        if !scope.isQueued {
            scope.isQueued = true
            toCheck.append(scope)
        }
    }

    // MARK: beginning a node

    /// Begins a node that is ready.
    func begin(_ scope: Scope, _ node: Int) {
        guard scope.phase == .open, scope.status(node) == .waiting, !isHeld(scope, node) else { return }
        let row = scope.row(node)
        if row.clauses != .none {
            let clauses = scope.run.context.plan.clauses[Int(row.clauses)]
            if clauses.when != .none {
                switch evaluator.word(clauses.when, scope.run.context, .scope(scope)) {
                case .fault(let fault):
                    if evaluator.excuses(fault) { return }
                    return fail(
                        scope, node, completed(failure(of: fault, scope, node, attempts: 0), scope, node))
                case .value(0): return skip(scope, node)
                case .value: break
                }
            }
            if clauses.deadline != .none {
                switch evaluator.word(clauses.deadline, scope.run.context, .scope(scope)) {
                case .fault(let fault):
                    if evaluator.excuses(fault) { return }
                    return fail(
                        scope, node, completed(failure(of: fault, scope, node, attempts: 0), scope, node))
                case .value(let duration):
                    let live = scope.liveNode(node)
                    live.deadlineAt = later(duration)
                    timers.add(due: live.deadlineAt, kind: .deadline, live: live)
                }
            }
        }
        startAttempt(scope, node, row, role: .main)
    }

    /// The wall time that lies a duration ahead.
    func later(_ duration: Int) -> Int64 {
        let (sum, overflows) = now.wall.addingReportingOverflow(Int64(max(0, duration)))
        return overflows ? Int64.max : sum
    }

    /// The row of the node itself, or of its `else`.
    func row(_ scope: Scope, _ node: Int, _ role: NodeRole) -> NodeRow {
        let row = scope.row(node)
        guard role == .otherwise, row.clauses != .none else { return row }
        let plan = scope.run.context.plan
        let otherwise = plan.clauses[Int(row.clauses)].otherwise
        return otherwise == .none ? row : plan.nodes[Int(otherwise)]
    }

    /// Does what the node is for, once.
    func startAttempt(_ scope: Scope, _ node: Int, _ row: NodeRow, role: NodeRole) {
        if isHeld(scope, node) { return }
        let context = scope.run.context
        switch NodeKind(rawValue: row.kind) {
        case .value:
            guard let value = argument(row.chunk, scope, node, role) else { return }
            end(scope, node, value)
        case .fail:
            guard let value = argument(row.chunk, scope, node, role) else { return }
            attemptFailed(scope, node, role, Failure(kind: "failed", message: text(value)))
        case .effect, .action:
            if isGated(scope, row) { return startGated(scope, node, row, role) }
            startCall(scope, node, row, role)
        case .workflow:
            guard let arguments = argument(row.chunk, scope, node, role) else { return }
            if scope.callDepth + 1 > EngineLimits.callDepthMax {
                let message = "workflows call each other more than \(EngineLimits.callDepthMax) deep"
                return finallyFail(scope, node, role, Failure(kind: "depth", message: message))
            }
            let types = context.parameterTypes(ofWorkflow: Int(row.target))
            let given = context.split(arguments, types) ?? []
            let block = Int(context.plan.workflows[Int(row.target)].rootBlock)
            openChild(scope, node, role, block: block, given: given, isCall: true)
        case .block: openChild(scope, node, role, block: Int(row.target), given: [], isCall: false)
        case .branch: startBranch(scope, node, row, role)
        case .try: openChild(scope, node, role, block: Int(row.target), given: [], isCall: false)
        case .race: startRace(scope, node, row, role)
        case .fan: startFan(scope, node, row, role)
        case .loop:
            guard let state = argument(row.chunk, scope, node, role) else { return }
            let live = opening(scope, node, role, total: 0)
            openTurn(live, row, turn: 0, state: state, stored: nil)
        case .await: startAwait(scope, node, row, role)
        case .spawn: startSpawn(scope, node, row, role)
        case .send, .stop: startMessage(scope, node, row, role)
        case .choose, .chooseSome, .pass, .first, .caught, .watch: startFlowNode(scope, node, row, role)
        case nil: preconditionFailure("the verifier knows every kind of node")
        }
    }

    /// Begins an attempt at a call.
    func startCall(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        if isMocked(row) { return startMocked(scope, node, row, role) }
        switch effectCall(scope, node, row, role) {
        case .value(let call):
            startEffect(scope, node, row, role, effect: call.effect, call.arguments)
        case .fault(let fault):
            if evaluator.excuses(fault) { return }
            let attempts = scope.live[node]?.counted ?? 0
            finallyFail(scope, node, role, failure(of: fault, scope, node, attempts: attempts))
        }
    }

    /// A chunk's value; nil after its fault has failed the step.
    func argument(_ chunk: UInt32, _ scope: Scope, _ node: Int, _ role: NodeRole) -> [UInt8]? {
        switch evaluator.value(chunk, scope.run.context, .scope(scope)) {
        case .value(let bytes): return bytes
        case .fault(let fault):
            if evaluator.excuses(fault) { return nil }
            let attempts = scope.live[node]?.counted ?? 0
            finallyFail(scope, node, role, failure(of: fault, scope, node, attempts: attempts))
            return nil
        }
    }

    private func text(_ value: [UInt8]) -> String {
        (try? withByteReader(value) { (reader) throws(DecodeError) in try reader.readString() }) ?? ""
    }

    private func startBranch(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        switch evaluator.word(row.chunk, scope.run.context, .scope(scope)) {
        case .fault(let fault):
            if evaluator.excuses(fault) { return }
            finallyFail(scope, node, role, failure(of: fault, scope, node, attempts: 0))
        case .value(let choice):
            let branches = scope.run.context.plan.list(row.branches)
            guard branches.indices.contains(choice) else {
                let message = "branch \(choice) of \(branches.count) was chosen"
                return finallyFail(scope, node, role, Failure(kind: "index", message: message))
            }
            if branches[choice] == .none {
                let type = scope.run.context.plan.types.kind(of: TypeId(raw: row.type))
                return end(scope, node, type == .optional ? [0] : [])
            }
            openChild(scope, node, role, block: Int(branches[choice]), given: [], isCall: false)
        }
    }

    // MARK: child scopes

    /// Counts an attempt that consists of child scopes and sets its timeout.
    func opening(_ scope: Scope, _ node: Int, _ role: NodeRole, total: Int) -> LiveNode {
        let live = scope.liveNode(node)
        live.begin(role)
        apply(.opened(live.attempt, total: total), scope, node)
        setTimeout(live)
        return live
    }

    private func openChild(
        _ scope: Scope, _ node: Int, _ role: NodeRole, block: Int, given: [[UInt8]], isCall: Bool
    ) {
        let live = opening(scope, node, role, total: 0)
        let child = makeScope(scope.run, block: block, parent: live, given: given, isCall: isCall)
        live.child = child
        activate(child)
    }

    /// Opens the next turn of a loop, unless its condition says that the state is final.
    /// - Parameter stored: what the journal has of the state, of the turn before.
    func openTurn(_ live: LiveNode, _ row: NodeRow, turn: Int, state: [UInt8], stored: LoopState?) {
        let run = live.scope.run
        let scope = makeScope(run, block: Int(row.target), parent: live, given: [], ordinal: turn)
        if !scope.values.isEmpty { scope.values[0] = SlotValue(bytes: state, row: 0) }
        scope.loopState = stored
        if row.condition != .none {
            switch evaluator.word(row.condition, run.context, .scope(scope)) {
            case .fault(let fault):
                freeLoopState(of: scope)
                return finallyFail(
                    live.scope, live.node, live.role,
                    failure(of: fault, live.scope, live.node, attempts: live.counted))
            case .value(0):
                run.lastScopeId -= 1
                live.child = nil
                freeLoopState(of: scope)
                return end(live.scope, live.node, state)
            case .value: break
            }
        }
        live.child = scope
        activate(scope)
    }

    /// Forgets the row of a large value that only a catch has held.
    func free(_ state: SlotValue, _ run: Run) {
        guard state.row != 0 else { return }
        if let index = run.newValues.lastIndex(where: { $0.row == state.row }) {
            run.newValues.remove(at: index)
        } else {
            run.freedValues.append(state.row)
        }
    }

    // MARK: fan-out

    private func startFan(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        switch makeFan(scope, node, row) {
        case .failure(let error): finallyFail(scope, node, role, error.failure)
        case .success(let fan):
            let live = opening(scope, node, role, total: fan.count)
            live.fan = fan
            pump(live)
        }
    }

    struct FanError: Error {
        let failure: Failure
    }

    /// Evaluates the list and the limit of a fan-out.
    func makeFan(_ scope: Scope, _ node: Int, _ row: NodeRow) -> Result<Fan, FanError> {
        let context = scope.run.context
        var limit = Int.max
        if row.condition != .none {
            switch evaluator.word(row.condition, context, .scope(scope)) {
            case .fault(let fault):
                return .failure(FanError(failure: failure(of: fault, scope, node, attempts: 0)))
            case .value(let value): limit = value
            }
            if limit < 1 {
                let message = "the limit of a `for` is \(limit), expected at least 1"
                return .failure(FanError(failure: Failure(kind: "index", message: message)))
            }
        }
        switch evaluator.value(row.chunk, context, .scope(scope)) {
        case .fault(let fault):
            return .failure(FanError(failure: failure(of: fault, scope, node, attempts: 0)))
        case .value(let list):
            let block = context.plan.blocks[Int(row.target)]
            let element = context.plan.list(block.slotTypes).first ?? TypeId.unit.raw
            guard let starts = elementStarts(list, TypeId(raw: element), context.plan.types) else {
                let message = "a `for` runs over at most \(EngineLimits.fanItemsMax) elements"
                return .failure(FanError(failure: Failure(kind: "depth", message: message)))
            }
            return .success(Fan(list: list, starts: starts, limit: limit))
        }
    }

    private func elementStarts(_ list: [UInt8], _ element: TypeId, _ types: TypeTable) -> [Int]? {
        try? withByteReader(list) { (reader) throws(DecodeError) in
            let count = try reader.readVarint(max: EngineLimits.fanItemsMax)
            var starts: [Int] = []
            starts.reserveCapacity(count + 1)
            for _ in 0..<count {
                starts.append(reader.position)
                try types.skip(&reader, as: element)
            }
            starts.append(reader.position)
            return starts
        }
    }

    /// Opens items until the limit is reached, or ends the fan-out when all of them have ended.
    func pump(_ live: LiveNode) {
        guard let fan = live.fan, !fan.isStopping else { return }
        if fan.doneCount == fan.count {
            if let list = assembled(live, fan) { end(live.scope, live.node, list) }
            return
        }
        guard live.scope.phase == .open, !live.isStopping, !live.scope.run.record.isPaused else { return }
        let block = Int(row(live.scope, live.node, live.role).target)
        while fan.begunCount < fan.limit {
            if beginPrepared(fan) { continue }
            guard fan.next < fan.count else { break }
            if changeCount >= EngineLimits.changesPerTurnMax {
                fansToPump.append(live)
                return
            }
            let index = fan.next
            fan.next += 1
            let child = makeScope(
                live.scope.run, block: block, parent: live, given: [fan.element(index)], ordinal: index)
            fan.children[index] = child
            activate(child)
        }
        openAhead(live, fan, block: block)
    }
}
