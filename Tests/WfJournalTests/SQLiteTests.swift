// What only a file can do wrong: it is missing, foreign, newer, truncated, damaged, locked.

import CSQLite
import Glibc
import Testing
import WfJournal
import WfJournalSQLite

@Suite struct SQLiteTests {
    private func write(_ path: String, _ bytes: [UInt8]) {
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    private func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count <= 0 { return all }
            all.append(contentsOf: buffer[..<count])
        }
    }

    private func error(_ path: String, _ mode: SQLiteJournal.Mode = .create) -> JournalError? {
        do throws(JournalError) {
            let journal = try SQLiteJournal(path: path, mode: mode)
            _ = try journal.runs(live: false, before: nil, limit: 5)
            return nil
        } catch {
            return error
        }
    }

    private func sql(_ path: String, _ text: String) {
        var handle: OpaquePointer?
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        sqlite3_exec(handle, text, nil, nil, nil)
        sqlite3_close_v2(handle)
    }

    /// A journal with a run in it, all of it in the main file.
    private func fill(_ path: String) throws {
        let journal = try SQLiteJournal(path: path, mode: .create)
        let session = try journal.register(processId: 1, bootId: "b", token: 1, now: 1, boot: 1)
        var batch = Batch()
        for index in 1...50 {
            let run = session.idBase + Int64(index) * 100
            batch.beginSection(run: run, epoch: 1, isNew: true)
            batch.insert(run: record(run, id: "r\(index)", owner: session.owner))
            batch.add(.insertState, id: run + 1, [UInt8](repeating: UInt8(index), count: 400))
            batch.add(.insertValue, id: run + 2, [UInt8](repeating: UInt8(index), count: 900))
        }
        _ = try journal.commit(batch, session: session)
    }

    @Test func namesWhatIsWrong() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        #expect(
            error("\(folder.path)/none/journal.db") == .missingFolder(path: "\(folder.path)/none/journal.db"))
        #expect(error(path, .existing) == .missing(path: path))
        #expect(error(path, .reading) == .missing(path: path))
        write(
            path,
            Array("some text that is no database, and long enough to be looked at. ".utf8)
                + Array(repeating: 0, count: 100))
        #expect(error(path) == .notAJournal(path: path, found: "a file that is not a SQLite database"))
        write(path, [1, 2, 3])
        #expect(error(path) == .notAJournal(path: path, found: "a file that is not a SQLite database"))
        #expect(
            error(folder.path)
                == .notAJournal(path: folder.path, found: "something that is not a regular file"))
    }

    @Test func foreignDatabaseIsLeftAsItIs() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        sql(path, "CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)")
        let before = read(path)
        #expect(error(path) == .notAJournal(path: path, found: "a SQLite database of another program"))
        #expect(read(path) == before)
    }

    @Test func newerVersionIsRefused() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        try fill(path)
        sql(path, "PRAGMA user_version=9; PRAGMA wal_checkpoint(TRUNCATE)")
        #expect(error(path) == .newerVersion(path: path, found: 9, supported: 1))
    }

    @Test func truncatedFileIsRefused() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        try fill(path)
        sql(path, "PRAGMA wal_checkpoint(TRUNCATE)")
        unlink("\(path)-wal")
        let whole = read(path)
        write(path, Array(whole.prefix(whole.count - 4096 * 3)))
        guard case .corrupt = error(path) else {
            Issue.record("found \(String(describing: error(path)))")
            return
        }
    }

    @Test func flippedBitsAreFoundOrHarmless() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        try fill(path)
        sql(path, "PRAGMA wal_checkpoint(TRUNCATE)")
        unlink("\(path)-wal")
        unlink("\(path)-shm")
        let whole = read(path)
        var found = 0
        for offset in stride(from: 16, to: whole.count, by: 397) {
            var bytes = whole
            bytes[offset] ^= 0x41
            write(path, bytes)
            do throws(JournalError) {
                let journal = try SQLiteJournal(path: path, mode: .existing)
                for run in try journal.runs(live: false, before: nil, limit: 100) {
                    _ = try journal.run(number: run.number)
                    _ = try journal.state(run: run.number)
                    if let value = try journal.value(id: run.number + 2) {
                        #expect(value.allSatisfy { $0 == value[0] })
                    }
                }
            } catch {
                found += 1
            }
            unlink("\(path)-wal")
            unlink("\(path)-shm")
        }
        #expect(found > 10)
    }

    @Test func reopeningKeepsEverything() throws {
        let folder = Folder()
        let path = folder.file("journal.db")
        try fill(path)
        try fill(path + "2")
        let journal = try SQLiteJournal(path: path, mode: .reading)
        #expect(try journal.runs(live: false, before: nil, limit: 100).count == 50)
        for suffix in ["2", "2-wal", "2-shm"] { unlink(path + suffix) }
    }

    @Test func aWriterOfAnotherProcessIsNoticedWithoutLooking() throws {
        // Covered by the contract for two connections; here: many commits between foreign ones.
        let folder = Folder()
        let path = folder.file("journal.db")
        let (first, second) = (
            try SQLiteJournal(path: path, mode: .create), try SQLiteJournal(path: path, mode: .create)
        )
        let mine = try first.register(processId: 1, bootId: "b", token: 1, now: 1, boot: 1)
        let theirs = try second.register(processId: 2, bootId: "b", token: 2, now: 1, boot: 1)
        let run = mine.idBase + 1
        var batch = Batch()
        batch.beginSection(run: run, epoch: 1, isNew: true)
        batch.insert(run: record(run, id: "r", owner: mine.owner))
        batch.add(.insertState, id: run + 1, [0])
        _ = try first.commit(batch, session: mine)
        for round in 0..<20 {
            batch.clear()
            batch.beginSection(run: run, epoch: 1, isNew: false)
            batch.add(.updateState, id: run + 1, [UInt8(round)])
            #expect(try first.commit(batch, session: mine) == [])
        }
        #expect(try second.claim(run: run, owner: mine.owner, epoch: 1, session: theirs))
        #expect(try first.commit(batch, session: mine) == [run])
    }
}
