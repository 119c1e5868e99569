// Blocks, branches, loops and assignments: where a value is delivered and where control goes next.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    /// A control form as a value.
    func control(_ id: TypedId, _ node: TypedNode, _ into: Int?) -> Operand {
        if node.kind == .block && into == nil && node.a != 0 && node.type != .never {
            let mark = scopeMark
            for statement in tree.list(node.list) { run(TypedId(statement)) }
            let value = lower(TypedId(node.a))
            return endScope(mark, keeping: value) ?? value
        }
        let isStatement = node.type == .unit || node.type == .never
        if isStatement {
            run(id)
            let value = target(node.type, into)
            if node.type == .unit { buffer.emit(.ldi, value.register, bx: 0) }
            return value
        }
        let value = target(node.type, into)
        let holders = deliver(id, .register(value.register))
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: holders)
    }

    /// Evaluates for its effect on variables and control.
    func run(_ id: TypedId) {
        _ = deliver(id, .discard)
    }

    /// Evaluates an expression or statement and brings the value to its sink; what holds it then.
    func deliver(_ id: TypedId, _ sink: Sink) -> Holders {
        let node = tree[id]
        switch node.kind {
        case .if: return deliverIf(node, sink)
        case .match: return deliverMatch(node, sink)
        case .block:
            let mark = scopeMark
            for statement in tree.list(node.list) { run(TypedId(statement)) }
            var holders: Holders = []
            if node.a != 0 { holders = deliver(TypedId(node.a), sink) } else { deliverUnit(sink, node) }
            _ = endScope(mark)
            return holders
        case .optionalChain: return deliverChain(node, sink)
        case .return: deliverReturn(node)
        case .break:
            if let loop = loops.last { buffer.jump(.jmp, to: loop.break) }
        case .continue:
            if let loop = loops.last { buffer.jump(.jmp, to: loop.continue) }
        case .fail:
            let message = lower(TypedId(node.a))
            emit(.fail, message.register, at: node)
            release(message)
        case .declare: declare(node)
        case .assign: _ = deliver(TypedId(node.b), .variable(LocalId(node.a)))
        case .assignElement: assignElement(node)
        case .destructure: destructure(node)
        case .while: loopWhile(node)
        case .forIn: loopOver(node)
        default: return deliverValue(id, node, sink)
        }
        switch node.kind {
        case .declare, .assign, .assignElement, .destructure, .while, .forIn: deliverUnit(sink, node)
        default: break
        }
        return []
    }

    private func deliverUnit(_ sink: Sink, _ node: TypedNode) {
        guard node.type != .never else { return }
        switch sink {
        case .discard: break
        case .register(let register): buffer.emit(.ldi, register, bx: 0)
        case .variable(let local): buffer.emit(.ldi, register(of: local), bx: 0)
        case .result: returnUnit()
        }
    }

    private func deliverValue(_ id: TypedId, _ node: TypedNode, _ sink: Sink) -> Holders {
        switch sink {
        case .register(let register): return lower(id, into: register).holders
        case .discard:
            release(lower(id))
            return []
        case .result:
            let value = lower(id)
            giveBack(value, node.type)
            buffer.emit(.ret, value.register)
            release(value)
            return []
        case .variable(let local):
            assign(local, id, node)
            return []
        }
    }

    private func deliverIf(_ node: TypedNode, _ sink: Sink) -> Holders {
        let parts = tree.list(node.list)
        let first = parts.startIndex
        let otherwise = buffer.label()
        branch(TypedId(parts[first]), to: otherwise, when: false)
        cover("if", branch: 1, at: tree[TypedId(parts[first + 1])])
        var holders = deliver(TypedId(parts[first + 1]), sink)
        let hasElse = parts.count > 2 && parts[first + 2] != 0
        var needsUnit = false
        if !hasElse { if case .discard = sink {} else { needsUnit = true } }
        if hasElse || needsUnit {
            let end = buffer.label()
            if buffer.isReachable { buffer.jump(.jmp, to: end) }
            buffer.place(otherwise)
            if hasElse {
                cover("if", branch: 0, at: tree[TypedId(parts[first + 2])])
                holders.formUnion(deliver(TypedId(parts[first + 2]), sink))
            } else {
                cover("if", branch: 0, at: node)
                deliverUnit(sink, node)
            }
            buffer.place(end)
        } else if isCovered {
            let end = buffer.label()
            if buffer.isReachable { buffer.jump(.jmp, to: end) }
            buffer.place(otherwise)
            cover("if", branch: 0, at: node)
            buffer.place(end)
        } else {
            buffer.place(otherwise)
        }
        return holders
    }

    private func deliverChain(_ node: TypedNode, _ sink: Sink) -> Holders {
        let optional = lower(TypedId(node.a))
        let local = LocalId(node.b)
        let whenNull = buffer.label()
        let end = buffer.label()
        buffer.jump(.jnull, optional.register, to: whenNull)
        let mark = scopeMark
        let inner = allocate(info(local).type)
        emit(.unwrap, inner, optional.register, at: node)
        bind(local, to: inner, owns: true, holders: .stable)
        var holders: Holders = []
        if let expression = tree.list(node.list).first {
            holders = deliver(TypedId(expression), sink)
        }
        _ = endScope(mark)
        buffer.jump(.jmp, to: end)
        buffer.place(whenNull)
        deliverNull(node, sink)
        buffer.place(end)
        release(optional)
        return holders
    }

    func deliverNull(_ node: TypedNode, _ sink: Sink) {
        switch sink {
        case .discard: break
        case .register(let register): buffer.emit(.ldnull, register)
        case .variable(let local): buffer.emit(.ldnull, register(of: local))
        case .result:
            let register = allocate(node.type)
            buffer.emit(.ldnull, register)
            buffer.emit(.ret, register)
            buffer.release(register)
        }
    }

    private func deliverReturn(_ node: TypedNode) {
        guard let inline = inlineReturn else {
            if node.a == 0 { return returnUnit() }
            _ = deliver(TypedId(node.a), .result)
            return
        }
        if node.a != 0 {
            inlineHolders.formUnion(deliver(TypedId(node.a), .register(inline.sink)))
        } else {
            buffer.emit(.ldi, inline.sink, bx: 0)
        }
        buffer.jump(.jmp, to: inline.end)
    }

    // MARK: variables

    private func declare(_ node: TypedNode) {
        let local = LocalId(node.a)
        let information = info(local)
        let isInPlace = places[Int(local.index)].isInPlace
        if information.isMutable {
            let register = allocate(information.type)
            let value = lower(TypedId(node.b), into: register)
            if isInPlace {
                own(register, value.holders, information.type)
            } else if value.holders.contains(.variable) && isBuffer(information.type) {
                buffer.emit(.share, register)
            }
            bind(local, to: register, owns: true, holders: value.holders)
            return
        }
        // A name for a value that lies somewhere needs no register of its own, unless that may change.
        var value = lower(TypedId(node.b))
        if isVariable(value) { value = copy(value, information.type) }
        bind(local, to: value.register, owns: value.isTemporary, holders: name(value, information.type))
    }

    private func assignElement(_ node: TypedNode) {
        guard let key = tree.list(node.list).first else { return }
        let local = LocalId(node.a)
        let operands = lowerAll([key, node.b])
        keep(operands[1], tree[TypedId(node.b)].type)
        let isMap = kind(info(local).type) == .map
        if isMap { keep(operands[0], tree[TypedId(key)].type) }
        emit(
            isMap ? .mset : .lset, register(of: local), operands[0].register, operands[1].register, at: node)
        release(operands)
    }

    private func destructure(_ node: TypedNode) {
        let value = lower(TypedId(node.a))
        for (index, word) in tree.list(node.list).enumerated() where word != 0xFFFF_FFFF {
            let local = LocalId(word)
            let register = allocate(info(local).type)
            emit(.get, register, value.register, index, at: node)
            if places[Int(local.index)].isInPlace { own(register, .stable, info(local).type) }
            bind(local, to: register, owns: true, holders: .stable)
        }
        release(value)
    }

    /// A variable's new value, in place where its form allows that.
    private func assign(_ local: LocalId, _ id: TypedId, _ node: TypedNode) {
        let target = register(of: local)
        if node.kind == .local && node.a == local.index { return }
        if places[Int(local.index)].isInPlace && assignInPlace(local, target, id, node) { return }
        let outer = unfinished
        unfinished = target
        let value = lower(id, into: target)
        unfinished = outer
        let type = info(local).type
        if places[Int(local.index)].isInPlace {
            own(target, value.holders, type)
        } else if value.holders.contains(.variable) && isBuffer(type) {
            buffer.emit(.share, target)
        }
    }

    /// `x = x + [e]`, `s = s + t`, `x = x.append(e)`, `m = m.with(k, v)`.
    private func assignInPlace(_ local: LocalId, _ target: Int, _ id: TypedId, _ node: TypedNode) -> Bool {
        guard let form = inPlaceForm(local, id) else { return false }
        switch form {
        case .lists(let lists): appendInPlace(local, target, lists, node)
        case .strings(let parts): concatInPlace(local, target, parts, node)
        case .element(let value):
            let element = lower(TypedId(value))
            keep(element, tree[TypedId(value)].type)
            emit(.lpush, target, element.register, at: node)
            release(element)
        case .entry(let key, let value):
            let operands = lowerAll([key, value])
            keep(operands[0], tree[TypedId(key)].type)
            keep(operands[1], tree[TypedId(value)].type)
            emit(.mset, target, operands[0].register, operands[1].register, at: node)
            release(operands)
        }
        return true
    }

    private func appendInPlace(_ local: LocalId, _ target: Int, _ lists: [UInt32], _ node: TypedNode) {
        var elements: [UInt32] = []
        var areElements = true
        for list in lists {
            let node = tree[TypedId(list)]
            if node.kind == .list {
                elements.append(contentsOf: tree.list(node.list))
            } else {
                areElements = false
            }
        }
        if areElements && elements.count == 1 {
            let element = lower(TypedId(elements[0]))
            keep(element, tree[TypedId(elements[0])].type)
            emit(.lpush, target, element.register, at: node)
            return release(element)
        }
        // Everything is evaluated before the first write, since it may read the variable.
        let operands = lowerAll(areElements ? elements : lists)
        for (index, operand) in operands.enumerated() {
            if areElements {
                keep(operand, tree[TypedId(elements[index])].type)
                emit(.lpush, target, operand.register, at: node)
            } else {
                let list = Operand(register: target, isTemporary: false, holders: [])
                var other = operand
                if other.register == target {
                    // x = x + x: the second one must not change while it is read.
                    other = Operand(register: allocate(node.type), isTemporary: true, holders: [])
                    buffer.emit(.share, target)
                    move(other.register, target)
                }
                emit(.listConcat, target, [list, other], at: node)
                if other.register != operand.register { release(other) }
            }
        }
        release(operands)
    }

    private func concatInPlace(_ local: LocalId, _ target: Int, _ parts: [UInt32], _ node: TypedNode) {
        var operands = [Operand(register: target, isTemporary: false, holders: [])]
        operands.append(contentsOf: lowerAll(parts))
        for index in operands.indices.dropFirst() where operands[index].register == target {
            let copy = Operand(register: allocate(.string), isTemporary: true, holders: [])
            buffer.emit(.share, target)
            move(copy.register, target)
            operands[index] = copy
        }
        var start = 1
        while start < operands.count {
            let end = min(operands.count, start + PlanLimits.argumentsMax - 1)
            emit(.concat, target, 0, arguments: [operands[0]] + operands[start..<end], at: node)
            start = end
        }
        release(operands)
    }

    // MARK: loops

    private func loopWhile(_ node: TypedNode) {
        let body = buffer.label()
        let test = buffer.label()
        let end = buffer.label()
        let isEntered = buffer.isReachable
        buffer.jump(.jmp, to: test)
        loopDepth += 1
        buffer.placeHead(body, isEntered: isEntered)
        loops.append(Loop(break: end, continue: test))
        run(TypedId(node.b))
        loops.removeLast()
        buffer.place(test)
        branch(TypedId(node.a), to: body, when: true)
        loopDepth -= 1
        buffer.place(end)
    }

    private func loopOver(_ node: TypedNode) {
        let names = tree.list(node.list)
        let first = LocalId(names.first ?? 0xFFFF_FFFF)
        let second = names.count > 1 ? LocalId(names[names.startIndex + 1]) : nil
        let iterated = tree[TypedId(node.a)]
        if iterated.kind == .range {
            return countedLoop(iterated, variable: first, at: node) { run(TypedId(node.b)) }
        }
        var source = lower(TypedId(node.a))
        if isVariable(source), tree.mayAssign(TypedId(node.b)),
            iterated.kind != .local || tree.assigns(TypedId(node.b), LocalId(iterated.a))
        {
            source = copy(source, iterated.type)
        }
        switch kind(iterated.type) {
        case .map:
            mapLoop(source.register, iterated.type, at: node) { index in
                bindEntry(source.register, iterated.type, index, first, second, at: node)
                run(TypedId(node.b))
            }
        case .range:
            let low = Operand(register: allocate(.int), isTemporary: true, holders: [])
            let high = Operand(register: allocate(.int), isTemporary: true, holders: [])
            emit(.get, low.register, source.register, 0, at: node)
            emit(.get, high.register, source.register, 1, at: node)
            countedLoop(from: low.register, to: high.register, variable: first, at: node) {
                run(TypedId(node.b))
            }
            release([low, high])
        default:
            listLoop(source.register, iterated.type, at: node) { element in
                if first.index != 0xFFFF_FFFF {
                    let register = element()
                    bind(first, to: register, owns: true, holders: .stable)
                }
                run(TypedId(node.b))
            }
        }
        release(source)
    }

    /// The key and value of an entry, or both as a tuple.
    private func bindEntry(
        _ map: Int, _ type: TypeId, _ index: Int, _ first: LocalId, _ second: LocalId?, at node: TypedNode
    ) {
        let key = types.key(of: type)
        let value = types.value(of: type)
        func read(_ opcode: Opcode, _ type: TypeId) -> Int {
            let register = allocate(type)
            emit(opcode, register, map, index, at: node)
            return register
        }
        if let second {
            if first.index != 0xFFFF_FFFF { bind(first, to: read(.mkey, key), owns: true, holders: .stable) }
            if second.index != 0xFFFF_FFFF {
                bind(second, to: read(.mval, value), owns: true, holders: .stable)
            }
        } else if first.index != 0xFFFF_FFFF {
            let local = info(first).type
            if kind(local) == .tuple && local != key {
                let (left, right) = (read(.mkey, key), read(.mval, value))
                let pair = allocate(local)
                buffer.at(node.start, node.end)
                buffer.emit(.new, pair, typeOperand(local), d: 2)
                buffer.emitArguments([left, right])
                buffer.release(left)
                buffer.release(right)
                bind(first, to: pair, owns: true, holders: .stable)
            } else {
                bind(first, to: read(.mkey, key), owns: true, holders: .stable)
            }
        }
    }

    /// A loop over a range that is never made.
    func countedLoop(_ range: TypedNode, variable: LocalId, at node: TypedNode, _ body: () -> Void) {
        let isClosed = range.aux == 1
        let low = tree[TypedId(range.a)]
        let high = tree[TypedId(range.b)]
        let index = allocate(.int)
        if low.kind == .word, case let value = bits(low), value > Int64(Int32.min), value < Int64(Int32.max) {
            // The first step of the loop instruction brings the variable to its first value.
            let limit = upperBound(high, range.b, isClosed, at: range)
            buffer.emit(.ldi, index, bx: Int(value) - 1)
            steppedLoop(index, limit.register, variable: variable, body)
            release(limit)
            buffer.release(index)
            return
        }
        let first = lower(TypedId(range.a), into: index)
        _ = first
        let limit = upperBound(high, range.b, isClosed, at: range)
        countedLoop(from: index, to: limit.register, variable: variable, at: node, body)
        release(limit)
        buffer.release(index)
    }

    /// The first number behind the range, in a register that does not change.
    private func upperBound(_ node: TypedNode, _ id: UInt32, _ isClosed: Bool, at range: TypedNode) -> Operand
    {
        if node.kind == .word {
            let value = bits(node)
            if !isClosed || value < Int64.max {
                let register = allocate(.int)
                let bound = isClosed ? value + 1 : value
                if bound == Int64(Int32(truncatingIfNeeded: bound)) {
                    buffer.emit(.ldi, register, bx: Int(bound))
                } else {
                    var writer = ByteWriter(capacity: 16)
                    writer.appendInt(Int(bound))
                    buffer.emit(
                        .ldk, register, bx: Int(context.builder.constant(type: .int, bytes: writer.toArray()))
                    )
                }
                return Operand(register: register, isTemporary: true, holders: [])
            }
        }
        if isClosed {
            let inner = lower(TypedId(id))
            release(inner)
            let register = allocate(.int)
            emit(.addi, register, inner.register, 1, at: range)
            return Operand(register: register, isTemporary: true, holders: [])
        }
        if node.kind == .local, !isMutable(LocalId(node.a)) { return lower(TypedId(id)) }
        let inner = lower(TypedId(id))
        if inner.isTemporary { return inner }
        let register = allocate(.int)
        move(register, inner.register)
        return Operand(register: register, isTemporary: true, holders: [])
    }

    /// A loop whose variable starts in `index`, which it destroys.
    func countedLoop(
        from index: Int, to limit: Int, variable: LocalId, at node: TypedNode, _ body: () -> Void
    ) {
        let skip = buffer.label()
        buffer.jump(.jle, limit, index, to: skip)
        loop(index, limit, variable: variable, entersAtTest: false, body)
        buffer.place(skip)
    }

    /// A loop whose variable is one below its first value.
    func steppedLoop(_ index: Int, _ limit: Int, variable: LocalId?, _ body: () -> Void) {
        loop(index, limit, variable: variable, entersAtTest: true, body)
    }

    private func loop(_ index: Int, _ limit: Int, variable: LocalId?, entersAtTest: Bool, _ body: () -> Void)
    {
        let head = buffer.label()
        let step = buffer.label()
        let end = buffer.label()
        let isEntered = buffer.isReachable
        if entersAtTest { buffer.jump(.jmp, to: step) }
        loopDepth += 1
        buffer.placeHead(head, isEntered: isEntered)
        loops.append(Loop(break: end, continue: step))
        let mark = scopeMark
        if let variable, variable.index != 0xFFFF_FFFF {
            bind(variable, to: index, owns: false, holders: [])
        }
        body()
        _ = endScope(mark)
        loops.removeLast()
        buffer.place(step)
        buffer.jump(.forlt, index, limit, to: head)
        loopDepth -= 1
        buffer.place(end)
    }

    /// A loop over a list; the body asks for the element when it wants it, in a register of its own.
    func listLoop(
        _ list: Int, _ type: TypeId, at node: TypedNode, withIndex index: Int? = nil,
        _ body: (() -> Int) -> Void
    ) {
        let count = allocate(.int)
        let position = index ?? allocate(.int)
        buffer.emit(.llen, count, list)
        buffer.emit(.ldi, position, bx: -1)
        let element = types.element(of: type)
        steppedLoop(position, count, variable: nil) {
            body {
                let register = allocate(element)
                emit(.lget, register, list, position, at: node)
                return register
            }
        }
        buffer.release(count)
        if index == nil { buffer.release(position) }
    }

    /// A loop over a map's positions.
    func mapLoop(_ map: Int, _ type: TypeId, at node: TypedNode, _ body: (Int) -> Void) {
        let count = allocate(.int)
        let position = allocate(.int)
        buffer.emit(.mlen, count, map)
        buffer.emit(.ldi, position, bx: -1)
        steppedLoop(position, count, variable: nil) { body(position) }
        buffer.release(count)
        buffer.release(position)
    }
}
