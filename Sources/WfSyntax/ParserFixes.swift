// What repairs a mistake in the grammar, as far as the tokens around it tell. Knows tokens and lines; each is asked for when
// the message is made.
import WfDiagnostics
import WfSource

extension SyntaxParser {
    /// The bytes from one token to the end of another.
    func source(_ first: Int, _ last: Int) -> String {
        let start = Int(tokens[first].start)
        let count = max(0, Int(tokens[last].end) - start)
        return String(decoding: UnsafeBufferPointer(start: bytes + start, count: count), as: UTF8.self)
    }

    /// The blanks that the line of a token begins with.
    func margin(_ index: Int) -> String {
        var start = Int(tokens[index].start)
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        let blanks = UnsafeBufferPointer(start: bytes + start, count: indentation(index))
        return String(decoding: blanks, as: UTF8.self)
    }

    /// The bracket that closes the one at a token; nil when it is not there.
    func partner(of open: Int) -> Int? {
        var depth = 0
        var at = open
        while tokens[at].kind != .endOfFile {
            if isOpener(tokens[at].kind) { depth += 1 } else if isCloser(tokens[at].kind) { depth -= 1 }
            if depth == 0 { return at }
            at += 1
        }
        return nil
    }

    // MARK: Signs

    /// The sign that is missing here, in place of what other languages write for it.
    func fix(missing wanted: TokenKind) -> Fix? {
        guard !startsLine, index > 0, let text = SyntaxParser.signs[wanted] else { return nil }
        switch (wanted, kind) {
        case (.equal, .equalEqual), (.fatArrow, .arrow), (.fatArrow, .colon), (.arrow, .fatArrow),
            (.arrow, .colon):
            let written = isAdjacent(index) ? " \(text)" : text
            return Fix(safe: "replace it with `\(text)`", [TextEdit(span(index), written)])
        default: break
        }
        let follows =
            wanted == .colon
            ? kind == .identifier || kind == .leftBracket || kind == .leftParen : beginsOperand(index)
        guard follows, tokens[index - 1].kind == .identifier || wanted != .colon else { return nil }
        return Fix("insert `\(text)`", [.insert(wanted == .colon ? text : " \(text)", after: endOfPrevious)])
    }

    private static let signs: [TokenKind: String] = [
        .equal: "=", .colon: ":", .fatArrow: "=>", .arrow: "->",
    ]

    /// What stands for `in` in other languages.
    func fixMissingIn() -> Fix? {
        guard !startsLine, kind == .colon || kind == .identifier && text(index) == "of" else { return nil }
        return Fix(
            safe: "replace it with `in`", [TextEdit(span(index), isAdjacent(index) ? " in" : "in")])
    }

    /// The comma between two elements of a list, or `:` between a label and its value.
    func fixSeparator() -> Fix? {
        guard !startsLine, index > 0 else { return nil }
        let before = tokens[index - 1].kind
        if kind == .semicolon { return Fix(safe: "replace it with `,`", [TextEdit(span(index), ",")]) }
        if kind == .equal, before == .identifier, index > 1,
            tokens[index - 2].kind == .leftParen || tokens[index - 2].kind == .comma
        {
            let place = Span(file: file, start: tokens[index - 1].end, end: tokens[index].end)
            return Fix(safe: "replace it with `:`", [TextEdit(place, ":")])
        }
        let isClause = word(at: index).map { ClauseKind.of($0) != nil || $0 == .retry } ?? false
        guard beginsOperand(index), !isClause || nextKind == .colon else { return nil }
        let edit = TextEdit.insert(",", after: endOfPrevious)
        let isLabel = kind == .identifier && nextKind == .colon
        return isLabel ? Fix(safe: "insert a comma", [edit]) : Fix("insert a comma", [edit])
    }

    /// The bracket that closes another, behind what was read last.
    func fixUnclosed(_ closer: String) -> Fix {
        Fix("insert `\(closer)`", [.insert(closer, after: endOfPrevious)])
    }

    /// The `}` of a block, on a line of its own when the block's inside stands on lines.
    func fixUnclosedBlock(_ open: Int) -> Fix {
        guard let misindented, tokens[misindented.close].newlineBefore else {
            let isLines = index > open + 1 && tokens[open + 1].newlineBefore
            return Fix(
                "insert `}`",
                [.insert(isLines ? "\n\(margin(open))}" : " }", after: endOfPrevious)])
        }
        let end = tokens[misindented.close - 1].end
        let place = Span(file: file, start: end, end: end)
        return Fix("insert `}`", [.insert("\n\(margin(misindented.open))}", after: place)])
    }

    // MARK: Lines

    /// A line's end between two statements.
    func fixStatementEnd() -> Fix? {
        guard kind == .identifier, index > 0 else { return nil }
        let place = Span(file: file, start: tokens[index - 1].end, end: tokens[index].start)
        let edit = TextEdit(place, "\n" + margin(index))
        switch word(at: index) {
        case .let, .var, .return, .while, .break, .continue, .if, .for, .match:
            return Fix(safe: "start a new line", [edit])
        case .step, .signal, .query, .next:
            return nextKind == .identifier ? Fix(safe: "start a new line", [edit]) : nil
        default:
            return isDeclarationStart(index) || nextKind == .leftParen || nextKind == .equal
                ? Fix("start a new line", [edit]) : nil
        }
    }

