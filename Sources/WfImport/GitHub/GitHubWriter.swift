// A GitHub workflow as wf source text: `main` calls a workflow for each job. What stands in a job is written by GitHubSteps.

import WfDiagnostics
import WfSource

struct GitHubWriter {
    let top: DataMap
    private var names = NameTable()
    private var usesRunner = false
    private var jobs: [GitHubJob] = []
    private let spellings: GitHubSpellings
    /// Whether what jobs come to is kept: a failed one need not end the others.
    private var followsJobs = false

    /// Names that the text uses itself.
    static let words = [
        "context", "matrix", "json", "runner", "needs", "attempt", "error", "outputs", "verdict", "all",
        "one",
        "why", "known",
    ]

    init(top: DataMap) {
        self.top = top
        spellings = GitHubSpellings(top)
        for word in GitHubWriter.words + ["main"] { names.reserve(word) }
    }

    mutating func write(_ job: inout ImportJob) {
        readJobs(&job)
        var bodies = SourceWriter()
        for index in jobs.indices where !job.isLate() {
            var body = GitHubSteps(top: top, job: jobs[index], jobs: jobs, returns: followsJobs)
            body.write(into: &bodies, &job)
            jobs[index] = body.item
            usesRunner = usesRunner || body.usesRunner
        }
        var main = SourceWriter()
        let usesContext = write(main: &main, &job)
        let defaults = usesContext ? inputDefaults : ""
        if usesRunner || followsJobs || !defaults.isEmpty {
            job.writer.line("use std.runner", from: job.start)
            job.writer.line("")
        }
        notes(&job)
        if let name = top["name"]?.scalarText { job.writer.comment(name, documents: true, from: job.start) }
        job.writer.open(
            "workflow main(\(usesContext ? "context: Json = {}" : ""))",
            from: top.entry("jobs")?.keySpan ?? job.start)
        if !defaults.isEmpty {
            job.writer.line(
                "let known: Json = runner.withInputs(context, \(defaults)\(isCalled ? ", isCalled: true" : ""))",
                from: top.entry("on")?.keySpan ?? job.start)
        }
        job.writer.append(main)
        job.writer.close()
        job.writer.append(bodies)
    }

    private mutating func readJobs(_ job: inout ImportJob) {
        var steps = NameTable()
        for word in GitHubWriter.words { steps.reserve(word) }
        job.name(top, "the workflow")
        for entry in top["jobs"]?.map?.all ?? [] {
            let map = entry.value.map ?? DataMap()
            job.name(entry.value.map, "the job `\(entry.key)`")
            jobs.append(
                GitHubJob(
                    entry: entry, map: map, workflow: names.take(entry.key, fallback: "job"),
                    step: steps.take(entry.key, fallback: "job"), isFollowed: GitHubFollowing.isFollowed(map))
            )
        }
        for index in jobs.indices {
            let needs = jobs[index].map["needs"].map { $0.list ?? [$0] } ?? []
            jobs[index].needs = needs.compactMap { need in
                jobs.firstIndex { $0.id == need.text?.lowercased() }
            }
        }
        followsJobs = GitHubFollowing.isFollowed(jobs: jobs)
    }

    /// What starts the workflow.
    private func notes(_ job: inout ImportJob) {
        guard let on = top.entry("on") else { return }
        on.value.readAll()
        let shown =
            on.value.scalarText ?? on.value.map?.keys.joined(separator: ", ") ?? WfJson.jsonText(on.value)
        job.writer.comment("on: \(shown)", from: on.keySpan)
        job.add(.dialectTrigger("`on`", at: on.keySpan))
        for entry in on.value["workflow_call"]?.map?.entries ?? [] {
            if entry.key == "inputs" {
                job.add(
                    .dialectUnit("inputs", "`context.inputs`, of which nothing is checked", at: entry.keySpan)
                )
            } else {
                job.add(.dialectNotActedOn("`\(entry.key)`", in: "`workflow_call`", at: entry.keySpan))
            }
        }
    }

    /// Whether other workflows call this one.
    private var isCalled: Bool { top.peek("on")?.map?.has("workflow_call") == true }

    /// What the run's context is called in `main`.
    private var contextName: String { inputDefaults.isEmpty ? "context" : "known" }

