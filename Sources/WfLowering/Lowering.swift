// Checked program to plan: which functions, constants and files a plan holds, and their numbers in it.
// Knows nothing of syntax and reports no mistake of the author; only what is too large for a plan is
// refused.
public import WfChecker
import WfPlan
public import WfSource
import WfValue

/// Something that a plan cannot hold.
public struct LoweringFailure: Error, Sendable {
    /// A sentence in lower case: what was found and what the limit is.
    public let message: String
    /// Where the function or workflow is; nil when it is the whole program.
    public let span: Span?
}

/// The plan of a checked program: the bytes of a `.wfb` file. Equal programs give equal bytes.
///
/// - Parameter libraryFiles: by `FileId`, whether the file is of the standard library; its functions are
/// left out   unless they are used.
/// - Parameter sourceNames: by `FileId`, what the plan calls the file; empty: its path.
/// - Parameter tests: the file whose tests become part of the plan; nil: none do.
/// - Parameter covers: whether the plan notes which branches of its pure code are reached.
public func lower(
    _ program: CheckedProgram, libraryFiles: [Bool] = [], sourceNames: [String] = [], tests: FileId? = nil,
    covers: Bool = false
) throws(LoweringFailure) -> [UInt8] {
    try Lowering(program, libraryFiles: libraryFiles, sourceNames: sourceNames, covers: covers).run(
        tests: tests)
}

/// The numbers that parts of the program have in the plan, and what is still to be written.
final class Lowering {
    let program: CheckedProgram
    let tree: TypedTree
    let builder: PlanBuilder
    /// The first thing that did not fit.
    var failure: LoweringFailure?

    private var functionNumbers: [UInt32]
    private var cellNumbers: [UInt32]
    private var constantNumbers: [UInt32]
    private var sourceNumbers: [UInt32]
    private(set) var effectNumbers: [UInt32]
    /// By workflow: the row of its first signal.
    var signalStarts: [UInt32] = []
    private var pendingFunctions: [Int] = []
    private var pendingCells: [Int] = []
    private var bodies: [BodyLowering] = []
    private var depth = 0
    /// Chunk functions without positions, by a hash of their content.
    private var chunkFunctions: [UInt64: UInt32] = [:]

    /// By file: whether it is of the standard library, of which only what somebody uses is kept.
    private let libraryFiles: [Bool]
    /// By file: what the plan calls it; empty: its path.
    private let sourceNames: [String]

    /// Whether code notes what it reaches, and the points that it notes so far.
    let covers: Bool
    var points: [PointRow: UInt32] = [:]
    /// While code is lowered whose branches count elsewhere, or are not the author's.
    var hidesPoints = false

    init(_ program: CheckedProgram, libraryFiles: [Bool], sourceNames: [String], covers: Bool) {
        self.sourceNames = sourceNames
        self.covers = covers
        self.program = program
        self.libraryFiles = libraryFiles
        tree = program.tree
        builder = PlanBuilder(types: program.types)
        functionNumbers = [UInt32](repeating: .none, count: program.functions.count)
        cellNumbers = [UInt32](repeating: .none, count: program.constantDeclarations.count)
        constantNumbers = [UInt32](repeating: .none, count: program.constants.count)
        sourceNumbers = [UInt32](repeating: .none, count: program.files.count)
        effectNumbers = []
    }

    func run(tests: FileId?) throws(LoweringFailure) -> [UInt8] {
        for file in program.files.indices where !isLibrary(FileId(UInt32(file))) {
            _ = sourceNumber(FileId(UInt32(file)))
        }
        for effect in program.effects {
            effectNumbers.append(
                builder.add(
                    EffectRow(
                        name: builder.string(effect.name),
                        parameterNames: builder.list(strings: effect.parameterNames),
                        parameterTypes: builder.list(types: effect.parameterTypes),
                        resultType: effect.result.raw)))
        }
        for index in program.functions.indices where !isLibrary(program.functions[index].file) {
            _ = functionNumber(index)
        }
        lowerSignals()
        lowerResources()
        lowerGraph(tests: tests)
        while failure == nil {
            if let function = pendingFunctions.popLast() {
                lowerFunction(function)
            } else if let cell = pendingCells.popLast() {
                lowerCell(cell)
            } else {
                break
            }
        }
        if let failure { throw failure }
        return builder.finish()
    }

