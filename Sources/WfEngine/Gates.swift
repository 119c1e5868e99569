// What an attempt at an action has to pass before it begins: the cache, a breaker, a pool, a rate. A node that has to
// wait is *queued*; it holds no attempt. Knows the clauses; the state of what is shared stands in Resources.swift.
//
//     ready ─→ cache: a result of an equal call that is young enough ─→ ended, nothing was called
//              breaker open ─→ the attempt fails with `breaker`
//              pool full, rate exhausted ─→ queued ─→ asked again in order of priority, then of arrival
//              ─→ the attempt begins: place and call are recorded with its start ─→ given back when it has ended

import WfJournal
import WfMachine
import WfPlan
import WfValue

/// What is known of a node that has such clauses.
final class Gate {
    /// A place of this pool is taken.
    var pool: SharedResource?
    /// The attempt under way was let through by this breaker, and whether to find out if it may close.
    var breaker: (shared: SharedResource, numbers: [Int64], isProbe: Bool)?
    /// What the node waits for.
    var queue: SharedResource?
    var what = ""
    var order = 0
    /// The attempt was under way when its run was taken over.
    var wasRunning = false
    /// Where its result goes, and how long it may be used.
    var cacheKey: [UInt8] = []
    var cacheTime: Int64 = 0
}

extension PlanContext {
    /// Whether any step of the plan has to ask.
    static func hasGates(_ plan: Plan) -> Bool { plan.clauses.contains { $0.hasGate } }

    /// The numbers of a resource, computed once; nil with the fault of the first that cannot be.
    func numbers(of resource: Int, _ evaluator: Evaluator) -> Result<[Int64], Gate.Fault> {
        if let known = resourceNumbers[resource] { return .success(known) }
        let row = plan.resources[resource]
        let kind = ResourceKind(rawValue: row.kind) ?? .pool
        var numbers: [Int64] = []
        for function in row.functions where function != .none {
            switch evaluator.value(function: Int(function), self, inputs: []) {
            case .fault(let fault): return .failure(Gate.Fault(fault: fault))
            case .value(let bytes):
                let number = try? withByteReader(bytes) { (reader) throws(DecodeError) in
                    try reader.readInt()
                }
                numbers.append(Int64(number ?? 0))
            }
        }
        guard numbers.allSatisfy({ $0 > 0 }), numbers.count == kind.isDuration.count else {
            let found = zip(numbers, kind.isDuration).first { $0.0 <= 0 }
            let text = found.map { $0.1 ? DurationText.text(Int($0.0)) : "\($0.0)" } ?? "none"
            let message = "\(kind) `\(plan.string(row.name))`: expected more than 0, found \(text)"
            return .failure(Gate.Fault(fault: WfMachine.Fault(kind: .failed, message: message)))
        }
        resourceNumbers[resource] = numbers
        return .success(numbers)
    }
}

extension Gate {
    struct Fault: Error {
        let fault: WfMachine.Fault
    }
}

extension Engine {
    /// Whether a call has to ask before it begins.
    @inline(__always)
    func isGated(_ scope: Scope, _ row: NodeRow) -> Bool {
        let context = scope.run.context
        guard context.hasGates else { return false }
        if row.clauses != .none, context.plan.clauses[Int(row.clauses)].hasGate { return true }
        guard NodeKind(rawValue: row.kind) == .action else { return false }
        let clauses = context.plan.actions[Int(row.target)].clauses
        return clauses != .none && context.plan.clauses[Int(clauses)].hasGate
    }

    /// Begins a call if it may begin now.
    func startGated(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        let live = scope.liveNode(node)
        live.role = role
        let gate = live.gate ?? Gate()
        live.gate = gate
        gate.cacheKey = []
        if answeredFromCache(live, row, gate) { return }
        if scope.status(node).isTerminal { return }
        switch admit(live, gate) {
        case .go: startCall(scope, node, row, role)
        case .fault(let fault):
            if evaluator.excuses(fault) { return }
            finallyFail(scope, node, role, failure(of: fault, scope, node, attempts: live.counted))
        case .refused(let failure): attemptFailed(scope, node, role, failure)
        case .wait(let shared): queue(live, gate, shared)
        }
    }

