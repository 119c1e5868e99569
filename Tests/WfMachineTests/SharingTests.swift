// Value semantics at the cost of references: writes through one name are not seen through another.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

struct SharingTests {
    @Test func sharedListIsCopiedOnce() {
        var program = Program()
        let list = program.type("[Int]")
        let pair = program.type("([Int], [Int])")
        for isPush in [false, true] {
            program.function([list, .int], pair) { code, r in
                let (other, result, zero) = (code.register(list), code.register(pair), code.register(.int))
                code.emit(.share, r[0])
                code.emit(.mov, other, r[0])
                code.emit(.ldi, zero, bx: 0)
                for _ in 0..<3 {
                    if isPush { code.emit(.lpush, other, r[1]) } else { code.emit(.lset, other, zero, r[1]) }
                }
                code.emit(.new, result, Int(pair.raw), arguments: [r[0], other])
                code.emit(.ret, result)
            }
            #expect(program.run(["[1,2]", "9"]) == .value(isPush ? "[[1,2],[1,2,9,9,9]]" : "[[1,2],[9,2]]"))
        }
    }

    @Test func constantsAreNeverWritten() {
        var program = Program()
        let list = program.type("[Int]")
        let map = program.type("[String: Int]")
        let listConstant = program.constant(list, "[1,2]")
        let mapConstant = program.constant(map, "{\"a\":1}")
        let textConstant = program.constant(.string, "\"ab\"")
        let result = program.type("([Int], [Int], [String: Int], [String: Int], String, String)")
        program.function([.int], result) { code, r in
            let (one, two) = (code.register(list), code.register(list))
            let (three, four) = (code.register(map), code.register(map))
            let (five, six) = (code.register(.string), code.register(.string))
            let value = code.register(result)
            code.emit(.ldk, one, bx: listConstant)
            code.emit(.ldk, two, bx: listConstant)
            code.emit(.lpush, two, r[0])
            code.emit(.ldk, three, bx: mapConstant)
            code.emit(.ldk, four, bx: mapConstant)
            code.emit(.ldk, five, bx: textConstant)
            code.emit(.ldk, six, bx: textConstant)
            code.emit(.mset, four, five, r[0])
            code.emit(.concat, six, arguments: [six, five])
            code.emit(.new, value, Int(result.raw), arguments: [one, two, three, four, five, six])
            code.emit(.ret, value)
        }
        for _ in 0..<2 {
            #expect(
                program.run(["9"]) == .value("[[1,2],[1,2,9],{\"a\":1},{\"a\":1,\"ab\":9},\"ab\",\"abab\"]"))
        }
    }

    @Test func textIsAppendedInPlace() {
        var program = Program()
        program.function([.string, .int], .string) { code, r in
            let (text, index) = (code.register(.string), code.register(.int))
            let (body, test) = (code.label(), code.label())
            code.emit(.concat, text, arguments: [])
            code.emit(.ldi, index, bx: -1)
            code.jump(.jmp, to: test)
            code.place(body)
            code.emit(.concat, text, arguments: [text, r[0]])
            code.place(test)
            code.jump(.forlt, index, r[1], to: body)
            code.emit(.ret, text)
        }
        #expect(program.run(["\"ab\"", "100"]) == .value("\"\(String(repeating: "ab", count: 100))\""))
        // 300,000 appends are done in no time only when they are in place
        guard case .value(let text) = program.fault(["\"ab\"", "300000"]).0 else {
            Issue.record("expected a text")
            return
        }
        #expect(text.utf8.count == 600_002)
    }

    @Test func textAppendedToItself() {
        var program = Program()
        program.function([.string], .string) { code, r in
            let text = code.register(.string)
            code.emit(.concat, text, arguments: [r[0], r[0]])
            code.emit(.concat, text, arguments: [text, text, r[0], text])
            code.emit(.ret, text)
        }
        #expect(program.run(["\"a\""]) == .value("\"aaaaaaa\""))
    }

    @Test func keyOfAMapIsNotAppendedTo() {
        var program = Program()
        let map = program.type("[String: Int]")
        program.function([.string, .int], map) { code, r in
            let (value, key) = (code.register(map), code.register(.string))
            code.emit(.mnew, value, Int(map.raw))
            code.emit(.concat, key, arguments: [r[0], r[0]])
            code.emit(.mset, value, key, r[1])
            code.emit(.concat, key, arguments: [key, r[0]])
            code.emit(.mset, value, key, r[1])
            code.emit(.ret, value)
        }
        #expect(program.run(["\"a\"", "1"]) == .value("{\"aa\":1,\"aaa\":1}"))
    }

    @Test func sharedMapIsCopied() {
        var program = Program()
        let map = program.type("[String: Int]")
        let pair = program.type("([String: Int], [String: Int])")
        program.function([map, .string, .int], pair) { code, r in
            let (other, result) = (code.register(map), code.register(pair))
            code.emit(.share, r[0])
            code.emit(.mov, other, r[0])
            code.emit(.mset, other, r[1], r[2])
            code.emit(.new, result, Int(pair.raw), arguments: [r[0], other])
            code.emit(.ret, result)
        }
        #expect(program.run(["{\"a\":1}", "\"a\"", "2"]) == .value("[{\"a\":1},{\"a\":2}]"))
        let many = "{" + (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        #expect(program.run([many, "\"z\"", "2"]) == .value("[\(many),\(many.dropLast()),\"z\":2}]"))
    }

    @Test func concatenationInPlace() {
        var program = Program()
        let list = program.type("[String]")
        program.function([list], list) { code, r in
            let value = code.register(list)
            code.emit(.lnew, value, Int(list.raw), arguments: [])
            for _ in 0..<5 {
                code.emit(.bcall, value, bx: Int(Builtin.listConcat.rawValue), arguments: [value, r[0]])
            }
            code.emit(.ret, value)
        }
        #expect(
            program.run(["[\"a\",\"b\"]"])
                == .value("[" + Array(repeating: "\"a\",\"b\"", count: 5).joined(separator: ",") + "]"))
    }

    /// Registers that were never written read as empty objects.
    @Test func unsetRegisters() {
        var program = Program(sampleTypes())
        let types = [
            "[Int]", "[String: Int]", "Json", "Decimal", "Point", "Shape", "(Int, String)", "Path", "Bytes",
            "Range", "Int?",
        ]
        let expected = [
            "[]", "{}", "null", "0", "{\"x\":0,\"label\":\"\",\"note\":null,\"level\":0}", "\"none\"",
            "[0,\"\"]", "\"\"", "\"\"", "[0,0]", "null",
        ]
        for (text, json) in zip(types, expected) {
            let type = program.type(text)
            program.function([], type) { code, _ in
                let value = code.register(type)
                code.emit(.share, value)
                code.emit(.ret, value)
            }
            #expect(program.run() == .value(json), "\(text)")
        }
        let list = program.type("[String]")
        program.function([.string], list) { code, r in
            let value = code.register(list)
            code.emit(.lpush, value, r[0])
            code.emit(.ret, value)
        }
        #expect(program.run(["\"a\""]) == .value("[\"a\"]"))
        let map = program.type("[Int: String]")
        program.function([.string, .int], map) { code, r in
            let value = code.register(map)
            code.emit(.mset, value, r[1], r[0])
            code.emit(.ret, value)
        }
        #expect(program.run(["\"a\"", "1"]) == .value("{\"1\":\"a\"}"))
    }
}
