// A run in memory: the tree of scopes, each with the status of its nodes and the values still needed. Plain
// state; what changes it stands in Changes.swift.

import WfJournal
import WfPlan
import WfValue

/// How far a node has come. The raw value is the journal format: append only, never renumber; at most 16.
enum NodeStatus: UInt8 {
    /// Something it needs has not ended, or it is ready and has not begun.
    case waiting = 0
    /// An attempt at its effect is under way.
    case running = 1
    /// It waits for a time of its own.
    case sleeping = 2
    /// An attempt failed; it waits for the next.
    case pausing = 3
    /// Scopes of it are open.
    case open = 4
    case ended = 5
    case skipped = 6
    case failed = 7
    case cancelled = 8
    /// Nobody knows what came of its attempt, and it must not be repeated: it waits for a person.
    case unresolved = 12
    /// It waits for somebody: a signal, a person, a worker, another run.
    case listening = 9
    /// It waits for a place in a pool, or until a rate lets it begin.
    case queued = 10

    var isTerminal: Bool {
        switch self {
        case .ended, .skipped, .failed, .cancelled: return true
        case .waiting, .running, .sleeping, .pausing, .open, .listening, .queued, .unresolved: return false
        }
    }

    /// Whether an attempt outlives the process: its timeout goes on counting, and is stored.
    var keepsTimeout: Bool { self == .open || self == .sleeping || self == .listening }

    /// Whether it has begun and nothing of it goes on: it waits for a time or for somebody.
    var isWait: Bool {
        switch self {
        case .sleeping, .pausing, .listening, .queued, .unresolved: return true
        case .waiting, .running, .open, .ended, .skipped, .failed, .cancelled: return false
        }
    }
}

/// Whether a scope still begins nodes. The raw value is the journal format.
enum ScopePhase: UInt8 {
    case open = 0
    /// A node failed; the others are being stopped.
    case failing = 1
    /// It was asked to stop from outside.
    case cancelling = 2
    case closed = 3
    /// All in it has stopped; what it did is being undone.
    case undoing = 4
}

/// The step itself, or its `else`. The raw value is the journal format.
enum NodeRole: UInt8 {
    case main = 0
    case otherwise = 1
    /// A scope that undoes a step.
    case undo = 2
}

/// A value in its encoding, and its row in the journal if it is large.
struct SlotValue {
    var bytes: [UInt8]
    var row: Int64
}

/// What is known of a node between its beginning and its end. Nodes whose effect ends in the next turn have
/// none.
final class LiveNode {
    let scope: Scope
    /// Relative to the block.
    let node: Int
    var role = NodeRole.main
    /// Attempts begun, and how many of them failed or ended nobody knows how.
    var attempt = 0
    var failures = 0
    var unknowns = 0
    /// Attempts as a failure counts them: without those that an interruption has cut short.
    var counted = 0
    /// The attempt that the driver has, or 0.
    var attemptId: UInt64 = 0
    /// Microseconds since 1970; 0: none.
    var deadlineAt: Int64 = 0
    var dueAt: Int64 = 0
    /// Grows when timers set before are no longer meant.
    var serial: UInt32 = 0
    var isStopping = false
    /// The driver has been asked, so that what it reports may come of that.
    var wasToldToStop = false
    var isTimedOut = false
    var isExpired = false
    var isDone = false
    /// Prepared, and the driver has been asked not to start it.
    var isKeptBack = false
    var lastFailure: Failure?
    var listening = Listening()
    /// Of a call with `pool`, `rate`, `breaker` or `cache`.
    var gate: Gate?
    /// The open scope of a workflow, block, branch or loop.
    var child: Scope?
    var fan: Fan?
    var logBytes = 0

    init(scope: Scope, node: Int) {
        self.scope = scope
        self.node = node
    }

    /// Counts an attempt that is about to begin.
    func begin(_ role: NodeRole) {
        self.role = role
        attempt += 1
        counted = failures + unknowns + 1
        serial &+= 1
        isTimedOut = false
        isStopping = false
        wasToldToStop = false
        dueAt = 0
    }
}

