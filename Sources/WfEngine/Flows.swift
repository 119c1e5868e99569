// How tokens move through a flow. A node that a token comes to is begun like any other node; what its end means is
// decided here: its arrows take tokens, its events are taken back, and what waited for it may begin.
//
//     token on an arrow ─→ the node is idle and its join is content ─→ begun, its events with it
//     the node ends ─→ tokens on its arrows
//     an event ends ─→ interrupting: the host is stopped, then tokens on the event's arrows
//                      beside: tokens on the event's arrows
//     no tokens and nothing begun ─→ the flow has ended
//
// Every change goes through `apply`, which keeps the marking.

import WfPlan
import WfValue

/// A change of a marking.
enum FlowChange {
    case token(arrow: Int)
    /// Tokens are taken from arrows, and the node has one within.
    case entered(arrows: [Int])
    /// The token within has gone.
    case left
    /// The event that stops the node; what it belongs to.
    case taken(event: Int)
    /// All tokens go, since an event of the flow has come, or a `terminate`.
    case cleared(interrupt: Int)
    /// The event's arrows have taken tokens.
    case resumed
}

extension Engine {
    // MARK: changes

    /// Applies a change of a marking; called by `apply` alone.
    func applyFlow(_ change: FlowChange, _ scope: Scope, _ node: Int) {
        guard let flow = scope.flow else { return }
        switch change {
        case .token(let arrow):
            flow.tokens[arrow] += 1
            flow.tokenCount += 1
            touch(scope, flow.layout.targets[arrow])
        case .entered(let arrows):
            for arrow in arrows {
                flow.tokens[arrow] -= 1
                flow.tokenCount -= 1
            }
            flow.visits[node] += 1
            flow.isActive[node] = true
            flow.taken[node] = -1
            if flow.holds(node) { flow.activeCount += 1 }
            if scope.status(node).isTerminal {
                scope.statuses[node] = NodeStatus.waiting.rawValue
                scope.unfinished += 1
            }
            touch(scope, node)
        case .left:
            guard flow.isActive[node] else { return }
            flow.isActive[node] = false
            if flow.holds(node) { flow.activeCount -= 1 }
            touch(scope, node)
        case .taken(let event):
            flow.taken[node] = event
            touch(scope, node)
        case .cleared(let interrupt):
            for arrow in flow.tokens.indices where flow.tokens[arrow] > 0 {
                flow.tokens[arrow] = 0
                touch(scope, flow.layout.targets[arrow])
            }
            flow.tokenCount = 0
            flow.interrupt = interrupt
            if interrupt < 0 { flow.isEnding = true } else { flow.isInterrupted = true }
            scope.touch(page: 0)
        case .resumed:
            flow.interrupt = -1
            scope.touch(page: 0)
        }
    }

    private func touch(_ scope: Scope, _ node: Int) { scope.touch(page: node / EngineLimits.nodesPerPage) }

    /// A slot of a flow is set by another node than before: that one's page does not hold it any longer.
    func noteSetter(_ scope: Scope, _ node: Int) {
        guard let flow = scope.flow else { return }
        let slot = scope.row(node).slot
        if slot == .none { return }
        let before = flow.setter[Int(slot)]
        if before >= 0 && before != node { touch(scope, before) }
        flow.setter[Int(slot)] = node
    }

    // MARK: beginning

    /// The first tokens of a flow, and the events that belong to it.
    func beginFlow(_ scope: Scope, _ flow: Marking) {
        for event in flow.layout.events { arm(scope, flow, event) }
        for arrow in flow.layout.starts { put(scope, flow, arrow) }
        enqueueCheck(scope)
    }

    private func put(_ scope: Scope, _ flow: Marking, _ arrow: Int) {
        apply(.flow(.token(arrow: arrow)), scope, flow.layout.targets[arrow])
        enter(scope, flow, flow.layout.targets[arrow])
    }

    private func put(_ scope: Scope, _ flow: Marking, arrowsOf node: Int) {
        for arrow in flow.layout.nodes[node].outs { put(scope, flow, arrow) }
    }

