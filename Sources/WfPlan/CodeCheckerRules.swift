// Which types each opcode relates: one case per opcode. Runs behind the check of the operands, so that
// registers, functions, constants, types and cells exist and word operands are words.
import WfValue

extension CodeChecker {
    mutating func checkRule(_ opcode: Opcode) throws(PlanError) {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch opcode {
        // Words only: the operands have said it all.
        case .ldi, .add, .sub, .mul, .div, .rem, .neg, .addi, .fadd, .fsub, .fmul, .fdiv, .fneg, .itof, .eq,
            .lt,
            .le, .feq, .flt, .fle, .not, .jmp, .jt, .jf, .jeq, .jne, .jlt, .jle, .jeqi, .jnei, .jlti, .jlei,
            .jgti,
            .jgei, .jflt, .jfle, .jfnlt, .jfnle, .forlt, .switch, .unreachable,
            .cover:
            break
        case .bcall: break  // CodeChecker asks the built-in

        case .mov:
            if _slowPath(
                !facts.agree(registers[a], registers[b]) && !facts.mayBecome(registers[b], registers[a]))
            {
                throw wrongType(a, registers[b])
            }
        case .ldk: try expect(a, plan.constants[instruction.bx].type)
        case .ldnull: _ = try kind(a, .optional, "an optional")
        case .some:
            let element = try kind(a, .optional, "an optional")
            guard element != TypeId.never.raw else {
                throw error(.typeMismatch, "register \(a) holds null only, nothing can be put into it")
            }
            try expect(b, element)
        case .unwrap: try expect(a, try kind(b, .optional, "an optional"))
        case .share:
            if facts.isWord(registers[a]) {
                throw error(
                    .typeMismatch, "register \(a) holds the word \(text(of: a)), expected a reference")
            }
        case .cellget: try expect(a, plan.cells[b].type)
        case .cellset: try expect(b, plan.cells[a].type)
        case .veq, .vcmp: try checkComparison(opcode, b, c)
        case .jnull, .jsome: _ = try kind(a, .optional, "an optional")

        case .call, .call1: try checkCall(opcode)
        case .ret: try checkReturn(a)
        case .closure: try checkClosure()
        case .callv: try checkClosureCall()

        case .new: try checkNew()
        case .get: try expect(a, try field(of: registers[b], c))
        case .enew: try checkEnumNew()
        case .tag: _ = try payloadEnum(registers[b])
        case .payload: try checkPayload()
        case .concat:
            if registers[a] == TypeId.secret.raw {
                for argument in 0..<instruction.d
                where registers[self.argument(argument)] != TypeId.secret.raw {
                    try expectString(self.argument(argument))
                }
            } else {
                try expectString(a)
                for argument in 0..<instruction.d { try expectString(self.argument(argument)) }
            }
        case .text:
            try expectString(a)
            try expectStorable(b, UInt32(c))
        case .lnew:
            try expectExactly(a, UInt32(b))
            let element = try kind(a, .list, "a list")
            for argument in 0..<instruction.d { try expect(self.argument(argument), element) }
        case .llen: _ = try kind(b, .list, "a list")
        case .lget: try expect(a, try kind(b, .list, "a list"))
        case .lset: try expect(c, try kind(a, .list, "a list"))
        case .lpush: try expect(b, try kind(a, .list, "a list"))
        case .mnew:
            try expectExactly(a, UInt32(b))
            _ = try kind(a, .map, "a map")
        case .mlen: _ = try kind(b, .map, "a map")
        case .mget:
            let value = try kind(b, .map, "a map")
            try expect(c, key(b))
            try expectOptional(a, of: value)
        case .mset:
            let value = try kind(a, .map, "a map")
            try expect(b, key(a))
            try expect(c, value)
        case .mkey:
            _ = try kind(b, .map, "a map")
            try expect(a, key(b))
        case .mval: try expect(a, try kind(b, .map, "a map"))

        case .tojson:
            try expectExactly(a, TypeId.json.raw)
            try expectStorable(b, UInt32(c))
        case .fromjson:
            try expectExactly(b, TypeId.json.raw)
            try expectStorable(a, UInt32(c))
        case .tryjson:
            try expectExactly(b, TypeId.json.raw)
            try checkStorable(UInt32(c))
            try expectOptional(a, of: UInt32(c))
        case .decode:
            try expectString(b)
            try expectStorable(a, UInt32(c))
        case .jsontext:
            try expectString(a)
            try expectStorable(b, UInt32(c))
        case .fail: try expectString(a)
        }
    }

