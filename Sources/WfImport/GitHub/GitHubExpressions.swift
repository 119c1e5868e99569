// `${{ … }}` of GitHub Actions as expressions of wf: paths into the contexts that the run is given, what steps and jobs have
// come to, and comparisons of them. Everything else stays text, with a note.

import WfDiagnostics
import WfSource

struct GitHubExpressions {
    /// Whether anything written reads the run's context, the matrix, or what needed jobs have come to.
    private(set) var usesContext = false
    private(set) var usesMatrix = false
    private(set) var usesNeeds = false
    private(set) var usesJson = false
    private(set) var usesRunner = false
    let hasMatrix: Bool
    /// What steps have come to, by their id in lower case.
    var steps: [String: String] = [:]
    /// What needed jobs have come to, by their id in lower case.
    var needs: [String: String] = [:]
    /// Variables of the file, the nearest first.
    var environment: [DataMap] = []
    /// Conditions that all has gone well, and that something has failed; nil where nobody looks.
    var status: (success: String, failure: String)?

    /// Contexts that the run is given as one object.
    private static let contexts: Set<String> = ["github", "inputs", "vars", "runner", "secrets"]

    init(hasMatrix: Bool) { self.hasMatrix = hasMatrix }

    private mutating func path(_ words: String) -> (String, PlainType)? {
        guard let parts = Placeholders.path(words), parts.count > 1 else { return nil }
        var text: String
        var rest = parts.dropFirst()
        switch parts[0] {
        case "matrix" where hasMatrix:
            usesMatrix = true
            text = "matrix"
        case "steps", "needs":
            let known = parts[0] == "steps" ? steps : needs
            guard let found = known[parts[1].lowercased()], parts.count > 2 else { return nil }
            if parts[0] == "needs" { usesNeeds = true }
            rest = rest.dropFirst()
            if ["result", "conclusion"].contains(parts[2]), parts.count == 3 {
                usesRunner = true
                return ("runner.conclusion(\(found))", .string)
            }
            guard parts[2] == "outputs" || parts[2] == "outcome" else { return nil }
            text = found
        case "env":
            for map in environment {
                if let node = map.peek(parts[1]), let value = node.scalarText, !value.contains("${{") {
                    return (WfText.string(value), .string)
                }
            }
            return nil
        case "job" where parts[1] == "status":
            guard let status else { return nil }
            return ("(if \(status.success) { \"success\" } else { \"failure\" })", .string)
        case let first where GitHubExpressions.contexts.contains(first):
            usesContext = true
            text = "context.\(first)"
        default: return nil
        }
        for part in rest { text += "[\(Int(part) == nil ? WfText.string(part) : part)]" }
        return (text, .json)
    }

    /// The elements of a list that `${{ fromJSON(path) }}` reads; nil when it is something else.
    mutating func elements(_ node: DataNode) -> String? {
        let parts = Placeholders.parts(node.text ?? "", opening: "${{")
        guard parts.count == 1, case .placeholder(let inner) = parts[0],
            inner.lowercased().hasPrefix("fromjson("),
            inner.hasSuffix(")"), let (path, type) = path(String(inner.dropFirst(9).dropLast()))
        else { return nil }
        if type == .json { usesJson = true }
        return "(\(type == .json ? "json.plain(\(path))" : path).parseJson() ?? null).elements"
    }

    /// A text with its expressions put in, as an expression of type `String`.
    mutating func text(_ node: DataNode, _ job: inout ImportJob) -> String {
        node.readAll()
        return text(node.scalarText ?? (node.isNull ? "" : WfJson.jsonText(node)), node.span, &job)
    }

