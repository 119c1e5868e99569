// Shapes that the same model comes in: steps inside a `workflow`, arrows in a list of their own or at the step before, and
// steps side by side or one behind the other in one entry. Writes no wf.

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
            guard inner.has(PlainKeys.steps) else { continue }
            for entry in map.entries where entry.key != key { inner.add(entry) }
            return inner
        }
        return nil
    }

    /// Adds what `edges`, and `next` of a step, say about the order.
    func addEdges(to outline: inout PlainOutline, _ job: inout ImportJob) {
        var edges: [(from: String, to: String, span: Span)] = []
        var conditions: [String: DataEntry] = [:]
        for step in outline.steps {
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
            if let key = PlainKeys.when.first(where: { node.map?.peek($0)?.isNull == false }) {
                conditions[ends[1]] = node.map?.entries.first { $0.key == key }
            }
        }
        if edges.isEmpty { return }
        // What one of several ways into a step asks is not what the step asks.
        let ways = edges.reduce(into: [String: Int]()) { $0[$1.to, default: 0] += 1 }
        for (target, condition) in conditions.sorted(by: { $0.key < $1.key }) where ways[target] != 1 {
            condition.mark.isRead = true
            conditions[target] = nil
            job.add(
                .dialectNotActedOn(
                    "`\(condition.key)`", in: "an edge to `\(target)`", so: "others lead there too",
                    at: condition.keySpan))
        }
        let places = Dictionary(outline.steps.indices.map { (outline.steps[$0].id, $0) }) { first, _ in first
        }
        for edge in edges where !["end", "END", "__end__", "start", "START", "__start__"].contains(edge.to) {
            let targets =
                places[edge.to].map { [$0] } ?? outline.groups[edge.to]?.members.compactMap { places[$0] }
                ?? []
            if targets.isEmpty {
                job.add(
                    .dialectUnknownName(
                        "step", edge.to, neededBy: edge.from, among: outline.steps.map(\.id), at: edge.span))
                continue
            }
            if ["start", "START", "__start__"].contains(edge.from) && places[edge.from] == nil { continue }
            for place in targets where !outline.steps[place].needs.contains(where: { $0.name == edge.from }) {
                outline.steps[place].needs.append((edge.from, edge.span))
            }
            guard let condition = conditions[edge.to] else { continue }
            condition.mark.isRead = true
            for place in targets { outline.steps[place].conditions.append(condition) }
        }
        for index in outline.steps.indices { outline.steps[index].saysNeeds = true }
    }

    /// What a step says in a word that is not known: `http: {…}`, `copy: {…}`. Steps inside are no input.
    func unknownAction(_ map: DataMap) -> DataEntry? {
        map.entries.first { entry in
            if PlainKeys.step.contains(entry.key) || PlainKeys.prose.contains(entry.key)
                || PlainKeys.control.contains(entry.key)
            {
                return false
            }
            return entry.value.text != nil || entry.value.map.map { !$0.has(PlainKeys.steps) } == true
        }
    }
}

// MARK: Groups

/// What the steps of a group have from those around them.
struct PlainAround {
    var settings = DataMap()
    var conditions: [DataEntry] = []
    var items: [(word: String, name: String)] = []
    var blocks: [String] = []
}

extension PlainReader {
    /// Where the steps of a group stand, and whether they run side by side; nil when it is a step.
    private func children(of map: DataMap) -> (entry: DataEntry, isParallel: Bool)? {
        let kind = map.peek("type")?.text?.lowercased() ?? ""
        let isParallel = ["parallel", "fork", "concurrent", "fanout", "fan_out", "split"].contains(kind)
        for key in PlainKeys.children {
            guard let node = map.peek(key), isChildren(node, key, isGroup: isParallel) else { continue }
            guard let entry = map.entry(key) else { continue }
            _ = map.entry("type")
            return (entry, isParallel || key == "parallel" || key == "branches")
        }
        return nil
    }

    private func isChildren(_ node: DataNode, _ key: String, isGroup: Bool) -> Bool {
        if let list = node.list { return list.contains { $0.map != nil || $0.list != nil } || key != "do" }
        guard let map = node.map, !map.isEmpty else { return false }
        if map.has(PlainKeys.steps + ["branches"]) { return true }
        return (key != "do" || isGroup)
            && map.entries.allSatisfy { $0.value.map != nil || $0.value.list != nil }
    }

