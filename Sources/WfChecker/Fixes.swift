// What fixes are made of: pieces of text that go or come, with their lines and commas. The fixes themselves stand in
// `FixesOf…`, by subject.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// A message with the fixes that its place in the text tells, if it has none yet.
    func repaired(_ diagnostic: Diagnostic) -> Diagnostic {
        guard diagnostic.fixes.isEmpty, sink.diagnostics.count < Limits.fixedDiagnosticsMax,
            let owner = diagnostic.span.file == tree.file
                ? module : modules.firstIndex(where: { $0.tree.file == diagnostic.span.file }),
            !modules[owner].isStandardLibrary
        else { return diagnostic }
        let back = module
        if owner != back { enter(owner) }
        defer { if owner != back { enter(back) } }
        var result = diagnostic
        let token = tree.token(at: diagnostic.span.start)
        result.fixes =
            diagnostic.severity == .warning
            ? lintFixes(diagnostic, token) : mistakeFixes(diagnostic, token)
        return result
    }

    /// The declaration whose body is being looked at; none for the value of a constant or a default.
    var currentDeclaration: NodeId { body == .constant ? .none : declarationNode }

    // MARK: lines

    func span(_ start: UInt32, _ end: UInt32) -> Span { Span(file: tree.file, start: start, end: end) }

    func lineStart(_ offset: UInt32) -> UInt32 {
        var start = offset
        let bytes = tree.bytes(from: 0, to: offset)
        while start > 0 && bytes[Int(start) - 1] != 0x0A { start -= 1 }
        return start
    }

    /// The white space that the line of a place begins with.
    func indentation(_ offset: UInt32) -> String {
        let start = lineStart(offset)
        let blanks = tree.bytes(from: start, to: offset).prefix { $0 == 0x20 || $0 == 0x09 }
        return String(decoding: blanks, as: UTF8.self)
    }

    var fileEnd: UInt32 { tree.span(TokenId(UInt32(tree.tokenCount - 1))).end }

    func byte(_ offset: UInt32) -> UInt8 {
        offset < fileEnd ? tree.bytes(from: offset, to: offset + 1)[0] : 0x0A
    }

    private func isBlank(_ offset: UInt32) -> Bool { [0x20, 0x09, 0x0D].contains(byte(offset)) }

    /// Whether nothing stands before a place on its line.
    func beginsLine(_ offset: UInt32) -> Bool {
        let start = lineStart(offset)
        return tree.bytes(from: start, to: offset).allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }

    /// Takes a piece of text away, its line with it when nothing else stands there, else the blanks before it.
    func removal(_ piece: Span) -> TextEdit {
        var end = piece.end
        while end < fileEnd, isBlank(end) { end += 1 }
        let endsLine = end >= fileEnd || byte(end) == 0x0A
        if beginsLine(piece.start) {
            if endsLine { return .remove(span(lineStart(piece.start), min(end + 1, fileEnd))) }
            return .remove(span(piece.start, end))
        }
        var start = piece.start
        while start > 0, byte(start - 1) == 0x20 || byte(start - 1) == 0x09 { start -= 1 }
        if endsLine { return .remove(span(start, piece.end)) }
        return .remove(span(start, piece.end))
    }

    func removal(_ node: NodeId) -> TextEdit { removal(tree.span(node)) }

    /// The same for a declaration: of the blank lines around it one stays.
    func declarationRemoval(_ piece: Span) -> TextEdit {
        var edit = removal(piece)
        let start = edit.span.start
        let above = start == 0 ? 0 : lineStart(start - 1)
        let isFirst = start == 0 || byte(start - 1) == 0x0A && (above..<start - 1).allSatisfy { isBlank($0) }
        var end = edit.span.end
        while end < fileEnd, isBlank(end) { end += 1 }
        if isFirst, end < fileEnd, byte(end) == 0x0A { edit.span.end = end + 1 }
        return edit
    }

    /// Takes an element of a list away, with one of the commas around it.
    func elementRemoval(_ piece: Span) -> TextEdit {
        let first = tree.token(at: piece.start)
        if first.index > 0, tree.token(TokenId(first.index - 1)).kind == .comma {
            return .remove(span(tree.span(TokenId(first.index - 1)).start, piece.end))
        }
        let next = tree.token(at: piece.end)
        if tree.token(next).kind == .comma {
            let after = tree.token(TokenId(next.index + 1))
            return .remove(span(piece.start, after.newlineBefore ? tree.span(next).end : after.start))
        }
        return removal(piece)
    }

    /// A line of its own above a statement.
    func line(_ text: String, above node: NodeId) -> TextEdit {
        let start = tree.span(node).start
        return .insert("\(text)\n\(indentation(start))", before: tree.span(node))
    }

    /// A statement at the end of a block.
    func statement(_ text: String, endOf block: NodeId) -> TextEdit? {
        let close = tree.span(tree.lastToken(block))
        guard tree.text(close) == "}" else { return nil }
        if beginsLine(close.start) {
            let start = lineStart(close.start)
            let margin = indentation(close.start)
            return TextEdit(span(start, start), "\(margin)    \(text)\n")
        }
        let last = TokenId(tree.lastToken(block).index - 1)
        let isEmpty = tree.text(last) == "{"
        return .insert(isEmpty ? " \(text)" : "; \(text)", after: tree.span(last))
    }

    /// A statement at the beginning of a block.
    func statement(_ text: String, beginOf block: NodeId) -> TextEdit? {
        let open = tree.span(tree.firstToken(block))
        guard tree.text(open) == "{" else { return nil }
        let next = tree.token(TokenId(tree.firstToken(block).index + 1))
        if next.newlineBefore {
            return .insert("\n\(indentation(open.start))    \(text)", after: open)
        }
        return .insert(next.kind == .rightBrace ? " \(text)" : " \(text);", after: open)
    }

    /// A declaration behind the one that is being looked at.
    func declaration(_ text: String, behind node: NodeId) -> TextEdit {
        .insert("\n\n\(text)", after: tree.span(node))
    }

    /// A declaration of a module, behind the others and in front of everything else.
    func use(_ path: String) -> Fix {
        let items = Array(tree.enclosingFile.items)
        let text = "use \(path)"
        let title = "add `\(text)`"
        if let last = items.last(where: { tree.kind($0) == .useDecl }) {
            return Fix(safe: title, [.insert("\n\(text)", after: tree.span(last))])
        }
        guard let first = items.first else { return Fix(safe: title, [TextEdit(span(0, 0), text + "\n")]) }
        let start = startWithComments(first)
        return Fix(safe: title, [TextEdit(span(start, start), text + "\n\n")])
    }

    /// Where a declaration begins, the comments right above it included.
    func startWithComments(_ item: NodeId) -> UInt32 {
        var start = lineStart(tree.span(item).start)
        while start > 0 {
            let above = lineStart(start - 1)
            guard tree.bytes(from: above, to: start).starts(with: Array("//".utf8)) else { break }
            start = above
        }
        // a mark at the beginning of the file stays there
        return start == 0 && byte(0) == 0xEF ? 3 : start
    }

    // MARK: names and values

    /// A name that nothing has, made of another.
    func freshName(_ name: String) -> String {
        var number = 2
        while interner.lookup("\(name)\(number)") != nil { number += 1 }
        return "\(name)\(number)"
    }

    /// A value of a type, to be replaced by what is meant; nil when none can be written out.
    func placeholder(_ type: TypeId, depth: Int = 0) -> String? {
        if depth > 3 { return nil }
        switch kind(type) {
        case .optional, .json: return "null"
        case .duration: return "1s"
        case .time: return "time(year: 2000, month: 1, day: 1)"
        case .unit: return "()"
        case .tuple:
            let parts = (0..<types.memberCount(of: type)).map {
                placeholder(types.tupleElement(of: type, at: $0), depth: depth + 1)
            }
            return parts.contains { $0 == nil } ? nil : "(\(parts.compactMap { $0 }.joined(separator: ", ")))"
        case .record:
            if origin(of: type) < 0 { return nil }
            var parts: [String] = []
            for index in members(of: type) {
                let field = fields[index]
                if kind(field.type) == .optional || !field.defaultNode.isNone { continue }
                guard let value = placeholder(field.type, depth: depth + 1) else { return nil }
                parts.append("\(text(field.name)): \(value)")
            }
            return parts.isEmpty ? "\(text(type)) {}" : "\(text(type)) { \(parts.joined(separator: ", ")) }"
        case .enumeration: return casePlaceholder(type, depth)
        default: return defaultText(type)
        }
    }

    /// The first case that carries nothing, else the first.
    private func casePlaceholder(_ type: TypeId, _ depth: Int) -> String? {
        let all = members(of: type)
        guard let number = all.first(where: { cases[$0].payloadCount == 0 }) ?? all.first else { return nil }
        let name = ".\(text(cases[number].name))"
        let range = payloadRange(type, number - all.lowerBound)
        if range.isEmpty { return name }
        let parts = range.map { placeholder(payloads[$0].type, depth: depth + 1) }
        return parts.contains { $0 == nil }
            ? nil : "\(name)(\(parts.compactMap { $0 }.joined(separator: ", ")))"
    }

    /// Whether computing a value can neither fail nor matter.
    func isTrivial(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .intExpr, .floatExpr, .durationExpr, .trueExpr, .falseExpr, .nullExpr, .nameExpr: return true
        case .stringExpr: return StringExprView(tree, id).interpolations.allSatisfy { isTrivial($0) }
        case .parenExpr: return isTrivial(ParenExprView(tree, id).inner)
        case .memberExpr: return isTrivial(MemberExprView(tree, id).base)
        case .listExpr, .tupleExpr: return ListExprView(tree, id).elements.allSatisfy { isTrivial($0) }
        default: return false
        }
    }

    /// What is found out by typing something once more, of which nothing is said.
    func quietly<Result>(_ look: () -> Result) -> Result {
        let count = sink.diagnostics.count
        let found = lints.found.count
        let returns = returnsSeen.count
        quietLooks += 1
        let result = look()
        quietLooks -= 1
        returnsSeen.removeLast(max(0, returnsSeen.count - returns))
        sink.keepFirst(count)
        lints.found.removeLast(max(0, lints.found.count - found))
        return result
    }
}

extension TreeReader {
    var enclosingFile: SourceFileView { SourceFileView(self, root) }
}
