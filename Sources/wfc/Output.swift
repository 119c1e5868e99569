// Standard output and standard error of the command: one buffered writer, and what happens when nobody
// listens.
import Glibc
import WfCompiler

/// Gathers standard output and writes it in large pieces.
struct Output: ~Copyable {
    private var buffer: [UInt8] = []
    /// Whether standard output has failed; nothing is written any more.
    private var isBroken = false

    init() {}

    mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count > 1 << 16 { flush() }
    }

    mutating func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 16 { flush() }
    }

    /// Writes what was gathered. A reader who has gone is no failure worth a message.
    mutating func flush() {
        if isBroken {
            buffer.removeAll()
            return
        }
        if let failure = writeAll(STDOUT_FILENO, buffer) {
            isBroken = true
            if failure != EPIPE { printError("cannot write to standard output: \(systemReason(failure))") }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes the rest; the exit status, given what the command ended with.
    mutating func finish(_ status: Int32) -> Int32 {
        flush()
        return isBroken && status == ExitStatus.clean ? ExitStatus.usage : status
    }
}

/// Writes all bytes; the error number when that fails.
func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32? {
    bytes.withUnsafeBytes { bytes in
        var written = 0
        while written < bytes.count {
            let count = write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return errno }
            written += count
        }
        return nil
    }
}

/// A message of the command itself, on standard error.
func printError(_ message: String) {
    _ = writeAll(STDERR_FILENO, Array("wfc: error: \(message)\n".utf8))
}

/// Text for people, on standard error.
func printToError(_ text: String) {
    if !text.isEmpty { _ = writeAll(STDERR_FILENO, Array(text.utf8)) }
}

/// Whether messages on standard error are coloured.
func usesColour(_ arguments: Arguments) -> Bool {
    switch arguments.value("--color") {
    case "always": return true
    case "never": return false
    default:
        if getenv("NO_COLOR").map({ $0.pointee != 0 }) == true { return false }
        return isatty(STDERR_FILENO) == 1
    }
}
