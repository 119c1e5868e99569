// The engine: a synchronous core without clock, threads or I/O of its own. A driver hands it completions and
// the time; one call of `turn` handles all that has gathered, commits one transaction, and only then hands
// out what to start. So an effect starts only after its start record is durable, and a dependent only after
// the result is.
//
//     complete, log, start, resume, cancel ─→ gathered ─┐
//     timers ───────────────────────────────────────────┼→ turn: settle, begin, evaluate ─→ commit ─→ Turn
//     ready nodes of the turn before ───────────────────┘

public import WfJournal
public import WfMachine
public import WfPlan
import WfValue

/// Who runs the engine. Given by the driver, which knows the operating system.
public struct EngineOptions: Sendable {
    public var processId: Int32
    public var bootId: String
    /// Seed of ids and tokens; from the system's random source.
    public var seed: UInt64
    /// Whether `Turn.events` is filled.
    public var observes: Bool
    /// Whether a process of this boot still exists.
    public var processIsAlive: @Sendable (Int32) -> Bool
    /// Set when a test is run.
    public var simulation: Simulation?

    public init(
        processId: Int32, bootId: String, seed: UInt64, observes: Bool = false,
        simulation: Simulation? = nil, processIsAlive: @escaping @Sendable (Int32) -> Bool
    ) {
        self.processId = processId
        self.bootId = bootId
        self.seed = seed
        self.observes = observes
        self.simulation = simulation
        self.processIsAlive = processIsAlive
    }
}

/// Runs workflows. Owned by one thread.
public final class Engine {
    public let journal: any Journal
    let options: EngineOptions
    var session: Session?
    var isStopped = false
    /// Whether the driver starts prepared effects by itself; see `Turn.effectsPrepared`.
    public var opensAhead = false
    /// Asked every few milliseconds of a long computation, on the thread that takes the turn: the time, or nil to
    /// stop. Such a turn commits what does not depend on the computation, and is the last; see `isInterrupted`.
    public var pulse: (() -> Moment?)?
    var generator: Generator
    let evaluator = Evaluator()
    var rowWriter = ByteWriter(capacity: 4096)
    var batch = Batch()
    /// Rows of state that a flush has written.
    var rowsWritten = 0
    var contexts: [[UInt8]: PlanContext] = [:]
    /// Plans that this engine has stored or found in the journal.
    var storedPlans: Set<[UInt8]> = []
    private var lastId: Int64 = 0
    private var lastAttempt: UInt64 = 0
    var lastHeartbeat: Int64 = 0
    /// The last request that was read, and whether there may be more.
    var lastRequest: Int64 = 0
    var isNoticeDue = false
    var runWaits = RunWaits()
    var shares = SharedResources()
    var evicted = Evicted()
    /// Runs that are not in memory and have been asked something.
    var asked: [Int64] = []
    /// How many runs stay in memory though they only wait.
    public var residentWaitsMax = EngineLimits.residentWaitsMax
    /// How many bytes of stored results of a fan-out stay in memory.
    public var residentResultBytesMax = EngineLimits.residentResultBytesMax
    /// The content of the secret of a name, for keys of the cache; nil: names stand for themselves.
    public var secretContent: (([UInt8]) -> [UInt8])?
    /// What the journal refused when it was asked within a turn.
    var trouble: JournalError?

    var now = Moment(wall: 0, boot: 0)
    var runs: [Int64: Run] = [:]
    var runNumbers: [RunId: Int64] = [:]
    var attempts: [UInt64: LiveNode] = [:]
    var timers = TimerHeap()

    // Gathered for the next turn.
    var inbox: [(attempt: AttemptId, outcome: EffectOutcome)] = []
    /// Prepared effects that the driver has started.
    var begun: [AttemptId] = []
    var commands: [Command] = []
    /// Effects of the engine's own that end in the next turn.
    var instants: [(scope: Scope, node: Int)] = []
    /// Signals to be raised in the run, with what is raised.
    var raises: [(scope: Scope, node: Int, arguments: [UInt8])] = []

