// What events throw: signals and escalations that somebody in the same process catches are raised inside the run, and so are
// errors where variables matter, which they take along; a message or signal that starts another process of the file starts
// it, everything else goes out into the world.
import WfDiagnostics
import WfSource

extension BpmnImport {
    /// Finds the signals, escalations and errors that a process both throws and catches, and names them.
    func findRaised() {
        let callers = callers()
        func root(_ scope: Int) -> Int { callers[self.root(scope)] ?? self.root(scope) }
        var caught: [Int: Set<String>] = [:]
        var thrown: [(root: Int, event: BpmnEvent)] = []
        for scope in model.scopes.indices {
            let root = root(scope)
            for node in model.scopes[scope].nodes {
                if node.kind == .throwing || node.kind == .end { thrown += node.events.map { (root, $0) } }
                if let event = node.instanceEvent { thrown.append((root, event)) }
                let isCatching = node.kind == .catching || node.kind == .boundary
                guard isCatching || node.kind == .start && model.scopes[scope].isEventSubProcess else {
                    continue
                }
                for event in node.events { caught[root, default: []].insert(key(event)) }
            }
        }
        for (root, event) in thrown {
            let any = key(BpmnEvent(trigger: event.trigger, element: 0))
            let heard = caught[root] ?? []
            switch event.trigger {
            case .signal, .escalation:
                guard heard.contains(key(event)) || heard.contains(any) else { continue }
            // Who catches any error asks for its code, which a failure has.
            case .error:
                guard usesVariables(root), heard.contains(key(event)), !heard.contains(any) else { continue }
            default: continue
            }
            if raised[key(event)] == nil {
                raised[key(event)] = job.names.take(
                    event.name.isEmpty ? event.key : event.name, fallback: "raised")
            }
        }
    }

    /// By process that another one of the file calls: the one that is called by none.
    private func callers() -> [Int: Int] {
        var callers: [Int: Int] = [:]
        for index in model.scopes.indices {
            for node in model.scopes[index].nodes where node.kind == .call {
                guard let name = model.attribute("calledElement", node.element),
                    let found = model.resolve(name),
                    let target = model.scopes.firstIndex(where: { $0.element == found })
                else { continue }
                callers[target] = root(index)
            }
        }
        var tops: [Int: Int] = [:]
        for start in callers.keys {
            var top = start
            var steps = 0
            while let next = callers[top], steps < callers.count {
                top = next
                steps += 1
            }
            tops[start] = top
        }
        return tops
    }

    private func key(_ event: BpmnEvent) -> String { "\(event.trigger.rawValue) \(event.key)" }

    /// What an event that is thrown is called; nil when nobody in the file catches it.
    func raisedName(_ event: BpmnEvent) -> String? { raised[key(event)] }

    /// What an event listens for: what it names, or everything of its kind that is raised.
    func listened(_ event: BpmnEvent) -> [String] {
        guard [.signal, .escalation, .error].contains(event.trigger) else { return [] }
        if !event.key.isEmpty { return raised[key(event)].map { [$0] } ?? [] }
        if event.trigger == .error { return [] }
        let prefix = event.trigger.rawValue + " "
        return raised.filter { $0.key.hasPrefix(prefix) }.map(\.value).sorted()
    }

    /// The processes that a message or signal starts, with the argument that says which of their start events it is.
    func started(by event: BpmnEvent, from node: BpmnNode, in root: Int) -> [(flow: String, start: String?)] {
        guard event.trigger == .message || event.trigger == .signal else { return [] }
        let ends = messageEnds(of: node)
        var result: [(String, String?)] = []
        for (index, scope) in model.scopes.enumerated()
        where scope.parent == nil && index != root && !scope.nodes.isEmpty {
            let starts = scope.nodes.filter { $0.kind == .start }
            for start in starts {
                let isMeant = start.events.contains {
                    $0.trigger == event.trigger && !$0.key.isEmpty && $0.key == event.key
                }
                guard isMeant || ends.contains(start.id) else { continue }
                let title = start.name.isEmpty ? start.id : start.name
                result.append((scope.wf, starts.count > 1 ? title : nil))
                break
            }
        }
        return result
    }

    /// Ids of what the message flows of a node lead to.
    private func messageEnds(of node: BpmnNode) -> [String] {
        var ends: [String] = []
        for collaboration in model.children(0, "collaboration") {
            for flow in model.children(collaboration, "messageFlow")
            where model.attribute("sourceRef", flow) == node.id {
                ends.append(model.attribute("targetRef", flow) ?? "")
            }
        }
        return ends
    }
}

extension BpmnFlowWriter {
    /// The signals of this flow that an event listens for, declared; none for what comes from outside.
    mutating func listened(_ event: BpmnEvent) -> [String] {
        let found = shared.listened(event)
        for name in found where !signals.contains(where: { $0.wf == name }) {
            signals.append(("\u{0}raised \(name)", name))
        }
        return found
    }

    /// The calls that throw an event.
    mutating func thrown(_ event: BpmnEvent, _ index: Int) -> [String] {
        let name = event.name.isEmpty ? titleText(index) : event.name
        if event.trigger == .compensate { return [compensate(event, index)] }
        if let raised = raise(event, index) { return [raised] + starts(event, index) }
        if event.trigger == .message, shared.isCarriedOut(nodes[index]) {
            return [workItem(index)] + starts(event, index)
        }
        let starts = starts(event, index)
        if event.trigger == .escalation {
            shared.job.add(
                .bpmnNotRun(
                    title(index), "the escalation goes to the log of the run, to nobody inside",
                    at: span(index)))
        } else if event.trigger == .signal, starts.isEmpty {
            shared.job.add(
                .bpmnNotRun(title(index), "other runs get the signal by `wfi signal`", at: span(index)))
        }
        return ["emit(\(named(name, at: index)), \(payload(index)))"] + starts
    }

    /// `raise("late", …)`; nil when nobody in the process catches it.
    mutating func raise(_ event: BpmnEvent, _ index: Int) -> String? {
        guard let name = shared.raisedName(event) else { return nil }
        let everywhere = event.trigger == .signal ? ", everywhere: true" : ""
        return "raise(\(WfText.string(name)), \(payload(index))\(everywhere))"
    }

    /// `spawn other(…)` for each process that a message starts.
    func starts(_ event: BpmnEvent, _ index: Int) -> [String] {
        shared.started(by: event, from: nodes[index], in: shared.root(scopeIndex)).map { target in
            let which = target.start.map { ", \(WfText.string($0))" } ?? ""
            return "spawn \(target.flow)(\(payload(index))\(which))"
        }
    }

    /// What each instance of an activity does: its call, and what it throws when it has ended.
    mutating func instanceCall(_ index: Int, _ call: String, _ undo: String) -> String {
        guard let event = nodes[index].instanceEvent, let raised = raise(event, index) else {
            if undo.isEmpty { return call }
            return isEmit(index) ? "step done = \(call)\(undo)" : "step done = \(call)\(undo); done"
        }
        return "step done = \(call)\(undo); step said = \(raised) after done; done"
    }
}
