// The one table of a command line: commands, operands, options and exit statuses. Parsing, help, shell completions and
// the manual page all come from it. It knows no command by name.
public import WfDiagnostics

/// One option of a command.
public struct OptionSpec: Sendable {
    /// `--output`; the key that commands ask for.
    public let name: String
    /// `-o`, or nil.
    public let short: String?
    /// What the value is called in help; nil for an option without one.
    public let value: String?
    /// The values allowed, where they are a closed set.
    public let choices: [String]
    public let help: String

    public init(
        name: String, short: String? = nil, value: String? = nil, choices: [String] = [], help: String
    ) {
        self.name = name
        self.short = short
        self.value = value
        self.choices = choices
        self.help = help
    }

    /// `--output, -o OUT`
    var title: String { name + (short.map { ", " + $0 } ?? "") + (value.map { " " + $0 } ?? "") }

    static let help = OptionSpec(name: "--help", short: "-h", help: "show this")
}

/// What a command does: from what it was given to an exit status.
public typealias CommandAction = @Sendable (Arguments, Streams) throws(CommandError) -> Int32

/// One command.
public struct CommandSpec: Sendable {
    public let name: String
    /// `RUN [STEP]` as help shows it; its words in capitals are looked up in `CommandSet.words` to complete them.
    public let operands: String
    /// How many operands there may be.
    public let operandCount: ClosedRange<Int>
    /// One line, lower case.
    public let summary: String
    /// Further lines of help.
    public let details: [String]
    public let options: [OptionSpec]
    public let run: CommandAction

    public init(
        name: String, operands: String, operandCount: ClosedRange<Int>, summary: String,
        details: [String] = [], options: [OptionSpec], run: @escaping CommandAction
    ) {
        self.name = name
        self.operands = operands
        self.operandCount = operandCount
        self.summary = summary
        self.details = details
        self.options = options
        self.run = run
    }
}

/// How a shell completes a word that help names in capitals.
public enum Completion: Sendable {
    /// Names of files that end in one of these, and folders; of all files when there is none.
    case files([String])
    case choices([String])
    /// The lines that a command line prints; what it says about its troubles is not shown.
    case lines(of: String)
}

/// A command line: its commands, and what is to be said about all of them.
public struct CommandSet: Sendable {
    public let name: String
    public let version: String
    /// What it does, for the first line of help and of the manual page: `compiles workflows`.
    public let summary: String
    /// The manual page's paragraphs.
    public let description: [String]
    /// In the order of help; `help` and `completions` follow by themselves.
    public let commands: [CommandSpec]
    /// Commands that are planned and refused by name.
    public let planned: [String]
    /// How words of operands and values are completed: `FILE` → `.files([".wf"])`.
    public let words: [String: Completion]
    /// Exit statuses and what they mean.
    public let statuses: [(status: Int32, meaning: String)]
    /// Environment variables and what they do.
    public let environment: [(name: String, meaning: String)]
    /// Command lines for the manual page, and what each does.
    public let examples: [(line: String, meaning: String)]
    /// What the manual page refers to: `wfi(1)`.
    public let seeAlso: String

    public init(
        name: String, version: String, summary: String, description: [String], commands: [CommandSpec],
        planned: [String] = [], words: [String: Completion],
        statuses: [(status: Int32, meaning: String)], environment: [(name: String, meaning: String)],
        examples: [(line: String, meaning: String)], seeAlso: String
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.description = description
        self.planned = planned
        self.statuses = statuses
        self.environment = environment
        self.examples = examples
        self.seeAlso = seeAlso
        let names = commands.map(\.name) + ["help", "completions"]
        var words = words
        words["COMMAND"] = .choices(names)
        words["SHELL"] = .choices(Shell.allCases.map(\.rawValue))
        self.words = words
        self.commands = commands + CommandSet.ownCommands
    }

    /// The command of that name.
    public func command(_ name: String) -> CommandSpec? { commands.first { $0.name == name } }
}

/// Exit statuses that all commands share; a command line adds its own.
public enum ExitStatus {
    public static let done: Int32 = 0
    /// Wrong usage, input that does not fit or cannot be read, or output that cannot be written.
    public static let usage: Int32 = 2
}

/// A command that cannot go on: what was found, and what to do.
public struct CommandError: Error {
    public var message: String
    public var help: String?
    public var status: Int32
    /// `wfc explain` has a page for it.
    public var code: DiagnosticCode

    /// - Parameter code: WF8001, the command line does not fit, unless something else is the matter.
    public init(
        _ message: String, help: String? = nil, status: Int32 = ExitStatus.usage,
        code: DiagnosticCode = DiagnosticCode(8001)
    ) {
        self.message = message
        self.help = help
        self.status = status
        self.code = code
    }
}
