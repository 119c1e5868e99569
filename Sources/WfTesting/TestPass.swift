// One pass through a test: an engine over a journal in memory, a clock that moves only when nothing else can, and
// answers from mocks. What happens to the engine on the way (a crash, a fault) is said from outside.
//
//     turn ─→ events: mocks set, expectations noted ─→ effects: answered at once ─→ turn …
//       └── nothing to do: the clock goes to the next timer; no timer: the test is stuck

package import WfEngine
import WfJournal
import WfMachine
import WfPlan
import WfValue

/// Carries out the effects that a test calls `real`.
package protocol RealEffects: AnyObject {
    /// Waits until the effect has ended.
    func perform(_ request: EffectRequest) -> EffectOutcome
}

/// One way through a test.
final class TestPass {
    let plan: Plan
    private let test: TestRow
    private let mocks: Mocks
    private let seed: UInt64
    private let real: (any RealEffects)?
    private let values: ValueText
    private let coverage: Coverage?
    private let config: [UInt8]
    /// By node of the plan.
    private var marks: [Int: MarkRow] = [:]

    private var journal = MemoryJournal()
    private var engine: Engine
    private var run = RunId("")
    private(set) var now = TestLimits.startTime
    private(set) var outcome = TestOutcome()
    private var counts: [MockTarget: Set<String>] = [:]
    private var record: Set<String> = []
    private var isOver = false
    private var pending: [(due: Int64, attempt: AttemptId, outcome: EffectOutcome)] = []
    /// Faults: where they come from, and what they did.
    private let faults: FaultSource?
    private(set) var watch = FaultWatch()
    private var diesNow = false
    /// The nodes that have called in this turn, by key.
    private var places: [String: Int] = [:]

    init(
        plan: Plan, test index: Int, seed: UInt64, machine: Machine, real: (any RealEffects)?,
        coverage: Coverage?, config: [UInt8] = [], faults: FaultSource? = nil
    ) {
        self.faults = faults
        self.plan = plan
        self.config = config
        self.seed = seed
        self.real = real
        self.coverage = coverage
        test = plan.tests[index]
        values = ValueText(types: plan.types)
        let rows = Array(plan.marks[Int(test.markStart)..<Int(test.markStart) + Int(test.markCount)])
        mocks = Mocks(plan, rows, machine: machine)
        for row in rows where row.node != .none { marks[Int(row.node)] = row }
        engine = TestPass.engine(journal, mocks, seed)
    }

    private static func engine(_ journal: MemoryJournal, _ mocks: Mocks, _ seed: UInt64) -> Engine {
        Engine(
            journal: journal,
            options: EngineOptions(
                processId: 1, bootId: "test", seed: seed, observes: true,
                simulation: Simulation(mockedActions: mocks.actions), processIsAlive: { _ in false }))
    }

    private var moment: Moment { Moment(wall: now, boot: 0) }

    // MARK: running

