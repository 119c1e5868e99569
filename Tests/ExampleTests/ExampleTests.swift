// The shipped examples do what they say: each is run as a user would, in a copy of its folder, and its value and files are
// compared with `expected.json` beside it. One is killed half-way and resumed.
import Glibc
import Testing
import WfTestSupport

private let wfi = builtCommand("wfi")

/// A copy of an example's folder.
private func copy(_ example: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder("wf-example")
    let result = try runProcess("cp", ["-r", "examples/\(example)/.", folder.path])
    #expect(result.status == 0)
    return folder
}

private func expected(_ folder: TemporaryFolder, _ name: String = "expected.json") throws -> String {
    String(decoding: try readFile(folder.path + "/" + name), as: UTF8.self)
}

@Suite struct ExampleTests {
    @Test(arguments: [
        ("poll", ["poll.wf"]), ("words", ["words.wf"]), ("order", ["order.wf", "--input", "order.json"]),
        ("plugin", ["greet.wf"]), ("ledger", ["ledger.wf"]),
    ])
    func valueIsAsExpected(name: String, arguments: [String]) throws {
        let folder = try copy(name)
        let result = try runProcess(wfi, ["run", "--quiet"] + arguments, workingFolder: folder.path)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.outputText == (try expected(folder)))
    }

    /// Over HTTP, against the server of the tests.
    @Test func catalogue() throws {
        let session = try #require(LoopbackServer.shared).session()
        let folder = try copy("catalogue")
        let result = try runProcess(
            wfi, ["run", "--quiet", "catalogue.wf", "server=http://\(session)"], workingFolder: folder.path)
        #expect(result.outputText == "\"5 items, 10000 bytes, 56 reported\"\n", "\(result.errorText)")
        #expect(fileExists(folder.path + "/out/blob"))
    }

    /// The courier does not go there: what was charged is refunded, then what was reserved is released.
    @Test func orderIsUndone() throws {
        let folder = try copy("order")
        let result = try runProcess(
            wfi, ["run", "--quiet", "order.wf", "--input", "order-moon.json"], workingFolder: folder.path)
        #expect(result.status == 0, "\(result.errorText)")
        #expect(result.outputText.hasPrefix("{\"refunded\":{\"reason\":"))
        #expect(result.outputText.contains("\"step\":\"outcome/try/parcel\""))
        let undone = String(decoding: try readFile(folder.path + "/out/undone"), as: UTF8.self)
        #expect(undone == "refund receipt-o-18-moon 19.90\nrelease hold-o-18-moon\n")
    }

    @Test func tutorial() throws {
        let folder = try copy("tutorial")
        let result = try runProcess(wfi, ["run", "--quiet", "restock.wf"], workingFolder: folder.path)
        #expect(result.outputText == (try expected(folder)), "\(result.errorText)")
        #expect(try expected(folder, "report.txt") == "lamp 7\ndesk 10")
    }

    /// SIGKILL at random moments and resume until it is done: the value and the orders are those of a run undisturbed.
    @Test func tutorialKilledAndResumed() throws {
        let folder = try copy("tutorial")
        var command = ["run", "--quiet", "restock.wf", "--name", "killed"]
        var seed: UInt32 = 2026
        for round in 0..<40 {
            let process = try RunningProcess(wfi, command, workingFolder: folder.path)
            seed = seed &* 1_664_525 &+ 1_013_904_223
            if round < 20 {
                usleep(5_000 + seed % 40_000)
                process.signal(SIGKILL)
            }
            let result = try process.wait()
            if result.status == 0 {
                #expect(result.outputText == (try expected(folder)))
                let orders = folderEntries(folder.path + "/orders").filter { !$0.hasSuffix(".new") }
                #expect(orders.count == 2, "each article is ordered once: \(orders)")
                return
            }
            let list = try runProcess(wfi, ["list", "--json"], workingFolder: folder.path)
            if list.outputText.contains("\"killed\"") { command = ["resume", "--quiet", "killed"] }
        }
        Issue.record("it never came to its end")
    }

    /// The ETL on a smaller file: the whole size is what `scripts/demo` runs.
    @Test func etl() throws {
        let folder = try copy("etl")
        let result = try runProcess(
            wfi, ["run", "--quiet", "etl.wf", "rows=60000", "parts=4"], workingFolder: folder.path)
        #expect(result.outputText == (try expected(folder, "expected-60000.json")), "\(result.errorText)")
        #expect(fileExists(folder.path + "/out/report.md"))
    }

    /// A review as authors and an editor make it: the run is nobody's while they think.
    @Test func review() throws {
        let folder = try copy("review")
        func wf(_ arguments: String...) throws -> ProcessResult {
            try runProcess(wfi, arguments, workingFolder: folder.path)
        }
        #expect(try wf("run", "review.wf", "title=Rules", "--name", "rules", "--no-wait").status == 3)
        #expect(try wf("list").outputText.contains("waiting"))
        #expect(try wf("signal", "rules", "version", "{\"text\": \"one\"}").status == 2)
        let first = "{\"author\": \"ann\", \"text\": \"one\"}"
        #expect(try wf("signal", "rules", "version", first, "--id", "1").status == 0)
        #expect(try wf("signal", "rules", "version", first, "--id", "1").status == 0)
        #expect(try wf("resume", "rules", "--no-wait").status == 3)
        #expect(try wf("query", "rules", "state").outputText == "\"being written\"\n")
        let last = "{\"author\": \"bob\", \"text\": \"two\", \"isFinal\": true}"
        #expect(try wf("signal", "rules", "version", last).status == 0)
        #expect(try wf("resume", "rules", "--no-wait").status == 3)
        #expect(try wf("query", "rules", "state").outputText == "\"being approved\"\n")
        #expect(try wf("tasks", "--role", "editor").outputText.contains("Publish \"Rules\"?"))
        #expect(try wf("approve", "rules", "--by", "eve").status == 0)
        let result = try wf("resume", "rules", "--quiet")
        #expect(result.outputText == (try expected(folder)), "\(result.errorText)")
        #expect(try wf("signal", "rules", "version", last).status == 1)
    }

    /// The package differs with the compiler; its parts do not.
    @Test func release() throws {
        let folder = try copy("release")
        let result = try runProcess(wfi, ["run", "--quiet", "release.wf"], workingFolder: folder.path)
        #expect(result.status == 0, "\(result.errorText)")
        for name in ["debug", "fast", "small", "checked"] {
            #expect(result.outputText.contains("{\"name\":\"\(name)\""))
        }
        let listing = try runProcess("tar", ["-tf", folder.path + "/out/rank-1.0.0.tar"])
        #expect(listing.outputText == "rank-1.0.0/\nrank-1.0.0/NOTES\nrank-1.0.0/rank\n")
    }

    /// The tests in the examples pass, plainly, killed at every commit and under faults;
    /// and they print the same bytes each time.
    @Test(arguments: [[], ["--crash"], ["--faults", "20"], ["--coverage"]])
    func testsPass(options: [String]) throws {
        let first = try runProcess(wfi, ["test", "examples"] + options)
        #expect(first.status == 0, "\(first.outputText)\(first.errorText)")
        #expect(first.outputText.split(separator: "\n").count { $0.hasPrefix("ok") } >= 10)
        let second = try runProcess(wfi, ["test", "examples"] + options)
        #expect(first.outputText == second.outputText)
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
                #expect(result.outputText == (try expected(folder, "expected-60000.json")))
                return
            }
            let list = try runProcess(wfi, ["list", "--json"], workingFolder: folder.path)
            if list.outputText.contains("\"killed\"") { command = ["resume", "--quiet", "killed"] }
        }
        Issue.record("it never came to its end")
    }
}