    /// Statements of steps whose starts are durable: run by the next turn.
    var statements: [EffectRequest] = []
    /// Statements have been run, and the transaction they are in waits for its commit.
    var hasOpenTransaction = false

    // The work of a turn.
    var ready = Queue<(scope: Scope, node: Int)>()
    /// First come, first served: of two that have failed, the first tells what is around them.
    var toCheck = Queue<Scope>()
    var fansToPump: [LiveNode] = []
    var changeCount = 0
    var dirtyRuns: [Run] = []
    var observed: [RunEvent] = []
    /// Filled when a test is run.
    var calls: [NotedCall] = []
    var caught: [(scope: Int, failure: Failure)] = []
    /// Of a test: when the work items that it answers have taken too long, by key. What runs the test hands them on to
    /// the next engine, since a work item outlives a crash.
    public var itemTimeouts: [String: Int64] = [:]
    /// Of a test whose coverage is measured: takes what pure code reaches. Set it before the first run.
    public var covered: CoveredPoints?
    var requests: [(run: Run, request: EffectRequest)] = []
    var prepared: [(run: Run, request: EffectRequest)] = []
    var preparedToStart: [PreparedStart] = []
    var preparedToKeep: [AttemptId] = []
    var stops: [AttemptId] = []
    var ended: [(run: Run, end: RunEnd)] = []

    /// What a caller asked for since the last turn.
    enum Command {
        case start(Run, input: [[UInt8]])
        case goOn(Run, isRetry: Bool)
        case cancel(Run)
    }

    /// Makes an engine over a journal. Nothing is written until the first `start`, `resume` or `cancel`.
    public init(journal: any Journal, options: EngineOptions) {
        self.journal = journal
        self.options = options
        generator = Generator(seed: options.seed)
    }

    /// Whether anything is left to do: a live run in memory.
    public var hasLiveRuns: Bool { !runs.isEmpty || evicted.count > 0 || !asked.isEmpty }

    /// The runs in memory, in order of their start.
    public var liveRuns: [RunId] { runs.keys.sorted().compactMap { runs[$0]?.id } }

    // MARK: asking

    /// Starts a run; it is stored by the next turn.
    /// - Parameters:
    ///   - input: the encodings of the workflow's parameters, one after another.
    ///   - config: what `config` is given, as `Settings.encoded` says.
    ///   - baseFolder: absolute; relative paths of doors start there.
    public func start(
        plan: Plan, workflow: Int, input: [UInt8], config: [UInt8] = [], baseFolder: String, name: String,
        now: Moment
    ) throws(EngineError) -> RunId {
        if isStopped { throw .stopped }
        guard plan.workflows.indices.contains(workflow) else {
            throw .inputDoesNotFit(detail: "the plan has no workflow number \(workflow)")
        }
        let context = context(of: plan, config: config)
        let parts = try split(input, context.parameterTypes(ofWorkflow: workflow), plan)
        do throws(JournalError) { try openSession(now) } catch { throw .journal(error) }
        let id = generator.runId()
        var record = RunRecord(
            number: nextId(), id: id.text, workflow: plan.string(plan.workflows[workflow].name), name: name,
            plan: plan.identity, status: .running, owner: session?.owner ?? 0, epoch: 1, created: now.wall,
            baseFolder: baseFolder, input: input)
        record.config = config
        let run = Run(id: id, number: record.number, context: context, workflow: workflow, record: record)
        runs[run.number] = run
        runNumbers[id] = run.number
        commands.append(.start(run, input: parts))
        return id
    }

    /// - Parameter config: what a run was given (`RunRecord.config`).
    func context(of plan: Plan, config: [UInt8] = []) -> PlanContext {
        let key = plan.identity + config
        if let known = contexts[key] { return known }
        let made = PlanContext(plan: plan, config: config)
        made.machine.covered = covered
        made.machine.goesOn = { [unowned self] in goOnComputing() }
        contexts[key] = made
        return made
    }

