// A disk that becomes full, seen through a limit on the size of files and through a small file system, and standard
// output that cannot be written: a clear error, nothing lost, and the run goes on when there is room again.
import CSQLite
import Glibc
import Testing
import WfTestSupport

/// Whether we may make small file systems; elsewhere the limit on files shows the same.
private let mayMount: Bool = {
    guard let folder = try? TemporaryFolder("wf-mount") else { return false }
    let works = mount("tmpfs", folder.path, "tmpfs", 0, "size=64k") == 0
    if works { umount2(folder.path, Int32(MNT_DETACH)) }
    return works
}()

@Suite struct DiskTests {
    /// Blocks of `ulimit -f` (512 bytes in POSIX, 1024 in some shells).
    @Test(arguments: [40, 80, 160, 320, 640]) func filesMayNotGrow(blocks: Int) throws {
        let bench = try Bench(workflow: "many")
        let full = try bench.shell(
            "ulimit -f \(blocks); exec \"$WFI\" run case.wf --quiet --journal \"$JOURNAL\"")
        #expect(full.errorText.contains("error[WF7009]"), "\(full.errorText)")
        try expectFull(bench, full)
    }

    @Test(.enabled(if: mayMount, "needs the right to mount")) func theFileSystemIsFull() throws {
        let bench = try Bench(workflow: "many")
        let disk = bench.folder + "/disk"
        mkdir(disk, 0o755)
        #expect(mount("tmpfs", disk, "tmpfs", 0, "size=256k") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        bench.journal = "disk/journal.db"
        let full = try bench.run(["run", "case.wf", "--quiet"])
        #expect(full.errorText.contains("error[WF7008]"), "\(full.errorText)")
        #expect(full.errorText.contains("is full"), "\(full.errorText)")
        #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
        try expectFull(bench, full)
    }

    @Test(.enabled(if: mayMount, "needs the right to mount")) func theFileSystemIsReadOnly() throws {
        let bench = try Bench(workflow: "chain")
        let disk = bench.folder + "/disk"
        mkdir(disk, 0o755)
        #expect(mount("tmpfs", disk, "tmpfs", 0, "size=16m") == 0)
        defer { umount2(disk, Int32(MNT_DETACH)) }
        bench.journal = "disk/journal.db"
        let done = try bench.run(["run", "case.wf", "--quiet"])
        #expect(done.status == 0)
        let run = try #require(try bench.lastRun())
        // One that was put there without its log, under a name that means something in the address of a file.
        let copy = disk + "/a copy?#50%25.db"
        #expect(
            try bench.shell(
                "cp disk/journal.db '\(copy)' && cp disk/journal.db-wal '\(copy)-wal'"
            ).status == 0)
        var database: OpaquePointer?
        #expect(sqlite3_open(copy, &database) == SQLITE_OK)
        #expect(sqlite3_exec(database, "PRAGMA wal_checkpoint(TRUNCATE)", nil, nil, nil) == SQLITE_OK)
        sqlite3_close_v2(database)
        #expect(!fileExists(copy + "-wal"))
        #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
        for arguments in [["run", "case.wf"], ["resume", run]] {
            let result = try bench.run(arguments)
            #expect(result.status == 2 && result.errorText.contains(bench.journalPath), "\(result.errorText)")
            #expect(result.errorText.contains("cannot be written"), "\(result.errorText)")
        }
        // What is there can still be read.
        for arguments in [["list"], ["show", run]] {
            let result = try bench.run(arguments)
            #expect(
                result.status == 0 && result.outputText.contains(run), "\(arguments): \(result.errorText)")
        }
        bench.journal = String(copy.dropFirst(bench.folder.utf8.count + 1))
        for arguments in [["list"], ["show", run]] {
            let result = try bench.run(arguments)
            #expect(
                result.status == 0 && result.outputText.contains(run), "\(arguments): \(result.errorText)")
        }
        #expect(try bench.run(["run", "case.wf"]).errorText.contains("cannot be written"))
        bench.journal = "disk/other.db"
        #expect(try bench.run(["run", "case.wf"]).errorText.contains("cannot be written"))
    }

    /// It failed with a clear error; without the limit the run, or a new one where none was stored, ends well.
    private func expectFull(_ bench: Bench, _ full: ProcessResult) throws {
        #expect(full.status == 2 && full.outputText.isEmpty, "\(full.status) \(full.errorText)")
        #expect(full.errorText.contains(bench.journalPath), "\(full.errorText)")
        let run = try bench.lastRun()
        if let run {
            #expect(full.errorText.contains("wfi resume"), "\(full.errorText)")
            let resumed = try bench.run(["resume", run, "--quiet"])
            #expect(
                resumed.status == 0 && resumed.outputText == "400\n", "\(resumed.status) \(resumed.errorText)"
            )
            let record = try #require(try bench.record(run))
            #expect(record.endedTwice.isEmpty)
        } else {
            let again = try bench.run(["run", "case.wf", "--quiet"])
            #expect(again.status == 0 && again.outputText == "400\n", "\(again.status) \(again.errorText)")
        }
    }

    // MARK: standard output

    @Test(arguments: [">&-", "> /dev/full", ">&- 2>&-", "<&- >&-"]) func outputCannotBeWritten(how: String)
        throws
    {
        let bench = try Bench(workflow: "chain")
        let result = try bench.shell("exec \"$WFI\" run case.wf --journal \"$JOURNAL\" \(how)")
        #expect(result.status == 2)
        if !how.contains("2>") {
            #expect(result.errorText.contains("standard output cannot be written"), "\(result.errorText)")
        }
        let run = try #require(try bench.lastRun())
        let marks = bench.marksLeft().count
        #expect(marks == 8)
        let resumed = try bench.run(["resume", run, "--quiet"])
        #expect(resumed.status == 0 && resumed.outputText == "8\n")
        #expect(bench.marksLeft().count == marks)
    }

    /// Nobody reads what is said on standard error: the run does not mind.
    @Test func errorsCannotBeWritten() throws {
        let bench = try Bench(workflow: "chain")
        let result = try bench.shell("exec \"$WFI\" run case.wf --journal \"$JOURNAL\" 2>&-")
        #expect(result.status == 0 && result.outputText == "8\n")
        let piped = try bench.shell(
            "\"$WFI\" run case.wf --journal \"$JOURNAL\" 2>&1 >value | true; cat value")
        #expect(
            piped.outputText == "8\n"
                || waitUntil { (try? readFile(bench.folder + "/value")) == Array("8\n".utf8) })
    }
}
