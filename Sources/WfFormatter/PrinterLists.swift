// What stands between brackets: lists with commas, filled lists of words, maps, records, arguments.

import WfSyntax

extension Printer {
    /// A bracketed list with commas: on one line if it fits, else a line each with a trailing comma; words of a list that
    /// may be filled share lines.
    ///
    /// - Parameters:
    ///   - last: the closing bracket's token.
    ///   - behind: what has to stand on the line of the closing bracket.
    ///   - filling: whether an element is short and has no inner life, so that others may stand on its line.
    mutating func commaList(
        _ count: Int, before last: UInt32, broken: Bool = false, padded: Bool = false, hugging: NodeId? = nil,
        behind: StaticString = "", filling: ((Printer, Int) -> Bool)? = nil,
        _ print: (inout Printer, Int) -> Void
    ) {
        if stopped { return }
        if count == 0 { return emptyBraces() }
        let mustBreak = broken || hasComment(after: next, through: last)
        // A comment in front would end the try-out before it has begun.
        if !inTrial, flat == 0 { comments() }
        if flat > 0 || !mustBreak && (inTrial || fits(count, padded, hugging, behind, print)) {
            return flatList(count, padded, print)
        }
        let around = continuation
        continuation = 1
        token()
        indent += 1
        var fillsLine = false
        let isGrouped = startsLine(next)
        for index in 0..<count {
            let isShort = tree.token(TokenId(next)).length <= wordColumnsMax
            let mayFill = (isGrouped || isShort) && filling?(self, index) == true
            if fillsLine && mayFill && standsBehind(index, print) {
                space()
            } else {
                newline(item: index)
            }
            print(&self, index)
            if nextKind == .comma {
                token()
            } else {
                drop(.semicolon)
                insert(",")
            }
            fillsLine = mayFill
        }
        closeBrace()
        continuation = around
    }

    /// Whether an element stands on the line of the one before it: the source has it there, and it fits.
    private mutating func standsBehind(_ index: Int, _ print: (inout Printer, Int) -> Void) -> Bool {
        if startsLine(next) || hasComment(after: next - 1, through: next) { return false }
        return inTrial
            || trial({
                $0.space()
                print(&$0, index)
                $0.insert(",")
            }) == .fits
    }

    /// Elements that a list has at least before they share lines.
    var wordsToFill: Int { 6 }
    /// Columns of a word that shares a line unless the author has given it one to share.
    private var wordColumnsMax: Int { 32 }

    /// Whether an expression is a word as in a command line: a short literal or name, with fields perhaps.
    func isWord(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .stringExpr, .intExpr, .floatExpr, .durationExpr, .trueExpr, .falseExpr, .nullExpr, .nameExpr,
            .implicitMemberExpr:
            return !tree.bytes(from: tree.span(id).start, to: tree.span(id).end).contains(0x0A)
        case .memberExpr: return isWord(MemberExprView(tree, id).base)
        case .unaryExpr: return isWord(UnaryExprView(tree, id).operand)
        default: return false
        }
    }

    /// Whether a list fits on the line, or does but for a last element whose own brackets can be broken.
    mutating func fits(
        _ count: Int, _ padded: Bool, _ hugged: NodeId?, _ behind: StaticString = "",
        _ print: (inout Printer, Int) -> Void
    ) -> Bool {
        // Between braces the line on which a field begins decides which lines continue it: a field has one of its own.
        let outcome = trial(ignoringSource: true) {
            $0.flatList(count, padded, print)
            $0.insert(behind)
        }
        if outcome == .fits && !(padded && passedLine) || outcome == .broke && !padded { return true }
        guard let hugged, let opening = opening(hugged) else { return false }
        let end = trial(
            ignoringSource: true,
            {
                $0.stopToken = opening
                $0.flatList(count, padded, print)
            })
        stopToken = .max
        return end != .overflow
    }

    /// The bracket that a record, list or lambda opens; nil for what has none to break at.
    private func opening(_ id: NodeId) -> UInt32? {
        switch tree.kind(id) {
        case .objectExpr, .listExpr, .mapExpr: return tree.firstToken(id).index
        case .recordExpr: return tree.lastToken(RecordExprView(tree, id).type).index + 1
        case .lambdaExpr:
            let body = LambdaExprView(tree, id).body
            return tree.kind(body) == .block ? tree.firstToken(body).index : nil
        default: return nil
        }
    }

    private mutating func flatList(_ count: Int, _ padded: Bool, _ print: (inout Printer, Int) -> Void) {
        token()
        for index in 0..<count {
            if index > 0 || padded { space() }
            print(&self, index)
            drop(.comma)
            drop(.semicolon)
            if index < count - 1 { insert(",") }
        }
        if padded { space() }
        token()
    }

    /// - Parameter behind: what has to stand on the line of the closing bracket.
    mutating func angled(_ items: NodeList, behind: StaticString = "") {
        if items.isEmpty { return }
        let next = tree.lastToken(items[items.count - 1]).index + 1
        let last = tree.token(TokenId(next)).kind == .comma ? next + 1 : next
        commaList(items.count, before: last, behind: behind) { $0.node(items[$1]) }
    }

    mutating func map(_ id: NodeId) {
        let entries = MapExprView(tree, id).entries
        if entries.isEmpty {
            token()
            token()
            token()
            return
        }
        commaList(entries.count, before: tree.lastToken(id).index) { printer, index in
            printer.node(entries[index].key)
            printer.token()
            printer.space()
            printer.node(entries[index].value)
        }
    }

    mutating func tuple(_ id: NodeId) {
        let items = TupleExprView(tree, id).elements
        if items.count == 1, tree.kind(id) == .tupleExpr {
            token()
            node(items[0])
            token()
            token()
            return
        }
        commaList(items.count, before: tree.lastToken(id).index) { $0.node(items[$1]) }
    }

    mutating func fields(_ fields: NodeList, last: UInt32) {
        commaList(fields.count, before: last, broken: startsLine(next + 1) && !ignoresSource, padded: true) {
            $0.node(fields[$1])
        }
    }

    mutating func recordField(_ id: NodeId) {
        token()
        if let value = RecordFieldView(tree, id).value {
            token()
            space()
            node(value)
        }
    }

    mutating func arguments(_ id: NodeId) {
        let arguments = CallExprView(tree, id).arguments
        let last = arguments.last?.value
        if arguments.count == 1, let last, isTooLongForAnyLine(last) {
            return flatList(1, false) { $0.argument(arguments[$1]) }
        }
        commaList(
            arguments.count, before: tree.lastToken(id).index, hugging: last,
            filling: arguments.count < wordsToFill
                ? nil : { arguments[$1].label.isNone && $0.isWord(arguments[$1].value) }
        ) { $0.argument(arguments[$1]) }
    }

    mutating func argument(_ argument: ArgumentList.Element) {
        if !argument.label.isNone { keywordColon() }
        node(argument.value)
    }

    /// Whether a string would stand out of a line of its own as well, so that giving it one gains nothing.
    private func isTooLongForAnyLine(_ id: NodeId) -> Bool {
        let span = tree.span(id)
        return tree.kind(id) == .stringExpr && !hasComment(after: next, through: next + 1)
            && (indent + 1) * Formatter.indentWidth + Int(span.length) > Formatter.lineWidth
    }
}
