// From a place to the nodes that hold it. Nodes are numbered as they end, so that nothing needs parents.
public import WfSource

extension TreeReader {
    /// The token that a byte lies in, or the next one behind it.
    public func token(at offset: ByteOffset) -> TokenId {
        var low: UInt32 = 0
        var high = UInt32(tokenCount - 1)
        while low < high {
            let middle = (low + high) / 2
            if token(TokenId(middle)).end > offset { high = middle } else { low = middle + 1 }
        }
        return TokenId(low)
    }

    /// The innermost node of a wanted kind that holds a token; not looked for outside a declaration.
    public func enclosing(_ token: TokenId, _ isWanted: (NodeKind) -> Bool) -> NodeId? {
        var low: UInt32 = 1
        var high = UInt32(nodeCount)
        while low < high {
            let middle = (low + high) / 2
            if node(NodeId(middle)).last < token.index { low = middle + 1 } else { high = middle }
        }
        while low < UInt32(nodeCount) {
            let node = node(NodeId(low))
            if node.first <= token.index, node.last >= token.index {
                if isWanted(node.kind) { return NodeId(low) }
                if node.kind.isDeclaration { return nil }
            } else if node.first > token.index, node.kind.isDeclaration {
                return nil
            }
            low += 1
        }
        return nil
    }

    public func enclosing(_ token: TokenId, _ kinds: NodeKind...) -> NodeId? {
        enclosing(token) { kinds.contains($0) }
    }
}

extension NodeKind {
    /// Whether it stands at the top level of a file.
    public var isDeclaration: Bool {
        switch self {
        case .useDecl, .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl,
            .enumDecl, .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl,
            .triggerDecl, .testDecl, .errorDecl:
            return true
        default: return false
        }
    }

    /// Whether it stands in a block and is no expression.
    public var isStatement: Bool {
        switch self {
        case .letStmt, .assignStmt, .returnStmt, .breakStmt, .continueStmt, .whileStmt, .exprStmt, .stepStmt,
            .signalStmt, .queryStmt, .nextStmt, .failStmt, .mockStmt, .expectStmt, .expectFailsStmt,
            .realStmt, .flowStep, .flowEdge, .flowGate, .flowEnd, .flowBoundary:
            return true
        default: return false
        }
    }
}
