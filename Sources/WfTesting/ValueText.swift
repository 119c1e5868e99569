// A value as source writes it, and where two values differ. For messages; nothing reads it back.
import WfValue

/// Writes values of one plan's types.
struct ValueText {
    let types: TypeTable

    /// The value, cut where it is long.
    func text(_ bytes: [UInt8], _ type: TypeId) -> String {
        let whole = read(bytes) { (reader) throws(DecodeError) in try value(&reader, type) } ?? "?"
        if whole.unicodeScalars.count <= TestLimits.shownValueMax { return whole }
        return String(String.UnicodeScalarView(whole.unicodeScalars.prefix(TestLimits.shownValueMax))) + "…"
    }

    private func read<Result>(
        _ bytes: [UInt8], _ body: (inout ByteReader) throws(DecodeError) -> Result
    ) -> Result? {
        try? withByteReader(bytes) { (reader) throws(DecodeError) in try body(&reader) }
    }

    private func value(_ reader: inout ByteReader, _ type: TypeId) throws(DecodeError) -> String {
        switch types.kind(of: type) {
        case .string: return quoted(try reader.readString())
        case .path: return quoted(try reader.readString())
        case .optional: return try reader.readBool() ? value(&reader, types.element(of: type)) : "null"
        case .duration:
            var out = ByteWriter()
            out.appendDurationText(try reader.readInt())
            return String(decoding: out.written, as: UTF8.self)
        case .unit: return "()"
        case .list:
            var parts: [String] = []
            for _ in 0..<(try reader.readCount()) {
                parts.append(try value(&reader, types.element(of: type)))
            }
            return "[" + parts.joined(separator: ", ") + "]"
        case .tuple:
            var parts: [String] = []
            for element in types.tupleElements(of: type) { parts.append(try value(&reader, element)) }
            return "(" + parts.joined(separator: ", ") + ")"
        case .record:
            var parts: [String] = []
            for field in types.fields(of: type) {
                parts.append("\(field.name): \(try value(&reader, field.type))")
            }
            return "\(types.text(of: type)) { \(parts.joined(separator: ", ")) }"
        case .enumeration: return try enumeration(&reader, type)
        case .map:
            let (key, element) = (types.key(of: type), types.value(of: type))
            var parts: [String] = []
            for _ in 0..<(try reader.readCount()) {
                parts.append("\(try value(&reader, key)): \(try value(&reader, element))")
            }
            return parts.isEmpty ? "[:]" : "[" + parts.joined(separator: ", ") + "]"
        default: return try json(&reader, type)
        }
    }

    private func enumeration(_ reader: inout ByteReader, _ type: TypeId) throws(DecodeError) -> String {
        let cases = types.cases(of: type)
        let number = try reader.readVarint(max: max(0, cases.count - 1))
        var parts: [String] = []
        for payload in cases[number].payload {
            let label = payload.label.map { "\($0): " } ?? ""
            parts.append(label + (try value(&reader, payload.type)))
        }
        return "." + cases[number].name + (parts.isEmpty ? "" : "(" + parts.joined(separator: ", ") + ")")
    }

    /// The kinds whose JSON reads like source.
    private func json(_ reader: inout ByteReader, _ type: TypeId) throws(DecodeError) -> String {
        let part = try bytes(&reader, type)
        guard let json = try? types.jsonText(of: part, as: type) else { return "?" }
        let text = String(decoding: json, as: UTF8.self)
        return types.kind(of: type) == .time ? text.filter { $0 != "\"" } : text
    }

    /// The bytes of one value.
    private func bytes(_ reader: inout ByteReader, _ type: TypeId) throws(DecodeError) -> [UInt8] {
        var copy = reader
        let start = reader.position
        try types.skip(&reader, as: type)
        return Array(try copy.readBytes(reader.position - start))
    }

    private func quoted(_ text: String) -> String {
        var out = ByteWriter()
        out.appendJsonString(text)
        return String(decoding: out.written, as: UTF8.self)
    }

    // MARK: differences

