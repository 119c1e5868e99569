// `wfi run` and `wfi resume`: wires journal, engine, doors and view together, and says what came of it.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfValue

func runCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let (plan, names) = try loadPlan(arguments.operands[0], colour: usesColour(arguments), streams)
    let workflow = try chooseWorkflow(plan, named: arguments.value("--workflow"))
    let config = try readConfig(plan, arguments)
    let inputs = try readInputs(plan, WorkflowParameters(plan, workflow: workflow), arguments)
    let folder = try currentFolder()
    let secrets = try SecretSources(arguments).secrets()
    try loadSecrets(secrets, of: plan)
    let session = try RunSession(arguments, streams, secrets, mode: .create)
    session.sourceNames[plan.identity] = names
    do throws(EngineError) {
        for input in inputs {
            let run = try session.engine.start(
                plan: plan, workflow: workflow, input: input, config: config.encoded, baseFolder: folder,
                name: arguments.value("--name") ?? "", now: Driver.moment())
            session.watch(run, plan)
        }
    } catch {
        throw CommandError(error)
    }
    return try session.work()
}

/// The input of each run to be started.
private func readInputs(
    _ plan: Plan, _ parameters: WorkflowParameters, _ arguments: Arguments
) throws(CommandError) -> [[UInt8]] {
    let settings = arguments.operands.dropFirst()
    let input = arguments.value("--input")
    guard let path = arguments.value("--each") else {
        var text: InputText?
        if let input { text = try InputText(input) }
        return [try readInput(plan, parameters, input: text, settings: settings)]
    }
    if input != nil { throw CommandError("`--each` and `--input` exclude each other") }
    var inputs: [[UInt8]] = []
    for line in try InputText.lines(path) {
        inputs.append(try readInput(plan, parameters, input: line, settings: settings))
    }
    if inputs.isEmpty {
        throw CommandError("`\(path)` holds no input", help: "write one JSON object on each line")
    }
    return inputs
}

func resumeCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    if arguments.has("--all") != arguments.operands.isEmpty {
        throw CommandError(
            "expected a run, or `--all`", help: "`wfi list --status live` shows the runs to resume")
    }
    let secrets = try SecretSources(arguments).secrets()
    let session = try RunSession(arguments, streams, secrets, mode: .existing)
    guard let text = arguments.operands.first else { return try session.resumeAll() }
    var record = try findRun(text, in: session.journal)
    if !record.status.isEnded {
        if try session.resume(record) { return try session.work() }
        record = try findRun(record.id, in: session.journal)
    }
    streams.printNote("run `\(record.id)` has ended before (\(record.status.word)); nothing was run")
    return try session.reportEnded(record)
}

/// The folder that relative paths start from.
func currentFolder() throws(CommandError) -> String {
    guard let folder = getcwd(nil, 0) else {
        throw CommandError(
            "the current folder cannot be used: \(reason(errno))", help: "change to a folder that exists")
    }
    defer { free(folder) }
    return String(cString: folder)
}

/// One process at work on runs of one journal.
final class RunSession {
    let journal: SQLiteJournal
    let engine: Engine
    private let streams: Streams
    private let colour: Bool
    private let waits: Bool
    private let view: ProgressView
    private let secrets: Secrets
    private var runs: [RunId] = []
    /// Where the files are that a plan names, by its identity.
    var sourceNames: [[UInt8]: SourceNames] = [:]
    private var printsAll = false
    /// Lines of JSON tell on standard error what happens, and why a run has failed.
    private let writesEvents: Bool
    /// All runs that end here were asked for.
    private var adoptsAll = false

