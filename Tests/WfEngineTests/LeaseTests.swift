// Two processes on one journal: a run has one owner, a dead owner's runs can be taken over, a stale one
// writes nothing.

import Testing
import WfEngine
import WfJournal
import WfPlan

@Suite struct LeaseTests {
    private func plan() throws -> Plan {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block,
            [
                .init(kind: .effect, name: "a", target: echo, chunk: test.call([], plus: 1)),
                .init(
                    kind: .effect, name: "b", dependencies: [0], target: echo, chunk: test.call([test.at(0)])),
            ], result: test.sum([test.at(1)]))
        test.workflow("main", root: block)
        return try test.finish()
    }

    @Test func aLiveOwnersRunIsRefused() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, process: 10, answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        let second = World(journal: journal, process: 11, now: first.now + 1_000, isAlive: { $0 == 10 })
        #expect(throws: EngineError.ownedElsewhere(run.text, processId: 10)) {
            try second.engine.resume(run: run, now: second.moment)
        }
        #expect(throws: EngineError.unknownRun("rnone")) {
            try second.engine.resume(run: RunId("rnone"), now: second.moment)
        }
    }

    @Test func aDeadOwnersRunIsTakenOver() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, process: 10, answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        let second = World(journal: journal, process: 11, now: first.now + 1_000)
        try second.engine.resume(run: run, now: second.moment)
        try second.run()
        #expect(second.ends[run].flatMap { value($0) } == 1)
    }

    @Test func aSilentOwnerLosesItsRunAndWritesNothing() throws {
        let journal = MemoryJournal()
        var pending: [AttemptId] = []
        let first = World(
            journal: journal, process: 10,
            answer: { request in
                pending.append(request.attempt)
                return .never
            })
        let run = try first.start(plan())
        _ = try first.turn()
        let second = World(
            journal: journal, process: 11, now: first.now + EngineLimits.heartbeatExpiry,
            isAlive: { _ in true })
        try second.engine.resume(run: run, now: second.moment)
        _ = try second.turn()
        first.engine.complete(try #require(pending.first), .success(encoded(999)))
        let turn = try first.turn()
        #expect(turn.lostRuns == [run])
        #expect(turn.effectsToStart.isEmpty)
        #expect(!first.engine.hasLiveRuns)
        try second.run()
        #expect(second.ends[run].flatMap { value($0) } == 1)
    }

    @Test func heartbeatsKeepARunAlive() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, process: 10, answer: { _ in .never })
        let run = try first.start(plan())
        for _ in 0..<20 {
            _ = try first.turn()
            first.now += EngineLimits.heartbeatEvery
        }
        let second = World(journal: journal, process: 11, now: first.now, isAlive: { _ in true })
        #expect(throws: EngineError.self) { try second.engine.resume(run: run, now: second.moment) }
    }

    @Test func releasedRunsMayBeResumedAtOnce() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, process: 10, answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        try first.engine.release()
        let second = World(journal: journal, process: 11, now: first.now, isAlive: { _ in true })
        try second.engine.resume(run: run, now: second.moment)
        try second.run()
        #expect(second.ends[run].flatMap { value($0) } == 1)
        #expect(throws: EngineError.ended(run.text, status: .done)) {
            try World(journal: journal, process: 12).engine.resume(run: run, now: second.moment)
        }
    }

    @Test func aProcessOfAnEarlierBootIsGone() throws {
        let journal = MemoryJournal()
        let first = World(journal: journal, process: 10, boot: "monday", answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        // Something else has its number by now, and the clock since boot says less than its last sign of life.
        let second = World(
            journal: journal, process: 11, now: first.now - 900_000, boot: "tuesday", isAlive: { _ in true })
        try second.engine.resume(run: run, now: second.moment)
        try second.run()
        #expect(second.ends[run].flatMap { value($0) } == 1)
    }

    @Test func theClockOnTheWallTakesNoRunAway() throws {
        let journal = MemoryJournal()
        let year: Int64 = 31_536_000_000_000
        let first = World(journal: journal, process: 10, answer: { _ in .never })
        let run = try first.start(plan())
        _ = try first.turn()
        let ahead = World(journal: journal, process: 11, now: first.now + 1_000, isAlive: { _ in true })
        ahead.wallAhead = year
        #expect(throws: EngineError.ownedElsewhere(run.text, processId: 10)) {
            try ahead.engine.resume(run: run, now: ahead.moment)
        }
        let behind = World(
            journal: journal, process: 12, now: first.now + EngineLimits.heartbeatExpiry,
            isAlive: { _ in true })
        behind.wallAhead = -behind.now
        try behind.engine.resume(run: run, now: behind.moment)
        try behind.run()
        #expect(behind.ends[run].flatMap { value($0) } == 1)
    }
}
