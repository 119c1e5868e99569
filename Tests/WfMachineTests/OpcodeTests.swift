// Every opcode: what it yields and its faults.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

struct OpcodeTests {
    /// A function of two words or references that applies one abc instruction.
    private func binary(_ opcode: Opcode, _ type: TypeId, _ result: TypeId, _ left: String, _ right: String)
        -> Outcome
    {
        var program = Program()
        program.function([type, type], result) { code, r in
            let value = code.register(result)
            code.emit(opcode, value, r[0], r[1])
            code.emit(.ret, value)
        }
        return program.run([left, right])
    }

    @Test(arguments: [
        (Opcode.add, "2", "3", "5"), (.add, "9223372036854775807", "1", "overflow"), (.sub, "2", "3", "-1"),
        (.sub, "-9223372036854775808", "1", "overflow"), (.mul, "-4", "5", "-20"),
        (.mul, "4611686018427387904", "2", "overflow"), (.div, "7", "2", "3"), (.div, "-7", "2", "-3"),
        (.div, "7", "-2", "-3"), (.div, "1", "0", "division"),
        (.div, "-9223372036854775808", "-1", "overflow"),
        (.div, "8589934592", "2", "4294967296"), (.rem, "7", "3", "1"), (.rem, "-7", "3", "-1"),
        (.rem, "7", "-3", "1"), (.rem, "1", "0", "division"), (.rem, "-9223372036854775808", "-1", "0"),
        (.rem, "4294967297", "10", "7"),
    ])
    func wholeNumbers(opcode: Opcode, left: String, right: String, expected: String) {
        let outcome = binary(opcode, .int, .int, left, right)
        #expect(
            outcome == .value(expected) || outcome == .fault(expected),
            "\(opcode) \(left) \(right): \(outcome)")
    }

    @Test(arguments: [
        (Opcode.fadd, "0.5", "0.25", "0.75"), (.fsub, "1.0", "0.25", "0.75"), (.fmul, "1.5", "2.0", "3.0"),
        (.fdiv, "1.0", "4.0", "0.25"),
    ])
    func floats(opcode: Opcode, left: String, right: String, expected: String) {
        #expect(binary(opcode, .float, .float, left, right) == .value(expected))
    }

    @Test(arguments: [
        (Opcode.eq, TypeId.int, "1", "1", true), (.eq, .int, "1", "2", false), (.lt, .int, "-1", "1", true),
        (.lt, .int, "1", "1", false), (.le, .int, "1", "1", true), (.feq, .float, "1.0", "1.0", true),
        (.flt, .float, "1.0", "1.5", true), (.fle, .float, "2.0", "1.5", false),
        (.veq, .string, "\"a\"", "\"a\"", true), (.veq, .string, "\"a\"", "\"b\"", false),
        (.veq, .decimal, "1.10", "1.1", true),
        (.veq, .json, "{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1.0}", true),
    ])
    func comparisons(opcode: Opcode, type: TypeId, left: String, right: String, expected: Bool) {
        #expect(binary(opcode, type, .bool, left, right) == .value("\(expected)"))
    }

    @Test(arguments: [
        ("\"a\"", "\"b\"", "-1"), ("\"b\"", "\"a\"", "1"), ("\"a\"", "\"a\"", "0"), ("\"a\"", "\"ab\"", "-1"),
        ("\"\"", "\"a\"", "-1"), ("\"z\"", "\"é\"", "-1"),
    ])
    func order(left: String, right: String, expected: String) {
        #expect(binary(.vcmp, .string, .int, left, right) == .value(expected))
    }

    @Test func unary() {
        func run(_ opcode: Opcode, _ type: TypeId, _ result: TypeId, _ input: String) -> Outcome {
            var program = Program()
            program.function([type], result) { code, r in
                let value = code.register(result)
                code.emit(opcode, value, r[0])
                code.emit(.ret, value)
            }
            return program.run([input])
        }
        #expect(run(.neg, .int, .int, "5") == .value("-5"))
        #expect(run(.neg, .int, .int, "-9223372036854775808") == .fault("overflow"))
        #expect(run(.fneg, .float, .float, "1.5") == .value("-1.5"))
        #expect(run(.itof, .int, .float, "3") == .value("3.0"))
        #expect(run(.not, .bool, .bool, "false") == .value("true"))
        #expect(run(.mov, .string, .string, "\"x\"") == .value("\"x\""))
    }

    @Test func immediatesAndConstants() {
        var program = Program()
        let constant = program.constant(.string, "\"hello\"")
        program.function([], .string) { code, _ in
            let value = code.register(.string)
            code.emit(.ldk, value, bx: constant)
            code.emit(.ret, value)
        }
        #expect(program.run() == .value("\"hello\""))
        program.function([.int], .int) { code, r in
            let value = code.register(.int)
            code.emit(.addi, value, r[0], -7)
            code.emit(.ret, value)
        }
        #expect(program.run(["5"]) == .value("-2"))
        program.function([], .int) { code, _ in
            let value = code.register(.int)
            code.emit(.ldi, value, bx: -2_000_000_000)
            code.emit(.ret, value)
        }
        #expect(program.run() == .value("-2000000000"))
    }

    /// Divisions by a register that holds one constant are turned into multiplications.
    @Test(arguments: [2, 3, 7, 10, 16, 641, 1_000_003, 2_147_483_647])
    func divisionByConstant(divisor: Int) {
        for value in [
            0, 1, divisor - 1, divisor, divisor * 2 + 1, 4_294_967_295, 4_294_967_296, Int.max, -1,
            -divisor - 1, Int.min,
        ] {
            for (opcode, expected) in [(Opcode.div, value / divisor), (.rem, value % divisor)] {
                var program = Program()
                program.function([.int], .int) { code, r in
                    let (constant, result) = (code.register(.int), code.register(.int))
                    code.emit(.ldi, constant, bx: divisor)
                    code.emit(opcode, result, r[0], constant)
                    code.emit(.ret, result)
                }
                #expect(
                    program.fault(["\(value)"]).0 == .value("\(expected)"), "\(value) \(opcode) \(divisor)")
            }
            // right behind a sum, a product and an immediate sum
            for opcode in [Opcode.add, .mul, .addi] {
                var program = Program()
                program.function([.int], .int) { code, r in
                    let (constant, other) = (code.register(.int), code.register(.int))
                    let (sum, result) = (code.register(.int), code.register(.int))
                    code.emit(.ldi, constant, bx: divisor)
                    code.emit(.ldi, other, bx: opcode == .mul ? 1 : 0)
                    code.emit(opcode, sum, r[0], opcode == .addi ? 0 : other)
                    code.emit(.rem, result, sum, constant)
                    code.emit(.ret, result)
                }
                #expect(program.fault(["\(value)"]).0 == .value("\(value % divisor)"))
            }
        }
    }

    /// A divisor that is written twice is no constant.
    @Test func divisionByVariable() {
        var program = Program()
        program.function([.int], .int) { code, r in
            let (divisor, result) = (code.register(.int), code.register(.int))
            code.emit(.ldi, divisor, bx: 10)
            code.emit(.addi, divisor, divisor, -10)
            code.emit(.rem, result, r[0], divisor)
            code.emit(.ret, result)
        }
        #expect(program.run(["5"]) == .fault("division"))
    }

    @Test(arguments: [
        (Opcode.jeq, "1", "1", true), (.jeq, "1", "2", false), (.jne, "1", "2", true), (.jlt, "1", "2", true),
        (.jlt, "2", "1", false), (.jle, "2", "2", true),
    ])
    func jumps(opcode: Opcode, left: String, right: String, taken: Bool) {
        var program = Program()
        program.function([.int, .int], .bool) { code, r in
            let value = code.register(.bool)
            let label = code.label()
            code.emit(.ldi, value, bx: 1)
            code.jump(opcode, r[0], r[1], to: label)
            code.emit(.ldi, value, bx: 0)
            code.place(label)
            code.emit(.ret, value)
        }
        #expect(program.run([left, right]) == .value("\(taken)"))
    }

    @Test(arguments: [
        (Opcode.jeqi, 3, true), (.jeqi, 4, false), (.jnei, 4, true), (.jlti, 4, true), (.jlti, 3, false),
        (.jlei, 3, true), (.jgti, 2, true), (.jgti, 3, false), (.jgei, 3, true), (.jgei, 4, false),
        (.jlti, -5, false),
    ])
    func immediateJumps(opcode: Opcode, immediate: Int, taken: Bool) {
        var program = Program()
        program.function([.int], .bool) { code, r in
            let value = code.register(.bool)
            let label = code.label()
            code.emit(.ldi, value, bx: 1)
            code.jump(opcode, r[0], immediate, to: label)
            code.emit(.ldi, value, bx: 0)
            code.place(label)
            code.emit(.ret, value)
        }
        #expect(program.run(["3"]) == .value("\(taken)"))
    }

    @Test(arguments: [
        (Opcode.jflt, "1.0", "2.0", true), (.jflt, "2.0", "1.0", false), (.jfle, "2.0", "2.0", true),
        (.jfnlt, "1.0", "2.0", false), (.jfnlt, "2.0", "2.0", true), (.jfnle, "3.0", "2.0", true),
    ])
    func floatJumps(opcode: Opcode, left: String, right: String, taken: Bool) {
        var program = Program()
        program.function([.float, .float], .bool) { code, r in
            let value = code.register(.bool)
            let label = code.label()
            code.emit(.ldi, value, bx: 1)
            code.jump(opcode, r[0], r[1], to: label)
            code.emit(.ldi, value, bx: 0)
            code.place(label)
            code.emit(.ret, value)
        }
        #expect(program.run([left, right]) == .value("\(taken)"))
    }

    @Test func tableJump() {
        var program = Program()
        program.function([.int], .int) { code, r in
            let value = code.register(.int)
            let labels = [code.label(), code.label(), code.label()]
            let end = code.label()
            code.jumpTable(r[0], to: labels)
            code.emit(.ldi, value, bx: -1)
            code.jump(.jmp, to: end)
            for (index, label) in labels.enumerated() {
                code.place(label)
                code.emit(.ldi, value, bx: index * 10)
                code.jump(.jmp, to: end)
            }
            code.place(end)
            code.emit(.ret, value)
        }
        for (input, expected) in [
            ("0", "0"), ("2", "20"), ("3", "-1"), ("-1", "-1"), ("9223372036854775807", "-1"),
        ] {
            #expect(program.run([input]) == .value(expected))
        }
    }

    @Test func countingLoop() {
        var program = Program()
        program.function([.int], .int) { code, r in
            let (sum, index) = (code.register(.int), code.register(.int))
            let (body, test) = (code.label(), code.label())
            code.emit(.ldi, sum, bx: 0)
            code.emit(.ldi, index, bx: -1)
            code.jump(.jmp, to: test)
            code.place(body)
            code.emit(.add, sum, sum, index)
            code.place(test)
            code.jump(.forlt, index, r[0], to: body)
            code.emit(.ret, sum)
        }
        #expect(program.run(["100"]) == .value("4950"))
        #expect(program.run(["0"]) == .value("0"))
        #expect(program.run(["1000000"], fuel: 1000) == .fault("fuel"))
        #expect(program.run(["100"], fuel: 101) == .value("4950"))
        #expect(program.run(["100"], fuel: 100) == .fault("fuel"))
    }

    /// Told to stop between two slices.
    @Test func longRunsAreAskedWhetherToGoOn() throws {
        var program = Program()
        program.function([.int], .int) { code, r in
            let index = code.register(.int)
            let (body, test) = (code.label(), code.label())
            code.emit(.ldi, index, bx: -1)
            code.jump(.jmp, to: test)
            code.place(body)
            code.place(test)
            code.jump(.forlt, index, r[0], to: body)
            code.emit(.ret, index)
        }
        var limits = MachineLimits()
        limits.fuelSlice = 1000
        let machine = Machine(plan: try program.plan(), limits: limits)
        var asked = 0
        machine.goesOn = {
            asked += 1
            return asked < 5
        }
        var output = ByteWriter()
        #expect(runMachine(machine, 0, [program.encoded("4000", .int)], 100_000_000, &output) == nil)
        #expect(asked == 3 || asked == 4)
        asked = 0
        let fault = runMachine(machine, 0, [program.encoded("1000000", .int)], 100_000_000, &output)
        #expect(fault?.kind == "fuel" && fault?.message == "the run was told to stop")
        #expect(asked == 5)
    }

    @Test func optionals() {
        for (type, input) in [("Int?", "5"), ("String?", "\"x\""), ("[Int]?", "[1]")] {
            var program = Program()
            let optional = program.type(type)
            let wrapped = program.types.unwrapped(optional)
            program.function([wrapped], wrapped) { code, r in
                let (boxed, value) = (code.register(optional), code.register(wrapped))
                code.emit(.some, boxed, r[0])
                code.emit(.unwrap, value, boxed)
                code.emit(.ret, value)
            }
            #expect(program.run([input]) == .value(input))
            program.function([optional], .bool) { code, r in
                let value = code.register(.bool)
                let label = code.label()
                code.emit(.ldi, value, bx: 1)
                code.jump(.jnull, r[0], to: label)
                code.emit(.ldi, value, bx: 0)
                code.place(label)
                code.emit(.ret, value)
            }
            #expect(program.run(["null"]) == .value("true"))
            #expect(program.run([input]) == .value("false"))
            program.function([], optional) { code, _ in
                let value = code.register(optional)
                code.emit(.ldnull, value)
                code.emit(.ret, value)
            }
            #expect(program.run() == .value("null"))
            program.function([optional], wrapped) { code, r in
                let value = code.register(wrapped)
                let label = code.label()
                code.jump(.jsome, r[0], to: label)
                code.place(label)
                code.emit(.unwrap, value, r[0])
                code.emit(.ret, value)
            }
            #expect(program.run([input]) == .value(input))
            #expect(program.run(["null"]) == .fault("null"))
        }
    }

    @Test func recordsTuplesAndEnums() {
        var program = Program(sampleTypes())
        let point = program.type("Point")
        let note = program.type("String?")
        program.function([.int, .string], point) { code, r in
            let (record, x) = (code.register(point), code.register(.int))
            let empty = code.register(note)
            code.emit(.ldnull, empty)
            code.emit(.new, record, Int(point.raw), arguments: [r[0], r[1], empty, r[0]])
            code.emit(.get, x, record, 0)
            code.emit(.addi, x, x, 1)
            code.emit(.new, record, Int(point.raw), arguments: [x, r[1], empty, r[0]])
            code.emit(.ret, record)
        }
        #expect(program.run(["4", "\"a\""]) == .value("{\"x\":5,\"label\":\"a\",\"note\":null,\"level\":4}"))

        let shape = program.type("Shape")
        program.function([.int, .string], shape) { code, r in
            let value = code.register(shape)
            code.emit(.enew, value, Int(shape.raw), 2, arguments: [r[0], r[1]])
            code.emit(.ret, value)
        }
        #expect(program.run(["4", "\"a\""]) == .value("{\"box\":[4,\"a\"]}"))
        program.function([shape], .int) { code, r in
            let value = code.register(.int)
            code.emit(.tag, value, r[0])
            code.emit(.ret, value)
        }
        #expect(program.run(["\"none\""]) == .value("0"))
        #expect(program.run(["{\"named\":{\"name\":\"n\",\"size\":1.5}}"]) == .value("3"))
        program.function([shape], .string) { code, r in
            let value = code.register(.string)
            code.emit(.payload, value, r[0], 1, d: 2)
            code.emit(.ret, value)
        }
        #expect(program.run(["{\"box\":[1,\"in\"]}"]) == .value("\"in\""))
        #expect(program.run(["{\"circle\":1}"]) == .fault("null"))
        let range = TypeId.range
        program.function([.int, .int], range) { code, r in
            let value = code.register(range)
            code.emit(.new, value, Int(range.raw), arguments: [r[0], r[1]])
            code.emit(.ret, value)
        }
        #expect(program.run(["1", "9"]) == .value("[1,9]"))
    }

    @Test func texts() {
        var program = Program(sampleTypes())
        program.function([.string, .string], .string) { code, r in
            let value = code.register(.string)
            code.emit(.concat, value, arguments: [r[0], r[1], r[0]])
            code.emit(.ret, value)
        }
        #expect(program.run(["\"a\"", "\"é\""]) == .value("\"aéa\""))
        program.function([], .string) { code, _ in
            let value = code.register(.string)
            code.emit(.concat, value, arguments: [])
            code.emit(.ret, value)
        }
        #expect(program.run() == .value("\"\""))
        let forms = [
            ("Int", "-9223372036854775808", "-9223372036854775808"), ("Int", "0", "0"),
            ("Int", "12345678901", "12345678901"),
            ("Float", "1.5", "1.5"), ("Bool", "true", "true"), ("Decimal", "1.50", "1.50"),
            ("Path", "\"a/b\"", "a/b"),
            ("Duration", "\"1h30m\"", "1h30m"), ("Time", "\"2026-01-02T03:04:05Z\"", "2026-01-02T03:04:05Z"),
            ("Color", "\"blue\"", "blue"), ("Json", "\"text\"", "text"),
            ("Json", "[1,{\"a\":null}]", "[1,{\\\"a\\\":null}]"),
            ("[Int]", "[1,2]", "[1,2]"), ("Range", "[1,5]", "1..<5"),
            ("Shape", "{\"circle\":2}", "{\\\"circle\\\":2}"),
        ]
        for (type, input, expected) in forms {
            let type = program.type(type)
            program.function([type], .string) { code, r in
                let value = code.register(.string)
                code.emit(.text, value, r[0], Int(type.raw))
                code.emit(.ret, value)
            }
            #expect(program.run([input]) == .value("\"\(expected)\""))
        }
    }

    @Test func lists() {
        for (type, a, b) in [("[Int]", "1", "2"), ("[String]", "\"a\"", "\"b\"")] {
            var program = Program()
            let list = program.type(type)
            let element = program.types.element(of: list)
            program.function([element, element], list) { code, r in
                let value = code.register(list)
                code.emit(.lnew, value, Int(list.raw), arguments: [r[0]])
                for _ in 0..<9 { code.emit(.lpush, value, r[1]) }
                code.emit(.ret, value)
            }
            #expect(
                program.run([a, b])
                    == .value("[\(a),\(Array(repeating: b, count: 9).joined(separator: ","))]"))
            program.function([list, .int], element) { code, r in
                let value = code.register(element)
                code.emit(.lget, value, r[0], r[1])
                code.emit(.ret, value)
            }
            #expect(program.run(["[\(a),\(b)]", "1"]) == .value(b))
            for index in ["2", "-1", "9223372036854775807"] {
                #expect(program.run(["[\(a),\(b)]", index]) == .fault("index"))
            }
            #expect(program.fault(["[\(a)]", "3"]).1?.message == "index 3 is out of bounds: expected 0 to 0")
            #expect(program.run(["[]", "0"]) == .fault("index"))
            program.function([list, .int, element], list) { code, r in
                code.emit(.lset, r[0], r[1], r[2])
                code.emit(.ret, r[0])
            }
            #expect(program.run(["[\(a),\(a)]", "1", b]) == .value("[\(a),\(b)]"))
            #expect(program.run(["[\(a)]", "1", b]) == .fault("index"))
            program.function([list], .int) { code, r in
                let value = code.register(.int)
                code.emit(.llen, value, r[0])
                code.emit(.ret, value)
            }
            #expect(program.run(["[\(a),\(a)]"]) == .value("2"))
        }
    }

    @Test func maps() {
        var program = Program(sampleTypes())
        for (type, keys) in [
            ("[String: Int]", ["\"a\"", "\"b\""]), ("[Int: Int]", ["7", "-7"]),
            ("[Color: Int]", ["\"red\"", "\"blue\""]),
        ] {
            let map = program.type(type)
            let key = program.types.key(of: map)
            let optional = program.type("Int?")
            program.function([key, key], map) { code, r in
                let (value, one) = (code.register(map), code.register(.int))
                code.emit(.mnew, value, Int(map.raw))
                code.emit(.ldi, one, bx: 1)
                code.emit(.mset, value, r[0], one)
                code.emit(.mset, value, r[1], one)
                code.emit(.ldi, one, bx: 2)
                code.emit(.mset, value, r[0], one)
                code.emit(.ret, value)
            }
            let (a, b) = (
                keys[0].first == "\"" ? keys[0] : "\"\(keys[0])\"",
                keys[1].first == "\"" ? keys[1] : "\"\(keys[1])\""
            )
            #expect(program.run(keys) == .value("{\(a):2,\(b):1}"))
            program.function([map, key], optional) { code, r in
                let value = code.register(optional)
                code.emit(.mget, value, r[0], r[1])
                code.emit(.ret, value)
            }
            #expect(program.run(["{\(a):5}", keys[0]]) == .value("5"))
            #expect(program.run(["{\(a):5}", keys[1]]) == .value("null"))
            #expect(program.run(["{}", keys[1]]) == .value("null"))
            program.function([map, .int], key) { code, r in
                let value = code.register(key)
                code.emit(.mkey, value, r[0], r[1])
                code.emit(.ret, value)
            }
            #expect(program.run(["{\(a):5,\(b):6}", "1"]) == .value(keys[1]))
            #expect(program.run(["{\(a):5}", "1"]) == .fault("index"))
            program.function([map, .int], .int) { code, r in
                let value = code.register(.int)
                code.emit(.mval, value, r[0], r[1])
                code.emit(.ret, value)
            }
            #expect(program.run(["{\(a):5,\(b):6}", "1"]) == .value("6"))
            #expect(program.run(["{}", "0"]) == .fault("index"))
            program.function([map], .int) { code, r in
                let value = code.register(.int)
                code.emit(.mlen, value, r[0])
                code.emit(.ret, value)
            }
            #expect(program.run(["{\(a):5,\(b):6}"]) == .value("2"))
        }
    }

    @Test func callsAndClosures() {
        var program = Program()
        let fib = program.builder.reserveFunction()
        program.define(fib, [.int], .int) { code, r in
            let (left, right) = (code.register(.int), code.register(.int))
            let more = code.label()
            code.jump(.jgei, r[0], 2, to: more)
            code.emit(.ret, r[0])
            code.place(more)
            code.emit(.addi, left, r[0], -1)
            code.emit(.call1, left, Int(fib), left)
            code.emit(.addi, right, r[0], -2)
            code.emit(.call, right, bx: Int(fib), arguments: [right])
            code.emit(.add, left, left, right)
            code.emit(.ret, left)
        }
        #expect(program.run(["20"]) == .value("6765"))
        let add = program.function([.string, .int, .string], .string) { code, r in
            let text = code.register(.string)
            code.emit(.text, text, r[1], Int(TypeId.int.raw))
            code.emit(.concat, text, arguments: [r[0], text, r[2]])
            code.emit(.ret, text)
        }
        let type = program.builder.types.function(parameters: [.string], result: .string)
        program.function([.string], .string) { code, r in
            let (seven, closure, result) = (code.register(.int), code.register(type), code.register(.string))
            code.emit(.ldi, seven, bx: 7)
            code.emit(.closure, closure, bx: add, arguments: [r[0], seven])
            code.emit(.callv, result, closure, arguments: [r[0]])
            code.emit(.callv, result, closure, arguments: [result])
            code.emit(.ret, result)
        }
        #expect(program.run(["\"x\""]) == .value("\"x7x7x\""))
        program.function([], .string) { code, _ in
            let (closure, result) = (code.register(type), code.register(.string))
            code.emit(.concat, result, arguments: [])
            code.emit(.callv, result, closure, arguments: [result])
            code.emit(.ret, result)
        }
        #expect(program.run() == .fault("null"))
    }

    @Test func endlessRecursion() {
        var program = Program()
        let number = program.builder.reserveFunction()
        program.define(number, [.int], .int) { code, r in
            let value = code.register(.int)
            code.emit(.addi, value, r[0], 1)
            code.emit(.call1, value, Int(number), value)
            code.emit(.ret, value)
        }
        #expect(program.run(["0"]) == .fault("depth"))
        #expect(program.run(["0"], fuel: 10) == .fault("fuel"))
        var limits = MachineLimits()
        limits.registersMax = 100
        #expect(program.run(["0"], limits: limits) == .fault("depth"))
    }

    @Test func deepRecursionHoldsItsObjects() {
        var program = Program()
        let number = program.builder.reserveFunction()
        program.define(number, [.int], .int) { code, r in
            let (rest, length, text) = (code.register(.int), code.register(.int), code.register(.string))
            let more = code.label()
            code.jump(.jgti, r[0], 0, to: more)
            code.emit(.ret, r[0])
            code.place(more)
            code.emit(.text, text, r[0], Int(TypeId.int.raw))
            code.emit(.addi, rest, r[0], -1)
            code.emit(.call1, rest, Int(number), rest)
            code.emit(.bcall, length, bx: Int(Builtin.stringByteCount.rawValue), arguments: [text])
            code.emit(.add, rest, rest, length)
            code.emit(.ret, rest)
        }
        // the digits of 1...2000
        #expect(program.fault(["2000"]).0 == .value("6893"))
        var limits = MachineLimits()
        limits.collectsAlways = true
        #expect(program.fault(["500"], limits: limits).0 == .value("1392"))
    }

    @Test func cells() {
        var program = Program()
        let constant = program.constant(.string, "\"once\"")
        let compute = program.function([], .string) { code, _ in
            let value = code.register(.string)
            code.emit(.ldk, value, bx: constant)
            code.emit(.ret, value)
        }
        let cell = Int(program.builder.cell(type: .string, function: UInt32(compute)))
        program.function([], .string) { code, _ in
            let (value, other) = (code.register(.string), code.register(.string))
            for register in [value, other] {
                let label = code.label()
                code.jump(.cellget, register, cell, to: label)
                code.emit(.call, register, bx: compute, arguments: [])
                code.emit(.cellset, cell, register)
                code.place(label)
            }
            code.emit(.concat, value, arguments: [value, other])
            code.emit(.ret, value)
        }
        #expect(program.run() == .value("\"onceonce\""))
    }

    @Test func faults() {
        var program = Program()
        program.function([.string], .int) { code, r in
            code.emit(.fail, r[0])
        }
        #expect(program.run(["\"why\""]) == .fault("failed"))
        #expect(program.fault(["\"why\""]).1?.message == "why")
        #expect(program.fault(["\"why\""]).1?.code == 6006)
        program.function([], .int) { code, _ in code.emit(.unreachable) }
        #expect(program.run() == .fault("failed"))
        // a fault says where: the position of its instruction
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        let file = program.builder.source(
            path: "a.wf", text: "0123456789".utf8.withContiguousStorageIfAvailable { _ in empty } ?? empty)
        program.function([.int], .int) { code, r in
            code.position(SpanRow(file: file, start: 0, end: 0))
            code.emit(.addi, r[0], r[0], 1)
            code.position(.none)
            code.emit(.div, r[0], r[0], r[0])
            code.emit(.ret, r[0])
        }
        #expect(program.fault(["9223372036854775807"]).1?.span == SpanRow(file: file, start: 0, end: 0))
        #expect(program.fault(["-1"]).1?.span == SpanRow.none)
    }
}
