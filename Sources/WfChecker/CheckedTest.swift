// What the checker says about a test: a workflow whose steps follow each other, and what some of its nodes mean.
public import WfSource

/// What a mock or `calls` names.
public enum CheckedTarget: Hashable, Sendable {
    /// Indices into `CheckedProgram.actions` and `.effects`.
    case action(Int)
    case effect(Int)
}

/// A mock that computes: `body` reads the captured bindings and the arguments, all of which are locals.
public struct CheckedMockFunction: Sendable {
    public var captured: [LocalId]
    public var arguments: [LocalId]
    public var body: TypedId
}

/// A node of a test with a meaning of its own; see `MarkKind` of the plan.
public struct CheckedMark: Sendable {
    public enum Kind: Sendable {
        case mockValue(CheckedTarget)
        case mockFunction(CheckedTarget, CheckedMockFunction)
        case mockFails(CheckedTarget, CheckedFailurePattern)
        case real(effect: Int)
        /// How long every answer of a mock takes.
        case mockDelay(CheckedTarget)
        /// nil: a condition without sides to show.
        case expect(TypedOperator?)
        case expectFails(CheckedFailurePattern?)
    }
    public var kind: Kind
    /// Number in the workflow's nodes; -1: none.
    public var node: Int
    public var span: Span
}

/// A `test`. Its workflow is in no list of the program's.
public struct CheckedTest: Sendable {
    public var title: String
    public var workflow: CheckedWorkflow
    public var marks: [CheckedMark]
}
