// Lints about failures that are caught and dropped. What is done about a failure is its author's business; that nothing in the
// program tells it from a success is not.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// A `catch` of everything that does nothing about it, or that yields what could be a result as well.
    func lintTry(_ view: TryExprView) {
        for item in view.catches {
            let clause = CatchClauseView(tree, item)
            lintCatchName(clause)
            guard clause.faults.isEmpty, tree.kind(clause.body) == .block, !hasComment(clause.body) else {
                continue
            }
            if BlockView(tree, clause.body).statements.isEmpty || isNop(clause.body) {
                lint(.swallowedFailure(at: tree.span(item)))
            } else if let value = onlyExpression(clause.body), looksLikeAnAnswer(value),
                let answer = lastValue(view.body), !isLiteral(answer)
            {
                lint(.swallowedByValue(tree.text(value), at: tree.span(item)))
            }
        }
    }

    /// `{ () }`, `{ nop() }`
    private func isNop(_ body: NodeId) -> Bool {
        guard let only = onlyExpression(body) else { return false }
        if tree.kind(only) == .unitExpr { return true }
        guard tree.kind(only) == .callExpr else { return false }
        let callee = CallExprView(tree, only).callee
        return tree.kind(callee) == .nameExpr && tree.text(callee) == "nop"
    }

    /// What could be a result as well: 0, an empty text or list. `null`, a Bool, a case or words tell that something failed.
    private func looksLikeAnAnswer(_ id: NodeId) -> Bool {
        let value = written(id)
        switch tree.kind(value) {
        case .intExpr: return wholeLiteral(value) == 0
        case .floatExpr: return Double(tree.text(value)) == 0
        case .stringExpr:
            return StringExprView(tree, value).interpolations.isEmpty
                && CommandLine.literal(value, tree)?.isEmpty == true
        case .listExpr: return ListExprView(tree, value).elements.isEmpty
        case .mapExpr: return MapExprView(tree, value).entries.isEmpty
        default: return false
        }
    }

    private func isLiteral(_ id: NodeId) -> Bool {
        switch tree.kind(written(id)) {
        case .intExpr, .floatExpr, .stringExpr, .trueExpr, .falseExpr, .nullExpr, .unitExpr, .durationExpr:
            return true
        default: return false
        }
    }

    /// The expression that a block's value is.
    private func lastValue(_ id: NodeId) -> NodeId? {
        guard tree.kind(id) == .block, let last = BlockView(tree, id).statements.last,
            tree.kind(last) == .exprStmt
        else { return nil }
        return ExprStmtView(tree, last).value
    }
}
