// Taking a run over: its live state is read from the journal and checked against the plan, scopes are built
// again, and what was under way goes on. History is never read.

public import WfJournal
import WfPlan
import WfValue

extension Engine {
    /// Takes over a run that no live process runs, and goes on with it.
    public func resume(run id: RunId, now: Moment) throws(EngineError) {
        if isStopped { throw .stopped }
        if runNumbers[id] != nil { return }
        if try isEvicted(id) { return }
        try takeUp(try claim(id, now), isRetry: false)
    }

    /// Whether a run is this engine's and not in memory; it is brought back then.
    private func isEvicted(_ id: RunId) throws(EngineError) -> Bool {
        guard evicted.count > 0, let session,
            let found = try reading({ () throws(JournalError) in try journal.run(id: id.text) }),
            found.owner == session.owner, !found.status.isEnded
        else { return false }
        commands.append(.goOn(try rebuild(found, isRetry: false), isRetry: false))
        evicted.count -= 1
        return true
    }

    /// Claims a failed run and opens it again.
    func takeUp(_ found: RunRecord, _ now: Moment) throws(EngineError) {
        let record = try claim(found, now)
        try takeUp(record, isRetry: true)
    }

    private func takeUp(_ record: RunRecord, isRetry: Bool) throws(EngineError) {
        commands.append(.goOn(try rebuild(record, isRetry: isRetry), isRetry: isRetry))
    }

    /// Builds a run from its rows; it is this engine's by then.
    func rebuild(_ record: RunRecord, isRetry: Bool) throws(EngineError) -> Run {
        let id = RunId(record.id)
        let context = try loadContext(of: record)
        guard let workflow = context.plan.workflow(named: record.workflow) else {
            throw .stateUnusable(id.text, detail: "the plan has no workflow `\(record.workflow)`")
        }
        let run = Run(id: id, number: record.number, context: context, workflow: workflow, record: record)
        run.isStored = true
        run.storedDue = record.due
        if isRetry { run.reopen() }
        var builder = RunBuilder(engine: self, run: run, isRetry: isRetry)
        try builder.build()
        try reading { () throws(JournalError) in try loadRequests(of: run) }
        runs[run.number] = run
        runNumbers[id] = run.number
        adoptWaits(for: run)
        return run
    }

    private func reading<Result>(_ body: () throws(JournalError) -> Result) throws(EngineError) -> Result {
        do throws(JournalError) { return try body() } catch { throw .journal(error) }
    }

    /// Makes this engine the owner of a live run, if no live process is.
    private func claim(_ id: RunId, _ now: Moment) throws(EngineError) -> RunRecord {
        guard let found = try reading({ () throws(JournalError) in try journal.run(id: id.text) }) else {
            throw .unknownRun(id.text)
        }
        if found.status.isEnded { throw .ended(id.text, status: found.status) }
        let record = try claim(found, now)
        if record.status.isEnded { throw .ended(id.text, status: record.status) }
        return record
    }

    private func claim(_ found: RunRecord, _ now: Moment) throws(EngineError) -> RunRecord {
        let session = try reading { () throws(JournalError) -> Session? in
            try openSession(now)
            return self.session
        }
        guard let session else { throw .stopped }
        if found.owner != 0 && found.owner != session.owner {
            let owner = try reading { () throws(JournalError) in try journal.owner(number: found.owner) }
            if let owner, !found.status.isEnded, isAlive(owner, now) {
                throw .ownedElsewhere(found.id, processId: owner.processId)
            }
        }
        let isOurs = try reading { () throws(JournalError) in
            try journal.claim(run: found.number, owner: found.owner, epoch: found.epoch, session: session)
        }
        let record = try reading { () throws(JournalError) in try journal.run(number: found.number) }
        guard isOurs, let record else {
            let other = try reading { () throws(JournalError) in try journal.owner(number: record?.owner ?? 0)
            }
            throw .ownedElsewhere(found.id, processId: other?.processId ?? 0)
        }
        return record
    }

