// The completion script for fish: one `complete` for each thing that may be written.

extension CommandSet {
    func fishCompletion() -> String {
        var text = """
            # Completion of \(name) for fish; made by `\(name) completions fish`.
            complete -c \(name) -f
            complete -c \(name) -n __fish_use_subcommand -s h -l help -d 'show help'
            complete -c \(name) -n __fish_use_subcommand -l version -d 'show the version'

            """
        for command in commands {
            text +=
                "\ncomplete -c \(name) -n __fish_use_subcommand -a \(command.name) -d \(fishQuoted(command.summary))\n"
            let head = "complete -c \(name) -n '__fish_seen_subcommand_from \(command.name)'"
            for option in options(of: command) {
                text += head + " -l \(option.name.dropFirst(2))"
                if let short = option.short { text += " -s \(short.dropFirst())" }
                if option.value != nil { text += " -x" + fishWords(completions(of: option)) }
                text += " -d \(fishQuoted(option.help))\n"
            }
            for (index, place) in operands(of: command).places.enumerated() {
                let words = fishWords(completions(of: place))
                if words.isEmpty || index > 0 { continue }
                text += head + words + "\n"
            }
        }
        return text
    }

    /// ` -a '…'`, or nothing.
    private func fishWords(_ completions: [Completion]) -> String {
        let words = completions.map { completion in
            switch completion {
            case .files(let suffixes):
                suffixes.isEmpty
                    ? "(__fish_complete_path (commandline -ct))"
                    : suffixes.map { "(__fish_complete_suffix \($0))" }.joined(separator: " ")
            case .choices(let choices): choices.joined(separator: " ")
            case .lines(let line): "(\(line) 2>/dev/null)"
            }
        }
        return words.isEmpty ? "" : " -a " + fishQuoted(words.joined(separator: " "))
    }

    private func fishQuoted(_ text: String) -> String {
        var result = "'"
        for character in text {
            if character == "'" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "'"
    }
}
