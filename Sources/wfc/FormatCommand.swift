// `wfc fmt`: files to canonical text, in place, as a list or as a difference.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfSource
import WfSyntax

/// A file after formatting.
private struct Formatted: Sendable {
    let text: [UInt8]
    let diagnostics: [Diagnostic]
}

/// - Parameter lines: the only lines to be formatted, counted from 1.
private func formatted(_ source: SourceFile, lines: ClosedRange<Int>?) -> Formatted {
    withLargeStack {
        var sink = DiagnosticSink()
        let tree = Parser.parse(source, file: FileId(0), interner: Interner(), into: &sink)
        if sink.hasErrors { return Formatted(text: [], diagnostics: sink.sorted()) }
        let text = lines.map { Formatter.format(tree, lines: $0) } ?? Formatter.format(tree)
        return Formatted(text: text, diagnostics: sink.sorted())
    }
}

/// `A:B` of `--lines`.
private func lineRange(_ arguments: Arguments) throws(CommandError) -> ClosedRange<Int>? {
    guard let text = arguments.value("--lines") else { return nil }
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let first = numbers[0], let last = numbers[1], first >= 1, first <= last else {
        throw CommandError("`--lines` is FIRST:LAST, such as 10:20, found `\(text)`")
    }
    return first...last
}

func formatCommand(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let lines = try lineRange(arguments)
    let inputs = Inputs(arguments.operands)
    if lines != nil && inputs.paths.count > 1 {
        throw CommandError("`--lines` is for one file, found \(inputs.paths.count)")
    }
    var status = streams.report(inputs.failures, ExitStatus.done)
    for path in inputs.paths {
        do throws(CommandError) {
            status = max(status, try format(path, inputs, lines, arguments, streams))
        } catch {
            status = streams.report([error], status)
        }
    }
    return status
}

/// Formats one file; its exit status.
private func format(
    _ path: String, _ inputs: Inputs, _ lines: ClosedRange<Int>?, _ arguments: Arguments, _ streams: Streams
) throws(CommandError) -> Int32 {
    let source: SourceFile
    switch inputs.provider.source(at: path) {
    case .success(let found): source = found
    case .failure(let error):
        throw CommandError("cannot read `\(path)`: \(error.reason)", code: DiagnosticCode(8003))
    }
    let result = formatted(source, lines: lines)
    if report(result.diagnostics, [source], arguments, streams) { return ExitStatus.diagnostics }
    let before = Array(source.bytes)
    if arguments.has("--check") || arguments.has("--diff") {
        if result.text == before { return ExitStatus.done }
        if arguments.has("--diff") {
            let difference = LineDiff(before, result.text)
            streams.output.write(difference.unified(oldName: path, newName: path + " (formatted)"))
        } else {
            streams.output.write(path + "\n")
        }
        return ExitStatus.diagnostics
    }
    if path == Inputs.standardInput {
        streams.output.write(result.text)
    } else if result.text != before, let reason = writeAtomically(result.text, to: path) {
        throw CommandError("cannot write `\(path)`: \(reason)")
    }
    return ExitStatus.done
}
