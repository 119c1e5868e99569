// `raise`, `for` and `fork` of an Open Workflow.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    /// `type#status: title`: the name of an error, and words.
    func writeRaise(
        _ node: DataNode?, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) {
        let error = node?.text.flatMap { errors[$0] } ?? node
        guard let map = error?.map else {
            if let node, node.text?.hasPrefix("${") == true {
                let parts = ["type", "status", "title"].map { key in
                    "{dynamic.plain(\(expression(node, scope, &job))[\(WfText.string(key))])}"
                }
                out.line("fail \"\(parts[0])#\(parts[1]): \(parts[2])\"", from: node.span)
                return
            }
            if let name = node?.text {
                job.add(
                    .dialectUnknownName(
                        "error", name, neededBy: "raise", among: errors.keys, at: node?.span ?? job.start))
            }
            out.line("fail \(WfText.string("\(node?.text ?? "error"): raised"))", from: node?.span)
            return
        }
        func part(_ key: String) -> String {
            map[key].map { node in
                node.text?.hasPrefix("${") == true
                    ? "{\(text(node, scope, &job))}" : WfText.escaped(node.scalarText ?? "")
            } ?? ""
        }
        let detail = map["detail"] == nil ? "" : " (\(part("detail")))"
        out.line("fail \"\(part("type"))#\(part("status")): \(part("title"))\(detail)\"", from: node?.span)
    }

    // MARK: Loops and branches

    mutating func writeFor(
        _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> Result {
        guard let inner = map.entry("do"), let list = map["for"]?["in"] else {
            return Result(data: scope.data, context: scope.context)
        }
        let items = table.take("items")
        let index = table.take("index")
        let data = table.take("data")
        let context = table.take("context")
        let loop = table.take("each")
        out.line("let \(items) = dynamic.list(\(expression(list, scope, &job)))", from: list.span)
        var body = scope
        body.data = data
        body.context = context
        body.variables[map["for"]?["each"]?.text ?? "item"] = "\(items)[\(index)]"
        body.variables[map["for"]?["at"]?.text ?? "index"] = "toJson(\(index))"
        let test = map["while"].map { " && \(condition($0, body, &job))" } ?? ""
        out.open(
            "step \(loop) = loop (\(index): Int = 0, \(data): Json = \(scope.data), \(context): Json = \(scope.context)) while \(index) < \(items).count\(test)",
            from: inner.keySpan)
        let last = writeList(inner, body, scope.place + "/for/do", into: &out, &job)
        out.line("next (\(index) + 1, \(last).0, \(last).1)")
        out.close()
        return Result(data: "\(loop).\(data)", context: "\(loop).\(context)")
    }

    mutating func writeFork(
        _ map: DataMap, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String {
        let branches = map["fork"]?["branches"]?.list ?? []
        let tasks = branches.compactMap { $0.map?.all.first }
        if map["fork"]?["compete"]?.bool == true {
            let first = table.take("first")
            out.open("step \(first): Json = race", from: map.entry("fork")?.keySpan)
            for (index, task) in tasks.enumerated() {
                out.open(table.take("branch"), from: task.keySpan)
                let name = table.take(task.key, fallback: "task")
                writeTask(
                    task, as: name, scope, "\(scope.place)/fork/branches/\(index)/\(task.key)", into: &out,
                    &job)
                out.line("\(name).0")
                out.close()
            }
            out.close()
            return first
        }
        var results: [String] = []
        let all = table.take("branches")
        out.open("step \(all): Json = if true", from: map.entry("fork")?.keySpan)
        for (index, task) in tasks.enumerated() {
            let name = table.take(task.key, fallback: "task")
            writeTask(
                task, as: name, scope, "\(scope.place)/fork/branches/\(index)/\(task.key)", into: &out, &job)
            results.append("\(name).0")
        }
        out.line("toJson([\(results.joined(separator: ", "))] as [Json])")
        out.line("} else {")
        out.line("null")
        out.close()
        return all
    }
}
