// The higher-order built-ins, expanded to loops with the lambda's body inside: no closure is made, none is
// called.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

/// What is applied to each element.
enum Applied {
    /// Parameters, body.
    case lambda([LocalId], TypedId)
    case function(Int)
    case value(Operand)
}

extension BodyLowering {
    func expand(_ builtin: Builtin, _ id: TypedId, _ node: TypedNode, _ into: Int?) -> Operand {
        let ids = Array(tree.list(node.list))
        switch builtin {
        case .listMap: return expandMap(ids, node, into)
        case .listFilter, .listTakeWhile, .listDropWhile: return expandFilter(builtin, ids, node, into)
        case .listFilterMap: return expandFilterMap(ids, node, into)
        case .listFlatMap: return expandFlatMap(ids, node, into)
        case .listFold: return expandFold(ids, node, into)
        case .listAny, .listAll, .mapAny, .mapAll: return expandAny(builtin, ids, node, into)
        case .listFind, .listFindIndex: return expandFind(builtin, ids, node, into)
        case .listCountWhere: return expandCount(ids, node, into)
        case .listSortedBy, .listGroupedBy: return expandByKeys(builtin, ids, node, into)
        case .listKeyedBy: return expandKeyed(ids, node, into)
        case .listUniqueBy: return expandUnique(ids, node, into)
        case .listMinBy, .listMaxBy: return expandExtreme(builtin, ids, node, into)
        case .listSumBy: return expandSum(ids, node, into)
        case .listPartition: return expandPartition(ids, node, into)
        case .mapMap: return expandMapMap(ids, node, into)
        case .mapMapValues, .mapFilter: return expandMapEntries(builtin, ids, node, into)
        case .optionalMap, .optionalFlatMap: return expandOptional(builtin, ids, node, into)
        case .optionalIsNull: return materialize(id, into)
        case .rangeMap: return expandRangeMap(ids, node, into)
        case .toJson, .jsonTextOf, .parseJson: return expandJson(builtin, ids, node, into)
        default: preconditionFailure("every inline built-in is expanded here")
        }
    }

    private func expandJson(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let type = tree[TypedId(ids[0])].type
        let value = lower(TypedId(ids[0]))
        if builtin == .toJson { keep(value, type) }
        release(value)
        let result = target(node.type, into)
        switch builtin {
        case .toJson: emit(.tojson, result.register, value.register, typeOperand(type), at: node)
        case .jsonTextOf: emit(.jsontext, result.register, value.register, typeOperand(type), at: node)
        default: emit(.decode, result.register, value.register, typeOperand(.json), at: node)
        }
        return result
    }

    // MARK: applying

    /// What a function argument is, evaluated once.
    func applied(_ id: UInt32) -> Applied {
        let node = tree[TypedId(id)]
        switch node.kind {
        case .lambda: return .lambda(tree.list(node.list).map { LocalId($0) }, TypedId(node.a))
        case .functionReference: return .function(Int(node.a))
        default:
            let value = lower(TypedId(id))
            return .value(isVariable(value) ? copy(value, node.type) : value)
        }
    }

    func release(_ applied: Applied) {
        if case .value(let operand) = applied { release(operand) }
    }

    /// Applies a function; the arguments stay where they are.
    func apply(
        _ function: Applied, _ arguments: [Operand], _ type: TypeId, _ into: Int? = nil, at node: TypedNode
    ) -> Operand {
        let kept = arguments.map { Operand(register: $0.register, isTemporary: false, holders: $0.holders) }
        switch function {
        case .function(let number): return call(number, type, kept, into, at: node)
        case .value(let value): return callValue(value, type, kept, into, at: node, releasing: false)
        case .lambda(let parameters, let body):
            let mark = scopeMark
            for (parameter, argument) in zip(parameters, arguments) {
                bind(parameter, to: argument.register, owns: false, holders: argument.holders)
            }
            let outerLoops = loops
            loops = []
            let value = tree.mayReturn(body) ? applyReturning(body, type, into) : lower(body, into: into)
            loops = outerLoops
            return endScope(mark, keeping: value) ?? value
        }
    }

