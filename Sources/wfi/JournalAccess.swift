// Where the journal lies, opening it, finding runs in it, and the words for what can be wrong with it.
import Glibc
import WfCommand
import WfDiagnostics
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite

/// The journal's path: `--journal`, else WF_JOURNAL, else `.wf/journal.db`.
func journalPath(_ arguments: Arguments) -> String {
    if let path = arguments.value("--journal") { return path }
    if let path = getenv("WF_JOURNAL"), path.pointee != 0 { return String(cString: path) }
    return usualJournalPath
}

private let usualJournalPath = ".wf/journal.db"

extension SQLiteJournal {
    /// A command for people to type, such as `resume RUN`: it names this journal where that is not the usual one.
    /// - Parameter options: what follows, for people to choose from.
    func command(_ words: String, options: String = "") -> String {
        let place = path == usualJournalPath ? "" : " --journal \(shellWord(path))"
        return "wfi \(words)\(place)" + (options.isEmpty ? "" : " \(options)")
    }

    /// The command that says what came of a step that is done at most once.
    func resolveCommand(_ step: String) -> String {
        command("resolve \(step)", options: "--done VALUE | --failed WHY | --retry")
    }
}

/// Opens the journal; for `create` makes its folder when that is missing.
func openJournal(_ arguments: Arguments, _ mode: SQLiteJournal.Mode) throws(CommandError) -> SQLiteJournal {
    let path = journalPath(arguments)
    if path.isEmpty { throw CommandError("the path of the journal is empty", help: "give `--journal PATH`") }
    if mode == .create {
        let folder = splitPath(path).folder
        let code = makeFolders(folder)
        if code != 0 {
            throw CommandError(
                "the folder `\(folder)` of the journal cannot be made: \(reason(code))",
                help: "choose another place with `--journal PATH` or WF_JOURNAL")
        }
    }
    do throws(JournalError) {
        return try SQLiteJournal(path: path, mode: mode)
    } catch {
        var trouble = CommandError(error)
        if case .corrupt(let place, let detail) = error {
            trouble.message = "the journal `\(path)` is damaged in \(place): \(detail)"
        }
        throw trouble
    }
}

extension CommandError {
    /// Words and help for a journal's trouble.
    init(_ error: JournalError) {
        let help: String?
        let code: DiagnosticCode
        switch error {
        case .missingFolder:
            code = DiagnosticCode(7001)
            help = "make the folder, or choose another with `--journal PATH` or WF_JOURNAL"
        case .missing:
            code = DiagnosticCode(7002)
            help = "start a run with `wfi run`, or name the journal with `--journal PATH` or WF_JOURNAL"
        case .notAJournal:
            code = DiagnosticCode(7003)
            help = "choose another path with `--journal PATH` or WF_JOURNAL; the file was not changed"
        case .newerVersion:
            code = DiagnosticCode(7004)
            help = "use the wf that wrote it, or a newer one"
        case .corrupt:
            code = DiagnosticCode(7005)
            help = "keep a copy of the file as it is; nothing has been written to it"
        case .locked:
            code = DiagnosticCode(7006)
            help = "wait until the other program has finished, then try again"
        case .readOnly:
            code = DiagnosticCode(7007)
            help = "make the file and its folder writable, or choose another with `--journal PATH`"
        case .diskFull:
            code = DiagnosticCode(7008)
            help = "make room on the disk; everything that was recorded is safe"
        case .gone:
            code = DiagnosticCode(7016)
            help = "put the files back where they were; what was recorded since then may be lost"
        case .io:
            code = DiagnosticCode(7009)
            help = nil
        }
        self.init(error.description, help: help, code: code)
    }

