// What is known in front of a node: the data of the start, and what the work items, messages and scripts before it have
// said, the nearest last.
import WfSource

extension BpmnFlowWriter {
    /// Text of type `Json`: an object with all variables in front of a node.
    func known(at node: Int) -> String {
        if inside != nil { return "data" }
        guard shared.usesVariables(scopeIndex) else { return data }
        return gatheredAt(node)
    }

    /// The same with something that is nearer than all of it.
    func gatheredAt(_ node: Int, _ nearest: [String] = []) -> String {
        let entry = before[node].map { [$0] } ?? []
        return gathered(nearest + entry + brought(node) + readNames(node))
    }

    /// The names that are read in front of a node for what was said before it, the latest first.
    func readNames(_ node: Int) -> [String] {
        if asksAll || isScopeEvent(node) { return upstream(others(node)) }
        return gatherings[node].map { [$0] } ?? upstream(sources(node))
    }

    /// The same where nodes have ended, whichever of them it was.
    func known(behind nodes: [Int]) -> String { gathered(upstream(nodes), over: base) }

    /// What is put together over the data of the start: that data, or nothing where the flow yields what has been said in it.
    /// A sub-process that gave back what it was given would undo what was said beside it.
    var base: String { shared.yieldsChanges(scopeIndex) ? "null" : data }

    /// - Parameter sources: nearest first.
    /// - Parameter base: what stands below them; the data of the start without one.
    func gathered(_ sources: [String], over base: String? = nil) -> String {
        let all = sources.reversed() + (turnBefore.map { [$0] } ?? [])
        if all.isEmpty { return base ?? data }
        shared.needsKnown = true
        return "known(\(base ?? data), [\(all.joined(separator: ", "))])"
    }

    /// Names of nodes that may set a variable: some, and those before them, the latest first. What can only be done after
    /// another counts more than it; of others, what is nearer.
    private func upstream(_ nearest: [Int]) -> [String] {
        var seen: Set<Int> = []
        var queue = nearest
        var next = 0
        var found: [(node: Int, names: [String])] = []
        var hasAskedAll = false
        while next < queue.count {
            let index = queue[next]
            next += 1
            if !seen.insert(index).inserted { continue }
            let gathering = gatherings[index].map { [$0] } ?? []
            let names = saying(index) + gathering
            if !names.isEmpty {
                if found.count == sourcesMax {
                    noteForgotten()
                    break
                }
                found.append((index, names))
            }
            if !gathering.isEmpty { continue }
            if nodes[index].event(.conditional) != nil {
                if hasAskedAll { continue }
                hasAskedAll = true
            }
            queue += sources(index)
        }
        let order = found.indices.sorted {
            (heights[found[$0].node], $0) < (heights[found[$1].node], $1)
        }
        return order.flatMap { found[$0].names }
    }

    /// Says once for a scope that it has more nodes than are asked.
    private func noteForgotten() {
        guard shared.forgetful.insert(scopeIndex).inserted else { return }
        shared.job.add(
            .bpmnNotRun(
                model.title(scope.element),
                "what was set more than \(sourcesMax) activities before is not known",
                at: model.span(scope.element)))
    }

    /// All other nodes of the scope, whether they come before a node or stand beside it.
    private func others(_ index: Int) -> [Int] {
        nodes.indices.reversed().filter { reached[$0] && $0 != index && !isScopeEvent($0) }
    }

    private func sources(_ index: Int) -> [Int] {
        // What has made a condition hold may have been set beside it.
        if nodes[index].event(.conditional) != nil { return others(index) }
        if nodes[index].isForCompensation {
            return scope.handlers.first { $0.value == index }.flatMap { nodes[$0.key].host }.map { [$0] }
                ?? []
        }
        if nodes[index].kind == .boundary { return nodes[index].host.map { [$0] } ?? [] }
        var result = nodes[index].incoming.map { scope.flows[$0].source }
        if nodes[index].kind == .catching, nodes[index].event(.link) != nil {
            result += nodes.indices.filter { linkTarget($0) == index }
        }
        return result
    }

