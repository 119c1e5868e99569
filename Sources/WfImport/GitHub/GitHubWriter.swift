// A GitHub workflow as wf source text: `main` calls a workflow for each job; a job's steps run in order.

import WfDiagnostics
import WfSource

struct GitHubWriter {
    let top: DataMap
    private var names = NameTable()
    private var usesJson = false

    init(top: DataMap) {
        self.top = top
        for word in ["context", "matrix", "json", "main"] { names.reserve(word) }
    }

    private struct Job {
        let entry: DataEntry
        let map: DataMap
        /// The name of its workflow, and of the step that calls it.
        let workflow: String
        let step: String
        var usesContext = false
        var usesMatrix = false
    }

    mutating func write(_ job: inout ImportJob) {
        let entries = top["jobs"]?.map?.entries ?? []
        var jobs: [Job] = []
        var steps = NameTable()
        for word in ["context", "matrix", "json"] { steps.reserve(word) }
        for entry in entries {
            let map = entry.value.map ?? DataMap()
            jobs.append(
                Job(
                    entry: entry, map: map, workflow: names.take(entry.key, fallback: "job"),
                    step: steps.take(entry.key, fallback: "job")))
        }
        var bodies = SourceWriter()
        for index in jobs.indices { write(&jobs[index], into: &bodies, &job) }
        var main = SourceWriter()
        let usesContext = write(main: jobs, into: &main, &job)
        if usesJson { job.writer.line("use std.json\n", from: job.start) }
        notes(&job)
        if let name = top["name"]?.scalarText { job.writer.comment(name, documents: true, from: job.start) }
        job.writer.open(
            "workflow main(\(usesContext ? "context: Json = \(defaultContext)" : ""))",
            from: top.entry("jobs")?.keySpan ?? job.start)
        job.writer.append(main)
        job.writer.close()
        job.writer.append(bodies)
    }

    /// What starts the workflow, and settings that have no counterpart.
    private func notes(_ job: inout ImportJob) {
        if let on = top.entry("on") {
            let shown =
                on.value.scalarText ?? on.value.map?.keys.joined(separator: ", ") ?? WfJson.jsonText(on.value)
            job.writer.comment("on: \(shown)", from: on.keySpan)
            job.add(.dialectTrigger("`on`", at: on.keySpan))
        }
        for key in ["concurrency", "permissions"] {
            if let entry = top.entry(key) {
                job.add(.dialectNotActedOn("`\(key)`", in: "the workflow", at: entry.keySpan))
            }
        }
    }

    /// The inputs' defaults, for a run that is given no context.
    private var defaultContext: String {
        var defaults: [String] = []
        for event in ["workflow_dispatch", "workflow_call"] {
            for input in top["on"]?[event]?["inputs"]?.map?.entries ?? [] {
                guard let value = input.value["default"], !GitHubChecker.isExpression(value) else { continue }
                let field = "\(WfText.string(input.key)): \(WfJson.literal(value))"
                if !defaults.contains(where: { $0.hasPrefix(WfText.string(input.key) + ":") }) {
                    defaults.append(field)
                }
            }
        }
        return defaults.isEmpty ? "{}" : "{ \"inputs\": { \(defaults.joined(separator: ", ")) } }"
    }

    // MARK: Jobs as steps

    private mutating func write(main jobs: [Job], into out: inout SourceWriter, _ job: inout ImportJob)
        -> Bool
    {
        var usesContext = false
        for item in jobs where !job.isLate() {
            let matrix = item.map["strategy"]?["matrix"]
            var expressions = GitHubExpressions(hasMatrix: false)
            var arguments = item.usesContext ? ["context"] : []
            if item.usesMatrix { arguments.append("matrix") }
            let call = "\(item.workflow)(\(arguments.joined(separator: ", ")))"
            let needs = item.map["needs"].map { $0.list ?? [$0] } ?? []
            let after = needs.compactMap { need in
                jobs.first { $0.entry.key.lowercased() == need.text?.lowercased() }?.step
            }
            var condition = expressions.condition(item.map.entry("if"), &job)
            if let asked = expressions.asked, let entry = item.map.entry("if") {
                condition = AskedCondition.write(
                    asked, name: AskedCondition.name(of: item.step, beside: jobs.map(\.step)), after: after,
                    from: entry.keySpan, into: &out)
            }
            if let matrix, let list = combinations(matrix, &expressions, &job) {
                let most = item.map["strategy"]?["max-parallel"]?.int.map { " limit \($0)" } ?? ""
                let name = item.usesMatrix ? "matrix" : "_"
                out.open(
                    "step \(item.step) = for \(name) in (\(list) as [Json])\(most)", from: item.entry.keySpan)
                out.line(call, from: item.entry.keySpan)
                out.close()
            } else {
                out.line("step \(item.step) = \(call)", from: item.entry.keySpan)
            }
            out.indent(1)
            if !after.isEmpty {
                out.line("after \(after.joined(separator: ", "))", from: item.map.entry("needs")?.keySpan)
            }
            if let condition { out.line("when \(condition)", from: item.map.entry("if")?.keySpan) }
            if matrix == nil, let minutes = item.map["timeout-minutes"]?.float {
                out.line(
                    "timeout \(WfDuration.text(ms: minutes * 60_000))",
                    from: item.map.entry("timeout-minutes")?.keySpan)
            }
            out.indent(-1)
            usesContext = usesContext || item.usesContext || expressions.usesContext
            usesJson = usesJson || expressions.usesJson
        }
        return usesContext
    }

