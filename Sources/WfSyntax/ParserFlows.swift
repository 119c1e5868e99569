// The statements of a flow: steps with arrows, gates, ends, boundary events.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    mutating func flowStatement() -> NodeId {
        let first = index
        statementStart = first
        guard kind == .identifier else {
            failExpected("a node of the flow")
            return make(.errorStmt, first)
        }
        let nextIsName = nextKind == .identifier && !nextStartsLine
        switch word(at: first) {
        case .step where nextIsName, .flow where nextIsName && !isNestedDeclaration(first): return flowStep()
        case .choice where nextIsName: return flowGate(.choice)
        case .split where nextIsName: return flowGate(.split)
        case .join where nextIsName: return flowGate(.join)
        case .any where nextIsName: return flowGate(.any)
        case .first where nextIsName: return flowGate(.first)
        case .end where nextIsName: return flowEnd(.end)
        case .terminate where nextIsName: return flowEnd(.terminate)
        case .fail where nextIsName && tokens[next + 1].kind == .equal: return flowEnd(.fail)
        case .let where nextIsName: return flowLet()
        case .on where nextIsName: return flowBoundary()
        default: break
        }
        if nextKind == .arrow, !nextStartsLine {
            advance()
            let source = make(.nameExpr, first, a: names[first])
            let targets = flowTargets()
            return make(.flowEdge, first, a: source.index, b: targets)
        }
        // `signal` and `query` stand in a flow as they do in a workflow.
        return statement()
    }

    /// `-> a, b`; 0 when no arrow stands here.
    private mutating func flowTargets() -> UInt32 {
        guard !panic, kind == .arrow else { return 0 }
        advance()
        let mark = self.mark
        repeat { push(flowTarget()) } while !panic && take(.comma)
        return list(from: mark)
    }

    private mutating func flowTarget() -> NodeId {
        let first = index
        let (name, _) = declaredName("the name of a node")
        return make(.nameExpr, first, a: name)
    }

    private mutating func flowStep() -> NodeId {
        let first = index
        let flags: UInt8 = at(.flow) ? 1 : 0
        advance()
        let (name, token) = declaredName("the name of the step")
        let written = !panic && take(.colon) ? type() : NodeId.none
        if !panic { expect(.equal, "`=` and a call") }
        let value = panic ? make(.errorExpr, index) : expression()
        let clauses = panic ? 0 : clauseList(after: value)
        let targets = flowTargets()
        let record = record(name, token, value.index, clauses, targets, written.index, count: 6)
        return make(.flowStep, first, a: record, flags: flags)
    }

    /// `let total = a + b -> next`: a step that computes.
    private mutating func flowLet() -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the value")
        let written = !panic && take(.colon) ? type() : NodeId.none
        if !panic { expect(.equal, "`=` and a value") }
        let value = panic ? make(.errorExpr, index) : expression()
        let targets = flowTargets()
        let record = record(name, token, value.index, 0, targets, written.index, count: 6)
        return make(.flowStep, first, a: record, flags: 2)
    }

    private mutating func flowGate(_ gate: FlowGateKind) -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the gate")
        let mark = self.mark
        if !panic, kind == .leftBrace {
            let open = index
            advance()
            let saved = enterBraces()
            let savedStart = statementStart
            while kind != .rightBrace {
                statementStart = index
                push(flowArm())
                if !braceSeparator() { break }
            }
            statementStart = savedStart
            leaveBrackets(saved)
            closeBlock(open)
        }
        let arms = list(from: mark)
        let targets = flowTargets()
        if !panic, arms == 0, targets == 0 { failExpected("`{` and the ways out, or `->` and a node") }
        let record = record(name, token, arms, targets, count: 4)
        return make(.flowGate, first, a: record, aux: UInt16(gate.rawValue))
    }

    private mutating func flowArm() -> NodeId {
        let first = index
        var condition = NodeId.none
        if at(.else) {
            advance()
        } else if at(.timeout), beginsOperand(next) {
            advance()
            let duration = expression()
            condition = make(.clause, first, a: duration.index, aux: UInt16(ClauseKind.timeout.rawValue))
        } else {
            condition = expression()
        }
        if !panic { expect(.arrow, "`->` and a node") }
        let target = panic ? make(.errorExpr, index) : flowTarget()
        return make(.flowArm, first, a: condition.index, b: target.index)
    }

    private mutating func flowEnd(_ end: FlowEndKind) -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the end")
        let value = !panic && take(.equal) ? expression() : NodeId.none
        let record = record(name, token, value.index, count: 3)
        return make(.flowEnd, first, a: record, aux: UInt16(end.rawValue))
    }

    private mutating func flowBoundary() -> NodeId {
        let first = index
        advance()
        var flags: UInt8 = 0
        if at(.parallel), nextKind == .identifier {
            advance()
            flags = 1
        }
        let isError = at(.error)
        let (name, token) = declaredName("`timeout`, `every`, `error`, `signal` or `when`")
        let hasArgument = !panic && kind != .arrow
        let faults = hasArgument && isError ? faultPatterns() : 0
        let argument = hasArgument && !isError ? expression() : NodeId.none
        var limit = NodeId.none
        if !panic, at(.limit) {
            advance()
            limit = expression()
        }
        if !panic { expect(.arrow, "`->` and a node") }
        let target = panic ? make(.errorExpr, index) : flowTarget()
        let record = record(name, token, argument.index, target.index, faults, limit.index, count: 6)
        return make(.flowBoundary, first, a: record, flags: flags)
    }
}
