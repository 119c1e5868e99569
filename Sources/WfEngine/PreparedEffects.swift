// Effects whose start is recorded and that wait for a place: when an attempt of the same fan-out has succeeded, the one
// that has waited longest begins at once, without waiting for a commit. Knows nothing of runs and of how effects are
// done.
//
// Turns and effects overlap: what a turn says may be late. When it says that an effect is to begin that has begun
// meanwhile, in the place of one that the engine has not heard of yet, a place is left over, and the next one takes it:
// else that place would stand idle, turn after turn, as long as each turn names what has begun while it was taken.

/// Who waits, who is under way, and how many places there are. Owned by the driver.
public struct PreparedEffects {
    private struct Group {
        /// In the order in which they are to begin.
        var waiting: [EffectRequest] = []
        var underWay = 0
        /// Places of effects that have not succeeded: what follows is the engine's decision.
        var undecided = 0
        var limit = 0
        var hasRoom: Bool { underWay + undecided < limit }
    }

    private var groups: [UInt64: Group] = [:]
    /// The fan-outs of attempts under way.
    private var groupOf: [AttemptId: UInt64] = [:]

    public init() {}

    /// How many effects of fan-outs are under way.
    public var underWay: Int { groupOf.count }

    /// Keeps an effect until there is a place for it.
    public mutating func keep(_ request: EffectRequest) {
        groups[request.group, default: Group()].waiting.append(request)
        groups[request.group]?.limit = request.groupLimit
    }

    /// The engine has had an effect begun that is an item of a fan-out, or is not.
    public mutating func begin(_ request: EffectRequest) {
        if request.group == 0 { return }
        groups[request.group, default: Group()].undecided -= 1
        place(request)
    }

    private mutating func place(_ request: EffectRequest) {
        var group = groups[request.group] ?? Group()
        group.undecided = max(0, group.undecided)
        group.underWay += 1
        group.limit = request.groupLimit
        groups[request.group] = group
        groupOf[request.attempt] = request.group
    }

    /// An attempt has ended. Returns what begins in its place, and whether so many still wait that the engine need
    /// not hear of it at once.
    public mutating func end(
        _ attempt: AttemptId, _ outcome: EffectOutcome
    ) -> (request: EffectRequest, canWait: Bool)? {
        guard let number = groupOf.removeValue(forKey: attempt), var group = groups[number] else {
            return nil
        }
        group.underWay -= 1
        let left = group.underWay
        var next: EffectRequest?
        if case .success = outcome {
            if !group.waiting.isEmpty { next = group.waiting.removeFirst() }
        } else {
            group.undecided += 1
        }
        let isOver = next == nil && left == 0 && group.waiting.isEmpty
        groups[number] = isOver ? nil : group
        guard let next else { return nil }
        place(next)
        return (next, group.waiting.count > 2 * left)
    }

    /// The engine lets a prepared effect begin. Returns what is to begin: it, or another of its fan-out that takes the
    /// place that was meant, of which the engine has to hear by `began`.
    public mutating func start(
        _ start: PreparedStart
    ) -> (request: EffectRequest, isAnother: Bool)? {
        guard var group = groups[start.group] else { return nil }
        if let index = group.waiting.firstIndex(where: { $0.attempt == start.attempt }) {
            let request = group.waiting.remove(at: index)
            groups[start.group] = group
            begin(request)
            return (request, false)
        }
        guard group.hasRoom, !group.waiting.isEmpty else { return nil }
        let request = group.waiting.removeFirst()
        groups[start.group] = group
        place(request)
        return (request, true)
    }

    /// Takes an effect out that is not to begin; nil when it is not kept.
    public mutating func take(_ attempt: AttemptId) -> EffectRequest? {
        for number in groups.keys {
            guard let index = groups[number]?.waiting.firstIndex(where: { $0.attempt == attempt }) else {
                continue
            }
            return groups[number]?.waiting.remove(at: index)
        }
        return nil
    }
}
