// Words of the command line to a command with its options and operands, by the table. Knows no command by name.
import WfDiagnostics

/// What one call of the command was given.
public struct Arguments: Sendable {
    public let command: CommandSpec
    /// The table that the command is of.
    public let commandLine: CommandSet
    public private(set) var operands: [String] = []
    private var given: [String: [String]] = [:]

    /// Whether the option was given.
    public func has(_ option: String) -> Bool { given[option] != nil }

    /// The option's value; the last one when it was given several times.
    public func value(_ option: String) -> String? { given[option]?.last }

    /// All values of an option that may be given several times, in order.
    public func values(_ option: String) -> [String] { given[option] ?? [] }

    /// Reads the words behind the command's name.
    public init(
        _ command: CommandSpec, of commandLine: CommandSet, _ words: ArraySlice<String>
    ) throws(UsageError) {
        self.command = command
        self.commandLine = commandLine
        var words = words
        while let word = words.popFirst() {
            if word == "--" {
                operands.append(contentsOf: words)
                break
            }
            if word == "-" || !word.hasPrefix("-") {
                operands.append(word)
                continue
            }
            try readOption(word, &words)
        }
        if !has("--help") { try checkOperands() }
    }

    private mutating func readOption(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var name = word
        var value: String?
        if let equals = word.firstIndex(of: "="), word.hasPrefix("--") {
            name = String(word[..<equals])
            value = String(word[word.index(after: equals)...])
        }
        let options = command.options + [.help]
        guard let option = options.first(where: { $0.name == name || $0.short == name }) else {
            throw UsageError(
                "no option `\(name)` of `\(commandLine.name) \(command.name)`",
                Suggestion.best(for: name, among: options.map(\.name)))
        }
        guard let title = option.value else {
            if value != nil { throw UsageError("`\(option.name)` takes no value") }
            given[option.name, default: []].append("")
            return
        }
        if value == nil { value = rest.popFirst() }
        guard let value else { throw UsageError("`\(name)` needs a value: \(title)") }
        if !option.choices.isEmpty && !option.choices.contains(value) {
            throw UsageError(
                "`\(option.name)` is \(option.choices.joined(separator: ", ")), found `\(value)`",
                Suggestion.best(for: value, among: option.choices))
        }
        given[option.name, default: []].append(value)
    }

    private func checkOperands() throws(UsageError) {
        let expected = command.operands.isEmpty ? "no operand" : command.operands
        if operands.count < command.operandCount.lowerBound {
            throw UsageError("expected \(expected)")
        }
        if operands.count > command.operandCount.upperBound {
            let extra = operands[command.operandCount.upperBound]
            throw UsageError("expected \(expected), found `\(extra)` as well")
        }
    }
}

/// Words that the table does not know.
public struct UsageError: Error {
    public let message: String
    public let suggestion: String?

    public init(_ message: String, _ suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
