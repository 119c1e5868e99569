// What the checker says about names, types, members and calls, and their codes. What it says about the use of values
// stands in `MessagesUse`, about workflows in `MessagesFlow`.
import WfDiagnostics
import WfSource
import WfValue

/// `a`, `b` and `c`
func listed(_ names: [String]) -> String {
    let quoted = names.map { $0 == "…" ? $0 : "`\($0)`" }
    if quoted.count < 2 { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + quoted[quoted.count - 1]
}

func meant(_ near: String?) -> String? { near.map { "did you mean `\($0)`?" } }

func replacement(_ near: String?, _ span: Span) -> [Fix] {
    guard let near, !near.contains("[") && !near.contains("?") else { return [] }
    return [Fix("write `\(near)`", [TextEdit(span, near)])]
}

func several(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

extension Diagnostic {
    // MARK: the project

    static func notBuilt(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(101), .error, "\(what) is not built yet", at: span,
            help: "leave it out for now; a later version has it")
    }

    static func missingModule(_ path: String, isFile: Bool, at span: Span, near: String?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(102), .error,
            isFile ? "there is no file `\(path)`" : "there is no module `\(path)`", at: span,
            help: meant(near) ?? (isFile ? "write the path from the folder of this file" : nil),
            fixes: replacement(near, span))
    }

    static func externOutsideStandardLibrary(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(103), .error, "`extern action` is found outside the standard library", at: span,
            help: "declare an `action … via exec(…)` instead")
    }

    static func textOutsideStandardLibrary(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(103), .error, "`Text` is found outside an `extern action` of the standard library",
            at: span,
            help: "write `String`, and interpolate at the call")
    }

    static func variadicOutsideStandardLibrary(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(103), .error, "`...` is found outside an `extern action` of the standard library",
            at: span,
            help: "take a list: `[T]`")
    }

    static func tooMany(_ what: String, _ limit: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(104), .error, "too many \(what): at most \(limit) are allowed", at: span,
            help: "split it")
    }

    static func typeTooLarge(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(104), .error,
            "this type is too large: at most \(ValueLimits.typeDepthMax) levels and "
                + "\(ValueLimits.typePartsMax) parts are allowed",
            at: span,
            help: "name a part of it as a record")
    }

    static func noUseNeeded(_ name: String, _ path: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(102), .error, "there is no module `\(path)`", at: span,
            help: "remove the line: `\(name)` needs no `use`")
    }

    static func useWithoutAlias(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(105), .error, "a file is used without a name", at: span,
            help: "name it: `use \"…\" as text`")
    }

    // MARK: names

    static func unknownType(_ name: String, at span: Span, near: String?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2001), .error, "there is no type `\(name)`", at: span, help: meant(near),
            fixes: replacement(near, span))
    }

    static func noTypeArguments(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2001), .error, "`\(name)` takes no type arguments", at: span, help: "remove `<…>`")
    }

    static func duplicate(_ name: String, at span: Span, earlier: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2002), .error, "`\(name)` is declared twice", at: span, "declared again here",
            labels: [DiagnosticLabel(earlier, "first declared here")], help: "give one of them another name")
    }

    static func builtinTypeRedeclared(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2002), .error, "`\(name)` is a built-in type", at: span,
            help: "choose another name")
    }

    static func moduleNotUsed(_ name: String, _ path: String, at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2003), .error, "`\(name)` is not in scope", at: span, help: "add `use \(path)`",
            fixes: [fix])
    }

    static func unknownName(
        _ name: String, at span: Span, near: String?, instead: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2003), .error, "`\(name)` is not in scope", at: span,
            help: meant(near) ?? instead, fixes: replacement(near, span))
    }

    static func boundElsewhere(_ name: String, owner: String?, at span: Span, declared: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2003), .error, "`\(name)` is not in scope", at: span, "used here",
            labels: [
                DiagnosticLabel(
                    declared,
                    owner.map { "declared inside `\($0)`'s block" } ?? "declared inside another block")
            ],
            help: owner.map { "yield it as the block's value, then read `\($0)`" }
                ?? "name the block's step, yield it as the block's value, and read that")
    }

    // MARK: types

    static func mismatch(
        expected: String, found: String, at span: Span, help: String? = nil, fixes: [Fix] = []
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2004), .error, "expected `\(expected)`, found \(found)", at: span, help: help,
            fixes: fixes)
    }

    static func nullForPresent(_ expected: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2004), .error, "expected `\(expected)`, found `null`", at: span,
            help: expected == "Unit" ? "write `()`" : "declare it as `\(expected)?` if it may be null")
    }

    static func ifWithoutElse(_ expected: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2004), .error,
            "expected `\(expected)`, found `null` where the condition of this `if` does not hold", at: span,
            help: "add `else { … }`")
    }

    static func noValueHere(_ expected: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2004), .error, "expected `\(expected)`, found no value", at: span,
            help: "use something that yields a value")
    }

    static func stringForPath(_ literal: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2004), .error, "expected `Path`, found a string with interpolations", at: span,
            help: "write `Path(\(literal.count < 40 ? literal : "…"))`",
            fixes: [
                Fix(
                    safe: "make it a Path",
                    [
                        TextEdit(Span(file: span.file, start: span.start, end: span.start), "Path("),
                        TextEdit(Span(file: span.file, start: span.end, end: span.end), ")"),
                    ])
            ])
    }

    static func unknownField(
        _ name: String, of type: String, at span: Span, near: String?, known: [String], isRecord: Bool,
        isMap: Bool = false
    ) -> Diagnostic {
        var notes: [String] = []
        if near == nil && !known.isEmpty && known.count <= 8 { notes = ["its fields are \(listed(known))"] }
        return Diagnostic(
            DiagnosticCode(2005), .error, "`\(type)` has no \(isRecord ? "field" : "property") `\(name)`",
            at: span, notes: notes,
            help: meant(near)
                ?? (isMap ? "read a key with `[\"\(name)\"]`, which is null when there is none" : nil),
            fixes: replacement(near, span))
    }

    static func unknownMethod(
        _ name: String, of type: String, at span: Span, near: String?, isText: Bool
    ) -> Diagnostic {
        let text = isText ? "interpolate it: `\"{…}\"`" : nil
        return Diagnostic(
            DiagnosticCode(2005), .error, "`\(type)` has no method `\(name)`", at: span,
            help: text ?? meant(near), fixes: text == nil ? replacement(near, span) : [])
    }

    static func noTupleField(_ index: Int, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2005), .error, "`\(type)` has no element `.\(index)`", at: span,
            help: "count the elements from 0")
    }

    static func unknownCase(
        _ name: String, of type: String, at span: Span, near: String?, known: [String]
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2006), .error, "`\(type)` has no case `\(name)`", at: span,
            notes: near == nil && known.count <= 8 ? ["its cases are \(listed(known))"] : [],
            help: near.map { "did you mean `.\($0)`?" })
    }

    static func argumentCount(_ name: String, expected: Int, found: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2007), .error, "`\(name)` takes \(several(expected, "argument")), found \(found)",
            at: span,
            help: found > expected ? "remove what is too much" : "give the others")
    }

    static func missingArguments(_ names: [String], _ callee: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2007), .error, "`\(callee)` is called without \(listed(names))", at: span,
            help: "add \(names.map { "`\($0): …`" }.joined(separator: ", "))")
    }

    static func payloadCount(_ name: String, expected: Int, found: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2007), .error,
            "`.\(name)` carries \(expected == 0 ? "no value" : several(expected, "value")), found \(found)",
            at: span,
            help: expected == 0
                ? "write `.\(name)` alone"
                : "write `.\(name)(\([String](repeating: "…", count: min(expected, 9)).joined(separator: ", ")))`"
        )
    }

    static func lambdaCount(expected: Int, found: Int, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2007), .error,
            "expected a lambda with \(several(expected, "parameter")), found \(found)", at: span,
            notes: ["it is passed as `\(type)`"])
    }

    static func unknownLabel(_ label: String, of callee: String, known: [String], at span: Span) -> Diagnostic
    {
        let near = Suggestion.best(for: label, among: known)
        return Diagnostic(
            DiagnosticCode(2008), .error, "\(callee) has no parameter `\(label)`", at: span,
            notes: near == nil && !known.isEmpty ? ["it takes \(listed(known))"] : [], help: meant(near),
            fixes: replacement(near, span))
    }

    static func swappedArguments(_ callee: String, expected: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2008), .error,
            "the arguments of `\(callee)` stand in another order than it takes them",
            at: span, help: "it takes \(listed(expected)), in this order; or name them")
    }

    static func argumentTwice(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(2008), .error, "`\(name)` is given twice", at: span, help: "remove one")
    }

    static func positionAfterLabel(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2008), .error, "an argument without a name stands behind one with a name",
            at: span,
            help: "name it, or move it forward")
    }

    static func labelOnFunctionValue(_ label: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2008), .error,
            "a function value takes its arguments by position, found the name `\(label)`", at: span,
            help: "remove `\(label):`")
    }

    static func notCallable(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(2009), .error, "\(what) cannot be called", at: span, help: "call a func")
    }

    static func methodNotCalled(_ name: String, at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2009), .error, "`\(name)` is a method and is not called", at: span,
            help: "write `\(name)(…)`", fixes: [fix])
    }

    static func propertyCalled(_ name: String, at span: Span, fix: Fix?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2009), .error, "`\(name)` is a property and takes no parentheses", at: span,
            help: "write `.\(name)` alone",
            fixes: fix.map { [$0] } ?? [])
    }

    static func recordCalled(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2009), .error, "`\(name)` is a record and cannot be called", at: span,
            help: "write `\(name) { … }`")
    }

    static func cannotConstruct(_ name: String, help: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2009), .error, "`\(name)` is a type and cannot be called", at: span, help: help)
    }

    static func missingFields(_ names: [String], _ type: String, at span: Span, fix: Fix?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2010), .error,
            "`\(type)` is made without \(names.count == 1 ? "its field" : "its fields") \(listed(names))",
            at: span, help: "add \(names.map { "`\($0): …`" }.joined(separator: ", "))",
            fixes: fix.map { [$0] } ?? [])
    }
}
