// Standard output and standard error: buffered writers over write(2), and what happens when nobody listens. They know
// nothing of what is written.
import Glibc

/// Gathers bytes for one descriptor and writes them in large pieces.
final class Output {
    let descriptor: Int32
    private var buffer: [UInt8] = []
    /// The errno of the first write that failed; nothing is written any more.
    private(set) var failure: Int32?

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count > 1 << 16 { flush() }
    }

    func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 16 { flush() }
    }

    /// Writes what was gathered; waits when the other side is slow and the descriptor does not block.
    func flush() {
        defer { buffer.removeAll(keepingCapacity: true) }
        if failure != nil { return }
        buffer.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count >= 0 {
                    done += count
                } else if errno == EAGAIN {
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&wait, 1, -1)
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
    }
}

/// The two streams of a command.
final class Streams {
    let output = Output(STDOUT_FILENO)
    let error = Output(STDERR_FILENO)

    /// A message of the command itself.
    func printError(_ message: String, help: String? = nil) {
        error.write("wfi: error: \(message)\n")
        if let help { error.write("  = help: \(help)\n") }
        error.flush()
    }

    func printNote(_ message: String) {
        error.write("wfi: \(message)\n")
        error.flush()
    }

    /// Writes the rest; the exit status, given what the command ended with.
    func finish(_ status: Int32) -> Int32 {
        output.flush()
        if let failure = output.failure {
            // A reader that has seen enough (`| head`) is no trouble of ours, but the caller cannot count on the output.
            printError("standard output cannot be written: \(reason(failure))")
            return status == ExitStatus.done ? ExitStatus.usage : status
        }
        error.flush()
        return status
    }
}

/// The system's words for an errno.
func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
}
