// `wfi tasks` and `wfi approve`: the steps that people and outside workers do. Everything happens in the journal, so that
// a worker in any language can use them, whoever runs the run.
import Glibc
import WfCommand
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfValue

/// How long a claim holds without a sign of life, unless `--for` says otherwise: microseconds.
private let claimTime: Int64 = 60_000_000
/// Items listed at once.
private let itemsMax = 10_000

func tasksCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let verb = arguments.operands.first else { return try listItems(arguments, streams) }
    guard let action = ItemVerb(rawValue: verb) else {
        throw CommandError(
            "no `wfi tasks \(verb)`", help: "expected \(enumerated(ItemVerb.allCases.map(\.rawValue)))")
    }
    return try ItemWork(arguments, streams, journal: openJournal(arguments, .existing)).perform(action)
}

private enum ItemVerb: String, CaseIterable {
    case claim, heartbeat, release, complete, fail
}

// MARK: listing

private func listItems(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .reading)
    let items = try asking { () throws(JournalError) in
        try journal.items(run: nil, role: arguments.value("--role"), after: 0, limit: itemsMax)
    }
    let now = Int64(wallMicroseconds())
    var runs: [Int64: String] = [:]
    for item in items where runs[item.run] == nil {
        runs[item.run] = try asking { () throws(JournalError) in try journal.run(number: item.run) }?.id
    }
    if arguments.has("--ids") {
        for item in items { streams.output.write("\(runs[item.run] ?? "")/\(item.step)\n") }
        return ExitStatus.done
    }
    if arguments.has("--json") {
        for item in items {
            streams.output.write(itemObject(item, run: runs[item.run] ?? "", now: now).bytes + [0x0A])
        }
        return ExitStatus.done
    }
    if items.isEmpty {
        streams.printNote("no open tasks")
        return ExitStatus.done
    }
    let rows = items.map { item in
        [
            "\(runs[item.run] ?? "")/\(item.step)", item.kind == .approval ? "approval" : "task", item.role,
            item.holder(at: now).map { "claimed by \($0)" } ?? "open",
            item.due == 0 ? "" : String(TimeText.text(Int(item.due)).prefix(19)) + "Z", item.title,
        ]
    }
    printColumns(["ITEM", "KIND", "ROLE", "STATUS", "DUE", "TITLE"], rows, streams)
    return ExitStatus.done
}

private func itemObject(_ item: ItemRecord, run: String, now: Int64) -> JsonObject {
    var object = JsonObject()
    object.add("item", "\(run)/\(item.step)")
    object.add("run", run)
    object.add("step", item.step)
    object.add("kind", item.kind == .approval ? "approval" : "task")
    object.add("title", item.title)
    object.add("role", item.role)
    object.add("status", item.holder(at: now) == nil ? "open" : "claimed")
    if let holder = item.holder(at: now) {
        object.add("by", holder)
        object.add("until", time: item.heldUntil)
    }
    object.add("created", time: item.created)
    object.add("due", time: item.due)
    if !item.input.isEmpty { object.add("input", json: item.input) }
    return object
}

// MARK: working

/// One change of one item.
private struct ItemWork {
    let arguments: Arguments
    let streams: Streams
    let journal: SQLiteJournal
    let now = Int64(wallMicroseconds())

    init(_ arguments: Arguments, _ streams: Streams, journal: SQLiteJournal) {
        self.arguments = arguments
        self.streams = streams
        self.journal = journal
    }

    var name: String {
        if let name = arguments.value("--by"), !name.isEmpty { return name }
        if let name = getenv("USER"), name.pointee != 0 { return String(cString: name) }
        return "somebody"
    }

    private func until() throws(CommandError) -> Int64 {
        guard let text = arguments.value("--for") else { return now + claimTime }
        guard let duration = DurationText.parse(text), duration > 0 else {
            throw CommandError("`--for` is a duration such as 30s or 5m, found `\(text)`")
        }
        return now + Int64(duration)
    }

    func perform(_ verb: ItemVerb) throws(CommandError) -> Int32 {
        if verb == .claim && arguments.operands.count == 1 { return try claimNext() }
        guard arguments.operands.count > 1 else {
            throw CommandError("expected the item: `wfi tasks \(verb.rawValue) ITEM`")
        }
        let (item, run) = try find(arguments.operands[1], kind: .task)
        switch verb {
        case .claim: return try change(item, run, .claim(by: name, until: try until()), prints: true)
        case .heartbeat:
            return try change(item, run, .extend(by: name, until: try until()), prints: true)
        case .release: return try change(item, run, .release(by: name))
        case .complete:
            let plan = try loadPlan(of: run, journal)
            let type = TypeId(raw: item.resultType)
            guard arguments.operands.count > 2 || type == .unit else {
                throw CommandError(
                    "expected the result of `\(item.step)` as JSON of \(plan.types.text(of: type)), found none",
                    help: "give it as JSON, as `-` for standard input, or as `@FILE`")
            }
            var value: [UInt8] = []
            if arguments.operands.count > 2 {
                value = try readPayload(
                    arguments.operands[2], plan, type, name: "the result of `\(item.step)`")
            }
            return try answer(item, run, .complete, value)
        case .fail:
            let reason = arguments.value("--reason") ?? "the task failed"
            return try answer(item, run, .fail, Failure(kind: "failed", message: reason).encoded)
        }
    }

