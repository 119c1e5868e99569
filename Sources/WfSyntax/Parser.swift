// The way in: bytes to tree.

public import WfDiagnostics
public import WfSource

/// Text to tree. Never fails: what cannot be read stands in the tree as an error node and is reported in `sink`.
public enum Parser {
    /// The lossless tree of `source`.
    ///
    /// - Parameters:
    ///   - interner: shared by all files of a compilation.
    ///   - repairs: whether misspelt words of the language are found and read as what was meant.
    public static func parse(
        _ source: SourceFile, file: FileId, interner: Interner, repairs: Bool = true,
        into sink: inout DiagnosticSink
    ) -> SyntaxTree {
        var lexer = Lexer(source, file: file, interner: interner)
        lexer.run()
        lexer.finish()
        var parser = SyntaxParser(lexer, interner: interner)
        if !repairs { parser.repairBudget = 0 }
        let root = parser.sourceFile()
        let storage = parser.finish(root, byteCount: source.count)
        let swallowed = SwallowedText(lexer)
        var diagnostics = swallowed.causes + swallowed.withoutEchoes(parser.diagnostics)
        diagnostics += parser.respelt.map(\.message)
        let hasErrors = !diagnostics.isEmpty
        if diagnostics.count > Limits.syntaxDiagnosticsMax {
            diagnostics.sort { $0.span.start < $1.span.start }
            let hidden = diagnostics.count - Limits.syntaxDiagnosticsMax
            let end = UInt32(source.count)
            diagnostics.removeLast(hidden)
            diagnostics.append(
                .tooManySyntaxDiagnostics(hidden: hidden, at: Span(file: file, start: end, end: end)))
        }
        sink.add(contentsOf: diagnostics)
        return SyntaxTree(storage, source: source, hasErrors: hasErrors, damage: parser.damage)
    }
}
