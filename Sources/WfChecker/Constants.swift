// Values known when the program is compiled: constants, and defaults of fields and parameters. Folding reads typed
// nodes and writes the binary encoding; what it cannot fold it leaves to the machine, or reports for a default.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: const

    /// A reference to a constant; literals are put in place.
    func constant(_ index: Int, _ id: NodeId) -> TypedId {
        resolveConstant(index, from: tree.span(id))
        let entry = constants[index]
        if entry.type == .poison { return poison(id) }
        if entry.literal >= 0 { return emit(folded[Int(entry.literal)], id) }
        return make(.constantReference, entry.type, id, a: UInt32(bitPattern: entry.output))
    }

    /// Types a constant, once.
    func resolveConstant(_ index: Int, from use: Span?) {
        switch constants[index].state {
        case .done: return
        case .running:
            let symbol = symbols[Int(constants[index].symbol)]
            report(
                .constantCycle(
                    text(symbol.name), at: use ?? nameSpan(of: symbol), declared: nameSpan(of: symbol)))
            return
        case .pending: break
        }
        constants[index].state = .running
        let symbol = symbols[Int(constants[index].symbol)]
        let saved = beginBody(.constant, in: Int(symbol.module))
        let wasKeeping = keepsConstants
        keepsConstants = true
        let view = ConstDeclView(tree, symbol.node)
        var type = TypeId.poison
        if let node = view.value {
            let value: TypedId
            if let written = view.type {
                type = resolveType(written)
                value = expression(node, as: type)
            } else {
                value = expression(node)
                type = letType(of: value, node)
            }
            if self.type(of: value) == .poison && view.type == nil { type = .poison }
            if type != .poison && requireEncodable(type, at: node) {
                var place: Int32 = -1
                if !constants[index].isConfig, let known = fold(value) {
                    place = Int32(folded.count)
                    folded.append(known)
                }
                if place >= 0 && (isLiteral(value) || !types.isReference(type)) {
                    constants[index].literal = place
                } else {
                    constants[index].output = Int32(checkedConstants.count)
                    foldedConstants.append(place)
                    checkedConstants.append(
                        CheckedConstantDeclaration(
                            name: text(symbol.name), type: type, file: tree.file, value: value,
                            locals: localInfos(),
                            config: constants[index].isConfig ? nameSpan(of: symbol) : nil))
                }
            }
        } else if let written = view.type {
            type = resolveType(written)
            if constants[index].isConfig, type != .poison, requireEncodable(type, at: written) {
                constants[index].output = Int32(checkedConstants.count)
                foldedConstants.append(-1)
                checkedConstants.append(
                    CheckedConstantDeclaration(
                        name: text(symbol.name), type: type, file: tree.file, value: .none,
                        locals: localInfos(), config: nameSpan(of: symbol)))
            }
        }
        keepsConstants = wasKeeping
        constants[index].type = type
        constants[index].state = .done
        endBody(saved)
    }

    /// Whether a value is small enough to be put wherever its constant is named.
    private func isLiteral(_ id: TypedId) -> Bool {
        let node = typed[id]
        switch node.kind {
        case .word, .constant, .null: return true
        case .wrap: return isLiteral(TypedId(node.a))
        case .enumCase: return node.list == 0
        default: return false
        }
    }

    /// A known value as a node.
    func emit(_ value: FoldedValue, _ id: NodeId) -> TypedId {
        if !types.isReference(value.type) { return word(value.word, value.type, id) }
        if kind(value.type) == .optional && value.bytes == [0] { return make(.null, value.type, id) }
        if !needsConstants { return make(.constant, value.type, id) }
        return constant(value.type, value.bytes, id)
    }

    // MARK: defaults

    /// Folds every default and gives the table its records.
    func foldDefaults() {
        for index in symbols.indices where symbols[index].kind == .record {
            let type = symbols[index].type
            for field in members(of: type) { resolveFieldDefault(field, in: Int(symbols[index].module)) }
            defineRecord(type)
        }
        defaultsAreFolded = true
        for type in undefinedInstances { defineRecord(type) }
        undefinedInstances.removeAll()
        for callable in callables.indices {
            for parameter in parameterRange(callable) where parameters[parameter].defaultValue == .pending {
                resolveParameterDefault(parameter, in: Int(symbols[Int(callables[callable].symbol)].module))
            }
        }
    }

    /// The default of a field as a node, or nil when it has none.
    func fieldDefault(_ field: Int, _ id: NodeId) -> TypedId? {
        if fields[field].template >= 0 {
            guard let value = fieldDefault(Int(fields[field].template), id) else { return nil }
            return retyped(value, fields[field].type, id)
        }
        switch fields[field].defaultValue {
        case .none: return nil
        case .known(let place): return emit(folded[Int(place)], id)
        case .refused: return poison(id)
        case .running:
            report(.defaultCycle(text(fields[field].name), at: tree.span(id)))
            fields[field].defaultValue = .refused
            return poison(id)
        case .pending:
            let owner = nominals.firstIndex {
                Int($0.start) <= field && field < Int($0.start + $0.count) && $0.symbol >= 0
                    && symbols[Int($0.symbol)].kind == .record
            }
            let symbol = owner.map { Int(nominals[$0].symbol) } ?? 0
            resolveFieldDefault(field, in: Int(symbols[symbol].module))
            return fieldDefault(field, id)
        }
    }

    /// A default of a generic declaration where its parameters are known: its encoding is the same.
    func retyped(_ value: TypedId, _ type: TypeId, _ id: NodeId) -> TypedId {
        let node = typed[value]
        if node.type == type || node.type == .poison { return value }
        if node.kind == .constant && needsConstants {
            return constant(type, constantPool[Int(node.a)].bytes, id)
        }
        return make(node.kind, type, like: value, aux: node.aux, a: node.a, b: node.b, list: node.list)
    }

    private func resolveFieldDefault(_ field: Int, in target: Int) {
        guard fields[field].defaultValue == .pending else { return }
        fields[field].defaultValue = .running
        let state = foldDefault(fields[field].defaultNode, fields[field].type, in: target)
        if fields[field].defaultValue == .running { fields[field].defaultValue = state }
    }

    /// The default of a parameter as a node, or nil when it has none.
    func parameterDefault(_ parameter: Int, _ id: NodeId) -> TypedId? {
        switch parameters[parameter].defaultValue {
        case .none: return nil
        case .known(let place): return emit(folded[Int(place)], id)
        case .refused, .running: return poison(id)
        case .pending:
            let owner = callables.firstIndex {
                Int($0.parameterStart) <= parameter && parameter < Int($0.parameterStart + $0.parameterCount)
            }
            let symbol = owner.map { Int(callables[$0].symbol) } ?? 0
            resolveParameterDefault(parameter, in: Int(symbols[symbol].module))
            return parameterDefault(parameter, id)
        }
    }

    private func resolveParameterDefault(_ parameter: Int, in target: Int) {
        parameters[parameter].defaultValue = .running
        let state = foldDefault(parameters[parameter].defaultNode, parameters[parameter].type, in: target)
        parameters[parameter].defaultValue = state
    }

    private func foldDefault(_ node: NodeId, _ type: TypeId, in target: Int) -> FoldedState {
        let saved = beginBody(.constant, in: target)
        let wasKeeping = keepsConstants
        keepsConstants = true
        let errors = sink.errorCount
        let value = expression(node, as: type)
        var state = FoldedState.refused
        if self.type(of: value) != .poison && type != .poison {
            if let literal = fold(value) {
                state = .known(Int32(folded.count))
                folded.append(literal)
            } else if sink.errorCount == errors {
                report(.defaultNotConstant(at: tree.span(node)))
            }
        }
        keepsConstants = wasKeeping
        endBody(saved)
        return state
    }

    // MARK: folding

    /// The value of a typed node, or nil when only the machine can tell.
    func fold(_ id: TypedId) -> FoldedValue? {
        var writer = ByteWriter()
        guard fold(id, &writer) else { return nil }
        let node = typed[id]
        let bits = wordBits(id) ?? 0
        return FoldedValue(type: node.type, bytes: writer.toArray(), word: bits)
    }

    /// The value of a number or time that needs no run to be known.
    func wordBits(_ id: TypedId) -> UInt64? {
        let node = typed[id]
        switch node.kind {
        case .word: return UInt64(node.a) | UInt64(node.b) << 32
        case .negate:
            guard let bits = wordBits(TypedId(node.a)) else { return nil }
            if node.type == .float { return (-Double(bitPattern: bits)).bitPattern }
            return 0 &- bits
        case .binary:
            guard node.type == .int || node.type == .duration, let left = wordBits(TypedId(node.a)),
                let right = wordBits(TypedId(node.b)), let operation = TypedOperator(rawValue: node.aux)
            else { return nil }
            let a = Int(truncatingIfNeeded: left)
            let b = Int(truncatingIfNeeded: right)
            let (value, overflow): (Int, Bool)
            switch operation {
            case .add: (value, overflow) = a.addingReportingOverflow(b)
            case .subtract: (value, overflow) = a.subtractingReportingOverflow(b)
            case .multiply: (value, overflow) = a.multipliedReportingOverflow(by: b)
            default: return nil
            }
            return overflow ? nil : UInt64(bitPattern: Int64(value))
        default: return nil
        }
    }

    private func fold(_ id: TypedId, _ out: inout ByteWriter) -> Bool {
        let node = typed[id]
        if let bits = wordBits(id) { return foldWord(bits, node.type, &out) }
        switch node.kind {
        case .constant:
            let bytes = constantPool[Int(node.a)].bytes
            out.append(bytes)
            return true
        case .null:
            if kind(node.type) != .optional { return false }
            out.append(0 as UInt8)
            return true
        case .wrap:
            out.append(1 as UInt8)
            return fold(TypedId(node.a), &out)
        case .reinterpret: return fold(TypedId(node.a), &out)
        case .list:
            let elements = typed.list(node.list)
            out.appendCount(node.list == 0 ? 0 : elements.count)
            if node.list == 0 { return true }
            for element in elements where !fold(TypedId(element), &out) { return false }
            return true
        case .map:
            if node.list == 0 {
                out.appendCount(0)
                return true
            }
            let parts = typed.list(node.list)
            out.appendCount(parts.count / 2)
            for part in parts where !fold(TypedId(part), &out) { return false }
            return true
        case .construct:
            if node.list == 0 { return true }
            for part in typed.list(node.list) where !fold(TypedId(part), &out) { return false }
            return true
        case .enumCase:
            out.appendCount(Int(node.a))
            if node.list == 0 { return true }
            for part in typed.list(node.list) where !fold(TypedId(part), &out) { return false }
            return true
        case .constantReference:
            let place = foldedConstants[Int(node.a)]
            if place < 0 { return false }
            out.append(folded[Int(place)].bytes)
            return true
        case .toJson: return foldJson(TypedId(node.a), &out)
        default: return false
        }
    }

    private func foldWord(_ bits: UInt64, _ type: TypeId, _ out: inout ByteWriter) -> Bool {
        switch kind(type) {
        case .unit: return true
        case .bool: out.appendBool(bits != 0)
        case .int, .duration, .time: out.appendInt(Int(truncatingIfNeeded: bits))
        case .float: out.appendFloat(Double(bitPattern: bits))
        case .enumeration: out.appendCount(Int(truncatingIfNeeded: bits))
        default: return false
        }
        return true
    }

    private func foldJson(_ id: TypedId, _ out: inout ByteWriter) -> Bool {
        guard let inner = fold(id) else { return false }
        do {
            let json = try types.jsonText(of: inner.bytes, as: inner.type)
            out.append(try types.binary(fromJson: json, as: .json))
            return true
        } catch {
            return false
        }
    }
}
