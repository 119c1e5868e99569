// How a function and each of its instructions read: registers with their types once, then one line per
// instruction with its operands by name, jump targets as labels, and the source lines between them.
import WfBuiltins
import WfValue

extension Disassembler {
    mutating func writeFunction(_ index: Int) {
        let row = plan.functions[index]
        let registers = plan.list(row.registerTypes)
        var parameters = ""
        for register in 0..<Int(row.parameterCount) {
            parameters += (register == 0 ? "" : ", ") + "r\(register): \(name(of: registers[register]))"
        }
        line(0, "\nfunction \(functionName(UInt32(index)))(\(parameters)) -> \(name(of: row.resultType))")
        var locals = ""
        for register in Int(row.parameterCount)..<registers.count {
            locals += (locals.isEmpty ? "" : ", ") + "r\(register): \(name(of: registers[register]))"
        }
        if !locals.isEmpty { line(1, "registers \(locals)") }
        if row.zeroCount > 0 { line(1, "zeroed r\(row.zeroStart)...r\(row.zeroStart + row.zeroCount - 1)") }
        let labels = targets(row)
        var lastLine: (file: UInt32, line: Int)?
        var word = 0
        while word < Int(row.codeCount) {
            let span = plan.position(function: index, pc: word)
            if let number = lines.line(span), lastLine?.file != span.file || lastLine?.line != number {
                let path = plan.string(plan.sources[Int(span.file)].path)
                let source = lines.text(file: span.file, line: number)
                line(1, "; \(path):\(number)  \(source.drop(while: { $0 == " " || $0 == "\t" }))")
                lastLine = (span.file, number)
            }
            if labels[word] { line(1, "L\(word):") }
            let reader = InstructionReader(plan, row, at: word)
            let number = "\(word)"
            let padding = String(repeating: " ", count: max(0, 5 - number.utf8.count))
            let operands = operands(reader, registers)
            let mnemonic = reader.info.mnemonic
            line(1, "\(padding)\(number)  \(operands.isEmpty ? mnemonic : pad(mnemonic, 12) + operands)")
            word += reader.length
        }
    }

    /// Which words are jumped to.
    private func targets(_ row: FunctionRow) -> [Bool] {
        var labels = [Bool](repeating: false, count: Int(row.codeCount))
        var word = 0
        while word < labels.count {
            let reader = InstructionReader(plan, row, at: word)
            for target in reader.targets { labels[target] = true }
            word += reader.length
        }
        return labels
    }

    private func operands(_ reader: InstructionReader, _ registers: UnsafeBufferPointer<UInt32>) -> String {
        let instruction = reader.instruction
        let info = reader.info
        var parts: [String] = []
        func add(_ kind: OperandKind, _ value: Int) {
            switch kind {
            case .none: break
            case .wordOut, .wordIn, .anyOut, .anyIn, .anyInOut: parts.append("r\(value)")
            case .immediate: parts.append("\(value)")
            case .jump: parts.append("-> L\(reader.next + value)")
            case .constant: parts.append("k\(value) = \(self.value(ofConstant: value))")
            case .function: parts.append(functionName(UInt32(value)))
            case .builtin:
                if let number = UInt16(exactly: value), let builtin = Builtin(rawValue: number) {
                    parts.append("\(builtin)")
                }
            case .type: parts.append(name(of: UInt32(value)))
            case .index: parts.append(indexName(reader, value, registers))
            case .cell: parts.append("cell \(value)")
            case .point: parts.append("point \(value)")
            }
        }
        add(info.a, instruction.a)
        switch info.shape {
        case .abc, .abcArguments:
            // Immediates and jumps are signed, everything else is not.
            add(info.b, info.b == .immediate ? instruction.signedB : instruction.b)
            add(info.c, info.c == .immediate || info.c == .jump ? instruction.signedC : instruction.c)
        case .aBX, .aBXArguments: add(info.b, instruction.bx)
        case .table:
            for (place, target) in reader.targets.enumerated() { parts.append("\(place) -> L\(target)") }
        }
        switch info.shape {
        case .abcArguments, .aBXArguments:
            parts.append("(" + reader.arguments.map { "r\($0)" }.joined(separator: ", ") + ")")
        case .abc, .aBX, .table: break
        }
        return parts.joined(separator: ", ")
    }

    /// A field, case or payload by its name.
    private func indexName(
        _ reader: InstructionReader, _ value: Int, _ registers: UnsafeBufferPointer<UInt32>
    ) -> String {
        let instruction = reader.instruction
        let types = plan.types
        switch reader.info.opcode {
        case .get:
            let type = TypeId(raw: registers[instruction.b])
            return types.kind(of: type) == .record ? ".\(types.fieldName(of: type, at: value))" : ".\(value)"
        case .enew: return ".\(types.caseName(of: TypeId(raw: UInt32(instruction.b)), at: value))"
        case .payload:
            let type = TypeId(raw: registers[instruction.b])
            return ".\(types.caseName(of: type, at: instruction.d)).\(value)"
        default: return "\(value)"
        }
    }
}

/// Reads one instruction of a verified plan.
struct InstructionReader {
    let instruction: Instruction
    let info: OpcodeInfo
    /// Words it takes, arguments or table included.
    let length: Int
    /// Word behind it, from the function's start.
    let next: Int
    private(set) var arguments: [Int] = []
    /// Words it may jump to, from the function's start.
    private(set) var targets: [Int] = []

    init(_ plan: Plan, _ row: FunctionRow, at word: Int) {
        let start = Int(row.codeStart) + word
        instruction = Instruction(word: plan.code[start])
        guard let opcode = Opcode(rawValue: instruction.opcodeByte) else {
            preconditionFailure("the verifier knows every opcode")
        }
        info = opcode.info
        switch info.shape {
        case .abc, .aBX: length = 1
        case .abcArguments, .aBXArguments: length = 1 + (instruction.d + 3) / 4
        case .table: length = 1 + (instruction.bx + 1) / 2
        }
        next = word + length
        switch info.shape {
        case .abc: if info.c == .jump { targets = [next + instruction.signedC] }
        case .aBX: if info.b == .jump { targets = [next + instruction.bx] }
        case .abcArguments, .aBXArguments:
            for argument in 0..<instruction.d {
                arguments.append(
                    Int(
                        UInt16(
                            truncatingIfNeeded: plan.code[start + 1 + argument / 4]
                                >> UInt64(argument % 4 * 16))))
            }
        case .table:
            for entry in 0..<instruction.bx {
                targets.append(
                    next
                        + Int(
                            Int32(
                                truncatingIfNeeded: plan.code[start + 1 + entry / 2] >> UInt64(entry % 2 * 32)
                            )))
            }
        }
    }
}
