// The steps of a workflow as a drawing knows them: boxes, some with blocks of further boxes inside, and the arrows between
// boxes of one block. Made from a plan and the source text that it carries.
public import WfPlan
import WfValue

/// A box: a step, with the blocks it runs inside if it has any.
public struct GraphBox: Sendable {
    /// Unique in the graph.
    public var id: Int
    public var title: String
    /// What it does, in the words of the source; empty when there is nothing to say.
    public var detail: String
    public var blocks: [GraphBlock]
    /// Whether its block begins again when it has ended.
    public var repeats: Bool
    /// Tokens of a run that are in it, or wait in front of it.
    public var isMarked = false

    public init(id: Int, title: String, detail: String, blocks: [GraphBlock], repeats: Bool) {
        self.id = id
        self.title = title
        self.detail = detail
        self.blocks = blocks
        self.repeats = repeats
    }
}

/// Boxes that start as soon as what they need has ended.
public struct GraphBlock: Sendable {
    /// What has to hold for it to run; empty where that needs no words.
    public var title: String
    public var boxes: [GraphBox]
    /// From what is needed to what needs it, as numbers of `boxes`; no circle, and none that follows from others.
    public var edges: [GraphEdge]

    public init(title: String, boxes: [GraphBox], edges: [GraphEdge]) {
        self.title = title
        self.boxes = boxes
        self.edges = edges
    }
}

/// That one box needs another.
public struct GraphEdge: Hashable, Sendable {
    public var from: Int
    public var to: Int
    /// The arrow of a flow that leads back: it is laid out from `from` to `to` and points the other way.
    public var isReversed: Bool

    public init(from: Int, to: Int, isReversed: Bool = false) {
        self.from = from
        self.to = to
        self.isReversed = isReversed
    }

    /// Where it comes from and where it points, as the author sees it.
    var ends: (from: Int, to: Int) { isReversed ? (to, from) : (from, to) }
}

/// A workflow's graph.
public struct WorkflowGraph: Sendable {
    /// `main(n: Int) -> String`
    public var title: String
    public var root: GraphBlock

    public init(title: String, root: GraphBlock) {
        self.title = title
        self.root = root
    }

    /// - Parameter workflow: its number in the plan.
    public init(_ plan: Plan, workflow: Int) {
        let row = plan.workflows[workflow]
        let slots = plan.list(plan.blocks[Int(row.rootBlock)].slotTypes)
        let parameters = plan.list(row.parameterNames).enumerated().map { index, name in
            "\(plan.string(name)): \(plan.types.text(of: TypeId(raw: slots[index])))"
        }
        let result = TypeId(raw: row.resultType)
        title = "\(plan.string(row.name))(\(parameters.joined(separator: ", ")))"
        if result != .unit { title += " -> \(plan.types.text(of: result))" }
        var builder = GraphBuilder(plan)
        root = builder.block(Int(row.rootBlock), title: "")
    }

    /// Every box of the graph, outer ones first.
    public var allBoxes: [GraphBox] {
        var found: [GraphBox] = []
        var blocks = [root]
        while let block = blocks.popLast() {
            for box in block.boxes {
                found.append(box)
                blocks += box.blocks.reversed()
            }
        }
        return found
    }

    /// The edges that do not follow from others.
    public static func necessary(_ needs: [Set<Int>]) -> [GraphEdge] {
        var above: [Set<Int>?] = .init(repeating: nil, count: needs.count)
        func all(_ box: Int) -> Set<Int> {
            if let known = above[box] { return known }
            let found = needs[box].reduce(into: needs[box]) { $0.formUnion(all($1)) }
            above[box] = found
            return found
        }
        var edges: [GraphEdge] = []
        for (box, direct) in needs.enumerated() {
            for from in direct.sorted()
            where !direct.contains(where: { $0 != from && all($0).contains(from) }) {
                edges.append(GraphEdge(from: from, to: box))
            }
        }
        return edges
    }
}

/// Plan rows to boxes.
struct GraphBuilder {
    let plan: Plan
    private let words: SourceWords
    /// The blocks that each node runs, by node.
    private var blocksOf: [[Int]]
    var nextId = 0

    init(_ plan: Plan) {
        self.plan = plan
        words = SourceWords(plan)
        blocksOf = [[Int]](repeating: [], count: plan.nodes.count)
        for (index, block) in plan.blocks.enumerated() where block.owner != .none {
            blocksOf[Int(block.owner)].append(index)
        }
    }

    mutating func block(_ index: Int, title: String) -> GraphBlock {
        if let flow = plan.flow(ofBlock: index) { return flowBlock(index, flow) }
        let range = plan.nodeRange(index)
        // Hidden nodes have no box: who needs them needs what they need.
        let shown = range.filter { !isHidden($0) }
        var boxOf: [Int: Int] = [:]
        for (place, node) in shown.enumerated() { boxOf[node] = place }
        var needs: [Set<Int>] = []
        var reached: [Int: Set<Int>] = [:]
        func boxesBefore(_ node: Int) -> Set<Int> {
            if let known = reached[node] { return known }
            var found: Set<Int> = []
            for relative in plan.list(plan.nodes[node].dependencies) {
                let other = range.lowerBound + Int(relative)
                if let box = boxOf[other] { found.insert(box) } else { found.formUnion(boxesBefore(other)) }
            }
            reached[node] = found
            return found
        }
        for node in shown { needs.append(boxesBefore(node)) }
        return GraphBlock(
            title: title, boxes: shown.map { box($0) }, edges: WorkflowGraph.necessary(needs))
    }

    private func isHidden(_ node: Int) -> Bool {
        plan.string(plan.nodes[node].name).hasPrefix("#")
    }

    mutating func box(_ node: Int) -> GraphBox {
        let row = plan.nodes[node]
        let id = nextId
        nextId += 1
        // A block in which nothing happens needs no room.
        let inner = blocksOf[node].filter { index in
            plan.nodeRange(index).contains { !isHidden($0) } && index != undoBlock(row)
        }
        var blocks = inner.map { index in
            let first = plan.nodeRange(index).first { !isHidden($0) } ?? 0
            return block(index, title: words.branch(around: plan.nodes[first].span, in: row.span))
        }
        var detail = words.detail(of: row.span)
        if row.kind == NodeKind.value.rawValue { detail = "= " + detail }
        if let undo = undoBlock(row), let first = plan.nodeRange(undo).first(where: { !isHidden($0) }) {
            detail += ", undo \(plan.string(plan.nodes[first].name))"
        }
        // The head of an `if` has said it.
        if blocks.count == 1, detail == "if " + blocks[0].title { blocks[0].title = "" }
        return GraphBox(
            id: id, title: plan.string(row.name), detail: detail, blocks: blocks,
            repeats: row.kind == NodeKind.loop.rawValue && !blocks.isEmpty)
    }

    private func undoBlock(_ row: NodeRow) -> Int? {
        if row.clauses == .none { return nil }
        let undo = plan.clauses[Int(row.clauses)].undo
        return undo == .none ? nil : Int(undo)
    }
}
