// Opcodes of numbers, comparisons and jumps: what they yield and their faults. Those of objects and of calls stand beside this file.
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
}
