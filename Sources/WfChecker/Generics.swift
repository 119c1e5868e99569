// Generic declarations: their parameters, and the instances of generic records and enums. A declaration is checked
// once, with its parameters as types of their own; an instance is its copy with the arguments put in.
// Knows nothing of calls (see `Inference`) nor of bodies (see `Instances`).
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A generic declaration and its arguments.
struct InstanceKey: Hashable {
    /// Index into `symbols`, or for funcs into `callables`.
    var declaration: Int32
    var arguments: [TypeId]
}

/// The type parameters of a declaration: a run of `typeParameters`.
struct TypeParameterRun {
    var start: Int32 = 0
    var count: Int32 = 0
    var range: Range<Int> { Int(start)..<Int(start + count) }
    var isEmpty: Bool { count == 0 }
}

/// A parameter of a generic declaration.
struct TypeParameter {
    var name: NameId
    var type: TypeId
    var constraints: [TypeConstraint]
}

/// An instance of a generic record or enum.
struct NominalInstance {
    var symbol: Int
    var type: TypeId
}

extension ProgramChecker {
    // MARK: parameters

    /// The words that may stand behind a parameter's colon.
    static let constraintWords: [(String, TypeConstraint, TypeAbilities)] = [
        ("Equatable", .equatable, [.equatable]),
        ("Encodable", .encodable, [.equatable]),
        ("Ordered", .ordered, [.equatable, .ordered]),
        ("Text", .text, [.equatable, .text]),
        ("Key", .key, [.equatable, .ordered, .text, .key]),
        ("Number", .number, [.equatable, .ordered, .text, .number]),
    ]

    static var constraintNames: [String] { constraintWords.map(\.0) }

    /// Declares the type parameters of a declaration.
    func declareTypeParameters(_ nodes: NodeList) -> TypeParameterRun {
        let start = typeParameters.count
        for (number, node) in nodes.enumerated() where tree.kind(node) == .typeParameter {
            if number >= CheckerLimits.typeParametersMax {
                report(.tooMany("type parameters", CheckerLimits.typeParametersMax, at: tree.span(node)))
                break
            }
            let view = TypeParameterView(tree, node)
            if view.name.isNone { continue }
            if primitiveType(view.name) != nil {
                report(.builtinTypeRedeclared(text(view.name), at: tree.span(view.nameToken)))
            }
            if let earlier = (start..<typeParameters.count).first(where: {
                typeParameters[$0].name == view.name
            }) {
                let token = TypeParameterView(tree, nodes[earlier - start]).nameToken
                report(
                    .duplicate(
                        text(view.name), at: tree.span(view.nameToken), earlier: tree.span(token)))
                continue
            }
            var constraints: [TypeConstraint] = []
            var abilities: TypeAbilities = []
            for bound in view.bounds {
                let (constraint, able) = self.constraint(bound)
                if constraint != .none { constraints.append(constraint) }
                abilities.formUnion(able)
            }
            let type = types.declareParameter(text(view.name), abilities)
            typeParameters.append(TypeParameter(name: view.name, type: type, constraints: constraints))
        }
        return TypeParameterRun(start: Int32(start), count: Int32(typeParameters.count - start))
    }

    private func constraint(_ node: NodeId) -> (TypeConstraint, TypeAbilities) {
        if tree.kind(node) == .missing { return (.none, []) }
        if tree.kind(node) == .namedType {
            let view = NamedTypeView(tree, node)
            if view.name.isNone { return (.none, []) }
            let word = text(view.name)
            for entry in ProgramChecker.constraintWords
            where entry.0 == word && view.module.isNone && view.arguments.isEmpty {
                return (entry.1, entry.2)
            }
        }
        let spelled = tree.text(node)
        let words = ProgramChecker.constraintWords.map { $0.0 }
        report(
            .unknownConstraint(
                spelled, at: tree.span(node), near: Suggestion.best(for: spelled, among: words), known: words)
        )
        // whatever it was to promise, the body is not told off for it as well
        return (.none, [.equatable, .ordered, .key, .number, .text])
    }

    /// The types of a run of parameters.
    func parameterTypes(_ run: TypeParameterRun) -> [TypeId] { run.range.map { typeParameters[$0].type } }

    /// The parameter of this name in scope.
    func typeParameter(named name: NameId) -> TypeId? {
        for index in scopeTypeParameters.range where typeParameters[index].name == name {
            return typeParameters[index].type
        }
        return nil
    }

    // MARK: instances of records and enums

