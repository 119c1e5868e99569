// Sources that are none, or far too much of one: each gets a clear error with a place or a path and the right exit
// status, in bounded time and memory.
import Glibc
import Testing
import WfTestSupport

@Suite struct BadInputTests {
    private let good = "workflow main() -> Int { 1 }\n"

    /// Writes `bytes` as a.wf and checks it.
    private func check(_ bytes: [UInt8]) throws -> ProcessResult {
        let place = try Workplace()
        try writeFile(place.path + "/a.wf", bytes)
        return try place.run("check", "a.wf")
    }

    private func check(_ text: String) throws -> ProcessResult { try check(Array(text.utf8)) }

    @Test func wrongEncodings() throws {
        let utf16 = try check([0xFF, 0xFE] + good.utf8.flatMap { [$0, 0] })
        #expect(utf16.status == 1)
        #expect(utf16.errorText.hasPrefix("error[WF1002]: found a NUL byte\n --> a.wf:1:4"))
        #expect(utf16.errorText.contains("a file saved as UTF-16 looks like this"))
        let latin = try check(Array("/// caf".utf8) + [0xE9, 0x0A] + Array(good.utf8))
        #expect(latin.status == 1)
        #expect(latin.errorText.contains("error[WF1001]") && latin.errorText.contains("--> a.wf:1:8"))
        #expect(latin.errorText.contains("1 error\n"))
        let nul = try check("workflow main() -> Int {\0 1 }\n")
        #expect(nul.status == 1)
        #expect(
            nul.errorText.contains("error[WF1002]: found a NUL byte") && nul.errorText.contains("a.wf:1:25"))
    }

    @Test func marksAndLineEndingsAreFine() throws {
        #expect(try check([0xEF, 0xBB, 0xBF] + Array(good.utf8)).status == 0)
        let lines = "workflow main() -> Int {\r\n    1 +\r\n    wrong\r\n}\r\n"
        let windows = try check(lines)
        #expect(windows.status == 1)
        #expect(windows.errorText.contains("--> a.wf:3:5") && !windows.errorText.contains("\r"))
        #expect(try check("workflow main() -> Int {\r\n    1\r\n}\r\n").status == 0)
    }

    @Test func filesThatCannotBeRead() throws {
        let place = try Workplace(["here.wf": good])
        let missing = try place.run("check", "nothere.wf", "here.wf")
        #expect(missing.status == 2)
        #expect(missing.errorText == "wfc: error[WF8003]: cannot read `nothere.wf`: no such file\n")
        #expect(mkdir(place.path + "/folder", 0o755) == 0)
        let empty = try place.run("check", "folder")
        #expect(empty.status == 2 && empty.errorText.contains("no .wf file in `folder`"))
        #expect(mkdir(place.path + "/folder.wf", 0o755) == 0)
        #expect(try place.run("compile", "folder.wf").status == 2)
        // A user's file of another user; nothing is forbidden to root.
        if getuid() != 0 {
            #expect(chmod(place.path + "/here.wf", 0) == 0)
            let forbidden = try place.run("check", "here.wf")
            #expect(forbidden.status == 2 && forbidden.errorText.contains("cannot read `here.wf`"))
        }
        // Neither an end nor a size.
        let device = try place.run("check", "/dev/zero")
        #expect(device.status == 2 && device.errorText.contains("cannot read `/dev/zero`"))
    }

    @Test func aFileOf200Megabytes() throws {
        let place = try Workplace(["huge.wf": ""])
        #expect(truncate(place.path + "/huge.wf", 200 << 20) == 0)
        let result = try runProcess(
            "/bin/sh", ["-c", "ulimit -v 1000000; exec '\(wfc)' check huge.wf"], workingFolder: place.path,
            seconds: 60)
        #expect(result.status == 2)
        #expect(
            result.errorText
                == "wfc: error[WF8003]: cannot read `huge.wf`: it has 209715200 bytes; at most 67108864 are read\n"
        )
    }

    @Test(arguments: [
        ("func f() -> Int { ", "(", "1", ")", " }"), ("func f() -> [Int] { ", "[", "1", "]", " }"),
        ("func f() -> Int { ", "-", "1", "", " }"), ("func f() -> Bool { ", "!", "true", "", " }"),
        ("workflow main() { ", "sequence {", "", "}", " }"),
        ("workflow main() { ", "if true {", "", "}", " }"), ("func f(x: ", "[", "Int", "]", ") {}"),
        ("func f(x: Int", "?", "", "", ") {}"),
    ])
    func nestingOf100000(parts: (String, String, String, String, String)) throws {
        func many(_ text: String) -> String { String(repeating: text, count: 100_000) }
        let text = parts.0 + many(parts.1) + parts.2 + many(parts.3) + parts.4 + "\n"
        let result = try check(text)
        #expect(result.status == 1)
        #expect(result.errorText.contains("error[WF") && result.errorText.contains("--> a.wf:1:"))
        #expect(result.standardError.count < 4_000, "one mistake, one message")
    }

    @Test func aHundredThousandSteps() throws {
        var text = "workflow main() {\n"
        for index in 0..<100_000 { text += "    step s\(index) = nop()\n" }
        #expect(try check(text + "}\n").status == 0)
        let wrong = try check(text + "    step last = nop(s99999, 1)\n}\n")
        #expect(wrong.status == 1 && wrong.errorText.contains("--> a.wf:100002:"))
    }

    @Test func ofManyMessagesTheFirstAreShown() throws {
        let place = try Workplace([
            "a.wf": String(repeating: "func f( {\n", count: 20_000), "b.wf": "func g() -> Int { x }\n",
        ])
        let text = try place.run("check", "a.wf", "b.wf")
        #expect(text.status == 1)
        #expect(text.standardError.count < 200_000)
        #expect(text.errorText.contains("note[WF8005]: "))
        #expect(text.errorText.contains(" more messages about this file, from here on"))
        #expect(text.errorText.contains("--> b.wf:1:19"), "another file's messages are not hidden")
        let json = try place.run("check", "--json", "a.wf", "b.wf")
        let lines = json.outputText.split(separator: "\n")
        #expect(lines.count == 252)
        #expect(lines.filter { $0.contains("\"code\":\"WF8005\"") }.count == 1)
        #expect(lines.last?.contains("\"file\":\"b.wf\"") == true)
    }

    /// What each command that prints says when it cannot.
    @Test(arguments: [
        "check --json bad.wf", "fmt - < a.wf", "compile a.wf -o -", "disasm a.wfb", "graph a.wf",
        "schema a.wf", "explain WF1001", "--help", "--version",
    ]) func outputThatIsClosed(words: String) throws {
        let place = try Workplace(["a.wf": good, "bad.wf": "workflow main() -> Int { x }\n"])
        #expect(try place.run("compile", "a.wf", "-o", "a.wfb").status == 0)
        for how in [">&-", "> /dev/full"] {
            let result = try runProcess(
                "/bin/sh", ["-c", "exec '\(wfc)' \(words) \(how)"], workingFolder: place.path, seconds: 60)
            #expect(result.status == 2, "\(words) \(how): \(result.status)")
            #expect(
                result.errorText.contains("error[WF8006]: standard output cannot be written"),
                "\(result.errorText)")
        }
    }

    /// An argument of other bytes would name another file.
    @Test func argumentsOfWrongBytes() throws {
        let place = try Workplace(["a.wf": good])
        let result = try runProcess(
            "/bin/sh", ["-c", "exec '\(wfc)' check \"$(printf 'caf\\351.wf')\""], workingFolder: place.path,
            seconds: 60)
        #expect(result.status == 2)
        #expect(result.errorText.contains("error[WF8001]: argument 2 is not UTF-8"))
    }
}
