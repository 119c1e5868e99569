// What the lints know of calls that are reached by way of others: through a workflow, behind an `else` or an `undo`, by a func of
// another module. Knows declarations as they are written; the calls themselves are in LintsCalls and LintsShells.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// What is known of a workflow or flow: what it costs, and which of its parameters a shell will read as it is.
    func workflowFacts(of found: Int) -> CallFacts {
        let symbol = symbols[found]
        var facts = CallFacts(span: nameSpan(of: symbol))
        // while it is looked at, it is known by nothing to itself
        lints.calls[Int(symbol.index)] = facts
        let (back, own) = (module, declarationNode)
        enter(Int(symbol.module))
        declarationNode = symbol.node
        defer {
            enter(back)
            declarationNode = own
        }
        let isFlow = tree.kind(symbol.node) == .flowDecl
        let parameters =
            isFlow
            ? FlowDeclView(tree, symbol.node).parameters : WorkflowDeclView(tree, symbol.node).parameters
        var pooled = false
        forEachNode(of: symbol.node) { id, kind in
            if kind == .clause {
                let clause = ClauseView(tree, id).kind
                if clause == .pool || clause == .rate { pooled = true }
            }
            guard kind == .callExpr else { return }
            let call = CallExprView(tree, id)
            let inner = declaredCall(call.callee)
            if inner < 0 { return }
            let known = callFacts(of: inner)
            if known.traits.contains(.isHeavy), !isSpawned(call) {
                facts.traits.insert(.isHeavy)
                if isPooled(inner) { pooled = true }
            }
            for script in scriptParameters(parameters, call, inner, known)
            where !facts.scripts.contains(where: { $0.index == script.index }) {
                facts.scripts.append(script)
            }
        }
        if pooled { facts.traits.remove(.isHeavy) }
        return facts
    }

    /// The parameters among these that a call hands, as they are, to what a shell reads.
    private func scriptParameters(
        _ parameters: NodeList, _ call: CallExprView, _ found: Int, _ known: CallFacts
    ) -> [(name: NameId, index: Int)] {
        if symbols[found].kind == .effect {
            guard known.traits.contains(.isProcess) else { return [] }
            let isShell = text(symbols[found].name) == "shell"
            return shellParameter(parameters, call, isShell: isShell).map { [$0] } ?? []
        }
        if known.scripts.isEmpty { return [] }
        var position = 0
        return call.arguments.compactMap { argument in
            let isMeant = known.scripts.contains {
                argument.label.isNone ? position == $0.index : argument.label == $0.name
            }
            if argument.label.isNone { position += 1 }
            return isMeant ? parameter(named: argument.value, among: parameters) : nil
        }
    }

    /// `spawn other(x)`: it is begun here and runs elsewhere, so that nothing here bounds it.
    func isSpawned(_ call: CallExprView) -> Bool {
        let first = tree.firstToken(call.id).index
        return first > 0 && ["spawn", "attached"].contains(tree.text(TokenId(first - 1)))
    }

    /// Which of some parameters an expression is the plain name of.
    func parameter(named id: NodeId, among parameters: NodeList) -> (name: NameId, index: Int)? {
        let node = withoutParens(id)
        guard tree.kind(node) == .nameExpr else { return nil }
        let name = NameExprView(tree, node).name
        for (index, parameter) in parameters.enumerated()
        where ParameterView(tree, parameter).name == name {
            return (name, index)
        }
        return nil
    }

    /// The action, effect or workflow that a callee names in the file being read, whatever the names around are bound to.
    private func declaredCall(_ callee: NodeId) -> Int {
        let found = declaredCallee(callee)
        return found >= 0 && symbols[found].kind.isEffectful ? found : -1
    }

    /// What stands behind `else` or `undo`: no clause of the step bounds it.
    func lintLater(_ id: NodeId) {
        let value = withoutParens(id)
        guard lints.isOn, tree.kind(value) == .callExpr else { return }
        lintCall(CallExprView(tree, value), ClauseNodes(), CheckedClauses())
    }

    /// The func of this or another module that a callee names, when what it yields is put together as text.
    func textFunction(_ callee: NodeId) -> Int? {
        let found = declaredCallee(callee)
        guard found >= 0, symbols[found].kind == .function,
            tree.kind(callee) == .memberExpr || Int(symbols[found].module) == module
        else { return nil }
        let back = module
        enter(Int(symbols[found].module))
        defer { enter(back) }
        guard tree.kind(symbols[found].node) == .funcDecl,
            let body = FuncDeclView(tree, symbols[found].node).body
        else { return nil }
        switch tree.kind(tail(body)) {
        case .stringExpr, .binaryExpr: return found
        default: return nil
        }
    }
}
