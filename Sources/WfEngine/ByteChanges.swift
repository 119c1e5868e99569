// What turns one encoding into another, as a few edits: so that a loop whose state grows writes what has been added.
// Knows bytes; knows nothing of types. Any two byte strings have a change; between similar ones it is a short one.
//
//     change: count of edits | for each: bytes kept since the last edit | bytes dropped | count and bytes put there

public import WfValue

/// Changes between encodings.
public enum ByteChanges {
    /// Edits of one change; what is behind the last of them is replaced as a whole.
    static var editsMax: Int { 12 }
    /// How far a place is looked for where both go on alike, and how many bytes have to be alike there.
    private static var reachMax: Int { 4_096 }
    private static var nearMax: Int { 11 }
    private static var alikeMin: Int { 16 }

    /// Appends the change from one encoding to another.
    public static func write(from old: [UInt8], to new: [UInt8], _ writer: inout ByteWriter) {
        old.withUnsafeBytes { old in
            new.withUnsafeBytes { new in
                var search = Search(old: old, new: new)
                let edits = search.edits()
                writer.appendCount(edits.count)
                var kept = 0
                for edit in edits {
                    writer.appendCount(edit.at - kept)
                    writer.appendCount(edit.dropped)
                    writer.appendCount(edit.put.count)
                    writer.append(UnsafeRawBufferPointer(rebasing: new[edit.put]))
                    kept = edit.at + edit.dropped
                }
            }
        }
    }

    /// Reads one change and carries it out, last edit first: so what is appended is only appended.
    /// - Throws: a `DecodeError` if it is not a change of this value.
    public static func apply(_ reader: inout ByteReader, to value: inout [UInt8]) throws(DecodeError) {
        let count = try reader.readVarint(max: editsMax)
        var edits: [(range: Range<Int>, put: UnsafeRawBufferPointer)] = []
        var place = 0
        for _ in 0..<count {
            let start = place + (try reader.readVarint(max: value.count - place))
            place = start + (try reader.readVarint(max: value.count - start))
            edits.append((start..<place, try reader.readBytes(try reader.readLength())))
        }
        for edit in edits.reversed() { value.replaceSubrange(edit.range, with: edit.put) }
    }

    private struct Edit {
        /// Where, in the old bytes, and how many of those go.
        var at: Int
        var dropped: Int
        /// The new bytes that come there.
        var put: Range<Int>
    }

    /// Two byte strings and how far they have been compared.
    private struct Search {
        let old: UnsafeRawBufferPointer
        let new: UnsafeRawBufferPointer
        /// Where the end that both have in common begins.
        var oldEnd: Int
        var newEnd: Int
        var i = 0
        var j = 0

        init(old: UnsafeRawBufferPointer, new: UnsafeRawBufferPointer) {
            self.old = old
            self.new = new
            oldEnd = old.count
            newEnd = new.count
        }

        mutating func edits() -> [Edit] {
            skipEqual()
            while oldEnd > i, newEnd > j, old[oldEnd - 1] == new[newEnd - 1] {
                oldEnd -= 1
                newEnd -= 1
            }
            var found: [Edit] = []
            while i < oldEnd || j < newEnd {
                guard found.count < editsMax - 1, let (dropped, put) = resumption() else {
                    found.append(Edit(at: i, dropped: oldEnd - i, put: j..<newEnd))
                    break
                }
                found.append(Edit(at: i, dropped: dropped, put: j..<j + put))
                i += dropped
                j += put
                skipEqual()
            }
            return found
        }

        private mutating func skipEqual() {
            while i + 8 <= oldEnd, j + 8 <= newEnd, word(old, i) == word(new, j) {
                i += 8
                j += 8
            }
            while i < oldEnd, j < newEnd, old[i] == new[j] {
                i += 1
                j += 1
            }
        }

        /// How many bytes of each differ before both go on alike; nil: no such place is near.
        private func resumption() -> (dropped: Int, put: Int)? {
            // a count or a number has changed
            for sum in 1...2 * nearMax {
                for dropped in max(0, sum - nearMax)...min(sum, nearMax)
                where isAlike(i + dropped, j + sum - dropped) {
                    return (dropped, sum - dropped)
                }
            }
            // something has been put in, or taken out
            for skipped in stride(from: 0, through: 28, by: 4) {
                if let put = place(of: old, i + skipped, in: new, j, newEnd) { return (skipped, put - j) }
                if let dropped = place(of: new, j + skipped, in: old, i, oldEnd) {
                    return (dropped - i, skipped)
                }
            }
            return nil
        }

        private func isAlike(_ i: Int, _ j: Int) -> Bool {
            i + alikeMin <= oldEnd && j + alikeMin <= newEnd && word(old, i) == word(new, j)
                && word(old, i + 8) == word(new, j + 8)
        }

        /// Where the bytes at a place of one stand in the other.
        private func place(
            of one: UnsafeRawBufferPointer, _ at: Int, in other: UnsafeRawBufferPointer, _ start: Int,
            _ end: Int
        ) -> Int? {
            let last = min(start + reachMax, end - alikeMin)
            guard at + alikeMin <= (one.baseAddress == old.baseAddress ? oldEnd : newEnd), start <= last
            else {
                return nil
            }
            let (first, second) = (word(one, at), word(one, at + 8))
            for place in start...last where word(other, place) == first && word(other, place + 8) == second {
                return place
            }
            return nil
        }

        @inline(__always)
        private func word(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> UInt64 {
            bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        }
    }
}
