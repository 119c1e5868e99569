// `try` of an Open Workflow: what is caught, how often it is tried again, and what is done then.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    mutating func writeTry(
        _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> Result {
        guard let inner = map.entry("try") else { return Result(data: scope.data, context: scope.context) }
        let attempt = table.take("attempt")
        let given = map["catch"]?["retry"]
        guard let policy = given.flatMap({ node in node.text.flatMap { retries[$0] } ?? node })?.map else {
            out.open("step \(attempt): (Json, Json, Bool) = try", from: task.keySpan)
            let last = writeList(inner, scope, scope.place + "/try", into: &out, &job)
            out.line("(\(last).0, \(last).1, false)")
            writeCatch(task, map, scope, into: &out, &job) { writer, handler, _, out, job in
                let behind = writer.handled(map, handler, into: &out, &job)
                out.line(behind ?? "(\(scope.data), \(scope.context), true)")
            }
            return Result(data: "\(attempt).0", context: "\(attempt).1", caught: "\(attempt).2")
        }
        let tries = table.take("tries")
        let tried = table.take("tried")
        let names = ["data", "context", "caught", "again"].map { table.take($0) }
        out.open(
            "step \(attempt) = loop (\(tries): Int = 0, \(names[0]): Json = \(scope.data), \(names[1]): Json = "
                + "\(scope.context), \(names[2]): Bool = false, \(names[3]): Bool = true) while \(names[3])",
            from: task.keySpan)
        out.open("step \(tried): (Json, Json, Bool, Bool) = try", from: task.keySpan)
        let last = writeList(inner, scope, scope.place + "/try", into: &out, &job)
        out.line("(\(last).0, \(last).1, false, false)")
        writeCatch(task, map, scope, into: &out, &job) { writer, handler, error, out, job in
            writer.writeAgain(policy, map, tries, scope, handler, error, into: &out, &job)
        }
        writePause(policy, tries, "\(tried).3", from: given?.span, into: &out, &job)
        out.line("next (\(tries) + 1, \(tried).0, \(tried).1, \(tried).2, \(tried).3)")
        out.close()
        return Result(
            data: "\(attempt).\(names[0])", context: "\(attempt).\(names[1])",
            caught: "\(attempt).\(names[2])")
    }

    /// The end of a `try` block: what is caught goes on with `body`, everything else fails.
    private mutating func writeCatch(
        _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob,
        _ body: (inout OpenWorkflowWriter, OpenWorkflowScope, String, inout SourceWriter, inout ImportJob) ->
            Void
    ) {
        let error = table.take("error")
        out.indent(-1)
        out.open("} catch \(error)", from: task.keySpan)
        let object = table.take("caught")
        let instance =
            scope.place + "/try/0/" + ((map["try"]?.list?.first?.map?.entries.first?.key) ?? "")
        out.line(
            "let \(object): Json = dynamic.problem(\(error), \(WfText.string(instance)))", from: task.keySpan)
        var handler = scope
        handler.variables[map["catch"]?["as"]?.text ?? "error"] = object
        var tests = errorTests(map, object)
        for key in ["when", "exceptWhen"] {
            guard let node = map["catch"]?[key] else { continue }
            tests.append((key == "when" ? "" : "!") + "(\(condition(node, handler, &job)))")
        }
        out.open(
            "if \(tests.isEmpty ? "\(object).has(\"type\")" : tests.joined(separator: " && "))",
            from: map.entry("catch")?.keySpan)
        body(&self, handler, error, &out, &job)
        out.line("} else {")
        out.line("fail \(error).message")
        out.close()
        out.close()
    }

    /// What an error has to be.
    private func errorTests(_ map: DataMap, _ object: String) -> [String] {
        let filter = map["catch"]?["errors"]?["with"]?.map
        return (filter?.entries ?? []).filter { $0.key == "status" || $0.key == "type" }.map { entry in
            entry.mark.isRead = true
            return entry.key == "status"
                ? "\(object)[\"status\"] == toJson(\(WfJson.literal(entry.value)))"
                : "dynamic.isProblem(\(object), \(WfText.string(entry.value.scalarText ?? "")))"
        }
    }

    /// What is done with what was caught: data, context, and that something was caught; nil when nothing is.
    private mutating func handled(
        _ map: DataMap, _ handler: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String? {
        guard let body = map["catch"]?.map?.entry("do") else { return nil }
        let last = writeList(body, handler, handler.place + "/catch/do", into: &out, &job)
        return "(\(last).0, \(last).1, true)"
    }

    /// Once more, as long as the policy lets; then what `catch` does, or the failure.
    private mutating func writeAgain(
        _ policy: DataMap, _ map: DataMap, _ tries: String, _ scope: OpenWorkflowScope,
        _ handler: OpenWorkflowScope, _ error: String, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) {
        var tests: [String] = []
        if let most = policy["limit"]?["attempt"]?["count"] {
            tests.append(
                most.int.map { "\(tries) < \($0)" }
                    ?? "\(tries) < dynamic.whole(\(expression(most, handler, &job)))")
        }
        for key in ["when", "exceptWhen"] {
            guard let node = policy[key] else { continue }
            tests.append((key == "when" ? "" : "!") + "(\(condition(node, handler, &job)))")
        }
        out.open("if \(tests.isEmpty ? "true" : tests.joined(separator: " && "))")
        out.line("(\(scope.data), \(scope.context), false, true)")
        out.line("} else {")
        if let behind = handled(map, handler, into: &out, &job) {
            out.line("(\(behind.dropFirst().dropLast()), false)")
        } else {
            out.line("fail \(error).message")
        }
        out.close()
    }

    /// The wait before the next try.
    private mutating func writePause(
        _ policy: DataMap, _ tries: String, _ condition: String, from span: Span?,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let delay = policy["delay"].flatMap(milliseconds) ?? 0
        if let node = policy["delay"], milliseconds(node) == nil {
            job.add(.dialectExpressionKept(WfJson.jsonText(node), "it is tried again at once", at: node.span))
        }
        var time = WfDuration.text(ms: delay)
        if policy["backoff"]?.map?.has("exponential") == true {
            time += " * 2.pow(\(tries).min(30))"
        } else if policy["backoff"]?.map?.has("linear") == true {
            time += " * (\(tries) + 1)"
        }
        policy["backoff"]?.readAll()
        if let jitter = policy["jitter"], let least = jitter["from"].flatMap(milliseconds),
            let most = jitter["to"].flatMap(milliseconds), most >= least
        {
            let chance = table.take("chance")
            out.line("step \(chance) = random()", from: jitter.span)
            time += " + \(WfDuration.text(ms: least)) + \(WfDuration.text(ms: most - least)) * \(chance)"
        }
        if time == "0ms" { return }
        out.line("step \(table.take("pause")) = sleep(\(time))", from: span)
        out.indent(1)
        out.line("when \(condition)", from: span)
        out.indent(-1)
    }
}
