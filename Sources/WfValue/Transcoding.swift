// JSON text ⇄ the binary encoding: the face of the two transcoders. The public contract of JSON is theirs.
// It does not know where texts and bytes come from.

extension TypeTable {
    /// Appends the binary encoding of the value that `text` holds.
    /// On an error `out` keeps what it had before.
    public func readJson(
        _ text: UnsafeRawBufferPointer, as type: TypeId, into out: inout ByteWriter
    ) throws(JsonError) {
        let before = out.count
        let problem = withView { (view) -> JsonError? in
            var decoder = JsonToBinary(text, view)
            do throws(JsonFault) {
                try decoder.value(type.raw, &out)
                try decoder.reader.expectEnd()
                return nil
            } catch {
                out.truncate(to: before)
                return describe(error, decoder, text)
            }
        }
        if let problem { throw problem }
    }

    /// The binary encoding of the value that `text` holds.
    public func binary(fromJson text: [UInt8], as type: TypeId) throws(JsonError) -> [UInt8] {
        var out = ByteWriter(capacity: text.count)
        try text.withUnsafeBufferPointer { (buffer) throws(JsonError) in
            try readJson(UnsafeRawBufferPointer(buffer), as: type, into: &out)
        }
        return out.toArray()
    }

    public func binary(fromJson text: String, as type: TypeId) throws(JsonError) -> [UInt8] {
        try binary(fromJson: Array(text.utf8), as: type)
    }

    /// Appends the JSON text of an encoded value: one line, or with `isPretty` two spaces per level.
    /// On an error `out` keeps what it had before.
    public func writeJson(
        of bytes: UnsafeRawBufferPointer, as type: TypeId, isPretty: Bool = false, into out: inout ByteWriter
    ) throws(JsonError) {
        let before = out.count
        let problem = withView { (view) -> JsonError? in
            var encoder = BinaryToJson(bytes, view, isPretty: isPretty)
            do throws(DecodeError) {
                try encoder.value(type.raw, &out)
                try encoder.reader.expectEnd()
                return nil
            } catch {
                out.truncate(to: before)
                let isNumber = error.reason == .notANumber
                return JsonError(
                    kind: isNumber ? .mismatch : .corrupt, path: encoder.pathText(),
                    expected: isNumber ? "a finite Float" : "the bytes of \(self.text(of: type))",
                    found: isNumber ? "one that JSON cannot write" : error.description, offset: error.offset,
                    line: 0, column: 0)
            }
        }
        if let problem { throw problem }
    }

    /// The JSON text of an encoded value, as UTF-8.
    public func jsonText(
        of bytes: [UInt8], as type: TypeId, isPretty: Bool = false
    ) throws(JsonError) -> [UInt8] {
        var out = ByteWriter(capacity: bytes.count * 2)
        try bytes.withUnsafeBufferPointer { (buffer) throws(JsonError) in
            try writeJson(of: UnsafeRawBufferPointer(buffer), as: type, isPretty: isPretty, into: &out)
        }
        return out.toArray()
    }

    // MARK: words

    private func describe(
        _ fault: JsonFault, _ decoder: borrowing JsonToBinary, _ text: UnsafeRawBufferPointer
    ) -> JsonError {
        if fault.reason != .mismatch { return .syntax(fault, in: text) }
        var path = decoder.pathText(text)
        var found = JsonError.describeValue(fault.offset, text)
        let expected: String
        switch decoder.failure {
        case .none: expected = "another value"
        case .type(let type): expected = describe(TypeId(raw: type))
        case .key(let type): expected = "a key that is \(describe(TypeId(raw: type)))"
        case .missingMember(let type, let name):
            path += JsonError.pathStep(name)
            expected = describe(TypeId(raw: type))
            found = "nothing"
        case .unknownMember(let names):
            expected = names.isEmpty ? "no field" : "one of the fields \(list(names))"
        case .repeatedKey:
            expected = "each key once"
            found += " again"
        case .caseName(let type):
            let cases = (0..<caseCount(of: TypeId(raw: type))).map { caseName(of: TypeId(raw: type), at: $0) }
            if cases.contains(where: { found == "\"\($0)\"" }) {
                (expected, found) = ("\(found) alone, as this case has no payload", "a payload")
                break
            }
            expected = "one of \(self.text(of: TypeId(raw: type)))'s cases \(list(Array(cases.prefix(12))))"
        case .payload(let name):
            expected = "the case with its payload, as {\"\(name)\": …}"
        case .payloadShape(let shape): expected = shape
        case .count(let count, let type):
            expected = "\(count) elements for \(self.text(of: TypeId(raw: type)))"
            found = "another count"
        case .oneMember(let type):
            expected = "one case of \(self.text(of: TypeId(raw: type))), as {\"case\": payload}"
            found = "another count of members"
        }
        let (line, column) = JsonError.position(of: fault.offset, in: text)
        return JsonError(
            kind: .mismatch, path: path, expected: expected, found: found, offset: fault.offset, line: line,
            column: column)
    }

    /// The type, with how JSON writes it where that is not plain.
    private func describe(_ type: TypeId) -> String {
        switch kind(of: type) {
        case .bytes: return "Bytes (base64)"
        case .time: return "Time (as \"2026-01-02T03:04:05Z\")"
        case .duration: return "Duration (as \"1h30m\")"
        default: return text(of: type)
        }
    }

    private func list(_ names: [String]) -> String {
        var result = ""
        for (index, name) in names.enumerated() { result += index == 0 ? name : ", \(name)" }
        return result
    }
}
