// `wfc graph`, `wfc schema` and `wfc disasm`: what a plan says about itself. A source file is compiled first.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfGraph
import WfImport
import WfPlan
import WfReference
import WfSource

/// The plan of a file, compiled or read; nil when its source has mistakes, which have been reported.
private func plan(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Plan? {
    let operand = arguments.operands[0]
    let bytes: [UInt8]
    if operand.hasSuffix(".wf") || operand == "-" || Import.takes(operand) {
        guard let compiled = try compiled(operand, arguments, streams) else { return nil }
        bytes = compiled
    } else {
        switch readPlan(operand) {
        case .failure(let error):
            throw CommandError("cannot read `\(operand)`: \(error.reason)", code: DiagnosticCode(8003))
        case .success(let found): bytes = found
        }
    }
    do throws(PlanError) { return try Plan.load(bytes: bytes) } catch {
        throw CommandError(
            "`\(operand)` is not a plan that can be run: \(error)", code: DiagnosticCode(8004))
    }
}

/// The bytes of a plan file.
private func readPlan(_ path: String) -> Result<[UInt8], SourceError> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { return .failure(errno == ENOENT ? .missing : .unreadable(reason(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .failure(.unreadable(reason(errno))) }
    if status.st_mode & S_IFMT == S_IFDIR { return .failure(.isFolder) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 18)
    while true {
        let count = read(descriptor, &room, room.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return .failure(.unreadable(reason(errno))) }
        if count == 0 { return .success(bytes) }
        bytes.append(contentsOf: room[0..<count])
        if bytes.count > PlanLimits.planBytesMax {
            return .failure(.unreadable("it is larger than \(PlanLimits.planBytesMax) bytes"))
        }
    }
}

/// Writes what a command has made to `--output`, else to standard output.
func deliver(_ text: String, _ arguments: Arguments, _ streams: Streams) throws(CommandError) {
    guard let target = arguments.value("--output"), target != "-" else {
        return streams.output.write(text)
    }
    try refuseSource(target)
    if let reason = writeAtomically(Array(text.utf8), to: target) {
        throw CommandError("cannot write `\(target)`: \(reason)")
    }
}

/// The number of the workflow that `--workflow` names; nil when it is not given.
private func namedWorkflow(_ plan: Plan, _ arguments: Arguments) throws(CommandError) -> Int? {
    guard let name = arguments.value("--workflow") else { return nil }
    if let found = plan.workflow(named: name) { return found }
    let names = plan.workflows.map { plan.string($0.name) }
    throw CommandError(
        "no workflow `\(name)`",
        help: Suggestion.best(for: name, among: names).map { "did you mean `\($0)`?" }
            ?? "there is \(names.map { "`\($0)`" }.joined(separator: ", "))")
}

func disasmCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let plan = try plan(arguments, streams) else { return ExitStatus.diagnostics }
    streams.output.write(Disassembler.text(of: plan))
    return ExitStatus.done
}

func graphCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let plan = try plan(arguments, streams) else { return ExitStatus.diagnostics }
    let names = plan.workflows.map { plan.string($0.name) }
    let chosen =
        try namedWorkflow(plan, arguments) ?? plan.workflow(named: "main") ?? (names.count == 1 ? 0 : nil)
    guard let chosen else {
        if names.isEmpty { throw CommandError("`\(arguments.operands[0])` declares no workflow") }
        throw CommandError(
            "there are \(names.count) workflows and none is `main`",
            help: "say which with `--workflow`: \(names.joined(separator: ", "))")
    }
    var graph = WorkflowGraph(plan, workflow: chosen)
    if let file = arguments.value("--marking") { graph = graph.marked(try marking(file)) }
    let text: String
    switch graphFormat(arguments) {
    case "mermaid": text = MermaidRenderer.render(graph)
    case "dot": text = DOTRenderer.render(graph)
    default: text = SVGRenderer.render(graph)
    }
    try deliver(text, arguments, streams)
    return ExitStatus.done
}

/// What `--format` says, else what the name of the output ends in.
/// The marking that `wfi show --json` has written to a file, or to standard input.
private func marking(_ path: String) throws(CommandError) -> [GraphMark] {
    let found =
        path == "-"
        ? DiskSourceProvider.read(descriptor: STDIN_FILENO, as: Inputs.standardInput)
        : DiskSourceProvider.read(path, as: path)
    let source: SourceFile
    switch found {
    case .success(let file): source = file
    case .failure(let error):
        throw CommandError("cannot read `\(path)`: \(error.reason)", code: DiagnosticCode(8003))
    }
    guard let root = JSONReader.read(source, file: FileId(0)).root, root["status"] != nil else {
        throw CommandError(
            "`\(path)` is not what `wfi show --json` writes", help: "write `wfi show --json RUN > \(path)`")
    }
    return (root["marking"]?.list ?? []).map { mark in
        GraphMark(
            node: mark["node"]?.text ?? "", tokens: mark["tokens"]?.int ?? 0,
            isActive: mark["active"]?.bool == true)
    }
}

private func graphFormat(_ arguments: Arguments) -> String {
    if let format = arguments.value("--format") { return format }
    let target = arguments.value("--output") ?? ""
    if target.hasSuffix(".mmd") || target.hasSuffix(".mermaid") { return "mermaid" }
    return target.hasSuffix(".dot") || target.hasSuffix(".gv") ? "dot" : "svg"
}

func schemaCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let plan = try plan(arguments, streams) else { return ExitStatus.diagnostics }
    let subject = arguments.value("--of").flatMap { Schema.Subject(rawValue: $0) }
    var workflows = Array(plan.workflows.indices)
    if let named = try namedWorkflow(plan, arguments) {
        workflows = [named]
    } else if subject != nil {
        guard let chosen = plan.workflow(named: "main") ?? (workflows.count == 1 ? 0 : nil) else {
            throw CommandError(
                "there are \(workflows.count) workflows and none is `main`",
                help: "say which with `--workflow`")
        }
        workflows = [chosen]
    }
    if workflows.isEmpty { throw CommandError("`\(arguments.operands[0])` declares no workflow") }
    try deliver(Schema.document(plan, workflows: workflows, subject: subject), arguments, streams)
    return ExitStatus.done
}
