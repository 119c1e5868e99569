// Items that are opened ahead of a fan-out's limit: they fill places at once, the limit holds all the same, and no
// effect begins before a journal that is read then would start it again.

import Testing
import WfEngine
import WfJournal
import WfPlan
import WfValue

@Suite struct AheadTests {
    /// `for x in 0..<count limit n { work(x) }`
    private func plan(
        count: Int, limit: Int, clauses: ((TestPlan) -> ClausesRow)? = nil, faultyItem: Int? = nil
    ) throws -> Plan {
        let test = TestPlan()
        let work = test.effect("work")
        let (root, item) = (test.builder.reserveBlock(), test.builder.reserveBlock())
        var row = UInt32.none
        if let clauses { row = test.builder.add(clauses(test)) }
        let call =
            faultyItem.map { test.quotient(test.at(0), not: $0) } ?? test.call([test.at(0)])
        test.fill(
            item, given: [.int],
            [.init(kind: .effect, name: "work", target: work, chunk: call, clauses: row)],
            result: test.sum([test.at(1)]))
        test.fill(
            root,
            [
                .init(
                    kind: .fan, name: "all", type: test.ints, target: item, chunk: test.list(count: count),
                    condition: test.word(limit, .int))
            ], result: test.slot(test.at(0), test.ints))
        test.workflow("main", root: root, result: test.ints)
        return try test.finish()
    }

    private func ints(_ end: RunEnd?) -> [Int]? {
        guard case .done(let bytes)? = end else { return nil }
        return try? withByteReader(bytes) { (reader) throws(DecodeError) in
            var values: [Int] = []
            for _ in 0..<(try reader.readCount()) { values.append(try reader.readInt()) }
            return values
        }
    }

    /// Runs a plan; returns the most effects that were under way at once.
    private func most(_ world: World, _ plan: Plan) throws -> Int {
        var most = 0
        world.onStart = { [unowned world] _ in most = max(most, world.underWay) }
        _ = try world.finish(plan)
        return most
    }

    private func slow(_ request: EffectRequest) -> Answer {
        .after(Int64(1_000 + (decoded(request.arguments) ?? 0) % 7 * 500), .success(request.arguments))
    }

    @Test func placesAreFilledWithoutACommitAndTheLimitHolds() throws {
        let plan = try plan(count: 200, limit: 3)
        let ahead = World(answer: slow)
        #expect(try most(ahead, plan) == 3)
        #expect(ints(ahead.ends.values.first) == Array(0..<200))
        #expect(ahead.started.count == 200)
        let behind = World(opensAhead: false, answer: slow)
        #expect(try most(behind, plan) <= 3)
        #expect(ints(behind.ends.values.first) == Array(0..<200))
        #expect(ahead.tookPlaces > 190, "all but the first take a place that a success has freed")
        #expect(behind.tookPlaces == 0)
    }

