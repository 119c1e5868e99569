// Reading the SQLite journal. A row whose content contradicts its checksum or its ranges is named and
// refused.

import CSQLite
public import WfJournal

extension SQLiteJournal {
    public func plan(hash: [UInt8]) throws(JournalError) -> [UInt8]? {
        let statement = try statement(.plan, "SELECT bytes FROM wf_plan WHERE hash=?1")
        bindCopy(statement, 1, hash)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        return blob(statement, 0)
    }

    public func run(id: String) throws(JournalError) -> RunRecord? {
        let statement = try statement(.runById, "SELECT * FROM wf_run WHERE id=?1")
        bindCopy(statement, 1, id)
        return try readRun(statement)
    }

    public func run(number: Int64) throws(JournalError) -> RunRecord? {
        let statement = try statement(.runByNumber, "SELECT * FROM wf_run WHERE number=?1")
        bind(statement, 1, number)
        return try readRun(statement)
    }

    private func readRun(_ statement: OpaquePointer) throws(JournalError) -> RunRecord? {
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        var record = try decodeRun(statement)
        record.input = blob(statement, 14)
        record.result = blob(statement, 15)
        readOrigin(statement, 16, into: &record)
        record.config = blob(statement, 19)
        try readPace(statement, 20, into: &record)
        if record.originCheck != integer(statement, 12) || record.outcomeCheck != integer(statement, 13) {
            throw .corrupt(place: "run `\(record.id)`", detail: "the checksum does not match")
        }
        return record
    }

    /// Columns 0 to 11; input and result are left empty.
    private func decodeRun(_ statement: OpaquePointer) throws(JournalError) -> RunRecord {
        let id = text(statement, 1)
        guard let raw = UInt8(exactly: integer(statement, 5)), let status = RunStatus(rawValue: raw) else {
            throw .corrupt(place: "run `\(id)`", detail: "status \(integer(statement, 5))")
        }
        return RunRecord(
            number: integer(statement, 0), id: id, workflow: text(statement, 2), name: text(statement, 3),
            plan: blob(statement, 4), status: status, owner: integer(statement, 6),
            epoch: integer(statement, 7),
            created: integer(statement, 8), ended: integer(statement, 9), baseFolder: text(statement, 10),
            input: [], result: [], historyHead: integer(statement, 11))
    }

    private func readOrigin(_ statement: OpaquePointer, _ column: Int32, into record: inout RunRecord) {
        record.waits = text(statement, column)
        record.parent = integer(statement, column + 1)
        record.isAttached = integer(statement, column + 2) != 0
    }

    /// A run that is paused says its own number, so that no flipped bit pauses one.
    private func readPace(
        _ statement: OpaquePointer, _ column: Int32, into record: inout RunRecord
    ) throws(JournalError) {
        let paused = integer(statement, column)
        guard paused == 0 || paused == record.number else {
            sqlite3_reset(statement)
            throw .corrupt(place: "run `\(record.id)`", detail: "paused \(paused)")
        }
        record.isPaused = paused != 0
        record.due = integer(statement, column + 1)
    }

    public func runs(live: Bool, before: Int64?, limit: Int) throws(JournalError) -> [RunRecord] {
        var statement: OpaquePointer?
        let columns =
            "number,id,workflow,name,plan,status,owner,epoch,created,ended,base,history,waits,parent,attached,paused,due"
        let sql =
            "SELECT \(columns) FROM wf_run WHERE number < \(before ?? Int64.max)"
            + (live ? " AND status < 3" : "") + " ORDER BY number DESC LIMIT \(max(0, limit))"
        try connection.check(sqlite3_prepare_v2(connection.database, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard let statement else { return [] }
        var result: [RunRecord] = []
        while try connection.next(statement) {
            var record = try decodeRun(statement)
            readOrigin(statement, 12, into: &record)
            try readPace(statement, 15, into: &record)
            result.append(record)
        }
        return result
    }

    public func state(
        run: Int64, _ body: (Int64, UnsafeRawBufferPointer) -> Bool
    ) throws(JournalError) {
        let statement = try statement(.state, "SELECT id, bytes FROM wf_state WHERE run=?1 ORDER BY id")
        bind(statement, 1, run)
        while try connection.next(statement) {
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, 1), count: Int(sqlite3_column_bytes(statement, 1)))
            if !body(integer(statement, 0), bytes) {
                sqlite3_reset(statement)
                return
            }
        }
    }

