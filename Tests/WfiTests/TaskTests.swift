// Work items by the commands: a claim, its signs of life, its end, and what becomes of a claim that was lost. Claims end
// by the clock here, so each of them is either for an hour or over at once.
import Testing
import WfTestSupport

@Suite struct TaskTests {
    private let program = """
        workflow main() -> Int {
            step inspect: Int = task("inspect the car", "c1", role: "adjuster")
                timeout 9h
            inspect + 1
        }
        """

    /// A folder with a run that waits for its task, and the name of the item.
    private func waiting() throws -> (place: Workplace, run: String, item: String) {
        let place = try Workplace(["a.wf": program])
        let started = try place.run("run", "-q", "--no-wait", "a.wf")
        #expect(started.status == 3, "\(started.errorText)")
        let run = try place.newestRun()
        return (place, run, "\(run)/inspect")
    }

    /// A claim that has been lost: it is nobody's by the time this is back.
    private func lose(_ item: String, of name: String, in place: Workplace) throws {
        #expect(try place.run("tasks", "heartbeat", item, "--by", name, "--for", "1us").status == 0)
        for _ in 0..<1_000 where try !place.run("tasks", "--json").outputText.contains(#""status":"open""#) {}
    }

    private func expectRefused(_ result: ProcessResult, _ words: String) {
        #expect(result.status == 1 && result.outputText.isEmpty, "\(result.status) \(result.outputText)")
        #expect(result.errorText.contains(words), "\(result.errorText)")
    }

    @Test func whatIsClaimedIsOnePersons() throws {
        let (place, run, item) = try waiting()
        let claimed = try place.run("tasks", "claim", "--role", "adjuster", "--by", "ann", "--for", "1h")
        #expect(claimed.status == 0, "\(claimed.errorText)")
        #expect(claimed.outputText.hasPrefix(#"{"item":"\#(item)","run":"\#(run)","step":"inspect""#))
        #expect(claimed.outputText.contains(#""input":"c1""#) && claimed.outputText.contains(#""by":"ann""#))
        for verb in [["claim"], ["heartbeat"], ["release"], ["complete", "1"], ["fail"]] {
            let words = ["tasks", verb[0], item] + verb.dropFirst() + ["--by", "bob"]
            expectRefused(
                try runProcess(wfi, words, workingFolder: place.path, seconds: 60),
                "`\(item)` is claimed by ann until 20")
        }
        expectRefused(try place.run("tasks", "claim", "--by", "bob"), "no task is free")
        #expect(try place.run("tasks").outputText.contains("claimed by ann"))
        #expect(try place.run("tasks", "complete", item, "4", "--by", "ann").status == 0)
        #expect(try place.run("resume", "-q", run).outputText == "5\n")
        expectRefused(try place.run("tasks", "claim", item, "--by", "bob"), "has ended")
    }

    @Test func aClaimMayBeGivenBack() throws {
        let (place, _, item) = try waiting()
        #expect(try place.run("tasks", "claim", item, "--by", "ann", "--for", "1h").status == 0)
        #expect(try place.run("tasks", "release", item, "--by", "ann").status == 0)
        expectRefused(
            try place.run("tasks", "heartbeat", item, "--by", "ann"), "is not claimed by ann any more")
        expectRefused(
            try place.run("tasks", "release", item, "--by", "ann"), "is not claimed by ann any more")
        #expect(try place.run("tasks", "claim", item, "--by", "bob").outputText.contains(#""by":"bob""#))
    }

    @Test func aClaimWithoutASignOfLifeIsLost() throws {
        let (place, run, item) = try waiting()
        #expect(try place.run("tasks", "claim", item, "--by", "ann", "--for", "1h").status == 0)
        try lose(item, of: "ann", in: place)
        expectRefused(
            try place.run("tasks", "heartbeat", item, "--by", "ann"), "is not claimed by ann any more")
        #expect(try place.run("tasks", "claim", "--by", "bob", "--for", "1h").status == 0)
        expectRefused(
            try place.run("tasks", "complete", item, "9", "--by", "ann"), "is claimed by bob until 20")
        #expect(try place.run("tasks", "complete", item, "4", "--by", "bob").status == 0)
        #expect(try place.run("resume", "-q", run).outputText == "5\n")
    }

    @Test func whoWasLateMayStillAnswerWhatNobodyHolds() throws {
        let (place, run, item) = try waiting()
        #expect(try place.run("tasks", "claim", item, "--by", "ann", "--for", "1h").status == 0)
        try lose(item, of: "ann", in: place)
        #expect(try place.run("tasks", "complete", item, "4", "--by", "ann").status == 0)
        expectRefused(try place.run("tasks", "complete", item, "5", "--by", "bob"), "no open task")
        #expect(try place.run("resume", "-q", run).outputText == "5\n")
    }

    @Test func aTaskThatFailsFailsItsStep() throws {
        let (place, run, item) = try waiting()
        #expect(try place.run("tasks", "claim", item, "--by", "ann").status == 0)
        #expect(try place.run("tasks", "fail", item, "--by", "ann", "--reason", "no car").status == 0)
        let end = try place.run("resume", "-q", run)
        #expect(end.status == 1 && end.errorText.contains("no car"), "\(end.errorText)")
    }

    @Test func whatCannotBeMeantIsRefused() throws {
        let (place, _, item) = try waiting()
        let wrong: [([String], String)] = [
            (["take", item], "no `wfi tasks take`"), (["complete", item], "as JSON of Int, found none"),
            (["complete", item, "\"x\""], "expected Int"), (["heartbeat"], "ITEM"),
            (["claim", item, "--for", "soon"], "`--for` is a duration"),
            (["claim", item, "--for", "0s"], "`--for` is a duration"),
        ]
        for (words, said) in wrong {
            let result = try runProcess(wfi, ["tasks"] + words, workingFolder: place.path, seconds: 60)
            #expect(result.status == 2 && result.errorText.contains(said), "\(words): \(result.errorText)")
        }
        #expect(try place.run("tasks", "--json").outputText.contains(#""status":"open""#))
    }
}