    /// A declaration inside a block, from its first token to the last one read, put in front of the declaration around it.
    func fixNestedDeclaration(_ first: Int) -> Fix? {
        guard index > first, !panic, tokens[first].newlineBefore, startsLine || kind == .endOfFile else {
            return nil
        }
        let indentation = margin(first)
        // the comments right above it and behind it go with it
        let start = Int(lineAbove(first, margin: indentation))
        var end = Int(tokens[index - 1].end)
        while bytes[end] != 0x0A, bytes[end] != 0 { end += 1 }
        let lines = String(decoding: (start..<end).map { bytes[$0] }, as: UTF8.self)
        if bytes[end] == 0x0A { end += 1 }
        let written = lines.sourceLines
            .map { $0.hasPrefix(indentation) ? $0.dropFirst(indentation.count) : $0 }
            .joined(separator: "\n")
        let place = lineAbove(topLevel)
        return Fix(
            "move it to the top level",
            [
                .insert(written + "\n\n", before: Span(file: file, start: place, end: place)),
                .remove(Span(file: file, start: UInt32(start), end: UInt32(end))),
            ])
    }

    /// Where the line of a token begins, or the first of the comments right above it that stand as deep.
    private func lineAbove(_ index: Int, margin: String = "") -> UInt32 {
        let comment = Array((margin + "//").utf8)
        var start = Int(tokens[index].start)
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
        while start > 0 {
            var above = start - 1
            while above > 0, bytes[above - 1] != 0x0A { above -= 1 }
            guard (above..<start).lazy.map({ bytes[$0] }).starts(with: comment) else { break }
            start = above
        }
        return UInt32(start)
    }

    // MARK: Expressions

    /// `a < b && b < c` for `a < b < c`, at the second operator.
    func fixChainedComparison(_ left: NodeId) -> Fix? {
        guard kind(of: left) == .binaryExpr, index > 0 else { return nil }
        let middle = source(firstToken(of: rightOperand(of: left)), index - 1)
        return Fix(
            safe: "compare `\(middle)` with both",
            [.insert("&& \(middle) ", before: span(index))])
    }

    /// Parentheses around the record literal whose `{` is the current token.
    func fixRecordInHead() -> Fix? {
        guard let close = partner(of: index) else { return nil }
        let isQualified = index > 2 && tokens[index - 2].kind == .dot
        return Fix(
            safe: "put it in parentheses",
            [
                .insert("(", before: span(isQualified ? index - 3 : index - 1)),
                .insert(")", after: span(close)),
            ])
    }

    /// A second `else` with its block.
    func fixDuplicateElse() -> Fix? {
        guard nextKind == .leftBrace, let close = partner(of: index + 1) else { return nil }
        let place = Span(file: file, start: tokens[index - 1].end, end: tokens[close].end)
        return Fix("remove the second `else`", [.remove(place)])
    }

    /// `if c { a } else { b }` for `c ? a : b`, at the `?`.
    func fixTernary(_ first: Int) -> Fix? {
        guard allowsRecord, let colon = signOfTernary(.colon, from: index + 1), colon > index + 1 else {
            return nil
        }
        guard let end = signOfTernary(nil, from: colon + 1), end > colon + 1 else { return nil }
        let written =
            "if \(source(first, index - 1)) { \(source(index + 1, colon - 1)) }"
            + " else { \(source(colon + 1, end - 1)) }"
        let place = Span(file: file, start: tokens[first].start, end: tokens[end - 1].end)
        return Fix(safe: "write it with `if` and `else`", [TextEdit(place, written)])
    }

    /// The next sign of a kind outside brackets, or with nil the end of the expression; nil when there is another `?`.
    private func signOfTernary(_ wanted: TokenKind?, from first: Int) -> Int? {
        var at = first
        var depth = 0
        while tokens[at].kind != .endOfFile {
            let kind = tokens[at].kind
            if kind == .question { return nil }
            if depth == 0 {
                if kind == wanted { return at }
                let ends =
                    isCloser(kind) || kind == .comma || kind == .semicolon || kind == .stringMiddle
                    || kind == .stringTail || tokens[at].newlineBefore && !isOpen
                if ends { return wanted == nil ? at : nil }
            }
            if isOpener(kind) { depth += 1 } else if isCloser(kind) { depth -= 1 }
            at += 1
        }
        return wanted == nil ? at : nil
    }

    /// `for i in 0..<n` for `for (let i = 0; i < n; i += 1)`, at the `(`.
    func fixCountingFor() -> Fix? {
        guard let close = partner(of: index), tokens[index + 3].kind == .equal else { return nil }
        let name = text(index + 2)
        let signs = (index..<close).filter { tokens[$0].kind == .semicolon }
        guard signs.count == 2, signs[0] > index + 4, text(signs[0] + 1) == name,
            text(signs[1] + 1) == name, signs[1] > signs[0] + 3
        else { return nil }
        let range: String
        switch tokens[signs[0] + 2].kind {
        case .less: range = "..<"
        case .lessEqual: range = "..."
        default: return nil
        }
        let isOne =
            tokens[signs[1] + 2].kind == .plusEqual && text(signs[1] + 3) == "1" && close == signs[1] + 4
            || tokens[signs[1] + 2].kind == .plus && tokens[signs[1] + 3].kind == .plus
                && close == signs[1] + 4
        guard isOne else { return nil }
        let low = source(index + 4, signs[0] - 1)
        let high = source(signs[0] + 3, signs[1] - 1)
        return Fix(
            "write it as a range",
            [
                TextEdit(
                    Span(file: file, start: tokens[index].start, end: tokens[close].end),
                    "\(name) in \(low)\(range)\(high)")
            ])
    }
}
