// The proof that flows are sound: what the reductions leave has the verdict that a search of all states gives, on random
// nets; and nets that are made to take long do not.
import Testing

import WfChecker

/// SplitMix64, so that a failure can be repeated.
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// A net as gates and arrows, before it is one.
private struct Drawing {
    var gates: [NetGate] = [.source]
    var arrows: [(from: Int, to: Int)] = []

    mutating func gate(_ gate: NetGate) -> Int {
        gates.append(gate)
        return gates.count - 1
    }

    /// Grows a structured part between two gates.
    mutating func grow(from: Int, to: Int, depth: Int, _ dice: inout Dice) {
        let kind = depth == 0 ? 0 : Int.random(in: 0..<7, using: &dice)
        switch kind {
        case 0: arrows.append((from, to))
        case 1, 2:
            let step = gate(.merge)
            grow(from: from, to: step, depth: depth - 1, &dice)
            grow(from: step, to: to, depth: depth - 1, &dice)
        case 6:
            let (merge, choice) = (gate(.merge), gate(.choice))
            arrows.append((from, merge))
            grow(from: merge, to: choice, depth: depth - 1, &dice)
            grow(from: choice, to: merge, depth: depth - 1, &dice)
            arrows.append((choice, to))
        default:
            let pairs: [(NetGate, NetGate)] = [
                (.choice, .merge), (.split, .join), (.inclusiveSplit, .inclusiveJoin),
            ]
            let (opening, closing) = pairs[kind - 3]
            let (first, last) = (gate(opening), gate(closing))
            arrows.append((from, first))
            for _ in 0..<Int.random(in: 2...3, using: &dice) {
                grow(from: first, to: last, depth: depth - 1, &dice)
            }
            arrows.append((last, to))
        }
    }

    static func structured(_ dice: inout Dice, depth: Int) -> Drawing {
        var drawing = Drawing()
        let end = drawing.gate(Bool.random(using: &dice) ? .end : .valueEnd)
        drawing.grow(from: 0, to: end, depth: depth, &dice)
        return drawing
    }

    /// Changes a gate, or where an arrow leads.
    mutating func spoil(_ dice: inout Dice) {
        let kinds: [NetGate] = [.merge, .join, .inclusiveJoin, .choice, .split, .inclusiveSplit]
        if Bool.random(using: &dice), gates.count > 2 {
            gates[Int.random(in: 2..<gates.count, using: &dice)] = kinds.randomElement(using: &dice) ?? .merge
        } else {
            arrows[Int.random(in: 0..<arrows.count, using: &dice)].to = Int.random(
                in: 1..<gates.count, using: &dice)
        }
    }

    var net: FlowNet {
        var net = FlowNet()
        var arriving = [Int](repeating: 0, count: gates.count)
        for arrow in arrows { arriving[arrow.to] += 1 }
        // Where several arrows lead to a node of a flow, a merge stands before it.
        var leaving: [Int] = []
        for (index, gate) in gates.enumerated() {
            leaving.append(net.add(gate, element: gate == .merge && arriving[index] != 1 ? -1 : index))
        }
        for (index, gate) in gates.enumerated() where gate == .merge && arriving[index] != 1 {
            leaving[index] = net.add(.merge, element: index)
            net.connect(index, leaving[index])
        }
        for arrow in arrows { net.connect(leaving[arrow.from], arrow.to) }
        net.needsValue = gates[1] == .valueEnd
        return net
    }

    /// Whether arrows lead to every gate, which is looked at before the proof.
    var isReached: Bool {
        var reached = [Bool](repeating: false, count: gates.count)
        var stack = [0]
        while let gate = stack.popLast() {
            if reached[gate] { continue }
            reached[gate] = true
            stack += arrows.filter { $0.from == gate }.map(\.to)
        }
        return !reached.contains(false)
    }

    func verdict(reducing: Bool) -> FlowVerdict {
        var net = net
        return net.verdict(reducing: reducing)
    }
}

private func isDecided(_ verdict: FlowVerdict) -> Bool {
    if case .tooLarge = verdict { return false }
    return true
}

