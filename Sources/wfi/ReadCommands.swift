// `wfi list`, `wfi show` and `wfi logs`: what the journal says about runs. They only read.
import Glibc
import WfCommand
import WfDoors
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfProgress
import WfValue

// MARK: list

func listCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    var limit = 50
    if let text = arguments.value("--limit") {
        guard let number = Int(text), number > 0 else {
            throw CommandError("`--limit` is a number above 0, found `\(text)`")
        }
        limit = number
    }
    let journal = try openJournal(arguments, .reading)
    let standings = Standings(journal)
    let wanted = arguments.value("--status")
    var found: [RunRecord] = []
    var before: Int64?
    while found.count < limit {
        let isLive = ["live", "running", "waiting", "paused", "interrupted", "cancelling"].contains(wanted)
        let page = try asking { () throws(JournalError) in
            try journal.runs(live: isLive, before: before, limit: 1_000)
        }
        for run in page where found.count < limit {
            let word = wanted == nil || wanted == "live" ? wanted : try standings.word(run)
            if word == wanted { found.append(run) }
        }
        before = page.last?.number
        if page.count < 1_000 { break }
    }
    if arguments.has("--ids") {
        for run in found { streams.output.write(run.id + "\n") }
    } else if arguments.has("--json") {
        for run in found { streams.output.write(try runObject(run, standings).bytes + [0x0A]) }
    } else {
        try printTable(found, standings, streams)
    }
    return ExitStatus.done
}

private func printTable(
    _ runs: [RunRecord], _ standings: Standings, _ streams: Streams
) throws(CommandError) {
    if runs.isEmpty { return streams.printNote("no runs") }
    let now = Int64(wallMicroseconds())
    var rows: [[String]] = []
    for run in runs {
        let status = try standings.word(run)
        let waits =
            status == "interrupted"
            ? "a process: \(standings.journal.command("resume \(run.id)"))" : try standings.waits(run)
        rows.append([
            run.id, status, run.workflow, String(TimeText.text(Int(run.created)).prefix(19)) + "Z",
            durationText(max(0, (run.ended > 0 ? run.ended : now) - run.created)), run.name,
            ["waiting", "interrupted", "cancelling"].contains(status) ? waits : "",
        ])
    }
    printColumns(["RUN", "STATUS", "WORKFLOW", "STARTED", "TIME", "NAME", "WAITS FOR"], rows, streams)
}

/// A table for people; a column that is empty in all rows is left out.
func printColumns(_ heads: [String], _ rows: [[String]], _ streams: Streams) {
    let shown = heads.indices.filter { column in column == 0 || rows.contains { !$0[column].isEmpty } }
    let widths = heads.indices.map { column in
        max(heads[column].count, rows.map { columns(of: printable($0[column])) }.max() ?? 0)
    }
    for row in [heads] + rows {
        var line = ""
        for column in shown {
            let text = printable(row[column])
            line += text
            if column != shown.last {
                line += String(repeating: " ", count: widths[column] - columns(of: text) + 2)
            }
        }
        while line.hasSuffix(" ") { line.removeLast() }
        streams.output.write(line + "\n")
    }
}

private func runObject(_ run: RunRecord, _ standings: Standings) throws(CommandError) -> JsonObject {
    var object = JsonObject()
    let status = try standings.word(run)
    object.add("run", run.id)
    object.add("status", status)
    let waits = try standings.waits(run)
    if status == "waiting" || status == "cancelling" && !waits.isEmpty { object.add("waits", waits) }
    if let process = try standings.process(of: run) { object.add("process", Int(process)) }
    object.add("workflow", run.workflow)
    if !run.name.isEmpty { object.add("name", run.name) }
    object.add("created", time: run.created)
    object.add("ended", time: run.ended)
    object.add("folder", run.baseFolder)
    object.add("plan", run.plan.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    return object
}

// MARK: show

func showCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .reading)
    let run = try findRun(arguments.operands.first, in: journal)
    let report: RunReport
    do throws(EngineError) { report = try RunReport(run: run, journal: journal) } catch {
        throw CommandError(error)
    }
    let printer = RunPrinter(report: report, journal: journal)
    if arguments.has("--json") {
        streams.output.write(try printer.object().bytes + [0x0A])
    } else {
        streams.output.write(try printer.text())
    }
    return ExitStatus.done
}

/// The steps of a run as a tree: each below the step it lies in, in the order in which they began.
struct StepTree {
    struct Row {
        var node: NodeReport
        /// The path from the step above on.
        var label: String
        var depth: Int
    }

