// A small plan that has a row in every section, a node of every kind, and almost every opcode: what the other
// tests read, break and measure.
import WfBuiltins
import WfPlan
import WfValue

enum SamplePlan {
    static let sourceText = """
        const base = 40
        func total(items: [Int]) -> Int {
            var sum = 0
            for item in items { sum = sum + item }
            sum
        }
        workflow main(count: Int = 3, name: String) -> String {
            step first = greet(name)
        }

        """

    static func bytes() -> [UInt8] { builder().finish() }

    static func encoded(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        write(&writer)
        return writer.toArray()
    }

    static func span(_ start: Int, _ end: Int) -> SpanRow {
        SpanRow(file: 0, start: UInt32(start), end: UInt32(end))
    }

    static func builder() -> PlanBuilder {
        var types = TypeTable()
        let shape = types.declareEnum("Shape")
        types.defineEnum(
            shape,
            cases: [
                CaseInfo(name: "dot"),
                CaseInfo(name: "circle", payload: [PayloadInfo(label: "r", type: .float)]),
                CaseInfo(name: "text", payload: [PayloadInfo(type: .string), PayloadInfo(type: .int)]),
            ])
        let color = types.declareEnum("Color")
        types.defineEnum(color, cases: [CaseInfo(name: "red"), CaseInfo(name: "green")])
        let item = types.declareRecord("Item")
        types.defineRecord(
            item,
            fields: [
                FieldInfo(name: "name", type: .string),
                FieldInfo(name: "price", type: .int, defaultValue: encoded { $0.appendInt(7) }),
            ], open: true)
        let plan = PlanBuilder(types: types)
        _ = sourceText.utf8.withContiguousStorageIfAvailable {
            plan.source(path: "flows/main.wf", text: UnsafeRawBufferPointer($0))
        }
        let total = addTotal(plan)
        addWords(plan)
        addObjects(plan, item: item, shape: shape, color: color)
        addClosures(plan, total: total)
        addGraph(plan, total: total)
        return plan
    }

    // MARK: functions

    private static func addTotal(_ plan: PlanBuilder) -> UInt32 {
        let ints = plan.types.list(of: .int)
        let function = plan.reserveFunction()
        var code = FunctionBuilder()
        let items = code.parameter(ints)
        let (sum, index, count, item) = (
            code.register(.int), code.register(.int), code.register(.int), code.register(.int)
        )
        let (body, end) = (code.label(), code.label())
        code.position(span(54, 65))
        code.emit(.ldi, sum, bx: 0)
        code.emit(.ldi, index, bx: -1)
        code.emit(.llen, count, items)
        code.position(span(69, 80))
        code.jump(.jlti, count, 1, to: end)
        code.emit(.ldi, index, bx: 0)
        code.place(body)
        code.emit(.lget, item, items, index)
        code.emit(.add, sum, sum, item)
        code.jump(.forlt, index, count, to: body)
        code.place(end)
        code.position(span(112, 115))
        code.emit(.ret, sum)
        code.finish(in: plan, function: function, name: "total", result: .int)
        return function
    }

