// Attempts at effects: starting them, what came of them, retries, timeouts and the failover. Knows the
// clauses of steps and actions; knows nothing of how an effect is done.

import WfMachine
import WfPlan
import WfValue

extension Engine {
    // MARK: starting

    enum EffectCall {
        case value((effect: Int, arguments: [UInt8]))
        case fault(Fault)
    }

    /// The effect of a step or of the action it calls, with its arguments.
    func effectCall(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) -> EffectCall {
        let context = scope.run.context
        let given: [UInt8]
        switch evaluator.value(row.chunk, context, .scope(scope)) {
        case .fault(let fault): return .fault(fault)
        case .value(let bytes): given = bytes
        }
        guard NodeKind(rawValue: row.kind) == .action else { return .value((Int(row.target), given)) }
        let action = context.plan.actions[Int(row.target)]
        let read =
            parameters(given, action, context) + [
                [], key(for: action.arguments, of: action, scope, node, role),
            ]
        switch evaluator.value(action.arguments, context, .parameters(read)) {
        case .fault(let fault): return .fault(fault)
        case .value(let arguments): return .value((Int(action.effect), arguments))
        }
    }

    /// The key of a step as an action's chunk reads it: in the last slot that an action has.
    private func key(
        for chunk: UInt32, of action: ActionRow, _ scope: Scope, _ node: Int, _ role: NodeRole
    ) -> [UInt8] {
        let plan = scope.run.context.plan
        let slot = Int(action.parameterTypes.count) + 1
        guard chunk != .none,
            plan.list(plan.chunks[Int(chunk)].inputs).contains(where: { ChunkRow.slot($0) == slot })
        else { return [] }
        var writer = ByteWriter()
        writer.appendString(scope.key(node, role: role))
        return writer.toArray()
    }

    /// An action's parameters from the tuple that the step passes.
    func parameters(_ tuple: [UInt8], _ action: ActionRow, _ context: PlanContext) -> [[UInt8]] {
        let types = context.plan.list(action.parameterTypes).map { TypeId(raw: $0) }
        return context.split(tuple, types) ?? []
    }

    func startEffect(
        _ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole, effect: Int, _ arguments: [UInt8]
    ) {
        let door = scope.run.context.doors[effect]
        if door == .nop && row.clauses == .none && role == .main && options.simulation == nil,
            !isGated(scope, row)
        {
            apply(.started(1), scope, node)
            instants.append((scope, node))
            return
        }
        // A test answers people and workers itself, as all other doors.
        if door == .approve || door == .task, options.simulation == nil {
            return openItem(scope, node, role, door, effect: effect, arguments)
        }
        if door == .compensate {
            return startCompensation(scope, node, row, role, effect: effect, arguments)
        }
        let live = beginAttempt(scope, node, role)
        noteCall(live, row, effect: effect)
        switch door {
        case .nop:
            apply(.started(live.attempt), scope, node)
            instants.append((scope, node))
        case .raise:
            apply(.started(live.attempt), scope, node)
            raises.append((scope, node, arguments))
        case .sleep, .sleepUntil:
            let amount = integer(arguments)
            live.dueAt = door == .sleep ? later(amount) : Int64(amount)
            apply(.sleeping(until: live.dueAt), scope, node)
            timers.add(due: live.dueAt, kind: .due, live: live)
        case .journal, .driver, .approve, .task, .compensate:
            live.attemptId = nextAttempt()
            attempts[live.attemptId] = live
            if mustWait(scope) != nil {
                apply(.prepared, scope, node)
                prepared.append((scope.run, request(live, effect: effect, arguments)))
                return
            }
            apply(.started(live.attempt), scope, node)
            requests.append((scope.run, request(live, effect: effect, arguments)))
        }
        setTimeout(live)
    }

    /// Counts an attempt that is about to begin.
    func beginAttempt(_ scope: Scope, _ node: Int, _ role: NodeRole) -> LiveNode {
        let live = scope.liveNode(node)
        live.begin(role)
        return live
    }

    private func integer(_ value: [UInt8]) -> Int {
        (try? withByteReader(value) { (reader) throws(DecodeError) in try reader.readInt() }) ?? 0
    }

