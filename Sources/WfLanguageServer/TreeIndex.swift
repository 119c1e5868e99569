// Where in a tree a token stands: the innermost node that holds it, and every node's parent. Made once for a tree.
import WfSource
import WfSyntax

/// Parents of nodes and owners of tokens.
final class TreeIndex {
    let tree: SyntaxTree
    let reader: TreeReader
    private var parents: [UInt32]
    private var owners: [UInt32]
    /// What the file declares at its top, `use`s included.
    private(set) lazy var moduleNames: [NameId: DeclaredName] = {
        var table: [NameId: DeclaredName] = [:]
        for name in Scopes(index: self).moduleNames() where table[name.name] == nil {
            table[name.name] = name
        }
        return table
    }()

    init(_ tree: SyntaxTree) {
        self.tree = tree
        reader = tree.reader
        parents = [UInt32](repeating: 0, count: reader.nodeCount)
        owners = [UInt32](repeating: 0, count: reader.tokenCount)
        // children are made before their parents: what a node covers among the finished ones belongs to it
        var finished: [UInt32] = []
        for index in 1..<UInt32(max(1, reader.nodeCount)) {
            let node = reader.node(NodeId(index))
            var token = node.first
            var at = finished.count
            while at > 0, reader.node(NodeId(finished[at - 1])).first >= node.first { at -= 1 }
            for child in finished[at...] {
                let inner = reader.node(NodeId(child))
                parents[Int(child)] = index
                claim(token, inner.first, index)
                token = max(token, inner.last + 1)
            }
            if node.last >= token { claim(token, node.last + 1, index) }
            finished.removeSubrange(at...)
            finished.append(index)
        }
    }

    private func claim(_ first: UInt32, _ end: UInt32, _ node: UInt32) {
        var token = first
        while token < end, token < owners.count {
            if owners[Int(token)] == 0 { owners[Int(token)] = node }
            token += 1
        }
    }

    func parent(_ id: NodeId) -> NodeId { NodeId(parents[Int(id.index)]) }

    /// The innermost node that holds the token.
    func owner(of token: TokenId) -> NodeId { NodeId(owners[Int(token.index)]) }

    /// The node and what is around it, from the inside out.
    func ancestors(_ id: NodeId) -> [NodeId] {
        var list: [NodeId] = []
        var next = id
        while !next.isNone {
            list.append(next)
            next = parent(next)
        }
        return list
    }

    /// The number of the last token that begins at or before an offset.
    private func last(before offset: UInt32) -> Int {
        var low = 0
        var high = reader.tokenCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if reader.token(TokenId(UInt32(middle))).start <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The token that holds an offset, or ends there when none does.
    func token(at offset: UInt32) -> TokenId? {
        let index = last(before: offset)
        let token = reader.token(TokenId(UInt32(index)))
        let isIn = token.start <= offset && offset < token.end
        if !isIn || token.kind != .identifier, index > 0 {
            let before = reader.token(TokenId(UInt32(index - 1)))
            if before.kind == .identifier && before.end == offset { return TokenId(UInt32(index - 1)) }
        }
        if isIn || token.end == offset && token.kind == .identifier { return TokenId(UInt32(index)) }
        return nil
    }

    func token(endingAt offset: UInt32) -> TokenId? {
        if offset == 0 { return nil }
        let index = last(before: offset - 1)
        return reader.token(TokenId(UInt32(index))).end == offset ? TokenId(UInt32(index)) : nil
    }

    /// The last token that ends at an offset or before it.
    func token(endingBefore offset: UInt32) -> TokenId? {
        if offset == 0 { return nil }
        let index = last(before: offset - 1)
        let token = reader.token(TokenId(UInt32(index)))
        if token.start < offset, token.end <= offset { return TokenId(UInt32(index)) }
        return index > 0 ? TokenId(UInt32(index - 1)) : nil
    }

    /// The innermost node that holds an offset.
    func node(at offset: UInt32) -> NodeId {
        let index = last(before: offset)
        let token = TokenId(UInt32(index))
        var node = owner(of: token)
        // in the space behind a token: what goes on behind it
        while !node.isNone, reader.span(node).end < offset { node = parent(node) }
        return node.isNone ? tree.root : node
    }

    /// The tokens of a range of bytes.
    func tokens(from start: UInt32, to end: UInt32) -> Range<UInt32> {
        var first = UInt32(last(before: start))
        if reader.token(TokenId(first)).end <= start { first += 1 }
        var behind = UInt32(last(before: end))
        if reader.token(TokenId(behind)).start < end { behind += 1 }
        return first..<max(first, min(behind, UInt32(reader.tokenCount)))
    }

    /// The declaration of the file that holds a node.
    func item(of id: NodeId) -> NodeId? {
        let chain = ancestors(id)
        return chain.count >= 2 ? chain[chain.count - 2] : nil
    }
}

extension LanguageServer {
    func index(_ document: Document) -> TreeIndex {
        if let trial, trial.document.tree === document.tree { return trial.index }
        if let known = indices[document.path], known.tree === document.tree { return known }
        let index = TreeIndex(document.tree)
        // the library's copies and the user's files have different paths
        if indices.count > 64 { indices = [:] }
        indices[document.path] = index
        return index
    }
}