    private(set) var rows: [Row] = []

    init(_ nodes: [NodeReport]) {
        var places: [String: Int] = [:]
        var children: [[Int]] = []
        var top: [Int] = []
        for (index, node) in nodes.enumerated() {
            children.append([])
            if let above = StepTree.above(node.path, places) {
                children[above.place].append(index)
            } else {
                top.append(index)
            }
            // A step that began again keeps its place.
            if places[node.path] == nil { places[node.path] = index }
        }
        var stack = top.reversed().map { (index: $0, depth: 0) }
        while let next = stack.popLast() {
            let node = nodes[next.index]
            let above = StepTree.above(node.path, places)
            var label = node.path
            if let above { label = String(decoding: node.path.utf8.dropFirst(above.length), as: UTF8.self) }
            if label.hasPrefix("/") || label.hasPrefix("!") { label.removeFirst() }
            rows.append(Row(node: node, label: label, depth: next.depth))
            for child in children[next.index].reversed() { stack.append((child, next.depth + 1)) }
        }
    }

    /// The nearest step around a path, and how many bytes of the path are its.
    private static func above(_ path: String, _ places: [String: Int]) -> (place: Int, length: Int)? {
        var around = parentPath(path)
        while !around.isEmpty {
            if let place = places[around] { return (place, around.utf8.count) }
            around = parentPath(around)
        }
        return nil
    }
}

/// Columns of a value in `show`.
private let shownValueColumns = 100

/// A run with its steps, for people and as JSON.
private struct RunPrinter {
    let report: RunReport
    let journal: SQLiteJournal

    private var run: RunRecord { report.run }
    private var plan: Plan { report.plan }
    private var workflow: Int? { plan.workflow(named: run.workflow) }

    private var resultJson: [UInt8]? {
        guard run.status == .done, let workflow else { return nil }
        return try? plan.types.jsonText(of: run.result, as: TypeId(raw: plan.workflows[workflow].resultType))
    }

    /// Parameter names and JSON values.
    private func input() -> [(name: String, json: [UInt8])] {
        guard let workflow else { return [] }
        let parameters = WorkflowParameters(plan, workflow: workflow)
        var result: [(String, [UInt8])] = []
        var rest = run.input[...]
        for (name, type) in zip(parameters.names, parameters.types) {
            guard let length = try? encodedLength(Array(rest), type),
                let json = try? plan.types.jsonText(of: Array(rest.prefix(length)), as: type)
            else { break }
            result.append((name, json))
            rest = rest.dropFirst(length)
        }
        return result
    }

    /// Names and JSON values of what it was set up with.
    private func config() -> [(name: String, json: [UInt8])] {
        Settings(run.config).effective(plan).compactMap { setting in
            guard let value = setting.value,
                let json = try? plan.types.jsonText(of: value, as: setting.type)
            else { return nil }
            return (setting.name, json)
        }
    }

    private func encodedLength(_ bytes: [UInt8], _ type: TypeId) throws(DecodeError) -> Int {
        try withByteReader(bytes) { (reader) throws(DecodeError) in
            try plan.types.validate(&reader, as: type)
            return reader.position
        }
    }

    private func value(of node: NodeReport) throws(CommandError) -> [UInt8]? {
        var bytes = node.value
        if node.valueId != 0 {
            bytes = try asking { () throws(JournalError) in try journal.value(id: node.valueId) }
        }
        guard let bytes, node.node < plan.nodes.count else { return nil }
        return try? plan.types.jsonText(of: bytes, as: TypeId(raw: plan.nodes[node.node].type))
    }

    /// What is shown, in the order in which it began: steps, and what else has failed.
    /// - Parameter isLeft: no process runs the run, so that nothing in it runs.
    private func shownNodes(isLeft: Bool) -> [NodeReport] {
        var nodes = report.nodes.filter { LiveModel.isShown($0.node, plan) || $0.status == "failed" }
        for index in nodes.indices where isLeft && nodes[index].status == "running" {
            nodes[index].status = "interrupted"
        }
        return nodes
    }

    // MARK: text

