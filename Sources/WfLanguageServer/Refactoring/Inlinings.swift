// Inlining: a name is replaced by what it stands for, a call by what it calls.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let inlinings: Family = { spot in
        guard spot.isCaret else { return [] }
        var drafts: [Draft] = []
        if let found = spot.namedHere {
            drafts += spot.inlinedLet(found.declaration, found.use)
            drafts += spot.inlinedConst(found.declaration, found.use)
        }
        drafts += spot.inlinedCall()
        return drafts
    }
}

extension Spot {
    /// The declaration of this file whose name stands at the caret, and the place that reads it.
    var namedHere: (declaration: Declaration, use: NodeId?)? {
        guard let token = index.token(at: range.lowerBound),
            case .declared(let file, let place)? = meanings.meanings(token).first, file == self.file,
            let found = server.declaration(file, place)
        else { return nil }
        let owner = index.owner(of: token)
        return (found, found.token == token ? nil : owner)
    }

    // MARK: let

    fileprivate func inlinedLet(_ found: Declaration, _ here: NodeId?) -> [Draft] {
        let statement = parent(found.node)
        guard kind(found.node) == .bindingPattern, kind(statement) == .letStmt else { return [] }
        let view = LetStmtView(reader, statement)
        guard !view.isVar, view.pattern == found.node, kind(parent(statement)) == .block, isPure(view.value),
            view.type == nil || isSelfTyped(view.value)
        else { return [] }
        let places = uses(of: found.token)
        let free = freeLocals(view.value)
        // what a variable holds there may not be what it holds here
        if free.contains(where: { isVariable($0.declaration) }) { return [] }
        let isMovable = places.allSatisfy { use in
            means(view.value, theSameAt: use.node) && [.nameExpr, .recordField].contains(kind(use.node))
        }
        guard !places.isEmpty, isMovable,
            places.allSatisfy({ mayStand(view.value, at: $0.node, in: statement) })
        else { return [] }
        var drafts: [Draft] = []
        let isFew = isTotal(view.value) || places.count == 1
        if isFew {
            drafts.append(
                Draft(
                    "inline `\(found.name)`", .inline,
                    [removeStatement(statement)] + places.map { inlined(view.value, at: $0) }))
        }
        if places.count > 1, let here, let use = places.first(where: { $0.node == here }) {
            drafts.append(Draft("inline `\(found.name)` here only", .inline, [inlined(view.value, at: use)]))
        }
        return drafts
    }

    private func inlined(_ value: NodeId, at use: NameUse) -> TextEdit {
        kind(use.node) == .recordField
            ? replace(use.node, "\(use.text): \(text(value))")
            : replace(use.node, text(value, inPlaceOf: use.node))
    }

    /// Whether a value that was computed where a `let` stands may be computed where it is read: always, when it cannot
    /// fail; else when it is computed there once and for certain.
    private func mayStand(_ value: NodeId, at place: NodeId, in statement: NodeId) -> Bool {
        if isTotal(value) { return true }
        guard let reading = self.statement(place), parent(reading) == parent(statement) else { return false }
        return isStrict(place, in: reading)
    }

    // MARK: const

    fileprivate func inlinedConst(_ found: Declaration, _ here: NodeId?) -> [Draft] {
        guard kind(found.node) == .constDecl else { return [] }
        let view = ConstDeclView(reader, found.node)
        guard let value = view.value, view.type == nil || isSelfTyped(value) else { return [] }
        let mentions = server.mentions(of: found.meaning, in: document).filter { !$0.isDeclaration }
        guard !mentions.isEmpty, !server.isMentioned(found.meaning, outside: document) else { return [] }
        let places = uses(of: found.token)
        guard places.count == mentions.count,
            places.allSatisfy({
                means(value, theSameAt: $0.node) && [.nameExpr, .recordField].contains(kind($0.node))
            })
        else { return [] }
        var drafts = [
            Draft(
                "inline `\(found.name)`", .inline,
                [removeItem(found.node)] + places.map { inlined(value, at: $0) })
        ]
        if places.count > 1, let here, let use = places.first(where: { $0.node == here }) {
            drafts.append(Draft("inline `\(found.name)` here only", .inline, [inlined(value, at: use)]))
        }
        return drafts
    }

