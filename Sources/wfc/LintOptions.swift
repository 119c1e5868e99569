// What `wfc check` does with findings beyond printing them: levels from the command line, ShellCheck, and the baseline.
import Glibc
import WfChecker
import WfCommand
import WfCompiler
import WfDiagnostics
import WfSource

extension Arguments {
    /// `--lint WF5012=off`, in order.
    func lintOverrides() throws(CommandError) -> [LintOverride] {
        var overrides: [LintOverride] = []
        for value in values("--lint") {
            let parts = value.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let level = LintLevel(text: parts[1]) else {
                let levels = LintLevel.allCases.map(\.text).joined(separator: ", ")
                throw CommandError("`--lint` is LINT=LEVEL, with a LEVEL of \(levels), found `\(value)`")
            }
            guard let override = LintOverride(parts[0], level) else {
                throw CommandError(
                    "there is no lint `\(parts[0])`",
                    help: Suggestion.best(for: parts[0], among: LintLevels.keys).map {
                        "did you mean `\($0)`?"
                    })
            }
            overrides.append(override)
        }
        return overrides
    }
}

extension Compilation {
    /// With what ShellCheck says about the scripts in files whose project, or the command line, asks for it.
    func withShellCheck(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Compilation {
        let wanted = sources.filter {
            !$0.isImported && !$0.tree.hasErrors && ($0.settings.checksShell || arguments.has("--shellcheck"))
        }
        guard let found = try ShellCheck.findings(wanted) else {
            streams.printNote("shellcheck is not installed: the scripts in strings were not looked at")
            return self
        }
        return with(diagnostics + found)
    }

    /// Without what a baseline lists, or after a baseline has been written.
    func withBaseline(_ arguments: Arguments, _ streams: Streams) throws(CommandError) -> Compilation {
        if let path = arguments.value("--write-baseline") {
            let baseline = Baseline(of: self, path: Baseline.paths(below: path))
            if let reason = writeAtomically(Array(baseline.text.utf8), to: path) {
                throw CommandError("cannot write `\(path)`: \(reason)")
            }
            streams.printNote("`\(path)` lists \(baseline.count) finding\(baseline.count == 1 ? "" : "s")")
            return with(baseline.apply(to: self, path: Baseline.paths(below: path)))
        }
        if let path = arguments.value("--baseline") { return try without(path, arguments) }
        // what the files' projects have agreed to live with
        let agreed = Set(sources.compactMap(\.settings.baseline)).sorted()
        var result = self
        for path in agreed { result = try result.without(path, arguments) }
        return result
    }

    /// Without what a baseline lists, and with what is wrong with it.
    private func without(_ path: String, _ arguments: Arguments) throws(CommandError) -> Compilation {
        switch DiskSourceProvider.read(path, as: path) {
        case .failure(let error):
            throw CommandError("cannot read `\(path)`: \(error.reason)", code: DiagnosticCode(8003))
        case .success(let source):
            let file = FileId(UInt32(files.count))
            let (baseline, wrong) = Baseline.read(source, file: file)
            let shown =
                wrong.isEmpty
                ? baseline.apply(
                    to: self, path: Baseline.paths(below: path),
                    isGone: Baseline.gone(below: path, named: arguments.operands)) : diagnostics + wrong
            return with(shown, files: files + [source])
        }
    }
}

extension Baseline {
    /// Whether a file that a baseline names is no longer there, though it is in a folder whose files are checked.
    static func gone(below file: String, named operands: [String]) -> (String) -> Bool {
        let whole = absolute(file)
        let own = whole.lastIndex(of: "/").map { String(whole[...$0]) } ?? "/"
        let folders = operands.filter { isFolder($0) }.map { absolute($0) }.map {
            $0.hasSuffix("/") ? $0 : $0 + "/"
        }
        return { path in
            let place = path.hasPrefix("/") ? path : own + path
            return folders.contains { place.hasPrefix($0) } && access(place, F_OK) != 0
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return ModulePath.normalized(path) }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return ModulePath.normalized(String(cString: current) + "/" + path)
    }

    /// Paths as the baseline writes them: relative to the folder that it is in, so that it does not matter where `wfc`
    /// is started.
    static func paths(below file: String) -> (String) -> String {
        let whole = absolute(file)
        let folder = whole.lastIndex(of: "/").map { String(whole[...$0]) } ?? "/"
        return { path in
            let found = absolute(path)
            return found.hasPrefix(folder) ? String(found.dropFirst(folder.count)) : found
        }
    }
}
