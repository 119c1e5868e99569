// What is given to `wfi` and is none of what it takes, or far too much of it: each gets a clear error with a place or a
// path and the right exit status, and nothing is started. Where the same is tested for the rest:
//
//     |                          | sources, wfc          | input, wfi                      | plans, wfi                  |
//     |--------------------------|-----------------------|---------------------------------|-----------------------------|
//     | cannot be read           | WfcTests/BadInput     | inputThatCannotBeRead           | plansThatCannotBeRead       |
//     | other encoding, NUL, BOM | WfcTests/BadInput     | inputOfWrongBytes               | WfPlanTests/Mutation        |
//     | CRLF                     | WfcTests/BadInput     | lineEndingsAreFine              | –                           |
//     | 200 MB                   | WfcTests/BadInput     | inputThatIsTooLong              | plansThatAreTooLong         |
//     | 100,000 deep             | WfcTests/BadInput     | inputThatNests                  | WfPlanTests/Refusal         |
//     | 100,000 steps            | WfcTests/BadInput     | aHundredThousandSteps           | –                           |
//     | does not fit the types   | Tests/Language/type   | CommandTests, payloads          | WfPlanTests/Refusal         |
//     | cut, damaged             | Language/syntax-error | inputThatIsCut                  | plansThatAreCut             |
//     | output closed or full    | outputThatIsClosed    | outputThatIsClosed, DiskTests   | –                           |
//     | journal                  | –                     | CrashTests/JournalTrouble: missing, foreign, locked, cut,   |
//     |                          |                       | damaged; DiskTests: full, read-only; journalThatIsReadOnly  |
import Glibc
import Testing
import WfTestSupport

private let program = """
    record Item { price: Decimal, name: String }
    workflow main(name: String = "world", items: [Item] = [], any: Json = null) -> String {
        step n = nop()
        "hello, {name} {items.count} {any}"
    }
    workflow waiting() -> Int {
        signal paid: Item
        step item = await paid
        item.name.count
    }
    """

