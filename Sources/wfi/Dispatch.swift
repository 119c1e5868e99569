// Finds the command in the table, hands it its arguments, and ends with its status.
import Glibc
import WfCompiler
import WfDiagnostics

/// Runs one call of the command; gives the exit status.
func dispatch(_ words: [String]) -> Int32 {
    openStandardDescriptors()
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow is an error like a full disk, not a death.
    signal(SIGXFSZ, SIG_IGN)
    let streams = Streams()
    guard let first = words.first else {
        streams.error.write(generalHelp())
        return streams.finish(ExitStatus.usage)
    }
    switch first {
    case "--help", "-h", "help":
        if let command = commandTable.first(where: { $0.name == words.dropFirst().first }) {
            streams.output.write(commandHelp(command))
        } else {
            streams.output.write(generalHelp())
        }
        return streams.finish(ExitStatus.done)
    case "--version":
        streams.output.write("wfi \(Compiler.version)\n")
        return streams.finish(ExitStatus.done)
    default: break
    }
    guard let command = commandTable.first(where: { $0.name == first }) else {
        return streams.finish(refuse(first, streams))
    }
    do throws(UsageError) {
        let arguments = try Arguments(command, words.dropFirst())
        if arguments.has("--help") {
            streams.output.write(commandHelp(command))
            return streams.finish(ExitStatus.done)
        }
        return streams.finish(perform(command, arguments, streams))
    } catch {
        return streams.finish(report(error, "wfi \(command.name) --help", streams))
    }
}

private func perform(_ command: CommandSpec, _ arguments: Arguments, _ streams: Streams) -> Int32 {
    do throws(CommandError) {
        return try command.run(arguments, streams)
    } catch {
        streams.printError(error.message, help: error.help)
        return error.status
    }
}

private func refuse(_ word: String, _ streams: Streams) -> Int32 {
    if plannedCommands.contains(word) {
        streams.printError("`wfi \(word)` is not built yet", help: "`wfi --help` lists what is")
        return ExitStatus.usage
    }
    let kind = word.hasPrefix("-") ? "option" : "command"
    let known = commandTable.map(\.name) + ["--help", "--version"] + plannedCommands
    return report(
        UsageError("no \(kind) `\(word)`", Suggestion.best(for: word, among: known)), "wfi --help", streams)
}

private func report(_ error: UsageError, _ help: String, _ streams: Streams) -> Int32 {
    let suggestion = error.suggestion.map { "did you mean `\($0)`? " } ?? ""
    streams.printError(error.message, help: "\(suggestion)try `\(help)`")
    return ExitStatus.usage
}

/// Descriptors 0, 1 and 2 that our caller has closed would otherwise be given to the journal. Standard output stays
/// unwritable, so that what is printed there is not lost in silence.
private func openStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
        _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
}
