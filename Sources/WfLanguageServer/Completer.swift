// The candidates for a place whose node is known.
import WfBuiltins
import WfChecker
import WfCompiler
import WfSource
import WfSyntax
import WfValue

struct Completer {
    let server: LanguageServer
    let meanings: Meanings
    let inspection: Inspection
    let text: CompletionText
    let chunk: CompletionChunk
    let offset: UInt32
    var reader: TreeReader { meanings.reader }

    init(
        _ server: LanguageServer, _ meanings: Meanings, _ inspection: Inspection, _ text: CompletionText,
        _ chunk: CompletionChunk, _ offset: UInt32
    ) {
        self.server = server
        self.meanings = meanings
        self.inspection = inspection
        self.text = text
        self.chunk = chunk
        self.offset = offset
    }

    func items() -> [CompletionItem] {
        guard let token = meanings.index.token(at: offset) else { return [] }
        let owner = meanings.index.owner(of: token)
        if owner.isNone { return [] }
        if reader.kind(owner) == .nameExpr, let few = few(owner) {
            return takesWords(owner) ? unique(few + words(owner)) : few
        }
        if reader.kind(owner) == .flowBoundary, FlowBoundaryView(reader, owner).eventToken == token {
            return events()
        }
        // behind a dot stands a name
        let words = text.line.hasSuffix(".") && !text.line.hasSuffix("..") ? [] : self.words(owner)
        // no name fits where the parser stumbles over one, and none is offered for what is only named here
        if chunk.trial.isMisplaced, !words.isEmpty { return words }
        if let declared = meanings.scopes.declaredName(owner), declared.token == token,
            reader.kind(owner) != .bindingPattern
        {
            return words
        }
        return unique(byKind(owner, token) + words)
    }

    private func byKind(_ owner: NodeId, _ token: TokenId) -> [CompletionItem] {
        switch reader.kind(owner) {
        case .memberExpr: return members(MemberExprView(reader, owner))
        case .implicitMemberExpr: return cases(expected(owner))
        case .casePattern: return casePattern(owner)
        case .bindingPattern: return patterns(owner)
        case .recordField: return fields(owner)
        case .namedType: return types(NamedTypeView(reader, owner))
        case .faultPattern: return faults()
        case .nameExpr: return names(owner)
        case .callExpr where reader.token(TokenId(token.index + 1)).kind == .colon:
            return labels(CallExprView(reader, owner), token)
        default: return chunk.trial.isMisplaced ? [] : values(owner)
        }
    }

    // MARK: behind a dot

    private func members(_ view: MemberExprView) -> [CompletionItem] {
        if let base = meanings.expression(view.base) {
            if let file = server.moduleFile(base) { return exports(of: file) }
            if let found = server.declaration(base), found.reader.kind(found.node) == .enumDecl {
                return found.members.compactMap {
                    item(server.declaration((found.document.tree.file, $0)), .enumMember)
                }
            }
        } else if reader.kind(view.base) == .nameExpr {
            let name = server.workspace.interner.text(NameExprView(reader, view.base).name)
            if let items = exports(ofUnused: name) { return items }
        }
        var base = view.base
        while reader.kind(base) == .parenExpr { base = ParenExprView(reader, base).inner }
        guard let type = inspection.type(of: view.base) ?? inspection.type(of: base) else { return [] }
        guard inspection.kind(type) == .optional else { return members(of: type) }
        let inner = members(of: inspection.element(of: type))
        if view.isOptional { return inner }
        return unique(
            members(of: type)
                + inner.map { item in
                    var item = item
                    item.isBehindNull = true
                    item.rank += 1
                    return item
                })
    }

