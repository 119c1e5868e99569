// Writes the code of one function: instructions, argument words, labels, jumps of any length, source
// positions. Knows the encoding; knows nothing of the language, and leaves checking to the `Verifier`.
public import WfValue

/// A place in the code of a function that jumps go to.
public struct CodeLabel: Hashable, Sendable {
    let number: Int
}

/// Builds the code of one function. Registers are handed out one by one, the parameters first.
///
/// Conditional jumps reach 32,767 words; where a function is longer, `finish` replaces those that do not
/// reach by a jump over a long `jmp`.
public struct FunctionBuilder {
    public private(set) var code: [UInt64] = []
    public private(set) var registerTypes: [TypeId] = []
    public private(set) var parameterCount = 0
    private var positions: [PositionRow] = []
    /// By label number: the code offset, or -1 while it is not placed.
    private var labels: [Int] = []
    private var jumps: [JumpSite] = []

    /// A jump whose offset is filled in by `finish`. In a table, `at` is the entry's word and `half` 0 or 1.
    private struct JumpSite {
        enum Form { case short, long, table }
        var at: Int
        var form: Form
        var half = 0
        /// Where the offset counts from.
        var base: Int
        var label: Int
    }

    public init() {}

    /// Words written so far.
    public var count: Int { code.count }

    // MARK: registers

    /// The next parameter's register. All parameters come before the first `register`.
    public mutating func parameter(_ type: TypeId) -> Int {
        precondition(parameterCount == registerTypes.count, "parameters are the first registers")
        parameterCount += 1
        return register(type)
    }

    /// A new register of this type.
    public mutating func register(_ type: TypeId) -> Int {
        registerTypes.append(type)
        return registerTypes.count - 1
    }

    // MARK: instructions

    /// An `abc` instruction.
    public mutating func emit(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, d: Int = 0) {
        code.append(Instruction(opcode, d: d, a: a, b: b, c: c).word)
    }

    /// An `aBX` instruction.
    public mutating func emit(_ opcode: Opcode, _ a: Int, bx: Int, d: Int = 0) {
        code.append(Instruction(opcode, d: d, a: a, bx: bx).word)
    }

    /// An `abc` instruction with arguments (at most `PlanLimits.argumentsMax`).
    public mutating func emit(_ opcode: Opcode, _ a: Int, _ b: Int = 0, _ c: Int = 0, arguments: [Int]) {
        code.append(Instruction(opcode, d: arguments.count, a: a, b: b, c: c).word)
        append(arguments)
    }

    /// An `aBX` instruction with arguments (at most `PlanLimits.argumentsMax`).
    public mutating func emit(_ opcode: Opcode, _ a: Int, bx: Int, arguments: [Int]) {
        code.append(Instruction(opcode, d: arguments.count, a: a, bx: bx).word)
        append(arguments)
    }

    private mutating func append(_ arguments: [Int]) {
        precondition(arguments.count <= PlanLimits.argumentsMax, "the caller has checked the argument count")
        var word: UInt64 = 0
        for (index, register) in arguments.enumerated() {
            word |= UInt64(UInt16(truncatingIfNeeded: register)) << UInt64(index % 4 * 16)
            if index % 4 == 3 || index == arguments.count - 1 {
                code.append(word)
                word = 0
            }
        }
    }

    // MARK: jumps

    /// A label that is placed later by `place`.
    public mutating func label() -> CodeLabel {
        labels.append(-1)
        return CodeLabel(number: labels.count - 1)
    }

    /// Puts a label in front of the next instruction.
    public mutating func place(_ label: CodeLabel) { labels[label.number] = code.count }

    /// A jump: `jmp`, `jt`, `jf`, `jnull`, `jsome` test A; `cellget`, `forlt` and the comparisons use A and
    /// B.
    public mutating func jump(_ opcode: Opcode, _ a: Int = 0, _ b: Int = 0, to label: CodeLabel) {
        let isLong = opcode.info.shape == .aBX
        code.append(isLong ? Instruction(opcode, a: a, bx: 0).word : Instruction(opcode, a: a, b: b).word)
        jumps.append(
            JumpSite(at: code.count - 1, form: isLong ? .long : .short, base: code.count, label: label.number)
        )
    }

