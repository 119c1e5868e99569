// Which funcs, steps and branches the tests have reached. Counted are, wherever it is not a test's: a func, once it was
// called; a step, once an attempt at it has begun; each branch of an `if` or `match`, once it was taken, an `else` that is
// not written included; both answers of a `when`; an `else` behind a step; each `catch`.
// Knows plans and events; knows nothing of how coverage is shown.

import WfEngine
public import WfPlan

/// A place that tests can reach. Ordered by where it stands.
public struct CoveragePlace: Hashable, Comparable, Sendable {
    public enum Part: Hashable, Comparable, Sendable {
        case step
        /// A `func`.
        case function
        /// Of an `if` or `match`, in the order of the plan.
        case branch(Int)
        case whenTrue, whenFalse
        case otherwise
        /// Of a `try`, in the order of the page.
        case caught(Int)
    }
    public var file: String
    public var start: UInt32
    public var end: UInt32
    public var part: Part
    /// The step's name.
    public var name: String

    public static func < (a: CoveragePlace, b: CoveragePlace) -> Bool {
        (a.file, a.start, a.end, a.part, a.name) < (b.file, b.start, b.end, b.part, b.name)
    }
}

/// What the tests have reached, by place in the source, so that a workflow in two plans counts once.
public final class Coverage {
    /// How often each place was reached.
    public private(set) var counts: [CoveragePlace: Int] = [:]
    /// The source of each file that holds a place.
    public private(set) var sources: [String: [UInt8]] = [:]

    private var steps: [Int: CoveragePlace] = [:]
    /// Nodes whose scopes have opened and that have not ended, by run and scope.
    private var opened: Set<OpenNode> = []
    private struct OpenNode: Hashable {
        var run: RunId
        var scope: Int
        var node: Int
    }

    public init() {}

    /// Notes all that can be reached in a plan, before its tests run.
    public func add(_ plan: Plan) {
        steps.removeAll()
        for point in plan.points { note([place(of: point, plan)], point.span.file, plan) }
        for node in plan.nodes.indices {
            let places = places(of: node, plan)
            note(places, plan.nodes[node].span.file, plan)
            if let first = places.first, first.part == .step { steps[node] = first }
        }
    }

    private func note(_ places: [CoveragePlace], _ file: UInt32, _ plan: Plan) {
        for place in places { counts[place, default: 0] += 0 }
        if let first = places.first, sources[first.file] == nil {
            sources[first.file] = Array(plan.sourceBytes(file))
        }
    }

    private func place(of point: PointRow, _ plan: Plan) -> CoveragePlace {
        CoveragePlace(
            file: plan.string(plan.sources[Int(point.span.file)].path), start: point.span.start,
            end: point.span.end, part: point.branch == .none ? .function : .branch(Int(point.branch)),
            name: plan.string(point.name))
    }

    /// Notes points that pure code has reached.
    func take(_ points: [Int], _ plan: Plan) {
        for point in points { counts[place(of: plan.points[point], plan), default: 0] += 1 }
    }

    private func place(_ node: Int, _ part: CoveragePlace.Part, _ plan: Plan) -> CoveragePlace {
        let row = plan.nodes[node]
        return CoveragePlace(
            file: plan.string(plan.sources[Int(row.span.file)].path), start: row.span.start,
            end: row.span.end,
            part: part, name: plan.string(row.name))
    }

    /// What counts of a node; empty for what is hidden or belongs to a test.
    private func places(of node: Int, _ plan: Plan) -> [CoveragePlace] {
        let row = plan.nodes[node]
        // The node of an `else` has no events of its own: they are its step's.
        guard plan.nodeRange(Int(row.block)).contains(node) else { return [] }
        let workflow = plan.workflows[Int(plan.blocks[Int(row.block)].workflow)]
        guard row.span.file != .none, let kind = NodeKind(rawValue: row.kind), kind != .value,
            !plan.string(workflow.name).hasPrefix("#"), !plan.string(row.name).hasPrefix("#")
        else { return [] }
        var found: [CoveragePlace] = []
        if kind != .branch { found.append(place(node, .step, plan)) }
        if kind == .branch {
            for index in 0..<Int(row.branches.count) { found.append(place(node, .branch(index), plan)) }
        }
        if kind == .try {
            for index in 0..<Int(row.branches.count) / 3 { found.append(place(node, .caught(index), plan)) }
        }
        if row.clauses != .none {
            let clauses = plan.clauses[Int(row.clauses)]
            if clauses.when != .none {
                found += [place(node, .whenTrue, plan), place(node, .whenFalse, plan)]
            }
            if clauses.otherwise != .none { found.append(place(node, .otherwise, plan)) }
        }
        return found
    }

    private func reach(_ node: Int, _ part: CoveragePlace.Part, _ plan: Plan) {
        let reached = place(node, part, plan)
        if counts[reached] != nil { counts[reached, default: 0] += 1 }
    }

    /// Forgets what the last pass has left open.
    func begin() { opened.removeAll(keepingCapacity: true) }

    func take(_ events: [RunEvent], _ plan: Plan) {
        for event in events {
            if event.kind == .scopeOpened { branchOpened(event, plan) }
            guard let node = event.node else { continue }
            switch event.kind {
            case .nodeStarted, .nodeSleeping, .nodeWaiting:
                opened.insert(OpenNode(run: event.run, scope: event.scope, node: node))
                if let place = steps[node] { counts[place, default: 0] += 1 }
                if event.attempt <= 1 { reach(node, .whenTrue, plan) }
            case .nodeSkipped: reach(node, .whenFalse, plan)
            case .nodeElse: reach(node, .otherwise, plan)
            case .nodeEnded: nodeEnded(event, node, plan)
            case .nodeFailed where plan.nodes[node].kind == NodeKind.fail.rawValue:
                if let place = steps[node] { counts[place, default: 0] += 1 }
            default: break
            }
        }
    }

    private func branchOpened(_ event: RunEvent, _ plan: Plan) {
        guard event.owner >= 0 else { return }
        let branches = plan.list(plan.nodes[event.owner].branches)
        if plan.nodes[event.owner].kind == NodeKind.try.rawValue {
            for index in 0..<branches.count / 3 where branches[index * 3] == UInt32(event.block) {
                reach(event.owner, .caught(index), plan)
            }
        }
        guard plan.nodes[event.owner].kind == NodeKind.branch.rawValue else { return }
        if let index = branches.firstIndex(of: UInt32(event.block)) {
            reach(event.owner, .branch(index), plan)
        }
    }

    /// A branch without a block ends without having opened one.
    private func nodeEnded(_ event: RunEvent, _ node: Int, _ plan: Plan) {
        let key = OpenNode(run: event.run, scope: event.scope, node: node)
        let row = plan.nodes[node]
        switch NodeKind(rawValue: row.kind) {
        case .choose, .chooseSome, .pass, .caught:
            if let place = steps[node] { counts[place, default: 0] += 1 }
        default: break
        }
        if opened.remove(key) == nil, row.kind == NodeKind.branch.rawValue,
            let index = plan.list(row.branches).firstIndex(of: .none)
        {
            reach(node, .branch(index), plan)
            reach(node, .whenTrue, plan)
        }
    }
}
