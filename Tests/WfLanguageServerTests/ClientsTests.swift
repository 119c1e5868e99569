// What clients of different abilities get: texts without a file, files renamed and removed on disk, several folders, parts of
// answers, cancellation while an answer is made, lines that end with CR LF, settings that change.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct ClientsTests {
    private let lib = "func double(n: Int) -> Int {\n    n * 2\n}\n"
    private let user = "use \"lib.wf\" as lib\n\nfunc four() -> Int {\n    lib.double(2)\n}\n"

    private func codes(_ diagnostics: [Json]) -> [String] { diagnostics.compactMap { $0["code"].string } }

    /// A text that has never been saved is checked, formatted and completed, and forgotten when it is closed.
    @Test func untitled() throws {
        let client = try LspClient(["lib.wf": lib])
        let uri = "untitled:Untitled-1"
        client.notify(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": .string(uri), "languageId": "wf", "version": 1,
                    "text": .string(user.replacing("double(2)", with: "dubble(2)")),
                ]
            ])
        let told = try client.wait("textDocument/publishDiagnostics") { $0["uri"] == .string(uri) }
        #expect(codes(told["diagnostics"].array ?? []).count == 1)
        let edits = try client.request(
            "textDocument/formatting",
            ["textDocument": ["uri": .string(uri)], "options": ["tabSize": 4, "insertSpaces": true]])
        #expect(edits.array?.isEmpty ?? edits.isNull)
        let items = try client.request(
            "textDocument/completion",
            ["textDocument": ["uri": .string(uri)], "position": ["line": 3, "character": 8]])
        #expect((items["items"].array ?? []).contains { $0["label"] == "double" })
        client.notify("textDocument/didClose", ["textDocument": ["uri": .string(uri)]])
        let cleared = try client.wait("textDocument/publishDiagnostics") { $0["uri"] == .string(uri) }
        #expect(cleared["diagnostics"].array?.isEmpty ?? false)
    }

    /// Renaming a file, or the folder that it is in, changes what is written behind `use`.
    @Test func filesThatWillBeRenamed() throws {
        let client = try LspClient([
            "lib.wf": lib, "main.wf": user,
            "flows/pay.wf": user.replacing("lib.wf", with: "../lib.wf"),
            "flows/more.wf": user.replacing("lib.wf", with: "pay.wf"),
        ])
        func changes(_ old: String, _ new: String) throws -> [String: String] {
            let answer = try client.request(
                "workspace/willRenameFiles",
                ["files": [["oldUri": .string(client.uri(old)), "newUri": .string(client.uri(new))]]])
            guard case .object(let members) = answer["changes"] else { return [:] }
            var found: [String: String] = [:]
            for member in members {
                let name = String(member.name.dropFirst(client.uri("").count))
                found[name] = (member.value[0]["newText"].string ?? "")
                #expect(member.value.array?.count == 1)
            }
            return found
        }
        #expect(
            try changes("lib.wf", "shared/base.wf")
                == ["main.wf": "\"shared/base.wf\"", "flows/pay.wf": "\"../shared/base.wf\""])
        #expect(try changes("flows", "work/flows") == ["flows/pay.wf": "\"../../lib.wf\""])
        #expect(
            try changes("flows/pay.wf", "pay.wf")
                == ["flows/pay.wf": "\"lib.wf\"", "flows/more.wf": "\"../pay.wf\""])
        #expect(try changes("main.wf", "begin.wf") == [:])
    }

    /// A file that goes and comes back under another name: users are told, and told again.
    @Test func filesThatMoveOnDisk() throws {
        let client = try LspClient(["lib.wf": lib, "main.wf": user])
        try client.open("main.wf")
        #expect(try client.diagnostics("main.wf").isEmpty)
        func watched(_ file: String, _ type: Int) {
            client.notify(
                "workspace/didChangeWatchedFiles",
                ["changes": [["uri": .string(client.uri(file)), "type": .int(type)]]])
        }
        unlink(client.folder.path + "/lib.wf")
        watched("lib.wf", 3)
        #expect(try !client.diagnostics("main.wf").isEmpty)
        try writeFile(client.folder.path + "/lib.wf", Array(lib.utf8))
        watched("lib.wf", 1)
        #expect(try client.diagnostics("main.wf").isEmpty)
    }

    /// What was not saved is gone when the document is closed: the file's text counts again.
    @Test func closingWithoutSaving() throws {
        let client = try LspClient(["lib.wf": lib, "main.wf": user])
        try client.open("main.wf")
        try client.open("lib.wf")
        #expect(try client.diagnostics("main.wf").isEmpty)
        client.replace("lib.wf", "")
        #expect(try !client.diagnostics("main.wf").isEmpty)
        client.leave("lib.wf")
        #expect(try client.diagnostics("main.wf").isEmpty)
    }

    /// Two folders, and a file in neither that one of them uses.
    @Test func severalFolders() throws {
        let other = try TemporaryFolder("wf-other")
        let outside = try TemporaryFolder("wf-outside")
        try writeFile(outside.path + "/lib.wf", Array(lib.utf8))
        try writeFile(
            other.path + "/b.wf", Array(user.replacing("lib.wf", with: outside.path + "/lib.wf").utf8))
        let client = try LspClient(["lib.wf": lib, "main.wf": user], starts: false)
        _ = try client.request(
            "initialize",
            [
                "capabilities": [:],
                "workspaceFolders": [
                    ["uri": .string("file://\(client.folder.path)"), "name": "one"],
                    ["uri": .string("file://\(other.path)"), "name": "two"],
                ],
            ])
        client.notify("initialized", [:])
        let symbols = try client.request("workspace/symbol", ["query": "four"])
        #expect(symbols.array?.count == 2)
        let file = "file://\(other.path)/b.wf"
        let found = try client.request(
            "textDocument/definition",
            ["textDocument": ["uri": .string(file)], "position": ["line": 3, "character": 10]])
        #expect(found[0]["uri"] == .string("file://\(outside.path)/lib.wf"))
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            ["event": ["added": [], "removed": [["uri": .string("file://\(other.path)"), "name": "two"]]]])
        #expect(try client.request("workspace/symbol", ["query": "four"]).array?.count == 1)
    }

    /// With a token for parts, each file is told by itself.
    @Test func partsOfAnAnswer() throws {
        let client = try LspClient(["lib.wf": lib, "main.wf": user])
        let answer = try client.request(
            "workspace/diagnostic", ["previousResultIds": [], "partialResultToken": "parts"])
        #expect(answer["items"].array?.isEmpty ?? false)
        let parts = client.received.filter { $0["params"]["token"] == "parts" }
        #expect(parts.count == 2)
        #expect(parts.allSatisfy { $0["params"]["value"]["items"][0]["kind"] == "full" })
    }

    /// A request that is taken back while it is being answered ends at once with the error that says so.
    @Test func cancellingWhatIsBeingAnswered() throws {
        var text = ""
        for number in 0..<60 {
            text += "workflow w\(number)(n: Int) -> Int {\n    step a = exec(\"echo\", \"{n}\")\n    a.status + n\n}\n\n"
        }
        let client = try LspClient()
        try client.open("main.wf", text)
        _ = try client.diagnostics("main.wf")
        var cancelled = 0
        for round in 0..<40 where cancelled == 0 {
            let place = client.position("main.wf", "exec", 1)
            let id = client.ask(
                "textDocument/codeAction",
                [
                    "textDocument": client.identifier("main.wf"), "range": ["start": place, "end": place],
                    "context": ["diagnostics": []],
                ])
            // it has begun by then, unless the machine is slow: then it is tried again
            usleep(UInt32(round + 1) * 1_000)
            client.notify("$/cancelRequest", ["id": .int(id)])
            do { _ = try client.answer(to: id) } catch let error as LspError {
                #expect(error.code == -32800)
                cancelled += 1
            }
        }
        #expect(cancelled > 0)
        #expect(try client.of("documentSymbol", "main.wf").array?.count == 60)
    }

    /// Settings that change what is shown: the client is told to ask again.
    @Test func settingsThatChange() throws {
        let client = try LspClient(
            ["main.wf": "workflow main() -> Int {\n    let n = 1\n    n\n}\n"],
            capabilities: [
                "workspace": [
                    "inlayHint": ["refreshSupport": true], "codeLens": ["refreshSupport": true],
                ]
            ])
        try client.open("main.wf")
        let range: Json = ["start": ["line": 0, "character": 0], "end": ["line": 9, "character": 0]]
        #expect(try client.of("inlayHint", "main.wf", ["range": range]).array?.count == 1)
        client.notify(
            "workspace/didChangeConfiguration",
            ["settings": ["wf": ["inlayHints": ["types": false], "codeLens": ["enabled": false]]]])
        _ = try client.wait("workspace/inlayHint/refresh") { _ in true }
        _ = try client.wait("workspace/codeLens/refresh") { _ in true }
        #expect(try client.of("inlayHint", "main.wf", ["range": range]).array?.isEmpty ?? true)
        #expect(try client.of("codeLens", "main.wf").array?.isEmpty ?? true)
    }

    /// Fixes and refactorings of a text whose lines end with CR LF leave the other lines as they are.
    @Test func linesThatEndWithCarriageReturns() throws {
        let text = "workflow main(n: Int) -> Int {\n    let unused = 1\n    let a = n + 1\n    a\n}\n"
            .replacing("\n", with: "\r\n")
        let client = try LspClient()
        try client.open("main.wf", text)
        _ = try client.diagnostics("main.wf")
        let start: Json = ["line": 2, "character": 8]
        let actions = try client.of(
            "codeAction", "main.wf",
            ["range": ["start": start, "end": start], "context": ["diagnostics": []]])
        #expect(!(actions.array ?? []).isEmpty)
        for action in actions.array ?? [] {
            let after = try client.applied(action["edit"]["changes"][client.uri("main.wf")], to: "main.wf")
            let units = Array(after.utf8)
            let isWhole = units.indices.allSatisfy { units[$0] != 0x0A || $0 > 0 && units[$0 - 1] == 0x0D }
            #expect(isWhole, "\(action["title"].string ?? ""): \(after.debugDescription)")
        }
        let ugly = "workflow main(n: Int)->Int {\r\n    n+1\r\n    }\r\n"
        client.replace("main.wf", ugly)
        let options: Json = ["tabSize": 4, "insertSpaces": true]
        let whole = try client.of("formatting", "main.wf", ["options": options])
        #expect(try client.applied(whole, to: "main.wf") == "workflow main(n: Int) -> Int {\r\n    n + 1\r\n}\r\n")
        let range: Json = ["start": ["line": 1, "character": 0], "end": ["line": 2, "character": 0]]
        let line = try client.of("rangeFormatting", "main.wf", ["options": options, "range": range])
        #expect(
            try client.applied(line, to: "main.wf") == "workflow main(n: Int)->Int {\r\n    n + 1\r\n    }\r\n")
    }
}
