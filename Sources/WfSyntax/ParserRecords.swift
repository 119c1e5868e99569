// Record and object literals, what separates things between braces, and lambdas.

import WfDiagnostics
import WfSource

extension SyntaxParser {
    @inline(__always) func isCapitalised(_ index: Int) -> Bool {
        let byte = bytes[Int(tokens[index].start)]
        return byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    }

    /// Whether the `{` here may begin a record literal. In a head it may not; what is surely meant as one is reported.
    mutating func recordMayFollow() -> Bool {
        if allowsRecord { return true }
        let after = index + 1
        guard tokens[after].kind == .identifier, tokens[after + 1].kind == .colon else { return false }
        report(.recordInHead(at: span(index - 1)).fixed(fixRecordInHead()))
        return true
    }

    func isQualifiedName(_ id: NodeId) -> Bool {
        firstToken(of: id) == index - 3 && tokens[index - 3].kind == .identifier
            && tokens[index - 2].kind == .dot
    }

    mutating func plainRecord(_ first: Int) -> NodeId {
        let record = record(0, names[first], UInt32(first), 0, count: 4)
        let type = make(.namedType, first, a: record)
        let fields = recordFields()
        return make(.recordExpr, first, a: type.index, b: fields)
    }

    mutating func qualifiedRecord(_ first: Int) -> NodeId {
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
            let place = Span(file: file, start: tokens[index - 1].end, end: tokens[index].end)
            var message = Diagnostic.foreignOperator("=", meant: ":", at: span(index))
            message.fixes = [Fix(safe: "replace it with `:`", [TextEdit(place, ":")])]
            report(message)
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
                nodes: nodes, nodeCount: nodeCount, extra: UnsafeMutablePointer(mutating: names),
                extraCount: 0,
                tokens: UnsafeMutablePointer(mutating: tokens), tokenCount: tokenCount, bytes: bytes,
                byteCount: Int(tokens[tokenCount - 1].end), file: file, root: .none))
        return TreeReader(UnsafePointer(storage)).stringValue(TokenId(UInt32(index)))
    }

    /// After an element between braces: a comma, or a line's end, separates it from the next.
    mutating func braceSeparator() -> Bool {
        if !panic {
            if take(.comma) { return true }
            if kind == .semicolon {
                report(.semicolonBetweenBraces(at: span(index)))
                advance()
                return true
            }
            if kind == .rightBrace || kind == .endOfFile { return false }
            if isDeclarationAtMargin(index) { return false }
            if startsLine { return true }
            failExpected("`,` or `}`", fix: fixSeparator())
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
    func beginsLambda() -> Bool {
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
    mutating func lambda(_ first: Int, parameter: UInt32?) -> NodeId {
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
