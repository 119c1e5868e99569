import Testing
import WfPlan
import WfValue

@Suite struct RoundTripTests {
    @Test func aBuiltPlanLoads() throws {
        let plan = try Plan.load(bytes: SamplePlan.bytes())
        #expect(plan.workflows.count == 4)
        #expect(plan.workflow(named: "main") == 0)
        #expect(plan.nodes.count == 24)
        #expect(plan.string(plan.effects[0].name) == "file.read")
        #expect(plan.identity.count == 32)
        let builder = SamplePlan.builder()
        #expect(Array(plan.code) == builder.code)
        #expect(Array(plan.lists) == builder.lists)
        #expect(Array(plan.nodes) == builder.nodes)
        #expect(Array(plan.blocks) == builder.blocks)
        #expect(Array(plan.positions) == builder.positions)
    }

    @Test func everySectionHasARow() throws {
        let plan = try Plan.load(bytes: SamplePlan.bytes())
        let types: Int = plan.types.count - TypeId.fixedCount
        let counts: [Int] = [
            plan.bytes.count, plan.strings.count, types, plan.constants.count,
            plan.cells.count, plan.lists.count, plan.code.count, plan.functions.count, plan.positions.count,
            plan.chunks.count, plan.workflows.count, plan.blocks.count, plan.nodes.count, plan.clauses.count,
            plan.actions.count, plan.effects.count, plan.sources.count,
        ]
        #expect(!counts.contains(0))
    }

    @Test func theSampleUsesEveryOpcode() throws {
        let text = Disassembler.text(of: try Plan.load(bytes: SamplePlan.bytes()))
        for opcode in Opcode.allCases {
            #expect(
                text.contains("  \(opcode) ") || text.contains("  \(opcode)\n"),
                "\(opcode) is not in the sample")
        }
    }

    @Test func equalCallsGiveEqualBytes() {
        #expect(SamplePlan.bytes() == SamplePlan.bytes())
    }

    @Test func equalContentHasOneIndex() {
        let plan = PlanBuilder(types: TypeTable())
        let first = plan.string("a")
        #expect(plan.string("b") != first)
        #expect(plan.string("a") == first)
        #expect(plan.list([1, 2]) == plan.list([1, 2]))
        #expect(plan.list([1]) != plan.list([1, 2]))
        #expect(plan.constant(type: .int, bytes: [2]) == plan.constant(type: .int, bytes: [2]))
        #expect(plan.constant(type: .int, bytes: [2]) != plan.constant(type: .bool, bytes: [2]))
        for number in 0..<5000 { _ = plan.string("s\(number)") }
        for number in 0..<5000 { #expect(plan.string("s\(number)") == UInt32(number + 2)) }
    }

    @Test func farJumpsAreLengthened() throws {
        let builder = PlanBuilder(types: TypeTable())
        var code = FunctionBuilder()
        let (register, top, end) = (code.register(.int), code.label(), code.label())
        code.place(top)
        code.emit(.ldi, register, bx: 1)
        code.position(SpanRow(file: .none, start: 1, end: 1))
        code.jump(.jlti, register, 5, to: end)
        for _ in 0..<40_000 { code.emit(.addi, register, register, 1) }
        code.position(SpanRow(file: .none, start: 2, end: 2))
        code.jump(.jgti, register, 9, to: top)
        code.jumpTable(register, to: [top, end])
        code.place(end)
        code.emit(.ret, register)
        code.finish(in: builder, function: builder.reserveFunction(), name: "long", result: .int)
        let plan = try Plan.load(bytes: builder.finish())
        #expect(plan.code.count == 40_000 + 2 + 4 + 6 - 3 + 1)
        #expect(plan.position(function: 0, pc: 40_003).start == 1)
        #expect(plan.position(function: 0, pc: 40_004).start == 2)
    }

    @Test func positionsAreFound() throws {
        let plan = try Plan.load(bytes: SamplePlan.bytes())
        let location = plan.location(plan.position(function: 0, pc: 5))
        #expect(location?.path == "flows/main.wf")
        #expect(location?.line == 4)
        #expect(location?.lineText == "    for item in items { sum = sum + item }")
        #expect(plan.location(.none) == nil)
        #expect(plan.position(function: 99, pc: 0) == .none)
    }

    @Test func aPlanThatIsTooLargeIsRefused() {
        let bytes = SamplePlan.bytes()
        #expect(throws: PlanError.self) { try Plan.load(bytes: bytes, limits: PlanLoadLimits(bytesMax: 100)) }
    }
}
