// The rules of a GitHub workflow's structure: which keys stand where, names, needs, matrices. Knows nothing of wf.

import WfDiagnostics
import WfSource

struct GitHubChecker {
    let top: DataMap

    static let topKeys = ["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"]
    static let jobKeys = [
        "name", "permissions", "needs", "if", "runs-on", "environment", "concurrency", "outputs", "env",
        "defaults",
        "steps", "timeout-minutes", "strategy", "continue-on-error", "container", "services", "uses", "with",
        "secrets",
        "snapshot",
    ]
    static let callKeys = [
        "name", "uses", "with", "secrets", "needs", "if", "permissions", "strategy", "concurrency",
    ]
    static let runKeys = [
        "id", "if", "name", "run", "shell", "working-directory", "env", "continue-on-error",
        "timeout-minutes",
    ]
    static let usesKeys = ["id", "if", "name", "uses", "with", "env", "continue-on-error", "timeout-minutes"]

    func check(_ job: inout ImportJob) {
        keys(top, GitHubChecker.topKeys, "the workflow", &job)
        if let on = top.entry("on") {
            GitHubEvents.check(on, &job)
        } else {
            job.add(.dialectMissingKey("on", in: "the workflow", at: job.start))
        }
        env(top.entry("env"), "the workflow", &job)
        defaults(top.entry("defaults"), "the workflow", &job)
        guard let jobs = top.entry("jobs") else {
            job.add(.dialectMissingKey("jobs", in: "the workflow", at: job.start))
            return
        }
        guard let map = jobs.value.map else {
            job.add(
                .dialectExpected("a mapping of jobs", jobs.value.kindName, for: "`jobs`", at: jobs.value.span)
            )
            return
        }
        var nodes: [NeedsNode] = []
        for entry in map.entries {
            name("job", entry.key, entry.keySpan, &job)
            guard let body = entry.value.map else {
                job.add(
                    .dialectExpected(
                        "a mapping", entry.value.kindName, for: "the job `\(entry.key)`", at: entry.keySpan))
                continue
            }
            check(entry, body, &job)
            nodes.append(
                NeedsNode(name: entry.key.lowercased(), span: entry.keySpan, needs: needs(body, entry, &job)))
        }
        NeedsGraph.check("job", nodes, &job, atOwner: true)
    }

    static func isExpression(_ node: DataNode) -> Bool { node.text?.contains("${{") ?? false }

    // MARK: Jobs

    private func check(_ entry: DataEntry, _ body: DataMap, _ job: inout ImportJob) {
        let owner = "the job `\(entry.key)`"
        if let uses = body.entry("uses") {
            keys(
                body, GitHubChecker.callKeys, owner + ", which calls a workflow",
                among: GitHubChecker.jobKeys, &job)
            call(uses, &job)
        } else {
            keys(body, GitHubChecker.jobKeys, owner, &job)
            for key in ["with", "secrets"] {
                if let found = body.entry(key) {
                    job.add(
                        .dialectUnknownKey(
                            key, in: owner + ", which calls no workflow", among: [], at: found.keySpan))
                }
            }
            if body["runs-on"] == nil { job.add(.dialectMissingKey("runs-on", in: owner, at: entry.keySpan)) }
            if body["steps"] == nil { job.add(.dialectMissingKey("steps", in: owner, at: entry.keySpan)) }
        }
        env(body.entry("env"), owner, &job)
        defaults(body.entry("defaults"), owner, &job)
        number(body.entry("timeout-minutes"), &job)
        truth(body.entry("continue-on-error"), &job)
        for key in ["container", "services"] {
            let containers =
                key == "container"
                ? body["container"].map { [$0] } ?? [] : body["services"]?.map?.entries.map(\.value) ?? []
            for container in containers {
                if let credentials = container["credentials"]?.map {
                    keys(credentials, ["username", "password"], "`credentials`", &job)
                }
            }
        }
        if let strategy = body.entry("strategy")?.value.map {
            keys(strategy, ["matrix", "fail-fast", "max-parallel"], "`strategy`", &job)
            truth(strategy.entry("fail-fast"), &job)
            if let most = strategy.entry("max-parallel"), !GitHubChecker.isExpression(most.value),
                most.value.int.map({ $0 > 0 }) != true
            {
                job.add(
                    .dialectExpected(
                        "a whole number", found(most.value), for: "`max-parallel`", at: most.value.span))
            }
            if let matrix = strategy.entry("matrix") { GitHubMatrix.check(matrix, &job) }
        }
        if let steps = body.entry("steps") { check(steps: steps, &job) }
    }

