// What the checker says about generic declarations. The one place of this wording.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func cannotBeGeneric(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2040), .error,
            "\("ae".contains(what.prefix(1)) ? "an" : "a") `\(what)` has no type parameters: found `<…>`",
            at: span,
            help: "name the types; what is the same for all of them goes to a generic `func`")
    }

    static func unknownConstraint(_ spelled: String, at span: Span, near: String?, known: [String])
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2041), .error, "`\(spelled)` does not say what a type parameter can do", at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "write one of \(known.joined(separator: ", "))",
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func needsTypeArguments(_ name: String, _ parameters: [String], at span: Span) -> Diagnostic {
        let written = "\(name)<\(parameters.joined(separator: ", "))>"
        let names = parameters.map { "`\($0)`" }.joined(separator: " and ")
        let verb = parameters.count == 1 ? "stands" : "stand"
        let example = "\(name)<\(parameters.map { _ in "Int" }.joined(separator: ", "))>"
        return Diagnostic(
            DiagnosticCode(2042), .error, "`\(name)` needs its type arguments: expected `\(written)`",
            at: span,
            help: "say what \(names) \(verb) for, as in `\(example)`",
            fixes: [Fix("write `\(example)`", [TextEdit(span, example)])])
    }

    static func typeArgumentCount(_ name: String, expected: Int, found: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2042), .error,
            "`\(name)` takes \(expected) type argument\(expected == 1 ? "" : "s"), found \(found)", at: span)
    }

    static func argumentNotMet(
        _ name: String, parameter: String, _ type: String, _ wanted: String, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2036), .error, "`\(name)` does not take `\(type)` for its `\(parameter)`",
            at: span,
            help: "it needs \(wanted)")
    }

    static func cannotInfer(_ parameter: String, of name: String, example: String, at span: Span)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2043), .error, "what `\(parameter)` of `\(name)` stands for is not known here",
            at: span,
            help: "say it with a type: `\(example)`")
    }

    static func tooManyInstances(_ limit: Int, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2044), .error,
            "`\(name)` is needed for ever more types: at most \(limit) are allowed", at: span,
            help: "let it call itself with the types it was called with")
    }

    static func callGrows(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2044), .error, "`\(name)` calls itself with ever larger types", at: span,
            help: "let it call itself with the types it was called with")
    }

    static func instanceGrows(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2044), .error, "`\(name)` holds ever larger instances of itself", at: span,
            help: "let it hold itself with the parameters it was declared with")
    }

    static func optionalArgument(_ name: String, parameter: String, _ type: String, at span: Span)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2045), .error,
            "`\(name)` makes `\(parameter)?` of its `\(parameter)`, which is `\(type)` here", at: span,
            help: "take the nulls out first, or put the values in a record: "
                + "a `null` in a `null` is one `null`")
    }
}
