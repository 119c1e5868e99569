// WF9300–9319: what is to be said of SpiffWorkflow's pattern dialect.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func patternNoStart(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9300), .error, "the process has no `start-task`", at: span,
            help: "add `<start-task><successor>…</successor></start-task>`")
    }

    static func patternUnknown(_ name: String, of owner: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9301), .error, "expected a part of `\(owner)`, found `\(name)`", at: span,
            help: "remove it; `docs/import/patterns.md` lists what is known")
    }

    static func patternDuplicate(_ name: String, at span: Span, first: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9302), .error, "the name `\(name)` names a second task", at: span,
            labels: [DiagnosticLabel(first, "the first")], help: "give each task a name of its own")
    }

    static func patternEnd(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9302), .error, "the name `end` names a second task: the end is always there",
            at: span, help: "give the task another name")
    }

    static func patternUnknownTask(_ name: String, of task: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9303), .error, "`\(task)` names `\(name)`, and there is no such task", at: span,
            help: "name a task of this file")
    }

    static func patternMissing(_ part: String, of element: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9304), .error, "expected a \(part) in `\(element)`, found none", at: span,
            help: "add it")
    }

    static func patternTwo(_ part: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9305), .error, "expected one \(part), found a second", at: span,
            help: "write a `conditional-successor` for each")
    }

    static func patternBoth(_ one: String, _ other: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9305), .error, "expected `\(one)` or `\(other)`, found both", at: span,
            help: "remove one of them")
    }

    static func patternNumber(_ name: String, _ text: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9306), .error, "expected a number from 0 to 100000, found \(WfText.string(text))",
            at: span, help: "give `\(name)` a number, or name a field with `\(name)-field`")
    }

    static func patternExpression(_ text: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9307), .error,
            "expected a plain pattern of letters, `.` and `.*`, found \(WfText.string(text))", at: span,
            help: "write it with these, or compare with `equals`")
    }

    static func patternOutside(_ name: String, _ kind: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9308), .note, "the `\(kind)` `\(name)` becomes a work item", at: span,
            help: "do it in `perform`")
    }
}
