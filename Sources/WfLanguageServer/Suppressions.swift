// A comment that takes a warning back, offered for every warning. It stands beside the fixes and is none of them: nobody
// wants it applied unasked.
import WfDiagnostics
import WfSource
import WfSyntax

struct Suppressions: CodeActionProvider {
    func actions(_ request: CodeActionRequest, _ server: LanguageServer) -> [CodeAction] {
        request.diagnostics.compactMap { diagnostic in
            // what is said about such comments is not taken back by another
            guard diagnostic.severity != .error, diagnostic.code.number / 100 == 50,
                diagnostic.code.number < 5090, let tree = server.workspace.tree(diagnostic.span.file),
                let edit = allowance(diagnostic, tree.reader)
            else { return nil }
            return CodeAction(
                title: "allow \(diagnostic.code) here", kind: .quickFix, edits: [edit],
                diagnostics: [diagnostic])
        }
    }

    /// A line of comment above the line that a warning begins on; nil inside a string of several lines.
    private func allowance(_ diagnostic: Diagnostic, _ tree: TreeReader) -> TextEdit? {
        let before = tree.bytes(from: 0, to: diagnostic.span.start)
        let start = UInt32(before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
        let line = tree.bytes(from: start, to: diagnostic.span.start)
        let margin = String(decoding: line.prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
        let token = tree.token(at: start)
        if tree.span(token).start < start { return nil }
        let place = Span(file: diagnostic.span.file, start: start, end: start)
        return TextEdit(place, "\(margin)// wf:allow \(diagnostic.code) because it is meant so\n")
    }
}
