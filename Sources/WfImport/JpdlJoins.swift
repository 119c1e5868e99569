// Which arrows into a join of jPDL are ways of one branch of a fork. Writes nothing.

/// An arrow into a join.
struct JpdlArrival: Hashable {
    let join: Int
    let from: Int
    /// The number of the transition.
    let transition: Int
}

extension JpdlProcess {
    /// The arrows into a node.
    func arrows(into target: Int) -> [JpdlArrival] {
        nodes.indices.flatMap { from in
            nodes[from].transitions.indices.filter { index in
                self.target(nodes[from].transitions[index].to, from: nodes[from]) == target
            }.map { JpdlArrival(join: target, from: from, transition: $0) }
        }
    }

    /// The arrows by the branch of a fork that they end; nil where no fork has each of them in one branch alone.
    func branches(into join: Int, _ arrows: [JpdlArrival]) -> [[JpdlArrival]]? {
        for fork in nodes.indices where nodes[fork].kind == .fork {
            let starts = nodes[fork].transitions.compactMap { target($0.to, from: nodes[fork]) }
            let reaches = starts.map { reach(from: $0, before: join) }
            var found = [[JpdlArrival]](repeating: [], count: starts.count)
            var fits = true
            for arrow in arrows {
                // A branch may lead straight to the join.
                let own = reaches.indices.filter { reaches[$0].contains(arrow.from) }
                if arrow.from == fork {
                    found[arrow.transition].append(arrow)
                } else if own.count == 1 {
                    found[own[0]].append(arrow)
                } else {
                    fits = false
                }
            }
            let branches = found.filter { !$0.isEmpty }
            if fits, branches.count > 1 { return branches }
        }
        return nil
    }

    /// The nodes that a token comes to from a node, not by way of the join.
    private func reach(from start: Int, before join: Int) -> Set<Int> {
        var found: Set<Int> = []
        var waiting = start == join ? [] : [start]
        while let number = waiting.popLast() {
            guard found.insert(number).inserted else { continue }
            for transition in nodes[number].transitions {
                if let next = target(transition.to, from: nodes[number]), next != join {
                    waiting.append(next)
                }
            }
        }
        return found
    }
}