    private func request(_ live: LiveNode, effect: Int, _ arguments: [UInt8]) -> EffectRequest {
        let run = live.scope.run
        let context = run.context
        let effectRow = context.plan.effects[effect]
        let row = self.row(live.scope, live.node, live.role)
        let path = live.scope.path(live.node, role: live.role)
        return EffectRequest(
            attempt: AttemptId(raw: live.attemptId), effect: context.effectNames[effect],
            arguments: arguments,
            argumentTypes: context.plan.list(effectRow.parameterTypes).map { TypeId(raw: $0) },
            resultType: TypeId(raw: effectRow.resultType), plan: context.plan,
            key: live.scope.key(path: path), run: run.id, baseFolder: run.record.baseFolder,
            stepPath: path, attemptNumber: live.attempt,
            group: group(of: live.scope), groupLimit: fan(of: live.scope)?.limit ?? 0, effectNumber: effect,
            action: NodeKind(rawValue: row.kind) == .action ? row.target : nil)
    }

    /// The number by which the driver knows the fan-out that a scope is an item of, if its items may be prepared.
    private func group(of scope: Scope) -> UInt64 {
        guard opensAhead, let fan = fan(of: scope), scope.run.context.mayBePrepared(scope.layout.block)
        else { return 0 }
        if fan.group == 0 { fan.group = nextAttempt() }
        return fan.group
    }

    // MARK: clauses

    /// The row of clauses that a clause is taken from: the step's where it has one, else the action's, with
    /// where its chunks read.
    func clauses(
        _ live: LiveNode, having: KeyPath<ClausesRow, UInt32>
    ) -> (row: ClausesRow, source: ChunkSource)? {
        let scope = live.scope
        let plan = scope.run.context.plan
        let row = row(scope, live.node, live.role)
        if row.clauses != .none {
            let clauses = plan.clauses[Int(row.clauses)]
            if clauses[keyPath: having] != .none { return (clauses, .scope(scope)) }
        }
        guard NodeKind(rawValue: row.kind) == .action else { return nil }
        let action = plan.actions[Int(row.target)]
        guard action.clauses != .none else { return nil }
        let clauses = plan.clauses[Int(action.clauses)]
        guard clauses[keyPath: having] != .none else { return nil }
        guard case .value(let tuple) = evaluator.value(row.chunk, scope.run.context, .scope(scope)) else {
            return nil
        }
        return (clauses, .parameters(parameters(tuple, action, scope.run.context)))
    }

    /// Sets the timer of an attempt that has just begun. A timeout that cannot be computed ends it at once.
    func setTimeout(_ live: LiveNode) {
        live.listening.timeoutAt = 0
        guard let (clauses, source) = clauses(live, having: \.timeout) else { return }
        switch evaluator.word(clauses.timeout, live.scope.run.context, source) {
        case .value(let duration):
            live.listening.timeoutAt = timeout(of: live, due: later(duration))
            timers.add(due: live.listening.timeoutAt, kind: .timeout, live: live)
        case .fault(let fault):
            live.lastFailure = failure(of: fault, live.scope, live.node, attempts: live.counted)
            timers.add(due: now.wall, kind: .timeout, live: live)
        }
    }

    // MARK: outcomes

    /// What the driver says came of an attempt.
    func attemptEnded(_ live: LiveNode, _ outcome: EffectOutcome) {
        live.attemptId = 0
        if live.isDone || keptBack(live, outcome) { return }
        if onceEnded(live, outcome) { return }
        let scope = live.scope
        if scope.phase != .open || isStopped(scope, live.node) {
            switch outcome {
            case .success(let bytes): return effectSucceeded(scope, live.node, live, bytes)
            case .failure(let reason) where reason.kind != "cancelled" && !live.wasToldToStop:
                return attemptFailed(scope, live.node, live.role, failure(of: reason, live))
            case .failure, .unknown: return cancel(scope, live.node)
            }
        }
        if live.isExpired { return finallyFail(scope, live.node, live.role, expired(live)) }
        if live.isTimedOut { return attemptFailed(scope, live.node, live.role, timedOut(live)) }
        switch outcome {
        case .success(let bytes): effectSucceeded(scope, live.node, live, bytes)
        case .failure(let reason): attemptFailed(scope, live.node, live.role, failure(of: reason, live))
        case .unknown(let why): attemptUnknown(live, why)
        }
    }

