// Shapes that the same model comes in: steps inside a `workflow`, arrows in a list of their own or at the step before, and
// steps side by side in one entry. Writes no wf.

import WfDiagnostics
import WfSource

extension PlainReader {
    /// The mapping that holds the steps: the file itself, or what stands in its `workflow`; nil when there are none.
    static func root(of map: DataMap) -> DataMap? {
        if let steps = map.first(PlainKeys.steps) {
            // Stages by name alone order jobs that stand elsewhere.
            let isNames = steps.key == "stages" && steps.value.list?.allSatisfy { $0.text != nil } == true
            return isNames ? nil : map
        }
        for key in ["workflow", "pipeline", "dag", "flow", "process"] {
            guard let wrapper = map.entry(key) else { continue }
            var inner = wrapper.value.map ?? DataMap()
            if let list = wrapper.value.list, list.contains(where: { $0.map != nil }) {
                inner.add(DataEntry("steps", wrapper.keySpan, wrapper.value))
            }
            guard inner.first(PlainKeys.steps) != nil else { continue }
            for entry in map.entries where entry.key != key { inner.add(entry) }
            return inner
        }
        return nil
    }

    /// Adds what `edges`, and `next` of a step, say about the order.
    func addEdges(to steps: inout [PlainStep], _ job: inout ImportJob) {
        var edges: [(from: String, to: String, span: Span)] = []
        for step in steps {
            guard let next = step.map.entry("next") else { continue }
            edges += names(next, step.id, &job).map { (step.id, $0.name, $0.span) }
        }
        for node in top.first(PlainKeys.edges)?.value.list ?? [] {
            let ends =
                node.list?.compactMap(\.scalarText)
                ?? [node.map?.first(["from", "source"]), node.map?.first(["to", "target"])].compactMap {
                    $0?.value.scalarText
                }
            guard ends.count == 2 else {
                job.add(.dialectExpected("`from` and `to`", node.kindName, for: "an edge", at: node.span))
                continue
            }
            edges.append((ends[0], ends[1], node.span))
        }
        if edges.isEmpty { return }
        let places = Dictionary(steps.indices.map { (steps[$0].id, $0) }) { first, _ in first }
        for edge in edges where !["end", "END", "__end__", "start", "START", "__start__"].contains(edge.to) {
            guard let place = places[edge.to] else {
                job.add(
                    .dialectUnknownName(
                        "step", edge.to, neededBy: edge.from, among: steps.map(\.id), at: edge.span))
                continue
            }
            if ["start", "START", "__start__"].contains(edge.from) && places[edge.from] == nil { continue }
            if !steps[place].needs.contains(where: { $0.name == edge.from }) {
                steps[place].needs.append((edge.from, edge.span))
            }
        }
        for index in steps.indices { steps[index].saysNeeds = true }
    }

    /// The entries of a list of steps, each with the number of the group that it runs side by side with; 0 for none.
    func grouped(_ elements: [DataNode]) -> [(node: DataNode, group: Int)] {
        var result: [(DataNode, Int)] = []
        for (index, element) in elements.enumerated() {
            if let inner = element.map?["parallel"]?.list ?? element.map?["parallel"]?["steps"]?.list {
                result += inner.map { ($0, index + 2) }
            } else {
                result.append((element, element.map?["parallel"]?.bool == true ? 1 : 0))
            }
        }
        return result
    }

    /// What a step says in a word that is not known: `http: {…}`, `copy: {…}`. Steps inside are no input.
    func unknownAction(_ map: DataMap) -> DataEntry? {
        map.entries.first { entry in
            if PlainKeys.step.contains(entry.key) || PlainKeys.prose.contains(entry.key)
                || PlainKeys.control.contains(entry.key)
            {
                return false
            }
            return entry.value.text != nil
                || entry.value.map.map { $0.first(PlainKeys.steps) == nil } == true
        }
    }
}
