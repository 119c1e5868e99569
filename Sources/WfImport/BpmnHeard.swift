// What events bring: the names of signals, which people outside send by name and what follows an event reads, and what a
// vendor names of a failure that is caught.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    /// Gives the signals of messages the names that the model has for them, before any node is named.
    mutating func nameSignals(_ order: [Int]) {
        for index in order {
            let node = nodes[index]
            if node.tag == "receiveTask", !messageName(index).isEmpty {
                noteComputed(messageName(index), index)
                _ = signal(messageName(index), fallback: "")
            }
            for event in heardEvents(index) where !event.name.isEmpty {
                guard [.message, .signal].contains(event.trigger), shared.listened(event).isEmpty else {
                    continue
                }
                noteComputed(event.name, index)
                _ = signal(event.name, fallback: "")
            }
        }
    }

    /// Says that a signal has one name, where the model computes what it waits for.
    private func noteComputed(_ name: String, _ index: Int) {
        let element = nodes[index].element
        let text = name.hasPrefix("=") ? shared.zeebe(name, element) : shared.mixed(name, element)
        if text.language != "text" { noteExpression(text, index) }
    }

    /// Names what is known behind boundary events, and inside event sub-processes.
    mutating func nameHeard(_ order: [Int]) {
        for index in order where nodes[index].kind == .boundary || isScopeEvent(index) {
            let isInterrupting = (scopeStart(index) ?? nodes[index]).isInterrupting
            for event in heardEvents(index) {
                switch event.trigger {
                case .error where nodes[index].host.map { nodes[$0].kind != .subProcess } ?? false: break
                case .message, .signal, .escalation, .error:
                    let inside = listened(event)
                    if !inside.isEmpty {
                        heard[index, default: []] += inside
                    } else if event.trigger != .error, event.trigger != .escalation || !isInterrupting {
                        heard[index, default: []].append(signal(event.name, fallback: titleText(index)))
                    }
                default: break
                }
            }
            if nodes[index].kind == .boundary, !caughtFields(index).isEmpty {
                behind[index] = names.take("caught")
            }
        }
    }

    /// The events that a node waits for while it is come to, or that begin it.
    private func heardEvents(_ index: Int) -> [BpmnEvent] {
        switch nodes[index].kind {
        case .catching: return nodes[index].events
        case .boundary:
            return nodes[index].host.map { arms.contains($0) } == true ? [] : nodes[index].events
        default: return scopeStart(index)?.events ?? []
        }
    }

    /// The start event of an event sub-process.
    private func scopeStart(_ index: Int) -> BpmnNode? {
        guard isScopeEvent(index), let inner = nodes[index].scope else { return nil }
        return model.scopes[inner].nodes.first { $0.kind == .start }
    }

    // MARK: Failures

    /// `code: error.message`, where a vendor names variables for what is caught; empty for none.
    private func caughtFields(_ index: Int) -> String {
        var fields: [String] = []
        for event in heardEvents(index) {
            var variables: [(key: String, value: String)] = []
            let code = WfText.string(event.key)
            switch event.trigger {
            case .error where event.key.isEmpty || !isRaised(event, at: index):
                variables = [
                    ("errorCodeVariable", "error.message"), ("errorMessageVariable", "error.message"),
                ]
            case .error: variables = [("errorCodeVariable", code), ("errorMessageVariable", code)]
            case .escalation where !event.key.isEmpty: variables = [("escalationCodeVariable", code)]
            default: continue
            }
            for (key, value) in variables {
                if let name = model.vendor(key, event.element) {
                    fields.append("\(WfText.field(name)): \(value)")
                }
            }
        }
        return fields.joined(separator: ", ")
    }

    /// Whether an error comes as a signal from inside.
    func isRaised(_ event: BpmnEvent, at index: Int) -> Bool {
        if let host = nodes[index].host, nodes[host].kind == .activity { return false }
        return !shared.listened(event).isEmpty
    }

    /// What a failure or a message has brought to an event sub-process, the latest first.
    func brought(_ index: Int) -> [String] {
        guard isScopeEvent(index) else { return [] }
        let fields = caughtFields(index)
        return (fields.isEmpty ? [] : ["({ \(fields) } as Json)"]) + (heard[index] ?? [])
    }

    /// Where the arrows of a boundary event lead, by way of the variables that are set there.
    mutating func wayBehind(_ boundary: Int) -> String {
        let target = single(nodes[boundary].outgoing, from: boundary)
        guard let name = behind[boundary] else { return target }
        if caught.insert(boundary).inserted {
            extra.line(
                "let \(name): Json = { \(caughtFields(boundary)) } -> \(target)", from: span(boundary))
        }
        return name
    }

    /// Says that what is set inside a sub-process is not known where an event takes it away, or comes beside it.
    func noteLost(_ index: Int) {
        guard let inner = nodes[index].scope, !isScopeEvent(index), shared.usesVariables(scopeIndex),
            shared.setsVariables(inner)
        else { return }
        for boundary in nodes[index].boundaries where leadsOn(boundary) {
            let events = nodes[boundary].events
            if events.isEmpty || events.contains(where: { $0.trigger == .compensate }) { continue }
            // What is thrown inside has all that is known there with it.
            if events.allSatisfy({ !shared.listened($0).isEmpty }) { continue }
            shared.job.add(
                .bpmnNotRun(
                    title(boundary), "what is set inside `\(titleText(index))` is not known behind it",
                    at: span(boundary)))
        }
    }

    /// Whether anything but ends without a meaning stands behind a node.
    private func leadsOn(_ index: Int) -> Bool {
        nodes[index].outgoing.contains { flow in
            let target = nodes[scope.flows[flow].target]
            return target.kind != .end || target.hasTrigger
        }
    }
}
