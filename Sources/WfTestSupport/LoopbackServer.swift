// The HTTP server of Tests/Loopback as a child of the tests: started once, found under a port of its own, gone when the
// tests are. Knows nothing of what it answers.
import Glibc

/// A running server. A path's first part is a session, so that tests do not see each other's counters.
public final class LoopbackServer: Sendable {
    /// `127.0.0.1:PORT`
    public let address: String

    /// The server of this process; nil when there is no python3.
    public static let shared = LoopbackServer(script: "Tests/Loopback/server.py")

    /// A server of its own.
    public init?(script: String) {
        guard let pipe = popen("exec python3 \(script)", "r") else { return nil }
        var line = [CChar](repeating: 0, count: 32)
        guard fgets(&line, 32, pipe) != nil else { return nil }
        let digits = line.prefix { $0 >= 48 && $0 <= 57 }.map { UInt8(bitPattern: $0) }
        address = "127.0.0.1:" + String(decoding: digits, as: UTF8.self)
    }

    /// `127.0.0.1:PORT/SESSION`, a new session at each call.
    public func session() -> String {
        var random: UInt64 = 0
        _ = getentropy(&random, 8)
        return address + "/" + String(random, radix: 36)
    }
}
