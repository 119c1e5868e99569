// A scene as SVG: one document, no script, no outside font; dark where the reader's system is dark.

public enum SVGRenderer {
    /// The document's text, the same for the same graph.
    public static func render(_ graph: WorkflowGraph) -> String {
        let scene = Scene(graph)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(number(scene.width))" height="\(number(scene.height))" \
            viewBox="0 0 \(number(scene.width)) \(number(scene.height))" role="img" aria-label="\(escaped(graph.title))">
            <style>
            text { font-family: 'DejaVu Sans', Verdana, Helvetica, Arial, sans-serif; fill: #1b1f24; }
            .heading { font-size: 16px; font-weight: bold; }
            .title { font-size: 14px; font-weight: bold; }
            .detail, .label { font-size: 11px; fill: #57606a; }
            .step { fill: #ffffff; stroke: #57606a; }
            .frame { fill: #f6f8fa; stroke: #8c959f; }
            .block { fill: none; stroke: #8c959f; stroke-dasharray: 4 3; }
            .marked { stroke: #1a7f37; stroke-width: 3; }
            .arrow { fill: none; stroke: #57606a; stroke-width: 1.2; }
            .tip { fill: #57606a; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .detail, .label { fill: #9da7b3; }
            .step { fill: #161b22; stroke: #9da7b3; }
            .frame { fill: #0d1117; stroke: #6e7681; }
            .marked { stroke: #3fb950; }
            .arrow { stroke: #9da7b3; }
            .tip { fill: #9da7b3; }
            }
            </style>
            <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" \
            orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>

            """
        for shape in scene.shapes {
            let area = shape.area
            text +=
                "<rect class=\"\(shape.kind)\(shape.isMarked ? " marked" : "")\" x=\"\(number(area.x))\" y=\"\(number(area.y))\" "
            text += "width=\"\(number(area.width))\" height=\"\(number(area.height))\" rx=\"6\"/>\n"
        }
        for arrow in scene.arrows {
            text += "<path class=\"arrow\" d=\"\(path(arrow))\" marker-end=\"url(#tip)\"/>\n"
        }
        for line in scene.texts {
            text +=
                "<text class=\"\(line.style)\" x=\"\(number(line.origin.x))\" y=\"\(number(line.origin.y))\">"
            text += escaped(line.text) + "</text>\n"
        }
        return text + "</svg>\n"
    }

    /// Straight where it passes boxes, curved between layers.
    private static func path(_ arrow: SceneArrow) -> String {
        var text = ""
        for (index, corner) in arrow.corners.enumerated() {
            if index == 0 {
                text += "M\(number(corner.x)) \(number(corner.y))"
                continue
            }
            let before = arrow.corners[index - 1]
            if before.x == corner.x || arrow.goesBack {
                text += " L\(number(corner.x)) \(number(corner.y))"
            } else {
                let middle = number((before.y + corner.y) / 2)
                text += " C\(number(before.x)) \(middle) \(number(corner.x)) \(middle)"
                text += " \(number(corner.x)) \(number(corner.y))"
            }
        }
        return text
    }

    /// With one digit behind the point at most.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0
            ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
