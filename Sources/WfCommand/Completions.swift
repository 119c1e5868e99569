// What shells need to complete a command line, from the table: which words, options and files may stand where. One file
// beside this one for each shell.
import WfDiagnostics

/// The shells that completion scripts exist for.
public enum Shell: String, CaseIterable, Sendable {
    case bash, zsh, fish

    init(named name: String) throws(CommandError) {
        if let shell = Shell(rawValue: name) {
            self = shell
            return
        }
        let known = Shell.allCases.map(\.rawValue)
        throw CommandError(
            "expected \(known.joined(separator: ", ")), found `\(name)`",
            help: Suggestion.best(for: name, among: known).map { "did you mean `\($0)`?" })
    }

    /// How to make use of the script; `NAME` is the command.
    var instructions: String {
        switch self {
        case .bash: "bash: write it to ~/.local/share/bash-completion/completions/ under the command's name"
        case .zsh: "zsh:  write it to a folder of $fpath, named _ and the command's name"
        case .fish: "fish: write it to ~/.config/fish/completions/, named like the command with .fish"
        }
    }
}

extension CommandSet {
    /// The script that makes a shell complete this command line.
    public func completionScript(_ shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletion()
        case .zsh: zshCompletion()
        case .fish: fishCompletion()
        }
    }

    /// The options of a command, with `--help`.
    func options(of command: CommandSpec) -> [OptionSpec] { command.options + [.help] }

    /// How the value of an option is completed; nil when it is free text.
    func completions(of option: OptionSpec) -> [Completion] {
        option.choices.isEmpty ? completions(of: option.value ?? "") : [.choices(option.choices)]
    }

    /// The operands of a command one by one: their text, and whether the last may be repeated.
    func operands(of command: CommandSpec) -> (places: [Substring], repeats: Bool) {
        var places = command.operands.split(separator: " ").map {
            Substring($0.filter { !"[]".contains($0) })
        }
        guard let last = places.last, last.hasSuffix("…") else { return (places, false) }
        places[places.count - 1] = last.dropLast()
        return (places, true)
    }

    /// How `FILE|-` or `PLAN.wfb|FILE.wf` is completed: each alternative by the table's words, as what it is when
    /// it is written small, or by its suffix.
    func completions(of text: some StringProtocol) -> [Completion] {
        text.split(separator: "|").compactMap { alternative in
            if let known = words[String(alternative)] { return known }
            if alternative.utf8.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) {
                return .choices([String(alternative)])
            }
            guard let dot = alternative.lastIndex(of: ".") else { return nil }
            return .files([String(alternative[dot...])])
        }
    }
}
