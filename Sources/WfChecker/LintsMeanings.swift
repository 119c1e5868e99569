// Lints about what reads as one thing and does another: a `catch` that is called like a kind of failure and takes them all, a
// division of whole numbers that becomes a fraction too late.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// `catch timeout { … }`, where nothing reads the name.
    func lintCatchName(_ clause: CatchClauseView) {
        guard clause.faults.isEmpty, !clause.name.isNone else { return }
        let name = text(clause.name)
        guard ProgramChecker.failureKinds.contains(name) || ProgramChecker.faultKinds.contains(name) else {
            return
        }
        var isRead = false
        forEachNode(of: clause.body) { id, kind in
            if kind == .nameExpr, NameExprView(tree, id).name == clause.name { isRead = true }
        }
        if !isRead { lint(.catchNamedLikeKind(name, at: tree.span(clause.nameToken))) }
    }

    /// `(a / b).toFloat()` of two Ints.
    func lintLostRest(_ view: CallExprView, _ receiver: TypedId) {
        guard lints.isOn, type(of: receiver) == .int, tree.kind(view.callee) == .memberExpr else { return }
        let member = MemberExprView(tree, view.callee)
        let method = text(member.name)
        guard method == "toFloat" || method == "toDecimal" else { return }
        let base = withoutParens(member.base)
        guard tree.kind(base) == .binaryExpr, BinaryExprView(tree, base).operation == .divide else { return }
        let rest = span(tree.span(member.base).end, view.span.end)
        let fix = operandConversion(".\(method)()", base).first.map {
            Fix($0.title, $0.edits + [.remove(rest)])
        }
        lint(.lostRest(method == "toFloat" ? "Float" : "Decimal", method, at: tree.span(base), fix: fix))
    }

    /// `a / b * 100` of Ints is 0 or 100 and little between.
    func lintPercent(_ view: BinaryExprView, _ left: TypedId, _ right: TypedId) {
        guard lints.isOn, view.operation == .multiply, type(of: left) == .int, type(of: right) == .int else {
            return
        }
        let isFlipped = wholeLiteral(view.left) != nil
        let factor = isFlipped ? view.left : view.right
        let quotient = withoutParens(isFlipped ? view.right : view.left)
        guard let times = wholeLiteral(factor), times == 100 || times == 1000,
            tree.kind(quotient) == .binaryExpr
        else { return }
        let inner = BinaryExprView(tree, quotient)
        // `n / 100 * 100` rounds down, and is meant so
        guard inner.operation == .divide, wholeLiteral(written(inner.right)) == nil else { return }
        let better = "\(tree.text(inner.left)) * \(tree.text(factor)) / \(tree.text(inner.right))"
        lint(.lostPercent(better, at: tree.span(quotient)))
    }
}

extension Diagnostic {
    static func lostPercent(_ better: String, at span: Span) -> Diagnostic {
        warning(
            5096, "this divides whole numbers, and what is left over is lost before it is multiplied", span,
            help: "multiply first: `\(shortened(better))`")
    }

    static func catchNamedLikeKind(_ kind: String, at span: Span) -> Diagnostic {
        warning(
            5095, "this `catch` takes every failure and calls it `\(kind)`", span,
            help: "write `catch on \(kind)` to take this kind only, or give the error another name",
            fixes: [Fix("write `on \(kind)`", [.insert("on ", before: span)])])
    }

    static func lostRest(_ type: String, _ method: String, at span: Span, fix: Fix?) -> Diagnostic {
        warning(
            5096, "this divides whole numbers, and what is left over is lost before it becomes a `\(type)`",
            span,
            help: "convert before dividing: `a.\(method)() / …`", fixes: fix.map { [$0] } ?? [])
    }
}
