// Maps: entries in order of insertion, and above eight of them an index by hash. It knows nothing of types: a
// header says whether keys are texts or words.

/// Where hashes begin: `HashSeed.value`, set before there are objects, and always to the same.
nonisolated(unsafe) var hashStart: UInt64 = 0

/// A fast hash of a text, kept with it. Not stable across versions, never written.
@inline(__always)
func textHash(_ base: UnsafeMutableRawPointer, _ text: Int) -> UInt32 {
    let known = base.load(fromByteOffset: text &+ 12, as: UInt32.self)
    return known != 0 ? known : computeTextHash(base, text)
}

@inline(never)
private func computeTextHash(_ base: UnsafeMutableRawPointer, _ text: Int) -> UInt32 {
    let count = base.textCount(text)
    let hash = hashOf(base + (text &+ 16), count)
    if text != 0 { base.storeBytes(of: hash, toByteOffset: text &+ 12, as: UInt32.self) }
    return hash
}

/// Hash of bytes that may be read up to the next multiple of 8.
private func hashOf(_ start: UnsafeMutableRawPointer, _ count: Int) -> UInt32 {
    var hash = hashStart ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var offset = 0
    while count &- offset >= 8 {
        hash = fold(hash ^ start.load(fromByteOffset: offset, as: UInt64.self))
        offset &+= 8
    }
    if offset < count {
        let rest = UInt64(truncatingIfNeeded: (count &- offset) &* 8)
        hash = fold(hash ^ (start.load(fromByteOffset: offset, as: UInt64.self) & ((1 << rest) &- 1)))
    }
    hash ^= hash >> 32
    let short = UInt32(truncatingIfNeeded: hash)
    return short == 0 ? 1 : short
}

@inline(__always)
private func fold(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
}

@inline(__always)
func wordHash(_ word: Int) -> UInt32 {
    let hash = fold(UInt64(UInt(bitPattern: word)) ^ hashStart)
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
}

@inline(__always)
func textsEqual(_ base: UnsafeMutableRawPointer, _ left: Int, _ right: Int) -> Bool {
    if left == right { return true }
    let count = base.textCount(left)
    if count != base.textCount(right) { return false }
    let (one, two) = (base + (left &+ 16), base + (right &+ 16))
    var offset = 0
    while count &- offset >= 8 {
        if one.load(fromByteOffset: offset, as: UInt64.self)
            != two.load(fromByteOffset: offset, as: UInt64.self)
        {
            return false
        }
        offset &+= 8
    }
    if offset == count { return true }
    let mask = (UInt64(1) << UInt64(truncatingIfNeeded: (count &- offset) &* 8)) &- 1
    let difference =
        one.load(fromByteOffset: offset, as: UInt64.self) ^ two.load(fromByteOffset: offset, as: UInt64.self)
    return difference & mask == 0
}

@inline(__always)
private func keyHash(_ base: UnsafeMutableRawPointer, _ key: Int, isText: Bool) -> UInt32 {
    isText ? textHash(base, key) : wordHash(key)
}

/// The first byte of a map's index.
@inline(__always)
private func indexStart(_ map: Int, room: Int) -> Int { map &+ 16 &+ room &* 16 }

/// The number of the entry with this key, or -1.
@inline(__always)
func mapFind(_ base: UnsafeMutableRawPointer, _ map: Int, _ key: Int) -> Int {
    let header = base.header(map)
    let room = Header.size(header)
    let isText = header & 0x100 != 0
    if room <= mapRoomWithoutIndex {
        let count = base.mapCount(map)
        var entry = 0
        while entry < count {
            let other = base.mapKey(map, entry)
            if isText ? textsEqual(base, other, key) : other == key { return entry }
            entry &+= 1
        }
        return -1
    }
    return mapFind(base, map, key, keyHash(base, key, isText: isText), room, isText)
}

@inline(__always)
private func mapFind(
    _ base: UnsafeMutableRawPointer, _ map: Int, _ key: Int, _ hash: UInt32, _ room: Int, _ isText: Bool
) -> Int {
    let index = base + indexStart(map, room: room)
    let mask = room &* 2 &- 1
    var place = Int(hash) & mask
    while true {
        let slot = index.load(fromByteOffset: place &* 8, as: UInt64.self)
        if slot == 0 { return -1 }
        if UInt32(truncatingIfNeeded: slot >> 32) == hash {
            let entry = Int(UInt32(truncatingIfNeeded: slot)) &- 1
            let other = base.mapKey(map, entry)
            if isText ? textsEqual(base, other, key) : other == key { return entry }
        }
        place = (place &+ 1) & mask
    }
}

/// An empty map with room for `room` entries at least. `layout`: bit 0 keys, bit 1 values are references.
func claimMap(_ context: Context, layout: Int, room wanted: Int) throws(Trap) -> Int {
    if wanted > MachineLimits.elementsMax { throw raiseMemory(context) }
    var room = 4
    while room < wanted { room *= 2 }
    let map = try claim(context, mapBytes(room))
    let base = context.pointee.base
    base.setHeader(map, Header.make(ObjectKind.map, layout: layout, size: room))
    base.setWord(map &+ 8, 0)
    if room > mapRoomWithoutIndex {
        (base + indexStart(map, room: room)).initializeMemory(as: UInt64.self, repeating: 0, count: room * 2)
    }
    return map
}

