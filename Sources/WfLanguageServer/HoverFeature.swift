// What a name is, in a few words: its type or signature, its documentation, and for a step what it waits for and which
// clauses count.
import WfBuiltins
import WfChecker
import WfSource
import WfSyntax
import WfValue

extension LanguageServer {
    func hover(_ parameters: Json) throws(ResponseError) -> Json {
        guard let (document, token, meanings) = try target(parameters) else { return .null }
        let parts = meanings.map { description($0, document, token) }
        guard let text = parts.compactMap({ $0 }).first ?? typed(document, token) ?? word(document, token)
        else { return .null }
        return [
            "contents": ["kind": "markdown", "value": .string(text)],
            "range": document.range(document.reader.span(token)),
        ]
    }

    /// Code and what is said below it, as Markdown.
    func markdown(_ code: String, _ below: [String?]) -> String {
        (["```wf\n\(code)\n```"] + below.compactMap { $0 }.filter { !$0.isEmpty }).joined(separator: "\n\n")
    }

    func description(_ meaning: Meaning, _ document: Document, _ token: TokenId?) -> String? {
        switch meaning {
        case .builtin(let number):
            guard let builtin = Builtin(rawValue: number) else { return nil }
            let declaration = builtin.declaration
            return markdown("\(declaration.signature)", ["\(declaration.documentation)"])
        case .type(let name):
            return markdown(name, [BuiltinNames.documentation[name] ?? "A built-in type."])
        case .module(let file):
            guard let path = workspace.path(file) else { return nil }
            return markdown("use \"\(path)\"", [introduction(file)])
        case .declared:
            if let file = moduleFile(meaning), let path = workspace.path(file) {
                return markdown("module \(path)", [introduction(file)])
            }
            guard let found = declaration(meaning) else { return nil }
            return description(found, document, token)
        }
    }

