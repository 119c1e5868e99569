// A plan's types and functions as the flat tables the loop reads: made once per machine. It does not know the
// loop.
import WfPlan
import WfValue

/// Owns the tables' memory.
struct MachineTables: ~Copyable {
    var types: [TypeRow] = []
    var members: [MemberRow] = []
    var cases: [CaseRow] = []
    var names: [UInt8] = []
    var layouts: [LayoutRow] = [LayoutRow(start: 0, count: 0)]
    var layoutWords: [UInt16] = []

    init(_ plan: Plan) {
        let table = plan.types
        names.append(0)
        types.reserveCapacity(table.count)
        for raw in 0..<table.count { types.append(row(TypeId(raw: UInt32(raw)), table)) }
        for raw in 0..<table.count where types[raw].isJsonAlready { types[raw].isJsonAlready = false }
        for raw in 0..<table.count { types[raw].isJsonAlready = isJson(TypeId(raw: UInt32(raw)), table) }
    }

    private func isJson(_ type: TypeId, _ table: TypeTable) -> Bool {
        var type = type
        while true {
            switch table.kind(of: type) {
            case .string, .path, .secret, .json: return true
            case .list, .optional: type = table.element(of: type)
            case .map:
                if table.kind(of: table.key(of: type)) != .string { return false }
                type = table.value(of: type)
            default: return false
            }
        }
    }

    private mutating func name(_ text: String) -> (UInt32, UInt32) {
        let start = UInt32(names.count)
        names.append(contentsOf: text.utf8)
        return (start, UInt32(names.count) - start)
    }

    private mutating func layout(_ words: [UInt16]) -> Int {
        if words.isEmpty { return 0 }
        layouts.append(LayoutRow(start: UInt32(layoutWords.count), count: UInt32(words.count)))
        layoutWords.append(contentsOf: words)
        return layouts.count - 1
    }

    private mutating func row(_ type: TypeId, _ table: TypeTable) -> TypeRow {
        let kind = table.kind(of: type)
        var row = TypeRow(
            kind: kind, isWord: !table.isReference(type), isOpen: false, isJsonAlready: false, first: 0,
            second: 0,
            header: 0)
        switch kind {
        case .list, .optional: row.first = table.element(of: type).raw
        case .map:
            row.first = table.key(of: type).raw
            row.second = table.value(of: type).raw
        case .range: row.header = Header.make(ObjectKind.fields, size: 2)
        case .tuple, .record:
            let count = table.memberCount(of: type)
            row.first = UInt32(members.count)
            row.second = UInt32(count)
            row.isOpen = kind == .record && table.isOpen(type)
            var references: [UInt16] = []
            for index in 0..<count {
                let member =
                    kind == .tuple
                    ? table.tupleElement(of: type, at: index) : table.fieldType(of: type, at: index)
                var item = MemberRow(
                    type: member.raw, nameStart: 0, nameCount: 0, defaultStart: .max, defaultCount: 0)
                if kind == .record {
                    (item.nameStart, item.nameCount) = name(table.fieldName(of: type, at: index))
                    if let value = table.fieldDefault(of: type, at: index) {
                        item.defaultStart = UInt32(names.count)
                        item.defaultCount = UInt32(value.count)
                        names.append(contentsOf: value)
                    }
                }
                members.append(item)
                if table.isReference(member) { references.append(UInt16(truncatingIfNeeded: index)) }
            }
            row.header = Header.make(ObjectKind.fields, layout: layout(references), size: count)
        case .enumeration:
            let count = table.caseCount(of: type)
            let start = cases.count
            row.first = UInt32(start)
            row.second = UInt32(count)
            for index in 0..<count {
                let (nameStart, nameCount) = name(table.caseName(of: type, at: index))
                let payloads = table.payloadCount(of: type, case: index)
                let memberStart = UInt32(members.count)
                var references: [UInt16] = []
                var isLabelled = payloads > 0
                for position in 0..<payloads {
                    let payload = table.payloadType(of: type, case: index, at: position)
                    var item = MemberRow(
                        type: payload.raw, nameStart: 0, nameCount: 0, defaultStart: .max, defaultCount: 0)
                    if let label = table.payloadLabel(of: type, case: index, at: position) {
                        (item.nameStart, item.nameCount) = name(label)
                    } else {
                        isLabelled = false
                    }
                    members.append(item)
                    if table.isReference(payload) {
                        references.append(UInt16(truncatingIfNeeded: position + 1))
                    }
                }
                let header = Header.make(ObjectKind.fields, layout: layout(references), size: payloads + 1)
                cases.append(
                    CaseRow(
                        nameStart: nameStart, nameCount: nameCount, memberStart: memberStart,
                        memberCount: UInt32(payloads), header: header, isLabelled: isLabelled))
            }
        default: break
        }
        return row
    }
}

