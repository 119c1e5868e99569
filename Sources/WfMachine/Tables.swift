// A plan's types and functions as the flat tables the loop reads: made once per machine. It does not know the loop.
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
            case .string, .path, .json: return true
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
            kind: kind, isWord: !table.isReference(type), isOpen: false, isJsonAlready: false, first: 0, second: 0,
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
                let member = kind == .tuple ? table.tupleElement(of: type, at: index) : table.fieldType(of: type, at: index)
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
                    if table.isReference(payload) { references.append(UInt16(truncatingIfNeeded: position + 1)) }
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

/// The code as the loop runs it: a private copy, in which the instructions that depend on a register's type say so
/// in their field D. Everything else is as in the plan, word for word.
func specialised(_ plan: Plan, _ types: [TypeRow]) -> UnsafeMutablePointer<UInt64> {
    let code = UnsafeMutablePointer<UInt64>.allocate(capacity: max(plan.code.count, 1))
    if let start = plan.code.baseAddress { code.initialize(from: start, count: plan.code.count) }
    for function in plan.functions {
        let registers = plan.list(function.registerTypes)
        var at = Int(function.codeStart)
        let end = at + Int(function.codeCount)
        while at < end {
            let instruction = Instruction(word: code[at])
            let opcode = unsafeBitCast(instruction.opcodeByte, to: Opcode.self)
            var words = 1
            switch opcode {
            case .some:
                if !types[Int(registers[instruction.b])].isWord { code[at] |= 1 << 8 }
            case .unwrap:
                if !types[Int(registers[instruction.a])].isWord { code[at] |= 1 << 8 }
            case .call, .closure, .callv, .bcall, .new, .enew, .concat, .lnew: words += (instruction.d + 3) / 4
            case .switch: words += (instruction.bx + 1) / 2
            default: break
            }
            at += words
        }
    }
    return code
}
