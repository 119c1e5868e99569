// A chunk that computes for long does not stop the world: between its slices the process shows that it lives, and it
// can be told to stop. Knows nothing of what a chunk computes.
import WfJournal

extension Engine {
    /// Whether a turn has been told to stop half-way. Such an engine is of no further use; what was committed before
    /// is safe.
    public var isInterrupted: Bool { evaluator.isInterrupted }

    /// Freshens the sign of life if it is time, and asks the driver whether to go on.
    func goOnComputing() -> Bool {
        guard let pulse else { return true }
        guard let moment = pulse() else {
            evaluator.isInterrupted = true
            return false
        }
        guard let session, moment.boot - lastHeartbeat >= EngineLimits.heartbeatEvery else { return true }
        var sign = Batch()
        sign.time = moment.wall
        sign.heartbeat = moment.boot
        // What it finds wrong, the turn's own commit finds again.
        guard (try? journal.commit(sign, session: session)) != nil else { return true }
        lastHeartbeat = moment.boot
        return true
    }
}
