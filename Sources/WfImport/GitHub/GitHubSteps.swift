// A job of a GitHub workflow as a workflow of wf: its steps run in order. Where what a step comes to is looked at, by a
// condition, an output or a variable, each is followed: its failure is a value, and the job fails at its end.

import WfDiagnostics
import WfSource

struct GitHubSteps {
    let top: DataMap
    private(set) var item: GitHubJob
    /// Whether the workflow yields the job's outputs.
    private let returns: Bool
    private(set) var usesRunner = false
    private var table = NameTable()
    private var expressions: GitHubExpressions
    /// Steps written so far that may have set variables.
    private var carriers: [String] = []
    /// Whether one of them may have added to the path of programs.
    private var addsPaths = false
    /// Why the job has failed, so far: an expression of a text.
    private var failure = "\"\""
    private let jobText: String

    init(top: DataMap, job item: GitHubJob, jobs: [GitHubJob], returns: Bool) {
        self.top = top
        self.item = item
        self.returns = returns && (item.isFollowed || item.map.has("uses"))
        for word in GitHubWriter.words { table.reserve(word) }
        expressions = GitHubExpressions(hasMatrix: item.matrix != nil)
        expressions.spellings = GitHubSpellings(top)
        for index in item.needs {
            expressions.needs[jobs[index].id] = "needs[\(WfText.string(jobs[index].id))]"
        }
        jobText = WfJson.jsonText(item.entry.value).lowercased()
    }

    /// What a script with files has come to.
    private static let ran = "runner.ran(attempt.stdout, attempt.stderr)"

    /// What stands in a `catch error` block.
    ///
    /// - Parameter tolerance: whether the failure is to be none.
    static func caught(_ tolerance: String) -> String {
        switch tolerance {
        case "true": return "runner.tolerated(error)"
        case "false": return "runner.failed(error)"
        default: return "if \(tolerance) { runner.tolerated(error) } else { runner.failed(error) }"
        }
    }

    mutating func write(into out: inout SourceWriter, _ job: inout ImportJob) {
        var body = SourceWriter()
        if let uses = item.map.entry("uses") {
            call(uses, into: &body, &job)
        } else if let steps = item.map["steps"]?.list {
            for step in steps where !job.isLate() { write(step, into: &body, &job) }
        } else if let steps = item.map.entry("steps") {
            job.add(
                .dialectExpressionKept(
                    steps.value.scalarText ?? "", "the job has no steps", at: steps.value.span))
        }
        if item.isFollowed { writeEnd(into: &body, &job) }
        item.usesContext = expressions.usesContext
        item.usesMatrix = expressions.usesMatrix
        item.usesNeeds = expressions.usesNeeds
        usesRunner = expressions.usesRunner || item.isFollowed
        writeFrame(body, into: &out)
    }

    private func writeFrame(_ body: SourceWriter, into out: inout SourceWriter) {
        var parameters = item.usesContext ? ["context: Json"] : []
        if item.usesMatrix { parameters.append("matrix: Json") }
        if item.usesNeeds { parameters.append("needs: Json") }
        let origin = item.entry.keySpan
        out.line("")
        let title = item.map["name"]?.scalarText ?? item.entry.key
        out.comment(
            "The job `\(title)`, which runs on \(item.map["runs-on"].map { runsOn in runsOn.readAll(); return WfJson.jsonText(runsOn) } ?? "what it calls").",
            documents: true, from: origin)
        let result = returns || item.isFollowed ? " -> Json" : ""
        out.open("workflow \(item.workflow)(\(parameters.joined(separator: ", ")))\(result)", from: origin)
        if returns, !item.isFollowed {
            out.append(body)
        } else {
            out.open(item.isFollowed ? "step all: Json = sequence" : "sequence", from: origin)
            out.append(body)
            out.close()
            if item.isFollowed { out.line("all") }
        }
        out.close()
    }

    /// The job's outputs, or its failure.
    private mutating func writeEnd(into out: inout SourceWriter, _ job: inout ImportJob) {
        let entry = item.map.entry("outputs")
        (expressions.environment, expressions.ownVariables) = (around, false)
        expressions.carriers = carriers
        let outputs = entry.map { expressions.value($0.value, &job) } ?? "{}"
        out.line("let outputs: Json = \(outputs)", from: entry?.keySpan ?? item.entry.keySpan)
        out.line(
            "step verdict: Json = if \(failure).isEmpty { outputs } else { fail \(failure) }",
            from: item.entry.keySpan)
        out.line("verdict")
    }

