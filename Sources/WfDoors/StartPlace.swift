// Where a process is started: the strings it executes, which it shares with us until it has done so, and what went wrong
// on the way. It decides nothing; ProcessTable does.
import CLinux
import Glibc

/// Why a process did not get to execute its program.
struct SpawnTrouble: Error {
    /// An errno.
    var code: Int32
    var step: Step

    enum Step { case pipes, process, folder, program, other }

    /// Whether it may go well when others have ended.
    var isForWantOfRoom: Bool {
        (step == .pipes || step == .process) && [EMFILE, ENFILE, EAGAIN, ENOMEM].contains(code)
    }
}

/// Room for one start at a time.
final class StartPlace {
    var arguments = CStringList()
    var environment = CStringList()
    /// The program's file and the working directory.
    private var paths = CStringList()
    private let start: OpaquePointer

    /// Throws ENOMEM.
    init() throws(SpawnTrouble) {
        guard let start = wf_start_make() else { throw SpawnTrouble(code: ENOMEM, step: .process) }
        self.start = start
    }

    deinit { wf_start_free(start) }

    /// Whether the last child has left it.
    var isFree: Bool { wf_start_is_busy(start) == 0 }

    /// Waits until the child has executed its program, or failed to.
    func wait() { wf_start_wait(start) }

    /// Why the last child did not execute its program; nil: it did. Only once the place is free.
    var trouble: SpawnTrouble? {
        precondition(isFree, "what came of a start is known when the child has left")
        var failed: Int32 = 0
        let code = wf_start_error(start, &failed)
        if code == 0 { return nil }
        switch failed {
        case 2: return SpawnTrouble(code: code, step: .folder)
        case 3: return SpawnTrouble(code: code, step: .program)
        default: return SpawnTrouble(code: code, step: .other)
        }
    }

    /// Starts a process with the sealed arguments and environment. It is on its way when this returns.
    func spawn(
        path: String, folder: String, input: Int32, output: Int32, error: Int32
    ) throws(SpawnTrouble) -> (processId: Int32, pidfd: Int32) {
        precondition(isFree, "a place starts one process at a time")
        paths.removeAll()
        paths.append(path)
        paths.append(folder)
        paths.seal()
        var pidfd: Int32 = -1
        let processId = arguments.withPointers { arguments in
            environment.withPointers { environment in
                paths.withPointers { paths in
                    var request = wf_spawn_request(
                        path: paths?[0], arguments: arguments, environment: environment, directory: paths?[1],
                        input: input, output: output, error: error, death_signal: SIGKILL)
                    return wf_spawn(start, &request, &pidfd)
                }
            }
        }
        if processId < 0 { throw SpawnTrouble(code: -processId, step: .process) }
        return (processId, pidfd)
    }
}

/// The two ends of a pipe; -1 where there is none.
struct PipeEnds {
    var read: Int32 = -1
    var write: Int32 = -1

    mutating func open() -> Bool {
        wf_pipe_cloexec(&read, &write) == 0
    }

    mutating func closeBoth() {
        closeDescriptor(&read)
        closeDescriptor(&write)
    }
}
