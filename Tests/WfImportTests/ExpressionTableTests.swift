// Tables of expressions beside their values by the rules of the formats, in Expressions/*.txt: each stands in a file of its
// format, which is imported and run. A row `… => note` has to be named instead.
import Testing
import WfDiagnostics
import WfEngine
import WfImport
import WfPlan
import WfSource
import WfTestSupport
import WfValue

/// One row of a table.
private struct Row {
    let expression: String
    let expected: String
    let isCondition: Bool
    var isNote: Bool { expected == "note" }
}

private func table(_ name: String) throws -> [Row] {
    let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    let text = String(decoding: try readFile("/\(folder)/Expressions/\(name).txt"), as: UTF8.self)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
        let parts = line.split(separator: " =>", omittingEmptySubsequences: false)
        var expression = parts.dropLast().joined(separator: " =>")
        let isCondition = expression.hasPrefix("if: ")
        if isCondition { expression = String(expression.dropFirst(4)) }
        let expected = String(parts[parts.count - 1].drop { $0 == " " })
        return Row(expression: expression, expected: expected, isCondition: isCondition)
    }
}

/// What a file's run is asked to do, by the title of the work item.
private func asked(
    _ result: CompiledImport, data: String, answer: @escaping (String) -> String? = { _ in nil }
) throws -> [String: DataNode] {
    let errors = result.diagnostics.filter { $0.severity == .error }.map { "\($0.code): \($0.message)" }
    #expect(!result.isRefused, "\(errors) in \(result.text)")
    guard let bytes = result.compilation.plan else { return [:] }
    let plan = try Plan.load(bytes: bytes)
    let world = VirtualWorld(plan)
    var found: [String: DataNode] = [:]
    world.people = { asked in
        found[asked.title] = asked.input
        guard let text = answer(asked.title) else {
            return Answer(outcome: .failure(EffectFailure(kind: "failed", message: "it fails")))
        }
        return (try? plan.types.binary(fromJson: text, as: .json)).map { Answer(outcome: .success($0)) }
    }
    _ = try world.start(world.workflow("main") ?? 0, data: data)
    try world.go(for: 3_600_000_000)
    return found
}

@Suite struct ExpressionTableTests {
    /// Lines of the file that a message about an expression is about.
    private func named(_ result: CompiledImport) -> Set<Int> {
        Set(result.diagnostics.filter { $0.code.description == "WF9242" }.map(result.line))
    }

    @Test func expressionsOfGitHub() throws {
        let rows = try table("github")
        var file = """
            on: push
            env: {A: alpha}
            jobs:
              a: {runs-on: x, outputs: {out: "x y", json: '{"k": [1, {"z": "q"}]}'}, steps: [{uses: t/a}]}
              b: {runs-on: x, if: false, steps: [{uses: t/b}]}
              c:
                runs-on: x
                needs: [a, b]
                if: always()
                strategy: {matrix: {os: [linux], n: [3], o: [{k: V}]}}
                env: {B: "${{ env.A }}-b", JOB: "job ${{ matrix.os }}"}
                steps:
                  - {id: s, uses: t/s}
                  - {id: t, uses: t/t, continue-on-error: true}
                  - uses: t/texts
                    with:

            """
        var lines: [Int: Row] = [:]
        var line = file.split(separator: "\n", omittingEmptySubsequences: false).count
        for (number, row) in rows.enumerated() where !row.isCondition {
            let quoted = row.expression.replacing("'", with: "''")
            file += "          r\(number): '${{ \(quoted) }}'\n"
            lines[line] = row
            line += 1
        }
        for (number, row) in rows.enumerated() where row.isCondition {
            let quoted = row.expression.replacing("'", with: "''")
            file += "      - {uses: t/c\(number), if: '\(quoted)'}\n"
            lines[line] = row
            line += 1
        }
        let result = compiled(file, as: "x.yml")
        let context = """
            {"github": {"ref": "refs/heads/Main", "event_name": "push", "sha": "abc", "actor": "octo", "run_number": 7,
            "event": {"number": 12, "labels": [{"name": "bug"}, {"name": "Docs"}, {}], "flag": false, "nothing": null,
            "list": [1, 2], "empty": "", "ratio": 2.50, "big": 1e3}},
            "inputs": {"env": "prod", "count": 3, "dry": true, "list": "[\\"a\\",\\"b\\"]", "off": false, "blank": ""},
            "vars": {"REGION": "eu"}}
            """
        let found = try asked(result, data: context) { title in
            switch title {
            case "t/t": return nil
            case "t/s": return "{\"tag\": \"v1\", \"Camel\": \"c\"}"
            default: return title.hasPrefix("Does it hold?") ? "\"no\"" : "{}"
            }
        }
        let texts = try #require(found["t/texts"])
        let named = named(result)
        for (line, row) in lines {
            #expect(named.contains(line) == row.isNote, "\(row.expression): \(result.text)")
        }
        for (number, row) in rows.enumerated() where !row.isNote {
            if row.isCondition {
                #expect((found["t/c\(number)"] != nil) == (row.expected == "true"), "if \(row.expression)")
            } else {
                let value = texts["r\(number)"]?.text
                #expect(value == row.expected.replacing("\\n", with: "\n"), "\(row.expression)")
            }
        }
    }

