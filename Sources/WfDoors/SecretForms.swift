// The forms in which the content of a secret may come back: as it is, and as the encodings that programs and servers put
// texts into write it. Knows nothing of where they are searched for.
import WfValue

struct SecretForm {
    var bytes: [UInt8]
    /// The digits beside it may hold a part of the content, too.
    var isBase64: Bool

    /// The digits to take out together with those at `range`.
    func widened(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        if !isBase64 { return range }
        func isDigit(_ byte: UInt8) -> Bool {
            byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x2B
                || byte == 0x2F || byte == 0x3D
        }
        var (start, end) = (range.lowerBound, range.upperBound)
        for _ in 0..<4 where start > 0 && isDigit(bytes[start - 1]) { start -= 1 }
        for _ in 0..<4 where end < bytes.count && isDigit(bytes[end]) { end += 1 }
        return start..<end
    }
}

enum SecretForms {
    /// All that are searched for, the content itself among them; none shorter than a secret may be.
    static func all(_ content: [UInt8]) -> [SecretForm] {
        var forms = [content, json(content, ascii: false), json(content, ascii: true)]
        // a body that is quoted in another
        for form in [forms[1], forms[2]] { forms.append(json(form, ascii: true)) }
        forms += [percent(content, space: "%20"), percent(content, space: "+")]
        var result: [SecretForm] = []
        for form in forms { add(form, isBase64: false, &result) }
        for offset in 0..<3 { add(base64(content, offset: offset), isBase64: true, &result) }
        return result
    }

    private static func add(_ bytes: [UInt8], isBase64: Bool, _ result: inout [SecretForm]) {
        if bytes.count < DoorLimits.secretBytesMin || result.contains(where: { $0.bytes == bytes }) { return }
        result.append(SecretForm(bytes: bytes, isBase64: isBase64))
    }

    /// As inside a JSON string.
    private static func json(_ content: [UInt8], ascii: Bool) -> [UInt8] {
        var out = ""
        for scalar in String(decoding: content, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20 || (ascii && scalar.value > 0x7E):
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: out.unicodeScalars.append(scalar)
            }
        }
        return Array(out.utf8)
    }

    /// As in a URL's query or a form.
    private static func percent(_ content: [UInt8], space: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in content {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: out.append(byte)
            case _ where "-._~".utf8.contains(byte): out.append(byte)
            case 0x20: out += space.utf8
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return out
    }

    /// What base64 makes of it behind `offset` other bytes, without the digits that others have a part in.
    private static func base64(_ content: [UInt8], offset: Int) -> [UInt8] {
        let whole = content.dropFirst(offset == 0 ? 0 : 3 - offset)
        var writer = ByteWriter(capacity: content.count * 2)
        let bytes = Array(whole.dropLast(whole.count % 3))
        bytes.withUnsafeBytes { writer.appendBase64($0) }
        return writer.toArray()
    }
}
