// `${{ … }}` of GitHub Actions in the places where they stand: inside texts, as values, as conditions. What an expression
// is in wf stands in GitHubTranslation; what is not translated stays text, with a note.

import WfDiagnostics
import WfSource

struct GitHubExpressions {
    /// Whether anything written reads the run's context, the matrix, or what needed jobs have come to.
    var usesContext = false
    var usesMatrix = false
    var usesNeeds = false
    var usesRunner = false
    let hasMatrix: Bool
    /// What the run's context is called there.
    var contextName = "context"
    /// What steps have come to, by their id in lower case.
    var steps: [String: String] = [:] {
        didSet { order += steps.keys.filter { oldValue[$0] == nil && !order.contains($0) } }
    }
    /// What needed jobs have come to, by their id in lower case.
    var needs: [String: String] = [:] {
        didSet { order += needs.keys.filter { oldValue[$0] == nil && !order.contains($0) } }
    }
    /// Their names in the order of the file.
    private(set) var order: [String] = []
    /// Variables of the file, the nearest first.
    var environment: [DataMap] = []
    /// Steps before that may have set variables.
    var carriers: [String] = []
    /// Whether the first of `environment` is the step's own.
    var ownVariables = false
    /// Whether an action before may have set variables.
    var isOpen = false
    /// Variables that scripts before set, by what stands in them.
    var setBefore: Set<String> = []
    /// How names are written where they are declared.
    var spellings = GitHubSpellings()
    /// Conditions that all has gone well, and that something has failed; nil where nobody looks.
    var status: (success: String, failure: String)?
    /// The folder that the run works in is read.
    var readsWorkspace = false
    /// A step or a job that is read and has not been before.
    var missing: String?
    /// Why the last expression was not translated.
    var why = ""
    /// How deep variables have led to variables.
    var depth = 0

    init(hasMatrix: Bool) { self.hasMatrix = hasMatrix }

    /// The condition that was looked at last, where it is not translated: somebody says whether it holds.
    private(set) var asked: String?

    // MARK: Texts and values

    /// A text with its expressions put in, as an expression of type `String`.
    mutating func text(_ node: DataNode, _ job: inout ImportJob) -> String {
        node.readAll()
        let content = GitHubExpressions.plain(node) ?? (node.isNull ? "" : WfJson.jsonText(node))
        return text(content, node.span, &job)
    }

