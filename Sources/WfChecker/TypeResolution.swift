// Types as written to types of the table. Knows names of types and modules; nothing of values.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    /// The type that a type node writes; poison when it has been reported.
    func resolveType(_ id: NodeId) -> TypeId {
        let type = writtenType(id)
        noteRefusals(at: id)
        return type
    }

    private func writtenType(_ id: NodeId) -> TypeId {
        switch tree.kind(id) {
        case .namedType: return resolveNamed(NamedTypeView(tree, id))
        case .listType: return types.list(of: resolveType(ListTypeView(tree, id).element))
        case .optionalType: return types.optional(of: resolveType(OptionalTypeView(tree, id).element))
        case .mapType:
            let view = MapTypeView(tree, id)
            let key = resolveType(view.key)
            let value = resolveType(view.value)
            if nominalsAreKnown {
                if !types.isMapKey(key) { reportKey(key, at: tree.span(view.key)) }
            } else {
                keyChecks.append((key, tree.span(view.key)))
            }
            return types.map(key: key, value: value)
        case .tupleType:
            let elements = TupleTypeView(tree, id).elements.map { resolveType($0) }
            if elements.count == 1 { return elements[0] }
            return types.tuple(of: elements)
        case .functionType:
            let view = FunctionTypeView(tree, id)
            let parameters = view.parameters.map { resolveType($0) }
            return types.function(parameters: parameters, result: resolveType(view.result))
        default: return .poison
        }
    }

    /// Reports a type that the table has refused since it was last asked: the type of this node, written or found out,
    /// nests too deeply or has too many parts.
    @inline(__always) func noteRefusals(at id: NodeId) {
        if types.refusals != knownRefusals { reportRefusal(at: tree.span(id)) }
    }

    @inline(never) func reportRefusal(at span: Span) {
        knownRefusals = types.refusals
        report(.typeTooLarge(at: span))
    }

    private func resolveNamed(_ view: NamedTypeView) -> TypeId {
        let name = view.name
        if view.module.isNone {
            if let primitive = primitiveType(name) {
                if !view.arguments.isEmpty { reportTypeArguments(view) }
                return primitive
            }
            if name == names.secretType {
                if !view.arguments.isEmpty { reportTypeArguments(view) }
                return .secret
            }
            if let parameter = typeParameter(named: name) {
                if !view.arguments.isEmpty { reportTypeArguments(view) }
                return parameter
            }
            let found = symbol(named: name)
            return resolveNominal(view, found)
        }
        if let handle = handleType(view) { return handle }
        guard let target = moduleNamed(view.module) else {
            if !name.isNone { reportUnknownModule(view.module, at: tree.span(tree.firstToken(view.id))) }
            return .poison
        }
        if target < 0 { return .poison }
        return resolveNominal(view, table.find(target, name), in: target)
    }

    private func resolveNominal(_ view: NamedTypeView, _ found: Int, in target: Int? = nil) -> TypeId {
        let name = view.name
        if name.isNone { return .poison }
        let span = tree.span(view.nameToken)
        guard found >= 0 else {
            if let target {
                reportUnknownMember(of: target, name, at: span)
            } else if name == names.textType {
                report(.textOutsideStandardLibrary(at: span))
            } else {
                reportUnknownType(name, at: span, view)
            }
            return .poison
        }
        let symbol = symbols[found]
        switch symbol.kind {
        case .record, .enumeration:
            if !symbol.typeParameters.isEmpty { return resolveInstance(view, found) }
            if !view.arguments.isEmpty { reportTypeArguments(view) }
            return symbol.type
        case .refused: return .poison
        default:
            report(.notAType(text(name), symbol.kind.text, at: span))
            return .poison
        }
    }

    /// A built-in type of this name.
    func primitiveType(_ name: NameId) -> TypeId? {
        switch name.word {
        case .unit: return .unit
        case .bool: return .bool
        case .int: return .int
        case .float: return .float
        case .decimal: return .decimal
        case .string: return .string
        case .bytes: return .bytes
        case .duration: return .duration
        case .time: return .time
        case .json: return .json
        case .path: return .path
        default:
            if name == names.errorType { return .error }
            if name == names.outputType { return .output }
            if name == names.rangeType { return .range }
            return nil
        }
    }

    /// The module that a name stands for here: nil if none, -1 if a `use` of it has already been reported.
    func moduleNamed(_ name: NameId) -> Int? {
        let found = table.find(module, name)
        guard found >= 0 else { return nil }
        markUsed(found)
        switch symbols[found].kind {
        case .module: return Int(symbols[found].index)
        case .refused: return -1
        default: return nil
        }
    }

    /// Reports a map's key that is none; of a parameter once, since it is missing in one place.
    func reportKey(_ key: TypeId, at span: Span) {
        if types.isParameter(key) {
            if reportedKeys.contains(key) { return }
            reportedKeys.append(key)
        }
        report(.notAMapKey(text(key), at: span), promised(key, .key))
    }

    /// Map keys that had to wait until every enum was known.
    func checkMapKeys() {
        for (key, span) in keyChecks where !types.isMapKey(key) { reportKey(key, at: span) }
        keyChecks.removeAll()
        nominalsAreKnown = true
    }
}
