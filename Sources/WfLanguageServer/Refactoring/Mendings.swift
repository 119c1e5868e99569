// Fixes that need more than the text around a message: they change calls in other places and files, or put something
// around what is wrong. Offered beside the fixes that messages carry, and held to what refactorings are held to.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

struct Mendings: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        guard request.wants(.quickFix), !request.diagnostics.isEmpty else { return [] }
        var actions: [CodeAction] = []
        for diagnostic in request.diagnostics where diagnostic.span.file == request.document.tree.file {
            // the place of the message, wherever the caret is
            let start = diagnostic.span.start
            let place = CodeActionRequest(
                document: request.document, range: start..<start, diagnostics: [diagnostic], only: [])
            let spot = Spot(place, server)
            for draft in spot.mendings(diagnostic) {
                guard var action = spot.finished(draft) else { continue }
                action.diagnostics = [diagnostic]
                actions.append(action)
            }
        }
        return actions
    }
}

extension Spot {
    fileprivate func mendings(_ diagnostic: Diagnostic) -> [Draft] {
        switch diagnostic.code.number {
        case 2003: return parameterOfName(diagnostic)
        case 2007, 2008: return parameterOfArgument(diagnostic)
        case 2004, 2011, 2020, 2021, 2027, 2035: return nullOf(diagnostic)
        case 5002: return unusedParameter(diagnostic)
        default: return []
        }
    }

    /// A node that is exactly there.
    private func node(_ span: Span, _ kinds: NodeKind...) -> NodeId? {
        index.ancestors(index.node(at: span.start)).first {
            kinds.contains(kind($0)) && self.span($0).start == span.start && self.span($0).end == span.end
        }
    }

    // MARK: parameters

    /// A name that nothing declares becomes a parameter of what is around it.
    private func parameterOfName(_ diagnostic: Diagnostic) -> [Draft] {
        guard let id = node(diagnostic.span, .nameExpr), !isCallee(id), let item,
            [.funcDecl, .workflowDecl, .flowDecl, .actionDecl].contains(kind(item)),
            let declared = scopes.declaredName(item), let inspection,
            let found = server.declaration(file, reader.span(declared.token).start)
        else { return [] }
        var type = inspection.expectedType(at: id)
        if let known = type, [.poison, .never, .unit, .variable].contains(inspection.kind(known)) {
            type = nil
        }
        let written = type.map { inspection.text($0) } ?? "String"
        guard
            let value = type.map({ Sample(inspection, server.workspace.interner).text($0) }) ?? "\"\""
        else { return [] }
        let name = text(id)
        return [addedParameter(name, written, value, to: found, "add the parameter `\(name)`")].compactMap {
            $0
        }
    }

    /// An argument that is too much, or has a name of its own, becomes a parameter of what is called.
    private func parameterOfArgument(_ diagnostic: Diagnostic) -> [Draft] {
        let around = index.ancestors(index.node(at: diagnostic.span.start))
        guard let inspection, let call = around.first(where: { kind($0) == .callExpr }),
            let found = calledDeclaration(call), !server.workspace.isLibrary(found.document.tree.file),
            [.funcDecl, .workflowDecl, .flowDecl, .actionDecl].contains(found.reader.kind(found.node))
        else { return [] }
        let known = Set(found.members.map { found.reader.text(ParameterView(found.reader, $0).nameToken) })
        let site = CallSite(spot: self, call: call, isMethod: isMethod(call))
        let arguments = site.arguments
        let count = known.count - (site.isMethod ? 1 : 0)
        var name = ""
        var value: NodeId?
        for (number, argument) in arguments.enumerated() {
            if argument.label.isNone, number >= count {
                if value != nil { return [] }
                value = argument.value
            } else if !argument.label.isNone {
                let label = server.workspace.interner.text(argument.label)
                if known.contains(label) { continue }
                if value != nil { return [] }
                (name, value) = (label, argument.value)
            }
        }
        guard let value, let type = type(value), ![.poison, .never].contains(inspection.kind(type)),
            let sample = Sample(inspection, server.workspace.interner).text(type)
        else { return [] }
        if name.isEmpty {
            name = kind(value) == .nameExpr ? text(value) : fresh("value")
            if known.contains(name) { name = fresh("value") }
            // by position it is the last
            let hasDefault = found.members.contains { ParameterView(found.reader, $0).defaultValue != nil }
            if hasDefault { return [] }
        }
        let title = "add the parameter `\(name)` to `\(found.name)`"
        return [
            addedParameter(name, inspection.text(type), sample, to: found, but: call, title)
        ].compactMap { $0 }
    }

    private func unusedParameter(_ diagnostic: Diagnostic) -> [Draft] {
        let around = index.ancestors(index.node(at: diagnostic.span.start))
        guard let id = around.first(where: { kind($0) == .parameter }), let item,
            let declared = scopes.declaredName(item),
            let found = server.declaration(file, reader.span(declared.token).start)
        else { return [] }
        return removedParameter(id, found, "remove the unused parameter and its arguments", .quickFix)
    }

    // MARK: null

    private func nullOf(_ diagnostic: Diagnostic) -> [Draft] {
        let hasDefault = diagnostic.fixes.contains { $0.title == "give a default" }
        // a member of what may be null: the message stands at its name
        if let member = index.ancestors(index.node(at: diagnostic.span.start)).first(where: {
            kind($0) == .memberExpr && reader.span(MemberExprView(reader, $0).nameToken) == diagnostic.span
        }) {
            let base = MemberExprView(reader, member).base
            guard isPath(base), typeKind(base) == .optional else { return [] }
            return handledNull(base, .quickFix, withDefault: !hasDefault)
        }
        let inside = descendants(tree(around: diagnostic.span)).filter {
            span($0).start >= diagnostic.span.start && span($0).end <= diagnostic.span.end
        }
        let base = inside.isEmpty ? index.ancestors(index.node(at: diagnostic.span.start)) : inside
        // the outermost path that may be null
        guard
            let id = base.reversed().first(where: {
                [.nameExpr, .memberExpr].contains(kind($0)) && isPath($0) && typeKind($0) == .optional
            })
        else { return [] }
        return handledNull(id, .quickFix, withDefault: !hasDefault)
    }

    private func tree(around span: Span) -> NodeId {
        index.ancestors(index.node(at: span.start)).first { self.span($0).end > span.end }
            ?? document.tree.root
    }
}
