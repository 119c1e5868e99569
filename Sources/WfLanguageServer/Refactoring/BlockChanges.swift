// Wrapping selected steps: in `try`, `if`, `sequence`, a race against the clock; adding a `catch` and a limit.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let blockChanges: Family = { spot in
        var drafts: [Draft] = []
        if let (block, statements) = spot.wrappedStatements { drafts += spot.wrapped(block, statements) }
        drafts += spot.addedCatch() + spot.addedLimit() + spot.whenAndIf()
        return drafts
    }
}

extension Spot {
    /// The selected statements of a workflow, or the step at the caret.
    fileprivate var wrappedStatements: (block: NodeId, statements: [NodeId])? {
        guard isInWorkflow else { return nil }
        if let selected = selectedStatements { return selected }
        guard isCaret, let (statement, call) = stepCall, kind(parent(statement)) == .block, !isPureCall(call)
        else { return nil }
        return (parent(statement), [statement])
    }

    private struct Wrapping {
        /// What stands inside, with the value at its end.
        var body: String
        /// `step name = `, when something outside reads a name from inside.
        var head: String
        var type: TypeId?
    }

    /// Statements as a block of their own; nil when more than one of their names is read outside.
    private func wrapping(_ block: NodeId, _ statements: [NodeId]) -> Wrapping? {
        guard let last = statements.last,
            !statements.contains(where: {
                [.signalStmt, .queryStmt, .returnStmt, .nextStmt].contains(kind($0))
            }),
            statements.contains(where: { !isPure($0) })
        else { return nil }
        var names: [(text: String, token: TokenId, isOnly: Bool)] = []
        for statement in statements {
            let declared: [DeclaredName]
            switch kind(statement) {
            case .letStmt: declared = scopes.names(in: LetStmtView(reader, statement).pattern)
            case .exprStmt:
                // read by the name of what it calls
                if let name = stepName(statement), !name.isEmpty {
                    let token = reader.lastToken(
                        CallExprView(reader, ExprStmtView(reader, statement).value).callee)
                    if uses(of: token).contains(where: { use in
                        !statements.contains { contains($0, use.node) }
                    }) {
                        return nil
                    }
                }
                declared = []
            default: declared = scopes.declaredName(statement).map { [$0] } ?? []
            }
            for name in declared
            where uses(of: name.token).contains(where: { use in
                !statements.contains { contains($0, use.node) }
            }) {
                names.append((reader.text(name.token), name.token, statements.count == 1))
            }
        }
        let text = reader.text(Span(file: file, start: span(statements[0]).start, end: span(last).end))
        if names.isEmpty {
            // its value is the block's: what is around has to be one, too
            if last == self.statements(block).last, kind(last) == .exprStmt { return nil }
            return Wrapping(body: text, head: "", type: nil)
        }
        guard names.count == 1, let type = declaredType(names[0].token) else { return nil }
        let name = names[0].text
        if statements.count == 1, kind(last) == .stepStmt {
            let view = StepStmtView(reader, last)
            let isRead = view.clauses.contains { clause in
                uses(of: view.nameToken).contains { contains(clause, $0.node) }
            }
            if !isRead, view.type == nil {
                let bare = reader.text(Span(file: file, start: span(view.value).start, end: span(last).end))
                let inner = fresh(name + "Tried")
                return Wrapping(
                    body: "step \(inner) = \(bare)\n\(inner)", head: "step \(name) = ", type: type)
            }
        }
        return Wrapping(body: "\(text)\n\(name)", head: "step \(name) = ", type: type)
    }

