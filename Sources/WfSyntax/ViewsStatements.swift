// Views of statements, clauses and the parts of flows.

/// `{ … }`
package struct BlockView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Statements in order; the last expression is the value.
    @inline(__always) package var statements: NodeList { tree.list(node.a) }
}

/// `let x: T = e`, `var x = e`, `let (a, b) = e`.
package struct LetStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `bindingPattern`, `wildcardPattern` or `tuplePattern` of these.
    @inline(__always) package var pattern: NodeId { child(0) }
    /// The bound name; `.none` when the pattern is not a plain name.
    @inline(__always) package var name: NameId { name(1) }
    @inline(__always) package var type: NodeId? { optionalChild(2) }
    @inline(__always) package var value: NodeId { child(3) }
    /// `var`.
    @inline(__always) package var isVar: Bool { flag(1) }
}

/// `x = e`, `x[i] = e`, `x.f = e`, `x += e`.
package struct AssignStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A name, index or field.
    @inline(__always) package var target: NodeId { NodeId(node.a) }
    /// The right side.
    @inline(__always) package var value: NodeId { NodeId(node.b) }
    /// Plain or compound.
    @inline(__always) package var operation: AssignOperator {
        AssignOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .set
    }
}

/// `return e`; also `next e` (kind `nextStmt`) and `fail e` (kind `failStmt`).
package struct ReturnStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Absent in a bare `return` or `next`.
    @inline(__always) package var value: NodeId? { some(node.a) }
}

/// `while condition { … }`
package struct WhileStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Bool.
    @inline(__always) package var condition: NodeId { NodeId(node.a) }
    /// A block.
    @inline(__always) package var body: NodeId { NodeId(node.b) }
}

/// An expression, perhaps a step without a name.
package struct ExprStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The expression.
    @inline(__always) package var value: NodeId { NodeId(node.a) }
    /// Clauses of a bare call.
    @inline(__always) package var clauses: NodeList { tree.list(node.b) }
}

/// `step name: T = value clauses…`
package struct StepStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId? { optionalChild(2) }
    @inline(__always) package var value: NodeId { child(3) }
    /// `clause`s and `retryClause`s in order.
    @inline(__always) package var clauses: NodeList { list(4) }
}

/// `signal paid: Payment`
package struct SignalStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId { child(2) }
}

/// `query progress: Float = e`
package struct QueryStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var type: NodeId? { optionalChild(2) }
    @inline(__always) package var value: NodeId { child(3) }
}

/// `mock charge = e`, `mock charge fails http(503) "why"`.
package struct MockStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A name or member expression.
    @inline(__always) package var target: NodeId { child(0) }
    @inline(__always) package var value: NodeId? { optionalChild(1) }
    /// A `faultPattern`.
    @inline(__always) package var fault: NodeId? { optionalChild(2) }
    @inline(__always) package var message: NodeId? { optionalChild(3) }
    /// `mock`: how long the answer takes.
    @inline(__always) package var delay: NodeId? {
        tree.kind(id) == .mockStmt ? optionalChild(4) : nil
    }
    /// `fails` is written.
    @inline(__always) package var isFailure: Bool { flag(1) }
}

/// `expect e`; also `real exec` (kind `realStmt`).
package struct ExpectStmtView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A condition, or the name of what is real.
    @inline(__always) package var value: NodeId { NodeId(node.a) }
}

/// Any clause but `retry`.
package struct ClauseView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which one.
    @inline(__always) package var kind: ClauseKind {
        ClauseKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .once
    }
    /// The expression, or the name expression of `pool`, `rate`, `breaker`.
    @inline(__always) package var operand: NodeId? { kind == .after ? nil : some(node.a) }
    /// What `after` lists; else empty.
    @inline(__always) package var operands: NodeList { tree.list(kind == .after ? node.a : 0) }
}

