// Properties of every drawing: nothing lies on anything else, everything is inside what it belongs to, arrows go down and
// pass no box, texts fit where they stand.
import Testing
import WfCompiler
import WfGraph
import WfPlan
import WfTestSupport

/// Graphs of any size and depth.
private struct GraphWriter {
    private var state: UInt64
    private var nextId = 0

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ limit: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    mutating func block(_ count: Int, depth: Int) -> GraphBlock {
        let boxes = (0..<count).map { _ in box(depth: depth) }
        var edges: Set<GraphEdge> = []
        for to in 1..<max(1, count) {
            for _ in 0..<below(3) { edges.insert(GraphEdge(from: below(to), to: to)) }
        }
        let sorted = edges.sorted { ($0.to, $0.from) < ($1.to, $1.from) }
        return GraphBlock(title: below(2) == 0 ? "" : text(), boxes: boxes, edges: sorted)
    }

    private mutating func text() -> String {
        ["a", "if the order is paid", "stürmisch → 天気", "catch error", "for x in items limit 3"][below(5)]
    }

    private mutating func box(depth: Int) -> GraphBox {
        nextId += 1
        let id = nextId
        var blocks: [GraphBlock] = []
        if depth > 0, below(4) == 0 {
            for _ in 0...below(3) { blocks.append(block(1 + below(4), depth: depth - 1)) }
        }
        return GraphBox(
            id: id, title: "step\(below(100_000))", detail: below(3) == 0 ? "" : text(), blocks: blocks,
            repeats: !blocks.isEmpty && below(2) == 0)
    }

    mutating func graph(_ count: Int) -> WorkflowGraph {
        WorkflowGraph(title: "main(n: Int)", root: block(count, depth: 3))
    }
}

private func overlap(_ a: Rectangle, _ b: Rectangle) -> Bool {
    a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom
}

private func contains(_ outer: Rectangle, _ inner: Rectangle) -> Bool {
    inner.x >= outer.x && inner.y >= outer.y && inner.right <= outer.right + 0.001
        && inner.bottom <= outer.bottom + 0.001
}

/// What is wrong with a drawing.
private func troubles(_ scene: Scene) -> [String] {
    var found: [String] = []
    let shapes = scene.shapes
    func ancestors(_ shape: Int) -> Set<Int> {
        var above: Set<Int> = []
        var at = shapes[shape].parent
        while let parent = at {
            above.insert(parent)
            at = shapes[parent].parent
        }
        return above
    }
    let page = Rectangle(x: 0, y: 0, width: scene.width, height: scene.height)
    for (index, shape) in shapes.enumerated() {
        if !contains(page, shape.area) { found.append("shape \(index) is off the page") }
        if let parent = shape.parent, !contains(shapes[parent].area, shape.area) {
            found.append("shape \(index) is not inside \(parent)")
        }
        let above = ancestors(index)
        for other in shapes.indices.dropFirst(index + 1)
        where !above.contains(other) && !ancestors(other).contains(index) {
            if overlap(shape.area, shapes[other].area) {
                found.append("shapes \(index) and \(other) overlap")
            }
        }
    }
    for (index, arrow) in scene.arrows.enumerated() {
        guard let first = arrow.corners.first, let last = arrow.corners.last else { continue }
        if arrow.goesBack {
            if last.y >= first.y { found.append("arrow back \(index) does not go up") }
            continue
        }
        for (from, to) in zip(arrow.corners, arrow.corners.dropFirst()) {
            if to.y < from.y - 0.001 { found.append("arrow \(index) goes up") }
            // Along the curve; it bends only between layers, where no box is.
            for step in 1..<8 {
                let t = Double(step) / 8
                let s = t * t * (3 - 2 * t)
                let x = from.x + (to.x - from.x) * s
                let y = from.y + (to.y - from.y) * t
                for (number, shape) in shapes.enumerated() where shape.kind == .step {
                    let area = shape.area
                    if x > area.x && x < area.right && y > area.y + 0.001 && y < area.bottom - 0.001 {
                        found.append("arrow \(index) passes through shape \(number)")
                    }
                }
            }
        }
    }
    for text in scene.texts {
        let area = Rectangle(x: text.origin.x, y: text.origin.y - 9, width: text.width, height: 11)
        if !contains(page, area) { found.append("text `\(text.text)` is off the page") }
        for (number, shape) in shapes.enumerated()
        where overlap(area, shape.area) && !contains(shape.area, area) {
            found.append("text `\(text.text)` crosses the border of shape \(number)")
        }
    }
    return found
}

@Suite struct LayoutTests {
    @Test func anyGraphIsDrawnCleanly() {
        for seed in 1...150 {
            var writer = GraphWriter(seed: UInt64(seed))
            let graph = writer.graph(1 + writer.below(seed % 30 == 0 ? 200 : 25))
            let found = troubles(Scene(graph))
            #expect(found.isEmpty, "seed \(seed): \(found.prefix(5))")
            if !found.isEmpty { return }
        }
    }

    @Test func stepsOfALineStandBelowEachOther() throws {
        let boxes = (0..<5).map { GraphBox(id: $0, title: "s\($0)", detail: "", blocks: [], repeats: false) }
        let edges = (0..<4).map { GraphEdge(from: $0, to: $0 + 1) }
        let scene = Scene(WorkflowGraph(title: "w", root: GraphBlock(title: "", boxes: boxes, edges: edges)))
        for (upper, lower) in zip(scene.shapes, scene.shapes.dropFirst()) {
            #expect(upper.area.bottom < lower.area.y)
            #expect(abs(upper.area.middle - lower.area.middle) < 0.5, "a line is straight")
        }
    }

    @Test func placesAreTheNearestThatKeepTheOrder() {
        #expect(BlockLayout.nearest([0, 0], widths: [10, 10]) == [-17, 17])
        #expect(BlockLayout.nearest([0, 100], widths: [10, 10]) == [0, 100])
        #expect(BlockLayout.nearest([5], widths: [10]) == [5])
    }

    @Test(arguments: filesBelow("examples", suffix: ".wf")) func examplesAreDrawnCleanly(path: String) throws
    {
        let result = Compiler.compile(path, provider: DiskSourceProvider())
        let plan = try Plan.load(bytes: try #require(result.plan))
        let graph = WorkflowGraph(plan, workflow: try #require(plan.workflow(named: "main")))
        #expect(troubles(Scene(graph)) == [])
        #expect(!graph.allBoxes.isEmpty)
        #expect(SVGRenderer.render(graph) == SVGRenderer.render(graph))
    }
}