    private func members(of type: TypeId) -> [CompletionItem] {
        var items: [CompletionItem] = []
        let declaration = inspection.declaration(of: type).flatMap { server.declaration($0) }
        for field in inspection.fields(of: type) {
            let name = server.workspace.interner.text(field.name)
            let documentation = declaration?.member(field.name).flatMap {
                server.declaration($0)?.documentation
            }
            items.append(
                CompletionItem(
                    label: name, kind: .field, detail: inspection.text(field.type),
                    documentation: documentation,
                    rank: 1))
        }
        for (number, element) in inspection.elements(ofTuple: type).enumerated() {
            items.append(
                CompletionItem(
                    label: "\(number)", kind: .field, detail: inspection.text(element), rank: 1))
        }
        for method in inspection.methods(of: type) {
            guard let found = server.declaration(method) else { continue }
            var own = item(found, .method)
            own?.rank = 2
            own?.snippet = call(found, skipping: 1)
            if let own { items.append(own) }
        }
        for signature in inspection.builtinMembers(of: type) { items.append(builtin(signature)) }
        if inspection.workflow(ofHandle: type) != nil {
            items.append(
                CompletionItem(
                    label: "cancel", kind: .method, detail: "ends the run",
                    snippet: "cancel()$0"))
            items.append(
                CompletionItem(
                    label: "send", kind: .method, detail: "sends it a signal",
                    snippet: "send($1)$0"))
        }
        return unique(items)
    }

    private func builtin(_ signature: BuiltinSignature) -> CompletionItem {
        let declaration = signature.builtin.declaration
        let isCall = signature.kind != .property
        let required = signature.parameters.filter { $0.defaultValue == nil }
        let places = required.enumerated().map { "${\($0.offset + 1):\($0.element.name)}" }
        return CompletionItem(
            label: signature.name, kind: signature.receiver == nil ? .function : isCall ? .method : .property,
            detail: "\(declaration.signature)", documentation: "\(declaration.documentation)",
            snippet: isCall ? "\(signature.name)(\(places.joined(separator: ", ")))$0" : nil, rank: 4)
    }

    private func exports(of file: FileId) -> [CompletionItem] {
        guard let document = server.document(file: file) else { return [] }
        let index = server.index(document)
        return Scopes(index: index).moduleNames().filter { index.reader.kind($0.node) != .useDecl }.compactMap
        {
            declared(Declaration(document: document, index: index, node: $0.node, token: $0.token))
        }
    }

    /// What a module of the library declares that the file does not use yet: the `use` comes with it.
    private func exports(ofUnused name: String) -> [CompletionItem]? {
        let path = "std." + name
        guard path != "std.core", !isTaken(name), let file = server.workspace.library(path) else {
            return nil
        }
        return exports(of: file).map { item in
            var item = item
            item.module = path
            return item
        }
    }

    private func isTaken(_ name: String) -> Bool {
        meanings.index.moduleNames.keys.contains { server.workspace.interner.text($0) == name }
    }

    // MARK: types and cases

    private func expected(_ id: NodeId) -> TypeId? {
        let parent = meanings.index.parent(id)
        return inspection.expectedType(at: id) ?? inspection.expectedType(at: parent)
            ?? operand(beside: id, parent)
    }

    /// `order.state == .…`: the type of the other side.
    private func operand(beside id: NodeId, _ parent: NodeId) -> TypeId? {
        guard reader.kind(parent) == .binaryExpr else { return nil }
        let view = BinaryExprView(reader, parent)
        return inspection.type(of: view.left == id ? view.right : view.left)
    }

    private func cases(_ type: TypeId?) -> [CompletionItem] {
        guard var type else { return [] }
        if inspection.kind(type) == .optional { type = inspection.element(of: type) }
        let declaration = inspection.declaration(of: type).flatMap { server.declaration($0) }
        return inspection.cases(of: type).map { entry in
            let name = server.workspace.interner.text(entry.name)
            let payload = entry.payload.map { inspection.text($0) }.joined(separator: ", ")
            return CompletionItem(
                label: name, kind: .enumMember,
                detail: payload.isEmpty ? inspection.text(type) : "(\(payload))",
                documentation: declaration?.member(entry.name).flatMap {
                    server.declaration($0)?.documentation
                },
                snippet: entry.payload.isEmpty ? nil : "\(name)($1)$0", rank: 0)
        }
    }

