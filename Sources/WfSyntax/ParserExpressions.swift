// Expressions: operators by precedence, postfix chains, literals. Control expressions are in ParserControl.swift.

import WfDiagnostics
import WfSource

/// Binding strength of binary operators, weakest first.
private enum Strength {
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

    private mutating func binary(_ minimum: Int) -> NodeId {
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
            if strength < minimum || strength == Strength.none { break }
            if startsLine, !isOpen, kind == .minus { break }
            if kind == .dotDot {
                if allowsDotDot { break }
                report(.rangeOnlyInBackoff(at: span(index)))
            }
            let isRange = strength == Strength.range
            if strength == previous, isRange || strength == Strength.comparison {
                report(.chainedComparison(at: span(index)))
            }
            previous = strength
            chain += 1
            if chain > Limits.expressionChainMax {
                if chain == Limits.expressionChainMax + 1 { report(.chainTooLong(at: span(first))) }
                left = make(.errorExpr, first)
            }
            let operation = kind
            advance()
            if operation == .equalEqual, kind == .equal { foreign("===", "==") }
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

    /// Reports an operator of other languages at the current token and steps over it.
    private mutating func foreign(_ found: String, _ meant: String) {
        let place = Span(file: file, start: tokens[index - 1].start, end: tokens[index].end)
        report(.foreignOperator(found, meant: meant, at: place))
        advance()
    }

    @inline(__always) private mutating func unary() -> NodeId {
        if kind == .bang || kind == .minus { return prefix() }
        return postfix()
    }

    private mutating func prefix() -> NodeId {
        guard enter() else {
            defer { leave() }
            return tooDeep(.errorExpr)
        }
        defer { leave() }
        let first = index
        let operation: UnaryOperator = kind == .bang ? .not : .negate
        advance()
        let operand = unary()
        return make(.unaryExpr, first, a: operand.index, aux: UInt16(operation.rawValue))
    }

    // MARK: Postfix

    private mutating func postfix() -> NodeId {
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
            return make(.tupleFieldExpr, first, a: base.index, b: field)
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

    // MARK: Primary

    private mutating func primary() -> NodeId {
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
            fail(.expected("an expression", found: "`+`", at: span(index), help: "a number needs no `+`"))
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
        case .step where nextKind == .identifier && startsLine && index > statementStart && !nextStartsLine:
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
            if kind == .stringMiddle || kind == .stringTail {
                if tokens[index].length > 0 { report(.emptyInterpolation(at: span(index))) }
                push(make(.errorExpr, index))
            } else {
                push(expression())
                if kind != .stringMiddle && kind != .stringTail {
                    // An empty tail stands where the lexer has reported that `}` is missing.
                    let stray = index
                    skipInterpolation()
                    if tokens[index].length > 0, !panic {
                        let found = describe(stray)
                        report(.expected("`}` to close the interpolation", found: found, at: span(stray)))
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

    // MARK: Records

    @inline(__always) private func isCapitalised(_ index: Int) -> Bool {
        let byte = bytes[Int(tokens[index].start)]
        return byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }

    /// Whether the `{` here may begin a record literal. In a head it may not; what is surely meant as one is reported.
    private mutating func recordMayFollow() -> Bool {
        if allowsRecord { return true }
        let after = index + 1
        guard tokens[after].kind == .identifier, tokens[after + 1].kind == .colon else { return false }
        report(.recordInHead(at: span(index - 1)))
        return true
    }

    private func isQualifiedName(_ id: NodeId) -> Bool {
        firstToken(of: id) == index - 3 && tokens[index - 3].kind == .identifier
            && tokens[index - 2].kind == .dot
    }

    private mutating func plainRecord(_ first: Int) -> NodeId {
        let record = record(0, names[first], UInt32(first), 0, count: 4)
        let type = make(.namedType, first, a: record)
        let fields = recordFields()
        return make(.recordExpr, first, a: type.index, b: fields)
    }

    private mutating func qualifiedRecord(_ first: Int) -> NodeId {
        let record = record(names[first], names[index - 1], UInt32(index - 1), 0, count: 4)
        let type = make(.namedType, first, a: record)
        let fields = recordFields()
        return make(.recordExpr, first, a: type.index, b: fields)
    }

    /// `{ a: 1, "b": 2, c }`, separated by commas or lines.
    mutating func recordFields() -> UInt32 {
        guard enter() else {
            defer { leave() }
            _ = tooDeep(.errorExpr)
            return 0
        }
        defer { leave() }
        let open = index
        advance()
        let saved = enterBraces()
        let savedStart = statementStart
        let mark = self.mark
        while kind != .rightBrace {
            statementStart = index
            push(recordField())
            if !braceSeparator() { break }
        }
        let fields = list(from: mark)
        statementStart = savedStart
        leaveBrackets(saved)
        closeBracket(open, .rightBrace, "{")
        return fields
    }

    private mutating func recordField() -> NodeId {
        let first = index
        var name: UInt32 = 0
        if kind == .identifier {
            name = names[index]
            advance()
        } else if kind == .string || kind == .rawString {
            name = stringName(index)
            advance()
            if kind != .colon { failExpected("`:` and a value") }
        } else {
            failExpected("the name of a field")
            return make(.errorExpr, first)
        }
        var value = NodeId.none
        if kind == .equal {
            report(.foreignOperator("=", meant: ":", at: span(index)))
            advance()
            value = expression()
        } else if take(.colon) {
            value = expression()
        }
        return make(.recordField, first, a: name, b: value.index)
    }

    /// The name a string literal spells, for keys of object literals.
    private mutating func stringName(_ index: Int) -> UInt32 {
        let decoded = stringBytes(index)
        return decoded.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
            return interner.intern(base, buffer.count).rawValue
        }
    }

    private func stringBytes(_ index: Int) -> [UInt8] {
        let storage = UnsafeMutablePointer<TreeStorage>.allocate(capacity: 1)
        defer { storage.deallocate() }
        storage.initialize(
            to: TreeStorage(
                nodes: nodes, nodeCount: 0, extra: UnsafeMutablePointer(mutating: names), extraCount: 0,
                tokens: UnsafeMutablePointer(mutating: tokens), tokenCount: tokenCount, bytes: bytes,
                byteCount: Int(tokens[tokenCount - 1].end), file: file, root: .none))
        return TreeReader(UnsafePointer(storage)).stringValue(TokenId(UInt32(index)))
    }

    /// After an element between braces: a comma, or a line's end, separates it from the next.
    mutating func braceSeparator() -> Bool {
        if !panic {
            if take(.comma) || take(.semicolon) { return true }
            if kind == .rightBrace || kind == .endOfFile { return false }
            if isDeclarationAtMargin(index) { return false }
            if startsLine { return true }
            failExpected("`,` or `}`")
        }
        return recoverBetweenBraces()
    }

    /// Goes to the next comma or line between braces; false at the closing brace or where it must be missing.
    mutating func recoverBetweenBraces() -> Bool {
        while true {
            if kind == .rightBrace {
                panic = false
                return false
            }
            if kind == .comma {
                panic = false
                advance()
                return true
            }
            if isCloser(kind) || kind == .stringMiddle || kind == .stringTail || isDeclarationAtMargin(index)
            {
                return false
            }
            if startsLine, index > statementStart, column(index) <= indentation(statementStart) {
                panic = false
                return true
            }
            if isOpener(kind) { skipBalanced() } else { advance() }
        }
    }

    // MARK: Lambdas

    /// Whether the `(` here opens the parameters of a lambda.
    private func beginsLambda() -> Bool {
        var at = index + 1
        if tokens[at].kind == .rightParen { return tokens[at + 1].kind == .fatArrow }
        while tokens[at].kind == .identifier {
            switch tokens[at + 1].kind {
            case .colon: return true
            case .comma: at += 2
            case .rightParen: return tokens[at + 2].kind == .fatArrow
            default: return false
            }
        }
        return tokens[at].kind == .rightParen && tokens[at + 1].kind == .fatArrow
    }

    /// The rest of a lambda: after its one bare parameter, or from its `(`.
    private mutating func lambda(_ first: Int, parameter: UInt32?) -> NodeId {
        guard enter() else {
            defer { leave() }
            reportTooDeep()
            panic = true
            return make(.errorExpr, first)
        }
        defer { leave() }
        let mark = self.mark
        if let parameter {
            push(make(.lambdaParameter, first, a: parameter))
        } else {
            advance()
            while kind != .rightParen {
                let start = index
                var name: UInt32 = 0
                if at(.underscore) {
                    name = names[index]
                    advance()
                } else {
                    (name, _) = declaredName("a parameter")
                }
                var written = NodeId.none
                if take(.colon) { written = type() }
                push(make(.lambdaParameter, start, a: name, b: written.index))
                if !separator(.rightParen) { break }
            }
            closeBracket(first, .rightParen, "(")
        }
        let parameters = list(from: mark)
        expect(.fatArrow, "`=>`")
        let savedBody = self.body
        self.body = .function
        let body = kind == .leftBrace ? block() : expression()
        self.body = savedBody
        return make(.lambdaExpr, first, a: parameters, b: body.index)
    }
}
