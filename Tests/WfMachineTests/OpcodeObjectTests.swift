// Opcodes of optionals, records, enums, texts, lists and maps: what they yield and their faults.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

struct OpcodeObjectTests {
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
}
