// Steps of a workflow: names, order on the page, waiting for each other, `sequence`.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let stepChanges: Family = { spot in
        var drafts = spot.stepNames() + spot.waits()
        if let draft = spot.sortedSteps() { drafts.append(draft) }
        if let draft = spot.sequenced() { drafts.append(draft) }
        if let draft = spot.unsequenced() { drafts.append(draft) }
        if let draft = spot.addedQuery() { drafts.append(draft) }
        return drafts
    }
}

extension Spot {
    /// The clauses of a step or a bare step.
    func clauses(of statement: NodeId) -> [NodeId] {
        switch kind(statement) {
        case .stepStmt: return Array(StepStmtView(reader, statement).clauses)
        case .exprStmt: return Array(ExprStmtView(reader, statement).clauses)
        default: return []
        }
    }

    /// The workflow around, whose statements are nodes of a graph.
    private var isInGraph: Bool {
        isInWorkflow && !chain.contains { kind($0) == .lambdaExpr || kind($0) == .matchArm }
    }

    // MARK: names

    fileprivate func stepNames() -> [Draft] {
        guard isCaret, isInWorkflow, let (statement, call) = stepCall, kind(parent(statement)) == .block
        else { return [] }
        if kind(statement) == .exprStmt {
            guard !isPureCall(call),
                statements(parent(statement)).last != statement || resultType(call) == .unit
            else { return [] }
            let callee = CallExprView(reader, call).callee
            guard [.nameExpr, .memberExpr].contains(kind(callee)), !CallExprView(reader, call).isSleepUntil
            else { return [] }
            let token = reader.lastToken(callee)
            // those that read it by the name of what it calls read the new name
            let readers = uses(of: token)
            let name = fresh(readers.isEmpty ? reader.text(token) + "Step" : reader.text(token) + "Value")
            return [
                Draft(
                    "give the step a name", .rewrite,
                    [insert(span(statement).start, "step \(name) = ")] + readers.map { renamed($0, name) })
            ]
        }
        let view = StepStmtView(reader, statement)
        guard uses(of: view.nameToken).isEmpty, view.type == nil,
            resultType(call) == .unit || !isLast(statement)
        else { return [] }
        return [
            Draft(
                "drop the step's name", .rewrite, [replace(span(statement).start, span(view.value).start, "")]
            )
        ]
    }

    private func renamed(_ use: NameUse, _ name: String) -> TextEdit {
        kind(use.node) == .recordField
            ? replace(use.node, "\(use.text): \(name)") : TextEdit(reader.span(use.token), name)
    }

    private func isLast(_ statement: NodeId) -> Bool { statements(parent(statement)).last == statement }

    // MARK: waiting

    /// `after` a step of the same block that stands above and is not waited for yet.
    fileprivate func waits() -> [Draft] {
        guard isCaret, isInGraph, let (statement, _) = stepCall, kind(parent(statement)) == .block,
            let inspection
        else {
            return []
        }
        let all = statements(parent(statement))
        guard let place = all.firstIndex(of: statement), place > 0, let earlier = stepName(all[place - 1])
        else { return [] }
        let start =
            kind(statement) == .stepStmt
            ? span(StepStmtView(reader, statement).nameToken).start : span(statement).start
        if let step = inspection.steps.first(where: { $0.span.start == start }),
            step.waitsFor.contains(earlier)
        {
            return []
        }
        let clauses = clauses(of: statement)
        if let after = clauses.first(where: { isClause($0, .after) }) {
            if ClauseView(reader, after).operands.contains(where: { text($0) == earlier }) { return [] }
            return [Draft("run it after `\(earlier)`", .rewrite, [insert(span(after).end, ", \(earlier)")])]
        }
        let value =
            kind(statement) == .stepStmt
            ? StepStmtView(reader, statement).value : ExprStmtView(reader, statement).value
        return [
            Draft("run it after `\(earlier)`", .rewrite, [insert(span(value).end, "\n    after \(earlier)")])
        ]
    }

