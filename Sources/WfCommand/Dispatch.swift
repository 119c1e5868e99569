// Finds the command in the table, hands it its arguments, and ends with its status.
import Glibc
import WfDiagnostics

extension CommandSet {
    /// Runs this process's command line. Gives the exit status.
    public func dispatch() -> Int32 {
        openStandardDescriptors()
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is an error like a full disk, not a death.
        signal(SIGXFSZ, SIG_IGN)
        let streams = Streams(name: name)
        let words = CommandLine.arguments.dropFirst()
        if let number = words.indices.first(where: { !isUtf8(argument: $0) }) {
            streams.printError(
                "argument \(number) is not UTF-8: `\(words[number])`",
                help: "write it in UTF-8; put other bytes into a file")
            return streams.finish(ExitStatus.usage)
        }
        return streams.finish(perform(Array(words), streams))
    }

    /// What Swift shows of an argument has other characters in place of bytes that are no text.
    private func isUtf8(argument: Int) -> Bool {
        guard let bytes = CommandLine.unsafeArgv[argument] else { return true }
        return strlen(bytes) == CommandLine.arguments[argument].utf8.count
            && String(validatingCString: bytes) != nil
    }

    private func perform(_ words: [String], _ streams: Streams) -> Int32 {
        guard let first = words.first else {
            streams.error.write(generalHelp())
            return ExitStatus.usage
        }
        switch first {
        case "--help", "-h":
            streams.output.write(generalHelp())
            return ExitStatus.done
        case "--version":
            streams.output.write("\(name) \(version)\n")
            return ExitStatus.done
        default: break
        }
        guard let command = command(first) else {
            let error = unknown(first)
            streams.printError(error)
            return error.status
        }
        do throws(UsageError) {
            let arguments = try Arguments(command, of: self, words.dropFirst())
            if arguments.has("--help") {
                streams.output.write(help(of: command))
                return ExitStatus.done
            }
            return run(arguments, streams)
        } catch {
            let suggestion = error.suggestion.map { "did you mean `\($0)`? " } ?? ""
            streams.printError(error.message, help: "\(suggestion)try `\(name) \(command.name) --help`")
            return ExitStatus.usage
        }
    }

    private func run(_ arguments: Arguments, _ streams: Streams) -> Int32 {
        do throws(CommandError) {
            return try arguments.command.run(arguments, streams)
        } catch {
            streams.printError(error)
            return error.status
        }
    }

    /// A word that is no command.
    private func unknown(_ word: String) -> CommandError {
        if planned.contains(word) {
            return CommandError("`\(name) \(word)` is not built yet", help: "`\(name) --help` lists what is")
        }
        let kind = word.hasPrefix("-") ? "option" : "command"
        let known = commands.map(\.name) + ["--help", "--version"] + planned
        let suggestion = Suggestion.best(for: word, among: known).map { "did you mean `\($0)`? " } ?? ""
        return CommandError("no \(kind) `\(word)`", help: "\(suggestion)try `\(name) --help`")
    }

    // MARK: the commands that every command line has

    static let ownCommands = [
        CommandSpec(
            name: "help", operands: "[COMMAND]", operandCount: 0...1,
            summary: "show what a command takes",
            options: [
                OptionSpec(name: "--manual", help: "print the manual page of all commands, for man(1)")
            ],
            run: { arguments, streams throws(CommandError) in
                streams.output.write(try arguments.commandLine.help(arguments))
                return ExitStatus.done
            }),
        CommandSpec(
            name: "completions", operands: "SHELL", operandCount: 1...1,
            summary: "print a completion script for bash, zsh or fish",
            details: Shell.allCases.map(\.instructions), options: [],
            run: { arguments, streams throws(CommandError) in
                let shell = try Shell(named: arguments.operands[0])
                streams.output.write(arguments.commandLine.completionScript(shell))
                return ExitStatus.done
            }),
    ]

    private func help(_ arguments: Arguments) throws(CommandError) -> String {
        if arguments.has("--manual") { return manualPage() }
        guard let word = arguments.operands.first else { return generalHelp() }
        guard let command = command(word) else { throw unknown(word) }
        return help(of: command)
    }
}
