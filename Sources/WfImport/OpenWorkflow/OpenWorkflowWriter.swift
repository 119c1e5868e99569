// An Open Workflow as wf source text. A task is a block that yields the data and the context behind it; blocks nest as
// the lists of tasks do, so that what is named outside can be read inside.

import WfDiagnostics
import WfSource

/// What stands for the words of an expression at some place.
struct OpenWorkflowScope {
    /// `.`
    var data: String
    /// `$context`
    var context: String
    /// `$name`
    var variables: [String: String] = [:]
    /// `/do/0/name`
    var place: String
}

struct OpenWorkflowWriter {
    var names = NameTable()
    var table = NameTable()
    var enums = SourceWriter()
    var usesHttp = false
    private(set) var errors: DataMap = DataMap()
    private(set) var retries: DataMap = DataMap()
    private(set) var functions: DataMap = DataMap()
    private(set) var authentications: DataMap = DataMap()
    /// Functions that are being written, so that none is written inside itself.
    var openFunctions: Set<String> = []

    init() {
        for word in ["dynamic", "http", "main", "input"] {
            names.reserve(word)
            table.reserve(word)
        }
    }

    mutating func write(_ top: DataMap, _ job: inout ImportJob) {
        errors = top["use"]?["errors"]?.map ?? DataMap()
        retries = top["use"]?["retries"]?.map ?? DataMap()
        functions = top["use"]?["functions"]?.map ?? DataMap()
        authentications = top["use"]?["authentications"]?.map ?? DataMap()
        notes(top, &job)
        var body = SourceWriter()
        let document = WfJson.literal(top["document"] ?? DataNode(.null, job.start))
        body.line(
            "let workflow: Json = { \"input\": input, \"definition\": { \"document\": \(document) }, \"id\": \"run\" }",
            from: job.start)
        var scope = OpenWorkflowScope(
            data: "input", context: "(null as Json)", variables: ["workflow": "workflow", "input": "input"],
            place: "")
        table.reserve("workflow")
        if let from = top["input"]?["from"] {
            body.line("let given: Json = \(expression(from, scope, &job))", from: from.span)
            scope.data = "given"
            table.reserve("given")
        }
        var result = DataEntry("do", job.start, DataNode(.list([]), job.start))
        if let tasks = top.entry("do") { result = tasks }
        let last = writeList(result, scope, "/do", into: &body, &job)
        scope.variables["input"] = scope.data
        scope.data = "\(last).0"
        scope.context = "\(last).1"
        body.line(top["output"]?["as"].map { expression($0, scope, &job) } ?? scope.data)
        job.writer.line("use std.dynamic", from: job.start)
        if usesHttp { job.writer.line("use std.http") }
        job.writer.line("")
        let about =
            top["document"]?["summary"]?.text ?? top["document"]?["title"]?.text ?? top["document"]?["name"]?
            .scalarText ?? ""
        job.writer.comment(about, documents: true, from: top.entry("document")?.keySpan ?? job.start)
        job.writer.open(
            "workflow main(input: Json = {}) -> Json", from: top.entry("do")?.keySpan ?? job.start)
        job.writer.append(body)
        job.writer.close()
        job.writer.append(enums)
    }

    func notes(_ top: DataMap, _ job: inout ImportJob) {
        if let schedule = top.entry("schedule") {
            schedule.value.readAll()
            job.add(.dialectTrigger("`schedule`", at: schedule.keySpan))
        }
    }

    // MARK: Expressions

    /// A text that is an expression, with or without `${ }`.
    func expression(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        guard let text = node.text else { return value(node, scope, &job) }
        var words = SourceWriter.trimmed(text)
        if words.hasPrefix("${"), words.hasSuffix("}") { words = String(words.dropFirst(2).dropLast()) }
        return query(words, node.span, scope, &job)
    }

    func query(_ words: String, _ span: Span, _ scope: OpenWorkflowScope, _ job: inout ImportJob)
        -> String
    {
        let written = QueryExpression.write(words, .jq, current: scope.data) { name in
            name == "context" ? scope.context : scope.variables[name]
        }
        if let written { return written }
        job.add(.dialectExpressionKept(words, "what reads it fails", at: span))
        return "dynamic.raise(\"expression: it is not translated\")"
    }

    /// A value of any form; texts in `${ }` are expressions.
    func value(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text(let text):
            let words = SourceWriter.trimmed(text)
            if words.hasPrefix("${"), words.hasSuffix("}") { return expression(node, scope, &job) }
            return WfText.string(text)
        case .list(let list): return "[" + list.map { value($0, scope, &job) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            return "{ "
                + map.all.map { "\(WfText.string($0.key)): \(value($0.value, scope, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// A text as an expression of type `String`: `${ … }`, or `{name}` for a field of the data.
    func text(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        let content = node.scalarText ?? ""
        if content.hasPrefix("${") { return "dynamic.plain(\(expression(node, scope, &job)))" }
        var result = ""
        for part in Placeholders.parts(content, opening: "{", closing: "}") {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let name): result += "{dynamic.plain(\(scope.data)[\(WfText.string(name))])}"
            }
        }
        return "\"\(result)\""
    }

    func condition(_ node: DataNode, _ scope: OpenWorkflowScope, _ job: inout ImportJob) -> String {
        if let bool = node.bool { return "\(bool)" }
        return "dynamic.isSet(\(expression(node, scope, &job)))"
    }
}
