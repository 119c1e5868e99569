// The commands: each from arguments to an exit status, by way of the compiler's façade.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource

/// Prints diagnostics in the form that was asked for; whether one of them stands in the way.
///
/// - Parameters:
///   - paths: the files that were asked for, for the form that lists them.
///   - unread: those that could not be looked at, and why.
func report(
    _ diagnostics: [Diagnostic], _ files: [SourceFile], _ arguments: Arguments, _ streams: Streams,
    paths: [String] = [], unread: [(name: String, reason: String)] = []
) -> Bool {
    var errors = 0
    var warnings = 0
    for diagnostic in diagnostics {
        switch diagnostic.severity {
        case .error: errors += 1
        case .warning: warnings += 1
        case .note: break
        }
    }
    let diagnostics = Diagnostic.shown(diagnostics)
    switch ReportFormat(arguments) {
    case .sarif:
        var renderer = SARIFRenderer(files, version: Compiler.version) { DiagnosticPages.page(of: "\($0)") }
        streams.output.write(renderer.render(diagnostics, unread: unread))
    case .json:
        var renderer = JSONRenderer(files)
        for diagnostic in diagnostics { streams.output.write(renderer.render(diagnostic) + "\n") }
    case .github:
        var renderer = GitHubRenderer(files)
        for diagnostic in diagnostics { streams.output.write(renderer.render(diagnostic)) }
        for (name, reason) in unread { streams.output.write(renderer.render(unread: name, reason)) }
    case .junit:
        var renderer = JUnitRenderer(files, warningsFail: arguments.has("--deny-warnings"))
        streams.output.write(renderer.render(diagnostics, paths: paths, unread: unread))
    case .text:
        if diagnostics.isEmpty { break }
        var renderer = TextRenderer(files, colour: usesColour(arguments))
        var text = renderer.render(diagnostics)
        if errors > 0 || warnings > 0 { text += "\n\(summary(errors, warnings))\n" }
        streams.error.write(text)
    }
    return errors > 0 || (warnings > 0 && arguments.has("--deny-warnings"))
}

/// `2 errors, 1 warning`
private func summary(_ errors: Int, _ warnings: Int) -> String {
    var parts: [String] = []
    if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
    if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
    return parts.joined(separator: ", ")
}

/// What messages are printed as.
enum ReportFormat: String, CaseIterable {
    case text, json, sarif, github, junit

    init(_ arguments: Arguments) {
        if arguments.has("--json") {
            self = .json
        } else if arguments.has("--sarif") {
            self = .sarif
        } else {
            self = arguments.value("--format").flatMap { ReportFormat(rawValue: $0) } ?? .text
        }
    }
}

func checkCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let forms = ["--json", "--sarif", "--format"].filter { arguments.has($0) }
    if forms.count > 1 { throw CommandError("`\(forms[0])` and `\(forms[1])` exclude each other") }
    if try wantsFixes(arguments) { return try fix(arguments, streams) }
    if arguments.has("--watch") { return try watch(arguments, streams) }
    return try checkOnce(arguments, streams)
}

/// Checks what the command line names and reports it; the exit status.
func checkOnce(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let inputs = Inputs(arguments.operands)
    let result = try Compiler.check(
        inputs.paths, provider: inputs.provider, overrides: try arguments.lintOverrides()
    ).withShellCheck(arguments, streams).withBaseline(arguments, streams)
    let hasErrors = report(
        result.diagnostics, result.files, arguments, streams, paths: inputs.paths,
        unread: result.unread(inputs))
    return streams.report(
        inputs.failures + result.unreadable.map { CommandError($0) },
        hasErrors ? ExitStatus.diagnostics : ExitStatus.done)
}

/// A source file compiled to its plan; nil when that has been refused and reported.
func compiled(
    _ operand: String, _ arguments: Arguments, _ streams: Streams
) throws(CommandError) -> [UInt8]? {
    let inputs = try Inputs(single: operand)
    let result = Compiler.compile(
        inputs.paths[0], provider: inputs.provider, tests: arguments.has("--tests"),
        lints: true)
    let hasErrors = report(result.diagnostics, result.files, arguments, streams)
    if let source = result.unreadable.first { throw CommandError(source) }
    return hasErrors ? nil : result.plan
}

func compileCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let operand = arguments.operands[0]
    var target = arguments.value("--output")
    if target == nil {
        if operand == "-" {
            throw CommandError("expected `--output OUT` for a plan compiled from standard input")
        }
        let ending = ([".wf"] + Import.suffixes).first { operand.hasSuffix($0) } ?? ""
        target = operand.dropLast(ending.count) + ".wfb"
    }
    guard let target, !target.isEmpty else { throw CommandError("expected a path behind `--output`") }
    try refuseSource(target)
    guard let plan = try compiled(operand, arguments, streams) else { return ExitStatus.diagnostics }
    if target == "-" {
        streams.output.write(plan)
    } else if let reason = writeAtomically(plan, to: target) {
        throw CommandError("cannot write `\(target)`: \(reason)")
    }
    return ExitStatus.done
}

/// `wfc explain --list`: every code with the headline of its page.
private func listCodes(_ streams: Streams) -> Int32 {
    for code in DiagnosticPages.codes {
        let page = DiagnosticPages.page(of: code) ?? ""
        let title = page.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " }
        streams.output.write(title.hasPrefix(code) ? "\(title)\n" : "\(code): \(title)\n")
    }
    return ExitStatus.done
}

func explainCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    if arguments.has("--list") { return listCodes(streams) }
    guard let operand = arguments.operands.first else {
        throw CommandError("expected CODE", help: "`wfc explain --list` names all codes")
    }
    let code = operand.allSatisfy(\.isNumber) ? "WF" + operand : operand.uppercased()
    guard let page = DiagnosticPages.page(of: code) else {
        throw CommandError(
            "no message has the code `\(operand)`",
            help: Suggestion.best(for: code, among: DiagnosticPages.codes).map { "did you mean `\($0)`?" }
                ?? "`wfc explain --list` names all codes")
    }
    streams.output.write(page)
    return ExitStatus.done
}
