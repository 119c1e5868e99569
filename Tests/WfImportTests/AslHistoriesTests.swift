// State machines run: each recorded run again, from its definition through text, plan and engine on virtual time.
import Testing
import WfCompiler
import WfDiagnostics
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfTesting

/// A definition that is run in a test of wf: what the run yields, or the name of its error.
struct RecordedRun {
    let definition: DataNode
    let input: DataNode

    /// What does not fit, or nil.
    ///
    /// - Parameter expected: the output; nil when an error is expected.
    func mismatch(expected: DataNode?, error: String?) -> String? {
        let bytes = Array(DataText.json(definition).utf8)
        let imported = Import.run(SourceFile(path: "machine.json", bytes: bytes), file: FileId(0))
        if imported.isRefused { return "refused: \(imported.diagnostics.map(\.message))" }
        var text = String(decoding: imported.text, as: UTF8.self)
        text += "\ntest \"recorded\" {\n    step outcome: Json = try {\n"
        text +=
            "        step value = main(parseJson(\(WfText.string(DataText.json(input)))))\n        { \"value\": value }\n"
        text += "    } catch error {\n        { \"error\": dynamic.errorName(error) }\n    }\n"
        if let expected {
            text +=
                "    expect outcome == parseJson(\(WfText.string("{\"value\":" + DataText.json(expected) + "}")))\n}\n"
        } else {
            text +=
                "    expect outcome == parseJson(\(WfText.string("{\"error\":\"" + (error ?? "") + "\"}")))\n}\n"
        }
        let source = SourceFile(path: "case.wf", text: text)
        let compilation = Compiler.compile(
            "case.wf", provider: OverlaySourceProvider([source], over: NoSources()), tests: true)
        guard let plan = compilation.plan, let loaded = try? Plan.load(bytes: plan) else {
            return
                "does not compile: \(compilation.diagnostics.filter { $0.severity == .error }.map(\.message).prefix(3))"
        }
        let outcome = TestRunner(plan: loaded, seed: 1, real: nil).run(0)
        return outcome.passed ? nil : outcome.problems.map(\.headline).joined(separator: "; ")
    }
}

extension DataText {
    /// Compact JSON, numbers as they were written.
    static func json(_ node: DataNode) -> String {
        switch node.content {
        case .null: return "null"
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let digits): return digits
        case .text(let text): return WfJson.quoted(text)
        case .list(let list): return "[" + list.map(json).joined(separator: ",") + "]"
        case .map(let map):
            return "{"
                + map.entries.map { WfJson.quoted($0.key) + ":" + json($0.value) }.joined(separator: ",")
                + "}"
        }
    }
}

@Suite struct AslHistoriesTests {
    private let null = DataNode(.null, Span(file: FileId(0), start: 0, end: 0))

    /// The rows of some files that hold no calls of services, and that have ended.
    private func score(_ name: String, _ files: [String], atLeast target: Int, of folder: String) throws {
        var score = Scoreboard(name)
        for file in files {
            for row in try oracle(folder + "/histories/" + file + ".jsonl") where row["services"] == nil {
                let run = RecordedRun(definition: row["definition"] ?? null, input: row["input"] ?? null)
                let isError = row["status"]?.text == "FAILED"
                let expected = isError ? nil : row["output"] ?? null
                let mismatch = run.mismatch(expected: expected, error: row["error"]?.text)
                score.add(row["id"]?.text ?? "", isRight: mismatch == nil, mismatch ?? "")
            }
        }
        score.finish(atLeast: target)
    }

    @Test func histories() throws {
        guard let folder = corpus("asl") else { return }
        let files = ["base", "scenarios", "error_handling", "intrinsic_functions"]
        try score("asl, histories without services", files, atLeast: 250, of: folder)
    }

    @Test func choices() throws {
        guard let folder = corpus("asl") else { return }
        try score("asl, choices", ["choice_operators"], atLeast: 393, of: folder)
    }

    @Test func definitions() throws {
        guard let folder = corpus("asl") else { return }
        var templates = Scoreboard("asl, templates")
        for row in try oracle(folder + "/expected.json") where row["tier"] != nil {
            let file = row["file"]?.text ?? ""
            let result = compiled(try readFile(folder + "/" + file), as: file)
            templates.add(file, isRight: !result.isRefused, "\(result.codes)")
        }
        templates.finish(atLeast: 155)
        var refused = Scoreboard("asl, refused")
        for row in try oracle(folder + "/invalid.jsonl") {
            let result = compiled(DataText.json(row["definition"] ?? null), as: "x.json")
            refused.add(row["id"]?.text ?? "", isRight: result.isRefused, "\(result.codes)")
        }
        refused.finish(atLeast: 8)
    }
}
