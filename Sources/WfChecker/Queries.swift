// Queries: expressions over the last committed state of a workflow's own block, where every step is an optional and a
// `for` offers how far it is. Knows what a query may read; knows nothing of how it is answered.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// Checks the queries of the workflow whose own block is the innermost one, all nodes of which are typed.
    func checkQueries() {
        var seen: [NameId: Span] = [:]
        for statement in waiting.queryStatements {
            let view = QueryStmtView(tree, statement)
            let span = tree.span(view.nameToken)
            if let earlier = seen[view.name] {
                report(.duplicate(text(view.name), at: span, earlier: earlier))
            }
            seen[view.name] = span
            check(view, span)
        }
        waiting.queryStatements.removeAll()
    }

    private func check(_ view: QueryStmtView, _ span: Span) {
        let scope = scopeMark()
        let narrowed = narrowMark()
        waiting.inputs = []
        waiting.isInQuery = true
        shadowSteps()
        let value: TypedId
        if let written = view.type {
            value = expression(view.value, as: resolveType(written))
        } else {
            value = expression(view.value)
        }
        waiting.isInQuery = false
        waiting.fans = [:]
        // what a query reads is read
        for index in scope..<bindings.count {
            let hidden = Int(bindings[index].previous) - 1
            if bindings[index].isRead && hidden >= 0 { bindings[hidden].isRead = true }
            bindings[index].isRead = true
        }
        leaveScope(scope)
        forgetNarrowing(narrowed)
        let found = type(of: value)
        if found == .poison || !requireEncodable(found, at: view.value) { return }
        waiting.queries.append(
            CheckedQuery(
                name: text(view.name), span: span, type: found, value: value, inputs: waiting.inputs))
    }

    /// Every step and `let` of the block as an optional of its own.
    private func shadowSteps() {
        let frame = frames[frames.count - 1]
        for index in frame.bindingStart..<bindings.count where bindings[index].role == .step {
            let binding = bindings[index]
            if binding.name.isNone || binding.node < 0 { continue }
            let type = types.optional(of: binding.type)
            let local = newLocal(binding.name, type)
            let shadow = bind(binding.name, .constant, type, local: local, at: span(of: binding))
            let node = Int(binding.node)
            waiting.inputs.append(CheckedQueryInput(local: LocalId(local), node: node, source: .value))
            if case .fan = workflowNodes[node].kind { waiting.fans[shadow] = node }
        }
    }

    /// `thumbs.done` and `thumbs.total` in a query, where `thumbs` is a `for`; nil for anything else.
    func fanProgress(_ view: MemberExprView) -> TypedId? {
        guard waiting.isInQuery, tree.kind(view.base) == .nameExpr,
            view.name == names.done || view.name == names.total
        else { return nil }
        let name = NameExprView(tree, view.base).name
        guard !name.isNone, let node = waiting.fans[lookup(name)] else { return nil }
        let local = newLocal(view.name, .int)
        waiting.inputs.append(
            CheckedQueryInput(
                local: LocalId(local), node: node, source: view.name == names.done ? .done : .total))
        return make(.local, .int, view.id, a: local)
    }
}