    /// Checks the bytes of an input and splits them by parameter.
    func split(_ input: [UInt8], _ types: [TypeId], _ plan: Plan) throws(EngineError) -> [[UInt8]] {
        do throws(DecodeError) {
            return try withByteReader(input) { (reader) throws(DecodeError) in
                var parts: [[UInt8]] = []
                for type in types {
                    let start = reader.position
                    try plan.types.validate(&reader, as: type)
                    parts.append(Array(input[start..<reader.position]))
                }
                try reader.expectEnd()
                return parts
            }
        } catch {
            throw .inputDoesNotFit(detail: error.description)
        }
    }

    /// Asks a run of this engine to stop; it ends as `cancelled` when its attempts have stopped. A run that
    /// no live process runs is taken over first.
    public func cancel(run id: RunId, now: Moment) throws(EngineError) {
        if isStopped { throw .stopped }
        if runNumbers[id] == nil { try resume(run: id, now: now) }
        if let number = runNumbers[id], let run = runs[number] { commands.append(.cancel(run)) }
    }

    /// Reports what came of an attempt; handled by the next turn. An attempt nobody knows is ignored.
    public func complete(_ attempt: AttemptId, _ outcome: EffectOutcome) {
        inbox.append((attempt, outcome))
    }

    /// Stores what an attempt wrote, with the next turn; beyond `EngineLimits.logBytesPerAttemptMax` it is
    /// cut.
    public func log(_ attempt: AttemptId, stream: LogStream, bytes: [UInt8], now: Moment) {
        guard let live = attempts[attempt.raw], !bytes.isEmpty else { return }
        let run = live.scope.run
        let room = EngineLimits.logBytesPerAttemptMax - live.logBytes
        guard room > 0 else { return }
        live.logBytes += bytes.count
        func add(_ stream: LogStream, _ bytes: [UInt8]) {
            run.logs.append(
                LogRecord(
                    id: nextId(), run: run.number, step: live.scope.path(live.node, role: live.role),
                    attempt: live.attempt, stream: stream, time: now.wall, bytes: bytes))
        }
        add(stream, bytes.count > room ? Array(bytes.prefix(room)) : bytes)
        if bytes.count >= room {
            add(.note, Array("cut after \(EngineLimits.logBytesPerAttemptMax) bytes".utf8))
        }
        markDirty(run)
    }

    /// Gives the runs back, so that another process may resume them at once. Call it on a clean stop.
    public func release() throws(JournalError) {
        guard let session else { return }
        self.session = nil
        isStopped = true
        try journal.release(session)
    }

    /// Work for a quiet moment: call it when nothing has happened for a while.
    public func idle() throws(JournalError) { try journal.idle() }

    // MARK: the turn

    /// Handles everything that has gathered and commits it. After a throw the engine is of no further use:
    /// what was committed before is safe, and a new engine goes on from there.
    public func turn(now: Moment) throws(JournalError) -> Turn {
        precondition(!isStopped, "an engine that has stopped has no further turns")
        self.now = now
        changeCount = 0
        let commands = commands
        self.commands.removeAll(keepingCapacity: true)
        for command in commands { perform(command) }
        do throws(JournalError) {
            try lookForRequests()
            try loadAsked()
            try loadDue()
        } catch {
            isStopped = true
            throw error
        }
        let lost = try settleStatements()
        settleEndedRuns()
        settleInstants()
        settleRaises()
        settleBegun()
        settleInbox()
        while let timer = timers.take(now: now.wall) { fire(timer) }
        work()
        if evaluator.isInterrupted && evaluator.interruptions > 0 {
            isStopped = true
            return Turn()
        }
        let turn = try finishTurn(lost)
        if evaluator.isInterrupted { isStopped = true }
        return turn
    }

    private func perform(_ command: Command) {
        switch command {
        case .start(let run, let input): begin(run, input)
        case .goOn(let run, let isRetry): goOn(run, isRetry: isRetry)
        case .cancel(let run): beginCancelling(run)
        }
    }

