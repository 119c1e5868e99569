// What the checker says about signals, approvals, other runs and queries, and their codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func unknownSignal(_ name: String, near: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3040), .error, "there is no signal `\(name)` to wait for", at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "declare it: `signal \(name): Json`",
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func notAwaitable(_ name: String, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3040), .error,
            "expected a signal or a run's handle behind `await`, found `\(name)` of type `\(type)`", at: span,
            help: "read it without `await`; a step's value is there when it is read")
    }

    static func signalAsValue(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3040), .error, "`\(name)` is a signal, found where a value is read", at: span,
            help: "wait for it in a step, `step … = await \(name)`, and read that")
    }

    static func unknownHandle(_ workflow: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2001), .error, "there is no type `\(workflow).\(name)`", at: span,
            help: "write `\(workflow).Run`, the handle of a run of `\(workflow)`",
            fixes: [Fix("write `\(workflow).Run`", [TextEdit(span, "\(workflow).Run")])])
    }

    static func declaredInBlock(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3041), .error, "`\(word)` belongs to the workflow, found in a block inside it",
            at: span,
            help: "move it to the workflow's own block")
    }

    static func approvalWithoutDeadline(at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3042), .error, "the approval does not say how long it waits", at: span,
            help: "give it a `deadline:`, or write `no deadline` behind it", fixes: [fix])
    }

    static func noDeadlineElsewhere(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3042), .error, "`no deadline` is for `approve`, found on another step", at: span,
            help: "leave it out; other steps have no deadline unless they are given one")
    }

    static func spawnNotWorkflow(_ name: String, _ what: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3043), .error,
            "expected a workflow's call behind `spawn`, found \(what.map { "\($0), " } ?? "")`\(name)`",
            at: span,
            help: "call it in a workflow of its own, and spawn that")
    }

    static func sendNeedsSignal(_ workflow: String, example: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3044), .error, "expected one signal of `\(workflow)` with its payload", at: span,
            help: example.map { "write `send(\($0): …)`" }
                ?? "`\(workflow)` declares no signal; declare one there")
    }

    static func unknownSignalOf(
        _ workflow: String, _ name: String, near: String?, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3044), .error, "`\(workflow)` takes no signal `\(name)`", at: span,
            help: near.map { "did you mean `\($0)`?" }
                ?? "declare it in `\(workflow)`: `signal \(name): Json`")
    }

    static func signalTypesDiffer(
        _ name: String, _ type: String, _ otherType: String, at span: Span, other: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3046), .error,
            "the signal `\(name)` is `\(type)` here and `\(otherType)` in a workflow of the same run",
            at: span,
            labels: [DiagnosticLabel(other, "`\(otherType)` here")],
            help: "give both one type, or one of them another name")
    }
}