    /// A `switch` on register A; falls behind the table when A is outside.
    public mutating func jumpTable(_ a: Int, to targets: [CodeLabel]) {
        code.append(Instruction(.switch, a: a, bx: targets.count).word)
        let start = code.count
        code.append(contentsOf: repeatElement(0, count: (targets.count + 1) / 2))
        for (index, target) in targets.enumerated() {
            jumps.append(
                JumpSite(
                    at: start + index / 2, form: .table, half: index % 2, base: code.count,
                    label: target.number))
        }
    }

    /// Instructions from here on come from this stretch of source.
    public mutating func position(_ span: SpanRow) {
        if positions.last?.span == span { return }
        let row = PositionRow(codeOffset: UInt32(code.count), span: span)
        if positions.last?.codeOffset == row.codeOffset {
            positions[positions.count - 1] = row
        } else {
            positions.append(row)
        }
    }

    // MARK: end

    /// Fills in the jumps and gives the code to the plan as function number `function`.
    public consuming func finish(in plan: PlanBuilder, function: UInt32, name: String, result: TypeId) {
        while !resolve() {}
        plan.define(
            function: function, name: name, code: code, registerTypes: registerTypes,
            parameterCount: parameterCount, result: result, positions: positions)
    }

    /// Fills in every offset. False when short ones did not reach and were lengthened: then again.
    private mutating func resolve() -> Bool {
        var far: [Int] = []
        for (index, jump) in jumps.enumerated() {
            precondition(labels[jump.label] >= 0, "every label that is jumped to has been placed")
            let offset = labels[jump.label] - jump.base
            switch jump.form {
            case .short:
                if Int(Int16(truncatingIfNeeded: offset)) != offset { far.append(index) }
                code[jump.at] =
                    code[jump.at] & 0x0000_FFFF_FFFF_FFFF
                    | UInt64(UInt16(truncatingIfNeeded: offset)) << 48
            case .long:
                code[jump.at] =
                    code[jump.at] & 0xFFFF_FFFF | UInt64(UInt32(truncatingIfNeeded: offset)) << 32
            case .table:
                let shift = UInt64(jump.half * 32)
                code[jump.at] =
                    code[jump.at] & ~(0xFFFF_FFFF << shift)
                    | UInt64(UInt32(truncatingIfNeeded: offset)) << shift
            }
        }
        if far.isEmpty { return true }
        lengthen(far)
        return false
    }

    /// `jcc → L` becomes `jcc → +1; jmp → +1; jmp → L`.
    private mutating func lengthen(_ far: [Int]) {
        let sites = far.map { jumps[$0].at }
        // New offset of old offset `x`: two more words for each lengthened site in front of it.
        var shifted = [Int](repeating: 0, count: code.count + 1)
        var longer: [UInt64] = []
        var next = 0
        for offset in 0..<code.count {
            shifted[offset] = longer.count
            longer.append(code[offset])
            if next < sites.count && sites[next] == offset {
                longer[longer.count - 1] = code[offset] & 0x0000_FFFF_FFFF_FFFF | 1 << 48
                longer.append(Instruction(.jmp, bx: 1).word)
                longer.append(Instruction(.jmp, bx: 0).word)
                next += 1
            }
        }
        shifted[code.count] = longer.count
        code = longer
        for index in labels.indices where labels[index] >= 0 { labels[index] = shifted[labels[index]] }
        for index in positions.indices {
            positions[index].codeOffset = UInt32(shifted[Int(positions[index].codeOffset)])
        }
        var isFar = [Bool](repeating: false, count: jumps.count)
        for index in far { isFar[index] = true }
        for index in jumps.indices {
            jumps[index].at = shifted[jumps[index].at]
            jumps[index].base = shifted[jumps[index].base]
            if isFar[index] {
                jumps[index].at += 2
                jumps[index].form = .long
            }
        }
    }
}
