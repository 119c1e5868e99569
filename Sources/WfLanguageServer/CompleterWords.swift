// The words of the language that are offered at a place, and the labels of a call's arguments.
import WfBuiltins
import WfChecker
import WfSource
import WfSyntax
import WfValue

extension Completer {
    /// The words that the parser takes at the place.
    func words(_ owner: NodeId) -> [CompletionItem] {
        let typed = text.typed.first?.lowercased()
        let isAction = meanings.index.item(of: owner).map { reader.kind($0) } == .actionDecl || chunk.isAction
        let list = candidates(owner).filter { keyword in
            if !isAction, Keywords.actionClauses.contains(where: { $0.word == keyword.word }) { return false }
            return typed == nil || keyword.word.first?.lowercased() == typed
        }
        let refused = refused(owner)
        return chunk.words(of: list).compactMap { word, trial in
            if let kind = trial.owner.map({ trial.index.reader.kind($0) }), trial.begins(word.word) {
                if refused.contains(kind) || kind == .letStmt && word.word == "var" && isGraph(owner) {
                    return nil
                }
                if reader.kind(meanings.index.parent(owner)) == .spawnExpr { return nil }
            }
            var rank = chunk.trial.isMisplaced ? 0 : ["as", "with"].contains(word.word) ? 7 : 5
            if let clause = trial.clause {
                if trial.isGivenTwice(clause) || isAction && Keywords.ofSteps.contains(word.word) {
                    return nil
                }
                let isArm = trial.index.reader.kind(trial.index.parent(clause)) == .flowArm
                rank = trial.isAtStatement(clause) && !isArm ? 4 : 0
            } else if Keywords.values.contains(where: { $0.word == word.word }) {
                rank = 3
            } else if isInFlow(owner) || Keywords.declarations.contains(where: { $0.word == word.word }) {
                rank = 0
            } else if Keywords.beginsStatement.contains(word.word) {
                let isFirst = text.isBlank || text.line.last { $0 != " " } == "{"
                rank = isFirst && ["step", "let", "return"].contains(word.word) ? 1 : 3
            }
            return CompletionItem(
                label: word.word, kind: .keyword, documentation: word.documentation, snippet: word.snippet,
                rank: rank)
        }
    }

    /// Whether a place is among steps, and not in a lambda.
    private func isGraph(_ owner: NodeId) -> Bool {
        let item = meanings.index.item(of: owner).map { reader.kind($0) }
        return [.workflowDecl, .testDecl, .triggerDecl].contains(item)
            && !meanings.index.ancestors(owner).contains { reader.kind($0) == .lambdaExpr }
    }

    /// What the grammar takes at a place and the checker refuses there: steps in what computes, and what computes among
    /// steps.
    private func refused(_ owner: NodeId) -> Set<NodeKind> {
        let tests: Set<NodeKind> = [.mockStmt, .expectStmt, .expectFailsStmt, .realStmt]
        let item = meanings.index.item(of: owner).map { reader.kind($0) }
        if isGraph(owner) {
            let loops: Set<NodeKind> = [.whileStmt, .returnStmt, .breakStmt, .continueStmt]
            return item == .testDecl ? loops : loops.union(tests)
        }
        let isLambda = meanings.index.ancestors(owner).contains { reader.kind($0) == .lambdaExpr }
        guard isLambda || item == .funcDecl || item == .constDecl else { return tests }
        return tests.union([
            .stepStmt, .signalStmt, .queryStmt, .nextStmt, .raceExpr, .loopExpr, .sequenceExpr, .tryExpr,
            .awaitExpr, .spawnExpr,
        ])
    }

    /// All words, first those with what stands behind them in the declaration around.
    private func candidates(_ owner: NodeId) -> [Keyword] {
        let isLambda = meanings.index.ancestors(owner).contains { reader.kind($0) == .lambdaExpr }
        switch meanings.index.item(of: owner).map({ reader.kind($0) }) {
        case .flowDecl where isInFlow(owner): return Keywords.flows
        case .funcDecl, .constDecl: return Keywords.functionStatements + Keywords.all
        default: return isLambda ? Keywords.functionStatements + Keywords.all : Keywords.all
        }
    }

    // MARK: labels

    /// Labels of the arguments that a call does not have yet, before its argument with a value.
    func labels(_ view: CallExprView, _ id: NodeId) -> [CompletionItem] {
        labels(view, before: { $0.value == id }, suffix: ": $0")
    }

    /// The same where the colon stands already.
    func labels(_ view: CallExprView, _ token: TokenId) -> [CompletionItem] {
        labels(view, before: { reader.firstToken($0.value).index == token.index + 2 }, suffix: "")
    }

    private func labels(
        _ view: CallExprView, before isOwn: (ArgumentList.Element) -> Bool, suffix: String
    ) -> [CompletionItem] {
        func label(_ name: String, _ detail: String, _ documentation: String? = nil, rank: Int)
            -> CompletionItem
        {
            CompletionItem(
                label: suffix.isEmpty ? name : name + ":", kind: .variable, detail: detail,
                documentation: documentation, snippet: suffix.isEmpty ? nil : name + suffix, rank: rank)
        }
        if let workflow = meanings.receiver(view) {
            return workflow.signals.map { label($0.name, $0.signature, $0.documentation, rank: 0) }
        }
        let others = view.arguments.filter { !isOwn($0) }
        let given = Set(others.map(\.label).filter { !$0.isNone }.map { server.workspace.interner.text($0) })
        let positional = view.arguments.prefix { !isOwn($0) && $0.label.isNone }.count
        let parameters = parameters(view)
        return parameters.dropFirst(positional).filter { !given.contains($0.name) }.map {
            label($0.name, $0.detail, rank: 2)
        }
    }

    /// What a call can be given, by name, as it is written.
    private func parameters(_ view: CallExprView) -> [(name: String, detail: String)] {
        let meaning = meanings.expression(view.callee)
        let isMethod =
            reader.kind(view.callee) == .memberExpr
            && meanings.expression(MemberExprView(reader, view.callee).base).flatMap { server.moduleFile($0) }
                == nil
        if let found = meaning.flatMap({ server.declaration($0) }) {
            let skipped = isMethod && found.isCallable ? 1 : 0
            return found.members.dropFirst(skipped).compactMap { member in
                server.declaration((found.document.tree.file, member)).map { ($0.name, $0.signature) }
            }
        }
        guard case .builtin(let number)? = meaning, let builtin = Builtin(rawValue: number) else { return [] }
        return inspection.signature(builtin).parameters.map {
            ($0.name, "\($0.name): \(inspection.text($0.type))")
        }
    }
}
