// Values on their way in, through and out: the binary encoding, JSON, order; hostile bytes and texts. What
// WfValue says of encoded values is what the machine must say of its own.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

/// A small generator, so that the tests are the same every time.
struct Generator {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % bound
    }
}

struct ValueTests {
    /// Texts per type: some fit, some do not.
    private let texts: [(String, [String])] = [
        (
            "Int",
            [
                "0", "-1", "9223372036854775807", "9223372036854775808", "1.0", "\"1\"", "null", "01", "1e2",
                "- 1",
            ]
        ),
        ("Float", ["0.5", "1", "-1e-7", "1e400", "\"x\"", "true", "123456789012345678901234567890"]),
        ("Bool", ["true", "false", "0", "truex", "nul"]),
        (
            "String",
            [
                "\"\"", "\"a\\n\\u00e9\\ud83d\\ude00\"", "\"\\ud83d\"", "\"a", "\"\\x\"", "1", "\"\t\"",
                "\"lang genug für mehr als acht\"",
            ]
        ),
        (
            "Decimal",
            [
                "1.50", "\"2.5\"", "1e2", "\"x\"", "99999999999999999999999999999999999999",
                "999999999999999999999999999999999999999", "null",
            ]
        ),
        ("Bytes", ["\"aGk=\"", "\"a\"", "\"\"", "1"]),
        ("Time", ["\"2026-01-02T03:04:05Z\"", "\"2026-13-02T03:04:05Z\"", "1"]),
        ("Duration", ["\"1h\"", "\"1x\"", "5"]), ("Path", ["\"a/b\"", "1"]),
        ("Range", ["[1,2]", "[1]", "[1,2,3]", "[]", "[1,\"a\"]", "{}"]),
        (
            "Json",
            [
                "null", "{\"a\":[1,2.50,\"x\",true,null,{\"b\":{}}],\"c\":1e3}", "{\"a\":1,\"a\":2}", "[1,]",
                "[", "{\"a\"}", "1e999", "[[[]]] ",
            ]
        ),
        ("Int?", ["null", "5", "\"x\""]), ("[Int]", ["[]", "[1,2,3]", "[1,null]", "{}"]),
        ("[String?]", ["[null,\"a\"]"]),
        ("[Int?]", ["[null,1]"]), ("(Int, String)", ["[1,\"a\"]", "[1]", "[1,\"a\",2]", "[]"]),
        (
            "[String: Int]",
            ["{}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":\"x\"}", "{\"k\\u0061\":1}"]
        ),
        (
            "[Int: String]",
            [
                "{\"1\":\"a\",\"-2\":\"b\"}", "{\"01\":\"a\"}", "{\"x\":\"a\"}", "{\"1\":\"a\",\"1\":\"b\"}",
                "{\"9223372036854775808\":\"a\"}",
            ]
        ),
        ("[Color: Bool]", ["{\"red\":true}", "{\"pink\":true}"]),
        ("Color", ["\"green\"", "\"pink\"", "1", "{\"green\":1}", "\"gr\\u0065en\""]),
        (
            "Shape",
            [
                "\"none\"", "{\"circle\":2}", "{\"box\":[1,\"a\"]}",
                "{\"named\":{\"name\":\"a\",\"size\":1.5}}", "{\"named\":{\"size\":1.5,\"name\":\"a\"}}",
                "\"circle\"", "{\"none\":1}", "{\"box\":[1]}", "{\"circle\":1,\"box\":2}", "{}",
                "{\"named\":{\"name\":\"a\"}}",
            ]
        ),
        (
            "Point",
            [
                "{\"x\":1,\"label\":\"a\"}", "{\"label\":\"a\",\"x\":1,\"level\":3,\"note\":\"n\"}",
                "{\"x\":1}", "{\"x\":1,\"label\":\"a\",\"y\":2}", "{\"x\":1,\"x\":2,\"label\":\"a\"}", "[]",
                "{\"note\":null,\"level\":-1,\"label\":\"\",\"x\":0}", "{\"\\u0078\":1,\"label\":\"a\"}",
            ]
        ),
        ("Loose", ["{\"a\":1,\"b\":[1,{\"c\":2}]}", "{\"b\":2}"]),
        ("Tree", ["{\"name\":\"a\",\"parts\":[{\"name\":\"b\",\"parts\":[]}]}"]),
        (
            "Big",
            [
                "{" + (0..<70).filter { $0 % 2 == 0 }.map { "\"f\($0)\":\($0)" }.joined(separator: ",") + "}",
                "{"
                    + (0..<70).reversed().filter { $0 % 2 == 0 }.map { "\"f\($0)\":\($0)" }.joined(
                        separator: ",") + "}", "{\"f0\":1,\"f0\":2}",
            ]
        ),
    ]

