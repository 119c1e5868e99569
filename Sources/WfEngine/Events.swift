// What happened to a run, as people read it: the one vocabulary of live view, `show` and history. Knows
// nothing of how events are stored (Changes.swift writes them, History.swift reads them).

/// Something that happened to a run.
public struct RunEvent: Sendable {
    /// The raw value is the journal format: append only, never renumber.
    public enum Kind: UInt8, Sendable, CaseIterable {
        case runStarted = 1, runResumed, runCancelling, runDone, runFailed, runCancelled
        case scopeOpened, scopeClosed
        /// An attempt began; `attempt` counts from 1.
        case nodeStarted
        /// The node yields a value.
        case nodeEnded
        case nodeSkipped
        /// An attempt failed and there will be another, at `dueTime`.
        case nodeRetrying
        /// The node has finally failed.
        case nodeFailed
        case nodeCancelled
        /// A wait began that ends at `dueTime`.
        case nodeSleeping
        /// The step's `else` takes over.
        case nodeElse
        /// A wait for somebody began; `what` says for what.
        case nodeWaiting = 40
        /// The block of a `try` failed; a catch takes over.
        case nodeCaught = 30
        /// A scope failed or was stopped, and what it did is being undone; `total` says how many steps.
        case scopeUndoing = 31
        /// A step could not be undone.
        case undoFailed = 32
        /// Nobody knows what came of an attempt at a step that is done at most once.
        case nodeUnresolved = 33
        /// A node of a flow is begun again; `total` says for which time.
        case nodeAgain = 34
        /// The node takes the result of an equal call, which was made at `dueTime`.
        case nodeCached = 50
        /// Nothing of the run begins until it is unpaused.
        case runPaused = 51
        case runUnpaused = 52

        /// Whether the event carries a failure.
        var hasFailure: Bool {
            switch self {
            case .nodeRetrying, .nodeFailed, .runFailed, .nodeCaught, .undoFailed, .nodeUnresolved:
                return true
            case .runStarted, .runResumed, .runCancelling, .runDone, .runCancelled, .scopeOpened,
                .scopeClosed, .nodeStarted, .nodeEnded, .nodeSkipped, .nodeCancelled, .nodeSleeping,
                .nodeElse, .nodeWaiting, .scopeUndoing, .nodeAgain, .nodeCached, .runPaused, .runUnpaused:
                return false
            }
        }
    }
    public var kind: Kind
    public var run: RunId
    /// Microseconds since 1970.
    public var time: Int64
    /// Number of the scope within the run (1 is the root), and the node within the plan (nil for run events).
    public var scope: Int
    public var node: Int?
    /// `build[2]/compile`, or empty for the run.
    public var path: String
    public var attempt: Int
    public var dueTime: Int64
    public var failure: Failure?
    /// `nodeEnded`, `runDone`: the encoded value where it is small enough to be kept here.
    public var value: [UInt8]?
    /// `nodeEnded`: id of the large value in the journal, or 0.
    public var valueId: Int64
    /// `scopeOpened`, as read from history: the scope around it.
    public var parentScope: Int?
    /// `scopeOpened`: total items of a fan-out in progress, else 0. `scopeOpened` carries item or turn in
    /// `attempt`.
    public var total: Int
    /// `scopeOpened`: the block of the plan, and the node of the plan that it belongs to; -1 for none.
    public var block = -1
    public var owner = -1
    /// `nodeWaiting`: `signal paid`, `approval by manager`, `run r1234567890`.
    public var what: String

    public init(
        kind: Kind, run: RunId, time: Int64, scope: Int = 0, node: Int? = nil, path: String = "",
        attempt: Int = 0,
        dueTime: Int64 = 0, failure: Failure? = nil, value: [UInt8]? = nil, valueId: Int64 = 0,
        total: Int = 0,
        what: String = ""
    ) {
        self.kind = kind
        self.run = run
        self.time = time
        self.scope = scope
        self.node = node
        self.path = path
        self.attempt = attempt
        self.dueTime = dueTime
        self.failure = failure
        self.value = value
        self.valueId = valueId
        self.total = total
        self.what = what
    }
}
