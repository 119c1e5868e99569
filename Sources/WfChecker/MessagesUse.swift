// What the checker says about the use of values, and its codes: operators, matching, assigning, null, patterns and
// the rest of expressions. What it says about names, members and calls stands in `Messages`.
import WfDiagnostics
import WfSource
import WfValue

extension Diagnostic {
    static func noOperator(
        _ text: String, _ left: String, _ right: String, at span: Span, help: String?, fixes: [Fix]
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2011), .error, "`\(text)` does not take `\(left)` and `\(right)`", at: span,
            help: help, fixes: fixes)
    }

    static func noOperator(_ text: String, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2011), .error, "`\(text)` does not take `\(type)`", at: span,
            help: "use a number or a Duration")
    }

    static func comparesDifferent(_ left: String, _ right: String, at span: Span, help: String?) -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2012), .error, "`\(left)` is compared with `\(right)`", at: span,
            help: help ?? "convert one of them")
    }

    static func neverNull(_ text: String, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2012), .error, "`\(shortened(text))` is never null: it is `\(type)`", at: span,
            help: "remove what is done about null")
    }

    static func notComparable(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2012), .error, "values of `\(type)` cannot be compared", at: span,
            help: "compare their parts")
    }

    static func notOrdered(_ type: String, _ text: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2012), .error, "`\(type)` has no order for `\(text)`", at: span,
            help: "compare a part that has one")
    }

    /// - Parameter enumCase: one of the type's cases, if it has any.
    static func joinsConditions(_ operation: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2013), .error, "`\(operation)` takes a `Bool` on both sides, found text", at: span,
            help: "join text with `+`, give a default for what may be null with `??`")
    }

    static func notABool(
        _ type: String, isOptional: Bool, _ text: String, enumCase: String? = nil, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2013), .error, "a condition must be `Bool`, found `\(type)`", at: span,
            help: isOptional
                ? "write `\(shortened(text)) != null`"
                : enumCase.map { "compare it: `\(shortened(text)) == .\($0)`" } ?? "compare it with something"
        )
    }

    static func notExhaustive(_ missing: [String], _ type: String, at span: Span, fix: Fix?) -> Diagnostic {
        let isElse = missing == ["else"]
        return Diagnostic(
            DiagnosticCode(2014), .error,
            isElse
                ? "this `match` over `\(type)` has no `else`"
                : "this `match` over `\(type)` misses \(listed(missing))",
            at: span, help: isElse ? "add `else => …`" : "add the missing arms, or `else => …`",
            fixes: fix.map { [$0] } ?? [])
    }

    static func unreachableArm(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2015), .error, "this arm is never reached: the arms before it match all it could",
            at: span,
            help: "remove it, or move it up")
    }

    static func assignToConstant(
        _ name: String, _ role: Binding.Role, isWhole: Bool, at span: Span, declared: Span, fix: Fix?
    ) -> Diagnostic {
        let what: String
        switch role {
        case .parameter: what = "a parameter"
        case .item: what = "bound by `for`"
        case .pattern: what = "bound by a pattern"
        case .step, .label: what = "a step"
        case .state: what = "the loop's state"
        default: what = "declared with `let`"
        }
        return Diagnostic(
            DiagnosticCode(2016), .error,
            "`\(name)` is \(what) and cannot be \(isWhole ? "assigned" : "changed")", at: span,
            labels: [DiagnosticLabel(declared, "declared here")],
            help: fix == nil ? "copy it first: `var copy = \(name)`" : "declare it with `var`",
            fixes: fix.map { [$0] } ?? [])
    }

    static func assignInLambda(_ name: String, at span: Span, declared: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2016), .error, "`\(name)` is captured by a lambda and cannot be assigned there",
            at: span,
            labels: [DiagnosticLabel(declared, "declared outside the lambda")],
            help: "use a `for` loop, or `fold`")
    }

    static func cannotAssign(_ name: String, _ what: String, at span: Span, declared: Span?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2016), .error, "`\(name)` is \(what) and cannot be assigned", at: span,
            help: "assign a `var`")
    }

    static func cannotAssignElement(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2016), .error, "elements of `\(type)` cannot be assigned", at: span,
            help: "assign elements of lists and maps")
    }

    static func notAssignable(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2016), .error, "this cannot be assigned", at: span,
            help: "assign a `var`, an element or a field of one")
    }

    static func missingValue(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2017), .error, "this block ends without its value of type `\(type)`", at: span,
            help: "end it with an expression")
    }

    static func missingReturnValue(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2017), .error, "`return` misses its value of type `\(type)`", at: span,
            help: "write `return …`")
    }

    static func returnsUnexpected(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2017), .error, "this func yields nothing, found a value of type `\(type)`",
            at: span,
            help: "declare the result: `-> \(type)`")
    }

    static func forHasNoValue(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2017), .error, "`for` has no value in a func", at: span,
            help: "use `.map(…)`, or append to a `var`")
    }

    static func jumpOutsideLoop(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2018), .error, "`\(word)` stands outside a loop", at: span,
            help: "use it inside `while` or `for`")
    }

    static func emptyNeedsType(_ literal: String, example: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2019), .error, "the type of `\(literal)` is not known here", at: span,
            help: "write it: `\(example)`")
    }

    /// - Parameter fix: writes the one enum that has such a case.
    static func caseNeedsType(_ name: String, at span: Span, fix: Fix?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2019), .error, "the enum of `.\(name)` is not known here", at: span,
            help: fix?.title ?? "write it: `Enum.\(name)`", fixes: fix.map { [$0] } ?? [])
    }

    static func lambdaNeedsTypes(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2019), .error, "the type of `\(name)` is not known here", at: span,
            help: "write it: `(\(name): T) => …`")
    }

    /// - Parameter words: the list is written out where words of a command are expected: without its brackets.
    static func noTextForm(_ type: String, at span: Span, words: Fix? = nil) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2020), .error, "`\(type)` has no text form", at: span,
            help: words == nil
                ? "interpolate a part of it, or write `jsonText(…)` for its JSON"
                : "write each word as an argument of its own", fixes: words.map { [$0] } ?? [])
    }

    static func optionalAsText(_ type: String, default text: String?, at span: Span) -> Diagnostic {
        let end = Span(file: span.file, start: span.end, end: span.end)
        return Diagnostic(
            DiagnosticCode(2020), .error, "`\(type)` may be null and has no text form", at: span,
            help: "give a default: `{… ?? \(text ?? "…")}`",
            fixes: text.map { [Fix("give a default", [TextEdit(end, " ?? \($0)")])] } ?? [])
    }

    static func mayBeNull(_ text: String, expected: String, found: String, at span: Span, fixes: [Fix])
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2021), .error,
            "expected `\(expected)`, found `\(found)`: `\(shortened(text))` may be null", at: span,
            help: "give a default with `??`, or test it with `!= null` first", fixes: fixes)
    }

    static func optionalOperand(
        _ operation: String, _ text: String, _ type: String, default fallback: String?, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2021), .error,
            "`\(operation)` takes no `\(type)`: `\(shortened(text))` may be null", at: span,
            help: "give a default: `(\(shortened(text)) ?? \(fallback ?? "…"))`")
    }

    static func optionalMember(
        _ base: String, _ type: String, _ name: String, at span: Span, fix: Fix?
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2021), .error, "`\(shortened(base))` may be null: `\(type)` has no `\(name)`",
            at: span,
            help: fix == nil
                ? "give a default with `??`, or test it with `!= null` first"
                : "write `?.\(name)`, or give a default with `??`", fixes: fix.map { [$0] } ?? [])
    }

    /// - Parameter meant: what was meant to stand on the operation's left.
    static func greedyDefault(_ operation: String, _ meant: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2011), .error, "`??` takes all that stands behind it, `\(operation)` included",
            at: span, help: "write `(\(shortened(meant))) \(operation) …`")
    }

    static func chainOnPresent(_ base: String, _ type: String, at span: Span, fix: Fix?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2021), .error, "`\(shortened(base))` is never null: it is `\(type)`", at: span,
            help: "write `.`",
            fixes: fix.map { [$0] } ?? [])
    }

    static func defaultNotConstant(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2022), .error, "a default must be known when the program is compiled", at: span,
            help: "use literals and constants made of literals")
    }

    static func defaultCycle(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2022), .error, "the default of `\(name)` needs itself", at: span,
            help: "write its value out")
    }

    static func numberTooLarge(_ text: String, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2023), .error, "`\(shortened(text))` does not fit `\(type)`", at: span,
            help: type == "Int"
                ? "Int holds -9223372036854775808 to 9223372036854775807" : "use a smaller number")
    }

    static func notAMapKey(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2024), .error, "`\(type)` cannot be a map's key", at: span,
            help: "use String, Int or an enum without payloads")
    }

    static func constantCycle(_ name: String, at span: Span, declared: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2025), .error, "the constant `\(name)` needs itself", at: span,
            labels: declared == span ? [] : [DiagnosticLabel(declared, "declared here")],
            help: "break the circle")
    }

    /// - Parameter result: the type that the func would yield with it, where its head names none.
    static func unusedValue(at span: Span, fixes: [Fix], result: String? = nil) -> Diagnostic {
        let yielded = result.map { "say that the func yields it, `-> \($0)`, or remove it" }
        return Diagnostic(
            DiagnosticCode(2026), .error, "this value is not used", at: span,
            help: fixes.isEmpty ? yielded ?? "bind it with `let`, or remove it" : "write `=` to assign",
            fixes: fixes)
    }

    static func notIterable(_ type: String, help: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2027), .error, "`for` needs a list, a map or a range, found `\(type)`", at: span,
            help: help)
    }

    static func patternMismatch(_ pattern: String, _ type: String, help: String?, at span: Span) -> Diagnostic
    {
        Diagnostic(DiagnosticCode(2028), .error, "\(pattern) never matches `\(type)`", at: span, help: help)
    }

    static func tupleCount(_ names: Int, _ type: String, found: Int?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2028), .error,
            found.map { "expected \(several($0, "name")) for `\(type)`, found \(names)" }
                ?? "expected a tuple, found `\(type)`", at: span,
            help: found == nil ? nil : "use `_` for what is not needed")
    }

    static func patternNotBinding(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2028), .error, "only names and `_` may stand here", at: span,
            help:
                "give a tuple a name and take it apart in a `let` of its own; use `match` for other patterns")
    }

    static func alternativesDiffer(
        _ name: String, _ first: String, _ second: String, at span: Span, first place: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2028), .error,
            "`\(name)` is `\(first)` in one alternative and `\(second)` in another", at: span,
            labels: [DiagnosticLabel(place, "`\(first)` here")], help: "write an arm for each")
    }

    static func alternativeMisses(_ name: String, at span: Span, bound: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2028), .error, "this alternative does not bind `\(name)`", at: span,
            labels: [DiagnosticLabel(bound, "the first one does")],
            help: "bind the same names in each, or write an arm for each")
    }

    static func alternativeAdds(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2028), .error, "`\(name)` is not bound in the first alternative", at: span,
            help: "bind the same names in each, or write an arm for each")
    }

    static func notAType(_ name: String, _ what: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(2029), .error, "expected a type, found \(what): `\(name)`", at: span)
    }

    static func notAValue(_ name: String, _ what: String, at span: Span) -> Diagnostic {
        let help: String
        switch what {
        case "a record": help = "write `\(name) { … }`"
        case "an enum": help = "write `\(name).case`"
        case "a workflow", "an action": help = "call it in a step: `step x = \(name)(…)`"
        default: help = "write `\(name).…`"
        }
        return Diagnostic(
            DiagnosticCode(2029), .error, "`\(name)` is \(what), not a value", at: span, help: help)
    }

    static func notARecord(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2029), .error, "`\(type)` is not a record", at: span,
            help: "only records have fields to name")
    }

    static func recordContainsItself(_ type: String, field: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2030), .error, "`\(type)` holds itself in `\(field)` and could never be made",
            at: span,
            help: "make the field a `\(type)?` or a list")
    }

    static func unknownModuleMember(_ name: String, of module: String, at span: Span, near: String?)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2031), .error, "the module `\(module)` has no `\(name)`", at: span,
            help: meant(near),
            fixes: replacement(near, span))
    }

    /// - Parameter path: the module of the standard library that has this name.
    static func unknownModule(_ name: String, path: String?, at span: Span, near: String?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2031), .error, "no module is in use as `\(name)`", at: span,
            help: path.map { "add `use \($0)`" } ?? meant(near) ?? "add `use …`",
            fixes: path == nil ? replacement(near, span) : [])
    }

    static func notEncodable(_ type: String, _ part: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2032), .error,
            type == part ? "`\(type)` cannot be stored" : "`\(type)` cannot be stored: it holds `\(part)`",
            at: span,
            help: "keep functions inside funcs; steps, parameters of workflows and Json hold data")
    }

    static func armsDiffer(_ what: String, _ left: String, _ right: String, at span: Span, first: Span)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2033), .error, "\(what) yields `\(left)` in one place and `\(right)` in another",
            at: span,
            "this is `\(right)`", labels: [DiagnosticLabel(first, "this is `\(left)`")],
            help: "make all of them the same type")
    }

    static func elementsDiffer(_ left: String, _ right: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2033), .error, "expected an element of type `\(left)`, found `\(right)`", at: span,
            help: "make all elements the same type")
    }

    static func cannotCast(_ found: String, _ target: String, help: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2034), .error, "`as` converts from and to Json, found `\(found)` to `\(target)`",
            at: span, help: help)
    }

    static func withNeedsRecord(_ type: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(2035), .error, "`with` needs a record, found `\(type)`", at: span)
    }

    static func cannotIndex(_ type: String, help: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2035), .error, "`[…]` needs a list, a map or Json, found `\(type)`", at: span,
            help: help)
    }

    static func wrongReceiver(_ name: String, _ wanted: String, _ found: String, at span: Span) -> Diagnostic
    {
        Diagnostic(DiagnosticCode(2036), .error, "`\(name)` is for `\(wanted)`, found `\(found)`", at: span)
    }

    static func constraintNotMet(_ name: String, _ type: String, _ wanted: String, at span: Span)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(2036), .error, "`\(name)` does not take `\(type)`", at: span,
            help: "it needs \(wanted)")
    }

    /// Source text short enough for a headline.
    static func shortened(_ text: String) -> String {
        let line = text.sourceLines.first.map { $0.filter { $0 != "\r" } } ?? ""
        return line.count > 40 || line.count < text.count ? String(line.prefix(37)) + "…" : line
    }
}
