// What a loop ends with is read by its variables' names; words of the language are said and offered by where they stand.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct LoopsAndWordsTests {
    private static let text = """
        record Order { id: Int, name: String }

        enum State { open, paid(amount: Int) }

        action greet(name: String) -> String
            via exec("echo", name)
            timeout 10s

        action forget(name: String)
            via exec("forget", name)
            timeout 10s

        func sign(n: Int) -> Int {
            if n < 0 { -1 } else { 1 }
        }

        workflow main(order: Order, pair: (Int, String)) -> State {
            step pages = loop (turn: Int = 0, items: [String] = []) while turn < 3 {
                step got = greet("{order.name} {turn}")
                next (turn + 1, items + [got])
            }
            step kept = greet(pages.items.join(","))
                undo forget(kept)
                else greet("nobody")
            step run = spawn other()
            if kept == "" { State.open } else { State.paid(pages.turn) }
        }

        workflow other() -> Int {
            1
        }

        flow ship(order: Order) -> String {
            start -> pack
            step pack = greet(order.name) -> done
                on timeout 5d -> refused
            end done = pack ?? ""
            end refused = "refused"
        }

        """

    private func client() throws -> LspClient {
        let client = try LspClient(["main.wf": Self.text])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").allSatisfy { $0["severity"] != 1 })
        return client
    }

    // MARK: loops

    @Test func aLoopEndsWithItsVariables() throws {
        let client = try client()
        let found = try client.at("definition", "main.wf", "pages.items.join", 7)[0]
        #expect(found["range"]["start"]["line"] == 17)
        #expect(try client.covered("main.wf", found["range"]) == "items")
        let uses = try client.at("references", "main.wf", "items: [String]", 1)
        #expect(uses.array?.count == 3)
        let step = try client.at("hover", "main.wf", "step pages", 6)["contents"]["value"].string ?? ""
        #expect(step.contains("step pages: (turn: Int, items: [String])"), "\(step)")
        let edits = try client.at("rename", "main.wf", "pages.items", 7, ["newName": "found"])
        let after = try client.applied(edits["changes"][client.uri("main.wf")], to: "main.wf")
        #expect(
            after
                == Self.text.replacing("items: [String] = []", with: "found: [String] = []")
                .replacing("next (turn + 1, items", with: "next (turn + 1, found")
                .replacing("pages.items", with: "pages.found"))
        let range: Json = ["start": ["line": 0, "character": 0], "end": ["line": 99, "character": 0]]
        let hints = try client.of("inlayHint", "main.wf", ["range": range]).array ?? []
        #expect(!hints.contains { $0["label"] == ": pages" })
    }

    /// Also where another declaration has a mistake.
    @Test func aLoopsVariableIsRenamedInBrokenCode() throws {
        let client = try client()
        client.replace("main.wf", Self.text + "func broken() -> Int { nowhere }\n")
        let edits = try client.at("rename", "main.wf", "turn: Int", 1, ["newName": "round"])
        let after = try client.applied(edits["changes"][client.uri("main.wf")], to: "main.wf")
        #expect(after.contains("State.paid(pages.round)") && !after.contains("turn"), "\(after)")
    }

    // MARK: what is said

    @Test(
        arguments: [
            ("else { 1 }", "What happens otherwise."), ("else greet", "all attempts have failed"),
            ("timeout 5d", "The step takes too long."), ("timeout 10s", "How long one attempt may take."),
            ("start ->", "Where a token begins"), ("paid(amount: Int)", "of `State`"),
            ("step got", "A named call"), ("Int,", "A whole number"),
        ])
    func hover(_ needle: String, _ words: String) throws {
        let text = try client().at("hover", "main.wf", needle, 1)["contents"]["value"].string ?? ""
        #expect(text.contains(words), "\(text)")
    }

    @Test func aStepInsideStartsWithItsBlock() throws {
        let text = try client().at("hover", "main.wf", "got = ", 1)["contents"]["value"].string ?? ""
        #expect(text.contains("Starts with the block that it is in."), "\(text)")
    }

    /// A case is coloured as one, written with its type or without; `start` is a word.
    @Test func colours() throws {
        let client = try client()
        let legend = client.initialized["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
        let data = try client.of("semanticTokens/full", "main.wf")["data"].array ?? []
        let lines = Self.text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.utf16) }
        var (line, column) = (0, 0)
        var kinds: [String: Set<String>] = [:]
        for at in stride(from: 0, to: data.count, by: 5) {
            let down = data[at].int ?? 0
            line += down
            column = (down == 0 ? column : 0) + (data[at + 1].int ?? 0)
            let word = lines[line][column..<column + (data[at + 2].int ?? 0)]
            kinds[String(decoding: word, as: UTF16.self), default: []]
                .insert(legend[data[at + 3].int ?? 0].string ?? "")
        }
        #expect(kinds["paid"] == ["enumMember"] && kinds["open"] == ["enumMember"])
        #expect(kinds["start"] == ["keyword"])
    }

    @Test func assignmentsAreWritten() throws {
        let client = try LspClient()
        try client.open(
            "main.wf",
            "func f(n: Int) -> Int {\n    var sum = n\n    sum += n + sum\n    sum = 2\n    sum\n}\n")
        let found = try client.at("documentHighlight", "main.wf", "sum = n").array ?? []
        #expect(found.map { $0["kind"].int } == [3, 3, 2, 3, 2])
    }

    /// The label of an argument leads to the type that its parameter takes, not to what the call yields.
    @Test func theTypeOfALabel() throws {
        let client = try LspClient()
        try client.open(
            "main.wf",
            """
            record In { a: Int }

            record Out { b: Int }

            func made(from: In) -> Out { Out { b: from.a } }

            func f(x: In) -> Out { made(from: x) }

            """)
        let found = try client.at("typeDefinition", "main.wf", "from: x", 1)[0]
        #expect(try client.covered("main.wf", found["range"]) == "In")
    }

    // MARK: what is offered

    private func labels(_ client: LspClient, _ old: String, _ new: String) throws -> [String] {
        try items(client, old, new).compactMap { $0["label"].string }
    }

    private func items(_ client: LspClient, _ old: String, _ new: String) throws -> [Json] {
        let text = Self.text.replacing(old, with: new, maxReplacements: 1)
        #expect(text != Self.text)
        let before = text.prefix { $0 != "|" }
        client.replace("main.wf", text.replacing("|", with: "", maxReplacements: 1))
        let answer = try client.of(
            "completion", "main.wf",
            [
                "position": [
                    "line": .int(before.filter { $0 == "\n" }.count),
                    "character": .int(before.reversed().prefix { $0 != "\n" }.count),
                ]
            ])
        return (answer["items"].array ?? []).sorted {
            ($0["sortText"].string ?? "") < ($1["sortText"].string ?? "")
        }
    }

    @Test(arguments: ["undo |", "undo forget(|)", "undo forget(|"])
    func undoReadsItsOwnStep(_ new: String) throws {
        let found = try labels(client(), "undo forget(kept)", new)
        #expect(found.contains("kept"), "\(found)")
    }

    @Test func whatComputesAndWhatCoordinates() throws {
        let client = try client()
        let steps = ["step", "signal", "query", "race", "sequence", "loop", "try", "await", "spawn", "next"]
        let loops = ["var", "while", "return", "break", "continue"]
        let tests = ["mock", "expect", "real"]
        let inFunc = try labels(client, "    if n < 0 {", "    |\n    if n < 0 {")
        #expect(loops.prefix(3).allSatisfy { inFunc.contains($0) }, "\(inFunc)")
        #expect(Set(steps + tests).isDisjoint(with: inFunc), "\(inFunc)")
        let inWorkflow = try labels(client, "    step run", "    |\n    step run")
        #expect(steps.dropLast().allSatisfy { inWorkflow.contains($0) }, "\(inWorkflow)")
        #expect(Set(loops + tests).isDisjoint(with: inWorkflow), "\(inWorkflow)")
        let inTest = try labels(client, "flow ship", "test \"x\" {\n    |\n}\n\nflow ship")
        #expect((tests + ["step", "race"]).allSatisfy { inTest.contains($0) }, "\(inTest)")
        #expect(Set(loops).isDisjoint(with: inTest), "\(inTest)")
        let inLambda = try labels(
            client, "step run", "let u = [1].map(n => {\n        |\n        n\n    })\n    step run")
        #expect(inLambda.contains("var") && !inLambda.contains("step"), "\(inLambda)")
    }

    @Test func onlyWhatCanBeWaitedFor() throws {
        let client = try client()
        let after = try labels(
            client, "    step run", "    step x = greet(\"\")\n        after |\n    step run")
        #expect(Set(after) == ["kept", "pages", "run"], "\(after)")
        let waited = try labels(client, "    if kept", "    step y = await |\n    if kept")
        #expect(waited == ["run"], "\(waited)")
        let spawned = try labels(client, "spawn other()", "spawn |")
        #expect(
            spawned.contains("attached") && !spawned.contains("sign") && !spawned.contains("null"),
            "\(spawned)")
    }

    @Test func actionsAndTypeParameters() throws {
        let client = try client()
        let clauses = try labels(client, "    timeout 10s", "    |")
        #expect(
            ["timeout", "retry", "returns", "cache", "once"].allSatisfy { clauses.contains($0) }, "\(clauses)"
        )
        #expect(Set(["after", "when", "undo", "deadline", "else"]).isDisjoint(with: clauses), "\(clauses)")
        let doors = try labels(client, "via exec(\"echo\", name)", "via |")
        #expect(doors.contains("exec") && !doors.contains("sign") && !doors.contains("main"), "\(doors)")
        let bounds = try labels(client, "func sign(", "func best<T: |>(")
        #expect(bounds.contains("Ordered") && !bounds.contains("String"), "\(bounds)")
    }

    @Test func partsOfATuple() throws {
        let found = try labels(client(), "step run", "let p = pair.|\n    step run")
        #expect(found.starts(with: ["0", "1"]), "\(found)")
    }

    /// What fits the place comes first.
    @Test func valuesThatFitComeFirst() throws {
        let found = try labels(
            client(), "if n < 0 { -1 }",
            "let a = \"\"\n    let b = 2\n    let c: String = |\n    if n < 0 { -1 }")
        #expect(found.first == "a", "\(found)")
    }

    @Test func aModuleOfTheLibraryBringsItsUse() throws {
        let client = try client()
        let found = try items(client, "step run", "let p = fil|\n    step run")
        let module = found.first { $0["label"] == "file" }
        let edit = module?["additionalTextEdits"][0]
        #expect(edit?["newText"] == "use std.file\n\n")
        #expect(edit?["range"]["start"] == ["line": 0, "character": 0])
    }

    /// In a text whose lines end with CR LF, too.
    @Test(arguments: ["\n", "\r\n"]) func aRemovedUseLeavesNoBlankLine(_ end: String) throws {
        let rest = "workflow main() -> Int {\n    1\n}\n".replacing("\n", with: end)
        let client = try LspClient()
        try client.open("main.wf", "use std.file\(end)\(end)\(rest)")
        _ = try client.diagnostics("main.wf")
        let start: Json = ["line": 0, "character": 5]
        let actions = try client.of(
            "codeAction", "main.wf",
            ["range": ["start": start, "end": start], "context": ["diagnostics": []]])
        let removal = actions.array?.first { $0["title"] == "remove the `use`" } ?? .null
        #expect(try client.applied(removal["edit"]["changes"][client.uri("main.wf")], to: "main.wf") == rest)
    }

    // MARK: settings and folders

    /// Clients that ask for diagnostics are told what is wrong with settings, too.
    @Test func settingsThatCannotBeRead() throws {
        let client = try LspClient(
            ["main.wf": Self.text, "wf.json": "{ \"lints\":"],
            capabilities: ["textDocument": ["diagnostic": [:]]])
        try client.open("main.wf")
        _ = try client.of("diagnostic", "main.wf")
        let uri = Json.string(client.uri("wf.json"))
        let told = try client.wait("textDocument/publishDiagnostics") { $0["uri"] == uri }
        #expect(told["diagnostics"][0]["severity"] == 1)
    }

    /// What programs make and take away beside workflows is no reason to ask again.
    @Test func filesThatAreNoneOfOurs() throws {
        let client = try LspClient(
            ["main.wf": Self.text, "out/a.txt": ""],
            capabilities: ["workspace": ["inlayHint": ["refreshSupport": true]]])
        try client.open("main.wf")
        func refreshes(_ file: String, _ type: Int) throws -> Bool {
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(client.uri(file)), "type": .int(type)]]])
            _ = try client.request("workspace/symbol", ["query": ""])
            return client.received.contains { $0["method"] == "workspace/inlayHint/refresh" }
        }
        for (file, type) in [("out/a.txt", 3), ("out", 1), ("data.json", 2), (".git/x", 1)] {
            #expect(try !refreshes(file, type))
        }
        #expect(try refreshes("new.wf", 1))
    }

    /// A folder that goes or comes as a whole: nobody names the files in it.
    @Test func foldersThatMoveOnDisk() throws {
        let client = try LspClient([
            "lib/a.wf": "func four() -> Int { 4 }\n",
            "main.wf": "use \"lib/a.wf\" as a\n\nworkflow main() -> Int {\n    a.four()\n}\n",
        ])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").isEmpty)
        func moved(_ from: String, _ to: String) {
            rename(client.folder.path + "/" + from, client.folder.path + "/" + to)
            client.notify(
                "workspace/didChangeWatchedFiles",
                [
                    "changes": [
                        ["uri": .string(client.uri(from)), "type": 3],
                        ["uri": .string(client.uri(to)), "type": 1],
                    ]
                ])
        }
        moved("lib", "old")
        #expect(try client.diagnostics("main.wf").first?["code"] == "WF0102")
        #expect(try client.request("workspace/symbol", ["query": "four"]).array?.count == 1)
        moved("old", "lib")
        #expect(try client.diagnostics("main.wf").isEmpty)
    }
}