    /// The oldest item that is free, of the role if one is given.
    private func claimNext() throws(CommandError) -> Int32 {
        let items = try asking { () throws(JournalError) in
            try journal.items(run: nil, role: arguments.value("--role"), after: 0, limit: itemsMax)
        }
        for item in items where item.kind == .task && item.holder(at: now) == nil {
            let change = ItemChange.claim(by: name, until: try until())
            let outcome = try asking { () throws(JournalError) in
                try journal.change(item: item.number, change, now: now)
            }
            guard case .done(let claimed) = outcome else { continue }
            let run = try asking { () throws(JournalError) in try journal.run(number: item.run) }
            streams.output.write(itemObject(claimed, run: run?.id ?? "", now: now).bytes + [0x0A])
            return ExitStatus.done
        }
        throw CommandError("no task is free", status: ExitStatus.failed)
    }

    /// The item named: `RUN/STEP`, or `RUN` when the run has only one of the kind.
    func find(_ text: String, kind: ItemKind) throws(CommandError) -> (ItemRecord, RunRecord) {
        let slash = text.firstIndex(of: "/")
        let run = try findSpokenTo(String(text[..<(slash ?? text.endIndex)]), journal)
        let items = try asking { () throws(JournalError) in
            try journal.items(run: run.number, role: nil, after: 0, limit: itemsMax)
        }.filter { $0.kind == kind }
        let noun = kind == .approval ? "approval" : "task"
        guard let slash else {
            if items.count == 1 { return (items[0], run) }
            if items.isEmpty { throw none("run `\(run.id)` has no open \(noun)") }
            throw CommandError(
                "run `\(run.id)` has \(items.count) open \(noun)s",
                help: "name one: \(enumerated(items.prefix(5).map { "\(run.id)/\($0.step)" }))")
        }
        let step = String(text[text.index(after: slash)...])
        guard let item = items.first(where: { $0.step == step }) else {
            throw none("run `\(run.id)` has no open \(noun) `\(step)`")
        }
        return (item, run)
    }

    private func none(_ message: String) -> CommandError {
        CommandError(message, help: "`wfi tasks` lists what is open", status: ExitStatus.failed)
    }

    /// Stores the answer of a step: `number of the item | value`.
    func answer(
        _ item: ItemRecord, _ run: RunRecord, _ kind: RequestKind, _ value: [UInt8]
    ) throws(CommandError) -> Int32 {
        var writer = ByteWriter()
        writer.appendVarint(UInt64(bitPattern: item.number))
        writer.append(value)
        let request = RequestRecord(
            run: run.number, kind: kind, name: item.step, time: now, bytes: writer.toArray())
        return try change(item, run, .answer(by: name, request))
    }

    private func change(
        _ item: ItemRecord, _ run: RunRecord, _ change: ItemChange, prints: Bool = false
    ) throws(CommandError) -> Int32 {
        let outcome = try asking { () throws(JournalError) in
            try journal.change(item: item.number, change, now: now)
        }
        switch outcome {
        case .done(let item):
            if prints { streams.output.write(itemObject(item, run: run.id, now: now).bytes + [0x0A]) }
            return ExitStatus.done
        case .gone: throw none("`\(run.id)/\(item.step)` is not open any more")
        case .held(let by, let until):
            throw CommandError(
                "`\(run.id)/\(item.step)` is claimed by \(by) until \(TimeText.text(Int(until)))",
                status: ExitStatus.failed)
        case .lost:
            throw CommandError(
                "`\(run.id)/\(item.step)` is not claimed by \(name) any more",
                help: "claim it again with `wfi tasks claim`", status: ExitStatus.failed)
        }
    }
}

// MARK: approvals

func approveCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let work = ItemWork(arguments, streams, journal: try openJournal(arguments, .existing))
    if arguments.has("--reason") && !arguments.has("--reject") {
        throw CommandError("`--reason` belongs to `--reject`")
    }
    let (item, run) = try work.find(arguments.operands[0], kind: .approval)
    let plan = try loadPlan(of: run, work.journal)
    var object = JsonObject()
    object.add("by", work.name)
    if arguments.has("--reject") { object.add("reason", arguments.value("--reason") ?? "") }
    var approval = JsonObject()
    approval.add(arguments.has("--reject") ? "rejected" : "approved", object)
    let text = String(decoding: approval.bytes, as: UTF8.self)
    let value: [UInt8]
    do throws(JsonError) {
        value = try plan.types.binary(fromJson: text, as: TypeId(raw: item.resultType))
    } catch {
        throw CommandError("the approval cannot be written: \(error)")
    }
    return try work.answer(item, run, .complete, value)
}