    /// The steps of a list or a mapping, in order where nothing among them says what it waits for.
    func read(
        _ node: DataNode, isParallel: Bool, isTop: Bool = false, _ around: PlainAround,
        into outline: inout PlainOutline, _ job: inout ImportJob
    ) -> PlainUnit {
        var units: [PlainUnit] = []
        let start = outline.steps.count
        var wasParallel = false
        func add(_ unit: PlainUnit, beside isBeside: Bool) {
            if isBeside, wasParallel, let last = units.indices.last {
                units[last].first += unit.first
                units[last].last += unit.last
            } else {
                units.append(unit)
            }
            wasParallel = isBeside
        }
        if let map = node.map {
            if let inner = map.first(PlainKeys.steps + ["branches"]) {
                return read(inner.value, isParallel: isParallel, around, into: &outline, &job)
            }
            for entry in map.all {
                add(unit(entry.value, id: entry, around, into: &outline, &job), beside: false)
            }
        }
        for element in node.list ?? [] {
            let isBeside = element.map?.peek("parallel")?.isOn == true
            if isBeside { _ = element.map?.entry("parallel") }
            add(unit(element, id: nil, around, into: &outline, &job), beside: isBeside)
        }
        let saysNeeds = outline.steps[start...].contains { $0.saysNeeds }
        if isTop { outline.units += units }
        if !isTop, !isParallel, !saysNeeds, node.list != nil {
            PlainReader.chain(units, &outline.steps)
            return PlainUnit(first: units.first?.first ?? [], last: units.last?.last ?? [])
        }
        return PlainUnit(first: units.flatMap(\.first), last: units.flatMap(\.last))
    }

    /// Each unit waits for the one before.
    static func chain(_ units: [PlainUnit], _ steps: inout [PlainStep]) {
        for (before, unit) in zip(units, units.dropFirst()) {
            for index in unit.first {
                for need in before.last { steps[index].needs.append((steps[need].id, steps[index].span)) }
            }
        }
    }

    func unit(
        _ node: DataNode, id entry: DataEntry?, _ around: PlainAround, into outline: inout PlainOutline,
        _ job: inout ImportJob
    ) -> PlainUnit {
        if node.list != nil { return read(node, isParallel: false, around, into: &outline, &job) }
        let node = PlainReader.loop(node)
        if let map = node.map, let inside = children(of: map) {
            return group(node, map, inside, id: entry, around, into: &outline, &job)
        }
        let number = outline.steps.count
        guard var step = step(node, id: entry, number: number + 1, around, &job) else {
            return PlainUnit(first: [], last: [])
        }
        step.blocks = around.blocks
        take(&step, &outline, &job)
        outline.steps.append(step)
        return PlainUnit(first: [number], last: [number])
    }

    private func group(
        _ node: DataNode, _ map: DataMap, _ inside: (entry: DataEntry, isParallel: Bool),
        id entry: DataEntry?,
        _ around: PlainAround, into outline: inout PlainOutline, _ job: inout ImportJob
    ) -> PlainUnit {
        let given = map.first(PlainKeys.id)?.value.scalarText
        let id = entry?.key ?? given ?? "group\(outline.steps.count + 1)"
        let span = entry?.keySpan ?? start(of: node)
        job.name(node.map, "the group `\(id)`")
        var inner = around
        inner.settings = PlainReader.inherit(map, around.settings)
        let needs = map.first(PlainKeys.needs)
        let conditions = map.first(PlainKeys.when).map { [$0] } ?? []
        if map.has(PlainKeys.forEach) {
            let isGiven = entry != nil || given != nil
            return block(
                node, map, inside, (id, span), given: isGiven, conditions, inner, into: &outline, &job)
        }
        inner.conditions += conditions
        let start = outline.steps.count
        let unit = read(inside.entry.value, isParallel: inside.isParallel, inner, into: &outline, &job)
        forgetInnerOrder(start, &outline)
        if let needs {
            for need in names(needs, id, &job) {
                for index in unit.first { outline.steps[index].needs.append(need) }
            }
            for index in start..<outline.steps.count { outline.steps[index].saysNeeds = true }
        }
        if entry != nil || given != nil {
            let names = outline.steps[start...].map(\.id)
            if let first = outline.groups[id] {
                job.add(.dialectDuplicate("group", id, at: span, first: first.span))
            }
            outline.groups[id] = PlainGroup(span: span, members: Array(names))
        }
        return unit
    }

