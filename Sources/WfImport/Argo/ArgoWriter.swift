// An Argo workflow as wf source text: `main` calls the entrypoint, each template is a workflow.

import WfDiagnostics
import WfSource

struct ArgoWriter {
    let top: DataMap
    let outer: DataMap
    let spec: DataMap
    private var templates: [ArgoTemplate] = []
    private var index: [String: Int] = [:]
    private var names = NameTable()
    private var usesJson = false
    var usesRunner = false

    init(top: DataMap, outer: DataMap, spec: DataMap) {
        self.top = top
        self.outer = outer
        self.spec = spec
        for word in ["main", "globals", "json", "item", "runner"] { names.reserve(word) }
    }

    private static let workKeys = [
        "container", "script", "resource", "suspend", "http", "data", "containerSet", "plugin", "steps",
        "dag",
    ]

    mutating func write(_ job: inout ImportJob) {
        readTemplates(&job)
        check(&job)
        if job.hasErrors { return }
        markGlobals(&job)
        var body = SourceWriter()
        for position in templates.indices where !job.isLate() {
            write(templates[position], into: &body, &job)
        }
        var main = SourceWriter()
        write(main: &main, &job)
        if usesRunner { job.writer.line("use std.runner", from: job.start) }
        if usesJson { job.writer.line("use std.json", from: job.start) }
        if usesRunner || usesJson { job.writer.line("") }
        job.writer.append(main)
        job.writer.append(body)
    }

    // MARK: Templates

    private mutating func readTemplates(_ job: inout ImportJob) {
        for node in spec["templates"]?.list ?? [] { add(node, id: node["name"], &job) }
        if let templates = spec.entry("templates"), templates.value.list == nil {
            job.add(
                .dialectExpected(
                    "a list", templates.value.kindName, for: "`templates`", at: templates.keySpan))
        }
    }

    private mutating func add(_ node: DataNode, id: DataNode?, _ job: inout ImportJob) {
        guard let map = node.map else {
            job.add(.dialectExpected("a template", node.kindName, for: "`templates`", at: node.span))
            return
        }
        let span = id?.span ?? node.span
        guard let text = id?.scalarText else {
            job.add(
                .dialectMissingKey(
                    "name", in: "a template",
                    at: Span(file: span.file, start: span.start, end: span.start + 1)))
            return
        }
        if let first = index[text] {
            job.add(.dialectDuplicate("template", text, at: span, first: templates[first].span))
            return
        }
        var template = ArgoTemplate(
            id: text, span: span, map: map, name: names.take(text, fallback: "template"))
        var table = NameTable()
        for word in ["globals", "json", "item", "runner", "attempt", "error", "why"] { table.reserve(word) }
        for input in map["inputs"]?["parameters"]?.list ?? [] {
            guard let name = input["name"]?.scalarText else { continue }
            let given = input["value"] ?? input["default"] ?? input["valueFrom"]?["default"]
            let fromCluster =
                input["valueFrom"] != nil && given == nil ? DataNode(.text(""), input.span) : nil
            if let entry = input.map?.entry("valueFrom") {
                job.add(
                    .dialectNotActedOn(
                        "`valueFrom` of the parameter `\(name)`", in: "the template `\(text)`",
                        at: entry.keySpan))
            }
            template.inputs.append((name, table.take(name, fallback: "input"), given ?? fromCluster))
        }
        job.name(node.map, "the template `\(text)`")
        index[text] = templates.count
        templates.append(template)
        for step in template.steps {
            if let inline = step["inline"] {
                add(
                    inline,
                    id: DataNode(.text("\(text)-\(step["name"]?.scalarText ?? "inline")"), inline.span), &job)
            }
        }
    }

