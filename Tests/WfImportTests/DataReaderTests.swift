// Reading YAML, JSON and Markdown: what is refused, by which code and at which line, and what values mean.
import Testing
import WfDiagnostics
import WfImport
import WfSource

private func yaml(_ text: String) -> DataDocument {
    YAMLReader.read(SourceFile(path: "x.yaml", text: text), file: FileId(0))
}

private func json(_ text: String, isRelaxed: Bool = false) -> DataDocument {
    JSONReader.read(SourceFile(path: "x.json", text: text), file: FileId(0), isRelaxed: isRelaxed)
}

/// Compact, for comparison: text in quotes, the rest as it is.
private func shown(_ node: DataNode?) -> String {
    guard let node else { return "nothing" }
    switch node.content {
    case .null: return "null"
    case .bool(let bool): return "\(bool)"
    case .number(let digits): return digits
    case .text(let text): return "'\(text)'"
    case .list(let list): return "[" + list.map(shown).joined(separator: ",") + "]"
    case .map(let map):
        return "{" + map.entries.map { "\($0.key):\(shown($0.value))" }.joined(separator: ",") + "}"
    }
}

@Suite struct DataReaderTests {
    @Test func coreSchemaOfYAML12() {
        let words = "[no, yes, off, on, y, n, ~, null, true, False, TRUE, nUll]"
        #expect(
            shown(yaml(words).root)
                == "['no','yes','off','on','y','n',null,null,true,false,true,'nUll']")
        let numbers = "[010, 1:30, 0x10, 0o10, 1.10, 2024-02-30, +5, -0, .5, 5., 1e3, 0b1, 1_000]"
        #expect(
            shown(yaml(numbers).root)
                == "[10,'1:30',16,8,1.10,'2024-02-30',5,-0,0.5,5.0,1e3,'0b1','1_000']")
        #expect(shown(yaml("a: \"10\"\nb: !!str 10\nc: !!int \"3\"").root) == "{a:'10',b:'10',c:3}")
    }

    @Test func placesOfYAML() {
        let source = SourceFile(path: "x.yaml", text: "é: ü\nlist:\n  - ä: [ö, x]\n")
        let root = YAMLReader.read(source, file: FileId(0)).root
        let inner = root?["list"]?.list?[0]["ä"]?.list?[1]
        #expect(inner.map { source.text(from: $0.span.start, to: $0.span.end) } == "x")
        #expect(
            inner.map { LineIndex(source).position(at: $0.span.start) } == LineColumn(line: 3, column: 12))
    }

    @Test func refusedYAML() {
        let deep = String(repeating: "[", count: 10_000)
        let laughs =
            "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + (0..<9).map { index in
                let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
                let uses = [String](repeating: "*\(names[index])", count: 10).joined(separator: ",")
                return "\(names[index + 1]): &\(names[index + 1]) [\(uses)]\n"
            }.joined()
        let cases: [(String, String)] = [
            ("# only\n# comments", "WF9201:1"), ("a: 1\nb: 2\na: 3", "WF9207:3"), ("a:\n\t- b", "WF9208:2"),
            ("a: 1\n  b: 2\n c: 3", "WF9208:2"), ("a: \"open", "WF9208:1"), ("- a\n- b", "WF9209:1"),
            ("word", "WF9209:1"), (laughs, "WF9214:6"), ("a: &x\n  b: *x", "WF9215:2"), ("a: *x", "WF9216:1"),
            ("? [a]\n: b", "WF9217:1"), ("a: {{ b }}", "WF9217:1"), ("a: !!python/object:os.x b", "WF9218:1"),
            ("a: \(deep)", "WF9003:1"), ("%YAML 3.0\n---\na: b", "WF9208:1"), ("a: 1\u{7}", "WF9203:1"),
            ("a: 1\nb: \u{0}", "WF9203:2"), ("- \(String(repeating: "9", count: 400))", "WF9210:1"),
        ]
        for (text, code) in cases {
            #expect(imported(text, as: "x.yaml").codes == [code], "\(text.prefix(40))")
        }
        #expect(imported([0x61, 0x3A, 0x20, 0x0A, 0xE9], as: "x.yaml").codes == ["WF9202:2"])
        #expect(imported([0xFF, 0xFE, 0x61, 0], as: "x.yaml").codes == ["WF9202:1"])
    }

    @Test func anchorsAndAliases() {
        let steps = "steps:\n  - id: a\n    action: x\n"
        #expect(
            imported(steps + "    with: &x\n      b: 1\n", as: "x.yaml").codes == ["WF9240:2", "WF9223:4"])
        let again = imported(
            steps + "    with: &x {b: 1}\n  - id: c\n    action: y\n    with: &x {b: *x}\n", as: "x.yaml")
        // The second takes the name, so that its alias stands inside it, and nothing refers to the first.
        #expect(again.codes == ["WF9223:4", "WF9215:7"])
        // Reading goes on behind an alias that names nothing.
        #expect(imported("a: *x\nb: *y\nc: &z 1\nd: *z\n", as: "x.yaml").codes == ["WF9216:1", "WF9216:2"])
    }

    @Test func manyValues() {
        let many = "- 1\n" + String(repeating: "- 1\n", count: Limits.importElementsMax)
        #expect(imported(many, as: "x.yaml").codes == ["WF9002:250000"])
        let list = "[" + String(repeating: "1,", count: Limits.importElementsMax) + "1]"
        #expect(imported(list, as: "x.json").codes == ["WF9002:1"])
        let aliases = "a: &a 1\nb:\n" + String(repeating: "- *a\n", count: 1_000_000)
        #expect(imported(aliases, as: "x.yaml").codes.count == 1)
        let anchors = "steps: []\nb:\n" + (0..<100_000).map { "- &a\($0) 1\n" }.joined()
        #expect(yaml(anchors).root?["b"]?.list?.count == 100_000)
    }

    @Test func notesOfYAML() {
        func codes(_ text: String) -> [String] { yaml(text).diagnostics.map { "\($0.code)" } }
        #expect(codes("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2") == ["WF9220"])
        #expect(shown(yaml("a: &x {b: 1, d: 1}\nc:\n  <<: *x\n  d: 2").root?["c"]) == "{d:2,b:1}")
        #expect(shown(yaml("\"<<\": {a: 1}").root) == "{<<:{a:1}}")
        #expect(codes("a: 1\n---\nb: 2") == ["WF9221"])
        #expect(codes("a: .inf") == ["WF9222"])
        #expect(codes("a: !mine b") == ["WF9219"])
        #expect(codes("a: 99999999999999999999") == ["WF9211"])
    }

    @Test func refusedJSON() {
        let deep = String(repeating: "[", count: 10_000)
        let cases: [(String, String)] = [
            ("{\"a\": 1,\n}", "WF9208:2"), ("{\n// no\n}", "WF9208:2"), ("{\n'a': 1}", "WF9208:2"),
            ("{\"a\": NaN}", "WF9208:1"), ("{\"a\":\n1e999}", "WF9210:2"), ("{\"a\": 01}", "WF9208:1"),
            ("{\"a\": \"\\uD800\"}", "WF9208:1"), ("{\"a\": \"\t\"}", "WF9208:1"), ("{} {}", "WF9208:1"),
            ("{\"a\": 1,\n\"a\": 2}", "WF9207:2"), ("[]", "WF9209:1"), ("\"a\"", "WF9209:1"),
            ("{\"a\": \(deep)", "WF9003:1"), ("{\"a\":", "WF9208:1"), ("{\"a", "WF9208:1"),
            ("{\"x\": 1}", "WF9238:1"),
        ]
        for (text, code) in cases {
            #expect(imported(text, as: "x.json").codes == [code], "\(text.prefix(40))")
        }
    }

    @Test func valuesOfJSON() {
        let text = "{\"a\": [1, -2.50, 1e5, true, null, \"\\u00e9\\ud83d\\ude00\\n\"], \"b\": {}}"
        #expect(shown(json(text).root) == "{a:[1,-2.50,1e5,true,null,'é😀\n'],b:{}}")
        #expect(shown(json("{\"a\": 1, /* x */ \"b\": [1,], // y\n}", isRelaxed: true).root) == "{a:1,b:[1]}")
        #expect(json("[1180591620717411303424]").diagnostics.map { "\($0.code)" } == ["WF9211"])
    }

    @Test func frontMatter() {
        func codes(_ text: String) -> [String] { imported(text, as: "x.md").codes }
        #expect(codes("# Title") == ["WF9225:1"])
        #expect(codes("\n---\na: b\n---\n") == ["WF9225:1"])
        #expect(codes("---\na: b\n") == ["WF9226:1"])
        #expect(codes("---\n---\n") == ["WF9227:1"])
        #expect(codes("---\nname: b\n...\n") == ["WF9228:3"])
        #expect(codes("---\nname: b\na: [\n---\n") == ["WF9208:4"])
        #expect(codes("---\n- b\n---\n") == ["WF9209:2"])
        #expect(codes("\u{FEFF}--- \r\nname: b\r\n---\t") == [])
    }

    /// A CR alone ends no line: what stands behind many of them is where the file says.
    @Test func linesOfMarkdown() {
        let text = "---\nname: a\n---\n# t\r\r\r\r\rx\n\n## 1. Fetch\n```action\na\r\r\r\r\r\r: b\n```"
        let source = SourceFile(path: "x.md", text: text)
        let blocks = MarkdownReader.read(source, file: FileId(0)).0?.blocks ?? []
        let lines = LineIndex(source)
        #expect(blocks.map { lines.position(at: $0.1.start).line } == [4, 6, 7])
    }

    @Test func blocksOfMarkdown() {
        let text =
            "---\nname: b\n---\n# A *b* `c`\n\nWords.\n\n```action x\nkey: 1\n```\n\n---\n\n    indented\n"
        let source = SourceFile(path: "x.md", text: text)
        let blocks = MarkdownReader.read(source, file: FileId(0)).0?.blocks ?? []
        let words = blocks.map { block, span in
            switch block {
            case .heading(let level, let text): return "\(level) \(text)"
            case .prose(let text): return text
            case .quotedCode(let info): return "quoted \(info)"
            case .code(let info, let bytes):
                return "\(info): \(source.text(from: UInt32(bytes.lowerBound), to: UInt32(bytes.upperBound)))"
            }
        }
        #expect(words == ["1 A b c", "Words.", "action x: key: 1", "    indented"])
    }
}
