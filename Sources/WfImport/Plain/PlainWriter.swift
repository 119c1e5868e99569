// A plain step file's model as wf source text. Expressions are written by PlainExpressions.

import WfDiagnostics
import WfSource

struct PlainWriter {
    let top: DataMap
    var scope: PlainScope
    var steps: [PlainStep]
    let prose: String
    private let units: [PlainUnit]
    private var table = NameTable()

    init(top: DataMap, inputs: [PlainInput], outline: PlainOutline, prose: String) {
        self.top = top
        self.steps = outline.steps
        self.units = outline.units
        self.prose = prose
        scope = PlainScope()
        for var input in inputs {
            input.parameter = table.take(input.name, fallback: "input")
            scope.inputs[input.name] = input
            scope.inputOrder.append(input.name)
        }
        for word in ["item", "attempt", "one", "turn"] { table.reserve(word) }
        scope.groups = outline.groups
        steps = named(steps)
    }

    private mutating func named(_ steps: [PlainStep]) -> [PlainStep] {
        var steps = steps
        for index in steps.indices {
            steps[index].name = table.take(steps[index].id, fallback: "step")
            if case .block(let inner) = steps[index].work { steps[index].work = .block(named(inner)) }
        }
        return steps
    }

    mutating func write(_ job: inout ImportJob) {
        orderSteps()
        for step in steps { scope.add(step) }
        for id in scope.groups.keys.sorted() { scope.addAlias(id) }
        noteTopKeys(&job)
        var ledger: [LedgerId] = []
        func expect(_ steps: [PlainStep]) {
            for step in steps {
                ledger.append(job.expect("the step `\(step.id)`", at: step.span))
                if case .block(let inner) = step.work { expect(inner) }
            }
        }
        expect(steps)
        findUses(steps)
        var undeclared: [PlainScope.Unknown] = []
        if let reader = outputReader {
            findUses([reader])
            undeclared = scope.references(of: reader).unknown
        }
        var resolved = steps
        _ = readNeeds(&resolved, &undeclared, &job)
        steps = resolved
        check(steps, &job)
        if job.hasErrors { return }
        scope.takeParameters(undeclared, &table, &job)
        var body = SourceWriter()
        for step in steps { writeStep(step, into: &body, &job) }
        for entry in ledger { job.settle(entry) }
        writeFile(body, &job)
    }

    private mutating func findUses(_ steps: [PlainStep]) {
        for step in steps {
            scope.findUses(in: step)
            if case .block(let inner) = step.work { findUses(inner) }
        }
    }

    private func check(_ steps: [PlainStep], _ job: inout ImportJob) {
        var nodes = steps.map { NeedsNode(name: $0.id, span: $0.span, needs: $0.needs) }
        // A group is nobody's to wait for any more, but its name is taken.
        if steps.first?.blocks.isEmpty == true {
            let names = Set(steps.map(\.id))
            for (id, group) in scope.groups.sorted(by: { $0.key < $1.key }) where names.contains(id) {
                nodes.append(NeedsNode(name: id, span: group.span, needs: []))
            }
        }
        NeedsGraph.check("step", nodes, &job)
        for step in steps { if case .block(let inner) = step.work { check(inner, &job) } }
    }

    /// Where no step says what it waits for, they run in order; those of a unit side by side.
    private mutating func orderSteps() {
        let list = top.peek("steps") ?? top.first(PlainKeys.steps)?.value
        guard list?.map == nil, !steps.contains(where: \.saysNeeds) else { return }
        PlainReader.chain(units, &steps)
    }

    private func noteTopKeys(_ job: inout ImportJob) {
        for key in ["trigger", "triggers", "schedule", "on", "cron", "timezone"] {
            if let entry = top.entry(key) { job.add(.dialectTrigger("`\(entry.key)`", at: entry.keySpan)) }
        }
    }

    // MARK: Who waits for whom

