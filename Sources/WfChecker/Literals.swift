// Literals: numbers take the type their place needs, strings may interpolate, collections infer their elements.
import WfDiagnostics
import WfSource
import WfSyntax
import WfValue

extension ProgramChecker {
    // MARK: numbers

    /// The type a number literal takes: Float, Decimal or Json where one is expected, else what it looks like.
    private func numberType(_ expected: TypeId, _ plain: TypeId) -> TypeId {
        let wanted = types.unwrapped(expected)
        return wanted == .float || wanted == .decimal || wanted == .json ? wanted : plain
    }

    func integer(_ id: NodeId, _ expected: TypeId, isNegative: Bool) -> TypedId {
        switch numberType(expected, .int) {
        case .float: return floatWord(id, isNegative)
        case .decimal: return decimal(id, isNegative)
        case .json:
            let value = integer(id, .poison, isNegative: isNegative)
            return type(of: value) == .poison ? value : make(.toJson, .json, id, a: value.index)
        default: break
        }
        guard let magnitude = tree.integerMagnitude(id) else {
            report(.numberTooLarge(tree.text(id), "Int", at: tree.span(id)))
            return poison(id)
        }
        if isNegative && magnitude <= 1 << 63 { return word(0 &- magnitude, .int, id) }
        if magnitude > UInt64(Int64.max) {
            report(.numberTooLarge(tree.text(id), "Int", at: tree.span(id)))
            return poison(id)
        }
        return word(magnitude, .int, id)
    }

    func floating(_ id: NodeId, _ expected: TypeId, isNegative: Bool = false) -> TypedId {
        switch numberType(expected, .float) {
        case .decimal: return decimal(id, isNegative)
        case .json:
            let value = floatWord(id, isNegative)
            return make(.toJson, .json, id, a: value.index)
        default: return floatWord(id, isNegative)
        }
    }

    private func floatWord(_ id: NodeId, _ isNegative: Bool) -> TypedId {
        let value = Double(tree.numberText(id)) ?? 0
        if !value.isFinite {
            report(.numberTooLarge(tree.text(id), "Float", at: tree.span(id)))
            return poison(id)
        }
        return word((isNegative ? -value : value).bitPattern, .float, id)
    }

    private func decimal(_ id: NodeId, _ isNegative: Bool) -> TypedId {
        var text = (isNegative ? "-" : "") + tree.numberText(id)
        guard let value = text.withUTF8({ DecimalValue(scaled: UnsafeRawBufferPointer($0)) }) else {
            report(.numberTooLarge(tree.text(id), "Decimal", at: tree.span(id)))
            return poison(id)
        }
        if !needsConstants { return make(.constant, .decimal, id) }
        var writer = ByteWriter()
        writer.appendDecimal(value)
        return constant(.decimal, writer.toArray(), id)
    }

    func duration(_ id: NodeId) -> TypedId {
        guard let value = tree.durationMicroseconds(id) else {
            report(.numberTooLarge(tree.text(id), "Duration", at: tree.span(id)))
            return poison(id)
        }
        return word(UInt64(bitPattern: value), .duration, id)
    }

    // MARK: strings

    /// Whether the bytes of constants matter: not when only diagnostics do.
    var needsConstants: Bool { retain || keepsConstants }

    /// A node for a value of a reference type in its binary encoding.
    func constant(_ type: TypeId, _ bytes: [UInt8], _ id: NodeId) -> TypedId {
        make(.constant, type, id, a: poolConstant(type, bytes))
    }

    func poolConstant(_ type: TypeId, _ bytes: [UInt8]) -> UInt32 {
        let value = CheckedConstant(type: type, bytes: bytes)
        if let known = constantIndex[value] { return known }
        let index = UInt32(constantPool.count)
        constantPool.append(value)
        constantIndex[value] = index
        return index
    }

    func stringConstant(_ content: [UInt8], _ type: TypeId, _ id: NodeId) -> TypedId {
        if !needsConstants { return make(.constant, type, id) }
        var writer = ByteWriter(capacity: content.count + 10)
        writer.appendCount(content.count)
        writer.append(content)
        return constant(type, writer.toArray(), id)
    }

