// Views of statements, clauses and the parts of flows.

/// `{ … }`
public struct BlockView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Statements in order; the last expression is the value.
    @inline(__always) public var statements: NodeList { tree.list(node.a) }
}

/// `let x: T = e`, `var x = e`, `let (a, b) = e`.
public struct LetStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `bindingPattern`, `wildcardPattern` or `tuplePattern` of these.
    @inline(__always) public var pattern: NodeId { child(0) }
    /// The bound name; `.none` when the pattern is not a plain name.
    @inline(__always) public var name: NameId { name(1) }
    @inline(__always) public var type: NodeId? { optionalChild(2) }
    @inline(__always) public var value: NodeId { child(3) }
    /// `var`.
    @inline(__always) public var isVar: Bool { flag(1) }
}

/// `x = e`, `x[i] = e`, `x.f = e`, `x += e`.
public struct AssignStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A name, index or field.
    @inline(__always) public var target: NodeId { NodeId(node.a) }
    /// The right side.
    @inline(__always) public var value: NodeId { NodeId(node.b) }
    /// Plain or compound.
    @inline(__always) public var operation: AssignOperator {
        AssignOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .set
    }
}

/// `return e`; also `next e` (kind `nextStmt`) and `fail e` (kind `failStmt`).
public struct ReturnStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Absent in a bare `return` or `next`.
    @inline(__always) public var value: NodeId? { some(node.a) }
}

/// `while condition { … }`
public struct WhileStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Bool.
    @inline(__always) public var condition: NodeId { NodeId(node.a) }
    /// A block.
    @inline(__always) public var body: NodeId { NodeId(node.b) }
}

/// An expression, perhaps a step without a name.
public struct ExprStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The expression.
    @inline(__always) public var value: NodeId { NodeId(node.a) }
    /// Clauses of a bare call.
    @inline(__always) public var clauses: NodeList { tree.list(node.b) }
}

/// `step name: T = value clauses…`
public struct StepStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId? { optionalChild(2) }
    @inline(__always) public var value: NodeId { child(3) }
    /// `clause`s and `retryClause`s in order.
    @inline(__always) public var clauses: NodeList { list(4) }
}

/// `signal paid: Payment`
public struct SignalStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId { child(2) }
}

/// `query progress: Float = e`
public struct QueryStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var type: NodeId? { optionalChild(2) }
    @inline(__always) public var value: NodeId { child(3) }
}

/// `mock charge = e`, `mock charge fails http(503) "why"`.
public struct MockStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A name or member expression.
    @inline(__always) public var target: NodeId { child(0) }
    @inline(__always) public var value: NodeId? { optionalChild(1) }
    /// A `faultPattern`.
    @inline(__always) public var fault: NodeId? { optionalChild(2) }
    @inline(__always) public var message: NodeId? { optionalChild(3) }
    /// `mock`: how long the answer takes.
    @inline(__always) public var delay: NodeId? {
        tree.kind(id) == .mockStmt ? optionalChild(4) : nil
    }
    /// `fails` is written.
    @inline(__always) public var isFailure: Bool { flag(1) }
}

/// `expect e`; also `real exec` (kind `realStmt`).
public struct ExpectStmtView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A condition, or the name of what is real.
    @inline(__always) public var value: NodeId { NodeId(node.a) }
}

/// Any clause but `retry`.
public struct ClauseView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which one.
    @inline(__always) public var kind: ClauseKind {
        ClauseKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .once
    }
    /// The expression, or the name expression of `pool`, `rate`, `breaker`.
    @inline(__always) public var operand: NodeId? { kind == .after ? nil : some(node.a) }
    /// What `after` lists; else empty.
    @inline(__always) public var operands: NodeList { tree.list(kind == .after ? node.a : 0) }
}

