// The contract in memory, for tests and trials: the same rows in dictionaries. Can stop at a given commit,
// as a killed process would, and be copied. Knows nothing of durability.

/// A journal that lives as long as its object.
public final class MemoryJournal: Journal {
    /// All that is stored. A value, so that a copy is a snapshot.
    struct Tables {
        var owners: [Int64: OwnerRecord] = [:]
        var lastOwner: Int64 = 0
        var runs: [Int64: RunRecord] = [:]
        var runNumbers: [String: Int64] = [:]
        var plans: [[UInt8]: [UInt8]] = [:]
        var state: [Int64: [Int64: [UInt8]]] = [:]
        var values: [Int64: [UInt8]] = [:]
        /// Whose they are.
        var valueRuns: [Int64: Int64] = [:]
        var history: [Int64: HistoryRecord] = [:]
        var logs: [Int64: [LogRecord]] = [:]
        var lastRequest: Int64 = 0
        var requests: [Int64: RequestRecord] = [:]
        /// Requests that were taken and whose keys are still known.
        var taken: Set<Int64> = []
        var items: [Int64: ItemRecord] = [:]
        var resources: [ResourceRecord] = []
        var cache: [[UInt8]: CacheRecord] = [:]
    }
    var tables = Tables()

    /// Commits made so far (registering, claiming and releasing not counted).
    public private(set) var commitCount = 0
    /// The commit (counted from 1) that throws instead of storing anything, as do all after it.
    public var failAtCommit: Int?
    /// What the failing commit throws.
    public var failure: JournalError = .io(path: "memory", detail: "stopped")

    /// Rows of state that were read one by one.
    public private(set) var rowsAskedFor = 0
    /// Bytes of rows that were committed.
    public private(set) var bytesWritten = 0
    /// The rows of large values. For tests.
    public var valueIds: [Int64] { tables.values.keys.sorted() }

    public init() {}

    /// A journal with the same content, and none of the settings.
    public func copy() -> MemoryJournal {
        let other = MemoryJournal()
        other.tables = tables
        return other
    }

    public func register(
        processId: Int32, bootId: String, token: UInt64, now: Int64, boot: Int64
    ) throws(JournalError) -> Session {
        for run in tables.runs.values where run.status == .failed && run.due > 0 && run.due <= now {
            tables.state[run.number] = nil
            tables.runs[run.number]?.due = 0
        }
        tables.lastOwner += 1
        let number = tables.lastOwner
        tables.owners[number] = OwnerRecord(
            number: number, processId: processId, bootId: bootId, token: token, heartbeat: boot)
        return Session(owner: number, idBase: number * Journals.idsPerSession)
    }

    public func commit(_ batch: borrowing Batch, session: Session) throws(JournalError) -> [Int64] {
        if let failAtCommit, commitCount + 1 >= failAtCommit { throw failure }
        commitCount += 1
        bytesWritten += batch.bytes.count
        var lost: [Int64] = []
        for plan in batch.plans where tables.plans[plan.hash] == nil {
            tables.plans[plan.hash] = Array(plan.bytes)
        }
        for section in batch.sections {
            if section.isNew {
                if lost.contains(section.parent) {
                    lost.append(section.run)
                    continue
                }
            } else {
                guard let run = tables.runs[section.run], run.owner == session.owner,
                    run.epoch == section.epoch
                else {
                    lost.append(section.run)
                    continue
                }
            }
            for index in section.writes { try apply(batch, batch.writes[index], run: section.run) }
        }
        for (sender, request) in batch.posts where !lost.contains(sender) { _ = try post(request) }
        for resource in batch.resources { set(resource) }
        if let heartbeat = batch.heartbeat { tables.owners[session.owner]?.heartbeat = heartbeat }
        return lost
    }