    func string(_ view: StringExprView, _ expected: TypeId) -> TypedId {
        let id = view.id
        let wanted = types.unwrapped(expected)
        if view.interpolations.isEmpty {
            let type: TypeId = wanted == .path || wanted == .secret ? wanted : .string
            var content: [UInt8] = []
            if needsConstants {
                for case .text(let bytes) in tree.stringSegments(id) { content += bytes }
            }
            let value = stringConstant(content, type, id)
            return wanted == .json ? make(.toJson, .json, id, a: value.index) : value
        }
        let mark = scratch.count
        for segment in tree.stringSegments(id) {
            switch segment {
            case .text(let bytes): scratch.append(stringConstant(bytes, .string, id).index)
            case .expression(let inner): scratch.append(asText(expression(inner), at: inner).index)
            }
        }
        lintInterpolation(view, scratch[mark...], wanted)
        let isSecret = scratch[mark...].contains { type(of: TypedId($0)) == .secret }
        let joined = make(.concat, isSecret ? .secret : .string, id, list: takeList(mark))
        if wanted == .json && isSecret && !requireJson(.secret, at: id) { return poison(id) }
        if wanted == .path && isSecret { return joined }
        if wanted == .json { return make(.toJson, .json, id, a: joined.index) }
        if wanted == .path { return pathExpected(joined, id) }
        return joined
    }

    /// A string with interpolations where a path is expected: reported with the conversion.
    private func pathExpected(_ value: TypedId, _ id: NodeId) -> TypedId {
        report(.stringForPath(tree.text(id), at: tree.span(id)))
        return poison(id)
    }

    // MARK: collections

    func list(_ view: ListExprView, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        if wanted == .json {
            let mark = scratch.count
            for element in view.elements { scratch.append(jsonValue(element).index) }
            let list = make(.list, types.list(of: .json), view.id, list: takeList(mark))
            return make(.toJson, .json, view.id, a: list.index)
        }
        var element = kind(wanted) == .list ? types.element(of: wanted) : TypeId.poison
        if view.elements.isEmpty {
            if element == .poison {
                if expected == .poison || kind(wanted) != .list {
                    if wanted != .poison && !types.containsVariable(wanted) {
                        return emptyMismatch(view.id, wanted, "[]")
                    }
                    report(
                        .emptyNeedsType("[]", example: "let xs: [Int] = []", at: view.span)
                            .fixed(emptyTypeFix("[String]", view.id)))
                }
                return poison(view.id)
            }
            return make(.list, wanted, view.id)
        }
        let isKnown = element != .poison
        let mark = scratch.count
        for item in view.elements {
            if isKnown {
                scratch.append(expression(item, as: element).index)
                continue
            }
            let value = expression(item, element)
            let found = type(of: value)
            if let joined = join(element == .poison ? found : element, found) {
                element = joined
            } else if !types.containsPoison(found) && !types.containsPoison(element) {
                report(.elementsDiffer(text(element), text(found), at: tree.span(item)))
                element = .poison
            }
            scratch.append(value.index)
        }
        if element == .poison { scratch.removeSubrange(mark...); return poison(view.id) }
        if kind(element) == .optional { for place in mark..<scratch.count { wrapInPlace(place, element) } }
        if element == types.optional(of: .never) {
            report(.emptyNeedsType("[null]", example: "let xs: [Int?] = [null]", at: view.span))
            scratch.removeSubrange(mark...)
            return poison(view.id)
        }
        return make(.list, types.list(of: element), view.id, list: takeList(mark))
    }

    private func wrapInPlace(_ place: Int, _ type: TypeId) {
        let value = TypedId(scratch[place])
        if self.type(of: value) == type { return }
        scratch[place] = coerce(value, to: type, at: .none).index
    }

