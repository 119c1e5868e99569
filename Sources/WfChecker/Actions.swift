// Actions: one call of a built-in effect, and how its result becomes the declared one.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    func checkAction(_ symbol: Symbol) {
        let view = ActionDeclView(tree, symbol.node)
        let callable = callables[Int(symbol.index)]
        let saved = beginBody(.action, in: module)
        declarationNode = symbol.node
        for parameter in parameterRange(Int(symbol.index)) {
            let entry = parameters[parameter]
            let typeNode = ParameterView(tree, view.parameters[parameter - Int(callable.parameterStart)]).type
            _ = requireEncodable(entry.type, at: typeNode, takesSecrets: true)
            declare(entry.name, .parameter, entry.type, at: tree.span(entry.nameToken))
        }
        // What its chunks read, in this order: the parameters, the effect's result, the key.
        let local = newLocal(NameId(.result), .poison)
        let key = newLocal(.none, .string)
        if let result = view.result { _ = requireEncodable(callable.result, at: result) }
        let clauses = sortClauses(view.clauses)
        for clause in [
            clauses.whenClause, clauses.deadlineClause, clauses.otherwiseClause, clauses.undoClause,
        ]
        where !clause.isNone {
            report(.clauseOfStep(tree.text(tree.firstToken(clause)), at: tree.span(tree.firstToken(clause))))
        }
        if let operand = clauses.after.first { report(.clauseOfStep("after", at: tree.span(operand))) }
        var checked = CheckedClauses()
        typeTimes(clauses, &checked)
        if !clauses.onceClause.isNone {
            checked.isOnce = true
            reportOnceRetried(clauses, action: -1)
        }
        typeGates(clauses, &checked, action: -1)
        let hasClauses =
            !clauses.timeout.isNone || !clauses.retry.isNone || checked.isOnce || !clauses.gates.isEmpty
        var effect = -1
        var arguments: [TypedId] = []
        if clauses.via.isNone {
            if !hasErrorClause(view.clauses) {
                report(
                    .actionWithoutVia(text(symbol.name), at: nameSpan(of: symbol))
                        .fixed(viaFix(view, callable.result)))
            }
        } else {
            keyLocal = key
            effect = via(clauses.via, &arguments, hasNoDeadline: !clauses.noDeadline.isNone)
        }
        let isTyped = effect >= 0 && callables[effect].isTyped && clauses.returns.isNone
        let effectType = isTyped ? callable.result : effect >= 0 ? callables[effect].result : .poison
        locals[Int(local)].type = effectType
        keyLocal = key
        bind(NameId(.result), .constant, effectType, local: local, at: nameSpan(of: symbol))
        bindings[bindings.count - 1].isRead = true
        var returns = TypedId.none
        if !clauses.returns.isNone {
            returns = expression(clauses.returns, as: callable.result)
        } else if effect >= 0 {
            returns = defaultReturns(effectType, callable.result, local, view)
        }
        if retain && effect >= 0 {
            checkedActions[Int(callable.output)] = CheckedAction(
                name: text(symbol.name), file: tree.file, span: nameSpan(of: symbol),
                parameterCount: Int(callable.parameterCount), result: callable.result, locals: localInfos(),
                effect: effectNumber(effect, effectType), arguments: arguments, returns: returns,
                clauses: hasClauses ? checked : nil)
        }
        keyLocal = nil
        endBody(saved)
    }

    /// `step.key`: the idempotency key of the step that an action carries out, equal for all its attempts.
    func stepKey(_ view: MemberExprView) -> TypedId? {
        guard tree.kind(view.base) == .nameExpr, text(view.name) == "key" else { return nil }
        let base = NameExprView(tree, view.base).name
        guard !base.isNone, text(base) == "step", lookup(base) < 0 else { return nil }
        guard let keyLocal else {
            report(.stepKeyElsewhere(at: tree.span(view.id)))
            return poison(view.id)
        }
        return make(.local, .string, view.id, a: keyLocal)
    }

    private func hasErrorClause(_ clauses: NodeList) -> Bool {
        clauses.contains { tree.kind($0) != .clause && tree.kind($0) != .retryClause }
    }

    /// The effect behind `via` (a callable's index, or -1); its arguments in order.
    private func via(_ id: NodeId, _ arguments: inout [TypedId], hasNoDeadline: Bool) -> Int {
        let value = withoutParens(id)
        guard tree.kind(value) == .callExpr else {
            if tree.kind(value) != .errorExpr { report(.viaNotEffect(at: tree.span(id))) }
            return -1
        }
        let view = CallExprView(tree, value)
        let found = effectSymbol(view)
        guard found >= 0, symbols[found].kind == .effect else {
            reportVia(view, found)
            return -1
        }
        if isApproval(found) && !hasNoDeadline && !hasDeadlineArgument(view) { reportMissingDeadline(view) }
        let callable = Int(symbols[found].index)
        let mark = scratch.count
        let isGood = pushArguments(view.arguments, callable, skipping: 0, view.id, view.callee)
        arguments = scratch[mark...].map { TypedId($0) }
        if isGood { lintShell(view, found, scratch[mark...]) }
        scratch.removeSubrange(mark...)
        return isGood ? callable : -1
    }

    private func reportVia(_ view: CallExprView, _ found: Int) {
        for argument in view.arguments where tree.kind(argument.value) != .lambdaExpr {
            _ = expression(argument.value)
        }
        if found >= 0 {
            report(.viaNotEffect(at: tree.span(view.callee)))
            return
        }
        switch tree.kind(view.callee) {
        case .nameExpr:
            let name = NameExprView(tree, view.callee).name
            if name.isNone { return }
            let known = symbol(named: name)
            if known >= 0 && symbols[known].kind == .refused { return }
            if known < 0 && lookup(name) < 0 && builtins.named(name, on: nil).isEmpty {
                reportUnknownName(name, at: view.callee)
            } else {
                report(.viaNotEffect(at: tree.span(view.callee)))
            }
        case .memberExpr:
            let callee = MemberExprView(tree, view.callee)
            if tree.kind(callee.base) == .nameExpr {
                let base = NameExprView(tree, callee.base).name
                if base.isNone || callee.name.isNone { return }
                if let target = moduleNamed(base) {
                    if target >= 0 && table.find(target, callee.name) < 0 {
                        reportUnknownMember(of: target, callee.name, at: tree.span(callee.nameToken))
                    } else if target >= 0 {
                        report(.viaNotEffect(at: tree.span(view.callee)))
                    }
                    return
                }
                if lookup(base) < 0 && symbol(named: base) < 0 {
                    reportUnknownName(base, at: callee.base)
                    return
                }
            }
            report(.viaNotEffect(at: tree.span(view.callee)))
        case .errorExpr: break
        default: report(.viaNotEffect(at: tree.span(view.callee)))
        }
    }

    /// What makes the declared result of the effect's when nothing is said: none when they are the same.
    private func defaultReturns(_ found: TypeId, _ wanted: TypeId, _ local: UInt32, _ view: ActionDeclView)
        -> TypedId
    {
        if found == wanted || found == .poison || wanted == .poison { return .none }
        let id = view.result ?? view.id
        let result = make(.local, found, id, a: local)
        if wanted == .unit { return word(0, .unit, id) }
        if let made = answerReturns(result, wanted, id) { return made }
        if found == .json { return make(.fromJson, wanted, id, a: result.index) }
        if found == .output {
            if wanted == .bytes {
                return make(
                    .builtin, .bytes, id, a: UInt32(Builtin.outputBytes.rawValue),
                    list: typed.addList([result.index]))
            }
            let output = make(.field, .string, id, a: result.index, b: 1)
            if wanted == .string { return trimmed(output, id) }
            if wanted == .path { return make(.reinterpret, .path, id, a: trimmed(output, id).index) }
            if wanted == .json { return make(.decode, .json, id, a: output.index) }
            return make(.decode, wanted, id, a: output.index)
        }
        if found == .string {
            if wanted == .path { return make(.reinterpret, .path, id, a: result.index) }
            return make(.decode, wanted, id, a: result.index)
        }
        if wanted == .json { return make(.toJson, .json, id, a: result.index) }
        if kind(wanted) == .optional && types.element(of: wanted) == found { return wrap(result, wanted) }
        report(
            .resultNeedsReturns(found: text(found), wanted: text(wanted), at: tree.span(id))
                .fixed(returnsFix(view, wanted)))
        return .none
    }

    /// The text without its final newline.
    func trimmed(_ value: TypedId, _ id: NodeId) -> TypedId {
        let newline = stringConstant([0x0A], .string, id)
        return make(
            .builtin, .string, id, a: UInt32(Builtin.stringRemoveSuffix.rawValue),
            list: typed.addList([value.index, newline.index]))
    }
}