    /// Begins a node if it is idle and the tokens it waits for are there.
    private func enter(_ scope: Scope, _ flow: Marking, _ node: Int) {
        if flow.isActive[node] || flow.isEnding || flow.interrupt >= 0 { return }
        let entry = flow.layout.nodes[node]
        let marked = entry.ins.filter { flow.tokens[$0] > 0 }
        let used: [Int]
        switch entry.join {
        case .merge: used = Array(marked.prefix(1))
        case .all: used = marked.count == entry.ins.count ? marked : []
        case .inclusive: used = mayStillCome(flow, node, marked) ? [] : marked
        }
        if used.isEmpty || isReadByOthers(scope, flow, node) { return }
        apply(.flow(.entered(arrows: used)), scope, node)
        noteVisit(scope, flow, node)
        ready.append((scope, node))
        for event in entry.events { arm(scope, flow, event) }
    }

    private func arm(_ scope: Scope, _ flow: Marking, _ event: Int) {
        if flow.layout.nodes[event].kind == .caught { return }
        flow.base[event] = flow.visits[event]
        rearm(scope, flow, event)
    }

    /// An event is waited for, once more.
    private func rearm(_ scope: Scope, _ flow: Marking, _ event: Int) {
        apply(.flow(.entered(arrows: [])), scope, event)
        noteVisit(scope, flow, event)
        ready.append((scope, event))
    }

    private func noteVisit(_ scope: Scope, _ flow: Marking, _ node: Int) {
        if flow.visits[node] > 1 { apply(.again(Int(flow.visits[node])), scope, node) }
    }

    /// Whether a step that is under way reads what this one would set anew: it has to read the same after a crash.
    private func isReadByOthers(_ scope: Scope, _ flow: Marking, _ node: Int) -> Bool {
        let slot = scope.row(node).slot
        if slot == .none || flow.visits[node] == 0 { return false }
        let layout = scope.layout
        for other in scope.live.keys where other != node && flow.layout.nodes[other].kind != .watch {
            for index in Int(layout.readStart[other])..<Int(layout.readStart[other + 1])
            where layout.reads[index] == slot { return true }
        }
        return false
    }

    /// Whether a token elsewhere can come to an arrow of an inclusive join that has none, and to none that has one,
    /// without passing the join (BPMN 2.0.2, table 13.3).
    private func mayStillCome(_ flow: Marking, _ node: Int, _ marked: [Int]) -> Bool {
        if marked.isEmpty { return true }
        let ins = flow.layout.nodes[node].ins
        let empty = ins.filter { flow.tokens[$0] == 0 }.map { flow.layout.reach($0) }
        let full = marked.map { flow.layout.reach($0) }
        return flow.layout.nodes.indices.contains { other in
            guard other != node, empty.contains(where: { $0[other] }), !full.contains(where: { $0[other] })
            else { return false }
            return flow.isActive[other] && flow.holds(other)
                || flow.layout.nodes[other].ins.contains { flow.tokens[$0] > 0 }
        }
    }

    // MARK: gates

    /// Does what only nodes of flows do.
    func startFlowNode(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        guard let flow = scope.flow else { return }
        let outs = flow.layout.nodes[node].outs
        switch NodeKind(rawValue: row.kind) {
        case .choose:
            switch evaluator.word(row.chunk, scope.run.context, .scope(scope)) {
            case .fault(let fault):
                if evaluator.excuses(fault) { return }
                finallyFail(scope, node, role, failure(of: fault, scope, node, attempts: 0))
            case .value(let choice):
                guard choice >= 0, choice < outs.count else { return noWayOut(scope, node, role) }
                flow.chosen[node] = [outs.lowerBound + choice]
                end(scope, node, [])
            }
        case .chooseSome:
            guard let bytes = argument(row.chunk, scope, node, role) else { return }
            // a list of Bools: a count, then a byte for each
            let holds = bytes.suffix(min(bytes.count, outs.count - (flow.layout.nodes[node].hasElse ? 1 : 0)))
            var chosen = holds.enumerated().filter { $0.element == 1 }.map { outs.lowerBound + $0.offset }
            if chosen.isEmpty && flow.layout.nodes[node].hasElse { chosen = [outs.upperBound - 1] }
            if chosen.isEmpty { return noWayOut(scope, node, role) }
            flow.chosen[node] = chosen
            end(scope, node, [])
        case .first: _ = listen(scope, node, role, for: "one of several events")
        case .watch:
            _ = listen(scope, node, role, for: "a condition")
            enqueueCheck(scope)
        default: end(scope, node, [])
        }
    }