    // MARK: registers

    /// The register agrees with the type: the same reference type, or both are words.
    @inline(__always)
    private func expect(_ register: Int, _ type: UInt32) throws(PlanError) {
        if _slowPath(!facts.agree(registers[register], type)) { throw wrongType(register, type) }
    }

    @inline(__always)
    private func expectExactly(_ register: Int, _ type: UInt32) throws(PlanError) {
        if _slowPath(registers[register] != type) { throw wrongType(register, type) }
    }

    private func expectString(_ register: Int) throws(PlanError) {
        try expectExactly(register, TypeId.string.raw)
    }

    private func expectOptional(_ register: Int, of wrapped: UInt32) throws(PlanError) {
        guard facts.isOptional(registers[register], of: wrapped) else {
            throw error(
                .typeMismatch,
                "register \(register) is used as \(text(type: wrapped))? but holds \(text(of: register))")
        }
    }

    private func expectStorable(_ register: Int, _ type: UInt32) throws(PlanError) {
        try checkStorable(type)
        try expect(register, type)
    }

    private func checkStorable(_ type: UInt32) throws(PlanError) {
        guard facts.isStorable(type), type != TypeId.never.raw else {
            throw error(.typeMismatch, "expected a type that can be stored, found \(text(type: type))")
        }
    }

    private func wrongType(_ register: Int, _ type: UInt32) -> PlanError {
        error(
            .typeMismatch,
            "register \(register) is used as \(text(type: type)) but holds \(text(of: register))")
    }

    /// The element of the list, optional or map (its value) in a register.
    private func kind(
        _ register: Int, _ kind: TypeKind, _ what: StaticString
    ) throws(PlanError) -> UInt32 {
        let type = Int(registers[register])
        guard facts.kinds[type] == kind else {
            throw error(
                .typeMismatch, "register \(register) is used as \(what) but holds \(text(of: register))")
        }
        return facts.elements[type]
    }

    /// The key type of the map in a register.
    private func key(_ register: Int) -> UInt32 { types.key(of: TypeId(raw: registers[register])).raw }

    // MARK: opcodes with more to say

    private mutating func checkComparison(_ opcode: Opcode, _ b: Int, _ c: Int) throws(PlanError) {
        let type = registers[b]
        guard !facts.isWord(type), facts.isStorable(type) else {
            throw error(
                .typeMismatch, "register \(b) holds \(text(of: b)), expected a reference that can be compared"
            )
        }
        try expectExactly(c, type)
        guard opcode == .vcmp else { return }
        // Walks a type without its own parts twice: the verifier has bounded how large a type is written out.
        var parts = [type]
        while let part = parts.popLast() {
            try spend(1)
            switch facts.kinds[Int(part)] {
            case .never, .bool, .int, .float, .decimal, .string, .bytes, .duration, .time, .path: break
            case .list, .optional: parts.append(facts.elements[Int(part)])
            case .tuple: parts += types.tupleElements(of: TypeId(raw: part)).map(\.raw)
            case .enumeration where facts.isWord(part): break
            default:
                throw error(.typeMismatch, "register \(b) holds \(text(of: b)), expected an ordered type")
            }
        }
    }

    private func checkCall(_ opcode: Opcode) throws(PlanError) {
        let isSingle = opcode == .call1
        let target = plan.functions[isSingle ? instruction.b : instruction.bx]
        let count = isSingle ? 1 : instruction.d
        guard Int(target.parameterCount) == count else {
            throw error(
                .typeMismatch,
                "`\(plan.string(target.name))` takes \(target.parameterCount) arguments, found \(count)")
        }
        let parameters = plan.list(target.registerTypes)
        for index in 0..<count {
            try expect(isSingle ? instruction.c : argument(index), parameters[index])
        }
        try expect(instruction.a, target.resultType)
    }

    private func checkReturn(_ register: Int) throws(PlanError) {
        guard row.resultType != TypeId.never.raw else {
            throw error(.notAllowed, "the function's result is Never, so it must not return")
        }
        try expect(register, row.resultType)
    }

