// What `{{ … }}` means inside one Argo template: parameters, results of steps, the item of a loop, values of the whole
// workflow. `{{= … }}` and what only a cluster knows stay text, with a note.

import WfDiagnostics
import WfSource

struct ArgoScope {
    var inputs: [String: String] = [:]
    /// By the step's name in the file: an expression of its result.
    var results: [String: String] = [:]
    /// By the step's name in the file: an expression of how it has ended, where steps are followed.
    var states: [String: String] = [:]
    /// Steps that run for each item: their results are lists.
    var loops: Set<String> = []
    /// What placeholders stand for that is known before a run, such as the paths of artifacts.
    var literals: [String: String] = [:]
    /// What a run knows of itself; anything else only a cluster knows.
    private static let globals: Set<String> = ["name", "status", "parameters"]
    private(set) var usesJson = false
    private(set) var usesRunner = false

    /// A placeholder's path as an expression of type `Json` (or `String`), or nil.
    private func expression(_ words: String, hasItem: Bool) -> (String, isText: Bool)? {
        let parts = Placeholders.path(words) ?? words.split(separator: ".").map(String.init)
        guard let first = parts.first else { return nil }
        switch first {
        case "item" where hasItem:
            return (parts.dropFirst().reduce("item") { "\($0)[\(WfText.string($1))]" }, false)
        case "inputs" where parts.count == 3 && parts[1] == "parameters":
            return inputs[parts[2]].map { ($0, true) }
        case "workflow" where parts.count == 2 && parts[1] == "parameters":
            return ("globals[\"parameters\"]", false)
        case "workflow"
        where parts.count >= 2 && ArgoScope.globals.contains(parts[1]):
            return (parts.dropFirst().reduce("globals") { "\($0)[\(WfText.string($1))]" }, false)
        case "steps", "tasks":
            if parts.count == 3, parts[2] == "status", let state = states[parts[1]] { return (state, true) }
            guard parts.count >= 4, parts[2] == "outputs", let result = results[parts[1]] else { return nil }
            let isLoop = loops.contains(parts[1])
            if parts[3] == "result" && parts.count == 4 {
                return (isLoop ? "runner.results(\(result))" : "\(result)[\"result\"]", false)
            }
            guard parts[3] == "parameters" else { return nil }
            if isLoop {
                let of = parts.dropFirst(3).reduce(result) {
                    "runner.partOfEach(\($0), \(WfText.string($1)))"
                }
                return (of, false)
            }
            return (parts.dropFirst(3).reduce(result) { "\($0)[\(WfText.string($1))]" }, false)
        default: return nil
        }
    }

    /// A text with its placeholders put in, as an expression of type `String`.
    mutating func text(_ node: DataNode, hasItem: Bool = false, _ job: inout ImportJob) -> String {
        let content = node.scalarText ?? (node.isNull ? "" : WfJson.jsonText(node))
        var result = ""
        for part in Placeholders.parts(content) {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let inner):
                if let literal = literals[inner] {
                    result += WfText.escaped(literal)
                } else if let (expression, isText) = expression(inner, hasItem: hasItem) {
                    note(expression, isText: isText)
                    result += isText ? "{\(expression)}" : "{json.plain(\(expression))}"
                } else {
                    let why =
                        inner.hasPrefix("=") ? "expressions are not translated" : "only a cluster knows it"
                    job.add(.dialectExpressionKept("{{\(inner)}}", why, at: node.span))
                    result += WfText.escaped("{{\(inner)}}")
                }
            }
        }
        return "\"\(result)\""
    }

    /// A value of any form.
    mutating func value(_ node: DataNode, hasItem: Bool = false, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text: return text(node, hasItem: hasItem, &job)
        case .list(let list):
            return "[" + list.map { value($0, hasItem: hasItem, &job) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            return "{ "
                + map.all.map { "\(WfText.string($0.key)): \(value($0.value, hasItem: hasItem, &job))" }
                .joined(separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// A list to run over, as an expression of type `[Json]`.
    mutating func items(_ node: DataNode, _ job: inout ImportJob) -> String {
        if let list = node.list { return WfJson.elements(list) { value($0, &job) } }
        let parts = Placeholders.parts(node.text ?? "")
        if parts.count == 1, case .placeholder(let inner) = parts[0],
            let (expression, isText) = expression(inner, hasItem: false)
        {
            note(expression, isText: isText)
            if isText { return "(\(expression).parseJson() ?? null).elements" }
            return "(json.plain(\(expression)).parseJson() ?? null).elements"
        }
        return "(\(text(node, &job)).parseJson() ?? null).elements"
    }

    /// `{{steps.a.outputs.result}} == heads`, joined by `&&`, `||` and `!`; nil when it is more, which has been said.
    mutating func condition(_ node: DataNode, hasItem: Bool, _ job: inout ImportJob) -> String? {
        if let bool = node.bool { return bool ? "true" : "false" }
        let content = node.text ?? ""
        if content == "true" || content == "false" { return content }
        let hasPlaceholders = content.contains("{{")
        var found = self
        let written = PlainCondition.write(content, bareWords: true) { words in
            guard let (expression, isText) = found.expression(words, hasItem: hasItem) else {
                return hasPlaceholders ? nil : (WfText.string(words), .string)
            }
            found.note(expression, isText: isText)
            return (isText ? expression : "json.plain(\(expression))", .string)
        } truth: { text, _ in
            "\(text) == \"true\""
        }
        if let written {
            self = found
            return written
        }
        job.add(.dialectExpressionKept(content, "somebody says whether it holds", at: node.span))
        return nil
    }

    /// Which modules an expression that is written reads.
    private mutating func note(_ expression: String, isText: Bool) {
        usesJson = usesJson || !isText
        usesRunner = usesRunner || expression.hasPrefix("runner.")
    }
}