    /// Whether the process behind an owner row still runs.
    public func isAlive(_ owner: OwnerRecord, _ now: Moment) -> Bool {
        // Another boot's process is gone; so is an earlier process that had our own number.
        guard owner.bootId == options.bootId, owner.processId != options.processId else { return false }
        guard now.boot - owner.heartbeat < EngineLimits.heartbeatExpiry else { return false }
        return options.processIsAlive(owner.processId)
    }

    private func loadContext(of record: RunRecord) throws(EngineError) -> PlanContext {
        if let known = contexts[record.plan + record.config] { return known }
        guard let bytes = try reading({ () throws(JournalError) in try journal.plan(hash: record.plan) })
        else {
            throw .planUnusable(record.id, detail: "the journal does not hold it")
        }
        let plan: Plan
        do throws(PlanError) { plan = try Plan.load(bytes: bytes) } catch {
            throw .planUnusable(record.id, detail: error.description)
        }
        guard plan.identity == record.plan else {
            throw .planUnusable(record.id, detail: "its bytes are not those that were stored")
        }
        storedPlans.insert(plan.identity)
        return context(of: plan, config: record.config)
    }

    // MARK: going on

    /// Restarts what was under way in a run that has been taken over.
    func goOn(_ run: Run, isRetry: Bool) {
        apply(.runResumed, run: run)
        if isRetry { openAgain(run) }
        goOnQuietly(run)
    }

    /// Restarts what was under way, and says so to nobody.
    func goOnQuietly(_ run: Run) {
        markDirty(run)
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            for node in 0..<scope.layout.nodeCount where !scope.status(node).isTerminal { goOn(scope, node) }
            enqueueCheck(scope)
        }
        listenAgain(run)
        deliverWaiting(to: run)
    }

    private func goOn(_ scope: Scope, _ node: Int) {
        let status = scope.status(node)
        if status == .waiting {
            let isReady = scope.flow.map { $0.isActive[node] } ?? (scope.pending[node] == 0)
            if isReady && scope.phase == .open { ready.append((scope, node)) }
            return
        }
        let live = scope.liveNode(node)
        let isUnderWay = status != .queued && status != .pausing
        live.counted = live.failures + live.unknowns + (isUnderWay ? 1 : 0)
        if status == .queued { return goOnQueued(scope, live) }
        if live.attempt == 0 { live.attempt = 1 }
        if status == .open { return goOnOpen(scope, live) }
        if status == .unresolved { return }
        if status == .running && isOnce(live) {
            return leaveUnresolved(live, "the engine was stopped in mid-attempt")
        }
        if scope.phase != .open || isStopped(scope, node) { return cancel(scope, node) }
        if live.deadlineAt != 0 { timers.add(due: live.deadlineAt, kind: .deadline, live: live) }
        switch status {
        case .running:
            if live.isExpired { return finallyFail(scope, node, live.role, expired(live)) }
            if live.isTimedOut { return attemptFailed(scope, node, live.role, timedOut(live)) }
            // Nobody knows what came of the attempt: again, with the same key.
            if isGated(scope, row(scope, node, live.role)) {
                live.gate = Gate()
                live.gate?.wasRunning = true
            }
            startAttempt(scope, node, row(scope, node, live.role), role: live.role)
        case .sleeping:
            holdAgain(live)
            timers.add(due: live.dueAt, kind: .due, live: live)
            keepTimeout(live)
        case .pausing: timers.add(due: live.dueAt, kind: .due, live: live)
        case .listening:
            holdAgain(live)
            scope.run.hearing.resumed.append(live)
        case .waiting, .open, .queued, .ended, .skipped, .failed, .cancelled, .unresolved: break
        }
    }

    /// It asks again for its place.
    private func goOnQueued(_ scope: Scope, _ live: LiveNode) {
        if scope.phase != .open { return cancel(scope, live.node) }
        if live.deadlineAt != 0 { timers.add(due: live.deadlineAt, kind: .deadline, live: live) }
        live.dueAt = 0
        startAttempt(scope, live.node, row(scope, live.node, live.role), role: live.role)
    }

    /// The attempt goes on, and so does its timeout; one that could not be computed cannot be now.
    private func keepTimeout(_ live: LiveNode) {
        if live.listening.timeoutAt == 0 { return setTimeout(live) }
        timers.add(due: live.listening.timeoutAt, kind: .timeout, live: live)
    }

    private func goOnOpen(_ scope: Scope, _ live: LiveNode) {
        live.isStopping =
            scope.phase != .open || live.isTimedOut || live.isExpired || isStopped(scope, live.node)
        if scope.phase == .open {
            if live.deadlineAt != 0 { timers.add(due: live.deadlineAt, kind: .deadline, live: live) }
            if live.fan?.winner == nil { keepTimeout(live) }
        }
        guard let fan = live.fan, !fan.isRace else { return }
        if fan.isStopping || live.isStopping {
            if fan.children.isEmpty { childrenStopped(live, fan.failure) }
        } else {
            if opensAhead { putAhead(live, fan) }
            fansToPump.append(live)
        }
    }
}

