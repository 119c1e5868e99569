// How the state of a loop is stored: a small one in the scope of its turn; a large one as a whole value and what has
// changed since, so that a turn writes what it has changed, however long the state has become. When the changes
// have come to as much as the state itself, it is written whole again: so all of a list that grows to n bytes costs a
// few times n. docs/journal-format.md draws the layout.
//
//     whole ←─ row of changes ←─ row of changes ←─ changes in the scope's own row
//
// Knows rows and bytes; knows nothing of what the state means.

import WfJournal
import WfPlan
import WfValue

/// A large state of a loop as the journal has it.
struct LoopState {
    /// The row of the whole value.
    var whole: Int64
    /// Rows of changes, oldest first.
    var rows: [Int64] = []
    /// Changes that have no row yet.
    var tail: [UInt8] = []
    /// Changes since the whole value, and their bytes.
    var changeCount = 0
    var changeBytes = 0
    /// What all this comes to.
    var value: [UInt8]

    var allRows: [Int64] { [whole] + rows }
}

/// A loop's state as a scope's row says.
enum StoredLoopState {
    case inline([UInt8])
    case changed(whole: Int64, rowCount: Int, lastRow: Int64, tail: [UInt8])
}

extension Engine {
    /// Writes the state of a turn to `rowWriter`, and to the batch what has no room there.
    func encodeLoopState(of scope: Scope) {
        // What nothing reads any more is left as it was.
        if !scope.values.isEmpty, let value = scope.values[0] { bring(scope, to: value.bytes) }
        guard let state = scope.loopState else {
            let bytes = scope.values.isEmpty ? [] : scope.values[0]?.bytes ?? []
            rowWriter.append(3)
            rowWriter.appendCount(bytes.count)
            return rowWriter.append(bytes)
        }
        rowWriter.append(4)
        rowWriter.appendVarint(UInt64(bitPattern: state.whole))
        rowWriter.appendCount(state.rows.count)
        if let last = state.rows.last { rowWriter.appendVarint(UInt64(bitPattern: last)) }
        rowWriter.appendCount(state.tail.count)
        rowWriter.append(state.tail)
    }

    /// Makes what is stored come to these bytes.
    private func bring(_ scope: Scope, to bytes: [UInt8]) {
        guard bytes.count > EngineLimits.inlineValueBytesMax else {
            for row in scope.loopState?.allRows ?? [] { batch.add(.deleteValue, id: row) }
            scope.loopState = nil
            return
        }
        guard var state = scope.loopState else {
            scope.loopState = LoopState(whole: storeNow(bytes), value: bytes)
            return
        }
        if state.value == bytes { return }
        var change = ByteWriter()
        ByteChanges.write(from: state.value, to: bytes, &change)
        state.changeBytes += change.count
        state.changeCount += 1
        if state.changeBytes > bytes.count || state.changeCount > EngineLimits.stateChangesMax {
            for row in state.allRows { batch.add(.deleteValue, id: row) }
            scope.loopState = LoopState(whole: storeNow(bytes), value: bytes)
            return
        }
        scope.loopState = nil
        state.tail += change.toArray()
        if state.tail.count > EngineLimits.inlineValueBytesMax {
            var row = ByteWriter()
            row.appendVarint(UInt64(bitPattern: state.rows.last ?? 0))
            row.append(state.tail)
            state.rows.append(storeNow(row.toArray()))
            state.tail.removeAll(keepingCapacity: true)
        }
        state.value = bytes
        scope.loopState = state
    }

    /// Adds a value to the open section of the batch.
    private func storeNow(_ bytes: [UInt8]) -> Int64 {
        let row = nextId()
        bytes.withUnsafeBytes { batch.add(.insertValue, id: row, bytes: $0) }
        return row
    }

    /// Lets go of the rows of a turn's state.
    func freeLoopState(of scope: Scope) {
        guard let state = scope.loopState else { return }
        scope.run.freedValues += state.allRows
        scope.loopState = nil
    }
}

// MARK: reading

extension ByteReader {
    mutating func readLoopState() throws(DecodeError) -> StoredLoopState {
        let whole = Int64(bitPattern: try readVarint())
        let count = try readVarint(max: EngineLimits.stateChangesMax)
        let last = count > 0 ? Int64(bitPattern: try readVarint()) : 0
        return .changed(
            whole: whole, rowCount: count, lastRow: last, tail: Array(try readBytes(try readLength())))
    }
}

extension RunBuilder {
    /// Gives a turn its state: the whole value and all changes since, oldest first.
    func giveLoopState(_ scope: Scope, _ stored: StoredLoopState) throws(EngineError) {
        let value: [UInt8]
        switch stored {
        case .inline(let bytes): value = bytes
        case .changed(let whole, let count, let last, let tail):
            var state = LoopState(whole: whole, value: try loadValue(whole))
            var changes: [[UInt8]] = []
            var row = last
            for _ in 0..<count {
                let (changed, previous) = try loadChanges(row, in: scope)
                changes.append(changed)
                state.rows.append(row)
                row = previous
            }
            guard row == 0 else { throw damaged("the state of scope \(scope.id) has a change too many") }
            state.rows.reverse()
            for changed in changes.reversed() { try apply(changed, to: &state, of: scope) }
            try apply(tail, to: &state, of: scope)
            state.tail = tail
            scope.loopState = state
            value = state.value
        }
        if !scope.values.isEmpty, scope.readersLeft[0] > 0 {
            scope.values[0] = SlotValue(bytes: value, row: 0)
        }
    }

    /// A row of changes, and the row before it. Older rows have smaller numbers, so no chain is a ring.
    private func loadChanges(_ row: Int64, in scope: Scope) throws(EngineError) -> ([UInt8], Int64) {
        let bytes = try loadValue(row)
        let read = try? withByteReader(bytes) { (reader) throws(DecodeError) in
            let previous = Int64(bitPattern: try reader.readVarint())
            return (Array(try reader.readBytes(reader.remaining)), previous)
        }
        guard let read, read.1 < row else {
            throw damaged("value \(row) is no change of the state of scope \(scope.id)")
        }
        return read
    }

    private func apply(_ changes: [UInt8], to state: inout LoopState, of scope: Scope) throws(EngineError) {
        do throws(DecodeError) {
            try withByteReader(changes) { (reader) throws(DecodeError) in
                while !reader.isAtEnd {
                    guard state.changeCount < EngineLimits.stateChangesMax else {
                        throw reader.error(.outOfRange)
                    }
                    try ByteChanges.apply(&reader, to: &state.value)
                    state.changeCount += 1
                }
            }
            state.changeBytes += changes.count
        } catch {
            throw damaged("the state of scope \(scope.id) cannot be read: \(error)")
        }
    }
}
