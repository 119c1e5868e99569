// Rules of BPMN that a model has to keep because a breach leaves no meaning: each in one place, with its words. Rules
// about form alone (both ends of an arrow name it, codes are given, data is declared) are not checked: real models break
// them, and mean something.
import WfDiagnostics
import WfSource

/// Looks at a model before it is written.
struct BpmnRules {
    let model: BpmnModel

    static func check(_ model: BpmnModel, _ job: inout ImportJob) {
        let rules = BpmnRules(model: model)
        for scope in model.scopes {
            for flow in scope.flows { rules.check(flow, in: scope, &job) }
            for (index, node) in scope.nodes.enumerated() { rules.check(node, index, in: scope, &job) }
            if scope.isEventSubProcess { rules.checkEventSubProcess(scope, &job) }
        }
    }

    private func refuse(_ element: Int, _ rule: String, _ job: inout ImportJob) {
        job.add(.bpmnRule(model.title(element), rule, at: model.span(element)))
    }

    // MARK: Arrows

    private func check(_ flow: BpmnFlow, in scope: BpmnScope, _ job: inout ImportJob) {
        let source = scope.nodes[flow.source]
        let target = scope.nodes[flow.target]
        if source.kind == .end { refuse(source.element, "nothing can follow an end event", &job) }
        if target.kind == .start { refuse(target.element, "nothing can lead to a start event", &job) }
        if target.kind == .boundary { refuse(target.element, "nothing can lead to a boundary event", &job) }
        for node in [source, target] {
            if let inner = node.scope, model.scopes[inner].isEventSubProcess {
                refuse(node.element, "an event sub-process is begun by its event, not by an arrow", &job)
            }
        }
    }

    // MARK: Nodes

    private func check(_ node: BpmnNode, _ index: Int, in scope: BpmnScope, _ job: inout ImportJob) {
        checkQuantities(node, in: scope, &job)
        switch node.kind {
        case .boundary: checkBoundary(node, in: scope, &job)
        case .end:
            for event in node.events where [.timer, .conditional, .link].contains(event.trigger) {
                refuse(node.element, "an end event cannot wait for a \(event.trigger.rawValue)", &job)
            }
            if node.event(.cancel) != nil, scope.tag != "transaction" {
                refuse(node.element, "only a transaction can be cancelled", &job)
            }
        case .activity
        where node.tag.lowercased().hasSuffix("choreography") || node.tag == "choreographyTask":
            refuse(node.element, "a choreography is carried out by nobody, and stands in no process", &job)
        case .catching:
            if node.events.isEmpty, isExecutable(scope) {
                refuse(node.element, "what waits in the middle waits for an event", &job)
            }
            for event in node.events where isNeverAwaited(event, in: scope) {
                refuse(node.element, "nobody waits in the middle for \(event.trigger.phrase)", &job)
            }
            if node.event(.link) != nil, !node.incoming.isEmpty {
                refuse(node.element, "only a throwing link leads to a catching one", &job)
            }
        case .throwing:
            for event in node.events
            where [.timer, .conditional, .error, .cancel, .terminate].contains(event.trigger) {
                refuse(node.element, "\(event.trigger.phrase) cannot be thrown in the middle", &job)
            }
            checkLink(node, in: scope, &job)
        default: break
        }
    }

    private func isNeverAwaited(_ event: BpmnEvent, in scope: BpmnScope) -> Bool {
        switch event.trigger {
        case .error, .cancel, .compensate, .terminate: return true
        case .escalation: return isExecutable(scope)
        default: return false
        }
    }

