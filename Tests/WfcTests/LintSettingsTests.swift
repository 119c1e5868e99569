// How much a lint matters: `wf.json` from the nearest folder above, levels on the command line, what is wrong with either; the
// lints that are off by default; baselines; ShellCheck.
import Glibc
import Testing
import WfTestSupport

/// The codes that `--json` prints, with their severities.
private func findings(_ result: ProcessResult) -> [String] {
    result.outputText.split(separator: "\n").map { line in
        let code = line.dropFirst("{\"code\":\"".count).prefix(6)
        let rest = line.dropFirst("{\"code\":\"WF5012\",\"severity\":\"".count)
        return "\(code) \(rest.prefix { $0 != "\"" })"
    }
}

@Suite struct LintSettingsTests {
    private let equality = "func f(a: Float, b: Float) -> Bool { a == b }\n"

    @Test func nearestSettingsCount() throws {
        let place = try Workplace(["wf.json": "{\"lints\": {\"WF5012\": \"error\"}}"])
        for folder in ["a", "a/b", "c"] { mkdir(place.path + "/" + folder, 0o755) }
        try place.put("a/b/x.wf", equality)
        try place.put("c/x.wf", equality)
        try place.put("c/wf.json", "{\"lints\": {\"logic\": \"note\"}}")
        let above = try place.run("check", "--json", "a/b/x.wf")
        #expect(findings(above) == ["WF5012 error"] && above.status == 1)
        let own = try place.run("check", "--json", "c/x.wf")
        #expect(findings(own) == ["WF5012 note"] && own.status == 0)
        // from inside, and by a whole path
        let inside = try runProcess(
            "/bin/sh", ["-c", "cd a/b && \"$0\" check --json x.wf", wfc], workingFolder: place.path)
        #expect(findings(inside) == ["WF5012 error"])
        #expect(findings(try place.run("check", "--json", place.path + "/c/x.wf")) == ["WF5012 note"])
        // the command line counts more
        #expect(findings(try place.run("check", "--json", "--lint", "WF5012=off", "a/b/x.wf")) == [])
        #expect(
            findings(try place.run("check", "--json", "--lint=all=error", "--lint=logic=warning", "c/x.wf"))
                == ["WF5059 error", "WF5012 warning"])
    }

    @Test func aCodeCountsMoreThanItsGroup() throws {
        let place = try Workplace(["x.wf": equality])
        try place.put(
            "wf.json", "{\"lints\": {\"WF5012\": \"note\", \"logic\": \"error\", \"all\": \"off\"}}")
        #expect(findings(try place.run("check", "--json", "x.wf")) == ["WF5012 note"])
    }

    /// A lint that is an error keeps a plan from being written.
    @Test func errorsStandInTheWay() throws {
        let place = try Workplace(["x.wf": equality + "workflow main() -> Bool { f(1.0, 2.0) }\n"])
        #expect(try place.run("compile", "x.wf").status == 0)
        try place.put("wf.json", "{\"lints\": {\"WF5012\": \"error\"}}")
        let refused = try place.run("compile", "x.wf")
        #expect(refused.status == 1 && refused.errorText.contains("error[WF5012]"))
    }

    /// What a baseline lists of a file that is gone is stale when its whole folder is checked, and nobody's matter otherwise.
    @Test func baselineOfFilesThatAreGone() throws {
        let place = try Workplace(["x.wf": equality, "wf.json": "{\"baseline\": \"lints.json\"}"])
        mkdir(place.path + "/sub", 0o755)
        mkdir(place.path + "/other", 0o755)
        try place.put("sub/y.wf", equality)
        try place.put("other/z.wf", equality)
        #expect(try place.run("check", "--write-baseline", "lints.json", ".").status == 0)
        #expect(findings(try place.run("check", "--json", ".")) == [])
        #expect(rename(place.path + "/sub/y.wf", place.path + "/sub/w.wf") == 0)
        let whole = try place.run("check", ".")
        #expect(whole.errorText.contains("warning[WF5012]") && whole.errorText.contains("--> sub/w.wf:1"))
        #expect(
            whole.errorText.contains(
                "WF5012 in `sub/y.wf` (`f`) is in the baseline, but the file is no longer there"))
        #expect(findings(try place.run("check", "--json", "sub")) == ["WF5012 warning", "WF8154 warning"])
        #expect(findings(try place.run("check", "--json", "other")) == [])
        #expect(findings(try place.run("check", "--json", "x.wf")) == [])
        // a list that is no list, and one that has nothing in it
        try place.put("lints.json", " \n")
        let empty = try place.run("check", ".")
        #expect(empty.status == 1 && empty.errorText.contains("of a baseline is 1, found an empty file"))
    }

    // MARK: wf.toml

    @Test(
        arguments: [
            "[lints]\nWF5012 = \"note\" # of one\nlogic = 'error'\nall = \"off\"\n",
            "lints.WF5012 = \"note\"\r\nlints . logic = \"error\"\r\nlints.\"all\" = \"off\"\r\n",
            "shellcheck = false\n\nlints = { WF5012 = \"n\\u006Fte\", logic = \"error\", all = \"off\" }",
        ]) func settingsInTOML(_ text: String) throws
    {
        let place = try Workplace(["x.wf": equality, "wf.toml": text])
        let result = try place.run("check", "--json", "x.wf")
        #expect(findings(result) == ["WF5012 note"], "\(result.outputText)\(result.errorText)")
    }

    @Test(
        arguments: [
            ("lint = {}\n", "error[WF8151]: a project has no setting `lint`\n --> wf.toml:1:1"),
            ("[lints]\nstile = \"off\"\n", "wf.toml:2:1"),
            ("shellcheck = 1\n", "`shellcheck` is `true` or `false`"),
            ("shellcheck = 1\n", "help: write `shellcheck = true`, and under `[lints]`"),
            ("[lints]\nshellcheck = true\n", "help: write it above `[lints]`"),
            ("shellcheck = yes\n", "TOML: expected a value, found `yes`\n --> wf.toml:1:14"),
            ("a = \"\"\"x\"\"\"\n", "strings over several lines"), ("a = 2026-01-01\n", "dates and numbers"),
            ("[[a]]\n", "arrays of tables"), ("shellcheck = true true\n", "the end of the line, found `t`"),
            ("shellcheck = true\nshellcheck = false\n", "`shellcheck` stands here twice\n --> wf.toml:2:1"),
            ("[lints]\n[lints]\n", "`[lints]` stands here twice"), ("= 1\n", "expected a key, found `=`"),
            ("lints = \"x\"\n[lints]\n", "`lints` has a value already"),
            ("a = \"x\n", "the string is never closed"),
            ("a = \"\\q\"\n", "expected an escape"), ("a = [1, 2\n", "the end of the file"),
            ("a\n", "expected `=`"),
            ("a = {b = 1,}\n", "found `}`"), ("[a\n", "expected `]`"),
        ]) func mistakesInTOML(_ text: String, _ words: String) throws
    {
        let place = try Workplace(["x.wf": "func f() -> Int { 1 }\n", "wf.toml": text])
        let result = try place.run("check", "x.wf")
        #expect(result.status == 1 && result.errorText.contains(words), "\(result.errorText)")
    }

    @Test func oneOfTwoFilesCounts() throws {
        let place = try Workplace([
            "x.wf": equality, "wf.toml": "lints.WF5012 = \"error\"\n",
            "wf.json": "{\"lints\": {\"WF5012\": \"note\"}}",
        ])
        let result = try place.run("check", "x.wf")
        #expect(result.status == 0 && result.errorText.contains("warning[WF8086]: this file is not read"))
        #expect(result.errorText.contains("--> wf.toml:1:1") && result.errorText.contains("note[WF5012]"))
    }

    @Test func mistakesInSettings() throws {
        let place = try Workplace(["x.wf": "func f() -> Int { 1 }\n"])
        func check(_ text: String) throws -> String {
            try place.put("wf.json", text)
            let result = try place.run("check", "x.wf")
            #expect(result.status == 1)
            return result.errorText
        }
        let key = try check("{\n  \"lint\": {}\n}")
        #expect(key.contains("error[WF8151]: a project has no setting `lint`\n --> wf.json:2:3"))
        #expect(key.contains("did you mean `lints`?"))
        let code = try check("{\"lints\": {\"stile\": \"off\", \"WF5999\": \"off\", \"WF5012\": \"of\"}}")
        #expect(code.contains("there is no lint `stile`") && code.contains("did you mean `style`?"))
        #expect(code.contains("there is no lint `WF5999`"))
        #expect(code.contains("found `of`") && code.contains("did you mean `off`?"))
        #expect(try check("{\"lints\": 3}").contains("error[WF8150]: `lints` is an object, found a number"))
        #expect(try check("{\"shellcheck\": 1}").contains("`shellcheck` is `true` or `false`"))
        #expect(try check("[]").contains("`wf.json` is an object, found a list"))
        #expect(try check("{\"lints\": {,}}").contains("wf.json:1:12"))
        #expect(try check("").contains("`wf.json` is an object, found an empty file"))
        #expect(
            try check("{\"lints\": {\"baseline\": \"b.json\"}}").contains("help: write it beside `lints`"))
        #expect(try place.run("check", "--lint", "WF5012", "x.wf").status == 2)
        #expect(
            try place.run("check", "--lint", "stile=off", "x.wf").errorText.contains("did you mean `style`?"))
    }

    /// What a page says is off, is; and says what it should when it is asked for.
    @Test(arguments: [
        (
            "WF5035",
            "func f(n: Int) -> Int {\n    match n {\n        1 => 2\n        3 => 2\n        else => 0\n    }\n}\n"
        ),
        ("WF5045", "workflow main() {\n    step a = shell(\"ls -l\")\n}\n"),
        ("WF5054", "// TODO later\nfunc f() -> Int { 1 }\n"),
        ("WF5059", "func f() -> Int { 1 }\n"),
        ("WF5082", "func f(n: Int) -> Int { return n }\n"),
        ("WF5085", "func f(n: [Int]) -> Bool { n.count == 0 }\n"),
    ]) func offByDefault(code: String, program: String) throws {
        let place = try Workplace(["x.wf": program])
        #expect(findings(try place.run("check", "--json", "x.wf")) == [])
        #expect(
            findings(try place.run("check", "--json", "--lint", "\(code)=note", "x.wf")) == ["\(code) note"])
        // a comment may stand for the day when it is on
        try place.put("x.wf", "// wf:allow \(code) because it is so\n" + program)
        #expect(findings(try place.run("check", "--json", "x.wf")) == [])
    }

    // MARK: baselines

    @Test func baseline() throws {
        let place = try Workplace(["x.wf": equality])
        mkdir(place.path + "/lints", 0o755)
        let written = try place.run("check", "--write-baseline", "lints/known.json", ".")
        #expect(written.status == 0 && written.errorText.contains("lists 1 finding\n"))
        func check() throws -> [String] {
            findings(try place.run("check", "--json", "--baseline", "lints/known.json", "."))
        }
        #expect(try check() == [])
        // neither a new line above nor blanks matter
        try place.put("x.wf", "// new\n\n" + equality.replacing("{ a == b }", with: "{  a == b }"))
        #expect(try check() == [])
        // a second one of the kind is new
        try place.put("x.wf", equality + "func g(a: Float, b: Float) -> Bool { a == b }\n")
        #expect(try check() == ["WF5012 warning"])
        // one that is gone is told, and the new list is shorter
        try place.put("x.wf", "func f() -> Int { 1 }\n")
        #expect(try check() == ["WF8154 warning"])
        #expect(try place.run("check", "--baseline", "lints/known.json", "--deny-warnings", ".").status == 1)
        _ = try place.run("check", "--write-baseline", "lints/known.json", ".")
        #expect(try place.text("lints/known.json") == "{\n    \"version\": 1,\n    \"findings\": []\n}\n")
        #expect(try check() == [])
    }

    /// Wherever `wfc` is started, and in whatever order the files are named.
    @Test func baselinesAreEqual() throws {
        let place = try Workplace(["x.wf": equality, "y.wf": equality + equality.replacing("f(", with: "g(")])
        _ = try place.run("check", "--write-baseline", "one.json", "x.wf", "y.wf")
        _ = try place.run("check", "--write-baseline", "two.json", "y.wf", "x.wf")
        _ = try runProcess(
            "/bin/sh", ["-c", "mkdir d && cd d && \"$0\" check --write-baseline ../three.json ..", wfc],
            workingFolder: place.path)
        let one = try place.text("one.json")
        #expect(one.contains("\"path\":\"y.wf\",\"declaration\":\"g\""))
        #expect(try place.text("two.json") == one)
        #expect(try place.text("three.json") == one)
    }

    @Test func hostileBaselines() throws {
        let place = try Workplace(["x.wf": equality])
        let deep = String(repeating: "[", count: 100_000)
        for text in [
            "", "{", "[]", "{\"version\": 2, \"findings\": []}", "{\"version\": 1}",
            "{\"version\": 1, \"findings\": [1]}", "{\"version\": 1, \"findings\": {}}", deep,
            "{\"version\": 1, \"findings\": [], \"more\": 1}",
            "{\"version\": 1, \"findings\": [{\"code\": \"WF5012\", \"path\": \"x.wf\", \"declaration\": \"f\", "
                + "\"line\": \"\", \"count\": -1}]}",
        ] {
            try place.put("known.json", text)
            let result = try place.run("check", "--baseline", "known.json", "x.wf")
            #expect(result.status == 1 && result.errorText.contains(" --> known.json:"), "\(text.prefix(60))")
            #expect(result.errorText.contains("warning[WF5012]"), "nothing is hidden: \(text.prefix(60))")
        }
        #expect(try place.run("check", "--baseline", "none.json", "x.wf").status == 2)
    }

    // MARK: ShellCheck

    private static let hasShellCheck =
        (try? runProcess("/bin/sh", ["-c", "command -v shellcheck"]).status) == 0

    private let scripts = #"""
        workflow main(name: String) {
            step a = exec("sh", "-c", r#"echo $1"#, "sh", name)
            step b = exec("bash", "-c", """
                set -e
                    rm -rf "$dir"/*
                """)
            // wf:allow WF5089 because the old shell knows no other
            step c = shell("echo \"ä\" `ls`")
            step d = shell("printf '%s' \u{e4} $HOME")
            // wf:allow WF5025 because the name is one of ours
            step e = shell("cat {name}")
        }

        """#

    @Test(.enabled(if: hasShellCheck, "shellcheck is not installed")) func scriptsAreRead() throws {
        let place = try Workplace(["x.wf": scripts])
        #expect(findings(try place.run("check", "--json", "x.wf")) == [])
        let result = try place.run("check", "--shellcheck", "x.wf")
        #expect(result.status == 0)
        for words in [
            "note[WF5089]: SC2086: double quote to prevent globbing and word splitting\n --> x.wf:2:39",
            "warning[WF5089]: SC2115: use \"${var:?}\" to ensure this never expands to /*\n --> x.wf:5:20",
            "x.wf:9:40",
        ] { #expect(result.errorText.contains(words), "\(words)\n\(result.errorText)") }
        #expect(!result.errorText.contains("x.wf:8") && !result.errorText.contains("x.wf:11"))
        // by the project, as an error, and not at all
        try place.put("wf.json", "{\"shellcheck\": true, \"lints\": {\"WF5089\": \"error\"}}")
        #expect(try place.run("check", "x.wf").status == 1)
        #expect(findings(try place.run("check", "--json", "--lint=WF5089=off", "x.wf")) == [])
    }

    @Test func withoutShellCheck() throws {
        let place = try Workplace(["x.wf": scripts])
        let result = try runProcess(
            "/bin/sh", ["-c", "PATH=/nonexistent; exec \"$0\" check --shellcheck x.wf", wfc],
            workingFolder: place.path)
        #expect(result.status == 0)
        #expect(
            result.errorText
                == "wfc: shellcheck is not installed: the scripts in strings were not looked at\n")
    }
}
