// Standard output and standard error: buffered writers over write(2), and what happens when nobody listens. They know
// nothing of what is written.
public import Glibc
public import WfDiagnostics

/// Gathers bytes for one descriptor and writes them in large pieces.
public final class Output {
    public let descriptor: Int32
    private var buffer: [UInt8] = []
    /// The errno of the first write that failed; nothing is written any more.
    public private(set) var failure: Int32?

    public init(_ descriptor: Int32) { self.descriptor = descriptor }

    public func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count > 1 << 16 { flush() }
    }

    public func write(_ bytes: [UInt8]) {
        buffer.append(contentsOf: bytes)
        if buffer.count > 1 << 16 { flush() }
    }

    /// Writes what was gathered; waits when the other side is slow and the descriptor does not block.
    public func flush() {
        if failure == nil { failure = writeAll(descriptor, buffer) }
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The two streams of a command.
public final class Streams {
    /// Who speaks: `wfc`.
    private let name: String
    public let output = Output(STDOUT_FILENO)
    public let error = Output(STDERR_FILENO)

    /// How messages are written where they are not text.
    public var encode: ((Message) -> [UInt8])?

    /// What a command says of itself.
    public struct Message {
        public var text: String
        public var help: String?
        /// Of an error; nil: a note.
        public var code: DiagnosticCode?
    }

    public init(name: String) { self.name = name }

    /// A message of the command itself.
    public func printError(
        _ message: String, help: String? = nil, code: DiagnosticCode = DiagnosticCode(8001)
    ) {
        if let encode {
            error.write(encode(Message(text: message, help: help, code: code)))
        } else {
            error.write("\(name): error[\(code)]: \(message)\n")
            if let help { error.write("  = help: \(help)\n") }
        }
        error.flush()
    }

    public func printError(_ error: CommandError) {
        printError(error.message, help: error.help, code: error.code)
    }

    /// Something worth knowing that is no trouble.
    public func printNote(_ message: String) {
        error.write(encode?(Message(text: message)) ?? Array("\(name): \(message)\n".utf8))
        error.flush()
    }

    /// Writes the rest; the exit status, given what the command ended with.
    public func finish(_ status: Int32) -> Int32 {
        output.flush()
        error.flush()
        guard let failure = output.failure else { return status }
        // A reader that has seen enough (`| head`) needs no message, but the caller cannot count on the output.
        if failure != EPIPE {
            printError("standard output cannot be written: \(reason(failure))", code: DiagnosticCode(8006))
        }
        return failure == EPIPE && status != ExitStatus.done ? status : ExitStatus.usage
    }
}

/// Writes all bytes, waiting when the descriptor does not block; the errno when that fails.
public func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32? {
    bytes.withUnsafeBytes { bytes in
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}

/// The system's words for an errno.
public func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
}

/// Whether messages on standard error are coloured: what `--color` says, else on a terminal unless NO_COLOR is set.
public func usesColour(_ arguments: Arguments, _ descriptor: Int32 = STDERR_FILENO) -> Bool {
    switch arguments.value("--color") {
    case "always": return true
    case "never": return false
    default:
        if getenv("NO_COLOR").map({ $0.pointee != 0 }) == true { return false }
        return isatty(descriptor) == 1
    }
}

/// Descriptors 0, 1 and 2 that our caller has closed would otherwise be given to the next file that is opened. Standard
/// output stays unwritable, so that what is printed there is not lost in silence.
func openStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
        _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
    }
}
