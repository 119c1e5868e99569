// The code of one function while it is written: instructions, labels, registers, source positions.
// Knows instructions and register classes; knows nothing of expressions or of the checked program.
import WfPlan
import WfValue

/// A place in the code that jumps go to.
struct Label {
    let index: Int
}

/// Which operand fields of an opcode hold registers, as bits; for renumbering registers at the end.
enum RegisterFields {
    static let a: UInt8 = 1
    static let b: UInt8 = 2
    static let c: UInt8 = 4
    static let arguments: UInt8 = 8
    static let table: UInt8 = 16

    /// One byte per opcode.
    static let all: [UInt8] = Opcode.allCases.map { opcode in
        let info = opcode.info
        func isRegister(_ kind: OperandKind) -> Bool {
            switch kind {
            case .wordOut, .wordIn, .anyOut, .anyIn, .anyInOut: return true
            case .none, .immediate, .jump, .constant, .function, .builtin, .type, .index, .cell, .point:
                return false
            }
        }
        var bits: UInt8 = 0
        if isRegister(info.a) { bits |= a }
        if isRegister(info.b) { bits |= b }
        if isRegister(info.c) { bits |= c }
        switch info.shape {
        case .abcArguments, .aBXArguments: bits |= arguments
        case .table: bits |= table
        case .abc, .aBX: break
        }
        return bits
    }

    /// Whether an instruction can fault, so that its position must be known. Every one that makes an object
    /// may run out of memory; the small ones leave that to the position before, so that equal chunks can be
    /// one.
    static let canFault: [Bool] = Opcode.allCases.map { opcode in
        switch opcode {
        case .mov, .ldi, .ldk, .ldnull, .some, .share, .cellget, .cellset, .eq, .lt, .le, .feq, .flt, .fle,
            .not,
            .fadd, .fsub, .fmul, .fdiv, .fneg, .itof, .veq, .vcmp, .jmp, .jt, .jf, .jeq, .jne, .jlt, .jle,
            .jeqi,
            .jnei, .jlti, .jlei, .jgti, .jgei, .jflt, .jfle, .jfnlt, .jfnle, .jnull, .jsome, .forlt, .switch,
            .ret,
            .closure, .get, .tag, .llen, .mlen, .new, .enew, .cover:
            return false
        case .unwrap, .add, .sub, .mul, .div, .rem, .neg, .addi, .call, .call1, .callv, .bcall,
            .payload, .concat, .text, .lnew, .lget, .lset, .lpush, .mnew, .mget, .mset, .mkey, .mval, .tojson,
            .fromjson, .tryjson, .decode, .jsontext, .fail, .unreachable:
            return true
        }
    }
}

/// Registers while code is written: parameters keep their numbers, further words follow them, references
/// carry the top bit of the 16; `finish` puts the references behind the words.
struct CodeBuffer {
    private(set) var code: [UInt64] = []
    private(set) var positions: [PositionRow] = []
    /// Whether the next instruction can be reached; unreachable ones are dropped.
    private(set) var isReachable = true
    /// What did not fit: the reason a function cannot be written, as a noun phrase.
    private(set) var excess: String?
    /// Whether conditional jumps are followed by long ones (a jump did not fit 16 bits before).
    var usesLongJumps = false
    private(set) var needsLongJumps = false

    // registers
    private(set) var parameterTypes: [TypeId] = []
    private var wordTypes: [TypeId] = []
    private var referenceTypes: [TypeId] = []
    private var free: [(type: TypeId, register: Int)] = []
    static let referenceBit = 0x8000

    // labels: code offset, or -1 while it is not known
    private var labels: [Int] = []
    private var fixups: [Fixup] = []

    private struct Fixup {
        enum Field { case c, bx, low, high }
        var place: Int
        /// Offset that the jump counts from.
        var base: Int
        var label: Int
        var field: Field
    }

    // positions
    var file: UInt32 = .none
    private var spanStart: UInt32 = 0
    private var spanEnd: UInt32 = 0

