// Calls: who is called, which argument goes where, what is left out. Generic built-ins bind their variables here.
// What a step calls is looked at by `Steps`; a call here must be pure.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    func call(_ view: CallExprView, _ expected: TypeId) -> TypedId {
        let callee = view.callee
        switch tree.kind(callee) {
        case .nameExpr: return callNamed(view, NameExprView(tree, callee).name, expected)
        case .implicitMemberExpr:
            return implicitCase(
                view.id, ImplicitMemberExprView(tree, callee).name, arguments: view.arguments, expected)
        case .memberExpr: return callMember(view, MemberExprView(tree, callee), expected)
        case .parenExpr, .callExpr, .indexExpr, .tupleFieldExpr, .lambdaExpr:
            return callValue(expression(callee), view)
        default:
            let value = expression(callee)
            if type(of: value) != .poison {
                report(.notCallable(text(type(of: value)), at: tree.span(callee)))
            }
            return loose(view)
        }
    }

    /// Looks at the arguments of a call that cannot be typed.
    func loose(_ view: CallExprView) -> TypedId {
        for argument in view.arguments
        where tree.kind(argument.value) != .lambdaExpr
            && tree.kind(argument.value) != .implicitMemberExpr && tree.kind(argument.value) != .listExpr
            && tree.kind(argument.value) != .mapExpr
        {
            _ = expression(argument.value)
        }
        return poison(view.id)
    }

    private func callNamed(_ view: CallExprView, _ name: NameId, _ expected: TypeId) -> TypedId {
        if name.isNone { return loose(view) }
        let binding = lookup(name)
        let found = symbol(named: name)
        if binding >= 0 && !(found >= 0 && bindings[binding].frame >= 0) {
            return callValue(read(binding, view.callee), view)
        }
        if found >= 0 { return callSymbol(found, view, expected) }
        if name == names.calls { return callsExpression(view) }
        let candidates = builtins.named(name, on: nil)
        if !candidates.isEmpty {
            lintUnit(view, name)
            return callBuiltin(candidates, receiver: nil, view, expected)
        }
        if let type = primitiveType(name) {
            report(
                .cannotConstruct(
                    text(name),
                    help: name == names.errorType ? "raise it: `fail \"why\"`" : conversionHelp(type),
                    at: tree.span(view.callee)
                )
                .fixed(constructionFix(view, type)))
            return loose(view)
        }
        reportUnknownName(name, at: view.callee, call: view, expected: expected)
        return loose(view)
    }

    private func conversionHelp(_ type: TypeId) -> String {
        switch type {
        case .string: return "interpolate: `\"{…}\"`"
        case .int: return "write `.toInt()`"
        case .float: return "write `.toFloat()`"
        case .decimal: return "write `.toDecimal()`"
        case .json: return "write `… as Json`"
        case .time: return "write `.toTime()`, or `time(year:, month:, day:)`"
        case .duration: return "write `seconds(n)`, `minutes(n)`, … or `.toDuration()`"
        default: return "write a literal"
        }
    }

    /// A call of a declaration.
    func callSymbol(_ found: Int, _ view: CallExprView, _ expected: TypeId) -> TypedId {
        let symbol = symbols[found]
        switch symbol.kind {
        case .function where !symbol.typeParameters.isEmpty:
            return callGeneric(symbol, receiver: nil, view, expected)
        case .function:
            let callable = Int(symbol.index)
            let mark = scratch.count
            guard pushArguments(view.arguments, callable, skipping: 0, view.id, view.callee) else {
                scratch.removeSubrange(mark...)
                return make(.null, resultOf(callable, isWrong: true), view.id)
            }
            return make(
                .call, callables[callable].result, view.id, a: UInt32(callables[callable].output),
                list: takeList(mark))
        case .workflow, .action, .effect:
            reportEffect(found, view)
            return loose(view)
        case .refused: return loose(view)
        case .record:
            report(
                .recordCalled(text(symbol.name), at: tree.span(view.callee))
                    .fixed(recordCallFix(view, symbol)))
            return loose(view)
        case .constant, .config:
            return callValue(constant(Int(symbol.index), view.callee), view)
        case .enumeration, .module, .secret, .pool, .rate, .breaker:
            report(.notCallable("\(symbol.kind.text)", at: tree.span(view.callee)))
            return loose(view)
        }
    }

    /// After a wrong call its result's type is still known, but what it stands in must not be lowered; errors stop
    /// that anyway.
    private func resultOf(_ callable: Int, isWrong: Bool) -> TypeId {
        callables[callable].result
    }

    private func callValue(_ value: TypedId, _ view: CallExprView) -> TypedId {
        let found = type(of: value)
        guard kind(found) == .function else {
            if found != .poison && !types.containsPoison(found) {
                report(.notCallable("`\(text(found))`", at: tree.span(view.callee)))
            }
            return loose(view)
        }
        let count = types.memberCount(of: found)
        if view.arguments.count != count {
            report(
                .argumentCount(
                    tree.text(view.callee), expected: count, found: view.arguments.count, at: view.span
                ).fixed(extraArgumentsFix(view.arguments, count, view.id)))
            return loose(view)
        }
        let mark = scratch.count
        for (number, argument) in view.arguments.enumerated() {
            if !argument.label.isNone {
                let place = span(labelSpan(argument.value).start, tree.span(argument.value).start)
                report(
                    .labelOnFunctionValue(text(argument.label), at: labelSpan(argument.value))
                        .fixed(Fix(safe: "remove the name", [.remove(place)])))
            }
            scratch.append(
                expression(argument.value, as: types.functionParameter(of: found, at: number)).index)
        }
        return make(
            .callValue, types.functionResult(of: found), view.id, a: value.index, list: takeList(mark))
    }

    // MARK: members

    private func callMember(_ view: CallExprView, _ callee: MemberExprView, _ expected: TypeId) -> TypedId {
        if callee.name.isNone { return loose(view) }
        if tree.kind(callee.base) == .nameExpr {
            let name = NameExprView(tree, callee.base).name
            if !name.isNone && lookup(name) < 0 {
                let found = symbol(named: name)
                if found >= 0 {
                    switch symbols[found].kind {
                    case .module:
                        markUsed(found)
                        let target = table.find(Int(symbols[found].index), callee.name)
                        if target >= 0 { return callSymbol(target, view, expected) }
                        reportUnknownMember(
                            of: Int(symbols[found].index), callee.name, at: tree.span(callee.nameToken))
                        return loose(view)
                    case .enumeration:
                        return enumCase(
                            symbols[found].type, callee.name, arguments: view.arguments, view.id,
                            at: tree.span(callee.nameToken), expected)
                    case .refused: return loose(view)
                    default: break
                    }
                }
            }
        }
        if let found = qualifiedEnum(callee.base) {
            return enumCase(
                symbols[found].type, callee.name, arguments: view.arguments, view.id,
                at: tree.span(callee.nameToken), expected)
        }
        let base = expression(callee.base)
        if callee.isOptional { return chain(base, callee) { self.callMethod($0, view, callee, expected) } }
        return continueChain(base, callee.base, view.id) { self.callMethod($0, view, callee, expected) }
            ?? callMethod(base, view, callee, expected)
    }

    /// A func of this module, of the core, or of a module in use whose `self` takes the type; else -1.
    func findMethod(_ name: NameId, _ receiver: TypeId) -> Int {
        for target in [module, coreModule] where target >= 0 {
            let found = table.find(target, name)
            if found >= 0 && isMethod(found, receiver) {
                markUsed(found)
                return found
            }
        }
        for target in modules[module].uses {
            guard let target else { continue }
            let found = table.find(target, name)
            if found >= 0 && isMethod(found, receiver) {
                markUse(of: target)
                return found
            }
        }
        return -1
    }

    func isMethod(_ symbol: Int, _ receiver: TypeId) -> Bool {
        guard symbols[symbol].kind == .function else { return false }
        let callable = callables[Int(symbols[symbol].index)]
        guard callable.isMethod else { return false }
        let wanted = parameters[Int(callable.parameterStart)].type
        if !symbols[symbol].typeParameters.isEmpty {
            var open = inference(symbols[symbol].typeParameters)
            return bindVariables(opened(wanted, open), receiver, &open.found)
        }
        return wanted == receiver || (kind(wanted) == .optional && types.element(of: wanted) == receiver)
    }

    private func callMethod(
        _ base: TypedId, _ view: CallExprView, _ callee: MemberExprView, _ expected: TypeId
    ) -> TypedId {
        let found = type(of: base)
        // of a list of what nobody knows, nothing follows
        if found == .poison || found == .never || types.containsPoison(found) { return loose(view) }
        if waiting.callableOfHandle[found] != nil, callee.name == names.cancel || callee.name == names.send {
            report(.stepInsideExpression("`\(text(callee.name))`", at: tree.span(callee.nameToken)))
            return loose(view)
        }
        let method = findMethod(callee.name, found)
        if method >= 0, !symbols[method].typeParameters.isEmpty {
            return callGeneric(symbols[method], receiver: base, view, expected)
        }
        if method >= 0 {
            let callable = Int(symbols[method].index)
            let mark = scratch.count
            let receiver = parameters[Int(callables[callable].parameterStart)].type
            scratch.append(coerce(base, to: receiver, at: callee.base).index)
            guard pushArguments(view.arguments, callable, skipping: 1, view.id, view.callee) else {
                scratch.removeSubrange(mark...)
                return make(.null, callables[callable].result, view.id)
            }
            return make(
                .call, callables[callable].result, view.id, a: UInt32(callables[callable].output),
                list: takeList(mark))
        }
        let candidates = builtinMembers(callee.name, of: found)
        if !candidates.isEmpty {
            lintLostRest(view, base)
            return callBuiltin(candidates, receiver: base, view, expected)
        }
        if kind(found) == .record, let number = fieldNumber(found, callee.name) {
            let field = fields[members(of: found).lowerBound + number]
            return callValue(make(.field, field.type, view.callee, a: base.index, b: UInt32(number)), view)
        }
        if types.containsPoison(found) { return loose(view) }
        _ = loose(view)
        if kind(found) == .optional {
            let fix = Fix(
                "write `?.`",
                [
                    TextEdit(
                        Span(
                            file: tree.file, start: tree.span(callee.base).end,
                            end: tree.span(callee.nameToken).start), "?.")
                ])
            let isKnown = isMember(callee.name, of: types.element(of: found))
            report(
                .optionalMember(
                    tree.text(callee.base), text(found), text(callee.name), at: tree.span(callee.nameToken),
                    fix: isKnown ? fix : nil))
        } else {
            reportUnknownMethod(found, callee.name, at: tree.span(callee.nameToken))
        }
        return poison(view.id)
    }

    // MARK: arguments

    /// Pushes one value per parameter on `scratch` (behind those skipped, which the caller has pushed); false when
    /// the call does not fit, which is reported.
    ///
    /// - Parameter open: takes the arguments that wait for the parameters of a generic func to be known.
    func pushArguments(
        _ arguments: ArgumentList, _ callable: Int, skipping: Int, _ id: NodeId, _ callee: NodeId,
        open: ((OpenArgument) -> Bool)? = nil
    ) -> Bool {
        let range = parameterRange(callable).dropFirst(skipping)
        let mark = scratch.count
        for _ in range { scratch.append(0) }
        var variadic: [UInt32] = []
        var next = range.lowerBound
        var isGood = true
        var sawLabel = false
        var extra = 0
        let reported = sink.diagnostics.count
        for argument in arguments {
            var place = next
            if !argument.label.isNone {
                sawLabel = true
                place = range.first { parameters[$0].name == argument.label } ?? -1
                if place < 0 {
                    report(
                        .unknownLabel(
                            text(argument.label), of: "`\(calleeName(callee))`",
                            known: range.map { text(parameters[$0].name) }, at: labelSpan(argument.value)
                        ).fixed(argumentRemovalFix(argument)))
                    _ = expression(argument.value)
                    isGood = false
                    continue
                }
                if scratch[mark + place - range.lowerBound] != 0 {
                    report(
                        .argumentTwice(text(argument.label), at: labelSpan(argument.value))
                            .fixed(argumentRemovalFix(argument)))
                    isGood = false
                    continue
                }
            } else if sawLabel {
                let open = range.first { scratch[mark + $0 - range.lowerBound] == 0 }
                report(
                    .positionAfterLabel(at: tree.span(argument.value))
                        .fixed(open.map { labelFix(argument.value, parameters[$0].name) }))
                isGood = false
                continue
            }
            if place >= range.upperBound {
                extra += 1
                _ = expression(argument.value)
                continue
            }
            let parameter = parameters[place]
            if parameter.isVariadic && argument.label.isNone {
                variadic.append(
                    argumentValue(argument.value, types.element(of: parameter.type), parameter).index)
                continue
            }
            if argument.label.isNone { next += 1 }
            let slot = mark + place - range.lowerBound
            if let open, open(OpenArgument(node: argument.value, pattern: parameter.type, slot: slot)) {
                scratch[slot] = .max
                continue
            }
            scratch[mark + place - range.lowerBound] =
                parameter.isVariadic
                ? expression(argument.value, as: parameter.type).index
                : argumentValue(argument.value, parameter.type, parameter).index
        }
        if sink.diagnostics.count >= reported + 2 && extra == 0 {
            reportSwapped(arguments, range, since: reported, callee)
        }
        if extra > 0 {
            let positional = range.count
            report(
                .argumentCount(
                    calleeName(callee), expected: positional, found: positional + extra, at: tree.span(id)
                ).fixed(extraArgumentsFix(arguments, arguments.count - extra, id)))
            isGood = false
        }
        var missing: [(name: String, type: TypeId)] = []
        for place in range where scratch[mark + place - range.lowerBound] == 0 {
            let parameter = parameters[place]
            if parameter.isVariadic {
                scratch[mark + place - range.lowerBound] =
                    make(.list, parameter.type, id, list: typed.addList(variadic)).index
            } else if let value = parameterDefault(place, id) {
                scratch[mark + place - range.lowerBound] = value.index
            } else if parameter.defaultNode.isNone {
                missing.append((text(parameter.name), parameter.type))
            }
        }
        if !missing.isEmpty && isGood {
            report(
                .missingArguments(missing.map(\.name), calleeName(callee), at: tree.span(id))
                    .fixed(missingArgumentsFix(missing, arguments.count, id)))
            isGood = false
        }
        return isGood && missing.isEmpty
    }

    private func argumentValue(_ id: NodeId, _ type: TypeId, _ parameter: Parameter) -> TypedId {
        if parameter.isAny && tree.kind(withoutParens(id)) != .objectExpr { return asJson(id) }
        if parameter.isText { return coerce(asText(expression(id), at: id), to: type, at: id) }
        if parameter.isStatement { return statementText(id) }
        if parameter.isValue { return statementValue(id) }
        if parameter.isStep { return stepName(id) }
        if parameter.isSecret && types.unwrapped(type) == .json { return secretJson(id, type) }
        let saved = namesSecretsAsText
        namesSecretsAsText = parameter.isSecret
        defer { namesSecretsAsText = saved }
        return expression(id, as: type)
    }

    /// Any value that can be stored, as Json.
    private func asJson(_ id: NodeId) -> TypedId {
        let value = expression(id)
        let found = type(of: value)
        if found == .json || found == .poison || found == .never { return value }
        guard requireEncodable(found, at: id) else { return poison(id) }
        return make(.toJson, .json, id, a: value.index)
    }

    /// The callee as people call it.
    func calleeName(_ callee: NodeId) -> String {
        tree.kind(callee) == .memberExpr ? text(MemberExprView(tree, callee).name) : tree.text(callee)
    }

    // MARK: lambdas

    func lambda(_ view: LambdaExprView, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        let isExpected = kind(wanted) == .function
        let parameterNodes = view.parameters
        if isExpected && types.memberCount(of: wanted) != parameterNodes.count {
            report(
                .lambdaCount(
                    expected: types.memberCount(of: wanted), found: parameterNodes.count, text(wanted),
                    at: parametersSpan(view)))
            return poison(view.id)
        }
        if !isExpected && expected != .poison && !types.containsVariable(expected)
            && parameterNodes.contains(where: { LambdaParameterView(tree, $0).type == nil })
        {
            report(.mismatch(expected: text(expected), found: "a lambda", at: view.span))
            return poison(view.id)
        }
        let scope = scopeMark()
        let narrowed = narrowMark()
        lambdaDepth += 1
        var parameterTypes: [TypeId] = []
        let mark = scratch.count
        for (number, item) in parameterNodes.enumerated() {
            let parameter = LambdaParameterView(tree, item)
            var type = isExpected ? types.functionParameter(of: wanted, at: number) : .poison
            if let written = parameter.type {
                let declared = resolveType(written)
                if isExpected && declared != type && declared != .poison && type != .poison
                    && !types.containsVariable(type)
                {
                    report(
                        .mismatch(expected: text(type), found: "`\(text(declared))`", at: tree.span(written)))
                }
                type = declared
            } else if !isExpected && expected == .poison {
                report(.lambdaNeedsTypes(text(parameter.name), at: tree.span(item)))
            }
            parameterTypes.append(type)
            scratch.append(declare(parameter.name, .constant, type, at: tree.span(item)))
            bindings[bindings.count - 1].isRead = true  // it need not read all that it is given
        }
        let list = takeList(mark)
        let savedResult = resultType
        let savedReturns = returnsSeen
        let savedFinding = isFindingResult
        returnsSeen = []
        let wantedResult = isExpected ? types.functionResult(of: wanted) : TypeId.poison
        let isKnown = isExpected && wantedResult != .poison && !types.containsVariable(wantedResult)
        resultType = isKnown ? wantedResult : .poison
        isFindingResult = !isKnown
        var value: TypedId
        if isKnown && wantedResult != .unit {
            value = expression(view.body, wantedResult)
            value = coerceBody(value, to: wantedResult, view.body)
        } else if isKnown {
            value = blockOrExpression(view.body, .poison, valueNeeded: false)
        } else {
            value = expression(view.body)
        }
        var result = isKnown ? wantedResult : type(of: value)
        if !isKnown {
            for (seen, _) in returnsSeen { result = join(result, type(of: seen)) ?? .poison }
            for (seen, node) in returnsSeen where type(of: seen) != result && type(of: seen) != .poison {
                // only a whole expression may change its type here
                report(
                    .armsDiffer(
                        "the lambda", text(result), text(type(of: seen)), at: tree.span(node),
                        first: tree.span(view.body)))
            }
            if type(of: value) != .never { value = coerce(value, to: result, at: view.body) }
        }
        resultType = savedResult
        returnsSeen = savedReturns
        isFindingResult = savedFinding
        lambdaDepth -= 1
        leaveScope(scope)
        forgetNarrowing(narrowed)
        if result == .poison || parameterTypes.contains(.poison) { return poison(view.id) }
        let type = types.function(parameters: parameterTypes, result: result)
        return make(.lambda, type, view.id, a: value.index, list: list)
    }

    /// A body's value as the result's type; a block without a value says so.
    func coerceBody(_ value: TypedId, to type: TypeId, _ id: NodeId) -> TypedId {
        let found = self.type(of: value)
        if found == .unit && type != .unit && type != .poison && tree.kind(id) == .block {
            reportMissingValue(type, id)
            return poison(id)
        }
        return coerce(value, to: type, at: tail(id))
    }

    /// A body that ends without the value it owes.
    func reportMissingValue(_ type: TypeId, _ id: NodeId) {
        // a block that the parser had to make up has been reported
        if tree.kind(id) == .block && tree.token(tree.firstToken(id)).kind != .leftBrace { return }
        let close = tree.span(tree.lastToken(id))
        let fix = placeholder(type).flatMap { value in
            statement(value, endOf: id).map { Fix("end it with `\(value)`", [$0]) }
        }
        report(.missingValue(text(type), at: close).fixed(fix))
    }
}