    /// Words only: arithmetic, comparisons, every kind of jump, a cell.
    private static func addWords(_ plan: PlanBuilder) {
        let base = plan.function(
            name: "base", code: [Instruction(.ldi, a: 0, bx: 40).word, Instruction(.ret, a: 0).word],
            registerTypes: [.int], parameterCount: 0, result: .int)
        let cell = plan.cell(type: .int, function: base)
        let function = plan.reserveFunction()
        var code = FunctionBuilder()
        let (a, b) = (code.parameter(.int), code.parameter(.float))
        let (x, y, flag) = (code.register(.int), code.register(.float), code.register(.bool))
        let (cached, out, other) = (code.label(), code.label(), code.label())
        code.jump(.cellget, x, Int(cell), to: cached)
        code.emit(.call, x, bx: Int(base), arguments: [])
        code.emit(.cellset, Int(cell), x)
        code.place(cached)
        for opcode in [Opcode.add, .sub, .mul, .div, .rem] { code.emit(opcode, x, x, a) }
        code.emit(.neg, x, x)
        code.emit(.addi, x, x, -5 & 0xFFFF)
        code.emit(.itof, y, x)
        for opcode in [Opcode.fadd, .fsub, .fmul, .fdiv] { code.emit(opcode, y, y, b) }
        code.emit(.fneg, y, y)
        for opcode in [Opcode.eq, .lt, .le] { code.emit(opcode, flag, x, a) }
        for opcode in [Opcode.feq, .flt, .fle] { code.emit(opcode, flag, y, b) }
        code.emit(.not, flag, flag)
        code.jump(.jt, flag, to: out)
        code.jump(.jf, flag, to: out)
        for opcode in [Opcode.jeq, .jne, .jlt, .jle] { code.jump(opcode, x, a, to: out) }
        for opcode in [Opcode.jeqi, .jnei, .jlti, .jlei, .jgti, .jgei] { code.jump(opcode, x, 3, to: out) }
        for opcode in [Opcode.jflt, .jfle, .jfnlt, .jfnle] { code.jump(opcode, y, b, to: out) }
        code.jumpTable(x, to: [out, other, out])
        code.place(other)
        code.emit(.mov, x, a)
        code.emit(.bcall, x, bx: Int(Builtin.intAbs.rawValue), arguments: [x])
        code.jump(.jmp, to: out)
        code.place(out)
        code.emit(.ret, x)
        code.finish(in: plan, function: function, name: "words", result: .int)
    }

    /// References: optionals, records, enums, lists, maps, text, Json.
    private static func addObjects(_ plan: PlanBuilder, item: TypeId, shape: TypeId, color: TypeId) {
        let strings = plan.types.list(of: .string)
        let scores = plan.types.map(key: .string, value: .int)
        let optionalInt = plan.types.optional(of: .int)
        let function = plan.reserveFunction()
        var code = FunctionBuilder()
        let name = code.parameter(.string)
        let (number, flag, hue) = (code.register(.int), code.register(.bool), code.register(color))
        let (record, drawing, text) = (code.register(item), code.register(shape), code.register(.string))
        let (list, map, maybe) = (code.register(strings), code.register(scores), code.register(optionalInt))
        let (json, span, failure) = (code.register(.json), code.register(.range), code.label())
        code.emit(
            .ldk, text, bx: Int(plan.constant(type: .string, bytes: encoded { $0.appendString("hé\n") })))
        code.emit(.ldi, number, bx: 1)
        code.emit(.ldi, hue, bx: 1)
        code.emit(.new, record, item.index, arguments: [name, number])
        code.emit(.get, text, record, 0)
        code.emit(.new, span, TypeId.range.index, arguments: [number, number])
        code.emit(.get, number, span, 1)
        code.emit(.enew, drawing, shape.index, 2, arguments: [text, number])
        code.emit(.tag, number, drawing)
        code.emit(.payload, text, drawing, 0, d: 2)
        code.emit(.concat, text, arguments: [text, name, text, name, text])
        code.emit(.text, text, hue, color.index)
        code.emit(.lnew, list, strings.index, arguments: [text, name])
        code.emit(.share, list)
        code.emit(.llen, number, list)
        code.emit(.addi, number, number, 0xFFFF)
        code.emit(.lget, text, list, number)
        code.emit(.lset, list, number, text)
        code.emit(.lpush, list, text)
        code.emit(.mnew, map, scores.index)
        code.emit(.mset, map, text, number)
        code.emit(.mlen, number, map)
        code.emit(.mget, maybe, map, text)
        code.jump(.jnull, maybe, to: failure)
        code.jump(.jsome, maybe, to: failure)
        code.emit(.unwrap, number, maybe)
        code.emit(.some, maybe, number)
        code.emit(.ldnull, maybe)
        code.emit(.mkey, text, map, number)
        code.emit(.mval, number, map, number)
        code.emit(.veq, flag, list, list)
        code.emit(.vcmp, number, list, list)
        code.emit(.tojson, json, record, item.index)
        code.emit(.fromjson, record, json, item.index)
        code.emit(.tryjson, maybe, json, TypeId.int.index)
        code.emit(.decode, number, text, TypeId.int.index)
        code.emit(.jsontext, text, record, item.index)
        code.emit(.cover, 0, bx: plan.points.count)
        plan.points.append(PointRow(name: plan.string("objects"), branch: .none, span: .none))
        code.emit(.ret, text)
        code.place(failure)
        code.emit(.fail, text)
        code.emit(.unreachable)
        code.finish(in: plan, function: function, name: "objects", result: .string)
    }

