// Runs functions of one plan, one after another. It knows nothing of nodes, scopes and journals.
import Glibc
public import WfPlan
public import WfValue

/// What a run that yields a word ended with.
public enum WordOutcome: Sendable {
    case value(Int)
    case fault(Fault)
}

/// A cell that holds a value from the beginning.
public struct CellPreset: Sendable {
    public let cell: Int
    public let bytes: [UInt8]
    public init(cell: Int, bytes: [UInt8]) {
        self.cell = cell
        self.bytes = bytes
    }
}

/// A machine for one plan. Not for several threads at once; cheap to keep, so keep one per thread.
public final class Machine {
    public let plan: Plan
    /// Collections since the machine was made.
    public var collections: Int { context.pointee.collections }
    /// Fuel that the last run left.
    public var fuelLeft: Int { context.pointee.fuelLeft + fuelKept - context.pointee.owed }
    /// Asked every few milliseconds of a long run; false ends it with a fault. Set it before a run.
    public var goesOn: (() -> Bool)?

    /// Cells that are set before every run; the bytes are valid encodings of their types.
    public var presets: [CellPreset] = []

    /// Takes what the runs reach; nil: nobody asks. Several machines of one plan may share it.
    public var covered: CoveredPoints? {
        didSet { context.pointee.covered = covered?.bytes }
    }

    /// The words of the fault that is on its way.
    var message = ""
    /// Fuel that has not been given to the loop.
    private var fuelKept = 0
    private let limits: MachineLimits
    private let context: Context
    private let region: UnsafeMutableRawPointer
    private let regionBytes: Int
    private let code: UnsafeMutablePointer<UInt64>
    private let reciprocals: UnsafeMutablePointer<Reciprocal>
    private let halt: UnsafeMutablePointer<UInt64>
    private let functions: UnsafeMutablePointer<MachineFunction>
    private let registerLists: UnsafeMutablePointer<UInt16>
    private let types: UnsafeMutablePointer<TypeRow>
    private let members: UnsafeMutablePointer<MemberRow>
    private let cases: UnsafeMutablePointer<CaseRow>
    private let names: UnsafeMutablePointer<UInt8>
    private let layouts: UnsafeMutablePointer<LayoutRow>
    private let layoutWords: UnsafeMutablePointer<UInt16>
    private let constants: UnsafeMutablePointer<Int>
    private let cells: UnsafeMutablePointer<Int>
    private let cellStates: UnsafeMutablePointer<UInt8>
    private let cellReferences: UnsafeMutablePointer<UInt32>
    private let asciiTexts: UnsafeMutablePointer<Int>
    /// Where the outermost call puts its result.
    private let result: UnsafeMutablePointer<Int>
    private let registersBytes: Int
    private let framesBytes: Int
    private var constantsBytes = 0
    /// Set when a constant could not be made: every run then faults so.
    private var constantFault: Fault?

