// Clauses of steps and actions: adding one, sorting them, moving them between a step and the action it calls.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let clauseChanges: Family = { spot in
        guard spot.isCaret, let owner = spot.clauseOwner else { return [] }
        var drafts = spot.addedClauses(owner) + spot.movedClauses(owner)
        if let draft = spot.sortedClauses(owner) { drafts.append(draft) }
        return drafts
    }
}

/// A step, a bare step or an action, and its clauses.
struct ClauseOwner {
    var node: NodeId
    var clauses: [NodeId]
    /// Behind what a new clause stands when there is none.
    var end: UInt32
    var isAction: Bool
}

extension Spot {
    fileprivate var clauseOwner: ClauseOwner? {
        if let action = near(.actionDecl) {
            let clauses = Array(CallableDeclView(reader, action).clauses)
            guard let via = clauses.first(where: { isClause($0, .via) }) else { return nil }
            return ClauseOwner(
                node: action, clauses: clauses, end: span(clauses.last ?? via).end, isAction: true)
        }
        guard isInWorkflow, let (statement, call) = stepCall, kind(parent(statement)) == .block,
            !isPureCall(call)
        else {
            return nil
        }
        let clauses = clauses(of: statement)
        return ClauseOwner(
            node: statement, clauses: clauses, end: clauses.last.map { span($0).end } ?? span(call).end,
            isAction: false)
    }

    // MARK: adding

    fileprivate func addedClauses(_ owner: ClauseOwner) -> [Draft] {
        let words = Set(owner.clauses.map { clauseWord($0) })
        var drafts: [Draft] = []
        func add(_ title: String, _ clause: String, unless others: String...) {
            guard words.isDisjoint(with: others) else { return }
            // `else` is the last
            let place: TextEdit
            if let last = owner.clauses.last, isClause(last, .otherwise) {
                place = insert(span(last).start, "\(clause)\n    ")
            } else {
                place = insert(owner.end, "\n    \(clause)")
            }
            drafts.append(Draft(title, .refactor, [place]))
        }
        add("add a timeout", "timeout 30s", unless: "timeout")
        add("add a retry with backoff", "retry 3 backoff 1s..1m", unless: "retry", "once")
        if !owner.isAction {
            add("add a deadline", "deadline 10m", unless: "deadline")
            add("add an undo", "undo nop()", unless: "undo", "cache")
            add("add a condition", "when true", unless: "when")
            add("add a cache", "cache 1d", unless: "cache", "once", "undo")
            add("run it at most once", "once", unless: "once", "retry", "cache")
            add("add a priority", "priority 10", unless: "priority")
            if let fallback = failover(owner) {
                add("add an else", "else \(fallback)", unless: "else", "cache", "once")
            }
        }
        for name in index.moduleNames.values.sorted(by: { $0.token < $1.token }) {
            let text = reader.text(name.token)
            switch kind(name.node) {
            case .poolDecl: add("use the pool `\(text)`", "pool \(text)", unless: "pool")
            case .rateDecl: add("use the rate `\(text)`", "rate \(text)", unless: "rate")
            case .breakerDecl: add("use the breaker `\(text)`", "breaker \(text)", unless: "breaker")
            default: break
            }
        }
        return drafts
    }

    private func failover(_ owner: ClauseOwner) -> String? {
        guard kind(owner.node) == .stepStmt, let inspection,
            let type = declaredType(StepStmtView(reader, owner.node).nameToken)
        else { return nil }
        return Sample(inspection, server.workspace.interner).text(type)
    }

    // MARK: sorting

    /// The order in which the language lists clauses.
    private static let order = [
        "via", "returns", "after", "when", "timeout", "deadline", "retry", "undo", "pool", "rate", "breaker",
        "priority",
        "cache", "once", "else",
    ]

    fileprivate func sortedClauses(_ owner: ClauseOwner) -> Draft? {
        func rank(_ id: NodeId) -> Int { Spot.order.firstIndex(of: clauseWord(id)) ?? 0 }
        let clauses = owner.clauses
        let sorted = clauses.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }
        .map(\.element)
        // comments between them would lose their clause
        let between = zip(clauses, clauses.dropFirst()).allSatisfy { left, right in
            !reader.text(Span(file: file, start: span(left).end, end: span(right).start)).contains("//")
        }
        guard sorted != clauses, between else { return nil }
        return Draft("sort the clauses", .rewrite, zip(clauses, sorted).map { replace($0, text($1)) })
    }

    // MARK: moving

    /// A clause that every call of an action carries becomes the action's.
    fileprivate func movedClauses(_ owner: ClauseOwner) -> [Draft] {
        guard !owner.isAction, let (_, call) = stepCall, let found = calledDeclaration(call),
            found.reader.kind(found.node) == .actionDecl, found.document.path == document.path,
            let clause = owner.clauses.first(where: { chain.contains($0) })
        else { return [] }
        let word = clauseWord(clause)
        let target = CallableDeclView(reader, found.node)
        let last = target.clauses.last.map { span($0).end } ?? span(found.node).end
        guard ["timeout", "retry", "pool", "rate", "breaker"].contains(word), freeLocals(clause).isEmpty,
            !target.clauses.contains(where: { clauseWord($0) == word })
        else { return [] }
        // every step that calls it says the same
        var edits = [insert(last, "\n    \(text(clause))")]
        for mention in server.mentions(of: found.meaning) where !mention.isDeclaration {
            guard mention.document.path == document.path else { return [] }
            let name = index.owner(of: mention.token)
            if kind(parent(name)) == .mockStmt || isCountOfCalls(name) { continue }
            guard isCallee(name),
                kind(parent(parent(name))) == .stepStmt || kind(parent(parent(name))) == .exprStmt,
                let same = clauses(of: parent(parent(name))).first(where: { clauseWord($0) == word }),
                text(same) == text(clause)
            else { return [] }
            edits.append(
                replace(reader.token(TokenId(reader.firstToken(same).index - 1)).end, span(same).end, ""))
        }
        return [Draft("move `\(word)` to the action", .rewrite, edits)]
    }

    /// `calls(f)`
    func isCountOfCalls(_ name: NodeId) -> Bool {
        let call = parent(name)
        return kind(call) == .callExpr && text(CallExprView(reader, call).callee) == "calls"
    }
}
