// The pieces of JSON text: escaped strings and base64. Numbers and times are in DecimalText and TimeText.
// It does not know types; BinaryToJson.swift writes by type.

extension ByteWriter {
    /// The UTF-8 bytes in quotes, with `"`, `\` and control characters escaped and all else as it is.
    @inline(__always)
    public mutating func appendJsonString(_ bytes: UnsafeRawBufferPointer) {
        appendJsonString(pointer(of: bytes), bytes.count)
    }

    public mutating func appendJsonString(_ text: String) {
        var text = text
        text.withUTF8 { appendJsonString(UnsafeRawBufferPointer($0)) }
    }

    mutating func appendJsonString(_ start: UnsafePointer<UInt8>, _ count: Int) {
        // Room for the string when nothing is escaped; escapes go another way.
        let target = reserve(count + 2)
        target[0] = UInt8(ascii: "\"")
        var index = 0
        while count - index >= 8 {
            let word = UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
            if _slowPath(specialBytes(word) != 0) { return appendEscaped(start, count, from: index) }
            UnsafeMutableRawPointer(target + index + 1).storeBytes(of: word, as: UInt64.self)
            index += 8
        }
        while index < count {
            let byte = start[index]
            if _slowPath(byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")) {
                return appendEscaped(start, count, from: index)
            }
            target[index + 1] = byte
            index += 1
        }
        target[count + 1] = UInt8(ascii: "\"")
        advance(count + 2)
    }

    /// The quote and `clean` bytes have been written but not counted.
    @inline(never)
    private mutating func appendEscaped(_ start: UnsafePointer<UInt8>, _ count: Int, from clean: Int) {
        advance(clean + 1)
        let target = reserve((count - clean) * 6 + 1)
        var out = target
        for index in clean..<count {
            let byte = start[index]
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
                out.pointee = byte
                out += 1
                continue
            }
            out[0] = UInt8(ascii: "\\")
            var letter: UInt8 = 0
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
            case 0x08: letter = UInt8(ascii: "b")
            case 0x0C: letter = UInt8(ascii: "f")
            case 0x0A: letter = UInt8(ascii: "n")
            case 0x0D: letter = UInt8(ascii: "r")
            case 0x09: letter = UInt8(ascii: "t")
            default: break
            }
            if letter != 0 {
                out[1] = letter
                out += 2
                continue
            }
            out[1] = UInt8(ascii: "u")
            out[2] = 0x30
            out[3] = 0x30
            out[4] = 0x30 + (byte >> 4)
            out[5] = byte & 0xF < 10 ? 0x30 + (byte & 0xF) : 0x57 + (byte & 0xF)
            out += 6
        }
        out.pointee = UInt8(ascii: "\"")
        advance(out + 1 - target)
    }

    /// Standard base64 with padding, without quotes.
    public mutating func appendBase64(_ bytes: UnsafeRawBufferPointer) {
        let source = pointer(of: bytes)
        let target = reserve((bytes.count + 2) / 3 * 4)
        var (index, out) = (0, 0)
        while index < bytes.count {
            let left = bytes.count - index
            var word = UInt32(source[index]) << 16
            if left > 1 { word |= UInt32(source[index + 1]) << 8 }
            if left > 2 { word |= UInt32(source[index + 2]) }
            target[out] = base64Digit(word >> 18)
            target[out + 1] = base64Digit(word >> 12)
            target[out + 2] = left > 1 ? base64Digit(word >> 6) : UInt8(ascii: "=")
            target[out + 3] = left > 2 ? base64Digit(word) : UInt8(ascii: "=")
            index += 3
            out += 4
        }
        advance(out)
    }

    /// Appends what base64 text stands for; false (and nothing appended) unless it is padded and canonical.
    public mutating func appendDecodedBase64(_ text: UnsafeRawBufferPointer) -> Bool {
        if text.count % 4 != 0 { return false }
        if text.count == 0 { return true }
        let source = pointer(of: text)
        let target = reserve(text.count / 4 * 3)
        var padding = 0
        if source[text.count - 1] == UInt8(ascii: "=") { padding += 1 }
        if source[text.count - 2] == UInt8(ascii: "=") { padding += 1 }
        if source[text.count - 2] == UInt8(ascii: "=") && padding == 1 { return false }
        var (index, out) = (0, 0)
        while index < text.count {
            let isLast = index + 4 == text.count
            var word: UInt32 = 0
            for place in 0..<4 {
                if isLast && place >= 4 - padding {
                    word <<= 6
                    continue
                }
                let value = base64Value(source[index + place])
                if value > 63 { return false }
                word = word << 6 | UInt32(value)
            }
            target[out] = UInt8(truncatingIfNeeded: word >> 16)
            target[out + 1] = UInt8(truncatingIfNeeded: word >> 8)
            target[out + 2] = UInt8(truncatingIfNeeded: word)
            if isLast && padding > 0 && word & (padding == 1 ? 0xFF : 0xFFFF) != 0 { return false }
            index += 4
            out += isLast ? 3 - padding : 3
        }
        advance(out)
        return true
    }
}

private func base64Digit(_ bits: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: bits) & 63
    switch value {
    case 0..<26: return 0x41 + value
    case 26..<52: return 0x61 + value - 26
    case 52..<62: return 0x30 + value - 52
    case 62: return UInt8(ascii: "+")
    default: return UInt8(ascii: "/")
    }
}

private func base64Value(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0x41...0x5A: return byte - 0x41
    case 0x61...0x7A: return byte - 0x61 + 26
    case 0x30...0x39: return byte - 0x30 + 52
    case UInt8(ascii: "+"): return 62
    case UInt8(ascii: "/"): return 63
    default: return 255
    }
}