    /// What the steps of a group say of each other is no order of those around them.
    private func forgetInnerOrder(_ start: Int, _ outline: inout PlainOutline) {
        func key(_ name: String) -> String { NameTable.lowerCamel(name)?.lowercased() ?? name }
        let members = Set(outline.steps[start...].map { key($0.id) })
        guard outline.steps[start...].allSatisfy({ $0.needs.allSatisfy { members.contains(key($0.name)) } })
        else { return }
        for index in outline.steps.indices.dropFirst(start) { outline.steps[index].saysNeeds = false }
    }

    /// Makes an id its own where the file gives none, and says where one that it gives is another step's elsewhere. Those of
    /// one list are compared when it is known who waits for whom.
    private func take(_ step: inout PlainStep, _ outline: inout PlainOutline, _ job: inout ImportJob) {
        let wish = step.id
        var number = 2
        while !step.hasId, outline.taken[step.id] != nil {
            step.id = "\(wish) \(number)"
            number += 1
        }
        if let first = outline.taken[step.id], first.blocks != step.blocks {
            job.add(.dialectDuplicate("step", step.id, at: step.span, first: first.span))
        }
        outline.taken[step.id] = outline.taken[step.id] ?? (step.span, step.blocks)
    }

    /// A group that runs for each item of a list: a step with steps of its own.
    private func block(
        _ node: DataNode, _ map: DataMap, _ inside: (entry: DataEntry, isParallel: Bool),
        _ name: (id: String, span: Span), given: Bool, _ conditions: [DataEntry], _ around: PlainAround,
        into outline: inout PlainOutline, _ job: inout ImportJob
    ) -> PlainUnit {
        var inner = around
        inner.conditions = []
        inner.blocks.append(name.id)
        inner.items = PlainReader.items(map, around)
        var body = PlainOutline(taken: outline.taken)
        _ = read(inside.entry.value, isParallel: inside.isParallel, inner, into: &body, &job)
        var own = DataMap()
        for entry in map.entries where entry.key != inside.entry.key { own.add(entry) }
        var step = PlainStep(id: name.id, span: name.span, map: own, work: .block(body.steps))
        step.conditions = around.conditions + conditions
        step.items = inner.items
        step.blocks = around.blocks
        if let needs = map.first(PlainKeys.needs) {
            step.saysNeeds = true
            step.needs = names(needs, name.id, &job)
        }
        for (id, group) in body.groups { outline.groups[id] = group }
        outline.taken = body.taken
        step.hasId = given
        take(&step, &outline, &job)
        outline.steps.append(step)
        return PlainUnit(first: [outline.steps.count - 1], last: [outline.steps.count - 1])
    }

    /// A step of the type of a loop with what it runs over under the key that says so.
    private static func loop(_ node: DataNode) -> DataNode {
        let kinds = ["foreach", "for_each", "for-each", "for", "loop", "map", "iterate"]
        guard let map = node.map, let kind = map.peek("type")?.text?.lowercased(), kinds.contains(kind),
            !map.has(PlainKeys.forEach), let items = map.first(PlainKeys.items)
        else { return node }
        _ = map.entry("type")
        var result = DataMap()
        for entry in map.entries where entry.key != items.key { result.add(entry) }
        result.add(DataEntry("for_each", items.keySpan, items.value))
        return DataNode(.map(result), node.span)
    }

    /// The words for the item of a loop, those of the loops around it behind its own.
    static func items(_ map: DataMap, _ around: PlainAround) -> [(word: String, name: String)] {
        let name = around.items.isEmpty ? "item" : "item\(around.blocks.count + 1)"
        let loop = PlainKeys.forEach.lazy.compactMap { map.peek($0)?.map }.first
        let own = (map.first(PlainKeys.item) ?? loop?.first(PlainKeys.item))?.value.text
        return (own.map { [($0, name)] } ?? []) + ["item", "each", "element"].map { ($0, name) }
            + around.items
    }

    /// A mapping with what those around it say, where it does not say it itself.
    static func inherit(_ map: DataMap, _ settings: DataMap) -> DataMap {
        var result = DataMap()
        for words in PlainKeys.inherited {
            let own = words.compactMap { word in map.entries.first { $0.key == word } }
            let found =
                own.isEmpty ? words.compactMap { word in settings.entries.first { $0.key == word } } : own
            for entry in found { result.add(entry) }
        }
        return result
    }
}
