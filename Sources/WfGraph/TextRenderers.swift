// A graph as text that other programs draw: Mermaid for Markdown pages, DOT for Graphviz.

public enum MermaidRenderer {
    public static func render(_ graph: WorkflowGraph) -> String {
        var text = "%% \(graph.title)\nflowchart TD\n"
        write(graph.root, "    ", &text)
        let marked = graph.allBoxes.filter(\.isMarked)
        if !marked.isEmpty {
            text += "    classDef marked stroke:#1a7f37,stroke-width:3px\n"
            text += "    class \(marked.map { "n\($0.id)" }.joined(separator: ",")) marked\n"
        }
        return text
    }

    private static func write(_ block: GraphBlock, _ margin: String, _ text: inout String) {
        for box in block.boxes {
            let detail = box.detail.isEmpty ? "" : "<br/>" + quoted(box.detail)
            let label = "\"<b>\(quoted(box.title))</b>\(detail)\""
            if box.blocks.isEmpty {
                text += "\(margin)n\(box.id)[\(label)]\n"
                continue
            }
            text += "\(margin)subgraph n\(box.id)[\(label)]\n"
            for (index, inner) in box.blocks.enumerated() {
                if box.blocks.count == 1 {
                    write(inner, margin + "    ", &text)
                } else {
                    text += "\(margin)    subgraph n\(box.id)b\(index)[\"\(quoted(inner.title))\"]\n"
                    write(inner, margin + "        ", &text)
                    text += "\(margin)    end\n"
                }
            }
            text += "\(margin)end\n"
        }
        for edge in block.edges {
            let ends = edge.ends
            text += "\(margin)n\(block.boxes[ends.from].id) --> n\(block.boxes[ends.to].id)\n"
        }
    }

    /// Entities instead of what Mermaid or HTML would read.
    private static func quoted(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "#", "&", "<", ">", "`", "\\", "*", "_", "[", "]", "{", "}", "|", ";":
                result += "#\(scalar.value);"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

public enum DOTRenderer {
    public static func render(_ graph: WorkflowGraph) -> String {
        var text = """
            digraph workflow {
                label=\(quoted(graph.title)); labelloc=t; compound=true; rankdir=TB;
                node [shape=box, style=rounded, fontname="Helvetica"];
                graph [fontname="Helvetica"];

            """
        write(graph.root, "    ", &text)
        return text + "}\n"
    }

    private static func write(_ block: GraphBlock, _ margin: String, _ text: inout String) {
        for box in block.boxes {
            let label = quoted(box.detail.isEmpty ? box.title : box.title + "\n" + box.detail)
            if box.blocks.isEmpty {
                text +=
                    "\(margin)n\(box.id) [label=\(label)\(box.isMarked ? ", color=\"#1a7f37\", penwidth=3" : "")];\n"
                continue
            }
            text += "\(margin)subgraph cluster_n\(box.id) {\n\(margin)    label=\(label);\n"
            for (index, inner) in box.blocks.enumerated() {
                text += "\(margin)    subgraph cluster_n\(box.id)_\(index) {\n"
                text += "\(margin)        label=\(quoted(inner.title)); style=dashed;\n"
                write(inner, margin + "        ", &text)
                text += "\(margin)    }\n"
            }
            text += "\(margin)}\n"
        }
        for edge in block.edges {
            let from = block.boxes[edge.ends.from]
            let to = block.boxes[edge.ends.to]
            var ends: [String] = []
            if !from.blocks.isEmpty { ends.append("ltail=cluster_n\(from.id)") }
            if !to.blocks.isEmpty { ends.append("lhead=cluster_n\(to.id)") }
            let attributes = ends.isEmpty ? "" : " [\(ends.joined(separator: ", "))]"
            text += "\(margin)n\(inside(from, last: true)) -> n\(inside(to, last: false))\(attributes);\n"
        }
    }

    /// DOT joins nodes only: a box with blocks is stood for by one inside it.
    private static func inside(_ box: GraphBox, last: Bool) -> Int {
        guard let block = last ? box.blocks.last : box.blocks.first,
            let inner = last ? block.boxes.last : block.boxes.first
        else { return box.id }
        return inside(inner, last: last)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