    /// Adds what each step reads to what it waits for, each need as the name of a step of the same list.
    ///
    /// - Parameter unknown: the names that nothing in the file provides.
    /// - Returns: what the steps of a block wait for outside it, by the block.
    private func readNeeds(
        _ steps: inout [PlainStep], _ unknown: inout [PlainScope.Unknown], _ job: inout ImportJob
    ) -> [String: [(name: String, span: Span)]] {
        var outside: [String: [(name: String, span: Span)]] = [:]
        for index in steps.indices {
            let found = scope.references(of: steps[index])
            unknown += found.unknown
            var needs = steps[index].needs.flatMap { need in
                let id = scope.id(need.name)
                return scope.groups[id]?.members.map { ($0, need.span) } ?? [(id, need.span)]
            }
            for need in found.steps where !job.isLate() && need.name != steps[index].id || need.isResult {
                needs.append((need.name, need.span))
            }
            if case .block(var inner) = steps[index].work {
                let lifted = readNeeds(&inner, &unknown, &job)
                steps[index].work = .block(inner)
                for (block, list) in lifted.sorted(by: { $0.key < $1.key }) {
                    if block == steps[index].id { needs += list } else { outside[block, default: []] += list }
                }
            }
            steps[index].needs = []
            let around = steps[index].blocks
            for (name, span) in needs {
                let target = scope.steps[name]?.blocks ?? around
                let common = zip(around, target).prefix { $0 == $1 }.count
                let here = common < target.count ? target[common] : name
                if common == around.count {
                    addNeeds([(here, span)], &steps[index])
                } else {
                    outside[around[common], default: []].append((here, span))
                }
            }
        }
        return outside
    }

    private func addNeeds(_ needs: [(name: String, span: Span)], _ step: inout PlainStep) {
        for need in needs where !step.needs.contains(where: { $0.name == need.name }) {
            step.needs.append(need)
        }
    }

    // MARK: The file