/// A fan-out in progress.
final class Fan {
    let list: [UInt8]
    /// Where each element of `list` starts, and where the last ends.
    let starts: [Int]
    let limit: Int
    /// Results that are in memory, and their bytes that the journal has, too.
    var results: [[UInt8]?]
    var residentBytes = 0
    /// State rows of results, by index; 0: not written yet.
    var rows: [Int64]
    var next = 0
    var doneCount = 0
    var children: [Int: Scope] = [:]
    /// Items whose effects are prepared and have not begun, first come first served.
    var ahead: [Int] = []
    /// Names the fan-out to the driver; 0: not yet.
    var group: UInt64 = 0
    var failure: Failure?
    var isStopping = false
    /// Results that the next commit has to write.
    var unwritten: [Int] = []
    /// A race: its children are branches, and the only result is the winner's.
    let isRace: Bool
    var winner: Int?

    init(list: [UInt8], starts: [Int], limit: Int) {
        self.list = list
        self.starts = starts
        self.limit = limit
        isRace = false
        results = Array(repeating: nil, count: max(0, starts.count - 1))
        rows = Array(repeating: 0, count: max(0, starts.count - 1))
    }

    /// The branches of a race.
    init(race count: Int) {
        list = []
        starts = []
        limit = count
        isRace = true
        results = Array(repeating: nil, count: count)
        rows = Array(repeating: 0, count: count)
    }

    var count: Int { results.count }
    func element(_ index: Int) -> [UInt8] { Array(list[starts[index]..<starts[index + 1]]) }
}

/// One execution of a block.
final class Scope {
    /// Number within the run; 1 is the root. Parents have smaller numbers.
    let id: Int
    let run: Run
    let layout: BlockLayout
    let parent: Scope?
    /// The node of `parent` that this scope belongs to, relative to its block; 0 for the root.
    let parentNode: Int
    let parentRole: NodeRole
    /// Item or turn, from 0; -1 where there is only one.
    let ordinal: Int
    /// Which attempt of the parent node this is, from 1.
    let attempt: Int
    let callDepth: Int
    var phase = ScopePhase.open
    var failure: Failure?

    var statuses: [UInt8]
    /// Dependencies that have not ended.
    var pending: [UInt32]
    var values: [SlotValue?]
    var readersLeft: [UInt32]
    var live: [Int: LiveNode] = [:]
    /// Nodes that are not terminal, and those of them that have begun.
    var unfinished: Int
    var active = 0

    /// State row of each page; 0: not written yet.
    var pageRows: [Int64]
    var pageIsDirty: [Bool]
    var dirtyPages: [Int] = []
    var isListedDirty = false
    var isQueued = false
    /// Closed, and its rows stay for a `retry` of the run.
    var isKept = false
    /// Row of a large error that this catch holds; or 0.
    var errorRow: Int64 = 0
    /// A turn of a loop: its state in the journal, if it is large.
    var loopState: LoopState?

    /// Where the tokens are, if it is a flow.
    var flow: Marking?

    /// Whether it answers for what is done in it (Compensation.swift).
    var isFrame = false
    var undos: [UndoEntry] = []
    var undoPasses: [UndoPass] = []
    /// While undoing: the scope of the entry that is being undone.
    var undoChild: Scope?
    /// `place` in Paths.swift, once it was asked for.
    var knownPlace: String?
    /// The path of an undo, for the scope that does it.
    var undoPath = ""
    static let undoSuffix = "!undo"

