// What the type parameters of a generic func, record or enum stand for at one use: found from the arguments, with the
// expected type as a hint. Knows nothing of what is made of them.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// What is known of the parameters at one use.
struct Inference {
    /// The declaration's parameters, and the variables that stand for them here.
    let parameters: [TypeId]
    let variables: [TypeId]
    /// By number: what an argument says, and what the expected type suggests. Poison: nothing.
    var found: [TypeId]
    var hints: [TypeId]
    /// Whether an argument was wrong, so that nothing more is said.
    var isPoisoned = false
}

/// An argument whose type holds parameters.
struct OpenArgument {
    /// The expression, or the field of a literal that names its value.
    var node: NodeId
    var isPunned = false
    /// With variables for parameters.
    var pattern: TypeId
    /// Where its value goes on `scratch`.
    var slot: Int
}

extension ProgramChecker {
    func inference(_ run: TypeParameterRun) -> Inference {
        let parameters = parameterTypes(run)
        let nothing = [TypeId](repeating: .poison, count: parameters.count)
        return Inference(
            parameters: parameters, variables: parameters.indices.map { types.variable($0) },
            found: nothing, hints: nothing)
    }

    /// The type of a member or parameter of the declaration with variables for its parameters.
    func opened(_ type: TypeId, _ inference: Inference) -> TypeId {
        replacing(inference.parameters, with: inference.variables, in: type)
    }

    /// The type with what is known put in; `hints` too when asked.
    private func known(_ pattern: TypeId, _ inference: Inference, hints: Bool) -> TypeId {
        guard types.containsVariable(pattern) else { return pattern }
        var values: [TypeId] = []
        for number in inference.variables.indices {
            var value = inference.found[number]
            if value == .poison && hints { value = inference.hints[number] }
            values.append(value == .poison ? inference.variables[number] : value)
        }
        return replacing(inference.variables, with: values, in: pattern)
    }

    /// For messages: variables that nothing is known of are called as they were declared.
    private func spelled(_ pattern: TypeId, _ inference: Inference) -> String {
        text(replacing(inference.variables, with: inference.parameters, in: pattern))
    }

    /// Takes the expected type as a hint of what the result's parameters are.
    func suggest(_ result: TypeId, _ expected: TypeId, _ inference: inout Inference) {
        let wanted = types.unwrapped(expected)
        if wanted == .poison || wanted == .json || wanted == .never { return }
        let pattern = opened(result, inference)
        var hints = inference.hints
        let target = kind(pattern) == .optional ? types.element(of: pattern) : pattern
        guard types.containsVariable(target), bindVariables(target, wanted, &hints) else { return }
        for number in hints.indices where !types.containsVariable(hints[number]) && !isNullType(hints[number])
        {
            inference.hints[number] = hints[number]
        }
    }

    private func isNullType(_ type: TypeId) -> Bool {
        type == .never || (kind(type) == .optional && types.element(of: type) == .never)
    }

    /// Types all arguments: those that tell their own type first, then literals, then lambdas.
    func infer(_ arguments: [OpenArgument], _ inference: inout Inference) {
        for phase in 0...3 {
            for argument in arguments where self.phase(argument) == phase {
                let value = openArgument(argument, &inference)
                if type(of: value) == .poison { inference.isPoisoned = true }
                scratch[argument.slot] = value.index
            }
        }
    }

    private func phase(_ argument: OpenArgument) -> Int {
        if argument.isPunned { return 0 }
        var node = argument.node
        while tree.kind(node) == .parenExpr { node = ParenExprView(tree, node).inner }
        switch tree.kind(node) {
        case .lambdaExpr: return 3
        case .intExpr, .floatExpr: return 1
        case .nullExpr, .implicitMemberExpr, .objectExpr: return 2
        case .listExpr: return ListExprView(tree, node).elements.isEmpty ? 2 : 0
        case .mapExpr: return MapExprView(tree, node).entries.isEmpty ? 2 : 0
        case .callExpr: return tree.kind(CallExprView(tree, node).callee) == .implicitMemberExpr ? 2 : 0
        case .nameExpr: return isGenericFunction(NameExprView(tree, node).name) ? 3 : 0
        default: return 0
        }
    }

    private func isGenericFunction(_ name: NameId) -> Bool {
        if name.isNone || lookup(name) >= 0 { return false }
        let found = symbol(named: name)
        return found >= 0 && symbols[found].kind == .function && !symbols[found].typeParameters.isEmpty
    }