    /// A door's failure; data that is no `Json` is left out.
    private func failure(of reason: EffectFailure, _ live: LiveNode) -> Failure {
        let types = live.scope.run.context.plan.types
        let data = reason.data.flatMap { (try? types.validate($0, as: .json)) == nil ? nil : $0 }
        return Failure(kind: reason.kind, message: reason.message, code: reason.code, data: data)
    }

    /// The effect's result is there: checks it, computes the action's result from it, ends the node.
    func effectSucceeded(_ scope: Scope, _ node: Int, _ live: LiveNode?, _ bytes: [UInt8]) {
        let role = live?.role ?? .main
        let row = row(scope, node, role)
        if isMocked(row) { return mockSucceeded(scope, node, row, role, bytes) }
        let context = scope.run.context
        var effect = Int(row.target)
        var returns = UInt32.none
        if NodeKind(rawValue: row.kind) == .action {
            effect = Int(context.plan.actions[Int(row.target)].effect)
            returns = context.plan.actions[Int(row.target)].returns
        }
        if context.doors[effect].hasResult {
            let type = TypeId(raw: context.plan.effects[effect].resultType)
            do throws(DecodeError) { try context.plan.types.validate(bytes, as: type) } catch {
                let message =
                    "the result of `\(context.effectNames[effect])` is not a \(context.plan.types.text(of: type)): "
                    + error.description
                return attemptFailed(scope, node, role, Failure(kind: "decode", message: message))
            }
        }
        if let live { keepResult(live, bytes) }
        guard returns != .none else { return end(scope, node, bytes) }
        let action = context.plan.actions[Int(row.target)]
        guard case .value(let tuple) = evaluator.value(row.chunk, context, .scope(scope)) else { return }
        let read =
            parameters(tuple, action, context) + [bytes, key(for: returns, of: action, scope, node, role)]
        switch evaluator.value(returns, context, .parameters(read)) {
        case .value(let value): end(scope, node, value)
        case .fault(let fault):
            attemptFailed(scope, node, role, failure(of: fault, scope, node, attempts: live?.counted ?? 1))
        }
    }

    /// Nobody knows whether it happened: tried again with the same key, after a pause that grows.
    private func attemptUnknown(_ live: LiveNode, _ why: String) {
        live.unknowns += 1
        let failure = completed(Failure(kind: "unknown", message: why), live.scope, live.node)
        if live.unknowns > EngineLimits.unknownAttemptsMax {
            return finallyFail(live.scope, live.node, live.role, failure)
        }
        let seconds = 1 << min(live.unknowns - 1, 6)
        pause(live, failure, for: seconds * 1_000_000)
    }

    /// An attempt failed: it is retried, or the node has finally failed.
    func attemptFailed(_ scope: Scope, _ node: Int, _ role: NodeRole, _ reason: Failure) {
        if scope.phase != .open || isStopped(scope, node) {
            if scope.phase == .failing, reason.kind != "cancelled" {
                return fail(scope, node, completed(reason, scope, node))
            }
            return cancel(scope, node)
        }
        let live = scope.liveNode(node)
        live.role = role
        live.failures += 1
        live.serial &+= 1
        live.child = nil
        live.isTimedOut = false
        freeFan(of: live)
        let failure = completed(reason, scope, node)
        guard let (clauses, source) = clauses(live, having: \.retry) else {
            if scope.parentRole == .undo && !isOnce(live) && live.failures <= EngineLimits.undoRetriesMax {
                return pause(live, failure, for: EngineLimits.undoPause(afterFailures: live.failures))
            }
            return finallyFail(scope, node, role, failure)
        }
        if isDoomed(scope) { return finallyFail(scope, node, role, failure) }
        let context = scope.run.context
        switch evaluator.word(clauses.retry, context, source) {
        case .fault(let fault):
            finallyFail(scope, node, role, self.failure(of: fault, scope, node, attempts: live.counted))
        case .value(let retries):
            guard live.failures <= retries, matches(failure, clauses.retryOn, context.plan) else {
                return finallyFail(scope, node, role, failure)
            }
            switch backoff(clauses, context, source, live) {
            case .fault(let fault):
                finallyFail(scope, node, role, self.failure(of: fault, scope, node, attempts: live.counted))
            case .value(let delay): pause(live, failure, for: delay)
            }
        }
    }

