// Expressions: dispatch, names, conversions. `expected` is a hint (poison: none) that literals and lambdas follow;
// `expression(_:as:)` insists. Knows nothing of steps.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: making nodes

    @inline(__always) func make(
        _ kind: TypedKind, _ type: TypeId, _ id: NodeId, aux: UInt8 = 0, a: UInt32 = 0, b: UInt32 = 0,
        list: UInt32 = 0
    ) -> TypedId {
        let span = tree.span(id)
        if isInspecting { noteType(type, id) }
        return typed.add(
            TypedNode(kind, type: type, aux: aux, a: a, b: b, list: list, start: span.start, end: span.end))
    }

    /// A node at the same place as another.
    func make(
        _ kind: TypedKind, _ type: TypeId, like other: TypedId, aux: UInt8 = 0, a: UInt32 = 0, b: UInt32 = 0,
        list: UInt32 = 0
    ) -> TypedId {
        let node = typed[other]
        return typed.add(
            TypedNode(kind, type: type, aux: aux, a: a, b: b, list: list, start: node.start, end: node.end))
    }

    /// What stands for an expression that has been reported.
    func poison(_ id: NodeId) -> TypedId { make(.null, .poison, id) }

    @inline(__always) func type(of id: TypedId) -> TypeId { typed[id].type }

    func word(_ bits: UInt64, _ type: TypeId, _ id: NodeId) -> TypedId {
        make(.word, type, id, a: UInt32(truncatingIfNeeded: bits), b: UInt32(truncatingIfNeeded: bits >> 32))
    }

    /// Takes the words pushed on `scratch` since `mark` as a list.
    @inline(__always) func takeList(_ mark: Int) -> UInt32 {
        let list = typed.addList(scratch[mark...])
        scratch.removeSubrange(mark...)
        return list
    }

    // MARK: entry

    /// An expression that must have this type; reports when it has another.
    func expression(_ id: NodeId, as type: TypeId) -> TypedId {
        coerce(expression(id, type), to: type, at: id)
    }

    /// An expression of any type, with a hint.
    func expression(_ id: NodeId, _ expected: TypeId = .poison) -> TypedId {
        if isInspecting { noteExpected(expected, id) }
        let result = expressionOfKind(id, expected)
        noteRefusals(at: id)
        return result
    }

    private func expressionOfKind(_ id: NodeId, _ expected: TypeId) -> TypedId {
        switch tree.kind(id) {
        case .intExpr: return integer(id, expected, isNegative: false)
        case .floatExpr: return floating(id, expected)
        case .durationExpr: return duration(id)
        case .stringExpr: return string(StringExprView(tree, id), expected)
        case .trueExpr: return word(1, .bool, id)
        case .falseExpr: return word(0, .bool, id)
        case .nullExpr: return null(id, expected)
        case .unitExpr: return word(0, .unit, id)
        case .nameExpr: return name(id, NameExprView(tree, id).name, expected)
        case .implicitMemberExpr:
            return implicitCase(id, ImplicitMemberExprView(tree, id).name, arguments: nil, expected)
        case .memberExpr: return member(MemberExprView(tree, id), expected)
        case .tupleFieldExpr: return tupleField(TupleFieldExprView(tree, id))
        case .indexExpr: return index(IndexExprView(tree, id))
        case .callExpr: return call(CallExprView(tree, id), expected)
        case .listExpr: return list(ListExprView(tree, id), expected)
        case .mapExpr: return map(MapExprView(tree, id), expected)
        case .tupleExpr: return tuple(TupleExprView(tree, id), expected)
        case .parenExpr: return expression(ParenExprView(tree, id).inner, expected)
        case .recordExpr: return record(RecordExprView(tree, id), expected)
        case .objectExpr: return object(ObjectExprView(tree, id), expected)
        case .withExpr: return with(WithExprView(tree, id), expected)
        case .lambdaExpr: return lambda(LambdaExprView(tree, id), expected)
        case .unaryExpr: return unary(UnaryExprView(tree, id), expected)
        case .binaryExpr: return binary(BinaryExprView(tree, id), expected)
        case .rangeExpr: return range(RangeExprView(tree, id))
        case .castExpr: return cast(CastExprView(tree, id))
        case .ifExpr: return ifExpression(IfExprView(tree, id), expected, valueNeeded: true)
        case .matchExpr: return matchExpression(MatchExprView(tree, id), expected, valueNeeded: true)
        case .block: return block(BlockView(tree, id), expected, valueNeeded: true)
        case .exprStmt: return expression(ExprStmtView(tree, id).value, expected)
        case .forExpr, .loopExpr, .sequenceExpr, .raceExpr, .tryExpr, .awaitExpr, .spawnExpr:
            return graphExpression(id)
        case .returnStmt, .breakStmt, .continueStmt, .failStmt, .letStmt, .assignStmt, .whileStmt, .stepStmt,
            .nextStmt, .signalStmt, .queryStmt, .mockStmt, .expectStmt, .expectFailsStmt, .realStmt:
            return statement(id)
        default: return poison(id)
        }
    }

    /// `for`, `loop`, `sequence`, `race` and `try` where a value is wanted: they are steps.
    private func graphExpression(_ id: NodeId) -> TypedId {
        let word = tree.text(tree.firstToken(id))
        if body == .workflow {
            let isWait = tree.kind(id) == .awaitExpr || tree.kind(id) == .spawnExpr
            report(
                .stepInsideExpression("`\(word)`", at: tree.span(tree.firstToken(id)))
                    .fixed(isWait ? extractionFix(id, word == "await" ? "answer" : "run") : nil))
        } else if tree.kind(id) == .forExpr {
            report(.forHasNoValue(at: tree.span(tree.firstToken(id))))
            // what is inside keeps its types for who asks; more is not said of it
            _ = quietly { self.forStatement(ForExprView(self.tree, id)) }
        } else {
            report(.workflowStatement("`\(word)`", at: tree.span(tree.firstToken(id))))
        }
        return poison(id)
    }

    // MARK: names

    func name(_ id: NodeId, _ name: NameId, _ expected: TypeId = .poison) -> TypedId {
        if name.isNone { return poison(id) }
        let found = lookup(name)
        if found >= 0 { return read(found, id) }
        return global(id, name, symbol(named: name), expected)
    }

    /// Reads a binding, unwrapped where it is known to be present.
    func read(_ index: Int, _ id: NodeId) -> TypedId {
        let value = readDeclared(index, id)
        let narrowed = bindings[index].narrowed
        return narrowed == .poison ? value : make(.unwrap, narrowed, id, a: value.index)
    }

    /// Reads a binding with its declared type.
    func readDeclared(_ index: Int, _ id: NodeId) -> TypedId {
        bindings[index].isRead = true
        let binding = bindings[index]
        if isInspecting { noteUse(of: binding, id) }
        if binding.frame >= 0 && binding.node >= 0 {
            depend(on: binding)
            // a step without a name of its own keeps its value only when somebody reads it
            if binding.role == .label { workflowNodes[Int(binding.node)].binding = LocalId(binding.local) }
        }
        if binding.field < 0 { return make(.local, binding.type, id, a: binding.local) }
        let state = make(.local, locals[Int(binding.local)].type, id, a: binding.local)
        return make(.field, binding.type, id, a: state.index, b: UInt32(binding.field))
    }

    private func global(_ id: NodeId, _ name: NameId, _ found: Int, _ expected: TypeId) -> TypedId {
        guard found >= 0 else {
            reportUnknownName(name, at: id)
            return poison(id)
        }
        let symbol = symbols[found]
        switch symbol.kind {
        case .constant, .config: return constant(Int(symbol.index), id)
        case .secret: return secretReference(symbol.name, id)
        case .function: return functionValue(symbol, id, expected)
        case .refused: return poison(id)
        default:
            report(.notAValue(text(name), symbol.kind.text, at: tree.span(id)))
            return poison(id)
        }
    }

    // MARK: conversions

    /// The value as `type`: present values become optionals, `null` takes its type; anything else is reported.
    func coerce(_ value: TypedId, to type: TypeId, at id: NodeId) -> TypedId {
        let found = typed[value].type
        if found == type || found == .poison || type == .poison || found == .never { return value }
        if kind(type) == .optional {
            let wrapped = types.element(of: type)
            if found == wrapped { return wrap(value, type) }
            if kind(found) == .optional && types.element(of: found) == .never {
                if typed[value].kind == .null {
                    typed.setType(value, type)
                    return value
                }
                return make(.null, type, like: value)
            }
        }
        if types.containsPoison(found) || types.containsPoison(type) { return poison(id) }
        if let secret = asSecret(value, found, type) { return secret }
        if kind(type) == .optional, let secret = asSecret(value, found, types.element(of: type)) {
            return wrap(secret, type)
        }
        reportMismatch(expected: type, found: found, at: id, value)
        return poison(id)
    }

    func wrap(_ value: TypedId, _ type: TypeId) -> TypedId { make(.wrap, type, like: value, a: value.index) }

    /// The type that two arms have in common, or nil. `null` and a T make a T?.
    func join(_ left: TypeId, _ right: TypeId) -> TypeId? {
        if left == right || right == .never || left == .poison { return left }
        if left == .never || right == .poison { return right }
        let leftIsOptional = kind(left) == .optional
        let rightIsOptional = kind(right) == .optional
        if leftIsOptional && types.element(of: left) == .never { return types.optional(of: right) }
        if rightIsOptional && types.element(of: right) == .never { return types.optional(of: left) }
        if leftIsOptional && types.element(of: left) == right { return left }
        if rightIsOptional && types.element(of: right) == left { return right }
        if types.holdsSecret(right) && types.secretForm(of: left) == right { return right }
        if types.holdsSecret(left) && types.secretForm(of: right) == left { return left }
        return nil
    }

    private func null(_ id: NodeId, _ expected: TypeId) -> TypedId {
        if expected == .json {
            let type = types.optional(of: .bool)
            return make(.toJson, .json, id, a: make(.null, type, id).index)
        }
        if kind(expected) == .optional { return make(.null, expected, id) }
        return make(.null, types.optional(of: .never), id)
    }

    /// `e as T`, `e as? T`.
    private func cast(_ view: CastExprView) -> TypedId {
        let target = resolveType(view.type)
        let value = expression(view.value, view.isOptional ? .poison : target)
        let found = type(of: value)
        if found == .poison || target == .poison { return poison(view.id) }
        let result = view.isOptional ? types.optional(of: target) : target
        if found == target { return view.isOptional ? wrap(value, result) : value }
        if found == .json && types.holdsSecret(target) {
            report(.secretFromJson(text(target), at: tree.span(view.type)))
            return poison(view.id)
        }
        if found == .json {
            guard requireEncodable(target, at: view.type) else { return poison(view.id) }
            return make(view.isOptional ? .tryFromJson : .fromJson, result, view.id, a: value.index)
        }
        if target == .json {
            guard requireJson(found, at: view.value) else { return poison(view.id) }
            let json = make(.toJson, .json, view.id, a: value.index)
            return view.isOptional ? wrap(json, result) : json
        }
        if kind(target) == .optional || kind(found) == .optional {
            return coerce(value, to: result, at: view.value)
        }
        report(
            .cannotCast(text(found), text(target), help: castHelp(found, target), at: view.span)
                .fixed(castFix(view, found, target)))
        return poison(view.id)
    }

    private func castHelp(_ found: TypeId, _ target: TypeId) -> String {
        switch (found, target) {
        case (.int, .float): return "write `.toFloat()`"
        case (.int, .decimal), (.float, .decimal), (.string, .decimal): return "write `.toDecimal()`"
        case (.float, .int), (.decimal, .int), (.string, .int): return "write `.toInt()`"
        case (.decimal, .float), (.string, .float): return "write `.toFloat()`"
        case (.string, .path): return "write `Path(…)`"
        case (.path, .string): return "write `.text`"
        case (_, .string): return "interpolate it: `\"{…}\"`"
        default: return "convert with a func, or take the value from Json"
        }
    }

    /// Whether values of the type can be stored and sent; reports when not.
    func requireEncodable(_ type: TypeId, at id: NodeId, takesSecrets: Bool = false) -> Bool {
        guard type != .poison, let part = types.firstUnencodable(in: type, takesSecrets: takesSecrets) else {
            return true
        }
        if part == .secret {
            report(.secretStored(text(type), at: tree.span(id)))
        } else if part != .poison {
            report(.notEncodable(text(type), text(part), at: tree.span(id)), promised(part, .encodable))
        }
        return false
    }

    /// The value as text, for interpolation and for arguments of processes; reports when it has no text form.
    func asText(_ value: TypedId, at id: NodeId) -> TypedId {
        let found = type(of: value)
        switch kind(found) {
        case .string, .secret, .poison, .never: return value
        case .path: return make(.reinterpret, .string, like: value, a: value.index)
        case .int, .float, .decimal, .bool, .duration, .time:
            return make(.text, .string, like: value, a: value.index)
        case .enumeration where !types.isReference(found):
            return make(.text, .string, like: value, a: value.index)
        case .json: return make(.jsonText, .string, like: value, a: value.index)
        case .optional:
            let inner = types.element(of: found)
            report(.optionalAsText(text(found), default: defaultText(inner), at: tree.span(id)))
        case .variable where types.abilities(of: found).contains(.text):
            return make(.text, .string, like: value, a: value.index)
        default:
            report(
                .noTextForm(text(found), at: tree.span(id), words: wordsFix(id)).fixed(
                    jsonTextFix(id, found)),
                promised(found, .text))
        }
        return poison(id)
    }

    /// What a default of this type may be written as, if there is an obvious one.
    func defaultText(_ type: TypeId) -> String? {
        switch kind(type) {
        case .string, .path: return "\"\""
        case .int: return "0"
        case .float, .decimal: return "0.0"
        case .bool: return "false"
        case .list: return "[]"
        case .map: return "[:]"
        default: return nil
        }
    }
}