    public func state(run: Int64, id: Int64) throws(JournalError) -> [UInt8]? {
        let statement = try statement(.stateRow, "SELECT bytes FROM wf_state WHERE id=?1 AND run=?2")
        bind(statement, 1, id)
        bind(statement, 2, run)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        return blob(statement, 0)
    }

    public func value(id: Int64) throws(JournalError) -> [UInt8]? {
        let statement = try statement(.value, "SELECT bytes, checksum FROM wf_value WHERE id=?1")
        bind(statement, 1, id)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        let bytes = blob(statement, 0)
        if Int64(bytes.withUnsafeBytes { checksum($0) }) != integer(statement, 1) {
            throw .corrupt(place: "value \(id)", detail: "the checksum does not match")
        }
        return bytes
    }

    public func history(id: Int64) throws(JournalError) -> HistoryRecord? {
        let statement = try statement(.historyById, "SELECT * FROM wf_history WHERE id=?1")
        bind(statement, 1, id)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        return HistoryRecord(
            id: id, previous: integer(statement, 1), run: integer(statement, 2), time: integer(statement, 3),
            bytes: blob(statement, 4))
    }

    public func logs(run: Int64, after: Int64, limit: Int) throws(JournalError) -> [LogRecord] {
        let statement = try statement(
            .logs, "SELECT * FROM wf_log WHERE run=?1 AND id>?2 ORDER BY id LIMIT ?3")
        bind(statement, 1, run)
        bind(statement, 2, after)
        bind(statement, 3, Int64(max(0, limit)))
        var result: [LogRecord] = []
        while try connection.next(statement) {
            guard let raw = UInt8(exactly: integer(statement, 4)), let stream = LogStream(rawValue: raw)
            else {
                sqlite3_reset(statement)
                throw .corrupt(place: "log row", detail: "an unknown stream")
            }
            result.append(
                LogRecord(
                    id: integer(statement, 0), run: run, step: text(statement, 2),
                    attempt: Int(integer(statement, 3)), stream: stream, time: integer(statement, 5),
                    bytes: blob(statement, 6)))
        }
        return result
    }

    public func owner(number: Int64) throws(JournalError) -> OwnerRecord? {
        let statement = try statement(.owner, "SELECT * FROM wf_owner WHERE number=?1")
        bind(statement, 1, number)
        guard try connection.next(statement) else { return nil }
        defer { sqlite3_reset(statement) }
        return OwnerRecord(
            number: number, processId: Int32(truncatingIfNeeded: integer(statement, 1)),
            bootId: text(statement, 2),
            token: UInt64(bitPattern: integer(statement, 3)), heartbeat: integer(statement, 4))
    }
}

extension RunRecord {
    /// Over what a run is born with, and never changes: everything but the owner, its epoch, and the outcome.
    var originCheck: Int64 {
        var bytes: [UInt8] = []
        for text in [id, workflow, name, baseFolder] {
            add(UInt64(text.utf8.count), to: &bytes)
            bytes += text.utf8
        }
        for number in [number, created, parent] { add(UInt64(bitPattern: number), to: &bytes) }
        bytes.append(isAttached ? 1 : 0)
        bytes += plan
        add(UInt64(input.count), to: &bytes)
        bytes += input
        bytes += config
        return Int64(bytes.withUnsafeBytes { checksum($0) })
    }

    /// Over what each update writes: status, end, the head of the history, what it waits for and until when, the result.
    var outcomeCheck: Int64 {
        var bytes: [UInt8] = [status.rawValue]
        for number in [ended, historyHead, status.isEnded ? 0 : due] {
            add(UInt64(bitPattern: number), to: &bytes)
        }
        add(UInt64(waits.utf8.count), to: &bytes)
        bytes += waits.utf8
        bytes += result
        return Int64(bytes.withUnsafeBytes { checksum($0) })
    }

    private func add(_ number: UInt64, to bytes: inout [UInt8]) {
        for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}
