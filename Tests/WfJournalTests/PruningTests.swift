// Pruning, over every journal: what has ended long ago goes, everything else stays, and a pruning that stops in the middle
// leaves nothing half gone.

import Testing
import WfJournal

@Suite struct PruningTests {
    /// Runs 1, 2, … with a row of history, a value, a log and a row of state each; `ended` says when each has ended (nil:
    /// it is live), and who started it.
    private func fill(
        _ journal: any Journal, _ runs: [(ended: Int64?, parent: Int64)]
    ) throws -> (session: Session, base: Int64) {
        let session = try journal.register(processId: 1, bootId: "boot", token: 7, now: 1, boot: 1)
        let base = session.idBase
        for (index, run) in runs.enumerated() {
            let number = base + Int64(index) + 1
            var record = record(number, id: "r\(index + 1)", owner: session.owner)
            record.plan = [UInt8](repeating: UInt8(index), count: 32)
            record.parent = run.parent == 0 ? 0 : base + run.parent
            let plan = record.plan
            var batch = Batch()
            try plan.withUnsafeBytes { bytes throws in
                batch.beginSection(run: number, epoch: 1, isNew: true)
                batch.add(plan: plan, bytes: bytes)
                batch.insert(run: record)
                batch.add(.insertState, id: number + 100, [1])
                batch.add(.insertValue, id: number + 200, [2])
                batch.add(.history, id: number + 300, [3])
                batch.append(
                    log: LogRecord(
                        id: number + 400, run: number, step: "s", attempt: 1, stream: .output, time: 1,
                        bytes: [4]))
                #expect(try journal.commit(batch, session: session).isEmpty)
            }
            guard let ended = run.ended else { continue }
            record.status = .done
            record.ended = ended
            batch.clear()
            batch.beginSection(run: number, epoch: 1, isNew: false)
            batch.update(run: record)
            #expect(try journal.commit(batch, session: session).isEmpty)
        }
        return (session, base)
    }

    private func sweep(_ journal: any Journal) throws {
        for part in PrunedPart.allCases {
            var next: Int64? = 0
            while let after = next { next = try journal.sweep(part, after: after, limit: 2) }
        }
    }

    private func isThere(_ journal: any Journal, _ number: Int64, _ index: UInt8) throws -> [Bool] {
        [
            try journal.run(number: number) != nil, try journal.value(id: number + 200) != nil,
            try journal.history(id: number + 300) != nil,
            try !journal.logs(run: number, after: 0, limit: 9).isEmpty,
            try journal.plan(hash: [UInt8](repeating: index, count: 32)) != nil,
        ]
    }

    @Test(arguments: JournalKind.allCases)
    func whatEndedLongAgoGoes(_ kind: JournalKind) throws {
        let folder = Folder()
        let journal = try kind.open(folder)
        // Ended long ago; lately; live; ended long ago, but started by the live one; ended long ago, as was its parent.
        let (_, base) = try fill(journal, [(10, 0), (90, 0), (nil, 0), (10, 3), (10, 1)])
        #expect(try journal.prunable(endedBefore: 50) == 2)
        #expect(try journal.prune(endedBefore: 50, limit: 1) == 1)
        #expect(try journal.prune(endedBefore: 50, limit: 9) == 1)
        #expect(try journal.prune(endedBefore: 50, limit: 9) == 0)
        try sweep(journal)
        for (index, stays) in [false, true, true, true, false].enumerated() {
            let found = try isThere(journal, base + Int64(index) + 1, UInt8(index))
            #expect(found == [Bool](repeating: stays, count: found.count), "run \(index + 1): \(found)")
        }
        #expect(try journal.state(run: base + 3).count == 1)
    }

    @Test(arguments: JournalKind.allCases)
    func aPruningThatStoppedIsFinishedByTheNext(_ kind: JournalKind) throws {
        let folder = Folder()
        let journal = try kind.open(folder)
        let (_, base) = try fill(journal, [(10, 0), (10, 0), (90, 0)])
        // Stopped after the runs and a first stretch of their history.
        #expect(try journal.prune(endedBefore: 50, limit: 9) == 2)
        _ = try journal.sweep(.history, after: 0, limit: 1)
        #expect(try journal.run(number: base + 1) == nil && journal.run(id: "r2") == nil)
        #expect(try journal.runs(live: false, before: nil, limit: 9).map(\.id) == ["r3"])
        #expect(try journal.value(id: base + 202) != nil)
        #expect(try journal.prune(endedBefore: 50, limit: 9) == 0)
        try sweep(journal)
        for index in 0..<2 {
            #expect(
                try isThere(journal, base + Int64(index) + 1, UInt8(index))
                    == [Bool](repeating: false, count: 5))
        }
        #expect(try isThere(journal, base + 3, 2) == [Bool](repeating: true, count: 5))
    }
}
