// A folder with a workflow, a journal, and real `wfi` processes at work in it. What its programs did is read from the
// file `keys` that they append to: a line with key and attempt for each time one of them was started.
import Glibc
import Testing
import WfEngine
import WfJournal
import WfJournalSQLite
import WfTestSupport

/// The command under test.
let wfi = builtCommand("wfi")
let workflows = "Tests/CrashTests/workflows"

/// A line of `keys`.
struct Mark: Hashable {
    /// The run and the path of the step: `r1234567890/all[2]/work`
    var key: String
    var attempt: Int

    var path: String { String(key.drop { $0 != "/" }.dropFirst()) }
}

final class Bench {
    private let home: TemporaryFolder
    var folder: String { home.path }
    /// Where the journal is; relative to the folder.
    var journal = "journal.db"
    var journalPath: String { journal.hasPrefix("/") ? journal : folder + "/" + journal }

    /// - Parameter program: the bytes of `case.wf`.
    init(_ program: [UInt8]) throws {
        home = try TemporaryFolder("wf-bench")
        try writeFile(folder + "/case.wf", program)
    }

    convenience init(workflow: String) throws { try self.init(try readFile("\(workflows)/\(workflow).wf")) }

    /// Ends what a killed engine has left behind in this folder.
    deinit {
        for id in folderEntries("/proc").compactMap({ Int32($0) }) where id > 1 {
            var name = [CChar](repeating: 0, count: 4096)
            let count = readlink("/proc/\(id)/cwd", &name, name.count)
            let place = name.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
            if place.elementsEqual(folder.utf8) { kill(id, SIGKILL) }
        }
    }

    // MARK: processes

    func start(_ arguments: [String]) throws -> RunningProcess {
        try RunningProcess(wfi, arguments + ["--journal", journalPath], workingFolder: folder)
    }

    func run(_ arguments: [String]) throws -> ProcessResult { try start(arguments).wait(seconds: 60) }

    /// Runs a line of shell in the folder, in which `$WFI` is the command and `$JOURNAL` the journal.
    func shell(_ line: String) throws -> ProcessResult {
        let text = "WFI='\(wfi)' JOURNAL='\(journalPath)'; \(line)"
        return try runProcess("/bin/sh", ["-c", text], workingFolder: folder, seconds: 60)
    }

    /// Starts the workflow and waits until its programs have left so many marks.
    func startRun(marks: Int) throws -> RunningProcess {
        let process = try start(["run", "case.wf", "--quiet"])
        try #require(waitUntil { marksLeft().count >= marks })
        return process
    }

    /// Lets the programs of `hold` and `stubborn` go on.
    func go() throws { try writeFile(folder + "/go", []) }

    /// The processes that belong to a run, wherever they are.
    func processes(of run: String) -> [Int32] {
        let mark = Array("WF_RUN=\(run)".utf8)
        return folderEntries("/proc").compactMap { Int32($0) }.filter { id in
            guard let bytes = try? readFile("/proc/\(id)/environ") else { return false }
            return bytes.split(separator: 0).contains { $0.elementsEqual(mark) }
        }
    }

    // MARK: what is recorded

    func marksLeft() -> [Mark] {
        guard let bytes = try? readFile(folder + "/keys") else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let attempt = Int(words[1]) else { return nil }
            return Mark(key: String(words[0]), attempt: attempt)
        }
    }

    /// Reads a copy of the journal as it lies on the disk, so that whoever opens the journal next finds it as it was
    /// left; nil when there is none yet.
    func reading<Result>(_ body: (any Journal) throws -> Result) throws -> Result? {
        guard fileExists(journalPath) else { return nil }
        let look = try TemporaryFolder("wf-look")
        for suffix in ["", "-wal"] where fileExists(journalPath + suffix) {
            try writeFile(look.path + "/copy" + suffix, try readFile(journalPath + suffix))
        }
        do throws(JournalError) {
            let journal = try SQLiteJournal(path: look.path + "/copy", mode: .existing)
            return try? body(journal)
        } catch {
            // A file that nobody has written a table to yet.
            switch error {
            case .notAJournal, .corrupt: return nil
            case .missingFolder, .missing, .newerVersion, .locked, .readOnly, .gone, .diskFull, .io:
                throw error
            }
        }
    }

    /// The run of the journal that was started last.
    func lastRun() throws -> String? {
        try reading { try $0.runs(live: false, before: nil, limit: 1).first?.id } ?? nil
    }

    func record(_ run: String) throws -> Record? { try reading { try Record(run: run, journal: $0) } }
}

/// Asks until it is so, for at most ten seconds.
func waitUntil(_ condition: () throws -> Bool) rethrows -> Bool {
    for _ in 0..<5_000 {
        if try condition() { return true }
        usleep(2_000)
    }
    return false
}

/// A seeded generator (SplitMix64).
struct Dice {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 }

    /// A whole number below `bound`.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((value ^ value >> 31) % UInt64(bound))
    }
}
