// A recorded editing session, played back against `wfc lsp` with its pauses: `editor/session.jsonl`, which `editor/record` has
// taken down from Neovim. What an author waits for is measured from the moment the message is sent.
import Glibc

/// A message of the recording: `{"at":1250,"method":"textDocument/hover","id":7,"message":{…}}`.
private struct Recorded {
    var at: Double
    var method: Substring
    /// As JSON writes it; empty for a notification.
    var id: Substring
    var body: String

    init?(_ line: Substring, root: String) {
        guard let at = Recorded.value(line, "\"at\":"), let message = line.firstRange(of: "\"message\":")
        else {
            return nil
        }
        self.at = Double(at) ?? 0
        let head = line[..<message.lowerBound]
        method = (Recorded.value(head, "\"method\":") ?? "").filter { $0 != "\"" }[...]
        id = Recorded.value(head, "\"id\":").flatMap { $0 == "null" ? nil : $0 } ?? ""
        body = String(line[message.upperBound...].dropLast()).replacing("/ROOT", with: root)
    }

    /// What stands behind a key up to the next comma or bracket: a number or a word without any.
    static func value(_ text: some StringProtocol, _ key: String) -> Substring? {
        let text = Substring(text)
        return text.firstRange(of: key).map { text[$0.upperBound...].prefix { $0 != "," && $0 != "}" } }
    }

    var uri: Substring? { Recorded.value(body, "\"uri\":") }
    var version: Int? { Recorded.value(body, "\"version\":").flatMap { Int($0) } }
}

/// What has been sent and is waited for.
private struct Session {
    var server: Server
    /// By id: when the request was sent, and its method.
    private var requests: [Substring: (sent: Double, method: Substring)] = [:]
    /// Edits whose messages have not come.
    private var edits: [(uri: Substring, version: Int, sent: Double)] = []
    /// Milliseconds by method.
    private(set) var times: [Substring: [Double]] = [:]

    init(_ server: Server) { self.server = server }

    var isDone: Bool { requests.isEmpty && edits.isEmpty }
    /// What is waited for.
    var open: String {
        (requests.map { "\($0.value.method) \($0.key)" } + edits.map { "\($0.uri) \($0.version)" }).prefix(5)
            .joined(separator: ", ")
    }

    mutating func send(_ message: Recorded) {
        if !message.id.isEmpty, message.method != "null" { requests[message.id] = (now(), message.method) }
        if message.method == "textDocument/didChange", let uri = message.uri, let version = message.version {
            edits.append((uri, version, now()))
        }
        server.send(message.body)
    }

    /// Takes in what the server says until a moment.
    mutating func listen(until due: Double) {
        while let text = server.next(until: due) { take(text) }
    }

    mutating func take(_ text: String) {
        if text.contains("\"method\":\"textDocument/publishDiagnostics\"") {
            guard let uri = Recorded.value(text, "\"uri\":"),
                let version = text.ranges(of: "\"version\":").last.flatMap({
                    Int(text[$0.upperBound...].prefix { $0.isNumber })
                })
            else { return }
            // messages of a later text answer for those before it
            for edit in edits where edit.uri == uri && edit.version <= version {
                times["keys", default: []].append((now() - edit.sent) * 1000)
            }
            edits.removeAll { $0.uri == uri && $0.version <= version }
        } else if let id = Recorded.value(text, "\"id\":"),
            !text.contains("\"id\":\(id),\"method\""), let request = requests.removeValue(forKey: id)
        {
            times[request.method, default: []].append((now() - request.sent) * 1000)
        }
    }
}

func benchmarkSession(_ report: inout Report) {
    let folder = Workplace.folder + "/session"
    Generate.workspace(folder, files: 200, stepsPerFile: 50)
    let messages = readText(Workplace.root + "/Benchmarks/editor/session.jsonl").split(separator: "\n")
        .compactMap { Recorded($0, root: folder) }
    // pauses as they were, but for long ones: nothing happens in these
    let pauseMsMax: Double = report.smoke ? 15 : 150
    var session = Session(Server(folder))
    var last = 0.0
    for message in messages where message.method != "shutdown" && message.method != "exit" {
        session.listen(until: now() + min(max(0, message.at - last), pauseMsMax) / 1000)
        last = message.at
        session.send(message)
        // a client sends nothing before the answer to its first message; and where pauses are cut short, on a machine that
        // has other work, what waits must not pile up
        let waits = message.method == "initialize" ? 60.0 : report.smoke ? 1 : 0
        let patience = now() + waits
        while !session.isDone, now() < patience { session.listen(until: now() + 0.001) }
    }
    let end = now() + 30
    while !session.isDone, now() < end { session.listen(until: now() + 0.05) }
    if !session.isDone { fatal("no answer: \(session.open)") }
    func add(_ name: String, _ methods: [Substring], bound: Double) {
        let times = methods.flatMap { session.times[$0] ?? [] }
        if times.isEmpty { fatal("the recording has no \(name)") }
        report.add("\(name), p50", percentile(times, 0.5), "ms", better: .lower, bound: bound)
        report.add("\(name), p95", percentile(times, 0.95), "ms", better: .lower, bound: bound)
    }
    add("messages after a key", ["keys"], bound: 100)
    add("completion", ["textDocument/completion"], bound: 100)
    add("code actions", ["textDocument/codeAction"], bound: 200)
    add(
        "hover, signature, definition",
        ["textDocument/hover", "textDocument/signatureHelp", "textDocument/definition"], bound: 100)
    add(
        "references, rename, symbols",
        ["textDocument/references", "textDocument/rename", "workspace/symbol"], bound: 400)
    report.add("CPU of the session", session.server.cpu, "s", better: .lower, bound: 60)
    report.add("memory", session.server.peak / 1024, "MB", better: .lower, bound: 150)
    session.server.stop()
}
