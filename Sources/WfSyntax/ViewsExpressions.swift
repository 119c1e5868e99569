// Views of expressions.

/// A string literal; `decodedSegments` reads it.
public struct StringExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The interpolated expressions in order.
    @inline(__always) public var interpolations: NodeList { tree.list(node.b) }
}

/// A name.
public struct NameExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
}

/// `.name`, a case of the expected enum; with a payload it is the callee of a call.
public struct ImplicitMemberExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The case.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
}

/// `base.name`, `base?.name`.
public struct MemberExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Left of the dot.
    @inline(__always) public var base: NodeId { NodeId(node.a) }
    /// Right of it.
    @inline(__always) public var name: NameId { NameId(rawValue: node.b) }
    /// Where the name stands.
    @inline(__always) public var nameToken: TokenId { TokenId(node.last) }
    /// `?.`
    @inline(__always) public var isOptional: Bool { flag(1) }
}

/// `base.0`
public struct TupleFieldExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Left of the dot.
    @inline(__always) public var base: NodeId { NodeId(node.a) }
    /// The number.
    @inline(__always) public var index: Int { Int(node.b) }
    /// `?.`
    @inline(__always) public var isOptional: Bool { flag(1) }
}

/// `base[index]`
public struct IndexExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is indexed.
    @inline(__always) public var base: NodeId { NodeId(node.a) }
    /// The index.
    @inline(__always) public var index: NodeId { NodeId(node.b) }
}

/// `callee(arguments)`
public struct CallExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is called.
    @inline(__always) public var callee: NodeId { NodeId(node.a) }
    /// Labels and values.
    @inline(__always) public var arguments: ArgumentList {
        ArgumentList(tree.storage.pointee.extra + Int(node.b))
    }
    /// Written `sleep until t`: the callee is `sleepUntil`, its span these two words, and `t` the one argument.
    @inline(__always) public var isSleepUntil: Bool { flag(1) }
}

/// `[a, b]`; also `(a, b)` (kind `tupleExpr`).
public struct ListExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// In order.
    @inline(__always) public var elements: NodeList { tree.list(node.a) }
}

/// `["k": v]`, `[:]`.
public struct MapExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Keys and values.
    @inline(__always) public var entries: NodePairs { NodePairs(tree.storage.pointee.extra + Int(node.a)) }
}

/// `(e)`
public struct ParenExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The expression.
    @inline(__always) public var inner: NodeId { NodeId(node.a) }
}

/// `R { a: 1, b }`
public struct RecordExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `namedType`.
    @inline(__always) public var type: NodeId { NodeId(node.a) }
    /// `recordField`s.
    @inline(__always) public var fields: NodeList { tree.list(node.b) }
}

/// `{ key: value }`
public struct ObjectExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `recordField`s.
    @inline(__always) public var fields: NodeList { tree.list(node.a) }
}

/// `base with { a: 2 }`
public struct WithExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is copied.
    @inline(__always) public var base: NodeId { NodeId(node.a) }
    /// `recordField`s.
    @inline(__always) public var fields: NodeList { tree.list(node.b) }
}

/// `a: 1`, `"content-type": x`, or `a` alone.
public struct RecordFieldView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name, or the text of a string literal.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
    /// Nil when punned.
    @inline(__always) public var value: NodeId? { some(node.b) }
    /// An identifier or a string literal.
    @inline(__always) public var nameToken: TokenId { TokenId(node.first) }
}

/// `x => e`, `(a, b: Int) => { … }`.
public struct LambdaExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `lambdaParameter`s.
    @inline(__always) public var parameters: NodeList { tree.list(node.a) }
    /// An expression or a block.
    @inline(__always) public var body: NodeId { NodeId(node.b) }
}

/// A parameter of a lambda; `_` has the name `Word.underscore`.
public struct LambdaParameterView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
    /// When written.
    @inline(__always) public var type: NodeId? { some(node.b) }
}

/// `-e`, `!e`.
public struct UnaryExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) public var operation: UnaryOperator {
        UnaryOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .negate
    }
    /// What it applies to.
    @inline(__always) public var operand: NodeId { NodeId(node.a) }
}