    private mutating func checkClosure() throws(PlanError) {
        let target = plan.functions[instruction.bx]
        let bound = instruction.d
        guard bound <= Int(target.parameterCount) else {
            throw error(
                .typeMismatch,
                "`\(plan.string(target.name))` takes \(target.parameterCount) arguments, found \(bound)")
        }
        let parameters = plan.list(target.registerTypes)
        for index in 0..<bound { try expect(argument(index), parameters[index]) }
        let type = TypeId(raw: registers[instruction.a])
        _ = try kind(instruction.a, .function, "a function")
        let open = Int(target.parameterCount) - bound
        guard types.memberCount(of: type) == open else {
            throw error(
                .typeMismatch,
                "register \(instruction.a) holds \(text(of: instruction.a)), but \(open) parameters are open")
        }
        try spend(open)
        for index in 0..<open {
            let parameter = types.functionParameter(of: type, at: index).raw
            guard facts.agree(parameter, parameters[bound + index]) else {
                throw error(
                    .typeMismatch,
                    "parameter \(index) of \(text(of: instruction.a)) is "
                        + "\(text(type: parameters[bound + index])) in `\(plan.string(target.name))`")
            }
        }
        guard facts.agree(types.functionResult(of: type).raw, target.resultType) else {
            throw error(
                .typeMismatch,
                "the result of \(text(of: instruction.a)) is \(text(type: target.resultType)) in "
                    + "`\(plan.string(target.name))`")
        }
    }

    private func checkClosureCall() throws(PlanError) {
        _ = try kind(instruction.b, .function, "a function")
        let type = TypeId(raw: registers[instruction.b])
        guard types.memberCount(of: type) == instruction.d else {
            throw error(
                .typeMismatch,
                "register \(instruction.b) holds \(text(of: instruction.b)), found \(instruction.d) arguments"
            )
        }
        for index in 0..<instruction.d {
            try expect(argument(index), types.functionParameter(of: type, at: index).raw)
        }
        try expect(instruction.a, types.functionResult(of: type).raw)
    }

    /// The type of a field of a record, tuple or range.
    private func field(of type: UInt32, _ index: Int) throws(PlanError) -> UInt32 {
        let id = TypeId(raw: type)
        let count = try fieldCount(of: type)
        guard index < count else {
            throw error(.outOfRange, "\(text(type: type)) has \(count) fields, found number \(index)")
        }
        switch facts.kinds[Int(type)] {
        case .record: return types.fieldType(of: id, at: index).raw
        case .tuple: return types.tupleElement(of: id, at: index).raw
        default: return TypeId.int.raw
        }
    }

    private func fieldCount(of type: UInt32) throws(PlanError) -> Int {
        switch facts.kinds[Int(type)] {
        case .record, .tuple: return types.memberCount(of: TypeId(raw: type))
        case .range: return 2
        default: throw error(.typeMismatch, "expected a record, tuple or range, found \(text(type: type))")
        }
    }

    private func checkNew() throws(PlanError) {
        let type = UInt32(instruction.b)
        try expectExactly(instruction.a, type)
        let count = try fieldCount(of: type)
        guard count == instruction.d else {
            throw error(.typeMismatch, "\(text(type: type)) has \(count) fields, found \(instruction.d)")
        }
        for index in 0..<count { try expect(argument(index), try field(of: type, index)) }
    }

    private func payloadEnum(_ type: UInt32) throws(PlanError) -> TypeId {
        guard facts.kinds[Int(type)] == .enumeration, !facts.isWord(type) else {
            throw error(.typeMismatch, "expected an enum with payloads, found \(text(type: type))")
        }
        return TypeId(raw: type)
    }

    private func checkEnumNew() throws(PlanError) {
        let type = try payloadEnum(UInt32(instruction.b))
        try expectExactly(instruction.a, type.raw)
        try check(instruction.c, below: types.caseCount(of: type), "case")
        let count = types.payloadCount(of: type, case: instruction.c)
        guard count == instruction.d else {
            throw error(
                .typeMismatch,
                "case \(instruction.c) of \(text(type: type.raw)) takes \(count) values, found \(instruction.d)"
            )
        }
        for index in 0..<count {
            try expect(argument(index), types.payloadType(of: type, case: instruction.c, at: index).raw)
        }
    }

    private func checkPayload() throws(PlanError) {
        let type = try payloadEnum(registers[instruction.b])
        try check(instruction.d, below: types.caseCount(of: type), "case")
        try check(instruction.c, below: types.payloadCount(of: type, case: instruction.d), "payload")
        try expect(instruction.a, types.payloadType(of: type, case: instruction.d, at: instruction.c).raw)
    }
}
