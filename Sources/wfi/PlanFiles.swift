// A path on the command line to a verified plan: reads a .wfb, or compiles a .wf in memory. Knows nothing of runs.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfImport
import WfPlan

/// Loads a plan, or compiles one. Diagnostics go to standard error. The names say where the files of a plan
/// are that was compiled.
func loadPlan(
    _ path: String, colour: Bool, _ streams: Streams
) throws(CommandError) -> (plan: Plan, names: SourceNames?) {
    let compiled: (plan: [UInt8], names: SourceNames?)? =
        path == "-" || path.hasSuffix(".wf") || Import.takes(path)
        ? try compilePlan(path, colour: colour, streams) : nil
    do throws(PlanError) {
        if let compiled { return (try Plan.load(bytes: compiled.plan), compiled.names) }
        return (try readPlan(path), nil)
    } catch {
        throw CommandError(
            "`\(path)` cannot be run: \(error.section == nil ? error.detail : error.description)",
            help: planHelp(error), code: DiagnosticCode(8004))
    }
}

/// Source to plan bytes; a diagnostic that is an error ends the command.
private func compilePlan(
    _ path: String, colour: Bool, _ streams: Streams
) throws(CommandError) -> (plan: [UInt8], names: SourceNames?) {
    let compilation: Compilation
    if path == "-" {
        switch DiskSourceProvider.read(descriptor: STDIN_FILENO, as: "<stdin>") {
        case .success(let source):
            compilation = Compiler.compile(
                "<stdin>", provider: OverlaySourceProvider([source], over: DiskSourceProvider()))
        case .failure(let error):
            throw CommandError(
                "standard input cannot be read: \(error.reason)", code: DiagnosticCode(8003))
        }
    } else {
        compilation = Compiler.compile(ModulePath.normalized(path), provider: DiskSourceProvider())
    }
    // the file itself: nothing else can be said
    if let only = compilation.unreadable.first, compilation.unreadable.count == 1, only.path == path {
        throw CommandError("cannot read `\(path)`: \(only.error.reason)", code: DiagnosticCode(8003))
    }
    for source in compilation.unreadable {
        streams.printError(
            "cannot read `\(source.path)`: \(source.error.reason)", code: DiagnosticCode(8003))
    }
    var renderer = TextRenderer(compilation.files, colour: colour)
    streams.error.write(renderer.render(Diagnostic.shown(compilation.diagnostics)))
    streams.error.flush()
    guard let plan = compilation.plan else {
        throw CommandError(
            compilation.unreadable.isEmpty
                ? "`\(path)` has errors and was not run" : "not all files of `\(path)` can be read",
            code: compilation.unreadable.isEmpty ? DiagnosticCode(8004) : DiagnosticCode(8003))
    }
    return (plan, compilation.names)
}

/// Reads a plan straight into the memory it is verified in.
private func readPlan(_ path: String) throws(PlanError) -> Plan {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw .unreadable(reason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .unreadable(reason(errno)) }
    if status.st_mode & S_IFMT == S_IFDIR { throw .unreadable("it is a folder") }
    if status.st_mode & S_IFMT != S_IFREG { throw .unreadable("it is no regular file") }
    return try Plan.load(count: Int(status.st_size)) { (memory) throws(PlanError) in
        var done = 0
        while done < memory.count {
            let count = pread(
                descriptor, memory.baseAddress.map { $0 + done }, memory.count - done, off_t(done))
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw .unreadable(reason(errno)) }
            if count == 0 { throw .unreadable("it became shorter while it was read") }
            done += count
        }
    }
}

private func planHelp(_ error: PlanError) -> String? {
    switch error.kind {
    case .unreadable: return nil
    case .otherVersion: return "compile it again with this version's `wfc compile`"
    case .notAPlan: return "give a plan made by `wfc compile`, or a source file whose name ends in .wf"
    case .tooLarge, .damaged, .outOfRange, .typeMismatch, .notEncoded, .notAllowed, .circular, .limit:
        return "make the plan again with `wfc compile`"
    }
}

/// The workflow to run: the one named, `main`, or the only one.
func chooseWorkflow(_ plan: Plan, named name: String?) throws(CommandError) -> Int {
    // Tests stand behind the workflows that can be run.
    let names = plan.workflows.map { plan.string($0.name) }.filter { !$0.hasPrefix("#") }
    if let name {
        if let index = names.firstIndex(of: name) { return index }
        let suggestion = Suggestion.best(for: name, among: names)
        throw CommandError(
            "there is no workflow `\(name)`",
            help: suggestion.map { "did you mean `\($0)`?" } ?? "there is \(enumerated(names))")
    }
    if let main = names.firstIndex(of: "main") { return main }
    if names.count == 1 { return 0 }
    if names.isEmpty {
        throw CommandError("there is no workflow to run", help: "declare one: `workflow main() { … }`")
    }
    throw CommandError(
        "there are \(names.count) workflows and none is called `main`",
        help: "choose one with `--workflow NAME`: \(enumerated(names))")
}

/// "`a`, `b`, …", at most a dozen.
func enumerated(_ names: [String]) -> String {
    names.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
}
