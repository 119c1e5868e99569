// Every example in a doc comment of the standard library is a test: what stands in a `wf` fence checks, and each of its lines
// `expression // = value` yields that value, written as the JSON that `wfi run` prints.
import Testing
import WfBuiltins
import WfTestSupport
import WfValue

/// A fence of a module's doc comment.
private struct Example: CustomStringConvertible {
    let module: String
    let line: Int
    var declarations: [String] = []
    var expressions: [(text: String, value: String)] = []
    var description: String { "stdlib/\(module).wf:\(line)" }

    /// A program that yields the JSON texts of the expressions.
    var program: String {
        var lines = module == "core" ? [] : ["use std.\(module)"]
        lines += declarations
        lines += ["workflow main() -> [Json] {", "    ["]
        lines += expressions.map { "        (\($0.text)) as Json," }
        return (lines + ["    ]", "}", ""]).joined(separator: "\n")
    }
}

private func examples(_ module: String) throws -> [Example] {
    var found: [Example] = []
    var open: Example?
    let text = String(decoding: try readFile("stdlib/\(module).wf"), as: UTF8.self)
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        guard line.hasPrefix("///") else {
            #expect(open == nil, "stdlib/\(module).wf:\(number + 1): the fence is not closed")
            continue
        }
        let words = line.dropFirst(line.hasPrefix("/// ") ? 4 : 3)
        if words.hasPrefix("```") {
            if let example = open {
                found.append(example)
                open = nil
            } else {
                open = Example(module: module, line: number + 1)
            }
        } else if open != nil, !words.isEmpty {
            if let mark = words.firstRange(of: " // = ") {
                open?.expressions.append(
                    (String(words[..<mark.lowerBound]), String(words[mark.upperBound...])))
            } else {
                open?.declarations.append(String(words))
            }
        }
    }
    return found
}

private let modules = folderEntries("stdlib").filter { $0.hasSuffix(".wf") }.map {
    String($0.dropLast(3))
}.sorted()

@Suite struct StandardLibraryTests {
    @Test(arguments: modules) func examplesYieldWhatTheySay(module: String) throws {
        for example in try examples(module) { try check(example) }
    }

    @Test func builtinsHaveExamplesThatYieldWhatTheySay() throws {
        var example = Example(module: "core", line: 0)
        var types = TypeTable()
        let table = BuiltinTable(types: &types)
        for builtin in Builtin.allCases where !builtin.declaration.isHidden {
            let text = try #require(builtin.example.map { "\($0)" }, "\(builtin) has an example")
            let mark = try #require(text.firstRange(of: " // = "), "\(text)")
            let name = table[builtin].name
            #expect(text[..<mark.lowerBound].contains(name), "\(text) calls \(name)")
            example.expressions.append((String(text[..<mark.lowerBound]), String(text[mark.upperBound...])))
        }
        try check(example)
    }

    private func check(_ example: Example) throws {
        let folder = try TemporaryFolder("wf-stdlib")
        try writeFile(folder.path + "/a.wf", Array(example.program.utf8))
        let result = try runProcess(
            builtCommand("wfi"), ["run", "--quiet", "a.wf"], workingFolder: folder.path)
        let expected = "[" + example.expressions.map(\.value).joined(separator: ",") + "]\n"
        #expect(result.outputText == expected, "\(example): \(result.errorText)")
    }

    @Test func modulesHaveExamples() throws {
        let counts = try modules.map { try examples($0).reduce(0) { $0 + $1.expressions.count } }
        #expect(counts.reduce(0, +) >= 40)
    }
}
