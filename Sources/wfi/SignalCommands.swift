// `wfi signal` and `wfi query`: telling a run something and asking it something, whoever runs it.
import WfCommand
import WfDiagnostics
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfValue

func signalCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .existing)
    let run = try findSpokenTo(arguments.operands[0], journal)
    let plan = try loadPlan(of: run, journal)
    let name = arguments.operands[1]
    let declared = declaredSignals(plan, run)
    guard let signal = declared.first(where: { $0.name == name }) else {
        let near = Suggestion.best(for: name, among: declared.map(\.name))
        let all =
            declared.isEmpty
            ? "`\(run.workflow)` declares none" : "it takes \(enumerated(declared.map(\.name)))"
        throw CommandError(
            "run `\(run.id)` takes no signal `\(name)`", help: near.map { "did you mean `\($0)`?" } ?? all)
    }
    var payload: [UInt8] = []
    if arguments.operands.count > 2 || signal.type != .unit {
        guard arguments.operands.count > 2 else {
            throw CommandError(
                "the signal `\(name)` needs a payload of type \(plan.types.text(of: signal.type))",
                help: "give it as JSON, as `-` for standard input, or as `@FILE`")
        }
        payload = try readPayload(arguments.operands[2], plan, signal.type, name: "the payload of `\(name)`")
    }
    let posted = try asking { () throws(JournalError) in
        try journal.post(
            RequestRecord(
                run: run.number, kind: .signal, name: name, key: arguments.value("--id") ?? "",
                time: Int64(wallMicroseconds()), bytes: payload))
    }
    switch posted {
    case .stored: break
    case .duplicate:
        streams.printNote("run `\(run.id)` has had a signal `\(name)` with this id; nothing was stored")
    case .ended(let status): throw ended(run.id, status)
    case .unknownRun: throw CommandError(EngineError.unknownRun(run.id))
    }
    return ExitStatus.done
}

/// How often a query is tried when the run moves on while its state is read.
private let queryTriesMax = 5

func queryCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .reading)
    var run = try findRun(arguments.operands[0], in: journal)
    let plan = try loadPlan(of: run, journal)
    let queries = plan.queries.indices.filter {
        plan.string(plan.workflows[Int(plan.queries[$0].workflow)].name) == run.workflow
    }
    let chosen = try chooseQueries(queries, plan, run, arguments)
    let engine = Engine(journal: journal, options: engineOptions(observes: false))
    var answers: [QueryAnswer] = []
    for attempt in 1...queryTriesMax {
        if run.status.isEnded {
            throw CommandError(
                "run `\(run.id)` has ended (\(run.status.word)); a query is for a live run",
                help: "`wfi show \(run.id)` shows its values", status: ExitStatus.failed)
        }
        do throws(EngineError) {
            answers = try engine.answers(chosen, of: run, plan: plan)
            break
        } catch {
            if attempt == queryTriesMax { throw CommandError(error) }
            run = try findRun(run.id, in: journal)
        }
    }
    return try print(answers, of: chosen, plan, asObject: arguments.operands.count == 1, streams)
}

private func chooseQueries(
    _ queries: [Int], _ plan: Plan, _ run: RunRecord, _ arguments: Arguments
) throws(CommandError) -> [Int] {
    let names = queries.map { plan.string(plan.queries[$0].name) }
    guard arguments.operands.count > 1 else {
        if queries.isEmpty { throw CommandError("workflow `\(run.workflow)` declares no query") }
        return queries
    }
    let name = arguments.operands[1]
    guard let index = names.firstIndex(of: name) else {
        let near = Suggestion.best(for: name, among: names)
        let all = names.isEmpty ? "it declares none" : "it declares \(enumerated(names))"
        throw CommandError(
            "workflow `\(run.workflow)` has no query `\(name)`",
            help: near.map { "did you mean `\($0)`?" } ?? all)
    }
    return [queries[index]]
}

private func print(
    _ answers: [QueryAnswer], of queries: [Int], _ plan: Plan, asObject: Bool, _ streams: Streams
) throws(CommandError) -> Int32 {
    var object = JsonObject()
    var status = ExitStatus.done
    for (answer, index) in zip(answers, queries) {
        let query = plan.queries[index]
        let name = plan.string(query.name)
        switch answer {
        case .failure(let failure):
            streams.printError("the query `\(name)` has no value now: \(failure.message)")
            status = ExitStatus.failed
        case .value(let bytes):
            let type = TypeId(raw: plan.functions[Int(query.function)].resultType)
            guard let json = try? plan.types.jsonText(of: bytes, as: type) else {
                streams.printError("the query `\(name)` has no value now that JSON can hold")
                status = ExitStatus.failed
                continue
            }
            if asObject { object.add(name, json: json) } else { streams.output.write(json + [0x0A]) }
        }
    }
    if asObject { streams.output.write(object.bytes + [0x0A]) }
    return status
}