    private func check(_ job: inout ImportJob) {
        let known = templates.map(\.id)
        if let entry = spec["entrypoint"], let text = entry.text, !text.contains("{{"), index[text] == nil,
            spec["workflowTemplateRef"] == nil
        {
            job.add(
                .dialectUnknownName("template", text, neededBy: "entrypoint", among: known, at: entry.span))
        }
        if spec["entrypoint"] == nil, spec["workflowTemplateRef"] == nil, top["kind"]?.text == "Workflow" {
            job.add(
                .dialectMissingKey("entrypoint", in: "`spec`", at: top.entry("spec")?.keySpan ?? job.start))
        }
        for template in templates {
            for call in template.calls where !call.id.contains("{{") && index[call.id] == nil {
                job.add(
                    .dialectUnknownName(
                        "template", call.id, neededBy: template.id, among: known, at: call.span))
            }
            if template.map.first(ArgoWriter.workKeys) == nil {
                job.add(.dialectNothingToDo("the template `\(template.id)`", at: template.span))
            }
            let nodes = template.steps.map { step in
                let span = step["name"]?.span ?? template.span
                return NeedsNode(name: step["name"]?.scalarText ?? "", span: span, needs: needs(step))
            }
            NeedsGraph.check(template.map["dag"] == nil ? "step" : "task", nodes, &job)
        }
    }

    /// Tasks that a DAG's task waits for.
    func needs(_ step: DataMap) -> [(name: String, span: Span)] {
        if let list = step["dependencies"]?.list {
            return list.compactMap { node in node.scalarText.map { ($0, node.span) } }
        }
        guard let depends = step["depends"], let text = depends.text else { return [] }
        var found: [(name: String, span: Span)] = []
        for word in text.split(whereSeparator: { " &|!()\n\t".contains($0) }) {
            let name = String(word.prefix { $0 != "." })
            if !found.contains(where: { $0.name == name }) { found.append((name, depends.span)) }
        }
        return found
    }

    /// Which templates read values of the whole workflow, themselves or through what they call.
    private mutating func markGlobals(_ job: inout ImportJob) {
        for position in templates.indices {
            templates[position].usesGlobals = WfJson.jsonText(
                DataNode(.map(templates[position].map), templates[position].span)
            ).contains("{{workflow.")
        }
        var isChanged = true
        while isChanged, !job.isLate() {
            isChanged = false
            for position in templates.indices where !templates[position].usesGlobals {
                let called =
                    templates[position].calls.map(\.id)
                    + templates[position].steps.map { inlineId(templates[position], $0) }
                if called.contains(where: { index[$0].map { templates[$0].usesGlobals } ?? false }) {
                    templates[position].usesGlobals = true
                    isChanged = true
                }
            }
        }
    }

    private func inlineId(_ template: ArgoTemplate, _ step: DataMap) -> String {
        "\(template.id)-\(step["name"]?.scalarText ?? "inline")"
    }

    // MARK: main

    private mutating func write(main out: inout SourceWriter, _ job: inout ImportJob) {
        let origin = top["metadata"]?["name"]?.span ?? top["metadata"]?["generateName"]?.span ?? job.start
        let about = top["metadata"]?["annotations"]?["workflows.argoproj.io/description"]?.text
        let title = (top["metadata"]?["name"] ?? top["metadata"]?["generateName"])?.scalarText ?? "workflow"
        if let schedule = outer.first(["schedule", "schedules"]) {
            out.comment("schedule: \(WfJson.jsonText(schedule.value))", from: schedule.keySpan)
        }
        out.comment(about ?? title, documents: true, from: origin)
        var table = NameTable()
        for word in ["globals", "json", "item", "runner", "attempt", "error", "why"] { table.reserve(word) }
        var parameters: [(id: String, name: String, node: DataNode?)] = []
        for parameter in spec["arguments"]?["parameters"]?.list ?? [] {
            guard let id = parameter["name"]?.scalarText else { continue }
            let node = parameter["value"] ?? parameter["default"] ?? parameter["valueFrom"]?["default"]
            if let entry = parameter.map?.entry("valueFrom") {
                job.add(
                    .dialectNotActedOn(
                        "`valueFrom` of the parameter `\(id)`", in: "the workflow", at: entry.keySpan))
            }
            parameters.append((id, table.take(id, fallback: "parameter"), node))
        }
        artifacts(spec["arguments"]?["artifacts"], "the workflow", &job)
        let required = parameters.filter { $0.node == nil }.map { "\($0.name): String" }
        let optional = parameters.filter { $0.node != nil }.map {
            "\($0.name): String = \(WfText.string($0.node?.scalarText ?? $0.node.map(WfJson.jsonText) ?? ""))"
        }
        let entrypoint = spec["entrypoint"]?.text.flatMap { index[$0] }
        let exit = exitHandler?.value.text.flatMap { index[$0] }
        let isCall = spec["workflowTemplateRef"] != nil
        guard entrypoint != nil || isCall || spec["entrypoint"] != nil else { return }
        out.open("workflow main(\((required + optional).joined(separator: ", ")))", from: origin)
        let calledTemplates = [entrypoint, exit].compactMap { $0 }.map { templates[$0] }
        if calledTemplates.contains(where: \.usesGlobals) {
            let fields = parameters.map { "\(WfText.string($0.id)): \($0.name)" }.joined(separator: ", ")
            let values = fields.isEmpty ? "{}" : "{ \(fields) }"
            out.line(
                "let globals: Json = { \"name\": \(WfText.string(title)), \"status\": \"Running\", \"parameters\": \(values) }",
                from: origin)
        }
        writeMainSteps(entrypoint, exit, parameters.map { ($0.id, $0.name) }, &table, into: &out, &job)
        out.close()
    }

