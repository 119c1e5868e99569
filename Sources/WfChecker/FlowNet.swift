// A flow as a net of gates, for the proof that it is sound: it can always finish, it finishes cleanly, and no node is
// dead. Steps are arrows with a name; what is left are gates, of which one rule after another removes those that cannot
// do harm (FlowReductions.swift), and the rest is searched (FlowSearch.swift). Knows neither syntax nor types.

/// What a gate does with tokens.
public enum NetGate: UInt8, Sendable {
    /// Where the token of the flow starts.
    case source
    /// Passes each token on.
    case merge
    /// Waits for a token on each arrow.
    case join
    /// Waits for a token, and for those that can still come.
    case inclusiveJoin
    /// Puts a token on one arrow.
    case choice
    /// Puts a token on each arrow.
    case split
    /// Puts a token on some arrows, at least one.
    case inclusiveSplit
    /// Takes a token away.
    case end
    /// Takes a token away and gives the flow its value.
    case valueEnd
    /// Ends the flow at once.
    case terminate
}

/// A gate with its arrows, as numbers into `FlowNet.arrows`.
public struct NetNode: Sendable {
    public var gate: NetGate
    /// The node of the flow that it stands for; -1: none that an author has written.
    public var element: Int32
    var ins: [Int32] = []
    var outs: [Int32] = []
    var isGone = false

    public init(gate: NetGate, element: Int32) {
        self.gate = gate
        self.element = element
    }
}

/// An arrow: where it leads, and the steps that stand on it.
struct NetArrow {
    var from: Int32
    var to: Int32
    /// Number of a rope of elements; -1: none.
    var steps: Int32 = -1
    var isGone = false
    /// Its places among the arrows of both ends.
    var outPlace = 0
    var inPlace = 0
}

public struct FlowNet: Sendable {
    public internal(set) var nodes: [NetNode] = []
    var arrows: [NetArrow] = []
    /// Elements in order, without copying: pairs of ropes, or one element (right = -2).
    private var ropes: [(left: Int32, right: Int32)] = []
    /// Whether the flow has to end with a value.
    public var needsValue = false

    public init() {}

    @discardableResult
    public mutating func add(_ gate: NetGate, element: Int = -1) -> Int {
        nodes.append(NetNode(gate: gate, element: Int32(element)))
        return nodes.count - 1
    }

    public mutating func connect(_ from: Int, _ to: Int) {
        arrows.append(NetArrow(from: Int32(from), to: Int32(to)))
        leave(from, Int32(arrows.count - 1))
        arrive(at: to, Int32(arrows.count - 1))
    }

    /// Lets an arrow begin at a node, or lead to one.
    mutating func leave(_ node: Int, _ arrow: Int32) {
        arrows[Int(arrow)].from = Int32(node)
        arrows[Int(arrow)].outPlace = nodes[node].outs.count
        nodes[node].outs.append(arrow)
    }

    mutating func arrive(at node: Int, _ arrow: Int32) {
        arrows[Int(arrow)].to = Int32(node)
        arrows[Int(arrow)].inPlace = nodes[node].ins.count
        nodes[node].ins.append(arrow)
    }

    /// Lets an arrow lead to where another one leads, in its place.
    mutating func replace(_ old: Int32, by arrow: Int32) {
        let to = arrows[Int(old)].to
        let place = arrows[Int(old)].inPlace
        arrows[Int(arrow)].to = to
        arrows[Int(arrow)].inPlace = place
        nodes[Int(to)].ins[place] = arrow
        arrows[Int(old)].isGone = true
    }

    // MARK: changing

    mutating func remove(arrow: Int32) {
        let entry = arrows[Int(arrow)]
        arrows[Int(arrow)].isGone = true
        let (from, to) = (Int(entry.from), Int(entry.to))
        if let last = nodes[from].outs.popLast(), last != arrow {
            nodes[from].outs[entry.outPlace] = last
            arrows[Int(last)].outPlace = entry.outPlace
        }
        if let last = nodes[to].ins.popLast(), last != arrow {
            nodes[to].ins[entry.inPlace] = last
            arrows[Int(last)].inPlace = entry.inPlace
        }
    }

    // MARK: steps on arrows

    mutating func rope(_ left: Int32, element: Int32, _ right: Int32) -> Int32 {
        var result = left
        if element >= 0 {
            ropes.append((element, -2))
            result = joined(result, Int32(ropes.count - 1))
        }
        return joined(result, right)
    }

    private mutating func joined(_ left: Int32, _ right: Int32) -> Int32 {
        if left < 0 { return right }
        if right < 0 { return left }
        ropes.append((left, right))
        return Int32(ropes.count - 1)
    }

    /// The elements on an arrow, in order, at most so many.
    func steps(on arrow: Int32, limit: Int) -> [Int] {
        var found: [Int] = []
        var stack = [arrows[Int(arrow)].steps]
        while let rope = stack.popLast(), found.count < limit {
            if rope < 0 { continue }
            let (left, right) = ropes[Int(rope)]
            if right == -2 {
                found.append(Int(left))
            } else {
                stack.append(right)
                stack.append(left)
            }
        }
        return found
    }
}

/// What the proof has come to.
public enum FlowVerdict: Equatable, Sendable {
    case sound
    /// Nodes passed, and those that wait for ever.
    case stuck(path: [Int], waiting: [Int])
    /// A second token comes to where one is already.
    case crowded(path: [Int], at: Int)
    /// A second end gives the flow a value.
    case twoValues(path: [Int], at: Int)
    case noValue(path: [Int])
    /// From there on no end can be reached.
    case endless(path: [Int])
    /// Nothing ever comes to the node.
    case dead(Int)
    /// The search was given up at so many states.
    case tooLarge(Int)

    public var isSound: Bool { self == .sound }
}
