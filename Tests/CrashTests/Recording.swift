// What came of each attempt of a run over the real doors, and how long it took, so that the run can be had again with
// neither doors nor waiting.
import WfDoors
import WfEngine

/// What came of an attempt.
struct Answer {
    var outcome: EffectOutcome
    /// Microseconds.
    var duration: Int64
    /// It ended because it was told to stop.
    var wasStopped: Bool
}

/// The answers by key, in the order of the attempts.
struct Recording {
    private var answers: [String: [Answer?]] = [:]
    private var underWay: [AttemptId: (key: String, attempt: Int, since: Int, isStopped: Bool)] = [:]

    mutating func began(_ request: EffectRequest) {
        underWay[request.attempt] = (
            request.key, answers[request.key]?.count ?? 0, wallMicroseconds(), false
        )
        answers[request.key, default: []].append(nil)
    }

    mutating func stopped(_ attempt: AttemptId) { underWay[attempt]?.isStopped = true }

    mutating func ended(_ attempt: AttemptId, _ outcome: EffectOutcome) {
        guard let place = underWay.removeValue(forKey: attempt) else { return }
        answers[place.key]?[place.attempt] = Answer(
            outcome: outcome, duration: Int64(wallMicroseconds() - place.since), wasStopped: place.isStopped)
    }

    /// What comes of the attempt at `key` that so many came before. Nil: it has not ended while it was watched.
    func answer(_ key: String, after earlier: Int) -> Answer? {
        guard let all = answers[key], earlier < all.count else { return nil }
        return all[earlier]
    }
}
