// Long random conversations with everything at once: documents that use each other, texts without a file, huge edits, changes
// that the server offers and that are made, renamings, files that come and go on disk, settings, requests nobody knows, and
// any of them taken back. After each step the server's texts are the client's, in each way of counting positions.
// WF_FUZZ_SECONDS=3600: as long as that, with other seeds each time round. WF_FUZZ_SEED=300: from that seed on.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

private struct Talk {
    enum Encoding: String, CaseIterable { case utf8 = "utf-8", utf16 = "utf-16", utf32 = "utf-32" }

    let client: LspClient
    let encoding: Encoding
    private var state: UInt64
    /// What the client has open, by address.
    private(set) var texts: [String: [Unicode.Scalar]] = [:]
    private var version = 0

    private static let files = ["main.wf", "lib/shared.wf", "a.wf", "b.wf"]
    private static let methods = [
        "hover", "definition", "typeDefinition", "references", "documentHighlight", "prepareRename", "rename",
        "completion", "signatureHelp", "documentSymbol", "foldingRange", "selectionRange", "documentLink",
        "semanticTokens/full", "semanticTokens/range", "semanticTokens/full/delta", "inlayHint", "codeLens",
        "codeAction", "formatting", "rangeFormatting", "onTypeFormatting", "prepareCallHierarchy",
        "diagnostic", "implementation", "moniker",
    ]
    private static let others = [
        "workspace/symbol", "workspace/diagnostic", "workspace/willRenameFiles", "workspace/executeCommand",
        "callHierarchy/incomingCalls", "callHierarchy/outgoingCalls", "codeAction/resolve",
        "completionItem/resolve", "wf/text", "initialize", "nobody/knows",
    ]
    private static let pieces = [
        "", "x", "\n", "\r\n", "\r", "{", "}", "(", ")", "\"", ".", "step a = ", "workflow w() {\n", "🙂", "é",
        "日本", "use \"a.wf\" as a\n", "use \"b.wf\" as b\n", "match x {\n", "=>", "// wf:allow ", "\u{0}",
        "    ",
        "order.", ".open", "\"\"\"", "retry 3\n", "\u{2028}", "flow f() {\n start -> a\n", "-> ",
        "on timeout ",
        "await ", "spawn ", "mock ", "calls(", "signal s: Int\n", "record R { x: R? }\n", "[", "]", "${",
        "{a}",
    ]