    fileprivate func wrapped(_ block: NodeId, _ statements: [NodeId]) -> [Draft] {
        guard let last = statements.last, let wrapping = wrapping(block, statements) else { return [] }
        let (start, end) = (span(statements[0]).start, span(last).end)
        func draft(_ title: String, _ text: String) -> Draft {
            Draft(title, .rewrite, [replace(start, end, text)])
        }
        let error = fresh("error")
        var drafts = [
            draft("wrap in try", "\(wrapping.head)try {\n\(wrapping.body)\n}"),
            draft(
                "wrap in try and catch",
                "\(wrapping.head)try {\n\(wrapping.body)\n} catch \(error) {\nfail \(error).message\n}"),
        ]
        // what only fails never wins
        let canEnd = !(statements.count == 1 && kind(last) == .failStmt)
        if canEnd, let race = race(wrapping) { drafts.append(draft("race against the clock", race)) }
        if wrapping.head.isEmpty {
            drafts.append(draft("wrap in if", "if true {\n\(wrapping.body)\n}"))
            let list = listToRunOver(statements)
            drafts.append(
                draft("wrap in for", "for \(fresh("item")) in \(list) limit 8 {\n\(wrapping.body)\n}"))
            if statements.count > 1, !isSequenceBlock(block) {
                drafts.append(draft("wrap in sequence", "sequence {\n\(wrapping.body)\n}"))
            }
        }
        return drafts
    }

    private func isSequenceBlock(_ block: NodeId) -> Bool { kind(parent(block)) == .sequenceExpr }

    /// The first branch to succeed is the value: after the time, something to fill in.
    private func race(_ wrapping: Wrapping) -> String? {
        guard let inspection else { return nil }
        let late = wrapping.type.map { Sample(inspection, server.workspace.interner).text($0) } ?? ""
        guard let late else { return nil }
        return
            "\(wrapping.head)race {\n\(fresh("work")) {\n\(wrapping.body)\n}\n\(fresh("expiry")) {\nsleep(1h)\n"
            + "\(late)\n}\n}"
    }

    // MARK: catch

    fileprivate func addedCatch() -> [Draft] {
        guard isCaret, let id = near(.tryExpr) else { return [] }
        let view = TryExprView(reader, id)
        if view.catches.contains(where: { CatchClauseView(reader, $0).faults.isEmpty }) { return [] }
        let error = fresh("error")
        return [
            Draft(
                "add a catch", .refactor,
                [insert(span(id).end, " catch \(error) {\nfail \(error).message\n}")])
        ]
    }

    // MARK: limit

    fileprivate func addedLimit() -> [Draft] {
        guard isCaret, isInWorkflow, let id = near(.forExpr), ForExprView(reader, id).limit == nil,
            !isPure(id)
        else {
            return []
        }
        return [
            Draft("add a limit", .refactor, [insert(span(ForExprView(reader, id).sequence).end, " limit 8")])
        ]
    }

    // MARK: when

    /// `if c { f() }` is `f() when c`.
    fileprivate func whenAndIf() -> [Draft] {
        guard isCaret, isInWorkflow else { return [] }
        if let id = near(.ifExpr), kind(parent(id)) == .exprStmt, kind(parent(parent(id))) == .block {
            let view = IfExprView(reader, id)
            let inner = statements(view.thenBlock)
            guard view.elseBranch == nil, inner.count == 1, let name = stepName(inner[0]), !name.isEmpty,
                kind(inner[0]) == .exprStmt, clauses(of: inner[0]).isEmpty, isPure(view.condition),
                statements(parent(parent(id))).last != parent(id)
            else { return [] }
            return [
                Draft(
                    "turn the if into a when", .rewrite,
                    [replace(parent(id), "\(text(inner[0]))\n    when \(text(view.condition))")])
            ]
        }
        guard let (statement, call) = stepCall, kind(statement) == .exprStmt,
            kind(parent(statement)) == .block,
            let clause = clauses(of: statement).first(where: { isClause($0, .when) }),
            let condition = ClauseView(reader, clause).operand, clauses(of: statement).count == 1,
            uses(of: reader.lastToken(CallExprView(reader, call).callee)).isEmpty
        else { return [] }
        return [
            Draft(
                "turn the when into an if", .rewrite,
                [replace(statement, "if \(text(condition)) {\n\(text(call))\n}")])
        ]
    }
}
