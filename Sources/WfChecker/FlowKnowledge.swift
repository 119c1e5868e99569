// What is certainly known at each node of a flow: the values that every path to it has set. A forward data flow over
// the arrows: paths that meet keep what both know; a `join` knows what any of its arrows brings.

/// The bindings that are set at a node.
struct FlowKnown {
    private var words: [UInt64]

    init(count: Int, all: Bool) { words = Array(repeating: all ? ~0 : 0, count: (count + 63) / 64) }

    func contains(_ index: Int) -> Bool {
        index >> 6 < words.count && words[index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    mutating func insert(_ index: Int) { words[index >> 6] |= 1 << UInt64(index & 63) }

    /// Whether it has changed.
    mutating func keep(_ other: FlowKnown) -> Bool {
        var changed = false
        for index in words.indices {
            let kept = words[index] & other.words[index]
            if kept != words[index] {
                words[index] = kept
                changed = true
            }
        }
        return changed
    }

    mutating func add(_ other: FlowKnown) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}

extension FlowState {
    /// The arrows that lead to each node, as the nodes they come from; -1 is the start.
    func sources() -> [[Int]] {
        var sources: [[Int]] = Array(repeating: [], count: elements.count)
        for target in startTargets { sources[target].append(-1) }
        for (index, element) in elements.enumerated() {
            for target in element.flow.targets { sources[target].append(index) }
        }
        return sources
    }

    /// The events of each node, and those of the flow itself behind them.
    func eventsByHost() -> [[Int]] {
        var events: [[Int]] = Array(repeating: [], count: elements.count + 1)
        for (index, element) in elements.enumerated() where element.role == .event {
            events[element.flow.host ?? elements.count].append(index)
        }
        return events
    }

    /// The nodes that an arrow path leads to from the start or from an event of the flow.
    func reached() -> [Bool] {
        let events = eventsByHost()
        var reached = [Bool](repeating: false, count: elements.count)
        var queue = startTargets + events[elements.count]
        while let index = queue.popLast() {
            if reached[index] { continue }
            reached[index] = true
            queue.append(contentsOf: elements[index].flow.targets)
            queue.append(contentsOf: events[index])
        }
        return reached
    }

    /// By node: what is known when it begins.
    func knowledge() -> [FlowKnown] {
        let count = (elements.compactMap(\.sets).max() ?? 0) + 1
        let all = FlowKnown(count: count, all: true)
        let nothing = FlowKnown(count: count, all: false)
        var known = Array(repeating: all, count: elements.count)
        let sources = sources()
        let events = eventsByHost()
        var queue: [Int] = []
        var isQueued = [Bool](repeating: false, count: elements.count)
        func push(_ index: Int) {
            if isQueued[index] { return }
            isQueued[index] = true
            queue.append(index)
        }
        for index in elements.indices { push(index) }
        var head = 0
        while head < queue.count {
            let index = queue[head]
            head += 1
            isQueued[index] = false
            let before = arriving(at: index, sources[index], known, all, nothing)
            if !known[index].keep(before) { continue }
            for target in elements[index].flow.targets { push(target) }
            for event in events[index] { push(event) }
            if head > 4096 {
                queue.removeFirst(head)
                head = 0
            }
        }
        return known
    }

    private func arriving(
        at index: Int, _ sources: [Int], _ known: [FlowKnown], _ all: FlowKnown, _ nothing: FlowKnown
    ) -> FlowKnown {
        let element = elements[index]
        if element.role == .event {
            // an event comes while what it belongs to goes on
            return element.flow.host.map { known[$0] } ?? nothing
        }
        if element.flow.join == .all {
            var union = nothing
            for source in sources where source >= 0 { union.add(leaving(source, known)) }
            return union
        }
        var meet = all
        for source in sources { _ = meet.keep(source < 0 ? nothing : leaving(source, known)) }
        return meet
    }

    private func leaving(_ index: Int, _ known: [FlowKnown]) -> FlowKnown {
        var after = known[index]
        if let sets = elements[index].sets, !elements[index].mayBeSkipped { after.insert(sets) }
        return after
    }
}
