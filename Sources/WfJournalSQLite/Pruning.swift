// Removing runs that have ended. `wf_history` and `wf_value` have no index by run, since their hot path is to append: they
// are swept by their ids. docs/journal-format.md says in what order, and why that is safe.

import CSQLite
public import WfJournal

extension SQLiteJournal {
    private static let prunable =
        "FROM wf_run WHERE status >= 3 AND ended < ?1 AND NOT EXISTS"
        + " (SELECT 1 FROM wf_run AS live WHERE live.number = wf_run.parent AND live.status < 3)"

    public func prunable(endedBefore time: Int64) throws(JournalError) -> Int {
        try numbers("SELECT count(*) " + SQLiteJournal.prunable, time, 0).first.map { Int($0) } ?? 0
    }

    public func prune(endedBefore time: Int64, limit: Int) throws(JournalError) -> Int {
        try transaction { () throws(JournalError) in
            let runs = try numbers(
                "SELECT number " + SQLiteJournal.prunable + " ORDER BY number LIMIT ?2", time, Int64(limit))
            if runs.isEmpty { return 0 }
            let list = runs.map { String($0) }.joined(separator: ",")
            for table in ["wf_state", "wf_log", "wf_request", "wf_item"] {
                try connection.execute("DELETE FROM \(table) WHERE run IN (\(list))")
            }
            try connection.execute("DELETE FROM wf_run WHERE number IN (\(list))")
            try connection.execute("DELETE FROM wf_plan WHERE hash NOT IN (SELECT plan FROM wf_run)")
            return runs.count
        }
    }

    public func sweep(
        _ part: PrunedPart, after: Int64, limit: Int
    ) throws(JournalError) -> Int64? {
        let table = part == .history ? "wf_history" : "wf_value"
        return try transaction { () throws(JournalError) in
            let stretch = "SELECT id FROM \(table) WHERE id > ?1 ORDER BY id LIMIT ?2"
            let last = try numbers("SELECT coalesce(max(id), 0) FROM (\(stretch))", after, Int64(limit))
            guard let last = last.first, last > after else { return nil }
            try connection.execute(
                "DELETE FROM \(table) WHERE id > \(after) AND id <= \(last)"
                    + " AND run NOT IN (SELECT number FROM wf_run)")
            return last
        }
    }

    /// The first column of what a query yields.
    private func numbers(_ sql: String, _ first: Int64, _ second: Int64) throws(JournalError) -> [Int64] {
        var statement: OpaquePointer?
        try connection.check(sqlite3_prepare_v2(connection.database, sql, -1, &statement, nil))
        defer { sqlite3_finalize(statement) }
        guard let statement else { return [] }
        bind(statement, 1, first)
        if sqlite3_bind_parameter_count(statement) > 1 { bind(statement, 2, second) }
        var result: [Int64] = []
        while try connection.next(statement) { result.append(integer(statement, 0)) }
        return result
    }
}
