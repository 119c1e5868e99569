// Lambdas: short for a func, braces, types of parameters.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let lambdaChanges: Family = { spot in
        guard spot.isCaret else { return [] }
        var drafts = spot.spelledOutFunc()
        if let lambda = spot.near(.lambdaExpr) {
            drafts += spot.shortened(lambda) + spot.lambdaBraces(lambda) + spot.lambdaTypes(lambda)
        }
        return drafts
    }
}

extension Spot {
    /// `x => f(x)` is `f`.
    fileprivate func shortened(_ lambda: NodeId) -> [Draft] {
        let view = LambdaExprView(reader, lambda)
        guard kind(view.body) == .callExpr else { return [] }
        let call = CallExprView(reader, view.body)
        let names = view.parameters.map { reader.text(reader.firstToken($0)) }
        guard kind(call.callee) == .nameExpr, !names.contains(text(call.callee)), !call.isSleepUntil,
            let found = calledDeclaration(view.body), found.reader.kind(found.node) == .funcDecl,
            CallableDeclView(found.reader, found.node).typeParameters.isEmpty,
            found.members.count == names.count, call.arguments.count == names.count,
            zip(call.arguments, names).allSatisfy({
                $0.label.isNone && kind($0.value) == .nameExpr && text($0.value) == $1
            })
        else { return [] }
        return [Draft("pass the func itself", .rewrite, [replace(lambda, text(call.callee))])]
    }

    /// `f`, where a func is wanted, is `x => f(x)`.
    fileprivate func spelledOutFunc() -> [Draft] {
        guard let name = near(.nameExpr), !isCallee(name), kind(parent(name)) == .callExpr,
            typeKind(name) == .function,
            let found = meanings.expression(name).flatMap({ server.declaration($0) }),
            found.reader.kind(found.node) == .funcDecl
        else { return [] }
        let names = found.members.map { found.reader.text(ParameterView(found.reader, $0).nameToken) }
        guard !names.contains(text(name)), !names.isEmpty,
            !found.members.contains(where: { ParameterView(found.reader, $0).defaultValue != nil })
        else { return [] }
        let list = names.joined(separator: ", ")
        return [
            Draft(
                "write the lambda out", .rewrite,
                [replace(name, "\(names.count == 1 ? list : "(\(list))") => \(text(name))(\(list))")])
        ]
    }

    fileprivate func lambdaBraces(_ lambda: NodeId) -> [Draft] {
        let body = LambdaExprView(reader, lambda).body
        if kind(body) != .block {
            return [
                Draft("put braces around the lambda's body", .rewrite, [replace(body, "{\n\(text(body))\n}")])
            ]
        }
        guard statements(body).count == 1, let value = blockValue(body), kind(value) != .objectExpr else {
            return []
        }
        return [Draft("drop the braces of the lambda", .rewrite, [replace(body, text(value))])]
    }

    fileprivate func lambdaTypes(_ lambda: NodeId) -> [Draft] {
        guard let inspection else { return [] }
        let parameters = LambdaExprView(reader, lambda).parameters.map { LambdaParameterView(reader, $0) }
        if parameters.isEmpty || parameters.contains(where: { $0.name == .underscore }) { return [] }
        let names = parameters.map { reader.text(reader.firstToken($0.id)) }
        let body = LambdaExprView(reader, lambda).body
        guard let arrow = arrow(lambda, body) else { return [] }
        let head = (span(lambda).start, span(arrow).start)
        if parameters.allSatisfy({ $0.type != nil }) {
            let list = names.joined(separator: ", ")
            return [
                Draft(
                    "drop the types of the parameters", .rewrite,
                    [replace(head.0, head.1, names.count == 1 ? "\(list) " : "(\(list)) ")])
            ]
        }
        let types = parameters.compactMap {
            declaredType(reader.firstToken($0.id)).map { inspection.text($0) }
        }
        guard types.count == parameters.count, parameters.allSatisfy({ $0.type == nil }) else { return [] }
        let list = zip(names, types).map { "\($0): \($1)" }.joined(separator: ", ")
        return [Draft("write the types of the parameters", .rewrite, [replace(head.0, head.1, "(\(list)) ")])]
    }

    private func arrow(_ lambda: NodeId, _ body: NodeId) -> TokenId? {
        let token = TokenId(reader.firstToken(body).index - 1)
        return reader.token(token).kind == .fatArrow ? token : nil
    }
}
