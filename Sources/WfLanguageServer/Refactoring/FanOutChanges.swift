// Fan-outs: one item after the other or side by side, and steps that become one.
import WfChecker
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let fanOutChanges: Family = { spot in
        guard spot.isCaret, spot.isInWorkflow, let id = spot.near(.forExpr), !spot.isPure(id) else {
            return []
        }
        return spot.width(id)
    }
}

extension Spot {
    fileprivate func width(_ id: NodeId) -> [Draft] {
        let view = ForExprView(reader, id)
        let isOneByOne = view.limit.map { text($0) == "1" } ?? false
        func limited(_ count: Int) -> TextEdit {
            view.limit.map { replace($0, "\(count)") } ?? insert(span(view.sequence).end, " limit \(count)")
        }
        if isOneByOne { return [Draft("run the items side by side", .rewrite, [limited(8)])] }
        return [Draft("run the items one after the other", .rewrite, [limited(1)])]
    }

    /// The list that is nearest: a step, a `let` or a parameter; else a range to be filled in.
    func listToRunOver(_ statements: [NodeId]) -> String {
        guard let first = statements.first, let inspection else { return "0..<1" }
        let inside = Set(statements.flatMap { uses(in: $0) }.map(\.text))
        let names = scopes.names(at: first, span(first).start).filter { name in
            guard let type = inspection.type(ofNameAt: reader.span(name.token).start) else { return false }
            return inspection.kind(type) == .list && !statements.contains { contains($0, name.node) }
        }
        // one that the steps do not read already is more likely meant
        let texts = names.map { reader.text($0.token) }
        return texts.first { !inside.contains($0) } ?? texts.first ?? "0..<1"
    }
}
