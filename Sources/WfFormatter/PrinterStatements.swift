// Statements, clauses, flows.

import WfSyntax

extension Printer {
    mutating func statement(_ id: NodeId) {
        switch tree.kind(id) {
        case .letStmt:
            let view = LetStmtView(tree, id)
            keyword()
            node(view.pattern)
            typed(view.type)
            initial(view.value)
        case .assignStmt:
            let view = AssignStmtView(tree, id)
            node(view.target)
            initial(view.value)
        case .returnStmt, .nextStmt, .failStmt:
            token()
            if let value = ReturnStmtView(tree, id).value {
                space()
                node(value)
            }
        case .breakStmt, .continueStmt: token()
        case .whileStmt:
            let view = WhileStmtView(tree, id)
            keyword()
            head(view.condition)
            space()
            block(view.body)
        case .exprStmt:
            let view = ExprStmtView(tree, id)
            node(view.value)
            clauses(view.clauses)
        case .stepStmt:
            let view = StepStmtView(tree, id)
            keyword()
            token()
            typed(view.type)
            initial(view.value)
            clauses(view.clauses)
        case .signalStmt:
            keyword()
            token()
            typed(SignalStmtView(tree, id).type)
        case .queryStmt:
            let view = QueryStmtView(tree, id)
            keyword()
            token()
            typed(view.type)
            initial(view.value)
        case .mockStmt, .expectFailsStmt: mock(MockStmtView(tree, id))
        case .expectStmt, .realStmt:
            keyword()
            node(ExpectStmtView(tree, id).value)
        default: flowStatement(id)
        }
    }

    /// A word and the space after it.
    mutating func keyword() {
        token()
        space()
    }

    mutating func typed(_ type: NodeId?) {
        guard let type else { return }
        keyword()
        node(type)
    }

    private mutating func mock(_ view: MockStmtView) {
        keyword()
        node(view.target)
        if view.isFailure {
            space()
            token()
            for part in [view.fault, view.message].compactMap({ $0 }) {
                space()
                node(part)
            }
        } else {
            initial(view.value)
        }
        if let delay = view.delay {
            space()
            keyword()
            node(delay)
        }
    }

    // MARK: Clauses

    /// Clauses: one that the source has on its step's line stays there if it fits, all others stand on indented lines of
    /// their own.
    ///
    /// - Parameter broken: no clause stays on the line.
    /// - Returns: whether they stand on lines of their own.
    @discardableResult
    mutating func clauses(_ clauses: NodeList, broken: Bool = false) -> Bool {
        guard let only = clauses.first else { return false }
        if flat > 0 || !broken && clauses.count == 1 && fitsOnLine(only) {
            for clause in clauses {
                space()
                node(clause)
            }
            return false
        }
        indent += 1
        for clause in clauses {
            newline(blank: false)
            node(clause)
        }
        indent -= 1
        return true
    }

    private mutating func fitsOnLine(_ clause: NodeId) -> Bool {
        if startsLine(next) && !ignoresSource || hasComment(after: next - 1, through: next) { return false }
        if inTrial { return true }
        return trial({
            $0.space()
            $0.node(clause)
        }) != .overflow
    }

    mutating func clause(_ id: NodeId) {
        let view = ClauseView(tree, id)
        token()
        switch view.kind {
        case .once: break
        case .noDeadline:
            space()
            token()
        case .after:
            words(view.operands)
        default:
            if let operand = view.operand {
                space()
                node(operand)
            }
        }
    }

    // MARK: Flows

    private mutating func flowStatement(_ id: NodeId) {
        switch tree.kind(id) {
        case .flowStep:
            let view = FlowStepView(tree, id)
            keyword()
            token()
            typed(view.type)
            initial(view.value)
            if clauses(view.clauses), !view.targets.isEmpty {
                indent += 1
                newline(blank: false)
                arrowHere(view.targets)
                indent -= 1
            } else {
                arrow(view.targets)
            }
        case .flowEdge:
            let view = FlowEdgeView(tree, id)
            node(view.source)
            arrow(view.targets)
        case .flowGate:
            let view = FlowGateView(tree, id)
            keyword()
            token()
            if nextKind == .leftBrace {
                space()
                arms(view.arms) { $0.node($1) }
            }
            arrow(view.targets)
        case .flowEnd:
            keyword()
            token()
            initial(FlowEndView(tree, id).value)
        case .flowBoundary:
            let view = FlowBoundaryView(tree, id)
            indent += 1
            keyword()
            if view.isParallel { keyword() }
            token()
            if let argument = view.argument {
                space()
                node(argument)
            }
            words(view.faults)
            if let limit = view.limit {
                goOn {
                    $0.keyword()
                    $0.node(limit)
                }
            }
            arrow(to: view.target)
            indent -= 1
        default: break
        }
    }

    mutating func flowArm(_ id: NodeId) {
        let view = FlowArmView(tree, id)
        if let condition = view.condition { node(condition) } else { token() }
        arrow(to: view.target)
    }

    /// Arms between braces: on one line as in the source if they fit, else a line each without commas.
    mutating func arms(_ items: NodeList, _ print: (inout Printer, NodeId) -> Void) {
        if items.isEmpty { return emptyBraces() }
        let last = tree.lastToken(items[items.count - 1]).index
        if flat > 0
            || (ignoresSource || !startsLine(next + 1)) && !hasComment(after: next, through: last)
                && (inTrial || trial({ $0.inlineArms(items, print) }) == .fits)
        {
            return inlineArms(items, print)
        }
        token()
        indent += 1
        for (index, item) in items.enumerated() {
            newline(item: index)
            print(&self, item)
            drop(.comma)
            drop(.semicolon)
        }
        closeBrace()
    }

    private mutating func inlineArms(_ items: NodeList, _ print: (inout Printer, NodeId) -> Void) {
        token()
        for (index, item) in items.enumerated() {
            space()
            print(&self, item)
            drop(.comma)
            drop(.semicolon)
            if index < items.count - 1 { insert(",") }
        }
        space()
        token()
    }
}