    func isLibrary(_ file: FileId) -> Bool {
        Int(file.index) < libraryFiles.count && libraryFiles[Int(file.index)]
    }

    // MARK: numbers

    /// The plan's number of a function; asks for its code.
    func functionNumber(_ index: Int) -> UInt32 {
        if functionNumbers[index] == .none {
            functionNumbers[index] = builder.reserveFunction()
            pendingFunctions.append(index)
        }
        return functionNumbers[index]
    }

    /// The cell of a module constant; its function is `builder.cells[that].function`.
    func cellNumber(_ index: Int) -> UInt32 {
        if cellNumbers[index] == .none {
            cellNumbers[index] = builder.cell(
                type: program.constantDeclarations[index].type, function: builder.reserveFunction())
            pendingCells.append(index)
        }
        return cellNumbers[index]
    }

    func constantNumber(_ index: Int) -> UInt32 {
        if constantNumbers[index] == .none {
            let constant = program.constants[index]
            constantNumbers[index] = builder.constant(type: constant.type, bytes: constant.bytes)
        }
        return constantNumbers[index]
    }

    func sourceNumber(_ file: FileId) -> UInt32 {
        let index = Int(file.index)
        if sourceNumbers[index] == .none {
            let source = program.files[index]
            sourceNumbers[index] = builder.source(
                path: index < sourceNames.count ? sourceNames[index] : source.path,
                text: UnsafeRawBufferPointer(source.bytes))
        }
        return sourceNumbers[index]
    }

    func spanRow(_ span: Span) -> SpanRow {
        SpanRow(file: sourceNumber(span.file), start: span.start, end: span.end)
    }

    func fail(_ message: String, at span: Span?) {
        if failure == nil { failure = LoweringFailure(message: message, span: span) }
    }

    // MARK: functions

    /// The writer of a body inside the current one; they are used again, since chunks are many and small.
    func pushBody() -> BodyLowering {
        if depth == bodies.count { bodies.append(BodyLowering(self)) }
        depth += 1
        return bodies[depth - 1]
    }

    func popBody() { depth -= 1 }

    /// By local of the body at hand: whether it was mentioned.
    private var mentions: [Bool] = []

    /// Whether this is the first mention of a local since `forgetMentions`.
    func isFirstMention(_ local: LocalId) -> Bool {
        let index = Int(local.index)
        if index >= mentions.count {
            mentions.append(contentsOf: repeatElement(false, count: index + 1 - mentions.count))
        }
        if mentions[index] { return false }
        mentions[index] = true
        return true
    }

    func forgetMentions(_ locals: [LocalId]) {
        for local in locals { mentions[Int(local.index)] = false }
    }

    private func lowerFunction(_ index: Int) {
        let function = program.functions[index]
        define(
            functionNumbers[index], name: function.name, file: function.file, locals: function.locals,
            hasVariables: function.locals.contains { $0.isMutable },
            parameters: (0..<function.parameterCount).map { LocalId(UInt32($0)) }, result: function.result
        ) {
            $0.cover(function.name, branch: nil, at: self.tree[function.body])
            $0.finishBody(function.body)
        }
    }

    private func lowerCell(_ index: Int) {
        let constant = program.constantDeclarations[index]
        let number = builder.cells[Int(cellNumbers[index])].function
        define(
            number, name: constant.name, file: constant.file, locals: constant.locals,
            hasVariables: constant.locals.contains { $0.isMutable }, parameters: [], result: constant.type
        ) { body in
            if !constant.value.isNone { return body.finishBody(constant.value) }
            // A setting without a default: whoever starts a run gives it a value.
            body.buffer.emit(.unreachable)
        }
    }

