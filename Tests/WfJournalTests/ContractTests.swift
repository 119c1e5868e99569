// The contract, over every journal: what is committed is there, what belongs to somebody else is not touched.

import Glibc
import Testing
import WfJournal
import WfJournalSQLite

/// A folder of its own for each test.
final class Folder {
    let path: String

    init() {
        var template = Array("/tmp/wf-journal-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    deinit {
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.db-journal"] {
            unlink(file(name))
        }
        rmdir(path)
    }
}

enum JournalKind: CaseIterable {
    case memory, sqlite

    func open(_ folder: Folder) throws -> any Journal {
        switch self {
        case .memory: return MemoryJournal()
        case .sqlite: return try SQLiteJournal(path: folder.file("journal.db"), mode: .create)
        }
    }
}

func record(_ number: Int64, id: String, owner: Int64) -> RunRecord {
    RunRecord(
        number: number, id: id, workflow: "main", name: "", plan: [1, 2, 3], status: .running, owner: owner,
        epoch: 1,
        created: 5, baseFolder: "/base", input: [9, 9])
}

extension Batch {
    mutating func add(_ kind: WriteKind, id: Int64, number: Int64 = 0, _ content: [UInt8]) {
        content.withUnsafeBytes { add(kind, id: id, number: number, bytes: $0) }
    }
}

@Suite struct ContractTests {
    private func register(_ journal: any Journal, process: Int32 = 1) throws -> Session {
        try journal.register(processId: process, bootId: "boot", token: 77, now: 1, boot: 1)
    }

