// Extracting: a selected expression gets a name (`let`, constant, setting, parameter, func), selected statements become a
// func or a workflow.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let extractions: Family = { spot in
        var drafts: [Draft] = []
        if let expression = spot.selectedExpression {
            drafts += spot.extractedLet(expression) + spot.extractedConstants(expression)
            drafts += spot.extractedFunc(expression)
        } else if spot.isCaret,
            let literal = spot.near(.intExpr, .floatExpr, .durationExpr, .stringExpr, .trueExpr, .falseExpr)
        {
            drafts += spot.extractedConstants(literal)
        }
        if let (block, statements) = spot.selectedStatements {
            drafts +=
                spot.isInFunc
                ? spot.extractedFunc(block, statements) : spot.extractedWorkflow(block, statements)
        }
        return drafts
    }
}

extension Spot {
    // MARK: let

    fileprivate func extractedLet(_ id: NodeId) -> [Draft] {
        guard isInFunc || isInWorkflow || item.map({ kind($0) == .testDecl }) ?? false,
            let statement = statement(id), isPure(id), isStrict(id, in: statement), !isAlone(id, statement),
            !assigns(before: id, in: statement), kind(id) != .nameExpr
        else { return [] }
        let name = fresh(suggestedName(id))
        var drafts = [Draft("extract to a let", .extract, letEdits(name, id, statement, [id]))]
        let others = sameExpressions(id, from: statement)
        if others.count > 1 {
            drafts.append(
                Draft(
                    "extract all \(others.count) places to a let", .extract,
                    letEdits(name, id, statement, others)))
        }
        return drafts
    }

    private func letEdits(_ name: String, _ id: NodeId, _ statement: NodeId, _ places: [NodeId]) -> [TextEdit]
    {
        let annotation = isSelfTyped(id) ? "" : typeText(id).map { ": \($0)" } ?? ""
        return [insert(span(statement).start, "let \(name)\(annotation) = \(text(id))\n")]
            + places.map { replace($0, name) }
    }

    /// Whether the statement is nothing but the expression, or gives it a name already.
    private func isAlone(_ id: NodeId, _ statement: NodeId) -> Bool {
        parent(id) == statement && [.exprStmt, .letStmt, .stepStmt].contains(kind(statement))
    }

    /// Whether something is assigned inside the statement before the expression is computed.
    private func assigns(before id: NodeId, in statement: NodeId) -> Bool {
        descendants(statement).contains { kind($0) == .assignStmt && span($0).end <= span(id).start }
    }

    /// The same expression in its statement and below it in the same block.
    private func sameExpressions(_ id: NodeId, from statement: NodeId) -> [NodeId] {
        let free = freeLocals(id)
        guard let block = block(parent(statement)), !free.contains(where: { isVariable($0.declaration) })
        else {
            return [id]
        }
        let words = text(id)
        return descendants(block).filter { other in
            kind(other) == kind(id) && span(other).start >= span(statement).start && text(other) == words
                && typeText(other) == typeText(id)
                && zip(uses(in: id), uses(in: other)).allSatisfy { $0.meaning == $1.meaning }
        }
    }

    /// What an expression may be called.
    func suggestedName(_ id: NodeId) -> String {
        switch kind(id) {
        case .memberExpr: return reader.text(MemberExprView(reader, id).nameToken)
        case .callExpr:
            let callee = CallExprView(reader, id).callee
            if kind(callee) == .memberExpr { return reader.text(MemberExprView(reader, callee).nameToken) }
            return kind(callee) == .nameExpr ? "\(text(callee))Value" : "value"
        case .stringExpr: return "text"
        case .durationExpr: return "time"
        case .intExpr, .floatExpr: return "number"
        case .binaryExpr where typeKind(id) == .bool: return "isTrue"
        case .recordExpr:
            let name = text(RecordExprView(reader, id).type)
            let last = name.split(separator: ".").last.map(String.init) ?? name
            let word = last.prefix(1).lowercased() + last.dropFirst()
            return isName(word) ? word : "value"
        default: return "value"
        }
    }

    // MARK: const, config, parameter

    fileprivate func extractedConstants(_ id: NodeId) -> [Draft] {
        guard let item, kind(item) != .constDecl, kind(item) != .configDecl, kind(item) != .useDecl,
            isPure(id),
            freeLocals(id).isEmpty, kind(id) != .nameExpr, kind(id) != .unitExpr, let type = typeText(id),
            !isInsidePattern(id)
        else { return [] }
        let isLiteral = [.intExpr, .floatExpr, .durationExpr, .stringExpr, .trueExpr, .falseExpr].contains(
            kind(id))
        guard isLiteral || uses(in: id).allSatisfy({ $0.meaning != nil }) else { return [] }
        var drafts: [Draft] = []
        let name = fresh(suggestedName(id))
        let annotation = isSelfTyped(id) ? "" : ": \(type)"
        drafts.append(
            Draft(
                "extract to a const", .extract,
                [insert(before(item), "const \(name)\(annotation) = \(text(id))\n\n"), replace(id, name)]))
        if isLiteral && isTotal(id) {
            drafts.append(
                Draft(
                    "extract to a config", .extract,
                    [insert(before(item), "config \(name): \(type) = \(text(id))\n\n"), replace(id, name)]))
        }
        if let draft = extractedParameter(id, item, type) { drafts.append(draft) }
        return drafts
    }