    private func pause(_ live: LiveNode, _ failure: Failure, for delay: Int) {
        live.serial &+= 1
        live.lastFailure = failure
        live.dueAt = later(delay)
        apply(.pausing(failure, until: live.dueAt), live.scope, live.node)
        timers.add(due: live.dueAt, kind: .due, live: live)
    }

    /// Whether a filter such as `on timeout, exit(75)` lets a failure be retried.
    func matches(_ failure: Failure, _ filter: ListRow, _ plan: Plan) -> Bool {
        if filter.count == 0 { return true }
        let words = plan.list(filter)
        var index = 0
        while index + 2 < words.count {
            if plan.string(words[index]) == failure.kind {
                let (low, high) = (words[index + 1], words[index + 2])
                if low == .none && high == .none { return true }
                if let code = failure.code, code >= Int(low), code <= Int(high) { return true }
            }
            index += 3
        }
        return false
    }

    /// The pause before the next attempt, in microseconds.
    private func backoff(
        _ clauses: ClausesRow, _ context: PlanContext, _ source: ChunkSource, _ live: LiveNode
    ) -> WordOutcome {
        guard clauses.backoffFirst != .none else { return .value(0) }
        let first: Int
        switch evaluator.word(clauses.backoffFirst, context, source) {
        case .fault(let fault): return .fault(fault)
        case .value(let value): first = max(0, value)
        }
        // One pause without a growth or an end stays as it is.
        var last = Int.max
        var factor = clauses.backoffLast == .none ? 1.0 : 2.0
        if clauses.backoffLast != .none {
            switch evaluator.word(clauses.backoffLast, context, source) {
            case .fault(let fault): return .fault(fault)
            case .value(let value): last = max(0, value)
            }
        }
        if clauses.backoffFactor != .none {
            switch evaluator.value(clauses.backoffFactor, context, source) {
            case .fault(let fault): return .fault(fault)
            case .value(let bytes):
                let read = try? withByteReader(bytes) { (reader) throws(DecodeError) in try reader.readFloat()
                }
                factor = read ?? factor
            }
        }
        var delay = Double(first)
        for _ in 1..<max(1, min(live.failures, 1_000)) where delay < Double(last) { delay *= max(1, factor) }
        delay = min(delay, Double(last), 1e17)
        if clauses.flags & ClausesRow.jitterFlag != 0 {
            // Drawn from the key, so that a run which is resumed, or a test that is run again, waits as long.
            let key = live.scope.key(live.node, role: live.role)
            let part = Double(fingerprint(key, seed: UInt64(live.failures)) >> 11) / Double(1 << 53)
            delay = delay / 2 + delay / 2 * part
        }
        return .value(delay.isFinite ? Int(delay) : 0)
    }

    /// The node has failed for good, unless its `else` takes over.
    func finallyFail(_ scope: Scope, _ node: Int, _ role: NodeRole, _ reason: Failure) {
        if scope.phase != .open || isStopped(scope, node) { return attemptFailed(scope, node, role, reason) }
        let failure = completed(reason, scope, node)
        let row = scope.row(node)
        guard role == .main, row.clauses != .none, !isDoomed(scope) else {
            return fail(scope, node, failure)
        }
        let plan = scope.run.context.plan
        let otherwise = plan.clauses[Int(row.clauses)].otherwise
        guard otherwise != .none else { return fail(scope, node, failure) }
        let live = scope.liveNode(node)
        freeFan(of: live)
        live.child = nil
        live.role = .otherwise
        if let gate = live.gate { leaveGate(gate, live, from: scope.status(node), to: .failed) }
        live.gate = nil
        live.attempt = 0
        live.counted = 0
        live.failures = 0
        live.unknowns = 0
        live.deadlineAt = 0
        live.serial &+= 1
        live.isTimedOut = false
        live.isExpired = false
        live.isStopping = false
        live.wasToldToStop = false
        live.lastFailure = failure
        apply(.otherwise, scope, node)
        startAttempt(scope, node, plan.nodes[Int(otherwise)], role: .otherwise)
    }

