// `${{ … }}` of GitHub Actions as expressions of wf: paths into the contexts that the run is given, and comparisons of
// them. Everything else stays text, with a note.

import WfDiagnostics
import WfSource

struct GitHubExpressions {
    /// Whether anything written reads the run's context, or the matrix.
    private(set) var usesContext = false
    private(set) var usesMatrix = false
    private(set) var usesJson = false
    let hasMatrix: Bool

    /// Contexts that the run is given as one object.
    private static let contexts: Set<String> = ["github", "inputs", "vars", "runner", "secrets"]

    init(hasMatrix: Bool) { self.hasMatrix = hasMatrix }

    private mutating func path(_ words: String) -> String? {
        guard let parts = Placeholders.path(words), parts.count > 1 else { return nil }
        var text: String
        if parts[0] == "matrix", hasMatrix {
            usesMatrix = true
            text = "matrix"
        } else if GitHubExpressions.contexts.contains(parts[0]) {
            usesContext = true
            text = "context.\(parts[0])"
        } else {
            return nil
        }
        for part in parts.dropFirst() { text += "[\(Int(part) == nil ? WfText.string(part) : part)]" }
        return text
    }

    /// A text with its expressions put in, as an expression of type `String`.
    mutating func text(_ node: DataNode, _ job: inout ImportJob) -> String {
        text(node.scalarText ?? (node.isNull ? "" : WfJson.jsonText(node)), node.span, &job)
    }

    mutating func text(_ content: String, _ span: Span, _ job: inout ImportJob) -> String {
        var result = ""
        for part in Placeholders.parts(content, opening: "${{") {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder(let inner):
                if let path = path(inner) {
                    usesJson = true
                    result += "{json.plain(\(path))}"
                } else {
                    job.add(
                        .dialectExpressionKept(
                            inner, "only paths into `github`, `inputs`, `vars` and `matrix` are translated",
                            at: span))
                    result += WfText.escaped("${{ \(inner) }}")
                }
            }
        }
        return "\"\(result)\""
    }

    /// A value of any form.
    mutating func value(_ node: DataNode, _ job: inout ImportJob) -> String {
        switch node.content {
        case .text: return text(node, &job)
        case .list(let list): return "[" + list.map { value($0, &job) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            return "{ "
                + map.entries.map { "\(WfText.string($0.key)): \(value($0.value, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// The condition that was looked at last, where it is not translated: somebody says whether it holds.
    private(set) var asked: String?

    /// A condition; nil where there is none, it always holds, or it is `asked`.
    mutating func condition(_ entry: DataEntry?, _ job: inout ImportJob) -> String? {
        asked = nil
        guard let entry else { return nil }
        if let bool = entry.value.bool { return bool ? nil : "false" }
        var words = entry.value.scalarText ?? ""
        if words.contains("${{") {
            let parts = Placeholders.parts(words, opening: "${{")
            if parts.count == 1, case .placeholder(let inner) = parts[0] { words = inner }
        }
        words = SourceWriter.trimmed(words)
        switch words {
        case "success()", "true", "": return nil
        case "always()", "!cancelled()", "success() || failure()", "!failure()":
            job.add(
                .dialectNotActedOn(
                    "`\(words)`: when a step has failed, the job ends", in: "the condition",
                    at: entry.value.span))
            return nil
        default: break
        }
        var copy = self
        let written = PlainCondition.write(words) { name in
            copy.path(name).map { ($0, .json) }
        } truth: { text, type in
            if type == .json { copy.usesJson = true }
            return type == .json ? "json.isTruthy(\(text))" : text
        }
        self = copy
        if let written { return written }
        job.add(.dialectExpressionKept(words, "somebody says whether it holds", at: entry.value.span))
        asked = words
        return nil
    }
}
