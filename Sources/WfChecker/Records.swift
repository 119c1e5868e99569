// Records, enums and objects: literals, updates, fields, elements and cases.
import WfBuiltins
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: literals

    /// `R { a: 1, b }`
    func record(_ view: RecordExprView, _ expected: TypeId) -> TypedId {
        if let symbol = openRecord(view.type) {
            return constructOpen(symbol, view.fields, view.id, at: tree.span(view.type), expected)
        }
        let type = resolveType(view.type)
        guard kind(type) == .record else {
            checkLoosely(view.fields)
            if type != .poison { report(.notARecord(text(type), at: tree.span(view.type))) }
            return poison(view.id)
        }
        return construct(type, view.fields, view.id, at: tree.span(view.type))
    }

    /// `{ a: 1 }`: a record, a map with text keys, or Json, as expected.
    func object(_ view: ObjectExprView, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        switch kind(wanted) {
        case .record where types.containsVariable(wanted):
            return constructOpen(origin(of: wanted), view.fields, view.id, at: view.span, wanted)
        case .record: return construct(wanted, view.fields, view.id, at: view.span)
        case .map where types.key(of: wanted) == .string: return textMap(view, wanted)
        case .poison, .json: return jsonObject(view)
        default:
            checkLoosely(view.fields)
            report(.mismatch(expected: text(wanted), found: "an object", at: view.span))
            return poison(view.id)
        }
    }

    private func textMap(_ view: ObjectExprView, _ type: TypeId) -> TypedId {
        let value = types.value(of: type)
        let mark = scratch.count
        for item in view.fields {
            let field = RecordFieldView(tree, item)
            scratch.append(fieldKey(field).index)
            scratch.append(fieldValue(field, as: value).index)
        }
        return make(.map, type, view.id, list: takeList(mark))
    }

    private func jsonObject(_ view: ObjectExprView) -> TypedId {
        let mark = scratch.count
        for (number, item) in view.fields.enumerated() {
            let field = RecordFieldView(tree, item)
            reportRepeated(field, number, view.fields)
            scratch.append(fieldKey(field).index)
            if let node = field.value {
                scratch.append(jsonValue(node).index)
            } else {
                let value = name(item, field.name)
                let found = type(of: value)
                if found == .json || found == .poison {
                    scratch.append(value.index)
                } else if requireJson(found, at: item) {
                    scratch.append(make(.toJson, .json, item, a: value.index).index)
                } else {
                    scratch.append(poison(item).index)
                }
            }
        }
        let map = make(.map, types.map(key: .string, value: .json), view.id, list: takeList(mark))
        return make(.toJson, .json, view.id, a: map.index)
    }

    private func fieldKey(_ field: RecordFieldView) -> TypedId {
        if !needsConstants { return make(.constant, .string, field.id) }
        let token = field.nameToken
        let kind = tree.token(token).kind
        let bytes = kind == .string || kind == .rawString ? tree.stringValue(token) : Array(tree.bytes(token))
        return stringConstant(bytes, .string, field.id)
    }

    private func fieldValue(_ field: RecordFieldView, as type: TypeId) -> TypedId {
        if let node = field.value { return expression(node, as: type) }
        return coerce(name(field.id, field.name), to: type, at: field.id)
    }

    func reportRepeated(_ field: RecordFieldView, _ number: Int, _ all: NodeList) {
        if field.name.isNone || number == 0 { return }
        // long objects are rare; the quadratic look stops at what people write
        for earlier in 0..<min(number, 64) {
            let other = RecordFieldView(tree, all[earlier])
            if other.name == field.name {
                report(
                    .duplicate(
                        text(field.name), at: tree.span(field.nameToken), earlier: tree.span(other.nameToken))
                )
                return
            }
        }
    }

    /// Looks at values of a literal whose type is not known.
    private func checkLoosely(_ list: NodeList) {
        for item in list {
            let field = RecordFieldView(tree, item)
            if let node = field.value { _ = expression(node) }
        }
    }

    private func construct(_ type: TypeId, _ given: NodeList, _ id: NodeId, at span: Span) -> TypedId {
        let range = members(of: type)
        let mark = scratch.count
        var isUnknown = false
        for _ in range { scratch.append(0) }
        for (number, item) in given.enumerated() where tree.kind(item) == .recordField {
            let field = RecordFieldView(tree, item)
            guard let place = fieldNumber(type, field.name) else {
                let value = field.value.map { expression($0) }
                if !field.name.isNone {
                    reportUnknownField(
                        type, field.name, at: tree.span(field.nameToken),
                        value: value.map { self.type(of: $0) },
                        literal: item)
                }
                isUnknown = true
                continue
            }
            if scratch[mark + place] != 0 { reportRepeated(field, number, given) }
            let value = fieldValue(field, as: fields[range.lowerBound + place].type)
            scratch[mark + place] = value.index
        }
        var missing: [String] = []
        for index in range where scratch[mark + index - range.lowerBound] == 0 {
            let field = fields[index]
            if let value = fieldDefault(index, id) {
                scratch[mark + index - range.lowerBound] = value.index
            } else if kind(field.type) == .optional {
                scratch[mark + index - range.lowerBound] = make(.null, field.type, id).index
            } else if field.type != .poison && field.defaultNode.isNone {
                missing.append(text(field.name))
            }
        }
        // a misspelt field is one mistake, not a missing one as well
        if !missing.isEmpty && isUnknown {
            scratch.removeSubrange(mark...)
            return poison(id)
        }
        if !missing.isEmpty {
            report(
                .missingFields(missing, text(type), at: span, fix: fieldFix(missing, given, id, of: type)))
            scratch.removeSubrange(mark...)
            return make(.null, .poison, id)
        }
        return make(.construct, type, id, list: takeList(mark))
    }

    /// `r with { a: 2 }`
    func with(_ view: WithExprView, _ expected: TypeId) -> TypedId {
        let base = expression(view.base, expected)
        let type = type(of: base)
        guard kind(type) == .record else {
            checkLoosely(view.fields)
            if type != .poison { report(.withNeedsRecord(text(type), at: tree.span(view.base))) }
            return poison(view.id)
        }
        let start = members(of: type).lowerBound
        let mark = scratch.count
        for (number, item) in view.fields.enumerated() where tree.kind(item) == .recordField {
            let field = RecordFieldView(tree, item)
            guard let place = fieldNumber(type, field.name) else {
                if !field.name.isNone { reportUnknownField(type, field.name, at: tree.span(field.nameToken)) }
                if let node = field.value { _ = expression(node) }
                continue
            }
            reportRepeated(field, number, view.fields)
            let value = fieldValue(field, as: fields[start + place].type)
            scratch.append(UInt32(place))
            scratch.append(value.index)
        }
        return make(.with, type, view.id, a: base.index, list: takeList(mark))
    }

    // MARK: parts

    /// `a.b`, `a?.b`, `module.b`, `Enum.case`
    func member(_ view: MemberExprView, _ expected: TypeId) -> TypedId {
        if view.name.isNone {
            _ = expression(view.base)
            return poison(view.id)
        }
        if let progress = fanProgress(view) { return progress }
        if let key = stepKey(view) { return key }
        if tree.kind(view.base) == .nameExpr, let value = qualified(view, expected) { return value }
        if let found = qualifiedEnum(view.base) {
            return enumCase(
                symbols[found].type, view.name, arguments: nil, view.id, at: tree.span(view.nameToken),
                expected)
        }
        let base = expression(view.base)
        if view.isOptional { return chain(base, view) { self.part(of: $0, view) } }
        return continueChain(base, view.base, view.id) { self.part(of: $0, view) } ?? part(of: base, view)
    }

    /// The enum that `module.Enum` names; nil when it is something else.
    func qualifiedEnum(_ id: NodeId) -> Int? {
        guard tree.kind(id) == .memberExpr else { return nil }
        let view = MemberExprView(tree, id)
        guard tree.kind(view.base) == .nameExpr, !view.isOptional, !view.name.isNone else { return nil }
        let base = NameExprView(tree, view.base).name
        guard !base.isNone, lookup(base) < 0, let target = moduleNamed(base), target >= 0 else { return nil }
        let found = table.find(target, view.name)
        return found >= 0 && symbols[found].kind == .enumeration ? found : nil
    }

    /// `module.name` and `Enum.case`; nil when the base is a value.
    private func qualified(_ view: MemberExprView, _ expected: TypeId) -> TypedId? {
        let name = NameExprView(tree, view.base).name
        if name.isNone || lookup(name) >= 0 { return nil }
        let found = symbol(named: name)
        guard found >= 0 else { return nil }
        switch symbols[found].kind {
        case .enumeration:
            return enumCase(
                symbols[found].type, view.name, arguments: nil, view.id, at: tree.span(view.nameToken),
                expected)
        case .module:
            let target = table.find(Int(symbols[found].index), view.name)
            if target < 0 {
                reportUnknownMember(of: Int(symbols[found].index), view.name, at: tree.span(view.nameToken))
                return poison(view.id)
            }
            return moduleMember(target, view, expected)
        case .refused: return poison(view.id)
        default: return nil
        }
    }

    private func moduleMember(_ target: Int, _ view: MemberExprView, _ expected: TypeId) -> TypedId {
        let symbol = symbols[target]
        switch symbol.kind {
        case .constant, .config: return constant(Int(symbol.index), view.id)
        case .secret: return secretReference(symbol.name, view.id)
        case .function: return functionValue(symbol, view.id, expected)
        case .refused: return poison(view.id)
        default:
            report(.notAValue(text(view.name), symbol.kind.text, at: view.span))
            return poison(view.id)
        }
    }

    /// `a?.…`: what `body` makes of the present value, or null.
    func chain(_ base: TypedId, _ view: MemberExprView, _ body: (TypedId) -> TypedId) -> TypedId {
        chain(base, view.base, view.id, fix: chainFix(view), body)
    }

    private func chain(
        _ base: TypedId, _ baseNode: NodeId, _ id: NodeId, fix: Fix? = nil, _ body: (TypedId) -> TypedId
    ) -> TypedId {
        let found = type(of: base)
        guard kind(found) == .optional else {
            if found != .poison && !types.containsPoison(found) {
                report(
                    .chainOnPresent(tree.text(baseNode), text(found), at: tree.span(baseNode), fix: fix))
            }
            _ = body(base)
            return poison(id)
        }
        let wrapped = types.element(of: found)
        let local = newLocal(.none, wrapped)
        var value = body(make(.local, wrapped, baseNode, a: local))
        let inner = type(of: value)
        if inner == .poison || inner == .never { return poison(id) }
        let result = types.optional(of: inner)
        if inner != result { value = wrap(value, result) }
        return make(
            .optionalChain, result, id, a: base.index, b: local,
            list: typed.addList(CollectionOfOne(value.index)))
    }

    /// `a?.b.c`: what follows a `?.` is part of it, up to the end of the chain or a parenthesis. Nil when `base` is no
    /// such chain.
    func continueChain(
        _ base: TypedId, _ baseNode: NodeId, _ id: NodeId, _ body: (TypedId) -> TypedId
    ) -> TypedId? {
        let chain = typed[base]
        guard chain.kind == .optionalChain, tree.kind(baseNode) != .parenExpr,
            let last = typed.list(chain.list).first, typed[TypedId(last)].kind == .wrap
        else { return nil }
        var value = body(TypedId(typed[TypedId(last)].a))
        let inner = type(of: value)
        if inner == .poison || inner == .never { return poison(id) }
        let result = types.optional(of: inner)
        if inner != result { value = wrap(value, result) }
        return make(
            .optionalChain, result, id, a: chain.a, b: chain.b,
            list: typed.addList(CollectionOfOne(value.index)))
    }

    private func chainFix(_ view: MemberExprView) -> Fix? {
        let end = tree.span(view.base).end
        let start = tree.span(view.nameToken).start
        return Fix(safe: "write `.`", [TextEdit(Span(file: tree.file, start: end, end: start), ".")])
    }

    /// The part of a value that a member expression names.
    private func part(of base: TypedId, _ view: MemberExprView) -> TypedId {
        let found = type(of: base)
        switch kind(found) {
        case .poison, .never: return poison(view.id)
        case .record:
            if let number = fieldNumber(found, view.name) {
                let field = fields[members(of: found).lowerBound + number]
                return make(.field, field.type, view.id, a: base.index, b: UInt32(number))
            }
        default: break
        }
        let candidates = builtinMembers(view.name, of: found)
        for builtin in candidates where builtins[builtin].kind == .property {
            if let value = property(builtin, base, view) { return value }
        }
        if found == .json {
            let key =
                needsConstants
                ? stringConstant(Array(interner.bytes(view.name)), .string, view.id)
                : make(.constant, .string, view.id)
            return make(
                .builtin, .json, view.id, a: UInt32(Builtin.jsonField.rawValue),
                list: typed.addList([base.index, key.index]))
        }
        if !candidates.isEmpty || findMethod(view.name, found) >= 0 {
            report(
                .methodNotCalled(
                    text(view.name), at: tree.span(view.nameToken),
                    fix: insertion("()", after: view.id, title: "call it", isSafe: true)))
            return poison(view.id)
        }
        if types.containsPoison(found) && kind(found) != .record { return poison(view.id) }
        reportUnknownPart(found, view)
        return poison(view.id)
    }

    private func property(_ builtin: Builtin, _ base: TypedId, _ view: MemberExprView) -> TypedId? {
        let entry = builtins[builtin]
        var variables = [TypeId](repeating: .poison, count: Int(entry.variableCount))
        guard bindVariables(entry.receiver, type(of: base), &variables) else { return nil }
        let result = types.substituting(variables, in: entry.result)
        return make(
            .builtin, result, view.id, a: UInt32(builtin.rawValue),
            list: typed.addList(CollectionOfOne(base.index)))
    }

    private func reportUnknownPart(_ type: TypeId, _ view: MemberExprView) {
        if kind(type) == .optional {
            let isKnown = isMember(view.name, of: types.element(of: type))
            let fix = isKnown ? Fix("write `?.`", [TextEdit(dotSpan(view), "?.")]) : nil
            report(
                .optionalMember(
                    tree.text(view.base), text(type), text(view.name), at: tree.span(view.nameToken), fix: fix
                ).fixed(
                    placeholder(types.element(of: type)).map {
                        wrapped(view.base, "(", " ?? \($0))", title: "give a default")
                    }))
        } else if type == .secret {
            report(.secretExamined("`.\(text(view.name))`", at: tree.span(view.nameToken)))
        } else {
            reportUnknownField(type, view.name, at: tree.span(view.nameToken))
        }
    }

    private func dotSpan(_ view: MemberExprView) -> Span {
        let start = tree.span(view.base).end
        return Span(file: tree.file, start: start, end: tree.span(view.nameToken).start)
    }

    func tupleField(_ view: TupleFieldExprView) -> TypedId {
        let base = expression(view.base)
        if view.isOptional { return chain(base, view.base, view.id) { self.tupleField(of: $0, view) } }
        return continueChain(base, view.base, view.id) { self.tupleField(of: $0, view) }
            ?? tupleField(of: base, view)
    }

    private func tupleField(of base: TypedId, _ view: TupleFieldExprView) -> TypedId {
        let found = type(of: base)
        if found == .poison || found == .never { return poison(view.id) }
        guard kind(found) == .tuple, view.index < types.memberCount(of: found) else {
            let number = tree.span(tree.lastToken(view.id))
            if kind(found) == .optional {
                let dot = Span(file: tree.file, start: tree.span(view.base).end, end: number.start)
                let fix = Fix("write `?.`", [TextEdit(dot, "?.")])
                report(
                    .optionalMember(tree.text(view.base), text(found), "\(view.index)", at: number, fix: fix))
            } else {
                report(.noTupleField(view.index, text(found), at: view.span))
            }
            return poison(view.id)
        }
        return make(
            .field, types.tupleElement(of: found, at: view.index), view.id, a: base.index,
            b: UInt32(view.index))
    }

    /// `a[i]`
    func index(_ view: IndexExprView) -> TypedId {
        let base = expression(view.base)
        return continueChain(base, view.base, view.id) { self.element(of: $0, view) }
            ?? element(of: base, view)
    }

    private func element(of base: TypedId, _ view: IndexExprView) -> TypedId {
        let found = type(of: base)
        switch kind(found) {
        case .list:
            lintIndex(view)
            let place = expression(view.index, as: .int)
            return make(.element, types.element(of: found), view.id, a: base.index, b: place.index)
        case .map:
            let key = expression(view.index, as: types.key(of: found))
            let result = types.optional(of: types.value(of: found))
            return make(.lookup, result, view.id, a: base.index, b: key.index)
        case .json: return jsonIndex(base, view)
        case .poison, .never:
            _ = expression(view.index)
            return poison(view.id)
        default:
            _ = expression(view.index)
            report(.cannotIndex(text(found), help: indexHelp(found), at: tree.span(view.base)))
            return poison(view.id)
        }
    }

    private func indexHelp(_ type: TypeId) -> String? {
        switch kind(type) {
        case .string: return "take `.slice(from:, to:)` or `.characters()`"
        case .tuple: return "write `.0`, `.1`, …"
        case .optional: return "give a default first: `(… ?? [])`"
        default: return nil
        }
    }

    private func jsonIndex(_ base: TypedId, _ view: IndexExprView) -> TypedId {
        let place = expression(view.index)
        let builtin: Builtin
        switch type(of: place) {
        case .int: builtin = .jsonAt
        case .string: builtin = .jsonField
        case .poison: return poison(view.id)
        default:
            report(
                .mismatch(
                    expected: "Int` or `String", found: "`\(text(type(of: place)))`",
                    at: tree.span(view.index)))
            return poison(view.id)
        }
        return make(
            .builtin, .json, view.id, a: UInt32(builtin.rawValue),
            list: typed.addList([base.index, place.index]))
    }

    // MARK: cases

    /// `.case` and `.case(…)`
    func implicitCase(_ id: NodeId, _ name: NameId, arguments: ArgumentList?, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        guard kind(wanted) == .enumeration else {
            if let arguments { for argument in arguments { _ = expression(argument.value) } }
            if name.isNone || types.containsPoison(expected) && expected != .poison { return poison(id) }
            if wanted == .poison {
                report(.caseNeedsType(text(name), at: tree.span(id), fix: caseTypeFix(name, id)))
            } else {
                report(
                    .mismatch(
                        expected: text(expected), found: "the enum case `.\(text(name))`", at: tree.span(id)))
            }
            return poison(id)
        }
        return enumCase(wanted, name, arguments: arguments, id, at: tree.span(id), expected)
    }

    func enumCase(
        _ type: TypeId, _ name: NameId, arguments: ArgumentList?, _ id: NodeId, at span: Span,
        _ expected: TypeId
    ) -> TypedId {
        guard let number = caseNumber(type, name) else {
            if let arguments { for argument in arguments { _ = expression(argument.value) } }
            if !name.isNone { reportUnknownCase(type, name, at: span) }
            return poison(id)
        }
        let payload = payloadRange(type, number)
        let count = arguments?.count ?? 0
        if count != payload.count || (arguments != nil && payload.isEmpty) {
            if let arguments { for argument in arguments { _ = expression(argument.value) } }
            report(
                .payloadCount(text(name), expected: payload.count, found: count, at: tree.span(id))
                    .fixed(payloadFix(payload, arguments, id)))
            return poison(id)
        }
        let symbol = origin(of: type)
        if symbol >= 0, !symbols[symbol].typeParameters.isEmpty,
            type == symbols[symbol].type || types.containsVariable(type)
        {
            return openCase(symbol, number, arguments, id, at: span, expected)
        }
        if payload.isEmpty {
            if !types.isReference(type) { return word(UInt64(number), type, id) }
            return make(.enumCase, type, id, a: UInt32(number))
        }
        let mark = scratch.count
        for _ in payload { scratch.append(0) }
        for (place, node) in placed(arguments, payload, name) {
            let value = expression(node, as: payloads[payload.lowerBound + place].type)
            scratch[mark + place] = value.index
        }
        for place in 0..<payload.count where scratch[mark + place] == 0 {
            scratch[mark + place] = poison(id).index
        }
        return make(.enumCase, type, id, a: UInt32(number), list: takeList(mark))
    }

    /// Which argument of a case goes to which place of its payload.
    func placed(_ arguments: ArgumentList?, _ payload: Range<Int>, _ name: NameId) -> [(Int, NodeId)] {
        var result: [(Int, NodeId)] = []
        var next = 0
        guard let arguments else { return [] }
        for argument in arguments {
            var place = next
            if !argument.label.isNone {
                if let found = payload.firstIndex(where: { payloads[$0].label == argument.label }) {
                    place = found - payload.lowerBound
                } else {
                    let known = payload.map { text(payloads[$0].label) }.filter { !$0.isEmpty }
                    report(
                        .unknownLabel(
                            text(argument.label), of: "`.\(text(name))`", known: known,
                            at: labelSpan(argument.value)))
                }
            }
            next = place + 1
            if place < payload.count { result.append((place, argument.value)) }
        }
        return result
    }

    /// Where the label of an argument stands: two tokens before its value.
    func labelSpan(_ value: NodeId) -> Span {
        let first = tree.firstToken(value).index
        return first >= 2 ? tree.span(TokenId(first - 2)) : tree.span(value)
    }
}
