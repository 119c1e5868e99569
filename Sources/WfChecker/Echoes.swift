// Which findings only echo a syntax error, so that one mistake gives one message. Knows files and lines, no meaning.
import WfDiagnostics
import WfSource
import WfSyntax

/// Where syntax errors stand, by file.
struct Echoes {
    private let modules: [ModuleInput]
    private var places: [FileId: [ByteOffset]] = [:]
    private var declarations: [FileId: [Span]] = [:]
    /// Words of declarations that could not be read: what they would have declared.
    private var unread: Set<String> = []

    init(_ modules: [ModuleInput]) { self.modules = modules }

    mutating func add(_ span: Span) {
        places[span.file, default: []].append(span.start)
        guard let module = modules.first(where: { $0.tree.file == span.file }) else { return }
        let reader = module.tree.reader
        for item in module.tree.rootView.items {
            let whole = reader.span(item)
            if whole.start <= span.start && span.start <= whole.end {
                declarations[span.file, default: []].append(whole)
                if reader.kind(item) == .errorDecl { addWords(whole, reader) }
            }
        }
    }

    private mutating func addWords(_ span: Span, _ reader: TreeReader) {
        let line = reader.text(span).split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
        for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
            unread.insert(String(word))
        }
    }

    /// Findings that a name which is not known is the cause of.
    private static let nameless: Set<UInt16> = [2001, 2003, 2031, 3002]

    /// Findings that an unread part of the same declaration may have caused.
    private static let doubtful: Set<UInt16> = [2003, 2007, 2010, 2017, 2026, 3004]

    func contains(_ diagnostic: Diagnostic) -> Bool {
        let span = diagnostic.span
        guard let places = places[span.file], let module = modules.first(where: { $0.tree.file == span.file })
        else {
            return false
        }
        let reader = module.tree.reader
        for place in places {
            let low = min(place, span.start)
            let high = max(place, span.start)
            if high - low > 4096 { continue }
            if !reader.bytes(from: low, to: high).contains(0x0A) { return true }
        }
        if !unread.isEmpty && Echoes.nameless.contains(diagnostic.code.number)
            && unread.contains(reader.text(span))
        {
            return true
        }
        if !Echoes.doubtful.contains(diagnostic.code.number) { return false }
        return (declarations[span.file] ?? []).contains { $0.start <= span.start && span.start <= $0.end }
    }
}
