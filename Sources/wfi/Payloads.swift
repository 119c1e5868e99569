// What the commands that speak to a run have in common: the JSON that is given to it, the plan it lives on, the names
// it declares. They run nothing.
import WfCommand
import WfDoors
import WfEngine
import WfJournal
import WfPlan
import WfValue

/// `JSON|-|@FILE` as a value of a type, in its encoding; what does not fit is named by its path.
func readPayload(_ argument: String, _ plan: Plan, _ type: TypeId, name: String) throws(CommandError)
    -> [UInt8]
{
    var text = Array(argument.utf8)
    if argument == "-" || argument.hasPrefix("@") {
        text = try InputText(file: argument == "-" ? "-" : String(argument.dropFirst())).bytes
    }
    let result = text.withUnsafeBytes { buffer -> Result<[UInt8], CommandError> in
        do throws(CommandError) {
            return .success(try decode(plan, buffer, type, path: "$", name: name))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

/// The plan that a run lives on.
func loadPlan(of run: RunRecord, _ journal: any Journal) throws(CommandError) -> Plan {
    guard let bytes = try asking({ () throws(JournalError) in try journal.plan(hash: run.plan) }) else {
        throw CommandError(EngineError.planUnusable(run.id, detail: "the journal does not hold it"))
    }
    do throws(PlanError) { return try Plan.load(bytes: bytes) } catch {
        throw CommandError(EngineError.planUnusable(run.id, detail: error.description))
    }
}

/// The signals that a run takes.
func declaredSignals(_ plan: Plan, _ run: RunRecord) -> [(name: String, type: TypeId)] {
    plan.workflow(named: run.workflow).map { plan.signals(reachedFrom: $0) } ?? []
}

/// A run that is spoken to: whatever is wrong with it is no wrong usage, and nothing has been stored.
func findSpokenTo(_ text: String, _ journal: any Journal) throws(CommandError) -> RunRecord {
    let run: RunRecord
    do throws(CommandError) { run = try findRun(text, in: journal) } catch {
        var trouble = error
        trouble.status = ExitStatus.failed
        throw trouble
    }
    if run.status.isEnded { throw ended(run.id, run.status) }
    return run
}

/// `for signal paid`, `until 2026-01-01T00:00:00Z`
func waitText(_ waits: String) -> String {
    waits.isEmpty ? "" : waits.hasPrefix("until ") ? waits : "for \(waits)"
}

/// Signals of a run that no step has taken, by name in order of arrival.
func unreadSignals(_ run: RunRecord, _ journal: any Journal) -> [(name: String, count: Int)] {
    var result: [(name: String, count: Int)] = []
    let requests = (try? journal.requests(run: run.number, after: 0, limit: 100_000)) ?? []
    for request in requests where request.kind == .signal {
        if let index = result.firstIndex(where: { $0.name == request.name }) {
            result[index].count += 1
        } else {
            result.append((request.name, 1))
        }
    }
    return result
}

func ended(_ run: String, _ status: RunStatus) -> CommandError {
    CommandError(
        "run `\(run)` has ended (\(status.word)); nothing was stored", help: "see `wfi show \(run)`",
        status: ExitStatus.failed)
}
