// Manual pages: what groff makes of them, and that the ones in docs/man are those of this build.
import Testing
import WfCommand
import WfTestSupport

@Suite struct ManualTests {
    private func rendered(_ page: [UInt8]) throws -> String {
        let result = try runProcess("groff", ["-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-ww"], input: page)
        #expect(result.status == 0 && result.errorText == "", "\(result.errorText)")
        return result.outputText
    }

    @Test(.enabled(if: fileExists("/usr/bin/groff"))) func everythingInTheTableIsOnThePage() throws {
        let page = sample.manualPage()
        #expect(page.utf8.allSatisfy { $0 < 128 })
        let text = try rendered(Array(page.utf8))
        for words in [
            "tool - does things", "tool does things - one \\ at a time.", ".this line begins with a dot",
            "tool make [OPTIONS] FILE.wf|-", "Don't make it \"twice\".", "--output, -o OUT",
            "Where [it] goes: a file.",
            "TOOL_HOME", "EXIT STATUS", "tool make a.wf", "other(1)",
        ] { #expect(text.contains(words), "\(words) is missing in \(text)") }
    }

    @Test(.enabled(if: fileExists("/usr/bin/groff")), arguments: ["wfc", "wfi"])
    func pagesOfTheCommandsHaveNoWarnings(name: String) throws {
        let page = try runProcess(builtCommand(name), ["help", "--manual"]).standardOutput
        let text = try rendered(page)
        #expect(text.contains("EXIT STATUS"))
        #expect(try readFile("docs/man/\(name).1") == page, "run `wf-dev generate`")
    }
}