/// Builds a run's scopes from its rows, trusting nothing.
struct RunBuilder {
    let engine: Engine
    let run: Run
    private var pages: [Int: [StoredPage]] = [:]
    private var results: [Int: [StoredResult]] = [:]
    private var compensation = StoredCompensation()

    /// A failed run that is to go on.
    private let isRetry: Bool

    init(engine: Engine, run: Run, isRetry: Bool) {
        self.engine = engine
        self.run = run
        self.isRetry = isRetry
    }

    func damaged(_ detail: String) -> EngineError { .stateUnusable(run.id.text, detail: detail) }

    mutating func build() throws(EngineError) {
        let rowCount = try readRows()
        if isRetry {
            if rowCount == 0 { throw .notKept(run.id.text) }
            pages = reopened(pages)
        } else {
            // What is kept for a later `retry` is not live.
            let kept = pages.filter { $0.value.contains { $0.header?.phase == .closed } }
            for number in kept.keys { pages[number] = nil }
            run.keepsState = !kept.isEmpty
        }
        try prepareCompensation()
        for number in pages.keys.sorted() { try buildScope(number) }
        guard run.root != nil else { throw damaged("there is no root scope") }
        guard run.scopes.values.reduce(0, { $0 + $1.undos.count }) == compensation.count else {
            throw damaged("an undo belongs to no scope")
        }
        for number in run.scopes.keys.sorted() {
            guard let scope = run.scopes[number] else { continue }
            try checkOpenNodes(scope)
            if let failure = scope.failure { engine.keepStateIfFatal(scope, failure) }
        }
    }

    /// Reads the rows of the run one at a time; results of fan-outs stay where they are. Returns how many there are.
    private mutating func readRows() throws(EngineError) -> Int {
        var count = 0
        var problem: EngineError?
        do throws(JournalError) {
            try engine.journal.state(run: run.number) { id, bytes in
                count += 1
                do throws(DecodeError) { try take(id, bytes) } catch {
                    problem = damaged("state row \(id): \(error)")
                }
                return problem == nil
            }
        } catch {
            throw .journal(error)
        }
        if let problem { throw problem }
        return count
    }

    private mutating func take(_ id: Int64, _ bytes: UnsafeRawBufferPointer) throws(DecodeError) {
        let (row, head, lastScope) = try StoredRow.decode(id, bytes)
        run.historyHead = max(run.historyHead, head)
        run.lastScopeId = max(run.lastScopeId, lastScope)
        switch row {
        case .page(let scope, let page): pages[scope, default: []].append(page)
        case .result(let result, _): results[result.scope, default: []].append(result)
        case .undo(let undo): compensation.add(undo)
        case .undoPass(let pass): compensation.add(pass)
        case .undoSummary(let row, let summary): compensation.set(summary, row: row)
        }
    }

