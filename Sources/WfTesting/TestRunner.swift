// The tests of one plan: runs them by number, plainly or with a crash at every commit. Knows passes; prints nothing.

public import WfEngine
import WfMachine
public import WfPlan

/// Runs the tests of a plan.
public final class TestRunner {
    public let plan: Plan
    private let machine: Machine
    private let seed: UInt64
    private let real: (any RealEffects)?
    private let coverage: Coverage?
    private let config: Settings
    private let baseFolder: String
    private let covered: CoveredPoints?
    /// The last pass, whose engine hands on what it has computed about the plan.
    private var last: TestPass?
    /// For tests of the rules that hold under faults.
    private let bug: SeededBug?

    /// - Parameters:
    ///   - seed: of `random`, `uuid` and the ids of runs.
    ///   - real: carries out what tests call `real`.
    ///   - coverage: takes what the tests reach; nil: nobody asks.
    ///   - config: what `config` is given; the rest has its defaults.
    ///   - baseFolder: absolute; relative paths of real effects start there, as those of a run do.
    public init(
        plan: Plan, seed: UInt64, real: (any RealEffects)?, coverage: Coverage? = nil,
        config: Settings = Settings(), baseFolder: String = "/", bug: SeededBug? = nil
    ) {
        self.baseFolder = baseFolder
        self.bug = bug
        self.plan = plan
        self.config = config
        self.seed = seed
        self.real = real
        self.coverage = coverage
        machine = Machine(plan: plan)
        machine.presets = config.presets(plan)
        covered = coverage == nil ? nil : CoveredPoints(plan)
        machine.covered = covered
    }

    public func title(of test: Int) -> String { plan.string(plan.tests[test].title) }

    /// Runs a test once.
    public func run(_ test: Int) -> TestOutcome { pass(test).go() }

    private func pass(_ test: Int, faults: FaultSource? = nil) -> TestPass {
        let pass = TestPass(
            plan: plan, test: test, seed: seed, machine: machine, real: real, coverage: coverage,
            config: config.encoded, baseFolder: baseFolder, covered: covered, faults: faults, bug: bug,
            after: last?.engine)
        last = pass
        return pass
    }

    /// Runs a test once, and again for every commit that it makes, dying there. Where that would take too long, since it
    /// grows with the square of the commits, a sample is drawn from the seed.
    /// - Parameter every: no sample, however long it takes.
    /// - Returns: the first outcome; with a problem for the first commit after which it came out differently.
    public func runCrashing(_ test: Int, every: Bool = false) -> TestOutcome {
        var outcome = run(test)
        guard outcome.passed else { return outcome }
        let points =
            every ? Array(1...max(1, outcome.commits)) : crashPoints(of: max(1, outcome.commits), test)
        outcome.crashes = points.count
        for commit in points {
            let other = pass(test).go(crashAt: commit)
            if let problem = difference(
                outcome, other, "after a crash at commit \(commit) of \(outcome.commits)", test)
            {
                outcome.problems.append(problem)
                return outcome
            }
        }
        return outcome
    }

    /// The commits to die at: all, or the first and last ones and one of each stretch between them.
    private func crashPoints(of commits: Int, _ test: Int) -> [Int] {
        let count = max(TestLimits.crashesMin, TestLimits.crashedCommitsMax / commits)
        if count >= commits { return Array(1...commits) }
        let ends = TestLimits.crashesAtEnds
        let (start, rest) = (ends, commits - 2 * ends)
        let stretches = count - 2 * ends
        var points = Array(1...ends)
        for number in 0..<stretches {
            let low = start + rest * number / stretches
            let high = start + rest * (number + 1) / stretches
            let drawn = seededHash(seed &+ UInt64(number) &* 0x9E37_79B9, title(of: test))
            points.append(low + 1 + Int(drawn % UInt64(high - low)))
        }
        return points + Array(commits - ends + 1...commits)
    }

