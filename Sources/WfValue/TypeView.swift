// A type table as raw pointers, for the loops that read a type per value. It lives inside `withView` only.

struct TypeView {
    let entries: UnsafePointer<TypeEntry>
    let extras: UnsafePointer<UInt32>
    let bytes: UnsafePointer<UInt8>

    @inline(__always)
    func entry(_ type: UInt32) -> TypeEntry { entries[Int(type)] }

    /// The row of an enum's case: see `ExtraLayout.caseWidth`.
    @inline(__always)
    func caseRow(_ entry: TypeEntry, _ index: Int) -> UnsafePointer<UInt32> {
        extras + Int(entry.first) + index * ExtraLayout.caseWidth
    }
}

extension TypeTable {
    /// Gives `body` the table as pointers; they must not leave it.
    func withView<Result, Failure: Error>(
        _ body: (TypeView) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try entries.withUnsafeBufferPointer { (entries) throws(Failure) -> Result in
            try extras.withUnsafeBufferPointer { (extras) throws(Failure) -> Result in
                try bytes.withUnsafeBufferPointer { (bytes) throws(Failure) -> Result in
                    guard let first = entries.baseAddress, let second = extras.baseAddress,
                        let third = bytes.baseAddress
                    else { preconditionFailure("every table has the built-in records") }
                    return try body(TypeView(entries: first, extras: second, bytes: third))
                }
            }
        }
    }
}

/// A growable stack of Ints: frames of nested records and maps while they are decoded.
struct IntStack: ~Copyable {
    private(set) var base = UnsafeMutablePointer<Int>.allocate(capacity: 256)
    private(set) var count = 0
    private var capacity = 256

    deinit { base.deallocate() }

    /// Makes room for `extra` further Ints, all set to `value`, and returns where they start.
    @inline(__always)
    mutating func push(_ extra: Int, of value: Int) -> Int {
        if _slowPath(count + extra > capacity) { grow(extra) }
        let start = count
        var index = 0
        while index < extra {
            base[start + index] = value
            index += 1
        }
        count += extra
        return start
    }

    @inline(__always)
    mutating func push(_ value: Int) {
        if _slowPath(count == capacity) { grow(1) }
        base[count] = value
        count += 1
    }

    @inline(__always)
    mutating func pop(to start: Int) { count = start }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        capacity = max(capacity * 2, count + extra)
        let larger = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
        larger.update(from: base, count: count)
        base.deallocate()
        base = larger
    }
}

/// The index of a key that repeats an earlier one, or nil. `keys` holds, for each key, `stride` Ints of which the
/// first two are its start and end in `bytes`. Linear for honest keys; sorts when somebody made them collide.
func firstRepeatedKey(
    _ bytes: UnsafePointer<UInt8>, _ keys: UnsafePointer<Int>, count: Int, stride: Int
) -> Int? {
    func equal(_ left: Int, _ right: Int) -> Bool {
        let (one, two) = (keys + left * stride, keys + right * stride)
        return one[1] - one[0] == two[1] - two[0]
            && equalBytes(bytes + one[0], bytes + two[0], one[1] - one[0])
    }
    if count <= 12 {
        var later = 1
        while later < count {
            var earlier = 0
            while earlier < later {
                if equal(earlier, later) { return later }
                earlier += 1
            }
            later += 1
        }
        return nil
    }
    var size = 32
    while size < count * 2 { size *= 2 }
    let places = UnsafeMutablePointer<Int32>.allocate(capacity: size)
    places.initialize(repeating: -1, count: size)
    defer { places.deallocate() }
    for index in 0..<count {
        let key = keys + index * stride
        var place = Int(truncatingIfNeeded: hashBytes(bytes + key[0], key[1] - key[0])) & (size - 1)
        var probes = 0
        while places[place] >= 0 {
            if equal(Int(places[place]), index) { return index }
            place = (place + 1) & (size - 1)
            probes += 1
            if probes > 256 { return firstRepeatedKeyBySorting(bytes, keys, count: count, stride: stride) }
        }
        places[place] = Int32(truncatingIfNeeded: index)
    }
    return nil
}

private func firstRepeatedKeyBySorting(
    _ bytes: UnsafePointer<UInt8>, _ keys: UnsafePointer<Int>, count: Int, stride: Int
) -> Int? {
    func slice(_ index: Int) -> UnsafeRawBufferPointer {
        let key = keys + index * stride
        return UnsafeRawBufferPointer(start: bytes + key[0], count: key[1] - key[0])
    }
    let order = Array(0..<count).sorted {
        let difference = compareBytes(slice($0), slice($1))
        return difference == 0 ? $0 < $1 : difference < 0
    }
    var found: Int?
    for place in order.indices.dropFirst()
    where compareBytes(slice(order[place - 1]), slice(order[place])) == 0 {
        found = min(found ?? order[place], order[place])
    }
    return found
}

/// A fast hash of bytes; not stable across versions of the format, never written.
func hashBytes(_ start: UnsafePointer<UInt8>, _ count: Int, seed: UInt64 = 0) -> UInt64 {
    var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var index = 0
    while count - index >= 8 {
        let word = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self).littleEndian
        hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
        hash ^= hash >> 29
        index += 8
    }
    var tail: UInt64 = 0
    while index < count {
        tail = tail << 8 | UInt64(start[index])
        index += 1
    }
    hash = (hash ^ tail) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 32
}