    private func emptyMismatch(_ id: NodeId, _ wanted: TypeId, _ literal: String) -> TypedId {
        report(
            .mismatch(
                expected: text(wanted), found: "`\(literal)`, an empty \(literal == "[]" ? "list" : "map")",
                at: tree.span(id)))
        return poison(id)
    }

    func map(_ view: MapExprView, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        if wanted == .json {
            let mark = scratch.count
            for entry in view.entries {
                scratch.append(expression(entry.key, as: .string).index)
                scratch.append(jsonValue(entry.value).index)
            }
            let map = make(.map, types.map(key: .string, value: .json), view.id, list: takeList(mark))
            return make(.toJson, .json, view.id, a: map.index)
        }
        var key = kind(wanted) == .map ? types.key(of: wanted) : TypeId.poison
        var value = kind(wanted) == .map ? types.value(of: wanted) : TypeId.poison
        if view.entries.isEmpty {
            if kind(wanted) == .map { return make(.map, wanted, view.id) }
            if wanted != .poison { return emptyMismatch(view.id, wanted, "[:]") }
            report(
                .emptyNeedsType("[:]", example: "let m: [String: Int] = [:]", at: view.span)
                    .fixed(emptyTypeFix("[String: String]", view.id)))
            return poison(view.id)
        }
        let isKnown = kind(wanted) == .map
        let mark = scratch.count
        for (number, entry) in view.entries.enumerated() {
            let keyNode = isKnown || number > 0 ? expression(entry.key, as: key) : expression(entry.key)
            let valueNode = isKnown ? expression(entry.value, as: value) : expression(entry.value, value)
            if number == 0 && !isKnown {
                key = type(of: keyNode)
                if key != .poison && !types.isMapKey(key) {
                    reportKey(key, at: tree.span(entry.key))
                }
                value = type(of: valueNode)
            } else if !isKnown {
                if let joined = join(value, type(of: valueNode)) {
                    value = joined
                } else {
                    report(
                        .elementsDiffer(text(value), text(type(of: valueNode)), at: tree.span(entry.value)))
                    value = .poison
                }
            }
            scratch.append(keyNode.index)
            scratch.append(valueNode.index)
        }
        if key == .poison || value == .poison { scratch.removeSubrange(mark...); return poison(view.id) }
        if kind(value) == .optional {
            for place in stride(from: mark + 1, to: scratch.count, by: 2) { wrapInPlace(place, value) }
        }
        return make(.map, types.map(key: key, value: value), view.id, list: takeList(mark))
    }

    func tuple(_ view: TupleExprView, _ expected: TypeId) -> TypedId {
        let wanted = types.unwrapped(expected)
        let hints = kind(wanted) == .tuple && types.memberCount(of: wanted) == view.elements.count
        let mark = scratch.count
        var elements: [TypeId] = []
        for (number, item) in view.elements.enumerated() {
            let value: TypedId
            if hints {
                value = expression(item, as: types.tupleElement(of: wanted, at: number))
            } else {
                value = expression(item)
            }
            elements.append(type(of: value))
            scratch.append(value.index)
        }
        if hints { return make(.construct, wanted, view.id, list: takeList(mark)) }
        if elements.contains(.poison) { scratch.removeSubrange(mark...); return poison(view.id) }
        return make(.construct, types.tuple(of: elements), view.id, list: takeList(mark))
    }

    /// A value inside a Json literal: literals become Json, everything else that can be encoded is converted.
    func jsonValue(_ id: NodeId) -> TypedId {
        let value = expression(id, .json)
        let found = type(of: value)
        if found == .json || found == .poison || found == .never { return value }
        if !requireJson(found, at: id) { return poison(id) }
        return make(.toJson, .json, id, a: value.index)
    }

    func range(_ view: RangeExprView) -> TypedId {
        let low = expression(view.low, as: .int)
        // one message for a range of the wrong kind
        let high = type(of: low) == .poison ? expression(view.high) : expression(view.high, as: .int)
        return make(
            .range, .range, view.id, aux: view.operation == .closed ? 1 : 0, a: low.index, b: high.index)
    }
}
