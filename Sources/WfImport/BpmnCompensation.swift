// Compensation: what undoes an activity becomes the `undo` of its step, what throws compensation a `compensate`. Where a
// sub-process has a handler of its own, that one stands for the handlers inside it.
import WfDiagnostics
import WfSource

extension BpmnImport {
    /// The event sub-process that compensates a scope, by its number among the scope's nodes.
    func compensator(of scope: Int) -> Int? {
        model.scopes[scope].nodes.indices.first { index in
            guard let inner = model.scopes[scope].nodes[index].scope, model.scopes[inner].isEventSubProcess
            else { return false }
            return model.scopes[inner].nodes.contains { $0.kind == .start && $0.event(.compensate) != nil }
        }
    }

    /// Whether a scope compensates another one.
    func isCompensator(_ scope: Int) -> Bool {
        guard let parent = model.scopes[scope].parent, let found = compensator(of: parent) else {
            return false
        }
        return model.scopes[parent].nodes[found].scope == scope
    }

    /// Whether anything in a scope throws compensation, or cancels it, not counting what compensates it.
    private func throwsCompensation(_ scope: Int) -> Bool {
        model.scopes[scope].nodes.contains { node in
            if node.kind == .end && node.event(.cancel) != nil { return true }
            if node.kind == .throwing || node.kind == .end, node.event(.compensate) != nil { return true }
            guard let inner = node.scope, !isCompensator(inner) else { return false }
            return throwsCompensation(inner)
        }
    }

    /// Whether what compensates a sub-process throws compensation in its turn, for what was done in it.
    func passesOn(_ compensator: Int) -> Bool { throwsCompensation(compensator) }

    /// The sub-process whose own handler stands for the handlers in a scope; nil when they count.
    func replacement(of scope: Int) -> Int? {
        guard let parent = model.scopes[scope].parent else { return nil }
        if let host = model.scopes[parent].nodes.first(where: { $0.scope == scope }) {
            let isHandled = host.boundaries.contains { model.scopes[parent].handlers[$0] != nil }
            let inner = compensator(of: scope).flatMap { model.scopes[scope].nodes[$0].scope }
            let stands = isHandled || inner.map { !passesOn($0) } ?? false
            if stands, !throwsCompensation(scope) { return host.element }
        }
        return replacement(of: parent)
    }
}

extension BpmnFlowWriter {
    /// What undoes an activity, as a call; nil for nothing.
    mutating func compensation(_ index: Int) -> String? {
        var undo: String?
        for boundary in nodes[index].boundaries where nodes[boundary].event(.compensate) != nil {
            settle(boundary)
            guard let handler = scope.handlers[boundary] else {
                shared.job.add(
                    .bpmnNotRun(title(boundary), "no association names what compensates", at: span(boundary)))
                continue
            }
            settle(handler)
            if let other = shared.replacement(of: scopeIndex) {
                shared.job.add(
                    .bpmnNotRun(
                        title(handler), "\(model.title(other)) has a handler, which stands for it",
                        at: span(handler)))
            } else if undo != nil {
                shared.job.add(
                    .bpmnNotRun(title(handler), "another handler compensates already", at: span(handler)))
            } else {
                undo = handling(handler)
            }
        }
        if undo != nil { return undo }
        guard let inner = nodes[index].scope, let found = shared.compensator(of: inner),
            let handler = model.scopes[inner].nodes[found].scope
        else { return nil }
        return shared.replacement(of: scopeIndex) == nil ? innerCall(handler, at: index) : nil
    }

    /// The call of a handler.
    private mutating func handling(_ handler: Int) -> String {
        let node = nodes[handler]
        for boundary in node.boundaries { notRun(boundary, "its activity compensates another one") }
        if let inner = node.scope, !model.scopes[inner].nodes.isEmpty { return innerCall(inner, at: handler) }
        if node.kind == .call, calledScope(handler) != nil { return called(handler) }
        return isEmit(handler) ? emission(handler) : workItem(handler, retries: false)
    }

    /// `compensate(…)` for an event that throws compensation.
    mutating func compensate(_ event: BpmnEvent, _ index: Int) -> String {
        if model.attribute("waitForCompletion", event.element) == "false" {
            shared.job.add(.bpmnNotRun(title(index), "it goes on when all is undone", at: span(index)))
        }
        let isCompensator = shared.isCompensator(scopeIndex)
        if let name = model.attribute("activityRef", event.element), !name.isEmpty, !isCompensator {
            return compensate(activity: name, event, index)
        }
        if isCompensator {
            shared.job.add(
                .bpmnNotRun(
                    title(index), "what was done in the sub-process is undone behind the handler",
                    at: span(index)))
            return "nop()"
        }
        return scope.isEventSubProcess ? "compensate(around: true)" : "compensate()"
    }

    private mutating func compensate(activity name: String, _ event: BpmnEvent, _ index: Int) -> String {
        let found = model.resolve(name)
        guard let target = nodes.indices.first(where: { nodes[$0].element == found && found != nil }),
            reached[target], [.activity, .subProcess, .call].contains(nodes[target].kind)
        else {
            shared.job.add(
                .bpmnNotRun(
                    title(index), "`\(name)` is no activity beside it; nothing is undone", at: span(index)))
            return "nop()"
        }
        let isHandled = nodes[target].boundaries.contains { scope.handlers[$0] != nil }
        let isScope =
            nodes[target].scope.map { !model.scopes[$0].nodes.isEmpty } ?? (calledScope(target) != nil)
        guard isScope || isHandled && shared.replacement(of: scopeIndex) == nil else {
            shared.job.add(
                .bpmnNotRun(title(index), "nothing compensates \(title(target))", at: span(index)))
            return "nop()"
        }
        return "compensate(\(nodes[target].wf))"
    }
}
