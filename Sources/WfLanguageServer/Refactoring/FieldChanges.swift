// Fields of record and object literals: with or without the value's name, and those that have a default.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let fieldChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        return spot.puns() + spot.defaults()
    }
}

extension Spot {
    fileprivate func puns() -> [Draft] {
        guard let literal = near(.recordExpr, .objectExpr, .withExpr) else { return [] }
        let fields: [NodeId]
        switch kind(literal) {
        case .recordExpr: fields = Array(RecordExprView(reader, literal).fields)
        case .withExpr: fields = Array(WithExprView(reader, literal).fields)
        default: fields = Array(ObjectExprView(reader, literal).fields)
        }
        let views = fields.map { RecordFieldView(reader, $0) }
        let short = views.filter { view in
            guard let value = view.value, reader.token(view.nameToken).kind == .identifier else {
                return false
            }
            return kind(value) == .nameExpr && text(value) == reader.text(view.nameToken)
        }
        let long = views.filter { $0.value == nil }
        var drafts: [Draft] = []
        if !short.isEmpty {
            drafts.append(
                Draft(
                    "drop what fields repeat", .rewrite,
                    short.map { replace($0.id, reader.text($0.nameToken)) }))
        }
        if !long.isEmpty {
            drafts.append(
                Draft(
                    "write the fields' values out", .rewrite,
                    long.map { replace($0.id, "\(text($0.id)): \(text($0.id))") }))
        }
        return drafts
    }

    /// Fields that a record literal leaves to their defaults.
    fileprivate func defaults() -> [Draft] {
        guard let literal = near(.recordExpr) else { return [] }
        let view = RecordExprView(reader, literal)
        let name = NamedTypeView(reader, view.type)
        guard let found = meanings.type(name, name.nameToken).flatMap({ server.declaration($0) }),
            found.reader.kind(found.node) == .recordDecl, found.document.path == document.path
        else { return [] }
        let written = Set(view.fields.map { reader.text(RecordFieldView(reader, $0).nameToken) })
        let missing = found.members.map { FieldDeclView(reader, $0) }.filter {
            !written.contains(reader.text($0.nameToken))
        }
        var added: [String] = []
        for field in missing {
            guard let value = field.defaultValue, means(value, theSameAt: literal) else { return [] }
            added.append("\(reader.text(field.nameToken)): \(text(value))")
        }
        guard !added.isEmpty else { return [] }
        let words = added.joined(separator: ", ")
        let edit: TextEdit
        if let last = view.fields.last {
            edit = insert(span(last).end, ", \(words)")
        } else {
            edit = replace(span(view.type).end, span(literal).end, " { \(words) }")
        }
        return [Draft("write the default fields out", .rewrite, [edit])]
    }
}