    /// The names of what a node has made known, the latest first.
    private func saying(_ index: Int) -> [String] {
        let node = nodes[index]
        guard reached[index], !transparent[index] else { return [] }
        if node.kind == .boundary { return (behind[index].map { [$0] } ?? []) + (heard[index] ?? []) }
        guard case .none = node.loop else { return behind[index].map { [$0] } ?? [] }
        var result: [String] = []
        var isHidden = false
        if let name = behind[index] {
            result.append(name)
            isHidden = telling(index).isHidden || dropsLocals(index)
        }
        if arms.contains(index) { return result + (isHidden ? [] : armNames[index].map { [$0] } ?? []) }
        if !isHidden, telling(index).answers,
            node.kind != .call || calledScope(index) == nil || takesAll(index)
        {
            result.append(node.wf)
        }
        return result + (before[index].map { [$0] } ?? [])
    }

    /// Whether a node says something, and whether only what is mapped of it is known; asked once of each element.
    private func telling(_ index: Int) -> (answers: Bool, isHidden: Bool) {
        let element = nodes[index].element
        if let known = shared.telling[element] { return known }
        let telling = model.marks.looking {
            (answers: answers(index), isHidden: shared.outputs(nodes[index]).hidesAnswer)
        }
        shared.telling[element] = telling
        return telling
    }

    /// Whether all that a called process knows is known behind its call.
    private func takesAll(_ index: Int) -> Bool { model.marks.looking { shared.takesAll(nodes[index]) } }

    // MARK: Expressions

    /// Text of a value in front of a node; nil when it is not translated.
    func value(_ text: BpmnText, _ type: ValueType, at node: Int) -> String? {
        shared.expression(text).flatMap { value($0, type, at: node) }
    }

    /// The same where an activity is told what it is called and who does it: its own variables hide those around it.
    func ownValue(_ text: BpmnText, _ type: ValueType, at node: Int) -> String? {
        guard let expression = shared.expression(text) else { return nil }
        let own = nodes[node].kind == .activity ? shared.localInputs(nodes[node]) : []
        if own.isEmpty { return value(expression, type, at: node, isInstance: true) }
        let item = itemOf(nodes[node])
        let writer = ExpressionWriter {
            counter($0, of: node)
        } read: { name in
            if let given = given(name, own, at: node) { return given + WfText.member(name) }
            if !item.isEmpty, name == item { return itemName(item) }
            noteCount(name, node)
            return known(at: node) + WfText.member(name)
        }
        return shared.using(writer.text(expression, type))
    }

    /// An object with a variable of a node's own, among those that it is given; nil when it is none.
    func given(_ name: String, _ inputs: [BpmnField], at node: Int) -> String? {
        let fields = inputs.filter {
            ($0.name == name || $0.name.hasPrefix(name + ".")) && isTranslated($0.value)
        }
        if fields.isEmpty { return nil }
        let members = nested(fields, at: node).map { "\(WfText.field($0.0)): \($0.1)" }
        return "({ \(members.joined(separator: ", ")) } as Json)"
    }

    /// The same inside an instance, where the node is done for several.
    func instanceValue(_ text: BpmnText, _ type: ValueType, at node: Int) -> String? {
        shared.expression(text).flatMap { value($0, type, at: node, isInstance: true) }
    }

    /// - Parameter isInstance: whether it is read inside an instance of the node, where its item has a name.
    func value(_ expression: ForeignExpression, _ type: ValueType, at node: Int, isInstance: Bool = false)
        -> String?
    {
        let item = isInstance ? itemOf(nodes[node]) : ""
        let writer = ExpressionWriter { name in
            isInstance ? counter(name, of: node) : nil
        } read: { name in
            if !item.isEmpty, name == item { return itemName(item) }
            noteCount(name, node)
            return known(at: node) + WfText.member(name)
        }
        return shared.using(writer.text(expression, type))
    }

    /// Numbers of instances that are known in completion conditions alone.
    private static let counts: Set<String> = [
        "nrOfActiveInstances", "nrOfCompletedInstances", "numberOfActiveInstances",
        "numberOfCompletedInstances", "numberOfTerminatedInstances", "completedInstances",
    ]

    /// Says that such a number is no variable.
    func noteCount(_ name: String, _ node: Int) {
        guard BpmnFlowWriter.counts.contains(name),
            shared.counted.insert("\(span(node).start) \(name)").inserted
        else { return }
        shared.job.add(
            .bpmnNotRun(
                title(node),
                "`\(name)` is known in the completion condition of instances alone, and null here",
                at: span(node)))
    }

    /// What the item of a loop is called in wf: like no flow and no function, which are called beside it.
    func itemName(_ item: String) -> String { shared.itemName(item) }
}
