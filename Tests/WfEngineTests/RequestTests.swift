// Requests from outside reach the run they are for: at once when the owner is called, with the heartbeat when it is
// not, and when the run is taken over.

import Testing
import WfEngine
import WfJournal
import WfPlan

@Suite struct RequestTests {
    /// A workflow of one effect.
    private func plan() throws -> Plan {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .effect, name: "a", target: echo, chunk: test.call([], plus: 1))],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        return try test.finish()
    }

    private func cancelling(_ world: World, _ run: RunId) throws {
        let number = try #require(try world.journal.run(id: run.text)).number
        _ = try world.journal.post(RequestRecord(run: number, kind: .cancel, time: world.now))
    }

    @Test func aCancelIsNoticed() throws {
        let world = World(answer: { _ in .never })
        let run = try world.start(plan())
        _ = try world.turn()
        try cancelling(world, run)
        _ = try world.turn()
        #expect(world.cancelled.isEmpty, "nobody has called")
        world.engine.notice()
        try world.run()
        #expect(world.ends[run] == .cancelled)
        #expect(try world.journal.requests(run: nil, after: 0, limit: 10) == [])
    }

    /// Nobody is left to hear it: no further turn is due.
    @Test func aCallAfterTheLastRunIsNoWork() throws {
        let world = World()
        let run = try world.start(plan())
        try world.run()
        #expect(world.ends[run] != nil && !world.engine.hasLiveRuns)
        world.engine.notice()
        #expect(try world.turn().nextWake == nil)
        #expect(try world.turn().nextWake == nil)
    }

    @Test func aHeartbeatLooksToo() throws {
        let world = World(answer: { _ in .never })
        let run = try world.start(plan())
        _ = try world.turn()
        try cancelling(world, run)
        world.now += EngineLimits.heartbeatEvery
        try world.run()
        #expect(world.ends[run] == .cancelled)
    }

    @Test func aRunThatIsTakenOverSeesWhatWaits() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        try cancelling(first, run)
        let second = World(journal: journal, process: 2, answer: { _ in .never })
        try second.engine.resume(run: run, now: second.moment)
        try second.run()
        #expect(second.ends[run] == .cancelled)
    }

    /// Killed at every commit around the request, the run is cancelled all the same.
    @Test func aRequestSurvivesEveryCrash() throws {
        for kill in 2...3 {
            let journal = MemoryJournal()
            let first = World(journal: journal, answer: { _ in .never })
            let run = try first.start(plan())
            _ = try first.turn()
            try cancelling(first, run)
            journal.failAtCommit = kill
            first.engine.notice()
            do { try first.run() } catch {}
            journal.failAtCommit = nil
            let second = World(journal: journal, process: 2, answer: { _ in .never })
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            #expect(second.ends[run] == .cancelled, "killed at \(kill)")
        }
    }
}
