// Calls of `sql`: its text is part of the program, its values are bound. It knows the parameters that say so in the
// standard library (`SqlText`, `SqlValue`), and no SQL.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The text of a statement: a literal without interpolation, or a constant.
    func statementText(_ id: NodeId) -> TypedId {
        let node = withoutParens(id)
        switch tree.kind(node) {
        case .stringExpr:
            let view = StringExprView(tree, node)
            if !view.interpolations.isEmpty {
                for inner in view.interpolations { _ = expression(inner) }
                report(.interpolatedStatement(at: tree.span(node), fix: bindingFix(view)))
                return poison(id)
            }
        case .nameExpr:
            let name = NameExprView(tree, node).name
            let found = symbol(named: name)
            let isConstant = lookup(name) < 0 && found >= 0 && symbols[found].kind == .constant
            if !isConstant && (lookup(name) >= 0 || found >= 0) {
                report(.statementNotWritten(at: tree.span(id)))
            }
        case .memberExpr:
            let view = MemberExprView(tree, node)
            let isModule =
                tree.kind(view.base) == .nameExpr
                && moduleNamed(NameExprView(tree, view.base).name) != nil
            if !isModule { report(.statementNotWritten(at: tree.span(id))) }
        case .errorExpr: break
        default: report(.statementNotWritten(at: tree.span(id)))
        }
        return expression(id, as: .string)
    }

    /// `'{name}'` becomes `?`, and `name` an argument.
    private func bindingFix(_ view: StringExprView) -> Fix? {
        let whole = tree.span(view.id)
        let text = Array(tree.text(view.id).utf8)
        var edits: [TextEdit] = []
        var values: [String] = []
        for inner in view.interpolations {
            let span = tree.span(inner)
            // A value that is missing may lie behind a string that has no end.
            guard whole.start < span.start, span.end < whole.end, tree.kind(inner) != .errorExpr else {
                return nil
            }
            var (start, end) = (Int(span.start - whole.start), Int(span.end - whole.start))
            while start > 0, text[start] != UInt8(ascii: "{") { start -= 1 }
            while end < text.count, text[end] != UInt8(ascii: "}") { end += 1 }
            end += 1
            guard start > 0, end < text.count else { return nil }
            if text[start - 1] == UInt8(ascii: "'"), text[end] == UInt8(ascii: "'") {
                (start, end) = (start - 1, end + 1)
            }
            edits.append(
                TextEdit(
                    Span(
                        file: whole.file, start: whole.start + UInt32(start), end: whole.start + UInt32(end)),
                    "?"))
            values.append(tree.text(inner))
        }
        edits.append(
            TextEdit(
                Span(file: whole.file, start: whole.end, end: whole.end),
                values.map { ", " + $0 }.joined()))
        return Fix("bind it with `?`", edits)
    }

    /// A value that is bound: as JSON, but for `Bytes`, which go as an object with a key that no text has.
    func statementValue(_ id: NodeId) -> TypedId {
        let value = tree.kind(withoutParens(id)) == .lambdaExpr ? expression(id) : expression(id, .json)
        let found = type(of: value)
        if found == .json || found == .poison || found == .never { return value }
        if kind(found) == .optional, types.element(of: found) == .bytes {
            report(.optionalAsText(text(found), default: nil, at: tree.span(id)))
            return poison(id)
        }
        if !requireEncodable(found, at: id) { return poison(id) }
        let json = make(.toJson, .json, id, a: value.index)
        guard found == .bytes else { return json }
        let key = stringConstant(Array("\0bytes".utf8), .string, id)
        let map = make(
            .map, types.map(key: .string, value: .json), id, list: typed.addList([key.index, json.index]))
        return make(.toJson, .json, id, a: map.index)
    }
}

extension Diagnostic {
    static func interpolatedStatement(at span: Span, fix: Fix?) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4080), .error,
            "a statement's text is fixed; found a value interpolated into it", at: span,
            help: "write `?` where the value belongs, and the value behind the text",
            fixes: fix.map { [$0] } ?? [])
    }

    static func statementNotWritten(at span: Span) -> Diagnostic {
        Diagnostic(
            DiagnosticCode(4081), .error,
            "a statement's text is a string literal or a `const`; found a value that is computed", at: span,
            help: "write the statement here, with `?` for what differs")
    }
}
