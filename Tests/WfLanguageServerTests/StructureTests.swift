// Formatting, folding, selections, colours, hints, lenses and changes that are offered.
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct StructureTests {
    private let ugly = "workflow main(  n:Int )->Int {\n  let a=n+1\n\n\n\n  a\n}\n\nfunc f()->Int {   1 }\n"

    @Test func formatting() throws {
        let client = try LspClient()
        try client.open("a.wf", ugly)
        let text = try client.applied(client.of("formatting", "a.wf"), to: "a.wf")
        let direct = try runProcess(wfc, ["fmt", "-"], input: Array(ugly.utf8))
        #expect(text == direct.outputText && text != ugly)
        client.replace("a.wf", text)
        #expect(try client.of("formatting", "a.wf") == [])
        client.replace("a.wf", "workflow {{{\n")
        #expect(try client.of("formatting", "a.wf") == [])
    }

    @Test func formattingOfLines() throws {
        let client = try LspClient()
        let head = "workflow main(n: Int) -> Int {\n"
        let tail = "    let b = a\n    a + b\n}\n\nfunc f()->Int {   1 }\n"
        try client.open("a.wf", head + "  let a=n+1\n" + tail)
        let good = head + "    let a = n + 1\n" + tail
        let range: Json = ["start": ["line": 1, "character": 0], "end": ["line": 2, "character": 0]]
        let text = try client.applied(client.of("rangeFormatting", "a.wf", ["range": range]), to: "a.wf")
        #expect(text == good)
        let line = try client.of(
            "onTypeFormatting", "a.wf",
            ["position": ["line": 2, "character": 0], "ch": "\n", "options": ["tabSize": 4]])
        #expect(try client.applied(line, to: "a.wf") == good)
        let block = try client.of(
            "onTypeFormatting", "a.wf",
            ["position": ["line": 4, "character": 1], "ch": "}", "options": ["tabSize": 4]])
        #expect(try client.applied(block, to: "a.wf") == good)
        let other = try client.of(
            "onTypeFormatting", "a.wf",
            ["position": ["line": 6, "character": 21], "ch": "}", "options": ["tabSize": 4]])
        #expect(try client.applied(other, to: "a.wf").hasPrefix(head + "  let a=n+1\n"))
    }

    /// The line that Enter has begun stays, whatever the formatter makes of empty lines.
    @Test(arguments: [
        ("workflow main(x: Int) {\n    \n}\n", "workflow main(x: Int) {\n    \n}\n"),
        ("record R {\n    \n}\n", "record R {\n    \n}\n"),
        ("func f(x: Int) -> Int {\n    \n}\n", "func f(x: Int) -> Int {\n    \n}\n"),
        ("const a=1\n\n", "const a = 1\n\n"),
    ])
    func enterIsKept(before: String, after: String) throws {
        let client = try LspClient()
        try client.open("a.wf", before)
        let line = try client.of(
            "onTypeFormatting", "a.wf",
            ["position": ["line": 1, "character": 4], "ch": "\n", "options": ["tabSize": 4]])
        #expect(try client.applied(line, to: "a.wf") == after)
    }

    /// A line begun behind what opens something stands one step deeper; `|` is the caret.
    @Test(arguments: [
        ("func f(x: Int) -> Int {\n|", "func f(x: Int) -> Int {\n    "),
        ("func f(x: Int) -> Int {\n|}\n", "func f(x: Int) -> Int {\n}\n"),
        (
            "func f(x: Int) -> Int {\n    if x > 1 {\n|\n    }\n}\n",
            "func f(x: Int) -> Int {\n    if x > 1 {\n        \n    }\n}\n"
        ),
        ("func f(x: Int) -> Int {\n    g(\n    |\n", "func f(x: Int) -> Int {\n    g(\n        \n"),
        (
            "func f(x: Int) -> [Int] {\n    [\n|1, 2]\n}\n",
            "func f(x: Int) -> [Int] {\n    [\n        1, 2]\n}\n"
        ),
        (
            "func f(x: Int) -> Int {\n    match x {\n        1 =>\n|",
            "func f(x: Int) -> Int {\n    match x {\n        1 =>\n            "
        ),
        // deeper already; behind a whole statement; behind a comment
        ("func f(x: Int) -> Int {\n            |y\n}\n", "func f(x: Int) -> Int {\n            y\n}\n"),
        ("func f(x: Int) -> Int {\n    x\n|", "func f(x: Int) -> Int {\n    x\n"),
        ("// {\n|", "// {\n"),
    ])
    func enterBehindABracketIndents(before: String, after: String) throws {
        let client = try LspClient()
        try client.open("a.wf", before.replacing("|", with: ""))
        let head = before.prefix { $0 != "|" }
        let edits = try client.of(
            "onTypeFormatting", "a.wf",
            [
                "position": [
                    "line": .int(head.filter { $0 == "\n" }.count),
                    "character": .int(head.reversed().prefix { $0 != "\n" }.count),
                ], "ch": "\n", "options": ["tabSize": 4],
            ])
        #expect(try client.applied(edits, to: "a.wf") == after)
    }

    /// An answer is no deeper than a client's reader of JSON goes.
    @Test func selectionsInDeepCode() throws {
        let client = try LspClient()
        let text = "func f() -> Int {\n    " + String(repeating: "(", count: 190) + "1"
        try client.open("a.wf", text + String(repeating: ")", count: 190) + "\n}\n")
        let found = try client.of(
            "selectionRange", "a.wf", ["positions": [["line": 1, "character": 194]]])
        var depth = 0
        var range = found[0]
        var last = range
        while range.isObject {
            depth += 1
            last = range
            range = range["parent"]
        }
        #expect((20...70).contains(depth))
        #expect(last["range"]["start"] == ["line": 0, "character": 0])
    }

    @Test func enterBehindALineIsKept() throws {
        let client = try LspClient()
        try client.open("a.wf", "func f(x: Int) -> Int {\n    let y=x\n    \n}\n")
        let line = try client.of(
            "onTypeFormatting", "a.wf",
            ["position": ["line": 2, "character": 4], "ch": "\n", "options": ["tabSize": 4]])
        #expect(
            try client.applied(line, to: "a.wf") == "func f(x: Int) -> Int {\n    let y = x\n    \n}\n")
    }

    @Test func folding() throws {
        let client = try Sample.client()
        let found = try client.of("foldingRange", "main.wf").array ?? []
        let lines = Set(
            found.map { "\($0["startLine"].int ?? -1)-\($0["endLine"].int ?? -1) \($0["kind"].string ?? "")" }
        )
        #expect(lines == ["0-1 imports", "4-14 ", "10-12 ", "17-23 "])
    }

    @Test func selections() throws {
        let client = try Sample.client()
        let answer = try client.of(
            "selectionRange", "main.wf", ["positions": [client.position("main.wf", "order.name", 7)]])
        var words: [String] = []
        var next = answer[0]
        while next.isObject {
            words.append(try client.covered("main.wf", next["range"]))
            next = next["parent"]
        }
        #expect(
            words.prefix(4) == [
                "name", "order.name", "\"{order.name} {n}\"", "shared.greet(\"{order.name} {n}\")",
            ])
        #expect(words.last == Sample.main)
        for (inner, outer) in zip(words, words.dropFirst()) { #expect(inner.utf8.count < outer.utf8.count) }
    }

    // MARK: colours

    private func tokens(_ client: LspClient, _ data: Json, _ file: String) throws -> [(String, String)] {
        let kinds = client.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
        var line = 0
        var column = 0
        var found: [(String, String)] = []
        let numbers = (data.array ?? []).map { $0.int ?? -1 }
        for at in stride(from: 0, to: numbers.count, by: 5) {
            column = numbers[at] == 0 ? column + numbers[at + 1] : numbers[at + 1]
            line += numbers[at]
            let range: Json = [
                "start": ["line": .int(line), "character": .int(column)],
                "end": ["line": .int(line), "character": .int(column + numbers[at + 2])],
            ]
            found.append((try client.covered(file, range), kinds[numbers[at + 3]].string ?? ""))
        }
        return found
    }

    @Test func semanticTokens() throws {
        let client = try Sample.client()
        let full = try client.of("semanticTokens/full", "main.wf")
        let found = try tokens(client, full["data"], "main.wf")
        let wanted = [
            ("use", "keyword"), ("shared", "namespace"), ("workflow", "keyword"), ("main", "function"),
            ("order", "parameter"), ("Order", "type"), ("Int", "type"), ("double", "function"),
            ("hello", "variable"),
            ("timeout", "keyword"), ("5s", "number"), ("name", "property"), ("open", "enumMember"),
            ("upper", "method"), ("/// The main thing.", "comment"), ("\"open\"", "string"),
            ("match", "keyword"),
            ("mock", "keyword"), ("+", "operator"),
        ]
        for pair in wanted { #expect(found.contains { $0 == pair }, "\(pair)") }
        let range: Json = ["start": ["line": 0, "character": 0], "end": ["line": 1, "character": 0]]
        let part = try client.of("semanticTokens/range", "main.wf", ["range": range])
        #expect(
            try tokens(client, part["data"], "main.wf").map(\.1) == [
                "keyword", "string", "keyword", "namespace",
            ])
    }

    @Test func semanticTokensDelta() throws {
        let client = try Sample.client()
        let full = try client.of("semanticTokens/full", "main.wf")
        client.replace(
            "main.wf",
            Sample.main.replacing("let n =", with: "let number =").replacing("{n}", with: "{number}"))
        let delta = try client.of(
            "semanticTokens/full/delta", "main.wf", ["previousResultId": full["resultId"]])
        var numbers = full["data"].array ?? []
        for edit in delta["edits"].array ?? [] {
            let start = edit["start"].int ?? 0
            numbers.replaceSubrange(
                start..<start + (edit["deleteCount"].int ?? 0), with: edit["data"].array ?? [])
        }
        let again = try client.of("semanticTokens/full", "main.wf")
        #expect(Json.array(numbers) == again["data"] && delta["data"].isNull)
        let same = try client.of(
            "semanticTokens/full/delta", "main.wf", ["previousResultId": again["resultId"]])
        #expect(same["edits"] == [])
        let unknown = try client.of("semanticTokens/full/delta", "main.wf", ["previousResultId": "?"])
        #expect(unknown["data"] == again["data"])
    }

    // MARK: hints and lenses

    private let all: Json = [
        "range": ["start": ["line": 0, "character": 0], "end": ["line": 99, "character": 0]]
    ]

    /// A `let` is known when the steps are that it reads: these are what a step waits for.
    @Test func stepsBehindALet() throws {
        let text = """
            action a(x: Int) -> Int
                via exec("x")

            workflow main(n: Int) -> Int {
                step p = a(n)
                step q = a(2)
                let h = p + n
                let k = h + q
                step r = a(k)
                step s = a(h)
                r + s
            }

            """
        let client = try LspClient(["main.wf": text])
        try client.open("main.wf")
        let hints = try client.of("inlayHint", "main.wf", all).array ?? []
        #expect(
            hints.compactMap { $0["label"].string }.filter { $0.hasPrefix("waits") }
                == ["waits for p, q", "waits for p"])
        for (needle, words) in [
            ("r = a", "Waits for `p`, `q`."), ("s = a", "Waits for `p`."), ("p = a", "Starts at once."),
        ] {
            let hover = try client.at("hover", "main.wf", needle)["contents"]["value"].string ?? ""
            #expect(hover.contains(words), "\(hover)")
        }
        #expect(try client.stop() == 0)
    }

    @Test func inlayHints() throws {
        let client = try Sample.client()
        let hints = try client.of("inlayHint", "main.wf", all).array ?? []
        func label(_ needle: String, _ offset: Int) -> String? {
            hints.first { $0["position"] == client.position("main.wf", needle, offset) }?["label"].string
        }
        #expect(label("let n ", 5) == ": Int")
        #expect(label("step hello", 10) == ": String")
        #expect(label("{order.name} {n}", 18) == "timeout 10s; retry 3 backoff 1s..1m")
        #expect(label("greet(hello)", 12) == "waits for hello; retry 3 backoff 1s..1m")
        let fewer = try LspClient(
            ["main.wf": Sample.main, "lib/shared.wf": Sample.lib],
            options: ["inlayHints": ["types": false, "dependencies": false]])
        try fewer.open("main.wf")
        let some = try fewer.of("inlayHint", "main.wf", all).array ?? []
        #expect(
            some.map { $0["label"].string ?? "" } == [
                "timeout 10s; retry 3 backoff 1s..1m", "retry 3 backoff 1s..1m",
            ])
    }

    @Test func codeLenses() throws {
        let client = try Sample.client()
        let found = try client.of("codeLens", "main.wf").array ?? []
        #expect(found.map { $0["command"]["command"].string ?? "" } == ["wf.run", "wf.graph", "wf.test"])
        #expect(found[0]["command"]["arguments"] == [.string(client.uri("main.wf")), "main"])
        #expect(found[2]["command"]["arguments"] == [.string(client.uri("main.wf")), "works"])
    }

    // MARK: changes

    @Test func fixesOfDiagnostics() throws {
        let client = try Sample.client()
        client.replace("main.wf", Sample.main.replacing("shared.double(", with: "shared.dubble("))
        let range: Json = [
            "start": client.position("main.wf", "dubble", 2), "end": client.position("main.wf", "dubble", 2),
        ]
        let actions = try client.of(
            "codeAction", "main.wf", ["range": range, "context": ["diagnostics": []]])
        let fix = actions.array?.first { $0["kind"] == "quickfix" }
        #expect(fix?["isPreferred"] == false, "a near name is a guess")
        #expect(fix?["diagnostics"].array?.count == 1)
        let edit = fix?["edit"]["changes"][client.uri("main.wf")] ?? .null
        #expect(try client.applied(edit, to: "main.wf") == Sample.main)
        let source: Json = ["range": range, "context": ["diagnostics": [], "only": ["source"]]]
        #expect(try client.of("codeAction", "main.wf", source).array == [], "nothing safe to do")
        client.replace(
            "main.wf", Sample.main.replacing("use std.file\n", with: "use std.file\nuse std.http\n"))
        let all = try client.of("codeAction", "main.wf", source)
        #expect(all.array?.map { $0["kind"].string ?? "" } == ["source.fixAll", "source.organizeImports"])
        let preferred = try client.of(
            "codeAction", "main.wf",
            [
                "range": [
                    "start": client.position("main.wf", "std.http"),
                    "end": client.position("main.wf", "std.http"),
                ], "context": ["diagnostics": []],
            ])
        #expect(preferred.array?.first?["isPreferred"] == true)
        let none = try client.of(
            "codeAction", "main.wf", ["range": range, "context": ["diagnostics": [], "only": ["refactor"]]])
        #expect(none.array?.contains { $0["kind"] == "quickfix" } == false)
    }
}
