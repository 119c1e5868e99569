// The commands of this build as their users meet them: help, spelling, statuses.
import Testing
import WfTestSupport

@Suite struct DispatchTests {
    private func run(_ name: String, _ words: String...) throws -> ProcessResult {
        try runProcess(builtCommand(name), words)
    }

    @Test(arguments: ["wfc", "wfi"]) func helpHasOneTextByAllItsNames(name: String) throws {
        let general = try run(name, "--help")
        #expect(general.status == 0 && general.errorText == "")
        #expect(try run(name, "-h").outputText == general.outputText)
        #expect(try run(name, "help").outputText == general.outputText)
        let bare = try run(name)
        #expect(bare.status == 2 && bare.errorText == general.outputText)
        for line in general.outputText.split(separator: "\n") where line.hasPrefix("  ") {
            guard let word = line.split(separator: " ").first, word.allSatisfy(\.isLetter) else { continue }
            let help = try run(name, String(word), "--help")
            #expect(help.status == 0 && help.outputText.hasPrefix("usage: \(name) \(word)"))
            #expect(try run(name, "help", String(word)).outputText == help.outputText)
        }
    }

    @Test(arguments: ["wfc", "wfi"]) func unknownWordsAreRefusedWithASuggestion(name: String) throws {
        let typo = try run(name, "hlep")
        #expect(typo.status == 2 && typo.outputText == "")
        #expect(
            typo.errorText == """
                \(name): error[WF8001]: no command `hlep`
                  = help: did you mean `help`? try `\(name) --help`

                """)
        #expect(try run(name, "help", "complations").errorText.contains("did you mean `completions`?"))
        #expect(try run(name, "completions", "bahs").errorText.contains("did you mean `bash`?"))
        #expect(try run(name, "completions").errorText.contains("expected SHELL"))
        #expect(try run(name, "--versoin").errorText.contains("did you mean `--version`?"))
    }

    @Test(arguments: ["wfc", "wfi"]) func aReaderWhoHasGoneIsNoTrouble(name: String) throws {
        let path = builtCommand(name)
        let result = try runProcess(
            "bash", ["-c", "\(path) help --manual | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}"])
        #expect(result.errorText == "")
    }
}
