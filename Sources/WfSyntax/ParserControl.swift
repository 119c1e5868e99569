// Expressions that hold blocks: if, match, for, loop, race, try.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    mutating func ifExpression() -> NodeId {
        let first = index
        guard enter() else {
            defer { leave() }
            reportTooDeep()
            panic = true
            return make(.errorExpr, first)
        }
        defer { leave() }
        advance()
        let condition = head()
        let then = block()
        var other = NodeId.none
        if foreignElse() {
            other = ifExpression()
        } else if !panic, at(.else), nextKind != .fatArrow, nextKind != .arrow {
            advance()
            other = at(.if) ? ifExpression() : block()
            if !panic, at(.else), kind(of: other) == .block, nextKind == .leftBrace || word(at: next) == .if {
                report(.duplicateElse(at: span(index)).fixed(fixDuplicateElse()))
                panic = true
            }
        }
        let record = record(condition.index, then.index, other.index, count: 3)
        return make(.ifExpr, first, a: record)
    }

    mutating func matchExpression() -> NodeId {
        let first = index
        guard enter() else {
            defer { leave() }
            advance()
            return tooDeep(.errorExpr)
        }
        defer { leave() }
        advance()
        let subject = head()
        if panic { skipToBody() }
        let open = index
        guard expect(.leftBrace, "`{`") else { return make(.errorExpr, first) }
        panic = false
        let saved = enterBraces()
        let savedStart = statementStart
        let mark = self.mark
        while kind != .rightBrace {
            statementStart = index
            push(matchArm())
            if !armSeparator() { break }
        }
        let arms = list(from: mark)
        statementStart = savedStart
        leaveBrackets(saved)
        closeBlock(open)
        return make(.matchExpr, first, a: subject.index, b: arms)
    }

    /// An arm that ends with a block needs no separator.
    private mutating func armSeparator() -> Bool {
        if !panic, index > 0, tokens[index - 1].kind == .rightBrace, kind != .comma, kind != .semicolon,
            kind != .rightBrace,
            kind != .endOfFile, !isDeclarationAtMargin(index)
        {
            return true
        }
        return braceSeparator()
    }

    private static let recordPatternHelp =
        "no pattern looks into a record: name it, and ask for its fields behind `if`, as in `r if r.count > 1 => …`"

    /// `Some(x) => …`, `Shipped(x) => …`
    private static func help(ofCase name: String) -> String {
        if name == "Some" || name == "Just" {
            return "write `null => …` for nothing, and a name for the rest"
        }
        return "write `.\(name.prefix(1).lowercased())\(name.dropFirst())(…)`"
    }

    private mutating func matchArm() -> NodeId {
        let first = index
        var pattern = pattern()
        foreignAlternatives(first, &pattern)
        var guardCondition = NodeId.none
        if !panic, take(.if) || foreignGuard() {
            let savedLambda = allowsLambda
            allowsLambda = false
            guardCondition = expression()
            allowsLambda = savedLambda
        }
        var body = NodeId.none
        if !panic, index == first + 1, kind != .fatArrow, kind != .colon, tokens[first].kind == .identifier,
            let word = word(at: first), ClauseKind.of(word) != nil || word == .retry
        {
            fail(.clauseInArm(word.text, at: span(first)))
        }
        if !panic, kind == .leftBrace, index == first + 1, isCapitalised(first) {
            failExpected("`=>`", help: SyntaxParser.recordPatternHelp)
            skipBalanced()
        }
        if !panic, kind == .leftParen, index == first + 1, isCapitalised(first) {
            failExpected("`=>`", help: SyntaxParser.help(ofCase: text(first)))
            skipBalanced()
        }
        if !panic, !foreignArmColon() { expect(.fatArrow, "`=>`") }
        if panic {
            body = make(.errorExpr, index)
        } else if kind == .leftBrace {
            body = block()
        } else {
            body = armStatement()
        }
        let record = record(pattern.index, guardCondition.index, body.index, count: 3)
        return make(.matchArm, first, a: record)
    }

    mutating func forExpression() -> NodeId {
        let first = index
        advance()
        let isForeign = foreignFor()
        let pattern = isForeign ? make(.errorPattern, first) : bindingPattern()
        if !panic, !isForeign { expect(.in) }
        let sequence = panic || isForeign ? make(.errorExpr, index) : head()
        var limit = NodeId.none
        if !panic, at(.limit) {
            advance()
            limit = head()
        }
        let body = block()
        let record = record(pattern.index, sequence.index, limit.index, body.index, count: 4)
        return make(.forExpr, first, a: record)
    }

    mutating func loopExpression() -> NodeId {
        let first = index
        advance()
        let mark = self.mark
        if kind == .leftParen {
            let open = index
            advance()
            let saved = enterBrackets()
            while kind != .rightParen {
                let start = index
                let (name, token) = declaredName("a variable of the loop")
                var written = NodeId.none
                if !panic, take(.colon) { written = type() }
                if !panic { expect(.equal, "`=` and the first value") }
                let value = panic ? make(.errorExpr, index) : expression()
                let record = record(name, token, written.index, value.index, count: 4)
                push(make(.loopVariable, start, a: record))
                if !separator(.rightParen) { break }
            }
            leaveBrackets(saved)
            closeBracket(open, .rightParen, "(")
        }
        let variables = list(from: mark)
        var condition = NodeId.none
        if !panic, take(.while) { condition = head() }
        let body = block()
        let record = record(variables, condition.index, body.index, count: 3)
        return make(.loopExpr, first, a: record)
    }

    mutating func raceExpression() -> NodeId {
        let first = index
        advance()
        let open = index
        advance()
        let saved = enterBraces()
        let savedStart = statementStart
        let mark = self.mark
        while kind != .rightBrace, kind != .endOfFile, !isDeclarationAtMargin(index) {
            statementStart = index
            let start = index
            let (name, _) = declaredName("the name of a branch")
            let body = block()
            push(make(.raceBranch, start, a: name, b: body.index))
            if panic {
                if !recoverBetweenBraces() { break }
            } else {
                _ = take(.comma) || take(.semicolon)
            }
            if index == start { advance() }
        }
        let branches = list(from: mark)
        statementStart = savedStart
        leaveBrackets(saved)
        closeBlock(open)
        return make(.raceExpr, first, a: branches)
    }

    mutating func tryExpression() -> NodeId {
        let first = index
        advance()
        let body = block()
        let mark = self.mark
        while !panic, at(.catch) {
            let start = index
            advance()
            var name: UInt32 = 0
            var token = UInt32(start)
            if kind == .identifier, !at(.on) { (name, token) = declaredName("a name for the error") }
            foreignCatch(from: start)
            let faults = take(.on) ? faultPatterns() : 0
            let handler = block()
            let record = record(name, token, faults, handler.index, count: 4)
            push(make(.catchClause, start, a: record))
        }
        let catches = list(from: mark)
        return make(.tryExpr, first, a: body.index, b: catches)
    }
}