    // constants that loops read, loaded at the function's start
    private var prologue: [UInt64] = []
    private var hoisted: [(type: TypeId, key: UInt64, register: Int)] = []
    static let hoistedMax = 48

    /// Empties everything, keeps the memory.
    mutating func reset(file: UInt32, longJumps: Bool) {
        code.removeAll(keepingCapacity: true)
        positions.removeAll(keepingCapacity: true)
        isReachable = true
        excess = nil
        usesLongJumps = longJumps
        needsLongJumps = false
        parameterTypes.removeAll(keepingCapacity: true)
        wordTypes.removeAll(keepingCapacity: true)
        referenceTypes.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        isReferred.removeAll(keepingCapacity: true)
        fixups.removeAll(keepingCapacity: true)
        labelsHere.removeAll(keepingCapacity: true)
        labelsHereOffset = -1
        self.file = file
        spanStart = 0
        spanEnd = 0
        prologue.removeAll(keepingCapacity: true)
        hoisted.removeAll(keepingCapacity: true)
    }

    /// Where that was.
    private(set) var excessStart: UInt32 = 0
    private(set) var excessEnd: UInt32 = 0

    mutating func fail(_ what: String) {
        if excess != nil { return }
        excess = what
        excessStart = spanStart
        excessEnd = spanEnd
    }

    // MARK: registers

    /// The next parameter's register. Before any other register.
    mutating func addParameter(_ type: TypeId) -> Int {
        parameterTypes.append(type)
        return parameterTypes.count - 1
    }

    mutating func allocate(_ type: TypeId, isReference: Bool) -> Int {
        var index = free.count
        let lowest = max(0, index - 64)
        while index > lowest {
            index -= 1
            if free[index].type == type { return free.remove(at: index).register }
        }
        guard let register = add(type, isReference: isReference) else {
            fail("more than 32,767 values at once")
            return 0
        }
        return register
    }

    /// A register that was never used; nil when there are too many.
    private mutating func add(_ type: TypeId, isReference: Bool) -> Int? {
        if isReference {
            if referenceTypes.count >= CodeBuffer.referenceBit - 1 { return nil }
            referenceTypes.append(type)
            return CodeBuffer.referenceBit | (referenceTypes.count - 1)
        }
        let register = parameterTypes.count + wordTypes.count
        if register >= CodeBuffer.referenceBit { return nil }
        wordTypes.append(type)
        return register
    }

    /// Gives a register back. Parameters are never given back.
    mutating func release(_ register: Int) {
        if register & CodeBuffer.referenceBit != 0 {
            free.append((referenceTypes[register & ~CodeBuffer.referenceBit], register))
        } else if register >= parameterTypes.count {
            free.append((wordTypes[register - parameterTypes.count], register))
        }
    }

    /// The register that holds a constant from the function's start on; nil when there are too many.
    ///
    /// - Parameter key: the word, or the number of the constant; one constant per type and key.
    mutating func hoist(key: UInt64, type: TypeId, isReference: Bool, load: (Int) -> Instruction) -> Int? {
        for entry in hoisted where entry.key == key && entry.type == type { return entry.register }
        if hoisted.count >= CodeBuffer.hoistedMax { return nil }
        // A register of its own: never one that was used and given back.
        guard let register = add(type, isReference: isReference) else { return nil }
        hoisted.append((type, key, register))
        prologue.append(load(register).word)
        return register
    }

    // MARK: instructions

    /// What is written next comes from this stretch of source.
    @inline(__always)
    mutating func at(_ start: UInt32, _ end: UInt32) {
        spanStart = start
        spanEnd = end
    }

    @inline(__always)
    mutating func append(_ opcode: Opcode, _ word: UInt64) {
        if file != .none && RegisterFields.canFault[Int(opcode.rawValue)] { mark() }
        code.append(word)
    }

    private mutating func mark() {
        if let last = positions.last, last.span.start == spanStart, last.span.end == spanEnd { return }
        positions.append(
            PositionRow(
                codeOffset: UInt32(code.count), span: SpanRow(file: file, start: spanStart, end: spanEnd)))
    }