    /// Whether a node of a flow is being stopped by an event.
    func isStopped(_ scope: Scope, _ node: Int) -> Bool { scope.flow?.isStopped(node) ?? false }

    // MARK: timers

    /// Handles a timer that is due.
    func fire(_ timer: TimerEntry) {
        let live = timer.live
        let scope = live.scope
        guard scope.phase == .open else { return }
        let status = scope.status(live.node)
        if status == .unresolved { return }
        switch timer.kind {
        case .due:
            if status == .sleeping { return effectSucceeded(scope, live.node, live, []) }
            if status == .queued, let queue = live.gate?.queue {
                live.dueAt = 0
                return pumpLater(queue)
            }
            if status == .listening { return effectSucceeded(scope, live.node, live, expiredApproval) }
            if status == .pausing {
                startAttempt(scope, live.node, row(scope, live.node, live.role), role: live.role)
            }
        case .timeout:
            if status == .running && live.attemptId == 0 { return }
            live.isTimedOut = true
            stopAttempt(live, status) { attemptFailed(scope, live.node, live.role, timedOut(live)) }
        case .deadline:
            live.deadlineAt = 0
            if status == .running && live.attemptId == 0 { return }
            live.isExpired = true
            stopAttempt(live, status) { finallyFail(scope, live.node, live.role, expired(live)) }
        }
    }

    /// Asks what is under way to stop; `otherwise` runs at once where nothing is.
    private func stopAttempt(_ live: LiveNode, _ status: NodeStatus, otherwise: () -> Void) {
        switch status {
        case .running:
            if !live.isStopping {
                live.isStopping = true
                stops.append(AttemptId(raw: live.attemptId))
            }
            live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
            markDirty(live.scope.run)
        case .open:
            live.isStopping = true
            live.scope.touch(page: live.node / EngineLimits.nodesPerPage)
            markDirty(live.scope.run)
            if let child = live.child { stop(child, .cancelling) }
            if let fan = live.fan {
                for index in fan.children.keys.sorted() {
                    if let child = fan.children[index] { stop(child, .cancelling) }
                }
                if fan.children.isEmpty { childrenStopped(live, nil) }
            }
        case .sleeping, .pausing, .listening, .queued: otherwise()
        case .waiting, .ended, .skipped, .failed, .cancelled, .unresolved: break
        }
    }

    func timedOut(_ live: LiveNode) -> Failure {
        // A timeout whose own chunk faulted says why.
        if let failure = live.lastFailure, failure.attempts == live.counted { return failure }
        return Failure(kind: "timeout", message: "the attempt took longer than its timeout")
    }

    func expired(_ live: LiveNode) -> Failure {
        Failure(
            kind: "expired",
            message: "the deadline passed after \(live.counted) attempt\(live.counted == 1 ? "" : "s")")
    }

    // MARK: failures

    /// A fault as a failure of a step.
    func failure(of fault: Fault, _ scope: Scope, _ node: Int, attempts: Int) -> Failure {
        var data: [UInt8]?
        if let json = fault.data {
            data = try? scope.run.context.plan.types.binary(fromJson: json, as: .json)
        }
        return Failure(
            kind: fault.kind, message: fault.message, attempts: attempts, data: data,
            span: fault.span.file == .none && node >= 0 ? scope.row(node).span : fault.span)
    }

    /// The failure with the step that it belongs to, unless it comes from a step further in.
    func completed(_ reason: Failure, _ scope: Scope, _ node: Int) -> Failure {
        var failure = reason
        if failure.step.isEmpty {
            let live = scope.live[node]
            failure.step = scope.path(node, role: live?.role ?? .main)
            failure.attempts = max(failure.attempts, live?.counted ?? 0)
        }
        if failure.span.file == .none { failure.span = scope.row(node).span }
        if failure.message.utf8.count > EngineLimits.failureMessageBytesMax {
            failure.message = String(
                decoding: failure.message.utf8.prefix(EngineLimits.failureMessageBytesMax), as: UTF8.self)
        }
        return failure
    }
}