    private mutating func writeFile(_ body: SourceWriter, _ job: inout ImportJob) {
        if scope.usesJson { job.writer.line("use std.json\n", from: job.start) }
        let title =
            top.first(["name", "title", "id"])
            ?? top.entry("workflow").flatMap { $0.value.text == nil ? nil : $0 }
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
        let results = results(&job)
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

    /// What the file says that comes of it, or what has come of each step.
    private mutating func results(_ job: inout ImportJob) -> [String] {
        if let reader = outputReader {
            return (top["outputs"]?.map?.all ?? []).map { field in
                let node = field.value.map?.first(["value", "from", "source"])?.value ?? field.value
                return "\(WfText.string(field.key)): \(scope.value(node, in: reader, &job))"
            }
        }
        return steps.map { "\(WfText.string($0.id)): \(scope.result(of: $0, as: .json))" }
    }

    /// A step that stands for the file's outputs, where they read others; nil where they do not.
    private var outputReader: PlainStep? {
        guard let node = top.peek("outputs"), node.map != nil, WfJson.jsonText(node).contains("{{") else {
            return nil
        }
        return PlainStep(id: "", span: node.span, map: top.only("outputs"), work: .wait(ms: 0))
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

    private mutating func writeStep(_ step: PlainStep, into out: inout SourceWriter, _ job: inout ImportJob) {
        let needed = step.needs.compactMap { scope.steps[$0.name]?.name }
        var condition = condition(step, needed, into: &out, &job)
        if case .approval(let title) = step.work {
            let ok = writeApproval(
                step, scope.text(title, in: step, &job), from: step.span, condition, needed, into: &out, &job)
            out.line(
                "step \(step.name) = if \(ok) { \"approved\" } else { fail \(WfText.string("\(step.id): not approved")) }",
                from: step.span)
            return
        }
        if case .decision(let entry) = step.work {
            writeDecision(step, entry, needed, condition, into: &out, &job)
            return
        }
        if let entry = step.first(PlainKeys.approval), entry.value.isOn != false {
            let title = (step.prose.split(separator: "\n").first.map(String.init) ?? step.id) + "?"
            condition = writeApproval(
                step, WfText.string(title), from: entry.keySpan, condition, needed, into: &out, &job)
        }
        if !step.prose.isEmpty { out.comment(step.prose, from: step.span) }
        var body = SourceWriter()
        writeBody(step, into: &body, &job)
        out.append(body)
        out.indent(1)
        writeAfter(needed, unless: body.words + (condition ?? ""), step, into: &out)
        if let condition { out.line("when \(condition)", from: step.conditions.last?.keySpan ?? step.span) }
        out.indent(-1)
    }

    /// What a step waits for beside what it reads: a name that it has in the file need not stand in what is written for it.
    private func writeAfter(
        _ needed: [String], unless written: String, _ step: PlainStep, into out: inout SourceWriter
    ) {
        let read = WfText.names(in: written)
        let names = needed.filter { !read.contains($0) }
        if !names.isEmpty { out.line("after \(names.joined(separator: ", "))", from: step.span) }
    }

    /// The step itself, without what it waits for.
    private mutating func writeBody(_ step: PlainStep, into out: inout SourceWriter, _ job: inout ImportJob) {
        if let loop = step.first(PlainKeys.forEach) {
            let items = scope.items(loop, in: step, &job)
            let most = step.first(PlainKeys.concurrency)?.value.int
            let limit = most.map { " limit \(max(1, $0))" } ?? ""
            let item = step.items.first?.name ?? "item"
            out.open("step \(step.name) = for \(item) in \(items)\(limit)", from: step.span)
            if case .block(let inner) = step.work {
                writeBlock(inner, step, into: &out, &job)
            } else {
                writeWork(step, as: "one", into: &out, &job)
                if case .shell = step.work, !step.isTolerant {
                    out.line("one.stdout.trim()")
                } else {
                    out.line("one")
                }
            }
            out.close()
        } else {
            writeWork(step, as: step.name, into: &out, &job)
        }
    }

    /// Whether the condition of a decision holds, as the result of its step.
    private mutating func writeDecision(
        _ step: PlainStep, _ entry: DataEntry, _ after: [String], _ condition: String?,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        var holds = scope.condition(entry.value, in: step, &job)
        if holds == nil {
            let words = PlainScope.bare(entry.value.scalarText ?? WfJson.jsonText(entry.value))
            holds = AskedCondition.write(
                words, name: table.take(step.name + " is meant"), after: after, when: condition,
                from: entry.keySpan, into: &out)
        }
        if !step.prose.isEmpty { out.comment(step.prose, from: step.span) }
        out.open("step \(step.name): Json = sequence", from: step.span)
        out.line("toJson(\(holds ?? "false"))", from: entry.keySpan)
        out.close()
        out.indent(1)
        writeAfter(after, unless: (holds ?? "") + (condition ?? ""), step, into: &out)
        if let condition { out.line("when \(condition)", from: step.span) }
        out.indent(-1)
    }

    /// The steps of a block, and what each has come to.
    private mutating func writeBlock(
        _ inner: [PlainStep], _ step: PlainStep, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        for step in inner { writeStep(step, into: &out, &job) }
        let fields = inner.map { "\(WfText.string($0.id)): \(scope.result(of: $0, as: .json))" }
        let turn = table.take(step.name + " turn")
        out.line("let \(turn): Json = { \(fields.joined(separator: ", ")) }", from: step.span)
        out.line(turn)
    }

    /// The call and its clauses; with a failure that is none, if the step says so.
    private mutating func writeWork(
        _ step: PlainStep, as name: String, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let (call, type) = call(of: step, &job)
        guard step.isTolerant else {
            out.line("step \(name)\(type) = \(call)", from: step.span)
            writeClauses(step, into: &out, &job)
            return
        }
        let isFollowed = scope.followed.contains(step.id)
        out.open("step \(name)\(isFollowed ? ": (String, Bool)" : type) = try", from: step.span)
        out.line("step attempt\(type) = \(call)", from: step.span)
        writeClauses(step, into: &out, &job)
        if isFollowed {
            out.line("(attempt.stdout.trim(), true)")
        } else if case .shell = step.work {
            out.line("attempt.stdout.trim()")
        } else {
            out.line("attempt")
        }
        out.line("} catch {")
        out.indent(1)
        out.line(isFollowed ? "(\"\", false)" : scope.type(of: step) == .json ? "null" : "\"\"")
        out.close()
        out.indent(-1)
    }

    /// What has to hold, all of it: what is not understood is asked.
    private mutating func condition(
        _ step: PlainStep, _ after: [String], into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String? {
        var parts: [String] = []
        for entry in step.conditions {
            if let written = scope.condition(entry.value, in: step, &job) {
                parts.append(written)
                continue
            }
            let name = table.take(step.name + " is meant")
            let words = PlainScope.bare(entry.value.scalarText ?? WfJson.jsonText(entry.value))
            parts.append(
                AskedCondition.write(words, name: name, after: after, from: entry.keySpan, into: &out))
        }
        if parts.count < 2 { return parts.first }
        return parts.map { $0.contains("||") ? "(\($0))" : $0 }.joined(separator: " && ")
    }

    /// Asks somebody, with a text of wf for a title; the name that says whether they agree.
    private mutating func writeApproval(
        _ step: PlainStep, _ title: String, from span: Span, _ condition: String?, _ after: [String],
        into out: inout SourceWriter, _ job: inout ImportJob
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
        let config = step.map["config"]?.map
        let deadline = timeout(step, config, &job)
        out.line(deadline.map { "deadline \($0.0)" } ?? "no deadline", from: deadline?.1 ?? span)
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
        case .approval, .decision: return ("nop()", "")
        case .wait(let ms):
            return ("sequence {\n    sleep(\(WfDuration.text(ms: ms)))\n    \"waited\"\n}", "")
        case .external(let what, let role, let isAgent):
            job.add(.dialectExternalTask("the step `\(step.id)`", what, role: role, at: step.span))
            let type = scope.type(of: step).rawValue
            return (task(step, role: role, isAgent: isAgent, &job), ": \(type)")
        case .block: return ("nop()", "")
        }
    }

    private mutating func task(_ step: PlainStep, role: String, isAgent: Bool, _ job: inout ImportJob)
        -> String
    {
        var fields: [String] = []
        let config = step.map["config"]?.map ?? DataMap()
        let described: Set<String> = Set(PlainKeys.tool + ["max_retries", "timeout"])
        for key in PlainKeys.prompt + ["message", "model"] {
            guard let node = step.map[key] ?? (isAgent && key == "model" ? top[key] : nil) else { continue }
            fields.append("\(WfText.string(key)): \(scope.value(node, in: step, &job))")
        }
        for key in PlainKeys.with {
            guard let node = step.map[key] else { continue }
            fields.append("\(WfText.string(key)): \(scope.value(node, in: step, &job))")
        }
        for entry in config.entries where !described.contains(entry.key) {
            entry.mark.isRead = true
            fields.append("\(WfText.string(entry.key)): \(scope.value(entry.value, in: step, &job))")
        }
        for entry in step.input {
            entry.mark.isRead = true
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
        if let own = step.first(PlainKeys.environment)?.value.map {
            var both = own
            for entry in variables.entries { both.add(entry) }
            variables = both
        }
        if !variables.isEmpty {
            let pairs = variables.all.map {
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
        if let (duration, span) = timeout(step, config, &job) { out.line("timeout \(duration)", from: span) }
        if let (clause, span) = retry(step, &job) { out.line(clause, from: span) }
        if case .external(_, _, let isAgent) = step.work, isAgent,
            let fallbacks = step.map.entry("fallback") ?? top.entry("fallback")
        {
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
        if case .shell = step.work, let fallback = step.map.peek("fallback"),
            let command = fallback.map?.first(PlainKeys.shell)?.value
        {
            let place = step.map.entry("fallback")?.keySpan
            out.line("else " + shell(command, step, &job), from: place)
        }
        out.indent(-1)
    }

    /// How long it may take, and where the file says so.
    private func timeout(_ step: PlainStep, _ config: DataMap?, _ job: inout ImportJob) -> (String, Span)? {
        for (key, unit) in [("timeout", nil), ("timeout_seconds", 1000.0), ("timeout_ms", 1.0)] {
            guard let entry = step.map.entry(key) ?? config?.entry(key) else { continue }
            guard let ms = milliseconds(entry, unit, &job) else { continue }
            return (WfDuration.text(ms: ms), entry.keySpan)
        }
        return nil
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
            step.map.has(["agent", "tool"]) ? onError(top)?.entry("retry") : nil
        guard
            let entry = step.first(PlainKeys.retry) ?? config.first(PlainKeys.retry)
                ?? onError(step.map)?.entry("retry") ?? general
        else { return nil }
        let settings =
            entry.value.map
            ?? (entry.key == "retry"
                ? (onError(step.map) ?? (general != nil ? onError(top) : nil)) : nil)
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
        return ("retry \(min(count, 1000))" + backoff(settings, step), entry.keySpan)
    }

    /// What `on_error` says in more than a word.
    private func onError(_ map: DataMap) -> DataMap? {
        map.peek("on_error")?.map == nil ? nil : map["on_error"]?.map
    }

    private func backoff(_ settings: DataMap, _ step: PlainStep) -> String {
        let beside = step.first(PlainKeys.retryDelay)?.value
        let kind = settings["backoff"]?.text ?? beside?.text ?? ""
        let delay =
            beside.flatMap { WfDuration.ms($0, unitMs: 1000) }
            ?? settings.first(["initialDelayMs", "initial_delay_ms", "delayMs", "delay_ms"])?.value.float
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
