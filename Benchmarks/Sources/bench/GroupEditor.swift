// `wfc lsp` in a large workspace: a recorded way of typing, one key after the other, with what an editor asks after each.
import Glibc

/// A server and the two ends of its streams.
struct Server {
    private var pid: pid_t = 0
    private var socket: Int32 = -1
    private var buffer: [UInt8] = []

    init(_ folder: String) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { fatal("no sockets") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        var words: [UnsafeMutablePointer<CChar>?] = [strdup(Workplace.wfc), strdup("lsp"), nil]
        defer { for word in words { free(word) } }
        guard posix_spawnp(&pid, Workplace.wfc, &actions, nil, &words, environ) == 0 else {
            fatal("cannot start \(Workplace.wfc)")
        }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        socket = ends[0]
    }

    func send(_ body: String) {
        let text = "Content-Length: \(body.utf8.count)\r\n\r\n" + body
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(socket, $0.baseAddress, $0.count) }
            if count <= 0 { fatal("the server has gone") }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next message with these words in it.
    mutating func wait(_ words: String...) {
        while true {
            let text = next()
            if words.allSatisfy({ text.contains($0) }) { return }
        }
    }

    private mutating func next() -> String {
        while true {
            if let body = next(until: now() + 60) { return body }
            fatal("no message from the server")
        }
    }

    /// The next message; nil when none has come by then.
    mutating func next(until due: Double) -> String? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.indices.first(where: { buffer[$0...].starts(with: mark) }) {
                let length = Int(String(decoding: buffer[16..<end], as: UTF8.self)) ?? 0
                if buffer.count >= end + 4 + length {
                    let body = String(decoding: buffer[(end + 4)..<(end + 4 + length)], as: UTF8.self)
                    buffer.removeFirst(end + 4 + length)
                    return body
                }
            }
            var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, Int32(max(0, (due - now()) * 1000).rounded(.up))) == 0 { return nil }
            var room = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(socket, &room, room.count)
            if count <= 0 { fatal("the server has gone") }
            buffer.append(contentsOf: room[0..<count])
        }
    }

    /// Kilobytes that it has had at most.
    var peak: Double {
        let line = readText("/proc/\(pid)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Double($0.filter(\.isNumber)) } ?? 0
    }

    /// CPU seconds so far.
    var cpu: Double {
        let fields = readText("/proc/\(pid)/stat").split(separator: " ")
        guard fields.count > 14, let user = Double(fields[13]), let system = Double(fields[14]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    mutating func stop() {
        send("{\"jsonrpc\":\"2.0\",\"id\":\"end\",\"method\":\"shutdown\"}")
        wait("\"id\":\"end\"")
        send("{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}")
        waitpid(pid, nil, 0)
        close(socket)
    }
}

/// 10,000 steps in 200 files that use one more: opened, typed into, asked.
func benchmarkEditor(_ report: inout Report) {
    let folder = Workplace.folder + "/editor"
    Generate.workspace(folder, files: 200, stepsPerFile: 50)
    let path = folder + "/flow100.wf"
    let uri = "file://\(path)"
    let text = readText(path)
    var cold: [Double] = []
    var server = Server(folder)
    for _ in 0..<5 {
        server.stop()
        let start = now()
        server = Server(folder)
        server.send(
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"rootUri\":\"file://\(folder)\",\"capabilities\":{}}}"
        )
        server.wait("\"id\":0")
        server.send("{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"params\":{}}")
        server.send(
            "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"\(uri)\",\"version\":0,\"text\":\(quoted(text))}}}"
        )
        server.wait("publishDiagnostics", uri)
        cold.append((now() - start) * 1000)
    }
    // whatever else is to be checked has been when this is answered
    server.send(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"workspace/diagnostic\",\"params\":{\"previousResultIds\":[]}}"
    )
    server.wait("\"id\":1")
    let before = server.cpu
    let (diagnostics, completions) = type(&server, uri, text, rounds: report.smoke ? 4 : 20)
    let actions = refactorings(&server, uri, text)
    let cpu = (server.cpu - before) / Double(diagnostics.count) * 1000
    report.add("cold start to first messages", median(cold), "ms", better: .lower, bound: 3000)
    report.add("messages after a key, p95", percentile(diagnostics, 0.95), "ms", better: .lower, bound: 400)
    report.add("completion, p95", percentile(completions, 0.95), "ms", better: .lower, bound: 400)
    report.add("code actions at a caret, p95", percentile(actions, 0.95), "ms", better: .lower, bound: 400)
    report.add("CPU for a key and a completion", cpu, "ms", better: .lower, bound: 60)
    report.add("memory", server.peak / 1024, "MB", better: .lower, bound: 150)
    server.stop()
}

/// Types an expression at the end of the file's last workflow, key by key, and takes it away again.
private func type(_ server: inout Server, _ uri: String, _ text: String, rounds: Int) -> ([Double], [Double])
{
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line = lines.lastIndex { $0.hasPrefix("    a9.count") } ?? 0
    let column = lines[line].utf8.count
    var version = 0
    var diagnostics: [Double] = []
    var completions: [Double] = []
    func change(_ start: Int, _ end: Int, _ text: String) -> String {
        version += 1
        return """
            {"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"\(uri)","version":\(version)},\
            "contentChanges":[{"range":{"start":{"line":\(line),"character":\(start)},"end":{"line":\(line),"character":\(end)}},"text":"\(text)"}]}}
            """
    }
    let typed = " + a0.count * 2 + order.id"
    for _ in 0..<rounds {
        for (number, key) in typed.enumerated() {
            var start = now()
            server.send(change(column + number, column + number, String(key)))
            server.wait("publishDiagnostics", "\"version\":\(version)")
            diagnostics.append((now() - start) * 1000)
            start = now()
            server.send(
                "{\"jsonrpc\":\"2.0\",\"id\":\"c\(version)\",\"method\":\"textDocument/completion\",\"params\":{\"textDocument\":{\"uri\":\"\(uri)\"},\"position\":{\"line\":\(line),\"character\":\(column + number + 1)}}}"
            )
            server.wait("\"id\":\"c\(version)\"")
            completions.append((now() - start) * 1000)
        }
        server.send(change(column, column + typed.utf8.count, ""))
        server.wait("publishDiagnostics", "\"version\":\(version)")
    }
    return (diagnostics, completions)
}

/// Asks at the start of every line's first word what can be changed there.
private func refactorings(_ server: inout Server, _ uri: String, _ text: String) -> [Double] {
    var times: [Double] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let column = line.utf8.prefix { $0 == 0x20 }.count
        if column == line.utf8.count { continue }
        let place = "{\"line\":\(number),\"character\":\(column + 1)}"
        let start = now()
        server.send(
            "{\"jsonrpc\":\"2.0\",\"id\":\"a\(number)\",\"method\":\"textDocument/codeAction\",\"params\":{\"textDocument\":{\"uri\":\"\(uri)\"},\"range\":{\"start\":\(place),\"end\":\(place)},\"context\":{\"diagnostics\":[]}}}"
        )
        server.wait("\"id\":\"a\(number)\"")
        times.append((now() - start) * 1000)
    }
    return times
}

func percentile(_ values: [Double], _ part: Double) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
}

