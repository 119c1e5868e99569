// Completion in whole and broken code, and the parameters of calls.
import Testing
import WfLanguageServer
import WfTestSupport

/// The sample with a part replaced; `|` in the replacement is the caret.
private struct Place: CustomTestStringConvertible {
    var old: String
    var new: String
    var first: [String]
    var without: [String] = []
    var testDescription: String { new }
}

@Suite struct CompletionTests {
    private func items(_ client: LspClient, _ old: String, _ new: String) throws -> [Json] {
        let text = Sample.main.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Sample.main)
        let before = String(text.prefix { $0 != "|" })
        client.replace("main.wf", text.replacing("|", with: "", maxReplacements: 1))
        let line = before.filter { $0 == "\n" }.count
        let column = before.reversed().prefix { $0 != "\n" }.count
        let answer = try client.request(
            "textDocument/completion",
            [
                "textDocument": client.identifier("main.wf"),
                "position": ["line": .int(line), "character": .int(column)],
            ])
        return (answer["items"].array ?? []).sorted {
            ($0["sortText"].string ?? "") < ($1["sortText"].string ?? "")
        }
    }

    @Test(
        arguments: [
            Place(
                old: "{order.name}", new: "{order.|}", first: ["id", "name", "state", "total"],
                without: ["main"]),
            Place(old: "{order.name}", new: "{order.na|}", first: ["id", "name"]),
            Place(old: "content.upper()", new: "content.|", first: ["byteCount", "bytes"], without: ["id"]),
            Place(
                old: "again + kind", new: "shared.|", first: ["Order", "State", "double", "greet"],
                without: ["main"]),
            Place(
                old: "again + kind + content.upper()", new: "file.|", first: ["Stat"], without: ["main"]
            ),
            Place(old: "again + kind", new: "|", first: ["again", "content"]),
            Place(old: "shared.double(count)", new: "shared.double(|", first: ["count", "again", "content"]),
            Place(old: ".open => \"open\"", new: ".|", first: ["open", "paid"], without: ["main"]),
            Place(old: "again + kind", new: "order.state == .|", first: ["open", "paid"], without: ["main"]),
            Place(old: "        timeout 5s", new: "        ti|", first: ["timeout"], without: ["after"]),
            Place(
                old: "        timeout 5s", new: "        after |", first: ["content", "hello"],
                without: ["main"]),
            Place(
                old: "timeout 5s", new: "retry 3 on |", first: ["argument", "breaker"], without: ["main"]),
            Place(old: "id: 1, name", new: "id: 1, |", first: ["name", "state", "total"], without: ["id"]),
            Place(
                old: "count: Int)", new: "count: |)", first: ["file", "shared", "Bool"], without: ["main"]),
            Place(
                old: "order: shared.Order", new: "order: shared.|", first: ["Order", "State"],
                without: ["double"]),
            Place(
                old: "use std.file", new: "use std.|", first: ["calendar", "csv", "dynamic"],
                without: ["core"]),
            Place(old: "use std.file", new: "use \"lib/|", first: ["shared.wf"]),
            Place(old: "use std.file", new: "use \"|", first: ["lib"]),
            Place(
                old: "/// The main thing.", new: "wor|", first: ["workflow"],
                without: ["main"]),
            Place(old: "/// The main thing.", new: "// wor|", first: []),
            Place(old: "\"a.txt\"", new: "\"a|", first: []),
            Place(old: "mock file.read", new: "mo|", first: ["name", "o"]),
            Place(old: "step content", new: "step |", first: []),
        ]) fileprivate func offers(_ place: Place) throws
    {
        let client = try Sample.client()
        let labels = try items(client, place.old, place.new).map { $0["label"].string ?? "" }
        #expect(Array(labels.prefix(place.first.count)) == place.first, "\(labels.prefix(12))")
        for name in place.without { #expect(!labels.contains(name)) }
        if place.first.isEmpty { #expect(labels.isEmpty) }
    }

    /// Behind the head of an action or its `via`, on the same line.
    @Test(
        arguments: [
            ("action a(x: Int) -> Int |", true), ("action a(x: Int) -> Int via exec(\"x\") |", true),
            ("action a(x: Int) -> Int via exec(\"x\") ti|", true),
            ("action a(x: Int) -> Int\n    via exec(\"x\") |", true),
            ("action a(x: Int) -> Int via exec(\"x\") timeout 5s |", true),
            ("action a(x: Int) -> |", false), ("action a(x: |", false),
            ("action a(x: Int) -> Int via |", false),
            ("action a(x: Int) -> Int via exec(\"x\", |", false),
        ])
    func clausesOfAnAction(_ text: String, _ areOffered: Bool) throws {
        let whole = text.replacing("|", with: "") + "\n\nworkflow main(x: Int) -> Int {\n    x\n}\n"
        let client = try LspClient(["main.wf": whole])
        try client.open("main.wf")
        let lines = text.prefix { $0 != "|" }.split(separator: "\n", omittingEmptySubsequences: false)
        let answer = try client.of(
            "completion", "main.wf",
            ["position": ["line": .int(lines.count - 1), "character": .int(lines.last?.count ?? 0)]])
        let labels = (answer["items"].array ?? []).compactMap { $0["label"].string }
        // of what has begun, what it begins
        let wanted = text.contains(" ti|") ? ["timeout"] : ["retry", "returns"]
        #expect(wanted.allSatisfy { labels.contains($0) } == areOffered, "\(labels)")
        // one of a kind is enough
        #expect(!(text.contains("timeout ") && labels.contains("timeout")), "\(labels)")
        #expect(try client.stop() == 0)
    }

    /// A step neither reads nor waits for itself.
    @Test func noStepOffersItself() throws {
        let client = try Sample.client()
        for new in ["step again = shared.greet(|)", "step again = shared.greet(hello)\n        after |"] {
            let labels = try items(client, "step again = shared.greet(hello)", new).compactMap {
                $0["label"].string
            }
            #expect(labels.contains("hello") && !labels.contains("again"), "\(labels)")
        }
        #expect(try client.stop() == 0)
    }

    @Test func itemsSayWhatTheyAre() throws {
        let client = try Sample.client()
        let members = try items(client, "again + kind", "shared.|")
        let double = members.first { $0["label"] == "double" }
        #expect(double?["detail"] == "func double(n: Int) -> Int")
        #expect(double?["documentation"]["value"] == "Twice the number.")
        #expect(double?["textEdit"]["newText"] == "double(${1:n})$0" && double?["insertTextFormat"] == 2)
        let fields = try items(client, "{order.name}", "{order.na|}")
        let name = fields.first { $0["label"] == "name" }
        #expect(name?["detail"] == "String" && name?["documentation"]["value"] == "Who.")
        #expect(try client.covered("main.wf", name?["textEdit"]["range"] ?? .null) == "na")
    }

    @Test func keywordsAreSnippets() throws {
        let client = try Sample.client()
        let found = try items(client, "    step content = file.read(\"a.txt\")", "    st|")
        let step = found.first { $0["label"] == "step" }
        #expect(step?["textEdit"]["newText"] == "step ${1:name} = ${0:call()}")
        let plain = try LspClient(["main.wf": Sample.main, "lib/shared.wf": Sample.lib], capabilities: [:])
        try plain.open("main.wf")
        let word = try items(plain, "    step content = file.read(\"a.txt\")", "    st|").first {
            $0["label"] == "step"
        }
        #expect(word?["textEdit"]["newText"] == "step" && word?["insertTextFormat"] == 1)
    }

    @Test func inCodeThatIsNotFinished() throws {
        let client = try LspClient()
        try client.open("a.wf", "record P { x: Int, y: Int }\nfunc f(p: P) -> Int {\n    let q = p\n    q.\n")
        let answer = try client.at("completion", "a.wf", "q.", 2)
        #expect(answer["items"].array?.prefix(2).map { $0["label"].string ?? "" } == ["x", "y"])
    }

    /// Each word where the grammar has it: behind a clause, in heads, between branches; and not where it has it not.
    @Test(
        arguments: [
            ("    step a = g(1) |", ["timeout", "retry", "after"], ["via", "returns", "limit"]),
            ("    step a = g(1) timeout 5s |", ["retry", "after"], ["timeout"]),
            ("    step a = g(1) timeout 5s retry 3 ba|", ["backoff", "breaker"], ["factor"]),
            ("    step a = g(1) retry 3 |", ["backoff", "on", "jitter"], ["retry"]),
            ("    step a = for i in 0..<n |{ g(i) }", ["limit"], ["b", "timeout"]),
            ("    step a = for i |0..<n { g(i) }", ["in"], ["b"]),
            ("    step a = loop (i = 0) |i < n { next (i + 1) }", ["while"], ["b"]),
            ("    let q = if n > 1 { 1 } |", ["else"], ["catch"]),
            ("    step a = try { g(1) } |", ["catch"], ["else"]),
            ("    step a = await done |", ["after", "timeout"], ["via"]),
        ])
    func words(_ line: String, _ offered: [String], _ others: [String]) throws {
        let text =
            "action g(x: Int) -> Int\n    via exec(\"g\", x)\n    timeout 5s\n\n"
            + "workflow w(n: Int) -> Int {\n    signal done: Int\n    step b = g(1)\n\(line)\n    b\n}\n"
        let before = text.prefix { $0 != "|" }
        let client = try LspClient()
        try client.open("a.wf", text.replacing("|", with: "", maxReplacements: 1))
        let answer = try client.of(
            "completion", "a.wf",
            [
                "position": [
                    "line": .int(before.filter { $0 == "\n" }.count),
                    "character": .int(before.reversed().prefix { $0 != "\n" }.count),
                ]
            ])
        let labels = (answer["items"].array ?? []).compactMap { $0["label"].string }
        #expect(offered.allSatisfy { labels.contains($0) }, "\(labels)")
        #expect(!others.contains { labels.contains($0) }, "\(labels)")
    }

    /// Words are tried on what somebody can have written, not on a line of a hundred thousand characters.
    @Test func onAHugeLine() throws {
        let client = try LspClient()
        let line = String(repeating: "step a = on timeout (", count: 3000)
        try client.open("a.wf", "workflow w() {\n" + line + "\n}\n")
        let answer = try client.of(
            "completion", "a.wf", ["position": ["line": 1, "character": .int(line.utf8.count)]])
        #expect(answer["items"].array != nil)
        #expect(try client.stop() == 0)
    }

    /// Behind a value that can be null: its own members, and those of the value behind `?.`, which takes the dot's place.
    @Test func membersBehindNull() throws {
        let text = "record C { mail: String? }\nfunc f(c: C) -> Int? {\n    c.mail.\n}\n"
        let client = try LspClient()
        try client.open("a.wf", text)
        let items = try client.at("completion", "a.wf", "mail.", 5)["items"].array ?? []
        #expect(items.contains { $0["label"] == "isNull" && $0["textEdit"]["newText"] == "isNull" })
        let count = items.first { $0["label"] == "count" }
        #expect(count?["filterText"] == ".count")
        let after = try client.applied([count?["textEdit"] ?? .null], to: "a.wf")
        #expect(after == text.replacing("c.mail.", with: "c.mail?.count"))
    }

    @Test(
        arguments: [
            ("f([1, |", 0), ("f(1, [2, |]", 1), ("f(1, [\"a\": |", 1), ("f(1, R { a: |", 1),
            ("f(1, x => |", 1),
            ("f(1, g(2), |", 2), ("f(1, \"x {1} y {2 + |}\")", 1), ("f(1, |)", 1), ("f(b: [1], |", 0),
            ("f(1, (2 + |", 1),
            ("f(1, xs.unknown(x => { |", 1), ("f(c: |", 2),
        ])
    func parametersInside(_ call: String, _ active: Int) throws {
        let text =
            "func f(a: Int, b: [Int], c: String = \"\") -> Int { a }\nrecord R { a: Int }\nfunc h() -> Int {\n    \(call)"
        let before = text.prefix { $0 != "|" }
        let client = try LspClient()
        try client.open("a.wf", text.replacing("|", with: "", maxReplacements: 1))
        let help = try client.of(
            "signatureHelp", "a.wf",
            ["position": ["line": 3, "character": .int(before.reversed().prefix { $0 != "\n" }.count)]])
        #expect(help["signatures"][0]["label"].string?.hasPrefix("f(a: Int") ?? false, "\(help)")
        #expect(help["activeParameter"] == .int(active))
    }

    @Test func signatureOfACase() throws {
        let text = "enum E { b(x: Int, y: String) }\nfunc f() -> E { E.b(1, \"\") }\n"
        let client = try LspClient(["main.wf": text])
        try client.open("main.wf")
        let help = try client.at("signatureHelp", "main.wf", "E.b(1, ", 7)
        #expect(help["signatures"][0]["label"] == "b(x: Int, y: String)")
        #expect(help["activeParameter"] == 1)
    }

    @Test func parametersOfCalls() throws {
        let client = try Sample.client()
        let help = try client.at("signatureHelp", "main.wf", "double(count", 7)
        #expect(help["signatures"][0]["label"] == "double(n: Int) -> Int" && help["activeParameter"] == 0)
        #expect(help["signatures"][0]["documentation"]["value"] == "Twice the number.")
        client.replace("main.wf", Sample.main.replacing("main(o, 1)", with: "main(o, "))
        let second = try client.at("signatureHelp", "main.wf", "main(o, ", 8)
        #expect(second["signatures"][0]["label"] == "main(order: shared.Order, count: Int) -> String")
        #expect(second["activeParameter"] == 1)
        client.replace("main.wf", Sample.main.replacing("content.upper()", with: "content.replace(\"a\", "))
        let builtin = try client.at("signatureHelp", "main.wf", "replace(\"a\", ", 13)
        #expect(builtin["signatures"][0]["label"].string?.hasPrefix("String.replace(") ?? false)
        #expect(builtin["activeParameter"] == 1)
        #expect(try client.at("signatureHelp", "main.wf", "let n", 1).isNull)
    }

    /// The `use` comes with the member.
    @Test func membersOfAModuleThatIsNotUsedYet() throws {
        let client = try LspClient()
        try client.open(
            "a.wf", "workflow main() -> Int {\n    step page = http.ge\n    page.status\n}\n")
        let list = try client.at("completion", "a.wf", "http.ge", 7)
        let items = list.array ?? list["items"].array ?? []
        let item = items.first { $0["label"] == "get" }
        #expect(item?["additionalTextEdits"][0]["newText"] == "use std.http\n\n", "\(items.count)")
        #expect(item?["additionalTextEdits"][0]["range"]["start"] == ["line": 0, "character": 0])
        // a step of that name is another thing
        try client.open("b.wf", "workflow main(http: String) -> Int {\n    let n = http.\n    1\n}\n")
        let others = try client.at("completion", "b.wf", "= http.", 7)
        let labels = (others.array ?? others["items"].array ?? []).compactMap { $0["label"].string }
        #expect(labels.contains("trim") && !labels.contains("get"), "\(labels)")
    }
}
