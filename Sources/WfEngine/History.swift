// Reading a run's history for people: the events in order, and a report of every scope and node from them.
// Knows how events are stored; is never read to go on with a run.

public import WfJournal
public import WfPlan
import WfValue

/// What is known of one node in one scope.
public struct NodeReport: Sendable {
    public var path: String
    public var scope: Int
    /// Node of the plan.
    public var node: Int
    /// `running`, `waiting`, `sleeping`, `retrying`, `done`, `skipped`, `failed`, `cancelled`.
    public var status: String
    /// Begun, those of an `else` included.
    public var attempts: Int
    /// What is told is that of the step's `else`, which began after so many attempts.
    public var isElse = false
    fileprivate var attemptsBefore = 0
    /// Microseconds since 1970; 0 where it is not known.
    public var started: Int64
    public var ended: Int64
    public var dueTime: Int64
    /// `waiting`: for what.
    public var what = ""
    public var failure: Failure?
    public var value: [UInt8]?
    public var valueId: Int64
    /// The value is that of an equal call, made then (microseconds since 1970); 0: it is its own.
    public var cachedAt: Int64 = 0
}

/// A run with all that happened in it.
public struct RunReport: Sendable {
    public let run: RunRecord
    public let plan: Plan
    public let events: [RunEvent]
    /// In the order in which they began.
    public let nodes: [NodeReport]
    /// Ended as failed: why.
    public let failure: Failure?

    /// Reads the history of a run.
    public init(run: RunRecord, journal: any Journal) throws(EngineError) {
        self.run = run
        plan = try RunReport.loadPlan(run, journal)
        events = try HistoryReader(run: run, plan: plan).read(journal)
        nodes = RunReport.nodes(of: events)
        if run.status == .failed {
            failure = try? Failure(encoded: run.result)
        } else {
            failure = nil
        }
    }

    private static func loadPlan(_ run: RunRecord, _ journal: any Journal) throws(EngineError) -> Plan {
        let bytes: [UInt8]?
        do throws(JournalError) { bytes = try journal.plan(hash: run.plan) } catch { throw .journal(error) }
        guard let bytes else { throw .planUnusable(run.id, detail: "the journal does not hold it") }
        do throws(PlanError) { return try Plan.load(bytes: bytes) } catch {
            throw .planUnusable(run.id, detail: error.description)
        }
    }

    private struct NodeKey: Hashable {
        var scope: Int
        var node: Int
        var path: String
    }

    private static func nodes(of events: [RunEvent]) -> [NodeReport] {
        var nodes: [NodeReport] = []
        var places: [NodeKey: Int] = [:]
        var byPath: [String: Int] = [:]
        for event in events {
            guard let node = event.node else { continue }
            let key = NodeKey(scope: event.scope, node: node, path: event.path)
            let place: Int
            if let known = places[key] {
                place = known
            } else {
                place = nodes.count
                places[key] = place
                byPath[event.path] = place
                nodes.append(
                    NodeReport(
                        path: event.path, scope: event.scope, node: node, status: "running", attempts: 0,
                        started: event.time, ended: 0, dueTime: 0, valueId: 0))
            }
            update(&nodes[place], event)
            if event.kind == .nodeEnded, event.path.hasSuffix(Scope.undoSuffix) {
                let step = String(event.path.dropLast(Scope.undoSuffix.count))
                if let undone = byPath[step] { nodes[undone].status = "undone" }
            }
        }
        return nodes
    }

    private static func update(_ node: inout NodeReport, _ event: RunEvent) {
        node.dueTime = event.dueTime
        switch event.kind {
        case .nodeStarted:
            node.status = "running"
            node.attempts = node.attemptsBefore + event.attempt
        case .nodeWaiting:
            node.status = "waiting"
            node.what = event.what
            node.attempts = node.attemptsBefore + event.attempt
        case .nodeSleeping:
            node.status = "sleeping"
            node.attempts = max(1, node.attempts)
        case .nodeRetrying:
            node.status = "retrying"
            node.failure = event.failure
        case .nodeElse:
            node.isElse = true
            node.attemptsBefore = node.attempts
        case .nodeEnded:
            node.status = "done"
            node.ended = event.time
            node.failure = nil
            node.value = event.value
            node.valueId = event.valueId
        case .nodeSkipped:
            node.status = "skipped"
            node.ended = event.time
        case .nodeFailed:
            node.status = "failed"
            node.ended = event.time
            node.failure = event.failure
        case .nodeCancelled:
            node.status = "cancelled"
            node.ended = event.time
        case .nodeCaught: node.failure = event.failure
        case .nodeCached: node.cachedAt = event.dueTime
        case .nodeUnresolved:
            node.status = "unresolved"
            node.failure = event.failure
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .scopeOpened,
            .scopeClosed, .scopeUndoing, .undoFailed, .nodeAgain, .runPaused, .runUnpaused:
            break
        }
    }
}

/// Walks a run's rows of history backwards from the last, then reads them forwards.
private struct HistoryReader {
    let run: RunRecord
    let plan: Plan
    /// Per scope: its block, and the path of what it belongs to.
    private var scopes: [Int: KnownScope] = [:]

    struct KnownScope {
        var block: Int
        /// `build[2]/`
        var prefix: String
        var isUndo = false
        /// How often nodes of a flow have been begun, where it is more than once.
        var visits: [Int: Int] = [:]
    }

    init(run: RunRecord, plan: Plan) {
        self.run = run
        self.plan = plan
    }

    private func damaged(_ row: Int64, _ detail: String) -> EngineError {
        .journal(.corrupt(place: "history row \(row)", detail: detail))
    }