    private mutating func writeMainSteps(
        _ entrypoint: Int?, _ exit: Int?, _ parameters: [(String, String)], _ table: inout NameTable,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let given = Dictionary(parameters, uniquingKeysWith: { first, _ in first })
        let place =
            spec.entry("entrypoint")?.keySpan ?? spec.entry("workflowTemplateRef")?.keySpan ?? job.start
        var call: String
        if let entrypoint {
            call = self.call(templates[entrypoint], given)
        } else {
            let name =
                spec["workflowTemplateRef"]?["name"]?.scalarText ?? spec["entrypoint"]?.scalarText ?? ""
            let span = spec.entry("workflowTemplateRef")?.keySpan ?? place
            job.add(.dialectElsewhere("the template `\(name)`", at: span))
            let values = parameters.map { "\(WfText.string($0.0)): \($0.1)" }.joined(separator: ", ")
            call =
                "task(\(WfText.string(name)), \(values.isEmpty ? "{}" : "{ \(values) }"), role: \"workflowTemplate\")"
        }
        let name = table.take(spec["entrypoint"]?.scalarText ?? "work", fallback: "work")
        guard let onExit = exitHandler else {
            out.line("step \(name) = \(call)", from: place)
            writeDeadline(into: &out, &job)
            return
        }
        // The handler runs however the work has ended.
        usesRunner = true
        out.open("step \(name): Json = try", from: place)
        out.line("step attempt: Json = \(call)", from: place)
        writeDeadline(into: &out, &job)
        out.line("runner.done(attempt)")
        out.line("} catch error {")
        out.indent(1)
        out.line("runner.failed(error)")
        out.indent(-1)
        out.close()
        let handler = table.take("onExit")
        if let exit {
            var values = "globals"
            if templates[exit].usesGlobals {
                values = table.take("exitGlobals")
                let status = "if runner.anyFailed([\(name)]) { \"Failed\" } else { \"Succeeded\" }"
                out.line("let \(values): Json = globals.with(\"status\", \(status))", from: onExit.keySpan)
            }
            out.line(
                "step \(handler) = \(self.call(templates[exit], given, globals: values))",
                from: onExit.keySpan)
        } else {
            let target = onExit.value.scalarText ?? ""
            job.add(.dialectElsewhere("the template `\(target)`", at: onExit.value.span))
            out.line(
                "step \(handler) = task(\(WfText.string(target)), role: \"template\")", from: onExit.keySpan)
        }
        out.indent(1)
        if exit == nil || !templates[exit ?? 0].usesGlobals {
            out.line("after \(name)", from: onExit.keySpan)
        }
        out.indent(-1)
        out.line(
            "let why = runner.failure(\"\", \(WfText.string(spec["entrypoint"]?.scalarText ?? "work")), \(name))"
        )
        out.open("if !why.isEmpty")
        out.line("fail why")
        out.close()
        out.indent(1)
        out.line("after \(handler)")
        out.indent(-1)
    }

    /// The template that runs when all is done, by `onExit` or, which is the same, by the hook `exit`.
    private var exitHandler: DataEntry? {
        if let entry = spec.entry("onExit") { return entry }
        guard spec.peek("hooks")?.map?.peek("exit")?.map?.has("expression") == false else { return nil }
        return spec["hooks"]?["exit"]?.map?.entry("template")
    }

