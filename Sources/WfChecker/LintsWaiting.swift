// Lints about waiting: decisions that nobody looks at, signals that nobody awaits, handles that nobody uses, work that may
// lie for ever.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// An approval whose outcome no step reads: what comes after it goes on even when it was refused.
    func lintUnreadDecision(_ entry: PendingNode) {
        let value = withoutParens(entry.value)
        guard entry.kind == .call || entry.kind == .step, tree.kind(value) == .callExpr else { return }
        let binding = bindings[Int(entry.binding)]
        if binding.type == .unit || binding.type == .poison { return }
        let found = effectSymbol(CallExprView(tree, value))
        guard found >= 0, symbols[found].kind != .workflow, callFacts(of: found).traits.contains(.decides)
        else { return }
        let name = entry.kind == .step ? text(entry.name) : ""
        if name.hasPrefix("_") { return }
        lint(.unreadDecision(name, at: name.isEmpty ? tree.span(value) : span(of: binding)))
    }

    /// A run that is started under a name which nothing uses.
    func lintUnusedHandle(_ entry: PendingNode) {
        guard entry.kind == .step, tree.kind(withoutParens(entry.value)) == .spawnExpr else { return }
        let name = text(entry.name)
        if name.hasPrefix("_") { return }
        let from = tree.span(entry.statement)
        let start = Span(file: from.file, start: from.start, end: tree.span(entry.value).start)
        lint(
            .unusedHandle(
                name, at: span(of: bindings[Int(entry.binding)]),
                fix: Fix("drop the name", [TextEdit(start, "")])))
    }

    /// Signals of this module's workflows that neither they nor the workflows they share a run with await.
    ///
    /// - Parameter isAsked: by module.
    func lintSignals(of isAsked: [Bool]) {
        for callable in waiting.ranges.keys.sorted() {
            let index = Int(symbols[Int(callables[callable].symbol)].module)
            if !isAsked[index] { continue }
            enter(index)
            for signal in signals(of: callable) where !isAwaited(signal) {
                lint(.unawaitedSignal(text(signal.name), at: tree.span(signal.nameToken)))
            }
        }
    }

    private func isAwaited(_ signal: DeclaredSignal) -> Bool {
        if isMentioned(signal) { return true }
        return waiting.signals.contains { other in
            if other.name != signal.name || other.callable == signal.callable { return false }
            let isShared =
                workflowsReached(from: signal.callable).contains(other.callable)
                || workflowsReached(from: other.callable).contains(signal.callable)
            return isShared && isMentioned(other)
        }
    }

    /// Whether a signal's name stands in its workflow, which can only be where it is awaited.
    private func isMentioned(_ signal: DeclaredSignal) -> Bool {
        let symbol = symbols[Int(callables[signal.callable].symbol)]
        let back = module
        defer { enter(back) }
        enter(Int(symbol.module))
        var found = false
        forEachNode(of: symbol.node) { id, kind in
            if kind == .nameExpr && NameExprView(tree, id).name == signal.name { found = true }
        }
        return found
    }

    // MARK: work items

    /// A work item that nothing takes back when nobody does it.
    func lintTask(_ view: CallExprView, _ clauses: ClauseNodes) {
        guard lints.isOn else { return }
        let found = effectSymbol(view)
        guard found >= 0, symbols[found].kind != .workflow else { return }
        let facts = callFacts(of: found)
        guard facts.traits.contains(.isWork), !facts.hasTimeout else { return }
        if !clauses.timeout.isNone || !clauses.deadline.isNone || lints.deadlineDepth > 0 { return }
        if frames.contains(where: \.isFlow) {
            if frames.last?.isFlow == true, flowHasTimeout() { return }
            // A flow is full of them: one message is enough.
            if let said = lints.endlessFlow, said == (module, declarationNode) { return }
            lints.endlessFlow = (module, declarationNode)
        }
        lint(.endlessTask(at: tree.span(view.callee)))
    }

    /// Whether the flow at hand leaves a step when its time is up.
    private func flowHasTimeout() -> Bool {
        if let known = lints.timedFlow, (known.module, known.flow) == (module, declarationNode) {
            return known.isTimed
        }
        var found = false
        forEachNode(of: declarationNode) { id, kind in
            if kind == .flowBoundary && text(FlowBoundaryView(tree, id).event) == "timeout" { found = true }
        }
        lints.timedFlow = (module, declarationNode, found)
        return found
    }

    /// Whether a branch of a race only lets time pass, which bounds the others.
    func racesTime(_ view: RaceExprView) -> Bool {
        var found = false
        forEachNode(of: view.id) { id, kind in
            guard kind == .callExpr else { return }
            let callee = effectSymbol(CallExprView(tree, id))
            if callee >= 0, symbols[callee].kind == .effect, text(symbols[callee].name).hasPrefix("sleep") {
                found = true
            }
        }
        return found
    }
}