    /// Writes a function: at most twice, the second time with long jumps.
    func define(
        _ number: UInt32, name: String, file: FileId, locals: [LocalInfo], hasVariables: Bool,
        parameters: [LocalId], result: TypeId, _ write: (BodyLowering) -> Void
    ) {
        let body = pushBody()
        defer { popBody() }
        for longJumps in [false, true] {
            body.begin(
                file: file, locals: locals, hasVariables: hasVariables, result: result, longJumps: longJumps)
            for parameter in parameters { body.addParameter(parameter) }
            write(body)
            let types = body.buffer.finish()
            if let excess = body.buffer.excess {
                return fail("`\(name)` needs \(excess)", at: excessSpan(body))
            }
            if body.buffer.code.count > PlanLimits.functionWordsMax {
                return fail(
                    "`\(name)` needs \(body.buffer.code.count) instructions, expected at most "
                        + "\(PlanLimits.functionWordsMax)", at: nil)
            }
            if body.buffer.needsLongJumps && !longJumps { continue }
            builder.define(
                function: number, name: name, code: body.buffer.code, registerTypes: types,
                parameterCount: parameters.count, result: result, positions: body.buffer.positions)
            return
        }
    }

    private func excessSpan(_ body: BodyLowering) -> Span {
        Span(file: body.file, start: body.buffer.excessStart, end: body.buffer.excessEnd)
    }

    /// Writes the function of a chunk, or finds an equal one; its number.
    func chunkFunction(
        name: String, file: FileId, locals: [LocalInfo], hasVariables: Bool, parameters: [LocalId],
        result: TypeId,
        _ write: (BodyLowering) -> Void
    ) -> UInt32 {
        let body = pushBody()
        defer { popBody() }
        var types: [TypeId] = []
        for longJumps in [false, true] {
            body.begin(
                file: file, locals: locals, hasVariables: hasVariables, result: result, longJumps: longJumps)
            for parameter in parameters { body.addParameter(parameter) }
            write(body)
            types = body.buffer.finish()
            if let excess = body.buffer.excess {
                fail("an expression of `\(name)` needs \(excess)", at: excessSpan(body))
            }
            if body.buffer.needsLongJumps && !longJumps { continue }
            break
        }
        return intern(body.buffer, types: types, name: name, count: parameters.count, result)
    }

    private func intern(
        _ buffer: CodeBuffer, types: [TypeId], name: String, count: Int, _ result: TypeId
    ) -> UInt32 {
        var hash: UInt64 = UInt64(result.raw) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(count)
        for word in buffer.code { hash = (hash ^ word ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9 }
        for type in types { hash = (hash ^ UInt64(type.raw) ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9 }
        let canShare = buffer.positions.isEmpty
        if canShare, let found = chunkFunctions[hash], isEqual(found, buffer, types, count, result) {
            return found
        }
        let number = builder.function(
            name: name, code: buffer.code, registerTypes: types, parameterCount: count, result: result,
            positions: buffer.positions)
        if canShare { chunkFunctions[hash] = number }
        return number
    }

    private func isEqual(
        _ number: UInt32, _ buffer: CodeBuffer, _ types: [TypeId], _ count: Int, _ result: TypeId
    ) -> Bool {
        let row = builder.functions[Int(number)]
        guard Int(row.codeCount) == buffer.code.count, Int(row.parameterCount) == count,
            row.resultType == result.raw, Int(row.registerTypes.count) == types.count
        else { return false }
        for index in buffer.code.indices
        where builder.code[Int(row.codeStart) + index] != buffer.code[index] { return false }
        for index in types.indices
        where builder.lists[Int(row.registerTypes.start) + index] != types[index].raw { return false }
        return true
    }
}