    mutating func text(_ content: String, _ span: Span, _ job: inout ImportJob) -> String {
        var result = ""
        for part in Placeholders.parts(content, opening: "${{") {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .placeholder("github.workspace"):
                job.add(
                    .dialectUnit("github.workspace", "`.`, the folder that the run works in", at: span))
                result += "."
            case .placeholder(let inner):
                if let (path, type) = path(inner) {
                    if type == .json { usesRunner = true }
                    result += type == .json ? "{runner.text(\(path))}" : "{\(path)}"
                } else if inner.count >= 2, inner.hasPrefix("'"), inner.hasSuffix("'"),
                    !inner.dropFirst().dropLast().contains("'")
                {
                    result += WfText.escaped(inner.dropFirst().dropLast())
                } else {
                    job.add(
                        .dialectExpressionKept(
                            inner,
                            "only paths into `github`, `inputs`, `vars`, `matrix`, `steps`, `needs` "
                                + "and `env` are translated", at: span))
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
                + map.all.map { "\(WfText.string($0.key)): \(value($0.value, &job))" }.joined(
                    separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// The condition that was looked at last, where it is not translated: somebody says whether it holds.
    private(set) var asked: String?

    /// A condition; nil where there is none, it always holds, or it is `asked`.
    ///
    /// - Parameter expected: what has to hold besides, where the condition does not ask how things have gone.
    mutating func condition(_ entry: DataEntry?, and expected: String? = nil, _ job: inout ImportJob)
        -> String?
    {
        asked = nil
        guard let entry else { return expected }
        if let bool = entry.value.bool { return bool ? expected : "false" }
        var words = entry.value.scalarText ?? ""
        if words.contains("${{") {
            let parts = Placeholders.parts(words, opening: "${{")
            if parts.count == 1, case .placeholder(let inner) = parts[0] { words = inner }
        }
        words = SourceWriter.trimmed(words)
        if ["success()", "true", ""].contains(words) { return expected }
        if words == "always()" || words == "!cancelled()" { return nil }
        if words.contains("cancelled()") {
            job.add(
                .dialectNotActedOn(
                    "`cancelled()`", in: "the condition", so: "a run that is cancelled ends at once",
                    at: entry.value.span))
        }
        guard let (written, asksStatus) = translated(words) else {
            job.add(.dialectExpressionKept(words, "somebody says whether it holds", at: entry.value.span))
            asked = words
            // What looks at how things have gone is looked at in any case.
            return GitHubFollowing.asksStatus(words) ? nil : expected
        }
        guard let expected, !asksStatus else { return written }
        return "\(expected) && " + (written.contains("||") ? "(\(written))" : written)
    }

    /// A truth value; nil when it is not translated.
    mutating func truth(_ node: DataNode) -> String? {
        if let bool = node.bool { return "\(bool)" }
        let parts = Placeholders.parts(node.scalarText ?? "", opening: "${{")
        guard parts.count == 1, case .placeholder(let inner) = parts[0] else { return nil }
        return translated(inner)?.text
    }

    private mutating func translated(_ words: String) -> (text: String, asksStatus: Bool)? {
        var copy = self
        var asksStatus = false
        let written = PlainCondition.write(words.replacing(".*.", with: "._all_."), isLoose: true) { name in
            switch name {
            case "needs._all_.result":
                guard !copy.needs.isEmpty else { return nil }
                copy.usesNeeds = true
                let all = copy.needs.sorted { $0.key < $1.key }.map(\.value).joined(separator: ", ")
                return ("runner.conclusions([\(all)])", .string)
            case "null": return ("(null as Json)", .json)
            case "always()", "success()", "failure()", "cancelled()":
                asksStatus = true
                if name == "always()" { return ("true", .bool) }
                if name == "cancelled()" { return ("false", .bool) }
                return copy.status.map { (name == "success()" ? $0.success : $0.failure, .bool) }
            default: return copy.path(name)
            }
        } truth: { text, type in
            if type == .string { return "!\(text).isEmpty" }
            return type == .json ? "json.isTruthy(\(text))" : text
        }
        self = copy
        guard let written else { return nil }
        if written.contains("json.") { usesJson = true }
        if written.contains("runner.") { usesRunner = true }
        return (written, asksStatus)
    }
}
