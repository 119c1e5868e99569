// What is known in front of a node: the data of the start, and what the work items, messages and scripts before it have
// said, the nearest last.
import WfSource

extension BpmnFlowWriter {
    /// How many work items before a reader are asked.
    private static let sourcesMax = 8

    /// Text of type `Json`: an object with all variables in front of a node.
    func known(at node: Int) -> String {
        if inside != nil { return "data" }
        guard shared.usesVariables(scopeIndex) else { return data }
        return gathered(upstream(before(node)))
    }

    /// The same where nodes have ended, whichever of them it was.
    func known(behind nodes: [Int]) -> String { gathered(upstream(nodes)) }

    /// - Parameter sources: nearest first.
    private func gathered(_ sources: [String]) -> String {
        let all = sources.reversed() + (turnBefore.map { [$0] } ?? [])
        if all.isEmpty { return data }
        shared.needsKnown = true
        return "known(\(data), [\(all.joined(separator: ", "))])"
    }

    /// Names of nodes that may set a variable: some, and those before them, nearest first.
    private func upstream(_ nearest: [Int]) -> [String] {
        var seen: Set<Int> = []
        var queue = nearest
        var next = 0
        var result: [String] = []
        while next < queue.count, result.count < BpmnFlowWriter.sourcesMax {
            let index = queue[next]
            next += 1
            if !seen.insert(index).inserted { continue }
            if let name = saying(index) { result.append(name) }
            queue += before(index)
        }
        return result
    }

    private func before(_ index: Int) -> [Int] {
        if nodes[index].isForCompensation {
            return scope.handlers.first { $0.value == index }.flatMap { nodes[$0.key].host }.map { [$0] }
                ?? []
        }
        if nodes[index].kind == .boundary { return nodes[index].host.map { [$0] } ?? [] }
        var result = nodes[index].incoming.map { scope.flows[$0].source }
        if nodes[index].kind == .catching, nodes[index].event(.link) != nil {
            result += nodes.indices.filter { linkTarget($0) == index }
        }
        return result
    }

    /// The name of a node whose value is an object of somebody's; nil for other nodes.
    private func saying(_ index: Int) -> String? {
        let node = nodes[index]
        guard reached[index], !transparent[index] else { return nil }
        if case .instances(let loop) = node.loop { return collected(node, loop) }
        guard case .none = node.loop else { return nil }
        switch node.kind {
        case .activity:
            if arms.contains(index) { return armNames[index] }
            if isEmit(index) { return nil }
            return node.wf
        case .catching:
            if arms.contains(index) { return armNames[index] }
            let hears = node.events.count == 1 && [.message, .signal].contains(node.events[0].trigger)
            return hears ? node.wf : nil
        case .subProcess:
            return node.scope.map { shared.yieldsVariables($0) } == true ? node.wf : nil
        default: return nil
        }
    }

    /// The variable that takes what the instances of a node have said; nil where the model names none.
    private func collected(_ node: BpmnNode, _ loop: BpmnInstances) -> String? {
        let yields =
            node.kind == .subProcess
            ? node.scope.map { shared.yieldsVariables($0) } == true : node.tag != "sendTask"
        guard !loop.results.isEmpty, yields, node.kind != .call, node.instanceEvent == nil else { return nil }
        shared.needsCollected = true
        return "collected(\(WfText.string(loop.results)), \(node.wf), \(WfText.string(loop.result)))"
    }

    // MARK: Expressions

    /// Text of a value in front of a node; nil when it is not translated.
    func value(_ text: BpmnText, _ type: ValueType, at node: Int, item: String = "") -> String? {
        guard let expression = shared.expression(text) else { return nil }
        return value(expression, type, at: node, item: item)
    }

    /// - Parameter item: what the model calls the item of the loop around; empty for none.
    func value(_ expression: ForeignExpression, _ type: ValueType, at node: Int, item: String = "") -> String?
    {
        let writer = ExpressionWriter { name in
            if name == item { return BpmnFlowWriter.itemName(item) }
            return known(at: node) + WfText.member(name)
        }
        return writer.text(expression, type)
    }

    /// What the item of a loop is called in wf.
    static func itemName(_ item: String) -> String {
        var local = NameTable()
        local.reserve("data")
        return item.isEmpty ? "item" : local.take(item, fallback: "item")
    }
}