    private static func addClosures(_ plan: PlanBuilder, total: UInt32) {
        let ints = plan.types.list(of: .int)
        let reducer = plan.types.function(parameters: [ints], result: .int)
        let function = plan.reserveFunction()
        var code = FunctionBuilder()
        let items = code.parameter(ints)
        let (sum, closure) = (code.register(.int), code.register(reducer))
        code.emit(.closure, closure, bx: Int(total), arguments: [])
        code.emit(.callv, sum, closure, arguments: [items])
        code.emit(.call1, sum, Int(total), items)
        code.emit(.ret, sum)
        code.finish(in: plan, function: function, name: "closures", result: .int)
    }

    // MARK: graph

    /// A function that yields one constant, as a chunk without inputs.
    static func constantChunk(_ plan: PlanBuilder, _ type: TypeId, _ value: [UInt8]) -> UInt32 {
        let constant = plan.constant(type: type, bytes: value)
        let function = plan.function(
            name: "#constant",
            code: [Instruction(.ldk, a: 0, bx: Int(constant)).word, Instruction(.ret, a: 0).word],
            registerTypes: [type], parameterCount: 0, result: type)
        return plan.chunk(function: function, inputs: [])
    }

    /// A function that yields its parameters as a tuple.
    static func tupleChunk(_ plan: PlanBuilder, _ types: [TypeId], _ inputs: [UInt32]) -> UInt32 {
        let tuple = plan.types.tuple(of: types)
        var code = FunctionBuilder()
        let parameters = types.map { code.parameter($0) }
        let result = code.register(tuple)
        code.emit(.new, result, tuple.index, arguments: parameters)
        code.emit(.ret, result)
        let function = plan.reserveFunction()
        code.finish(in: plan, function: function, name: "#arguments", result: tuple)
        return plan.chunk(function: function, inputs: inputs)
    }

    /// A function that yields its one parameter.
    static func identityChunk(_ plan: PlanBuilder, _ type: TypeId, _ input: UInt32) -> UInt32 {
        let function = plan.function(
            name: "#identity", code: [Instruction(.ret, a: 0).word], registerTypes: [type], parameterCount: 1,
            result: type)
        return plan.chunk(function: function, inputs: [input])
    }

