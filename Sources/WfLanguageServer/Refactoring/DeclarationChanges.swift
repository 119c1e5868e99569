// Declarations: documentation, parameters, `returns`, constants that become settings.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let declarationChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.documented() + spot.optionalParameter() + spot.addedReturns() + spot.settings()
    }
}

extension Spot {
    fileprivate func documented() -> [Draft] {
        guard
            let item = head(
                .constDecl, .configDecl, .secretDecl, .recordDecl, .enumDecl, .funcDecl, .workflowDecl,
                .flowDecl, .actionDecl),
            reader.documentation(item) == nil, let declared = scopes.declaredName(item)
        else { return [] }
        let name = reader.text(declared.token)
        let words =
            switch kind(item) {
            case .recordDecl, .enumDecl: "What `\(name)` stands for."
            case .constDecl, .configDecl, .secretDecl: "What `\(name)` is for."
            default: "What `\(name)` does."
            }
        return [Draft("add a doc comment", .refactor, [insert(span(item).start, "/// \(words)\n")])]
    }

    fileprivate func optionalParameter() -> [Draft] {
        guard let id = near(.parameter), let item, contains(item, id), let inspection else { return [] }
        let view = ParameterView(reader, id)
        guard view.defaultValue == nil, !view.isVariadic, !view.isSecret,
            reader.text(view.nameToken) != "self",
            kind(item) != .externActionDecl, kind(item) != .externFuncDecl,
            let type = declaredType(view.nameToken),
            uses(of: CallableDeclView(reader, item).nameToken).allSatisfy({ isCallee($0.node) })
        else { return [] }
        var drafts: [Draft] = []
        if let value = Sample(inspection, server.workspace.interner).text(type) {
            drafts.append(
                Draft("give the parameter a default", .refactor, [insert(span(id).end, " = \(value)")]))
        }
        if inspection.kind(type) != .optional {
            drafts.append(Draft("make the parameter optional", .refactor, [insert(span(id).end, "? = null")]))
        }
        return drafts
    }

    /// What an action yields by itself, said: only where it is the effect's own result.
    fileprivate func addedReturns() -> [Draft] {
        guard let action = near(.actionDecl) else { return [] }
        let view = CallableDeclView(reader, action)
        guard let via = view.clauses.first(where: { isClause($0, .via) }),
            !view.clauses.contains(where: { isClause($0, .returns) }),
            let effect = ClauseView(reader, via).operand,
            kind(effect) == .callExpr, let result = view.result, let found = calledDeclaration(effect),
            found.reader.kind(found.node) == .externActionDecl,
            let own = CallableDeclView(found.reader, found.node).result,
            found.reader.text(own) == text(result)
        else { return [] }
        return [Draft("add returns", .refactor, [insert(span(via).end, "\n    returns result")])]
    }

    fileprivate func settings() -> [Draft] {
        guard let item = head(.constDecl) else { return [] }
        let view = ConstDeclView(reader, item)
        guard let value = view.value, isTotal(value), uses(in: value).isEmpty, let inspection,
            let type = declaredType(view.nameToken) ?? self.type(value)
        else { return [] }
        let words = view.type.map { text($0) } ?? inspection.text(type)
        return [
            Draft(
                "turn the const into a config", .refactor,
                [replace(item, "config \(reader.text(view.nameToken)): \(words) = \(text(value))")])
        ]
    }
}
