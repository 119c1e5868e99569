// `if`: turned round, merged, split, flattened; `if` on null and `??`.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let conditionChanges: Family = { spot in
        guard spot.isCaret, let id = spot.near(.ifExpr, .binaryExpr, .unaryExpr) else { return [] }
        var drafts: [Draft] = []
        if let outer = spot.near(.ifExpr), spot.isAtHead(of: outer) {
            drafts += spot.inverted(outer) + spot.merged(outer) + spot.split(outer) + spot.flattened(outer)
            drafts += spot.coalesced(outer)
        }
        if spot.kind(id) != .ifExpr { drafts += spot.deMorgan(id) + spot.swapped(id) + spot.uncoalesced(id) }
        return drafts
    }
}

extension Spot {
    /// Whether the caret is at an `if` or in its condition.
    fileprivate func isAtHead(of id: NodeId) -> Bool {
        range.lowerBound <= span(IfExprView(reader, id).thenBlock).start
    }

    private func isElseIf(_ id: NodeId) -> Bool { kind(parent(id)) == .ifExpr }

    // MARK: shape

    fileprivate func inverted(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        guard let other = view.elseBranch, kind(other) == .block else { return [] }
        return [
            Draft(
                "invert the if", .rewrite,
                [
                    replace(view.condition, negated(view.condition)), replace(view.thenBlock, text(other)),
                    replace(other, text(view.thenBlock)),
                ])
        ]
    }

    fileprivate func merged(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        let inner = statements(view.thenBlock)
        guard view.elseBranch == nil, inner.count == 1, kind(inner[0]) == .exprStmt else { return [] }
        let nested = ExprStmtView(reader, inner[0]).value
        guard kind(nested) == .ifExpr, IfExprView(reader, nested).elseBranch == nil, !isElseIf(id) else {
            return []
        }
        let other = IfExprView(reader, nested)
        return [
            Draft(
                "merge the nested if", .rewrite,
                [
                    replace(view.condition, "\(operand(view.condition)) && \(operand(other.condition))"),
                    replace(view.thenBlock, text(other.thenBlock)),
                ])
        ]
    }

    fileprivate func split(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        guard view.elseBranch == nil, !isElseIf(id), kind(view.condition) == .binaryExpr else { return [] }
        let both = BinaryExprView(reader, view.condition)
        guard both.operation == .and else { return [] }
        return [
            Draft(
                "split the if", .rewrite,
                [
                    replace(view.condition, text(both.left)),
                    replace(view.thenBlock, "{\nif \(text(both.right)) \(text(view.thenBlock))\n}"),
                ])
        ]
    }

    /// What stands in an `else` behind a way out needs no `else`.
    fileprivate func flattened(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        guard isInFunc, let other = view.elseBranch, kind(other) == .block, kind(parent(id)) == .exprStmt,
            kind(parent(parent(id))) == .block, statements(parent(parent(id))).last == parent(id),
            let last = statements(view.thenBlock).last,
            [.returnStmt, .breakStmt, .continueStmt, .failStmt].contains(kind(last))
        else { return [] }
        return [
            Draft(
                "drop the else", .rewrite,
                [replace(span(view.thenBlock).end, span(other).end, "\n" + inside(other))])
        ]
    }

    // MARK: null

    /// `if x != null { x } else { d }` is `x ?? d`.
    fileprivate func coalesced(_ id: NodeId) -> [Draft] {
        let view = IfExprView(reader, id)
        guard let other = view.elseBranch, kind(other) == .block,
            let (name, isPresent) = nullTest(view.condition),
            kind(name) == .nameExpr
        else { return [] }
        let (some, none) = isPresent ? (view.thenBlock, other) : (other, view.thenBlock)
        guard statements(some).count == 1, statements(none).count == 1, let value = blockValue(some),
            let fallback = blockValue(none), kind(value) == .nameExpr, text(value) == text(name),
            isPure(fallback),
            !isElseIf(id)
        else { return [] }
        let words = "\(text(name)) ?? \(isAtomic(fallback) ? text(fallback) : "(\(text(fallback)))")"
        let isBare = [.letStmt, .exprStmt, .returnStmt, .assignStmt, .stepStmt].contains(kind(parent(id)))
        return [Draft("write it with ??", .rewrite, [replace(id, isBare ? words : "(\(words))")])]
    }

