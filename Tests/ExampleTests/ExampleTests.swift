// The shipped examples do what they say: each is run as a user would, in a copy of its folder, and its value and files are
// compared with `expected.json` beside it. One is killed half-way and resumed.
import Glibc
import Testing
import WfTestSupport

private let wfi = absolute(getenv("WFI").map { String(cString: $0) } ?? ".build/release/wfi")

private func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
}

/// A copy of an example's folder.
private func copy(_ example: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder("wf-example")
    let result = try runProcess("cp", ["-r", "examples/\(example)/.", folder.path])
    #expect(result.status == 0)
    return folder
}

private func expected(_ folder: TemporaryFolder) throws -> String {
    String(decoding: try readFile(folder.path + "/expected.json"), as: UTF8.self)
}

@Suite struct ExampleTests {
    @Test(arguments: [
        ("poll", ["poll.wf"]), ("words", ["words.wf"]), ("order", ["order.wf", "--input", "order.json"]),
        ("release", ["release.wf"]), ("etl", ["etl.wf", "rows=60000", "parts=4"]),
    ])
    func valueIsAsExpected(name: String, arguments: [String]) throws {
        let folder = try copy(name)
        let result = try runProcess(wfi, ["run", "--quiet"] + arguments, workingFolder: folder.path)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.outputText == (try expected(folder)))
    }

    /// SIGKILL at a random moment, resume, again and again, until it is done: the value is the same.
    @Test func killedAndResumed() throws {
        let folder = try copy("etl")
        var command = ["run", "--quiet", "etl.wf", "rows=60000", "parts=4", "--name", "killed"]
        var seed: UInt32 = 12345
        for round in 0..<40 {
            let process = try RunningProcess(wfi, command, workingFolder: folder.path)
            seed = seed &* 1_664_525 &+ 1_013_904_223
            if round < 20 {
                usleep(20_000 + seed % 60_000)
                process.signal(SIGKILL)
            }
            let result = try process.wait()
            if result.status == 0 {
                #expect(result.outputText == (try expected(folder)))
                return
            }
            let list = try runProcess(wfi, ["list", "--json"], workingFolder: folder.path)
            if list.outputText.contains("\"killed\"") { command = ["resume", "--quiet", "killed"] }
        }
        Issue.record("it never came to its end")
    }
}
