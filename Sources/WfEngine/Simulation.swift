// What a run on virtual time does differently: some actions are answered whole by who runs the test, every call is
// told to it, and a call may yield its failure. Everything else is the engine as always.

public import WfPlan
import WfValue

/// Given by who runs tests.
public struct Simulation: Sendable {
    /// Actions of the plan that are asked for as a whole: neither `via` nor `returns` of them is computed.
    public var mockedActions: Set<UInt32>
    public init(mockedActions: Set<UInt32>) { self.mockedActions = mockedActions }
}

/// An attempt at an effect has begun, whoever carries it out.
public struct NotedCall: Sendable {
    /// Idempotency key: equal for all attempts.
    public let key: String
    public let effect: Int?
    public let action: UInt32?
    /// From 1.
    public let attemptNumber: Int
    /// Of the plan.
    public let node: Int
}

extension Engine {
    /// Whether the action is answered whole.
    func isMocked(_ row: NodeRow) -> Bool {
        guard let simulation = options.simulation, NodeKind(rawValue: row.kind) == .action else {
            return false
        }
        return simulation.mockedActions.contains(row.target)
    }

    /// Notes a call for who runs the test.
    func noteCall(_ live: LiveNode, _ row: NodeRow, effect: Int?) {
        guard options.simulation != nil else { return }
        calls.append(
            NotedCall(
                key: live.scope.key(live.node, role: live.role), effect: effect,
                action: NodeKind(rawValue: row.kind) == .action ? row.target : nil,
                attemptNumber: live.attempt, node: live.scope.layout.nodeStart + live.node))
    }

    /// Asks for an action as a whole; `arguments` are its own.
    func startMocked(
        _ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole
    ) {
        guard let arguments = argument(row.chunk, scope, node, role) else { return }
        let live = beginAttempt(scope, node, role)
        live.attemptId = nextAttempt()
        attempts[live.attemptId] = live
        apply(.started(live.attempt), scope, node)
        let plan = scope.run.context.plan
        let action = plan.actions[Int(row.target)]
        noteCall(live, row, effect: nil)
        requests.append(
            (
                scope.run,
                EffectRequest(
                    attempt: AttemptId(raw: live.attemptId), effect: plan.string(action.name),
                    arguments: arguments,
                    argumentTypes: plan.list(action.parameterTypes).map { TypeId(raw: $0) },
                    resultType: TypeId(raw: action.resultType), plan: plan,
                    key: scope.key(node, role: role), run: scope.run.id,
                    baseFolder: scope.run.record.baseFolder, stepPath: scope.path(node, role: role),
                    attemptNumber: live.attempt, group: 0, groupLimit: 0, effectNumber: nil,
                    action: row.target)
            ))
        setTimeout(live)
    }

    /// When an attempt has taken too long. In a test an approval or a task that was begun before a crash goes on.
    func timeout(of live: LiveNode, due: Int64) -> Int64 {
        guard options.simulation != nil else { return due }
        let context = live.scope.run.context
        let row = row(live.scope, live.node, live.role)
        let effect: UInt32
        switch NodeKind(rawValue: row.kind) {
        case .action: effect = context.plan.actions[Int(row.target)].effect
        case .effect: effect = row.target
        default: return due
        }
        guard context.doors[Int(effect)] == .approve || context.doors[Int(effect)] == .task else {
            return due
        }
        let key = live.scope.key(live.node, role: live.role)
        if let known = itemTimeouts[key] { return known }
        itemTimeouts[key] = due
        return due
    }

    /// The result of an action that was answered whole.
    func mockSucceeded(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole, _ bytes: [UInt8]) {
        let plan = scope.run.context.plan
        let action = plan.actions[Int(row.target)]
        do throws(DecodeError) {
            try plan.types.validate(bytes, as: TypeId(raw: action.resultType))
            if let live = scope.live[node] { keepResult(live, bytes) }
            end(scope, node, bytes)
        } catch {
            let message = "the mock of `\(plan.string(action.name))` does not fit: \(error.description)"
            attemptFailed(scope, node, role, Failure(kind: "decode", message: message))
        }
    }

    /// When the next timer is due, signs of life left aside.
    public func nextTimer() -> Int64? { timers.next() }

    /// Whether work is left that needs no completion and no time.
    public var hasWork: Bool { hasMore }

    /// Makes a plan known that the journal holds, so that a resume need not load it again.
    public func adopt(_ plan: Plan, config: [UInt8] = []) {
        _ = context(of: plan, config: config)
        storedPlans.insert(plan.identity)
    }

    /// Takes over the plans in use of an engine that is of no further use: a machine is large, and what is left of a run
    /// that has died may hold it for long.
    public func inherit(from other: Engine) {
        contexts = other.contexts
        for context in contexts.values {
            context.machine.goesOn = { [unowned self] in goOnComputing() }
        }
    }
}
