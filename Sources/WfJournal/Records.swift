// The rows of a journal as values: runs, live state, history, logs, owners. Knows nothing of how a journal
// stores them, nor what the bytes of state and history mean (the engine encodes and reads those).

/// How far a run has come. The raw value is the journal format: append only, never renumber.
public enum RunStatus: UInt8, Sendable, CaseIterable {
    case running = 1
    /// Somebody asked to cancel it; it ends when what it started has stopped.
    case cancelling = 2
    case done = 3
    case failed = 4
    case cancelled = 5

    public var isEnded: Bool {
        switch self {
        case .running, .cancelling: return false
        case .done, .failed, .cancelled: return true
        }
    }

    /// `running`, `done`, …
    public var word: String { "\(self)" }
}

/// One run, as its row says.
public struct RunRecord: Equatable, Sendable {
    /// The journal's own number; unique in the journal.
    public var number: Int64
    /// What people type: `r` and ten characters.
    public var id: String
    public var workflow: String
    /// A name given by the user, or empty.
    public var name: String
    /// SHA-256 of the plan.
    public var plan: [UInt8]
    public var status: RunStatus
    /// The process that runs it (`OwnerRecord.number`), or 0.
    public var owner: Int64
    /// Grows whenever the run changes hands.
    public var epoch: Int64
    /// Microseconds since 1970; `ended` is 0 while the run is live.
    public var created: Int64
    public var ended: Int64
    /// The folder that relative paths start from.
    public var baseFolder: String
    /// The workflow's arguments: its parameters' encodings, one after another.
    public var input: [UInt8]
    /// Ended: the encoded value (done) or the encoded failure (failed, cancelled); the engine reads it.
    public var result: [UInt8]
    /// The last history row, where the writer knew it (0 while the run is live: see `Journal.history`).
    public var historyHead: Int64
    /// An ended run whose live state stays, so that it can go on; not stored itself.
    public var keepsState = false
    /// What it waits for, where nothing else is left to do: `signal paid`; else empty.
    public var waits = ""
    /// The run that started it (`spawn`), or 0; and whether it ends with that.
    public var parent: Int64 = 0
    public var isAttached = false
    /// What `config` was given when it started, by name: `count | (name | type's encoding as a String's)…`.
    public var config: [UInt8] = []
    /// Nothing of it begins until somebody says so.
    public var isPaused = false
    /// Where all that it does is wait: when it goes on by itself at the latest, microseconds since 1970
    /// (`Int64.max`: never); else 0. Of a failed run that could go on: until when its state is kept.
    public var due: Int64 = 0

    public init(
        number: Int64, id: String, workflow: String, name: String, plan: [UInt8], status: RunStatus,
        owner: Int64,
        epoch: Int64, created: Int64, ended: Int64 = 0, baseFolder: String, input: [UInt8],
        result: [UInt8] = [],
        historyHead: Int64 = 0
    ) {
        self.number = number
        self.id = id
        self.workflow = workflow
        self.name = name
        self.plan = plan
        self.status = status
        self.owner = owner
        self.epoch = epoch
        self.created = created
        self.ended = ended
        self.baseFolder = baseFolder
        self.input = input
        self.result = result
        self.historyHead = historyHead
    }
}

/// A piece of a run's live state: a page of a scope, or a fan-out's result. Journals keep the bytes.
public struct StateRecord: Equatable, Sendable {
    public var id: Int64
    public var bytes: [UInt8]
    public init(id: Int64, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}

/// What one transaction did to one run, for people.
public struct HistoryRecord: Equatable, Sendable {
    public var id: Int64
    /// The run's row before this one, or 0.
    public var previous: Int64
    public var run: Int64
    /// Microseconds since 1970.
    public var time: Int64
    public var bytes: [UInt8]
    public init(id: Int64, previous: Int64, run: Int64, time: Int64, bytes: [UInt8]) {
        self.id = id
        self.previous = previous
        self.run = run
        self.time = time
        self.bytes = bytes
    }
}

/// Where a line of a log came from.
public enum LogStream: UInt8, Sendable {
    case output = 1
    case error = 2
    /// A note of the engine or of a door ("output was not UTF-8", "cut after 1 MiB").
    case note = 3
}

/// A stretch of what a step wrote.
public struct LogRecord: Equatable, Sendable {
    public var id: Int64
    public var run: Int64
    /// `build[2]/compile`
    public var step: String
    public var attempt: Int
    public var stream: LogStream
    /// Microseconds since 1970.
    public var time: Int64
    public var bytes: [UInt8]
    public init(
        id: Int64, run: Int64, step: String, attempt: Int, stream: LogStream, time: Int64, bytes: [UInt8]
    ) {
        self.id = id
        self.run = run
        self.step = step
        self.attempt = attempt
        self.stream = stream
        self.time = time
        self.bytes = bytes
    }
}

/// A process that runs runs.
public struct OwnerRecord: Equatable, Sendable {
    public var number: Int64
    public var processId: Int32
    /// The kernel's boot id, so that a process id of an earlier boot is not mistaken for a live one.
    public var bootId: String
    /// Random, so that a process id that was used again is not mistaken either.
    public var token: UInt64
    /// Microseconds of the boot clock at the last sign of life.
    public var heartbeat: Int64
    public init(number: Int64, processId: Int32, bootId: String, token: UInt64, heartbeat: Int64) {
        self.number = number
        self.processId = processId
        self.bootId = bootId
        self.token = token
        self.heartbeat = heartbeat
    }
}