    func text() throws(CommandError) -> String {
        var text = "run       \(run.id)\(run.name.isEmpty ? "" : "  \(printable(run.name))")\n"
        text += "workflow  \(run.workflow)\n"
        let standings = Standings(journal)
        text += "status    \(printable(try standings.sentence(run)))\n"
        for command in try standings.nextCommands(run) { text += "next      \(printable(command))\n" }
        text += "started   \(TimeText.text(Int(run.created)))\n"
        if run.ended > 0 {
            text +=
                "ended     \(TimeText.text(Int(run.ended))), after \(durationText(run.ended - run.created))\n"
        }
        text += "folder    \(printable(run.baseFolder))\n"
        for (name, json) in input() { text += "input     \(name) = \(abbreviated(json))\n" }
        for (name, json) in config() { text += "config    \(name) = \(abbreviated(json))\n" }
        let isLeft = try standings.word(run) == "interrupted"
        let tree = StepTree(shownNodes(isLeft: isLeft))
        if !tree.rows.isEmpty { text += "\n" }
        for row in tree.rows { text += try line(row.node, label: row.label, depth: row.depth) }
        text += markingText()
        let unread = unreadSignals(run, journal)
        if !unread.isEmpty {
            let names = unread.map { $0.count == 1 ? $0.name : "\($0.name) ×\($0.count)" }
            text += "\nunread    \(names.joined(separator: ", "))\n"
        }
        if let json = resultJson { text += "\nvalue     \(abbreviated(json))\n" }
        if let failure = report.failure {
            text +=
                "\n" + FailureText(plan: plan, journal: journal, colour: false).render(failure, run: run.id)
        }
        return text
    }

    /// Where the tokens of flows are; empty while the run is being written by somebody else.
    private func marking() -> [FlowMark] {
        let engine = Engine(journal: journal, options: engineOptions(observes: false))
        return (try? engine.marking(of: run, plan: plan)) ?? []
    }

    private func markingText() -> String {
        let marks = marking()
        if marks.isEmpty { return "" }
        let texts = marks.flatMap { mark in
            let path = printable(mark.path)
            let waiting = mark.waiting == 0 ? [] : ["\(counted(mark.waiting, "token")) before \(path)"]
            return (mark.isActive ? [path] : []) + waiting
        }
        return "\nmarking   \(texts.joined(separator: ", "))\n"
    }

    private func line(_ node: NodeReport, label: String, depth: Int) throws(CommandError) -> String {
        var text =
            String(repeating: "  ", count: min(depth, 20)) + glyph(node.status) + " " + printable(label)
        if node.attempts > 1 { text += "  \(node.attempts) attempts" }
        if node.isElse { text += "  else" }
        if node.started > 0, node.ended > 0 { text += "  \(durationText(node.ended - node.started))" }
        if node.status != "done" { text += "  \(node.status)" }
        if node.status == "waiting" { text += " for \(printable(node.what))" }
        if node.status == "unresolved" { text += ": it waits for `wfi resolve`" }
        if node.dueTime > 0, node.status == "sleeping" || node.status == "retrying" {
            text += " until \(TimeText.text(Int(node.dueTime)))"
        }
        if node.cachedAt > 0 { text += "  from the cache of \(TimeText.text(Int(node.cachedAt)))" }
        if let json = try value(of: node), json != Array("null".utf8) { text += "  \(abbreviated(json))" }
        if let failure = node.failure {
            text += "  \(fitted(printable("\(failure.kind): \(failure.message)"), 200))"
        }
        return text + "\n"
    }

    private func glyph(_ status: String) -> String {
        switch status {
        case "done": return "✓"
        case "skipped": return "–"
        case "failed": return "✗"
        case "cancelled": return "⊘"
        case "waiting": return "◌"
        case "sleeping": return "◷"
        case "retrying": return "↻"
        case "undone": return "↶"
        case "unresolved": return "?"
        default: return "·"
        }
    }

    private func abbreviated(_ json: [UInt8]) -> String {
        let some = String(decoding: json.prefix(shownValueColumns * 4), as: UTF8.self)
        return fitted(printable(some), shownValueColumns)
    }

    // MARK: JSON

