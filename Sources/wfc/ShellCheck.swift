// ShellCheck, when it is installed, about the scripts in strings: writes them to files of a folder of their own and runs it once.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics

/// One run of ShellCheck over many scripts.
struct ShellCheck {
    /// The findings, or nil when ShellCheck is not there.
    ///
    /// - Parameter sources: the files whose scripts are wanted.
    static func findings(_ sources: [CheckedSource]) throws(CommandError) -> [Diagnostic]? {
        let scripts = ShellScripts(sources.map { ($0.tree, $0.settings) })
        if scripts.isEmpty { return [] }
        let folder: ScriptFolder
        do {
            folder = try ScriptFolder(scripts)
        } catch {
            throw CommandError(error.description)
        }
        defer { withExtendedLifetime(folder) {} }
        guard let output = try run(scripts.command(in: folder.path)) else { return nil }
        guard let found = scripts.findings(output) else {
            throw CommandError("ShellCheck has failed: it printed no list of comments")
        }
        return found
    }

    /// What it prints about scripts; nil when it is not installed.
    private static func run(_ command: String) throws(CommandError) -> [UInt8]? {
        guard let stream = popen("exec 2>/dev/null\n" + command, "r") else {
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
}