    private func openArgument(_ argument: OpenArgument, _ inference: inout Inference) -> TypedId {
        let id = argument.node
        let sure = known(argument.pattern, inference, hints: false)
        if !types.containsVariable(sure) {
            return argument.isPunned
                ? coerce(name(id, RecordFieldView(tree, id).name), to: sure, at: id)
                : expression(id, as: sure)
        }
        let likely = known(argument.pattern, inference, hints: true)
        let value: TypedId
        if argument.isPunned {
            value = name(id, RecordFieldView(tree, id).name)
        } else {
            if kind(likely) == .function && needsParameterTypes(id, likely, inference) {
                inference.isPoisoned = true
                return poison(id)
            }
            value = expression(id, hint(id, likely))
        }
        let found = type(of: value)
        if found == .poison || found == .never { return value }
        if bind(argument.pattern, found, &inference) { return value }
        if kind(sure) == .function, let fitted = fittedLambda(value, sure, &inference.found) { return fitted }
        if types.containsPoison(found) { return poison(id) }
        report(
            .mismatch(expected: spelled(sure, inference), found: "`\(text(found))`", at: tree.span(tail(id))))
        return poison(id)
    }

    /// Binds what the argument's type tells; `null` tells nothing.
    private func bind(_ pattern: TypeId, _ type: TypeId, _ inference: inout Inference) -> Bool {
        var found = inference.found
        guard bindVariables(pattern, type, &found) else { return false }
        for number in found.indices where !isNullType(found[number]) {
            inference.found[number] = found[number]
        }
        return true
    }

    /// Literals that look at what is expected may see a type with gaps; all else sees none.
    private func hint(_ id: NodeId, _ type: TypeId) -> TypeId {
        if !types.containsVariable(type) { return type }
        switch tree.kind(id) {
        case .parenExpr: return hint(ParenExprView(tree, id).inner, type)
        case .lambdaExpr, .nameExpr, .memberExpr: return kind(type) == .function ? type : .poison
        case .implicitMemberExpr, .objectExpr: return type
        case .callExpr:
            return tree.kind(CallExprView(tree, id).callee) == .implicitMemberExpr ? type : .poison
        default: return .poison
        }
    }

    /// A lambda's parameter whose type nothing tells: reported.
    private func needsParameterTypes(_ id: NodeId, _ type: TypeId, _ inference: Inference) -> Bool {
        var node = id
        while tree.kind(node) == .parenExpr { node = ParenExprView(tree, node).inner }
        guard tree.kind(node) == .lambdaExpr else { return false }
        let view = LambdaExprView(tree, node)
        guard view.parameters.count == types.memberCount(of: type) else { return false }
        for (number, item) in view.parameters.enumerated() {
            let parameter = LambdaParameterView(tree, item)
            let wanted = types.functionParameter(of: type, at: number)
            if parameter.type == nil && types.containsVariable(wanted) {
                if !inference.isPoisoned {
                    report(.lambdaNeedsTypes(text(parameter.name), at: tree.span(item)))
                }
                return true
            }
        }
        return false
    }

    /// What the parameters are, or nil when one cannot be told or does not fit, which is reported.
    func solve(
        _ inference: Inference, _ run: TypeParameterRun, _ name: String, at span: Span, example: String
    ) -> [TypeId]? {
        if inference.isPoisoned { return nil }
        var result: [TypeId] = []
        for (number, index) in run.range.enumerated() {
            var value = inference.found[number]
            if value == .poison { value = inference.hints[number] }
            if value == .poison {
                report(.cannotInfer(text(typeParameters[index].name), of: name, example: example, at: span))
                return nil
            }
            result.append(value)
            // what the expected type says was looked at where it is written
            if inference.found[number] == .poison { continue }
            if !checkArgument(value, typeParameters[index], name, at: span) { return nil }
        }
        return result
    }

    /// Makes every argument fit what was found.
    func settle(_ arguments: [OpenArgument], _ inference: Inference, _ solution: [TypeId]) {
        for argument in arguments {
            let type = replacing(inference.variables, with: solution, in: argument.pattern)
            scratch[argument.slot] =
                coerce(TypedId(scratch[argument.slot]), to: type, at: argument.node).index
        }
    }
}