@Suite struct FlowNetTests {
    @Test(arguments: 0..<8) func structuredNetsAreSound(_ seed: Int) {
        var dice = Dice(state: UInt64(seed))
        for round in 0..<100 {
            let drawing = Drawing.structured(&dice, depth: 4)
            #expect(drawing.verdict(reducing: true) == .sound, "seed \(seed), round \(round)")
        }
    }

    /// The verdicts agree; which mistake is shown may differ, since there may be several.
    @Test(arguments: 0..<8) func reductionsKeepTheVerdict(_ seed: Int) {
        var dice = Dice(state: UInt64(1000 + seed))
        var sound = 0
        var unsound = 0
        for round in 0..<300 {
            var drawing = Drawing.structured(&dice, depth: 3)
            for _ in 0..<Int.random(in: 0...3, using: &dice) { drawing.spoil(&dice) }
            guard drawing.isReached else { continue }
            let whole = drawing.verdict(reducing: false)
            let reduced = drawing.verdict(reducing: true)
            guard isDecided(whole), isDecided(reduced) else { continue }
            if whole.isSound { sound += 1 } else { unsound += 1 }
            #expect(
                whole.isSound == reduced.isSound,
                "seed \(seed), round \(round): \(whole), \(reduced): \(drawing.gates) \(drawing.arrows)")
        }
        #expect(sound > 20 && unsound > 20)
    }

    @Test func largeNetsAreReduced() {
        var dice = Dice(state: 7)
        var drawing = Drawing.structured(&dice, depth: 9)
        while drawing.gates.count < 10_000 {
            drawing = Drawing()
            let end = drawing.gate(.end)
            var last = 0
            while drawing.gates.count < 10_000 {
                let next = drawing.gate(.merge)
                drawing.grow(from: last, to: next, depth: 5, &dice)
                last = next
            }
            drawing.arrows.append((last, end))
        }
        #expect(drawing.verdict(reducing: true) == .sound)
    }

    /// Ten thousand gates of which no rule takes one: the search gives up, or finds the mistake, and comes back.
    @Test func hostileNetsComeBack() {
        var dice = Dice(state: 11)
        var drawing = Drawing()
        let end = drawing.gate(.end)
        let kinds: [NetGate] = [.choice, .split, .inclusiveSplit, .join, .inclusiveJoin, .merge]
        for _ in 0..<10_000 { _ = drawing.gate(kinds.randomElement(using: &dice) ?? .merge) }
        drawing.arrows.append((0, 2))
        for gate in 2..<drawing.gates.count {
            for _ in 0..<3 {
                drawing.arrows.append((gate, Int.random(in: 2..<drawing.gates.count, using: &dice)))
            }
        }
        drawing.arrows.append((drawing.gates.count - 1, end))
        #expect(!drawing.verdict(reducing: true).isSound)
    }

    @Test func wideGatesAreReduced() {
        for (opening, closing) in [
            (NetGate.choice, NetGate.merge), (.split, .join), (.inclusiveSplit, .inclusiveJoin),
        ] {
            var drawing = Drawing()
            let end = drawing.gate(.end)
            let (first, last) = (drawing.gate(opening), drawing.gate(closing))
            drawing.arrows = [(0, first), (last, end)]
            for _ in 0..<10_000 {
                let step = drawing.gate(.merge)
                drawing.arrows += [(first, step), (step, last)]
            }
            #expect(drawing.verdict(reducing: true) == .sound)
        }
    }

    /// Twenty parallel ways that end each on its own: 2^20 states, more than the search looks at.
    @Test func theLimitIsSaid() {
        var drawing = Drawing()
        let end = drawing.gate(.end)
        let split = drawing.gate(.split)
        drawing.arrows = [(0, split)]
        for _ in 0..<20 {
            let (first, second) = (drawing.gate(.split), drawing.gate(.merge))
            drawing.arrows += [(split, first), (first, second), (first, end), (second, end)]
        }
        let verdict = drawing.verdict(reducing: false)
        #expect(!isDecided(verdict))
        let reduced = drawing.verdict(reducing: true)
        #expect(reduced.isSound || !isDecided(reduced))
    }
}
