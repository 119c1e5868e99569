// The examples of doc comments as tests: in a fence ```wf, a line `expression // = json` says what the expression yields,
// and the other lines declare what it needs. Each example becomes a test on the line where it stands. Knows text only.
import WfCompiler
import WfSource

/// The examples of one file.
struct ExampleTests {
    /// One fence that yields something.
    private struct Fence {
        var declarations: [(line: Int, text: String)] = []
        var yields: [(line: Int, expression: String, json: String)] = []
    }
    private let path: String
    private var fences: [Fence] = []

    init(path: String, text: String) {
        self.path = path
        var open: Fence?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.drop { $0 == " " }
            guard words.hasPrefix("///") else {
                open = nil
                continue
            }
            let content = words.dropFirst(words.hasPrefix("/// ") ? 4 : 3)
            if content.hasPrefix("```") {
                if let open, !open.yields.isEmpty { fences.append(open) }
                open = open == nil && content == "```wf" ? Fence() : nil
            } else if let mark = content.firstRange(of: " // = ") {
                open?.yields.append(
                    (index, String(content[..<mark.lowerBound]), String(content[mark.upperBound...])))
            } else {
                open?.declarations.append((index, String(content)))
            }
        }
    }

    /// A program for each fence, in which everything stands on the line where it stands in the file.
    var programs: [SourceFile] {
        guard let use else { return [] }
        return fences.map { fence in
            let last = max(fence.declarations.last?.line ?? 0, fence.yields.last?.line ?? 0)
            var lines = [String](repeating: "", count: last + 1)
            lines[0] = use
            for (line, text) in fence.declarations { lines[line] = text }
            for (line, expression, json) in fence.yields {
                lines[line] =
                    "test \"example in line \(line + 1)\" { expect toJson(\(expression)) == "
                    + "parseJson(r###\"\(json)\"###) }"
            }
            return SourceFile(path: "\(path), examples", text: lines.joined(separator: "\n") + "\n")
        }
    }

    /// How an example comes by the module; nil where its name is no name.
    private var use: String? {
        if let name = StandardLibrary.moduleName(ofPath: path) {
            return name == "std.core" ? "" : "use \(name)"
        }
        let file = path.split(separator: "/").last.map { String($0) } ?? path
        let name = file.hasSuffix(".wf") ? file.dropLast(3) : Substring(file)
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { return nil }
        return "use \"./\(file)\" as \(name)"
    }
}
