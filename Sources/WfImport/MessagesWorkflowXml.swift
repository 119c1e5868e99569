// WF9400–9499: what is to be said of Oozie, Pegasus DAX, jPDL, SCXML and wf's own XML.
import WfDiagnostics
import WfSource

extension Diagnostic {
    static func xmlMissingAttribute(_ name: String, of element: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9400), .error, "`\(element)` has no attribute `\(name)`", at: span,
            help: "add `\(name)=\"…\"`")
    }

    // MARK: Pegasus DAX

    static func daxUnknownElement(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9410), .error, "expected a part of an abstract workflow, found `\(name)`",
            at: span,
            notes: ["its parts are `job`, `dag`, `dax`, `child`, `file`, `executable` and `transformation`"])
    }

    static func daxNoJobs(at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9411), .error, "the workflow has no `job`", at: span, help: "add one")
    }

    static func daxDuplicateJob(_ id: String, at span: Span, first: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9412), .error, "the id `\(id)` names a second job", at: span,
            labels: [DiagnosticLabel(first, "the first")], help: "give each job an id of its own")
    }

    static func daxUnknownJob(_ id: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9413), .error, "no job has the id `\(id)`", at: span,
            help: "name the `id` of a `job`, `dag` or `dax`")
    }

    static func daxWaitsForItself(_ id: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9414), .error, "the job `\(id)` waits for itself", at: span,
            help: "remove this `parent`")
    }

    static func daxSubWorkflow(_ id: String, _ what: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9415), .note, "`\(id)` becomes \(what)", at: span)
    }
}

// MARK: Oozie

extension Diagnostic {
    static func oozieUnknownElement(_ name: String, in parent: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9420), .error, "Oozie knows no `\(name)` in `\(parent)`", at: span,
            help: "correct its name, or remove it")
    }

    static func oozieMissing(_ what: String, in parent: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9421), .error, "`\(parent)` has no `\(what)`", at: span, help: "add it")
    }

    static func oozieName(_ name: String, count: Int, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9422), .error,
            "the name `\(name)` has \(count) bytes, or other signs than a name may have", at: span,
            help: "use up to 128 letters, digits, `_` and `-`")
    }

    static func oozieDuplicate(_ name: String, at span: Span, first: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9423), .error, "the name `\(name)` names a second node", at: span,
            labels: [DiagnosticLabel(first, "the first")], help: "give each node a name of its own")
    }

    static func oozieUnknownTarget(_ name: String, of node: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9424), .error, "`\(node)` goes to `\(name)`, and there is no such node", at: span,
            help: "name a node of this workflow")
    }

    static func oozieGoesToItself(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9425), .error, "`\(name)` goes to itself", at: span,
            help: "a workflow of Oozie has no loops: start it again from its end, or write the loop in wf")
    }

    static func oozieLoop(_ path: [String], at span: Span) -> Diagnostic {
        let shown = path.count > 12 ? path.prefix(6) + ["…"] + path.suffix(5) : path[...]
        return Diagnostic(
            DiagnosticCode(9426), .error, "the transitions make a loop: \(shown.joined(separator: " → "))",
            at: span,
            help: "a workflow of Oozie has no loops: start it again from its end, or write the loop in wf")
    }

    static func oozieEndInFork(_ node: String, end: String, fork: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9427), .error, "`\(node)` goes to the end `\(end)` from inside the fork `\(fork)`",
            at: span,
            help: "go to the fork's join, or to a `kill`")
    }

    static func oozieForkTwice(_ fork: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9428), .error, "the fork `\(fork)` has two paths to `\(name)`", at: span,
            help: "remove one")
    }

    static func oozieReachedTwice(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9429), .error, "two paths lead to `\(name)` by `ok`, so it would run twice",
            at: span,
            help: "join the paths before it")
    }

    static func oozieJoinWithoutFork(_ join: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9430), .error, "the join `\(join)` is reached outside the paths of its fork",
            at: span,
            help: "lead each path of one fork, and nothing else, to a join")
    }

    static func oozieTwoJoins(fork: String, _ first: String, _ second: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9431), .error,
            "the paths of the fork `\(fork)` lead to two joins, `\(first)` and `\(second)`", at: span,
            help: "lead all to one")
    }

    static func oozieTwoForks(join: String, _ first: String, _ second: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9432), .error, "the join `\(join)` ends two forks, `\(first)` and `\(second)`",
            at: span,
            help: "give each fork a join of its own")
    }

    static func oozieTwoBodies(_ action: String, _ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9433), .error, "the action `\(action)` has `\(name)` besides what it does already",
            at: span,
            help: "make two actions of it")
    }

    static func oozieNoCluster(_ action: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9434), .error,
            "the action `\(action)` names neither `resource-manager` nor `name-node`", at: span,
            help: "add both, here or in `global`")
    }

    static func oozieTooManyPaths(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9435), .error,
            "the paths of the forks share so many nodes that more than 20,000 steps would come of it",
            at: span, help: "join the paths before nodes that they share")
    }

    static func oozieDefaultCluster(_ action: String, _ missing: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9436), .note,
            "the action `\(action)` leaves `\(missing)` to the configuration of the cluster",
            at: span)
    }

    static func oozieUntranslated(_ expression: String, found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9437), .note,
            "`${\(expression)}` has no translation (`\(found)`): it is a parameter", at: span)
    }
}