/// A copy with room for `room` entries at least, not shared.
func copyMap(_ context: Context, _ map: Int, room wanted: Int) throws(Trap) -> Int {
    let base = context.pointee.base
    let header = base.header(map)
    let count = base.mapCount(map)
    let copy = try claimMap(context, layout: Header.layout(header), room: wanted)
    let room = Header.size(base.header(copy))
    base.setWord(copy &+ 8, count)
    (base + copy + 16).copyMemory(from: base + map + 16, byteCount: count * 16)
    if room <= mapRoomWithoutIndex { return copy }
    let index = base + indexStart(copy, room: room)
    let mask = room * 2 - 1
    let oldRoom = Header.size(header)
    if oldRoom > mapRoomWithoutIndex {
        // the hashes stand in the old index
        let oldIndex = base + indexStart(map, room: oldRoom)
        for place in 0..<oldRoom * 2 {
            let slot = oldIndex.load(fromByteOffset: place &* 8, as: UInt64.self)
            if slot != 0 { placeSlot(index, mask, slot) }
        }
    } else {
        let isText = header & 0x100 != 0
        for entry in 0..<count {
            let hash = keyHash(base, base.mapKey(copy, entry), isText: isText)
            placeSlot(index, mask, UInt64(hash) << 32 | UInt64(entry + 1))
        }
    }
    return copy
}

@inline(__always)
private func placeSlot(_ index: UnsafeMutableRawPointer, _ mask: Int, _ slot: UInt64) {
    var place = Int(slot >> 32) & mask
    while index.load(fromByteOffset: place &* 8, as: UInt64.self) != 0 { place = (place &+ 1) & mask }
    index.storeBytes(of: slot, toByteOffset: place &* 8, as: UInt64.self)
}

/// Sets the key's value in an unshared map; returns the map, which is another one when it had to grow. With
/// `replaces: false` a key that is there already is left alone and -1 is returned.
@inline(__always)
func mapInsert(
    _ context: Context, _ map: Int, _ key: Int, _ value: Int, replaces: Bool = true
) throws(Trap) -> Int {
    let base = context.pointee.base
    let header = base.header(map)
    let room = Header.size(header)
    let isText = header & 0x100 != 0
    let count = base.mapCount(map)
    if room <= mapRoomWithoutIndex {
        let entry = mapFind(base, map, key)
        if entry >= 0 {
            if !replaces { return -1 }
            base.setWord(map &+ 24 &+ entry &* 16, value)
            return map
        }
        if count < room {
            appendEntry(base, map, count, key, value)
            return map
        }
    } else {
        let hash = keyHash(base, key, isText: isText)
        let index = base + indexStart(map, room: room)
        let mask = room &* 2 &- 1
        var place = Int(hash) & mask
        while true {
            let slot = index.load(fromByteOffset: place &* 8, as: UInt64.self)
            if slot == 0 { break }
            if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                let entry = Int(UInt32(truncatingIfNeeded: slot)) &- 1
                let other = base.mapKey(map, entry)
                if isText ? textsEqual(base, other, key) : other == key {
                    if !replaces { return -1 }
                    base.setWord(map &+ 24 &+ entry &* 16, value)
                    return map
                }
            }
            place = (place &+ 1) & mask
        }
        if count < room {
            appendEntry(base, map, count, key, value)
            let slot = UInt64(hash) << 32 | UInt64(truncatingIfNeeded: count &+ 1)
            index.storeBytes(of: slot, toByteOffset: place &* 8, as: UInt64.self)
            return map
        }
    }
    let larger = try copyMap(context, map, room: room * 2)
    return try mapAppendNew(context, larger, key, value)
}

/// Appends a key that is not there to an unshared map with room.
@inline(never)
private func mapAppendNew(_ context: Context, _ map: Int, _ key: Int, _ value: Int) throws(Trap) -> Int {
    let base = context.pointee.base
    let header = base.header(map)
    let count = base.mapCount(map)
    appendEntry(base, map, count, key, value)
    let room = Header.size(header)
    if room > mapRoomWithoutIndex {
        let hash = keyHash(base, key, isText: header & 0x100 != 0)
        placeSlot(
            base + indexStart(map, room: room), room * 2 - 1,
            UInt64(hash) << 32 | UInt64(truncatingIfNeeded: count &+ 1))
    }
    return map
}

@inline(__always)
private func appendEntry(_ base: UnsafeMutableRawPointer, _ map: Int, _ count: Int, _ key: Int, _ value: Int)
{
    base.setWord(map &+ 16 &+ count &* 16, key)
    base.setWord(map &+ 24 &+ count &* 16, value)
    base.setWord(map &+ 8, count &+ 1)
}
