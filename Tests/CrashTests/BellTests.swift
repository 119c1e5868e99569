// A request that another connection posts wakes who runs the run, at once; a commit wakes nobody.

import Glibc
import Testing
import WfDoors
import WfJournal
import WfJournalSQLite

@Suite struct BellTests {
    private func hasRung(_ bell: Bell, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) == 1
    }

    @Test func aPostRingsAndACommitDoesNot() throws {
        var template = Array("/tmp/wf-bell-XXXXXX".utf8CString)
        let folder = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
        defer {
            for suffix in ["", "-wal", "-shm"] { unlink("\(folder)/journal.db\(suffix)") }
            rmdir(folder)
        }
        let path = "\(folder)/journal.db"
        let owner = try SQLiteJournal(path: path, mode: .create)
        let session = try owner.register(processId: 1, bootId: "b", token: 1, now: 1, boot: 1)
        let bell = try #require(Bell(path: path))
        let number = session.idBase + 1
        var batch = Batch()
        batch.beginSection(run: number, epoch: 1, isNew: true)
        batch.insert(
            run: RunRecord(
                number: number, id: "r1", workflow: "main", name: "", plan: [1], status: .running,
                owner: session.owner, epoch: 1, created: 1, baseFolder: "/", input: []))
        _ = try owner.commit(batch, session: session)
        #expect(!hasRung(bell, milliseconds: 20))
        let outsider = try SQLiteJournal(path: path, mode: .existing)
        _ = try outsider.post(RequestRecord(run: number, kind: .cancel, time: 1))
        #expect(hasRung(bell, milliseconds: 100))
    }
}
