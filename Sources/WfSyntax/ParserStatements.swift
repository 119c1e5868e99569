// Blocks, statements and the clauses of steps.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    // MARK: Blocks

    /// `{ statements }`; the statements of a flow only in a flow's own block, not in those inside its steps.
    mutating func block(isFlow: Bool = false) -> NodeId {
        let first = index
        if kind != .leftBrace {
            if !panic { failExpected("`{`") }
            skipToBody()
            if kind != .leftBrace { return make(.block, first) }
        }
        guard enter() else {
            defer { leave() }
            return tooDeep(.block)
        }
        defer { leave() }
        advance()
        let saved = enterBraces()
        let savedStart = statementStart
        let savedBody = body
        if body == .flow, !isFlow { body = .workflow }
        panic = false
        let mark = self.mark
        var previous: Place?
        while kind != .rightBrace, kind != .endOfFile, !isDeclarationAtMargin(index) {
            if take(.semicolon) { continue }
            previous = read(isFlow ? .flowStatement : .statement, after: previous)
        }
        let statements = list(from: mark)
        body = savedBody
        statementStart = savedStart
        leaveBrackets(saved)
        closeBlock(first)
        return make(.block, first, a: statements)
    }

    /// Checks that a statement ends where it should, and recovers when it does not.
    mutating func endStatement(_ first: Int) {
        if !panic {
            if kind == .rightBrace || kind == .endOfFile { return }
            if take(.semicolon) { return }
            if startsLine && index > first { return }
            failStatementEnd(first)
        }
        recoverStatement(from: first)
        if index == first { advance() }
    }

    private mutating func failStatementEnd(_ first: Int) {
        if kind == .unknown || kind == .malformedNumber {
            panic = true
            return
        }
        if let word = word(at: index), ClauseKind.of(word) != nil || word == .retry {
            return fail(.clauseOutsideStep(word.text, at: span(index)))
        }
        if index == first + 1, tokens[first].kind == .identifier,
            let meant = body == .test && text(first) == "assert" ? "expect" : Foreign.statement[text(first)]
        {
            return fail(.foreignWord(text(first), meant: meant, at: span(first)))
        }
        if kind == .rightParen || kind == .rightBracket {
            return fail(.unmatchedCloser(text(index), at: span(index)))
        }
        if let found = dependsOn(first) { return fail(found) }
        if tokens[first].kind == .identifier, kind == .leftBrace, tokens[first + 1].kind == .leftParen,
            let meant = Foreign.statement[text(first)]
        {
            return fail(.foreignWord(text(first), meant: meant, at: span(first)))
        }
        let habit = habit()
        let help = habit?.help ?? operatorHelp
        fail(
            .expectedStatementEnd(found: describe(index), at: span(index), help: help)
                .fixed(help == nil ? fixStatementEnd() : habit?.fix))
    }

    /// `depends on a`
    private func dependsOn(_ first: Int) -> Diagnostic? {
        guard index == first + 1, at(.on), text(first) == "depends", body != .function else { return nil }
        return .misspeltWord("depends on", meant: "after", at: span(first).joined(span(index)))
    }

    /// What `and`, `or` and `not` are called here.
    var operatorHelp: String? {
        guard kind == .identifier || index > 0 else { return nil }
        if let meant = Foreign.operators[text(index)] { return "write `\(meant)`" }
        if index > 0, !startsLine, tokens[index - 1].kind == .identifier, text(index - 1) == "not" {
            return "write `!\(text(index))`"
        }
        return nil
    }

    /// Takes the `}` of a block, remembering one that stands further left than the line its `{` is on.
    mutating func closeBlock(_ open: Int) {
        if kind == .rightBrace {
            if startsLine, misindented == nil, !isAdjacent(index), column(index) < indentation(open) {
                misindented = (open, index)
            }
            advance()
            return
        }
        let place = startsLine ? endOfPrevious : span(index)
        let culprit = misindented.map { span($0.open) }
        fail(
            .unclosed("{", opened: span(open), found: describe(index), at: place, culprit: culprit)
                .fixed(fixUnclosedBlock(open)))
    }

    // MARK: Statements

    mutating func statement() -> NodeId {
        let first = index
        statementStart = first
        if names[first] != 0, names[first] < 256, let found = keywordStatement() { return found }
        return expressionStatement(first)
    }

    /// The body of an arm that is no block: a statement without clauses; a plain expression stands for itself.
    mutating func armStatement() -> NodeId {
        let first = index
        if let word = word(at: first), word != .step, let found = keywordStatement() { return found }
        let value = expression()
        return assignment(first, value) ?? value
    }

    private mutating func expressionStatement(_ first: Int) -> NodeId {
        let value = expression()
        if let found = assignment(first, value) { return found }
        let clauses = panic ? 0 : clauseList(after: value)
        return make(.exprStmt, first, a: value.index, b: clauses)
    }

    @inline(__always) private mutating func assignment(_ first: Int, _ target: NodeId) -> NodeId? {
        let operation: AssignOperator
        switch kind {
        case .equal: operation = .set
        case .plusEqual: operation = .add
        case .minusEqual: operation = .subtract
        case .starEqual: operation = .multiply
        case .slashEqual: operation = .divide
        case .percentEqual: operation = .remainder
        default: return nil
        }
        if panic || startsLine { return nil }
        advance()
        let value = expression()
        return make(.assignStmt, first, a: target.index, b: value.index, aux: UInt16(operation.rawValue))
    }

    /// A statement that a word begins; nil when the word is just a name here.
    private mutating func keywordStatement() -> NodeId? {
        guard let word = word(at: index) else { return nil }
        let first = index
        let nextIsName = nextKind == .identifier && !nextStartsLine
        switch word {
        case .let, .var: return letStatement(isVar: word == .var)
        case .return:
            advance()
            let value = beginsValue() ? expression() : NodeId.none
            return make(.returnStmt, first, a: value.index)
        case .break:
            advance()
            return make(.breakStmt, first)
        case .continue:
            advance()
            return make(.continueStmt, first)
        case .while:
            advance()
            let condition = head()
            let body = block()
            return make(.whileStmt, first, a: condition.index, b: body.index)
        case .step where nextIsName || nextKind == .equal && body != .function: return stepStatement()
        case .signal where nextIsName:
            advance()
            let (name, token) = declaredName("the name of the signal")
            if !panic { expect(.colon, "`:` and the type of its payload, `: Unit` when it carries none") }
            let type = panic ? make(.errorType, index) : type()
            let record = record(name, token, type.index, count: 3)
            return make(.signalStmt, first, a: record)
        case .query where nextIsName:
            advance()
            let (name, token) = declaredName("the name of the query")
            var written = NodeId.none
            if !panic, take(.colon) { written = type() }
            if !panic { expect(.equal, "`=` and the value") }
            let value = panic ? make(.errorExpr, index) : expression()
            let record = record(name, token, written.index, value.index, count: 4)
            return make(.queryStmt, first, a: record)
        case .next where beginsOperand(next) || nextKind == .leftParen || !nextCombines():
            advance()
            let value = beginsValue() ? expression() : NodeId.none
            return make(.nextStmt, first, a: value.index)
        case .fail where beginsOperand(next) || nextKind == .leftParen && !nextStartsLine:
            advance()
            let value = expression()
            return make(.failStmt, first, a: value.index)
        case .mock where nextIsName: return mockStatement()
        case .expect
        where body == .test && (beginsOperand(next) || nextKind == .leftParen && !nextStartsLine):
            advance()
            let value = expression()
            if !panic, !startsLine, take(.fails) {
                let (fault, message) = failure()
                return make(
                    .expectFailsStmt, first, a: record(value.index, 0, fault.index, message.index, count: 4),
                    flags: 1)
            }
            return make(.expectStmt, first, a: value.index)
        case .real where nextIsName:
            advance()
            let value = expression()
            return make(.realStmt, first, a: value.index)
        case .func, .workflow, .flow, .action, .record, .enum, .const, .extern, .use, .test, .open:
            return isNestedDeclaration(index) ? nestedDeclaration(word) : nil
        default: return nil
        }
    }

    /// A declaration inside a block: reported, read as what it is, kept as an error.
    private mutating func nestedDeclaration(_ word: Word) -> NodeId? {
        let first = index
        let before = diagnostics.count
        report(.declarationInBlock(word.text, at: span(index)))
        let saved = body
        let savedMisindented = misindented
        let inner = declaration()
        if diagnostics.count == before + 1 { fixLast(fixNestedDeclaration(first)) }
        body = saved
        misindented = savedMisindented
        return make(.errorStmt, first, a: inner.index)
    }

    private mutating func letStatement(isVar: Bool) -> NodeId {
        let first = index
        advance()
        let isVar = foreignMut(first) || isVar
        let pattern = bindingPattern()
        let name = kind(of: pattern) == .bindingPattern ? names[firstToken(of: pattern)] : 0
        var written = NodeId.none
        if !panic, take(.colon) { written = type() }
        if !panic { expect(.equal, "`=` and a value") }
        let value = panic ? make(.errorExpr, index) : expression()
        let record = record(pattern.index, name, written.index, value.index, count: 4)
        return make(.letStmt, first, a: record, flags: isVar ? 1 : 0)
    }

    private mutating func stepStatement() -> NodeId {
        let first = index
        advance()
        let (name, token) = declaredName("the name of the step")
        var written = NodeId.none
        let isForeign = !panic && kind == .colon && foreignStepColon()
        if !panic, !isForeign, take(.colon) { written = type() }
        if !panic, !isForeign { expect(.equal, "`=` and a call") }
        let value = panic ? make(.errorExpr, index) : expression()
        let clauses = panic ? 0 : clauseList(after: value)
        let record = record(name, token, written.index, value.index, clauses, count: 5)
        return make(.stepStmt, first, a: record)
    }

    private mutating func mockStatement() -> NodeId {
        let first = index
        advance()
        let savedLambda = allowsLambda
        allowsLambda = false
        let target = expression()
        allowsLambda = savedLambda
        var value = NodeId.none
        var fault = NodeId.none
        var message = NodeId.none
        var flags: UInt8 = 0
        if !panic {
            if take(.fails) {
                flags = 1
                (fault, message) = failure()
            } else if expect(.equal, "`=` and a value, or `fails`") {
                value = expression()
            }
        }
        var delay = NodeId.none
        if !panic, !startsLine, take(.after) { delay = expression() }
        let record = record(target.index, value.index, fault.index, message.index, delay.index, count: 5)
        return make(.mockStmt, first, a: record, flags: flags)
    }

    /// What stands behind `fails`, on the same line.
    private mutating func failure() -> (fault: NodeId, message: NodeId) {
        var fault = NodeId.none
        var message = NodeId.none
        if kind == .identifier, !startsLine, !(at(.after) && beginsOperand(next)) { fault = faultPattern() }
        if kind == .string || kind == .stringHead || kind == .rawString, !startsLine {
            message = expression()
        }
        return (fault, message)
    }

    /// Whether an expression begins at the current token on the same line.
    func beginsValue() -> Bool {
        if startsLine { return false }
        switch kind {
        case .rightBrace, .rightParen, .rightBracket, .semicolon, .comma, .endOfFile, .stringMiddle,
            .stringTail:
            return false
        default: return true
        }
    }

    /// Whether what follows a word makes the word a name: an operator, a dot, an assignment.
    private func nextCombines() -> Bool {
        if nextStartsLine { return false }
        switch nextKind {
        case .rightBrace, .rightParen, .semicolon, .endOfFile, .comma: return false
        default: return true
        }
    }

    /// Whether the token at `index` begins an operand on the line of the token before it.
    func beginsOperand(_ index: Int) -> Bool {
        let token = tokens[index]
        if token.newlineBefore { return false }
        switch token.kind {
        case .integer, .float, .duration, .string, .stringHead, .rawString, .malformedNumber, .unknown:
            return true
        case .identifier: return !(word(at: index) == .as || word(at: index) == .in)
        case .leftParen, .leftBracket, .leftBrace: return !isAdjacent(index)
        case .bang: return true
        case .dot, .minus: return !isAdjacent(index) && tokens[index + 1].start == token.end
        default: return false
        }
    }

    // MARK: Clauses

    /// The clauses that continue a step or bare call whose value is `value`; 0 when there are none.
    mutating func clauseList(after value: NodeId) -> UInt32 {
        if kind != .identifier || names[index] >= 256 || body == .function { return 0 }
        let isControl: Bool
        switch kind(of: value) {
        case .ifExpr, .matchExpr, .forExpr, .tryExpr, .loopExpr, .raceExpr, .sequenceExpr: isControl = true
        case .nameExpr, .memberExpr, .callExpr, .awaitExpr, .spawnExpr, .errorExpr, .castExpr:
            isControl = false
        default: isControl = false
        }
        if isControl, at(.else) {
            let word = text(firstToken(of: value))
            report(.failoverOnControl(word, at: span(index)))
        }
        return clauses()
    }

    /// Clauses until something else stands there.
    mutating func clauses() -> UInt32 {
        let mark = self.mark
        while !panic, let word = clauseWord() {
            push(word == .retry ? retryClause() : clause(word))
        }
        return list(from: mark)
    }

    /// The clause that begins at the current token, if one does.
    private func clauseWord() -> Word? {
        guard kind == .identifier, names[index] < 256, let word = word(at: index) else { return nil }
        if word == .retry { return isClauseSurely || beginsOperand(next) ? word : nil }
        guard let clause = ClauseKind.of(word) else { return nil }
        if isClauseSurely { return word }
        switch clause {
        case .once: return nextCombines() && nextKind != .identifier && nextKind != .arrow ? nil : word
        case .noDeadline: return self.word(at: next) == .deadline ? word : nil
        case .otherwise: return word
        case .pool, .rate, .breaker:
            if startsLine, isResource() { return nil }
            return nextKind == .identifier && !nextStartsLine ? word : nil
        default: return beginsOperand(next) || nextKind == .colon ? word : nil
        }
    }

    /// Whether a clause's word at the current token can be nothing else: it stands behind the step on the same line,
    /// or alone on a line that is indented deeper than the statement.
    private var isClauseSurely: Bool {
        if !startsLine { return true }
        return nextStartsLine && kind != .endOfFile && !at(.once) && !at(.else)
            && indentation(index) > indentation(statementStart)
    }

    /// Fails when no value stands behind the clause's word just read; says of what kind it should be.
    private mutating func needsValue(_ what: String, after word: Word) -> Bool {
        let isAnotherClause =
            self.word(at: index).map { ClauseKind.of($0) != nil || $0 == .retry } ?? false
            && !nextStartsLine
            && (nextKind == .integer || nextKind == .duration || nextKind == .string)
        if beginsValue(), kind != .arrow, !isAnotherClause { return true }
        if kind == .endOfFile {
            fail(.expected("\(what) after `\(word.text)`", found: describe(index), at: endOfPrevious))
        } else {
            failExpected("\(what) after `\(word.text)`")
        }
        return false
    }

    /// Whether `pool`, `rate`, `breaker` here begin a top-level declaration.
    private func isResource() -> Bool {
        guard nextKind == .identifier else { return false }
        let after = index + 2
        if tokens[after].newlineBefore { return false }
        switch word(at: index) {
        case .pool: return word(at: after) == .limit
        case .rate:
            return beginsOperand(after)
                && word(at: after).map { ClauseKind.of($0) == nil && $0 != .retry } ?? true
        case .breaker: return word(at: after) == .after && lineHolds(.failures, from: after)
        default: return false
        }
    }

    /// Whether a word stands on the line of `first`, outside brackets.
    private func lineHolds(_ word: Word, from first: Int) -> Bool {
        var at = first
        var open = 0
        while tokens[at].kind != .endOfFile, at == first || open > 0 || !tokens[at].newlineBefore {
            if open == 0, self.word(at: at) == word { return true }
            if isOpener(tokens[at].kind) { open += 1 } else if isCloser(tokens[at].kind) { open -= 1 }
            at += 1
        }
        return false
    }

    private mutating func clause(_ word: Word) -> NodeId {
        let first = index
        guard let clause = ClauseKind.of(word) else { return make(.errorStmt, first) }
        advance()
        foreignColon(word)
        var operand: UInt32 = 0
        switch clause {
        case .once: break
        case .noDeadline: expect(.deadline)
        case .after where !needsValue("the name of a step", after: word): break
        case .after:
            let mark = self.mark
            repeat { push(expression()) } while !panic && take(.comma)
            operand = list(from: mark)
        case .pool, .rate, .breaker:
            if kind == .identifier, !startsLine {
                advance()
                operand = make(.nameExpr, index - 1, a: names[index - 1]).index
            } else {
                failExpected("the name of a \(word.text) after `\(word.text)`")
                operand = make(.errorExpr, index).index
            }
        case _ where !needsValue("a value", after: word): operand = make(.errorExpr, index).index
        case .when: operand = head().index
        case .undo where foreignUndoBlock(): operand = make(.errorExpr, first + 1).index
        default: operand = expression().index
        }
        return make(.clause, first, a: operand, aux: UInt16(clause.rawValue))
    }

    private mutating func retryClause() -> NodeId {
        let first = index
        advance()
        foreignColon(.retry)
        let count = needsValue("a number of times", after: .retry) ? head() : make(.errorExpr, index)
        var faults: UInt32 = 0
        var low = NodeId.none
        var high = NodeId.none
        var factor = NodeId.none
        var flags: UInt8 = 0
        while !panic {
            if at(.on), faults == 0, !(startsLine && body == .flow) {
                advance()
                faults = faultPatterns()
            } else if at(.backoff), low.isNone {
                advance()
                let saved = allowsDotDot
                allowsDotDot = true
                low = head()
                if !panic, take(.dotDot) { high = head() }
                allowsDotDot = saved
            } else if at(.factor), factor.isNone, beginsOperand(next) {
                advance()
                factor = head()
            } else if at(.jitter), flags == 0 {
                advance()
                flags = 1
            } else {
                break
            }
        }
        let record = record(count.index, faults, low.index, high.index, factor.index, count: 5)
        return make(.retryClause, first, a: record, flags: flags)
    }

    /// `timeout, http(5xx), exit(75)`
    mutating func faultPatterns() -> UInt32 {
        let mark = self.mark
        repeat { push(faultPattern()) } while !panic && take(.comma)
        return list(from: mark)
    }

    mutating func faultPattern() -> NodeId {
        let first = index
        guard kind == .identifier else {
            failExpected("a kind of failure such as `timeout` or `http(5xx)`")
            return make(.faultPattern, first, a: record(0, 0, count: 3))
        }
        let name = names[index]
        advance()
        var argument = UInt32(first)
        var flags: UInt8 = 0
        if kind == .leftParen, !startsLine {
            let open = index
            advance()
            if kind == .integer || kind == .statusClass {
                argument = UInt32(index)
                flags = 1
                advance()
                foreignCodes(first)
            } else {
                failExpected("a number such as `503`, or a class such as `5xx`")
                while recover(inListClosedBy: .rightParen) { advance() }
            }
            closeBracket(open, .rightParen, "(")
        }
        let record = record(name, UInt32(first), argument, count: 3)
        return make(.faultPattern, first, a: record, flags: flags)
    }
}

extension ClauseKind {
    /// The clause a word begins; `retry` is not among them.
    static func of(_ word: Word) -> ClauseKind? {
        switch word {
        case .after: return .after
        case .when: return .when
        case .timeout: return .timeout
        case .deadline: return .deadline
        case .undo: return .undo
        case .priority: return .priority
        case .cache: return .cache
        case .else: return .otherwise
        case .via: return .via
        case .returns: return .returns
        case .pool: return .pool
        case .rate: return .rate
        case .breaker: return .breaker
        case .once: return .once
        case .no: return .noDeadline
        default: return nil
        }
    }
}
