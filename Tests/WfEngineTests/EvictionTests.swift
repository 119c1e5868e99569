// Runs that only wait leave memory and come back: with nothing kept in memory, everything goes on as it would.
import Testing
import WfEngine
import WfJournal
import WfPlan
import WfValue

/// One step that sleeps for an hour.
private func sleeper() throws -> Plan {
    let test = TestPlan()
    let sleep = test.sleep()
    let block = test.builder.reserveBlock()
    test.fill(
        block,
        [
            .init(
                kind: .effect, name: "nap", type: .unit, target: sleep,
                chunk: test.durationCall(1_800_000_000))
        ],
        result: test.sum([], plus: 8))
    test.workflow("main", root: block)
    return try test.finish()
}

@Suite struct EvictionTests {
    @Test func waitingRunsLeaveMemoryAndComeBackInTime() throws {
        let plan = try sleeper()
        let world = World()
        world.engine.residentWaitsMax = 0
        let runs = try (0..<5).map { _ in try world.start(plan) }
        try world.run(until: { world.engine.liveRuns.isEmpty })
        #expect(world.engine.hasLiveRuns && world.ends.isEmpty)
        try world.run()
        for run in runs { #expect(world.ends[run] != nil) }
        #expect(!world.engine.hasLiveRuns)
    }

    @Test func requestsBringRunsBack() throws {
        let plan = try sleeper()
        let journal = MemoryJournal()
        let world = World(journal: journal)
        world.engine.residentWaitsMax = 0
        let run = try world.start(plan)
        try world.run(until: { world.engine.liveRuns.isEmpty })
        let record = try #require(try journal.run(id: run.text))
        #expect(record.due > world.now && record.waits.hasPrefix("until"))
        _ = try journal.post(RequestRecord(run: record.number, kind: .cancel, time: world.now))
        world.engine.notice()
        try world.run()
        #expect(world.ends[run] == .cancelled)
    }

    @Test func cancellingBringsBack() throws {
        let plan = try sleeper()
        let world = World()
        world.engine.residentWaitsMax = 0
        let run = try world.start(plan)
        try world.run(until: { world.engine.liveRuns.isEmpty })
        try world.engine.cancel(run: run, now: world.moment)
        try world.run()
        #expect(world.ends[run] == .cancelled)
    }

    @Test func waitingRunsOfADeadProcessAreAdopted() throws {
        let plan = try sleeper()
        let journal = MemoryJournal()
        let first = World(journal: journal)
        let runs = try (0..<5).map { _ in try first.start(plan) }
        for _ in 0..<3 { _ = try first.turn() }
        let second = World(journal: journal, process: 2, now: first.now, seed: 9)
        let adopted = try second.engine.adoptWaiting(now: second.moment)
        #expect(adopted.count == 5 && adopted.plans == [plan.identity])
        #expect(second.engine.liveRuns.isEmpty && second.engine.hasLiveRuns)
        try second.run()
        for run in runs { #expect(second.ends[run] != nil) }
        // Whoever was thought to be dead writes nothing any more.
        first.now = second.now
        for _ in 0..<3 { _ = try? first.turn() }
        #expect(first.ends.isEmpty)
    }

    @Test func aLiveProcessKeepsItsRuns() throws {
        let plan = try sleeper()
        let journal = MemoryJournal()
        let first = World(journal: journal)
        _ = try first.start(plan)
        for _ in 0..<3 { _ = try first.turn() }
        let second = World(journal: journal, process: 2, now: first.now, seed: 9, isAlive: { _ in true })
        #expect(try second.engine.adoptWaiting(now: second.moment).count == 0)
    }
}
