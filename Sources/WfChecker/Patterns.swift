// Patterns to typed patterns. Knows what each type can be matched by; whether all is covered, `Exhaustiveness` says.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

/// A name that the first of several alternatives binds.
struct AlternativeName {
    var name: NameId
    var type: TypeId
    var local: UInt32
    var span: Span
}

extension ProgramChecker {
    /// A pattern for values of `type`; its names are bound in the current scope.
    func pattern(_ id: NodeId, _ type: TypeId) -> TypedId {
        switch tree.kind(id) {
        case .wildcardPattern, .elsePattern: return make(.anyPattern, type, id)
        case .bindingPattern: return bindingPattern(id, type)
        case .nullPattern:
            if kind(type) == .optional || type == .poison { return make(.nullPattern, type, id) }
            if type == .json {
                report(.patternMismatch("`null`", "Json", help: "test `.isNull`", at: tree.span(id)))
            } else {
                report(.patternMismatch("`null`", text(type), help: nil, at: tree.span(id)))
            }
            return make(.anyPattern, .poison, id)
        case .errorPattern, .missing: return make(.anyPattern, .poison, id)
        case .orPattern: return orPattern(OrPatternView(tree, id), type)
        default: break
        }
        if kind(type) == .optional {
            let inner = pattern(id, types.element(of: type))
            return self.type(of: inner) == .poison ? inner : make(.somePattern, type, id, a: inner.index)
        }
        switch tree.kind(id) {
        case .literalPattern: return literalPattern(LiteralPatternView(tree, id), type)
        case .rangePattern: return rangePattern(RangePatternView(tree, id), type)
        case .casePattern: return casePattern(CasePatternView(tree, id), type)
        case .tuplePattern: return tuplePattern(TuplePatternView(tree, id), type)
        default: return make(.anyPattern, .poison, id)
        }
    }

    private func bindingPattern(_ id: NodeId, _ type: TypeId) -> TypedId {
        let name = BindingPatternView(tree, id).name
        if let known = alternativeNames.first(where: { $0.name == name }), !name.isNone {
            if known.type != type && !types.containsPoison(type) && !types.containsPoison(known.type) {
                report(
                    .alternativesDiffer(
                        text(name), text(known.type), text(type), at: tree.span(id), first: known.span))
            }
            bind(name, .pattern, known.type, local: known.local, at: tree.span(id))
            return make(.bindPattern, type, id, a: known.local)
        }
        // a name alone takes what is left: without its `?` once null has an arm of its own (see matchExpression)
        let local = declare(name, .pattern, type, at: tree.span(id))
        return make(.bindPattern, type, id, a: local)
    }

    /// Every alternative binds the same names, with the same types; they share their locals.
    private func orPattern(_ view: OrPatternView, _ type: TypeId) -> TypedId {
        let mark = scratch.count
        let scope = scopeMark()
        let outer = alternativeNames
        defer { alternativeNames = outer }
        var names: [AlternativeName] = []
        for (number, item) in view.elements.enumerated() {
            let first = bindings.count
            let inner = pattern(item, type)
            let found = bindings[first...].filter { !$0.name.isNone }
            if number == 0 {
                names = found.map {
                    AlternativeName(name: $0.name, type: $0.type, local: $0.local, span: span(of: $0))
                }
                alternativeNames += names
            } else {
                reportAlternative(item, Array(found), names)
            }
            // the names that count are those bound below
            for index in scope..<bindings.count { bindings[index].isRead = true }
            leaveScope(scope)
            scratch.append(inner.index)
        }
        for name in names { bind(name.name, .pattern, name.type, local: name.local, at: name.span) }
        return make(.orPattern, type, view.id, list: takeList(mark))
    }

    /// An alternative that does not bind what the first one binds.
    private func reportAlternative(_ item: NodeId, _ found: [Binding], _ names: [AlternativeName]) {
        // what stands in a wrong pattern is bound loosely
        if sink.errorCount > 0, found.contains(where: { $0.type == .poison }) { return }
        for name in names where !found.contains(where: { $0.name == name.name }) {
            return report(.alternativeMisses(text(name.name), at: tree.span(item), bound: name.span))
        }
        for binding in found where !names.contains(where: { $0.name == binding.name }) {
            return report(.alternativeAdds(text(binding.name), at: span(of: binding)))
        }
    }

    private func literalPattern(_ view: LiteralPatternView, _ type: TypeId) -> TypedId {
        if type == .secret {
            report(.secretExamined("a pattern for its content", at: view.span))
            return make(.anyPattern, .poison, view.id)
        }
        let value = expression(view.value, type)
        let found = self.type(of: value)
        if type == .poison || found == .poison { return make(.anyPattern, .poison, view.id) }
        if found != type || type == .json {
            let help =
                type == .json
                ? "convert the Json first: `… as \(text(found == .json ? .string : found))`" : nil
            report(.patternMismatch("\(article(found)) literal", text(type), help: help, at: view.span))
            return make(.anyPattern, .poison, view.id)
        }
        lintFloatPattern(view.value, type)
        return make(.valuePattern, type, view.id, a: value.index)
    }

    private func article(_ type: TypeId) -> String {
        let name = "`\(text(type))`"
        return type == .int ? "an \(name)" : "a \(name)"
    }

