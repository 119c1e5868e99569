// A plain step file's model as wf source text. Expressions are written by PlainExpressions.

import WfDiagnostics
import WfSource

struct PlainWriter {
    let top: DataMap
    var scope: PlainScope
    var steps: [PlainStep]
    let prose: String
    private var table = NameTable()

    init(top: DataMap, inputs: [PlainInput], steps: [PlainStep], prose: String) {
        self.top = top
        self.steps = steps
        self.prose = prose
        scope = PlainScope()
        for var input in inputs {
            input.parameter = table.take(input.name, fallback: "input")
            scope.inputs[input.name] = input
            scope.inputOrder.append(input.name)
        }
        for index in self.steps.indices {
            self.steps[index].name = table.take(self.steps[index].id, fallback: "step")
        }
    }

    mutating func write(_ job: inout ImportJob) {
        orderSteps()
        for step in steps { scope.add(step) }
        noteTopKeys(&job)
        let ledger = steps.map { job.expect("the step `\($0.id)`", at: $0.span) }
        for step in steps { scope.findUses(in: step) }
        let undeclared = readNeeds(&job)
        NeedsGraph.check("step", steps.map { NeedsNode(name: $0.id, span: $0.span, needs: $0.needs) }, &job)
        if job.hasErrors { return }
        scope.takeParameters(undeclared, &table, &job)
        var body = SourceWriter()
        for (index, step) in steps.enumerated() {
            writeStep(step, previous: index > 0 ? steps[index - 1] : nil, into: &body, &job)
            job.settle(ledger[index])
        }
        writeFile(body, &job)
    }

    /// Where no step says what it waits for, they run in order; neighbours that say `parallel` side by side.
    private mutating func orderSteps() {
        let list = top.first(PlainKeys.steps)?.value
        guard list?.map == nil, !steps.contains(where: \.saysNeeds) else { return }
        var before: [Int] = []
        var group: [Int] = []
        for index in steps.indices {
            if steps[index].group == 0 || index == 0 || steps[index - 1].group != steps[index].group {
                before = group
                group = []
            }
            group.append(index)
            steps[index].needs = before.map { (steps[$0].id, steps[index].span) }
        }
    }

    private func noteTopKeys(_ job: inout ImportJob) {
        let known = Set(
            PlainKeys.steps + PlainKeys.inputs + PlainKeys.edges + [
                "name", "id", "agent", "fallback", "on_error", "env",
            ])
        for entry in top.entries where !known.contains(entry.key) && !PlainKeys.prose.contains(entry.key) {
            switch entry.key {
            case "trigger", "triggers", "schedule", "on", "cron", "timezone":
                job.add(.dialectTrigger("`\(entry.key)`", at: entry.keySpan))
            default: job.add(.dialectNotActedOn("`\(entry.key)`", in: "the file", at: entry.keySpan))
            }
        }
    }

    /// Adds what each step reads to what it waits for; the names that nothing in the file provides.
    private mutating func readNeeds(_ job: inout ImportJob) -> [PlainScope.Unknown] {
        var unknown: [PlainScope.Unknown] = []
        for index in steps.indices {
            let found = scope.references(of: steps[index])
            for need in found.steps where !job.isLate() && need.name != steps[index].id || need.isResult {
                if !steps[index].needs.contains(where: { $0.name == need.name }) {
                    steps[index].needs.append((need.name, need.span))
                }
            }
            unknown += found.unknown
        }
        return unknown
    }

    // MARK: The file

