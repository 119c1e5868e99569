// Steps and tasks of an Argo template. Where something depends on how a task has ended, the tasks of the template are
// followed: a failure is a value, and the template fails at its end.

import WfDiagnostics
import WfSource

extension ArgoWriter {
    /// How the steps of one template are written.
    private struct Steps {
        /// Names in wf by names in the file.
        var names: [String: String] = [:]
        var isFollowed = false
        /// What a step has come to that is left out, of those that may be: `runner.skipped`, `runner.omitted`.
        var absent: [String: String] = [:]
        /// Tasks whose failure something depends on.
        var awaitedFailures: Set<String> = []

        /// What a followed step has come to.
        func ran(_ id: String) -> String {
            let name = names[id] ?? "step"
            return absent[id].map { "(\(name) ?? \($0))" } ?? name
        }
    }

    mutating func writeSteps(
        _ template: ArgoTemplate, _ scope: inout ArgoScope, _ table: inout NameTable,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        var steps = Steps()
        steps.isFollowed = ArgoWriter.isFollowed(template)
        // What stands behind the first group of a list is left out when something before it has failed.
        let groups = (template.map["steps"]?.list ?? []).drop { $0.list?.isEmpty == true }.dropFirst()
        let later = Set(groups.flatMap { ($0.list ?? [$0]).compactMap { $0.map?.peek("name")?.scalarText } })
        for step in template.steps {
            let id = step["name"]?.scalarText ?? ""
            let name = table.take(id, fallback: "step")
            steps.names[id] = name
            if steps.isFollowed, !needs(step).isEmpty || later.contains(id) {
                steps.absent[id] = "runner.omitted"
            } else if step.has("when") {
                steps.absent[id] = "runner.skipped"
            }
            let isLoop = step.has(["withItems", "withParam", "withSequence"])
            if steps.isFollowed {
                scope.results[id] = "\(steps.ran(id))[\"outputs\"]"
                scope.states[id] = "runner.phase(\(steps.ran(id)))"
            } else {
                let isOptional = step.has("when") && !step.has("continueOn")
                scope.results[id] = isLoop ? "toJson(\(name))" : isOptional ? "(\(name) ?? null)" : name
            }
            if isLoop { scope.loops.insert(id) }
            if let depends = step.peek("depends")?.text {
                steps.awaitedFailures.formUnion(ArgoDepends.failures(depends))
            }
        }
        if steps.isFollowed { usesRunner = true }
        var before: [String] = []
        for group in template.map["steps"]?.list ?? [] {
            let members = (group.list ?? [group]).compactMap(\.map)
            for step in members { write(step, of: template, after: before, steps, &scope, into: &out, &job) }
            if !members.isEmpty { before = members.compactMap { $0["name"]?.scalarText } }
        }
        for task in (template.map["dag"]?["tasks"]?.list ?? []).compactMap(\.map) {
            write(task, of: template, after: needs(task).map(\.name), steps, &scope, into: &out, &job)
        }
        if steps.isFollowed { writeVerdict(template, steps, into: &out) }
    }

    /// Whether something depends on how a step has ended.
    private static func isFollowed(_ template: ArgoTemplate) -> Bool {
        template.steps.contains { step in
            if let depends = step.peek("depends")?.text, ArgoDepends.asksState(depends) { return true }
            return step.entries.contains { entry in
                let text = WfJson.jsonText(entry.value)
                return entry.key != "inline" && text.contains("{{") && text.contains(".status}}")
            }
        }
    }

    /// The template fails when a step has failed whose failure nothing depends on.
    private func writeVerdict(_ template: ArgoTemplate, _ steps: Steps, into out: inout SourceWriter) {
        var why = "\"\""
        for step in template.steps {
            let id = step["name"]?.scalarText ?? ""
            if steps.awaitedFailures.contains(id) { continue }
            let value =
                steps.absent[id].map { "\(steps.names[id] ?? "") ?? \($0)" } ?? steps.names[id] ?? ""
            why = "runner.failure(\(why), \(WfText.string(id)), \(value))"
        }
        if why == "\"\"" { return }
        out.line("let why = \(why)", from: template.span)
        out.open("if !why.isEmpty", from: template.span)
        out.line("fail why")
        out.close()
    }

