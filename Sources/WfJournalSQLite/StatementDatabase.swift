// A database for statements alone, in memory: what a test that says `real sql` works on. Knows no run and no journal.
import CSQLite
public import WfJournal

/// Runs statements as the journal's own database does, each in a transaction of its own.
public final class StatementDatabase {
    private let steps: StepStatements

    /// An empty database that is gone with this object.
    public init() throws(JournalError) {
        let connection = try Connection(
            path: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, statementCount: 0)
        steps = try StepStatements(connection)
    }

    /// - Parameter arguments: of the effect `sql`, encoded.
    public func run(arguments: [UInt8]) throws(JournalError) -> StatementOutcome {
        try steps.run(
            StatementRequest(run: 0, epoch: 0, arguments: arguments, timeMax: StatementLimits.timeMax))
    }
}