    /// - Parameter plan: verified; the machine trusts its code.
    public init(plan: Plan, limits: MachineLimits = MachineLimits()) {
        self.plan = plan
        self.limits = limits
        let tables = MachineTables(plan)
        types = fixed(tables.types)
        members = fixed(tables.members)
        cases = fixed(tables.cases)
        names = fixed(tables.names)
        layouts = fixed(tables.layouts)
        layoutWords = fixed(tables.layoutWords)
        let specialised = SpecialisedCode(plan, tables.types)
        code = specialised.words
        reciprocals = fixed(specialised.reciprocals)
        halt = UnsafeMutablePointer<UInt64>.allocate(capacity: 1)
        halt.initialize(to: Instruction(.unreachable, d: 1).word)

        functions = UnsafeMutablePointer<MachineFunction>.allocate(capacity: max(plan.functions.count, 1))
        registerLists = Machine.referenceRegisters(plan, tables.types)
        Machine.fill(functions, plan, code: code, registerLists: registerLists, types: tables.types)

        constants = UnsafeMutablePointer<Int>.allocate(capacity: max(plan.constants.count, 1))
        constants.initialize(repeating: 0, count: max(plan.constants.count, 1))
        cells = UnsafeMutablePointer<Int>.allocate(capacity: max(plan.cells.count, 1))
        cells.initialize(repeating: 0, count: max(plan.cells.count, 1))
        cellStates = UnsafeMutablePointer<UInt8>.allocate(capacity: max(plan.cells.count, 1))
        cellStates.initialize(repeating: 0, count: max(plan.cells.count, 1))
        var referenceCells: [UInt32] = []
        for (index, cell) in plan.cells.enumerated() where !tables.types[Int(cell.type)].isWord {
            referenceCells.append(UInt32(index))
        }
        cellReferences = fixed(referenceCells)
        asciiTexts = UnsafeMutablePointer<Int>.allocate(capacity: 128)
        result = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        result.initialize(to: 0)

        // Zeros, constants, two spaces, frames, registers: one stretch of address space; pages come when
        // touched.
        let spaceBytes = (limits.heapBytesMax * 2 + limits.heapBytesFirst + 0x1F_FFFF) & ~0x1F_FFFF
        framesBytes = ((limits.frameDepthMax + 2) * MemoryLayout<Frame>.stride + 4095) & ~4095
        registersBytes = ((limits.registersMax + 65_536) * 8 + 4095) & ~4095
        let fixedBytes = Machine.zeroBytes + framesBytes + registersBytes
        (region, regionBytes) = Machine.reserve(fixedBytes + spaceBytes * 3, atLeast: fixedBytes + (3 << 26))
        let eachSpace = ((regionBytes - fixedBytes) / 3) & ~4095

        let frames = (region + Machine.zeroBytes).bindMemory(
            to: Frame.self, capacity: limits.frameDepthMax + 2)
        let registers = (region + Machine.zeroBytes + framesBytes).bindMemory(
            to: Int.self, capacity: limits.registersMax)
        context = Context.allocate(capacity: 1)
        context.initialize(
            to: MachineContext(
                base: region, frame: frames, frames: frames, framesEnd: frames + limits.frameDepthMax,
                registers: registers, registersEnd: registers + limits.registersMax, functions: functions,
                types: types, members: members, cases: cases, names: names, layouts: layouts,
                layoutWords: layoutWords, constants: constants, reciprocals: reciprocals, cells: cells,
                cellStates: cellStates,
                cellReferences: cellReferences, cellReferenceCount: referenceCells.count,
                asciiTexts: asciiTexts,
                stack: UnsafeMutablePointer<Int>.allocate(capacity: 1024), stackRoom: 1024, trapPc: halt,
                machine: Unmanaged.passUnretained(self)))
        context.pointee.spaceBytes = eachSpace
        context.pointee.liveBytesMax = min(limits.heapBytesMax, eachSpace / 2)
        context.pointee.firstBytes = limits.heapBytesFirst
        context.pointee.collectsAlways = limits.collectsAlways
        context.pointee.encodedBytesMax = limits.encodedBytesMax
        mprotect(region, Machine.zeroBytes, PROT_READ)
        hashStart = HashSeed.value
        makeConstants(start: fixedBytes, end: fixedBytes + eachSpace)
        let first = (fixedBytes + constantsBytes + 4095) & ~4095
        context.pointee.dynamicStart = first
        context.pointee.spaceStart = first
        context.pointee.otherStart = first + eachSpace
        adviseLargePages(first)
        adviseLargePages(first + eachSpace)
    }

    deinit {
        context.pointee.stack.deallocate()
        context.deinitialize(count: 1)
        context.deallocate()
        munmap(region, regionBytes)
        code.deallocate()
        reciprocals.deallocate()
        halt.deallocate()
        functions.deallocate()
        registerLists.deallocate()
        types.deallocate()
        members.deallocate()
        cases.deallocate()
        names.deallocate()
        layouts.deallocate()
        layoutWords.deallocate()
        constants.deallocate()
        cells.deallocate()
        cellStates.deallocate()
        cellReferences.deallocate()
        asciiTexts.deallocate()
        result.deallocate()
    }

