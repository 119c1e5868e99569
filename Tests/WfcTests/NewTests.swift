// `wfc new` and `wfc explain`: what is made works at once, and nothing is overwritten.
import Glibc
import Testing
import WfTestSupport

private let wfi = builtCommand("wfi")

@Suite struct NewTests {
    @Test(arguments: ["hello", "files", "service"]) func whatIsMadeChecksIsFormattedAndRuns(template: String)
        throws
    {
        let place = try Workplace()
        let made = try place.run("new", "shop", "--template", template)
        #expect(made.status == 0 && made.errorText.contains("wfi run main.wf"), "\(made.errorText)")
        let folder = place.path + "/shop"
        let check = try runProcess(wfc, ["check", ".", "--deny-warnings"], workingFolder: folder)
        #expect(check.status == 0, "\(check.errorText)")
        #expect(try runProcess(wfc, ["fmt", "--check", "."], workingFolder: folder).status == 0)
        let run = try runProcess(wfi, ["run", "-q", "main.wf"], workingFolder: folder)
        #expect(run.status == 0 && run.outputText.hasSuffix("\n"), "\(run.errorText)")
        let tests = try runProcess(wfi, ["test", "."], workingFolder: folder)
        #expect(tests.status == 0, "\(tests.outputText)\(tests.errorText)")
        #expect(try place.text("shop/README.md").hasPrefix("# shop\n"))
        #expect(try place.text("shop/.gitignore").contains(".wf/"))
    }

    @Test func nothingIsOverwritten() throws {
        let place = try Workplace()
        mkdir(place.path + "/taken", 0o755)
        let refused = try place.run("new", "taken")
        #expect(refused.status == 2 && refused.errorText.contains("`taken` is there already"))
        #expect(folderEntries(place.path + "/taken").isEmpty)
        #expect(try place.run("new", "").status == 2)
        #expect(try place.run("new", "x", "--template", "helo").errorText.contains("did you mean `hello`?"))
        #expect(try place.run("new", "deep/er/x").status == 0)
        #expect(try place.run("new", "it's/shop").errorText.contains(#"`cd 'it'\''s/shop' && wfi run"#))
    }

    @Test func explainKnowsEveryCode() throws {
        let place = try Workplace()
        let list = try place.run("explain", "--list").outputText.split(separator: "\n")
        #expect(list.count == folderEntries("docs/diagnostics").filter { $0.hasPrefix("WF") }.count)
        #expect(list.allSatisfy { $0.hasPrefix("WF") && $0.dropFirst(6).hasPrefix(": ") && $0.count > 10 })
        #expect(try place.run("explain", "wf1001").outputText == place.run("explain", "1001").outputText)
        let typo = try place.run("explain", "WF1O01")
        #expect(typo.status == 2 && typo.errorText.contains("did you mean `WF1001`?"))
        #expect(try place.run("explain", "nonsense").errorText.contains("`wfc explain --list`"))
        #expect(try place.run("explain").errorText.contains("expected CODE"))
    }
}
