// Declarations, found from meanings: their place, words, signature and members.
import WfBuiltins
import WfChecker
import WfCompiler
import WfSource
import WfSyntax

/// A declaration, or what else gives a name its meaning, in its document.
struct Declaration {
    let document: Document
    let index: TreeIndex
    let node: NodeId
    let token: TokenId
    var reader: TreeReader { index.reader }
    var nameSpan: Span { reader.span(token) }
    var meaning: Meaning { .declared(document.tree.file, nameSpan.start) }
    var name: String { reader.text(token) }

    /// A field, case, payload or parameter by name.
    func member(_ name: NameId) -> Meaning? {
        let scopes = Scopes(index: index)
        return members.first { scopes.declaredName($0)?.name == name }
            .flatMap { scopes.declaredName($0) }
            .map { .declared(document.tree.file, reader.span($0.token).start) }
    }

    /// Fields, cases, payloads, parameters, or the variables of a step's loop.
    var members: [NodeId] {
        switch reader.kind(node) {
        case .recordDecl: return Array(RecordDeclView(reader, node).fields)
        case .enumDecl: return Array(EnumDeclView(reader, node).cases)
        case .enumCaseDecl: return Array(EnumCaseDeclView(reader, node).payload)
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            return Array(CallableDeclView(reader, node).parameters)
        case .stepStmt:
            // what a loop ends with is read by the names of its variables
            let value = StepStmtView(reader, node).value
            return reader.kind(value) == .loopExpr ? Array(LoopExprView(reader, value).variables) : []
        default: return []
        }
    }

    /// The signals that a workflow declares.
    var signals: [Declaration] {
        let first = reader.node(node).first
        var found: [Declaration] = []
        var at = node.index - 1
        while at > 0, reader.node(NodeId(at)).first >= first {
            let id = NodeId(at)
            if reader.kind(id) == .signalStmt, let name = Scopes(index: index).declaredName(id) {
                found.append(Declaration(document: document, index: index, node: id, token: name.token))
            }
            at -= 1
        }
        return found.reversed()
    }

    var isCallable: Bool {
        switch reader.kind(node) {
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl: return true
        default: return false
        }
    }

    var documentation: String? { reader.documentation(node) }

    /// What it says of itself, on one line: without the body of what is called.
    var signature: String {
        var last = reader.lastToken(node)
        switch reader.kind(node) {
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            let view = CallableDeclView(reader, node)
            if let inside = view.body ?? view.clauses.first {
                last = TokenId(reader.firstToken(inside).index - 1)
            }
        case .recordDecl, .enumDecl:
            // long lists are cut: the page shows them
            break
        default: break
        }
        let span = Span(
            file: document.tree.file, start: reader.span(reader.firstToken(node)).start,
            end: reader.span(last).end)
        return reader.text(span)
    }
}

extension LanguageServer {
    func declaration(_ file: FileId, _ place: ByteOffset) -> Declaration? {
        guard let document = document(file: file) else { return nil }
        let index = index(document)
        guard let token = index.token(at: place), document.reader.span(token).start == place else {
            return nil
        }
        var node = index.owner(of: token)
        // the label of a bare call stands for its statement
        if Scopes(index: index).declaredName(node) == nil {
            node = index.ancestors(node).first { document.reader.kind($0) == .exprStmt } ?? node
        }
        return Declaration(document: document, index: index, node: node, token: token)
    }

    func declaration(_ place: (file: FileId, node: NodeId)) -> Declaration? {
        guard let document = document(file: place.file) else { return nil }
        let index = index(document)
        guard let name = Scopes(index: index).declaredName(place.node) else { return nil }
        return Declaration(document: document, index: index, node: place.node, token: name.token)
    }

    func declaration(_ meaning: Meaning) -> Declaration? {
        guard case .declared(let file, let place) = meaning else { return nil }
        return declaration(file, place)
    }

    /// The meaning of a name that a file declares.
    func declaration(_ name: NameId, in file: FileId) -> Meaning? {
        guard let document = document(file: file) else { return nil }
        let index = index(document)
        guard let found = index.moduleNames[name], index.reader.kind(found.node) != .useDecl else {
            return nil
        }
        return .declared(file, index.reader.span(found.token).start)
    }

    /// A name that every file sees.
    func core(_ name: NameId) -> Meaning? {
        workspace.coreFile.flatMap { declaration(name, in: $0) }
    }

    /// The file that a meaning is, when it is a module or the name of one.
    func moduleFile(_ meaning: Meaning) -> FileId? {
        switch meaning {
        case .module(let file): return file
        case .declared(let file, let place):
            guard let found = declaration(file, place), found.reader.kind(found.node) == .useDecl else {
                return nil
            }
            return Meanings(self, found.document).target(found.node)
        case .builtin, .type: return nil
        }
    }

    /// Types and steps of a file as it is now.
    func inspection(_ path: String) -> Inspection? {
        if let known = inspections.first(where: { $0.path == path && $0.generation == generation }) {
            return known.inspection
        }
        guard let made = workspace.inspect(path) else { return nil }
        inspections.removeAll { $0.generation != generation }
        if inspections.count >= 4 { inspections.removeFirst() }
        inspections.append((path, generation, made))
        return made
    }
}