    func read(_ journal: any Journal) throws(EngineError) -> [RunEvent] {
        var reader = self
        let rows = try collect(journal)
        var events: [RunEvent] = []
        for row in rows.reversed() {
            do throws(DecodeError) { try reader.decode(row, into: &events) } catch {
                throw damaged(row.id, error.description)
            }
        }
        return events
    }

    private func collect(_ journal: any Journal) throws(EngineError) -> [HistoryRecord] {
        var rows: [HistoryRecord] = []
        do throws(JournalError) {
            var next = run.historyHead
            if next == 0 {
                try journal.state(run: run.number) { id, bytes in
                    if let stored = try? StoredRow.decode(id, bytes) { next = max(next, stored.head) }
                    return true
                }
            }
            while next != 0 {
                guard let row = try journal.history(id: next), row.run == run.number, row.previous < row.id
                else {
                    throw .corrupt(
                        place: "history row \(next)", detail: "it is missing or belongs to another run")
                }
                rows.append(row)
                next = row.previous
            }
        } catch {
            throw .journal(error)
        }
        return rows
    }

    private mutating func decode(_ row: HistoryRecord, into events: inout [RunEvent]) throws(DecodeError) {
        var made: [RunEvent] = []
        var known = scopes
        try withByteReader(row.bytes) { (reader) throws(DecodeError) in
            let stored = try reader.readBytes(4)
            let rest = UnsafeRawBufferPointer(
                start: stored.baseAddress.map { $0 + 4 }, count: row.bytes.count - 4)
            guard checksum(rest) == UInt32(littleEndian: stored.loadUnaligned(as: UInt32.self)) else {
                throw reader.error(.notCanonical)
            }
            while !reader.isAtEnd { made.append(try event(&reader, row, &known)) }
        }
        scopes = known
        events.append(contentsOf: made)
    }

    private func event(
        _ reader: inout ByteReader, _ row: HistoryRecord, _ known: inout [Int: KnownScope]
    ) throws(DecodeError) -> RunEvent {
        guard let kind = RunEvent.Kind(rawValue: try reader.readByte()) else {
            throw reader.error(.unknownTag)
        }
        let scope = try reader.readVarint(max: Int(Int32.max))
        let node = try reader.readVarint(max: Int(Int32.max)) - 1
        var event = RunEvent(kind: kind, run: RunId(run.id), time: row.time, scope: scope)
        if node >= 0, let place = known[scope] {
            let range = plan.nodeRange(place.block)
            guard node < range.count else { throw reader.error(.outOfRange) }
            event.node = range.lowerBound + node
            event.path =
                place.isUndo
                ? String(place.prefix.dropLast())
                : place.prefix + plan.string(plan.nodes[range.lowerBound + node].name)
                    + Scope.visitSuffix(place.visits[node] ?? 0)
        }
        switch kind {
        case .nodeStarted:
            event.attempt = try reader.readVarint(max: Int(Int32.max))
            event.total = try reader.readVarint(max: Int(Int32.max))
        case .nodeEnded:
            if try reader.readByte() == 1 {
                event.valueId = Int64(bitPattern: try reader.readVarint())
            } else {
                event.value = Array(try reader.readBytes(try reader.readLength()))
            }
        case .nodeWaiting:
            event.attempt = try reader.readVarint(max: Int(Int32.max))
            event.what = try reader.readString()
        case .nodeRetrying, .nodeSleeping, .nodeCached: event.dueTime = Int64(try reader.readInt())
        case .scopeOpened: try open(&reader, scope, &event, &known)
        case .scopeClosed: known[scope] = nil
        case .runStarted, .runResumed, .runCancelling, .runDone, .runFailed, .runCancelled, .nodeSkipped,
            .nodeFailed, .nodeCancelled, .nodeElse, .nodeCaught, .undoFailed, .nodeUnresolved, .runPaused,
            .runUnpaused:
            break
        case .scopeUndoing: event.total = try reader.readVarint(max: Int(Int32.max))
        case .nodeAgain:
            event.total = try reader.readVarint(max: Int(Int32.max))
            known[scope]?.visits[node] = event.total
            if let place = known[scope], let node = event.node {
                event.path =
                    place.prefix + plan.string(plan.nodes[node].name) + Scope.visitSuffix(event.total)
            }
        }
        if kind.hasFailure {
            event.failure = try Failure.decode(from: &reader)
        }
        return event
    }

    private func open(
        _ reader: inout ByteReader, _ scope: Int, _ event: inout RunEvent,
        _ known: inout [Int: KnownScope]
    ) throws(DecodeError) {
        let block = try reader.readVarint(max: plan.blocks.count - 1)
        let parent = try reader.readVarint(max: Int(Int32.max))
        let parentNode = try reader.readVarint(max: Int(Int32.max))
        let role = try reader.readByte()
        let ordinal = try reader.readVarint(max: Int(Int32.max)) - 1
        let attempt = try reader.readVarint(max: Int(Int32.max))
        event.parentScope = parent
        if role == NodeRole.undo.rawValue {
            event.path = try reader.readString()
            known[scope] = KnownScope(block: block, prefix: event.path + "/", isUndo: true)
            return
        }
        var prefix = ""
        if parent != 0, let around = known[parent] {
            let range = plan.nodeRange(around.block)
            guard parentNode < range.count else { throw reader.error(.outOfRange) }
            let part = ScopePart(
                plan, plan.nodes[range.lowerBound + parentNode], role: NodeRole(rawValue: role) ?? .main,
                attempt: attempt, ordinal: ordinal)
            prefix =
                part.isHidden || around.isUndo
                ? around.prefix.dropLast() + part.suffix
                : around.prefix + part.name + Scope.visitSuffix(around.visits[parentNode] ?? 0) + part.suffix
            event.path = prefix
            prefix += "/"
        }
        event.attempt = ordinal
        known[scope] = KnownScope(block: block, prefix: prefix)
    }
}
