// `wfc export`: a module in the XML form.
import WfCommand
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource
import WfSyntax

func exportCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let inputs = try Inputs(single: arguments.operands[0])
    let source: SourceFile
    switch inputs.provider.source(at: inputs.paths[0]) {
    case .success(let found): source = found
    case .failure(let error): throw CommandError(UnreadableSource(path: inputs.paths[0], error: error))
    }
    var sink = DiagnosticSink()
    let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
    sink.add(contentsOf: WfXmlExport.unwritable(source, file: FileId(0)))
    if report(sink.sorted(), [source], arguments, streams) { return ExitStatus.diagnostics }
    try deliver(WfXmlExport.xml(tree), arguments, streams)
    return ExitStatus.done
}
