// What comes from one language or tool alone, and where no rule of the grammar reads on: Go's pointers, Rust's closures, Swift's
// trailing blocks, the keys of YAML. Looked at only when something has already gone wrong, before the habits of all.
import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// What the tokens about the current one tell of another language.
    ///
    /// - Parameter wanted: what was expected, as the message says it; nil for the end of a statement.
    func habitOfLanguage(_ wanted: String?) -> Habit? {
        if startsLine || kind == .endOfFile || index == 0 { return nil }
        if let wanted {
            if wanted.hasPrefix("`:` and the type of the") { return habitOfTyped(wanted) }
            if wanted == "`=` and a call" || wanted.hasPrefix("`(` and the parameters") {
                return habitOfDash()
            }
            return habitOfMissing(wanted)
        }
        return habitBehindStatement()
    }

    private func replacing(_ first: Int, _ last: Int, _ text: String) -> Fix {
        let place = Span(file: file, start: tokens[first].start, end: tokens[last].end)
        return Fix("write `\(text)`", [TextEdit(place, text)])
    }

    private func dropping(_ word: Int) -> Fix {
        let place = Span(file: file, start: tokens[word].start, end: tokens[word + 1].start)
        return Fix("remove `\(text(word))`", [.remove(place)])
    }

    // MARK: Declarations

    private static let modifiers: Set<String> = [
        "readonly", "public", "private", "protected", "static", "final", "val", "var", "let", "const", "pub",
        "mut", "optional", "required", "internal",
    ]

    /// `int x`, `readonly id: String`, `retries = 3`, `_ x: Int`, among parameters and fields.
    private func habitOfTyped(_ wanted: String) -> Habit? {
        let last = index - 1
        if kind == .identifier, SyntaxParser.modifiers.contains(text(last)), nextKind == .colon {
            return Habit("leave `\(text(last))` out", dropping(last))
        }
        if kind == .identifier, nextKind != .colon, let type = Foreign.types[text(last)] ?? capitalised(last)
        {
            let written = "\(text(index)): \(type)"
            return Habit("write `\(written)`", replacing(last, index, written))
        }
        guard kind == .equal, tokens[last].kind == .identifier else { return nil }
        let type: String
        switch nextKind {
        case .integer: type = "Int"
        case .float: type = "Float"
        case .string, .stringHead, .rawString: type = "String"
        case .duration: type = "Duration"
        case .identifier where ["true", "false"].contains(text(next)): type = "Bool"
        default: return Habit("write the type, too: `\(text(last)): T = …`")
        }
        return Habit(
            "write `\(text(last)): \(type) = …`",
            Fix("write `: \(type)`", [.insert(": \(type)", after: span(last))]))
    }

    /// `Int x`
    private func capitalised(_ at: Int) -> String? {
        ["Int", "String", "Bool", "Float", "Decimal", "Path", "Json", "Duration", "Time"].contains(text(at))
            ? text(at) : nil
    }

    /// `step build-it`, `workflow my-flow()`
    private func habitOfDash() -> Habit? {
        guard kind == .minus, isAdjacent(index), isAdjacent(next), tokens[index - 1].kind == .identifier,
            nextKind == .identifier
        else { return nil }
        var last = next
        var name = text(index - 1)
        while true {
            name += text(last).prefix(1).uppercased() + text(last).dropFirst()
            guard tokens[last + 1].kind == .minus, tokens[last + 2].kind == .identifier,
                tokens[last + 2].start == tokens[last + 1].end, last - index < 20
            else { break }
            last += 2
        }
        return Habit("names have no `-`: write `\(name)`", replacing(index - 1, last, name))
    }

    // MARK: Inside an expression, a type or a pattern

    private func habitOfMissing(_ wanted: String) -> Habit? {
        switch (wanted, kind) {
        case (_, .pipe) where text(next) == "null" && tokens[index - 1].kind == .identifier:
            let type = "\(text(index - 1))?"
            return Habit("write `\(type)`", replacing(index - 1, next, type))
        case ("an expression", .pipe) where nextKind == .identifier && tokens[index + 2].kind == .pipe:
            let written = "\(text(next)) =>"
            return Habit("write `\(written) …`", replacing(index, index + 2, written))
        case ("the name of a field", .ellipsis):
            return Habit("write `\(nextKind == .identifier ? text(next) : "r") with { field: value }`")
        case ("the name of the func", .leftParen):
            return Habit("write `func name(self: T) { … }`: it is called as `value.name()`")
        case ("a type", .star): return Habit("leave `*` out: there are no pointers", dropping(index))
        case ("`=>`", .leftParen) where !isCapitalised(index - 1) && tokens[index - 1].kind == .identifier:
            let name = text(index - 1)
            return Habit(
                "write `.\(name)(…)`", Fix("write `.\(name)`", [.insert(".", before: span(index - 1))]))
        case ("`{`", .identifier) where text(index) == "where":
            return Habit("say it where the name is declared: `<T: Ordered>`")
        case ("`{`", .identifier)
        where text(index) != "then" && [.if, .while, .for].contains(word(at: statementStart)):
            return Habit("put what is done in braces: `\(text(statementStart)) … { … }`")
        case ("`,` or `)`", .leftBracket), ("`,` or `}`", .leftBracket), ("`{`", .leftBracket):
            let types = ["Optional": "T?", "List": "[T]", "list": "[T]", "Dict": "[K: V]", "dict": "[K: V]"]
            guard let meant = types[text(index - 1)] else { return nil }
            let inner = nextKind == .identifier && tokens[index + 2].kind == .rightBracket ? text(next) : nil
            guard let inner, meant != "[K: V]" else { return Habit("write `\(meant)`") }
            let type = meant == "T?" ? "\(inner)?" : "[\(inner)]"
            return Habit("write `\(type)`", replacing(index - 1, index + 2, type))
        case ("`=` and a value", .identifier)
        where tokens[index - 1].kind == .identifier && nextKind == .equal:
            return Habit(
                "write `\(text(index - 1)): \(text(index)) = …`",
                Fix("insert `:`", [.insert(":", after: span(index - 1))]))
        case ("an expression", .colon) where word(at: index - 1) == .if:
            return Habit("write `when condition` behind the call", nil)
        case ("`,` or `}`", .dot)
        where index > 3 && tokens[index - 2].kind == .leftBrace
            && [.stringHead, .stringMiddle].contains(tokens[index - 3].kind):
            return Habit("write one pair of braces, and no `$`: `{\(text(index - 1)).\(text(next))}`")
        case ("`,` or `}`", .identifier) where text(index - 1) == "case":
            return Habit("leave `case` out", dropping(index - 1))
        default: return nil
        }
    }

    // MARK: Behind what might have been a statement

    private func habitBehindStatement() -> Habit? {
        let last = index - 1
        switch kind {
        case .colon: return habitOfKey(last)
        case .comma where word(at: next).map({ ClauseKind.of($0) != nil || $0 == .retry }) == true:
            return Habit(
                "leave the comma out: clauses stand side by side",
                Fix("remove the comma", [.remove(span(index))]))
        case .duration, .integer:
            guard kind == .duration || text(last) == "sleep", tokens[last].kind == .identifier,
                last == statementStart,
                nextStartsLine || isCloser(nextKind)
            else { return nil }
            let blank = Span(file: file, start: tokens[last].end, end: tokens[index].start)
            return Habit(
                "put the arguments of a call in parentheses: `\(text(last))(\(text(index)))`",
                Fix("put it in parentheses", [TextEdit(blank, "("), .insert(")", after: span(index))]))
        case .leftBrace: return habitOfBlock(last)
        case .pipe where nextKind == .greater: return Habit("write a call behind the other: `f(x)`, `x.f()`")
        case .identifier: return habitOfTrailingWord(last)
        default: return nil
        }
    }

    /// `needs: build`, `step: a`: keys of YAML.
    private func habitOfKey(_ last: Int) -> Habit? {
        guard tokens[last].kind == .identifier, tokens[next].start != tokens[index].end else { return nil }
        let written = text(last)
        if let clause = Foreign.clause[written], clause != .limit, clause != .for, clause != .catch {
            return Habit("write `\(clause.text) …`", replacing(last, index, clause.text))
        }
        if written == "step" || written == "run" || written == "uses" {
            return Habit(
                "write `step name = exec(\"…\")`: a workflow in YAML is translated by `wfc import FILE`")
        }
        if written == "try" { return Habit("put the block in braces: `try { … } catch error { … }`") }
        return nil
    }

    private func habitOfBlock(_ last: Int) -> Habit? {
        if index > 1, tokens[last].kind == .identifier, tokens[last - 1].kind == .dot {
            return Habit("write the function in parentheses: `.\(text(last))(x => …)`")
        }
        switch text(last) {
        case "on_failure", "on_error", "onError", "onFailure", "always", "ensure":
            return Habit("write `try { … } catch error { … }` around what may fail")
        default: break
        }
        if text(statementStart) == "when", tokens[last].kind == .rightParen {
            return Habit("write `match x { 1 => … }`")
        }
        return nil
    }

    private func habitOfTrailingWord(_ last: Int) -> Habit? {
        let isBehindCall = tokens[last].kind == .rightParen && index > statementStart + 1
        switch text(index) {
        case "if" where isBehindCall: return Habit("write `when …`", replacing(index, index, "when"))
        case "unless" where isBehindCall: return Habit("write `when !(…)`")
        case "with" where isBehindCall:
            return Habit("leave `with` out: write the clause itself", dropping(index))
        case "catch" where isBehindCall, "on" where isBehindCall && body == .workflow:
            return Habit(
                "put it in a `try`: `try { … } catch error on timeout { … }`, or write `else call(…)`")
        case "on_error" where isBehindCall, "onError" where isBehindCall, "on_failure" where isBehindCall:
            return Habit("write `else …`", replacing(index, index, "else"))
        default: break
        }
        if index > 1, word(at: last) == .signal, word(at: last - 1) == .await {
            return Habit("leave `signal` out: `await \(text(index))`", dropping(last))
        }
        if text(last) == "guard" || text(last) == "let" && text(max(last - 1, 0)) == "guard" {
            return Habit("write `if x == null { return … }`: behind it, `x` is not null")
        }
        if text(last) == "typeof" { return Habit("a value's type is known: ask an `enum` with `match`") }
        return nil
    }
}
