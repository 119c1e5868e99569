// What becomes known around an activity: nodes in front of it and behind it that set variables, as its vendor maps them.
import WfDiagnostics
import WfSource

extension BpmnFlowWriter {
    // MARK: Names

    /// Names the nodes around a node, once it has a name itself.
    mutating func nameMappings(_ index: Int) {
        let node = nodes[index]
        if case .instances(let loop) = node.loop, isCollected(index, loop) || isTogether(index, loop) {
            behind[index] = names.take(node.wf + " out")
        }
        if saysInTurns(index) { behind[index] = names.take(node.wf + " out") }
        guard case .none = node.loop, !node.isForCompensation, isMapping(index) else { return }
        let isArm = arms.contains(index)
        if isArm, node.tag != "receiveTask", !answers(index) { return }
        model.marks.looking {
            let entry = shared.entryScript(node)
            if !isArm, !entry.isEmpty, assigned(entry, at: index) != nil {
                before[index] = names.take(node.wf + " in")
            }
            if case .activity = node.kind, BpmnImport.turns(shared.script(node) ?? []).count > 1 {
                behind[index] = names.take(node.wf + " out")
            } else if shared.outputs(node).fields.contains(where: { isSaid($0.source, index) })
                || dropsLocals(index)
            {
                behind[index] = names.take((isArm ? titleText(index) : node.wf) + " out")
            }
        }
    }

    /// Whether each turn of a loop knows what the ones before have said, and what stands behind the loop does.
    private func saysInTurns(_ index: Int) -> Bool {
        let node = nodes[index]
        guard case .standard = node.loop, !node.isForCompensation, !arms.contains(index) else { return false }
        switch node.kind {
        case .activity: return shared.usesVariables(scopeIndex) && !isEmit(index)
        case .subProcess: return node.scope.map { shared.yieldsVariables($0) } == true
        default: return false
        }
    }

    /// Whether a node is a step of its own, so that something can stand around it.
    private func isMapping(_ index: Int) -> Bool {
        switch nodes[index].kind {
        case .activity, .call: return true
        case .subProcess: return !isScopeEvent(index)
        case .catching:
            return nodes[index].events.count == 1 && nodes[index].events[0].trigger != .conditional
        default: return false
        }
    }

    /// Whether a sub-process says what it knows, and has variables of its own that are not known behind it.
    func dropsLocals(_ index: Int) -> Bool {
        guard let inner = nodes[index].scope, isMapping(index), !shared.locals(nodes[index]).isEmpty,
            !model.marks.looking({ shared.outputs(nodes[index]).hidesAnswer })
        else { return false }
        return shared.yieldsVariables(inner)
    }

    /// Whether a value can be written.
    private func isSaid(_ source: BpmnOutputs.Source, _ index: Int) -> Bool {
        switch source {
        case .answer, .member: return answers(index)
        case .value(let value): return isTranslated(value)
        }
    }

    func isTranslated(_ value: BpmnValue) -> Bool {
        switch value {
        case .text(let text):
            return text.language == "text" || shared.expression(text).map { shared.isSaid($0) } == true
        case .expression(let expression): return shared.isSaid(expression)
        case .list, .map: return true
        }
    }

    // MARK: Writing

    /// Where the arrows to a node lead.
    func wayIn(_ index: Int) -> String { gatherings[index] ?? before[index] ?? nodes[index].wf }

    /// Where a node's own arrows lead.
    mutating func wayOut(_ index: Int) -> String { behind[index] ?? arrows(index).joined(separator: ", ") }

    /// The node in front of a node that sets variables.
    mutating func writeEntry(_ index: Int) {
        writeGathering(index)
        guard let name = before.removeValue(forKey: index) else { return }
        let fields = assigned(shared.entryScript(nodes[index]), at: index) ?? "null"
        before[index] = name
        text.line("let \(name): Json = \(fields) -> \(nodes[index].wf)", from: span(index))
    }

