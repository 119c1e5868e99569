// The conversation itself: its beginning and end, wrong messages, cancelled requests, texts and their positions.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

@Suite struct ProtocolTests {
    private let good = "workflow main() -> Int {\n    1\n}\n"

    @Test func beginsAndEnds() throws {
        let client = try LspClient()
        #expect(client.initialized["serverInfo"]["name"] == "wfc")
        #expect(client.initialized["capabilities"]["positionEncoding"] == "utf-16")
        #expect(try client.stop() == 0)
    }

    @Test func requestsComeBehindInitialize() throws {
        let client = try LspClient(starts: false)
        #expect(throws: LspError.self) { try client.request("textDocument/hover", [:]) }
        try client.start()
        _ = try client.request("shutdown", .null)
        do {
            _ = try client.request("textDocument/hover", [:])
            Issue.record("a server that is shut down answers")
        } catch let error as LspError { #expect(error.code == -32600) }
        client.notify("exit", .null)
        #expect(try client.end() == 0)
    }

    @Test func exitWithoutShutdownIsAnError() throws {
        let client = try LspClient()
        client.notify("exit", .null)
        #expect(try client.end() == 1)
        let other = try LspClient()
        other.hangUp()
        #expect(try other.end() == 1)
    }

    @Test func unknownMethods() throws {
        let client = try LspClient()
        client.notify("$/unheardOf", [:])
        client.notify("textDocument/unheardOf", [:])
        do {
            _ = try client.request("textDocument/unheardOf", [:])
            Issue.record("it is served")
        } catch let error as LspError { #expect(error.code == -32601) }
        #expect(try client.stop() == 0)
    }

    @Test func brokenMessages() throws {
        let client = try LspClient()
        func expectError(_ code: Int, _ bytes: String) throws {
            client.send(bytes: Array(bytes.utf8))
            var message = try client.next()
            while message["method"].string != nil { message = try client.next() }
            #expect(message["error"]["code"] == .int(code), "\(bytes)")
        }
        try expectError(-32700, "Content-Length: 3\r\n\r\n{a}")
        try expectError(-32700, "Content-Length: 2\r\n\r\n\u{1}\u{2}")
        try expectError(-32700, "Content-Length: minus\r\n\r\n")
        try expectError(-32700, "Content-Length: 99999999999999999999999\r\n\r\n")
        try expectError(-32700, "X-Other: 1\r\n\r\n")
        try expectError(-32600, "Content-Length: 2\r\n\r\n[]")
        try expectError(-32600, "Content-Length: 2\r\n\r\n{}")
        try expectError(-32700, "Content-Length: 5000\r\n\r\n" + String(repeating: "[", count: 5000))
        try expectError(-32700, String(repeating: "no header\n", count: 1000) + "\n\n")
        client.send(bytes: Array("\r\n\r\n".utf8))
        // another header's name, in other letters, and one more line
        client.send(bytes: Array("content-length: 45\r\nContent-Type: x\r\n\r\n".utf8))
        client.send(bytes: Array("{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"shutdown\"}".utf8))
        var message = try client.next()
        while message["id"] != 77 { message = try client.next() }
        #expect(message["error"].isNull)
        client.notify("exit", .null)
        #expect(try client.end() == 0)
    }

    @Test func initializeComesOnce() throws {
        let client = try LspClient(["a.wf": good])
        do {
            _ = try client.request("initialize", ["capabilities": [:]])
            Issue.record("answered twice")
        } catch let error as LspError { #expect(error.code == -32600, "\(error.message)") }
        #expect(try client.request("workspace/symbol", ["query": ""]).array != nil)
        #expect(try client.stop() == 0)
    }

    /// An answer to what nobody asked is no request without a name: nothing is said about it.
    @Test func answersNobodyWaitsFor() throws {
        let client = try LspClient(["a.wf": good])
        client.send(["jsonrpc": "2.0", "id": 4711, "result": .null])
        client.send(["jsonrpc": "2.0", "id": 4711, "error": .null])
        #expect(try client.request("workspace/symbol", ["query": ""]).array != nil)
        #expect(!client.received.contains { $0["id"] == 4711 })
        client.send(["jsonrpc": "2.0", "id": 4711])
        #expect(throws: LspError.self) { try client.answer(to: 4711) }
        #expect(try client.stop() == 0)
    }

    @Test func wrongParameters() throws {
        let client = try LspClient(["a.wf": good])
        try client.open("a.wf")
        for method in ["hover", "completion", "rename", "semanticTokens/full", "formatting", "codeAction"] {
            #expect(throws: LspError.self) { try client.request("textDocument/" + method, [:]) }
            #expect(throws: LspError.self) { try client.request("textDocument/" + method, [1, 2]) }
            #expect(throws: LspError.self) {
                try client.request("textDocument/" + method, ["textDocument": ["uri": "untitled:1"]])
            }
        }
        #expect(try client.stop() == 0)
    }

    /// Lines and characters count from 0; what is behind an end is that end.
    @Test func positionsThatAreNone() throws {
        let client = try LspClient()
        try client.open("a.wf", "const a = 1\n")
        let places: [Json] = [
            ["line": -1, "character": 0], ["line": 0, "character": -7], ["line": "x", "character": 0],
            ["line": 0],
            ["line": .double(0.5), "character": 0],
        ]
        for place in places {
            let requests: [(String, Json)] = [
                ("hover", ["position": place]), ("completion", ["position": place]),
                ("codeAction", ["range": ["start": place, "end": place], "context": ["diagnostics": []]]),
                ("selectionRange", ["positions": [place]]),
            ]
            for (method, parameters) in requests {
                #expect(throws: LspError.self, "\(method) at \(place)") {
                    try client.of(method, "a.wf", parameters)
                }
            }
        }
        do {
            _ = try client.of("hover", "a.wf", ["position": ["line": -1, "character": 0]])
        } catch let error as LspError {
            #expect(error.code == -32602)
            #expect(error.message == "`position.line`: expected a number from 0, found -1")
        }
        _ = try client.of("hover", "a.wf", ["position": ["line": 99_999, "character": 99_999]])
        #expect(try client.stop() == 0)
    }

    @Test func cancelledRequests() throws {
        let client = try LspClient(["a.wf": good])
        // one write, so that the server sees all of it before it answers
        var bytes: [UInt8] = []
        func add(_ message: Json) {
            let body = message.bytes
            bytes += Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
        }
        for id in 1000..<1003 {
            add(["jsonrpc": "2.0", "id": .int(id), "method": "workspace/symbol", "params": ["query": ""]])
        }
        add(["jsonrpc": "2.0", "method": "$/cancelRequest", "params": ["id": 1002]])
        add(["jsonrpc": "2.0", "method": "$/cancelRequest", "params": ["id": 4711]])
        client.send(bytes: bytes)
        var codes: [Int: Int] = [:]
        while codes.count < 3 {
            let message = try client.next()
            if let id = message["id"].int, id >= 1000 { codes[id] = message["error"]["code"].int ?? 0 }
        }
        #expect(codes == [1000: 0, 1001: 0, 1002: -32800])
        #expect(try client.stop() == 0)
    }

    // MARK: texts

    @Test(arguments: ["utf-8", "utf-16", "utf-32"]) func positionsInEachEncoding(_ encoding: String) throws {
        let client = try LspClient(capabilities: ["general": ["positionEncodings": [.string(encoding)]]])
        #expect(client.initialized["capabilities"]["positionEncoding"] == .string(encoding))
        // é has 2 bytes and 1 unit, 日 3 and 1, 🙂 4 and 2
        try client.open("a.wf", "// é日🙂x\r\n// two\n")
        let column = ["utf-8": 3 + 2 + 3 + 4, "utf-16": 3 + 1 + 1 + 2, "utf-32": 3 + 3][encoding] ?? 0
        func edit(_ from: Int, _ to: Int, _ text: String) -> Json {
            [
                "range": [
                    "start": ["line": 0, "character": .int(from)], "end": ["line": 0, "character": .int(to)],
                ], "text": .string(text),
            ]
        }
        client.change("a.wf", [edit(column, column + 1, "y")], to: "")
        #expect(
            try client.request("wf/text", ["textDocument": client.identifier("a.wf")])
                == "// é日🙂y\r\n// two\n")
        client.change("a.wf", [edit(3, column, ""), edit(99, 99, "!")], to: "")
        #expect(
            try client.request("wf/text", ["textDocument": client.identifier("a.wf")]) == "// y!\r\n// two\n")
    }

    @Test func bytesAreCountedWhenTheClientCan() throws {
        let all: Json = ["general": ["positionEncodings": ["utf-16", "utf-32", "utf-8"]]]
        let client = try LspClient(capabilities: all)
        #expect(client.initialized["capabilities"]["positionEncoding"] == "utf-8")
        let silent = try LspClient(capabilities: [:])
        #expect(silent.initialized["capabilities"]["positionEncoding"] == "utf-16")
    }

    @Test func changesFollowEachOther() throws {
        let client = try LspClient()
        try client.open("a.wf", "abc\ndef\n")
        func place(_ line: Int, _ character: Int) -> Json {
            ["line": .int(line), "character": .int(character)]
        }
        func edit(_ start: Json, _ end: Json, _ text: String) -> Json {
            ["range": ["start": start, "end": end], "text": .string(text)]
        }
        client.change(
            "a.wf",
            [
                edit(place(0, 1), place(1, 1), "X\n"), edit(place(1, 0), place(1, 1), ""),
                edit(place(9, 9), place(9, 9), "end"),
            ], to: "")
        #expect(try client.request("wf/text", ["textDocument": client.identifier("a.wf")]) == "aX\nf\nend")
        // a change of what is not open is nobody's
        client.change("b.wf", [["text": "x"]], to: "")
        #expect(try client.request("wf/text", ["textDocument": client.identifier("b.wf")]).isNull)
        #expect(try client.stop() == 0)
    }
}
