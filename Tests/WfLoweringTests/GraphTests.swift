// Blocks, slots and chunks of workflows, and how long a large block takes.
import Testing
import WfChecker
import WfLowering
import WfPlan
import WfSource
import WfValue

struct GraphTests {
    private static let span = Span(file: FileId(0), start: 0, end: 1)

    private func chain(_ count: Int) -> ProgramBuilder {
        var b = ProgramBuilder()
        b.program.effects.append(
            CheckedEffect(name: "echo", parameterNames: ["value"], parameterTypes: [.int], result: .int))
        var previous = b.local("n", .int)
        var nodes: [CheckedNode] = []
        for index in 0..<count {
            let binding = b.local("s\(index)", .int)
            nodes.append(
                CheckedNode(
                    kind: .effect(0, arguments: [b.get(previous)]), name: "s\(index)", span: GraphTests.span,
                    binding: LocalId(binding), type: .int, isOptional: false,
                    dependencies: index == 0 ? [] : [index - 1], clauses: nil))
            previous = binding
        }
        b.workflow("chain", parameters: 1, nodes, b.get(previous))
        return b
    }

    @Test func chunksReadSlots() throws {
        let plan = try chain(3).plan()
        #expect(plan.workflows.count == 1)
        #expect(plan.nodes.count == 3)
        let inputs = plan.nodes.map { plan.list(plan.chunks[Int($0.chunk)].inputs).map { $0 } }
        #expect(inputs == [[0], [1], [2]])
        #expect(plan.functions.count == 2, "equal chunks share their function")
        let result = plan.chunks[Int(plan.blocks[0].result)]
        #expect(
            plan.functions[Int(result.function)].codeCount == 1, "a slot that is only read is only returned")
    }

    @Test func largeBlockIsLowered() throws {
        let program = chain(100_000).program
        let clock = ContinuousClock()
        var best = Duration.seconds(100)
        for _ in 0..<3 {
            let start = clock.now
            _ = try lower(program)
            best = min(best, clock.now - start)
        }
        // Far above what it takes alone (see Benchmarks): other work may run beside the tests.
        #expect(best < .seconds(90), "\(best)")
    }
}