    /// How many tokens begin and end an activity, and how often it is done.
    private func checkQuantities(_ node: BpmnNode, in scope: BpmnScope, _ job: inout ImportJob) {
        for key in ["startQuantity", "completionQuantity"] {
            guard let number = model.attribute(key, node.element).flatMap({ Int($0) }), number < 1 else {
                continue
            }
            // Drawing tools write 0 where nothing is meant, one of them at each sub-process and call.
            if isExecutable(scope), node.kind == .activity {
                refuse(node.element, "`\(key)` is 1 or more", &job)
            } else {
                job.add(
                    .bpmnNotRun(
                        model.title(node.element), "its `\(key)` counts as 1", at: model.span(node.element)))
            }
        }
        switch node.loop {
        case .none: break
        case .standard(_, _, let maximum):
            if let maximum, maximum < 0 { refuse(node.element, "`loopMaximum` is 0 or more", &job) }
        case .instances(let loop):
            if let count = loop.count, let number = Int(count.text), number < 0 {
                refuse(node.element, "`loopCardinality` is 0 or more", &job)
            }
        }
    }

    /// Whether the process says that it is meant to be executed.
    private func isExecutable(_ scope: BpmnScope) -> Bool {
        var scope = scope
        while let parent = scope.parent { scope = model.scopes[parent] }
        return model.attribute("isExecutable", scope.element) == "true"
    }

    private func checkLink(_ node: BpmnNode, in scope: BpmnScope, _ job: inout ImportJob) {
        guard let event = node.event(.link) else { return }
        if !node.outgoing.isEmpty {
            refuse(node.element, "a throwing link goes on at the catching one", &job)
        }
        let count = model.linkTargets(node, in: scope).count
        if count > 1 {
            refuse(event.element, "one catching link has to be meant, and there are \(count)", &job)
        }
        if count == 0, isExecutable(scope) {
            refuse(
                event.element, "a catching link has to be meant, and there is none of its name beside it",
                &job)
        } else if count == 0 {
            job.add(
                .bpmnNotRun(
                    model.title(node.element),
                    "no catching link of its name stands beside it, so that it leads nowhere",
                    at: model.span(event.element)))
        }
    }

    private func checkBoundary(_ node: BpmnNode, in scope: BpmnScope, _ job: inout ImportJob) {
        if node.events.isEmpty { return refuse(node.element, "a boundary event needs a trigger", &job) }
        for event in node.events {
            switch event.trigger {
            case .link, .terminate:
                refuse(node.element, "\(event.trigger.phrase) cannot be caught at an activity", &job)
            case .error, .cancel, .compensate:
                if !node.isInterrupting, event.trigger != .compensate || isExecutable(scope) {
                    refuse(node.element, "\(event.trigger.phrase) always interrupts", &job)
                }
            default: break
            }
            guard event.trigger == .cancel, let host = node.host else { continue }
            if scope.nodes[host].tag != "transaction" {
                refuse(node.element, "only a transaction can be cancelled", &job)
            }
        }
    }

    // MARK: Event sub-processes

    private func checkEventSubProcess(_ scope: BpmnScope, _ job: inout ImportJob) {
        let starts = scope.nodes.filter { $0.kind == .start }
        guard starts.count == 1 else {
            return refuse(
                scope.element, "an event sub-process has one start event, not \(starts.count)", &job)
        }
        // What a vendor has added may be what it waits for.
        let isVendors = !model.children(starts[0].element, "extensionElements").isEmpty
        if starts[0].events.isEmpty, isExecutable(scope), !isVendors {
            refuse(starts[0].element, "an event begins an event sub-process", &job)
        }
        if !starts[0].isInterrupting,
            let event = starts[0].events.first(where: { [.error, .compensate].contains($0.trigger) })
        {
            refuse(starts[0].element, "\(event.trigger.phrase) always interrupts", &job)
        }
        for event in starts[0].events where [.link, .cancel, .terminate].contains(event.trigger) {
            refuse(starts[0].element, "\(event.trigger.phrase) begins no event sub-process", &job)
        }
    }
}

extension BpmnTrigger {
    /// `an error`
    var phrase: String {
        switch self {
        case .error: return "an error"
        case .escalation: return "an escalation"
        case .compensate: return "compensation"
        case .terminate: return "termination"
        case .cancel: return "cancellation"
        default: return "a \(rawValue)"
        }
    }
}