    private func buildScope(_ number: Int) throws(EngineError) {
        let plan = run.context.plan
        let stored = pages[number] ?? []
        guard let header = stored.first(where: { $0.page == 0 })?.header, header.block < plan.blocks.count
        else {
            throw damaged("scope \(number) has no header")
        }
        if header.parentRole == .undo { return try buildUndo(number, header, stored) }
        var parentLive: LiveNode?
        if header.parent == 0 {
            guard run.root == nil, header.block == Int(plan.workflows[run.workflow].rootBlock) else {
                throw damaged("scope \(number) is not the root of the workflow")
            }
        } else {
            parentLive = try parent(of: number, header)
        }
        let isCall = parentLive.map { kind($0) == .workflow } ?? false
        let scope = Scope(
            id: number, run: run, layout: run.context.layout(of: header.block), parent: parentLive?.scope,
            parentNode: header.parentNode, parentRole: header.parentRole, ordinal: header.ordinal,
            attempt: header.attempt, callDepth: (parentLive?.scope.callDepth ?? 0) + (isCall ? 1 : 0))
        scope.isFrame = engine.isFrame(scope)
        try finish(scope, header, stored, parentLive)
        if let parentLive {
            if let fan = parentLive.fan {
                fan.children[header.ordinal] = scope
            } else {
                parentLive.child = scope
            }
        } else {
            run.root = scope
        }
    }

    /// What all scopes have: nodes, values, fan-outs and what is to be undone.
    private func finish(
        _ scope: Scope, _ header: StoredHeader, _ stored: [StoredPage], _ live: LiveNode?
    ) throws(EngineError) {
        scope.phase = header.phase
        scope.failure = header.failure
        try fill(scope, stored)
        if header.parentRole != .undo { try give(scope, header, live) }
        try buildFans(scope)
        compensation.give(to: scope)
        run.scopes[scope.id] = scope
        run.lastScopeId = max(run.lastScopeId, scope.id)
    }

    private mutating func prepareCompensation() throws(EngineError) {
        for (row, block) in compensation.blocks where block >= run.context.plan.blocks.count {
            throw damaged("state row \(row) names block \(block)")
        }
        compensation.resolve()
        run.lastUndo = compensation.lastNumber
        run.lastScopeId = max(run.lastScopeId, compensation.lastScope)
        run.undoSummary = compensation.summary
        run.undoSummaryRow = compensation.summaryRow
    }

    /// The scope that undoes the last entry of another.
    private func buildUndo(
        _ number: Int, _ header: StoredHeader, _ stored: [StoredPage]
    ) throws(EngineError) {
        guard header.parent < number, let parent = run.scopes[header.parent], parent.phase == .undoing,
            parent.undoChild == nil, let entry = parent.undos.last, entry.number == header.ordinal,
            entry.block == header.block, entry.failure == nil
        else { throw damaged("scope \(number) undoes nothing") }
        let types = run.context.givenTypes(ofBlock: entry.block)
        guard let given = run.context.split(entry.arguments, types), given.count == types.count else {
            throw damaged("the arguments of scope \(number) do not fit")
        }
        let scope = engine.makeUndoScope(parent, entry, id: number)
        try finish(scope, header, stored, nil)
        for (slot, bytes) in given.enumerated() where scope.readersLeft[slot] > 0 {
            scope.values[slot] = SlotValue(bytes: bytes, row: 0)
        }
    }

    private func kind(_ live: LiveNode) -> NodeKind? {
        NodeKind(rawValue: engine.row(live.scope, live.node, live.role).kind)
    }

    /// The live node that a scope belongs to, if the plan agrees that it opens such a scope.
    private func parent(of number: Int, _ header: StoredHeader) throws(EngineError) -> LiveNode {
        let plan = run.context.plan
        guard header.parent < number, let scope = run.scopes[header.parent],
            header.parentNode < scope.layout.nodeCount, scope.status(header.parentNode) == .open,
            let live = scope.live[header.parentNode], live.role == header.parentRole
        else { throw damaged("scope \(number) belongs to no open node") }
        let row = engine.row(scope, live.node, live.role)
        let fits: Bool
        switch NodeKind(rawValue: row.kind) {
        case .workflow: fits = Int(plan.workflows[Int(row.target)].rootBlock) == header.block
        case .block: fits = Int(row.target) == header.block
        case .loop: fits = Int(row.target) == header.block && header.ordinal >= 0
        case .branch: fits = plan.list(row.branches).contains(UInt32(header.block))
        case .try:
            let blocks = plan.childBlocks(of: row)
            fits =
                blocks.indices.contains(header.ordinal + 1) && Int(blocks[header.ordinal + 1]) == header.block
        case .race:
            let blocks = plan.childBlocks(of: row)
            fits =
                blocks.indices.contains(header.ordinal) && Int(blocks[header.ordinal]) == header.block
                && live.fan?.children[header.ordinal] == nil
        case .fan:
            let count = live.fan?.count ?? 0
            fits = Int(row.target) == header.block && header.ordinal >= 0 && header.ordinal < count
        case .action, .effect:
            fits = header.phase == .undoing && compensation.block(lastOf: number) == header.block
        case .value, .fail, .await, .spawn, .send, .stop, .choose, .chooseSome, .pass, .first, .caught,
            .watch, nil:
            fits = false
        }
        guard fits, live.child == nil else { throw damaged("scope \(number) does not fit its node") }
        return live
    }

