// Whether variables matter in a process, and whether the flow of a scope yields them.
import WfSource

extension BpmnImport {
    /// Whether anything in the process around a scope reads or sets variables.
    func usesVariables(_ scope: Int) -> Bool {
        let root = root(scope)
        if let known = readers[root] { return known }
        let uses = model.marks.looking {
            model.scopes.indices.contains { self.root($0) == root && reads(model.scopes[$0]) }
                || tells(root)
        }
        readers[root] = uses || givesBack(root)
        return readers[root] ?? false
    }

    /// Whether a process is executable, and has work items that are told what others have said.
    private func tells(_ root: Int) -> Bool {
        guard model.attribute("isExecutable", model.scopes[root].element) == "true" else { return false }
        let scopes = model.scopes.indices.filter { self.root($0) == root }
        let count = scopes.reduce(0) { count, scope in
            count
                + model.scopes[scope].nodes.count {
                    switch $0.kind {
                    case .activity: return true
                    case .call, .subProcess: return $0.scope == nil
                    case .catching, .boundary: return $0.event(.message) != nil || $0.event(.signal) != nil
                    default: return false
                    }
                }
        }
        return count > 1
    }

    /// Whether the flow of a sub-process, or of a process that gives something back to its caller, yields what is known at
    /// its end: where one token goes through it, and variables matter.
    func yieldsVariables(_ scope: Int) -> Bool {
        if let known = yielders[scope] { return known }
        let yields = hasOneEnd(scope)
        yielders[scope] = yields
        return yields
    }

    /// Whether the flow of a scope yields what was said in it, and not what it was given: a sub-process that is done once.
    func yieldsChanges(_ scope: Int) -> Bool {
        guard let parent = model.scopes[scope].parent, yieldsVariables(scope),
            let node = model.scopes[parent].nodes.first(where: { $0.scope == scope })
        else { return false }
        if case .instances = node.loop { return false }
        return true
    }

    /// Names that mean something inside a sub-process alone: what it is given by name, and its own properties.
    func locals(_ node: BpmnNode) -> [String] {
        guard node.kind == .subProcess, case .none = node.loop else { return [] }
        return model.marks.looking {
            let given = localInputs(node).map { String($0.name.prefix { $0 != "." }) }
            let own = model.children(node.element, "property").compactMap {
                model.attribute("name", $0) ?? model.attribute("id", $0)
            }
            var seen: Set<String> = []
            return (given + own).filter { seen.insert($0).inserted }
        }
    }

    private func hasOneEnd(_ scope: Int) -> Bool {
        let inner = model.scopes[scope]
        guard inner.parent != nil || givesBack(scope), !inner.isEventSubProcess,
            inner.tag != "adHocSubProcess",
            usesVariables(scope),
            inner.nodes.count(where: { $0.kind == .start }) == 1,
            inner.nodes.contains(where: {
                $0.outgoing.isEmpty && $0.events.isEmpty && $0.kind != .boundary && !$0.isForCompensation
            })
        else { return false }
        return inner.nodes.indices.allSatisfy { index in
            let node = inner.nodes[index]
            switch node.kind {
            case .exclusive, .eventBased: return true
            // What is thrown may end the sub-process, so that its end is never come to.
            case .throwing where node.event(.escalation) != nil || node.event(.signal) != nil: return false
            case .boundary: return node.isInterrupting
            case .subProcess where node.scope.map { model.scopes[$0].isEventSubProcess } == true: return false
            default: return meets(index, in: inner)
            }
        }
    }

    /// Whether all ways that a node begins meet at one join before any of them ends.
    private func meets(_ fork: Int, in scope: BpmnScope) -> Bool {
        if scope.nodes[fork].outgoing.count <= 1 { return true }
        if scope.nodes.count > BpmnImport.meetingMax { return false }
        // the nearest first, which it mostly is
        var seen: Set<Int> = [fork]
        var order = [fork]
        var next = 0
        while next < order.count {
            let index = order[next]
            next += 1
            if index != fork, scope.nodes[index].isJoin, !ends(from: fork, without: index, in: scope) {
                return true
            }
            order += ways(from: index, in: scope).filter { seen.insert($0).inserted }
        }
        return false
    }

