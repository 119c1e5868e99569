// What expressions begin with: names, literals, strings with their interpolations, and what stands between brackets.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    mutating func primary() -> NodeId {
        let first = index
        switch kind {
        case .identifier: return word()
        case .integer, .float, .duration: return numberLiteral()
        case .string, .rawString:
            advance()
            return make(.stringExpr, first)
        case .stringHead: return stringLiteral()
        case .leftParen: return parenthesised()
        case .leftBracket: return bracketed()
        case .leftBrace where allowsRecord:
            let fields = recordFields()
            return make(.objectExpr, first, a: fields)
        case .dot:
            advance()
            if kind == .identifier, !startsLine {
                let name = names[index]
                advance()
                return make(.implicitMemberExpr, first, a: name)
            }
            if kind == .integer, isAdjacent(index) {
                report(
                    .numberNeedsDigit(
                        after: false, at: Span(file: file, start: tokens[first].start, end: tokens[index].end)
                    ))
                advance()
                return make(.errorExpr, first)
            }
            failExpected("the name of a case after `.`")
        case .unknown, .malformedNumber:
            // Reported by the lexer.
            advance()
            panic = true
        case .plus where nextKind != .endOfFile && !panic:
            fail(
                .expected("an expression", found: "`+`", at: span(index), help: "a number needs no `+`")
                    .fixed(Fix(safe: "remove the `+`", [.remove(span(index))])))
        default:
            failExpected("an expression")
        }
        return make(.errorExpr, first)
    }

    @inline(__always) private mutating func word() -> NodeId {
        let first = index
        let name = names[index]
        if name < 256, let found = special(name) { return found }
        advance()
        if kind == .fatArrow, allowsLambda, !startsLine { return lambda(first, parameter: name) }
        if kind == .leftBrace, !startsLine, isCapitalised(first), recordMayFollow() {
            return plainRecord(first)
        }
        return make(.nameExpr, first, a: name)
    }

    /// An expression that a word of the language begins; nil when the word is just a name here.
    private mutating func special(_ name: UInt32) -> NodeId? {
        guard let word = Word(rawValue: UInt8(truncatingIfNeeded: name)) else { return nil }
        let first = index
        let nextKind = self.nextKind
        switch word {
        case .true, .false, .null: return wordLiteral()
        case .if: return ifExpression()
        case .match: return matchExpression()
        case .for: return forExpression()
        case .try where nextKind == .leftBrace: return tryExpression()
        case .race where nextKind == .leftBrace: return raceExpression()
        case .sequence where nextKind == .leftBrace:
            advance()
            let body = block()
            return make(.sequenceExpr, first, a: body.index)
        case .loop where nextKind == .leftParen || nextKind == .leftBrace || self.word(at: next) == .while:
            return loopExpression()
        case .await where nextKind == .identifier && !nextStartsLine:
            advance()
            let target = postfixOnly()
            return make(.awaitExpr, first, a: target.index)
        case .spawn where nextKind == .identifier && !nextStartsLine:
            advance()
            var flags: UInt8 = 0
            if at(.attached), self.nextKind == .identifier, !nextStartsLine {
                advance()
                flags = 1
            }
            let call = postfixOnly()
            return make(.spawnExpr, first, a: call.index, flags: flags)
        case .sleep where self.word(at: next) == .until && !nextStartsLine: return sleepUntil()
        case .underscore where nextKind == .fatArrow:
            return nil
        case _
        where (word == .step || word == .signal || word == .query) && nextKind == .identifier && startsLine
            && index > statementStart && !nextStartsLine:
            failExpected("an expression")
            return make(.errorExpr, first)
        case .else, .in, .while, .let, .var, .return, .break, .continue, .as, .underscore:
            failExpected("an expression")
            return make(.errorExpr, first)
        default: return nil
        }
    }

    /// `sleep until t`: a call of the effect `sleepUntil`, whose name these two words are.
    private mutating func sleepUntil() -> NodeId {
        let first = index
        advance()
        advance()
        let callee = make(.nameExpr, first, a: UInt32(Word.sleepUntil.rawValue))
        let mark = self.mark
        push(0)
        if beginsValue() {
            push(expression())
        } else {
            failExpected("a time after `until`")
            push(make(.errorExpr, index))
        }
        let arguments = list(from: mark, width: 2)
        return make(.callExpr, first, a: callee.index, b: arguments, flags: 1)
    }

    private mutating func postfixOnly() -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorExpr)
        }
        defer { leave() }
        return postfix()
    }

    mutating func wordLiteral() -> NodeId {
        let first = index
        let kind: NodeKind = at(.true) ? .trueExpr : at(.false) ? .falseExpr : .nullExpr
        advance()
        return make(kind, first)
    }

    mutating func numberLiteral() -> NodeId {
        let first = index
        let kind: NodeKind =
            self.kind == .integer ? .intExpr : self.kind == .float ? .floatExpr : .durationExpr
        advance()
        return make(kind, first)
    }

    /// Text and interpolated expressions up to the closing quote.
    mutating func stringLiteral() -> NodeId {
        let first = index
        if kind != .stringHead {
            advance()
            return make(.stringExpr, first)
        }
        guard enter() else {
            defer { leave() }
            reportTooDeep()
            skipString()
            return make(.errorExpr, first)
        }
        defer { leave() }
        advance()
        let saved = enterBrackets()
        let mark = self.mark
        while true {
            let opened = index - 1
            if kind == .stringMiddle || kind == .stringTail {
                if tokens[index].length > 0 {
                    let brace = tokens[index].start
                    let place = Span(file: file, start: tokens[index - 1].end - 1, end: brace + 1)
                    report(.emptyInterpolation(at: place))
                }
                push(make(.errorExpr, index))
            } else {
                push(expression())
                if kind != .stringMiddle && kind != .stringTail {
                    // An empty tail stands where the lexer has reported that `}` is missing.
                    let stray = index
                    skipInterpolation()
                    // what is no token has been reported by the lexer
                    if tokens[index].length > 0, !panic, tokens[stray].kind != .unknown {
                        report(straySign(stray, opened))
                    }
                }
                panic = false
            }
            let isLast = kind != .stringMiddle
            advance()
            if isLast { break }
        }
        let expressions = list(from: mark)
        leaveBrackets(saved)
        return make(.stringExpr, first, b: expressions)
    }

    /// What stands in an interpolation behind its value: the brace was probably meant as text.
    private func straySign(_ stray: Int, _ opened: Int) -> Diagnostic {
        let brace = Span(file: file, start: tokens[opened].end - 1, end: tokens[opened].end)
        let isPlain = (opened + 1..<index).allSatisfy {
            ![.string, .stringHead, .rawString].contains(tokens[$0].kind)
        }
        return Diagnostic.expected(
            "`}` to close the interpolation", found: describe(stray), at: span(stray),
            help: isPlain
                ? "write `\\{` for a brace that is text"
                : "write a raw string, r#\"…\"#, for text with braces and quotes"
        ).fixed(isPlain ? Fix("write `\\{` for a brace", [.insert("\\", before: brace)]) : nil)
    }

    /// Goes to the end of the interpolation being read.
    private mutating func skipInterpolation() {
        while kind != .endOfFile, kind != .stringMiddle, kind != .stringTail {
            if kind == .stringHead { skipString() } else { advance() }
        }
    }

    /// Steps over a whole string with its interpolations.
    private mutating func skipString() {
        var open = 0
        repeat {
            if kind == .stringHead { open += 1 } else if kind == .stringTail { open -= 1 }
            advance()
        } while open > 0 && kind != .endOfFile
    }

    // MARK: Brackets

    private mutating func parenthesised() -> NodeId {
        let first = index
        if allowsLambda, beginsLambda() { return lambda(first, parameter: nil) }
        advance()
        if kind == .rightParen {
            advance()
            return make(.unitExpr, first)
        }
        let saved = enterBrackets()
        let mark = self.mark
        let inner = expression()
        push(inner)
        var isTuple = false
        while separator(.rightParen) {
            isTuple = true
            if kind == .rightParen { break }
            push(expression())
        }
        let elements = list(from: mark)
        leaveBrackets(saved)
        closeBracket(first, .rightParen, "(")
        if isTuple { return make(.tupleExpr, first, a: elements) }
        return make(.parenExpr, first, a: inner.index)
    }

    private mutating func bracketed() -> NodeId {
        let first = index
        advance()
        if kind == .colon {
            advance()
            closeBracket(first, .rightBracket, "[")
            return make(.mapExpr, first)
        }
        let saved = enterBrackets()
        let mark = self.mark
        var isMap = false
        while kind != .rightBracket {
            push(expression())
            if !panic, isMap || self.mark == mark + 1, kind == .colon {
                isMap = true
                advance()
                push(expression())
            } else if isMap {
                if !panic { failExpected("`:` and a value") }
                push(make(.errorExpr, index))
            }
            if !separator(.rightBracket) { break }
        }
        let elements = list(from: mark, width: isMap ? 2 : 1)
        leaveBrackets(saved)
        closeBracket(first, .rightBracket, "[")
        return make(isMap ? .mapExpr : .listExpr, first, a: elements)
    }
}