private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        + "\""
}

extension Generate {
    /// Files of five workflows each, which use a record, a func and an action of one more file.
    static func workspace(_ folder: String, files: Int, stepsPerFile: Int) {
        mkdir(folder, 0o755)
        mkdir(folder + "/lib", 0o755)
        writeText(
            folder + "/lib/shared.wf",
            """
            /// An order.
            record Order {
                id: Int
                name: String
                total: Float = 0.0
            }

            /// Twice the number.
            func double(n: Int) -> Int {
                n * 2
            }

            /// Says hello.
            action greet(name: String) -> String
                via exec("echo", name)
                timeout 10s

            """)
        for file in 0..<files {
            var text = "use \"lib/shared.wf\" as shared\n"
            for workflow in 0..<5 {
                text +=
                    "\n/// Work \(workflow).\nworkflow work\(workflow)(order: shared.Order, count: Int) -> Int {\n"
                for step in 0..<stepsPerFile / 5 {
                    let before = step == 0 ? "order.id" : "a\(step - 1).count"
                    text +=
                        "    step a\(step) = shared.greet(\"{order.name} {\(before)} {shared.double(count)}\")\n"
                    text += "        retry 3 backoff 1s..1m\n"
                }
                text += "    a\(stepsPerFile / 5 - 1).count + count\n}\n"
            }
            writeText("\(folder)/flow\(file).wf", text)
        }
    }
}
