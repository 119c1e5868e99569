// How live state is stored: pages of a scope and results of a fan-out, as rows of bytes with a checksum.
// Reading is checked against every bound; nothing is trusted. docs/journal-format.md draws the layout.

import WfJournal
import WfPlan
import WfValue

/// What a row of state begins with, behind the checksum.
enum StateKind: UInt8 {
    case page = 1
    case fanResult = 2
    /// How a step would be undone.
    case undo = 8
    /// That a frame's undos belong to another.
    case undoPass = 9
    /// What undoing has come to.
    case undoSummary = 10
}

enum NodeBits {
    static var status: UInt8 { 0x0F }
    static var inlineValue: UInt8 { 0x10 }
    static var rowValue: UInt8 { 0x20 }
    static var details: UInt8 { 0x40 }
    static var repeated: UInt8 { 0x80 }
}

extension ByteWriter {
    /// Leaves room for the checksum of a row.
    mutating func beginRow() {
        truncate(to: 0)
        appendFixed32(0)
    }

    /// Fills in the checksum.
    mutating func endRow() {
        let body = UnsafeRawBufferPointer(rebasing: written[4...])
        UnsafeMutableRawPointer(start).storeBytes(of: checksum(body).littleEndian, as: UInt32.self)
    }

    private mutating func appendFixed32(_ value: UInt32) {
        UnsafeMutableRawPointer(reserve(4)).storeBytes(of: value.littleEndian, as: UInt32.self)
        advance(4)
    }
}

extension Engine {
    /// Begins a row of state. Each says where history ends and which scope was the last, so that a run that is
    /// taken over goes on behind both.
    func beginStateRow(_ kind: StateKind, _ run: Run) {
        rowWriter.beginRow()
        rowWriter.append(kind.rawValue)
        rowWriter.appendVarint(UInt64(bitPattern: run.historyHead))
        rowWriter.appendCount(run.lastScopeId)
    }

    /// Writes one page of a scope to `rowWriter`.
    func encode(page: Int, of scope: Scope) {
        beginStateRow(.page, scope.run)
        rowWriter.appendCount(scope.id)
        rowWriter.appendCount(page)
        if page == 0 { encodeHeader(of: scope) }
        let first = page * EngineLimits.nodesPerPage
        let last = min(first + EngineLimits.nodesPerPage, scope.layout.nodeCount)
        encodeMarking(of: scope, page: page, first..<last)
        var node = first
        while node < last {
            let status = scope.statuses[node]
            let isTerminal = scope.status(node).isTerminal
            let live = status > 0 && !isTerminal ? scope.live[node] : nil
            let value = isTerminal || scope.flow != nil ? storedValue(of: node, in: scope) : nil
            if live == nil && value == nil {
                var end = node + 1
                while end < last, scope.statuses[end] == status,
                    status == 0 && scope.flow == nil || isBare(end, scope)
                {
                    end += 1
                }
                if end == node + 1 {
                    rowWriter.append(status)
                } else {
                    rowWriter.append(status | NodeBits.repeated)
                    rowWriter.appendCount(end - node)
                }
                node = end
                continue
            }
            let valueBit = value.map { $0.row != 0 ? NodeBits.rowValue : NodeBits.inlineValue } ?? 0
            rowWriter.append(status | valueBit | (live == nil ? 0 : NodeBits.details))
            if let live { encode(live) }
            if let value {
                if value.row != 0 {
                    rowWriter.appendVarint(UInt64(bitPattern: value.row))
                } else {
                    rowWriter.appendCount(value.bytes.count)
                    rowWriter.append(value.bytes)
                }
            }
            node += 1
        }
        rowWriter.endRow()
    }

    private func storedValue(of node: Int, in scope: Scope) -> SlotValue? {
        if let flow = scope.flow { return storedFlowValue(of: node, in: scope, flow) }
        let slot = scope.row(node).slot
        return slot == .none ? nil : scope.values[Int(slot)]
    }

    /// Whether a node's status is all there is to store.
    private func isBare(_ node: Int, _ scope: Scope) -> Bool {
        let status = scope.status(node)
        if scope.flow != nil && storedValue(of: node, in: scope) != nil { return false }
        return status.isTerminal ? storedValue(of: node, in: scope) == nil : scope.live[node] == nil
    }

    private func encodeHeader(of scope: Scope) {
        rowWriter.appendCount(scope.layout.block)
        rowWriter.appendCount(scope.parent?.id ?? 0)
        rowWriter.appendCount(scope.parentNode)
        rowWriter.append(scope.parentRole.rawValue)
        rowWriter.appendCount(scope.ordinal + 1)
        rowWriter.appendCount(scope.attempt)
        rowWriter.append(scope.phase.rawValue)
        rowWriter.appendBool(scope.failure != nil)
        if let failure = scope.failure { failure.encode(to: &rowWriter) }
        // Only a loop's state and a catch's error cannot be computed again from the scope around it.
        switch parentKind(of: scope) {
        case .loop: encodeLoopState(of: scope)
        case .try where scope.ordinal >= 0: encodeError(of: scope)
        default: rowWriter.append(0)
        }
    }