    private mutating func write(
        _ step: DataMap, of template: ArgoTemplate, after ids: [String], _ steps: Steps,
        _ scope: inout ArgoScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let id = step["name"]?.scalarText ?? ""
        let origin = step["name"]?.span ?? template.span
        job.name(step, "the step `\(id)`")
        let ledger = job.expect("the step `\(id)`", at: origin)
        defer { job.settle(ledger) }
        artifacts(step["arguments"]?["artifacts"], "the step `\(id)`", &job)
        let loop = step.first(["withItems", "withParam", "withSequence"])
        let name = steps.names[id] ?? "step"
        var after = ids.compactMap { steps.names[$0] }
        let depends = dependsCondition(step, ids, steps, into: &out, &job)
        var condition = depends
        var innerCondition: String?
        if let when = step.entry("when") {
            // What names the item is looked at for each.
            let isPerItem = loop != nil && when.value.text?.contains("{{item") == true
            let written = scope.condition(when.value, hasItem: isPerItem, &job)
            if isPerItem { innerCondition = written }
            let own =
                written
                ?? AskedCondition.write(
                    when.value.scalarText ?? "",
                    name: AskedCondition.name(of: name, beside: steps.names.values),
                    after: after, when: depends, from: when.keySpan, into: &out)
            // What others have come to leaves a task out in another way than its own condition does.
            if depends != nil { innerCondition = own }
            if innerCondition == nil { condition = own }
        }
        if depends != nil { after = [] }
        let call = call(step, of: template, hasItem: loop != nil, &scope, &job)
        let work = Work(
            name: name, call: call, isTolerant: isTolerant(step, id, &job), condition: innerCondition,
            origin: origin)
        var list = loop.map { items($0, &scope, &job) }
        // The only children of the template that run side by side.
        if list != nil, template.steps.count == 1, let most = template.map.peek("parallelism")?.int, most > 0
        {
            _ = template.map["parallelism"]
            list? += " limit \(most)"
        }
        if steps.isFollowed { follow(work, list, into: &out) } else { writePlain(work, list, into: &out) }
        out.indent(1)
        if !after.isEmpty { out.line("after \(after.joined(separator: ", "))", from: origin) }
        if let condition {
            out.line(
                "when \(condition)", from: (step.entry("depends") ?? step.entry("when"))?.keySpan ?? origin)
        }
        out.indent(-1)
    }

    /// What a step does.
    private struct Work {
        let name: String
        let call: String
        let isTolerant: Bool
        /// Whether it is done, for an item of a loop or where others do not leave it out.
        let condition: String?
        let origin: Span
    }

    /// Whether a failure is to be none.
    private func isTolerant(_ step: DataMap, _ id: String, _ job: inout ImportJob) -> Bool {
        guard let entry = step.entry("continueOn") else { return false }
        let kinds = ["failed", "error"].map { entry.value[$0]?.bool == true }
        return kinds.contains(true)
    }

    private func writePlain(_ work: Work, _ list: String?, into out: inout SourceWriter) {
        var words = "step \(work.name) = "
        if let list {
            out.open(words + "for item in \(list)", from: work.origin)
            words = ""
            if let condition = work.condition {
                out.open("step one: Json = if \(condition)", from: work.origin)
            }
        }
        if work.isTolerant {
            out.open(words + "try", from: work.origin)
            out.line("step attempt: Json = \(work.call)", from: work.origin)
            out.line("attempt")
            out.line("} catch {")
            out.line("null")
            out.close()
        } else {
            out.line(words + work.call, from: work.origin)
        }
        if list != nil, work.condition != nil {
            out.line("} else {")
            out.line("null")
            out.close()
            out.line("one")
        }
        if list != nil { out.close() }
    }