    private func writeDeadline(into out: inout SourceWriter, _ job: inout ImportJob) {
        guard let entry = spec.entry("activeDeadlineSeconds") else { return }
        guard let ms = WfDuration.ms(entry.value, unitMs: 1000), ms > 0 else {
            job.add(
                .dialectExpressionKept(
                    entry.value.scalarText ?? "", "the workflow has no time limit", at: entry.value.span))
            return
        }
        out.indent(1)
        out.line("deadline \(WfDuration.text(ms: ms))", from: entry.keySpan)
        out.indent(-1)
    }

    /// A call with the values that are there under the parameters' names.
    func call(_ template: ArgoTemplate, _ values: [String: String], globals: String = "globals") -> String {
        var arguments = template.usesGlobals ? [globals] : []
        for input in template.inputs {
            if let value = values[input.id] {
                arguments.append("\(input.name): \(value)")
            } else if input.defaultNode == nil {
                arguments.append("\(input.name): \"\"")
            }
        }
        return "\(template.name)(\(arguments.joined(separator: ", ")))"
    }

    /// Where a template has its artifacts and puts its parameters: `inputs.artifacts.a.path` and the like; not where that is
    /// computed.
    private static func paths(_ template: ArgoTemplate) -> [String: String] {
        var found: [String: String] = [:]
        for side in ["inputs", "outputs"] {
            for kind in ["artifacts", "parameters"] {
                for item in template.map.peek(side)?.map?.peek(kind)?.list ?? [] {
                    guard let name = item.map?.peek("name")?.scalarText,
                        let path = (item.map?.peek("path") ?? item.map?.peek("valueFrom")?.map?.peek("path"))?
                            .text, !path.contains("{{")
                    else { continue }
                    found["\(side).\(kind).\(name).path"] = path
                }
            }
        }
        return found
    }

    func artifacts(_ node: DataNode?, _ owner: String, _ job: inout ImportJob) {
        for artifact in node?.list ?? [] {
            let name = artifact["name"]?.scalarText ?? ""
            artifact.readAll()
            let span = artifact["name"]?.span ?? artifact.span
            job.add(.dialectNotActedOn("the artifact `\(name)`", in: owner, at: span))
        }
    }

    // MARK: A template

    private mutating func write(
        _ template: ArgoTemplate, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let owner = "the template `\(template.id)`"
        artifacts(template.map["inputs"]?["artifacts"], owner, &job)
        artifacts(template.map["outputs"]?["artifacts"], owner, &job)
        var scope = ArgoScope()
        for input in template.inputs { scope.inputs[input.id] = input.name }
        scope.literals = ArgoWriter.paths(template)
        var table = NameTable()
        for word in ["globals", "json", "item", "runner", "attempt", "error", "why"]
            + template.inputs.map(\.name)
        { table.reserve(word) }
        var parameters = template.usesGlobals ? ["globals: Json"] : []
        parameters += template.inputs.filter { $0.defaultNode == nil }.map { "\($0.name): String" }
        let given = template.inputs.filter { $0.defaultNode != nil }
        parameters += given.map { input in
            let node = input.defaultNode ?? DataNode(.null, template.span)
            // A default that reads the workflow's values is put in where it is not given.
            return "\(input.name): String = \(WfText.string(node.scalarText ?? WfJson.jsonText(node)))"
        }
        for input in given where (input.defaultNode?.scalarText ?? "").contains("{{") {
            job.add(
                .dialectExpressionKept(
                    input.defaultNode?.scalarText ?? "", "it is a default",
                    at: input.defaultNode?.span ?? template.span))
        }
        var body = SourceWriter()
        let result = writeBody(template, &scope, &table, into: &body, &job)
        usesJson = usesJson || scope.usesJson
        usesRunner = usesRunner || scope.usesRunner
        out.line("")
        out.comment("The template `\(template.id)`.", documents: true, from: template.span)
        out.open(
            "workflow \(template.name)(\(parameters.joined(separator: ", "))) -> Json", from: template.span)
        out.append(body)
        out.line(result, from: template.span)
        out.close()
    }

    mutating func writeBody(
        _ template: ArgoTemplate, _ scope: inout ArgoScope, _ table: inout NameTable,
        into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        if template.map["steps"] != nil || template.map["dag"] != nil {
            writeSteps(template, &scope, &table, into: &out, &job)
            return outputs(template, &scope, &job)
        }
        return writeWork(template, &scope, into: &out, &job)
    }

