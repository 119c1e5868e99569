// Strings: joined with `+` or interpolated, raw, on one line or several.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let stringChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.interpolated() + spot.concatenated() + spot.literalForms()
    }
}

extension Spot {
    /// The outermost `+` of strings around the place.
    private var sum: NodeId? {
        var found: NodeId?
        for id in chain {
            if kind(id) == .binaryExpr, BinaryExprView(reader, id).operation == .add {
                found = id
            } else if found != nil {
                break
            } else if kind(id) == .block {
                return nil
            }
        }
        return found
    }

    private func operands(_ id: NodeId) -> [NodeId] {
        guard kind(id) == .binaryExpr, BinaryExprView(reader, id).operation == .add else { return [id] }
        return operands(BinaryExprView(reader, id).left) + [BinaryExprView(reader, id).right]
    }

    /// A literal in one pair of quotes: what stands between them.
    private func quoted(_ id: NodeId) -> String? {
        guard kind(id) == .stringExpr else { return nil }
        let words = text(id)
        if words.hasPrefix("r") || words.hasPrefix("\"\"\"") || words.utf8.count < 2 { return nil }
        return String(words.dropFirst().dropLast())
    }

    private func isString(_ id: NodeId) -> Bool {
        if typeKind(id) == .string { return true }
        return kind(id) == .parenExpr && isString(ParenExprView(reader, id).inner)
    }

    fileprivate func interpolated() -> [Draft] {
        guard let sum else { return [] }
        let parts = operands(sum)
        guard parts.contains(where: { quoted($0) != nil }), parts.contains(where: { quoted($0) == nil }),
            parts.allSatisfy({ isString($0) }), !text(sum).contains("//")
        else { return [] }
        var words = ""
        for part in parts {
            if let inside = quoted(part) {
                words += inside
            } else {
                let inner = kind(part) == .parenExpr ? ParenExprView(reader, part).inner : part
                // a line's end cannot stand inside quotes
                if text(inner).hasLineEnd || kind(inner) == .stringExpr { return [] }
                words += "{\(text(inner))}"
            }
        }
        return [Draft("join with interpolation", .rewrite, [replace(sum, "\"\(words)\"")])]
    }

    fileprivate func concatenated() -> [Draft] {
        guard let id = near(.stringExpr), let inside = quoted(id), !inside.isEmpty, typeKind(id) == .string
        else { return [] }
        let expressions = Array(StringExprView(reader, id).interpolations)
        guard !expressions.isEmpty, expressions.allSatisfy({ typeKind($0) == .string }) else { return [] }
        var parts: [String] = []
        var at = span(id).start + 1
        func add(_ end: UInt32) {
            let piece = reader.text(Span(file: file, start: at, end: end))
            if !piece.isEmpty { parts.append("\"\(piece)\"") }
        }
        for expression in expressions {
            // the brace stands right before it, perhaps behind blanks
            let open = reader.token(TokenId(reader.firstToken(expression).index - 1)).end - 1
            add(open)
            parts.append(isAtomic(expression) ? text(expression) : "(\(text(expression)))")
            at = reader.token(TokenId(reader.lastToken(expression).index + 1)).start + 1
        }
        add(span(id).end - 1)
        guard parts.count > 1 else { return [] }
        let words = parts.joined(separator: " + ")
        let isBare =
            [.letStmt, .exprStmt, .returnStmt, .assignStmt, .stepStmt, .recordField, .listExpr].contains(
                kind(parent(id)))
            || kind(parent(id)) == .callExpr
        return [Draft("join with +", .rewrite, [replace(id, isBare ? words : "(\(words))")])]
    }

    // MARK: forms

    fileprivate func literalForms() -> [Draft] {
        guard let id = near(.stringExpr), StringExprView(reader, id).interpolations.isEmpty else { return [] }
        let token = reader.firstToken(id)
        let words = text(id)
        let value = String(decoding: reader.stringValue(token), as: UTF8.self)
        var drafts: [Draft] = []
        func offer(_ title: String, _ new: String) {
            // it has to say the same
            guard new != words, literalValue(new) == value else { return }
            drafts.append(Draft(title, .rewrite, [replace(id, new)]))
        }
        let isPlain = value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        if reader.token(token).kind == .rawString {
            offer("turn it into a plain string", Spot.escaped(value, keepsLines: false))
            return drafts
        }
        if words.contains("\\"), isPlain { offer("turn it into a raw string", Spot.raw(value)) }
        if words.hasPrefix("\"\"\"") {
            offer("write it on one line", Spot.escaped(value, keepsLines: false))
        } else if value.contains("\n"), !value.contains("\r"),
            !value.split(separator: "\n", omittingEmptySubsequences: false).contains(where: {
                $0.hasSuffix(" ") || $0.hasSuffix("\t")
            })
        {
            let inside = Spot.escaped(value, keepsLines: true).split(
                separator: "\n", omittingEmptySubsequences: false
            )
            .map { $0.isEmpty ? "" : "    \($0)" }.joined(separator: "\n")
            offer("write it over several lines", "\"\"\"\n\(inside)\n    \"\"\"")
        }
        return drafts
    }

    /// What a literal without interpolations means.
    private func literalValue(_ text: String) -> String? {
        var sink = DiagnosticSink()
        let source = SourceFile(path: "literal.wf", bytes: Array("const literal = \(text)\n".utf8))
        let tree = Parser.parse(source, file: file, interner: server.workspace.interner, into: &sink)
        guard !sink.hasErrors, let item = tree.rootView.items.first, tree.reader.kind(item) == .constDecl,
            let value = ConstDeclView(tree.reader, item).value, tree.reader.kind(value) == .stringExpr,
            StringExprView(tree.reader, value).interpolations.isEmpty
        else { return nil }
        return String(decoding: tree.reader.stringValue(tree.reader.firstToken(value)), as: UTF8.self)
    }

    /// A text as a literal with escapes; only what stands between the quotes when lines stay lines.
    static func escaped(_ value: String, keepsLines: Bool) -> String {
        var out = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += keepsLines ? "\"" : "\\\""
            case "{": out += "\\{"
            case "\n": out += keepsLines ? "\n" : "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return keepsLines ? out : "\"\(out)\""
    }

    private static func raw(_ value: String) -> String {
        if !value.contains("\"") { return "r\"\(value)\"" }
        var hashes = "#"
        while value.contains("\"" + hashes) { hashes += "#" }
        return "r\(hashes)\"\(value)\"\(hashes)"
    }
}