    /// The combinations of a matrix as a list, or nil where it is an expression.
    private func combinations(
        _ matrix: DataNode, _ expressions: inout GitHubExpressions, _ job: inout ImportJob
    ) -> String? {
        guard let map = matrix.map, !WfJson.jsonText(matrix).contains("${{ fromJ"),
            !map.entries.contains(where: { GitHubChecker.isExpression($0.value) })
        else {
            job.add(
                .dialectExpressionKept(
                    WfJson.jsonText(matrix), "the job runs once, with an empty matrix", at: matrix.span))
            return "[{}]"
        }
        var rows: [[(String, DataNode)]] = [[]]
        for entry in map.entries where entry.key != "include" && entry.key != "exclude" {
            let values = entry.value.list ?? [entry.value]
            if rows.count * values.count > GitHubWriter.combinationsMax {
                job.add(
                    .githubMatrix(
                        "the matrix has more than \(GitHubWriter.combinationsMax) combinations",
                        at: entry.keySpan, help: "make it smaller"))
                return nil
            }
            rows = rows.flatMap { row in values.map { row + [(entry.key, $0)] } }
        }
        for filter in map["exclude"]?.list ?? [] {
            rows.removeAll { row in
                filter.map?.entries.allSatisfy { entry in
                    row.contains { $0.0 == entry.key && GitHubMatrix.matches($0.1, entry.value) }
                } ?? false
            }
        }
        if rows.count == 1 && rows[0].isEmpty { rows = [] }
        include(map, &rows)
        let texts = rows.map { row in
            "{ "
                + row.map { "\(WfText.string($0.0)): \(expressions.value($0.1, &job))" }.joined(
                    separator: ", ") + " }"
        }
        return texts.isEmpty ? "[{}]" : "[" + texts.joined(separator: ", ") + "]"
    }

    private static let combinationsMax = 1024

    /// Each entry of `include` extends the combinations it does not change, or is one of its own.
    private func include(_ map: DataMap, _ rows: inout [[(String, DataNode)]]) {
        let original = rows
        for extra in map["include"]?.list ?? [] {
            guard let entries = extra.map?.entries else { continue }
            var isUsed = false
            for index in original.indices {
                let fits = entries.allSatisfy { entry in
                    original[index].first { $0.0 == entry.key }.map {
                        GitHubMatrix.matches($0.1, entry.value)
                    } ?? true
                }
                guard fits else { continue }
                isUsed = true
                for entry in entries {
                    rows[index].removeAll { $0.0 == entry.key }
                    rows[index].append((entry.key, entry.value))
                }
            }
            if !isUsed { rows.append(entries.map { ($0.key, $0.value) }) }
        }
    }

    // MARK: A job

    private mutating func write(_ item: inout Job, into out: inout SourceWriter, _ job: inout ImportJob) {
        var expressions = GitHubExpressions(hasMatrix: item.map["strategy"]?["matrix"] != nil)
        for key in ["container", "services", "environment", "concurrency", "snapshot", "outputs"] {
            if let entry = item.map.entry(key) {
                job.add(.dialectNotActedOn("`\(key)`", in: "the job `\(item.entry.key)`", at: entry.keySpan))
            }
        }
        var body = SourceWriter()
        var table = NameTable()
        for word in ["context", "matrix", "json"] { table.reserve(word) }
        if let uses = item.map.entry("uses") {
            call(uses, item.map, &table, &expressions, into: &body, &job)
        } else if let steps = item.map["steps"]?.list {
            for step in steps { write(step, in: item, &table, &expressions, into: &body, &job) }
        } else if let steps = item.map.entry("steps") {
            job.add(
                .dialectExpressionKept(
                    steps.value.scalarText ?? "", "the job has no steps", at: steps.value.span))
        }
        item.usesContext = expressions.usesContext
        item.usesMatrix = expressions.usesMatrix
        usesJson = usesJson || expressions.usesJson
        var parameters = item.usesContext ? ["context: Json"] : []
        if item.usesMatrix { parameters.append("matrix: Json") }
        out.line("")
        let title = item.map["name"]?.scalarText ?? item.entry.key
        out.comment(
            "The job `\(title)`, which runs on \(item.map["runs-on"].map(WfJson.jsonText) ?? "what it calls").",
            documents: true, from: item.entry.keySpan)
        out.open("workflow \(item.workflow)(\(parameters.joined(separator: ", ")))", from: item.entry.keySpan)
        out.open("sequence", from: item.entry.keySpan)
        out.append(body)
        out.close()
        out.close()
    }

