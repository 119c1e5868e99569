// The nodes of a flow as boxes, with the arrows between them: those that lead back are laid out the other way round, so
// that a drawing goes from top to bottom.
import WfPlan

extension GraphBuilder {
    mutating func flowBlock(_ index: Int, _ flow: FlowRow) -> GraphBlock {
        let range = plan.nodeRange(index)
        var boxes = [GraphBox(id: nextId, title: "start", detail: "", blocks: [], repeats: false)]
        nextId += 1
        for node in range { boxes.append(box(node)) }
        var arrows: [[Int]] = Array(repeating: [], count: boxes.count)
        arrows[0] = plan.list(flow.start).map { Int($0) + 1 }
        for node in 0..<range.count {
            guard let part = plan.part(node, of: flow) else { continue }
            arrows[node + 1] += plan.list(part.targets).map { Int($0) + 1 }
            if part.trigger != .none { arrows[part.host == .none ? 0 : Int(part.host) + 1].append(node + 1) }
        }
        return GraphBlock(title: "", boxes: boxes, edges: GraphBuilder.edges(arrows))
    }

    /// Arrows without circles: one that leads back to a box on the way to it is turned round.
    static func edges(_ arrows: [[Int]]) -> [GraphEdge] {
        var edges: Set<GraphEdge> = []
        var state = [UInt8](repeating: 0, count: arrows.count)
        for root in arrows.indices where state[root] == 0 {
            var path = [(box: root, next: 0)]
            state[root] = 1
            while let (box, next) = path.last {
                guard next < arrows[box].count else {
                    state[box] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                let target = arrows[box][next]
                if target == box { continue }
                if state[target] == 1 {
                    edges.insert(GraphEdge(from: target, to: box, isReversed: true))
                    continue
                }
                edges.insert(GraphEdge(from: box, to: target))
                if state[target] == 0 {
                    state[target] = 1
                    path.append((target, 0))
                }
            }
        }
        return edges.sorted {
            ($0.from, $0.to, $0.isReversed ? 1 : 0) < ($1.from, $1.to, $1.isReversed ? 1 : 0)
        }
    }
}
