// `wfc export` as people call it.
import Testing
import WfTestSupport

@Suite struct ExportTests {
    @Test func aModuleAsXml() throws {
        let place = try Workplace(["a.wf": "const a = 1\n"])
        let result = try place.run("export", "a.wf")
        #expect(result.status == 0 && result.errorText == "")
        #expect(
            result.outputText.hasSuffix("  <const name=\"a\">= 1</const>\n</module>\n"),
            "\(result.outputText)")
    }

    @Test func charactersThatXmlCannotHold() throws {
        let place = try Workplace(["a.wf": "const a = 1\n// \u{1}\n", "b.wf": "const b = \"\\u{1}\"\n"])
        let refused = try place.run("export", "a.wf")
        #expect(refused.status == 1 && refused.outputText == "")
        #expect(
            refused.errorText.contains("WF9491") && refused.errorText.contains("a.wf:2:4"),
            "\(refused.errorText)")
        #expect(try place.run("export", "b.wf").status == 0)
    }
}
