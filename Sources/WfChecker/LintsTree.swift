// Lints that need no types: one pass over the nodes of each file, children before parents, once names and graphs have been
// checked. Which kind of node is of interest to which lint, and what is remembered on the way; the lints stand by subject in
// `LintsBranches`, `LintsText`, `LintsStyle`, `LintsCommands` and `LintsClauses`.
import WfDiagnostics
import WfSource
import WfSyntax

/// What the pass remembers within one declaration.
struct TreeLints {
    /// `var`s by name, and whether something has read them.
    private(set) var variables: [NameId: (statement: NodeId, isRead: Bool)] = [:]
    /// By the last six bits of a name: whether a `var` has one that ends so. Most names read are no `var`s.
    private var endings: UInt64 = 0
    /// Names that something assigns.
    var assigned: Set<NameId> = []
    /// Control nodes that wait for one around them: where they begin, how deep they are, which they are.
    var depths: [(first: UInt32, depth: Int, id: NodeId)] = []
    var isTest = false
    var isFunction = false
    /// Strings with a `$` and a letter behind it.
    var dollars: [NodeId] = []

    mutating func declareVariable(_ name: NameId, _ statement: NodeId) {
        variables[name] = (statement, false)
        endings |= 1 << UInt64(name.rawValue & 63)
    }

    /// Forgets the strings with a `$` that stand inside a node.
    mutating func dropDollars(inside id: NodeId, _ tree: TreeReader) {
        while let last = dollars.last, tree.node(last).first >= tree.node(id).first { dollars.removeLast() }
    }

    @inline(__always) mutating func read(_ name: NameId) {
        if endings & (1 << UInt64(name.rawValue & 63)) != 0 { variables[name]?.isRead = true }
    }
}

extension ProgramChecker {
    /// Looks at every file that was read without mistakes.
    ///
    /// - Parameter unread: files with mistakes in them, about which nothing is said.
    func lintTrees(without unread: Set<FileId>) {
        for index in modules.indices where !modules[index].isStandardLibrary {
            let file = modules[index].tree.file
            if focus >= 0 && index != focus { continue }
            enter(index)
            for item in modules[index].tree.rootView.items where tree.kind(item) == .triggerDecl {
                lintSchedule(TriggerDeclView(tree, item))
            }
            if unread.contains(file) { continue }
            var next: UInt32 = 1
            for item in modules[index].tree.rootView.items {
                lintItem(item, from: next)
                next = item.index + 1
            }
            if isLinted(5054) { lintTodos() }
        }
    }

    /// Whether a lint is wanted in the module being looked at: only those that are off by default ask.
    func isLinted(_ number: UInt16) -> Bool { modules[module].lintLevels[number] != .off }

    private func lintItem(_ item: NodeId, from first: UInt32) {
        var pass = TreeLints()
        pass.isTest = tree.kind(item) == .testDecl
        pass.isFunction = tree.kind(item) == .funcDecl
        declarationNode = item
        defer { declarationNode = .none }
        var index = first
        while index <= item.index {
            lintNode(NodeId(index), &pass)
            index += 1
        }
        lintDeclaration(item, &pass)
        for string in pass.dollars { lintDollarName(string) }
    }

