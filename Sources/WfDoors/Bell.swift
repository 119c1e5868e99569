// Hears that somebody has posted a request to the journal, by watching one file's attributes (inotify). Costs nothing
// while nobody rings. Knows nothing of what was posted.
import CLinux
import Glibc

/// Readable when the file was touched. Where the system has no watch to give, nothing is ever heard, and requests are
/// found with the engine's next heartbeat.
public final class Bell {
    public let descriptor: Int32

    /// - Parameter path: the file to watch; it exists.
    public init?(path: String) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        if descriptor < 0 { return nil }
        if inotify_add_watch(descriptor, path, UInt32(IN_ATTRIB)) < 0 {
            close(descriptor)
            return nil
        }
    }

    deinit { close(descriptor) }

    /// Forgets that it rang.
    func silence() {
        var events = [UInt8](repeating: 0, count: 1024)
        while read(descriptor, &events, events.count) > 0 {}
    }
}
