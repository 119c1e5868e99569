// A tree as indented text: for tests, for files beside cases, for people who debug. Trivia, commas and `;` do not show.

/// Trees as text. Equal dumps mean equal structure.
public enum TreeDump {
    private struct Open {
        var node: UInt32
        var lines: [String]
        var first: UInt32
        var last: UInt32
    }

    /// One line a node: its kind, what it keeps beside children, and its own tokens; children are indented below.
    public static func text(_ tree: SyntaxTree) -> String {
        let reader = tree.reader
        // Children are made before their parents: what a node covers among the finished ones belongs to it.
        var finished: [Open] = []
        for index in 1..<max(1, reader.nodeCount) {
            let node = reader.node(NodeId(UInt32(index)))
            var from = finished.count
            while from > 0, finished[from - 1].first >= node.first { from -= 1 }
            let children = Array(finished[from...])
            finished.removeSubrange(from...)
            var line = "\(node.kind)"
            if node.flags != 0 { line += " flags:\(node.flags)" }
            if node.aux != 0 { line += " \(node.aux)" }
            var token = node.first
            var child = 0
            while token <= node.last {
                if child < children.count, children[child].first == token, children[child].last >= token {
                    token = children[child].last + 1
                    child += 1
                    continue
                }
                let kind = reader.token(TokenId(token)).kind
                // How the marks of `T???` fall into tokens is of no meaning.
                let isMark = node.kind == .optionalType
                if kind != .comma && kind != .semicolon && kind != .endOfFile && !isMark {
                    line += " " + reader.text(TokenId(token))
                }
                token += 1
            }
            var lines = [line]
            for child in children { lines += child.lines.map { " " + $0 } }
            finished.append(Open(node: UInt32(index), lines: lines, first: node.first, last: node.last))
        }
        return finished.flatMap(\.lines).joined(separator: "\n") + "\n"
    }
}