    private func call(
        _ uses: DataEntry, _ map: DataMap, _ table: inout NameTable, _ expressions: inout GitHubExpressions,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let ledger = job.expect("the call of `\(uses.value.text ?? "")`", at: uses.keySpan)
        let target = uses.value.text ?? ""
        let input = map["with"].map { ", \(expressions.value($0, &job))" } ?? ""
        out.line(
            "step \(table.take("call")) = task(\(WfText.string(target))\(input), role: \(WfText.string(role(target))))",
            from: uses.keySpan)
        job.settle(ledger)
    }

    private func role(_ action: String) -> String { String(action.prefix { $0 != "@" }) }

    private func write(
        _ node: DataNode, in item: Job, _ table: inout NameTable, _ expressions: inout GitHubExpressions,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        guard let step = node.map else { return }
        let origin = Span(file: node.span.file, start: node.span.start, end: node.span.start + 1)
        let title = step["name"]?.scalarText
        let action = step["uses"]?.text
        let wish =
            step["id"]?.scalarText ?? title ?? action.map {
                String(role($0).split(separator: "/").last ?? "action")
            } ?? "run"
        let name = table.take(
            Placeholders.parts(wish, opening: "${{").map {
                if case .text(let text) = $0 { return text } else { return " " }
            }.joined(), fallback: "step")
        let ledger = job.expect("the step `\(wish)`", at: origin)
        var condition = expressions.condition(step.entry("if"), &job)
        if let asked = expressions.asked, let entry = step.entry("if") {
            condition = AskedCondition.write(
                asked, name: table.take(name + " is meant"), from: entry.keySpan, into: &out)
        }
        let call: String
        if let action, let uses = step.entry("uses") {
            job.add(
                .dialectExternalTask(
                    "the step `\(wish)`", "the action `\(action)`", role: role(action), at: uses.keySpan))
            let input = step["with"].map { ", \(expressions.value($0, &job))" } ?? ""
            call = "task(\(WfText.string(action))\(input), role: \(WfText.string(role(action))))"
        } else {
            call = script(step, in: item, &expressions, &job)
        }
        let isTolerant = step["continue-on-error"]?.bool == true
        if let title, isTolerant || title != wish { out.comment(title, from: origin) }
        if isTolerant { out.open("step \(name) = try", from: origin) }
        out.line("step \(isTolerant ? "attempt" : name) = \(call)", from: origin)
        out.indent(1)
        if let condition, !isTolerant { out.line("when \(condition)", from: step.entry("if")?.keySpan) }
        if let minutes = step["timeout-minutes"]?.float, minutes > 0 {
            out.line(
                "timeout \(WfDuration.text(ms: minutes * 60_000))",
                from: step.entry("timeout-minutes")?.keySpan)
        }
        out.indent(-1)
        if isTolerant {
            out.line("true")
            out.line("} catch {")
            out.indent(1)
            out.line("false")
            out.close()
            out.indent(-1)
            if let condition {
                out.indent(1)
                out.line("when \(condition)", from: step.entry("if")?.keySpan)
                out.indent(-1)
            }
        }
        job.settle(ledger)
    }

    // MARK: Scripts

    private func script(
        _ step: DataMap, in item: Job, _ expressions: inout GitHubExpressions, _ job: inout ImportJob
    ) -> String {
        let run = step["run"] ?? DataNode(.text(""), job.start)
        let script = expressions.text(run, &job)
        let settings = [step, item.map["defaults"]?["run"]?.map, top["defaults"]?["run"]?.map].compactMap {
            $0
        }
        let shell = settings.lazy.compactMap { $0["shell"]?.text }.first ?? "bash"
        var arguments: [String]
        switch shell.lowercased() {
        case "bash": arguments = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        case "sh": arguments = ["sh", "-e", "-c"]
        case "python": arguments = ["python3", "-c"]
        case "pwsh", "powershell": arguments = [shell.lowercased(), "-command"]
        default:
            arguments = ["sh", "-e", "-c"]
            let place = step.entry("shell")?.value.span ?? run.span
            job.add(
                .dialectNotActedOn(
                    "the shell `\(shell)`, in place of which `sh` runs,", in: "the step", at: place))
        }
        var call = "exec(" + arguments.map { WfText.string($0) }.joined(separator: ", ") + ", " + script
        if let folder = settings.lazy.compactMap({ $0["working-directory"] }).first {
            call += ", cwd: Path(\(expressions.text(folder, &job)))"
        }
        let variables = environment([step["env"], item.map["env"], top["env"]], &expressions, &job)
        if !variables.isEmpty { call += ", env: [\(variables.joined(separator: ", "))]" }
        return call + ")"
    }

    /// `"NAME": value` for each variable; the first to give one wins.
    private func environment(
        _ nodes: [DataNode?], _ expressions: inout GitHubExpressions, _ job: inout ImportJob
    ) -> [String] {
        var seen: Set<String> = []
        var pairs: [String] = []
        for node in nodes.compactMap({ $0 }) {
            if node.map == nil {
                job.add(
                    .dialectExpressionKept(node.scalarText ?? "", "its variables are not set", at: node.span))
            }
            for entry in node.map?.entries ?? [] where seen.insert(entry.key).inserted {
                pairs.append("\(WfText.string(entry.key)): \(expressions.text(entry.value, &job))")
            }
        }
        return pairs
    }
}
