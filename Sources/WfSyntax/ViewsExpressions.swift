// Views of expressions.

/// A string literal; `decodedSegments` reads it.
package struct StringExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The interpolated expressions in order.
    @inline(__always) package var interpolations: NodeList { tree.list(node.b) }
}

/// A name.
package struct NameExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
}

/// `.name`, a case of the expected enum; with a payload it is the callee of a call.
package struct ImplicitMemberExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The case.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
}

/// `base.name`, `base?.name`.
package struct MemberExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Left of the dot.
    @inline(__always) package var base: NodeId { NodeId(node.a) }
    /// Right of it.
    @inline(__always) package var name: NameId { NameId(rawValue: node.b) }
    /// Where the name stands.
    @inline(__always) package var nameToken: TokenId { TokenId(node.last) }
    /// `?.`
    @inline(__always) package var isOptional: Bool { flag(1) }
}

/// `base.0`
package struct TupleFieldExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Left of the dot.
    @inline(__always) package var base: NodeId { NodeId(node.a) }
    /// The number.
    @inline(__always) package var index: Int { Int(node.b) }
    /// `?.`
    @inline(__always) package var isOptional: Bool { flag(1) }
}

/// `base[index]`
package struct IndexExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is indexed.
    @inline(__always) package var base: NodeId { NodeId(node.a) }
    /// The index.
    @inline(__always) package var index: NodeId { NodeId(node.b) }
}

/// `callee(arguments)`
package struct CallExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is called.
    @inline(__always) package var callee: NodeId { NodeId(node.a) }
    /// Labels and values.
    @inline(__always) package var arguments: ArgumentList {
        ArgumentList(tree.storage.pointee.extra + Int(node.b))
    }
    /// Written `sleep until t`: the callee is `sleepUntil`, its span these two words, and `t` the one argument.
    @inline(__always) package var isSleepUntil: Bool { flag(1) }
}

/// `[a, b]`; also `(a, b)` (kind `tupleExpr`).
package struct ListExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// In order.
    @inline(__always) package var elements: NodeList { tree.list(node.a) }
}

/// `["k": v]`, `[:]`.
package struct MapExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Keys and values.
    @inline(__always) package var entries: NodePairs { NodePairs(tree.storage.pointee.extra + Int(node.a)) }
}

/// `(e)`
package struct ParenExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The expression.
    @inline(__always) package var inner: NodeId { NodeId(node.a) }
}

/// `R { a: 1, b }`
package struct RecordExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `namedType`.
    @inline(__always) package var type: NodeId { NodeId(node.a) }
    /// `recordField`s.
    @inline(__always) package var fields: NodeList { tree.list(node.b) }
}

/// `{ key: value }`
package struct ObjectExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `recordField`s.
    @inline(__always) package var fields: NodeList { tree.list(node.a) }
}

/// `base with { a: 2 }`
package struct WithExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is copied.
    @inline(__always) package var base: NodeId { NodeId(node.a) }
    /// `recordField`s.
    @inline(__always) package var fields: NodeList { tree.list(node.b) }
}

/// `a: 1`, `"content-type": x`, or `a` alone.
package struct RecordFieldView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name, or the text of a string literal.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
    /// Nil when punned.
    @inline(__always) package var value: NodeId? { some(node.b) }
    /// An identifier or a string literal.
    @inline(__always) package var nameToken: TokenId { TokenId(node.first) }
}

/// `x => e`, `(a, b: Int) => { … }`.
package struct LambdaExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `lambdaParameter`s.
    @inline(__always) package var parameters: NodeList { tree.list(node.a) }
    /// An expression or a block.
    @inline(__always) package var body: NodeId { NodeId(node.b) }
}

/// A parameter of a lambda; `_` has the name `Word.underscore`.
package struct LambdaParameterView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
    /// When written.
    @inline(__always) package var type: NodeId? { some(node.b) }
}

/// `-e`, `!e`.
package struct UnaryExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) package var operation: UnaryOperator {
        UnaryOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .negate
    }
    /// What it applies to.
    @inline(__always) package var operand: NodeId { NodeId(node.a) }
}

