// What lies in the journal while a run waits, looked at and changed from outside: what is read from there on resume is
// not worked out anew, a lease names the boot it belongs to, and a cached result tells nothing of its call.
import CSQLite
import Glibc
import Testing
import WfJournal
import WfTestSupport

@Suite struct StoredTests {
    /// The rows of a query, each column as bytes.
    private func rows(_ path: String, _ sql: String) throws -> [[[UInt8]]] {
        var handle: OpaquePointer?
        try #require(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK)
        defer { sqlite3_close_v2(handle) }
        var statement: OpaquePointer?
        try #require(sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, "\(sql)")
        defer { sqlite3_finalize(statement) }
        var all: [[[UInt8]]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            all.append(
                (0..<sqlite3_column_count(statement)).map { column in
                    guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
                    let count = Int(sqlite3_column_bytes(statement, column))
                    return Array(UnsafeRawBufferPointer(start: bytes, count: count))
                })
        }
        return all
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func aLetIsReadAndNotWorkedOutAnew() throws {
        let bench = try Bench(
            Array(
                """
                workflow main() -> String {
                    signal go: Int
                    let long = "x".repeat(count: 3000)
                    step first = await go
                    let short = "{long.count} {first}"
                    step second = await go
                    "{long.slice(0, 3)} {short} {second}"
                }
                """.utf8))
        #expect(try bench.run(["run", "case.wf", "-q", "--no-wait"]).status == 3)
        let run = try #require(try bench.lastRun())
        #expect(try bench.run(["signal", run, "go", "1"]).status == 0)
        #expect(try bench.run(["resume", run, "-q", "--no-wait"]).status == 3)
        // Another value in its place, as nothing in the program could yield it.
        let stored = try rows(bench.journalPath, "SELECT CAST(id AS TEXT), bytes FROM wf_value")
        let long = try #require(stored.first { $0[1].count >= 3000 })
        let other = long[1].map { $0 == UInt8(ascii: "x") ? UInt8(ascii: "y") : $0 }
        let hexadecimal = other.map { "0123456789ABCDEF".utf8Digits($0) }.joined()
        let check = other.withUnsafeBytes { checksum($0) }
        _ = try rows(
            bench.journalPath,
            "UPDATE wf_value SET bytes = X'\(hexadecimal)', checksum = \(check) WHERE id = \(text(long[0]))")
        #expect(try bench.run(["signal", run, "go", "2"]).status == 0)
        let end = try bench.run(["resume", run, "-q"])
        #expect(end.outputText == "\"yyy 3000 1 2\"\n", "\(end.outputText) \(end.errorText)")
    }

    @Test func aLeaseNamesItsBootAndCountsFromIt() throws {
        let bench = try Bench(workflow: "hold")
        let process = try bench.startRun(marks: 3)
        let run = try #require(try bench.lastRun())
        let owner = try #require(
            try rows(
                bench.journalPath,
                """
                SELECT CAST(process AS TEXT), boot, CAST(heartbeat AS TEXT) FROM wf_owner
                WHERE number = (SELECT owner FROM wf_run WHERE id = '\(run)')
                """
            ).first)
        let boot = text(try readFile("/proc/sys/kernel/random/boot_id")).filter { $0 != "\n" }
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        #expect(text(owner[0]) == String(process.pid) && text(owner[1]) == boot)
        let heartbeat = try #require(Int64(text(owner[2])))
        #expect(heartbeat > 0 && heartbeat <= Int64(now.tv_sec + 1) * 1_000_000)
        // A process of another boot is gone, whatever has its number now and however young its sign of life is.
        let refused = try bench.run(["resume", run, "-q", "--no-wait"])
        #expect(
            refused.status == 2 && refused.errorText.contains(String(process.pid)), "\(refused.errorText)")
        kill(process.pid, SIGSTOP)
        _ = try rows(bench.journalPath, "UPDATE wf_owner SET boot = 'another'")
        try bench.go()
        #expect(try bench.run(["resume", run, "-q"]).status == 0)
        kill(process.pid, SIGCONT)
        _ = try process.wait()
    }

    @Test func aCachedResultTellsNothingOfItsCall() throws {
        let bench = try Bench(
            Array(
                """
                action ask(text: String) -> Int
                    via exec("true")
                    returns text.count
                    cache 1d
                workflow main(text: String) -> Int { ask(text) }
                """.utf8))
        var keys: [[[UInt8]]] = []
        for journal in ["one.db", "one.db", "two.db"] {
            bench.journal = journal
            #expect(try bench.run(["run", "case.wf", "-q", "text=abc"]).outputText == "3\n")
            keys.append(try rows(bench.journalPath, "SELECT key FROM wf_cache").map { $0[0] })
        }
        #expect(keys[0].count == 1 && keys[0] == keys[1], "equal calls share one key in one journal")
        #expect(keys[2].count == 1 && keys[2] != keys[0], "another journal has another key for the same call")
        #expect(keys[0][0].count == 32)
    }
}

extension String {
    /// Two digits of this alphabet.
    fileprivate func utf8Digits(_ byte: UInt8) -> String {
        let digits = Array(self)
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}
