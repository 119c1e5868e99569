// Clauses of steps and actions: which may stand where, and their types.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// The clauses of a step or action, by kind.
struct ClauseNodes {
    var when = NodeId.none
    var timeout = NodeId.none
    var deadline = NodeId.none
    var otherwise = NodeId.none
    var retry = NodeId.none
    var via = NodeId.none
    var returns = NodeId.none
    var undo = NodeId.none
    var after: [NodeId] = []
    var first = NodeId.none
    /// The clause nodes whose operands stand above, for spans.
    var timeoutClause = NodeId.none
    var whenClause = NodeId.none
    var deadlineClause = NodeId.none
    var otherwiseClause = NodeId.none
    var undoClause = NodeId.none
    var onceClause = NodeId.none
    var noDeadline = NodeId.none
    var gates = GateClauses()
    var isEmpty: Bool { first.isNone }

    /// The word that the first clause starts with.
    func firstText(_ tree: TreeReader) -> String { tree.text(tree.firstToken(first)) }
    func firstSpan(_ tree: TreeReader) -> Span { tree.span(tree.firstToken(first)) }
}

/// What clauses stand on.
enum ClauseOwner {
    /// A call that touches the world, or of a workflow.
    case call
    /// `if match for loop race try sequence`, or a block.
    case block
    /// A pure value.
    case value
}

extension ProgramChecker {
    /// Sorts clauses by kind; reports those given twice and those not built.
    func sortClauses(_ list: NodeList) -> ClauseNodes {
        var result = ClauseNodes()
        for item in list {
            let token = tree.firstToken(item)
            if tree.kind(item) == .retryClause {
                if result.first.isNone { result.first = item }
                if !result.retry.isNone { report(.clauseTwice("retry", at: tree.span(token))) }
                result.retry = item
                continue
            }
            guard tree.kind(item) == .clause else { continue }
            let clause = ClauseView(tree, item)
            let operand = clause.operand ?? .none
            switch clause.kind {
            case .priority: setGate(.priority, item, operand, &result)
            case .cache: setGate(.cache, item, operand, &result)
            case .pool: setGate(.pool, item, operand, &result)
            case .rate: setGate(.rate, item, operand, &result)
            case .breaker: setGate(.breaker, item, operand, &result)
            case .undo: set(&result.undo, operand, clause, token, &result.undoClause)
            case .once:
                if !result.onceClause.isNone { report(.clauseTwice("once", at: tree.span(token))) }
                result.onceClause = item
            case .noDeadline: result.noDeadline = item
            case .after: result.after.append(contentsOf: clause.operands)
            case .when: set(&result.when, operand, clause, token, &result.whenClause)
            case .timeout: set(&result.timeout, operand, clause, token, &result.timeoutClause)
            case .deadline: set(&result.deadline, operand, clause, token, &result.deadlineClause)
            case .otherwise: set(&result.otherwise, operand, clause, token, &result.otherwiseClause)
            case .via:
                var ignored = NodeId.none
                set(&result.via, operand, clause, token, &ignored)
            case .returns:
                var ignored = NodeId.none
                set(&result.returns, operand, clause, token, &ignored)
            }
            if result.first.isNone { result.first = item }
        }
        return result
    }

    private func setGate(
        _ kind: GateClause, _ clause: NodeId, _ operand: NodeId, _ result: inout ClauseNodes
    ) {
        if !result.gates[kind].isNone {
            report(.clauseTwice(kind.word, at: tree.span(tree.firstToken(clause))))
        }
        result.gates.clauses[kind] = (clause, operand)
    }

    private func set(
        _ place: inout NodeId, _ operand: NodeId, _ clause: ClauseView, _ token: TokenId,
        _ owner: inout NodeId
    ) {
        if !place.isNone { report(.clauseTwice(clause.kind.text, at: tree.span(token))) }
        place = operand
        owner = clause.id
    }

    /// Types the clauses of a node (`when` has been typed before its call).
    func typeClauses(
        _ clauses: ClauseNodes, _ checked: inout CheckedClauses, _ type: TypeId, _ owner: ClauseOwner,
        _ index: Int
    ) {
        // in a flow it has been refused
        if frames.last?.isFlow != true { for operand in clauses.after { after(operand, index) } }
        if owner == .value {
            // A pure call has been told already, and so has a call of nothing known.
            if pending[index].kind == .pureCall || type == .poison { return }
            for clause in [
                clauses.retry, clauses.timeoutClause, clauses.deadlineClause, clauses.otherwiseClause,
                clauses.undoClause, clauses.onceClause, clauses.gates[.pool], clauses.gates[.rate],
                clauses.gates[.breaker], clauses.gates[.priority], clauses.gates[.cache],
            ]
            where !clause.isNone {
                report(
                    .clauseNeedsCall(
                        tree.text(tree.firstToken(clause)), at: tree.span(tree.firstToken(clause))))
            }
            return
        }
        typeTimes(clauses, &checked)
        typeOnce(clauses, &checked, isCall: owner == .call, index)
        checkRetryOfOnce(clauses, isCall: owner == .call, index)
        typeStepGates(clauses, &checked, isCall: owner == .call, index)
        if !clauses.deadline.isNone {
            checked.deadline = expression(clauses.deadline, as: .duration)
            expectNumber(checked.deadline, from: 0, "the time of a `deadline`", at: clauses.deadline)
        }
        if !clauses.otherwise.isNone { checked.otherwise = failover(clauses.otherwise, type, index) }
    }

