// WF1xxx: what the lexer and the parser have to say, in their only wording.

public import WfSource

extension Diagnostic {
    private static func syntax(
        _ number: UInt16, _ message: String, _ span: Span, _ spanText: String = "",
        labels: [DiagnosticLabel] = [],
        notes: [String] = [], help: String? = nil, fixes: [Fix] = []
    ) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(number), .error, message, at: span, spanText, labels: labels, notes: notes,
            help: help,
            fixes: fixes)
    }

    // MARK: Bytes

    public static func malformedUTF8(at span: Span) -> Diagnostic {
        syntax(
            1001, "the file is not UTF-8: a byte here begins no character", span,
            help: "save the file as UTF-8 without changing its text")
    }

    public static func nulByte(at span: Span) -> Diagnostic {
        syntax(
            1002, "found a NUL byte", span, notes: ["a file saved as UTF-16 looks like this"],
            help: "save the file as UTF-8 and remove the NUL bytes")
    }

    public static func loneCarriageReturn(at span: Span) -> Diagnostic {
        syntax(
            1003, "found a carriage return without a line feed", span, help: "end lines with LF or CR LF",
            fixes: [Fix(safe: "end the line with a line feed", [TextEdit(span, "\n")])])
    }

    public static func fileTooLarge(bytes: Int, at span: Span) -> Diagnostic {
        syntax(
            1004, "the file has \(bytes) bytes; at most \(Limits.fileBytesMax) are read", span,
            help: "split it into modules, or let the workflow read the data when it runs")
    }

    // MARK: Tokens

    public static func unknownCharacter(_ shown: String, at span: Span, help: String?) -> Diagnostic {
        syntax(1005, "found \(shown), which has no meaning here", span, help: help)
    }

    /// - Parameter partner: the quote that closes what this one opens.
    public static func lookalike(_ shown: String, meant: String, at span: Span, partner: Span? = nil)
        -> Diagnostic
    {
        let edits = [span, partner].compactMap { $0 }.map { TextEdit($0, meant) }
        return syntax(
            1006, "found \(shown) where `\(meant)` is probably meant", span, help: "write `\(meant)`",
            fixes: [Fix(safe: "replace it with `\(meant)`", edits)])
    }

    public static func unusualSpace(_ shown: String, at span: Span) -> Diagnostic {
        syntax(
            1007, "found \(shown) between words", span, help: "write an ordinary space",
            fixes: [Fix(safe: "replace it with a space", [TextEdit(span, " ")])])
    }

    public static func unterminatedString(at span: Span, multiLine: Bool) -> Diagnostic {
        syntax(
            1008, multiLine ? "the string has no closing `\"\"\"`" : "the string is not closed on its line",
            span,
            "starts here",
            help: multiLine
                ? "close it with `\"\"\"`" : "close it with `\"`, or write `\"\"\"` for text of several lines"
        )
    }

    public static func unterminatedInterpolation(at span: Span) -> Diagnostic {
        syntax(
            1009, "the interpolation that `{` opens is not closed on its line", span, "opened here",
            help: "close it with `}`, or write `\\{` for a brace")
    }

    public static func emptyInterpolation(at span: Span) -> Diagnostic {
        syntax(
            1010, "the interpolation holds no expression", span,
            help: "write an expression, or `\\{` for a brace",
            fixes: [Fix("write `\\{\\}` for braces", [TextEdit(span, "\\{\\}")])])
    }

    /// A brace before an escape, which no expression begins with.
    ///
    /// - Parameter braces: all of the string that are so.
    public static func braceBeforeEscape(at span: Span, braces: [Span]) -> Diagnostic {
        syntax(
            1010, "the interpolation holds no expression: it begins with an escape", span,
            help: "write `\\{` for a brace, or a raw string, r#\"…\"#",
            fixes: [Fix(safe: "write `\\{` for a brace", braces.map { .insert("\\", before: $0) })])
    }

    public static func unknownEscape(_ shown: String, at span: Span) -> Diagnostic {
        syntax(
            1011, "`\(shown)` is no escape", span,
            help: shown == "\\("
                ? "a value stands in braces: `{x}`"
                : "write one of \\n \\r \\t \\\\ \\\" \\{ \\} \\u{…}, or a raw string r\"…\"")
    }

    public static func malformedUnicodeEscape(at span: Span) -> Diagnostic {
        syntax(
            1012, "`\\u{…}` names no character", span,
            help: "write 1 to 6 hexadecimal digits of a Unicode scalar, such as \\u{1F600}")
    }

    public static func malformedNumber(_ shown: String, at span: Span, help: String) -> Diagnostic {
        syntax(1013, "`\(shown)` is neither a number nor a duration", span, help: help)
    }

    public static func numberNeedsDigit(after: Bool, at span: Span) -> Diagnostic {
        let side = after ? "after" : "before"
        return syntax(
            1014, "a number needs a digit \(side) its point", span, help: "write a `0` \(side) the point",
            fixes: [
                Fix(
                    safe: "write a `0` \(side) the point",
                    [after ? .insert("0", after: span) : .insert("0", before: span)])
            ])
    }

    public static func blockComment(at span: Span) -> Diagnostic {
        syntax(1015, "block comments are not part of the language", span, help: "start each line with `//`")
    }

    public static func nonASCIIName(_ shown: String, at span: Span) -> Diagnostic {
        syntax(
            1016, "the name `\(shown)` has other characters than ASCII letters, digits and `_`", span,
            help: "spell it with letters from a to z")
    }

    public static func singleQuotes(at span: Span) -> Diagnostic {
        syntax(1017, "text stands in double quotes, found `'`", span, help: "write `\"` on both sides")
    }

    public static func tokenTooLong(bytes: Int, at span: Span) -> Diagnostic {
        syntax(
            1018, "a single token has \(bytes) bytes; at most \(Limits.tokenBytesMax) are read", span,
            help: "keep large text in a file that the workflow reads")
    }

    public static func interpolationTooDeep(at span: Span) -> Diagnostic {
        syntax(
            1019, "strings are nested in interpolations more than \(Limits.interpolationDepthMax) deep", span,
            help: "name the inner strings with `let`")
    }

    // MARK: Structure

    /// The general one: what stands here, and what was expected.
    public static func expected(_ wanted: String, found: String, at span: Span, help: String? = nil)
        -> Diagnostic
    {
        syntax(1020, "expected \(wanted), found \(found)", span, help: help)
    }

    public static func expectedDeclaration(
        found: String, foreign: String?, suggestion: String?, at span: Span
    ) -> Diagnostic {
        var fixes: [Fix] = []
        if let suggestion = foreign ?? suggestion {
            let title = "replace it with `\(suggestion)`"
            let edits = [TextEdit(span, suggestion)]
            fixes = [foreign == "func" ? Fix(safe: title, edits) : Fix(title, edits)]
        }
        return syntax(
            1021, "expected a declaration, found \(found)", span,
            notes: ["statements stand inside a func or a workflow"],
            help: foreign.map { "write `\($0)`" } ?? suggestion.map { "did you mean `\($0)`?" }
                ?? "start with one of use, const, record, enum, func, workflow, flow, action, config, secret, pool, test",
            fixes: fixes)
    }

    public static func unclosed(
        _ bracket: String, opened: Span, found: String, at span: Span, culprit: Span?
    ) -> Diagnostic {
        let closer = bracket == "(" ? ")" : bracket == "[" ? "]" : "}"
        var labels = [DiagnosticLabel(opened, "opened here")]
        if let culprit, culprit != opened {
            labels = [
                DiagnosticLabel(culprit, "this one's `}` is probably missing: the next stands further left")
            ]
        }
        return syntax(
            1022, "expected `\(closer)`, found \(found)", span, labels: labels, help: "insert `\(closer)`")
    }

    public static func unmatchedCloser(_ shown: String, at span: Span) -> Diagnostic {
        syntax(
            1023, "found `\(shown)`, but nothing is open that it could close", span, help: "remove it",
            fixes: [Fix("remove this `\(shown)`", [.remove(span)])])
    }

    public static func clauseInArm(_ word: String, at span: Span) -> Diagnostic {
        syntax(
            1020, "expected a pattern, found the clause `\(word)`", span,
            help: "put what it belongs to in braces: `=> { step name = … \(word) … }`")
    }

    public static func expectedStatementEnd(found: String, at span: Span, help: String? = nil) -> Diagnostic {
        syntax(
            1024, "expected the end of the statement, found \(found)", span,
            help: help ?? "start a new line, or write `;` between two statements")
    }

    public static func misspeltWord(_ word: String, meant: String, at span: Span) -> Diagnostic {
        syntax(
            1024, "expected a word of the language, found `\(word)`", span, help: "did you mean `\(meant)`?",
            fixes: [Fix("replace it with `\(meant)`", [TextEdit(span, meant)])])
    }

    public static func actionWithBlock(at span: Span) -> Diagnostic {
        syntax(
            1024, "an action has no block, found `{`: it says what it does with `via`", span,
            help: "write `via exec(…)` on the next line, or make it a workflow")
    }

    public static func reservedWord(_ word: String, at span: Span) -> Diagnostic {
        syntax(
            1025, "`\(word)` is a word of the language and cannot name something", span,
            help: "choose another name", fixes: [Fix("name it `\(word)_`", [TextEdit(span, "\(word)_")])])
    }

    public static func nestingTooDeep(at span: Span) -> Diagnostic {
        syntax(
            1026, "the syntax is nested more than \(Limits.nestingDepthMax) deep", span,
            help: "name the inner parts with `let`, or move them to a func")
    }

    public static func chainTooLong(at span: Span) -> Diagnostic {
        syntax(
            1027, "the expression is a chain of more than \(Limits.expressionChainMax) operators or calls",
            span,
            help: "split it with `let`, or use a list and a fold")
    }

    public static func chainedComparison(at span: Span) -> Diagnostic {
        syntax(1028, "comparisons and ranges do not chain", span, help: "write `a < b && b < c`")
    }

    public static func openBehindRecord(at span: Span) -> Diagnostic {
        syntax(1020, "expected `open` in front of `record`, found it here", span, help: "write `open record`")
    }

    public static func typeArgumentsInExpression(_ type: String, at span: Span) -> Diagnostic {
        syntax(
            1028, "expected a value, found a type with its arguments", span,
            help: "leave `<…>` out, or say the type behind the name: `let x: \(type) = …`")
    }

    public static func recordInHead(at span: Span) -> Diagnostic {
        syntax(
            1029, "a record literal in a condition stands in parentheses", span, help: "write `(Name { … })`")
    }

    public static func declarationInBlock(_ word: String, at span: Span) -> Diagnostic {
        syntax(
            1030, "found `\(word)` inside a block; declarations stand at the top level", span,
            help: "move it out of the braces")
    }

    public static func failoverOnControl(_ word: String, at span: Span) -> Diagnostic {
        syntax(
            1031, "`else` cannot follow a step whose value is a `\(word)`", span,
            help: "write the failover on the step inside it")
    }

    public static func duplicateElse(at span: Span) -> Diagnostic {
        syntax(1032, "the `if` has an `else` already", span, help: "remove one of them")
    }

    public static func rangeOnlyInBackoff(at span: Span) -> Diagnostic {
        syntax(
            1033, "`..` stands only in `backoff 1s..1m`", span,
            help: "write `..<` (without the end) or `...` (with it)",
            fixes: ["..<", "..."].map { Fix("write `\($0)`", [TextEdit(span, $0)]) })
    }

    /// - Parameter written: what replaces it, if that is more than `meant`; empty when nothing does.
    public static func foreignOperator(
        _ found: String, meant: String, at span: Span, written: String? = nil
    ) -> Diagnostic {
        let edit = TextEdit(span, written ?? meant)
        return syntax(
            1034, "`\(found)` is not an operator here", span, help: "write `\(meant)`",
            fixes: edit.replacement.isEmpty ? [] : [Fix(safe: "replace it with `\(meant)`", [edit])])
    }

    public static func semicolonBetweenBraces(at span: Span) -> Diagnostic {
        syntax(
            1034, "expected `,` or a line of its own, found `;`", span, help: "write `,`",
            fixes: [Fix(safe: "replace it with `,`", [TextEdit(span, ",")])])
    }

    public static func questionMark(at span: Span) -> Diagnostic {
        syntax(
            1034, "`?` is not an operator here", span,
            help: "leave it out: a failure goes up by itself, and what may be null takes `??`",
            fixes: [Fix("remove the `?`", [.remove(span)])])
    }

    public static func reference(at span: Span) -> Diagnostic {
        syntax(
            1005, "found `&`, which has no meaning here", span, help: "leave it out: there are no references",
            fixes: [Fix(safe: "remove the `&`", [.remove(span)])])
    }

    public static func ternary(at span: Span) -> Diagnostic {
        syntax(1034, "`?` is not an operator here", span, help: "write `if condition { a } else { b }`")
    }

    /// - Parameter blank: where the clause's value begins.
    public static func clauseSign(_ sign: String, behind word: String, at span: Span, blank: UInt32)
        -> Diagnostic
    {
        let isColon = sign == ":"
        let place = isColon ? span : Span(file: span.file, start: span.start, end: max(blank, span.end))
        let help = isColon ? "remove the colon" : "remove the `\(sign)`"
        return syntax(
            1034, "a clause takes no `\(sign)`, found one behind `\(word)`", span, help: help,
            fixes: [Fix(safe: help, [.remove(place)])])
    }

    public static func methodInRecord(_ record: String, at span: Span) -> Diagnostic {
        syntax(
            1030, "found `func` inside a record; declarations stand at the top level", span,
            help: "move it out of the braces, with `self: \(record)` as its first parameter")
    }

    /// - Parameter name: where the element's type stands, when that is one name.
    public static func listTypeSuffix(_ element: String, at span: Span, name: Span?) -> Diagnostic {
        syntax(
            1034, "a list's type is not written with `[]` behind it", span, help: "write `[\(element)]`",
            fixes: name.map {
                [Fix(safe: "write `[\(element)]`", [.insert("[", before: $0), TextEdit(span, "]")])]
            } ?? [])
    }

    public static func countingFor(found: String, at span: Span) -> Diagnostic {
        foreignFor(found: found, meant: "i in 0..<n", at: span)
    }

    /// - Parameter meant: what stands between `for` and its block.
    public static func foreignFor(found: String, meant: String, at span: Span) -> Diagnostic {
        syntax(
            1034, "`for` runs over a list, a map or a range, found `\(found)`", span,
            help: "write `for \(meant) { … }`")
    }

    /// - Parameter whole: `let mut`
    public static func letMut(at span: Span, whole: Span) -> Diagnostic {
        syntax(
            1035, "`mut` begins nothing here", span, help: "write `var`",
            fixes: [Fix(safe: "replace it with `var`", [TextEdit(whole, "var")])])
    }

    /// - Parameter whole: the word and the blank behind it.
    public static func wordToLeaveOut(_ word: String, at span: Span, whole: Span) -> Diagnostic {
        syntax(
            1035, "`\(word)` begins nothing here", span, help: "leave `\(word)` out",
            fixes: [Fix(safe: "remove `\(word)`", [.remove(whole)])])
    }

    /// - Parameter blank: the space behind it.
    public static func caseWord(at span: Span, blank: Span) -> Diagnostic {
        syntax(
            1035, "`case` begins nothing here", span, help: "write the pattern alone: `.name => …`",
            fixes: [Fix(safe: "remove `case`", [.remove(span.joined(blank))])])
    }

    public static func catchHead(_ found: String, at span: Span, fix: Fix?) -> Diagnostic {
        syntax(
            1020, "expected `on`, `{` or a name behind `catch`, found `\(found)`", span,
            help: "write `catch e { … }`, or `catch e on timeout, exit(75) { … }`",
            fixes: fix.map { [$0] } ?? [])
    }

    public static func foreignWord(_ found: String, meant: String, at span: Span) -> Diagnostic {
        syntax(
            1035, "`\(found)` begins nothing here", span, help: "did you mean `\(meant)`?",
            fixes: [
                meant == "else if"
                    ? Fix(safe: "replace it with `\(meant)`", [TextEdit(span, meant)])
                    : Fix("replace it with `\(meant)`", [TextEdit(span, meant)])
            ])
    }

    public static func tooManySyntaxDiagnostics(hidden: Int, at span: Span) -> Diagnostic {
        syntax(
            1036, "\(hidden) more syntax errors in this file are not shown", span, help: "mend the first ones"
        )
    }

    public static func clauseOutsideStep(_ word: String, at span: Span) -> Diagnostic {
        syntax(
            1037, "the clause `\(word)` stands where no step is", span,
            help: "clauses belong to a step of a workflow or to an action")
    }
}
