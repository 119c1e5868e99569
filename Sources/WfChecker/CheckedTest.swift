// What the checker says about a test: a workflow whose steps follow each other, and what some of its nodes mean.
package import WfSource

/// What a mock or `calls` names.
package enum CheckedTarget: Hashable, Sendable {
    /// Indices into `CheckedProgram.actions` and `.effects`.
    case action(Int)
    case effect(Int)
}

/// A mock that computes: `body` reads the captured bindings and the arguments, all of which are locals.
package struct CheckedMockFunction: Sendable {
    package var captured: [LocalId]
    package var arguments: [LocalId]
    package var body: TypedId
}

/// A node of a test with a meaning of its own; see `MarkKind` of the plan.
package struct CheckedMark: Sendable {
    package enum Kind: Sendable {
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
    package var kind: Kind
    /// Number in the workflow's nodes; -1: none.
    package var node: Int
    package var span: Span
}

/// A `test`. Its workflow is in no list of the program's.
package struct CheckedTest: Sendable {
    package var title: String
    package var workflow: CheckedWorkflow
    package var marks: [CheckedMark]
}
