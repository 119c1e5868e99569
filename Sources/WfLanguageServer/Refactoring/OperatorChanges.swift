// Small rewritings: `x = x + 1` and `x += 1`, parentheses, `return`.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let operatorChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.compound() + spot.parentheses() + spot.returns()
    }
}

extension Spot {
    fileprivate func compound() -> [Draft] {
        guard let id = near(.assignStmt) else { return [] }
        let view = AssignStmtView(reader, id)
        let target = text(view.target)
        if let operation = view.operation.binary {
            // an index would be computed twice
            guard isTotal(view.target) else { return [] }
            let value = isAtomic(view.value) ? text(view.value) : "(\(text(view.value)))"
            return [
                Draft(
                    "write the operator out", .rewrite,
                    [replace(id, "\(target) = \(target) \(operation.text) \(value)")])
            ]
        }
        guard kind(view.value) == .binaryExpr, isTotal(view.target) else { return [] }
        let binary = BinaryExprView(reader, view.value)
        let operations: [BinaryOperator] = [.add, .subtract, .multiply, .divide, .remainder]
        guard operations.contains(binary.operation), text(binary.left) == target else { return [] }
        let inner =
            kind(binary.right) == .parenExpr ? ParenExprView(reader, binary.right).inner : binary.right
        return [
            Draft(
                "shorten the assignment", .rewrite,
                [replace(id, "\(target) \(binary.operation.text)= \(text(inner))")])
        ]
    }

    /// Parentheses around a whole value say nothing.
    fileprivate func parentheses() -> [Draft] {
        guard let id = near(.parenExpr) else { return [] }
        let inner = ParenExprView(reader, id).inner
        let isWhole: Bool
        switch kind(parent(id)) {
        case .letStmt, .returnStmt, .parenExpr, .listExpr, .recordField, .stepStmt, .constDecl: isWhole = true
        case .assignStmt: isWhole = AssignStmtView(reader, parent(id)).value == id
        case .callExpr: isWhole = CallExprView(reader, parent(id)).callee != id
        case .ifExpr, .whileStmt: isWhole = ![.recordExpr, .objectExpr, .withExpr].contains(kind(inner))
        default:
            isWhole =
                isAtomic(inner) && kind(inner) != .intExpr && kind(inner) != .floatExpr
                && kind(parent(id)) != .exprStmt
        }
        guard isWhole, !text(id).contains("//") else { return [] }
        return [Draft("remove the parentheses", .rewrite, [replace(id, text(inner))])]
    }

    /// `return e` at a func's end is `e`, and back.
    fileprivate func returns() -> [Draft] {
        guard isInFunc, let item, let body = CallableDeclView(reader, item).body,
            let last = statements(body).last,
            chain.contains(last)
        else { return [] }
        if kind(last) == .returnStmt, let value = ReturnStmtView(reader, last).value {
            return [Draft("drop the return", .rewrite, [replace(span(last).start, span(value).start, "")])]
        }
        guard kind(last) == .exprStmt, CallableDeclView(reader, item).result != nil,
            near(.exprStmt) == last,
            ![.ifExpr, .matchExpr, .forExpr].contains(kind(ExprStmtView(reader, last).value))
        else { return [] }
        return [Draft("write return", .rewrite, [insert(span(last).start, "return ")])]
    }
}
