// Who waits for whom by name: that names exist, are given once, and that nobody waits for himself. For all dialects.

import WfDiagnostics
import WfSource

/// A thing with a name that waits for others.
struct NeedsNode {
    let name: String
    let span: Span
    var needs: [(name: String, span: Span)]
}

enum NeedsGraph {
    /// Says what is wrong with the graph.
    ///
    /// - Parameters:
    ///   - kind: `step`, `job`.
    ///   - atOwner: whether the place is that of who waits, not of what he names.
    static func check(_ kind: String, _ nodes: [NeedsNode], _ job: inout ImportJob, atOwner: Bool = false) {
        var positions: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            if let first = positions[node.name] {
                job.add(.dialectDuplicate(kind, node.name, at: node.span, first: nodes[first].span))
            } else {
                positions[node.name] = index
            }
        }
        for node in nodes {
            for need in node.needs where positions[need.name] == nil {
                if job.isLate() { return }
                job.add(
                    .dialectUnknownName(
                        kind, need.name, neededBy: node.name, among: nodes.map(\.name),
                        at: atOwner ? node.span : need.span))
            }
        }
        reportCycle(kind, nodes, positions, atOwner, &job)
    }

    private static func reportCycle(
        _ kind: String, _ nodes: [NeedsNode], _ positions: [String: Int], _ atOwner: Bool,
        _ job: inout ImportJob
    ) {
        let needs = nodes.map { node in node.needs.compactMap { positions[$0.name] } }
        var open = needs.map(\.count)
        var users = [[Int]](repeating: [], count: nodes.count)
        for (index, list) in needs.enumerated() { for need in list { users[need].append(index) } }
        var ready = open.indices.filter { open[$0] == 0 }
        while let index = ready.popLast() {
            for user in users[index] {
                open[user] -= 1
                if open[user] == 0 { ready.append(user) }
            }
        }
        // What is left waits for something on a cycle; going from need to need ends on one.
        guard var here = open.firstIndex(where: { $0 > 0 }) else { return }
        var path: [Int] = []
        var place: [Int: Int] = [:]
        while place[here] == nil {
            place[here] = path.count
            path.append(here)
            guard let next = needs[here].first(where: { open[$0] > 0 }) else { return }
            here = next
        }
        var cycle = Array(path[(place[here] ?? 0)...])
        guard let first = cycle.min(), let start = cycle.firstIndex(of: first) else { return }
        cycle = Array(cycle[start...] + cycle[..<start])
        let order = [cycle[0]] + cycle.dropFirst().reversed()
        let reference =
            atOwner ? nil : nodes[cycle[0]].needs.first { positions[$0.name] == cycle[1 % cycle.count] }
        job.add(
            .dialectCycle(kind, order.map { nodes[$0].name }, at: reference?.span ?? nodes[cycle[0]].span))
    }
}
