// Coarse bounds, four times what was measured, so that they fail when something becomes quadratic and not
// when the machine is busy. Set WF_PRINT_SPEED to see the figures.
import Glibc
import Testing
import WfPlan
import WfValue

/// Bounds are for optimised code.
#if DEBUG
    private let patience = 20.0
#else
    private let patience = 1.0
#endif

@Suite(.serialized) struct SpeedTests {
    private func measure(_ what: String, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<5 {
            let start = ContinuousClock.now
            try body()
            let duration = (ContinuousClock.now - start).components
            best = min(best, Double(duration.seconds) * 1e3 + Double(duration.attoseconds) / 1e15)
        }
        if getenv("WF_PRINT_SPEED") != nil { print("speed \(what): \(best) ms") }
        return best
    }

    /// A workflow of `count` nodes, each with a chunk of its own that reads the node before it.
    static func chain(_ count: Int) -> PlanBuilder {
        let plan = PlanBuilder(types: TypeTable())
        let root = plan.reserveBlock()
        let first = plan.reserveNodes(count)
        let code = [Instruction(.addi, a: 1, b: 0, c: 1).word, Instruction(.ret, a: 1).word]
        for index in 0..<count {
            let function = plan.function(
                name: "step\(index)", code: code, registerTypes: [.int, .int], parameterCount: 1,
                result: .int,
                positions: [PositionRow(codeOffset: 0, span: .none)])
            plan.nodes[Int(first) + index] = NodeRow(
                kind: .value, name: plan.string("step\(index)"), block: root, slot: UInt32(index + 1),
                type: TypeId.int.raw, dependencies: index == 0 ? .empty : plan.list([UInt32(index - 1)]),
                chunk: plan.chunk(function: function, inputs: [ChunkRow.input(depth: 0, slot: index)]),
                span: .none)
        }
        plan.blocks[Int(root)] = BlockRow(
            owner: .none, workflow: 0, nodeStart: first, nodeCount: UInt32(count),
            slotTypes: plan.list([UInt32](repeating: TypeId.int.raw, count: count + 1)), givenSlots: 1,
            result: .none)
        _ = plan.add(
            WorkflowRow(
                name: plan.string("main"), parameterNames: plan.list(strings: ["n"]),
                parameterDefaults: plan.list([.none]), resultType: TypeId.unit.raw, rootBlock: root,
                documentation: .none, span: .none))
        return plan
    }

    @Test func aSmallPlanLoadsAtOnce() throws {
        let bytes = SamplePlan.bytes()
        let time = try measure("load of the sample (\(bytes.count) bytes)") {
            _ = try Plan.load(bytes: bytes)
        }
        #expect(time < 4 * patience)
    }

    @Test func manyNodesAreBuiltAndLoadedInLinearTime() throws {
        let build = measure("build of 100,000 nodes") { _ = SpeedTests.chain(100_000).finish() }
        let builder = SpeedTests.chain(100_000)
        _ = measure("finish of 100,000 nodes") { _ = builder.finish() }
        let bytes = builder.finish()
        let load = try measure("load of 100,000 nodes (\(bytes.count) bytes)") {
            _ = try Plan.load(bytes: bytes)
        }
        #expect(build < 400 * patience)
        #expect(load < 300 * patience)
    }
}
