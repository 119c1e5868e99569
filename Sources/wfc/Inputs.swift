// Operands to files: folders are walked, standard input is read, paths become relative to the current
// folder.
import Glibc
import WfCommand
import WfCompiler
import WfDiagnostics
import WfSource

/// The sources that a command was asked for.
struct Inputs {
    /// Paths for the compiler, in order, each once.
    private(set) var paths: [String] = []
    private(set) var provider: any SourceProvider = DiskSourceProvider()
    /// What could not be had.
    private(set) var failures: [CommandError] = []

    /// The name that standard input has in messages and plans.
    static let standardInput = "<stdin>"

    private var seen: Set<String> = []
    private let current = Inputs.currentFolder()

    /// Resolves files, folders and `-`.
    init(_ operands: [String]) {
        for operand in operands {
            if operand == "-" {
                readStandardInput()
                continue
            }
            var status = stat()
            if stat(operand, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR {
                addFolder(operand)
            } else {
                add(relative(operand))
            }
        }
    }

    /// Resolves what has to be one file.
    init(single operand: String) throws(CommandError) {
        self.init([operand])
        if let failure = failures.first { throw failure }
        if paths.count != 1 { throw CommandError("expected one file, found a folder with \(paths.count)") }
    }

    private mutating func add(_ path: String) {
        if seen.insert(path).inserted { paths.append(path) }
    }

    private mutating func fail(_ message: String) {
        failures.append(CommandError(message, code: DiagnosticCode(8003)))
    }

    private mutating func readStandardInput() {
        switch DiskSourceProvider.read(descriptor: STDIN_FILENO, as: Inputs.standardInput) {
        case .success(let source):
            provider = OverlaySourceProvider([source], over: provider)
            add(Inputs.standardInput)
        case .failure(let error): fail("cannot read standard input: \(error.reason)")
        }
    }

    private mutating func addFolder(_ folder: String) {
        do throws(CommandError) {
            let found = try Inputs.files(below: folder) { $0.hasSuffix(".wf") }
            if found.isEmpty { return fail("no .wf file in `\(folder)`") }
            for path in found { add(relative(path)) }
        } catch {
            failures.append(error)
        }
    }

    /// The files in a folder and below that are wanted, in the order of their bytes.
    static func files(
        below folder: String, _ isWanted: (String) -> Bool
    ) throws(CommandError) -> [String] {
        let found = SourceFolder(folder, isWanted: isWanted)
        if let (path, reason) = found.unreadable.first {
            throw CommandError("cannot read `\(path)`: \(reason)", code: DiagnosticCode(8003))
        }
        return found.files
    }

    /// The path relative to the current folder where it lies below it, else as given.
    private func relative(_ path: String) -> String {
        let path = ModulePath.normalized(path)
        return path.hasPrefix(current) ? String(path.dropFirst(current.count)) : path
    }

    /// With a `/` at its end.
    private static func currentFolder() -> String {
        guard let folder = getcwd(nil, 0) else { return "//" }
        defer { free(folder) }
        let path = String(cString: folder)
        return path.hasSuffix("/") ? path : path + "/"
    }
}

extension Compilation {
    /// What could not be looked at: files by their path, the rest by what was asked for.
    func unread(_ inputs: Inputs) -> [(name: String, reason: String)] {
        unreadable.map { ($0.path, "cannot read it: \($0.error.reason)") }
            + inputs.failures.map { ("wfc check", $0.message) }
    }
}

extension CommandError {
    init(_ source: UnreadableSource) {
        self.init("cannot read `\(source.path)`: \(source.error.reason)", code: DiagnosticCode(8003))
    }
}

extension Streams {
    /// Reports what could not be had; the status to end with when the rest has ended with `status`.
    func report(_ failures: [CommandError], _ status: Int32) -> Int32 {
        for failure in failures { printError(failure) }
        return failures.reduce(status) { max($0, $1.status) }
    }
}
