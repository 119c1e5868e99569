// "Did you mean": the nearest of some names. Knows spelling only.

/// Nearest names by optimal string alignment distance (Damerau-Levenshtein without repeated edits), bounded.
public enum Suggestion {
    /// The candidate nearest to `name`, nil when none is near enough: at most a third of its length, at most 3 edits.
    ///
    /// Among equals the first wins, so give candidates in an order that does not depend on hashing.
    public static func best(for name: String, among candidates: some Sequence<String>) -> String? {
        let written = Array(name.utf8)
        guard written.count >= 2, written.count <= 64 else { return nil }
        var limit = min(3, max(1, written.count / 3))
        var best: String?
        for candidate in candidates where candidate != name {
            let other = Array(candidate.utf8)
            if abs(other.count - written.count) > limit { continue }
            let distance = distance(written, other, limit: limit)
            if distance < limit || distance == limit && best == nil {
                best = candidate
                limit = distance
                if limit == 0 { break }
            }
        }
        return best
    }

    /// Edits between two names, letters compared without case at no cost; more than `limit` counts as `limit + 1`.
    public static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int {
        if abs(left.count - right.count) > limit { return limit + 1 }
        var before = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in 0..<left.count {
            current[0] = row + 1
            var smallest = current[0]
            for column in 0..<right.count {
                let same = folded(left[row]) == folded(right[column])
                var cost = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (same ? 0 : 1))
                if row > 0, column > 0, folded(left[row]) == folded(right[column - 1]),
                    folded(left[row - 1]) == folded(right[column])
                {
                    cost = min(cost, before[column - 1] + 1)
                }
                current[column + 1] = cost
                smallest = min(smallest, cost)
            }
            if smallest > limit { return limit + 1 }
            (before, previous, current) = (previous, current, before)
        }
        return min(previous[right.count], limit + 1)
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 65 && byte <= 90 ? byte | 0x20 : byte
    }
}
