// What `wfi list` and `wfi show` say of a run in each state that a real one can be in, and what they advise.
import Glibc
import Testing
import WfTestSupport

private let workflows = """
    pool gpu limit 1
    rate mail 1 per 1h
    action slow() -> Int via exec("sleep", "600") returns 1 timeout 20m pool gpu
    action post() -> Int via exec("true") returns 1 timeout 1m rate mail
    action pay() -> Int via exec("sh", "-c", "echo paid >> log.txt; sleep 600") returns 3 once
    action note(word: String) via exec("sh", "-c", "echo did >> log.txt", word) timeout 10s

    workflow signals() -> Int {
        signal paid: Int
        step p = await paid
        p
    }
    workflow approval() -> String {
        step d = approve("Ship order 7?", role: "manager", deadline: 2d)
        match d { .approved(by) => by, .rejected(by, _) => by, .expired => "nobody" }
    }
    workflow work() -> Int {
        step d: Int = task("count", "the sheep", role: "shepherd") deadline 5d
        d
    }
    workflow timer() { step nap = sleep(3h) }
    workflow retrying() { step bad = exec("false") retry 5 backoff 10m..1h }
    workflow rated() { step s = sequence { step a = post(); step b = post() } }
    workflow pooled() { step s = for _ in [1, 2] { slow() } }
    workflow unknown() { step all = for _ in [1] { pay() } }
    workflow undoing() {
        step a = note("a") undo exec("sh", "-c", "echo undoing >> log.txt; sleep 600")
        step b = exec("sleep", "600") after a
    }
    workflow fails() { step x = exec("false") }
    workflow long() {
        step a = note("a")
        step x = exec("sleep", "600") after a
    }
    """

@Suite struct StandingTests {
    private func place() throws -> Workplace { try Workplace(["w.wf": workflows]) }

    /// Runs a workflow until it only waits.
    private func waiting(_ workflow: String) throws -> (Workplace, String) {
        let place = try place()
        let result = try place.run("run", "-q", "w.wf", "--workflow", workflow, "--no-wait")
        #expect(result.status == 3, "\(result.errorText)")
        return (place, try place.newestRun())
    }

    private func expect(
        _ place: Workplace, _ run: String, list: String, show: String...,
        location: SourceLocation = #_sourceLocation
    ) throws {
        let row = try place.run("list").outputText
        #expect(row.contains(list), "\(row)", sourceLocation: location)
        #expect(!row.contains("1970"), "\(row)", sourceLocation: location)
        let shown = try place.run("show", run).outputText
        for words in show { #expect(shown.contains(words), "\(shown)", sourceLocation: location) }
    }

    @Test func runsThatWait() throws {
        for (workflow, waits, command) in [
            ("signals", "signal paid", "next      wfi signal RUN paid JSON\n"),
            ("approval", "approval by manager", "next      wfi approve RUN\n"),
            ("work", "task by shepherd", "next      wfi tasks\n"),
            ("timer", "until 20", "next      wfi resume RUN\n"),
            ("retrying", ", to try bad again", "↻ bad  retrying until 20"),
            ("rated", "rate mail, until 20", "◌ b  waiting for rate mail"),
        ] {
            let (place, run) = try waiting(workflow)
            let words = command.split(separator: "RUN", omittingEmptySubsequences: false).joined(
                separator: run)
            try expect(
                place, run, list: waits, show: "status    waiting ", waits, "; no process runs it\n", words,
                "next      wfi resume \(run)\n")
            #expect(
                try place.run("list", "--json").outputText.contains("\"status\":\"waiting\",\"waits\":\""))
        }
    }

    @Test func aProcessThatDied() throws {
        let place = try place()
        let process = try place.start(["run", "-q", "w.wf", "--workflow", "long"])
        try place.wait(forShown: "x  running")
        let run = try place.newestRun()
        try expect(place, run, list: "\(run)  running ", show: "status    running\n", "✓ a")
        #expect(try place.run("list", "--json").outputText.contains("\"process\":\(process.pid),"))
        process.signal(SIGKILL)
        _ = try process.wait()
        try expect(
            place, run, list: "interrupted", show: "status    interrupted; no process runs it\n",
            "next      wfi resume \(run)\n", "· x  interrupted")
        #expect(try place.run("list").outputText.contains("a process: wfi resume \(run)\n"))
        #expect(try place.run("list", "--ids", "--status", "interrupted").outputText == run + "\n")
        #expect(try place.run("list", "--ids", "--status", "running").outputText == "")
        #expect(try place.run("pause", run).status == 0)
        try expect(
            place, run, list: "paused", show: "status    paused; no process runs it\n",
            "next      wfi unpause \(run)\nnext      wfi resume \(run)\n")
    }