    /// The name by which a statement that touches the world is waited for.
    func stepName(_ statement: NodeId) -> String? {
        switch kind(statement) {
        case .stepStmt: return reader.text(StepStmtView(reader, statement).nameToken)
        case .exprStmt:
            let value = ExprStmtView(reader, statement).value
            guard kind(value) == .callExpr, !isPureCall(value), !CallExprView(reader, value).isSleepUntil
            else { return nil }
            let callee = CallExprView(reader, value).callee
            guard [.nameExpr, .memberExpr].contains(kind(callee)) else { return nil }
            let name = reader.text(reader.lastToken(callee))
            let same = statements(parent(statement)).filter { other in
                kind(other) == .exprStmt && kind(ExprStmtView(reader, other).value) == .callExpr
                    && reader.text(
                        reader.lastToken(CallExprView(reader, ExprStmtView(reader, other).value).callee))
                        == name
            }
            return same.count == 1 ? name : nil
        default: return nil
        }
    }

    // MARK: order on the page

    /// Which statements of a block each one reads or names behind `after`.
    func dependencies(_ all: [NodeId]) -> [[Int]] {
        var owner: [ByteOffset: Int] = [:]
        for (number, statement) in all.enumerated() {
            let names: [DeclaredName]
            switch kind(statement) {
            case .letStmt: names = scopes.names(in: LetStmtView(reader, statement).pattern)
            case .exprStmt:
                if let callee = stepName(statement).map({ _ in
                    CallExprView(reader, ExprStmtView(reader, statement).value).callee
                }) {
                    owner[reader.span(reader.lastToken(callee)).start] = number
                }
                names = []
            default: names = scopes.declaredName(statement).map { [$0] } ?? []
            }
            for name in names { owner[reader.span(name.token).start] = number }
        }
        return all.enumerated().map { number, statement in
            let found = uses(in: statement).compactMap { use -> Int? in
                guard case .declared(let file, let place)? = use.meaning, file == self.file else {
                    return nil
                }
                return owner[place]
            }
            return Set(found).subtracting([number]).sorted()
        }
    }

    /// Statements so that each stands below what it reads, otherwise as on the page; nil for a circle.
    private func inOrder(_ all: [NodeId]) -> [NodeId]? {
        let needs = dependencies(all)
        var done: Set<Int> = []
        var order: [Int] = []
        while order.count < all.count {
            guard
                let next = all.indices.first(where: {
                    !done.contains($0) && needs[$0].allSatisfy { done.contains($0) }
                })
            else { return nil }
            done.insert(next)
            order.append(next)
        }
        return order.map { all[$0] }
    }

    /// From a statement's first comment to its end, the comment behind it on its line included.
    private func pieces(_ block: NodeId) -> [NodeId: String] {
        let all = statements(block)
        var pieces: [NodeId: String] = [:]
        let bytes = document.bytes
        var start = span(block).start + 1
        for statement in all {
            var end = Int(span(statement).end)
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x7D { end += 1 }
            if !reader.text(Span(file: file, start: span(statement).end, end: UInt32(end))).contains("//") {
                end = Int(span(statement).end)
            }
            // a blank line above stays one
            let piece = reader.text(Span(file: file, start: start, end: UInt32(end)))
            let body = piece.drop(while: \.isWhitespace)
            let isApart =
                start > span(block).start + 1
                && piece.prefix(piece.count - body.count).filter(\.isNewline).count > 1
            pieces[statement] = isApart ? "\n\(body)" : String(body)
            start = UInt32(end)
            while Int(start) < bytes.count, [0x20, 0x3B].contains(bytes[Int(start)]) { start += 1 }
        }
        return pieces
    }

    /// The graph around whose braces or whose workflow's head the caret is.
    private var graphBlock: NodeId? {
        guard isCaret, isInWorkflow else { return nil }
        if let block = chain.first, kind(block) == .block, !isInSequence(block) { return block }
        return head(.workflowDecl).flatMap { CallableDeclView(reader, $0).body } ?? nil
    }

    private func isInSequence(_ block: NodeId) -> Bool { kind(parent(block)) == .sequenceExpr }

    fileprivate func sortedSteps() -> Draft? {
        guard let block = graphBlock else { return nil }
        let all = statements(block)
        guard all.count > 1, let order = inOrder(all), order != all,
            // the value stays where it is
            kind(all[all.count - 1]) != .exprStmt || order.last == all.last
        else { return nil }
        let pieces = pieces(block)
        let text = order.map { pieces[$0] ?? "" }.joined(separator: "\n")
        return Draft("sort the steps by what they wait for", .rewrite, [replaceInside(block, "\n" + text)])
    }