    /// The output parameters of a template with steps, as an object.
    private func outputs(_ template: ArgoTemplate, _ scope: inout ArgoScope, _ job: inout ImportJob) -> String
    {
        var fields: [String] = []
        for output in template.map["outputs"]?["parameters"]?.list ?? [] {
            guard let name = output["name"]?.scalarText else { continue }
            let from = output["valueFrom"]
            if let source = from?["parameter"] ?? output["value"] {
                fields.append(
                    "\(WfText.string(name)): \(scope.text(source.text.map { DataNode(.text($0), source.span) } ?? source, &job))"
                )
            } else if let from {
                job.add(
                    .dialectExpressionKept(WfJson.jsonText(from), "the parameter is empty", at: from.span))
                fields.append("\(WfText.string(name)): \"\"")
            }
        }
        if fields.isEmpty { return "null" }
        return "{ \"parameters\": { \(fields.joined(separator: ", ")) } }"
    }

    // MARK: Work

    private func writeWork(
        _ template: ArgoTemplate, _ scope: inout ArgoScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        guard let entry = template.map.first(ArgoWriter.workKeys) else { return "null" }
        let ledger = job.expect("the template `\(template.id)`", at: template.span)
        defer { job.settle(ledger) }
        let owner = "the template `\(template.id)`"
        // Whoever does the work says what comes of it, under these names.
        for parameter in template.map["outputs"]?["parameters"]?.list ?? [] {
            _ = parameter["name"]
            parameter.map?.entry("valueFrom")?.value.readAll()
            _ = parameter["default"]
        }
        _ = template.map["outputs"]?["result"]
        if entry.key == "suspend" { return writeSuspend(template, entry, into: &out, &job) }
        if entry.key == "containerSet" { return writeContainers(template, entry, &scope, into: &out, &job) }
        let what: [String: String] = [
            "container": "the container image `\(entry.value["image"]?.scalarText ?? "")`",
            "script": "the container image `\(entry.value["image"]?.scalarText ?? "")`",
            "resource": "a Kubernetes cluster",
            "http": "Argo's HTTP agent", "data": "Argo's data source", "plugin": "an Argo plugin",
        ]
        job.add(.dialectExternalTask(owner, what[entry.key] ?? entry.key, role: entry.key, at: entry.keySpan))
        out.line(
            "step work: Json = task(\(WfText.string(template.id)), \(scope.value(entry.value, &job)), role: \(WfText.string(entry.key)))",
            from: entry.keySpan)
        out.indent(1)
        for key in ["timeout", "activeDeadlineSeconds"] {
            guard let entry = template.map.entry(key) else { continue }
            guard let ms = WfDuration.ms(entry.value, unitMs: 1000), ms > 0 else {
                job.add(
                    .dialectExpressionKept(
                        entry.value.scalarText ?? "", "the work has no time limit", at: entry.value.span))
                continue
            }
            out.line("timeout \(WfDuration.text(ms: ms))", from: entry.keySpan)
            break
        }
        if let retry = template.map.entry("retryStrategy") {
            out.line(clause(retry, &job), from: retry.keySpan)
        }
        out.indent(-1)
        return "work"
    }

    private func clause(_ retry: DataEntry, _ job: inout ImportJob) -> String {
        let given = retry.value["limit"]
        let limit = given?.int ?? Int(given?.text ?? "") ?? 1000
        if let given, given.int == nil, Int(given.text ?? "") == nil {
            job.add(
                .dialectExpressionKept(
                    given.scalarText ?? "", "the work is tried again 1000 times at most", at: given.span))
        }
        if given == nil {
            job.add(.dialectUnit("retryStrategy", "at most 1000 further attempts", at: retry.keySpan))
        }
        // A failure of the work is one of the program, not of the cluster.
        if let policy = retry.value.map?.entry("retryPolicy"),
            !["Always", "OnFailure"].contains(policy.value.scalarText ?? "")
        {
            job.add(
                .dialectNotActedOn(
                    "`retryPolicy`", in: "`retryStrategy`", so: "each failure is tried again",
                    at: policy.keySpan))
        }
        guard let backoff = retry.value["backoff"],
            let first = backoff["duration"].flatMap({ WfDuration.ms($0, unitMs: 1000) })
        else {
            return "retry \(max(0, limit))"
        }
        let factor = backoff["factor"]?.float ?? backoff["factor"]?.text.flatMap(Double.init) ?? 1
        let last = backoff["cap"].flatMap { WfDuration.ms($0, unitMs: 1000) } ?? max(first, WfDuration.longMs)
        return
            "retry \(max(0, limit)) backoff \(WfDuration.text(ms: first))..\(WfDuration.text(ms: max(first, last))) factor \(max(1, factor))"
    }

