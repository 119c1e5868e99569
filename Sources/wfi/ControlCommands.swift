// `wfi cancel`, `wfi pause`, `wfi retry` and `wfi resolve`: what a person asks of a run. Cancel and resolve store a request in the journal, which the process
// that runs the run hears at once; where no process runs it, `cancel` does so itself, since there may be steps to undo.
import WfCommand
import WfDiagnostics
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfValue

func cancelCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let secrets = try SecretSources(arguments).secrets()
    let session = try RunSession(arguments, streams, secrets, mode: .existing)
    let run = try findRun(arguments.operands[0], in: session.journal)
    try post(RequestRecord(run: run.number, kind: .cancel, time: Driver.moment().wall), run, session.journal)
    if try session.isBeingRun(run) {
        streams.printNote(
            "run `\(run.id)` is told to stop; what it has done is undone by the process that runs it")
        return ExitStatus.done
    }
    if try session.resume(run), try session.work() == ExitStatus.interrupted { return ExitStatus.interrupted }
    let ended = try findRun(run.id, in: session.journal)
    return ended.status == .cancelled || ended.status == .done ? ExitStatus.done : ExitStatus.failed
}

func pauseCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .existing)
    let run = try findRun(arguments.operands[0], in: journal)
    if run.isPaused && !run.status.isEnded {
        streams.printNote("run `\(run.id)` is paused already")
        return ExitStatus.done
    }
    if run.status == .cancelling {
        throw CommandError(
            "run `\(run.id)` is being cancelled, which cannot be paused",
            help: "see `\(journal.command("show \(run.id)"))`",
            code: DiagnosticCode(8122))
    }
    try post(RequestRecord(run: run.number, kind: .pause, time: Driver.moment().wall), run, journal)
    streams.printNote(
        try isRun(run, journal)
            ? "run `\(run.id)` is paused: what is under way ends, nothing begins until `\(journal.command("unpause \(run.id)"))`"
            : "run `\(run.id)` is paused, and no process runs it")
    return ExitStatus.done
}

func unpauseCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .existing)
    let run = try findRun(arguments.operands[0], in: journal)
    if !run.isPaused && !run.status.isEnded {
        streams.printNote("run `\(run.id)` is not paused")
        return ExitStatus.done
    }
    try post(RequestRecord(run: run.number, kind: .unpause, time: Driver.moment().wall), run, journal)
    streams.printNote(
        try isRun(run, journal)
            ? "run `\(run.id)` goes on"
            : "run `\(run.id)` is no longer paused; go on with `\(journal.command("resume \(run.id)"))`")
    return ExitStatus.done
}

/// Whether a live process runs it.
private func isRun(_ run: RunRecord, _ journal: SQLiteJournal) throws(CommandError) -> Bool {
    try Standings(journal).process(of: run) != nil
}

func retryCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let secrets = try SecretSources(arguments).secrets()
    let session = try RunSession(arguments, streams, secrets, mode: .existing)
    let run = try findRun(arguments.operands[0], in: session.journal)
    try session.retry(run)
    return try session.work()
}

func resolveCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .existing)
    let run = try findRun(arguments.operands[0], in: journal)
    if run.status.isEnded { throw CommandError(EngineError.ended(run.id, status: run.status)) }
    let report: RunReport
    do throws(EngineError) { report = try RunReport(run: run, journal: journal) } catch {
        throw CommandError(error)
    }
    let wanted = arguments.operands.count > 1 ? arguments.operands[1] : nil
    let step = try unresolvedStep(wanted, report, answered: answeredSteps(of: run, journal))
    let resolution = try readResolution(arguments, report.plan, step)
    try post(
        RequestRecord(
            run: run.number, kind: .resolve, name: step.path, time: Driver.moment().wall,
            bytes: resolution.encoded), run, journal)
    if try isRun(run, journal) {
        streams.printNote("step `\(step.path)` is resolved; run `\(run.id)` goes on")
    } else {
        streams.printNote(
            "step `\(step.path)` is resolved; go on with `\(journal.command("resume \(run.id)"))`")
    }
    return ExitStatus.done
}

/// Stores a request for a run.
private func post(
    _ request: RequestRecord, _ run: RunRecord, _ journal: any Journal
) throws(CommandError) {
    switch try asking({ () throws(JournalError) in try journal.post(request) }) {
    case .stored, .duplicate: break
    case .ended(let status): throw CommandError(EngineError.ended(run.id, status: status))
    case .unknownRun: throw CommandError(EngineError.unknownRun(run.id))
    }
}

/// The step that waits for a person, or that a process which is gone has left in mid-attempt.
/// - Parameter answered: those for which it has been said already.
private func unresolvedStep(
    _ path: String?, _ report: RunReport, answered: Set<String>
) throws(CommandError) -> NodeReport {
    let waiting = report.nodes.filter {
        ($0.status == "unresolved" || $0.status == "running" && isOnce($0.node, report.plan))
            && !answered.contains($0.path)
    }
    if let path = path ?? (waiting.isEmpty ? answered.min() : nil) {
        if answered.contains(path) {
            throw CommandError(
                "it has been said already what came of step `\(path)`",
                help: "resume the run, which acts on it")
        }
        if let step = waiting.last(where: { $0.path == path }) { return step }
        guard let known = report.nodes.last(where: { $0.path == path }) else {
            throw unknownStep(path, report)
        }
        throw CommandError("step `\(path)` is \(known.status), which leaves nothing to resolve")
    }
    if waiting.count == 1 { return waiting[0] }
    if waiting.isEmpty { throw CommandError("no step of run `\(report.run.id)` waits to be resolved") }
    throw CommandError(
        "\(waiting.count) steps wait to be resolved: \(waiting.prefix(5).map(\.path).joined(separator: ", "))",
        help: "name one")
}

/// A path that no step of the run has.
func unknownStep(_ path: String, _ report: RunReport) -> CommandError {
    let suggestion = Suggestion.best(for: path, among: report.nodes.map(\.path))
    return CommandError(
        "run `\(report.run.id)` has no step `\(path)`",
        help: suggestion.map { "did you mean `\($0)`?" } ?? "`wfi show \(report.run.id)` lists them")
}

private func isOnce(_ node: Int, _ plan: Plan) -> Bool {
    let row = plan.nodes[node]
    if row.clauses != .none && plan.clauses[Int(row.clauses)].isOnce { return true }
    guard NodeKind(rawValue: row.kind) == .action else { return false }
    let clauses = plan.actions[Int(row.target)].clauses
    return clauses != .none && plan.clauses[Int(clauses)].isOnce
}

private func readResolution(
    _ arguments: Arguments, _ plan: Plan, _ step: NodeReport
) throws(CommandError) -> Resolution {
    let done = arguments.value("--done")
    let failed = arguments.value("--failed")
    let given = (done == nil ? 0 : 1) + (failed == nil ? 0 : 1) + (arguments.has("--retry") ? 1 : 0)
    guard given == 1 else {
        throw CommandError(
            "expected one of `--done VALUE`, `--failed WHY` and `--retry`, found \(given)",
            help: "say what came of step `\(step.path)`: find out in the world first")
    }
    if let failed { return .failed(failed) }
    guard let done else { return .retry }
    let type = TypeId(raw: plan.nodes[step.node].type)
    do throws(JsonError) { return .done(try plan.types.binary(fromJson: Array(done.utf8), as: type)) } catch {
        throw CommandError(
            "the value of step `\(step.path)` is a \(plan.types.text(of: type)): \(error)",
            help: "give it as JSON: `--done '…'`")
    }
}