    private mutating func call(_ uses: DataEntry, into out: inout SourceWriter, _ job: inout ImportJob) {
        let ledger = job.expect("the call of `\(uses.value.text ?? "")`", at: uses.keySpan)
        let target = uses.value.text ?? ""
        let input = item.map["with"].map { ", \(expressions.value($0, &job))" } ?? ""
        let name = table.take("call")
        out.line(
            "step \(name)\(returns ? ": Json" : "") = task(\(WfText.string(target))\(input), role: \(WfText.string(role(target))))",
            from: uses.keySpan)
        if returns { out.line(name) }
        job.settle(ledger)
    }

    private func role(_ action: String) -> String { String(action.prefix { $0 != "@" }) }

    // MARK: A step

    private mutating func write(_ node: DataNode, into out: inout SourceWriter, _ job: inout ImportJob) {
        guard let step = node.map else { return }
        let origin = Span(file: node.span.file, start: node.span.start, end: node.span.start + 1)
        let title = step["name"]?.scalarText
        let action = step["uses"]?.text
        let wish =
            step["id"]?.scalarText ?? title ?? action.map {
                String(role($0).split(separator: "/").last ?? "action")
            } ?? "run"
        job.name(node.map, "the step `\(wish)`")
        let name = table.take(
            Placeholders.parts(wish, opening: "${{").map {
                if case .text(let text) = $0 { return text } else { return " " }
            }.joined(), fallback: "step")
        let ledger = job.expect("the step `\(wish)`", at: origin)
        defer { job.settle(ledger) }
        let own = step["env"]?.map
        expressions.environment = [own].compactMap { $0 } + around
        expressions.ownVariables = own != nil
        expressions.carriers = carriers
        expressions.status =
            item.isFollowed ? ("\(failure).isEmpty", "!\(failure).isEmpty") : nil
        let expected = item.isFollowed && failure != "\"\"" ? expressions.status?.success : nil
        var condition = expressions.condition(step.entry("if"), and: expected, &job)
        if let asked = expressions.asked, let entry = step.entry("if") {
            condition = AskedCondition.write(
                asked, name: table.take(name + " is meant"), when: condition, from: entry.keySpan, into: &out)
        }
        var hasFiles = false
        let call: String
        if let action, let uses = step.entry("uses") {
            job.add(
                .dialectExternalTask(
                    "the step `\(wish)`", "the action `\(action)`", role: role(action), at: uses.keySpan))
            call = "task(\(WfText.string(action))\(input(step, &job)), role: \(WfText.string(role(action))))"
            expressions.isOpen = true
        } else {
            hasFiles = needsFiles(step) || addsPaths
            addsPaths = addsPaths || step.peek("run")?.scalarText?.contains("GITHUB_PATH") == true
            call = script(step, hasFiles, &job)
        }
        if let title, step["continue-on-error"]?.bool == true || title != wish {
            out.comment(title, from: origin)
        }
        let one = Step(name: name, call: call, condition: condition, map: step, origin: origin)
        if item.isFollowed {
            let result =
                action == nil
                ? hasFiles ? GitHubSteps.ran : "runner.done({})" : "runner.done(attempt)"
            follow(one, shown: title ?? wish, result, into: &out, &job)
            if hasFiles {
                carriers.append(ran(one))
                expressions.setBefore.formUnion(GitHubFollowing.set(by: step.peek("run")?.scalarText ?? ""))
            }
            if let id = step["id"]?.scalarText { expressions.steps[id.lowercased()] = ran(one) }
        } else {
            writePlain(one, into: &out, &job)
        }
    }

    private struct Step {
        let name: String
        let call: String
        let condition: String?
        let map: DataMap
        let origin: Span
    }

    private func ran(_ step: Step) -> String {
        step.condition == nil ? step.name : "(\(step.name) ?? runner.skipped)"
    }

    /// A step whose failure ends the job, unless it is to be none.
    private mutating func writePlain(_ step: Step, into out: inout SourceWriter, _ job: inout ImportJob) {
        let isTolerant = step.map["continue-on-error"]?.bool == true
        if isTolerant { out.open("step \(step.name) = try", from: step.origin) }
        out.line("step \(isTolerant ? "attempt" : step.name) = \(step.call)", from: step.origin)
        out.indent(1)
        if let condition = step.condition, !isTolerant {
            out.line("when \(condition)", from: step.map.entry("if")?.keySpan)
        }
        timeout(step, into: &out, &job)
        out.indent(-1)
        guard isTolerant else { return }
        out.line("true")
        out.line("} catch {")
        out.indent(1)
        out.line("false")
        out.close()
        out.indent(-1)
        writeCondition(step, into: &out)
    }