    /// The symbol that declares a record or enum, or -1 for those that are built in.
    func origin(of type: TypeId) -> Int {
        guard type.index < nominalOfType.count, nominalOfType[type.index] >= 0 else { return -1 }
        return Int(nominals[Int(nominalOfType[type.index])].symbol)
    }

    /// The instance of a generic record or enum; poison when it has been reported.
    func instance(of symbol: Int, _ arguments: [TypeId], at span: Span) -> TypeId {
        if arguments.contains(where: { $0 == .poison }) { return .poison }
        let key = InstanceKey(declaration: Int32(symbol), arguments: arguments)
        if let known = instances[key] { return known }
        let name = text(symbols[symbol].name)
        if instances.count >= CheckerLimits.instancesMax {
            if !reportedGrowth { report(.tooManyInstances(CheckerLimits.instancesMax, name, at: span)) }
            reportedGrowth = true
            return .poison
        }
        let type =
            symbols[symbol].kind == .record
            ? types.declareRecord(name, arguments: arguments)
            : types.declareEnum(name, arguments: arguments)
        if type == .poison {
            if !reportedGrowth { report(.instanceGrows(name, at: nameSpan(of: symbols[symbol]))) }
            knownRefusals = types.refusals
            reportedGrowth = true
            return .poison
        }
        instances[key] = type
        instanceQueue.append(NominalInstance(symbol: symbol, type: type))
        // known from the start, so that a message can name its declaration
        while nominalOfType.count <= type.index { nominalOfType.append(-1) }
        nominalOfType[type.index] = Int32(nominals.count)
        nominals.append(NominalMembers(start: 0, count: 0, symbol: Int32(symbol)))
        if nominalsAreResolved { fillInstances() }
        return type
    }

    /// The instance that a declaration is of itself.
    func declareTemplate(_ symbol: Int) {
        guard !symbols[symbol].typeParameters.isEmpty else { return }
        let key = InstanceKey(
            declaration: Int32(symbol), arguments: parameterTypes(symbols[symbol].typeParameters))
        instances[key] = symbols[symbol].type
    }

    /// Gives all new instances their members.
    func fillInstances() {
        if isFillingInstances { return }
        isFillingInstances = true
        while !instanceQueue.isEmpty {
            let next = instanceQueue.removeFirst()
            if symbols[next.symbol].kind == .record { fillRecord(next) } else { fillEnum(next) }
        }
        isFillingInstances = false
    }

    private func fillRecord(_ instance: NominalInstance) {
        let template = members(of: symbols[instance.symbol].type)
        let parameters = parameterTypes(symbols[instance.symbol].typeParameters)
        let arguments = types.arguments(of: instance.type)
        let found = template.map { replacing(parameters, with: arguments, in: fields[$0].type) }
        let start = fields.count
        for (number, index) in template.enumerated() {
            var field = fields[index]
            field.type = found[number]
            field.template = Int32(index)
            fields.append(field)
        }
        setMembers(
            of: instance.type, start: start, count: fields.count - start, symbol: instance.symbol)
        if defaultsAreFolded { defineRecord(instance.type) } else { undefinedInstances.append(instance.type) }
    }

    private func fillEnum(_ instance: NominalInstance) {
        let template = members(of: symbols[instance.symbol].type)
        let parameters = parameterTypes(symbols[instance.symbol].typeParameters)
        let arguments = types.arguments(of: instance.type)
        var infos: [CaseInfo] = []
        var rows: [EnumCase] = []
        for index in template {
            var row = cases[index]
            let range = Int(row.payloadStart)..<Int(row.payloadStart + row.payloadCount)
            let found = range.map { replacing(parameters, with: arguments, in: payloads[$0].type) }
            var payloadInfos: [PayloadInfo] = []
            row.payloadStart = Int32(payloads.count)
            for (number, place) in range.enumerated() {
                let label = payloads[place].label
                payloads.append(Payload(label: label, type: found[number]))
                payloadInfos.append(PayloadInfo(label: label.isNone ? nil : text(label), type: found[number]))
            }
            rows.append(row)
            infos.append(CaseInfo(name: text(row.name), payload: payloadInfos))
        }
        types.defineEnum(instance.type, cases: infos)
        let start = cases.count
        cases.append(contentsOf: rows)
        setMembers(of: instance.type, start: start, count: rows.count, symbol: instance.symbol)
    }

