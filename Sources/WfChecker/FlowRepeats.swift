// How often an event beside a step comes: once, where what follows it takes one token; as often as it happens elsewhere.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// Sets how often each event comes at most.
    func limitEvents(_ flow: inout FlowState) {
        for index in flow.elements.indices where flow.elements[index].flow.trigger == .parallel {
            let id = flow.elements[index].statement
            guard tree.kind(id) == .flowBoundary else { continue }
            let view = FlowBoundaryView(tree, id)
            let word = text(view.event)
            let meeting = flow.elements[index].flow.targets.isEmpty ? nil : flow.meeting(behind: index)
            if let limit = view.limit {
                flow.elements[index].flow.limit = literalLimit(limit)
            } else {
                let isRepeated = word == "every" || word == "signal" && meeting == nil
                flow.elements[index].flow.limit = isRepeated ? 0 : 1
            }
            guard let meeting, flow.elements[index].flow.limit != 1 else { continue }
            report(
                .flowRepeats(
                    flow.elements[index].label, meeting: flow.elements[meeting].label,
                    at: flow.elements[index].span))
        }
    }

    private func literalLimit(_ id: NodeId) -> Int {
        let value = withoutParens(id)
        if tree.kind(value) == .intExpr,
            let number = Int(tree.text(tree.firstToken(value)).filter { $0 != "_" }), number > 0,
            number <= FlowLimits.repeatsMax
        {
            return number
        }
        report(.flowLimit(tree.text(tree.firstToken(id)), at: tree.span(id)))
        return 1
    }
}

extension FlowState {
    /// The first node behind an event that takes one token and no second: a join, or an end with a value.
    func meeting(behind event: Int) -> Int? {
        let events = eventsByHost()
        var seen: Set<Int> = []
        var queue = elements[event].flow.targets
        var next = 0
        while next < queue.count {
            let index = queue[next]
            next += 1
            guard seen.insert(index).inserted else { continue }
            let element = elements[index]
            if element.flow.join != .merge || element.role == .end && element.givesValue { return index }
            queue += element.flow.targets + events[index]
        }
        return nil
    }

    /// The events beside steps whose tokens go ways of their own to their ends: behind them stands nothing that takes one
    /// token only, and nothing that is come to in another way. However many of them are under way, each can finish if one
    /// can, and what they stand beside is none of their business.
    func detachedEvents() -> Set<Int> {
        let events = eventsByHost()
        var detached = Set(
            elements.indices.filter { index in
                elements[index].role == .event && elements[index].flow.host != nil
                    && elements[index].flow.trigger == .parallel && meeting(behind: index) == nil
            })
        while !detached.isEmpty {
            let main = reach(startTargets + events[elements.count], events) { !detached.contains($0) }
            let met = detached.filter { event in
                reach(elements[event].flow.targets, events) { _ in true }.contains { main.contains($0) }
            }
            if met.isEmpty { break }
            detached.subtract(met)
        }
        return detached
    }

    /// What can be come to from some elements, over events that `follows` lets pass.
    private func reach(_ start: [Int], _ events: [[Int]], follows: (Int) -> Bool) -> Set<Int> {
        var seen: Set<Int> = []
        var queue = start
        while let index = queue.popLast() {
            guard seen.insert(index).inserted else { continue }
            queue += elements[index].flow.targets + events[index].filter(follows)
        }
        return seen
    }

    /// The event beside a step that an element is, or stands behind.
    func besideEvent(before element: Int) -> Int? {
        let events = eventsByHost()
        return elements.indices.first { index in
            elements[index].role == .event && elements[index].flow.trigger == .parallel
                && (index == element
                    || reach(elements[index].flow.targets, events) { _ in true }.contains(element))
        }
    }
}