    /// Turns that take their time name items that have begun meanwhile: the place that was meant is filled anyway.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func noPlaceStandsIdleWhileTurnsAreTaken(seed: UInt64)
        throws
    {
        let plan = try plan(count: 400, limit: 2)
        var state = seed
        func draw(_ range: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 33) % range
        }
        let world = World(answer: { .after(800 + draw(400), .success($0.arguments)) })
        world.overlap = { (400 + draw(1_200), draw(4) == 0 ? 0 : 5_000) }
        let before = world.now
        #expect(try most(world, plan) == 2)
        #expect(ints(world.ends.values.first) == Array(0..<400))
        let ideal: Int64 = 400 * 1_000 / 2
        #expect(world.now - before < ideal + ideal / 10)
    }

    @Test func oneAfterTheOtherStaysOneAfterTheOther() throws {
        let plan = try plan(count: 20, limit: 1)
        let world = World(answer: slow)
        #expect(try most(world, plan) <= 1)
        #expect(world.engine.opensAhead)
        #expect(ints(world.ends.values.first) == Array(0..<20))
    }

    /// At every start: what the journal holds at that moment would start the effect again.
    @Test func startsAreDurable() throws {
        let plan = try plan(
            count: 30, limit: 2,
            clauses: { test in
                ClausesRow(retry: test.word(2, .int), backoffFirst: test.word(700, .duration))
            })
        let journal = MemoryJournal()
        let world = World(
            journal: journal,
            answer: { request in
                let value = decoded(request.arguments) ?? 0
                if value % 5 == 3, request.attemptNumber < 3 {
                    return .after(300, .failure(EffectFailure(kind: "io", message: "flaky")))
                }
                return .after(Int64(500 + value % 3 * 400), .success(request.arguments))
            })
        let run = try world.start(plan)
        var checked = 0
        var prepared = 0
        world.onStart = { request in
            do {
                let other = World(
                    journal: journal.copy(), process: 2, now: 500_000_000, answer: { _ in .never })
                try other.engine.resume(run: run, now: other.moment)
                let turn = try other.engine.turn(now: other.moment)
                let again = turn.effectsToStart + turn.effectsPrepared
                #expect(again.contains { $0.key == request.key }, "\(request.stepPath) is not durable")
                #expect(turn.effectsToStart.count <= 2, "the limit holds after a resume")
                prepared += turn.effectsPrepared.count
                checked += 1
            } catch {
                Issue.record(error)
            }
        }
        try world.run()
        #expect(ints(world.ends[run]) == Array(0..<30))
        #expect(checked == world.started.count && checked > 30)
        #expect(prepared > 0)
    }

    @Test func killedAtEveryCommit() throws {
        let plan = try plan(count: 40, limit: 3)
        let whole = World(answer: slow)
        let expected = try whole.finish(plan)
        let commits = try #require(whole.journal as? MemoryJournal).commitCount
        for kill in 2...commits {
            let journal = MemoryJournal()
            journal.failAtCommit = kill
            let first = World(journal: journal, answer: slow)
            let run = try first.start(plan)
            #expect(throws: JournalError.self) { try first.run() }
            let second = World(
                journal: journal.copy(), process: 2, now: first.now + 5_000_000, seed: 99, answer: slow)
            var most = 0
            second.onStart = { [unowned second] _ in most = max(most, second.underWay) }
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            #expect(second.ends[run] == expected, "killed at commit \(kill)")
            #expect(most <= 3)
        }
    }

    @Test func whatWasPreparedAndHasNotBegunNeverDoesWhenASiblingFails() throws {
        let plan = try plan(count: 50, limit: 2)
        let world = World(answer: { request in
            let value = decoded(request.arguments) ?? 0
            if value == 5 { return .after(100, .failure(EffectFailure(kind: "io", message: "no"))) }
            return .after(1_000, .success(request.arguments))
        })
        var begun: [Int] = []
        world.onStart = { begun.append(decoded($0.arguments) ?? -1) }
        let end = try world.finish(plan)
        #expect(failure(end)?.message == "no")
        #expect(begun.count <= 7 && begun == Array(0..<begun.count), "\(begun)")
    }

    /// The item before the faulty one is not disturbed before its end.
    @Test func argumentsThatFaultFailTheirItemInItsTurn() throws {
        let plan = try plan(count: 12, limit: 2, faultyItem: 8)
        let world = World(answer: slow)
        var begun: [Int] = []
        world.onStart = { begun.append(decoded($0.arguments) ?? -1) }
        let end = try world.finish(plan)
        #expect(failure(end)?.kind == "division")
        #expect(begun.count == 8)
    }

    @Test func cancellingEndsThePreparedToo() throws {
        let plan = try plan(count: 50, limit: 2)
        let world = World(answer: { _ in .never })
        let run = try world.start(plan)
        _ = try world.turn()
        try world.engine.cancel(run: run, now: world.moment)
        try world.run()
        #expect(world.ends[run] == .cancelled)
        #expect(world.started.count == 2)
    }

    /// Failures, retries, timeouts and late successes in every order: the limit holds, every item ends once.
    @Test(arguments: 1...60 as ClosedRange<UInt64>) func theLimitHoldsWhateverHappens(seed: UInt64) throws {
        let limit = 2 + Int(seed % 4)
        let plan = try plan(
            count: 60, limit: limit,
            clauses: { test in
                ClausesRow(
                    timeout: test.word(2_000, .duration), retry: test.word(50, .int),
                    backoffFirst: test.word(Int(seed) * 37, .duration))
            })
        var state = seed
        let world = World(answer: { request in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let draw = Int(state >> 33)
            let delay = Int64(draw % 2_500)
            return draw / 4096 % 4 == 0
                ? .after(delay, .failure(EffectFailure(kind: "io", message: "no")))
                : .after(delay, .success(request.arguments))
        })
        if seed % 2 == 0 { world.overlap = { (Int64(state >> 40) % 3_000, Int64(state >> 44) % 3 * 2_000) } }
        #expect(try most(world, plan) <= limit)
        #expect(ints(world.ends.values.first) == Array(0..<60))
    }

    @Test func stepsWithOtherClausesAreNotPrepared() throws {
        let plan = try plan(
            count: 30, limit: 2, clauses: { test in ClausesRow(deadline: test.word(1_000_000, .duration)) })
        let world = World(answer: slow)
        let run = try world.start(plan)
        let turn = try world.turn()
        #expect(turn.effectsToStart.count == 2)
        #expect(turn.effectsPrepared.isEmpty)
        try world.run()
        #expect(ints(world.ends[run]) == Array(0..<30))
    }
}
