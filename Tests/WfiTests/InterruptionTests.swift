// Runs that are interrupted, killed and resumed, with real processes: nothing that was recorded runs twice.
import Glibc
import Testing
import WfTestSupport

@Suite struct InterruptionTests {
    /// Keys with their attempts, in the order of their start.
    private func starts(_ place: Workplace) throws -> [(key: String, attempt: Int)] {
        guard fileExists(place.path + "/log.txt") else { return [] }
        return try place.text("log.txt").split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return (String(words[0]), Int(words[1]) ?? 0)
        }
    }

    /// Steps the journal holds as done.
    private func recorded(_ place: Workplace) throws -> [String] {
        let text = try place.run("show").outputText
        return text.split(separator: "\n").compactMap { line in
            let line = line.drop { $0 == " " }
            return line.hasPrefix("✓ [") ? String(line.dropFirst(2).prefix { $0 != " " }) : nil
        }
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func signalStopsCleanly(number: Int32) throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        let process = try place.start(["run", "slow.wf"])
        try place.wait(forLines: 3, of: "log.txt")
        process.signal(number)
        let result = try process.wait()
        let run = try place.newestRun()
        #expect(result.status == 130)
        #expect(result.outputText == "")
        #expect(result.errorText.contains("resume with: wfi resume \(run)"))
        let before = try recorded(place)
        let startsBefore = try starts(place).count
        let resumed = try place.run("resume", run)
        #expect(resumed.status == 0 && resumed.outputText == "6\n", "\(resumed.errorText)")
        for start in try starts(place)[startsBefore...] {
            for step in before { #expect(!start.key.hasSuffix("all" + step)) }
        }
        // Each step ran to its end at least once; the interrupted ones began again with the same key.
        #expect(Set(try starts(place).map(\.key)).count == 6)
    }

    /// Steps that end where they begin leave nothing to wait for; signals and requests are heard all the same.
    @Test(arguments: [
        "step all = loop (n: Int = 0) while n < 100000000 { step a = nop()\n next n + 1 }",
        "step all = loop (n: Int = 0) while n < 100000000 { step a = now()\n next n + 1 }",
        "step all = for _ in 0..<2000000 limit 8 { nop() }",
    ])
    func aRunThatIsBusyWithItselfHears(steps: String) throws {
        let place = try Workplace([
            "busy.wf": """
            workflow main() {
                step begun = exec("sh", "-c", "echo begun >> begun.txt")
                step work = sequence { \(steps) } after begun
            }
            """
        ])
        let process = try place.start(["run", "-q", "busy.wf"])
        try place.wait(forLines: 1, of: "begun.txt")
        usleep(200_000)
        let run = try place.newestRun()
        process.signal(SIGTERM)
        let stopped = try process.wait()
        #expect(
            stopped.status == 130 && stopped.errorText.contains("wfi resume \(run)"), "\(stopped.errorText)")
        let again = try place.start(["resume", "-q", run])
        usleep(200_000)
        for _ in 0..<5 {
            let paused = try place.run("pause", run)
            #expect(paused.status == 0, "\(paused.errorText)")
            #expect(try place.run("unpause", run).status == 0)
        }
        #expect(try place.run("cancel", run).status == 0)
        #expect(try again.wait().status == 1)
        #expect(try place.run("show", run).outputText.contains("status    cancelled"))
    }

    /// A computation of many seconds: with the loop's thread at it, and with the other one while a process is in flight.
    @Test(arguments: ["", "step beside = exec(\"sleep\", \"60\")"])
    func signalStopsALongComputation(beside: String) throws {
        let place = try Workplace([
            "spin.wf": """
            func spin(turns: Int, seed: Int) -> Int {
                var index = 0
                var sum = seed
                while index < turns {
                    sum = (sum * 31 + index) % 1000003
                    index += 1
                }
                sum
            }
            workflow main() -> Int {
                step first = exec("sh", "-c", "echo begun >> begun.txt")
                \(beside)
                let a = spin(turns: 900000000, seed: first.status)
                let b = spin(turns: 900000000, seed: a)
                let c = spin(turns: 900000000, seed: b)
                let d = spin(turns: 900000000, seed: c)
                d
            }
            """
        ])
        let process = try place.start(["run", "spin.wf"])
        try place.wait(forLines: 1, of: "begun.txt")
        usleep(300_000)
        let begin = ContinuousClock.now
        process.signal(SIGTERM)
        let result = try process.wait()
        // 0.3 s where nothing else runs.
        #expect(ContinuousClock.now - begin < .seconds(3))
        #expect(result.status == 130, "\(result.errorText)")
        let run = try place.newestRun()
        #expect(result.errorText.contains("resume with: wfi resume \(run)"))
        // What was recorded before is there: the first step does not run again.
        let again = try place.start(["resume", run])
        again.waitUntilItTakesSignals()
        again.signal(SIGINT)
        #expect(try again.wait().status == 130)
        #expect(try place.text("begun.txt") == "begun\n")
    }

    @Test func interruptedInItsFirstComputation() throws {
        let place = try Workplace([
            "spin.wf": """
            func spin(turns: Int) -> Int {
                var index = 0
                while index < turns { index += 1 }
                index
            }
            workflow main() -> Int {
                step turns = loop (done: Int = 0) while spin(turns: 990000000) > done {
                    step one = nop()
                    next (done + 1)
                }
                turns.done
            }
            """
        ])
        let process = try place.start(["run", "spin.wf"])
        process.waitUntilItTakesSignals()
        usleep(400_000)
        process.signal(SIGINT)
        let result = try process.wait()
        #expect(result.status == 130)
        #expect(result.errorText.contains("interrupted before anything was recorded"), "\(result.errorText)")
        #expect(try place.run("list", "--json").outputText == "")
    }

    @Test func killedRunGoesOnWhereItWas() throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        var command = ["run", "-q", "slow.wf"]
        var finished = false
        for round in 0..<12 where !finished {
            let process = try place.start(command)
            if round < 6 {
                usleep(UInt32(120_000 + round * 60_000))
                process.signal(SIGKILL)
            }
            let result = try process.wait()
            finished = result.status == 0
            if finished { #expect(result.outputText == "6\n") }
            if !fileExists(place.path + "/.wf/journal.db") { continue }
            guard !(try place.run("list", "--json").outputText).isEmpty else { continue }
            let before = try recorded(place)
            let startsBefore = try starts(place)
            command = ["resume", "-q", try place.newestRun()]
            if finished { continue }
            // What the journal says is done is not started again by any later attempt.
            let process2 = try place.start(command)
            usleep(250_000)
            process2.signal(SIGKILL)
            _ = try process2.wait()
            for start in try starts(place)[startsBefore.count...] {
                for step in before { #expect(!start.key.hasSuffix("all" + step), "\(step) ran again") }
            }
        }
        #expect(finished)
        #expect(Set(try starts(place).map(\.key)).count == 6)
    }

    /// Its end is told to who started it, which nobody runs here.
    @Test func aRunThatAnotherStartedEndsAlone() throws {
        let place = try Workplace([
            "w.wf": """
            action mk() via sql("CREATE TABLE IF NOT EXISTS t(k TEXT)")
            action ins(k: String) -> Int via sql("INSERT INTO t(k) VALUES(?)", k)
            workflow child() -> Int {
                step z = sleep(600ms)
                step s = ins("a") after z
                9
            }
            workflow main() -> Int {
                step m = mk()
                step k = spawn child() after m
                step v = sleep(1ms)
                1
            }
            """
        ])
        let process = try place.start(["run", "-q", "w.wf"])
        try place.wait(forShown: "z  sleeping")
        process.signal(SIGKILL)
        _ = try process.wait()
        let result = try place.run("resume", "-q", try place.newestRun())
        #expect(result.status == 0 && result.outputText == "9\n", "\(result.errorText)")
    }

    /// Processes of a killed engine do not live on beside the resumed run.
    @Test func processesDoNotOutliveTheirEngine() throws {
        let place = try Workplace([
            "p.wf": """
            workflow main() -> Int {
                step s = exec("sh", "-c", "echo $$ >> pids.txt; echo x >> log.txt; test -e quick || exec sleep 600")
                s.status
            }
            """
        ])
        let process = try place.start(["run", "-q", "p.wf"])
        try place.wait(forLines: 1, of: "pids.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        let processId = try #require(Int32(try place.text("pids.txt").split(separator: "\n")[0]))
        for _ in 0..<3_000 where isRunning(processId) { usleep(10_000) }
        #expect(!isRunning(processId))
        try place.put("quick", "")
        let resumed = try place.run("resume", "-q", try place.newestRun())
        #expect(resumed.status == 0, "\(resumed.errorText)")
        #expect(try place.text("log.txt") == "x\nx\n")
    }

    @Test func oneRunHasOneEngine() throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        let process = try place.start(["run", "-q", "slow.wf"])
        try place.wait(forLines: 1, of: "log.txt")
        let second = try place.run("resume", try place.newestRun())
        #expect(second.status == 2)
        #expect(second.errorText.contains("is being run by process"))
        let result = try process.wait()
        #expect(result.outputText == "6\n")
        #expect(try starts(place).count == 6)
    }

    @Test func folderThatIsGoneIsNamed() throws {
        let place = try Workplace(["slow.wf": slowWorkflow])
        mkdir(place.path + "/inner", 0o755)
        let journal = place.path + "/j.db"
        let process = try RunningProcess(
            wfi, ["run", "-q", "../slow.wf", "--journal", journal], workingFolder: place.path + "/inner")
        try place.wait(forLines: 1, of: "inner/log.txt")
        process.signal(SIGKILL)
        _ = try process.wait()
        usleep(300_000)
        removeTree(place.path + "/inner")
        let result = try place.run("resume", "--all", "--journal", journal)
        #expect(result.status == 2)
        #expect(result.errorText.contains("/inner` that run"))
        #expect(result.errorText.contains("is not there"))
    }

    @Test func secondInterruptEndsAtOnce() throws {
        let place = try Workplace([
            "t.wf": """
            workflow main() -> Int {
                step s = exec("sh", "-c", "trap '' TERM; echo x > log.txt; sleep 1; sleep 1; sleep 1; sleep 1")
                s.status
            }
            """
        ])
        let process = try place.start(["run", "t.wf"])
        try place.wait(forLines: 1, of: "log.txt")
        process.signal(SIGINT)
        usleep(200_000)
        process.signal(SIGINT)
        let result = try process.wait(seconds: 5)
        #expect(result.status == 130)
    }
}

private func isRunning(_ processId: Int32) -> Bool {
    guard kill(processId, 0) == 0, let status = try? readFile("/proc/\(processId)/stat") else { return false }
    return !String(decoding: status, as: UTF8.self).contains(") Z ")
}