    /// Takes a declaration away, with the blank lines behind it.
    func removeItem(_ item: NodeId) -> TextEdit {
        let bytes = document.bytes
        var end = Int(span(item).end)
        func isBlank(_ at: Int) -> Bool {
            [0x0A, 0x0D].contains(bytes[at])
                || bytes[at] == 0x20 && at + 1 < bytes.count && [0x0A, 0x0D].contains(bytes[at + 1])
        }
        while end < bytes.count, isBlank(end) { end += 1 }
        return replace(span(item).start, UInt32(end), "")
    }

    // MARK: calls

    fileprivate func inlinedCall() -> [Draft] {
        guard let token = index.token(at: range.lowerBound), reader.token(token).kind == .identifier else {
            return []
        }
        let owner = index.owner(of: token)
        guard kind(owner) == .nameExpr, isCallee(owner) else { return [] }
        let call = parent(owner)
        guard let found = calledDeclaration(call), found.document.path == document.path else { return [] }
        switch kind(found.node) {
        case .funcDecl: return inlinedFunc(call, found).map { [$0] } ?? []
        case .actionDecl: return inlinedAction(call, found).map { [$0] } ?? []
        case .workflowDecl: return inlinedWorkflow(call, found).map { [$0] } ?? []
        default: return []
        }
    }

    /// What each parameter is given in a call; nil when that cannot be said in text.
    private func given(_ call: NodeId, _ view: CallableDeclView) -> [TokenId: NodeId]? {
        let parameters = view.parameters.map { ParameterView(reader, $0) }
        var found: [TokenId: NodeId] = [:]
        for (number, argument) in CallExprView(reader, call).arguments.enumerated() {
            let target =
                argument.label.isNone
                ? (number < parameters.count ? parameters[number] : nil)
                : parameters.first { $0.name == argument.label }
            guard let target, !target.isVariadic else { return nil }
            found[target.nameToken] = argument.value
        }
        for parameter in parameters where found[parameter.nameToken] == nil {
            guard let value = parameter.defaultValue else { return nil }
            found[parameter.nameToken] = value
        }
        return found
    }