    /// `timeout` and `retry`, which actions have as well.
    func typeTimes(_ clauses: ClauseNodes, _ checked: inout CheckedClauses) {
        if !clauses.timeout.isNone {
            checked.timeout = expression(clauses.timeout, as: .duration)
            expectNumber(checked.timeout, from: 0, "the time of a `timeout`", at: clauses.timeout)
        }
        if clauses.retry.isNone { return }
        let view = RetryClauseView(tree, clauses.retry)
        checked.retry = expression(view.count, as: .int)
        expectNumber(checked.retry, from: 0, "the count of a `retry`", at: view.count)
        for item in view.faults where tree.kind(item) == .faultPattern {
            if let pattern = faultPattern(FaultPatternView(tree, item)) { checked.retryOn.append(pattern) }
        }
        if reportBackoffUnits(view) { return }
        if let first = view.backoffFirst {
            checked.backoffFirst = expression(first, as: .duration)
            expectNumber(checked.backoffFirst, from: 0, "the time of a `backoff`", at: first)
        }
        if let last = view.backoffLast { checked.backoffLast = expression(last, as: .duration) }
        if let last = view.backoffLast, typed[checked.backoffFirst].kind == .word,
            typed[checked.backoffLast].kind == .word,
            wordValue(checked.backoffFirst) > wordValue(checked.backoffLast)
        {
            report(.backoffReversed(at: tree.span(last)))
        }
        if let factor = view.factor { checked.backoffFactor = expression(factor, as: .float) }
        checked.hasJitter = view.hasJitter
    }

    /// Reports a number that is known to be below what makes sense.
    func expectNumber(_ value: TypedId, from minimum: Int64, _ what: String, at node: NodeId) {
        guard let bits = wordBits(value), Int64(bitPattern: bits) < minimum else { return }
        let span = tree.span(node)
        report(.numberTooSmall(what, minimum: minimum, found: tree.text(span), at: span))
    }

    private func wordValue(_ id: TypedId) -> Int64 {
        Int64(bitPattern: UInt64(typed[id].a) | UInt64(typed[id].b) << 32)
    }

    /// Kinds of failures that `retry … on` knows.
    static let failureKinds = [
        "timeout", "exit", "http", "decode", "cancelled", "expired", "failed", "io", "signal", "output",
        "argument", "secret", "ended",
        "notFound", "denied", "exists", "diskFull", "tooLarge", "unknown", "connect", "dns", "tls", "sql",
        "plugin", "unsupported", "breaker",
    ]

    /// Kinds of failures that are caught, expected and mocked, but never tried again.
    static let faultKinds = ["overflow", "division", "index", "null", "fuel", "depth", "memory", "encode"]

    /// - Parameter isCaught: faults of the machine are caught, but never tried again.
    func faultPattern(_ view: FaultPatternView, isCaught: Bool = false) -> CheckedFailurePattern? {
        if view.name.isNone { return nil }
        let name = text(view.name)
        let kinds = ProgramChecker.failureKinds + (isCaught ? ProgramChecker.faultKinds : [])
        guard kinds.contains(name) else {
            if ProgramChecker.faultKinds.contains(name) {
                report(.faultIsNotTriedAgain(name, at: view.span))
                return nil
            }
            let near = Suggestion.best(for: name, among: kinds)
            report(.unknownFailureKind(name, near: near, known: kinds, at: tree.span(view.nameToken)))
            return nil
        }
        if !view.hasArgument { return CheckedFailurePattern(kind: name, range: nil) }
        if name != "exit" && name != "http" {
            report(.failureKindArgument(name, at: view.span))
            return nil
        }
        let token = tree.token(view.argumentToken)
        let digits = tree.text(view.argumentToken)
        if token.kind == .statusClass {
            guard let first = digits.utf8.first, first >= 0x30, first <= 0x39 else { return nil }
            let low = UInt32(first - 0x30) * 100
            return CheckedFailurePattern(kind: name, range: low...(low + 99))
        }
        guard let value = UInt32(digits.filter { $0 != "_" }) else {
            if token.kind == .integer {
                report(.numberTooLarge(digits, "Int", at: tree.span(view.argumentToken)))
            }
            return nil
        }
        return CheckedFailurePattern(kind: name, range: value...value)
    }

