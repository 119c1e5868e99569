// `sql`: a step whose effect is a statement on the journal's own database. It is run at the beginning of the turn after
// the one that committed its start, in the transaction that this turn commits: its effect and its result are one, so
// that it happens exactly once. Knows nothing of SQL.

import WfJournal
import WfPlan
import WfValue

extension Engine {
    /// Runs the statements whose starts are durable and settles their steps; the transaction stays open for `commit`.
    /// Returns the runs that have turned out to be somebody else's.
    func settleStatements() throws(JournalError) -> [Int64] {
        if statements.isEmpty { return [] }
        let due = statements.compactMap { request in attempts[request.attempt.raw].map { (request, $0) } }
        statements.removeAll(keepingCapacity: true)
        if due.isEmpty { return [] }
        try openSession(now)
        guard let session else { return [] }
        let requests = due.map { request, live in
            StatementRequest(
                run: live.scope.run.number, epoch: live.scope.run.record.epoch, arguments: request.arguments,
                timeMax: timeMax(live))
        }
        let outcomes: [StatementOutcome]
        do throws(JournalError) { outcomes = try journal.execute(requests, session: session) } catch {
            isStopped = true
            throw error
        }
        hasOpenTransaction = true
        // The rest have their turn after this one.
        statements = due.dropFirst(outcomes.count).map { $0.0 }
        var lost: [Int64] = []
        for ((request, live), outcome) in zip(due, outcomes) {
            guard attempts[request.attempt.raw] === live else { continue }
            switch outcome {
            case .success(let bytes): settle(live, .success(bytes))
            case .failure(let kind, let message, let code):
                settle(live, .failure(EffectFailure(kind: kind, message: message, code: code)))
            case .lost: if !lost.contains(live.scope.run.number) { lost.append(live.scope.run.number) }
            }
        }
        return lost
    }

    /// Whether the next turn runs statements of steps.
    public var hasStatements: Bool { !statements.isEmpty }

    private func settle(_ live: LiveNode, _ outcome: EffectOutcome) {
        attempts[live.attemptId] = nil
        attemptEnded(live, outcome)
    }

    /// The step's timeout, if it is shorter than what any statement may take.
    private func timeMax(_ live: LiveNode) -> Int {
        guard let (clauses, source) = clauses(live, having: \.timeout),
            case .value(let duration) = evaluator.word(clauses.timeout, live.scope.run.context, source)
        else { return StatementLimits.timeMax }
        return max(0, min(duration, StatementLimits.timeMax))
    }
}
