// What a name in a text stands for: its declaration, a module, or something built in. Names are looked up as the checker
// does; members of values by the types that it has found (`Inspection`).
import WfBuiltins
import WfChecker
import WfCompiler
import WfSource
import WfSyntax
import WfValue

/// What a name stands for.
enum Meaning: Hashable {
    /// A declaration, by where its name stands.
    case declared(FileId, ByteOffset)
    /// A module, by its file.
    case module(FileId)
    /// A built-in function or member: its declaration's number.
    case builtin(UInt16)
    /// A built-in type, by its name.
    case type(String)
}

/// Finds meanings of names in one document.
struct Meanings {
    let server: LanguageServer
    let document: Document
    let index: TreeIndex
    let scopes: Scopes
    var reader: TreeReader { index.reader }
    var file: FileId { document.tree.file }

    /// What has been found of a text that is not the file's.
    private let given: Inspection?

    init(_ server: LanguageServer, _ document: Document) {
        self.server = server
        self.document = document
        index = server.index(document)
        scopes = Scopes(index: index)
        given = nil
    }

    /// For a text that the file might have.
    init(_ server: LanguageServer, _ document: Document, _ inspection: Inspection) {
        self.server = server
        self.document = document
        index = server.index(document)
        scopes = Scopes(index: index)
        given = inspection
    }

    var inspection: Inspection? { given ?? server.inspection(document.path) }

    /// What the token means, as a name. A field that is given the variable of its name means both, the variable first.
    func meanings(_ token: TokenId) -> [Meaning] {
        guard reader.token(token).kind == .identifier || reader.token(token).kind == .string else {
            return []
        }
        let owner = index.owner(of: token)
        if owner.isNone { return [] }
        if reader.kind(owner) == .useDecl { return use(owner, token) }
        if let declared = scopes.declaredName(owner), declared.token == token { return [here(declared)] }
        if reader.kind(owner) == .recordField {
            let field = fieldMeaning(owner)
            guard RecordFieldView(reader, owner).value == nil else { return field.map { [$0] } ?? [] }
            return [plain(RecordFieldView(reader, owner).name, owner), field].compactMap { $0 }
        }
        return meaning(token, owner).map { [$0] } ?? []
    }

    private func here(_ declared: DeclaredName) -> Meaning {
        .declared(file, reader.span(declared.token).start)
    }

    private func use(_ id: NodeId, _ token: TokenId) -> [Meaning] {
        let view = UseDeclView(reader, id)
        if view.hasAlias && token == view.aliasToken {
            return scopes.declaredName(id).map { [here($0)] } ?? []
        }
        if reader.text(token) == "use" || reader.text(token) == "as" { return [] }
        if !view.isFile && token == view.aliasToken {
            return scopes.declaredName(id).map { [here($0)] } ?? []
        }
        return target(id).map { [.module($0)] } ?? []
    }

    /// The file that a `use` names.
    func target(_ use: NodeId) -> FileId? {
        let uses = SourceFileView(reader, document.tree.root).items.filter { reader.kind($0) == .useDecl }
        guard let number = uses.firstIndex(of: use) else { return nil }
        let targets = server.workspace.uses(of: file)
        return number < targets.count ? targets[number] : nil
    }

    private func meaning(_ token: TokenId, _ owner: NodeId) -> Meaning? {
        switch reader.kind(owner) {
        case .nameExpr: return expression(owner)
        case .memberExpr:
            return token == MemberExprView(reader, owner).nameToken ? expression(owner) : nil
        case .implicitMemberExpr: return expression(owner)
        case .namedType: return type(NamedTypeView(reader, owner), token)
        case .casePattern: return casePattern(CasePatternView(reader, owner), token)
        case .casePatternArgument: return payloadLabel(owner)
        case .callExpr: return label(CallExprView(reader, owner), token)
        default: return nil
        }
    }

    // MARK: expressions

    /// What a name, a member or a case as an expression stands for.
    func expression(_ id: NodeId) -> Meaning? {
        switch reader.kind(id) {
        case .nameExpr: return plain(NameExprView(reader, id).name, id)
        case .memberExpr: return member(MemberExprView(reader, id))
        case .implicitMemberExpr:
            let parent = index.parent(id)
            let known =
                inspection?.expectedType(at: id) ?? inspection?.type(of: id)
                ?? (reader.kind(parent) == .callExpr
                    ? inspection?.expectedType(at: parent) ?? inspection?.type(of: parent) : nil)
            return known.flatMap { caseMeaning($0, ImplicitMemberExprView(reader, id).name) }
        case .parenExpr: return expression(ParenExprView(reader, id).inner)
        default: return nil
        }
    }