    /// What a scope is to the node that it belongs to; nil: the root, or what undoes a step.
    private func parentKind(of scope: Scope) -> NodeKind? {
        guard let parent = scope.parent, scope.parentRole != .undo else { return nil }
        return NodeKind(rawValue: row(parent, scope.parentNode, scope.parentRole).kind)
    }

    private func encodeError(of scope: Scope) {
        if scope.errorRow != 0 {
            rowWriter.append(2)
            rowWriter.appendVarint(UInt64(bitPattern: scope.errorRow))
        } else if scope.values.isEmpty {
            rowWriter.append(0)
        } else {
            let error = scope.values[0] ?? SlotValue(bytes: [], row: 0)
            rowWriter.append(1)
            rowWriter.appendCount(error.bytes.count)
            rowWriter.append(error.bytes)
        }
    }

    private func encode(_ live: LiveNode) {
        rowWriter.append(live.role.rawValue)
        rowWriter.appendCount(live.attempt)
        rowWriter.appendCount(live.failures)
        rowWriter.appendCount(live.unknowns)
        rowWriter.appendInt(Int(live.deadlineAt))
        rowWriter.appendInt(Int(live.dueAt))
        rowWriter.append((live.isTimedOut ? 1 : 0) | (live.isExpired ? 2 : 0))
        rowWriter.appendBool(live.fan?.failure != nil)
        if let failure = live.fan?.failure { failure.encode(to: &rowWriter) }
        let status = live.scope.status(live.node)
        if status.keepsTimeout { rowWriter.appendInt(Int(live.listening.timeoutAt)) }
        if status == .listening {
            rowWriter.appendString(live.listening.what)
            rowWriter.appendCount(live.listening.order)
            rowWriter.appendVarint(UInt64(bitPattern: live.listening.item))
        }
    }

}

// MARK: reading

/// A page as read; nodes that are only waiting are left out.
struct StoredPage {
    var row: Int64
    var page: Int
    var header: StoredHeader?
    var marking: StoredMarking?
    var nodes: [StoredNode]
}

struct StoredHeader {
    var block: Int
    var parent: Int
    var parentNode: Int
    var parentRole: NodeRole
    var ordinal: Int
    var attempt: Int
    var phase: ScopePhase
    var failure: Failure?
    var error: StoredValue?
    var loopState: StoredLoopState?
}

enum StoredValue {
    case inline([UInt8])
    case row(Int64)
}

struct StoredNode {
    var node: Int
    var status: NodeStatus
    var value: StoredValue?
    var details: StoredDetails?
}

struct StoredDetails {
    var role: NodeRole
    var attempt: Int
    var failures: Int
    var unknowns: Int
    var deadlineAt: Int64
    var dueAt: Int64
    var isTimedOut: Bool
    var isExpired: Bool
    var fanFailure: Failure?
    var listening = Listening()
}

enum StoredRow {
    case page(scope: Int, StoredPage)
    /// The bytes are part of those that were read.
    case result(StoredResult, UnsafeRawBufferPointer)
    case undo(StoredUndo)
    case undoPass(StoredUndoPass)
    case undoSummary(row: Int64, UndoSummary)
}

extension StoredRow {
    /// Reads a row of state and its idea of the history's head.
    /// - Throws: a `DecodeError` for anything that the writer would not have written.
    static func decode(
        _ id: Int64, _ bytes: UnsafeRawBufferPointer
    ) throws(DecodeError) -> (row: StoredRow, head: Int64, lastScope: Int) {
        var reader = ByteReader(bytes)
        let stored = try reader.readBytes(4)
        let expected = UInt32(littleEndian: stored.loadUnaligned(as: UInt32.self))
        guard checksum(UnsafeRawBufferPointer(rebasing: bytes[4...])) == expected else {
            throw reader.error(.notCanonical)
        }
        let kind = try reader.readByte()
        let head = Int64(bitPattern: try reader.readVarint())
        let last = try reader.readVarint(max: Int(Int32.max))
        let scope = try reader.readVarint(max: Int(Int32.max))
        switch StateKind(rawValue: kind) {
        case .page: return (.page(scope: scope, try page(&reader, id)), head, last)
        case .fanResult:
            let node = try reader.readVarint(max: Int(Int32.max))
            let index = try reader.readVarint(max: EngineLimits.fanItemsMax)
            let result = StoredResult(row: id, scope: scope, node: node, index: index)
            return (.result(result, try reader.readBytes(reader.remaining)), head, last)
        case .undo: return (.undo(try StoredUndo.decode(&reader, row: id, frame: scope)), head, last)
        case .undoPass:
            let into = try reader.readVarint(max: Int(Int32.max))
            return (.undoPass(StoredUndoPass(row: id, from: scope, into: into)), head, last)
        case .undoSummary: return (.undoSummary(row: id, try UndoSummary.decode(&reader)), head, last)
        case nil: throw reader.error(.unknownTag)
        }
    }

