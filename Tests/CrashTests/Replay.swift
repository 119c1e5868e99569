// A run of a case over recorded effects, on virtual time: attempts end as they did over the real doors, as long after
// they first began, however often the engine was killed meanwhile. So a run that is killed and resumed must come to
// the very same end, whatever it did: read the clock, drew random numbers, appended to files.
//
//     turn ─→ attempts begin, each with the moment at which it will end ─→ turn …
//       └── nothing to do: an outsider acts; else the clock goes to the next end or timer
import WfEngine
import WfJournal
import WfPlan
import WfTestSupport

/// A run, and the world around it, which outlives its engine.
final class Replay {
    /// An attempt of which the world knows.
    private struct Place: Hashable {
        var key: String
        /// Attempts whose ends are recorded before it.
        var earlier: Int
    }
    private struct Pending {
        var place: Place
        var attempt: AttemptId
        /// Nil: it goes on until it is told to stop.
        var due: Int64?
        /// Attempts that end at one time do so in the order in which they first began.
        var order: Int
        var answer: Answer?
    }

    private let subject: Subject
    private let recording: Recording
    private let baseFolder: String
    private(set) var journal: any MortalJournal
    private var engine: Engine
    private var life: Int32 = 1
    private var outsider: Outsider
    private var now: Int64

    private(set) var run = RunId("")
    private(set) var ends: [RunId: Outcome] = [:]
    /// What this life has begun, and what all have.
    private(set) var started: [Started] = []
    private(set) var startedInAll: [Started] = []
    /// Ends of attempts by key that a transaction holds.
    private(set) var recorded: [String: Int] = [:]
    /// Nodes that waited for a person because nobody knew what came of them.
    private(set) var unresolved: Set<String> = []
    /// Why nothing goes on; nil: it does.
    private(set) var trouble: String?
    /// The last life was killed.
    private(set) var isDead = false

    private var delivered: [String: Int] = [:]
    /// Failures after which a step tries again, by the run and the path of the attempt. A resume records one, too, of an
    /// attempt that had timed out.
    private var retried: [String: Int] = [:]
    private var failedOver: Set<String> = []
    private var firstBegun: [Place: (time: Int64, order: Int)] = [:]
    private var pending: [Pending] = []

    /// - Parameter time: the moment at which the run starts, microseconds since 1970.
    init(
        _ subject: Subject, _ recording: Recording, time: Int64, baseFolder: String,
        journal: any MortalJournal
    ) {
        self.subject = subject
        self.recording = recording
        self.baseFolder = baseFolder
        self.journal = journal
        now = time
        outsider = subject.outsider
        engine = Replay.engine(journal, life: 1)
    }

    private static func engine(_ journal: any MortalJournal, life: Int32) -> Engine {
        Engine(
            journal: journal,
            options: EngineOptions(
                processId: life, bootId: "test", seed: UInt64(life) &* 0x9E37_79B9, observes: true,
                processIsAlive: { _ in false }))
    }

    private var moment: Moment { Moment(wall: now, boot: now) }

    var outcome: Outcome { ends[run] ?? .none }

    // MARK: lives

    /// Starts the run and goes on until its end, or until the journal fails.
    func begin() throws {
        run = try engine.start(
            plan: subject.plan, workflow: subject.workflow, input: subject.input, baseFolder: baseFolder,
            name: "", now: moment)
        try live()
    }

    /// Goes on after the engine was killed, with what the journal holds and nothing else.
    func resume(failAtCommit: Int?, resolving: Set<String>?) throws {
        life += 1
        journal = try journal.reopened(failAtCommit: failAtCommit)
        engine = Replay.engine(journal, life: life)
        engine.adopt(subject.plan)
        started = []
        pending = []
        isDead = false
        delivered = recorded
        unresolvedAllowed = resolving
        try takeUp(run)
        try live()
    }

    /// Unresolved steps that are left alone; nil: all are.
    private var unresolvedAllowed: Set<String>?

    private func takeUp(_ run: RunId) throws {
        guard !engine.liveRuns.contains(run), let record = try journal.run(id: run.text) else { return }
        if !record.status.isEnded { try engine.resume(run: run, now: moment) }
    }

