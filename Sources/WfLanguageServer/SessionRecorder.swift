// A recording of what an editor says: one line of JSON for each message, with the time since the start. Benchmarks play it
// back, and a session that went wrong can be looked at. What the server answers is not kept: it follows.
import Glibc

final class SessionRecorder {
    private let file: Int32
    private let start = SessionRecorder.milliseconds()

    init(_ file: Int32) { self.file = file }

    /// `{"at": 1250, "method": "textDocument/hover", "id": 7, "message": {…}}`
    func write(_ message: Json) {
        let line: Json = [
            "at": .int(SessionRecorder.milliseconds() - start), "method": message["method"],
            "id": message["id"], "message": message,
        ]
        var rest = (line.bytes + [0x0A])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    private static func milliseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int(now.tv_sec) * 1000 + Int(now.tv_nsec) / 1_000_000
    }
}