    /// A run whose `once` step nobody knows the outcome of.
    private func killedWhileItPays() throws -> (Workplace, String) {
        let place = try place()
        let process = try place.start(["run", "-q", "w.wf", "--workflow", "unknown"])
        try place.wait(forLines: 1, of: "log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        return (place, try place.newestRun())
    }

    @Test func anOutcomeThatNobodyKnows() throws {
        let (place, run) = try killedWhileItPays()
        let resumed = try place.run("resume", "-q", "--no-wait", run)
        let command = "wfi resolve \(run) 'all[0]/pay'"
        #expect(resumed.status == 3 && resumed.errorText.contains(command), "\(resumed.errorText)")
        try expect(
            place, run, list: "waiting",
            show: "status    waiting for an operator: \(command); no process runs it\n",
            "next      \(command) --done VALUE | --failed WHY | --retry\n",
            "unresolved: it waits for `wfi resolve`")
        #expect(try place.run("list").outputText.contains("an operator: \(command)\n"))
        #expect(try place.shell("$WFI resolve \(run) 'all[0]/pay' --done 4").status == 0)
        #expect(try place.run("resume", "-q", run).status == 0)
    }

    /// What has been said is not asked again, and cannot be said anew.
    @Test func anOutcomeIsSaidOnce() throws {
        let place = try Workplace([
            "w.wf": """
            action pay(n: Int) -> Int via exec("sh", "-c", "echo paid >> log.txt; sleep 600") returns n once
            workflow main() -> [Int] {
                step all = for n in [1, 2] limit 2 { pay(n) }
                all
            }
            """
        ])
        let process = try place.start(["run", "-q", "w.wf"])
        try place.wait(forLines: 2, of: "log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        let run = try place.newestRun()
        #expect(try place.run("resume", "-q", "--no-wait", run).status == 3)
        #expect(try place.run("resolve", run, "all[0]/pay", "--done", "1").status == 0)
        try expect(
            place, run, list: "a process: wfi resume \(run)",
            show: "status    interrupted; no process runs it\nnext      wfi resume \(run)\n")
        let again = try place.run("resolve", run, "all[0]/pay", "--retry")
        #expect(again.status == 2 && again.errorText.contains("said already"), "\(again.errorText)")
        // The only one that is left need not be named.
        #expect(try place.run("resolve", run, "--done", "2").status == 0)
        #expect(try place.run("resolve", run, "--done", "2").status == 2)
        let resumed = try place.run("resume", "-q", run)
        #expect(resumed.status == 0 && resumed.outputText == "[1,2]\n", "\(resumed.errorText)")
    }

    /// What an `else` yields is not taken for that of the step, and its attempts are not the step's.
    @Test func anElseIsShown() throws {
        let place = try Workplace([
            "w.wf": """
            workflow main() -> String {
                step a = exec("sh", "-c", "exit 3")
                    retry 2 backoff 1ms..1ms
                    else exec("true")
                a.stdout
            }
            """
        ])
        #expect(try place.run("run", "-q", "w.wf").status == 0)
        #expect(try place.run("show").outputText.contains("✓ a  4 attempts  else  "))
        #expect(try place.run("show", "--json").outputText.contains(#""attempts":4,"else":true"#))
    }

    @Test func anOutcomeThatNobodyKnowsOfARunThatIsCancelled() throws {
        let (place, run) = try killedWhileItPays()
        let command = "wfi resolve \(run) 'all[0]/pay'"
        let cancel = try place.start(["cancel", run])
        try place.wait(forShown: "unresolved")
        try place.wait(forShown: "cancelling, waits for an operator: \(command)")
        cancel.signal(SIGTERM)
        #expect(try cancel.wait().status == 130)
        try expect(
            place, run, list: "cancelling",
            show: "status    cancelling, waits for an operator: \(command); no process runs it\n",
            "next      \(command) --done VALUE | --failed WHY | --retry\nnext      wfi resume \(run)\n")
        #expect(try place.run("list").outputText.contains("an operator: \(command)\n"))
        #expect(try place.shell("$WFI resolve \(run) 'all[0]/pay' --done 4").status == 0)
        #expect(try place.run("resume", "-q", run).status == 1)
        #expect(try place.run("list").outputText.contains("cancelled"))
    }

    @Test func runsThatAreStopped() throws {
        let place = try place()
        let process = try place.start(["run", "-q", "w.wf", "--workflow", "undoing"])
        try place.wait(forShown: "b  running")
        let run = try place.newestRun()
        #expect(try place.run("cancel", run).status == 0)
        try place.wait(forLines: 2, of: "log.txt")
        try expect(place, run, list: "cancelling", show: "status    cancelling\n", "⊘ b", "· a!undo  running")
        process.signal(SIGKILL)
        _ = try process.wait()
        try expect(
            place, run, list: "interrupted",
            show: "status    interrupted while it was cancelled; no process runs it\n",
            "next      wfi resume \(run)\n")
    }

    @Test func runsThatHaveFailed() throws {
        let place = try place()
        #expect(try place.run("run", "-q", "w.wf", "--workflow", "fails").status == 1)
        let run = try place.newestRun()
        try expect(place, run, list: "failed", show: "status    failed\nnext      wfi retry \(run)\n")
    }

    @Test func stepsThatWaitForAPlace() throws {
        let place = try place()
        let process = try place.start(["run", "-q", "w.wf", "--workflow", "pooled"])
        try place.wait(forShown: "waiting for pool gpu")
        try expect(
            place, try place.newestRun(), list: "running", show: "status    running\n", "slow  running")
        process.signal(SIGTERM)
        #expect(try process.wait().status == 130)
    }

    /// Commands that are printed can be typed as they are, wherever the journal lies.
    @Test func commandsNameTheJournal() throws {
        let place = try place()
        let journal = ["--journal", "my\nruns/j.db"]
        let words = "--journal $'my\\nruns/j.db'"
        func run(_ arguments: String...) throws -> (status: Int32, text: String) {
            let result = try place.run(arguments + journal)
            return (result.status, result.outputText + result.errorText)
        }
        func expectCommands(
            _ text: String, _ commands: String..., location: SourceLocation = #_sourceLocation
        ) {
            for command in commands {
                #expect(text.contains(command), "\(text)", sourceLocation: location)
            }
        }
        let failed = try run("run", "w.wf", "--workflow", "fails")
        let first = try run("list", "--ids").text.dropLast()
        expectCommands(failed.text, "more: wfi show \(first) \(words), wfi logs \(first) x \(words)\n")
        expectCommands(try run("show").text, "next      wfi retry \(first) \(words)\n")
        let waits = try run("run", "w.wf", "--workflow", "signals", "--no-wait")
        let id = try run("list", "--ids", "--status", "waiting").text.dropLast()
        expectCommands(waits.text, "`wfi resume \(id) \(words)`")
        expectCommands(
            try run("show").text, "next      wfi signal \(id) paid JSON \(words)\n",
            "next      wfi resume \(id) \(words)\n")
        #expect(try run("pause", String(id)).status == 0)
        expectCommands(try run("show").text, "next      wfi unpause \(id) \(words)\n")
        expectCommands(try run("unpause", String(id)).text, "`wfi resume \(id) \(words)`")

        let process = try place.start(["run", "-q", "w.wf", "--workflow", "unknown"] + journal)
        try place.wait(forLines: 1, of: "log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        let killed = try run("list", "--ids", "--status", "interrupted").text.dropLast()
        expectCommands(try run("list").text, "a process: wfi resume \(killed) \(words)\n")
        let resumed = try run("resume", "--no-wait", String(killed))
        let resolve = "wfi resolve \(killed) 'all[0]/pay' \(words) --done VALUE | --failed WHY | --retry\n"
        expectCommands(resumed.text, "say what came of it: \(resolve)")
        expectCommands(try run("show").text, "next      \(resolve)")
        expectCommands(
            try run("resolve", String(killed), "--done", "4").text, "`wfi resume \(killed) \(words)`")
    }
}

@Suite struct TestFolderTests {
    /// Real effects of a test start where those of a run do: in the folder that the command is started in.
    @Test func realEffectsStartInTheWorkingFolder() throws {
        let place = try Workplace([
            "t.wf": """
            use std.file

            test "where" {
                real exec
                real file.read
                step here = exec("pwd", "-P")
                step text = file.read("note.txt")
                expect here.stdout.trim().endsWith("/inner")
                expect text == "mine"
            }
            """
        ])
        mkdir(place.path + "/inner", 0o755)
        try place.put("inner/note.txt", "mine")
        let result = try place.shell("cd inner && $WFI test ../t.wf")
        #expect(result.status == 0, "\(result.outputText)\(result.errorText)")
    }
}
