// Calls that name a step, and mean what was done in it, not its value: `compensate(hold)`. The parameter says so in the
// standard library (`StepName`).
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The text of a step's name, of a step in sight that has something to undo.
    func stepName(_ id: NodeId) -> TypedId {
        let node = withoutParens(id)
        guard tree.kind(node) == .nameExpr else {
            if tree.kind(node) != .errorExpr { report(.stepNameNeeded(tree.text(id), at: tree.span(id))) }
            return poison(id)
        }
        let name = NameExprView(tree, node).name
        if name.isNone { return poison(id) }
        let found = lookup(name)
        guard found >= 0 else {
            reportUnknownStep(name, at: node)
            return poison(id)
        }
        bindings[found].isRead = true
        guard let step = pending.last(where: { Int($0.binding) == found }), bindings[found].node >= 0,
            step.kind == .step
        else {
            if bindings[found].type != .poison || bindings[found].frame >= 0 {
                report(.stepNameNeeded(text(name), at: tree.span(id)))
            }
            return poison(id)
        }
        depend(on: bindings[found])
        if !mayBeUndone(step) { report(.nothingToUndo(text(name), at: tree.span(id))) }
        return stringConstant(Array(text(name).utf8), .string, id)
    }

    /// Whether a step has an `undo`, or consists of steps that may have some.
    private func mayBeUndone(_ step: PendingNode) -> Bool {
        let hasUndo = stepParts(step.statement).clauses.contains {
            tree.kind($0) == .clause && ClauseView(tree, $0).kind == .undo
        }
        if hasUndo { return true }
        let value = withoutParens(step.value)
        guard tree.kind(value) == .callExpr else { return true }
        let found = effectSymbol(CallExprView(tree, value))
        return found < 0 || symbols[found].kind == .workflow
    }
}

extension Diagnostic {
    static func stepNameNeeded(_ found: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3117), .error, "expected the name of a step, found `\(found)`", at: span,
            help: "name a step of this block, or of one around it")
    }

    static func nothingToUndo(_ name: String, at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(3117), .error, "`\(name)` has no `undo`, so that nothing of it can be undone",
            at: span,
            help: "give the step an `undo`, or name another one")
    }
}
