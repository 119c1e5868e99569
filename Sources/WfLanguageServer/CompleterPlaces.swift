// Places where only few names can stand: the targets of arrows, events of flows, what a test mocks, what is waited for or
// spawned, and the codes behind `wf:allow`.
import WfChecker
import WfCompiler
import WfSource
import WfSyntax

extension Completer {
    /// What can stand where a name is; nil where any value can.
    func few(_ id: NodeId) -> [CompletionItem]? {
        let parent = meanings.index.parent(id)
        switch reader.kind(parent) {
        case .flowEdge:
            return flowNodes(id)
        case .flowStep where FlowStepView(reader, parent).targets.contains(id),
            .flowGate where FlowGateView(reader, parent).targets.contains(id):
            return flowNodes(id)
        case .flowArm:
            if FlowArmView(reader, parent).target == id { return flowNodes(id) }
            return signals(id) + values(id)
        case .flowBoundary:
            let view = FlowBoundaryView(reader, parent)
            if view.target == id { return flowNodes(id) }
            return reader.text(view.eventToken) == "signal" ? signals(id) : nil
        case .realStmt: return answered(id)
        case .mockStmt: return MockStmtView(reader, parent).target == id ? answered(id) : nil
        case .expectFailsStmt: return nil
        case .awaitExpr: return signals(id) + handles(id)
        case .spawnExpr: return callables(id) { [.workflowDecl, .flowDecl].contains($0) }
        case .clause where ClauseView(reader, parent).kind == .after:
            return others(at: id).filter {
                reader.kind($0.node) == .stepStmt || $0.isLabel
            }.compactMap { declared(here($0)) }
        case .callExpr where isCalls(parent): return answered(id)
        case .clause where isVia(parent),
            .callExpr where CallExprView(reader, parent).callee == id && isVia(meanings.index.parent(parent)):
            return callables(id) { $0 == .externActionDecl }
        default: return nil
        }
    }

    /// Whether words of the language can stand where only few names can.
    func takesWords(_ id: NodeId) -> Bool {
        let parent = meanings.index.parent(id)
        switch reader.kind(parent) {
        case .flowEdge: return FlowEdgeView(reader, parent).source == id
        case .flowArm: return FlowArmView(reader, parent).target != id
        case .spawnExpr: return true
        default: return false
        }
    }

    /// What a boundary of a flow's step can wait for: `on …`.
    func events() -> [CompletionItem] {
        Keywords.flowEvents.map {
            CompletionItem(
                label: $0.word, kind: .keyword, documentation: $0.documentation, snippet: $0.snippet, rank: 0)
        }
    }

    private func isCalls(_ call: NodeId) -> Bool {
        let callee = CallExprView(reader, call).callee
        return reader.kind(callee) == .nameExpr && reader.text(callee) == "calls"
    }

    private func isVia(_ id: NodeId) -> Bool {
        reader.kind(id) == .clause && ClauseView(reader, id).kind == .via
    }

    /// Steps, gates and ends of the flow around.
    func flowNodes(_ id: NodeId) -> [CompletionItem] {
        meanings.scopes.names(at: id, offset).filter {
            [.flowStep, .flowGate, .flowEnd].contains(reader.kind($0.node))
        }.compactMap { ranked(declared(here($0)), 0) }
    }

    /// Signals of the workflow around.
    private func signals(_ id: NodeId) -> [CompletionItem] {
        meanings.scopes.names(at: id, offset).filter { reader.kind($0.node) == .signalStmt }
            .compactMap { ranked(declared(here($0)), 0) }
    }

    /// Runs that the workflow around has started.
    private func handles(_ id: NodeId) -> [CompletionItem] {
        others(at: id).filter { name in
            inspection.type(ofNameAt: reader.span(name.token).start)
                .flatMap { inspection.workflow(ofHandle: $0) } != nil
        }.compactMap { ranked(declared(here($0)), 0) }
    }

    /// What touches the world, in the file and its modules: only the name, as `mock` and `calls` want it.
    private func answered(_ id: NodeId) -> [CompletionItem] {
        callables(id) { [.actionDecl, .externActionDecl].contains($0) }.map { item in
            var item = item
            item.snippet = nil
            return item
        }
    }

    private func callables(_ id: NodeId, _ isWanted: (NodeKind) -> Bool) -> [CompletionItem] {
        var found: [CompletionItem] = []
        func add(_ declaration: Declaration, rank: Int) {
            guard declaration.isCallable, isWanted(declaration.reader.kind(declaration.node)) else { return }
            if let own = ranked(declared(declaration), rank) { found.append(own) }
        }
        for name in meanings.scopes.moduleNames() {
            add(here(name), rank: 0)
            if reader.kind(name.node) == .useDecl, let own = ranked(declared(here(name)), 1) {
                found.append(own)
            }
        }
        if let core = server.workspace.coreFile.flatMap({ server.document(file: $0) }) {
            let index = server.index(core)
            for name in Scopes(index: index).moduleNames() {
                add(Declaration(document: core, index: index, node: name.node, token: name.token), rank: 1)
            }
        }
        return unique(found)
    }

    private func ranked(_ item: CompletionItem?, _ rank: Int) -> CompletionItem? {
        var item = item
        item?.rank = rank
        return item
    }
}

extension CompletionText {
    /// The codes of `// wf:allow …` when the place is behind these words.
    var allowances: [CompletionItem]? {
        guard let mark = line.firstRange(of: "wf:allow ") else { return nil }
        let codes = line[mark.upperBound...]
        guard codes.split(separator: " ").allSatisfy({ $0.hasPrefix("WF") }) else { return nil }
        var items = LintRule.all.map { rule in
            let page = DiagnosticPages.page(of: "WF\(rule.number)") ?? ""
            let title = page.split(separator: "\n").first.map { $0.drop { $0 == "#" || $0 == " " } } ?? ""
            return CompletionItem(
                label: "WF\(rule.number)", kind: .constant, detail: String(title),
                documentation: page.isEmpty ? nil : page, rank: 1)
        }
        if !codes.isEmpty {
            items.append(
                CompletionItem(label: "because", kind: .keyword, snippet: "because ${0:reason}", rank: 0))
        }
        return items
    }
}
