// One process's worth of engine over a journal in memory: the real driver and the real doors, and an end as
// abrupt as a kill. Knows nothing of what a workflow should yield.
import Glibc
import WfDoors
import WfEngine
import WfJournal
import WfPlan

/// An effect that was handed to its door.
struct Started: Hashable {
    var key: String
    /// `build[2]/compile`
    var path: String
    var attempt: Int
    var effect: String
}

/// A life between a start and a death.
final class Life: DriverObserver {
    let journal: any MortalJournal
    let engine: Engine
    private let poller: Poller
    private let doors: Doors
    private let secondsMax: Int64
    private(set) var started: [Started] = []
    private(set) var ends: [RunId: EndedRun] = [:]
    private(set) var recording = Recording()
    /// It was stopped because it took too long.
    private(set) var isOverdue = false
    private var onOverdue: (() -> Void)?
    private(set) var nextRedraw: Int64?
    /// Who acts on the run while it waits.
    var outsider: (outsider: Outsider, run: RunId)?

    /// - Parameters:
    ///   - process: stands for a process id; every life has one of its own.
    ///   - secondsMax: after which it is stopped.
    init(
        journal: any MortalJournal, process: Int32, secrets: Secrets = Secrets(), secondsMax: Int64 = 20
    ) throws {
        signal(SIGPIPE, SIG_IGN)
        self.journal = journal
        self.secondsMax = secondsMax
        engine = Engine(
            journal: journal,
            options: EngineOptions(
                processId: process, bootId: "test", seed: UInt64(process) &* 0x9E37_79B9,
                processIsAlive: { _ in false }))
        poller = try Poller()
        doors = try Doors(poller: poller, inherited: .ofThisProcess(), secrets: secrets)
    }

    /// Runs until nothing is left or a commit fails.
    func live() throws(JournalError) {
        nextRedraw = monotonicNanoseconds() + secondsMax * 1_000_000_000
        while true {
            let hasActs = outsider?.outsider.hasActs ?? false
            let driver: Driver
            do throws(DoorError) {
                driver = try Driver(
                    engine: engine, doors: doors, poller: poller, signals: nil, observer: self)
            } catch {
                throw .io(path: "", detail: error.description)
            }
            onOverdue = { driver.stop() }
            defer { onOverdue = nil }
            if try driver.run(waits: !hasActs) != .waiting { return }
            if let rest = Outsider.patience(engine.nextTimer(), now: Driver.moment().wall) {
                usleep(UInt32(rest))
                continue
            }
            guard let run = outsider?.run else { return }
            outsider?.outsider.act(on: run, in: journal)
        }
    }

    /// Ends as a killed process does: what it has started dies, what it knew is lost. Files that are being
    /// written are written to their end.
    func die() {
        doors.killAll()
        let end = monotonicNanoseconds() + 10_000_000_000
        var events: [PollEvent] = []
        while doors.inFlight > 0, monotonicNanoseconds() < end {
            poller.wait(timeout: 20_000_000, into: &events)
            for event in events { doors.handle(event) }
            events.removeAll(keepingCapacity: true)
            doors.processes.runTimers(now: monotonicNanoseconds())
        }
        doors.stop()
    }

    // MARK: DriverObserver

    func began(_ request: EffectRequest) {
        started.append(
            Started(
                key: request.key, path: request.stepPath, attempt: request.attemptNumber,
                effect: request.effect))
        recording.began(request)
    }

    func ended(_ attempt: AttemptId, _ outcome: EffectOutcome) { recording.ended(attempt, outcome) }

    func turned(_ turn: Turn) {
        for end in turn.endedRuns { ends[end.run] = end }
        for attempt in turn.attemptsToCancel { recording.stopped(attempt) }
    }

    /// A run that nobody runs is waited for: this life goes on with it, as `wfi` does.
    func wanted(_ run: RunId) {
        guard !engine.liveRuns.contains(run), let record = try? journal.run(id: run.text),
            !record.status.isEnded
        else { return }
        try? engine.resume(run: run, now: Driver.moment())
    }

    func emitted(_ emission: Emission) {}
    func signalled(_ number: Int32) {}

    func redraw() {
        isOverdue = true
        nextRedraw = nil
        onOverdue?()
    }
}
