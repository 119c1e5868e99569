// Pruning of the journal in memory.

extension MemoryJournal {
    private func prunableRuns(_ time: Int64) -> [Int64] {
        tables.runs.values.filter { run in
            run.mayBePruned(endedBefore: time, parent: tables.runs[run.parent])
        }.map(\.number).sorted()
    }

    public func prunable(endedBefore time: Int64) throws(JournalError) -> Int { prunableRuns(time).count }

    public func prune(endedBefore time: Int64, limit: Int) throws(JournalError) -> Int {
        let gone = prunableRuns(time).prefix(limit)
        for number in gone {
            if let run = tables.runs.removeValue(forKey: number) { tables.runNumbers[run.id] = nil }
            tables.state[number] = nil
            tables.logs[number] = nil
            for request in tables.requests.values where request.run == number {
                tables.requests[request.id] = nil
                tables.taken.remove(request.id)
            }
        }
        let plans = Set(tables.runs.values.map(\.plan))
        tables.plans = tables.plans.filter { plans.contains($0.key) || gone.isEmpty }
        return gone.count
    }

    public func sweep(
        _ part: PrunedPart, after: Int64, limit: Int
    ) throws(JournalError) -> Int64? {
        switch part {
        case .history:
            let stretch = tables.history.keys.filter { $0 > after }.sorted().prefix(limit)
            for id in stretch where tables.history[id].map({ tables.runs[$0.run] == nil }) ?? false {
                tables.history[id] = nil
            }
            return stretch.last
        case .values:
            let stretch = tables.values.keys.filter { $0 > after }.sorted().prefix(limit)
            for id in stretch where tables.valueRuns[id].map({ tables.runs[$0] == nil }) ?? false {
                tables.values[id] = nil
                tables.valueRuns[id] = nil
            }
            return stretch.last
        }
    }
}
