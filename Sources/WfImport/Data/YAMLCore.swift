// What a plain scalar of YAML is, by the core rules of YAML 1.2: `no`, `on` and `1:30` are text, 010 is ten.

/// The core schema.
enum YAMLCore {
    /// The value that a plain scalar stands for; numbers in JSON's notation.
    static func content(of text: String) -> DataNode.Content {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number(Array(text.utf8)).map { .number($0) } ?? .text(text)
        }
    }

    /// `.inf` and `.nan`, which JSON has no words for.
    static func isNotFinite(_ text: String) -> Bool {
        let word = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
        return [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(word)
    }

    /// Whether a number is whole and wider than 64 bits, or too large altogether.
    static func isRounded(_ digits: String) -> Bool {
        if digits.utf8.contains(where: { $0 == 0x2E || $0 | 0x20 == 0x65 }) {
            return !(Double(digits)?.isFinite ?? false)
        }
        return Int(digits) == nil
    }

    private static func number(_ text: [UInt8]) -> String? {
        if text.starts(with: [0x30, 0x6F]) { return based(text, 8) }
        if text.starts(with: [0x30, 0x78]) { return based(text, 16) }
        var index = 0
        var sign = ""
        if let first = text.first, first == 0x2D || first == 0x2B {
            sign = first == 0x2D ? "-" : ""
            index = 1
        }
        let whole = digits(text, &index)
        var fraction: [UInt8] = []
        if index < text.count, text[index] == 0x2E {
            index += 1
            fraction = digits(text, &index)
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = ""
        if index < text.count, text[index] | 0x20 == 0x65 {
            index += 1
            exponent = "e"
            if index < text.count, text[index] == 0x2D || text[index] == 0x2B {
                exponent += text[index] == 0x2D ? "-" : ""
                index += 1
            }
            let power = digits(text, &index)
            if power.isEmpty { return nil }
            exponent += String(decoding: power, as: UTF8.self)
        }
        guard index == text.count else { return nil }
        let significant = String(decoding: whole.drop { $0 == 0x30 }, as: UTF8.self)
        let isFraction = index > 0 && text.contains(0x2E)
        let point =
            isFraction ? "." + (fraction.isEmpty ? "0" : String(decoding: fraction, as: UTF8.self)) : ""
        return sign + (significant.isEmpty ? "0" : significant) + point + exponent
    }

    private static func digits(_ text: [UInt8], _ index: inout Int) -> [UInt8] {
        let start = index
        while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
        return Array(text[start..<index])
    }

    private static func based(_ text: [UInt8], _ base: Int) -> String? {
        let digits = String(decoding: text.dropFirst(2), as: UTF8.self)
        guard let first = digits.first, first != "-", first != "+" else { return nil }
        return Int(digits, radix: base).map { String($0) }
    }
}
