// The rows of a journal's tables, byte for byte, as text to be compared. Left out is what differs from run to run: clocks,
// process numbers, tokens, checksums (they cover clocks), and the ids of runs. Knows the tables by what the file says.
import CSQLite

/// Every row of every table of a journal, in order of table and key.
func journalRows(_ path: String) throws(SubprocessError) -> [String] {
    var handle: OpaquePointer?
    defer { sqlite3_close_v2(handle) }
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
        throw SubprocessError(description: "\(path) cannot be opened")
    }
    func texts(_ sql: String) throws(SubprocessError) -> [String] {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
            throw SubprocessError(description: "\(sql): \(String(cString: sqlite3_errmsg(handle)))")
        }
        var rows: [String] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
        }
        return rows
    }
    let ids = try texts("SELECT id FROM wf_run")
    var rows: [String] = []
    for table in try texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'wf\\_%' ESCAPE '\\'"
    )
    .sorted() where table != "wf_owner" && table != "wf_migration" {
        let columns = try texts("SELECT name FROM pragma_table_info('\(table)')").filter { name in
            !["time", "created", "ended", "due", "held", "base"].contains(name) && !name.hasSuffix("check")
                && name != "checksum"
        }
        let values = columns.map { "'\($0)=' || quote(\($0))" }.joined(separator: " || ' ' || ")
        for row in try texts("SELECT \(values) FROM \(table) ORDER BY 1") {
            var row = row
            for id in ids {
                row = row.replacing(id, with: "RUN").replacing(hex(id), with: hex("RUN"))
            }
            rows.append("\(table) \(row)")
        }
    }
    return rows
}

private func hex(_ text: String) -> String {
    text.utf8.map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
    }.joined()
}

/// The first column of what a query yields, as text.
public func databaseTexts(_ path: String, _ sql: String) throws(SubprocessError) -> [String] {
    var handle: OpaquePointer?
    defer { sqlite3_close_v2(handle) }
    guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else {
        throw SubprocessError(description: "\(path) cannot be opened")
    }
    sqlite3_busy_timeout(handle, 10_000)
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else {
        throw SubprocessError(description: "\(sql): \(String(cString: sqlite3_errmsg(handle)))")
    }
    var rows: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
        rows.append(sqlite3_column_text(statement, 0).map { String(cString: $0) } ?? "")
    }
    return rows
}