    private static func addGraph(_ plan: PlanBuilder, total: UInt32) {
        let ints = plan.types.list(of: .int)
        let string = encoded { $0.appendString("no") }
        let effect = plan.add(
            EffectRow(
                name: plan.string("file.read"), parameterNames: plan.list(strings: ["path"]),
                parameterTypes: plan.list(types: [.path]), resultType: TypeId.bytes.raw))
        let now = plan.add(
            EffectRow(
                name: plan.string("now"), parameterNames: .empty, parameterTypes: .empty,
                resultType: TypeId.time.raw))
        let second = constantChunk(plan, .duration, encoded { $0.appendInt(1_000_000) })
        let actionClauses = plan.add(ClausesRow(timeout: second))
        let pathOfString = plan.reserveFunction()
        var code = FunctionBuilder()
        let pair = plan.types.tuple(of: [.path])
        let (text, path, result) = (code.parameter(.string), code.register(.path), code.register(pair))
        code.emit(.bcall, path, bx: Int(Builtin.pathOf.rawValue), arguments: [text])
        code.emit(.new, result, pair.index, arguments: [path])
        code.emit(.ret, result)
        code.finish(in: plan, function: pathOfString, name: "#arguments", result: pair)
        let bytesToText = plan.reserveFunction()
        var returns = FunctionBuilder()
        let (content, answer) = (returns.parameter(.bytes), returns.register(.string))
        returns.emit(.bcall, answer, bx: Int(Builtin.bytesText.rawValue), arguments: [content])
        returns.emit(.ret, answer)
        returns.finish(in: plan, function: bytesToText, name: "#returns", result: .string)
        let greet = plan.add(
            ActionRow(
                name: plan.string("greet"), parameterNames: plan.list(strings: ["name"]),
                parameterTypes: plan.list(types: [.string]), resultType: TypeId.string.raw, effect: effect,
                arguments: plan.chunk(function: pathOfString, inputs: [ChunkRow.input(depth: 0, slot: 0)]),
                returns: plan.chunk(function: bytesToText, inputs: [ChunkRow.input(depth: 0, slot: 1)]),
                clauses: actionClauses, span: span(0, 5)))

        let blocks = (0..<7).map { _ in plan.reserveBlock() }
        let (root, group, then, other, body, turn, called) = (
            blocks[0], blocks[1], blocks[2], blocks[3], blocks[4], blocks[5], blocks[6]
        )
        // main's nodes, then one node for each block below, then the `else` node.
        let first = plan.reserveNodes(13)
        let inner = plan.reserveNodes(3)
        let otherwise = plan.reserveNodes(1)
        func node(_ index: UInt32) -> UInt32 { first + index }
        let input = { (depth: Int, slot: Int) in ChunkRow.input(depth: depth, slot: slot) }

        let stepClauses = plan.add(
            ClausesRow(
                when: constantChunk(plan, .bool, [1]), timeout: second, deadline: second,
                retry: constantChunk(plan, .int, encoded { $0.appendInt(3) }),
                retryOn: plan.list([plan.string("timeout"), .none, .none, plan.string("http"), 500, 599]),
                backoffFirst: second, backoffLast: second,
                backoffFactor: constantChunk(plan, .float, encoded { $0.appendFloat(1.5) }),
                flags: ClausesRow.jitterFlag, otherwise: otherwise, pool: 0,
                priority: constantChunk(plan, .int, encoded { $0.appendInt(9) }), cache: second))
        let list = plan.function(
            name: "#list",
            code: [
                Instruction(.lnew, d: 2, a: 1, b: ints.index).word, 0, Instruction(.ret, a: 1).word,
            ], registerTypes: [.int, ints], parameterCount: 1, result: ints)
        let optionalString = plan.types.optional(of: .string)
        let message = constantChunk(plan, .string, string)
        let handle = plan.types.declareRecord("echo.Run")
        plan.types.defineRecord(handle, fields: [FieldInfo(name: "id", type: .string)], open: false)
        let limitChunk = constantChunk(plan, .int, encoded { $0.appendInt(2) })
        let limit = plan.chunks[Int(limitChunk)].function
        _ = plan.add(ResourceRow(kind: .pool, name: plan.string("gpu"), first: limit, span: .none))
        plan.add(ConfigRow(name: plan.string("region"), cell: 0, hasDefault: true, span: .none))
        let signal = plan.add(SignalRow(name: plan.string("go"), workflow: 0, type: TypeId.int.raw))
        let names = ["count", "name"]
        plan.blocks[Int(root)] = BlockRow(
            owner: .none, workflow: 0, nodeStart: first, nodeCount: 13,
            slotTypes: plan.list(types: [
                .int, .string, optionalString, .time, ints, .int, .string, plan.types.list(of: .int), .int,
                .string,
            ]), givenSlots: 2, result: identityChunk(plan, .string, input(0, 9)))
        let rows: [(NodeRow, String)] = [
            (
                NodeRow(
                    kind: .action, name: 0, block: root, slot: 2, type: TypeId.string.raw, flags: 1,
                    target: greet,
                    chunk: tupleChunk(plan, [.string], [input(0, 1)]), clauses: stepClauses,
                    span: span(180, 200)),
                "first"
            ),
            (
                NodeRow(
                    kind: .effect, name: 0, block: root, slot: 3, type: TypeId.time.raw, target: now,
                    span: .none),
                "at"
            ),
            (
                NodeRow(
                    kind: .value, name: 0, block: root, slot: 4, type: ints.raw,
                    dependencies: plan.list([0, 1]),
                    chunk: plan.chunk(function: list, inputs: [input(0, 0)]), span: span(190, 195)),
                "numbers"
            ),
            (
                NodeRow(
                    kind: .value, name: 0, block: root, slot: 5, type: TypeId.int.raw,
                    dependencies: plan.list([2]),
                    chunk: plan.chunk(function: total, inputs: [input(0, 4)]), span: .none), "sum"
            ),
            (
                NodeRow(
                    kind: .workflow, name: 0, block: root, slot: 6, type: TypeId.string.raw,
                    dependencies: plan.list([3]), target: 1,
                    chunk: tupleChunk(plan, [.string, .int], [input(0, 1), input(0, 5)]), span: .none),
                "other"
            ),
            (
                NodeRow(
                    kind: .fan, name: 0, block: root, slot: 7, type: ints.raw,
                    dependencies: plan.list([2, 3]),
                    target: body, chunk: identityChunk(plan, ints, input(0, 4)),
                    condition: constantChunk(plan, .int, encoded { $0.appendInt(8) }), span: .none), "each"
            ),
            (
                NodeRow(
                    kind: .loop, name: 0, block: root, slot: 8, type: TypeId.int.raw,
                    dependencies: plan.list([3]),
                    target: turn, chunk: identityChunk(plan, .int, input(0, 5)),
                    condition: constantChunk(plan, .bool, [0]), span: .none), "again"
            ),
            (
                NodeRow(
                    kind: .branch, name: 0, block: root, slot: 9, type: TypeId.string.raw,
                    dependencies: plan.list([4]),
                    chunk: constantChunk(plan, .int, encoded { $0.appendInt(1) }),
                    branches: plan.list([then, other]), span: .none), "choice"
            ),
            (
                NodeRow(
                    kind: .block, name: 0, block: root, slot: .none, type: TypeId.unit.raw,
                    dependencies: plan.list([7]), target: group, span: .none), "group"
            ),
            (
                NodeRow(
                    kind: .fail, name: 0, block: root, slot: .none, type: TypeId.unit.raw,
                    dependencies: plan.list([8]), chunk: message, span: .none), "#stop"
            ),
            (
                NodeRow(
                    kind: .await, name: 0, block: root, slot: .none, type: TypeId.int.raw, target: signal,
                    span: .none), "heard"
            ),
            (
                NodeRow(
                    kind: .spawn, name: 0, block: root, slot: .none, type: handle.raw,
                    flags: NodeRow.attachedFlag, dependencies: plan.list([3]), target: 1,
                    chunk: tupleChunk(plan, [.string, .int], [input(0, 1), input(0, 5)]), span: .none),
                "child"
            ),
            (
                NodeRow(
                    kind: .stop, name: 0, block: root, slot: .none, type: TypeId.unit.raw,
                    chunk: constantChunk(plan, handle, string), span: .none), "cancel"
            ),
        ]
        for (index, row) in rows.enumerated() {
            plan.nodes[Int(first) + index] = row.0
            plan.nodes[Int(first) + index].name = plan.string(row.1)
        }
        plan.nodes[Int(otherwise)] = NodeRow(
            kind: .value, name: plan.string("#else"), block: root, slot: .none, type: TypeId.string.raw,
            chunk: message, span: .none)
        // Blocks below, with a node in three of them.
        let below: [(UInt32, UInt32, [TypeId], UInt32, UInt32)] = [
            (group, 8, [.string], 0, .none),
            (body, 5, [.int, .int], 1, identityChunk(plan, .int, input(0, 1))),
            (turn, 6, [.int, .string], 1, identityChunk(plan, .int, input(0, 0))),
        ]
        for (index, row) in below.enumerated() {
            let own = inner + UInt32(index)
            plan.blocks[Int(row.0)] = BlockRow(
                owner: node(row.1), workflow: 0, nodeStart: own, nodeCount: 1,
                slotTypes: plan.list(types: row.2),
                givenSlots: row.3, result: row.4)
            let isInt = row.0 == body
            plan.nodes[Int(own)] = NodeRow(
                kind: .value, name: plan.string("inner"), block: row.0, slot: row.3,
                type: (isInt ? TypeId.int : TypeId.string).raw,
                chunk: isInt
                    ? identityChunk(plan, .int, input(0, 0)) : identityChunk(plan, .string, input(1, 1)),
                span: .none)
        }
        for branch in [then, other] {
            plan.blocks[Int(branch)] = BlockRow(
                owner: node(7), workflow: 0, nodeStart: 0, nodeCount: 0, slotTypes: .empty, givenSlots: 0,
                result: branch == then ? identityChunk(plan, .string, input(1, 6)) : message)
        }
        plan.blocks[Int(called)] = BlockRow(
            owner: .none, workflow: 1, nodeStart: 0, nodeCount: 0,
            slotTypes: plan.list(types: [.string, .int]),
            givenSlots: 2, result: identityChunk(plan, .string, input(0, 0)))
        _ = plan.add(
            WorkflowRow(
                name: plan.string("main"), parameterNames: plan.list(strings: names),
                parameterDefaults: plan.list([
                    plan.constant(type: .int, bytes: encoded { $0.appendInt(3) }), .none,
                ]),
                resultType: TypeId.string.raw, rootBlock: root, documentation: plan.string("Greets."),
                span: span(119, 174)))
        _ = plan.add(
            WorkflowRow(
                name: plan.string("echo"), parameterNames: plan.list(strings: ["text", "times"]),
                parameterDefaults: plan.list([.none, .none]), resultType: TypeId.string.raw,
                rootBlock: called,
                documentation: .none, span: .none))
        plan.add(
            QueryRow(
                name: plan.string("seen"), workflow: 0, function: list,
                inputs: plan.list([QueryRow.input(.given, slot: 0)]), span: .none))
        addTest(plan, greet)
        addFlow(plan)
    }

