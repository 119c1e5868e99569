// Requests, over every journal: stored for live runs only, in order, once per key, and gone when they are taken.

import Testing
import WfJournal

@Suite struct RequestTests {
    /// A journal with one live run, number `base + 1`.
    private func journalWithRun(_ kind: JournalKind, _ folder: Folder) throws -> (any Journal, Session, Int64)
    {
        let journal = try kind.open(folder)
        let session = try journal.register(processId: 1, bootId: "boot", token: 7, now: 1, boot: 1)
        let run = session.idBase + 1
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: true)
        batch.insert(run: record(run, id: "rone", owner: session.owner))
        _ = try journal.commit(batch, session: session)
        return (journal, session, run)
    }

    private func signal(_ run: Int64, _ byte: UInt8, key: String = "") -> RequestRecord {
        RequestRecord(run: run, kind: .signal, name: "paid", key: key, time: 9, bytes: [byte])
    }

    @Test(arguments: JournalKind.allCases)
    func requestsAreReadInOrderOfArrival(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, _, run) = try journalWithRun(kind, folder)
        #expect(try journal.lastRequest() == 0)
        #expect(try journal.post(signal(run, 1)) == .stored(id: 1))
        #expect(try journal.post(signal(run, 2, key: "k")) == .stored(id: 2))
        #expect(try journal.post(RequestRecord(run: run, kind: .cancel, time: 9)) == .stored(id: 3))
        #expect(try journal.lastRequest() == 3)
        let all = try journal.requests(run: nil, after: 0, limit: 10)
        #expect(all.map(\.id) == [1, 2, 3])
        var second = signal(run, 2, key: "k")
        second.id = 2
        #expect(all[1] == second)
        #expect(try journal.requests(run: run, after: 1, limit: 1).map(\.id) == [2])
        #expect(try journal.requests(run: run + 1, after: 0, limit: 10) == [])
    }

    @Test(arguments: JournalKind.allCases)
    func aKeyIsStoredOnceEvenAfterItWasTaken(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session, run) = try journalWithRun(kind, folder)
        #expect(try journal.post(signal(run, 1, key: "a")) == .stored(id: 1))
        #expect(try journal.post(signal(run, 2, key: "a")) == .duplicate)
        #expect(try journal.post(signal(run, 3)) != .duplicate)
        #expect(try journal.post(signal(run, 4)) != .duplicate)
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: false)
        batch.add(.takeRequest, id: 1)
        #expect(try journal.commit(batch, session: session) == [])
        #expect(try journal.requests(run: run, after: 0, limit: 10).map(\.bytes) == [[3], [4]])
        #expect(try journal.post(signal(run, 5, key: "a")) == .duplicate)
        var other = signal(run, 5, key: "a")
        other.name = "other"
        #expect(try journal.post(other) != .duplicate)
    }

    @Test(arguments: JournalKind.allCases)
    func theEndOfARunKeepsUnreadSignalsOnly(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session, run) = try journalWithRun(kind, folder)
        _ = try journal.post(signal(run, 1, key: "a"))
        _ = try journal.post(signal(run, 2))
        _ = try journal.post(RequestRecord(run: run, kind: .cancel, time: 9))
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: false)
        batch.add(.takeRequest, id: 1)
        var ended = record(run, id: "rone", owner: session.owner)
        ended.status = .done
        batch.update(run: ended)
        _ = try journal.commit(batch, session: session)
        #expect(try journal.requests(run: run, after: 0, limit: 10).map(\.bytes) == [[2]])
        #expect(try journal.post(signal(run, 3)) == .ended(.done))
        #expect(try journal.post(signal(run + 5, 3)) == .unknownRun)
        #expect(try journal.requests(run: nil, after: 0, limit: 10).count == 1)
    }

    @Test(arguments: JournalKind.allCases)
    func aTakenRequestOfALostRunStays(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session, run) = try journalWithRun(kind, folder)
        _ = try journal.post(signal(run, 1))
        // Another process has a connection of its own.
        let other = kind == .memory ? journal : try kind.open(folder)
        let thief = try other.register(processId: 2, bootId: "boot", token: 8, now: 1, boot: 1)
        #expect(try other.claim(run: run, owner: session.owner, epoch: 1, session: thief))
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: false)
        batch.add(.deleteRequest, id: 1)
        #expect(try journal.commit(batch, session: session) == [run])
        #expect(try journal.requests(run: run, after: 0, limit: 10).count == 1)
    }
}
