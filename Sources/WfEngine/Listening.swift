// Waiting for somebody: signals, people and outside workers. A node that listens holds no attempt; what it waits for
// comes as a request (Requests.swift), or does not come before a timer. Runs that wait for runs stand in OtherRuns.swift.

import WfJournal
import WfPlan
import WfValue

/// What a node that listens holds beside its attempts; stored with it.
struct Listening {
    /// What it waits for, for people: `signal paid`.
    var what = ""
    /// The order in which the nodes of the run began to listen.
    var order = 0
    /// When the attempt has taken too long, microseconds since 1970; 0: never.
    var timeoutAt: Int64 = 0
    /// The number of its work item, or 0.
    var item: Int64 = 0
}

/// A node that listens, as long as its attempt is the one it was.
struct Listener {
    let live: LiveNode
    let serial: UInt32

    init(_ live: LiveNode) {
        self.live = live
        serial = live.serial
    }

    var isMeant: Bool {
        !live.isDone && live.serial == serial && live.scope.status(live.node) == .listening
    }
}

/// First in, first out, without moving what is behind.
struct Queue<Element> {
    private var items: [Element] = []
    private var head = 0

    var all: ArraySlice<Element> { items[head...] }

    var first: Element? { head < items.count ? items[head] : nil }

    var isEmpty: Bool { head == items.count }

    mutating func append(_ item: Element) { items.append(item) }

    mutating func removeFirst() {
        head += 1
        if head > 64 && head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
    }

    mutating func popFirst() -> Element? {
        guard head < items.count else { return nil }
        let item = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 4096, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
        return item
    }
}

/// What a run hears and has not listened to, and the other way round.
struct Hearing {
    var lastOrder = 0
    var signals: [String: Queue<RequestRecord>] = [:]
    var listeners: [String: Queue<Listener>] = [:]
    var items: [Int64: LiveNode] = [:]
    /// Of a run that was taken over: nodes that were listening.
    var resumed: [LiveNode] = []
    // What the next commit writes.
    var newItems: [ItemRecord] = []
    var closedItems: [Int64] = []
    var posts: [RequestRecord] = []
}

extension Engine {
    /// Begins an attempt that only listens.
    func listen(_ scope: Scope, _ node: Int, _ role: NodeRole, for what: String, item: Int64 = 0) -> LiveNode
    {
        let live = scope.liveNode(node)
        if scope.status(node) == .listening { stopListening(scope, node) }
        live.begin(role)
        scope.run.hearing.lastOrder += 1
        live.listening = Listening(what: what, order: scope.run.hearing.lastOrder, item: item)
        apply(.listening(live.attempt, what), scope, node)
        setTimeout(live)
        return live
    }

    // MARK: signals

    func startAwait(_ scope: Scope, _ node: Int, _ row: NodeRow, _ role: NodeRole) {
        if row.target == .none { return startAwaitRun(scope, node, row, role) }
        let plan = scope.run.context.plan
        let name = plan.string(plan.signals[Int(row.target)].name)
        let live = listen(scope, node, role, for: "signal \(name)")
        scope.run.hearing.listeners[name, default: Queue()].append(Listener(live))
        serve(name, scope.run)
    }

    func heard(_ request: RequestRecord, _ run: Run) {
        run.hearing.signals[request.name, default: Queue()].append(request)
        serve(request.name, run)
    }

    /// Gives each signal of that name to the node that has listened longest.
    private func serve(_ name: String, _ run: Run) {
        while let request = run.hearing.signals[name]?.first {
            while let listener = run.hearing.listeners[name]?.first, !listener.isMeant {
                run.hearing.listeners[name]?.removeFirst()
            }
            guard let listener = run.hearing.listeners[name]?.first else { return }
            run.hearing.signals[name]?.removeFirst()
            run.hearing.listeners[name]?.removeFirst()
            take(request, run)
            received(listener.live, request.bytes, "signal `\(name)`")
        }
    }

    /// A value from outside ends the attempt, if it has the type that the node yields.
    func received(_ live: LiveNode, _ bytes: [UInt8], _ what: String) {
        let row = row(live.scope, live.node, live.role)
        if row.catches { return end(live.scope, live.node, bytes) }
        let types = live.scope.run.context.plan.types
        do throws(DecodeError) { try types.validate(bytes, as: TypeId(raw: row.type)) } catch {
            let message = "\(what) is not a \(types.text(of: TypeId(raw: row.type))): \(error.description)"
            return attemptFailed(
                live.scope, live.node, live.role, Failure(kind: "decode", message: message))
        }
        end(live.scope, live.node, bytes)
    }

    // MARK: work items

    /// Opens the item of an approval or a task.
    func openItem(
        _ scope: Scope, _ node: Int, _ role: NodeRole, _ door: Door, effect: Int, _ arguments: [UInt8]
    ) {
        let plan = scope.run.context.plan
        let types = plan.list(plan.effects[effect].parameterTypes).map { TypeId(raw: $0) }
        guard let parts = scope.run.context.split(arguments, types), parts.count == 3 else {
            let failure = Failure(kind: "argument", message: "the work item's arguments do not fit")
            return finallyFail(scope, node, role, failure)
        }
        let isApproval = door == .approve
        let forRole = text(parts[isApproval ? 1 : 2])
        let title = text(parts[0])
        let what = (isApproval ? "approval" : "task") + (forRole.isEmpty ? "" : " by \(forRole)")
        let number = nextId()
        let live = listen(scope, node, role, for: what, item: number)
        if isApproval, let wait = duration(parts[2]) {
            live.dueAt = later(wait)
            timers.add(due: live.dueAt, kind: .due, live: live)
        }
        let input = isApproval ? [] : (try? plan.types.jsonText(of: parts[1], as: .json)) ?? []
        let ends: [Int64] = [live.dueAt, live.deadlineAt, live.listening.timeoutAt]
        let due = ends.filter { $0 != 0 }.min() ?? 0
        scope.run.hearing.items[number] = live
        scope.run.hearing.newItems.append(
            ItemRecord(
                number: number, run: scope.run.number, step: scope.path(node, role: role),
                kind: isApproval ? .approval : .task, title: title, role: forRole, created: now.wall,
                due: due, resultType: plan.effects[effect].resultType, input: input))
    }

