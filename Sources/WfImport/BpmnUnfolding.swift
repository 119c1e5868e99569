// Several tokens on one arrow are legal in BPMN and not in a flow: what stands behind a merge where tokens can meet is
// written once for each way into it. Each token then has nodes of its own, and does what it would have done.
import WfSource

extension BpmnScope {
    /// Nodes after which no more copies are made.
    private static let nodesMax = 600

    /// Copies what follows a node for each way into it but the first. Nothing is done where a join inside would lose arrows
    /// from outside.
    ///
    /// - Parameter isArrow: whether a node is nothing but an arrow: a merge may stand in front of the node that is meant.
    mutating func unfold(_ node: Int, isArrow: (Int) -> Bool) {
        var merge = node
        var steps = 0
        while nodes[merge].incoming.count == 1, steps < nodes.count {
            let before = flows[nodes[merge].incoming[0]].source
            guard isArrow(before) else { break }
            merge = before
            steps += 1
        }
        let ways = nodes[merge].incoming
        guard ways.count > 1, let region = region(behind: merge) else { return }
        for way in ways.dropFirst() where nodes.count + region.count <= BpmnScope.nodesMax {
            // A way that comes from the region itself goes round in it.
            if region.contains(flows[way].source) { continue }
            let copies = copy(region, from: merge)
            guard let copy = copies[merge] else { continue }
            nodes[merge].incoming.removeAll { $0 == way }
            flows[way].target = copy
            nodes[copy].incoming.append(way)
        }
    }

    /// The nodes that can be come to from one, in order; nil when a join among them has arrows from elsewhere.
    private func region(behind start: Int) -> [Int]? {
        var seen: Set<Int> = [start]
        var waiting = [start]
        while let index = waiting.popLast() {
            for next in nodes[index].outgoing.map({ flows[$0].target }) + nodes[index].boundaries
            where seen.insert(next).inserted { waiting.append(next) }
        }
        let isWhole = seen.allSatisfy { index in
            index == start || !nodes[index].isJoin
                || nodes[index].incoming.allSatisfy { seen.contains(flows[$0].source) }
        }
        let hasLink = seen.contains { nodes[$0].event(.link) != nil }
        return isWhole && !hasLink && !nodes[start].isJoin ? seen.sorted() : nil
    }

    /// Appends copies of nodes and of the arrows among them; by node its copy.
    private mutating func copy(_ region: [Int], from start: Int) -> [Int: Int] {
        var copies: [Int: Int] = [:]
        for index in region {
            copies[index] = nodes.count
            nodes.append(nodes[index])
        }
        var copiedFlows: [Int: Int] = [:]
        for index in region {
            for flow in nodes[index].outgoing {
                guard let source = copies[index], let target = copies[flows[flow].target] else { continue }
                copiedFlows[flow] = flows.count
                flows.append(flows[flow])
                flows[flows.count - 1].source = source
                flows[flows.count - 1].target = target
            }
        }
        for index in region {
            guard let copy = copies[index] else { continue }
            nodes[copy].incoming = nodes[index].incoming.compactMap { copiedFlows[$0] }
            nodes[copy].outgoing = nodes[index].outgoing.compactMap { copiedFlows[$0] }
            nodes[copy].boundaries = nodes[index].boundaries.compactMap { copies[$0] }
            nodes[copy].host = nodes[index].host.flatMap { copies[$0] }
            nodes[copy].defaultFlow = nodes[index].defaultFlow.flatMap { copiedFlows[$0] }
            if let handler = handlers[index] { handlers[copy] = handler }
        }
        return copies
    }
}
