// Operators to instructions: the type of the operands selects the arithmetic, and a comparison that decides
// where to go becomes one jump.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

/// The arithmetic of a type.
enum Arithmetic {
    /// Words compared and computed as Int.
    case word
    case float
    case decimal
    /// Compared deeply; computed by built-ins if at all.
    case reference
}

extension BodyLowering {
    func arithmetic(_ type: TypeId) -> Arithmetic {
        if type == .float { return .float }
        if type == .decimal { return .decimal }
        return isReference(type) ? .reference : .word
    }

    func binary(_ id: TypedId, _ node: TypedNode, _ into: Int?) -> Operand {
        guard let op = TypedOperator(rawValue: node.aux) else {
            preconditionFailure("the checker writes operators only")
        }
        switch op {
        case .add, .subtract, .multiply, .divide, .remainder: return arithmetic(op, node, into)
        case .append: return append(node, into)
        case .scale: return scale(node, into)
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            return compare(id, op, node, into)
        }
    }

    func negate(_ node: TypedNode, _ into: Int?) -> Operand {
        let inner = lower(TypedId(node.a))
        if node.type == .decimal {
            let value = target(node.type, into)
            emit(.decimalNegate, value.register, [inner], at: node)
            release(inner)
            return value
        }
        release(inner)
        let value = target(node.type, into)
        emit(node.type == .float ? .fneg : .neg, value.register, inner.register, at: node)
        return value
    }

    // MARK: arithmetic

    private func arithmetic(_ op: TypedOperator, _ node: TypedNode, _ into: Int?) -> Operand {
        let left = tree[TypedId(node.a)].type
        if node.type == .float && left == .duration && op == .divide { return durationRatio(node, into) }
        switch arithmetic(left) {
        case .word: return wordArithmetic(op, node, into)
        case .float:
            if op == .remainder { return builtin(.floatRemainder, node, into) }
            let opcode: Opcode
            switch op {
            case .add: opcode = .fadd
            case .subtract: opcode = .fsub
            case .multiply: opcode = .fmul
            default: opcode = .fdiv
            }
            return two(opcode, node, into)
        case .decimal:
            switch op {
            case .add: return builtin(.decimalAdd, node, into)
            case .subtract: return builtin(.decimalSubtract, node, into)
            case .multiply: return builtin(.decimalMultiply, node, into)
            case .divide: return builtin(.decimalDivide, node, into)
            default: return builtin(.decimalRemainder, node, into)
            }
        case .reference:
            precondition(op == .add, "references know no other arithmetic")
            if left == .bytes { return builtin(.bytesConcat, node, into) }
            if left == .path { return builtin(.pathJoin, node, into) }
            return kind(left) == .list ? append(node, into) : concatPair(node, into)
        }
    }

    private func wordArithmetic(_ op: TypedOperator, _ node: TypedNode, _ into: Int?) -> Operand {
        if op == .add, let number = immediate(node.b) { return addImmediate(node.a, number, node, into) }
        if op == .add, let number = immediate(node.a) { return addImmediate(node.b, number, node, into) }
        if op == .subtract, let number = immediate(node.b), number > Int(Int16.min) {
            return addImmediate(node.a, -number, node, into)
        }
        let opcode: Opcode
        switch op {
        case .add: opcode = .add
        case .subtract: opcode = .sub
        case .multiply: opcode = .mul
        case .divide: opcode = .div
        default: opcode = .rem
        }
        return two(opcode, node, into)
    }

    private func addImmediate(_ operand: UInt32, _ number: Int, _ node: TypedNode, _ into: Int?) -> Operand {
        let inner = lower(TypedId(operand))
        release(inner)
        let value = target(node.type, into)
        emit(.addi, value.register, inner.register, number, at: node)
        return value
    }