    private mutating func writeFile(_ body: SourceWriter, _ job: inout ImportJob) {
        if scope.usesJson { job.writer.line("use std.json\n", from: job.start) }
        let title = top.first(["name", "title", "id"])
        for key in ["trigger", "triggers", "schedule", "cron"] {
            if let entry = top.entry(key) {
                job.writer.comment("\(key): \(WfJson.jsonText(entry.value))", from: entry.keySpan)
            }
        }
        let about = top["description"]?.text ?? prose
        let words = about.isEmpty ? title?.value.scalarText ?? "" : about
        if !words.isEmpty { job.writer.comment(words, documents: true, from: title?.value.span ?? job.start) }
        let name = job.names.take(title?.value.scalarText ?? "main", fallback: "main")
        job.writer.open(
            "workflow \(name)(\(scope.parameterList)) -> Json", from: title?.value.span ?? job.start)
        job.writer.append(body)
        let results = steps.map { "\(WfText.string($0.id)): \(scope.result(of: $0, as: .json))" }
        if results.isEmpty {
            job.writer.line("null")
        } else {
            job.writer.open("", from: job.start)
            for result in results { job.writer.line(result + ",") }
            job.writer.close()
        }
        job.writer.close()
        if steps.contains(where: { if case .simulated = $0.work { return true } else { return false } }) {
            writeSimulated(&job)
        }
    }

    private func writeSimulated(_ job: inout ImportJob) {
        job.writer.line("")
        job.writer.comment(
            "Stands for an action that the file only names: takes so long, fails so often in 65,536.",
            documents: true, from: job.start)
        job.writer.line("action simulated(name: String, seconds: Float, failures: Int) -> String")
        job.writer.indent(1)
        let script = ##"r#"sleep "$1"; test "$(od -An -N2 -tu2 /dev/urandom)" -ge "$2""#"##
        job.writer.line("via exec(\"sh\", \"-c\", \(script), name, \"{seconds}\", \"{failures}\")")
        job.writer.line("returns name")
        job.writer.indent(-1)
    }

    // MARK: A step

    private mutating func writeStep(
        _ step: PlainStep, previous: PlainStep?, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        var condition = step.first(PlainKeys.when).map { scope.condition($0.value, in: step, &job) }
        let read = Set(scope.references(of: step).steps.map(\.name))
        let after = step.needs.map(\.name).filter { !read.contains($0) }
        let afterNames = after.compactMap { scope.steps[$0]?.name }
        if case .approval(let title) = step.work {
            let ok = writeApproval(
                step, scope.text(title, in: step, &job), from: step.span, condition, afterNames, into: &out)
            out.line(
                "step \(step.name) = if \(ok) { \"approved\" } else { fail \(WfText.string("\(step.id): not approved")) }",
                from: step.span)
            return
        }
        if let entry = step.first(PlainKeys.approval), entry.value.bool != false {
            let title = (step.prose.split(separator: "\n").first.map(String.init) ?? step.id) + "?"
            condition = writeApproval(
                step, WfText.string(title), from: entry.keySpan, condition, afterNames, into: &out)
        }
        if !step.prose.isEmpty { out.comment(step.prose, from: step.span) }
        let loop = step.first(PlainKeys.forEach)
        let (call, type) = call(of: step, &job)
        if let loop {
            let items = scope.items(loop.value, in: step, &job)
            out.open("step \(step.name) = for \(scope.itemName(step)) in \(items)", from: step.span)
            out.line("step one\(type) = \(call)", from: step.span)
            writeClauses(step, into: &out, &job)
            out.line("one")
            out.close()
        } else {
            out.line("step \(step.name)\(type) = \(call)", from: step.span)
        }
        out.indent(1)
        if !afterNames.isEmpty { out.line("after \(afterNames.joined(separator: ", "))", from: step.span) }
        if let condition {
            out.line("when \(condition)", from: step.first(PlainKeys.when)?.keySpan ?? step.span)
        }
        out.indent(-1)
        if loop == nil { writeClauses(step, into: &out, &job) }
    }

