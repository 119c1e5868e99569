// Renaming changes no meaning: a new name that any use would take for something else is refused, with the place.
import Testing
import WfLanguageServer
import WfTestSupport

/// What a renaming comes to: the text, or why it is refused. « and » stand around nothing where the caret is.
private func renamed(_ text: String, _ name: String, _ others: [String: String] = [:]) throws -> String {
    let marked = text.replacing("«»", with: "")
    let before = text.components("«»", first: true)
    let client = try LspClient(others.merging(["main.wf": marked]) { $1 })
    try client.open("main.wf")
    let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
    let position: Json = ["line": .int(lines.count - 1), "character": .int(lines.last?.count ?? 0)]
    defer { _ = try? client.stop() }
    do {
        let edit = try client.of("rename", "main.wf", ["position": position, "newName": .string(name)])
        return try client.applied(edit["changes"][client.uri("main.wf")], to: "main.wf")
    } catch let error as LspError { return error.message }
}

extension String {
    /// The text before the first occurrence of a mark.
    fileprivate func components(_ mark: String, first: Bool) -> String {
        guard let place = firstRange(of: mark) else { return self }
        return String(self[..<place.lowerBound])
    }
}

private let act = "action a(x: Int) -> Int\n    via exec(\"x\")\n    timeout 5s\n\n"

@Suite struct RenamingTests {
    @Test(
        arguments: [
            (
                "const «»big: Int = 3\n\nfunc f(x: Int) -> Int {\n    let y = 2\n    y + big + x\n}\n", "y",
                "`big` at 5:9 would mean the `let` at 4:9"
            ),
            (
                "const «»big: Int = 3\n\nfunc f(x: Int) -> Int {\n    let y = 2\n    y + big + x\n}\n", "x",
                "`big` at 5:9 would mean the parameter at 3:8"
            ),
            (
                "const big: Int = 3\n\nfunc f(x: Int) -> Int {\n    let «»y = 2\n    y + big + x\n}\n", "big",
                "`big` at 5:9 would mean the `let` at 4:9 instead of the const at 1:7"
            ),
            (
                "func f(x: Int) -> Int {\n    let «»y = 2\n    if x > 1 {\n        let x = 5\n"
                    + "        return y + x\n    }\n    y\n}\n", "x",
                "would mean the `let` at"
            ),
            (
                "func f(«»x: Int) -> Int {\n    [1].map(q => q + x).sum()\n}\n", "q",
                "`x` at 2:22 would mean the parameter at 2:13"
            ),
            (
                "func f(x: Int) -> Int {\n    [1].map(«»q => q + x).sum()\n}\n", "x",
                "`x` at 2:22 would mean the parameter at 2:13 instead of the parameter at 1:8"
            ),
            (
                act
                    + "workflow main(n: Int) -> Int {\n    step «»p = a(n)\n    step r = for k in [1, 2] limit 2 {\n"
                    + "        step q = a(k + p)\n        q\n    }\n    r.sum()\n}\n", "k",
                "`p` at 8:24 would mean the item of the `for` at 7:18"
            ),
            (
                act
                    + "workflow main(n: Int) -> Int {\n    step p = a(n)\n    step r = for «»k in [1, 2] limit 2 {\n"
                    + "        step q = a(k + p)\n        q\n    }\n    r.sum()\n}\n", "p",
                "`p` at 8:24 would mean the item of the `for` at 7:18 instead of the step at 6:10"
            ),
            (
                "enum Side { left(n: Int), right }\n\nfunc f(s: Side, k: Int) -> Int {\n    match s {\n"
                    + "        .left(«»n) => n + k\n        .right => k\n    }\n}\n", "k",
                "`k` at 5:25 would mean the name in a pattern at 5:15 instead of the parameter at 3:17"
            ),
            (
                "func f(x: Int) -> Int {\n    x.abs()\n}\n\nfunc «»size(self: Int) -> Int {\n    3\n}\n",
                "abs",
                "abs"
            ),
            (
                "func «»f(x: Int) -> Int {\n    let e = x\n    e\n}\n\nfunc g(h: Int) -> Int {\n    f(h)\n}\n",
                "h",
                "`f` at 7:5 would mean the parameter at 6:8"
            ),
        ])
    func aCaptureIsRefused(_ text: String, _ name: String, _ reason: String) throws {
        let found = try renamed(text, name)
        #expect(found.hasPrefix("`\(name)` is taken: ") && found.contains(reason), "\(found)")
    }

