// How compensation is stored: a row per entry, a row per passing outwards, one row with what came of it.
// docs/journal-format.md draws the layout.

import WfJournal
import WfPlan
import WfValue

/// Rows of compensation as read.
struct StoredUndo {
    var row: Int64
    var frame: Int
    var number: Int
    var block: Int
    var path: String
    var arguments: [UInt8]
    var failure: Failure?
}

struct StoredUndoPass {
    var row: Int64
    var from: Int
    var into: Int
}

extension Engine {
    /// Writes what a turn did to compensation.
    func flushUndos(of run: Run) {
        for (frame, entry) in run.newUndos where !entry.isGone {
            beginStateRow(.undo, run)
            rowWriter.appendCount(frame)
            rowWriter.appendCount(entry.number)
            rowWriter.appendCount(entry.block)
            rowWriter.appendString(entry.path)
            rowWriter.appendBool(entry.failure != nil)
            if let failure = entry.failure { failure.encode(to: &rowWriter) }
            rowWriter.append(entry.arguments)
            rowWriter.endRow()
            entry.row = write(row: entry.row, of: run)
        }
        run.newUndos.removeAll(keepingCapacity: true)
        for pass in run.newUndoPasses where !pass.isGone {
            beginStateRow(.undoPass, run)
            rowWriter.appendCount(pass.from)
            rowWriter.appendCount(pass.into)
            rowWriter.endRow()
            pass.row = write(row: 0, of: run)
        }
        run.newUndoPasses.removeAll(keepingCapacity: true)
        guard run.undoSummaryIsDirty else { return }
        run.undoSummaryIsDirty = false
        beginStateRow(.undoSummary, run)
        rowWriter.appendCount(0)
        rowWriter.appendCount(run.undoSummary.undone)
        rowWriter.appendCount(run.undoSummary.notUndoneCount)
        rowWriter.appendCount(run.undoSummary.notUndone.count)
        for failure in run.undoSummary.notUndone { failure.encode(to: &rowWriter) }
        rowWriter.endRow()
        run.undoSummaryRow = write(row: run.undoSummaryRow, of: run)
    }
}

extension StoredUndo {
    /// - Parameter frame: already read.
    static func decode(
        _ reader: inout ByteReader, row: Int64, frame: Int
    ) throws(DecodeError) -> StoredUndo {
        let number = try reader.readVarint(max: Int(Int32.max))
        let block = try reader.readVarint(max: Int(UInt32.max))
        let path = try reader.readString()
        let failure = try reader.readBool() ? try Failure.decode(from: &reader) : nil
        return StoredUndo(
            row: row, frame: frame, number: number, block: block, path: path,
            arguments: Array(try reader.readBytes(reader.remaining)), failure: failure)
    }
}

extension UndoSummary {
    static func decode(_ reader: inout ByteReader) throws(DecodeError) -> UndoSummary {
        var summary = UndoSummary()
        summary.undone = try reader.readVarint(max: Int(Int32.max))
        summary.notUndoneCount = try reader.readVarint(max: Int(Int32.max))
        let count = try reader.readVarint(max: EngineLimits.attachedFailuresMax)
        for _ in 0..<count { summary.notUndone.append(try Failure.decode(from: &reader)) }
        try reader.expectEnd()
        return summary
    }
}

/// What the rows of a run say about compensation, before its scopes are built.
struct StoredCompensation {
    private var undos: [StoredUndo] = []
    private var passes: [StoredUndoPass] = []
    private var undosByFrame: [Int: [StoredUndo]] = [:]
    private var passesByFrame: [Int: [StoredUndoPass]] = [:]
    private(set) var summary = UndoSummary()
    private(set) var summaryRow: Int64 = 0
    /// The highest number of a scope that a row names.
    private(set) var lastScope = 0

    mutating func add(_ undo: StoredUndo) {
        undos.append(undo)
        lastScope = max(lastScope, undo.frame)
    }

    mutating func add(_ pass: StoredUndoPass) {
        passes.append(pass)
        lastScope = max(lastScope, pass.from)
    }

    mutating func set(_ summary: UndoSummary, row: Int64) {
        self.summary = summary
        summaryRow = row
    }

    /// Finds the frame that each entry and passing belongs to now.
    mutating func resolve() {
        var into: [Int: Int] = [:]
        for pass in passes { into[pass.from] = pass.into }
        // A frame passes to one around it, or to another branch of its race; where it has gone on from there is noted.
        func frame(_ start: Int) -> Int {
            var (frame, way) = (start, [Int]())
            while let next = into[frame], way.count <= passes.count {
                way.append(frame)
                frame = next
            }
            for place in way { into[place] = frame }
            return frame
        }
        for pass in passes { passesByFrame[frame(pass.from), default: []].append(pass) }
        for undo in undos { undosByFrame[frame(undo.frame), default: []].append(undo) }
    }

    /// Gives a frame its entries, in order.
    func give(to scope: Scope) {
        for pass in passesByFrame[scope.id] ?? [] {
            let made = UndoPass(from: pass.from, into: pass.into)
            made.row = pass.row
            scope.undoPasses.append(made)
        }
        for undo in (undosByFrame[scope.id] ?? []).sorted(by: { $0.number < $1.number }) {
            let entry = UndoEntry(
                number: undo.number, block: undo.block, path: undo.path, arguments: undo.arguments,
                failure: undo.failure)
            entry.row = undo.row
            scope.undos.append(entry)
        }
    }

    /// The block of what a scope undoes last.
    func block(lastOf scope: Int) -> Int? {
        undosByFrame[scope]?.min { $0.number < $1.number }?.block
    }

    var lastNumber: Int { undos.map(\.number).max() ?? 0 }
    var count: Int { undos.count }
    var blocks: [(row: Int64, block: Int)] { undos.map { ($0.row, $0.block) } }
}
