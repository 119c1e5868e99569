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
            report(.cannotConstruct(text(name), help: conversionHelp(type), at: tree.span(view.callee)))
            return loose(view)
        }
        reportUnknownName(name, at: view.callee)
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
            report(.recordCalled(text(symbol.name), at: tree.span(view.callee)))
            return loose(view)
        case .constant:
            return callValue(constant(Int(symbol.index), view.callee), view)
        case .enumeration, .module, .secret:
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
                    tree.text(view.callee), expected: count, found: view.arguments.count, at: view.span))
            return loose(view)
        }
        let mark = scratch.count
        for (number, argument) in view.arguments.enumerated() {
            if !argument.label.isNone {
                report(.labelOnFunctionValue(text(argument.label), at: labelSpan(argument.value)))
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

    private func isMethod(_ symbol: Int, _ receiver: TypeId) -> Bool {
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
        if found == .poison || found == .never { return loose(view) }
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
        let candidates = builtins.named(callee.name, on: kind(found))
        if !candidates.isEmpty { return callBuiltin(candidates, receiver: base, view, expected) }
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
            report(
                .optionalMember(
                    tree.text(callee.base), text(found), text(callee.name), at: tree.span(callee.nameToken),
                    fix: fix))
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
                            known: range.map { text(parameters[$0].name) }, at: labelSpan(argument.value)))
                    _ = expression(argument.value)
                    isGood = false
                    continue
                }
                if scratch[mark + place - range.lowerBound] != 0 {
                    report(.argumentTwice(text(argument.label), at: labelSpan(argument.value)))
                    isGood = false
                    continue
                }
            } else if sawLabel {
                report(.positionAfterLabel(at: tree.span(argument.value)))
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
                    calleeName(callee), expected: positional, found: positional + extra, at: tree.span(id)))
            isGood = false
        }
        var missing: [String] = []
        for place in range where scratch[mark + place - range.lowerBound] == 0 {
            let parameter = parameters[place]
            if parameter.isVariadic {
                scratch[mark + place - range.lowerBound] =
                    make(.list, parameter.type, id, list: typed.addList(variadic)).index
            } else if let value = parameterDefault(place, id) {
                scratch[mark + place - range.lowerBound] = value.index
            } else if parameter.defaultNode.isNone {
                missing.append(text(parameter.name))
            }
        }
        if !missing.isEmpty && isGood {
            report(.missingArguments(missing, calleeName(callee), at: tree.span(id)))
            isGood = false
        }
        return isGood && missing.isEmpty
    }

    private func argumentValue(_ id: NodeId, _ type: TypeId, _ parameter: Parameter) -> TypedId {
        if parameter.isAny && tree.kind(withoutParens(id)) != .objectExpr { return asJson(id) }
        if parameter.isText { return coerce(asText(expression(id), at: id), to: type, at: id) }
        if parameter.isStatement { return statementText(id) }
        if parameter.isValue { return statementValue(id) }
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
        report(.missingValue(text(type), at: close))
    }

    // MARK: built-ins

    private func callBuiltin(
        _ candidates: ArraySlice<Builtin>, receiver: TypedId?, _ view: CallExprView, _ expected: TypeId
    ) -> TypedId {
        var first: Builtin?
        var chosen: Builtin?
        for candidate in candidates where builtins[candidate].kind != .property {
            if first == nil { first = candidate }
            if chosen == nil && (candidates.count == 1 || fits(candidate, view)) { chosen = candidate }
        }
        let hasProperty = candidates.contains { builtins[$0].kind == .property }
        guard let first, chosen != nil || !hasProperty || !view.arguments.isEmpty else {
            let fix = Fix("remove the parentheses", [TextEdit(callSpan(view), "")])
            report(
                .propertyCalled(
                    calleeName(view.callee), at: callSpan(view), fix: view.arguments.isEmpty ? fix : nil))
            return loose(view)
        }
        return callBuiltin(chosen ?? first, receiver: receiver, view, expected)
    }

    /// The parentheses of a call and what is in them.
    private func callSpan(_ view: CallExprView) -> Span {
        Span(file: tree.file, start: tree.span(view.callee).end, end: view.span.end)
    }

    private func isFunctionLike(_ id: NodeId) -> Bool {
        switch tree.kind(id) {
        case .lambdaExpr: return true
        case .nameExpr:
            let name = NameExprView(tree, id).name
            if name.isNone { return false }
            let binding = lookup(name)
            if binding >= 0 { return kind(bindings[binding].type) == .function }
            let found = symbol(named: name)
            return found >= 0 && symbols[found].kind == .function
        case .memberExpr:
            let base = MemberExprView(tree, id).base
            guard tree.kind(base) == .nameExpr, let target = moduleNamed(NameExprView(tree, base).name),
                target >= 0
            else { return false }
            let found = table.find(target, MemberExprView(tree, id).name)
            return found >= 0 && symbols[found].kind == .function
        default: return false
        }
    }

    private func fits(_ builtin: Builtin, _ view: CallExprView) -> Bool {
        let entry = builtins[builtin]
        let count = view.arguments.count
        if count > Int(entry.count) || count < Int(entry.requiredCount) { return false }
        for (number, argument) in view.arguments.enumerated() {
            var place = number
            if !argument.label.isNone {
                guard let found = builtins.parameter(argument.label, of: entry) else { return false }
                place = found
            }
            let wantsFunction = kind(builtins.parameterTypes[Int(entry.start) + place]) == .function
            if wantsFunction != isFunctionLike(argument.value) { return false }
        }
        return true
    }

    private func callBuiltin(
        _ builtin: Builtin, receiver: TypedId?, _ view: CallExprView, _ expected: TypeId
    ) -> TypedId {
        let entry = builtins[builtin]
        var variables = [TypeId](repeating: .poison, count: Int(entry.variableCount))
        let mark = scratch.count
        if let receiver, entry.receiver != .poison {
            if !bindVariables(entry.receiver, type(of: receiver), &variables) {
                report(
                    .wrongReceiver(
                        builtins.table[builtin].name, text(entry.receiver), text(type(of: receiver)),
                        at: tree.span(view.callee)))
                return loose(view)
            }
            scratch.append(receiver.index)
        }
        bindResult(entry.result, expected, &variables)
        let base = scratch.count
        for _ in entry.parameters { scratch.append(0) }
        guard var isGood = pushBuiltinArguments(builtin, base, view, &variables) else {
            scratch.removeSubrange(mark...)
            return poison(view.id)
        }
        if view.arguments.count < Int(entry.count) {
            let missing = fillDefaults(builtins.table[builtin], base, view.id)
            if !missing.isEmpty {
                if isGood { report(.missingArguments(missing, builtins.table[builtin].name, at: view.span)) }
                isGood = false
            }
        }
        let result = types.substituting(variables, in: entry.result)
        if isGood && entry.isConstrained && !checkConstraints(builtin, variables, view) {
            scratch.removeSubrange(mark...)
            return poison(view.id)
        }
        if !isGood {
            scratch.removeSubrange(mark...)
            return make(
                .null, types.containsVariable(result) || types.containsPoison(result) ? .poison : result,
                view.id)
        }
        let list = takeList(mark)
        if types.containsPoison(result) { return poison(view.id) }
        switch builtin {
        case .toJson: return make(.toJson, .json, view.id, a: typed.list(list).first ?? 0)
        case .jsonTextOf: return make(.jsonText, .string, view.id, a: typed.list(list).first ?? 0)
        case .parseJson: return make(.decode, .json, view.id, a: typed.list(list).first ?? 0)
        default: return make(.builtin, result, view.id, a: UInt32(builtin.rawValue), list: list)
        }
    }

    /// Puts arguments in their places on `scratch`; false when one is wrong, nil when there are too many.
    private func pushBuiltinArguments(
        _ builtin: Builtin, _ base: Int, _ view: CallExprView, _ variables: inout [TypeId]
    ) -> Bool? {
        let entry = builtins[builtin]
        var isGood = true
        var extra = 0
        for (number, argument) in view.arguments.enumerated() {
            var place = number
            if !argument.label.isNone {
                guard let found = builtins.parameter(argument.label, of: entry) else {
                    report(
                        .unknownLabel(
                            text(argument.label), of: "`\(builtins.table[builtin].name)`",
                            known: entry.parameters.map { text(builtins.parameterNames[$0]) },
                            at: labelSpan(argument.value)))
                    _ = expression(argument.value)
                    isGood = false
                    continue
                }
                place = found
            }
            if place >= Int(entry.count) {
                extra += 1
                _ = expression(argument.value)
                continue
            }
            if scratch[base + place] != 0 {
                report(
                    .argumentTwice(
                        builtins.table[builtin].parameters[place].name, at: tree.span(argument.value)))
                isGood = false
                continue
            }
            let value = builtinArgument(
                argument.value, builtins.parameterTypes[Int(entry.start) + place], &variables)
            if type(of: value) == .poison { isGood = false }
            scratch[base + place] = value.index
        }
        if extra == 0 { return isGood }
        report(
            .argumentCount(
                builtins.table[builtin].name, expected: Int(entry.count), found: view.arguments.count,
                at: view.span))
        return nil
    }

    private func checkConstraints(_ builtin: Builtin, _ variables: [TypeId], _ view: CallExprView) -> Bool {
        let signature = builtins.table[builtin]
        for (number, constraint) in signature.constraints.enumerated() where constraint != .none {
            if types.containsPoison(variables[number]) || constraint.isMet(by: variables[number], in: types) {
                continue
            }
            report(
                .constraintNotMet(
                    signature.name, text(variables[number]), constraintText(constraint), at: view.span),
                promised(variables[number], constraint))
            return false
        }
        return true
    }

    /// A result that is a variable nothing has bound yet takes the expected type: `let m: [Int] = xs.fold([], …)`.
    private func bindResult(_ result: TypeId, _ expected: TypeId, _ variables: inout [TypeId]) {
        let wanted = types.unwrapped(expected)
        guard kind(result) == .variable, wanted != .poison, wanted != .json, !types.containsVariable(wanted)
        else { return }
        let number = types.variableNumber(of: result)
        if variables[number] == .poison { variables[number] = wanted }
    }

    func isOrdered(_ type: TypeId) -> Bool { TypeConstraint.ordered.isMet(by: type, in: types) }

    func constraintText(_ constraint: TypeConstraint) -> String {
        switch constraint {
        case .none: return "any type"
        case .ordered: return "a type with an order, such as Int, String or Time"
        case .key: return "a type that may be a map's key: String, Int or an enum without payloads"
        case .number: return "Int, Float, Decimal or Duration"
        case .equatable: return "a type that can be compared: no func inside"
        case .encodable: return "a type that can be stored: no func inside"
        case .text: return "a type with a text form, such as String, Int or Path"
        }
    }

    private func fillDefaults(_ signature: BuiltinSignature, _ base: Int, _ id: NodeId) -> [String] {
        var missing: [String] = []
        for (number, parameter) in signature.parameters.enumerated() where scratch[base + number] == 0 {
            switch parameter.defaultValue {
            case .none: missing.append(parameter.name)
            case .null: scratch[base + number] = make(.null, parameter.type, id).index
            case .bool(let value): scratch[base + number] = word(value ? 1 : 0, .bool, id).index
            case .int(let value):
                scratch[base + number] = word(UInt64(bitPattern: Int64(value)), .int, id).index
            case .string(let value):
                scratch[base + number] = stringConstant(Array(value.utf8), .string, id).index
            }
        }
        return missing
    }

    private func builtinArgument(_ id: NodeId, _ parameter: TypeId, _ variables: inout [TypeId]) -> TypedId {
        let wanted = substitutingKnown(variables, parameter)
        if !types.containsVariable(wanted) { return expression(id, as: wanted) }
        if kind(wanted) == .function {
            let value = expression(id, wanted)
            let found = type(of: value)
            if found == .poison { return value }
            // a func's result may be plain where an optional is asked for
            if !bindVariables(wanted, found, &variables) {
                if let fitted = fittedLambda(value, wanted, &variables) { return fitted }
                report(.mismatch(expected: text(wanted), found: "`\(text(found))`", at: tree.span(id)))
                return poison(id)
            }
            return value
        }
        let value = expression(id, hintWithoutVariables(wanted))
        let found = type(of: value)
        if found == .poison || found == .never { return value }
        if bindVariables(wanted, found, &variables) {
            return coerce(value, to: types.substituting(variables, in: parameter), at: id)
        }
        report(.mismatch(expected: text(wanted), found: "`\(text(found))`", at: tree.span(id)))
        return poison(id)
    }

    /// `filterMap(x => x)` where an optional result is asked for and the lambda yields a plain one: its body is
    /// wrapped.
    func fittedLambda(_ value: TypedId, _ wanted: TypeId, _ variables: inout [TypeId]) -> TypedId? {
        let node = typed[value]
        guard node.kind == .lambda, kind(node.type) == .function else { return nil }
        let result = types.functionResult(of: node.type)
        let optional = types.optional(of: result)
        let type = types.function(parameters: types.functionParameters(of: node.type), result: optional)
        guard optional != result, bindVariables(wanted, type, &variables) else { return nil }
        let body = wrap(TypedId(node.a), optional)
        return make(.lambda, type, like: value, a: body.index, list: node.list)
    }

    private func hintWithoutVariables(_ type: TypeId) -> TypeId {
        types.containsVariable(type) ? .poison : type
    }

    /// The type with the variables replaced that are bound already.
    private func substitutingKnown(_ variables: [TypeId], _ type: TypeId) -> TypeId {
        guard types.containsVariable(type) else { return type }
        var bindings: [TypeId] = []
        for (number, bound) in variables.enumerated() {
            bindings.append(bound == .poison ? types.variable(number) : bound)
        }
        return types.substituting(bindings, in: type)
    }

    /// Binds the variables of `pattern` so that it becomes `type`; false when it cannot.
    func bindVariables(_ pattern: TypeId, _ type: TypeId, _ variables: inout [TypeId]) -> Bool {
        if !types.containsVariable(pattern) {
            return pattern == type || type == .never || types.containsPoison(type)
                || (kind(pattern) == .optional && (types.element(of: pattern) == type))
        }
        switch kind(pattern) {
        case .variable:
            let number = types.variableNumber(of: pattern)
            if variables[number] == .poison {
                variables[number] = type
                return true
            }
            return variables[number] == type || type == .never
        case .list:
            return kind(type) == .list
                && bindVariables(types.element(of: pattern), types.element(of: type), &variables)
        case .optional:
            let inner = types.element(of: pattern)
            if kind(type) == .optional { return bindVariables(inner, types.element(of: type), &variables) }
            return bindVariables(inner, type, &variables)
        case .map:
            return kind(type) == .map
                && bindVariables(types.key(of: pattern), types.key(of: type), &variables)
                && bindVariables(types.value(of: pattern), types.value(of: type), &variables)
        case .tuple:
            guard kind(type) == .tuple, types.memberCount(of: type) == types.memberCount(of: pattern) else {
                return false
            }
            for number in 0..<types.memberCount(of: pattern) {
                let element = types.tupleElement(of: pattern, at: number)
                if !bindVariables(element, types.tupleElement(of: type, at: number), &variables) {
                    return false
                }
            }
            return true
        case .function:
            guard kind(type) == .function, types.memberCount(of: type) == types.memberCount(of: pattern)
            else {
                return false
            }
            for number in 0..<types.memberCount(of: pattern) {
                let parameter = types.functionParameter(of: pattern, at: number)
                if !bindVariables(parameter, types.functionParameter(of: type, at: number), &variables) {
                    return false
                }
            }
            let result = types.functionResult(of: pattern)
            let found = types.functionResult(of: type)
            if kind(result) == .optional && kind(found) != .optional && found != .never { return false }
            return bindVariables(result, found, &variables)
        case .record, .enumeration:
            guard kind(type) == kind(pattern), origin(of: type) == origin(of: pattern) else { return false }
            for (part, argument) in zip(types.arguments(of: pattern), types.arguments(of: type)) {
                if !bindVariables(part, argument, &variables) { return false }
            }
            return true
        default: return false
        }
    }
}
