// Requests from outside: found in the journal when somebody has rung, when a run is taken over, and with every
// heartbeat; handed to the run they are for; taken in the transaction that acts on them.

import WfJournal

extension Engine {
    /// Somebody may have posted a request: the next turn looks.
    public func notice() { isNoticeDue = true }

    /// Reads what was posted since the last look.
    func lookForRequests() throws(JournalError) {
        let isHeartbeatDue = now.boot - lastHeartbeat >= EngineLimits.heartbeatEvery
        guard isNoticeDue || isHeartbeatDue, session != nil, hasLiveRuns else { return }
        isNoticeDue = false
        if isHeartbeatDue && evicted.count > 0 { try countEvicted() }
        while true {
            let page = try journal.requests(run: nil, after: lastRequest, limit: EngineLimits.requestsPerRead)
            for request in page {
                lastRequest = request.id
                if let run = runs[request.run] {
                    deliver(request, to: run)
                } else if evicted.count > 0 {
                    try load(request.run)
                }
            }
            if page.count < EngineLimits.requestsPerRead { break }
        }
        lookAtOtherRuns()
        lookAtPools()
    }

    /// What had been posted for a run before it was taken over.
    func loadRequests(of run: Run) throws(JournalError) {
        while true {
            let after = run.waitingRequests.last?.id ?? 0
            let page = try journal.requests(
                run: run.number, after: after, limit: EngineLimits.requestsPerRead)
            run.waitingRequests += page
            if page.count < EngineLimits.requestsPerRead { return }
        }
    }

    /// Hands over what `loadRequests` has found.
    func deliverWaiting(to run: Run) {
        let requests = run.waitingRequests
        run.waitingRequests = []
        for request in requests { deliver(request, to: run) }
    }

    /// Hands a request to its run, once.
    private func deliver(_ request: RequestRecord, to run: Run) {
        guard request.id > run.lastRequest, !run.record.status.isEnded else { return }
        run.lastRequest = request.id
        switch request.kind {
        case .cancel:
            take(request, run)
            beginCancelling(run)
        case .resolve: resolve(request, run)
        case .pause:
            take(request, run)
            pause(run)
        case .unpause:
            take(request, run)
            unpause(run)
        case .signal: heard(request, run)
        case .complete, .fail: answered(request, run)
        }
    }

    /// The request is acted on in this turn's transaction.
    func take(_ request: RequestRecord, _ run: Run) {
        run.takenRequests.append(request)
        markDirty(run)
    }

    func flushRequests(of run: Run) {
        for request in run.takenRequests {
            batch.add(request.key.isEmpty ? .deleteRequest : .takeRequest, id: request.id)
        }
        run.takenRequests.removeAll(keepingCapacity: true)
    }
}
