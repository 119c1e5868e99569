// Completion scripts, sourced in the shells they are for. A shell that is not installed is passed over: only bash is
// everywhere.
import Glibc
import Testing
import WfCommand
import WfTestSupport

private func isInstalled(_ shell: String) -> Bool {
    fileExists("/usr/bin/\(shell)") || fileExists("/bin/\(shell)")
}

/// A folder with files and one folder, and the sample's scripts.
private func workplace() throws -> TemporaryFolder {
    let folder = try TemporaryFolder("wf-complete")
    for name in ["a.wf", "b c.wf", "note.txt"] { try writeFile("\(folder.path)/\(name)", []) }
    mkdir(folder.path + "/src", 0o755)
    for shell in Shell.allCases {
        let name = shell == .zsh ? "_tool" : "script.\(shell.rawValue)"
        try writeFile("\(folder.path)/\(name)", Array(sample.completionScript(shell).utf8))
    }
    return folder
}

@Suite struct CompletionTests {
    // MARK: bash

    /// What bash offers when the words stand on the line and the last is completed.
    private func bash(_ words: String...) throws -> [String] {
        let folder = try workplace()
        let line = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            source script.bash
            COMP_WORDS=(tool \(line)); COMP_CWORD=\(words.count)
            _tool; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try runProcess(
            "bash", ["--norc", "-u", "-c", script], workingFolder: folder.path)
        #expect(result.errorText == "")
        return result.outputText.split(separator: "\n").map(String.init)
    }

    @Test func bashCompletesCommandsOptionsAndOperands() throws {
        #expect(try bash("") == ["make", "show", "help", "completions"])
        #expect(try bash("he") == ["help"])
        #expect(try bash("--v") == ["--version"])
        #expect(try bash("make", "--") == ["--output", "--color", "--define", "--quiet", "--help"])
        #expect(try bash("make", "") == ["a.wf", "b c.wf", "src"])
        #expect(try bash("make", "a.wf", "") == [])
        #expect(try bash("show", "r-t") == ["r-two"])
        #expect(try bash("help", "s") == ["show"])
        #expect(try bash("completions", "") == ["bash", "zsh", "fish"])
    }

    @Test func bashCompletesValues() throws {
        #expect(try bash("make", "--color", "") == ["auto", "always"])
        #expect(try bash("make", "--color", "=") == ["auto", "always"])
        #expect(try bash("make", "--color", "=", "al") == ["always"])
        #expect(try bash("make", "-o", "n") == ["note.txt"])
        #expect(try bash("make", "--define", "") == [])
        // The value before it is no operand: the first operand is still to come.
        #expect(try bash("make", "-o", "note.txt", "--quiet", "--color", "=", "auto", "a") == ["a.wf"])
    }

    // MARK: zsh

    /// What zsh offers for a line, up to its having shown `word`: zsh completes only on a terminal, so one is made for it.
    private func zsh(_ line: String, until word: String) throws -> String {
        let folder = try workplace()
        let set = """
            PROMPT= RPROMPT=; fpath=("$PWD" $fpath); autoload -Uz compinit; compinit -D -u; LISTMAX=0; setopt nobeep; \
            stty columns 200 rows 90; print REA""DY
            """
        let script = """
            zmodload zsh/zpty
            zpty -b z zsh -f -i
            zpty -w z '\(set)'
            zpty -r -m z text '*READY*' || exit 3
            zpty -n -w z $'\(line)\\C-d'
            list=
            for ((i = 1; i < 1200; i++)); do
                zpty -r -t z part && list+=$part
                [[ $list == *"\(word)"* ]] && break
                # What comes before its line editor is ready gets lost.
                ((i % 100)) || zpty -n -w z $'\\C-u\(line)\\C-d'
                sleep 0.05
            done
            zpty -n -w z $'\\C-u'
            zpty -w z $'print DO""NE'
            zpty -r -m z text '*DONE*' || exit 5
            print -r -- "$list$text"
            """
        let result = try runProcess("zsh", ["-f", "-c", script], workingFolder: folder.path, seconds: 120)
        #expect(result.status == 0, "\(line): \(result.errorText)")
        #expect(result.outputText.contains(word), "\(line): \(result.outputText)")
        return result.outputText
    }

    @Test(.enabled(if: isInstalled("zsh"))) func zshCompletes() throws {
        let commands = try zsh("tool ", until: "make it")
        #expect(commands.contains("completions"), "\(commands)")
        #expect(try zsh("tool make --", until: "where [it] goes: a file").contains("it's colour"))
        let files = try zsh("tool make ", until: "a.wf")
        #expect(!files.contains("note.txt"), "\(files)")
        _ = try zsh("tool show r", until: "r-two")
        _ = try zsh("tool make --color ", until: "always")
    }

    // MARK: fish

    private func fish(_ line: String) throws -> [String] {
        let folder = try workplace()
        let result = try runProcess(
            "fish", ["-N", "-c", "source script.fish; complete -C '\(line)'"], workingFolder: folder.path)
        #expect(result.errorText == "")
        return result.outputText.split(separator: "\n").map(String.init)
    }

    @Test(.enabled(if: isInstalled("fish"))) func fishCompletes() throws {
        #expect(try fish("tool ma") == ["make\tmake it"])
        let options = try fish("tool make --")
        #expect(options.contains("--color\tit's colour"), "\(options)")
        #expect(options.contains("--output\twhere [it] goes: a file"), "\(options)")
        let values = try fish("tool make --color a")
        #expect(values.map { $0.prefix { $0 != "\t" } } == ["always", "auto"])
        // Fish offers the files that fit first, and then all others.
        #expect(try fish("tool make ").first?.hasPrefix("a.wf") == true)
        #expect(try fish("tool show ") == ["r-one", "r-two"])
    }

    // MARK: the commands of this build

    @Test(arguments: ["wfc", "wfi"], Shell.allCases) func scriptsOfTheCommandsAreRead(
        name: String, shell: Shell
    )
        throws
    {
        guard isInstalled(shell.rawValue) else { return }
        let script = try runProcess(builtCommand(name), ["completions", shell.rawValue])
        #expect(script.status == 0)
        let result = try runProcess(shell.rawValue, ["-n"], input: script.standardOutput)
        #expect(result.status == 0 && result.errorText == "", "\(result.errorText)")
        #expect(script.outputText.contains("--help") || shell == .fish)
    }
}
