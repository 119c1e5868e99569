// Small plans for the engine's tests, written row by row: chunks that add numbers, effects that a test
// answers.

import WfPlan
import WfValue

/// A plan in the making, with the few chunks that the tests need. Slots and effects speak of Int unless said.
final class TestPlan {
    let builder = PlanBuilder(types: TypeTable())
    private(set) var ints: TypeId
    let optionalInt: TypeId
    private let argument: TypeId

    init() {
        ints = builder.types.list(of: .int)
        optionalInt = builder.types.optional(of: .int)
        argument = builder.types.tuple(of: [.int])
    }

    // MARK: chunks

    /// A chunk whose parameters have these types; `body` returns the register of the result.
    func chunk(
        _ inputs: [UInt32], _ types: [TypeId], result: TypeId, _ body: (inout FunctionBuilder, [Int]) -> Int
    ) -> UInt32 {
        var code = FunctionBuilder()
        let parameters = types.map { code.parameter($0) }
        let register = body(&code, parameters)
        code.emit(.ret, register)
        let function = builder.reserveFunction()
        code.finish(in: builder, function: function, name: "chunk", result: result)
        return builder.chunk(function: function, inputs: inputs)
    }

    /// The sum of Int slots and a constant.
    func sum(_ inputs: [UInt32], plus constant: Int = 0) -> UInt32 {
        chunk(inputs, inputs.map { _ in .int }, result: .int) { code, parameters in
            let total = code.register(.int)
            code.emit(.ldi, total, bx: constant)
            for parameter in parameters { code.emit(.add, total, total, parameter) }
            return total
        }
    }

    /// The same sum as the one argument of a call.
    func call(_ inputs: [UInt32], plus constant: Int = 0) -> UInt32 {
        chunk(inputs, inputs.map { _ in .int }, result: argument) { code, parameters in
            let total = code.register(.int)
            let tuple = code.register(argument)
            code.emit(.ldi, total, bx: constant)
            for parameter in parameters { code.emit(.add, total, total, parameter) }
            code.emit(.new, tuple, argument.index, arguments: [total])
            return tuple
        }
    }

    /// An Int slot as the one argument of a call; a fault where it is `value`.
    func quotient(_ input: UInt32, not value: Int) -> UInt32 {
        chunk([input], [.int], result: argument) { code, parameters in
            let (less, waste) = (code.register(.int), code.register(.int))
            let tuple = code.register(argument)
            code.emit(.ldi, less, bx: -value)
            code.emit(.add, less, less, parameters[0])
            code.emit(.div, waste, less, less)
            code.emit(.new, tuple, argument.index, arguments: [parameters[0]])
            return tuple
        }
    }

    /// A Duration as the one argument of a call.
    func durationCall(_ microseconds: Int) -> UInt32 {
        let tuple = builder.types.tuple(of: [.duration])
        return chunk([], [], result: tuple) { code, _ in
            let (amount, all) = (code.register(.duration), code.register(tuple))
            code.emit(.ldi, amount, bx: microseconds)
            code.emit(.new, all, tuple.index, arguments: [amount])
            return all
        }
    }

    /// A constant of a word type.
    func word(_ value: Int, _ type: TypeId) -> UInt32 {
        chunk([], [], result: type) { code, _ in
            let register = code.register(type)
            code.emit(.ldi, register, bx: value)
            return register
        }
    }

    /// Whether an Int slot is less than a constant.
    func less(_ input: UInt32, than value: Int) -> UInt32 {
        chunk([input], [.int], result: .bool) { code, parameters in
            let (limit, flag) = (code.register(.int), code.register(.bool))
            code.emit(.ldi, limit, bx: value)
            code.emit(.lt, flag, parameters[0], limit)
            return flag
        }
    }

    /// A constant String.
    func text(_ value: String) -> UInt32 {
        var writer = ByteWriter()
        writer.appendString(value)
        let constant = builder.constant(type: .string, bytes: writer.toArray())
        return chunk([], [], result: .string) { code, _ in
            let register = code.register(.string)
            code.emit(.ldk, register, bx: Int(constant))
            return register
        }
    }

    /// The list 0, 1, … of Ints.
    func list(count: Int) -> UInt32 {
        var writer = ByteWriter()
        writer.appendCount(count)
        for value in 0..<count { writer.appendInt(value) }
        let constant = builder.constant(type: ints, bytes: writer.toArray())
        return chunk([], [], result: ints) { code, _ in
            let register = code.register(ints)
            code.emit(.ldk, register, bx: Int(constant))
            return register
        }
    }

    /// A slot as it is.
    func slot(_ input: UInt32, _ type: TypeId) -> UInt32 {
        chunk([input], [type], result: type) { _, parameters in parameters[0] }
    }

