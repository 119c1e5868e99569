// Fixes of names that nothing declares: the declaration, as far as the use tells what it should be.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: callables

    /// An action for the call of a step, else a func; nothing for a name that is not called.
    func declarationFix(_ name: String, _ call: CallExprView?, _ expected: TypeId) -> Fix? {
        guard let call, !currentDeclaration.isNone, tree.kind(call.callee) == .nameExpr else { return nil }
        var written: [String] = []
        var passed: [String] = []
        for (number, argument) in call.arguments.enumerated() {
            if tree.kind(argument.value) == .lambdaExpr || tree.kind(argument.value) == .errorExpr {
                return nil
            }
            let type = quietly { self.type(of: self.expression(argument.value)) }
            if types.holdsSecret(type) || argument.label.word?.isReserved ?? false { return nil }
            let isKnown = !types.containsPoison(type) && type != .never
            let said = isKnown ? text(type) : sketch()?.type(of: argument.value) ?? "Json"
            let parameter = parameterName(argument, number, written)
            written.append("\(parameter): \(said)")
            // a command line takes what has a text; what has none goes as JSON
            let isText =
                isKnown ? hasText(type) : ["String", "Int", "Float", "Decimal", "Bool"].contains(said)
            passed.append(
                isText ? parameter : said == "Json" ? "\(parameter).text()" : "toJson(\(parameter)).text()")
        }
        let head = "\(name)(\(written.joined(separator: ", ")))"
        if isStepCall(call) {
            let result = stepType() ?? wantedType(call.id, for: name)
            // a call whose result nobody names needs none
            let isNamed = currentStatement.map { tree.kind($0) == .stepStmt } ?? false
            let type = result.type ?? (isNamed ? "String" : nil)
            return Fix(
                "declare the action `\(name)`",
                [
                    declaration(
                        "action \(head)\(type.map { " -> \($0)" } ?? "")\n    via exec(\((["\"\(name)\""] + passed).joined(separator: ", ")))\(result.record)",
                        behind: currentDeclaration)
                ])
        }
        if expected != .poison && expected != .never && !types.containsPoison(expected) {
            guard let value = placeholder(expected) else { return nil }
            return functionFix(name, head, text(expected), value, "")
        }
        let result = wantedType(call.id, for: name)
        let type = result.type ?? "String"
        let known = interner.lookup(type).flatMap { primitiveType($0) }.flatMap { placeholder($0) }
        return functionFix(name, head, type, known ?? "fail \"not written yet\"", result.record)
    }

    private func functionFix(_ name: String, _ head: String, _ type: String, _ value: String, _ more: String)
        -> Fix
    {
        Fix(
            "declare the func `\(name)`",
            [declaration("func \(head) -> \(type) { \(value) }\(more)", behind: currentDeclaration)])
    }

    // MARK: what uses tell

    /// What the page tells of the module's types; nil when that has been asked for too often.
    private func sketch() -> Sketch? {
        if sketched?.module != module { sketched = (module, Sketch(tree, interner), 0) }
        sketched?.count += 1
        return sketched.flatMap { $0.count > CheckerLimits.sketchesMax ? nil : $0.sketch }
    }

    /// The type that the place of a call or an `await` wants, or that of a record with the fields which are read of it; with
    /// the declaration of that record.
    private func wantedType(_ id: NodeId, for name: String) -> (type: String?, record: String) {
        guard let sketch = sketch() else { return (nil, "") }
        if let type = sketch.wanted(at: id) { return (type, "") }
        let statement = sketch.parent(id)
        let fields = sketch.fields(readFrom: sketch.uses(of: statement))
        if fields.isEmpty { return (nil, "") }
        let record = name.prefix(1).uppercased() + name.dropFirst()
        let free = interner.lookup(record) == nil ? record : freshName(record)
        return (free, "\n\n" + recordText(free, fields))
    }

    private func recordText(_ name: String, _ fields: [Sketch.Field]) -> String {
        if fields.isEmpty { return "record \(name) {}" }
        let lines = fields.map { field in
            let type = field.type ?? "Json"
            let isOptional = field.isOptional && !type.hasSuffix("?")
            return "    \(text(field.name)): \(type)\(isOptional ? "?" : "")\n"
        }
        return "record \(name) {\n\(lines.joined())}"
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
    private func stepType() -> (type: String?, record: String)? {
        guard let statement = currentStatement, tree.kind(statement) == .stepStmt else { return nil }
        return StepStmtView(tree, statement).type.map { (tree.text($0), "") }
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
        let fields = sketch()?.fields(ofRecord: view.name) ?? []
        return Fix("declare the record `\(name)`", [declaration(recordText(name, fields), behind: owner)])
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

    /// - Parameter wait: the `await` of it.
    func signalDeclarationFix(_ name: String, _ wait: NodeId) -> Fix? {
        let kind = tree.kind(currentDeclaration)
        guard kind == .workflowDecl || kind == .flowDecl,
            let code = CallableDeclView(tree, currentDeclaration).body
        else { return nil }
        let wanted = wantedType(wait, for: name)
        guard let edit = statement("signal \(name): \(wanted.type ?? "Json")", beginOf: code) else {
            return nil
        }
        let record =
            wanted.record.isEmpty
            ? [] : [TextEdit.insert(wanted.record, after: tree.span(currentDeclaration))]
        return Fix("declare the signal `\(name)`", [edit] + record)
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