/// `retry 5 on timeout, http(5xx) backoff 1s..1m factor 2 jitter`
package struct RetryClauseView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var count: NodeId { child(0) }
    /// `faultPattern`s after `on`; empty: any failure.
    @inline(__always) package var faults: NodeList { list(1) }
    @inline(__always) package var backoffFirst: NodeId? { optionalChild(2) }
    /// Absent in `backoff 1s`.
    @inline(__always) package var backoffLast: NodeId? { optionalChild(3) }
    @inline(__always) package var factor: NodeId? { optionalChild(4) }
    /// `jitter` is written.
    @inline(__always) package var hasJitter: Bool { flag(1) }
}

/// `timeout`, `http(5xx)`, `exit(75)`.
package struct FaultPatternView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    /// A number, or a `statusClass` such as `5xx`; meaningful if `hasArgument`.
    @inline(__always) package var argumentToken: TokenId { tokenId(2) }
    /// Parentheses are written.
    @inline(__always) package var hasArgument: Bool { flag(1) }
}

/// `step a = call(x) clauses -> b`, `flow a = other(x) -> b` in a flow.
package struct FlowStepView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var value: NodeId { child(2) }
    @inline(__always) package var clauses: NodeList { list(3) }
    /// `nameExpr`s after `->`.
    @inline(__always) package var targets: NodeList { list(4) }
    @inline(__always) package var type: NodeId? { optionalChild(5) }
    /// `flow`, a sub-flow.
    @inline(__always) package var isFlow: Bool { flag(1) }
    /// `let`, a pure value.
    @inline(__always) package var isLet: Bool { flag(2) }
}

/// `start -> assess`
package struct FlowEdgeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `nameExpr`.
    @inline(__always) package var source: NodeId { NodeId(node.a) }
    /// `nameExpr`s.
    @inline(__always) package var targets: NodeList { tree.list(node.b) }
}

/// `choice again { a.ok -> pay, else -> inspect }`, `split s -> a, b`, `join j -> c`.
package struct FlowGateView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    /// `flowArm`s.
    @inline(__always) package var arms: NodeList { list(2) }
    /// `nameExpr`s after `->`.
    @inline(__always) package var targets: NodeList { list(3) }
    /// Which gate.
    @inline(__always) package var kind: FlowGateKind {
        FlowGateKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .choice
    }
}

/// `condition -> target`
package struct FlowArmView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Nil for `else`; an `awaitExpr`, or a call, in `first`.
    @inline(__always) package var condition: NodeId? { some(node.a) }
    /// A `nameExpr`.
    @inline(__always) package var target: NodeId { NodeId(node.b) }
}

/// `end done = value`, `terminate now = value`, `fail broken = "why"`
package struct FlowEndView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    @inline(__always) package var value: NodeId? { optionalChild(2) }
    /// How the flow ends.
    @inline(__always) package var kind: FlowEndKind {
        FlowEndKind(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .end
    }
}

/// `on timeout 5d -> refuse`, `on parallel signal s -> t`, below a flow step.
package struct FlowBoundaryView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `timeout`, `every`, `error`, `signal`, `when`.
    @inline(__always) package var event: NameId { name(0) }
    @inline(__always) package var eventToken: TokenId { tokenId(1) }
    @inline(__always) package var argument: NodeId? { optionalChild(2) }
    /// A `nameExpr`.
    @inline(__always) package var target: NodeId { child(3) }
    /// What `on error` takes; empty: everything.
    @inline(__always) package var faults: NodeList { list(4) }
    /// How often it comes at most: `limit 3`.
    @inline(__always) package var limit: NodeId? { optionalChild(5) }
    /// The step goes on: `on parallel …`.
    @inline(__always) package var isParallel: Bool { flag(1) }
}

package typealias NextStmtView = ReturnStmtView
package typealias FailStmtView = ReturnStmtView
package typealias RealStmtView = ExpectStmtView
/// `expect f(x) fails timeout "why"`: `target` is the call.
package typealias ExpectFailsStmtView = MockStmtView
