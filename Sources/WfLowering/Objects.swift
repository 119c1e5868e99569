// Records, enums, lists, maps and texts: the expressions that make an object.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    /// Operands that become parts of an object.
    func lowerParts(_ ids: some Collection<UInt32>) -> [Operand] {
        let operands = lowerAll(ids)
        for (operand, id) in zip(operands, ids) { keep(operand, tree[TypedId(id)].type) }
        return operands
    }

    func construct(_ node: TypedNode, _ into: Int?) -> Operand {
        let parts = tree.list(node.list)
        if parts.isEmpty && node.type == .unit {
            let value = target(node.type, into)
            buffer.emit(.ldi, value.register, bx: 0)
            return value
        }
        return new(node.type, lowerParts(parts), into, at: node)
    }

    /// A record, tuple or range of these fields, which are released.
    func new(_ type: TypeId, _ fields: [Operand], _ into: Int?, at node: TypedNode) -> Operand {
        if fields.count > PlanLimits.argumentsMax {
            buffer.at(node.start, node.end)
            buffer.fail("an object of \(fields.count) parts, expected at most \(PlanLimits.argumentsMax)")
        }
        release(fields)
        let value = target(type, into)
        emit(.new, value.register, typeOperand(type), arguments: fields, at: node)
        return value
    }

    func enumCase(_ node: TypedNode, _ into: Int?) -> Operand {
        if !isReference(node.type) {
            let value = target(node.type, into)
            buffer.emit(.ldi, value.register, bx: Int(node.a))
            return value
        }
        let parts = lowerParts(tree.list(node.list))
        release(parts)
        let value = target(node.type, into)
        emit(.enew, value.register, typeOperand(node.type), Int(node.a), arguments: parts, at: node)
        return value
    }

    func range(_ node: TypedNode, _ into: Int?) -> Operand {
        var (low, high) = lowerPair(node.a, node.b)
        if node.aux == 1 {
            let register = allocate(.int)
            emit(.addi, register, high.register, 1, at: node)
            release(high)
            high = Operand(register: register, isTemporary: true, holders: [])
        }
        low.holders = []
        return new(node.type, [low, high], into, at: node)
    }

    func with(_ node: TypedNode, _ into: Int?) -> Operand {
        let base = lower(TypedId(node.a))
        let words = tree.list(node.list)
        var numbers: [Int] = []
        var ids: [UInt32] = []
        for (index, word) in words.enumerated() {
            if index & 1 == 0 { numbers.append(Int(word)) } else { ids.append(word) }
        }
        let values = lowerParts(ids)
        let count = types.memberCount(of: node.type)
        var fields: [Operand] = []
        for field in 0..<count {
            if let index = numbers.lastIndex(of: field) {
                fields.append(values[index])
                continue
            }
            let isTuple = kind(node.type) == .tuple
            let type =
                isTuple
                ? types.tupleElement(of: node.type, at: field) : types.fieldType(of: node.type, at: field)
            let register = allocate(type)
            emit(.get, register, base.register, field, at: node)
            fields.append(Operand(register: register, isTemporary: true, holders: []))
        }
        release(base)
        return new(node.type, fields, into, at: node)
    }

    func listLiteral(_ node: TypedNode, _ into: Int?) -> Operand {
        let elements = tree.list(node.list)
        let first = elements.prefix(PlanLimits.argumentsMax)
        if first.count == elements.count {
            let parts = lowerParts(elements)
            release(parts)
            let value = target(node.type, into)
            emit(.lnew, value.register, typeOperand(node.type), arguments: parts, at: node)
            return value
        }
        let (value, result) = lateTarget(node.type, into)
        let parts = lowerParts(first)
        release(parts)
        emit(.lnew, value.register, typeOperand(node.type), arguments: parts, at: node)
        for word in elements.dropFirst(first.count) {
            let element = lower(TypedId(word))
            keep(element, tree[TypedId(word)].type)
            emit(.lpush, value.register, element.register, at: node)
            release(element)
        }
        return finish(value, result, [])
    }

    func mapLiteral(_ node: TypedNode, _ into: Int?) -> Operand {
        let (value, result) = lateTarget(node.type, into)
        emit(.mnew, value.register, typeOperand(node.type), at: node)
        let words = tree.list(node.list)
        var index = words.startIndex
        while index + 1 < words.endIndex {
            let entry = lowerParts(words[index..<index + 2])
            emit(.mset, value.register, entry[0].register, entry[1].register, at: node)
            release(entry)
            index += 2
        }
        return finish(value, result, [])
    }

    // MARK: text

    /// The texts that are joined, nested joins resolved.
    func concatParts(_ id: TypedId, _ parts: inout [UInt32]) {
        let node = tree[id]
        switch node.kind {
        case .concat: for word in tree.list(node.list) { concatParts(TypedId(word), &parts) }
        case .text where tree[TypedId(node.a)].type == .string: concatParts(TypedId(node.a), &parts)
        default:
            if isConcatPair(node) {
                concatParts(TypedId(node.a), &parts)
                concatParts(TypedId(node.b), &parts)
            } else {
                parts.append(id.index)
            }
        }
    }

    /// String + String.
    func isConcatPair(_ node: TypedNode) -> Bool {
        node.kind == .binary && node.aux == TypedOperator.add.rawValue && node.type == .string
    }

    func concat(_ id: TypedId, _ node: TypedNode, _ into: Int?) -> Operand {
        var parts: [UInt32] = []
        concatParts(id, &parts)
        let first = parts.prefix(PlanLimits.argumentsMax)
        if parts.isEmpty {
            let value = target(node.type, into)
            emit(.concat, value.register, 0, arguments: [], at: node)
            return value
        }
        if parts.count == 1 && tree[TypedId(parts[0])].type == node.type {
            return lower(TypedId(parts[0]), into: into)
        }
        let operands = lowerAll(first)
        guard parts.count > first.count else {
            // Not into a register that a part lies in: that would be written in place.
            let value = target(node.type, into == operands[0].register ? nil : into)
            emit(.concat, value.register, 0, arguments: operands, at: node)
            release(operands)
            return value
        }
        let value = Operand(register: allocate(node.type), isTemporary: true, holders: [])
        emit(.concat, value.register, 0, arguments: operands, at: node)
        release(operands)
        var start = parts.startIndex + first.count
        while start < parts.endIndex {
            let end = min(parts.endIndex, start + PlanLimits.argumentsMax - 1)
            let more = lowerAll(parts[start..<end])
            emit(.concat, value.register, 0, arguments: [value] + more, at: node)
            release(more)
            start = end
        }
        guard let into else { return value }
        move(into, value.register)
        release(value)
        return Operand(register: into, isTemporary: false, holders: [])
    }
}