    private func expected(_ types: TypeTable, _ text: String, _ type: TypeId) -> [UInt8]? {
        try? types.binary(fromJson: text, as: type)
    }

    @Test func decodingJson() throws {
        for (name, rows) in texts {
            var program = Program(sampleTypes())
            let type = program.type(name)
            program.function([.string], type) { code, r in
                let value = code.register(type)
                code.emit(.decode, value, r[0], Int(type.raw))
                code.emit(.ret, value)
            }
            let plan = try program.plan()
            for always in [false, true] {
                let machine = Machine(plan: plan, limits: MachineLimits(collectsAlways: always))
                for text in rows {
                    var input = ByteWriter()
                    input.appendString(text)
                    var output = ByteWriter()
                    let fault = runMachine(machine, 0, [input.toArray()], 1000, &output)
                    let wanted = expected(plan.types, text, type)
                    #expect(output.toArray() == wanted ?? [], "\(text) as \(name)")
                    #expect(
                        (fault == nil) == (wanted != nil), "\(text) as \(name): \(String(describing: fault))")
                    guard let fault else { continue }
                    #expect(fault.kind == "decode")
                    do { _ = try plan.types.binary(fromJson: text, as: type) } catch {
                        #expect(fault.message == error.description)
                    }
                }
            }
        }
    }

    /// What fits goes to Json and text and back unchanged; what does not is refused the same way from a Json.
    @Test func throughJsonAndBack() throws {
        for (name, rows) in texts {
            var program = Program(sampleTypes())
            let type = program.type(name)
            let optional = program.builder.types.optional(of: type)
            program.function([type], type) { code, r in
                let (json, value, text) = (code.register(.json), code.register(type), code.register(.string))
                let again = code.register(.json)
                code.emit(.tojson, json, r[0], Int(type.raw))
                code.emit(.jsontext, text, json, Int(TypeId.json.raw))
                code.emit(.decode, again, text, Int(TypeId.json.raw))
                code.emit(.fromjson, value, again, Int(type.raw))
                code.emit(.fromjson, value, json, Int(type.raw))
                code.emit(.jsontext, text, value, Int(type.raw))
                code.emit(.decode, value, text, Int(type.raw))
                code.emit(.ret, value)
            }
            for text in rows where expected(program.types, text, type) != nil {
                let wanted = program.encoded(text, type)
                let json = try program.types.jsonText(of: wanted, as: type)
                #expect(
                    program.run([text]) == .value(String(decoding: json, as: UTF8.self)), "\(text) as \(name)"
                )
            }
            program.function([.json], optional) { code, r in
                let value = code.register(optional)
                code.emit(.tryjson, value, r[0], Int(type.raw))
                code.emit(.ret, value)
            }
            for text in rows where expected(program.types, text, .json) != nil {
                guard let wanted = expected(program.types, text, type) else {
                    #expect(program.run([text]) == .value("null"), "\(text) as? \(name)")
                    continue
                }
                let json = String(decoding: try program.types.jsonText(of: wanted, as: type), as: UTF8.self)
                #expect(program.run([text]) == .value(json), "\(text) as? \(name)")
            }
            program.function([.json], type) { code, r in
                let value = code.register(type)
                code.emit(.fromjson, value, r[0], Int(type.raw))
                code.emit(.ret, value)
            }
            for text in rows
            where expected(program.types, text, .json) != nil && expected(program.types, text, type) == nil {
                #expect(program.run([text]) == .fault("decode"), "\(text) as \(name)")
            }
        }
    }

    @Test func pathOfAMismatch() {
        var program = Program(sampleTypes())
        let type = program.type("[Point]")
        program.function([.json], type) { code, r in
            let value = code.register(type)
            code.emit(.fromjson, value, r[0], Int(type.raw))
            code.emit(.ret, value)
        }
        let found = program.fault(["[{\"x\":1,\"label\":\"a\"},{\"x\":\"n/a\",\"label\":\"b\"}]"]).1
        #expect(found?.message == "$[1].x: expected Int, found \"n/a\"")
    }

    @Test func orderAgreesWithEncodedValues() throws {
        for (name, rows) in texts {
            var program = Program(sampleTypes())
            let type = program.type(name)
            let fits = rows.filter { expected(program.types, $0, type) != nil }
            let isReference = program.types.isReference(type)
            if !isReference { continue }
            program.function([type, type], .bool) { code, r in
                let value = code.register(.bool)
                code.emit(.veq, value, r[0], r[1])
                code.emit(.ret, value)
            }
            for left in fits {
                for right in fits {
                    let order = try program.types.compare(
                        program.encoded(left, type), program.encoded(right, type), as: type)
                    #expect(
                        program.fault([left, right]).0 == .value("\(order == 0)"),
                        "\(left) == \(right) as \(name)")
                }
            }
        }
        for (name, rows) in [
            ("[Int]", ["[]", "[1]", "[1,2]", "[2]"]),
            ("(Int, String)", ["[1,\"a\"]", "[1,\"b\"]", "[0,\"z\"]"]), ("Int?", ["null", "-5", "5"]),
            ("Decimal", ["1.0", "1", "-2.5", "100"]), ("[Decimal?]", ["[null]", "[1]", "[]"]),
        ] {
            var program = Program()
            let type = program.type(name)
            program.function([type, type], .int) { code, r in
                let value = code.register(.int)
                code.emit(.vcmp, value, r[0], r[1])
                code.emit(.ret, value)
            }
            for left in rows {
                for right in rows {
                    let order = try program.types.compare(
                        program.encoded(left, type), program.encoded(right, type), as: type)
                    #expect(program.run([left, right]) == .value("\(order.signum())"), "\(left) ? \(right)")
                }
            }
        }
    }

    /// Bytes that are cut, changed and made up: accepted exactly when WfValue accepts them, never a crash.
    @Test func hostileInputs() throws {
        var generator = Generator(state: 7)
        for (name, rows) in texts {
            var program = Program(sampleTypes())
            let type = program.type(name)
            program.function([type], type) { code, r in code.emit(.ret, r[0]) }
            let plan = try program.plan()
            let machine = Machine(plan: plan)
            var inputs: [[UInt8]] = []
            for text in rows {
                guard let bytes = expected(plan.types, text, type) else { continue }
                inputs.append(bytes)
                for count in 0..<bytes.count { inputs.append(Array(bytes[..<count])) }
                for _ in 0..<200 where !bytes.isEmpty {
                    var changed = bytes
                    changed[generator.next(bytes.count)] = UInt8(generator.next(256))
                    if generator.next(3) == 0 {
                        changed.insert(UInt8(generator.next(256)), at: generator.next(bytes.count))
                    }
                    inputs.append(changed)
                }
            }
            for _ in 0..<300 {
                inputs.append((0..<generator.next(24)).map { _ in UInt8(generator.next(256)) })
            }
            for input in inputs {
                var output = ByteWriter()
                let fault = runMachine(machine, 0, [input], 1000, &output)
                let isValid = (try? plan.types.validate(input, as: type)) != nil
                // infinities and what is not a number come in, but do not go out
                let isRead = fault == nil || (fault?.kind == "encode" && name == "Float")
                #expect(isRead == isValid, "\(input) as \(name): \(String(describing: fault))")
                if fault == nil { #expect(output.toArray() == input, "\(name)") }
                if let fault, !isRead { #expect(fault.kind == "input" || fault.kind == "memory") }
            }
        }
    }

    @Test func hugeCounts() throws {
        var program = Program()
        let type = program.type("[[[Unit]]]")
        program.function([type], .int) { code, r in
            let value = code.register(.int)
            code.emit(.llen, value, r[0])
            code.emit(.ret, value)
        }
        let machine = Machine(plan: try program.plan(), limits: MachineLimits(heapBytesMax: 64 << 20))
        var output = ByteWriter()
        // 16 lists of 2^24 units each
        var bytes: [UInt8] = [1, 16]
        for _ in 0..<16 { bytes += [0x80, 0x80, 0x80, 0x08] }
        #expect(runMachine(machine, 0, [bytes], 10, &output)?.kind == "memory")
        #expect(runMachine(machine, 0, [[1, 1, 3]], 10, &output) == nil)
        #expect(runMachine(machine, 0, [[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]], 10, &output)?.kind == "input")
    }

    @Test func deepValues() throws {
        var program = Program(sampleTypes())
        let tree = program.type("Tree")
        let list = program.builder.types.list(of: tree)
        // wraps a tree n times
        program.function([tree, .int], tree) { code, r in
            let (parts, index) = (code.register(list), code.register(.int))
            let name = code.register(.string)
            let (body, test) = (code.label(), code.label())
            code.emit(.ldi, index, bx: -1)
            code.jump(.jmp, to: test)
            code.place(body)
            code.emit(.get, name, r[0], 0)
            code.emit(.lnew, parts, Int(list.raw), arguments: [r[0]])
            code.emit(.new, r[0], Int(tree.raw), arguments: [name, parts])
            code.place(test)
            code.jump(.forlt, index, r[1], to: body)
            code.emit(.ret, r[0])
        }
        let leaf = "{\"name\":\"a\",\"parts\":[]}"
        guard case .value = program.run([leaf, "100"]) else {
            Issue.record("100 levels are fine")
            return
        }
        #expect(program.fault([leaf, "100000"]).0 == .fault("encode"))
    }

    @Test func memoryLimit() {
        var program = Program()
        let list = program.type("[String]")
        program.function([.string], list) { code, r in
            let (value, text) = (code.register(list), code.register(.string))
            let body = code.label()
            code.place(body)
            code.emit(.concat, text, arguments: [r[0], r[0]])
            code.emit(.lpush, value, text)
            code.jump(.jmp, to: body)
        }
        let limits = MachineLimits(heapBytesMax: 32 << 20)
        #expect(
            program.fault(["\"\(String(repeating: "x", count: 1000))\""], limits: limits).0
                == .fault("memory"))
        // and the machine is as new afterwards: a text that doubles
        program.function([.string], .string) { code, r in
            let body = code.label()
            code.place(body)
            code.emit(.concat, r[0], arguments: [r[0], r[0]])
            code.jump(.jmp, to: body)
        }
        #expect(program.fault(["\"ab\""], limits: limits).0 == .fault("memory"))
    }

    @Test func machineIsReusable() throws {
        var program = Program()
        let list = program.type("[String]")
        program.function([.int], list) { code, r in
            let (value, text, index) = (code.register(list), code.register(.string), code.register(.int))
            let (body, test) = (code.label(), code.label())
            code.emit(.ldi, index, bx: -1)
            code.jump(.jmp, to: test)
            code.place(body)
            code.emit(.text, text, index, Int(TypeId.int.raw))
            code.emit(.lpush, value, text)
            code.place(test)
            code.jump(.forlt, index, r[0], to: body)
            code.emit(.ret, value)
        }
        let machine = Machine(plan: try program.plan(), limits: MachineLimits(heapBytesFirst: 1 << 20))
        for count in [10, 200_000, 10, 50_000, 1, 0] {
            var input = ByteWriter()
            input.appendInt(count)
            var output = ByteWriter()
            #expect(runMachine(machine, 0, [input.toArray()], 1_000_000, &output) == nil)
            var wanted = ByteWriter()
            wanted.appendCount(count)
            for index in 0..<count { wanted.appendString("\(index)") }
            #expect(output.toArray() == wanted.toArray())
        }
        #expect(machine.collections > 3)
    }

    @Test func largeMaps() {
        var program = Program()
        let map = program.type("[String: Int]")
        let prefix = program.constant(.string, "\"k\"")
        // m["k{i % 5000}"] = i
        program.function([.int], map) { code, r in
            let (value, text, key) = (code.register(map), code.register(.string), code.register(.string))
            let (index, modulus, rest) = (code.register(.int), code.register(.int), code.register(.int))
            let (body, test) = (code.label(), code.label())
            code.emit(.ldi, index, bx: -1)
            code.emit(.ldi, modulus, bx: 5000)
            code.jump(.jmp, to: test)
            code.place(body)
            code.emit(.rem, rest, index, modulus)
            code.emit(.ldk, text, bx: prefix)
            code.emit(.text, key, rest, Int(TypeId.int.raw))
            code.emit(.concat, key, arguments: [text, key])
            code.emit(.mset, value, key, index)
            code.place(test)
            code.jump(.forlt, index, r[0], to: body)
            code.emit(.ret, value)
        }
        let wanted = (0..<5000).map { "\"k\($0)\":\($0 + 5000)" }.joined(separator: ",")
        #expect(program.fault(["10000"]).0 == .value("{\(wanted)}"))
        var limits = MachineLimits()
        limits.collectsAlways = true
        let few = (0..<300).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(program.fault(["300"], limits: limits).0 == .value("{\(few)}"))
    }

    @Test func sortingManyWords() {
        var program = Program()
        let list = program.type("[Int]")
        program.function([list, .bool], list) { code, r in
            let value = code.register(list)
            code.emit(.bcall, value, bx: Int(Builtin.listSorted.rawValue), arguments: r)
            code.emit(.ret, value)
        }
        var generator = Generator(state: 3)
        for count in [63, 64, 65, 1000] {
            let numbers = (0..<count).map { _ in (generator.next(2000) - 1000) << generator.next(50) }
            let text = "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
            let up = "[" + numbers.sorted().map { "\($0)" }.joined(separator: ",") + "]"
            let down = "[" + numbers.sorted(by: >).map { "\($0)" }.joined(separator: ",") + "]"
            #expect(program.run([text, "false"]) == .value(up))
            #expect(program.run([text, "true"]) == .value(down))
        }
    }
}
