// All that does not fit in a JSON value, for people: what the decoder stops at is only the first. Looked at when that has failed.
// Knows types and text; it decodes nothing itself.
import WfPlan
import WfValue

/// The misfits of one value, found part by part.
struct InputMisfits {
    /// How many are named.
    static let shownMax = 10

    private let types: TypeTable
    private(set) var lines: [String] = []

    private init(_ types: TypeTable) { self.types = types }

    /// `$.items[3].price: expected Decimal, found "n/a"`, once for each part that does not fit, in the order of the text.
    ///
    /// - Parameters:
    ///   - path: what stands for `$`.
    ///   - first: what the decoder has stopped at.
    static func find(
        _ text: UnsafeRawBufferPointer, as type: TypeId, path: String, first: String, _ types: TypeTable
    ) -> [String] {
        var found = InputMisfits(types)
        do throws(JsonFault) {
            try found.look(text, type, path)
        } catch {
            return [first]
        }
        return found.lines.contains(first) ? found.lines : [first] + found.lines
    }

    /// One more than are named is enough to know that there are more.
    private var isFull: Bool { lines.count > InputMisfits.shownMax }

    private mutating func look(_ text: UnsafeRawBufferPointer, _ type: TypeId, _ path: String)
        throws(JsonFault)
    {
        if isFull { return }
        guard let whole = misfit(text, type, path) else { return }
        let count = lines.count
        try parts(text, types.unwrapped(type), path)
        if lines.count == count { lines.append(whole) }
    }

    /// What the decoder stops at; nil when all fits.
    private func misfit(_ text: UnsafeRawBufferPointer, _ type: TypeId, _ path: String) -> String? {
        var writer = ByteWriter(capacity: text.count)
        do throws(JsonError) {
            try types.readJson(text, as: type, into: &writer)
            return nil
        } catch {
            let place = error.path.hasPrefix("$") ? path + error.path.dropFirst() : path
            return "\(place): expected \(error.expected), found \(error.found)"
        }
    }

    private mutating func parts(_ text: UnsafeRawBufferPointer, _ type: TypeId, _ path: String)
        throws(JsonFault)
    {
        var reader = JsonReader(text)
        let kind = try reader.peekValue()
        switch (types.kind(of: type), kind) {
        case (.record, .object): try fields(&reader, text, type, path)
        case (.list, .array):
            let element = types.element(of: type)
            var index = 0
            var more = try reader.beginArray()
            while more, !isFull {
                try look(try next(&reader, text), element, "\(path)[\(index)]")
                index += 1
                more = try reader.nextElement()
            }
        case (.map, .object):
            let value = types.value(of: type)
            var more = try reader.beginObject()
            while more, !isFull {
                let key = try key(&reader)
                try look(try next(&reader, text), value, path + JsonError.pathStep(key))
                more = try reader.nextMember()
            }
        default: break
        }
    }

    private mutating func fields(
        _ reader: inout JsonReader, _ text: UnsafeRawBufferPointer, _ type: TypeId, _ path: String
    ) throws(JsonFault) {
        var missing = types.fields(of: type).filter {
            $0.defaultValue == nil && types.kind(of: $0.type) != .optional
        }
        var more = try reader.beginObject()
        while more, !isFull {
            let start = reader.offset
            let key = try key(&reader)
            let value = try next(&reader, text)
            missing.removeAll { $0.name == key }
            let step = path + JsonError.pathStep(key)
            if let index = types.fieldIndex(of: type, named: key) {
                try look(value, types.fieldType(of: type, at: index), step)
            } else if !types.isOpen(type) {
                // alone it draws the decoder's own words
                let name = UnsafeRawBufferPointer(rebasing: text[start..<reader.offset])
                var alone = Array("{".utf8) + Array(name) + Array("}".utf8)
                let wrong = alone.withUnsafeMutableBytes { misfit(UnsafeRawBufferPointer($0), type, path) }
                if let wrong { lines.append(wrong) }
            }
            more = try reader.nextMember()
        }
        for field in missing where !isFull {
            lines.append(
                "\(path)\(JsonError.pathStep(field.name)): expected \(types.text(of: field.type)), found nothing"
            )
        }
    }

    private func key(_ reader: inout JsonReader) throws(JsonFault) -> String {
        let string = try reader.readKey()
        if !string.hasEscapes { return String(decoding: string.raw, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: string.rawLength) { buffer in
            buffer.baseAddress.map { JsonReader.decode(string, into: $0) } ?? 0
        }
    }

    /// The text of the value that comes next.
    private func next(_ reader: inout JsonReader, _ text: UnsafeRawBufferPointer) throws(JsonFault)
        -> UnsafeRawBufferPointer
    {
        _ = try reader.peekValue()
        let start = reader.offset
        try reader.skipValue()
        return UnsafeRawBufferPointer(rebasing: text[start..<reader.offset])
    }
}