    /// The operand of `x != null` and `x == null`.
    func nullTest(_ id: NodeId) -> (subject: NodeId, isPresent: Bool)? {
        guard kind(id) == .binaryExpr else { return nil }
        let view = BinaryExprView(reader, id)
        guard [.equal, .notEqual].contains(view.operation) else { return nil }
        if kind(view.right) == .nullExpr { return (view.left, view.operation == .notEqual) }
        if kind(view.left) == .nullExpr { return (view.right, view.operation == .notEqual) }
        return nil
    }

    /// `x ?? d` is `if x != null { x } else { d }`.
    fileprivate func uncoalesced(_ id: NodeId) -> [Draft] {
        guard kind(id) == .binaryExpr else { return [] }
        let view = BinaryExprView(reader, id)
        guard view.operation == .coalesce, kind(view.left) == .nameExpr,
            [.letStmt, .exprStmt, .returnStmt, .assignStmt].contains(kind(parent(id))), isPure(view.right)
        else { return [] }
        return [
            Draft(
                "write the ?? out as an if", .rewrite,
                [
                    replace(
                        id,
                        "if \(text(view.left)) != null {\n\(text(view.left))\n} else {\n\(text(view.right))\n}"
                    )
                ])
        ]
    }

    // MARK: logic

    /// `!(a && b)` is `!a || !b`, and back.
    fileprivate func deMorgan(_ id: NodeId) -> [Draft] {
        if kind(id) == .unaryExpr {
            let view = UnaryExprView(reader, id)
            guard view.operation == .not, kind(view.operand) == .parenExpr else { return [] }
            let inner = ParenExprView(reader, view.operand).inner
            guard kind(inner) == .binaryExpr else { return [] }
            let both = BinaryExprView(reader, inner)
            if both.operation == .and || both.operation == .or {
                let word = both.operation == .and ? "||" : "&&"
                let text = "\(negatedOperand(both.left)) \(word) \(negatedOperand(both.right))"
                let isBare = isWhole(id)
                return [Draft("apply De Morgan's law", .rewrite, [replace(id, isBare ? text : "(\(text))")])]
            }
            let short = negated(inner)
            if short.hasPrefix("!(") { return [] }
            return [
                Draft("simplify the negation", .rewrite, [replace(id, isWhole(id) ? short : "(\(short))")])
            ]
        }
        let view = BinaryExprView(reader, id)
        guard [.and, .or].contains(view.operation) else { return [] }
        let word = view.operation == .and ? "||" : "&&"
        return [
            Draft(
                "apply De Morgan's law", .rewrite,
                [replace(id, "!(\(negatedOperand(view.left)) \(word) \(negatedOperand(view.right)))")])
        ]
    }

    /// The opposite of an operand of `&&` or `||`.
    private func negatedOperand(_ id: NodeId) -> String {
        let inner = kind(id) == .parenExpr ? ParenExprView(reader, id).inner : id
        if kind(inner) == .binaryExpr,
            [.and, .or, .coalesce].contains(BinaryExprView(reader, inner).operation)
        {
            return "!(\(text(inner)))"
        }
        // `!(a || b)`, turned round, is `a || b`
        let text = negated(id)
        if kind(inner) == .unaryExpr, kind(UnaryExprView(reader, inner).operand) == .parenExpr {
            return "(\(text))"
        }
        return text
    }

    /// Whether an expression is a condition or a value of its own, no operand.
    private func isWhole(_ id: NodeId) -> Bool {
        switch kind(parent(id)) {
        case .ifExpr, .whileStmt, .letStmt, .parenExpr, .exprStmt, .returnStmt, .assignStmt, .recordField,
            .expectStmt:
            return true
        case .callExpr: return CallExprView(reader, parent(id)).callee != id
        default: return false
        }
    }

    /// `a < b` is `b > a`.
    fileprivate func swapped(_ id: NodeId) -> [Draft] {
        guard kind(id) == .binaryExpr else { return [] }
        let view = BinaryExprView(reader, id)
        let mirrored: BinaryOperator? =
            switch view.operation {
            case .equal: .equal
            case .notEqual: .notEqual
            case .less: .greater
            case .lessEqual: .greaterEqual
            case .greater: .less
            case .greaterEqual: .lessEqual
            default: nil
            }
        // which of two failures comes first would change
        guard let mirrored, isPure(view.left), isPure(view.right), isTotal(view.left) || isTotal(view.right)
        else { return [] }
        return [
            Draft(
                "swap the sides", .rewrite,
                [replace(id, "\(text(view.right)) \(mirrored.text) \(text(view.left))")])
        ]
    }
}