    /// A step whose failure is a value.
    private mutating func follow(
        _ step: Step, shown: String, _ result: String, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        out.open("step \(step.name): Json = try", from: step.origin)
        let type = step.map.has("uses") ? ": Json" : ""
        out.line("step attempt\(type) = \(step.call)", from: step.origin)
        out.indent(1)
        timeout(step, into: &out, &job)
        out.indent(-1)
        let tolerance = step.map["continue-on-error"]
        let written = tolerance.map { expressions.truth($0) } ?? "false"
        let isPlain = result != GitHubSteps.ran || (written ?? "false") == "false"
        out.line(isPlain ? result : "\(result.dropLast()), isTolerated: \(written ?? "false"))")
        out.line("} catch error {")
        out.indent(1)
        if let tolerance, written == nil {
            job.add(
                .dialectExpressionKept(
                    tolerance.scalarText ?? "", "a failure counts as one", at: tolerance.span))
        }
        out.line(GitHubSteps.caught(written ?? "false"))
        out.close()
        out.indent(-1)
        writeCondition(step, into: &out)
        let next = table.take("failure")
        let value = step.condition == nil ? step.name : "\(step.name) ?? runner.skipped"
        out.line(
            "let \(next) = runner.failure(\(failure), \(WfText.string(shown)), \(value))", from: step.origin)
        failure = next
    }

    private func writeCondition(_ step: Step, into out: inout SourceWriter) {
        guard let condition = step.condition else { return }
        out.indent(1)
        out.line("when \(condition)", from: step.map.entry("if")?.keySpan)
        out.indent(-1)
    }

    private mutating func timeout(_ step: Step, into out: inout SourceWriter, _ job: inout ImportJob) {
        guard let entry = step.map.entry("timeout-minutes") else { return }
        guard let time = expressions.minutes(entry.value) else {
            job.add(
                .dialectExpressionKept(
                    entry.value.scalarText ?? "", "the step has no time limit", at: entry.value.span))
            return
        }
        out.line("timeout \(time)", from: entry.keySpan)
    }

    /// What an action is given: its inputs, and the step's own variables.
    private mutating func input(_ step: DataMap, _ job: inout ImportJob) -> String {
        var with = step["with"].map { expressions.value($0, &job) }
        if let env = step["env"], env.map?.isEmpty == false {
            let variables = "\"env\": \(expressions.value(env, &job))"
            with =
                with.map { $0 == "{}" ? "{ \(variables) }" : "\($0.dropLast(2)), \(variables) }" }
                ?? "{ \(variables) }"
        }
        return with.map { ", \($0)" } ?? ""
    }

    // MARK: Scripts

    private var runsOnWindows: Bool {
        let labels = item.map.peek("runs-on").map { $0.list ?? [$0] } ?? []
        return labels.contains { $0.text?.lowercased().hasPrefix("windows") == true }
    }

    /// Variables of the job and of the file.
    private var around: [DataMap] { [item.map["env"]?.map, top["env"]?.map].compactMap { $0 } }

    /// Whether a script writes to files that others read: it names one, or its outputs are asked for.
    private func needsFiles(_ step: DataMap) -> Bool {
        if GitHubFollowing.writesFiles(step.peek("run")?.scalarText ?? "") { return true }
        guard item.isFollowed, let id = step.peek("id")?.scalarText.map({ $0.lowercased() }) else {
            return false
        }
        // Its outputs by name, or all steps as one value.
        return ["steps.\(id)", "steps['\(id)']", "steps.*", "(steps)"].contains { jobText.contains($0) }
    }

