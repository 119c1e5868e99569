// The commands: each from arguments to an exit status, by way of the compiler's façade.
import Glibc
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfPlan
import WfSource
import WfSyntax

/// Prints diagnostics in the form that was asked for; whether there was an error among them.
private func report(
    _ diagnostics: [Diagnostic], _ files: [SourceFile], _ arguments: Arguments, _ output: inout Output
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
    if arguments.has("--sarif") {
        var renderer = SARIFRenderer(files, version: Compiler.version)
        output.write(renderer.render(diagnostics))
    } else if arguments.has("--json") {
        var renderer = JSONRenderer(files)
        for diagnostic in diagnostics { output.write(renderer.render(diagnostic) + "\n") }
    } else if !diagnostics.isEmpty {
        var renderer = TextRenderer(files, colour: usesColour(arguments))
        var text = renderer.render(diagnostics)
        if errors > 0 || warnings > 0 { text += "\n\(summary(errors, warnings))\n" }
        printToError(text)
    }
    return errors > 0
}

/// `2 errors, 1 warning`
private func summary(_ errors: Int, _ warnings: Int) -> String {
    var parts: [String] = []
    if errors > 0 { parts.append(errors == 1 ? "1 error" : "\(errors) errors") }
    if warnings > 0 { parts.append(warnings == 1 ? "1 warning" : "\(warnings) warnings") }
    return parts.joined(separator: ", ")
}

func checkCommand(_ arguments: Arguments, _ output: inout Output) -> Int32 {
    if arguments.has("--json") && arguments.has("--sarif") {
        printError("`--json` and `--sarif` exclude each other")
        return ExitStatus.usage
    }
    let inputs = Inputs(arguments.operands)
    if inputs.paths.isEmpty { return ExitStatus.usage }
    let result = Compiler.check(inputs.paths, provider: inputs.provider)
    let hasErrors = report(result.diagnostics, result.files, arguments, &output)
    if reportUnreadable(result.unreadable) || inputs.hasFailed { return ExitStatus.usage }
    return hasErrors ? ExitStatus.diagnostics : ExitStatus.clean
}

/// A source file compiled: its plan, or the exit status.
private func compiled(
    _ operand: String, _ arguments: Arguments, _ output: inout Output
) -> Result<[UInt8], CommandFailure> {
    let inputs = Inputs([operand])
    if inputs.hasFailed { return .failure(CommandFailure(status: ExitStatus.usage)) }
    guard inputs.paths.count == 1, let path = inputs.paths.first else {
        printError("expected one file, found a folder with \(inputs.paths.count)")
        return .failure(CommandFailure(status: ExitStatus.usage))
    }
    let result = Compiler.compile(path, provider: inputs.provider)
    let hasErrors = report(result.diagnostics, result.files, arguments, &output)
    if reportUnreadable(result.unreadable) { return .failure(CommandFailure(status: ExitStatus.usage)) }
    guard !hasErrors, let plan = result.plan else {
        return .failure(CommandFailure(status: ExitStatus.diagnostics))
    }
    return .success(plan)
}

private struct CommandFailure: Error {
    let status: Int32
}

func compileCommand(_ arguments: Arguments, _ output: inout Output) -> Int32 {
    let operand = arguments.operands[0]
    var target = arguments.value("--output")
    if target == nil {
        guard operand != "-" else {
            printError("expected `--output OUT` for a plan compiled from standard input")
            return ExitStatus.usage
        }
        target = (operand.hasSuffix(".wf") ? String(operand.dropLast(3)) : operand) + ".wfb"
    }
    guard let target, !target.isEmpty else {
        printError("expected a path behind `--output`")
        return ExitStatus.usage
    }
    switch compiled(operand, arguments, &output) {
    case .failure(let failure): return failure.status
    case .success(let plan):
        if target == "-" {
            output.write(plan)
            return ExitStatus.clean
        }
        if let reason = writeAtomically(plan, to: target) {
            printError("cannot write `\(target)`: \(reason)")
            return ExitStatus.usage
        }
        return ExitStatus.clean
    }
}