    /// A lambda's body with `return` inside, which then goes behind it.
    private func applyReturning(_ body: TypedId, _ type: TypeId, _ into: Int?) -> Operand {
        let value = target(type, into == unfinished ? nil : into)
        let outer = (inlineReturn, inlineHolders)
        let end = buffer.label()
        inlineReturn = (value.register, end)
        inlineHolders = []
        var holders = deliver(body, .register(value.register))
        holders.formUnion(inlineHolders)
        (inlineReturn, inlineHolders) = outer
        buffer.place(end)
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: holders)
    }

    /// Applies a function that yields a Bool and jumps to `label` when it is `sense`.
    private func branch(
        _ function: Applied, _ arguments: [Operand], to label: Label, when sense: Bool, at node: TypedNode
    ) {
        if case .lambda(let parameters, let body) = function, !tree.mayReturn(body) {
            let mark = scopeMark
            for (parameter, argument) in zip(parameters, arguments) {
                bind(parameter, to: argument.register, owns: false, holders: argument.holders)
            }
            let outerLoops = loops
            loops = []
            branch(body, to: label, when: sense)
            loops = outerLoops
            _ = endScope(mark)
            return
        }
        let value = apply(function, arguments, .bool, at: node)
        release(value)
        buffer.jump(sense ? .jt : .jf, value.register, to: label)
    }

    /// The result type of a function argument.
    private func resultType(_ id: UInt32) -> TypeId { types.functionResult(of: tree[TypedId(id)].type) }

    private func part(_ register: Int) -> Operand {
        Operand(register: register, isTemporary: true, holders: .stable)
    }

    /// A new list in a place that nobody reads before it is complete.
    private func newList(_ type: TypeId, _ into: Int?, at node: TypedNode) -> (Operand, Int?) {
        let (list, result) = lateTarget(type, into)
        emit(.lnew, list.register, typeOperand(type), arguments: [], at: node)
        return (list, result)
    }

    private func push(_ list: Operand, _ value: Operand, _ type: TypeId, at node: TypedNode) {
        keep(value, type)
        emit(.lpush, list.register, value.register, at: node)
        release(value)
    }

    /// The list or map that is walked; it stays as it is, whatever the body does.
    private func receiver(_ id: UInt32) -> (Operand, TypeId) {
        let type = tree[TypedId(id)].type
        return (lower(TypedId(id)), type)
    }

    // MARK: lists

    private func expandMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let element = resultType(ids[1])
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            push(list, apply(function, [item], element, at: node), element, at: node)
            release(item)
        }
        release(function)
        release(source)
        return finish(list, result, [])
    }

    private func expandFilter(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand
    {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let element = types.element(of: type)
        var isDropping: Int?
        if builtin == .listDropWhile {
            let register = allocate(.bool)
            buffer.emit(.ldi, register, bx: 1)
            isDropping = register
        }
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let next = loops[loops.count - 1].continue
            if let isDropping {
                let take = buffer.label()
                buffer.jump(.jf, isDropping, to: take)
                branch(function, [item], to: next, when: true, at: node)
                buffer.emit(.ldi, isDropping, bx: 0)
                buffer.place(take)
            } else {
                let miss = builtin == .listTakeWhile ? loops[loops.count - 1].break : next
                branch(function, [item], to: miss, when: false, at: node)
            }
            push(list, item, element, at: node)
        }
        if let isDropping { buffer.release(isDropping) }
        release(function)
        release(source)
        return finish(list, result, [])
    }

    private func expandFilterMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        let optional = resultType(ids[1])
        let element = types.element(of: node.type)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let value = apply(function, [item], optional, at: node)
            buffer.jump(.jnull, value.register, to: loops[loops.count - 1].continue)
            release(value)
            let inner = part(allocate(element))
            emit(.unwrap, inner.register, value.register, at: node)
            push(list, inner, element, at: node)
            release(item)
        }
        release(function)
        release(source)
        return finish(list, result, [])
    }

    private func expandFlatMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (list, result) = newList(node.type, into, at: node)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let more = apply(function, [item], node.type, at: node)
            emit(.listConcat, list.register, [list, more], at: node)
            release(more)
            release(item)
        }
        release(function)
        release(source)
        return finish(list, result, [])
    }

    private func expandFold(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let (state, result) = lateTarget(node.type, into)
        let initial = lower(TypedId(ids[1]), into: state.register)
        let function = applied(ids[2])
        own(state.register, initial.holders, node.type)
        var isInPlace = false
        if case .lambda(let parameters, let body) = function, parameters.count == 2 {
            foldLambda(source, type, state, parameters, body, at: node)
            isInPlace = places[Int(parameters[0].index)].isInPlace
        } else {
            listLoop(source.register, type, at: node) { read in
                let item = part(read())
                let value = apply(function, [state, item], node.type, state.register, at: node)
                release(value)
                release(item)
            }
        }
        release(function)
        release(source)
        return finish(state, result, isInPlace ? [] : .stable)
    }

    /// The state is a variable that each turn assigns, so that `state + [x]` appends in place.
    private func foldLambda(
        _ source: Operand, _ type: TypeId, _ state: Operand, _ parameters: [LocalId], _ body: TypedId,
        at node: TypedNode
    ) {
        markForms(parameters[0], body)
        let isInPlace = places[Int(parameters[0].index)].isInPlace
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            let mark = scopeMark
            bind(parameters[0], to: state.register, owns: false, holders: .parameter)
            bind(parameters[1], to: item.register, owns: false, holders: .stable)
            let outerLoops = loops
            loops = []
            if tree.mayReturn(body) {
                let value = applyReturning(body, info(parameters[0]).type, nil)
                move(state.register, value.register)
                if isInPlace { own(state.register, value.holders, info(parameters[0]).type) }
                release(value)
            } else {
                _ = deliver(body, .variable(parameters[0]))
            }
            loops = outerLoops
            _ = endScope(mark)
            release(item)
        }
    }

    private func expandAny(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let isAll = builtin == .listAll || builtin == .mapAll
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (value, result) = lateTarget(.bool, into)
        let end = buffer.label()
        let found = buffer.label()
        if builtin == .listAny || builtin == .listAll {
            listLoop(source.register, type, at: node) { read in
                let item = part(read())
                branch(function, [item], to: found, when: !isAll, at: node)
                release(item)
            }
        } else {
            entryLoop(source.register, type, at: node) { key, item in
                branch(function, [key, item], to: found, when: !isAll, at: node)
            }
        }
        buffer.emit(.ldi, value.register, bx: isAll ? 1 : 0)
        buffer.jump(.jmp, to: end)
        buffer.place(found)
        buffer.emit(.ldi, value.register, bx: isAll ? 0 : 1)
        buffer.place(end)
        release(function)
        release(source)
        return finish(value, result, [])
    }

    private func expandFind(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (value, result) = lateTarget(node.type, into)
        let end = buffer.label()
        let found = buffer.label()
        let index = allocate(.int)
        let item = allocate(types.element(of: type))
        listLoop(source.register, type, at: node, withIndex: index) { read in
            let element = part(read())
            move(item, element.register)
            release(element)
            let operand = Operand(register: item, isTemporary: false, holders: .stable)
            branch(function, [operand], to: found, when: true, at: node)
        }
        buffer.emit(.ldnull, value.register)
        buffer.jump(.jmp, to: end)
        buffer.place(found)
        emit(.some, value.register, builtin == .listFind ? item : index, at: node)
        buffer.place(end)
        buffer.release(index)
        buffer.release(item)
        release(function)
        release(source)
        return finish(value, result, [])
    }

    private func expandCount(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
        let (source, type) = receiver(ids[0])
        let function = applied(ids[1])
        let (value, result) = lateTarget(.int, into)
        buffer.emit(.ldi, value.register, bx: 0)
        listLoop(source.register, type, at: node) { read in
            let item = part(read())
            branch(function, [item], to: loops[loops.count - 1].continue, when: false, at: node)
            emit(.addi, value.register, value.register, 1, at: node)
            release(item)
        }
        release(function)
        release(source)
        return finish(value, result, [])
    }

    // MARK: by key

    private func expandByKeys(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand
    {
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

    private func expandKeyed(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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

    private func expandUnique(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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

    private func expandExtreme(_ builtin: Builtin, _ ids: [UInt32], _ node: TypedNode, _ into: Int?)
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

    private func expandSum(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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

    private func expandPartition(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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

    // MARK: maps

    private func entryLoop(_ map: Int, _ type: TypeId, at node: TypedNode, _ body: (Operand, Operand) -> Void)
    {
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

    private func expandMapMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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

    private func expandMapEntries(
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

    private func expandOptional(
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

    private func expandRangeMap(_ ids: [UInt32], _ node: TypedNode, _ into: Int?) -> Operand {
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
