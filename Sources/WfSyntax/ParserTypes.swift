// Types and patterns.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    // MARK: Types

    /// A type. In a cast `??` is an operator and a `?` must touch the type.
    mutating func type(inCast: Bool = false) -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorType)
        }
        defer { leave() }
        let first = index
        var result = typePrimary(inCast: inCast)
        var marks = 0
        while !panic, !startsLine {
            if kind == .question {
                if inCast && !isAdjacent(index) { break }
                advance()
                result = make(.optionalType, first, a: result.index)
                marks += 1
            } else if kind == .questionQuestion && (!inCast || isAdjacent(index)) {
                advance()
                result = make(.optionalType, first, a: result.index)
                result = make(.optionalType, first, a: result.index)
                marks += 2
            } else if !inCast, foreignList() {
                result = make(.listType, first, a: result.index)
            } else {
                break
            }
            if marks > 8 {
                reportTooDeep()
                while kind == .question || kind == .questionQuestion { advance() }
                result = make(.errorType, first)
            }
        }
        return result
    }

    private mutating func typePrimary(inCast: Bool) -> NodeId {
        let first = index
        switch kind {
        case .identifier:
            if word(at: index)?.isReserved == true { break }
            return namedType(inCast: inCast)
        case .leftBracket:
            advance()
            let key = type()
            if take(.colon) {
                let value = type()
                closeBracket(first, .rightBracket, "[")
                return make(.mapType, first, a: key.index, b: value.index)
            }
            closeBracket(first, .rightBracket, "[")
            return make(.listType, first, a: key.index)
        case .leftParen:
            advance()
            let mark = self.mark
            while kind != .rightParen {
                push(type())
                if !separator(.rightParen) { break }
            }
            let elements = list(from: mark)
            closeBracket(first, .rightParen, "(")
            if kind == .arrow, !startsLine, !inCast {
                advance()
                let result = type()
                return make(.functionType, first, a: elements, b: result.index)
            }
            return make(.tupleType, first, a: elements)
        default: break
        }
        failExpected("a type")
        return make(.errorType, first)
    }

    private mutating func namedType(inCast: Bool) -> NodeId {
        let first = index
        var module: UInt32 = 0
        var name = names[index]
        var nameToken = index
        advance()
        if kind == .dot, nextKind == .identifier, !startsLine {
            advance()
            module = name
            name = names[index]
            nameToken = index
            advance()
        }
        // In `x as T < y` the `<` compares; in `x as List<Int>` it touches the name.
        let arguments = kind == .less && !startsLine && (!inCast || isAdjacent(index)) ? typeArguments() : 0
        let record = record(module, name, UInt32(nameToken), arguments, count: 4)
        return make(.namedType, first, a: record)
    }

    private mutating func typeArguments() -> UInt32 {
        advance()
        let mark = self.mark
        repeat {
            push(type())
            if !separator(.greater) { break }
        } while kind != .greater
        if !take(.greater) {
            fail(.expected("`>`", found: describe(index), at: span(index), help: "close the `<` before it"))
        }
        return list(from: mark)
    }

    /// `<T, U: Bound + Bound>` after a declared name; 0 when there is none.
    mutating func typeParameters() -> UInt32 {
        guard kind == .less else { return 0 }
        advance()
        let mark = self.mark
        repeat {
            let first = index
            let (name, token) = declaredName("a type parameter")
            let bounds = self.mark
            if take(.colon) {
                repeat { push(type()) } while take(.plus)
            }
            let record = record(name, token, list(from: bounds), count: 3)
            push(make(.typeParameter, first, a: record))
            if !separator(.greater) { break }
        } while kind != .greater
        expect(.greater, "`>`")
        return list(from: mark)
    }

    // MARK: Patterns

    mutating func pattern() -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorPattern)
        }
        defer { leave() }
        let first = index
        let single = patternRange()
        guard kind == .pipe else { return single }
        let mark = self.mark
        push(single)
        while take(.pipe) { push(patternRange()) }
        let alternatives = list(from: mark)
        return make(.orPattern, first, a: alternatives)
    }

    private mutating func patternRange() -> NodeId {
        let first = index
        switch kind {
        case .minus, .integer, .float, .duration, .string, .rawString, .stringHead: break
        case .identifier where at(.true) || at(.false): break
        default: return patternPrimary()
        }
        let low = patternLiteral()
        if kind == .dotDotLess || kind == .ellipsis {
            let operation: RangeOperator = kind == .ellipsis ? .closed : .halfOpen
            advance()
            let high = patternLiteral()
            return make(.rangePattern, first, a: low.index, b: high.index, aux: UInt16(operation.rawValue))
        }
        return make(.literalPattern, first, a: low.index)
    }

    private mutating func patternLiteral() -> NodeId {
        let first = index
        if take(.minus) {
            let operand = patternNumber()
            return make(.unaryExpr, first, a: operand.index, aux: UInt16(UnaryOperator.negate.rawValue))
        }
        switch kind {
        case .string, .rawString, .stringHead: return stringLiteral()
        case .identifier where at(.true) || at(.false): return wordLiteral()
        default: return patternNumber()
        }
    }

    private mutating func patternNumber() -> NodeId {
        switch kind {
        case .integer, .float, .duration: return numberLiteral()
        default:
            failExpected("a literal")
            return make(.errorExpr, index)
        }
    }

    private mutating func patternPrimary() -> NodeId {
        foreignCase()
        let first = index
        switch kind {
        case .leftParen:
            advance()
            let mark = self.mark
            while kind != .rightParen {
                push(pattern())
                if !separator(.rightParen) { break }
            }
            let elements = list(from: mark)
            closeBracket(first, .rightParen, "(")
            return make(.tuplePattern, first, a: elements)
        case .dot:
            advance()
            return casePattern(first, qualifier: 0)
        case .identifier:
            switch word(at: index) {
            case .underscore:
                advance()
                return make(.wildcardPattern, first)
            case .null:
                advance()
                return make(.nullPattern, first)
            case .else:
                advance()
                return make(.elsePattern, first)
            default: break
            }
            if word(at: index)?.isReserved == true { break }
            let name = names[index]
            advance()
            if kind == .dot {
                advance()
                return casePattern(first, qualifier: name)
            }
            return make(.bindingPattern, first, a: name)
        default: break
        }
        failExpected("a pattern")
        return make(.errorPattern, first)
    }

    private mutating func casePattern(_ first: Int, qualifier: UInt32) -> NodeId {
        guard kind == .identifier else {
            failExpected("the name of a case")
            return make(.errorPattern, first)
        }
        let name = names[index]
        let token = index
        advance()
        var arguments: UInt32 = 0
        var flags: UInt8 = 0
        if kind == .leftParen, !startsLine {
            flags = 1
            let open = index
            advance()
            let mark = self.mark
            while kind != .rightParen {
                let start = index
                var label: UInt32 = 0
                if kind == .identifier, nextKind == .colon {
                    label = names[index]
                    advance()
                    advance()
                }
                let inner = pattern()
                push(make(.casePatternArgument, start, a: label, b: inner.index))
                if !separator(.rightParen) { break }
            }
            arguments = list(from: mark)
            closeBracket(open, .rightParen, "(")
        }
        let record = record(qualifier, name, UInt32(token), arguments, count: 4)
        return make(.casePattern, first, a: record, flags: flags)
    }

    /// What `let`, `var` and `for` bind: a name, `_`, or a tuple of them.
    mutating func bindingPattern() -> NodeId {
        let first = index
        if kind == .leftParen { return pattern() }
        if at(.underscore) {
            advance()
            return make(.wildcardPattern, first)
        }
        let (name, _) = declaredName("a name")
        return make(.bindingPattern, first, a: name)
    }

    // MARK: Brackets and names

    /// `no` has been read as a name, and `deadline` comes.
    private var isNoDeadline: Bool {
        index > 0 && kind == .identifier && text(index) == "deadline" && text(index - 1) == "no"
    }

    /// After an element of a list: takes the comma and says whether another element may follow.
    mutating func separator(_ closer: TokenKind) -> Bool {
        if !panic {
            if take(.comma) { return true }
            if kind == closer { return false }
            if kind == .semicolon, closer == .rightParen, !nextStartsLine, !beginsStatement(next) {
                report(
                    .expected("`,` or `)`", found: "`;`", at: span(index), help: "write `,`")
                        .fixed(fixSeparator()))
                advance()
                return true
            }
            if isCloser(kind)
                || startsLine && (column(index) <= column(statementStart) || beginsStatement(index))
            {
                return false
            }
            failExpected(
                closer == .greater ? "`,` or `>`" : "`,` or `\(closer == .rightParen ? ")" : "]")`",
                help: isNoDeadline ? "write `no deadline` behind the call: it is a clause" : nil,
                fix: isNoDeadline ? nil : fixSeparator())
        }
        if recover(inListClosedBy: closer) {
            advance()
            return true
        }
        return false
    }

    /// Takes a closing bracket, or says which one is missing and where it was opened.
    mutating func closeBracket(_ open: Int, _ closer: TokenKind, _ shown: String) {
        if take(closer) { return }
        let place = startsLine ? endOfPrevious : span(index)
        let sign = shown == "(" ? ")" : shown == "[" ? "]" : "}"
        fail(
            .unclosed(shown, opened: span(open), found: describe(index), at: place, culprit: nil)
                .fixed(fixUnclosed(sign)))
    }

    /// The name a declaration gives: the name's and the token's number.
    mutating func declaredName(_ what: String) -> (name: UInt32, token: UInt32) {
        guard kind == .identifier, !(startsLine && index > 0 && word(at: index)?.isReserved == true) else {
            failExpected(what)
            return (0, UInt32(index))
        }
        if at(.let) || at(.var), nextKind == .identifier, tokens[index + 2].kind == .colon {
            let blank = Span(file: file, start: tokens[index].start, end: tokens[index + 1].start)
            report(.wordToLeaveOut(text(index), at: span(index), whole: blank))
            advance()
        } else if let word = word(at: index), word.isReserved {
            report(.reservedWord(word.text, at: span(index)))
        }
        advance()
        return (names[index - 1], UInt32(index - 1))
    }
}
