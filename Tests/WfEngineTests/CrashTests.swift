// The engine killed at every commit and resumed: the same result, and nothing that was recorded is done
// again.

import Glibc
import Testing
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfValue

@Suite struct CrashTests {
    /// A workflow with every kind of node: fan-out of loops, branches, retries, sleeps, calls.
    private func everything() throws -> Plan {
        let test = TestPlan()
        let (echo, sleep, nop) = (test.effect("echo"), test.sleep(), test.nop())
        let (root, item, turn) = (
            test.builder.reserveBlock(), test.builder.reserveBlock(), test.builder.reserveBlock()
        )
        let (yes, no, child) = (
            test.builder.reserveBlock(), test.builder.reserveBlock(), test.builder.reserveBlock()
        )
        test.fill(
            turn, given: [.int],
            [.init(kind: .effect, name: "page", target: echo, chunk: test.call([test.at(0)], plus: 1))],
            result: test.sum([test.at(1)]))
        test.fill(
            item, given: [.int],
            [
                .init(
                    kind: .loop, name: "crawl", target: turn, chunk: test.sum([test.at(0)]),
                    condition: test.less(test.at(0), than: 4)),
                .init(
                    kind: .effect, name: "work", dependencies: [0], target: echo,
                    chunk: test.call([test.at(1)])),
            ], result: test.sum([test.at(2), test.at(0)]))
        test.fill(
            yes, [.init(kind: .effect, name: "y", target: echo, chunk: test.call([], plus: 1000))],
            result: test.sum([test.at(0)]))
        test.fill(no, [], result: test.sum([], plus: 2000))
        test.fill(
            child, workflow: 1, given: [.int],
            [
                .init(
                    kind: .effect, name: "nap", type: .unit, target: sleep,
                    chunk: test.durationCall(1_000_000)),
                .init(
                    kind: .effect, name: "after", dependencies: [0], target: echo,
                    chunk: test.call([test.at(0)], plus: 5)),
            ], result: test.sum([test.at(2)]))
        let retrying = test.builder.add(
            ClausesRow(retry: test.word(3, .int), backoffFirst: test.word(500_000, .duration)))
        test.fill(
            root, given: [.int],
            [
                .init(kind: .effect, name: "first", target: echo, chunk: test.call([test.at(0)])),
                .init(
                    kind: .fan, name: "all", type: test.ints, dependencies: [0], target: item,
                    chunk: test.list(count: 5), condition: test.word(2, .int)),
                .init(
                    kind: .branch, name: "if", dependencies: [0], chunk: test.less(test.at(1), than: 100),
                    branches: [no, yes]),
                .init(kind: .workflow, name: "sub", target: 1, chunk: test.call([test.at(0)], plus: 1)),
                .init(
                    kind: .effect, name: "flaky", dependencies: [3], target: echo,
                    chunk: test.call([test.at(4)]), clauses: retrying),
                .init(kind: .effect, name: "idle", type: .unit, dependencies: [4], target: nop),
                .init(
                    kind: .value, name: "v", dependencies: [4, 2], chunk: test.sum([test.at(5), test.at(3)])),
            ], result: test.sum([test.at(7), test.at(1)]))
        test.workflow("main", root: root, parameters: ["x"])
        test.workflow("sub", root: child, parameters: ["x"])
        return try test.finish()
    }

    private func answer(_ request: EffectRequest) -> Answer {
        if request.stepPath == "flaky" && request.attemptNumber < 2 {
            return .now(.failure(EffectFailure(kind: "io", message: "flaky")))
        }
        let value = decoded(request.arguments) ?? 0
        return .after(Int64(1_000 * (1 + value % 3)), .success(request.arguments))
    }

    /// Paths of steps whose results the journal holds.
    private func recorded(_ journal: MemoryJournal, _ run: RunId) throws -> Set<String> {
        let record = try #require(try journal.run(id: run.text))
        let report = try RunReport(run: record, journal: journal)
        return Set(report.events.filter { $0.kind == .nodeEnded }.map { "\(run.text)/\($0.path)" })
    }

    @Test func killedAtEveryCommit() throws {
        let plan = try everything()
        let whole = World(answer: answer)
        let expected = try whole.finish(plan, input: encoded(3))
        #expect(value(expected) != nil)
        let journal = try #require(whole.journal as? MemoryJournal)
        let commits = journal.commitCount
        #expect(commits > 15)
        for kill in 1...commits {
            let journal = MemoryJournal()
            journal.failAtCommit = kill
            let first = World(journal: journal, answer: answer)
            let run = try first.start(plan, input: encoded(3))
            #expect(throws: JournalError.self) { try first.run() }
            if kill == 1 {
                #expect(try journal.run(id: run.text) == nil)
                continue
            }
            let kept = journal.copy()
            let done = try recorded(kept, run)
            let second = World(
                journal: kept, process: 2, now: first.now + 5_000_000, seed: 99, answer: answer)
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            #expect(second.ends[run] == expected, "killed at commit \(kill)")
            for key in second.started {
                #expect(!done.contains(key), "\(key) was done before commit \(kill)")
            }
            let record = try kept.run(id: run.text)
            #expect(try kept.state(run: record?.number ?? 0).isEmpty)
        }
    }

