// Views of types and patterns.

/// `Name`, `mod.Name`, `Name<A, B>`.
package struct NamedTypeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when not qualified.
    @inline(__always) package var module: NameId { name(0) }
    @inline(__always) package var name: NameId { name(1) }
    @inline(__always) package var nameToken: TokenId { tokenId(2) }
    /// Types.
    @inline(__always) package var arguments: NodeList { list(3) }
}

/// `[T]`; also `T?` (kind `optionalType`).
package struct ListTypeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// T.
    @inline(__always) package var element: NodeId { NodeId(node.a) }
}

/// `[K: V]`
package struct MapTypeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// K.
    @inline(__always) package var key: NodeId { NodeId(node.a) }
    /// V.
    @inline(__always) package var value: NodeId { NodeId(node.b) }
}

/// `(A, B)`; `()` is `Unit`.
package struct TupleTypeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Types.
    @inline(__always) package var elements: NodeList { tree.list(node.a) }
}

/// `(A, B) -> R`
package struct FunctionTypeView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Types.
    @inline(__always) package var parameters: NodeList { tree.list(node.a) }
    /// R.
    @inline(__always) package var result: NodeId { NodeId(node.b) }
}

/// A number, string, duration, `true`, `false`.
package struct LiteralPatternView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// A literal expression, perhaps negated.
    @inline(__always) package var value: NodeId { NodeId(node.a) }
}

/// `1...9`
package struct RangePatternView: NodeView {
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
    /// A literal.
    @inline(__always) package var low: NodeId { NodeId(node.a) }
    /// A literal.
    @inline(__always) package var high: NodeId { NodeId(node.b) }
}

/// A name that takes the value.
package struct BindingPatternView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The name.
    @inline(__always) package var name: NameId { NameId(rawValue: node.a) }
}

/// `.one`, `.two(n)`, `E.two(label: n)`.
package struct CasePatternView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// The enum's name; `.none` when not written.
    @inline(__always) package var qualifier: NameId { name(0) }
    @inline(__always) package var name: NameId { name(1) }
    @inline(__always) package var nameToken: TokenId { tokenId(2) }
    /// `casePatternArgument`s.
    @inline(__always) package var arguments: NodeList { list(3) }
    /// Parentheses are written.
    @inline(__always) package var hasArguments: Bool { flag(1) }
}

/// `pattern`, `label: pattern`.
package struct CasePatternArgumentView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// `.none` when positional.
    @inline(__always) package var label: NameId { NameId(rawValue: node.a) }
    /// What it must match.
    @inline(__always) package var pattern: NodeId { NodeId(node.b) }
}

/// `(a, b)`; also `a | b` (kind `orPattern`).
package struct TuplePatternView: NodeView {
    package let tree: TreeReader
    package let id: NodeId
    @inline(__always) package init(_ tree: TreeReader, _ id: NodeId) {
        self.tree = tree
        self.id = id
    }

    /// Patterns.
    @inline(__always) package var elements: NodeList { tree.list(node.a) }
}

package typealias OptionalTypeView = ListTypeView
package typealias OrPatternView = TuplePatternView
