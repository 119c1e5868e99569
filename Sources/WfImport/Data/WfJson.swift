// Data as literals of wf.

import WfSource

public enum WfJson {
    /// Beyond these a literal is written as text to be parsed.
    private static let depthMax = 60
    private static let valuesMax = 5_000

    /// An expression of type `Json` (where one is expected) with that value.
    ///
    /// - Parameter text: the expression for a text, where it is more than the text itself.
    static func literal(_ node: DataNode, text: ((String, Span) -> String?)? = nil) -> String {
        if text == nil, depth(node) > depthMax || count(node) > valuesMax {
            node.readAll()
            return "parseJson(\(WfText.string(jsonText(node))))"
        }
        switch node.content {
        case .null: return "null"
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let digits): return number(digits)
        case .text(let content): return text?(content, node.span) ?? WfText.string(content)
        case .list(let elements):
            return "[" + elements.map { literal($0, text: text) }.joined(separator: ", ") + "]"
        case .map(let map):
            if map.isEmpty { return "{}" }
            let fields = map.all.map { "\(WfText.string($0.key)): \(literal($0.value, text: text))" }
            return "{ " + fields.joined(separator: ", ") + " }"
        }
    }

    /// Values as an expression of type `[Json]`, each written as it is wanted. A truth value takes no type from its place there.
    static func elements(_ values: [DataNode], _ written: (DataNode) -> String) -> String {
        let all = values.map { $0.bool == nil ? written($0) : "toJson(\(written($0)))" }
        return "([\(all.joined(separator: ", "))] as [Json])"
    }

    /// A number literal.
    static func number(_ digits: String) -> String {
        let lower = digits.lowercased()
        let isWhole = !lower.contains(".") && !lower.contains("e")
        if isWhole { return lower == "-9223372036854775808" ? "parseJson(\"\(lower)\")" : lower }
        return "\(Double(lower) ?? 0)"
    }

    /// Compact JSON.
    static func jsonText(_ node: DataNode) -> String {
        switch node.content {
        case .null: return "null"
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let digits): return digits
        case .text(let content): return quoted(content)
        case .list(let elements): return "[" + elements.map(jsonText).joined(separator: ",") + "]"
        case .map(let map):
            return "{" + map.entries.map { quoted($0.key) + ":" + jsonText($0.value) }.joined(separator: ",")
                + "}"
        }
    }

    /// A JSON string with that content.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    private static func depth(_ node: DataNode) -> Int {
        switch node.content {
        case .list(let elements): return 1 + (elements.map(depth).max() ?? 0)
        case .map(let map): return 1 + (map.entries.map { depth($0.value) }.max() ?? 0)
        default: return 0
        }
    }

    private static func count(_ node: DataNode) -> Int {
        switch node.content {
        case .list(let elements): return elements.reduce(1) { $0 + count($1) }
        case .map(let map): return map.entries.reduce(1) { $0 + count($1.value) }
        default: return 1
        }
    }
}
