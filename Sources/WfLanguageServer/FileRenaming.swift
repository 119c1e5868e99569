// Before files are renamed or moved: what the `use`s of the workspace have to say afterwards, so that they mean the same.
import WfCompiler
import WfSource
import WfSyntax

extension LanguageServer {
    func willRenameFiles(_ parameters: Json) -> Json {
        let moves = (parameters["files"].array ?? []).compactMap { file -> (old: String, new: String)? in
            guard let old = file["oldUri"].string.flatMap({ FileURI.path($0) }),
                let new = file["newUri"].string.flatMap({ FileURI.path($0) })
            else { return nil }
            return (old, new)
        }
        /// Where a file will be; one below a folder that moves goes with it.
        func moved(_ path: String) -> String {
            for move in moves {
                if path == move.old { return move.new }
                if path.hasPrefix(move.old + "/") { return move.new + path.dropFirst(move.old.count) }
            }
            return path
        }
        var changes: [(document: Document, edits: [(span: Span, text: String)])] = []
        for tree in workspace.trees {
            guard let document = document(file: tree.file) else { continue }
            let edits = useEdits(document, moved)
            if !edits.isEmpty { changes.append((document, edits)) }
        }
        return changes.isEmpty ? .null : workspaceEdit(changes)
    }

    private func useEdits(_ document: Document, _ moved: (String) -> String) -> [(span: Span, text: String)] {
        let reader = document.reader
        func place(_ path: String) -> String { ModulePath.normalized(folders.absolute(path)) }
        let old = place(document.path)
        let home = moved(old)
        return document.tree.rootView.items.compactMap { item in
            guard reader.kind(item) == .useDecl else { return nil }
            let view = UseDeclView(reader, item)
            if !view.isFile { return nil }
            let written = String(decoding: reader.stringValue(view.pathToken), as: UTF8.self)
            let target = place(ModulePath.resolve(written, from: document.path))
            if moved(target) == target && home == old { return nil }
            let new = FileRenaming.path(to: moved(target), from: home)
            return new == written ? nil : (reader.span(view.pathToken), "\"\(new)\"")
        }
    }
}

enum FileRenaming {
    /// A file's path as another one's `use` writes it.
    static func path(to target: String, from user: String) -> String {
        let to = target.split(separator: "/", omittingEmptySubsequences: false)
        let from = user.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var shared = 0
        while shared < from.count, shared < to.count - 1, from[shared] == to[shared] { shared += 1 }
        let up = [Substring](repeating: "..", count: from.count - shared)
        return (up + to[shared...]).joined(separator: "/")
    }
}
