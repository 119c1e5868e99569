// Two processes and one journal: a run has one engine at a time, and a dead one's runs are free at once. Asking to stop
// (Ctrl-C, TERM) is not dying: it says how to go on, and leaves nothing behind.
import Glibc
import Testing
import WfTestSupport

/// What `hold.wf` yields.
private let held = "[3,4,8]\n"

@Suite struct TakeoverTests {
    @Test func aLiveRunIsRefusedToOthers() throws {
        let bench = try Bench(workflow: "hold")
        let first = try bench.startRun(marks: 3)
        let owner = first.pid
        let run = try #require(try bench.lastRun())
        let other = try bench.run(["resume", run])
        #expect(other.status == 2 && other.outputText.isEmpty)
        #expect(other.errorText.contains("error[WF7012]"), "\(other.errorText)")
        #expect(
            other.errorText.contains("run `\(run)` is being run by process \(owner)"), "\(other.errorText)")
        #expect(other.errorText.contains("help: "))
        let all = try bench.run(["resume", "--all"])
        #expect(all.status == 0 && all.outputText.isEmpty, "\(all.status) \(all.errorText)")
        #expect(bench.marksLeft().count == 3)
        // Reading is free to everybody.
        #expect(try bench.run(["list"]).outputText.contains(run))
        #expect(try bench.run(["show", run]).status == 0)
        try bench.go()
        first.signal(SIGKILL)
        #expect(try first.wait().status == 128 + SIGKILL)
        let started = monotonicSeconds()
        let second = try bench.run(["resume", run, "--quiet"])
        #expect(second.status == 0 && second.outputText == held, "\(second.errorText)")
        #expect(monotonicSeconds() - started < 5, "a dead process's run is free at once")
        #expect(bench.marksLeft().filter { $0.path == "first" }.count == 1)
        #expect(bench.processes(of: run).isEmpty)
    }

    @Test func ofManyThatResumeOneRuns() throws {
        for _ in 0..<3 {
            let bench = try Bench(workflow: "hold")
            let first = try bench.startRun(marks: 3)
            let run = try #require(try bench.lastRun())
            first.signal(SIGKILL)
            _ = try first.wait()
            try bench.go()
            let before = bench.marksLeft().count
            let a = try bench.start(["resume", run, "-q"])
            let b = try bench.start(["resume", run, "-q"])
            let c = try bench.start(["resume", run, "-q"])
            let results = [try a.wait(), try b.wait(), try c.wait()]
            #expect(results.contains { $0.status == 0 })
            for result in results {
                #expect(result.outputText == (result.status == 0 ? held : ""))
                #expect(result.status == 0 || result.status == 2, "\(result.status) \(result.errorText)")
                #expect(
                    result.status == 0 || result.errorText.contains("is being run by process"),
                    "\(result.errorText)")
            }
            let marks = bench.marksLeft().dropFirst(before)
            #expect(Set(marks.map(\.key)).count == marks.count && marks.count == 3, "\(marks)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP]) func stopsCleanly(signal: Int32) throws {
        let bench = try Bench(workflow: "hold")
        let process = try bench.startRun(marks: 3)
        let run = try #require(try bench.lastRun())
        let started = monotonicSeconds()
        process.signal(signal)
        let stopped = try process.wait(seconds: 20)
        #expect(monotonicSeconds() - started < 5)
        #expect(bench.processes(of: run).isEmpty, "what it had started is gone")
        try bench.go()
        try expectResumable(bench, run, stopped, value: held)
        let marks = bench.marksLeft()
        #expect(marks.filter { $0.path == "first" }.count == 1)
        #expect(marks.filter { $0.path.hasPrefix("held") }.count == 4)
    }

    @Test func aStubbornProcessIsKilled() throws {
        let bench = try Bench(workflow: "stubborn")
        let process = try bench.startRun(marks: 1)
        let run = try #require(try bench.lastRun())
        process.signal(SIGTERM)
        let stopped = try process.wait(seconds: 20)
        #expect(bench.processes(of: run).isEmpty)
        try bench.go()
        try expectResumable(bench, run, stopped, value: "5\n")
    }

    @Test func askedTwiceItStopsAtOnce() throws {
        let bench = try Bench(workflow: "stubborn")
        let process = try bench.startRun(marks: 1)
        let run = try #require(try bench.lastRun())
        process.signal(SIGINT)
        usleep(200_000)
        let started = monotonicSeconds()
        process.signal(SIGINT)
        let stopped = try process.wait(seconds: 20)
        #expect(monotonicSeconds() - started < 1)
        #expect(stopped.status == 130)
        #expect(waitUntil { bench.processes(of: run).isEmpty })
        try bench.go()
        let resumed = try bench.run(["resume", run, "--quiet"])
        #expect(resumed.status == 0 && resumed.outputText == "5\n", "\(resumed.errorText)")
    }

    @Test func aWaitIsInterruptedAndGoesOn() throws {
        let bench = try Bench(workflow: "asleep")
        let process = try bench.startRun(marks: 1)
        let run = try #require(try bench.lastRun())
        usleep(100_000)
        process.signal(SIGINT)
        try expectResumable(bench, run, try process.wait(), value: "3\n")
        #expect(bench.marksLeft().map(\.path) == ["first", "last"])
    }

    /// A process that is stopped for a while (Ctrl-Z) and goes on notices nothing.
    @Test func pausedAndContinued() throws {
        let bench = try Bench(workflow: "hold")
        let process = try bench.startRun(marks: 3)
        process.signal(SIGSTOP)
        try bench.go()
        usleep(300_000)
        let run = try #require(try bench.lastRun())
        #expect(try bench.run(["resume", run]).status == 2)
        // Those that wait for `go` look only once: let them be tried again by the one that takes over.
        process.signal(SIGCONT)
        process.signal(SIGTERM)
        try expectResumable(bench, run, try process.wait(), value: held)
    }

    /// It was interrupted, said how to go on, and doing so yields the value.
    private func expectResumable(_ bench: Bench, _ run: String, _ stopped: ProcessResult, value: String)
        throws
    {
        #expect(stopped.status == 130 && stopped.outputText.isEmpty, "\(stopped.status) \(stopped.errorText)")
        let words = stopped.errorText.split(separator: "\n").compactMap { line in
            line.range(of: "resume with: ").map { line[$0.upperBound...] }
        }
        let command = try #require(words.first, "\(stopped.errorText)")
        #expect(command.hasPrefix("wfi resume \(run)"))
        let resumed = try bench.shell(
            command.replacing("wfi ", with: "\"$WFI\" ", maxReplacements: 1) + " --quiet")
        #expect(resumed.status == 0 && resumed.outputText == value, "\(resumed.status) \(resumed.errorText)")
        #expect(bench.processes(of: run).isEmpty)
    }
}

extension StringProtocol {
    /// Where a text first occurs.
    fileprivate func range(of text: String) -> Range<Index>? { self[...].firstRange(of: text) }
}

/// Of a clock that is never set.
func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
