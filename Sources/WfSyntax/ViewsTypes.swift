// Views of types and patterns.

/// `Name`, `mod.Name`, `Name<A, B>`.
public struct NamedTypeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when not qualified.
    @inline(__always) public var module: NameId { name(0) }
    @inline(__always) public var name: NameId { name(1) }
    @inline(__always) public var nameToken: TokenId { tokenId(2) }
    /// Types.
    @inline(__always) public var arguments: NodeList { list(3) }
}

/// `[T]`; also `T?` (kind `optionalType`).
public struct ListTypeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// T.
    @inline(__always) public var element: NodeId { NodeId(node.a) }
}

/// `[K: V]`
public struct MapTypeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// K.
    @inline(__always) public var key: NodeId { NodeId(node.a) }
    /// V.
    @inline(__always) public var value: NodeId { NodeId(node.b) }
}

/// `(A, B)`; `()` is `Unit`.
public struct TupleTypeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Types.
    @inline(__always) public var elements: NodeList { tree.list(node.a) }
}

/// `(A, B) -> R`
public struct FunctionTypeView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Types.
    @inline(__always) public var parameters: NodeList { tree.list(node.a) }
    /// R.
    @inline(__always) public var result: NodeId { NodeId(node.b) }
}

/// A number, string, duration, `true`, `false`.
public struct LiteralPatternView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A literal expression, perhaps negated.
    @inline(__always) public var value: NodeId { NodeId(node.a) }
}

/// `1...9`
public struct RangePatternView: NodeView {
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
    /// A literal.
    @inline(__always) public var low: NodeId { NodeId(node.a) }
    /// A literal.
    @inline(__always) public var high: NodeId { NodeId(node.b) }
}

/// A name that takes the value.
public struct BindingPatternView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) public var name: NameId { NameId(rawValue: node.a) }
}

/// `.one`, `.two(n)`, `E.two(label: n)`.
public struct CasePatternView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The enum's name; `.none` when not written.
    @inline(__always) public var qualifier: NameId { name(0) }
    @inline(__always) public var name: NameId { name(1) }
    @inline(__always) public var nameToken: TokenId { tokenId(2) }
    /// `casePatternArgument`s.
    @inline(__always) public var arguments: NodeList { list(3) }
    /// Parentheses are written.
    @inline(__always) public var hasArguments: Bool { flag(1) }
}

/// `pattern`, `label: pattern`.
public struct CasePatternArgumentView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when positional.
    @inline(__always) public var label: NameId { NameId(rawValue: node.a) }
    /// What it must match.
    @inline(__always) public var pattern: NodeId { NodeId(node.b) }
}

/// `(a, b)`; also `a | b` (kind `orPattern`).
public struct TuplePatternView: NodeView {
    public let tree: TreeReader
    public let id: NodeId
    @inline(__always) public init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Patterns.
    @inline(__always) public var elements: NodeList { tree.list(node.a) }
}

public typealias OptionalTypeView = ListTypeView
public typealias OrPatternView = TuplePatternView