    init(
        id: Int, run: Run, layout: BlockLayout, parent: Scope?, parentNode: Int, parentRole: NodeRole,
        ordinal: Int,
        attempt: Int, callDepth: Int
    ) {
        self.id = id
        self.run = run
        self.layout = layout
        self.parent = parent
        self.parentNode = parentNode
        self.parentRole = parentRole
        self.ordinal = ordinal
        self.attempt = attempt
        self.callDepth = callDepth
        statuses = Array(repeating: NodeStatus.waiting.rawValue, count: layout.nodeCount)
        pending = layout.dependencyCounts
        values = Array(repeating: nil, count: layout.slotCount)
        readersLeft = layout.readerCounts
        unfinished = layout.nodeCount
        let pages = max(1, (layout.nodeCount + EngineLimits.nodesPerPage - 1) / EngineLimits.nodesPerPage)
        pageRows = Array(repeating: 0, count: pages)
        pageIsDirty = Array(repeating: false, count: pages)
        if let flow = layout.flow {
            self.flow = Marking(flow, slots: layout.slotCount)
            // what no node has set yet is null
            for slot in layout.givenSlots..<layout.slotCount { values[slot] = SlotValue(bytes: [0], row: 0) }
        }
    }

    func status(_ node: Int) -> NodeStatus { NodeStatus(rawValue: statuses[node]) ?? .waiting }

    @inline(__always)
    func row(_ node: Int) -> NodeRow { run.context.plan.nodes[layout.nodeStart + node] }

    /// What is known of a live node; made if there is nothing yet.
    func liveNode(_ node: Int) -> LiveNode {
        if let known = live[node] { return known }
        let made = LiveNode(scope: self, node: node)
        live[node] = made
        return made
    }

    /// Marks the page that holds a node (0 also holds the scope's own row) for the next commit.
    @inline(__always)
    func touch(page: Int) {
        if !pageIsDirty[page] {
            pageIsDirty[page] = true
            dirtyPages.append(page)
            if !isListedDirty {
                isListedDirty = true
                run.dirtyScopes.append(self)
            }
        }
    }
}

/// A run of this engine.
final class Run {
    let id: RunId
    let number: Int64
    let context: PlanContext
    let workflow: Int
    var record: RunRecord
    /// Whether the journal has its row.
    var isStored = false
    var recordIsDirty = false
    var isListedDirty = false
    var isLost = false
    var root: Scope?
    /// Open scopes by number.
    var scopes: [Int: Scope] = [:]
    var lastScopeId = 0

    // What the next commit writes.
    var dirtyScopes: [Scope] = []
    var dirtyFans: [LiveNode] = []
    var events = ByteWriter(capacity: 64)
    var eventCount = 0
    /// Rows of closed scopes: written over by new pages, else deleted.
    var freedRows: [Int64] = []
    var newValues: [(row: Int64, bytes: [UInt8])] = []
    var freedValues: [Int64] = []
    var logs: [LogRecord] = []
    var historyHead: Int64 = 0

    // Requests from outside: the last that was delivered, those to be delivered, those acted on in this turn.
    var lastRequest: Int64 = 0
    var waitingRequests: [RequestRecord] = []
    var takenRequests: [RequestRecord] = []
    /// The failure that ends the run is there: its rows of state stay, for `retry`.
    var keepsState = false

    // Compensation.
    var lastUndo = 0
    var newUndos: [(frame: Int, entry: UndoEntry)] = []
    var newUndoPasses: [UndoPass] = []
    var undoSummary = UndoSummary()
    var undoSummaryRow: Int64 = 0
    var undoSummaryIsDirty = false
    var hearing = Hearing()
    /// While it is paused: what would have begun.
    var held: [HeldNode] = []
    /// `record.due` as the journal has it.
    var storedDue: Int64 = 0
    /// Results for the cache, for the next commit.
    var newResults: [CacheRecord] = []
    /// Nodes that run, and those that wait in the order in which they began to.
    var busyNodes = 0
    /// Those of which nobody knows what came of them.
    var unresolvedNodes = 0
    var waits = Queue<Waiting>()

    init(id: RunId, number: Int64, context: PlanContext, workflow: Int, record: RunRecord) {
        self.id = id
        self.number = number
        self.context = context
        self.workflow = workflow
        self.record = record
    }
}
