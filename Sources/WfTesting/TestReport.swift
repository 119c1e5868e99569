// What came of a test, as data: the one thing that text, JSON and JUnit are made of.
public import WfPlan

/// Something that did not come as the test wants it.
public struct TestProblem: Equatable, Sendable {
    public enum Kind: String, Sendable {
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
    public var kind: Kind
    public var headline: String
    public var span: SpanRow
    /// `left: …`, `right: …`, help.
    public var details: [String]
    public init(kind: Kind, headline: String, span: SpanRow, details: [String] = []) {
        self.kind = kind
        self.headline = headline
        self.span = span
        self.details = details
    }
}

/// What one pass through a test did. Equal passes are equal.
public struct TestOutcome: Equatable, Sendable {
    public var problems: [TestProblem] = []
    /// What every `expect` saw, in order.
    public var expectations: [[UInt8]] = []
    /// What was done: `charge outcome/charge`, sorted. A repeated attempt is the same entry.
    public var record: [String] = []
    /// Virtual microseconds from the beginning to the end.
    public var elapsed: Int64 = 0
    public var commits = 0
    /// At how many of the commits it was killed; nil: that was not asked.
    public var crashes: Int?
    public var expectationCount = 0
    public var passed: Bool { problems.isEmpty }
}