    private func subject(of id: NodeId) -> TypeId? {
        let match = meanings.index.ancestors(id).first { reader.kind($0) == .matchExpr }
        return match.flatMap { inspection.type(of: MatchExprView(reader, $0).subject) }
    }

    private func casePattern(_ id: NodeId) -> [CompletionItem] {
        let view = CasePatternView(reader, id)
        if !view.qualifier.isNone { return cases(inspection.type(named: view.qualifier)) }
        return cases(subject(of: id))
    }

    private func patterns(_ id: NodeId) -> [CompletionItem] {
        cases(subject(of: id)).map { item in
            var item = item
            item.label = "." + item.label
            item.snippet = item.snippet.map { "." + $0 }
            return item
        }
    }

    private func types(_ view: NamedTypeView) -> [CompletionItem] {
        func isType(_ kind: NodeKind) -> Bool {
            kind == .recordDecl || kind == .enumDecl || kind == .typeParameter
        }
        if !view.module.isNone {
            guard let base = meanings.index.moduleNames[view.module] else { return [] }
            let meaning = Meaning.declared(meanings.file, reader.span(base.token).start)
            return server.moduleFile(meaning).map { exports(of: $0).filter { $0.kind == .type } } ?? []
        }
        if reader.kind(meanings.index.parent(view.id)) == .typeParameter {
            return Inspection.constraints.map {
                CompletionItem(label: $0, kind: .type, detail: "what a type can do", rank: 0)
            }
        }
        var items: [CompletionItem] = []
        for name in meanings.scopes.names(at: view.id, offset) where reader.kind(name.node) == .typeParameter
        {
            items.append(CompletionItem(label: reader.text(name.token), kind: .type, rank: 1))
        }
        for name in meanings.scopes.moduleNames()
        where isType(reader.kind(name.node)) || reader.kind(name.node) == .useDecl {
            if let own = declared(here(name)) { items.append(own) }
        }
        for name in BuiltinNames.types.sorted() where name != "Never" {
            items.append(CompletionItem(label: name, kind: .type, detail: "built-in type", rank: 4))
        }
        for var item in server.workspace.coreFile.map({ exports(of: $0) }) ?? [] where item.kind == .type {
            item.rank = 5
            items.append(item)
        }
        return items
    }

    // MARK: records

    private func fields(_ id: NodeId) -> [CompletionItem] {
        let parent = meanings.index.parent(id)
        let given: NodeList
        var type: TypeId?
        switch reader.kind(parent) {
        case .recordExpr:
            let view = RecordExprView(reader, parent)
            given = view.fields
            type = inspection.expectedType(at: parent) ?? inspection.type(of: parent)
            let name = NamedTypeView(reader, view.type)
            if case .declared(let file, let place)? = meanings.type(name, name.nameToken),
                let found = server.declaration(file, place)
            {
                return fields(of: found, without: given, id)
            }
        case .withExpr:
            given = WithExprView(reader, parent).fields
            type = inspection.type(of: WithExprView(reader, parent).base)
        case .objectExpr:
            given = ObjectExprView(reader, parent).fields
            type = inspection.expectedType(at: parent)
        default: return []
        }
        guard let type else { return values(id) }
        guard let found = inspection.declaration(of: type).flatMap({ server.declaration($0) }) else {
            let own = builtinFields(of: type, without: given, id)
            return own.isEmpty ? values(id) : own
        }
        return fields(of: found, without: given, id)
    }

    private func names(of given: NodeList, without own: NodeId) -> [String] {
        given.filter { $0 != own && reader.kind($0) == .recordField }
            .map { reader.text(RecordFieldView(reader, $0).nameToken) }
    }

