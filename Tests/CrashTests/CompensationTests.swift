// Random nests of try, race, for, loop, sequence and calls, whose steps all have an undo, with failures and kills by
// seed: whatever happens, every recorded success is undone exactly once, in reverse order, before the run ends. The
// world is a function of the seed and a step's key, so that time and order are all that differs between two lives.
import Testing
import WfCompiler
import WfEngine
import WfJournal
import WfPlan

/// Writes a program.
private struct Writer {
    var dice: Dice
    var text = ""
    var workflows: [String] = []
    private var lastName = 0
    private var budget: Int

    init(seed: Int) {
        dice = Dice(seed: UInt64(seed))
        budget = 6 + dice.below(22)
    }

    mutating func program() -> String {
        let body = block(depth: 0)
        let main = """
            workflow main() -> String {
                step outcome = try {
                    step all = sequence {\(body)}
                    step last = act("last") after all
                    step never = fails() after last
                    "fine"
                } catch error { "caught {error.kind}" }
                outcome
            }
            """
        return """
            action act(name: String) via emit(name, null as Json)
            action back(name: String) via emit(name, null as Json)
            action fails() via emit("fails", null as Json)
            \(workflows.joined(separator: "\n"))
            \(main)
            """
    }

    private mutating func name() -> String {
        lastName += 1
        return "s\(lastName)"
    }

    private mutating func block(depth: Int) -> String {
        var lines = "\n"
        var before: [String] = []
        for _ in 0..<1 + dice.below(3) {
            let name = name()
            var line = "step \(name) = \(node(name, depth: depth))"
            if let other = before.last, dice.below(2) == 0 { line += " after \(other)" }
            lines += line + "\n"
            before.append(name)
        }
        return lines
    }

    private mutating func node(_ name: String, depth: Int) -> String {
        budget -= 1
        if depth > 4 || budget <= 0 { return step(name) }
        switch dice.below(11) {
        case 0, 1:
            let body = block(depth: depth + 1)
            return "try {\(body)} catch {\(dice.below(2) == 0 ? block(depth: depth + 1) : " nop() ")}"
        case 2: return "try {\(block(depth: depth + 1))}" + again()
        case 3, 4:
            let one = block(depth: depth + 1)
            let two = block(depth: depth + 1)
            return "race { one {\(one)} two {\(two)} }" + again()
        case 5: return "for i in 0..<\(1 + dice.below(3)) limit 2 {\(block(depth: depth + 1))}" + again()
        case 6:
            return
                "loop (i: Int = 0) while i < \(1 + dice.below(3)) {\(block(depth: depth + 1))next (i + 1) }"
        case 7: return "sequence {\(block(depth: depth + 1))}" + again()
        case 8:
            let callee = "w\(name)"
            workflows.append("workflow \(callee)() {\(block(depth: depth + 1))}")
            return "\(callee)()" + (dice.below(2) == 0 ? " else nop()" : "")
        default: return step(name)
        }
    }

    private mutating func again() -> String { dice.below(3) == 0 ? " retry 1" : "" }
    private func step(_ name: String) -> String { "act(\"\(name)\") undo back(\"\(name)\")" }
}

/// An engine over a journal in memory, on a clock that moves when nothing else can.
private final class Simulation {
    let journal: MemoryJournal
    let engine: Engine
    let seed: Int
    var now: Int64
    var end: RunEnd?
    var keys: Set<String> = []
    private var inFlight: [(due: Int64, attempt: AttemptId, outcome: EffectOutcome)] = []

    init(journal: MemoryJournal, process: Int32, now: Int64, seed: Int) {
        self.journal = journal
        self.now = now
        self.seed = seed
        engine = Engine(
            journal: journal,
            options: EngineOptions(
                processId: process, bootId: "test", seed: UInt64(process), processIsAlive: { _ in false }))
    }

    var moment: Moment { Moment(wall: now, boot: now) }

