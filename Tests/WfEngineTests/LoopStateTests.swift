// The state of a loop that grows: a turn writes what it has changed, a kill at any commit loses nothing, nothing is left
// behind, and what a journal holds instead is refused.
import Testing
import WfCompiler
import WfEngine
import WfJournal
import WfPlan
import WfValue

/// A loop that appends to two lists and changes a number between them.
private func growing(turns: Int) throws -> Plan {
    let text = """
        record Seen {
            number: Int
            text: String
        }
        workflow main() -> Int {
            step all = loop (seen: [Seen] = [], sum: Int = 0, names: [String] = []) while seen.count < \(turns) {
                nop()
                next (seen + [Seen { number: sum, text: "this is what was seen at {sum}" }], sum + 7, names + ["n{sum}"])
            }
            all.sum + all.names.count
        }
        """
    let compiled = try #require(Compiler.compile(text: Array(text.utf8), path: "case.wf").plan)
    return try Plan.load(bytes: compiled)
}

@Suite struct LoopStateTests {
    private func bytesWritten(turns: Int) throws -> Int {
        let journal = MemoryJournal()
        let end = try World(journal: journal).finish(growing(turns: turns))
        #expect(value(end) == 8 * turns)
        return journal.bytesWritten
    }

    @Test func aTurnWritesWhatItHasChanged() throws {
        let few = try bytesWritten(turns: 100)
        let many = try bytesWritten(turns: 400)
        // Four times as many, where a state that is written whole costs sixteen times as much.
        #expect(many < 6 * few, "\(few) bytes for 100 turns, \(many) for 400")
    }

    @Test func killedAtEveryCommit() throws {
        let plan = try growing(turns: 40)
        let whole = MemoryJournal()
        let expected = try World(journal: whole).finish(plan)
        #expect(value(expected) == 320)
        for kill in 2...whole.commitCount {
            let journal = MemoryJournal()
            journal.failAtCommit = kill
            let first = World(journal: journal)
            let run = try first.start(plan)
            #expect(throws: JournalError.self) { try first.run() }
            let kept = journal.copy()
            let second = World(journal: kept, process: 2, now: first.now, seed: 99)
            try second.engine.resume(run: run, now: second.moment)
            try second.run()
            #expect(second.ends[run] == expected, "killed at commit \(kill)")
            // What the step yielded, for people; nothing of the loop's state.
            #expect(kept.valueIds.count == 1, "killed at commit \(kill)")
        }
    }

    /// Runs to the middle; the journal then holds a whole state and rows of changes.
    private func halfWay() throws -> (MemoryJournal, RunId, Int64) {
        let plan = try growing(turns: 80)
        for commit in 40..<80 {
            let journal = MemoryJournal()
            journal.failAtCommit = commit
            let first = World(journal: journal)
            let run = try first.start(plan)
            #expect(throws: JournalError.self) { try first.run() }
            if journal.valueIds.count > 3 { return (journal, run, first.now) }
        }
        throw JournalError.io(path: "memory", detail: "no commit leaves three rows of changes")
    }

    @Test func aStateThatIsNotWholeIsRefused() throws {
        let (journal, run, now) = try halfWay()
        for id in journal.valueIds {
            for bytes in [nil, [], [0xFF], [0x00, 0x01, 0xFF, 0x7F, 0x00, 0x00]] as [[UInt8]?] {
                let copy = journal.copy()
                copy.damageValue(id: id, bytes: bytes)
                let second = World(journal: copy, process: 2, now: now)
                #expect(throws: EngineError.self, "value \(id) is \(String(describing: bytes))") {
                    try second.engine.resume(run: run, now: second.moment)
                }
            }
        }
    }

    @Test func damagedChangesNeverCrash() throws {
        let (journal, run, now) = try halfWay()
        var resumed = 0
        for id in journal.valueIds {
            let bytes = try #require(try journal.value(id: id))
            for place in stride(from: 0, to: bytes.count, by: 7) {
                let copy = journal.copy()
                var changed = bytes
                changed[place] ^= 0x55
                copy.damageValue(id: id, bytes: changed)
                let second = World(journal: copy, process: 2, now: now)
                do { try second.engine.resume(run: run, now: second.moment) } catch { continue }
                resumed += 1
                try second.run(turnsMax: 4)
            }
        }
        #expect(resumed > 0, "some damage is still a text")
    }

    @Test func anyChangeIsCarriedOut() throws {
        var random = SplitMix(seed: 11)
        var writer = ByteWriter()
        for round in 0..<3_000 {
            let old = (0..<random.below(round % 3 == 0 ? 600 : 60)).map { _ in UInt8(random.below(4)) }
            var new = old
            for _ in 0..<random.below(5) {
                let start = random.below(new.count + 1)
                let end = start + random.below(min(40, new.count - start) + 1)
                new.replaceSubrange(
                    start..<end, with: (0..<random.below(30)).map { _ in UInt8(random.below(9)) })
            }
            writer.truncate(to: 0)
            ByteChanges.write(from: old, to: new, &writer)
            var value = old
            try withByteReader(writer.toArray()) { (reader) throws(DecodeError) in
                try ByteChanges.apply(&reader, to: &value)
                try reader.expectEnd()
            }
            #expect(value == new)
        }
    }

    @Test func appendingIsAShortChange() {
        func list(_ count: Int) -> [UInt8] {
            var writer = ByteWriter()
            writer.appendCount(count)
            for number in 0..<count { writer.appendString("entry \(number * 7919)") }
            return writer.toArray()
        }
        var writer = ByteWriter()
        for count in [100, 127, 128, 5_000] {
            writer.truncate(to: 0)
            // Two lists, a number between them: what grows is followed by much that does not.
            ByteChanges.write(
                from: list(count) + [7] + list(count), to: list(count + 1) + [9] + list(count + 1), &writer)
            #expect(writer.count < 80, "\(writer.count) bytes for one more than \(count)")
        }
    }
}

/// Numbers that are the same in every run.
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return limit < 1 ? 0 : Int((mixed ^ (mixed >> 31)) % UInt64(limit))
    }
}
