// What the checker says about pools, rates, breakers, caches and settings, and the codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func configWithoutType(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4060), .error, "`config \(name)` has neither a type nor a default", at: span,
            help: "write its type, `config \(name): String`, or a default, `config \(name) = \"…\"`")
    }

    static func unknownResource(
        _ name: String, _ word: String, found: String?, near: String?, at span: Span
    ) -> Diagnostic {
        let example =
            word == "pool"
            ? "pool \(name) limit 2"
            : word == "rate"
                ? "rate \(name) 10 per 1s" : "breaker \(name) after 5 failures within 1m recover 30s"
        return Diagnostic(
            DiagnosticCode(4061), .error,
            found.map { "expected a \(word), found `\(name)`, \($0)" } ?? "there is no \(word) `\(name)`",
            at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "declare it in this file: `\(example)`",
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func gateNeedsAction(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4062), .error, "`\(word)` needs a step that calls an action", at: span,
            help: "write it on the step inside that touches the world, or on the action itself")
    }

    /// - Parameter minimum: 0 or 1.
    static func numberTooSmall(_ what: String, minimum: Int64, found: String, at span: Span) -> Diagnostic {
        let expected = minimum == 1 ? "is more than 0" : "is not below 0"
        return Diagnostic(
            DiagnosticCode(4063), .error, "\(what) \(expected), found \(found)", at: span,
            help: "write a number from \(minimum) on, or a time such as `30s`")
    }

    static func priorityWithoutQueue(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4064), .error, "`priority` is for steps that wait for a pool or rate", at: span,
            "nothing waits here",
            help: "name a `pool` or `rate`, or leave the priority out")
    }

    static func cacheExcludesUndo(at span: Span, undo: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4065), .error, "what comes from a `cache` was not done and cannot be undone",
            at: span, labels: span == undo ? [] : [DiagnosticLabel(undo, "undone here")],
            help: "remove the `cache`, or the `undo`")
    }

    static func onceExcludesCache(at span: Span, once: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3025), .error, "`cache` leaves out a step that is done `once`", at: span,
            labels: span == once ? [] : [DiagnosticLabel(once, "at most once")], help: "remove one of them")
    }
}
