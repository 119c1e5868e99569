// No sequence of messages crashes or hangs the server: random edits, positions that are nowhere, broken messages, requests
// that are cancelled, documents closed and opened, and the end at any time. After each edit the server's text is the
// client's.
import Testing
import WfLanguageServer
import WfTestSupport

/// A small generator, so that a seed gives the same run.
private struct Random {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(1, bound)))
    }
    mutating func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}

@Suite struct FuzzTests {
    private static let methods = [
        "hover", "definition", "typeDefinition", "references", "documentHighlight", "prepareRename", "rename",
        "completion", "signatureHelp", "documentSymbol", "foldingRange", "selectionRange", "documentLink",
        "semanticTokens/full", "semanticTokens/range", "semanticTokens/full/delta", "inlayHint", "codeLens",
        "codeAction", "formatting", "rangeFormatting", "onTypeFormatting", "prepareCallHierarchy",
        "diagnostic",
    ]
    private static let pieces = [
        "", "x", "\n", "\r\n", "\r", "{", "}", "(", ")", "\"", ".", "step a = ", "workflow w() {\n", "🙂", "é",
        "日本",
        "use ", "match x {\n", "=>", "// ", "\u{0}", "    ", "order.", ".open", "\"\"\"", "retry 3\n",
        "\u{2028}",
    ]

    private func position(_ random: inout Random, _ text: [UInt16]) -> Json {
        if random.below(8) == 0 {
            return random.pick([
                ["line": 99_999, "character": 99_999], ["line": -1, "character": -7], ["line": "x"], .null,
                ["line": 0, "character": .double(1e300)],
            ])
        }
        let lines = text.filter { $0 == 0x0A }.count + 1
        return ["line": .int(random.below(lines + 1)), "character": .int(random.below(60))]
    }

    /// The offset of a position as the protocol has it, in UTF-16.
    private func offset(_ position: Json, _ text: [UInt16]) -> Int {
        var line = max(0, position["line"].int ?? 0)
        let character = max(0, position["character"].int ?? 0)
        var start = 0
        var at = 0
        while line > 0 && at < text.count {
            let unit = text[at]
            at += 1
            if unit == 0x0A || unit == 0x0D && !(at < text.count && text[at] == 0x0A) {
                line -= 1
                start = at
            }
        }
        if line > 0 { return text.count }
        var end = start
        while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
        var place = start
        while place < end && place - start < character {
            let width = text[place] & 0xFC00 == 0xD800 ? 2 : 1
            if place - start + width > character { break }
            place += width
        }
        return place
    }

    private func edit(_ random: inout Random, _ text: inout [UInt16]) -> Json {
        let new = random.pick(FuzzTests.pieces)
        if random.below(12) == 0 {
            text = Array(Sample.main.utf16)
            return ["text": .string(Sample.main)]
        }
        let start = position(&random, text)
        let end = random.below(3) == 0 ? position(&random, text) : start
        let (low, high) = (offset(start, text), offset(end, text))
        text.replaceSubrange(min(low, high)..<max(low, high), with: Array(new.utf16))
        return ["range": ["start": start, "end": end], "text": .string(new)]
    }

    @Test(arguments: 0..<6) func randomConversations(_ seed: Int) throws {
        var random = Random(state: UInt64(seed) &* 977 &+ 13)
        let client = try Sample.client()
        var text = Array(Sample.main.utf16)
        for round in 0..<120 {
            var changes: [Json] = []
            for _ in 0...random.below(3) { changes.append(edit(&random, &text)) }
            client.change("main.wf", changes, to: String(decoding: text, as: UTF16.self))
            for _ in 0..<random.below(4) {
                let method = random.pick(FuzzTests.methods)
                let id = client.ask(
                    "textDocument/" + method,
                    [
                        "textDocument": client.identifier(
                            random.pick(["main.wf", "lib/shared.wf", "no.wf"])),
                        "position": position(&random, text), "positions": [position(&random, text)],
                        "range": ["start": position(&random, text), "end": position(&random, text)],
                        "newName": .string(random.pick(FuzzTests.pieces)),
                        "ch": .string(random.pick(["}", "\n"])),
                        "previousResultId": "1", "context": ["diagnostics": []],
                    ])
                if random.below(3) == 0 { client.notify("$/cancelRequest", ["id": .int(id)]) }
            }
            if random.below(10) == 0 { client.send(bytes: Array("Content-Length: 7\r\n\r\n{broken".utf8)) }
            if random.below(20) == 0 {
                client.notify("textDocument/didClose", ["textDocument": client.identifier("main.wf")])
                text = Array(Sample.main.utf16)
                try client.open("main.wf", Sample.main)
            }
            let known = try client.request("wf/text", ["textDocument": client.identifier("main.wf")])
            guard known.string == String(decoding: text, as: UTF16.self) else {
                Issue.record("seed \(seed), round \(round): the texts differ")
                return
            }
        }
        #expect(try client.stop() == 0)
    }

    @Test(arguments: 0..<8) func endsAtAnyTime(_ seed: Int) throws {
        var random = Random(state: UInt64(seed) &* 31 &+ 7)
        let client = try LspClient(["main.wf": Sample.main, "lib/shared.wf": Sample.lib], starts: false)
        var isShutDown = false
        var steps: [() -> Void] = [
            {
                _ = client.ask(
                    "initialize", ["rootUri": .string("file://\(client.folder.path)"), "capabilities": [:]])
            },
            { client.notify("initialized", [:]) },
            { try? client.open("main.wf", Sample.main) },
            { _ = client.ask("textDocument/completion", ["textDocument": client.identifier("main.wf")]) },
            { _ = client.ask("initialize", .null) },
            { client.send(bytes: [0, 1, 2, 13, 10, 13, 10]) },
            { client.replace("main.wf", "x") },
        ]
        steps.append {
            _ = client.ask("shutdown", .null)
            isShutDown = true
        }
        for _ in 0..<random.below(20) { random.pick(steps)() }
        _ = isShutDown
        if seed % 2 == 0 { client.notify("exit", .null) } else { client.hangUp() }
        let status = try client.end()
        #expect(status == 0 || status == 1)
    }
}
