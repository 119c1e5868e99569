// Checks the rows of functions: registers, the range that a call zeroes, source positions. What stands in
// their code is `CodeChecker`'s; knows nothing of the graph.

extension Verifier {
    // MARK: rows

    mutating func verifyFunctions() throws(PlanError) {
        var codeWords = 0
        var positionRows = 0
        for index in plan.functions.indices {
            let row = plan.functions[index]
            try check(row.name, below: plan.strings.count, .functions, index, "name")
            try check(row.resultType, below: facts.count, .functions, index, "result type")
            guard Int(row.codeStart) + Int(row.codeCount) <= plan.code.count else {
                throw outOfRange(
                    .functions, index, "end of the code", Int(row.codeStart) + Int(row.codeCount),
                    plan.code.count + 1)
            }
            codeWords += Int(row.codeCount)
            guard codeWords <= plan.code.count else {
                throw refused(
                    .functions, index, "expected code of its own for each function, found shared words")
            }
            guard row.codeCount > 0, row.codeCount <= PlanLimits.functionWordsMax else {
                throw refused(
                    .limit, .functions, index,
                    "expected 1 to \(PlanLimits.functionWordsMax) instruction words, found \(row.codeCount)")
            }
            try verifyRegisters(row, index)
            try verifyPositions(row, index, &positionRows)
        }
    }

    private mutating func verifyRegisters(_ row: FunctionRow, _ index: Int) throws(PlanError) {
        let registers = try list(row.registerTypes, .functions, index, "register types")
        guard registers.count <= PlanLimits.registersMax else {
            throw refused(
                .limit, .functions, index,
                "expected at most \(PlanLimits.registersMax) registers, found \(registers.count)")
        }
        guard row.parameterCount <= registers.count else {
            throw refused(
                .functions, index,
                "expected \(row.parameterCount) parameters among \(registers.count) registers")
        }
        let zeroEnd = Int(row.zeroStart) + Int(row.zeroCount)
        guard row.zeroStart >= row.parameterCount, zeroEnd <= registers.count else {
            throw refused(
                .functions, index,
                "expected the zeroed registers behind the parameters, found \(row.zeroStart) to \(zeroEnd)")
        }
        for register in registers.indices {
            try check(registers[register], below: facts.count, .functions, index, "register type")
            if register >= Int(row.parameterCount) && !facts.isWord(registers[register])
                && (register < Int(row.zeroStart) || register >= zeroEnd)
            {
                throw refused(
                    .functions, index,
                    "register \(register) holds \(text(registers[register])) but is not zeroed by a call")
            }
        }
    }

    private mutating func verifyPositions(
        _ row: FunctionRow, _ index: Int, _ total: inout Int
    ) throws(PlanError) {
        let end = Int(row.positionStart) + Int(row.positionCount)
        guard end <= plan.positions.count else {
            throw outOfRange(.functions, index, "end of the positions", end, plan.positions.count + 1)
        }
        total += Int(row.positionCount)
        guard total <= plan.positions.count else {
            throw refused(
                .functions, index, "expected positions of its own for each function, found shared rows")
        }
        var last = -1
        for place in Int(row.positionStart)..<end {
            let position = plan.positions[place]
            guard Int(position.codeOffset) > last, position.codeOffset < row.codeCount else {
                throw PlanError(
                    .notAllowed, .positions, index: place,
                    "expected ascending offsets below \(row.codeCount), found \(position.codeOffset) behind \(last)"
                )
            }
            last = Int(position.codeOffset)
            try checkSpan(position.span, .positions, place)
        }
    }

    mutating func verifyCode() throws(PlanError) {
        var checker = CodeChecker(plan, facts, work: work)
        for index in plan.functions.indices { try checker.check(function: index) }
    }
}