    private func settleInstants() {
        if instants.isEmpty { return }
        let due = instants
        instants.removeAll(keepingCapacity: true)
        for (scope, node) in due where scope.phase != .closed && !scope.status(node).isTerminal {
            effectSucceeded(scope, node, scope.live[node], [])
        }
    }

    private func settleInbox() {
        if inbox.isEmpty { return }
        let due = inbox
        inbox.removeAll(keepingCapacity: true)
        for (attempt, outcome) in due {
            if let live = attempts.removeValue(forKey: attempt.raw) { attemptEnded(live, outcome) }
        }
    }

    /// Begins ready nodes and closes scopes until nothing is left or the transaction is large enough.
    private func work() {
        while changeCount < EngineLimits.changesPerTurnMax, !evaluator.isInterrupted {
            if let (scope, node) = ready.popFirst() {
                begin(scope, node)
            } else if let scope = toCheck.popFirst() {
                scope.isQueued = false
                check(scope)
            } else if let shared = shares.toPump.popLast() {
                pump(shared)
            } else if let live = fansToPump.popLast() {
                if !live.isDone { pump(live) }
            } else {
                break
            }
        }
    }

    /// Whether work was left for the next turn.
    var hasMore: Bool {
        !ready.isEmpty || !toCheck.isEmpty || !fansToPump.isEmpty || !instants.isEmpty
            || !raises.isEmpty
            || !inbox.isEmpty || !runWaits.ended.isEmpty || isNoticeDue && hasLiveRuns || !begun.isEmpty
            || !commands.isEmpty
            || !statements.isEmpty || !shares.toPump.isEmpty || !asked.isEmpty
    }

    /// - Parameter lost: runs that are known to be somebody else's.
    private func finishTurn(_ lost: [Int64]) throws(JournalError) -> Turn {
        var turn = Turn()
        let lost = lost + (try commit(&turn))
        var lostRuns: [Int64] = []
        for number in lost where !lostRuns.contains(number) {
            guard let run = runs[number] else { continue }
            lostRuns.append(number)
            turn.lostRuns.append(run.id)
            turn.attemptsToCancel.append(contentsOf: drop(run))
        }
        handOutAttempts(&turn, lostRuns)
        evict()
        turn.evictedRuns = evicted.left
        evicted.left.removeAll(keepingCapacity: true)
        for run in evicted.loaded { turn.loadedRuns.append((run.id, run.context.plan)) }
        evicted.loaded.removeAll(keepingCapacity: true)
        turn.unusableRuns = evicted.unusable
        evicted.unusable.removeAll()
        for (run, end) in ended where lostRuns.isEmpty || !lostRuns.contains(run.number) {
            let type = run.context.plan.workflows[run.workflow].resultType
            turn.endedRuns.append(
                EndedRun(run: run.id, plan: run.context.plan, resultType: TypeId(raw: type), end: end))
            runs[run.number] = nil
            runNumbers[run.id] = nil
            noteEnd(of: run)
        }
        turn.calls = calls
        calls.removeAll(keepingCapacity: true)
        turn.caught = caught
        caught.removeAll(keepingCapacity: true)
        for run in runWaits.spawned where !run.isLost {
            turn.spawnedRuns.append((run.id, run.context.plan))
        }
        runWaits.spawned.removeAll()
        turn.wantedRuns = runWaits.wanted
        runWaits.wanted.removeAll()
        turn.events = observed
        observed.removeAll(keepingCapacity: true)
        requests.removeAll(keepingCapacity: true)
        prepared.removeAll(keepingCapacity: true)
        preparedToStart.removeAll(keepingCapacity: true)
        preparedToKeep.removeAll(keepingCapacity: true)
        stops.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
        if hasMore {
            turn.nextWake = now.wall
        } else if hasLiveRuns {
            let heartbeat = now.wall + max(0, lastHeartbeat + EngineLimits.heartbeatEvery - now.boot)
            turn.nextWake = min(timers.next() ?? heartbeat, heartbeat)
            if evicted.count > 0 { turn.nextWake = min(turn.nextWake ?? heartbeat, evicted.nextDue) }
        }
        return turn
    }

