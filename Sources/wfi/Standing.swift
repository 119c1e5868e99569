// How a run stands, in the words of `wfi list` and `wfi show`: its status as somebody sees it who has to decide what to
// do now, and the commands for that. Only reads.
import WfCommand
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite

/// What is known of a run besides its row.
final class Standings {
    let journal: SQLiteJournal
    private let engine: Engine
    /// Whether the process of an owner is there, by number.
    private var owners: [Int64: Int32?] = [:]

    init(_ journal: SQLiteJournal) {
        self.journal = journal
        engine = Engine(journal: journal, options: engineOptions(observes: false))
    }

    /// The process that runs it; nil: none does.
    func process(of run: RunRecord) throws(CommandError) -> Int32? {
        if run.owner == 0 || run.status.isEnded { return nil }
        if let known = owners[run.owner] { return known }
        let owner = try asking { () throws(JournalError) in try journal.owner(number: run.owner) }
        let process = owner.flatMap { engine.isAlive($0, Driver.moment()) ? $0.processId : nil }
        owners[run.owner] = .some(process)
        return process
    }

    /// What the run waits for; empty as well when somebody has said it, and no process has taken it up.
    func waits(_ run: RunRecord) throws(CommandError) -> String {
        guard let command = run.waits.firstRange(of: "wfi resolve \(run.id) ") else { return run.waits }
        let step = run.waits[command.upperBound...]
        return try answeredSteps(of: run, journal).contains { shellWord($0) == step } ? "" : run.waits
    }

    /// `paused`; `waiting` for a run that waits and does nothing else (`cancelling` when it is being cancelled);
    /// `interrupted` for one that would do something and that no process runs; else its status.
    func word(_ run: RunRecord) throws(CommandError) -> String {
        if run.status.isEnded { return run.status.word }
        let waits = try waits(run)
        if run.status == .running {
            if run.isPaused { return "paused" }
            if !waits.isEmpty { return "waiting" }
        }
        if run.status == .cancelling && !waits.isEmpty { return run.status.word }
        return try process(of: run) == nil ? "interrupted" : run.status.word
    }

    /// The status and what there is to say about it.
    func sentence(_ run: RunRecord) throws(CommandError) -> String {
        let word = try word(run)
        let waits = try waits(run)
        var text = word == "waiting" ? "waiting \(waitText(waits))" : word
        if run.status == .cancelling {
            text +=
                word == "interrupted"
                ? " while it was cancelled" : waits.isEmpty ? "" : ", waits \(waitText(waits))"
        }
        if !run.status.isEnded, try process(of: run) == nil { text += "; no process runs it" }
        return text
    }

    /// The commands that would have it go on, most useful first.
    func nextCommands(_ run: RunRecord) throws(CommandError) -> [String] {
        if run.status == .failed { return run.due > 0 ? [journal.command("retry \(run.id)")] : [] }
        if run.status.isEnded { return [] }
        var commands: [String] = []
        if run.isPaused { commands.append(journal.command("unpause \(run.id)")) }
        if run.status == .cancelling || !run.isPaused, let command = try answer(run) {
            commands.append(command)
        }
        if try process(of: run) == nil { commands.append(journal.command("resume \(run.id)")) }
        return commands
    }

    /// What gives a run that waits what it waits for.
    private func answer(_ run: RunRecord) throws(CommandError) -> String? {
        let waits = try waits(run)
        if waits.hasPrefix("signal ") {
            return journal.command("signal \(run.id) \(waits.dropFirst(7)) JSON")
        }
        if waits.hasPrefix("approval") { return journal.command("approve \(run.id)") }
        if waits.hasPrefix("task") { return journal.command("tasks") }
        if let command = waits.firstRange(of: "wfi resolve ") {
            return journal.resolveCommand(String(waits[command.upperBound...]))
        }
        return nil
    }
}

/// Paths of steps for which somebody has said what came of them, as long as the run has not acted on it.
func answeredSteps(of run: RunRecord, _ journal: SQLiteJournal) throws(CommandError) -> Set<String> {
    let requests = try asking { () throws(JournalError) in
        try journal.requests(run: run.number, after: 0, limit: 10_000)
    }
    return Set(requests.filter { $0.kind == .resolve }.map(\.name))
}