    // MARK: Values

    /// The input that the head of a table gives behind a name.
    private func input(_ name: String, of table: String) throws -> String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let text = String(decoding: try readFile("/\(folder)/Expressions/\(table).txt"), as: UTF8.self)
        let head = text.split(separator: "\n").first { $0.hasPrefix("# \(name): ") }
        return String(try #require(head).dropFirst(name.count + 4))
    }

    /// Runs a file for the rows that have a value, one for each that fails, and compares the values with the table.
    private func compare(
        _ table: String, input name: String, as path: String, file: ([(number: Int, row: Row)]) -> String
    ) throws {
        let rows = try ExpressionTableTests.rows(of: table)
        let data = try input(name, of: table)
        let plain = rows.filter { !["fails", "note", "refused"].contains($0.row.expected) }
        let whole = compiled(file(plain), as: path)
        let kept = whole.diagnostics.filter { $0.code.description == "WF9242" }.map(\.message)
        #expect(kept.isEmpty)
        let found = try asked(whole, data: data) { _ in "{}" }
        let values = try #require(found.values.first { $0.map != nil }, "\(found.values.map(DataText.json))")
        for (number, row) in plain {
            let shown = values["r\(number)"].map(DataText.json)
            #expect(shown == row.expected, "\(row.expression)")
        }
        for (number, row) in rows where !plain.contains(where: { $0.number == number }) {
            let one = compiled(file([(number, row)]), as: path)
            switch row.expected {
            case "refused": #expect(one.isRefused, "\(row.expression)")
            case "note": #expect(!named(one).isEmpty, "\(row.expression) is not named: \(one.text)")
            default:
                let found = try asked(one, data: data) { _ in "{}" }
                #expect(found.isEmpty, "\(row.expression) fails")
            }
        }
    }

    private static func rows(of name: String) throws -> [(number: Int, row: Row)] {
        try table(name).enumerated().map { ($0.offset, $0.element) }
    }

    @Test func expressionsOfJsonata() throws {
        try compare("jsonata", input: "$states.input", as: "x.asl.json") { rows in
            let fields = rows.map { number, row in
                "\"r\(number)\": \(WfJson.quoted("{% \(row.expression) %}"))"
            }
            return """
                {"QueryLanguage": "JSONata", "StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:x",
                "Arguments": {\(fields.joined(separator: ",\n"))}, "End": true}}}
                """
        }
    }

    @Test func intrinsicFunctions() throws {
        try compare("intrinsics", input: "$", as: "x.asl.json") { rows in
            let fields = rows.map { number, row in "\"r\(number).$\": \(WfJson.quoted(row.expression))" }
            return """
                {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:x",
                "Parameters": {\(fields.joined(separator: ",\n"))}, "End": true}}}
                """
        }
    }

    @Test func expressionsOfJq() throws {
        try compare("jq", input: ".", as: "x.json") { rows in
            let fields = rows.map { number, row in
                "\"r\(number)\": \(WfJson.quoted("${ \(row.expression) }"))"
            }
            return """
                {"document": {"dsl": "1.0.0", "namespace": "t", "name": "t", "version": "1.0.0"},
                "do": [{"table": {"call": "look", "with": {\(fields.joined(separator: ",\n"))}}}]}
                """
        }
    }
}
