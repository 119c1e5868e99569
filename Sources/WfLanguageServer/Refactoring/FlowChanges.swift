// Flows: arms that are missing, and workflows whose steps follow each other as flowcharts.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let flowChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        var drafts = spot.missingArms()
        if let draft = spot.flowOfWorkflow() { drafts.append(draft) }
        return drafts
    }
}

extension Spot {
    // MARK: arms

    /// What no arm of a gate takes: the other cases of an enum, everything else, the time that nothing happens.
    fileprivate func missingArms() -> [Draft] {
        guard let gate = near(.flowGate), let item, let flow = CallableDeclView(reader, item).body else {
            return []
        }
        let view = FlowGateView(reader, gate)
        let arms = view.arms.map { FlowArmView(reader, $0) }
        guard let last = arms.last else { return [] }
        let name = reader.text(view.nameToken)
        func draft(_ title: String, _ words: [String], _ reason: String) -> Draft {
            let target = fresh("\(name)Missing")
            let list = words.map { ", \($0) -> \(target)" }.joined()
            let end = statements(flow).last ?? flow
            return Draft(
                title, .refactor,
                [
                    insert(span(last.id).end, list),
                    insert(span(end).end, "\nfail \(target) = \"\(reason)\""),
                ])
        }
        switch view.kind {
        case .choice, .any:
            if arms.contains(where: { $0.condition == nil }) { return [] }
            var drafts = [draft("add an else arm", ["else"], "no arm of \(name) holds")]
            let cases = missingCases(arms)
            if !cases.isEmpty {
                drafts.append(draft("add the missing arms of the `choice`", cases, "\(name) is not known"))
            }
            return drafts
        case .first:
            let hasTime = arms.contains { arm in
                arm.condition.map { text($0).hasPrefix("timeout") || kind($0) == .durationExpr } ?? true
            }
            if hasTime || text(gate).contains("timeout ") { return [] }
            return [draft("add a timeout arm", ["timeout 1d"], "nothing happens at \(name)")]
        case .split, .join: return []
        }
    }

    /// `x == .a` for each case of the enum that no arm names.
    private func missingCases(_ arms: [FlowArmView]) -> [String] {
        var subject: NodeId?
        var named: Set<String> = []
        for arm in arms {
            guard let condition = arm.condition, kind(condition) == .binaryExpr else { return [] }
            let view = BinaryExprView(reader, condition)
            guard view.operation == .equal, subject.map({ text($0) == text(view.left) }) ?? true,
                kind(view.right) == .implicitMemberExpr
            else { return [] }
            subject = view.left
            named.insert(server.workspace.interner.text(ImplicitMemberExprView(reader, view.right).name))
        }
        guard let subject, let inspection, let type = type(subject), inspection.kind(type) == .enumeration
        else {
            return []
        }
        return inspection.cases(of: type).compactMap { entry in
            let name = server.workspace.interner.text(entry.name)
            return named.contains(name) || !entry.payload.isEmpty ? nil : "\(text(subject)) == .\(name)"
        }
    }

    // MARK: from a workflow

    /// Steps of which each follows the one before, as a flowchart.
    fileprivate func flowOfWorkflow() -> Draft? {
        guard let item = head(.workflowDecl), let body = CallableDeclView(reader, item).body else {
            return nil
        }
        let view = CallableDeclView(reader, item)
        var all = statements(body)
        let declared = all.filter { [.signalStmt, .queryStmt].contains(kind($0)) }
        all.removeAll { declared.contains($0) }
        var isInOrder = false
        if all.count == 1, kind(all[0]) == .exprStmt,
            kind(ExprStmtView(reader, all[0]).value) == .sequenceExpr
        {
            all = statements(SequenceExprView(reader, ExprStmtView(reader, all[0]).value).body)
            isInOrder = true
        }
        var value: NodeId?
        if view.result != nil {
            guard let last = all.last, kind(last) == .exprStmt else { return nil }
            value = last
        }
        let nodes = value.map { end in all.filter { $0 != end } } ?? all
        guard !nodes.isEmpty, isInOrder || followEachOther(all), nodes.allSatisfy({ isNode($0) }) else {
            return nil
        }
        var lines = declared.map { text($0) }
        var steps: [(name: String, text: String)] = []
        for node in nodes {
            guard let step = flowNode(node) else { return nil }
            steps.append(step)
        }
        var end = "end"
        if let value {
            let inner = ExprStmtView(reader, value).value
            if isPure(inner) {
                end = "end done = \(text(inner))"
            } else {
                let name = fresh("last")
                steps.append((name, "step \(name) = \(text(value))"))
                end = "end done = \(name)"
            }
        } else {
            end = "end done"
        }
        guard !words.contains("done") else { return nil }
        lines.append("start -> \(steps[0].name)")
        for (number, step) in steps.enumerated() {
            let next = number + 1 < steps.count ? steps[number + 1].name : "done"
            lines.append("\(step.text) -> \(next)")
        }
        lines.append(end)
        let keyword = reader.span(reader.firstToken(item))
        return Draft(
            "turn the workflow into a flow", .refactor,
            [TextEdit(keyword, "flow"), replace(body, "{\n\(lines.joined(separator: "\n"))\n}")])
    }

    private func isNode(_ statement: NodeId) -> Bool {
        switch kind(statement) {
        case .letStmt:
            return !LetStmtView(reader, statement).isVar
                && kind(LetStmtView(reader, statement).pattern) == .bindingPattern
        case .stepStmt: return kind(StepStmtView(reader, statement).value) == .callExpr
        case .exprStmt: return kind(ExprStmtView(reader, statement).value) == .callExpr
        default: return false
        }
    }

    /// Whether each statement needs the one above it: then they run in that order anyway.
    private func followEachOther(_ all: [NodeId]) -> Bool {
        let needs = dependencies(all)
        return all.indices.dropFirst().allSatisfy { needs[$0].contains($0 - 1) }
    }

    private func flowNode(_ statement: NodeId) -> (name: String, text: String)? {
        switch kind(statement) {
        case .letStmt: return (text(LetStmtView(reader, statement).pattern), text(statement))
        case .stepStmt:
            let view = StepStmtView(reader, statement)
            // what comes next is said by the arrow
            let waits = view.clauses.filter { isClause($0, .after) }.map {
                replace(reader.token(TokenId(reader.firstToken($0).index - 1)).end, span($0).end, "")
            }
            return (reader.text(view.nameToken), text(statement, replacing: waits))
        case .exprStmt:
            guard let name = stepName(statement), !name.isEmpty, isName(name) else { return nil }
            return (name, "step \(name) = \(text(statement))")
        default: return nil
        }
    }
}
