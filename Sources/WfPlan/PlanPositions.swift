// From a place in the code to a place in the source, as people name it. Works on the source text that the
// plan carries; reads no file.

/// A place in a source file, with the line it stands in.
public struct PlanLocation: Equatable, Sendable {
    /// Project-relative.
    public var path: String
    /// From 1.
    public var line: Int
    /// From 1, in Unicode scalars.
    public var column: Int
    /// The line without its ending.
    public var lineText: String
}

extension Plan {
    /// The stretch of source an instruction comes from; `.none` where the plan does not say.
    ///
    /// - Parameters:
    ///   - function: number of the function; out of range gives `.none`.
    ///   - pc: instruction words from the function's start.
    public func position(function: Int, pc: Int) -> SpanRow {
        guard functions.indices.contains(function) else { return .none }
        let row = functions[function]
        var low = Int(row.positionStart)
        var high = low + Int(row.positionCount)
        // The last position at or before pc.
        while low < high {
            let middle = (low + high) / 2
            if Int(positions[middle].codeOffset) <= pc { low = middle + 1 } else { high = middle }
        }
        return low == Int(row.positionStart) ? .none : positions[low - 1].span
    }

    /// The UTF-8 bytes of a source file.
    public func sourceBytes(_ file: UInt32) -> UnsafeRawBufferPointer {
        let row = sources[Int(file)]
        return UnsafeRawBufferPointer(
            rebasing: bytes[Int(row.textStart)..<Int(row.textStart) + Int(row.textCount)])
    }

    /// Where a stretch of source begins; nil where there is no source.
    public func location(_ span: SpanRow) -> PlanLocation? {
        guard Int(span.file) < sources.count else { return nil }
        let text = sourceBytes(span.file)
        let place = min(Int(span.start), text.count)
        let newline = UInt8(ascii: "\n")
        var line = 1
        var start = 0
        for offset in 0..<place where text[offset] == newline {
            line += 1
            start = offset + 1
        }
        var end = place
        while end < text.count && text[end] != newline { end += 1 }
        if end > start && text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        // Continuation bytes do not count.
        let scalars = text[start..<max(start, place)].reduce(into: 0) { count, byte in
            count += byte & 0xC0 == 0x80 ? 0 : 1
        }
        return PlanLocation(
            path: string(sources[Int(span.file)].path), line: line, column: scalars + 1,
            lineText: String(decoding: text[start..<max(start, end)], as: UTF8.self))
    }
}

/// Answers "which line" many times for one plan: keeps where each line of each file starts.
struct SourceLines {
    private let plan: Plan
    private var starts: [[Int]]

    init(_ plan: Plan) {
        self.plan = plan
        starts = [[Int]](repeating: [], count: plan.sources.count)
    }

    /// The line, from 1, in which a stretch begins.
    mutating func line(_ span: SpanRow) -> Int? {
        let file = Int(span.file)
        guard file < starts.count else { return nil }
        if starts[file].isEmpty {
            starts[file] = [0]
            let text = plan.sourceBytes(span.file)
            for offset in text.indices where text[offset] == UInt8(ascii: "\n") {
                starts[file].append(offset + 1)
            }
        }
        var low = 0
        var high = starts[file].count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[file][middle] <= Int(span.start) { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// A line without its ending.
    func text(file: UInt32, line: Int) -> String {
        let text = plan.sourceBytes(file)
        let start = starts[Int(file)][line - 1]
        var end = line < starts[Int(file)].count ? starts[Int(file)][line] - 1 : text.count
        if end > start && text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}
