// One SQLite connection and its prepared statements, with SQLite's codes translated to the journal's errors.
// Knows no table.

import CSQLite
import Glibc
import WfJournal

/// A connection. Statements are prepared on first use and kept.
final class Connection {
    let path: String
    private(set) var database: OpaquePointer
    private var statements: [OpaquePointer?]

    /// - Parameters:
    ///   - isFixed: the file cannot change as long as it is read, and is read without locks and log.
    ///   - statementCount: how many statement numbers will be used.
    init(path: String, flags: Int32, isFixed: Bool = false, statementCount: Int) throws(JournalError) {
        self.path = path
        var handle: OpaquePointer?
        let flags = flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code =
            isFixed
            ? sqlite3_open_v2(Connection.fixedName(path), &handle, flags | SQLITE_OPEN_URI, nil)
            : sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle, code == SQLITE_OK else {
            let error = Connection.translate(code, handle, path)
            sqlite3_close_v2(handle)
            throw error
        }
        database = handle
        statements = Array(repeating: nil, count: statementCount)
        sqlite3_busy_handler(handle, { _, tries in Connection.pause(tries) ? 1 : 0 }, nil)
        _ = wf_sqlite_keep_log_on_close(handle)
    }

    /// Waits for another connection; false, at once, when that has been done for five seconds. SQLite's own waiting grows to
    /// 0.1 s, and misses the gaps of a process that commits without a pause.
    private static func pause(_ tries: Int32) -> Bool {
        if tries >= 2_500 { return false }
        usleep(tries < 20 ? 200 : 2_000)
        return true
    }

    /// https://www.sqlite.org/uri.html
    private static func fixedName(_ path: String) -> String {
        var name = "file:"
        for character in path {
            switch character {
            case "%": name += "%25"
            case "?": name += "%3F"
            case "#": name += "%23"
            default: name.append(character)
            }
        }
        return name + "?immutable=1"
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        sqlite3_close_v2(database)
    }

    /// Runs SQL that yields nothing of interest.
    func execute(_ sql: String) throws(JournalError) {
        try check(sqlite3_exec(database, sql, nil, nil, nil))
    }

    /// Has the journal write its changes to a log. SQLite does not wait for others that ask for the same thing.
    func useLog() throws(JournalError) {
        var tries: Int32 = 0
        while true {
            let code = sqlite3_exec(database, "PRAGMA journal_mode=WAL", nil, nil, nil)
            if code & 0xFF != SQLITE_BUSY || !Connection.pause(tries) { return try check(code) }
            tries += 1
        }
    }

    /// The first column of the first row, as a whole number.
    func integer(_ sql: String) throws(JournalError) -> Int64 {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(database, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return sqlite3_column_int64(statement, 0) }
        if code == SQLITE_DONE { return 0 }
        throw error(code)
    }

    /// The statement with this number, reset and ready to bind.
    @inline(__always)
    func statement(_ number: Int, _ sql: StaticString) throws(JournalError) -> OpaquePointer {
        if let known = statements[number] { return known }
        return try prepare(number, sql)
    }

    @inline(never)
    private func prepare(_ number: Int, _ sql: StaticString) throws(JournalError) -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(
            database, UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self),
            Int32(sql.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard let statement, code == SQLITE_OK else { throw error(code) }
        statements[number] = statement
        return statement
    }

    /// Runs a bound statement that yields no row.
    @inline(__always)
    func run(_ statement: OpaquePointer) throws(JournalError) {
        let code = sqlite3_step(statement)
        sqlite3_reset(statement)
        if _slowPath(code != SQLITE_DONE && code != SQLITE_ROW) { throw error(code) }
    }

    /// Steps a bound statement; false at the end, after which it is reset.
    func next(_ statement: OpaquePointer) throws(JournalError) -> Bool {
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        sqlite3_reset(statement)
        if code == SQLITE_DONE { return false }
        throw error(code)
    }