    /// Words and help for what the engine refuses.
    /// - Parameter journal: its path, for what is wrong in it.
    init(_ error: EngineError, journal: String? = nil) {
        let place = journal.map { " in the journal `\($0)`" } ?? ""
        let keep = "keep a copy of the file as it is; nothing has been written to it"
        switch error {
        case .journal(let trouble): self.init(trouble)
        case .unknownRun:
            self.init(
                error.description, help: "`wfi list` shows the runs of a journal", code: DiagnosticCode(7010))
        case .ended(let id, _):
            self.init(error.description, help: "see `wfi show \(id)`", code: DiagnosticCode(7011))
        case .ownedElsewhere:
            self.init(
                error.description, help: "wait for that process, or end it, then resume the run",
                code: DiagnosticCode(7012))
        case .planUnusable(let id, let detail):
            self.init(
                "the plan of run `\(id)`\(place) cannot be used: \(detail)", help: keep,
                code: DiagnosticCode(7013))
        case .stateUnusable(let id, let detail):
            self.init(
                "the state of run `\(id)`\(place) is damaged: \(detail)", help: keep,
                code: DiagnosticCode(7014))
        case .inputDoesNotFit: self.init(error.description, code: DiagnosticCode(8002))
        case .stopped: self.init(error.description, help: "resume the run", code: DiagnosticCode(7015))
        case .notFailed(let id, _), .undone(let id, _), .notKept(let id):
            self.init(error.description, help: "see `wfi show \(id)`", code: DiagnosticCode(7011))
        }
    }
}

/// Runs a journal's question in terms of this command's errors.
func asking<Result>(_ body: () throws(JournalError) -> Result) throws(CommandError) -> Result {
    do throws(JournalError) { return try body() } catch { throw CommandError(error) }
}

/// The runs looked through for a beginning or a name, newest first.
private let runsSearchedMax = 100_000

/// The run named, or the last one that was started.
func findRun(_ text: String?, in journal: any Journal) throws(CommandError) -> RunRecord {
    if let text { return try findRun(text, in: journal) }
    let newest = try asking { () throws(JournalError) in
        guard let number = try journal.runs(live: false, before: nil, limit: 1).first?.number else {
            return nil as RunRecord?
        }
        return try journal.run(number: number)
    }
    guard let newest else { throw CommandError("the journal has no runs", help: "start one with `wfi run`") }
    return newest
}

/// Finds a run by its id, the beginning of one that is unique, or its name.
func findRun(_ text: String, in journal: any Journal) throws(CommandError) -> RunRecord {
    if text.isEmpty { throw CommandError("the name of the run is empty", help: "`wfi list` shows the runs") }
    if let run = try asking({ () throws(JournalError) in try journal.run(id: text) }) { return run }
    var byPrefix: [RunRecord] = []
    var byName: [RunRecord] = []
    var ids: [String] = []
    var before: Int64?
    var searched = 0
    while searched < runsSearchedMax {
        let page = try asking { () throws(JournalError) in
            try journal.runs(live: false, before: before, limit: 1_000)
        }
        for run in page {
            if run.id.hasPrefix(text) { byPrefix.append(run) }
            if run.name == text { byName.append(run) }
            ids.append(run.id)
            if !run.name.isEmpty { ids.append(run.name) }
        }
        searched += page.count
        before = page.last?.number
        if page.count < 1_000 { break }
    }
    let found = byPrefix.isEmpty ? byName : byPrefix
    if found.count > 1 {
        let some = found.prefix(5).map(\.id).joined(separator: ", ")
        throw CommandError(
            "`\(text)` means \(found.count) runs: \(some)\(found.count > 5 ? ", …" : "")",
            help: byPrefix.isEmpty ? "give the id of one of them" : "give more of the id")
    }
    guard let number = found.first?.number,
        let run = try asking({ () throws(JournalError) in try journal.run(number: number) })
    else {
        let suggestion = Suggestion.best(for: text, among: ids)
        throw CommandError(
            "the journal has no run `\(text)`",
            help: suggestion.map { "did you mean `\($0)`?" } ?? "`wfi list` shows the runs of a journal",
            code: DiagnosticCode(7010))
    }
    return run
}

/// Who runs the engine: this process.
func engineOptions(observes: Bool) -> EngineOptions {
    EngineOptions(
        processId: getpid(), bootId: readSmallFile("/proc/sys/kernel/random/boot_id"), seed: systemRandom(),
        observes: observes, processIsAlive: processIsAlive)
}

/// Whether a process runs. One that has ended and waits to be reaped does not.
private func processIsAlive(_ processId: Int32) -> Bool {
    if kill(processId, 0) != 0 && errno != EPERM { return false }
    let line = readSmallFile("/proc/\(processId)/stat")
    guard let nameEnd = line.utf8.lastIndex(of: UInt8(ascii: ")")) else { return true }
    let state = line.utf8[nameEnd...].dropFirst().first { $0 != UInt8(ascii: " ") }
    return state != UInt8(ascii: "Z") && state != UInt8(ascii: "X")
}

/// The first line of a small file; empty when it cannot be read.
private func readSmallFile(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
}
