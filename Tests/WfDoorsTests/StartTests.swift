// Processes in the moment of their start: nobody waits until they execute their programs.
import Glibc
import Testing
import WfDoors
import WfEngine
import WfTestSupport

@Suite struct StartTests {
    /// What the search remembers of a program is forgotten when it is not there any more.
    @Test func programThatHasMovedIsFoundAgain() throws {
        let folder = try TemporaryFolder("starts")
        for name in ["first", "second"] {
            mkdir("\(folder.path)/\(name)", 0o755)
            try writeProgram("\(folder.path)/\(name)/wf-greet", "echo \(name)")
        }
        let loop = try TestLoop(environment: [
            "PATH": "\(folder.path)/first:\(folder.path)/second:/usr/bin:/bin"
        ])
        #expect(try output(loop.run(loop.request("wf-greet"))).output == "first\n")
        unlink("\(folder.path)/first/wf-greet")
        #expect(try output(loop.run(loop.request("wf-greet"))).output == "second\n")
        unlink("\(folder.path)/second/wf-greet")
        #expect(failure(loop.run(loop.request("wf-greet"))).kind == "notFound")
    }

    @Test func interpreterThatIsMissingIsNamed() throws {
        let folder = try TemporaryFolder("starts")
        try writeFile("\(folder.path)/script", Array("#!/no/such/interpreter\n".utf8))
        chmod("\(folder.path)/script", 0o755)
        let found = failure(loop(folder.path, "\(folder.path)/script"))
        #expect(found.kind == "notFound")
        #expect(found.message.contains("interpreter"))
    }

    private func loop(_ folder: String, _ program: String) -> EffectOutcome {
        guard let loop = try? TestLoop() else { return .unknown("no loop") }
        return loop.run(loop.request(program, folder: folder))
    }

    /// A process that has just been started may not have its group yet.
    @Test func cancelRightAfterTheStartReachesTheProcess() throws {
        let loop = try TestLoop()
        let requests = (0..<40).map { _ in loop.request("sleep", ["100"]) }
        for request in requests {
            loop.table.start(request)
            loop.table.cancel(request.attempt)
        }
        let begin = monotonicNanoseconds()
        for request in requests {
            loop.wait(for: request.attempt)
            #expect(failure(loop.outcomes[request.attempt.raw] ?? .unknown("")).kind == "cancelled")
        }
        // TERM is enough: nobody waits for KILL.
        #expect(monotonicNanoseconds() - begin < 20_000_000_000)
    }

    /// What a process has left in its pipes when it ends is read whole, at once or in parts.
    @Test(arguments: [0, 1, 4_096, 65_536, 65_537, 300_000])
    func whatAShortProcessLeavesIsRead(size: Int) throws {
        let loop = try TestLoop()
        let found = try output(loop.run(loop.shell("head -c \(size) /dev/zero | tr '\\0' x; echo end >&2")))
        #expect(found.output.utf8.count == size)
        #expect(found.error == "end\n")
    }

    private func writeProgram(_ path: String, _ body: String) throws {
        try writeFile(path, Array("#!/bin/sh\n\(body)\n".utf8))
        chmod(path, 0o755)
    }
}
