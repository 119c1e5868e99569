// WF9230–9259: what the dialects of JSON, YAML and Markdown have in common to say, in its only wording.

import WfDiagnostics
import WfSource

extension Diagnostic {
    private static func dialect(
        _ code: DiagnosticCode, _ severity: Severity, _ message: String, _ span: Span,
        labels: [DiagnosticLabel] = [], notes: [String] = [], help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            code, severity, message, at: span, labels: labels, notes: notes, help: help)
    }

    // MARK: Refusals

    /// - Parameter kind: `step`, `job`, `template`.
    static func dialectUnknownName(
        _ kind: String, _ name: String, neededBy owner: String, among names: [String], at span: Span
    ) -> Diagnostic {
        let near = Suggestion.best(for: name, among: names)
        return dialect(
            DiagnosticCode(9230), .error, "`\(owner)` names the \(kind) `\(name)`, which does not exist",
            span,
            help: near.map { "write `\($0)`" } ?? "add the \(kind), or remove the reference")
    }

    static func dialectDuplicate(_ kind: String, _ name: String, at span: Span, first: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9231), .error, "the \(kind) `\(name)` is there twice", span,
            labels: [DiagnosticLabel(first, "first here")], help: "rename one of them")
    }

    static func dialectCycle(_ kind: String, _ names: [String], at span: Span) -> Diagnostic {
        let path = (names + names.prefix(1)).map { "`\($0)`" }.joined(separator: " → ")
        return dialect(
            DiagnosticCode(9232), .error, "each \(kind) waits for the next: \(path)", span,
            help: "remove one of the dependencies")
    }

    static func dialectMissingKey(_ key: String, in owner: String, at span: Span) -> Diagnostic {
        dialect(DiagnosticCode(9233), .error, "\(owner) has no `\(key)`", span, help: "add `\(key)`")
    }

    static func dialectExpected(
        _ expected: String, _ found: String, for owner: String, at span: Span, notes: [String] = []
    ) -> Diagnostic {
        dialect(
            DiagnosticCode(9234), .error, "\(owner): expected \(expected), found \(found)", span,
            notes: notes,
            help: "write \(expected)")
    }

    static func dialectUnknownValue(
        _ key: String, _ value: String, among values: [String], at span: Span
    ) -> Diagnostic {
        let near = Suggestion.best(for: value, among: values)
        return dialect(
            DiagnosticCode(9235), .error, "`\(key)` knows no `\(value)`", span,
            help: near.map { "write `\($0)`" }
                ?? "write one of " + values.map { "`\($0)`" }.joined(separator: ", "))
    }

    static func dialectUnknownKey(_ key: String, in owner: String, among keys: [String], at span: Span)
        -> Diagnostic
    {
        let near = Suggestion.best(for: key, among: keys)
        return dialect(
            DiagnosticCode(9236), .error, "\(owner) knows no key `\(key)`", span,
            help: near.map { "write `\($0)`" } ?? "remove it")
    }

    static func dialectNothingToDo(_ owner: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9237), .error, "\(owner) says nothing that could be done", span,
            help: "say what it does")
    }

    static func dataUnknownDialect(_ keys: [String], at span: Span) -> Diagnostic {
        let top = Span(file: span.file, start: span.start, end: span.start)
        let found = keys.prefix(6).map { "`\($0)`" }.joined(separator: ", ")
        return dialect(
            DiagnosticCode(9238), .error,
            "no workflow dialect begins with the keys \(found.isEmpty ? "of this file" : found)", top,
            notes: [
                "Open Workflow has `document` and `do`, Amazon States Language `StartAt` and `States`, Argo "
                    + "`apiVersion`, GitHub Actions `on` and `jobs`, plain files `steps` or `tasks`"
            ], help: "check that this is the right file")
    }

    static func dialectUnreachableEnd(_ owner: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9239), .warning,
            "from \(owner) no end can be reached; the run would not end by itself", span,
            help: "let a state on the way end the run")
    }

    // MARK: Notes

    static func dialectExternalTask(_ owner: String, _ what: String, role: String, at span: Span)
        -> Diagnostic
    {
        dialect(
            DiagnosticCode(9240), .warning,
            "\(owner) needs \(what), which wf does not have: it waits as a task for the role `\(role)`",
            span, help: "complete it with `wfi tasks`, or write an action for it")
    }

    /// - Parameter why: the reason, or what happens instead.
    static func dialectNotActedOn(
        _ what: String, in owner: String, so why: String? = nil, at span: Span
    ) -> Diagnostic {
        let reason = why.map { ": \($0)" } ?? ""
        return dialect(
            DiagnosticCode(9241), .warning, "\(what) of \(owner) is not acted on\(reason)", span)
    }

    static func dialectExpressionKept(_ text: String, _ why: String, at span: Span) -> Diagnostic {
        let shown = text.count > 60 ? text.prefix(57) + "..." : text[...]
        return dialect(
            DiagnosticCode(9242), .warning, "the expression `\(shown)` is kept as text: \(why)", span,
            help: "write it in wf")
    }

    static func dialectBecomesParameter(_ name: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9243), .warning, "nothing in the file provides `\(name)`: it becomes a parameter",
            span,
            help: "pass it to `wfi run`")
    }

    static func dialectTrigger(_ what: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9244), .warning, "\(what) is kept as a comment: wf starts nothing by itself yet",
            span,
            help: "start the run with cron or whatever calls `wfi run`")
    }

    static func dialectUnit(_ key: String, _ meaning: String, at span: Span) -> Diagnostic {
        dialect(DiagnosticCode(9245), .note, "`\(key)` is read as \(meaning)", span)
    }

    static func dialectElsewhere(_ what: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9246), .warning, "\(what) is not in this file: it waits as a task", span,
            help: "import that file too, and call its workflow")
    }

    static func dialectSimulated(_ owner: String, _ action: String, at span: Span) -> Diagnostic {
        dialect(
            DiagnosticCode(9247), .warning,
            "\(owner) simulates the action `\(action)`: it waits, then fails by chance", span,
            help: "call the action that is meant")
    }
}