    /// What somebody has made of a work item: `number of the item | value`, or a failure in place of the value.
    func answered(_ request: RequestRecord, _ run: Run) {
        take(request, run)
        let parts = try? withByteReader(request.bytes) { (reader) throws(DecodeError) in
            (Int64(bitPattern: try reader.readVarint()), Array(try reader.readBytes(reader.remaining)))
        }
        // An item that has been closed meanwhile, or that belongs to an earlier attempt, takes no answer.
        guard let (number, bytes) = parts, let live = run.hearing.items[number], !live.isDone else { return }
        if request.kind == .complete { return effectSucceeded(live.scope, live.node, live, bytes) }
        let reason = (try? Failure(encoded: bytes)) ?? Failure(kind: "failed", message: "the task failed")
        attemptFailed(live.scope, live.node, live.role, reason)
    }

    /// `.expired`, the last case of `Approval`.
    var expiredApproval: [UInt8] { [2] }

    /// A node ceases to listen: its work item goes.
    func stopListening(_ scope: Scope, _ node: Int) {
        guard let live = scope.live[node], live.listening.item != 0 else { return }
        scope.run.hearing.items[live.listening.item] = nil
        scope.run.hearing.closedItems.append(live.listening.item)
        live.listening.item = 0
    }

    private func text(_ value: [UInt8]) -> String {
        (try? withByteReader(value) { (reader) throws(DecodeError) in try reader.readString() }) ?? ""
    }

    /// Of a `Duration?`.
    private func duration(_ value: [UInt8]) -> Int? {
        if value.first != 1 { return nil }
        return try? withByteReader(Array(value.dropFirst())) { (reader) throws(DecodeError) in
            try reader.readInt()
        }
    }

    // MARK: going on

    /// Nodes that were listening when their run was taken over listen again, in the order in which they began.
    func listenAgain(_ run: Run) {
        let nodes = run.hearing.resumed.sorted { $0.listening.order < $1.listening.order }
        run.hearing.resumed = []
        for live in nodes {
            run.hearing.lastOrder = max(run.hearing.lastOrder, live.listening.order)
            if live.dueAt != 0 { timers.add(due: live.dueAt, kind: .due, live: live) }
            if live.listening.timeoutAt != 0 {
                timers.add(due: live.listening.timeoutAt, kind: .timeout, live: live)
            }
            if live.listening.item != 0 {
                run.hearing.items[live.listening.item] = live
                continue
            }
            let row = row(live.scope, live.node, live.role)
            guard NodeKind(rawValue: row.kind) == .await else { continue }
            if row.target == .none {
                awaitRunAgain(live, row)
            } else {
                let plan = run.context.plan
                let name = plan.string(plan.signals[Int(row.target)].name)
                run.hearing.listeners[name, default: Queue()].append(Listener(live))
            }
        }
    }

    // MARK: what a run waits for

    /// Notes in the run's row what it waits for, where nothing else is left to do.
    func updateWaits(of run: Run) {
        var text = ""
        if run.busyNodes == 0 && !run.record.status.isEnded {
            while let first = run.waits.first, !first.isMeant { run.waits.removeFirst() }
            if let first = run.waits.first { text = first.text }
            // What needs a person is not to be overlooked.
            if run.unresolvedNodes > 0, let unresolved = run.waits.all.first(where: \.isUnresolved) {
                text = unresolved.text
            }
        }
        if text == run.record.waits { return }
        run.record.waits = text
        run.recordIsDirty = true
    }

    func flushHearing(of run: Run) {
        for item in run.hearing.newItems { batch.insert(item: item) }
        run.hearing.newItems.removeAll(keepingCapacity: true)
        for number in run.hearing.closedItems { batch.add(.deleteItem, id: number) }
        run.hearing.closedItems.removeAll(keepingCapacity: true)
        for post in run.hearing.posts { batch.post(post, from: run.number) }
        run.hearing.posts.removeAll(keepingCapacity: true)
    }
}

/// A node that waits for a time or for somebody.
struct Waiting {
    let live: LiveNode
    let serial: UInt32

    init(_ live: LiveNode) {
        self.live = live
        serial = live.serial
    }

    var isMeant: Bool { !live.isDone && live.serial == serial && live.scope.status(live.node).isWait }

    var isUnresolved: Bool { isMeant && live.scope.status(live.node) == .unresolved }

    /// For people: `signal paid`, `until 2026-01-01T00:00:00Z`.
    var text: String {
        let until = live.dueAt > 0 ? "until \(TimeText.text(Int(live.dueAt)))" : ""
        let path = live.scope.path(live.node, role: live.role)
        switch live.scope.status(live.node) {
        case .listening: return live.listening.what
        case .queued: return (live.gate?.what ?? "") + (until.isEmpty ? "" : ", \(until)")
        case .pausing: return "\(until), to try \(path) again"
        case .unresolved: return "an operator: wfi resolve \(live.scope.run.id) \(shellWord(path))"
        case .waiting, .running, .sleeping, .open, .ended, .skipped, .failed, .cancelled: return until
        }
    }
}
