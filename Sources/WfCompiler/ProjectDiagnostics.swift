// WF0xxx and WF815x: what the façade itself has to say, about files, about what a plan cannot hold, and about settings.
import WfChecker
import WfDiagnostics
import WfSource

extension Diagnostic {
    /// A module that is there but cannot be read.
    static func unreadableModule(_ path: String, _ reason: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(0001), .error, "the module `\(path)` cannot be read: \(reason)", at: span,
            help: "make the file readable, or name another one")
    }

    /// Something of the program is larger than a plan can hold.
    static func tooLargeForPlan(_ message: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(0002), .error, message, at: span,
            help: "split it into smaller functions or workflows"
        )
    }

    // MARK: baselines

    static func baselineShape(_ what: String, _ expected: String, found: String, at span: Span) -> Diagnostic
    {
        Diagnostic(
            DiagnosticCode(8153), .error, "\(what) of a baseline is \(expected), found \(found)", at: span,
            help: "write the file anew with `wfc check --write-baseline`")
    }

    /// - Parameter isGone: the file is no longer there.
    static func baselineStale(
        _ code: String, _ path: String, _ place: String, count: Int, isGone: Bool, at span: Span
    ) -> Diagnostic {
        let times = count == 1 ? "" : " \(count) times more"
        return Diagnostic(
            DiagnosticCode(8154), .warning,
            "\(code) in `\(path)`\(place) is in the baseline\(times), but "
                + (isGone ? "the file is no longer there" : "occurs no more"),
            at: span, help: "take it out, or write the file anew with `--write-baseline`")
    }

    // MARK: settings

    /// Two settings files in one folder.
    static func secondSettings(besides first: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(8086), .warning, "this file is not read: `\(first)` counts", at: span,
            help: "keep one of the two")
    }

    /// Another kind of value.
    ///
    /// - Parameter isTOML: in which of the two forms the file is.
    static func settingKind(
        _ name: String, _ expected: String, found: String, isTOML: Bool, at span: Span
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(8150), .error, "`\(name)` is \(expected), found \(found)", at: span,
            help: isTOML
                ? "write `shellcheck = true`, and under `[lints]` lines such as `WF5012 = \"error\"`"
                : "write `{\"lints\": {\"WF5012\": \"error\"}, \"shellcheck\": true}`, or a part of it")
    }

    /// A setting of the project among its lints.
    static func settingAmongLints(_ key: String, isTOML: Bool, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(8152), .error, "there is no lint `\(key)`", at: span,
            help: isTOML ? "write it above `[lints]`" : "write it beside `lints`, not in it")
    }

    static func unknownSetting(_ key: String, among known: [String], at span: Span) -> Diagnostic {
        let near = Suggestion.best(for: key, among: known)
        return Diagnostic(
            DiagnosticCode(8151), .error, "a project has no setting `\(key)`", at: span,
            help: near.map { "did you mean `\($0)`?" }
                ?? "write one of \(known.map { "`\($0)`" }.joined(separator: ", "))")
    }

    static func unknownLint(_ key: String, among known: [String], at span: Span) -> Diagnostic {
        let near = key.hasPrefix("WF") ? nil : Suggestion.best(for: key, among: known)
        let groups = LintGroup.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        return Diagnostic(
            DiagnosticCode(8152), .error, "there is no lint `\(key)`", at: span,
            help: near.map { "did you mean `\($0)`?" }
                ?? "write a code such as `WF5012`, `all`, or a group: \(groups)")
    }

    static func unknownLevel(_ found: String, near text: String?, at span: Span) -> Diagnostic {
        let levels = LintLevel.allCases.map(\.text)
        let listed =
            levels.dropLast().map { "`\($0)`" }.joined(separator: ", ") + " or `\(levels[levels.count - 1])`"
        let near = text.flatMap { Suggestion.best(for: $0, among: levels) }
        return Diagnostic(
            DiagnosticCode(8152), .error,
            "the level of a lint is \(listed), found \(found)", at: span,
            help: near.map { "did you mean `\($0)`?" } ?? "write one of these")
    }
}