// MARK: jPDL

extension Diagnostic {
    static func jpdlNoStart(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9450), .error, "the process has no `start-state`", at: span, help: "add one")
    }

    static func jpdlDuplicate(_ name: String, at span: Span, first: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9451), .error, "the name `\(name)` names a second node", at: span,
            labels: [DiagnosticLabel(first, "the first")], help: "give each node a name of its own")
    }

    static func jpdlUnknownTarget(_ to: String, of node: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9452), .error, "`\(node)` goes to `\(to)`, and there is no such node", at: span,
            help: "name a node, relative to its super-state")
    }

    static func jpdlNoTransition(_ node: String, _ kind: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9453), .error, "no transition leaves the `\(kind)` `\(node)`", at: span,
            help: "add one, or make it an `end-state`")
    }

    static func jpdlNotRun(_ what: String, _ why: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9454), .note, "`\(what)` is not run: \(why)", at: span)
    }

    static func jpdlSubProcess(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9455), .note, "the process `\(name)` is not in this file: it becomes a work item",
            at: span)
    }

    static func jpdlDecision(_ node: String, _ outcomes: [String], at span: Span) -> Diagnostic {
        let list = outcomes.prefix(8).map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            DiagnosticCode(9456), .note,
            "the decision `\(node)` becomes a work item whose result is one of \(list)", at: span)
    }

    static func jpdlCondition(_ condition: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9457), .note,
            "the condition `\(condition)` is left to whoever completes the work item", at: span)
    }

    static func jpdlScript(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9458), .note, "the script becomes a work item with the script as its input",
            at: span)
    }

    static func jpdlTimer(_ due: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9459), .note, "the due date `\(due)` becomes a parameter", at: span)
    }
}

// MARK: SCXML

extension Diagnostic {
    static func scxmlNoState(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9470), .error, "the state machine has no `state`", at: span, help: "add one")
    }

    static func scxmlDuplicate(_ id: String, at span: Span, first: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9471), .error, "the id `\(id)` names a second state", at: span,
            labels: [DiagnosticLabel(first, "the first")], help: "give each state an id of its own")
    }

    static func scxmlUnknownTarget(_ target: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9472), .error, "the transition leads to `\(target)`, and there is no such state",
            at: span,
            help: "name the `id` of a state")
    }

    static func scxmlNotImported(_ what: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9473), .error, "`\(what)` is of the part of SCXML that is not imported", at: span,
            help: "see `docs/import/scxml.md` for the part that is, or write the machine as a flow")
    }

    static func scxmlLog(at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9474), .note, "the `log` is left out: it changes nothing", at: span)
    }

    static func scxmlNotReached(_ id: String, at span: Span) -> Diagnostic {
        Diagnostic(DiagnosticCode(9475), .note, "no transition leads to `\(id)`: it is left out", at: span)
    }
}

// MARK: wf's own XML

extension Diagnostic {
    static func xmlUnwritable(_ scalar: Unicode.Scalar, at span: Span) -> Diagnostic {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let code = String(repeating: "0", count: max(0, 4 - hex.count)) + hex
        return Diagnostic(
            DiagnosticCode(9491), .error, "expected what XML can hold, found the character U+\(code)",
            at: span,
            help: "write it as `\\u{\(hex.lowercased())}` in a string, and leave it out elsewhere")
    }

    static func wfXmlUnknown(_ name: String, in parent: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(9490), .error, "the XML form of wf has no `\(name)` in `\(parent)`", at: span,
            help: "see `grammar/wf.rng` for what may stand there")
    }
}
