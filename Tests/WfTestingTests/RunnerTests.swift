// The runner of tests: what a crash and a schedule of faults find, and how a schedule is written.
import Testing
import WfCompiler
import WfEngine
import WfPlan
import WfSource
import WfTesting

/// Answers each call with the number of calls so far.
private final class Counter: RealEffects {
    private(set) var calls = 0
    func perform(_ request: EffectRequest) -> EffectOutcome {
        calls += 1
        // Output { status: 0, stdout: "1", stderr: "" } with a digit
        return .success([0, 1, UInt8(ascii: "0") + UInt8(calls % 10), 0])
    }
}

@Suite struct RunnerTests {
    private func plan(_ text: String) throws -> Plan {
        let source = SourceFile(path: "case.wf", text: text)
        let provider = OverlaySourceProvider([source], over: DiskSourceProvider())
        let compilation = Compiler.compile("case.wf", provider: provider, tests: true)
        let bytes = try #require(compilation.plan, "\(compilation.diagnostics)")
        return try Plan.load(bytes: bytes)
    }

    @Test func aSchedulePrintsWhatItReads() throws {
        for text in [
            "a@1=lost", "outcome/b[2]@3=exit(75), a@1=slow(5000ms), c!else@1=timeout", "",
        ] {
            #expect(try #require(FaultSchedule(text)).text == text)
        }
        for text in ["a", "a@=lost", "a@0=lost", "a@1=", "a@1=slow(x)", "a@1=exit(", "a=lost@1"] {
            #expect(FaultSchedule(text) == nil, "\(text)")
        }
    }

    @Test func aPlainCompilationHoldsNoTests() throws {
        let source = SourceFile(path: "case.wf", text: "test \"t\" { expect 1 == 1 }\n")
        let provider = OverlaySourceProvider([source], over: DiskSourceProvider())
        let bytes = try #require(Compiler.compile("case.wf", provider: provider).plan)
        #expect(try Plan.load(bytes: bytes).tests.isEmpty)
    }

    /// An effect that is done again after a crash, and answers otherwise, is what `--crash` is for.
    @Test func aCrashFindsAnEffectThatCannotBeRepeated() throws {
        let plan = try plan(
            """
            test "counts" {
                real exec
                step first = exec("count")
                step nap = sleep(1h)
                expect first.stdout != ""
            }
            """)
        #expect(TestRunner(plan: plan, seed: 1, real: Counter()).run(0).passed)
        let outcome = TestRunner(plan: plan, seed: 1, real: Counter()).runCrashing(0)
        #expect(outcome.problems.map(\.kind) == [.crash])
    }

    @Test func aScheduleIsShrunkToOneFault() throws {
        let plan = try plan(
            """
            action read(name: String) -> String
                via exec("cat", name)
                retry 9 backoff 1s

            test "is quick" {
                mock read = name => name
                step all = for name in ["a", "b", "c", "d"] { read(name) }
                step end = now()
                expect end == time(year: 2026, month: 1, day: 1)
            }
            """)
        let outcome = TestRunner(plan: plan, seed: 1, real: nil).runFaults(0, count: 100)
        let replay = try #require(outcome.problems.first?.details.last)
        #expect(outcome.problems.first?.kind == .faults)
        #expect(replay.split(separator: "@").count == 2, "\(replay)")
    }

    @Test func theSameTestGivesTheSameOutcome() throws {
        let plan = try plan(
            """
            test "chance" {
                step a = random()
                step b = uuid()
                step nap = sleep(3d)
                expect "{a}{b}" == ""
            }
            """)
        let outcomes = (0..<2).map { _ in TestRunner(plan: plan, seed: 5, real: nil).run(0) }
        #expect(outcomes[0] == outcomes[1])
        #expect(outcomes[0].elapsed == 3 * 86_400_000_000)
        #expect(TestRunner(plan: plan, seed: 6, real: nil).run(0) != outcomes[0])
    }
}
