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
                var name = node.wf
                if trigger == .error, let raised = raise(event, index) {
                    name = names.take(node.wf + " failed")
                    text.line("step \(node.wf) = \(raised) -> \(name)", from: origin)
                }
                text.line("fail \(name) = \(WfText.string(code))", from: origin)
                return
            }
        }
        let thrown = node.events.filter { $0.trigger != .link }
        if thrown.isEmpty {
            text.line("end \(node.wf)\(yielded(behind: [index]))", from: origin)
            return
        }
        let end = names.take(node.wf + " end")
        writeThrown(thrown, index, target: end)
        text.line("end \(end)\(yielded(behind: [index]))", from: origin)
    }

    private func errorCode(_ event: BpmnEvent) -> String {
        event.code.isEmpty ? (event.name.isEmpty ? "error" : event.name) : event.code
    }

    // MARK: In the middle

    mutating func writeThrowing(_ index: Int) {
        prose(index)
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
        let calls = events.flatMap { thrown($0, index) }
        var name = node.wf
        for (place, call) in calls.enumerated() {
            let next = place + 1 < calls.count ? names.take(node.wf) : target
            text.line("step \(name) = \(call) -> \(next)", from: span(index))
            name = next
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
        if events.count > 1, model.attribute("parallelMultiple", node.element) == "true" {
            return writeAll(events, index)
        }
        if events.count > 1 || events[0].trigger == .conditional {
            let target = merged(node.outgoing, from: index)
            text.line("first \(node.wf) {", from: span(index))
            text.indent(1)
            for event in events {
                text.line("\(arm(event, index)) -> \(target)", from: span(index))
            }
            text.indent(-1)
            text.line("}")
            return settle(index)
        }
        if case .cycle(let times?, let literal) = time(events[0]), times > 1,
            writeTicks(index, times, literal)
        {
            return settle(index)
        }
        writeStep(index, waiting(events[0], index))
    }

    /// An event that needs all that it waits for: each is waited for by itself, and a join behind them.
    private mutating func writeAll(_ events: [BpmnEvent], _ index: Int) {
        let node = nodes[index]
        let (origin, join) = (span(index), names.take(node.wf + " all"))
        let each = events.map { _ in names.take(node.wf + " one") }
        text.line("split \(node.wf) -> \(each.joined(separator: ", "))", from: origin)
        for (name, event) in zip(each, events) {
            if event.trigger == .conditional {
                text.line("first \(name) { \(arm(event, index)) -> \(join) }", from: origin)
            } else {
                text.line("step \(name) = \(waiting(event, index)) -> \(join)", from: origin)
            }
        }
        text.line("join \(join) -> \(arrows(index).joined(separator: ", "))", from: origin)
        settle(index)
    }

    /// Says that one of several events is enough where all of them are meant.
    private mutating func noteAll(_ node: BpmnNode, _ index: Int) {
        guard node.events.count > 1, model.attribute("parallelMultiple", node.element) == "true" else {
            return
        }
        shared.job.add(.bpmnNotRun(title(index), "the first of its events is enough", at: span(index)))
    }

    /// A timer in the middle that comes several times: a token each time. False where one token alone is taken behind it.
    private mutating func writeTicks(_ index: Int, _ times: Int, _ literal: String) -> Bool {
        guard mayRepeat(behind: index) else { return false }
        let node = nodes[index]
        text.line("step \(node.wf) = sleep(\(literal) * \(times + 1)) -> \(finishName())", from: span(index))
        text.indent(1)
        text.line(
            "on parallel every \(literal) limit \(times) -> \(single(node.outgoing, from: index))",
            from: span(index))
        text.indent(-1)
        return true
    }

    /// Whether nothing behind a node takes one token only.
    func mayRepeat(behind node: Int) -> Bool {
        if shared.yieldsVariables(scopeIndex) { return false }
        var seen: Set<Int> = []
        var queue = nodes[node].outgoing.map { scope.flows[$0].target }
        while let index = queue.popLast() {
            if !seen.insert(index).inserted { continue }
            if nodes[index].isJoin { return false }
            queue += successors(index)
        }
        return true
    }

    /// The wait for one event, as a call.
    private mutating func waiting(_ event: BpmnEvent, _ index: Int) -> String {
        let node = nodes[index]
        if event.trigger == .timer {
            switch time(event) {
            case .duration(let literal): return "sleep(\(literal))"
            case .cycle(_, let literal): return "sleep(\(literal))"
            case .date(let text): return "sleep until (\(WfText.string(text)) as Json) as Time"
            case nil: break
            }
            if let time = computed(event, index) {
                return time.isInstant ? "sleep until \(time.text)" : "sleep(\(time.text))"
            }
            return "await \(untimed(index, event))"
        }
        if let name = listened(event).first { return "await \(name)" }
        return "await \(signal(event.name.isEmpty ? "" : event.name, fallback: node.wf + " event"))"
    }

    /// The time of a timer, where it can be read.
    private func time(_ event: BpmnEvent) -> IsoTime? {
        for tag in ["timeDuration", "timeDate", "timeCycle"] {
            if let text = model.text(event.element, tag), !text.isEmpty {
                noteMonths(text, event)
                return IsoTime.parse(text)
            }
        }
        return nil
    }

    /// Says once of a time that months and years in it are counted in days: the calendar is not looked at.
    private func noteMonths(_ text: String, _ event: BpmnEvent) {
        guard IsoTime.countsMonths(text), shared.counted.insert("\(event.element) months").inserted else {
            return
        }
        shared.job.add(
            .bpmnNotRun(
                model.title(event.element), "a month is counted as 30 days, a year as 365",
                at: model.span(event.element)))
    }

    /// A time that an expression yields, as text of type `Duration` or `Time`; nil for none, and for what comes again.
    private func computed(_ event: BpmnEvent, _ index: Int) -> (text: String, isInstant: Bool)? {
        for tag in ["timeDuration", "timeDate"] {
            guard let text = model.text(event.element, tag), !text.isEmpty,
                let child = model.children(event.element, tag).first
            else { continue }
            let isFeel = text.hasPrefix("=")
            guard isFeel || text.contains("${") || text.contains("#{"),
                let read = shared.expression(BpmnText(text: text, language: "juel", element: child))
            else { return nil }
            let wait = BpmnFlowWriter.sinceNow(read)
            let isInstant = tag == "timeDate" && wait == nil
            guard
                let found = value(
                    BpmnFlowWriter.plainTime(wait ?? read), isInstant ? .json : .string, at: index)
            else { return nil }
            if isInstant { return ("(\(found)) as Time", true) }
            return (shared.using("calendar.isoDuration(\(found))") ?? "", false)
        }
        return nil
    }

    /// What FEEL adds to the time at which a timer is begun; nil for anything else.
    private static func sinceNow(_ read: ForeignExpression) -> ForeignExpression? {
        guard case .said(.feel, .binary(.plus, .call("now", let none), let rest)) = read, none.isEmpty else {
            return nil
        }
        return .said(.feel, rest)
    }

    /// What FEEL makes a time of: `duration(x)` is what `x` writes.
    private static func plainTime(_ read: ForeignExpression) -> ForeignExpression {
        guard case .said(.feel, .call(let name, let items)) = read, items.count == 1,
            ["duration", "date and time"].contains(name)
        else { return read }
        return .said(.feel, items[0])
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
        let target =
            arms.contains(index) ? behind[index] ?? merged(node.outgoing, from: index) : entry(index)
        switch node.kind {
        case _ where !arms.contains(index):
            // Others lead to it as well: the gateway goes on with it.
            let name = signal("\u{0}arm \(index)", wish: titleText(index))
            shared.job.add(
                .bpmnNotRun(title(index), "from the gateway the signal `\(name)` leads to it", at: origin))
            text.line("await \(name) -> \(target)", from: origin)
            return
        case .catching where !node.events.isEmpty:
            noteAll(node, index)
            for event in node.events {
                let arm = arm(event, index)
                if arm.hasPrefix("await ") {
                    armNames[index] = String(arm.dropFirst("await ".count))
                    scope.nodes[index].wf = armNames[index] ?? ""
                }
                text.line("\(arm) -> \(target)", from: origin)
            }
        case .activity where node.tag == "receiveTask":
            let name = signal(messageName(index), fallback: titleText(index))
            armNames[index] = name
            scope.nodes[index].wf = name
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
            default:
                if let time = computed(event, index) { return "timeout \(time.text)" }
                return "await \(untimed(index, event))"
            }
        case .conditional:
            if let text = shared.conditionText(event) {
                if let condition = asked(text, at: index) { return condition }
                shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
            } else {
                shared.job.add(
                    .bpmnNotRun(title(index), "it has no condition; a signal stands in", at: span(index)))
            }
            return "await \(signal("\u{0}condition \(event.element)", wish: titleText(index)))"
        default:
            if let name = listened(event).first { return "await \(name)" }
            return "await \(signal(event.name, fallback: titleText(index)))"
        }
    }

    /// A condition that is waited for: it may come to hold with whatever is set in the scope.
    private mutating func asked(_ text: BpmnText, at index: Int) -> String? {
        asksAll = true
        defer { asksAll = false }
        return value(text, .asked, at: index)
    }

    // MARK: At an activity

    mutating func writeBoundaries(_ index: Int) {
        var failures: [(event: BpmnEvent, node: Int)] = []
        for boundary in nodes[index].boundaries where nodes[boundary].hasTrigger {
            if nodes[boundary].event(.compensate) != nil { continue }
            noteAll(nodes[boundary], boundary)
            for event in nodes[boundary].events {
                let lines = eventLines(event, boundary, at: index)
                if lines.isEmpty || event.trigger == .error { failures.append((event, boundary)) }
                for line in lines {
                    let target = wayBehind(boundary)
                    text.line("\(line) -> \(target)", from: span(boundary))
                }
            }
            settle(boundary)
        }
        writeFailures(
            failures.map { failure in
                (
                    failure.event, failure.node,
                    { (writer: inout BpmnFlowWriter) in writer.wayBehind(failure.node) }
                )
            })
    }

    /// `on parallel signal nudge`; nothing for errors and what is thrown like one.
    ///
    /// - Parameter host: the activity of a boundary event; nil for the start event of an event sub-process.
    private mutating func eventLines(
        _ event: BpmnEvent, _ index: Int, at host: Int? = nil, of start: BpmnNode? = nil
    )
        -> [String]
    {
        // What an activity of several instances throws at the end of each comes beside it.
        let instance = host.flatMap { nodes[$0].instanceEvent }
        let isInstance = instance.map { $0.trigger == event.trigger && $0.name == event.name } ?? false
        let isInterrupting = (start ?? nodes[index]).isInterrupting && !isInstance
        let on = isInterrupting ? "on" : "on parallel"
        switch event.trigger {
        case .timer: return [timerLine(event, index, on, isInterrupting, isScope: host == nil)]
        case .conditional:
            if let text = shared.conditionText(event) {
                if let condition = asked(text, at: index) { return ["\(on) when \(condition)"] }
                shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
            } else {
                shared.job.add(
                    .bpmnNotRun(title(index), "it has no condition; a signal stands in", at: span(index)))
            }
            return ["\(on) signal \(signal("\u{0}condition \(event.element)", wish: titleText(index)))"]
        case .cancel: return []
        case .error:
            // What an end event throws inside comes as a signal, with what is known there; other failures do not.
            return isRaised(event, at: index) ? listened(event).map { "\(on) signal \($0)" } : []
        default: break
        }
        let limit = isInstance && host.map({ nodes[$0].isInstanceEventOnce }) == true ? " limit 1" : ""
        let heard = listened(event)
        if !heard.isEmpty { return heard.map { "\(on) signal \($0)\(limit)" } }
        if event.trigger == .escalation {
            if isInterrupting { return [] }
            let name = signal(event.name, fallback: titleText(index))
            shared.job.add(
                .bpmnNotRun(title(index), "the escalation comes as the signal `\(name)`", at: span(index)))
            return ["\(on) signal \(name)"]
        }
        return ["\(on) signal \(signal(event.name, fallback: titleText(index)))"]
    }

    private mutating func timerLine(
        _ event: BpmnEvent, _ index: Int, _ on: String, _ isInterrupting: Bool, isScope: Bool
    ) -> String {
        switch time(event) {
        case .duration(let literal): return "\(on) timeout \(literal)"
        case .cycle(let times, let literal):
            if isInterrupting || times == 1 { return "\(on) timeout \(literal)" }
            let mayRepeat =
                isScope ? !shared.yieldsVariables(scopeIndex) : mayRepeat(behind: index)
            if mayRepeat { return "\(on) every \(literal)\(times.map { " limit \($0)" } ?? "")" }
            shared.job.add(
                .bpmnNotRun(title(index), "it happens once: what follows takes one token", at: span(index)))
            return "\(on) timeout \(literal)"
        case .date, nil:
            if let time = computed(event, index) { return "\(on) timeout \(time.text)" }
            return "\(on) signal \(untimed(index, event))"
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
        event.trigger == .cancel ? "cancel" : event.key
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
            if start.event(.compensate) != nil {
                if scope.parent == nil { notRun(index, "nobody compensates a whole process") }
                settle(index)
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
            noteAll(start, index)
            for event in start.events {
                let lines = eventLines(event, index, of: start)
                for line in lines { text.line("\(line) -> \(handler)", from: span(index)) }
                if lines.isEmpty || event.trigger == .error {
                    failures.append((event, index, { _ in handler }))
                }
            }
            settle(index)
        }
        writeFailures(failures)
    }
}
