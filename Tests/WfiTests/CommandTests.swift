// What `wfi` takes and refuses: input, plans, journals, streams, and its exit status for each.
import Glibc
import Testing
import WfTestSupport

private let hello = """
    record Item { price: Decimal, name: String }
    enum Mode { fast, slow(Int) }
    workflow main(name: String = "world", items: [Item] = [], mode: Mode = .fast, wait: Duration?) -> String {
        step n = nop()
        "hello, {name} {items.count}"
    }
    workflow other(n: Int) -> Int { n + 1 }
    """

@Suite struct CommandTests {
    private func refused(
        _ result: ProcessResult, status: Int32 = 2, _ words: String...,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.errorText)", sourceLocation: location)
        #expect(result.outputText == "", sourceLocation: location)
        for word in words {
            #expect(result.errorText.contains(word), "\(result.errorText)", sourceLocation: location)
        }
    }

    @Test func valueIsTheOnlyLineOfStandardOutput() throws {
        let place = try Workplace(["a.wf": hello])
        let result = try place.run("run", "a.wf")
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.outputText == "\"hello, world 0\"\n")
        #expect(try place.run("run", "--quiet", "a.wf", "name=Ada").errorText == "")
        #expect(try place.run("run", "--quiet", "a.wf", "-w", "other", "n=41").outputText == "42\n")
    }

    /// All that does not fit is named at once, each part by its path, and not more than ten of them.
    @Test func everyMisfitOfTheInputIsNamed() throws {
        let place = try Workplace([
            "a.wf": """
            record Item { price: Decimal, name: String, tags: [String: Int] = [:] }
            open record Cart { items: [Item], by: String }
            workflow main(cart: Cart, n: Int) -> Int { n + cart.items.count }
            """
        ])
        let text =
            #"{"n": "x", "cart": {"more": 1, "items": [{"price": "a", "nam": "b"}, {"price": 1, "name": "c", "tags": {"t": null}}]}}"#
        let result = try place.run("run", "a.wf", "--input", text)
        #expect(result.status == 2)
        #expect(
            result.errorText == """
                wfi: error[WF8002]: the input does not fit:
                  $.n: expected Int, found "x"
                  $.cart.items[0].price: expected Decimal, found "a"
                  $.cart.items[0].nam: expected one of the fields price, name, tags, found "nam"
                  $.cart.items[0].name: expected String, found nothing
                  $.cart.items[1].tags.t: expected Int, found null
                  $.cart.by: expected String, found nothing

                """, "\(result.errorText)")
        let one = try place.run("run", "a.wf", "n=1", #"cart={"items": 3, "by": "x"}"#)
        #expect(
            one.errorText
                == "wfi: error[WF8002]: `cart=…` does not fit: $.cart.items: expected [Item], found 3\n")
        let items = Array(repeating: "1", count: 40).joined(separator: ", ")
        let many = try place.run("run", "a.wf", "n=1", #"cart={"items": [\#(items)], "by": "x"}"#)
        let lines = many.errorText.split(separator: "\n")
        #expect(
            lines.count == 12 && lines[10].contains("$.cart.items[9]") && lines[11] == "  more than these")
    }

    @Test func inputComesFromArgumentFileOrStream() throws {
        let place = try Workplace([
            "a.wf": hello, "in.json": #"{"name": "file", "items": [{"price": 1.50, "name": "x"}]}"#,
        ])
        #expect(try place.run("run", "-q", "a.wf", "--input", "in.json").outputText == "\"hello, file 1\"\n")
        #expect(
            try place.run("run", "-q", "a.wf", "--input", #"{"name": "text"}"#).outputText
                == "\"hello, text 0\"\n")
        #expect(
            try place.run("run", "-q", "a.wf", "--input", "-", input: #"{"name": "stream"}"#).outputText
                == "\"hello, stream 0\"\n")
        #expect(
            try place.run("run", "-q", "a.wf", "--input", "in.json", "name=last").outputText
                == "\"hello, last 1\"\n")
        #expect(try place.run("run", "-q", "a.wf", "mode=fast", "wait=1h30m").status == 0)
        #expect(try place.run("run", "-q", "a.wf", #"mode={"slow": 3}"#, "wait=null").status == 0)
    }

    @Test func inputThatDoesNotFitIsRefusedWithItsPath() throws {
        let place = try Workplace([
            "a.wf": hello,
            "bad.json": #"{"items": [{"price": "1", "name": "x"}, {"price": "n/a", "name": "y"}]}"#,
        ])
        refused(
            try place.run("run", "a.wf", "--input", "bad.json"), "`bad.json`", "$.items[1].price", "Decimal",
            "n/a")
        refused(try place.run("run", "a.wf", "--input", "{"), "not JSON")
        refused(
            try place.run("run", "a.wf", "--input", "-", input: "[1]"), "standard input", "expected an object"
        )
        refused(try place.run("run", "a.wf", "--input", "none.json"), "`none.json`", "no such file")
        refused(
            try place.run("run", "a.wf", #"--input={"nam": 1}"#), "no parameter `nam`", "did you mean `name`?"
        )
        refused(try place.run("run", "a.wf", "nmae=x"), "did you mean `name`?")
        refused(try place.run("run", "a.wf", "items=3"), "$.items", "[Item]")
        refused(try place.run("run", "a.wf", "mode=fats"), "$.mode", "fast")
        refused(try place.run("run", "a.wf", "plain"), "expected `key=value`")
        refused(try place.run("run", "a.wf", "-w", "other"), "needs `n: Int`")
        refused(try place.run("run", "a.wf", "-w", "othre"), "did you mean `other`?")
        #expect(!fileExists(place.path + "/.wf"), "nothing was started")
    }

    @Test func planThatCannotBeUsedIsRefused() throws {
        let place = try Workplace([
            "a.wf": hello, "text.wfb": "not a plan", "bad.wf": "workflow main() -> Int { x }",
        ])
        refused(try place.run("run", "none.wfb"), "`none.wfb`", "no such file")
        refused(try place.run("run", "none.wf"), "none.wf")
        refused(try place.run("run", "text.wfb"), "`text.wfb`")
        refused(try place.run("run", "."), "folder")
        refused(try place.run("run", "bad.wf"), "error[WF", "bad.wf:1:26", "has errors")
        refused(try place.run("run"), "expected PLAN")
    }

    @Test func commandsThatDoNotExistAreRefusedByName() throws {
        let place = try Workplace()
        refused(try place.run("rnu"), "no command `rnu`", "did you mean `run`?")
        refused(try place.run("timeline", "r1"), "`wfi timeline` is not built yet")
        refused(try place.run("run", "--evnets", "a.wf"), "did you mean `--events`?")
        refused(try place.run("list", "--status", "dome"), "did you mean `done`?")
        refused(try place.run(), "usage: wfi")
        #expect(try place.run("--help").outputText.contains("resume"))
        #expect(try place.run("logs", "--help").outputText.contains("--follow"))
        #expect(try place.run("--version").status == 0)
    }

    @Test func journalThatCannotBeUsedIsRefused() throws {
        let place = try Workplace([
            "a.wf": hello, "plain": "x", "text.db": String(repeating: "this is text\n", count: 600),
        ])
        refused(try place.run("run", "a.wf", "--journal", "plain/j.db"), "`plain`", "cannot be made")
        refused(try place.run("run", "a.wf", "--journal", "text.db"), "`text.db` is not a wf journal")
        #expect(try place.text("text.db").hasPrefix("this is text"))
        refused(try place.run("list"), "no journal at `.wf/journal.db`")
        refused(try place.run("resume", "--all"), "no journal")
        refused(try place.run("run", "a.wf", "--journal", place.path), "wfi: error")
        #expect(try place.run("run", "-q", "a.wf", "--journal", "new/folder/j.db").status == 0)
        refused(
            try place.shell("head -c 5000 new/folder/j.db > cut.db; $WFI list --journal cut.db"), "cut.db")
        refused(try place.shell("WF_JOURNAL=elsewhere.db $WFI list"), "`elsewhere.db`")
    }

    @Test func runsThatDoNotExistAreNamed() throws {
        let place = try Workplace(["a.wf": hello])
        _ = try place.run("run", "-q", "a.wf", "--name", "first")
        let run = try place.newestRun()
        refused(try place.run("show", "rzzzzzzzzzz"), "no run `rzzzzzzzzzz`", "wfi list")
        refused(try place.run("show", "frist"), "did you mean `first`?")
        #expect(try place.run("show", String(run.prefix(5))).outputText.contains(run))
        #expect(try place.run("show", "first").outputText.contains(run))
        _ = try place.run("run", "-q", "a.wf")
        refused(try place.run("show", "r"), "means 2 runs")
        refused(try place.run("resume"), "expected a run")
        // A run that has ended gives its value again.
        let again = try place.run("resume", run)
        #expect(again.status == 0 && again.outputText == "\"hello, world 0\"\n")
    }

    @Test func closedOrFullStandardOutputIsSaid() throws {
        let place = try Workplace(["a.wf": hello])
        let full = try place.shell("$WFI run -q a.wf > /dev/full")
        #expect(full.status == 2)
        #expect(full.errorText.contains("standard output cannot be written: no space left"))
        let closed = try place.shell("$WFI run -q a.wf >&-")
        #expect(closed.status == 2)
        #expect(closed.errorText.contains("standard output cannot be written"))
        let gone = try place.shell("($WFI run -q a.wf; echo $? >&2) | true")
        #expect(gone.errorText.contains("2"))
        #expect(
            try place.run("list", "--status", "done", "--json").outputText.split(separator: "\n").count == 3)
    }

    @Test func failureSaysWhereAndHowToSeeMore() throws {
        let place = try Workplace([
            "f.wf": """
            action flaky() -> Output
                via exec("sh", "-c", "echo attempt $WF_ATTEMPT; echo it broke >&2; exit 75")
            workflow main() -> Int {
                step one = flaky()
                    retry 2 backoff 1ms..1ms
                one.status
            }
            """
        ])
        let result = try place.run("run", "f.wf")
        #expect(result.status == 1)
        #expect(result.outputText == "")
        for word in [
            "step `one` failed (exit)", "status 75", "it broke", "attempts: 3", "f.wf:", "wfi show r",
            "wfi logs r",
        ] {
            #expect(result.errorText.contains(word), "\(word) in \(result.errorText)")
        }
        let logs = try place.run("logs").outputText
        for attempt in 1...3 { #expect(logs.contains("attempt \(attempt)\n")) }
        #expect(try place.run("show").outputText.contains("3 attempts"))
        #expect(try place.run("show", "--json").outputText.contains(#""kind":"exit""#))
        #expect(try place.run("resume", try place.newestRun()).status == 1)
    }

    @Test func eventsAreJsonLines() throws {
        let place = try Workplace(["a.wf": hello])
        let result = try place.run("run", "--events", "a.wf")
        let lines = result.errorText.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{\"event\":\"") && $0.hasSuffix("}") })
        #expect(lines.first?.contains("runStarted") == true)
        #expect(lines.last?.contains("runDone") == true)
        #expect(result.outputText == "\"hello, world 0\"\n")
    }

    /// Nothing but lines of JSON, also where the run fails, is stopped, or cannot begin.
    @Test func whateverHappensEventsAreJsonLines() throws {
        let place = try Workplace([
            "fails.wf": "workflow main() { step a = exec(\"false\") }\n",
            "waits.wf": "workflow main() { step a = sleep(1h) }\n",
        ])
        func lines(_ result: ProcessResult, _ last: String, _ status: Int32) {
            let lines = result.errorText.split(separator: "\n")
            #expect(result.status == status)
            #expect(
                lines.allSatisfy { $0.hasPrefix("{\"event\":\"") && $0.hasSuffix("}") }, "\(result.errorText)"
            )
            #expect(lines.last?.contains(last) == true, "\(result.errorText)")
        }
        lines(try place.run("run", "--events", "fails.wf"), #""event":"runFailed""#, 1)
        lines(try place.run("run", "--events", "--no-wait", "waits.wf"), "go on with `wfi resume", 3)
        let process = try place.start(["run", "--events", "waits.wf"])
        try place.wait(forShown: "a  sleeping")
        process.signal(SIGTERM)
        lines(try process.wait(), "interrupted; resume with: wfi resume", 130)
    }

    @Test func waitsOnlyWhenAllowed() throws {
        let place = try Workplace([
            "w.wf":
                "workflow main() -> Int {\n    step s = sleep(400ms)\n    step n = nop()\n        after s\n    7\n}\n"
        ])
        let result = try place.run("run", "--no-wait", "w.wf")
        #expect(result.status == 3, "\(result.errorText)")
        #expect(result.errorText.contains("wfi resume"))
        let resumed = try place.run("resume", "-q", try place.newestRun())
        #expect(resumed.status == 0 && resumed.outputText == "7\n")
    }

    @Test func aRunForEveryLine() throws {
        let place = try Workplace(["a.wf": hello, "each.jsonl": "{\"n\": 1}\n\n{\"n\": 2}\n{\"n\": 3}\n"])
        let result = try place.run("run", "-q", "a.wf", "-w", "other", "--each", "each.jsonl")
        #expect(result.status == 0, "\(result.errorText)")
        let lines = result.outputText.split(separator: "\n")
        #expect(lines.count == 3)
        for value in 2...4 {
            #expect(lines.contains { $0.hasSuffix("\"status\":\"done\",\"value\":\(value)}") })
        }
    }

    @Test func logsCanBeFollowed() throws {
        let place = try Workplace([
            "l.wf": """
            workflow main() -> Int {
                step talk = shell("for i in 1 2 3; do echo line $i; sleep 0.2; done")
                talk.status
            }
            """
        ])
        let run = try place.start(["run", "-q", "l.wf"])
        for _ in 0..<500 where !((try? place.run("list", "--json").outputText) ?? "").contains("running") {
            usleep(5_000)
        }
        let followed = try place.run("logs", "-f")
        _ = try run.wait()
        #expect(followed.outputText == "── talk\nline 1\nline 2\nline 3\n")
        #expect(try place.run("logs", try place.newestRun(), "talk").outputText == "line 1\nline 2\nline 3\n")
    }
}