    private enum Admission {
        case go
        case wait(SharedResource)
        case refused(Failure)
        case fault(Fault)
    }

    /// Takes all that the attempt needs, or nothing.
    private func admit(_ live: LiveNode, _ gate: Gate) -> Admission {
        let context = live.scope.run.context
        var found: [(shared: SharedResource, numbers: [Int64])] = []
        for clause in [\ClausesRow.breaker, \ClausesRow.pool, \ClausesRow.rate] {
            guard let resource = clauses(live, having: clause)?.row[keyPath: clause] else { continue }
            let row = context.plan.resources[Int(resource)]
            switch context.numbers(of: Int(resource), evaluator) {
            case .failure(let error): return .fault(error.fault)
            case .success(let numbers):
                let kind = ResourceKind(rawValue: row.kind) ?? .pool
                found.append((shared(kind, context.plan.string(row.name)), numbers))
            }
        }
        let queued = Queued(
            live: live, serial: live.serial, priority: priority(of: live), order: order(of: gate))
        var breaker: (shared: SharedResource, numbers: [Int64], isProbe: Bool)?
        for (shared, numbers) in found {
            switch shared.kind {
            case .breaker:
                let isOpen = shared.openUntil != 0
                if isOpen && now.wall < shared.openUntil && !gate.wasRunning {
                    return .refused(openFailure(shared, numbers))
                }
                breaker = (shared, numbers, isOpen)
            case .pool:
                shared.trim()
                let isTurn = shared.queue.first.map { $0.live === live || queued.isBefore($0) } ?? true
                if !isTurn || shared.held + shared.heldElsewhere >= numbers[0] { return .wait(shared) }
            case .rate:
                shared.trim()
                let isTurn = shared.queue.first.map { $0.live === live || queued.isBefore($0) } ?? true
                let next = shared.nextStart(now.wall, count: Int(numbers[0]), period: numbers[1])
                if !isTurn || next > now.wall { return .wait(shared) }
            }
        }
        take(found, breaker, live, gate)
        return .go
    }

    private func take(
        _ found: [(shared: SharedResource, numbers: [Int64])],
        _ breaker: (shared: SharedResource, numbers: [Int64], isProbe: Bool)?, _ live: LiveNode, _ gate: Gate
    ) {
        gate.wasRunning = false
        gate.queue = nil
        gate.breaker = breaker
        if let breaker, breaker.isProbe {
            breaker.shared.openUntil = now.wall + breaker.numbers[2]
            markDirty(breaker.shared)
        }
        for (shared, numbers) in found {
            if shared.queue.first?.live === live { shared.queue.removeFirst() }
            switch shared.kind {
            case .breaker: continue
            case .pool:
                shared.held += 1
                gate.pool = shared
            case .rate: shared.noteStart(now.wall, count: Int(numbers[0]), period: numbers[1])
            }
            markDirty(shared)
            if !shared.queue.isEmpty { pumpLater(shared) }
        }
    }

    private func openFailure(_ shared: SharedResource, _ numbers: [Int64]) -> Failure {
        let within = DurationText.text(Int(numbers[1]))
        let name = shared.name.dropFirst("breaker ".utf8.count)
        return Failure(
            kind: "breaker",
            message:
                "breaker `\(name)` is open: \(numbers[0]) call\(numbers[0] == 1 ? "" : "s") failed within \(within)"
        )
    }

    private func priority(of live: LiveNode) -> Int {
        guard let (row, source) = clauses(live, having: \.priority) else { return 0 }
        guard case .value(let value) = evaluator.word(row.priority, live.scope.run.context, source) else {
            return 0
        }
        return value
    }

    private func order(of gate: Gate) -> Int {
        if gate.order == 0 {
            shares.lastOrder += 1
            gate.order = shares.lastOrder
        }
        return gate.order
    }

    // MARK: waiting

    private func queue(_ live: LiveNode, _ gate: Gate, _ shared: SharedResource) {
        if gate.queue === shared, live.scope.status(live.node) == .queued { return }
        if let before = gate.queue { before.queue.removeAll { $0.live === live } }
        live.serial &+= 1
        gate.queue = shared
        let isQueued = live.scope.status(live.node) == .queued && gate.what == shared.name
        gate.what = shared.name
        if !isQueued { apply(.queued(live.attempt, shared.name), live.scope, live.node) }
        shared.enqueue(
            Queued(live: live, serial: live.serial, priority: priority(of: live), order: gate.order))
        if shared.kind == .pool { markDirty(shared) }
        pumpLater(shared)
    }

