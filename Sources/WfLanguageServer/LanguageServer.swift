// The conversation: messages in, answers out, one after the other on one thread. What has been cancelled while it waited
// is not done; what is to be checked is checked when no message waits. Each feature stands in a file of its own as an
// extension, and in the table of `Handlers.swift`.
import Glibc
import WfChecker
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

/// An answer that is an error.
struct ResponseError: Error {
    var code: Int
    var message: String

    static func unknownMethod(_ name: String) -> ResponseError {
        ResponseError(code: -32601, message: "`\(name)` is not served")
    }
    static func wrongParameters(_ message: String) -> ResponseError {
        ResponseError(code: -32602, message: message)
    }
    static let cancelled = ResponseError(code: -32800, message: "the request was cancelled")
    static let notInitialized = ResponseError(code: -32002, message: "`initialize` comes first")
    static let isInitialized = ResponseError(code: -32600, message: "`initialize` comes once")
    static let isShutDown = ResponseError(code: -32600, message: "the server has been shut down")
    static let isBroken = ResponseError(code: -32700, message: "the message is not JSON")
    static let noRequest = ResponseError(code: -32600, message: "the message is neither request nor answer")
    static func failed(_ message: String) -> ResponseError { ResponseError(code: -32803, message: message) }
}

/// A server of the Language Server Protocol over two descriptors.
public final class LanguageServer {
    enum Phase { case new, running, shutDown }

    let stream: MessageStream
    var phase = Phase.new
    var client = ClientCapabilities(.null)
    var settings = ServerSettings()
    var folders = WorkspaceFolders()
    let version: String

    /// Texts that the editor has open, by path.
    var open: [String: OpenText] = [:]
    var workspace = Workspace(DiskSourceProvider())
    /// A text that one of the files might have, while it is asked about: it stands for that file.
    var trial: (document: Document, index: TreeIndex)?
    /// Counts changes of any file; answers that depend on files are kept as long as it stays.
    var generation = 0
    var inspections: [(path: String, generation: Int, inspection: Inspection)] = []
    var indices: [String: TreeIndex] = [:]

    // diagnostics
    /// Paths whose diagnostics the client has not been told since they may have changed.
    var untold: Set<String> = []
    /// Some of them, the next one last.
    var order: [String] = []
    var told: [String: [Diagnostic]] = [:]
    /// What the client has been told is wrong with settings files.
    var toldSettings: [String: Json] = [:]
    var scripts = ScriptChecks()
    /// Lists of findings that projects live with, by path.
    var baselines: [String: (source: SourceFile, baseline: Baseline, wrong: [Diagnostic])] = [:]
    var progress: (token: Json, total: Int)?
    var needsRefresh = false

    // semantic tokens
    var tokenAnswers: [(id: String, path: String, data: [Int])] = []
    var answerCount = 0

    private var queue: [Json] = []
    private var hasEnded = false
    private var exitStatus: Int32?
    /// The request being answered, and whether the client has taken it back meanwhile.
    private var current = Json.null
    private var isCancelled = false
    private var requestCount = 0
    /// What to do with the client's answers to our requests.
    private var waiting: [Int: (Json) -> Void] = [:]

    private let recorder: SessionRecorder?

    /// - Parameter record: where what the client says is written down.
    public init(input: Int32, output: Int32, version: String, record: Int32? = nil) {
        stream = MessageStream(input: input, output: output)
        recorder = record.map { SessionRecorder($0) }
        self.version = version
    }

    // MARK: the loop

    /// Serves until the client leaves; the exit status.
    public func run() -> Int32 {
        defer { _ = scripts.job?.end() }
        while exitStatus == nil {
            gather(waits: queue.isEmpty && !hasWork)
            if !queue.isEmpty {
                handle(queue.removeFirst())
            } else if hasEnded {
                return phase == .shutDown ? 0 : 1
            } else if hasWork {
                work()
            }
            if stream.isBroken { return 1 }
        }
        return exitStatus ?? 1
    }

