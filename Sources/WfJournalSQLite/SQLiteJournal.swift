// The journal over SQLite: opening it and refusing what is not one; committing transactions. Reading is in
// Reading.swift. Knows nothing of what state and history bytes mean.

import CSQLite
import Glibc
public import WfJournal

/// A journal in one SQLite database: WAL, synchronous = FULL.
public final class SQLiteJournal: Journal {
    public enum Mode: Sendable {
        /// Makes the file if it is missing (its folder must exist).
        case create
        /// The file must exist.
        case existing
        /// The file must exist and is only read.
        case reading
    }

    let connection: Connection
    /// Microseconds of a turn's statements, behind which no further one is begun. Tests make it short.
    public var statementTimeOfTurn = StatementLimits.turnTimeMax
    /// `PRAGMA data_version` when ownership was last checked; it changes when another connection commits.
    private var checkedVersion: Int64 = -1
    /// The owned runs that passed the check since then.
    private var checkedRuns: Set<Int64> = []
    private var commitsSinceCheckpoint = 0
    /// The same when `resources` was last asked.
    var resourcesVersion: Int64 = -1
    /// Made by the first statement of a step.
    private var steps: StepStatements?

    public let path: String
    /// The journal and its log, when the first commit had been made.
    private var files: [FileIdentity]?

    /// Opens a journal. A file that is anything else is refused and left as it is.
    public init(path: String, mode: Mode) throws(JournalError) {
        self.path = path
        let found = try SQLiteJournal.inspect(path: path, mode: mode)
        let isFixed = mode == .reading && SQLiteJournal.isFixed(path)
        let flags: Int32
        switch mode {
        case _ where isFixed: flags = SQLITE_OPEN_READONLY
        case .create: flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .existing: flags = SQLITE_OPEN_READWRITE
        case .reading: flags = access(path, W_OK) == 0 ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        }
        connection = try Connection(
            path: path, flags: flags, isFixed: isFixed, statementCount: Statement.allCases.count)
        if found == .nothing { try migrate() } else { try checkIdentity() }
        if found != .journalWithLog && mode != .reading { try connection.useLog() }
        try connection.execute(
            "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-16000;"
                + "PRAGMA temp_store=MEMORY")
        if mode == .reading { try connection.execute("PRAGMA query_only=1") }
    }

    deinit {
        // A long log makes the next start slow, a checkpoint makes this end slow: only where it pays.
        var information = stat()
        if stat("\(path)-wal", &information) == 0, information.st_size > 512 << 10 {
            sqlite3_busy_timeout(connection.database, 0)
            sqlite3_wal_checkpoint_v2(connection.database, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        }
    }

    // MARK: opening

    /// Whether nobody can change the journal: its log, which even readers need, is not there and cannot be made.
    private static func isFixed(_ path: String) -> Bool {
        access(folder(of: path), W_OK) != 0 && access("\(path)-wal", F_OK) != 0
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private enum Found {
        case nothing
        /// A journal that is already in WAL mode, or (after a crash while it was made) not yet.
        case journalWithLog, journalWithoutLog
    }

    /// Looks at the file without SQLite, which might otherwise change it.
    private static func inspect(path: String, mode: Mode) throws(JournalError) -> Found {
        // A pipe would have us wait for its other end.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 {
            let code = errno
            if code == EACCES || code == EPERM { throw .readOnly(path: path) }
            guard code == ENOENT else {
                if code == ENOTDIR { throw .missingFolder(path: path) }
                throw .io(path: path, detail: String(cString: strerror(code)))
            }
            guard mode == .create else { throw .missing(path: path) }
            let folder = folder(of: path)
            if access(folder, F_OK) != 0 { throw .missingFolder(path: path) }
            if access(folder, W_OK) != 0 { throw .readOnly(path: path) }
            return .nothing
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .io(path: path, detail: String(cString: strerror(errno)))
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw .notAJournal(path: path, found: "something that is not a regular file")
        }
        if information.st_size == 0 {
            guard mode == .create else { throw .notAJournal(path: path, found: "an empty file") }
            return .nothing
        }
        var header = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &header, 100)
        guard count == 100, Array(header[0..<16]) == Array("SQLite format 3\0".utf8) else {
            throw .notAJournal(path: path, found: "a file that is not a SQLite database")
        }
        func word(_ offset: Int) -> Int64 {
            Int64(header[offset]) << 24 | Int64(header[offset + 1]) << 16 | Int64(header[offset + 2]) << 8
                | Int64(header[offset + 3])
        }
        guard word(68) == Schema.applicationId else {
            throw .notAJournal(path: path, found: "a SQLite database of another program")
        }
        let version = Int(word(60))
        if version > Schema.version {
            throw .newerVersion(path: path, found: version, supported: Schema.version)
        }
        if mode != .reading && access(path, W_OK) != 0 { throw .readOnly(path: path) }
        return header[18] == 2 ? .journalWithLog : .journalWithoutLog
    }

