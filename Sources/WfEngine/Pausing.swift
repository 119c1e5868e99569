// `wfi pause`: nothing of the run begins, what is under way ends and is recorded. Whether a run is paused stands in its
// row, which whoever asks changes himself; the request only tells the process that runs it. Time goes on: a sleep ends,
// a deadline passes.

import WfJournal
import WfPlan

/// What would have begun if its run were not paused.
struct HeldNode {
    let scope: Scope
    let node: Int
    /// Of the live node, if there was one.
    let serial: UInt32?
}

extension Engine {
    /// Whether a node has to wait since its run is paused; it is noted then.
    @inline(__always)
    func isHeld(_ scope: Scope, _ node: Int) -> Bool {
        guard scope.run.record.isPaused else { return false }
        hold(scope, node)
        return true
    }

    private func hold(_ scope: Scope, _ node: Int) {
        scope.run.held.append(HeldNode(scope: scope, node: node, serial: scope.live[node]?.serial))
    }

    func pause(_ run: Run) {
        if run.record.isPaused { return }
        apply(.runPaused, run: run)
        for live in fans(of: run) {
            guard let fan = live.fan else { continue }
            for index in fan.ahead {
                guard let item = fan.children[index]?.live[0], item.attemptId != 0 else { continue }
                item.isKeptBack = true
                preparedToKeep.append(AttemptId(raw: item.attemptId))
            }
        }
    }

    /// The driver has not started what was prepared: it is prepared again when the run is unpaused.
    func keptBack(_ live: LiveNode, _ outcome: EffectOutcome) -> Bool {
        guard live.isKeptBack else { return false }
        live.isKeptBack = false
        guard case .failure(let reason) = outcome, reason.kind == "cancelled", live.scope.phase == .open
        else {
            return false
        }
        live.attempt -= 1
        live.counted -= 1
        hold(live.scope, live.node)
        if !live.scope.run.record.isPaused { release(live.scope.run) }
        return true
    }

    func unpause(_ run: Run) {
        guard run.record.isPaused else { return }
        apply(.runUnpaused, run: run)
        release(run)
        fansToPump += fans(of: run)
    }

    private func release(_ run: Run) {
        let held = run.held
        run.held = []
        for item in held {
            let (scope, node) = (item.scope, item.node)
            if scope.phase == .closed || scope.live[node]?.serial != item.serial { continue }
            switch scope.status(node) {
            case .waiting: ready.append((scope, node))
            case .running, .pausing, .queued: release(scope, node)
            case .sleeping, .open, .listening, .unresolved, .ended, .skipped, .failed, .cancelled: break
            }
        }
    }

    private func release(_ scope: Scope, _ node: Int) {
        let live = scope.liveNode(node)
        if scope.phase != .open { return cancel(scope, node) }
        if live.deadlineAt != 0, live.deadlineAt <= now.wall {
            live.deadlineAt = 0
            live.isExpired = true
            return finallyFail(scope, node, live.role, expired(live))
        }
        startAttempt(scope, node, row(scope, node, live.role), role: live.role)
    }

    private func fans(of run: Run) -> [LiveNode] {
        run.scopes.keys.sorted().flatMap { number -> [LiveNode] in
            guard let scope = run.scopes[number] else { return [] }
            return scope.live.keys.sorted().compactMap { scope.live[$0] }.filter {
                $0.fan.map { !$0.isRace } ?? false
            }
        }
    }
}