    private static func page(_ reader: inout ByteReader, _ row: Int64) throws(DecodeError) -> StoredPage {
        let number = try reader.readVarint(max: Int(Int32.max) / EngineLimits.nodesPerPage)
        var page = StoredPage(row: row, page: number, header: nil, nodes: [])
        if number == 0 { page.header = try header(&reader) }
        page.marking = try StoredMarking.decode(&reader)
        var node = number * EngineLimits.nodesPerPage
        let end = node + EngineLimits.nodesPerPage
        while !reader.isAtEnd {
            let byte = try reader.readByte()
            guard let status = NodeStatus(rawValue: byte & NodeBits.status), node < end else {
                throw reader.error(.outOfRange)
            }
            if byte & ~NodeBits.status == NodeBits.repeated {
                let count = try reader.readVarint(max: end - node)
                if status != .waiting {
                    for offset in 0..<count {
                        page.nodes.append(StoredNode(node: node + offset, status: status))
                    }
                }
                node += count
                continue
            }
            guard byte & NodeBits.repeated == 0 else { throw reader.error(.unknownTag) }
            var item = StoredNode(node: node, status: status)
            if byte & NodeBits.details != 0 { item.details = try details(&reader, status) }
            switch byte & (NodeBits.rowValue | NodeBits.inlineValue) {
            case 0: break
            case NodeBits.rowValue: item.value = .row(Int64(bitPattern: try reader.readVarint()))
            case NodeBits.inlineValue:
                item.value = .inline(Array(try reader.readBytes(try reader.readLength())))
            default: throw reader.error(.unknownTag)
            }
            if status != .waiting || item.value != nil { page.nodes.append(item) }
            node += 1
        }
        return page
    }

    private static func header(_ reader: inout ByteReader) throws(DecodeError) -> StoredHeader {
        let block = try reader.readVarint(max: Int(UInt32.max))
        let parent = try reader.readVarint(max: Int(Int32.max))
        let parentNode = try reader.readVarint(max: Int(Int32.max))
        let role = try readRole(&reader)
        let ordinal = try reader.readVarint(max: Int(Int32.max)) - 1
        let attempt = try reader.readVarint(max: Int(Int32.max))
        guard let phase = ScopePhase(rawValue: try reader.readByte()) else { throw reader.error(.unknownTag) }
        let failure = try reader.readBool() ? try Failure.decode(from: &reader) : nil
        var error: StoredValue?
        var loopState: StoredLoopState?
        switch try reader.readByte() {
        case 0: break
        case 1: error = .inline(Array(try reader.readBytes(try reader.readLength())))
        case 2: error = .row(Int64(bitPattern: try reader.readVarint()))
        case 3: loopState = .inline(Array(try reader.readBytes(try reader.readLength())))
        case 4: loopState = try reader.readLoopState()
        default: throw reader.error(.unknownTag)
        }
        return StoredHeader(
            block: block, parent: parent, parentNode: parentNode, parentRole: role, ordinal: ordinal,
            attempt: attempt, phase: phase, failure: failure, error: error, loopState: loopState)
    }

    private static func readRole(_ reader: inout ByteReader) throws(DecodeError) -> NodeRole {
        guard let role = NodeRole(rawValue: try reader.readByte()) else { throw reader.error(.unknownTag) }
        return role
    }

    private static func details(
        _ reader: inout ByteReader, _ status: NodeStatus
    ) throws(DecodeError) -> StoredDetails {
        let role = try readRole(&reader)
        let attempt = try reader.readVarint(max: Int(Int32.max))
        let failures = try reader.readVarint(max: Int(Int32.max))
        let unknowns = try reader.readVarint(max: Int(Int32.max))
        let deadlineAt = Int64(try reader.readInt())
        let dueAt = Int64(try reader.readInt())
        let flags = try reader.readByte()
        let fanFailure = try reader.readBool() ? try Failure.decode(from: &reader) : nil
        var listening = Listening()
        if status.keepsTimeout { listening.timeoutAt = Int64(try reader.readInt()) }
        if status == .listening {
            listening.what = try reader.readString()
            listening.order = try reader.readVarint(max: Int.max)
            listening.item = Int64(bitPattern: try reader.readVarint())
        }
        return StoredDetails(
            role: role, attempt: attempt, failures: failures, unknowns: unknowns, deadlineAt: deadlineAt,
            dueAt: dueAt, isTimedOut: flags & 1 != 0, isExpired: flags & 2 != 0, fanFailure: fanFailure,
            listening: listening)
    }
}
