// Extracting what a declaration says: the effect of a step as an action, the parameters of a func as a record, a lambda as
// a func.
import WfSource
import WfSyntax
import WfValue

extension Refactorings {
    static let declarationExtractions: Family = { spot in
        var drafts: [Draft] = []
        if let draft = spot.extractedAction() { drafts.append(draft) }
        if let draft = spot.parametersRecord() { drafts.append(draft) }
        if let draft = spot.extractedLambda() { drafts.append(draft) }
        return drafts
    }
}

extension Spot {
    /// The call of a step or of a bare step around the place.
    var stepCall: (statement: NodeId, call: NodeId)? {
        guard let statement = near(.stepStmt, .exprStmt) else { return nil }
        let value =
            kind(statement) == .stepStmt
            ? StepStmtView(reader, statement).value : ExprStmtView(reader, statement).value
        return kind(value) == .callExpr ? (statement, value) : nil
    }

    fileprivate func extractedAction() -> Draft? {
        guard let item, let (statement, call) = stepCall, isInWorkflow || kind(item) == .triggerDecl,
            let effect = calledDeclaration(call), effect.reader.kind(effect.node) == .externActionDecl,
            let inspection, let type = resultType(call).map({ inspection.text($0) }),
            typeParameters(item).isEmpty,
            !CallExprView(reader, call).isSleepUntil,
            !["sleep", "approve", "task", "sleepUntil"].contains(effect.name),
            let free = parameters(freeLocals(call)),
            // an argument that touches the world is a mistake already; `step.key` means the same in an action
            CallExprView(reader, call).arguments.allSatisfy({ !isLambda($0.value) })
        else { return nil }
        let name = fresh(
            kind(statement) == .stepStmt
                ? "\(reader.text(StepStmtView(reader, statement).nameToken))Action" : "\(effect.name)Action")
        let list = free.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        let result = type == "Unit" ? "" : " -> \(type)"
        let made = "\n\naction \(name)(\(list))\(result)\n    via \(text(call))"
        return Draft(
            "extract to an action", .extract,
            [
                replace(call, "\(name)(\(free.map(\.name).joined(separator: ", ")))"),
                insert(span(item).end, made),
            ])
    }

    private func isLambda(_ id: NodeId) -> Bool { kind(id) == .lambdaExpr }

    /// A record in the place of a func's parameters; its callers make one.
    fileprivate func parametersRecord() -> Draft? {
        guard let item = head(.funcDecl) else { return nil }
        let view = CallableDeclView(reader, item)
        let parameters = view.parameters.map { ParameterView(reader, $0) }
        guard parameters.count >= 2, view.typeParameters.isEmpty, let body = view.body,
            let first = parameters.first,
            parameters.allSatisfy({ !$0.isVariadic && !$0.isSecret && reader.text($0.nameToken) != "self" }),
            let last = parameters.last
        else { return nil }
        // other files would need the record by way of the module
        let meaning = Meaning.declared(file, span(view.nameToken).start)
        if server.isMentioned(meaning, outside: document) { return nil }
        let calls = uses(of: view.nameToken)
        guard calls.allSatisfy({ isCallee($0.node) && !isMethodCall($0.node) }) else { return nil }
        let function = reader.text(view.nameToken)
        let record = fresh(function.prefix(1).uppercased() + function.dropFirst() + "Input")
        let input = fresh("input")
        let fields = parameters.map { text($0.id) }.joined(separator: "\n")
        var edits = [
            insert(before(item), "record \(record) {\n\(fields)\n}\n\n"),
            replace(span(first.id).start, span(last.id).end, "\(input): \(record)"),
        ]
        for parameter in parameters {
            for use in uses(of: parameter.nameToken) {
                let isInside = contains(body, use.node)
                // the label of an argument goes with its call
                if kind(use.node) == .callExpr { continue }
                if !isInside { return nil }
                edits.append(
                    kind(use.node) == .recordField
                        ? replace(use.node, "\(use.text): \(input).\(use.text)")
                        : replace(use.node, "\(input).\(use.text)"))
            }
        }
        for use in calls {
            let call = parent(use.node)
            let arguments = CallExprView(reader, call).arguments
            var words: [String] = []
            for (number, argument) in arguments.enumerated() {
                let name =
                    argument.label.isNone
                    ? reader.text(parameters[min(number, parameters.count - 1)].nameToken)
                    : server.workspace.interner.text(argument.label)
                if descendants(argument.value).contains(where: {
                    kind($0) == .callExpr && calls.map { parent($0.node) }.contains(call) && $0 == call
                }) {
                    return nil
                }
                words.append("\(name): \(text(argument.value))")
            }
            // a call inside an argument of another would be written twice
            if calls.contains(where: { $0.node != use.node && contains(call, $0.node) }) { return nil }
            if arguments.contains(where: { argument in
                parameters.contains { p in
                    uses(of: p.nameToken).contains { contains(argument.value, $0.node) }
                }
            }) {
                return nil
            }
            let start = span(use.node).end
            edits.append(replace(start, span(call).end, "(\(record) { \(words.joined(separator: ", ")) })"))
        }
        return Draft("extract the parameters to a record", .extract, edits)
    }

    func isMethodCall(_ id: NodeId) -> Bool { kind(id) == .memberExpr }

    fileprivate func extractedLambda() -> Draft? {
        guard let lambda = near(.lambdaExpr), let item, let inspection, typeParameters(item).isEmpty,
            freeLocals(lambda).isEmpty, kind(item) != .constDecl
        else { return nil }
        let view = LambdaExprView(reader, lambda)
        var list: [String] = []
        for id in view.parameters {
            let parameter = LambdaParameterView(reader, id)
            guard parameter.name != .underscore, let type = declaredType(reader.firstToken(id)) else {
                return nil
            }
            list.append("\(reader.text(reader.firstToken(id))): \(inspection.text(type))")
        }
        let value = kind(view.body) == .block ? blockValue(view.body) : view.body
        guard let value, let result = typeText(value), result != "Unit" else { return nil }
        let name = fresh("compute")
        let body = kind(view.body) == .block ? inside(view.body) : text(view.body)
        return Draft(
            "extract the lambda to a func", .extract,
            [
                replace(lambda, name),
                insert(
                    span(item).end,
                    "\n\nfunc \(name)(\(list.joined(separator: ", "))) -> \(result) {\n\(body)\n}"),
            ])
    }
}
