// Open Workflow: what tasks do when they run, and what is refused; the conformance kit where it is present.
import Testing
import WfCompiler
import WfDiagnostics
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfTesting

private let head = "document: {dsl: 1.0.0, namespace: n, name: w, version: 1.0.0}\ndo:\n"

private func parsed(_ text: String) -> DataNode {
    JSONReader.read(SourceFile(path: "x.json", text: text), file: FileId(0)).root
        ?? DataNode(.null, Span(file: FileId(0), start: 0, end: 0))
}

/// Runs a workflow on virtual time; what does not fit, or nil.
///
/// - Parameters:
///   - mocks: lines of the test that answer calls.
///   - expectations: lines over `outcome`, which is `{"value": …}` or `{"error": message}`.
private func mismatch(
    _ text: String, _ input: DataNode, mocks: [String] = [], _ expectations: [String], further: String = ""
) -> String? {
    let imported = Import.run(SourceFile(path: "x.yaml", text: text), file: FileId(0))
    if imported.isRefused { return "refused: \(imported.diagnostics.map { $0.message })" }
    var program = String(decoding: imported.text, as: UTF8.self)
    program += "\ntest \"recorded\" {\n" + mocks.map { "    \($0)\n" }.joined()
    program +=
        "    step outcome: Json = try {\n        step value = main(parseJson(\(WfText.string(DataText.json(input)))))\n"
    program +=
        "        { \"value\": value }\n    } catch error {\n        { \"error\": error.message }\n    }\n"
    program += expectations.map { "    expect \($0)\n" }.joined() + "}\n"
    let source = SourceFile(path: "case.wf", text: program + further)
    let compilation = Compiler.compile(
        "case.wf", provider: OverlaySourceProvider([source], over: NoSources()), tests: true)
    guard let plan = compilation.plan, let loaded = try? Plan.load(bytes: plan) else {
        return
            "does not compile: \(compilation.diagnostics.filter { $0.severity == .error }.map { $0.message })"
    }
    let outcome = TestRunner(plan: loaded, seed: 1, real: nil).run(0)
    return outcome.passed ? nil : outcome.problems.map { $0.headline }.joined(separator: "; ")
}

private func json(_ text: String) -> String { "parseJson(\(WfText.string(text)))" }