    /// The node behind a node that sets variables.
    mutating func writeOutputs(_ index: Int) {
        guard let name = behind[index] else { return noteUnsaid(index) }
        if case .instances(let loop) = nodes[index].loop { return writeCollected(index, loop, name) }
        if case .standard = nodes[index].loop {
            let target = arrows(index).joined(separator: ", ")
            return text.line("let \(name): Json = \(nodes[index].wf).last -> \(target)", from: span(index))
        }
        let outputs = shared.outputs(nodes[index]).fields
        let hides = answers(index) ? [answer(index)] : []
        var tree: [(target: String, text: String)] = []
        for output in outputs {
            guard isSaid(output.source, index) else {
                if case .value(.text(let text)) = output.source {
                    noteExpression(text, index)
                } else {
                    notGiven(output.target, index)
                }
                continue
            }
            let value: String
            switch output.source {
            case .answer: value = nodes[index].wf
            case .member(let member): value = nodes[index].wf + WfText.member(member)
            case .value(let source):
                value = model.marks.looking { written(source, at: index, said: hides) }
            }
            tree.append((output.target, value))
        }
        let base = { (target: String) -> String in gatheredAt(index) + WfText.member(target) }
        var made = "{ \(BpmnFlowWriter.object(tree, base: base)) }"
        if dropsLocals(index) {
            (shared.needsWithout, shared.needsKnown) = (true, shared.needsKnown || !tree.isEmpty)
            let locals = shared.locals(nodes[index]).map { WfText.string($0) }.joined(separator: ", ")
            let outside = "without(\(nodes[index].wf), [\(locals)])"
            made = tree.isEmpty ? outside : "known(\(outside), [\(made) as Json])"
        }
        text.line(
            "let \(name): Json = \(made) -> \(arrows(index).joined(separator: ", "))", from: span(index))
        if tree.contains(where: { $0.target.contains(".") }) { shared.needsKnown = true }
    }

    /// What a node has said, under the name that its vendor gives it.
    private func answer(_ index: Int) -> String {
        let name = nodes[index].wf
        guard let variable = model.marks.looking({ shared.resultName(nodes[index]) }) else { return name }
        return "({ \(WfText.field(variable)): \(name) } as Json)"
    }

    /// Whether the instances of a node have something to say, and the model names what takes it.
    private func isCollected(_ index: Int, _ loop: BpmnInstances) -> Bool {
        let node = nodes[index]
        let yields =
            node.kind == .activity
            ? !isEmit(index)
            : (node.scope ?? calledScope(index)).map { shared.yieldsVariables($0) } ?? (node.kind == .call)
        return !loop.results.isEmpty && yields && node.instanceEvent == nil
    }

    /// Whether what the instances of an activity have said is known behind them, as what one of them says is.
    private func isTogether(_ index: Int, _ loop: BpmnInstances) -> Bool {
        let node = nodes[index]
        guard node.kind == .activity, !node.isForCompensation, loop.results.isEmpty,
            node.instanceEvent == nil, shared.usesVariables(scopeIndex), !node.outgoing.isEmpty
        else { return false }
        // What is mapped in an instance is its own.
        return model.children(node.element, "dataOutputAssociation").isEmpty
            && model.marks.looking { answers(index) && model.extensions(node.element, "output").isEmpty }
    }

    /// The variable that takes what the instances of a node have said.
    private mutating func writeCollected(_ index: Int, _ loop: BpmnInstances, _ name: String) {
        let target = arrows(index).joined(separator: ", ")
        guard isCollected(index, loop) else {
            shared.needsTogether = true
            text.line("let \(name): Json = together(\(nodes[index].wf)) -> \(target)", from: span(index))
            return
        }
        shared.needsCollected = true
        let (results, result) = (
            WfText.string(loop.results), WfText.string(keepsMapped(index, loop) ? "" : loop.result)
        )
        text.line(
            "let \(name): Json = collected(\(results), \(nodes[index].wf), \(result)) -> \(target)",
            from: span(index))
    }

    /// Names what is mapped behind a node of which nothing can be said.
    private func noteUnsaid(_ index: Int) {
        guard case .none = nodes[index].loop, isMapping(index) else { return }
        for output in shared.outputs(nodes[index]).fields where !isSaid(output.source, index) {
            if case .value(.text(let text)) = output.source {
                noteExpression(text, index)
            } else {
                notGiven(output.target, index)
            }
        }
    }