    private func isInsidePattern(_ id: NodeId) -> Bool {
        index.ancestors(id).contains { [.literalPattern, .rangePattern].contains(kind($0)) }
    }

    private func extractedParameter(_ id: NodeId, _ item: NodeId, _ type: String) -> Draft? {
        guard [.funcDecl, .workflowDecl, .flowDecl, .actionDecl].contains(kind(item)) else { return nil }
        let view = CallableDeclView(reader, item)
        // not a default of another parameter; and a func that is passed on has the type it has
        guard span(id).start > span(view.result ?? view.body ?? item).start,
            !view.parameters.contains(where: { contains($0, id) || ParameterView(reader, $0).isVariadic }),
            uses(of: view.nameToken).allSatisfy({ isCallee($0.node) })
        else { return nil }
        let name = fresh(suggestedName(id))
        let words = "\(name): \(type) = \(text(id))"
        let edit: TextEdit
        if let last = view.parameters.last {
            edit = insert(span(last).end, ", \(words)")
        } else {
            guard let paren = openParenthesis(view) else { return nil }
            edit = insert(reader.token(paren).end, words)
        }
        return Draft("extract to a parameter", .extract, [edit, replace(id, name)])
    }

    func span(_ token: TokenId) -> Span { reader.span(token) }

    /// The parenthesis that opens a callable's parameters.
    func openParenthesis(_ view: CallableDeclView) -> TokenId? {
        var index = view.nameToken.index
        while index < UInt32(reader.tokenCount) {
            if reader.token(TokenId(index)).kind == .leftParen { return TokenId(index) }
            index += 1
        }
        return nil
    }

    func isCallee(_ id: NodeId) -> Bool {
        kind(parent(id)) == .callExpr && CallExprView(reader, parent(id)).callee == id
    }

    // MARK: func

    fileprivate func extractedFunc(_ id: NodeId) -> [Draft] { funcOf(id).map { [$0] } ?? [] }

    private func funcOf(_ id: NodeId) -> Draft? {
        guard let item, kind(id) != .nameExpr, !isLiteral(id), isPure(id), let result = typeText(id),
            typeParameters(item).isEmpty, let parameters = parameters(freeLocals(id))
        else { return nil }
        let name = fresh("compute")
        let list = parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let call = "\(name)(\(parameters.map(\.name).joined(separator: ", ")))"
        let made = "\n\nfunc \(name)(\(list)) -> \(result) {\n\(text(id))\n}"
        return Draft("extract to a func", .extract, [replace(id, call), insert(span(item).end, made)])
    }

    private func isLiteral(_ id: NodeId) -> Bool {
        switch kind(id) {
        case .intExpr, .floatExpr, .durationExpr, .trueExpr, .falseExpr, .nullExpr, .unitExpr: return true
        case .stringExpr: return StringExprView(reader, id).interpolations.isEmpty
        default: return false
        }
    }

    func typeParameters(_ item: NodeId) -> [NodeId] {
        switch kind(item) {
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl:
            return Array(CallableDeclView(reader, item).typeParameters)
        default: return []
        }
    }

    /// Names that become parameters, with their types; nil when one has none that can be written.
    func parameters(
        _ free: [(use: NameUse, declaration: Declaration)]
    ) -> [(name: String, type: String)]? {
        guard let inspection else { return nil }
        var list: [(name: String, type: String)] = []
        for entry in free {
            guard let type = declaredType(entry.declaration.token) ?? type(entry.use.node) else { return nil }
            let seen = self.type(entry.use.node) ?? type
            // narrowed where it is read: what is read is what is handed over
            let words = inspection.text(seen)
            if words.contains("?") && words.contains("Never") { return nil }
            list.append((entry.use.text, words))
        }
        return list
    }

    // MARK: statements

    /// Names that statements declare, and which of them are read behind them.
    private func declared(_ statements: [NodeId], readOutside block: NodeId) -> [(
        name: String, token: TokenId, isVar: Bool
    )] {
        statements.flatMap { statement -> [(name: String, token: TokenId, isVar: Bool)] in
            let names: [DeclaredName]
            var isVar = false
            switch kind(statement) {
            case .letStmt:
                names = scopes.names(in: LetStmtView(reader, statement).pattern)
                isVar = LetStmtView(reader, statement).isVar
            case .exprStmt: names = []
            default: names = scopes.declaredName(statement).map { [$0] } ?? []
            }
            return names.map { (reader.text($0.token), $0.token, isVar) }
        }.filter { entry in
            uses(of: entry.token).contains { use in !statements.contains { contains($0, use.node) } }
        }
    }