    private func noWayOut(_ scope: Scope, _ node: Int, _ role: NodeRole) {
        let message = "no condition of `\(scope.run.context.plan.string(scope.row(node).name))` holds"
        finallyFail(scope, node, role, Failure(kind: "index", message: message))
    }

    // MARK: ending

    /// A node has ended or was skipped.
    func flowSettled(_ scope: Scope, _ node: Int, _ flow: Marking) {
        enqueueCheck(scope)
        guard scope.phase == .open else { return }
        let entry = flow.layout.nodes[node]
        let chosen = flow.chosen.removeValue(forKey: node)
        let event = flow.taken[node]
        apply(.flow(.left), scope, node)
        if flow.isEnding || flow.interrupt >= 0 { return }
        if entry.trigger != .none { return eventCame(scope, flow, node) }
        for event in entry.events { disarm(scope, flow, event) }
        if event >= 0 { return put(scope, flow, arrowsOf: event) }
        if entry.terminates {
            apply(.flow(.cleared(interrupt: -1)), scope)
            return stopAll(scope, flow)
        }
        for arrow in chosen ?? Array(entry.outs) { put(scope, flow, arrow) }
        enter(scope, flow, node)
    }

    /// A node was stopped by an event, or with everything else.
    func flowStopped(_ scope: Scope, _ node: Int, _ flow: Marking) {
        enqueueCheck(scope)
        guard scope.phase == .open else { return }
        let event = flow.taken[node]
        apply(.flow(.left), scope, node)
        for event in flow.layout.nodes[node].events { disarm(scope, flow, event) }
        if flow.isEnding || flow.interrupt >= 0 || event < 0 { return }
        put(scope, flow, arrowsOf: event)
        enter(scope, flow, node)
    }

    /// An event has come.
    private func eventCame(_ scope: Scope, _ flow: Marking, _ event: Int) {
        let entry = flow.layout.nodes[event]
        if entry.trigger == .parallel {
            put(scope, flow, arrowsOf: event)
            let goesOn = entry.host.map { flow.isActive[$0] && flow.taken[$0] < 0 } ?? true
            if goesOn && flow.repeats(event) { rearm(scope, flow, event) }
            return
        }
        guard let host = entry.host else { return interrupt(scope, flow, event) }
        if !flow.isActive[host] || flow.taken[host] >= 0 { return }
        apply(.flow(.taken(event: event)), scope, host)
        for other in flow.layout.nodes[host].events { disarm(scope, flow, other) }
        stopNode(scope, host)
    }

    private func interrupt(_ scope: Scope, _ flow: Marking, _ event: Int) {
        apply(.flow(.cleared(interrupt: event)), scope)
        stopAll(scope, flow)
        enqueueCheck(scope)
    }

    private func stopAll(_ scope: Scope, _ flow: Marking) {
        for node in flow.isActive.indices where flow.isActive[node] {
            if flow.holds(node) { stopNode(scope, node) } else { disarm(scope, flow, node) }
        }
    }

    /// An event is not waited for any longer.
    private func disarm(_ scope: Scope, _ flow: Marking, _ event: Int) {
        guard flow.isActive[event] else { return }
        apply(.flow(.left), scope, event)
        if !scope.status(event).isTerminal { apply(.cancelled, scope, event) }
    }

    /// Asks what a node does to stop; it is cancelled at once where nothing goes on.
    private func stopNode(_ scope: Scope, _ node: Int) {
        guard flowMayStop(scope, node) else { return }
        let live = scope.live[node]
        switch scope.status(node) {
        case .waiting, .sleeping, .pausing, .listening, .queued: cancel(scope, node)
        case .running:
            if let live, live.attemptId != 0, !live.isStopping {
                live.isStopping = true
                stops.append(AttemptId(raw: live.attemptId))
            }
        case .open:
            guard let live else { return }
            live.isStopping = true
            if let child = live.child { stop(child, .cancelling) }
            if let fan = live.fan {
                for index in fan.children.keys.sorted() {
                    if let child = fan.children[index] { stop(child, .cancelling) }
                }
                if fan.children.isEmpty { cancel(scope, node) }
            }
        case .ended, .skipped, .failed, .cancelled, .unresolved: break
        }
    }

