// Opcodes of calls, closures and cells, recursion, and faults with their places.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

struct OpcodeCallTests {
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
