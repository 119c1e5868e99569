// How events read in a flow: caught in the middle, thrown, at an activity, of a whole scope, and ends.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    // MARK: Ends

    mutating func writeEnd(_ index: Int) {
        let node = nodes[index]
        let origin = span(index)
        prose(index)
        defer { settle(index) }
        if node.event(.terminate) != nil {
            text.line("terminate \(node.wf)\(yielded(behind: [index]))", from: origin)
            return
        }
        for trigger in [BpmnTrigger.error, .cancel] {
            if let event = node.event(trigger) {
                let code = trigger == .cancel ? "cancel" : errorCode(event)
                text.line("fail \(node.wf) = \(WfText.string(code))", from: origin)
                return
            }
        }
        let thrown = node.events.filter { $0.trigger != .link }
        if thrown.isEmpty {
            text.line("end \(node.wf)\(yielded(behind: [index]))", from: origin)
            return
        }
        if let event = thrown.first(where: { escapes($0) }) {
            text.line("fail \(node.wf) = \(WfText.string(caughtCode(event)))", from: origin)
            return
        }
        let end = names.take(node.wf + " end")
        writeThrown(thrown, index, target: end)
        text.line("end \(end)\(yielded(behind: [index]))", from: origin)
    }

    /// Whether an event that is thrown here ends the sub-process: an interrupting event at it catches it.
    func escapes(_ event: BpmnEvent) -> Bool {
        guard event.trigger == .escalation || event.trigger == .signal, let parent = scope.parent,
            !isCaught(event)
        else { return false }
        let outer = model.scopes[parent]
        guard let host = outer.nodes.firstIndex(where: { $0.scope == scopeIndex }) else { return false }
        return outer.nodes[host].boundaries.contains { boundary in
            outer.nodes[boundary].isInterrupting
                && outer.nodes[boundary].events.contains {
                    $0.trigger == event.trigger
                        && (caughtCode($0).isEmpty || caughtCode($0) == caughtCode(event))
                }
        }
    }

    /// Nodes of this flow that throw what an event catches.
    private func throwers(of event: BpmnEvent) -> [Int] {
        guard event.trigger == .signal || event.trigger == .escalation else { return [] }
        return nodes.indices.filter { index in
            guard reached[index], nodes[index].kind == .throwing || nodes[index].kind == .end else {
                return false
            }
            return nodes[index].events.first.map {
                $0.trigger == event.trigger
                    && (caughtCode(event).isEmpty || caughtCode($0) == caughtCode(event))
            } ?? false
        }
    }

    /// `thrown != null`: that one of the nodes that throw what an event catches has done so; nil when there is none.
    func isThrown(_ event: BpmnEvent) -> String? {
        let tests = throwers(of: event).map { "\(nodes[$0].wf) != null" }
        return tests.isEmpty ? nil : tests.joined(separator: " || ")
    }

    private func errorCode(_ event: BpmnEvent) -> String {
        event.code.isEmpty ? (event.name.isEmpty ? "error" : event.name) : event.code
    }

    // MARK: In the middle

    mutating func writeThrowing(_ index: Int) {
        prose(index)
        if let event = nodes[index].events.first(where: { escapes($0) }) {
            for flow in nodes[index].outgoing { shared.job.settle(scope.flows[flow].ledger) }
            text.line("fail \(nodes[index].wf) = \(WfText.string(caughtCode(event)))", from: span(index))
            return settle(index)
        }
        let targets = arrows(index).joined(separator: ", ")
        writeThrown(nodes[index].events, index, target: targets)
        settle(index)
    }

    /// Steps that tell the world, one after another.
    private mutating func writeThrown(_ events: [BpmnEvent], _ index: Int, target: String) {
        let node = nodes[index]
        if events.isEmpty {
            text.line("step \(node.wf) = nop() -> \(target)", from: span(index))
            return
        }
        var name = node.wf
        for (place, event) in events.enumerated() {
            let next = place + 1 < events.count ? names.take(node.wf) : target
            text.line("step \(name) = \(thrown(event, index)) -> \(next)", from: span(index))
            name = next
        }
    }

    private func thrown(_ event: BpmnEvent, _ index: Int) -> String {
        let name = event.name.isEmpty ? titleText(index) : event.name
        switch event.trigger {
        case .escalation:
            if isCaught(event) { break }
            shared.job.add(
                .bpmnNotRun(
                    title(index), "the escalation goes to the log of the run, to nobody inside",
                    at: span(index)))
        case .compensate:
            shared.job.add(
                .bpmnNotRun(
                    title(index), "what was done is undone when the flow fails, not here", at: span(index)))
            return "nop()"
        case .signal:
            if isCaught(event) { break }
            shared.job.add(
                .bpmnNotRun(title(index), "other runs get the signal by `wfi signal`", at: span(index)))
        default: break
        }
        return "emit(\(WfText.string(name)), \(payload(index)))"
    }

    /// Whether something in the same flow catches what is thrown.
    private func isCaught(_ event: BpmnEvent) -> Bool {
        let here = nodes.contains { node in
            (node.kind == .catching || node.kind == .boundary)
                && node.events.contains { $0.trigger == event.trigger && caughtCode($0) == caughtCode(event) }
        }
        return here
            || nodes.contains { node in
                guard let inner = node.scope, model.scopes[inner].isEventSubProcess else { return false }
                return model.scopes[inner].nodes.contains { start in
                    start.kind == .start
                        && start.events.contains {
                            $0.trigger == event.trigger
                                && (caughtCode($0).isEmpty || caughtCode($0) == caughtCode(event))
                        }
                }
            }
    }

    mutating func writeCatching(_ index: Int) {
        let node = nodes[index]
        prose(index)
        let events = node.events
        if events.isEmpty {
            notRun(index, "it waits for nothing")
            text.line(
                "step \(node.wf) = nop() -> \(arrows(index).joined(separator: ", "))", from: span(index))
            return settle(index)
        }
        if events.count > 1 || events[0].trigger == .conditional || isThrown(events[0]) != nil {
            let target = merged(node.outgoing, from: index)
            if events.count > 1, model.attribute("parallelMultiple", node.element) == "true" {
                shared.job.add(
                    .bpmnNotRun(title(index), "the first of its events is enough", at: span(index)))
            }
            text.line("first \(node.wf) {", from: span(index))
            text.indent(1)
            for event in events {
                text.line("\(arm(event, index)) -> \(target)", from: span(index))
                if let thrown = isThrown(event) { text.line("\(thrown) -> \(target)", from: span(index)) }
            }
            text.indent(-1)
            text.line("}")
            return settle(index)
        }
        writeStep(index, waiting(events[0], index))
    }

    /// The wait for one event, as a call.
    private mutating func waiting(_ event: BpmnEvent, _ index: Int) -> String {
        let node = nodes[index]
        if event.trigger == .timer {
            switch time(event) {
            case .duration(let literal): return "sleep(\(literal))"
            case .cycle(_, let literal): return "sleep(\(literal))"
            case .date(let text): return "sleep until \(WfText.string(text)).toTime()"
            case nil: break
            }
            return "await \(untimed(index, event))"
        }
        return "await \(signal(event.name.isEmpty ? "" : event.name, fallback: node.wf + " event"))"
    }

    /// The time of a timer, where it can be read.
    private func time(_ event: BpmnEvent) -> IsoTime? {
        for tag in ["timeDuration", "timeDate", "timeCycle"] {
            if let text = model.text(event.element, tag), !text.isEmpty { return IsoTime.parse(text) }
        }
        return nil
    }

    /// A timer without a time: a signal in its place, with a note.
    private mutating func untimed(_ index: Int, _ event: BpmnEvent) -> String {
        let wish = (nodes[index].name.isEmpty ? nodes[index].fallbackName : nodes[index].name) + " time"
        let name = signal("\u{0}timer \(index)", wish: wish)
        shared.job.add(.bpmnEmptyTimer(title(index), signal: name, at: span(index)))
        return name
    }

    /// A signal under a key that no message has.
    private mutating func signal(_ key: String, wish: String) -> String {
        if let known = signals.first(where: { $0.key == key }) { return known.wf }
        let name = names.take(wish, fallback: "received")
        signals.append((key, name))
        return name
    }

    // MARK: Arms of an event-based gateway

    mutating func writeEventArm(_ index: Int, of gate: Int) {
        let node = nodes[index]
        let origin = span(index)
        if !node.boundaries.isEmpty {
            for boundary in node.boundaries {
                notRun(boundary, "its activity waits at a gateway")
                for flow in nodes[boundary].outgoing { shared.job.settle(scope.flows[flow].ledger) }
            }
        }
        let target = arms.contains(index) ? merged(node.outgoing, from: index) : entry(index)
        switch node.kind {
        case _ where !arms.contains(index):
            // Others lead to it as well: the gateway goes on with it.
            let name = signal("\u{0}arm \(index)", wish: titleText(index))
            shared.job.add(
                .bpmnNotRun(title(index), "from the gateway the signal `\(name)` leads to it", at: origin))
            text.line("await \(name) -> \(target)", from: origin)
            return
        case .catching where !node.events.isEmpty:
            for event in node.events {
                let arm = arm(event, index)
                if arm.hasPrefix("await ") { armNames[index] = String(arm.dropFirst("await ".count)) }
                text.line("\(arm) -> \(target)", from: origin)
                if let thrown = isThrown(event) { text.line("\(thrown) -> \(target)", from: origin) }
            }
        case .activity where node.tag == "receiveTask":
            let name = signal(messageName(index), fallback: titleText(index))
            armNames[index] = name
            text.line("await \(name) -> \(target)", from: origin)
        default:
            let name = signal("\u{0}arm \(index)", wish: titleText(index))
            shared.job.add(
                .bpmnNotRun(title(index), "it is no event; the signal `\(name)` stands in", at: origin))
            text.line("await \(name) -> \(target)", from: origin)
        }
        settle(index)
    }

    /// `await paid`, `timeout 2d`, a condition
    private mutating func arm(_ event: BpmnEvent, _ index: Int) -> String {
        switch event.trigger {
        case .timer:
            switch time(event) {
            case .duration(let literal), .cycle(_, let literal): return "timeout \(literal)"
            default: return "await \(untimed(index, event))"
            }
        case .conditional:
            if let text = shared.conditionText(event) {
                if let condition = value(text, .bool, at: index) { return condition }
                shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
            } else {
                shared.job.add(
                    .bpmnNotRun(title(index), "it has no condition; a signal stands in", at: span(index)))
            }
            return "await \(signal("\u{0}condition \(event.element)", wish: titleText(index)))"
        default: return "await \(signal(event.name, fallback: titleText(index)))"
        }
    }

    // MARK: At an activity

    mutating func writeBoundaries(_ index: Int) {
        var failures: [(event: BpmnEvent, node: Int)] = []
        for boundary in nodes[index].boundaries where nodes[boundary].hasTrigger {
            if nodes[boundary].event(.compensate) != nil { continue }
            for event in nodes[boundary].events {
                let on = nodes[boundary].isInterrupting ? "on" : "on parallel"
                let isInterrupting = nodes[boundary].isInterrupting
                if let thrown = isThrown(event), event.trigger == .signal {
                    // Two events beside the activity would make two tokens of one signal.
                    let target = single(nodes[boundary].outgoing, from: boundary)
                    text.line("\(on) when \(thrown) -> \(target)", from: span(boundary))
                } else if let line = boundaryLine(event, boundary, isInterrupting: isInterrupting) {
                    let target = single(nodes[boundary].outgoing, from: boundary)
                    text.line("\(line) -> \(target)", from: span(boundary))
                    if event.trigger == .signal, isInterrupting, isThrownInside(event, index) {
                        failures.append((event, boundary))
                    }
                } else {
                    failures.append((event, boundary))
                }
            }
            settle(boundary)
        }
        writeFailures(
            failures.map { failure in
                (
                    failure.event, failure.node,
                    { (writer: inout BpmnFlowWriter) in
                        writer.single(writer.nodes[failure.node].outgoing, from: failure.node)
                    }
                )
            })
    }

    /// `on parallel signal nudge`; nil for errors and what is thrown like one.
    private mutating func boundaryLine(_ event: BpmnEvent, _ index: Int, isInterrupting: Bool) -> String? {
        let on = isInterrupting ? "on" : "on parallel"
        switch event.trigger {
        case .timer:
            switch time(event) {
            case .duration(let literal): return "\(on) timeout \(literal)"
            case .cycle(let times, let literal):
                if times != 1 && !isInterrupting {
                    shared.job.add(.bpmnNotRun(title(index), "it happens once", at: span(index)))
                }
                return "\(on) timeout \(literal)"
            case .date, nil: return "\(on) signal \(untimed(index, event))"
            }
        case .conditional:
            if let text = shared.conditionText(event) {
                if let condition = value(text, .bool, at: index) { return "\(on) when \(condition)" }
                shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
            } else {
                shared.job.add(
                    .bpmnNotRun(title(index), "it has no condition; a signal stands in", at: span(index)))
            }
            return "\(on) signal \(signal("\u{0}condition \(event.element)", wish: titleText(index)))"
        case .error, .cancel: return nil
        case .escalation:
            if isInterrupting { return nil }
            let name = signal(event.name, fallback: titleText(index))
            shared.job.add(
                .bpmnNotRun(title(index), "the escalation comes as the signal `\(name)`", at: span(index)))
            return "\(on) signal \(name)"
        default: return "\(on) signal \(signal(event.name, fallback: titleText(index)))"
        }
    }

    /// Whether the sub-process at a node throws an event.
    private func isThrownInside(_ event: BpmnEvent, _ index: Int) -> Bool {
        guard let inner = nodes[index].scope else { return false }
        return model.scopes[inner].nodes.contains { node in
            (node.kind == .throwing || node.kind == .end)
                && node.events.contains { $0.trigger == event.trigger && caughtCode($0) == caughtCode(event) }
        }
    }

    // MARK: Failures

    private typealias Failure = (event: BpmnEvent, node: Int, target: (inout BpmnFlowWriter) -> String)

    /// One `on error` for all events that catch failures, and a choice behind it where they differ by code.
    private mutating func writeFailures(_ failures: [Failure]) {
        guard let first = failures.first else { return }
        let all = failures.first { caughtCode($0.event).isEmpty }
        let coded = failures.filter { !caughtCode($0.event).isEmpty }
        if coded.isEmpty {
            text.line("on error -> \(first.target(&self))", from: span(first.node))
            return
        }
        let gate = names.take("which " + titleText(first.node))
        text.line("on error -> \(gate)", from: span(first.node))
        var lines: [(String, Span)] = []
        for failure in coded {
            let code = WfText.string(caughtCode(failure.event))
            lines.append(("error.message == \(code) -> \(failure.target(&self))", span(failure.node)))
        }
        let other: String
        if let all {
            other = all.target(&self)
        } else {
            other = names.take("other failure")
            extra.line("fail \(other) = error.message", from: span(first.node))
        }
        lines.append(("else -> \(other)", span(first.node)))
        extra.line("choice \(gate) {", from: span(first.node))
        extra.indent(1)
        for line in lines { extra.line(line.0, from: line.1) }
        extra.indent(-1)
        extra.line("}")
    }

    /// The message that a failure has which the event catches; empty for any.
    private func caughtCode(_ event: BpmnEvent) -> String {
        switch event.trigger {
        case .cancel: return "cancel"
        case .error, .escalation, .signal: return event.code.isEmpty ? event.name : event.code
        default: return ""
        }
    }

    // MARK: Of a whole scope

    /// Event sub-processes: events of the flow, each with the flow of the sub-process behind it.
    mutating func writeScopeEvents() {
        var failures: [Failure] = []
        for index in nodes.indices where isScopeEvent(index) {
            guard let inner = nodes[index].scope,
                let start = model.scopes[inner].nodes.first(where: { $0.kind == .start })
            else {
                notRun(index, "it has no start event")
                continue
            }
            let handler = nodes[index].wf
            extra.line(
                "step \(handler) = \(innerCall(inner, at: index)) -> \(finishName())", from: span(index))
            if start.events.isEmpty {
                shared.job.add(.bpmnNotRun(title(index), "its start event has no trigger", at: span(index)))
                let name = signal("\u{0}scope \(index)", wish: handler + " event")
                text.line("on signal \(name) -> \(handler)", from: span(index))
            }
            for event in start.events {
                if let thrown = isThrown(event) {
                    let on = start.isInterrupting ? "on" : "on parallel"
                    text.line("\(on) when \(thrown) -> \(handler)", from: span(index))
                    continue
                }
                if let line = boundaryLine(event, index, isInterrupting: start.isInterrupting) {
                    text.line("\(line) -> \(handler)", from: span(index))
                } else {
                    failures.append((event, index, { _ in handler }))
                }
            }
            settle(index)
        }
        writeFailures(failures)
    }
}