    /// Statuses, counts and values of a scope.
    private func fill(_ scope: Scope, _ stored: [StoredPage]) throws(EngineError) {
        let layout = scope.layout
        for page in stored {
            guard page.page < scope.pageRows.count, scope.pageRows[page.page] == 0 else {
                throw damaged("scope \(scope.id) has a page too many")
            }
            scope.pageRows[page.page] = page.row
            guard (page.marking == nil) == (scope.flow == nil),
                page.marking.map({ mark in
                    scope.flow?.restore(mark, page: page.page) { scope.row($0).slot } ?? false
                }) ?? true
            else { throw damaged("scope \(scope.id) has a marking that does not fit") }
            for item in page.nodes {
                guard item.node < layout.nodeCount else {
                    throw damaged("scope \(scope.id) has no node \(item.node)")
                }
                scope.statuses[item.node] = item.status.rawValue
                if let details = item.details { restore(scope.liveNode(item.node), details) }
            }
        }
        for node in 0..<layout.nodeCount {
            let status = scope.status(node)
            if status == .waiting { continue }
            if !status.isTerminal {
                scope.active += 1
                if status == .running { run.busyNodes += 1 }
                if status == .unresolved { run.unresolvedNodes += 1 }
                if status.isWait { run.waits.append(Waiting(scope.liveNode(node))) }
                continue
            }
            scope.unfinished -= 1
            if scope.flow != nil { continue }
            guard status == .ended || status == .skipped else { continue }
            for index in Int(layout.dependentStart[node])..<Int(layout.dependentStart[node + 1]) {
                scope.pending[Int(layout.dependents[index])] -= 1
            }
            for index in Int(layout.readStart[node])..<Int(layout.readStart[node + 1]) {
                scope.readersLeft[Int(layout.reads[index])] -= 1
            }
        }
        for page in stored {
            for item in page.nodes {
                guard let value = item.value else { continue }
                let slot = scope.row(item.node).slot
                guard slot != .none, scope.readersLeft[Int(slot)] > 0 else { continue }
                scope.values[Int(slot)] = try load(value)
            }
        }
    }

    private func restore(_ live: LiveNode, _ details: StoredDetails) {
        live.role = details.role
        live.attempt = details.attempt
        live.failures = details.failures
        live.unknowns = details.unknowns
        live.deadlineAt = details.deadlineAt
        live.dueAt = details.dueAt
        live.isTimedOut = details.isTimedOut
        live.isExpired = details.isExpired
        live.listening = details.listening
        // Kept beside the live node until its fan-out is built.
        if let failure = details.fanFailure { live.lastFailure = failure }
    }

    private func load(_ value: StoredValue) throws(EngineError) -> SlotValue {
        switch value {
        case .inline(let bytes): return SlotValue(bytes: bytes, row: 0)
        case .row(let row): return SlotValue(bytes: try loadValue(row), row: row)
        }
    }

    func loadValue(_ row: Int64) throws(EngineError) -> [UInt8] {
        do throws(JournalError) { if let bytes = try engine.journal.value(id: row) { return bytes } } catch {
            throw .journal(error)
        }
        throw damaged("value \(row) is missing")
    }

