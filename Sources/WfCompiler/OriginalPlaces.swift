// What the checker says about imported text, said about the file that the text comes from. Knows no dialect.
import WfDiagnostics
import WfImport
import WfSource

/// The messages of a compilation with places that its user knows, and what the imports have to say themselves.
func originalPlaces(_ sink: DiagnosticSink, _ imports: [FileId: Imported]) -> DiagnosticSink {
    if imports.isEmpty { return sink }
    var result = DiagnosticSink()
    var seen: Set<Diagnostic> = []
    for diagnostic in sink.diagnostics {
        guard let imported = imports[diagnostic.span.file] else {
            result.add(diagnostic)
            continue
        }
        // A warning is about how text is written, and nobody wrote this one.
        if diagnostic.severity == .warning { continue }
        let mapped = moved(diagnostic, imported)
        if seen.insert(mapped).inserted { result.add(mapped) }
    }
    for file in imports.keys.sorted() { result.add(contentsOf: imports[file]?.diagnostics ?? []) }
    return result
}

private func moved(_ diagnostic: Diagnostic, _ imported: Imported) -> Diagnostic {
    var moved = diagnostic
    moved.span = place(diagnostic.span, imported)
    moved.labels = diagnostic.labels.map { label in
        label.span.file == diagnostic.span.file
            ? DiagnosticLabel(place(label.span, imported), label.text) : label
    }
    // They would change text that is no file.
    moved.fixes = []
    moved.notes.append("imported as `\(line(diagnostic.span.start, imported.text))`")
    return moved
}

private func place(_ span: Span, _ imported: Imported) -> Span {
    imported.origins.place(of: span.start) ?? Span(file: span.file, start: 0, end: 0)
}

/// The line of written text that holds an offset.
private func line(_ offset: ByteOffset, _ text: [UInt8]) -> String {
    let place = min(Int(offset), text.count)
    let newline = UInt8(ascii: "\n")
    let start = text[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = text[place...].firstIndex(of: newline) ?? text.count
    let words = String(decoding: text[start..<end].drop { $0 == 0x20 }, as: UTF8.self)
    return words.count > 90 ? words.prefix(89) + "…" : words
}

/// The numbers of the messages that a flow can get stuck, and that tokens can meet in it.
private let stuckFlow: UInt16 = 3110
private let crowdedFlow: UInt16 = 3111
/// Joins of a file that are relaxed one by one; behind that, all are.
private let joinsByOneMax = 4

/// What the checker has found out about imported flows, together with what was known before; nil when there is nothing
/// new in it that another import could do something about.
func newAdvice(
    _ sink: DiagnosticSink, _ imports: [FileId: Imported], _ known: [FileId: ImportAdvice]
) -> [FileId: ImportAdvice]? {
    var all = known
    for diagnostic in sink.diagnostics {
        guard let imported = imports[diagnostic.span.file],
            let place = imported.origins.place(of: diagnostic.span.start)?.start
        else { continue }
        let file = diagnostic.span.file
        if diagnostic.code.number == stuckFlow, imported.joins.contains(place) {
            all[file, default: ImportAdvice()].relaxed.insert(place)
            // One is found a round; where there are many, no other one is left to be sure of.
            if all[file]?.relaxed.count ?? 0 > joinsByOneMax { all[file]?.relaxed = imported.joins }
        } else if diagnostic.code.number == crowdedFlow {
            all[file, default: ImportAdvice()].unfolded.insert(place)
        }
    }
    return all == known ? nil : all
}
