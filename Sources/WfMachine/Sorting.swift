// Sorting: stable, in place, over words. Numbers go by radix, all else by merging.
import WfValue

/// Sorts a list that is not shared.
func sortList(_ o: Operands, _ list: Int, _ type: UInt32, descending: Bool) throws(Trap) {
    let count = o.base.listCount(list)
    let items = (o.base + (list + 16)).assumingMemoryBound(to: Int.self)
    let base = o.base
    chargeSort(o, count)
    try withRoom(o, count) { (room) throws(Trap) in
        switch o.row(type).kind {
        case .int, .time, .duration: sortWords(items, room, count, descending: descending)
        case .float: sortFloats(items, room, count, descending: descending)
        case .string, .path, .bytes:
            mergeSort(items, room, count) { left, right in
                let order = orderTexts(base, left, right)
                return descending ? order > 0 : order < 0
            }
        default:
            var fault: Trap?
            mergeSort(items, room, count) { left, right in
                do throws(Trap) {
                    let order = try orderValues(o.context, type, left, right)
                    return descending ? order > 0 : order < 0
                } catch {
                    fault = error
                    return false
                }
            }
            if let fault { throw fault }
        }
    }
}

/// Runs `work` with room for `count` words beside the objects; it is given back afterwards.
private func withRoom(
    _ o: Operands, _ count: Int, _ work: (UnsafeMutablePointer<Int>) throws(Trap) -> Void
) throws(Trap) {
    let top = o.context.pointee.top
    let place = try claim(o.context, count * 8)
    try work((o.base + place).assumingMemoryBound(to: Int.self))
    o.context.pointee.top = top
}

private func chargeSort(_ o: Operands, _ count: Int) {
    charge(o.context, count &* (Int.bitWidth - count.leadingZeroBitCount))
}

/// The list in the order of its keys.
func sortedByKeys(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let keys = o[1]
    let count = base.listCount(o[0])
    let keyType = o.row(o.type(1)).first
    let isWord = o.row(o.row(o.type(0)).first).isWord
    chargeSort(o, count)
    if base.listCount(keys) != count { throw o.fail(.index, "expected as many keys as elements") }
    let descending = o[2] != 0
    let result = try claimList(o.context, count: count, references: !isWord)
    let order = (base + (result + 16)).assumingMemoryBound(to: Int.self)
    for index in 0..<count { order[index] = index }
    let kind = o.row(keyType).kind
    var fault: Trap?
    try withRoom(o, count) { (room) throws(Trap) in
        switch kind {
        case .int, .time, .duration:
            mergeSort(order, room, count) { left, right in
                let (one, two) = (base.element(keys, left), base.element(keys, right))
                return descending ? one > two : one < two
            }
        case .string:
            mergeSort(order, room, count) { left, right in
                let sign = orderTexts(base, base.element(keys, left), base.element(keys, right))
                return descending ? sign > 0 : sign < 0
            }
        default:
            mergeSort(order, room, count) { left, right in
                do throws(Trap) {
                    let sign = try orderValues(
                        o.context, keyType, base.element(keys, left), base.element(keys, right))
                    return descending ? sign > 0 : sign < 0
                } catch {
                    fault = error
                    return false
                }
            }
        }
    }
    if let fault { throw fault }
    for index in 0..<count { order[index] = base.element(o[0], order[index]) }
    return result
}

/// Lists of elements by key.
func groupedByKeys(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let count = base.listCount(o[0])
    if base.listCount(o[1]) != count { throw o.fail(.index, "expected as many keys as elements") }
    let references = !o.row(o.row(o.type(0)).first).isWord
    var map = try claimMap(o.context, layout: mapLayout(o.context, o.resultType), room: 8)
    for index in 0..<count {
        let key = base.element(o[1], index)
        let value = base.element(o[0], index)
        let entry = mapFind(base, map, key)
        if entry < 0 {
            let list = try claimList(o.context, count: 1, room: 4, references: references)
            base.setElement(list, 0, value)
            if base.header(map) & 0x100 != 0 { share(base, key) }
            map = try mapInsert(o.context, map, key, list)
            continue
        }
        var list = base.mapValue(map, entry)
        let used = base.listCount(list)
        if used == Header.size(base.header(list)) {
            list = try copyList(o.context, list, room: used * 2)
            base.setWord(map + 24 + entry * 16, list)
        }
        base.setElement(list, used, value)
        base.setWord(list + 8, used + 1)
    }
    return map
}

