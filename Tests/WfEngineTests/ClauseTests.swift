// Retries, timeouts, deadlines, failover, cancellation, unknown outcomes, sleeps.

import Testing
import WfEngine
import WfPlan
import WfValue

@Suite struct ClauseTests {
    /// A workflow of one effect `a` with these clauses.
    private func plan(_ make: (TestPlan, UInt32) -> ClausesRow) throws -> Plan {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let clauses = test.builder.add(make(test, block))
        test.fill(
            block,
            [.init(kind: .effect, name: "a", target: echo, chunk: test.call([], plus: 1), clauses: clauses)],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        return try test.finish()
    }

    private let refusal = EffectOutcome.failure(EffectFailure(kind: "exit", message: "status 75", code: 75))

    @Test func retryStopsAtItsCount() throws {
        let plan = try plan { test, _ in ClausesRow(retry: test.word(3, .int)) }
        let world = World(answer: { _ in .now(self.refusal) })
        let reason = try #require(failure(try world.finish(plan)))
        #expect(world.started.count == 4)
        #expect(Set(world.started).count == 1)
        #expect(reason.attempts == 4)
    }

    @Test func retrySucceedsInTheEnd() throws {
        let plan = try plan { test, _ in ClausesRow(retry: test.word(5, .int)) }
        let world = World(answer: { request in
            request.attemptNumber < 3 ? .now(self.refusal) : .now(.success(request.arguments))
        })
        #expect(value(try world.finish(plan)) == 1)
        #expect(world.started.count == 3)
    }

    @Test func retryFilter() throws {
        for (low, high, attempts) in [(75, 75, 3), (1, 74, 1), (70, 80, 3)] {
            let plan = try plan { test, _ in
                ClausesRow(
                    retry: test.word(2, .int),
                    retryOn: test.builder.list([
                        test.builder.string("timeout"), .none, .none, test.builder.string("exit"),
                        UInt32(low), UInt32(high),
                    ]))
            }
            let world = World(answer: { _ in .now(self.refusal) })
            _ = try world.finish(plan)
            #expect(world.started.count == attempts)
        }
    }

    @Test func backoffGrowsToItsEnd() throws {
        let plan = try plan { test, _ in
            ClausesRow(
                retry: test.word(4, .int), backoffFirst: test.word(1_000_000, .duration),
                backoffLast: test.word(3_000_000, .duration))
        }
        var times: [Int64] = []
        var world: World?
        let made = World(answer: { _ in
            times.append(world?.now ?? 0)
            return .now(self.refusal)
        })
        world = made
        _ = try made.finish(plan)
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses == [1_000_000, 2_000_000, 3_000_000, 3_000_000])
    }

    @Test func jitterStaysBetweenHalfAndWhole() throws {
        let plan = try plan { test, _ in
            ClausesRow(
                retry: test.word(20, .int), backoffFirst: test.word(1_000_000, .duration),
                flags: ClausesRow.jitterFlag)
        }
        var times: [Int64] = []
        var world: World?
        let made = World(answer: { _ in
            times.append(world?.now ?? 0)
            return .now(self.refusal)
        })
        world = made
        _ = try made.finish(plan)
        let pauses = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(pauses.count == 20 && pauses.allSatisfy { (500_000...1_000_000).contains($0) })
        #expect(Set(pauses).count > 10)
    }

    @Test func timeoutCancelsAndCounts() throws {
        let plan = try plan { test, _ in
            ClausesRow(timeout: test.word(2_000_000, .duration), retry: test.word(1, .int))
        }
        let world = World(answer: { _ in .never })
        let reason = try #require(failure(try world.finish(plan)))
        #expect(reason.kind == "timeout" && reason.attempts == 2)
        #expect(world.cancelled.count == 2)
        #expect(world.now >= 5_000_000)
    }

    @Test func deadlineEndsThePauses() throws {
        let plan = try plan { test, _ in
            ClausesRow(
                deadline: test.word(5_000_000, .duration), retry: test.word(100, .int),
                backoffFirst: test.word(2_000_000, .duration))
        }
        let world = World(answer: { _ in .now(self.refusal) })
        let reason = try #require(failure(try world.finish(plan)))
        #expect(reason.kind == "expired")
        #expect(world.started.count == 3)
        #expect(world.now == 6_000_000)
    }

    @Test func deadlineCancelsAnAttempt() throws {
        let plan = try plan { test, _ in ClausesRow(deadline: test.word(5_000_000, .duration)) }
        let world = World(answer: { _ in .never })
        #expect(failure(try world.finish(plan))?.kind == "expired")
        #expect(world.cancelled.count == 1)
    }

    @Test func elseTakesOverOnce() throws {
        let plan = try plan { test, block in
            let other = test.otherwise(
                .init(kind: .effect, name: "b", target: 0, chunk: test.call([], plus: 50)), block: block)
            return ClausesRow(retry: test.word(1, .int), otherwise: other)
        }
        let world = World(answer: { request in
            request.key.hasSuffix("!else") ? .now(.success(request.arguments)) : .now(self.refusal)
        })
        #expect(value(try world.finish(plan)) == 50)
        #expect(world.started.count == 3)
        #expect(Set(world.started).count == 2)
    }