@Suite struct BadInputTests {
    private func refused(
        _ result: ProcessResult, _ words: String..., status: Int32 = 2,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.errorText)", sourceLocation: location)
        #expect(result.outputText == "", sourceLocation: location)
        for word in words {
            #expect(result.errorText.contains(word), "\(result.errorText)", sourceLocation: location)
        }
    }

    private func expectNothingStarted(_ place: Workplace, location: SourceLocation = #_sourceLocation) {
        #expect(!fileExists(place.path + "/.wf"), "nothing was started", sourceLocation: location)
    }

    // MARK: input

    @Test func inputThatCannotBeRead() throws {
        let place = try Workplace(["a.wf": program])
        #expect(mkdir(place.path + "/folder", 0o755) == 0)
        refused(try place.run("run", "a.wf", "--input", "folder"), "WF8003", "`folder` cannot be read")
        refused(try place.run("run", "a.wf", "--input", "none"), "WF8003", "`none` cannot be read")
        refused(try place.run("run", "a.wf", "--each", "folder"), "WF8003", "`folder` cannot be read")
        refused(try place.shell("$WFI run a.wf --input - <&-"), "standard input")
        refused(try place.shell("$WFI run a.wf --input - < folder"), "WF8003", "standard input")
        if getuid() != 0 {
            try place.put("secret.json", "{}")
            chmod(place.path + "/secret.json", 0)
            refused(try place.run("run", "a.wf", "--input", "secret.json"), "`secret.json` cannot be read")
        }
        expectNothingStarted(place)
    }

    @Test func inputOfWrongBytes() throws {
        let place = try Workplace(["a.wf": program])
        let cases: [(bytes: [UInt8], words: String)] = [
            (
                Array("{\n \"name\": \"caf".utf8) + [0xE9] + Array("\"}".utf8),
                "line 2, column 14: expected UTF-8"
            ),
            ([0xFF, 0xFE, 0x7B, 0, 0x7D, 0], "line 1, column 1: expected a value"),
            (Array("{\"name\": \"a\0b\"}".utf8), "line 1, column 12"),
            ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "found a byte order mark"),
            ([0, 0, 0], "line 1, column 1"), ([], "found the end of the text"),
        ]
        for (bytes, words) in cases {
            try writeFile(place.path + "/in.json", bytes)
            refused(try place.run("run", "a.wf", "--input", "in.json"), "WF8002", "`in.json`", words)
            refused(try place.shell("$WFI run a.wf --input - < in.json"), "WF8002", "standard input", words)
        }
        // An argument of other bytes would be another text, or another file.
        refused(
            try place.shell("$WFI run a.wf \"name=$(printf 'caf\\351')\""),
            "WF8001", "argument 3 is not UTF-8: `name=caf")
        refused(try place.shell("$WFI run a.wf --input \"$(printf '{\"name\": \"\\351\"}')\""), "argument 4")
        expectNothingStarted(place)
    }

    @Test func oneValueForOneParameter() throws {
        let place = try Workplace(["a.wf": program])
        refused(
            try place.run("run", "a.wf", "name=a", "name=b"), "WF8002",
            "`name` is given twice: `name=a` and `name=b`")
        expectNothingStarted(place)
    }

    @Test func aProgramThatIsNotThere() throws {
        let place = try Workplace([:])
        let result = try place.run("run", "none.wf")
        refused(result, "WF8003", "cannot read `none.wf`")
        #expect(result.errorText.split(separator: "\n").count { $0.contains("error[") } == 1)
    }

    @Test func lineEndingsAreFine() throws {
        let place = try Workplace(["a.wf": program, "in.json": "{\r\n  \"name\": \"x\"\r\n}\r\n"])
        #expect(
            try place.run("run", "-q", "a.wf", "--input", "in.json").outputText == "\"hello, x 0 null\"\n")
    }

    @Test func inputThatIsTooLong() throws {
        let place = try Workplace(["a.wf": program, "zeros": ""])
        #expect(truncate(place.path + "/zeros", 300 << 20) == 0)
        refused(try place.run("run", "a.wf", "--input", "zeros"), "`zeros` has more than 256 MiB")
        refused(try place.run("run", "a.wf", "--input", "/dev/zero"), "`/dev/zero` has more than 256 MiB")
        // 200 MB that are no JSON: said at their first byte.
        #expect(truncate(place.path + "/zeros", 200 << 20) == 0)
        refused(try place.run("run", "a.wf", "--input", "zeros"), "line 1, column 1")
        expectNothingStarted(place)
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), ("[", "")]) func inputThatNests(parts: (String, String))
        throws
    {
        let place = try Workplace(["a.wf": program])
        let deep =
            String(repeating: parts.0, count: 100_000) + "1" + String(repeating: parts.1, count: 100_000)
        try place.put("in.json", "{\"any\": " + deep + "}")
        refused(
            try place.run("run", "a.wf", "--input", "in.json"), "`in.json` is not JSON: line 1, column ",
            "expected at most 512 levels")
        try place.put("line.jsonl", "{}\n{\"any\": " + deep + "}\n")
        refused(try place.run("run", "a.wf", "--each", "line.jsonl"), "`line.jsonl`, line 2", "512 levels")
        expectNothingStarted(place)
    }

    @Test func inputThatIsCut() throws {
        let place = try Workplace(["a.wf": program])
        let whole = Array(
            "{\"name\": \"x\", \"items\": [{\"price\": 1.5, \"name\": \"y\"}], \"any\": {\"a\": [1]}}".utf8)
        for length in 0..<whole.count {
            try writeFile(place.path + "/in.json", Array(whole.prefix(length)))
            refused(try place.run("run", "a.wf", "--input", "in.json"), "WF8002", "`in.json`")
        }
        expectNothingStarted(place)
    }

    @Test func aHundredThousandSteps() throws {
        var text = "workflow main() -> Int {\n"
        for index in 0..<100_000 { text += "    step s\(index) = nop()\n" }
        let place = try Workplace(["a.wf": text + "    7\n}\n"])
        let result = try place.run("run", "--quiet", "a.wf")
        #expect(result.status == 0 && result.outputText == "7\n", "\(result.errorText)")
        #expect(try place.run("show").outputText.contains("done"))
    }

    /// A signal's payload is as much an input.
    @Test func payloadsThatDoNotFit() throws {
        let place = try Workplace(["a.wf": program])
        #expect(try place.run("run", "--no-wait", "a.wf", "-w", "waiting").status == 3)
        let run = try place.newestRun()
        for (payload, words) in [
            ("{", "not JSON"), ("{\"price\": 1}", "name"), ("{\"price\": \"n/a\", \"name\": \"\"}", "price"),
            (String(repeating: "[", count: 100_000), "found an array"), ("null", "Item"),
        ] {
            refused(try place.run("signal", run, "paid", payload), words)
        }
        refused(try place.shell("$WFI signal \(run) paid \"$(printf '\\351')\""), "is not UTF-8")
        #expect(try place.run("signal", run, "paid", "{\"price\": 1, \"name\": \"four\"}").status == 0)
        #expect(try place.run("resume", "-q", run).outputText == "4\n", "nothing wrong was stored")
    }

    // MARK: plans

    @Test func plansThatCannotBeRead() throws {
        let place = try Workplace()
        #expect(mkdir(place.path + "/folder.wfb", 0o755) == 0)
        refused(try place.run("run", "folder.wfb"), "WF8004", "`folder.wfb`", "folder")
        refused(try place.run("run", "none.wfb"), "WF8004", "`none.wfb`", "no such file")
        refused(try place.run("run", "/dev/zero"), "`/dev/zero`", "no regular file")
        expectNothingStarted(place)
    }

    @Test func plansThatAreTooLong() throws {
        let place = try Workplace(["zeros.wfb": ""])
        #expect(truncate(place.path + "/zeros.wfb", 200 << 20) == 0)
        refused(try place.run("run", "zeros.wfb"), "WF8004", "`zeros.wfb`")
        #expect(truncate(place.path + "/zeros.wfb", 1 << 40) == 0)
        refused(try place.run("run", "zeros.wfb"), "WF8004", "`zeros.wfb`")
        expectNothingStarted(place)
    }

    @Test func plansThatAreCut() throws {
        let place = try Workplace(["a.wf": program])
        let compiled = try runProcess(
            builtCommand("wfc"), ["compile", "a.wf", "-o", "a.wfb"], workingFolder: place.path, seconds: 60)
        #expect(compiled.status == 0, "\(compiled.errorText)")
        let whole = try readFile(place.path + "/a.wfb")
        for part in 0..<24 {
            try writeFile(place.path + "/cut.wfb", Array(whole.prefix(whole.count * part / 24)))
            refused(try place.run("run", "cut.wfb"), "WF8004", "`cut.wfb` cannot be run")
        }
        expectNothingStarted(place)
        for part in 0..<24 {
            var bytes = whole
            bytes[whole.count * part / 24 + 1] ^= 0x10
            try writeFile(place.path + "/cut.wfb", bytes)
            // What still is a plan runs as one, another one.
            let result = try place.run("run", "cut.wfb")
            #expect([0, 1, 2].contains(result.status), "\(result.status) \(result.errorText)")
            if result.status == 2 { #expect(result.errorText.contains("error[WF8004]: `cut.wfb` cannot be")) }
        }
    }

    // MARK: output and journal

    @Test(arguments: [
        "list", "list --json", "list --ids", "show", "show --json", "logs", "logs RUN talk", "resume -q RUN",
        "--help", "--version", "run --help",
    ]) func outputThatIsClosed(words: String) throws {
        let place = try Workplace([
            "a.wf": "workflow main() -> Int {\n    step talk = shell(\"echo said\")\n    talk.status\n}\n"
        ])
        #expect(try place.run("run", "-q", "a.wf").status == 0)
        let words = words.replacing("RUN", with: try place.newestRun())
        let fine = try place.shell("$WFI \(words)")
        #expect(fine.status == 0 && !fine.outputText.isEmpty, "\(fine.errorText)")
        for place in [try place.shell("$WFI \(words) >&-"), try place.shell("$WFI \(words) > /dev/full")] {
            refused(place, "WF8006", "standard output cannot be written")
        }
        // Whoever has read enough closes the pipe: no message, no death by a signal that a shell would report.
        let piped = try place.shell("($WFI \(words); echo $? >&2) | true")
        #expect(["0", "2"].contains { piped.errorText.hasSuffix("\($0)\n") }, "\(piped.errorText)")
    }

    /// Without the right to write: what is there can be read, and nothing else is done.
    @Test func journalThatIsReadOnly() throws {
        let place = try Workplace(["a.wf": program])
        #expect(try place.run("run", "-q", "a.wf").status == 0)
        #expect(try place.run("run", "--no-wait", "a.wf", "-w", "waiting").status == 3)
        let run = try place.newestRun()
        // The superuser may write where nobody may: a user who is nobody looks instead.
        let asNobody = getuid() == 0 ? "setpriv --reuid 65534 --clear-groups " : ""
        if getuid() == 0, try place.shell("setpriv --reuid 65534 --clear-groups $WFI --version").status != 0 {
            return
        }
        _ = try place.shell("chmod 755 . .wf; chmod 644 a.wf .wf/*; chmod a-w .wf .wf/*; chmod a-w .")
        defer { _ = try? place.shell("chmod -R u+w .") }
        for words in [
            "run a.wf", "resume \(run)", "signal \(run) paid '{\"price\": 1, \"name\": \"\"}'",
            "cancel \(run)",
        ] {
            refused(
                try place.shell(asNobody + "$WFI \(words)"), "error[WF7007]", ".wf/journal.db",
                "cannot be written")
        }
        for words in ["list", "show \(run)"] {
            let result = try place.shell(asNobody + "$WFI \(words)")
            #expect(result.status == 0 && result.outputText.contains(run), "\(words): \(result.errorText)")
        }
    }
}
