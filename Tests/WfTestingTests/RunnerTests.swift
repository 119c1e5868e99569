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
    func begin() {}
    func perform(_ request: EffectRequest) -> EffectOutcome {
        calls += 1
        // Output { status: 0, stdout: "1", stderr: "" } with a digit, and neither stream as bytes
        return .success([0, 1, UInt8(ascii: "0") + UInt8(calls % 10), 0, 0, 0])
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

    // MARK: the rules that hold under faults, each with a bug that breaks it

    private func firstProblem(_ text: String, bug: SeededBug?) throws -> TestProblem? {
        let runner = TestRunner(plan: try plan(text), seed: 1, real: nil, bug: bug)
        #expect(runner.run(0).passed, "the bug shows under faults only")
        let problem = runner.runFaults(0, count: 100).problems.first
        #expect(problem.map { $0.kind == .faults } ?? true)
        return problem
    }

    private let reading = """
        action read(name: String) -> String
            via exec("cat", name)
            retry 9 on timeout, failed backoff 1s
        action forget(name: String)
            via exec("rm", name)

        """

    @Test func whatWasRecordedAndIsDoneAgainIsFound() throws {
        let test =
            reading + """
                test "two steps" {
                    mock read = name => name
                    step a = read("a")
                    step b = read("b")
                    step c = read("c")
                }
                """
        let problem = try firstProblem(test, bug: .forgetsLastCommit)
        let headline = try #require(problem?.headline)
        #expect(headline.contains("` is done again although its success was recorded"), "\(headline)")
        #expect(try firstProblem(test, bug: nil) == nil)
    }

    @Test func anUndoOfWhatHasNotHappenedIsFound() throws {
        let test =
            reading + """
                workflow careful() -> String {
                    step all = try {
                        step a = read("a") undo forget(a)
                        step b = read("b") after a
                        fail "{b} is not good enough"
                    } catch error {
                        error.message
                    }
                    all
                }
                test "is taken back" {
                    mock read = name => name
                    mock forget = ()
                    let text = careful()
                    expect text == "b is not good enough"
                }
                """
        let problem = try firstProblem(test, bug: .hidesSuccess)
        let headline = try #require(problem?.headline)
        #expect(headline.contains("is undone although its success was not recorded"), "\(headline)")
        #expect(try firstProblem(test, bug: nil) == nil)
    }

    @Test func aRunThatDoesNotEndIsFound() throws {
        let problem = try firstProblem(
            """
            action read(name: String) -> String
                via exec("cat", name)
            workflow patient() -> String {
                signal help: String
                step a = try { read("a") } catch error { step h = await help; h }
                a
            }
            test "ends" {
                mock read = name => name
                let text = patient()
                expect text == "a"
            }
            """, bug: nil)
        let headline = try #require(problem?.headline)
        #expect(headline.hasPrefix("the test waits for something that nothing will bring"), "\(headline)")
    }

    @Test func anExpectationThatFailsAlthoughAllWasAbsorbedIsFound() throws {
        let problem = try firstProblem(
            reading + """
                test "in the first second" {
                    mock read = name => name
                    step a = read("a")
                    step end = now()
                    expect end < time(year: 2026, month: 1, day: 1) + 1s
                }
                """, bug: nil)
        #expect(try #require(problem?.headline).hasPrefix("expected `end < "))
    }

    @Test func aSlowAnswerIsShortenedToTheMillisecond() throws {
        let plan = try plan(
            reading + """
                test "soon" {
                    mock read = name => name
                    step a = read("a")
                    step end = now()
                    expect end < time(year: 2026, month: 1, day: 1) + 1234ms
                }
                """)
        let runner = TestRunner(plan: plan, seed: 1, real: nil)
        let slow = try #require(FaultSchedule("a@1=slow(86400000ms)"))
        #expect(runner.shrunk(slow, 0).text == "a@1=slow(1234ms)")
    }
}
