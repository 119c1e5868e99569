// Positions as a client counts them (line, and code units of the encoding it speaks) and byte offsets; edits of texts.
// A line ends at LF, at CR LF, and at CR alone, as the protocol has it.

/// What a character of a position counts.
enum PositionEncoding: String {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf32 = "utf-32"
}

/// A place as the protocol writes it, from 0.
struct TextPosition: Equatable {
    var line: Int
    var character: Int
}

/// Where the lines of a text start.
struct LineTable {
    private(set) var starts: [Int] = [0]

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A || byte == 0x0D && !(index < bytes.count && bytes[index] == 0x0A) {
                starts.append(index)
            }
        }
    }

    init(_ bytes: [UInt8]) { self = bytes.withUnsafeBufferPointer { LineTable($0) } }

    /// The number of the line, from 0, that holds a byte.
    func line(of offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The offset of a position. A line behind the last is the text's end; a character behind a line's end is that end;
    /// one inside a character is that character's start.
    func offset(
        of position: TextPosition, in bytes: UnsafeBufferPointer<UInt8>, _ encoding: PositionEncoding
    ) -> Int {
        if position.line < 0 { return 0 }
        guard position.line < starts.count else { return bytes.count }
        let end = contentEnd(position.line, bytes)
        var offset = starts[position.line]
        var units = 0
        while offset < end && units < position.character {
            let (length, width) = LineTable.measure(bytes, offset, encoding)
            if units + width > position.character { break }
            units += width
            offset = min(offset + length, end)
        }
        return offset
    }

    /// The position of an offset; one behind the end is the end's.
    func position(
        of offset: Int, in bytes: UnsafeBufferPointer<UInt8>, _ encoding: PositionEncoding
    ) -> TextPosition {
        let offset = max(0, min(offset, bytes.count))
        let line = line(of: offset)
        var at = starts[line]
        if encoding == .utf8 { return TextPosition(line: line, character: offset - at) }
        var units = 0
        while at < offset {
            let (length, width) = LineTable.measure(bytes, at, encoding)
            if at + length > offset { break }
            units += width
            at += length
        }
        return TextPosition(line: line, character: units)
    }

    /// Where a line's text ends, before its ending.
    func contentEnd(_ line: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        guard line + 1 < starts.count else { return bytes.count }
        var end = starts[line + 1] - 1
        if end > starts[line], bytes[end] == 0x0A, bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// Bytes of the character at an offset, and its code units. A byte that begins none counts as one.
    private static func measure(
        _ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int, _ encoding: PositionEncoding
    ) -> (length: Int, width: Int) {
        let first = bytes[offset]
        var length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
        var index = 1
        while index < length, offset + index < bytes.count, bytes[offset + index] & 0xC0 == 0x80 {
            index += 1
        }
        if index < length { length = 1 }
        switch encoding {
        case .utf8: return (length, length)
        case .utf16: return (length, length == 4 ? 2 : 1)
        case .utf32: return (length, 1)
        }
    }
}

/// A text an editor has open.
struct OpenText {
    private(set) var bytes: [UInt8]
    private(set) var lines: LineTable
    var version: Int

    init(_ text: String, version: Int) {
        bytes = Array(text.utf8)
        lines = LineTable(bytes)
        self.version = version
    }

    /// Applies a change: a part of the text replaced, or all of it when no range is given.
    mutating func apply(_ change: Json, _ encoding: PositionEncoding) {
        let text = change["text"].string ?? ""
        let range = change["range"]
        guard range.isObject else {
            self = OpenText(text, version: version)
            return
        }
        let (start, end) = bytes.withUnsafeBufferPointer { bytes in
            (
                lines.offset(of: TextPosition(range["start"]), in: bytes, encoding),
                lines.offset(of: TextPosition(range["end"]), in: bytes, encoding)
            )
        }
        bytes.replaceSubrange(min(start, end)..<max(start, end), with: Array(text.utf8))
        lines = LineTable(bytes)
    }
}

extension TextPosition {
    /// Says so when a position of a request is none: lines and characters count from 0. One behind an end is that end
    /// (`LineTable.offset`), as the protocol has it.
    static func check(_ parameters: Json) throws(ResponseError) {
        if parameters["position"].isObject { try check(parameters["position"], "position") }
        for (number, position) in (parameters["positions"].array ?? []).enumerated() {
            try check(position, "positions[\(number)]")
        }
        let range = parameters["range"]
        if range.isObject {
            try check(range["start"], "range.start")
            try check(range["end"], "range.end")
        }
    }

    private static func check(_ position: Json, _ name: String) throws(ResponseError) {
        for member in ["line", "character"] {
            if let number = position[member].int, (0...Int(Int32.max)).contains(number) { continue }
            throw .wrongParameters(
                "`\(name).\(member)`: expected a number from 0, found \(String(decoding: position[member].bytes, as: UTF8.self))"
            )
        }
    }

    /// What is no position is the text's start: a change that cannot be refused, as notifications have no answer.
    init(_ json: Json) {
        line = max(0, json["line"].int ?? 0)
        character = max(0, json["character"].int ?? 0)
    }

    var json: Json { ["line": .int(line), "character": .int(character)] }
}
