// What somebody outside asks of a run: a signal for it, a wish to cancel it, an answer to a person's step. A request is
// stored under its own transaction, whoever runs the run; the owner takes it in the transaction that acts on it. Knows
// nothing of what the bytes mean.

/// What is asked. The raw value is the journal format: append only, never renumber.
public enum RequestKind: UInt8, Sendable, CaseIterable {
    /// A payload for the queue `name`; stays until an `await` takes it, unread ones also after the run's end.
    case signal = 1
    /// End the run.
    case cancel = 2
    /// What became of an attempt that nobody knows the outcome of; `name` is the step's path.
    case resolve = 3
    /// The result of a work item or an approval; `name` is the step's path.
    case complete = 4
    /// A work item failed; `name` is the step's path, the bytes are a failure.
    case fail = 5
    /// Begin nothing until `unpause`. Both also change the run's row as they are posted.
    case pause = 6
    case unpause = 7
}

/// A request as its row says.
public struct RequestRecord: Equatable, Sendable {
    /// Grows in the order of arrival; unique in the journal. 0 until it is stored.
    public var id: Int64
    public var run: Int64
    public var kind: RequestKind
    public var name: String
    /// A second request of the same run, name and key is not stored again; empty: none.
    public var key: String
    /// Microseconds since 1970.
    public var time: Int64
    public var bytes: [UInt8]

    public init(
        id: Int64 = 0, run: Int64, kind: RequestKind, name: String = "", key: String = "", time: Int64,
        bytes: [UInt8] = []
    ) {
        self.id = id
        self.run = run
        self.kind = kind
        self.name = name
        self.key = key
        self.time = time
        self.bytes = bytes
    }
}

/// What became of a request that was posted.
public enum Posted: Equatable, Sendable {
    case stored(id: Int64)
    /// One with the same key was there before.
    case duplicate
    /// Nothing was stored: the run has ended.
    case ended(RunStatus)
    /// Nothing was stored: there is no such run.
    case unknownRun
}