/// `a + b`
public struct BinaryExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) public var operation: BinaryOperator {
        BinaryOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .add
    }
    /// Left operand.
    @inline(__always) public var left: NodeId { NodeId(node.a) }
    /// Right operand.
    @inline(__always) public var right: NodeId { NodeId(node.b) }
    /// Where the operator stands.
    @inline(__always) public var operatorToken: TokenId { TokenId(tree.node(left).last + 1) }
}

/// `a..<b`, `a...b`.
public struct RangeExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Which.
    @inline(__always) public var operation: RangeOperator {
        RangeOperator(rawValue: UInt8(truncatingIfNeeded: node.aux)) ?? .closed
    }
    /// Left operand.
    @inline(__always) public var low: NodeId { NodeId(node.a) }
    /// Right operand.
    @inline(__always) public var high: NodeId { NodeId(node.b) }
}

/// `e as T`, `e as? T`.
public struct CastExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is converted.
    @inline(__always) public var value: NodeId { NodeId(node.a) }
    /// To what.
    @inline(__always) public var type: NodeId { NodeId(node.b) }
    /// `as?`
    @inline(__always) public var isOptional: Bool { flag(1) }
}

/// `if c { … } else …`
public struct IfExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var condition: NodeId { child(0) }
    @inline(__always) public var thenBlock: NodeId { child(1) }
    /// A block or another `ifExpr`.
    @inline(__always) public var elseBranch: NodeId? { optionalChild(2) }
}

/// `match e { pattern => body … }`
public struct MatchExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// What is matched.
    @inline(__always) public var subject: NodeId { NodeId(node.a) }
    /// `matchArm`s.
    @inline(__always) public var arms: NodeList { tree.list(node.b) }
}

/// `pattern if guard => body`
public struct MatchArmView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var pattern: NodeId { child(0) }
    @inline(__always) public var guardCondition: NodeId? { optionalChild(1) }
    /// A block, an expression, or a statement other than `exprStmt`.
    @inline(__always) public var body: NodeId { child(2) }
}

/// `for x in xs limit n { … }`
public struct ForExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    @inline(__always) public var pattern: NodeId { child(0) }
    @inline(__always) public var sequence: NodeId { child(1) }
    @inline(__always) public var limit: NodeId? { optionalChild(2) }
    @inline(__always) public var body: NodeId { child(3) }
}

/// `loop (x: T = e) while c { … next (x) }`
public struct LoopExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `loopVariable`s.
    @inline(__always) public var variables: NodeList { list(0) }
    @inline(__always) public var condition: NodeId? { optionalChild(1) }
    @inline(__always) public var body: NodeId { child(2) }
}

/// A variable of a loop.
public struct LoopVariableView: NodeView {
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

/// `race { a { … } b { … } }`
public struct RaceExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `raceBranch`es.
    @inline(__always) public var branches: NodeList { tree.list(node.a) }
}

/// `name { … }`
public struct RaceBranchView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The branch.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
    /// A block.
    @inline(__always) public var body: NodeId { NodeId(node.b) }
    /// Where the name stands.
    @inline(__always) public var nameToken: TokenId { TokenId(node.first) }
}

/// `try { … } catch error { … }`
public struct TryExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A block.
    @inline(__always) public var body: NodeId { NodeId(node.a) }
    /// `catchClause`s.
    @inline(__always) public var catches: NodeList { tree.list(node.b) }
}

/// `catch error on timeout, http(5xx) { … }`
public struct CatchClauseView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when not bound.
    @inline(__always) public var name: NameId { name(0) }
    @inline(__always) public var nameToken: TokenId { tokenId(1) }
    /// `faultPattern`s; empty: any.
    @inline(__always) public var faults: NodeList { list(2) }
    @inline(__always) public var body: NodeId { child(3) }
}

/// `sequence { … }`
public struct SequenceExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A block.
    @inline(__always) public var body: NodeId { NodeId(node.a) }
}

/// `await paid`
public struct AwaitExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A signal's name or a handle.
    @inline(__always) public var target: NodeId { NodeId(node.a) }
}

/// `spawn other(x)`, `spawn attached other(x)`.
public struct SpawnExprView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A `callExpr`.
    @inline(__always) public var call: NodeId { NodeId(node.a) }
    /// Ends with its parent.
    @inline(__always) public var isAttached: Bool { flag(1) }
}

public typealias TupleExprView = ListExprView