    @Test(arguments: JournalKind.allCases)
    func whatIsCommittedIsThere(_ kind: JournalKind) throws {
        let folder = Folder()
        let journal = try kind.open(folder)
        let session = try register(journal)
        let base = session.idBase
        var batch = Batch()
        batch.time = 42
        let plan: [UInt8] = [7, 7, 7]
        let lost = try plan.withUnsafeBytes { (plan) throws -> [Int64] in
            batch.add(plan: [1, 2, 3], bytes: plan)
            batch.beginSection(run: base + 1, epoch: 1, isNew: true)
            batch.insert(run: record(base + 1, id: "rone", owner: session.owner))
            batch.add(.insertState, id: base + 2, [1])
            batch.add(.insertState, id: base + 3, [])
            batch.add(.insertValue, id: base + 4, [4, 4])
            batch.add(.history, id: base + 5, number: 0, [5])
            batch.append(
                log: LogRecord(
                    id: base + 6, run: base + 1, step: "a/b", attempt: 2, stream: .error, time: 43, bytes: [6]
                ))
            return try journal.commit(batch, session: session)
        }
        #expect(lost == [])
        let found = try #require(try journal.run(id: "rone"))
        #expect(found == record(base + 1, id: "rone", owner: session.owner))
        #expect(try journal.run(number: base + 1) == found)
        #expect(try journal.run(id: "rtwo") == nil)
        #expect(try journal.plan(hash: [1, 2, 3]) == [7, 7, 7])
        #expect(try journal.plan(hash: [1]) == nil)
        #expect(
            try journal.state(run: base + 1) == [
                StateRecord(id: base + 2, bytes: [1]), StateRecord(id: base + 3, bytes: []),
            ])
        #expect(try journal.value(id: base + 4) == [4, 4])
        #expect(
            try journal.history(id: base + 5)
                == HistoryRecord(id: base + 5, previous: 0, run: base + 1, time: 42, bytes: [5]))
        #expect(try journal.logs(run: base + 1, after: 0, limit: 10).map(\.bytes) == [[6]])
        #expect(try journal.owner(number: session.owner)?.processId == 1)
    }

    @Test(arguments: JournalKind.allCases)
    func stateIsWrittenOverAndDeleted(_ kind: JournalKind) throws {
        let folder = Folder()
        let journal = try kind.open(folder)
        let session = try register(journal)
        let run = session.idBase + 1
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: true)
        batch.insert(run: record(run, id: "r", owner: session.owner))
        for id in 2...4 { batch.add(.insertState, id: session.idBase + Int64(id), [UInt8(id)]) }
        _ = try journal.commit(batch, session: session)
        batch.clear()
        batch.beginSection(run: run, epoch: 1, isNew: false)
        batch.add(.updateState, id: session.idBase + 2, [20])
        batch.add(.deleteState, id: session.idBase + 3)
        _ = try journal.commit(batch, session: session)
        #expect(try journal.state(run: run).map(\.bytes) == [[20], [4]])
        batch.clear()
        var done = record(run, id: "r", owner: session.owner)
        done.status = .done
        done.ended = 99
        done.result = [1, 2]
        done.historyHead = 12
        batch.beginSection(run: run, epoch: 1, isNew: false)
        batch.update(run: done)
        _ = try journal.commit(batch, session: session)
        #expect(try journal.run(number: run) == done)
        #expect(try journal.state(run: run).isEmpty)
    }

    @Test(arguments: JournalKind.allCases)
    func runsAreListedNewestFirst(_ kind: JournalKind) throws {
        let folder = Folder()
        let journal = try kind.open(folder)
        let session = try register(journal)
        var batch = Batch()
        for index in 1...5 {
            let number = session.idBase + Int64(index)
            var run = record(number, id: "r\(index)", owner: session.owner)
            if index % 2 == 0 { run.status = .done }
            batch.beginSection(run: number, epoch: 1, isNew: true)
            batch.insert(run: run)
        }
        _ = try journal.commit(batch, session: session)
        #expect(
            try journal.runs(live: false, before: nil, limit: 10).map(\.id) == ["r5", "r4", "r3", "r2", "r1"])
        #expect(try journal.runs(live: true, before: nil, limit: 2).map(\.id) == ["r5", "r3"])
        #expect(
            try journal.runs(live: false, before: session.idBase + 3, limit: 10).map(\.id) == ["r2", "r1"])
    }

    @Test(arguments: JournalKind.allCases)
    func aRunThatChangedHandsIsNotTouched(_ kind: JournalKind) throws {
        let folder = Folder()
        let first = try kind.open(folder)
        let second = kind == .memory ? first : try kind.open(folder)
        let mine = try register(first, process: 1)
        let theirs = try register(second, process: 2)
        #expect(mine.idBase != theirs.idBase)
        let (lost, kept) = (mine.idBase + 1, mine.idBase + 2)
        var batch = Batch()
        for run in [lost, kept] {
            batch.beginSection(run: run, epoch: 1, isNew: true)
            batch.insert(run: record(run, id: "r\(run)", owner: mine.owner))
            batch.add(.insertState, id: run + 10, [1])
        }
        _ = try first.commit(batch, session: mine)
        #expect(try second.claim(run: lost, owner: mine.owner, epoch: 2, session: theirs) == false)
        #expect(try second.claim(run: lost, owner: mine.owner, epoch: 1, session: theirs))
        #expect(try second.claim(run: lost, owner: mine.owner, epoch: 1, session: theirs) == false)
        batch.clear()
        for run in [lost, kept] {
            batch.beginSection(run: run, epoch: 1, isNew: false)
            batch.add(.updateState, id: run + 10, [2])
        }
        #expect(try first.commit(batch, session: mine) == [lost])
        #expect(try first.state(run: lost).map(\.bytes) == [[1]])
        #expect(try first.state(run: kept).map(\.bytes) == [[2]])
        batch.clear()
        batch.beginSection(run: lost, epoch: 2, isNew: false)
        batch.add(.updateState, id: lost + 10, [3])
        #expect(try second.commit(batch, session: theirs) == [])
        #expect(try first.state(run: lost).map(\.bytes) == [[3]])
        try first.release(mine)
        #expect(try second.run(number: kept)?.owner == 0)
        #expect(try second.run(number: lost)?.owner == theirs.owner)
        #expect(try second.owner(number: mine.owner) == nil)
    }

    @Test func aFailedCommitStoresNothing() throws {
        let journal = MemoryJournal()
        let session = try register(journal)
        journal.failAtCommit = 1
        var batch = Batch()
        batch.beginSection(run: session.idBase + 1, epoch: 1, isNew: true)
        batch.insert(run: record(session.idBase + 1, id: "r", owner: session.owner))
        #expect(throws: JournalError.self) { try journal.commit(batch, session: session) }
        #expect(try journal.runs(live: false, before: nil, limit: 9).isEmpty)
    }
}
