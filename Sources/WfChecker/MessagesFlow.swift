// What the checker says about workflows, steps and actions, and their codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    // MARK: dependencies and flow

    /// `entries` in run order, the first again at the end.
    static func cycle(_ entries: [(name: String, span: Span)]) -> Diagnostic {
        let shown =
            entries.count > 10
            ? Array(entries.prefix(8)) + [("…", entries[0].span)] + [entries[entries.count - 1]] : entries
        let path = shown.map { $0.name }.joined(separator: " → ")
        var labels: [DiagnosticLabel] = []
        for index in 1..<max(1, entries.count - 1) where index < 9 {
            labels.append(DiagnosticLabel(entries[index].span, "waits for `\(entries[index - 1].name)`"))
        }
        let last = entries[max(0, entries.count - 2)].name
        return Diagnostic(
            DiagnosticCode(3001), .error, "these steps wait for each other: \(path)", at: entries[0].span,
            "waits for `\(last)`", labels: labels,
            help: "break the circle: one of them must not read the other")
    }

    static func unknownStep(_ name: String, at span: Span, near: String?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3002), .error, "there is no step `\(name)` to wait for", at: span,
            help: near.map { "did you mean `\($0)`?" },
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func afterNotAStep(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3002), .error, "`\(name)` is not a step", at: span,
            help: "name a step of this block in `after`")
    }

    static func afterNeedsName(at span: Span, help: String) -> Diagnostic {
        Diagnostic(DiagnosticCode(3002), .error, "`after` takes names of steps", at: span, help: help)
    }

    static func nextOutsideLoop(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3003), .error, "`next` stands outside a `loop`", at: span,
            help: "use it at the end of a loop's block")
    }

    static func nextNotLast(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3003), .error, "`next` is not the last statement of its block", at: span,
            help: "move it to the end")
    }

    static func nextCount(expected: [String], found: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3003), .error,
            "expected \(expected.count) value\(expected.count == 1 ? "" : "s") for the loop's state, found \(found)",
            at: span, help: "write `next (\(expected.joined(separator: ", ")))`")
    }

    static func loopWithoutNext(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3004), .error, "this turn of the loop ends without `next`", at: span,
            help: "say what the state becomes: `next (…)`")
    }

    /// - Parameter isInLoop: inside a `loop` of a workflow.
    static func workflowStatement(
        _ what: String, at span: Span, isFunctionOnly: Bool = false, isInLoop: Bool = false
    ) -> Diagnostic {
        if isFunctionOnly {
            let help =
                switch what {
                case "`while`": "write `loop (n: Int = 0) while n < 3 { … next n + 1 }`"
                case "`break`" where isInLoop: "say behind the loop's `while` how long it goes on"
                case "`continue`" where isInLoop:
                    "put the rest of the turn into an `if`; `next (…)` stays last"
                case "an assignment" where isInLoop:
                    "say at the end of the turn what the state becomes: `next (…)`"
                default: "compute in a func and call it, or use `let`, `loop` and the block's last expression"
                }
            return Diagnostic(
                DiagnosticCode(3005), .error, "\(what) is for funcs, found in a workflow", at: span,
                help: help)
        }
        return Diagnostic(
            DiagnosticCode(3006), .error, "\(what) is for workflows, found in a func", at: span,
            help: "funcs compute; move it to a workflow")
    }

    static func clauseTwice(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(3007), .error, "`\(word)` is given twice", at: span, help: "remove one")
    }

    static func clauseNeedsCall(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3007), .error, "`\(word)` needs a step that makes a call", at: span,
            help: "write it on a step inside the block")
    }

    static func clauseOnPure(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3007), .error, "`\(word)` stands behind a pure call", at: span,
            help: "remove it: nothing waits here")
    }

    static func clauseOfStep(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3007), .error, "`\(word)` belongs to a step, found on an action", at: span,
            help: "write it where the action is called")
    }

    static func clauseInFunction(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3007), .error, "`\(word)` belongs to a step, found in a func", at: span,
            help: "remove it")
    }

    static func limitInFunction(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3007), .error, "`limit` is for the `for` of a workflow, found in a func", at: span,
            help: "remove it: a func's loop runs one turn after the other")
    }

    static func unknownFailureKind(_ name: String, near: String?, known: [String], at span: Span)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(3008), .error, "there is no failure of kind `\(name)`", at: span,
            notes: ["the kinds are \(known.map { "`\($0)`" }.joined(separator: ", "))"],
            help: near.map { "did you mean `\($0)`?" },
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func faultIsNotTriedAgain(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3008), .error, "a `\(name)` fault is never tried again: it would come again",
            at: span, help: "remove it here; `catch error on \(name)` takes it")
    }

    static func failureKindArgument(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3008), .error, "`\(name)` takes no number", at: span,
            help: "only `exit(…)` and `http(…)` do")
    }

    static func backoffReversed(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3011), .error, "the longest pause is shorter than the first", at: span,
            help: "write the shorter one first: `backoff 1s..1m`")
    }

    static func failoverType(expected: String, found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3009), .error, "the failover yields `\(found)`, but the step yields `\(expected)`",
            at: span,
            help: "make both the same type")
    }

    static func failoverNotCall(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3009), .error, "a failover is one call or one value", at: span,
            help: "put the steps in a workflow and call it")
    }

    // MARK: effects

    static func stepKeyElsewhere(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4086), .error, "`step.key` is known only in the `via` and `returns` of an action",
            at: span, help: "put the call into an `action`, and use it there")
    }

    /// - Parameter isTest: in a test, where a `let` may call it.
    static func nestedEffect(_ name: String, _ what: String, isTest: Bool, at span: Span, fix: Fix?)
        -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(4001), .error,
            "the \(what) `\(name)` is called inside an expression; a step makes one call", at: span,
            help: isTest ? "name it above: `let outcome = \(name)(…)`" : "name it as a step of its own",
            fixes: fix.map { [$0] } ?? [])
    }

    static func stepInsideExpression(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4001), .error, "\(what) stands inside an expression; it runs as a step", at: span,
            help: "name it as a step of its own, and read that")
    }

    static func effectInFunction(
        _ name: String, _ what: String, isLambda: Bool, place: String, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4002), .error, "the \(what) `\(name)` cannot be called in \(place)", at: span,
            help: isLambda
                ? "use `for` to run a step for each element"
                : "call it in a workflow's step and pass the result")
    }

    static func actionWithoutVia(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4003), .error, "the action `\(name)` does not say what it does", at: span,
            help: "add `via exec(…)`")
    }

    static func viaNotEffect(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4003), .error, "`via` takes one call of a built-in effect", at: span,
            help: "call `exec`, `shell`, `file.read`, … or make it a workflow")
    }

    static func letTouchesWorld(at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4004), .error, "`let` names a pure value, found a call that touches the world",
            at: span,
            help: "write `step`", fixes: [fix])
    }

    static func awaitsCall(at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4004), .error, "`await` waits for a signal or a run, found a call", at: span,
            help: "write `step name = call(…)`: a step waits for its call by itself", fixes: [fix])
    }

    static func pureStep(_ name: String, at span: Span, fix: Fix) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4005), .error, "the step `\(name)` makes no call that touches the world", at: span,
            help: "write `let` for a pure value", fixes: [fix])
    }

    static func resultNeedsReturns(found: String, wanted: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4006), .error,
            "the effect yields `\(found)`, which does not become `\(wanted)` by itself", at: span,
            help: "say how: `returns …`, which may read `result`")
    }
}
