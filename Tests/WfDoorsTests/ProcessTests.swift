// Processes: output, input, environment, ends, cancelling, groups.
import Glibc
import Testing
import WfDoors
import WfEngine
import WfTestSupport

@Suite struct ProcessTests {
    @Test func yieldsStatusAndBothStreams() throws {
        let loop = try TestLoop()
        var request = loop.shell("echo out; echo err >&2; exit 3")
        request.accepted = [0, 3]
        let result = try output(loop.run(request))
        #expect(result == (3, "out\n", "err\n"))
        #expect(loop.logs[request.attempt.raw]?[.output] == "out\n")
        #expect(loop.logs[request.attempt.raw]?[.error] == "err\n")
    }

    @Test func argumentsNeverPassThroughAShell() throws {
        let loop = try TestLoop()
        let result = try output(loop.run(loop.request("printf", ["%s|", "a b; $HOME *", "", "ü"])))
        #expect(result.output == "a b; $HOME *||ü|")
    }

    @Test func statusThatIsNotAcceptedFails() throws {
        let loop = try TestLoop()
        let found = failure(loop.run(loop.shell("echo one; echo broken pipe in cellar >&2; exit 7")))
        #expect(found.kind == "exit")
        #expect(found.code == 7)
        #expect(found.message.contains("status 7"))
        #expect(found.message.contains("broken pipe in cellar"))
    }

    @Test func signalIsNamed() throws {
        let loop = try TestLoop()
        let found = failure(loop.run(loop.shell("kill -SEGV $$")))
        #expect(found.kind == "signal")
        #expect(found.message.contains("SEGV"))
    }

    @Test func missingProgramIsNamedWithPath() throws {
        let loop = try TestLoop(environment: ["PATH": "/nowhere:/usr/bin:/bin"])
        let found = failure(loop.run(loop.request("no-such-program-wf")))
        #expect(found.kind == "notFound")
        #expect(found.message.contains("`no-such-program-wf`"))
        #expect(String(decoding: found.data ?? [], as: UTF8.self).contains("/nowhere:/usr/bin:/bin"))
        #expect(failure(loop.run(loop.request("./not-here"))).kind == "notFound")
        #expect(failure(loop.run(loop.request(""))).kind == "notFound")
        #expect(failure(loop.run(loop.request("/etc/passwd"))).kind == "denied")
        #expect(failure(loop.run(loop.request("/tmp"))).kind == "denied")
    }

    @Test func missingFolderIsNamed() throws {
        let loop = try TestLoop()
        var request = loop.request("true")
        request.folder = "no/such/folder"
        let found = failure(loop.run(request))
        #expect(found.kind == "notFound")
        #expect(found.message.contains("/tmp/no/such/folder"))
    }

    @Test func folderIsRelativeToTheBase() throws {
        let folder = try TemporaryFolder("doors")
        mkdir(folder.path + "/inner", 0o755)
        let loop = try TestLoop()
        var request = loop.request("pwd", folder: folder.path)
        #expect(try output(loop.run(request)).output == folder.path + "\n")
        request = loop.request("pwd", folder: folder.path)
        request.folder = "inner"
        #expect(try output(loop.run(request)).output == folder.path + "/inner\n")
    }

    @Test func largeOutputOnBothStreamsIsKept() throws {
        let loop = try TestLoop()
        let command = "head -c 20000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2"
        let result = try output(loop.run(loop.shell(command)))
        #expect(result.output.utf8.count == 20_000_000)
        #expect(result.error.utf8.count == 3_000_000)
    }

