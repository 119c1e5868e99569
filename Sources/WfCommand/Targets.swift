// Where a command writes what it has made.

/// Refuses to write a report, a page or a plan over a source file, as `--junit a.wf` would.
public func refuseSource(_ path: String) throws(CommandError) {
    guard path.hasSuffix(".wf") else { return }
    throw CommandError(
        "`\(path)` is a source file, which this would overwrite",
        help: "name another file for what is written")
}
