// Fixes of errors that their place in the text tells: a clause that goes, a name that is taken, a statement at the wrong place.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// - Parameter token: where the message begins.
    func mistakeFixes(_ diagnostic: Diagnostic, _ token: TokenId) -> [Fix] {
        let place = diagnostic.span
        switch diagnostic.code.number {
        case 103: return [libraryOnlyFix(place, token)].compactMap { $0 }
        case 105: return [aliasFix(place, token)].compactMap { $0 }
        case 2002: return [duplicateFix(place, token)].compactMap { $0 }
        case 2015:
            guard let arm = tree.enclosing(token, .matchArm) else { return [] }
            return [Fix(safe: "remove the arm", [armRemoval(arm)])]
        case 2018: return [Fix("remove this `\(tree.text(token))`", [removal(place)])]
        case 2026: return [Fix("remove the value", [removal(place)])]
        case 2030:
            guard let field = tree.enclosing(token, .fieldDecl) else { return [] }
            return [
                Fix("make it optional", [.insert("?", after: tree.span(FieldDeclView(tree, field).type))])
            ]
        case 2040: return [typeParametersFix(place)].compactMap { $0 }
        case 3002: return [afterFix(place, token)].compactMap { $0 }
        case 3003, 3004: return [nextFix(token)].compactMap { $0 }
        case 3005, 3006: return [otherBodyFix(token)].compactMap { $0 }
        case 3007: return [clauseFix(token) ?? limitFix(place, token)].compactMap { $0 }
        case 3008: return [failureNumberFix(place, token)].compactMap { $0 }
        case 3011: return [backoffFix(token)].compactMap { $0 }
        case 3020, 3021: return [catchFix(place, token, diagnostic.code.number == 3020)].compactMap { $0 }
        case 3024, 3042, 4062: return [clauseFix(token)].compactMap { $0 }
        case 4064: return [clauseFix(token, isSafe: true)].compactMap { $0 }
        case 3025, 4065:
            let other = diagnostic.labels.first.flatMap { label in
                label.span.file == tree.file ? clauseFix(tree.token(at: label.span.start)) : nil
            }
            return [clauseFix(token), other].compactMap { $0 }
        case 3041: return [waitingPlaceFix(token)].compactMap { $0 }
        case 3071, 3072, 3076:
            guard let statement = tree.enclosing(token, .mockStmt, .realStmt) else { return [] }
            let word = tree.text(tree.firstToken(statement))
            return [Fix("remove this `\(word)`", [removal(statement)])]
        case 3073, 3074: return [mockPlaceFix(token)].compactMap { $0 }
        case 3078: return [testTitleFix(place, token)].compactMap { $0 }
        case 3100, 3102, 3103, 3104, 3105: return flowFixes(diagnostic, token)
        case 4034: return [secretParameterFix(token)].compactMap { $0 }
        case 4060: return [Fix("give it the type `String`", [.insert(": String", after: place)])]
        case 4063:
            let written = tree.token(token).kind == .duration ? "1s" : "1"
            return [Fix("write `\(written)`", [TextEdit(place, written)])]
        default: return []
        }
    }

    // MARK: clauses

    func clauseFix(_ token: TokenId, isSafe: Bool = false) -> Fix? {
        guard let clause = tree.enclosing(token, .clause, .retryClause) else { return nil }
        let title = "remove the clause `\(clauseWord(clause))`"
        let edits = [removal(clause)]
        return isSafe ? Fix(safe: title, edits) : Fix(title, edits)
    }

    private func clauseWord(_ clause: NodeId) -> String {
        tree.kind(clause) == .retryClause ? "retry" : ClauseView(tree, clause).kind.text
    }

    private func limitFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard token.index > 0, tree.text(TokenId(token.index - 1)) == "limit" else { return nil }
        let word = tree.span(TokenId(token.index - 1))
        return Fix(safe: "remove the `limit`", [removal(word.joined(place))])
    }

    private func failureNumberFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let pattern = tree.enclosing(token, .faultPattern) else { return nil }
        let name = tree.span(FaultPatternView(tree, pattern).nameToken)
        return place.end > name.end ? Fix("remove the number", [.remove(span(name.end, place.end))]) : nil
    }

    private func backoffFix(_ token: TokenId) -> Fix? {
        guard let retry = tree.enclosing(token, .retryClause) else { return nil }
        let view = RetryClauseView(tree, retry)
        guard let first = view.backoffFirst, let last = view.backoffLast else { return nil }
        return Fix(
            safe: "exchange the two pauses",
            [TextEdit(tree.span(first), tree.text(last)), TextEdit(tree.span(last), tree.text(first))])
    }

    private func afterFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let clause = tree.enclosing(token, .clause) else { return nil }
        let view = ClauseView(tree, clause)
        guard view.kind == .after else { return nil }
        if view.operands.count == 1 { return clauseFix(token) }
        return Fix("do not wait for `\(tree.text(place))`", [elementRemoval(place)])
    }

    // MARK: statements

    private func armRemoval(_ arm: NodeId) -> TextEdit {
        var piece = tree.span(arm)
        let next = TokenId(tree.lastToken(arm).index + 1)
        if tree.token(next).kind == .comma { piece.end = tree.span(next).end }
        return removal(piece)
    }

    /// `next` where no loop ends: gone, or at the loop's end; or a `next` where one is missing.
    private func nextFix(_ token: TokenId) -> Fix? {
        let loop = tree.enclosing(token, .loopExpr)
        if tree.text(token) == "}" {
            guard let loop, let block = tree.enclosing(token, .block) else { return nil }
            let names = LoopExprView(tree, loop).variables.map { text(LoopVariableView(tree, $0).name) }
            let values = names.isEmpty ? "next" : "next (\(names.joined(separator: ", ")))"
            return statement(values, endOf: block).map { Fix("end the turn with `\(values)`", [$0]) }
        }
        guard let next = tree.enclosing(token, .nextStmt) else { return nil }
        let removed = removal(next)
        guard let loop, tree.kind(LoopExprView(tree, loop).body) == .block,
            BlockView(tree, LoopExprView(tree, loop).body).statements.contains(next),
            let moved = statement(tree.text(next), endOf: LoopExprView(tree, loop).body)
        else { return Fix("remove this `next`", [removed]) }
        return Fix("move it to the end of the loop", [removed, moved])
    }

    /// What is written differently in funcs and in workflows.
    private func otherBodyFix(_ token: TokenId) -> Fix? {
        switch tree.text(token) {
        case "var", "step": return Fix("write `let`", [TextEdit(tree.span(token), "let")])
        case "return":
            guard let id = tree.enclosing(token, .returnStmt), let value = ReturnStmtView(tree, id).value,
                let block = tree.enclosing(token, .block), BlockView(tree, block).statements.last == id
            else { return nil }
            return Fix(
                safe: "write the value alone", [.remove(span(tree.span(token).start, tree.span(value).start))]
            )
        default: return nil
        }
    }

    private func catchFix(_ place: Span, _ token: TokenId, _ isUnreached: Bool) -> Fix? {
        guard let clause = tree.enclosing(token, .catchClause) else { return nil }
        if !isUnreached, CatchClauseView(tree, clause).faults.count > 1 {
            return Fix("do not catch `cancelled`", [elementRemoval(place)])
        }
        let before = tree.span(TokenId(tree.firstToken(clause).index - 1)).end
        let edits = [TextEdit.remove(span(before, tree.span(clause).end))]
        return isUnreached
            ? Fix(safe: "remove the `catch`", edits) : Fix("remove the `catch` of `cancelled`", edits)
    }

    /// A signal or query at the beginning of its workflow.
    private func waitingPlaceFix(_ token: TokenId) -> Fix? {
        guard let statement = tree.enclosing(token, .signalStmt, .queryStmt),
            let owner = tree.enclosing(token, .workflowDecl, .flowDecl),
            let body = CallableDeclView(tree, owner).body,
            let moved = self.statement(tree.text(statement), beginOf: body)
        else { return nil }
        return Fix("move it to the beginning of the workflow", [moved, removal(statement)])
    }

    private func mockPlaceFix(_ token: TokenId) -> Fix? {
        guard let statement = tree.enclosing(token, .mockStmt, .realStmt),
            let owner = tree.enclosing(token, .testDecl),
            let moved = self.statement(tree.text(statement), beginOf: TestDeclView(tree, owner).body)
        else { return nil }
        return Fix("move it to the top of the test", [moved, removal(statement)])
    }

    private func testTitleFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard tree.token(token).kind == .string, tree.span(token) == place, tree.text(place).hasSuffix("\"")
        else { return nil }
        let written = String(tree.text(place).dropFirst().dropLast())
        var number = 2
        while testTitles["\(written) \(number)"] != nil { number += 1 }
        return Fix(
            "add a number to the title", [.insert(" \(number)", before: span(place.end - 1, place.end))])
    }

    // MARK: declarations

    private func libraryOnlyFix(_ place: Span, _ token: TokenId) -> Fix? {
        if tree.text(place) == "Text" { return Fix("write `String`", [TextEdit(place, "String")]) }
        guard let parameter = tree.enclosing(token, .parameter) else { return nil }
        let view = ParameterView(tree, parameter)
        guard view.isVariadic else { return nil }
        let written = tree.span(view.type)
        let dots = tree.span(TokenId(tree.lastToken(view.type).index + 1))
        return Fix("take a list", [TextEdit(written.joined(dots), "[\(tree.text(view.type))]")])
    }

    private func aliasFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let item = tree.enclosing(token, .useDecl) else { return nil }
        let path = String(decoding: tree.stringValue(UseDeclView(tree, item).pathToken), as: UTF8.self)
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let stem = file.hasSuffix(".wf") ? String(file.dropLast(3)) : file
        var name = String(stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if name.first.map({ !$0.isLetter }) ?? true { name = "module" + name }
        return Fix("name it `\(name)`", [.insert(" as \(name)", after: place)])
    }

    /// A second thing with a name gets another; a second value for a field goes.
    private func duplicateFix(_ place: Span, _ token: TokenId) -> Fix? {
        let name = tree.text(place)
        if let field = tree.enclosing(token, .recordField), RecordFieldView(tree, field).nameToken == token {
            return Fix("remove the second `\(name)`", [elementRemoval(tree.span(field))])
        }
        guard tree.token(token).kind == .identifier, tree.span(token) == place, name != "start" else {
            return nil
        }
        let fresh = freshName(name)
        if let item = tree.enclosing(token, .useDecl) {
            if UseDeclView(tree, item).hasAlias { return Fix("name it `\(fresh)`", [TextEdit(place, fresh)]) }
            return Fix("name it `\(fresh)`", [.insert(" as \(fresh)", after: tree.span(item))])
        }
        return Fix("name it `\(fresh)`", [TextEdit(place, fresh)])
    }

    private func typeParametersFix(_ place: Span) -> Fix? {
        let first = tree.token(at: place.start)
        let close = tree.token(at: place.end)
        guard first.index > 0, tree.text(TokenId(first.index - 1)) == "<", tree.text(close) == ">" else {
            return nil
        }
        return Fix(
            "remove the type parameters",
            [.remove(tree.span(TokenId(first.index - 1)).joined(tree.span(close)))])
    }

    private func secretParameterFix(_ token: TokenId) -> Fix? {
        guard let parameter = tree.enclosing(token, .parameter) else { return nil }
        let view = ParameterView(tree, parameter)
        return Fix(
            "give it the type `Secret`",
            [
                .remove(span(tree.span(token).start, tree.span(view.nameToken).start)),
                TextEdit(tree.span(view.type), "Secret"),
            ])
    }

    // MARK: flows

    private func flowFixes(_ diagnostic: Diagnostic, _ token: TokenId) -> [Fix] {
        let place = diagnostic.span
        guard let owner = tree.enclosing(token, .flowDecl), let body = CallableDeclView(tree, owner).body,
            tree.kind(body) == .block
        else { return [] }
        let statements = BlockView(tree, body).statements
        switch diagnostic.code.number {
        case 3100:
            guard CallableDeclView(tree, owner).result == nil, tree.token(token).kind == .identifier,
                let edit = statement("end \(tree.text(place))", endOf: body)
            else { return [] }
            return [Fix("add `end \(tree.text(place))`", [edit])]
        case 3102:
            guard let node = tree.enclosing(token, .flowStep, .flowGate),
                let end = statements.first(where: { tree.kind($0) == .flowEnd })
            else { return [] }
            let name = text(FlowEndView(tree, end).name)
            return [Fix("let it lead to `\(name)`", [.insert(" -> \(name)", after: tree.span(node))])]
        case 3103:
            guard tree.enclosing(token, .flowEdge, .flowStep, .flowGate, .flowEnd) == nil,
                let first = statements.first(where: {
                    tree.kind($0) == .flowStep || tree.kind($0) == .flowGate
                })
            else { return [] }
            let name =
                tree.kind(first) == .flowStep
                ? FlowStepView(tree, first).name : FlowGateView(tree, first).name
            return statement("start -> \(text(name))", beginOf: body).map {
                [Fix("start with `\(text(name))`", [$0])]
            } ?? []
        case 3104:
            guard let clause = tree.enclosing(token, .clause), ClauseView(tree, clause).kind == .after else {
                return []
            }
            return [clauseFix(token)].compactMap { $0 }
        default: return [boundaryFix(place, token, body)].compactMap { $0 }
        }
    }

    private func boundaryFix(_ place: Span, _ token: TokenId, _ body: NodeId) -> Fix? {
        guard let boundary = tree.enclosing(token, .flowBoundary) else { return nil }
        let view = FlowBoundaryView(tree, boundary)
        let events = ["timeout", "signal", "error", "when"]
        let event = text(view.event)
        if token == view.eventToken, !events.contains(event) {
            return Suggestion.best(for: event, among: events).map {
                Fix("write `\($0)`", [TextEdit(place, $0)])
            }
        }
        if event == "error", view.isParallel, tree.firstToken(boundary) == token {
            let word = tree.span(TokenId(token.index + 1))
            return Fix("remove `parallel`", [removal(word)])
        }
        guard event == "signal", let argument = view.argument, tree.span(argument) == place else {
            return nil
        }
        let name = tree.text(argument)
        return statement("signal \(name): Json", beginOf: body).map {
            Fix("declare the signal `\(name)`", [$0])
        }
    }
}
