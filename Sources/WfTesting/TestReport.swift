// What came of a test, as data: the one thing that text, JSON and JUnit are made of.
package import WfPlan

/// Something that did not come as the test wants it.
package struct TestProblem: Equatable, Sendable {
    package enum Kind: String, Sendable {
        /// An `expect` does not hold.
        case expectation
        /// The test itself failed: a step of it, or one it has called.
        case failure
        /// An effect was called that nothing mocks.
        case unmocked
        /// The test waits for something that never comes, or never ends.
        case stuck
        /// It came out differently after a crash.
        case crash
        /// It broke a rule, or came out differently, under injected faults.
        case faults
    }
    package var kind: Kind
    package var headline: String
    package var span: SpanRow
    /// `left: …`, `right: …`, help.
    package var details: [String]
    package init(kind: Kind, headline: String, span: SpanRow, details: [String] = []) {
        self.kind = kind
        self.headline = headline
        self.span = span
        self.details = details
    }
}

/// What one pass through a test did. Equal passes are equal.
package struct TestOutcome: Equatable, Sendable {
    package var problems: [TestProblem] = []
    /// What every `expect` saw, in order.
    package var expectations: [[UInt8]] = []
    /// What was done: `charge outcome/charge`, sorted. A repeated attempt is the same entry.
    package var record: [String] = []
    /// Virtual microseconds from the beginning to the end.
    package var elapsed: Int64 = 0
    package var commits = 0
    /// At how many of the commits it was killed; nil: that was not asked.
    package var crashes: Int?
    package var expectationCount = 0
    package var passed: Bool { problems.isEmpty }
}
