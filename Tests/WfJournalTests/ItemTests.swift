// Work items, over every journal and on virtual time: who holds one, until when, and what is left of a lost claim.

import Testing
import WfJournal

@Suite struct ItemTests {
    /// A journal with a live run that has one open item.
    private func journalWithItem(_ kind: JournalKind, _ folder: Folder) throws -> (any Journal, Int64) {
        let journal = try kind.open(folder)
        let session = try journal.register(processId: 1, bootId: "boot", token: 7, now: 1, boot: 1)
        let run = session.idBase + 1
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: true)
        batch.insert(run: record(run, id: "rone", owner: session.owner))
        batch.insert(
            item: ItemRecord(
                number: run + 1, run: run, step: "inspect", kind: .task, title: "look", role: "adjuster",
                created: 1, due: 0, resultType: 3, input: []))
        #expect(try journal.commit(batch, session: session) == [])
        return (journal, run + 1)
    }

    private func answer(_ item: Int64, by name: String) -> ItemChange {
        .answer(by: name, RequestRecord(run: item - 1, kind: .complete, name: "inspect", time: 9, bytes: [1]))
    }

    /// Who holds the item as the journal has it.
    private func holder(_ journal: any Journal, at now: Int64) throws -> String? {
        try journal.items(run: nil, role: "adjuster", after: 0, limit: 10).first?.holder(at: now)
    }

    @Test(arguments: JournalKind.allCases)
    func aClaimKeepsOthersAwayUntilItsEnd(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, item) = try journalWithItem(kind, folder)
        func change(_ change: ItemChange, at now: Int64) throws -> ItemOutcome {
            try journal.change(item: item, change, now: now)
        }
        _ = try change(.claim(by: "ann", until: 100), at: 10)
        #expect(try holder(journal, at: 99) == "ann" && holder(journal, at: 100) == nil)
        let others: [ItemChange] = [
            .claim(by: "bob", until: 200), .extend(by: "bob", until: 200), .release(by: "bob"),
            answer(item, by: "bob"),
        ]
        for other in others {
            #expect(try change(other, at: 99) == .held(by: "ann", until: 100))
        }
        #expect(try journal.requests(run: nil, after: 0, limit: 10).isEmpty)
        // A sign of life in time makes it hold on.
        _ = try change(.extend(by: "ann", until: 150), at: 99)
        #expect(try change(others[0], at: 149) == .held(by: "ann", until: 150))
        // At its end it is anybody's, and no more hers.
        #expect(try change(.extend(by: "ann", until: 300), at: 150) == .lost)
        #expect(try change(.release(by: "ann"), at: 150) == .lost)
        guard case .done(let taken) = try change(others[0], at: 150) else {
            Issue.record("a lost claim keeps others away")
            return
        }
        #expect(taken.holder == "bob" && taken.heldUntil == 200)
        #expect(try change(answer(item, by: "ann"), at: 160) == .held(by: "bob", until: 200))
        guard case .done = try change(answer(item, by: "bob"), at: 160) else {
            Issue.record("who holds an item may answer it")
            return
        }
        #expect(try journal.requests(run: nil, after: 0, limit: 10).map(\.bytes) == [[1]])
        #expect(try change(.claim(by: "cid", until: 900), at: 500) == .gone)
        #expect(try change(answer(item, by: "bob"), at: 500) == .gone)
    }

    @Test(arguments: JournalKind.allCases)
    func whatIsGivenBackIsFree(_ kind: JournalKind) throws {
        let folder = Folder()
        let (journal, item) = try journalWithItem(kind, folder)
        _ = try journal.change(item: item, .claim(by: "ann", until: 100), now: 10)
        _ = try journal.change(item: item, .release(by: "ann"), now: 20)
        #expect(try holder(journal, at: 20) == nil)
        guard case .done = try journal.change(item: item, answer(item, by: "bob"), now: 30) else {
            Issue.record("what nobody holds is anybody's to answer")
            return
        }
        #expect(try journal.items(run: nil, role: nil, after: 0, limit: 10).isEmpty)
    }
}
