// What the checker says about flows, and their codes.
import WfDiagnostics
import WfSource

extension Diagnostic {
    // MARK: shape

    static func unknownFlowNode(_ name: String, near: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3100), .error, "there is no node `\(name)` in this flow", at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "name a step, a gate or an end of this flow",
            fixes: near.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func flowNotReached(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3101), .error, "nothing leads to `\(name)`", at: span,
            help: "let an arrow lead to it, or remove it")
    }

    static func flowLeadsNowhere(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3102), .error, "`\(name)` leads nowhere", at: span,
            help: "write `-> ` and the node that comes next, or `-> ` and an `end`")
    }

    static func flowWithoutStart(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3103), .error, "this flow has no start", at: span,
            help: "write `start -> ` and its first node")
    }

    static func flowStartName(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3103), .error, "`start` is where the flow begins, and no name of a node", at: span,
            help: "give the node another name")
    }

    static func flowEdgeSource(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3103), .error, "only `start` has an arrow of its own, found `\(name)`", at: span,
            help: "write the arrow behind the node: `step \(name.isEmpty ? "a" : name) = … -> next`")
    }

    static func gateShape(_ gate: String, takesArms: Bool, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3104), .error,
            takesArms ? "`\(gate)` needs arms in braces" : "`\(gate)` takes no arms", at: span,
            help: takesArms
                ? "write `\(gate) name { condition -> node, else -> node }`" : "write `\(gate) name -> node`")
    }

    static func gateArm(_ word: String, _ gate: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3104), .error, "`\(word)` cannot stand here in `\(gate)`", at: span,
            help: gate == "first"
                ? "write `await` and a signal, `timeout` and a time, or a condition"
                : "write conditions, and `else` as the last arm")
    }

    static func flowStatement(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3104), .error, "this statement is no node of a flow", at: span,
            help: "write a step with an arrow: `step name = … -> next`")
    }

    static func flowAfter(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3104), .error, "`after` has no meaning in a flow", at: span,
            help: "let an arrow lead to the step")
    }

    static func flowEvent(_ word: String, at span: Span) -> Diagnostic {
        let near = Suggestion.best(for: word, among: ["timeout", "every", "signal", "error", "when"])
        return Diagnostic(
            DiagnosticCode(3105), .error,
            "expected `timeout`, `every`, `signal`, `error` or `when`, found `\(word)`",
            at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "write `on timeout 5d -> node`, for example")
    }

    static func flowEventPlace(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error, "this event belongs to nothing", at: span,
            help: "put it below a step, a `first`, or `start` for the whole flow")
    }

    static func flowErrorGoesOn(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error,
            "a failure ends what it happens to, so that nothing goes on beside it",
            at: span, help: "write `on error -> node` below the step")
    }

    static func flowRepeatsAlone(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error,
            "an event that stops what it belongs to comes once, so that it has neither `every` nor `limit`",
            at: span, help: "write `on parallel`, or `timeout` without `limit`")
    }

    static func flowLimit(_ found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error,
            "`limit` is a number from 1 to \(FlowLimits.repeatsMax), found `\(found)`", at: span,
            help: "write the number itself: `limit 3`")
    }

    static func flowRepeats(_ event: String, meeting: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3116), .error,
            "`\(event)` may come several times, and leads to `\(meeting)`, which takes one token only",
            at: span,
            help: "write `limit 1`, or let it lead to an end of its own without a value")
    }

    static func flowEventArgument(_ event: String, _ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error, "`\(event)` needs \(what)", at: span,
            help: "write \(what) behind `\(event)`")
    }

    static func unknownFlowSignal(_ name: String, near: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3105), .error, "this flow declares no signal `\(name)`", at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "declare it: `signal \(name): Json`")
    }

    static func flowEndWithoutValue(_ name: String, _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3106), .error, "`\(name)` ends a flow that yields `\(type)` without a value",
            at: span,
            help: "write `= ` and the value")
    }

    static func flowTypeCircle(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(2080), .error, "the type of `\(name)` depends on itself", at: span,
            help: "write it: `\(name): Int = …`, for example")
    }

    // MARK: soundness

    private static func way(_ path: [String]) -> String {
        let shown = path.count > 24 ? Array(path.prefix(12)) + ["…"] + Array(path.suffix(11)) : path
        return shown.joined(separator: " → ")
    }

    static func flowStuck(_ path: [String], waiting: [String], at span: Span) -> Diagnostic {
        let names = waiting.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            DiagnosticCode(3110), .error, "this flow can get stuck: \(way(path))", at: span,
            names.isEmpty ? "waits for ever" : "\(names) \(waiting.count > 1 ? "wait" : "waits") for ever",
            help: "a `join` needs a token on each of its arrows: merge alternatives without it")
    }

    /// - Parameter beside: the event beside a step whose token is one of the two; nil for none.
    static func flowCrowded(_ path: [String], at span: Span, _ node: String, beside: String?) -> Diagnostic {
        let help =
            beside.map { "what `\($0)` has begun may still be under way; let it come to an end of its own" }
            ?? "bring parallel ways together with a `join` before"
        return Diagnostic(
            DiagnosticCode(3111), .error, "two tokens can meet in this flow: \(way(path))", at: span,
            "\(node) would be passed twice", help: help)
    }

    static func flowTwoValues(_ path: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3112), .error, "this flow can end with two values: \(way(path))", at: span,
            help: "let only one way end with a value, or `terminate` the flow with it")
    }

    static func flowWithoutValue(_ path: [String], _ type: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3112), .error, "this flow can end without its `\(type)`: \(way(path))", at: span,
            help: "write `= ` and the value behind the name of the end")
    }

    static func flowEndless(_ path: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3113), .error, "from here no end can be reached: \(way(path))", at: span,
            help: "let a way lead out of the circle")
    }

    static func flowDead(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3114), .error, "nothing ever comes to `\(name)`", at: span,
            help: "look at the gates before it: they never let a token through")
    }

    static func flowTooLarge(_ states: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3115), .warning, "it is not proved that this flow always finishes", at: span,
            "\(states) states were searched without a mistake, then the search was given up",
            help: "put parts of it into flows of their own, which are proved one by one")
    }
}
