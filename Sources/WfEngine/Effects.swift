// The contract between the engine and the doors: what an effect is asked for, and what came of it. Knows
// nothing of how an effect is done, nor of threads.

public import WfPlan
public import WfValue

/// An instant on both clocks, given by the driver with every turn.
public struct Moment: Equatable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public var wall: Int64
    /// Microseconds since boot, counting sleep (CLOCK_BOOTTIME).
    public var boot: Int64
    public init(wall: Int64, boot: Int64) {
        self.wall = wall
        self.boot = boot
    }
}

/// One attempt at an effect, within this process.
public struct AttemptId: Hashable, Sendable {
    public let raw: UInt64
    public init(raw: UInt64) { self.raw = raw }
}

/// A run's name, as people type it.
public struct RunId: Hashable, Sendable, CustomStringConvertible {
    public let text: String
    public init(_ text: String) { self.text = text }
    public var description: String { text }
}

/// An effect to be started. Its start record is durable.
public struct EffectRequest: Sendable {
    public let attempt: AttemptId
    /// Qualified name, for example `file.read`.
    public let effect: String
    /// The arguments: their encodings, one after another, of `argumentTypes`.
    public var arguments: [UInt8]
    public let argumentTypes: [TypeId]
    public let resultType: TypeId
    public let plan: Plan
    /// Idempotency key: the same for every attempt at this step, also after a resume.
    public let key: String
    public let run: RunId
    /// The folder that relative paths start from.
    public let baseFolder: String
    /// `build[2]/compile`
    public let stepPath: String
    /// From 1.
    public let attemptNumber: Int
    /// The fan-out this is an item of, or 0; see `Turn.effectsPrepared`.
    public let group: UInt64
    /// How many items of `group` may be under way; 0 without one.
    public let groupLimit: Int
    /// The effect's number in the plan; nil: the action is asked for as a whole, and arguments and result are its.
    public let effectNumber: Int?
    /// The action that calls the effect, or nil.
    public let action: UInt32?
}

/// Why an attempt failed.
public struct EffectFailure: Equatable, Sendable {
    /// `timeout`, `exit`, `http`, `decode`, `io`, …
    public var kind: String
    public var message: String
    /// Exit status or HTTP status, for filters such as `retry 3 on exit(75)`.
    public var code: Int?
    /// More about it, in the binary encoding of `Json`.
    public var data: [UInt8]?
    public init(kind: String, message: String, code: Int? = nil, data: [UInt8]? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
        self.data = data
    }
}

/// What came of an attempt.
public enum EffectOutcome: Equatable, Sendable {
    /// The result in the binary encoding of the effect's result type; checked before it is recorded.
    case success([UInt8])
    case failure(EffectFailure)
    /// Nobody knows whether it happened; the step is tried again with the same key.
    case unknown(String)
}

/// A failed step or run, as `Error` in the language, with the place in the source.
public struct Failure: Equatable, Sendable {
    public var kind: String
    public var message: String
    /// The path of the step that failed first, or empty.
    public var step: String
    public var attempts: Int
    public var code: Int?
    /// In the binary encoding of `Json`; nil reads as null.
    public var data: [UInt8]?
    public var span: SpanRow
    /// Later failures of the same block, at most `EngineLimits.attachedFailuresMax`.
    public var attached: [Failure]
    /// The failure of a run: how many steps were undone.
    public var undone = 0
    /// How many could not be, and why (the first `EngineLimits.attachedFailuresMax`).
    public var notUndoneCount = 0
    public var notUndone: [Failure] = []
    public init(
        kind: String, message: String, step: String = "", attempts: Int = 0, code: Int? = nil,
        data: [UInt8]? = nil,
        span: SpanRow = .none, attached: [Failure] = []
    ) {
        self.kind = kind
        self.message = message
        self.step = step
        self.attempts = attempts
        self.code = code
        self.data = data
        self.span = span
        self.attached = attached
    }
}

/// How a run ended.
public enum RunEnd: Equatable, Sendable {
    /// The value in the binary encoding of the workflow's result type.
    case done([UInt8])
    case failed(Failure)
    case cancelled
}

/// A run that ended in this turn; durable.
public struct EndedRun: Sendable {
    public let run: RunId
    public let plan: Plan
    public let resultType: TypeId
    public let end: RunEnd
}

/// A prepared effect that is to be started, and the fan-out that it is an item of.
public struct PreparedStart: Sendable {
    public let attempt: AttemptId
    public let group: UInt64
    public init(attempt: AttemptId, group: UInt64) {
        self.attempt = attempt
        self.group = group
    }
}

/// What the driver has to do after a turn. Everything it speaks of is durable.
public struct Turn {
    public var effectsToStart: [EffectRequest] = []
    /// Effects to be kept until there is a place for them. When an attempt of the same `group` has succeeded, the
    /// driver starts the first that it keeps and calls `began` for it, then `complete` for the other. None unless
    /// `Engine.opensAhead`.
    public var effectsPrepared: [EffectRequest] = []
    /// Effects of these that are to be started now; for one that has been by then, see `PreparedEffects.start`.
    public var preparedToStart: [PreparedStart] = []
    /// Effects of these that are not to be started; for those that have not been, the driver calls `complete` with a
    /// failure of kind `cancelled`.
    public var preparedToKeep: [AttemptId] = []
    /// Attempts to stop; the driver still calls `complete` for each when it has stopped.
    public var attemptsToCancel: [AttemptId] = []
    public var endedRuns: [EndedRun] = []
    /// Runs that another process has taken over: their attempts are in `attemptsToCancel`, need no
    /// `complete`.
    public var lostRuns: [RunId] = []
    /// Runs that a run of this engine waits for and that nobody may be running: to be resumed, if so.
    public var wantedRuns: [RunId] = []
    /// Runs that steps have started; durable.
    public var spawnedRuns: [(run: RunId, plan: Plan)] = []
    /// Runs that only wait and have left memory, and those that have come back.
    public var evictedRuns: [RunId] = []
    public var loadedRuns: [(run: RunId, plan: Plan)] = []
    /// Runs that could not come back; nobody runs them any more.
    public var unusableRuns: [(run: RunId, error: EngineError)] = []
    /// When to call `turn` next at the latest (wall clock, microseconds), even if nothing is completed; at or
    /// before now: at once. Nil: only after a `complete`, `start`, `resume`, `cancel`.
    public var nextWake: Int64?
    /// What happened, for a live view; empty unless `EngineOptions.observes`.
    public var events: [RunEvent] = []
    /// Attempts at effects that began; empty unless `EngineOptions.simulation` is set.
    public var calls: [NotedCall] = []
    /// Failures that nodes have yielded instead of failing, with the number of their scope.
    public var caught: [(scope: Int, failure: Failure)] = []
    /// Whether a transaction was committed.
    public var committed = false
    public init() {}
}

extension Failure {
    /// The failure of a run with what came of its compensation.
    func with(_ summary: UndoSummary) -> Failure {
        var failure = self
        failure.undone = summary.undone
        failure.notUndoneCount = summary.notUndoneCount
        failure.notUndone = summary.notUndone
        return failure
    }
}
