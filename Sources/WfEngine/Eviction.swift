// A run that only waits is a row of the journal and no object: when more than a few of them are in memory, a run leaves it
// in the turn in which nothing is left of it but waiting. Its row says when it goes on by itself; a request for it, or
// that time, brings it back, by the way by which a run is taken over. Runs of a process that is gone are adopted in the same
// way: those that wait change their owner in one statement, and nobody looks at them.
//
//     flush ─→ `due` of the row ─→ commit ─→ out of memory ─→ due or asked for ─→ loaded ─→ goes on

import WfJournal
import WfPlan

/// Runs of this engine that are not in memory.
struct Evicted {
    var count = 0
    /// When the first of them goes on by itself; `Int64.max`: none does.
    var nextDue = Int64.max
    /// Runs that may leave memory after this commit.
    var candidates: [Run] = []
    /// Left memory, or came back, in this turn.
    var left: [RunId] = []
    var loaded: [Run] = []
    /// Could not come back, and belong to nobody now.
    var unusable: [(run: RunId, error: EngineError)] = []
}

extension Engine {
    // MARK: leaving

    /// When a run that does nothing but wait goes on by itself; 0: it does something else, or is needed here.
    func due(of run: Run) -> Int64 {
        guard options.simulation == nil, run.record.status == .running, run.busyNodes == 0,
            !run.record.isPaused,
            !run.record.waits.isEmpty, run.held.isEmpty, runWaits.here[run.number] == nil,
            run.scopes.count <= EngineLimits.evictedScopesMax
        else { return 0 }
        var first = Int64.max
        for scope in run.scopes.values {
            guard scope.phase == .open, !scope.isQueued,
                scope.layout.nodeCount <= EngineLimits.evictedNodesMax, let due = due(of: scope)
            else { return 0 }
            first = min(first, due)
        }
        // What is due at once is not worth the way.
        return first < now.wall + EngineLimits.evictedFor ? 0 : first
    }

    /// Nil: something in it does not only wait.
    private func due(of scope: Scope) -> Int64? {
        var first = Int64.max
        for node in 0..<scope.layout.nodeCount {
            let status = scope.status(node)
            if status == .waiting, scope.pending[node] > 0 { continue }
            if status.isTerminal { continue }
            guard let live = scope.live[node], live.gate?.pool == nil else { return nil }
            var times = [live.deadlineAt]
            switch status {
            case .waiting, .running, .queued: return nil
            case .ended, .skipped, .failed, .cancelled, .unresolved: continue
            case .open:
                if live.isStopping || !isFull(live) { return nil }
                times.append(live.listening.timeoutAt)
            case .listening:
                if awaitsRun(live) { return nil }
                times += [live.dueAt, live.listening.timeoutAt]
            case .sleeping: times += [live.dueAt, live.listening.timeoutAt]
            case .pausing: times.append(live.dueAt)
            }
            for time in times where time != 0 { first = min(first, time) }
        }
        return first
    }

    /// Whether a fan-out has begun all that it may begin.
    private func isFull(_ live: LiveNode) -> Bool {
        guard let fan = live.fan, !fan.isRace else { return live.fan?.winner == nil }
        return !fan.isStopping && fan.ahead.isEmpty && (fan.next == fan.count || fan.begunCount >= fan.limit)
    }

    private func awaitsRun(_ live: LiveNode) -> Bool {
        let row = row(live.scope, live.node, live.role)
        return NodeKind(rawValue: row.kind) == .await && row.target == .none
    }

    /// After a commit: what only waits leaves memory, beyond the few that may stay.
    func evict() {
        for run in evicted.candidates
        where runs.count > residentWaitsMax && runs[run.number] === run && run.record.due > 0
            && !run.isListedDirty
        {
            runs[run.number] = nil
            runNumbers[run.id] = nil
            for scope in run.scopes.values {
                for live in scope.live.values {
                    live.isDone = true
                    live.child = nil
                    live.fan = nil
                }
                scope.live.removeAll()
            }
            run.root = nil
            run.scopes.removeAll()
            (run.hearing, run.waits) = (Hearing(), Queue())
            evicted.count += 1
            evicted.nextDue = min(evicted.nextDue, run.record.due)
            evicted.left.append(run.id)
        }
        evicted.candidates.removeAll(keepingCapacity: true)
    }

    // MARK: coming back

    /// Brings back the runs that are due.
    func loadDue() throws(JournalError) {
        guard evicted.count > 0, evicted.nextDue <= now.wall, let session else { return }
        let due = try journal.due(owner: session.owner, until: now.wall, limit: EngineLimits.loadedPerTurnMax)
        for number in due { try load(number) }
        try countEvicted()
    }

    /// Asks the journal how many runs of this engine are not in memory.
    func countEvicted() throws(JournalError) {
        guard let session else { return }
        let waiting = try journal.waiting(owner: session.owner)
        let here = runs.values.filter { $0.isStored && $0.storedDue > 0 }
        evicted.count = max(0, waiting.count - here.count)
        evicted.nextDue = waiting.count == here.count ? Int64.max : waiting.first
    }

    /// Brings a run back, if it is one of this engine's.
    func load(_ number: Int64) throws(JournalError) {
        guard runs[number] == nil, let session, let record = try journal.run(number: number),
            record.owner == session.owner, !record.status.isEnded
        else {
            if let run = runs[number] { markDirty(run) }
            return
        }
        do throws(EngineError) {
            let run = try rebuild(record, isRetry: false)
            evicted.count = max(0, evicted.count - 1)
            evicted.loaded.append(run)
            goOnQuietly(run)
        } catch {
            if case .journal(let trouble) = error { throw trouble }
            // The others go on; this one waits for somebody who asks for it by name.
            runs[number] = nil
            runNumbers[RunId(record.id)] = nil
            hasOpenTransaction = true
            try journal.giveBack(run: number, session: session)
            evicted.count = max(0, evicted.count - 1)
            evicted.unusable.append((RunId(record.id), error))
        }
    }

    // MARK: adopting

    /// The number of this process in the journal; 0: it has not written yet.
    public var ownerNumber: Int64 { session?.owner ?? 0 }

    /// Takes over all runs that only wait and that no live process runs, without looking at them.
    /// - Returns: how many, and the plans that they need.
    public func adoptWaiting(now: Moment) throws(EngineError) -> (count: Int, plans: [[UInt8]]) {
        if isStopped { throw .stopped }
        self.now = now
        do throws(JournalError) {
            try openSession(now)
            guard let session else { return (0, []) }
            var owners: [Int64] = []
            for owner in try journal.waitingOwners() where owner != session.owner {
                if owner != 0, let row = try journal.owner(number: owner), isAlive(row, now) { continue }
                owners.append(owner)
            }
            let plans = try journal.adopt(owners: owners, after: now.wall, session: session)
            try countEvicted()
            // What was posted for them while nobody ran them.
            var after: Int64 = 0
            while true {
                let page = try journal.requests(run: nil, after: after, limit: EngineLimits.requestsPerRead)
                for request in page where runs[request.run] == nil { asked.append(request.run) }
                guard page.count == EngineLimits.requestsPerRead, let last = page.last else { break }
                after = last.id
            }
            return (evicted.count, plans)
        } catch {
            throw .journal(error)
        }
    }

    /// Brings back the runs that somebody has asked something of.
    func loadAsked() throws(JournalError) {
        let numbers = asked
        asked.removeAll()
        for number in numbers where runs[number] == nil { try load(number) }
    }
}