    /// Creates the tables, or brings older ones up to date, in one transaction.
    private func migrate() throws(JournalError) {
        try connection.execute("PRAGMA page_size=4096; PRAGMA synchronous=FULL; BEGIN EXCLUSIVE")
        do throws(JournalError) {
            // Another process may have been quicker.
            let found = Int(try connection.integer("PRAGMA user_version"))
            if found > Schema.version {
                throw .newerVersion(path: path, found: found, supported: Schema.version)
            }
            if found == 0, try connection.integer("SELECT count(*) FROM sqlite_master") != 0 {
                throw .notAJournal(path: path, found: "a SQLite database of another program")
            }
            for version in found..<Schema.version {
                try connection.execute(Schema.migrations[version])
                try connection.execute(
                    "INSERT INTO wf_migration VALUES(\(version + 1), CAST(strftime('%s') AS INTEGER) * 1000000)"
                )
            }
            try connection.execute(
                "PRAGMA application_id=\(Schema.applicationId); PRAGMA user_version=\(Schema.version); COMMIT"
            )
        } catch {
            _ = sqlite3_exec(connection.database, "ROLLBACK", nil, nil, nil)
            throw error
        }
    }

    private func checkIdentity() throws(JournalError) {
        let version = Int(try connection.integer("PRAGMA user_version"))
        if version > Schema.version {
            throw .newerVersion(path: path, found: version, supported: Schema.version)
        }
        if version < Schema.version { try migrate() }
    }

    // MARK: writing

    @inline(__always)
    func statement(_ number: Statement, _ sql: StaticString) throws(JournalError) -> OpaquePointer {
        try connection.statement(number.rawValue, sql)
    }

    private func begin() throws(JournalError) {
        try connection.run(try statement(.begin, "BEGIN IMMEDIATE"))
    }

    /// Begins a transaction unless `execute` has.
    func beginOnce() throws(JournalError) {
        if sqlite3_get_autocommit(connection.database) != 0 { try begin() }
    }

    func stepStatements() throws(JournalError) -> StepStatements {
        if let steps { return steps }
        let made = try StepStatements(connection)
        steps = made
        return made
    }

    private func end() throws(JournalError) {
        try connection.run(try statement(.commit, "COMMIT"))
        commitsSinceCheckpoint += 1
    }

    private func rollback() {
        if sqlite3_get_autocommit(connection.database) != 0 { return }
        sqlite3_exec(connection.database, "ROLLBACK", nil, nil, nil)
    }

    /// Runs `body` in a transaction of its own.
    func transaction<Result>(_ body: () throws(JournalError) -> Result) throws(JournalError) -> Result {
        // Statements of a turn that was given up are not to be stored.
        rollback()
        try begin()
        do throws(JournalError) {
            let result = try body()
            try end()
            return result
        } catch {
            rollback()
            throw error
        }
    }