    func check(_ code: Int32) throws(JournalError) {
        if code != SQLITE_OK { throw error(code) }
    }

    func error(_ code: Int32) -> JournalError { Connection.translate(code, database, path) }

    private static func translate(_ code: Int32, _ database: OpaquePointer?, _ path: String) -> JournalError {
        let system = sqlite3_system_errno(database)
        let message = sqlite3_errmsg(database).map { String(cString: $0) } ?? "code \(code)"
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path)
        case SQLITE_READONLY, SQLITE_PERM: return .readOnly(path: path)
        case SQLITE_FULL: return .diskFull(path: path)
        case SQLITE_NOTADB: return .notAJournal(path: path, found: "a file that is not a SQLite database")
        case SQLITE_CORRUPT: return .corrupt(place: "the database file `\(path)`", detail: message)
        case SQLITE_CANTOPEN:
            if system == EACCES || system == EROFS || system == EPERM { return .readOnly(path: path) }
            return .io(path: path, detail: system == 0 ? message : String(cString: strerror(system)))
        case SQLITE_IOERR:
            if system == ENOSPC || system == EDQUOT { return .diskFull(path: path) }
            // SQLITE_IOERR_SHORT_READ, a macro that Swift does not import
            if code == SQLITE_IOERR | (2 << 8) {
                return .corrupt(place: "the database file `\(path)`", detail: message)
            }
            return .io(
                path: path, detail: system == 0 ? message : "\(message): \(String(cString: strerror(system)))"
            )
        case SQLITE_ERROR where message.hasPrefix("no such"):
            return .corrupt(place: "the schema of `\(path)`", detail: message)
        default: return .io(path: path, detail: message)
        }
    }
}

// Binding: columns count from 1, blobs are bound where they lie and must outlive the step.

@inline(__always)
func bind(_ statement: OpaquePointer, _ column: Int32, _ value: Int64) {
    sqlite3_bind_int64(statement, column, value)
}

@inline(__always)
func bind(_ statement: OpaquePointer, _ column: Int32, _ bytes: UnsafeRawBufferPointer) {
    if let start = bytes.baseAddress, bytes.count > 0 {
        sqlite3_bind_blob64(statement, column, start, UInt64(bytes.count), nil)
    } else {
        sqlite3_bind_zeroblob(statement, column, 0)
    }
}

/// Binds a copy; for rare columns.
func bindCopy(_ statement: OpaquePointer, _ column: Int32, _ bytes: [UInt8]) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    bytes.withUnsafeBytes { buffer in
        if let start = buffer.baseAddress, buffer.count > 0 {
            _ = sqlite3_bind_blob64(statement, column, start, UInt64(buffer.count), transient)
        } else {
            _ = sqlite3_bind_zeroblob(statement, column, 0)
        }
    }
}

func bindCopy(_ statement: OpaquePointer, _ column: Int32, _ text: String) {
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    var text = text
    text.withUTF8 { buffer in
        if let start = buffer.baseAddress, buffer.count > 0 {
            _ = start.withMemoryRebound(to: CChar.self, capacity: buffer.count) {
                sqlite3_bind_text(statement, column, $0, Int32(buffer.count), transient)
            }
        } else {
            _ = sqlite3_bind_text(statement, column, "", 0, transient)
        }
    }
}

/// A copy of a blob column.
func blob(_ statement: OpaquePointer, _ column: Int32) -> [UInt8] {
    let count = Int(sqlite3_column_bytes(statement, column))
    guard let start = sqlite3_column_blob(statement, column), count > 0 else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
}

func text(_ statement: OpaquePointer, _ column: Int32) -> String {
    let count = Int(sqlite3_column_bytes(statement, column))
    guard let start = sqlite3_column_text(statement, column), count > 0 else { return "" }
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
}

@inline(__always)
func integer(_ statement: OpaquePointer, _ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
