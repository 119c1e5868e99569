// A flow's arrows, computed once per block, and the marking of a scope: the tokens on its arrows, which nodes are
// passed just now, and how often each has been. What follows from them is decided in Flows.swift.

import WfPlan
import WfValue

/// The arrows of a block that is a flow, by number: first those of the start, then those of each node.
final class FlowLayout {
    struct Node {
        var join: FlowPart.Join
        /// Numbers of its own arrows, and of those that lead to it.
        var outs: Range<Int>
        var ins: [Int] = []
        var hasElse: Bool
        var terminates: Bool
        var host: Int?
        var trigger: FlowPart.Trigger
        var failures: ListRow
        /// How often an event comes at most; 0: as often as it happens.
        var limit: UInt32
        var kind: NodeKind?
        /// The events that belong to it.
        var events: [Int] = []
    }
    let starts: Range<Int>
    /// By arrow: where it leads, and where it comes from (-1: the start).
    private(set) var targets: [Int] = []
    private(set) var sources: [Int] = []
    private(set) var nodes: [Node] = []
    /// The events of the flow itself.
    private(set) var events: [Int] = []
    let inclusiveJoins: [Int]
    /// By arrow into an inclusive join: the nodes from which a token can come to it without passing the join.
    private var reaching: [Int: [Bool]] = [:]

    init(_ plan: Plan, _ flow: FlowRow) {
        let block = plan.blocks[Int(flow.block)]
        targets = plan.list(flow.start).map { Int($0) }
        sources = targets.map { _ in -1 }
        starts = 0..<targets.count
        for index in 0..<Int(block.nodeCount) {
            guard let part = plan.part(index, of: flow) else {
                preconditionFailure("the verifier has looked at every part")
            }
            let first = targets.count
            targets += plan.list(part.targets).map { Int($0) }
            sources += plan.list(part.targets).map { _ in index }
            nodes.append(
                Node(
                    join: part.join, outs: first..<targets.count,
                    hasElse: part.flags & FlowPart.elseFlag != 0,
                    terminates: part.flags & FlowPart.terminateFlag != 0,
                    host: part.host == .none ? nil : Int(part.host), trigger: part.trigger,
                    failures: part.failures, limit: part.limit,
                    kind: NodeKind(rawValue: plan.nodes[Int(block.nodeStart) + index].kind)))
        }
        for (arrow, target) in targets.enumerated() { nodes[target].ins.append(arrow) }
        inclusiveJoins = nodes.indices.filter { [nodes] in nodes[$0].join == .inclusive }
        for index in nodes.indices where nodes[index].trigger != .none {
            if let host = nodes[index].host { nodes[host].events.append(index) } else { events.append(index) }
        }
    }

    /// Whether a token at each node can come to an arrow without passing the join that it leads to.
    func reach(_ arrow: Int) -> [Bool] {
        if let known = reaching[arrow] { return known }
        var found = [Bool](repeating: false, count: nodes.count)
        var stack = [sources[arrow]]
        while let node = stack.popLast() {
            if node < 0 || found[node] || node == targets[arrow] { continue }
            found[node] = true
            stack += nodes[node].ins.map { sources[$0] }
            if let host = nodes[node].host { stack.append(host) }
        }
        reaching[arrow] = found
        return found
    }
}

/// The marking of a scope that is a flow.
final class Marking {
    let layout: FlowLayout
    /// By arrow.
    var tokens: [UInt32]
    /// By node: how often it has been begun; whether it has a token within; the event that stops it, or -1.
    var visits: [UInt32]
    var isActive: [Bool]
    var taken: [Int]
    /// By event: how often it had been begun before its host was.
    var base: [UInt32]
    /// By slot: the node that set it last, or -1.
    var setter: [Int]
    var tokenCount = 0
    /// Active nodes that hold the flow open: all but the flow's own events.
    var activeCount = 0
    /// The event of the flow that has stopped everything else, or -1; and whether there has been one.
    var interrupt = -1
    var isInterrupted = false
    /// A `terminate` has been reached.
    var isEnding = false
    /// Arrows that a gate has chosen for the token it has within.
    var chosen: [Int: [Int]] = [:]

    init(_ layout: FlowLayout, slots: Int) {
        self.layout = layout
        tokens = Array(repeating: 0, count: layout.targets.count)
        visits = Array(repeating: 0, count: layout.nodes.count)
        isActive = Array(repeating: false, count: layout.nodes.count)
        taken = Array(repeating: -1, count: layout.nodes.count)
        base = visits
        setter = Array(repeating: -1, count: slots)
    }

    /// Whether an event that has come comes again, as far as its limit says.
    func repeats(_ event: Int) -> Bool {
        let limit = layout.nodes[event].limit
        return limit == 0 || visits[event] - base[event] < limit
    }

    /// Whether a node is being stopped, so that it is neither tried again nor followed by its arrows.
    func isStopped(_ node: Int) -> Bool { isEnding || interrupt >= 0 || taken[node] >= 0 }

