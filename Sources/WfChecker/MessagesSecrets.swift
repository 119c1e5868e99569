// What the checker says about secrets. The one place of this wording.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func secretMismatch(expected: String, found: String, at span: Span) -> Diagnostic {
        let what = found == "Secret" ? "a `Secret`" : "`\(found)`, which holds a `Secret`"
        return Diagnostic(
            DiagnosticCode(4030), .error, "expected `\(expected)`, found \(what)", at: span,
            help:
                "pass it to a parameter that takes a `Secret`, such as `env:` of `exec` or `headers:` of an HTTP call"
        )
    }

    static func secretStored(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4031), .error,
            type == "Secret"
                ? "a `Secret` is never stored" : "`\(type)` holds a `Secret`, which is never stored",
            at: span,
            help:
                "read the secret in the arguments of the step or in the action, or make it there with a func")
    }

    static func secretExamined(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4032), .error, "nothing can be told of a `Secret`: found \(what)", at: span,
            help: "let who takes the secret decide, or keep what is to be compared apart from it")
    }

    static func secretAsJson(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4033), .error,
            type == "Secret"
                ? "a `Secret` cannot become Json here"
                : "`\(type)` holds a `Secret` and cannot become Json here",
            at: span,
            help: "write the object where it is sent: as the `json:` of an HTTP call")
    }

    static func secretFromJson(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4033), .error,
            type == "Secret"
                ? "Json does not become a `Secret`" : "Json does not become `\(type)`: it holds a `Secret`",
            at: span,
            help: "declare it: `secret NAME`, and set the environment variable of that name")
    }

    static func secretMark(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4034), .error, "`secret` marks parameters of the standard library's effects",
            at: span,
            help: "write the type: `name: Secret`")
    }
}
