// UTF-8 validation and the scanning of eight bytes at a time. It knows nothing of JSON or values.

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates, at most U+10FFFF).
public func isUtf8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var cursor = pointer(of: bytes)
    let end = cursor + bytes.count
    while cursor < end {
        if end - cursor >= 8 {
            let word = UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self)
            if word & 0x8080_8080_8080_8080 == 0 {
                cursor += 8
                continue
            }
        }
        if cursor.pointee < 0x80 {
            cursor += 1
            continue
        }
        let length = utf8SequenceLength(cursor, end)
        if length == 0 { return false }
        cursor += length
    }
    return true
}

/// The length of the well-formed multi-byte sequence at `cursor`, or 0.
@inline(__always)
func utf8SequenceLength(_ cursor: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
    let first = cursor.pointee
    let left = end - cursor
    if first < 0xC2 { return 0 }
    if first < 0xE0 {
        return left >= 2 && cursor[1] & 0xC0 == 0x80 ? 2 : 0
    }
    if first < 0xF0 {
        guard left >= 3, cursor[1] & 0xC0 == 0x80, cursor[2] & 0xC0 == 0x80 else { return 0 }
        if first == 0xE0 && cursor[1] < 0xA0 { return 0 }
        if first == 0xED && cursor[1] > 0x9F { return 0 }
        return 3
    }
    guard first < 0xF5, left >= 4, cursor[1] & 0xC0 == 0x80, cursor[2] & 0xC0 == 0x80,
        cursor[3] & 0xC0 == 0x80
    else { return 0 }
    if first == 0xF0 && cursor[1] < 0x90 { return 0 }
    if first == 0xF4 && cursor[1] > 0x8F { return 0 }
    return 4
}

/// Bit 7 of every byte that is `"`, `\` or a control character; bytes above the lowest hit may be wrong.
@inline(__always)
func specialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ 0x2222_2222_2222_2222
    let slash = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let isQuote = (quote &- ones) & ~quote
    let isSlash = (slash &- ones) & ~slash
    let isControl = (word &- 0x2020_2020_2020_2020) & ~word
    return (isQuote | isSlash | isControl) & high
}

/// Whether two ranges of bytes are equal.
@inline(__always)
func equalBytes(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    var index = 0
    while index + 8 <= count {
        let one = UnsafeRawPointer(left + index).loadUnaligned(as: UInt64.self)
        let two = UnsafeRawPointer(right + index).loadUnaligned(as: UInt64.self)
        if one != two { return false }
        index += 8
    }
    while index < count {
        if left[index] != right[index] { return false }
        index += 1
    }
    return true
}

/// Byte order: negative, zero or positive.
func compareBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    let (one, two) = (pointer(of: left), pointer(of: right))
    let shared = min(left.count, right.count)
    var index = 0
    while index < shared {
        if one[index] != two[index] { return one[index] < two[index] ? -1 : 1 }
        index += 1
    }
    return left.count - right.count
}