    /// The same for a key, whenever it is asked.
    private func answer(_ request: EffectRequest) -> (delay: Int64, outcome: EffectOutcome) {
        let path = String(request.key.drop { $0 != "/" })
        var hash = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var dice = Dice(seed: hash)
        let delay = Int64(dice.below(4) == 0 ? 0 : 1 + dice.below(5_000))
        let isUndo = path.contains("!undo")
        let fails =
            path.hasSuffix("/never") || !isUndo && dice.below(9) == 0
            || isUndo && request.attemptNumber == 1
                && dice.below(4) == 0
        let failure = EffectFailure(kind: "io", message: "no luck")
        return (delay, fails ? .failure(failure) : .success([]))
    }

    func run() throws(JournalError) {
        for _ in 0..<200_000 where end == nil {
            let turn = try engine.turn(now: moment)
            for attempt in turn.attemptsToCancel {
                inFlight.removeAll { $0.attempt == attempt }
                engine.complete(attempt, .failure(EffectFailure(kind: "cancelled", message: "stopped")))
            }
            for request in turn.effectsToStart {
                keys.insert(String(request.key.drop { $0 != "/" }))
                let (delay, outcome) = answer(request)
                inFlight.append((now + delay, request.attempt, outcome))
            }
            if let ended = turn.endedRuns.first { end = ended.end }
            if turn.committed || end != nil { continue }
            let next = min(turn.nextWake ?? .max, inFlight.map(\.due).min() ?? .max)
            if next == .max { return }
            now = max(now, next)
            for item in inFlight where item.due <= now { engine.complete(item.attempt, item.outcome) }
            inFlight.removeAll { $0.due <= now }
        }
    }
}

@Suite struct CompensationTests {
    private static let shares = 4
    private static let seedsPerShare = 60

    @Test(arguments: 0..<shares) func allThatWasDoneIsUndone(share: Int) throws {
        for seed in 0..<CompensationTests.seedsPerShare { try check(seed * CompensationTests.shares + share) }
    }

    private func check(_ seed: Int) throws {
        var writer = Writer(seed: seed)
        let text = writer.program()
        let compiled = Compiler.compile(text: Array(text.utf8), path: "random.wf")
        let bytes = try #require(compiled.plan, "seed \(seed): \(compiled.diagnostics)\n\(text)")
        let plan = try Plan.load(bytes: bytes)
        let workflow = try #require(plan.workflow(named: "main"))
        var dice = Dice(seed: UInt64(seed) &+ 77)
        var journal = MemoryJournal()
        journal.failAtCommit = dice.below(3) == 0 ? nil : 1 + dice.below(12)
        var life = Simulation(journal: journal, process: 1, now: 1_000_000, seed: seed)
        let run = try life.engine.start(
            plan: plan, workflow: workflow, input: [], baseFolder: "/", name: "", now: life.moment)
        try? life.run()
        for process in 2..<200 where life.end == nil {
            journal = life.journal.copy()
            if try journal.run(id: run.text) == nil { return }
            journal.failAtCommit = 1 + dice.below(15)
            life = Simulation(journal: journal, process: Int32(process), now: life.now, seed: seed)
            try life.engine.resume(run: run, now: life.moment)
            try? life.run()
        }
        guard case .done? = life.end else {
            Issue.record("seed \(seed): \(String(describing: life.end))\n\(text)")
            return
        }
        try expectAllUndone(run, life.journal, "seed \(seed)\n\(text)")
    }

    private func expectAllUndone(_ run: RunId, _ journal: MemoryJournal, _ place: String) throws {
        let row = try #require(try journal.run(id: run.text))
        #expect(try journal.state(run: row.number).isEmpty, "\(place): live state is left")
        let record = try Record(run: run.text, journal: journal)
        #expect(record.endedTwice.isEmpty, "\(place): \(record.endedTwice) ended twice")
        #expect(record.undoneOutOfOrder.isEmpty, "\(place): \(record.undoneOutOfOrder) out of order")
        let report = try RunReport(run: row, journal: journal)
        var done: [String] = []
        var undone: [String] = []
        for event in report.events where event.kind == .nodeEnded {
            guard let node = event.node else { continue }
            if event.path.hasSuffix("!undo") {
                undone.append(String(event.path.dropLast(5)))
            } else if plan(report.plan, undoes: node) {
                done.append(event.path)
            }
        }
        #expect(done.sorted() == undone.sorted(), "\(place)")
    }

    private func plan(_ plan: Plan, undoes node: Int) -> Bool {
        plan.undoBlock(of: plan.nodes[node]) != .none
    }
}
