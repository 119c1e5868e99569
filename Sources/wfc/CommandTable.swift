// The one table of commands and options: parsing, help, the manual page and shell completions all come from
// it.
import WfCompiler

/// One option of a command.
struct OptionSpec: Sendable {
    /// `--output`; the key that commands ask for.
    let name: String
    /// `-o`, or nil.
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
    /// `PATH…` as help shows it.
    let operands: String
    let operandCount: ClosedRange<Int>
    let summary: String
    var details: [String] = []
    let options: [OptionSpec]
    let run: @Sendable (Arguments, inout Output) -> Int32
}

/// Exit statuses.
enum ExitStatus {
    static let clean: Int32 = 0
    /// Diagnostics were reported, or files are not formatted.
    static let diagnostics: Int32 = 1
    /// Wrong usage, or input that cannot be read or output that cannot be written.
    static let usage: Int32 = 2
}

private let colorOption = OptionSpec(
    name: "--color", value: "WHEN", choices: ["auto", "always", "never"],
    help: "colour messages: auto (on a terminal), always or never")
private let jsonOption = OptionSpec(
    name: "--json", help: "print each message as a line of JSON on standard output")
private let sarifOption = OptionSpec(
    name: "--sarif", help: "print all messages as SARIF 2.1.0 on standard output")

/// All commands, in the order of help.
let commandTable: [CommandSpec] = [
    CommandSpec(
        name: "check", operands: "PATH…", operandCount: 1...Int.max,
        summary: "check files, folders (with all .wf files inside) or - (standard input)",
        options: [jsonOption, sarifOption, colorOption], run: checkCommand),
    CommandSpec(
        name: "compile", operands: "FILE", operandCount: 1...1,
        summary: "compile a file and all it uses to a plan",
        details: [
            "The plan appears complete or not at all. - is standard input, and standard output for OUT."
        ],
        options: [
            OptionSpec(
                name: "--output", short: "-o", value: "OUT",
                help: "where the plan goes; FILE with .wfb in place of .wf when left out"),
            jsonOption, colorOption,
        ], run: compileCommand),
    CommandSpec(
        name: "fmt", operands: "PATH…", operandCount: 1...Int.max,
        summary: "format files in place, or standard input to standard output",
        options: [
            OptionSpec(name: "--check", help: "change nothing; list the files that are not formatted"),
            colorOption,
        ], run: formatCommand),
    CommandSpec(
        name: "disasm", operands: "FILE", operandCount: 1...1,
        summary: "print a plan (.wfb), or the plan of a source file (.wf), readably",
        options: [colorOption], run: disasmCommand),
    CommandSpec(
        name: "explain", operands: "CODE", operandCount: 1...1,
        summary: "explain a message by its code, for instance WF1001", options: [], run: explainCommand),
]

/// The text of `wfc --help`.
func generalHelp() -> String {
    var text = "wfc \(Compiler.version): compiles workflows\n\nusage: wfc COMMAND [OPTIONS] …\n\ncommands:\n"
    let width = commandTable.map { $0.name.count + 1 + $0.operands.count }.max() ?? 0
    for command in commandTable {
        text += "  \(padded(command.name + " " + command.operands, width))  \(command.summary)\n"
    }
    text += """

        options:
          \(padded("--help, -h", width))  show this, or with a command what it takes
          \(padded("--version", width))  show the version

        Exit status: 0 clean, 1 messages were reported, 2 wrong usage or unreadable input.

        """
    return text
}

/// The text of `wfc COMMAND --help`.
func commandHelp(_ command: CommandSpec) -> String {
    var text =
        "usage: wfc \(command.name)\(command.options.isEmpty ? "" : " [OPTIONS]") \(command.operands)\n\n"
    text += command.summary + "\n"
    for line in command.details { text += line + "\n" }
    text += "\noptions:\n"
    let options = command.options + [OptionSpec(name: "--help", short: "-h", help: "show this")]
    let width = options.map { optionTitle($0).count }.max() ?? 0
    for option in options { text += "  \(padded(optionTitle(option), width))  \(option.help)\n" }
    return text
}

/// `--output, -o OUT`
func optionTitle(_ option: OptionSpec) -> String {
    option.name + (option.short.map { ", " + $0 } ?? "") + (option.value.map { " " + $0 } ?? "")
}

private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
