// The higher-order built-ins of maps, optionals and ranges, expanded to loops.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    // MARK: maps

    func entryLoop(_ map: Int, _ type: TypeId, at node: TypedNode, _ body: (Operand, Operand) -> Void) {
        mapLoop(map, type, at: node) { index in
            let key = part(allocate(types.key(of: type)))
            let value = part(allocate(types.value(of: type)))
            emit(.mkey, key.register, map, index, at: node)
            emit(.mval, value.register, map, index, at: node)
            body(key, value)
            release(key)
            release(value)
        }
    }

    func expandMapMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let element = resultType(ids[1])
        entryLoop(source.register, type, at: node) { key, value in
            push(list, apply(function, [key, value], element, at: node), element, at: node)
        }
        release(function)
        release(source)
        return finish(list, result, [])
    }

    func expandMapEntries(
        _ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?
    ) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (map, result) = lateTarget(node.type, into)
        emit(.mnew, map.register, typeOperand(node.type), at: node)
        let valueType = types.value(of: node.type)
        entryLoop(source.register, type, at: node) { key, value in
            if builtin == .mapFilter {
                branch(function, [key, value], to: loops[loops.count - 1].continue, when: false, at: node)
                emit(.mset, map.register, key.register, value.register, at: node)
            } else {
                let other = apply(function, [value], valueType, at: node)
                keep(other, valueType)
                emit(.mset, map.register, key.register, other.register, at: node)
                release(other)
            }
        }
        release(function)
        release(source)
        return finish(map, result, [])
    }

    // MARK: optionals and ranges

    func expandOptional(
        _ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?
    ) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let value = target(node.type, into == unfinished ? nil : into)
        let end = buffer.label()
        let whenNull = buffer.label()
        buffer.jump(.jnull, source.register, to: whenNull)
        let inner = part(allocate(types.unwrapped(type)))
        emit(.unwrap, inner.register, source.register, at: node)
        let mapped = resultType(ids[1])
        if kind(mapped) == .optional {
            release(apply(function, [inner], mapped, value.register, at: node))
        } else {
            let other = apply(function, [inner], mapped, at: node)
            keep(other, mapped)
            emit(.some, value.register, other.register, at: node)
            release(other)
        }
        release(inner)
        buffer.jump(.jmp, to: end)
        buffer.place(whenNull)
        buffer.emit(.ldnull, value.register)
        buffer.place(end)
        release(function)
        release(source)
        return value
    }

    func expandRangeMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let element = resultType(ids[1])
        let range = tree[TypedId(ids[0])]
        let none = LocalId(0xFFFF_FFFF)
        if range.kind == .range, case .lambda(let parameters, let body) = applied(ids[1]),
            parameters.count == 1,
            !tree.mayReturn(body)
        {
            let (list, result) = newList(node.type, into, at: node)
            countedLoop(range, variable: parameters[0], at: node) {
                let outerLoops = loops
                loops = []
                push(list, lower(body), element, at: node)
                loops = outerLoops
            }
            return finish(list, result, [])
        }
        let source = lower(TypedId(ids[0]))
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let index = allocate(.int)
        let limit = allocate(.int)
        emit(.get, index, source.register, 0, at: node)
        emit(.get, limit, source.register, 1, at: node)
        countedLoop(from: index, to: limit, variable: none, at: node) {
            let item = Operand(register: index, isTemporary: false, holders: [])
            push(list, apply(function, [item], element, at: node), element, at: node)
        }
        buffer.release(index)
        buffer.release(limit)
        release(function)
        release(source)
        return finish(list, result, [])
    }
}
