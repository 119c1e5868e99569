// The tests of one plan: runs them by number, plainly or with a crash at every commit. Knows passes; prints nothing.

import WfMachine
package import WfPlan

/// Runs the tests of a plan.
package final class TestRunner {
    package let plan: Plan
    private let machine: Machine
    private let seed: UInt64
    private let real: (any RealEffects)?
    private let coverage: Coverage?

    /// - Parameters:
    ///   - seed: of `random`, `uuid` and the ids of runs.
    ///   - real: carries out what tests call `real`.
    ///   - coverage: takes what the tests reach; nil: nobody asks.
    package init(plan: Plan, seed: UInt64, real: (any RealEffects)?, coverage: Coverage? = nil) {
        self.plan = plan
        self.seed = seed
        self.real = real
        self.coverage = coverage
        machine = Machine(plan: plan)
    }

    package func title(of test: Int) -> String { plan.string(plan.tests[test].title) }

    /// Runs a test once.
    package func run(_ test: Int) -> TestOutcome { pass(test).go() }

    private func pass(_ test: Int) -> TestPass {
        TestPass(plan: plan, test: test, seed: seed, machine: machine, real: real, coverage: coverage)
    }

    /// Runs a test once, and again for every commit that it makes, dying there.
    /// - Returns: the first outcome; with a problem for the first commit after which it came out differently.
    package func runCrashing(_ test: Int) -> TestOutcome {
        var outcome = run(test)
        guard outcome.passed else { return outcome }
        for commit in 1...max(1, outcome.commits) {
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
}
