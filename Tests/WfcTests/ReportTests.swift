// What `wfc check` prints for machines: SARIF, annotations of GitHub Actions, JUnit; checking while files change; and the
// hooks for pre-commit.
import Glibc
import Testing
import WfTestSupport

@Suite struct ReportTests {
    private let wrong = "workflow main() -> Int {\n    let totl = 1\n    total\n}\n"
    private let good = "workflow main() -> Int {\n    1\n}\n"

    /// Every diagnostic of the language suite as SARIF.
    @Test func sarifIsValid() throws {
        let folder = try TemporaryFolder("wf-sarif")
        for path in filesBelow("Tests/Language", suffix: ".wf") {
            try writeFile(folder.path + "/" + path.replacing("/", with: " "), try readFile(path))
        }
        let result = try runProcess(wfc, ["check", "--format", "sarif", "."], workingFolder: folder.path)
        #expect(result.status == 1)
        try writeFile(folder.path + "/out.sarif", result.standardOutput)
        let script = """
            import json, sys, jsonschema
            log = json.load(open(sys.argv[2]))
            jsonschema.validate(log, json.load(open(sys.argv[1])))
            run = log["runs"][0]
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
            for rule in run["tool"]["driver"]["rules"]:
                assert rule["help"]["markdown"] == open(f"docs/diagnostics/{rule['id']}.md").read(), rule["id"]
                assert rule["help"]["text"].startswith(f"# {rule['id']}: {rule['shortDescription']['text']}")
            print(len(run["results"]))
            """
        let check = try runProcess(
            "python3", ["-c", script, "Tests/WfcTests/sarif-2.1.0-parts.json", folder.path + "/out.sarif"])
        #expect(check.status == 0, "\(check.errorText.suffix(1000))")
        #expect(Int(check.outputText.filter { $0.isNumber }) ?? 0 > 1000)
    }

    @Test func annotationsOfGitHub() throws {
        let place = try Workplace(["a,b.wf": wrong])
        let result = try place.run("check", "--format=github", "a,b.wf")
        #expect(result.status == 1 && result.errorText.isEmpty)
        let lines = result.outputText.split(separator: "\n")
        let error = lines.first { $0.hasPrefix("::error ") } ?? ""
        #expect(error.hasPrefix("::error file=a%2Cb.wf,line=3,endLine=3,col=5,endColumn=10,title=WF2"))
        #expect(error.contains("%0Ahelp: did you mean `totl`?"))
    }

    @Test func junit() throws {
        let place = try Workplace(["a.wf": wrong, "b&c.wf": good])
        let result = try place.run("check", "--format", "junit", ".")
        #expect(result.status == 1)
        let script = """
            import sys, xml.etree.ElementTree as tree
            root = tree.fromstring(sys.stdin.buffer.read())
            suite = root[0]
            assert suite.attrib["tests"] == "2" and suite.attrib["failures"] == "1", suite.attrib
            cases = {case.attrib["name"]: case for case in suite}
            assert sorted(cases) == ["a.wf", "b&c.wf"]
            assert len(cases["b&c.wf"]) == 0
            failure = cases["a.wf"].find("failure")
            assert failure.attrib["type"].startswith("WF") and failure.text.startswith("a.wf:3:5: error[WF")
            """
        let check = try runProcess("python3", ["-c", script], input: result.standardOutput)
        #expect(check.status == 0, "\(check.errorText)\n\(result.outputText)")
    }

    /// A report without findings is not one of files that could not be read.
    @Test func reportsOfWhatCannotBeRead() throws {
        let place = try Workplace(["a.wf": good])
        let annotations = try place.run("check", "--format", "github", "a.wf", "gone.wf")
        #expect(annotations.status == 2)
        #expect(
            annotations.outputText.hasPrefix("::error title=wfc::gone.wf: cannot read"),
            "\(annotations.outputText)")
        let sarif = try place.run("check", "--sarif", "a.wf", "gone.wf")
        #expect(sarif.status == 2)
        let script = """
            import json, sys, jsonschema
            log = json.load(sys.stdin)
            jsonschema.validate(log, json.load(open(sys.argv[1])))
            run = log["runs"][0]
            assert run["results"] == []
            invocation = run["invocations"][0]
            assert invocation["executionSuccessful"] is False
            assert "gone.wf" in invocation["toolExecutionNotifications"][0]["message"]["text"]
            """
        let check = try runProcess(
            "python3", ["-c", script, "Tests/WfcTests/sarif-2.1.0-parts.json"], input: sarif.standardOutput)
        #expect(check.status == 0, "\(check.errorText)\n\(sarif.outputText)")
    }

    /// What could not be read has not passed.
    @Test func junitOfWhatCannotBeRead() throws {
        let place = try Workplace(["a.wf": good])
        let result = try place.run("check", "--format", "junit", "a.wf", "gone.wf")
        #expect(result.status == 2)
        let script = """
            import sys, xml.etree.ElementTree as tree
            suite = tree.fromstring(sys.stdin.buffer.read())[0]
            assert suite.attrib["tests"] == "2" and suite.attrib["errors"] == "1", suite.attrib
            cases = {case.attrib["name"]: case for case in suite}
            assert sorted(cases) == ["a.wf", "gone.wf"] and len(cases["a.wf"]) == 0
            assert "cannot read" in cases["gone.wf"].find("error").attrib["message"]
            """
        let check = try runProcess("python3", ["-c", script], input: result.standardOutput)
        #expect(check.status == 0, "\(check.errorText)\n\(result.outputText)")
    }

    @Test func formsExcludeEachOther() throws {
        let place = try Workplace(["a.wf": good])
        #expect(try place.run("check", "--json", "--format", "sarif", "a.wf").status == 2)
        #expect(try place.run("check", "--format", "yaml", "a.wf").status == 2)
        #expect(try place.run("check", "--format", "text", "a.wf").status == 0)
    }

    @Test func watching() throws {
        let place = try Workplace(["a.wf": wrong])
        let out = place.path + "/log"
        let process = try RunningProcess(
            "/bin/sh", ["-c", "exec \"$0\" check --watch . 2>log", wfc], workingFolder: place.path)
        func wait(_ words: String, count: Int) throws {
            for _ in 0..<30_000 {
                let text = (try? readFile(out)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                if text.components(words) >= count { return }
                usleep(2_000)
            }
            Issue.record("no \(words)")
        }
        try wait("waiting for changes", count: 1)
        try place.put("a.wf", good)
        try wait("no errors; waiting for changes", count: 1)
        // a file in a folder that was not there
        mkdir(place.path + "/new", 0o755)
        try wait("waiting for changes", count: 3)
        try place.put("new/b.wf", wrong)
        try wait("new/b.wf:3:5", count: 1)
        process.signal(SIGKILL)
        _ = try process.wait(seconds: 30)
    }

    @Test func hooksForPreCommit() throws {
        let text = String(decoding: try readFile(".pre-commit-hooks.yaml"), as: UTF8.self)
        let entries = text.split(separator: "\n").filter { $0.hasPrefix("  entry: wfc ") }
        #expect(entries.count == 2)
        for entry in entries {
            let command = entry.split(separator: " ").last.map(String.init) ?? ""
            let place = try Workplace(["a.wf": "workflow main() -> Int {\n  1\n}\n"])
            #expect(try place.run(command, "a.wf").status == 0)
        }
    }
}

extension String {
    /// How often a text stands in this one.
    fileprivate func components(_ words: String) -> Int { ranges(of: words).count }
}
