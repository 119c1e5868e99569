// One import at work: the text that grows, what is said about the input, and the ledger that nothing is lost. Knows no
// dialect.
public import WfDiagnostics
public import WfSource

/// The state of one import, handed from the reader to the dialect.
public struct ImportJob {
    /// What is imported; UTF-8 once a reader has decoded it.
    public var source: SourceFile
    public let file: FileId
    /// The text being written.
    public var writer = SourceWriter()
    /// Names taken at the top level of the text.
    public var names = NameTable()
    /// Joins that may be relaxed.
    var joins: Set<ByteOffset> = []
    private var diagnostics: [Diagnostic] = []
    private var errorCount = 0
    private var ledger: [LedgerEntry] = []
    /// Places that a message is about.
    private var named: Set<Span> = []
    /// What is needed to name keys that no dialect has asked for.
    var unread = UnreadKeys()
    private var skipped: [(name: String, count: Int, first: Span)] = []
    let advice: ImportAdvice
    private let timeEnd: UInt64

    init(source: SourceFile, file: FileId, advice: ImportAdvice, timeMsMax: Int) {
        self.advice = advice
        self.source = source
        self.file = file
        timeEnd = ImportClock.processorTimeNs() + UInt64(max(0, timeMsMax)) * 1_000_000
    }

    /// The start of the file.
    public var start: Span { Span(file: file, start: 0, end: 0) }

    /// A stretch of the file, bytes from its start.
    public func span(_ start: Int, _ end: Int) -> Span {
        Span(file: file, start: UInt32(clamping: start), end: UInt32(clamping: max(start, end)))
    }

    public mutating func add(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { errorCount += 1 }
        diagnostics.append(diagnostic)
        named.insert(diagnostic.span)
    }

    /// Whether a message is about exactly that place.
    func isNamed(_ span: Span) -> Bool { named.contains(span) }

    public var hasErrors: Bool { errorCount > 0 }

    /// Whether the time is up; then it has been said. Asked every thousand elements or so.
    public mutating func isLate() -> Bool {
        if ImportClock.processorTimeNs() < timeEnd { return false }
        if !diagnostics.contains(where: { $0.code == .importTooSlow }) { add(.importTooSlow(at: start)) }
        return true
    }
}

// MARK: Nothing is lost

/// Something of the input that would be executed, and whether it has been written or named.
private struct LedgerEntry {
    var what: String
    var span: Span
    var isSettled = false
}

/// A place in the ledger.
public struct LedgerId: Hashable, Sendable { fileprivate let index: Int }

extension ImportJob {
    /// Enters something that would be executed; it has to be settled, or the file is refused.
    ///
    /// - Parameter what: how people name it: "`userTask` `approve`".
    public mutating func expect(_ what: String, at span: Span) -> LedgerId {
        ledger.append(LedgerEntry(what: what, span: span))
        return LedgerId(index: ledger.count - 1)
    }

    /// It stands in the text, or a diagnostic names it.
    public mutating func settle(_ id: LedgerId) { ledger[id.index].isSettled = true }

    /// Whether it has been settled.
    func isSettled(_ id: LedgerId) -> Bool { ledger[id.index].isSettled }

    /// Something foreign that is left out: counted, one line a name.
    ///
    /// - Parameter name: a namespace, or what else says whose it is.
    public mutating func skip(_ name: String, at span: Span, count: Int = 1) {
        named.insert(span)
        if let index = skipped.firstIndex(where: { $0.name == name }) {
            skipped[index].count += count
        } else {
            skipped.append((name, count, span))
        }
    }

    /// No dialect has recognised the document.
    mutating func refuseUnknown(_ document: ImportDocument) {
        switch document {
        case .xml(let xml):
            let root = xml.root
            add(.xmlUnknownDialect(root.name, namespace: xml.namespace(root), at: root.span))
        case .data(let root, _): add(.dataUnknownDialect(root.map?.keys ?? [], at: root.span))
        case .markdown(let markdown): add(.dataUnknownDialect([], at: markdown.frontMatterSpan))
        }
    }

    /// Ends the import: what is not settled is an error, what was skipped a note each.
    mutating func finish(dialect: String?) -> Imported {
        if !hasErrors {
            for entry in ledger where !entry.isSettled { add(.importWouldLose(entry.what, at: entry.span)) }
        }
        for entry in skipped { add(.importSkipped(entry.name, count: entry.count, at: entry.first)) }
        let (text, origins) = writer.finish()
        return Imported(
            source: source, dialect: dialect, text: hasErrors ? [] : text, origins: origins, joins: joins,
            diagnostics: diagnostics)
    }
}
