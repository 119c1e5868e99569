// Signals by the command: which runs take them, what lies unread at the end, how far a `for` is meanwhile.
import Testing
import WfTestSupport

@Suite struct SignalTests {
    private let program = """
        workflow main() -> Int {
            signal paid: Int
            signal other: Int
            query done: Int = all.done
            query total: Int = all.total
            step all = for i in 0..<3 {
                step one = await paid
                one + i
            }
            all.sum()
        }
        """

    @Test func aRunningForSaysHowFarItIs() throws {
        let place = try Workplace(["a.wf": program])
        #expect(try place.run("run", "--no-wait", "a.wf").status == 3)
        let run = try place.newestRun()
        #expect(try place.run("query", run, "done").outputText == "0\n")
        #expect(try place.run("signal", run, "paid", "5").status == 0)
        #expect(try place.run("resume", "--no-wait", run).status == 3)
        #expect(try place.run("query", run, "done").outputText == "1\n")
        #expect(try place.run("query", run, "total").outputText == "3\n")
    }

    @Test func whatNobodyReadIsListedAtTheEnd() throws {
        let place = try Workplace(["a.wf": program])
        #expect(try place.run("run", "--no-wait", "a.wf").status == 3)
        let run = try place.newestRun()
        for _ in 0..<3 { #expect(try place.run("signal", run, "paid", "1").status == 0) }
        #expect(try place.run("signal", run, "other", "7").status == 0)
        let end = try place.run("resume", run)
        #expect(end.status == 0 && end.outputText == "6\n")
        #expect(end.errorText.contains("that nobody has read: other"))
        #expect(try place.run("show", run).outputText.contains("unread    other"))
        let late = try place.run("signal", run, "paid", "1")
        #expect(late.status == 1 && late.errorText.contains("has ended (done); nothing was stored"))
        #expect(try place.run("show", run).outputText.contains("unread    other\n"))
    }

    @Test func anUnknownRunTakesNone() throws {
        let place = try Workplace(["a.wf": program])
        #expect(try place.run("run", "--no-wait", "a.wf").status == 3)
        let result = try place.run("signal", "nosuch", "paid", "1")
        #expect(result.status == 1 && result.errorText.contains("the journal has no run `nosuch`"))
        #expect(try place.run("query", try place.newestRun(), "done").outputText == "0\n")
    }
}