private func expect(_ tasks: String, _ input: String, gives output: String) {
    let problem = mismatch(head + tasks, parsed(input), ["outcome == \(json("{\"value\":\(output)}"))"])
    #expect(problem == nil, "\(tasks): \(problem ?? "")")
}

@Suite struct OpenWorkflowTests {
    @Test func dataFlow() {
        expect(
            "  - a: {set: {x: '${ .n + 1 }', y: '${ $input.n }'}, output: {as: '{ z: .x, y }'}}\n",
            "{\"n\": 1}", gives: "{\"z\":2,\"y\":1}")
        expect(
            "  - a: {input: {from: .in}, set: {v: '${ . }'}, export: {as: '{ seen: .v }'}}\n  - b: {set: '${ $context.seen }'}\n",
            "{\"in\": 7}", gives: "7")
        expect("  - a: {if: .n > 1, set: {x: 1}}\n", "{\"n\": 1}", gives: "{\"n\":1}")
    }

    @Test func control() {
        let jump =
            "  - a: {switch: [{big: {when: .n > 1, then: c}}, {other: {then: end}}]}\n  - b: {set: {r: b}}\n  - c: {set: {r: c}}\n"
        expect(jump, "{\"n\": 2}", gives: "{\"r\":\"c\"}")
        expect(jump, "{\"n\": 1}", gives: "{\"n\":1}")
        expect(
            "  - a: {for: {each: x, in: .l}, do: [{s: {set: {l: '${ .l }', sum: '${ (.sum // 0) + $x }'}}}]}\n",
            "{\"l\": [1, 2, 3]}", gives: "{\"l\":[1,2,3],\"sum\":6}")
        expect(
            "  - a: {fork: {branches: [{x: {set: {r: 1}}}, {y: {set: {r: 2}}}]}}\n", "{}",
            gives: "[{\"r\":1},{\"r\":2}]")
        expect("  - a: {wait: {days: 3}}\n  - b: {set: {r: 1}}\n", "{}", gives: "{\"r\":1}")
    }

    @Test func errors() {
        let raise =
            "  - a: {try: [{r: {raise: {error: {type: 'https://x.y/boom', status: 400, title: Bad}}}}], catch: {errors: {with: {status: 400}}, as: e, do: [{s: {set: {t: '${ $e.title }'}}}]}}\n"
        expect(raise, "{}", gives: "{\"t\":\"Bad\"}")
        let uncaught = mismatch(
            head + raise.replacing("with: {status: 400}", with: "with: {status: 500}"), parsed("{}"),
            ["outcome == \(json("{\"error\":\"https://x.y/boom#400: Bad\"}"))"])
        #expect(uncaught == nil, "\(uncaught ?? "")")
    }

    @Test func refused() {
        func codes(_ tasks: String) -> [String] { imported(head + tasks, as: "x.yaml").codes }
        #expect(codes("  - a: {set: {}}\n    b: {set: {}}\n") == ["WF9234:4"])
        #expect(codes("  - a: {call: http, with: {method: get, endpoint: x}, foo: 1}\n") == ["WF9236:3"])
        #expect(codes("  - a: {set: {}, then: b}\n") == ["WF9230:3"])
        #expect(codes("  - a: {}\n") == ["WF9237:3"])
        #expect(codes("  - a: {set: {}}\n  - a: {set: {}}\n") == ["WF9231:4"])
        #expect(codes("  - a: {listen: {to: {any: [], until: {any: [], until: x}}}}\n") == ["WF9236:3"])
        #expect(imported("do: []\n", as: "x.yaml").codes == ["WF9233:1"])
    }

    @Test func examples() throws {
        guard let folder = corpus("openworkflow") else { return }
        var fine = Scoreboard("openworkflow, examples")
        var refused = Scoreboard("openworkflow, refused")
        for row in try oracle(folder + "/expected.json") {
            let file = row["file"]?.text ?? ""
            let result = compiled(try readFile(folder + "/" + file), as: file)
            if row["want"]?.text == "refuse" {
                refused.add(file, isRight: result.isRefused && !result.codes.isEmpty, "\(result.codes)")
            } else {
                fine.add(
                    file, isRight: !result.isRefused,
                    "\(result.codes) \(result.diagnostics.first { $0.severity == .error }?.message ?? "")")
            }
        }
        fine.finish(atLeast: 68)
        refused.finish(atLeast: 3)
    }

    private let wholeResponse =
        "{\"request\": {\"method\": \"GET\", \"uri\": \"x\", \"headers\": {}}, \"headers\": {}, "
        + "\"statusCode\": 200, \"content\": {\"id\": 1, \"name\": \"x\", \"status\": \"sold\"}}"

    /// Answers the kit's calls: a shop of pets, and a check of names and passwords.
    private func mocks(_ row: DataNode) -> [String] {
        let text = row["definition"]?.text ?? ""
        var lines: [String] = []
        if text.contains("call: http") {
            let calls = (row["calls"]?.list ?? []).compactMap { $0.text }
            let pet = "\\{\\\"id\\\": {id}, \\\"name\\\": \\\"x\\\", \\\"status\\\": \\\"available\\\"\\}"
            if calls.contains(where: { $0.contains("getPetByName") }) {
                lines.append("mock http.request fails http(404) \"404 not found\"")
            } else if calls.contains(where: { $0.contains("findByStatus") }) {
                lines.append("let id = 1")
                lines.append(
                    "mock http.request = (method, url) => http.Response { status: 200, headers: [:], body: \"[\(pet)]\".bytes, url }"
                )
            } else {
                lines.append("mock http.request = (method, url) => petAnswer(url)")
            }
        }
        if text.contains("call: openapi") {
            // Who completes the task answers in the form that it asks for.
            let isWhole = text.contains("output: response")
            lines.append(
                isWhole
                    ? "mock task = \(json(wholeResponse))"
                    : "mock task = parseJson(\"\\{\\\"id\\\": 1, \\\"name\\\": \\\"x\\\", \\\"status\\\": \\\"available\\\"\\}\")"
            )
        }
        return lines
    }

    private func expectations(_ expect: DataNode) -> [String] {
        if expect["outcome"]?.text == "fault" {
            var lines = ["outcome.has(\"error\")"]
            if let error = expect["error"] {
                lines.append(
                    "outcome[\"error\"] == toJson(\(WfText.string("\(error["type"]?.text ?? "")#\(error["status"]?.int ?? 0): \(error["title"]?.text ?? "")")))"
                )
            }
            return lines
        }
        var lines = ["outcome.has(\"value\")"]
        if let output = expect["output"] {
            lines.append("outcome[\"value\"] == \(json(DataText.json(output)))")
        }
        func path(_ text: String) -> String {
            text.split(separator: ".").map { "\"\($0)\"" }.joined(separator: ", ")
        }
        for property in expect["properties"]?.list ?? [] {
            lines.append("dynamic.has(outcome[\"value\"], [\(path(property.text ?? ""))])")
        }
        for value in expect["values"]?.map?.entries ?? [] {
            lines.append(
                "dynamic.find(outcome[\"value\"], [\(path(value.key))]) == \(json(DataText.json(value.value)))"
            )
        }
        for count in expect["counts"]?.map?.entries ?? [] {
            lines.append(
                "dynamic.find(outcome[\"value\"], [\(path(count.key))]).count == \(count.value.int ?? 0)")
        }
        return lines
    }

    @Test func conformanceKit() throws {
        guard let folder = corpus("openworkflow") else { return }
        var score = Scoreboard("openworkflow, scenarios")
        let bytes = try readFile(folder + "/ctk/scenarios.json")
        let root = JSONReader.read(SourceFile(path: "scenarios.json", bytes: bytes), file: FileId(0)).root
        for row in root?.list ?? root?["scenarios"]?.list ?? root?["files"]?.list ?? [] {
            guard let definition = row["definition"]?.text, let expect = row["expect"] else { continue }
            let input = row["input"] ?? parsed("null")
            let answers =
                "\nfunc petAnswer(url: String) -> http.Response {\n    let id = url.split(\"/\").last ?? \"1\"\n"
                + "    http.Response { status: 200, headers: [:], body: \"\\{\\\"id\\\": {id.toInt() ?? 1}, \\\"name\\\": \\\"x\\\", \\\"status\\\": \\\"sold\\\"\\}\".bytes, url }\n}\n"
            let problem = mismatch(
                definition, input, mocks: mocks(row), expectations(expect),
                further: definition.contains("call: http") ? answers : "")
            score.add(row["scenario"]?.text ?? "", isRight: problem == nil, problem ?? "")
        }
        score.finish(atLeast: 21)
    }
}
