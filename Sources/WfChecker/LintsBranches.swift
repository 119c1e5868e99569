// Lints about logic that can be seen in the text: negations, branches that do not differ, comparisons that contradict each
// other, blocks with nothing in them, loops without an end.
import WfDiagnostics
import WfSource
import WfSyntax

extension ProgramChecker {
    // MARK: operators

    /// `!!x`, `!(a == b)`, `-(-x)`.
    func lintNegation(_ view: UnaryExprView) {
        let inner = withoutParens(view.operand)
        if tree.kind(inner) == .unaryExpr {
            let other = UnaryExprView(tree, inner)
            let isNumber = [.intExpr, .floatExpr].contains(tree.kind(other.operand))
            guard other.operation == view.operation, !isNumber else { return }
            lint(.negatedTwice(shorter: tree.text(other.operand), at: view.span))
        } else if view.operation == .not && tree.kind(inner) == .binaryExpr {
            let other = BinaryExprView(tree, inner)
            guard other.operation == .equal || other.operation == .notEqual else { return }
            let opposite = other.operation == .equal ? "!=" : "=="
            let shorter = "\(tree.text(other.left)) \(opposite) \(tree.text(other.right))"
            lint(.negatedTwice(shorter: shorter, at: view.span))
        }
    }

    func lintBinary(_ view: BinaryExprView) {
        switch view.operation {
        case .and, .or: if !lintForegone(view) { lintChain(view) }
        case .divide, .remainder:
            if wholeLiteral(written(view.right)) == 0 {
                lint(.dividesByZero(at: tree.span(view.right)))
            } else if magnitude(view.right) == 1 {
                lintUseless(view)
            }
        case .multiply:
            if magnitude(view.right) == 0 || magnitude(view.right) == 1 { lintUseless(view) }
            if magnitude(view.left) == 0 || magnitude(view.left) == 1 { lintUselessLeft(view) }
            lintUnitTimes(view.left, view.right)
            lintUnitTimes(view.right, view.left)
        case .add, .subtract:
            if addsNothing(view.right) {
                if !addsNothing(view.left) { lintUseless(view) }
            } else if view.operation == .add, addsNothing(view.left) {
                lintUselessLeft(view)
            }
        case .coalesce:
            if isSameText(view.left, view.right) {
                lint(.sameOperands(tree.text(view.left), "??", result: "one is enough", at: view.span))
            }
        default: break
        }
    }

    private func magnitude(_ id: NodeId) -> UInt64? {
        tree.kind(id) == .intExpr ? tree.integerMagnitude(id) : nil
    }

    private func lintUseless(_ view: BinaryExprView) {
        // `0 * 1` in a table of products is a table of products
        if magnitude(view.left) != nil { return }
        let isZero =
            view.operation == .multiply && magnitude(view.right) == 0 || view.operation == .remainder
        lint(
            .uselessOperation(
                tree.text(view.id), result: isZero ? "0" : tree.text(view.left), at: view.span))
    }

    /// `1 * x`, `0 + x`
    private func lintUselessLeft(_ view: BinaryExprView) {
        if wholeLiteral(view.right) != nil || tree.kind(withoutParens(view.right)) == .stringExpr { return }
        let isZero = view.operation == .multiply && magnitude(view.left) == 0
        lint(
            .uselessOperation(
                tree.text(view.id), result: isZero ? "0" : tree.text(view.right), at: view.span))
    }

    /// `1s * delayMs`
    private func lintUnitTimes(_ one: NodeId, _ count: NodeId) {
        guard tree.kind(one) == .durationExpr else { return }
        let units = ["1ms": "milliseconds", "1s": "seconds", "1m": "minutes", "1h": "hours", "1d": "days"]
        guard let function = units[tree.text(one)] else { return }
        let name: NameId
        switch tree.kind(withoutParens(count)) {
        case .nameExpr: name = NameExprView(tree, withoutParens(count)).name
        case .memberExpr: name = MemberExprView(tree, withoutParens(count)).name
        default: return
        }
        guard !name.isNone, let unit = ProgramChecker.unit(of: text(name)), unit != function else { return }
        lint(.wrongUnit(text(name), nameUnit: unit, function: function, at: tree.span(count)))
    }

