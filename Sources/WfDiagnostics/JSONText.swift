// The little JSON that the renderers write: objects and arrays in order, strings escaped.

/// Appends JSON to a string.
package struct JSONText {
    package private(set) var text = ""
    private var needsComma = false

    package init() {}

    package mutating func open(_ bracket: String) {
        separate()
        text += bracket
        needsComma = false
    }

    package mutating func close(_ bracket: String) {
        text += bracket
        needsComma = true
    }

    package mutating func key(_ name: String) {
        separate()
        append(name)
        text += ":"
        needsComma = false
    }

    package mutating func value(_ string: String) {
        separate()
        append(string)
        needsComma = true
    }

    package mutating func value(_ number: Int) {
        separate()
        text += String(number)
        needsComma = true
    }

    package mutating func pair(_ name: String, _ string: String) {
        key(name)
        value(string)
    }

    package mutating func pair(_ name: String, _ number: Int) {
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
