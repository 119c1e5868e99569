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
            let owners = server.workspace.trees.filter {
                $0.file != tree.file && $0.source.path.hasSuffix(".wf") && declares(name, $0)
            }
            return owners.prefix(3).compactMap { action(name, $0.source.path, diagnostic, tree) }
        }
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
            let file = path.split(separator: "/").last.map { String($0.dropLast(3)) } ?? ""
            guard !file.isEmpty, file.allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }),
                !uses.contains(where: { $0.hasAlias && reader.text($0.aliasToken) == file })
            else { return nil }
            alias = file
            let line = "use \"\(written)\" as \(alias)"
            if let last = uses.last {
                edits = [.insert("\n" + line, after: last.span)]
            } else {
                let start = Span(file: tree.file, start: 0, end: 0)
                edits = [TextEdit(start, line + "\n\n")]
            }
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
