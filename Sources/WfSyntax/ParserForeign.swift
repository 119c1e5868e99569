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
        case .question
        where nextStartsLine || isCloser(nextKind) || nextKind == .comma || nextKind == .semicolon:
            if minimum > Strength.coalesce { return false }
            report(.questionMark(at: span(index)))
            advance()
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
        case .identifier
        where isCapitalised(index) || nextKind == .leftBrace && Foreign.types[text(index)] != nil:
            let type = Foreign.types[text(index)] ?? text(index)
            report(
                .expected("`->`", found: describe(index), at: span(index), help: "write `-> \(type)`")
                    .fixed(Fix(safe: "write `-> \(type)`", [TextEdit(span(index), "-> \(type)")])))
            return true
        default: return false
        }
        advance()
        return true
    }

    /// `for (var i = 0; i < n; i += 1) { … }`: reported, and stepped over up to its block.
    mutating func foreignFor() -> Bool {
        if kind == .identifier, !panic { return foreignBareFor() }
        guard kind == .leftParen, nextKind == .identifier else { return false }
        let inner = word(at: index + 1)
        let isDeclared = inner == .let || inner == .var || inner == .const
        if foreignForEach(index + (isDeclared ? 2 : 1)) { return true }
        guard inner == .let || inner == .var else { return false }
        report(.countingFor(found: "(", at: span(index)).fixed(fixCountingFor()))
        isSilent = true
        skipBalanced()
        isSilent = false
        return true
    }

    /// `for (const x of xs)`, `for (x in xs)`: with the name at a token.
    private mutating func foreignForEach(_ name: Int) -> Bool {
        guard tokens[name].kind == .identifier, let close = partner(of: index), close > name + 2,
            tokens[name + 1].kind == .colon || ["of", "in"].contains(text(name + 1))
        else { return false }
        let whole = Span(file: file, start: tokens[index].start, end: tokens[close].end)
        let written = "\(text(name)) in \(source(name + 2, close - 1))"
        report(
            .foreignFor(found: "(", meant: written, at: span(index))
                .fixed(Fix("write `\(written)`", [TextEdit(whole, written)])))
        isSilent = true
        skipBalanced()
        isSilent = false
        return true
    }

    /// `for i := 0; i < n; i++`, `for i, x := range xs`, `for i, x in xs`: reported, and stepped over up to its block.
    private mutating func foreignBareFor() -> Bool {
        if startsLine { return false }
        if nextKind == .colon, tokens[index + 2].kind == .equal, text(index + 3) == "range" {
            report(.foreignFor(found: ":=", meant: "\(text(index)) in xs", at: span(index + 1)))
        } else if nextKind == .colon, tokens[index + 2].kind == .equal {
            report(.countingFor(found: ":=", at: span(index + 1)))
        } else if nextKind == .comma, tokens[index + 2].kind == .identifier {
            let pair = "(\(text(index)), \(text(index + 2)))"
            let place = span(index).joined(span(index + 2))
            let isOurs = word(at: index + 3) == .in
            report(
                .foreignFor(found: ",", meant: "\(pair) in xs.enumerated()", at: span(index + 1))
                    .fixed(isOurs ? Fix("put them in parentheses", [TextEdit(place, pair)]) : nil))
        } else {
            return false
        }
        isSilent = true
        while kind != .leftBrace, !startsLine, kind != .endOfFile { advance() }
        isSilent = false
        return true
    }

    /// `let mut x`: whether it is a variable.
    mutating func foreignMut(_ first: Int) -> Bool {
        guard kind == .identifier, !startsLine, nextKind == .identifier, !nextStartsLine, isWord("mut") else {
            return false
        }
        report(.letMut(at: span(index), whole: span(first).joined(span(index))))
        advance()
        return true
    }

    /// `step a: f()` for `step a = f()`; a type may stand there too.
    mutating func foreignStepColon() -> Bool {
        guard nextKind == .identifier, !nextStartsLine else { return false }
        var at = index + 2
        while tokens[at].kind == .dot, tokens[at + 1].kind == .identifier { at += 2 }
        guard tokens[at].kind == .leftParen, tokens[at].start == tokens[at - 1].end else { return false }
        report(
            .expected("`=` and a call", found: "`:`", at: span(index), help: "write `=`")
                .fixed(
                    Fix(safe: "replace it with `=`", [TextEdit(span(index), isAdjacent(index) ? " =" : "=")]))
        )
        advance()
        return true
    }

    /// `f(a?: Int)` for `f(a: Int?)`.
    mutating func foreignOptional() {
        guard !panic, kind == .question, nextKind == .colon else { return }
        let isPlain =
            tokens[index + 2].kind == .identifier
            && [.comma, .rightParen, .equal].contains(tokens[index + 3].kind)
        let fix =
            isPlain
            ? Fix("move it behind the type", [.remove(span(index)), .insert("?", after: span(index + 2))])
            : nil
        let type = isPlain ? text(index + 2) : "T"
        report(
            .expected(
                "`:` and the type of the parameter", found: "`?`", at: span(index),
                help: "write `\(text(index - 1)): \(type)?`"
            ).fixed(fix))
        advance()
    }

    /// `"a", "b" =>` and `"a" || "b" =>` for `"a" | "b" =>`.
    mutating func foreignAlternatives(_ first: Int, _ pattern: inout NodeId) {
        while !panic, !startsLine, kind == .pipePipe || kind == .comma {
            if kind == .comma {
                var at = index + 1
                while tokens[at].kind != .endOfFile, tokens[at].kind != .fatArrow, !tokens[at].newlineBefore {
                    if isOpener(tokens[at].kind) || isCloser(tokens[at].kind) { return }
                    at += 1
                }
                if tokens[at].kind != .fatArrow || tokens[at].newlineBefore { return }
            }
            report(
                .foreignOperator(
                    text(index), meant: "|", at: span(index), written: isAdjacent(index) ? " |" : "|"))
            advance()
            _ = self.pattern()
            pattern = make(.errorPattern, first)
        }
    }

    /// `pub fn f()`, `export const x = 1`: reported, and the declaration read behind it.
    mutating func foreignModifier() -> NodeId? {
        guard kind == .identifier, nextKind == .identifier, !nextStartsLine,
            Foreign.modifiers.contains(text(index))
        else { return nil }
        let first = index
        guard
            isDeclarationStart(next) || Foreign.declaration[text(next)] != nil
                || Foreign.modifiers.contains(text(next))
        else { return nil }
        let blank = Span(file: file, start: tokens[first].start, end: tokens[first + 1].start)
        report(.wordToLeaveOut(text(first), at: span(first), whole: blank))
        advance()
        isSilent = true
        let inner = declaration()
        isSilent = false
        if !startsLine, kind != .endOfFile, !isCloser(kind) { panic = true }
        return inner
    }

    /// What no word of a declaration begins, and people write at the top of a file.
    func habitOfDeclaration(_ first: Int) -> Habit? {
        switch tokens[first].kind {
        case .string, .rawString, .stringHead:
            return Habit("start each line of a comment with `//`, of documentation with `///`")
        case .minus where tokens[first + 1].kind == .minus:
            return Habit(
                "start a comment with `//`",
                Fix(
                    safe: "start the comment with `//`", [TextEdit(span(first).joined(span(first + 1)), "//")]
                ))
        case .identifier: break
        default: return nil
        }
        switch text(first) {
        case "data" where text(first + 1) == "class":
            return Habit("write `record \(text(first + 2)) { … }`, with a `name: Type` for each field")
        case "type" where tokens[first + 1].kind == .identifier && tokens[first + 2].kind == .equal:
            return Habit("write the type itself where it is used, or a `record` with it as a field")
        case "signal":
            return Habit("declare it in the workflow that waits for it")
        case "package", "module", "namespace": return Habit("leave it out: a file is a module")
        case "impl", "trait", "extension":
            return Habit("write `func name(self: T) { … }`: it is called as `value.name()`")
        case "from" where tokens[first + 1].kind == .identifier && text(first + 2) == "import":
            let written = "use \(text(first + 1)).\(text(first + 3))"
            let line = span(first).joined(span(first + 3))
            return Habit("write `\(written)`", Fix("write `\(written)`", [TextEdit(line, written)]))
        case "import" where tokens[first + 1].kind == .leftBrace || tokens[first + 1].kind == .star:
            return Habit("write `use std.http`, or `use \"./lib/text.wf\" as text` for a file")
        default: return nil
        }
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

    /// `timeout: 10m`, `timeout = 10m`
    mutating func foreignColon(_ word: Word) {
        guard kind == .colon || kind == .equal, !startsLine else { return }
        report(
            .clauseSign(text(index), behind: word.text, at: span(index), blank: tokens[next].start))
        advance()
    }

    private func isWord(_ wanted: StaticString) -> Bool {
        let token = tokens[index]
        guard Int(token.length) == wanted.utf8CodeUnitCount else { return false }
        return text(index) == "\(wanted)"
    }
}
