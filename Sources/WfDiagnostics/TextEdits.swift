// The usual edits, by name.
public import WfSource

extension TextEdit {
    /// Text in front of a place.
    public static func insert(_ text: String, before span: Span) -> TextEdit {
        TextEdit(Span(file: span.file, start: span.start, end: span.start), text)
    }

    /// Text behind a place.
    public static func insert(_ text: String, after span: Span) -> TextEdit {
        TextEdit(Span(file: span.file, start: span.end, end: span.end), text)
    }

    public static func remove(_ span: Span) -> TextEdit { TextEdit(span, "") }
}
