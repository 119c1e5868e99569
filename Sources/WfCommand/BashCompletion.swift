// The completion script for bash. It needs no helper package, and asks the command only for words that the table cannot
// know (a journal's runs).

extension CommandSet {
    func bashCompletion() -> String {
        """
        # Completion of \(name) for bash; made by `\(name) completions bash`.
        _\(name)_files() {
            local pattern names=()
            compopt -o filenames 2>/dev/null
            for pattern in "$@"; do
                mapfile -t -O ${#names[@]} names < <(compgen -f -X "!*$pattern" -- "$current")
            done
            mapfile -t -O ${#names[@]} names < <(compgen -d -- "$current")
            ((${#names[@]})) && mapfile -t COMPREPLY < <(printf '%s\\n' "${names[@]}" | sort -u)
        }

        _\(name)_words() {
            mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W "$*" -- "$current")
        }

        _\(name)() {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
            local command='' place=0 word i
            COMPREPLY=()
            # Bash makes a word of the = in --option=value.
            if [[ $current == = ]]; then
                current=''
            elif [[ $previous == = ]]; then
                previous=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                if [[ -z $command ]]; then
                    [[ $word == -* ]] || command=$word
                    continue
                fi
                case "$command $word" in
        \(bashSkippedValues())            *' -'?*) ;;
                    *) ((place++)) ;;
                esac
            done
            case "$command $previous" in
        \(bashValues())    esac
            if [[ $current == -* ]]; then
                case $command in
        \(bashOptions())        esac
                return
            fi
            case "$command $place" in
        \(bashOperands())    esac
        }

        complete -F _\(name) \(name)

        """
    }

    /// Options with a value: the value that follows is no operand.
    private func bashSkippedValues() -> String {
        let patterns = commands.flatMap { command in
            command.options.filter { $0.value != nil }.flatMap { bashPatterns(command, $0) }
        }
        if patterns.isEmpty { return "" }
        return """
                        \(patterns.joined(separator: " | \\\n                ")))
                            ((i++))
                            [[ ${COMP_WORDS[i]} == = ]] && ((i++))
                            ;;

            """
    }

    private func bashPatterns(_ command: CommandSpec, _ option: OptionSpec) -> [String] {
        ([option.name] + (option.short.map { [$0] } ?? [])).map { "'\(command.name) \($0)'" }
    }

    private func bashValues() -> String {
        var text = ""
        for command in commands {
            for option in command.options where option.value != nil {
                let patterns = bashPatterns(command, option).joined(separator: " | ")
                text += "        \(patterns))\(bashActions(completions(of: option))) return ;;\n"
            }
        }
        return text
    }

    private func bashOptions() -> String {
        var text = "            '') _\(name)_words --help --version ;;\n"
        for command in commands {
            let names = options(of: command).map(\.name).joined(separator: " ")
            text += "            \(command.name)) _\(name)_words \(names) ;;\n"
        }
        return text
    }

    private func bashOperands() -> String {
        var text = "        ' 0') _\(name)_words \(commands.map(\.name).joined(separator: " ")) ;;\n"
        for command in commands {
            let (places, repeats) = operands(of: command)
            for (index, place) in places.enumerated() {
                let actions = bashActions(completions(of: place))
                if actions.isEmpty { continue }
                let isRest = repeats && index == places.count - 1
                text += "        '\(command.name) '\(isRest ? "*" : "\(index)"))\(actions.dropLast()) ;;\n"
            }
        }
        return text
    }

    /// ` _wfc_words a b;`
    private func bashActions(_ completions: [Completion]) -> String {
        var suffixes: [String] = []
        var text = ""
        for completion in completions {
            switch completion {
            case .files(let found): suffixes += found.isEmpty ? ["''"] : found
            case .choices(let choices): text += " _\(name)_words \(choices.joined(separator: " "));"
            case .lines(let line): text += " _\(name)_words \"$(\(line) 2>/dev/null)\";"
            }
        }
        return suffixes.isEmpty ? text : " _\(name)_files \(suffixes.joined(separator: " "));" + text
    }
}
