// `wfc doc`: the reference of modules as pages in a folder.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfReference
import WfSource
import WfSyntax

func docCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    guard let folder = arguments.value("--output"), !folder.isEmpty else {
        throw CommandError("expected `--output DIR`", help: "name the folder that the pages go to")
    }
    let isLibrary = arguments.has("--stdlib")
    if isLibrary != arguments.operands.isEmpty {
        throw CommandError("expected files or folders, or `--stdlib`")
    }
    let format = arguments.value("--format").flatMap { ReferenceFormat(rawValue: $0) } ?? .html
    var modules: [ModuleReference] = []
    var status = ExitStatus.done
    if isLibrary {
        modules = StandardLibrary.names.map { libraryModule($0) }
    } else {
        let inputs = Inputs(arguments.operands)
        status = streams.report(inputs.failures, status)
        for path in inputs.paths {
            switch inputs.provider.source(at: path) {
            case .failure(let error):
                status = streams.report([CommandError("cannot read `\(path)`: \(error.reason)")], status)
            case .success(let source):
                let (module, diagnostics) = userModule(source, path)
                if report(diagnostics, [source], arguments, streams) {
                    status = max(status, ExitStatus.diagnostics)
                }
                modules.append(module)
            }
        }
    }
    if status != ExitStatus.done { return status }
    let reference = Reference(
        title: isLibrary ? "The wf standard library" : "Reference", modules: modules, hasBuiltins: isLibrary,
        format: format)
    try makeFolder(folder)
    for page in reference.pages() {
        if let reason = writeAtomically(Array(page.text.utf8), to: "\(folder)/\(page.path)") {
            throw CommandError("cannot write `\(folder)/\(page.path)`: \(reason)")
        }
    }
    return ExitStatus.done
}

private func libraryModule(_ name: String) -> ModuleReference {
    let source = StandardLibrary.source(of: name) ?? SourceFile(path: name, bytes: [])
    let last = String(name.split(separator: ".").last ?? "")
    return userModule(source, "", title: last == "core" ? "Without `use`" : name, page: last).module
}

private func userModule(
    _ source: SourceFile, _ path: String, title: String? = nil, page: String? = nil
) -> (module: ModuleReference, diagnostics: [Diagnostic]) {
    var sink = DiagnosticSink()
    let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
    let name = path.hasSuffix(".wf") ? String(path.dropLast(3)) : path
    // A path of letters that every file system takes: `../flows/pay` → `flows-pay`.
    let flat = name.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "-")
    let safe = flat == "index" || flat == "README" ? flat + "-module" : flat
    let module = ModuleReference(tree, title: title ?? path, page: page ?? safe)
    return (module, sink.sorted())
}

/// Makes a folder and those it lies in.
func makeFolder(_ path: String) throws(CommandError) {
    var status = stat()
    if stat(path, &status) == 0 {
        if status.st_mode & S_IFMT == S_IFDIR { return }
        throw CommandError("`\(path)` is there and is no folder")
    }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
    if mkdir(path, 0o777) != 0 { throw CommandError("cannot make the folder `\(path)`: \(reason(errno))") }
}