    private func builtinFields(of type: TypeId, without given: NodeList, _ own: NodeId) -> [CompletionItem] {
        let names = names(of: given, without: own)
        return inspection.fields(of: type).compactMap { field in
            let name = server.workspace.interner.text(field.name)
            if names.contains(name) { return nil }
            return CompletionItem(
                label: name, kind: .field, detail: "\(name): \(inspection.text(field.type))",
                snippet: "\(name): ${1}$0", rank: 1)
        }
    }

    private func fields(of found: Declaration, without given: NodeList, _ own: NodeId) -> [CompletionItem] {
        let names = names(of: given, without: own)
        return found.members.compactMap { member in
            guard let field = server.declaration((found.document.tree.file, member)),
                !names.contains(field.name)
            else { return nil }
            var own = item(field, .field)
            own?.detail = field.signature
            own?.snippet = "\(field.name): ${1}$0"
            own?.rank = field.signature.contains("=") || field.signature.hasSuffix("?") ? 2 : 1
            return own
        }
    }

    // MARK: names

    private func names(_ id: NodeId) -> [CompletionItem] {
        let parent = meanings.index.parent(id)
        if reader.kind(parent) == .clause { return clauseOperand(id, ClauseView(reader, parent)) }
        var items: [CompletionItem] = []
        if isInFlow(id), reader.kind(parent) == .exprStmt || reader.kind(parent) == .block {
            return flowNodes(id)
        }
        if reader.kind(parent) == .callExpr { items += labels(CallExprView(reader, parent), id) }
        if let expected = expected(id), !inspection.cases(of: expected).isEmpty {
            items += patterns(of: expected)
        }
        return unique(items + values(id))
    }

    /// Whether a place is in a flow's own block, not in one inside its steps.
    func isInFlow(_ id: NodeId) -> Bool {
        let chain = meanings.index.ancestors(id)
        let block = chain.first { reader.kind($0) == .block }
        return block.map { reader.kind(meanings.index.parent($0)) == .flowDecl } ?? false
    }

    private func patterns(of type: TypeId) -> [CompletionItem] {
        cases(type).map { item in
            var item = item
            item.label = "." + item.label
            item.snippet = item.snippet.map { "." + $0 }
            return item
        }
    }

    private func clauseOperand(_ id: NodeId, _ view: ClauseView) -> [CompletionItem] {
        let wanted: NodeKind
        switch view.kind {
        case .pool: wanted = .poolDecl
        case .rate: wanted = .rateDecl
        case .breaker: wanted = .breakerDecl
        default: return values(id)
        }
        return meanings.scopes.moduleNames().filter { reader.kind($0.node) == wanted }.compactMap {
            declared(here($0))
        }
    }

    /// Names that have a value, and what can be called.
    func values(_ id: NodeId) -> [CompletionItem] {
        var items: [CompletionItem] = []
        let wanted = expected(id)
        for name in others(at: id) where reader.kind(name.node) != .typeParameter {
            let type = inspection.type(ofNameAt: reader.span(name.token).start)
            var own = declared(here(name))
            own?.rank = fits(type, wanted) ? 0 : 1
            own?.kind = .variable
            own?.snippet = nil
            own?.detail = type.map { inspection.text($0) } ?? ""
            if let own { items.append(own) }
        }
        for name in meanings.scopes.moduleNames() { if let own = declared(here(name)) { items.append(own) } }
        if let core = server.workspace.coreFile { items += exports(of: core) }
        items += inspection.builtinFunctions.map { builtin($0) }
        for name in ["Output", "Error"] {
            items.append(CompletionItem(label: name, kind: .type, detail: "built-in type", rank: 4))
        }
        return unique(items + special(id) + library())
    }

    /// Modules of the library that the file does not use yet: the `use` comes with the name.
    private func library() -> [CompletionItem] {
        let taken = Set(meanings.index.moduleNames.keys.map { server.workspace.interner.text($0) })
        return StandardLibrary.names.compactMap { path in
            let name = String(path.dropFirst(4))
            if path == "std.core" || taken.contains(name) { return nil }
            return CompletionItem(
                label: name, kind: .module, detail: "use \(path)", rank: 8, module: path)
        }
    }

