// Places where all that has been said so far is put together, so that what stands behind them need not name each of those who
// have said it: where one token alone goes on, once.
import WfSource

extension BpmnFlowWriter {
    /// How many names are read at a place before they are put together in front of it.
    private static let namesMax = 12
    /// With more forks and joins than that nothing is put together.
    private static let pairsMax = 64

    /// Chooses the places, and names what stands there.
    mutating func nameGatherings(_ order: [Int]) {
        guard shared.usesVariables(scopeIndex), shared.job.advice.relaxed.isEmpty else { return }
        let forks = nodes.indices.filter { reached[$0] && isFork($0) }
        let joins = nodes.indices.filter { reached[$0] && nodes[$0].isJoin }
        if forks.count * max(1, joins.count) > BpmnFlowWriter.pairsMax { return }
        for index in order where isPlace(index) && readNames(index).count > BpmnFlowWriter.namesMax {
            let isAlone = forks.allSatisfy { fork in
                !leads(fork, to: index, without: nil)
                    || joins.contains { !leads(fork, to: index, without: $0, orEnds: true) }
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

    /// Whether a way leads from a node to another one, or to an end, that does not pass a third.
    private func leads(_ from: Int, to target: Int, without join: Int?, orEnds: Bool = false) -> Bool {
        var seen: Set<Int> = join.map { [$0] } ?? []
        var waiting = [from]
        while let index = waiting.popLast() {
            if !seen.insert(index).inserted { continue }
            let next = successors(index)
            if index != from, index == target || orEnds && next.isEmpty { return true }
            waiting += next
        }
        return false
    }

    /// Writes what is put together in front of a node.
    mutating func writeGathering(_ index: Int) {
        guard let name = gatherings.removeValue(forKey: index) else { return }
        let all = gathered(readNames(index))
        text.line("let \(name): Json = \(all) -> \(wayIn(index))", from: span(index))
        gatherings[index] = name
    }
}
