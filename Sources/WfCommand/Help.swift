// Help as text, from the table.

extension CommandSet {
    /// The text of `wfc --help`.
    public func generalHelp() -> String {
        var text = "\(name) \(version): \(summary)\n\nusage: \(name) COMMAND [OPTIONS] …\n\ncommands:\n"
        let options = [
            ("--help, -h", "show this, or with a command what it takes"), ("--version", "show the version"),
        ]
        let width = max(options[0].0.count, commands.map(\.name.count).max() ?? 0)
        for command in commands { text += "  \(padded(command.name, width))  \(command.summary)\n" }
        text += "\noptions:\n"
        for (title, help) in options { text += "  \(padded(title, width))  \(help)\n" }
        text += "\nexit status:\n"
        for (status, meaning) in statuses { text += "  \(padded(String(status), width))  \(meaning)\n" }
        return text
    }

    /// `wfc fmt [OPTIONS] PATH…`
    func usage(of command: CommandSpec) -> String {
        let options = command.options.isEmpty ? "" : " [OPTIONS]"
        return "\(name) \(command.name)\(options)" + (command.operands.isEmpty ? "" : " " + command.operands)
    }

    /// The text of `wfc COMMAND --help`.
    public func help(of command: CommandSpec) -> String {
        var text = "usage: \(usage(of: command))\n\n\(command.summary)\n"
        for line in command.details { text += line + "\n" }
        text += "\noptions:\n"
        let options = command.options + [.help]
        let width = options.map(\.title.count).max() ?? 0
        for option in options { text += "  \(padded(option.title, width))  \(option.help)\n" }
        return text
    }
}

/// Text filled up with blanks to `width` characters.
public func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
}