    init(
        _ arguments: Arguments, _ streams: Streams, _ secrets: Secrets, mode: SQLiteJournal.Mode
    ) throws(CommandError) {
        self.streams = streams
        self.secrets = secrets
        colour = usesColour(arguments)
        waits = !arguments.has("--no-wait")
        printsAll = arguments.has("--each")
        let viewMode = ViewMode(arguments)
        writesEvents = viewMode == .events
        if writesEvents { streams.encode = { messageObject($0).bytes + [0x0A] } }
        journal = try openJournal(arguments, mode)
        view = ProgressView(viewMode, streams, journal, colour: colour)
        engine = Engine(journal: journal, options: engineOptions(observes: viewMode != .quiet))
        engine.secretContent = { secrets.content(of: $0) }
    }

    func watch(_ run: RunId, _ plan: Plan, isAsked: Bool = true) {
        if isAsked { runs.append(run) }
        view.watch(run, plan: plan)
    }

    // MARK: taking over

    /// Takes over a live run: ends what a dead process has left running for it first.
    /// - Returns: false when the run has ended meanwhile, in another process.
    @discardableResult
    func resume(_ record: RunRecord, isAsked: Bool = true) throws(CommandError) -> Bool {
        try expectFolder(of: record)
        let plan = try plan(of: record)
        try loadSecrets(secrets, of: plan)
        do throws(EngineError) { try engine.resume(run: RunId(record.id), now: Driver.moment()) } catch {
            if case .ended = error { return false }
            throw CommandError(error, journal: journal.path)
        }
        let survivors = Survivors.end(ofRun: record.id)
        if survivors > 0 {
            let processes = survivors == 1 ? "1 process" : "\(survivors) processes"
            streams.printNote("ended \(processes) that run `\(record.id)` had left behind")
        }
        watch(RunId(record.id), plan, isAsked: isAsked)
        return true
    }

    /// Takes up a failed run where it failed.
    func retry(_ record: RunRecord) throws(CommandError) {
        try expectFolder(of: record)
        let plan = try plan(of: record)
        try loadSecrets(secrets, of: plan)
        do throws(EngineError) { try engine.retry(run: RunId(record.id), now: Driver.moment()) } catch {
            throw CommandError(error)
        }
        watch(RunId(record.id), plan)
    }

