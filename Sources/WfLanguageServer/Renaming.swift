// Renaming what a name stands for, in all files. The new name is tried first: when any name would stand for something else
// than before, or a mistake would come into being, the renaming is refused and says where.
import WfCompiler
import WfDiagnostics
import WfSource
import WfSyntax

extension LanguageServer {
    func prepareRename(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (document, token, meanings) = try target(parameters), let meaning = meanings.first else {
            return .null
        }
        _ = try renamed(meaning)
        return [
            "range": document.range(document.reader.span(token)),
            "placeholder": .string(document.reader.text(token)),
        ]
    }

    /// The declaration that a renaming changes; refuses what is not the user's.
    private func renamed(_ meaning: Meaning) throws(ResponseError) -> Declaration {
        guard let found = declaration(meaning) else { throw .failed("this name is built in") }
        if workspace.isLibrary(found.document.tree.file) {
            throw .failed("`\(found.name)` belongs to the standard library")
        }
        if found.document.original != nil {
            throw .failed("`\(found.name)` comes from `\(found.document.path)`: it is renamed there")
        }
        if found.reader.kind(found.node) == .exprStmt {
            throw .failed("the step has no name of its own: write `step NAME = …` first")
        }
        return found
    }

    func rename(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (_, _, meanings) = try target(parameters), let meaning = meanings.first else {
            throw .failed("there is no name here")
        }
        let declaration = try renamed(meaning)
        let name = parameters["newName"].string ?? ""
        try requireName(name)
        if declaration.reader.kind(declaration.node) == .useDecl,
            !UseDeclView(declaration.reader, declaration.node).hasAlias
        {
            throw .failed("`use … as NAME` gives a module another name")
        }
        var edits: [String: (document: Document, edits: [TextEdit])] = [:]
        let places = mentions(of: meaning).flatMap { [$0] + labelled($0) }
        try goOn()
        for mention in places {
            var text = name
            if mention.isPunned {
                let old = mention.document.reader.text(mention.token)
                text = isField(declaration) ? "\(name): \(old)" : "\(old): \(name)"
            }
            edits[mention.document.path, default: (mention.document, [])].edits
                .append(TextEdit(mention.span, text))
        }
        let changes = edits.values.sorted { $0.document.path < $1.document.path }
        if name != declaration.name { try requireSame(changes, declaration, name) }
        return workspaceEdit(
            changes.map { change in (change.document, change.edits.map { ($0.span, $0.replacement) }) })
    }

    /// The name of what a parameter belongs to.
    func callable(of found: Declaration) -> String? {
        guard found.reader.kind(found.node) == .parameter else { return nil }
        return declaration((found.document.tree.file, found.index.parent(found.node)))?.name
    }

    private func isField(_ found: Declaration) -> Bool { found.reader.kind(found.node) == .fieldDecl }

    /// Where a step without a name of its own is read by the name of what it calls.
    private func labelled(_ mention: Mention) -> [Mention] {
        let meaning = Meaning.declared(mention.document.tree.file, mention.span.start)
        guard let found = declaration(meaning), found.token == mention.token,
            found.reader.kind(found.node) == .exprStmt
        else { return [] }
        return mentions(of: meaning, in: mention.document).filter { $0.token != mention.token }
    }

    private func requireName(_ name: String) throws(ResponseError) {
        let bytes = Array(name.utf8)
        let isWord =
            !bytes.isEmpty && !(0x30...0x39).contains(bytes[0])
            && bytes.allSatisfy {
                $0 == 0x5F || (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) && $0 < 0x80
            }
        let word = Word.allCases.first { $0.text == name }
        if !isWord || word?.isReserved ?? false { throw .failed("`\(name)` is no name") }
    }

    /// Refuses a new name by which anything would mean something else, or that makes mistakes.
    private func requireSame(
        _ changes: [(document: Document, edits: [TextEdit])], _ declaration: Declaration, _ name: String
    ) throws(ResponseError) {
        let texts = changes.map { (path: $0.document.path, bytes: $0.document.applying($0.edits)) }
        let names = NamesOfAChange(renaming: changes, of: declaration, to: name, self)
        let before = changes.map { errors(workspace.diagnostics($0.document.path), $0.document) }
        try goOn()
        let reason = trying(texts) { () -> String? in
            let new = zip(changes, before).flatMap { change, before -> [Diagnostic] in
                errors(inspection(change.document.path)?.diagnostics ?? [], change.document).filter { error in
                    // in broken code what else is said may have been hidden
                    (before.isEmpty || error.code.number == 2002)
                        && !before.contains { $0.code == error.code }
                }
            }
            let twice = new.first(where: { $0.code.number == 2002 })
            return twice?.message ?? names.other() ?? new.first?.message
        }
        if let reason { throw .failed("`\(name)` is taken: \(reason)") }
        try goOn()
    }

    /// What `body` finds while files have other texts.
    func trying<Found>(_ texts: [(path: String, bytes: [UInt8])], _ body: () -> Found) -> Found {
        workspace.trying(texts) { withoutInspections(body) }
    }

    /// What `body` finds when nothing is known of the files as they were.
    func withoutInspections<Found>(_ body: () -> Found) -> Found {
        let known = inspections
        inspections = []
        defer { inspections = known }
        return body()
    }

    private func errors(_ diagnostics: [Diagnostic], _ document: Document) -> [Diagnostic] {
        diagnostics.filter { $0.severity == .error && $0.span.file == document.tree.file }
    }
}

extension Document {
    /// Its text after edits that do not overlap; those at one place stand in order.
    func applying(_ edits: [TextEdit]) -> [UInt8] {
        var text = Array(bytes)
        let order = edits.indices.sorted { (edits[$0].span.start, $0) > (edits[$1].span.start, $1) }
        for edit in order.map({ edits[$0] }) {
            text.replaceSubrange(
                Int(edit.span.start)..<Int(edit.span.end), with: Array(edit.replacement.utf8))
        }
        return text
    }
}
