// What the lints say, and their codes. The one place of this wording.
import WfDiagnostics
import WfSource

/// What an unused name is.
enum UnusedName {
    case value, item, pattern
}

extension Diagnostic {
    static func warning(
        _ number: UInt16, _ message: String, _ span: Span, _ spanText: String = "",
        labels: [DiagnosticLabel] = [], notes: [String] = [], help: String? = nil, fixes: [Fix] = []
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(number), .warning, message, at: span, spanText, labels: labels, notes: notes,
            help: help, fixes: fixes)
    }

    // MARK: names

    static func unusedName(_ name: String, _ what: UnusedName, at span: Span) -> Diagnostic {
        let help: String
        switch what {
        case .value: help = "remove it, or read it where it was meant to be read"
        case .item: help = "read it in the block, or write `_` when each turn is the same"
        case .pattern: help = "write `_` for what is not needed"
        }
        let fixes = what == .value ? [] : [Fix(safe: "write `_`", [TextEdit(span, "_")])]
        return warning(5001, "`\(name)` is never read", span, help: help, fixes: fixes)
    }

    static func unusedParameter(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5002, "the parameter `\(name)` is never read", span,
            help: "read it, remove it, or call it `_\(name)` if it must stay")
    }

    static func unreadAnswer(_ callee: String, step: String?, at span: Span) -> Diagnostic {
        warning(
            5003,
            step.map { "nobody reads what the step `\($0)` asks for" }
                ?? "nobody reads what `\(callee)` answers",
            span, notes: ["`\(callee)` changes nothing in the world: only its answer matters"],
            help: step == nil ? "name it and read it, or remove it" : "read it, or remove the step")
    }

    static func unusedUse(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5004, "nothing of the module `\(name)` is used", span, help: "remove this line")
    }

    static func unusedDeclaration(_ name: String, _ what: String, at span: Span) -> Diagnostic {
        let word = what.split(separator: " ").last.map(String.init) ?? what
        return warning(
            5005, "the \(word) `\(name)` is never used", span, help: "use it, or remove it")
    }

    static func shadows(_ name: String, at span: Span, hidden: Span) -> Diagnostic {
        warning(
            5006, "`\(name)` hides another `\(name)`", span, "from here on this one is meant",
            labels: [DiagnosticLabel(hidden, "this one is hidden")], help: "give one of them another name")
    }

    static func discardedCall(at span: Span) -> Diagnostic {
        warning(
            5007, "this value is computed and thrown away", span,
            help: "name it with `let` and read it, or remove it")
    }

    // MARK: expressions

    static func constantCondition(_ value: Bool, consequence: String, at span: Span) -> Diagnostic {
        warning(
            5010, "this condition is always \(value): \(consequence)", span,
            help: "write the condition that is meant, or remove it")
    }

    static func sameOperands(_ text: String, _ operation: String, result: String, at span: Span)
        -> Diagnostic
    {
        warning(
            5011, "both sides of `\(operation)` are `\(shortened(text))`: \(result)", span,
            help: "write what it should be compared or combined with")
    }

    /// - Parameter way: such as "with `==`".
    static func floatEquality(_ way: String, at span: Span) -> Diagnostic {
        warning(
            5012, "Float values are compared \(way)", span,
            notes: ["0.1 + 0.2 is not 0.3: results of arithmetic are rounded"],
            help: "compare the distance: `(a - b).abs() < 0.001`, or use Decimal or Int")
    }

    static func assignsItself(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5011, "`\(name)` is assigned to itself", span, help: "assign what was meant, or remove the line")
    }

    static func wrongUnit(_ name: String, nameUnit: String, function: String, at span: Span) -> Diagnostic {
        warning(
            5013, "`\(name)` sounds like \(nameUnit), but `\(function)` takes \(function)", span,
            help: "write `\(nameUnit)(\(name))`, or give the name its real unit")
    }

    // MARK: graphs

    static func unreachable(at span: Span, behind: String, _ earlier: Span) -> Diagnostic {
        warning(
            5014, "this is never reached", span,
            labels: [DiagnosticLabel(earlier, "`\(behind)` ends it here")], help: "remove it, or move it up")
    }

    static func failDoesNotWait(_ name: String, at span: Span, fail: Span) -> Diagnostic {
        warning(
            5015, "`fail` does not wait for `\(name)`, which may never start", span,
            labels: [DiagnosticLabel(fail, "ends the block at once")],
            notes: ["steps of a block run side by side unless one reads the other"],
            help: "put them in `sequence { … }`, or read `\(name)` in the message")
    }

    static func timeoutBehindDeadline(at span: Span, deadline: Span) -> Diagnostic {
        warning(
            5016, "this timeout is never reached: the deadline comes first", span,
            labels: [DiagnosticLabel(deadline, "of all attempts together")],
            help: "make `timeout` shorter than `deadline`, or remove it")
    }

    static func deadlineBeforeTimeout(of action: String, at span: Span, action place: Span) -> Diagnostic {
        warning(
            5016, "the `timeout` of `\(action)` is never reached: this deadline comes first", span,
            labels: [DiagnosticLabel(place, "it may take longer than that each time")],
            help: "make the deadline longer, or give the step a shorter `timeout`")
    }

    static func redundantAfter(_ names: [String], isAll: Bool, at span: Span) -> Diagnostic {
        let quoted = names.map { "`\($0)`" }.joined(separator: ", ")
        return warning(
            5017, "the step reads \(quoted) and waits for it anyway", span,
            help: isAll ? "remove this `after`" : "remove \(quoted) from this `after`")
    }

    static func afterTwice(_ name: String, at span: Span) -> Diagnostic {
        warning(5017, "`after` names `\(name)` twice", span, help: "remove one of them")
    }

    static func afterThroughOther(_ name: String, _ other: String, at span: Span) -> Diagnostic {
        warning(
            5017, "the step waits for `\(other)`, which waits for `\(name)`", span,
            help: "remove `\(name)` from this `after`")
    }

    static func retryNever(at span: Span) -> Diagnostic {
        warning(
            5018, "`retry 0` allows no further attempt", span,
            help: "write how many further attempts there may be, or remove it")
    }

    // MARK: the world

    static func unboundedCall(_ program: String, action: String?, at span: Span) -> Diagnostic {
        warning(
            5020, "nothing bounds how long `\(program)` may take", span,
            notes: ["a program that talks to another machine may wait for ever"],
            help: action == nil
                ? "add `timeout 30s` to the step"
                : "add `timeout 30s` to the action or to the steps that call it")
    }

    static func retryOnNoTimeout(at span: Span) -> Diagnostic {
        warning(
            5021, "this step is retried after a timeout, but has none", span,
            help: "add `timeout …`, or remove `timeout` from the list")
    }

    static func retriesTwice(_ what: String, at span: Span, call: Span) -> Diagnostic {
        warning(
            5022, "a retry may do this twice: \(what)", span,
            labels: [DiagnosticLabel(call, "a lost answer looks like a failure")],
            help:
                "pass the step's key (`WF_KEY` in its environment) to whoever can drop repeats, or do not retry"
        )
    }

    static func unboundedFan(_ what: String, at span: Span) -> Diagnostic {
        warning(
            5023, "this may start any number of `\(what)` at once", span,
            help: "say how many at a time: `limit 8`")
    }

    static func busyLoop(_ what: String, at span: Span) -> Diagnostic {
        warning(
            5024, "this loop asks `\(what)` again and again without a pause", span,
            help: "wait between turns: `step pause = sleep(5s)`")
    }

    /// - Parameters:
    ///   - reader: who reads the text: `the shell`.
    ///   - isShell: the call is one of `shell`.
    static func shellInjection(_ text: String, at span: Span, reader: String, fix: Fix?, isShell: Bool)
        -> Diagnostic
    {
        let isProgram = reader.hasPrefix("`")
        let away =
            reader.hasSuffix("machine")
            ? "send a script's name and its input (`stdin:`), or check the value first"
            : isProgram
                ? "pass it as an argument of its own, or in `env:`"
                : "pass it in `env:` and write `\"$NAME\"` in the command, or use `exec`"
        return warning(
            5025,
            "\(reader) will read `\(shortened(text))` as part of the \(isProgram ? "program" : "command")",
            span,
            notes: [
                isProgram
                    ? "a quote in the value would end the text that it stands in"
                    : "a `;` or `$(…)` in the value would run as a command of its own"
            ],
            help: fix == nil ? away : "use `exec`, whose arguments never pass through a shell",
            fixes: fix.map { [$0] } ?? [])
    }

    static func retriesUnkeyed(_ verb: String, at span: Span, call: Span) -> Diagnostic {
        warning(
            5092, "another attempt may \(verb) once more", span,
            labels: [DiagnosticLabel(call, "is not told that it is the same attempt")],
            notes: ["when an answer is lost, the other side may have done its work all the same"],
            help: "pass `step.key` on, or retry only where nothing has been done: `on exit(75)`")
    }

    // MARK: waiting

    static func unreadDecision(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5026,
            name.isEmpty
                ? "nobody reads how this approval ends" : "nobody reads how the approval `\(name)` ends",
            span, notes: ["what comes behind it goes on after `.rejected` and `.expired`, too"],
            help: name.isEmpty
                ? "name it and match it: `.approved(by) => …`"
                : "match it: `match \(name) { .approved(by) => …, else => … }`")
    }

    static func unawaitedSignal(_ name: String, at span: Span) -> Diagnostic {
        warning(
            5027, "nothing awaits the signal `\(name)`", span,
            notes: ["what is sent to it lies unread until the run has ended"],
            help: "await it: `step \(name)Sent = await \(name)`, or remove it")
    }

    static func unusedHandle(_ name: String, at span: Span, fix: Fix) -> Diagnostic {
        warning(
            5028, "nothing uses the run `\(name)` that is started here", span,
            help: "await it: `await \(name)`, or spawn it without a name", fixes: [fix])
    }

    static func endlessTask(at span: Span) -> Diagnostic {
        warning(
            5029, "this task waits for ever when nobody takes it", span,
            help: "add `deadline 5d` to the step, and say with `else` or `catch` what happens then")
    }

    // MARK: `wf:allow`

    static func allowanceUnused(_ codes: [UInt16], at span: Span) -> Diagnostic {
        let text = codes.map { DiagnosticCode($0).description }.joined(separator: ", ")
        return warning(
            5090, "this comment allows \(text), which \(codes.count == 1 ? "does" : "do") not occur here",
            span,
            help: span.length > 6 ? "remove the comment" : "remove the code from the comment")
    }

    static func allowanceWithoutCode(at span: Span) -> Diagnostic {
        warning(
            5091, "this comment allows a warning without saying which", span,
            notes: ["only warnings, WF5001 to WF5099, can be allowed"],
            help: "write `// wf:allow WF5020 because …`")
    }

    static func allowanceOfNoWarning(_ code: DiagnosticCode, at span: Span) -> Diagnostic {
        warning(
            5091, "\(code) cannot be allowed: it is no warning", span,
            notes: ["only warnings, WF5001 to WF5099, can be allowed"],
            help: "remove the code, and mend what it says")
    }

    static func allowanceWithoutReason(at span: Span) -> Diagnostic {
        warning(
            5091, "this comment allows a warning without saying why", span,
            help: "write `because …` behind the code")
    }

    static func allowanceWithoutBecause(at span: Span) -> Diagnostic {
        warning(
            5091, "the reason in this comment does not begin with `because`", span,
            help: "write `because` in front of the reason")
    }
}