    private func apply(_ batch: borrowing Batch, _ write: Write, run: Int64) throws(JournalError) {
        let content = batch.bytes[write.start..<write.start + write.count]
        switch write.kind {
        case .insertState: tables.state[run, default: [:]][write.id] = Array(content)
        case .updateState:
            guard tables.state[run]?[write.id] != nil else {
                throw .corrupt(place: "state", detail: "there is no row \(write.id)")
            }
            tables.state[run]?[write.id] = Array(content)
        case .deleteState: tables.state[run]?[write.id] = nil
        case .insertValue:
            tables.values[write.id] = Array(content)
            tables.valueRuns[write.id] = run
        case .deleteValue:
            tables.values[write.id] = nil
            tables.valueRuns[write.id] = nil
        case .history:
            tables.history[write.id] = HistoryRecord(
                id: write.id, previous: write.number, run: run, time: batch.time, bytes: Array(content))
        case .log: tables.logs[run, default: []].append(batch.logs[Int(write.number)])
        case .insertRun:
            let record = batch.runs[Int(write.number)]
            tables.runs[run] = record
            tables.runNumbers[record.id] = run
        case .updateRun:
            let record = batch.runs[Int(write.number)]
            tables.runs[run]?.status = record.status
            tables.runs[run]?.ended = record.ended
            tables.runs[run]?.result = record.result
            tables.runs[run]?.historyHead = record.historyHead
            tables.runs[run]?.waits = record.waits
            tables.runs[run]?.due = record.due
            if record.status.isEnded {
                if !record.keepsState { tables.state[run] = nil }
                for item in tables.items.values where item.run == run { tables.items[item.number] = nil }
                for request in tables.requests.values where request.run == run {
                    if request.kind != .signal || tables.taken.contains(request.id) {
                        tables.requests[request.id] = nil
                        tables.taken.remove(request.id)
                    }
                }
            }
        case .deleteRequest: tables.requests[write.id] = nil
        case .insertItem: tables.items[write.id] = batch.items[Int(write.number)]
        case .deleteItem: tables.items[write.id] = nil
        case .insertCache:
            for old in tables.cache.values where old.expires <= batch.time { tables.cache[old.key] = nil }
            let record = batch.cache[Int(write.number)]
            tables.cache[record.key] = record
        case .takeRequest:
            tables.requests[write.id]?.bytes = []
            tables.taken.insert(write.id)
        }
    }

    /// There is no database here: a statement fails, unless a test mocks it.
    public func execute(
        _ requests: [StatementRequest], session: Session
    ) throws(JournalError) -> [StatementOutcome] {
        requests.map { _ in
            .failure(
                kind: "unsupported",
                message:
                    "this journal is in memory and has no database for `sql`; mock the action that calls it",
                code: nil)
        }
    }

    private func set(_ resource: ResourceRecord) {
        tables.resources.removeAll { $0.name == resource.name && $0.owner == resource.owner }
        if !resource.bytes.isEmpty { tables.resources.append(resource) }
    }

    public func resources(_ session: Session) throws(JournalError) -> [ResourceRecord]? { tables.resources }
    public func cached(key: [UInt8]) throws(JournalError) -> CacheRecord? { tables.cache[key] }

    public func claim(
        run: Int64, owner: Int64, epoch: Int64, session: Session
    ) throws(JournalError) -> Bool {
        guard let record = tables.runs[run], record.owner == owner, record.epoch == epoch else {
            return false
        }
        tables.runs[run]?.owner = session.owner
        tables.runs[run]?.epoch = epoch + 1
        let isNeeded = tables.runs.values.contains { $0.owner == owner && !$0.status.isEnded }
        if owner != session.owner && !isNeeded {
            tables.owners[owner] = nil
            tables.resources.removeAll { $0.owner == owner }
        }
        return true
    }

    private func waits(_ owner: Int64) -> [RunRecord] {
        tables.runs.values.filter { $0.owner == owner && !$0.status.isEnded && $0.due > 0 }
    }

    public func due(owner: Int64, until: Int64, limit: Int) throws(JournalError) -> [Int64] {
        let found = waits(owner).filter { $0.due <= until }.sorted {
            ($0.due, $0.number) < ($1.due, $1.number)
        }
        return found.prefix(limit).map(\.number)
    }

    public func waiting(owner: Int64) throws(JournalError) -> (count: Int, first: Int64) {
        let found = waits(owner)
        return (found.count, found.map(\.due).min() ?? Int64.max)
    }

    public func waitingOwners() throws(JournalError) -> [Int64] {
        Set(tables.runs.values.filter { !$0.status.isEnded && $0.due > 0 }.map(\.owner)).sorted()
    }

    public func adopt(owners: [Int64], after: Int64, session: Session) throws(JournalError) -> [[UInt8]] {
        for owner in owners {
            for run in waits(owner) where run.due > after && run.status == .running && !run.isPaused {
                _ = try claim(run: run.number, owner: owner, epoch: run.epoch, session: session)
            }
        }
        var plans: [[UInt8]] = []
        for run in waits(session.owner) where !plans.contains(run.plan) { plans.append(run.plan) }
        return plans
    }

    public func giveBack(run: Int64, session: Session) throws(JournalError) {
        if tables.runs[run]?.owner == session.owner { tables.runs[run]?.owner = 0 }
    }

