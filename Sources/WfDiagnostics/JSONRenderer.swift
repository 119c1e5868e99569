// Diagnostics for programs: one JSON object a line. Field names are a public contract.

public import WfSource

/// One line of JSON for each diagnostic.
public struct JSONRenderer {
    private var sources: RenderedSources

    public init(_ sources: [SourceFile]) { self.sources = RenderedSources(sources) }

    public mutating func render(_ diagnostics: [Diagnostic]) -> String {
        var result = ""
        for diagnostic in diagnostics { result += render(diagnostic) + "\n" }
        return result
    }

    public mutating func render(_ diagnostic: Diagnostic) -> String {
        var json = JSONText()
        json.open("{")
        json.pair("code", diagnostic.code.description)
        json.pair("severity", diagnostic.severity.word)
        json.pair("message", diagnostic.message)
        place(diagnostic.span, &json)
        if !diagnostic.spanText.isEmpty { json.pair("label", diagnostic.spanText) }
        if !diagnostic.labels.isEmpty {
            json.key("labels")
            json.open("[")
            for label in diagnostic.labels {
                json.open("{")
                place(label.span, &json)
                json.pair("text", label.text)
                json.close("}")
            }
            json.close("]")
        }
        if !diagnostic.notes.isEmpty {
            json.key("notes")
            json.open("[")
            for note in diagnostic.notes { json.value(note) }
            json.close("]")
        }
        if let help = diagnostic.help { json.pair("help", help) }
        if !diagnostic.fixes.isEmpty { fixes(diagnostic.fixes, &json) }
        json.close("}")
        return json.text
    }

    private mutating func fixes(_ fixes: [Fix], _ json: inout JSONText) {
        json.key("fixes")
        json.open("[")
        for fix in fixes {
            json.open("{")
            json.pair("title", fix.title)
            json.pair("safety", fix.safety.rawValue)
            json.key("edits")
            json.open("[")
            for edit in fix.edits {
                json.open("{")
                place(edit.span, &json)
                json.pair("replacement", edit.replacement)
                json.close("}")
            }
            json.close("]")
            json.close("}")
        }
        json.close("]")
    }

    /// `file`, `line`, `column`, `endLine`, `endColumn` (from 1, columns in Unicode scalars), `start`, `end` (bytes from 0).
    private mutating func place(_ span: Span, _ json: inout JSONText) {
        guard let (path, lines) = sources.file(span.file) else { return }
        let start = lines.position(at: span.start)
        let end = lines.position(at: span.end)
        json.pair("file", path)
        json.pair("line", start.line)
        json.pair("column", start.column)
        json.pair("endLine", end.line)
        json.pair("endColumn", end.column)
        json.pair("start", Int(span.start))
        json.pair("end", Int(span.end))
    }
}