    /// Scopes of more nodes than that are not looked at for joins.
    private static let meetingMax = 500

    private func ways(from index: Int, in scope: BpmnScope) -> [Int] {
        let next = scope.nodes[index].outgoing.map { scope.flows[$0].target } + scope.nodes[index].boundaries
        if scope.nodes[index].event(.link) == nil { return next }
        return next + model.linkTargets(scope.nodes[index], in: scope)
    }

    private func ends(from fork: Int, without join: Int, in scope: BpmnScope) -> Bool {
        var seen: Set<Int> = [join]
        var waiting = [fork]
        while let index = waiting.popLast() {
            if !seen.insert(index).inserted { continue }
            let next = ways(from: index, in: scope)
            if next.isEmpty { return true }
            waiting += next
        }
        return false
    }

    /// Whether anything in a scope, or deeper, sets variables.
    func setsVariables(_ scope: Int) -> Bool {
        model.scopes[scope].nodes.contains { node in
            if let inner = node.scope { return setsVariables(inner) }
            guard node.kind == .activity || node.kind == .call else { return false }
            return node.tag != "sendTask" || model.marks.looking { performer(node) != nil }
        }
    }

    private func reads(_ scope: BpmnScope) -> Bool {
        scope.flows.contains { $0.condition.map { reads($0) } ?? false } || scope.nodes.contains { reads($0) }
    }

    private func reads(_ node: BpmnNode) -> Bool {
        // A script sets variables, whoever carries it out.
        if node.tag == "scriptTask", script(node)?.isEmpty != true { return true }
        if node.tag == "serviceTask", script(node) != nil { return true }
        switch node.loop {
        case .none: break
        case .standard(let condition, _, _): if condition.map({ reads($0) }) ?? false { return true }
        case .instances(let loop):
            if [loop.count, loop.collection, loop.completion].contains(where: {
                $0.map { reads($0) } ?? false
            }) {
                return true
            }
        }
        if node.events.contains(where: { readsTime($0) }) { return true }
        if node.events.contains(where: { conditionText($0).map { reads($0) } ?? false }) { return true }
        if !outputs(node).fields.isEmpty || !entryScript(node).isEmpty { return true }
        if node.kind == .call, passesVariables(node) { return true }
        if node.events.contains(where: { reads(mixed($0.name, $0.element)) }) { return true }
        if reads(mixed(node.name, node.element)) || skip(node) != nil { return true }
        return inputs(node).contains { reads($0.value) } || (roleText(node).map { reads($0) } ?? false)
            || details(node).contains { reads($0.value) }
    }

    private func reads(_ value: BpmnValue) -> Bool {
        switch value {
        case .text(let text): return reads(text)
        case .expression(let expression): return expression.readsVariables
        case .list(let items): return items.contains { reads($0) }
        case .map(let fields): return fields.contains { reads($0.value) }
        }
    }

    private func reads(_ text: BpmnText) -> Bool {
        text.language != "text" && (expression(text)?.readsVariables ?? false)
    }

    /// Whether a word stands in an element, but for the condition that enough instances are done.
    func mentions(_ word: String, in element: Int) -> Bool {
        let end = element + model.document.sizeOfTree(at: element)
        return (element..<end).contains { place in
            let row = model.document.elements[place]
            if model.tag(place) == "completionCondition" { return false }
            return row.text.contains(word)
                || model.document.attributes(row).contains { $0.value.contains(word) }
        }
    }

    /// Whether a timer's time is computed.
    private func readsTime(_ event: BpmnEvent) -> Bool {
        ["timeDuration", "timeDate"].contains { tag in
            guard let text = model.text(event.element, tag), IsoTime.parse(text) == nil else { return false }
            return expression(BpmnText(text: text, language: "juel", element: event.element))?.readsVariables
                == true
        }
    }

    /// The condition of a conditional event.
    func conditionText(_ event: BpmnEvent) -> BpmnText? {
        guard let child = model.children(event.element, "condition").first else { return nil }
        let text = SourceWriter.trimmed(model.document.elements[child].text)
        if text.isEmpty { return nil }
        return BpmnText(text: text, language: model.attribute("language", child) ?? "", element: child)
    }
}