    func object() throws(CommandError) -> JsonObject {
        let standings = Standings(journal)
        var object = try runObject(run, standings)
        var given = JsonObject()
        for (name, json) in input() { given.add(name, json: json) }
        object.add("input", given)
        var settings = JsonObject()
        for (name, json) in config() { settings.add(name, json: json) }
        if !plan.configs.isEmpty { object.add("config", settings) }
        if let json = resultJson { object.add("value", json: json) }
        if let failure = report.failure { object.add("failure", failureObject(failure, plan)) }
        let unread = unreadSignals(run, journal)
        if !unread.isEmpty {
            var names = JsonObject()
            for signal in unread { names.add(signal.name, signal.count) }
            object.add("unread", names)
        }
        var steps: [JsonObject] = []
        let isLeft = try standings.word(run) == "interrupted"
        for node in shownNodes(isLeft: isLeft) {
            var step = JsonObject()
            step.add("step", node.path)
            step.add("status", node.status)
            step.add("attempts", node.attempts)
            if node.isElse { step.add("else", json: Array("true".utf8)) }
            step.add("started", time: node.started)
            step.add("ended", time: node.ended)
            step.add("due", time: node.dueTime)
            if node.status == "waiting" { step.add("waits", node.what) }
            if node.cachedAt > 0 { step.add("cached", time: node.cachedAt) }
            if let failure = node.failure { step.add("failure", failureObject(failure, plan)) }
            if let json = try value(of: node) { step.add("value", json: json) }
            steps.append(step)
        }
        object.add("steps", steps)
        let marks = marking().map { mark in
            var object = JsonObject()
            object.add("node", mark.path)
            object.add("tokens", mark.waiting)
            object.add("active", json: Array((mark.isActive ? "true" : "false").utf8))
            return object
        }
        if !marks.isEmpty { object.add("marking", marks) }
        return object
    }
}

// MARK: logs

/// Between two looks at the journal while following.
private let followEveryMicroseconds: UInt32 = 200_000

func logsCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let journal = try openJournal(arguments, .reading)
    let run = try findRun(arguments.operands.first, in: journal)
    let step = arguments.operands.count > 1 ? arguments.operands[1] : nil
    var printer = LogPrinter(step: step, isJson: arguments.has("--json"), run: run.id)
    var after: Int64 = 0
    while true {
        // The status is read before the rows, so that nothing written before the end is missed.
        let current = try asking { () throws(JournalError) in try journal.run(number: run.number) }
        while true {
            let rows = try asking { () throws(JournalError) in
                try journal.logs(run: run.number, after: after, limit: 1_000)
            }
            for row in rows { printer.print(row, streams.output) }
            after = rows.last?.id ?? after
            if rows.count < 1_000 { break }
        }
        streams.output.flush()
        if streams.output.failure != nil || !arguments.has("--follow") { break }
        if current.map(\.status.isEnded) ?? true { break }
        usleep(followEveryMicroseconds)
    }
    if let step, !printer.hasPrinted, !arguments.has("--follow") {
        let report: RunReport
        do throws(EngineError) { report = try RunReport(run: run, journal: journal) } catch {
            throw CommandError(error)
        }
        if !report.nodes.contains(where: { $0.path == step }) { throw unknownStep(step, report) }
        streams.printNote("step `\(step)` of run `\(run.id)` has written nothing")
    }
    return ExitStatus.done
}

private struct LogPrinter {
    let step: String?
    let isJson: Bool
    let run: String
    private(set) var hasPrinted = false
    private var lastStep = ""
    private var lastAttempt = 0
    private var endsInLine = true

    init(step: String?, isJson: Bool, run: String) {
        self.step = step
        self.isJson = isJson
        self.run = run
    }

    mutating func print(_ row: LogRecord, _ output: Output) {
        if let step, row.step != step, !row.step.hasPrefix(step + "/"), !row.step.hasPrefix(step + "[") {
            return
        }
        hasPrinted = true
        if isJson { return printJson(row, output) }
        if step == nil || row.step != step, row.step != lastStep || row.attempt != lastAttempt {
            if !endsInLine { output.write("\n") }
            let attempt = row.attempt > 1 ? " (attempt \(row.attempt))" : ""
            output.write("── \(printable(row.step))\(attempt)\n")
            endsInLine = true
        }
        (lastStep, lastAttempt) = (row.step, row.attempt)
        if row.stream == .note {
            if !endsInLine { output.write("\n") }
            let text = String(decoding: row.bytes, as: UTF8.self)
            output.write("• " + (text.hasSuffix("\n") ? text : text + "\n"))
            endsInLine = true
        } else {
            output.write(row.bytes)
            endsInLine = row.bytes.last == 0x0A
        }
    }

    private func printJson(_ row: LogRecord, _ output: Output) {
        var object = JsonObject()
        object.add("run", run)
        object.add("step", row.step)
        object.add("attempt", row.attempt)
        object.add("stream", "\(row.stream)")
        object.add("time", time: row.time)
        object.add("text", String(decoding: row.bytes, as: UTF8.self))
        output.write(object.bytes + [0x0A])
    }
}