    /// Hands out what is to be started and stopped. What would be both is neither: it has never begun.
    private func handOutAttempts(_ turn: inout Turn, _ lostRuns: [Int64]) {
        var neverBegun: Set<UInt64> = []
        if !stops.isEmpty && !(requests.isEmpty && prepared.isEmpty) {
            let stopping = Set(stops.map(\.raw))
            for (_, request) in requests + prepared where stopping.contains(request.attempt.raw) {
                neverBegun.insert(request.attempt.raw)
                inbox.append(
                    (
                        request.attempt,
                        .failure(EffectFailure(kind: "cancelled", message: "stopped before it began"))
                    ))
            }
        }
        func isMeant(_ run: Run, _ request: EffectRequest) -> Bool {
            (lostRuns.isEmpty || !lostRuns.contains(run.number)) && !neverBegun.contains(request.attempt.raw)
        }
        for (run, request) in requests where isMeant(run, request) {
            // In a test whoever runs it answers all effects.
            if options.simulation == nil, Door(effect: request.effect) == .journal {
                statements.append(request)
            } else {
                turn.effectsToStart.append(request)
            }
        }
        for (run, request) in prepared where isMeant(run, request) { turn.effectsPrepared.append(request) }
        turn.preparedToStart = preparedToStart
        turn.preparedToKeep = preparedToKeep
        for attempt in stops where !neverBegun.contains(attempt.raw) {
            // One that ended in this very turn needs no stopping.
            guard let live = attempts[attempt.raw] else { continue }
            live.wasToldToStop = true
            turn.attemptsToCancel.append(attempt)
        }
    }

    private func commit(_ turn: inout Turn) throws(JournalError) -> [Int64] {
        if let trouble {
            isStopped = true
            throw trouble
        }
        batch.clear()
        batch.time = now.wall
        for run in dirtyRuns { flush(run) }
        dirtyRuns.removeAll(keepingCapacity: true)
        flushShares()
        shares.endTurn()
        if session != nil, hasLiveRuns, now.boot - lastHeartbeat >= EngineLimits.heartbeatEvery {
            batch.heartbeat = now.boot
        }
        guard !batch.isEmpty || hasOpenTransaction else { return [] }
        hasOpenTransaction = false
        do throws(JournalError) {
            try openSession(now)
            guard let session else { return [] }
            let lost = try journal.commit(batch, session: session)
            if batch.heartbeat != nil { lastHeartbeat = now.boot }
            turn.committed = true
            return lost
        } catch {
            isStopped = true
            throw error
        }
    }

    func markDirty(_ run: Run) {
        if !run.isListedDirty {
            run.isListedDirty = true
            dirtyRuns.append(run)
        }
    }

    // MARK: ids

    /// Becomes a writer of the journal.
    func openSession(_ now: Moment) throws(JournalError) {
        if session != nil { return }
        session = try journal.register(
            processId: options.processId, bootId: options.bootId, token: generator.next(), now: now.wall,
            boot: now.boot)
        lastId = session?.idBase ?? 0
        lastHeartbeat = now.boot
        lastRequest = try journal.lastRequest()
    }

    /// An id for a row, unique in the journal.
    func nextId() -> Int64 {
        lastId += 1
        precondition(
            lastId < (session?.idBase ?? 0) + Journals.idsPerSession,
            "a session makes fewer rows than it has ids")
        return lastId
    }

    func nextAttempt() -> UInt64 {
        lastAttempt += 1
        return lastAttempt
    }

    /// A value ready to be stored: a large one gets its own row.
    func slotValue(_ bytes: [UInt8], _ run: Run) -> SlotValue {
        guard bytes.count > EngineLimits.inlineValueBytesMax else { return SlotValue(bytes: bytes, row: 0) }
        let row = nextId()
        run.newValues.append((row, bytes))
        return SlotValue(bytes: bytes, row: row)
    }
}
