// Requests: posting them under a transaction of their own, ringing for the run's owner, and taking them with the
// transaction that acts on them.

import CSQLite
import Glibc
public import WfJournal

extension SQLiteJournal {
    public var bellPath: String? { path }

    public func post(_ request: RequestRecord) throws(JournalError) -> Posted {
        let posted = try transaction { () throws(JournalError) -> Posted in
            guard let run = try self.run(number: request.run) else { return .unknownRun }
            if run.status.isEnded { return .ended(run.status) }
            if request.kind == .pause || request.kind == .unpause {
                try connection.execute(
                    "UPDATE wf_run SET paused=\(request.kind == .pause ? request.run : 0) WHERE number=\(request.run)"
                )
            }
            return try insert(request)
        }
        if case .stored = posted { ring() }
        return posted
    }

    /// Inserts a request; the transaction is open and the run is live.
    func insert(_ request: RequestRecord) throws(JournalError) -> Posted {
        let statement = try statement(
            .insertRequest,
            """
            INSERT INTO wf_request(run,kind,name,key,time,taken,checksum,bytes)
            VALUES(?1,?2,?3,?4,?5,0,?6,?7) ON CONFLICT DO NOTHING
            """)
        bind(statement, 1, request.run)
        bind(statement, 2, Int64(request.kind.rawValue))
        bindCopy(statement, 3, request.name)
        bindCopy(statement, 4, request.key)
        bind(statement, 5, request.time)
        bind(statement, 6, Int64(request.bytes.withUnsafeBytes { checksum($0) }))
        bindCopy(statement, 7, request.bytes)
        try connection.run(statement)
        if sqlite3_changes(connection.database) == 0 { return .duplicate }
        return .stored(id: sqlite3_last_insert_rowid(connection.database))
    }

    /// Touches the database file. SQLite itself never changes the attributes of a file alone, so whoever
    /// watches for that is woken by requests and by nothing else. A failure costs time, not the request: owners
    /// also look with every heartbeat.
    func ring() { _ = utimensat(AT_FDCWD, path, nil, 0) }

    func take(_ write: Write) throws(JournalError) {
        let statement =
            write.kind == .deleteRequest
            ? try statement(.deleteRequest, "DELETE FROM wf_request WHERE id=?1")
            : try statement(
                .takeRequest,
                "UPDATE wf_request SET taken=1, checksum=0, bytes=x'' WHERE id=?1")
        bind(statement, 1, write.id)
        try connection.run(statement)
    }

    /// With the end of a run all its requests go but the signals that nobody has read.
    func endRequests(of run: Int64) throws(JournalError) {
        let statement = try statement(
            .endRequests, "DELETE FROM wf_request WHERE run=?1 AND (taken=1 OR kind<>1)")
        bind(statement, 1, run)
        try connection.run(statement)
    }

    public func requests(
        run: Int64?, after: Int64, limit: Int
    ) throws(JournalError) -> [RequestRecord] {
        let statement =
            run == nil
            ? try statement(
                .requests, "SELECT * FROM wf_request WHERE id>?1 AND taken=0 ORDER BY id LIMIT ?2")
            : try statement(
                .requestsOfRun,
                "SELECT * FROM wf_request WHERE id>?1 AND taken=0 AND run=?3 ORDER BY id LIMIT ?2")
        bind(statement, 1, after)
        bind(statement, 2, Int64(max(0, limit)))
        if let run { bind(statement, 3, run) }
        var result: [RequestRecord] = []
        while try connection.next(statement) {
            let id = integer(statement, 0)
            let bytes = blob(statement, 8)
            guard let raw = UInt8(exactly: integer(statement, 2)), let kind = RequestKind(rawValue: raw),
                Int64(bytes.withUnsafeBytes { checksum($0) }) == integer(statement, 7)
            else {
                sqlite3_reset(statement)
                throw .corrupt(place: "request \(id)", detail: "an unknown kind or a wrong checksum")
            }
            result.append(
                RequestRecord(
                    id: id, run: integer(statement, 1), kind: kind, name: text(statement, 3),
                    key: text(statement, 4), time: integer(statement, 5), bytes: bytes))
        }
        return result
    }

    public func lastRequest() throws(JournalError) -> Int64 {
        let statement = try statement(.lastRequest, "SELECT coalesce(max(id), 0) FROM wf_request")
        defer { sqlite3_reset(statement) }
        return try connection.next(statement) ? integer(statement, 0) : 0
    }
}