/// A file after formatting.
private struct Formatted: Sendable {
    let text: [UInt8]
    let diagnostics: [Diagnostic]
}

private func formatted(_ source: SourceFile) -> Formatted {
    withLargeStack {
        var sink = DiagnosticSink()
        let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
        let text = sink.hasErrors ? [] : Formatter.format(tree)
        return Formatted(text: text, diagnostics: sink.sorted())
    }
}

func formatCommand(_ arguments: Arguments, _ output: inout Output) -> Int32 {
    let inputs = Inputs(arguments.operands)
    var status = inputs.hasFailed ? ExitStatus.usage : ExitStatus.clean
    for path in inputs.paths {
        let source: SourceFile
        switch inputs.provider.source(at: path) {
        case .success(let found): source = found
        case .failure(let error):
            printError("cannot read `\(path)`: \(error.reason)")
            status = ExitStatus.usage
            continue
        }
        let result = formatted(source)
        if report(result.diagnostics, [source], arguments, &output) {
            status = max(status, ExitStatus.diagnostics)
            continue
        }
        let isStandardInput = path == Inputs.standardInput
        let isChanged = !result.text.elementsEqual(source.bytes)
        if arguments.has("--check") {
            guard isChanged else { continue }
            output.write(path + "\n")
            status = max(status, ExitStatus.diagnostics)
        } else if isStandardInput {
            output.write(result.text)
        } else if isChanged, let reason = writeAtomically(result.text, to: path) {
            printError("cannot write `\(path)`: \(reason)")
            status = ExitStatus.usage
        }
    }
    return status
}

func disasmCommand(_ arguments: Arguments, _ output: inout Output) -> Int32 {
    let operand = arguments.operands[0]
    var bytes: [UInt8]
    if operand.hasSuffix(".wf") || operand == "-" {
        switch compiled(operand, arguments, &output) {
        case .failure(let failure): return failure.status
        case .success(let plan): bytes = plan
        }
    } else {
        switch readPlan(operand) {
        case .failure(let error):
            printError("cannot read `\(operand)`: \(error.reason)")
            return ExitStatus.usage
        case .success(let found): bytes = found
        }
    }
    do throws(PlanError) {
        let plan = try Plan.load(bytes: bytes)
        output.write(Disassembler.text(of: plan))
        return ExitStatus.clean
    } catch {
        printError("`\(operand)` is not a plan that can be run: \(error)")
        return ExitStatus.usage
    }
}

/// The bytes of a plan file.
private func readPlan(_ path: String) -> Result<[UInt8], SourceError> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return .failure(errno == ENOENT ? .missing : .unreadable(systemReason(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(.unreadable(systemReason(errno))) }
    if status.st_mode & S_IFMT == S_IFDIR { return .failure(.isFolder) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = read(descriptor, &room, room.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return .failure(.unreadable(systemReason(errno))) }
        if count == 0 { return .success(bytes) }
        bytes.append(contentsOf: room[0..<count])
        if bytes.count > PlanLimits.planBytesMax {
            return .failure(.unreadable("it is larger than \(PlanLimits.planBytesMax) bytes"))
        }
    }
}

func explainCommand(_ arguments: Arguments, _ output: inout Output) -> Int32 {
    let operand = arguments.operands[0]
    let code = operand.allSatisfy(\.isNumber) ? "WF" + operand : operand.uppercased()
    if let page = DiagnosticPages.page(of: code) {
        output.write(page)
        return ExitStatus.clean
    }
    printError("no message has the code `\(operand)`")
    if let suggestion = Suggestion.best(for: code, among: DiagnosticPages.codes) {
        printToError("did you mean `\(suggestion)`?\n")
    }
    return ExitStatus.usage
}