/// `retry 5 on timeout, http(5xx) backoff 1s..1m factor 2 jitter`
public struct RetryClauseView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var count: NodeId { child(0) }
    /// `faultPattern`s after `on`; empty: any failure.
    @inline(__always) public var faults: NodeList { list(1) }
    @inline(__always) public var backoffFirst: NodeId? { optionalChild(2) }
    /// Absent in `backoff 1s`.
    @inline(__always) public var backoffLast: NodeId? { optionalChild(3) }
    @inline(__always) public var factor: NodeId? { optionalChild(4) }
    /// `jitter` is written.
    @inline(__always) public var hasJitter: Bool { flag(1) }
}

/// `timeout`, `http(5xx)`, `exit(75)`.
public struct FaultPatternView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    /// A number, or a `statusClass` such as `5xx`; meaningful if `hasArgument`.
    @inline(__always) public var argumentToken: TokenId { tokenId(2) }
    /// Parentheses are written.
    @inline(__always) public var hasArgument: Bool { flag(1) }
}

/// `step a = call(x) clauses -> b`, `flow a = other(x) -> b` in a flow.
public struct FlowStepView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var value: NodeId { child(2) }
    @inline(__always) public var clauses: NodeList { list(3) }
    /// `nameExpr`s after `->`.
    @inline(__always) public var targets: NodeList { list(4) }
    @inline(__always) public var type: NodeId? { optionalChild(5) }
    /// `flow`, a sub-flow.
    @inline(__always) public var isFlow: Bool { flag(1) }
    /// `let`, a pure value.
    @inline(__always) public var isLet: Bool { flag(2) }
}

/// `start -> assess`
public struct FlowEdgeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `nameExpr`.
    @inline(__always) public var source: NodeId { NodeId(node.a) }
    /// `nameExpr`s.
    @inline(__always) public var targets: NodeList { tree.list(node.b) }
}

/// `choice again { a.ok -> pay, else -> inspect }`, `split s -> a, b`, `join j -> c`.
public struct FlowGateView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    /// `flowArm`s.
    @inline(__always) public var arms: NodeList { list(2) }
    /// `nameExpr`s after `->`.
    @inline(__always) public var targets: NodeList { list(3) }
    /// Which gate.
    @inline(__always) public var kind: FlowGateKind {
        FlowGateKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .choice
    }
}

/// `condition -> target`
public struct FlowArmView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Nil for `else`; an `awaitExpr`, or a call, in `first`.
    @inline(__always) public var condition: NodeId? { some(node.a) }
    /// A `nameExpr`.
    @inline(__always) public var target: NodeId { NodeId(node.b) }
}

/// `end done = value`, `terminate now = value`, `fail broken = "why"`
public struct FlowEndView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    @inline(__always) public var value: NodeId? { optionalChild(2) }
    /// How the flow ends.
    @inline(__always) public var kind: FlowEndKind {
        FlowEndKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .end
    }
}

/// `on timeout 5d -> refuse`, `on parallel signal s -> t`, below a flow step.
public struct FlowBoundaryView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `timeout`, `every`, `error`, `signal`, `when`.
    @inline(__always) public var event: NameId { name(0) }
    @inline(__always) public var eventToken: TokenId { tokenId(1) }
    @inline(__always) public var argument: NodeId? { optionalChild(2) }
    /// A `nameExpr`.
    @inline(__always) public var target: NodeId { child(3) }
    /// What `on error` takes; empty: everything.
    @inline(__always) public var faults: NodeList { list(4) }
    /// How often it comes at most: `limit 3`.
    @inline(__always) public var limit: NodeId? { optionalChild(5) }
    /// The step goes on: `on parallel …`.
    @inline(__always) public var isParallel: Bool { flag(1) }
}

public typealias NextStmtView = ReturnStmtView
public typealias FailStmtView = ReturnStmtView
public typealias RealStmtView = ExpectStmtView
/// `expect f(x) fails timeout "why"`: `target` is the call.
public typealias ExpectFailsStmtView = MockStmtView