    private mutating func script(_ step: DataMap, _ hasFiles: Bool, _ job: inout ImportJob) -> String {
        let run = step["run"] ?? DataNode(.text(""), job.start)
        var script = expressions.text(run, &job)
        noteUnset(run, step, &job)
        let settings = [step, item.map["defaults"]?["run"]?.map, top["defaults"]?["run"]?.map].compactMap {
            $0
        }
        let shell = settings.lazy.compactMap { $0["shell"]?.text }.first ?? (runsOnWindows ? "pwsh" : "")
        var arguments: [String]
        switch shell.lowercased() {
        // What nobody names looks at the last command of a pipe alone.
        case "": arguments = ["bash", "-e", "-c"]
        case "bash": arguments = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        case "sh": arguments = ["sh", "-e", "-c"]
        case "python": arguments = ["python3", "-c"]
        case "pwsh", "powershell":
            arguments = [shell.lowercased(), "-command"]
            let start = WfText.escaped("$ErrorActionPreference = 'stop'\n")
            let end = WfText.escaped(
                "\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }")
            script = "\"\(start)\(script.dropFirst().dropLast())\(end)\""
        default:
            arguments = GitHubShells.program(shell) ?? ["sh", "-e", "-c"]
            if GitHubShells.program(shell) != nil { break }
            let place = step.entry("shell")?.value.span ?? run.span
            job.add(
                .dialectNotActedOn(
                    "the shell `\(shell)`", in: "the step", so: "`sh` runs the script", at: place))
        }
        let words = arguments.map { WfText.string($0) }
        let wrapper = hasFiles ? ["\"sh\"", "\"-c\"", "runner.withFiles()", "\"sh\""] : []
        var call = "exec(" + (wrapper + words).joined(separator: ", ") + ", " + script
        if let folder = settings.lazy.compactMap({ $0["working-directory"] }).first {
            call += ", cwd: Path(\(expressions.text(folder, &job)))"
        }
        var seen: Set<String> = []
        let own = environment([step["env"]], inside: around, &seen, &job)
        var outer = environment([item.map["env"]], inside: [top["env"]?.map].compactMap { $0 }, &seen, &job)
        outer += environment([top["env"]], inside: [], &seen, &job)
        outer += runnerVariables(run, seen)
        if !carriers.isEmpty {
            call +=
                ", env: runner.environment(\(map(outer)), [\(carriers.joined(separator: ", "))], \(map(own)))"
        } else if !own.isEmpty || !outer.isEmpty {
            call += ", env: [\((own + outer).joined(separator: ", "))]"
        }
        return call + ")"
    }

    /// Names what a script expects of its runner that wf does not do.
    private func noteUnset(_ run: DataNode, _ step: DataMap, _ job: inout ImportJob) {
        let script = run.scalarText ?? ""
        for command in ["::set-output", "::set-env", "::add-path"] where script.contains(command) {
            job.add(
                .dialectNotActedOn(
                    "`\(command)`", in: "the script", so: "files such as `$GITHUB_OUTPUT` are read",
                    at: run.span))
        }
        let set = [step.peek("env"), item.map.peek("env"), top.peek("env")].flatMap { $0?.map?.keys ?? [] }
        let known = Set(set + GitHubFollowing.files)
        for word in GitHubVariables.named(in: script) where !known.contains(word) {
            if GitHubVariables.value(of: word, job: item.entry.key) != nil { continue }
            job.add(
                .dialectNotActedOn(
                    "the variable `\(word)`", in: "the script", so: "the run does not set it", at: run.span))
        }
    }

    /// What the runner sets of what a script names, and nothing else does.
    private mutating func runnerVariables(_ run: DataNode, _ seen: Set<String>) -> [String] {
        GitHubVariables.named(in: run.scalarText ?? "").compactMap { name in
            guard !seen.contains(name), let value = GitHubVariables.value(of: name, job: item.entry.key)
            else {
                return nil
            }
            if value.contains("runner.") { (expressions.usesRunner, expressions.usesContext) = (true, true) }
            return "\(WfText.string(name)): \(value)"
        }
    }

    private func map(_ pairs: [String]) -> String {
        pairs.isEmpty ? "[:]" : "[\(pairs.joined(separator: ", "))]"
    }

    /// `"NAME": value` for each variable; the first to give one wins.
    ///
    /// - Parameter maps: what their own values may read.
    private mutating func environment(
        _ nodes: [DataNode?], inside maps: [DataMap], _ seen: inout Set<String>, _ job: inout ImportJob
    ) -> [String] {
        let before = (expressions.environment, expressions.ownVariables)
        expressions.environment = maps
        expressions.ownVariables = false
        defer { (expressions.environment, expressions.ownVariables) = before }
        var pairs: [String] = []
        for node in nodes.compactMap({ $0 }) {
            if node.map == nil {
                job.add(
                    .dialectExpressionKept(node.scalarText ?? "", "its variables are not set", at: node.span))
            }
            for entry in node.map?.all ?? [] where seen.insert(entry.key).inserted {
                pairs.append("\(WfText.string(entry.key)): \(expressions.text(entry.value, &job))")
            }
        }
        return pairs
    }
}