    private func replaceInside(_ block: NodeId, _ text: String) -> TextEdit {
        replace(
            span(block).start + 1, (statements(block).last.map { endOfPiece($0) }) ?? span(block).end - 1,
            text)
    }

    private func endOfPiece(_ statement: NodeId) -> UInt32 {
        let bytes = document.bytes
        var end = Int(span(statement).end)
        while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x7D { end += 1 }
        let rest = reader.text(Span(file: file, start: span(statement).end, end: UInt32(end)))
        return rest.contains("//") ? UInt32(end) : span(statement).end
    }

    // MARK: sequence

    /// The steps of a graph one after the other, in an order in which none waits for a later one.
    fileprivate func sequenced() -> Draft? {
        guard let block = graphBlock else { return nil }
        let all = statements(block)
        let isOutside = { (id: NodeId) in [.signalStmt, .queryStmt].contains(self.kind(id)) }
        let inside = all.filter { !isOutside($0) }
        guard inside.filter({ !isPure($0) }).count > 1, let order = inOrder(inside),
            kind(all[all.count - 1]) != .exprStmt || order.last == all.last,
            !(inside.count == 1 && isSequenceStatement(inside[0])),
            // a query reads steps that it would no longer see
            all.filter(isOutside).allSatisfy({
                freeLocals($0).allSatisfy { entry in !inside.contains { contains($0, entry.declaration.node) }
                }
            })
        else { return nil }
        let pieces = pieces(block)
        let outside = all.filter(isOutside).map { pieces[$0] ?? "" }.joined(separator: "\n")
        let text = order.map { pieces[$0] ?? "" }.joined(separator: "\n")
        return Draft(
            "run the steps one after the other", .rewrite,
            [replaceInside(block, "\(outside)\nsequence {\n\(text)\n}")])
    }

    private func isSequenceStatement(_ id: NodeId) -> Bool {
        kind(id) == .exprStmt && kind(ExprStmtView(reader, id).value) == .sequenceExpr
    }

    /// The steps of a `sequence` in the graph around it; where no value says the order, `after` does. What the `sequence` waits
    /// for, its first step waits for; who waits for one without a value waits for its last step.
    fileprivate func unsequenced() -> Draft? {
        guard isCaret, isInWorkflow,
            let sequence = near(.stepStmt).map({ StepStmtView(reader, $0).value }) ?? near(.sequenceExpr)
                ?? chain.first(where: { kind($0) == .block }).map({ parent($0) }),
            kind(sequence) == .sequenceExpr, [.exprStmt, .stepStmt].contains(kind(parent(sequence)))
        else { return nil }
        let statement = parent(sequence)
        let around = parent(statement)
        // any other clause is about all of the steps together
        guard kind(around) == .block, !isInSequence(around),
            clauses(of: statement).allSatisfy({ isClause($0, .after) })
        else { return nil }
        let block = SequenceExprView(reader, sequence).body
        var all = statements(block)
        var dropped: NodeId?
        if kind(statement) == .exprStmt, statements(around).last != statement, let last = all.last,
            kind(last) == .exprStmt, isPure(last)
        {
            // nobody reads its value
            dropped = all.popLast()
        }
        guard !all.isEmpty,
            names(of: all).isDisjoint(with: names(of: statements(around).filter { $0 != statement }))
        else { return nil }
        var waited = clauses(of: statement).flatMap { ClauseView(reader, $0).operands.map { text($0) } }
        let needs = dependencies(all)
        var edits: [TextEdit] = []
        var previous: Int?
        for (number, inner) in all.enumerated() {
            if [.letStmt].contains(kind(inner)) { continue }
            if kind(inner) == .exprStmt, isPure(inner), number == all.count - 1 { continue }
            // only a step can say what it waits for
            guard let name = stepName(inner), !name.isEmpty else { return nil }
            if let previous, !reaches(number, previous, needs) {
                guard let earlier = stepName(all[previous]) else { return nil }
                waited.append(earlier)
            }
            if !waited.isEmpty { edits.append(after(waited.joined(separator: ", "), at: inner)) }
            waited = []
            previous = number
        }
        var others: [TextEdit] = []
        if kind(statement) == .stepStmt {
            let view = StepStmtView(reader, statement)
            if let value = valueBehind(all, previous, needs) {
                let type = view.type.map { ": \(text($0))" } ?? ""
                let head = "\(value == previous ? "step" : "let") \(reader.text(view.nameToken))\(type) = "
                edits.append(insert(span(all[value]).start, head))
            } else {
                guard let previous, let last = stepName(all[previous]),
                    let waits = waits(for: view.nameToken, instead: last)
                else { return nil }
                others = waits
            }
        }
        let base = span(block).start + 1
        var bytes = Array(inside(block).utf8)
        if let dropped { bytes.removeLast(bytes.count - Int(span(dropped).start - base)) }
        for edit in edits.sorted(by: { $0.span.start > $1.span.start }) {
            let place = Int(edit.span.start - base)
            bytes.replaceSubrange(place..<place, with: Array(edit.replacement.utf8))
        }
        // the lines of the braces go with them
        while let last = bytes.last, [0x20, 0x09, 0x0A, 0x0D].contains(last) { bytes.removeLast() }
        bytes.removeFirst(bytes.prefix { [0x20, 0x09, 0x0A, 0x0D].contains($0) }.count)
        return Draft(
            "turn the sequence into a graph", .rewrite,
            [replace(statement, String(decoding: bytes, as: UTF8.self))] + others)
    }