/// A copy of an array that stays where it is until `deallocate`.
func fixed<Element>(_ array: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(array.count, 1))
    array.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { memory.initialize(from: start, count: source.count) }
    }
    return memory
}

/// The code as the loop runs it: a private copy, in which instructions that depend on a register's type or on
/// a divisor that never changes say so in their field D. Everything else is as in the plan, word for word.
struct SpecialisedCode {
    let words: UnsafeMutablePointer<UInt64>
    private(set) var reciprocals: [Reciprocal] = []
    private let plan: Plan
    private let types: [TypeRow]

    init(_ plan: Plan, _ types: [TypeRow]) {
        self.plan = plan
        self.types = types
        words = UnsafeMutablePointer<UInt64>.allocate(capacity: max(plan.code.count, 1))
        if let start = plan.code.baseAddress { words.initialize(from: start, count: plan.code.count) }
        for function in plan.functions { specialise(function) }
    }

    private mutating func specialise(_ function: FunctionRow) {
        let registers = plan.list(function.registerTypes)
        var hasDivision = false
        forEachInstruction(function) { at, opcode, instruction in
            switch opcode {
            case .some: if !types[Int(registers[instruction.b])].isWord { words[at] |= 1 << 8 }
            case .unwrap: if !types[Int(registers[instruction.a])].isWord { words[at] |= 1 << 8 }
            case .div, .rem: hasDivision = true
            default: break
            }
        }
        if hasDivision { specialiseDivisions(function, registerCount: registers.count) }
    }

    private func forEachInstruction(_ function: FunctionRow, _ body: (Int, Opcode, Instruction) -> Void) {
        var at = Int(function.codeStart)
        let end = at + Int(function.codeCount)
        while at < end {
            let instruction = Instruction(word: words[at])
            let opcode = unsafeBitCast(instruction.opcodeByte, to: Opcode.self)
            body(at, opcode, instruction)
            at += 1
            switch opcode {
            case .call, .closure, .callv, .bcall, .new, .enew, .concat, .lnew: at += (instruction.d + 3) / 4
            case .switch: at += (instruction.bx + 1) / 2
            default: break
            }
        }
    }

    /// A register that only one instruction writes, and that one loads a constant, is that constant:
    /// divisions by it become multiplications.
    private mutating func specialiseDivisions(_ function: FunctionRow, registerCount: Int) {
        // per register: 0 not written, a place in the code + 1, or -1 for several
        var writers = [Int](repeating: 0, count: registerCount)
        for parameter in 0..<Int(function.parameterCount) { writers[parameter] = -1 }
        forEachInstruction(function) { at, opcode, instruction in
            switch opcode {
            case .jmp, .jt, .jf, .jeq, .jne, .jlt, .jle, .jeqi, .jnei, .jlti, .jlei, .jgti, .jgei, .jflt,
                .jfle,
                .jfnlt, .jfnle, .jnull, .jsome, .switch, .ret, .share, .cellset, .fail, .unreachable, .cover:
                break
            default: writers[instruction.a] = writers[instruction.a] == 0 ? at + 1 : -1
            }
        }
        var found: [(at: Int, divisor: Int)] = []
        forEachInstruction(function) { at, opcode, instruction in
            guard opcode == .rem || opcode == .div, writers[instruction.c] > 0 else { return }
            let writer = Instruction(word: words[writers[instruction.c] - 1])
            var divisor = 0
            if writer.opcodeByte == Opcode.ldi.rawValue { divisor = writer.bx }
            if divisor > 1 { found.append((at, divisor)) }
        }
        for (at, divisor) in found where reciprocals.count < 65_536 {
            let multiplier = UInt64.max / UInt64(divisor) + 1
            words[at] = words[at] & 0x0000_FFFF_FFFF_00FF | 1 << 8 | UInt64(reciprocals.count) << 48
            reciprocals.append(Reciprocal(divisor: divisor, multiplier: multiplier))
        }
        // a remainder right behind the sum or product that it is of: one step
        var previous = (at: -1, opcode: Opcode.unreachable, a: 0)
        forEachInstruction(function) { at, opcode, instruction in
            if opcode == .rem && instruction.d == 1 && instruction.b == previous.a {
                switch previous.opcode {
                case .add, .addi, .mul: words[previous.at] |= 1 << 8
                default: break
                }
            }
            previous = (at, opcode, instruction.a)
        }
    }
}
