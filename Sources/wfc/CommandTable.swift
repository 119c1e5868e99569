// The one table of commands and options: parsing, help, completions and the manual page come from it.
import WfCommand
import WfCompiler
import WfImport
import WfReference

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

private let workflowOption = OptionSpec(
    name: "--workflow", short: "-w", value: "NAME", help: "which workflow")
private let outputOption = OptionSpec(
    name: "--output", short: "-o", value: "OUT", help: "where it goes; standard output when left out")
private let denyWarningsOption = OptionSpec(
    name: "--deny-warnings", help: "count warnings like errors: exit status 1 when there is one")

/// All commands, in the order of help.
let commandTable: [CommandSpec] = [
    CommandSpec(
        name: "check", operands: "PATH…", operandCount: 1...Int.max,
        summary: "check files, folders (with all .wf files inside) or - (standard input)",
        details: [
            "Warnings (WF5001 to WF5099) leave the exit status 0. A comment takes one back:",
            "`// wf:allow WF5020 because …` on its line or on the line above. LINT is a code, a group (docs/lints.md) or",
            "all; LEVEL is off, note, warning or error. wf.json sets levels for a project.",
            "With --fix the messages and the status are those of what is left; of - the fixed text is printed. With",
            "--diff the status is 1 also when something would change.",
        ],
        options: [
            denyWarningsOption,
            OptionSpec(name: "--fix", help: "apply the safe fixes that messages carry, and check again"),
            OptionSpec(
                name: "--unsafe",
                help:
                    "with --fix: also those that guess, leave something to fill in or change what a run does"),
            OptionSpec(name: "--diff", help: "write nothing; print what --fix would change, as diff -u does"),
            OptionSpec(
                name: "--lint", value: "LINT=LEVEL",
                help: "set how much a lint matters, for instance WF5012=off"),
            OptionSpec(
                name: "--baseline", value: "JSON",
                help: "hide the findings that this file lists; name those that occur no more"),
            OptionSpec(
                name: "--write-baseline", value: "JSON",
                help: "write all findings of lints to this file and hide them"),
            OptionSpec(
                name: "--shellcheck", help: "let ShellCheck read the scripts in strings, if it is installed"),
            OptionSpec(
                name: "--format", value: "FORMAT", choices: ReportFormat.allCases.map(\.rawValue),
                help: "text, json, sarif, github (annotations of GitHub Actions) or junit"),
            jsonOption, sarifOption,
            OptionSpec(name: "--watch", help: "check again whenever a file changes, until interrupted"),
            colorOption,
        ], run: checkCommand),
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
            denyWarningsOption, jsonOption, colorOption,
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
        name: "import", operands: "[FILE]", operandCount: 0...1,
        summary: "write a workflow of another tool (BPMN, YAML, JSON, …) as wf source text",
        details: [
            "What cannot run as written is named with its line; nothing is left out in silence. With --json, OUT",
            "gets the text, and standard output a line for each message and one for the whole.",
            "Such a file can also be checked, compiled and run as it is: `wfc check x.bpmn`.",
        ],
        options: [
            outputOption,
            OptionSpec(name: "--draft", help: "write the text also when the workflow in it is refused"),
            OptionSpec(
                name: "--report", value: "DIR",
                help: "write nothing; count what becomes of all files in DIR, a line for each folder in it"),
            jsonOption, colorOption,
        ], run: importCommand),
    CommandSpec(
        name: "export", operands: "FILE", operandCount: 1...1,
        summary: "write a source file as XML, for tools that read XML",
        details: [
            "Declarations, statements and clauses are elements, expressions are text; grammar/wf.rng is the schema.",
            "`wfc import` turns it back, and it can be checked, compiled and run as it is.",
        ],
        options: [outputOption, jsonOption, colorOption], run: exportCommand),
    CommandSpec(
        name: "new", operands: "NAME", operandCount: 1...1,
        summary: "make a project that checks and runs at once",
        details: ["Nothing that is there already is touched."],
        options: [
            OptionSpec(
                name: "--template", short: "-t", value: "TEMPLATE", choices: Templates.names,
                help: "what to start from: \(Templates.names.joined(separator: ", ")); hello when left out")
        ], run: newCommand),
    CommandSpec(
        name: "graph", operands: "FILE", operandCount: 1...1,
        summary: "draw the steps of a workflow as SVG, Mermaid or DOT",
        details: ["FILE is a source file or a plan. Without --workflow it is `main`, or the only workflow."],
        options: [
            workflowOption,
            OptionSpec(
                name: "--format", value: "FORMAT", choices: ["svg", "mermaid", "dot"],
                help: "svg, mermaid or dot; what OUT ends in, else svg, when left out"),
            OptionSpec(
                name: "--marking", value: "FILE",
                help:
                    "draw where a run's tokens are: what `wfi show --json RUN` has written, `-` for standard input"
            ),
            outputOption, colorOption,
        ], run: graphCommand),
    CommandSpec(
        name: "schema", operands: "FILE", operandCount: 1...1,
        summary: "print the JSON Schema of what workflows take and give",
        details: [
            "FILE is a source file or a plan. The document's $defs hold NAME.input and NAME.output of each workflow,",
            "NAME.signal.SIGNAL and NAME.query.QUERY of what its runs can be sent and asked, `config` of what `--config` may",
            "hold, and the types they use. With --of the document itself describes the input or the output of one workflow,",
            "or the config.",
        ],
        options: [
            workflowOption,
            OptionSpec(
                name: "--of", value: "WHAT", choices: Schema.Subject.allCases.map(\.rawValue),
                help: "what the document describes: input, output or config"),
            outputOption, colorOption,
        ], run: schemaCommand),
    CommandSpec(
        name: "doc", operands: "[PATH…]", operandCount: 0...Int.max,
        summary: "write the reference of modules as HTML or Markdown pages",
        options: [
            OptionSpec(name: "--output", short: "-o", value: "DIR", help: "the folder that the pages go to"),
            OptionSpec(
                name: "--format", value: "FORMAT", choices: ReferenceFormat.allCases.map(\.rawValue),
                help: "html or markdown; html when left out"),
            OptionSpec(name: "--stdlib", help: "the standard library and the built-ins"), colorOption,
        ], run: docCommand),
    CommandSpec(
        name: "disasm", operands: "FILE", operandCount: 1...1,
        summary: "print a plan (.wfb), or the plan of a source file (.wf), readably",
        options: [colorOption], run: disasmCommand),
    CommandSpec(
        name: "lsp", operands: "", operandCount: 0...0,
        summary: "serve editors: the Language Server Protocol on standard input and output",
        details: [
            "Editors start it by themselves; docs/editors.md says how to set them up. It needs nothing but itself."
        ],
        options: [
            OptionSpec(name: "--stdio", help: "what some clients add; it is always so"),
            OptionSpec(
                name: "--record", value: "FILE", help: "write down what the editor says, as lines of JSON with times"),
        ],
        run: lspCommand),
    CommandSpec(
        name: "explain", operands: "[CODE]", operandCount: 0...1,
        summary: "explain a message by its code, for instance WF1001",
        options: [OptionSpec(name: "--list", help: "name all codes and what they say")], run: explainCommand),
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
        "PATH": .files([".wf"]), "FILE": .files([".wf"] + Import.suffixes),
        "OUT": .files([]), "DIR": .files([]), "JSON": .files([".json"]),
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
        ("wfc import claim.bpmn -o claim.wf", "turn a BPMN model into a flow"),
        ("wfc fmt --check .", "list the files that are not formatted"),
    ],
    seeAlso: "`wfi`(1)")
