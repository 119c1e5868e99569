// A 32-bit checksum for rows: fast, finds every flipped bit in practice, protects against no adversary.

/// The checksum of a row's bytes.
public func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        state = mix(state ^ word)
        offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
        rest = rest << 8 | UInt64(bytes[offset])
        offset += 1
    }
    state = mix(state ^ rest)
    return UInt32(truncatingIfNeeded: state ^ state >> 32)
}

@inline(__always)
private func mix(_ value: UInt64) -> UInt64 {
    // Every step is invertible, so two rows of one length that differ in one word never meet before the cut
    // to 32.
    var state = value &* 0xFF51_AFD7_ED55_8CCD
    state ^= state >> 32
    state = state &* 0xC4CE_B9FE_1A85_EC53
    return state ^ state >> 29
}