    /// Asks somebody, with a text of wf for a title; the name that says whether they agree.
    private mutating func writeApproval(
        _ step: PlainStep, _ title: String, from span: Span, _ condition: String?, _ after: [String],
        into out: inout SourceWriter
    ) -> String {
        let ask = table.take(step.name + "Approval")
        let approvers = step.first(["approvers"] + PlainKeys.approval)?.value
        let role =
            approvers?.map?.first(["role", "by", "approvers"])?.value.text ?? approvers?.text
            ?? approvers?.list?.first?.text ?? step.first(["role", "assignee"])?.value.text
        let roleArgument = role.map { ", role: \(WfText.string($0))" } ?? ""
        out.line("step \(ask) = approve(\(title)\(roleArgument))", from: span)
        out.indent(1)
        if !after.isEmpty { out.line("after \(after.joined(separator: ", "))", from: span) }
        if let condition { out.line("when \(condition)", from: span) }
        out.line("no deadline", from: span)
        out.indent(-1)
        let ok = table.take(step.name + "Approved")
        out.open("let \(ok) = match \(ask)", from: span)
        out.line(".approved(_) => true")
        out.line("else => false")
        out.close()
        return ok
    }

    private mutating func call(of step: PlainStep, _ job: inout ImportJob) -> (String, type: String) {
        switch step.work {
        case .simulated(let action, let seconds, let failures):
            job.add(.dialectSimulated("the step `\(step.id)`", action, at: step.span))
            return ("simulated(\(WfText.string(action)), \(seconds), \(failures))", "")
        case .shell(let node): return (shell(node, step, &job), "")
        case .approval: return ("nop()", "")
        case .wait(let ms):
            return ("sequence {\n    sleep(\(WfDuration.text(ms: ms)))\n    \"waited\"\n}", "")
        case .external(let what, let role, let isAgent):
            job.add(.dialectExternalTask("the step `\(step.id)`", what, role: role, at: step.span))
            let type = scope.type(of: step).rawValue
            return (task(step, role: role, isAgent: isAgent, &job), ": \(type)")
        }
    }

    private mutating func task(_ step: PlainStep, role: String, isAgent: Bool, _ job: inout ImportJob)
        -> String
    {
        var fields: [String] = []
        let config = step.map["config"]?.map ?? DataMap()
        let described: Set<String> = Set(PlainKeys.tool + ["max_retries", "timeout"])
        for key in PlainKeys.prompt + ["model"] {
            guard let node = step.map[key] else { continue }
            fields.append("\(WfText.string(key)): \(scope.value(node, in: step, &job))")
        }
        for key in PlainKeys.with {
            guard let node = step.map[key] else { continue }
            fields.append("\(WfText.string(key)): \(scope.value(node, in: step, &job))")
        }
        for entry in config.entries where !described.contains(entry.key) {
            fields.append("\(WfText.string(entry.key)): \(scope.value(entry.value, in: step, &job))")
        }
        for entry in step.input {
            fields.append("\(WfText.string(entry.key)): \(scope.value(entry.value, in: step, &job))")
        }
        let input = fields.isEmpty ? "" : ", { \(fields.joined(separator: ", ")) }"
        return "task(\(WfText.string(step.id))\(input), role: \(WfText.string(role)))"
    }

    private mutating func shell(_ node: DataNode, _ step: PlainStep, _ job: inout ImportJob) -> String {
        var call: String
        if let list = node.list {
            call = "exec(" + list.map { scope.text($0, in: step, &job) }.joined(separator: ", ")
        } else {
            call = "shell(\(scope.text(node, in: step, &job))"
        }
        if let folder = step.first(PlainKeys.folder)?.value {
            call += ", cwd: Path(\(scope.text(folder, in: step, &job)))"
        }
        var variables = top["env"]?.map ?? DataMap()
        if let own = step.first(["env", "environment"])?.value.map {
            var both = own
            for entry in variables.entries { both.add(entry) }
            variables = both
        }
        if !variables.isEmpty {
            let pairs = variables.entries.map {
                "\(WfText.string($0.key)): \(scope.text($0.value, in: step, &job))"
            }
            call += ", env: [\(pairs.joined(separator: ", "))]"
        }
        return call + ")"
    }