    private func flowMayStop(_ scope: Scope, _ node: Int) -> Bool { scope.phase == .open }

    // MARK: failures

    /// Whether an event of a flow takes a failure of a node of it.
    func flowTakes(_ failure: Failure, _ scope: Scope, _ node: Int) -> Int? {
        guard let flow = scope.flow, failure.kind != "cancelled", !isDoomed(scope), !flow.isEnding,
            flow.interrupt < 0
        else { return nil }
        let plan = scope.run.context.plan
        func takes(_ event: Int) -> Bool {
            let entry = flow.layout.nodes[event]
            return entry.kind == .caught && matches(failure, entry.failures, plan)
        }
        if let event = flow.layout.nodes[node].events.first(where: takes) { return event }
        return flow.isInterrupted ? nil : flow.layout.events.first(where: takes)
    }

    /// A failure of a node is taken by an event: the flow goes on.
    func flowFailed(_ scope: Scope, _ node: Int, _ failure: Failure, _ event: Int) {
        guard let flow = scope.flow else { return }
        apply(.failed(failure), scope, node)
        apply(.flow(.left), scope, node)
        for other in flow.layout.nodes[node].events { disarm(scope, flow, other) }
        apply(.flow(.entered(arrows: [])), scope, event)
        noteVisit(scope, flow, event)
        apply(.ended(slotValue([1] + failure.errorValue, scope.run)), scope, event)
        apply(.flow(.left), scope, event)
        enqueueCheck(scope)
        if flow.layout.nodes[event].host == nil { return interrupt(scope, flow, event) }
        put(scope, flow, arrowsOf: event)
        enter(scope, flow, node)
    }

    // MARK: looking

    /// Nothing is left to begin: joins and conditions are looked at, and whether the flow has ended.
    /// - Returns: whether it has.
    func flowHasEnded(_ scope: Scope, _ flow: Marking) -> Bool {
        if flow.interrupt >= 0 && flow.activeCount == 0 {
            let event = flow.interrupt
            apply(.flow(.resumed), scope)
            put(scope, flow, arrowsOf: event)
            return false
        }
        let before = changeCount
        for node in scope.live.keys.sorted() where flow.layout.nodes[node].kind == .watch {
            look(scope, node)
        }
        if flow.tokenCount > 0 {
            for arrow in flow.tokens.indices where flow.tokens[arrow] > 0 {
                enter(scope, flow, flow.layout.targets[arrow])
            }
        }
        if changeCount > before {
            enqueueCheck(scope)
            return false
        }
        guard flow.activeCount == 0 else { return false }
        guard flow.tokenCount == 0 else {
            stuck(scope, flow)
            return false
        }
        for event in flow.layout.events { disarm(scope, flow, event) }
        return true
    }

    private func look(_ scope: Scope, _ node: Int) {
        switch evaluator.word(scope.row(node).chunk, scope.run.context, .scope(scope)) {
        case .value(0): break
        case .value: end(scope, node, [])
        case .fault(let fault):
            if evaluator.excuses(fault) { return }
            finallyFail(scope, node, .main, failure(of: fault, scope, node, attempts: 1))
        }
    }

    /// Tokens wait for what never comes. A flow that was proved sound never gets here.
    private func stuck(_ scope: Scope, _ flow: Marking) {
        let waiting = flow.tokens.indices.filter { flow.tokens[$0] > 0 }.map { flow.layout.targets[$0] }
        let names = waiting.prefix(5).map { "`\(scope.run.context.plan.string(scope.row($0).name))`" }
        let message = "the flow is stuck: \(names.joined(separator: ", ")) waits for a token that never comes"
        let failure = Failure(kind: "stuck", message: message)
        keepStateIfFatal(scope, failure)
        scope.failure = failure
        stop(scope, .failing)
    }
}