    mutating func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, d: Int = 0) {
        guard isReachable else { return }
        append(opcode, Instruction(opcode, d: d, a: a, b: b, c: c).word)
        switch opcode {
        case .ret, .fail, .unreachable: isReachable = false
        default: break
        }
    }

    mutating func emit(_ opcode: Opcode, _ a: Int, bx: Int, d: Int = 0) {
        guard isReachable else { return }
        append(opcode, Instruction(opcode, d: d, a: a, bx: bx).word)
    }

    /// The argument words behind the instruction just written.
    mutating func emitArguments(_ registers: some Collection<Int>) {
        guard isReachable else { return }
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for register in registers {
            word |= UInt64(register) << shift
            shift += 16
            if shift == 64 {
                code.append(word)
                word = 0
                shift = 0
            }
        }
        if shift > 0 { code.append(word) }
    }

    /// An instruction that cannot fault.
    mutating func emit(_ instruction: Instruction) {
        guard isReachable else { return }
        code.append(instruction.word)
    }

    // MARK: labels

    mutating func label() -> Label {
        labels.append(-1)
        isReferred.append(false)
        return Label(index: labels.count - 1)
    }

    /// The label stands here. What follows can be reached when the code before can, or a jump to it was
    /// written.
    mutating func place(_ label: Label) {
        dropJump(to: label)
        remember(label)
        if isReferred[label.index] { isReachable = true }
    }

    /// Labels that stand where the next instruction goes.
    private var labelsHere: [Int] = []
    private var labelsHereOffset = -1

    private mutating func remember(_ label: Label) {
        labels[label.index] = code.count
        if labelsHereOffset != code.count {
            labelsHereOffset = code.count
            labelsHere.removeAll(keepingCapacity: true)
        }
        labelsHere.append(label.index)
    }

    /// Takes back a jump to `label` that would be the last instruction before it.
    private mutating func dropJump(to label: Label) {
        guard !usesLongJumps, let last = fixups.last, last.label == label.index, last.place == code.count - 1,
            last.field == .bx, UInt8(truncatingIfNeeded: code[last.place]) == Opcode.jmp.rawValue
        else { return }
        fixups.removeLast()
        code.removeLast()
        isReachable = true
        if labelsHereOffset == code.count + 1 {
            for index in labelsHere { labels[index] = code.count }
            labelsHereOffset = code.count
        }
    }

    /// The head of a loop stands here, which is reached by a jump that is written later if the loop is
    /// entered.
    mutating func placeHead(_ label: Label, isEntered: Bool) {
        remember(label)
        if isEntered { isReachable = true }
    }

    /// By label: whether a jump to it was written.
    private var isReferred: [Bool] = []

    func isReferredTo(_ label: Label) -> Bool { isReferred[label.index] }

    private mutating func refer(_ label: Label, place: Int, base: Int, field: Fixup.Field) {
        isReferred[label.index] = true
        fixups.append(Fixup(place: place, base: base, label: label.index, field: field))
    }

    /// A jump whose offset is BX.
    mutating func jump(_ opcode: Opcode, _ a: Int = 0, to label: Label) {
        guard isReachable else { return }
        refer(label, place: code.count, base: code.count + 1, field: .bx)
        append(opcode, Instruction(opcode, a: a, bx: 0).word)
        if opcode == .jmp { isReachable = false }
    }

    /// A jump whose offset is C.
    mutating func jump(_ opcode: Opcode, _ a: Int, _ b: Int, to label: Label) {
        guard isReachable else { return }
        if usesLongJumps {
            // jcc +1; jmp +1; jmp label
            append(opcode, Instruction(opcode, a: a, b: b, c: 1).word)
            append(.jmp, Instruction(.jmp, bx: 1).word)
            refer(label, place: code.count, base: code.count + 1, field: .bx)
            append(.jmp, Instruction(.jmp, bx: 0).word)
            return
        }
        refer(label, place: code.count, base: code.count + 1, field: .c)
        append(opcode, Instruction(opcode, a: a, b: b, c: 0).word)
    }

    /// A jump table; what follows is where values outside go.
    mutating func jumpTable(_ register: Int, _ targets: [Label]) {
        guard isReachable else { return }
        let words = (targets.count + 1) / 2
        append(.switch, Instruction(.switch, a: register, bx: targets.count).word)
        let base = code.count + words
        for (index, target) in targets.enumerated() {
            if index & 1 == 0 { code.append(0) }
            refer(target, place: code.count - 1, base: base, field: index & 1 == 0 ? .low : .high)
        }
    }

    // MARK: the end

    /// Resolves jumps, renumbers registers and puts the prologue in front.
    ///
    /// - Returns: the types of all registers. `code` and `positions` are then final. When `needsLongJumps`
    /// or   `excess` is set, the code is of no use.
    mutating func finish() -> [TypeId] {
        let isEndReferred = labels.indices.contains { labels[$0] == code.count && isReferred[$0] }
        if isReachable || isEndReferred {
            isReachable = true
            emit(.unreachable)
        }
        if excess != nil { return [] }
        for fixup in fixups {
            let offset = labels[fixup.label] - fixup.base
            switch fixup.field {
            case .c:
                if offset != Int(Int16(truncatingIfNeeded: offset)) { needsLongJumps = true }
                code[fixup.place] |= UInt64(UInt16(truncatingIfNeeded: offset)) << 48
            case .bx, .high: code[fixup.place] |= UInt64(UInt32(truncatingIfNeeded: offset)) << 32
            case .low: code[fixup.place] |= UInt64(UInt32(truncatingIfNeeded: offset))
            }
        }
        if !referenceTypes.isEmpty {
            let first = UInt64(parameterTypes.count + wordTypes.count)
            CodeBuffer.renumber(&code, from: 0, first)
            CodeBuffer.renumber(&prologue, from: 0, first)
        }
        if parameterTypes.count + wordTypes.count + referenceTypes.count > PlanLimits.registersMax {
            fail("more than 65,535 values at once")
            return []
        }
        if !prologue.isEmpty {
            code.insert(contentsOf: prologue, at: 0)
            for index in positions.indices { positions[index].codeOffset += UInt32(prologue.count) }
        }
        var types = parameterTypes
        types.reserveCapacity(parameterTypes.count + wordTypes.count + referenceTypes.count)
        types.append(contentsOf: wordTypes)
        types.append(contentsOf: referenceTypes)
        return types
    }

    private static func renumber(_ code: inout [UInt64], from: Int, _ first: UInt64) {
        let fields = RegisterFields.all
        code.withUnsafeMutableBufferPointer { code in
            var index = from
            while index < code.count {
                var word = code[index]
                let bits = fields[Int(UInt8(truncatingIfNeeded: word))]
                if bits & RegisterFields.a != 0 { renumber(&word, 16, first) }
                if bits & RegisterFields.b != 0 { renumber(&word, 32, first) }
                if bits & RegisterFields.c != 0 { renumber(&word, 48, first) }
                code[index] = word
                index += 1
                if bits & RegisterFields.arguments != 0 {
                    let count = Int(UInt8(truncatingIfNeeded: word >> 8))
                    for argument in 0..<count {
                        renumber(&code[index + argument / 4], UInt64(argument % 4) * 16, first)
                    }
                    index += (count + 3) / 4
                } else if bits & RegisterFields.table != 0 {
                    index += (Int(word >> 32) + 1) / 2
                }
            }
        }
    }

    @inline(__always)
    private static func renumber(_ word: inout UInt64, _ shift: UInt64, _ first: UInt64) {
        let register = word >> shift & 0xFFFF
        if register & UInt64(referenceBit) == 0 { return }
        word &= ~(0xFFFF << shift)
        word |= (register & ~UInt64(referenceBit) + first) << shift
    }
}