    private func needs(_ body: DataMap, _ entry: DataEntry, _ job: inout ImportJob) -> [(
        name: String, span: Span
    )] {
        guard let needs = body.entry("needs") else { return [] }
        let names = needs.value.list ?? [needs.value]
        var found: [(name: String, span: Span)] = []
        for node in names where !job.isLate() {
            guard let text = node.text else {
                job.add(.dialectExpected("the id of a job", node.kindName, for: "`needs`", at: node.span))
                continue
            }
            let name = text.lowercased()
            if let first = found.first(where: { $0.name == name }) {
                job.add(.dialectDuplicate("needed job", text, at: node.span, first: first.span))
            } else {
                found.append((name, node.span))
            }
        }
        return found
    }

    private func call(_ uses: DataEntry, _ job: inout ImportJob) {
        guard let text = uses.value.text else {
            job.add(.dialectExpected("a workflow", uses.value.kindName, for: "`uses`", at: uses.value.span))
            return
        }
        if GitHubChecker.isExpression(uses.value) {
            job.add(.dialectElsewhere("the workflow `\(text)`", at: uses.value.span))
        } else if text.hasPrefix("./"), text.contains("@") {
            job.add(
                .githubCall(
                    "`\(text)` is a file of this repository and has a ref", at: uses.value.span,
                    help: "remove what stands behind `@`"))
        } else if !text.hasPrefix("./"),
            text.split(separator: "@", omittingEmptySubsequences: false).count != 2
                || text.split(separator: "/").count < 3
        {
            job.add(
                .githubCall(
                    "`\(text)` names no workflow", at: uses.value.span,
                    help: "write `owner/repository/path.yml@ref` or `./path.yml`"))
        } else {
            // No other file is opened.
            job.add(.dialectElsewhere("the workflow `\(text)`", at: uses.value.span))
        }
    }

    // MARK: Steps

    private func check(steps: DataEntry, _ job: inout ImportJob) {
        guard let list = steps.value.list else {
            if GitHubChecker.isExpression(steps.value) { return }
            job.add(
                .dialectExpected(
                    "a list of steps", steps.value.kindName, for: "`steps`", at: steps.value.span))
            return
        }
        var ids: [String: Span] = [:]
        for node in list {
            guard let step = node.map else {
                job.add(.dialectExpected("a step", node.kindName, for: "`steps`", at: node.span))
                continue
            }
            let owner = step["name"]?.scalarText.map { "the step `\($0)`" } ?? "the step"
            let place = Span(file: node.span.file, start: node.span.start, end: node.span.start + 1)
            switch (step.entry("run"), step.entry("uses")) {
            case (let run?, nil):
                keys(step, GitHubChecker.runKeys, owner, &job)
                if run.value.scalarText == nil {
                    job.add(
                        .dialectExpected(
                            "a script", run.value.kindName, for: "`run`",
                            at: run.value.span.length > 0 ? run.value.span : run.keySpan))
                }
            case (nil, let uses?):
                keys(step, GitHubChecker.usesKeys, owner, &job)
                if uses.value.text == nil {
                    job.add(
                        .dialectExpected("an action", uses.value.kindName, for: "`uses`", at: uses.value.span)
                    )
                }
            case (nil, nil): job.add(.dialectNothingToDo(owner, at: place))
            case (_?, let uses?):
                job.add(
                    .dialectUnknownKey("uses", in: owner + ", which has `run`", among: [], at: uses.keySpan))
            }
            env(step.entry("env"), owner, &job)
            number(step.entry("timeout-minutes"), &job)
            truth(step.entry("continue-on-error"), &job)
            if let id = step.entry("id"), let text = id.value.scalarText, !text.contains("${{") {
                name("step", text, id.value.span, &job)
                if let first = ids[text.lowercased()] {
                    job.add(.dialectDuplicate("step", text, at: id.value.span, first: first))
                }
                ids[text.lowercased()] = id.value.span
            }
        }
    }

    // MARK: Small rules

    private func keys(
        _ map: DataMap, _ known: [String], _ owner: String, among: [String] = [], _ job: inout ImportJob
    ) {
        for entry in map.entries where !known.contains(entry.key) {
            job.add(.dialectUnknownKey(entry.key, in: owner, among: known, at: entry.keySpan))
        }
    }