    private func builtin(_ builtin: Builtin, _ node: TypedNode, _ into: Int?) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        let value = target(node.type, into)
        emit(builtin, value.register, [left, right], at: node)
        release(left)
        release(right)
        return value
    }

    private func concatPair(_ node: TypedNode, _ into: Int?) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        let value = target(node.type, into)
        emit(.concat, value.register, 0, arguments: [left, right], at: node)
        release(left)
        release(right)
        return value
    }

    /// Duration / Duration.
    private func durationRatio(_ node: TypedNode, _ into: Int?) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        let first = allocate(.float)
        let second = allocate(.float)
        emit(.itof, first, left.register, at: node)
        emit(.itof, second, right.register, at: node)
        release(left)
        release(right)
        buffer.release(first)
        buffer.release(second)
        let value = target(node.type, into)
        emit(.fdiv, value.register, first, second, at: node)
        return value
    }

    /// Duration * Float, rounded to the nearest microsecond.
    private func scale(_ node: TypedNode, _ into: Int?) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        let product = Operand(register: allocate(.float), isTemporary: true, holders: [])
        emit(.itof, product.register, left.register, at: node)
        emit(.fmul, product.register, product.register, right.register, at: node)
        let places = Operand(register: allocate(.int), isTemporary: true, holders: [])
        buffer.emit(.ldi, places.register, bx: 0)
        emit(.floatRound, product.register, [product, places], at: node)
        let whole = Operand(register: allocate(.int), isTemporary: true, holders: [])
        emit(.floatToInt, whole.register, [product], at: node)
        let value = target(node.type, into)
        move(value.register, whole.register)
        release([left, right, product, places, whole])
        return value
    }

    /// List + list, into a new list.
    private func append(_ node: TypedNode, _ into: Int?) -> Operand {
        let right = tree[TypedId(node.b)]
        let (value, result) = lateTarget(node.type, into)
        if right.kind == .list, tree.list(right.list).count <= 8 {
            let left = lower(TypedId(node.a), into: value.register)
            own(value.register, left.holders, node.type)
            for word in tree.list(right.list) {
                let element = lower(TypedId(word))
                keep(element, tree[TypedId(word)].type)
                emit(.lpush, value.register, element.register, at: node)
                release(element)
            }
            return finish(value, result, [])
        }
        let (left, other) = lowerPair(node.a, node.b)
        emit(.listConcat, value.register, [left, other], at: node)
        release(left)
        release(other)
        return finish(value, result, [])
    }

    private func two(_ opcode: Opcode, _ node: TypedNode, _ into: Int?) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        release(left)
        release(right)
        let value = target(node.type, into)
        emit(opcode, value.register, left.register, right.register, at: node)
        return value
    }

    // MARK: comparisons as values

    private func compare(_ id: TypedId, _ op: TypedOperator, _ node: TypedNode, _ into: Int?) -> Operand {
        let type = tree[TypedId(node.a)].type
        if tree[TypedId(node.a)].kind == .null || tree[TypedId(node.b)].kind == .null {
            return materialize(id, into)
        }
        let isEquality = op == .equal || op == .notEqual
        let opcode: Opcode
        switch (arithmetic(type), isEquality) {
        case (.word, true): opcode = .eq
        case (.float, true): opcode = .feq
        case (_, true): opcode = .veq
        case (.word, false): opcode = op == .less || op == .greater ? .lt : .le
        case (.float, false): opcode = op == .less || op == .greater ? .flt : .fle
        case (_, false): return materialize(id, into)
        }
        let (left, right) = lowerPair(node.a, node.b)
        release(left)
        release(right)
        let value = target(.bool, into)
        let isSwapped = op == .greater || op == .greaterOrEqual
        emit(
            opcode, value.register, isSwapped ? right.register : left.register,
            isSwapped ? left.register : right.register, at: node)
        if op == .notEqual { buffer.emit(.not, value.register, value.register) }
        return value
    }

    /// A condition as a Bool.
    func materialize(_ id: TypedId, _ into: Int?) -> Operand {
        let whenFalse = buffer.label()
        let end = buffer.label()
        branch(id, to: whenFalse, when: false)
        let value = target(.bool, into)
        buffer.emit(.ldi, value.register, bx: 1)
        buffer.jump(.jmp, to: end)
        buffer.place(whenFalse)
        buffer.emit(.ldi, value.register, bx: 0)
        buffer.place(end)
        return value
    }

    // MARK: conditions

    /// Jumps to `label` when the condition is `sense`; else goes on behind.
    func branch(_ id: TypedId, to label: Label, when sense: Bool) {
        let node = tree[id]
        switch node.kind {
        case .word:
            if (bits(node) != 0) == sense { buffer.jump(.jmp, to: label) }
        case .not: branch(TypedId(node.a), to: label, when: !sense)
        case .and, .or:
            if (node.kind == .or) == sense {
                branch(TypedId(node.a), to: label, when: sense)
                branch(TypedId(node.b), to: label, when: sense)
            } else {
                let skip = buffer.label()
                branch(TypedId(node.a), to: skip, when: !sense)
                branch(TypedId(node.b), to: label, when: sense)
                buffer.place(skip)
            }
        case .binary:
            if let op = TypedOperator(rawValue: node.aux), op.rawValue >= TypedOperator.equal.rawValue {
                branch(op, node, to: label, when: sense)
            } else {
                branchOnValue(id, to: label, when: sense)
            }
        case .builtin:
            if !branchOnBuiltin(node, to: label, when: sense) { branchOnValue(id, to: label, when: sense) }
        default: branchOnValue(id, to: label, when: sense)
        }
    }

    private func branchOnValue(_ id: TypedId, to label: Label, when sense: Bool) {
        let value = lower(id)
        release(value)
        buffer.jump(sense ? .jt : .jf, value.register, to: label)
    }

    private func branchOnBuiltin(_ node: TypedNode, to label: Label, when sense: Bool) -> Bool {
        guard let builtin = Builtin(rawValue: UInt16(truncatingIfNeeded: node.a)),
            let receiver = tree.list(node.list).first
        else { return false }
        switch builtin {
        case .optionalIsNull:
            let value = lower(TypedId(receiver))
            release(value)
            buffer.jump(sense ? .jnull : .jsome, value.register, to: label)
            return true
        case .listIsEmpty, .mapIsEmpty:
            let value = lower(TypedId(receiver))
            release(value)
            let count = allocate(.int)
            buffer.emit(builtin == .listIsEmpty ? .llen : .mlen, count, value.register)
            buffer.release(count)
            buffer.jump(sense ? .jeqi : .jnei, count, 0, to: label)
            return true
        default: return false
        }
    }

    private func branch(_ op: TypedOperator, _ node: TypedNode, to label: Label, when sense: Bool) {
        let (left, right) = (tree[TypedId(node.a)], tree[TypedId(node.b)])
        if left.kind == .null || right.kind == .null {
            let value = lower(TypedId(left.kind == .null ? node.b : node.a))
            release(value)
            let isNull = (op == .equal) == sense
            buffer.jump(isNull ? .jnull : .jsome, value.register, to: label)
            return
        }
        switch arithmetic(left.type) {
        case .word: branchOnWords(op, node, to: label, when: sense)
        case .float: branchOnFloats(op, node, to: label, when: sense)
        case .decimal, .reference:
            let (first, second) = lowerPair(node.a, node.b)
            release(first)
            release(second)
            branchOnReferences(op, first.register, second.register, at: node, to: label, when: sense)
        }
    }

    func branchOnReferences(
        _ op: TypedOperator, _ left: Int, _ right: Int, at node: TypedNode, to label: Label, when sense: Bool
    ) {
        let order = allocate(.int)
        buffer.release(order)
        switch op {
        case .equal, .notEqual:
            emit(.veq, order, left, right, at: node)
            buffer.jump((op == .equal) == sense ? .jt : .jf, order, to: label)
        default:
            emit(.vcmp, order, left, right, at: node)
            buffer.jump(
                BodyLowering.immediateJump(sense ? op : BodyLowering.opposite(op)), order, 0, to: label)
        }
    }

    private func branchOnWords(_ op: TypedOperator, _ node: TypedNode, to label: Label, when sense: Bool) {
        let op = sense ? op : BodyLowering.opposite(op)
        if let number = immediate(node.b) {
            let value = lower(TypedId(node.a))
            release(value)
            return buffer.jump(BodyLowering.immediateJump(op), value.register, number, to: label)
        }
        if let number = immediate(node.a) {
            let value = lower(TypedId(node.b))
            release(value)
            return buffer.jump(
                BodyLowering.immediateJump(BodyLowering.swapped(op)), value.register, number, to: label)
        }
        let (left, right) = lowerPair(node.a, node.b)
        release(left)
        release(right)
        jumpOnWords(op, left.register, right.register, to: label)
    }

    func jumpOnWords(_ op: TypedOperator, _ left: Int, _ right: Int, to label: Label) {
        switch op {
        case .equal: buffer.jump(.jeq, left, right, to: label)
        case .notEqual: buffer.jump(.jne, left, right, to: label)
        case .less: buffer.jump(.jlt, left, right, to: label)
        case .lessOrEqual: buffer.jump(.jle, left, right, to: label)
        case .greater: buffer.jump(.jlt, right, left, to: label)
        default: buffer.jump(.jle, right, left, to: label)
        }
    }

    private func branchOnFloats(_ op: TypedOperator, _ node: TypedNode, to label: Label, when sense: Bool) {
        let (left, right) = lowerPair(node.a, node.b)
        release(left)
        release(right)
        jumpOnFloats(op, left.register, right.register, at: node, to: label, when: sense)
    }

    func jumpOnFloats(
        _ op: TypedOperator, _ left: Int, _ right: Int, at node: TypedNode, to label: Label, when sense: Bool
    ) {
        // What is not a number is neither less nor greater, so `not` has jumps of its own.
        switch op {
        case .less: buffer.jump(sense ? .jflt : .jfnlt, left, right, to: label)
        case .lessOrEqual: buffer.jump(sense ? .jfle : .jfnle, left, right, to: label)
        case .greater: buffer.jump(sense ? .jflt : .jfnlt, right, left, to: label)
        case .greaterOrEqual: buffer.jump(sense ? .jfle : .jfnle, right, left, to: label)
        default:
            let equal = allocate(.bool)
            buffer.emit(.feq, equal, left, right)
            buffer.release(equal)
            buffer.jump((op == .equal) == sense ? .jt : .jf, equal, to: label)
        }
    }

    static func opposite(_ op: TypedOperator) -> TypedOperator {
        switch op {
        case .equal: return .notEqual
        case .notEqual: return .equal
        case .less: return .greaterOrEqual
        case .lessOrEqual: return .greater
        case .greater: return .lessOrEqual
        case .greaterOrEqual: return .less
        case .add, .subtract, .multiply, .divide, .remainder, .append, .scale: return op
        }
    }

    static func swapped(_ op: TypedOperator) -> TypedOperator {
        switch op {
        case .less: return .greater
        case .lessOrEqual: return .greaterOrEqual
        case .greater: return .less
        case .greaterOrEqual: return .lessOrEqual
        case .equal, .notEqual, .add, .subtract, .multiply, .divide, .remainder, .append, .scale: return op
        }
    }

    static func immediateJump(_ op: TypedOperator) -> Opcode {
        switch op {
        case .equal: return .jeqi
        case .notEqual: return .jnei
        case .less: return .jlti
        case .lessOrEqual: return .jlei
        case .greater: return .jgti
        default: return .jgei
        }
    }
}