    private func live() throws {
        for _ in 0..<2_000_000 {
            let turn: Turn
            do throws(JournalError) { turn = try engine.turn(now: moment) } catch {
                // What was told to the engine and is not in the journal was never said.
                isDead = true
                return
            }
            recorded = delivered
            try take(turn)
            if endWhatIsDue() { continue }
            if !engine.hasLiveRuns {
                let left = try journal.runs(live: true, before: nil, limit: 1_000)
                if left.isEmpty { return }
                for record in left { try takeUp(RunId(record.id)) }
                continue
            }
            if engine.hasWork { continue }
            if pending.isEmpty, outsider.hasActs, Outsider.patience(engine.nextTimer(), now: now) == nil {
                outsider.act(on: run, in: journal)
                engine.notice()
                continue
            }
            guard let next = ([engine.nextTimer()] + pending.map(\.due)).compactMap({ $0 }).min() else {
                trouble = "it waits for something that nothing will bring"
                return
            }
            now = max(now, next)
            _ = endWhatIsDue()
        }
        trouble = "it never ends"
    }

    private func take(_ turn: Turn) throws {
        for event in turn.events {
            let place = "\(event.run)/\(event.path)"
            switch event.kind {
            case .nodeUnresolved: try resolve(event)
            case .nodeElse: failedOver.insert(place)
            case .nodeRetrying: retried[failedOver.contains(place) ? place + "!else" : place, default: 0] += 1
            default: break
            }
        }
        for end in turn.endedRuns { ends[end.run] = Outcome(end.end, folder: baseFolder) }
        for attempt in turn.attemptsToCancel { stop(attempt) }
        for request in turn.effectsToStart { start(request) }
        for run in turn.wantedRuns { try takeUp(run) }
    }

    /// A person looks and says that it did not happen.
    private func resolve(_ event: RunEvent) throws {
        unresolved.insert(event.path)
        guard let allowed = unresolvedAllowed, !allowed.contains(event.path),
            let record = try journal.run(id: event.run.text)
        else { return }
        _ = try journal.post(
            RequestRecord(
                run: record.number, kind: .resolve, name: event.path, time: 0,
                bytes: Resolution.retry.encoded))
        engine.notice()
    }

    // MARK: effects

    private func start(_ request: EffectRequest) {
        let begun = Started(
            key: request.key, path: request.stepPath, attempt: request.attemptNumber, effect: request.effect)
        started.append(begun)
        startedInAll.append(begun)
        let known = max(delivered[request.key] ?? 0, retried["\(request.run)/\(request.stepPath)"] ?? 0)
        delivered[request.key] = known
        let place = Place(key: request.key, earlier: known)
        let first = firstBegun[place] ?? (now, firstBegun.count)
        firstBegun[place] = first
        let answer = recording.answer(place.key, after: place.earlier)
        let due = answer.flatMap { $0.wasStopped ? nil : max(now, first.time + $0.duration) }
        pending.append(
            Pending(place: place, attempt: request.attempt, due: due, order: first.order, answer: answer))
    }

    private func stop(_ attempt: AttemptId) {
        guard let index = pending.firstIndex(where: { $0.attempt == attempt }) else { return }
        let stopped = pending.remove(at: index)
        if let answer = stopped.answer, answer.wasStopped { return end(stopped, answer.outcome) }
        end(stopped, .failure(EffectFailure(kind: "cancelled", message: "told to stop")))
    }

    private func end(_ pending: Pending, _ outcome: EffectOutcome) {
        delivered[pending.place.key, default: 0] += 1
        engine.complete(pending.attempt, outcome)
    }

    /// False when nothing is.
    private func endWhatIsDue() -> Bool {
        let due = pending.filter { $0.due.map { $0 <= now } ?? false }
        if due.isEmpty { return false }
        pending.removeAll { $0.due.map { $0 <= now } ?? false }
        for ended in due.sorted(by: { ($0.due ?? 0, $0.order) < ($1.due ?? 0, $1.order) }) {
            if let answer = ended.answer { end(ended, answer.outcome) }
        }
        return true
    }
}
