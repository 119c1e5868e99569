// Searches the states of a net breadth first, so that the way to a mistake is the shortest there is. A state is the set
// of arrows with a token: a second token on an arrow is a mistake, so that there is nothing to count. The search is
// bounded by the work it does, and says so when it gives up.

/// One way through the states, as far as it is known.
private struct NetState {
    /// Ascending.
    var marked: [Int32]
    var hasValue: Bool
}

private struct NetStateKey: Hashable {
    var marked: [Int32]
    var hasValue: Bool
}

/// What firing a gate leads to.
private enum NetStep {
    case to(NetState, gate: Int, used: [Int32])
    case crowded(gate: Int, used: [Int32], at: Int32)
    case twoValues(gate: Int, used: [Int32], at: Int32)
    case terminated(gate: Int, used: [Int32])
}

struct NetSearch {
    private let net: FlowNet
    private var states: [NetState] = []
    private var numbers: [NetStateKey: Int] = [:]
    /// How each state was reached: the one before, the gate that fired, and the arrow it took a token from.
    private var before: [(state: Int, gate: Int, used: Int32)] = []
    private var successors: [[Int32]] = []
    private var isFinal: [Bool] = []
    private var fired: [Bool]
    private var markedOnce: [Bool]
    private var work = 0
    /// By inclusive join and arrow into it: what can still bring a token there.
    private var reaching: [Int32: [Bool]] = [:]

    init(_ net: FlowNet) {
        self.net = net
        fired = Array(repeating: false, count: net.nodes.count)
        markedOnce = Array(repeating: false, count: net.arrows.count)
    }

    mutating func verdict() -> FlowVerdict {
        guard let source = net.nodes.firstIndex(where: { $0.gate == .source && !$0.isGone }) else {
            return .sound
        }
        let start = NetState(marked: [], hasValue: false)
        _ = number(start, (-1, source, -1))
        fired[source] = true
        var head = 0
        var isFirst = true
        while head < states.count {
            let steps =
                isFirst ? produce(source, using: [], from: states[0], net.nodes[source].outs) : fire(head)
            if work > FlowLimits.searchWorkMax { return .tooLarge(states.count) }
            if steps.isEmpty && !states[head].marked.isEmpty { return stuck(head) }
            for step in steps {
                if let mistake = take(step, from: head) { return mistake }
            }
            if states[head].marked.isEmpty && !isFirst {
                if net.needsValue && !states[head].hasValue { return .noValue(path: path(to: head)) }
                isFinal[head] = true
            }
            isFirst = false
            head += 1
        }
        return endless() ?? dead() ?? .sound
    }

    // MARK: firing

    private mutating func fire(_ number: Int) -> [NetStep] {
        let state = states[number]
        var steps: [NetStep] = []
        var seen: [Int32] = []
        for arrow in state.marked {
            let node = Int(net.arrows[Int(arrow)].to)
            let gate = net.nodes[node]
            work += 1
            switch gate.gate {
            case .merge: steps += produce(node, using: [arrow], from: state, gate.outs)
            case .choice:
                for out in gate.outs { steps += produce(node, using: [arrow], from: state, [out]) }
            case .split: steps += produce(node, using: [arrow], from: state, gate.outs)
            case .inclusiveSplit: steps += fireSome(node, arrow, state)
            case .join, .inclusiveJoin:
                if seen.contains(Int32(node)) { continue }
                seen.append(Int32(node))
                let used = gate.ins.filter { isMarked($0, state) }
                work += gate.ins.count
                if gate.gate == .join && used.count < gate.ins.count { continue }
                if gate.gate == .inclusiveJoin && mayStillCome(node, used, state) { continue }
                steps += produce(node, using: used, from: state, gate.outs)
            case .end, .valueEnd, .terminate: steps += finish(node, arrow, state)
            case .source: break
            }
            if work > FlowLimits.searchWorkMax { break }
        }
        return steps
    }

