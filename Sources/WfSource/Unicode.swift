// UTF-8, looked at as bytes. Knows the encoding's rules and nothing of the language.

/// Rules of UTF-8 over raw bytes.
public enum UTF8Bytes {
    /// Offset of the first byte that is not part of well-formed UTF-8, or nil when all is well.
    ///
    /// Overlong forms, surrogates and values above U+10FFFF are malformed (Unicode 16, table 3-7).
    public static func firstMalformed(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let count = bytes.count
        let raw = UnsafeRawPointer(base)
        var index = 0
        while index < count {
            while index + 8 <= count,
                raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
            }
            if index >= count { return nil }
            if base[index] < 0x80 {
                index += 1
                continue
            }
            let length = sequenceLength(base + index, room: count - index)
            if length == 0 { return index }
            index += length
        }
        return nil
    }

    /// Length of the well-formed sequence that starts at `at`, 0 when there is none within `room` bytes.
    public static func sequenceLength(_ at: UnsafePointer<UInt8>, room: Int) -> Int {
        guard room > 0 else { return 0 }
        let first = at[0]
        if first < 0x80 { return 1 }
        if first < 0xC2 || first > 0xF4 { return 0 }
        if first < 0xE0 { return room >= 2 && isTrail(at[1]) ? 2 : 0 }
        if first < 0xF0 {
            guard room >= 3, isTrail(at[1]), isTrail(at[2]) else { return 0 }
            if first == 0xE0 && at[1] < 0xA0 { return 0 }
            if first == 0xED && at[1] >= 0xA0 { return 0 }
            return 3
        }
        guard room >= 4, isTrail(at[1]), isTrail(at[2]), isTrail(at[3]) else { return 0 }
        if first == 0xF0 && at[1] < 0x90 { return 0 }
        if first == 0xF4 && at[1] >= 0x90 { return 0 }
        return 4
    }

    /// The scalar of a well-formed sequence of `length` bytes.
    public static func scalar(_ at: UnsafePointer<UInt8>, length: Int) -> UInt32 {
        switch length {
        case 1: return UInt32(at[0])
        case 2: return UInt32(at[0] & 0x1F) << 6 | UInt32(at[1] & 0x3F)
        case 3: return UInt32(at[0] & 0x0F) << 12 | UInt32(at[1] & 0x3F) << 6 | UInt32(at[2] & 0x3F)
        default:
            let high = UInt32(at[0] & 0x07) << 18 | UInt32(at[1] & 0x3F) << 12
            return high | UInt32(at[2] & 0x3F) << 6 | UInt32(at[3] & 0x3F)
        }
    }

    @inline(__always) private static func isTrail(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
