// `emit` and calls over HTTP of an Open Workflow.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    mutating func writeEmit(
        _ node: DataNode?, _ scope: OpenWorkflowScope, into out: inout SourceWriter, _ job: inout ImportJob
    ) -> String {
        let id = table.take("id")
        let time = table.take("time")
        let event = table.take("event")
        let sent = table.take("sent")
        out.line("step \(id) = uuid()", from: node?.span)
        out.line("step \(time) = now()")
        let given = node.map { value($0, scope, &job) } ?? "{}"
        out.line(
            "let \(event): Json = toJson({ \"id\": \(id), \"specversion\": \"1.0\", \"time\": \"{\(time)}\" } as Json).merged(\(given))",
            from: node?.span)
        out.line("step \(sent) = emit(dynamic.plain(\(event)[\"type\"]), \(event))", from: node?.span)
        return event
    }

    mutating func writeHttp(
        _ node: DataNode?, _ task: DataEntry, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String {
        usesHttp = true
        let method = node?["method"]?.scalarText?.uppercased() ?? "GET"
        let endpoint = node?["endpoint"]
        let address = endpoint?["uri"] ?? endpoint ?? DataNode(.text(""), task.keySpan)
        let url = table.take("url")
        let response = table.take("response")
        out.line("let \(url) = \(text(address, scope, &job))", from: address.span)
        var arguments = [WfText.string(method), url]
        if let body = node?["body"] {
            arguments.append(
                "json: \(body.text == nil ? value(body, scope, &job) : expression(body, scope, &job))")
        }
        if let query = node?["query"] { arguments.append("query: \(pairs(query, scope, &job))") }
        var headers = node?["headers"].map { pairs($0, scope, &job) }
        if let line = authorization(endpoint?.map?.entry("authentication"), task, scope, &job) {
            let mine = "[\"Authorization\": \(line)]"
            headers = headers.map { $0 == "[:]" ? mine : "\($0).merged(\(mine))" } ?? mine
        }
        if let headers { arguments.append("headers: \(headers)") }
        out.line("step \(response) = http.request(\(arguments.joined(separator: ", ")))", from: task.keySpan)
        let content = table.take("content")
        out.line(
            "let \(content): Json = \(response).json() ?? toJson(\(response).text())", from: task.keySpan)
        guard node?["output"]?.text == "response" else { return content }
        let full = table.take("answer")
        let request =
            "{ \"method\": \(WfText.string(method)), \"uri\": \(url), \"headers\": \(headers.map { "toJson(\($0))" } ?? "{}") }"
        out.line(
            "let \(full): Json = { \"request\": \(request), \"statusCode\": \(response).status, \"headers\": toJson(\(response).headers), \"content\": \(content) }",
            from: task.keySpan)
        return full
    }

    /// A map of texts.
    func pairs(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        guard let map = node.map else { return "dynamic.texts(\(expression(node, scope, &job)))" }
        if map.isEmpty { return "[:]" }
        return "["
            + map.all.map { "\(WfText.string($0.key)): \(text($0.value, scope, &job))" }.joined(
                separator: ", ") + "]"
    }

    func authorization(
        _ entry: DataEntry?, _ task: DataEntry, _ scope: OpenWorkflowScope, _ job: inout ImportJob
    ) -> String? {
        guard let entry else { return nil }
        let named = entry.value["use"]?.text ?? entry.value.text
        let policy = named.flatMap { authentications[$0] } ?? entry.value
        if let basic = policy["basic"], let user = basic["username"], let password = basic["password"] {
            return
                "\"Basic {\"{\(text(user, scope, &job))}:{\(text(password, scope, &job))}\".bytes.base64()}\""
        }
        if let token = policy["bearer"]?["token"] { return "\"Bearer {\(text(token, scope, &job))}\"" }
        job.add(.dialectNotActedOn("`authentication`", in: "the task `\(task.key)`", at: entry.keySpan))
        return nil
    }
}
