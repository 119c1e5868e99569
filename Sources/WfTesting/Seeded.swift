// Numbers from a seed and a name: the same whenever they are asked for.

/// FNV-1a over a text with a final mix.
func seededHash(_ seed: UInt64, _ text: String) -> UInt64 {
    var state = 0xCBF2_9CE4_8422_2325 ^ seed
    for byte in text.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    state = (state ^ state >> 33) &* 0xFF51_AFD7_ED55_8CCD
    state = (state ^ state >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return state ^ state >> 33
}

/// From 0 up to, but not including, 1.
func seededFraction(_ seed: UInt64, _ text: String) -> Double {
    Double(seededHash(seed, text) >> 11) / Double(UInt64(1) << 53)
}

/// A UUID of version 4.
func seededUuid(_ seed: UInt64, _ text: String) -> String {
    let high = seededHash(seed, text) & ~0xF000 | 0x4000
    let low = seededHash(seed &+ 1, text) & ~(3 << 62) | 2 << 62
    func hex(_ value: UInt64) -> [Character] {
        let digits = String(value, radix: 16)
        return Array(String(repeating: "0", count: 16 - digits.count) + digits)
    }
    let all = hex(high) + hex(low)
    return [all[0..<8], all[8..<12], all[12..<16], all[16..<20], all[20..<32]].map { String($0) }
        .joined(separator: "-")
}
