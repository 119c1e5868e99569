// The limits of a run, by name. Nothing else.

public enum EngineLimits {
    /// Items of a fan-out that are opened ahead of its limit: at least, and at most.
    public static var aheadMin: Int { 16 }
    public static var aheadMax: Int { 64 }
    /// Bytes of arguments beyond which an effect is not prepared.
    public static var aheadArgumentBytesMax: Int { 65_536 }
    /// How deeply workflows may call each other.
    public static var callDepthMax: Int { 1_000 }
    /// Instructions of one chunk.
    public static var fuelMax: Int { 1_000_000_000 }
    /// State changes in one transaction; what is left over waits for the next.
    public static var changesPerTurnMax: Int { 16_384 }
    /// Nodes in one page of a scope's state.
    public static var nodesPerPage: Int { 64 }
    /// A value longer than this has a row of its own.
    public static var inlineValueBytesMax: Int { 512 }
    /// Changes of a loop's state before it is written whole again.
    public static var stateChangesMax: Int { 4_096 }
    /// Later failures kept beside the first.
    public static var attachedFailuresMax: Int { 8 }
    /// Bytes of a failure's message that are kept.
    public static var failureMessageBytesMax: Int { 16_384 }
    /// Further attempts after outcomes that nobody knows, before the step fails.
    public static var unknownAttemptsMax: Int { 100 }
    /// Requests that are read at once.
    public static var requestsPerRead: Int { 1_000 }
    /// Further attempts of an undo whose action says nothing about `retry`.
    public static var undoRetriesMax: Int { 5 }
    /// Microseconds before each of them: 1 s, then twice as long each time.
    public static func undoPause(afterFailures failures: Int) -> Int {
        1_000_000 << max(0, min(failures - 1, 6))
    }
    /// Microseconds for which a failed run keeps what `retry` needs: 30 days.
    public static var failedStateFor: Int64 { 30 * 86_400_000_000 }
    /// Bytes of a fan-out's results that stay in memory when they are stored.
    public static var residentResultBytesMax: Int { 1 << 20 }
    /// Runs in memory before those that only wait leave it.
    public static var residentWaitsMax: Int { 64 }
    /// A run with more open scopes, or with a larger block, stays in memory, as does one that goes on within this
    /// many microseconds.
    public static var evictedScopesMax: Int { 64 }
    public static var evictedNodesMax: Int { 1_024 }
    public static var evictedFor: Int64 { 1_000_000 }
    /// Runs that come back in one turn since they are due.
    public static var loadedPerTurnMax: Int { 256 }
    /// Elements of a fan-out.
    public static var fanItemsMax: Int { 1 << 24 }
    /// Bytes of a readable key; a longer path is cut and hashed.
    public static var keyBytesMax: Int { 200 }
    /// Bytes of log kept per attempt.
    public static var logBytesPerAttemptMax: Int { 1 << 20 }
    /// Microseconds between signs of life of a process, and after which silence means death.
    public static var heartbeatEvery: Int64 { 10_000_000 }
    public static var heartbeatExpiry: Int64 { 30_000_000 }
}