    public func register(
        processId: Int32, bootId: String, token: UInt64, now: Int64, boot: Int64
    ) throws(JournalError) -> Session {
        try transaction { () throws(JournalError) in
            var statement: OpaquePointer?
            try connection.check(
                sqlite3_prepare_v2(
                    connection.database, "INSERT INTO wf_owner(process,boot,token,heartbeat) VALUES(?,?,?,?)",
                    -1,
                    &statement, nil))
            defer { sqlite3_finalize(statement) }
            guard let statement else { throw .io(path: path, detail: "no statement") }
            bind(statement, 1, Int64(processId))
            bindCopy(statement, 2, bootId)
            bind(statement, 3, Int64(bitPattern: token))
            bind(statement, 4, boot)
            try connection.run(statement)
            let number = sqlite3_last_insert_rowid(connection.database)
            try forgetFailed(now)
            guard number > 0, number < Int64.max / Journals.idsPerSession else {
                throw .corrupt(place: "wf_owner", detail: "owner number \(number)")
            }
            return Session(owner: number, idBase: number * Journals.idsPerSession)
        }
    }

    /// Failed runs that nobody has gone on with give up their state.
    private func forgetFailed(_ now: Int64) throws(JournalError) {
        let old = "status = 4 AND due > 0 AND due <= \(now)"
        try connection.execute(
            "DELETE FROM wf_state WHERE run IN (SELECT number FROM wf_run WHERE \(old));"
                + "UPDATE wf_run SET due=0 WHERE \(old)")
    }

    public func commit(_ batch: borrowing Batch, session: Session) throws(JournalError) -> [Int64] {
        try beginOnce()
        do throws(JournalError) {
            let lost = try store(batch, session)
            try end()
            try checkFiles()
            if batch.isHeardOutside { ring() }
            return lost
        } catch {
            rollback()
            throw error
        }
    }

    /// What is written into files that nobody can find any more is lost: says so before it counts as stored.
    private func checkFiles() throws(JournalError) {
        let now = [path, "\(path)-wal"].map { FileIdentity($0) }
        guard let files else { return files = now }
        if files != now { throw .gone(path: path) }
    }

    private func store(_ batch: borrowing Batch, _ session: Session) throws(JournalError) -> [Int64] {
        let version = try dataVersion()
        if version != checkedVersion {
            checkedVersion = version
            checkedRuns.removeAll(keepingCapacity: true)
        }
        var lost: [Int64] = []
        for index in batch.plans.indices { try storePlan(batch.plans[index].hash, batch.plans[index].bytes) }
        for index in 0..<batch.sections.count {
            let section = batch.sections[index]
            if section.isNew {
                if lost.contains(section.parent) {
                    lost.append(section.run)
                    continue
                }
                checkedRuns.insert(section.run)
            } else if !checkedRuns.contains(section.run) {
                guard try owns(run: section.run, epoch: section.epoch, session) else {
                    lost.append(section.run)
                    continue
                }
                checkedRuns.insert(section.run)
            }
            for number in section.writes { try apply(batch, batch.writes[number], section.run) }
        }
        for (sender, request) in batch.posts where !lost.contains(sender) {
            if let run = try run(number: request.run), !run.status.isEnded { _ = try insert(request) }
        }
        for resource in batch.resources { try set(resource) }
        if let heartbeat = batch.heartbeat {
            let statement = try statement(.heartbeat, "UPDATE wf_owner SET heartbeat=?2 WHERE number=?1")
            bind(statement, 1, session.owner)
            bind(statement, 2, heartbeat)
            try connection.run(statement)
        }
        return lost
    }

    /// Changes when another connection has committed.
    func dataVersion() throws(JournalError) -> Int64 {
        let statement = try statement(.dataVersion, "PRAGMA data_version")
        defer { sqlite3_reset(statement) }
        return try connection.next(statement) ? integer(statement, 0) : 0
    }

    func owns(run: Int64, epoch: Int64, _ session: Session) throws(JournalError) -> Bool {
        let statement = try statement(
            .ownsRun, "SELECT 1 FROM wf_run WHERE number=?1 AND owner=?2 AND epoch=?3")
        bind(statement, 1, run)
        bind(statement, 2, session.owner)
        bind(statement, 3, epoch)
        let found = try connection.next(statement)
        sqlite3_reset(statement)
        return found
    }

