// Lints about `&&` and `||` whose operands say all by themselves: literals, opposites, two values for one thing.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    /// `x || true` is true and `x && true` is `x`: one operand says it all. Where a condition is asked for, WF5010 has said so.
    func lintForegone(_ view: BinaryExprView) -> Bool {
        for (literal, other) in [(view.left, view.right), (view.right, view.left)] {
            let kind = tree.kind(withoutParens(literal))
            guard kind == .trueExpr || kind == .falseExpr else { continue }
            // two literals side by side are a table of truths
            if [.trueExpr, .falseExpr].contains(tree.kind(other)) { return true }
            let decides = (kind == .trueExpr) == (view.operation == .or)
            let place = view.span
            let isSaid = lints.found.contains {
                $0.code.number == 5010 && $0.span.file == place.file && $0.span.start <= place.start
                    && $0.span.end >= place.end
            }
            if !isSaid {
                let result = tree.text(decides ? literal : other)
                lint(.foregoneOperand(tree.text(view.id), result: result, at: place))
            }
            return true
        }
        return false
    }

    /// `a < b` and `a < b`, or `b > a`.
    func isSameCondition(_ left: NodeId, _ right: NodeId) -> Bool {
        let (one, other) = (withoutParens(left), withoutParens(right))
        if isSameText(one, other) { return true }
        guard tree.kind(one) == .binaryExpr, tree.kind(other) == .binaryExpr else { return false }
        let (a, b) = (BinaryExprView(tree, one), BinaryExprView(tree, other))
        switch a.operation {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
            return Bound.flipped(a.operation) == b.operation && isSameText(a.left, b.right)
                && isSameText(a.right, b.left)
        default: return false
        }
    }

    /// `x` and `!x`, `a == b` and `a != b`, `a < b` and `a >= b`.
    func isOpposite(_ left: NodeId, _ right: NodeId) -> Bool {
        let (one, other) = (withoutParens(left), withoutParens(right))
        let kinds = (tree.kind(one), tree.kind(other))
        if kinds.1 == .unaryExpr, isNegation(other, of: one) { return true }
        if kinds.0 == .unaryExpr, isNegation(one, of: other) { return true }
        guard kinds.0 == .binaryExpr, kinds.1 == .binaryExpr else { return false }
        let (a, b) = (BinaryExprView(tree, one), BinaryExprView(tree, other))
        let isPair: Bool
        switch (a.operation, b.operation) {
        case (.equal, .notEqual), (.notEqual, .equal), (.less, .greaterEqual), (.greaterEqual, .less),
            (.greater, .lessEqual), (.lessEqual, .greater):
            isPair = true
        default: isPair = false
        }
        return isPair && isSameText(a.left, b.left) && isSameText(a.right, b.right)
    }

    private func isNegation(_ id: NodeId, of other: NodeId) -> Bool {
        let view = UnaryExprView(tree, id)
        return view.operation == .not && isSameText(withoutParens(view.operand), other)
    }

    /// `s == "a" && s == "b"`, `s != .open || s != .closed`.
    func isTwoTexts(_ left: NodeId, _ right: NodeId, _ operation: BinaryOperator) -> Bool {
        let (one, other) = (withoutParens(left), withoutParens(right))
        guard tree.kind(one) == .binaryExpr, tree.kind(other) == .binaryExpr else { return false }
        let (a, b) = (BinaryExprView(tree, one), BinaryExprView(tree, other))
        let wanted: BinaryOperator = operation == .and ? .equal : .notEqual
        guard a.operation == wanted, b.operation == wanted, isSameText(a.left, b.left) else { return false }
        let kinds = [tree.kind(a.right), tree.kind(b.right)]
        let isCase = kinds.allSatisfy { $0 == .implicitMemberExpr }
        let isText =
            kinds.allSatisfy { $0 == .stringExpr } && StringExprView(tree, a.right).interpolations.isEmpty
            && StringExprView(tree, b.right).interpolations.isEmpty
        return (isCase || isText) && !isSameText(a.right, b.right)
    }

    /// `xs[-1]`, of a list.
    func lintIndex(_ view: IndexExprView) {
        guard lints.isOn, tree.kind(view.index) != .intExpr, let value = wholeLiteral(written(view.index)),
            value < 0
        else { return }
        let last = value == -1 ? "\(tree.text(view.base)).last" : nil
        lint(.negativeIndex(last: last, at: tree.span(view.index)))
    }
}
