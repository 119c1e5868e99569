// `wfi cancel`, `retry`, `resolve`, `pause` and `unpause` with real processes, and what they refuse.
import Glibc
import Testing
import WfTestSupport

/// Two steps that can be undone, then a long one.
private let undoable = """
    action note(word: String)
        via exec("sh", "-c", "echo \\"$1\\" >> log.txt", "sh", word)
        timeout 10s
    workflow main() {
        step a = note("did a") undo note("undid a")
        step b = note("did b") after a undo note("undid b")
        step long = exec("sleep", "60") after b
    }
    """

/// Fails until the file `ok` is there.
private let fragile = """
    action note(word: String)
        via exec("sh", "-c", "echo \\"$1\\" >> log.txt", "sh", word)
        timeout 10s
    workflow main() -> String {
        step a = note("a")
        step b = exec("test", "-e", "ok") after a
        step c = note("c") after b
        "done"
    }
    """

/// A step that is done at most once and takes long.
private let once = """
    action pay() -> Int
        via exec("sh", "-c", "echo paid >> log.txt; test -e quick || sleep 60; echo 3")
        returns result.stdout.trim().toInt() ?? 0
        once
    workflow main() -> Int {
        step wire = pay()
        wire + 1
    }
    """

extension Workplace {
    /// Waits until the newest run has a status.
    func wait(forStatus status: String, location: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<1_000 {
            if try run("list", "--json", "--limit", "1").outputText.contains("\"status\":\"\(status)\"") {
                return
            }
            usleep(10_000)
        }
        Issue.record("the run never became \(status)", sourceLocation: location)
    }

    /// Waits until `wfi show` says something of the newest run.
    func wait(forShown words: String, location: SourceLocation = #_sourceLocation) throws {
        for _ in 0..<1_000 {
            if try run("show").outputText.contains(words) { return }
            usleep(10_000)
        }
        Issue.record("the run never showed \(words)", sourceLocation: location)
    }
}

