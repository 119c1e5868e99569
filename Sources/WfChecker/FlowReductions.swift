// Takes away gates that cannot do harm, until none is left or no rule fits. Each rule keeps a net sound and an unsound
// one unsound (checked against a search of all states on random nets), and each removes a gate or an arrow, so that it
// ends:
//
//     a → g → b                   one way in, one way out: the gate goes
//     merge → merge, join → join  one gate; likewise choice → choice, split → split
//     two arrows between a split and its own kind of merge: one arrow
//     merge → choice → the same merge: the way back goes
//     an arrow of a split to an end without value: goes, if there is another

extension FlowNet {
    public mutating func reduce() {
        var queue = Array(nodes.indices.reversed())
        var isQueued = [Bool](repeating: true, count: nodes.count)
        // Splits are looked at when nothing else is left to do, since a wide one has many arrows to compare.
        var splits: [Int] = []
        var isWaiting = [Bool](repeating: false, count: nodes.count)
        var touched: [Int] = []
        while true {
            let node: Int
            if let next = queue.popLast() {
                node = next
                isQueued[node] = false
                if nodes[node].isGone { continue }
                while !nodes[node].isGone, step(node, &touched) {}
                if !nodes[node].isGone, isSplit(nodes[node].gate), !isWaiting[node] {
                    isWaiting[node] = true
                    splits.append(node)
                }
            } else if let next = splits.popLast() {
                isWaiting[next] = false
                if nodes[next].isGone { continue }
                let hasFused = fuseSplits(next, &touched)
                if !prune(next, &touched) && !hasFused { continue }
            } else {
                return
            }
            for other in touched where !nodes[other].isGone && !isQueued[other] {
                isQueued[other] = true
                queue.append(other)
            }
            touched.removeAll(keepingCapacity: true)
        }
    }

    private func isSplit(_ gate: NetGate) -> Bool {
        gate == .choice || gate == .split || gate == .inclusiveSplit
    }

    private mutating func step(_ node: Int, _ touched: inout [Int]) -> Bool {
        if vanish(node, &touched) { return true }
        switch nodes[node].gate {
        case .merge, .join: return fuseForward(node, &touched)
        default: return false
        }
    }

    /// One way in, one way out.
    private mutating func vanish(_ node: Int, _ touched: inout [Int]) -> Bool {
        switch nodes[node].gate {
        case .source, .end, .valueEnd, .terminate: return false
        default: break
        }
        guard nodes[node].ins.count == 1, nodes[node].outs.count == 1 else { return false }
        let before = nodes[node].ins[0]
        let after = nodes[node].outs[0]
        if before == after { return false }
        let to = Int(arrows[Int(after)].to)
        arrows[Int(before)].steps = rope(
            arrows[Int(before)].steps, element: nodes[node].element, arrows[Int(after)].steps)
        replace(after, by: before)
        nodes[node].isGone = true
        touched += [Int(arrows[Int(before)].from), to]
        return true
    }

    /// merge → merge, join → join: the second takes the arrows of the first.
    private mutating func fuseForward(_ node: Int, _ touched: inout [Int]) -> Bool {
        guard nodes[node].outs.count == 1 else { return false }
        let arrow = nodes[node].outs[0]
        let next = Int(arrows[Int(arrow)].to)
        // a step, which has one way in, becomes part of an arrow instead
        guard next != node, nodes[next].gate == nodes[node].gate, nodes[next].ins.count > 1,
            arrows[Int(arrow)].steps < 0
        else { return false }
        remove(arrow: arrow)
        let moved = nodes[node].ins
        for other in moved { arrive(at: next, other) }
        nodes[node].isGone = true
        nodes[node].ins = []
        touched.append(next)
        touched += moved.map { Int(arrows[Int($0)].from) }
        return true
    }

    /// choice → choice, split → split: the first takes the arrows of the second.
    private mutating func fuseSplits(_ node: Int, _ touched: inout [Int]) -> Bool {
        let gate = nodes[node].gate
        if gate == .inclusiveSplit { return false }
        var hasFused = false
        var place = 0
        while place < nodes[node].outs.count {
            let arrow = nodes[node].outs[place]
            let next = Int(arrows[Int(arrow)].to)
            guard next != node, nodes[next].gate == gate, nodes[next].ins.count == 1,
                arrows[Int(arrow)].steps < 0
            else {
                place += 1
                continue
            }
            remove(arrow: arrow)
            for other in nodes[next].outs {
                leave(node, other)
                touched.append(Int(arrows[Int(other)].to))
            }
            nodes[next].isGone = true
            nodes[next].outs = []
            hasFused = true
        }
        if hasFused { touched.append(node) }
        return hasFused
    }

    /// Arrows of a split that make no difference; one is always left.
    private mutating func prune(_ node: Int, _ touched: inout [Int]) -> Bool {
        let gate = nodes[node].gate
        if nodes[node].outs.count < 2 { return false }
        var seen: Set<Int32> = []
        var removed: Set<Int32> = []
        var left = nodes[node].outs.count
        let outs = nodes[node].outs
        for arrow in outs.filter({ arrows[Int($0)].steps >= 0 }) + outs.filter({ arrows[Int($0)].steps < 0 })
        where left > 1 {
            let to = arrows[Int(arrow)].to
            let target = nodes[Int(to)]
            let isBack = gate == .choice && leadsBack(to, node)
            let isBare = arrows[Int(arrow)].steps < 0
            let isNothing = gate == .split && target.gate == .end && isBare
            // of two arrows to an end, one with steps stays
            let isSame = !seen.insert(to).inserted && collapses(gate, target.gate)
            guard isBack || isNothing || isSame else { continue }
            removed.insert(arrow)
            left -= 1
        }
        if removed.isEmpty { return false }
        for arrow in removed.sorted() {
            touched.append(Int(arrows[Int(arrow)].to))
            remove(arrow: arrow)
        }
        touched.append(node)
        return true
    }

    /// Whether a node is a merge whose only way leads to the choice.
    private func leadsBack(_ to: Int32, _ choice: Int) -> Bool {
        let node = nodes[Int(to)]
        guard node.gate == .merge, node.outs.count == 1, nodes[choice].ins.count == 1 else { return false }
        return node.outs[0] == nodes[choice].ins[0]
    }

    private func collapses(_ split: NetGate, _ merge: NetGate) -> Bool {
        switch (split, merge) {
        case (.choice, .merge), (.choice, .end), (.choice, .valueEnd), (.choice, .terminate): return true
        case (.choice, .inclusiveJoin), (.inclusiveSplit, .inclusiveJoin), (.split, .inclusiveJoin):
            return true
        case (.split, .join), (.split, .end), (.inclusiveSplit, .end): return true
        case (.split, .terminate), (.inclusiveSplit, .terminate): return true
        default: return false
        }
    }
}
