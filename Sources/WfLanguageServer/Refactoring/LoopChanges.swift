// Loops of funcs: `while` that counts, `for` that gathers.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let loopChanges: Family = { spot in
        guard spot.isCaret, spot.isInFunc else { return [] }
        return spot.countedLoop() + spot.gatheringLoop()
    }
}

extension Spot {
    /// The statement in front of one in its block.
    private func previous(_ statement: NodeId) -> NodeId? {
        let all = statements(parent(statement))
        guard let place = all.firstIndex(of: statement), place > 0 else { return nil }
        return all[place - 1]
    }

    /// Places that assign a variable.
    func assignments(of token: TokenId) -> [NodeId] {
        uses(of: token).compactMap { use in
            index.ancestors(use.node).first { id in
                kind(id) == .assignStmt && contains(AssignStmtView(reader, id).target, use.node)
            }
        }
    }

    /// `var i = a` and `while i < b { …; i += 1 }` are `for i in a..<b { … }`.
    fileprivate func countedLoop() -> [Draft] {
        guard let loop = near(.whileStmt), let before = previous(loop), kind(before) == .letStmt else {
            return []
        }
        let view = WhileStmtView(reader, loop)
        let variable = LetStmtView(reader, before)
        guard variable.isVar, kind(variable.pattern) == .bindingPattern, kind(view.condition) == .binaryExpr,
            typeKind(variable.value) == .int
        else { return [] }
        let token = reader.firstToken(variable.pattern)
        let name = reader.text(token)
        let condition = BinaryExprView(reader, view.condition)
        guard condition.operation == .less, kind(condition.left) == .nameExpr, text(condition.left) == name,
            isTotal(condition.right), let step = statements(view.body).last, counts(step, name)
        else { return [] }
        let inside = ([view.body] + descendants(view.body))
        let bound = freeLocals(condition.right)
        guard !inside.contains(where: { kind($0) == .continueStmt }), assignments(of: token) == [step],
            !bound.contains(where: { entry in
                entry.declaration.token == token
                    || assignments(of: entry.declaration.token).contains { contains(view.body, $0) }
            }),
            // nothing reads it behind the loop
            uses(of: token).allSatisfy({ contains(loop, $0.node) })
        else { return [] }
        return [
            Draft(
                "turn the while into a for", .rewrite,
                [
                    removeStatement(before),
                    replace(
                        span(loop).start, span(view.condition).end,
                        "for \(name) in \(text(variable.value))..<\(text(condition.right))"),
                    removeStatement(step),
                ])
        ]
    }

    /// `i += 1`, `i = i + 1`
    private func counts(_ statement: NodeId, _ name: String) -> Bool {
        guard kind(statement) == .assignStmt else { return false }
        let view = AssignStmtView(reader, statement)
        guard text(view.target) == name else { return false }
        if view.operation == .add { return text(view.value) == "1" }
        guard view.operation == .set, kind(view.value) == .binaryExpr else { return false }
        let sum = BinaryExprView(reader, view.value)
        return sum.operation == .add && text(sum.left) == name && text(sum.right) == "1"
    }

    /// `var xs: [T] = []` and `for x in ys { xs += [f(x)] }` are `let xs: [T] = ys.map(x => f(x))`.
    fileprivate func gatheringLoop() -> [Draft] {
        guard let loop = near(.forExpr), kind(parent(loop)) == .exprStmt, let before = previous(parent(loop)),
            kind(before) == .letStmt
        else { return [] }
        let view = ForExprView(reader, loop)
        let variable = LetStmtView(reader, before)
        guard variable.isVar, kind(variable.pattern) == .bindingPattern, kind(variable.value) == .listExpr,
            ListExprView(reader, variable.value).elements.isEmpty, kind(view.pattern) == .bindingPattern,
            typeKind(view.sequence) == .list, isAtomic(view.sequence), view.limit == nil
        else { return [] }
        let token = reader.firstToken(variable.pattern)
        let item = text(view.pattern)
        guard !uses(of: token).contains(where: { contains(view.sequence, $0.node) }),
            let (condition, element) = gathered(view.body, token)
        else { return [] }
        var list = text(view.sequence)
        if let condition { list += ".filter(\(item) => \(text(condition)))" }
        if text(element) != item { list += ".map(\(item) => \(text(element)))" }
        if list == text(view.sequence) { return [] }
        let isChanged = assignments(of: token).contains { !contains(loop, $0) }
        let type = variable.type.map { ": \(text($0))" } ?? ""
        let title = text(element) == item ? "turn the loop into a filter" : "turn the loop into a map"
        return [
            Draft(
                title, .rewrite,
                [
                    replace(
                        span(before).start, span(parent(loop)).end,
                        "\(isChanged ? "var" : "let") \(reader.text(token))\(type) = \(list)")
                ])
        ]
    }

    /// What a body adds to a list, and under which condition; nil when it does anything else.
    private func gathered(_ body: NodeId, _ list: TokenId) -> (condition: NodeId?, element: NodeId)? {
        let all = statements(body)
        guard all.count == 1 else { return nil }
        if kind(all[0]) == .exprStmt, kind(ExprStmtView(reader, all[0]).value) == .ifExpr {
            let view = IfExprView(reader, ExprStmtView(reader, all[0]).value)
            guard view.elseBranch == nil, isPure(view.condition),
                !uses(of: list).contains(where: { contains(view.condition, $0.node) }),
                let (inner, element) = gathered(view.thenBlock, list), inner == nil
            else { return nil }
            return (view.condition, element)
        }
        guard kind(all[0]) == .assignStmt else { return nil }
        let view = AssignStmtView(reader, all[0])
        let name = reader.text(list)
        guard text(view.target) == name else { return nil }
        var added = view.value
        if view.operation == .set {
            guard kind(added) == .binaryExpr else { return nil }
            let sum = BinaryExprView(reader, added)
            guard sum.operation == .add, text(sum.left) == name else { return nil }
            added = sum.right
        } else if view.operation != .add {
            return nil
        }
        guard kind(added) == .listExpr, ListExprView(reader, added).elements.count == 1 else { return nil }
        let element = ListExprView(reader, added).elements[0]
        guard isPure(element), !uses(of: list).contains(where: { contains(element, $0.node) }) else {
            return nil
        }
        return (nil, element)
    }
}
