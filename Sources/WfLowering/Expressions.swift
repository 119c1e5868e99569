// Expressions to instructions, each straight into the register where its value is wanted.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    /// The whole body: its value is the function's result.
    func finishBody(_ id: TypedId) {
        findVariablesWrittenInPlace(id)
        _ = deliver(id, .result)
        if buffer.isReachable && tree[id].type != .never { returnUnit() }
    }

    func returnUnit() {
        let register = allocate(.unit)
        buffer.emit(.ldi, register, bx: 0)
        buffer.emit(.ret, register)
        buffer.release(register)
    }

    /// The value of an expression: in `into` when that is given, else wherever it lies.
    func lower(_ id: TypedId, into: Int? = nil) -> Operand {
        let value = lowerAnywhere(id, into)
        guard let into, value.register != into else { return value }
        move(into, value.register)
        release(value)
        return Operand(register: into, isTemporary: false, holders: value.holders)
    }

    /// As `lower`; `into` is a wish.
    private func lowerAnywhere(_ id: TypedId, _ into: Int?) -> Operand {
        let node = tree[id]
        switch node.kind {
        case .word: return word(node, into)
        case .constant: return constant(node, into)
        case .null:
            let value = target(node.type, into)
            buffer.emit(.ldnull, value.register)
            return value
        case .local: return local(LocalId(node.a), into)
        case .constantReference: return cell(node, into)
        case .functionReference:
            let value = target(node.type, into)
            emit(
                .closure, value.register, bx: Int(context.functionNumber(Int(node.a))), arguments: [],
                at: node)
            return value
        case .lambda: return closure(node, into)
        case .call: return call(node, into)
        case .callValue: return callValue(node, into)
        case .builtin: return builtin(id, node, into)
        case .binary: return binary(id, node, into)
        case .negate: return negate(node, into)
        case .not:
            let inner = lower(TypedId(node.a))
            release(inner)
            let value = target(.bool, into)
            buffer.emit(.not, value.register, inner.register)
            return value
        case .and, .or: return materialize(id, into)
        case .coalesce: return coalesce(node, into)
        case .if, .match, .block, .optionalChain, .return, .break, .continue, .fail, .declare, .assign,
            .assignElement, .destructure, .while, .forIn:
            return control(id, node, into)
        case .wrap:
            let inner = lower(TypedId(node.a))
            keep(inner, tree[TypedId(node.a)].type)
            let value = target(node.type, into)
            emit(.some, value.register, inner.register, at: node)
            release(inner)
            return value
        case .unwrap: return convert(.unwrap, node, into, holders: .stable)
        case .intToFloat: return convert(.itof, node, into)
        case .text: return text(node, into)
        case .reinterpret: return reinterpret(node, into)
        case .toJson: return convert(.tojson, node, into, type: tree[TypedId(node.a)].type)
        case .jsonText: return convert(.jsontext, node, into, type: tree[TypedId(node.a)].type)
        case .fromJson: return fromJson(node, into)
        case .tryFromJson:
            return convert(.tryjson, node, into, type: types.unwrapped(node.type))
        case .decode: return convert(.decode, node, into, type: node.type)
        case .construct: return construct(node, into)
        case .enumCase: return enumCase(node, into)
        case .list: return listLiteral(node, into)
        case .map: return mapLiteral(node, into)
        case .range: return range(node, into)
        case .field:
            let base = lower(TypedId(node.a))
            release(base)
            let value = target(node.type, into)
            emit(.get, value.register, base.register, Int(node.b), at: node)
            return Operand(register: value.register, isTemporary: value.isTemporary, holders: .stable)
        case .with: return with(node, into)
        case .element: return two(.lget, node, into, holders: .stable)
        case .lookup: return two(.mget, node, into)
        case .concat: return concat(id, node, into)
        case .arm, .anyPattern, .bindPattern, .valuePattern, .nullPattern, .somePattern, .casePattern,
            .tuplePattern,
            .recordPattern, .orPattern, .rangePattern:
            preconditionFailure("patterns stand only in a match")
        }
    }

    /// Several operands, left to right; one that a later operand may change is copied.
    func lowerAll(_ ids: some Collection<UInt32>) -> [Operand] {
        var operands: [Operand] = []
        operands.reserveCapacity(ids.count)
        var rest = ids.startIndex
        for word in ids {
            rest = ids.index(after: rest)
            let value = lower(TypedId(word))
            if isVariable(value), ids[rest...].contains(where: { tree.mayAssign(TypedId($0)) }) {
                operands.append(copy(value, tree[TypedId(word)].type))
            } else {
                operands.append(value)
            }
        }
        return operands
    }

    /// Two operands, as `lowerAll`.
    func lowerPair(_ first: UInt32, _ second: UInt32) -> (Operand, Operand) {
        var left = lower(TypedId(first))
        if isVariable(left), tree.mayAssign(TypedId(second)) { left = copy(left, tree[TypedId(first)].type) }
        return (left, lower(TypedId(second)))
    }

    /// The value in a register of its own, whatever happens to the variable it was read from.
    func copy(_ value: Operand, _ type: TypeId) -> Operand {
        let register = allocate(type)
        move(register, value.register)
        var holders = value.holders
        if holders.contains(.variable) && isBuffer(type) {
            buffer.emit(.share, register)
            holders = .stable
        }
        return Operand(register: register, isTemporary: true, holders: holders)
    }

    // MARK: leaves

    /// The bits of a word literal.
    func bits(_ node: TypedNode) -> Int64 { Int64(bitPattern: UInt64(node.a) | UInt64(node.b) << 32) }

    /// A literal that fits an immediate operand; never a Float.
    func immediate(_ id: UInt32) -> Int? {
        let node = tree[TypedId(id)]
        guard node.kind == .word, node.type != .float else { return nil }
        let value = bits(node)
        return value == Int64(Int16(truncatingIfNeeded: value)) ? Int(value) : nil
    }

    private func word(_ node: TypedNode, _ into: Int?) -> Operand {
        if into == nil && loopDepth > 0 && buffer.isReachable {
            let value = bits(node)
            let key = UInt64(bitPattern: value)
            let instruction = loadWord(value, node.type)
            if let register = buffer.hoist(
                key: key, type: node.type, isReference: false,
                load: { Instruction(word: instruction.word | UInt64($0) << 16) })
            {
                return Operand(register: register, isTemporary: false, holders: .stable)
            }
        }
        let result = target(node.type, into)
        let instruction = loadWord(bits(node), node.type)
        buffer.emit(Instruction(word: instruction.word | UInt64(result.register) << 16))
        return result
    }

    /// The load of a word into register 0.
    private func loadWord(_ value: Int64, _ type: TypeId) -> Instruction {
        if value == Int64(Int32(truncatingIfNeeded: value)) {
            return Instruction(.ldi, a: 0, bx: Int(value))
        }
        var writer = ByteWriter(capacity: 16)
        if kind(type) == .float {
            writer.appendFloat(Double(bitPattern: UInt64(bitPattern: value)))
        } else {
            writer.appendInt(Int(value))
        }
        return Instruction(.ldk, a: 0, bx: Int(context.builder.constant(type: type, bytes: writer.toArray())))
    }

    private func constant(_ node: TypedNode, _ into: Int?) -> Operand {
        let number = Int(context.constantNumber(Int(node.a)))
        if into == nil && loopDepth > 0 && buffer.isReachable {
            if let register = buffer.hoist(
                key: UInt64(number), type: node.type, isReference: isReference(node.type),
                load: { Instruction(.ldk, a: $0, bx: number) })
            {
                return Operand(register: register, isTemporary: false, holders: .stable)
            }
        }
        var value = target(node.type, into)
        buffer.emit(.ldk, value.register, bx: number)
        value.holders = .stable
        return value
    }

    private func local(_ local: LocalId, _ into: Int?) -> Operand {
        let register = register(of: local)
        let holders = holders(of: local)
        guard let into else { return Operand(register: register, isTemporary: false, holders: holders) }
        move(into, register)
        return Operand(register: into, isTemporary: false, holders: holders)
    }

    private func cell(_ node: TypedNode, _ into: Int?) -> Operand {
        let number = context.cellNumber(Int(node.a))
        let value = target(node.type, into)
        let end = buffer.label()
        buffer.jump(.cellget, value.register, Int(number), to: end)
        emit(
            .call, value.register, bx: Int(context.builder.cells[Int(number)].function), arguments: [],
            at: node)
        buffer.emit(.cellset, Int(number), value.register)
        buffer.place(end)
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: .stable)
    }

    // MARK: one or two operands

    private func convert(
        _ opcode: Opcode, _ node: TypedNode, _ into: Int?, type: TypeId? = nil, holders: Holders = []
    ) -> Operand {
        let inner = lower(TypedId(node.a))
        if opcode == .tojson { keep(inner, tree[TypedId(node.a)].type) }
        release(inner)
        let value = target(node.type, into)
        emit(opcode, value.register, inner.register, type.map(typeOperand) ?? 0, at: node)
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: holders)
    }

    private func two(_ opcode: Opcode, _ node: TypedNode, _ into: Int?, holders: Holders = []) -> Operand {
        let (left, right) = lowerPair(node.a, node.b)
        release(left)
        release(right)
        let value = target(node.type, into)
        emit(opcode, value.register, left.register, right.register, at: node)
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: holders)
    }

    private func text(_ node: TypedNode, _ into: Int?) -> Operand {
        let type = tree[TypedId(node.a)].type
        if type == .string { return lower(TypedId(node.a), into: into) }
        return convert(.text, node, into, type: type, holders: .stable)
    }

    private func reinterpret(_ node: TypedNode, _ into: Int?) -> Operand {
        let type = tree[TypedId(node.a)].type
        if type == node.type { return lower(TypedId(node.a), into: into) }
        let inner = lower(TypedId(node.a))
        keep(inner, type)
        let value = target(node.type, into)
        switch node.type {
        case _ where type != .path && node.type != .path && node.type != .string:
            move(value.register, inner.register)
        case .path: emit(.pathOf, value.register, [inner], at: node)
        default: emit(.text, value.register, inner.register, typeOperand(type), at: node)
        }
        release(inner)
        return Operand(register: value.register, isTemporary: value.isTemporary, holders: .stable)
    }

    /// Json to a type; text that is parsed only to be read is read at once.
    private func fromJson(_ node: TypedNode, _ into: Int?) -> Operand {
        let inner = tree[TypedId(node.a)]
        if inner.kind == .decode, inner.type == .json {
            let source = lower(TypedId(inner.a))
            release(source)
            let value = target(node.type, into)
            emit(.decode, value.register, source.register, typeOperand(node.type), at: node)
            return value
        }
        return convert(.fromjson, node, into, type: node.type, holders: .stable)
    }

    private func coalesce(_ node: TypedNode, _ into: Int?) -> Operand {
        let left = tree[TypedId(node.a)]
        if left.kind == .lookup, types.value(of: tree[TypedId(left.a)].type) == node.type,
            tree.isTrivial(TypedId(node.b))
        {
            // m[k] ?? d, without an optional in between
            let operands = lowerAll([left.a, left.b, node.b])
            let value = target(node.type, into)
            emit(.mapGet, value.register, operands, at: left)
            release(operands)
            return value
        }
        let optional = lower(TypedId(node.a))
        let value = target(node.type, into)
        let whenNull = buffer.label()
        let end = buffer.label()
        buffer.jump(.jnull, optional.register, to: whenNull)
        if node.type == left.type {
            move(value.register, optional.register)
        } else {
            emit(.unwrap, value.register, optional.register, at: node)
        }
        buffer.jump(.jmp, to: end)
        buffer.place(whenNull)
        release(optional)
        let other = deliver(TypedId(node.b), .register(value.register))
        buffer.place(end)
        return Operand(
            register: value.register, isTemporary: value.isTemporary, holders: other.union(.stable))
    }

    /// A place to build a value step by step: `into`, unless that is a variable that may still be read.
    func lateTarget(_ type: TypeId, _ into: Int?) -> (Operand, Int?) {
        if let into, into == unfinished {
            return (Operand(register: allocate(type), isTemporary: true, holders: []), into)
        }
        return (target(type, into), nil)
    }

    /// Moves what `lateTarget` gave to where it was wanted.
    func finish(_ value: Operand, _ into: Int?, _ holders: Holders) -> Operand {
        guard let into else {
            return Operand(register: value.register, isTemporary: value.isTemporary, holders: holders)
        }
        move(into, value.register)
        release(value)
        return Operand(register: into, isTemporary: false, holders: holders)
    }
}