    private func plain(_ name: NameId, _ id: NodeId) -> Meaning? {
        if name.isNone { return nil }
        let global = module(name) ?? server.core(name) ?? builtinFunction(name)
        let parent = index.parent(id)
        let isCallee = reader.kind(parent) == .callExpr && CallExprView(reader, parent).callee == id
        if let local = scopes.local(name, at: id, reader.span(id).start) {
            // a step may have the name of what it calls
            let isStep =
                reader.kind(local.node) == .stepStmt || local.isLabel
                || reader.kind(index.parent(local.node)) == .letStmt
            if !(isCallee && isStep && global != nil) { return here(local) }
        }
        return global
    }

    /// A name of the module.
    private func module(_ name: NameId) -> Meaning? {
        index.moduleNames[name].map { here($0) }
    }

    private func builtinFunction(_ name: NameId) -> Meaning? {
        let text = server.workspace.interner.text(name)
        if let found = BuiltinNames.functions[text] { return .builtin(found.rawValue) }
        return BuiltinNames.types.contains(text) ? .type(text) : nil
    }

    private func member(_ view: MemberExprView) -> Meaning? {
        if view.name.isNone { return nil }
        if let base = expression(view.base) {
            if let file = server.moduleFile(base) { return server.declaration(view.name, in: file) }
            if case .declared(let file, let place) = base, let found = server.declaration(file, place),
                [.enumDecl, .stepStmt].contains(found.reader.kind(found.node)),
                let member = found.member(view.name)
            {
                return member
            }
        }
        var base = view.base
        while reader.kind(base) == .parenExpr { base = ParenExprView(reader, base).inner }
        guard let inspection, var type = inspection.type(of: view.base) ?? inspection.type(of: base) else {
            return nil
        }
        if inspection.kind(type) == .optional,
            view.isOptional || reader.kind(view.base) == .memberExpr || reader.kind(view.base) == .callExpr
        {
            type = inspection.element(of: type)
        }
        return part(view.name, of: type, inspection)
    }

    /// A field, method or built-in member of a value.
    private func part(_ name: NameId, of type: TypeId, _ inspection: Inspection) -> Meaning? {
        if inspection.kind(type) == .record, inspection.fields(of: type).contains(where: { $0.name == name }),
            let place = inspection.declaration(of: type)
        {
            return server.declaration(place)?.member(name)
        }
        if let method = inspection.method(name, of: type) { return server.declaration(method)?.meaning }
        let text = server.workspace.interner.text(name)
        return inspection.builtinMembers(of: type).first { $0.name == text }
            .map { .builtin($0.builtin.rawValue) }
    }

    // MARK: members by type

    private func caseMeaning(_ type: TypeId, _ name: NameId) -> Meaning? {
        guard let inspection else { return nil }
        let type = inspection.kind(type) == .optional ? inspection.element(of: type) : type
        return inspection.declaration(of: type).flatMap { server.declaration($0)?.member(name) }
    }

    private func fieldMeaning(_ id: NodeId) -> Meaning? {
        let name = RecordFieldView(reader, id).name
        let parent = index.parent(id)
        if reader.kind(parent) == .recordExpr {
            let view = NamedTypeView(reader, RecordExprView(reader, parent).type)
            if case .declared(let file, let place)? = type(view, view.nameToken) {
                return server.declaration(file, place)?.member(name)
            }
            return nil
        }
        let subject = reader.kind(parent) == .withExpr ? WithExprView(reader, parent).base : parent
        guard let inspection, let type = inspection.type(of: subject) ?? inspection.expectedType(at: parent)
        else {
            return nil
        }
        return caseMeaning(type, name)
    }

    private func casePattern(_ view: CasePatternView, _ token: TokenId) -> Meaning? {
        if token != view.nameToken { return module(view.qualifier) ?? server.core(view.qualifier) }
        if !view.qualifier.isNone,
            case .declared(let file, let place)? = module(view.qualifier) ?? server.core(view.qualifier)
        {
            return server.declaration(file, place)?.member(view.name)
        }
        return matched(view.id).flatMap { caseMeaning($0, view.name) }
            ?? inspection?.type(of: view.id).flatMap { caseMeaning($0, view.name) }
    }

