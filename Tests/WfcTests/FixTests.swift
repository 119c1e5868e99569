// `wfc check --fix` as people call it: what it writes, what it shows, what it leaves alone, and its exit statuses.
import Glibc
import Testing
import WfTestSupport

private let broken = """
    use std.file

    func both(a: Bool, b: Bool) -> Bool {
        a and b
    }

    func double(total: Int) -> Int {
        totl * 2
    }

    """
private let safe = broken.replacing("and", with: "&&")
/// Beside a mistake, the `use` may only seem superfluous: it goes in the next call.
private let mended = safe.replacing("totl", with: "total")
private let fixed = mended.replacing("use std.file\n\n", with: "")

@Suite struct FixTests {
    /// What is promised is what comes: beside a mistake, `--unsafe` leaves warnings alone.
    @Test func noMoreIsPromisedThanComes() throws {
        let text = """
            func f(word: String) -> Int {
                let unused = 1
                word.nowhere
            }

            workflow main(word: String) -> Int {
                step dead = nop()
                f(word)
            }

            """
        let place = try Workplace(["a.wf": text])
        let first = try place.run("check", "--fix", "a.wf")
        #expect(first.status == 1 && !first.errorText.contains("`--unsafe` has fixes"), "\(first.errorText)")
        let second = try place.run("check", "--fix", "--unsafe", "a.wf")
        #expect(second.errorText.contains("wfc: fixed 0 of"), "\(second.errorText)")
    }

