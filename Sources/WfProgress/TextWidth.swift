// How many columns of a terminal a text takes, and cutting it to fit. Knows Unicode's wide and zero-width ranges; knows
// no terminal.

/// First and last code point of ranges that take two columns.
private let wideRanges: [(UInt32, UInt32)] = [
    (0x1100, 0x115F), (0x231A, 0x231B), (0x2329, 0x232A), (0x23E9, 0x23EC), (0x23F0, 0x23F0),
    (0x23F3, 0x23F3),
    (0x25FD, 0x25FE), (0x2614, 0x2615), (0x2648, 0x2653), (0x267F, 0x267F), (0x2693, 0x2693),
    (0x26A1, 0x26A1),
    (0x26AA, 0x26AB), (0x26BD, 0x26BE), (0x26C4, 0x26C5), (0x26CE, 0x26CE), (0x26D4, 0x26D4),
    (0x26EA, 0x26EA),
    (0x26F2, 0x26F3), (0x26F5, 0x26F5), (0x26FA, 0x26FA), (0x26FD, 0x26FD), (0x2705, 0x2705),
    (0x270A, 0x270B),
    (0x2728, 0x2728), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757),
    (0x2795, 0x2797),
    (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
    (0x2E80, 0x303E),
    (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97F),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF), (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6),
    (0x1F004, 0x1F004),
    (0x1F0CF, 0x1F0CF), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F200, 0x1F320), (0x1F32D, 0x1F335),
    (0x1F337, 0x1F37C), (0x1F37E, 0x1F393), (0x1F3A0, 0x1F3CA), (0x1F3CF, 0x1F3D3), (0x1F3E0, 0x1F3F0),
    (0x1F3F4, 0x1F3F4), (0x1F3F8, 0x1F43E), (0x1F440, 0x1F440), (0x1F442, 0x1F4FC), (0x1F4FF, 0x1F53D),
    (0x1F54B, 0x1F54E), (0x1F550, 0x1F567), (0x1F57A, 0x1F57A), (0x1F595, 0x1F596), (0x1F5A4, 0x1F5A4),
    (0x1F5FB, 0x1F64F), (0x1F680, 0x1F6C5), (0x1F6CC, 0x1F6CC), (0x1F6D0, 0x1F6D2), (0x1F6D5, 0x1F6D7),
    (0x1F6DC, 0x1F6DF), (0x1F6EB, 0x1F6EC), (0x1F6F4, 0x1F6FC), (0x1F7E0, 0x1F7EB), (0x1F90C, 0x1F93A),
    (0x1F93C, 0x1F945), (0x1F947, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
]

/// Columns of one character: the width of its first scalar, two when it is shown as an emoji.
public func columns(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    let properties = first.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    if first.value < 0x1100 { return 1 }
    if character.unicodeScalars.contains(where: { $0.value == 0xFE0F }), properties.isEmoji { return 2 }
    return isWide(first.value) ? 2 : 1
}

private func isWide(_ value: UInt32) -> Bool {
    var (low, high) = (0, wideRanges.count)
    while low < high {
        let middle = (low + high) / 2
        if wideRanges[middle].1 < value { low = middle + 1 } else { high = middle }
    }
    return low < wideRanges.count && wideRanges[low].0 <= value
}

/// Columns of a text without line ends or escapes.
public func columns(of text: String) -> Int {
    var total = 0
    var isAscii = true
    for byte in text.utf8 where byte >= 0x80 || byte < 0x20 {
        isAscii = false
        break
    }
    if isAscii { return text.utf8.count }
    for character in text { total += columns(of: character) }
    return total
}

/// The text cut to at most `width` columns, with `…` in place of what was cut.
public func fitted(_ text: String, _ width: Int) -> String {
    if width <= 0 { return "" }
    if columns(of: text) <= width { return text }
    var result = ""
    var used = 0
    for character in text {
        let next = columns(of: character)
        if used + next > width - 1 { break }
        result.append(character)
        used += next
    }
    return result + "…"
}

/// A text for one line of a terminal: control characters, which could move the cursor or change colours, as `·`.
public func printable(_ text: String) -> String {
    var isClean = true
    for scalar in text.unicodeScalars where isControl(scalar) {
        isClean = false
        break
    }
    if isClean { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        if scalar == "\n" || scalar == "\t" || scalar == "\r" {
            result += " "
        } else if isControl(scalar) {
            result += "·"
        } else {
            result.unicodeScalars.append(scalar)
        }
    }
    return result
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0)
        || (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value)
}
