// The higher-order built-ins that go by a key or make a sum, expanded to loops.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    // MARK: by key

    func expandByKeys(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let key = resultType(ids[1])
        let keysType = context.builder.types.list(of: key)
        let (keys, _) = newList(keysType, nil, at: node)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            push(keys, apply(function, [item], key, at: node), key, at: node)
            release(item)
        }
        release(function)
        var operands = [source, keys]
        if builtin == .listSortedBy {
            if ids.count > 2 {
                operands.append(lower(TypedId(ids[2])))
            } else {
                let no = Operand(register: allocate(.bool), isTemporary: true, holders: [])
                buffer.emit(.ldi, no.register, bx: 0)
                operands.append(no)
            }
        }
        let (value, result) = lateTarget(node.type, into == source.register ? nil : into)
        let isSorted = builtin == .listSortedBy
        emit(isSorted ? .listSortedByKeys : .listGroupedByKeys, value.register, operands, at: node)
        release(operands)
        return finish(value, result, [])
    }

    func expandKeyed(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (map, result) = lateTarget(node.type, into)
        emit(.mnew, map.register, typeOperand(node.type), at: node)
        let keyType = types.key(of: node.type)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let key = apply(function, [item], keyType, at: node)
            keep(key, keyType)
            emit(.mset, map.register, key.register, item.register, at: node)
            release(key)
            release(item)
        }
        release(function)
        release(source)
        return finish(map, result, [])
    }

    func expandUnique(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let keyType = resultType(ids[1])
        let seenType = context.builder.types.map(key: keyType, value: .bool)
        let optional = context.builder.types.optional(of: .bool)
        let seen = allocate(seenType)
        let yes = allocate(.bool)
        emit(.mnew, seen, typeOperand(seenType), at: node)
        buffer.emit(.ldi, yes, bx: 1)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let key = apply(function, [item], keyType, at: node)
            let known = allocate(optional)
            emit(.mget, known, seen, key.register, at: node)
            buffer.jump(.jsome, known, to: loops[loops.count - 1].continue)
            keep(key, keyType)
            emit(.mset, seen, key.register, yes, at: node)
            buffer.release(known)
            release(key)
            push(list, item, types.element(of: type), at: node)
        }
        buffer.release(seen)
        buffer.release(yes)
        release(function)
        release(source)
        return finish(list, result, [])
    }

    func expandExtreme(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?)
        -> Operand
    {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (value, result) = lateTarget(node.type, into)
        let keyType = resultType(ids[1])
        let best = allocate(.int)
        let bestKey = allocate(keyType)
        let index = allocate(.int)
        buffer.emit(.ldi, best, bx: -1)
        listLoop(source.register, type, at: node, withIndex: index) { read in
            let item = part(read())
            let key = apply(function, [item], keyType, at: node)
            let take = buffer.label()
            let next = loops[loops.count - 1].continue
            buffer.jump(.jlti, best, 0, to: take)
            let op: TypedOperator = builtin == .listMinBy ? .less : .greater
            switch arithmetic(keyType) {
            case .word: jumpOnWords(BodyLowering.opposite(op), key.register, bestKey, to: next)
            case .float: jumpOnFloats(op, key.register, bestKey, at: node, to: next, when: false)
            case .decimal, .reference:
                branchOnReferences(op, key.register, bestKey, at: node, to: next, when: false)
            }
            buffer.place(take)
            move(best, index)
            move(bestKey, key.register)
            release(key)
            release(item)
        }
        let end = buffer.label()
        buffer.emit(.ldnull, value.register)
        buffer.jump(.jlti, best, 0, to: end)
        let element = allocate(types.element(of: type))
        emit(.lget, element, source.register, best, at: node)
        emit(.some, value.register, element, at: node)
        buffer.place(end)
        for register in [best, bestKey, index, element] { buffer.release(register) }
        release(function)
        release(source)
        return finish(value, result, [])
    }

    func expandSum(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (sum, result) = lateTarget(node.type, into)
        if node.type == .decimal {
            var writer = ByteWriter(capacity: 16)
            writer.appendDecimal(DecimalValue(0))
            buffer.emit(
                .ldk, sum.register, bx: Int(context.builder.constant(type: .decimal, bytes: writer.toArray()))
            )
        } else {
            buffer.emit(.ldi, sum.register, bx: 0)
        }
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let value = apply(function, [item], node.type, at: node)
            switch arithmetic(node.type) {
            case .word: emit(.add, sum.register, sum.register, value.register, at: node)
            case .float: emit(.fadd, sum.register, sum.register, value.register, at: node)
            case .decimal, .reference: emit(.decimalAdd, sum.register, [sum, value], at: node)
            }
            release(value)
            release(item)
        }
        release(function)
        release(source)
        return finish(sum, result, [])
    }

    func expandPartition(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (holding, _) = newList(type, nil, at: node)
        let (others, _) = newList(type, nil, at: node)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let miss = buffer.label()
            branch(function, [item], to: miss, when: false, at: node)
            emit(.lpush, holding.register, item.register, at: node)
            buffer.jump(.jmp, to: loops[loops.count - 1].continue)
            buffer.place(miss)
            emit(.lpush, others.register, item.register, at: node)
            release(item)
        }
        release(function)
        release(source)
        return new(node.type, [holding, others], into, at: node)
    }
}
