// One pass through a test: an engine over a journal in memory, a clock that moves only when nothing else can, and
// answers from mocks. What happens to the engine on the way (a crash, a fault) is said from outside.
//
//     turn ─→ events: mocks set, expectations noted ─→ effects: answered at once ─→ turn …
//       └── nothing to do: the clock goes to the next timer; no timer: the test is stuck

public import WfEngine
import WfJournal
import WfMachine
import WfPlan
import WfValue

/// Carries out the effects that a test calls `real`.
public protocol RealEffects: AnyObject {
    /// Another pass begins: what the last one has left in a database is gone.
    func begin()
    /// Waits until the effect has ended.
    func perform(_ request: EffectRequest) -> EffectOutcome
}

/// One way through a test.
final class TestPass {
    let plan: Plan
    let test: TestRow
    let mocks: Mocks
    let seed: UInt64
    let real: (any RealEffects)?
    let values: ValueText
    let coverage: Coverage?
    private let config: [UInt8]
    /// Where the paths of real effects start.
    private let baseFolder: String
    let covered: CoveredPoints?
    /// By node of the plan.
    var marks: [Int: MarkRow] = [:]

    var journal = MemoryJournal()
    var engine: Engine
    var run = RunId("")
    private(set) var now = TestLimits.startTime
    var outcome = TestOutcome()
    var counts: [MockTarget: Set<String>] = [:]
    var record: Set<String> = []
    /// Seeds a bug, so that the rules that hold under faults can be seen to fire.
    let bug: SeededBug?
    var snapshot: MemoryJournal?
    var isOver = false
    /// Answers that are under way.
    var pending: [PendingAnswer] = []
    /// What the world has promised, by key: a crash of the engine is not the world's.
    var promises: [String: Promise] = [:]
    /// What came of statements, and of real steps that are done once, while no turn has shown it, by key. After a crash
    /// they are not done again: the journal would have taken a statement back with its result.
    var statements: [String: EffectOutcome] = [:]
    /// How keys and paths of each run begin where they are shown: empty for the test's own.
    var runNames: [String: String] = [:]
    /// Faults: where they come from, and what they did.
    let faults: FaultSource?
    var watch = FaultWatch()
    var diesNow = false
    /// The nodes that have called in this turn, by key.
    var places: [String: Int] = [:]

    init(
        plan: Plan, test index: Int, seed: UInt64, machine: Machine, real: (any RealEffects)?,
        coverage: Coverage?, config: [UInt8] = [], baseFolder: String, covered: CoveredPoints? = nil,
        faults: FaultSource? = nil,
        bug: SeededBug? = nil,
        after dead: Engine? = nil
    ) {
        self.faults = faults
        self.bug = bug
        self.plan = plan
        self.config = config
        self.baseFolder = baseFolder
        self.seed = seed
        self.real = real
        self.coverage = coverage
        self.covered = covered
        test = plan.tests[index]
        values = ValueText(types: plan.types)
        let rows = Array(plan.marks[Int(test.markStart)..<Int(test.markStart) + Int(test.markCount)])
        mocks = Mocks(plan, rows, machine: machine)
        for row in rows where row.node != .none { marks[Int(row.node)] = row }
        engine = TestPass.engine(journal, mocks, seed)
        engine.covered = covered
        if let dead { engine.inherit(from: dead) }
    }

    private static func engine(_ journal: MemoryJournal, _ mocks: Mocks, _ seed: UInt64) -> Engine {
        Engine(
            journal: journal,
            options: EngineOptions(
                processId: 1, bootId: "test", seed: seed, observes: true,
                simulation: Simulation(mockedActions: mocks.actions), processIsAlive: { _ in false }))
    }

    var moment: Moment { Moment(wall: now, boot: 0) }

    // MARK: running

    /// - Parameter commit: the commit, counted from 1, at which the engine dies and is resumed; nil: none.
    func go(crashAt commit: Int? = nil) -> TestOutcome {
        journal.failAtCommit = commit
        coverage?.begin()
        defer { if let covered { coverage?.take(covered.take(), plan) } }
        real?.begin()
        do throws(EngineError) { try start() } catch { broke("\(error)") }
        var turns = 0
        while !isOver {
            turns += 1
            if turns > TestLimits.turnsMax {
                stuck("the test took \(TestLimits.turnsMax) turns without coming to an end")
                break
            }
            let turn: Turn
            do throws(JournalError) { turn = try engine.turn(now: moment) } catch {
                resume()
                continue
            }
            take(turn)
            if bug == .forgetsLastCommit, snapshot == nil { snapshot = journal.copy() }
        }
        outcome.record = record.sorted()
        outcome.elapsed = now - TestLimits.startTime
        outcome.commits = journal.commitCount
        return outcome
    }

    private func start() throws(EngineError) {
        run = try engine.start(
            plan: plan, workflow: Int(test.workflow), input: [], config: config,
            baseFolder: baseFolder, name: "", now: moment)
        runNames[run.text] = ""
    }