    private func follow(_ work: Work, _ list: String?, into out: inout SourceWriter) {
        if let list {
            out.open("step \(work.name): Json = sequence", from: work.origin)
            out.open("step all = for item in \(list)", from: work.origin)
            followOne(work, as: "one", into: &out)
            out.line("one")
            out.close()
            out.line("runner.gathered(all)")
            out.close()
        } else {
            followOne(work, as: work.name, into: &out)
        }
    }

    private func followOne(_ work: Work, as name: String, into out: inout SourceWriter) {
        out.open("step \(name): Json = try", from: work.origin)
        if let condition = work.condition { out.open("step end: Json = if \(condition)", from: work.origin) }
        out.line("step attempt: Json = \(work.call)", from: work.origin)
        out.line("runner.done(attempt)")
        if work.condition != nil {
            out.line("} else {")
            out.line("runner.skipped")
            out.close()
            out.line("end")
        }
        out.line("} catch error {")
        out.indent(1)
        out.line(work.isTolerant ? "runner.tolerated(error)" : "runner.failed(error)")
        out.indent(-1)
        out.close()
    }

    /// What has to hold of the tasks before; nil where it is enough that they have ended.
    private func dependsCondition(
        _ step: DataMap, _ ids: [String], _ steps: Steps, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String? {
        guard steps.isFollowed, !ids.isEmpty, !step.has("steps") else { return nil }
        guard let depends = step.entry("depends"), let text = depends.value.text else {
            // A step of a list, or `dependencies`: what was before has not failed.
            let list = ids.map { "runner.goesOn(\(steps.ran($0)))" }
            return list.joined(separator: " && ")
        }
        if let written = ArgoDepends.write(text, { steps.names[$0] == nil ? nil : steps.ran($0) }) {
            return written
        }
        job.add(.dialectExpressionKept(text, "somebody says whether it holds", at: depends.value.span))
        let name = steps.names[step["name"]?.scalarText ?? ""] ?? "step"
        return AskedCondition.write(
            text, name: AskedCondition.name(of: name + "Depends", beside: steps.names.values),
            after: ids.compactMap { steps.names[$0] }, from: depends.keySpan, into: &out)
    }
}

/// `A && (B.Failed || !C.Succeeded)`: what a task depends on.
enum ArgoDepends {
    private static let failed: Set<String> = ["Failed", "Errored", "AllFailed"]

    /// Whether it asks how tasks have ended, beyond that all of them have.
    static func asksState(_ text: String) -> Bool { text.contains { ".|!".contains($0) } }

    /// Tasks whose failure it may hold for.
    static func failures(_ text: String) -> [String] {
        PlainCondition.operands(text).filter { word in
            text.contains("!") || word.contains(".") && failed.contains(String(word.split(separator: ".")[1]))
        }.map { String($0.split(separator: ".")[0]) }
    }

    /// The condition in wf; nil when it is not understood.
    ///
    /// - Parameter ran: what a task has come to.
    static func write(_ text: String, _ ran: (String) -> String?) -> String? {
        PlainCondition.write(text) { word in
            let parts = word.split(separator: ".").map(String.init)
            guard let first = parts.first, let value = ran(first) else { return nil }
            switch parts.count > 1 ? parts[1] : "" {
            case "": return ("runner.goesOn(\(value))", .bool)
            case "Succeeded": return ("runner.allSucceeded([\(value)])", .bool)
            case "AnySucceeded": return ("runner.anyItemSucceeded(\(value))", .bool)
            case "AllFailed": return ("runner.allItemsFailed(\(value))", .bool)
            case "Failed", "Errored": return ("runner.phase(\(value)) == \"Failed\"", .bool)
            case "Skipped", "Omitted": return ("runner.phase(\(value)) == \"\(parts[1])\"", .bool)
            default: return nil
            }
        } truth: { text, _ in
            text
        }
    }
}