    @Test(
        arguments: [
            // in blocks beside each other, and behind the last use
            (
                "func f(x: Int) -> Int {\n    if x > 1 {\n        let «»a = 1\n        return a\n    }\n"
                    + "    let b = 2\n    b\n}\n", "b"
            ),
            // a step that is read by the name of what it calls keeps being read
            (
                act.replacing("action a(", with: "action «»a(")
                    + "workflow main(n: Int) -> Int {\n    a(n)\n    step q = a(2)\n        after a\n    q\n}\n",
                "b"
            ),
            // a field and a variable of one name are two things
            ("record R { n: Int }\n\nfunc f(«»n: Int) -> R {\n    R { n }\n}\n", "m"),
            ("record R { «»n: Int }\n\nfunc f(n: Int) -> R {\n    R { n }\n}\n", "m"),
            // words that mean something at their place only
            (act + "workflow main(n: Int) -> Int {\n    step «»h = a(n)\n    h\n}\n", "step"),
        ])
    func whatChangesNoMeaningIsDone(_ text: String, _ name: String) throws {
        let found = try renamed(text, name)
        #expect(!found.contains("is taken"), "\(found)")
        let client = try LspClient(["main.wf": found])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").filter { $0["severity"] == 1 } == [], "\(found)")
        _ = try client.stop()
    }

    @Test func otherFilesAreLookedAt() throws {
        // a method of another file would hide the built-in one there
        let user = "use \"main.wf\" as main\n\nfunc g(n: Int) -> Int {\n    n.abs() + main.size(n)\n}\n"
        let found = try renamed(
            "func «»size(self: Int) -> Int {\n    3\n}\n", "abs", ["user.wf": user])
        #expect(found.contains("`abs` is taken: `abs` at user.wf:4:7"), "\(found)")
    }

    @Test func aMethodStaysOne() throws {
        let user = "use \"main.wf\" as main\n\nfunc g(n: Int) -> Int {\n    n.size() + main.size(n)\n}\n"
        let text = "func size(«»self: Int) -> Int {\n    3\n}\n"
        let found = try renamed(text, "n", ["user.wf": user])
        #expect(found.contains("`size` at user.wf:4:7 would mean nothing"), "\(found)")
    }

    /// Patterns of a `match` that is a node of a workflow are among what is renamed.
    @Test func casesInNodesOfAWorkflow() throws {
        let text = """
            enum State {
                open
                «»paid(amount: Int)
            }

            workflow back(state: State) -> Int {
                match state {
                    .paid(amount) => {
                        exec("refund", "{amount}") timeout 3s
                    }
                    else => {}
                }
                1
            }

            """
        let found = try renamed(text, "settled")
        #expect(
            found.contains("    settled(amount: Int)") && found.contains("        .settled(amount) =>"),
            "\(found)")
    }

    /// A blank that the file ends with stands behind no line's end.
    @Test func aBlankAtTheEnd() throws {
        let text = "func f() -> Int {\n    limit()\n}\n\nfunc limit() -> Int { 1 } "
        let client = try LspClient(["main.wf": text], capabilities: CodeActionClient.capabilities)
        try client.open("main.wf")
        for offset in ["func limit", "limit() -> "].compactMap({ text.firstRange(of: $0)?.lowerBound }) {
            let place = text.distance(from: text.startIndex, to: offset)
            let offered = try CodeActionClient.offered(client, "main.wf", place..<place)
            #expect(!offered.isEmpty)
        }
        #expect(try client.stop() == 0)
    }

    /// Whatever is renamed to whatever is already there: done without a new mistake, or refused.
    @Test func everyNameToEveryOther() throws {
        let client = try Sample.client()
        let text = try #require(client.texts["main.wf"])
        let errors = try client.diagnostics("main.wf").filter { $0["severity"] == 1 }.count
        var (done, refused) = (0, 0)
        for (line, words) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard
                let at = ["let ", "step ", "func ", "(name", "(o"].compactMap({ word in
                    words.firstRange(of: word).map {
                        words.distance(from: words.startIndex, to: $0.upperBound)
                    }
                }).first
            else { continue }
            for name in ["hello", "again", "n", "order", "kind", "name", "o", "amount", "double"] {
                let place: Json = ["line": .int(line), "character": .int(at)]
                guard
                    let edit = try? client.of(
                        "rename", "main.wf", ["position": place, "newName": .string(name)])
                else {
                    refused += 1
                    continue
                }
                let after = try client.applied(edit["changes"][client.uri("main.wf")], to: "main.wf")
                client.replace("main.wf", after)
                let found = try client.diagnostics("main.wf").filter { $0["severity"] == 1 }
                #expect(found.count <= errors, "\(line): \(name)\n\(after)")
                client.replace("main.wf", text)
                done += 1
            }
        }
        #expect(done >= 10 && refused >= 10, "\(done) \(refused)")
        #expect(try client.stop() == 0)
    }
}