    /// 1 divided by 0.
    func fault() -> UInt32 {
        chunk([], [], result: .int) { code, _ in
            let (zero, result) = (code.register(.int), code.register(.int))
            code.emit(.ldi, zero, bx: 0)
            code.emit(.div, result, zero, zero)
            return result
        }
    }

    // MARK: graph

    /// An effect from Int to Int.
    func effect(_ name: String) -> UInt32 {
        builder.add(
            EffectRow(
                name: builder.string(name), parameterNames: builder.list(strings: ["x"]),
                parameterTypes: builder.list(types: [.int]), resultType: TypeId.int.raw))
    }

    func nop() -> UInt32 {
        builder.add(
            EffectRow(
                name: builder.string("nop"), parameterNames: .empty, parameterTypes: .empty,
                resultType: TypeId.unit.raw))
    }

    func sleep() -> UInt32 {
        builder.add(
            EffectRow(
                name: builder.string("sleep"), parameterNames: builder.list(strings: ["duration"]),
                parameterTypes: builder.list(types: [.duration]), resultType: TypeId.unit.raw))
    }

    /// One node as a test describes it; the slot is its number behind the given slots if it yields something.
    struct Node {
        var kind: NodeKind
        var name: String
        var type: TypeId = .int
        var dependencies: [Int] = []
        var target = UInt32.none
        var chunk = UInt32.none
        var branches: [UInt32] = []
        var condition = UInt32.none
        var clauses = UInt32.none
        var isOptional = false
        /// The slot's type where it differs from the node's.
        var slotType: TypeId?
    }

    /// The slot of node `number` in a block with this many given slots.
    func at(_ slot: Int, depth: Int = 0) -> UInt32 { ChunkRow.input(depth: depth, slot: slot) }

    /// Fills a block; every node has a slot, behind the given ones.
    func fill(_ block: UInt32, workflow: UInt32 = 0, given: [TypeId] = [], _ nodes: [Node], result: UInt32) {
        let first = builder.reserveNodes(nodes.count)
        for (index, node) in nodes.enumerated() {
            builder.nodes[Int(first) + index] = row(node, block, slot: UInt32(given.count + index))
        }
        let types = given + nodes.map { $0.slotType ?? $0.type }
        builder.blocks[Int(block)] = BlockRow(
            owner: .none, workflow: workflow, nodeStart: first, nodeCount: UInt32(nodes.count),
            slotTypes: builder.list(types: types), givenSlots: UInt32(given.count), result: result)
        for index in nodes.indices { adopt(first + UInt32(index)) }
    }

    /// Tells the blocks of a node whom they belong to.
    private func adopt(_ number: UInt32) {
        let node = builder.nodes[Int(number)]
        let kind = NodeKind(rawValue: node.kind)
        if kind == .block || kind == .fan || kind == .loop { builder.blocks[Int(node.target)].owner = number }
        for index in 0..<Int(node.branches.count) {
            let branch = builder.lists[Int(node.branches.start) + index]
            if branch != .none { builder.blocks[Int(branch)].owner = number }
        }
    }

    func row(_ node: Node, _ block: UInt32, slot: UInt32) -> NodeRow {
        NodeRow(
            kind: node.kind, name: builder.string(node.name), block: block, slot: slot, type: node.type.raw,
            flags: node.isOptional ? NodeRow.optionalFlag : 0,
            dependencies: builder.list(node.dependencies.map { UInt32($0) }), target: node.target,
            chunk: node.chunk, branches: builder.list(node.branches), condition: node.condition,
            clauses: node.clauses, span: .none)
    }

    /// A node outside every block, for `else`.
    func otherwise(_ node: Node, block: UInt32) -> UInt32 {
        let number = builder.reserveNodes(1)
        builder.nodes[Int(number)] = row(node, block, slot: .none)
        return number
    }

    @discardableResult
    func workflow(_ name: String, root: UInt32, parameters: [String] = [], result: TypeId = .int) -> UInt32 {
        builder.add(
            WorkflowRow(
                name: builder.string(name), parameterNames: builder.list(strings: parameters),
                parameterDefaults: builder.list(parameters.map { _ in UInt32.none }), resultType: result.raw,
                rootBlock: root, documentation: .none, span: .none))
    }

    func finish() throws -> Plan { try Plan.load(bytes: builder.finish()) }
}

/// The encoding of an Int.
func encoded(_ value: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.appendInt(value)
    return writer.toArray()
}

/// An Int from its encoding.
func decoded(_ bytes: [UInt8]) -> Int? {
    try? withByteReader(bytes) { (reader) throws(DecodeError) in try reader.readInt() }
}
