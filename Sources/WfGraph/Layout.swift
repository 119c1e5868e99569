// Where everything is: boxes in layers from top to bottom, blocks inside boxes, arrows between them. Within a block it is
// the layered method of Sugiyama, Tagawa and Toda (1981): layers by longest path, order within a layer by the mean of the
// neighbours, places as near to the neighbours as the order allows. Blocks are laid out from the inside out, each as a box
// of its own, so that nothing of one block can lie on another. Knows sizes, no text and no drawing.

public struct Point: Equatable, Sendable {
    public var x: Double
    public var y: Double
}

public struct Rectangle: Equatable, Sendable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    public var right: Double { x + width }
    public var bottom: Double { y + height }
    public var middle: Double { x + width / 2 }
}

/// An item of a layer: a box, or the place where a longer arrow passes.
private struct LayerItem {
    var box: Int?
    var width: Double
    var x = 0.0
    var above: [Int] = []
    var below: [Int] = []
}

/// The layout of one block whose boxes have known sizes; the origin is its upper left corner.
public struct BlockLayout {
    public private(set) var boxes: [Rectangle]
    /// For each edge the corners of its line, from the lower side of one box to the upper side of another.
    public private(set) var lines: [[Point]] = []
    public private(set) var width = 0.0
    public private(set) var height = 0.0

    public static let columnGap = 24.0
    public static let layerGap = 36.0
    /// Room beside an arrow that passes between boxes.
    private static let passageWidth = 8.0
    private static let sweeps = 12

    public init(sizes: [(width: Double, height: Double)], edges: [GraphEdge]) {
        boxes = sizes.map { Rectangle(x: 0, y: 0, width: $0.width, height: $0.height) }
        if sizes.isEmpty { return }
        let layerOf = BlockLayout.layers(sizes.count, edges)
        var items = sizes.enumerated().map { LayerItem(box: $0, width: $1.width) }
        var layers = [[Int]](repeating: [], count: (layerOf.max() ?? 0) + 1)
        for (box, layer) in layerOf.enumerated() { layers[layer].append(box) }
        // An arrow over several layers passes through each of them.
        var paths: [[Int]] = []
        for edge in edges {
            var path = [edge.from]
            for layer in layerOf[edge.from] + 1..<layerOf[edge.to] {
                items.append(LayerItem(width: BlockLayout.passageWidth))
                layers[layer].append(items.count - 1)
                path.append(items.count - 1)
            }
            path.append(edge.to)
            for (upper, lower) in zip(path, path.dropFirst()) {
                items[upper].below.append(lower)
                items[lower].above.append(upper)
            }
            paths.append(path)
        }
        BlockLayout.order(&layers, items)
        BlockLayout.place(layers, &items)
        BlockLayout.close(layers, &items)
        settle(layers, items, paths)
    }

    /// The longest way from a box without needs.
    private static func layers(_ count: Int, _ edges: [GraphEdge]) -> [Int] {
        var layers = [Int](repeating: 0, count: count)
        var needs = [Int](repeating: 0, count: count)
        var followers = [[Int]](repeating: [], count: count)
        for edge in edges {
            needs[edge.to] += 1
            followers[edge.from].append(edge.to)
        }
        var ready = (0..<count).filter { needs[$0] == 0 }
        while let box = ready.popLast() {
            for next in followers[box] {
                layers[next] = max(layers[next], layers[box] + 1)
                needs[next] -= 1
                if needs[next] == 0 { ready.append(next) }
            }
        }
        return layers
    }

    /// Orders each layer by the mean place of its neighbours, downwards and upwards in turn, and keeps the order with the
    /// fewest crossings.
    private static func order(_ layers: inout [[Int]], _ items: [LayerItem]) {
        var place = [Double](repeating: 0, count: items.count)
        func number(_ layer: [Int]) {
            for (index, item) in layer.enumerated() { place[item] = Double(index) }
        }
        for layer in layers { number(layer) }
        var best = layers
        var fewest = crossings(layers, items)
        for sweep in 0..<sweeps where fewest > 0 {
            let isDown = sweep % 2 == 0
            for index in isDown ? Array(layers.indices) : layers.indices.reversed() {
                let means = layers[index].map { item in
                    let neighbours = isDown ? items[item].above : items[item].below
                    return neighbours.isEmpty
                        ? place[item] : neighbours.reduce(0) { $0 + place[$1] } / Double(neighbours.count)
                }
                // A stable sort: equals keep their order, so that the outcome is the same every time.
                layers[index] = zip(layers[index], means).enumerated()
                    .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
                    .map { $0.element.0 }
                number(layers[index])
            }
            let found = crossings(layers, items)
            if found < fewest {
                fewest = found
                best = layers
            }
        }
        layers = best
    }

    private static func crossings(_ layers: [[Int]], _ items: [LayerItem]) -> Int {
        var place = [Int](repeating: 0, count: items.count)
        for layer in layers { for (index, item) in layer.enumerated() { place[item] = index } }
        var count = 0
        for layer in layers {
            let ends = layer.flatMap { item in items[item].below.map { (place[item], place[$0]) } }
            for (index, one) in ends.enumerated() {
                for other in ends[(index + 1)...]
                where (one.0 < other.0 && one.1 > other.1) || (one.0 > other.0 && one.1 < other.1) {
                    count += 1
                }
            }
        }
        return count
    }