    private func writeSuspend(
        _ template: ArgoTemplate, _ entry: DataEntry, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String {
        if let duration = entry.value["duration"], let ms = WfDuration.ms(duration, unitMs: 1000) {
            out.line("step pause = sleep(\(WfDuration.text(ms: ms)))", from: entry.keySpan)
            out.line("let end = pause")
            return "null"
        }
        let supplied = (template.map["outputs"]?["parameters"]?.list ?? []).compactMap {
            $0["name"]?.scalarText
        }
        out.comment(
            "Goes on when the task is completed"
                + (supplied.isEmpty ? "." : " with {\"parameters\": {\(supplied.joined(separator: ", "))}}."),
            from: entry.keySpan)
        out.line(
            "step resume: Json = task(\(WfText.string(template.id)), role: \"suspend\")", from: entry.keySpan)
        return "resume"
    }

    private func writeContainers(
        _ template: ArgoTemplate, _ entry: DataEntry, _ scope: inout ArgoScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        var table = NameTable()
        var steps: [String: String] = [:]
        let list = (entry.value["containers"]?.list ?? []).compactMap(\.map)
        for container in list {
            steps[container["name"]?.scalarText ?? "main"] = table.take(
                container["name"]?.scalarText ?? "main", fallback: "container")
        }
        for container in list {
            let id = container["name"]?.scalarText ?? "main"
            let span = container["name"]?.span ?? entry.keySpan
            job.add(
                .dialectExternalTask(
                    "the container `\(id)`", "the image `\(container["image"]?.scalarText ?? "")`",
                    role: "container", at: span))
            out.line(
                "step \(steps[id] ?? "container") = task(\(WfText.string(id)), \(scope.value(DataNode(.map(container), span), &job)), role: \"container\")",
                from: span)
            let after = needs(container).compactMap { steps[$0.name] }
            if !after.isEmpty {
                out.indent(1)
                out.line("after \(after.joined(separator: ", "))", from: span)
                out.indent(-1)
            }
        }
        return "null"
    }

    // MARK: Calls

    func call(
        _ step: DataMap, of template: ArgoTemplate, hasItem: Bool, _ scope: inout ArgoScope,
        _ job: inout ImportJob
    ) -> String {
        var values: [String: String] = [:]
        var order: [String] = []
        for parameter in step["arguments"]?["parameters"]?.list ?? [] {
            guard let name = parameter["name"]?.scalarText else { continue }
            if let from = parameter.map?.entry("valueFrom") {
                job.add(
                    .dialectExpressionKept(
                        WfJson.jsonText(from.value), "the parameter is empty", at: from.value.span))
            }
            values[name] = parameter["value"].map { scope.text($0, hasItem: hasItem, &job) } ?? "\"\""
            order.append(name)
        }
        let target = step["template"]?.text ?? inlineId(template, step)
        if let position = index[target], step["templateRef"] == nil {
            let unknown = order.filter { name in !templates[position].inputs.contains { $0.id == name } }
            for name in unknown {
                job.add(
                    .dialectNotActedOn(
                        "the argument `\(name)`", in: "the step", so: "`\(target)` does not take it",
                        at: step["arguments"]?.span ?? template.span))
            }
            return call(templates[position], values)
        }
        let reference = step["templateRef"]
        let shown =
            reference.map { "\($0["name"]?.scalarText ?? "")/\($0["template"]?.scalarText ?? "")" } ?? target
        job.add(
            .dialectElsewhere(
                "the template `\(shown)`", at: reference?.span ?? step["template"]?.span ?? template.span))
        let fields = order.map { "\(WfText.string($0)): \(values[$0] ?? "")" }.joined(separator: ", ")
        return "task(\(WfText.string(shown)), \(fields.isEmpty ? "{}" : "{ \(fields) }"), role: \"template\")"
    }
}
