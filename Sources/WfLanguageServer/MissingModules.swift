// A name that another file of the workspace declares: its module brought in, and the name qualified.
import WfDiagnostics
import WfSource
import WfSyntax

struct MissingModules: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        request.diagnostics.flatMap { diagnostic -> [CodeAction] in
            // not in scope; no such type
            guard [2001, 2003].contains(diagnostic.code.number),
                let tree = server.workspace.tree(request.document.path)
            else { return [] }
            let name = tree.reader.text(diagnostic.span)
            let others = server.workspace.trees.filter { $0.file != tree.file }
            func paths(_ trees: [SyntaxTree]) -> [String] {
                trees.compactMap { server.workspace.path($0.file) }.filter { $0.contains(".") }
            }
            let owners = paths(others.filter { declares(name, $0) }).prefix(3)
            let modules = isQualifier(diagnostic.span, tree) ? paths(others) : []
            return owners.compactMap { action(name, $0, diagnostic, tree) }
                + modules.filter { alias($0) == name }.prefix(3).map { use($0, name, diagnostic, tree) }
        }
    }

    /// Whether a `.` follows: then it may be a module that is meant.
    private func isQualifier(_ span: Span, _ tree: SyntaxTree) -> Bool {
        Int(span.end) < tree.source.count && tree.source.bytes[Int(span.end)] == 0x2E
    }

    /// The name of a file as a module.
    private func alias(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? ""
    }

    /// `use "./text.wf" as text`.
    private func use(
        _ path: String, _ alias: String, _ diagnostic: Diagnostic, _ tree: SyntaxTree
    ) -> CodeAction {
        let written = relative(path, from: tree.source.path)
        return CodeAction(
            title: "add `use \"\(written)\" as \(alias)`", kind: .quickFix,
            edits: [edit(adding: "use \"\(written)\" as \(alias)", tree)], diagnostics: [diagnostic])
    }

    /// A `use` behind the others.
    private func edit(adding line: String, _ tree: SyntaxTree) -> TextEdit {
        let uses = tree.rootView.items.filter { tree.reader.kind($0) == .useDecl }
        if let last = uses.last { return .insert("\n" + line, after: tree.reader.span(last)) }
        return TextEdit(Span(file: tree.file, start: 0, end: 0), line + "\n\n")
    }

    private func declares(_ name: String, _ tree: SyntaxTree) -> Bool {
        let reader = tree.reader
        return tree.rootView.items.contains { item in
            switch reader.kind(item) {
            case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .constDecl, .recordDecl, .enumDecl:
                // every named declaration keeps its name and its token first
                return reader.text(SecretDeclView(reader, item).nameToken) == name
            default: return false
            }
        }
    }

    private func action(
        _ name: String, _ path: String, _ diagnostic: Diagnostic, _ tree: SyntaxTree
    ) -> CodeAction? {
        let reader = tree.reader
        let written = relative(path, from: tree.source.path)
        let uses = tree.rootView.items.filter { reader.kind($0) == .useDecl }.map { UseDeclView(reader, $0) }
        let known = uses.first {
            $0.isFile && $0.hasAlias
                && String(decoding: reader.stringValue($0.pathToken), as: UTF8.self) == written
        }
        var edits: [TextEdit] = []
        let alias: String
        if let known {
            alias = reader.text(known.aliasToken)
        } else {
            let file = self.alias(path)
            guard !file.isEmpty, file.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }),
                !uses.contains(where: { $0.hasAlias && reader.text($0.aliasToken) == file })
            else { return nil }
            alias = file
            edits = [edit(adding: "use \"\(written)\" as \(alias)", tree)]
        }
        edits.append(.insert("\(alias).", before: diagnostic.span))
        return CodeAction(
            title: "use `\(alias).\(name)` of `\(written)`", kind: .quickFix, edits: edits,
            diagnostics: [diagnostic])
    }

    /// A path as `use` in a file writes it.
    private func relative(_ path: String, from file: String) -> String {
        var target = path.split(separator: "/")[...]
        var folder = file.split(separator: "/").dropLast()
        while let first = target.first, target.count > 1, folder.first == first {
            target.removeFirst()
            folder.removeFirst()
        }
        let up = Array(repeating: "..", count: folder.count).joined(separator: "/")
        return (up.isEmpty ? "./" : up + "/") + target.joined(separator: "/")
    }
}
