// One transaction, laid out flat so that it can be filled and bound without an allocation per row. Knows the
// kinds of writes; knows nothing of what the bytes mean.

/// What a write does. `id` is the row's id; the bytes are its content.
public enum WriteKind: UInt8, Sendable {
    /// A new row of live state.
    case insertState
    /// New content for a row of live state.
    case updateState
    case deleteState
    /// A large value of its own.
    case insertValue
    case deleteValue
    /// One row of history; `number` is the previous row's id.
    case history
    /// A log row; `number` is the index into `Batch.logs`.
    case log
    /// A new run; `number` is the index into `Batch.runs`.
    case insertRun
    /// A run's status, end, result and history head; `number` is the index into `Batch.runs`.
    case updateRun
    /// A request has been acted on: its row goes.
    case deleteRequest
    /// The same, where the row stays without its content so that a second one with its key is known.
    case takeRequest
    /// A new work item; `number` is the index into `Batch.items`.
    case insertItem
    case deleteItem
    /// A result that may be used again; `number` is the index into `Batch.cache`.
    case insertCache
}

/// One write of a transaction.
public struct Write: Sendable {
    public var kind: WriteKind
    public var id: Int64
    public var number: Int64
    public var start: Int
    public var count: Int
}

/// The writes of one run, a stretch of `Batch.writes`. A section is stored whole or, when the run has changed
/// hands, not at all.
public struct BatchSection: Sendable {
    public var run: Int64
    public var epoch: Int64
    /// True for a run that this batch creates, which needs no check.
    public var isNew: Bool
    /// The run that this batch's new run was started by, or 0: without it the section is not stored.
    public var parent: Int64
    public var writes: Range<Int>
}

/// A transaction in the making. Reused: `clear` keeps the memory.
public struct Batch: ~Copyable {
    public private(set) var bytes: [UInt8] = []
    public private(set) var writes: [Write] = []
    public private(set) var sections: [BatchSection] = []
    public private(set) var runs: [RunRecord] = []
    public private(set) var logs: [LogRecord] = []
    public private(set) var items: [ItemRecord] = []
    public private(set) var cache: [CacheRecord] = []
    /// Stored behind all sections, whatever became of those.
    public private(set) var resources: [ResourceRecord] = []
    /// Somebody waits for what this batch gives back.
    public var ringsForOthers = false
    /// Requests of runs of this batch to other runs: stored behind all sections, where the sender's was stored and the
    /// other run is live.
    public private(set) var posts: [(sender: Int64, request: RequestRecord)] = []
    /// Plans that runs of this batch need, by identity; a journal stores each once.
    public private(set) var plans: [(hash: [UInt8], bytes: UnsafeRawBufferPointer)] = []
    /// Microseconds since 1970.
    public var time: Int64 = 0
    /// Boot clock, if the owner row is to be freshened; else nil.
    public var heartbeat: Int64?

    public init() {}

    public var isEmpty: Bool {
        writes.isEmpty && plans.isEmpty && posts.isEmpty && resources.isEmpty && heartbeat == nil
    }

    /// Whether another process may wait for what it holds: a request, or the end of a run that was started by another.
    public var isHeardOutside: Bool {
        ringsForOthers || !posts.isEmpty || runs.contains { $0.parent != 0 && $0.status.isEnded }
    }

    public mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        writes.removeAll(keepingCapacity: true)
        sections.removeAll(keepingCapacity: true)
        runs.removeAll(keepingCapacity: true)
        logs.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        cache.removeAll(keepingCapacity: true)
        resources.removeAll(keepingCapacity: true)
        ringsForOthers = false
        posts.removeAll(keepingCapacity: true)
        plans.removeAll(keepingCapacity: true)
        heartbeat = nil
    }

    /// Opens the section of a run; its writes follow.
    public mutating func beginSection(run: Int64, epoch: Int64, isNew: Bool, parent: Int64 = 0) {
        sections.append(
            BatchSection(
                run: run, epoch: epoch, isNew: isNew, parent: parent, writes: writes.count..<writes.count))
    }

    /// Adds a write of the open section, with its content; with its checksum before it if asked.
    public mutating func add(
        _ kind: WriteKind, id: Int64, number: Int64 = 0, bytes content: UnsafeRawBufferPointer,
        checksummed: Bool = false
    ) {
        let start = bytes.count
        if checksummed {
            withUnsafeBytes(of: checksum(content).littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: content)
        writes.append(Write(kind: kind, id: id, number: number, start: start, count: bytes.count - start))
        extendSection()
    }

    /// Adds a write of the open section that has no content.
    public mutating func add(_ kind: WriteKind, id: Int64) {
        writes.append(Write(kind: kind, id: id, number: 0, start: bytes.count, count: 0))
        extendSection()
    }

    public mutating func insert(run: RunRecord) {
        runs.append(run)
        writes.append(
            Write(kind: .insertRun, id: run.number, number: Int64(runs.count - 1), start: 0, count: 0))
        extendSection()
    }

    public mutating func update(run: RunRecord) {
        runs.append(run)
        writes.append(
            Write(kind: .updateRun, id: run.number, number: Int64(runs.count - 1), start: 0, count: 0))
        extendSection()
    }

    public mutating func append(log: LogRecord) {
        logs.append(log)
        writes.append(Write(kind: .log, id: log.id, number: Int64(logs.count - 1), start: 0, count: 0))
        extendSection()
    }

    public mutating func insert(item: ItemRecord) {
        items.append(item)
        writes.append(
            Write(kind: .insertItem, id: item.number, number: Int64(items.count - 1), start: 0, count: 0))
        extendSection()
    }

    public mutating func insert(cache record: CacheRecord) {
        cache.append(record)
        writes.append(
            Write(kind: .insertCache, id: 0, number: Int64(cache.count - 1), start: 0, count: 0))
        extendSection()
    }

    public mutating func set(resource: ResourceRecord) { resources.append(resource) }

    /// Adds a request to another run, of a run that has a section.
    public mutating func post(_ request: RequestRecord, from sender: Int64) {
        posts.append((sender, request))
    }

    /// Adds a plan; the bytes must live until the commit returns.
    public mutating func add(plan hash: [UInt8], bytes: UnsafeRawBufferPointer) {
        plans.append((hash, bytes))
    }

    private mutating func extendSection() {
        precondition(!sections.isEmpty, "a write belongs to a section")
        let last = sections.count - 1
        sections[last].writes = sections[last].writes.lowerBound..<writes.count
    }
}