    /// The type of what a pattern is compared with that is an arm's, or one of an arm's alternatives.
    private func matched(_ pattern: NodeId) -> TypeId? {
        var arm = index.parent(pattern)
        if reader.kind(arm) == .orPattern { arm = index.parent(arm) }
        guard reader.kind(arm) == .matchArm, reader.kind(index.parent(arm)) == .matchExpr else { return nil }
        return inspection?.type(of: MatchExprView(reader, index.parent(arm)).subject)
    }

    private func payloadLabel(_ id: NodeId) -> Meaning? {
        let pattern = index.parent(id)
        guard reader.kind(pattern) == .casePattern else { return nil }
        let view = CasePatternView(reader, pattern)
        guard case .declared(let file, let place)? = casePattern(view, view.nameToken) else { return nil }
        return server.declaration(file, place)?.member(CasePatternArgumentView(reader, id).label)
    }

    /// The parameter that an argument's label names.
    private func label(_ view: CallExprView, _ token: TokenId) -> Meaning? {
        guard reader.token(TokenId(token.index + 1)).kind == .colon,
            let name = view.arguments.first(where: { reader.firstToken($0.value).index == token.index + 2 })?
                .label
        else { return nil }
        if let workflow = receiver(view) {
            return workflow.signals.first { $0.name == reader.text(token) }?.meaning
        }
        guard case .declared(let file, let place)? = expression(view.callee) else { return nil }
        return server.declaration(file, place)?.member(name)
    }

    /// The workflow whose run `handle.send(…)` speaks to.
    func receiver(_ view: CallExprView) -> Declaration? {
        guard reader.kind(view.callee) == .memberExpr else { return nil }
        let callee = MemberExprView(reader, view.callee)
        guard reader.text(callee.nameToken) == "send", let type = inspection?.type(of: callee.base) else {
            return nil
        }
        return inspection?.workflow(ofHandle: type).flatMap { server.declaration($0) }
    }

    // MARK: types

    func type(_ view: NamedTypeView, _ token: TokenId) -> Meaning? {
        if !view.module.isNone {
            let base = module(view.module)
            if token != view.nameToken { return base }
            return base.flatMap { server.moduleFile($0) }.flatMap { server.declaration(view.name, in: $0) }
        }
        if let parameter = scopes.local(view.name, at: view.id, reader.span(view.id).start),
            reader.kind(parameter.node) == .typeParameter
        {
            return here(parameter)
        }
        if let found = module(view.name) ?? server.core(view.name) { return found }
        let text = server.workspace.interner.text(view.name)
        return BuiltinNames.types.contains(text) ? .type(text) : nil
    }
}

/// Names of what is built in.
enum BuiltinNames {
    static let types: Set<String> = [
        "Unit", "Bool", "Int", "Float", "Decimal", "String", "Bytes", "Duration", "Time", "Json", "Path",
        "Secret", "Error", "Output", "Range", "Never",
    ]
    static let documentation: [String: String] = [
        "Unit": "No value: what a declaration without `->` yields.",
        "Bool": "`true` or `false`.",
        "Int": "A whole number of 64 bits; what does not fit is a fault.",
        "Float": "A number with a fraction, of 64 bits, rounded in binary. For money there is `Decimal`.",
        "Decimal": "An exact decimal number, for money.",
        "String": "Text, in UTF-8. `\"{…}\"` puts values into it.",
        "Bytes": "Bytes as they are; base64 in JSON.",
        "Duration": "A length of time: `250ms`, `30s`, `1h30m`, `3d`.",
        "Time": "A point in time, in UTC.",
        "Json": "Any JSON. `.name` and `[i]` go into it; `as T` reads it as a type.",
        "Path": "The path of a file. Text without `{…}` is one where one is expected.",
        "Secret": "Text that only goes to an action: it cannot be shown, logged, stored or returned.",
        "Error": "Why something has failed.",
        "Output": "What a program wrote, and how it ended.",
        "Range": "Numbers from one to another: `0..<n`, `1...9`.",
    ]
    static let functions: [String: Builtin] = {
        var types = TypeTable()
        let table = BuiltinTable(types: &types)
        var found: [String: Builtin] = [:]
        for builtin in table.functions where found[table[builtin].name] == nil {
            found[table[builtin].name] = builtin
        }
        return found
    }()
}