    private func rangePattern(_ view: RangePatternView, _ type: TypeId) -> TypedId {
        if type == .secret {
            report(.secretExamined("a pattern for its content", at: view.span))
            return make(.anyPattern, .poison, view.id)
        }
        if type != .poison && type != .int && type != .float && type != .decimal && type != .duration
            && type != .string
        {
            report(.patternMismatch("a range", text(type), help: nil, at: view.span))
            return make(.anyPattern, .poison, view.id)
        }
        let low = expression(view.low, as: type)
        let high = expression(view.high, as: type)
        if type == .poison || self.type(of: low) == .poison || self.type(of: high) == .poison {
            return make(.anyPattern, .poison, view.id)
        }
        return make(
            .rangePattern, type, view.id, aux: view.operation == .closed ? 1 : 0, a: low.index, b: high.index)
    }

    private func tuplePattern(_ view: TuplePatternView, _ type: TypeId) -> TypedId {
        let elements = view.elements
        if elements.count == 1 { return pattern(elements[0], type) }
        let isTuple = kind(type) == .tuple
        let fits = isTuple && types.memberCount(of: type) == elements.count
        if !fits && type != .poison {
            report(
                .tupleCount(
                    elements.count, text(type), found: isTuple ? types.memberCount(of: type) : nil,
                    at: view.span))
        }
        let mark = scratch.count
        for (number, item) in elements.enumerated() {
            scratch.append(pattern(item, fits ? types.tupleElement(of: type, at: number) : .poison).index)
        }
        let list = takeList(mark)
        return fits ? make(.tuplePattern, type, view.id, list: list) : make(.anyPattern, .poison, view.id)
    }

    private func casePattern(_ view: CasePatternView, _ type: TypeId) -> TypedId {
        if type == .poison || kind(type) != .enumeration {
            bindAll(view.arguments)
            if type != .poison && !view.name.isNone {
                report(
                    .patternMismatch(
                        "`.\(text(view.name))`", text(type), help: "only enums have cases", at: view.span))
            }
            return make(.anyPattern, .poison, view.id)
        }
        if !view.qualifier.isNone {
            let found = symbol(named: view.qualifier)
            if found < 0 {
                reportUnknownType(view.qualifier, at: tree.span(tree.firstToken(view.id)))
                bindAll(view.arguments)
                return make(.anyPattern, .poison, view.id)
            }
            if symbols[found].kind == .enumeration && found != origin(of: type) {
                report(
                    .patternMismatch(
                        "a case of `\(text(view.qualifier))`", text(type), help: nil, at: view.span))
                bindAll(view.arguments)
                return make(.anyPattern, .poison, view.id)
            }
        }
        guard let number = caseNumber(type, view.name) else {
            bindAll(view.arguments)
            if !view.name.isNone { reportUnknownCase(type, view.name, at: tree.span(view.nameToken)) }
            return make(.anyPattern, .poison, view.id)
        }
        let payload = payloadRange(type, number)
        let arguments = view.arguments
        var given = [TypedId](repeating: .none, count: payload.count)
        var next = 0
        if arguments.count > payload.count
            || (arguments.count < payload.count && view.hasArguments && !usesLabels(arguments))
        {
            report(
                .payloadCount(text(view.name), expected: payload.count, found: arguments.count, at: view.span)
                    .fixed(patternPayloadFix(view, payload.count)))
            bindAll(arguments)
            return make(.anyPattern, .poison, view.id)
        }
        for item in arguments {
            let argument = CasePatternArgumentView(tree, item)
            var place = next
            if !argument.label.isNone {
                guard let labelled = payload.firstIndex(where: { payloads[$0].label == argument.label })
                else {
                    report(
                        .unknownLabel(
                            text(argument.label), of: "`.\(text(view.name))`",
                            known: payload.map { text(payloads[$0].label) }.filter { !$0.isEmpty },
                            at: tree.span(item)))
                    _ = pattern(argument.pattern, .poison)
                    continue
                }
                place = labelled - payload.lowerBound
            }
            next = place + 1
            if place >= payload.count { continue }
            given[place] = pattern(argument.pattern, payloads[payload.lowerBound + place].type)
        }
        let mark = scratch.count
        for (place, node) in given.enumerated() {
            let filled =
                node.isNone ? make(.anyPattern, payloads[payload.lowerBound + place].type, view.id) : node
            scratch.append(filled.index)
        }
        return make(.casePattern, type, view.id, a: UInt32(number), list: takeList(mark))
    }

    private func usesLabels(_ arguments: NodeList) -> Bool {
        arguments.contains { !CasePatternArgumentView(tree, $0).label.isNone }
    }

    /// Binds the names in patterns whose type is not known, so that their uses stay silent.
    private func bindAll(_ arguments: NodeList) {
        for item in arguments { _ = pattern(CasePatternArgumentView(tree, item).pattern, .poison) }
    }

    // MARK: cases

    /// The number of an enum's case, or nil.
    func caseNumber(_ type: TypeId, _ name: NameId) -> Int? {
        let range = members(of: type)
        for index in range where cases[index].name == name { return index - range.lowerBound }
        return nil
    }

    func payloadRange(_ type: TypeId, _ number: Int) -> Range<Int> {
        let entry = cases[members(of: type).lowerBound + number]
        return Int(entry.payloadStart)..<Int(entry.payloadStart + entry.payloadCount)
    }

    /// The number of a record's field, or nil.
    @inline(__always) func fieldNumber(_ type: TypeId, _ name: NameId) -> Int? {
        let range = members(of: type)
        for index in range where fields[index].name == name { return index - range.lowerBound }
        return nil
    }
}
