// Habits of other languages: what is written as there is reported with the word or operator that is meant here, and read
// as that, so that one habit gives one message. Looked at only where the parser has nothing else to do.
import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// An operator of another language behind an expression: the strength of what is meant, or nil.
    mutating func foreignOperator(_ left: inout NodeId, _ minimum: Int, _ first: Int) -> Bool {
        if startsLine || panic { return false }
        switch kind {
        case .identifier:
            let isAnd = isWord("and")
            guard isAnd || isWord("or"), nextKind != .colon, !nextStartsLine else { return false }
            let strength = isAnd ? Strength.and : Strength.or
            if strength < minimum { return false }
            report(.foreignOperator(text(index), meant: isAnd ? "&&" : "||", at: span(index)))
            advance()
            let right = binary(strength + 1)
            let operation: BinaryOperator = isAnd ? .and : .or
            left = make(.binaryExpr, first, a: left.index, b: right.index, aux: UInt16(operation.rawValue))
            return true
        case .question:
            // the whole condition has been read only where the weakest operators are
            if minimum > Strength.coalesce { return false }
            fail(.ternary(at: span(index)).fixed(fixTernary(first)))
            left = make(.errorExpr, first)
            return true
        case .arrow
        where isOpen && body != .flow && (kind(of: left) == .nameExpr || kind(of: left) == .tupleExpr):
            report(.foreignOperator("->", meant: "=>", at: span(index)))
            advance()
            _ = expression()
            left = make(.errorExpr, first)
            return true
        default: return false
        }
    }

    /// Behind a binary operator: a second one that makes it another language's.
    mutating func foreignPair(_ operation: TokenKind) {
        guard tokens[index].start == tokens[index - 1].end else { return }
        let place = Span(file: file, start: tokens[index - 1].start, end: tokens[index].end)
        switch (operation, kind) {
        case (.dotDot, .equal): report(.foreignOperator("..=", meant: "...", at: place))
        case (.equalEqual, .equal): report(.foreignOperator("===", meant: "==", at: place))
        case (.less, .greater): report(.foreignOperator("<>", meant: "!=", at: place))
        case (.star, .star): report(.foreignOperator("**", meant: ".pow(…)", at: place, written: ""))
        case (.plus, .plus), (.minus, .minus):
            let sign = operation == .plus ? "+" : "-"
            let endsStatement = nextStartsLine || nextKind == .rightBrace || nextKind == .semicolon
            let written = endsStatement ? " \(sign)= 1" : ""
            fail(.foreignOperator(sign + sign, meant: "\(sign)= 1", at: place, written: written))
        default: return
        }
        advance()
    }

    /// `catch (e)`, `catch e: Kind` and `catch exit(75) e` for `catch e on exit(75)`.
    mutating func foreignCatch(from start: Int) {
        if panic || kind != .leftParen && kind != .colon { return }
        let mark = span(index)
        let isNamed = index > start + 1
        let name = !isNamed && nextKind == .identifier ? text(index + 1) : ""
        let open = index
        if kind == .colon { advance() } else { skipBalanced() }
        if kind == .identifier, !at(.on) { advance() }
        let whole = Span(file: file, start: tokens[open].start, end: tokens[index - 1].end)
        let isPlain = !name.isEmpty && index == open + 3
        report(
            .catchHead(
                text(open), at: mark, fix: isPlain ? Fix("write `\(name)`", [TextEdit(whole, name)]) : nil))
    }

    /// `not x` for `!x`.
    mutating func foreignNot() -> Bool {
        guard kind == .identifier, tokens[index].length == 3, isWord("not") else { return false }
        guard nextKind == .identifier || nextKind == .leftParen, !nextStartsLine else { return false }
        if nextKind == .leftParen && tokens[index + 1].start == tokens[index].end { return false }
        let blank = Span(file: file, start: tokens[index].end, end: tokens[index + 1].start)
        var message = Diagnostic.foreignOperator("not", meant: "!", at: span(index))
        message.fixes = [Fix(safe: "replace it with `!`", [TextEdit(span(index).joined(blank), "!")])]
        report(message)
        return true
    }

    /// `elif` for `else if`, behind the block of an `if`.
    mutating func foreignElse() -> Bool {
        guard kind == .identifier, !panic, isWord("elif") || isWord("elseif") || isWord("elsif") else {
            return false
        }
        report(.foreignWord(text(index), meant: "else if", at: span(index)))
        return true
    }

    /// `func f(n: Int): Int`, `func f(n: Int) Int`: whether a result's type follows all the same.
    mutating func foreignResult() -> Bool {
        if panic || startsLine { return false }
        switch kind {
        case .fatArrow: report(.foreignOperator("=>", meant: "->", at: span(index)))
        case .colon:
            report(
                .foreignOperator(
                    ":", meant: "->", at: span(index), written: isAdjacent(index) ? " ->" : "->"))
        case .identifier where isCapitalised(index):
            report(
                .expected("`->`", found: describe(index), at: span(index), help: "write `-> \(text(index))`")
                    .fixed(Fix(safe: "insert `->`", [.insert("-> ", before: span(index))])))
            return true
        default: return false
        }
        advance()
        return true
    }

    /// `for (var i = 0; i < n; i += 1) { … }`: reported, and stepped over up to its block.
    mutating func foreignFor() -> Bool {
        guard kind == .leftParen, nextKind == .identifier else { return false }
        let inner = word(at: index + 1)
        guard inner == .let || inner == .var else { return false }
        report(.countingFor(at: span(index)).fixed(fixCountingFor()))
        isSilent = true
        skipBalanced()
        isSilent = false
        return true
    }

    /// `String[]` for `[String]`, behind a type.
    mutating func foreignList() -> Bool {
        guard kind == .leftBracket, nextKind == .rightBracket, tokens[index].start == tokens[index - 1].end,
            !panic
        else { return false }
        let place = Span(file: file, start: tokens[index].start, end: tokens[index + 1].end)
        let isName = tokens[index - 1].kind == .identifier && tokens[index - 2].kind != .dot
        report(.listTypeSuffix(text(index - 1), at: place, name: isName ? span(index - 1) : nil))
        advance()
        advance()
        return true
    }

    /// `case .red =>` for `.red =>`.
    mutating func foreignCase() {
        guard kind == .identifier, nextKind == .dot, tokens[index + 1].start > tokens[index].end,
            isWord("case")
        else { return }
        let blank = Span(file: file, start: tokens[index].end, end: tokens[index + 1].start)
        report(.caseWord(at: span(index), blank: blank))
        advance()
    }

    /// `timeout: 10m`
    mutating func foreignColon(_ word: Word) {
        guard kind == .colon else { return }
        report(.clauseColon(word.text, at: span(index)))
        advance()
    }

    private func isWord(_ wanted: StaticString) -> Bool {
        let token = tokens[index]
        guard Int(token.length) == wanted.utf8CodeUnitCount else { return false }
        return text(index) == "\(wanted)"
    }
}