    /// The text of a body with arguments in the place of parameters; nil when that would mean something else.
    private func substituted(_ body: NodeId, _ view: CallableDeclView, _ call: NodeId) -> String? {
        guard let given = given(call, view) else { return nil }
        var edits: [(span: Span, text: String)] = []
        for parameter in view.parameters.map({ ParameterView(reader, $0) }) {
            guard let value = given[parameter.nameToken] else { return nil }
            let places = uses(of: parameter.nameToken).filter { contains(body, $0.node) }
            let isWhole = contains(view.id, value)
            // the value has to be of the parameter's type by itself, and computed as often and as surely as before
            guard isSelfTyped(value) || isWhole && isTotal(value), isPure(value),
                isWhole || typeText(value) == text(parameter.type)
            else { return nil }
            if !isTotal(value) {
                guard places.count == 1, isStrict(places[0].node, in: body) else { return nil }
            }
            for use in places {
                guard [.nameExpr, .recordField].contains(kind(use.node)),
                    means(value, theSameAt: call) || isWhole,
                    !hides(value, at: use.node, below: body)
                else { return nil }
                edits.append(
                    (
                        span(use.node),
                        kind(use.node) == .recordField
                            ? "\(use.text): \(text(value))" : text(value, inPlaceOf: use.node)
                    ))
            }
        }
        // what else the body names has to mean the same at the call
        for use in uses(in: body) {
            if edits.contains(where: {
                $0.span.start <= span(use.node).start && span(use.node).end <= $0.span.end
            }) {
                continue
            }
            if let found = server.declaration(use.meaning ?? .type("")), found.document.path == document.path,
                contains(body, found.node)
            {
                continue
            }
            if scopes.local(server.workspace.interner.intern(use.text), at: call, span(call).start) != nil {
                return nil
            }
        }
        let base = span(body).start
        var bytes = Array(text(body).utf8)
        for edit in edits.sorted(by: { $0.span.start > $1.span.start }) {
            bytes.replaceSubrange(
                Int(edit.span.start - base)..<Int(edit.span.end - base), with: Array(edit.text.utf8))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether the body binds a name between itself and a place that a value reads.
    private func hides(_ value: NodeId, at place: NodeId, below body: NodeId) -> Bool {
        let names = Set(uses(in: value).map(\.text))
        return descendants(body).contains { id in
            guard let declared = scopes.declaredName(id) else { return false }
            return names.contains(reader.text(declared.token))
        }
    }

    private func inlinedFunc(_ call: NodeId, _ found: Declaration) -> Draft? {
        let view = CallableDeclView(reader, found.node)
        guard let block = view.body, view.typeParameters.isEmpty, let result = view.result,
            statements(block).count == 1, let value = blockValue(block), !contains(found.node, call),
            // its type is what the func says, by itself
            isSelfTyped(value), typeText(value) == text(result), isPure(value),
            ![.ifExpr, .matchExpr, .forExpr].contains(kind(value)),
            let words = substituted(value, view, call)
        else { return nil }
        let isBare = isAtomic(value) || isLoose(call)
        return Draft(
            "inline the call of `\(found.name)`", .inline, [replace(call, isBare ? words : "(\(words))")])
    }

    /// Whether an expression may stand without parentheses in the place of another.
    private func isLoose(_ place: NodeId) -> Bool {
        switch kind(parent(place)) {
        case .callExpr: return CallExprView(reader, parent(place)).callee != place
        case .listExpr, .mapExpr, .tupleExpr, .parenExpr, .recordField, .letStmt, .stepStmt, .returnStmt,
            .assignStmt, .stringExpr, .queryStmt, .exprStmt:
            return true
        default: return false
        }
    }

    /// A step that calls an action calls the action's effect itself, with the action's clauses.
    private func inlinedAction(_ call: NodeId, _ found: Declaration) -> Draft? {
        let view = CallableDeclView(reader, found.node)
        let statement = parent(call)
        guard [.stepStmt, .exprStmt].contains(kind(statement)), kind(parent(statement)) == .block,
            isInWorkflow,
            view.typeParameters.isEmpty
        else { return nil }
        let clauses = Array(view.clauses)
        guard let via = clauses.first(where: { isClause($0, .via) }),
            !clauses.contains(where: { isClause($0, .returns) }),
            let effect = ClauseView(reader, via).operand, kind(effect) == .callExpr,
            let words = substituted(effect, view, call)
        else { return nil }
        // the effect's own result is what the action says
        let declared = view.result.map { text($0) } ?? "Unit"
        guard let target = calledDeclaration(effect), target.reader.kind(target.node) == .externActionDecl,
            declared == CallableDeclView(target.reader, target.node).result.map({ target.reader.text($0) })
                ?? "Unit"
        else { return nil }
        let own =
            kind(statement) == .stepStmt
            ? Array(StepStmtView(reader, statement).clauses) : Array(ExprStmtView(reader, statement).clauses)
        let mine = Set(own.map { clauseWord($0) })
        var added: [String] = []
        for clause in clauses where clause != via && !mine.contains(clauseWord(clause)) {
            // its operands would read parameters
            guard freeOfParameters(clause, view) else { return nil }
            added.append(text(clause))
        }
        let lines = added.map { "\n    \($0)" }.joined()
        return Draft("inline the action `\(found.name)`", .inline, [replace(call, words + lines)])
    }

    private func freeOfParameters(_ clause: NodeId, _ view: CallableDeclView) -> Bool {
        view.parameters.allSatisfy { parameter in
            !uses(of: ParameterView(reader, parameter).nameToken).contains { contains(clause, $0.node) }
        }
    }

    func isClause(_ id: NodeId, _ wanted: ClauseKind) -> Bool {
        kind(id) == .clause && ClauseView(reader, id).kind == wanted
    }

    /// `retry`, `timeout`, …; `no deadline` is a deadline.
    func clauseWord(_ id: NodeId) -> String {
        if kind(id) == .retryClause { return "retry" }
        let kind = ClauseView(reader, id).kind
        return kind == .noDeadline ? "deadline" : kind.text
    }
}
