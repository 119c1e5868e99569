// A driver on virtual time: answers effects by a function, moves the clock only when nothing else can
// happen, and can be killed at any commit.

import Testing
import WfEngine
import WfJournal
import WfPlan

/// What a test says to an effect.
enum Answer {
    case now(EffectOutcome)
    /// After this many microseconds.
    case after(Int64, EffectOutcome)
    /// Never, unless it is cancelled.
    case never
}

final class World {
    let journal: any Journal
    let engine: Engine
    /// Microseconds since boot.
    var now: Int64
    /// What the clock on the wall is ahead of `now`.
    var wallAhead: Int64 = 0
    var answer: (EffectRequest) -> Answer
    /// Keys of attempts, in the order in which they were started.
    var started: [String] = []
    var cancelled: [AttemptId] = []
    var turns = 0
    private var inFlight: [(due: Int64, attempt: AttemptId, outcome: EffectOutcome)] = []
    private var prepared = PreparedEffects()
    private var live: Set<AttemptId> = []
    /// What the engine has not heard of yet.
    private var begun: [AttemptId] = []
    private var ended: [(attempt: AttemptId, outcome: EffectOutcome)] = []
    /// Set it to have effects end while a turn is taken and while results rest before the next, as in a real driver;
    /// says how many microseconds each lasts. Without a rest the next turn begins before this one is carried out.
    var overlap: (() -> (turn: Int64, rest: Int64))?
    private var lateTurn: Turn?
    /// How many prepared effects took the place of one that succeeded.
    private(set) var tookPlaces = 0
    /// Called when an effect begins.
    var onStart: (EffectRequest) -> Void = { _ in }
    var ends: [RunId: RunEnd] = [:]
    var events: [RunEvent] = []

    init(
        journal: any Journal = MemoryJournal(), process: Int32 = 1, now: Int64 = 1_000_000, seed: UInt64 = 7,
        observes: Bool = false, opensAhead: Bool = true, boot: String = "boot",
        isAlive: @escaping @Sendable (Int32) -> Bool = { _ in false },
        answer: @escaping (EffectRequest) -> Answer = { .now(.success($0.arguments)) }
    ) {
        self.journal = journal
        self.now = now
        self.answer = answer
        engine = Engine(
            journal: journal,
            options: EngineOptions(
                processId: process, bootId: boot, seed: seed, observes: observes, processIsAlive: isAlive))
        engine.opensAhead = opensAhead
    }

    var moment: Moment { Moment(wall: now + wallAhead, boot: now) }

    func start(_ plan: Plan, input: [UInt8] = []) throws -> RunId {
        try engine.start(plan: plan, workflow: 0, input: input, baseFolder: "/base", name: "", now: moment)
    }

    /// One turn, and what it asks for: of the one before, when turns overlap.
    func turn() throws(JournalError) -> Turn {
        handOver()
        let turn = try engine.turn(now: moment)
        turns += 1
        for end in turn.endedRuns { ends[end.run] = end.end }
        events.append(contentsOf: turn.events)
        guard let times = overlap?() else {
            carryOut(turn)
            return turn
        }
        if let lateTurn { carryOut(lateTurn) }
        lateTurn = nil
        pass(times.turn)
        if times.rest == 0 {
            lateTurn = turn
        } else {
            handOver()
            carryOut(turn)
            pass(times.rest)
        }
        return turn
    }

    /// Lets time pass, in which effects end.
    private func pass(_ time: Int64) {
        let end = now + time
        while let first = inFlight.map(\.due).min(), first <= end {
            now = max(now, first)
            endDue()
        }
        now = end
    }

    private func carryOut(_ turn: Turn) {
        for attempt in turn.attemptsToCancel {
            cancelled.append(attempt)
            inFlight.removeAll { $0.attempt == attempt }
            if prepared.take(attempt) == nil && !live.contains(attempt) { continue }
            complete(attempt, .failure(EffectFailure(kind: "cancelled", message: "stopped")))
        }
        for request in turn.effectsToStart {
            prepared.begin(request)
            begin(request)
        }
        for request in turn.effectsPrepared { prepared.keep(request) }
        for named in turn.preparedToStart {
            guard let next = prepared.start(named) else { continue }
            if next.isAnother { begun.append(next.request.attempt) }
            begin(next.request)
        }
    }

    private func handOver() {
        for attempt in begun { engine.began(attempt) }
        for end in ended { engine.complete(end.attempt, end.outcome) }
        begun.removeAll()
        ended.removeAll()
    }

    private func begin(_ request: EffectRequest) {
        started.append(request.key)
        live.insert(request.attempt)
        onStart(request)
        switch answer(request) {
        case .now(let outcome): complete(request.attempt, outcome)
        case .after(let delay, let outcome): inFlight.append((now + delay, request.attempt, outcome))
        case .never: break
        }
    }

    /// Reports an end; a prepared sibling takes the place of a success at once.
    private func complete(_ attempt: AttemptId, _ outcome: EffectOutcome) {
        live.remove(attempt)
        ended.append((attempt, outcome))
        guard let next = prepared.end(attempt, outcome) else { return }
        tookPlaces += 1
        begun.append(next.request.attempt)
        begin(next.request)
    }

    /// How many effects of fan-outs are under way.
    var underWay: Int { prepared.underWay }

    /// Turns until no run is left or `until` says so; the clock moves when nothing else does.
    func run(turnsMax: Int = 100_000, until: () -> Bool = { false }) throws(JournalError) {
        var count = 0
        while engine.hasLiveRuns && !until() && count < turnsMax {
            count += 1
            let turn = try turn()
            if turn.committed || !turn.effectsToStart.isEmpty || !ended.isEmpty || !engine.hasLiveRuns {
                continue
            }
            var next = turn.nextWake ?? Int64.max
            if let first = inFlight.map(\.due).min() { next = min(next, first) }
            if next == Int64.max { break }
            now = max(now, next)
            endDue()
        }
    }

    /// Ends the effects whose time has come.
    private func endDue() {
        let due = inFlight.filter { $0.due <= now }.sorted { $0.due < $1.due }
        inFlight.removeAll { $0.due <= now }
        for item in due { complete(item.attempt, item.outcome) }
    }

    /// Runs a plan to its end.
    func finish(_ plan: Plan, input: [UInt8] = []) throws -> RunEnd {
        let run = try start(plan, input: input)
        try self.run()
        return try #require(ends[run])
    }
}

/// The Int that a run ended with.
func value(_ end: RunEnd) -> Int? {
    if case .done(let bytes) = end { return decoded(bytes) }
    return nil
}

func failure(_ end: RunEnd) -> Failure? {
    if case .failed(let failure) = end { return failure }
    return nil
}
