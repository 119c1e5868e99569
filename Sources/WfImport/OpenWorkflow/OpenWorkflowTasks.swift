// One task of an Open Workflow: what goes into it, what it is, what comes of it.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    /// Writes a task as a step that yields data and context.
    mutating func writeTask(
        _ task: DataEntry, as name: String, _ outer: OpenWorkflowScope, _ place: String,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) {
        let ledger = job.expect("the task `\(task.key)`", at: task.keySpan)
        defer { job.settle(ledger) }
        job.name(task.value.map, "the task `\(task.key)`")
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
    struct Result {
        var data: String
        var context: String
        var caught = "false"
    }

    mutating func finish(
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
        var context = result.context
        if let export = map["export"]?["as"] {
            scope.data = data
            context = table.take("exported")
            out.line("let \(context): Json = \(expression(export, scope, &job))", from: export.span)
        }
        out.line(isTry ? "(\(data), \(context), \(result.caught))" : "(\(data), \(context))")
    }

    func milliseconds(_ node: DataNode) -> Double? {
        if let text = node.text { return text.hasPrefix("P") ? WfDuration.iso(text) : nil }
        guard let map = node.map else { return nil }
        let sizes = [
            "days": 86_400_000.0, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000, "milliseconds": 1,
        ]
        return map.all.reduce(0.0) { $0 + (sizes[$1.key] ?? 0) * ($1.value.float ?? 0) }
    }

    mutating func writeKind(
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
        case "call":
            if let found = writeFunction(map["call"]?.text ?? "", task, map, scope, into: &out, &job) {
                return found
            }
            result.data = writeExternal(kind, task, map, scope, into: &out, &job)
        default:
            let own = kind == "run" ? writeRun(map["run"], task, scope, into: &out, &job) : nil
            result.data = own ?? writeExternal(kind, task, map, scope, into: &out, &job)
        }
        return result
    }

    mutating func writeExternal(
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
            "step \(answer): Json = task(\(WfText.string(task.key)), (\(value(input, scope, &job)) as Json), role: \(WfText.string(role)))",
            from: task.keySpan)
        return answer
    }
}
