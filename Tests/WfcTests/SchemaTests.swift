// `wfc schema`: the documents are JSON Schema, accept what runs take and give, and refuse what the run refuses. The judge is
// Python's `jsonschema`; where that is not installed, only the documents themselves are looked at.
import Testing
import WfTestSupport

private let wfi = builtCommand("wfi")

/// Says `valid` or `refused` for each line, a JSON value, of `values`.
private let judge = """
    import json, sys
    from jsonschema import Draft202012Validator, FormatChecker
    schema = json.load(open("schema.json"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    for line in open("values"):
        print("valid" if validator.is_valid(json.loads(line)) else "refused")
    """

/// A Python that has the judge, or nil.
private let python: String? = ["python3", "/usr/bin/python3"].first { python in
    (try? runProcess(python, ["-c", "import jsonschema"]))?.status == 0
}

private let program = #"""
    /// How fast.
    enum Mode { slow, fast(Int), tuned(low: Int, high: Int?), pair(Int, String) }
    enum Color { red, green }

    /// What is bought.
    record Line {
        /// Its name.
        article: String
        price: Decimal
        tags: [String] = []
        note: String?
    }

    open record Loose { id: Int }
    record Tree { value: Int, children: [Tree] = [] }

    /// Buys things.
    workflow main(
        /// The lines.
        lines: [Line],
        mode: Mode = .fast(3),
        tree: Tree?,
        loose: Loose = Loose { id: 1 },
        counts: [Int: Int] = [:],
        colors: [Color: Bool] = [:],
        point: (Int, Float) = (1, 2.0),
        wait: Duration = 10s,
        at: Time?,
        extra: Json = null,
        raw: Bytes?
    ) -> (Mode, [Line]) {
        (mode, lines)
    }

    workflow other() { nop() }
    """#

/// Inputs of `main`, one a line.
private let inputs = [
    #"{"lines": []}"#,
    #"{"lines": [{"article": "tea", "price": 9.5}]}"#,
    #"{"lines": [{"article": "tea", "price": "9.50", "tags": ["a"], "note": null}], "mode": "slow"}"#,
    #"{"lines": [], "mode": {"fast": 7}, "tree": {"value": 1, "children": [{"value": 2}]}}"#,
    #"{"lines": [], "mode": {"tuned": {"low": 1}}, "loose": {"id": 2, "more": true}}"#,
    #"{"lines": [], "mode": {"pair": [1, "x"]}, "counts": {"-3": 4}, "colors": {"red": true}}"#,
    #"{"lines": [], "point": [1, 2.5], "wait": "1h30m", "at": "2026-01-02T03:04:05Z", "extra": [1, {}], "raw": "aGk="}"#,
    #"{}"#,
    #"{"lines": [{"article": "tea"}]}"#,
    #"{"lines": [{"article": "tea", "price": true}]}"#,
    #"{"lines": [{"article": "tea", "price": "much"}]}"#,
    #"{"lines": [{"article": "tea", "price": 1, "colour": 1}]}"#,
    #"{"lines": [], "unknown": 1}"#,
    #"{"lines": [], "mode": "quick"}"#,
    #"{"lines": [], "mode": "fast"}"#,
    #"{"lines": [], "mode": {"slow": 1}}"#,
    #"{"lines": [], "mode": {"fast": 1, "slow": 1}}"#,
    #"{"lines": [], "mode": {"tuned": {"high": 1}}}"#,
    #"{"lines": [], "mode": {"pair": [1]}}"#,
    #"{"lines": [], "tree": {"value": 1, "children": [{}]}}"#,
    #"{"lines": [], "counts": {"x": 4}}"#,
    #"{"lines": [], "colors": {"blue": true}}"#,
    #"{"lines": [], "point": [1, 2, 3]}"#,
    #"{"lines": [], "wait": "soon"}"#,
    #"{"lines": [], "wait": 10}"#,
    #"{"lines": [], "counts": {"1": 1e40}}"#,
    #"{"lines": null}"#,
]

@Suite struct SchemaTests {
    private func judged(_ place: Workplace, _ schema: String, _ values: [String]) throws -> [String] {
        try place.put("schema.json", schema)
        try place.put("values", values.joined(separator: "\n") + "\n")
        let result = try runProcess(try #require(python), ["-c", judge], workingFolder: place.path)
        #expect(result.status == 0, "\(result.errorText)")
        return result.outputText.split(separator: "\n").map(String.init)
    }

    @Test(.enabled(if: python != nil)) func schemaAndRunAgreeOnInputs() throws {
        let place = try Workplace(["a.wf": program])
        let schema = try place.run("schema", "a.wf", "--of", "input")
        #expect(schema.status == 0, "\(schema.errorText)")
        let verdicts = try judged(place, schema.outputText, inputs)
        var outputs: [String] = []
        for (input, verdict) in zip(inputs, verdicts) {
            let run = try runProcess(
                wfi, ["run", "-q", "a.wf", "--input", input, "--workflow", "main"], workingFolder: place.path)
            #expect((run.status == 0) == (verdict == "valid"), "\(input): \(verdict), \(run.errorText)")
            if run.status == 0 { outputs.append(run.outputText.filter { $0 != "\n" }) }
        }
        #expect(outputs.count == 7)
        let output = try place.run("schema", "a.wf", "--of", "output").outputText
        let wrong = [#"["slow"]"#, #"[{"fast":"1"},[]]"#, "null"]
        #expect(
            try judged(place, output, outputs + wrong)
                == outputs.map { _ in "valid" } + wrong.map { _ in "refused" })
    }

    @Test func defaultsOfConfigAreSaid() throws {
        let text = "config size: Int = 6 * 7\nworkflow main() -> Int { size }\n"
        let place = try Workplace(["a.wf": text])
        let schema = try place.run("schema", "a.wf", "--of", "config")
        #expect(schema.outputText.contains("\"default\": 42"), "\(schema.outputText)")
        // A source file is never written over.
        let refused = try place.run("schema", "a.wf", "-o", "a.wf")
        #expect(refused.status == 2 && refused.errorText.contains("is a source file"))
        #expect(try place.text("a.wf") == text)
    }

    /// The real inputs and values of the suite's cases that run to an end.
    @Test(.enabled(if: python != nil)) func suiteCasesFitTheirSchemas() throws {
        var judgedCases = 0
        let cases = try LanguageSuite(folder: "Tests/Language").cases().filter { $0.kind == .run }
        for (index, testCase) in cases.enumerated() where index % 6 == 0 {
            guard
                let expected = testCase.text.split(separator: "\n").first(where: {
                    $0.hasPrefix("//@ expect ")
                })
            else { continue }
            let place = try Workplace(["case.wf": testCase.text])
            let output = try place.run("schema", "case.wf", "--of", "output")
            guard output.status == 0 else { continue }
            let value = String(expected.dropFirst("//@ expect ".count))
            #expect(try judged(place, output.outputText, [value]) == ["valid"], "\(testCase.path): \(value)")
            judgedCases += 1
        }
        #expect(judgedCases >= 20)
    }

    @Test func documentSaysWhatTheAuthorSays() throws {
        let place = try Workplace(["a.wf": program])
        let text = try place.run("schema", "a.wf").outputText
        #expect(text.hasPrefix("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"))
        for words in [
            "\"main.input\"", "\"main.output\"", "\"other.input\"", "\"other.output\"",
            "\"description\": \"Buys things.\"", "\"description\": \"The lines.\"",
            "\"description\": \"Its name.\"",
            "\"description\": \"How fast.\"", "\"default\": {\"fast\":3}", "\"default\": \"10s\"",
        ] { #expect(text.contains(words), "\(words) is missing in \(text)") }
        #expect(try place.run("schema", "a.wf").outputText == text)
        let one = try place.run("schema", "a.wf", "-w", "other", "-o", "o.json")
        #expect(one.status == 0 && one.outputText == "")
        #expect(try !place.text("o.json").contains("main.input"))
        let typo = try place.run("schema", "a.wf", "-w", "othre")
        #expect(typo.status == 2 && typo.errorText.contains("did you mean `other`?"))
    }

    @Test func signalsAndQueriesHaveSchemas() throws {
        let place = try Workplace()
        try place.put(
            "a.wf",
            """
            record Payment { amount: Int }
            workflow inner() -> Int {
                signal more: String
                step m = await more
                m.count
            }
            workflow main() -> Int {
                signal paid: Payment
                query progress: Float = 0.5
                step p = await paid
                step n = inner()
                p.amount + n
            }
            """)
        let text = try place.run("schema", "a.wf").outputText
        #expect(text.contains("\"main.signal.paid\""), "\(text)")
        #expect(text.contains("\"main.signal.more\""), "a signal of a workflow that it calls: \(text)")
        #expect(text.contains("\"inner.signal.more\"") && !text.contains("\"inner.signal.paid\""))
        #expect(text.contains("\"main.query.progress\""))
    }
}
