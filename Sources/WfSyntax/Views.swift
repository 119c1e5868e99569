// What views have in common. A view is a tree's reader and a node's id: two words, no reference count.

public import WfSource

/// A typed look at a node. Making one checks nothing but, in the accessors' contract, that the kind fits.
public protocol NodeView {
    var tree: TreeReader { get }
    var id: NodeId { get }
    init(_ tree: TreeReader, _ id: NodeId)
}

extension NodeView {
    @inline(__always) public var span: Span { tree.span(id) }
    @inline(__always) var node: Node { tree.node(id) }
    /// Word `index` of the record in `extra` that `a` points at.
    @inline(__always) func word(_ index: UInt32) -> UInt32 { tree.extra(node.a + index) }
    @inline(__always) func child(_ index: UInt32) -> NodeId { NodeId(word(index)) }
    @inline(__always) func optionalChild(_ index: UInt32) -> NodeId? { some(word(index)) }
    @inline(__always) func some(_ raw: UInt32) -> NodeId? { raw == 0 ? nil : NodeId(raw) }
    @inline(__always) func name(_ index: UInt32) -> NameId { NameId(rawValue: word(index)) }
    @inline(__always) func tokenId(_ index: UInt32) -> TokenId { TokenId(word(index)) }
    @inline(__always) func list(_ index: UInt32) -> NodeList { tree.list(word(index)) }
    @inline(__always) func flag(_ bit: UInt8) -> Bool { node.flags & bit != 0 }
}

/// Pairs of ids in `extra`: a count of pairs, then the pairs.
public struct NodePairs: RandomAccessCollection, Sendable {
    public nonisolated(unsafe) let base: UnsafePointer<UInt32>
    @inline(__always) init(_ base: UnsafePointer<UInt32>) { self.base = base }
    @inlinable public var startIndex: Int { 0 }
    @inlinable @inline(__always) public var endIndex: Int { Int(base[0]) }
    @inlinable @inline(__always) public subscript(position: Int) -> (key: NodeId, value: NodeId) {
        (NodeId(base[position * 2 + 1]), NodeId(base[position * 2 + 2]))
    }
}

/// The arguments of a call: each a label (`.none` when positional) and an expression.
///
/// The label's token stands two tokens before the value's first.
public struct ArgumentList: RandomAccessCollection, Sendable {
    public nonisolated(unsafe) let base: UnsafePointer<UInt32>
    @inline(__always) init(_ base: UnsafePointer<UInt32>) { self.base = base }
    @inlinable public var startIndex: Int { 0 }
    @inlinable @inline(__always) public var endIndex: Int { Int(base[0]) }
    @inlinable @inline(__always) public subscript(position: Int) -> (label: NameId, value: NodeId) {
        (NameId(rawValue: base[position * 2 + 1]), NodeId(base[position * 2 + 2]))
    }
}

/// Names in `extra`: a count, then the names.
public struct NameList: RandomAccessCollection, Sendable {
    public nonisolated(unsafe) let base: UnsafePointer<UInt32>
    @inline(__always) init(_ base: UnsafePointer<UInt32>) { self.base = base }
    @inlinable public var startIndex: Int { 0 }
    @inlinable @inline(__always) public var endIndex: Int { Int(base[0]) }
    @inlinable @inline(__always) public subscript(position: Int) -> NameId {
        NameId(rawValue: base[position + 1])
    }
}
