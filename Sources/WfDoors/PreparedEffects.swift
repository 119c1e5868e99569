// Effects whose start is recorded and that wait for a place: when an attempt of the same fan-out has succeeded, the one
// that has waited longest begins at once, without waiting for a commit. Knows nothing of runs and of how effects are
// done.
import WfEngine

/// Who waits, and who of those under way makes room. Owned by the loop's thread.
struct PreparedEffects {
    /// By fan-out, in the order in which they are to begin.
    private var waiting: [UInt64: [EffectRequest]] = [:]
    /// The fan-outs of attempts under way, and how many each has.
    private var groups: [AttemptId: UInt64] = [:]
    private var underWay: [UInt64: Int] = [:]

    /// Keeps an effect until there is a place for it.
    mutating func keep(_ request: EffectRequest) { waiting[request.group, default: []].append(request) }

    /// An effect begins that is an item of a fan-out, or is not.
    mutating func begin(_ request: EffectRequest) {
        if request.group == 0 { return }
        groups[request.attempt] = request.group
        underWay[request.group, default: 0] += 1
    }

    /// An attempt has ended. Returns what takes its place, and whether so many still wait that the engine need not
    /// hear of it at once.
    mutating func end(
        _ attempt: AttemptId, _ outcome: EffectOutcome
    ) -> (request: EffectRequest, canWait: Bool)? {
        guard let group = groups.removeValue(forKey: attempt) else { return nil }
        let left = (underWay[group] ?? 1) - 1
        underWay[group] = left == 0 ? nil : left
        guard case .success = outcome, let request = take(group, where: { _ in true }) else { return nil }
        return (request, (waiting[group]?.count ?? 0) > 2 * left)
    }

    /// Takes an effect out by its attempt; nil when it is not kept.
    mutating func take(_ attempt: AttemptId) -> EffectRequest? {
        for group in waiting.keys {
            if let found = take(group, where: { $0.attempt == attempt }) { return found }
        }
        return nil
    }

    private mutating func take(_ group: UInt64, where isWanted: (EffectRequest) -> Bool) -> EffectRequest? {
        guard let place = waiting[group]?.firstIndex(where: isWanted) else { return nil }
        let request = waiting[group]?.remove(at: place)
        if waiting[group]?.isEmpty ?? false { waiting[group] = nil }
        return request
    }
}
