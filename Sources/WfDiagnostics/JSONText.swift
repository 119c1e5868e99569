// The little JSON that the renderers write: objects and arrays in order, strings escaped.

/// Appends JSON to a string.
public struct JSONText {
    public private(set) var text = ""
    private var needsComma = false

    public init() {}

    public mutating func open(_ bracket: String) {
        separate()
        text += bracket
        needsComma = false
    }

    public mutating func close(_ bracket: String) {
        text += bracket
        needsComma = true
    }

    public mutating func key(_ name: String) {
        separate()
        append(name)
        text += ":"
        needsComma = false
    }

    public mutating func value(_ string: String) {
        separate()
        append(string)
        needsComma = true
    }

    public mutating func value(_ number: Int) {
        separate()
        text += String(number)
        needsComma = true
    }

    public mutating func pair(_ name: String, _ string: String) {
        key(name)
        value(string)
    }

    public mutating func pair(_ name: String, _ number: Int) {
        key(name)
        value(number)
    }

    private mutating func separate() {
        if needsComma { text += "," }
        needsComma = true
    }

    private mutating func append(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x2028
                    || scalar.value == 0x2029
                {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