    private mutating func writeClauses(
        _ step: PlainStep, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        out.indent(1)
        let config = step.map["config"]?.map
        let timeouts = [("timeout", nil), ("timeout_seconds", 1000.0), ("timeout_ms", 1.0)]
        for (key, unit) in timeouts {
            guard let entry = step.map.entry(key) ?? config?.entry(key) else { continue }
            guard let ms = milliseconds(entry, unit, &job) else { continue }
            out.line("timeout \(WfDuration.text(ms: ms))", from: entry.keySpan)
            break
        }
        if let (clause, span) = retry(step, &job) { out.line(clause, from: span) }
        let fallbacks =
            step.map.entry("fallback")
            ?? (step.map["agent"] == nil && step.map["prompt"] == nil ? nil : top.entry("fallback"))
        if let fallbacks, case .external(_, _, let isAgent) = step.work, isAgent {
            let names = fallbacks.value.text.map { [$0] } ?? fallbacks.value.list?.compactMap(\.text) ?? []
            if let name = names.first {
                out.line("else " + task(step, role: name, isAgent: true, &job), from: fallbacks.keySpan)
            }
            for name in names.dropFirst() {
                job.add(
                    .dialectNotActedOn(
                        "the further fallback `\(name)`", in: "the step `\(step.id)`",
                        at: fallbacks.value.span))
            }
        }
        out.indent(-1)
    }

    private func milliseconds(_ entry: DataEntry, _ unit: Double?, _ job: inout ImportJob) -> Double? {
        let isLarge = (entry.value.float ?? 0) >= 1000
        if unit == nil, isLarge {
            job.add(.dialectUnit(entry.key, "milliseconds, since it is 1000 or more", at: entry.value.span))
        }
        guard let ms = WfDuration.ms(entry.value, unitMs: unit ?? (isLarge ? 1 : 1000)), ms > 0 else {
            job.add(
                .dialectExpected(
                    "a duration", entry.value.kindName, for: "`\(entry.key)`", at: entry.value.span))
            return nil
        }
        return ms
    }

    private func retry(_ step: PlainStep, _ job: inout ImportJob) -> (String, Span)? {
        let config = step.map["config"]?.map ?? DataMap()
        let general =
            step.map["agent"] != nil || step.map["tool"] != nil ? top["on_error"]?.map?.entry("retry") : nil
        guard
            let entry = step.first(PlainKeys.retry) ?? config.first(PlainKeys.retry)
                ?? step.map["on_error"]?.map?.entry("retry") ?? general
        else { return nil }
        let settings =
            entry.value.map
            ?? (entry.key == "retry"
                ? (step.map["on_error"]?.map ?? (general != nil ? top["on_error"]?.map : nil)) : nil)
            ?? DataMap()
        var count = entry.value.int
        if let total = settings.first(["maxAttempts", "max_attempts", "attempts"])?.value.int {
            count = total - 1
        }
        if entry.key.hasSuffix("ttempts"), let total = entry.value.int { count = total - 1 }
        count =
            count ?? settings.first(["max", "count", "limit", "retries", "max_retries", "times"])?.value.int
        guard let count else {
            job.add(
                .dialectExpected(
                    "a number of attempts", entry.value.kindName, for: "`\(entry.key)` of `\(step.id)`",
                    at: entry.value.span))
            return nil
        }
        if count <= 0 { return nil }
        return ("retry \(min(count, 1000))" + backoff(settings), entry.keySpan)
    }

    private func backoff(_ settings: DataMap) -> String {
        let kind = settings["backoff"]?.text ?? ""
        let delay =
            settings.first(["initialDelayMs", "initial_delay_ms", "delayMs", "delay_ms"])?.value.float
            ?? settings.first(["delay", "initial_delay", "interval", "wait"]).flatMap {
                WfDuration.ms($0.value, unitMs: 1000)
            }
        if kind.hasPrefix("exp") {
            let first = delay ?? 1000
            let last = settings.first(["maxDelayMs", "max_delay_ms"])?.value.float ?? max(60_000, first * 64)
            return " backoff \(WfDuration.text(ms: first))..\(WfDuration.text(ms: max(first, last))) factor 2"
        }
        return delay.map { " backoff \(WfDuration.text(ms: $0))" } ?? ""
    }
}
