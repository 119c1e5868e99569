// Expressions: operators by precedence and postfix chains. What they begin with is in ParserPrimary.swift, records and lambdas
// in ParserRecords.swift, control expressions in ParserControl.swift.

import WfDiagnostics
import WfSource

/// Binding strength of binary operators, weakest first.
enum Strength {
    static let none = 0
    static let coalesce = 1
    static let or = 2
    static let and = 3
    static let comparison = 4
    static let range = 5
    static let sum = 6
    static let product = 7
}

extension SyntaxParser {
    /// Any expression.
    @inline(__always) mutating func expression() -> NodeId { binary(Strength.coalesce) }

    /// An expression that a `{` follows: record literals stand in parentheses.
    mutating func head() -> NodeId {
        let saved = allowsRecord
        allowsRecord = false
        defer { allowsRecord = saved }
        let value = expression()
        if kind == .equal, !panic, !startsLine {
            report(.foreignOperator("=", meant: "==", at: span(index)))
            advance()
            _ = expression()
        }
        return value
    }

    // MARK: Operators

    @inline(__always) private func strength(_ kind: TokenKind) -> Int {
        switch kind {
        case .questionQuestion: return Strength.coalesce
        case .pipePipe: return Strength.or
        case .ampersandAmpersand: return Strength.and
        case .equalEqual, .bangEqual, .less, .lessEqual, .greater, .greaterEqual: return Strength.comparison
        case .dotDotLess, .ellipsis, .dotDot: return Strength.range
        case .plus, .minus: return Strength.sum
        case .star, .slash, .percent: return Strength.product
        default: return Strength.none
        }
    }

    private func binaryOperator(_ kind: TokenKind) -> BinaryOperator {
        switch kind {
        case .questionQuestion: return .coalesce
        case .pipePipe: return .or
        case .ampersandAmpersand: return .and
        case .equalEqual: return .equal
        case .bangEqual: return .notEqual
        case .less: return .less
        case .lessEqual: return .lessEqual
        case .greater: return .greater
        case .greaterEqual: return .greaterEqual
        case .plus: return .add
        case .minus: return .subtract
        case .star: return .multiply
        case .slash: return .divide
        default: return .remainder
        }
    }

    /// Whether `Box<Int>` ends here, which is no comparison of three names.
    private var endsTypeArguments: Bool {
        guard kind == .greater, index >= 3, tokens[index - 2].kind == .less else { return false }
        return [index - 1, index - 3].allSatisfy {
            tokens[$0].kind == .identifier && text($0).first?.isUppercase == true
        }
    }

