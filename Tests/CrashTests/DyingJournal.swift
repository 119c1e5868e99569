// Journals that can be made to die: at a given commit nothing is stored any more, as if the process had been killed,
// and another process opens what is there.
import WfJournal
import WfJournalSQLite

/// What an engine writes to before it is killed, and what the next one finds.
protocol MortalJournal: Journal, AnyObject {
    /// Commits made so far.
    var commitCount: Int { get }
    /// What another process finds when this one is dead. This one is of no use afterwards.
    /// - Parameter failAtCommit: the commit, counted from 1, at which that one dies; nil: it lives.
    func reopened(failAtCommit: Int?) throws -> any MortalJournal
}

extension MemoryJournal: MortalJournal {
    func reopened(failAtCommit: Int?) -> any MortalJournal {
        let other = copy()
        other.failAtCommit = failAtCommit
        return other
    }
}

/// A journal in a file whose commits can be made to fail, as if its process were killed then.
final class DyingJournal: MortalJournal {
    private var open: SQLiteJournal?
    private let path: String
    /// Commits until death; nil: never.
    private var commitsLeft: Int?
    /// Whether the commit of death reaches the disk.
    private let storesLast: Bool
    private(set) var commitCount = 0

    private var inner: SQLiteJournal {
        guard let open else { preconditionFailure("a journal that was closed is not used") }
        return open
    }

    /// - Parameter isSlow: as if every statement took as long as those of a turn may take together.
    init(path: String, commitsLeft: Int? = nil, storesLast: Bool = false, isSlow: Bool = false) throws {
        open = try SQLiteJournal(path: path, mode: .create)
        if isSlow { open?.statementTimeOfTurn = 0 }
        self.path = path
        self.commitsLeft = commitsLeft
        self.storesLast = storesLast
    }

    func reopened(failAtCommit: Int?) throws -> any MortalJournal {
        // The transaction of a death dies with its connection.
        open = nil
        return try DyingJournal(path: path, commitsLeft: failAtCommit.map { $0 - 1 })
    }

    func commit(_ batch: borrowing Batch, session: Session) throws(JournalError) -> [Int64] {
        commitCount += 1
        if let left = commitsLeft {
            if left == 0 {
                if storesLast { _ = try inner.commit(batch, session: session) }
                throw .io(path: "", detail: "killed")
            }
            commitsLeft = left - 1
        }
        return try inner.commit(batch, session: session)
    }

    func execute(
        _ requests: [StatementRequest], session: Session
    ) throws(JournalError) -> [StatementOutcome] { try inner.execute(requests, session: session) }
    func register(
        processId: Int32, bootId: String, token: UInt64, now: Int64, boot: Int64
    ) throws(JournalError) -> Session {
        try inner.register(processId: processId, bootId: bootId, token: token, now: now, boot: boot)
    }
    func claim(run: Int64, owner: Int64, epoch: Int64, session: Session) throws(JournalError) -> Bool {
        try inner.claim(run: run, owner: owner, epoch: epoch, session: session)
    }
    var bellPath: String? { nil }
    func release(_ session: Session) throws(JournalError) { try inner.release(session) }
    func post(_ request: RequestRecord) throws(JournalError) -> Posted { try inner.post(request) }
    func idle() throws(JournalError) { try inner.idle() }
    func plan(hash: [UInt8]) throws(JournalError) -> [UInt8]? { try inner.plan(hash: hash) }
    func run(id: String) throws(JournalError) -> RunRecord? { try inner.run(id: id) }
    func run(number: Int64) throws(JournalError) -> RunRecord? { try inner.run(number: number) }
    func runs(live: Bool, before: Int64?, limit: Int) throws(JournalError) -> [RunRecord] {
        try inner.runs(live: live, before: before, limit: limit)
    }
    func state(
        run: Int64, _ body: (Int64, UnsafeRawBufferPointer) -> Bool
    ) throws(JournalError) { try inner.state(run: run, body) }
    func state(run: Int64, id: Int64) throws(JournalError) -> [UInt8]? {
        try inner.state(run: run, id: id)
    }
    func value(id: Int64) throws(JournalError) -> [UInt8]? { try inner.value(id: id) }
    func history(id: Int64) throws(JournalError) -> HistoryRecord? { try inner.history(id: id) }
    func logs(run: Int64, after: Int64, limit: Int) throws(JournalError) -> [LogRecord] {
        try inner.logs(run: run, after: after, limit: limit)
    }
    func owner(number: Int64) throws(JournalError) -> OwnerRecord? { try inner.owner(number: number) }
    func requests(run: Int64?, after: Int64, limit: Int) throws(JournalError) -> [RequestRecord] {
        try inner.requests(run: run, after: after, limit: limit)
    }
    func lastRequest() throws(JournalError) -> Int64 { try inner.lastRequest() }
    func change(item number: Int64, _ change: ItemChange, now: Int64) throws(JournalError) -> ItemOutcome {
        try inner.change(item: number, change, now: now)
    }
    func items(
        run: Int64?, role: String?, after: Int64, limit: Int
    ) throws(JournalError) -> [ItemRecord] {
        try inner.items(run: run, role: role, after: after, limit: limit)
    }
    func attached(to run: Int64) throws(JournalError) -> [Int64] { try inner.attached(to: run) }
    func resources(_ session: Session) throws(JournalError) -> [ResourceRecord]? {
        try inner.resources(session)
    }
    func giveBack(run: Int64, session: Session) throws(JournalError) {
        try inner.giveBack(run: run, session: session)
    }
    func cached(key: [UInt8]) throws(JournalError) -> CacheRecord? { try inner.cached(key: key) }
    func due(owner: Int64, until: Int64, limit: Int) throws(JournalError) -> [Int64] {
        try inner.due(owner: owner, until: until, limit: limit)
    }
    func waiting(owner: Int64) throws(JournalError) -> (count: Int, first: Int64) {
        try inner.waiting(owner: owner)
    }
    func waitingOwners() throws(JournalError) -> [Int64] { try inner.waitingOwners() }
    func adopt(owners: [Int64], after: Int64, session: Session) throws(JournalError) -> [[UInt8]] {
        try inner.adopt(owners: owners, after: after, session: session)
    }
}
