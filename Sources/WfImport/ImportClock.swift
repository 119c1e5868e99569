// The time that import may take, with the rounds in which the checker looks at the text and the file is imported again.
import Glibc
import WfSource

/// Begins to count when it is made.
public struct ImportClock: Sendable {
    private let start = ImportClock.processorTimeNs()

    public init() {}

    /// What is left for files that are imported together; 0 when it is up.
    public func msLeft(files: Int) -> Int {
        let used = (ImportClock.processorTimeNs() - start) / 1_000_000
        return max(0, Limits.importTimeMsMax * files - Int(clamping: used))
    }

    /// Whether a round more, as long as all of them so far on an average, fits into the time.
    ///
    /// - Parameter rounds: how many there have been.
    public func hasTime(files: Int, rounds: Int) -> Bool {
        let used = Int(clamping: (ImportClock.processorTimeNs() - start) / 1_000_000)
        return used / max(1, rounds) <= msLeft(files: files)
    }

    /// Time that this thread has computed: other work on the machine does not count.
    static func processorTimeNs() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
