// Fixes of names that nothing declares: the declaration, as far as the use tells what it should be.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: callables

    /// An action for the call of a step, else a func; nothing for a name that is not called.
    func declarationFix(_ name: String, _ call: CallExprView?, _ expected: TypeId) -> Fix? {
        guard let call, !declarationNode.isNone, tree.kind(call.callee) == .nameExpr else { return nil }
        var written: [String] = []
        for (number, argument) in call.arguments.enumerated() {
            if tree.kind(argument.value) == .lambdaExpr || tree.kind(argument.value) == .errorExpr {
                return nil
            }
            let type = quietly { self.type(of: self.expression(argument.value)) }
            if types.containsPoison(type) || type == .never || types.holdsSecret(type) { return nil }
            if argument.label.word?.isReserved ?? false { return nil }
            written.append("\(parameterName(argument, number, written)): \(text(type))")
        }
        let head = "\(name)(\(written.joined(separator: ", ")))"
        if isStepCall(call) {
            let type = stepType() ?? "String"
            return Fix(
                "declare the action `\(name)`",
                [declaration("action \(head) -> \(type)\n    via exec(\"\(name)\")", behind: declarationNode)]
            )
        }
        let isKnown = expected != .poison && expected != .never && !types.containsPoison(expected)
        let type = isKnown ? expected : .string
        guard let value = placeholder(type) else { return nil }
        return Fix(
            "declare the func `\(name)`",
            [declaration("func \(head) -> \(text(type)) { \(value) }", behind: declarationNode)])
    }

    private func parameterName(
        _ argument: (label: NameId, value: NodeId), _ number: Int, _ taken: [String]
    ) -> String {
        var name = ""
        if !argument.label.isNone {
            name = text(argument.label)
        } else if tree.kind(argument.value) == .nameExpr {
            name = text(NameExprView(tree, argument.value).name)
        } else if tree.kind(argument.value) == .memberExpr {
            name = text(MemberExprView(tree, argument.value).name)
        }
        if name.isEmpty || name == "self" || taken.contains(where: { $0.hasPrefix(name + ":") }) {
            name = "value\(number + 1)"
        }
        return name
    }

    /// Whether a call is what the step or statement being looked at does.
    private func isStepCall(_ call: CallExprView) -> Bool {
        guard body == .workflow, lambdaDepth == 0, !waiting.isInQuery, let statement = currentStatement else {
            return false
        }
        switch tree.kind(statement) {
        case .stepStmt: return withoutParens(StepStmtView(tree, statement).value) == call.id
        case .exprStmt: return withoutParens(ExprStmtView(tree, statement).value) == call.id
        default: return false
        }
    }

    /// The type that the step being looked at declares.
    private func stepType() -> String? {
        guard let statement = currentStatement, tree.kind(statement) == .stepStmt else { return nil }
        return StepStmtView(tree, statement).type.map { tree.text($0) }
    }

    // MARK: types, fields, cases

    /// `List<Int>` as `[Int]`.
    func foreignTypeFix(_ view: NamedTypeView) -> Fix? {
        let arguments = view.arguments.map { tree.text($0) }
        let written: String
        switch (text(view.name), arguments.count) {
        case ("List", 1), ("Array", 1), ("Vec", 1), ("Set", 1): written = "[\(arguments[0])]"
        case ("Map", 2), ("Dict", 2), ("Dictionary", 2), ("HashMap", 2):
            written = "[\(arguments[0]): \(arguments[1])]"
        case ("Optional", 1), ("Option", 1): written = "\(arguments[0])?"
        default: return nil
        }
        return Fix("write `\(written)`", [TextEdit(tree.span(view.id), written)])
    }

    /// - Parameter known: names that may have been meant.
    func recordDeclarationFix(_ view: NamedTypeView, among known: [String]) -> Fix? {
        let name = text(view.name)
        guard Suggestion.best(for: name, among: known) == nil, view.arguments.isEmpty,
            name.first?.isUppercase ?? false,
            let owner = tree.enclosing(view.nameToken, { $0.isDeclaration })
        else { return nil }
        return Fix("declare the record `\(name)`", [declaration("record \(name) {}", behind: owner)])
    }

    /// `Int<String>` as `Int`.
    func reportTypeArguments(_ view: NamedTypeView) {
        let name = tree.span(view.nameToken)
        let rest = span(name.end, tree.span(view.id).end)
        report(
            .noTypeArguments(text(view.name), at: view.span)
                .fixed(Fix("remove the type arguments", [.remove(rest)])))
    }

    /// Where the elements of a record or enum of this file end, if it is not empty.
    private func lastMember(of type: TypeId, _ list: (NodeId) -> NodeList) -> (node: NodeId, isLines: Bool)? {
        let symbol = origin(of: type)
        guard symbol >= 0, Int(symbols[symbol].module) == module, symbols[symbol].typeParameters.isEmpty,
            let last = list(symbols[symbol].node).last
        else { return nil }
        return (last, beginsLine(tree.span(last).start))
    }

    private func member(_ text: String, behind last: (node: NodeId, isLines: Bool)) -> TextEdit {
        let separator = last.isLines ? "\n\(indentation(tree.span(last.node).start))" : ", "
        var place = tree.span(last.node)
        let next = TokenId(tree.lastToken(last.node).index + 1)
        if tree.token(next).kind == .comma { place = tree.span(next) }
        return .insert(separator + text, after: place)
    }

    func fieldDeclarationFix(_ type: TypeId, _ name: String, _ value: TypeId?) -> Fix? {
        guard kind(type) == .record,
            let last = lastMember(of: type, { RecordDeclView(tree, $0).fields })
        else { return nil }
        var written = "String"
        if let value, !types.containsPoison(value), value != .never, value != .unit, kind(value) != .function
        {
            written = text(value)
        }
        return Fix(
            "add the field `\(name)` to `\(text(type))`", [member("\(name): \(written)", behind: last)])
    }

    func caseDeclarationFix(_ type: TypeId, _ name: String) -> Fix? {
        guard let last = lastMember(of: type, { EnumDeclView(tree, $0).cases }) else { return nil }
        return Fix("add the case `\(name)` to `\(text(type))`", [member(name, behind: last)])
    }

    // MARK: signals and resources

    func signalDeclarationFix(_ name: String) -> Fix? {
        guard !declarationNode.isNone, tree.kind(declarationNode) == .workflowDecl,
            let code = CallableDeclView(tree, declarationNode).body,
            let edit = statement("signal \(name): Json", beginOf: code)
        else { return nil }
        return Fix("declare the signal `\(name)`", [edit])
    }

    /// A signal that is read: `await` in front when it is all that a step does.
    func signalReadFix(_ id: NodeId, _ name: String) -> Fix? {
        guard let statement = currentStatement, tree.kind(statement) == .stepStmt,
            withoutParens(StepStmtView(tree, statement).value) == id
        else { return nil }
        return Fix("wait for it", [.insert("await ", before: tree.span(id))])
    }

    func awaitFix(_ view: AwaitExprView) -> Fix {
        var edits = [TextEdit.remove(span(tree.span(view.id).start, tree.span(view.target).start))]
        if let statement = currentStatement, tree.kind(statement) == .stepStmt,
            withoutParens(StepStmtView(tree, statement).value) == view.id
        {
            edits.append(TextEdit(tree.span(tree.firstToken(statement)), "let"))
        }
        return Fix("read it without `await`", edits)
    }

    func resourceDeclarationFix(_ name: String, _ word: String) -> Fix? {
        let items = Array(tree.enclosingFile.items)
        guard let first = items.first(where: { tree.kind($0) != .useDecl }) else { return nil }
        let text: String
        switch word {
        case "pool": text = "pool \(name) limit 2"
        case "rate": text = "rate \(name) 10 per 1s"
        default: text = "breaker \(name) after 5 failures within 1m recover 30s"
        }
        let start = startWithComments(first)
        return Fix("declare the \(word) `\(name)`", [TextEdit(span(start, start), text + "\n\n")])
    }
}