/// `a + b`
package struct BinaryExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) package var operation: BinaryOperator {
        BinaryOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .add
    }
    /// Left operand.
    @inline(__always) package var left: NodeId { NodeId(node.a) }
    /// Right operand.
    @inline(__always) package var right: NodeId { NodeId(node.b) }
    /// Where the operator stands.
    @inline(__always) package var operatorToken: TokenId { TokenId(tree.node(left).last + 1) }
}

/// `a..<b`, `a...b`.
package struct RangeExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) package var operation: RangeOperator {
        RangeOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .closed
    }
    /// Left operand.
    @inline(__always) package var low: NodeId { NodeId(node.a) }
    /// Right operand.
    @inline(__always) package var high: NodeId { NodeId(node.b) }
}

/// `e as T`, `e as? T`.
package struct CastExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is converted.
    @inline(__always) package var value: NodeId { NodeId(node.a) }
    /// To what.
    @inline(__always) package var type: NodeId { NodeId(node.b) }
    /// `as?`
    @inline(__always) package var isOptional: Bool { flag(1) }
}

/// `if c { … } else …`
package struct IfExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var condition: NodeId { child(0) }
    @inline(__always) package var thenBlock: NodeId { child(1) }
    /// A block or another `ifExpr`.
    @inline(__always) package var elseBranch: NodeId? { optionalChild(2) }
}

/// `match e { pattern => body … }`
package struct MatchExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is matched.
    @inline(__always) package var subject: NodeId { NodeId(node.a) }
    /// `matchArm`s.
    @inline(__always) package var arms: NodeList { tree.list(node.b) }
}

/// `pattern if guard => body`
package struct MatchArmView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var pattern: NodeId { child(0) }
    @inline(__always) package var guardCondition: NodeId? { optionalChild(1) }
    /// A block, an expression, or a statement other than `exprStmt`.
    @inline(__always) package var body: NodeId { child(2) }
}

/// `for x in xs limit n { … }`
package struct ForExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) package var pattern: NodeId { child(0) }
    @inline(__always) package var sequence: NodeId { child(1) }
    @inline(__always) package var limit: NodeId? { optionalChild(2) }
    @inline(__always) package var body: NodeId { child(3) }
}

/// `loop (x: T = e) while c { … next (x) }`
package struct LoopExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `loopVariable`s.
    @inline(__always) package var variables: NodeList { list(0) }
    @inline(__always) package var condition: NodeId? { optionalChild(1) }
    @inline(__always) package var body: NodeId { child(2) }
}

/// A variable of a loop.
package struct LoopVariableView: NodeView {
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

/// `race { a { … } b { … } }`
package struct RaceExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `raceBranch`es.
    @inline(__always) package var branches: NodeList { tree.list(node.a) }
}

/// `name { … }`
package struct RaceBranchView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The branch.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
    /// A block.
    @inline(__always) package var body: NodeId { NodeId(node.b) }
    /// Where the name stands.
    @inline(__always) package var nameToken: TokenId { TokenId(node.first) }
}

/// `try { … } catch error { … }`
package struct TryExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A block.
    @inline(__always) package var body: NodeId { NodeId(node.a) }
    /// `catchClause`s.
    @inline(__always) package var catches: NodeList { tree.list(node.b) }
}

/// `catch error on timeout, http(5xx) { … }`
package struct CatchClauseView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when not bound.
    @inline(__always) package var name: NameId { name(0) }
    @inline(__always) package var nameToken: TokenId { tokenId(1) }
    /// `faultPattern`s; empty: any.
    @inline(__always) package var faults: NodeList { list(2) }
    @inline(__always) package var body: NodeId { child(3) }
}

/// `sequence { … }`
package struct SequenceExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A block.
    @inline(__always) package var body: NodeId { NodeId(node.a) }
}

/// `await paid`
package struct AwaitExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A signal's name or a handle.
    @inline(__always) package var target: NodeId { NodeId(node.a) }
}

/// `spawn other(x)`, `spawn attached other(x)`.
package struct SpawnExprView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `callExpr`.
    @inline(__always) package var call: NodeId { NodeId(node.a) }
    /// Ends with its parent.
    @inline(__always) package var isAttached: Bool { flag(1) }
}

package typealias TupleExprView = ListExprView