    public func release(_ session: Session) throws(JournalError) {
        for number in tables.runs.keys where tables.runs[number]?.owner == session.owner {
            tables.runs[number]?.owner = 0
        }
        tables.owners[session.owner] = nil
        tables.resources.removeAll { $0.owner == session.owner }
    }

    public func post(_ request: RequestRecord) throws(JournalError) -> Posted {
        guard let run = tables.runs[request.run] else { return .unknownRun }
        if run.status.isEnded { return .ended(run.status) }
        let isKnown = tables.requests.values.contains {
            $0.run == request.run && $0.name == request.name && $0.key == request.key
        }
        if !request.key.isEmpty && isKnown { return .duplicate }
        if request.kind == .pause || request.kind == .unpause {
            tables.runs[request.run]?.isPaused = request.kind == .pause
        }
        tables.lastRequest += 1
        var stored = request
        stored.id = tables.lastRequest
        tables.requests[stored.id] = stored
        return .stored(id: stored.id)
    }

    public func change(
        item number: Int64, _ change: ItemChange, now: Int64
    ) throws(JournalError) -> ItemOutcome {
        guard let item = tables.items[number] else { return .gone }
        let outcome = change.applied(to: item, now: now)
        guard case .done(let changed) = outcome else { return outcome }
        if case .answer(_, let request) = change { _ = try post(request) }
        tables.items[number] = changed
        return outcome
    }

    public var bellPath: String? { nil }

    public func idle() throws(JournalError) {}

    // MARK: reading

    public func plan(hash: [UInt8]) throws(JournalError) -> [UInt8]? { tables.plans[hash] }
    public func run(id: String) throws(JournalError) -> RunRecord? {
        tables.runNumbers[id].flatMap { tables.runs[$0] }
    }
    public func run(number: Int64) throws(JournalError) -> RunRecord? { tables.runs[number] }

    public func runs(live: Bool, before: Int64?, limit: Int) throws(JournalError) -> [RunRecord] {
        let numbers = tables.runs.keys.sorted(by: >)
        var result: [RunRecord] = []
        for number in numbers where before.map({ number < $0 }) ?? true {
            guard var record = tables.runs[number], !live || !record.status.isEnded else { continue }
            record.input = []
            record.result = []
            result.append(record)
            if result.count == limit { break }
        }
        return result
    }

    public func state(
        run: Int64, _ body: (Int64, UnsafeRawBufferPointer) -> Bool
    ) throws(JournalError) {
        for (id, bytes) in (tables.state[run] ?? [:]).sorted(by: { $0.key < $1.key })
        where !bytes.withUnsafeBytes({ body(id, $0) }) { return }
    }

    public func state(run: Int64, id: Int64) throws(JournalError) -> [UInt8]? {
        rowsAskedFor += 1
        return tables.state[run]?[id]
    }

    public func value(id: Int64) throws(JournalError) -> [UInt8]? { tables.values[id] }
    public func history(id: Int64) throws(JournalError) -> HistoryRecord? { tables.history[id] }

    public func logs(run: Int64, after: Int64, limit: Int) throws(JournalError) -> [LogRecord] {
        Array((tables.logs[run] ?? []).filter { $0.id > after }.prefix(limit))
    }

    public func owner(number: Int64) throws(JournalError) -> OwnerRecord? { tables.owners[number] }

    public func requests(
        run: Int64?, after: Int64, limit: Int
    ) throws(JournalError) -> [RequestRecord] {
        let found = tables.requests.values.filter {
            $0.id > after && $0.run == run ?? $0.run && !tables.taken.contains($0.id)
        }
        return Array(found.sorted { $0.id < $1.id }.prefix(limit))
    }

    public func items(
        run: Int64?, role: String?, after: Int64, limit: Int
    ) throws(JournalError) -> [ItemRecord] {
        let found = tables.items.values.filter {
            $0.number > after && $0.run == run ?? $0.run && $0.role == role ?? $0.role && !$0.isAnswered
        }
        return Array(found.sorted { $0.number < $1.number }.prefix(limit))
    }

    public func attached(to run: Int64) throws(JournalError) -> [Int64] {
        tables.runs.values.filter { $0.parent == run && $0.isAttached && !$0.status.isEnded }
            .map(\.number).sorted()
    }

    public func lastRequest() throws(JournalError) -> Int64 { tables.lastRequest }

    /// Overwrites a large value, or loses it, as a damaged disk would. For tests.
    public func damageValue(id: Int64, bytes: [UInt8]?) { tables.values[id] = bytes }

    /// The same for a row of live state.
    public func damageState(run: Int64, id: Int64, bytes: [UInt8]) {
        tables.state[run]?[id] = bytes
    }
}
