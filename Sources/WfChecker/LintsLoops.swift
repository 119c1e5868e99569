// Lints about loops whose condition nothing changes: once begun, they never end.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// `loop (go: Bool = true) while go { … next go }`: each `next` hands on what the condition reads as it is.
    func lintUnchanged(_ view: LoopExprView) {
        guard let condition = view.condition else { return }
        let states = view.variables.map { LoopVariableView(tree, $0).name }
        let asked = names(in: condition)
        let relevant = states.indices.filter { asked.contains(states[$0]) }
        // what reads no state is a switch from outside
        if asked.isEmpty || relevant.isEmpty && !states.isEmpty { return }
        var hands = false
        var changes = false
        var inner: [(first: UInt32, index: UInt32)] = []
        forEachNode(of: view.body) { id, kind in
            switch kind {
            case .loopExpr: inner.append((tree.node(id).first, id.index))
            case .failStmt, .breakStmt, .returnStmt: changes = true
            case .nextStmt:
                let first = tree.node(id).first
                if inner.contains(where: { first >= $0.first && id.index < $0.index }) { return }
                hands = true
                let values = nextValues(id, count: states.count)
                if values.count != states.count { return changes = true }
                for index in relevant where !isName(values[index], states[index]) { changes = true }
            default: break
            }
        }
        if hands && !changes && !relevant.isEmpty { lint(.unchangedCondition(at: tree.span(condition))) }
    }

    /// `while n < 3 { other += 1 }`: nothing that the condition reads is assigned.
    func lintUnchanged(_ view: WhileStmtView) {
        let asked = names(in: view.condition)
        // that nothing is done at all is WF5061's
        if asked.isEmpty || BlockView(tree, view.body).statements.isEmpty { return }
        var changes = false
        forEachNode(of: view.body) { id, kind in
            switch kind {
            case .breakStmt, .returnStmt, .failStmt: changes = true
            case .assignStmt:
                if let root = rootName(AssignStmtView(tree, id).target), asked.contains(root) {
                    changes = true
                }
            default: break
            }
        }
        if !changes { lint(.unchangedCondition(at: tree.span(view.condition))) }
    }

    private func names(in id: NodeId) -> Set<NameId> {
        var result: Set<NameId> = []
        forEachNode(of: id) { inner, kind in
            if kind == .nameExpr { result.insert(NameExprView(tree, inner).name) }
        }
        return result
    }

    private func isName(_ id: NodeId, _ name: NameId) -> Bool {
        let value = withoutParens(id)
        return tree.kind(value) == .nameExpr && NameExprView(tree, value).name == name
    }

    private func rootName(_ target: NodeId) -> NameId? {
        var node = withoutParens(target)
        while true {
            switch tree.kind(node) {
            case .nameExpr: return NameExprView(tree, node).name
            case .indexExpr: node = withoutParens(IndexExprView(tree, node).base)
            case .memberExpr: node = withoutParens(MemberExprView(tree, node).base)
            default: return nil
            }
        }
    }
}

extension Diagnostic {
    static func unchangedCondition(at span: Span) -> Diagnostic {
        warning(
            5088, "nothing in this loop changes what its condition asks", span,
            notes: ["once begun, it never ends"],
            help: "change it on the way, or ask for what changes")
    }
}
