// The loop around the engine: one epoll thread that starts effects, collects what came of them, and takes a turn
// whenever something has. Group commit arises by itself: everything that ended while a turn was committing goes
// into the next one. It knows no terminal and no command line; an observer does.
import CLinux
import Glibc
public import WfEngine
public import WfJournal

/// Who watches a driver at work. Called on the loop's thread, between turns.
public protocol DriverObserver: AnyObject {
    /// A turn is durable; its effects are about to be started.
    func turned(_ turn: Turn)
    /// An effect is given to its door.
    func began(_ request: EffectRequest)
    /// The engine is told what came of an effect.
    func ended(_ attempt: AttemptId, _ outcome: EffectOutcome)
    /// A run waits for the end of this one, which nobody may be running: it may be resumed now.
    func wanted(_ run: RunId)
    /// A step called `emit`.
    func emitted(_ emission: Emission)
    /// One of the watched signals arrived.
    func signalled(_ number: Int32)
    /// Monotonic nanoseconds at which `redraw` wants to be called; nil: never.
    var nextRedraw: Int64? { get }
    func redraw()
}

extension DriverObserver {
    public func began(_ request: EffectRequest) {}
    public func ended(_ attempt: AttemptId, _ outcome: EffectOutcome) {}
    public func wanted(_ run: RunId) {}
}

/// Runs an engine until nothing is left, until it only waits, or until it is told to stop.
public final class Driver {
    /// Why `run` returned.
    public enum Ending: Equatable, Sendable {
        /// No live run is left.
        case finished
        /// What is left waits for a time, and `waits` was off.
        case waiting
        /// `stop` was called; everything that ran has been ended and gets another attempt on resume.
        case stopped
    }

    public let engine: Engine
    public let doors: Doors
    private let poller: Poller
    private let signals: SignalWatch?
    private let bell: Bell?
    private weak var observer: (any DriverObserver)?
    private let turns: TurnThread
    private var isStopping = false
    /// The engine has been given something, or has not had its first turn.
    private var isTurnDue = true
    /// Somebody may have posted a request, also before the bell was hung.
    private var isNoticeDue = true
    /// Runs to be offered to the observer.
    private var wanted: [RunId] = []
    /// `Turn.nextWake` of the last turn.
    private var lastWake: Int64?
    private var prepared = PreparedEffects()
    /// Prepared effects that have been started and of which the engine does not know.
    private var begun: [AttemptId] = []
    /// How many of `doors.reports.ended` have had their places filled.
    private var endedSeen = 0
    private var events: [PollEvent] = []
    /// Wall clock, microseconds: when what was logged, and what nobody waits for, is to be committed at the latest.
    private var logsDue: Int64?
    private var restDue: Int64?
    /// When the first of those came that wait for company, and how many there are.
    private var restFirst: Int64 = 0
    private var restCount = 0

    /// Microseconds that logs of a step which goes on may wait for a commit of their own.
    private static let logsEvery: Int64 = 250_000
    /// Results whose places have been filled wait for company: so many microseconds for the next, so many for all, and
    /// at most so many of them.
    private static let restEvery: Int64 = 5_000
    private static let restLatest: Int64 = 20_000
    private static let restMax = 32

    /// - Parameter signals: delivered to the observer; nil: none are watched.
    public init(
        engine: Engine, doors: Doors, poller: Poller, signals: SignalWatch?, observer: (any DriverObserver)?
    ) throws(DoorError) {
        self.engine = engine
        self.doors = doors
        self.poller = poller
        self.signals = signals
        self.observer = observer
        turns = try TurnThread(engine)
        engine.opensAhead = true
        try poller.watch(turns.wakeDescriptor, reading: true, token: PollToken(.turns))
        bell = engine.journal.bellPath.flatMap { Bell(path: $0) }
        if let bell { try poller.watch(bell.descriptor, reading: true, token: PollToken(.bell)) }
        if let signals {
            try poller.watch(signals.descriptor, reading: true, token: PollToken(.signals))
        }
    }

    /// This moment on both clocks.
    public static func moment() -> Moment {
        var boot = timespec()
        clock_gettime(CLOCK_BOOTTIME, &boot)
        return Moment(
            wall: Int64(wallMicroseconds()),
            boot: Int64(boot.tv_sec) * 1_000_000 + Int64(boot.tv_nsec) / 1_000)
    }

    /// Ends what runs and returns from `run` with `stopped`. Safe to call from the observer.
    public func stop() {
        isStopping = true
        turns.askToStop()
    }

