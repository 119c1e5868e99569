// Words of the command line to a command with its options and operands, by the table. Knows no command by name.
import WfDiagnostics

/// What one call of the command was given.
struct Arguments: Sendable {
    let command: CommandSpec
    private(set) var operands: [String] = []
    private var values: [String: String] = [:]

    func has(_ option: String) -> Bool { values[option] != nil }
    func value(_ option: String) -> String? { values[option] }

    /// Reads the words behind the command's name.
    init(_ command: CommandSpec, _ words: ArraySlice<String>) throws(UsageError) {
        self.command = command
        var words = words
        while let word = words.popFirst() {
            if word == "--" {
                operands.append(contentsOf: words)
                break
            }
            // After the first operand `key=-1` and `-` are operands too; options start with a dash.
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
        if name == "--help" || name == "-h" {
            values["--help"] = ""
            return
        }
        guard let option = command.options.first(where: { $0.name == name || $0.short == name }) else {
            let known = command.options.map(\.name) + ["--help"]
            throw UsageError(
                "no option `\(name)` of `wfi \(command.name)`", Suggestion.best(for: name, among: known))
        }
        guard let title = option.value else {
            if value != nil { throw UsageError("`\(option.name)` takes no value") }
            values[option.name] = ""
            return
        }
        if value == nil { value = rest.popFirst() }
        guard let value else { throw UsageError("`\(name)` needs a value: \(title)") }
        if !option.choices.isEmpty && !option.choices.contains(value) {
            throw UsageError(
                "`\(option.name)` is \(option.choices.joined(separator: ", ")), found `\(value)`",
                Suggestion.best(for: value, among: option.choices))
        }
        values[option.name] = value
    }

    private func checkOperands() throws(UsageError) {
        if operands.count < command.operandCount.lowerBound {
            throw UsageError("expected \(command.operands)")
        }
        if operands.count > command.operandCount.upperBound {
            let expected = command.operands.isEmpty ? "no operand" : command.operands
            throw UsageError("expected \(expected), found \(operands.count) operands")
        }
    }
}

/// Words that the table does not know.
struct UsageError: Error {
    let message: String
    let suggestion: String?
    init(_ message: String, _ suggestion: String? = nil) {
        self.message = message
        self.suggestion = suggestion
    }
}
