// Results of a fan-out that are in the journal: a resume reads none of them, and the fan-out reads each once when it
// yields its list.
import Testing
import WfEngine
import WfJournal
import WfPlan
import WfValue

@Suite struct FanResultTests {
    private static let itemCount = 300

    /// A fan-out whose items yield their numbers.
    private func wide() throws -> Plan {
        let test = TestPlan()
        let echo = test.effect("echo")
        let (root, item) = (test.builder.reserveBlock(), test.builder.reserveBlock())
        test.fill(
            item, given: [.int],
            [.init(kind: .effect, name: "work", target: echo, chunk: test.call([test.at(0)]))],
            result: test.sum([test.at(1)], plus: 1))
        test.fill(
            root,
            [
                .init(
                    kind: .fan, name: "all", type: test.ints, target: item,
                    chunk: test.list(count: FanResultTests.itemCount), condition: test.word(4, .int))
            ], result: test.slot(test.at(0), test.ints))
        test.workflow("main", root: root, result: test.ints)
        return try test.finish()
    }

    private var expected: RunEnd {
        var writer = ByteWriter()
        writer.appendCount(FanResultTests.itemCount)
        for number in 0..<FanResultTests.itemCount { writer.appendInt(number + 1) }
        return .done(writer.toArray())
    }

    /// Stops in the middle of the fan-out.
    private func halfWay() throws -> (journal: MemoryJournal, run: RunId, number: Int64, now: Int64) {
        let journal = MemoryJournal()
        journal.failAtCommit = 40
        let first = World(journal: journal, answer: { .after(1_000, .success($0.arguments)) })
        let run = try first.start(wide())
        #expect(throws: JournalError.self) { try first.run() }
        let record = try #require(try journal.run(id: run.text))
        return (journal.copy(), run, record.number, first.now)
    }

    @Test func aResumeReadsNoResult() throws {
        let half = try halfWay()
        let second = World(journal: half.journal, process: 2, now: half.now)
        try second.engine.resume(run: half.run, now: second.moment)
        try second.run(turnsMax: 3)
        #expect(half.journal.rowsAskedFor == 0)
        let left = Set(second.started)
        try second.run()
        #expect(second.ends[half.run] == expected)
        let recorded = FanResultTests.itemCount - Set(second.started).union(left).count
        #expect(recorded > 50 && half.journal.rowsAskedFor == recorded, "each result once, of \(recorded)")
    }

    @Test func resultsWithoutRoomAreReadAgain() throws {
        let journal = MemoryJournal()
        let world = World(journal: journal, answer: { .after(1_000, .success($0.arguments)) })
        world.engine.residentResultBytesMax = 20
        #expect(try world.finish(wide()) == expected)
        #expect(journal.rowsAskedFor > FanResultTests.itemCount / 2)
    }

    @Test func aResultThatIsGoneIsNamed() throws {
        for damage in [0, 1] {
            let half = try halfWay()
            let second = World(journal: half.journal, process: 2, now: half.now)
            try second.engine.resume(run: half.run, now: second.moment)
            for row in try half.journal.state(run: half.number) where row.bytes[4] == 2 {
                var bytes = row.bytes
                bytes[bytes.count - 1] ^= 1
                half.journal.damageState(run: half.number, id: row.id, bytes: damage == 0 ? bytes : [])
            }
            #expect { try second.run() } throws: { error in
                guard case .corrupt(let place, _) = error as? JournalError else { return false }
                return place.hasPrefix("state row ")
            }
            #expect(second.ends.isEmpty)
        }
    }
}
