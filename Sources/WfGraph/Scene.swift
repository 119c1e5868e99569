// A whole drawing with absolute coordinates: boxes, the frames of blocks, texts, and arrows. Sizes come from the texts.

/// A line of text.
public struct SceneText: Sendable {
    public enum Style: Sendable { case title, detail, label, heading }
    public var text: String
    /// Where its baseline begins.
    public var origin: Point
    public var style: Style

    public var width: Double { Scene.width(text, style) }
}

/// A box or a frame.
public struct SceneShape: Sendable {
    public enum Kind: Sendable { case step, frame, block }
    public var kind: Kind
    public var area: Rectangle
    /// The shape it lies in, or nil.
    public var parent: Int?
    public var isMarked = false
}

public struct SceneArrow: Sendable {
    /// Corners, from the top down; an arrow back goes up.
    public var corners: [Point]
    public var goesBack: Bool
}

public struct Scene: Sendable {
    public private(set) var shapes: [SceneShape] = []
    public private(set) var texts: [SceneText] = []
    public private(set) var arrows: [SceneArrow] = []
    public private(set) var width = 0.0
    public private(set) var height = 0.0

    public static let titleSize = 14.0
    public static let detailSize = 11.0
    public static let headingSize = 16.0
    private static let padding = 12.0
    private static let lineHeight = 18.0
    private static let margin = 20.0
    /// Room for the arrow back of a loop.
    private static let backRoom = 28.0

    public static func width(_ text: String, _ style: SceneText.Style) -> Double {
        switch style {
        case .title: GlyphWidths.width(of: text, size: titleSize, bold: true)
        case .heading: GlyphWidths.width(of: text, size: headingSize, bold: true)
        case .detail, .label: GlyphWidths.width(of: text, size: detailSize)
        }
    }

    /// A box with everything inside it laid out, before it has a place.
    private struct SizedBox {
        var box: GraphBox
        var width: Double
        var height: Double
        /// For each block its offset in the box and its insides.
        var blocks: [(x: Double, y: Double, block: SizedBlock)]
    }

    private struct SizedBlock {
        var title: String
        var boxes: [SizedBox]
        var edges: [GraphEdge]
        var layout: BlockLayout
        var width: Double
        var height: Double
        /// Room above the boxes for the title.
        var top: Double
        var left: Double
    }

    public init(_ graph: WorkflowGraph) {
        let root = Scene.size(graph.root)
        let heading = Scene.width(graph.title, .heading)
        texts.append(
            SceneText(
                text: graph.title, origin: Point(x: Scene.margin, y: Scene.margin + Scene.headingSize),
                style: .heading))
        let top = Scene.margin + Scene.headingSize + Scene.padding * 1.5
        add(root, x: Scene.margin, y: top, parent: nil)
        width = max(root.width, heading) + 2 * Scene.margin
        height = top + root.height + Scene.margin
    }

    // MARK: sizes, from the inside out

    private static func size(_ block: GraphBlock) -> SizedBlock {
        let boxes = block.boxes.map { size($0) }
        let layout = BlockLayout(sizes: boxes.map { ($0.width, $0.height) }, edges: block.edges)
        let top = block.title.isEmpty ? 0 : lineHeight
        let titleWidth = Scene.width(block.title, .label)
        return SizedBlock(
            title: block.title, boxes: boxes, edges: block.edges, layout: layout,
            width: max(layout.width, titleWidth),
            height: layout.height + top, top: top, left: max(0, titleWidth - layout.width) / 2)
    }

    private static func size(_ box: GraphBox) -> SizedBox {
        let head = lineHeight * (box.detail.isEmpty ? 1 : 2) + padding
        var width = max(Scene.width(box.title, .title), Scene.width(box.detail, .detail)) + 2 * padding
        if box.blocks.isEmpty { return SizedBox(box: box, width: width, height: head + 4, blocks: []) }
        let blocks = box.blocks.map { size($0) }
        let back = box.repeats ? backRoom : 0
        // Several blocks stand side by side in frames of their own.
        let frame = blocks.count > 1 ? padding : 0
        let inner = blocks.reduce(0) { $0 + $1.width + 2 * frame } + padding * Double(blocks.count - 1)
        width = max(width, inner + 2 * padding + 2 * back)
        var x = (width - inner) / 2
        var placed: [(x: Double, y: Double, block: SizedBlock)] = []
        for block in blocks {
            placed.append((x + frame, head + frame, block))
            x += block.width + 2 * frame + padding
        }
        let tallest = blocks.map(\.height).max() ?? 0
        return SizedBox(
            box: box, width: width, height: head + tallest + 2 * frame + padding, blocks: placed)
    }

    // MARK: places, from the outside in

    private mutating func add(_ block: SizedBlock, x: Double, y: Double, parent: Int?) {
        if !block.title.isEmpty {
            texts.append(
                SceneText(text: block.title, origin: Point(x: x, y: y + Scene.detailSize), style: .label))
        }
        let left = x + block.left
        let top = y + block.top
        for (edge, corners) in zip(block.edges, block.layout.lines) {
            let moved = corners.map { Point(x: $0.x + left, y: $0.y + top) }
            arrows.append(
                SceneArrow(corners: edge.isReversed ? moved.reversed() : moved, goesBack: edge.isReversed))
        }
        for (box, area) in zip(block.boxes, block.layout.boxes) {
            add(box, x: left + area.x, y: top + area.y, parent: parent)
        }
    }

    private mutating func add(_ sized: SizedBox, x: Double, y: Double, parent: Int?) {
        let box = sized.box
        let area = Rectangle(x: x, y: y, width: sized.width, height: sized.height)
        shapes.append(
            SceneShape(
                kind: box.blocks.isEmpty ? .step : .frame, area: area, parent: parent, isMarked: box.isMarked)
        )
        let number = shapes.count - 1
        let isPlain = box.blocks.isEmpty
        var baseline = y + Scene.padding / 2 + Scene.titleSize
        for (text, style) in [(box.title, SceneText.Style.title), (box.detail, .detail)] where !text.isEmpty {
            let indent = isPlain ? (sized.width - Scene.width(text, style)) / 2 : Scene.padding
            texts.append(SceneText(text: text, origin: Point(x: x + indent, y: baseline), style: style))
            baseline += Scene.lineHeight
        }
        for inner in sized.blocks {
            var parent = number
            if sized.blocks.count > 1 {
                let frame = Rectangle(
                    x: x + inner.x - Scene.padding, y: y + inner.y - Scene.padding,
                    width: inner.block.width + 2 * Scene.padding,
                    height: inner.block.height + 2 * Scene.padding)
                shapes.append(SceneShape(kind: .block, area: frame, parent: number))
                parent = shapes.count - 1
            }
            add(inner.block, x: x + inner.x, y: y + inner.y, parent: parent)
        }
        if box.repeats, let inner = sized.blocks.first { addWayBack(inner, area) }
    }

    /// From below a loop's block, at its right, back to its top.
    private mutating func addWayBack(_ inner: (x: Double, y: Double, block: SizedBlock), _ area: Rectangle) {
        let top = area.y + inner.y + inner.block.top + 4
        let bottom = area.y + inner.y + inner.block.height - 4
        let right = area.x + inner.x + inner.block.width
        let far = area.right - Scene.padding
        arrows.append(
            SceneArrow(
                corners: [
                    Point(x: right + 4, y: bottom), Point(x: far, y: bottom), Point(x: far, y: top),
                    Point(x: right + 4, y: top),
                ], goesBack: true))
    }
}
