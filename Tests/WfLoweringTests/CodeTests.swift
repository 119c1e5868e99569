// What loops, conditions and assignments become: instruction by instruction, as one would write them by hand.
import Testing
import WfBuiltins
import WfChecker
import WfLowering
import WfPlan
import WfValue

struct CodeTests {
    @Test func recursionIsAJumpAndCalls() throws {
        var b = ProgramBuilder()
        let n = b.local("n", .int)
        let first = b.op(.subtract, b.get(n), b.int(1))
        let second = b.op(.subtract, b.get(n), b.int(2))
        let left = b.raw(.call, .int, a: 0, list: [first.index])
        let right = b.raw(.call, .int, a: 0, list: [second.index])
        let sum = b.op(.add, left, right)
        let test = b.op(.less, b.get(n), b.int(2))
        let value = b.get(n)
        let body = b.node(.if, .int, list: [test, value, sum])
        b.function("fib", parameters: 1, .int, body)
        #expect(
            try b.code() == """
                function f0 `fib`(r0: Int) -> Int
                jgei r0, 2, -> L2
                ret r0
                L2:
                addi r1, r0, -1
                call1 r1, f0 `fib`, r1
                addi r2, r0, -2
                call1 r2, f0 `fib`, r2
                add r2, r1, r2
                ret r2
                """)
    }

    @Test func countedLoopKeepsConstantsInRegisters() throws {
        var b = ProgramBuilder()
        let n = b.local("n", .int)
        let s = b.local("s", .int, mutable: true)
        let i = b.local("i", .int)
        let sum = b.op(.add, b.get(s), b.get(i))
        let step = b.assign(s, b.op(.remainder, sum, b.int(1_000_003)))
        let range = b.node(.range, .range, aux: 1, a: b.int(1), b: b.get(n))
        let loop = b.forIn(i, range, [step])
        let body = b.block([b.declare(s, b.int(0)), loop], b.get(s))
        b.function("loop", parameters: 1, .int, body)
        #expect(
            try b.code() == """
                function f0 `loop`(r0: Int) -> Int
                ldi r5, 1000003
                ldi r1, 0
                addi r3, r0, 1
                ldi r2, 0
                jmp -> L7
                L5:
                add r4, r1, r2
                rem r1, r4, r5
                L7:
                forlt r2, r3, -> L5
                ret r1
                """)
    }

    @Test func appendsAndTextsGrowInPlace() throws {
        var b = ProgramBuilder()
        let ints = b.program.types.list(of: .int)
        let n = b.local("n", .int)
        let s = b.local("s", .string, mutable: true)
        let xs = b.local("xs", ints, mutable: true)
        let i = b.local("i", .int)
        let text = b.node(.text, .string, a: b.get(i))
        let grown = b.node(.concat, .string, list: [b.get(s), b.string("-"), text])
        let element = b.node(.list, ints, list: [b.get(i)])
        let longer = b.op(.append, b.get(xs), element)
        let range = b.node(.range, .range, a: b.int(0), b: b.get(n))
        let loop = b.forIn(i, range, [b.assign(s, grown), b.assign(xs, longer)])
        let start = b.string("")
        let empty = b.node(.list, ints)
        let body = b.block([b.declare(s, start), b.declare(xs, empty), loop], b.get(xs))
        b.function("build", parameters: 1, ints, body)
        let code = try b.code()
        #expect(code.contains("concat r2, (r2, r4, r5)\n"))
        #expect(code.contains("lpush r3, r1\n"))
        #expect(code.hasSuffix("ret r3"), "what the function made itself is given back as it is")
        #expect(!code.contains("mov"))
    }

    @Test func whileLoopTestsAtItsEnd() throws {
        var b = ProgramBuilder()
        let n = b.local("n", .int)
        let i = b.local("i", .int, mutable: true)
        let step = b.assign(i, b.op(.add, b.get(i), b.int(1)))
        let test = b.op(.less, b.get(i), b.get(n))
        let loop = b.node(.while, .unit, a: test, b: b.block([step]))
        let body = b.block([b.declare(i, b.int(0)), loop], b.get(i))
        b.function("count", parameters: 1, .int, body)
        #expect(
            try b.code() == """
                function f0 `count`(r0: Int) -> Int
                ldi r1, 0
                jmp -> L3
                L2:
                addi r1, r1, 1
                L3:
                jlt r1, r0, -> L2
                ret r1
                """)
    }

    @Test func parameterIsSharedBeforeItIsWritten() throws {
        var b = ProgramBuilder()
        let ints = b.program.types.list(of: .int)
        let xs = b.local("xs", ints)
        let ys = b.local("ys", ints, mutable: true)
        let write = b.raw(.assignElement, .unit, a: ys, b: b.int(7).index, list: [b.int(0).index])
        let body = b.block([b.declare(ys, b.get(xs)), write], b.get(ys))
        b.function("changed", parameters: 1, ints, body)
        #expect(try b.code().contains("mov r3, r0\nshare r3\n"))
    }

    @Test func variableIsSharedBeforeItIsStored() throws {
        var b = ProgramBuilder()
        let ints = b.program.types.list(of: .int)
        let pair = b.program.types.tuple(of: [ints, .int])
        let xs = b.local("xs", ints, mutable: true)
        let p = b.local("p", pair)
        let empty = b.node(.list, ints, list: [b.int(1)])
        let stored = b.node(.construct, pair, list: [b.get(xs), b.int(2)])
        let write = b.raw(.assignElement, .unit, a: xs, b: b.int(7).index, list: [b.int(0).index])
        let body = b.block([b.declare(xs, empty), b.declare(p, stored), write], b.get(p))
        b.function("kept", parameters: 0, pair, body)
        let code = try b.code()
        let share = try #require(code.firstRange(of: "share"))
        let store = try #require(code.firstRange(of: "\nnew "))
        #expect(share.lowerBound < store.lowerBound)
    }

    @Test func assignedVariableIsNotReadWhileItIsWritten() throws {
        // flag = flag && other: the old value is read after the first half is known.
        var b = ProgramBuilder()
        let other = b.local("other", .bool)
        let flag = b.local("flag", .bool, mutable: true)
        let both = b.node(.and, .bool, a: b.get(other), b: b.get(flag))
        let body = b.block([b.declare(flag, b.bool(true)), b.assign(flag, both)], b.get(flag))
        b.function("both", parameters: 1, .bool, body)
        #expect(
            try b.code() == """
                function f0 `both`(r0: Bool) -> Bool
                ldi r1, 1
                jf r0, -> L5
                jf r1, -> L5
                ldi r1, 1
                jmp -> L6
                L5:
                ldi r1, 0
                L6:
                ret r1
                """)
    }

    @Test func lambdaOfMapIsPartOfTheLoop() throws {
        var b = ProgramBuilder()
        let ints = b.program.types.list(of: .int)
        let type = b.program.types.function(parameters: [.int], result: .int)
        let xs = b.local("xs", ints)
        let x = b.local("x", .int)
        let square = b.op(.multiply, b.get(x), b.get(x))
        let lambda = b.raw(.lambda, type, a: square.index, list: [x])
        b.function("squares", parameters: 1, ints, b.builtin(.listMap, ints, [b.get(xs), lambda]))
        #expect(
            try b.code() == """
                function f0 `squares`(r0: [Int]) -> [Int]
                lnew r5, [Int], ()
                llen r1, r0
                ldi r2, -1
                jmp -> L7
                L4:
                lget r3, r0, r2
                mul r4, r3, r3
                lpush r5, r4
                L7:
                forlt r2, r1, -> L4
                ret r5
                """)
    }

    @Test func jumpsLongerThanSixteenBits() throws {
        var b = ProgramBuilder()
        let n = b.local("n", .int)
        let s = b.local("s", .int, mutable: true)
        let start = b.declare(s, b.int(0))
        var statements: [TypedId] = []
        for _ in 0..<40_000 { statements.append(b.assign(s, b.op(.add, b.get(s), b.get(n)))) }
        let test = b.op(.less, b.get(s), b.get(n))
        let loop = b.node(.while, .unit, a: test, b: b.block(statements))
        b.function("long", parameters: 1, .int, b.block([start, loop], b.get(s)))
        let plan = try b.plan()
        #expect(plan.functions[0].codeCount > 40_000)
    }

    @Test func equalProgramsGiveEqualBytes() throws {
        func make() throws -> [UInt8] {
            var b = ProgramBuilder()
            let n = b.local("n", .int)
            b.function("f", parameters: 1, .int, b.op(.add, b.get(n), b.int(100_000_000_000)))
            return try lower(b.program)
        }
        #expect(try make() == make())
    }

    @Test func moreThanTheArgumentsOfOneInstruction() throws {
        var b = ProgramBuilder()
        let ints = b.program.types.list(of: .int)
        var elements: [TypedId] = []
        for index in 0..<1000 { elements.append(b.int(index)) }
        b.function("many", parameters: 0, ints, b.node(.list, ints, list: elements))
        var parts: [TypedId] = []
        for index in 0..<1000 { parts.append(b.node(.text, .string, a: b.int(index))) }
        b.function("texts", parameters: 0, .string, b.node(.concat, .string, list: parts))
        _ = try b.plan()
    }
}
