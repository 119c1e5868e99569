// Calls: arguments by name or by position, methods and funcs.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let callChanges: Family = { spot in
        guard spot.isCaret, let call = spot.near(.callExpr), !CallExprView(spot.reader, call).isSleepUntil
        else { return [] }
        return spot.labels(call) + spot.methodForm(call)
    }
}

extension Spot {
    /// The names of the parameters that a call's arguments are for, in order; nil when they are not known.
    private func parameterNames(_ call: NodeId) -> [String]? {
        guard let found = calledDeclaration(call) else { return nil }
        switch found.reader.kind(found.node) {
        case .funcDecl, .workflowDecl, .flowDecl, .actionDecl, .externActionDecl, .externFuncDecl: break
        default: return nil
        }
        let parameters = found.members.map { ParameterView(found.reader, $0) }
        if parameters.contains(where: \.isVariadic) { return nil }
        let names = parameters.map { found.reader.text($0.nameToken) }
        return isMethod(call) ? Array(names.dropFirst()) : names
    }

    /// Whether a call is `value.f(…)` of a func.
    func isMethod(_ call: NodeId) -> Bool {
        let callee = CallExprView(reader, call).callee
        guard kind(callee) == .memberExpr else { return false }
        let base = meanings.expression(MemberExprView(reader, callee).base)
        return base.flatMap { server.moduleFile($0) } == nil
    }

    fileprivate func labels(_ call: NodeId) -> [Draft] {
        guard let names = parameterNames(call) else { return [] }
        let arguments = Array(CallExprView(reader, call).arguments)
        guard !arguments.isEmpty, arguments.count <= names.count else { return [] }
        var drafts: [Draft] = []
        let positional = arguments.indices.filter { arguments[$0].label.isNone }
        // labels follow what goes by position, in whatever order
        if !positional.isEmpty {
            drafts.append(
                Draft(
                    "name the arguments", .rewrite,
                    positional.map { insert(span(arguments[$0].value).start, "\(names[$0]): ") }))
        }
        let matching = arguments.indices.prefix {
            arguments[$0].label.isNone || server.workspace.interner.text(arguments[$0].label) == names[$0]
        }.filter { !arguments[$0].label.isNone }
        if !matching.isEmpty {
            drafts.append(
                Draft(
                    "drop the arguments' names", .rewrite,
                    matching.map { number in
                        let value = arguments[number].value
                        let label = TokenId(reader.firstToken(value).index - 2)
                        return replace(span(label).start, span(value).start, "")
                    }))
        }
        return drafts
    }

    /// `f(x, y)` of a func with `self` is `x.f(y)`.
    fileprivate func methodForm(_ call: NodeId) -> [Draft] {
        guard let found = calledDeclaration(call), found.reader.kind(found.node) == .funcDecl,
            let first = found.members.first,
            found.reader.text(ParameterView(found.reader, first).nameToken) == "self"
        else { return [] }
        let view = CallExprView(reader, call)
        let arguments = Array(view.arguments)
        if isMethod(call) {
            guard
                found.document.path == document.path
                    || index.moduleNames[server.workspace.interner.intern(found.name)] == nil,
                !MemberExprView(reader, view.callee).isOptional
            else { return [] }
            var base = MemberExprView(reader, view.callee).base
            if kind(base) == .parenExpr { base = ParenExprView(reader, base).inner }
            let rest = arguments.isEmpty ? "" : ", "
            let open = TokenId(reader.lastToken(view.callee).index + 1)
            return [
                Draft(
                    "call it as a func", .rewrite,
                    [replace(span(call).start, span(open).end, "\(found.name)(\(text(base))\(rest)")])
            ]
        }
        guard kind(view.callee) == .nameExpr, let receiver = arguments.first, receiver.label.isNone else {
            return []
        }
        let base =
            isAtomic(receiver.value)
                && ![.intExpr, .floatExpr, .durationExpr, .implicitMemberExpr].contains(kind(receiver.value))
            ? text(receiver.value) : "(\(text(receiver.value)))"
        let open = TokenId(reader.lastToken(view.callee).index + 1)
        let next =
            arguments.count > 1
            ? reader.token(TokenId(reader.lastToken(receiver.value).index + 1)).end : span(receiver.value).end
        return [
            Draft(
                "call it as a method", .rewrite,
                [replace(span(call).start, max(next, span(open).end), "\(base).\(found.name)(")])
        ]
    }
}
