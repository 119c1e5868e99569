// Which names a place sees: those of blocks, patterns and parameters around it, from the inside out, then the module's and
// those of `core`. Syntax alone; what a member of a value is, its type says (`Meanings.swift`).
import WfSource
import WfSyntax

/// A name where it is declared.
struct DeclaredName: Hashable {
    var name: NameId
    /// Where it stands.
    var token: TokenId
    /// The statement, pattern, parameter or declaration.
    var node: NodeId
    /// A step without a name, read by the name of what it calls.
    var isLabel = false
}

/// The names of one tree.
struct Scopes {
    let index: TreeIndex
    var reader: TreeReader { index.reader }

    // MARK: of the module

    /// Everything that the file declares at its top, `use`s included.
    func moduleNames() -> [DeclaredName] {
        SourceFileView(reader, index.tree.root).items.compactMap { declaredName($0) }
    }

    /// The name that a node declares by itself; nil for a node that declares none, or a pattern's.
    func declaredName(_ id: NodeId) -> DeclaredName? {
        let found: (name: NameId, token: TokenId)
        switch reader.kind(id) {
        case .useDecl:
            let view = UseDeclView(reader, id)
            found = (view.alias, view.aliasToken)
        case .constDecl, .configDecl, .secretDecl, .poolDecl, .rateDecl, .breakerDecl, .recordDecl, .enumDecl,
            .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl, .fieldDecl,
            .enumCaseDecl, .typeParameter, .parameter, .stepStmt, .signalStmt, .queryStmt, .loopVariable,
            .catchClause, .flowStep, .flowGate, .flowEnd:
            // all of these keep their name and its token first
            let view = SecretDeclView(reader, id)
            found = (view.name, view.nameToken)
        case .bindingPattern: found = (BindingPatternView(reader, id).name, reader.firstToken(id))
        case .lambdaParameter: found = (LambdaParameterView(reader, id).name, reader.firstToken(id))
        case .raceBranch: found = (RaceBranchView(reader, id).name, reader.firstToken(id))
        case .enumPayload: found = (EnumPayloadView(reader, id).label, reader.firstToken(id))
        default: return nil
        }
        if found.name.isNone || found.name == .underscore { return nil }
        return DeclaredName(name: found.name, token: found.token, node: id)
    }

    /// The names that a pattern binds.
    func names(in pattern: NodeId) -> [DeclaredName] {
        switch reader.kind(pattern) {
        case .bindingPattern: return declaredName(pattern).map { [$0] } ?? []
        case .tuplePattern, .orPattern:
            return TuplePatternView(reader, pattern).elements.flatMap { names(in: $0) }
        case .casePattern: return CasePatternView(reader, pattern).arguments.flatMap { names(in: $0) }
        case .casePatternArgument: return names(in: CasePatternArgumentView(reader, pattern).pattern)
        default: return []
        }
    }

    // MARK: of a place

    /// The names that a node sees inside its declaration, the innermost first.
    ///
    /// - Parameter offset: where the place is; in a func, what stands behind it is not seen.
    func names(at node: NodeId, _ offset: UInt32) -> [DeclaredName] {
        var found: [DeclaredName] = []
        visit(node, offset) {
            found += $0; return false
        }
        return found
    }

    /// The declaration that a name at a node stands for inside its declaration.
    func local(_ name: NameId, at node: NodeId, _ offset: UInt32) -> DeclaredName? {
        var found: DeclaredName?
        visit(node, offset) { names in
            found = names.first { $0.name == name && !$0.isLabel } ?? names.first { $0.name == name }
            return found != nil
        }
        return found
    }

    /// Gives `body` the names of each scope around a node until it returns true.
    private func visit(_ node: NodeId, _ offset: UInt32, _ body: ([DeclaredName]) -> Bool) {
        let chain = index.ancestors(node)
        let isInOrder = isSequential(chain)
        var child = NodeId.none
        for (place, id) in chain.enumerated() {
            let isInside = place > 0 || reader.kind(id) == .block
            let isRow = isInOrder || chain[place...].contains { reader.kind($0) == .lambdaExpr }
            if isInside, body(names(of: id, child, offset, isRow)) { return }
            child = id
        }
    }

    /// Whether statements run in order of the page: in a func, and in a lambda.
    private func isSequential(_ chain: [NodeId]) -> Bool {
        guard chain.count >= 2 else { return false }
        let kind = reader.kind(chain[chain.count - 2])
        return kind == .funcDecl || kind == .constDecl
    }

    private func names(of id: NodeId, _ child: NodeId, _ offset: UInt32, _ isSequential: Bool)
        -> [DeclaredName]
    {
        switch reader.kind(id) {
        case .block:
            var found: [DeclaredName] = []
            for statement in BlockView(reader, id).statements {
                if isSequential && (statement == child || reader.span(statement).start >= offset) { break }
                found += declared(by: statement)
            }
            return isSequential ? found.reversed() : found
        case .matchArm:
            let pattern = MatchArmView(reader, id).pattern
            return child == pattern ? [] : names(in: pattern)
        case .forExpr:
            let view = ForExprView(reader, id)
            return child == view.sequence || child == view.pattern ? [] : names(in: view.pattern)
        case .loopExpr:
            if reader.kind(child) == .loopVariable { return [] }
            return LoopExprView(reader, id).variables.compactMap { declaredName($0) }
        case .lambdaExpr: return LambdaExprView(reader, id).parameters.compactMap { declaredName($0) }
        case .catchClause: return declaredName(id).map { [$0] } ?? []
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl:
            let view = CallableDeclView(reader, id)
            return view.parameters.compactMap { declaredName($0) }
                + view.typeParameters.compactMap { declaredName($0) }
        case .recordDecl: return RecordDeclView(reader, id).typeParameters.compactMap { declaredName($0) }
        case .enumDecl: return EnumDeclView(reader, id).typeParameters.compactMap { declaredName($0) }
        default: return []
        }
    }

    /// The names that a statement gives to its block.
    private func declared(by statement: NodeId) -> [DeclaredName] {
        switch reader.kind(statement) {
        case .letStmt: return names(in: LetStmtView(reader, statement).pattern)
        case .exprStmt: return label(ExprStmtView(reader, statement).value, statement)
        default: return declaredName(statement).map { [$0] } ?? []
        }
    }

    /// A call without a name can be read by the name of what it calls.
    private func label(_ value: NodeId, _ statement: NodeId) -> [DeclaredName] {
        guard reader.kind(value) == .callExpr else { return [] }
        let callee = CallExprView(reader, value).callee
        switch reader.kind(callee) {
        case .nameExpr:
            let name = NameExprView(reader, callee).name
            return [
                DeclaredName(name: name, token: reader.firstToken(callee), node: statement, isLabel: true)
            ]
        case .memberExpr:
            let view = MemberExprView(reader, callee)
            return [DeclaredName(name: view.name, token: view.nameToken, node: statement, isLabel: true)]
        default: return []
        }
    }
}
