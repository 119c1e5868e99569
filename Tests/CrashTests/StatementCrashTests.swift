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

    /// - Parameter isSlow: every statement takes as long as those of a turn may take together.
    @Test(arguments: [false, true], [false, true])
    func exactlyOnceAtEveryCommit(storesLast: Bool, isSlow: Bool) throws {
        let folder = try TemporaryFolder("wf-sql")
        let plain = try DyingJournal(path: folder.path + "/plain.db")
        _ = try live(plain, process: 1, run: nil)
        let whole = try DyingJournal(path: folder.path + "/whole.db", isSlow: isSlow)
        defer {
            #expect(isSlow ? whole.commitCount > plain.commitCount : whole.commitCount == plain.commitCount)
        }
        let expected = try live(whole, process: 1, run: nil).end
        let rows = try deeds(folder.path + "/whole.db")
        #expect(rows.count == 13 && whole.commitCount > 5, "\(rows) \(String(describing: expected))")
        for death in 0..<whole.commitCount {
            let path = folder.path + "/\(death).db"
            // The transaction of a death dies with its connection, which nobody keeps.
            let first = try live(
                DyingJournal(path: path, commitsLeft: death, storesLast: storesLast, isSlow: isSlow),
                process: 2, run: nil)
            #expect(first.end == nil)
            let next = try DyingJournal(path: path, isSlow: isSlow)
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
        for death in 1..<whole.commitCount {
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