    /// What differs between two ways through a test; nil: nothing that counts.
    private func difference(_ a: TestOutcome, _ b: TestOutcome, _ place: String, _ test: Int) -> TestProblem?
    {
        let span = plan.tests[test].span
        func problem(_ what: String, _ details: [String]) -> TestProblem {
            TestProblem(kind: .crash, headline: "\(what) \(place)", span: span, details: details)
        }
        if let first = b.problems.first {
            return problem("the test fails", [first.headline] + first.details)
        }
        if a.record != b.record {
            let lost = a.record.filter { !b.record.contains($0) }.map { "not done: \($0)" }
            let added = b.record.filter { !a.record.contains($0) }.map { "done besides: \($0)" }
            return problem("something else is done", lost + added)
        }
        if a.expectations != b.expectations {
            return problem("an `expect` sees other values", [])
        }
        return nil
    }

    // MARK: faults

    /// Runs a test once, and again with so many schedules of faults drawn from the seed.
    /// - Returns: the first outcome; with what broke under the shortest schedule that breaks it, if one does.
    public func runFaults(_ test: Int, count: Int) -> TestOutcome {
        var outcome = run(test)
        guard outcome.passed else { return outcome }
        for number in 0..<max(0, count) {
            let drawn = seededHash(seed &+ UInt64(number) &* 0x9E37_79B9, title(of: test))
            let pass = pass(test, faults: .drawn(seed: drawn, atMost: 1 + Int(drawn % 4)))
            guard broken(pass) != nil else { continue }
            let schedule = shrunk(pass.watch.applied, test)
            outcome.problems = problems(under: schedule, test)
            return outcome
        }
        return outcome
    }

    /// Runs a test under one schedule.
    public func run(_ test: Int, schedule: FaultSchedule) -> TestOutcome {
        var outcome = run(test)
        if outcome.passed { outcome.problems = problems(under: schedule, test) }
        return outcome
    }

    /// What went wrong in a pass under faults; nil: nothing that counts.
    private func broken(_ pass: TestPass) -> [TestProblem]? {
        let problems = pass.go().problems.filter { problem in
            switch problem.kind {
            case .faults, .stuck: return true
            case .expectation, .failure, .crash, .unmocked: return !pass.watch.isUnabsorbed
            }
        }
        return problems.isEmpty ? nil : problems
    }

    /// The schedule without all that it breaks without.
    public func shrunk(_ schedule: FaultSchedule, _ test: Int) -> FaultSchedule {
        var shortest = schedule
        var index = 0
        while index < shortest.entries.count {
            let shorter = shortest.without(index)
            // Without a crash in front of it, an attempt has an earlier number.
            let found = [shorter, shorter.lowered].first {
                broken(pass(test, faults: .schedule($0))) != nil
            }
            if let found {
                shortest = found
                index = 0
            } else {
                index += 1
            }
        }
        for index in shortest.entries.indices { shorten(index, of: &shortest, test) }
        return shortest
    }

    /// Makes an answer that is slow as little late as still breaks the test, to the millisecond.
    private func shorten(_ index: Int, of schedule: inout FaultSchedule, _ test: Int) {
        guard case .slow(let time) = schedule.entries[index].fault else { return }
        var enough = time / 1_000
        var tooLittle: Int64 = 0
        while enough - tooLittle > 1 {
            let middle = tooLittle + (enough - tooLittle) / 2
            let other = schedule.with(.slow(middle * 1_000), at: index)
            if broken(pass(test, faults: .schedule(other))) != nil {
                enough = middle
                schedule = other
            } else {
                tooLittle = middle
            }
        }
    }

    private func problems(under schedule: FaultSchedule, _ test: Int) -> [TestProblem] {
        let found = broken(pass(test, faults: .schedule(schedule))) ?? []
        return found.map { problem in
            var problem = problem
            problem.kind = .faults
            problem.headline += ", under faults"
            problem.details.append("replay with --schedule '\(schedule.text)' --seed \(seed)")
            return problem
        }
    }
}