    /// The engine computes for long: the time, or nil when it is to stop. Called by whoever takes the turn.
    private func pulse() -> Moment? {
        if turns.isBusy { return turns.isAskedToStop ? nil : Driver.moment() }
        signals?.take { observer?.signalled($0) }
        if isStopping { return nil }
        if let due = observer?.nextRedraw, due <= monotonicNanoseconds() { observer?.redraw() }
        return Driver.moment()
    }

    /// Somebody has posted a request to the journal; for who does so in this process. Loop thread only.
    public func notice() {
        isNoticeDue = true
        isTurnDue = true
    }

    /// Takes turns until there is nothing left to do.
    /// - Parameter waits: whether to stay when all that is left waits for a time.
    /// - Throws: what the journal refused; every process has been ended by then.
    public func run(waits: Bool = true) throws(JournalError) -> Ending {
        engine.pulse = { [unowned self] in pulse() }
        defer {
            engine.pulse = nil
            turns.stop()
        }
        do throws(JournalError) {
            while true {
                handOver()
                let turn = try nextTurn()
                if isStopping { return try finishStopping(turn) }
                if let turn {
                    if let ending = carryOut(turn, waits: waits) { return ending }
                } else {
                    waitForEvents()
                }
                if isStopping { return try finishStopping(nil) }
            }
        } catch {
            _ = turns.wait()
            doors.killAll()
            throw error
        }
    }

    /// Takes a turn if one is due and returns it; begins it on the other thread while processes are in flight or when a
    /// statement is to be run, and returns the one that has ended there.
    private func nextTurn() throws(JournalError) -> Turn? {
        if turns.isBusy {
            guard let result = turns.take() else { return nil }
            let turn = try result.get()
            // What ended meanwhile is committed while the processes of this turn are started.
            handOver()
            if isDue(turn.nextWake) { _ = turns.begin(now: beginning()) }
            return turn
        }
        if !isDue(lastWake) { return nil }
        // A statement of a step may take its time; nobody else waits for it.
        if doors.processes.count > 0 || engine.hasStatements, turns.begin(now: beginning()) { return nil }
        return try engine.turn(now: beginning())
    }

    /// The engine is about to handle all that it was given.
    private func beginning() -> Moment {
        isTurnDue = false
        logsDue = nil
        restDue = nil
        restCount = 0
        return Driver.moment()
    }

    private func firstDue(_ wake: Int64?) -> Int64? {
        var due = wake ?? Int64.max
        if let logsDue { due = min(due, logsDue) }
        if let restDue { due = min(due, restDue) }
        return due == Int64.max ? nil : due
    }

    private func isDue(_ wake: Int64?) -> Bool {
        if isTurnDue { return true }
        guard let due = firstDue(wake) else { return false }
        return due <= Int64(wallMicroseconds())
    }

    /// Does what a turn asks for. Returns how the run ends when nothing is left.
    private func carryOut(_ turn: Turn, waits: Bool) -> Ending? {
        lastWake = turn.nextWake
        observer?.turned(turn)
        wanted += turn.wantedRuns
        if isStopping { return nil }
        for attempt in turn.attemptsToCancel {
            if prepared.take(attempt) != nil {
                doors.reports.ended.append((attempt, .failure(DoorFailures.cancelled)))
            } else {
                doors.cancel(attempt)
            }
        }
        for attempt in turn.preparedToKeep where prepared.take(attempt) != nil {
            doors.reports.ended.append((attempt, .failure(DoorFailures.cancelled)))
        }
        for request in turn.effectsToStart {
            prepared.begin(request)
            start(request)
        }
        for request in turn.effectsPrepared { prepared.keep(request) }
        for named in turn.preparedToStart {
            guard let next = prepared.start(named) else { continue }
            if next.isAnother { begun.append(next.request.attempt) }
            start(next.request)
        }
        if turns.isBusy { return nil }
        if !engine.hasLiveRuns {
            // Only what a lost run has left behind can still be in flight.
            doors.killAll()
            return .finished
        }
        if waits || doors.inFlight > 0 || !doors.reports.ended.isEmpty || isDue(turn.nextWake) { return nil }
        return .waiting
    }

    private func start(_ request: EffectRequest) {
        observer?.began(request)
        doors.start(request)
    }

    /// Starts what was prepared to take the places of effects that have succeeded.
    private func fillPlaces() {
        while endedSeen < doors.reports.ended.count {
            let end = doors.reports.ended[endedSeen]
            endedSeen += 1
            guard let next = prepared.end(end.attempt, end.outcome), !isStopping else {
                isTurnDue = true
                continue
            }
            if !next.canWait { isTurnDue = true }
            begun.append(next.request.attempt)
            start(next.request)
        }
    }

