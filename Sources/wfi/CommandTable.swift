// The one table of commands and options: parsing and help come from it.
import WfCompiler

/// One option of a command.
struct OptionSpec: Sendable {
    /// `--journal`; the key that commands ask for.
    let name: String
    /// `-f`, or nil.
    var short: String?
    /// What the value is called in help; nil for an option without one.
    var value: String?
    /// The values allowed, where they are a closed set.
    var choices: [String] = []
    let help: String
}

/// One command.
struct CommandSpec: Sendable {
    let name: String
    /// `RUN [STEP]` as help shows it.
    let operands: String
    let operandCount: ClosedRange<Int>
    let summary: String
    var details: [String] = []
    let options: [OptionSpec]
    let run: @Sendable (Arguments, Streams) throws(CommandError) -> Int32
}

/// Exit statuses.
enum ExitStatus {
    static let done: Int32 = 0
    /// The run failed or was cancelled, or the workflow has errors.
    static let failed: Int32 = 1
    /// Wrong usage, input that does not fit, or a journal or output that cannot be used.
    static let usage: Int32 = 2
    /// The run waits, and `--no-wait` was given.
    static let waits: Int32 = 3
    static let interrupted: Int32 = 130
}

/// A command that cannot go on: what was found, and what to do.
struct CommandError: Error {
    var message: String
    var help: String?
    var status: Int32
    init(_ message: String, help: String? = nil, status: Int32 = ExitStatus.usage) {
        self.message = message
        self.help = help
        self.status = status
    }
}

private let journalOption = OptionSpec(
    name: "--journal", value: "PATH", help: "the journal; else WF_JOURNAL, else .wf/journal.db")
private let jsonOption = OptionSpec(name: "--json", help: "print JSON on standard output")
private let viewOptions = [
    OptionSpec(name: "--events", help: "write every event as a line of JSON to standard error"),
    OptionSpec(name: "--quiet", short: "-q", help: "write nothing to standard error but errors"),
    OptionSpec(
        name: "--color", value: "WHEN", choices: ["auto", "always", "never"],
        help: "colour: auto (on a terminal), always or never"),
    OptionSpec(name: "--no-wait", help: "end with status 3 when all that is left waits for a time"),
]

/// All commands, in the order of help.
let commandTable: [CommandSpec] = [
    CommandSpec(
        name: "run", operands: "PLAN.wfb|FILE.wf [KEY=VALUE…]", operandCount: 1...Int.max,
        summary: "run a workflow; its value is one line of JSON on standard output",
        details: [
            "KEY=VALUE gives a parameter: text for String and Path, JSON for all other types.",
            "Without --workflow it runs `main`, or the only workflow there is.",
        ],
        options: [
            OptionSpec(name: "--workflow", short: "-w", value: "NAME", help: "which workflow"),
            OptionSpec(
                name: "--input", short: "-i", value: "FILE|-|JSON",
                help: "all parameters as a JSON object: a file, standard input, or the text itself"),
            OptionSpec(
                name: "--each", value: "FILE|-",
                help:
                    "a run for every line of a file, each line an input; prints a line of JSON for each as it ends"
            ),
            OptionSpec(name: "--name", value: "NAME", help: "a name for the run, to find it by"),
            journalOption,
        ] + viewOptions, run: runCommand),
    CommandSpec(
        name: "resume", operands: "RUN", operandCount: 0...1,
        summary: "go on with a run that was interrupted",
        details: [
            "RUN is a run's id, the beginning of one, or its name. A run that has ended prints its value again."
        ],
        options: [OptionSpec(name: "--all", help: "all runs that no live process runs"), journalOption]
            + viewOptions, run: resumeCommand),
    CommandSpec(
        name: "list", operands: "", operandCount: 0...0,
        summary: "list the runs of the journal, newest first",
        options: [
            OptionSpec(
                name: "--status", value: "STATUS",
                choices: ["running", "cancelling", "done", "failed", "cancelled", "live"], help: "only these"),
            OptionSpec(name: "--limit", value: "N", help: "at most so many; 50 when left out"), jsonOption,
            journalOption,
        ], run: listCommand),
    CommandSpec(
        name: "show", operands: "[RUN]", operandCount: 0...1,
        summary: "show a run: its steps, attempts, durations, values, failure",
        details: ["Without RUN it is the last one that was started."], options: [jsonOption, journalOption],
        run: showCommand),
    CommandSpec(
        name: "logs", operands: "[RUN [STEP]]", operandCount: 0...2,
        summary: "print what the steps of a run have written",
        details: [
            "Without RUN it is the last one that was started.",
            "STEP is a step's path, such as build[2]/compile, or the beginning of one.",
        ],
        options: [
            OptionSpec(name: "--follow", short: "-f", help: "go on until the run has ended"), jsonOption,
            journalOption,
        ], run: logsCommand),
]

/// Commands that are planned and refused by name.
let plannedCommands = [
    "timeline", "pause", "unpause", "cancel", "signal", "query", "tasks", "approve", "retry", "resolve",
    "checkpoints",
    "restore", "fork", "diff", "migrate", "prune", "backup", "doctor", "test", "serve", "worker", "schedule",
]

/// The text of `wfi --help`.
func generalHelp() -> String {
    var text = "wfi \(Compiler.version): runs workflows\n\nusage: wfi COMMAND [OPTIONS] …\n\ncommands:\n"
    let width = commandTable.map { $0.name.count + 1 + $0.operands.count }.max() ?? 0
    for command in commandTable {
        text += "  \(padded(command.name + " " + command.operands, width))  \(command.summary)\n"
    }
    text += """

        options:
          \(padded("--help, -h", width))  show this, or with a command what it takes
          \(padded("--version", width))  show the version

        Exit status: 0 done, 1 the run failed, 2 wrong usage or input, 3 the run waits and --no-wait was given,
        130 interrupted.

        """
    return text
}

/// The text of `wfi COMMAND --help`.
func commandHelp(_ command: CommandSpec) -> String {
    let operands = command.operands.isEmpty ? "" : " " + command.operands
    var text = "usage: wfi \(command.name) [OPTIONS]\(operands)\n\n\(command.summary)\n"
    for line in command.details { text += line + "\n" }
    text += "\noptions:\n"
    let options = command.options + [OptionSpec(name: "--help", short: "-h", help: "show this")]
    let width = options.map { optionTitle($0).count }.max() ?? 0
    for option in options { text += "  \(padded(optionTitle(option), width))  \(option.help)\n" }
    return text
}

/// `--follow, -f`
private func optionTitle(_ option: OptionSpec) -> String {
    option.name + (option.short.map { ", " + $0 } ?? "") + (option.value.map { " " + $0 } ?? "")
}

/// Text filled up with blanks to `width` characters.
func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
