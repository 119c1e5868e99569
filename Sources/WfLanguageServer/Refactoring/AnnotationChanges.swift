// Types that are written or left to be found.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let annotationChanges: Family = { spot in
        guard spot.isCaret, let place = spot.annotated else { return [] }
        if let type = place.type {
            guard spot.isSelfTyped(place.value), spot.typeText(place.value) == spot.text(type) else {
                return []
            }
            return [
                Draft("drop the type", .rewrite, [spot.replace(place.end, spot.span(type).end, "")])
            ]
        }
        guard let inspection = spot.inspection,
            let type = spot.declaredType(place.token) ?? spot.type(place.value), type != .unit
        else { return [] }
        return [Draft("write the type", .rewrite, [spot.insert(place.end, ": \(inspection.text(type))")])]
    }
}

/// A declaration of a name that may say its type.
private struct Annotated {
    var token: TokenId
    /// Behind the name.
    var end: UInt32
    var type: NodeId?
    var value: NodeId
}

extension Spot {
    fileprivate var annotated: Annotated? {
        guard let id = near(.letStmt, .stepStmt, .constDecl, .queryStmt) else { return nil }
        let token: TokenId
        let type: NodeId?
        let value: NodeId
        switch kind(id) {
        case .letStmt:
            let view = LetStmtView(reader, id)
            guard kind(view.pattern) == .bindingPattern else { return nil }
            (token, type, value) = (reader.firstToken(view.pattern), view.type, view.value)
        case .stepStmt:
            let view = StepStmtView(reader, id)
            (token, type, value) = (view.nameToken, view.type, view.value)
        case .queryStmt:
            let view = QueryStmtView(reader, id)
            (token, type, value) = (view.nameToken, view.type, view.value)
        default:
            let view = ConstDeclView(reader, id)
            guard let known = view.value else { return nil }
            (token, type, value) = (view.nameToken, view.type, known)
        }
        return Annotated(token: token, end: span(token).end, type: type, value: value)
    }
}
