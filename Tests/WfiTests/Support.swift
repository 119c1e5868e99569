// Drives the real `wfi`: a folder for each test, a journal in it, and what the command said. Point WFI at another
// binary to test that one.
import Glibc
import Testing
import WfTestSupport

/// The command under test, as an absolute path.
let wfi = builtCommand("wfi")

/// A folder with sources, in which `wfi` is run.
struct Workplace {
    let folder: TemporaryFolder

    init(_ files: [String: String] = [:]) throws {
        folder = try TemporaryFolder("wfi")
        for (name, text) in files { try put(name, text) }
    }

    var path: String { folder.path }

    func put(_ name: String, _ text: String) throws { try writeFile(path + "/" + name, Array(text.utf8)) }

    func text(_ name: String) throws -> String {
        String(decoding: try readFile(path + "/" + name), as: UTF8.self)
    }

    func run(_ arguments: String..., input: String? = nil) throws -> ProcessResult {
        try run(arguments, input: input)
    }

    func run(_ arguments: [String], input: String? = nil) throws -> ProcessResult {
        try runProcess(wfi, arguments, input: input.map { Array($0.utf8) }, workingFolder: path, seconds: 60)
    }

    /// A command line that sees the command as `$WFI`, for redirections.
    func shell(_ command: String) throws -> ProcessResult {
        try runProcess("/bin/sh", ["-c", "WFI='\(wfi)'; " + command], workingFolder: path, seconds: 60)
    }

    func start(_ arguments: [String]) throws -> RunningProcess {
        try RunningProcess(wfi, arguments, workingFolder: path)
    }

    /// Waits until a file holds `count` lines at least.
    func wait(forLines count: Int, of name: String) throws {
        for _ in 0..<2_000 {
            if let text = try? text(name), text.split(separator: "\n").count >= count { return }
            usleep(5_000)
        }
        Issue.record("\(name) never had \(count) lines")
    }

    /// The id of the newest run.
    func newestRun() throws -> String {
        let line = try run("list", "--json", "--limit", "1").outputText
        let rest = try #require(line.firstRange(of: "\"run\":\"")).upperBound
        return String(line[rest...].prefix { $0 != "\"" })
    }
}

/// Six steps of 0.2 s, two at a time; each notes its key and its attempt.
let slowWorkflow = """
    action work(n: Int) -> Output
        via exec("sh", "-c", "echo \\"$WF_KEY $WF_ATTEMPT\\" >> log.txt; sleep 0.2; echo \\"$WF_KEY\\" >> done.txt")
    workflow main() -> Int {
        step all = for i in [1, 2, 3, 4, 5, 6] limit 2 { work(n: i) }
        all.count
    }
    """
