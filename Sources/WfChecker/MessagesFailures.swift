// What the checker says about try, race, undo and once, and the codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func catchUnreached(at span: Span, first: Span?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3020), .error, "this `catch` is never reached", at: span,
            "everything it names is taken before",
            labels: first.map { [DiagnosticLabel($0, "this one takes every failure")] } ?? [],
            help: "move it up, or remove it")
    }

    static func cancelledIsNotCaught(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3021), .error, "`cancelled` cannot be caught", at: span,
            help: "remove it: what is cancelled is undone and ends; put clean-up into `undo`")
    }

    static func raceWithoutBranches(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3022), .error, "this `race` has no branches", at: span,
            help: "name each: `race { answer { … } expiry { … } }`")
    }

    static func undoNotCall(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3023), .error, "`undo` takes one call that touches the world", at: span,
            help: "call the action or workflow that takes the step back")
    }

    static func onceNeedsEffect(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3024), .error, "`once` needs a step that calls an action", at: span,
            help: "write it on the step inside that must not be repeated")
    }

    static func onceExcludes(_ word: String, at span: Span, once: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3025), .error, "`\(word)` repeats a step that is done at most `once`", at: span,
            labels: [DiagnosticLabel(once, "at most once")], help: "remove one of them")
    }

    static func onceOfRetried(_ action: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3025), .error,
            "`\(action)` is retried, found on a step that is done at most `once`", at: span,
            help: "remove `once`, or the action's `retry`")
    }
}
