// A JSON document as a tree, printed with two blanks of indentation and its members in the order given.

import WfValue

indirect enum JsonDocument: Equatable, Sendable {
    case object([(String, JsonDocument)])
    case array([JsonDocument])
    case string(String)
    case number(String)
    case bool(Bool)
    /// JSON text as it is.
    case raw([UInt8])

    static func == (left: JsonDocument, right: JsonDocument) -> Bool { left.text == right.text }

    /// The document's text, ending with a newline.
    var text: String {
        var out: [UInt8] = []
        write(into: &out, indent: 0)
        return String(decoding: out, as: UTF8.self) + "\n"
    }

    private func write(into out: inout [UInt8], indent: Int) {
        switch self {
        case .object(let members):
            JsonDocument.list(members, "{", "}", into: &out, indent) { member, out in
                JsonDocument.write(member.0, into: &out)
                out += Array(": ".utf8)
                member.1.write(into: &out, indent: indent + 1)
            }
        case .array(let elements):
            JsonDocument.list(elements, "[", "]", into: &out, indent) { element, out in
                element.write(into: &out, indent: indent + 1)
            }
        case .string(let text): JsonDocument.write(text, into: &out)
        case .number(let text): out += Array(text.utf8)
        case .bool(let value): out += Array((value ? "true" : "false").utf8)
        case .raw(let bytes): out += bytes
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, into out: inout [UInt8], _ indent: Int,
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        out += Array(open.utf8)
        for (index, element) in elements.enumerated() {
            out += Array(((index > 0 ? ",\n" : "\n") + String(repeating: "  ", count: indent + 1)).utf8)
            write(element, &out)
        }
        if !elements.isEmpty { out += Array(("\n" + String(repeating: "  ", count: indent)).utf8) }
        out += Array(close.utf8)
    }

    private static func write(_ text: String, into out: inout [UInt8]) {
        var writer = ByteWriter(capacity: text.utf8.count + 16)
        writer.appendJsonString(text)
        out += writer.toArray()
    }
}
