// What runs share: pools, rates and breakers. Their state lies in the journal, so that all processes on it share them,
// and is read and written within the transaction of the turn that acts on it. Knows numbers and times; knows nothing
// of nodes but who waits.
//
//     pool      a row per process: how many places it holds, how many nodes wait there
//     rate      one row: when calls began, as far back as its period
//     breaker   one row: when calls failed, and until when it is open

import WfJournal
import WfPlan
import WfValue

/// A node that waits for a place.
struct Queued {
    let live: LiveNode
    let serial: UInt32
    let priority: Int
    let order: Int

    var isMeant: Bool {
        !live.isDone && live.serial == serial && live.scope.status(live.node) == .queued
            && !live.scope.run.isLost
    }

    func isBefore(_ other: Queued) -> Bool {
        priority != other.priority ? priority > other.priority : order < other.order
    }
}

/// One pool, rate or breaker, by kind and name.
final class SharedResource {
    /// `pool gpu`
    let name: String
    let kind: ResourceKind
    /// Pool: places that this engine holds, and that others do; nodes that wait elsewhere.
    var held = 0
    var heldElsewhere = 0
    var waitsElsewhere = false
    /// Rate: when calls began, ascending; how many at each time.
    var starts: [(time: Int64, count: Int)] = []
    /// Breaker: when calls failed, and until when none is let through; 0: closed.
    var failures: [Int64] = []
    var openUntil: Int64 = 0
    /// Those that wait, in the order in which they are served.
    var queue: [Queued] = []
    var isDirty = false
    var isToBePumped = false

    init(name: String, kind: ResourceKind) {
        self.name = name
        self.kind = kind
    }

    func enqueue(_ queued: Queued) {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if queued.isBefore(queue[middle]) { high = middle } else { low = middle + 1 }
        }
        queue.insert(queued, at: low)
    }

    /// Drops those in front that no longer wait.
    func trim() {
        if let first = queue.firstIndex(where: \.isMeant) {
            if first > 0 { queue.removeFirst(first) }
        } else {
            queue.removeAll()
        }
    }

    // MARK: rate

    /// When a further call may begin: at or before `now` means now.
    func nextStart(_ now: Int64, count: Int, period: Int64) -> Int64 {
        starts.removeAll { $0.time <= now - period }
        var room = count
        // The latest `count` calls decide: one more may begin when the first of them is out of the period.
        for start in starts.reversed() {
            room -= start.count
            if room <= 0 { return start.time + period }
        }
        return now
    }

    /// Notes a call. Of many the times are taken together, each as late as the last of them.
    func noteStart(_ now: Int64, count: Int, period: Int64) {
        if let last = starts.last, last.time == now || count > 64 && last.time > now - period / 256 {
            starts[starts.count - 1] = (now, last.count + 1)
        } else {
            starts.append((now, 1))
        }
    }

    // MARK: storing

    var encoded: [UInt8] {
        var writer = ByteWriter()
        switch kind {
        case .pool:
            if held == 0 && queue.isEmpty { return [] }
            writer.appendCount(held)
            writer.appendBool(!queue.isEmpty)
        case .rate:
            writer.appendCount(starts.count)
            for start in starts {
                writer.appendInt(Int(start.time))
                writer.appendCount(start.count)
            }
        case .breaker:
            writer.appendInt(Int(openUntil))
            writer.appendCount(failures.count)
            for failure in failures { writer.appendInt(Int(failure)) }
        }
        return writer.toArray()
    }

    /// Takes over what is stored of a rate or breaker.
    func decode(_ bytes: [UInt8]) {
        _ = try? withByteReader(bytes) { (reader) throws(DecodeError) in
            switch kind {
            case .pool: break
            case .rate:
                starts.removeAll()
                for _ in 0..<(try reader.readVarint(max: bytes.count)) {
                    starts.append((Int64(try reader.readInt()), try reader.readVarint(max: Int.max)))
                }
            case .breaker:
                openUntil = Int64(try reader.readInt())
                failures.removeAll()
                for _ in 0..<(try reader.readVarint(max: bytes.count)) {
                    failures.append(Int64(try reader.readInt()))
                }
            }
        }
    }

    /// What another process has stored of a pool.
    static func poolPart(_ bytes: [UInt8]) -> (held: Int, waits: Bool) {
        (try? withByteReader(bytes) { (reader) throws(DecodeError) in
            (try reader.readVarint(max: Int.max), try reader.readBool())
        }) ?? (0, false)
    }
}

