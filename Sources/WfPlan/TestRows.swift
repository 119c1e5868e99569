// The rows of a plan's tests: which workflow each runs, and what its nodes mean to who runs it. A run of an
// ordinary workflow never looks at them.

/// A test: a workflow without parameters that is run on virtual time, with mocks in place of effects.
public struct TestRow: Equatable, BitwiseCopyable, Sendable {
    /// Its title (index into strings).
    public var title: UInt32
    public var workflow: UInt32
    /// Its marks are rows [markStart, markStart + markCount) of the section `marks`.
    public var markStart: UInt32
    public var markCount: UInt32
    public var span: SpanRow
    public init(title: UInt32, workflow: UInt32, markStart: UInt32, markCount: UInt32, span: SpanRow) {
        self.title = title
        self.workflow = workflow
        self.markStart = markStart
        self.markCount = markCount
        self.span = span
    }
}

/// What a node of a test stands for. The raw value is the plan format: append only, never renumber.
public enum MarkKind: UInt32, CaseIterable, Sendable {
    /// `mock f = value`: the node's value is the result of every call.
    case mockValue
    /// `mock f = (a, b) => …`: the node's value is what the function reads besides the arguments (one value, or a
    /// tuple of several); `function` takes those and then the arguments, and yields the result.
    case mockFunction
    /// `mock f fails kind(code) "message"`: the node's value is the message.
    case mockFails
    /// `real f`: no node; calls of effect `target` are carried out.
    case real
    /// `expect e`: the node's value is a Bool, or with an `operation` a tuple of it and both sides.
    case expect
    /// `expect f(…) fails kind(code) "message"`: the node's value is the caught `Error?`, or a tuple of that and the
    /// message that is expected.
    case expectFails
    /// `mock f … after d`: the node's value, a Duration, is how long every answer takes.
    case mockDelay
}

/// The comparison of an `expect`. The raw value is the plan format.
public enum MarkOperation: UInt32, CaseIterable, Sendable {
    case none, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// A node of a test with a meaning of its own.
public struct MarkRow: Equatable, BitwiseCopyable, Sendable {
    public var kind: UInt32
    /// The node, in the section `nodes`, or none.
    public var node: UInt32
    /// Mocks: an action, or with `targetIsEffect` (1) an effect.
    public var target: UInt32
    public var targetIsEffect: UInt32
    public var function: UInt32
    /// `fails`: the kind of failure (index into strings) and its codes, low … high; none where any will do.
    public var failureKind: UInt32
    public var codeLow: UInt32
    public var codeHigh: UInt32
    public var operation: UInt32
    public var span: SpanRow
    public init(
        kind: MarkKind, node: UInt32 = .none, target: UInt32 = .none, targetIsEffect: Bool = false,
        function: UInt32 = .none, failureKind: UInt32 = .none, codeLow: UInt32 = .none,
        codeHigh: UInt32 = .none, operation: MarkOperation = .none, span: SpanRow
    ) {
        self.kind = kind.rawValue
        self.node = node
        self.target = target
        self.targetIsEffect = targetIsEffect ? 1 : 0
        self.function = function
        self.failureKind = failureKind
        self.codeLow = codeLow
        self.codeHigh = codeHigh
        self.operation = operation.rawValue
        self.span = span
    }
}

/// A place in pure code that tests can reach: the beginning of a func, or a branch of an `if` or `match`.
public struct PointRow: Hashable, BitwiseCopyable, Sendable {
    /// Name of the func, `if` or `match` (index into strings).
    public var name: UInt32
    /// The branch: of an `if` 0 for `else` and 1, of a `match` from 0 in the order of the page; none: a func.
    public var branch: UInt32
    public var span: SpanRow
    public init(name: UInt32, branch: UInt32, span: SpanRow) {
        self.name = name
        self.branch = branch
        self.span = span
    }
}
