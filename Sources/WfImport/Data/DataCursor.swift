// Where a reader of data stands in its source.
import WfSource

/// A reader of bytes that makes positions and says what it has found.
protocol DataCursor {
    var source: SourceFile { get }
    var file: FileId { get }
    /// The next byte's place in the source; at most its size.
    var position: Int { get }
}

extension DataCursor {
    /// The next byte, 0 at the end.
    var byte: UInt8 { source.start[position] }

    /// The next bytes, as many as there are.
    func here(_ length: Int = 1) -> Span {
        Span(file: file, start: UInt32(position), end: UInt32(min(position + length, source.count)))
    }

    /// What was read since a place.
    func span(from start: Int) -> Span {
        Span(file: file, start: UInt32(start), end: UInt32(position))
    }

    /// The next character, in the words of a message.
    var found: String {
        if position >= source.count { return "the end of the file" }
        if byte == 0x0A || byte == 0x0D { return "the end of the line" }
        if byte == 0x27 { return "a single quote" }
        let length = max(1, UTF8Bytes.sequenceLength(source.start + position, room: source.count - position))
        return "`\(source.text(from: UInt32(position), to: UInt32(position + length)))`"
    }
}