    private func notGiven(_ variable: String, _ index: Int) {
        shared.job.add(
            .bpmnNotRun(
                title(index), "nothing is given back that `\(variable)` could be set to", at: span(index)))
    }

    func noteExpression(_ text: BpmnText, _ index: Int) {
        shared.job.add(.bpmnExpression(title(index), text.text, at: model.span(text.element)))
    }

    /// Fields of an object, those with paths in each other: `a.b` is a member `b` of `a`, beside what `a` has already.
    static func object(_ fields: [(target: String, text: String)], base: (String) -> String) -> String {
        var order: [String] = []
        var plain: [String: String] = [:]
        var deep: [String: [(target: String, text: String)]] = [:]
        for field in fields {
            let parts = field.target.split(separator: ".", maxSplits: 1).map(String.init)
            let name = parts.first ?? field.target
            if !order.contains(name) { order.append(name) }
            if parts.count == 2 {
                deep[name, default: []].append((parts[1], field.text))
            } else {
                plain[name] = field.text
            }
        }
        return order.map { name in
            guard let inner = deep[name] else { return "\(WfText.field(name)): \(plain[name] ?? "null")" }
            let start = plain[name] ?? base(name)
            let members = object(inner) { start + WfText.member(name) + WfText.member($0) }
            return "\(WfText.field(name)): known(\(start), [{ \(members) } as Json])"
        }.joined(separator: ", ")
    }

    // MARK: Values

    /// A value in front of a node, or behind it where `said` names what it has said; what is not translated stands as text,
    /// which is noted.
    func written(_ value: BpmnValue, at index: Int, said: [String]? = nil) -> String {
        switch value {
        case .text(let text):
            if text.language == "text" { return WfText.string(text.text) }
            if let expression = shared.expression(text), let found = written(expression, index, said) {
                return found
            }
            noteExpression(text, index)
            return WfText.string(text.text)
        case .expression(let expression): return written(expression, index, said) ?? "null"
        case .list(let items):
            return "[\(items.map { written($0, at: index, said: said) }.joined(separator: ", "))]"
        case .map(let fields):
            let parts = fields.map { "\(WfText.field($0.name)): \(written($0.value, at: index, said: said))" }
            return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
        }
    }

    private func written(_ expression: ForeignExpression, _ index: Int, _ said: [String]?) -> String? {
        guard let said else { return value(expression, .json, at: index, isInstance: true) }
        let local = shared.inputs(nodes[index])
        let writer = ExpressionWriter { name in
            let own = given(name, local, at: index)
            noteCount(name, index)
            return gatheredAt(index, said + (own.map { [$0] } ?? [])) + WfText.member(name)
        }
        return shared.using(writer.text(expression, .json))
    }

    /// Fields by name; those with paths in each other.
    func nested(_ fields: [BpmnField], at index: Int) -> [(String, String)] {
        var order: [String] = []
        var plain: [String: String] = [:]
        var deep: [String: [BpmnField]] = [:]
        for field in fields {
            let parts = field.name.split(separator: ".", maxSplits: 1).map(String.init)
            let name = parts.first ?? field.name
            if !order.contains(name) { order.append(name) }
            if parts.count == 2 {
                deep[name, default: []].append(BpmnField(name: parts[1], value: field.value))
            } else {
                plain[name] = written(field.value, at: index)
            }
        }
        return order.map { name in
            guard let inner = deep[name] else { return (name, plain[name] ?? "null") }
            let members = nested(inner, at: index).map { "\(WfText.field($0.0)): \($0.1)" }
            return (name, "{ \(members.joined(separator: ", ")) }")
        }
    }

    /// Whether what a node is called holds what somebody has said.
    func answers(_ index: Int) -> Bool {
        let node = nodes[index]
        switch node.kind {
        case .activity:
            if node.tag == "scriptTask", shared.script(node)?.isEmpty == true { return false }
            return !isEmit(index)
        case .catching:
            return node.events.count == 1 && [.message, .signal].contains(node.events[0].trigger)
        case .subProcess:
            guard let inner = node.scope, !model.scopes[inner].nodes.isEmpty else { return true }
            return shared.yieldsVariables(inner)
        case .call: return calledScope(index).map { shared.yieldsVariables($0) } ?? true
        default: return false
        }
    }
}
