// Where a run's tokens are, drawn into the graph of its flow: `●` for a node that a token is in, `2 waiting` in front of it.

/// A node that tokens are at, as `wfi show --json` says it.
public struct GraphMark: Sendable {
    /// Path of the node in the run: `look[1]`.
    public var node: String
    /// Tokens on the arrows that lead to it.
    public var tokens: Int
    public var isActive: Bool

    public init(node: String, tokens: Int, isActive: Bool) {
        self.node = node
        self.tokens = tokens
        self.isActive = isActive
    }

    /// Its name, without how often it has been begun; nil for a node of a flow that the run's own flow calls.
    var name: String? {
        if node.contains("/") { return nil }
        return node.firstIndex(of: "[").map { String(node[..<$0]) } ?? node
    }
}

extension WorkflowGraph {
    /// The graph with a run's tokens in it.
    public func marked(_ marks: [GraphMark]) -> WorkflowGraph {
        var graph = self
        for mark in marks {
            guard let name = mark.name,
                let index = graph.root.boxes.firstIndex(where: { $0.title == name && !$0.isMarked })
            else { continue }
            graph.root.boxes[index].isMarked = true
            if mark.isActive { graph.root.boxes[index].title = "● " + graph.root.boxes[index].title }
            if mark.tokens > 0 { graph.root.boxes[index].title += " (\(mark.tokens) waiting)" }
        }
        return graph
    }
}