    /// Where two values of one type differ: `.items[3].price: 12 is not 13`; empty when they are no containers.
    func differences(_ left: [UInt8], _ right: [UInt8], _ type: TypeId) -> [String] {
        var found: [String] = []
        compare(left, right, type, "", &found)
        // A difference of the whole says no more than the values themselves.
        if found.count == 1, found[0].hasPrefix(":") { return [] }
        if found.count > TestLimits.differencesMax {
            let rest = found.count - TestLimits.differencesMax
            found = Array(found.prefix(TestLimits.differencesMax)) + ["and \(rest) more"]
        }
        return found
    }

    private func compare(
        _ left: [UInt8], _ right: [UInt8], _ type: TypeId, _ path: String, _ found: inout [String]
    ) {
        if left == right { return }
        switch types.kind(of: type) {
        case .record:
            let fields = types.fields(of: type)
            let a = split(left, fields.map(\.type))
            let b = split(right, fields.map(\.type))
            for (index, field) in fields.enumerated() where index < a.count && index < b.count {
                compare(a[index], b[index], field.type, path + "." + field.name, &found)
            }
        case .tuple:
            let elements = types.tupleElements(of: type)
            let a = split(left, elements)
            let b = split(right, elements)
            for (index, element) in elements.enumerated() where index < a.count && index < b.count {
                compare(a[index], b[index], element, path + ".\(index)", &found)
            }
        case .list: compareLists(left, right, types.element(of: type), path, &found)
        case .optional where left.first == 1 && right.first == 1:
            compare(
                Array(left.dropFirst()), Array(right.dropFirst()), types.element(of: type), path, &found)
        case .enumeration:
            let cases = types.cases(of: type)
            guard let number = caseNumber(left, cases.count), number == caseNumber(right, cases.count) else {
                return differ(left, right, type, path, &found)
            }
            let payload = cases[number].payload
            let a = split(left, [.int] + payload.map(\.type), tagged: true)
            let b = split(right, [.int] + payload.map(\.type), tagged: true)
            for (index, item) in payload.enumerated() where index < a.count && index < b.count {
                let name = item.label.map { ".\($0)" } ?? ".\(index)"
                compare(a[index], b[index], item.type, "\(path).\(cases[number].name)\(name)", &found)
            }
        default: differ(left, right, type, path, &found)
        }
    }

    private func compareLists(
        _ left: [UInt8], _ right: [UInt8], _ element: TypeId, _ path: String, _ found: inout [String]
    ) {
        let a = elements(left, element)
        let b = elements(right, element)
        for index in 0..<min(a.count, b.count) {
            compare(a[index], b[index], element, "\(path)[\(index)]", &found)
        }
        for index in b.count..<max(a.count, b.count) {
            found.append("\(path)[\(index)]: \(text(a[index], element)) is only on the left")
        }
        for index in a.count..<max(a.count, b.count) {
            found.append("\(path)[\(index)]: \(text(b[index], element)) is only on the right")
        }
    }

    private func differ(
        _ left: [UInt8], _ right: [UInt8], _ type: TypeId, _ path: String, _ found: inout [String]
    ) {
        found.append("\(path): \(text(left, type)) is not \(text(right, type))")
    }

    private func caseNumber(_ bytes: [UInt8], _ count: Int) -> Int? {
        read(bytes) { (reader) throws(DecodeError) in try reader.readVarint(max: max(0, count - 1)) }
    }

    private func elements(_ bytes: [UInt8], _ element: TypeId) -> [[UInt8]] {
        read(bytes) { (reader) throws(DecodeError) in
            var parts: [[UInt8]] = []
            for _ in 0..<(try reader.readCount()) { parts.append(try self.bytes(&reader, element)) }
            return parts
        } ?? []
    }

    /// The encodings of values that follow each other.
    func split(_ bytes: [UInt8], _ types: [TypeId], tagged: Bool = false) -> [[UInt8]] {
        read(bytes) { (reader) throws(DecodeError) in
            var parts: [[UInt8]] = []
            var rest = types[...]
            if tagged {
                _ = try reader.readVarint()
                rest = rest.dropFirst()
            }
            for type in rest { parts.append(try self.bytes(&reader, type)) }
            return parts
        } ?? []
    }
}
