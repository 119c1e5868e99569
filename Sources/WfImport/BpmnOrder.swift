// What comes before what on the ways through a scope: of two nodes that set a variable, the later one counts.

/// The order of the nodes of a graph.
enum BpmnOrder {
    /// By node: how many nodes the longest way behind it has, where the nodes of a circle count as one. What can only be
    /// done before something else is higher than it. And whether the node is in a circle.
    ///
    /// - Parameter next: by node, those that follow it.
    static func heights(_ next: [[Int]]) -> (heights: [Int], circles: [Bool]) {
        var walk = Walk(next)
        for node in next.indices where walk.number[node] < 0 { walk.go(from: node) }
        return (walk.heights, walk.circles)
    }

    /// Tarjan's walk, which leaves a circle when all that follows it has been left.
    private struct Walk {
        let next: [[Int]]
        /// Below zero until the node's circle is left.
        var heights: [Int]
        var circles: [Bool]
        var number: [Int]
        private var lowest: [Int]
        private var open: [Int] = []
        private var way: [(node: Int, place: Int)] = []
        private var count = 0

        init(_ next: [[Int]]) {
            self.next = next
            heights = [Int](repeating: -1, count: next.count)
            circles = [Bool](repeating: false, count: next.count)
            number = heights
            lowest = heights
        }

        mutating func go(from start: Int) {
            enter(start)
            while let (node, place) = way.last {
                guard place < next[node].count else {
                    leave(node)
                    continue
                }
                way[way.count - 1].place += 1
                let other = next[node][place]
                if number[other] < 0 {
                    enter(other)
                } else if heights[other] < 0 {
                    lowest[node] = min(lowest[node], number[other])
                }
            }
        }

        private mutating func enter(_ node: Int) {
            number[node] = count
            lowest[node] = count
            count += 1
            open.append(node)
            way.append((node, 0))
        }

        private mutating func leave(_ node: Int) {
            way.removeLast()
            if let above = way.last?.node { lowest[above] = min(lowest[above], lowest[node]) }
            guard lowest[node] == number[node], let first = open.lastIndex(of: node) else { return }
            let circle = open[first...]
            let behind = circle.flatMap { next[$0] }.filter { heights[$0] >= 0 }
            let height = behind.map { heights[$0] + 1 }.max() ?? 0
            let isCircle = circle.count > 1 || next[node].contains(node)
            for member in circle { (heights[member], circles[member]) = (height, isCircle) }
            open.removeSubrange(first...)
        }
    }
}