    /// - Parameter commit: the commit, counted from 1, at which the engine dies and is resumed; nil: none.
    func go(crashAt commit: Int? = nil) -> TestOutcome {
        journal.failAtCommit = commit
        coverage?.begin()
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
        }
        outcome.record = record.sorted()
        outcome.elapsed = now - TestLimits.startTime
        outcome.commits = journal.commitCount
        return outcome
    }

    private func start() throws(EngineError) {
        run = try engine.start(
            plan: plan, workflow: Int(test.workflow), input: [], config: config, baseFolder: "/", name: "",
            now: moment)
    }

    /// Goes on after the engine has died: over what the journal holds, with nothing else.
    private func resume() {
        // What was under way died with the engine.
        pending.removeAll()
        journal = journal.copy()
        engine = TestPass.engine(journal, mocks, seed)
        do throws(EngineError) {
            let stored: RunRecord?
            do throws(JournalError) { stored = try journal.run(id: run.text) } catch { throw .journal(error) }
            // What was never stored has never been: it begins anew, under the same id.
            if stored == nil { return try start() }
            engine.adopt(plan, config: config)
            try engine.resume(run: run, now: moment)
        } catch {
            broke("\(error)")
        }
    }

    private func broke(_ why: String) {
        report(.stuck, "the test cannot go on: \(why)", test.span)
        isOver = true
    }

    private func stuck(_ why: String) {
        report(.stuck, why, test.span)
        isOver = true
    }

    private func report(
        _ kind: TestProblem.Kind, _ headline: String, _ span: SpanRow, _ details: [String] = []
    ) {
        outcome.problems.append(
            TestProblem(kind: kind, headline: headline, span: span, details: details))
    }

    private func take(_ turn: Turn) {
        places.removeAll(keepingCapacity: true)
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
            return stuck("the test waits for something that nothing will bring")
        }
        now = max(now, next)
        for (_, attempt, outcome) in pending.filter({ $0.due <= now }) { engine.complete(attempt, outcome) }
        pending.removeAll { $0.due <= now }
    }

    /// An answer that is still under way is told to stop.
    private func stop(_ attempt: AttemptId) {
        guard pending.contains(where: { $0.attempt == attempt }) else { return }
        pending.removeAll { $0.attempt == attempt }
        engine.complete(attempt, .failure(EffectFailure(kind: "cancelled", message: "told to stop")))
    }

    private func headline(_ failure: Failure) -> String {
        let kind = failure.kind.isEmpty || failure.kind == "failed" ? "" : " (\(failure.kind))"
        let what: String
        if failure.step.hasPrefix("#") {
            what = "`\(source(failure.span))` failed"
        } else {
            what = failure.step.isEmpty ? "the test failed" : "step `\(failure.step)` failed"
        }
        return "\(what)\(kind)\(failure.message.isEmpty ? "" : ": " + failure.message)"
    }

    // MARK: calls

    private func note(_ call: NotedCall) {
        let key = shown(call.key)
        if let effect = call.effect {
            let name = plan.string(plan.effects[effect].name)
            if name == "#calls" { return }
            counts[.effect(effect), default: []].insert(call.key)
            if call.action == nil { record.insert("\(name) \(key)") }
        }
        if let action = call.action {
            counts[.action(action), default: []].insert(call.key)
            record.insert("\(plan.string(plan.actions[Int(action)].name)) \(key)")
        }
    }

    /// A key without the run's own id.
    private func shown(_ key: String) -> String {
        key.hasPrefix(run.text + "/") ? String(key.dropFirst(run.text.utf8.count + 1)) : key
    }

    private func answer(_ request: EffectRequest) {
        if let faults, request.effect != "#calls", mocks.isMocked(request) {
            return disturb(request, faults)
        }
        engine.complete(request.attempt, outcome(of: request) ?? refuse(request))
    }

    /// Answers a call as the schedule says, and watches the rules that hold under all faults.
    private func disturb(_ request: EffectRequest, _ faults: FaultSource) {
        let place = FaultPlace(path: shown(request.key), attempt: request.attemptNumber)
        if let broken = watch.begin(place) { report(.faults, broken, span(of: request)) }
        let retried = retriedKinds(request)
        let fault = faults.fault(at: place, retried: retried, applied: watch.applied.entries.count)
        guard let fault else {
            return engine.complete(request.attempt, outcome(of: request) ?? refuse(request))
        }
        watch.applied.add(place, fault)
        switch fault {
        case .failure(let kind, let code):
            let failure = EffectFailure(kind: kind, message: "injected", code: code)
            engine.complete(request.attempt, .failure(failure))
        case .slow(let time):
            let answer = outcome(of: request) ?? refuse(request)
            pending.append((now + time, request.attempt, answer))
        case .lost: diesNow = true
        }
    }

    private func span(of request: EffectRequest) -> SpanRow {
        places[request.key].map { plan.nodes[$0].span } ?? test.span
    }

    /// The kinds of failures that the step that calls tries again, as it says or as its action does.
    private func retriedKinds(_ request: EffectRequest) -> [(kind: String, code: Int?)] {
        var rows: [UInt32] = []
        if let node = places[request.key] { rows.append(plan.nodes[node].clauses) }
        if let action = request.action { rows.append(plan.actions[Int(action)].clauses) }
        for row in rows where row != .none && plan.clauses[Int(row)].retry != .none {
            let words = plan.list(plan.clauses[Int(row)].retryOn)
            var kinds: [(kind: String, code: Int?)] = []
            for index in stride(from: 0, to: words.count - words.count % 3, by: 3) {
                let low = words[index + 1]
                kinds.append((plan.string(words[index]), low == .none ? nil : Int(low)))
            }
            return kinds
        }
        return []
    }

    /// What comes of a call; nil: nothing says.
    private func outcome(of request: EffectRequest) -> EffectOutcome? {
        if request.effect == "#calls" { return .success(integer(count(request))) }
        if let mocked = mocks.answer(request) { return mocked }
        guard let effect = request.effectNumber else { return nil }
        if mocks.real.contains(effect) { return real?.perform(request) }
        var writer = ByteWriter()
        switch request.effect {
        case "now": writer.appendInt(Int(now))
        case "random": writer.appendFloat(seededFraction(seed, request.key))
        case "uuid": writer.appendString(seededUuid(seed, request.key))
        case "emit", "nop": break
        default: return nil
        }
        return .success(writer.toArray())
    }

    private func count(_ request: EffectRequest) -> Int {
        let number =
            (try? withByteReader(request.arguments) { (reader) throws(DecodeError) in try reader.readInt() })
            ?? 0
        return counts[number >= 0 ? .action(UInt32(number)) : .effect(-1 - number)]?.count ?? 0
    }

    private func integer(_ value: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.appendInt(value)
        return writer.toArray()
    }

    private func refuse(_ request: EffectRequest) -> EffectOutcome {
        let mocked = request.action.map { plan.string(plan.actions[Int($0)].name) } ?? request.effect
        let step = "step `\(request.stepPath)`"
        report(
            .unmocked, "\(step) calls `\(request.effect)`, which nothing mocks", span(of: request),
            ["write `mock \(mocked) = …`, or `real \(request.effect)` to let it happen"])
        isOver = true
        return .failure(EffectFailure(kind: "unmocked", message: "nothing mocks `\(request.effect)`"))
    }

    // MARK: marks

    private func observe(_ turn: Turn) {
        coverage?.take(turn.events, plan)
        if faults != nil { watch.observe(turn.events.filter { $0.run == run }, plan) }
        var caught: [Int: Failure] = [:]
        for entry in turn.caught { caught[entry.scope] = entry.failure }
        for event in turn.events where event.kind == .nodeFailed && event.run == run && event.scope == 1 {
            // What the test has done is not undone: nobody looks at it any more.
            if let failure = event.failure, !isOver {
                report(.failure, headline(failure), failure.span)
                isOver = true
            }
        }
        for event in turn.events where event.kind == .nodeEnded && event.run == run {
            guard let node = event.node, let mark = marks[node], let value = event.value else { continue }
            switch MarkKind(rawValue: mark.kind) {
            case .mockValue, .mockFunction, .mockFails: mocks.set(mark, value: value)
            case .expect: expectation(mark, value, TypeId(raw: plan.nodes[node].type))
            case .expectFails: expectedFailure(mark, value, caught[event.scope])
            case .real, nil: break
            }
        }
    }

    /// The source text of a place, on one line.
    private func source(_ span: SpanRow) -> String {
        guard span.file != .none else { return "" }
        let bytes = plan.sourceBytes(span.file)
        guard Int(span.end) <= bytes.count else { return "" }
        let text = String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self)
        return text.split(whereSeparator: { $0 == "\n" || $0 == " " }).joined(separator: " ")
    }

    private func expectation(_ mark: MarkRow, _ value: [UInt8], _ type: TypeId) {
        outcome.expectationCount += 1
        outcome.expectations.append(value)
        if value.first == 1 { return }
        let text = source(mark.span)
        guard mark.operation != MarkOperation.none.rawValue else {
            return report(.expectation, "expected `\(text)`", mark.span)
        }
        let side = plan.types.tupleElement(of: type, at: 1)
        let parts = values.split(value, plan.types.tupleElements(of: type))
        guard parts.count == 3 else { return report(.expectation, "expected `\(text)`", mark.span) }
        var details = ["left:  \(values.text(parts[1], side))", "right: \(values.text(parts[2], side))"]
        if mark.operation == MarkOperation.equal.rawValue {
            details += values.differences(parts[1], parts[2], side)
        }
        report(.expectation, "expected `\(text)`", mark.span, details)
    }

    private func expectedFailure(_ mark: MarkRow, _ value: [UInt8], _ failure: Failure?) {
        outcome.expectationCount += 1
        // The number of attempts may differ after a crash; what came of them may not.
        outcome.expectations.append(Array((failure.map { "\($0.kind): \($0.message)" } ?? "").utf8))
        let text = source(mark.span)
        guard let failure else {
            return report(.expectation, "expected `\(text)`, but it did not fail", mark.span)
        }
        let found = ["found: \(failure.kind)\(failure.code.map { "(\($0))" } ?? ""): \(failure.message)"]
        if mark.failureKind != .none {
            let isInRange =
                mark.codeLow == .none
                || failure.code.map { $0 >= Int(mark.codeLow) && $0 <= Int(mark.codeHigh) } ?? false
            if plan.string(mark.failureKind) != failure.kind || !isInRange {
                return report(.expectation, "expected `\(text)`, but it failed otherwise", mark.span, found)
            }
        }
        guard let wanted = expectedMessage(value) else { return }
        if wanted != failure.message {
            report(.expectation, "expected `\(text)`, but its message is another", mark.span, found)
        }
    }

    /// The message behind an `Error?`, if there is one.
    private func expectedMessage(_ value: [UInt8]) -> String? {
        var types = plan.types
        let parts = values.split(value, [types.optional(of: .error), .string])
        guard parts.count == 2 else { return nil }
        return try? withByteReader(parts[1]) { (reader) throws(DecodeError) in try reader.readString() }
    }
}
