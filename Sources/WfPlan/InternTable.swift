// Open addressing over entries that lie elsewhere: the piece that strings, constants and lists of a plan
// share. Knows hashes and entry numbers; what an entry is, the caller compares.

/// A hash index. Its order of iteration is never used, so that equal input gives equal plans.
struct InternTable {
    private var buckets = [UInt64](repeating: 0, count: 256)
    private var count = 0

    /// The entry with this hash for which `isEqual` holds, else `make()`'s, which is remembered.
    @inline(__always)
    mutating func find(hash: UInt64, isEqual: (Int) -> Bool, make: () -> Int) -> Int {
        if count * 2 >= buckets.count { grow() }
        let mask = buckets.count - 1
        // The upper half of the hash stands beside the entry number (plus 1) in each bucket.
        let mark = hash & 0xFFFF_FFFF_0000_0000
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let bucket = buckets[place]
            if bucket == 0 { break }
            if bucket & 0xFFFF_FFFF_0000_0000 == mark {
                let entry = Int(bucket & 0xFFFF_FFFF) - 1
                if isEqual(entry) { return entry }
            }
            place = (place + 1) & mask
        }
        let entry = make()
        buckets[place] = mark | UInt64(entry + 1)
        lowHalves.append(UInt32(truncatingIfNeeded: hash))
        count += 1
        return entry
    }

    /// The lower half of each entry's hash, in order of entry, for growing.
    private var lowHalves: [UInt32] = []

    private mutating func grow() {
        var larger = [UInt64](repeating: 0, count: buckets.count * 4)
        let mask = larger.count - 1
        for bucket in buckets where bucket != 0 {
            let low = lowHalves[Int(bucket & 0xFFFF_FFFF) - 1]
            var place = Int(low) & mask
            while larger[place] != 0 { place = (place + 1) & mask }
            larger[place] = bucket
        }
        buckets = larger
    }

    /// A hash of bytes: eight at a time, mixed by multiplication.
    static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64 = 0) -> UInt64 {
        var state = 0x9E37_79B9_7F4A_7C15 ^ seed ^ UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            state = mix(state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < bytes.count {
            tail = tail << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(state ^ tail)
    }

    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.low ^ product.high
    }
}