    /// Whether a value of a type is what a place wants.
    private func fits(_ type: TypeId?, _ wanted: TypeId?) -> Bool {
        guard let type, let wanted else { return false }
        return type == wanted
            || inspection.kind(wanted) == .optional && inspection.element(of: wanted) == type
    }

    /// Names that have a meaning in some declarations only.
    private func special(_ id: NodeId) -> [CompletionItem] {
        guard let item = meanings.index.item(of: id) else { return [] }
        func offer(_ name: String, _ detail: String, snippet: String? = nil, rank: Int = 1) -> CompletionItem
        {
            CompletionItem(label: name, kind: .variable, detail: detail, snippet: snippet, rank: rank)
        }
        switch reader.kind(item) {
        case .actionDecl:
            let isAfterCall = meanings.index.ancestors(id).contains {
                reader.kind($0) == .clause && ClauseView(reader, $0).kind == .returns
            }
            return isAfterCall
                ? [offer("result", "what `via` has yielded")]
                : [offer("step", "the step that the action carries out", snippet: "step.key")]
        case .triggerDecl: return [offer("event", "what has started the run")]
        case .testDecl:
            return [offer("calls", "how often an action was called", snippet: "calls(${0:action})", rank: 3)]
        default: return []
        }
    }

    /// The names that a place sees, without that of the step or `let` whose value it is in.
    func others(at id: NodeId) -> [DeclaredName] {
        let chain = meanings.index.ancestors(id)
        // an `undo` reads what its step has yielded
        let undo = chain.lastIndex { reader.kind($0) == .clause && ClauseView(reader, $0).kind == .undo }
        var around = Set(chain)
        if let undo, undo + 1 < chain.count { around.remove(chain[undo + 1]) }
        return meanings.scopes.names(at: id, offset).filter { name in
            let statement =
                reader.kind(name.node) == .bindingPattern ? meanings.index.parent(name.node) : name.node
            return ![.stepStmt, .letStmt, .exprStmt].contains(reader.kind(statement))
                || !around.contains(statement)
        }
    }

    func here(_ name: DeclaredName) -> Declaration {
        Declaration(document: meanings.document, index: meanings.index, node: name.node, token: name.token)
    }

    private func faults() -> [CompletionItem] {
        Inspection.failureKinds.map { CompletionItem(label: $0, kind: .event, detail: "a failure", rank: 1) }
    }

    // MARK: items

    func declared(_ found: Declaration) -> CompletionItem? {
        switch found.reader.kind(found.node) {
        case .useDecl: return item(found, .module)
        case .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl:
            return item(found, .constant)
        case .recordDecl, .enumDecl: return item(found, .type)
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            var own = item(found, .function)
            own?.snippet = call(found, skipping: 0)
            return own
        default: return item(found, .variable)
        }
    }

    private func item(_ found: Declaration?, _ kind: CompletionNumber) -> CompletionItem? {
        guard let found else { return nil }
        let isHere = found.document.tree === meanings.document.tree
        let signature = found.signature
        return CompletionItem(
            label: found.name, kind: kind,
            detail: signature.contains("\n") ? String(signature.prefix { $0 != "\n" }) + " …" : signature,
            documentation: found.documentation, rank: isHere ? 2 : 4)
    }

    /// The call with its parameters that have no default, to be filled in.
    private func call(_ found: Declaration, skipping: Int) -> String {
        let reader = found.reader
        let required = found.members.dropFirst(skipping).filter {
            reader.kind($0) == .parameter && ParameterView(reader, $0).defaultValue == nil
        }
        let places = required.enumerated().map { number, parameter in
            "${\(number + 1):\(reader.text(ParameterView(reader, parameter).nameToken))}"
        }
        return "\(found.name)(\(places.joined(separator: ", ")))$0"
    }

    /// The first of each label.
    func unique(_ items: [CompletionItem]) -> [CompletionItem] {
        var seen: Set<String> = []
        return items.filter { seen.insert($0.label).inserted }
    }
}
