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
        if case .none = node.loop, let assignments = shared.script(node) {
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
        nodes[index].tag == "sendTask" && !shared.isCarriedOut(nodes[index])
    }

    /// `emit("paid", …)`
    func emission(_ index: Int) -> String {
        let message = messageName(index).isEmpty ? titleText(index) : messageName(index)
        return "emit(\(named(message, at: index)), \(payload(index)))"
    }

    /// The object that a script makes; false when it cannot be said.
    private mutating func writeAssignments(_ index: Int, _ assignments: [ScriptAssignment]) -> Bool {
        let node = nodes[index]
        if assignments.isEmpty || !node.boundaries.isEmpty {
            if assignments.isEmpty { writeStep(index, "nop()") }
            return assignments.isEmpty
        }
        let turns = BpmnImport.turns(assignments)
        if turns.count > 1, let last = behind[index] { return writeTurns(index, turns, last: last) }
        guard let fields = assigned(assignments, at: index) else { return false }
        prose(index)
        writeEntry(index)
        text.line("let \(node.wf): Json = \(fields) -> \(wayOut(index))", from: span(index))
        writeOutputs(index)
        settle(index)
        return true
    }

    /// The lines of a script one after another, where later ones read what earlier ones set.
    private mutating func writeTurns(_ index: Int, _ turns: [[ScriptAssignment]], last: String) -> Bool {
        var said: [String] = []
        var lines: [String] = []
        for (number, turn) in turns.enumerated() {
            guard var made = assigned(turn, at: index, said: said) else { return false }
            let isLast = number == turns.count - 1
            let name = number == 0 ? nodes[index].wf : isLast ? last : names.take(nodes[index].wf + " then")
            if number > 1, let before = said.first { made = "known(\(before), [\(made) as Json])" }
            lines.append("let \(name): Json = \(made) -> ")
            said = [name] + (number == 0 ? [] : [nodes[index].wf])
        }
        shared.needsKnown = true
        prose(index)
        writeEntry(index)
        for (number, line) in lines.enumerated() {
            let next =
                number == lines.count - 1
                ? arrows(index).joined(separator: ", ")
                : SourceWriter.trimmed(lines[number + 1].dropFirst("let ".count).prefix { $0 != ":" })
            text.line(line + next, from: span(index))
        }
        settle(index)
        return true
    }

    /// `{ x: 1, y: data.z }`; nil when a value cannot be said.
    ///
    /// - Parameter said: what has been set just before, the latest first.
    func assigned(_ assignments: [ScriptAssignment], at index: Int, said: [String] = []) -> String? {
        let writer = ExpressionWriter { name in
            noteCount(name, index)
            return gatheredAt(index, said) + WfText.member(name)
        }
        var fields: [String] = []
        for assignment in assignments {
            let found =
                said.isEmpty
                ? value(assignment.value, .json, at: index)
                : shared.using(writer.text(assignment.value, .json))
            guard let text = found else { return nil }
            fields.append("\(WfText.field(assignment.name)): \(text)")
        }
        return "{ \(fields.joined(separator: ", ")) }"
    }

    /// `task("title", …, role: "…")`
    ///
    /// - Parameter element: the element that says what is done, where it is not the node's own.
    /// - Parameter retries: whether it is tried again as its vendor says.
    mutating func workItem(_ index: Int, of element: Int? = nil, retries: Bool = true) -> String {
        let node = nodes[index]
        var fields = scriptFields(element ?? node.element)
        fields += nested(shared.inputs(node), at: index)
        fields += shared.details(node).map { ($0.name, written($0.value, at: index)) }
        if let outside = shared.outsideWork(node) {
            shared.job.add(
                .bpmnNotRun(
                    title(index),
                    "the \(outside.what) `\(outside.name)` is not in the file; somebody does it",
                    at: span(index)))
        }
        var arguments = [named(titleText(index), at: index), input(index, fields)]
        if let role = role(index) { arguments.append("role: \(role)") }
        return
            "\(shared.workWord(scopeIndex))(\(arguments.joined(separator: ", ")))\(retries ? self.retries(index) : "")"
    }

    private func scriptFields(_ element: Int) -> [(String, String)] {
        for script in model.extensions(element, "script") {
            guard let text = model.attribute("expression", script) else { continue }
            return [("script", WfText.string(text)), ("scriptFormat", WfText.string("feel"))]
        }
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
            fields.insert((item.isEmpty ? "item" : item, itemName(item)), at: 0)
            fields.insert(contentsOf: counters(of: index), at: 1)
        }
        if fields.isEmpty { return known }
        var taken: Set<String> = []
        var parts = fields.map { field in
            // A second one of the same name is told beside the first.
            var name = field.0
            while !taken.insert(name).inserted { name += "2" }
            return name == field.1 ? name : "\(WfText.field(name)): \(field.1)"
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

    /// What something is called at a node, with the values that stand in its name.
    func named(_ name: String, at index: Int) -> String {
        let text = shared.mixed(name, nodes[index].element)
        guard text.language != "text" else { return WfText.string(name) }
        if let value = ownValue(text, .string, at: index) { return value }
        noteExpression(text, index)
        return WfText.string(name)
    }

    private func role(_ index: Int) -> String? {
        guard let role = shared.roleText(nodes[index]), !role.text.isEmpty else { return nil }
        if role.language == "text" { return WfText.string(role.text) }
        // A list of groups is what it is where their names stand side by side.
        if case .said(_, .list(let groups))? = shared.expression(role) {
            let names = groups.compactMap { if case .string(let name) = $0 { name } else { nil } }
            if names.count == groups.count { return WfText.string(names.joined(separator: ",")) }
        }
        if let text = ownValue(role, .string, at: index) { return text }
        noteExpression(role, index)
        return WfText.string(role.text)
    }

    /// `retry 3`, `retry 5 backoff 10m`
    private mutating func retries(_ index: Int) -> String {
        for definition in model.extensions(nodes[index].element, "taskDefinition") {
            guard let text = model.attribute("retries", definition) else { continue }
            if let count = Int(text) { return count > 0 ? " retry \(count)" : "" }
            shared.job.add(.bpmnExpression(title(index), text, at: model.span(definition)))
        }
        for cycle in model.extensions(nodes[index].element, "failedJobRetryTimeCycle") {
            let text = SourceWriter.trimmed(model.document.elements[cycle].text)
            if case .cycle(let times?, let duration) = IsoTime.parse(text) {
                return times > 0 ? " retry \(times) backoff \(duration)" : ""
            }
            // A list of waits: as many tries, with the first wait between them.
            let waits = text.split(separator: ",").map { IsoTime.parse(String($0)) }
            if case .duration(let first)? = waits.first, waits.allSatisfy({ $0 == .duration(first) }) {
                return " retry \(waits.count) backoff \(first)"
            }
            shared.job.add(.bpmnExpression(title(index), text, at: model.span(cycle)))
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

    /// What goes with a message: all variables, with what is mapped for it; what alone is associated with an event.
    func payload(_ index: Int) -> String {
        let node = nodes[index]
        let inputs = shared.inputs(node)
        if node.kind != .activity, inputs.count == 1, case .text(let text) = inputs[0].value,
            text.language == "name",
            model.children(node.element, "dataInputAssociation").count == 1,
            let value = value(text, .json, at: index)
        {
            return value
        }
        return passed(index, inputs, mappedOnly: false)
    }

    /// What is known with what is mapped, or what is mapped alone.
    func passed(_ index: Int, _ inputs: [BpmnField], mappedOnly: Bool) -> String {
        var fields = nested(inputs, at: index)
        if case .instances = nodes[index].loop, shared.usesVariables(scopeIndex),
            !nodes[index].isForCompensation
        {
            let item = itemOf(nodes[index])
            fields.append((item.isEmpty ? "item" : item, itemName(item)))
            fields += counters(of: index)
        }
        if fields.isEmpty { return mappedOnly ? "null" : known(at: index) }
        let object = "{ \(fields.map { "\(WfText.field($0.0)): \($0.1)" }.joined(separator: ", ")) }"
        if mappedOnly { return object }
        shared.needsKnown = true
        return "known(\(known(at: index)), [\(object) as Json])"
    }

    // MARK: Steps

    /// A step with its loop, its compensation, its arrows and the events at it.
    mutating func writeStep(_ index: Int, _ call: String) {
        let node = nodes[index]
        let undo = compensation(index).map { " undo \($0)" } ?? ""
        let body = looped(index, call, undo)
        inside = nil
        writeEntry(index)
        text.line("step \(node.wf) = \(body)\(skipping(index)) -> \(wayOut(index))", from: span(index))
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
        writeOutputs(index)
        settle(index)
    }

    /// `when …`, where the model says of what is done once when it is not done.
    private func skipping(_ index: Int) -> String {
        guard case .none = nodes[index].loop, nodes[index].kind == .activity, behind[index] == nil,
            nodes[index].tag != "receiveTask",
            let skip = shared.skip(nodes[index]), let condition = value(skip, .bool, at: index)
        else { return "" }
        _ = model.vendor("skipExpression", nodes[index].element)
        return " when !(\(condition))"
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
        noteUnknown(index)
        noteLost(index)
        defer { turnBefore = nil }
        if case .standard = nodes[index].loop, shared.yieldsVariables(inner) { turnBefore = "last" }
        writeStep(index, innerCall(inner, at: index))
    }

    /// Says that what is set inside a sub-process or a called process is not known behind it, where that would matter.
    private func noteUnknown(_ index: Int) {
        let node = nodes[index]
        guard !node.outgoing.isEmpty, let inner = node.scope ?? calledScope(index),
            node.kind == .subProcess || shared.takesAll(node), shared.usesVariables(scopeIndex),
            shared.setsVariables(inner)
        else { return }
        switch node.loop {
        case .none: if shared.yieldsVariables(inner) { return }
        case .standard: return
        case .instances(let loop):
            if !loop.results.isEmpty, node.kind == .subProcess || shared.yieldsVariables(inner) { return }
        }
        shared.job.add(
            .bpmnNotRun(title(index), "what is set inside is not known behind it", at: span(index)))
    }

    /// The call of a flow with all variables, and those that are mapped.
    func innerCall(_ inner: Int, at index: Int) -> String {
        let node = nodes[index]
        let inputs = node.isForCompensation || isScopeEvent(index) ? [] : shared.inputs(node)
        let mappedOnly = node.kind == .call && shared.passesMappedOnly(node)
        return "\(model.scopes[inner].wf)(\(passed(index, inputs, mappedOnly: mappedOnly)))"
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

    /// The process in the file that a call activity calls.
    func calledScope(_ index: Int) -> Int? { shared.calledScope(nodes[index]) }

    /// The call of a call activity: of a process, of a global task, or of what is not in the file.
    mutating func called(_ index: Int) -> String {
        noteUnknown(index)
        if let target = calledScope(index) { return innerCall(target, at: index) }
        _ = (shared.takesAll(nodes[index]), shared.passesMappedOnly(nodes[index]))
        let name = shared.calledName(nodes[index])
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