    // MARK: running

    /// Runs a function to its end and appends its result's encoding to `output` (nothing when it faults).
    ///
    /// - Parameters:
    ///   - function: number of the function in the plan.
    ///   - inputs: one value per parameter in the encoding of its type; bytes may be hostile.
    ///   - fuel: jumps and calls that may be taken.
    public func run(
        function: Int, inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>,
        fuel: Int = MachineLimits.fuelDefault,
        output: inout ByteWriter
    ) -> Fault? {
        defer { reset() }
        if let fault = start(function, inputs, fuel) { return fault }
        let before = output.count
        do throws(Trap) {
            try writeBinary(context, plan.functions[function].resultType, result.pointee, &output, 0)
            return nil
        } catch {
            output.truncate(to: before)
            return Fault(kind: error.kind, message: message, span: span(of: function, at: 0))
        }
    }

    /// Runs a function that yields a Bool (0 or 1), Int, Duration, Time or the number of an enum's case.
    public func runWord(
        function: Int, inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>,
        fuel: Int = MachineLimits.fuelDefault
    ) -> WordOutcome {
        defer { reset() }
        if let fault = start(function, inputs, fuel) { return .fault(fault) }
        return .value(result.pointee)
    }

    /// Decodes the inputs and runs; the result is in the context.
    private func start(
        _ function: Int, _ inputs: UnsafeBufferPointer<UnsafeRawBufferPointer>, _ fuel: Int
    ) -> Fault? {
        if let constantFault { return constantFault }
        let row = functions + function
        precondition(
            inputs.count == Int(row.pointee.parameterCount), "one input per parameter of the function")
        context.pointee.top = context.pointee.spaceStart
        context.pointee.hardEnd = context.pointee.spaceStart + context.pointee.spaceBytes
        setSoftEnd(context, live: 0)
        let registers = context.pointee.registers
        let frame = context.pointee.frames
        if Int(row.pointee.registerCount) > limits.registersMax {
            return Fault(kind: .depth, message: "the function has more registers than the machine")
        }
        for index in 0..<inputs.count {
            var reader = ByteReader(inputs[index])
            do throws(DecodeError) {
                registers[index] = try readBinary(context, row.pointee.parameterTypes[index], &reader, 0)
                try reader.expectEnd()
            } catch {
                let isMemory = context.pointee.isMemoryExhausted
                context.pointee.isMemoryExhausted = false
                let type = plan.types.text(of: TypeId(raw: row.pointee.parameterTypes[index]))
                return Fault(
                    kind: isMemory ? .memory : .input,
                    message: "input \(index + 1) is not a value of \(type): \(error.description)")
            }
        }
        if !presets.isEmpty, let fault = setPresets() { return fault }
        for index in 0..<Int(row.pointee.zeroCount) { registers[Int(row.pointee.zeroStart) + index] = 0 }
        frame.pointee = Frame(
            pc: UnsafePointer(halt), registers: registers,
            registersEnd: registers + Int(row.pointee.registerCount),
            destination: result, function: UnsafePointer(row))
        // behind the outermost call stands a frame of the same registers, which `ret` steps back to
        frame[1] = frame[0]
        context.pointee.frame = frame + 1
        message = ""
        return spend(fuel, from: row.pointee.code)
    }

    /// Gives the loop its fuel in slices and asks between them whether to go on.
    private func spend(_ fuel: Int, from start: UnsafePointer<UInt64>) -> Fault? {
        var pc = start
        fuelKept = max(fuel, 0)
        context.pointee.owed = 0
        while true {
            context.pointee.owedEnd = fuelKept
            let slice = min(fuelKept, limits.fuelSlice)
            fuelKept -= slice
            if execute(context, pc, slice) { return nil }
            guard context.pointee.trap == .fuel, context.pointee.fuelLeft < 0 || context.pointee.isPaused
            else { return makeFault() }
            // The loop took one more than it had.
            let left = context.pointee.fuelLeft
            fuelKept += (left < 0 ? left + 1 : left) - context.pointee.owed
            endPause(context)
            if fuelKept <= 0 { return makeFault() }
            if let goesOn, !goesOn() {
                message = "the run was told to stop"
                return makeFault()
            }
            pc = UnsafePointer(context.pointee.trapPc) - 1
        }
    }

