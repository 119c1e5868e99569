// What a step asks of the journal's own database: one statement, in the same transaction as its result. Knows its
// outcomes; knows nothing of SQL.

/// A statement of a step.
public struct StatementRequest: Sendable {
    /// The run it belongs to, and the epoch in which its writer owns it.
    public var run: Int64
    public var epoch: Int64
    /// The arguments of the effect `sql`, encoded: the text, its values as `[Json]`, the dialect.
    public var arguments: [UInt8]
    /// Microseconds it may take.
    public var timeMax: Int

    public init(run: Int64, epoch: Int64, arguments: [UInt8], timeMax: Int) {
        self.run = run
        self.epoch = epoch
        self.arguments = arguments
        self.timeMax = timeMax
    }
}

/// What came of a statement.
public enum StatementOutcome: Equatable, Sendable {
    /// A `Rows` of the standard library, encoded.
    case success([UInt8])
    /// A kind, a message, and the database's code. Nothing of the statement is left.
    case failure(kind: String, message: String, code: Int?)
    /// The run belongs to somebody else; the statement was not run.
    case lost
}

/// Limits of statements, by name.
public enum StatementLimits {
    /// Microseconds that a statement may take when its step sets no timeout: no other turn is taken meanwhile.
    public static var timeMax: Int { 10_000_000 }
    /// Microseconds after which no further statement is begun in a turn: the rest wait for the next one, so that what
    /// else has happened is taken in between.
    public static var turnTimeMax: Int { 200_000 }
    /// Bytes of a result.
    public static var resultBytesMax: Int { 64 << 20 }
    /// Prepared statements that are kept.
    public static var keptMax: Int { 64 }
}