    /// Goes on after the engine has died: over what the journal holds, with nothing else.
    private func resume() {
        // What was under way died with the engine.
        pending.removeAll()
        journal = (snapshot ?? journal).copy()
        let dead = engine
        engine = TestPass.engine(journal, mocks, seed)
        engine.inherit(from: dead)
        engine.itemTimeouts = dead.itemTimeouts
        engine.covered = covered
        do throws(EngineError) {
            let stored: RunRecord?
            do throws(JournalError) { stored = try journal.run(id: run.text) } catch { throw .journal(error) }
            // What was never stored has never been: it begins anew, under the same id.
            if stored == nil { return try start() }
            engine.adopt(plan, config: config)
            try engine.resume(run: run, now: moment)
            for other in liveRuns() where other.id != run.text {
                try engine.resume(run: RunId(other.id), now: moment)
            }
        } catch {
            broke("\(error)")
        }
    }

    /// The runs that have not ended: the test's own and those that it has started.
    private func liveRuns() -> [RunRecord] {
        do throws(JournalError) {
            return try journal.runs(live: true, before: nil, limit: TestLimits.runsMax)
        } catch {
            return []
        }
    }

    private func broke(_ why: String) { stuck("the test cannot go on: \(why)") }

    private func stuck(_ why: String, _ details: [String] = []) {
        report(.stuck, why, test.span, details)
        isOver = true
    }

    /// Nothing is left that could happen.
    private func nothingComes() {
        var details: [String] = []
        for other in liveRuns().reversed() where !other.waits.isEmpty {
            let name = runNames[other.id] ?? other.id
            let who = name.isEmpty ? "the test" : "`\(name.dropLast())`"
            let isRun = other.waits.hasPrefix("run ")
            details.append("\(who) waits for \(isRun ? "another run" : other.waits)")
            if name.isEmpty, other.waits.hasPrefix("signal ") {
                let signal = other.waits.dropFirst(7)
                details.append(
                    "a workflow that waits for signals is spawned: `let run = spawn …`, then `run.send(\(signal): …)`"
                )
            }
        }
        stuck("the test waits for something that nothing will bring", details)
    }

    func report(
        _ kind: TestProblem.Kind, _ headline: String, _ span: SpanRow, _ details: [String] = []
    ) {
        outcome.problems.append(
            TestProblem(kind: kind, headline: headline, span: span, details: details))
    }

    private func take(_ turn: Turn) {
        places.removeAll(keepingCapacity: true)
        nameRuns(turn)
        for call in turn.calls {
            places[call.key] = call.node
            note(call)
        }
        observe(turn)
        for request in turn.effectsToStart where !isOver { answer(request) }
        for end in turn.endedRuns where end.run == run && !isOver {
            isOver = true
            switch end.end {
            case .done: break
            case .failed(let failure): report(.failure, headline(failure), failure.span)
            case .cancelled: report(.failure, "the test was cancelled", test.span)
            }
        }
        if isOver { return }
        for attempt in turn.attemptsToCancel { stop(attempt) }
        if diesNow {
            diesNow = false
            return resume()
        }
        if engine.hasWork { return }
        guard let next = [engine.nextTimer(), pending.map(\.due).min()].compactMap({ $0 }).min() else {
            return nothingComes()
        }
        now = max(now, next)
        deliver()
    }

    /// A run that a step has started is shown as that step's path and `>`.
    private func nameRuns(_ turn: Turn) {
        for event in turn.events where event.kind == .nodeEnded {
            guard let node = event.node, plan.nodes[node].kind == NodeKind.spawn.rawValue,
                var value = event.value
            else { continue }
            if plan.nodes[node].isOptional { value.removeFirst() }
            let id = try? withByteReader(value) { (reader) throws(DecodeError) in try reader.readString() }
            if let id { runNames[id] = shown(event) + ">" }
        }
    }

    /// The path of an event's node, with its run where that is not the test's.
    func shown(_ event: RunEvent) -> String { (runNames[event.run.text] ?? "") + event.path }

    func headline(_ failure: Failure) -> String {
        let kind = failure.kind.isEmpty || failure.kind == "failed" ? "" : " (\(failure.kind))"
        let what: String
        if failure.step.hasPrefix("#") {
            what = "`\(source(failure.span))` failed"
        } else {
            what = failure.step.isEmpty ? "the test failed" : "step `\(failure.step)` failed"
        }
        return "\(what)\(kind)\(failure.message.isEmpty ? "" : ": " + failure.message)"
    }
}

/// An answer that is on its way to an attempt.
struct PendingAnswer {
    var due: Int64
    var attempt: AttemptId
    var key: String
    var outcome: EffectOutcome
}

/// An answer that the world gives at a time, whatever happens to who has asked.
struct Promise {
    var due: Int64
    var outcome: EffectOutcome
}

/// What an engine or a journal could do wrong, for tests of the rules.
public enum SeededBug: Sendable {
    /// The journal loses what was committed after its first commit.
    case forgetsLastCommit
    /// The success of steps is not told.
    case hidesSuccess
}
