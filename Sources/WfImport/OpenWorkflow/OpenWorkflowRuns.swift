// `run` of an Open Workflow that wf can do itself, a command of a shell or a script of a known language, and calls of the
// functions that the file defines.

import WfDiagnostics
import WfSource

extension OpenWorkflowWriter {
    private static let languages = [
        "python": ["python3", "-c"], "python3": ["python3", "-c"], "javascript": ["node", "-e"],
        "js": ["node", "-e"], "node": ["node", "-e"], "bash": ["bash", "-c"], "sh": ["sh", "-c"],
        "shell": ["sh", "-c"],
    ]

    /// A command or a script as a call of its program; nil when others have to run it.
    mutating func writeRun(
        _ node: DataNode?, _ task: DataEntry, _ scope: OpenWorkflowScope, into out: inout SourceWriter,
        _ job: inout ImportJob
    ) -> String? {
        guard let run = node?.map, run.peek("await")?.bool != false else { return nil }
        var words: [String]
        let environment: DataNode?
        if let shell = run.peek("shell")?.map, let command = shell.peek("command") {
            guard !shell.has("stdin") else { return nil }
            _ = (run["shell"], shell["command"])
            let given = arguments(shell["arguments"], scope, &job)
            // Arguments go to the program as they are, whatever a shell would make of them.
            let line = text(command, scope, &job)
            words = ["\"sh\"", "\"-c\"", given.isEmpty ? line : "\(line.dropLast()) \\\"$@\\\"\""]
            if !given.isEmpty { words += ["\"sh\""] + given }
            environment = shell["environment"]
        } else if let script = run.peek("script")?.map, let code = script.peek("code"),
            code.text?.hasPrefix("${") == false,
            let program = OpenWorkflowWriter.languages[script.peek("language")?.text?.lowercased() ?? ""],
            script.peek("arguments").map({ $0.map?.isEmpty ?? $0.list?.isEmpty ?? false }) ?? true,
            !script.has("stdin")
        {
            _ = (run["script"], script["language"], script["code"], script["arguments"])
            words = (program + [code.text ?? ""]).map { WfText.string($0) }
            environment = script["environment"]
        } else {
            return nil
        }
        _ = run["await"]
        let ended = table.take("ended")
        let variables = environment.map { ", env: \(pairs($0, scope, &job))" } ?? ""
        let kind = run["return"]?.text ?? "stdout"
        let anyStatus = kind == "code" || kind == "all" ? ", ok: (0...255).toList()" : ""
        out.line(
            "step \(ended) = exec(\(words.joined(separator: ", "))\(variables)\(anyStatus))",
            from: task.keySpan)
        let answer = table.take("answer")
        let result =
            switch kind {
            case "stderr": "toJson(\(ended).stderr)"
            case "code": "toJson(\(ended).status)"
            case "none": "null"
            case "all":
                "{ \"code\": \(ended).status, \"stdout\": \(ended).stdout, \"stderr\": \(ended).stderr }"
            default: "toJson(\(ended).stdout)"
            }
        out.line("let \(answer): Json = \(result)", from: task.keySpan)
        return answer
    }

    /// A list of arguments, or names and their values one behind the other.
    private func arguments(
        _ node: DataNode?, _ scope: OpenWorkflowScope, _ job: inout ImportJob
    ) -> [String] {
        if let list = node?.list { return list.map { text($0, scope, &job) } }
        return (node?.map?.all ?? []).flatMap { entry in
            [WfText.string(entry.key)] + (entry.value.isNull ? [] : [text(entry.value, scope, &job)])
        }
    }

    /// What a function of the file does, with what the call gives as its data; nil when the file has none of that name.
    mutating func writeFunction(
        _ name: String, _ task: DataEntry, _ map: DataMap, _ scope: OpenWorkflowScope,
        into out: inout SourceWriter, _ job: inout ImportJob
    ) -> Result? {
        guard let function = functions[name]?.map, let kind = OpenWorkflowChecker.kind(function),
            openFunctions.insert(name).inserted
        else { return nil }
        defer { openFunctions.remove(name) }
        job.name(function, "the function `\(name)`")
        let given = table.take("given")
        out.line(
            "let \(given): Json = \(map["with"].map { value($0, scope, &job) } ?? scope.data)",
            from: task.keySpan)
        var inner = scope
        inner.data = given
        var result = writeKind(kind, task, function, inner, into: &out, &job)
        result.context = scope.context
        return result
    }
}