    /// `""`, `[]`
    private func addsNothing(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .stringExpr:
            return StringExprView(tree, id).interpolations.isEmpty && CommandLine.literal(id, tree) == ""
        case .listExpr: return ListExprView(tree, id).elements.isEmpty
        default: return false
        }
    }

    /// The right operand of `&&` or `||` against each operand before it.
    private func lintChain(_ view: BinaryExprView) {
        var left = view.left
        // a chain of thousands is made by a program, and compared with its neighbours only
        for _ in 0..<16 {
            let kind = tree.kind(left)
            let isChain = kind == .binaryExpr && BinaryExprView(tree, left).operation == view.operation
            lintPair(isChain ? BinaryExprView(tree, left).right : left, view.right, view)
            if !isChain { return }
            left = BinaryExprView(tree, left).left
        }
    }

    private func lintPair(_ left: NodeId, _ right: NodeId, _ view: BinaryExprView) {
        if isSameCondition(left, right) {
            // two names side by side are WF5011's
            let isPlain = tree.kind(left) == .nameExpr || tree.kind(left) == .memberExpr
            if left != view.left || !isPlain {
                lint(.conditionRepeated(tree.text(right), at: tree.span(right), first: tree.span(left)))
            }
            return
        }
        if isOpposite(left, right) || isTwoTexts(left, right, view.operation) {
            let isOr = view.operation == .or
            return lint(.conditionsContradict(value: isOr, at: view.span, first: tree.span(left)))
        }
        guard let one = Bound(left, self), let other = Bound(right, self),
            isSameText(one.subject, other.subject)
        else { return }
        if view.operation == .and && !one.canHold(with: other) {
            lint(.conditionsContradict(value: false, at: view.span, first: tree.span(left)))
        } else if view.operation == .or && !one.negated.canHold(with: other.negated) {
            lint(.conditionsContradict(value: true, at: view.span, first: tree.span(left)))
        }
    }

    /// A comparison of something with a whole number or a duration that is written out.
    struct Bound {
        var subject: NodeId
        var operation: BinaryOperator
        var limit: Int64

        init?(_ id: NodeId, _ checker: ProgramChecker) {
            let id = checker.withoutParens(id)
            guard checker.tree.kind(id) == .binaryExpr else { return nil }
            let view = BinaryExprView(checker.tree, id)
            switch view.operation {
            case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: break
            default: return nil
            }
            if let limit = checker.wholeLiteral(view.right) {
                (subject, operation, self.limit) = (view.left, view.operation, limit)
            } else if let limit = checker.wholeLiteral(view.left) {
                (subject, operation, self.limit) = (view.right, Bound.flipped(view.operation), limit)
            } else {
                return nil
            }
            if checker.wholeLiteral(subject) != nil { return nil }
        }

        static func flipped(_ operation: BinaryOperator) -> BinaryOperator {
            switch operation {
            case .less: return .greater
            case .lessEqual: return .greaterEqual
            case .greater: return .less
            case .greaterEqual: return .lessEqual
            default: return operation
            }
        }

        var negated: Bound {
            var result = self
            switch operation {
            case .equal: result.operation = .notEqual
            case .notEqual: result.operation = .equal
            case .less: result.operation = .greaterEqual
            case .lessEqual: result.operation = .greater
            case .greater: result.operation = .lessEqual
            default: result.operation = .less
            }
            return result
        }

        /// Whether some value fulfils both: between two neighbouring whole numbers there may be one, since the subject
        /// may be a Float.
        func canHold(with other: Bound) -> Bool {
            if operation == .notEqual || other.operation == .notEqual {
                return !(limit == other.limit && (operation == .equal || other.operation == .equal))
            }
            let low = max(lowest, other.lowest)
            let high = min(highest, other.highest)
            if low != high { return low < high }
            return includes(low) && other.includes(low)
        }

        private var lowest: Int64 {
            operation == .less || operation == .lessEqual ? .min : limit
        }
        private var highest: Int64 {
            operation == .greater || operation == .greaterEqual ? .max : limit
        }
        private func includes(_ value: Int64) -> Bool {
            if value != limit { return true }
            return operation != .less && operation != .greater
        }
    }

    /// `5`, `-5`, `10m`: its value, durations in microseconds.
    func wholeLiteral(_ id: NodeId) -> Int64? {
        switch tree.kind(id) {
        case .intExpr: return tree.integerMagnitude(id).flatMap { Int64(exactly: $0) }
        case .durationExpr: return tree.durationMicroseconds(id)
        case .parenExpr: return wholeLiteral(ParenExprView(tree, id).inner)
        case .unaryExpr:
            let view = UnaryExprView(tree, id)
            return view.operation == .negate ? wholeLiteral(view.operand).map { -$0 } : nil
        case .binaryExpr: return difference(BinaryExprView(tree, id))
        default: return nil
        }
    }

    /// `3 - 3`, of two literals
    private func difference(_ view: BinaryExprView) -> Int64? {
        guard view.operation == .subtract, tree.kind(view.left) == tree.kind(view.right),
            [.intExpr, .durationExpr].contains(tree.kind(view.left)), let left = wholeLiteral(view.left),
            let right = wholeLiteral(view.right)
        else { return nil }
        return left - right
    }

    /// `9..<1`
    func lintRange(_ id: NodeId, _ low: NodeId, _ high: NodeId) {
        guard let last = wholeLiteral(high) else { return }
        if let first = wholeLiteral(low) {
            if first <= last { return }
        } else if last != 0 || !isCount(low) || RangeExprView(tree, id).operation == .closed {
            // down to 0 from what is never below it
            return
        }
        lint(.emptyRange(tree.text(low), tree.text(high), at: tree.span(id)))
    }

    /// `xs.count` of a parameter that is a list, a map or a text; a field of a record that is called so may be below 0.
    private func isCount(_ id: NodeId) -> Bool {
        guard tree.kind(id) == .memberExpr, !declarationNode.isNone else { return false }
        let view = MemberExprView(tree, id)
        guard !view.name.isNone, text(view.name) == "count", tree.kind(view.base) == .nameExpr,
            [.funcDecl, .workflowDecl, .flowDecl].contains(tree.kind(declarationNode))
        else { return false }
        let owner = NameExprView(tree, view.base).name
        return CallableDeclView(tree, declarationNode).parameters.contains { id in
            let parameter = ParameterView(tree, id)
            if parameter.name != owner { return false }
            let type = tree.text(parameter.type)
            return type.hasPrefix("[") || type == "String"
        }
    }

    // MARK: branches

    func lintIf(_ view: IfExprView) {
        lintParens(view.condition, isHead: true)
        lintEmptyBlock(view.thenBlock, "branch")
        guard let other = view.elseBranch else { return }
        if tree.kind(other) == .ifExpr { return lintLadder(view) }
        lintEmptyBlock(other, "branch")
        guard !BlockView(tree, other).statements.isEmpty else { return }
        if isSameText(view.thenBlock, other) {
            return lint(.branchesAreEqual(at: tree.span(tree.firstToken(view.id)), other: tree.span(other)))
        }
        guard let yes = onlyExpression(view.thenBlock), let no = onlyExpression(other) else { return }
        let isReturned = tree.kind(yes) == .returnStmt && tree.kind(no) == .returnStmt
        let values = isReturned ? [yes, no].compactMap { ReturnStmtView(tree, $0).value } : [yes, no]
        guard values.count == 2 else { return }
        switch (tree.kind(values[0]), tree.kind(values[1])) {
        case (.trueExpr, .falseExpr): lintTruth(view, isNegated: false, isReturned)
        case (.falseExpr, .trueExpr): lintTruth(view, isNegated: true, isReturned)
        default: if !isReturned { lintDefault(view, yes, no) }
        }
    }

    private func lintTruth(_ view: IfExprView, isNegated: Bool, _ isReturned: Bool) {
        let condition = tree.text(view.condition)
        let isSimple = [.nameExpr, .memberExpr, .callExpr, .parenExpr].contains(tree.kind(view.condition))
        let shorter = !isNegated ? condition : isSimple ? "!\(condition)" : "!(\(condition))"
        lint(.yieldsItsCondition((isReturned ? "return " : "") + shorter, at: view.span))
    }

    /// `if x != null { x } else { d }`
    private func lintDefault(_ view: IfExprView, _ yes: NodeId, _ no: NodeId) {
        let condition = withoutParens(view.condition)
        guard tree.kind(condition) == .binaryExpr else { return }
        let test = BinaryExprView(tree, condition)
        guard tree.kind(test.right) == .nullExpr else { return }
        let (present, absent) = test.operation == .notEqual ? (yes, no) : (no, yes)
        guard test.operation == .equal || test.operation == .notEqual, isSameText(test.left, present) else {
            return
        }
        // something that waits or fails is more than a default
        switch tree.kind(absent) {
        case .nameExpr, .memberExpr, .intExpr, .floatExpr, .stringExpr, .durationExpr, .trueExpr, .falseExpr,
            .nullExpr, .listExpr, .mapExpr, .implicitMemberExpr:
            if tree.kind(absent) == .nullExpr { return }
            lint(.defaultByIf("\(tree.text(test.left)) ?? \(tree.text(absent))", at: view.span))
        default: break
        }
    }

    /// Conditions of an `if … else if …` that have been asked before.
    private func lintLadder(_ view: IfExprView) {
        var next = view.elseBranch
        var count = 0
        while let id = next, tree.kind(id) == .ifExpr, count < 32 {
            let other = IfExprView(tree, id)
            if isSameCondition(view.condition, other.condition) {
                lint(
                    .conditionRepeated(
                        tree.text(other.condition), at: tree.span(other.condition),
                        first: tree.span(view.condition)))
                return
            }
            next = other.elseBranch
            count += 1
        }
    }

    /// Neighbouring arms that do the same and bind nothing.
    func lintArms(_ view: MatchExprView) {
        lintParens(view.subject, isHead: true)
        guard isLinted(5035) else { return }
        var previous: MatchArmView?
        for item in view.arms {
            let arm = MatchArmView(tree, item)
            if let before = previous, before.guardCondition == nil, arm.guardCondition == nil,
                bindsNothing(before.pattern), bindsNothing(arm.pattern), isSameText(before.body, arm.body)
            {
                let both = "\(tree.text(before.pattern)) | \(tree.text(arm.pattern))"
                lint(.armsAreEqual(both, at: tree.span(arm.pattern), first: tree.span(before.pattern)))
            }
            previous = arm
        }
    }

    private func bindsNothing(_ pattern: NodeId) -> Bool {
        switch tree.kind(pattern) {
        case .literalPattern, .rangePattern: return true
        case .casePattern: return CasePatternView(tree, pattern).arguments.isEmpty
        case .orPattern: return OrPatternView(tree, pattern).elements.allSatisfy { bindsNothing($0) }
        default: return false
        }
    }

    // MARK: blocks

    /// A block without a statement and without a comment that says why.
    func lintEmptyBlock(_ id: NodeId, _ what: String) {
        guard tree.kind(id) == .block, BlockView(tree, id).statements.isEmpty, !hasComment(id) else { return }
        lint(.emptyBlock(what, at: tree.span(id)))
    }

    /// `while true { … }` that nothing leaves.
    func lintEndless(_ view: WhileStmtView) {
        guard isAlwaysTrue(view.condition) else { return lintUnchanged(view) }
        let first = tree.node(view.body).first
        var index = view.body.index
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            switch node.kind {
            case .breakStmt, .returnStmt, .failStmt: return
            default: index -= 1
            }
        }
        lint(.endlessLoop(at: tree.span(tree.firstToken(view.id)).joined(tree.span(view.condition))))
    }

    /// A map that is given a key twice.
    func lintMap(_ view: MapExprView) {
        let entries = view.entries
        if entries.count < 2 || entries.count > 200 { return }
        var seen: [String: NodeId] = [:]
        for entry in entries {
            let kind = tree.kind(entry.key)
            guard
                kind == .stringExpr && StringExprView(tree, entry.key).interpolations.isEmpty
                    || kind == .intExpr
            else { continue }
            let text = tree.text(entry.key)
            if let first = seen[text] {
                lint(.keyTwice(text, at: tree.span(entry.key), first: tree.span(first)))
            } else {
                seen[text] = entry.key
            }
        }
    }

    // MARK: sequences

    /// A `sequence` with one node in it, or with nothing but questions, whose order does not matter.
    func lintSequence(_ view: SequenceExprView) {
        guard tree.kind(view.body) == .block else { return }
        let statements = BlockView(tree, view.body).statements
        let word = tree.span(tree.firstToken(view.id))
        if statements.count == 1 { return lint(.sequenceOfOne(at: word)) }
        var count = 0
        var names: Set<NameId> = []
        for item in statements {
            let value: NodeId
            switch tree.kind(item) {
            case .stepStmt:
                let step = StepStmtView(tree, item)
                if !step.clauses.allSatisfy({ boundsOnly($0) }) { return }
                value = withoutParens(step.value)
            case .exprStmt where item == statements.last && count > 1:
                if !touchesNothing(item) { return }
                continue
            default: return
            }
            guard tree.kind(value) == .callExpr, isQuestion(CallExprView(tree, value)), !reads(value, names)
            else { return }
            names.insert(StepStmtView(tree, item).name)
            count += 1
        }
        if count > 1 { lint(.sequenceOfQuestions(at: word)) }
    }

    /// Whether a clause only says how long or how often.
    private func boundsOnly(_ clause: NodeId) -> Bool {
        if tree.kind(clause) == .retryClause { return true }
        let kind = ClauseView(tree, clause).kind
        return kind == .timeout || kind == .deadline
    }

    private func isQuestion(_ view: CallExprView) -> Bool {
        let found = effectSymbol(view)
        guard found >= 0, symbols[found].kind == .effect else { return false }
        if callFacts(of: found).traits.contains(.asks) {
            return !["now", "random", "uuid"].contains(text(symbols[found].name))
        }
        let name = text(symbols[found].name)
        return moduleName(Int(symbols[found].module)) == "http" && (name == "get" || name == "head")
    }

    private func touchesNothing(_ id: NodeId) -> Bool {
        var result = true
        forEachNode(of: id) { inner, kind in
            if kind == .callExpr && effectSymbol(CallExprView(tree, inner)) >= 0 { result = false }
            if kind == .awaitExpr || kind == .spawnExpr { result = false }
        }
        return result
    }

    private func reads(_ id: NodeId, _ names: Set<NameId>) -> Bool {
        var result = false
        forEachNode(of: id) { inner, kind in
            if kind == .nameExpr && names.contains(NameExprView(tree, inner).name) { result = true }
        }
        return result
    }
}