    /// `backoff 1..60`: both without a unit, one mistake.
    private func reportBackoffUnits(_ view: RetryClauseView) -> Bool {
        guard let first = view.backoffFirst, let last = view.backoffLast, tree.kind(first) == .intExpr,
            tree.kind(last) == .intExpr
        else { return false }
        let written = "\(tree.text(first))s..\(tree.text(last))s"
        report(
            .mismatch(
                expected: "Duration", found: "`Int`", at: tree.span(first).joined(tree.span(last)),
                help: "say the unit: `backoff \(written)`"
            ).fixed(
                Fix(
                    "write `\(written)`",
                    [.insert("s", after: tree.span(first)), .insert("s", after: tree.span(last))])))
        return true
    }

    /// `after [a, b]`, `after (a)`, `after "a"`, `after 5m`
    private func reportAfter(_ operand: NodeId) {
        let items: [NodeId]
        switch tree.kind(operand) {
        case .durationExpr:
            return report(
                .afterNeedsName(
                    at: tree.span(operand),
                    help:
                        "name a step to wait for: `step pause = sleep(\(tree.text(operand)))`, then `after pause`"
                ))
        case .parenExpr: items = [withoutParens(operand)]
        case .listExpr: items = Array(ListExprView(tree, operand).elements)
        case .tupleExpr: items = Array(TupleExprView(tree, operand).elements)
        default: items = [operand]
        }
        let names = items.compactMap { item -> String? in
            switch tree.kind(item) {
            case .nameExpr: return tree.text(item)
            case .stringExpr:
                let inside = tree.text(item).filter { $0 != "\"" }
                let isName =
                    !inside.isEmpty
                    && inside.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
                return isName ? inside : nil
            default: return nil
            }
        }
        guard names.count == items.count, !names.isEmpty else {
            return report(.afterNeedsName(at: tree.span(operand), help: "write the step's name"))
        }
        let written = names.joined(separator: ", ")
        let before = tree.span(TokenId(tree.firstToken(operand).index - 1)).end
        let blank = before == tree.span(operand).start ? " " : ""
        report(
            .afterNeedsName(at: tree.span(operand), help: "write `after \(written)`")
                .fixed(Fix("write `after \(written)`", [TextEdit(tree.span(operand), blank + written)])))
    }

    /// `after a`: a step of this block, or of one around it, that has been named.
    private func after(_ operand: NodeId, _ index: Int) {
        guard tree.kind(operand) == .nameExpr else {
            if tree.kind(operand) != .errorExpr { reportAfter(operand) }
            return
        }
        let name = NameExprView(tree, operand).name
        if name.isNone { return }
        let found = Int(bindingOf[Int(name.rawValue)]) - 1
        guard found >= bindingBase else {
            reportUnknownStep(name, at: operand)
            return
        }
        let binding = bindings[found]
        bindings[found].isWaitedFor = true
        if binding.node >= 0 {
            depend(on: binding)
        } else if binding.type != .poison || binding.frame >= 0 {
            report(.afterNotAStep(text(name), at: tree.span(operand)))
        }
    }

    /// `else other(x)`: a node outside every block's list.
    private func failover(_ id: NodeId, _ type: TypeId, _ index: Int) -> Int? {
        let name = workflowNodes[Int(pending[index].node)].name
        workflowNodes.append(
            CheckedNode(
                kind: .block(0), name: "\(name) else", span: tree.span(id), binding: nil, type: type,
                isOptional: false,
                dependencies: [], clauses: nil))
        let number = workflowNodes.count - 1
        let value = withoutParens(id)
        if tree.kind(value) == .callExpr && effectSymbol(CallExprView(tree, value)) >= 0 {
            let found = callNode(CallExprView(tree, value), number, expected: type)
            lintLater(value)
            if found != type && !types.containsPoison(found) && !types.containsPoison(type) {
                report(.failoverType(expected: text(type), found: text(found), at: tree.span(id)))
            }
            return number
        }
        switch tree.kind(value) {
        case .ifExpr, .matchExpr, .forExpr, .loopExpr, .sequenceExpr, .block:
            if tree.kind(value) == .block || touchesWorld(value) {
                report(.failoverNotCall(at: tree.span(id)))
                return nil
            }
        default: break
        }
        let typedValue = type == .poison ? expression(id) : expression(id, as: type)
        workflowNodes[number].kind = .value(typedValue)
        return number
    }
}