    /// Gives the engine what has gathered, unless a turn is under way.
    private func handOver() {
        fillPlaces()
        for emission in doors.emissions { observer?.emitted(emission) }
        doors.emissions.removeAll(keepingCapacity: true)
        if turns.isBusy { return }
        if isNoticeDue {
            isNoticeDue = false
            engine.notice()
        }
        doors.secrets.sweep(doors.reports)
        if !wanted.isEmpty {
            for run in wanted { observer?.wanted(run) }
            wanted.removeAll()
            isTurnDue = true
        }
        handOverLogs()
        let reports = doors.reports
        if reports.ended.isEmpty { return }
        if !isTurnDue { letRest(reports.ended.count) }
        for attempt in begun { engine.began(attempt) }
        begun.removeAll(keepingCapacity: true)
        for end in reports.ended {
            observer?.ended(end.attempt, end.outcome)
            engine.complete(end.attempt, end.outcome)
        }
        reports.ended.removeAll(keepingCapacity: true)
        endedSeen = 0
    }

    /// Nobody waits for these results: says when they are to be committed.
    private func letRest(_ count: Int) {
        let now = Int64(wallMicroseconds())
        if restCount == 0 { restFirst = now }
        restCount += count
        if restCount >= Driver.restMax {
            isTurnDue = true
        } else {
            restDue = min(now + Driver.restEvery, restFirst + Driver.restLatest)
        }
    }

    private func handOverLogs() {
        let reports = doors.reports
        if reports.written.isEmpty { return }
        let now = Driver.moment()
        if logsDue == nil { logsDue = now.wall + Driver.logsEvery }
        for written in reports.written {
            engine.log(written.attempt, stream: written.stream, bytes: Array(written.bytes), now: now)
        }
        reports.written.removeAll(keepingCapacity: true)
    }

    /// Waits until something has ended or is due, or a signal came, and does what that asks for.
    private func waitForEvents() {
        poller.wait(timeout: doors.reports.ended.isEmpty || turns.isBusy ? timeout() : 0, into: &events)
        for event in events {
            handle(event)
        }
        events.removeAll(keepingCapacity: true)
        let now = monotonicNanoseconds()
        doors.runTimers(now: now)
        if let due = observer?.nextRedraw, due <= now { observer?.redraw() }
    }

    private func handle(_ event: PollEvent) {
        switch event.token.kind {
        case .signals: signals?.take { observer?.signalled($0) }
        case .bell:
            bell?.silence()
            notice()
        case .turns: turns.silence()
        case .process, .standardInput, .standardOutput, .standardError, .workers, .http, .plugin:
            doors.handle(event)
        }
    }

    /// Nanoseconds until the next thing that is due by the clock; nil: none.
    private func timeout() -> Int64? {
        var result: Int64?
        if !turns.isBusy, let wake = firstDue(lastWake) {
            result = max(0, wake - Int64(wallMicroseconds())) * 1_000
        }
        for due in [doors.nextDeadline, observer?.nextRedraw] {
            guard let due else { continue }
            let left = max(0, due - monotonicNanoseconds())
            result = min(result ?? left, left)
        }
        return result
    }

    /// Ends all processes (TERM, KILL after the grace period) and records what still succeeded.
    /// - Parameter turn: one that was taken and not carried out; what it starts is left to a resume.
    private func finishStopping(_ turn: Turn?) throws(JournalError) -> Ending {
        if let turn { observer?.turned(turn) }
        if let result = turns.wait() { observer?.turned(try result.get()) }
        doors.cancelAll()
        let end = monotonicNanoseconds() + Int64(DoorLimits.cancelGraceMs) * 2_000_000
        while doors.inFlight > 0, monotonicNanoseconds() < end {
            poller.wait(timeout: 50_000_000, into: &events)
            for event in events {
                handle(event)
            }
            events.removeAll(keepingCapacity: true)
            doors.runTimers(now: monotonicNanoseconds())
        }
        if engine.isInterrupted { return .stopped }
        // What was stopped did not end: it gets no outcome, so that a resume runs it again.
        doors.secrets.sweep(doors.reports)
        handOverLogs()
        let successes = doors.reports.ended.filter { if case .success = $0.outcome { true } else { false } }
        doors.reports.ended.removeAll()
        for attempt in begun { engine.began(attempt) }
        for success in successes { engine.complete(success.attempt, success.outcome) }
        if !successes.isEmpty || isTurnDue || logsDue != nil || restDue != nil {
            observer?.turned(try engine.turn(now: beginning()))
        }
        return engine.hasLiveRuns ? .stopped : .finished
    }
}
