// Fixes of warnings: what is not needed goes, what is missing comes. Safe is what changes no run.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// - Parameter token: where the message begins.
    func lintFixes(_ diagnostic: Diagnostic, _ token: TokenId) -> [Fix] {
        let place = diagnostic.span
        switch diagnostic.code.number {
        case 5001: return unusedNameFixes(place, token)
        case 5002: return [prefixFix(place)]
        case 5003: return unreadAnswerFixes(place, token)
        case 5004:
            guard let item = tree.enclosing(token, .useDecl) else { return [] }
            return [Fix(safe: "remove the `use`", [declarationRemoval(tree.span(item))])]
        case 5005: return [declarationFix(place, token), prefixFix(place)].compactMap { $0 }
        case 5007:
            guard let statement = tree.enclosing(token, .exprStmt) else { return [] }
            return [
                Fix("remove the call", [removal(statement)]),
                Fix("bind it to `_`", [.insert("let _ = ", before: tree.span(statement))]),
            ]
        case 5011: return [sameFix(place, token)].compactMap { $0 }
        case 5012: return [distanceFix(place, token)].compactMap { $0 }
        case 5014: return [Fix(safe: "remove what is never reached", [removal(place)])]
        case 5016, 5018: return [clauseFix(token, isSafe: true)].compactMap { $0 }
        case 5017: return [redundantAfterFix(place, token)].compactMap { $0 }
        case 5020: return [timeoutFix(token)].compactMap { $0 }
        case 5021: return retryTimeoutFixes(place, token)
        case 5022: return [clauseFix(token)].compactMap { $0 }
        case 5023: return [Fix("add `limit 8`", [.insert(" limit 8", after: place)])]
        case 5024: return [pauseFix(token)].compactMap { $0 }
        case 5090, 5091: return allowanceFixes(diagnostic)
        default: return []
        }
    }

    /// What is wrong with a comment `wf:allow`, or with one of its codes.
    private func allowanceFixes(_ diagnostic: Diagnostic) -> [Fix] {
        let place = diagnostic.span
        let text = tree.text(place)
        if text.hasPrefix("WF") {
            return [Fix(safe: "remove `\(text)`", [codeRemoval(place)])]
        }
        if diagnostic.code.number == 5090 { return [Fix(safe: "remove the comment", [removal(place)])] }
        guard let code = text.firstRange(of: "WF5") else {
            return text.contains(" WF") ? [Fix("remove the comment", [removal(place)])] : []
        }
        // behind the codes
        var words = text[code.lowerBound...].split(separator: " ")[...]
        while words.first?.hasPrefix("WF") ?? false { words = words.dropFirst() }
        guard let first = words.first, words.count > 1 else {
            let word = words.first == "because" ? "" : " because"
            return [Fix("add a reason", [.insert("\(word) it is meant so", after: place)])]
        }
        let start = place.start + UInt32(text.utf8.distance(from: text.startIndex, to: first.startIndex))
        return [Fix(safe: "write `because`", [TextEdit(span(start, start), "because ")])]
    }

    /// A code of a list goes with the comma and the blanks behind it; the last one with those in front.
    private func codeRemoval(_ code: Span) -> TextEdit {
        func isBetween(_ at: UInt32) -> Bool { byte(at) == 0x20 || byte(at) == 0x2C }
        var end = code.end
        while end < fileEnd, isBetween(end) { end += 1 }
        if end + 1 < fileEnd, byte(end) == 0x57, byte(end + 1) == 0x46 {
            return .remove(span(code.start, end))
        }
        var start = code.start
        while start > 0, isBetween(start - 1) { start -= 1 }
        return .remove(span(start, code.end))
    }

    /// `_name`: it is known that nobody reads it.
    private func prefixFix(_ place: Span) -> Fix {
        Fix("name it `_\(tree.text(place))`", [.insert("_", before: place)])
    }

    private func unusedNameFixes(_ place: Span, _ token: TokenId) -> [Fix] {
        guard let statement = tree.enclosing(token, .letStmt) else { return [prefixFix(place)] }
        let view = LetStmtView(tree, statement)
        guard tree.span(view.pattern) == place else {
            return [Fix(safe: "write `_`", [TextEdit(place, "_")])]
        }
        // it may be assigned somewhere
        if view.isVar { return [] }
        let edits = [removal(statement)]
        let title = "remove the unused `\(tree.text(place))`"
        return [isTrivial(view.value) ? Fix(safe: title, edits) : Fix(title, edits), prefixFix(place)]
    }

    private func unreadAnswerFixes(_ place: Span, _ token: TokenId) -> [Fix] {
        guard let statement = tree.enclosing(token, .stepStmt, .exprStmt) else { return [] }
        let removed = Fix("remove the step", [removal(statement)])
        return tree.kind(statement) == .stepStmt ? [removed, prefixFix(place)] : [removed]
    }

    private func declarationFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let item = tree.enclosing(token, { $0.isDeclaration }) else { return nil }
        var piece = tree.span(item)
        piece.start = startWithComments(item)
        return Fix("remove the unused `\(tree.text(place))`", [declarationRemoval(piece)])
    }

    /// `x = x`, `a && a`.
    private func sameFix(_ place: Span, _ token: TokenId) -> Fix? {
        if let statement = tree.enclosing(token, .assignStmt), tree.span(statement) == place {
            return Fix(safe: "remove the assignment", [removal(statement)])
        }
        guard let id = binary(at: place, token) else { return nil }
        let view = BinaryExprView(tree, id)
        guard view.operation == .and || view.operation == .or else { return nil }
        return Fix(safe: "write it once", [.remove(span(tree.span(view.left).end, place.end))])
    }

    private func binary(at place: Span, _ token: TokenId) -> NodeId? {
        let last = tree.token(at: place.end - 1)
        guard let found = tree.enclosing(last, { $0 == .binaryExpr }) else { return nil }
        var id = found
        while tree.span(id) != place {
            guard id.index + 1 < UInt32(tree.nodeCount), tree.span(id).start >= place.start else {
                return nil
            }
            id = NodeId(id.index + 1)
        }
        return tree.kind(id) == .binaryExpr ? id : nil
    }

    private func distanceFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let id = binary(at: place, token) else { return nil }
        let view = BinaryExprView(tree, id)
        let sign = view.operation == .equal ? "<" : ">="
        let written = "(\(tree.text(view.left)) - \(tree.text(view.right))).abs() \(sign) 0.001"
        return Fix("compare the distance", [TextEdit(place, written)])
    }

    private func redundantAfterFix(_ place: Span, _ token: TokenId) -> Fix? {
        guard let clause = tree.enclosing(token, .clause), tree.span(clause).end >= place.end else {
            return nil
        }
        let operands = ClauseView(tree, clause).operands
        if operands.count > 1, let first = operands.first, let last = operands.last,
            tree.span(first).joined(tree.span(last)) != place
        {
            return Fix(safe: "remove it from this `after`", [elementRemoval(place)])
        }
        return clauseFix(token, isSafe: true)
    }

    // MARK: bounds

    /// `timeout 30s` behind the call of a step, or behind the `via` of an action.
    private func timeoutFix(_ token: TokenId) -> Fix? {
        let title = "add `timeout 30s`"
        if let clause = tree.enclosing(token, .clause), ClauseView(tree, clause).kind == .via {
            let start = tree.span(clause).start
            let text = beginsLine(start) ? "\n\(indentation(start))timeout 30s" : " timeout 30s"
            return Fix(title, [.insert(text, after: tree.span(clause))])
        }
        guard let statement = tree.enclosing(token, .stepStmt, .exprStmt) else { return nil }
        let value =
            tree.kind(statement) == .stepStmt
            ? StepStmtView(tree, statement).value : ExprStmtView(tree, statement).value
        let clauses =
            tree.kind(statement) == .stepStmt
            ? StepStmtView(tree, statement).clauses : ExprStmtView(tree, statement).clauses
        guard let next = clauses.first else {
            return Fix(title, [.insert(" timeout 30s", after: tree.span(value))])
        }
        return Fix(title, [ownLine("timeout 30s", before: next, in: statement)])
    }

    /// A clause on a line of its own in front of another one, which then begins a line as well.
    private func ownLine(_ text: String, before clause: NodeId, in statement: NodeId) -> TextEdit {
        let margin = "\n\(indentation(tree.span(statement).start))    "
        let first = tree.firstToken(clause)
        let end = tree.span(TokenId(first.index - 1)).end
        if tree.token(first).newlineBefore { return .insert(margin + text, after: span(end, end)) }
        return TextEdit(span(end, tree.span(first).start), margin + text + margin)
    }

    private func retryTimeoutFixes(_ place: Span, _ token: TokenId) -> [Fix] {
        guard let retry = tree.enclosing(token, .retryClause) else { return [] }
        guard let statement = tree.enclosing(token, .stepStmt, .exprStmt, .actionDecl, .flowStep) else {
            return []
        }
        let added = Fix("add `timeout 30s`", [ownLine("timeout 30s", before: retry, in: statement)])
        if RetryClauseView(tree, retry).faults.count < 2 { return [added] }
        return [added, Fix("do not retry on `timeout`", [elementRemoval(place)])]
    }

    private func pauseFix(_ token: TokenId) -> Fix? {
        guard let loop = tree.enclosing(token, .loopExpr) else { return nil }
        let body = LoopExprView(tree, loop).body
        guard tree.kind(body) == .block, let last = BlockView(tree, body).statements.last else { return nil }
        let name = interner.lookup("pause") == nil ? "pause" : freshName("pause")
        return Fix("add `sleep(5s)`", [line("step \(name) = sleep(5s)", above: last)])
    }
}
