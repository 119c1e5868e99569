// Activities that make several tokens or take several: arrows doubled, and a join in front.
import WfDiagnostics
import WfSource

extension BpmnReader {
    /// Draws what `completionQuantity` and `startQuantity` say.
    mutating func spreadTokens(_ index: Int, _ job: inout ImportJob) {
        let takers = Set(
            model.scopes[index].nodes.indices.filter { quantity("startQuantity", $0, index) > 1 })
        for place in model.scopes[index].nodes.indices {
            let count = quantity("completionQuantity", place, index)
            if count > 1 { model.scopes[index].multiply(outOf: place, count, takers) }
        }
        for place in model.scopes[index].nodes.indices {
            let count = quantity("startQuantity", place, index)
            if count > 1 { gather(place, count, index, &job) }
        }
    }

    private func quantity(_ key: String, _ place: Int, _ scope: Int) -> Int {
        let element = model.scopes[scope].nodes[place].element
        return min(BpmnScope.tokensMax, model.attribute(key, element).flatMap { Int($0) } ?? 1)
    }

    /// Puts a join in front of a node that takes several tokens; where so many arrows do not lead to it, somebody says
    /// that it goes on.
    private mutating func gather(_ place: Int, _ count: Int, _ scope: Int, _ job: inout ImportJob) {
        let node = model.scopes[scope].nodes[place]
        let arrows = node.incoming.count
        if arrows == 0 { return }
        var gate = BpmnNode(
            kind: arrows == count ? .parallel : .catching,
            tag: arrows == count ? "parallelGateway" : "receiveTask",
            element: node.element, id: "", name: node.name.isEmpty ? node.id : node.name, ledger: node.ledger)
        if arrows != count {
            gate.events = [
                BpmnEvent(trigger: .message, element: node.element, name: gate.name + " has its tokens")
            ]
            job.add(
                .bpmnNotRun(
                    model.title(node.element),
                    "it waits for \(count) tokens; a signal says that they have come",
                    at: model.span(node.element)))
        }
        model.scopes[scope].insert(gate, before: place)
    }
}

extension BpmnScope {
    /// More tokens of an activity than anybody means.
    static let tokensMax = 16

    /// Doubles the arrows out of a node, with what stands on them up to a node that takes several tokens.
    mutating func multiply(outOf node: Int, _ count: Int, _ takers: Set<Int>) {
        for flow in nodes[node].outgoing {
            let chain = chain(flow, takers)
            for _ in 1..<count {
                var before = node
                for step in chain {
                    var arrow = flows[step]
                    arrow.source = before
                    let target = flows[step].target
                    arrow.target = step == chain.last ? target : copy(target)
                    flows.append(arrow)
                    nodes[before].outgoing.append(flows.count - 1)
                    nodes[arrow.target].incoming.append(flows.count - 1)
                    before = arrow.target
                }
            }
        }
    }

    /// The arrows from one to a node that takes several tokens, over nodes with one way in and one out; else the arrow
    /// alone.
    private func chain(_ flow: Int, _ takers: Set<Int>) -> [Int] {
        var result = [flow]
        while result.count <= nodes.count {
            let target = flows[result[result.count - 1]].target
            if takers.contains(target) { return result }
            let node = nodes[target]
            guard node.outgoing.count == 1, node.boundaries.isEmpty,
                Set(node.incoming.map { flows[$0].source }).count == 1
            else { break }
            result.append(node.outgoing[0])
        }
        return [flow]
    }

    private mutating func copy(_ node: Int) -> Int {
        var copy = nodes[node]
        copy.incoming = []
        copy.outgoing = []
        nodes.append(copy)
        return nodes.count - 1
    }

    /// Puts a node in front of another one.
    mutating func insert(_ gate: BpmnNode, before place: Int) {
        nodes.append(gate)
        let number = nodes.count - 1
        nodes[number].incoming = nodes[place].incoming
        for flow in nodes[place].incoming { flows[flow].target = number }
        flows.append(
            BpmnFlow(
                element: nodes[place].element, id: "", name: "", source: number, target: place,
                condition: nil,
                ledger: nodes[place].ledger))
        nodes[number].outgoing = [flows.count - 1]
        nodes[place].incoming = [flows.count - 1]
    }
}