    /// The inputs' defaults, an object; empty when they have none.
    private var inputDefaults: String {
        var defaults: [String] = []
        for event in ["workflow_dispatch", "workflow_call"] {
            for input in top["on"]?[event]?["inputs"]?.map?.entries ?? [] {
                let isSwitch = input.value["type"]?.text == "boolean"
                let given = input.value["default"].map {
                    GitHubChecker.isExpression($0) ? nil : WfJson.literal($0)
                }
                guard let value = given ?? (isSwitch ? "false" : nil) else { continue }
                let field = "\(WfText.string(input.key)): \(value)"
                if !defaults.contains(where: { $0.hasPrefix(WfText.string(input.key) + ":") }) {
                    defaults.append(field)
                }
            }
        }
        return defaults.isEmpty ? "" : "{ \(defaults.joined(separator: ", ")) }"
    }

    // MARK: Jobs as steps

    /// Whether a job may be left out.
    private func isOptional(_ item: GitHubJob) -> Bool {
        let byDefault = followsJobs && !item.needs.isEmpty
        guard let node = item.map.peek("if") else { return byDefault }
        let words =
            switch node.content {
            case .bool(let value): "\(value)"
            default: GitHubExpressions.words(of: node)
            }
        if words.isEmpty { return byDefault }
        let tree = GitHubExpression.parse(words)
        if tree == .call("success", []) { return byDefault }
        guard tree?.constant == true else { return true }
        return tree?.asksStatus == true ? false : byDefault
    }

    /// What a job has come to, where jobs are followed.
    private func ran(_ item: GitHubJob) -> String {
        isOptional(item) ? "(\(item.step) ?? runner.skipped)" : item.step
    }

    /// All jobs that have to have ended before one.
    private func ancestors(of item: GitHubJob) -> [GitHubJob] {
        var found: Set<Int> = []
        var open = item.needs
        while let index = open.popLast() {
            if found.insert(index).inserted { open += jobs[index].needs }
        }
        return found.sorted().map { jobs[$0] }
    }

    private mutating func write(main out: inout SourceWriter, _ job: inout ImportJob) -> Bool {
        var usesContext = false
        for item in jobs where !job.isLate() {
            var expressions = GitHubExpressions(hasMatrix: false)
            expressions.spellings = spellings
            expressions.contextName = contextName
            let after = item.needs.map { jobs[$0].step }
            var expected: String?
            if followsJobs {
                // A failure or a skip goes down the whole chain of needs.
                let all = ancestors(of: item).map { ran($0) }.joined(separator: ", ")
                expressions.status =
                    item.needs.isEmpty
                    ? ("true", "false") : ("runner.allSucceeded([\(all)])", "runner.anyFailed([\(all)])")
                for index in item.needs { expressions.needs[jobs[index].id] = ran(jobs[index]) }
                if !item.needs.isEmpty { expected = expressions.status?.success }
            }
            var condition = expressions.condition(item.map.entry("if"), and: expected, &job)
            if let asked = expressions.asked, let entry = item.map.entry("if") {
                condition = AskedCondition.write(
                    asked, name: AskedCondition.name(of: item.step, beside: jobs.map(\.step)), after: after,
                    when: condition, from: entry.keySpan, into: &out)
            }
            write(item, &expressions, into: &out, &job)
            out.indent(1)
            let isRead = item.usesNeeds || condition?.contains("runner.allSucceeded") == true
            if !after.isEmpty, !isRead {
                out.line("after \(after.joined(separator: ", "))", from: item.map.entry("needs")?.keySpan)
            }
            if let condition { out.line("when \(condition)", from: item.map.entry("if")?.keySpan) }
            if !followsJobs, item.matrix == nil { timeout(item, into: &out, &job) }
            out.indent(-1)
            let tolerance = tolerance(item)
            usesContext =
                usesContext || item.usesContext || expressions.usesContext || tolerance?.usesContext == true
            usesRunner = usesRunner || expressions.usesRunner
        }
        if followsJobs, !jobs.isEmpty { writeVerdict(into: &out) }
        return usesContext
    }

    /// The run fails when a job has.
    private func writeVerdict(into out: inout SourceWriter) {
        var before = "\"\""
        for item in jobs {
            let value = isOptional(item) ? "\(item.step) ?? runner.skipped" : item.step
            before = "runner.failure(\(before), \(WfText.string(item.entry.key)), \(value))"
        }
        out.line("let why = \(before)", from: top.entry("jobs")?.keySpan)
        out.open("if !why.isEmpty")
        out.line("fail why")
        out.close()
    }

    private func timeout(_ item: GitHubJob, into out: inout SourceWriter, _ job: inout ImportJob) {
        guard let entry = item.map.entry("timeout-minutes") else { return }
        guard let minutes = entry.value.float, minutes > 0 else {
            job.add(
                .dialectExpressionKept(
                    entry.value.scalarText ?? "", "the job has no time limit", at: entry.value.span))
            return
        }
        out.line("timeout \(WfDuration.text(ms: minutes * 60_000))", from: entry.keySpan)
    }

