// Runs that only wait: which are due, and taking over those of owners that are gone, in one statement.

import CSQLite
public import WfJournal

extension SQLiteJournal {
    public func due(owner: Int64, until: Int64, limit: Int) throws(JournalError) -> [Int64] {
        let statement = try statement(
            .dueRuns,
            """
            SELECT number FROM wf_run INDEXED BY wf_run_due
            WHERE owner=?1 AND due>0 AND due<=?2 AND status < 3 ORDER BY due, number LIMIT ?3
            """)
        bind(statement, 1, owner)
        bind(statement, 2, until)
        bind(statement, 3, Int64(max(0, limit)))
        var result: [Int64] = []
        while try connection.next(statement) { result.append(integer(statement, 0)) }
        return result
    }

    public func waiting(owner: Int64) throws(JournalError) -> (count: Int, first: Int64) {
        let statement = try statement(
            .waitingRuns,
            """
            SELECT count(*), coalesce(min(due), 9223372036854775807) FROM wf_run INDEXED BY wf_run_due
            WHERE owner=?1 AND due>0 AND status < 3
            """)
        bind(statement, 1, owner)
        defer { sqlite3_reset(statement) }
        guard try connection.next(statement) else { return (0, Int64.max) }
        return (Int(integer(statement, 0)), integer(statement, 1))
    }

    public func waitingOwners() throws(JournalError) -> [Int64] {
        let statement = try statement(
            .waitingOwners,
            "SELECT DISTINCT owner FROM wf_run INDEXED BY wf_run_due WHERE due>0 AND status < 3")
        var result: [Int64] = []
        while try connection.next(statement) { result.append(integer(statement, 0)) }
        return result
    }

    public func adopt(owners: [Int64], after: Int64, session: Session) throws(JournalError) -> [[UInt8]] {
        try transaction { () throws(JournalError) in
            for owner in owners {
                try connection.execute(
                    """
                    UPDATE wf_run SET owner=\(session.owner), epoch=epoch+1
                    WHERE owner=\(owner) AND due>\(after) AND due>0 AND status=1 AND status < 3 AND paused=0
                    """)
                try dropIfUnused(owner: owner)
            }
            var plans: [[UInt8]] = []
            let statement = try statement(
                .waitingPlans,
                """
                SELECT DISTINCT plan FROM wf_run INDEXED BY wf_run_due
                WHERE owner=?1 AND due>0 AND status < 3
                """)
            bind(statement, 1, session.owner)
            while try connection.next(statement) { plans.append(blob(statement, 0)) }
            return plans
        }
    }

    public func giveBack(run: Int64, session: Session) throws(JournalError) {
        try beginOnce()
        try connection.execute(
            "UPDATE wf_run SET owner=0 WHERE number=\(run) AND owner=\(session.owner)")
    }

    /// An owner's row goes with its last live run, and what it holds of what runs share with it.
    func dropIfUnused(owner: Int64) throws(JournalError) {
        try connection.execute(
            "DELETE FROM wf_owner WHERE number=\(owner) AND NOT EXISTS"
                + "(SELECT 1 FROM wf_run WHERE status < 3 AND owner=\(owner));"
                + "DELETE FROM wf_resource WHERE owner=\(owner) AND NOT EXISTS"
                + "(SELECT 1 FROM wf_owner WHERE number=\(owner))")
    }
}
