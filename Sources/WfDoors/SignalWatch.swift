// Signals as events of the loop. They are blocked in the whole process (and reset in what it starts); nothing here
// decides what a signal means.
import CLinux
import Glibc

/// Blocks signals and makes them readable. Make it before any thread is started.
public final class SignalWatch {
    public let descriptor: Int32

    /// Throws `DoorError.system`.
    public init(_ numbers: [Int32]) throws(DoorError) {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        descriptor = signalfd(-1, &set, Int32(SFD_CLOEXEC) | Int32(SFD_NONBLOCK))
        if descriptor < 0 { throw .system("signalfd", errno) }
    }

    deinit { close(descriptor) }

    /// Hands out what has arrived.
    func take(_ body: (Int32) -> Void) {
        var information = signalfd_siginfo()
        while read(descriptor, &information, MemoryLayout<signalfd_siginfo>.size)
            == MemoryLayout<signalfd_siginfo>.size
        {
            body(Int32(truncatingIfNeeded: information.ssi_signo))
        }
    }
}
