// WF0xxx: what the façade itself has to say, about files and about what a plan cannot hold.
import WfDiagnostics
import WfSource

extension Diagnostic {
    /// A module that is there but cannot be read.
    static func unreadableModule(_ path: String, _ reason: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(0001), .error, "the module `\(path)` cannot be read: \(reason)", at: span,
            help: "make the file readable, or name another one")
    }

    /// Something of the program is larger than a plan can hold.
    static func tooLargeForPlan(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(0002), .error, message, at: span,
            help: "split it into smaller functions or workflows"
        )
    }
}
