// A small client: drives the real `wfc lsp` over its standard streams, as an editor does. Point WFC at another binary to
// test that one.
import Glibc
import Testing
import WfLanguageServer
import WfTestSupport

let wfc = builtCommand("wfc")

/// An answer that is an error, or none.
struct LspError: Error {
    var code: Int
    var message: String
}

/// A running server with a workspace folder of its own.
final class LspClient {
    static let fullCapabilities: Json = [
        "textDocument": [
            "completion": ["completionItem": ["snippetSupport": true]],
            "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
        ],
        "general": ["positionEncodings": ["utf-16"]],
    ]

    let folder: TemporaryFolder
    private let pid: pid_t
    private let socket: Int32
    private var buffer: [UInt8] = []
    private var lastId = 0
    private var isStopped = false
    /// What the server has sent beside answers.
    private(set) var received: [Json] = []
    private(set) var texts: [String: String] = [:]
    private var versions: [String: Int] = [:]
    private(set) var initialized = Json.null

    init(
        _ files: [String: String] = [:], capabilities: Json = LspClient.fullCapabilities,
        options: Json = .null, path: String? = nil,
        starts: Bool = true
    ) throws {
        folder = try TemporaryFolder("wf-lsp")
        for (name, text) in files {
            if let slash = name.lastIndex(of: "/") { mkdir(folder.path + "/" + name[..<slash], 0o755) }
            try writeFile(folder.path + "/" + name, Array(text.utf8))
            if name.hasPrefix("bin/") { chmod(folder.path + "/" + name, 0o755) }
        }
        signal(SIGPIPE, SIG_IGN)
        // both directions in one socket, which no other child inherits
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw LspError(code: 0, message: "no sockets")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(wfc), strdup("lsp"), nil]
        var variables: [UnsafeMutablePointer<CChar>?] = [
            strdup("XDG_CACHE_HOME=\(folder.path)/.cache"),
            strdup("PATH=\(folder.path)/bin" + (path ?? ":/usr/bin:/bin")), nil,
        ]
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, wfc, &actions, nil, &words, &variables)
        posix_spawn_file_actions_destroy(&actions)
        for word in words + variables { free(word) }
        close(ends[1])
        self.pid = pid
        socket = ends[0]
        guard code == 0 else { throw LspError(code: 0, message: "cannot start \(wfc)") }
        if starts { try start(capabilities, options) }
    }

    deinit {
        if !isStopped {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        close(socket)
    }

    func start(_ capabilities: Json = LspClient.fullCapabilities, _ options: Json = .null) throws {
        initialized = try request(
            "initialize",
            [
                "processId": .null, "rootUri": .string("file://\(folder.path)"), "capabilities": capabilities,
                "initializationOptions": options,
            ])
        notify("initialized", [:])
    }

    /// `shutdown`, `exit`; the exit status.
    func stop() throws -> Int32 {
        _ = try request("shutdown", .null)
        notify("exit", .null)
        return try end()
    }

    /// Waits for the server's end.
    func end(seconds: Int = 60) throws -> Int32 {
        var status: Int32 = 0
        for _ in 0..<seconds * 500 {
            if waitpid(pid, &status, WNOHANG) == pid {
                isStopped = true
                return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
            }
            usleep(2000)
        }
        throw LspError(code: 0, message: "the server does not end")
    }

    /// Sends no more.
    func hangUp() { shutdown(socket, Int32(SHUT_WR)) }

    // MARK: messages

    func send(bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            sent += count
        }
    }

    func send(_ message: Json) {
        let body = message.bytes
        send(bytes: Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body)
    }

    func notify(_ method: String, _ parameters: Json) {
        send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// Sends a request without waiting; its id.
    func ask(_ method: String, _ parameters: Json) -> Int {
        lastId += 1
        send(["jsonrpc": "2.0", "id": .int(lastId), "method": .string(method), "params": parameters])
        return lastId
    }

    func request(_ method: String, _ parameters: Json) throws -> Json {
        try answer(to: ask(method, parameters))
    }

    func answer(to id: Int) throws -> Json {
        while true {
            let message = try next()
            if message["id"] == .int(id), message["method"].isNull {
                if message["error"].isObject {
                    throw LspError(
                        code: message["error"]["code"].int ?? 0,
                        message: message["error"]["message"].string ?? "")
                }
                return message["result"]
            }
            received.append(message)
            if !message["id"].isNull, message["method"].string != nil {
                send(["jsonrpc": "2.0", "id": message["id"], "result": .null])
            }
        }
    }

    /// The next message; an error when none comes.
    func next(seconds: Int = 60) throws -> Json {
        while true {
            if let message = try parse() { return message }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32(seconds) * 1000) > 0 else {
                throw LspError(code: 0, message: "no message from the server")
            }
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(socket, &room, room.count)
            guard count > 0 else { throw LspError(code: 0, message: "the server has gone") }
            buffer.append(contentsOf: room[0..<count])
        }
    }

    private func parse() throws -> Json? {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = buffer.indices.first(where: { buffer[$0...].starts(with: mark) }) else { return nil }
        let header = String(decoding: buffer[..<end], as: UTF8.self)
        guard header.hasPrefix("Content-Length: "), let length = Int(header.dropFirst(16)) else {
            throw LspError(code: 0, message: "a wrong header: \(header)")
        }
        if buffer.count < end + 4 + length { return nil }
        let body = Array(buffer[(end + 4)..<(end + 4 + length)])
        buffer.removeFirst(end + 4 + length)
        do {
            return try Json(body)
        } catch {
            throw LspError(
                code: 0,
                message:
                    "no JSON of \(body.count) bytes: \(String(decoding: body.prefix(2000), as: UTF8.self))")
        }
    }

    /// Waits for a notification that fulfils a condition, also among those that came before.
    func wait(_ method: String, where matches: (Json) -> Bool) throws -> Json {
        if let at = received.firstIndex(where: { $0["method"] == .string(method) && matches($0["params"]) }) {
            return received.remove(at: at)["params"]
        }
        while true {
            let message = try next()
            if message["method"] == .string(method), matches(message["params"]) { return message["params"] }
            received.append(message)
            if !message["id"].isNull, message["method"].string != nil {
                send(["jsonrpc": "2.0", "id": message["id"], "result": .null])
            }
        }
    }

    // MARK: documents

    func uri(_ file: String) -> String { "file://\(folder.path)/\(file)" }
    func identifier(_ file: String) -> Json { ["uri": .string(uri(file))] }

    func open(_ file: String, _ text: String? = nil) throws {
        let text = try text ?? String(decoding: readFile(folder.path + "/" + file), as: UTF8.self)
        texts[file] = text
        versions[file] = 1
        notify(
            "textDocument/didOpen",
            [
                "textDocument": [
                    "uri": .string(uri(file)), "languageId": "wf", "version": 1, "text": .string(text),
                ]
            ])
    }

    func change(_ file: String, _ changes: [Json], to text: String) {
        texts[file] = text
        versions[file, default: 1] += 1
        notify(
            "textDocument/didChange",
            [
                "textDocument": ["uri": .string(uri(file)), "version": .int(versions[file] ?? 0)],
                "contentChanges": .array(changes),
            ])
    }

    func leave(_ file: String) {
        texts[file] = nil
        notify("textDocument/didClose", ["textDocument": identifier(file)])
    }

    /// Replaces the whole text.
    func replace(_ file: String, _ text: String) { change(file, [["text": .string(text)]], to: text) }

    /// The diagnostics of the file's present version.
    func diagnostics(_ file: String) throws -> [Json] {
        let version = versions[file].map { Json.int($0) }
        let found = try wait("textDocument/publishDiagnostics") {
            $0["uri"] == .string(uri(file)) && (version == nil || $0["version"] == version)
        }
        return found["diagnostics"].array ?? []
    }

    /// The position `offset` characters behind the start of the first `needle`; all in ASCII.
    func position(_ file: String, _ needle: String, _ offset: Int = 0) -> Json {
        let lines = (texts[file] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            guard let range = line.firstRange(of: needle) else { continue }
            let column = line[..<range.lowerBound].utf16.count
            return ["line": .int(number), "character": .int(column + offset)]
        }
        Issue.record("no `\(needle)` in \(file)")
        return .null
    }

    /// A request about a place.
    func at(_ method: String, _ file: String, _ needle: String, _ offset: Int = 0, _ more: Json = [:]) throws
        -> Json
    {
        guard case .object(let members) = more else { return .null }
        return try request(
            "textDocument/" + method,
            .object(
                members + [
                    Json.Member(name: "textDocument", value: identifier(file)),
                    Json.Member(name: "position", value: position(file, needle, offset)),
                ]))
    }

    /// A request about a file.
    func of(_ method: String, _ file: String, _ more: Json = [:]) throws -> Json {
        guard case .object(let members) = more else { return .null }
        return try request(
            "textDocument/" + method,
            .object(members + [Json.Member(name: "textDocument", value: identifier(file))]))
    }

    /// The text that a range of an answer covers in a file.
    func covered(_ file: String, _ range: Json) throws -> String {
        let text = try texts[file] ?? String(decoding: readFile(folder.path + "/" + file), as: UTF8.self)
        return String(
            decoding: Array(text.utf16)[units(text, range["start"])..<units(text, range["end"])],
            as: UTF16.self)
    }

    private func units(_ text: String, _ position: Json) -> Int {
        var line = 0
        var offset = 0
        let all = Array(text.utf16)
        while line < position["line"].int ?? 0, offset < all.count {
            if all[offset] == 0x0A { line += 1 }
            offset += 1
        }
        return min(all.count, offset + (position["character"].int ?? 0))
    }

    /// A text after the edits of an answer.
    func applied(_ edits: Json, to file: String) throws -> String {
        try applied(
            edits, in: texts[file] ?? String(decoding: readFile(folder.path + "/" + file), as: UTF8.self))
    }

    func applied(_ edits: Json, in text: String) throws -> String {
        var all = Array(text.utf16)
        let places = (edits.array ?? []).map { edit in
            (
                units(text, edit["range"]["start"])..<units(text, edit["range"]["end"]),
                edit["newText"].string ?? ""
            )
        }
        // what is inserted at one place stands in the order of the edits
        let order = places.indices.sorted { (places[$0].0.lowerBound, $0) > (places[$1].0.lowerBound, $1) }
        for index in order { all.replaceSubrange(places[index].0, with: Array(places[index].1.utf16)) }
        return String(decoding: all, as: UTF16.self)
    }
}
