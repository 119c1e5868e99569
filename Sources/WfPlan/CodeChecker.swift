// Checks the instructions of functions: operands, jumps, built-in calls. The types that each opcode relates
// stand in `CodeCheckerRules`; docs/plan-format.md tells the rules in words. Knows nothing of the graph, and
// takes the rows of functions, their registers included, as checked.
import WfBuiltins
import WfValue

/// Looks at one instruction after the other; what it knows of the current one lies in its fields.
struct CodeChecker {
    let plan: Plan
    let types: TypeTable
    let facts: TypeFacts
    private let table: [OpcodeInfo]
    private var work: Int

    // The current function and instruction.
    private(set) var function = 0
    private(set) var row: FunctionRow
    private(set) var registers = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
    private var code = UnsafeBufferPointer<UInt64>(start: nil, count: 0)
    private(set) var word = 0
    /// Where the next instruction begins.
    private(set) var next = 0
    private(set) var instruction = Instruction(word: 0)
    /// 1 where an instruction of the current function begins.
    private var starts: [UInt8]

    private let calls = BuiltinCalls()

    /// - Parameter work: steps that looking at large types may take.
    init(_ plan: Plan, _ facts: TypeFacts, work: Int) {
        self.plan = plan
        types = plan.types
        self.facts = facts
        self.work = work
        table = Opcode.allCases.map(\.info)
        var longest = 0
        for function in plan.functions { longest = max(longest, Int(function.codeCount)) }
        starts = [UInt8](repeating: 0, count: longest)
        row = FunctionRow(
            name: .none, codeStart: 0, codeCount: 0, registerTypes: .empty, parameterCount: 0, resultType: 0,
            zeroStart: 0, zeroCount: 0, positionStart: 0, positionCount: 0)
    }

    /// Checks all instructions of a function.
    mutating func check(function index: Int) throws(PlanError) {
        function = index
        row = plan.functions[index]
        registers = plan.list(row.registerTypes)
        code = UnsafeBufferPointer(
            rebasing: plan.code[Int(row.codeStart)..<Int(row.codeStart) + Int(row.codeCount)])
        try findInstructions()
        word = 0
        while word < code.count {
            instruction = Instruction(word: code[word])
            let info = table[Int(instruction.opcodeByte)]
            next = word + length(info)
            try checkOperands(info)
            if info.opcode == .bcall { try checkBuiltinCall() } else { try checkRule(info.opcode) }
            word = next
        }
    }

    /// Words that the current instruction takes, its arguments or table included.
    private func length(_ info: OpcodeInfo) -> Int {
        switch info.shape {
        case .abc, .aBX: return 1
        case .abcArguments, .aBXArguments: return 1 + (instruction.d + 3) / 4
        case .table: return 1 + (max(0, instruction.bx) + 1) / 2
        }
    }

    /// Marks in `starts` where the instructions of the function begin.
    private mutating func findInstructions() throws(PlanError) {
        word = 0
        var last = Opcode.unreachable
        while word < code.count {
            instruction = Instruction(word: code[word])
            guard Int(instruction.opcodeByte) < table.count else {
                throw error(
                    .outOfRange, "opcode is \(instruction.opcodeByte), expected one below \(table.count)")
            }
            let info = table[Int(instruction.opcodeByte)]
            let length = length(info)
            guard length <= code.count - word else {
                throw error(
                    .outOfRange, "'\(info.mnemonic)' takes \(length) words, found \(code.count - word)")
            }
            starts[word] = 1
            if length > 1 { for argument in word + 1..<word + length { starts[argument] = 0 } }
            last = info.opcode
            next = word
            word += length
        }
        word = next
        guard last == .ret || last == .jmp || last == .fail || last == .unreachable else {
            throw error(
                .notAllowed, "expected 'ret', 'jmp', 'fail' or 'unreachable' at the end, found '\(last)'")
        }
    }

    // MARK: operands

    private mutating func checkOperands(_ info: OpcodeInfo) throws(PlanError) {
        try checkOperand(info.a, instruction.a, "A")
        switch info.shape {
        case .abc, .abcArguments:
            try checkOperand(info.b, instruction.b, "B")
            try checkOperand(info.c, instruction.c, "C")
        case .aBX, .aBXArguments: try checkWide(info.b)
        case .table: try checkTable()
        }
        switch info.shape {
        case .abcArguments, .aBXArguments: try checkArguments()
        case .abc, .aBX, .table:
            if instruction.d != 0 && info.opcode != .payload {
                throw error(.notAllowed, "field D is not used and must be 0, found \(instruction.d)")
            }
        }
    }

    @inline(__always)
    private func checkOperand(_ kind: OperandKind, _ value: Int, _ field: StaticString) throws(PlanError) {
        switch kind {
        case .wordIn, .wordOut:
            try checkRegister(value)
            if _slowPath(!facts.isWord(registers[value])) {
                throw error(
                    .typeMismatch, "register \(value) is used as a word but holds \(text(of: value))")
            }
        case .anyIn, .anyOut, .anyInOut: try checkRegister(value)
        case .none:
            if _slowPath(value != 0) {
                throw error(.notAllowed, "field \(field) is not used and must be 0, found \(value)")
            }
        case .jump: try checkJump(Int(Int16(truncatingIfNeeded: value)))
        case .function: try check(value, below: plan.functions.count, "function")
        case .type: try check(value, below: facts.count, "type")
        case .cell: try check(value, below: plan.cells.count, "cell")
        case .point: try check(value, below: plan.points.count, "point")
        case .constant: try check(value, below: plan.constants.count, "constant")
        // The rule of the opcode looks at these.
        case .immediate, .index, .builtin: break
        }
    }