    /// The values that a scope was given: computed again from the scope around it, or a loop's stored state.
    private func give(_ scope: Scope, _ header: StoredHeader, _ live: LiveNode?) throws(EngineError) {
        var given: [[UInt8]] = []
        if let live {
            let row = engine.row(live.scope, live.node, live.role)
            switch NodeKind(rawValue: row.kind) {
            case .workflow:
                guard
                    case .value(let tuple) = engine.evaluator.value(
                        row.chunk, run.context, .scope(live.scope)),
                    let parts = run.context.split(
                        tuple, run.context.parameterTypes(ofWorkflow: Int(row.target)))
                else { throw damaged("the arguments of scope \(scope.id) cannot be computed again") }
                given = parts
            case .fan: if let fan = live.fan { given = [fan.element(header.ordinal)] }
            case .loop:
                guard let state = header.loopState else {
                    throw damaged("scope \(scope.id) has no loop state")
                }
                try giveLoopState(scope, state)
            case .try:
                guard header.ordinal >= 0 else { break }
                guard let error = header.error else { throw damaged("scope \(scope.id) has no error") }
                if case .row(let row) = error { scope.errorRow = row }
                if !scope.values.isEmpty, scope.readersLeft[0] > 0 { scope.values[0] = try load(error) }
            case .value, .action, .effect, .block, .branch, .fail, .race, .await, .spawn, .send, .stop,
                .choose,
                .chooseSome, .pass, .first, .caught, .watch, nil:
                break
            }
        } else {
            given = try engine.split(
                run.record.input, run.context.parameterTypes(ofWorkflow: run.workflow), run.context.plan)
        }
        for (slot, bytes) in given.enumerated() where slot < scope.values.count && scope.readersLeft[slot] > 0
        {
            scope.values[slot] = SlotValue(bytes: bytes, row: 0)
        }
    }

    /// Fan-outs in progress: their lists are computed again, their results were stored.
    private func buildFans(_ scope: Scope) throws(EngineError) {
        let stored = results[scope.id] ?? []
        for node in scope.live.keys.sorted() where scope.status(node) == .open {
            guard let live = scope.live[node] else { continue }
            if kind(live) == .race {
                try buildRace(live, stored)
                continue
            }
            guard kind(live) == .fan else { continue }
            guard case .success(let fan) = engine.makeFan(scope, node, engine.row(scope, node, live.role))
            else {
                throw damaged("the list of a fan-out in scope \(scope.id) cannot be computed again")
            }
            fan.failure = live.lastFailure
            fan.isStopping = fan.failure != nil
            live.lastFailure = nil
            for result in stored where result.node == node {
                guard result.index < fan.count, fan.rows[result.index] == 0 else {
                    throw damaged("a fan-out in scope \(scope.id) has no item \(result.index)")
                }
                fan.rows[result.index] = result.row
                fan.doneCount += 1
            }
            live.fan = fan
        }
    }

    private func buildRace(_ live: LiveNode, _ stored: [StoredResult]) throws(EngineError) {
        let blocks = run.context.plan.childBlocks(of: engine.row(live.scope, live.node, live.role))
        let race = Fan(race: blocks.count)
        race.next = blocks.count
        race.failure = live.lastFailure
        live.lastFailure = nil
        for result in stored where result.node == live.node {
            guard result.index < race.count, race.winner == nil else {
                throw damaged("a race in scope \(live.scope.id) has two winners")
            }
            race.winner = result.index
            race.rows[result.index] = result.row
        }
        race.isStopping = race.winner != nil || engine.isDoomed(live.scope)
        live.fan = race
    }

    private func checkOpenNodes(_ scope: Scope) throws(EngineError) {
        for node in 0..<scope.layout.nodeCount where scope.status(node) == .open {
            guard let live = scope.live[node] else { throw damaged("an open node has no details") }
            if let race = live.fan, race.isRace {
                if race.children.isEmpty { throw damaged("a race has no branch") }
            } else if let fan = live.fan {
                fan.next = fan.doneCount + fan.children.count
                for index in 0..<min(fan.next, fan.count) {
                    if fan.isDone(index) != (fan.children[index] == nil), !fan.isStopping {
                        throw damaged("item \(index) of a fan-out is neither done nor open")
                    }
                }
            } else if live.child == nil {
                throw damaged("an open node has no scope")
            }
        }
    }
}
