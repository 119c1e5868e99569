// A sample of workflows as real processes that are killed after random times and resumed until they are done: the same
// value on standard output, and no program is run again whose end the journal on the disk held before.
import Glibc
import Testing
import WfTestSupport

/// One run that is killed again and again.
struct Ordeal: CustomTestStringConvertible, Sendable {
    let testCase: CaseFile
    let seed: UInt64
    /// Milliseconds that a process lives at most.
    let livesAtMost: Int

    var testDescription: String { "\(testCase.path.split(separator: "/").last ?? "") \(seed)" }
}

private let killsMax = 20

private func cases(_ folder: String) -> [CaseFile] {
    (try? LanguageSuite(bin: "", folder: folder).cases())?.filter { $0.kind == .run } ?? []
}

/// Our own workflows with two seeds each, and the language suite's cases of effects with one.
private let ordeals: [Ordeal] =
    cases(workflows).flatMap { testCase in
        (1...2).map { Ordeal(testCase: testCase, seed: $0, livesAtMost: 60) }
    } + cases("Tests/Language/effect").map { Ordeal(testCase: $0, seed: 3, livesAtMost: 20) }

@Suite struct KillTests {
    @Test(arguments: ordeals) func killedUntilDone(ordeal: Ordeal) throws {
        let testCase = ordeal.testCase
        let expected = try outcome(Bench(testCase.programBytes()), testCase)
        let bench = try Bench(testCase.programBytes())
        var dice = Dice(seed: ordeal.seed)
        var run: String?
        var result: ProcessResult?
        for round in 0...killsMax where result == nil {
            let record = try run.flatMap { try bench.record($0) }
            let before = bench.marksLeft().count
            let process = try bench.start(arguments(testCase, run))
            if round < killsMax {
                usleep(UInt32(1_000 + dice.below(ordeal.livesAtMost * 1_000)))
                process.signal(SIGKILL)
            }
            let ended = try process.wait(seconds: 60)
            for mark in bench.marksLeft().dropFirst(before) {
                let found = record?.contradiction(mark.path, attempt: mark.attempt)
                #expect(found == nil, "\(found ?? "")")
            }
            if ended.status != 128 + SIGKILL { result = ended }
            if run == nil { run = try bench.lastRun() }
        }
        let last = try #require(result)
        #expect(
            Bench.sameEnd(last, expected, testCase), "\(last.status) \(last.outputText) \(last.errorText)")
        let id = try #require(run)
        let marks = bench.marksLeft()
        let again = try bench.run(["resume", id, "--quiet"])
        #expect(
            again.status == last.status && again.standardOutput == last.standardOutput, "\(again.errorText)")
        #expect(bench.marksLeft() == marks, "a run that has ended runs nothing")
        #expect(bench.processes(of: id).isEmpty)
        let record = try #require(try bench.record(id))
        #expect(record.endedTwice.isEmpty)
    }

    private func arguments(_ testCase: CaseFile, _ run: String?) -> [String] {
        if let run { return ["resume", run, "--quiet"] }
        var words = ["run", "case.wf", "--quiet"]
        if let input = testCase.input { words += ["--input", input] }
        if let workflow = testCase.workflow { words += ["--workflow", workflow] }
        return words
    }

    private func outcome(_ bench: Bench, _ testCase: CaseFile) throws -> ProcessResult {
        try bench.run(arguments(testCase, nil))
    }
}

extension Bench {
    /// Whether two processes ended alike: status and value; failures by their first line, without numbers.
    static func sameEnd(_ one: ProcessResult, _ other: ProcessResult, _ testCase: CaseFile) -> Bool {
        // An effect whose end was not recorded is done again: what is added twice is there twice.
        if testCase.text.contains("file.append(") { return one.status < 3 }
        func headline(_ result: ProcessResult) -> String? {
            result.errorText.split(separator: "\n").first { $0.hasPrefix("error: ") }
                .map { $0.filter { !$0.isNumber }.replacing(" attempts", with: " attempt") }
        }
        return one.status == other.status && one.standardOutput == other.standardOutput
            && headline(one) == headline(other)
    }
}