@Suite struct ControlTests {
    private func refused(
        _ result: ProcessResult, status: Int32 = 2, _ words: String...,
        location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.errorText)", sourceLocation: location)
        for word in words {
            #expect(result.errorText.contains(word), "\(result.errorText)", sourceLocation: location)
        }
    }

    // MARK: cancel

    @Test func cancelIsCarriedOutByTheProcessThatRunsTheRun() throws {
        let place = try Workplace(["a.wf": undoable])
        let process = try place.start(["run", "a.wf"])
        try place.wait(forLines: 2, of: "log.txt")
        try place.wait(forShown: "long  running")
        let run = try place.newestRun()
        let cancelled = try place.run("cancel", run)
        #expect(cancelled.status == 0 && cancelled.errorText.contains("is told to stop"))
        let result = try process.wait()
        #expect(result.status == 1 && result.errorText.contains("was cancelled"), "\(result.errorText)")
        #expect(try place.text("log.txt") == "did a\ndid b\nundid b\nundid a\n")
        #expect(try place.run("list", "--json").outputText.contains("\"status\":\"cancelled\""))
        refused(try place.run("cancel", run), "WF7011", "has ended")
    }

    @Test func cancelUndoesARunThatNobodyRuns() throws {
        let place = try Workplace(["a.wf": undoable])
        let process = try place.start(["run", "a.wf"])
        try place.wait(forLines: 2, of: "log.txt")
        try place.wait(forShown: "long  running")
        process.signal(SIGKILL)
        _ = try process.wait()
        let cancelled = try place.run("cancel", try place.newestRun())
        #expect(cancelled.status == 0, "\(cancelled.errorText)")
        #expect(try place.text("log.txt") == "did a\ndid b\nundid b\nundid a\n")
    }

    @Test func cancelRefusesWhatIsNotThere() throws {
        let place = try Workplace(["a.wf": undoable])
        refused(try place.run("cancel", "r1234567890"), "WF7002")
        refused(try place.run("cancel"), "RUN")
        _ = try place.shell("echo 'workflow main() { nop() }' > n.wf; $WFI run -q n.wf")
        refused(try place.run("cancel", "r1234567890"), "WF7010", "no run `r1234567890`")
        refused(try place.run("cancel", "a", "b"), "`b`")
    }

    // MARK: retry

    @Test func retryGoesOnFromTheStepThatFailed() throws {
        let place = try Workplace(["a.wf": fragile])
        #expect(try place.run("run", "-q", "a.wf").status == 1)
        let run = try place.newestRun()
        #expect(try place.run("retry", "-q", run).status == 1)
        try place.put("ok", "")
        let retried = try place.run("retry", "-q", run)
        #expect(retried.status == 0 && retried.outputText == "\"done\"\n", "\(retried.errorText)")
        #expect(try place.text("log.txt") == "a\nc\n")
        refused(try place.run("retry", run), "WF7011")
    }

    @Test func retryRefusesWhatCannotGoOn() throws {
        let place = try Workplace([
            "a.wf": undoable.replacing("exec(\"sleep\", \"60\")", with: "exec(\"false\")")
        ])
        #expect(try place.run("run", "-q", "a.wf").status == 1)
        let run = try place.newestRun()
        #expect(try place.text("log.txt") == "did a\ndid b\nundid b\nundid a\n")
        refused(try place.run("retry", run), "undone")
        refused(try place.run("retry", "nobody"), "WF7010")
        refused(try place.run("retry"), "RUN")
        #expect(try place.text("log.txt") == "did a\ndid b\nundid b\nundid a\n")
    }

    // MARK: resolve

    /// A run whose process was killed while its step was under way.
    private func killedInMidAttempt() throws -> (place: Workplace, run: String) {
        let place = try Workplace(["a.wf": once])
        let process = try place.start(["run", "-q", "a.wf"])
        try place.wait(forLines: 1, of: "log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        return (place, try place.newestRun())
    }

    @Test func resolveSaysThatItHappened() throws {
        let (place, run) = try killedInMidAttempt()
        let waiting = try place.run("resume", "--no-wait", run)
        #expect(
            waiting.status == 3 && waiting.errorText.contains("wfi resolve \(run) wire"),
            "\(waiting.errorText)")
        #expect(!waiting.errorText.contains("1970"), "\(waiting.errorText)")
        #expect(try place.run("show", run).outputText.contains("wfi resolve \(run) wire"))
        let resolved = try place.run("resolve", run, "--done", "41")
        #expect(
            resolved.status == 0 && resolved.errorText.contains("wfi resume \(run)"), "\(resolved.errorText)")
        #expect(try place.run("resume", "-q", run).outputText == "42\n")
        #expect(try place.text("log.txt") == "paid\n")
        refused(try place.run("resolve", run, "--done", "1"), "WF7011")
    }

    @Test func resolveSaysThatItDidNot() throws {
        let (place, run) = try killedInMidAttempt()
        #expect(try place.run("resolve", run, "wire", "--failed", "the bank says no").status == 0)
        let result = try place.run("resume", "-q", run)
        #expect(result.status == 1 && result.errorText.contains("the bank says no"), "\(result.errorText)")
        #expect(try place.text("log.txt") == "paid\n")
    }

    @Test func resolveTriesAgainInTheProcessThatRunsTheRun() throws {
        let (place, run) = try killedInMidAttempt()
        let process = try place.start(["resume", "-q", run])
        try place.wait(forShown: "unresolved")
        try place.put("quick", "")
        let resolved = try place.run("resolve", run, "--retry")
        #expect(resolved.status == 0 && resolved.errorText.contains("goes on"), "\(resolved.errorText)")
        #expect(try process.wait().outputText == "4\n")
        #expect(try place.text("log.txt") == "paid\npaid\n")
    }

    @Test func resolveRefusesWhatSaysNothing() throws {
        let (place, run) = try killedInMidAttempt()
        refused(try place.run("resolve", run), "--done VALUE", "found 0")
        refused(try place.run("resolve", run, "--retry", "--done", "1"), "found 2")
        refused(try place.run("resolve", run, "--done", "\"much\""), "is a Int")
        refused(try place.run("resolve", run, "nothing", "--retry"), "no step `nothing`")
        refused(try place.run("resolve", "nobody", "--retry"), "WF7010")
        #expect(try place.run("resolve", run, "--done", "1").status == 0)
        #expect(try place.run("resume", "-q", run).outputText == "2\n")
        _ = try place.shell("echo 'workflow main() { sleep(1h) }' > n.wf; $WFI run -q --no-wait n.wf")
        refused(try place.run("resolve", try place.newestRun(), "--retry"), "no step", "resolved")
    }

    // MARK: pause

    @Test func pausedRunBeginsNothing() throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        let process = try place.start(["run", "slow.wf"])
        try place.wait(forLines: 1, of: "log.txt")
        let run = try place.newestRun()
        let paused = try place.run("pause", run)
        #expect(paused.status == 0 && paused.errorText.contains("is paused"), "\(paused.errorText)")
        #expect(try place.run("list").outputText.contains("paused"))
        #expect(try place.run("pause", run).errorText.contains("paused already"))
        // What was under way ends; then as much has ended as has begun, and it stays so.
        for _ in 0..<1_000 where try begun(place) != ended(place) { usleep(10_000) }
        let before = try begun(place)
        usleep(600_000)
        #expect(try begun(place) == before && ended(place) == before && before < 6)
        let unpaused = try place.run("unpause", run)
        #expect(unpaused.status == 0 && unpaused.errorText.contains("goes on"), "\(unpaused.errorText)")
        #expect(try process.wait().outputText == "6\n")
        #expect(Set(try place.text("done.txt").split(separator: "\n")).count == 6)
        #expect(try begun(place) == 6)
    }

    private func begun(_ place: Workplace) throws -> Int {
        try place.text("log.txt").split(separator: "\n").count
    }

    private func ended(_ place: Workplace) throws -> Int {
        (try? place.text("done.txt"))?.split(separator: "\n").count ?? 0
    }

    @Test func pausedRunStaysPausedUntilSomebodySaysSo() throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        let process = try place.start(["run", "-q", "slow.wf"])
        try place.wait(forLines: 1, of: "log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        let run = try place.newestRun()
        #expect(try place.run("pause", run).errorText.contains("no process runs it"))
        let lines = try begun(place)
        let resumed = try place.run("resume", "--no-wait", run)
        #expect(resumed.status == 3 && resumed.errorText.contains("is paused"), "\(resumed.errorText)")
        #expect(try begun(place) == lines)
        #expect(try place.run("unpause", run).errorText.contains("wfi resume \(run)"))
        #expect(try place.run("unpause", run).errorText.contains("is not paused"))
        #expect(try place.run("resume", "-q", run).outputText == "6\n")
    }

    @Test func cancelEndsAPause() throws {
        let place = try Workplace(["a.wf": undoable])
        let process = try place.start(["run", "a.wf"])
        try place.wait(forShown: "long  running")
        let run = try place.newestRun()
        #expect(try place.run("pause", run).status == 0)
        #expect(try place.run("cancel", run).status == 0)
        #expect(try process.wait().status == 1)
        #expect(try place.text("log.txt") == "did a\ndid b\nundid b\nundid a\n")
        refused(try place.run("pause", run), "WF7011")
        refused(try place.run("unpause", run), "WF7011")
        refused(try place.run("pause", "nobody"), "WF7010")
    }
}
