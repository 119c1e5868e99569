// What changed between two texts, line by line, and how to show it. Knows lines, nothing of the language.

/// The difference between two texts as runs of lines.
public struct LineDiff: Sendable {
    /// Lines of the old text that were replaced by lines of the new one; either may be empty.
    public struct Change: Sendable, Equatable {
        public var old: Range<Int>
        public var new: Range<Int>

        /// A change for each line, where there are as many as there were.
        fileprivate var lines: [Change] {
            if old.count != new.count { return [self] }
            return zip(old, new).map { Change(old: $0..<$0 + 1, new: $1..<$1 + 1) }
        }
    }

    public let oldLines: [ArraySlice<UInt8>]
    public let newLines: [ArraySlice<UInt8>]
    /// In order, with unchanged lines between them.
    public let changes: [Change]

    /// Lines beyond which a change that moves that many is one change: finding a smaller one takes quadratic time.
    private static let editsMax = 4_000

    public init(_ old: [UInt8], _ new: [UInt8]) {
        oldLines = LineDiff.lines(old)
        newLines = LineDiff.lines(new)
        changes = LineDiff.changes(oldLines, newLines)
    }

    /// The lines of a text, each with its line end.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in text.enumerated() where byte == 0x0A {
            lines.append(text[start...index])
            start = index + 1
        }
        if start < text.count { lines.append(text[start...]) }
        return lines
    }

    private static func changes(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Change] {
        var head = 0
        while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
        var tail = 0
        while tail < old.count - head, tail < new.count - head,
            old[old.count - 1 - tail] == new[new.count - 1 - tail]
        { tail += 1 }
        let oldMiddle = old[head..<old.count - tail]
        let newMiddle = new[head..<new.count - tail]
        if oldMiddle.isEmpty && newMiddle.isEmpty { return [] }
        let kept = commonLines(oldMiddle, newMiddle) ?? []
        var changes: [Change] = []
        var at = (old: head, new: head)
        for pair in kept + [(old.count - tail, new.count - tail)] {
            if pair.0 > at.old || pair.1 > at.new {
                changes.append(Change(old: at.old..<pair.0, new: at.new..<pair.1))
            }
            at = (pair.0 + 1, pair.1 + 1)
        }
        return changes
    }

    /// Pairs of equal lines, as many as possible (E. Myers, "An O(ND) difference algorithm", 1986); nil when the texts
    /// differ in more than `editsMax` lines.
    private static func commonLines(
        _ old: ArraySlice<ArraySlice<UInt8>>, _ new: ArraySlice<ArraySlice<UInt8>>
    ) -> [(Int, Int)]? {
        let limit = min(old.count + new.count, editsMax)
        var furthest = [Int](repeating: 0, count: 2 * limit + 3)
        var history: [[Int]] = []
        for edits in 0...limit {
            history.append(furthest)
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let center = limit + 1 + diagonal
                let goesDown =
                    diagonal == -edits || diagonal != edits && furthest[center - 1] < furthest[center + 1]
                var x = goesDown ? furthest[center + 1] : furthest[center - 1] + 1
                var y = x - diagonal
                while x < old.count, y < new.count,
                    old[old.startIndex + x] == new[new.startIndex + y]
                {
                    x += 1
                    y += 1
                }
                furthest[center] = x
                if x >= old.count && y >= new.count {
                    return path(history, edits, limit, x, y).map {
                        ($0 + old.startIndex, $1 + new.startIndex)
                    }
                }
            }
        }
        return nil
    }

    /// The way back through the furthest points, as the pairs of equal lines on it.
    private static func path(
        _ history: [[Int]], _ edits: Int, _ limit: Int, _ lastX: Int, _ lastY: Int
    ) -> [(Int, Int)] {
        var pairs: [(Int, Int)] = []
        var x = lastX
        var y = lastY
        for edit in stride(from: edits, through: 0, by: -1) {
            let furthest = history[edit]
            let diagonal = x - y
            let center = limit + 1 + diagonal
            let goesDown =
                diagonal == -edit || diagonal != edit && furthest[center - 1] < furthest[center + 1]
            let fromX = edit == 0 ? 0 : goesDown ? furthest[center + 1] : furthest[center - 1]
            let fromY = edit == 0 ? 0 : fromX - (goesDown ? diagonal + 1 : diagonal - 1)
            let start = edit == 0 ? 0 : goesDown ? fromX : fromX + 1
            while x > start {
                x -= 1
                y -= 1
                pairs.append((x, y))
            }
            x = fromX
            y = fromY
        }
        return pairs.reversed()
    }

    /// The old text with those changes that touch lines of `range` (counted from 0) and no others.
    ///
    /// - Parameter byLine: whether a change of as many lines as it was is one of each line.
    public func applied(to range: ClosedRange<Int>, byLine: Bool) -> [UInt8] {
        var text: [UInt8] = []
        var line = 0
        for change in byLine ? changes.flatMap(\.lines) : changes {
            let touches =
                change.old.isEmpty
                ? range.contains(change.old.lowerBound) || range.contains(change.old.lowerBound - 1)
                : change.old.overlaps(range.lowerBound..<range.upperBound + 1)
            for index in line..<change.old.lowerBound { text += oldLines[index] }
            for kept in touches ? newLines[change.new] : oldLines[change.old] { text += kept }
            line = change.old.upperBound
        }
        for index in line..<oldLines.count { text += oldLines[index] }
        return text
    }

    /// The difference as `diff -u` prints it, with three lines around each change; empty when nothing changed.
    public func unified(oldName: String, newName: String, context: Int = 3) -> String {
        if changes.isEmpty { return "" }
        var text = "--- \(oldName)\n+++ \(newName)\n"
        var index = 0
        while index < changes.count {
            var last = index
            while last + 1 < changes.count,
                changes[last + 1].old.lowerBound - changes[last].old.upperBound <= 2 * context
            { last += 1 }
            text += hunk(changes[index...last], context)
            index = last + 1
        }
        return text
    }

    private func hunk(_ changes: ArraySlice<Change>, _ context: Int) -> String {
        guard let first = changes.first, let last = changes.last else { return "" }
        let before = min(context, first.old.lowerBound)
        let after = min(context, oldLines.count - last.old.upperBound)
        let old = first.old.lowerBound - before..<last.old.upperBound + after
        let new = first.new.lowerBound - before..<last.new.upperBound + after
        var text = "@@ -\(place(old)) +\(place(new)) @@\n"
        var line = old.lowerBound
        for change in changes {
            for index in line..<change.old.lowerBound { text += shown(" ", oldLines[index]) }
            for removed in oldLines[change.old] { text += shown("-", removed) }
            for added in newLines[change.new] { text += shown("+", added) }
            line = change.old.upperBound
        }
        for index in line..<old.upperBound { text += shown(" ", oldLines[index]) }
        return text
    }

    private func place(_ lines: Range<Int>) -> String {
        let start = lines.isEmpty ? lines.lowerBound : lines.lowerBound + 1
        return lines.count == 1 ? "\(start)" : "\(start),\(lines.count)"
    }

    private func shown(_ mark: String, _ line: ArraySlice<UInt8>) -> String {
        let text = mark + String(decoding: line, as: UTF8.self)
        return line.last == 0x0A ? text : text + "\n\\ No newline at end of file\n"
    }
}
