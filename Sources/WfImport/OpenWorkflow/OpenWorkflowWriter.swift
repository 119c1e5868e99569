// An Open Workflow as wf source text. A task is a block that yields the data and the context behind it; blocks nest as
// the lists of tasks do, so that what is named outside can be read inside.

import WfDiagnostics
import WfSource

/// What stands for the words of an expression at some place.
struct OpenWorkflowScope {
    /// `.`
    var data: String
    /// `$context`
    var context: String
    /// `$name`
    var variables: [String: String] = [:]
    /// `/do/0/name`
    var place: String
}

struct OpenWorkflowWriter {
    private var names = NameTable()
    private var table = NameTable()
    private var enums = SourceWriter()
    private var usesHttp = false
    private var errors: DataMap = DataMap()
    private var retries: DataMap = DataMap()

    init() {
        for word in ["dynamic", "http", "main", "input"] {
            names.reserve(word)
            table.reserve(word)
        }
    }

    mutating func write(_ top: DataMap, _ job: inout ImportJob) {
        errors = top["use"]?["errors"]?.map ?? DataMap()
        retries = top["use"]?["retries"]?.map ?? DataMap()
        notes(top, &job)
        var body = SourceWriter()
        let document = WfJson.literal(top["document"] ?? DataNode(.null, job.start))
        body.line(
            "let workflow: Json = { \"input\": input, \"definition\": { \"document\": \(document) }, \"id\": \"run\" }",
            from: job.start)
        var scope = OpenWorkflowScope(
            data: "input", context: "(null as Json)", variables: ["workflow": "workflow", "input": "input"],
            place: "")
        table.reserve("workflow")
        if let from = top["input"]?["from"] {
            body.line("let given: Json = \(expression(from, scope, &job))", from: from.span)
            scope.data = "given"
            table.reserve("given")
        }
        var result = DataEntry("do", job.start, DataNode(.list([]), job.start))
        if let tasks = top.entry("do") { result = tasks }
        let last = writeList(result, scope, "/do", into: &body, &job)
        scope.variables["input"] = scope.data
        scope.data = "\(last).0"
        scope.context = "\(last).1"
        body.line(top["output"]?["as"].map { expression($0, scope, &job) } ?? scope.data)
        job.writer.line("use std.dynamic", from: job.start)
        if usesHttp { job.writer.line("use std.http") }
        job.writer.line("")
        let about =
            top["document"]?["summary"]?.text ?? top["document"]?["title"]?.text ?? top["document"]?["name"]?
            .scalarText ?? ""
        job.writer.comment(about, documents: true, from: top.entry("document")?.keySpan ?? job.start)
        job.writer.open(
            "workflow main(input: Json = {}) -> Json", from: top.entry("do")?.keySpan ?? job.start)
        job.writer.append(body)
        job.writer.close()
        job.writer.append(enums)
    }

    private func notes(_ top: DataMap, _ job: inout ImportJob) {
        if let schedule = top.entry("schedule") {
            job.add(.dialectTrigger("`schedule`", at: schedule.keySpan))
        }
        if let timeout = top.entry("timeout") {
            job.add(.dialectNotActedOn("`timeout`", in: "the workflow", at: timeout.keySpan))
        }
        for key in ["input", "output"] {
            if let schema = top[key]?.map?.entry("schema") {
                job.add(.dialectNotActedOn("`schema`", in: "`\(key)`", at: schema.keySpan))
            }
        }
        for entry in top["use"]?.map?.entries ?? [] where !["errors", "retries"].contains(entry.key) {
            job.add(.dialectNotActedOn("`\(entry.key)`", in: "`use`", at: entry.keySpan))
        }
    }

    // MARK: Expressions

    /// A text that is an expression, with or without `${ }`.
    func expression(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        guard let text = node.text else { return value(node, scope, &job) }
        var words = SourceWriter.trimmed(text)
        if words.hasPrefix("${"), words.hasSuffix("}") { words = String(words.dropFirst(2).dropLast()) }
        return query(words, node.span, scope, &job)
    }

    private func query(_ words: String, _ span: Span, _ scope: OpenWorkflowScope, _ job: inout ImportJob)
        -> String
    {
        let written = QueryExpression.write(words, .jq, current: scope.data) { name in
            name == "context" ? scope.context : scope.variables[name]
        }
        if let written { return written }
        job.add(.dialectExpressionKept(words, "what reads it fails", at: span))
        return "dynamic.raise(\"expression: it is not translated\")"
    }

