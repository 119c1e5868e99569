// What a name stands for, as far as the text says: the value of a `let` of the declaration being looked at, or of a `const` of
// its file. Knows no types; a name that two things of a declaration bear stands for nothing here.
import WfSyntax
import WfValue

/// The `let`s of one declaration.
struct WrittenNames {
    var module = -1
    var declaration = NodeId.none
    /// By name; none where more than one thing is called so.
    var values: [NameId: NodeId] = [:]
    /// All names that it declares, steps and parameters too; and as they are spelled, once somebody asks.
    var declared: [NameId] = []
    var spelled: Set<String>?
}

extension ProgramChecker {
    /// What is written in the place of a name, through parentheses and further names.
    func written(_ id: NodeId) -> NodeId {
        var value = withoutParens(id)
        for _ in 0..<8 {
            guard tree.kind(value) == .nameExpr else { break }
            let name = NameExprView(tree, value).name
            guard !name.isNone, let next = writtenValue(of: name) else { break }
            value = withoutParens(next)
        }
        return value
    }

    private func writtenValue(of name: NameId) -> NodeId? {
        if !declarationNode.isNone, declarationModule == module {
            let known = lints.written
            if known.module != module || known.declaration != declarationNode { collectWritten() }
            if let value = lints.written.values[name] { return value.isNone ? nil : value }
        }
        let found = table.find(module, name)
        guard found >= 0, symbols[found].kind == .constant, Int(symbols[found].module) == module,
            tree.kind(symbols[found].node) == .constDecl
        else { return nil }
        return ConstDeclView(tree, symbols[found].node).value
    }

    private func collectWritten() {
        var names = WrittenNames(module: module, declaration: declarationNode)
        var bindings: [NameId: Int] = [:]
        forEachNode(of: declarationNode) { id, kind in
            var name = NameId.none
            switch kind {
            case .bindingPattern: name = BindingPatternView(tree, id).name
            case .parameter: name = ParameterView(tree, id).name
            case .lambdaParameter: name = LambdaParameterView(tree, id).name
            case .loopVariable: name = LoopVariableView(tree, id).name
            case .stepStmt: name = StepStmtView(tree, id).name
            case .letStmt:
                let view = LetStmtView(tree, id)
                if !view.isVar, !view.name.isNone { names.values[view.name] = view.value }
            default: break
            }
            if !name.isNone { bindings[name, default: 0] += 1 }
        }
        names.declared = Array(bindings.keys) + names.values.keys
        for (name, count) in bindings where count > 1 || names.values[name] == nil {
            names.values[name] = NodeId.none
        }
        lints.written = names
    }

    /// Whether the declaration being looked at gives something this name.
    func isDeclaredHere(_ spelled: Substring) -> Bool {
        if declarationNode.isNone { return false }
        let known = lints.written
        if known.module != module || known.declaration != declarationNode { collectWritten() }
        if lints.written.spelled == nil {
            lints.written.spelled = Set(lints.written.declared.map { text($0) })
        }
        return lints.written.spelled?.contains(String(spelled)) == true
    }

    /// The text of a string that is written out, in this place or behind a name; interpolated parts are left out.
    func writtenText(_ id: NodeId) -> String? { CommandLine.literal(written(id), tree) }
}
