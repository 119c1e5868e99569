// The syntax tree: flat arrays of nodes, extra words and tokens over a file's bytes. Lossless: what stands between two
// tokens is found in the bytes. Knows layouts' carriers only; what a kind holds, its view says (Views*.swift).

public import WfSource

/// An index into a tree's nodes; 0 is "no node".
public struct NodeId: Hashable, Sendable {
    public let index: UInt32
    @inlinable @inline(__always) public init(_ index: UInt32) { self.index = index }
    public static let none = NodeId(0)
    @inlinable @inline(__always) public var isNone: Bool { index == 0 }
    @inlinable @inline(__always) public static func == (left: NodeId, right: NodeId) -> Bool {
        left.index == right.index
    }
}

/// Twenty bytes. `a` and `b` are child nodes, names or indices into `extra`, as the kind's view says.
public struct Node: Sendable {
    public var kind: NodeKind
    public var flags: UInt8
    public var aux: UInt16
    public var first: UInt32
    public var last: UInt32
    public var a: UInt32
    public var b: UInt32
}

/// A list of ids stored in `extra` as a count and the ids. Valid as long as its tree.
public struct NodeList: RandomAccessCollection, Sendable {
    public nonisolated(unsafe) let base: UnsafePointer<UInt32>
    @inline(__always) init(_ base: UnsafePointer<UInt32>) { self.base = base }
    @inlinable public var startIndex: Int { 0 }
    @inlinable @inline(__always) public var endIndex: Int { Int(base[0]) }
    @inlinable @inline(__always) public subscript(position: Int) -> NodeId { NodeId(base[position + 1]) }
}

/// The arrays of a tree, owned by `SyntaxTree`.
public struct TreeStorage {
    public var nodes: UnsafeMutablePointer<Node>
    public var nodeCount: Int
    public var extra: UnsafeMutablePointer<UInt32>
    public var extraCount: Int
    public var tokens: UnsafeMutablePointer<Token>
    public var tokenCount: Int
    public var bytes: UnsafePointer<UInt8>
    public var byteCount: Int
    public var file: FileId
    public var root: NodeId
}

/// Reads a tree: one pointer, no reference count. The `SyntaxTree` it came from must be kept alive by the caller.
public struct TreeReader: @unchecked Sendable {
    public let storage: UnsafePointer<TreeStorage>
    @inline(__always) init(_ storage: UnsafePointer<TreeStorage>) { self.storage = storage }

    @inlinable public var root: NodeId { storage.pointee.root }
    @inlinable public var file: FileId { storage.pointee.file }
    /// Node ids run from 1 to below this; children have smaller ids than their parents.
    @inlinable public var nodeCount: Int { storage.pointee.nodeCount }
    /// Tokens, the last being `endOfFile`.
    public var tokenCount: Int { storage.pointee.tokenCount }

    @inlinable @inline(__always) public func node(_ id: NodeId) -> Node {
        assert(id.index < storage.pointee.nodeCount, "a node of another tree")
        return storage.pointee.nodes[Int(id.index)]
    }
    @inlinable @inline(__always) public func kind(_ id: NodeId) -> NodeKind { node(id).kind }
    @inlinable @inline(__always) public func token(_ id: TokenId) -> Token {
        assert(
            id.index < storage.pointee.tokenCount, "a token of another tree, or a node seen as what it is not"
        )
        return storage.pointee.tokens[Int(id.index)]
    }
    @inlinable @inline(__always) public func firstToken(_ id: NodeId) -> TokenId { TokenId(node(id).first) }
    /// The last token that belongs to the node (inclusive).
    @inlinable @inline(__always) public func lastToken(_ id: NodeId) -> TokenId { TokenId(node(id).last) }

    /// Bytes from the node's first token to the end of its last.
    @inlinable @inline(__always) public func span(_ id: NodeId) -> Span {
        let node = node(id)
        let tokens = storage.pointee.tokens
        let start = tokens[Int(node.first)].start
        return Span(file: file, start: start, end: max(start, tokens[Int(node.last)].end))
    }

    @inlinable @inline(__always) public func span(_ id: TokenId) -> Span {
        let token = token(id)
        return Span(file: file, start: token.start, end: token.end)
    }

    /// The token's text. Slow: for messages and literals.
    public func text(_ id: TokenId) -> String { text(span(id)) }
    /// The node's text, trivia inside included. Slow: for messages.
    public func text(_ id: NodeId) -> String { text(span(id)) }
    /// What of a span is inside the file: one that is computed from a tree with mistakes may reach beyond it.
    public func text(_ span: Span) -> String {
        let end = min(span.end, UInt32(storage.pointee.byteCount))
        return String(decoding: bytes(from: min(span.start, end), to: end), as: UTF8.self)
    }

    /// The token's bytes in place.
    @inlinable @inline(__always) public func bytes(_ id: TokenId) -> UnsafeBufferPointer<UInt8> {
        let token = token(id)
        return UnsafeBufferPointer(start: storage.pointee.bytes + Int(token.start), count: Int(token.length))
    }

    public func bytes(from start: UInt32, to end: UInt32) -> UnsafeBufferPointer<UInt8> {
        precondition(start <= end && Int(end) <= storage.pointee.byteCount, "the range is inside the file")
        return UnsafeBufferPointer(start: storage.pointee.bytes + Int(start), count: Int(end - start))
    }

    @inline(__always) func extra(_ index: UInt32) -> UInt32 { storage.pointee.extra[Int(index)] }
    @inline(__always) func list(_ index: UInt32) -> NodeList { NodeList(storage.pointee.extra + Int(index)) }
}

/// The tree of one file. Immutable once made; safe to share.
public final class SyntaxTree: @unchecked Sendable {
    public let source: SourceFile
    public let file: FileId
    /// Whether lexing or parsing reported anything; such a tree has error nodes and is not formatted.
    public let hasErrors: Bool
    /// What could not be read: from the start of a statement or declaration to the end of the line where it went wrong.
    public let damage: [Span]
    private let storage: UnsafeMutablePointer<TreeStorage>

    /// Takes ownership of the arrays in `storage`.
    init(_ storage: TreeStorage, source: SourceFile, hasErrors: Bool, damage: [Span]) {
        self.source = source
        self.hasErrors = hasErrors
        self.damage = damage
        file = storage.file
        self.storage = .allocate(capacity: 1)
        self.storage.initialize(to: storage)
    }

    deinit {
        storage.pointee.nodes.deallocate()
        storage.pointee.extra.deallocate()
        storage.pointee.tokens.deallocate()
        storage.deallocate()
    }

    /// The way to read it; valid while this object lives.
    public var reader: TreeReader { TreeReader(UnsafePointer(storage)) }
    public var root: NodeId { storage.pointee.root }
    public var rootView: SourceFileView { SourceFileView(reader, root) }

    /// Bytes held by nodes, extra words and tokens.
    public var byteCount: Int {
        storage.pointee.nodeCount * MemoryLayout<Node>.stride + storage.pointee.extraCount * 4
            + storage.pointee.tokenCount * MemoryLayout<Token>.stride
    }
}
