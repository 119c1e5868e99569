// Every kind of node and every clause, each in the smallest plan that shows it.

import Testing
import WfEngine
import WfPlan
import WfValue

@Suite struct NodeTests {
    @Test func chainOfEffectsAndValues() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block, given: [.int],
            [
                .init(kind: .effect, name: "a", target: echo, chunk: test.call([test.at(0)], plus: 1)),
                .init(kind: .value, name: "b", dependencies: [0], chunk: test.sum([test.at(1)], plus: 10)),
                .init(
                    kind: .effect, name: "c", dependencies: [1], target: echo,
                    chunk: test.call([test.at(2)], plus: 100)),
            ], result: test.sum([test.at(3), test.at(0)]))
        test.workflow("main", root: block, parameters: ["x"])
        let world = World()
        #expect(value(try world.finish(test.finish(), input: encoded(5))) == 5 + 1 + 10 + 100 + 5)
        #expect(world.started.map { String($0.drop { $0 != "/" }) } == ["/a", "/c"])
        // Start and a; b and c; the end.
        #expect(world.turns == 3)
    }

    @Test func inputIsChecked() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        test.fill(block, given: [.int], [], result: test.sum([test.at(0)]))
        test.workflow("main", root: block, parameters: ["x"])
        let plan = try test.finish()
        let world = World()
        #expect(throws: EngineError.self) { try world.start(plan, input: []) }
        #expect(throws: EngineError.self) { try world.start(plan, input: [1, 2]) }
        #expect(value(try world.finish(plan, input: encoded(3))) == 3)
    }

    @Test func whenSkipsAndSkippingDoesNotSpread() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let never = test.builder.add(ClausesRow(when: test.word(0, .bool)))
        test.fill(
            block,
            [
                .init(
                    kind: .effect, name: "a", target: echo, chunk: test.call([], plus: 1), clauses: never,
                    isOptional: true, slotType: test.optionalInt),
                .init(
                    kind: .effect, name: "b", dependencies: [0], target: echo, chunk: test.call([], plus: 2)),
            ], result: test.slot(test.at(0), test.optionalInt))
        test.workflow("main", root: block, result: test.optionalInt)
        let world = World()
        #expect(try world.finish(test.finish()) == .done([0]))
        #expect(world.started.count == 1)
    }

    @Test func whenKeepsAndWraps() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let always = test.builder.add(ClausesRow(when: test.word(1, .bool)))
        test.fill(
            block,
            [
                .init(
                    kind: .effect, name: "a", target: echo, chunk: test.call([], plus: 1), clauses: always,
                    isOptional: true, slotType: test.optionalInt)
            ], result: test.slot(test.at(0), test.optionalInt))
        test.workflow("main", root: block, result: test.optionalInt)
        #expect(try World().finish(test.finish()) == .done([1] + encoded(1)))
    }

    @Test func faultInArgumentsFailsWithoutAnAttempt() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .value, name: "bad", chunk: test.fault())], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World()
        let reason = try #require(failure(try world.finish(test.finish())))
        #expect(reason.kind == "division")
        #expect(reason.step == "bad")
        #expect(world.started.isEmpty)
    }

    @Test func failNode() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .fail, name: "stop", type: .unit, chunk: test.text("no stock"))],
            result: test.sum([], plus: 1))
        test.workflow("main", root: block)
        let reason = try #require(failure(try World().finish(test.finish())))
        #expect(reason.kind == "failed" && reason.message == "no stock" && reason.step == "stop")
    }

    @Test func firstFailureWinsAndSiblingsAreStopped() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block,
            [
                .init(kind: .effect, name: "slow", target: echo, chunk: test.call([], plus: 1)),
                .init(kind: .effect, name: "bad", target: echo, chunk: test.call([], plus: 2)),
                .init(
                    kind: .effect, name: "late", dependencies: [0], target: echo,
                    chunk: test.call([], plus: 3)),
            ], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { request in
            request.stepPath == "slow"
                ? .never : .now(.failure(EffectFailure(kind: "exit", message: "status 3", code: 3)))
        })
        let reason = try #require(failure(try world.finish(test.finish())))
        #expect(reason.kind == "exit" && reason.code == 3 && reason.step == "bad" && reason.attempts == 1)
        #expect(world.cancelled.count == 1)
        #expect(world.started.count == 2)
    }

    @Test func laterFailuresAreAttached() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let names = ["a", "b", "c"]
        test.fill(
            block, names.map { .init(kind: .effect, name: $0, target: echo, chunk: test.call([])) },
            result: test.sum([]))
        test.workflow("main", root: block)
        let world = World(answer: { .now(.failure(EffectFailure(kind: "io", message: $0.stepPath))) })
        let reason = try #require(failure(try world.finish(test.finish())))
        #expect(reason.message == "a")
        #expect(reason.attached.map(\.message) == ["b", "c"])
    }

    @Test func branchTakesOneBlock() throws {
        for taken in [0, 1] {
            let test = TestPlan()
            let echo = test.effect("echo")
            let block = test.builder.reserveBlock()
            let (no, yes) = (test.builder.reserveBlock(), test.builder.reserveBlock())
            test.fill(no, [], result: test.sum([test.at(0, depth: 1)], plus: 1))
            test.fill(
                yes,
                [.init(kind: .effect, name: "in", target: echo, chunk: test.call([test.at(0, depth: 1)]))],
                result: test.sum([test.at(0)], plus: 2))
            test.fill(
                block, given: [.int],
                [.init(kind: .branch, name: "if", chunk: test.word(taken, .bool), branches: [no, yes])],
                result: test.sum([test.at(1)]))
            test.workflow("main", root: block, parameters: ["x"])
            let world = World()
            #expect(value(try world.finish(test.finish(), input: encoded(40))) == 41 + taken)
            #expect(world.started.count == taken)
        }
    }

    @Test func branchThatIsNoneYieldsNull() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        test.fill(
            block,
            [
                .init(
                    kind: .branch, name: "if", type: test.optionalInt, chunk: test.word(0, .bool),
                    branches: [.none, .none])
            ],
            result: test.slot(test.at(0), test.optionalInt))
        test.workflow("main", root: block, result: test.optionalInt)
        #expect(try World().finish(test.finish()) == .done([0]))
    }

    @Test func workflowCallsAndRecursion() throws {
        // down(n) = n < 1 ? 0 : 1 + down(n - 1)
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        let (more, stop) = (test.builder.reserveBlock(), test.builder.reserveBlock())
        test.fill(stop, [], result: test.sum([], plus: 0))
        test.fill(
            more,
            [
                .init(
                    kind: .workflow, name: "next", target: 0,
                    chunk: test.call([test.at(0, depth: 1)], plus: -1))
            ],
            result: test.sum([test.at(0)], plus: 1))
        test.fill(
            block, given: [.int],
            [
                .init(
                    kind: .branch, name: "if", chunk: test.less(test.at(0), than: 1), branches: [more, stop])
            ],
            result: test.sum([test.at(1)]))
        test.workflow("main", root: block, parameters: ["n"])
        let plan = try test.finish()
        #expect(value(try World().finish(plan, input: encoded(900))) == 900)
        let reason = try #require(failure(try World().finish(plan, input: encoded(1_500))))
        #expect(reason.kind == "depth")
    }

    @Test func fanKeepsItsLimitAndOrder() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let item = test.builder.reserveBlock()
        test.fill(
            item, given: [.int],
            [.init(kind: .effect, name: "work", target: echo, chunk: test.call([test.at(0)], plus: 100))],
            result: test.sum([test.at(1)]))
        test.fill(
            block,
            [
                .init(
                    kind: .fan, name: "all", type: test.ints, target: item, chunk: test.list(count: 10),
                    condition: test.word(3, .int))
            ], result: test.slot(test.at(0), test.ints))
        test.workflow("main", root: block, result: test.ints)
        var inFlight = 0
        var most = 0
        let world = World(answer: { request in
            inFlight += 1
            most = max(most, inFlight)
            let number = decoded(request.arguments) ?? 0
            return .after(Int64(1_000 * (20 - number % 7)), .success(request.arguments))
        })
        let run = try world.start(test.finish())
        while world.engine.hasLiveRuns {
            let before = world.started.count
            try world.run(turnsMax: 1)
            if world.started.count == before { inFlight = max(0, inFlight) }
            inFlight = min(inFlight, 3)
        }
        var expected = ByteWriter()
        expected.appendCount(10)
        for value in 0..<10 { expected.appendInt(value + 100) }
        #expect(world.ends[run] == .done(expected.toArray()))
        #expect(Set(world.started).count == 10)
        #expect(world.started.first?.hasSuffix("/all[0]/work") == true)
    }

    @Test func fanOverNothingAndLimitBelowOne() throws {
        for (count, limit) in [(0, 2), (3, 0)] {
            let test = TestPlan()
            let block = test.builder.reserveBlock()
            let item = test.builder.reserveBlock()
            test.fill(item, given: [.int], [], result: test.sum([test.at(0)]))
            test.fill(
                block,
                [
                    .init(
                        kind: .fan, name: "all", type: test.ints, target: item,
                        chunk: test.list(count: count),
                        condition: test.word(limit, .int))
                ], result: test.slot(test.at(0), test.ints))
            test.workflow("main", root: block, result: test.ints)
            let end = try World().finish(test.finish())
            if count == 0 { #expect(end == .done([0])) } else { #expect(failure(end)?.kind == "index") }
        }
    }

    @Test func failedItemFailsTheFan() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let item = test.builder.reserveBlock()
        test.fill(
            item, given: [.int],
            [.init(kind: .effect, name: "work", target: echo, chunk: test.call([test.at(0)]))],
            result: test.sum([test.at(1)]))
        test.fill(
            block,
            [.init(kind: .fan, name: "all", type: test.ints, target: item, chunk: test.list(count: 5))],
            result: test.slot(test.at(0), test.ints))
        test.workflow("main", root: block, result: test.ints)
        let world = World(answer: { request in
            decoded(request.arguments) == 2
                ? .now(.failure(EffectFailure(kind: "io", message: "gone"))) : .never
        })
        let reason = try #require(failure(try world.finish(test.finish())))
        #expect(reason.step == "all[2]/work")
        #expect(world.cancelled.count == 4)
    }

    @Test func loopReplacesItsState() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let turn = test.builder.reserveBlock()
        test.fill(
            turn, given: [.int],
            [.init(kind: .effect, name: "page", target: echo, chunk: test.call([test.at(0)], plus: 1))],
            result: test.sum([test.at(1)]))
        test.fill(
            block,
            [
                .init(
                    kind: .loop, name: "crawl", target: turn, chunk: test.sum([], plus: 0),
                    condition: test.less(test.at(0), than: 20))
            ], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World()
        #expect(value(try world.finish(test.finish())) == 20)
        #expect(world.started.count == 20)
        #expect(world.started.last?.hasSuffix("/crawl[19]/page") == true)
    }

    @Test func loopThatNeverBegins() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        let turn = test.builder.reserveBlock()
        test.fill(turn, given: [.int], [], result: test.sum([test.at(0)], plus: 1))
        test.fill(
            block,
            [
                .init(
                    kind: .loop, name: "l", target: turn, chunk: test.sum([], plus: 9),
                    condition: test.less(test.at(0), than: 5))
            ], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        #expect(value(try World().finish(test.finish())) == 9)
    }

    @Test func actionComputesArgumentsAndResult() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let action = test.builder.add(
            ActionRow(
                name: test.builder.string("double"), parameterNames: test.builder.list(strings: ["x"]),
                parameterTypes: test.builder.list(types: [.int]), resultType: TypeId.int.raw, effect: echo,
                arguments: test.call([test.at(0), test.at(0)]), returns: test.sum([test.at(0), test.at(1)]),
                clauses: .none, span: .none))
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .action, name: "d", target: action, chunk: test.call([], plus: 7))],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { request in
            #expect(decoded(request.arguments) == 14)
            return .now(.success(request.arguments))
        })
        #expect(value(try world.finish(test.finish())) == 21)
    }

    @Test func resultOfAnotherTypeIsADecodeFailure() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .effect, name: "a", target: echo, chunk: test.call([]))],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(answer: { _ in .now(.success([0x80, 0x80, 0x00, 1])) })
        #expect(failure(try world.finish(test.finish()))?.kind == "decode")
    }

    @Test func nestedBlockReadsOutward() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        let (outer, inner) = (test.builder.reserveBlock(), test.builder.reserveBlock())
        test.fill(inner, [], result: test.sum([test.at(0, depth: 2), test.at(0, depth: 1)]))
        test.fill(
            outer,
            [
                .init(kind: .value, name: "v", chunk: test.sum([test.at(0, depth: 1)], plus: 1)),
                .init(kind: .block, name: "i", dependencies: [0], target: inner),
            ], result: test.sum([test.at(1)]))
        test.fill(
            block, given: [.int], [.init(kind: .block, name: "o", target: outer)],
            result: test.sum([test.at(1)]))
        test.workflow("main", root: block, parameters: ["x"])
        #expect(value(try World().finish(test.finish(), input: encoded(10))) == 21)
    }

    @Test func observersSeeEverything() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        test.fill(
            block, [.init(kind: .effect, name: "a", target: echo, chunk: test.call([]))],
            result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let world = World(observes: true)
        _ = try world.finish(test.finish())
        #expect(
            world.events.map(\.kind) == [
                .runStarted, .scopeOpened, .nodeStarted, .nodeEnded, .scopeClosed, .runDone,
            ])
        let record = try #require(try world.journal.run(id: world.events[0].run.text))
        let report = try RunReport(run: record, journal: world.journal)
        #expect(report.events.map(\.kind) == world.events.map(\.kind))
        #expect(report.nodes.map(\.path) == ["a"])
        #expect(report.nodes.map(\.status) == ["done"])
    }
}