/// The map in the order of its keys.
func sortedMap(_ o: Operands) throws(Trap) -> Int {
    let base = o.base
    let count = base.mapCount(o[0])
    let keyType = o.row(o.type(0)).first
    let list = try claimList(o.context, count: count, references: false)
    let order = (base + (list + 16)).assumingMemoryBound(to: Int.self)
    for index in 0..<count { order[index] = index }
    let isText = !o.row(keyType).isWord
    try withRoom(o, count) { (room) throws(Trap) in
        mergeSort(order, room, count) { left, right in
            let (one, two) = (base.mapKey(o[0], left), base.mapKey(o[0], right))
            return isText ? orderTexts(base, one, two) < 0 : one < two
        }
    }
    var map = try claimMap(o.context, layout: mapLayout(o.context, o.type(0)), room: count)
    for index in 0..<count {
        let entry = order[index]
        map = try mapInsert(o.context, map, base.mapKey(o[0], entry), base.mapValue(o[0], entry))
    }
    return map
}

// MARK: words

/// By radix, a byte at a time from the lowest; bytes that are the same everywhere are skipped.
private func sortWords(
    _ items: UnsafeMutablePointer<Int>, _ room: UnsafeMutablePointer<Int>, _ count: Int, descending: Bool
) {
    if count < 64 {
        insertionSort(items, 0, count) { descending ? $0 > $1 : $0 < $1 }
        return
    }
    // flips the sign bit, so that order is that of bytes; descending flips all others instead
    let flip = descending ? Int.max : Int.min
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 8 * 256) { counts in
        counts.initialize(repeating: 0)
        for index in 0..<count {
            let word = UInt(bitPattern: items[index] ^ flip)
            items[index] = Int(bitPattern: word)
            for byte in 0..<8 { counts[byte &* 256 &+ Int(word >> UInt(byte &* 8) & 255)] &+= 1 }
        }
        var (source, target) = (items, room)
        for byte in 0..<8 {
            let shift = UInt(byte * 8)
            let row = byte * 256
            if counts[row + Int(UInt(bitPattern: source[0]) >> shift & 255)] == count { continue }
            var start = 0
            for value in 0..<256 {
                let size = counts[row + value]
                counts[row + value] = start
                start += size
            }
            for index in 0..<count {
                let word = source[index]
                let place = row &+ Int(UInt(bitPattern: word) >> shift & 255)
                target[counts[place]] = word
                counts[place] &+= 1
            }
            swap(&source, &target)
        }
        for index in 0..<count { items[index] = source[index] ^ flip }
    }
}

/// Negative zero is zero; what is not a number comes last (first when descending).
private func sortFloats(
    _ items: UnsafeMutablePointer<Int>, _ room: UnsafeMutablePointer<Int>, _ count: Int, descending: Bool
) {
    mergeSort(items, room, count) { left, right in
        let order = orderFloats(floatOf(left), floatOf(right))
        return descending ? order > 0 : order < 0
    }
}

// MARK: merging

@inline(__always)
private func insertionSort(
    _ items: UnsafeMutablePointer<Int>, _ from: Int, _ end: Int, _ isBefore: (Int, Int) -> Bool
) {
    var index = from + 1
    while index < end {
        let item = items[index]
        var place = index
        while place > from && isBefore(item, items[place - 1]) {
            items[place] = items[place - 1]
            place -= 1
        }
        items[place] = item
        index += 1
    }
}

/// Stable; `room` has as many words as `items`.
@inline(__always)
private func mergeSort(
    _ items: UnsafeMutablePointer<Int>, _ room: UnsafeMutablePointer<Int>, _ count: Int,
    _ isBefore: (Int, Int) -> Bool
) {
    let run = 8
    var from = 0
    while from < count {
        insertionSort(items, from, min(from + run, count), isBefore)
        from += run
    }
    var width = run
    var (source, target) = (items, room)
    while width < count {
        from = 0
        while from < count {
            let middle = min(from + width, count)
            let end = min(from + width * 2, count)
            var (left, right, out) = (from, middle, from)
            if middle < end && !isBefore(source[middle], source[middle - 1]) {
                // already in order
                (target + from).update(from: source + from, count: end - from)
            } else {
                while left < middle && right < end {
                    if isBefore(source[right], source[left]) {
                        target[out] = source[right]
                        right += 1
                    } else {
                        target[out] = source[left]
                        left += 1
                    }
                    out += 1
                }
                (target + out).update(from: source + left, count: middle - left)
                out += middle - left
                (target + out).update(from: source + right, count: end - right)
            }
            from = end
        }
        swap(&source, &target)
        width *= 2
    }
    if source != items { items.update(from: source, count: count) }
}