    /// A flow with a gate, an inclusive join and an event.
    private static func addFlow(_ plan: PlanBuilder) {
        let block = plan.reserveBlock()
        let first = plan.reserveNodes(5)
        let optional = plan.types.optional(of: .int)
        plan.blocks[Int(block)] = BlockRow(
            owner: .none, workflow: UInt32(plan.workflows.count), nodeStart: first, nodeCount: 5,
            slotTypes: plan.list(types: [optional]), givenSlots: 0, result: .none)
        let one = constantChunk(plan, .int, [2])
        let kinds: [(NodeKind, UInt32)] = [
            (.choose, one), (.value, one), (.value, one), (.watch, constantChunk(plan, .bool, [1])),
            (.pass, .none),
        ]
        for (index, (kind, chunk)) in kinds.enumerated() {
            plan.nodes[Int(first) + index] = NodeRow(
                kind: kind, name: plan.string("node\(index)"), block: block,
                slot: kind == .value ? 0 : .none, type: (kind == .value ? TypeId.int : .unit).raw,
                flags: kind == .value ? NodeRow.optionalFlag : 0, chunk: chunk, span: .none)
        }
        _ = plan.add(
            WorkflowRow(
                name: plan.string("flow"), parameterNames: .empty, parameterDefaults: .empty,
                resultType: TypeId.unit.raw, rootBlock: block, documentation: .none, span: .none))
        let targets: [[UInt32]] = [[1, 2], [4], [4], [4], []]
        let parts = targets.enumerated().map { index, targets in
            FlowPart(
                join: index == 4 ? .inclusive : .merge, targets: plan.list(targets), flags: 0,
                host: index == 3 ? 2 : .none, trigger: index == 3 ? .parallel : .none, failures: .empty)
        }
        plan.add(FlowRow(block: block, start: plan.list([0]), parts: plan.list(flow: parts)))
    }

