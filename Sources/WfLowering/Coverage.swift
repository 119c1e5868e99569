// Coverage: code that notes which funcs and which branches of pure code were reached. Only in plans that are asked for it.
import WfChecker
import WfPlan
import WfSource

extension Lowering {
    /// Lowers code whose branches are counted elsewhere, or are a test's.
    func withoutPoints<Result>(_ body: (Lowering) -> Result) -> Result {
        let saved = hidesPoints
        hidesPoints = true
        defer { hidesPoints = saved }
        return body(self)
    }
}

extension BodyLowering {
    /// Whether the body at hand notes what it reaches.
    var isCovered: Bool { context.covers && !context.hidesPoints && !context.isLibrary(file) }

    /// Notes that what follows is reached.
    ///
    /// - Parameter branch: of the `if` or `match`; nil: the beginning of a func.
    func cover(_ name: String, branch: Int?, at node: TypedNode) {
        guard isCovered else { return }
        let row = PointRow(
            name: context.builder.string(name), branch: branch.map { UInt32($0) } ?? .none,
            span: context.spanRow(Span(file: file, start: node.start, end: node.end)))
        let number = context.points[row] ?? UInt32(context.builder.points.count)
        if context.points[row] == nil {
            context.points[row] = number
            context.builder.points.append(row)
        }
        buffer.emit(.cover, 0, bx: Int(number))
    }
}
