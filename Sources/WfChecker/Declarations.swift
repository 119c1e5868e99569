// Declarations: collecting every module's names, then types of fields, payloads and parameters.
// It does not look into bodies.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: names

    /// The records that every table holds, as if they were declared.
    func declareBuiltinRecords() {
        for type in [TypeId.error, TypeId.output] {
            let start = fields.count
            for index in 0..<types.fieldCount(of: type) {
                fields.append(
                    Field(
                        name: interner.intern(types.fieldName(of: type, at: index)),
                        type: types.fieldType(of: type, at: index), defaultNode: .none))
            }
            setMembers(of: type, start: start, count: fields.count - start, symbol: -1)
        }
    }

    func setMembers(of type: TypeId, start: Int, count: Int, symbol: Int) {
        while nominalOfType.count <= type.index { nominalOfType.append(-1) }
        nominalOfType[type.index] = Int32(nominals.count)
        nominals.append(NominalMembers(start: Int32(start), count: Int32(count), symbol: Int32(symbol)))
    }

    /// The run of `fields` or `cases` of a record or enum.
    @inline(__always) func members(of type: TypeId) -> Range<Int> {
        guard type.index < nominalOfType.count, nominalOfType[type.index] >= 0 else { return 0..<0 }
        let entry = nominals[Int(nominalOfType[type.index])]
        return Int(entry.start)..<Int(entry.start + entry.count)
    }

    /// First pass over a module: its declarations become symbols.
    func collectDeclarations() {
        for item in SourceFileView(tree, tree.root).items {
            switch tree.kind(item) {
            case .recordDecl:
                let view = RecordDeclView(tree, item)
                let parameters = declareTypeParameters(view.typeParameters)
                let type = types.declareRecord(text(view.name), arguments: parameterTypes(parameters))
                let symbol = add(
                    Symbol(
                        kind: .record, module: Int32(module), name: view.name, node: item, index: 0,
                        type: type, typeParameters: parameters), view.nameToken)
                declareTemplate(symbol)
            case .enumDecl:
                let view = EnumDeclView(tree, item)
                let parameters = declareTypeParameters(view.typeParameters)
                let type = types.declareEnum(text(view.name), arguments: parameterTypes(parameters))
                let symbol = add(
                    Symbol(
                        kind: .enumeration, module: Int32(module), name: view.name, node: item, index: 0,
                        type: type, typeParameters: parameters),
                    view.nameToken)
                declareTemplate(symbol)
            case .constDecl:
                let view = ConstDeclView(tree, item)
                let symbol = add(
                    Symbol(
                        kind: .constant, module: Int32(module), name: view.name, node: item,
                        index: Int32(constants.count), type: .poison), view.nameToken)
                constants.append(ConstantEntry(symbol: Int32(symbol)))
            case .funcDecl: addCallable(.function, item)
            case .workflowDecl, .flowDecl: addCallable(.workflow, item)
            case .actionDecl: addCallable(.action, item)
            case .externActionDecl:
                let view = ExternActionDeclView(tree, item)
                if modules[module].isStandardLibrary {
                    addCallable(.effect, item)
                } else {
                    report(.externOutsideStandardLibrary(at: tree.span(tree.firstToken(item))))
                    refuse(view.name, view.nameToken, item)
                }
            case .secretDecl: declareSecret(item)
            case .configDecl: declareConfig(item)
            case .poolDecl: declareResource(.pool, item)
            case .rateDecl: declareResource(.rate, item)
            case .breakerDecl: declareResource(.breaker, item)
            default: collectUnbuilt(item)
            }
        }
    }

    /// Declarations of `language.md` that are not built yet.
    private func collectUnbuilt(_ item: NodeId) {
        let keyword = tree.span(tree.firstToken(item))
        switch tree.kind(item) {
        case .externFuncDecl:
            let view = CallableDeclView(tree, item)
            report(.notBuilt("`extern func`", at: keyword))
            refuse(view.name, view.nameToken, item)
        case .triggerDecl: report(.notBuilt("a trigger (`on`)", at: keyword))
        default: break
        }
    }

    private func refuseGeneric(
        _ parameters: NodeList, _ what: String, _ name: NameId, _ token: TokenId, _ item: NodeId
    ) -> Bool {
        guard let first = parameters.first else { return false }
        let span = tree.span(first).joined(tree.span(parameters[parameters.count - 1]))
        report(.cannotBeGeneric(what, at: span))
        refuse(name, token, item)
        return true
    }

    func refuse(_ name: NameId, _ token: TokenId, _ item: NodeId) {
        add(
            Symbol(kind: .refused, module: Int32(module), name: name, node: item, index: 0, type: .poison),
            token)
    }

    private func addCallable(_ kind: SymbolKind, _ item: NodeId) {
        let view = CallableDeclView(tree, item)
        var parameters = TypeParameterRun()
        if kind == .function {
            parameters = declareTypeParameters(view.typeParameters)
        } else {
            let what =
                switch kind {
                case .effect: "extern action"
                case .action: "action"
                default: "workflow"
                }
            if refuseGeneric(view.typeParameters, what, view.name, view.nameToken, item) { return }
        }
        let symbol = add(
            Symbol(
                kind: kind, module: Int32(module), name: view.name, node: item, index: Int32(callables.count),
                type: .poison, typeParameters: parameters), view.nameToken)
        var callable = Callable(symbol: Int32(symbol))
        switch kind {
        case .function where !parameters.isEmpty: break
        case .function:
            callable.output = Int32(checkedFunctions.count)
            checkedFunctions.append(nil)
        case .workflow:
            callable.output = Int32(checkedWorkflows.count)
            checkedWorkflows.append(nil)
        case .action:
            callable.output = Int32(checkedActions.count)
            checkedActions.append(nil)
        default: break
        }
        callables.append(callable)
    }

    @discardableResult
    func add(_ symbol: Symbol, _ nameToken: TokenId) -> Int {
        symbols.append(symbol)
        let index = symbols.count - 1
        if symbol.name.isNone { return index }
        if primitiveType(symbol.name) != nil || symbol.name == names.secretType {
            report(.builtinTypeRedeclared(text(symbol.name), at: tree.span(nameToken)))
            return index
        }
        let earlier = table.find(module, symbol.name)
        if earlier >= 0 {
            report(
                .duplicate(
                    text(symbol.name), at: tree.span(nameToken), earlier: nameSpan(of: symbols[earlier])))
        } else {
            table.insert(module, symbol.name, index)
        }
        return index
    }

    /// Where a symbol's name stands.
    func nameSpan(of symbol: Symbol) -> Span {
        let reader = modules[Int(symbol.module)].tree.reader
        // every named declaration keeps its name and its token first
        return reader.span(SecretDeclView(reader, symbol.node).nameToken)
    }

    /// Second pass: what each `use` brings in.
    func resolveUses() {
        var number = 0
        for item in SourceFileView(tree, tree.root).items where tree.kind(item) == .useDecl {
            let view = UseDeclView(tree, item)
            let targets = modules[module].uses
            let target = number < targets.count ? targets[number] : nil
            number += 1
            if target == nil { reportMissingModule(view) }
            if view.isFile && !view.hasAlias && target != nil {
                report(.useWithoutAlias(at: tree.span(item)))
                continue
            }
            if view.alias.isNone { continue }
            let earlier = table.find(module, view.alias)
            if earlier >= 0 {
                report(
                    .duplicate(
                        text(view.alias), at: tree.span(view.aliasToken),
                        earlier: nameSpan(of: symbols[earlier])))
                continue
            }
            symbols.append(
                Symbol(
                    kind: target == nil ? .refused : .module, module: Int32(module), name: view.alias,
                    node: item,
                    index: Int32(target ?? 0), type: .poison))
            table.insert(module, view.alias, symbols.count - 1)
        }
    }

    // MARK: types of members

    /// Fields of records and payloads of enums, in all modules.
    func resolveNominals() {
        for index in symbols.indices {
            let symbol = symbols[index]
            scopeTypeParameters = symbol.typeParameters
            switch symbol.kind {
            case .record:
                enter(Int(symbol.module))
                resolveFields(symbol, index)
            case .enumeration:
                enter(Int(symbol.module))
                resolveCases(symbol, index)
            default: break
            }
        }
        scopeTypeParameters = TypeParameterRun()
        nominalsAreResolved = true
        fillInstances()
        checkMapKeys()
        checkTypeArguments()
    }

    private func resolveFields(_ symbol: Symbol, _ index: Int) {
        let view = RecordDeclView(tree, symbol.node)
        let start = fields.count
        for (number, field) in view.fields.enumerated() where tree.kind(field) == .fieldDecl {
            let fieldView = FieldDeclView(tree, field)
            if number >= ValueLimits.membersMax {
                report(.tooMany("fields in a record", ValueLimits.membersMax, at: tree.span(field)))
                break
            }
            let type = resolveType(fieldView.type)
            if let earlier = (start..<fields.count).first(where: { fields[$0].name == fieldView.name }),
                !fieldView.name.isNone
            {
                let token = FieldDeclView(tree, view.fields[earlier - start]).nameToken
                report(
                    .duplicate(
                        text(fieldView.name), at: tree.span(fieldView.nameToken), earlier: tree.span(token)))
                continue
            }
            fields.append(
                Field(
                    name: fieldView.name, type: type, defaultNode: fieldView.defaultValue ?? .none,
                    defaultValue: fieldView.defaultValue == nil ? .none : .pending))
        }
        setMembers(of: symbol.type, start: start, count: fields.count - start, symbol: index)
    }

    private func resolveCases(_ symbol: Symbol, _ index: Int) {
        let view = EnumDeclView(tree, symbol.node)
        let start = cases.count
        var infos: [CaseInfo] = []
        for item in view.cases where tree.kind(item) == .enumCaseDecl {
            let caseView = EnumCaseDeclView(tree, item)
            if infos.count >= ValueLimits.membersMax {
                report(.tooMany("cases in an enum", ValueLimits.membersMax, at: tree.span(item)))
                break
            }
            let payloadStart = payloads.count
            var payloadInfos: [PayloadInfo] = []
            for payload in caseView.payload.prefix(ValueLimits.membersMax) {
                let payloadView = EnumPayloadView(tree, payload)
                let type = resolveType(payloadView.type)
                payloads.append(Payload(label: payloadView.label, type: type))
                payloadInfos.append(
                    PayloadInfo(label: payloadView.label.isNone ? nil : text(payloadView.label), type: type))
            }
            if (start..<cases.count).contains(where: { cases[$0].name == caseView.name }),
                !caseView.name.isNone
            {
                let earlier = view.cases.first { EnumCaseDeclView(tree, $0).name == caseView.name } ?? item
                report(
                    .duplicate(
                        text(caseView.name), at: tree.span(caseView.nameToken),
                        earlier: tree.span(EnumCaseDeclView(tree, earlier).nameToken)))
                continue
            }
            cases.append(
                EnumCase(
                    name: caseView.name, payloadStart: Int32(payloadStart),
                    payloadCount: Int32(payloads.count - payloadStart)))
            infos.append(CaseInfo(name: text(caseView.name), payload: payloadInfos))
        }
        types.defineEnum(symbol.type, cases: infos)
        setMembers(of: symbol.type, start: start, count: cases.count - start, symbol: index)
    }

    /// Records that contain themselves without a way to end.
    func checkRecursiveRecords() {
        var state = [UInt8](repeating: 0, count: types.count)
        for symbol in symbols where symbol.kind == .record && state[symbol.type.index] == 0 {
            _ = containsItself(symbol.type, &state, depth: 0)
        }
    }

    /// 0 not seen, 1 on the path, 2 done.
    private func containsItself(_ type: TypeId, _ state: inout [UInt8], depth: Int) -> Bool {
        switch kind(type) {
        case .tuple:
            for element in types.tupleElements(of: type)
            where containsItself(element, &state, depth: depth + 1) {
                return true
            }
            return false
        case .record:
            if state[type.index] == 1 { return true }
            if state[type.index] == 2 || depth > 1000 { return false }
            state[type.index] = 1
            for index in members(of: type) where containsItself(fields[index].type, &state, depth: depth + 1)
            {
                let entry = nominals[Int(nominalOfType[type.index])]
                // an instance of a generic record is what was written in it: that record is to blame
                if entry.symbol >= 0 && symbols[Int(entry.symbol)].type != type {
                    state[type.index] = 2
                    return true
                }
                if entry.symbol >= 0 && state[type.index] == 1 {
                    let symbol = symbols[Int(entry.symbol)]
                    // its defaults could not be made either
                    for field in members(of: type) where fields[field].defaultValue == .pending {
                        fields[field].defaultValue = .refused
                    }
                    report(
                        .recordContainsItself(
                            text(type), field: text(fields[index].name), at: fieldSpan(symbol, index)))
                }
                state[type.index] = 2
                return false
            }
            state[type.index] = 2
            return false
        default: return false
        }
    }

    /// Where a record's field is named, by its number among all fields.
    private func fieldSpan(_ symbol: Symbol, _ index: Int) -> Span {
        let reader = modules[Int(symbol.module)].tree.reader
        let written = RecordDeclView(reader, symbol.node).fields
        let number = index - members(of: symbol.type).lowerBound
        guard number < written.count, reader.kind(written[number]) == .fieldDecl else {
            return nameSpan(of: symbol)
        }
        return reader.span(FieldDeclView(reader, written[number]).nameToken)
    }

    // MARK: signatures

    /// Parameters and results of everything that can be called.
    func resolveSignatures() {
        for index in callables.indices {
            let symbol = symbols[Int(callables[index].symbol)]
            enter(Int(symbol.module))
            scopeTypeParameters = symbol.typeParameters
            let view = CallableDeclView(tree, symbol.node)
            callables[index].parameterStart = Int32(parameters.count)
            for (number, item) in view.parameters.enumerated() where tree.kind(item) == .parameter {
                if number >= 255 {
                    report(.tooMany("parameters", 255, at: tree.span(item)))
                    break
                }
                addParameter(
                    ParameterView(tree, item), of: symbol, from: Int(callables[index].parameterStart))
                if number == 0 && symbol.kind == .function && ParameterView(tree, item).name == .`self` {
                    callables[index].isMethod = true
                }
            }
            callables[index].parameterCount = Int32(parameters.count) - callables[index].parameterStart
            if let result = view.result {
                callables[index].isTyped = isAny(result, symbol)
                callables[index].result = callables[index].isTyped ? .json : resolveType(result)
            }
        }
        scopeTypeParameters = TypeParameterRun()
    }

    private func knownParameterType(_ id: NodeId) -> TypeId? {
        if isNamed(id, "SqlText") || isNamed(id, "StepName") { return .string }
        return isNamed(id, "SqlValue") ? .json : nil
    }

    /// Whether a parameter's type is one of the names that only the standard library's effects have.
    private func isNamed(_ id: NodeId, _ name: String) -> Bool {
        modules[module].isStandardLibrary && tree.kind(id) == .namedType
            && text(NamedTypeView(tree, id).name) == name
    }

    private func addParameter(_ view: ParameterView, of symbol: Symbol, from start: Int) {
        let isStandard = modules[module].isStandardLibrary
        var isText = false
        var type: TypeId
        if symbol.kind == .effect, tree.kind(view.type) == .namedType,
            NamedTypeView(tree, view.type).name == names.textType
        {
            isText = true
            type = .string
        } else if symbol.kind == .effect, let known = knownParameterType(view.type) {
            type = known
        } else if isAny(view.type, symbol) {
            type = .json
        } else {
            type = resolveType(view.type)
        }
        if view.isVariadic {
            if symbol.kind != .effect { report(.variadicOutsideStandardLibrary(at: view.span)) }
            type = types.list(of: type)
        }
        if view.isSecret {
            if isStandard {
                type = types.secretForm(of: type)
            } else {
                report(.secretMark(at: tree.span(tree.firstToken(view.id))))
            }
        }
        for earlier in start..<parameters.count
        where parameters[earlier].name == view.name && !view.name.isNone {
            report(
                .duplicate(
                    text(view.name), at: tree.span(view.nameToken),
                    earlier: tree.span(parameters[earlier].nameToken)))
        }
        parameters.append(
            Parameter(
                name: view.name, type: type, nameToken: view.nameToken,
                defaultNode: view.defaultValue ?? .none,
                defaultValue: view.defaultValue == nil ? .none : .pending, isVariadic: view.isVariadic,
                isText: isText, isStatement: isNamed(view.type, "SqlText"),
                isValue: isNamed(view.type, "SqlValue"), isStep: isNamed(view.type, "StepName"),
                isSecret: view.isSecret,
                isAny: isAny(view.type, symbol)))
    }

    /// Whether the signature of an effect says `Any` there.
    private func isAny(_ type: NodeId, _ symbol: Symbol) -> Bool {
        symbol.kind == .effect && tree.kind(type) == .namedType
            && NamedTypeView(tree, type).name == names.anyType
    }

    /// The parameters of a callable.
    @inline(__always) func parameterRange(_ callable: Int) -> Range<Int> {
        let entry = callables[callable]
        return Int(entry.parameterStart)..<Int(entry.parameterStart + entry.parameterCount)
    }
}
