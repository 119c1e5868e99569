// Journals that are missing, foreign, newer, cut, damaged or held by somebody else, as the command line meets them: a
// clear error that names the path, status 2, and the file left as it was.
import CSQLite
import Glibc
import Testing
import WfTestSupport

@Suite struct JournalTroubleTests {
    /// A run that was killed in its middle, all of its journal in the main file.
    private func interrupted() throws -> (bench: Bench, run: String) {
        let bench = try Bench(workflow: "hold")
        let process = try bench.startRun(marks: 3)
        let run = try #require(try bench.lastRun())
        process.signal(SIGKILL)
        _ = try process.wait()
        try bench.go()
        execute(bench.journalPath, "PRAGMA wal_checkpoint(TRUNCATE)")
        unlink(bench.journalPath + "-wal")
        unlink(bench.journalPath + "-shm")
        return (bench, run)
    }

    private func execute(_ path: String, _ sql: String) {
        var handle: OpaquePointer?
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        sqlite3_exec(handle, sql, nil, nil, nil)
        sqlite3_close_v2(handle)
    }

    private func expectRefused(
        _ result: ProcessResult, _ bench: Bench, _ words: String, what: String, code: String = "WF7"
    ) {
        #expect(
            result.status == 2 && result.outputText.isEmpty, "\(what): \(result.status) \(result.errorText)")
        #expect(result.errorText.hasPrefix("wfi: error[\(code)"), "\(what): \(result.errorText)")
        #expect(result.errorText.contains(words), "\(what): \(result.errorText)")
        #expect(result.errorText.contains(bench.journalPath), "\(what): \(result.errorText)")
    }

    // MARK: what is not a journal

    @Test func missing() throws {
        let bench = try Bench(workflow: "chain")
        for arguments in [["list"], ["show"], ["logs"], ["resume", "r1"], ["resume", "--all"]] {
            expectRefused(try bench.run(arguments), bench, "there is no journal", what: "\(arguments)")
        }
        bench.journal = "none/at/all/journal.db"
        expectRefused(try bench.run(["list"]), bench, "", what: "list without a folder")
        #expect(try bench.run(["run", "case.wf", "-q"]).outputText == "8\n", "`run` makes the folder")
        bench.journal = "case.wf/journal.db"
        let result = try bench.run(["run", "case.wf"])
        #expect(
            result.status == 2 && result.errorText.contains(bench.folder + "/case.wf"), "\(result.errorText)")
    }

    @Test func foreign() throws {
        let bench = try Bench(workflow: "chain")
        let text = Array(String(repeating: "no database at all\n", count: 40).utf8)
        for bytes in [text, Array(text.prefix(3)), [UInt8](repeating: 0, count: 8192)] {
            try writeFile(bench.journalPath, bytes)
            for arguments in [["run", "case.wf"], ["list"], ["resume", "r1"]] {
                expectRefused(try bench.run(arguments), bench, "is not a wf journal", what: "\(arguments)")
                #expect(try readFile(bench.journalPath) == bytes, "it is left as it was")
            }
        }
        bench.journal = "theirs.db"
        execute(bench.journalPath, "CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)")
        let bytes = try readFile(bench.journalPath)
        expectRefused(
            try bench.run(["run", "case.wf"]), bench, "of another program", what: "foreign database")
        #expect(try readFile(bench.journalPath) == bytes)
        bench.journal = "."
        let folder = try bench.run(["run", "case.wf"])
        #expect(folder.status == 2 && folder.errorText.contains("regular file"), "\(folder.errorText)")
        #expect(bench.marksLeft().isEmpty, "nothing was run")
    }

    @Test func newer() throws {
        let (bench, run) = try interrupted()
        var bytes = try readFile(bench.journalPath)
        bytes[63] = 99
        try writeFile(bench.journalPath, bytes)
        expectRefused(try bench.run(["resume", run]), bench, "version 99", what: "newer")
        #expect(try readFile(bench.journalPath) == bytes)
    }

    // MARK: damage

    /// What may come of a damaged journal: the right value, a refusal, or (where a page was lost that names the run)
    /// a run that nobody knows; never another value, a crash, or a hang.
    private func expectHarmless(_ bench: Bench, _ run: String, _ what: String) throws -> Bool {
        let result = try bench.run(["resume", run, "--quiet"])
        if result.status == 0 {
            #expect(result.outputText == "[3,4,8]\n", "\(what): \(result.outputText) \(result.errorText)")
            return false
        }
        #expect(
            result.status == 2 && result.outputText.isEmpty, "\(what): \(result.status) \(result.errorText)")
        #expect(result.errorText.contains("wfi: error[WF"), "\(what): \(result.errorText)")
        return true
    }

    @Test func truncated() throws {
        let (bench, run) = try interrupted()
        let whole = try readFile(bench.journalPath)
        var refused = 0
        var lengths = Array(stride(from: 0, to: whole.count, by: 4096))
        lengths += [1, 15, 16, 99, 100, 101, 511, 4095, whole.count - 1, whole.count - 4095]
        for length in lengths {
            try restore(bench, Array(whole.prefix(length)))
            if try expectHarmless(bench, run, "cut to \(length) of \(whole.count)") { refused += 1 }
        }
        #expect(refused > lengths.count / 2)
    }

    @Test func flippedBits() throws {
        let (bench, run) = try interrupted()
        let whole = try readFile(bench.journalPath)
        var dice = Dice(seed: 5)
        var refused = 0
        for _ in 0..<(getenv("WF_FLIPS").flatMap { Int(String(cString: $0)) } ?? 160) {
            // Most of a small database is empty: hit what is written.
            var place = dice.below(whole.count)
            for _ in 0..<50 where whole[place] == 0 { place = dice.below(whole.count) }
            var bytes = whole
            bytes[place] ^= 1 << UInt8(dice.below(8))
            try restore(bench, bytes)
            if try expectHarmless(bench, run, "bit of byte \(place) flipped") { refused += 1 }
        }
        #expect(refused > 10)
    }

    /// The row that names the run and its index entry: every one of their bytes, not only those that chance hits.
    @Test func flippedNames() throws {
        let (bench, run) = try interrupted()
        let whole = try readFile(bench.journalPath)
        let name = Array(run.utf8)
        let places = whole.indices.dropLast(name.count).filter {
            whole[$0..<$0 + name.count].elementsEqual(name)
        }
        #expect(places.count >= 2)
        for place in places.flatMap({ $0 - 4..<$0 + name.count + 4 }) {
            var bytes = whole
            bytes[place] ^= 1
            try restore(bench, bytes)
            _ = try expectHarmless(bench, run, "bit of byte \(place) flipped, a name's")
        }
    }

    @Test func damagedLog() throws {
        let bench = try Bench(workflow: "hold")
        let process = try bench.startRun(marks: 3)
        let run = try #require(try bench.lastRun())
        process.signal(SIGKILL)
        _ = try process.wait()
        try bench.go()
        let (main, log) = (try readFile(bench.journalPath), try readFile(bench.journalPath + "-wal"))
        var dice = Dice(seed: 7)
        for round in 0..<40 {
            try restore(bench, main)
            var bytes = log
            if round % 2 == 0 {
                bytes = Array(log.prefix(dice.below(log.count)))
            } else {
                bytes[dice.below(log.count)] ^= 1 << UInt8(dice.below(8))
            }
            try writeFile(bench.journalPath + "-wal", bytes)
            _ = try expectHarmless(bench, run, "log, round \(round)")
        }
    }

    /// Puts a main file there, without a log.
    private func restore(_ bench: Bench, _ bytes: [UInt8]) throws {
        unlink(bench.journalPath + "-wal")
        unlink(bench.journalPath + "-shm")
        try writeFile(bench.journalPath, bytes)
    }

    // MARK: locks

    @Test func heldForLong() throws {
        let (bench, run) = try interrupted()
        let lock = Lock(bench.journalPath)
        expectRefused(
            try bench.run(["resume", run]), bench, "is locked by another program", what: "locked",
            code: "WF7006")
        #expect(try bench.run(["list"]).outputText.contains(run), "reading goes on")
        lock.letGo()
        let resumed = try bench.run(["resume", run, "--quiet"])
        #expect(resumed.status == 0 && resumed.outputText == "[3,4,8]\n", "\(resumed.errorText)")
    }

    @Test func heldForAMoment() throws {
        let (bench, run) = try interrupted()
        let lock = Lock(bench.journalPath)
        let process = try bench.start(["resume", run, "--quiet"])
        usleep(400_000)
        lock.letGo()
        let result = try process.wait()
        #expect(result.status == 0 && result.outputText == "[3,4,8]\n", "\(result.errorText)")
    }

    /// Somebody takes the lock while a run is at work: it cannot go on, and says how to.
    @Test func heldInTheMiddle() throws {
        let bench = try Bench(workflow: "asleep")
        let process = try bench.startRun(marks: 1)
        let run = try #require(try bench.lastRun())
        usleep(200_000)
        let lock = Lock(bench.journalPath)
        let result = try process.wait()
        lock.letGo()
        expectRefused(result, bench, "is locked by another program", what: "locked in the middle")
        #expect(result.errorText.contains("wfi resume \(run)"), "\(result.errorText)")
        let resumed = try bench.run(["resume", run, "--quiet"])
        #expect(resumed.status == 0 && resumed.outputText == "3\n", "\(resumed.errorText)")
        #expect(bench.marksLeft().map(\.path) == ["first", "last"])
    }
}

/// The write lock of a journal, taken as another program would.
private final class Lock {
    private var handle: OpaquePointer?

    init(_ path: String) {
        sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil)
        sqlite3_busy_timeout(handle, 2_000)
        let code = sqlite3_exec(handle, "BEGIN EXCLUSIVE", nil, nil, nil)
        #expect(code == SQLITE_OK)
    }

    func letGo() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    deinit { letGo() }
}
