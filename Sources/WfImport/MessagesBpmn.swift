// WF9050–9099: what import has to say of BPMN. Every message names the element with its id.
import WfDiagnostics
import WfSource

extension Diagnostic {
    // MARK: Refused

    static func bpmnDuplicateId(_ id: String, first: Span, isRefused: Bool, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9050), isRefused ? .error : .note, "the id `\(id)` is given twice", at: span,
            labels: [DiagnosticLabel(first, "first given here")], help: "give each element an id of its own")
    }

    static func bpmnBoundaryHost(_ what: String, _ name: String, isRefused: Bool, at span: Span) -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(9051), isRefused ? .error : .note,
            "\(what) is attached to "
                + (name.isEmpty ? "nothing" : "`\(name)`, which is no activity of the same process"),
            at: span,
            help: "attach it to a task or a sub-process beside it")
    }

    static func bpmnCrossing(_ what: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9052), .note, "\(what) leads to `\(name)`, which stands in another process",
            at: span,
            help: "sequence flows stay within one process; between processes go messages")
    }

    /// - Parameter rule: the rule that is broken, as a sentence without a full stop.
    static func bpmnRule(_ what: String, _ rule: String, at span: Span, other: Span? = nil) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9053), .error, "\(what) breaks a rule: \(rule)", at: span,
            labels: other.map { [DiagnosticLabel($0, "this one")] } ?? [],
            help: "change the model as BPMN wants it")
    }

    // MARK: Noted

    static func bpmnDangling(_ what: String, _ key: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9060), .note,
            name.isEmpty
                ? "\(what) has no `\(key)`"
                : "`\(key)` of \(what) names `\(name)`, which is nowhere in the file",
            at: span, help: "name an element of the file")
    }

    static func bpmnImport(_ location: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9061), .note, "the import of `\(location)` is not followed", at: span,
            help: "import that file by itself")
    }

    static func bpmnNoProcess(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9062), .note, "there is no process with a node in the file", at: span,
            help: "draw a process; pools without one only show who takes part")
    }

    static func bpmnUnknownElement(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9063), .note, "\(what) is no element that stands in a BPMN process", at: span,
            help: "remove it, or give it a namespace of its own")
    }

    /// - Parameter why: why it cannot run, as the rest of a sentence.
    static func bpmnNotRun(_ what: String, _ why: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9064), .note, "\(what) does not run as drawn: \(why)", at: span)
    }

    static func bpmnDecision(_ what: String, _ outcomes: [String], at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9065), .note,
            "\(what) has ways out without a condition; somebody decides: "
                + outcomes.map { "`\($0)`" }.joined(separator: ", "), at: span,
            help: "answer with `wfi tasks complete`, or write conditions on the arrows")
    }

    static func bpmnExpression(_ what: String, _ text: String, at span: Span) -> Diagnostic {
        let shown = text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(80)) } ?? ""
        return Diagnostic(
            DiagnosticCode(9066), .note, "\(what) has an expression that is not translated: `\(shown)`",
            at: span,
            help: "see `docs/import.md` for what is; write it again in the imported text")
    }

    static func bpmnEmptyTimer(_ what: String, signal: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9068), .note,
            "\(what) has no time that is known; it goes on with the signal `\(signal)`",
            at: span, help: "give the time in the model, or send the signal with `wfi signal`")
    }

    static func bpmnStart(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9069), .note, "\(what) does not start a run by itself", at: span,
            help: "start runs with `wfi run`, or write a trigger in the imported text")
    }

    /// - Parameters:
    ///   - what: the addition of a vendor, with its prefix.
    ///   - why: why it does not run, as a sentence without a full stop.
    static func bpmnAddition(_ what: String, of owner: String, _ why: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9070), .note, "\(what) of \(owner) does not run: \(why)", at: span,
            help: "see `docs/import/bpmn.md` for what is written of it, and add what is missing to the text")
    }
}