    @Test func endlessOutputFails() throws {
        let loop = try TestLoop()
        let found = failure(loop.run(loop.request("yes")))
        #expect(found.kind == "output")
        #expect(loop.table.count == 0)
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 10_000_000])
    func inputOfAnySizeArrives(size: Int) throws {
        let loop = try TestLoop()
        var request = loop.request("wc", ["-c"])
        request.input = Array(repeating: 0x61, count: size)
        #expect(try output(loop.run(request)).output == "\(size)\n")
    }

    /// Input and output beyond what the pipes hold, at the same time.
    @Test func largeInputAndOutputDoNotBlockEachOther() throws {
        let loop = try TestLoop()
        var request = loop.request("cat")
        request.input = Array(repeating: 0x62, count: 8_000_000)
        #expect(try output(loop.run(request)).output.utf8.count == 8_000_000)
    }

    @Test func inputThatNobodyReadsIsNoFailure() throws {
        let loop = try TestLoop()
        var request = loop.request("true")
        request.input = Array(repeating: 0x62, count: 4_000_000)
        #expect(try output(loop.run(request)).status == 0)
    }

    @Test func withoutInputThereIsNothingToRead() throws {
        let loop = try TestLoop()
        #expect(try output(loop.run(loop.request("cat"))).output == "")
    }

    @Test func environmentIsSmallAndCarriesTheKey() throws {
        let loop = try TestLoop(environment: [
            "PATH": "/usr/bin:/bin", "HOME": "/home/x", "LANG": "C", "TZ": "UTC", "TMPDIR": "/tmp",
        ])
        var request = loop.request("/usr/bin/env")
        request.environment = [("GREETING", "moin"), ("LANG", "de_DE.UTF-8")]
        let lines = try output(loop.run(request)).output.split(separator: "\n").sorted()
        #expect(
            lines == [
                "GREETING=moin", "HOME=/home/x", "LANG=de_DE.UTF-8", "PATH=/usr/bin:/bin", "TMPDIR=/tmp",
                "TZ=UTC",
                "WF_ATTEMPT=2", "WF_KEY=r1/step", "WF_RUN=r1", "WF_STEP=step",
            ])
    }

    @Test func namesAndValuesThatNoProcessCanGetAreRefused() throws {
        let loop = try TestLoop()
        var request = loop.request("true")
        request.environment = [("A=B", "x")]
        #expect(failure(loop.run(request)).kind == "argument")
        #expect(failure(loop.run(loop.request("echo", ["a\u{0}b"]))).kind == "argument")
        #expect(
            failure(loop.run(loop.request("true", [String(repeating: "x", count: 3 << 20)]))).kind == "io")
        #expect(
            failure(loop.run(loop.request("true", [String(repeating: "x", count: 200_000)]))).kind == "io")
    }

    @Test func nothingElseIsInherited() throws {
        let loop = try TestLoop()
        let extra = open("/dev/null", O_RDONLY)
        defer { close(extra) }
        let result = try output(
            loop.run(
                loop.shell(
                    "ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status; grep SigIgn /proc/self/status"))
        )
        let lines = result.output.split(separator: "\n")
        // 0, 1, 2 and the folder that ls reads.
        #expect(lines[0] == "4")
        #expect(lines[1].hasSuffix("0000000000000000"))
        // SIGPIPE, which we ignore, is bit 12.
        let ignored = try #require(UInt64(lines[2].suffix(16), radix: 16))
        #expect(ignored & 0x1000 == 0)
    }

    @Test func outputThatIsNotUtf8IsReplacedWithANote() throws {
        let loop = try TestLoop()
        let request = loop.shell("printf 'a\\377b'")
        #expect(try output(loop.run(request)).output == "a\u{FFFD}b")
        loop.gather()
        #expect(loop.logs[request.attempt.raw]?[.note]?.contains("not UTF-8") == true)
    }

    @Test func cancelEndsTheWholeGroup() throws {
        let loop = try TestLoop()
        let folder = try TemporaryFolder("doors")
        let request = loop.shell("sleep 100 & echo $! > \(folder.path)/pid; sleep 100")
        loop.table.start(request)
        let file = folder.path + "/pid"
        while access(file, F_OK) != 0 { loop.step(1_000_000) }
        loop.step(10_000_000)
        loop.table.cancel(request.attempt)
        loop.wait(for: request.attempt)
        #expect(failure(loop.outcomes[request.attempt.raw] ?? .unknown("")).kind == "cancelled")
        let child = try #require(Int32(String(decoding: try readFile(file), as: UTF8.self).dropLast()))
        #expect(isGone(child))
    }

    @Test func processThatIgnoresTermIsKilled() throws {
        let loop = try TestLoop()
        let request = loop.shell("trap '' TERM; echo ready; while :; do sleep 0.05; done")
        loop.table.start(request)
        while loop.logs[request.attempt.raw]?[.output] != "ready\n" {
            loop.step(1_000_000)
            loop.gather()
        }
        let begin = monotonicNanoseconds()
        loop.table.cancel(request.attempt)
        loop.wait(for: request.attempt)
        let took = (monotonicNanoseconds() - begin) / 1_000_000
        #expect(failure(loop.outcomes[request.attempt.raw] ?? .unknown("")).kind == "cancelled")
        #expect(took >= 1_900 && took < 6_000)
    }

    @Test func processThatEndsWellOnTermIsASuccess() throws {
        let loop = try TestLoop()
        let request = loop.shell("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done")
        loop.table.start(request)
        while loop.logs[request.attempt.raw]?[.output] != "ready\n" {
            loop.step(1_000_000)
            loop.gather()
        }
        loop.table.cancel(request.attempt)
        loop.wait(for: request.attempt)
        #expect(try output(loop.outcomes[request.attempt.raw] ?? .unknown("")).output == "ready\nsaved\n")
    }

    /// A process in the background that holds the output does not hold the step.
    @Test func backgroundProcessDoesNotHoldTheStep() throws {
        let loop = try TestLoop()
        let begin = monotonicNanoseconds()
        let result = try output(loop.run(loop.shell("sleep 30 & echo started")))
        #expect(result.output == "started\n")
        #expect(monotonicNanoseconds() - begin < 10_000_000_000)
    }

    @Test func manyAtOnceAllEnd() throws {
        let loop = try TestLoop()
        var requests: [ProcessRequest] = []
        for number in 0..<(DoorLimits.processesMax + 40) {
            requests.append(loop.shell("sleep 0.05; echo \(number)"))
        }
        for request in requests { loop.table.start(request) }
        #expect(loop.table.count == DoorLimits.processesMax)
        for (number, request) in requests.enumerated() {
            loop.wait(for: request.attempt)
            #expect(try output(loop.outcomes[request.attempt.raw] ?? .unknown("")).output == "\(number)\n")
        }
        #expect(loop.table.count == 0)
    }

    @Test func survivorsOfADeadRunAreEnded() throws {
        let mark = "rtest\(uuidText().prefix(8))"
        let environment = ["PATH=/usr/bin:/bin", "WF_RUN=\(mark)"]
        let survivor = try RunningProcess(
            "setsid", ["sh", "-c", "sleep 100 & sleep 100"], environment: environment)
        usleep(200_000)
        #expect(Survivors.end(ofRun: mark) >= 2)
        #expect(Survivors.end(ofRun: mark) == 0)
        _ = try survivor.wait(seconds: 5)
        #expect(Survivors.end(ofRun: "r-no-such-run") == 0)
    }
}

/// Whether a process is no more, waiting for up to two seconds.
private func isGone(_ processId: Int32) -> Bool {
    for _ in 0..<200 {
        if kill(processId, 0) != 0 { return true }
        // Ended, and not reaped by whoever adopted it.
        if let status = try? readFile("/proc/\(processId)/stat"),
            String(decoding: status, as: UTF8.self).contains(") Z ")
        {
            return true
        }
        usleep(10_000)
    }
    return false
}
