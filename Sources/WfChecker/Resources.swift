// Pools, rates and breakers, the clauses that name them, `priority` and `cache`, and `config`. Knows what may stand
// together; knows nothing of how attempts wait.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A clause that names what is declared, or says in what order or for how long.
enum GateClause: CaseIterable {
    case pool, rate, breaker, priority, cache
    var word: String { "\(self)" }
    /// What it names, if it names something.
    var symbol: SymbolKind? {
        switch self {
        case .pool: return .pool
        case .rate: return .rate
        case .breaker: return .breaker
        case .priority, .cache: return nil
        }
    }
}

/// The clauses of that kind of one step or action.
struct GateClauses {
    var clauses: [GateClause: (clause: NodeId, operand: NodeId)] = [:]
    subscript(_ kind: GateClause) -> NodeId { clauses[kind]?.clause ?? .none }
    var isEmpty: Bool { clauses.isEmpty }
}

extension ProgramChecker {
    // MARK: declarations

    /// `config name: T = value`
    func declareConfig(_ item: NodeId) {
        let view = ConfigDeclView(tree, item)
        let symbol = add(
            Symbol(
                kind: .config, module: Int32(module), name: view.name, node: item,
                index: Int32(constants.count), type: .poison), view.nameToken)
        constants.append(ConstantEntry(symbol: Int32(symbol), isConfig: true))
        if view.type == nil && view.value == nil && !view.name.isNone {
            report(.configWithoutType(text(view.name), at: tree.span(view.nameToken)))
        }
    }

    /// `pool name limit n`, `rate name n per t`, `breaker name after n failures within t recover t`
    func declareResource(_ kind: SymbolKind, _ item: NodeId) {
        // all of these keep their name and its token first
        let view = SecretDeclView(tree, item)
        add(
            Symbol(
                kind: kind, module: Int32(module), name: view.name, node: item,
                index: Int32(checkedResources.count), type: .poison), view.nameToken)
        checkedResources.append(nil)
    }

    /// The numbers of a resource; each becomes a constant of its own, since it may depend on `config`.
    func checkResource(_ symbol: Symbol) {
        let numbers: [(node: NodeId, type: TypeId, what: String)]
        switch symbol.kind {
        case .pool:
            numbers = [(PoolDeclView(tree, symbol.node).limit, .int, "the limit of a pool")]
        case .rate:
            let view = RateDeclView(tree, symbol.node)
            numbers = [
                (view.count, .int, "the count of a rate"), (view.period, .duration, "the period of a rate"),
            ]
        default:
            let view = BreakerDeclView(tree, symbol.node)
            numbers = [
                (view.failures, .int, "the count of a breaker"),
                (view.within, .duration, "the period of a breaker"),
                (view.recover, .duration, "the recovery of a breaker"),
            ]
        }
        var constants: [Int] = []
        for number in numbers {
            let saved = beginBody(.constant, in: module)
            let wasKeeping = keepsConstants
            keepsConstants = true
            let value = expression(number.node, as: number.type)
            if let known = fold(value), Int64(bitPattern: known.word) < 1 {
                let found = tree.text(tree.span(number.node))
                report(.numberTooSmall(number.what, minimum: 1, found: found, at: tree.span(number.node)))
            }
            constants.append(checkedConstants.count)
            foldedConstants.append(-1)
            checkedConstants.append(
                CheckedConstantDeclaration(
                    name: "\(symbol.kind) \(text(symbol.name))", type: number.type, file: tree.file,
                    value: value, locals: localInfos()))
            keepsConstants = wasKeeping
            endBody(saved)
        }
        checkedResources[Int(symbol.index)] = CheckedResource(
            kind: symbol.kind == .pool ? .pool : symbol.kind == .rate ? .rate : .breaker,
            name: text(symbol.name), span: nameSpan(of: symbol), numbers: constants)
    }

    // MARK: clauses

