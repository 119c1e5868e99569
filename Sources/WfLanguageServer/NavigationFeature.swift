// From a name to its declaration, its type's, and all places that mean the same.
import WfCompiler
import WfSource
import WfSyntax

/// A place that means something.
struct Mention {
    let document: Document
    let token: TokenId
    var span: Span { document.reader.span(token) }
    /// A field that is given the variable of its name: `{ total }`.
    var isPunned = false
    var isDeclaration = false
}

extension LanguageServer {
    /// The names at a request's position, and what they mean.
    func target(_ parameters: Json) throws(ResponseError) -> (Document, TokenId, [Meaning])? {
        let document = try document(parameters)
        guard let token = index(document).token(at: document.offset(parameters["position"])) else {
            return nil
        }
        return (document, token, Meanings(self, document).meanings(token))
    }

    /// Where a meaning is declared.
    private func location(_ meaning: Meaning) -> Json? {
        if let file = moduleFile(meaning), let document = document(file: file), isReal(document) {
            return document.location(Span(file: file, start: 0, end: 0))
        }
        guard let found = declaration(meaning), isReal(found.document) else { return nil }
        return found.document.location(found.nameSpan)
    }

    func definition(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (document, token, meanings) = try target(parameters) else { return .null }
        var found = meanings.compactMap { location($0) }
        // a name that the language gives: what gives it
        if found.isEmpty, meanings.isEmpty,
            let place = inspection(document.path)?.declaration(readAt: index(document).owner(of: token)),
            let source = index(document).token(at: place)
        {
            found = [document.location(document.reader.span(source))]
        }
        if found.isEmpty { return .null }
        if !client.takesLinks { return .array(found) }
        return .array(
            found.map {
                [
                    "originSelectionRange": document.range(document.reader.span(token)),
                    "targetUri": $0["uri"], "targetRange": $0["range"], "targetSelectionRange": $0["range"],
                ]
            })
    }

    func typeDefinition(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (document, token, meanings) = try target(parameters),
            var inspection = inspection(document.path)
        else {
            return .null
        }
        if let found = meanings.first.flatMap({ typeDeclaration(of: $0) }) {
            return isReal(found.document) ? .array([found.document.location(found.nameSpan)]) : .null
        }
        let owner = index(document).owner(of: token)
        var known = inspection.type(ofNameAt: document.reader.span(token).start)
        if document.reader.kind(owner) == .callExpr {
            // the label of an argument: what its parameter takes
            guard let found = meanings.first.flatMap({ declaration($0) }),
                let other = self.inspection(found.document.path)
            else { return .null }
            inspection = other
            known = inspection.type(ofNameAt: found.nameSpan.start)
        } else {
            known = known ?? inspection.type(of: owner)
        }
        guard var type = known else { return .null }
        while true {
            if let place = inspection.declaration(of: type), let found = declaration(place),
                isReal(found.document)
            {
                return .array([found.document.location(found.nameSpan)])
            }
            // of a list or an optional: what it holds
            switch inspection.kind(type) {
            case .list, .optional: type = inspection.element(of: type)
            default: return .null
            }
        }
    }

    /// A type stands for itself, a case for its enum, what is called for the type that it yields.
    private func typeDeclaration(of meaning: Meaning) -> Declaration? {
        guard let found = declaration(meaning) else { return nil }
        switch found.reader.kind(found.node) {
        case .recordDecl, .enumDecl: return found
        case .enumCaseDecl: return declaration((found.document.tree.file, found.index.parent(found.node)))
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            guard let result = CallableDeclView(found.reader, found.node).result else { return nil }
            let meanings = Meanings(self, found.document)
            let tokens = found.reader.firstToken(result).index...found.reader.lastToken(result).index
            let types = tokens.flatMap { meanings.meanings(TokenId($0)) }.compactMap { declaration($0) }
            return types.first { [.recordDecl, .enumDecl].contains($0.reader.kind($0.node)) }
        default: return nil
        }
    }

    // MARK: mentions

    /// Every place that means the same, the declaration's among them.
    func mentions(of meaning: Meaning, in only: Document? = nil) -> [Mention] {
        guard let name = self.name(of: meaning) else { return [] }
        var documents: [Document] = []
        if let only {
            documents = [only]
        } else if let found = declaration(meaning), isLocal(found) {
            documents = [found.document]
        } else {
            documents = workspace.trees.compactMap { document(file: $0.file) }
        }
        return documents.flatMap { isWanted() ? mentions(of: meaning, named: name, in: $0) : [] }
    }

