// The one table of commands and options: parsing, help, completions and the manual page come from it.
import WfCommand
import WfCompiler

extension ExitStatus {
    /// The run failed or was cancelled, or the workflow has errors.
    static let failed: Int32 = 1
    /// The run waits, and `--no-wait` was given.
    static let waits: Int32 = 3
    static let interrupted: Int32 = 130
}

private let journalOption = OptionSpec(
    name: "--journal", value: "PATH", help: "the journal; else WF_JOURNAL, else .wf/journal.db")
private let secretsOption = OptionSpec(
    name: "--secrets", value: "FILE",
    help: "contents of secrets, a line NAME=CONTENT each; else the variables NAME and NAME_FILE")
private let configOption = OptionSpec(
    name: "--config", value: "FILE",
    help: "values for `config`: a JSON object; else the variables WF_CONFIG_NAME, else the defaults")
private let jsonOption = OptionSpec(name: "--json", help: "print JSON on standard output")
private let viewOptions = [
    OptionSpec(name: "--events", help: "write every event as a line of JSON to standard error"),
    OptionSpec(name: "--quiet", short: "-q", help: "write nothing to standard error but errors"),
    OptionSpec(
        name: "--color", value: "WHEN", choices: ["auto", "always", "never"],
        help: "colour: auto (on a terminal), always or never"),
    OptionSpec(name: "--no-wait", help: "end with status 3 when all that is left waits"),
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
            configOption, secretsOption, journalOption,
        ] + viewOptions, run: runCommand),
    CommandSpec(
        name: "resume", operands: "RUN", operandCount: 0...1,
        summary: "go on with a run that was interrupted",
        details: [
            "RUN is a run's id, the beginning of one, or its name. A run that has ended prints its value again."
        ],
        options: [
            OptionSpec(name: "--all", help: "all runs that no live process runs"), secretsOption,
            journalOption,
        ]
            + viewOptions, run: resumeCommand),
    CommandSpec(
        name: "cancel", operands: "RUN", operandCount: 1...1,
        summary: "stop a run and undo what it has done",
        details: [
            "A run that another process runs is stopped there; one that no process runs is gone on with here, "
                + "until what it has done is undone."
        ],
        options: [secretsOption, journalOption] + viewOptions, run: cancelCommand),
    CommandSpec(
        name: "pause", operands: "RUN", operandCount: 1...1,
        summary: "let nothing more of a run begin",
        details: [
            "What is under way ends and is recorded. Time goes on: a sleep ends, a deadline passes."
        ],
        options: [journalOption], run: pauseCommand),
    CommandSpec(
        name: "unpause", operands: "RUN", operandCount: 1...1,
        summary: "let a paused run go on", options: [journalOption], run: unpauseCommand),
    CommandSpec(
        name: "retry", operands: "RUN", operandCount: 1...1,
        summary: "go on with a failed run, from the steps that failed",
        details: [
            "What has succeeded is not done again. A run that has undone anything cannot go on; start a new one."
        ],
        options: [secretsOption, journalOption] + viewOptions, run: retryCommand),
    CommandSpec(
        name: "resolve", operands: "RUN [STEP]", operandCount: 1...2,
        summary: "say what came of a step that is done at most once",
        details: [
            "A step with `once` is never repeated when nobody knows whether it happened: it waits until somebody has "
                + "looked, and says so here.",
            "Without STEP it is the only one that waits.",
        ],
        options: [
            OptionSpec(name: "--done", value: "VALUE", help: "it happened; the step's value as JSON"),
            OptionSpec(name: "--failed", value: "WHY", help: "it did not happen, and the step fails"),
            OptionSpec(name: "--retry", help: "it did not happen: try again"), journalOption,
        ], run: resolveCommand),
    CommandSpec(
        name: "list", operands: "", operandCount: 0...0,
        summary: "list the runs of the journal, newest first",
        options: [
            OptionSpec(
                name: "--status", value: "STATUS",
                choices: [
                    "running", "waiting", "paused", "interrupted", "cancelling", "done", "failed",
                    "cancelled", "live",
                ],
                help: "only these"),
            OptionSpec(name: "--limit", value: "N", help: "at most so many; 50 when left out"),
            OptionSpec(name: "--ids", help: "print only the ids"), jsonOption, journalOption,
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
    CommandSpec(
        name: "test", operands: "[FILE.wf|PLAN.wfb|FOLDER…]", operandCount: 0...Int.max,
        summary: "run the tests of files, on virtual time and with mocks for effects",
        details: [
            "A folder stands for all .wf files in it and below; without an operand it is the current one.",
            "Exit status: 0 all passed, 1 one failed, 2 a file has errors, or there is no test.",
        ],
        options: [
            OptionSpec(name: "--filter", value: "TEXT", help: "only tests with this in their title"),
            OptionSpec(
                name: "--crash",
                help: "run each test again for every commit it makes, killed there and resumed, and compare"),
            OptionSpec(
                name: "--every",
                help: "with --crash: at every commit, also where there are so many that a sample is drawn"),
            OptionSpec(
                name: "--faults", value: "N",
                help: "run each test again under N schedules of faults, and shrink one that breaks it"),
            OptionSpec(
                name: "--schedule", value: "TEXT", help: "run each test again under this schedule of faults"),
            OptionSpec(
                name: "--seed", value: "N",
                help: "the seed of `random`, `uuid` and schedules; 1 when left out"),
            OptionSpec(name: "--coverage", help: "also print which steps and branches were reached"),
            OptionSpec(name: "--coverage-html", value: "FILE", help: "also write that as a page of HTML"),
            configOption, jsonOption,
            OptionSpec(name: "--junit", value: "FILE", help: "also write JUnit's XML"),
            OptionSpec(
                name: "--color", value: "WHEN", choices: ["auto", "always", "never"],
                help: "colour: auto (on a terminal), always or never"),
        ], run: testCommand),
    CommandSpec(
        name: "signal", operands: "RUN NAME [JSON|-|@FILE]", operandCount: 2...3,
        summary: "send a run a signal that its workflow declares",
        details: [
            "The payload is checked against the signal's type and stored, whoever runs the run.",
            "To a run that has ended, or that there is none of, nothing is stored: status 1.",
        ],
        options: [
            OptionSpec(name: "--id", value: "ID", help: "store it only once, however often it is sent"),
            journalOption,
        ], run: signalCommand),
    CommandSpec(
        name: "query", operands: "RUN [NAME]", operandCount: 1...2,
        summary: "print the value of a query of a live run as JSON",
        details: ["Without NAME it is an object of all queries that the workflow declares."],
        options: [journalOption], run: queryCommand),
    CommandSpec(
        name: "tasks", operands: "[claim|heartbeat|release|complete|fail ITEM [JSON|-|@FILE]]",
        operandCount: 0...3, summary: "list the steps that wait for a person or a worker, and work on them",
        details: [
            "ITEM is RUN/STEP, or RUN when it has one open task. `claim` without ITEM takes the oldest that is free.",
            "A claim holds for a minute, or as long as --for says; a heartbeat in time makes it hold again.",
        ],
        options: [
            OptionSpec(name: "--role", value: "ROLE", help: "only tasks of this role"),
            OptionSpec(name: "--by", value: "NAME", help: "who works; else USER"),
            OptionSpec(name: "--for", value: "DURATION", help: "how long the claim holds, such as 5m"),
            OptionSpec(name: "--reason", value: "TEXT", help: "with fail: why"), jsonOption, journalOption,
        ], run: tasksCommand),
    CommandSpec(
        name: "approve", operands: "RUN|ITEM", operandCount: 1...1,
        summary: "answer a step that asks for an approval",
        details: ["ITEM is RUN/STEP; RUN is enough when it has one open approval."],
        options: [
            OptionSpec(name: "--by", value: "NAME", help: "who answers; else USER"),
            OptionSpec(name: "--reject", help: "say no"),
            OptionSpec(name: "--reason", value: "TEXT", help: "with --reject: why"), journalOption,
        ], run: approveCommand),
]

/// Commands that are planned and refused by name.
let plannedCommands = [
    "timeline", "checkpoints",
    "restore", "fork", "diff", "migrate", "prune", "backup", "doctor", "serve", "worker", "schedule",
]

/// The command line.
let commandLine = CommandSet(
    name: "wfi", version: Compiler.version, summary: "runs durable workflows",
    description: [
        "wfi runs workflows that `wfc` has compiled, or compiles them first. Every step's result is recorded in a "
            + "journal before the next step begins, so that a run that was interrupted goes on where it was.",
        "RUN is a run's id, the beginning of one, or its name.",
    ],
    commands: commandTable, planned: plannedCommands,
    words: [
        "FILE": .files([]), "PATH": .files([]),
        "RUN": .lines(of: "wfi list --ids --limit 200"),
    ],
    statuses: [
        (ExitStatus.done, "done"),
        (ExitStatus.failed, "the run failed or was cancelled, or the workflow has errors"),
        (
            ExitStatus.usage,
            "wrong usage, input that does not fit, or a journal or output that cannot be used"
        ),
        (ExitStatus.waits, "the run waits, and --no-wait was given"), (ExitStatus.interrupted, "interrupted"),
    ],
    environment: [
        ("WF_JOURNAL", "the journal, when --journal is not given"),
        ("WF_CONFIG_NAME", "the value of `config name`, when --config does not give it"),
        ("NO_COLOR", "when set and not empty: no colour unless --color=always"),
    ],
    examples: [
        ("wfi run build.wf target=release", "compile and run a workflow with a parameter"),
        ("wfi resume --all", "go on with all runs that no live process runs"),
        ("wfi show", "show the last run: its steps, values and failure"),
    ],
    seeAlso: "`wfc`(1)")