    @Test func elseThatFailsFails() throws {
        let plan = try plan { test, block in
            let other = test.otherwise(
                .init(kind: .effect, name: "b", target: 0, chunk: test.call([], plus: 50)), block: block)
            return ClausesRow(retry: test.word(1, .int), otherwise: other)
        }
        let world = World(answer: { _ in .now(self.refusal) })
        #expect(failure(try world.finish(plan))?.step == "a!else")
        #expect(world.started.count == 3)
    }

    @Test func stepReplacesTheActionsClause() throws {
        for (own, expected) in [(false, 6), (true, 2)] {
            let test = TestPlan()
            let echo = test.effect("echo")
            let action = test.builder.add(
                ActionRow(
                    name: test.builder.string("act"), parameterNames: test.builder.list(strings: ["x"]),
                    parameterTypes: test.builder.list(types: [.int]), resultType: TypeId.int.raw,
                    effect: echo,
                    arguments: test.call([test.at(0)]), returns: .none,
                    clauses: test.builder.add(ClausesRow(retry: test.sum([test.at(0)]))), span: .none))
            let block = test.builder.reserveBlock()
            let clauses = own ? test.builder.add(ClausesRow(retry: test.word(1, .int))) : .none
            test.fill(
                block,
                [
                    .init(
                        kind: .action, name: "a", target: action, chunk: test.call([], plus: 5),
                        clauses: clauses)
                ],
                result: test.sum([test.at(0)]))
            test.workflow("main", root: block)
            let world = World(answer: { _ in .now(self.refusal) })
            _ = try world.finish(test.finish())
            #expect(world.started.count == expected)
        }
    }

    @Test func unknownOutcomeIsTriedAgainWithTheSameKey() throws {
        let plan = try plan { _, _ in ClausesRow() }
        let world = World(answer: { request in
            request.attemptNumber < 4 ? .now(.unknown("connection lost")) : .now(.success(request.arguments))
        })
        #expect(value(try world.finish(plan)) == 1)
        #expect(world.started.count == 4)
        #expect(Set(world.started).count == 1)
    }

    @Test func retriedBlockHasKeysOfItsOwn() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let inner = test.builder.reserveBlock()
        test.fill(
            inner, [.init(kind: .effect, name: "x", target: echo, chunk: test.call([], plus: 1))],
            result: test.sum([test.at(0)]))
        let clauses = test.builder.add(ClausesRow(retry: test.word(2, .int)))
        test.fill(
            block, [.init(kind: .block, name: "b", target: inner, clauses: clauses)],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { request in
            request.stepPath == "b#3/x" ? .now(.success(request.arguments)) : .now(self.refusal)
        })
        #expect(value(try world.finish(test.finish())) == 1)
        #expect(Set(world.started).count == 3)
    }

    @Test func timeoutOfABlockStopsWhatIsInIt() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let inner = test.builder.reserveBlock()
        test.fill(
            inner, [.init(kind: .effect, name: "x", target: echo, chunk: test.call([], plus: 1))],
            result: test.sum([test.at(0)]))
        let clauses = test.builder.add(ClausesRow(timeout: test.word(3_000_000, .duration)))
        test.fill(
            block, [.init(kind: .block, name: "b", target: inner, clauses: clauses)],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { _ in .never })
        let reason = try #require(failure(try world.finish(test.finish())))
        #expect(reason.kind == "timeout" && reason.step == "b")
        #expect(world.cancelled.count == 1)
    }

    @Test func sleepIsATimer() throws {
        let test = TestPlan()
        let sleep = test.sleep()
        let block = test.builder.reserveBlock()
        test.fill(
            block,
            [
                .init(
                    kind: .effect, name: "nap", type: .unit, target: sleep,
                    chunk: test.durationCall(4_000_000))
            ],
            result: test.sum([], plus: 8))
        test.workflow("main", root: block)
        let world = World()
        #expect(value(try world.finish(test.finish())) == 8)
        #expect(world.now == 5_000_000)
        #expect(world.started.isEmpty)
    }

    @Test func cancellingARunStopsEverything() throws {
        let test = TestPlan()
        let (echo, sleep) = (test.effect("echo"), test.sleep())
        let block = test.builder.reserveBlock()
        let inner = test.builder.reserveBlock()
        test.fill(
            inner, [.init(kind: .effect, name: "x", target: echo, chunk: test.call([], plus: 1))],
            result: test.sum([test.at(0)]))
        test.fill(
            block,
            [
                .init(kind: .block, name: "b", target: inner),
                .init(
                    kind: .effect, name: "nap", type: .unit, target: sleep,
                    chunk: test.durationCall(60_000_000)),
                .init(
                    kind: .effect, name: "next", dependencies: [0], target: echo,
                    chunk: test.call([], plus: 1)),
            ], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { _ in .never })
        let run = try world.start(test.finish())
        _ = try world.turn()
        try world.engine.cancel(run: run, now: world.moment)
        try world.run()
        #expect(world.ends[run] == .cancelled)
        #expect(world.cancelled.count == 1)
        #expect(try world.journal.run(id: run.text)?.status == .cancelled)
    }
}