    /// Types the clauses of an action or a step that calls one.
    /// - Parameter action: the symbol of the action that a step calls, or -1.
    func typeGates(_ clauses: ClauseNodes, _ checked: inout CheckedClauses, action: Int) {
        for kind in GateClause.allCases {
            guard let (clause, operand) = clauses.gates.clauses[kind] else { continue }
            switch kind {
            case .pool: checked.pool = resource(operand, kind)
            case .rate: checked.rate = resource(operand, kind)
            case .breaker: checked.breaker = resource(operand, kind)
            case .priority:
                checked.priority = expression(operand, as: .int)
                let hasQueue = [ClauseKind.pool, .rate].contains { kind in
                    !clauses.gates[kind == .pool ? .pool : .rate].isNone || says(action, kind)
                }
                if !hasQueue { report(.priorityWithoutQueue(at: tree.span(tree.firstToken(clause)))) }
            case .cache: checked.cache = expression(operand, as: .duration)
            }
        }
        checkExclusions(clauses, action: action)
    }

    /// The number of the resource that a clause names.
    private func resource(_ operand: NodeId, _ kind: GateClause) -> Int? {
        guard tree.kind(operand) == .nameExpr else { return nil }
        let name = NameExprView(tree, operand).name
        if name.isNone { return nil }
        let found = symbol(named: name)
        if found >= 0, symbols[found].kind == .refused { return nil }
        guard found >= 0, symbols[found].kind == kind.symbol else {
            let known = moduleSymbols[module].filter { symbols[$0].kind == kind.symbol }
                .map { text(symbols[$0].name) }
            report(
                .unknownResource(
                    text(name), kind.word, found: found < 0 ? nil : symbols[found].kind.text,
                    near: Suggestion.best(for: text(name), among: known), at: tree.span(operand)
                ).fixed(found < 0 ? resourceDeclarationFix(text(name), kind.word) : nil))
            return nil
        }
        return Int(symbols[found].index)
    }

    /// What cannot be said together, whether on the step or on the action that it calls.
    private func checkExclusions(_ clauses: ClauseNodes, action: Int) {
        let cache = clauses.gates[.cache]
        let hasCache = !cache.isNone || says(action, .cache)
        if hasCache, !clauses.undoClause.isNone {
            let undo = tree.span(tree.firstToken(clauses.undoClause))
            report(
                .cacheExcludesUndo(at: cache.isNone ? undo : tree.span(tree.firstToken(cache)), undo: undo))
        }
        if hasCache, !clauses.onceClause.isNone || says(action, .once) {
            let once = clauses.onceClause.isNone ? cache : clauses.onceClause
            if once.isNone { return }
            report(
                .onceExcludesCache(
                    at: tree.span(tree.firstToken(cache.isNone ? once : cache)),
                    once: tree.span(tree.firstToken(once))))
        }
    }

    /// Whether the declaration of an action has a clause of this kind.
    private func says(_ action: Int, _ kind: ClauseKind) -> Bool { clause(kind, of: action) != nil }

    /// Where the declaration of an action has a clause of this kind, its first word; nil: its `retry`.
    func clause(_ kind: ClauseKind?, of action: Int) -> Span? {
        guard action >= 0, symbols[action].kind == .action else { return nil }
        let reader = modules[Int(symbols[action].module)].tree.reader
        let found = ActionDeclView(reader, symbols[action].node).clauses.first {
            reader.kind($0) == .clause
                ? ClauseView(reader, $0).kind == kind : kind == nil && reader.kind($0) == .retryClause
        }
        return found.map { reader.span(reader.firstToken($0)) }
    }

    /// The clauses of a step: only a call of an action can wait for a place, or be answered from the cache.
    func typeStepGates(
        _ clauses: ClauseNodes, _ checked: inout CheckedClauses, isCall: Bool, _ index: Int
    ) {
        guard isCall, callsAction(index) else {
            for kind in GateClause.allCases where !clauses.gates[kind].isNone {
                report(.gateNeedsAction(kind.word, at: tree.span(tree.firstToken(clauses.gates[kind]))))
            }
            return
        }
        let call = CallExprView(tree, withoutParens(pending[index].value))
        typeGates(clauses, &checked, action: effectSymbol(call))
    }
}
