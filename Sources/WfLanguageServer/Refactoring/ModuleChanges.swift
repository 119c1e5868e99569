// Modules: `use`s in order, declarations that move to a file of their own.
import WfDiagnostics
import WfSource
import WfSyntax

extension Refactorings {
    static let moduleChanges: Family = { spot in spot.organizedImports() + spot.movedDeclaration() }
}

extension Spot {
    fileprivate func organizedImports() -> [Draft] {
        let items = Array(SourceFileView(reader, document.tree.root).items)
        let uses = Array(items.prefix { kind($0) == .useDecl })
        guard let first = uses.first, let last = uses.last else { return [] }
        let region = Span(file: file, start: span(first).start, end: span(last).end)
        // a comment belongs to the line below it: it would have to move along
        if reader.text(region).contains("//") { return [] }
        let unused = server.workspace.diagnostics(document.path).filter { $0.code.number == 5004 }
        let used = uses.filter { id in
            !unused.contains { span(id).start <= $0.span.start && $0.span.end <= span(id).end }
        }
        var seen: Set<String> = []
        let sorted = used.map { text($0) }.filter { seen.insert($0).inserted }
            .sorted { ($0.contains("\"") ? 1 : 0, $0) < ($1.contains("\"") ? 1 : 0, $1) }
        let words = sorted.joined(separator: "\n")
        if words == uses.map({ text($0) }).joined(separator: "\n") { return [] }
        return [Draft("organize imports", .organizeImports, [TextEdit(region, words)])]
    }

    /// A declaration that needs nothing of its file moves to a file of its own.
    fileprivate func movedDeclaration() -> [Draft] {
        guard let item = head(.recordDecl, .enumDecl, .funcDecl, .actionDecl, .constDecl),
            let declared = scopes.declaredName(item), server.client.createsFiles
        else { return [] }
        let name = reader.text(declared.token)
        let word = name.prefix(1).lowercased() + name.dropFirst()
        let alias = fresh(name == word ? word + "Module" : word)
        let folder = document.path.lastIndex(of: "/").map { String(document.path[...$0]) } ?? ""
        let path = folder + word + ".wf"
        guard server.workspace.tree(path) == nil,
            !server.isMentioned(meaning(declared), outside: document)
        else { return [] }
        // what it names must be known there, too
        var modules: [NodeId] = []
        for token in reader.node(item).first...reader.node(item).last {
            guard reader.token(TokenId(token)).kind == .identifier else { continue }
            for meaning in meanings.meanings(TokenId(token)) {
                guard let found = server.declaration(meaning), found.document.path == document.path,
                    !contains(item, found.node)
                else { continue }
                guard kind(found.node) == .useDecl else { return [] }
                if !modules.contains(found.node) { modules.append(found.node) }
            }
        }
        let start = before(item)
        let own = reader.text(Span(file: file, start: start, end: span(item).end))
        let uses = modules.sorted { span($0).start < span($1).start }.map { text($0) + "\n" }.joined()
        let importText = "use \"\(word).wf\" as \(alias)\n" + (hasUses ? "" : "\n")
        var edits: [TextEdit] = [
            insert(importPlace, importText), replace(start, removeItem(item).span.end, ""),
        ]
        let places = self.uses(of: declared.token).filter { !contains(item, $0.node) }
        if places.isEmpty { return [] }
        for use in places {
            edits.append(
                kind(use.node) == .recordField
                    ? replace(use.node, "\(use.text): \(alias).\(use.text)")
                    : insert(span(use.token).start, "\(alias)."))
        }
        var draft = Draft("move `\(name)` to a file of its own", .refactor, edits)
        draft.files = [(path, uses.isEmpty ? own + "\n" : "\(uses)\n\(own)\n")]
        draft.dropsComments = true
        return [draft]
    }

    private func meaning(_ declared: DeclaredName) -> Meaning { .declared(file, span(declared.token).start) }

    private var hasUses: Bool {
        SourceFileView(reader, document.tree.root).items.contains { kind($0) == .useDecl }
    }

    /// Behind the last `use`, else in front of the first declaration.
    private var importPlace: UInt32 {
        let items = Array(SourceFileView(reader, document.tree.root).items)
        if let last = items.last(where: { kind($0) == .useDecl }) {
            let bytes = document.bytes
            var end = Int(span(last).end)
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            return UInt32(min(end + 1, bytes.count))
        }
        return items.first.map { before($0) } ?? 0
    }
}