    @Test func abandonedOnDisk() throws {
        let plan = try everything()
        let expected = try World(answer: answer).finish(plan, input: encoded(3))
        for turns in stride(from: 1, to: 40, by: 3) {
            var template = Array("/tmp/wf-engine-XXXXXX".utf8CString)
            let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
            let path = "\(folder)/journal.db"
            defer {
                for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
                rmdir(folder)
            }
            let first = World(journal: try SQLiteJournal(path: path, mode: .create), answer: answer)
            let run = try first.start(plan, input: encoded(3))
            try first.run(turnsMax: turns)
            if first.ends[run] != nil { continue }
            let second = World(
                journal: try SQLiteJournal(path: path, mode: .existing), process: 2, now: first.now,
                answer: answer)
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            #expect(second.ends[run] == expected, "abandoned after \(turns) turns")
            let record = try #require(try second.journal.run(id: run.text))
            let report = try RunReport(run: record, journal: second.journal)
            #expect(report.events.last?.kind == .runDone)
            #expect(report.nodes.allSatisfy { $0.status == "done" })
        }
    }

    @Test func killedAgainAndAgain() throws {
        let plan = try everything()
        let expected = try World(answer: answer).finish(plan, input: encoded(3))
        var journal = MemoryJournal()
        let first = World(journal: journal, answer: answer)
        let run = try first.start(plan, input: encoded(3))
        _ = try first.turn()
        var now = first.now
        var finished = false
        for round in 2..<200 where !finished {
            journal = journal.copy()
            journal.failAtCommit = 3
            let world = World(
                journal: journal, process: Int32(round), now: now, seed: UInt64(round), answer: answer)
            try world.engine.resume(run: run, now: world.moment)
            do { try world.run() } catch {}
            now = world.now + 1_000
            if let end = world.ends[run] {
                #expect(end == expected)
                finished = true
            }
        }
        #expect(finished)
    }

    @Test func failureSurvivesAKill() throws {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let inner = test.builder.reserveBlock()
        test.fill(
            inner,
            [
                .init(kind: .effect, name: "slow", target: echo, chunk: test.call([])),
                .init(kind: .effect, name: "bad", target: echo, chunk: test.call([], plus: 1)),
            ], result: test.sum([test.at(0)]))
        test.fill(block, [.init(kind: .block, name: "b", target: inner)], result: test.sum([test.at(0)]))
        test.workflow("main", root: block)
        let plan = try test.finish()
        for kill in 2...5 {
            let journal = MemoryJournal()
            journal.failAtCommit = kill
            let answer: (EffectRequest) -> Answer = { request in
                request.stepPath == "b/bad"
                    ? .now(.failure(EffectFailure(kind: "io", message: "gone")))
                    : .after(9_000_000, .success(encoded(0)))
            }
            let first = World(journal: journal, answer: answer)
            let run = try first.start(plan)
            do { try first.run() } catch {}
            let second = World(journal: journal.copy(), process: 2, now: first.now, answer: answer)
            if first.ends[run] != nil { continue }
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            let reason = try #require(second.ends[run].flatMap { failure($0) })
            #expect(reason.step == "b/bad")
        }
    }

    @Test func damagedStateIsRefused() throws {
        let plan = try everything()
        let journal = MemoryJournal()
        let first = World(journal: journal, answer: answer)
        let run = try first.start(plan, input: encoded(3))
        for _ in 0..<8 { try first.run(turnsMax: 1) }
        let record = try #require(try journal.run(id: run.text))
        for row in try journal.state(run: record.number) {
            for place in row.bytes.indices {
                let copy = journal.copy()
                var bytes = row.bytes
                bytes[place] ^= 0x10
                copy.damageState(run: record.number, id: row.id, bytes: bytes)
                let second = World(journal: copy, process: 2, now: first.now, answer: answer)
                #expect(throws: EngineError.self) { try second.engine.resume(run: run, now: second.moment) }
            }
        }
    }

    @Test func largeValuesSurvive() throws {
        let test = TestPlan()
        let block = test.builder.reserveBlock()
        let big = test.builder.add(
            EffectRow(
                name: test.builder.string("big"), parameterNames: .empty, parameterTypes: .empty,
                resultType: TypeId.string.raw))
        let use = test.builder.add(
            EffectRow(
                name: test.builder.string("use"), parameterNames: test.builder.list(strings: ["x"]),
                parameterTypes: test.builder.list(types: [.string]), resultType: TypeId.string.raw))
        let tuple = test.builder.types.tuple(of: [.string])
        let pass = test.chunk([test.at(0)], [.string], result: tuple) { code, parameters in
            let register = code.register(tuple)
            code.emit(.new, register, tuple.index, arguments: [parameters[0]])
            return register
        }
        test.fill(
            block,
            [
                .init(kind: .effect, name: "a", type: .string, target: big),
                .init(kind: .effect, name: "b", type: .string, dependencies: [0], target: use, chunk: pass),
            ], result: test.slot(test.at(1), .string))
        test.workflow("main", root: block, result: .string)
        let plan = try test.finish()
        var writer = ByteWriter()
        writer.appendString(String(repeating: "x", count: 100_000))
        let value = writer.toArray()
        let answer: (EffectRequest) -> Answer = {
            $0.effect == "big" ? .now(.success(value)) : .now(.success($0.arguments))
        }
        let journal = MemoryJournal()
        journal.failAtCommit = 3
        let first = World(journal: journal, answer: answer)
        let run = try first.start(plan)
        do { try first.run() } catch {}
        let second = World(journal: journal.copy(), process: 2, now: first.now, answer: answer)
        try second.engine.resume(run: run, now: second.moment)
        try second.run()
        #expect(second.ends[run] == .done(value))
        #expect(second.started.map { $0.hasSuffix("/b") } == [true])
    }
}
