// The loop around the engine: one epoll thread that starts effects, collects what came of them, and takes a turn
// whenever something has. Group commit arises by itself: everything that ended while a turn was committing goes
// into the next one. It knows no terminal and no command line; an observer does.
import CLinux
import Glibc
package import WfEngine
package import WfJournal

/// Who watches a driver at work. Called on the loop's thread, between turns.
package protocol DriverObserver: AnyObject {
    /// A turn is durable; its effects are about to be started.
    func turned(_ turn: Turn)
    /// A step called `emit`.
    func emitted(_ emission: Emission)
    /// One of the watched signals arrived.
    func signalled(_ number: Int32)
    /// Monotonic nanoseconds at which `redraw` wants to be called; nil: never.
    var nextRedraw: Int64? { get }
    func redraw()
}

/// Runs an engine until nothing is left, until it only waits, or until it is told to stop.
package final class Driver {
    /// Why `run` returned.
    package enum Ending: Equatable, Sendable {
        /// No live run is left.
        case finished
        /// What is left waits for a time, and `waits` was off.
        case waiting
        /// `stop` was called; everything that ran has been ended and gets another attempt on resume.
        case stopped
    }

    package let engine: Engine
    package let doors: Doors
    private let poller: Poller
    private let signals: SignalWatch?
    private weak var observer: (any DriverObserver)?
    private var isStopping = false
    private var events: [PollEvent] = []
    /// Wall clock, microseconds: when what was logged is to be committed at the latest.
    private var logsDue: Int64?

    /// Microseconds that logs of a step which goes on may wait for a commit of their own.
    private static let logsEvery: Int64 = 250_000

    /// - Parameter signals: delivered to the observer; nil: none are watched.
    package init(
        engine: Engine, doors: Doors, poller: Poller, signals: SignalWatch?, observer: (any DriverObserver)?
    ) throws(DoorError) {
        self.engine = engine
        self.doors = doors
        self.poller = poller
        self.signals = signals
        self.observer = observer
        if let signals {
            try poller.watch(signals.descriptor, reading: true, token: PollToken(.signals))
        }
    }

    /// This moment on both clocks.
    package static func moment() -> Moment {
        var boot = timespec()
        clock_gettime(CLOCK_BOOTTIME, &boot)
        return Moment(
            wall: Int64(wallMicroseconds()), boot: Int64(boot.tv_sec) * 1_000_000 + Int64(boot.tv_nsec) / 1_000)
    }

    /// Ends what runs and returns from `run` with `stopped`. Safe to call from the observer.
    package func stop() { isStopping = true }

    /// Takes turns until there is nothing left to do.
    /// - Parameter waits: whether to stay when all that is left waits for a time.
    /// - Throws: what the journal refused; every process has been ended by then.
    package func run(waits: Bool = true) throws(JournalError) -> Ending {
        do throws(JournalError) {
            while true {
                logsDue = nil
                let turn = try engine.turn(now: Driver.moment())
                observer?.turned(turn)
                if isStopping { return try finishStopping() }
                for attempt in turn.attemptsToCancel { doors.cancel(attempt) }
                for request in turn.effectsToStart { doors.start(request) }
                if !engine.hasLiveRuns { return .finished }
                if !handOver() {
                    let now = Int64(wallMicroseconds())
                    let isDue = turn.nextWake.map { $0 <= now } ?? false
                    if !waits, !isDue, doors.inFlight == 0, !turn.committed { return .waiting }
                    waitForEvents(until: turn.committed && !waits ? now : turn.nextWake)
                }
                if isStopping { return try finishStopping() }
            }
        } catch {
            doors.processes.killAll()
            throw error
        }
    }

    /// Gives the engine what has gathered. Returns whether there was an end of an attempt.
    private func handOver() -> Bool {
        let reports = doors.reports
        let now = Driver.moment()
        if !reports.written.isEmpty, logsDue == nil { logsDue = now.wall + Driver.logsEvery }
        for written in reports.written {
            engine.log(written.attempt, stream: written.stream, bytes: Array(written.bytes), now: now)
        }
        reports.written.removeAll(keepingCapacity: true)
        for emission in doors.emissions { observer?.emitted(emission) }
        doors.emissions.removeAll(keepingCapacity: true)
        let any = !reports.ended.isEmpty
        for end in reports.ended { engine.complete(end.attempt, end.outcome) }
        reports.ended.removeAll(keepingCapacity: true)
        return any
    }

    /// Waits until an attempt has ended, the engine or a redraw is due, or a signal came.
    private func waitForEvents(until nextWake: Int64?) {
        while true {
            let wake = logsDue.map { min($0, nextWake ?? $0) } ?? nextWake
            poller.wait(timeout: timeout(until: wake), into: &events)
            let now = monotonicNanoseconds()
            for event in events {
                if event.token.kind == .signals {
                    signals?.take { observer?.signalled($0) }
                } else {
                    doors.handle(event)
                }
            }
            events.removeAll(keepingCapacity: true)
            doors.processes.runTimers(now: now)
            if let due = observer?.nextRedraw, due <= now { observer?.redraw() }
            if handOver() || isStopping { return }
            if let wake, wake <= Int64(wallMicroseconds()) { return }
        }
    }

    /// Nanoseconds until the next thing that is due by the clock; nil: none.
    private func timeout(until wake: Int64?) -> Int64? {
        var result = wake.map { max(0, $0 - Int64(wallMicroseconds())) * 1_000 }
        for due in [doors.processes.nextDeadline, observer?.nextRedraw] {
            guard let due else { continue }
            let left = max(0, due - monotonicNanoseconds())
            result = min(result ?? left, left)
        }
        return result
    }

    /// Ends all processes (TERM, KILL after the grace period) and records what still succeeded.
    private func finishStopping() throws(JournalError) -> Ending {
        doors.processes.cancelAll()
        let end = monotonicNanoseconds() + Int64(DoorLimits.cancelGraceMs) * 2_000_000
        while doors.inFlight > 0, monotonicNanoseconds() < end {
            poller.wait(timeout: 50_000_000, into: &events)
            for event in events {
                if event.token.kind == .signals {
                    signals?.take { observer?.signalled($0) }
                } else {
                    doors.handle(event)
                }
            }
            events.removeAll(keepingCapacity: true)
            doors.processes.runTimers(now: monotonicNanoseconds())
        }
        // What was stopped did not end: it gets no outcome, so that a resume runs it again.
        var anySuccess = false
        for report in doors.reports.ended {
            guard case .success = report.outcome else { continue }
            engine.complete(report.attempt, report.outcome)
            anySuccess = true
        }
        doors.reports.ended.removeAll()
        if anySuccess { observer?.turned(try engine.turn(now: Driver.moment())) }
        return engine.hasLiveRuns ? .stopped : .finished
    }
}