    /// Asks again for those that wait, in their order.
    func pump(_ shared: SharedResource) {
        shared.isToBePumped = false
        freshen()
        while changeCount < EngineLimits.changesPerTurnMax {
            shared.trim()
            guard let first = shared.queue.first else { break }
            let live = first.live
            let (scope, node) = (live.scope, live.node)
            if isHeld(scope, node) {
                live.gate?.queue = nil
                shared.queue.removeFirst()
                continue
            }
            startGated(scope, node, row(scope, node, live.role), live.role)
            if evaluator.isInterrupted { return }
            if shared.queue.first?.live === live, first.isMeant { return wait(shared, first) }
        }
        if !shared.queue.isEmpty { pumpLater(shared) }
    }

    /// A rate says itself when it goes on; a pool is rung for.
    private func wait(_ shared: SharedResource, _ first: Queued) {
        guard shared.kind == .rate, let resource = clauses(first.live, having: \.rate)?.row.rate,
            case .success(let numbers) = first.live.scope.run.context.numbers(of: Int(resource), evaluator)
        else { return }
        let due = shared.nextStart(now.wall, count: Int(numbers[0]), period: numbers[1])
        if first.live.dueAt == due { return }
        first.live.dueAt = due
        timers.add(due: due, kind: .due, live: first.live)
        markDirty(first.live.scope.run)
    }

    // MARK: giving back

    /// The node's status changes: an attempt that has ended gives back what it held.
    func leaveGate(_ gate: Gate, _ live: LiveNode, from before: NodeStatus, to status: NodeStatus) {
        switch status {
        case .running, .sleeping, .listening, .open: return
        case .queued, .waiting: break
        case .ended, .skipped, .failed, .cancelled, .pausing, .unresolved:
            if let queue = gate.queue {
                gate.queue = nil
                if queue.kind == .pool { markDirty(queue) }
                pumpLater(queue)
            }
        }
        if before == .running || before == .sleeping || before == .listening { judge(gate, status) }
        gate.breaker = nil
        guard let pool = gate.pool else { return }
        gate.pool = nil
        pool.held -= 1
        markDirty(pool)
        pumpLater(pool)
    }

    /// Tells the breaker what came of the attempt.
    private func judge(_ gate: Gate, _ status: NodeStatus) {
        guard let (shared, numbers, isProbe) = gate.breaker else { return }
        freshen()
        switch status {
        case .ended:
            guard isProbe else { return }
            shared.openUntil = 0
            shared.failures = []
            markDirty(shared)
        case .failed, .pausing:
            shared.failures.removeAll { $0 <= now.wall - numbers[1] }
            shared.failures.append(now.wall)
            if isProbe || shared.openUntil == 0 && shared.failures.count >= numbers[0] {
                shared.openUntil = now.wall + numbers[2]
                shared.failures = []
            }
            markDirty(shared)
        case .waiting, .running, .sleeping, .open, .listening, .queued, .skipped, .cancelled, .unresolved:
            break
        }
    }

    /// A run leaves this engine: what its attempts hold here is given back.
    func leaveGates(of run: Run) {
        guard run.context.hasGates else { return }
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            for node in scope.live.keys.sorted() {
                guard let live = scope.live[node], let gate = live.gate else { continue }
                leaveGate(gate, live, from: scope.status(node), to: .cancelled)
            }
        }
    }

    /// A run was taken over while an attempt waited within: it has its place, whoever else has one.
    func holdAgain(_ live: LiveNode) {
        let scope = live.scope
        guard isGated(scope, row(scope, live.node, live.role)),
            let resource = clauses(live, having: \.pool)?.row.pool
        else { return }
        let plan = scope.run.context.plan
        let pool = shared(.pool, plan.string(plan.resources[Int(resource)].name))
        let gate = live.gate ?? Gate()
        live.gate = gate
        gate.pool = pool
        pool.held += 1
        markDirty(pool)
    }
}