    /// Gives each item its left edge: layer by layer as near as possible to the middle of its neighbours.
    private static func place(_ layers: [[Int]], _ items: inout [LayerItem]) {
        for layer in layers {
            var x = 0.0
            for item in layer {
                items[item].x = x
                x += items[item].width + columnGap
            }
        }
        for sweep in 0..<sweeps {
            let isDown = sweep % 2 == 0
            for index in isDown ? Array(layers.indices) : layers.indices.reversed() {
                let wanted = layers[index].map { item in
                    let both = items[item].above + items[item].below
                    let side = sweep >= sweeps - 2 ? both : isDown ? items[item].above : items[item].below
                    let used = side.isEmpty ? both : side
                    if used.isEmpty { return items[item].x }
                    let middle =
                        used.reduce(0) { $0 + items[$1].x + items[$1].width / 2 } / Double(used.count)
                    return middle - items[item].width / 2
                }
                let places = nearest(wanted, widths: layers[index].map { items[$0].width })
                for (item, x) in zip(layers[index], places) { items[item].x = x }
            }
        }
    }

    /// Moves what hangs together to the left as far as the rest lets it: parts without an arrow between them drift apart.
    private static func close(_ layers: [[Int]], _ items: inout [LayerItem]) {
        var part = [Int](repeating: -1, count: items.count)
        var parts: [[Int]] = []
        for first in items.indices where part[first] < 0 {
            var found = [first]
            part[first] = parts.count
            var next = 0
            while next < found.count {
                for other in items[found[next]].above + items[found[next]].below where part[other] < 0 {
                    part[other] = parts.count
                    found.append(other)
                }
                next += 1
            }
            parts.append(found)
        }
        var before = [Int?](repeating: nil, count: items.count)
        for layer in layers {
            for (left, right) in zip(layer, layer.dropFirst()) { before[right] = left }
        }
        let edge = items.map(\.x).min() ?? 0
        func left(_ part: [Int]) -> Double { part.map { items[$0].x }.min() ?? 0 }
        for members in parts.sorted(by: { (left($0), $0[0]) < (left($1), $1[0]) }) {
            let room =
                members.map { item in
                    guard let other = before[item] else { return items[item].x - edge }
                    if part[other] == part[item] { return Double.infinity }
                    return items[item].x - items[other].x - items[other].width - columnGap
                }.min() ?? 0
            if room > 0 && room < .infinity { for item in members { items[item].x -= room } }
        }
    }

    /// The places nearest to those wanted (least squares) that keep order and distance: the pool of adjacent violators.
    public static func nearest(_ wanted: [Double], widths: [Double]) -> [Double] {
        var offsets: [Double] = []
        var offset = 0.0
        for width in widths {
            offsets.append(offset)
            offset += width + columnGap
        }
        var pools: [(sum: Double, count: Int)] = []
        for (index, x) in wanted.enumerated() {
            pools.append((x - offsets[index], 1))
            while pools.count > 1 {
                let last = pools[pools.count - 1]
                let before = pools[pools.count - 2]
                if before.sum / Double(before.count) <= last.sum / Double(last.count) { break }
                pools.removeLast(2)
                pools.append((before.sum + last.sum, before.count + last.count))
            }
        }
        let bases = pools.flatMap { pool in
            [Double](repeating: pool.sum / Double(pool.count), count: pool.count)
        }
        return zip(bases, offsets).map { $0 + $1 }
    }

    /// Coordinates of boxes and lines, from the upper left corner on.
    private mutating func settle(_ layers: [[Int]], _ items: [LayerItem], _ paths: [[Int]]) {
        let left = items.map(\.x).min() ?? 0
        width = (items.map { $0.x + $0.width }.max() ?? 0) - left
        var bands: [(top: Double, bottom: Double)] = []
        var bandOf = [Int](repeating: 0, count: items.count)
        var y = 0.0
        for (index, layer) in layers.enumerated() {
            let tallest = layer.compactMap { items[$0].box.map { boxes[$0].height } }.max() ?? 0
            bands.append((y, y + tallest))
            for item in layer {
                bandOf[item] = index
                guard let box = items[item].box else { continue }
                boxes[box].x = items[item].x - left
                boxes[box].y = y + (tallest - boxes[box].height) / 2
            }
            y += tallest + BlockLayout.layerGap
        }
        height = y - BlockLayout.layerGap
        lines = paths.map { path in
            var corners: [Point] = []
            for (index, item) in path.enumerated() {
                let middle = items[item].x - left + items[item].width / 2
                let band = bands[bandOf[item]]
                if index > 0 {
                    corners.append(Point(x: middle, y: band.top))
                    if let box = items[item].box { corners.append(Point(x: middle, y: boxes[box].y)) }
                }
                if index < path.count - 1 {
                    if let box = items[item].box {
                        corners.append(Point(x: middle, y: boxes[box].bottom))
                    }
                    corners.append(Point(x: middle, y: band.bottom))
                }
            }
            return corners
        }
    }
}