    /// The comment that a file opens with.
    func introduction(_ file: FileId) -> String? {
        guard let tree = workspace.tree(file) else { return nil }
        var lines: [Substring] = []
        let text = String(decoding: tree.source.bytes.prefix(4000), as: UTF8.self)
        for line in text.sourceLines {
            guard line.hasPrefix("//") else { break }
            let body = line.drop { $0 == "/" }.filter { $0 != "\r" }[...]
            if !body.hasPrefix(" @") && !body.hasPrefix("@") { lines.append(body.drop { $0 == " " }) }
        }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private func description(_ found: Declaration, _ document: Document, _ token: TokenId?) -> String {
        let reader = found.reader
        let inspection = inspection(found.document.path)
        let type = inspection.flatMap { inspection in
            inspection.type(ofNameAt: found.nameSpan.start).map { text($0, inspection) }
        }
        // where it is read it may be narrower
        let owner = token.map { index(document).owner(of: $0) }
        let seen = owner.flatMap { self.inspection(document.path)?.type(of: $0) }
            .flatMap { type in self.inspection(document.path).map { text(type, $0) } }
        let suffix = (seen ?? type).map { ": \($0)" } ?? ""
        switch reader.kind(found.node) {
        case .stepStmt, .exprStmt:
            return markdown("step \(found.name)\(suffix)", [found.documentation] + facts(found))
        case .bindingPattern:
            let isVariable =
                reader.kind(found.index.parent(found.node)) == .letStmt
                && LetStmtView(reader, found.index.parent(found.node)).isVar
            let isLet = reader.kind(found.index.parent(found.node)) == .letStmt
            let word = isVariable ? "var " : isLet ? "let " : ""
            return markdown("\(word)\(found.name)\(suffix)", [found.documentation])
        case .lambdaParameter, .loopVariable, .catchClause:
            return markdown("\(found.name)\(suffix)", [])
        case .raceBranch: return markdown(found.name, ["A branch of the `race`; the first that ends wins."])
        case .parameter, .fieldDecl, .enumCaseDecl, .enumPayload:
            let outer = declaration((found.document.tree.file, found.index.parent(found.node)))
            let place = outer.map { "of `\($0.name)`" }
            return markdown(found.signature, [place, found.documentation])
        case .constDecl, .configDecl:
            let code =
                suffix.isEmpty || found.signature.contains(": ")
                ? found.signature : found.signature + "  //\(suffix)"
            return markdown(code, [found.documentation])
        case .flowStep: return flowStep(found, seen ?? type)
        case .queryStmt, .signalStmt: return markdown(found.signature, [found.documentation])
        default: return markdown(found.signature, [found.documentation])
        }
    }

    /// A type as it is said: what a loop ends with has no name, but the variables of the loop.
    private func text(_ type: TypeId, _ inspection: Inspection) -> String {
        guard isLoopState(type, inspection) else { return inspection.text(type) }
        let fields = inspection.fields(of: type).map {
            "\(workspace.interner.text($0.name)): \(inspection.text($0.type))"
        }
        return "(\(fields.joined(separator: ", ")))"
    }

    /// Whether a type is what a loop ends with, which cannot be written.
    func isLoopState(_ type: TypeId, _ inspection: Inspection) -> Bool {
        inspection.kind(type) == .record && inspection.declaration(of: type) == nil
            && inspection.workflow(ofHandle: type) == nil
            && !BuiltinNames.types.contains(inspection.text(type))
    }

    // MARK: steps

    /// A step of a flow: its type, its clauses, and where it goes on.
    private func flowStep(_ found: Declaration, _ type: String?) -> String {
        let reader = found.reader
        let view = FlowStepView(reader, found.node)
        let inspection = inspection(found.document.path)
        let known = type ?? inspection?.type(of: view.value).flatMap { inspection?.text($0) }
        let word = view.isFlow ? "flow" : view.isLet ? "let" : "step"
        // boundaries stand below the step they belong to
        let around = found.index.parent(found.node)
        let below = reader.kind(around) == .block ? Array(BlockView(reader, around).statements) : []
        let events = below.drop { $0 != found.node }.dropFirst().prefix { reader.kind($0) == .flowBoundary }
        let clauses = Array(view.clauses)
        func list(_ nodes: [NodeId]) -> String {
            nodes.map { "`\(reader.text($0))`" }.joined(separator: ", ")
        }
        let targets = Array(view.targets)
        var lines: [String?] = [found.documentation]
        if !targets.isEmpty { lines.append("Goes on to \(list(targets)).") }
        if !events.isEmpty { lines.append("Meanwhile: \(list(Array(events))).") }
        if !clauses.isEmpty { lines.append("Clauses: \(list(clauses))") }
        if let action = calledAction(found), !action.clauses.isEmpty {
            lines.append("From `\(action.name)`: " + action.clauses.map { "`\($0)`" }.joined(separator: ", "))
        }
        return markdown("\(word) \(found.name)\(known.map { ": \($0)" } ?? "")", lines)
    }

    /// What a step waits for, and its clauses: its own and those of the action that it calls.
    func facts(_ found: Declaration) -> [String?] {
        guard let inspection = inspection(found.document.path) else { return [] }
        let whole = found.reader.span(found.node)
        let step = inspection.steps.first {
            $0.span.start >= whole.start && $0.span.start <= whole.end
                && ($0.name == found.name || $0.name.hasPrefix(found.name + "#"))
        }
        let waits = step.map { step in
            step.waitsFor.isEmpty
                ? isInside(found) ? "Starts with the block that it is in." : "Starts at once."
                : "Waits for \(step.waitsFor.map { "`\($0)`" }.joined(separator: ", "))."
        }
        let own = clauses(of: found.node, found.reader)
        var below: [String?] = [waits]
        if !own.isEmpty { below.append("Clauses: " + own.map { "`\($0)`" }.joined(separator: ", ")) }
        if let action = calledAction(found), !action.clauses.isEmpty {
            below.append(
                "From `\(action.name)`: " + action.clauses.map { "`\($0)`" }.joined(separator: ", "))
        }
        return below
    }

    /// Whether a step stands in a block of another one.
    private func isInside(_ found: Declaration) -> Bool {
        found.index.ancestors(found.node).count { found.reader.kind($0) == .block } > 1
    }

    private func clauses(of statement: NodeId, _ reader: TreeReader) -> [String] {
        switch reader.kind(statement) {
        case .stepStmt: return StepStmtView(reader, statement).clauses.map { reader.text($0) }
        case .exprStmt: return ExprStmtView(reader, statement).clauses.map { reader.text($0) }
        case .flowStep: return FlowStepView(reader, statement).clauses.map { reader.text($0) }
        default: return []
        }
    }

    /// The value of a step or a bare call.
    func value(of statement: NodeId, _ reader: TreeReader) -> NodeId? {
        switch reader.kind(statement) {
        case .stepStmt: return StepStmtView(reader, statement).value
        case .exprStmt: return ExprStmtView(reader, statement).value
        case .flowStep: return FlowStepView(reader, statement).value
        default: return nil
        }
    }

    /// The clauses that a step gets from the action it calls: those it does not write itself.
    func calledAction(_ found: Declaration) -> (name: String, clauses: [String])? {
        let reader = found.reader
        guard let value = value(of: found.node, reader), reader.kind(value) == .callExpr,
            let meaning = Meanings(self, found.document).expression(CallExprView(reader, value).callee),
            let callee = declaration(meaning), callee.reader.kind(callee.node) == .actionDecl
        else { return nil }
        func word(_ clause: String) -> Substring { clause.prefix { $0 != " " } }
        let own = Set(clauses(of: found.node, reader).map { word($0) })
        let list = CallableDeclView(callee.reader, callee.node).clauses.map { callee.reader.text($0) }
        return (
            callee.name, list.filter { !["via", "returns"].contains(word($0)) && !own.contains(word($0)) }
        )
    }

    // MARK: what nothing declares

    /// A name that the language gives, a field or a label of what is built in, a kind of failure: with its type.
    private func typed(_ document: Document, _ token: TokenId) -> String? {
        let index = index(document)
        let reader = index.reader
        let owner = index.owner(of: token)
        let text = reader.text(token)
        guard !owner.isNone, let inspection = inspection(document.path) else { return nil }
        switch reader.kind(owner) {
        case .nameExpr where Keywords.documentation[text] == nil:
            return inspection.type(of: owner).map { markdown("\(text): \(inspection.text($0))", []) }
        case .memberExpr:
            let base = inspection.type(of: MemberExprView(reader, owner).base)
            return inspection.type(of: owner).map {
                markdown("\(text): \(inspection.text($0))", [base.map { "of `\(inspection.text($0))`" }])
            }
        case .recordField:
            let parent = index.parent(owner)
            let type = inspection.type(of: parent) ?? inspection.expectedType(at: parent)
            let fields = type.map { inspection.fields(of: $0) } ?? []
            return fields.first { workspace.interner.text($0.name) == text }.map {
                markdown("\(text): \(inspection.text($0.type))", [])
            }
        case .callExpr:
            let callee = CallExprView(reader, owner).callee
            guard case .builtin(let number)? = Meanings(self, document).expression(callee),
                let builtin = Builtin(rawValue: number),
                let parameter = inspection.signature(builtin).parameters.first(where: { $0.name == text })
            else { return nil }
            return markdown(
                "\(text): \(inspection.text(parameter.type))", ["of `\(inspection.signature(builtin).name)`"])
        case .faultPattern: return markdown(text, ["A kind of failure."])
        case .namedType: return markdown(text, ["What a type has to be able to do."])
        default: return nil
        }
    }

    // MARK: words

    /// What a word of the language does.
    private func word(_ document: Document, _ token: TokenId) -> String? {
        guard document.reader.token(token).kind == .identifier else { return nil }
        let text = document.reader.text(token)
        let index = index(document)
        let owner = index.owner(of: token)
        if owner.isNone { return Keywords.documentation[text].map { markdown(text, [$0]) } }
        let item = index.item(of: owner).map { index.reader.kind($0) }
        let isFirst = index.reader.firstToken(owner) == token
        return Keywords.documentation(of: text, in: index.reader.kind(owner), of: item, isFirst: isFirst)
            .map { markdown(text, [$0]) }
    }
}
