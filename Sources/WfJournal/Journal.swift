// The contract of a durable journal. Every journal passes the same tests (Tests/WfJournalTests). Knows rows
// and transactions; knows nothing of plans, nodes or values.

/// A durable journal: one writer's connection. Not safe to share between threads; several processes may each
/// hold a connection to one journal.
///
/// Invariant: `commit` is atomic and durable when it returns, and touches no run that the writer does not
/// own.
public protocol Journal: AnyObject {
    /// Makes this connection a writer: stores an owner row. Ids for rows are handed out from `idBase`
    /// upwards, up to `Journals.idsPerSession` of them; `idBase` never collides with another session's.
    func register(
        processId: Int32, bootId: String, token: UInt64, now: Int64, boot: Int64
    ) throws(JournalError) -> Session

    /// Stores a transaction: all sections whose run this session owns, none of the others.
    /// - Returns: the numbers of runs that belong to somebody else; nothing of theirs was stored.
    func commit(_ batch: borrowing Batch, session: Session) throws(JournalError) -> [Int64]

    /// Opens the transaction of the next `commit` and runs statements of steps in it, in order, each in a savepoint: what
    /// they did is stored with that commit, or not at all. A statement that fails leaves nothing behind.
    /// - Returns: one outcome per request, in their order; at least one, and fewer than asked for when the first took so
    ///   long that the rest should wait for the next turn. Nothing of the rest has happened.
    func execute(
        _ requests: [StatementRequest], session: Session
    ) throws(JournalError) -> [StatementOutcome]

    /// Opens the transaction of the next `commit` and reads the state of everything shared, so that what the commit
    /// stores rests on it.
    /// - Returns: nil when no other connection has written since this one last asked.
    func resources(_ session: Session) throws(JournalError) -> [ResourceRecord]?

    /// Takes a run over if its owner and epoch are still these: owner becomes the session, the epoch grows
    /// by one. The old owner's row goes with its last live run.
    func claim(run: Int64, owner: Int64, epoch: Int64, session: Session) throws(JournalError) -> Bool

    /// Takes over all runs of these owners (0: nobody) that only wait and are due after `after`, as `claim` would.
    /// - Returns: the hashes of the plans that the session's waiting runs need.
    func adopt(owners: [Int64], after: Int64, session: Session) throws(JournalError) -> [[UInt8]]

    /// Gives one run of the session back, with the next `commit`: nobody runs it from then on.
    func giveBack(run: Int64, session: Session) throws(JournalError)

    /// Gives all runs of the session back and removes its owner row.
    func release(_ session: Session) throws(JournalError)

    /// Stores a request for a live run, in a transaction of its own; needs no session. Whoever runs the run is
    /// called (`bellPath`).
    func post(_ request: RequestRecord) throws(JournalError) -> Posted

    /// Does an outsider's step at a work item, in a transaction of its own: only if the item is there and free, or
    /// held by whoever asks. `now` is wall clock, microseconds.
    func change(item number: Int64, _ change: ItemChange, now: Int64) throws(JournalError) -> ItemOutcome

    /// The file whose attributes change when a request was posted, for the run's owner to watch; nil when
    /// nobody outside this process can post.
    var bellPath: String? { get }

    /// How many runs `prune` would remove.
    func prunable(endedBefore time: Int64) throws(JournalError) -> Int

    /// Removes some of the runs that ended before a time (wall clock), as many as `limit`, and the plans that none needs
    /// any more, in a transaction of its own. A run that a live one has started stays. Call `sweep` when none is left.
    /// - Returns: how many runs have gone.
    func prune(endedBefore time: Int64, limit: Int) throws(JournalError) -> Int

    /// Removes what is left of runs that are gone, of the next `limit` rows behind an id, in a transaction of its own.
    /// - Returns: the id of the last row that was looked at; nil: there is none.
    func sweep(_ part: PrunedPart, after: Int64, limit: Int) throws(JournalError) -> Int64?

    /// Work for a quiet moment (a checkpoint).
    func idle() throws(JournalError)

    // Reading. None of these needs a session.

    /// The bytes of a plan that a run has stored.
    func plan(hash: [UInt8]) throws(JournalError) -> [UInt8]?
    func run(id: String) throws(JournalError) -> RunRecord?
    func run(number: Int64) throws(JournalError) -> RunRecord?
    /// Runs, newest first, from `before` (a run number, or nil) on; without `input` and `result`.
    func runs(live: Bool, before: Int64?, limit: Int) throws(JournalError) -> [RunRecord]
    /// The live state of a run, by ascending id, a row at a time: its id and its bytes, which live as long as the
    /// call; `body` says whether it wants another. It asks nothing of the journal.
    func state(
        run: Int64, _ body: (Int64, UnsafeRawBufferPointer) -> Bool
    ) throws(JournalError)
    /// One row of the live state of a run.
    func state(run: Int64, id: Int64) throws(JournalError) -> [UInt8]?
    /// A large value.
    func value(id: Int64) throws(JournalError) -> [UInt8]?
    /// One row of history.
    func history(id: Int64) throws(JournalError) -> HistoryRecord?
    /// Log rows of a run after `after`, in order.
    func logs(run: Int64, after: Int64, limit: Int) throws(JournalError) -> [LogRecord]
    func owner(number: Int64) throws(JournalError) -> OwnerRecord?
    /// Requests behind `after` that nobody has taken, in order of arrival; of one run, or of all.
    func requests(run: Int64?, after: Int64, limit: Int) throws(JournalError) -> [RequestRecord]
    /// Open work items behind `after`, in order; of one role or run, or all.
    func items(
        run: Int64?, role: String?, after: Int64, limit: Int
    ) throws(JournalError) -> [ItemRecord]
    /// The numbers of the live runs that end with this one.
    func attached(to run: Int64) throws(JournalError) -> [Int64]
    /// The first live runs of an owner that only wait and are due at `until` or before, by due time.
    func due(owner: Int64, until: Int64, limit: Int) throws(JournalError) -> [Int64]
    /// How many live runs of an owner only wait, and when the first of them is due (`Int64.max`: none).
    func waiting(owner: Int64) throws(JournalError) -> (count: Int, first: Int64)
    /// The owners (0: nobody) of live runs that only wait.
    func waitingOwners() throws(JournalError) -> [Int64]
    /// A result that may be used again.
    func cached(key: [UInt8]) throws(JournalError) -> CacheRecord?
    /// The id of the last request that was posted, or 0.
    func lastRequest() throws(JournalError) -> Int64
}

extension Journal {
    /// The live state of a run, by ascending id.
    public func state(run: Int64) throws(JournalError) -> [StateRecord] {
        var rows: [StateRecord] = []
        try state(run: run) { id, bytes in
            rows.append(StateRecord(id: id, bytes: Array(bytes)))
            return true
        }
        return rows
    }
}

/// A writer's identity within a journal.
public struct Session: Equatable, Sendable {
    /// The owner row's number.
    public var owner: Int64
    /// The first id that this session may give to a row.
    public var idBase: Int64
    public init(owner: Int64, idBase: Int64) {
        self.owner = owner
        self.idBase = idBase
    }
}

public enum Journals {
    /// How many ids a session may hand out before it registers again.
    public static var idsPerSession: Int64 { 1 << 32 }
}
