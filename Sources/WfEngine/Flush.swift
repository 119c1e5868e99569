// What a turn changed becomes the writes of one transaction: per run one row of history, the touched pages,
// the new results of fan-outs, large values, and the run's row where its status changed.

import WfJournal
import WfValue

extension Engine {
    /// Adds a run's writes to the batch.
    func flush(_ run: Run) {
        run.isListedDirty = false
        batch.beginSection(
            run: run.number, epoch: run.record.epoch, isNew: !run.isStored, parent: run.record.parent)
        updateWaits(of: run)
        updateDue(of: run)
        let hasEnded = run.record.status.isEnded
        let hasEvents = run.eventCount > 0
        if hasEvents { flushHistory(of: run) }
        if hasEnded { run.record.historyHead = run.historyHead }
        if !run.isStored {
            storePlan(of: run)
            batch.insert(run: run.record)
            run.isStored = true
        } else if run.recordIsDirty {
            batch.update(run: run.record)
        }
        run.recordIsDirty = false
        for value in run.newValues {
            value.bytes.withUnsafeBytes { batch.add(.insertValue, id: value.row, bytes: $0) }
        }
        run.newValues.removeAll(keepingCapacity: true)
        for row in run.freedValues { batch.add(.deleteValue, id: row) }
        run.freedValues.removeAll(keepingCapacity: true)
        if hasEnded && !run.record.keepsState {
            // The end of a run deletes its state as a whole.
            run.dirtyScopes.removeAll()
            run.dirtyFans.removeAll()
            run.freedRows.removeAll()
            run.newUndos.removeAll()
            run.newUndoPasses.removeAll()
        } else {
            rowsWritten = 0
            flushState(of: run)
            if hasEvents, rowsWritten == 0, let root = run.root {
                // A row of state has to name this row of history.
                root.touch(page: 0)
                flushState(of: run)
            }
        }
        flushRequests(of: run)
        flushHearing(of: run)
        for result in run.newResults { batch.insert(cache: result) }
        run.newResults.removeAll(keepingCapacity: true)
        for log in run.logs { batch.append(log: log) }
        run.logs.removeAll(keepingCapacity: true)
    }

    /// Notes in the run's row when it goes on by itself, where it only waits.
    private func updateDue(of run: Run) {
        if run.record.status.isEnded { return }
        run.record.due = due(of: run)
        if run.record.due > 0 { evicted.candidates.append(run) }
        if run.record.due != run.storedDue {
            run.storedDue = run.record.due
            run.recordIsDirty = true
        }
    }

    private func flushHistory(of run: Run) {
        let id = nextId()
        let bytes = run.events.written
        batch.add(.history, id: id, number: run.historyHead, bytes: bytes, checksummed: true)
        run.historyHead = id
        run.events.truncate(to: 0)
        run.eventCount = 0
    }

    private func flushState(of run: Run) {
        for scope in run.dirtyScopes {
            scope.isListedDirty = false
            for page in scope.dirtyPages {
                scope.pageIsDirty[page] = false
                if scope.phase == .closed && !scope.isKept { continue }
                encode(page: page, of: scope)
                scope.pageRows[page] = write(row: scope.pageRows[page], of: run)
            }
            scope.dirtyPages.removeAll(keepingCapacity: true)
        }
        run.dirtyScopes.removeAll(keepingCapacity: true)
        for live in run.dirtyFans {
            guard let fan = live.fan, !live.isDone else { continue }
            flushResults(of: live, fan)
        }
        run.dirtyFans.removeAll(keepingCapacity: true)
        flushUndos(of: run)
        for row in run.freedRows { batch.add(.deleteState, id: row) }
        run.freedRows.removeAll(keepingCapacity: true)
    }

    /// Adds the row in `rowWriter`: over its old content, over a row that is no longer needed, or as a new
    /// one.
    func write(row: Int64, of run: Run) -> Int64 {
        rowsWritten += 1
        if row != 0 {
            batch.add(.updateState, id: row, bytes: rowWriter.written)
            return row
        }
        if let freed = run.freedRows.popLast() {
            batch.add(.updateState, id: freed, bytes: rowWriter.written)
            return freed
        }
        let made = nextId()
        batch.add(.insertState, id: made, bytes: rowWriter.written)
        return made
    }

    private func storePlan(of run: Run) {
        let plan = run.context.plan
        guard storedPlans.insert(plan.identity).inserted else { return }
        batch.add(plan: plan.identity, bytes: plan.memory)
    }
}
