// The limits of the doors, by name. Nothing else.

public enum DoorLimits {
    /// Bytes kept of each of a process's two streams; more is a failure of kind `output`.
    public static var capturedBytesMax: Int { 64 << 20 }
    /// Bytes of each of an attempt's two streams that are kept as log; the rest is only captured.
    public static var loggedBytesMax: Int { 1 << 20 }
    /// Bytes of an unfinished line that are worth waiting for its end.
    public static var logLineBytesMax: Int { 8 << 10 }
    /// Bytes of a stream's tail that a failure's message quotes.
    public static var messageTailBytes: Int { 2 << 10 }
    /// Between TERM and KILL.
    public static var cancelGraceMs: Int { 2_000 }
    /// How long nobody looks at what a process writes: most have ended by then, and are read once. One that fills a pipe
    /// earlier waits for the rest of it.
    public static var unwatchedMs: Int { 3 }
    /// How long a process that has ended may leave its output open in the hands of others.
    public static var drainGraceMs: Int { 200 }
    /// Processes at once; further ones wait for their turn.
    public static var processesMax: Int { 512 }
    /// Bytes `file.read` and its like take into memory.
    public static var fileBytesMax: Int { 256 << 20 }
    /// A secret of fewer bytes occurs by chance in what is no secret.
    public static var secretBytesMin: Int { 8 }
    public static var secretBytesMax: Int { 64 << 10 }
    /// Names `file.list` returns.
    public static var listedNamesMax: Int { 1_000_000 }
    /// Threads that do file work.
    public static var fileWorkers: Int { 2 }
    /// Bytes of standard input that fit a fresh pipe, so that they are written before the process starts.
    public static var pipeBytes: Int { 64 << 10 }
    /// Reads of a process's output after its end; a pipe holds at most a MiB (`/proc/sys/fs/pipe-max-size`).
    public static var restReadsMax: Int { 32 }
    /// Bytes of one line of a plugin's.
    public static var pluginLineBytesMax: Int { 16 << 20 }
    /// Calls that a plugin may ask to get at once.
    public static var pluginCallsMax: Int { 256 }
    /// How long a plugin may take until it has greeted.
    public static var pluginGreetingMs: Int { 10_000 }
    /// Bytes of a process's arguments and environment together.
    public static var argumentBytesMax: Int { 2 << 20 }
}