    /// A token comes to an end, over steps before it.
    private mutating func finish(_ node: Int, _ arrow: Int32, _ state: NetState) -> [NetStep] {
        let gate = net.nodes[node].gate
        fired[node] = true
        work += state.marked.count
        if gate == .terminate { return [.terminated(gate: node, used: [arrow])] }
        if gate == .valueEnd && state.hasValue { return [.twoValues(gate: node, used: [arrow], at: arrow)] }
        let next = NetState(
            marked: state.marked.filter { $0 != arrow }, hasValue: state.hasValue || gate == .valueEnd)
        return [.to(next, gate: node, used: [arrow])]
    }

    /// Every choice of arrows that is not empty.
    private mutating func fireSome(_ node: Int, _ arrow: Int32, _ state: NetState) -> [NetStep] {
        let outs = net.nodes[node].outs
        guard outs.count <= FlowLimits.inclusiveArrowsMax else {
            work = FlowLimits.searchWorkMax + 1
            return []
        }
        var steps: [NetStep] = []
        for choice in 1..<(1 << outs.count) {
            let chosen = outs.indices.filter { choice >> $0 & 1 == 1 }.map { outs[$0] }
            steps += produce(node, using: [arrow], from: state, chosen)
        }
        return steps
    }

    private func isMarked(_ arrow: Int32, _ state: NetState) -> Bool {
        var low = 0
        var high = state.marked.count
        while low < high {
            let middle = (low + high) / 2
            if state.marked[middle] < arrow { low = middle + 1 } else { high = middle }
        }
        return low < state.marked.count && state.marked[low] == arrow
    }

    /// Takes tokens away and puts others.
    private mutating func produce(
        _ node: Int, using used: [Int32], from state: NetState, _ made: [Int32]
    ) -> [NetStep] {
        work += state.marked.count + made.count
        fired[node] = true
        var next = NetState(marked: state.marked.filter { !used.contains($0) }, hasValue: state.hasValue)
        for arrow in made {
            markedOnce[Int(arrow)] = true
            // a token passes an end at once, unless steps lie before it
            switch net.arrows[Int(arrow)].steps < 0 ? net.nodes[Int(net.arrows[Int(arrow)].to)].gate : .merge
            {
            case .end: continue
            case .terminate where made.count == 1: return [.terminated(gate: node, used: used)]
            case .valueEnd:
                if next.hasValue { return [.twoValues(gate: node, used: used, at: arrow)] }
                next.hasValue = true
            default:
                if next.marked.contains(arrow) { return [.crowded(gate: node, used: used, at: arrow)] }
                next.marked.append(arrow)
            }
        }
        next.marked.sort()
        return [.to(next, gate: node, used: used)]
    }

    /// Whether a token elsewhere can come to an arrow of the join that has none, and to none that has one, without
    /// passing the join (BPMN 2.0.2, table 13.3).
    private mutating func mayStillCome(_ node: Int, _ used: [Int32], _ state: NetState) -> Bool {
        let empty = net.nodes[node].ins.filter { !used.contains($0) }.map { reach($0, of: node) }
        let marked = used.map { reach($0, of: node) }
        work += state.marked.count * net.nodes[node].ins.count
        return state.marked.contains { token in
            Int(net.arrows[Int(token)].to) != node && empty.contains { $0[Int(token)] }
                && !marked.contains { $0[Int(token)] }
        }
    }

    private mutating func reach(_ arrow: Int32, of join: Int) -> [Bool] {
        if let known = reaching[arrow] { return known }
        var found = [Bool](repeating: false, count: net.arrows.count)
        var stack = [arrow]
        while let next = stack.popLast() {
            if found[Int(next)] { continue }
            found[Int(next)] = true
            work += 1
            let from = Int(net.arrows[Int(next)].from)
            if from != join { stack += net.nodes[from].ins }
        }
        reaching[arrow] = found
        return found
    }

    // MARK: states

