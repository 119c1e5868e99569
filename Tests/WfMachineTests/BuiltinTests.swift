// Every built-in by examples: the types of its operands, their values, what comes out.
import Testing
import WfBuiltins
import WfMachine
import WfPlan
import WfValue

/// One call. Operands and results are JSON; a result that starts with `!` expects that fault.
struct BuiltinCase {
    let builtin: Builtin
    let types: String
    let result: String
    let rows: [(inputs: [String], expected: String)]

    init(_ builtin: Builtin, _ types: String, _ result: String, _ rows: [([String], String)]) {
        self.builtin = builtin
        self.types = types
        self.result = result
        self.rows = rows.map { ($0.0, $0.1) }
    }
}

struct BuiltinTests {
    @Test func examples() {
        var missing = Set(Builtin.allCases.filter { !$0.declaration.isInline })
        for group in [numberCases, textCases, listCases, mapCases, timeCases, jsonCases] {
            for item in group {
                missing.remove(item.builtin)
                run(item)
            }
        }
        #expect(missing.isEmpty, "built-ins without an example: \(missing)")
    }

    private func run(_ item: BuiltinCase) {
        var program = Program(sampleTypes())
        let types = split(item.types).map { program.type($0) }
        let result = program.type(item.result)
        program.function(types, result) { code, r in
            let value = code.register(result)
            code.emit(.bcall, value, bx: Int(item.builtin.rawValue), arguments: r)
            code.emit(.ret, value)
        }
        for row in item.rows {
            let expected: Outcome =
                row.expected.hasPrefix("!") ? .fault(String(row.expected.dropFirst())) : .value(row.expected)
            let found = program.run(row.inputs)
            #expect(found == expected, "\(item.builtin) \(row.inputs)")
        }
    }

    /// Types between `;`.
    private func split(_ text: String) -> [String] {
        text.isEmpty ? [] : text.split(separator: ";").map { String($0) }
    }

    @Test func everySignatureParses() {
        var types = TypeTable()
        let table = BuiltinTable(types: &types)
        #expect(table.signatures.count == Builtin.allCases.count)
        for signature in table.signatures {
            let result = types.kind(of: signature.result)
            #expect(result != .poison, "\(signature.builtin)")
            if signature.isHidden { continue }
            if let receiver = signature.receiver {
                let found = table.members(of: types.kind(of: receiver), named: signature.name)
                #expect(found.contains(signature.builtin), "\(signature.builtin)")
            } else {
                #expect(
                    table.functions(named: signature.name).contains(signature.builtin), "\(signature.builtin)"
                )
            }
        }
        #expect(table.members(of: .list, named: "sorted") == [.listSorted, .listSortedBy])
        #expect(table.members(of: .list, named: "nothing").isEmpty)
        #expect(table.functions(named: "min") == [.minOf])
        #expect(
            table.members(of: .optional, types: types) == [.optionalMap, .optionalFlatMap, .optionalIsNull])
        #expect(table[.stringSlice].parameters[1].defaultValue == .null)
        #expect(table[.stringPadEnd].parameters[1].defaultValue == .string(" "))
        #expect(table[.listSorted].constraints == [.ordered])
    }

    @Test func raw() {
        for (index, builtin) in Builtin.allCases.enumerated() { #expect(Int(builtin.rawValue) == index) }
    }

    @Test func acceptedCalls() {
        var types = sampleTypes()
        func type(_ text: String) -> TypeId {
            var parser = TypeParser(text: Array(text.utf8))
            return parser.type(&types)
        }
        func fits(_ builtin: Builtin, _ operands: [String], _ result: String) -> Bool {
            let operands = operands.map(type)
            let result = type(result)
            return builtin.accepts(operands: operands, result: result, in: types)
        }
        #expect(fits(.listContains, ["[Int]", "Int"], "Bool"))
        #expect(!fits(.listContains, ["[Int]", "String"], "Bool"))
        #expect(!fits(.listContains, ["[Int]"], "Bool"))
        #expect(!fits(.listContains, ["[Int]", "Int", "Int"], "Bool"))
        #expect(fits(.listFirst, ["[Int?]"], "Int?"))
        #expect(fits(.listFirst, ["[String]"], "String?"))
        #expect(!fits(.listFirst, ["[String]"], "String"))
        #expect(!fits(.listSorted, ["[Point]", "Bool"], "[Point]"))
        #expect(!fits(.listSum, ["[String]"], "String"))
        #expect(!fits(.listMap, ["[Int]", "Int"], "[Int]"))
        #expect(fits(.listToMap, ["[(Color, Int)]"], "[Color: Int]"))
        #expect(!fits(.listToMap, ["[(Float, Int)]"], "Json"))
        #expect(fits(.stringSlice, ["String", "Int", "Int?"], "String"))
        #expect(fits(.mapGet, ["[String: [Int]]", "String", "[Int]"], "[Int]"))
        #expect(!fits(.mapGet, ["[String: [Int]]", "String", "[Int]"], "[Float]"))
        #expect(fits(.stringSplitOnce, ["String", "String"], "(String, String)?"))
        #expect(!fits(.stringSplitOnce, ["String", "String"], "(String, Int)?"))
    }
}
