// Where one text stands in another. The plain way is fast on text as it comes; on text made to be slow it would take the
// product of both lengths, so it gives up when it has tried in vain too often, and a way takes over that never looks at
// a byte twice for each place.
import Glibc

/// Bytes that may be compared in vain for each byte that the search has moved on, and for each of the needle.
private let vainPerByte = 4

/// Where the needle first stands at or behind `from`, or -1. An empty one stands everywhere.
func find(_ start: Bytes, _ count: Int, _ needle: Bytes, _ length: Int, _ from: Int) -> Int {
    if length == 0 { return from }
    if count - from < length { return -1 }
    let (first, last, end) = (Int32(needle[0]), needle[length - 1], count - length + 1)
    var place = from
    var vain = 0
    while place < end, let found = memchr(start + place, first, end - place) {
        place = UnsafeRawPointer(found) - UnsafeRawPointer(start)
        if start[place + length - 1] == last {
            if memcmp(start + place, needle, length) == 0 { return place }
            vain += length
            if vain > vainPerByte * (place - from + 4 * length) {
                let rest = findSlowly(start + place, count - place, needle, length, backwards: false)
                return rest < 0 ? -1 : place + rest
            }
        }
        place += 1
    }
    return -1
}

/// The second operand in the first.
func find(_ o: Operands, from: Int) throws(Trap) -> Int {
    let (count, length) = (o.base.textCount(o[0]), o.base.textCount(o[1]))
    let place = find(o.start(0), count, o.start(1), length, from)
    charge(o.context, ((place < 0 ? count : place) &- from) >> 4 &+ length >> 4)
    return place
}

/// Where the needle last stands, or -1.
func findLast(_ start: Bytes, _ count: Int, _ needle: Bytes, _ length: Int) -> Int {
    var place = count - length
    var vain = 0
    while place >= 0 {
        if length == 0 || start[place] == needle[0] {
            if memcmp(start + place, needle, length) == 0 { return place }
            vain += length
            if vain > vainPerByte * (count - place + 4 * length) {
                return findSlowly(start, place + length - 1, needle, length, backwards: true)
            }
        }
        place -= 1
    }
    return -1
}

/// Knuth, Morris and Pratt: linear in both lengths. The needle is not empty.
private func findSlowly(
    _ start: Bytes, _ count: Int, _ needle: Bytes, _ length: Int, backwards: Bool
) -> Int {
    func part(_ index: Int) -> UInt8 { needle[backwards ? length - 1 - index : index] }
    // How much of the needle's beginning ends at each of its places.
    var borders = [Int32](repeating: 0, count: length)
    var matched = 0
    for index in 1..<max(length, 1) {
        while matched > 0, part(index) != part(matched) { matched = Int(borders[matched - 1]) }
        if part(index) == part(matched) { matched += 1 }
        borders[index] = Int32(truncatingIfNeeded: matched)
    }
    matched = 0
    for index in 0..<count {
        let place = backwards ? count - 1 - index : index
        while matched > 0, start[place] != part(matched) { matched = Int(borders[matched - 1]) }
        if start[place] == part(matched) { matched += 1 }
        if matched == length { return backwards ? place : place - length + 1 }
    }
    return -1
}
