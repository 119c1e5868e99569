// Finds the command in the table, hands it its arguments, and ends with its status.
import Glibc
import WfCompiler
import WfDiagnostics

/// Runs one call of the command; gives the exit status.
func runCommand(_ words: [String]) -> Int32 {
    var output = Output()
    guard let first = words.first else {
        printToError(generalHelp())
        return ExitStatus.usage
    }
    switch first {
    case "--help", "-h", "help":
        if let command = commandTable.first(where: { $0.name == words.dropFirst().first }) {
            output.write(commandHelp(command))
        } else {
            output.write(generalHelp())
        }
        return output.finish(ExitStatus.clean)
    case "--version":
        output.write("wfc \(Compiler.version)\n")
        return output.finish(ExitStatus.clean)
    default: break
    }
    guard let command = commandTable.first(where: { $0.name == first }) else {
        let isOption = first.hasPrefix("-")
        let known = commandTable.map(\.name) + ["--help", "--version"]
        return report(
            UsageError(
                isOption ? "no option `\(first)`" : "no command `\(first)`",
                Suggestion.best(for: first, among: known)),
            "wfc --help")
    }
    do throws(UsageError) {
        let arguments = try Arguments(command, words.dropFirst())
        if arguments.has("--help") {
            output.write(commandHelp(command))
            return output.finish(ExitStatus.clean)
        }
        return output.finish(command.run(arguments, &output))
    } catch {
        return report(error, "wfc \(command.name) --help")
    }
}

private func report(_ error: UsageError, _ help: String) -> Int32 {
    printError(error.message)
    if let suggestion = error.suggestion { printToError("did you mean `\(suggestion)`?\n") }
    printToError("try `\(help)`\n")
    return ExitStatus.usage
}