    @Test func safeFixesThenTheRest() throws {
        let place = try Workplace(["a.wf": broken])
        let first = try place.run("check", "--fix", "a.wf")
        #expect(first.status == 1 && first.outputText == "")
        #expect(try place.text("a.wf") == safe)
        #expect(first.errorText.contains("a.wf:8:5"), "what is left is said about the new text")
        #expect(
            first.errorText.hasSuffix("wfc: fixed 1 of 2 problems; `--unsafe` has fixes for 1 more\n"),
            "\(first.errorText)")
        let second = try place.run("check", "--fix", "--unsafe", "a.wf")
        #expect(second.status == 0 && second.errorText.hasSuffix("wfc: fixed 1 of 2 problems\n"))
        #expect(try place.text("a.wf") == mended)
        let last = try place.run("check", "--fix", "a.wf")
        #expect(last.status == 0 && last.errorText == "wfc: fixed 1 of 1 problem\n", "\(last.errorText)")
        #expect(try place.text("a.wf") == fixed)
        let third = try place.run("check", "--fix", "a.wf")
        #expect(third.status == 0 && third.errorText == "wfc: no problems\n")
        #expect(folderEntries(place.path).count == 1, "no temporary file is left")
    }

    @Test func diffShowsAndWritesNothing() throws {
        let place = try Workplace(["a.wf": broken, "b.wf": "func one() -> Int { 1 }\n"])
        let result = try place.run("check", "--diff", "--unsafe", ".")
        #expect(
            result.status == 1 && result.outputText.hasPrefix("--- a.wf\n+++ a.wf (fixed)\n@@ -1,9 +1,9 @@\n")
        )
        #expect(result.outputText.contains("-    a and b\n+    a && b\n"))
        #expect(result.errorText.hasSuffix("wfc: would fix 2 of 3 problems\n"), "\(result.errorText)")
        #expect(try place.text("a.wf") == broken)
        #expect(try place.run("check", "--diff", "b.wf").status == 0)
        guard fileExists("/usr/bin/patch") else { return }
        try place.put("changes", result.outputText)
        let patch = try runProcess("patch", ["-s", "a.wf", "changes"], workingFolder: place.path)
        #expect(try patch.status == 0 && place.text("a.wf") == mended)
    }

    @Test func standardInputIsPrinted() throws {
        let place = try Workplace()
        let result = try place.run("check", "--fix", "--unsafe", "-", input: broken)
        #expect(result.status == 0 && result.outputText == mended)
        #expect(result.errorText.hasSuffix("wfc: fixed 2 of 3 problems\n"), "\(result.errorText)")
        let nothing = try place.run("check", "--fix", "-", input: fixed)
        #expect(nothing.status == 0 && nothing.outputText == fixed)
        #expect(
            try place.run("check", "--diff", "-", input: broken).outputText.contains("+++ <stdin> (fixed)"))
    }

    @Test func linksAndPermissionsStay() throws {
        let place = try Workplace(["a.wf": broken])
        chmod(place.path + "/a.wf", 0o640)
        symlink("a.wf", place.path + "/link.wf")
        #expect(try place.run("check", "--fix", "--unsafe", "link.wf").status == 0)
        #expect(try place.text("a.wf") == mended)
        var status = stat()
        lstat(place.path + "/link.wf", &status)
        #expect(status.st_mode & S_IFMT == S_IFLNK, "a link stays a link")
        stat(place.path + "/a.wf", &status)
        #expect(status.st_mode & 0o777 == 0o640)
    }

    @Test func whatCannotBeFixedIsNamed() throws {
        let place = try Workplace([
            "a.wf": broken, "b.wf": broken,
            "c.bpmn": "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>",
        ])
        chmod(place.path + "/a.wf", 0o444)
        let result = try place.run("check", "--fix", "a.wf", "b.wf", "c.bpmn", "nosuch.wf")
        #expect(result.status == 2)
        #expect(result.errorText.contains("cannot write `a.wf`: it is read-only"))
        #expect(result.errorText.contains("cannot fix `c.bpmn`: it is not written in wf"))
        #expect(result.errorText.contains("cannot read `nosuch.wf`"))
        #expect(try place.text("a.wf") == broken && place.text("b.wf") == safe)
    }

    @Test func wrongUses() throws {
        let place = try Workplace(["a.wf": broken])
        for (arguments, words) in [
            (["--unsafe"], "write `--fix --unsafe`"), (["--fix", "--watch"], "exclude each other"),
            (["--diff", "--json"], "not both"),
        ] {
            let result = try runProcess(
                wfc, ["check"] + arguments + ["a.wf"], workingFolder: place.path, seconds: 60)
            #expect(result.status == 2 && result.errorText.contains(words), "\(result.errorText)")
        }
        #expect(try place.text("a.wf") == broken)
    }

    /// A fix that only might be meant does not make three mistakes of one.
    @Test func unsafeFixesBringNoErrors() throws {
        for text in [
            "workflow main() {\n    other x = 5\n}\n", "workflow main() {\n    foreach x in [1] {}\n}\n",
        ] {
            let place = try Workplace(["a.wf": text])
            func errors(_ result: ProcessResult) -> Int {
                result.outputText.split(separator: "\n").filter { $0.contains("\"severity\":\"error\"") }
                    .count
            }
            let before = errors(try place.run("check", "--json", "a.wf"))
            let after = errors(try place.run("check", "--fix", "--unsafe", "--json", "a.wf"))
            let text = try place.text("a.wf")
            #expect(before > 0 && after <= before, "\(before) then \(after): \(text)")
        }
    }

    @Test func machinesLearnHowSafeAFixIs() throws {
        let place = try Workplace(["a.wf": broken])
        let lines = try place.run("check", "--json", "a.wf").outputText
        #expect(lines.contains("\"title\":\"replace it with `&&`\",\"safety\":\"safe\""))
        #expect(lines.contains("\"title\":\"write `total`\",\"safety\":\"unsafe\""))
        let sarif = try place.run("check", "--sarif", "a.wf").outputText
        #expect(sarif.contains("\"properties\":{\"safety\":\"safe\"}"))
        let left = try place.run("check", "--fix", "--json", "a.wf")
        #expect(left.status == 1 && left.errorText == "")
        #expect(left.outputText.split(separator: "\n").count == 1 && left.outputText.contains("WF2003"))
    }
}
