// The results of a fan-out: each is a row of its own, written when its item has ended. What has not much room in
// memory, and all that a resume finds, is read when the fan-out yields its list, a row at a time. So a fan-out costs
// memory for what is live in it, and resuming it reads no result. Knows rows; knows nothing of what the values mean.

import WfJournal
import WfPlan
import WfValue

struct StoredResult {
    var row: Int64
    var scope: Int
    var node: Int
    var index: Int
}

extension Fan {
    /// Whether an item has ended with a value, which is here or in the journal.
    func isDone(_ index: Int) -> Bool { results[index] != nil || rows[index] != 0 }
}

extension Engine {
    /// Writes the results that the journal does not have yet, and forgets those that have no room here.
    func flushResults(of live: LiveNode, _ fan: Fan) {
        for index in fan.unwritten {
            guard let bytes = fan.results[index] else { continue }
            encode(result: index, of: live, bytes)
            fan.rows[index] = write(row: 0, of: live.scope.run)
            if fan.residentBytes + bytes.count > residentResultBytesMax {
                fan.results[index] = nil
            } else {
                fan.residentBytes += bytes.count
            }
        }
        fan.unwritten.removeAll(keepingCapacity: true)
    }

    /// Writes a fan-out's result to `rowWriter`.
    private func encode(result index: Int, of live: LiveNode, _ bytes: [UInt8]) {
        beginStateRow(.fanResult, live.scope.run)
        rowWriter.appendCount(live.scope.id)
        rowWriter.appendCount(live.node)
        rowWriter.appendCount(index)
        rowWriter.append(bytes)
        rowWriter.endRow()
    }

    /// The list of the results; nil if the journal refused one (`trouble`).
    func assembled(_ live: LiveNode, _ fan: Fan) -> [UInt8]? {
        var writer = ByteWriter()
        writer.appendCount(fan.count)
        for index in 0..<fan.count where !append(result: index, of: live, fan, to: &writer) { return nil }
        return writer.toArray()
    }

    /// One result; nil if the journal refused it.
    func result(_ index: Int, of live: LiveNode, _ fan: Fan) -> [UInt8]? {
        var writer = ByteWriter()
        return append(result: index, of: live, fan, to: &writer) ? writer.toArray() : nil
    }

    private func append(
        result index: Int, of live: LiveNode, _ fan: Fan, to writer: inout ByteWriter
    ) -> Bool {
        if let bytes = fan.results[index] {
            writer.append(bytes)
            return true
        }
        let (row, run) = (fan.rows[index], live.scope.run)
        guard let bytes = look({ () throws(JournalError) in try journal.state(run: run.number, id: row) })
        else {
            if trouble == nil { trouble = missing(row) }
            return false
        }
        let isRead = bytes.withUnsafeBytes { all -> Bool in
            guard case .result(let found, let value) = try? StoredRow.decode(row, all).row,
                found.scope == live.scope.id, found.node == live.node, found.index == index
            else { return false }
            writer.append(value)
            return true
        }
        if !isRead { trouble = missing(row) }
        return isRead
    }

    private func missing(_ row: Int64) -> JournalError {
        .corrupt(place: "state row \(row)", detail: "it is missing, or not the result that was there")
    }
}