    /// Takes in all messages that are there.
    private func gather(waits: Bool) {
        var waits = waits && (hasEnded || awaitInput())
        while !hasEnded, let incoming = stream.next(waits: waits) {
            waits = false
            switch incoming {
            case .end: hasEnded = true
            case .broken: respond(to: .null, error: .isBroken)
            case .message(let message):
                recorder?.write(message)
                take(message)
            }
        }
    }

    private func take(_ message: Json) {
        guard message.isObject else { return respond(to: .null, error: .noRequest) }
        if message["method"].string == "$/cancelRequest" {
            let id = message["params"]["id"]
            if id == current { isCancelled = true }
            guard let at = queue.firstIndex(where: { $0["id"] == id && $0["method"].string != nil }),
                !id.isNull
            else { return }
            queue.remove(at: at)
            respond(to: id, error: .cancelled)
        } else {
            queue.append(message)
        }
    }

    private func handle(_ message: Json) {
        let id = message["id"]
        guard let method = message["method"].string else {
            if let number = id.int, let continuation = waiting.removeValue(forKey: number) {
                continuation(message["result"])
            } else if !message.has("result") && !message.has("error") {
                // an answer that nobody waits for is nobody's concern
                respond(to: id, error: .noRequest)
            }
            return
        }
        let parameters = message["params"]
        if id.isNull { return notified(method, parameters) }
        current = id
        isCancelled = false
        defer { current = .null }
        do throws(ResponseError) {
            let result = try requested(method, parameters)
            stream.send(["jsonrpc": "2.0", "id": id, "result": result])
        } catch {
            respond(to: id, error: error)
        }
    }

    /// Looks whether the client has taken back what is being answered: work that takes long asks now and then.
    func isWanted() -> Bool {
        gather(waits: false)
        return !isCancelled && !hasEnded
    }

    func goOn() throws(ResponseError) {
        if !isWanted() { throw .cancelled }
    }

    private func requested(_ method: String, _ parameters: Json) throws(ResponseError) -> Json {
        switch phase {
        case .new:
            if method == "initialize" { return initialize(parameters) }
            throw .notInitialized
        case .shutDown: throw .isShutDown
        case .running:
            if method == "initialize" { throw .isInitialized }
            if method == "shutdown" {
                phase = .shutDown
                return .null
            }
            guard let handler = LanguageServer.requests[method] else { throw .unknownMethod(method) }
            try TextPosition.check(parameters)
            return try withProgress(parameters, method) { () throws(ResponseError) in
                try handler(self)(parameters)
            }
        }
    }

    private func notified(_ method: String, _ parameters: Json) {
        if method == "exit" {
            exitStatus = phase == .shutDown ? 0 : 1
            return
        }
        // what is not known is nobody's concern
        guard phase == .running, let handler = LanguageServer.notifications[method] else { return }
        handler(self)(parameters)
    }

    private func respond(to id: Json, error: ResponseError) {
        stream.send([
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .int(error.code), "message": .string(error.message)],
        ])
    }

    // MARK: towards the client

    func notify(_ method: String, _ parameters: Json) {
        stream.send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    /// Asks the client; `then` gets its answer, null when that is an error.
    func request(_ method: String, _ parameters: Json, then: @escaping (Json) -> Void = { _ in }) {
        requestCount += 1
        waiting[requestCount] = then
        stream.send([
            "jsonrpc": "2.0", "id": .int(requestCount), "method": .string(method), "params": parameters,
        ])
    }

    /// Tells the beginning and the end of a request whose client has asked for that.
    private func withProgress(
        _ parameters: Json, _ method: String, _ body: () throws(ResponseError) -> Json
    ) throws(ResponseError) -> Json {
        let token = parameters["workDoneToken"]
        if token.isNull { return try body() }
        let title = method.split(separator: "/").last.map(String.init) ?? method
        notify("$/progress", ["token": token, "value": ["kind": "begin", "title": .string(title)]])
        defer { notify("$/progress", ["token": token, "value": ["kind": "end"]]) }
        return try body()
    }
}
