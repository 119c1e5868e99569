// Lines and columns for people. Knows bytes only; a line ends at LF (a CR before it belongs to the ending).

#if canImport(Glibc)
    import Glibc
#endif

/// A place as people count: both from 1, columns in Unicode scalars.
public struct LineColumn: Hashable, Sendable {
    public var line: Int
    public var column: Int
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Where each line of a file starts. Built on demand: diagnostics are rare.
public struct LineIndex: Sendable {
    private let source: SourceFile
    /// Offset of the first byte of each line; the first is 0.
    public let starts: [UInt32]

    public init(_ source: SourceFile) {
        self.source = source
        var starts: [UInt32] = [0]
        var position = 0
        while position < source.count,
            let found = memchr(source.start + position, 0x0A, source.count - position)
        {
            position = source.start.distance(to: found.assumingMemoryBound(to: UInt8.self)) + 1
            starts.append(UInt32(position))
        }
        self.starts = starts
    }

    public var lineCount: Int { starts.count }

    /// The line, counted from 1, that holds `offset`.
    public func line(at offset: ByteOffset) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low + 1
    }

    /// Line and column of `offset`; an offset past the end counts as the end.
    public func position(at offset: ByteOffset) -> LineColumn {
        let offset = min(offset, UInt32(source.count))
        let line = line(at: offset)
        let first = Int(starts[line - 1])
        return LineColumn(line: line, column: scalarCount(from: first, to: Int(offset)) + 1)
    }

    /// The bytes of a line (from 1) without its ending.
    public func range(ofLine line: Int) -> Range<Int> {
        let first = Int(starts[line - 1])
        var end = line < starts.count ? Int(starts[line]) - 1 : source.count
        if end > first, line < starts.count, source.start[end - 1] == 0x0D { end -= 1 }
        return first..<end
    }

    /// The text of a line (from 1) without its ending.
    public func text(ofLine line: Int) -> String {
        let range = range(ofLine: line)
        return source.text(from: UInt32(range.lowerBound), to: UInt32(range.upperBound))
    }

    private func scalarCount(from first: Int, to end: Int) -> Int {
        var count = 0
        var index = first
        while index < end {
            if source.start[index] & 0xC0 != 0x80 { count += 1 }
            index += 1
        }
        return count
    }
}