/// All that an engine knows of what runs share.
struct SharedResources {
    var known: [String: SharedResource] = [:]
    var dirty: [SharedResource] = []
    var toPump: [SharedResource] = []
    /// The state has been read in the transaction of this turn.
    var isFresh = false
    var lastOrder = 0
    /// Rows of what this engine has not had to do with.
    var unclaimed: [String: [ResourceRecord]] = [:]
    /// Rows of processes that are gone.
    var gone: [ResourceRecord] = []
    /// What this turn has put into the cache.
    var newResults: [[UInt8]: CacheRecord] = [:]
    /// Of this journal, once it is known: what cache keys are hashed with.
    var cacheKey: [UInt8] = []
    var newCacheKey = false
    static let cacheKeyName = "#cache"

    mutating func endTurn() {
        isFresh = false
        newResults.removeAll(keepingCapacity: true)
    }
}

extension Engine {
    /// The state of a resource as it is in the journal, brought up to date once per turn.
    func shared(_ kind: ResourceKind, _ name: String) -> SharedResource {
        let full = "\(kind) \(name)"
        freshen()
        if let known = shares.known[full] { return known }
        let made = SharedResource(name: full, kind: kind)
        shares.known[full] = made
        if let row = shares.unclaimed.removeValue(forKey: full) { take(row, made) }
        return made
    }

    /// Reads what others have written since the last turn that asked; from then on nobody else writes before the commit.
    func freshen() {
        guard !shares.isFresh, trouble == nil else { return }
        shares.isFresh = true
        do throws(JournalError) {
            try openSession(now)
            guard let session else { return }
            hasOpenTransaction = true
            guard let rows = try journal.resources(session) else { return }
            readShares(rows, session)
        } catch {
            trouble = error
        }
    }

    private func readShares(_ rows: [ResourceRecord], _ session: Session) {
        for shared in shares.known.values {
            shared.heldElsewhere = 0
            shared.waitsElsewhere = false
        }
        shares.unclaimed.removeAll()
        var isAlive: [Int64: Bool] = [:]
        for row in rows where row.owner != session.owner {
            if row.name == SharedResources.cacheKeyName {
                shares.cacheKey = row.bytes
                continue
            }
            if row.owner != 0 {
                if isAlive[row.owner] == nil { isAlive[row.owner] = ownerIsAlive(row.owner) }
                if isAlive[row.owner] == false {
                    shares.gone.append(ResourceRecord(name: row.name, owner: row.owner, bytes: []))
                    continue
                }
            }
            if let known = shares.known[row.name] {
                take([row], known)
            } else {
                shares.unclaimed[row.name, default: []].append(row)
            }
        }
    }

    private func ownerIsAlive(_ number: Int64) -> Bool {
        let owner = look { () throws(JournalError) in try journal.owner(number: number) }
        return owner.map { self.isAlive($0, now) } ?? false
    }

    private func take(_ rows: [ResourceRecord], _ shared: SharedResource) {
        for row in rows {
            if row.owner == 0 {
                shared.decode(row.bytes)
            } else {
                let part = SharedResource.poolPart(row.bytes)
                shared.heldElsewhere += part.held
                shared.waitsElsewhere = shared.waitsElsewhere || part.waits
            }
        }
    }

    /// The next commit stores it.
    func markDirty(_ shared: SharedResource) {
        if shared.isDirty { return }
        shared.isDirty = true
        shares.dirty.append(shared)
    }

    func pumpLater(_ shared: SharedResource) {
        if shared.isToBePumped { return }
        shared.isToBePumped = true
        shares.toPump.append(shared)
    }

    /// Others may have given places back.
    func lookAtPools() {
        for name in shares.known.keys.sorted() {
            if let shared = shares.known[name], !shared.queue.isEmpty { pumpLater(shared) }
        }
    }

    /// Adds what has changed to the batch.
    func flushShares() {
        for row in shares.gone { batch.set(resource: row) }
        shares.gone.removeAll()
        if shares.newCacheKey {
            shares.newCacheKey = false
            batch.set(
                resource: ResourceRecord(
                    name: SharedResources.cacheKeyName, owner: 0, bytes: shares.cacheKey))
        }
        for shared in shares.dirty {
            shared.isDirty = false
            let owner = shared.kind == .pool ? session?.owner ?? 0 : 0
            batch.set(resource: ResourceRecord(name: shared.name, owner: owner, bytes: shared.encoded))
            if shared.waitsElsewhere { batch.ringsForOthers = true }
        }
        shares.dirty.removeAll(keepingCapacity: true)
    }
}
