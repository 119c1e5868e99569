// Timers: a binary heap ordered by due time, then by order of setting. A timer whose node has moved on stays
// until it is due and is then ignored; many of those are swept.

/// What is due.
enum TimerKind: UInt8 {
    /// The attempt has taken too long.
    case timeout
    /// All attempts together have taken too long.
    case deadline
    /// A sleep or a pause between attempts is over.
    case due
}

struct TimerEntry {
    var due: Int64
    var order: UInt64
    var kind: TimerKind
    var serial: UInt32
    var live: LiveNode

    /// Whether the node still means this timer.
    var isMeant: Bool {
        if live.isDone { return false }
        switch kind {
        case .deadline: return live.deadlineAt == due
        case .timeout, .due: return live.serial == serial
        }
    }
}

struct TimerHeap {
    private var entries: [TimerEntry] = []
    private var lastOrder: UInt64 = 0
    private var sweepAt = 1024

    mutating func add(due: Int64, kind: TimerKind, live: LiveNode) {
        if entries.count >= sweepAt { sweep() }
        lastOrder += 1
        entries.append(TimerEntry(due: due, order: lastOrder, kind: kind, serial: live.serial, live: live))
        rise(entries.count - 1)
    }

    /// When the next meant timer is due.
    mutating func next() -> Int64? {
        while let first = entries.first {
            if first.isMeant { return first.due }
            removeFirst()
        }
        return nil
    }

    /// Takes the next timer that is due at `now`.
    mutating func take(now: Int64) -> TimerEntry? {
        while let first = entries.first, first.due <= now || !first.isMeant {
            removeFirst()
            if first.isMeant { return first }
        }
        return nil
    }

    private mutating func sweep() {
        let kept = entries.filter(\.isMeant)
        entries.removeAll(keepingCapacity: true)
        for entry in kept {
            entries.append(entry)
            rise(entries.count - 1)
        }
        sweepAt = max(1024, entries.count * 2)
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        entries[a].due != entries[b].due
            ? entries[a].due < entries[b].due : entries[a].order < entries[b].order
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            if !isBefore(index, parent) { return }
            entries.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count && isBefore(child, least)
            {
                least = child
            }
            if least == index { return }
            entries.swapAt(index, least)
            index = least
        }
    }
}