    private func storePlan(_ hash: [UInt8], _ bytes: UnsafeRawBufferPointer) throws(JournalError) {
        let statement = try statement(
            .insertPlan, "INSERT INTO wf_plan(hash,bytes) VALUES(?1,?2) ON CONFLICT(hash) DO NOTHING")
        bindCopy(statement, 1, hash)
        bind(statement, 2, bytes)
        try connection.run(statement)
    }

    private func apply(_ batch: borrowing Batch, _ write: Write, _ run: Int64) throws(JournalError) {
        let failure = batch.bytes.withUnsafeBytes { all -> JournalError? in
            let content = UnsafeRawBufferPointer(rebasing: all[write.start..<write.start + write.count])
            do throws(JournalError) {
                try applyRow(write, content, run, batch.time)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        switch write.kind {
        case .insertRun: try insert(batch.runs[Int(write.number)])
        case .updateRun: try update(batch.runs[Int(write.number)])
        case .log: try append(batch.logs[Int(write.number)])
        case .insertState, .updateState, .deleteState, .insertValue, .deleteValue, .history: break
        case .deleteRequest, .takeRequest: try take(write)
        case .insertItem: try insert(batch.items[Int(write.number)])
        case .deleteItem: try deleteItem(write.id)
        case .insertCache: try insert(batch.cache[Int(write.number)], now: batch.time)
        }
    }

    @inline(__always)
    private func applyRow(
        _ write: Write, _ content: UnsafeRawBufferPointer, _ run: Int64, _ time: Int64
    ) throws(JournalError) {
        switch write.kind {
        case .insertState:
            let statement = try statement(.insertState, "INSERT INTO wf_state VALUES(?1,?2,?3)")
            bind(statement, 1, write.id)
            bind(statement, 2, run)
            bind(statement, 3, content)
            try connection.run(statement)
        case .updateState:
            let statement = try statement(.updateState, "UPDATE wf_state SET bytes=?2 WHERE id=?1")
            bind(statement, 1, write.id)
            bind(statement, 2, content)
            try connection.run(statement)
        case .deleteState:
            let statement = try statement(.deleteState, "DELETE FROM wf_state WHERE id=?1")
            bind(statement, 1, write.id)
            try connection.run(statement)
        case .insertValue:
            let statement = try statement(.insertValue, "INSERT INTO wf_value VALUES(?1,?2,?3,?4)")
            bind(statement, 1, write.id)
            bind(statement, 2, run)
            bind(statement, 3, Int64(checksum(content)))
            bind(statement, 4, content)
            try connection.run(statement)
        case .deleteValue:
            let statement = try statement(.deleteValue, "DELETE FROM wf_value WHERE id=?1")
            bind(statement, 1, write.id)
            try connection.run(statement)
        case .history:
            let statement = try statement(.history, "INSERT INTO wf_history VALUES(?1,?2,?3,?4,?5)")
            bind(statement, 1, write.id)
            bind(statement, 2, write.number)
            bind(statement, 3, run)
            bind(statement, 4, time)
            bind(statement, 5, content)
            try connection.run(statement)
        case .log, .insertRun, .updateRun, .deleteRequest, .takeRequest, .insertItem, .deleteItem,
            .insertCache:
            break
        }
    }

    private func insert(_ record: RunRecord) throws(JournalError) {
        let statement = try statement(
            .insertRun,
            """
            INSERT INTO wf_run
            VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,0,?21)
            """)
        bind(statement, 1, record.number)
        bindCopy(statement, 2, record.id)
        bindCopy(statement, 3, record.workflow)
        bindCopy(statement, 4, record.name)
        bindCopy(statement, 5, record.plan)
        bind(statement, 6, Int64(record.status.rawValue))
        bind(statement, 7, record.owner)
        bind(statement, 8, record.epoch)
        bind(statement, 9, record.created)
        bind(statement, 10, record.ended)
        bindCopy(statement, 11, record.baseFolder)
        bind(statement, 12, record.historyHead)
        bind(statement, 13, record.originCheck)
        bind(statement, 14, record.outcomeCheck)
        bindCopy(statement, 15, record.input)
        bindCopy(statement, 16, record.result)
        bindCopy(statement, 17, record.waits)
        bind(statement, 18, record.parent)
        bind(statement, 19, record.isAttached ? 1 : 0)
        bindCopy(statement, 20, record.config)
        bind(statement, 21, record.due)
        try connection.run(statement)
    }

    private func update(_ record: RunRecord) throws(JournalError) {
        let statement = try statement(
            .updateRun,
            """
            UPDATE wf_run SET status=?2, ended=?3, history=?4, outcome_check=?5, result=?6, waits=?7, due=?8
            WHERE number=?1
            """)
        bind(statement, 1, record.number)
        bind(statement, 2, Int64(record.status.rawValue))
        bind(statement, 3, record.ended)
        bind(statement, 4, record.historyHead)
        bind(statement, 5, record.outcomeCheck)
        bindCopy(statement, 6, record.result)
        bindCopy(statement, 7, record.waits)
        bind(statement, 8, record.due)
        try connection.run(statement)
        if record.status.isEnded {
            if !record.keepsState {
                let statement = try self.statement(.deleteStateOfRun, "DELETE FROM wf_state WHERE run=?1")
                bind(statement, 1, record.number)
                try connection.run(statement)
            }
            try endRequests(of: record.number)
            try endItems(of: record.number)
        }
    }

    private func append(_ record: LogRecord) throws(JournalError) {
        let statement = try statement(.log, "INSERT INTO wf_log VALUES(?1,?2,?3,?4,?5,?6,?7)")
        bind(statement, 1, record.id)
        bind(statement, 2, record.run)
        bindCopy(statement, 3, record.step)
        bind(statement, 4, Int64(record.attempt))
        bind(statement, 5, Int64(record.stream.rawValue))
        bind(statement, 6, record.time)
        bindCopy(statement, 7, record.bytes)
        try connection.run(statement)
    }

    public func claim(
        run: Int64, owner: Int64, epoch: Int64, session: Session
    ) throws(JournalError) -> Bool {
        try transaction { () throws(JournalError) in
            let statement = try statement(
                .claim, "UPDATE wf_run SET owner=?4, epoch=epoch+1 WHERE number=?1 AND owner=?2 AND epoch=?3")
            bind(statement, 1, run)
            bind(statement, 2, owner)
            bind(statement, 3, epoch)
            bind(statement, 4, session.owner)
            try connection.run(statement)
            guard sqlite3_changes(connection.database) == 1 else { return false }
            if owner != session.owner { try dropIfUnused(owner: owner) }
            return true
        }
    }

    public func release(_ session: Session) throws(JournalError) {
        try transaction { () throws(JournalError) in
            try connection.execute("UPDATE wf_run SET owner=0 WHERE status < 3 AND owner=\(session.owner)")
            try connection.execute(
                "DELETE FROM wf_owner WHERE number=\(session.owner);"
                    + "DELETE FROM wf_resource WHERE owner=\(session.owner)")
        }
    }

    public func idle() throws(JournalError) {
        guard commitsSinceCheckpoint > 256 else { return }
        commitsSinceCheckpoint = 0
        // Passive: never waits for readers. Busy is no failure; the next quiet moment goes on.
        let code = sqlite3_wal_checkpoint_v2(connection.database, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        if code != SQLITE_OK && code & 0xFF != SQLITE_BUSY { throw connection.error(code) }
    }
}

/// Which file stands at a path; zeros: none does.
private struct FileIdentity: Equatable {
    private var device: UInt64 = 0
    private var number: UInt64 = 0

    init(_ path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return }
        (device, number) = (UInt64(information.st_dev), UInt64(information.st_ino))
    }
}