    private func expectFolder(of record: RunRecord) throws(CommandError) {
        var status = stat()
        if stat(record.baseFolder, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR {
            throw CommandError(
                "the folder `\(record.baseFolder)` that run `\(record.id)` works in is not there",
                help: "make it again, then resume the run")
        }
    }

    /// All live runs that no live process runs.
    func resumeAll() throws(CommandError) -> Int32 {
        printsAll = true
        var before: Int64?
        var status = ExitStatus.done
        let adopted = try adoptWaiting()
        while true {
            let page = try asking { () throws(JournalError) in
                try journal.runs(live: true, before: before, limit: 1_000)
            }
            for listed in page where listed.owner == 0 || listed.owner != engine.ownerNumber {
                guard
                    let record = try asking({ () throws(JournalError) in
                        try journal.run(number: listed.number)
                    })
                else {
                    continue
                }
                if try isBeingRun(record) { continue }
                do throws(CommandError) { try resume(record) } catch {
                    streams.printError(error)
                    status = max(status, error.status)
                }
            }
            before = page.last?.number
            if page.count < 1_000 { break }
        }
        if runs.isEmpty && adopted == 0 {
            if status == ExitStatus.done { streams.printNote("no run is to be resumed") }
            return status
        }
        return max(try work(), status)
    }

    /// Takes over what only waits and nobody runs, in one go.
    private func adoptWaiting() throws(CommandError) -> Int {
        let count: Int
        let plans: [[UInt8]]
        do throws(EngineError) { (count, plans) = try engine.adoptWaiting(now: Driver.moment()) } catch {
            throw CommandError(error, journal: journal.path)
        }
        for hash in plans {
            guard let bytes = try asking({ () throws(JournalError) in try journal.plan(hash: hash) }),
                let plan = try? Plan.load(bytes: bytes)
            else { continue }
            try loadSecrets(secrets, of: plan)
        }
        if count > 0 { streams.printNote("\(count) run\(count == 1 ? " waits" : "s wait")") }
        adoptsAll = true
        return count
    }

    /// Whether a live process runs it, which is no trouble for who asks for all that nobody runs.
    func isBeingRun(_ record: RunRecord) throws(CommandError) -> Bool {
        if record.owner == 0 { return false }
        let owner = try asking { () throws(JournalError) in try journal.owner(number: record.owner) }
        return owner.map { engine.isAlive($0, Driver.moment()) } ?? false
    }

    private func plan(of record: RunRecord) throws(CommandError) -> Plan { try loadPlan(of: record, journal) }

    /// A run of ours waits for the end of this one: goes on with it too, if nobody runs it.
    private func takeOver(_ run: RunId) {
        do throws(CommandError) {
            guard let record = try asking({ () throws(JournalError) in try journal.run(id: run.text) }),
                !record.status.isEnded, try !isBeingRun(record)
            else { return }
            try resume(record, isAsked: false)
        } catch {
            streams.printError(error.message, help: error.help)
        }
    }

    // MARK: working

    /// Runs until everything has ended or is to stop; the exit status.
    func work() throws(CommandError) -> Int32 {
        let ending: Driver.Ending
        do throws(JournalError) {
            ending = try drive()
        } catch {
            view.finish()
            var problem = CommandError(error)
            let isUsable: Bool
            switch error {
            case .corrupt, .gone: isUsable = false
            default: isUsable = (try? isAnyRecorded()) ?? true
            }
            if isUsable {
                problem.help = (problem.help.map { $0 + "; " } ?? "") + "resume with `\(resumeWords)`"
            }
            throw problem
        }
        view.finish()
        do throws(JournalError) { try engine.release() } catch { throw CommandError(error) }
        var status = ExitStatus.done
        let asked = Set(runs)
        for end in view.ended {
            if adoptsAll || asked.contains(end.run) {
                status = max(status, report(end))
            } else {
                reportOther(end)
            }
        }
        for run in view.lost {
            streams.printError("run `\(run)` was taken over by another process", code: DiagnosticCode(7012))
            status = ExitStatus.usage
        }
        for (_, error) in view.unusable {
            let problem = CommandError(error, journal: journal.path)
            streams.printError(problem)
            status = max(status, problem.status)
        }
        switch ending {
        case .finished: return status
        case .waiting:
            try reportWaits()
            return ExitStatus.waits
        case .stopped:
            let isRecorded = try isAnyRecorded()
            streams.printNote(
                isRecorded
                    ? "interrupted; resume with: \(resumeWords)"
                    : "interrupted before anything was recorded; start it again")
            return ExitStatus.interrupted
        }
    }

    /// Whether the journal has heard of the runs: not when their very first computation was interrupted.
    private func isAnyRecorded() throws(CommandError) -> Bool {
        for run in runs {
            if try asking({ () throws(JournalError) in try journal.run(id: run.text) }) != nil { return true }
        }
        return false
    }

    private func drive() throws(JournalError) -> Driver.Ending {
        let driver: Driver
        do throws(DoorError) {
            // Before anything that starts a thread: signals are blocked for all of them.
            let signals = try SignalWatch([SIGINT, SIGTERM, SIGHUP, SIGWINCH])
            let poller = try Poller()
            let doors = try Doors(poller: poller, inherited: .ofThisProcess(), secrets: secrets)
            driver = try Driver(
                engine: engine, doors: doors, poller: poller, signals: signals, observer: view)
        } catch {
            throw .io(path: journal.path, detail: error.description)
        }
        view.onInterrupt = { driver.stop() }
        view.onWanted = { [self] run in takeOver(run) }
        view.onAbandon = { [self] in
            driver.doors.killAll()
            streams.printNote("stopped at once; resume with: \(resumeWords)")
        }
        defer {
            view.onInterrupt = nil
            view.onAbandon = nil
            view.onWanted = nil
        }
        return try driver.run(waits: waits)
    }

    private var resumeWords: String {
        let live = runs.filter { run in !view.ended.contains { $0.run == run } }
        let run = live.count == 1 ? live[0].text : "--all"
        return journal.command("resume \(run)")
    }

    // MARK: what came of it

    /// What each run waits for, and how to go on.
    private func reportWaits() throws(CommandError) {
        for run in runs where !view.ended.contains(where: { $0.run == run }) {
            let record = try asking { () throws(JournalError) in try journal.run(id: run.text) }
            if record?.isPaused ?? false {
                let command = journal.command("unpause \(run)")
                streams.printNote("run `\(run)` is paused; go on with `\(command)`")
                continue
            }
            streams.printNote("run `\(run)` waits \(waitText(record?.waits ?? ""))")
        }
        streams.printNote("go on with `\(resumeWords)`")
    }

    /// A run that was not asked for: one that a step has started.
    private func reportOther(_ end: EndedRun) {
        switch end.end {
        case .done: streams.printNote("run `\(end.run)` is done")
        case .cancelled: streams.printNote("run `\(end.run)` was cancelled")
        case .failed(let failure):
            if !writesEvents { streams.error.write(failureText(end.plan).render(failure, run: end.run.text)) }
        }
        reportUnread(end.run.text)
    }

    /// Signals that no step has waited for.
    private func reportUnread(_ run: String) {
        guard let record = try? journal.run(id: run) else { return }
        let text = unreadSignals(record, journal).map { $0.count == 1 ? $0.name : "\($0.name) ×\($0.count)" }
        if text.isEmpty { return }
        streams.printNote("signals of run `\(run)` that nobody has read: \(text.joined(separator: ", "))")
    }

    private func report(_ end: EndedRun) -> Int32 {
        reportUnread(end.run.text)
        return report(end.end, run: end.run.text, end.plan, end.resultType)
    }

    /// Prints the value or the failure of a run that has ended before.
    func reportEnded(_ record: RunRecord) throws(CommandError) -> Int32 {
        let plan = try plan(of: record)
        let type =
            plan.workflow(named: record.workflow).map { TypeId(raw: plan.workflows[$0].resultType) } ?? .unit
        switch record.status {
        case .done: return report(.done(record.result), run: record.id, plan, type)
        case .failed:
            let failure = (try? Failure(encoded: record.result)) ?? Failure(kind: "failed", message: "")
            return report(.failed(failure), run: record.id, plan, type)
        case .cancelled, .running, .cancelling: return report(.cancelled, run: record.id, plan, type)
        }
    }

    private func failureText(_ plan: Plan) -> FailureText {
        FailureText(plan: plan, journal: journal, colour: colour, names: sourceNames[plan.identity])
    }

    private func report(_ end: RunEnd, run: String, _ plan: Plan, _ type: TypeId) -> Int32 {
        var object = JsonObject()
        object.add("run", run)
        var status = ExitStatus.failed
        switch end {
        case .done(let value):
            do throws(JsonError) {
                let json = try plan.types.jsonText(of: value, as: type)
                if !printsAll { streams.output.write(json + [0x0A]) }
                object.add("status", "done")
                object.add("value", json: json)
                status = ExitStatus.done
            } catch {
                streams.printError(
                    "the value of run `\(run)` cannot be written as JSON: \(error)",
                    code: DiagnosticCode(8007))
                object.add("status", "done")
            }
        case .failed(let failure):
            if !writesEvents { streams.error.write(failureText(plan).render(failure, run: run)) }
            streams.error.flush()
            object.add("status", "failed")
            object.add("failure", failureObject(failure, plan))
        case .cancelled:
            streams.printNote("run `\(run)` was cancelled")
            object.add("status", "cancelled")
        }
        if printsAll { streams.output.write(object.bytes + [0x0A]) }
        return status
    }
}