    private func lintNode(_ id: NodeId, _ pass: inout TreeLints) {
        switch tree.kind(id) {
        case .nameExpr: pass.read(NameExprView(tree, id).name)
        case .stringExpr:
            if !pass.isTest { lintString(id) }
            if holdsDollarName(id) { pass.dollars.append(id) }
        case .durationExpr: lintDuration(id)
        case .unaryExpr: lintNegation(UnaryExprView(tree, id))
        case .binaryExpr: lintBinary(BinaryExprView(tree, id))
        case .rangeExpr:
            let view = RangeExprView(tree, id)
            lintRange(id, view.low, view.high)
        case .rangePattern:
            let view = RangePatternView(tree, id)
            lintRange(id, view.low, view.high)
        case .parenExpr: lintParens(ParenExprView(tree, id).inner)
        case .callExpr:
            lintCallTree(CallExprView(tree, id), isTest: pass.isTest)
            // what a call takes may be read by whoever is called, with names of its own
            if !pass.dollars.isEmpty, effectSymbol(CallExprView(tree, id)) >= 0 {
                pass.dropDollars(inside: id, tree)
            }
        case .mapExpr: lintMap(MapExprView(tree, id))
        case .lambdaExpr: lintLambda(LambdaExprView(tree, id))
        case .letStmt:
            lintLet(LetStmtView(tree, id), &pass)
            // who reads it stands elsewhere
            pass.dropDollars(inside: id, tree)
        case .assignStmt:
            lintAssign(AssignStmtView(tree, id), &pass)
            pass.dropDollars(inside: id, tree)
        case .returnStmt: if let value = ReturnStmtView(tree, id).value { lintParens(value) }
        case .failStmt: lintEmptyMessage(ReturnStmtView(tree, id).value)
        case .whileStmt:
            let view = WhileStmtView(tree, id)
            lintParens(view.condition, isHead: true)
            lintEmptyBlock(view.body, "loop")
            lintEndless(view)
            noteDepth(id, else: nil, &pass)
        case .ifExpr:
            let view = IfExprView(tree, id)
            lintIf(view)
            noteDepth(id, else: view.elseBranch, &pass)
        case .matchExpr:
            lintArms(MatchExprView(tree, id))
            noteDepth(id, else: nil, &pass)
        case .forExpr:
            let view = ForExprView(tree, id)
            lintEmptyBlock(view.body, "loop")
            if let limit = view.limit { lintLimit(limit) }
            noteDepth(id, else: nil, &pass)
        case .loopExpr, .raceExpr: noteDepth(id, else: nil, &pass)
        case .tryExpr:
            lintTry(TryExprView(tree, id))
            noteDepth(id, else: nil, &pass)
        case .sequenceExpr:
            lintSequence(SequenceExprView(tree, id))
            noteDepth(id, else: nil, &pass)
        case .clause: lintClause(ClauseView(tree, id))
        case .retryClause: lintRetryCount(RetryClauseView(tree, id))
        case .stepStmt:
            let view = StepStmtView(tree, id)
            lintName(view.name, at: view.nameToken, "step")
        case .fieldDecl:
            let view = FieldDeclView(tree, id)
            lintMoney(view.name, view.nameToken, view.type)
        case .parameter:
            let view = ParameterView(tree, id)
            lintMoney(view.name, view.nameToken, view.type)
            if let value = view.defaultValue, !pass.isTest { lintCredential(view.name, value) }
        case .recordField: lintCredential(RecordFieldView(tree, id), isTest: pass.isTest)
        default: break
        }
    }

    /// Whether two nodes are the same text, blanks and comments aside.
    func isSameText(_ left: NodeId, _ right: NodeId) -> Bool {
        let (a, b) = (tree.node(left), tree.node(right))
        if a.last &- a.first != b.last &- b.first { return false }
        for offset in 0...(a.last &- a.first) {
            let one = tree.bytes(TokenId(a.first + offset))
            let other = tree.bytes(TokenId(b.first + offset))
            if !one.elementsEqual(other) { return false }
        }
        return true
    }

    /// Whether a comment stands inside a node: then an empty block says why it is empty.
    func hasComment(_ id: NodeId) -> Bool { hasComment(in: tree.span(id)) }

    /// Whether there may be a comment in a part of the file being looked at.
    func hasComment(in span: Span) -> Bool { tree.text(span).contains("//") }

    /// The one expression that a block consists of.
    func onlyExpression(_ id: NodeId) -> NodeId? {
        guard tree.kind(id) == .block else { return nil }
        let statements = BlockView(tree, id).statements
        guard statements.count == 1, let only = statements.first else { return nil }
        if tree.kind(only) != .exprStmt { return only }
        let view = ExprStmtView(tree, only)
        return view.clauses.isEmpty ? view.value : nil
    }
}
