// What the lints about logic, names and style say, and their codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func comparedWithTruth(_ shorter: String, at span: Span) -> Diagnostic {
        warning(
            5030, "a Bool is compared with `true` or `false`", span, help: "write `\(shortened(shorter))`",
            fixes: [Fix(safe: "write it without the comparison", [TextEdit(span, shorter)])])
    }

    static func negatedTwice(shorter: String, at span: Span) -> Diagnostic {
        warning(
            5031, "this negation is not needed", span, help: "write `\(shortened(shorter))`",
            fixes: [Fix(safe: "write it without the negation", [TextEdit(span, shorter)])])
    }

    static func needlessParentheses(_ inner: String, at span: Span) -> Diagnostic {
        warning(
            5032, "these parentheses change nothing", span, help: "remove them",
            fixes: [Fix(safe: "remove the parentheses", [TextEdit(span, inner)])])
    }

    static func branchesAreEqual(at span: Span, other: Span) -> Diagnostic {
        warning(
            5033, "both branches of this `if` are the same", span,
            labels: [DiagnosticLabel(other, "the same again")],
            help: "write what the other case needs, or remove the `if`")
    }

    static func conditionRepeated(_ text: String, at span: Span, first: Span) -> Diagnostic {
        warning(
            5034, "`\(shortened(text))` has been asked before", span,
            labels: [DiagnosticLabel(first, "asked here")],
            help: "write the condition that is meant, or remove it")
    }

    static func armsAreEqual(_ both: String, at span: Span, first: Span) -> Diagnostic {
        warning(
            5035, "this arm does the same as the one above", span,
            labels: [DiagnosticLabel(first, "the one above")],
            help: "write one arm: `\(shortened(both)) => …`")
    }

    static func countNeverNegative(_ text: String, value: Bool, at span: Span) -> Diagnostic {
        warning(
            5036, "`\(shortened(text))` is always \(value): a count is never below 0", span,
            help: "compare with the number that is meant")
    }

    static func conditionsContradict(value: Bool, at span: Span, first: Span) -> Diagnostic {
        warning(
            5037, value ? "one of these always holds" : "these never hold together", span,
            labels: [DiagnosticLabel(first, "this one, and the last one")],
            help: value ? "write `&&`, or correct the numbers" : "write `||`, or correct the numbers")
    }

    static func emptyRange(_ low: String, _ high: String, at span: Span) -> Diagnostic {
        warning(
            5038, "this range is empty: \(low) is more than \(high)", span,
            help: "write the smaller number first; `.reversed()` gives a list backwards")
    }

    static func yieldsItsCondition(_ shorter: String, at span: Span) -> Diagnostic {
        warning(
            5039, "this `if` yields its own condition", span, help: "write `\(shortened(shorter))`",
            fixes: [Fix(safe: "write the condition", [TextEdit(span, shorter)])])
    }

    static func dividesByZero(at span: Span) -> Diagnostic {
        warning(5046, "this divides by 0, which always fails", span, help: "write the divisor that is meant")
    }

    static func templateSign(_ written: String, _ consequence: String, at span: Span, fix: Fix) -> Diagnostic
    {
        warning(
            5093, "`\(written)` is how other languages write a value in text: here \(consequence)", span,
            help: "write `{…}`", fixes: [fix])
    }

    static func negativeIndex(last: String?, at span: Span) -> Diagnostic {
        warning(
            5094, "an index below 0 always fails: the first is 0", span,
            help: last.map { "write `\($0)` for the last one" } ?? "count from the first one")
    }

    static func foregoneOperand(_ text: String, result: String, at span: Span) -> Diagnostic {
        warning(
            5047, "`\(shortened(text))` is always `\(shortened(result))`", span,
            help: "write the condition that is meant, or `\(shortened(result))`")
    }

    static func swallowedByValue(_ value: String, at span: Span) -> Diagnostic {
        warning(
            5060,
            "this `catch` takes every failure and yields `\(shortened(value))`, as if nothing had happened",
            span,
            help: "yield `null` or a case that says so, take only what is expected (`catch on timeout`), "
                + "or say why in a comment")
    }

    static func uselessOperation(_ text: String, result: String, at span: Span) -> Diagnostic {
        warning(
            5047, "`\(shortened(text))` is always `\(shortened(result))`", span,
            help: "write the value that is meant, or `\(shortened(result))`")
    }

    static func neverChanged(_ name: String, at span: Span, word: Span) -> Diagnostic {
        warning(
            5048, "the variable `\(name)` is never changed", span, help: "write `let`",
            fixes: [Fix(safe: "write `let`", [TextEdit(word, "let")])])
    }

    static func moneyInFloat(_ name: String, at span: Span, name nameSpan: Span) -> Diagnostic {
        warning(
            5049, "`\(name)` sounds like money, but Float rounds", span,
            labels: [DiagnosticLabel(nameSpan, "money")],
            notes: ["0.1 + 0.2 is not 0.3 in Float; Decimal keeps every digit"], help: "make it a Decimal")
    }

    static func nameStyle(_ name: String, _ what: String, _ better: String, at span: Span) -> Diagnostic {
        let how = what == "a type" ? "capital letter and no `_`" : "small letter and no `_`"
        return warning(
            5055, "the name of \(what) has a \(how), found `\(name)`", span, help: "call it `\(better)`")
    }

    static func longDeclaration(_ word: String, _ name: String, _ lines: Int, most: Int, at span: Span)
        -> Diagnostic
    {
        warning(
            5056, "the \(word) `\(name)` has \(lines) lines; up to \(most) can be read at once", span,
            help: "move parts of it to declarations of their own")
    }

    static func manyParameters(_ name: String, _ count: Int, most: Int, at span: Span) -> Diagnostic {
        warning(
            5057, "`\(name)` has \(count) parameters; up to \(most) can be told apart", span,
            help: "put those that belong together into a record")
    }

    static func deepNesting(_ most: Int, at span: Span) -> Diagnostic {
        warning(
            5058, "more than \(most) blocks stand inside each other", span,
            help: "move the inner ones to a declaration of their own")
    }

    static func undocumented(_ name: String, at span: Span) -> Diagnostic {
        warning(5059, "`\(name)` has no documentation", span, help: "say what it is on a line `/// …` above")
    }

    static func swallowedFailure(at span: Span) -> Diagnostic {
        warning(
            5060, "this `catch` takes every failure and does nothing about it", span,
            help: "handle it, take only what is expected (`catch on timeout`), or say why in a comment")
    }

    static func emptyBlock(_ what: String, at span: Span) -> Diagnostic {
        warning(
            5061, "this \(what) does nothing", span,
            help: "write what it should do, remove it, or say why in a comment")
    }

    static func needlessLambda(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5063, "this lambda only calls `\(name)`", span, help: "pass `\(name)` itself",
            fixes: [Fix(safe: "pass `\(name)`", [TextEdit(span, name)])])
    }

    static func endlessLoop(at span: Span) -> Diagnostic {
        warning(
            5065, "nothing ends this loop", span,
            notes: ["a func that does not end fails when its fuel is used up"],
            help: "add `break` or `return`, or write the condition that is meant")
    }

    static func endlessTurns(at span: Span) -> Diagnostic {
        warning(
            5065, "nothing ends this loop, and nothing in it waits", span,
            help: "write `while` and a condition, or wait in it: `sleep(1m)`, `await`")
    }

    static func sequenceOfQuestions(at span: Span) -> Diagnostic {
        warning(
            5078, "these steps only ask and do not read each other: they could run side by side", span,
            help: "remove `sequence`")
    }

    static func sequenceOfOne(at span: Span) -> Diagnostic {
        warning(5079, "a `sequence` of one statement orders nothing", span, help: "remove `sequence`")
    }

    static func needlessInterpolation(_ inner: String, at span: Span) -> Diagnostic {
        warning(
            5080, "this string is just `\(shortened(inner))`", span, help: "write `\(shortened(inner))`",
            fixes: [Fix(safe: "write the text itself", [TextEdit(span, inner)])])
    }

    static func defaultByIf(_ shorter: String, at span: Span) -> Diagnostic {
        warning(
            5081, "this `if` gives a default", span, help: "write `\(shortened(shorter))`",
            fixes: [Fix(safe: "write `??`", [TextEdit(span, shorter)])])
    }

    static func needlessReturn(_ value: String, at span: Span) -> Diagnostic {
        warning(
            5082, "the last expression is the value anyway", span, help: "remove `return`",
            fixes: [Fix(safe: "remove `return`", [TextEdit(span, value)])])
    }

    static func keyTwice(_ key: String, at span: Span, first: Span) -> Diagnostic {
        warning(
            5084, "the key `\(shortened(key))` is given twice; the last value counts", span,
            labels: [DiagnosticLabel(first, "given here")], help: "remove one, or correct it")
    }

    static func comparesCount(_ shorter: String, at span: Span) -> Diagnostic {
        warning(
            5085, "this asks whether something is empty", span, help: "write `\(shortened(shorter))`",
            fixes: [Fix(safe: "write `isEmpty`", [TextEdit(span, shorter)])])
    }
}
