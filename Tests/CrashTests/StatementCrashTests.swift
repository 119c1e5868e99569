// `sql` steps happen exactly once: the engine dies at every commit, before it and after it, and is resumed by another
// over the same file. What the statements did and what the run says agree, whatever died when.
import CSQLite
import Glibc
import Testing
import WfCompiler
import WfEngine
import WfJournal
import WfJournalSQLite
import WfPlan
import WfTestSupport

private let program = """
    action make() via sql("CREATE TABLE deed(name TEXT NOT NULL, n INTEGER)")
    action add(name: String, n: Int) -> Int via sql("INSERT INTO deed VALUES(?, ?) RETURNING n", name, n)
    action clash() -> Int via sql("INSERT OR ROLLBACK INTO deed VALUES(NULL, 1)")
    action count() -> Int via sql("SELECT count(*) FROM deed")
    action none() -> Int via nop() returns 0

    workflow main() -> Int {
        step made = make()
        step first = add("first", 1) after made
        step second = add("second", first + 1)
        step all = for n in 1...5 {
            step one = add("fan", n) after made
            step two = add("inner", one)
            two
        }
        step lost = clash() else none() after made
        step last = add("last", second + lost + all.sum())
        step seen = count() after last
        seen
    }
    """

/// A journal in a file whose commits can be made to fail, as if its process were killed then.
private final class DyingJournal: Journal {
    let inner: SQLiteJournal
    /// Commits until death; nil: never.
    private var commitsLeft: Int?
    /// Whether the commit of death reaches the disk.
    private let storesLast: Bool
    private(set) var commits = 0

    init(path: String, commitsLeft: Int? = nil, storesLast: Bool = false) throws {
        inner = try SQLiteJournal(path: path, mode: .create)
        self.commitsLeft = commitsLeft
        self.storesLast = storesLast
    }

    func commit(_ batch: borrowing Batch, session: Session) throws(JournalError) -> [Int64] {
        commits += 1
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
    func state(run: Int64) throws(JournalError) -> [StateRecord] { try inner.state(run: run) }
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
}

@Suite struct StatementCrashTests {
    private let plan: Plan

    init() throws {
        let bytes = try #require(Compiler.compile(text: Array(program.utf8), path: "deeds.wf").plan)
        plan = try Plan.load(bytes: bytes)
    }

    /// Runs until the end or a death; nil after a death.
    private func live(_ journal: DyingJournal, process: Int32, run: RunId?) throws -> (
        run: RunId, end: RunEnd?
    ) {
        var clock: Int64 = Int64(process) * 1_000_000
        func now() -> Moment {
            clock += 1_000
            return Moment(wall: clock, boot: clock)
        }
        let engine = Engine(
            journal: journal,
            options: EngineOptions(
                processId: process, bootId: "test", seed: UInt64(process) &* 0x9E37_79B9,
                processIsAlive: { _ in false }))
        let id: RunId
        if let run {
            id = run
            try engine.resume(run: run, now: now())
        } else {
            id = try engine.start(
                plan: plan, workflow: 0, input: [], baseFolder: "/", name: "", now: now())
        }
        for _ in 0..<1_000 {
            do throws(JournalError) {
                let turn = try engine.turn(now: now())
                #expect(turn.effectsToStart.isEmpty)
                if let end = turn.endedRuns.first { return (id, end.end) }
            } catch {
                return (id, nil)
            }
        }
        Issue.record("it never ends")
        return (id, nil)
    }

    /// The rows of `deed`, sorted.
    private func deeds(_ path: String) throws -> [String] {
        var database: OpaquePointer?
        #expect(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK)
        defer { sqlite3_close(database) }
        var statement: OpaquePointer?
        sqlite3_prepare_v2(database, "SELECT name || n FROM deed ORDER BY name, n", -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        var rows: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            if let text = sqlite3_column_text(statement, 0) { rows.append(String(cString: text)) }
        }
        return rows
    }

    @Test(arguments: [false, true]) func exactlyOnceAtEveryCommit(storesLast: Bool) throws {
        let folder = try TemporaryFolder("wf-sql")
        let whole = try DyingJournal(path: folder.path + "/whole.db")
        let expected = try live(whole, process: 1, run: nil).end
        let rows = try deeds(folder.path + "/whole.db")
        #expect(rows.count == 13 && whole.commits > 5, "\(rows) \(String(describing: expected))")
        for death in 0..<whole.commits {
            let path = folder.path + "/\(death).db"
            // The transaction of a death dies with its connection, which nobody keeps.
            let first = try live(
                DyingJournal(path: path, commitsLeft: death, storesLast: storesLast), process: 2, run: nil)
            #expect(first.end == nil)
            let next = try DyingJournal(path: path)
            if try next.run(id: first.run.text) == nil {
                #expect(death == 0 && !storesLast)
                continue
            }
            var end: RunEnd?
            if let record = try next.run(id: first.run.text), record.status.isEnded {
                end = .done(record.result)
            } else {
                end = try live(next, process: 3, run: first.run).end
            }
            #expect(end == expected, "died at commit \(death)")
            #expect(try deeds(path) == rows, "died at commit \(death)")
        }
    }

    /// Two deaths in one run: the second at each commit of the resumed one.
    @Test func exactlyOnceOverTwoDeaths() throws {
        let folder = try TemporaryFolder("wf-sql")
        let whole = try DyingJournal(path: folder.path + "/whole.db")
        let expected = try live(whole, process: 1, run: nil).end
        let rows = try deeds(folder.path + "/whole.db")
        for death in 1..<whole.commits {
            for second in 0..<3 {
                let path = folder.path + "/\(death)-\(second).db"
                let first = try live(
                    DyingJournal(path: path, commitsLeft: death), process: 2, run: nil)
                let middle = try live(
                    DyingJournal(path: path, commitsLeft: second), process: 3, run: first.run)
                let end = try middle.end ?? live(DyingJournal(path: path), process: 4, run: first.run).end
                #expect(end == expected)
                #expect(try deeds(path) == rows)
            }
        }
    }

    /// A second process cannot slip in: the statement of a run that was taken over does nothing.
    @Test func takenOverRunsDoNothing() throws {
        let folder = try TemporaryFolder("wf-sql")
        let path = folder.path + "/a.db"
        let mine = try SQLiteJournal(path: path, mode: .create)
        let session = try mine.register(processId: 1, bootId: "test", token: 1, now: 1, boot: 1)
        let outcomes = try mine.execute(
            [StatementRequest(run: 77, epoch: 1, arguments: [], timeMax: 1_000_000)], session: session)
        #expect(outcomes == [.lost])
    }
}
