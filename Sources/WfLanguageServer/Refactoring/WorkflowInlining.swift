// A step that calls a workflow, replaced by that workflow's own steps.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Spot {
    /// - Parameter call: of a workflow of this file.
    func inlinedWorkflow(_ call: NodeId, _ found: Declaration) -> Draft? {
        let view = CallableDeclView(reader, found.node)
        let statement = parent(call)
        guard isInWorkflow, [.stepStmt, .exprStmt].contains(kind(statement)),
            kind(parent(statement)) == .block,
            clauses(of: statement).isEmpty, view.typeParameters.isEmpty, let body = view.body,
            !contains(found.node, call), isOpen(body),
            kind(statement) == .stepStmt || self.statements(parent(statement)).last != statement
                || view.result == nil,
            let given = argumentsByParameter(call, view)
        else { return nil }
        let all = statements(body)
        let value = view.result == nil ? nil : blockValue(body)
        guard !all.isEmpty, view.result == nil || value != nil,
            kind(parent(parent(statement))) == .sequenceExpr || isAwaited(all, statement)
        else { return nil }
        var edits: [TextEdit] = []
        var lines: [String] = []
        guard substitute(given, body, at: call, &edits, &lines) else { return nil }
        rename(all, &edits)
        for inner in all where inner != all.last || value == nil {
            lines.append(commented(inner, body, edits))
        }
        if let value, let last = all.last {
            let words = text(last, replacing: edits)
            if kind(statement) == .stepStmt {
                let own = StepStmtView(reader, statement)
                let type = own.type.map { ": \(text($0))" } ?? ""
                let word = isPure(value) ? "let" : "step"
                lines.append("\(word) \(reader.text(own.nameToken))\(type) = \(words)")
            } else if !isPure(value) {
                lines.append(words)
            }
        }
        return Draft(
            "inline the call of `\(found.name)`", .inline,
            [replace(statement, lines.joined(separator: "\n"))])
    }

    /// Nothing inside belongs to the workflow itself.
    private func isOpen(_ body: NodeId) -> Bool {
        !descendants(body).contains { node in
            switch kind(node) {
            case .signalStmt, .queryStmt, .awaitExpr, .returnStmt: return true
            case .clause: return isClause(node, .undo)
            default: return false
            }
        }
    }

    /// Whether who waits for the call waits for all that it does, or nobody waits.
    private func isAwaited(_ all: [NodeId], _ statement: NodeId) -> Bool {
        if kind(statement) == .exprStmt {
            let call = ExprStmtView(reader, statement).value
            return uses(of: reader.lastToken(CallExprView(reader, call).callee)).isEmpty
        }
        let needs = dependencies(all)
        var reached: Set<Int> = []
        var open = [all.count - 1]
        while let next = open.popLast() {
            if reached.insert(next).inserted { open += needs[next] }
        }
        return all.indices.allSatisfy { reached.contains($0) || isPure(all[$0]) }
    }

    /// A statement with the comments above it.
    private func commented(_ statement: NodeId, _ body: NodeId, _ edits: [TextEdit]) -> String {
        let above = reader.text(reader.triviaSpan(before: reader.firstToken(statement)))
            .sourceLines.map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("//") }
        return (above.map(String.init) + [text(statement, replacing: edits)]).joined(separator: "\n")
    }

    private func argumentsByParameter(_ call: NodeId, _ view: CallableDeclView) -> [(TokenId, NodeId)]? {
        let site = CallSite(spot: self, call: call, isMethod: false)
        var list: [(TokenId, NodeId)] = []
        for (number, parameter) in view.parameters.map({ ParameterView(reader, $0) }).enumerated() {
            if parameter.isVariadic || parameter.isSecret { return nil }
            let place = site.argument(number, reader.text(parameter.nameToken))
            guard let value = place.map({ site.arguments[$0].value }) ?? parameter.defaultValue else {
                return nil
            }
            list.append((parameter.nameToken, value))
        }
        return list
    }

    /// Puts arguments in the place of parameters; what is computed gets a name first.
    private func substitute(
        _ given: [(TokenId, NodeId)], _ body: NodeId, at call: NodeId, _ edits: inout [TextEdit],
        _ lines: inout [String]
    ) -> Bool {
        for (token, value) in given {
            let places = uses(of: token).filter { contains(body, $0.node) }
            guard isPure(value), places.allSatisfy({ [.nameExpr, .recordField].contains(kind($0.node)) })
            else {
                return false
            }
            var words = text(value)
            if kind(value) != .nameExpr && kind(value) != .stringExpr && kind(value) != .intExpr {
                if places.isEmpty { continue }
                let name = reader.text(token)
                let own = isTaken(name, call) ? fresh(name) : name
                let type = parameterType(token)
                lines.append("let \(own)\(type.map { ": \($0)" } ?? "") = \(text(value))")
                words = own
            }
            for use in places {
                let isField = kind(use.node) == .recordField
                edits.append(replace(use.node, isField ? "\(use.text): \(words)" : words))
            }
        }
        return true
    }

    private func parameterType(_ token: TokenId) -> String? {
        let owner = index.owner(of: token)
        return kind(owner) == .parameter ? text(ParameterView(reader, owner).type) : nil
    }

    private func isTaken(_ name: String, _ place: NodeId) -> Bool {
        scopes.local(server.workspace.interner.intern(name), at: place, span(place).start) != nil
    }

    /// Names of the workflow that its new place has already get others.
    private func rename(_ all: [NodeId], _ edits: inout [TextEdit]) {
        guard let item else { return }
        let taken = Set(
            ([item] + descendants(item)).compactMap { scopes.declaredName($0).map { reader.text($0.token) } })
        for statement in all {
            let names =
                kind(statement) == .letStmt
                ? scopes.names(in: LetStmtView(reader, statement).pattern)
                : scopes.declaredName(statement).map { [$0] } ?? []
            for name in names where taken.contains(reader.text(name.token)) {
                let new = fresh(reader.text(name.token))
                edits.append(TextEdit(reader.span(name.token), new))
                for use in uses(of: name.token) {
                    edits.append(
                        kind(use.node) == .recordField
                            ? replace(use.node, "\(use.text): \(new)")
                            : TextEdit(reader.span(use.token), new))
                }
            }
        }
    }
}