    /// Goes on with a step; yields the mistake that it is.
    private mutating func take(_ step: NetStep, from state: Int) -> FlowVerdict? {
        switch step {
        case .to(let next, let gate, let used):
            let place = number(next, (state, gate, used.first ?? -1))
            successors[state].append(Int32(place))
            return nil
        case .terminated:
            isFinal[state] = true
            return nil
        case .crowded(let gate, let used, let at):
            return .crowded(path: path(to: state) + passed(gate, used.first ?? -1), at: target(at))
        case .twoValues(let gate, let used, let at):
            return .twoValues(path: path(to: state) + passed(gate, used.first ?? -1), at: target(at))
        }
    }

    private mutating func number(_ state: NetState, _ from: (Int, Int, Int32)) -> Int {
        let key = NetStateKey(marked: state.marked, hasValue: state.hasValue)
        // the first state is before all tokens, and no other
        if let known = numbers[key] { return known }
        if from.0 >= 0 { numbers[key] = states.count }
        states.append(state)
        before.append(from)
        successors.append([])
        isFinal.append(false)
        return states.count - 1
    }

    /// The first element that an arrow comes to.
    private func target(_ arrow: Int32) -> Int {
        net.steps(on: arrow, limit: 1).first ?? Int(net.nodes[Int(net.arrows[Int(arrow)].to)].element)
    }

    private func passed(_ gate: Int, _ arrow: Int32) -> [Int] {
        let steps = arrow < 0 ? [] : net.steps(on: arrow, limit: FlowLimits.pathNodesMax)
        let element = Int(net.nodes[gate].element)
        return element < 0 ? steps : steps + [element]
    }

    private func path(to state: Int) -> [Int] {
        var parts: [[Int]] = []
        var current = state
        while current > 0 {
            parts.append(passed(before[current].gate, before[current].used))
            current = before[current].state
        }
        return Array(parts.reversed().joined())
    }

    // MARK: verdicts

    private func stuck(_ state: Int) -> FlowVerdict {
        var waiting: [Int] = []
        for arrow in states[state].marked {
            let element = Int(net.nodes[Int(net.arrows[Int(arrow)].to)].element)
            if element >= 0 && !waiting.contains(element) { waiting.append(element) }
        }
        var path = path(to: state)
        for arrow in states[state].marked {
            for step in net.steps(on: arrow, limit: FlowLimits.pathNodesMax) where !path.contains(step) {
                path.append(step)
            }
        }
        return .stuck(path: path, waiting: waiting)
    }

    /// A state from which no final one is reached.
    private func endless() -> FlowVerdict? {
        var sources: [[Int32]] = Array(repeating: [], count: states.count)
        for (state, nexts) in successors.enumerated() {
            for next in nexts { sources[Int(next)].append(Int32(state)) }
        }
        var ends = [Bool](repeating: false, count: states.count)
        var stack = isFinal.indices.filter { isFinal[$0] }.map { Int32($0) }
        while let state = stack.popLast() {
            if ends[Int(state)] { continue }
            ends[Int(state)] = true
            stack += sources[Int(state)]
        }
        guard let lost = ends.indices.first(where: { !ends[$0] && $0 > 0 }) else { return nil }
        var path = path(to: lost)
        for arrow in states[lost].marked {
            path += passed(Int(net.arrows[Int(arrow)].to), arrow).filter { !path.contains($0) }
        }
        return .endless(path: path)
    }

    private func dead() -> FlowVerdict? {
        for (number, arrow) in net.arrows.enumerated() where !arrow.isGone && !markedOnce[number] {
            if let element = net.steps(on: Int32(number), limit: 1).first { return .dead(element) }
        }
        for (number, node) in net.nodes.enumerated()
        where !node.isGone && !fired[number] && node.element >= 0 {
            switch node.gate {
            case .end, .valueEnd, .terminate:
                // without arrows, since these make no difference
                if node.ins.isEmpty || node.ins.contains(where: { markedOnce[Int($0)] }) { continue }
                return .dead(Int(node.element))
            default: return .dead(Int(node.element))
            }
        }
        return nil
    }
}

extension FlowNet {
    /// Whether the flow is sound; with `reducing: false` every state is searched.
    public mutating func verdict(reducing: Bool = true) -> FlowVerdict {
        if reducing { reduce() }
        var search = NetSearch(self)
        return search.verdict()
    }
}
