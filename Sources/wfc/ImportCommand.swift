// `wfc import`: a file of another tool as wf source text, and the scoreboard of a folder of such files.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfImport
import WfSource
import WfSyntax

/// How an import ends.
enum ImportOutcome: String, CaseIterable {
    case imported, notes, refused

    init(_ compilation: Compilation, _ imported: Imported) {
        if compilation.hasErrors || compilation.plan == nil {
            self = .refused
        } else {
            self = imported.hasNotes ? .notes : .imported
        }
    }
}

func importCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    if let folder = arguments.value("--report") {
        if !arguments.operands.isEmpty { throw CommandError("expected FILE or `--report DIR`, found both") }
        return try ImportReport.run(folder, arguments, streams)
    }
    guard let operand = arguments.operands.first else {
        throw CommandError("expected FILE", help: "`--report DIR` looks at all files of a folder")
    }
    let inputs = try Inputs(single: operand)
    let result = Compiler.compile(inputs.paths[0], provider: inputs.provider)
    if let source = result.unreadable.first { throw CommandError(source) }
    guard let imported = result.imports[FileId(0)] else {
        throw CommandError(
            "`\(operand)` is no file to import",
            help: "give a file whose name ends in \(Import.suffixes.joined(separator: ", "))",
            code: DiagnosticCode(8004))
    }
    _ = report(result.diagnostics, result.files, arguments, streams)
    let outcome = ImportOutcome(result, imported)
    say(outcome, operand, imported, arguments, streams)
    if !imported.isRefused && (outcome != .refused || arguments.has("--draft")) {
        try deliverImport(formatted(imported), arguments, streams)
    }
    return outcome == .refused ? ExitStatus.diagnostics : ExitStatus.done
}

/// One line about the whole: on standard error, or as JSON on standard output.
private func say(
    _ outcome: ImportOutcome, _ operand: String, _ imported: Imported, _ arguments: Arguments,
    _ streams: Streams
) {
    if arguments.has("--json") {
        var json = JSONText()
        json.open("{")
        json.pair("file", operand)
        json.pair("outcome", outcome.rawValue)
        if let dialect = imported.dialect { json.pair("dialect", dialect) }
        json.close("}")
        streams.output.write(json.text + "\n")
    } else {
        let dialect = imported.dialect.map { " (\($0))" } ?? ""
        switch outcome {
        case .imported: streams.printNote("imported `\(operand)`\(dialect)")
        case .notes: streams.printNote("imported `\(operand)`\(dialect) with notes")
        case .refused: streams.printNote("refused `\(operand)`\(dialect)")
        }
    }
}

/// The text in canonical form.
func formatted(_ imported: Imported) -> [UInt8] {
    var sink = DiagnosticSink()
    let source = SourceFile(path: imported.source.path, bytes: imported.text)
    return Formatter.format(Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink))
}

private func deliverImport(
    _ text: [UInt8], _ arguments: Arguments, _ streams: Streams
) throws(CommandError) {
    guard let target = arguments.value("--output"), target != "-" else {
        // Messages have standard output for themselves.
        if !arguments.has("--json") || arguments.value("--output") != nil { streams.output.write(text) }
        return
    }
    if let reason = writeAtomically(text, to: target) {
        throw CommandError("cannot write `\(target)`: \(reason)")
    }
}