    private func setPresets() -> Fault? {
        for preset in presets {
            let type = plan.cells[preset.cell].type
            let fault = preset.bytes.withUnsafeBytes { bytes -> Fault? in
                var reader = ByteReader(bytes)
                do throws(DecodeError) {
                    let value = try readBinary(context, type, &reader, 0)
                    if !types[Int(type)].isWord { share(context.pointee.base, value) }
                    cells[preset.cell] = value
                    cellStates[preset.cell] = 1
                    return nil
                } catch {
                    return Fault(kind: .input, message: "a setting is not a value of its type")
                }
            }
            if let fault { return fault }
        }
        return nil
    }

    /// Makes the machine ready for the next run and gives back what a large one took.
    private func reset() {
        let used = context.pointee.top - context.pointee.spaceStart
        let first = context.pointee.dynamicStart
        if context.pointee.spaceStart != first {
            giveBack(region + context.pointee.spaceStart, max(used, 0))
            context.pointee.otherStart = context.pointee.spaceStart
            context.pointee.spaceStart = first
        } else if used > limits.heapBytesFirst {
            giveBack(region + first + limits.heapBytesFirst, used - limits.heapBytesFirst)
        }
        context.pointee.top = context.pointee.spaceStart
        cellStates.update(repeating: 0, count: plan.cells.count)
        cells.update(repeating: 0, count: plan.cells.count)
        if context.pointee.scratch.count > 1 << 20 { context.pointee.scratch = ByteWriter(capacity: 4096) }
    }

    // MARK: faults

    private func makeFault() -> Fault {
        let kind = context.pointee.trap
        if message.isEmpty { message = Machine.words(kind) }
        let frame = context.pointee.frame
        let offset = context.pointee.trapPc - frame.pointee.function.pointee.code - 1
        return Fault(
            kind: kind, message: message,
            span: span(of: Int(frame.pointee.function.pointee.number), at: offset))
    }

    private static func words(_ kind: FaultKind) -> String {
        switch kind {
        case .overflow: return "the result does not fit an Int"
        case .division: return "division by zero"
        case .index: return "the position is out of bounds"
        case .null: return "expected a value, found null"
        case .decode: return "the text does not fit the type"
        case .failed: return "reached what the checker proved to be unreachable"
        case .fuel: return "the fuel of this run is used up: is there a loop that does not end?"
        case .depth: return "calls are nested too deeply: is there a recursion that does not end?"
        case .memory: return "the values of this run need more memory than it may use"
        case .encode: return "the value cannot be stored"
        case .input: return "the input is not a value of its type"
        }
    }

    /// Where the instruction at this offset of a function comes from.
    private func span(of function: Int, at offset: Int) -> SpanRow {
        let row = plan.functions[function]
        var result = SpanRow.none
        for index in Int(row.positionStart)..<Int(row.positionStart) + Int(row.positionCount) {
            if Int(plan.positions[index].codeOffset) > offset { break }
            result = plan.positions[index].span
        }
        return result
    }

    // MARK: making

    /// Reference 0 and all that can be read through it: header, 65,536 fields or elements, registers of 16
    /// bits.
    private static var zeroBytes: Int { 1 << 20 }

