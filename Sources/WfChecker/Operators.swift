// Operators. Chains of binary operators are walked with a stack of their own, so that a sum of thousands of terms is
// as safe as one of two. Conditions also leave facts behind: which names are known to be present.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    func unary(_ view: UnaryExprView, _ expected: TypeId) -> TypedId {
        if view.operation == .not { return condition(view.id) }
        switch tree.kind(view.operand) {
        case .intExpr: return integer(view.operand, expected, isNegative: true)
        case .floatExpr: return floating(view.operand, expected, isNegative: true)
        default: break
        }
        let value = expression(view.operand, expected)
        switch type(of: value) {
        case .int, .float, .decimal, .duration: return make(.negate, type(of: value), view.id, a: value.index)
        case .poison, .never: return value
        default:
            report(.noOperator("-", text(type(of: value)), at: tree.span(view.operand)))
            return poison(view.id)
        }
    }

    func binary(_ view: BinaryExprView, _ expected: TypeId) -> TypedId {
        switch view.operation {
        case .and, .or, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
            // facts of a condition that is only a value are of no use
            let mark = facts.count
            let value = condition(view.id)
            facts.removeSubrange(mark...)
            return value
        case .coalesce: return coalesce(view, expected)
        default: return arithmetic(view, expected)
        }
    }

    // MARK: arithmetic

    private func isNumberLiteral(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .intExpr, .floatExpr: return true
        case .parenExpr: return isNumberLiteral(ParenExprView(tree, id).inner)
        case .unaryExpr:
            let view = UnaryExprView(tree, id)
            return view.operation == .negate && isNumberLiteral(view.operand)
        default: return false
        }
    }

    /// The hint that operands take from the whole's expected type.
    private func operandHint(_ expected: TypeId) -> TypeId {
        let wanted = types.unwrapped(expected)
        switch kind(wanted) {
        case .float, .decimal, .list: return wanted
        default: return .poison
        }
    }

    private func arithmetic(_ top: BinaryExprView, _ expected: TypeId) -> TypedId {
        // the left spine, from the top down
        var spine = [top]
        while true {
            let left = spine[spine.count - 1].left
            guard tree.kind(left) == .binaryExpr else { break }
            let view = BinaryExprView(tree, left)
            guard view.operation.rawValue >= BinaryOperator.add.rawValue else { break }
            spine.append(view)
        }
        let hint = operandHint(expected)
        let bottom = spine[spine.count - 1]
        var left: TypedId
        if isNumberLiteral(bottom.left) && !isNumberLiteral(bottom.right) {
            let right = expression(bottom.right, hint)
            left = combine(expression(bottom.left, type(of: right)), right, bottom)
        } else {
            let first = expression(bottom.left, hint)
            let found = type(of: first)
            let right = expression(bottom.right, found == .poison ? hint : found)
            left = combine(first, right, bottom)
        }
        for view in spine.dropLast().reversed() {
            let found = type(of: left)
            let right = expression(view.right, found == .poison ? hint : found)
            if isNumberLiteralLeft(view), found == .int,
                type(of: right) == .float || type(of: right) == .decimal
            {
                left = expression(view.left, type(of: right))
            }
            left = combine(left, right, view)
        }
        return left
    }

    /// A left side of literals only, such as `2 * 3` in `2 * 3 * x`.
    private func isNumberLiteralLeft(_ view: BinaryExprView) -> Bool {
        var id = view.left
        while tree.kind(id) == .binaryExpr {
            let inner = BinaryExprView(tree, id)
            if !isNumberLiteral(inner.right) { return false }
            id = inner.left
        }
        return isNumberLiteral(id)
    }

    private func operation(_ operation: BinaryOperator) -> TypedOperator {
        switch operation {
        case .add: return .add
        case .subtract: return .subtract
        case .multiply: return .multiply
        case .divide: return .divide
        case .remainder: return .remainder
        case .equal: return .equal
        case .notEqual: return .notEqual
        case .less: return .less
        case .lessEqual: return .lessOrEqual
        case .greater: return .greater
        default: return .greaterOrEqual
        }
    }

    func combine(_ left: TypedId, _ right: TypedId, _ view: BinaryExprView) -> TypedId {
        lintOperands(view)
        lintPercent(view, left, right)
        return combine(left, right, view.operation, view.id, leftNode: view.left, rightNode: view.right)
    }

    /// `left operation right`, one arithmetic step.
    func combine(
        _ left: TypedId, _ right: TypedId, _ operation: BinaryOperator, _ id: NodeId, leftNode: NodeId,
        rightNode: NodeId
    ) -> TypedId {
        let a = type(of: left)
        let b = type(of: right)
        if a == .poison || b == .poison { return poison(id) }
        if a == .never || b == .never { return a == .never ? left : right }
        if a == b, a == .int || a == .float {
            return make(
                .binary, a, id, aux: self.operation(operation).rawValue, a: left.index, b: right.index)
        }
        if a == b, operation == .add || operation == .subtract, types.abilities(of: a).contains(.number) {
            return make(
                .binary, a, id, aux: self.operation(operation).rawValue, a: left.index, b: right.index)
        }
        if let (kind, result, swaps) = mixed(operation, a, b) {
            return make(
                .binary, result, id, aux: kind.rawValue, a: swaps ? right.index : left.index,
                b: swaps ? left.index : right.index)
        }
        if operation == .add {
            if (a == .string || a == .secret) && (b == .string || b == .secret) {
                return joinStrings(left, right, id)
            }
            if kind(a) == .list && a == b {
                return make(.binary, a, id, aux: TypedOperator.append.rawValue, a: left.index, b: right.index)
            }
            if a == .bytes && b == .bytes {
                scratch.append(left.index)
                scratch.append(right.index)
                return make(
                    .builtin, .bytes, id, a: UInt32(Builtin.bytesConcat.rawValue),
                    list: takeList(scratch.count - 2))
            }
        }
        if types.containsPoison(a) || types.containsPoison(b) { return poison(id) }
        reportOperator(operation, a, b, id, leftNode, rightNode)
        return poison(id)
    }

    /// Operators on Decimal, Duration and Time: which operation, its result, and whether the operands trade places.
    private func mixed(
        _ operation: BinaryOperator, _ a: TypeId, _ b: TypeId
    ) -> (TypedOperator, TypeId, Bool)? {
        switch (operation, a, b) {
        case (_, .decimal, .decimal): return (self.operation(operation), .decimal, false)
        case (.add, .duration, .duration), (.subtract, .duration, .duration),
            (.remainder, .duration, .duration):
            return (self.operation(operation), .duration, false)
        case (.multiply, .duration, .int): return (.multiply, .duration, false)
        case (.multiply, .int, .duration): return (.multiply, .duration, true)
        case (.multiply, .duration, .float): return (.scale, .duration, false)
        case (.multiply, .float, .duration): return (.scale, .duration, true)
        case (.divide, .duration, .int): return (.divide, .duration, false)
        case (.subtract, .time, .time): return (.subtract, .duration, false)
        case (.add, .time, .duration): return (.add, .time, false)
        case (.add, .duration, .time): return (.add, .time, true)
        case (.subtract, .time, .duration): return (.subtract, .time, false)
        default: return nil
        }
    }

    private func joinStrings(_ left: TypedId, _ right: TypedId, _ id: NodeId) -> TypedId {
        let mark = scratch.count
        if typed[left].kind == .concat && retain {
            scratch.append(contentsOf: typed.list(typed[left].list))
        } else {
            scratch.append(left.index)
        }
        // long chains stay a tree now and then, so that a chain of n terms costs n and not n squared
        if scratch.count - mark > 64 {
            scratch.removeSubrange(mark...)
            scratch.append(left.index)
        }
        scratch.append(right.index)
        let isSecret = type(of: left) == .secret || type(of: right) == .secret
        return make(.concat, isSecret ? .secret : .string, id, list: takeList(mark))
    }

    private func reportOperator(
        _ operation: BinaryOperator, _ a: TypeId, _ b: TypeId, _ id: NodeId, _ left: NodeId, _ right: NodeId
    ) {
        if kind(a) == .optional || kind(b) == .optional {
            let node = kind(a) == .optional ? left : right
            let type = kind(a) == .optional ? a : b
            let fallback = defaultText(types.element(of: type))
            report(
                .optionalOperand(
                    operation.text, tree.text(node), text(type), default: fallback, at: tree.span(node)
                ).fixed(fallback.map { wrapped(node, "(", " ?? \($0))", title: "give a default") }))
            return
        }
        var help: String?
        var fixes: [Fix] = []
        if operation == .add && (a == .string || b == .string) {
            help = "interpolate instead: `\"{…}{…}\"`"
            fixes = textFix(a == .string ? right : left, a == .string ? b : a)
        } else if (a == .int && b == .float) || (a == .float && b == .int) {
            help = "convert the Int with `.toFloat()`"
            let node = a == .int ? left : right
            if tree.kind(node) == .nameExpr || tree.kind(node) == .memberExpr || tree.kind(node) == .callExpr
            {
                fixes = [insertion(".toFloat()", after: node, title: "convert it", isSafe: true)]
            }
        } else if (a == .int && b == .decimal) || (a == .decimal && b == .int) {
            help = "convert the Int with `.toDecimal()`"
            fixes = conversion(".toDecimal()", a == .int ? left : right, isSafe: true)
        } else if (a == .float && b == .decimal) || (a == .decimal && b == .float) {
            help = "convert the Float with `.toDecimal()`"
            fixes = conversion(".toDecimal()", a == .float ? left : right)
        } else if a == .path, operation == .add || operation == .divide {
            help = "write `.join(…)`"
        } else if a == .string, operation == .remainder {
            help = "interpolate it: `\"… {value}\"`"
        } else if operation == .add && kind(a) == .list && types.element(of: a) == b {
            help = "put the element in brackets: `+ [\(tree.text(right))]`"
            let span = tree.span(right)
            fixes = [
                Fix(
                    "put it in brackets",
                    [
                        TextEdit(Span(file: span.file, start: span.start, end: span.start), "["),
                        TextEdit(Span(file: span.file, start: span.end, end: span.end), "]"),
                    ])
            ]
        }
        report(.noOperator(operation.text, text(a), text(b), at: tree.span(id), help: help, fixes: fixes))
    }

    func insertion(_ text: String, after node: NodeId, title: String, isSafe: Bool = false) -> Fix {
        let edits = [TextEdit.insert(text, after: tree.span(node))]
        return isSafe ? Fix(safe: title, edits) : Fix(title, edits)
    }

    /// Where a default is a comparison that no value of this type is: `a ?? 1 < 2` for `(a ?? 1) < 2`.
    private func reportGreedyDefault(_ view: BinaryExprView, _ wrapped: TypeId) -> Bool {
        guard wrapped != .bool, wrapped != .json, tree.kind(view.right) == .binaryExpr else { return false }
        switch BinaryExprView(tree, view.right).operation {
        case .and, .or, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: break
        default: return false
        }
        var first = view.right
        var operation = ""
        while tree.kind(first) == .binaryExpr {
            let inner = BinaryExprView(tree, first)
            operation = inner.operation.text
            first = inner.left
        }
        let whole = span(tree.span(view.left).start, tree.span(first).end)
        report(
            .greedyDefault(operation, tree.text(whole), at: tree.span(view.right)).fixed(
                Fix(
                    "put the default in parentheses",
                    [.insert("(", before: whole), .insert(")", after: whole)])))
        return true
    }

    /// `a ?? b`
    private func coalesce(_ view: BinaryExprView, _ expected: TypeId) -> TypedId {
        // a name known to be present may still be given a default: it is only more than is needed
        let binding = plainBinding(view.left)
        let left =
            binding >= 0 && bindings[binding].narrowed != .poison
            ? readDeclared(binding, view.left)
            : expression(view.left, expected == .poison ? .poison : types.optional(of: expected))
        let found = type(of: left)
        if found == .poison || found == .never {
            _ = expression(view.right, expected)
            return poison(view.id)
        }
        guard kind(found) == .optional else {
            _ = expression(view.right, found)
            let rest = span(tree.span(view.left).end, tree.span(view.id).end)
            report(
                .neverNull(tree.text(view.left), text(found), at: tree.span(view.left))
                    .fixed(Fix(safe: "remove the default", [.remove(rest)])))
            return poison(view.id)
        }
        let wrapped = types.element(of: found)
        if wrapped == .never { return expression(view.right, expected) }
        if reportGreedyDefault(view, wrapped) { return poison(view.id) }
        var right = expression(view.right, wrapped)
        let result: TypeId
        if kind(type(of: right)) == .optional {
            right = coerce(right, to: found, at: view.right)
            result = found
        } else {
            right = coerce(right, to: wrapped, at: view.right)
            result = wrapped
        }
        return make(.coalesce, result, view.id, a: left.index, b: right.index)
    }

    // MARK: conditions

    /// A condition: a Bool, whose consequences are pushed on `facts`.
    func condition(_ id: NodeId) -> TypedId {
        switch tree.kind(id) {
        case .parenExpr: return condition(ParenExprView(tree, id).inner)
        case .unaryExpr:
            let view = UnaryExprView(tree, id)
            guard view.operation == .not else { break }
            let mark = facts.count
            let value = condition(view.operand)
            for index in mark..<facts.count { facts[index].holds.toggle() }
            return make(.not, .bool, id, a: value.index)
        case .binaryExpr:
            let view = BinaryExprView(tree, id)
            switch view.operation {
            case .and, .or: return connective(view)
            case .equal, .notEqual: return equality(view)
            case .less, .lessEqual, .greater, .greaterEqual: return ordering(view)
            default: break
            }
        default: break
        }
        let value = expression(id, .bool)
        let found = type(of: value)
        if found == .bool || found == .poison || found == .never { return value }
        if types.containsPoison(found) { return poison(id) }
        report(
            .notABool(
                text(found), isOptional: kind(found) == .optional, tree.text(id),
                enumCase: kind(found) == .enumeration
                    ? members(of: found).first.map { text(cases[$0].name) } : nil,
                at: tree.span(id)
            )
            .fixed(conditionFix(id, found)))
        return poison(id)
    }

    /// A chain of `&&` or of `||`: what the left side tells holds on the right.
    private func connective(_ top: BinaryExprView) -> TypedId {
        let isAnd = top.operation == .and
        var spine = [top]
        while true {
            let left = spine[spine.count - 1].left
            guard tree.kind(left) == .binaryExpr else { break }
            let view = BinaryExprView(tree, left)
            guard view.operation == top.operation else { break }
            spine.append(view)
        }
        if let text = spine.first(where: { tree.kind($0.right) == .stringExpr }) {
            for view in spine { _ = expression(view.right) }
            _ = expression(spine[spine.count - 1].left)
            report(.joinsConditions(top.operation.text, at: tree.span(text.right)))
            return poison(top.id)
        }
        let narrowed = narrowMark()
        let mark = facts.count
        var value = condition(spine[spine.count - 1].left)
        for view in spine.reversed() {
            dropFacts(mark, keeping: isAnd)
            apply(facts: mark, holds: isAnd)
            let right = condition(view.right)
            lintOperands(view)
            value = make(isAnd ? .and : .or, .bool, view.id, a: value.index, b: right.index)
        }
        dropFacts(mark, keeping: isAnd)
        forgetNarrowing(narrowed)
        return value
    }

    /// Of `a && b` only what follows from its truth is known, of `a || b` what follows from its falsehood.
    private func dropFacts(_ mark: Int, keeping holds: Bool) {
        var target = mark
        for index in mark..<facts.count where facts[index].holds == holds {
            facts[target] = facts[index]
            target += 1
        }
        facts.removeSubrange(target...)
    }

    private func isNull(_ id: NodeId) -> Bool {
        tree.kind(id) == .nullExpr || (tree.kind(id) == .parenExpr && isNull(ParenExprView(tree, id).inner))
    }

    /// The binding that an expression is the plain name of, or -1.
    func plainBinding(_ id: NodeId) -> Int {
        switch tree.kind(id) {
        case .nameExpr:
            let name = NameExprView(tree, id).name
            return name.isNone ? -1 : lookup(name)
        case .parenExpr: return plainBinding(ParenExprView(tree, id).inner)
        default: return -1
        }
    }

    private func equality(_ view: BinaryExprView) -> TypedId {
        if isNull(view.right) || isNull(view.left) {
            let tested = isNull(view.right) ? view.left : view.right
            if !isNull(tested) { return nullTest(view, tested) }
        }
        let swaps = isNumberLiteral(view.left) || tree.kind(view.left) == .implicitMemberExpr
        let first = expression(swaps ? view.right : view.left)
        let firstType = type(of: first)
        let other = swaps ? view.left : view.right
        // what `.case` means is not known beside what could not be understood
        if firstType == .poison, tree.kind(other) == .implicitMemberExpr { return poison(view.id) }
        let second = expression(other, firstType)
        return comparison(swaps ? second : first, swaps ? first : second, view)
    }

    private func nullTest(_ view: BinaryExprView, _ tested: NodeId) -> TypedId {
        let binding = plainBinding(tested)
        let value = binding >= 0 ? readDeclared(binding, tested) : expression(tested)
        let found = type(of: value)
        if found == .poison { return poison(view.id) }
        guard kind(found) == .optional else {
            if found == .json {
                let test = make(
                    .builtin, .bool, view.id, a: UInt32(Builtin.jsonIsNull.rawValue),
                    list: typed.addList(CollectionOfOne(value.index)))
                return view.operation == .equal ? test : make(.not, .bool, view.id, a: test.index)
            }
            if !types.containsPoison(found) {
                report(.neverNull(tree.text(tested), text(found), at: view.span))
            }
            return poison(view.id)
        }
        if binding >= 0 { facts.append(Fact(binding: UInt32(binding), holds: view.operation == .notEqual)) }
        let null = make(.null, found, view.id)
        return make(
            .binary, .bool, view.id, aux: operation(view.operation).rawValue, a: value.index, b: null.index)
    }

    private func comparison(_ left: TypedId, _ right: TypedId, _ view: BinaryExprView) -> TypedId {
        var (left, right) = (left, right)
        let a = type(of: left)
        let b = type(of: right)
        if types.containsPoison(a) || types.containsPoison(b) { return poison(view.id) }
        lintComparison(view, a, left, right)
        if a == .never || b == .never { return make(.binary, .bool, view.id, a: left.index, b: right.index) }
        if a != b {
            if kind(a) == .optional && types.element(of: a) == b {
                right = wrap(right, a)
            } else if kind(b) == .optional && types.element(of: b) == a {
                left = wrap(left, b)
            } else {
                let fix = comparisonFix(view, a, b)
                let isCase = kind(a) == .enumeration || kind(b) == .enumeration
                report(
                    .comparesDifferent(
                        text(a), text(b), at: view.span,
                        help: isCase ? fix?.title ?? comparisonHelp(a, b) : comparisonHelp(a, b)
                    ).fixed(fix))
                return poison(view.id)
            }
        }
        let type = type(of: left)
        if let part = types.firstUnencodable(in: type) {
            if part == .secret {
                report(.secretExamined("`\(view.operation.text)`", at: view.span))
            } else if part != .poison {
                report(.notComparable(text(type), at: view.span), promised(part, .equatable))
            }
            return poison(view.id)
        }
        return make(
            .binary, .bool, view.id, aux: operation(view.operation).rawValue, a: left.index, b: right.index)
    }

    private func comparisonHelp(_ a: TypeId, _ b: TypeId) -> String? {
        let pair = [a, b]
        if pair.contains(.json) {
            let other = a == .json ? b : a
            return "convert the Json first: `(… as \(text(other)))`"
        }
        if pair.contains(.int) && pair.contains(.float) { return "convert the Int with `.toFloat()`" }
        if pair.contains(.path) && pair.contains(.string) { return "compare with `Path(…)`" }
        return nil
    }

    private func ordering(_ view: BinaryExprView) -> TypedId {
        let swaps = isNumberLiteral(view.left)
        let first = expression(swaps ? view.right : view.left)
        let second = expression(swaps ? view.left : view.right, type(of: first))
        let (left, right) = swaps ? (second, first) : (first, second)
        let a = type(of: left)
        let b = type(of: right)
        if types.containsPoison(a) || types.containsPoison(b) { return poison(view.id) }
        if kind(a) == .optional || kind(b) == .optional {
            reportOperator(view.operation, a, b, view.id, view.left, view.right)
            return poison(view.id)
        }
        lintComparison(view, a, left, right)
        if a == .never || b == .never { return make(.binary, .bool, view.id, a: left.index, b: right.index) }
        if a != b {
            report(
                .comparesDifferent(text(a), text(b), at: view.span, help: comparisonHelp(a, b))
                    .fixed(comparisonFix(view, a, b)))
            return poison(view.id)
        }
        if !isOrdered(a) && types.holdsSecret(a) {
            report(.secretExamined("`\(view.operation.text)`", at: view.span))
            return poison(view.id)
        }
        if !isOrdered(a) {
            report(.notOrdered(text(a), view.operation.text, at: view.span), promised(a, .ordered))
            return poison(view.id)
        }
        return make(
            .binary, .bool, view.id, aux: operation(view.operation).rawValue, a: left.index, b: right.index)
    }
}
