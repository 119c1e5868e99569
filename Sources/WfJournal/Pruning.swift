// What is removed of runs that have ended long ago: their rows first, in one transaction, and then, a stretch at a time,
// what is left of them in the tables that know no run by an index. A run that nobody finds any more has no past that
// could be found half gone; what an interruption leaves is removed by the next sweep.

/// A table that is swept.
public enum PrunedPart: CaseIterable, Sendable {
    case history, values
}

extension RunRecord {
    /// Whether it may go: it has ended, and no live run has started it, which may still ask what came of it.
    func mayBePruned(endedBefore time: Int64, parent: RunRecord?) -> Bool {
        status.isEnded && ended < time && (parent?.status.isEnded ?? true)
    }
}