    private static func reserve(_ wanted: Int, atLeast least: Int) -> (UnsafeMutableRawPointer, Int) {
        var bytes = wanted
        while true {
            let place = mmap(
                nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            if let place, place != MAP_FAILED { return (place, bytes) }
            if bytes <= least { refuseToLive(without: least) }
            bytes = max(least, bytes / 2)
        }
    }

    /// Nothing can be computed here: ends the process, which loses no more than SIGKILL would.
    private static func refuseToLive(without bytes: Int) -> Never {
        let text =
            "wf: error: the system grants less than the \(bytes >> 20) MiB of address space that computing takes: "
            + "\(String(cString: strerror(errno)))\n  = help: raise the limit (`ulimit -v`) and start again; what was "
            + "recorded is safe\n"
        var copy = text
        copy.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
        exit(2)
    }

    /// Large pages for what lies behind the first two MiB of a space: small runs stay small.
    private func adviseLargePages(_ start: Int) {
        let bytes = context.pointee.spaceBytes
        let large = 2 << 20
        let first = (Int(bitPattern: region) + start + large * 2 - 1) & ~(large - 1)
        let end = (Int(bitPattern: region) + start + bytes) & ~(large - 1)
        guard end > first, let place = UnsafeMutableRawPointer(bitPattern: first) else { return }
        madvise(place, end - first, 14)  // MADV_HUGEPAGE
    }

    private func makeConstants(start: Int, end: Int) {
        context.pointee.top = start
        context.pointee.hardEnd = end
        context.pointee.spaceStart = start
        do throws(Trap) {
            context.pointee.emptyText = try claimText(context, count: 0)
            context.pointee.jsonNull = try claim(context, 8)
            region.setHeader(context.pointee.jsonNull, Header.make(ObjectKind.jsonNull, size: 0))
            context.pointee.jsonTrue = try makeJsonWord(context, ObjectKind.jsonBool, 1)
            context.pointee.jsonFalse = try makeJsonWord(context, ObjectKind.jsonBool, 0)
            for character in 0..<128 {
                let text = try claimText(context, count: 1)
                region.textStart(text)[0] = UInt8(character)
                asciiTexts[character] = text
            }
        } catch { constantFault = Fault(kind: .memory, message: message) }
        for index in plan.constants.indices {
            let type = plan.constants[index].type
            var reader = ByteReader(plan.constantBytes(index))
            do throws(DecodeError) {
                constants[index] = try readBinary(context, type, &reader, 0)
            } catch {
                let isMemory = context.pointee.isMemoryExhausted
                constantFault = Fault(
                    kind: isMemory ? .memory : .input, message: "constant \(index): \(error.description)")
            }
        }
        // nothing writes to a constant
        var object = start
        while object < context.pointee.top {
            let header = region.header(object)
            region.setHeader(object, header | Header.shared)
            object += objectBytes(header)
        }
        context.pointee.isMemoryExhausted = false
        constantsBytes = context.pointee.top - start
    }

    /// For each function in turn, the numbers of its registers that hold references.
    private static func referenceRegisters(_ plan: Plan, _ types: [TypeRow]) -> UnsafeMutablePointer<UInt16> {
        var registers: [UInt16] = []
        for function in plan.functions {
            for (index, type) in plan.list(function.registerTypes).enumerated() where !types[Int(type)].isWord
            {
                registers.append(UInt16(truncatingIfNeeded: index))
            }
        }
        return fixed(registers)
    }

    private static func fill(
        _ functions: UnsafeMutablePointer<MachineFunction>, _ plan: Plan, code: UnsafeMutablePointer<UInt64>,
        registerLists: UnsafeMutablePointer<UInt16>, types: [TypeRow]
    ) {
        var next = registerLists
        for (number, row) in plan.functions.enumerated() {
            let list = plan.list(row.registerTypes)
            let references = next
            for type in list where !types[Int(type)].isWord { next += 1 }
            let registerTypes = list.baseAddress ?? UnsafePointer(emptyTypes)
            functions[number] = MachineFunction(
                code: UnsafePointer(code + Int(row.codeStart)), registerCount: Int32(list.count),
                parameterCount: Int32(row.parameterCount), zeroStart: Int32(row.zeroStart),
                zeroCount: Int32(row.zeroCount), references: UnsafePointer(references),
                referenceCount: Int32(next - references), resultType: row.resultType,
                parameterTypes: registerTypes, number: Int32(number), registerTypes: registerTypes)
        }
    }
}

private nonisolated(unsafe) let emptyTypes = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
