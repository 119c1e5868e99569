// How each node of a scope reads as statements of a flow: activities and gateways.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    /// Writes a node, and settles it.
    mutating func write(_ index: Int) {
        if transparent[index] || arms.contains(index) && nodes[index].kind == .catching {
            return settle(index)
        }
        switch nodes[index].kind {
        case .start, .boundary: break
        case .end: writeEnd(index)
        case .catching: writeCatching(index)
        case .throwing: writeThrowing(index)
        case .activity: if !arms.contains(index) { writeActivity(index) } else { settle(index) }
        case .subProcess: writeSubProcess(index)
        case .call: writeCall(index)
        case .exclusive: writeExclusive(index)
        case .parallel: writeParallel(index)
        case .inclusive, .complex: writeInclusive(index)
        case .eventBased: writeEventBased(index)
        }
    }

    /// A node's prose, as comments above it.
    mutating func prose(_ index: Int) {
        guard let prose = model.text(nodes[index].element, "documentation"), !prose.isEmpty else { return }
        text.comment(prose, from: span(index))
    }

    // MARK: Activities

    private mutating func writeActivity(_ index: Int) {
        let node = nodes[index]
        if node.tag == "scriptTask", case .none = node.loop, let assignments = shared.script(node) {
            if writeAssignments(index, assignments) { return }
        }
        prose(index)
        defer { turnBefore = nil }
        if case .standard = node.loop, shared.usesVariables(scopeIndex) { turnBefore = "last" }
        if node.tag == "receiveTask" {
            return writeStep(index, "await \(signal(messageName(index), fallback: node.wf + " message"))")
        }
        if needsInstancesFlow(index) { inside = index }
        writeStep(index, isEmit(index) ? emission(index) : workItem(index))
    }

    /// Whether an activity only sends something, and nobody is named who does it.
    func isEmit(_ index: Int) -> Bool {
        nodes[index].tag == "sendTask" && shared.performerText(nodes[index]) == nil
    }

    /// `emit("paid", …)`
    func emission(_ index: Int) -> String {
        let message = messageName(index).isEmpty ? titleText(index) : messageName(index)
        return "emit(\(WfText.string(message)), \(payload(index)))"
    }

    /// The object that a script makes; false when it cannot be said.
    private mutating func writeAssignments(_ index: Int, _ assignments: [ScriptAssignment]) -> Bool {
        let node = nodes[index]
        if assignments.isEmpty || !node.boundaries.isEmpty {
            if assignments.isEmpty { writeStep(index, "nop()") }
            return assignments.isEmpty
        }
        var fields: [String] = []
        for assignment in assignments {
            guard let text = value(assignment.value, .json, at: index) else { return false }
            fields.append("\(WfText.field(assignment.name)): \(text)")
        }
        prose(index)
        let targets = arrows(index).joined(separator: ", ")
        text.line(
            "let \(node.wf): Json = { \(fields.joined(separator: ", ")) } -> \(targets)", from: span(index))
        settle(index)
        return true
    }

    /// `task("title", …, role: "…")`
    ///
    /// - Parameter element: the element that says what is done, where it is not the node's own.
    /// - Parameter retries: whether it is tried again as its vendor says.
    mutating func workItem(_ index: Int, of element: Int? = nil, retries: Bool = true) -> String {
        let node = nodes[index]
        var fields = scriptFields(element ?? node.element)
        for (name, text) in shared.inputs(node) {
            let value = text.language == "text" ? nil : self.value(text, .json, at: index, item: itemOf(node))
            if value == nil && text.language != "text" {
                shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
            }
            fields.append((name, value ?? WfText.string(text.text)))
        }
        for key in ["expression", "decisionRef", "formKey"] {
            if let text = model.vendor(key, node.element) { fields.append((key, WfText.string(text))) }
        }
        var arguments = [WfText.string(titleText(index)), input(index, fields)]
        if let role = role(index) { arguments.append("role: \(role)") }
        return
            "\(shared.workWord(scopeIndex))(\(arguments.joined(separator: ", ")))\(retries ? self.retries(index) : "")"
    }

    private func scriptFields(_ element: Int) -> [(String, String)] {
        guard let script = model.text(element, "script") else { return [] }
        var fields = [("script", WfText.string(script))]
        if let format = model.attribute("scriptFormat", element)
            ?? model.attribute("scriptLanguage", element)
        {
            fields.append(("scriptFormat", WfText.string(format)))
        }
        return fields
    }

    /// What a work item is told: what is known, with what is meant for it beside.
    func input(_ index: Int, _ fields: [(String, String)]) -> String {
        let known = known(at: index)
        var fields = fields
        let item = itemOf(nodes[index])
        if case .instances = nodes[index].loop {
            fields.insert((item.isEmpty ? "item" : item, BpmnFlowWriter.itemName(item)), at: 0)
        }
        if fields.isEmpty { return known }
        var taken: Set<String> = []
        var parts = fields.filter { taken.insert($0.0).inserted }.map { field in
            field.0 == field.1 ? field.0 : "\(WfText.field(field.0)): \(field.1)"
        }
        parts.append(taken.contains("data") ? "known: \(known)" : known == "data" ? "data" : "data: \(known)")
        return "{ \(parts.joined(separator: ", ")) }"
    }

    /// What the model calls the item of a node's loop; empty without one.
    func itemOf(_ node: BpmnNode) -> String {
        if case .instances(let loop) = node.loop { return loop.item }
        return ""
    }

    func titleText(_ index: Int) -> String {
        let node = nodes[index]
        if !node.name.isEmpty { return node.name }
        return node.id.isEmpty ? node.tag : node.id
    }

    private func role(_ index: Int) -> String? {
        guard let role = shared.roleText(nodes[index]), !role.text.isEmpty else { return nil }
        if role.language == "text" { return WfText.string(role.text) }
        if let text = value(role, .string, at: index) { return text }
        return WfText.string(role.text)
    }

    /// `retry 3`, `retry 5 backoff 10m`
    private func retries(_ index: Int) -> String {
        for definition in shared.model.extensions(nodes[index].element, "taskDefinition") {
            if let count = model.attribute("retries", definition).flatMap({ Int($0) }), count > 0 {
                return " retry \(count)"
            }
        }
        for cycle in shared.model.extensions(nodes[index].element, "failedJobRetryTimeCycle") {
            let text = model.document.elements[cycle].text
            if case .cycle(let times?, let duration) = IsoTime.parse(text), times > 0 {
                return " retry \(times) backoff \(duration)"
            }
        }
        return ""
    }

    /// The message of a send or receive task.
    func messageName(_ index: Int) -> String {
        guard let reference = model.attribute("messageRef", nodes[index].element), !reference.isEmpty else {
            return ""
        }
        return model.resolve(reference).flatMap { model.attribute("name", $0) } ?? reference
    }

    /// What goes with a message: all variables.
    func payload(_ index: Int) -> String { known(at: index) }

    // MARK: Steps

    /// A step with its loop, its compensation, its arrows and the events at it.
    mutating func writeStep(_ index: Int, _ call: String) {
        let node = nodes[index]
        let undo = compensation(index).map { " undo \($0)" } ?? ""
        let body = looped(index, call, undo)
        inside = nil
        let targets = arrows(index).joined(separator: ", ")
        text.line("step \(node.wf) = \(body) -> \(targets)", from: span(index))
        text.indent(1)
        writeBoundaries(index)
        if exits.contains(index) {
            let name = names.take("stop " + node.wf)
            signals.append(("\u{0}" + name, name))
            text.line("on signal \(name) -> \(finishName())", from: span(index))
            shared.job.add(
                .bpmnNotRun(
                    title(index), "it is on a way that comes to no end; the signal `\(name)` ends it",
                    at: span(index)))
        }
        text.indent(-1)
        settle(index)
    }

    // MARK: Sub-processes and calls

    private mutating func writeSubProcess(_ index: Int) {
        guard let inner = nodes[index].scope else { return }
        if isScopeEvent(index) { return }
        prose(index)
        if needsInstancesFlow(index) { inside = index }
        if model.scopes[inner].nodes.isEmpty {
            // Drawn without its inside: somebody does what it says.
            return writeStep(index, workItem(index))
        }
        switch model.scopes[inner].tag {
        case "adHocSubProcess":
            shared.job.add(
                .bpmnNotRun(title(index), "its activities are all done once, side by side", at: span(index)))
        case "transaction":
            shared.job.add(.bpmnNotRun(title(index), "it runs as a sub-process", at: span(index)))
        default: break
        }
        defer { turnBefore = nil }
        if case .standard = nodes[index].loop, shared.yieldsVariables(inner) { turnBefore = "last" }
        writeStep(index, innerCall(inner, at: index))
    }

    /// The call of a sub-process's flow with all variables.
    func innerCall(_ inner: Int, at index: Int) -> String {
        let item = itemOf(nodes[index])
        if case .instances = nodes[index].loop, shared.usesVariables(scopeIndex),
            !nodes[index].isForCompensation
        {
            shared.needsKnown = true
            let field = "\(WfText.field(item.isEmpty ? "item" : item)): \(BpmnFlowWriter.itemName(item))"
            return "\(model.scopes[inner].wf)(known(\(known(at: index)), [{ \(field) } as Json]))"
        }
        return "\(model.scopes[inner].wf)(\(known(at: index)))"
    }

    private mutating func writeCall(_ index: Int) {
        prose(index)
        if needsInstancesFlow(index) { inside = index }
        if let target = calledScope(index), shared.root(target) == shared.root(scopeIndex) {
            shared.job.add(
                .bpmnNotRun(title(index), "the process calls itself, to a depth of 1,000", at: span(index)))
        }
        writeStep(index, called(index))
    }

    /// What a call activity names; empty when it names nothing.
    private func calledName(_ index: Int) -> String {
        let element = nodes[index].element
        var called = model.attribute("calledElement", element)
        for inner in shared.model.extensions(element, "calledElement") {
            called = model.attribute("processId", inner) ?? called
        }
        return called.map { SourceWriter.trimmed($0) } ?? ""
    }

    /// The process in the file that a call activity calls.
    func calledScope(_ index: Int) -> Int? {
        guard let found = model.resolve(calledName(index)) else { return nil }
        return model.scopes.indices.first {
            model.scopes[$0].element == found && !model.scopes[$0].nodes.isEmpty
        }
    }

    /// The call of a call activity: of a process, of a global task, or of what is not in the file.
    mutating func called(_ index: Int) -> String {
        if let target = calledScope(index) { return innerCall(target, at: index) }
        let name = calledName(index)
        if let found = model.resolve(name), model.tag(found).hasPrefix("global") {
            return workItem(index, of: found)
        }
        shared.job.add(
            .bpmnNotRun(
                title(index),
                name.isEmpty
                    ? "it does not say what it calls; it becomes a work item"
                    : "`\(name)` is not in the file; it becomes a work item", at: span(index)))
        return workItem(index)
    }
}
