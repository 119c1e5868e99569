// ShellCheck, when it is installed, about the scripts in strings: writes them to files of a folder of their own, runs it once for
// each shell, and turns what it finds into diagnostics at the places of the workflow's text.
import Glibc
import WfChecker
import WfCommand
import WfCompiler
import WfDiagnostics
import WfImport
import WfSource

/// One run of ShellCheck over many scripts.
struct ShellCheck {
    /// The findings, or nil when ShellCheck is not there.
    ///
    /// - Parameter sources: the files whose scripts are wanted.
    static func findings(_ sources: [CheckedSource]) throws(CommandError) -> [Diagnostic]? {
        var scripts: [(script: EmbeddedScript, source: CheckedSource)] = []
        for source in sources where source.settings.lints[5089] != .off {
            for script in EmbeddedScript.all(in: source.tree) { scripts.append((script, source)) }
        }
        if scripts.isEmpty { return [] }
        let folder = try temporaryFolder()
        defer { remove(folder, count: scripts.count) }
        for (number, entry) in scripts.enumerated() {
            if let reason = writeAtomically(entry.script.text, to: "\(folder)/\(number).sh") {
                throw CommandError("cannot write a script for ShellCheck: \(reason)")
            }
        }
        var found: [Diagnostic] = []
        for shell in Set(scripts.map(\.script.shell)).sorted() {
            let numbers = scripts.indices.filter { scripts[$0].script.shell == shell }
            guard let output = try run(shell, numbers, folder) else { return nil }
            for comment in try comments(output) {
                guard let number = comment["file"]?.text.flatMap({ Int($0.dropLast(3)) }),
                    number < scripts.count
                else {
                    continue
                }
                if let finding = diagnostic(comment, scripts[number].script, scripts[number].source.settings)
                {
                    found.append(finding)
                }
            }
        }
        return sources.reduce(into: []) { result, source in
            let own = found.filter { $0.span.file == source.tree.file }
            result += LintAllowances.withoutAllowed(own, in: source.tree)
        }
    }

    private static func diagnostic(
        _ comment: DataNode, _ script: EmbeddedScript, _ settings: ProjectSettings
    ) -> Diagnostic? {
        guard let line = comment["line"]?.int, let column = comment["column"]?.int,
            let code = comment["code"]?.int,
            let message = comment["message"]?.text,
            let span = script.span(
                (line, column), (comment["endLine"]?.int ?? line, comment["endColumn"]?.int ?? column))
        else { return nil }
        let words = message.drop { $0 == " " }.reversed().drop { $0 == "." || $0 == " " }.reversed()
        var result = Diagnostic.shellScript("SC\(code)", String(words), at: span)
        let isMinor = ["info", "style"].contains(comment["level"]?.text ?? "")
        switch settings.lints[5089] {
        case .error: result.severity = .error
        case .warning: result.severity = isMinor ? .note : .warning
        case .note, .off: result.severity = .note
        }
        return result
    }

    // MARK: the program

    private static func temporaryFolder() throws(CommandError) -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/wfc-scripts-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError("cannot make a folder in `\(base)`: \(reason(errno))")
        }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func remove(_ folder: String, count: Int) {
        for number in 0..<count { unlink("\(folder)/\(number).sh") }
        rmdir(folder)
    }

    /// What it prints about scripts; nil when it is not installed.
    private static func run(_ shell: String, _ numbers: [Int], _ folder: String) throws(CommandError)
        -> [UInt8]?
    {
        setenv("WFC_SCRIPTS", folder, 1)
        defer { unsetenv("WFC_SCRIPTS") }
        let names = numbers.map { "\($0).sh" }.joined(separator: " ")
        // Its own settings files are for scripts in files. A source that a script names is not there; variables come
        // from `env:`.
        let command =
            "cd \"$WFC_SCRIPTS\" && exec shellcheck --norc -f json1 -e SC1090,SC1091,SC2148,SC2154 -s \(shell) \(names)"
        guard let stream = popen(command + " 2>/dev/null", "r") else {
            throw CommandError("cannot run ShellCheck: \(reason(errno))")
        }
        var output: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&room, 1, room.count, stream)
            if count == 0 { break }
            output += room[..<count]
        }
        let status = pclose(stream)
        if status >> 8 == 127 { return nil }
        return output
    }

    private static func comments(_ output: [UInt8]) throws(CommandError) -> [DataNode] {
        let document = JSONReader.read(SourceFile(path: "shellcheck", bytes: output), file: FileId(0))
        guard let list = document.root?["comments"]?.list else {
            throw CommandError("ShellCheck has failed: it printed no list of comments")
        }
        return list
    }
}
