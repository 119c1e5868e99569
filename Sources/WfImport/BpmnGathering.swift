// Places where all that has been said so far is put together, so that what stands behind them need not name each of
// those who have said it: where one token alone goes on, once.
import WfSource

extension BpmnFlowWriter {
    /// How many names are read at a place before they are put together in front of it.
    private static let namesMax = 12
    /// With more forks and joins than that nothing is put together, and in a drawing of more nodes fewer are asked.
    private static let pairsMax = 64
    private static let nodesMax = 300

    /// Chooses the places, and names what stands there.
    mutating func nameGatherings(_ order: [Int]) {
        guard shared.usesVariables(scopeIndex), shared.job.advice.relaxed.isEmpty else { return }
        let forks = nodes.indices.filter { reached[$0] && isFork($0) }
        let joins = nodes.indices.filter { reached[$0] && nodes[$0].isJoin }
        if forks.count * max(1, joins.count) > BpmnFlowWriter.pairsMax {
            if nodes.count > BpmnFlowWriter.nodesMax { sourcesMax = 8 }
            return
        }
        // of each fork: where it leads, and where it leads past each join, when nothing ends there
        let reach = forks.map { fork in
            (
                all: ways(from: fork).seen,
                past: joins.map { ways(from: fork, without: $0) }.filter { !$0.ends }
            )
        }
        for index in order where isPlace(index) && readNames(index).count > BpmnFlowWriter.namesMax {
            let isAlone = reach.allSatisfy { fork in
                !fork.all[index] || fork.past.contains { !$0.seen[index] }
            }
            if isAlone { gatherings[index] = names.take("so far") }
        }
    }

    /// Whether something can be put in front of a node that is not come to again.
    private func isPlace(_ index: Int) -> Bool {
        guard [.activity, .call, .subProcess].contains(nodes[index].kind) else { return false }
        return !arms.contains(index) && !isScopeEvent(index) && !nodes[index].isForCompensation
            && !circles[index]
    }

    /// Whether several tokens can come of one at a node.
    private func isFork(_ index: Int) -> Bool {
        let node = nodes[index]
        if node.kind == .boundary { return !node.isInterrupting }
        if node.kind == .exclusive || node.kind == .eventBased { return false }
        return node.outgoing.count > 1 || node.boundaries.contains { !nodes[$0].isInterrupting }
    }

    /// The nodes that ways from a node lead to without passing another one, and whether one of them ends.
    private func ways(from: Int, without join: Int? = nil) -> (seen: [Bool], ends: Bool) {
        var seen = Array(repeating: false, count: nodes.count)
        var ends = false
        var waiting = [from]
        while let index = waiting.popLast() {
            for next in successors(index) where !seen[next] && next != join && next != from {
                seen[next] = true
                waiting.append(next)
            }
            if index != from, successors(index).isEmpty { ends = true }
        }
        return (seen, ends)
    }

    /// Writes what is put together in front of a node.
    mutating func writeGathering(_ index: Int) {
        guard let name = gatherings.removeValue(forKey: index) else { return }
        let all = gathered(readNames(index), over: base)
        text.line("let \(name): Json = \(all) -> \(wayIn(index))", from: span(index))
        gatherings[index] = name
    }
}
