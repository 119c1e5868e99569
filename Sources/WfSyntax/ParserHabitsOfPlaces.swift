// What people write where a rule of the grammar has got to a certain place: the habit is told by what was expected there. Looked
// at only when something has already gone wrong. The words and signs that tell it by themselves are in ParserHabits.swift.
import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// What the tokens at a place tell of another language.
    ///
    /// - Parameter wanted: what was expected, as the message says it; nil for the end of a statement.
    func habitOfPlace(_ wanted: String?) -> Habit? {
        guard !startsLine, kind != .endOfFile else { return nil }
        switch (wanted, kind) {
        case ("`{`", .equal), ("`{`", .fatArrow): return habitOfBody()
        case ("`{`", .identifier) where text(index) == "then" && nextKind != .leftBrace:
            return Habit("put what is done in braces: `if c { a } else { b }`", fixThen())
        case ("a type", .equal) where tokens[index - 1].kind == .colon:
            return Habit(
                "write `=`", replacing(index - 1, index, tokens[index - 1].start == endBefore ? " =" : "="))
        case ("`=` and a call", .arrow), ("`=` and a call", .fatArrow), ("`=` and a value", .arrow),
            ("`=` and a value, or `fails`", .arrow), ("`=` and a value, or `fails`", .fatArrow):
            return Habit("write `=`", replacing(index, index, "="))
        case ("a kind of failure such as `timeout` or `http(5xx)`", .integer),
            ("a kind of failure such as `timeout` or `http(5xx)`", .statusClass):
            return Habit("write `http(\(text(index)))`", replacing(index, index, "http(\(text(index)))"))
        case ("the name of a module, or a file in quotes", .leftBrace):
            return Habit("write `use std.http`: what it has is called with its name, `http.get(…)`")
        case (_, .leftParen)
        where index > 1 && word(at: index - 2) == .signal && wanted?.hasPrefix("`:` and the type") == true:
            return habitOfSignal()
        case (nil, .arrow) where body != .flow && word(at: statementStart) == .step:
            return Habit("arrows are for a `flow`: here a step reads the other's name, or says `after`")
        case (nil, .identifier) where text(index) == "times" && index > statementStart + 1:
            return Habit(
                "leave `times` out",
                Fix(
                    "remove `times`",
                    [.remove(Span(file: file, start: tokens[index - 1].end, end: tokens[index].end))]))
        case (nil, .string), (nil, .stringHead): return habitOfBareArgument()
        default: return nil
        }
    }

    /// Where the token before the previous one ends.
    private var endBefore: UInt32 { index > 1 ? tokens[index - 2].end : 0 }

    private func replacing(_ first: Int, _ last: Int, _ text: String) -> Fix {
        let place = Span(file: file, start: tokens[first].start, end: tokens[last].end)
        return Fix("write `\(text.drop(while: { $0 == " " }))`", [TextEdit(place, text)])
    }

    /// The last token of the line of the current one, with all brackets closed; nil when one stays open.
    private func endOfLine(from first: Int) -> Int? {
        var at = first
        var depth = 0
        while tokens[at].kind != .endOfFile, at == first || !tokens[at].newlineBefore {
            if isOpener(tokens[at].kind) { depth += 1 } else if isCloser(tokens[at].kind) { depth -= 1 }
            if depth < 0 { break }
            at += 1
        }
        return depth > 0 || at == first ? nil : at - 1
    }

    /// `func f(x: Int) -> Int = x * 2`
    private func habitOfBody() -> Habit? {
        switch word(at: statementStart) {
        case .func, .workflow, .flow, .test: break
        default: return nil
        }
        let fix = endOfLine(from: index).flatMap { last in
            last > index
                ? Fix(
                    "put the body in braces", [TextEdit(span(index), "{"), .insert(" }", after: span(last))])
                : nil
        }
        return Habit("put the body in braces: `{ … }`", fix)
    }

    /// `if c then a else b`
    private func fixThen() -> Fix? {
        guard let last = endOfLine(from: index), last > index else { return nil }
        var edits = [TextEdit(span(index), "{")]
        if let other = (index..<last).first(where: { word(at: $0) == .else }) {
            guard other > index + 1, word(at: other + 1) != .if else { return nil }
            edits += [.insert(" }", after: span(other - 1)), .insert(" {", after: span(other))]
        }
        return Fix("put the branches in braces", edits + [.insert(" }", after: span(last))])
    }

    /// `signal paid(amount: Int)`
    private func habitOfSignal() -> Habit {
        guard let close = partner(of: index), close == index + 4, tokens[index + 2].kind == .colon else {
            return Habit(
                "write the type of what it brings, a record for several values: `signal paid: Payment`")
        }
        let written = ": \(text(index + 3))"
        let place = Span(file: file, start: tokens[index].start, end: tokens[close].end)
        return Habit(
            "write `signal \(text(index - 1))\(written)`",
            Fix("write `\(written)`", [TextEdit(place, written)]))
    }

    /// `exec "ls"`
    private func habitOfBareArgument() -> Habit? {
        let before = tokens[index - 1]
        guard before.kind == .identifier, before.end < tokens[index].start,
            word(at: index - 1)?.isKeyword != true
        else { return nil }
        var fix: Fix?
        if kind == .string, nextStartsLine || isCloser(nextKind) || nextKind == .semicolon {
            let blank = Span(file: file, start: before.end, end: tokens[index].start)
            fix = Fix("put it in parentheses", [TextEdit(blank, "("), .insert(")", after: span(index))])
        }
        return Habit("put the arguments of a call in parentheses: `\(text(index - 1))(…)`", fix)
    }

    // MARK: Declarations

    /// Behind a declaration that ought to have ended: what its line goes on with.
    func habitBehindDeclaration(_ first: Int) -> Habit {
        switch word(at: first) {
        case .secret where kind == .equal:
            return Habit(
                "leave the value out: a secret's text comes from the environment or a file; a `const` holds what all may read",
                endOfLine(from: index).map { last in
                    let place = Span(file: file, start: tokens[index - 1].end, end: tokens[last].end)
                    return Fix("remove the value", [.remove(place)])
                })
        case .action where !(first..<index).contains { word(at: $0) == .via }:
            if kind == .equal || kind == .fatArrow {
                return Habit("write `via`", replacing(index, index, "via"))
            }
            if kind == .identifier, nextKind == .leftParen || nextKind == .dot {
                return Habit(
                    "write `via` in front of it", Fix("insert `via`", [.insert("via ", before: span(index))]))
            }
        case .use where kind == .slash || kind == .colon && nextKind == .colon:
            return Habit("write `.`", replacing(index, kind == .slash ? index : next, "."))
        default: break
        }
        return Habit("start a new line", fixStatementEnd())
    }

    /// `undo { exec("x") }`: a call stands behind `undo`, no block.
    ///
    /// - Returns: whether there is one, which has been reported and stepped over.
    mutating func foreignUndoBlock() -> Bool {
        guard kind == .leftBrace, !panic, let close = partner(of: index) else { return false }
        var fix: Fix?
        if close > index + 1, !(index + 1...close).contains(where: { tokens[$0].newlineBefore }) {
            fix = Fix(
                "take it out of the braces",
                [
                    .remove(Span(file: file, start: tokens[index].start, end: tokens[index + 1].start)),
                    .remove(Span(file: file, start: tokens[close - 1].end, end: tokens[close].end)),
                ])
        }
        report(
            .expected(
                "a call after `undo`", found: "`{`", at: span(index),
                help: "write the call alone, `undo release(hold)`; several go into a workflow"
            ).fixed(fix))
        skipBalanced()
        return true
    }

    /// `http(500, 502)` for `http(500), http(502)`, at the first comma.
    mutating func foreignCodes(_ name: Int) {
        guard kind == .comma, !panic else { return }
        let written = text(name)
        var at = index
        var edits: [TextEdit] = []
        while tokens[at].kind == .comma, [.integer, .statusClass].contains(tokens[at + 1].kind) {
            let place = Span(file: file, start: tokens[at].start, end: tokens[at + 1].start)
            edits.append(TextEdit(place, "), \(written)("))
            at += 2
        }
        let isPlain = tokens[at].kind == .rightParen && !edits.isEmpty
        report(
            .expected(
                "`)`", found: "`,`", at: span(index),
                help: "name each: `\(written)(\(text(index - 1))), \(written)(…)`"
            ).fixed(isPlain ? Fix("name each", edits) : nil))
        while recover(inListClosedBy: .rightParen) { advance() }
    }

    /// `n when n > 1 =>` for `n if n > 1 =>`: whether a guard follows.
    mutating func foreignGuard() -> Bool {
        guard kind == .identifier, !panic, !startsLine, ["when", "where"].contains(text(index)),
            beginsOperand(next)
        else { return false }
        report(.foreignWord(text(index), meant: "if", at: span(index)))
        advance()
        return true
    }

    /// `1: 2` for `1 => 2`: whether an arm's value follows.
    mutating func foreignArmColon() -> Bool {
        guard kind == .colon, nextKind != .colon, !panic, !startsLine else { return false }
        report(
            .expected("`=>`", found: "`:`", at: span(index), help: "write `=>`").fixed(
                fix(missing: .fatArrow)))
        advance()
        return true
    }

    /// A func among the fields of a record: reported, and read past.
    ///
    /// - Parameter record: the record's name.
    mutating func foreignMethod(of record: String) -> Bool {
        guard at(.func), nextKind == .identifier, !nextStartsLine, !panic,
            tokens[index + 2].kind == .leftParen || tokens[index + 2].kind == .less
        else { return false }
        report(.methodInRecord(record, at: span(index)))
        let saved = (body, statementStart, isSilent)
        isSilent = true
        _ = declaration()
        (body, statementStart, isSilent) = saved
        _ = take(.comma)
        return true
    }
}