    init(_ seed: Int, _ encoding: Encoding) throws {
        self.encoding = encoding
        state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        client = try LspClient(
            [
                "main.wf": Sample.main, "lib/shared.wf": Sample.lib,
                "a.wf": "use \"b.wf\" as b\n\nfunc one() -> Int {\n    b.two() - 1\n}\n",
                "b.wf":
                    "use \"a.wf\" as a\n\nfunc two() -> Int {\n    2\n}\n\nfunc three() -> Int {\n    a.one() + 2\n}\n",
            ],
            capabilities: [
                "general": ["positionEncodings": [.string(encoding.rawValue)]],
                "workspace": [
                    "workspaceEdit": ["documentChanges": true, "resourceOperations": ["create"]],
                    "configuration": true, "diagnostics": ["refreshSupport": true],
                ],
                "window": ["workDoneProgress": true],
            ])
    }

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(1, bound)))
    }
    private mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

    private mutating func address() -> String {
        below(8) == 0 ? "untitled:Untitled-\(below(2))" : client.uri(pick(Talk.files + ["no.wf"]))
    }

    // MARK: places

    private mutating func position(_ text: [Unicode.Scalar]) -> Json {
        if below(8) == 0 {
            return pick([
                ["line": 99_999, "character": 99_999], ["line": -1, "character": -7], ["line": "x"], .null,
                ["line": 0, "character": .double(1e300)],
            ])
        }
        let lines = text.filter { $0 == "\n" }.count + 1
        return ["line": .int(below(lines + 1)), "character": .int(below(50))]
    }

    private func width(_ scalar: Unicode.Scalar) -> Int {
        switch encoding {
        case .utf8: return UTF8.width(scalar)
        case .utf16: return UTF16.width(scalar)
        case .utf32: return 1
        }
    }

    private func offset(_ position: Json, _ text: [Unicode.Scalar]) -> Int {
        var line = max(0, position["line"].int ?? 0)
        let character = max(0, position["character"].int ?? 0)
        var at = 0
        while line > 0 && at < text.count {
            let scalar = text[at]
            at += 1
            if scalar == "\n" || scalar == "\r" && !(at < text.count && text[at] == "\n") { line -= 1 }
        }
        if line > 0 { return text.count }
        var column = 0
        while at < text.count, text[at] != "\n", text[at] != "\r", column < character {
            column += width(text[at])
            if column > character { break }
            at += 1
        }
        return at
    }

    // MARK: steps

    private func document(_ uri: String) -> Json { ["uri": .string(uri)] }

    private mutating func open(_ uri: String) {
        if texts[uri] != nil { return }
        let text =
            below(3) == 0
            ? Sample.main
            : pick(["", Sample.lib, "use \"a.wf\" as a\n\nfunc f() -> Int {\n    a.one()\n}\n"])
        texts[uri] = Array(text.unicodeScalars)
        version += 1
        client.notify(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": .string(uri), "languageId": "wf", "version": .int(version), "text": .string(text),
                ]
            ])
    }

    private mutating func change(_ uri: String, _ changes: [Json]) {
        version += 1
        client.notify(
            "textDocument/didChange",
            [
                "textDocument": ["uri": .string(uri), "version": .int(version)],
                "contentChanges": .array(changes),
            ])
    }

    private mutating func edit(_ uri: String) {
        guard var text = texts[uri] else { return }
        var changes: [Json] = []
        for _ in 0...below(3) {
            var new = pick(Talk.pieces)
            if below(40) == 0 { new = String(repeating: new, count: 1 + below(3000)) }
            if below(15) == 0 || text.count > 100_000 {
                new = pick([Sample.main, Sample.lib, ""])
                text = Array(new.unicodeScalars)
                changes.append(["text": .string(new)])
                continue
            }
            let start = position(text)
            let end = below(3) == 0 ? position(text) : start
            let (low, high) = (offset(start, text), offset(end, text))
            text.replaceSubrange(min(low, high)..<max(low, high), with: Array(new.unicodeScalars))
            changes.append(["range": ["start": start, "end": end], "text": .string(new)])
        }
        texts[uri] = text
        change(uri, changes)
    }

    private mutating func parameters(_ uri: String) -> Json {
        let text = texts[uri] ?? []
        return [
            "textDocument": document(uri), "position": position(text), "positions": [position(text)],
            "range": ["start": position(text), "end": position(text)], "newName": .string(pick(Talk.pieces)),
            "ch": .string(pick(["}", "\n"])), "previousResultId": "1", "context": ["diagnostics": []],
            "query": .string(pick(Talk.pieces)), "previousResultIds": [],
            "item": pick([.null, ["data": ["file": 1, "place": 3]], 7]),
            "files": [["oldUri": .string(uri), "newUri": .string(uri + "x")]],
            "workDoneToken": pick([.null, "w", 4]), "partialResultToken": pick([.null, "p"]),
        ]
    }

    private mutating func ask(_ uri: String) {
        for _ in 0...below(4) {
            let method = below(5) == 0 ? pick(Talk.others) : "textDocument/" + pick(Talk.methods)
            let id = client.ask(method, below(20) == 0 ? pick([.null, [], "x"]) : parameters(uri))
            if below(3) == 0 { client.notify("$/cancelRequest", ["id": .int(id)]) }
        }
    }

    /// Makes the edits of an answer as an editor does.
    private mutating func apply(_ edit: Json) {
        for entry in edit["documentChanges"].array ?? [] {
            guard let uri = entry["textDocument"]["uri"].string, var text = texts[uri] else { continue }
            let edits = (entry["edits"].array ?? []).enumerated().map { number, edit in
                (offset(edit["range"]["start"], text), number, edit)
            }.sorted { ($0.0, $0.1) > ($1.0, $1.1) }
            for (start, _, edit) in edits {
                let end = offset(edit["range"]["end"], text)
                text.replaceSubrange(
                    start..<max(start, end), with: Array((edit["newText"].string ?? "").unicodeScalars))
            }
            texts[uri] = text
            change(uri, edits.map { ["range": $0.2["range"], "text": $0.2["newText"]] })
        }
    }

    private mutating func offered(_ uri: String) throws {
        if below(4) == 0 {
            var wanted = parameters(uri)
            if case .object(let members) = wanted {
                wanted = .object(
                    members.filter { $0.name != "newName" } + [Json.Member(name: "newName", value: "renamed")]
                )
            }
            if let edit = try? client.request("textDocument/rename", wanted) { apply(edit) }
            return
        }
        let actions = try? client.request("textDocument/codeAction", parameters(uri))
        guard let list = actions?.array, !list.isEmpty else { return }
        apply(pick(list)["edit"])
    }

    private mutating func elsewhere() {
        switch below(6) {
        case 0:
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(address()), "type": .int(1 + below(3))], ["uri": 5]]])
        case 1:
            client.notify(
                "workspace/didChangeConfiguration",
                ["settings": pick([.null, ["wf": ["diagnostics": ["workspace": false]]], ["wf": 3], []])])
        case 2:
            client.notify(
                "workspace/didChangeWorkspaceFolders",
                [
                    "event": [
                        "added": [["uri": .string("file://\(client.folder.path)/lib")]], "removed": [.null],
                    ]
                ])
        case 3: client.send(bytes: Array("Content-Length: 7\r\n\r\n{broken".utf8))
        case 4:
            client.send(["jsonrpc": "2.0", "id": .int(below(9)), "result": pick([.null, [3], [["x": 1]]])])
        default: client.notify("$/cancelRequest", ["id": pick([.null, 3, "x"])])
        }
    }

    mutating func step() throws {
        let uri = address()
        switch below(12) {
        case 0: open(uri)
        case 1 where texts.count > 2:
            texts[uri] = nil
            client.notify("textDocument/didClose", ["textDocument": document(uri)])
        case 1...6: if texts[uri] == nil { open(uri) } else { edit(uri) }
        case 7, 8: ask(uri)
        case 9, 10: try offered(uri)
        default: elsewhere()
        }
    }

    /// An address whose text the server has otherwise; nil: none.
    func different() throws -> String? {
        for (uri, text) in texts {
            let known = try client.request("wf/text", ["textDocument": document(uri)])
            var whole = ""
            whole.unicodeScalars.append(contentsOf: text)
            if known.string.map({ Array($0.unicodeScalars) }) != text { return uri + "\n" + whole }
        }
        return nil
    }
}

@Suite struct FuzzTalkTests {
    @Test(arguments: 0..<3) func everythingAtOnce(_ first: Int) throws {
        func number(_ name: String) -> Int { getenv(name).flatMap { Int(String(cString: $0)) } ?? 0 }
        let end = time(nil) + number("WF_FUZZ_SECONDS")
        var seed = number("WF_FUZZ_SEED") + first
        repeat {
            var talk = try Talk(seed, Talk.Encoding.allCases[seed % 3])
            for round in 0..<80 {
                do {
                    try talk.step()
                    if let place = try talk.different() {
                        Issue.record("seed \(seed), step \(round): the texts differ: \(place)")
                        return
                    }
                } catch let error as LspError {
                    Issue.record("seed \(seed), step \(round): \(error.message)")
                    return
                }
            }
            #expect(try talk.client.stop() == 0, "seed \(seed)")
            seed += 3
        } while time(nil) < end
    }
}