    /// A value of any form; texts in `${ }` are expressions.
    func value(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text(let text):
            let words = SourceWriter.trimmed(text)
            if words.hasPrefix("${"), words.hasSuffix("}") { return expression(node, scope, &job) }
            return WfText.string(text)
        case .list(let list): return "[" + list.map { value($0, scope, &job) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            return "{ "
                + map.entries.map { "\(WfText.string($0.key)): \(value($0.value, scope, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// A text as an expression of type `String`: `${ … }`, or `{name}` for a field of the data.
    private func text(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        let content = node.scalarText ?? ""
        if content.hasPrefix("${") { return "dynamic.plain(\(expression(node, scope, &job)))" }
        var result = ""
        for part in Placeholders.parts(content, opening: "{", closing: "}") {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let name): result += "{dynamic.plain(\(scope.data)[\(WfText.string(name))])}"
            }
        }
        return "\"\(result)\""
    }

    private func condition(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        if let bool = node.bool { return "\(bool)" }
        return "dynamic.isSet(\(expression(node, scope, &job)))"
    }

    // MARK: Lists

    /// Writes a list of tasks; the name of a step that yields the data and the context behind it.
    private mutating func writeList(
        _ entry: DataEntry, _ scope: OpenWorkflowScope, _ place: String, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        let tasks = (entry.value.list ?? []).compactMap { $0.map?.entries.first }
        if tasks.contains(where: { jumps($0.value) }) {
            return writeLoop(tasks, entry, scope, place, into: &out, &job)
        }
        var scope = scope
        var last = ""
        for (index, task) in tasks.enumerated() {
            last = table.take(task.key, fallback: "task")
            writeTask(task, as: last, scope, "\(place)/\(index)/\(task.key)", into: &out, &job)
            scope.data = "\(last).0"
            scope.context = "\(last).1"
        }
        if last.isEmpty {
            last = table.take("unchanged")
            out.line("let \(last): (Json, Json) = (\(scope.data), \(scope.context))", from: entry.keySpan)
        }
        return last
    }

    private func jumps(_ task: DataNode) -> Bool {
        if task["switch"] != nil || task["catch"]?["then"] != nil { return true }
        return task["then"].map { $0.text != "continue" } ?? false
    }

    private mutating func writeLoop(
        _ tasks: [DataEntry], _ entry: DataEntry, _ scope: OpenWorkflowScope, _ place: String,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        var cases = NameTable()
        let caseNames = tasks.map { cases.take($0.key, fallback: "task") }
        let end = cases.take("ended")
        let type = names.takeType("Task")
        enums.line("")
        enums.open("enum \(type)", from: entry.keySpan)
        for (index, task) in tasks.enumerated() { enums.line(caseNames[index] + ",", from: task.keySpan) }
        enums.line(end)
        enums.close()
        let run = table.take("run")
        let here = table.take("here")
        let data = table.take("data")
        let context = table.take("context")
        let turn = table.take("turn")
        out.open(
            "step \(run) = loop (\(here): \(type) = .\(caseNames.first ?? end), \(data): Json = \(scope.data), \(context): Json = \(scope.context)) while \(here) != .\(end)",
            from: entry.keySpan)
        out.open("step \(turn): (\(type), Json, Json) = match \(here)", from: entry.keySpan)
        var inner = scope
        inner.data = data
        inner.context = context
        func target(_ name: String?, _ index: Int) -> String {
            switch name {
            case nil, "continue": return index + 1 < tasks.count ? caseNames[index + 1] : end
            case "end", "exit": return end
            default: return tasks.firstIndex { $0.key == name }.map { caseNames[$0] } ?? end
            }
        }
        for (index, task) in tasks.enumerated() where !job.isLate() {
            out.open(".\(caseNames[index]) =>", from: task.keySpan)
            let next = target(task.value["then"]?.text, index)
            if task.value["switch"] != nil {
                writeSwitch(task, inner, next, { target($0, index) }, into: &out, &job)
            } else {
                let name = table.take(task.key, fallback: "task")
                writeTask(task, as: name, inner, "\(place)/\(index)/\(task.key)", into: &out, &job)
                if let caught = task.value["catch"]?["then"]?.text {
                    out.line(
                        "if \(name)Caught(\(name).0) { (.\(target(caught, index)), \(name).0, \(name).1) } else { (.\(next), \(name).0, \(name).1) }"
                            .replacing("\(name)Caught(\(name).0)", with: "\(name).2"))
                } else if task.value["if"] != nil, task.value["then"] != nil {
                    out.line(
                        "if \(condition(task.value["if"] ?? task.value, inner, &job)) { (.\(next), \(name).0, \(name).1) } else { (.\(target(nil, index)), \(name).0, \(name).1) }"
                    )
                } else {
                    out.line("(.\(next), \(name).0, \(name).1)")
                }
            }
            out.close()
        }
        out.line(".\(end) => (.\(end), \(data), \(context))")
        out.close()
        out.line("next (\(turn).0, \(turn).1, \(turn).2)")
        out.close()
        let last = table.take("behind")
        out.line("let \(last): (Json, Json) = (\(run).\(data), \(run).\(context))", from: entry.keySpan)
        return last
    }

    private mutating func writeSwitch(
        _ task: DataEntry, _ scope: OpenWorkflowScope, _ next: String, _ target: (String?) -> String,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let ledger = job.expect("the task `\(task.key)`", at: task.keySpan)
        var lead = ""
        var fallback = next
        for item in task.value["switch"]?.list ?? [] {
            guard let one = item.map?.entries.first else { continue }
            let name = target(one.value["then"]?.text)
            guard let when = one.value["when"] else {
                fallback = name
                continue
            }
            out.open("\(lead)if \(condition(when, scope, &job))", from: one.keySpan)
            out.line("(.\(name), \(scope.data), \(scope.context))")
            out.indent(-1)
            lead = "} else "
        }
        if lead.isEmpty {
            out.line("(.\(fallback), \(scope.data), \(scope.context))", from: task.keySpan)
        } else {
            out.open(lead, from: task.keySpan)
            out.line("(.\(fallback), \(scope.data), \(scope.context))")
            out.close()
        }
        job.settle(ledger)
    }

    // MARK: A task

    /// Writes a task as a step that yields data and context.
    private mutating func writeTask(
        _ task: DataEntry, as name: String, _ outer: OpenWorkflowScope, _ place: String,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) {
        let ledger = job.expect("the task `\(task.key)`", at: task.keySpan)
        defer { job.settle(ledger) }
        guard let map = task.value.map, let kind = OpenWorkflowChecker.kind(map) else { return }
        var scope = outer
        scope.place = place
        let isTry = map["catch"]?["then"] != nil
        let type = isTry ? "(Json, Json, Bool)" : "(Json, Json)"
        let unchanged =
            isTry ? "(\(outer.data), \(outer.context), false)" : "(\(outer.data), \(outer.context))"
        if let test = map["if"] {
            out.open("step \(name): \(type) = if \(condition(test, scope, &job))", from: task.keySpan)
        } else {
            out.open("step \(name): \(type) = sequence", from: task.keySpan)
        }
        if let from = map["input"]?["from"] {
            let input = table.take("input")
            out.line("let \(input): Json = \(expression(from, scope, &job))", from: from.span)
            scope.data = input
        }
        scope.variables["input"] = scope.data
        scope.variables["task"] = "toJson({ \"name\": \(WfText.string(task.key)) } as Json)"
        let result = writeKind(kind, task, map, scope, into: &out, &job)
        finish(map, result, scope, isTry, into: &out, &job)
        if map["if"] != nil {
            out.line("} else {")
            out.indent(1)
            out.line(unchanged)
            out.indent(-1)
        }
        out.close()
        if let timeout = map["timeout"]?["after"] ?? map["timeout"], let ms = milliseconds(timeout), ms > 0 {
            out.indent(1)
            out.line("deadline \(WfDuration.text(ms: ms))", from: map.entry("timeout")?.keySpan)
            out.indent(-1)
        }
    }

    /// What a task's work yields: the data, the context, and whether an error was caught.
    private struct Result {
        var data: String
        var context: String
        var caught = "false"
    }

    private mutating func finish(
        _ map: DataMap, _ result: Result, _ scope: OpenWorkflowScope, _ isTry: Bool,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        var scope = scope
        scope.data = result.data
        scope.context = result.context
        var data = result.data
        if let shape = map["output"]?["as"] {
            data = table.take("output")
            out.line("let \(data): Json = \(expression(shape, scope, &job))", from: shape.span)
        }
        for key in ["input", "output", "export"] {
            if let schema = map[key]?.map?.entry("schema") {
                job.add(.dialectNotActedOn("`schema`", in: "`\(key)`", at: schema.keySpan))
            }
        }
        var context = result.context
        if let export = map["export"]?["as"] {
            scope.data = data
            context = table.take("exported")
            out.line("let \(context): Json = \(expression(export, scope, &job))", from: export.span)
        }
        out.line(isTry ? "(\(data), \(context), \(result.caught))" : "(\(data), \(context))")
    }

    private func milliseconds(_ node: DataNode) -> Double? {
        if let text = node.text { return text.hasPrefix("P") ? WfDuration.iso(text) : nil }
        guard let map = node.map else { return nil }
        let sizes = [
            "days": 86_400_000.0, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "milliseconds": 1,
        ]
        return map.entries.reduce(0.0) { $0 + (sizes[$1.key] ?? 0) * ($1.value.float ?? 0) }
    }

    private mutating func writeKind(
        _ kind: String, _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> Result {
        var result = Result(data: scope.data, context: scope.context)
        switch kind {
        case "set":
            result.data = table.take("values")
            let values = map["set"] ?? task.value
            out.line("let \(result.data): Json = \(value(values, scope, &job))", from: task.keySpan)
        case "do":
            guard let inner = map.entry("do") else { return result }
            let last = writeList(inner, scope, scope.place + "/do", into: &out, &job)
            return Result(data: "\(last).0", context: "\(last).1")
        case "wait":
            let ms = map["wait"].flatMap(milliseconds)
            if ms == nil {
                job.add(
                    .dialectExpressionKept(
                        map["wait"].map(WfJson.jsonText) ?? "", "the task waits for nothing", at: task.keySpan
                    ))
            }
            out.line(
                "step \(table.take("pause")) = sleep(\(WfDuration.text(ms: ms ?? 0)))", from: task.keySpan)
        case "raise": writeRaise(map["raise"]?["error"], scope, into: &out, &job)
        case "emit": result.data = writeEmit(map["emit"]?["event"]?["with"], scope, into: &out, &job)
        case "for": return writeFor(map, scope, into: &out, &job)
        case "fork": result.data = writeFork(map, scope, into: &out, &job)
        case "try": return writeTry(task, map, scope, into: &out, &job)
        case "call" where map["call"]?.text == "http":
            result.data = writeHttp(map["with"], task, scope, into: &out, &job)
        default: result.data = writeExternal(kind, task, map, scope, into: &out, &job)
        }
        return result
    }

    private mutating func writeExternal(
        _ kind: String, _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        let node = map[kind] ?? task.value
        let what =
            kind == "call"
            ? node.scalarText ?? "a function" : kind == "run" ? node.map?.keys.first ?? "run" : "events"
        let role = kind == "listen" ? "events" : what
        if kind == "run", what == "workflow" {
            job.add(
                .dialectElsewhere(
                    "the workflow `\(node["workflow"]?["name"]?.scalarText ?? "")`", at: task.keySpan))
        } else {
            job.add(
                .dialectExternalTask(
                    "the task `\(task.key)`", "\(kind) \(what)", role: role, at: task.keySpan))
        }
        let input = map["with"] ?? node
        let answer = table.take("answer")
        out.line(
            "step \(answer): Json = task(\(WfText.string(task.key)), toJson(\(value(input, scope, &job)) as Json), role: \(WfText.string(role)))"
                .replacing(
                    "toJson(\(value(input, scope, &job)) as Json)",
                    with: "(\(value(input, scope, &job)) as Json)"), from: task.keySpan)
        if let each = map.entry("foreach") {
            job.add(.dialectNotActedOn("`foreach`", in: "the task `\(task.key)`", at: each.keySpan))
        }
        return answer
    }

    // MARK: Errors

    /// `type#status: title`: the name of an error, and words.
    private func writeRaise(
        _ node: DataNode?, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let error = node?.text.flatMap { errors[$0] } ?? node
        guard let map = error?.map else {
            out.line("fail \(WfText.string("\(node?.text ?? "error"): raised"))", from: node?.span)
            return
        }
        func part(_ key: String) -> String {
            map[key].map { node in
                node.text?.hasPrefix("${") == true
                    ? "{\(text(node, scope, &job))}" : WfText.escaped(node.scalarText ?? "")
            } ?? ""
        }
        let detail = map["detail"] == nil ? "" : " (\(part("detail")))"
        out.line("fail \"\(part("type"))#\(part("status")): \(part("title"))\(detail)\"", from: node?.span)
    }

    private mutating func writeTry(
        _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> Result {
        guard let inner = map.entry("try") else { return Result(data: scope.data, context: scope.context) }
        let attempt = table.take("attempt")
        let error = table.take("error")
        out.open("step \(attempt): (Json, Json, Bool) = try", from: task.keySpan)
        let last = writeList(inner, scope, scope.place + "/try", into: &out, &job)
        out.line("(\(last).0, \(last).1, false)")
        out.indent(-1)
        out.open("} catch \(error)", from: task.keySpan)
        let filter = map["catch"]?["errors"]?["with"]?.map
        if let retry = map["catch"]?.map?.entry("retry") {
            job.add(.dialectNotActedOn("`retry`", in: "the task `\(task.key)`", at: retry.keySpan))
        }
        for key in ["when", "exceptWhen"] {
            if let entry = map["catch"]?.map?.entry(key) {
                job.add(.dialectNotActedOn("`\(key)`", in: "the task `\(task.key)`", at: entry.keySpan))
            }
        }
        let object = table.take("caught")
        let instance = scope.place + "/try/0/" + ((inner.value.list?.first?.map?.entries.first?.key) ?? "")
        out.line(
            "let \(object): Json = dynamic.problem(\(error), \(WfText.string(instance)))", from: task.keySpan)
        let tests = (filter?.entries ?? []).filter { $0.key == "status" || $0.key == "type" }.map { entry in
            entry.key == "status"
                ? "\(object)[\"status\"] == \(WfJson.literal(entry.value).isEmpty ? "null" : "toJson(\(WfJson.literal(entry.value)))")"
                : "dynamic.isProblem(\(object), \(WfText.string(entry.value.scalarText ?? "")))"
        }
        out.open(
            "if \(tests.isEmpty ? "\(object).has(\"type\")" : tests.joined(separator: " && "))",
            from: map.entry("catch")?.keySpan)
        var handler = scope
        handler.variables[map["catch"]?["as"]?.text ?? "error"] = object
        var behind = "(\(scope.data), \(scope.context), true)"
        if let body = map["catch"]?.map?.entry("do") {
            let last = writeList(body, handler, scope.place + "/catch/do", into: &out, &job)
            behind = "(\(last).0, \(last).1, true)"
        }
        out.line(behind)
        out.line("} else {")
        out.line("fail \(error).message")
        out.close()
        out.close()
        return Result(data: "\(attempt).0", context: "\(attempt).1", caught: "\(attempt).2")
    }

    // MARK: Loops and branches

    private mutating func writeFor(
        _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> Result {
        guard let inner = map.entry("do"), let list = map["for"]?["in"] else {
            return Result(data: scope.data, context: scope.context)
        }
        let items = table.take("items")
        let index = table.take("index")
        let data = table.take("data")
        let context = table.take("context")
        let loop = table.take("each")
        out.line("let \(items) = dynamic.list(\(expression(list, scope, &job)))", from: list.span)
        var body = scope
        body.data = data
        body.context = context
        body.variables[map["for"]?["each"]?.text ?? "item"] = "\(items)[\(index)]"
        body.variables[map["for"]?["at"]?.text ?? "index"] = "toJson(\(index))"
        let test = map["while"].map { " && \(condition($0, body, &job))" } ?? ""
        out.open(
            "step \(loop) = loop (\(index): Int = 0, \(data): Json = \(scope.data), \(context): Json = \(scope.context)) while \(index) < \(items).count\(test)",
            from: inner.keySpan)
        let last = writeList(inner, body, scope.place + "/for/do", into: &out, &job)
        out.line("next (\(index) + 1, \(last).0, \(last).1)")
        out.close()
        return Result(data: "\(loop).\(data)", context: "\(loop).\(context)")
    }

    private mutating func writeFork(
        _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String {
        let branches = map["fork"]?["branches"]?.list ?? []
        let tasks = branches.compactMap { $0.map?.entries.first }
        if map["fork"]?["compete"]?.bool == true {
            let first = table.take("first")
            out.open("step \(first): Json = race", from: map.entry("fork")?.keySpan)
            for (index, task) in tasks.enumerated() {
                out.open(table.take("branch"), from: task.keySpan)
                let name = table.take(task.key, fallback: "task")
                writeTask(
                    task, as: name, scope, "\(scope.place)/fork/branches/\(index)/\(task.key)", into: &out,
                    &job)
                out.line("\(name).0")
                out.close()
            }
            out.close()
            return first
        }
        var results: [String] = []
        let all = table.take("branches")
        out.open("step \(all): Json = if true", from: map.entry("fork")?.keySpan)
        for (index, task) in tasks.enumerated() {
            let name = table.take(task.key, fallback: "task")
            writeTask(
                task, as: name, scope, "\(scope.place)/fork/branches/\(index)/\(task.key)", into: &out, &job)
            results.append("\(name).0")
        }
        out.line("toJson([\(results.joined(separator: ", "))] as [Json])")
        out.line("} else {")
        out.line("null")
        out.close()
        return all
    }

    // MARK: Events and calls

    private mutating func writeEmit(
        _ node: DataNode?, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String {
        let id = table.take("id")
        let time = table.take("time")
        let event = table.take("event")
        let sent = table.take("sent")
        out.line("step \(id) = uuid()", from: node?.span)
        out.line("step \(time) = now()")
        let given = node.map { value($0, scope, &job) } ?? "{}"
        out.line(
            "let \(event): Json = toJson({ \"id\": \(id), \"specversion\": \"1.0\", \"time\": \"{\(time)}\" } as Json).merged(\(given))",
            from: node?.span)
        out.line("step \(sent) = emit(dynamic.plain(\(event)[\"type\"]), \(event))", from: node?.span)
        return event
    }

    private mutating func writeHttp(
        _ node: DataNode?, _ task: DataEntry, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        usesHttp = true
        let method = node?["method"]?.scalarText?.uppercased() ?? "GET"
        let endpoint = node?["endpoint"]
        let address = endpoint?["uri"] ?? endpoint ?? DataNode(.text(""), task.keySpan)
        let url = table.take("url")
        let response = table.take("response")
        out.line("let \(url) = \(text(address, scope, &job))", from: address.span)
        var arguments = [WfText.string(method), url]
        if let body = node?["body"] {
            arguments.append(
                "json: \(body.text == nil ? value(body, scope, &job) : expression(body, scope, &job))")
        }
        if let query = node?["query"] { arguments.append("query: \(pairs(query, scope, &job))") }
        var headers = node?["headers"].map { pairs($0, scope, &job) }
        if let line = authorization(endpoint?.map?.entry("authentication"), task, scope, &job) {
            headers = headers == nil ? "[\"Authorization\": \(line)]" : headers
        }
        if let headers { arguments.append("headers: \(headers)") }
        out.line("step \(response) = http.request(\(arguments.joined(separator: ", ")))", from: task.keySpan)
        let content = table.take("content")
        out.line(
            "let \(content): Json = \(response).json() ?? toJson(\(response).text())", from: task.keySpan)
        guard node?["output"]?.text == "response" else { return content }
        let full = table.take("answer")
        let request =
            "{ \"method\": \(WfText.string(method)), \"uri\": \(url), \"headers\": \(headers.map { "toJson(\($0))" } ?? "{}") }"
        out.line(
            "let \(full): Json = { \"request\": \(request), \"statusCode\": \(response).status, \"headers\": toJson(\(response).headers), \"content\": \(content) }",
            from: task.keySpan)
        return full
    }

    /// A map of texts.
    private func pairs(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        guard let map = node.map else { return "dynamic.texts(\(expression(node, scope, &job)))" }
        if map.isEmpty { return "[:]" }
        return "["
            + map.entries.map { "\(WfText.string($0.key)): \(text($0.value, scope, &job))" }.joined(
                separator: ", ") + "]"
    }

    private func authorization(
        _ entry: DataEntry?, _ task: DataEntry, _ scope: OpenWorkflowScope, _ job: inout ImportJob
    ) -> String? {
        guard let entry else { return nil }
        if let basic = entry.value["basic"], let user = basic["username"], let password = basic["password"] {
            return
                "\"Basic {\"{\(text(user, scope, &job))}:{\(text(password, scope, &job))}\".bytes.base64()}\""
        }
        if let token = entry.value["bearer"]?["token"] { return "\"Bearer {\(text(token, scope, &job))}\"" }
        job.add(.dialectNotActedOn("`authentication`", in: "the task `\(task.key)`", at: entry.keySpan))
        return nil
    }
}