    private func leaves(_ statements: [NodeId]) -> Bool {
        statements.contains { statement in
            ([statement] + descendants(statement)).contains {
                [.returnStmt, .breakStmt, .continueStmt, .nextStmt, .awaitExpr, .signalStmt, .queryStmt]
                    .contains(kind($0))
            }
        }
    }

    /// Whether statements assign a variable that is declared outside them.
    private func assignsOutside(_ statements: [NodeId]) -> Bool {
        statements.flatMap { [$0] + descendants($0) }.contains { node in
            guard kind(node) == .assignStmt else { return false }
            let free = uses(in: AssignStmtView(reader, node).target).first
            guard let found = local(free?.meaning) else { return true }
            return !statements.contains { contains($0, found.node) }
        }
    }

    fileprivate func extractedFunc(_ block: NodeId, _ statements: [NodeId]) -> [Draft] {
        guard let item, typeParameters(item).isEmpty, !leaves(statements), !assignsOutside(statements),
            let last = statements.last, let free = parameters(freeLocals(statements)), let inspection,
            statements.count > 1 || kind(last) != .exprStmt
        else { return [] }
        let name = fresh("compute")
        let list = free.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let call = "\(name)(\(free.map(\.name).joined(separator: ", ")))"
        let body = reader.text(Span(file: file, start: span(statements[0]).start, end: span(last).end))
        let outside = declared(statements, readOutside: block)
        var made = "\n\nfunc \(name)(\(list))"
        var call2 = call
        if outside.isEmpty {
            if last == self.statements(block).last {
                guard kind(last) == .exprStmt, let type = typeText(ExprStmtView(reader, last).value) else {
                    return []
                }
                made += (type == "Unit" ? "" : " -> \(type)") + " {\n\(body)\n}"
            } else {
                return []
            }
        } else {
            let types = outside.compactMap { declaredType($0.token).map { inspection.text($0) } }
            guard types.count == outside.count, !outside.contains(where: { $0.isVar && outside.count > 1 }),
                last != self.statements(block).last
            else { return [] }
            let names = outside.map(\.name)
            let isOne = names.count == 1
            let value = isOne ? names[0] : "(\(names.joined(separator: ", ")))"
            made += " -> \(isOne ? types[0] : "(\(types.joined(separator: ", ")))") {\n\(body)\n\(value)\n}"
            call2 = "\(outside[0].isVar ? "var" : "let") \(value) = \(call)"
        }
        return [
            Draft(
                "extract to a func", .extract,
                [replace(span(statements[0]).start, span(last).end, call2), insert(span(item).end, made)])
        ]
    }

    fileprivate func extractedWorkflow(_ block: NodeId, _ statements: [NodeId]) -> [Draft] {
        guard let item, kind(item) == .workflowDecl, typeParameters(item).isEmpty, !leaves(statements),
            let last = statements.last, let free = parameters(freeLocals(statements)), let inspection,
            statements.contains(where: { !isPure($0) })
        else { return [] }
        let outside = declared(statements, readOutside: block)
        guard outside.count <= 1 else { return [] }
        // statements beside them that need what is inside, and are needed inside, would wait for themselves: the check says
        let name = fresh("part")
        let list = free.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let call = "\(name)(\(free.map(\.name).joined(separator: ", ")))"
        let body = reader.text(Span(file: file, start: span(statements[0]).start, end: span(last).end))
        var made = "\n\nworkflow \(name)(\(list))"
        var replacement = call
        if let one = outside.first {
            guard last != self.statements(block).last || kind(last) != .exprStmt,
                let type = declaredType(one.token)
                    ?? inspection.steps.first(where: { $0.span.start == span(one.token).start })?.type
            else { return [] }
            made += " -> \(inspection.text(type)) {\n\(body)\n\(one.name)\n}"
            replacement = "step \(one.name) = \(call)"
        } else if last == self.statements(block).last, kind(last) == .exprStmt,
            let type = typeText(ExprStmtView(reader, last).value), type != "Unit"
        {
            made += " -> \(type) {\n\(body)\n}"
            let step = fresh("value")
            replacement = "step \(step) = \(call)\n\(step)"
        } else {
            made += " {\n\(body)\n}"
        }
        return [
            Draft(
                "extract to a workflow", .extract,
                [
                    replace(span(statements[0]).start, span(last).end, replacement),
                    insert(span(item).end, made),
                ])
        ]
    }
}
