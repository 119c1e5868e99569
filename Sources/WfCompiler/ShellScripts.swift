// Scripts in strings for ShellCheck: the files it reads, the command line that starts it, and what it prints as diagnostics
// at the places of the workflow's text. Knows no disk and starts nothing.
import WfChecker
public import WfDiagnostics
import WfImport
import WfSource
public import WfSyntax

/// The scripts of some files, for one run of ShellCheck.
public struct ShellScripts: Sendable {
    private let scripts: [(script: EmbeddedScript, level: LintLevel)]
    private let trees: [SyntaxTree]

    /// - Parameter sources: the files whose scripts are wanted, with their projects' settings.
    public init(_ sources: [(tree: SyntaxTree, settings: ProjectSettings)]) {
        trees = sources.map(\.tree)
        scripts = sources.flatMap { source in
            let level = source.settings.lints[5089]
            return level == .off ? [] : EmbeddedScript.all(in: source.tree).map { ($0, level) }
        }
    }

    public var isEmpty: Bool { scripts.isEmpty }

    /// Names and contents of the files that have to be in a folder of their own.
    public var files: [(name: String, text: [UInt8])] {
        scripts.enumerated().map { ("\($0).sh", $1.script.text) }
    }

    /// For `sh -c`: prints a line of JSON for each shell; status 127 when ShellCheck is not installed.
    public func command(in folder: String) -> String {
        let place = folder.replacing("'", with: "'\\''")
        var lines = ["command -v shellcheck >/dev/null || exit 127", "cd '\(place)' || exit 1"]
        for shell in Set(scripts.map(\.script.shell)).sorted() {
            let names = scripts.indices.filter { scripts[$0].script.shell == shell }.map { "\($0).sh" }
            // Its own settings files are for scripts in files. A source that a script names is not there; variables
            // come from `env:`.
            lines.append(
                "shellcheck --norc -f json1 -e SC1090,SC1091,SC2148,SC2154 -s \(shell) "
                    + names.joined(separator: " "))
            lines.append("echo")
        }
        return lines.joined(separator: "\n")
    }

    /// What the command has printed, without what comments in the files allow; nil when it is no answer.
    public func findings(_ output: [UInt8]) -> [Diagnostic]? {
        var found: [Diagnostic] = []
        for line in output.split(separator: 0x0A) {
            let document = JSONReader.read(
                SourceFile(path: "shellcheck", bytes: Array(line)), file: FileId(0))
            guard let list = document.root?["comments"]?.list else { return nil }
            for comment in list {
                guard let number = comment["file"]?.text.flatMap({ Int($0.dropLast(3)) }),
                    scripts.indices.contains(number)
                else { continue }
                if let finding = diagnostic(comment, scripts[number]) { found.append(finding) }
            }
        }
        return trees.flatMap { tree in
            LintAllowances.withoutAllowed(found.filter { $0.span.file == tree.file }, in: tree)
        }
    }

    private func diagnostic(
        _ comment: DataNode, _ entry: (script: EmbeddedScript, level: LintLevel)
    ) -> Diagnostic? {
        guard let line = comment["line"]?.int, let column = comment["column"]?.int,
            let code = comment["code"]?.int,
            let message = comment["message"]?.text,
            let span = entry.script.span(
                (line, column), (comment["endLine"]?.int ?? line, comment["endColumn"]?.int ?? column))
        else { return nil }
        let words = message.drop { $0 == " " }.reversed().drop { $0 == "." || $0 == " " }.reversed()
        var result = Diagnostic.shellScript("SC\(code)", String(words), at: span)
        let isMinor = ["info", "style"].contains(comment["level"]?.text ?? "")
        switch entry.level {
        case .error: result.severity = .error
        case .warning: result.severity = isMinor ? .note : .warning
        case .note, .off: result.severity = .note
        }
        return result
    }
}