    /// A test with a mock and an expectation.
    private static func addTest(_ plan: PlanBuilder, _ greet: UInt32) {
        let block = plan.reserveBlock()
        let first = plan.reserveNodes(2)
        plan.blocks[Int(block)] = BlockRow(
            owner: .none, workflow: UInt32(plan.workflows.count), nodeStart: first, nodeCount: 2,
            slotTypes: .empty, givenSlots: 0, result: .none)
        plan.nodes[Int(first)] = NodeRow(
            kind: .value, name: plan.string("#mock"), block: block, slot: .none, type: TypeId.string.raw,
            chunk: constantChunk(plan, .string, encoded { $0.appendString("hi") }), span: .none)
        plan.nodes[Int(first) + 1] = NodeRow(
            kind: .value, name: plan.string("#expect"), block: block, slot: .none, type: TypeId.bool.raw,
            chunk: constantChunk(plan, .bool, [1]), span: .none)
        let workflow = plan.add(
            WorkflowRow(
                name: plan.string("#test greets"), parameterNames: .empty, parameterDefaults: .empty,
                resultType: TypeId.unit.raw, rootBlock: block, documentation: .none, span: .none))
        plan.marks = [
            MarkRow(kind: .mockValue, node: first, target: greet, span: .none),
            MarkRow(kind: .expect, node: first + 1, span: span(180, 200)),
        ]
        plan.tests = [
            TestRow(
                title: plan.string("greets"), workflow: workflow, markStart: 0, markCount: 2, span: .none)
        ]
    }
}
