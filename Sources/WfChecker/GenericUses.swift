// Uses of generic declarations: calls, literals of records, cases of enums, and funcs as values.
// What the parameters stand for, `Inference` finds.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: funcs

    /// `f(…)` or `x.f(…)` of a generic func.
    func callGeneric(_ symbol: Symbol, receiver: TypedId?, _ view: CallExprView, _ expected: TypeId)
        -> TypedId
    {
        let callable = Int(symbol.index)
        let result = callables[callable].result
        let range = parameterRange(callable)
        var open = inference(symbol.typeParameters)
        suggest(result, expected, &open)
        let mark = scratch.count
        if let receiver {
            let pattern = opened(parameters[range.lowerBound].type, open)
            _ = bindVariables(pattern, type(of: receiver), &open.found)
            scratch.append(receiver.index)
        }
        var waiting: [OpenArgument] = []
        let isGood = pushArguments(
            view.arguments, callable, skipping: receiver == nil ? 0 : 1, view.id, view.callee
        ) { argument in
            if !self.types.containsParameter(argument.pattern) { return false }
            var argument = argument
            argument.pattern = self.opened(argument.pattern, open)
            if argument.pattern == .poison { return false }
            waiting.append(argument)
            return true
        }
        infer(waiting, &open)
        let name = calleeName(view.callee)
        let example = "let x: \(text(result)) = …"
        guard isGood,
            let solution = solve(
                open, symbol.typeParameters, name, at: tree.span(view.callee), example: example)
        else {
            scratch.removeSubrange(mark...)
            return types.containsParameter(result) ? poison(view.id) : make(.null, result, view.id)
        }
        settle(waiting, open, solution)
        for (place, index) in range.enumerated() {
            // defaults, and the receiver
            let value = TypedId(scratch[mark + place])
            let wanted = replacing(open.parameters, with: solution, in: parameters[index].type)
            if place == 0 && receiver != nil {
                scratch[mark] = coerce(value, to: wanted, at: view.callee).index
            } else if types.containsParameter(parameters[index].type)
                && !waiting.contains(where: { $0.slot == mark + place })
            {
                scratch[mark + place] = retyped(value, wanted, view.id).index
            }
        }
        let number = functionNumber(callable, solution, at: tree.span(view.callee))
        return make(
            .call, replacing(open.parameters, with: solution, in: result), view.id, a: number,
            list: takeList(mark))
    }

    /// A func by its name alone.
    func functionValue(_ symbol: Symbol, _ id: NodeId, _ expected: TypeId) -> TypedId {
        let callable = Int(symbol.index)
        let range = parameterRange(callable)
        let type = types.function(
            parameters: range.map { parameters[$0].type }, result: callables[callable].result)
        if symbol.typeParameters.isEmpty {
            return make(.functionReference, type, id, a: UInt32(callables[callable].output))
        }
        var open = inference(symbol.typeParameters)
        let wanted = types.unwrapped(expected)
        if kind(wanted) == .function, types.memberCount(of: wanted) == range.count {
            let pattern = opened(type, open)
            for number in 0..<range.count {
                let given = types.functionParameter(of: wanted, at: number)
                if types.containsVariable(given) { continue }
                _ = bindVariables(types.functionParameter(of: pattern, at: number), given, &open.found)
            }
            let given = types.functionResult(of: wanted)
            if !types.containsVariable(given) {
                _ = bindVariables(types.functionResult(of: pattern), given, &open.found)
            }
        }
        let name = text(symbol.name)
        guard
            let solution = solve(
                open, symbol.typeParameters, name, at: tree.span(id),
                example: "\(range.count == 1 ? "x" : "(x, y)") => \(name)(\(range.count == 1 ? "x" : "x, y"))"
            )
        else { return poison(id) }
        return make(
            .functionReference, replacing(open.parameters, with: solution, in: type), id,
            a: functionNumber(callable, solution, at: tree.span(id)))
    }

    // MARK: records

    /// The generic record that a literal names without type arguments.
    func openRecord(_ id: NodeId) -> Int? {
        guard tree.kind(id) == .namedType else { return nil }
        let view = NamedTypeView(tree, id)
        if !view.arguments.isEmpty || view.name.isNone { return nil }
        var found = -1
        if view.module.isNone {
            if primitiveType(view.name) != nil || typeParameter(named: view.name) != nil { return nil }
            found = symbol(named: view.name)
        } else if let target = moduleNamed(view.module), target >= 0 {
            found = table.find(target, view.name)
        }
        guard found >= 0, symbols[found].kind == .record, !symbols[found].typeParameters.isEmpty else {
            return nil
        }
        return found
    }

    /// `Pair { a: 1, b: "x" }`: the record that its values, or the place it stands in, tell.
    func constructOpen(_ symbol: Int, _ given: NodeList, _ id: NodeId, at span: Span, _ expected: TypeId)
        -> TypedId
    {
        let template = symbols[symbol].type
        let range = members(of: template)
        var open = inference(symbols[symbol].typeParameters)
        suggest(template, expected, &open)
        let mark = scratch.count
        for _ in range { scratch.append(0) }
        var waiting: [OpenArgument] = []
        var isUnknown = false
        for (number, item) in given.enumerated() where tree.kind(item) == .recordField {
            let field = RecordFieldView(tree, item)
            guard let place = fieldNumber(template, field.name) else {
                if !field.name.isNone {
                    reportUnknownField(template, field.name, at: tree.span(field.nameToken))
                }
                if let node = field.value { _ = expression(node) }
                isUnknown = true
                open.isPoisoned = true
                continue
            }
            if scratch[mark + place] != 0 {
                reportRepeated(field, number, given)
                open.isPoisoned = true
                continue
            }
            scratch[mark + place] = .max
            waiting.append(
                OpenArgument(
                    node: field.value ?? item, isPunned: field.value == nil,
                    pattern: opened(fields[range.lowerBound + place].type, open), slot: mark + place))
        }
        infer(waiting, &open)
        var missing: [String] = []
        for index in range where scratch[mark + index - range.lowerBound] == 0 {
            if fields[index].defaultNode.isNone && kind(fields[index].type) != .optional
                && fields[index].type != .poison
            {
                missing.append(text(fields[index].name))
            }
        }
        let name = text(symbols[symbol].name)
        if !missing.isEmpty && !isUnknown {
            report(.missingFields(missing, name, at: span, fix: fieldFix(missing, given, id, of: .poison)))
            open.isPoisoned = true
        }
        guard
            let solution = solve(
                open, symbols[symbol].typeParameters, name, at: span, example: "let x: \(text(template)) = …")
        else {
            scratch.removeSubrange(mark...)
            return poison(id)
        }
        settle(waiting, open, solution)
        let type = instance(of: symbol, solution, at: span)
        let found = members(of: type)
        for index in found where scratch[mark + index - found.lowerBound] == 0 {
            let value = fieldDefault(index, id) ?? make(.null, fields[index].type, id)
            scratch[mark + index - found.lowerBound] = value.index
        }
        if type == .poison {
            scratch.removeSubrange(mark...)
            return poison(id)
        }
        return make(.construct, type, id, list: takeList(mark))
    }

    // MARK: enums

    /// `.some(1)` or `Option.some(1)` of a generic enum whose arguments are still to be found.
    func openCase(
        _ symbol: Int, _ number: Int, _ arguments: ArgumentList?, _ id: NodeId, at span: Span,
        _ expected: TypeId
    ) -> TypedId {
        let template = symbols[symbol].type
        var open = inference(symbols[symbol].typeParameters)
        suggest(template, expected, &open)
        let payload = payloadRange(template, number)
        let mark = scratch.count
        for _ in payload { scratch.append(0) }
        var waiting: [OpenArgument] = []
        let name = cases[members(of: template).lowerBound + number].name
        for (place, node) in placed(arguments, payload, name) where scratch[mark + place] == 0 {
            scratch[mark + place] = .max
            waiting.append(
                OpenArgument(
                    node: node, pattern: opened(payloads[payload.lowerBound + place].type, open),
                    slot: mark + place))
        }
        infer(waiting, &open)
        if waiting.count < payload.count { open.isPoisoned = true }
        guard
            let solution = solve(
                open, symbols[symbol].typeParameters, text(symbols[symbol].name), at: span,
                example: "let x: \(text(template)) = …")
        else {
            scratch.removeSubrange(mark...)
            return poison(id)
        }
        settle(waiting, open, solution)
        let type = instance(of: symbol, solution, at: span)
        if payload.isEmpty && type != .poison && !types.isReference(type) {
            scratch.removeSubrange(mark...)
            return word(UInt64(number), type, id)
        }
        return make(.enumCase, type, id, a: UInt32(number), list: takeList(mark))
    }
}