    /// A scalar as GitHub says it in a text: `3.10` is a number, and so 3.1.
    static func plain(_ node: DataNode) -> String? {
        guard case .number(let digits) = node.content, let value = Double(digits) else {
            return node.scalarText
        }
        if let whole = Int(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    mutating func text(_ content: String, _ span: Span, _ job: inout ImportJob) -> String {
        var result = ""
        for part in GitHubText.parts(content) {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .expression(let inner):
                if let value = translated(inner, at: span, &job) {
                    result += interpolation(value)
                } else {
                    job.add(.dialectExpressionKept(inner, why, at: span))
                    result += WfText.escaped("${{ \(inner) }}")
                }
            }
        }
        return "\"\(result)\""
    }

    /// A text without a message; nil when something in it is not translated.
    mutating func quietText(_ content: String) -> String? {
        var result = ""
        for part in GitHubText.parts(content) {
            switch part {
            case .text(let text): result += WfText.escaped(text)
            case .expression(let inner):
                guard let value = value(of: inner) else { return nil }
                result += interpolation(value)
            }
        }
        return "\"\(result)\""
    }

    /// A value of any form; what an expression comes to is text in it.
    mutating func value(_ node: DataNode, _ job: inout ImportJob) -> String {
        written(node, &job) { expressions, node, job in expressions.text(node, &job) }
    }

    /// A value of any form; an expression that stands alone keeps its own.
    mutating func typedValue(_ node: DataNode, _ job: inout ImportJob) -> String {
        written(node, &job) { expressions, node, job in
            guard let inner = node.text.flatMap(GitHubText.only),
                let value = expressions.translated(inner, at: node.span, &job)
            else { return expressions.text(node, &job) }
            return value.json
        }
    }

    private mutating func written(
        _ node: DataNode, _ job: inout ImportJob,
        _ text: (inout GitHubExpressions, DataNode, inout ImportJob) -> String
    ) -> String {
        switch node.content {
        case .text: return text(&self, node, &job)
        case .list(let list):
            var parts: [String] = []
            for element in list { parts.append(written(element, &job, text)) }
            return "[" + parts.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            var parts: [String] = []
            for entry in map.all {
                parts.append("\(WfText.string(entry.key)): \(written(entry.value, &job, text))")
            }
            return "{ " + parts.joined(separator: ", ") + " }"
        case .null, .bool, .number: return WfJson.literal(node)
        }
    }

    /// The same without a message; nil when something in it is not translated.
    mutating func quietValue(_ node: DataNode) -> String? {
        var isKnown = true
        var none = ImportJob(
            source: SourceFile(path: "", bytes: []), file: FileId(0), advice: ImportAdvice(), timeMsMax: 1000)
        let text = written(node, &none) { expressions, node, _ in
            let content = node.text ?? ""
            if let inner = GitHubText.only(content) {
                if let value = expressions.value(of: inner) { return value.json }
            } else if let text = expressions.quietText(content) {
                return text
            }
            isKnown = false
            return ""
        }
        return isKnown ? text : nil
    }

    /// A number that an expression says, of type `Float`; nil when it is not translated.
    mutating func number(_ node: DataNode) -> String? {
        guard let inner = node.text.flatMap(GitHubText.only), let value = value(of: inner) else { return nil }
        usesRunner = true
        return "(runner.number(\(value.json)) ?? 0.0)"
    }

    /// A time limit in minutes; nil when it is not translated.
    mutating func minutes(_ node: DataNode) -> String? {
        if let minutes = node.float { return minutes > 0 ? WfDuration.text(ms: minutes * 60_000) : nil }
        return number(node).map { "(\($0) * 60000.0).toInt() * 1ms" }
    }

    // MARK: Conditions

    /// A condition; nil where there is none, it always holds, or it is `asked`.
    ///
    /// - Parameter expected: what has to hold besides, where the condition does not ask how things have gone.
    mutating func condition(_ entry: DataEntry?, and expected: String? = nil, _ job: inout ImportJob)
        -> String?
    {
        asked = nil
        guard let entry else { return expected }
        if let bool = entry.value.bool { return bool ? expected : "false" }
        let words = GitHubExpressions.words(of: entry.value)
        if words.isEmpty { return expected }
        let tree = GitHubExpression.parse(words)
        if tree == .call("success", []) { return expected }
        if words.contains("cancelled()"), !words.contains("!cancelled()") {
            noteCancelled(words, entry.value.span, &job)
        }
        if let constant = tree?.constant {
            return constant ? tree?.asksStatus == true ? nil : expected : "false"
        }
        why = ""
        guard let tree, let value = translated(words, at: entry.value.span, &job) else {
            if why.isEmpty { why = "it is no expression as a whole" }
            job.add(
                .dialectExpressionKept(words, "\(why); somebody says whether it holds", at: entry.value.span))
            asked = words
            // What looks at how things have gone is looked at in any case.
            return GitHubFollowing.asksStatus(words) ? nil : expected
        }
        let written = truth(value)
        guard let expected, !tree.asksStatus else { return written }
        return "\(expected) && " + (written.contains("||") ? "(\(written))" : written)
    }

    private func noteCancelled(_ words: String, _ span: Span, _ job: inout ImportJob) {
        job.add(
            .dialectNotActedOn(
                "`cancelled()`", in: "the condition", so: "a run that is cancelled ends at once", at: span))
    }

    /// The words of a condition, without the braces that may stand around it.
    static func words(of node: DataNode) -> String {
        let words = node.scalarText ?? ""
        return SourceWriter.trimmed(GitHubText.only(words) ?? words)
    }

    /// A truth value; nil when it is not translated.
    mutating func truth(_ node: DataNode) -> String? {
        if let bool = node.bool { return "\(bool)" }
        guard let inner = node.scalarText.flatMap(GitHubText.only), let value = value(of: inner) else {
            return nil
        }
        return truth(value)
    }

    private mutating func translated(_ words: String, at span: Span, _ job: inout ImportJob) -> GitHubValue? {
        readsWorkspace = false
        missing = nil
        let value = value(of: words)
        if let missing, value != nil {
            job.add(.dialectUnit(missing, "nothing: none before has that name", at: span))
        }
        if readsWorkspace, value != nil {
            job.add(.dialectUnit("github.workspace", "`.`, the folder that the run works in", at: span))
        }
        return value
    }

    /// What stands for a value inside a text.
    private mutating func interpolation(_ value: GitHubValue) -> String {
        if let literal = value.literal { return WfText.escaped(literal) }
        if value.type == .string, value.text.first == "\"" {
            return String(value.text.dropFirst().dropLast())
        }
        if value.type != .json { return "{\(value.text)}" }
        usesRunner = true
        return "{runner.text(\(value.text))}"
    }
}

/// How the names of inputs, outputs and rows of matrices are written where they are declared: GitHub looks them up without
/// regard to case, wf does not.
struct GitHubSpellings {
    private var names: Set<String> = []
    private var lower: Set<String> = []

    init() {}

    init(_ top: DataMap) {
        collect(DataNode(.map(top), Span(file: FileId(0), start: 0, end: 0)), isDeclaring: false)
    }

    private mutating func add(_ name: some StringProtocol) {
        names.insert(String(name))
        lower.insert(name.lowercased())
    }

    private mutating func collect(_ node: DataNode, isDeclaring: Bool) {
        switch node.content {
        case .map(let map):
            for entry in map.entries {
                if isDeclaring { add(entry.key) }
                if entry.key == "run" { addWritten(entry.value.text ?? "") }
                let declares = ["inputs", "outputs", "matrix", "include"].contains(entry.key)
                collect(entry.value, isDeclaring: declares)
            }
        case .list(let list): for element in list { collect(element, isDeclaring: isDeclaring) }
        default: break
        }
    }

    /// Names that a script may write to its file of outputs.
    private mutating func addWritten(_ script: String) {
        for line in script.split(whereSeparator: \.isNewline) {
            for separator in ["=", "<<"] {
                for part in line.split(separator: separator).dropLast() {
                    let name = String(
                        part.reversed().prefix { $0.isLetter || $0.isNumber || "_-".contains($0) })
                    if !name.isEmpty { add(String(name.reversed())) }
                }
            }
        }
    }

    /// Whether a name is declared in another spelling only.
    func isAnother(_ name: String) -> Bool { !names.contains(name) && lower.contains(name.lowercased()) }
}