    mutating func binary(_ minimum: Int) -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorExpr)
        }
        defer { leave() }
        let first = index
        var left = unary()
        var chain = 0
        var previous = Strength.none
        while true {
            let strength = strength(kind)
            if strength < minimum || strength == Strength.none {
                if strength == Strength.none, foreignOperator(&left, minimum, first) { continue }
                break
            }
            if startsLine, !isOpen, kind == .minus { break }
            if kind == .dotDot {
                if allowsDotDot { break }
                // `..=` of other languages is answered behind the operator
                if nextKind != .equal || tokens[index + 1].start != tokens[index].end {
                    report(.rangeOnlyInBackoff(at: span(index)))
                }
            }
            let isRange = strength == Strength.range
            if strength == previous, isRange || strength == Strength.comparison {
                report(
                    endsTypeArguments
                        ? .typeArgumentsInExpression(
                            "\(text(index - 3))<\(text(index - 1))>", at: span(index - 3).joined(span(index)))
                        : .chainedComparison(at: span(index))
                            .fixed(isRange ? nil : fixChainedComparison(left)))
            }
            previous = strength
            chain += 1
            if chain > Limits.expressionChainMax {
                if chain == Limits.expressionChainMax + 1 { report(.chainTooLong(at: span(first))) }
                left = make(.errorExpr, first)
            }
            let operation = kind
            advance()
            foreignPair(operation)
            let right = binary(strength + 1)
            if isRange {
                let range: RangeOperator = operation == .ellipsis ? .closed : .halfOpen
                left = make(.rangeExpr, first, a: left.index, b: right.index, aux: UInt16(range.rawValue))
            } else {
                let aux = UInt16(binaryOperator(operation).rawValue)
                left = make(.binaryExpr, first, a: left.index, b: right.index, aux: aux)
            }
            if panic { break }
        }
        return left
    }

    @inline(__always) private mutating func unary() -> NodeId {
        if kind == .bang || kind == .minus || foreignNot() { return prefix() }
        return postfix()
    }

    private mutating func prefix() -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorExpr)
        }
        defer { leave() }
        let first = index
        let operation: UnaryOperator = kind == .minus ? .negate : .not
        advance()
        let operand = unary()
        return make(.unaryExpr, first, a: operand.index, aux: UInt16(operation.rawValue))
    }

    // MARK: Postfix

    mutating func postfix() -> NodeId {
        let first = index
        var left = primary()
        var chain = 0
        while true {
            switch kind {
            case .dot:
                if startsLine, !isOpen, !continuesStatement() { return left }
                advance()
                left = member(left, first, isOptional: false)
            case .question where nextKind == .dot && tokens[index + 1].start == tokens[index].end:
                advance()
                advance()
                left = member(left, first, isOptional: true)
            case .leftParen:
                if startsLine { return left }
                let arguments = callArguments()
                left = make(.callExpr, first, a: left.index, b: arguments)
            case .leftBracket:
                if startsLine { return left }
                left = indexed(left, first)
            case .identifier:
                if at(.as) {
                    left = cast(left, first)
                } else if at(.with), nextKind == .leftBrace, allowsRecord {
                    advance()
                    let fields = recordFields()
                    left = make(.withExpr, first, a: left.index, b: fields)
                } else {
                    return left
                }
            case .leftBrace:
                guard !startsLine, kind(of: left) == .memberExpr, isCapitalised(index - 1), recordMayFollow(),
                    isQualifiedName(left)
                else { return left }
                left = qualifiedRecord(first)
            default: return left
            }
            if panic { return left }
            chain += 1
            if chain > Limits.expressionChainMax {
                if chain == Limits.expressionChainMax + 1 { report(.chainTooLong(at: span(first))) }
                left = make(.errorExpr, first)
            }
        }
    }

    /// Whether a `.name` at a line's start stands deeper than the statement's first line.
    private func continuesStatement() -> Bool {
        indentation(index) > indentation(statementStart)
    }

    @inline(__always) private mutating func member(_ base: NodeId, _ first: Int, isOptional: Bool) -> NodeId {
        if kind == .identifier, !startsLine {
            let name = names[index]
            advance()
            return make(.memberExpr, first, a: base.index, b: name, flags: isOptional ? 1 : 0)
        }
        if kind == .integer, !startsLine {
            let field = smallNumber(index)
            advance()
            return make(.tupleFieldExpr, first, a: base.index, b: field, flags: isOptional ? 1 : 0)
        }
        if kind(of: base) == .intExpr {
            fail(
                .numberNeedsDigit(
                    after: true, at: Span(file: file, start: tokens[first].start, end: tokens[index - 1].end))
            )
            return make(.errorExpr, first)
        }
        failExpected("a name after `.`")
        return make(.errorExpr, first)
    }

    private func smallNumber(_ index: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in 0..<min(Int(tokens[index].length), 7) {
            value = value * 10 + UInt32(max(0, min(9, Int(bytes[Int(tokens[index].start) + offset]) - 48)))
        }
        return value
    }

    private mutating func indexed(_ base: NodeId, _ first: Int) -> NodeId {
        let open = index
        advance()
        let saved = enterBrackets()
        let subscripted = expression()
        leaveBrackets(saved)
        if !panic, kind == .colon {
            failExpected("`]`", help: "write `.slice(from, to)`")
        }
        if panic { while recover(inListClosedBy: .rightBracket) { advance() } }
        closeBracket(open, .rightBracket, "[")
        return make(.indexExpr, first, a: base.index, b: subscripted.index)
    }

    private mutating func cast(_ value: NodeId, _ first: Int) -> NodeId {
        advance()
        var flags: UInt8 = 0
        if kind == .question, isAdjacent(index) {
            advance()
            flags = 1
        }
        let type = type(inCast: true)
        return make(.castExpr, first, a: value.index, b: type.index, flags: flags)
    }

    /// `(…)` after a callee: pairs of label and value.
    mutating func callArguments() -> UInt32 {
        let open = index
        advance()
        let saved = enterBrackets()
        let mark = self.mark
        while kind != .rightParen {
            var label: UInt32 = 0
            if kind == .identifier, tokens[index + 1].kind == .colon {
                label = names[index]
                advance()
                advance()
            }
            let value = expression()
            push(label)
            push(value)
            if !separator(.rightParen) { break }
        }
        let arguments = list(from: mark, width: 2)
        leaveBrackets(saved)
        closeBracket(open, .rightParen, "(")
        return arguments
    }

    /// What brackets change: lines do not end expressions, and records and lambdas are allowed again.
    @inline(__always) func savedFlags() -> UInt8 {
        (isOpen ? 1 : 0) | (allowsRecord ? 2 : 0) | (allowsLambda ? 4 : 0) | (allowsDotDot ? 8 : 0)
    }

    @inline(__always) mutating func enterBrackets() -> UInt8 {
        let saved = savedFlags()
        isOpen = true
        allowsRecord = true
        allowsLambda = true
        allowsDotDot = false
        return saved
    }

    @inline(__always) mutating func enterBraces() -> UInt8 {
        let saved = enterBrackets()
        isOpen = false
        return saved
    }

    @inline(__always) mutating func leaveBrackets(_ saved: UInt8) {
        isOpen = saved & 1 != 0
        allowsRecord = saved & 2 != 0
        allowsLambda = saved & 4 != 0
        allowsDotDot = saved & 8 != 0
    }
}