    /// The call of a job, or of each of its combinations.
    private func write(
        _ item: GitHubJob, _ expressions: inout GitHubExpressions, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) {
        var arguments = item.usesContext ? [contextName] : []
        if item.usesMatrix { arguments.append("matrix") }
        if item.usesNeeds {
            let fields = item.needs.map { index in
                let value =
                    isOptional(jobs[index]) ? "\(jobs[index].step) ?? runner.skipped" : jobs[index].step
                return "\(WfText.string(jobs[index].id)): \(value)"
            }
            arguments.append("{ \(fields.joined(separator: ", ")) }")
        }
        let call = "\(item.workflow)(\(arguments.joined(separator: ", ")))"
        let origin = item.entry.keySpan
        guard let matrix = item.matrix else {
            if followsJobs {
                follow(item, call, as: "step \(item.step): Json", into: &out, &job)
            } else {
                out.line("step \(item.step) = \(call)", from: origin)
            }
            return
        }
        _ = item.map["strategy"]?["matrix"]
        guard let list = GitHubCombinations.list(matrix, &expressions, &job) else { return }
        let fields = [
            item.usesMatrix || tolerance(item)?.text.contains("matrix") == true ? "matrix" : "_", list,
        ]
        let head = "for \(fields[0]) in (\(fields[1]) as [Json])\(limit(item, &expressions, &job))"
        _ = item.map["strategy"]?["fail-fast"]
        if !followsJobs {
            out.open("step \(item.step) = \(head)", from: origin)
            out.line(call, from: origin)
            out.indent(1)
            timeout(item, into: &out, &job)
            out.indent(-1)
            out.close()
            return
        }
        // With `fail-fast`, as by default, the first that fails ends the others.
        let isFast = item.map["strategy"]?["fail-fast"]?.bool != false
        out.open("step \(item.step): Json = \(isFast ? "try" : "sequence")", from: origin)
        out.open("step all = \(head)", from: origin)
        if isFast, !item.map.has("continue-on-error") {
            out.line("step attempt = \(call)", from: origin)
            out.indent(1)
            timeout(item, into: &out, &job)
            out.indent(-1)
            out.line("runner.done(\(hasValue(item) ? "attempt" : "{}"))")
        } else {
            follow(item, call, as: "step one: Json", into: &out, &job)
            out.line("one")
        }
        out.close()
        out.line("runner.joined(all)")
        if isFast {
            out.line("} catch error {")
            out.indent(1)
            out.line("runner.failed(error)")
            out.indent(-1)
        }
        out.close()
    }

    private func hasValue(_ item: GitHubJob) -> Bool { item.isFollowed || item.map.has("uses") }

    /// A job's call, with its failure as a value.
    private func follow(
        _ item: GitHubJob, _ call: String, as head: String, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) {
        out.open("\(head) = try", from: item.entry.keySpan)
        out.line("step attempt = \(call)", from: item.entry.keySpan)
        out.indent(1)
        timeout(item, into: &out, &job)
        out.indent(-1)
        out.line("runner.done(\(hasValue(item) ? "attempt" : "{}"))")
        out.line("} catch error {")
        out.indent(1)
        let tolerance = tolerance(item)
        if let entry = item.map.entry("continue-on-error"), tolerance == nil {
            job.add(
                .dialectExpressionKept(
                    entry.value.scalarText ?? "", "a failure counts as one", at: entry.value.span))
        }
        out.line(
            GitHubSteps.caught(tolerance?.text ?? "false"), from: item.map.entry("continue-on-error")?.keySpan
        )
        out.indent(-1)
        out.close()
    }

    /// Whether a job's failure is to be none; nil when that is not understood.
    private func tolerance(_ item: GitHubJob) -> (text: String, usesContext: Bool)? {
        guard let node = item.map.peek("continue-on-error") else { return ("false", false) }
        var expressions = GitHubExpressions(hasMatrix: item.matrix != nil)
        expressions.spellings = spellings
        expressions.contextName = contextName
        return expressions.truth(node).map { ($0, expressions.usesContext) }
    }

    private func limit(
        _ item: GitHubJob, _ expressions: inout GitHubExpressions, _ job: inout ImportJob
    ) -> String {
        guard let entry = item.map["strategy"]?.map?.entry("max-parallel") else { return "" }
        if let most = entry.value.int { return " limit \(most)" }
        if let most = expressions.number(entry.value) { return " limit \(most).toInt()" }
        job.add(
            .dialectExpressionKept(
                entry.value.scalarText ?? "", "all run side by side", at: entry.value.span))
        return ""
    }
}
