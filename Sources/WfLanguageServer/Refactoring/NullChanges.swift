// What may be null, handled: an `if`, an `if` with an `else`, a `match`, a default.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let nullChanges: Family = { spot in
        guard spot.isCaret, let id = spot.near(.nameExpr, .memberExpr), spot.isPath(id),
            spot.typeKind(id) == .optional, spot.isGivenOn(id)
        else { return [] }
        return spot.handledNull(id, .refactor, withDefault: true)
    }
}

extension Spot {
    /// Whether a value that may be null is handed to something, not asked about.
    fileprivate func isGivenOn(_ id: NodeId) -> Bool {
        switch kind(parent(id)) {
        case .callExpr: return CallExprView(reader, parent(id)).callee != id
        case .recordField, .listExpr, .tupleExpr, .stringExpr: return true
        default: return false
        }
    }

    /// - Parameter id: a name, or fields of one, of a type that may be null.
    func handledNull(_ id: NodeId, _ kind: CodeAction.Kind, withDefault: Bool) -> [Draft] {
        guard let inspection, let statement = statement(id), let type = type(id) else { return [] }
        let sample = Sample(inspection, server.workspace.interner)
        var drafts: [Draft] = []
        // only a name is known not to be null behind a test
        let isName = self.kind(id) == .nameExpr
        let name = isName ? text(id) : freshLocal(reader.text(reader.lastToken(id)), at: id)
        let before = isName ? "" : "let \(name) = \(text(id))\n"
        let same =
            isName ? [] : ([statement] + descendants(statement)).filter { text($0) == text(id) && isPath($0) }
        let edits = same.map { replace($0, name) }
        func words(_ node: NodeId) -> String { text(node, replacing: edits) }
        func draft(_ title: String, _ place: NodeId, _ text: String) {
            var made = [replace(place, text)]
            if !before.isEmpty { made.insert(insert(span(statement).start, before), at: 0) }
            drafts.append(Draft(title, kind, made))
        }
        if let value = valueBesideNull(statement, id) {
            // what stands in its place, to be replaced by what is meant
            let other = otherValue(statement, value, sample)
            draft(
                "handle null with an `if` and an `else`", value,
                "if \(name) != null {\n\(words(value))\n} else {\n\(other)\n}")
            draft(
                "handle null with a `match`", value,
                "match \(name) {\nnull => \(other)\nelse => \(words(value))\n}")
        } else if isWrapped(statement) {
            draft("handle null with an `if`", statement, "if \(name) != null {\n\(words(statement))\n}")
            draft(
                "handle null with a `match`", statement,
                "match \(name) {\nnull => {}\nelse => {\n\(words(statement))\n}\n}")
        }
        if withDefault, let value = sample.text(inspection.element(of: type)), value != "null" {
            drafts.append(
                Draft(
                    "handle null with `??`", kind,
                    [replace(id, isGivenOn(id) ? "\(text(id)) ?? \(value)" : "(\(text(id)) ?? \(value))")]))
        }
        return drafts
    }

    /// The value of a statement that others read, or of a block; nil when nobody needs it.
    private func valueBesideNull(_ statement: NodeId, _ id: NodeId) -> NodeId? {
        let value: NodeId?
        switch kind(statement) {
        case .letStmt:
            let view = LetStmtView(reader, statement)
            value = view.value
        case .stepStmt:
            let view = StepStmtView(reader, statement)
            if uses(of: view.nameToken).isEmpty || !view.clauses.isEmpty { return nil }
            value = view.value
        case .returnStmt: value = ReturnStmtView(reader, statement).value
        case .exprStmt where blockValue(parent(statement)) == ExprStmtView(reader, statement).value:
            let view = ExprStmtView(reader, statement)
            if !view.clauses.isEmpty || typeKind(view.value) == .unit { return nil }
            value = view.value
        default: return nil
        }
        return value.flatMap { contains($0, id) && $0 != id ? $0 : nil }
    }

    /// Whether a statement may stand in a block of its own: nothing outside reads a name of it.
    private func isWrapped(_ statement: NodeId) -> Bool {
        switch kind(statement) {
        case .assignStmt, .failStmt: return true
        case .stepStmt: return uses(of: StepStmtView(reader, statement).nameToken).isEmpty
        case .exprStmt:
            guard let name = stepName(statement), !name.isEmpty else { return true }
            return uses(
                of: reader.lastToken(CallExprView(reader, ExprStmtView(reader, statement).value).callee)
            )
            .isEmpty
        default: return false
        }
    }

    private func otherValue(_ statement: NodeId, _ value: NodeId, _ sample: Sample) -> String {
        for type in [inspection?.expectedType(at: value), type(value), presentType(value)] {
            guard let type, let inspection, ![.poison, .never].contains(inspection.kind(type)) else {
                continue
            }
            if let text = sample.text(type) { return text }
        }
        return "null"
    }

    /// The type that an expression would have without the `?` of what it reads a member of.
    private func presentType(_ id: NodeId) -> TypeId? {
        guard let inspection else { return nil }
        switch kind(id) {
        case .parenExpr: return presentType(ParenExprView(reader, id).inner)
        case .binaryExpr:
            let view = BinaryExprView(reader, id)
            return [view.left, view.right].lazy.compactMap { self.type($0) ?? self.presentType($0) }.first
        case .callExpr: return presentType(CallExprView(reader, id).callee)
        case .indexExpr:
            let base = type(IndexExprView(reader, id).base)
            return base.flatMap { list in
                let inner = inspection.kind(list) == .optional ? inspection.element(of: list) : list
                return inspection.kind(inner) == .list ? inspection.element(of: inner) : nil
            }
        case .memberExpr:
            let view = MemberExprView(reader, id)
            guard let base = type(view.base), inspection.kind(base) == .optional else { return nil }
            let inner = inspection.element(of: base)
            if let field = inspection.fields(of: inner).first(where: { $0.name == view.name }) {
                return field.type
            }
            let name = reader.text(view.nameToken)
            let result = inspection.builtinMembers(of: inner).first { $0.name == name }?.result
            return result.flatMap { inspection.kind($0) == .variable ? nil : $0 }
        default: return nil
        }
    }

    /// A name that no name at a place has; fields may have it.
    private func freshLocal(_ base: String, at place: NodeId) -> String {
        let name = server.workspace.interner.intern(base)
        let isTaken =
            scopes.local(name, at: place, span(place).start) != nil || index.moduleNames[name] != nil
            || server.core(name) != nil || BuiltinNames.functions[base] != nil || isReserved(base)
        return isTaken ? fresh(base) : base
    }
}
