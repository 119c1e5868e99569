// Items of a fan-out that are opened ahead of its limit, so that no place stands idle while a commit is made: their
// start records are durable before a place is free, and the driver starts one at the moment in which another item's
// effect succeeds. Knows nothing of how effects are done.
//
//     opened within the limit ─→ begun ──────────────────────────────────────────┐
//     opened ahead ─→ prepared ─→ begun by the driver when a sibling succeeds ───┼─→ ended
//                        ├──────→ begun by the engine when a place is free ──────┘
//                        └──────→ cancelled: it has never begun
//
// A prepared effect counts as one whose outcome is unknown when a crash leaves it: at least once holds, and the limit
// holds after a resume as well. Steps that must not be repeated are never prepared.
import WfMachine
import WfPlan
import WfValue

extension Fan {
    /// Items whose effects may be under way.
    var begunCount: Int { children.count - ahead.count }

    /// How many items may wait beyond the limit. With a limit of 1 the items run one after the other, and nothing of
    /// an item happens before the one before it has been recorded.
    var aheadMax: Int {
        limit < 2
            ? 0
            : min(max(EngineLimits.aheadMin, 4 * min(limit, EngineLimits.aheadMax)), EngineLimits.aheadMax)
    }
}

extension PlanContext {
    /// Whether a block is a single effect of the driver's that may be prepared: nothing in it is decided before the
    /// effect begins, and doing it twice is no worse than after any crash.
    func mayBePrepared(_ block: Int) -> Bool {
        if let known = preparable[block] { return known }
        let row = plan.blocks[block]
        let answer = row.nodeCount == 1 && mayBePrepared(plan.nodes[Int(row.nodeStart)])
        preparable[block] = answer
        return answer
    }

    private func mayBePrepared(_ node: NodeRow) -> Bool {
        guard isPlain(node.clauses) else { return false }
        switch NodeKind(rawValue: node.kind) {
        case .effect: return doors[Int(node.target)] == .driver
        case .action:
            let action = plan.actions[Int(node.target)]
            return isPlain(action.clauses) && doors[Int(action.effect)] == .driver
        default: return false
        }
    }

    /// Whether these clauses, if there are any, only say what follows an attempt.
    private func isPlain(_ clauses: UInt32) -> Bool {
        guard clauses != .none else { return true }
        var row = plan.clauses[Int(clauses)]
        row.timeout = .none
        row.retry = .none
        row.retryOn = .empty
        row.backoffFirst = .none
        row.backoffLast = .none
        row.backoffFactor = .none
        row.flags &= ~ClausesRow.jitterFlag
        row.otherwise = .none
        return row == ClausesRow()
    }
}

extension Engine {
    /// Reports that the driver has started a prepared effect because a sibling of it has succeeded. Call it before
    /// that sibling's `complete`, with no turn between them.
    public func began(_ attempt: AttemptId) { begun.append(attempt) }

    /// Opens items beyond the limit and prepares their effects.
    func openAhead(_ live: LiveNode, _ fan: Fan, block: Int) {
        let run = live.scope.run
        guard opensAhead, fan.next < fan.count, fan.ahead.count < fan.aheadMax,
            run.context.mayBePrepared(block)
        else { return }
        while fan.next < fan.count, fan.ahead.count < fan.aheadMax,
            changeCount < EngineLimits.changesPerTurnMax
        {
            let index = fan.next
            let item = makeScope(run, block: block, parent: live, given: [fan.element(index)], ordinal: index)
            // What cannot be computed fails its item when its turn has come, and not before.
            let found = effectCall(item, 0, item.row(0), .main)
            guard case .value(let call) = found,
                call.arguments.count <= EngineLimits.aheadArgumentBytesMax
            else {
                if case .fault(let fault) = found { _ = evaluator.excuses(fault) }
                run.lastScopeId -= 1
                return
            }
            fan.next += 1
            fan.children[index] = item
            fan.ahead.append(index)
            run.scopes[item.id] = item
            apply(.scopeOpened, item)
            startEffect(item, 0, item.row(0), .main, effect: call.effect, call.arguments)
        }
    }

    /// Begins the prepared item that has waited longest. Returns false when there is none.
    func beginPrepared(_ fan: Fan) -> Bool {
        guard let index = fan.ahead.first else { return false }
        fan.ahead.removeFirst()
        guard let live = fan.children[index]?.live[0] else { return true }
        if let place = prepared.firstIndex(where: { $0.request.attempt.raw == live.attemptId }) {
            requests.append(prepared.remove(at: place))
        } else {
            preparedToStart.append(
                PreparedStart(attempt: AttemptId(raw: live.attemptId), group: fan.group))
        }
        apply(.begun(live.attempt), live.scope, live.node)
        setTimeout(live)
        return true
    }

    /// Takes note of what the driver has started by itself.
    func settleBegun() {
        for attempt in begun {
            guard let live = attempts[attempt.raw], let fan = fan(of: live.scope),
                let place = fan.ahead.firstIndex(of: live.scope.ordinal)
            else { continue }
            fan.ahead.remove(at: place)
            apply(.begun(live.attempt), live.scope, live.node)
            if live.scope.phase == .open { setTimeout(live) }
        }
        begun.removeAll(keepingCapacity: true)
    }

    /// The fan-out that a scope is an item of.
    func fan(of scope: Scope) -> Fan? { scope.parent?.live[scope.parentNode]?.fan }

    /// Whether an effect that is to be started has to wait for a place: it was opened ahead, or its place has been
    /// given away while it was thought to have succeeded.
    func mustWait(_ scope: Scope) -> Fan? {
        guard opensAhead, let fan = fan(of: scope) else { return nil }
        if fan.ahead.contains(scope.ordinal) { return fan }
        guard fan.begunCount > fan.limit, scope.run.context.mayBePrepared(scope.layout.block) else {
            return nil
        }
        fan.ahead.append(scope.ordinal)
        return fan
    }

    /// After a resume nobody knows which items had begun: those beyond the limit are prepared once more.
    func putAhead(_ live: LiveNode, _ fan: Fan) {
        guard fan.children.count > fan.limit else { return }
        for index in fan.children.keys.sorted().dropFirst(fan.limit) {
            if let item = fan.children[index], item.layout.nodeCount == 1, item.status(0) == .running {
                fan.ahead.append(index)
            }
        }
    }
}
