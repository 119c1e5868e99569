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
    func applyReturning(_ body: TypedId, _ type: TypeId, _ into: Int?) -> Operand {
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
    func branch(
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
    func resultType(_ id: UInt32) -> TypeId { types.functionResult(of: tree[TypedId(id)].type) }

    func part(_ register: Int) -> Operand {
        Operand(register: register, isTemporary: true, holders: .stable)
    }

    /// A new list in a place that nobody reads before it is complete.
    func newList(_ type: TypeId, _ into: Int?, at node: TypedNode) -> (Operand, Int?) {
        let (list, result) = lateTarget(type, into)
        emit(.lnew, list.register, typeOperand(type), arguments: [], at: node)
        return (list, result)
    }

    func push(_ list: Operand, _ value: Operand, _ type: TypeId, at node: TypedNode) {
        keep(value, type)
        emit(.lpush, list.register, value.register, at: node)
        release(value)
    }

    /// The list or map that is walked; it stays as it is, whatever the body does.
    func receiver(_ id: UInt32) -> (Operand, TypeId) {
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
}
