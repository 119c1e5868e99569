// Calls of built-ins: which one is meant, which argument goes where, and what its type variables become.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The built-ins of that name on values of a type. Of all records only `Output` has some.
    func builtinMembers(_ name: NameId, of type: TypeId) -> ArraySlice<Builtin> {
        let kind = kind(type)
        return kind == .record && type != .output ? [] : builtins.named(name, on: kind)
    }

    func callBuiltin(
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
            let fix = Fix(safe: "remove the parentheses", [TextEdit(callSpan(view), "")])
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
        if let receiver { lintFloatSearch(builtin, view, in: type(of: receiver)) }
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
                            at: labelSpan(argument.value)
                        ).fixed(argumentRemovalFix(argument)))
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
                        builtins.table[builtin].parameters[place].name, at: tree.span(argument.value)
                    ).fixed(argumentRemovalFix(argument)))
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
                at: view.span
            ).fixed(extraArgumentsFix(view.arguments, view.arguments.count - extra, view.id)))
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
