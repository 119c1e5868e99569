// Random graphs, random answers, random kills: the value is always the one that the graph defines.

import Testing
import WfEngine
import WfJournal
import WfPlan

private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

@Suite struct RandomGraphTests {
    /// A graph of effects and values that add what they read; and what it comes to.
    private func graph(_ numbers: inout Numbers) throws -> (plan: Plan, value: Int) {
        let test = TestPlan()
        let echo = test.effect("echo")
        let block = test.builder.reserveBlock()
        let count = Int.random(in: 1...150, using: &numbers)
        var values: [Int] = []
        var nodes: [TestPlan.Node] = []
        let retrying = test.builder.add(ClausesRow(retry: test.word(1_000, .int)))
        for index in 0..<count {
            var reads: [Int] = []
            if index > 0 {
                for _ in 0..<Int.random(in: 0...3, using: &numbers) {
                    let read = Int.random(in: max(0, index - 70)..<index, using: &numbers)
                    // Kept far from overflow, which would be a fault.
                    if !reads.contains(read), values[read] < 1 << 50 { reads.append(read) }
                }
            }
            let constant = Int.random(in: 0...9, using: &numbers)
            let isEffect = Bool.random(using: &numbers)
            let inputs = reads.map { test.at($0) }
            nodes.append(
                .init(
                    kind: isEffect ? .effect : .value, name: "n\(index)", dependencies: reads,
                    target: isEffect ? echo : .none,
                    chunk: isEffect ? test.call(inputs, plus: constant) : test.sum(inputs, plus: constant),
                    clauses: isEffect ? retrying : .none))
            values.append(reads.reduce(constant) { $0 + values[$1] })
        }
        let last = [count - 1, count / 2, 0]
        test.fill(block, nodes, result: test.sum(last.map { test.at($0) }))
        test.workflow("main", root: block)
        return (try test.finish(), last.reduce(0) { $0 + values[$1] })
    }

    @Test(arguments: 0..<60)
    func alwaysTheSameValue(_ seed: Int) throws {
        var numbers = Numbers(state: UInt64(seed))
        let (plan, expected) = try graph(&numbers)
        var journal = MemoryJournal()
        var answers = Numbers(state: UInt64(seed) + 1_000)
        let answer: (EffectRequest) -> Answer = { request in
            switch Int.random(in: 0..<10, using: &answers) {
            case 0: return .now(.failure(EffectFailure(kind: "io", message: "no luck")))
            case 1, 2, 3: return .now(.success(request.arguments))
            default:
                return .after(Int64.random(in: 1...5_000, using: &answers), .success(request.arguments))
            }
        }
        let first = World(journal: journal, answer: answer)
        let run = try first.start(plan)
        journal.failAtCommit = Int.random(in: 2...20, using: &numbers)
        do { try first.run() } catch {}
        var end = first.ends[run]
        var now = first.now
        var process: Int32 = 2
        while end == nil && process < 100 {
            journal = journal.copy()
            journal.failAtCommit = Int.random(in: 2...40, using: &numbers)
            let world = World(
                journal: journal, process: process, now: now, seed: UInt64(process), answer: answer)
            try world.engine.resume(run: run, now: world.moment)
            do { try world.run() } catch {}
            end = world.ends[run]
            now = world.now
            process += 1
        }
        #expect(end.flatMap { value($0) } == expected)
    }

    @Test func aHundredThousandNodesAreQuick() throws {
        let test = TestPlan()
        let nop = test.nop()
        let block = test.builder.reserveBlock()
        test.fill(
            block, (0..<100_000).map { .init(kind: .effect, name: "s\($0)", type: .unit, target: nop) },
            result: test.sum([], plus: 1))
        test.workflow("main", root: block)
        let plan = try test.finish()
        let clock = ContinuousClock()
        let world = World()
        var end: RunEnd?
        let time = try clock.measure { end = try world.finish(plan) }
        #expect(end.flatMap { value($0) } == 1)
        #expect(time < .seconds(20), "coarse: a tenth of a second where nothing else runs")
    }

    @Test func theCostOfAStepDoesNotGrowWithItsBlock() throws {
        func time(_ count: Int) throws -> Double {
            let test = TestPlan()
            let nop = test.nop()
            let block = test.builder.reserveBlock()
            test.fill(
                block,
                (0..<count).map {
                    .init(
                        kind: .effect, name: "s\($0)", type: .unit, dependencies: $0 == 0 ? [] : [$0 - 1],
                        target: nop)
                }, result: test.sum([], plus: 1))
            test.workflow("main", root: block)
            let plan = try test.finish()
            // The best of three, since tests run side by side.
            var best = Double.infinity
            for _ in 0..<3 {
                let world = World()
                let time = try ContinuousClock().measure { _ = try world.finish(plan) }
                best = min(best, Double(time.components.attoseconds) / 1e18 + Double(time.components.seconds))
            }
            return best / Double(count)
        }
        // A cost that grew with the block would be eight times as high.
        let (small, large) = (try time(5_000), try time(40_000))
        #expect(large < small * 5, "per step \(small) s in 5,000 and \(large) s in 40,000")
    }
}
