// One process in flight: its descriptors, what it has written, what it is still to be given. It decides nothing;
// ProcessTable moves it along.
import CLinux
import Glibc
import WfEngine
import WfValue

/// A process between its start and the end of its attempt.
final class RunningProcess {
    let attempt: AttemptId
    /// As the plan names it, for messages.
    let program: String
    let accepted: [Int]
    let processId: Int32
    /// -1 once closed, like all descriptors here.
    var pidfd: Int32
    var inputDescriptor: Int32 = -1
    var outputDescriptor: Int32
    var errorDescriptor: Int32
    var output = OutputCapture()
    var error = OutputCapture()
    /// What is left to write to standard input, from `inputWritten` on.
    var input: [UInt8] = []
    var inputWritten = 0
    /// Exit status and signal, once it has been reaped.
    var ending: (code: Int, signal: Int)?
    /// Who watches its descriptors; nil: nobody but its end is watched for.
    var watcher: Poller?
    var isCancelled = false
    /// It has ended, and its output is still open somewhere.
    var isDraining = false
    /// Monotonic nanoseconds of the next step of a cancel or of the end of draining; nil: none.
    var deadline: Int64?
    /// Where it is being started, and for what; nil once it has executed its program.
    var start: Start?
    /// Why it could not.
    var startTrouble: SpawnTrouble?
    /// A failure that outweighs the exit status.
    var failure: EffectFailure?

    init(
        attempt: AttemptId, program: String, accepted: [Int], processId: Int32, pidfd: Int32,
        outputDescriptor: Int32, errorDescriptor: Int32
    ) {
        self.attempt = attempt
        self.program = program
        self.accepted = accepted
        self.processId = processId
        self.pidfd = pidfd
        self.outputDescriptor = outputDescriptor
        self.errorDescriptor = errorDescriptor
    }

    struct Start {
        /// nil once it has left it.
        var place: StartPlace?
        let request: ProcessRequest
        /// Its program was looked for anew.
        let searched: Bool
    }

    var hasOpenOutput: Bool { outputDescriptor >= 0 || errorDescriptor >= 0 }

    /// Signals the whole process group. Harmless once it has been reaped: its number may by then be another's.
    func signalGroup(_ number: Int32) {
        if ending != nil { return }
        // One that has just been started may not have made its group yet.
        if kill(-processId, number) != 0 { kill(processId, number) }
    }

    /// Writes what the pipe takes of the rest of the input; closes it when all is written or nobody reads it.
    func writeInput() {
        while inputWritten < input.count {
            let written = input.withUnsafeBytes { buffer in
                write(
                    inputDescriptor, buffer.baseAddress.map { $0 + inputWritten }, buffer.count - inputWritten
                )
            }
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN { return }
                break
            }
            inputWritten += written
        }
        closeInput()
    }

    func closeInput() {
        closeWatched(&inputDescriptor)
        input = []
    }

    func closeAll() {
        closeInput()
        closeWatched(&outputDescriptor)
        closeWatched(&errorDescriptor)
        closeDescriptor(&pidfd)
    }

    /// Closes a pipe. A process that is being started may hold a copy of it for a moment, which would keep it watched.
    func closeWatched(_ descriptor: inout Int32) {
        if descriptor >= 0 { watcher?.forget(descriptor) }
        closeDescriptor(&descriptor)
    }

    /// What came of it, once it has ended and its output is complete.
    /// - Parameters:
    ///   - redact: takes the contents of secrets out of what is quoted.
    ///   - note: gets remarks for the log.
    func outcome(_ redact: ([UInt8]) -> [UInt8], _ note: (String) -> Void) -> EffectOutcome {
        if let failure { return .failure(failure) }
        guard let ending else { return .unknown("`\(program)` is not known to have ended") }
        if ending.signal != 0 {
            if isCancelled { return .failure(DoorFailures.cancelled) }
            return .failure(DoorFailures.signal(program, ending.signal, tail: error.tail(redact)))
        }
        guard accepted.contains(ending.code) else {
            if isCancelled { return .failure(DoorFailures.cancelled) }
            return .failure(
                DoorFailures.exit(program, ending.code, accepted: accepted, tail: quotedTail(redact)))
        }
        var writer = ByteWriter(capacity: output.bytes.count + error.bytes.count + 24)
        writer.appendInt(ending.code)
        let streams = [(output, "output", "bytes"), (error, "error", "errorBytes")]
        let raw = streams.map { stream, name, whole in
            guard stream.encode(into: &writer) else { return nil as [UInt8]? }
            note(
                "the standard \(name) of `\(program)` is not UTF-8; bytes were replaced, `.\(whole)` has it whole"
            )
            return stream.bytes
        }
        for bytes in raw {
            writer.appendBool(bytes != nil)
            guard let bytes else { continue }
            writer.appendCount(bytes.count)
            writer.append(bytes)
        }
        return .success(writer.toArray())
    }

    private func quotedTail(_ redact: ([UInt8]) -> [UInt8]) -> String {
        let tail = error.tail(redact)
        return tail.isEmpty ? output.tail(redact) : tail
    }
}

/// Closes a descriptor once.
func closeDescriptor(_ descriptor: inout Int32) {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
}
