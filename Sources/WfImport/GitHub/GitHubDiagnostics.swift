// WF9260–9269: what only GitHub Actions has to say.

import WfDiagnostics
import WfSource

extension Diagnostic {
    static func githubAction(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9260), .error, "expected a workflow, found the definition of an action", at: span,
            help: "import the workflow that uses it")
    }

    static func githubName(_ kind: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9261), .error, "`\(name)` cannot be the id of a \(kind)", at: span,
            help: "begin with a letter or `_`, and use letters, digits, `-` and `_`")
    }

    static func githubEvent(_ message: String, at span: Span, help: String) -> Diagnostic {
        Diagnostic(DiagnosticCode(9262), .error, message, at: span, help: help)
    }

    static func githubMatrix(_ message: String, at span: Span, help: String) -> Diagnostic {
        Diagnostic(DiagnosticCode(9263), .error, message, at: span, help: help)
    }

    static func githubCall(_ message: String, at span: Span, help: String) -> Diagnostic {
        Diagnostic(DiagnosticCode(9264), .error, message, at: span, help: help)
    }
}
