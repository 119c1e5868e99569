// `wfc fmt` as people call it: what it writes, what it leaves alone, and its exit statuses.
import Glibc
import Testing
import WfTestSupport

private let ugly = "func f( )->Int{1}\n"
private let neat = "func f() -> Int { 1 }\n"

@Suite struct FormatTests {
    @Test func filesAndFoldersAreFormattedInPlace() throws {
        let place = try Workplace(["a.wf": ugly, "b.wf": neat])
        mkdir(place.path + "/sub", 0o755)
        try place.put("sub/c.wf", ugly)
        try place.put("sub/d.txt", ugly)
        chmod(place.path + "/a.wf", 0o640)
        symlink("sub/c.wf", place.path + "/link.wf")
        let result = try place.run("fmt", "a.wf", "b.wf", "link.wf")
        #expect(result.status == 0 && result.outputText == "" && result.errorText == "")
        #expect(try place.text("a.wf") == neat && place.text("sub/c.wf") == neat)
        var status = stat()
        stat(place.path + "/a.wf", &status)
        #expect(status.st_mode & 0o777 == 0o640)
        lstat(place.path + "/link.wf", &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK, "a link stays a link")
        #expect(folderEntries(place.path).count == 4, "no temporary file is left")
    }

    @Test func checkListsAndDiffShows() throws {
        let place = try Workplace(["a.wf": ugly, "b.wf": neat])
        let check = try place.run("fmt", "--check", ".")
        #expect(check.status == 1 && check.outputText == "a.wf\n")
        let diff = try place.run("fmt", "--diff", ".")
        #expect(diff.status == 1)
        #expect(
            diff.outputText == "--- a.wf\n+++ a.wf (formatted)\n@@ -1 +1 @@\n-\(ugly)+\(neat)")
        #expect(try place.text("a.wf") == ugly)
        #expect(try place.run("fmt", "--check", "b.wf").status == 0)
        #expect(try place.run("fmt", "--diff", "b.wf").outputText == "")
    }

    @Test func diffIsAPatch() throws {
        let source = String(decoding: try readFile("examples/etl/etl.wf"), as: UTF8.self)
        let place = try Workplace(["a.wf": source.replacing(" = ", with: "=").replacing(", ", with: ",")])
        try place.put("changes", try place.run("fmt", "--diff", "a.wf").outputText)
        guard fileExists("/usr/bin/patch") else { return }
        let patch = try runProcess("patch", ["-s", "a.wf", "changes"], workingFolder: place.path)
        #expect(patch.status == 0, "\(patch.outputText)")
        #expect(try place.run("fmt", "--check", "a.wf").status == 0)
    }

    @Test func streamsAndLines() throws {
        let place = try Workplace(["a.wf": ugly + "\n" + ugly.replacing("f(", with: "g(")])
        #expect(try place.run("fmt", "-", input: ugly).outputText == neat)
        #expect(try place.run("fmt", "-", "--check", input: ugly).outputText == "<stdin>\n")
        #expect(try place.run("fmt", "--lines", "1:1", "a.wf").status == 0)
        let steps = "workflow main() -> Int {\n   step a=nop()\n   step b=nop()\n   step c=nop()\n   1\n}\n"
        try place.put("steps.wf", steps)
        #expect(try place.run("fmt", "--lines", "3:3", "steps.wf").status == 0)
        #expect(try place.text("steps.wf") == steps.replacing("   step b=nop()", with: "    step b = nop()"))
        #expect(try place.text("a.wf") == neat + "\n" + ugly.replacing("f(", with: "g("))
        for wrong in ["3", "0:1", "2:1", "a:b", "1:2:3"] {
            let result = try place.run("fmt", "--lines", wrong, "a.wf")
            #expect(result.status == 2 && result.errorText.contains("`--lines` is FIRST:LAST"))
        }
        try place.put("b.wf", ugly)
        #expect(try place.run("fmt", "--lines", "1:1", "a.wf", "b.wf").status == 2)
    }

    @Test func whatCannotBeReadIsLeftAlone() throws {
        let broken = "func f( {\n  a  b }\n"
        let place = try Workplace(["a.wf": broken, "b.wf": ugly])
        let result = try place.run("fmt", "a.wf", "nosuch.wf", "b.wf")
        #expect(result.status == 2)
        #expect(result.errorText.contains("a.wf:1:9") && result.errorText.contains("cannot read `nosuch.wf`"))
        #expect(try place.text("a.wf") == broken && place.text("b.wf") == neat)
        #expect(try place.run("fmt", "--check", "a.wf").status == 1)
    }
}
