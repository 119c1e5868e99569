// Lints about the shape of workflows: fan-outs without a bound, loops that only ask, steps that `fail` leaves behind.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: fail

    /// Steps beside a `fail` that it does not wait for; behind it in a sequence none is ever started.
    func lintFail(nodesFrom pendingStart: Int) {
        let entries = pending[pendingStart...]
        guard let failure = entries.firstIndex(where: { $0.kind == .failure }) else { return }
        let span = tree.span(tree.firstToken(pending[failure].statement))
        if frames[frames.count - 1].isSequence {
            let rest = entries[(failure + 1)...]
            if let next = rest.first, let last = rest.last {
                let place = tree.span(next.statement).joined(tree.span(last.statement))
                lint(.unreachable(at: place, behind: "fail", span))
            }
            return
        }
        var waited: Set<Int> = []
        var work = [Int(pending[failure].node)]
        while let node = work.popLast() {
            if waited.insert(node).inserted { work += workflowNodes[node].dependencies }
        }
        for entry in entries where !waited.contains(Int(entry.node)) {
            guard entry.kind == .call || entry.kind == .step else { continue }
            lint(
                .failDoesNotWait(
                    workflowNodes[Int(entry.node)].name, at: tree.span(entry.statement), fail: span))
            return
        }
    }

    // MARK: fan-outs

    /// `for` over a list of unknown length whose body costs something, without `limit`.
    func lintFan(_ view: ForExprView, _ sequence: TypedId) {
        guard lints.isOn, view.limit == nil, !isShort(sequence, view.sequence) else { return }
        var heavy: String?
        var isBounded = false
        forEachNode(of: view.body) { id, kind in
            switch kind {
            case .callExpr:
                let call = CallExprView(tree, id)
                let found = effectSymbol(call)
                if found < 0 || isSpawned(call) { return }
                if callFacts(of: found).traits.contains(.isHeavy) {
                    if isPooled(found) { isBounded = true }
                    heavy = calleeName(call.callee)
                }
            case .clause:
                let clause = ClauseView(tree, id).kind
                if clause == .pool || clause == .rate { isBounded = true }
            default: break
            }
        }
        guard let heavy, !isBounded else { return }
        let first = tree.span(tree.firstToken(view.id))
        lint(.unboundedFan(heavy, at: first.joined(tree.span(view.sequence))))
    }

    func isPooled(_ found: Int) -> Bool {
        guard symbols[found].kind == .action else { return false }
        let reader = modules[Int(symbols[found].module)].tree.reader
        return ActionDeclView(reader, symbols[found].node).clauses.contains { item in
            guard reader.kind(item) == .clause else { return false }
            let kind = ClauseView(reader, item).kind
            return kind == .pool || kind == .rate
        }
    }

    /// Whether the program's text says how long a list is.
    private func isShort(_ sequence: TypedId, _ id: NodeId) -> Bool {
        switch typed[sequence].kind {
        case .list, .constantReference, .constant, .map: return true
        default: break
        }
        let value = withoutParens(id)
        switch tree.kind(value) {
        case .listExpr, .mapExpr: return true
        case .rangeExpr:
            let view = RangeExprView(tree, value)
            return isLiteralNumber(view.low) && isLiteralNumber(view.high)
        case .nameExpr:
            // a `let` of this workflow that is written out
            let found = lookup(NameExprView(tree, value).name)
            guard found >= 0, let entry = pending.first(where: { Int($0.binding) == found }) else {
                return false
            }
            guard entry.kind == .letValue else { return false }
            let kind = tree.kind(withoutParens(LetStmtView(tree, entry.statement).value))
            return kind == .listExpr || kind == .mapExpr
        default: return false
        }
    }

    private func isLiteralNumber(_ id: NodeId) -> Bool {
        if tree.kind(id) == .intExpr { return true }
        guard tree.kind(id) == .nameExpr else { return false }
        let name = NameExprView(tree, id).name
        guard !name.isNone, lookup(name) < 0 else { return false }
        let found = symbol(named: name)
        return found >= 0 && symbols[found].kind == .constant
    }

    /// Visits the nodes inside a node, itself included.
    func forEachNode(of id: NodeId, _ visit: (NodeId, NodeKind) -> Void) {
        let first = tree.node(id).first
        var index = id.index
        while index > 0 {
            let node = tree.node(NodeId(index))
            if node.first < first { break }
            visit(NodeId(index), node.kind)
            index -= 1
        }
    }

    // MARK: loops

    /// A loop whose end depends on an answer that is asked for anew each turn, in the same words, without a pause.
    func lintLoop(_ view: LoopExprView) {
        guard lints.isOn, tree.kind(view.body) == .block else { return }
        guard let condition = view.condition, !isAlwaysTrue(condition) else { return lintEndless(view) }
        lintUnchanged(view)
        let statements = BlockView(tree, view.body).statements
        guard let last = statements.last, tree.kind(last) == .nextStmt else { return }
        let states = view.variables.map { LoopVariableView(tree, $0).name }
        var steps: Set<NameId> = []
        var asked: String?
        for item in statements.dropLast() {
            guard let callee = question(item, states: states, steps: &steps) else { return }
            if !callee.isEmpty { asked = callee }
        }
        guard let asked else { return }
        var tested: Set<NameId> = []
        forEachNode(of: condition) { id, kind in
            if kind == .nameExpr { tested.insert(NameExprView(tree, id).name) }
        }
        for (index, value) in nextValues(last, count: states.count).enumerated()
        where index < states.count && tested.contains(states[index]) {
            var readsAnswer = false
            forEachNode(of: value) { id, kind in
                if kind == .nameExpr, steps.contains(NameExprView(tree, id).name) { readsAnswer = true }
            }
            if readsAnswer {
                lint(.busyLoop(asked, at: tree.span(tree.firstToken(view.id))))
                return
            }
        }
    }

    /// A loop without a condition that always comes to its `next`, and in which nothing waits, fails or touches the world.
    private func lintEndless(_ view: LoopExprView) {
        guard let last = BlockView(tree, view.body).statements.last, tree.kind(last) == .nextStmt else {
            return
        }
        var mayEnd = false
        forEachNode(of: view.body) { id, kind in
            switch kind {
            case .awaitExpr, .spawnExpr, .failStmt, .breakStmt, .returnStmt: mayEnd = true
            case .callExpr:
                let found = effectSymbol(CallExprView(tree, id))
                if found >= 0, !isInstant(found) { mayEnd = true }
            default: break
            }
        }
        if !mayEnd { lint(.endlessTurns(at: tree.span(tree.firstToken(view.id)))) }
    }

    /// Whether a call neither waits nor depends on anything that may fail.
    private func isInstant(_ found: Int) -> Bool {
        symbols[found].kind == .effect
            && ["nop", "now", "random", "uuid", "emit"].contains(text(symbols[found].name))
    }

    /// The callee when a statement only asks the world the same thing each turn, "" when it is pure, nil when the
    /// turn may pass time or differ from the one before.
    private func question(_ item: NodeId, states: [NameId], steps: inout Set<NameId>) -> String? {
        var callee = ""
        var differs = false
        let known = steps
        forEachNode(of: item) { id, kind in
            switch kind {
            case .nameExpr:
                let name = NameExprView(tree, id).name
                if states.contains(name) && tree.kind(item) != .letStmt { differs = true }
            case .callExpr:
                let call = CallExprView(tree, id)
                let found = effectSymbol(call)
                if found < 0 { return }
                let traits = symbols[found].kind == .workflow ? .waits : callFacts(of: found).traits
                if traits.contains(.waits) {
                    differs = true
                } else if traits.contains(.isHeavy) || traits.contains(.asks) {
                    callee = calleeName(call.callee)
                    if ["now", "random", "uuid"].contains(callee) { differs = true }
                }
            case .awaitExpr, .spawnExpr, .raceExpr, .tryExpr, .failStmt: differs = true
            default: break
            }
        }
        if differs { return nil }
        switch tree.kind(item) {
        case .stepStmt: steps.insert(StepStmtView(tree, item).name)
        case .letStmt:
            var derived = false
            forEachNode(of: item) { id, kind in
                if kind == .nameExpr, known.contains(NameExprView(tree, id).name) { derived = true }
            }
            if derived { steps.insert(LetStmtView(tree, item).name) }
        default: break
        }
        return callee
    }

    func nextValues(_ statement: NodeId, count: Int) -> [NodeId] {
        guard let value = ReturnStmtView(tree, statement).value else { return [] }
        let inner = withoutParens(value)
        if count != 1 && tree.kind(inner) == .tupleExpr { return Array(TupleExprView(tree, inner).elements) }
        return [value]
    }
}
