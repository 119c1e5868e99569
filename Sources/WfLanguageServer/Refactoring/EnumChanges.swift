// A String that only ever is one of a few words, as an enum.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let enumChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.enumOfParameter() + spot.enumOfField()
    }
}

extension Spot {
    /// Where a String is compared, and where one is given for it.
    private struct Words {
        /// In the order in which they are found.
        var cases: [String] = []
        var edits: [(spot: Spot, edit: TextEdit)] = []
        /// Whether a `match` takes others, too.
        var hasRest = false
    }

    /// The parameter at the caret, or the one that the `if` or `match` at the caret compares.
    fileprivate func enumOfParameter() -> [Draft] {
        guard let id = near(.parameter) ?? comparedParameter, let item, contains(item, id),
            [.funcDecl, .workflowDecl, .flowDecl].contains(kind(item)),
            let declared = scopes.declaredName(item),
            let found = server.declaration(file, reader.span(declared.token).start),
            let number = found.members.firstIndex(of: id), let sites = callSites(of: found)
        else { return [] }
        let view = ParameterView(reader, id)
        guard text(view.type) == "String", !view.isVariadic, !view.isSecret else { return [] }
        var words = Words()
        if let value = view.defaultValue, !add(value, to: &words) { return [] }
        for use in uses(of: view.nameToken) where kind(use.node) != .callExpr {
            guard kind(use.node) == .nameExpr, addComparison(use.node, to: &words) else { return [] }
        }
        let found2 = words.cases.count
        for site in sites {
            guard let place = site.argument(number, reader.text(view.nameToken)) else { continue }
            // another place's text would have to be read as a case
            guard site.spot.add(site.arguments[place].value, to: &words) else { return [] }
        }
        guard found2 > 0 else { return [] }
        return enumDraft(reader.text(view.nameToken), view.type, words)
    }

    private var comparedParameter: NodeId? {
        guard let id = near(.ifExpr, .matchExpr) else { return nil }
        let subject: NodeId
        if kind(id) == .matchExpr {
            subject = MatchExprView(reader, id).subject
        } else {
            guard range.lowerBound <= span(IfExprView(reader, id).thenBlock).start else { return nil }
            let condition = IfExprView(reader, id).condition
            guard kind(condition) == .binaryExpr else { return nil }
            subject = BinaryExprView(reader, condition).left
        }
        guard kind(subject) == .nameExpr, let found = local(meanings.expression(subject)) else { return nil }
        return kind(found.node) == .parameter ? found.node : nil
    }

    fileprivate func enumOfField() -> [Draft] {
        guard let id = near(.fieldDecl), text(FieldDeclView(reader, id).type) == "String" else { return [] }
        let view = FieldDeclView(reader, id)
        var words = Words()
        if let value = view.defaultValue, !add(value, to: &words) { return [] }
        var hasComparison = false
        let meaning = Meaning.declared(file, reader.span(view.nameToken).start)
        for mention in server.mentions(of: meaning) where !mention.isDeclaration {
            let spot = elsewhere(mention.document)
            let owner = spot.index.owner(of: mention.token)
            switch spot.kind(owner) {
            case .recordField:
                guard let value = RecordFieldView(spot.reader, owner).value, spot.add(value, to: &words)
                else {
                    return []
                }
            case .memberExpr:
                guard spot.addComparison(owner, to: &words) else { return [] }
                hasComparison = true
            default: return []
            }
        }
        return hasComparison ? enumDraft(reader.text(view.nameToken), view.type, words) : []
    }

    private func enumDraft(_ name: String, _ type: NodeId, _ words: Words) -> [Draft] {
        guard words.cases.count > 1, let item else { return [] }
        let own = fresh(name.prefix(1).uppercased() + name.dropFirst())
        var cases = words.cases
        if words.hasRest, !cases.contains("other") { cases.append("other") }
        let made = "enum \(own) {\n\(cases.joined(separator: "\n"))\n}\n\n"
        let edits = [(self, insert(before(item), made)), (self, replace(type, own))] + words.edits
        return [draft("turn the String into an enum", .refactor, edits)]
    }

    /// A literal becomes a case; nil where it is no name.
    private func add(_ id: NodeId, to words: inout Words) -> Bool {
        guard kind(id) == .stringExpr || kind(id) == .literalPattern else { return false }
        if kind(id) == .stringExpr, !StringExprView(reader, id).interpolations.isEmpty { return false }
        let token = reader.firstToken(id)
        guard reader.token(token).kind == .string || reader.token(token).kind == .rawString else {
            return false
        }
        let value = String(decoding: reader.stringValue(token), as: UTF8.self)
        guard isName(value) else { return false }
        if !words.cases.contains(value) { words.cases.append(value) }
        words.edits.append((self, replace(id, ".\(value)")))
        return true
    }

    /// `x == "a"`, `x != "a"`, `match x { "a" => … }`.
    private func addComparison(_ id: NodeId, to words: inout Words) -> Bool {
        let outer = parent(id)
        if kind(outer) == .binaryExpr {
            let view = BinaryExprView(reader, outer)
            guard view.operation == .equal || view.operation == .notEqual else { return false }
            return add(view.left == id ? view.right : view.left, to: &words)
        }
        guard kind(outer) == .matchExpr, MatchExprView(reader, outer).subject == id else { return false }
        return MatchExprView(reader, outer).arms.allSatisfy { arm in
            let pattern = MatchArmView(reader, arm).pattern
            let parts =
                kind(pattern) == .orPattern ? Array(OrPatternView(reader, pattern).elements) : [pattern]
            return parts.allSatisfy { part in
                if ![.elsePattern, .wildcardPattern].contains(kind(part)) { return add(part, to: &words) }
                words.hasRest = true
                return true
            }
        }
    }
}