    private func name(_ kind: String, _ name: String, _ span: Span, _ job: inout ImportJob) {
        let isFine = name.utf8.enumerated().allSatisfy { index, byte in
            let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F
            return isLetter || index > 0 && (byte >= 0x30 && byte <= 0x39 || byte == 0x2D)
        }
        if !isFine || name.isEmpty { job.add(.githubName(kind, name, at: span)) }
    }

    private func env(_ entry: DataEntry?, _ owner: String, _ job: inout ImportJob) {
        guard let entry, entry.value.map == nil, !GitHubChecker.isExpression(entry.value) else { return }
        let span = entry.value.span.length > 0 ? entry.value.span : entry.keySpan
        job.add(.dialectExpected("a mapping", entry.value.kindName, for: "`env` of \(owner)", at: span))
    }

    private func defaults(_ entry: DataEntry?, _ owner: String, _ job: inout ImportJob) {
        guard let map = entry?.value.map else { return }
        keys(map, ["run"], "`defaults`", &job)
        if let run = map["run"]?.map { keys(run, ["shell", "working-directory"], "`defaults.run`", &job) }
    }

    private func number(_ entry: DataEntry?, _ job: inout ImportJob) {
        guard let entry, entry.value.float == nil, !GitHubChecker.isExpression(entry.value) else { return }
        job.add(.dialectExpected("a number", found(entry.value), for: "`\(entry.key)`", at: entry.value.span))
    }

    private func truth(_ entry: DataEntry?, _ job: inout ImportJob) {
        guard let entry, entry.value.bool == nil, !GitHubChecker.isExpression(entry.value) else { return }
        job.add(
            .dialectExpected(
                "`true` or `false`", found(entry.value), for: "`\(entry.key)`", at: entry.value.span))
    }

    private func found(_ node: DataNode) -> String { node.scalarText.map { "`\($0)`" } ?? node.kindName }
}

/// A job's matrix.
enum GitHubMatrix {
    static func check(_ entry: DataEntry, _ job: inout ImportJob) {
        guard let map = entry.value.map else {
            if !GitHubChecker.isExpression(entry.value) {
                job.add(
                    .dialectExpected("a mapping", entry.value.kindName, for: "`matrix`", at: entry.value.span)
                )
            }
            return
        }
        var rows: [String: DataEntry] = [:]
        for row in map.entries where row.key != "include" && row.key != "exclude" {
            if let first = rows[row.key.lowercased()] {
                job.add(.dialectDuplicate("matrix row", row.key, at: row.keySpan, first: first.keySpan))
            }
            rows[row.key.lowercased()] = row
            duplicates(row, &job)
        }
        for node in map["exclude"]?.list ?? [] { check(exclude: node, rows, &job) }
    }

    private static func duplicates(_ row: DataEntry, _ job: inout ImportJob) {
        var seen: [String: Span] = [:]
        for value in row.value.list ?? [] {
            let text = WfJson.jsonText(value)
            if let first = seen[text] {
                job.add(.dialectDuplicate("value", value.scalarText ?? text, at: value.span, first: first))
            }
            seen[text] = value.span
        }
    }

    private static func check(exclude node: DataNode, _ rows: [String: DataEntry], _ job: inout ImportJob) {
        for entry in node.map?.entries ?? [] {
            guard let row = rows[entry.key.lowercased()] else {
                job.add(
                    .githubMatrix(
                        "`exclude` names `\(entry.key)`, which is no row of the matrix", at: entry.keySpan,
                        help: "write one of " + rows.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")))
                continue
            }
            guard let values = row.value.list, !values.contains(where: hasExpression),
                !hasExpression(entry.value)
            else { continue }
            if !values.contains(where: { matches($0, entry.value) }) {
                job.add(
                    .githubMatrix(
                        "`exclude` names a value that `\(row.key)` does not have", at: entry.value.span,
                        help: "write one of its values"))
            }
        }
    }

    private static func hasExpression(_ node: DataNode) -> Bool { WfJson.jsonText(node).contains("${{") }

    /// Whether a value of a row fits a filter, which may give a part of an object only.
    static func matches(_ value: DataNode, _ filter: DataNode) -> Bool {
        if let wanted = filter.map, let map = value.map {
            return wanted.entries.allSatisfy { entry in
                map[entry.key].map { matches($0, entry.value) } ?? false
            }
        }
        if let wanted = filter.list, let list = value.list {
            return wanted.count == list.count && zip(list, wanted).allSatisfy { matches($0, $1) }
        }
        return (value.scalarText ?? "") == (filter.scalarText ?? "")
            && (value.map == nil) == (filter.map == nil)
    }
}
