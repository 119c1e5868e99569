// What the checker says about tests, and the codes of it.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func testStatementOutside(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3070), .error, "`\(word)` stands outside a test", at: span,
            help: "write it in a `test \"…\" { }` block")
    }

    static func mockNotEffect(_ name: String, _ kind: SymbolKind, isEnginesOwn: Bool, at span: Span)
        -> Diagnostic
    {
        let help: String
        switch kind {
        case .function, .constant, .config: help = "leave the mock out: what is pure runs as it is"
        case .workflow: help = "mock the actions that it calls"
        default: help = "name an action or an effect"
        }
        if isEnginesOwn {
            return Diagnostic(
                DiagnosticCode(3071), .error, "`\(name)` needs no mock: the time of a test is virtual",
                at: span, help: "leave the mock out")
        }
        return Diagnostic(
            DiagnosticCode(3071), .error,
            "expected an action or effect to mock, found \(kind.text), `\(name)`", at: span, help: help)
    }

    /// - Parameter name: what is called there, when it is a call.
    static func mockNeedsName(_ name: String?, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3071), .error, "expected the name of an action or effect", at: span,
            help: name.map { "write `\($0)` alone" } ?? "write `charge`, or with its module `http.get`",
            fixes: name.map { [Fix("write `\($0)`", [TextEdit(span, $0)])] } ?? [])
    }

    static func duplicateMock(_ name: String, at span: Span, earlier: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3072), .error, "`\(name)` has a mock already", at: span,
            labels: [DiagnosticLabel(earlier, "the first one")],
            help: "keep one; a mock that answers differently each time is a function: "
                + "`mock \(name) = (a, b) => …`")
    }

    static func mockAfterUse(_ name: String, at span: Span, act: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3073), .error, "`\(name)` is mocked after the test has begun to act", at: span,
            labels: [DiagnosticLabel(act, "acts first")],
            help: "move the mock to the top of the test; it holds for the whole test")
    }

    static func mockInBlock(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3074), .error, "a mock stands in a block inside the test", at: span,
            help: "move it to the top of the test; it holds for the whole test")
    }

    static func callsNotEffect(_ name: String, _ found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3075), .error, "expected an action or effect to count, found \(found), `\(name)`",
            at: span, help: "count an action that it calls")
    }

    static func callsTakesOne(_ count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3075), .error, "expected one action or effect in `calls`, found \(count) values",
            at: span, help: "write `calls(charge)`")
    }

    static func callsOutsideTest(isLambda: Bool, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3075), .error,
            isLambda ? "`calls` stands in a lambda" : "`calls` stands outside a test", at: span,
            help: isLambda ? "count outside, and use the number" : "count in a `test` block")
    }

    /// - Parameter found: nil: an effect of the engine's own.
    static func realNotEffect(_ name: String, _ found: String?, at span: Span) -> Diagnostic {
        guard let found else {
            return Diagnostic(
                DiagnosticCode(3076), .error, "`\(name)` is never real: the time of a test is virtual",
                at: span, help: "leave it out")
        }
        return Diagnostic(
            DiagnosticCode(3076), .error, "expected an effect to be real, found \(found), `\(name)`",
            at: span, help: "name the effect behind `via`, such as `exec` or `file.read`")
    }

    static func expectFailsNeedsCall(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3077), .error, "expected a call of a workflow or action before `fails`", at: span,
            help: "write `expect fulfil(order) fails`")
    }

    static func duplicateTest(_ title: String, at span: Span, earlier: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3078), .error, "there is a test \"\(title)\" already", at: span,
            labels: [DiagnosticLabel(earlier, "the first one")], help: "give it a title of its own")
    }

    static func testTitleNotPlain(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3078), .error, "expected plain text as the title of a test, found an expression",
            at: span, help: "write the title out")
    }

    static func declaredInTest(_ word: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3080), .error, "`\(word)` belongs to a workflow, found in a test", at: span,
            help: word == "signal"
                ? "spawn the workflow that declares it: `let run = spawn …`, then `run.send(…)`"
                : "declare it in the workflow that others ask")
    }

    static func mockNeedsOneCode(_ found: String, example: UInt32, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3079), .error, "expected one status to fail with, found `\(found)`", at: span,
            help: "write a number, such as \(example)")
    }
}
