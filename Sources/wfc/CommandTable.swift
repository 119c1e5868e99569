// The one table of commands and options: parsing, help, completions and the manual page come from it.
import WfCommand
import WfCompiler

extension ExitStatus {
    /// Diagnostics were reported, or files are not formatted.
    static let diagnostics: Int32 = 1
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
            OptionSpec(name: "--tests", help: "keep the file's tests, so that `wfi test` can run the plan"),
            jsonOption, colorOption,
        ], run: compileCommand),
    CommandSpec(
        name: "fmt", operands: "PATH…", operandCount: 1...Int.max,
        summary: "format files in place, or standard input to standard output",
        details: [
            "A file that cannot be read as wf is left alone. With --check or --diff the status is 1 when something would "
                + "change."
        ],
        options: [
            OptionSpec(name: "--check", help: "change nothing; list the files that are not formatted"),
            OptionSpec(name: "--diff", help: "change nothing; print what would change, as diff -u does"),
            OptionSpec(
                name: "--lines", value: "FIRST:LAST",
                help: "format only these lines of a file, counted from 1"),
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

/// The command line.
let commandLine = CommandSet(
    name: "wfc", version: Compiler.version, summary: "compiles durable workflows",
    description: [
        "wfc checks, formats, explains and compiles workflows written in the wf language. A compiled plan is one file "
            + "that `wfi` runs.",
        "PATH is a file, a folder with all .wf files inside, or - for standard input.",
    ],
    commands: commandTable,
    words: [
        "PATH": .files([".wf"]), "FILE": .files([".wf"]), "OUT": .files([]),
        "CODE": .choices(DiagnosticPages.codes),
    ],
    statuses: [
        (ExitStatus.done, "done, and nothing to report"),
        (ExitStatus.diagnostics, "messages were reported, or files are not formatted"),
        (ExitStatus.usage, "wrong usage, input that cannot be read or output that cannot be written"),
    ],
    environment: [("NO_COLOR", "when set and not empty: no colour unless --color=always")],
    examples: [
        ("wfc check .", "check all workflows below this folder"),
        ("wfc compile build.wf -o build.wfb", "compile a workflow and all that it uses to a plan"),
        ("wfc fmt --check .", "list the files that are not formatted"),
    ],
    seeAlso: "`wfi`(1)")