    /// Gives the table the fields of a record whose defaults are known.
    func defineRecord(_ type: TypeId) {
        let symbol = symbols[origin(of: type)]
        var infos: [FieldInfo] = []
        for field in members(of: type) {
            let source = fields[field].template >= 0 ? Int(fields[field].template) : field
            var bytes: [UInt8]?
            if case .known(let place) = fields[source].defaultValue { bytes = folded[Int(place)].bytes }
            infos.append(
                FieldInfo(name: text(fields[field].name), type: fields[field].type, defaultValue: bytes))
        }
        let reader = modules[Int(symbol.module)].tree.reader
        types.defineRecord(type, fields: infos, open: RecordDeclView(reader, symbol.node).isOpen)
    }

    // MARK: putting arguments in

    /// The type with each of `parameters` replaced by its argument. Records and enums become other instances.
    func replacing(_ parameters: [TypeId], with arguments: [TypeId], in type: TypeId) -> TypeId {
        if !types.containsParameter(type) && !types.containsVariable(type) { return type }
        func inner(_ part: TypeId) -> TypeId { replacing(parameters, with: arguments, in: part) }
        switch kind(type) {
        case .variable:
            guard let number = parameters.firstIndex(of: type), number < arguments.count else { return type }
            return arguments[number]
        case .list: return types.list(of: inner(types.element(of: type)))
        case .optional: return types.optional(of: inner(types.element(of: type)))
        case .map:
            let key = inner(types.key(of: type))
            return types.map(key: key, value: inner(types.value(of: type)))
        case .tuple: return types.tuple(of: types.tupleElements(of: type).map(inner))
        case .function:
            let found = types.functionParameters(of: type).map(inner)
            return types.function(parameters: found, result: inner(types.functionResult(of: type)))
        case .record, .enumeration:
            let found = types.arguments(of: type).map(inner)
            let symbol = origin(of: type)
            return instance(of: symbol, found, at: nameSpan(of: symbols[symbol]))
        default: return type
        }
    }

    /// The arguments a type node gives a generic record or enum; poison when it has been reported.
    func resolveInstance(_ view: NamedTypeView, _ found: Int) -> TypeId {
        let run = symbols[found].typeParameters
        if view.arguments.isEmpty {
            report(
                .needsTypeArguments(
                    text(symbols[found].name), parameterTypes(run).map { text($0) },
                    at: tree.span(view.nameToken)))
            return .poison
        }
        let arguments = view.arguments.map { resolveType($0) }
        if arguments.count != Int(run.count) {
            report(
                .typeArgumentCount(
                    text(symbols[found].name), expected: Int(run.count), found: arguments.count, at: view.span
                ))
            return .poison
        }
        for (number, argument) in arguments.enumerated() {
            let parameter = typeParameters[run.range.lowerBound + number]
            if parameter.constraints.isEmpty || types.containsPoison(argument) { continue }
            if nominalsAreResolved {
                let span = tree.span(view.arguments[number])
                checkArgument(argument, parameter, text(symbols[found].name), at: span)
            } else {
                argumentChecks.append(
                    (argument, run.range.lowerBound + number, found, tree.span(view.arguments[number])))
            }
        }
        return instance(of: found, arguments, at: view.span)
    }

    /// Reports an argument that cannot do what its parameter asks for.
    @discardableResult
    func checkArgument(_ type: TypeId, _ parameter: TypeParameter, _ name: String, at span: Span) -> Bool {
        if types.containsPoison(type) { return true }
        guard let unmet = parameter.constraints.first(where: { !$0.isMet(by: type, in: types) }) else {
            return true
        }
        report(
            .argumentNotMet(
                name, parameter: text(parameter.name), text(type), constraintText(unmet), at: span),
            promised(type, unmet))
        return false
    }

    /// Arguments of types that had to wait until every record and enum was known.
    func checkTypeArguments() {
        for (type, parameter, symbol, span) in argumentChecks {
            checkArgument(type, typeParameters[parameter], text(symbols[symbol].name), at: span)
        }
        argumentChecks.removeAll()
    }

    /// How a parameter would be declared to be able to do this; nil for any other type.
    func promised(_ type: TypeId, _ constraint: TypeConstraint) -> String? {
        guard types.isParameter(type) else { return nil }
        let known = typeParameters.first { $0.type == type }?.constraints ?? []
        let words = (known + [constraint]).map { constraintWord($0) }.joined(separator: " + ")
        return "promise it where `\(text(type))` is declared: `<\(text(type)): \(words)>`"
    }

    func constraintWord(_ constraint: TypeConstraint) -> String {
        ProgramChecker.constraintWords.first { $0.1 == constraint }?.0 ?? "Equatable"
    }
}
