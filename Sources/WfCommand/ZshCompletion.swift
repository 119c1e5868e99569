// The completion script for zsh, by way of its own `_arguments`.

extension CommandSet {
    func zshCompletion() -> String {
        var text = """
            #compdef \(name)
            # Completion of \(name) for zsh; made by `\(name) completions zsh`.
            _\(name)() {
                local curcontext=$curcontext state line ret=1
                typeset -A opt_args
                _arguments -C -A '-*' \\
                    '(- *)'{-h,--help}'[show help]' \\
                    '(- *)--version[show the version]' \\
                    '1: :->command' \\
                    '*:: :->operands' && ret=0
                case $state in
                    (command)
                        local -a commands=(

            """
        for command in commands {
            text += "                '\(zshQuoted(command.name + ":" + command.summary, escaping: ""))'\n"
        }
        text += """
                        )
                        _describe -t commands '\(name) command' commands && ret=0
                        ;;
                    (operands)
                        curcontext="${curcontext%:*:*}:\(name)-$words[1]:"
                        case $words[1] in

            """
        for command in commands {
            let specs = zshOptions(command) + zshOperands(command)
            text += "                (\(command.name))\n                    _arguments "
            text += specs.joined(separator: " \\\n                        ") + " && ret=0\n"
            text += "                    ;;\n"
        }
        return text + """
                        esac
                        ;;
                esac
                return ret
            }

            if [[ $funcstack[1] == _\(name) ]]; then
                _\(name) "$@"
            else
                compdef _\(name) \(name)
            fi

            """
    }

    private func zshOptions(_ command: CommandSpec) -> [String] {
        options(of: command).map { option in
            let names = [option.name] + (option.short.map { [$0] } ?? [])
            let help = zshQuoted(option.help, escaping: "[]")
            var value = ""
            if let title = option.value {
                value = ":\(zshQuoted(title, escaping: ":")):\(zshAction(completions(of: option)))"
            }
            let spec = names.count > 1 ? "{\(names.joined(separator: ","))}" : names[0]
            return names.count > 1 ? "\(spec)'[\(help)]\(value)'" : "'\(spec)[\(help)]\(value)'"
        }
    }

    private func zshOperands(_ command: CommandSpec) -> [String] {
        let (places, repeats) = operands(of: command)
        return places.enumerated().map { index, place in
            let number = repeats && index == places.count - 1 ? "*" : "\(index + 1)"
            let isOptional = index >= command.operandCount.lowerBound && number != "*"
            let title = zshQuoted(String(place), escaping: ":")
            return "'\(number):\(isOptional ? ":" : "")\(title):\(zshAction(completions(of: place)))'"
        }
    }

    private func zshAction(_ completions: [Completion]) -> String {
        var suffixes: [String] = []
        for completion in completions {
            switch completion {
            case .files(let found): suffixes += found.isEmpty ? [""] : found
            case .choices(let choices): return "(\(choices.joined(separator: " ")))"
            case .lines(let line): return "{compadd -- ${(f)\"$(\(line) 2>/dev/null)\"}}"
            }
        }
        if suffixes.isEmpty { return " " }
        if suffixes.contains("") { return "_files" }
        return "_files -g \"\(suffixes.map { "*" + $0 }.joined(separator: " "))\""
    }

    private func zshQuoted(_ text: String, escaping special: String) -> String {
        var result = ""
        for character in text {
            if special.contains(character) { result += "\\" }
            result += character == "'" ? "'\\''" : String(character)
        }
        return result
    }
}
