// Files of other dialects beside an editor's: read as `wfc check` reads them, once for each text that they have. What is said about
// them has places in the file itself; their trees are of the text that was made from it.
import WfDiagnostics
import WfImport
public import WfSource
import WfSyntax

/// A file of another dialect, and from places in the text that was made from it to places in it.
public struct ImportedOriginal: Sendable {
    public let source: SourceFile
    /// With places in `source`.
    let diagnostics: [Diagnostic]
    private let file: FileId
    private let origins: Origins

    init(_ imported: Imported, _ diagnostics: [Diagnostic], _ file: FileId) {
        source = imported.source
        origins = imported.origins
        self.diagnostics = diagnostics
        self.file = file
    }

    /// What the text at an offset was written for: an element of the file, or its start.
    public func place(of offset: UInt32) -> Span {
        let place = origins.place(of: offset)
        return Span(file: file, start: place?.start ?? 0, end: place?.end ?? 0)
    }
}

/// What came of reading a file.
struct ParsedSource {
    var tree: SyntaxTree
    var syntax: [Diagnostic]
    var original: ImportedOriginal?

    init(_ parsed: (tree: SyntaxTree, syntax: [Diagnostic]), _ original: ImportedOriginal? = nil) {
        (tree, syntax) = parsed
        self.original = original
    }
}

extension Workspace {
    /// The endings of names of files that are read although they are no wf.
    public static var importedSuffixes: [String] { Import.suffixes }

    /// Of a file of another dialect: the file itself.
    public func original(_ file: FileId) -> ImportedOriginal? { entry(file)?.original }

    /// Whether a file is read because of its name, or because a `use` names it.
    public func concerns(_ path: String) -> Bool {
        path.hasSuffix(".wf") || entry(path) != nil
            || entries.contains { $0?.wanted.contains(path) ?? false }
    }

    func parsed(_ source: SourceFile, _ file: FileId) -> ParsedSource {
        guard ModuleLoader.isImported(source, source.path) else { return ParsedSource(parse(source, file)) }
        let result = Compiler.check(
            [source.path], provider: OverlaySourceProvider([source], over: provider))
        guard let imported = result.imports[FileId(0)] else { return ParsedSource(parse(source, file)) }
        let own = result.diagnostics.filter { $0.span.file == FileId(0) }.map { $0.with(file: file) }
        let text = SourceFile(path: source.path + ".wf", bytes: imported.text)
        return ParsedSource(parse(text, file), ImportedOriginal(imported, own, file))
    }
}

extension Diagnostic {
    /// The same about a file that has another number here; what it says about other files is left out.
    fileprivate func with(file: FileId) -> Diagnostic {
        func place(_ span: Span) -> Span { Span(file: file, start: span.start, end: span.end) }
        var moved = self
        moved.labels = labels.filter { $0.span.file == span.file }.map {
            DiagnosticLabel(place($0.span), $0.text)
        }
        moved.span = place(span)
        moved.fixes = []
        return moved
    }
}
