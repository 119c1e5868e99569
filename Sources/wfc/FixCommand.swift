// `wfc check --fix`: what the fixes of messages make of the files, written, shown as a difference or, for standard input,
// printed; then what is left to say.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfFormatter
import WfSource

/// Whether fixes are to be applied or shown; refuses what does not go with that.
func wantsFixes(_ arguments: Arguments) throws(CommandError) -> Bool {
    let isWanted = arguments.has("--fix") || arguments.has("--diff")
    if arguments.has("--unsafe") && !isWanted {
        throw CommandError("`--unsafe` says which fixes are applied: write `--fix --unsafe`")
    }
    guard isWanted else { return false }
    for other in ["--watch", "--baseline", "--write-baseline", "--shellcheck"] where arguments.has(other) {
        throw CommandError("`--fix` and `\(other)` exclude each other")
    }
    let printsText = arguments.has("--diff") || arguments.operands.contains("-")
    if printsText && ReportFormat(arguments) != .text {
        let what = arguments.has("--diff") ? "the difference" : "the text"
        throw CommandError("standard output takes \(what) or messages for machines, not both")
    }
    return true
}

/// Fixes what the command line names; the exit status.
func fix(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Int32 {
    let inputs = Inputs(arguments.operands)
    let unsafe = arguments.has("--unsafe")
    let repair = try Compiler.repair(
        inputs.paths, provider: inputs.provider, unsafe: unsafe, overrides: arguments.lintOverrides())
    var failures = inputs.failures + repair.left.unreadable.map { CommandError($0) }
    failures += repair.foreign.map {
        CommandError("cannot fix `\($0)`: it is not written in wf; `wfc import \($0)` translates it")
    }
    if arguments.has("--diff") {
        for change in repair.changes {
            let difference = LineDiff(change.before, change.after)
            streams.output.write(difference.unified(oldName: change.path, newName: change.path + " (fixed)"))
        }
    } else {
        failures += write(repair, inputs, streams)
    }
    let stands = report(
        repair.left.diagnostics, repair.left.files, arguments, streams, paths: inputs.paths,
        unread: repair.left.unread(inputs))
    if ReportFormat(arguments) == .text && failures.isEmpty { streams.printNote(summary(repair, arguments)) }
    let isOpen = stands || arguments.has("--diff") && !repair.changes.isEmpty
    return streams.report(failures, isOpen ? ExitStatus.diagnostics : ExitStatus.done)
}

/// Writes the files that have changed, and the text that came from standard input; what could not be written.
private func write(_ repair: Repair, _ inputs: Inputs, _ streams: Streams) -> [CommandError] {
    var failures: [CommandError] = []
    for change in repair.changes where change.path != Inputs.standardInput {
        let reason =
            isReadOnly(change.path) ? "it is read-only" : writeAtomically(change.after, to: change.path)
        if let reason { failures.append(CommandError("cannot write `\(change.path)`: \(reason)")) }
    }
    if inputs.paths.contains(Inputs.standardInput) {
        let text = repair.changes.first { $0.path == Inputs.standardInput }?.after
        if let text {
            streams.output.write(text)
        } else if case .success(let source) = inputs.provider.source(at: Inputs.standardInput) {
            streams.output.write(Array(source.bytes))
        }
    }
    return failures
}

/// Whether nobody may write a file: replacing it by another would go all the same, and is not meant.
private func isReadOnly(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & 0o222 == 0 || access(path, W_OK) != 0 && errno == EACCES
}

/// `fixed 3 of 5 problems; --unsafe would fix 1 more`
private func summary(_ repair: Repair, _ arguments: Arguments) -> String {
    let left = repair.left.diagnostics.filter { $0.severity != .note }
    let count = repair.fixedCount + left.count
    if count == 0 { return "no problems" }
    let verb = arguments.has("--diff") ? "would fix" : "fixed"
    var text = "\(verb) \(repair.fixedCount) of \(count) problem\(count == 1 ? "" : "s")"
    // what warnings call superfluous is looked at again when no error is left
    let hasErrors = left.contains { $0.severity == .error }
    let more = left.filter { $0.fix(unsafe: true) != nil && (!hasErrors || $0.severity == .error) }.count
    if more > 0 && !arguments.has("--unsafe") { text += "; `--unsafe` has fixes for \(more) more" }
    return text
}