    /// Whether a node keeps the flow from ending.
    func holds(_ node: Int) -> Bool {
        layout.nodes[node].trigger == .none || layout.nodes[node].host != nil
    }
}

/// A node's part of a marking, as stored.
struct StoredMark {
    var node: Int
    var visits: UInt32
    var isActive: Bool
    var taken: Int
    var base: UInt32
    /// Per arrow that leads to it.
    var tokens: [UInt32]
    /// Whether it has set its slot last.
    var isSetter: Bool
}

/// What a page says of a marking.
struct StoredMarking {
    /// On the first page only.
    var interrupt = -1
    var isInterrupted = false
    var isEnding = false
    var marks: [StoredMark] = []
}

extension Engine {
    /// Writes the part of a marking that a page holds; nothing but a zero where the scope is no flow.
    func encodeMarking(of scope: Scope, page: Int, _ nodes: Range<Int>) {
        guard let flow = scope.flow else { return rowWriter.append(0) }
        rowWriter.append(1)
        rowWriter.appendCount(flow.interrupt + 1)
        rowWriter.append((flow.isInterrupted ? 1 : 0) | (flow.isEnding ? 2 : 0))
        let marked = nodes.filter {
            flow.visits[$0] > 0 || flow.layout.nodes[$0].ins.contains { flow.tokens[$0] > 0 }
        }
        rowWriter.appendCount(marked.count)
        for node in marked {
            let slot = scope.row(node).slot
            let isSetter = slot != .none && flow.setter[Int(slot)] == node
            rowWriter.appendCount(node)
            rowWriter.appendCount(Int(flow.visits[node]))
            rowWriter.append((flow.isActive[node] ? 1 : 0) | (isSetter ? 2 : 0))
            rowWriter.appendCount(flow.taken[node] + 1)
            rowWriter.appendCount(Int(flow.base[node]))
            let ins = flow.layout.nodes[node].ins
            rowWriter.appendCount(ins.count)
            for arrow in ins { rowWriter.appendCount(Int(flow.tokens[arrow])) }
        }
    }

    /// The value that a page stores for a node: of a flow's node its last one, while it is its slot's.
    func storedFlowValue(of node: Int, in scope: Scope, _ flow: Marking) -> SlotValue? {
        let slot = scope.row(node).slot
        return slot != .none && flow.setter[Int(slot)] == node ? scope.values[Int(slot)] : nil
    }
}

extension StoredMarking {
    static func decode(_ reader: inout ByteReader) throws(DecodeError) -> StoredMarking? {
        switch try reader.readByte() {
        case 0: return nil
        case 1: break
        default: throw reader.error(.unknownTag)
        }
        var marking = StoredMarking()
        marking.interrupt = try reader.readVarint(max: Int(Int32.max)) - 1
        let flags = try reader.readByte()
        marking.isInterrupted = flags & 1 != 0
        marking.isEnding = flags & 2 != 0
        for _ in 0..<(try reader.readVarint(max: EngineLimits.nodesPerPage)) {
            let node = try reader.readVarint(max: Int(Int32.max))
            let visits = try reader.readVarint(max: Int(Int32.max))
            let flags = try reader.readByte()
            let taken = try reader.readVarint(max: Int(Int32.max)) - 1
            let base = try reader.readVarint(max: Int(visits))
            var tokens: [UInt32] = []
            for _ in 0..<(try reader.readLength()) {
                tokens.append(UInt32(try reader.readVarint(max: Int(Int32.max))))
            }
            marking.marks.append(
                StoredMark(
                    node: node, visits: UInt32(visits), isActive: flags & 1 != 0, taken: taken,
                    base: UInt32(base), tokens: tokens, isSetter: flags & 2 != 0))
        }
        return marking
    }
}

extension Marking {
    /// Takes over what a page says; false when it does not fit.
    func restore(_ stored: StoredMarking, page: Int, slot: (Int) -> UInt32) -> Bool {
        if page == 0 {
            guard stored.interrupt < layout.nodes.count else { return false }
            interrupt = stored.interrupt
            isInterrupted = stored.isInterrupted
            isEnding = stored.isEnding
        }
        for mark in stored.marks {
            guard mark.node < layout.nodes.count, mark.taken < layout.nodes.count,
                mark.tokens.count == layout.nodes[mark.node].ins.count
            else { return false }
            visits[mark.node] = mark.visits
            isActive[mark.node] = mark.isActive
            taken[mark.node] = mark.taken
            base[mark.node] = mark.base
            if mark.isActive && holds(mark.node) { activeCount += 1 }
            for (place, count) in mark.tokens.enumerated() {
                tokens[layout.nodes[mark.node].ins[place]] = count
                tokenCount += Int(count)
            }
            if mark.isSetter {
                let slot = slot(mark.node)
                guard slot != .none else { return false }
                setter[Int(slot)] = mark.node
            }
        }
        return true
    }
}