    /// The names that statements give to their block.
    private func names(of statements: [NodeId]) -> Set<String> {
        Set(
            statements.flatMap { statement -> [String] in
                if kind(statement) == .letStmt {
                    return scopes.names(in: LetStmtView(reader, statement).pattern).map {
                        reader.text($0.token)
                    }
                }
                return [
                    stepName(statement) ?? scopes.declaredName(statement).map { reader.text($0.token) } ?? ""
                ]
            }
        ).subtracting([""])
    }

    /// Whoever waits for a step that has no value waits for another; nil when it has one, or is read.
    private func waits(for token: TokenId, instead other: String) -> [TextEdit]? {
        guard declaredType(token) == .unit else { return nil }
        let uses = uses(of: token)
        guard uses.allSatisfy({ isClause(parent($0.node), .after) }) else { return nil }
        return uses.map { renamed($0, other) }
    }

    /// The number of the statement that is a sequence's value, when that is no sooner known than its last step has ended.
    private func valueBehind(_ all: [NodeId], _ last: Int?, _ needs: [[Int]]) -> Int? {
        guard let last, let value = all.indices.last, kind(all[value]) == .exprStmt,
            value == last || reaches(value, last, needs)
        else { return nil }
        return value
    }

    private func after(_ earlier: String, at statement: NodeId) -> TextEdit {
        if let clause = clauses(of: statement).first(where: { isClause($0, .after) }) {
            return insert(span(clause).end, ", \(earlier)")
        }
        let value =
            kind(statement) == .stepStmt
            ? StepStmtView(reader, statement).value : ExprStmtView(reader, statement).value
        return insert(span(value).end, "\n    after \(earlier)")
    }

    /// Whether a statement waits for another, perhaps by way of others.
    private func reaches(_ from: Int, _ to: Int, _ needs: [[Int]]) -> Bool {
        var open = needs[from]
        var seen: Set<Int> = []
        while let next = open.popLast() {
            if next == to { return true }
            if seen.insert(next).inserted { open += needs[next] }
        }
        return false
    }

    // MARK: queries

    fileprivate func addedQuery() -> Draft? {
        guard isCaret, isInWorkflow, let step = near(.stepStmt), let item,
            let body = CallableDeclView(reader, item).body,
            parent(step) == body, let inspection,
            let type = declaredType(StepStmtView(reader, step).nameToken)
        else { return nil }
        let name = reader.text(StepStmtView(reader, step).nameToken)
        let words = inspection.text(type)
        if words == "Unit" { return nil }
        let query = fresh("current" + name.prefix(1).uppercased() + name.dropFirst())
        return Draft(
            "add a query for `\(name)`", .refactor,
            [
                insert(
                    span(step).start,
                    "query \(query): \(words.hasSuffix("?") ? words : words + "?") = \(name)\n")
            ])
    }
}