    /// Whether another file means a declaration of a file, by its name: only those can that use the file.
    func isMentioned(_ meaning: Meaning, outside document: Document) -> Bool {
        guard let name = self.name(of: meaning) else { return false }
        return workspace.trees.contains { tree in
            guard tree.file != document.tree.file, workspace.uses(of: tree.file).contains(document.tree.file),
                let other = self.document(file: tree.file)
            else { return false }
            return !mentions(of: meaning, named: name, in: other, isFirst: true).isEmpty
        }
    }

    private func name(of meaning: Meaning) -> [UInt8]? {
        switch meaning {
        case .declared: return declaration(meaning).map { Array($0.name.utf8) }
        case .type(let name): return Array(name.utf8)
        case .builtin, .module: return nil
        }
    }

    /// Whether only the file itself can mean it.
    func isLocal(_ found: Declaration) -> Bool {
        switch found.reader.kind(found.node) {
        case .letStmt, .stepStmt, .exprStmt, .bindingPattern, .lambdaParameter, .loopVariable, .catchClause,
            .raceBranch, .useDecl, .typeParameter, .flowStep, .flowGate, .flowEnd:
            return true
        default: return false
        }
    }

    /// - Parameter isFirst: whether one is enough.
    private func mentions(
        of meaning: Meaning, named name: [UInt8], in document: Document, isFirst: Bool = false
    ) -> [Mention] {
        let reader = document.reader
        var found: [Mention] = []
        var meanings: Meanings?
        for number in 0..<UInt32(reader.tokenCount) {
            let token = TokenId(number)
            let entry = reader.token(token)
            guard entry.kind == .identifier, Int(entry.length) == name.count,
                reader.bytes(token).elementsEqual(name)
            else { continue }
            let known = meanings ?? Meanings(self, document)
            meanings = known
            guard known.meanings(token).contains(meaning) else { continue }
            if isFirst && !found.isEmpty { break }
            let owner = known.index.owner(of: token)
            let isPunned =
                reader.kind(owner) == .recordField && RecordFieldView(reader, owner).value == nil
            let isDeclaration = meaning == .declared(document.tree.file, entry.start)
            found.append(
                Mention(document: document, token: token, isPunned: isPunned, isDeclaration: isDeclaration))
        }
        return found
    }

    func references(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (_, _, meanings) = try target(parameters), let meaning = meanings.first else {
            return .null
        }
        let wantsDeclaration = parameters["context"]["includeDeclaration"].bool ?? true
        let found = mentions(of: meaning)
        try goOn()
        return .array(
            found.filter { wantsDeclaration || !$0.isDeclaration }
                .map { $0.document.location($0.span) })
    }

    func documentHighlight(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (document, _, meanings) = try target(parameters), let meaning = meanings.first else {
            return .null
        }
        return .array(
            mentions(of: meaning, in: document).map {
                ["range": document.range($0.span), "kind": isWritten($0) ? 3 : 2]
            })
    }

    /// Whether a name gets a value: where it is declared, and as the variable of an assignment.
    private func isWritten(_ mention: Mention) -> Bool {
        if mention.isDeclaration { return true }
        let index = index(mention.document)
        guard
            let statement = index.ancestors(index.owner(of: mention.token)).first(where: { id in
                index.reader.kind(id) == .assignStmt
            })
        else { return false }
        return index.reader.firstToken(AssignStmtView(index.reader, statement).target) == mention.token
    }

    // MARK: edits

    /// Edits of several files in the form that the client takes.
    ///
    /// - Parameter files: those that come into being, for a client that can do that.
    func workspaceEdit(
        _ changes: [(document: Document, edits: [(span: Span, text: String)])],
        creating files: [(path: String, text: String)] = []
    ) -> Json {
        func edits(_ change: (document: Document, edits: [(span: Span, text: String)])) -> Json {
            .array(
                change.edits.map {
                    [
                        "range": change.document.range($0.span),
                        "newText": .string(change.document.withItsLineEnds($0.text)),
                    ]
                })
        }
        let created = files.flatMap { file -> [Json] in
            let start: Json = ["line": 0, "character": 0]
            return [
                ["kind": "create", "uri": .string(uri(file.path)), "options": ["ignoreIfExists": true]],
                [
                    "textDocument": ["uri": .string(uri(file.path)), "version": .null],
                    "edits": [["range": ["start": start, "end": start], "newText": .string(file.text)]],
                ],
            ]
        }
        if client.takesVersionedEdits {
            return [
                "documentChanges": .array(
                    created
                        + changes.map { change in
                            let version = open[change.document.path].map { Json.int($0.version) } ?? .null
                            return [
                                "textDocument": ["uri": .string(change.document.uri), "version": version],
                                "edits": edits(change),
                            ]
                        })
            ]
        }
        return [
            "changes": .object(
                changes.map { Json.Member(name: $0.document.uri, value: edits($0)) })
        ]
    }
}
