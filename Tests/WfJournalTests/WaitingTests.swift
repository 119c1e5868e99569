// What runs share, results that are used again, and runs that only wait, over every journal.

import Testing
import WfJournal

extension JournalKind {
    /// A second connection to the same journal, where there are such.
    fileprivate func another(_ journal: any Journal, _ folder: Folder) throws -> any Journal {
        self == .memory ? journal : try open(folder)
    }
}

@Suite struct WaitingTests {
    /// A journal with live runs of these due times, numbers from `base + 1`.
    private func journalWithRuns(
        _ kind: JournalKind, _ folder: Folder, due: [Int64]
    ) throws -> (any Journal, Session) {
        let journal = try kind.open(folder)
        let session = try journal.register(processId: 1, bootId: "boot", token: 7, now: 1, boot: 1)
        var batch = Batch()
        for (index, due) in due.enumerated() {
            let number = session.idBase + Int64(index) + 1
            batch.beginSection(run: number, epoch: 1, isNew: true)
            var run = record(number, id: "r\(index)", owner: session.owner)
            run.due = due
            batch.insert(run: run)
        }
        _ = try journal.commit(batch, session: session)
        return (journal, session)
    }

    @Test(arguments: JournalKind.allCases)
    func runsThatOnlyWaitAreFoundByTheirTime(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [0, 300, 100, 200, Int64.max])
        func numbers(_ until: Int64, _ limit: Int = 10) throws -> [Int64] {
            try journal.due(owner: session.owner, until: until, limit: limit).map { $0 - session.idBase }
        }
        #expect(try numbers(99) == [])
        #expect(try numbers(200) == [3, 4])
        #expect(try numbers(1_000, 2) == [3, 4])
        #expect(try numbers(1_000) == [3, 4, 2])
        #expect(try journal.waiting(owner: session.owner) == (4, 100))
        #expect(try journal.waiting(owner: session.owner + 1) == (0, Int64.max))
        #expect(try journal.waitingOwners() == [session.owner])
    }

    @Test(arguments: JournalKind.allCases)
    func runsThatOnlyWaitAreAdoptedAtOnce(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, first) = try journalWithRuns(kind, folder, due: [0, 300, 100, Int64.max])
        let base = first.idBase
        _ = try journal.post(RequestRecord(run: base + 2, kind: .pause, time: 9))
        let other = try kind.another(journal, folder)
        let second = try other.register(processId: 2, bootId: "boot", token: 8, now: 2, boot: 2)
        #expect(try other.adopt(owners: [first.owner], after: 100, session: second).count == 1)
        // Not what does more than wait, is due, or is paused.
        let owners = try (1...4).map { try journal.run(number: base + $0)?.owner }
        #expect(owners == [first.owner, first.owner, first.owner, second.owner])
        #expect(try journal.run(number: base + 4)?.epoch == 2)
        #expect(try journal.owner(number: first.owner) != nil)
        var batch = Batch()
        batch.beginSection(run: base + 4, epoch: 1, isNew: false)
        batch.add(.insertState, id: base + 9, [1])
        #expect(try journal.commit(batch, session: first) == [base + 4])
    }

    @Test(arguments: JournalKind.allCases)
    func pauseIsInTheRowAsSoonAsItIsPosted(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [0])
        let run = session.idBase + 1
        _ = try journal.post(RequestRecord(run: run, kind: .pause, time: 9))
        #expect(try journal.run(number: run)?.isPaused == true)
        #expect(try journal.runs(live: true, before: nil, limit: 1).first?.isPaused == true)
        _ = try journal.post(RequestRecord(run: run, kind: .unpause, time: 9))
        #expect(try journal.run(number: run)?.isPaused == false)
        #expect(try journal.requests(run: run, after: 0, limit: 9).map(\.kind) == [.pause, .unpause])
    }

    @Test(arguments: JournalKind.allCases)
    func whatIsSharedIsKeptByNameAndOwner(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [])
        func commit(_ records: [ResourceRecord]) throws {
            var batch = Batch()
            for record in records { batch.set(resource: record) }
            _ = try journal.commit(batch, session: session)
        }
        let mine = ResourceRecord(name: "pool gpu", owner: session.owner, bytes: [2, 0])
        let everybodys = ResourceRecord(name: "rate api", owner: 0, bytes: [7])
        try commit([mine, everybodys])
        // Another process writes, so that there is something to read.
        _ = try kind.another(journal, folder).register(
            processId: 2, bootId: "boot", token: 8, now: 2, boot: 2)
        let found = try #require(try journal.resources(session))
        #expect(found.sorted { $0.name < $1.name } == [mine, everybodys])
        try commit([
            ResourceRecord(name: "rate api", owner: 0, bytes: [8]),
            ResourceRecord(name: "pool gpu", owner: session.owner, bytes: []),
        ])
        _ = try kind.another(journal, folder).register(
            processId: 3, bootId: "boot", token: 9, now: 2, boot: 2)
        #expect(
            try journal.resources(session) == [ResourceRecord(name: "rate api", owner: 0, bytes: [8])])
        try commit([])
    }

    @Test(arguments: JournalKind.allCases)
    func aRunIsGivenBack(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [5, 6])
        try journal.giveBack(run: session.idBase + 1, session: session)
        _ = try journal.commit(Batch(), session: session)
        #expect(try journal.run(number: session.idBase + 1)?.owner == 0)
        #expect(try journal.run(number: session.idBase + 2)?.owner == session.owner)
    }

    @Test(arguments: JournalKind.allCases)
    func whatAProcessHoldsGoesWithIt(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [])
        var batch = Batch()
        batch.set(resource: ResourceRecord(name: "pool gpu", owner: session.owner, bytes: [2, 0]))
        _ = try journal.commit(batch, session: session)
        try journal.release(session)
        let other = try journal.register(processId: 2, bootId: "boot", token: 8, now: 2, boot: 2)
        #expect(try journal.resources(other) == [])
        _ = try journal.commit(Batch(), session: other)
    }

    @Test(arguments: JournalKind.allCases)
    func resultsAreKeptUntilTheyAreTooOld(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [0])
        func keep(_ key: UInt8, stored: Int64, expires: Int64, byte: UInt8) throws {
            var batch = Batch()
            batch.time = stored
            batch.beginSection(run: session.idBase + 1, epoch: 1, isNew: false)
            batch.insert(cache: CacheRecord(key: [key], stored: stored, expires: expires, bytes: [byte]))
            _ = try journal.commit(batch, session: session)
        }
        try keep(1, stored: 10, expires: 20, byte: 1)
        try keep(1, stored: 11, expires: 21, byte: 2)
        #expect(
            try journal.cached(key: [1]) == CacheRecord(key: [1], stored: 11, expires: 21, bytes: [2]))
        #expect(try journal.cached(key: [2]) == nil)
        try keep(2, stored: 21, expires: 30, byte: 3)
        #expect(try journal.cached(key: [1]) == nil)
        #expect(try journal.cached(key: [2])?.bytes == [3])
    }

    @Test(arguments: JournalKind.allCases)
    func aFailedRunGivesUpItsStateInTime(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, session) = try journalWithRuns(kind, folder, due: [0])
        let number = session.idBase + 1
        var batch = Batch()
        batch.beginSection(run: number, epoch: 1, isNew: false)
        batch.add(.insertState, id: number + 8, [1, 2])
        var run = record(number, id: "r0", owner: session.owner)
        run.status = .failed
        run.ended = 5
        run.due = 100
        run.keepsState = true
        batch.update(run: run)
        _ = try journal.commit(batch, session: session)
        _ = try journal.register(processId: 2, bootId: "boot", token: 8, now: 99, boot: 2)
        #expect(try journal.state(run: number).count == 1)
        _ = try journal.register(processId: 3, bootId: "boot", token: 9, now: 100, boot: 3)
        #expect(try journal.state(run: number) == [])
    }
}