    private func checkWide(_ kind: OperandKind) throws(PlanError) {
        switch kind {
        case .jump: try checkJump(instruction.bx)
        case .function: try check(instruction.bx, below: plan.functions.count, "function")
        case .constant: try check(instruction.bx, below: plan.constants.count, "constant")
        case .point: try check(instruction.bx, below: plan.points.count, "point")
        case .immediate, .builtin: break
        case .none, .wordOut, .wordIn, .anyOut, .anyIn, .anyInOut, .type, .index, .cell:
            preconditionFailure("no opcode has such a 32-bit operand")
        }
    }

    private func checkTable() throws(PlanError) {
        let count = instruction.bx
        guard count >= 0 else { throw error(.outOfRange, "a table of \(count) targets") }
        for entry in 0..<count { try checkJump(tableOffset(entry)) }
        if count % 2 == 1 && code[next - 1] >> 32 != 0 {
            throw error(.notAllowed, "the unused half of a table's last word must be 0")
        }
    }

    private func tableOffset(_ entry: Int) -> Int {
        Int(Int32(truncatingIfNeeded: code[word + 1 + entry / 2] >> UInt64(entry % 2 * 32)))
    }

    private func checkArguments() throws(PlanError) {
        for argument in 0..<instruction.d { try checkRegister(self.argument(argument)) }
        let used = instruction.d % 4
        if used != 0 && code[next - 1] >> UInt64(used * 16) != 0 {
            throw error(.notAllowed, "unused places of the last argument word must be 0")
        }
    }

    /// The register of an argument.
    @inline(__always)
    func argument(_ index: Int) -> Int {
        Int(UInt16(truncatingIfNeeded: code[word + 1 + index / 4] >> UInt64(index % 4 * 16)))
    }

    @inline(__always)
    private func checkRegister(_ register: Int) throws(PlanError) {
        if _slowPath(register >= registers.count) {
            throw error(.outOfRange, "register is \(register), expected one below \(registers.count)")
        }
    }

    @inline(__always)
    private func checkJump(_ offset: Int) throws(PlanError) {
        let target = next + offset
        if _slowPath(target < 0 || target >= code.count || starts[target] == 0) {
            throw error(
                target < 0 || target >= code.count ? .outOfRange : .notAllowed,
                "a jump to word \(target), expected the start of an instruction below \(code.count)")
        }
    }

    @inline(__always)
    func check(_ value: Int, below count: Int, _ what: StaticString) throws(PlanError) {
        if _slowPath(value < 0 || value >= count) {
            throw error(.outOfRange, "\(what) is \(value), expected one below \(count)")
        }
    }

    // MARK: built-in calls

    /// A `bcall`: the built-in says which types fit; what it said is remembered.
    private mutating func checkBuiltinCall() throws(PlanError) {
        guard let number = UInt16(exactly: instruction.bx), let builtin = Builtin(rawValue: number) else {
            throw error(.outOfRange, "there is no built-in \(instruction.bx)")
        }
        var words = [UInt32(number), registers[instruction.a]]
        for argument in 0..<instruction.d { words.append(registers[self.argument(argument)]) }
        let fits: Bool
        if let known = calls.find(words) {
            fits = known
        } else {
            try spend(facts.count)
            fits = builtin.accepts(
                operands: words.dropFirst(2).map { TypeId(raw: $0) }, result: TypeId(raw: words[1]), in: types
            )
            calls.add(fits)
        }
        guard fits else {
            var found = ""
            for argument in 0..<instruction.d {
                found += (argument == 0 ? "" : ", ") + text(of: self.argument(argument))
            }
            throw error(
                .typeMismatch,
                "built-in '\(builtin)': expected what fits `\(builtin.declaration.signature)`"
                    + (builtin.declaration.isInline ? ", expanded by the compiler" : "")
                    + "; found (\(found)) -> \(text(of: instruction.a))")
        }
    }

    /// Takes steps from what the plan's size grants.
    mutating func spend(_ steps: Int) throws(PlanError) {
        work -= steps
        guard work >= 0 else {
            throw error(
                .limit, "checking the plan takes too many steps for its size: its types are too large")
        }
    }

    // MARK: words for people

    func error(_ kind: PlanError.Kind, _ detail: String) -> PlanError {
        let name = plan.string(row.name)
        return PlanError(
            kind, .code, index: function, word: word, name: name.utf8.count <= 200 ? name : "", detail)
    }

    /// The type of a register.
    func text(of register: Int) -> String { text(type: registers[register]) }

    func text(type: UInt32) -> String {
        let text = types.text(of: TypeId(raw: type))
        return text.utf8.count <= 200 ? text : "type \(type)"
    }
}

/// The built-in calls seen so far, by number, result and operand types, and whether they fit.
private final class BuiltinCalls {
    private var table = InternTable()
    /// The calls' words one behind the other, and where each one starts; one more start than calls.
    private var words: [UInt32] = []
    private var starts = [0]
    private var fits: [Bool] = []

    /// What was said of this call, or nil when it is new: then `add` follows.
    func find(_ call: [UInt32]) -> Bool? {
        let known = fits.count
        let entry = table.find(
            hash: call.withUnsafeBytes { InternTable.hash($0) },
            isEqual: { words[starts[$0]..<starts[$0 + 1]].elementsEqual(call) },
            make: {
                words += call
                starts.append(words.count)
                return known
            })
        return entry < known ? fits[entry] : nil
    }

    func add(_ verdict: Bool) { fits.append(verdict) }
}
