// Calls: of functions, of function values, of built-ins; and the closures that lambdas become.
import WfBuiltins
import WfChecker
import WfPlan
import WfValue

extension BodyLowering {
    func call(_ node: TypedNode, _ into: Int?) -> Operand {
        let arguments = lowerAll(tree.list(node.list))
        return call(Int(node.a), node.type, arguments, into, at: node)
    }

    /// A call of a function of the program; the arguments are released.
    func call(
        _ function: Int, _ type: TypeId, _ arguments: [Operand], _ into: Int?, at node: TypedNode
    ) -> Operand {
        let number = Int(context.functionNumber(function))
        checkArguments(arguments)
        release(arguments)
        let value = target(type, into)
        if arguments.count == 1 && number <= Int(UInt16.max) {
            emit(.call1, value.register, number, arguments[0].register, at: node)
        } else {
            emit(.call, value.register, bx: number, arguments: arguments, at: node)
        }
        if type == .never { buffer.emit(.unreachable) }
        return value
    }

    private func checkArguments(_ arguments: [Operand]) {
        if arguments.count > PlanLimits.argumentsMax {
            buffer.fail("\(arguments.count) arguments, expected at most \(PlanLimits.argumentsMax)")
        }
    }

    func callValue(_ node: TypedNode, _ into: Int?) -> Operand {
        let operands = lowerAll([node.a] + tree.list(node.list))
        return callValue(operands[0], node.type, Array(operands.dropFirst()), into, at: node, releasing: true)
    }

    func callValue(
        _ function: Operand, _ type: TypeId, _ arguments: [Operand], _ into: Int?, at node: TypedNode,
        releasing: Bool
    ) -> Operand {
        checkArguments(arguments)
        if releasing { release(function) }
        release(arguments)
        let value = target(type, into)
        emit(.callv, value.register, function.register, arguments: arguments, at: node)
        return value
    }

    // MARK: closures

    /// A lambda as a value: a function of its own whose first parameters are what it captures.
    func closure(_ node: TypedNode, _ into: Int?) -> Operand {
        var captured: [LocalId] = []
        tree.forEachLocal(TypedId(node.a)) { local in
            if places[Int(local.index)].register >= 0 && !captured.contains(local) { captured.append(local) }
        }
        let parameters = tree.list(node.list).map { LocalId($0) }
        let function = context.builder.reserveFunction()
        context.define(
            function, name: "lambda", file: file, locals: locals, hasVariables: hasVariables,
            parameters: captured + parameters,
            result: types.functionResult(of: node.type)
        ) { $0.finishBody(TypedId(node.a)) }
        let operands = captured.map { local in
            let operand = Operand(
                register: register(of: local), isTemporary: false, holders: holders(of: local))
            keep(operand, info(local).type)
            return operand
        }
        checkArguments(operands)
        let value = target(node.type, into)
        emit(.closure, value.register, bx: Int(function), arguments: operands, at: node)
        return value
    }

    // MARK: built-ins

    func builtin(_ id: TypedId, _ node: TypedNode, _ into: Int?) -> Operand {
        guard let builtin = Builtin(rawValue: UInt16(truncatingIfNeeded: node.a)) else {
            preconditionFailure("the checker writes built-ins only")
        }
        if builtin.rawValue >= Builtin.listMap.rawValue && builtin.rawValue < Builtin.decimalAdd.rawValue {
            return expand(builtin, id, node, into)
        }
        let arguments = tree.list(node.list)
        switch builtin {
        case .listCount, .mapCount:
            let receiver = lower(TypedId(arguments[arguments.startIndex]))
            release(receiver)
            let value = target(.int, into)
            buffer.emit(builtin == .listCount ? .llen : .mlen, value.register, receiver.register)
            return value
        case .listIsEmpty, .mapIsEmpty: return materialize(id, into)
        case .intToFloat:
            let receiver = lower(TypedId(arguments[arguments.startIndex]))
            release(receiver)
            let value = target(.float, into)
            buffer.emit(.itof, value.register, receiver.register)
            return value
        case .rangeStart, .rangeEnd:
            let receiver = lower(TypedId(arguments[arguments.startIndex]))
            release(receiver)
            let value = target(.int, into)
            buffer.emit(.get, value.register, receiver.register, builtin == .rangeStart ? 0 : 1)
            return value
        default: return callBuiltin(builtin, node, into)
        }
    }

    private func callBuiltin(_ builtin: Builtin, _ node: TypedNode, _ into: Int?) -> Operand {
        let ids = tree.list(node.list)
        let operands = lowerAll(ids)
        let isObject = isReference(node.type)
        if isObject {
            // The machine marks what it gives back of its first operand; what it puts into a result is our business.
            for (operand, id) in zip(operands, ids).dropFirst() { keep(operand, tree[TypedId(id)].type) }
        }
        // The result may not lie in the register of an argument that is written in place.
        let isTaken = into.map { wanted in operands.contains { $0.register == wanted } } ?? false
        if !isObject { release(operands) }
        let value = target(node.type, isTaken && isObject ? nil : into)
        emit(builtin, value.register, operands, at: node)
        if isObject { release(operands) }
        return value
    }
}
